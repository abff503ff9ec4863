"""Find words in names and texts, however they are written: nothing that stands in a text is missed.

All folded texts stand one behind the other in one string, which is scanned from the place of one hit to the end of the
text that holds it. So a search costs what the runtime's own ``str.find`` costs, at ten texts as at a hundred thousand,
and is right by construction: SQLite's own tokenisers find nothing inside Chinese runs or drop words of two characters
without a word, bigrams still need a scan for one character, and a dictionary cannot know 红名单.

A text is folded before it is searched: brackets, width, case, quotation marks and spaces do not count, 第七十五条 is
第75条 and 三年 is 3年, and a document number is found however it is typed (国发2014-20). A number is one word: 20号 is
not found in 820号. What the folding did is undone for the marks, which are code points of the words as they stand; that
is done for the hits that are shown and no others. There is no stemming, no synonym and no correction here: what a query
means is ``finder``'s.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from policygraph.errors import InputError
from policygraph.keeping.search.apart import Pairs, Spread, find_pivot
from policygraph.keeping.search.entries import KINDS, Entry
from policygraph.text.folding import Folded, fold
from policygraph.text.locators import count_ordinals
from policygraph.text.numbers import complete_number
from policygraph.text.sentences import begin_excerpt
from policygraph.text.spans import Span

MAX_QUERY = 200
"""The longest query, in characters: longer ones are pasted texts, for which text reuse is the right question."""
FACETS = ("place", "kind", "area")
"""What hits can be narrowed by."""
EXACT = 100.0
"""The step of a hit whose whole name or alias the query is."""
BELOW = 0.9
"""The highest score of a hit whose words stand apart; every other hit has at least 1."""
SPREAD = ("clause", "measure")
"""The kinds of things whose words may stand apart."""
_END = "\n"
_TERMS = 16
"""Terms whose places are kept: one query looks for each of its words several times."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found: the marks are the places of the words searched for, in its name and in its text.

    ``alias`` is the form by which it was found when that fits better than its name; None when the name does. ``why``
    is the code of the reason (``finder``), empty for the plain words, ``because`` the words it rests on; ``day`` the
    day on which to look at it.
    """

    entry: Entry
    score: float
    alias: str | None
    name_marks: tuple[Span, ...]
    text_marks: tuple[Span, ...]
    why: str = ""
    because: tuple[str, ...] = ()
    day: str | None = None

    @property
    def reason(self) -> str:
        """The code of the reason why it is there, of plain words too: by another name, its name or its text."""
        return self.why or ("alias" if self.alias else "name" if self.name_marks else "text")


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the hits: ``place``, ``kind`` or ``area``, a value, and how many hits it would leave."""

    name: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of hits, best first, with the number of all hits and the facets to narrow them by."""

    query: str
    hits: tuple[Hit, ...]
    total: int
    facets: tuple[Facet, ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a text around its marks; cut ends are shown by ``…``, and the marks count in this text."""

    text: str
    marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word to look for, folded, and the same with its ordinals in digits.

    ``simple``: it holds no number, so that it stands in the view as printed wherever it stands, and it never overlaps
    itself: the runtime's own ``in`` and ``count`` say all there is to say.
    """

    plain: str
    counted: str
    simple: bool = False


@dataclass(frozen=True, slots=True)
class _Field:
    """A folded text of an entry in its two views, so that 七十五 and 75 are both found in 第七十五条."""

    plain: str
    counted: str
    same: bool


class _Column:
    """Many texts in one string, each with who owns it; which of them hold some words is one scan."""

    def __init__(self, texts: Iterable[tuple[str, int]]) -> None:
        parts, self._starts, self._owners, at = [], list[int](), list[int](), 0
        for text, owner in texts:
            if text:
                parts.append(text)
                self._starts.append(at)
                self._owners.append(owner)
                at += len(text) + 1
        self._text = _END.join(parts) + _END
        self._starts.append(at)

    @property
    def text(self) -> str:
        """All texts, one behind the other."""
        return self._text

    def find(self, words: str) -> set[int]:
        """Who owns a text in which the words stand, a number only where all of it stands."""
        found: set[int] = set()
        text, starts, size = self._text, self._starts, len(words)
        numeric = words[0].isdigit() or words[-1].isdigit()
        at = text.find(words)
        while at >= 0:
            if numeric and _splits(text, at, at + size):
                at = text.find(words, at + 1)
                continue
            row = bisect_right(starts, at) - 1
            found.add(self._owners[row])
            at = text.find(words, starts[row + 1])
        return found


class SearchIndex:
    """The entries, folded once; safe to share between threads, because nothing in it is changed."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._names = tuple(tuple(_view(name) for name in (e.name, *e.aliases)) for e in self.entries)
        self._texts = tuple(_view(entry.text) for entry in self.entries)
        views = [
            (field, at)
            for at, fields in enumerate(zip(self._names, self._texts, strict=True))
            for field in (*fields[0], fields[1])
        ]
        # what reads the same in both views stands once, and is asked for both
        self._same = _Column((field.plain, at) for field, at in views if field.same)
        self._plain = _Column((field.plain, at) for field, at in views if not field.same)
        self._counted = _Column((field.counted, at) for field, at in views if not field.same)
        self._facets = {name: [_values(entry, name) for entry in self.entries] for name in FACETS}
        self._find = lru_cache(maxsize=_TERMS)(self._find_anew)
        self._order = [KINDS.index(entry.kind) for entry in self.entries]
        self.pairs = Pairs(self._same.text + self._counted.text)

    def search(
        self,
        query: str,
        *,
        place: str | None = None,
        kind: str | None = None,
        area: str | None = None,
        limit: int = 20,
        start: int = 0,
    ) -> SearchResult:
        """The entries that hold every word of the query, best first; no hits for a query without words.

        Errors: ``InputError`` for a query longer than ``MAX_QUERY``.

        >>> index = SearchIndex([Entry("law/a", "work", "中华人民共和国安全生产法", ("安全生产法",))])
        >>> [hit.entry.iri for hit in index.search("安全生产法").hits], index.search("红名单").total
        (['law/a'], 0)
        """
        check_length(query)
        number = complete_number(query)
        scores = self.score_words((str(number),)) if number else {}
        words = (str(number),) if scores else query.split()
        scores = scores or self.score_words(words)
        return self.page(query, scores, words, {"place": place, "kind": kind, "area": area}, limit, start)

    def page(
        self, query: str, scores: Mapping[int, float], words: Sequence[str], chosen: Mapping[str, str | None],
        limit: int, start: int,
    ) -> SearchResult:  # fmt: skip
        """A page of the entries that were scored, with the marks of the words and the facets of all of them."""
        entries = self.entries
        wanted = {name: value for name, value in chosen.items() if value is not None}
        facets: list[Facet] = []
        for name in FACETS:
            others = {other: value for other, value in wanted.items() if other != name}
            left = [at for at in scores if all(_has(entries[at], *one) for one in others.items())] if others else scores
            counted = Counter(chain.from_iterable(map(self._facets[name].__getitem__, left)))
            facets += [Facet(name, *one) for one in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
        kept = [at for at in scores if all(_has(entries[at], *one) for one in wanted.items())] if wanted else scores
        best = heapq.nsmallest(start + limit, kept, key=lambda at: (-scores[at], self._order[at], at))
        hits = tuple(self.show(at, scores[at], words) for at in best[start:])
        return SearchResult(query, hits, len(kept), tuple(facets))

    def find(self, term: Term) -> frozenset[int]:
        """The places of the entries in whose names or text a term stands; the last terms are kept."""
        return self._find(term)

    def forget(self) -> None:
        """Keep no term; for whoever measures."""
        self._find.cache_clear()

    def _find_anew(self, term: Term) -> frozenset[int]:
        if not term.plain:
            return frozenset()
        found = self._same.find(term.plain) | self._plain.find(term.plain)
        if term.counted != term.plain:
            found |= self._same.find(term.counted)
        return frozenset(found | self._counted.find(term.counted))

    def score_words(self, words: Sequence[str]) -> dict[int, float]:
        """How well each entry answers that holds every word, in the order of the index; empty for no words.

        The score has a step for where the words stand (the whole name, in a name, only in the text) and, inside a
        step, grows with how much of the name they are or how often they are said.
        """
        terms = tuple(term for word in words if (term := make_term(word)).plain)
        if not terms:
            return {}
        found = frozenset.intersection(*(self.find(term) for term in terms))
        whole = make_term(" ".join(words))
        letters = [frozenset(term.plain) for term in terms]
        apart = all(term.simple for term in terms) and len(frozenset.union(*letters)) == sum(map(len, letters))
        scored = ((at, self._score(at, terms, whole, apart)) for at in sorted(found))
        return {at: score for at, score in scored if score is not None}

    def find_apart(self, spread: Spread, tied: Sequence[Collection[int]]) -> dict[int, float]:
        """The clauses and measures that hold all words of a query somewhere in their text, from the nearest.

        ``tied`` are, for each part of the query, the entries that it fits without its words. The score is below that
        of any other hit: how much of the query stands there in one run.
        """
        free = [n for n, entries in enumerate(tied) if entries]
        pivot = find_pivot(spread, self.pairs, free)
        if pivot is None:
            return {}
        found = {}
        for at in sorted(frozenset().union(*(self.find(make_term(form)) for form in pivot.forms))):
            text = self._texts[at].counted
            if self.entries[at].kind in SPREAD and spread.stands_in(text, [n for n in free if at in tied[n]]):
                found[at] = BELOW * spread.nearness(text)
        return found

    def show_apart(self, hit: Hit, at: int, spread: Spread) -> Hit:
        """A hit of words that stand apart, with those that stand there as its reason and its marks."""
        pieces = spread.pieces(self._texts[at].counted)
        terms = tuple(map(make_term, pieces))
        return replace(hit, because=pieces, name_marks=(), text_marks=_mark(hit.entry.text, terms))

    def _score(self, at: int, terms: Sequence[Term], whole: Term, apart: bool) -> float | None:
        """The score of an entry that holds all terms; ``apart``: no two of them can overlap. None for no hit."""
        text = self._texts[at]
        is_clause = self.entries[at].kind == "clause"
        said = sum(text.plain.count(term.plain) for term in terms) if apart else _count(text, terms)
        if is_clause and not said:
            return None
        names = () if is_clause else self._names[at]
        share = max([_share(name, terms, whole) for name in names], default=0.0)
        # one word always stands together
        together = len(terms) == 1 or any(_stands(view, whole) for view in (*names, text))
        score = EXACT * (share == 1.0) + 50 * (share > 0) + 20 * share + 10 * together + min(said, 9)
        # the gist of an article is the editors' and comes behind the words of documents
        return score / 2 if self.entries[at].kind == "article" and share == 0.0 else score

    def show(self, at: int, score: float, words: Sequence[str]) -> Hit:
        """A hit with its marks; words that do not stand in it mark nothing."""
        entry = self.entries[at]
        terms = tuple(term for word in words if (term := make_term(word)).plain)
        whole = make_term(" ".join(words))
        is_clause = entry.kind == "clause"
        shares = [] if is_clause or not terms else [_share(name, terms, whole) for name in self._names[at]]
        share = max(shares, default=0.0)
        best = shares.index(share) if share else 0
        return Hit(
            entry,
            score,
            entry.aliases[best - 1] if best else None,
            () if is_clause else _mark(entry.name, terms),
            _mark(entry.text, terms),
        )


def check_length(query: str) -> None:
    """Refuse a pasted text. Errors: ``InputError`` for a query longer than ``MAX_QUERY``."""
    if len(query) > MAX_QUERY:
        raise InputError("search", f"检索词超过 {MAX_QUERY} 个字", "请只写关键的词")


def cut_snippet(text: str, marks: Sequence[Span], width: int = 120) -> Snippet:
    """At most ``width`` characters of a text where most of its marks stand close together, the earliest such place.

    >>> cut_snippet("依法限制存在失信行为的生产经营单位参与政府采购活动。", [Span(19, 23)], 12)
    Snippet(text='…单位参与政府采购活动。', marks=(Span(start=5, end=9),))
    >>> cut_snippet("由市应急管理局认定，依法限制参与政府采购活动，依法限制取得政府供应土地。", [Span(17, 21)], 21).text
    '…依法限制参与政府采购活动，依法限制取得…'
    """
    if len(text) <= width:
        return Snippet(text, tuple(marks))

    def window(start: int) -> tuple[int, int]:
        begin = begin_excerpt(text, min(max(0, start - width // 3), len(text) - width + 1), start)
        end = begin + width - (1 if begin else 0)
        return begin, end - 1 if end < len(text) else len(text)

    def fitting(begin: int, end: int) -> list[Span]:
        return [mark for mark in marks if begin <= mark.start and mark.end <= end]

    windows = [window(mark.start) for mark in marks] or [window(0)]
    begin, end = max(windows, key=lambda place: (len(fitting(*place)), -place[0]))
    lead, tail = "…" if begin else "", "…" if end < len(text) else ""
    shift = len(lead) - begin
    inside = (Span(mark.start + shift, mark.end + shift) for mark in fitting(begin, end))
    return Snippet(lead + text[begin:end] + tail, tuple(inside))


def make_term(word: str) -> Term:
    """A word as it is looked for; one without a character that counts is empty.

    >>> [(term.plain, term.counted) for term in map(make_term, ("《第七十五条》", "三年", "“”"))]
    [('第七十五条', '第75条'), ('三年', '3年'), ('', '')]
    """
    folded = fold(word, "name")
    plain, counted = folded.text, count_ordinals(folded).text
    simple = bool(plain) and plain == counted and not any(map(str.isdigit, plain))
    return Term(plain, counted, simple and plain.find(plain[0], 1) < 0)


def _view(text: str) -> _Field:
    term = make_term(text)
    same = term.counted == term.plain
    return _Field(term.plain, term.plain if same else term.counted, same)


def _stands(view: _Field, term: Term) -> bool:
    if term.simple:
        return term.plain in view.plain
    return any(True for _ in _places(view.plain, term.plain)) or (
        (term.counted != term.plain or view.counted != view.plain)
        and any(True for _ in _places(view.counted, term.counted))
    )


def _count(view: _Field, terms: Sequence[Term]) -> int:
    """How often the terms are said in a text; what two of them say together counts once."""
    said = len(_merge(sorted({place for term in terms for place in _places(view.plain, term.plain)})))
    for term in terms:
        if term.counted != term.plain or view.counted != view.plain:
            own = sum(1 for _ in _places(view.plain, term.plain))
            said += max(0, sum(1 for _ in _places(view.counted, term.counted)) - own)
    return said


def _share(name: _Field, terms: Sequence[Term], whole: Term) -> float:
    """How much of a name the query is: 1 for all of it, 0 when a term is missing there."""
    if name.plain == whole.plain or name.counted == whole.counted:
        return 1.0
    if not all(_stands(name, term) for term in terms):
        return 0.0
    return min(0.99, sum(len(term.plain) for term in terms) / max(1, len(name.plain)))


def _mark(text: str, terms: Sequence[Term]) -> tuple[Span, ...]:
    """Where the terms stand in a text as printed, in order and without overlap."""
    plain = fold(text, "name")
    counted = count_ordinals(plain)
    spans: set[tuple[int, int]] = set()
    for term in terms:
        views = [(plain, term.plain)]
        if counted is not plain or term.counted != term.plain:
            views.append((counted, term.counted))
        for folded, words in views:
            spans |= {_printed(folded, place) for place in _places(folded.text, words)}
    return tuple(Span(*one) for one in _merge(sorted(spans)))


def _printed(folded: Folded, place: tuple[int, int]) -> tuple[int, int]:
    span = folded.span(*place)
    return span.start, span.end


def _merge(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _places(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Where words stand in a folded text; a number only where all of it stands, nothing for no words."""
    at = text.find(words) if words else -1
    while at >= 0:
        end = at + len(words)
        if not _splits(text, at, end):
            yield at, end
        at = text.find(words, at + 1)


def _splits(text: str, start: int, end: int) -> bool:
    """Whether a stretch of a text cuts a number in two."""
    return (text[start].isdigit() and start > 0 and text[start - 1].isdigit()) or (
        text[end - 1].isdigit() and end < len(text) and text[end].isdigit()
    )


def _values(entry: Entry, facet: str) -> tuple[str, ...]:
    if facet == "kind":
        return (entry.kind,)
    if facet == "place":
        return (entry.place,) if entry.place else ()
    return entry.areas


def _has(entry: Entry, facet: str, wanted: str) -> bool:
    return wanted in _values(entry, facet)
