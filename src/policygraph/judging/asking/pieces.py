"""A question as pieces: the cheapest way to cut it into words that are known.

Every word comes in from outside. Deliberately absent: what is asked, and every name of a dataset.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "asking", "cue", "document", "place", "work", "department", "measure", "locator", "entity", "date", "since",
    "concept", "topic", "unknown",
]  # fmt: skip
"""What a piece of a question is. ``asking`` tells no question from another; ``topic`` are words of the documents."""

_PIECE, _KNOWN, _TOPIC, _UNKNOWN = 0.15, 0.05, 0.4, 1.0
"""What a piece costs, and each character of one that is known, of the documents, or unknown: the cheapest reading of
a question knows as much of it as possible in as few pieces as possible."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a piece may mean: its kind, the value (an IRI, a day, a place) and what that is called."""

    kind: Kind
    value: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch ``start:end`` of the question as it was read, with everything that it may mean; none when unknown."""

    text: str
    start: int
    end: int
    meanings: tuple[Meaning, ...] = ()

    def means(self, kind: Kind) -> tuple[Meaning, ...]:
        """Its meanings of one kind."""
        return tuple(meaning for meaning in self.meanings if meaning.kind == kind)


def list_openings(forms: Iterable[str]) -> frozenset[str]:
    """What some forms begin with, themselves among it: a stretch that begins none need not be read further.

    >>> sorted(list_openings(["依据", "依法"]))
    ['依', '依据', '依法']
    """
    return frozenset(form[:size] for form in forms for size in range(1, len(form) + 1))


def read_pieces(
    text: str,
    named: Mapping[str, tuple[Meaning, ...]],
    placed: Iterable[Piece],
    held: Callable[[str], bool],
    cut: Callable[[int, int], bool],
    openings: Collection[str] | None = None,
) -> tuple[Piece, ...]:
    """A folded text as pieces that cover it without overlap: the cheapest reading.

    ``named`` are the forms known (``openings`` all that they begin with, worked out where it is not given), ``placed``
    what grammars found (days, places in a law), ``held`` says whether the documents use some words, ``cut`` whether a
    piece may begin and end there (a Latin word is never cut).

    >>> words = {"依据": (Meaning("cue", "basis"),), "的": (Meaning("asking", "asks"),)}
    >>> [(p.text, p.meanings[0].kind if p.meanings else None)
    ...  for p in read_pieces("政府采购的依据", words, (), lambda part: part in "限制政府采购", lambda a, b: True)]
    [('政府采购', 'topic'), ('的', 'asking'), ('依据', 'cue')]
    """
    openings = list_openings(named) if openings is None else openings
    fixed: dict[int, list[Piece]] = {}
    for piece in placed:
        fixed.setdefault(piece.start, []).append(piece)
    best: list[tuple[float, Piece | None]] = [(0.0, None), *((math.inf, None) for _ in text)]

    def improves(cost: float, start: int, end: int) -> bool:
        return best[start][0] + cost < best[end][0] - 1e-9

    def offer(cost: float, piece: Piece) -> None:
        if improves(cost, piece.start, piece.end):
            best[piece.end] = (best[piece.start][0] + cost, piece)

    for start in range(len(text)):
        for piece in fixed.get(start, ()):
            offer(_PIECE + (_TOPIC if piece.means("topic") else _KNOWN / 2) * len(piece.text), piece)
        for end in range(start + 1, len(text) + 1):
            words = text[start:end]
            if words not in openings:
                break
            meanings = named.get(words)
            if meanings and cut(start, end) and improves(cost := _PIECE + _KNOWN * (end - start), start, end):
                offer(cost, Piece(words, start, end, meanings))
        for end in range(start + 2, len(text) + 1) if text[start].isalnum() else ():
            words = text[start:end]
            if not words[-1].isalnum() or not held(words):
                break
            if cut(start, end) and improves(cost := _PIECE + _TOPIC * (end - start), start, end):
                offer(cost, Piece(words, start, end, (Meaning("topic", words),)))
        offer(_PIECE + _UNKNOWN, Piece(text[start], start, start + 1))
    pieces: list[Piece] = []
    at = len(text)
    while at:
        found = best[at][1]
        assert found is not None
        at = found.start
        last = pieces[-1] if pieces else None
        if last is not None and not found.meanings and not last.meanings:
            pieces[-1] = Piece(found.text + last.text, found.start, last.end)
        else:
            pieces.append(found)
    return tuple(reversed(pieces))
