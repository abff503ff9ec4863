"""How much the way a question is said speaks for each named question: weights of evidence, counted from phrasings.

A run of one to three characters that stands in many phrasings of one named question and in few of the others speaks
for it; the words of asking count as runs too. What is named is one mark of its kind, so that 5号文 and 沂源的方案 are
said alike. It is counting, so that a phrasing more in a file is known at once and every weight can be told.
Deliberately absent: weights that nobody can read, and the choice.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from policygraph.judging.asking.pieces import Kind

NAMED: Mapping[Kind, str] = {
    "document": "Ⓓ", "place": "Ⓓ", "work": "Ⓦ", "department": "Ⓑ", "entity": "Ⓔ", "date": "Ⓣ", "since": "Ⓣ",
    "locator": "Ⓛ", "measure": "Ⓜ",
}  # fmt: skip
"""What stands for a thing of a kind that is named, where only the wording counts."""
_EDGES = ("⟨", "⟩")
"""What stands before the beginning and behind the end of a question: it counts what it begins and ends with."""
_RUNS = (1, 2, 3)
"""The lengths of the runs of characters that are counted."""
_WORD = re.compile(r"[a-z]+|[Ⓐ-ⓩ]")
"""A word of English, or the mark of what is named."""
_STEM = 4
"""How many letters of an English word tell it from others, however it is inflected."""
_SMOOTH = 3.0
"""How many phrasings the whole weighs beside those of one named question: rare runs say less."""
_RARE = 2.0
"""How many phrasings a run of characters must stand in to be believed by half."""
_LONG = 0.6
"""What a run of three characters counts: it says again what the runs in it say."""
_KEPT = 8192
"""Of how many runs what they say is kept: people ask in the same words again."""
_SCALE = 1.7
"""What makes up for what is taken off, so that a lead says as much as one of words."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The runs of all phrasings, counted: in how many phrasings of each named question, and of all, each stands."""

    counts: Mapping[str, Mapping[str, int]]
    phrasings: Mapping[str, int]
    whole: Mapping[str, int]
    _told: dict[tuple[str, bool], tuple[float, ...]] = field(default_factory=dict, compare=False, repr=False)
    """What a run that was asked about says for each named question, in their order: it says so in every question."""

    @classmethod
    def count(cls, said: Iterable[tuple[str, frozenset[str]]]) -> Evidence:
        """Count the runs (``cut_runs``) of phrasings, each given with the named question that it asks."""
        counts: dict[str, Counter[str]] = {}
        phrasings, whole = Counter[str](), Counter[str]()
        for query, runs in said:
            phrasings[query] += 1
            counts.setdefault(query, Counter()).update(runs)
            whole.update(runs)
        return cls(counts, phrasings, whole)

    def weigh(self, runs: Collection[str], *, words: bool = False) -> Mapping[str, float]:
        """How much some runs speak for each named question: the mean logarithm of the odds, times the root of how many.

        A run that stands in no phrasing says nothing, and one that stands in few says less than its odds. ``words``:
        they are runs of English words, each of which counts whole.

        >>> asked = (("basis", "凭什么Ⓜ"), ("who", "谁来Ⓜ"), ("who", "Ⓜ归谁"))
        >>> known = Evidence.count((query, cut_runs(said)) for query, said in asked)
        >>> weighed = known.weigh(cut_runs("Ⓜ该谁管"))
        >>> weighed["who"] > 0 > weighed["basis"]
        True
        """
        known = [self._tell(run, words) for run in runs if run in self.whole]
        if not known:
            return dict.fromkeys(self.phrasings, 0.0)
        return {
            query: sum(told) / math.sqrt(len(runs))
            for query, told in zip(self.phrasings, zip(*known, strict=True), strict=True)
        }

    def _tell(self, run: str, words: bool) -> tuple[float, ...]:
        """How much one run speaks for each named question, in their order."""
        if (told := self._told.get((run, words))) is not None:
            return told
        held, everything = self.whole[run], sum(self.phrasings.values())
        believed = 1.0 if words else believe(run, held)
        told = tuple(
            believed
            * (
                math.log((self.counts[query].get(run, 0) + _SMOOTH * held / everything) / (own + _SMOOTH))
                - math.log((held - self.counts[query].get(run, 0) + 0.5) / (everything - own + 1))
            )
            for query, own in self.phrasings.items()
        )
        if len(self._told) >= _KEPT:
            self._told.clear()
        self._told[run, words] = told
        return told


def believe(run: str, held: int) -> float:
    """How far the odds of a run of characters are believed that stands in so many phrasings.

    >>> round(believe("依据", 2), 2), round(believe("依据", 200), 2), round(believe("的依据", 200), 2)
    (0.85, 1.68, 1.01)
    """
    return _SCALE * (_LONG if len(run.removeprefix("=")) == max(_RUNS) else 1.0) * held / (held + _RARE)


def cut_runs(said: str, cues: Iterable[str] = ()) -> frozenset[str]:
    """The runs of what is said, its beginning and end among them, with the words of asking.

    >>> sorted(cut_runs("谁Ⓜ"))
    ['Ⓜ', 'Ⓜ⟩', '⟨', '⟨谁', '⟨谁Ⓜ', '⟩', '谁', '谁Ⓜ', '谁Ⓜ⟩']
    """
    if not is_chinese(said) and _WORD.search(said):
        return _cut_words(said) | {f"cue {cue}" for cue in cues}
    text = f"{_EDGES[0]}{said}{_EDGES[1]}"
    runs = {text[at : at + size] for size in _RUNS for at in range(len(text) - size + 1)}
    return frozenset(runs | {f"cue {cue}" for cue in cues})


def is_chinese(said: str) -> bool:
    """Whether something is said in Chinese: an English question that names a Chinese thing is not."""
    return any("一" <= character <= "鿿" for character in said)


def _cut_words(said: str) -> frozenset[str]:
    """What is counted of English: its words, what they begin with, and each with the next.

    >>> sorted(_cut_words("who cites Ⓦ"))
    ['cites', 'cites Ⓦ', 'who', 'who cites', '~cite', 'Ⓦ', 'Ⓦ ⟩', '⟨ who']
    """
    words = (_EDGES[0], *_WORD.findall(said), _EDGES[1])
    stems = {f"~{word[:_STEM]}" for word in words if len(word) > _STEM}
    return frozenset({*words[1:-1], *stems, *(f"{one} {other}" for one, other in pairwise(words))})


def cut_pairs(said: str) -> frozenset[str]:
    """Every two characters side by side of what is said.

    >>> sorted(cut_pairs("谁来Ⓜ"))
    ['来Ⓜ', '谁来']
    """
    return frozenset(said[at : at + 2] for at in range(len(said) - 1))
