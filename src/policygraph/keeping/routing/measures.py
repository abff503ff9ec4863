"""Which measures the words of a question are about: by number, title, field or words.

Deliberately absent: what is asked about them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from policygraph.judging.asking import NAMED, Kind, Meaning, Piece
from policygraph.keeping.routing.lexicon import Lexicon
from policygraph.keeping.search.english import begins, cut_english, spell_alike
from policygraph.keeping.search.entries import read_query
from policygraph.keeping.store import Store
from policygraph.keeping.store.naming import fold as fold_name
from policygraph.text.folding import fold

_LEAST_TITLE = 4
"""The shortest run of a measure's title that is taken whole, even where it holds words of asking (发布广告)."""


_LEAST_PASTED = 10
"""The shortest title that is taken for a name where it stands whole."""
_FEW = 2
PASTED = NAMED["document"] + NAMED["locator"]
"""How such a title is said: as the number of a measure in its document is."""


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """A measure as questions name it: its document, folded title and quoted words, and its fields."""

    iri: str
    document: str
    title: str
    text: str
    areas: frozenset[str]
    english: tuple[str, ...] = ()
    """The words of the editors' English."""
    kinds: frozenset[str] = frozenset()
    """The words of asking that say measures of its kind: 惩戒."""


class Measures:
    """The measures of a dataset, found by the words of a question."""

    def __init__(self, store: Store, lexicon: Lexicon) -> None:
        self._store = store
        self._lexicon = lexicon
        self.all = _read_measures(store)
        self.titles = "\n".join(measure.title for measure in self.all)

    def find(self, pieces: Sequence[Piece], documents: frozenset[str]) -> frozenset[str]:
        """The measures that the words of a question are about; empty when no words of it are a measure's."""
        named = frozenset(m.value for piece in pieces for m in piece.means("measure"))
        if not any(piece.means("work") for piece in pieces):
            # a place in a document, and in no law, is the number of a measure: 5号文二（九）; where no document is
            # named, of every one that has it
            places = {fold_name(m.value) for piece in pieces for m in piece.means("locator")}
            within = documents or frozenset(one for one, place in self._numbered if place in places)
            named |= frozenset(self._numbered[one, place] for one in within for place in places
                               if (one, place) in self._numbered)  # fmt: skip
        if named:
            return named
        held = [(piece, found) for piece in pieces if (found := self.holding(piece, documents))]
        # what is done to 失信企业 is a sanction, even where an incentive holds more of the words
        parties = self.of_kind(frozenset(m.value for piece in pieces for m in piece.means("asking")), documents)
        held = [(piece, found & parties) for piece, found in held if found & parties] if parties else held
        telling, groups = [piece for piece, _ in held], [found for _, found in held]
        glossed = [piece for piece in pieces if piece.text.isascii() and piece.means("topic")]
        if glossed:
            # one word of a gloss is not what the measure is about
            return frozenset.intersection(*groups) if len(groups) > 1 else frozenset()
        if not groups or (len(groups) > 1 and not any(self._heads(piece) for piece in pieces)):
            # 食品 and 处罚 stand somewhere in the words of one measure, which is about neither
            return frozenset()
        return frozenset.intersection(*groups) or _held_most(groups, [len(piece.text) for piece in telling])

    def of_kind(self, cues: frozenset[str], documents: frozenset[str]) -> frozenset[str]:
        """The measures of the kinds that words of asking say (惩戒、激励); none where they say no kind.

        Of the documents named where they have any, and none either where all of theirs are of that kind.
        """
        found = frozenset(one.iri for one in self.all if one.kinds & cues)
        held = frozenset(one.iri for one in self.all if one.document in documents)
        within = found & held
        return frozenset() if held and within == held else within or found

    def glossed(self, word: str, measures: frozenset[str]) -> bool:
        """Whether the gloss of each of some measures, of which there is one at least, has an English word."""
        held = frozenset(one.iri for one in self._all_glossed(word))
        return bool(measures) and measures <= held

    def holding(self, piece: Piece, documents: frozenset[str]) -> frozenset[str]:
        """The measures that a word is about: by their field or title, else by a field that is part of the word."""
        areas = {m.value for m in piece.means("concept")}
        if not (areas or piece.means("topic")):
            return frozenset()
        if piece.text.isascii():
            return frozenset(one.iri for one in self._all_glossed(piece.text)
                             if not documents or one.document in documents)  # fmt: skip
        within = [one for one in self.all if not documents or one.document in documents]
        found = frozenset(
            one.iri for one in within
            if piece.text in one.title or areas & one.areas or (piece.means("topic") and piece.text in one.text)
        )  # fmt: skip
        if found or not areas:
            return found
        # 政府采购限制 is about 政府采购
        parts = {m.value for form, meanings in self._lexicon.named.items() if form in piece.text for m in meanings}
        return frozenset(one.iri for one in within if parts & one.areas)

    def find_pasted(self, text: str) -> Iterator[Piece]:
        """The titles of measures that stand whole in a question, the longest first: each is a name, and asks nothing.

        So long a one nobody types by chance. One of a word of asking or two (纳入失信联合惩戒对象名单) asks.
        """
        taken: list[tuple[int, int]] = []
        for title, measures in self._pasted.items():
            at = text.find(title)
            end = at + len(title)
            if at < 0 or any(at < to and since < end for since, to in taken):
                continue
            taken.append((at, end))
            meanings = (Meaning("measure", iri, title) for iri in measures)
            yield Piece(PASTED, at, end, tuple(meanings))

    @cached_property
    def _pasted(self) -> Mapping[str, tuple[str, ...]]:
        """The measures by their titles, the longest first, of those that are long enough."""
        found: dict[str, tuple[str, ...]] = {}
        for one in self.all:
            if len(one.title) >= _LEAST_PASTED and self._count_asking(one.title, ("asking", "cue")) > _FEW:
                found[one.title] = (*found.get(one.title, ()), one.iri)
        return dict(sorted(found.items(), key=lambda item: (-len(item[0]), item[0])))

    def title_runs(self, text: str) -> Iterator[Piece]:
        """The longest runs of measure titles in a question, from left to right, that hold more than words of asking."""
        at = 0
        while at < len(text):
            end = at + _LEAST_TITLE
            if len(text) < end or not text[at:end].isalnum() or text[at:end] not in self.titles:
                at += 1
                continue
            while end < len(text) and text[end].isalnum() and text[at : end + 1] in self.titles:
                end += 1
            run = text[at:end]
            if run not in self._lexicon.named and self._count_asking(run) == math.inf:
                yield Piece(run, at, end, (Meaning("topic", run),))
            at = end

    def _count_asking(self, run: str, kinds: tuple[Kind, ...] = ("asking",)) -> float:
        """Of how few words of asking a run is put together; infinite where it holds anything else.

        有失信行为的企业 is whom any sanction is for, and names none.
        """
        named, least = self._lexicon.named, [0.0, *[math.inf] * len(run)]
        for end in range(1, len(run) + 1):
            words = (
                start for start in range(end)
                if any(meaning.kind in kinds for meaning in named.get(run[start:end], ()))
            )  # fmt: skip
            least[end] = min((least[start] + 1 for start in words), default=math.inf)
        return least[-1]

    def _all_glossed(self, word: str) -> Iterator[MeasureWords]:
        """The measures whose gloss has an English word, in any of its forms."""
        return (one for one in self.all if any(begins(spell_alike(word), form) for form in one.english))

    def _heads(self, piece: Piece) -> bool:
        """Whether a word stands in the title of a measure, or is a field."""
        return bool(piece.means("concept") or (piece.means("topic") and piece.text in self.titles))

    @cached_property
    def _numbered(self) -> Mapping[tuple[str, str], str]:
        """The measure of a document that has a number."""
        home = {one.iri: one.document for one in self.all}
        return {
            (home[one.iri], fold_name(form.rpartition(" ")[2])): one.iri
            for one in self._store.list_named("measure")
            for form in one.forms
            if " " in form and one.iri in home
        }


def _held_most(groups: Sequence[frozenset[str]], sizes: Sequence[int]) -> frozenset[str]:
    """The measures that hold most of the words, by their letters, where none holds all of them.

    >>> sorted(_held_most([frozenset("a"), frozenset("bc"), frozenset("b")], [2, 8, 2]))
    ['b']
    """
    letters: dict[str, int] = {}
    for group, size in zip(groups, sizes, strict=True):
        for measure in group:
            letters[measure] = letters.get(measure, 0) + size
    most = max(letters.values())
    return frozenset(measure for measure, held in letters.items() if held == most)


def _read_measures(store: Store) -> tuple[MeasureWords, ...]:
    areas: dict[str, set[str]] = {}
    kinds: dict[str, set[str]] = {}
    words: dict[str, tuple[str, str, str, str]] = {}
    for iri, document, title, quote, area, english, kind in store.select(read_query("measure-words")):
        words[str(iri)] = (str(document), str(title or ""), str(quote or ""), str(english or ""))
        if area is not None:
            areas.setdefault(str(iri), set()).add(str(area))
        if kind is not None:
            kinds.setdefault(str(iri), set()).add(str(kind))
    return tuple(
        MeasureWords(
            iri, document, fold(title, "name").text, fold(quote, "name").text, frozenset(areas.get(iri, ())),
            tuple(dict.fromkeys(cut_english(english))), frozenset(kinds.get(iri, ())),
        )
        for iri, (document, title, quote, english) in words.items()
    )  # fmt: skip
