"""Numbers as Chinese official texts print them: 七十五, 二〇二〇, 廿三, 75, ７５; up to ten thousand, never guessed."""

from __future__ import annotations

import re

HAN = "〇零○一二三四五六七八九十百千廿卅"
"""The characters of a Chinese numeral, as the inside of a character class."""
DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
# matches XXIX · IV · II; not IIII · VX
_ROMAN = re.compile(r"(?P<tens>X{0,3})(?:(?P<nine>IX)|(?P<four>IV)|(?P<five>V?)(?P<ones>I{0,3}))")
_CONTRACTED = {"廿": "二十", "卅": "三十"}


def parse_numeral(numeral: str) -> int | None:
    """The value of a Chinese or Arabic numeral below ten thousand; None when it is none.

    >>> [parse_numeral(n) for n in ("十", "一百一十九", "二〇一〇", "廿三", "一百零五", "７", "十百", "")]
    [10, 119, 2010, 23, 105, 7, None, None]
    """
    numeral = "".join(_CONTRACTED.get(c, c) for c in numeral if not c.isspace())
    if not numeral:
        return None
    if len(numeral) <= 9 and numeral.isdecimal():
        return int(numeral)
    if all(c in DIGITS for c in numeral):
        return int("".join(str(DIGITS[c]) for c in numeral)) if len(numeral) <= 9 else None
    total, digit, unit = 0, None, 10000
    for c in numeral:
        if c in _UNITS:
            if _UNITS[c] >= unit or (digit is None and (c != "十" or total)):
                return None
            unit = _UNITS[c]
            total += (1 if digit is None else digit) * unit
            digit = None
        elif c in DIGITS:
            if digit:
                return None
            digit = DIGITS[c]
        else:
            return None
    return total + (digit or 0)


def write_numeral(number: int) -> str:
    """A number from 0 to 9999 as official texts print ordinals.

    >>> [write_numeral(n) for n in (0, 10, 19, 20, 105, 119, 2010)]
    ['零', '十', '十九', '二十', '一百零五', '一百一十九', '二千零一十']
    >>> write_numeral(10000)
    Traceback (most recent call last):
    ...
    ValueError: 10000 is not between 0 and 9999
    """
    if not 0 <= number <= 9999:
        raise ValueError(f"{number} is not between 0 and 9999")
    written, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            written += ("零" if gap and written else "") + "零一二三四五六七八九"[digit] + name
            gap = False
        else:
            gap = True
    if 10 <= number < 20:
        written = written.removeprefix("一")
    return written or "零"


_ENGLISH_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}


def read_english(word: str) -> int | None:
    """The value of an English number word up to twenty, or of a ten, as questions have it; None for every other word.

    >>> [read_english(word) for word in ("three", "Twelve", "twenty", "sixty", "3", "often")]
    [3, 12, 20, 60, None, None]
    """
    folded = word.casefold()
    return _ENGLISH.index(folded) if folded in _ENGLISH else _ENGLISH_TENS.get(folded)


def read_roman(numeral: str) -> int | None:
    """The value of a Roman numeral up to thirty-nine, as English numbers headings; None for no numeral.

    >>> [read_roman(numeral) for numeral in ("II", "IX", "XXXIV", "IIII", "")]
    [2, 9, 34, None, None]
    """
    found = _ROMAN.fullmatch(numeral)
    if found is None or not numeral:
        return None
    worth = {"tens": 10, "nine": 9, "four": 4, "five": 5, "ones": 1}
    whole = ("nine", "four")
    return sum(worth[name] * (1 if name in whole else len(part)) for name, part in found.groupdict().items() if part)
