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
    name, body = quote_name(column.name), quote_name(column.body)
    file = job.files.get(table.name, table.name)
    at = 'SELECT "person_id", min("uscc") AS "uscc" FROM posts GROUP BY "person_id"'
    job.sql.execute(
        f"CREATE OR REPLACE TEMP TABLE acting AS SELECT r.line, r.line AS told, r.{name} AS function, "
        f"r.{body} AS body, coalesce(e.region, '') AS region FROM {name_typed(table)} r "
        f'LEFT JOIN ({at}) p ON p."person_id" = r."person_id" '
        f'LEFT JOIN {name_typed(TABLE["enterprises"])} e ON e."uscc" = coalesce(r."uscc", p."uscc") '
        f"WHERE r.{name} IS NULL OR r.{body} IS NOT NULL"
    )
    rows = job.sql.execute(
        "SELECT function, body, region, list(told ORDER BY told) FROM acting GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    used = [
        (body, region, resolved)
        for function, body, region, lines in rows
        if (resolved := bodies.resolve(file, lines, function, body, region)) is not None and function is None
    ]
    if used:
        job.sql.execute(
            f"UPDATE {name_typed(table)} t SET {name} = m.function FROM (SELECT a.line, u.function FROM acting a JOIN "
            "(SELECT unnest(?::VARCHAR[]) AS body, unnest(?::VARCHAR[]) AS region, "
            "unnest(?::VARCHAR[]) AS function) u "
            "ON u.body = a.body AND u.region = a.region WHERE a.function IS NULL) m WHERE m.line = t.line",
            [list(part) for part in zip(*used, strict=True)],
        )
