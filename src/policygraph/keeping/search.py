"""Find words in clauses, measures, documents, works, departments and mechanisms, however they are written.

Every entry is scanned on every search. At policy size (about a thousand short texts) that takes a few milliseconds,
and it is always right: SQLite's own tokenisers find nothing inside Chinese runs or drop words of two characters
without a word, a bigram index still needs the scan for one character, and a dictionary cannot know 红名单. If the
texts ever number a hundred thousand, bigrams in FTS5 can narrow what is scanned without changing what is found.

A text is folded before it is searched: brackets, width, case, quotation marks and spaces do not count, 第七十五条 is
第75条, and a document number is found however it is typed (国发2014-20). A number is one word: 20号 is not found in
820号. What the folding did is undone for the marks, which are code points of the words as they stand. There is no
stemming, no synonym and no spelling correction here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from policygraph.errors import InputError
from policygraph.text.folding import Folded, fold
from policygraph.text.locators import count_ordinals
from policygraph.text.numbers import complete_number
from policygraph.text.spans import Span

KINDS = ("document", "measure", "department", "work", "mechanism", "clause")
"""What can be found; of two hits that are equally good the earlier kind comes first."""

MAX_QUERY = 200
"""The longest query, in characters: longer ones are pasted texts, for which text reuse is the right question."""

Value = str | int | float | bool | None
Select = Callable[[str], Iterable[Sequence[Value]]]

_ENTRIES = Path(__file__).parents[1] / "queries" / "search" / "entries.rq"


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that can be found: what it is, what it is called, its words, and where it belongs."""

    iri: str
    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    text: str = ""
    document: str | None = None
    place: str | None = None
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found: the marks are the places of the words searched for, in its name and in its text.

    ``alias`` is the form by which it was found when that fits better than its name; None when the name does.
    """

    entry: Entry
    score: float
    alias: str | None
    name_marks: tuple[Span, ...]
    text_marks: tuple[Span, ...]


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
class _Views:
    """A text as printed and with its ordinals in digits, so that 七十五 and 75 are both found in 第七十五条."""

    plain: Folded
    counted: Folded


def collect_entries(select: Select) -> tuple[Entry, ...]:
    """All entries of a dataset; ``select`` runs a SELECT and gives its rows (``Store.select``)."""
    found: dict[str, Entry] = {}
    for iri, kind, name, alias, text, document, place, area, _ in select(_ENTRIES.read_text(encoding="utf-8")):
        known = found.get(str(iri))
        entry = known or Entry(str(iri), str(kind), str(name or ""), (), str(text or ""), _word(document), _word(place))
        aliases = tuple(dict.fromkeys((*entry.aliases, *([str(alias)] if alias else ()))))
        areas = tuple(dict.fromkeys((*entry.areas, *([str(area)] if area else ()))))
        found[entry.iri] = Entry(
            entry.iri, entry.kind, entry.name, aliases, entry.text, entry.document, entry.place, areas
        )
    return tuple(found.values())


def _word(value: Value) -> str | None:
    return None if value is None else str(value)


class SearchIndex:
    """The entries, folded once; safe to share between threads, because nothing in it is changed."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(
            (entry, _fold(entry.name), tuple(_fold(alias) for alias in entry.aliases), _fold(entry.text))
            for entry in entries
        )

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
        if len(query) > MAX_QUERY:
            raise InputError("search", f"检索词超过 {MAX_QUERY} 个字", "请只写关键的词")
        number = complete_number(query)
        found = self._find((str(number),)) if number else []
        found = found or self._find(query.split())
        chosen = {"place": place, "kind": kind, "area": area}
        facets = tuple(
            Facet(name, value, count)
            for name in chosen
            for value, count in sorted(
                Counter(
                    value
                    for hit in found
                    if all(_has(hit.entry, other, wanted) for other, wanted in chosen.items() if other != name)
                    for value in _values(hit.entry, name)
                ).items(),
                key=lambda item: (-item[1], item[0]),
            )
        )
        kept = [hit for hit in found if all(_has(hit.entry, name, wanted) for name, wanted in chosen.items())]
        kept.sort(key=lambda hit: (-hit.score, KINDS.index(hit.entry.kind)))
        return SearchResult(query, tuple(kept[start : start + limit]), len(kept), facets)

    def _find(self, words: Sequence[str]) -> list[Hit]:
        """The entries that hold every word, in the order of the index; none for no words."""
        terms = tuple(view for word in words if (view := _fold(word)).plain.text)
        whole = _fold(" ".join(words))
        return [hit for row in self._entries if terms and (hit := _match(row, terms, whole)) is not None]


def cut_snippet(text: str, marks: Sequence[Span], width: int = 120) -> Snippet:
    """At most ``width`` characters of a text where most of its marks stand close together, the earliest such place.

    >>> cut_snippet("依法限制存在失信行为的生产经营单位参与政府采购活动。", [Span(19, 23)], 12)
    Snippet(text='…单位参与政府采购活动。', marks=(Span(start=5, end=9),))
    """
    if len(text) <= width:
        return Snippet(text, tuple(marks))

    def window(start: int) -> tuple[int, int]:
        begin = min(max(0, start - width // 3), len(text) - width + 1)
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


def _match(row: tuple[Entry, _Views, tuple[_Views, ...], _Views], terms: Sequence[_Views], whole: _Views) -> Hit | None:
    """How well an entry answers; None unless every term stands in its name, an alias or its text.

    The score has a step for where the words stand (the whole name, in a name, only in the text) and, inside a step,
    grows with how much of the name they are or how often they are said.
    """
    entry, name, aliases, text = row
    for term in terms:
        if not any(True for view in (name, *aliases, text) for _ in _find(view, term)):
            return None
    name_marks = _marks(name, terms) if entry.kind != "clause" else ()
    text_marks = _marks(text, terms)
    names = (name, *aliases) if entry.kind != "clause" else ()
    shares = [_share(view, terms, whole) for view in names]
    share = max(shares, default=0.0)
    best = shares.index(share) if share else 0
    together = any(True for view in (*names, text) for _ in _find(view, whole))
    score = 100 * (share == 1.0) + 50 * (share > 0) + 20 * share + 10 * together + min(len(text_marks), 9)
    if entry.kind == "clause" and not text_marks:
        return None
    return Hit(entry, score, entry.aliases[best - 1] if best else None, name_marks, text_marks)


def _share(name: _Views, terms: Sequence[_Views], whole: _Views) -> float:
    """How much of a name the query is: 1 for all of it, 0 when a term is missing there."""
    if name.plain.text == whole.plain.text or name.counted.text == whole.counted.text:
        return 1.0
    if not all(any(True for _ in _find(name, term)) for term in terms):
        return 0.0
    return min(0.99, sum(len(term.plain.text) for term in terms) / max(1, len(name.plain.text)))


def _marks(view: _Views, terms: Sequence[_Views]) -> tuple[Span, ...]:
    """Where the terms stand, in order and without overlap."""
    merged: list[Span] = []
    for span in sorted({span for term in terms for span in _find(view, term)}):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def _find(view: _Views, term: _Views) -> Iterator[Span]:
    yield from _occurrences(view.plain, term.plain.text)
    if view.counted is not view.plain or term.counted is not term.plain:
        yield from _occurrences(view.counted, term.counted.text)


def _occurrences(folded: Folded, words: str) -> Iterator[Span]:
    """Where words stand in a folded text, as spans of the text itself; a number only where all of it stands."""
    if not words:
        return
    at = folded.text.find(words)
    while at >= 0:
        end = at + len(words)
        split = (words[0].isdigit() and at > 0 and folded.text[at - 1].isdigit()) or (
            words[-1].isdigit() and end < len(folded.text) and folded.text[end].isdigit()
        )
        if not split:
            yield folded.span(at, end)
        at = folded.text.find(words, at + 1)


def _fold(text: str) -> _Views:
    """A text as it is searched, in its two views, with the way back to the code points as they stand."""
    plain = fold(text, "name")
    return _Views(plain, count_ordinals(plain))


def _values(entry: Entry, facet: str) -> tuple[str, ...]:
    if facet == "kind":
        return (entry.kind,)
    if facet == "place":
        return (entry.place,) if entry.place else ()
    return entry.areas


def _has(entry: Entry, facet: str, wanted: str | None) -> bool:
    return wanted is None or wanted in _values(entry, facet)
