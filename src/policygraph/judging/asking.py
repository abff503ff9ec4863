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
from dataclasses import dataclass, field, replace
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
_LIGHT = 0.6
"""What is taken off a word of asking that may be said in passing."""
_WORD = 2.5
"""How much it says that a question holds a word of the documents that the phrasing holds too."""
_STRONG: frozenset[Kind] = frozenset({"entity", "work", "department"})
"""The kinds that part questions by themselves; without one of them or a word in common two texts are not alike."""
_LITERAL, _CLOSE = 0.6, 0.5
"""What is left of the likeness of a phrasing that counts by its wording where the question has none of it, and the
likeness of wordings from which on nothing is taken off."""
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
WORDING = 0.4
"""What it says that a question is put in the same words, beside the same words of asking: it parts equals."""
_EVEN = 0.02
"""What two likenesses differ by that are taken for the same."""
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
    words: frozenset[str] = frozenset()
    """Words of the documents that a phrasing holds: they count where both have them, and are no word of asking."""
    wording: frozenset[str] = frozenset()
    """Every two characters side by side, things named left out: how it is said, beside what is said."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to put a named question, read; ``preset`` are values that it asks with (one question of the codebook).

    ``literal``: what it says is also said of something else, so that it counts by its wording.
    """

    query: str
    features: Features
    preset: tuple[tuple[str, str], ...] = ()
    literal: bool = False


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
    wording: float = 0.0
    asides: int = 0
    """The words of the question that the answer cannot be narrowed to and the phrasing does not hold."""

    @property
    def rank(self) -> float:
        """What it is compared by: what is said, and a little how it is said."""
        return self.likeness + WORDING * self.wording


def read_pieces(
    text: str,
    named: Mapping[str, tuple[Meaning, ...]],
    placed: Iterable[Piece],
    held: Callable[[str], bool],
    cut: Callable[[int, int], bool],
    longest: int | None = None,
) -> tuple[Piece, ...]:
    """A folded text as pieces that cover it without overlap: the cheapest reading.

    ``named`` are the forms known (``longest`` the length of the longest, worked out where it is not given), ``placed``
    what grammars found (days, places in a law), ``held`` says whether the documents use some words, ``cut`` whether a
    piece may begin and end there (a Latin word is never cut).

    >>> words = {"依据": (Meaning("cue", "basis"),), "的": (Meaning("asking", "asks"),)}
    >>> [(p.text, p.meanings[0].kind if p.meanings else None)
    ...  for p in read_pieces("政府采购的依据", words, (), lambda part: part in "限制政府采购", lambda a, b: True)]
    [('政府采购', 'topic'), ('的', 'asking'), ('依据', 'cue')]
    """
    longest = max(map(len, named), default=0) if longest is None else longest
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


def part_phrasings(phrasings: Sequence[Phrasing]) -> tuple[Phrasing, ...]:
    """The phrasings, with those marked that count by their wording: of several questions that say the same, all but
    that which says it soonest among its own (of equals the first), and every question of the codebook.

    So the first phrasings of a question are what it is asked by, and later ones never take that from another. A
    phrasing that says nothing, no word of asking and no unit, is left out.
    """
    said = [p for p in phrasings if p.features.cues or p.features.words or "entity" in p.features.slots]
    key = {p: (p.features.cues, p.features.slots & frozenset(_SLOT_WEIGHTS)) for p in said}
    owners: dict[object, tuple[int, str]] = {}
    places: Counter[str] = Counter()
    for p in said:
        places[p.query] += 1
        if not p.preset and (key[p] not in owners or places[p.query] < owners[key[p]][0]):
            owners[key[p]] = (places[p.query], p.query)
    return tuple(replace(p, literal=bool(p.preset) or owners[key[p]][1] != p.query) for p in said)


def rate(
    features: Features,
    phrasings: Iterable[Phrasing],
    scopes: Mapping[str, Scope],
    weights: Mapping[str, float],
    light: frozenset[str] = frozenset(),
) -> tuple[Score, ...]:
    """The likeness of a question to the nearest phrasing of each named question, best first.

    ``light`` are words of asking that may be said in passing (能, 可以): they count less where a phrasing has them not.

    It is Dice's coefficient over what both say, with what the answer has no place for and what is unknown counted as
    said by one side alone. Phrasings with other ``preset`` values are other questions.
    """
    found: dict[tuple[str, tuple[tuple[str, str], ...]], Score] = {}
    heaviest = max(weights.values(), default=1.0)
    for phrasing in phrasings:
        scope, other = scopes[phrasing.query], phrasing.features
        if not (features.cues & other.cues or features.slots & other.slots & _STRONG or other.words):
            continue
        shared = sum(any(word in one or one in word for one in features.words) for word in other.words)
        both = sum(weights[cue] for cue in features.cues & other.cues) + _WORD * shared
        alone = sum(weights.get(cue, heaviest) for cue in features.cues ^ other.cues)
        alone -= _LIGHT * sum(weights.get(cue, heaviest) for cue in (features.cues & light) - other.cues)
        alone += _WORD * (len(other.words) - shared)
        for kind, weight in _SLOT_WEIGHTS.items():
            here, there = kind in features.slots, kind in other.slots
            if here and there:
                both += weight
            elif there or (here and kind in scope.takes | scope.shows):
                alone += weight / 2 if kind == "measure" and here else weight
        alone += _MISPLACED * sum(
            kind not in scope.takes | scope.shows for kind in features.slots - {"date", "locator", "measure"}
        )
        asides = max(0, count_asides(features, scope) - shared)
        alone += _UNHEARD * features.unknown + _ASIDE * asides
        likeness = 2 * both / (2 * both + alone) if both else 0.0
        wording = _overlap(features.wording, other.wording)
        if phrasing.literal:
            likeness *= min(1.0, _LITERAL + (1 - _LITERAL) * wording / _CLOSE)
        score = Score(phrasing.query, likeness, both, phrasing, wording, asides)
        key = (phrasing.query, phrasing.preset)
        if key not in found or found[key].rank < score.rank:
            found[key] = score
    return tuple(sorted(found.values(), key=lambda score: (-score.rank, score.query, score.phrasing.preset)))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient of two sets; 0 where both are empty."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def count_asides(features: Features, scope: Scope) -> int:
    """How many words of the documents an answer cannot be narrowed to: to a measure's it can where it has measures."""
    return 0 if "measure" in features.slots & (scope.takes | scope.shows) else features.topics


def choose(scores: Sequence[Score]) -> Score | None:
    """The named question that is meant; None when none is good enough, or another is nearly as good.

    With words that the best cannot be narrowed to, it must be better. A phrasing that counts by its wording (a question
    of the codebook, say) and is as near as one that does not leaves it to that one.
    """
    rivals = [score for score in scores if score.rank > scores[0].rank - CLEAR]
    own = [score for score in rivals if not score.phrasing.literal]
    if len(own) == 1 and len(rivals) > 1 and own[0].likeness > scores[0].likeness - _EVEN:
        rivals = own
    if len(rivals) != 1 or rivals[0].likeness < (GOOD, BETTER, BEST)[min(rivals[0].asides, 2)]:
        return None
    return rivals[0]
