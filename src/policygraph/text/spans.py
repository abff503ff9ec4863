"""Where words stand in a source text, and one spelling of it that keeps the way back.

Every statement policygraph makes can be traced to the untouched source, so positions are kept from the first step on:
a text is normalised together with the way back to the code points it came from (libraries that normalise first and
search for the words again later lose exactly the damaged passages). Nothing here knows what a document is, and nothing
here forgets a difference that a reader could see: that is `folding`.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache


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
        edits = sorted(edits, key=lambda e: (e.start, e.end))
        if not edits:
            return self
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

        for edit in edits:
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


@cache
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


@cache
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
