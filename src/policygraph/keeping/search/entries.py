"""What can be found: every clause, measure, document, law, article, department and mechanism, with its names and ties.

All of it is read from the dataset that answers: what a thing is called (former and spoken names among it), what it is
tied to (``tags``: areas, effects, departments, places, laws), under which number and at which place it stands. Nothing
is guessed here and nothing is searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from policygraph.text.locators import address_of, article_of
from policygraph.text.numbers import NATION
from policygraph.text.titles import name_text

KINDS = ("document", "measure", "department", "work", "article", "mechanism", "clause")
"""What can be found; of two hits that are equally good the earlier kind comes first."""

Value = str | int | float | bool | None
Select = Callable[[str], Iterable[Sequence[Value]]]

QUERIES = Path(__file__).parents[2] / "queries" / "search"


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that can be found: what it is, what it is called, its words, where it belongs, what it is tied to.

    ``number`` is that of a document or law (of the document, for a measure or clause); ``locator`` the place in it, as
    printed; ``former`` are those of the aliases that an earlier body had; ``tags`` the IRIs of what it is tied to.
    """

    iri: str
    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    text: str = ""
    document: str | None = None
    place: str | None = None
    areas: tuple[str, ...] = ()
    number: str | None = None
    locator: str | None = None
    english: str | None = None
    former: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    """The years of those texts of its law in which an article has a gist here."""


@dataclass(slots=True)
class _Draft:
    """An entry while its rows are read."""

    entry: Entry
    aliases: dict[str, bool] = field(default_factory=dict)
    areas: dict[str, None] = field(default_factory=dict)


def read_query(name: str) -> str:
    """The text of one of the queries of search."""
    return (QUERIES / f"{name}.rq").read_text(encoding="utf-8")


def collect_entries(select: Select) -> tuple[Entry, ...]:
    """All entries of a dataset; ``select`` runs a SELECT and gives its rows (``Store.select``)."""
    found: dict[str, _Draft] = {}
    for row in select(read_query("entries")):
        iri, kind, name, alias, text, document, place, area, number, locator, english, former, _ = row
        draft = found.get(str(iri))
        if draft is None:
            entry = Entry(
                str(iri), str(kind), str(name or ""), (), str(text or ""), _word(document), _word(place), (),
                _word(number), _word(locator), _word(english),
            )  # fmt: skip
            draft = found[entry.iri] = _Draft(entry)
        if alias:
            known = draft.aliases.get(str(alias), True)
            draft.aliases[str(alias)] = known and former is True
        if area:
            draft.areas[str(area)] = None
    tags = _collect_tags(select)
    numbers = {iri: draft.entry.number for iri, draft in found.items() if draft.entry.kind == "document"}
    entries = [_finish(draft, tags.get(iri, frozenset()), numbers) for iri, draft in found.items()]
    works = {entry.iri: entry for entry in entries if entry.kind == "work"}
    articles = _collect_articles(select, works)
    return (*entries, *articles)


def _finish(draft: _Draft, tags: frozenset[str], numbers: dict[str, str | None]) -> Entry:
    entry = draft.entry
    aliases = [alias for alias in draft.aliases if alias != entry.name]
    if entry.name.startswith(NATION) and entry.name.removeprefix(NATION) not in aliases:
        aliases.append(entry.name.removeprefix(NATION))
    former = frozenset(alias for alias in aliases if draft.aliases.get(alias))
    if entry.english and entry.english != entry.name:
        aliases.append(entry.english)
    return replace(
        entry,
        aliases=tuple(aliases),
        areas=tuple(draft.areas),
        number=entry.number or numbers.get(entry.document or ""),
        former=former,
        tags=tags,
    )


def _collect_tags(select: Select) -> dict[str, frozenset[str]]:
    """What each thing is tied to; a department also to what the measures that name it are tied to."""
    found: dict[str, set[str]] = {}
    for iri, tag in select(read_query("tags")):
        found.setdefault(str(iri), set()).add(str(tag))
    reached: dict[str, set[str]] = {}
    for tags in found.values():
        # not to the others that are named beside it
        passed_on = tags - found.keys()
        for tag in tags & found.keys():
            reached.setdefault(tag, set()).update(passed_on)
    return {iri: frozenset(tags) for iri, tags in found.items()} | {
        iri: frozenset(found.get(iri, set()) | more) for iri, more in reached.items() if iri in found
    }


def _collect_articles(select: Select, works: dict[str, Entry]) -> list[Entry]:
    """The provisions of laws that have a page of their own, with the article around each; a heading in words has none.

    The address is that of the page: below the law and below no version, because a page has the day beside it.
    """
    gists: dict[tuple[str, str], dict[str, list[str]]] = {}
    english: dict[tuple[str, str], dict[str, list[str]]] = {}
    for work, locator, gist, gist_en, year in select(read_query("provisions")):
        if str(work) not in works:
            continue
        places = (str(locator), article_of(str(locator)))
        for place in places:
            if place and address_of(place):
                gists.setdefault((str(work), place), {})
        if gist and (str(work), str(locator)) in gists:
            key, dated = (str(work), str(locator)), [str(year)] if year else []
            for texts, told in ((gists, gist), (english, gist_en)):
                if told:
                    texts.setdefault(key, {}).setdefault(str(told), []).extend(dated)
    entries = []
    for (iri, place), words in sorted(gists.items()):
        years = {year for dated in words.values() for year in dated}
        work_entry = works[iri]
        short = work_entry.name.removeprefix(NATION)
        step = address_of(place) or ""
        entries.append(
            Entry(
                f"{iri}/{step}",
                "article",
                f"{name_text(work_entry.name)}{place}",
                (f"{short}{place}",),
                _join_gists(words, "（{years}年文本）{words}", "、"),
                None,
                work_entry.place,
                (),
                work_entry.number,
                place,
                _join_gists(english.get((iri, place), {}), "(text of {years}) {words}", ", ") or None,
                frozenset(),
                frozenset({iri, *work_entry.tags}),
                frozenset(years),
            )
        )
    return entries


def _join_gists(gists: Mapping[str, Sequence[str]], dated: str, comma: str) -> str:
    """What an article says; where its texts say different things, each with the years of its texts.

    >>> _join_gists({"罚一万。": ["2021", "2014"]}, "（{years}年文本）{words}", "、")
    '罚一万。'
    >>> _join_gists({"罚两万。": ["2021"], "罚一万。": ["2014", "2009"]}, "（{years}年文本）{words}", "、")
    '（2021年文本）罚两万。 （2014、2009年文本）罚一万。'
    """
    several = len(gists) > 1
    return " ".join(
        dated.format(years=comma.join(dict.fromkeys(years)), words=words) if several and years else words
        for words, years in gists.items()
    )


def _word(value: Value) -> str | None:
    return None if value is None else str(value)
