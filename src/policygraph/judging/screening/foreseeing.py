"""Early warning for a whole register as SQL: on which days something comes to pass for which enterprise.

The twin of ``decisions.foreseeing``: the same days, from the same dates and the same numbers of months, for every
enterprise of a chunk at once. What is answered on those days is asked of the screening itself, all days together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from policygraph.judging.rules.counting import add_months
from policygraph.judging.rules.facts import RECORD_TABLES, TABLE, Table
from policygraph.judging.screening.sql import all_of, any_of, quote_name, write_literal
from policygraph.judging.screening.view import evidence_sql

DUE = ("uscc", "day", "kind", "of_table", "record", "watch")
"""Columns of what comes to pass; ``uscc`` is NULL where it does for every enterprise."""

_DATED = (*(table.name for table in RECORD_TABLES), "persons", "coverage")


def select_due(
    months: Iterable[int],
    as_of: date,
    until: date,
    *,
    tables: Collection[str] = _DATED,
    monthly: Collection[str] = _DATED,
) -> str:
    """Everything of a chunk that comes to pass after one day and by another, for each enterprise whom it concerns.

    Of some ``tables``, and windows of those in ``monthly``, where nobody looks at more.
    """
    numbers = sorted(set(months))
    span = f"day > {write_literal(as_of)} AND day <= {write_literal(until)}"
    parts = [
        part
        for name in _DATED
        if name in tables and name != "coverage"
        for part in _of_table(TABLE[name], numbers if name in monthly else [], (as_of, until))
    ]
    parts += _of_coverage(numbers) if "coverage" in tables else []
    chosen = ", ".join(quote_name(name) for name in DUE)
    return f"SELECT DISTINCT {chosen} FROM ({' UNION ALL '.join(parts)}) WHERE {span}"


def select_kept(as_of: date, until: date) -> str:
    """The statements of completeness, were the tables that are complete on one day kept complete up to another."""
    goes_on, last = _goes_on(as_of, until), write_literal(until)
    return (
        f'SELECT * REPLACE (CASE WHEN {goes_on} THEN CAST({last} AS DATE) ELSE "to" END AS "to", '
        f'CASE WHEN {goes_on} THEN NULL ELSE "exported_on" END AS "exported_on") FROM coverage_recorded'
    )


def select_parting(as_of: date, until: date) -> str:
    """From which day on an enterprise can be answered otherwise were its tables kept up; NULL is every enterprise.

    Up to the last day of a statement the same days are covered with and without its going on, so all that is said of
    them is the same.
    """
    return (
        f'SELECT "uscc" AS uscc, min({_after(_KNOWN_TO)}) AS day FROM coverage_recorded '
        f"WHERE {_goes_on(as_of, until)} GROUP BY ALL"
    )


_KNOWN_TO = 'least("to", coalesce("exported_on", "to"))'


def _goes_on(as_of: date, until: date) -> str:
    """Whether a statement holds on a day, ends before another and so would be longer, were its table kept up."""
    day, last = write_literal(as_of), write_literal(until)
    return f'("from" <= {day} AND {_KNOWN_TO} >= {day} AND {_KNOWN_TO} < {last})'


def _of_table(table: Table, numbers: list[int], span: tuple[date, date]) -> Iterator[str]:
    """The dates of a table's records: begun, over, ended, repaired, and each out of every window."""
    columns = {column.name for column in table.columns}
    begun = quote_name(str(table.date))
    told = [(begun, "begins")]
    starts = [begun]
    if table.interval is not None:
        last = quote_name(table.interval.last_day)
        told.append((_after(last), "expires"))
        starts.append(last)
        if table.interval.ended_on:
            ended = quote_name(table.interval.ended_on)
            told.append((ended, "ends"))
            starts.append(f"CAST({ended} - INTERVAL 1 DAY AS DATE)")
    watch = "(\"list\" = 'watch')" if table.name == "listings" else "FALSE"
    head = f"{write_literal(table.name)} AS of_table, {evidence_sql(table)} AS record, {watch} AS watch"
    uscc = '"uscc"'
    for day, kind in told:
        near = _near([day], [0], span)
        yield from _owned(table, columns, uscc, f"{day} AS day", write_literal(kind), head, near)
    if numbers:
        ends = [end for start in starts for number in numbers for end in _ends(start, number)]
        day, near = f"unnest([{', '.join(ends)}]) AS day", _near(starts, numbers, span)
        yield from _owned(table, columns, uscc, day, "'window'", head, near)


_AROUND = timedelta(days=4)
"""Months end on different days: a record leaves a window at most so many days beside the corresponding day."""


def _near(starts: Iterable[str], numbers: Iterable[int], span: tuple[date, date]) -> str:
    """Which records can have one of their days in a span at all; their days are worked out for few of them only."""
    ranges = []
    for number in sorted(set(numbers)):
        low, high = (_months_before(day, number) for day in span)
        ranges.append((max(low, date.min + _AROUND) - _AROUND, min(high, date.max - _AROUND) + _AROUND))
    return any_of(
        f"coalesce({start} BETWEEN {write_literal(low)} AND {write_literal(high)}, FALSE)"
        for start in starts
        for low, high in ranges
    )


def _months_before(day: date, months: int) -> date:
    return add_months(day, -months) if months < (day.year - 1) * 12 else date.min


def _owned(table: Table, columns: set[str], uscc: str, day: str, kind: str, head: str, near: str) -> Iterator[str]:
    """For the enterprise's own records, and for those of a person for each enterprise where the person has a post."""
    personal = "person_id" in columns and table.name != "persons"
    known = [f"({uscc} IS NOT NULL)", near]
    if personal:
        known.append('("person_id" IS NULL)')
    rows = quote_name(table.name)
    yield f"SELECT {uscc} AS uscc, {day}, {kind} AS kind, {head} FROM {rows} WHERE {all_of(known)}"
    if personal:
        inner = f'SELECT "person_id" AS whose, {day}, {kind} AS kind, {head} FROM {rows} WHERE {near}'
        yield (
            f'SELECT p."uscc" AS uscc, day, kind, of_table, record, watch FROM ({inner}) r '
            'JOIN (SELECT DISTINCT "person_id", "uscc" FROM "persons") p ON p."person_id" = r.whose'
        )


def _of_coverage(numbers: list[int]) -> Iterator[str]:
    """Where completeness begins, is over, and is long enough."""
    head = "\"table\" AS of_table, '' AS record, FALSE AS watch"
    before = 'CAST("from" - INTERVAL 1 DAY AS DATE)'
    long_enough = ['"from"', *(day for number in numbers for day in _ends(before, number))]
    yield f'SELECT "uscc" AS uscc, {_after(_KNOWN_TO)} AS day, \'coverage\' AS kind, {head} FROM "coverage"'
    days = f"unnest([{', '.join(long_enough)}]) AS day"
    yield f'SELECT "uscc" AS uscc, {days}, \'long-enough\' AS kind, {head} FROM "coverage"'


def _after(day: str) -> str:
    return f"CASE WHEN {day} < DATE '9999-12-31' THEN CAST({day} + INTERVAL 1 DAY AS DATE) END"


def _ends(start: str, months: int) -> tuple[str, str]:
    """The first days on which a record of a day has left a window: its last day counted, and not."""
    end = f"CAST({start} + INTERVAL {months} MONTH AS DATE)"
    far = f"{start} < DATE '9000-01-01'"
    return f"CASE WHEN {far} THEN {end} END", f"CASE WHEN {far} THEN CAST({end} + INTERVAL 1 DAY AS DATE) END"
