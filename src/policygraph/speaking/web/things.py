"""The pages of single things: a measure, a department, a concept, whatever the graph names.

Each handler collects the rows of named queries and page queries and hands them to the template of the same name.
A page that says whether a basis is in force always says as of which day: an undated address leads on to a dated one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from policygraph.errors import InputError, NotFoundError
from policygraph.judging.comparing.tables import Verdict, name_verdicts
from policygraph.keeping.acts import list_items, list_standings
from policygraph.keeping.store import Answer, Cell, Iri
from policygraph.namespaces import ID
from policygraph.speaking.exports import gap_header, render_csv
from policygraph.speaking.papers.cards import Line
from policygraph.speaking.papers.workbook import render_xlsx
from policygraph.speaking.web.headings import word_gaps
from policygraph.speaking.web.names import Names
from policygraph.speaking.web.picture import Column, Node, Picture, draw_picture
from policygraph.speaking.web.quoting import cite_measure, make_rail
from policygraph.speaking.web.reader import mark_differences
from policygraph.speaking.web.site import Now, Page, Site, make_router
from policygraph.speaking.web.wordings import list_wordings
from policygraph.text.titles import name_text
from policygraph.words import Language

Record = dict[str, Cell]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

LAYOUT = frozenset({"markup", "hidden", "repeated-table-header", "web-chrome"})
"""Codes of problems that concern the copy, not what it says: they are listed, but not put beside a clause."""

HEALTH = (
    "status", "standing", "since", "evidence", "certainty", "text_certainty", "candidate", "number_now",
    "cited_version",
)  # fmt: skip
"""What the check of a basis on a day adds to its row on a page."""

OTHER_KINDS = (
    "condition", "condition-set", "grade", "bound-convention", "list", "transition", "consequence", "interpretation",
    "procedure", "mechanism-statement", "region", "policy", "precedence", "shape", "finding", "reuse", "misreading",
    "unyielding", "bearing", "coding-difference", "comparison", "comparison-cell", "general-rule",
    "act", "act-reading", "act-type", "answer", "competence", "curation", "evidence-type",
    "force", "phrase", "rank-exemption", "remedy", "rule",
)  # fmt: skip
"""Kinds of things that have no page of their own making: what the graph states of them is shown in words."""


def show_measure(now: Now, request: Request, path: str) -> Response:
    """A measure: whether it can be used on a day, its bases, its words, who acts, the same elsewhere."""
    iri = now.thing_iri("measure", path)
    row = next((r for r in now.ask("measures") if r["measure"] == iri), None)
    if row is None:
        # a group of measures, or a part of one
        return thing_page(now, request, "measure", path)
    document = str(row["document"])
    bases = now.ask("legal-bases", measure=iri)
    as_of = request.query_params.get("as_of")
    if not as_of:
        return date_page(now, request)
    if bases:
        add_health(now, bases, document, str(as_of), iri)
        add_views(now, bases, iri, str(as_of))
    duties = [d for d in now.ask("departments-of-measures", document=document) if d["measure"] == iri]
    gloss_of = find_gloss(now, now.language_of(request))
    without = now.ask("measures-without-basis", document=document)
    statements = now.rows("measure-statements", measure=iri)
    findings = list_findings(now, document, now.language_of(request))
    passed = LAYOUT | {f["code"] for f in findings}
    problems = [r for r in now.rows("measure-problems", measure=iri) if r["code"] not in passed]
    places = {str(row["clause"]), *(str(r["clause"]) for r in (*statements, *bases, *duties))}
    return now.render(
        request,
        "measure.html",
        "measures",
        r=row,
        document=next(d for d in now.ask("documents") if d["document"] == document),
        later=now.rows("later-instruments", document=Iri(document)),
        as_of=as_of,
        conclusions=list_conclusions(now, as_of, measure=iri),
        lines_of=lambda act: act_lines(now.names[now.language_of(request).code], act, gloss_of),
        gloss_of=gloss_of,
        bases=bases,
        wordings=list_wordings(now, bases, str(as_of)),
        counts=count_values(b.get("standing") or b.get("status") for b in bases),
        statements=compare_statements(statements),
        departments=duties,
        acts=now.ask("acts", measure=iri),
        document_basis=next((r["document_basis"] for r in without if r["measure"] == iri), None),
        elsewhere=group_elsewhere(now, iri),
        concluded=list_verdicts(now, as_of),
        say_verdict=partial(say_verdict, now.names[now.language_of(request).code]),
        problems=problems,
        findings=[f for f in findings if str(f["clause"]) in places],
        picture=picture_measure(now, request, row, bases, duties),
        rail=make_rail(now, f"measure/{path}", cite_measure(now, request, row, str(as_of)), str(as_of)),
        data_links=thing_links(f"/measure/{path}"),
    )


def show_department(now: Now, request: Request, path: str) -> Response:
    """A department: its names and successors, and all that it must do, with what may be done of it on a day."""
    as_of = request.query_params.get("as_of")
    iri = now.thing_iri("org", path)
    found = next((r for r in now.rows("departments") if r["department"] == iri), None)
    if found is None:
        return thing_page(now, request, "org", path)
    if not as_of:
        return date_page(now, request)
    duties = list_duties(now, iri, as_of)
    asked, prefix = urlencode({"department": path, "as_of": as_of}), now.language_of(request).prefix
    return now.render(
        request,
        "department.html",
        "departments",
        r=found,
        duties=duties,
        inherited=any(duty["named"] != duty["department"] for duty in duties),
        as_of=as_of,
        verdicts=list_verdicts(now, as_of),
        say_verdict=partial(say_verdict, now.names[now.language_of(request).code]),
        steps=now.rows("department-steps", department=iri),
        names=now.rows("department-names", department=iri),
        changes=now.rows("department-changes", department=iri),
        picture=picture_department(now, request, found, duties),
        tasks=[(kind.upper(), f"{prefix}/tasks.{kind}?{asked}") for kind in ("xlsx", "csv")],
        data_links=thing_links(f"/org/{path}"),
    )


def show_concept(now: Now, request: Request, slug: str) -> Response:
    """A concept: what it means, where it is stated, the measures of that kind with what may be done on a day."""
    iri = now.thing_iri("concept", slug)
    found = now.rows("concept", concept=iri)
    if not found:
        return thing_page(now, request, "concept", slug)
    statements = [r for r in now.ask("mechanisms") if r["mechanism"] == iri]
    measures = now.rows_of("concept-measures", "concept", iri)
    as_of = request.query_params.get("as_of")
    if measures and not as_of:
        return date_page(now, request)
    return now.render(
        request,
        "concept.html",
        "mechanisms" if statements else "",
        r=found[0],
        statements=statements,
        measures=measures,
        as_of=as_of,
        verdicts=list_verdicts(now, as_of) if as_of and measures else {},
        say_verdict=partial(say_verdict, now.names[now.language_of(request).code]),
        data_links=thing_links(f"/concept/{slug}"),
    )


def show_glossary(now: Now, request: Request) -> Response:
    """The words of conclusions, bases and statuses with what each means, by their concept schemes."""
    sections: dict[str, list[Record]] = {}
    for row in now.rows("glossary"):
        sections.setdefault(str(row["section"]), []).append(row)
    return now.render(request, "glossary.html", sections=sections, anchor=name_anchor)


def name_anchor(term: Cell) -> str:
    """The anchor of a term on the glossary: the end of its IRI.

    >>> name_anchor("https://w3id.org/policygraph/id/concept/force-plain")
    'force-plain'
    """
    return re.split(r"[/#]", str(term))[-1]


def show_clause(now: Now, request: Request, identifier: str, path: str) -> Response:
    """A clause stands on the page of its document."""
    iri = now.thing_iri("doc", identifier, path)
    if now.names[now.source.code].place_of(iri):
        address = f"{now.language_of(request).prefix}/doc/{quote(identifier)}#{quote(path)}"
        return RedirectResponse(address, status_code=303)
    return thing_page(now, request, "doc", f"{identifier}/{path}")


def show_whole_source(now: Now, request: Request, identifier: str) -> Response:
    """A source stands on the page of its document."""
    address = f"{now.language_of(request).prefix}/doc/{quote(identifier)}/source"
    return RedirectResponse(address, status_code=303)


def show_other(now: Now, request: Request, path: str) -> Response:
    """A thing of a kind without a page of its own making: the address begins with its kind."""
    kind = request.url.path.removeprefix(now.language_of(request).prefix).split("/", 2)[1]
    return thing_page(now, request, kind, path)


def send_tasks_csv(now: Now, request: Request, department: str) -> Response:
    """What a department must do, as CSV, with what may be done of it on a day."""
    as_of = request.query_params.get("as_of")
    if not as_of:
        return date_page(now, request)
    table = list_tasks(now, department, as_of, now.language_of(request))
    media_type = "text/csv; charset=utf-8; header=present"
    return Response(render_csv(table), media_type=media_type, headers=gap_header(table.coverage))


def send_tasks_xlsx(now: Now, request: Request, department: str) -> Response:
    """What a department must do, as a workbook, with what may be done of it on a day."""
    as_of = request.query_params.get("as_of")
    if not as_of:
        return date_page(now, request)
    language = now.language_of(request)
    headers = {"Content-Disposition": 'attachment; filename="tasks.xlsx"'}
    table = list_tasks(now, department, as_of, language)
    beside = word_gaps(table.coverage, now.names[language.code])
    book = render_xlsx([(str(language.words["tasks"]), table)], beside)
    return Response(book, media_type=XLSX, headers=headers)


def show_tasks(now: Now, request: Request, department: str = "") -> Response:
    """The tasks of a department stand on its page; without one the departments are to choose from.

    Errors: ``NotFoundError`` for a department that there is not.
    """
    prefix = now.language_of(request).prefix
    if not department:
        return RedirectResponse(f"{prefix}/departments", status_code=303)
    target = now.localise(find_department(now, department))
    asked = {key: value for key, value in request.query_params.items() if key == "as_of"}
    return RedirectResponse(f"{prefix}{target}" + (f"?{urlencode(asked)}" if asked else ""), status_code=303)


def date_page(now: Site, request: Request) -> Response:
    """Lead from an undated address to the same page as of the site's day; nobody may keep that answer."""
    query = urlencode([*request.query_params.multi_items(), ("as_of", now.day())])
    return RedirectResponse(
        f"{quote(request.url.path)}?{query}", status_code=307, headers={"Cache-Control": "no-store"}
    )


def thing_links(path: str) -> list[tuple[str, str]]:
    """Where a thing stands as data."""
    formats = (("JSON", "json"), ("Turtle", "ttl"), ("JSON-LD", "jsonld"), ("N-Triples", "nt"), ("RDF/XML", "rdf"))
    return [(name, f"{path}.{suffix}") for name, suffix in formats]


def thing_page(now: Site, request: Request, kind: str, path: str) -> Response:
    """A thing without a page of its own: every statement about it in words. Errors: ``NotFoundError``."""
    iri = now.thing_iri(kind, path)
    facts = now.rows("thing", thing=iri)
    if not facts:
        raise NotFoundError(f"/{kind}/{path}", "图中没有这个事物", "请从首页、列表或 /search 进入")
    return now.render(
        request,
        "thing.html",
        iri=str(iri),
        facts=facts,
        mentions=now.rows("thing-mentions", thing=iri),
        properties={r["property"]: r for r in now.rows("property-names")},
        # a published page without words of its own holds every statement already
        data_links=() if now.published else thing_links(f"/{kind}/{path}"),
    )


def add_health(now: Site, bases: Iterable[Record], document: str, as_of: str, measure: str | None = None) -> None:
    """Add to each basis what became of it by that day. Errors: ``InputError`` for a day that is none."""
    health = {}
    if now.has_query("basis-health"):
        rows = now.ask("basis-health", document=document, as_of=as_of)
        health = {(r["measure"], r["work"], r["locator"]): r for r in rows}
    for basis in bases:
        row = health.get((measure or basis["measure"], basis["work"], basis["locator"]), {})
        for key in HEALTH:
            basis[key] = row.get(key)


def add_views(now: Site, bases: Iterable[Record], measure: Iri, as_of: str) -> None:
    """Add to each basis the editors' view on that day on whether it carries the measure."""
    views = {(r["work"], r["locator"]): r for r in now.ask("basis-fit", measure=measure, as_of=as_of)}
    for basis in bases:
        view = views.get((basis["work"], basis["locator"]), {})
        basis["fit"], basis["fit_reason"] = view.get("fit"), view.get("reason")


@dataclass(frozen=True, slots=True)
class Concluded:
    """An act with its conclusion on a day: the row of the question, and item by item what stands beside it."""

    row: Record
    items: Mapping[str, tuple[str, ...]]
    standings: tuple[tuple[str, str, str], ...]
    """The bases that the document cites, each with the code of its standing and the place it has today."""

    def __getitem__(self, column: str) -> Cell:
        """A cell of the row. Errors: ``KeyError``."""
        return self.row[column]

    @property
    def conclusion_concept(self) -> str | None:
        """The concept that names the conclusion."""
        return ID[f"concept/conclusion-{self.row['conclusion']}"] if self.row["conclusion"] else None

    @property
    def nature_concept(self) -> str | None:
        """The concept that names the nature."""
        return ID[f"concept/nature-{self.row['nature']}"] if self.row["nature"] else None


def list_conclusions(now: Site, as_of: str, *, beside: bool = True, **asked: str) -> list[Concluded]:
    """The conclusions on that day, with what stands beside them unless only they are wanted.

    Empty where the dataset does not know them.
    """
    if not now.has_query("conclusions"):
        return []
    if now.published:
        # all pages are of one day: what the service answers page by page is answered once
        rows = [row for row in now.ask("conclusions", as_of=as_of) if all(row[key] == asked[key] for key in asked)]
    else:
        rows = now.ask("conclusions", as_of=as_of, **asked)
    if not beside:
        return [Concluded(row, {}, ()) for row in rows]
    items = list_items(now.store, as_of, (str(row[key]) for row in rows for key in ("act", "document")))
    standings: dict[str, dict[str, tuple[str, str]]] = {}
    for document in {str(row["document"]) for row in rows}:
        standings |= list_standings(now.store, {"as_of": as_of, "document": document})
    found = []
    for row in rows:
        mine = {**items.get(str(row["act"]), {}), **items.get(str(row["document"]), {})}
        known = standings.get(str(row["measure"]), {})
        cited = tuple((basis, *known[basis]) for basis in mine.get("basis_then", ()) if basis in known)
        found.append(Concluded(row, mine, cited))
    return found


def list_verdicts(now: Site, as_of: str) -> Mapping[str, tuple[Concluded, ...]]:
    """What may be done of each measure on that day, act by act, and of each act by itself.

    A measure that nobody has judged is not there.
    """

    def make(_: object) -> Mapping[str, tuple[Concluded, ...]]:
        found: dict[str, list[Concluded]] = {}
        for one in list_conclusions(now, as_of, beside=False):
            for thing in {str(one["measure"] or one["act"]), str(one["act"])}:
                found.setdefault(thing, []).append(one)
        return {measure: tuple(acts) for measure, acts in found.items()}

    return now.verdicts.get(as_of, make)


def verdict_cells(now: Site, acts: Iterable[Concluded], as_of: str) -> Record:
    """What may be done of a measure as cells of a table: the codes, their words, the day.

    Acts of one measure that end differently are told one by one; where nobody has judged, the words say so.
    """
    columns = ("conclusion", "conclusion_label", "act_title", "issue")
    known = tuple(Verdict(*(str(one[column] or "") for column in columns)) for one in acts)
    codes = tuple(dict.fromkeys(one.conclusion for one in known if one.conclusion))
    label = name_verdicts(known, now.source.words)
    return {"conclusion": "；".join(codes) or None, "conclusion_label": label, "as_of": as_of}


def say_verdicts(names: Names, acts: Iterable[Concluded]) -> str:
    """What may be done of a measure in one line, in the words of a page."""
    known = (
        Verdict(str(one["conclusion"] or ""), names.say(one["conclusion"], "conclusion"), str(one["act_title"] or ""),
                str(one["issue"] or ""))
        for one in acts
    )  # fmt: skip
    return name_verdicts(tuple(known), names.language.words)


def say_verdict(names: Names, conclusion: Cell, issue: Cell) -> str:
    """What may be done of an act in the words of a page, as ``name_verdict`` says it in those of the source."""
    words = names.language.words
    if conclusion:
        unsure = f"{words['bracket_open']}{words['issue_inside']}{words['bracket_close']}"
        return names.say(conclusion, "conclusion") + (unsure if issue == "inside" else "")
    return str(words["before_issue" if issue == "before" else "uncurated"])


def find_gloss(now: Site, language: Language) -> Callable[[str], str]:
    """What gives the editors' gloss of a phrase on a page in another language; on a Chinese page it gives none."""
    return now.glosses.say if language.foreign else lambda _: ""


def act_lines(names: Names, act: Concluded, gloss_of: Callable[[str], str] = lambda _: "") -> list[Line]:
    """Below the sentence of an act: each basis as cited and today, who may act, how sure the basis is.

    What is not recorded is said to be so; ``gloss_of`` gives what stands before a Chinese phrase on a page in English.
    How sure the basis is says nothing of who may act: that has a line of its own.
    """
    words = names.language.words["citing"]
    cited = tuple(
        f"{names.gloss_law(basis)}{names.language.words['colon']}{names.say(code)}" + (f" → {place}" if place else "")
        for basis, code, place in act.standings
    )
    # a provision looked at is a basis only where the conclusion says so: else it stands against the act or falls short
    said = words.get(f"today_{act['conclusion']}", words["today"])
    today = tuple(said.format(basis=names.gloss_law(basis)) for basis in act.items.get("basis_now", ()))
    # how sure what decides is, and how much was read of what might: two things, each with its name
    sure = [
        words[said].format(word=names.say(act[column], section))
        for said, column, section in (("sure_deciding", "certainty", ""), ("sure_all", "verification", "verification"))
        if act[column]
    ]
    competent = tuple(
        words["glossed"].format(gloss=gloss, words=part) if (gloss := gloss_of(part)) else part
        for part in act.items.get("competence", ())
    )
    return [
        (words["basis_line"], cited + today or (words["none_told"],)),
        (words["competence_line"], competent or (words["none_told"],)),
        (words["basis_certainty_line"], (" · ".join(sure) or words["none_told"],)),
    ]


def count_values(values: Iterable[Cell]) -> list[tuple[str, int]]:
    """How often each value stands, most frequent first; empty cells are left out."""
    counted: dict[str, int] = {}
    for value in values:
        if value is not None:
            counted[str(value)] = counted.get(str(value), 0) + 1
    return sorted(counted.items(), key=lambda item: -item[1])


@dataclass(frozen=True, slots=True)
class Wording:
    """One place where a measure is worded, cut into stretches with whether they differ from the other place."""

    clause: str
    is_appendix: bool
    stretches: list[tuple[str, bool]]


def compare_statements(rows: list[Record]) -> list[Wording]:
    """Where a measure stands twice, both wordings with their differences; else its wordings without any."""
    texts = [[(str(row["text"]), False)] for row in rows]
    if len(rows) == 2:
        texts = list(mark_differences(str(rows[0]["text"]), str(rows[1]["text"])))
    return [
        Wording(str(row["clause"]), row["level"] == "row", stretches)
        for row, stretches in zip(rows, texts, strict=True)
    ]


def group_elsewhere(now: Site, measure: Iri) -> list[Record]:
    """Measures of other places in the same area with the same effect; each once."""
    found: dict[Cell, Record] = {}
    for row in now.rows("measure-elsewhere", measure=measure):
        found.setdefault(row["other"], row)
    return list(found.values())


def list_findings(now: Site, document: str, language: Language) -> list[Record]:
    """The findings of the review on a document, in the words of a language where it has them; empty where it was not
    reviewed.
    """
    rows = now.ask("findings", document=document) if now.has_query("findings") else []
    return tell_findings(now, rows, language)


def tell_findings(now: Site, rows: list[Record], language: Language) -> list[Record]:
    """Findings of the review in the words of a language where the review has them."""
    english = {row["finding"]: row for row in now.rows("review-english")} if language.foreign and rows else {}
    for row in rows:
        told = english.get(row["finding"], {})
        row.update({key: language.pick(zh=row[key], en=value) or None for key, value in told.items()})
    return rows


def list_duties(now: Site, department: str, as_of: str) -> list[Record]:
    """What a body must do: what documents give to it, then what they give to those that it had taken over by a day."""
    rows = now.ask("measures-of-department", department=department)
    return [row for row in rows if row["taken"] is None or str(row["taken"]) <= as_of]


def find_department(now: Site, department: str) -> Iri:
    """The department that a name, slug or IRI names. Errors: those of the question that looks for it."""
    duties = now.ask("measures-of-department", department=department)
    return Iri(str(next((r["department"] for r in duties), None) or now.thing_iri("org", department)))


def list_tasks(now: Site, department: str, as_of: str, language: Language) -> Answer:
    """What a department must do as one table: its measures with what may be done that day, then its procedure steps.

    Heads and words are those of the page in that language; titles, words of documents and bodies stay as written.
    """
    names, words = now.names[language.code], language.words
    heads = words | words["columns"]
    clause = words["exporting"]["clause"]
    columns = (
        *(str(heads[key]) for key in (
            "task", "document", "notation", "content", "conclusion_head", "as_of", "role", "via", "duty_level",
            "recipient", "when",
        )),
        clause, f"{clause} IRI", words["exporting"]["quote"],
    )  # fmt: skip
    verdicts = list_verdicts(now, as_of)
    opened, closed = words["bracket_open"], words["bracket_close"]
    rows: list[tuple[Cell, ...]] = []
    for r in list_duties(now, department, as_of):
        taken = f"{opened}{words['taken_over']} {r['named_label']}{closed}" if r["named"] != r["department"] else ""
        rows.append((
            names.say("measure"), names.name(r["document"]), r["notation"], r["title"],
            say_verdicts(names, verdicts.get(str(r["measure"]), ())), as_of, names.say(r["role"], "role"),
            names.say(r["via"]) + taken, names.say(r["level"], "level"), None, None, names.place_of(r["clause"]),
            str(r["clause"]), r["quote"],
        ))  # fmt: skip
    for r in now.rows("department-steps", department=find_department(now, department)):
        rows.append((
            names.say(r["procedure"]), names.name(r["document"]), names.place_of(r["clause"]), r["title"], None, None,
            None, names.say(r["via"]), None, r["recipient"], r["timing"], names.place_of(r["clause"]),
            str(r["clause"]), r["quote"],
        ))  # fmt: skip
    gaps = now.store.find_gaps(("measures", "departments", "procedures"))
    return Answer(columns, tuple(rows), as_of=as_of, dataset=now.store.dataset, coverage=gaps)


def say_in(now: Site, request: Request) -> tuple[Mapping[str, str], Names, str]:
    """What a picture is written with in the language of its page: headings, names, and what stands before a path."""
    language = now.language_of(request)
    return language.words["columns"], now.names[language.code], language.prefix


def picture_measure(
    now: Site, request: Request, row: Record, bases: list[Record], duties: list[Record]
) -> Picture | None:
    """Bases, the measure, departments."""
    words, names, at = say_in(now, request)
    left = unique(
        Node(
            f"{b['work']} {b['locator']}",
            f"{name_text(b['work_title'], b['work_number'])}{b['locator'] or ''}",
            f"{at}{now.localise(b['work'])}" if b["work"] else None,
            "law",
        )
        for b in bases
    )
    right = unique(
        Node(str(d["department"] or d["as_written"]), str(d["department_label"] or d["as_written"]),
             f"{at}{now.localise(d['department'])}" if d["department"] else None, "org")
        for d in duties
    )  # fmt: skip
    middle = Node(str(row["measure"]), names.name(row["measure"]), None, "here")
    edges = [(n.key, middle.key, "basis") for n in left] + [(middle.key, n.key, "duty") for n in right]
    return draw_picture(
        [
            Column(words["work"], left),
            Column(words["measure"], (middle,)),
            Column(words["department"], right),
        ],
        edges,
    )


def picture_department(now: Site, request: Request, row: Record, duties: list[Record]) -> Picture | None:
    """Documents, measures, the department; what reaches it by a category is a broken line."""
    words, names, at = say_in(now, request)
    left = unique(
        Node(str(d["document"]), names.name(d["document"]), f"{at}{now.localise(d['document'])}", "document")
        for d in duties
    )
    middle = unique(
        Node(str(d["measure"]), names.name(d["measure"]), f"{at}{now.localise(d['measure'])}", "measure")
        for d in duties
    )
    here = Node(str(row["department"]), str(row["label"]), None, "here")
    edges = sorted({(str(d["document"]), str(d["measure"]), "part") for d in duties})
    edges += [(str(d["measure"]), here.key, "category" if d["via"] == "category" else "duty") for d in duties]
    return draw_picture(
        [Column(words["document"], left), Column(words["measure"], middle), Column(words["department"], (here,))], edges
    )


def unique(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The boxes in their order, each key once."""
    return tuple({node.key: node for node in nodes}.values())


def read_choice(request: Request, name: str, known: Iterable[str]) -> str | None:
    """A choice of a filter; None for all. Errors: ``InputError`` for one that is not offered."""
    written = (request.query_params.get(name) or "").strip()
    if written and written not in set(known):
        raise InputError(name, f"没有 {written[:40]!r} 这一项", "请在列表里选")
    return written or None


PAGES: tuple[Page, ...] = (
    ("/measure/{path:path}", "measure", show_measure),
    ("/org/{path:path}", "department", show_department),
    ("/concept/{slug}", "concept", show_concept),
    ("/glossary", "glossary", show_glossary),
    ("/tasks", "tasks", show_tasks),
    ("/source/{identifier}", "whole_source", show_whole_source),
    ("/doc/{identifier}/{path:path}", "clause", show_clause),
    *((f"/{kind}/{{path:path}}", "other", show_other) for kind in OTHER_KINDS),
)
"""The pages of single things: where each page stands, and what makes it."""

FILES: tuple[Page, ...] = (
    ("/tasks.csv", "tasks_csv", send_tasks_csv),
    ("/tasks.xlsx", "tasks_xlsx", send_tasks_xlsx),
)
"""What a department must do, as files."""


def tasks_router(languages: Iterable[Language]) -> APIRouter:
    """What a department must do as CSV and Excel, in every language."""
    return make_router(languages, (), spoken=FILES)
