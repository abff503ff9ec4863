"""The function of an authority, filled from the body that a row names, as for small registers."""

from __future__ import annotations

from policygraph.judging.rules.facts import TABLE, TABLES, Column, Table
from policygraph.judging.screening.sql import quote_name
from policygraph.keeping.batch.preparing.job import Job, name_typed
from policygraph.keeping.registers.bodies import Bodies


def look_up_bodies(job: Job) -> None:
    """Fill the function of an authority from the body it names, as ``registers`` does for small registers."""
    bodies = Bodies(job.codes)
    for table in TABLES:
        for column in table.columns:
            if column.body:
                _look_up(job, bodies, table, column)
    for problem in bodies.problems():
        job.error(*problem)
    job.notes += bodies.notes()


def _look_up(job: Job, bodies: Bodies, table: Table, column: Column) -> None:
    """One column of one table. Few bodies act in millions of rows: they are counted first, and the rows themselves are
    fetched for those alone that give no function."""
    name, body = quote_name(column.name), quote_name(column.body)
    file = job.files.get(table.name, table.name)
    at = 'SELECT "person_id", min("uscc") AS "uscc" FROM posts GROUP BY "person_id"'
    job.sql.execute(
        f"CREATE OR REPLACE TEMP VIEW acting AS SELECT r.line, r.{name} AS function, "
        f"r.{body} AS body, coalesce(e.region, '') AS region FROM {name_typed(table)} r "
        f'LEFT JOIN ({at}) p ON p."person_id" = r."person_id" '
        f'LEFT JOIN {name_typed(TABLE["enterprises"])} e ON e."uscc" = coalesce(r."uscc", p."uscc") '
        f"WHERE r.{name} IS NULL OR r.{body} IS NOT NULL"
    )
    groups = job.sql.execute("SELECT function, body, region, count(*) FROM acting GROUP BY ALL ORDER BY ALL").fetchall()
    found = [(group, bodies.find(*group[:3])) for group in groups]
    used = [(body, region, known, count) for (function, body, region, count), known in found if known and not function]
    for named, _, known, count in used:
        bodies.use(file, named, known, count)
    unsettled = [group[:3] for group, known in found if not known]
    if unsettled:
        rows = job.sql.execute(
            f"SELECT a.function, a.body, a.region, list(a.line ORDER BY a.line) FROM acting a JOIN {_GIVEN} g "
            "ON (a.function, a.body, a.region) IS NOT DISTINCT FROM (g.a, g.b, g.c) GROUP BY ALL ORDER BY ALL",
            [list(part) for part in zip(*unsettled, strict=True)],
        ).fetchall()
        for function, named, region, lines in rows:
            bodies.resolve(file, lines, function, named, region)
    if used:
        job.sql.execute(
            f"UPDATE {name_typed(table)} t SET {name} = g.c FROM acting a JOIN {_GIVEN} g "
            "ON g.a = a.body AND g.b = a.region WHERE a.function IS NULL AND a.line = t.line",
            [list(part) for part in zip(*(row[:3] for row in used), strict=True)],
        )


_GIVEN = "(SELECT unnest(?::VARCHAR[]) AS a, unnest(?::VARCHAR[]) AS b, unnest(?::VARCHAR[]) AS c)"
"""Rows of three values that are handed in as parameters."""
