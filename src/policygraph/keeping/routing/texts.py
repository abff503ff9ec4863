"""The words that the texts of a dataset use, and how their English ones are inflected.

A stretch of a question that stands in no text, and that nobody names, is unknown: that is found here. Deliberately
absent: what a word means.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property

from policygraph.judging.asking import Meaning
from policygraph.keeping.search.entries import read_query
from policygraph.keeping.store import Store
from policygraph.text.folding import fold

LATIN = re.compile("[A-Za-z]{2,}")
_RUN = 10
"""The length of the runs of characters that are kept in order: a longer word is looked for in the texts itself."""


class Texts:
    """Every word of the texts of a dataset (``whole``, folded); ``particles`` begin and end none of them."""

    def __init__(self, whole: str, latin: Iterable[str], particles: Collection[str]) -> None:
        self.whole = whole
        self.latin = frozenset(latin)
        self._particles = particles
        self._runs: tuple[str, ...] = ()
        self._held: dict[str, bool] = {}

    @classmethod
    def read(cls, store: Store, particles: Collection[str]) -> Texts:
        """The words of the texts of a dataset."""
        told = [str(text) for (text,) in store.select(read_query("all-words"))]
        whole = "\n".join(fold(text, "name").text for text in told if not text.isascii())
        return cls(whole, (word.casefold() for text in told for word in LATIN.findall(text)), particles)

    def order(self) -> None:
        """Keep the runs of the texts in order: worth its time for whoever looks for thousands of words."""
        self._runs = tuple(sorted({self.whole[at : at + _RUN] for at in range(len(self.whole))}))

    def holds(self, words: str) -> bool:
        """Whether the documents use some words; a particle begins and ends none."""
        found = self._held.get(words)
        if found is None:
            whole = words[0] not in self._particles and words[-1] not in self._particles
            if whole and self._runs and not self._begins_run(words[:_RUN]):
                whole = False
            found = self._held[words] = whole and ((bool(self._runs) and len(words) <= _RUN) or words in self.whole)
        return found

    def _begins_run(self, words: str) -> bool:
        """Whether a run of the texts begins with some words; reading all texts for each word took long."""
        at = bisect_left(self._runs, words)
        return at < len(self._runs) and self._runs[at].startswith(words)

    def stem_of(self, word: str) -> str:
        """The stem of an English word; its library is loaded only for a question in English."""
        return self._stem(word)

    def stem_words(self, named: Mapping[str, tuple[Meaning, ...]]) -> Mapping[str, tuple[Meaning, ...]]:
        """What English words mean by their stems (cancelling, cancelled): words of asking before words of the texts."""
        found = {self._stem(word): (Meaning("topic", word),) for word in sorted(self.latin)}
        return found | {
            self._stem(form): meanings for form, meanings in named.items()
            if LATIN.fullmatch(form) and any(meaning.kind in ("cue", "concept", "asking") for meaning in meanings)
        }  # fmt: skip

    @cached_property
    def _stem(self) -> Callable[[str], str]:
        from nltk.stem.snowball import SnowballStemmer

        stem: Callable[[str], str] = SnowballStemmer("english").stem
        return stem
