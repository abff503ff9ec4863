"""A leaf clause as one run of words, with the way back to the source.

Official texts are broken by lines, pages and table markup in the middle of names, titles and numbers. Citations,
organisations and measures therefore look at a passage without any white space, and every character of it still
knows its place in the source and what kind of break stood before it. This module reads no file and interprets nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from policygraph.reading.documents import Document, leaves
from policygraph.text.spans import Span

NO_BREAK = "."
SPACE = "s"
LINE = "l"
PARAGRAPH = "p"

_SENTENCE_ENDS = frozenset("。；：！？”）》.;:!?)")


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of one leaf clause without white space; `offsets[i]` is where `text[i]` stands in the source.

    `breaks[i]` says what stood before `text[i]`: nothing, a space, a line break (inside a sentence, also over a page),
    or the end of a paragraph. `pieces[i]` numbers the clause's spans, so that noise between them is never quoted.
    """

    clause: str
    level: str
    text: str
    offsets: tuple[int, ...]
    breaks: str
    pieces: tuple[int, ...]

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Where the words `text[start:end]` stand in the source: one span unless noise or markup lies between."""
        found: list[Span] = []
        at = start
        while at < end:
            last = at
            while last + 1 < end and self.pieces[last + 1] == self.pieces[at]:
                last += 1
            found.append(Span(self.offsets[at], self.offsets[last] + 1))
            at = last + 1
        return tuple(found)

    def bounds(self, start: int, end: int) -> tuple[int, int]:
        """Where the words `text[start:end]` begin and end in the source; at least one word is asked for."""
        return self.offsets[start], self.offsets[end - 1] + 1


def read_passages(source: str, document: Document) -> tuple[Passage, ...]:
    """Every leaf clause of the document as a passage, in reading order; empty ones are left out.

    >>> from policygraph.reading.documents import Clause
    >>> words = "（国发\\n\\n[2010] 23号)"
    >>> leaf = Clause("al_1", None, "", "al", "", words, (Span(0, len(words)),), 1)
    >>> document = Document(None, None, (), None, (), None, (), None, (), (), (), (leaf,), (), len(words))
    >>> read_passages(words, document)[0].text
    '（国发[2010]23号)'
    """
    passages = (
        read_passage(source, clause.id, clause.level, clause.spans)
        for clause in sorted(leaves(document), key=lambda clause: clause.order)
    )
    return tuple(passage for passage in passages if passage.text)


def read_passage(source: str, clause: str, level: str, spans: Iterable[Span]) -> Passage:
    """The words at `spans` as a passage; spans outside the source are cut to it."""
    characters: list[str] = []
    offsets: list[int] = []
    breaks: list[str] = []
    pieces: list[int] = []
    since = None
    for piece, span in enumerate(spans):
        for words in _WORDS.finditer(source, max(span.start, 0), max(span.end, 0)):
            start, end = words.span()
            characters.append(words[0])
            offsets += range(start, end)
            breaks.append(_kind_of_break(source, since, start) + NO_BREAK * (end - start - 1))
            pieces += [piece] * (end - start)
            since = end - 1
    return Passage(clause, level, "".join(characters), tuple(offsets), "".join(breaks), tuple(pieces))


# matches 佳木斯市 · （一） · A1;  not: a blank or a line break
_WORDS = re.compile(r"\S+")


def _kind_of_break(source: str, since: int | None, offset: int) -> str:
    """What lies between two neighbouring words: a page break never ends an unfinished sentence, `</p>` alone does."""
    if since is None:
        return PARAGRAPH
    if offset == since + 1:
        return NO_BREAK
    between = source[since + 1 : offset]
    if "\n" in between or "\r" in between:
        return PARAGRAPH if source[since] in _SENTENCE_ENDS else LINE
    if "<" in between or "\t" in between:
        return PARAGRAPH
    return SPACE
