"""The same length of time said in years and in months: who looks for 36个月 may mean the 3年 that a text prints.

It is offered and never looked for unasked: whether 36 months are three years of a text is for a reader to say.
Deliberately absent: what a length of time means in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policygraph.text.numerals import HAN, parse_numeral, read_english

_YEAR = 12
"""The months of a year."""
# matches 三十六个月 · 36 个月 · 三年 · 2年; not 2020年, which is no length of time
_CHINESE = re.compile(rf"(?<!\d)(?P<number>\d{{1,3}}|[{HAN}两]+)\s*(?P<unit>个月|年)")
# matches 36 months · two years
_ENGLISH = re.compile(r"\b(?P<number>\d{1,3}|[a-z]+)[\s-]+(?P<unit>months?|years?)\b", re.IGNORECASE)


def same_time(query: str) -> Iterator[str]:
    """A query with each length of time in it said in the other unit; none where it has none, or no whole years.

    >>> list(same_time("三十六个月")), list(same_time("处罚满18个月")), list(same_time("2020年"))
    (['3年'], [], [])
    >>> list(same_time("within 24 months")), list(same_time("two years"))
    (['within 2 years'], ['24 months'])
    """
    for found in _CHINESE.finditer(query):
        yield from _say(query, found, parse_numeral(found["number"]), "年", "个月", found["unit"] == "个月")
    for found in _ENGLISH.finditer(query):
        number = read_english(found["number"].casefold())
        number = int(found["number"]) if found["number"].isdigit() else number
        yield from _say(query, found, number, " years", " months", found["unit"][0] in "mM")


def _say(
    query: str, found: re.Match[str], number: int | None, years: str, months: str, in_months: bool
) -> Iterator[str]:  # fmt: skip
    if number and not (in_months and number % _YEAR):
        other = f"{number // _YEAR}{years}" if in_months else f"{number * _YEAR}{months}"
        yield query[: found.start()] + other + query[found.end() :]
