"""The as-of view as SQL: the twin of ``decisions.view``, one definition for every engine.

Each function returns a SELECT over the tables of a register. A record appears once for its own enterprise, or once
for every enterprise where its person has held a post by the day; through which posts it is reached stands in boolean
columns beside it. So a record that two paths reach is still one row, and no count needs DISTINCT. Columns that carry
a term of the view are called ``v_`` and the term's name. One table of edge dates tests this module and its twin.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policygraph.rules.facts import ROLES, TABLE, Table
from policygraph.rules.terms import DURING, LISTS, as_of_link, former_link, left_term
from policygraph.screening.sql import DUCKDB, Dialect, all_of, any_of, quote_name, write_literal

OWN = "via_own"
EVERYWHERE = ""
"""The field of the coverage row that speaks for a whole table; as a code, the unit that stands for all others."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day and the engine for which a view is written."""

    day: date
    dialect: Dialect = DUCKDB

    @property
    def literal(self) -> str:
        """The day as a constant."""
        return write_literal(self.day)

    def months_ago(self, column: str, *, last_day_out: bool = False) -> str:
        """Months as ``decisions.counting`` counts them: the day number decides whether one more is begun.

        The corresponding day is cut to the month's last day, which is never before the as-of day; so it is enough to
        compare day numbers. When the last day is out and the as-of day ends its month, no day number can exceed it.
        """
        day = self.day
        months = f"{day.year * 12 + day.month} - (year({column}) * 12 + month({column}))"
        if last_day_out and day.day == calendar.monthrange(day.year, day.month)[1]:
            return f"({months} + 1)"
        mark = ">" if last_day_out else ">="
        return f"({months} + CASE WHEN day({column}) {mark} {day.day} THEN 0 ELSE 1 END)"


def via(link: str) -> str:
    """The column that says whether a record is reached through a link: ``principalAsOf`` → ``via_principalAsOf``."""
    return f"via_{link}"


def term_column(term: str) -> str:
    """The column of a term; terms with several values have one column per value."""
    return quote_name(f"v_{term}")


def flag_column(term: str, value: str) -> str:
    """The boolean column of one possible value of a term with several values."""
    return quote_name(f"v_{term}_{value}")


def evidence_sql(table: Table) -> str:
    """How a decision names a record: the twin of ``Row.evidence``."""
    names = [column.name for column in table.columns]
    if "record_id" in names:
        return quote_name("record_id")
    keys = [f"coalesce(':' || CAST({quote_name(name)} AS STRING), '')" for name in table.named_by]
    return " || ".join([write_literal(table.name), *keys])


def lasting_sql(table: Table, as_of: AsOf, alias: str = "") -> tuple[str, str]:
    """Whether a fact still holds (NULL: nobody knows), and whether only its term has run out."""
    interval = table.interval
    assert interval is not None
    prefix = f"{alias}." if alias else ""
    last = prefix + quote_name(interval.last_day)
    over = (
        f"coalesce({prefix}{quote_name(interval.ended_on)} <= {as_of.literal}, FALSE)" if interval.ended_on else "FALSE"
    )
    unknown = "NULL" if interval.open_means_unknown else "TRUE"
    lasts = f"CASE WHEN {over} THEN FALSE WHEN {last} IS NULL THEN {unknown} ELSE {last} >= {as_of.literal} END"
    lapsed = f"CASE WHEN {over} THEN FALSE ELSE coalesce({last} < {as_of.literal}, FALSE) END"
    return lasts, lapsed


def select_posts(as_of: AsOf, table: str | None = None) -> str:
    """Who holds or held which role at an enterprise: one row per enterprise and person.

    With a table, only persons of whom that table holds a record.
    """
    role, until, since = quote_name("role"), quote_name("to"), quote_name("from")
    columns = []
    for name in ROLES:
        mine = f"{role} = {write_literal(name)}"
        held = f"bool_or({mine} AND ({until} IS NULL OR {until} >= {as_of.literal}))"
        former = f"(bool_or({mine}) AND NOT {held})"
        last = f"max(CASE WHEN {mine} THEN {until} END)"
        columns += [
            f"{held} AS {quote_name(via(as_of_link(name)))}",
            f"{former} AS {quote_name(via(former_link(name)))}",
            f"CASE WHEN {former} THEN {as_of.months_ago(last)} END AS {term_column(left_term(name))}",
        ]
    known = ""
    if table is not None:
        known = f' AND "person_id" IN (SELECT "person_id" FROM {quote_name(table)} WHERE "person_id" IS NOT NULL)'
    return (
        f'SELECT "uscc", "person_id", {", ".join(columns)} FROM "persons" '
        f'WHERE ({since} IS NULL OR {since} <= {as_of.literal}){known} GROUP BY "uscc", "person_id"'
    )


def select_holders(as_of: AsOf) -> str:
    """Posts held on the day, one row per post: enough to ask whether somebody holds a role."""
    role = quote_name("role")
    columns = ", ".join(f"({role} = {write_literal(name)}) AS {quote_name(via(as_of_link(name)))}" for name in ROLES)
    return (
        f'SELECT "uscc", "person_id", {columns} FROM "persons" '
        f'WHERE ("from" IS NULL OR "from" <= {as_of.literal}) AND ("to" IS NULL OR "to" >= {as_of.literal})'
    )


def select_records(table: Table, as_of: AsOf, *, of_persons: bool, terms: Iterable[str]) -> str:
    """The records of one table that exist on the day, reached by their enterprise and, when asked, by its people.

    ``terms`` are the terms that shapes ask for; those that need a join of their own are left out when nobody asks.
    """
    asked = set(terms)
    own = _select_own(table, as_of, asked)
    if not of_persons:
        return own
    links = [link for role in ROLES for link in (as_of_link(role), former_link(role))]
    columns = [f"FALSE AS {quote_name(OWN)}", *(f"p.{quote_name(via(link))}" for link in links)]
    columns += [f"p.{term_column(left_term(role))}" for role in ROLES]
    known = _record_columns(table, as_of)
    flags = [f"FALSE AS {column}" for column in _during_columns(table, asked)]
    persons = (
        f'SELECT p."uscc", {", ".join([*columns, *known, *flags])} '
        f'FROM (SELECT * FROM {quote_name(table.name)} WHERE "person_id" IS NOT NULL AND {_exists(table, as_of)}) r '
        f'JOIN ({select_posts(as_of, table.name)}) p ON p."person_id" = r."person_id"'
    )
    return f"{own} UNION ALL {persons}"


def _select_own(table: Table, as_of: AsOf, asked: set[str]) -> str:
    links = [link for role in ROLES for link in (as_of_link(role), former_link(role))]
    columns = [f"TRUE AS {quote_name(OWN)}", *(f"FALSE AS {quote_name(via(link))}" for link in links)]
    columns += [f"CAST(NULL AS INTEGER) AS {term_column(left_term(role))}" for role in ROLES]
    columns += _record_columns(table, as_of)
    source = quote_name(table.name)
    where = [_exists(table, as_of)]
    if any(column.name == "person_id" for column in table.columns):
        where.append('"person_id" IS NULL')
    if "cyclesAgo" in asked and table.name == "assessments":
        columns.append(f'max("year") OVER (PARTITION BY "uscc") - "year" AS {term_column("cyclesAgo")}')
    if table.name == "determinations":
        # the latest determination of a condition is the one that counts
        rank = 'row_number() OVER (PARTITION BY "uscc", "condition" ORDER BY "date" DESC)'
        source = f"(SELECT *, {rank} AS latest FROM {source} WHERE {all_of(where)})"
        where = ["latest = 1"]
    during = _during_columns(table, asked)
    if not during:
        return f'SELECT "uscc", {", ".join(columns)} FROM {source} r WHERE {all_of(where)}'
    columns += [f"coalesce(l.{column}, FALSE) AS {column}" for column in during]
    return (
        f'SELECT r."uscc" AS "uscc", {", ".join(columns)} FROM (SELECT * FROM {source} WHERE {all_of(where)}) r '
        f'LEFT JOIN ({_select_during(table, as_of)}) l ON l.listed_record = r."record_id"'
    )


def _exists(table: Table, as_of: AsOf) -> str:
    return f"{quote_name(str(table.date))} <= {as_of.literal}"


def _record_columns(table: Table, as_of: AsOf) -> list[str]:
    day = f"r.{quote_name(str(table.date))}"
    columns = [
        f"{evidence_sql(table)} AS evidence",
        f"{day} AS record_day",
        f"{as_of.months_ago(day)} AS {term_column('monthsAgo')}",
        f"{as_of.months_ago(day, last_day_out=True)} AS {term_column('monthsAgoOpen')}",
        f"{as_of.dialect.count_days(day, as_of.literal)} AS {term_column('daysAgo')}",
    ]
    columns += [f"r.{quote_name(c.name)} AS {term_column(c.term)}" for c in table.columns if c.in_view]
    if table.interval:
        lasts, lapsed = lasting_sql(table, as_of, "r")
        columns.append(f"{lasts} AS {term_column(table.interval.flag)}")
        columns.append(f"{lapsed} AS {term_column('lapsedAsOf')}")
        columns.append(f"r.{quote_name(table.interval.last_day)} AS last_day")
    return columns


def _during_columns(table: Table, asked: set[str]) -> list[str]:
    if table.name not in DURING:
        return []
    terms = [term for term in ("duringList", "duringActiveList") if term in asked]
    if not terms:
        return []
    return [flag_column(term, name) for term in ("duringList", "duringActiveList") for name in LISTS]


def _select_during(table: Table, as_of: AsOf) -> str:
    """For each own record, on which lists the unit stood when it happened, and which of these still hold."""
    day = f"o.{quote_name(str(table.date))}"
    active, _ = lasting_sql(TABLE["listings"], as_of, "s")
    kinds = []
    for name in LISTS:
        mine = f's."list" = {write_literal(name)}'
        kinds.append(f"bool_or({mine}) AS {flag_column('duringList', name)}")
        kinds.append(f"bool_or({mine} AND coalesce({active}, FALSE)) AS {flag_column('duringActiveList', name)}")
    where = [
        f's."listed_on" <= {day}',
        f"{day} <= {as_of.literal}",
        any_of(['s."valid_until" IS NULL', f'{day} <= s."valid_until"']),
        any_of(['s."delisted_on" IS NULL', f'{day} < s."delisted_on"']),
        's."person_id" IS NULL',
    ]
    if any(column.name == "person_id" for column in table.columns):
        where.append('o."person_id" IS NULL')
    if table.name == "listings":
        where.append('o."record_id" <> s."record_id"')
    return (
        f'SELECT o."record_id" AS listed_record, {", ".join(kinds)} FROM {quote_name(table.name)} o '
        f'JOIN "listings" s ON s."uscc" = o."uscc" WHERE {all_of(where)} GROUP BY o."record_id"'
    )


def select_coverage(tables: Iterable[str], as_of: AsOf) -> str:
    """Since when tables are complete, per table, unit and field: the twin of the view's coverage nodes.

    The unit without a name stands for every enterprise that has no coverage row of its own for the table; the field
    without a name for the whole table. Periods are joined where they overlap or follow on without a gap.
    """
    day, names = as_of.literal, sorted(tables)
    of_node = 'PARTITION BY "table", "uscc", "field" ORDER BY "from", "to"'
    before = f'max("to") OVER ({of_node} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)'
    eve = "CAST(n.since - INTERVAL '1' DAY AS DATE)"
    months = [
        f"CASE WHEN n.since IS NULL THEN 0 ELSE greatest({as_of.months_ago(eve, last_day_out=out)} - 1, 0) END"
        for out in (False, True)
    ]
    general = " UNION ALL ".join(f'SELECT {write_literal(name)} AS "table", \'\' AS "uscc"' for name in names)
    cells, of_unit = '"table", "uscc", "from", "to", "field"', 'u."table" = g."table"'
    parts = {
        "rows_of": f'SELECT {cells} FROM "coverage" WHERE "table" IN ({", ".join(map(write_literal, names))})',
        "units": f'SELECT DISTINCT "table", "uscc" FROM rows_of WHERE "uscc" IS NOT NULL UNION ALL {general}',
        "mine": f'SELECT {cells} FROM rows_of WHERE "uscc" IS NOT NULL UNION ALL '
        f'SELECT u."table", u."uscc", g."from", g."to", g."field" FROM units u JOIN rows_of g ON {of_unit} '
        'WHERE g."uscc" IS NULL',
        "nodes": 'SELECT DISTINCT "table", "uscc", "field" FROM mine WHERE "field" IS NOT NULL UNION ALL '
        'SELECT "table", "uscc", \'\' AS "field" FROM units',
        "parts": 'SELECT n."table", n."uscc", n."field", m."from", m."to" FROM nodes n JOIN mine m '
        'ON m."table" = n."table" AND m."uscc" = n."uscc" '
        'WHERE (m."field" IS NULL OR m."field" = n."field") AND m."from" <= m."to"',
        "marked": f"SELECT {cells}, CASE WHEN \"from\" <= {before} + INTERVAL '1' DAY THEN 0 ELSE 1 END AS begins "
        "FROM parts",
        "numbered": f"SELECT {cells}, sum(begins) OVER ({of_node} "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island FROM marked",
        "found": 'SELECT "table", "uscc", "field", min("from") AS since FROM numbered '
        f'GROUP BY "table", "uscc", "field", island HAVING min("from") <= {day} AND max("to") >= {day}',
    }
    return (
        f"WITH {', '.join(f'{name} AS ({body})' for name, body in parts.items())} "
        f'SELECT n."uscc" AS "uscc", n."table" AS of_table, n."field" AS {term_column("field")}, '
        f"{months[0]} AS {term_column('coversMonths')}, {months[1]} AS {term_column('coversMonthsOpen')}, "
        f"(n.since IS NOT NULL) AS {term_column('coversAsOf')} "
        'FROM (SELECT k."table", k."uscc", k."field", f.since FROM nodes k LEFT JOIN found f '
        'ON f."table" = k."table" AND f."uscc" = k."uscc" AND f."field" = k."field") n'
    )
