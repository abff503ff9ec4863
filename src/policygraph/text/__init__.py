"""Where words stand in a source text, and how Chinese official texts write numbers and dates.

Every statement policygraph makes can be traced to the untouched source, so positions are kept from the first step on:
a text is normalised together with the way back to the code points it came from (libraries that normalise first and
search for the words again later lose exactly the damaged passages). Nothing here knows what a document is.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the untouched source, counted in Unicode code points, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``text[start:end]`` by `replacement`; a blank replacement sets the passage aside."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text in one spelling of brackets, digits and spaces, with the source position of every character.

    `positions[i]` is the source position of ``text[i]``; `cuts` are the bounds in `text` of what stands in for words
    of the source that were set aside (often nothing, or a space), so that a span never swallows them.
    """

    source: str
    text: str
    positions: Sequence[int]
    cuts: tuple[tuple[int, int], ...]

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """The source spans of ``text[start:end]``; empty when nothing is asked for.

        >>> note = normalise("第\\u200d五条（一）项")
        >>> note.text, note.spans(0, 3)
        ('第五条（一）项', (Span(start=0, end=1), Span(start=2, end=4)))
        """
        if start >= end:
            return ()
        found = []
        here = start
        for at in range(bisect_left(self.cuts, (start, start)), len(self.cuts)):
            low, high = self.cuts[at]
            if low >= end:
                break
            if here < low:
                found.append(Span(self.positions[here], self.positions[low - 1] + 1))
            here = max(here, high)
        if here < end:
            found.append(Span(self.positions[here], self.positions[end - 1] + 1))
        return tuple(found)

    def rewrite(self, edits: Iterable[Edit]) -> Normalised:
        """The same text after `edits` (in any order; of two that overlap the later one is ignored)."""
        pieces: list[str] = []
        positions = array("q")
        cuts: list[tuple[int, int]] = []
        inherited = self.cuts
        next_cut = 0
        last = 0
        length = 0

        def copy(start: int, end: int) -> int:
            nonlocal next_cut
            while next_cut < len(inherited) and inherited[next_cut][0] <= end:
                low, high = inherited[next_cut]
                if low >= start:
                    cuts.append((length + low - start, length + min(high, end) - start))
                next_cut += 1
            pieces.append(self.text[start:end])
            positions.extend(self.positions[start:end])
            return end - start

        for edit in sorted(edits, key=lambda e: (e.start, e.end)):
            if edit.start < last or edit.end <= edit.start:
                continue
            length += copy(last, edit.start)
            pieces.append(edit.replacement)
            positions.extend([self.positions[edit.start]] * len(edit.replacement))
            if not edit.replacement.strip() and self.text[edit.start : edit.end].strip():
                cuts.append((length, length + len(edit.replacement)))
            length += len(edit.replacement)
            last = edit.end
        length += copy(last, len(self.text))
        return Normalised(self.source, "".join(pieces), positions, tuple(sorted(set(cuts))))


_PUNCTUATION = str.maketrans(
    {
        **dict(zip("(),:;?!．｡､∶︰﹕﹔﹒﹝﹞﹙﹚", "（），：；？！.。、：：：；.〔〕（）", strict=True)),
        **dict.fromkeys("\x0b\x0c\x85\u2028\u2029\r", "\n"),
        **dict.fromkeys("\x1c\x1d\x1e\x1f", " "),
    }
)
# Characters that stand for a whole marker: ㈠ is （一）, ⑴ is （1）, ⒈ is "1."; ① stays, it is a level of its own.
_MARKERS: dict[str, str] = {
    **{chr(0x3220 + i): f"（{'一二三四五六七八九十'[i]}）" for i in range(10)},
    **{chr(0x2474 + i): f"（{i + 1}）" for i in range(20)},
    **{chr(0x2488 + i): f"{i + 1}." for i in range(20)},
}
# Full and half width forms, Kangxi radicals (PDF extraction prints ⼀ for 一), compatibility ideographs and forms.
_COMPATIBLE = ((0x2E80, 0x2FDF), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFFEF))


def _spell(character: str) -> str:
    """The one spelling of a character; the same character when there is nothing to do."""
    code = ord(character)
    if any(low <= code <= high for low, high in _COMPATIBLE):
        folded = unicodedata.normalize("NFKC", character)
        character = folded if len(folded) == 1 else character
    character = character.translate(_PUNCTUATION)
    if unicodedata.category(character) == "Zs" and character != "\u3000":
        return " "
    return character


def is_invisible(character: str) -> bool:
    """Whether a character prints nothing and is no space: zero-width joiners, byte order marks, control codes.

    >>> is_invisible("\\u200d"), is_invisible("\\x00"), is_invisible("\\u3000")
    (True, True, False)
    """
    return unicodedata.category(character) in {"Cf", "Cc"} and not character.isspace()


def normalise(source: str) -> Normalised:
    """Write brackets, punctuation, digits and spaces one way and leave out invisible characters, keeping positions.

    Half-width brackets and punctuation become full width, full-width digits and letters half width; ``\\r\\n`` and
    page feeds become line ends; the ideographic space stays, because its runs separate paragraphs.

    >>> normalise("(一)　２０２０年:㈡").text
    '（一）\\u30002020年：（二）'
    """
    letters = set(source)
    table = {ord(c): spelt for c in letters if (spelt := _spell(c)) != c}
    text = source.replace("\r\n", " \n").translate(table)
    plain = Normalised(source, text, range(len(source)), ())
    markers = "".join(c for c in letters if c in _MARKERS)
    invisible = "".join(c for c in letters if is_invisible(c))
    classes = [f"[{re.escape(markers)}]"] if markers else []
    classes += [f"[{re.escape(invisible)}]+"] if invisible else []
    if not classes:
        return plain
    found = re.compile("|".join(classes)).finditer(text)
    edits = [Edit(m.start(), m.end(), _MARKERS.get(m.group(), "")) for m in found]
    return plain.rewrite(edits)


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
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
    if all(c in _DIGITS for c in numeral):
        return int("".join(str(_DIGITS[c]) for c in numeral)) if len(numeral) <= 9 else None
    total, digit, unit = 0, None, 10000
    for c in numeral:
        if c in _UNITS:
            if _UNITS[c] >= unit or (digit is None and (c != "十" or total)):
                return None
            unit = _UNITS[c]
            total += (1 if digit is None else digit) * unit
            digit = None
        elif c in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[c]
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
    year = "".join(str(_DIGITS.get(c, c)) for c in year)
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
