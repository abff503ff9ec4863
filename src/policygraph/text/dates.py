"""Dates as official texts print them: 二〇一〇年十二月二十九日, 2020年6月16日; a day that no calendar has is none.

Dates of a register are another thing: their few notations are part of its contract (``keeping.registers.cells``).
"""

from __future__ import annotations

import datetime
import re

from policygraph.text.numerals import DIGITS, parse_numeral
from policygraph.text.spans import normalise

# Matches 二〇一〇年十二月二十九日, 2011 年 12 月 15 日, 2020年6月16日, 2020-06-16; not 2020年, 2020年6月.
DATE = r"""
(?: (?P<y>\d[ ]?\d[ ]?\d[ ]?\d|[〇零○ＯOo0一二三四五六七八九]{4}) \s* 年
    \s* (?P<m>\d[ ]?\d?|[一二三四五六七八九十元]{1,3}) \s* 月
    \s* (?P<d>\d[ ]?\d?|[一二三四五六七八九十廿卅]{1,3}) \s* 日
  | (?P<y2>\d{4}) (?P<sep>[-./]) (?P<m2>\d{1,2}) (?P=sep) (?P<d2>\d{1,2}) (?!\d) )
"""
_DATE = re.compile(DATE, re.VERBOSE)


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
    match = _DATE.fullmatch(normalise(written).text.strip())
    return date_of(match) if match else None
