"""How days are counted: months by the Civil Code, and merged periods of coverage.

A period of n months from a day ends on the corresponding day n months later, or on that month's last day, and the
day itself still belongs to it (民法典第二百零一、二百零二条；第一千二百五十九条“以内”包括本数). rdflib's own date minus
duration returns no row, and SQL engines disagree about month ends, so both the view and the SQL twin follow this
module and one table of edge dates tests both.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The corresponding day some months later, or the last day of that month when it has none; at most the last date.

    >>> add_months(date(2020, 2, 29), 36)
    datetime.date(2023, 2, 28)
    >>> add_months(date(2023, 11, 21), 36)
    datetime.date(2026, 11, 21)
    >>> add_months(date(9999, 12, 31), 36)
    datetime.date(9999, 12, 31)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:  # 9999-12-31 is how registers write that something has no end
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_ago(day: date, as_of: date) -> int:
    """The smallest number of months whose window before ``as_of`` still holds the day, the last day included.

    >>> months_ago(date(2023, 11, 21), date(2026, 11, 21)), months_ago(date(2023, 11, 21), date(2026, 11, 22))
    (36, 37)
    >>> months_ago(date(2021, 2, 28), date(2024, 2, 29)), months_ago(date(2021, 3, 1), date(2024, 2, 29))
    (37, 36)
    """
    months = (as_of.year - day.year) * 12 + as_of.month - day.month
    return months if add_months(day, months) >= as_of else months + 1


def months_ago_open(day: date, as_of: date) -> int:
    """The same when the last day of a period no longer belongs to it.

    >>> months_ago_open(date(2023, 11, 21), date(2026, 11, 20)), months_ago_open(date(2023, 11, 21), date(2026, 11, 21))
    (36, 37)
    """
    months = (as_of.year - day.year) * 12 + as_of.month - day.month
    return months if add_months(day, months) > as_of else months + 1


def day_after(day: date) -> date | None:
    """The next day; None after the last date there is, which stands for no end.

    >>> day_after(date(2026, 12, 31)), day_after(date.max)
    (datetime.date(2027, 1, 1), None)
    """
    return None if day == date.max else day + ONE_DAY


def first_day_after(day: date, months: int, *, last_day_out: bool) -> date | None:
    """The first day on which a record of ``day`` no longer lies in a window of so many months; None: there is none.

    >>> first_day_after(date(2023, 11, 21), 36, last_day_out=False)
    datetime.date(2026, 11, 22)
    """
    end = add_months(day, months)
    if end == date.max:
        return None
    return end if last_day_out else end + ONE_DAY


def merge_periods(periods: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Periods joined where they overlap or follow on without a gap; both ends belong to a period.

    >>> merge_periods([(date(2025, 1, 1), date(2025, 12, 31)), (date(2024, 1, 1), date(2024, 12, 31))])
    [(datetime.date(2024, 1, 1), datetime.date(2025, 12, 31))]
    """
    merged: list[tuple[date, date]] = []
    for start, end in sorted(period for period in periods if period[0] <= period[1]):
        if merged and start - ONE_DAY <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def covered_since(periods: Iterable[tuple[date, date]], as_of: date) -> date | None:
    """Since when a table is complete without a gap up to ``as_of``; None when it is not complete on that day."""
    for start, end in merge_periods(periods):
        if start <= as_of <= end:
            return start
    return None


def certain_from(earliest: date, latest: date) -> date:
    """The first day on which a document certainly applies: its date, or the day after the interval that holds it.

    >>> certain_from(date(2021, 8, 5), date(2021, 8, 5)), certain_from(date(2020, 1, 1), date(2020, 12, 31))
    (datetime.date(2021, 8, 5), datetime.date(2021, 1, 1))
    """
    return earliest if earliest == latest else latest + ONE_DAY


def find_gaps(periods: Iterable[tuple[date, date]], since: date, until: date) -> list[tuple[date, date]]:
    """The parts of a time that no period speaks for; empty when there is no gap, or no such time.

    >>> find_gaps([(date(2024, 1, 1), date(2024, 6, 30))], date(2023, 7, 1), date(2024, 7, 1))
    [(datetime.date(2023, 7, 1), datetime.date(2023, 12, 31)), (datetime.date(2024, 7, 1), datetime.date(2024, 7, 1))]
    """
    gaps: list[tuple[date, date]] = []
    for start, end in merge_periods(periods):
        if start > until:
            break
        if since < start:
            gaps.append((since, start - ONE_DAY))
        if end >= until:
            return gaps
        since = max(since, end + ONE_DAY)
    return [*gaps, (since, until)] if since <= until else gaps


def months_covered(since: date | None, as_of: date, *, last_day_out: bool = False) -> int:
    """The longest window in months that lies wholly in the covered time; 0 when there is none.

    >>> months_covered(date(2023, 11, 21), date(2026, 11, 21))
    36
    >>> months_covered(date(2023, 11, 22), date(2026, 11, 21))
    35
    """
    if since is None:
        return 0
    count = months_ago_open if last_day_out else months_ago
    return max(count(since - ONE_DAY, as_of) - 1, 0) if since > date.min else 12 * 9999
