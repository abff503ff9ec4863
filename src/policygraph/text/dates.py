"""Dates as official texts print them: 二〇一〇年十二月二十九日, 2020年6月16日; a day that no calendar has is none.

Dates of a register are another thing: their few notations are part of its contract (``keeping.registers.cells``).
"""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from dataclasses import dataclass

from policygraph.errors import InputError
from policygraph.text.numerals import DIGITS, parse_numeral
from policygraph.text.spans import normalise

# Matches 二〇一〇年十二月二十九日, 2011 年 12 月 15 日, 2020年6月16日, 2020-06-16; not 2020年, 2020年6月.
DATE = r"""
(?: (?P<y>\d[ ]?\d[ ]?\d[ ]?\d|[〇零○ＯOo0一二三四五六七八九]{4}) \s* 年
    \s* (?P<m>\d[ ]?\d?|[一二三四五六七八九十元]{1,3}) \s* 月
    \s* (?P<d>\d[ ]?\d?|[一二三四五六七八九十廿卅]{1,3}) \s* 日
  | (?P<y2>\d{4}) (?P<sep>[-./]) (?P<m2>\d{1,2}) (?P=sep) (?P<d2>\d{1,2}) (?!\d) )
"""
WRITTEN_DATE = re.compile(DATE, re.VERBOSE)

UNNAMED_DATE = re.sub(r"\?P<\w+>", "?:", DATE.replace("(?P=sep)", "[-./]"))
"""The same without names of groups, for a pattern that holds a date more than once."""

# Matches 2026年11月, 2020年, 2026-11, 2020; not 2020年6月16日 (a day), the year of 〔2020〕6号, 12020.
_PERIOD = re.compile(
    r"""(?<![0-9〔(\[（])(?P<year>(?:19|20)\d\d)
        (?: 年 (?:(?P<month>\d{1,2})月)? | -(?P<month2>\d{1,2})(?![-\d]) | (?![0-9年〕)\]）号-]) )""",
    re.VERBOSE,
)


# Matches the 1号 of 2021年9月1号, as people say a day; not that of 2021年9月1号文.
_SAID_DAY = re.compile(r"(?<=月)(\s*\d{1,2}\s*)号(?!文)")


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a month or a year that a person names: its first and last day in ISO form, and where it stands."""

    first: str
    last: str
    start: int
    end: int


def date_of(match: re.Match[str]) -> str | None:
    """The ISO date of a match of `DATE`; None for a day that no calendar has."""
    year, month, day = (match["y"], match["m"], match["d"]) if match["y"] else (match["y2"], match["m2"], match["d2"])
    year = re.sub("[○ＯOo]", "〇", year.replace(" ", ""))
    year = "".join(str(DIGITS.get(c, c)) for c in year)
    values = [parse_numeral(part.replace("元", "一")) for part in (year, month, day)]
    try:
        return datetime.date(values[0] or 0, values[1] or 0, values[2] or 0).isoformat()
    except ValueError:
        return None


def parse_date(written: str) -> str | None:
    """A date as printed, in ISO form; None when the words are no date or the day does not exist.

    >>> parse_date("二〇一〇年十二月二十九日"), parse_date("2011 年 12 月 15 日"), parse_date("2020年6月16日")
    ('2010-12-29', '2011-12-15', '2020-06-16')
    >>> parse_date("2021年2月30日") is None
    True
    """
    match = WRITTEN_DATE.fullmatch(normalise(written).text.strip())
    return date_of(match) if match else None


def find_periods(text: str) -> tuple[Period, ...]:
    """The days, months and years named in what a person types, in order; empty when it names none.

    The end and the beginning of a year or month (2020年底, 2021年初) are their last and first day.

    >>> [(one.first, one.last) for one in find_periods("2026年11月和2020年比，2021-12-31呢")]
    [('2026-11-01', '2026-11-30'), ('2020-01-01', '2020-12-31'), ('2021-12-31', '2021-12-31')]
    >>> [one.last for one in find_periods("2020年底到2021年9月1号")]
    ['2020-12-31', '2021-09-01']
    >>> find_periods("国发〔2014〕20号"), find_periods("2020年13月")
    ((), ())
    """
    text = _SAID_DAY.sub(r"\1日", text)
    found = [Period(day, day, *match.span()) for match in WRITTEN_DATE.finditer(text) if (day := date_of(match))]
    for match in _PERIOD.finditer(text):
        year, month = int(match["year"]), int(match["month"] or match["month2"] or 0)
        if month > 12 or any(one.start <= match.start() < one.end for one in found):
            continue
        last = monthrange(year, month or 12)[1]
        first, end = f"{year}-{month or 1:02}-01", f"{year}-{month or 12:02}-{last:02}"
        edge = text[match.end() : match.end() + 1] if match[0][-1] in "年月" else ""
        if edge and edge in "底末":
            first = end
        elif edge == "初":
            end = first
        found.append(Period(first, end, match.start(), match.end() + (edge in ("底", "末", "初"))))
    return tuple(sorted(found, key=lambda one: one.start))


def read_day(written: str, place: str = "日期") -> datetime.date:
    """A day that a person gives, in ISO form; ``place`` is what an error names. Errors: ``InputError`` for no day.

    >>> read_day("2026-11-21")
    datetime.date(2026, 11, 21)
    >>> read_day("2020-13-01")
    Traceback (most recent call last):
    ...
    policygraph.errors.InputError: 日期: “2020-13-01”不是日期。写成 2020-12-01 这样的形式
    """
    try:
        return datetime.date.fromisoformat(written)
    except ValueError as error:
        raise InputError(place, f"“{written}”不是日期", "写成 2020-12-01 这样的形式") from error
