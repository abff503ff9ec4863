"""How alike a question and the phrasings of the named questions are, and which of these is meant, if any.

Deliberately absent: how a question is read.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from policygraph.judging.asking.pieces import Kind
from policygraph.judging.asking.wordings import cut_runs

Preset = tuple[tuple[str, str], ...]
"""Values that a phrasing asks with, whatever the question names."""

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
_HOLDING: frozenset[Kind] = frozenset({"entity", "work", "document", "department", "measure"})
"""The things of a dataset that a question may be about."""
_LITERAL, _CLOSE = 0.6, 0.5
"""What is left of the likeness of a phrasing that counts by its wording where the question has none of it, and the
likeness of wordings from which on nothing is taken off."""
_UNHEARD = 0.9
"""What each unknown piece costs a question: it may be the very thing that is asked for."""
_ASIDE = 0.6
"""What a topic costs where the answer cannot be narrowed to it."""
MISPLACED = 2.0
"""What a thing named in the question costs where the answer has no place for it."""

GOOD = 0.55
"""The least likeness of a phrasing that is answered without asking back."""
BETTER = 0.78
"""The same where the question has a word that the answer cannot be narrowed to."""
BEST = 0.85
"""The same where it has several such words: they are what is asked for."""
SPOKEN = 0.0
"""The least evidence that the way in which a question is said gives, where it is not nearly a phrasing itself."""
WHOLE = 0.99
"""The likeness from which on all that a question says is what a phrasing says: how it is put says nothing then."""
FAR = 0.20
"""How much less alike every other named question must be there."""
SAME = 0.60
"""The likeness of wordings from which on a question is nearly a phrasing itself."""
CLEAR = 0.20
"""How much better than the next question it must be."""
APART = 0.10
"""The same between two questions of the codebook, which are one named question."""
AGREED = 0.15
"""How much likelier by its phrasings alone another question may be: beyond that the two ways to compare disagree."""
SAID = 0.035
"""What the evidence of how a question is said counts beside its likeness to one phrasing."""
LEAST = -8.0
"""The least that such evidence may be there: against a phrasing nothing speaks more than much."""
WORDING = 0.4
"""What it says that a question is put in the same words, beside the same words of asking: it parts equals."""
_EVEN = 0.02
"""What two likenesses differ by that are taken for the same."""
WORTH = 0.40
"""The least likeness worth offering when asking back."""


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
    """Every two characters side by side, things named as marks: how it is said, beside what is said."""
    said: str = ""
    """Its words, with a mark for what is named and for words of the documents."""
    plain: str = ""
    """Its words, with a mark for what is named alone."""

    @property
    def runs(self) -> frozenset[str]:
        """What is counted of it: the runs of both ways to write it, its words of asking, the kinds that it names."""
        return cut_runs(self.said, (*self.cues, *self.slots)) | {f"={run}" for run in cut_runs(self.plain)}


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to put a named question, read; ``preset`` are values that it asks with (one question of the codebook).

    ``literal``: what it says is also said of something else, so that it counts by its wording.
    """

    query: str
    features: Features
    preset: Preset = ()
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
    unknown: int = 0
    """The stretches of the question that nobody knows, where it names nothing of the dataset."""
    evidence: float = 0.0
    """How much the way in which the question is said speaks for it."""

    @property
    def rank(self) -> float:
        """What it is compared by: what is said, and a little how it is said."""
        return self.likeness + WORDING * self.wording + SAID * self.evidence


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
    weighed: Mapping[str, float] | None = None,
) -> tuple[Score, ...]:
    """The likeness of a question to the nearest phrasing of each named question, best first.

    ``light`` are words of asking that may be said in passing (能, 可以): they count less where a phrasing has them not;
    ``weighed`` is how much the way in which the question is said speaks for each named question.

    It is Dice's coefficient over what both say, with what the answer has no place for and what is unknown counted as
    said by one side alone. Phrasings with other ``preset`` values are other questions.
    """
    found: dict[tuple[str, tuple[tuple[str, str], ...]], Score] = {}
    heaviest = max(weights.values(), default=1.0)
    # beside a document, a law or a measure an unknown word is most often said in passing
    loose = 0 if features.slots & _HOLDING else features.unknown
    strong, passing = features.slots & _STRONG, features.cues & light
    displaced = {query: MISPLACED * count_misplaced(features, scope) for query, scope in scopes.items()}
    aside = {query: count_asides(features, scope) for query, scope in scopes.items()}
    for phrasing in phrasings:
        scope, other = scopes[phrasing.query], phrasing.features
        if not (other.words or not features.cues.isdisjoint(other.cues) or not strong.isdisjoint(other.slots)):
            continue
        shared = sum(any(word in one or one in word for one in features.words) for word in other.words)
        both = sum(weights[cue] for cue in features.cues & other.cues) + _WORD * shared
        alone = sum(weights.get(cue, heaviest) for cue in features.cues ^ other.cues)
        alone -= _LIGHT * sum(weights.get(cue, heaviest) for cue in passing - other.cues)
        alone += _WORD * (len(other.words) - shared)
        for kind, weight in _SLOT_WEIGHTS.items():
            here, there = kind in features.slots, kind in other.slots
            if here and there:
                both += weight
            elif there or (here and kind in scope.takes | scope.shows):
                alone += weight / 2 if kind == "measure" and here else weight
        alone += displaced[phrasing.query]
        asides = max(0, aside[phrasing.query] - shared)
        alone += _UNHEARD * features.unknown + _ASIDE * asides
        likeness = 2 * both / (2 * both + alone) if both else 0.0
        wording = _overlap(features.wording, other.wording)
        if phrasing.literal:
            likeness *= min(1.0, _LITERAL + (1 - _LITERAL) * wording / _CLOSE)
        score = Score(
            phrasing.query,
            likeness,
            both,
            phrasing,
            wording,
            asides,
            loose,
            max(LEAST, (weighed or {}).get(phrasing.query, 0.0)),
        )
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


def count_misplaced(features: Features, scope: Scope) -> int:
    """How many kinds of thing a question names that an answer has no place for."""
    return sum(kind not in scope.takes | scope.shows for kind in features.slots - {"date", "locator", "measure"})


def choose(scores: Sequence[Score]) -> Score | None:
    """The named question that is meant; None when none is good enough, or another is nearly as good.

    With words that the best cannot be narrowed to, it must be better. A phrasing that counts by its wording (a question
    of the codebook, say) and is as near as one that does not leaves it to that one. What is said otherwise than in the
    phrasings must speak for it by its wording too, and no other may be much likelier by its phrasings alone.
    """
    if not scores:
        return None
    rivals = [score for score in scores if score.rank > scores[0].rank - _margin(scores[0], score)]
    own = [score for score in rivals if not score.phrasing.literal]
    if len(own) == 1 and len(rivals) > 1 and own[0].likeness > scores[0].likeness - _EVEN:
        rivals = own
    doubts = rivals[0].asides + rivals[0].unknown
    if len(rivals) != 1 or rivals[0].likeness < (GOOD, BETTER, BEST)[min(doubts, 2)]:
        return None
    found = rivals[0]
    if any(other.likeness > found.likeness + AGREED for other in scores):
        return None
    whole = found.likeness >= WHOLE and not found.phrasing.literal and not doubts and not found.phrasing.preset
    # what people say may say little of a phrasing, but not all against it
    heard = whole and found.evidence > LEAST
    if heard and all(other.likeness <= found.likeness - FAR for other in scores if other.query != found.query):
        return found
    return found if found.evidence >= SPOKEN or found.wording >= SAME else None


def _margin(best: Score, other: Score) -> float:
    """How much better than another question the best one must be."""
    return APART if best.query == other.query else CLEAR
