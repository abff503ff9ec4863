"""The words of the concepts, as a draft looks for them in running text.

A concept's labels are what a lawyer maintains: the preferred and alternative ones that people see, and hidden ones
(``skos:hiddenLabel``, SKOS Reference 5.1) for forms that only a program needs. ``…`` in a label stands for a few words
inside one clause of a sentence, so that 降低…频次 finds 降低抽查比例和频次. Words come in as values; nothing is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

GAP = "…"
_LONGEST_GAP = 24
_WHOLE = 4
"""The characters from which a word inside a phrase with a gap counts as one of its own."""
_BETWEEN = rf"[^，,。；;：:]{{0,{_LONGEST_GAP}}}?"


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept and its words; ``direction`` is that of an effect, empty for every other.

    Of condition lines: ``about`` are the records that a refinement is for, ``tells`` the question that it answers,
    ``of_all`` whether it holds for all parts of a condition; ``asks_window`` says whether records count inside a
    period only, ``asks`` what a refinement must tell of them. ``reduces`` is whether an act of this effect or
    direction as a rule reduces rights or adds duties (``true``, ``false``, empty where there is no rule), and
    ``reason`` why.
    """

    slug: str
    words: tuple[str, ...]
    direction: str = ""
    about: tuple[str, ...] = ()
    asks_window: bool = False
    reduces: str = ""
    reason: str = ""
    asks: str = ""
    tells: str = ""
    of_all: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The concepts that a draft chooses from, by what they code; each list sorted by slug."""

    effects: tuple[Concept, ...] = ()
    forces: tuple[Concept, ...] = ()
    areas: tuple[Concept, ...] = ()
    addressees: tuple[Concept, ...] = ()
    procedures: tuple[Concept, ...] = ()
    timings: tuple[Concept, ...] = ()
    conditions: tuple[Concept, ...] = ()
    mechanisms: tuple[Concept, ...] = ()
    records: tuple[Concept, ...] = ()
    refinements: tuple[Concept, ...] = ()
    directions: tuple[Concept, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Sign:
    """Words of a text that are a word of a concept."""

    start: int
    end: int
    concept: str
    direction: str = field(default="", compare=False)
    phrase: bool = field(default=False, compare=False)
    """Whether the word is one with a gap: a verb and what it is done with, which is hardly ever part of a name."""


def find_signs(text: str, concepts: tuple[Concept, ...]) -> tuple[Sign, ...]:
    """The words of concepts in a text, in reading order; of words inside longer ones only the longer, none twice.

    >>> fewer = Concept("effect-inspection-fewer", ("减少检查", "降低…频次"), "direction-favourable")
    >>> [(sign.start, sign.end) for sign in find_signs("可合理降低抽查比例和频次", (fewer,))]
    [(3, 12)]
    >>> find_signs("降低成本，提高频次", (fewer,))
    ()
    """
    every = tuple(_all_signs(text, concepts))
    # 依法从重处罚 is 从重处罚: a whole word inside a phrase with a gap says more than the phrase
    found = sorted(
        (sign for sign in every if not (sign.phrase and any(_says_more(one, sign) for one in every))),
        key=lambda sign: (-(sign.end - sign.start), sign),
    )
    kept: list[Sign] = []
    for sign in found:
        inside = any(one.start <= sign.start and sign.end <= one.end for one in kept if one.concept != sign.concept)
        twice = any(one.start < sign.end and sign.start < one.end for one in kept if one.concept == sign.concept)
        if not inside and not twice:
            kept.append(sign)
    return tuple(sorted(kept))


def _says_more(one: Sign, phrase: Sign) -> bool:
    inside = phrase.start <= one.start and one.end <= phrase.end and one.concept != phrase.concept
    return inside and not one.phrase and one.end - one.start >= _WHOLE


def _all_signs(text: str, concepts: tuple[Concept, ...]) -> Iterator[Sign]:
    for concept, expression in zip(concepts, _expressions(concepts), strict=True):
        if expression is not None:
            for match in expression.finditer(text):
                phrase = match[0] not in concept.words
                yield Sign(match.start(), match.end(), concept.slug, concept.direction, phrase)


@lru_cache(maxsize=32)
def _expressions(concepts: tuple[Concept, ...]) -> tuple[re.Pattern[str] | None, ...]:
    return tuple(_expression(concept) for concept in concepts)


def _expression(concept: Concept) -> re.Pattern[str] | None:
    """Any word of a concept, the longest first; None for a concept without words."""
    words = sorted(concept.words, key=lambda word: (-len(word), word))
    return re.compile("|".join(_BETWEEN.join(map(re.escape, word.split(GAP))) for word in words)) if words else None
