"""The pages of a law and of its articles, as of a day: what it is on that day, then what it bears on.

A law page begins with the status of the whole and the texts of the day; an article page says once what became of the
article, in which number it stands now, its sense in the editors' words, and which acts it reaches, each with its
conclusion on the day. Whatever is cited, bears on an act, has a gist or a recorded change has a page. An undated
address leads on to a dated one. Nothing is judged here: statuses, conclusions and bearings are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from policygraph.errors import InputError, NotFoundError
from policygraph.keeping.library import list_texts, list_works
from policygraph.keeping.store import Cell, parse_day
from policygraph.namespaces import slug_of
from policygraph.speaking.addresses import find_origin
from policygraph.speaking.papers.cards import Line
from policygraph.speaking.papers.notations import join_notations
from policygraph.speaking.web.names import Names
from policygraph.speaking.web.picture import Column, Node, Picture, draw_picture
from policygraph.speaking.web.quoting import cite_law, find_moves, find_state, make_rail
from policygraph.speaking.web.site import Now, Page, Site
from policygraph.speaking.web.things import (
    Concluded,
    add_health,
    date_page,
    find_gloss,
    list_conclusions,
    list_verdicts,
    say_in,
    say_verdict,
    thing_links,
    unique,
)
from policygraph.speaking.web.wordings import list_article, list_imported, list_law
from policygraph.text.locators import address_of, article_of, lies_in, read_place
from policygraph.text.titles import name_text

Record = dict[str, Cell]

# a date stamp in the address of a version of a law: 2014-08-31;  not: art_75
_STAMP = re.compile(r"\d{4}(?:-\d{2}-\d{2})?")
_ANCHORS = ("event_", "related_", "status_")


def show_work(now: Now, request: Request, path: str) -> Response:
    """A law or policy document: its status and texts on a day, what cites it, its history; or an article of it."""
    slug, _, rest = path.partition("/")
    iri = now.thing_iri("law", slug)
    found = next((r for r in now.rows("works") if r["work"] == iri), None)
    if found is None:
        return show_own_work(now, request, slug)
    parts = split_path(rest)
    if (parts and parts[0].startswith(_ANCHORS)) or (rest and not parts):
        anchor = parts[0] if parts else rest
        return RedirectResponse(f"{now.language_of(request).prefix}/law/{slug}#{anchor}", status_code=303)
    citing = now.ask("measures-citing", work=iri)
    events = now.rows("work-events", work=iri)
    articles = now.articles.get(str(iri), lambda _: list_articles(now, iri, citing, events))
    if parts:
        return show_article(now, request, found, "/".join(parts), citing, events, articles)
    as_of = request.query_params.get("as_of")
    if not as_of:
        return date_page(now, request)
    as_of = parse_day(as_of)
    for document in sorted({str(r["document"]) for r in citing}):
        add_health(now, [r for r in citing if r["document"] == document], document, as_of)
    versions = now.rows("work-versions", work=iri)
    return now.render(
        request,
        "work.html",
        "legislation",
        r=found,
        as_of=as_of,
        state=find_state(now, iri, as_of),
        lines=law_lines(now, now.names[now.language_of(request).code], found, as_of),
        current=[v for v in versions if covers(v["from"], v["until"], as_of)],
        events=events,
        versions=versions,
        imported=list_imported(now, iri),
        wordings=list_law(now, citing, as_of),
        related=now.rows("work-related", work=iri),
        citing=citing,
        concluded=list_verdicts(now, as_of),
        say_verdict=partial(say_verdict, now.names[now.language_of(request).code]),
        articles=articles,
        later_of=[r for r in now.rows("later-instruments") if r["work"] == iri],
        picture=picture_work(now, request, found, citing),
        rail=make_rail(now, f"law/{slug}", cite_law(now, request, found, "", "", as_of), as_of),
        data_links=thing_links(f"/law/{slug}"),
    )


def split_path(rest: str) -> list[str]:
    """The parts of a provision's address below its law, without the date of a text.

    >>> split_path("2021-06-10/art_75"), split_path("art_8/para_2"), split_path("")
    (['art_75'], ['art_8', 'para_2'], [])
    """
    parts = [part for part in rest.split("/") if part]
    return parts[1:] if parts and _STAMP.fullmatch(parts[0]) else parts


def find_law(now: Site, path: str) -> tuple[Record, str, str]:
    """A law by the address below ``/law/``: its row, and locator and address of the provision; empty for the whole.

    Errors: ``NotFoundError`` for a law or a provision that the dataset does not know.
    """
    slug, _, rest = path.partition("/")
    iri = now.thing_iri("law", slug)
    found = next((r for r in now.rows("works") if r["work"] == iri), None)
    if found is None:
        raise NotFoundError(f"/law/{slug}", "没有登记这份法规", "请从 /legislation 选取")
    at = "/".join(split_path(rest))
    if not at:
        return found, "", ""
    known = now.articles.get(
        str(iri),
        lambda _: list_articles(now, iri, now.ask("measures-citing", work=iri), now.rows("work-events", work=iri)),
    )
    locator = next((str(a["locator"]) for a in known if a["path"] == at), None)
    if locator is None:
        raise NotFoundError(
            f"/law/{path}", "没有登记这一条", f"有的是: {'、'.join(str(a['locator']) for a in known if a['path'])}"
        )
    return found, locator, at


def show_own_work(now: Site, request: Request, slug: str) -> Response:
    """A law that the user registered with its texts (``legislation add --new``): no dataset knows it, nothing follows.

    Errors: ``NotFoundError`` for one that is neither in the dataset nor in the user's library.
    """
    own = next((work for work in list_works(now.library) if work.work == slug), None)
    if own is None:
        raise NotFoundError(f"/law/{slug}", "没有登记这份法规", "请从 /legislation 选取")
    texts = [text for text in list_texts(now.library) if text.work == slug]
    return now.render(request, "own-work.html", "legislation", own=own, texts=texts)


def show_article(
    now: Site, request: Request, law: Record, path: str, citing: list[Record], events: list[Record],
    articles: list[Record],
) -> Response:  # fmt: skip
    """An article of a law on a day: what became of it, its sense, the acts it reaches, the measures that cite it."""
    locator = next((str(a["locator"]) for a in articles if a["path"] == path), None)
    if locator is None:
        known = [str(a["locator"]) for a in articles if a["path"]]
        raise NotFoundError(request.url.path, "没有登记这一条", f"有的是: {'、'.join(known) or '（没有）'}")
    as_of = request.query_params.get("as_of")
    if not as_of:
        return date_page(now, request)
    as_of = parse_day(as_of)
    work = str(law["work"])
    mine = [r for r in citing if r["locator"] == locator]
    for document in sorted({str(r["document"]) for r in mine}):
        add_health(now, [r for r in mine if r["document"] == document], document, as_of)
    moves = find_moves(events, locator, as_of)
    gists = [g for g in now.rows("work-gists", work=law["work"]) if lies_in(str(g["provision"]), locator)]
    return now.render(
        request,
        "article.html",
        "legislation",
        r=law,
        locator=locator,
        within=next((a for a in articles if a["locator"] == article_of(locator) != locator), None),
        as_of=as_of,
        state=find_state(now, work, as_of),
        lines=law_lines(now, now.names[now.language_of(request).code], law, as_of),
        verdicts=once(mine),
        moves=moves,
        wordings=list_article(now, law, locator, mine, moves, as_of),
        path_of={str(a["locator"]): a["path"] for a in articles},
        current=[v for v in now.rows("work-versions", work=law["work"]) if covers(v["from"], v["until"], as_of)],
        gists=[g for g in gists if covers(g["from"], g["until"], as_of)],
        other_gists=[g for g in gists if not covers(g["from"], g["until"], as_of)],
        groups=group_bearings(now, work, locator, as_of),
        gloss_of=find_gloss(now, now.language_of(request)),
        citing=mine,
        concluded=list_verdicts(now, as_of),
        say_verdict=partial(say_verdict, now.names[now.language_of(request).code]),
        quotes=list({str(r["quote"]): r for r in mine}.values()),
        events=[e for e in events if lies_in(str(e["from"] or ""), locator) or lies_in(str(e["to"] or ""), locator)],
        related=[
            r
            for r in now.rows("work-related", work=law["work"])
            if r["from"] is None or lies_in(str(r["from"]), locator)
        ],
        rail=make_rail(
            now,
            f"{slug_of(work)}/{path}",
            cite_law(now, request, law, locator, path, as_of),
            as_of,
            [str(a["locator"]) for a in articles if lies_in(str(a["locator"]), locator)],
        ),
        data_links=thing_links(f"/law/{slug_of(work).removeprefix('law/')}"),
    )


def law_lines(now: Site, names: Names, law: Record, as_of: str) -> list[Line]:
    """Below the sentence of a law: the texts one after another up to that of the day, its issuer, how sure that is."""
    words = names.language.words["citing"]
    versions = now.rows("work-versions", work=law["work"])
    upto = [v for v in versions if v["from"] is None or str(v["from"]) <= as_of]
    tell = now.wordings[names.language.code].tell if names.language.foreign else str
    texts = tuple(
        tell(str(v["label"] or v["date"]))
        + ("" if covers(v["from"], v["until"], as_of) else f"（–{v['until'] or '?'}）")
        for v in upto
    )
    state = find_state(now, str(law["work"]), as_of)
    general = names.language.words
    sure = (
        f"{general['status_certainty']}{general['colon']}{names.say(state['certainty'])}" if state else "",
        f"{general['text_certainty']}{general['colon']}{names.say(law['text_certainty'], 'text_certainty')}"
        if law["text_certainty"]
        else "",
    )
    return [
        (words["text_line"], (" → ".join(texts),) if texts else (words["none_told"],)),
        (words["issuer_line"], (names.say(law["issuer"], "issuer"),) if law["issuer"] else (words["none_told"],)),
        (words["certainty_line"], (" · ".join(filter(None, sure)) or words["none_told"],)),
    ]


def covers(since: Cell, until: Cell, day: str) -> bool:
    """Whether a day lies between two days, either of which may be open; a text without a first day covers none."""
    return since is not None and str(since) <= day and (until is None or day <= str(until))


def once(rows: Iterable[Record]) -> list[Record]:
    """The rows of a basis that say something different of it, in their order: what is said by all is said once."""
    return list({(r.get("status"), r.get("candidate"), r.get("evidence")): r for r in rows}.values())


@dataclass(frozen=True, slots=True)
class Reached:
    """A judgement on an act with the conclusions on that act; several where the measure it names is split."""

    bearing: Record
    path: str | None
    """The address of the provision below its law; None for a heading in words."""
    conclusions: tuple[Concluded, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The acts, and types of acts, that a provision bears on in one way."""

    fit: str
    acts: tuple[Reached, ...]
    types: tuple[Record, ...]
    others: tuple[Reached, ...]
    """The acts on which it bears in this way only under a reading that is not the one taken."""


def group_bearings(now: Site, work: str, locator: str, as_of: str) -> list[Group]:
    """What a provision bears on, on a day, by the way it does; each act with its conclusion on that day."""
    rows = [
        r
        for r in now.ask("bearings", work=work, as_of=as_of)
        if r["provision"] and lies_in(str(r["provision"]), locator)
    ]
    concluded: list[Concluded] = []
    for document in sorted({str(r["document"]) for r in rows if r["document"]}):
        concluded += [c for c in list_conclusions(now, as_of, beside=False, document=document) if c["conclusion"]]
    groups = []
    for fit in [str(r["fit"]) for r in now.rows("fits")]:
        these = [r for r in rows if r["fit"] == fit]
        reached = [
            # a judgement on a measure that is split is one on all its acts
            Reached(
                row,
                address_of(str(row["provision"])),
                tuple({c["conclusion"]: c for c in concluded if row["act"] in (c["act"], c["measure"])}.values()),
            )
            for row in these
            if row["act"]
        ]
        acts = tuple(one for one in reached if one.bearing["taken"] is not False)
        others = tuple(one for one in reached if one.bearing["taken"] is False)
        types = tuple({str(r["reason"]): r for r in these if not r["act"]}.values())
        if these:
            groups.append(Group(fit, acts, types, others))
    return groups


def list_articles(now: Site, work: Cell, citing: Iterable[Record], events: Iterable[Record]) -> list[Record]:
    """The provisions of a law that are cited, bear on an act, have a gist or a history, each with its address.

    The article around each paragraph or item is among them. A heading in words has no address.
    """
    cited: dict[str, int] = {}
    for row in citing:
        if row["locator"]:
            cited[str(row["locator"])] = cited.get(str(row["locator"]), 0) + 1
    bearing = {str(r["provision"]): int(str(r["acts"])) for r in now.rows("work-bearings", work=work)}
    places = [
        *cited,
        *(str(event[side]) for event in events for side in ("from", "to") if event[side]),
        *bearing,
        *(str(g["provision"]) for g in now.rows("work-gists", work=work)),
    ]
    known = {*places, *(around for place in places if (around := article_of(place)))}
    return [
        {
            "locator": place,
            "path": address_of(place),
            "measures": cited.get(place, 0),
            "acts": sum(number for inner, number in bearing.items() if lies_in(inner, place)),
            "whole": article_of(place) in (place, None),
        }
        for place in sorted(known, key=_order)
    ]


def _order(locator: str) -> tuple[bool, tuple[tuple[int, int, int], ...], str]:
    """What orders provisions as they are printed, headings in words last."""
    place = read_place(locator)
    steps = place.steps if place is not None else ()
    return place is None, tuple((step.rank, *step.first) for step in steps), locator


def picture_work(now: Site, request: Request, law: Record, citing: list[Record]) -> Picture | None:
    """The law, its provisions, the measures that cite them."""
    words, names, at = say_in(now, request)
    middle = unique(Node(f"at {r['locator']}", str(r["locator"] or "—"), None, "law") for r in citing)
    right = unique(
        Node(str(r["measure"]), names.name(r["measure"]), f"{at}{now.localise(r['measure'])}", "measure")
        for r in citing
    )
    here = Node(str(law["work"]), name_text(law["title"]), None, "here")
    edges = [(here.key, n.key, "part") for n in middle]
    edges += sorted({(f"at {r['locator']}", str(r["measure"]), "basis") for r in citing})
    return draw_picture(
        [Column(words["work"], (here,)), Column(words["locator"], middle), Column(words["measure"], right)], edges
    )


@dataclass(frozen=True, slots=True)
class Touched:
    """The acts of one document on which a law bears on the day of a change, and who does them."""

    document: str
    acts: tuple[Record, ...]
    departments: tuple[str, ...]

    @property
    def numbers(self) -> str:
        """The numbers of the acts in one phrase."""
        return join_notations(str(act["notation"]) for act in self.acts if act["notation"])


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one law on one day, and the acts it touches."""

    work: str
    title: str
    events: tuple[Record, ...]
    touched: tuple[Touched, ...]


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day on which something changed: the laws, then the acts whose conclusion changed with them."""

    day: str
    laws: tuple[Change, ...]
    acts: tuple[Record, ...]


def show_changes(now: Now, request: Request) -> Response:
    """What changed between two days, by day: the law with the acts it touches, then the conclusions that changed."""
    asked = {key: request.query_params.get(key) for key in ("since", "as_of", "document")}
    if not asked["as_of"]:
        return date_page(now, request)
    since, as_of = read_span(asked["since"], asked["as_of"])
    rows = now.ask("changes", since=since, as_of=as_of, document=asked["document"] or None)
    documents = now.ask("documents")
    days = list_days(now, rows, asked["document"] or "")
    values = {"since": since, "document": asked["document"] or ""}
    query = urlencode({key: value for key, value in (*values.items(), ("as_of", as_of)) if value})
    return now.render(
        request,
        "changes.html",
        "legislation",
        since=since,
        as_of=as_of,
        chosen=asked["document"],
        documents=documents,
        days=days,
        laws=sum(len(change.events) for one in days for change in one.laws),
        concluded=sum(len(one.acts) for one in days),
        earliest=min(
            (str(d["date"] or d["date_from"]) for d in documents if d["date"] or d["date_from"]), default=since
        ),
        feed=f"/changes.atom?{urlencode({'document': asked['document']})}" if asked["document"] else "/changes.atom",
        data_links=[(kind.upper(), f"/queries/changes.{kind}?{query}") for kind in ("json", "csv", "xlsx")],
    )


def list_days(now: Site, rows: Iterable[Record], document: str = "") -> list[ChangedDay]:
    """The rows of ``changes`` by day; what happened to one law on one day stands together with the acts it touches."""
    documents = now.ask("documents")
    asked = {d["document"] for d in documents if document in (d["document"], d["number"], _last(d["document"]))}
    bearings: dict[str, list[Record]] = {}
    for row in now.rows("work-acts"):
        if not asked or row["document"] in asked:
            bearings.setdefault(str(row["work"]), []).append(row)
    doing: dict[str, list[str]] = {}
    for row in now.ask("departments-of-measures"):
        doing.setdefault(str(row["measure"]), []).append(str(row["department_label"] or row["as_written"]))
    found = []
    for day, group in groupby(rows, key=lambda r: str(r["date"])):
        these = list(group)
        works: dict[str, list[Record]] = {}
        for row in these:
            if row["kind"] == "law":
                works.setdefault(str(row["work"]), []).append(row)
        changes = tuple(
            Change(work, str(events[0]["work_title"]), tuple(events), find_touched(bearings.get(work, ()), doing, day))
            for work, events in works.items()
        )
        found.append(ChangedDay(day, changes, tuple(row for row in these if row["kind"] != "law")))
    return found


def _last(iri: Cell) -> str:
    """The identifier at the end of an IRI."""
    return str(iri).rpartition("/")[2]


def find_touched(bearings: Iterable[Record], doing: Mapping[str, list[str]], day: str) -> tuple[Touched, ...]:
    """The acts on which a law bears on a day or bore to the day before, by document; none where nobody judged it."""
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    acts: dict[str, dict[str, Record]] = {}
    for row in bearings:
        if str(row["from"] or "") <= day and before <= str(row["to"] or day):
            acts.setdefault(str(row["document"]), {})[str(row["act"])] = row
    return tuple(
        Touched(
            document,
            tuple(rows.values()),
            tuple(dict.fromkeys(name for row in rows.values() for name in doing.get(str(row["measure"]), ()))),
        )
        for document, rows in acts.items()
    )


def send_changes_atom(now: Now, request: Request, since: str = "", document: str = "", as_of: str = "") -> Response:
    """What changed in a year up to a day as an Atom feed (RFC 4287); without a day up to today, and nobody keeps it."""
    begin, until = read_span(since, as_of or now.day())
    rows = now.ask("changes", since=begin, as_of=until, document=document or None)
    base = find_origin(request.scope, now.address)
    query = f"?{request.url.query}" if request.url.query else ""
    about = next((d for d in now.ask("documents") if document and document in str(d["document"])), None)
    text = now.templates.get_template("changes.atom").render(
        w=now.source.words,
        language=now.source,
        name=now.names[now.source.code].name,
        say=now.names[now.source.code].say,
        days=list_days(now, rows, document),
        since=begin,
        until=until,
        about=about,
        base=base,
        local=now.localise,
        self_url=f"{base}{request.url.path}{query}",
        page_url=f"{base}/changes" + (f"?{urlencode({'document': document})}" if document else ""),
        iri=f"{now.store.bases[0]}id/changes" + (f"/{document}" if document else ""),
        updated=max((str(r["date"]) for r in rows), default=until),
    )
    headers = {} if as_of else {"Cache-Control": "no-cache"}
    return Response(text, media_type="application/atom+xml", headers=headers)


def read_span(since: str | None, as_of: str) -> tuple[str, str]:
    """The two days asked about, the year before the last where the first is not given. Errors: ``InputError``.

    >>> read_span(None, "2026-11-22")
    ('2025-11-22', '2026-11-22')
    """
    until = parse_day(as_of)
    begin = parse_day(since or year_before(until))
    if begin > until:
        raise InputError("since", f"起日 {begin} 在止日 {until} 之后", "请把 since 写成较早的一天")
    return begin, until


def year_before(day: str) -> str:
    """The same day a year earlier; of a leap day the day before.

    >>> year_before("2026-11-22"), year_before("2024-02-29")
    ('2025-11-22', '2023-02-28')
    """
    found = date.fromisoformat(day)
    leap = (found.month, found.day) == (2, 29)
    return found.replace(year=found.year - 1, day=28 if leap else found.day).isoformat()


PAGES: tuple[Page, ...] = (
    ("/law/{path:path}", "work", show_work),
    ("/changes", "changes", show_changes),
)
"""The pages of laws and of what changed: where they stand, and what makes them."""

FILES: tuple[Page, ...] = (("/changes.atom", "changes_atom", send_changes_atom),)
"""What changed, as a feed."""
