"""The reader's page as a tree: clauses in order, each leaf's characters cut where a highlight begins or ends.

Highlights are spans of the source, and they nest (a department inside a measure), so text is cut at every border and
each piece carries the kinds that cover it: no markup is ever spliced into a string. Pure: rows in, values out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Highlight:
    """A span of the source with the kind of thing it is, where it leads and what it says on hover."""

    start: int
    end: int
    kind: str
    target: str | None
    title: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters covered by the same highlights."""

    text: str
    kinds: tuple[str, ...]
    target: str | None
    title: str


@dataclass(slots=True)
class ClauseNode:
    """A clause on the page; a leaf has paragraphs of pieces, a parent has children."""

    iri: str
    anchor: str
    label: str
    level: str
    heading: str
    paragraphs: list[list[Piece]] = field(default_factory=list)
    children: list[ClauseNode] = field(default_factory=list)

    @property
    def opening(self) -> str:
        """The first words below the number, for the contents; empty when the clause has no text of its own."""
        if self.paragraphs:
            return "".join(piece.text for piece in self.paragraphs[0]).removeprefix(self.label).strip()[:16]
        return next((child.opening for child in self.children if child.opening), "")


def cut_pieces(text: str, start: int, highlights: Iterable[Highlight]) -> list[Piece]:
    """Cut ``text``, which begins at ``start`` of the source, at every border of the highlights that touch it.

    >>> pieces = cut_pieces("实施单位:佳木斯市财政局", 10, [Highlight(15, 22, "organisation", "/org/x", "财政")])
    >>> [(p.text, p.kinds) for p in pieces]
    [('实施单位:', ()), ('佳木斯市财政局', ('organisation',))]
    """
    end = start + len(text)
    touching = [h for h in highlights if h.start < end and h.end > start]
    borders = sorted({start, end, *(min(max(b, start), end) for h in touching for b in (h.start, h.end))})
    pieces = []
    for left, right in pairwise(borders):
        covering = sorted(
            (h for h in touching if h.start <= left and h.end >= right), key=lambda h: (h.end - h.start, h.kind)
        )
        pieces.append(
            Piece(
                text[left - start : right - start],
                tuple(dict.fromkeys(h.kind for h in covering)),
                next((h.target for h in covering if h.target), None),
                " · ".join(dict.fromkeys(h.title for h in covering if h.title)),
            )
        )
    return pieces


def split_paragraphs(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """The pieces of one leaf as printed lines; blank lines of the layout are dropped, no other character is."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        for index, part in enumerate(piece.text.split("\n")):
            if index:
                lines.append([])
            if part:
                lines[-1].append(Piece(part, piece.kinds, piece.target, piece.title))
    return [line for line in lines if any(piece.text.strip() for piece in line)]
