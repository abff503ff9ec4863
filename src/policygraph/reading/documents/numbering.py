"""What may open a clause: the numbering styles of official documents, and the places where they count.

A number opens a clause when it stands where one can and continues, starts or plausibly nests a sequence; this module
knows the styles and the places, `tree` the sequences. The levels of 公文 are 一、（一）1.（1）(GB/T 9704), of statutes
编章节条款项目 (立法法 art. 61); real texts mix, repeat and skip them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from policygraph.reading.patterns.numbering import (
    AFTER_ARTICLE,
    AFTER_ITEM,
    BEFORE_REFERENCE,
    MARKER,
    QUOTED,
    SENTENCE_END_BEFORE_NUMBER,
)
from policygraph.text.numerals import parse_numeral


class Marker(NamedTuple):
    """A number that may open a clause, at ``text[start:end]``."""

    start: int
    end: int
    style: str
    number: int
    branch: int  # 第二十二条之一 has branch 1
    doubt: int  # 0 stands where a clause may open, 1 where only the very next number is believed, 2 inside a sentence


# How styles nest when nothing else is known: a lower rank encloses a higher one.
RANK = {
    "part": 0,
    "chp": 1,
    "lsec": 2,
    "art": 3,
    "dec1": 4,
    "cn_dun": 5,
    "stage": 6,
    "dec2": 7,
    "cn_paren": 8,
    "ordinal": 9,
    "ar_dot": 10,
    "dec3": 11,
    "ar_half": 12,
    "ar_paren": 13,
    "dec4": 14,
    "circled": 15,
}

_MARKER = MARKER.compile()
_AFTER_ARTICLE = AFTER_ARTICLE.compile()
_AFTER_ITEM = AFTER_ITEM.compile()
_BEFORE_REFERENCE = BEFORE_REFERENCE.compile()
_QUOTED = QUOTED.compile()
_AFTER_SENTENCE = SENTENCE_END_BEFORE_NUMBER.compile()
_STRONG = "。！？；：…"
# Styles whose look leaves no doubt that they number something: believed inside a sentence when the sequence agrees.
_SURE_STYLES = frozenset({"cn_paren", "art", "chp"})


def _read(match: re.Match[str]) -> tuple[str, int, int] | None:
    """Style, number and branch of a match; None when the numeral is none."""
    style = match.lastgroup or ""
    if style == "branch":
        style = "art"
    numeral = match[style]
    branch = parse_numeral(match["branch"]) or 0 if match["branch"] else 0
    if style == "circled":
        code = ord(numeral)
        return "circled", code - 0x245F if code < 0x3251 else code - 0x3251 + 21, 0
    if style == "dec":
        parts = [int(part) for part in numeral.split(".")]
        return f"dec{len(parts)}", parts[-1], 0
    if style == "cn_half":
        style = "cn_paren"
    number = parse_numeral(re.sub("[—–-]", "一", numeral))
    return (style, number, branch) if number else None


def opens_clause(text: str) -> Marker | None:
    """The marker with which a line opens; None when it opens with none.

    >>> opens_clause("（十五）完善科学执法制度。").number, opens_clause("第二十二条之一 供应商").branch
    (15, 1)
    >>> opens_clause("2.5万元以上"), opens_clause("第八条第（三）项所称"), opens_clause("第三人民医院")
    (None, None, None)
    """
    match = _MARKER.match(text)
    read = _read(match) if match else None
    if not match or not read or is_reference(text, match.end(), read[0]):
        return None
    if match["ar_dot"] and match.group().endswith("。"):
        return None
    return Marker(0, match.end(), *read, doubt=0)


def is_reference(text: str, end: int, style: str) -> bool:
    """Whether the words after a number show that it only refers: 第八条规定, （三）项."""
    after = text[end : end + 4]
    if style in {"art", "chp", "lsec", "part"}:
        return bool(_AFTER_ARTICLE.match(after))
    if style in {"cn_paren", "ar_paren"}:
        return bool(_AFTER_ITEM.match(after)) or (text[end - 1] == "、" and after.startswith("（"))
    return False


def find_markers(text: str) -> list[Marker]:
    """Every number of a paragraph that stands where a clause may open, in order.

    >>> text = "二、简化审批（四）降低门槛。依照第八条第（三）项和《办法（一）》办理。（五）精简环节。"
    >>> [(m.style, m.number, m.doubt) for m in find_markers(text)]
    [('cn_dun', 2, 0), ('cn_paren', 4, 1), ('cn_paren', 5, 0)]
    """
    found: list[Marker] = []
    opener = opens_clause(text)
    if opener:
        found.append(opener)
    if len(text) < 6:
        return found
    quoted = [m.span() for m in _QUOTED.finditer(text)] if ("《" in text or "“" in text or "〈" in text) else []
    starts = [start for start, _ in quoted]
    for match in _MARKER.finditer(text, opener.end if opener else 1):
        start = match.start()
        style = match.lastgroup or ""
        before = text[max(0, start - 8) : start]
        trimmed = before.rstrip()
        if not trimmed or trimmed[-1].isdigit() or style in {"cn_half", "dec", "dec1"}:
            continue
        strong = bool(_AFTER_SENTENCE.search(trimmed))
        spaced = before[-1:].isspace()
        heading = bool(found) and not strong and start - found[-1].end <= 60 and _is_bare(text, found[-1].end, start)
        comma = style in {"ar_paren", "circled", "branch"} and trimmed[-1] in "，、"
        apart = spaced and style in {"art", "chp", "lsec", "cn_dun", "part"}
        believed = heading or comma or apart or trimmed[-1] == "）"
        if not strong and not believed and (style not in _SURE_STYLES or trimmed[-1] in "，、（《“"):
            continue
        at = bisect_right(starts, start) - 1
        if at >= 0 and quoted[at][0] < start < quoted[at][1]:
            continue
        read = _read(match)
        if not read or _BEFORE_REFERENCE.search(before):
            continue
        after = text[match.end() : match.end() + 1]
        if not after or (is_reference(text, match.end(), read[0]) and not (read[0] == "art" and after.isspace())):
            continue
        found.append(Marker(start, match.end(), *read, doubt=0 if strong else 1 if believed else 2))
    return found


def _is_bare(text: str, start: int, end: int) -> bool:
    """Whether a stretch has no sentence end, so that it can be a heading."""
    return not any(c in _STRONG for c in text[start:end].lstrip("： "))
