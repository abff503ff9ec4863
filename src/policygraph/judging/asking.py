"""From a question in a person's words to one of the questions that can be answered, or to none: without a model.

A question is read as pieces: words of asking (依据, 还有效吗, who), names (documents, works, bodies), regions, days,
places in a law, words that the documents use, and what nobody knows. What a named question is asked by
(``#+ asked``) is read the same way, so two phrasings are alike when they ask with the same words for the same kinds of
thing, in whatever order. The best one is taken only when it is good and clearly better than every other.

Every word comes in from outside (``keeping.routing`` reads them from the dataset and the query files): no topic, no
document and no word of a language stands here. Deliberately absent: a language model, a guess, a memory of what was
asked before, and the clock: days come in.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "asking", "cue", "document", "place", "work", "department", "measure", "locator", "entity", "date", "since",
    "concept", "topic", "unknown",
]  # fmt: skip
"""What a piece of a question is. ``asking`` tells no question from another; ``topic`` are words of the documents."""

SLOTS: frozenset[Kind] = frozenset({"document", "work", "department", "measure", "locator", "entity", "date", "since"})
"""The kinds that a phrasing may leave open and a question may take."""

_PIECE, _KNOWN, _TOPIC, _UNKNOWN = 0.15, 0.05, 0.4, 1.0
"""What a piece costs, and each character of one that is known, of the documents, or unknown: the cheapest reading of
a question knows as much of it as possible in as few pieces as possible."""

_SLOT_WEIGHTS: Mapping[Kind, float] = {
    "entity": 5.0, "work": 2.5, "department": 2.0, "since": 2.0, "measure": 0.8,
}  # fmt: skip
"""How much it says that a question names such a thing; a document or a day may stand in every question."""
_UNHEARD = 0.9
"""What each unknown piece costs a question: it may be the very thing that is asked for."""
_ASIDE = 0.6
"""What a topic costs where the answer cannot be narrowed to it."""
_MISPLACED = 2.0
"""What a thing named in the question costs where the answer has no place for it."""

GOOD = 0.72
"""The least likeness of a phrasing that is answered without asking back."""
BETTER = 0.82
"""The same where the question has a word that the answer cannot be narrowed to."""
BEST = 0.92
"""The same where it has several such words: they are what is asked for."""
CLEAR = 0.10
"""How much better than the next question it must be."""
WORTH = 0.40
"""The least likeness worth offering when asking back."""


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


@dataclass(frozen=True, slots=True)
class Features:
    """What counts of a text when it is compared: the words of asking, the kinds of thing, and how much is unknown."""

    cues: frozenset[str]
    slots: frozenset[Kind]
    topics: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to put a named question, read."""

    query: str
    features: Features


@dataclass(frozen=True, slots=True)
class Scope:
    """What the answer to a named question has a place for: kinds that it takes, kinds that its rows can be kept by."""

    takes: frozenset[Kind]
    shows: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class Score:
    """How alike a question and the nearest phrasing of a named question are, from 0 to 1."""

    query: str
    likeness: float
    said: float
    phrasing: Phrasing = field(compare=False)


def read_pieces(
    text: str,
    named: Mapping[str, tuple[Meaning, ...]],
    placed: Iterable[Piece],
    held: Callable[[str], bool],
    cut: Callable[[int, int], bool],
) -> tuple[Piece, ...]:
    """A folded text as pieces that cover it without overlap: the cheapest reading.

    ``named`` are the forms known, ``placed`` what grammars found (days, places in a law), ``held`` says whether the
    documents use some words, ``cut`` whether a piece may begin and end there (a Latin word is never cut).

    >>> words = {"依据": (Meaning("cue", "basis"),), "的": (Meaning("asking", "asks"),)}
    >>> [(p.text, p.meanings[0].kind if p.meanings else None)
    ...  for p in read_pieces("政府采购的依据", words, (), lambda part: part in "限制政府采购", lambda a, b: True)]
    [('政府采购', 'topic'), ('的', 'asking'), ('依据', 'cue')]
    """
    longest = max(map(len, named), default=0)
    fixed: dict[int, list[Piece]] = {}
    for piece in placed:
        fixed.setdefault(piece.start, []).append(piece)
    best: list[tuple[float, Piece | None]] = [(0.0, None), *((math.inf, None) for _ in text)]

    def offer(cost: float, piece: Piece) -> None:
        total = best[piece.start][0] + cost
        if total < best[piece.end][0] - 1e-9:
            best[piece.end] = (total, piece)

    for start in range(len(text)):
        for piece in fixed.get(start, ()):
            offer(_PIECE + (_TOPIC if piece.means("topic") else _KNOWN / 2) * len(piece.text), piece)
        for end in range(min(len(text), start + longest), start, -1):
            meanings = named.get(text[start:end])
            if meanings and cut(start, end):
                offer(_PIECE + _KNOWN * (end - start), Piece(text[start:end], start, end, meanings))
        for end in range(start + 2, len(text) + 1):
            words = text[start:end]
            if not (words[0].isalnum() and words[-1].isalnum()) or not held(words):
                break
            if cut(start, end):
                offer(_PIECE + _TOPIC * (end - start), Piece(words, start, end, (Meaning("topic", words),)))
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


def weigh_cues(phrasings: Collection[Phrasing]) -> Mapping[str, float]:
    """How much each word of asking says: the fewer named questions are asked with it, the more."""
    queries = {phrasing.query for phrasing in phrasings}
    within = Counter(
        cue for query in queries for cue in {c for p in phrasings if p.query == query for c in p.features.cues}
    )
    return {cue: 0.3 + math.log((1 + len(queries)) / count) for cue, count in within.items()}


def rate(
    features: Features, phrasings: Iterable[Phrasing], scopes: Mapping[str, Scope], weights: Mapping[str, float]
) -> tuple[Score, ...]:
    """The likeness of a question to the nearest phrasing of each named question, best first.

    It is Dice's coefficient over what both say, with what the answer has no place for and what is unknown counted as
    said by one side alone.
    """
    found: dict[str, Score] = {}
    heaviest = max(weights.values(), default=1.0)
    for phrasing in phrasings:
        scope, other = scopes[phrasing.query], phrasing.features
        both = sum(weights[cue] for cue in features.cues & other.cues)
        alone = sum(weights.get(cue, heaviest) for cue in features.cues ^ other.cues)
        for kind, weight in _SLOT_WEIGHTS.items():
            here, there = kind in features.slots, kind in other.slots
            if here and there:
                both += weight
            elif there or (here and kind in scope.takes | scope.shows):
                alone += weight / 2 if kind == "measure" and here else weight
        alone += _MISPLACED * sum(
            kind not in scope.takes | scope.shows for kind in features.slots - {"date", "locator", "measure"}
        )

        alone += _UNHEARD * features.unknown + _ASIDE * count_asides(features, scope)
        likeness = 2 * both / (2 * both + alone) if both else 0.0
        if phrasing.query not in found or found[phrasing.query].likeness < likeness:
            found[phrasing.query] = Score(phrasing.query, likeness, both, phrasing)
    return tuple(sorted(found.values(), key=lambda score: (-score.likeness, score.query)))


def count_asides(features: Features, scope: Scope) -> int:
    """How many words of the documents an answer cannot be narrowed to: to a measure's it can where it has measures."""
    return 0 if "measure" in features.slots & (scope.takes | scope.shows) else features.topics


def choose(scores: Sequence[Score], asides: int = 0) -> Score | None:
    """The named question that is meant; None when none is good enough, or another is nearly as good.

    ``asides`` are the words of the question that the best cannot be narrowed to: with some, it must be better.
    """
    if not scores or scores[0].likeness < (GOOD, BETTER, BEST)[min(asides, 2)]:
        return None
    if len(scores) > 1 and scores[0].likeness - scores[1].likeness < CLEAR:
        return None
    return scores[0]
