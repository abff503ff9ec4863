"""What grammars find in a question: days, document numbers, places in a law, codes of units, names in short.

Each find is a stretch of the question with what it may mean; which of them stand is decided by whoever reads the
question as a whole. Deliberately absent: words of asking.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from policygraph.judging.asking import Meaning, Piece
from policygraph.keeping.routing.lexicon import Lexicon
from policygraph.keeping.routing.texts import LATIN, Texts
from policygraph.text.dates import find_periods
from policygraph.text.folding import Folded
from policygraph.text.locators import ENGLISH_ARTICLE, find_places, read_typed, write_place
from policygraph.text.numbers import find_numbers, normalise_number

# a unified social credit code: 91230803MA9XN00015;  not: 912308 · 91230803MA9XN000150
_USCC = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])")
_DIGITS = re.compile("[0-9]+")

_LONGEST_PLACE = 12
"""How many characters at most stand in the full name of a law before what it is called in short."""
Span = Callable[..., Iterator[Piece]]


class Places:
    """Finds in questions what has a grammar, by the names of a lexicon and the words of the texts."""

    def __init__(self, lexicon: Lexicon, texts: Texts) -> None:
        self._lexicon = lexicon
        self._texts = texts

    def find(self, question: str, folded: Folded) -> Iterator[Piece]:
        """Every find in a question, as a stretch of its folded text."""
        starts = {start: at for at, start in reversed(list(enumerate(folded.starts)))}
        ends = {end: at + 1 for at, end in enumerate(folded.ends)}

        def piece(start: int, end: int, *meanings: Meaning) -> Iterator[Piece]:
            while start < end and start not in starts:
                start += 1
            while start < end and end not in ends:
                end -= 1
            if start < end:
                yield Piece(folded.text[starts[start] : ends[end]], starts[start], ends[end], meanings)

        yield from self._find_words(question, piece)
        yield from self._find_numbers(question, piece)
        yield from self._find_names(folded.text)
        yield from _find_locators(question, piece)

    def _find_words(self, question: str, piece: Span) -> Iterator[Piece]:
        """Codes of units, English words, and days."""
        for match in _USCC.finditer(question):
            if any(c.isdigit() for c in match[0]):
                yield from piece(*match.span(), Meaning("entity", match[0].upper(), match[0].upper()))
        for match in LATIN.finditer(question):
            word = match[0].casefold()
            if word in self._texts.latin:
                yield from piece(*match.span(), Meaning("topic", word))
            elif word not in self._lexicon.named and (meanings := self._stems.get(self._texts.stem_of(word))):
                yield from piece(*match.span(), *meanings)
        for period in find_periods(question):
            written = period.last if period.first == period.last else f"{period.first}/{period.last}"
            yield from piece(period.start, period.end, Meaning("date", written, question[period.start : period.end]))

    @cached_property
    def _stems(self) -> Mapping[str, tuple[Meaning, ...]]:
        return self._texts.stem_words(self._lexicon.named)

    def _find_numbers(self, question: str, piece: Span) -> Iterator[Piece]:
        """Numbers: those of documents and laws, and bare ones, which say nothing."""
        for match in _DIGITS.finditer(question):
            yield from piece(*match.span(), Meaning("asking", match[0]))
        for number in find_numbers(question):
            for start in range(number.start, number.code_end + 1):
                wanted = normalise_number(question[start : number.end])
                if wanted and (held := self._lexicon.folded_name(wanted)):
                    yield from piece(start, number.end, *held)
        for name in self._lexicon.spoken.find_numbers(question):
            yield from piece(name.start, name.end, *self._lexicon.mean(name))

    def _find_names(self, text: str) -> Iterator[Piece]:
        """Names of bodies and laws in short."""
        lexicon = self._lexicon
        found: dict[tuple[int, int], tuple[Meaning, ...]] = {}
        for name in (
            *lexicon.spoken.find_departments(text), *lexicon.carrying.find_departments(text),
            *lexicon.spoken.find_works(text), *lexicon.spoken.find_articles(text, lexicon.laws),
        ):  # fmt: skip
            if self._is_tail(text, name.start, name.end):
                continue
            known = lexicon.named.get(text[name.start : name.end], ())
            bodies = {m.value for m in known if m.kind == "department"}
            if not known or (bodies and not bodies & lexicon.carriers):
                before = found.get((name.start, name.end), known)
                found[name.start, name.end] = tuple(dict.fromkeys((*before, *lexicon.mean(name))))
        for (start, end), meanings in found.items():
            yield Piece(text[start:end], start, end, meanings)

    def _is_tail(self, text: str, start: int, end: int) -> bool:
        """Whether a name in short only ends the full name of a law: 省社会信用条例 in 黑龙江省社会信用条例."""
        named = self._lexicon.named
        return any(
            meaning.kind == "work" for at in range(max(0, start - _LONGEST_PLACE), start)
            for meaning in named.get(text[at:end], ())
        )  # fmt: skip


def _find_locators(question: str, piece: Span) -> Iterator[Piece]:
    """Places in a law or a document: 第七十五条, 二（九）, article 75."""
    for match in ENGLISH_ARTICLE.finditer(question):
        for place in read_typed(f"第{match['number']}条"):
            yield from piece(*match.span(), Meaning("locator", write_place(place), write_place(place)))
    at = 0
    while at < len(question):
        places = find_places(question, at)
        if (places and question[at] in "第（(") or (
            places and (places[0].place.has("article") or len(places[0].place.steps) > 1)
        ):
            for one in places:
                written = write_place(one.place)
                yield from piece(one.start, one.end, Meaning("locator", written, written))
            at = places[-1].end
        else:
            at += 1
