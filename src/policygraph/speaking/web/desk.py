"""The first page, arranged by the five jobs that people come with, and the page from which all data are reached.

Below the one box stand three pictures for whoever looks rather than reads: the sanctions by what may be done today,
which place has which mechanism, what the law changed against the days of the documents. Each mark is a link, says its
meaning in shape as well as in colour, and has a twin in words. Nothing is judged here: conclusions, statements and
events are read, and a picture shows the first documents only where there are very many (``MOST_DRAWN``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from fastapi import Request
from fastapi.responses import HTMLResponse

from policygraph.keeping.store import Cell
from policygraph.speaking.web.picture import Dot, Period, Timeline, draw_timeline
from policygraph.speaking.web.site import Now, Site
from policygraph.speaking.web.things import list_conclusions

Record = dict[str, Cell]

MOST_DRAWN = 8
"""Documents that a picture shows; the lists show all."""
CHANGES = ("amended", "revised", "renumbered", "rewritten", "repealed", "expired", "enters-into-force")
"""The events of a law that the picture of changes shows; what was found unchanged is none."""
ENDINGS = ("repealed", "expired")
BEGINNINGS = ("enters-into-force",)
MARKS = ("stated", "equivalent", "delegated", "quoted-only", "damaged", "absent", "uncurated")
"""The statuses of a mechanism in a place, the strongest first."""


@dataclass(frozen=True, slots=True)
class SanctionRow:
    """The sanctions of a document, act by act, each with its conclusion on the day."""

    document: Record
    acts: tuple[Mapping[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Glyph:
    """How a mechanism stands in a place: the strongest status among its documents, and where it is stated."""

    status: str
    clause: str | None


def show_home(now: Now, request: Request) -> HTMLResponse:
    """The first page: the box, the five jobs, three pictures, the documents by place, the questions."""
    documents = now.ask("documents")
    places = [(key, list(group)) for key, group in groupby(documents, key=lambda r: r["jurisdiction"])]
    day = now.day()
    shown = documents[:MOST_DRAWN]
    return now.render(
        request,
        "home.html",
        places=places,
        counts=now.counts,
        questions=now.store.list_queries(),
        day=day,
        sanctions=list_sanctions(now, shown, day),
        mechanisms=list_glyphs(now, shown),
        marks=MARKS,
        drawn=[key for key, _ in places if any(d["jurisdiction"] == key for d in shown)],
        timeline=picture_changes(now, request, shown, day),
        hidden=len(documents) - len(shown),
    )


def show_data(now: Now, request: Request) -> HTMLResponse:
    """Where the data are, for programs and for people who write queries."""
    return now.render(request, "data.html", "data", questions=now.store.list_queries())


def list_sanctions(now: Site, documents: Iterable[Record], day: str) -> list[SanctionRow]:
    """The sanctions of documents, with what may be done today; a document without any is left out."""
    kinds = {row["measure"]: row["kind"] for row in now.ask("measures")}
    concluded = list_conclusions(now, day, beside=False)
    rows = []
    for document in documents:
        acts = tuple(
            one.row
            for one in concluded
            if one.row["document"] == document["document"] and kinds.get(one.row["measure"]) == "sanction"
        )
        if acts:
            rows.append(SanctionRow(document, acts))
    return rows


def list_glyphs(now: Site, documents: Sequence[Record]) -> list[tuple[str, list[Glyph]]]:
    """Each mechanism with how it stands in each place of the documents, in the order of the places."""
    place_of = {d["document"]: d["jurisdiction"] for d in documents}
    places = list(dict.fromkeys(place_of.values()))
    found: dict[str, dict[Cell, Glyph]] = {}
    for row in now.ask("mechanisms"):
        if row["document"] not in place_of:
            continue
        here = found.setdefault(str(row["mechanism"]), {})
        glyph = Glyph(str(row["status"]), str(row["clause"]) if row["clause"] else None)
        known = here.get(place_of[row["document"]])
        if known is None or MARKS.index(glyph.status) < MARKS.index(known.status):
            here[place_of[row["document"]]] = glyph
    return [(key, [here.get(place, Glyph("uncurated", None)) for place in places]) for key, here in found.items()]


def picture_changes(now: Site, request: Request, documents: Iterable[Record], day: str) -> Timeline | None:
    """The changes of laws up to a day against the days of the documents; None where either is missing."""
    language = now.language_of(request)
    names, prefix = now.names[language.code], language.prefix
    periods = [
        Period(
            str(d["date"] or d["date_from"]),
            str(d["date"] or d["date_to"]),
            names.name(d["document"]),
            f"{prefix}{now.localise(d['document'])}",
        )
        for d in documents
        if d["date"] or d["date_from"]
    ]
    dots = []
    for event in now.rows("work-events"):
        kind, date = str(event["kind"]), str(event["date"])
        if kind not in CHANGES or date > day:
            continue
        anchor = str(event["event"]).rpartition("/")[2]
        # the number of an article has no other words
        article = "" if language.foreign else str(event["from"] or "")
        label = f"{date} {names.say(kind)} {names.title(event['work'])} {article}".rstrip()
        look = "ends" if kind in ENDINGS else "begins" if kind in BEGINNINGS else "changes"
        dots.append(Dot(date, look, label, f"{prefix}{now.localise(event['work'])}#{anchor}"))
    return draw_timeline(periods, dots, day)
