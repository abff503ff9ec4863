"""The page of a measure, a provision or a law as a Word file (``/card.docx``): its head, its tables, its citations.

It is told in the language of the documents, as all that leaves the site. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from policygraph.errors import NotFoundError
from policygraph.keeping.store import Cell
from policygraph.speaking.addresses import name_file
from policygraph.speaking.papers.cards import Card, Finding, Part, render_card
from policygraph.speaking.web.citing import DOCX, read_list
from policygraph.speaking.web.law import covers, find_law, group_bearings, law_lines
from policygraph.speaking.web.names import Names
from policygraph.speaking.web.quoting import tell_status
from policygraph.speaking.web.site import Now, Page, Site, make_router
from policygraph.speaking.web.things import (
    Concluded,
    act_lines,
    add_health,
    add_views,
    date_page,
    list_conclusions,
)
from policygraph.text.locators import lies_in
from policygraph.text.sentences import tell_fate
from policygraph.text.titles import name_text
from policygraph.words import Language, say

Record = dict[str, Cell]


def send_card(now: Now, request: Request) -> Response:
    """A measure, a provision or a law as a Word file. Errors: ``NotFoundError`` for another kind of thing."""
    if not request.query_params.get("as_of"):
        return date_page(now, request)
    (path, *_), as_of, citations = read_list(now, request, "cite")
    names = now.names[now.source.code]
    kind, _, rest = path.partition("/")
    if kind == "measure":
        card = _card_measure(now, names, path, as_of)
    elif kind == "law":
        card = _card_law(now, names, rest, as_of)
    else:
        raise NotFoundError(path, "这类事物没有依据卡", "措施、法规、法规条文有；其余用 /cite.docx")
    title, origin, findings, parts = card
    found = Card(title, origin, as_of, now.store.dataset or "", tuple(findings), tuple(parts), tuple(citations))
    headers = name_file(f"{say('citing', 'card_title')}_{title}_{as_of}.docx", f"card-{as_of}.docx")
    return Response(render_card(found), media_type=DOCX, headers=headers)


Drawn = tuple[str, str, list[Finding], list[Part]]


def _card_measure(now: Site, names: Names, path: str, as_of: str) -> Drawn:
    iri = now.thing_iri(*path.split("/"))
    row = next((r for r in now.ask("measures") if r["measure"] == iri), None)
    if row is None:
        raise NotFoundError(path, "没有这项措施", "请从 /measures 选取")
    words = now.source.words
    document = next(d for d in now.ask("documents") if d["document"] == row["document"])
    findings = []
    for act in list_conclusions(now, as_of, measure=iri):
        extra = [
            (words["grounds_reason"], act.items.get("reason", ())),
            (words["looked_at"], act.items.get("looked_at", ())),
            (words["conditions_to_meet"], act.items.get("conditions", ())),
            (words["beside"], act.items.get("beside", ())),
            (words["acting"], act.items.get("department_today", ())),
            (words["texts_unread"], act.items.get("texts_unread", ())),
            (words["reading_words"], act.items.get("reading", ())),
            (words["later"], act.items.get("later_instruments", ())),
            (words["note"], (str(act["note"]),) if act["note"] and act["issue"] != "inside" else ()),
        ]
        told = str(act["sentence"] or words["uncurated"])
        findings.append(Finding(names.say(act["conclusion"], "conclusion") if act["conclusion"] else "", told, (
            *act_lines(names, act),
            *((label, parts) for label, parts in extra if parts),
        )))  # fmt: skip
    bases = now.ask("legal-bases", measure=iri)
    add_health(now, bases, str(row["document"]), as_of, iri)
    add_views(now, bases, iri, as_of)
    columns = [(words["bases"], 82), (words["rank"], 26), (words["health"], 45), (words["editors_view"], 120)]
    parts = []
    if bases:
        parts.append(Part(words["bases"], columns, tuple(
            (
                f"{name_text(b['work_title'], b['work_number'])}{b['locator'] or ''}",
                names.say(b["rank"], "rank"),
                _standing(names, b),
                "：".join(filter(None, (names.say(b["fit"], "fit"), str(b["fit_reason"] or "")))),
            )
            for b in bases
        )))  # fmt: skip
    duties = [d for d in now.ask("departments-of-measures", document=str(row["document"])) if d["measure"] == iri]
    if duties:
        heads = [(words["departments"], 90), (words["role"], 30), (words["via"], 40), (words["as_written"], 113)]
        parts.append(Part(words["departments_of"], heads, tuple(
            (
                str(d["department_label"] or d["as_written"]),
                names.say(d["role"], "role"),
                names.say(d["via"]),
                str(d["as_written"]),
            )
            for d in duties
        )))  # fmt: skip
    origin = name_text(document["title"]) + (f"（{document['number']}）" if document["number"] else "")
    return names.name(iri), f"{origin} {_force(words, names, document)}", findings, parts


def _force(words: Mapping[str, str], names: Names, document: Record) -> str:
    """What is known of a document's own force, and that its text has no date, as its pages say it."""
    unverified = document["force_status"] == "unverified"
    told = words["force_unverified"] if unverified else names.say(document["force_status"])
    return told if document["date"] else f"{told} · {words['date_missing']}"


def _standing(names: Names, basis: Record) -> str:
    told = names.say(str(basis.get("standing") or basis.get("status") or "unverifiable"))
    words = names.language.words
    sure = (
        f"{words['since']} {basis['since']}" if basis.get("since") else "",
        f"{words['status_certainty']}：{names.say(basis['certainty'])}" if basis.get("certainty") else "",
        f"{words['text_certainty']}：{names.say(basis['text_certainty'], 'text_certainty')}"
        if basis.get("text_certainty")
        else "",
    )
    beside = "，".join(filter(None, sure))
    return tell_fate("", told, str(basis.get("candidate") or "")) + (f"（{beside}）" if beside else "")


def _card_law(now: Site, names: Names, rest: str, as_of: str) -> Drawn:
    law, locator, _ = find_law(now, rest)
    words = now.source.words
    lines = law_lines(now, names, law, as_of)
    parts: list[Part] = []
    if locator:
        gists = [
            g
            for g in now.rows("work-gists", work=law["work"])
            if lies_in(str(g["provision"]), locator) and covers(g["from"], g["until"], as_of)
        ]
        lines += [(f"{words['gist_of']} {g['provision']}", (str(g["gist"]),)) for g in gists]
        columns = [
            (words["act"], 90),
            (words["documents"], 45),
            (words["conclusion_head"], 45),
            (words["grounds_reason"], 93),
        ]
        for group in group_bearings(now, str(law["work"]), locator, as_of):
            rows = tuple(_reached(names, reached.bearing, reached.conclusions) for reached in group.acts)
            if rows:
                parts.append(Part(f"{words['article_reaches']}：{names.say(group.fit, 'fit')}", columns, rows))
    finding = Finding("", tell_status(now, law, locator, as_of), tuple(lines))
    return f"{name_text(law['title'])}{locator}", str(law["number"] or ""), [finding], parts


def _reached(names: Names, bearing: Record, conclusions: Iterable[Concluded]) -> tuple[str, str, str, str]:
    told = "；".join(names.say(c["conclusion"], "conclusion") for c in conclusions) or names.language.words["uncurated"]
    act = f"{bearing['notation'] or ''} {bearing['act_title']}".strip()
    return act, names.name(bearing["document"]), told, str(bearing["reason"] or "")


FILES: tuple[Page, ...] = (("/card.docx", "card", send_card),)
"""A page as a Word file."""


def cards_router(languages: Iterable[Language]) -> APIRouter:
    """Cards, in the language of the documents at the address of every language; links to them say so."""
    return make_router(languages, (), spoken=FILES)
