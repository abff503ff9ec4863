"""The number of a document (发文字号)."""

from __future__ import annotations

import re

from policygraph.text.spans import normalise

# Matches 佳应急联发〔2020〕6号, 发改财金[2016]1001号, 国发 【2014】 第 20 号; not 2020年第3次会议.
DOCUMENT_NUMBER = r"""
(?P<code>[\u4e00-\u9fffA-Za-z·]{1,20}?) \s*
[〔\[（【〈<{] \s* (?P<year>(?:1\s?9|2\s?0)\s?\d\s?\d) \s* 年? \s* [〕\]）】〉>}] \s*
第? \s* (?P<serial>\d(?:\s?\d){0,5}) \s* 号
"""
_DOCUMENT_NUMBER = re.compile(DOCUMENT_NUMBER, re.VERBOSE)


def normalise_number(written: str) -> str | None:
    """A document number (发文字号) in its standard spelling; None when the words are no such number.

    >>> normalise_number("苏发改信用发(2019)820号"), normalise_number("国发 [ 2010 ] 23 号")
    ('苏发改信用发〔2019〕820号', '国发〔2010〕23号')
    >>> normalise_number("2019年第820号") is None
    True
    """
    match = _DOCUMENT_NUMBER.fullmatch(normalise(written).text.strip())
    if not match:
        return None
    code, year, serial = (re.sub(r"\s", "", match[name]) for name in ("code", "year", "serial"))
    return f"{code}〔{year}〕{int(serial)}号"
