"""Names as people say them, found inside a sentence: bodies and laws in short, numbers typed in short.

Search reads a query of names; a question holds them between other words, so here each stretch that ends as a name
ends (局, 法) is tried against the names of the dataset, in the same ways (``parts``). A law with
letters left out is believed only where an article stands behind it. Deliberately absent: names that are known whole
(whoever reads the question has those), and every choice between several things of one name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from policygraph.keeping.search.parts import match_departments, match_number, match_works
from policygraph.text.locators import Place, find_articles
from policygraph.text.numbers import DocumentNumber, find_short

_LEAST, _MOST = 3, 14
"""The shortest and longest stretch tried as a name; two letters are a law only directly before a number."""
_NUMBER_TAIL = re.compile("文件|文")


@dataclass(frozen=True, slots=True)
class Name:
    """A stretch ``start:end`` of a text that names one of ``iris``, or a place in a law (``place``)."""

    start: int
    end: int
    kind: Literal["number", "department", "work", "locator"]
    iris: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """What can be named: numbers, and names without the place in front, by thing; how names of bodies and laws end."""

    numbers: Mapping[str, Collection[DocumentNumber]]
    departments: Mapping[str, Collection[str]]
    works: Mapping[str, Collection[str]]
    endings: frozenset[str]
    kinds: frozenset[str]

    def find_numbers(self, text: str) -> Iterator[Name]:
        """The numbers typed in short whose code is that of a thing: 佳应急联发2020-5号文."""
        for short in find_short(text):
            code, found = match_number(short, self.numbers)
            if len(code) > 1 and found:
                start = short.start + len(short.before) - max(0, len(code) - len(short.order))
                tail = _NUMBER_TAIL.match(text, short.end)
                yield Name(start, tail.end() if tail else short.end, "number", tuple(found))

    def find_departments(self, text: str) -> Iterator[Name]:
        """The stretches of a folded text that are bodies in short: 国家安监总局, 银保监分局."""
        for end in range(_LEAST, len(text) + 1):
            if not any(text.endswith(ending, 0, end) for ending in self.endings):
                continue
            for start in range(max(0, end - _MOST), end - _LEAST + 1):
                words = text[start:end]
                if words.isalnum() and (found := match_departments(words, self.departments)):
                    yield Name(start, end, "department", tuple(found))

    def find_works(self, text: str) -> Iterator[Name]:
        """The stretches of a folded text with which the title of a work ends: 处罚法."""
        for end in range(_LEAST, len(text) + 1):
            kind = self._kind(text[:end])
            for start in range(max(0, end - _MOST), end - len(kind) - 1 if kind else 0):
                words = text[start:end]
                ending = [iri for iri, names in self.works.items() if any(name.endswith(words) for name in names)]
                if ending and words.isalnum():
                    yield Name(start, end, "work", tuple(ending))

    def find_articles(self, text: str, held: Collection[str]) -> Iterator[Name]:
        """Laws in short with the article behind each: 处罚法37条; of a law that ``held`` knows, the article alone."""
        for article in find_articles(text):
            front = text[: article.start]
            if not any(front.endswith(kind) for kind in self.kinds):
                continue
            if not any(front[-size:] in held for size in range(2, _MOST + 1)):
                named = self._name_work(front)
                if named is None:
                    continue
                yield named
            yield Name(article.start, article.end, "locator", (), article.place)

    def _name_work(self, front: str) -> Name | None:
        for size in range(min(_MOST, len(front)), 1, -1):
            words = front[-size:]
            found = match_works(words, self.works) if words.isalnum() else []
            # 安法 is 安全生产法 and neither 危险化学品安全法 nor 安全生产违法行为行政处罚办法
            kind = self._kind(words)
            near = [
                iri
                for iri in found
                if any(name[0] == words[0] and self._kind(name) == kind for name in self.works[iri])
            ]
            if near or (found and size >= _LEAST):
                return Name(len(front) - size, len(front), "work", tuple(near or found))
        return None

    def _kind(self, name: str) -> str:
        return max((kind for kind in self.kinds if name.endswith(kind)), key=len, default="")
