"""The pages of the explorer, one handler each; the name of the page is the name of its template.

Single things (a measure, a law, a department) are in ``things``, lists in ``lists``, search in ``search``, the first
page in ``desk``; here are the reader and queries.
``PAGES`` says at which address each of them stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import cast
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from policygraph.errors import InputError, NotFoundError, PolicygraphError
from policygraph.keeping.store import Answer, Cell, Iri
from policygraph.keeping.store.questions import JOBS, MARK
from policygraph.namespaces import PREFIXES, slug_of
from policygraph.speaking.web.desk import show_data, show_home
from policygraph.speaking.web.law import FILES as FEEDS
from policygraph.speaking.web.law import PAGES as LAWS
from policygraph.speaking.web.learning import show_learning
from policygraph.speaking.web.lists import PAGES as LISTS
from policygraph.speaking.web.names import Names, has_han
from policygraph.speaking.web.reader import (
    ClauseNode,
    Highlight,
    Note,
    attach_notes,
    cut_pieces,
    join_places,
    say_place,
    split_paragraphs,
)
from policygraph.speaking.web.site import FOLDER, Now, Page, Site, make_router, read_number
from policygraph.speaking.web.things import (
    LAYOUT,
    date_page,
    list_findings,
    list_verdicts,
    say_verdict,
    thing_links,
)
from policygraph.speaking.web.things import PAGES as SINGLE
from policygraph.words import Language

Record = dict[str, Cell]

PAGE_ROWS = 50
"""Rows of a query's answer shown on its page; downloads hold them all."""
WIDE = 20
"""Columns above which an answer is shown as a record for each row, and no longer as a table."""
RECORDS = 12
"""Rows on a page of such an answer: a record with all its grounds weighs ten thousand bytes, a page at most 150,000."""

EXAMPLE = """PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX pg: <https://w3id.org/policygraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?notation ?title WHERE {
  ?measure a pg:SanctionMeasure ; skos:notation ?notation ; dcterms:title ?title .
} ORDER BY ?measure LIMIT 20
"""


def show_document(now: Now, request: Request, identifier: str) -> HTMLResponse:
    """A document to read: its clauses with what was found in them, its problems, what has to be read beside it."""
    row = find_document(now, identifier)
    iri = now.thing_iri("doc", identifier)
    tree = read_tree(now, str(iri), now.names[now.language_of(request).code])
    problems = [r for r in now.rows("document-problems", document=iri) if r["code"] != "markup"]
    findings = list_findings(now, str(iri), now.language_of(request))
    # what the review says of a problem is fuller than what the reading floor noted
    passed = LAYOUT | {f["code"] for f in findings}
    notes = [
        Note(str(r["message"]), cast(int, r["start"]), cast(int, r["end"])) for r in problems if r["code"] not in passed
    ]
    loose = attach_notes(tree, [*notes, *place_findings(tree, findings)])
    return now.render(
        request,
        "document.html",
        "documents",
        d=row,
        tree=tree,
        say_place=say_place,
        defects=[r["defect"] for r in now.rows("document-defects", document=iri)],
        later=now.rows("later-instruments", document=iri),
        curation=now.ask("curation", document=str(iri)),
        problems=problems,
        findings=findings,
        loose=loose,
        measures=[r for r in now.ask("measures") if r["document"] == iri],
        as_of=now.day(),
        concluded=list_verdicts(now, now.day()),
        say_verdict=partial(say_verdict, now.names[now.language_of(request).code]),
        data_links=thing_links(f"/doc/{identifier}"),
    )


def show_source(now: Now, request: Request, identifier: str, start: int = 0, end: int = 0) -> HTMLResponse:
    """The untouched source of a document, with one span lit. Errors: ``InputError`` for a span outside it."""
    row = find_document(now, identifier)
    text = read_source_text(now, identifier)
    if not 0 <= start <= end <= len(text):
        raise InputError("start", f"位置 {start}–{end} 不在 0–{len(text)} 之内", "位置按字符计，end 不含在内")
    (source,) = now.rows("source", source=now.thing_iri("source", identifier))
    spans = now.rows("document-spans", document=now.thing_iri("doc", identifier))
    touched = (row for row in spans if cast(int, row["start"]) < end and start < cast(int, row["end"]))
    return now.render(
        request,
        "source.html",
        "documents",
        d=row,
        path=f"/doc/{identifier}",
        source=source,
        where=join_places(str(row["where"] or "") for row in touched),
        say_place=say_place,
        start=start,
        end=end,
        before=text[:start] if end else "",
        lit=text[start:end],
        after=text[end:],
    )


def show_queries(now: Now, request: Request) -> HTMLResponse:
    """The questions that can be asked, as sentences, by the job that they serve."""
    questions = now.store.list_queries()
    groups = [(job, [question for question in questions if question.job == job]) for job in JOBS]
    return now.render(
        request, "queries.html", "queries", groups=[group for group in groups if group[1]], pieces_of=_cut_sentence
    )


def _cut_sentence(sentence: str) -> list[tuple[str, str]]:
    """The words of a phrasing, each with the mark that follows it; the last mark is empty.

    >>> _cut_sentence("能不能<measure>")
    [('能不能', 'measure'), ('', '')]
    """
    parts = [*MARK.split(sentence), ""]
    return list(zip(parts[::2], parts[1::2], strict=True))


def show_query(now: Now, request: Request, name: str) -> Response:
    """A question with its parameters and, once it can be asked, its answer."""
    question = now.store.find_query(name)
    values = {key: value for key, value in request.query_params.items() if not key.startswith("_") and value}
    if now.published and not question.about_entity and any(p.name == "as_of" for p in question.parameters):
        values.setdefault("as_of", now.day())
    start = read_number(request, "_next", 0)
    undated = any(p.name == "as_of" and p.required and p.name not in values for p in question.parameters)
    if values and undated and not question.about_entity:
        # whoever chose something and named no day is led to the day of the site, as on every dated page
        return date_page(now, request)
    answer, problem = None, None
    if question.about_entity:
        # what an address holds stays in histories and logs
        problem = str(InputError("", "关于某个单位的问题不能写在网址里", "请在核查页提交")) if values else None
        values = {}
    elif (values and not now.published) or all(values.get(p.name) or not p.required for p in question.parameters):
        try:
            wide = len(question.columns) > WIDE
            answer = now.store.ask(name, values, limit=RECORDS if wide else PAGE_ROWS, start=start)
        except PolicygraphError as error:
            problem = str(error)
    return now.render(
        request,
        "query.html",
        "queries",
        status=400 if problem else 200,
        q=question,
        values=values,
        answer=answer,
        problem=problem,
        documents=now.ask("documents"),
        today=now.day(),
        headings={column.name: column.label for column in question.columns},
        start=start,
        wide=WIDE,
        next_page=urlencode({**values, "_next": answer.next}) if answer and answer.next else None,
        data_links=query_links(name, urlencode(values)),
    )


PAGES: tuple[Page, ...] = (
    ("/", "home", show_home),
    ("/data", "data", show_data),
    *LISTS,
    ("/doc/{identifier}", "document", show_document),
    ("/doc/{identifier}/source", "source", show_source),
    ("/learn", "learn", show_learning),
    ("/queries", "queries", show_queries),
    ("/queries/{name}", "query", show_query),
)
"""The lists, the reader and the questions: where each page stands, and what makes it."""


def pages_router(languages: Iterable[Language]) -> APIRouter:
    """The pages of this module and those of single things, in every language."""
    return make_router(languages, (*PAGES, *LAWS, *SINGLE), files=FEEDS)


def render_sparql(
    site: Site, request: Request, query: str, result: tuple[int, str, bytes] | None, limits: Mapping[str, str],
    refused: str = "",
) -> str:  # fmt: skip
    """The query page, with the answer below the form: a table for SELECT, words for everything else.

    ``limits`` are the bounds of the service in the units of the page, by the slots of ``sparql_limits``; ``refused`` is
    why there is no answer, in English alone: the body says it in both languages.
    """
    answer, text, forms = None, None, FORMS_OF_TRIPLES
    if result is not None:
        status, media_type, body = result
        text = body.decode("utf-8", "replace")
        if status != 200:
            forms = ()
            text = refused if refused and site.language_of(request).foreign else text
        elif media_type.startswith("application/sparql-results+json"):
            forms = FORMS_OF_ROWS
            answer, text = read_results(text)
            # what a query of somebody's own rests on is not known: it may rest on any kind
            answer = replace(answer, coverage=site.store.find_gaps()) if answer else None
    if site.published:
        return bytes(site.render(request, "service.html", "sparql", needed="sparql").body).decode()
    page = site.render(
        request,
        "sparql.html",
        "sparql",
        questions=site.store.list_queries(),
        text=query or load_example(site, request),
        asked=bool(query),
        has_editor=EDITOR.is_file(),
        prefixes=PREFIXES,
        rows_shown=PAGE_ROWS,
        query_links=[(name, f"/sparql?{urlencode({'query': query, 'format': form})}") for name, form in forms],
        permalink=f"/sparql?{urlencode({'query': query})}",
        answer=answer,
        result=text,
        failed=result is not None and result[0] >= 400,
        limits=limits,
    )
    return bytes(page.body).decode()


def read_results(text: str) -> tuple[Answer | None, str | None]:
    """SPARQL JSON results as an answer to show; a truth value as its word."""
    raw = json.loads(text)
    if "boolean" in raw:
        return None, "true" if raw["boolean"] else "false"
    columns = tuple(raw["head"]["vars"])
    bindings = raw["results"]["bindings"]
    rows = tuple(tuple(b[c]["value"] if c in b else None for c in columns) for b in bindings[:PAGE_ROWS])
    return Answer(columns, rows, truncated=len(bindings) > PAGE_ROWS), None


def query_links(name: str, query: str = "") -> list[tuple[str, str]]:
    """Where the answer of a named query stands as data."""
    tail = f"?{query}" if query else ""
    return [(suffix.upper(), f"/queries/{name}.{suffix}{tail}") for suffix in ("json", "csv", "xlsx")]


def find_document(site: Site, identifier: str) -> Record:
    """The row of one document. Errors: ``NotFoundError`` that lists the documents there are."""
    rows = site.ask("documents")
    for row in rows:
        if row["document"] == site.thing_iri("doc", identifier):
            return row
    known = "、".join(str(row["document"]).rsplit("/", 1)[-1] for row in rows)
    raise NotFoundError(f"/doc/{identifier}", "没有这份文件", f"有的是: {known}")


def place_findings(tree: list[ClauseNode], findings: Iterable[Record]) -> list[Note]:
    """The findings on clauses as notes at the beginning of their clause; mere information is left out."""
    places = {node.iri: node.place for root in tree for node in root.walk()}
    return [
        Note(str(f["message"]), *places[str(f["clause"])])
        for f in findings
        if f["severity"] != "Info" and str(f["clause"]) in places
    ]


def read_source_text(site: Site, identifier: str) -> str:
    """The untouched source, put together again from the graph: clauses and problems cover all but white space."""
    rows = site.rows("source-text", source=site.thing_iri("source", identifier))
    return str(rows[0]["text"]) if rows else ""


def read_tree(site: Site, document: str, names: Names) -> list[ClauseNode]:
    """The clauses of a document as a tree with highlighted text, in reading order; what is marked is named in the
    language of the page where it has a name there.
    """

    def called(row: Record) -> str:
        known = names.title(row["target"]) if row["target"] and names.language.foreign else ""
        is_named = bool(known) and not has_han(known) and known != slug_of(str(row["target"]))
        return known if is_named else str(row["title"] or "")

    highlights = [
        Highlight(cast(int, r["start"]), cast(int, r["end"]), str(r["kind"]), site.localise(r["target"]), called(r))
        for r in site.rows("document-highlights", document=Iri(document))
    ]
    highlights.sort(key=lambda h: h.start)
    nodes: dict[str, ClauseNode] = {}
    texts: dict[str, str] = {}
    roots: list[ClauseNode] = []
    for row in site.rows("document-clauses", document=Iri(document)):
        iri = str(row["clause"])
        node = ClauseNode(
            iri,
            iri.removeprefix(document + "/"),
            str(row["label"] or ""),
            str(row["level"]),
            str(row["heading"] or ""),
        )
        nodes[iri] = node
        if row["text"] is not None:
            texts[iri] = str(row["text"])
        parent = nodes.get(str(row["parent"]))
        (parent.children if parent else roots).append(node)
    pieces: dict[str, list[Record]] = {}
    for row in site.rows("document-spans", document=Iri(document)):
        pieces.setdefault(str(row["clause"]), []).append(row)
    for iri, rows in pieces.items():
        node = nodes[iri]
        if not node.children:
            node.spans = [(cast(int, r["start"]), cast(int, r["end"])) for r in rows]
            node.originals = [str(r["where"]) for r in rows if r["where"]]
            cut = [p for r in rows for p in cut_pieces(str(r["exact"]), cast(int, r["start"]), _near(highlights, r))]
            node.paragraphs = split_paragraphs(cut, texts.get(iri))
    return roots


def _near(highlights: list[Highlight], row: Record) -> Iterable[Highlight]:
    start, end = cast(int, row["start"]), cast(int, row["end"])
    return (h for h in highlights if h.start < end and h.end > start)


EDITOR = FOLDER / "static" / "dist" / "editor.js"
"""The bundled query editor; absent in a plain clone, where the form is a plain one."""

FORMS_OF_ROWS: tuple[tuple[str, str], ...] = (("JSON", "json"), ("CSV", "csv"), ("TSV", "tsv"), ("XML", "xml"))
FORMS_OF_TRIPLES: tuple[tuple[str, str], ...] = (
    ("Turtle", "ttl"), ("N-Triples", "nt"), ("JSON-LD", "jsonld"), ("RDF/XML", "rdf"),
)  # fmt: skip
"""In which forms the answer of a query can be taken: rows in none of those of triples, and the reverse."""


def load_example(site: Site, request: Request) -> str:
    """The query that the form begins with: the one that ``?example=`` names, else a short one."""
    name = request.query_params.get("example", "")
    foreign = site.language_of(request).foreign
    known = (query for query in site.store.list_queries() if query.name == name)
    return next((query.shown_en if foreign else query.shown for query in known), EXAMPLE)
