"""The pages of the explorer, one handler each; the name of the page is the name of its template."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from policygraph.errors import InputError, NotFoundError, PolicygraphError
from policygraph.namespaces import ID
from policygraph.store import Answer, Cell, Iri
from policygraph.web.reader import ClauseNode, Highlight, cut_pieces, split_paragraphs
from policygraph.web.site import Site, localise, records

Record = dict[str, Cell]

PAGE_ROWS = 500
"""Rows of a query's answer shown on its page; downloads hold them all."""

EXAMPLE = """PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX pg: <https://w3id.org/policygraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?notation ?title WHERE {
  ?measure a pg:SanctionMeasure ; skos:notation ?notation ; dcterms:title ?title .
} ORDER BY ?measure LIMIT 20
"""


def pages_router(site: Callable[[], Site]) -> APIRouter:
    """All pages, at ``/`` in Chinese and at ``/en`` in English; ``site`` gives the current state at each request."""
    router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)

    def page(path: str, handler: Callable[..., HTMLResponse]) -> None:
        for prefix in ("", "/en"):
            router.add_api_route(prefix + path, handler, methods=["GET", "HEAD"], response_class=HTMLResponse)

    def home(request: Request) -> HTMLResponse:
        now = site()
        return now.render(
            request, "home.html", documents=records(now.store.ask("documents")), questions=now.store.list_queries()
        )

    def documents(request: Request) -> HTMLResponse:
        now = site()
        return now.render(
            request,
            "documents.html",
            "documents",
            documents=records(now.store.ask("documents")),
            data_links=query_links("documents"),
        )

    def document(request: Request, identifier: str) -> HTMLResponse:
        now = site()
        row = find_document(now, identifier)
        iri = ID[f"doc/{identifier}"]
        tree = read_tree(now, str(iri))
        return now.render(
            request,
            "document.html",
            "documents",
            d=row,
            tree=tree,
            defects=[r["defect"] for r in now.rows("document-defects", document=Iri(iri))],
            problems=[r for r in now.rows("document-problems", document=Iri(iri)) if r["code"] != "markup"],
            data_links=thing_links(f"/doc/{identifier}"),
        )

    def source(request: Request, identifier: str, start: int = 0, end: int = 0) -> HTMLResponse:
        now = site()
        row = find_document(now, identifier)
        text = read_source_text(now, identifier)
        if not 0 <= start <= end <= len(text):
            raise InputError("start", f"位置 {start}–{end} 不在 0–{len(text)} 之内", "位置按字符计，end 不含在内")
        sha256 = now.rows("source", source=Iri(ID[f"source/{identifier}"]))[0]["sha256"]
        return now.render(
            request,
            "source.html",
            "documents",
            d=row,
            path=f"/doc/{identifier}",
            sha256=sha256,
            before=text[:start] if end else "",
            lit=text[start:end],
            after=text[end:],
        )

    def measures(request: Request) -> HTMLResponse:
        now = site()
        titles = {r["document"]: r for r in records(now.store.ask("documents"))}
        rows = records(now.store.ask("measures"))
        groups = [(titles[key], list(group)) for key, group in groupby(rows, key=lambda r: r["document"])]
        return now.render(request, "measures.html", "measures", groups=groups, data_links=query_links("measures"))

    def measure(request: Request, path: str) -> HTMLResponse:
        now = site()
        iri = Iri(ID[f"measure/{path}"])
        found = [r for r in records(now.store.ask("measures")) if r["measure"] == iri]
        if not found:
            raise NotFoundError(f"/measure/{path}", "没有这项措施", "请从 /measures 选取")
        row = found[0]
        extra = now.rows("measure", measure=iri)
        document = find_document(now, str(row["document"]).rsplit("/", 1)[-1])
        duties = records(now.store.ask("departments-of-measures", {"document": str(row["document"])}))
        without = records(now.store.ask("measures-without-basis", {"document": str(row["document"])}))
        return now.render(
            request,
            "measure.html",
            "measures",
            r=row,
            document=document,
            bases=records(now.store.ask("legal-bases", {"measure": iri})),
            statements=now.rows("measure-statements", measure=iri),
            departments=[d for d in duties if d["measure"] == iri],
            document_basis=next((r["document_basis"] for r in without if r["measure"] == iri), None),
            requires=extra[0]["requires"] if extra else None,
            judgement=extra[0]["judgement"] if extra else None,
            data_links=thing_links(f"/measure/{path}"),
        )

    def legislation(request: Request) -> HTMLResponse:
        now = site()
        return now.render(request, "legislation.html", "legislation", works=now.rows("works"))

    def work(request: Request, slug: str) -> HTMLResponse:
        now = site()
        iri = Iri(ID[f"law/{slug}"])
        found = [r for r in now.rows("works") if r["work"] == iri]
        if not found:
            raise NotFoundError(f"/law/{slug}", "没有登记这份法规", "请从 /legislation 选取")
        return now.render(
            request,
            "work.html",
            "legislation",
            r=found[0],
            events=now.rows("work-events", work=iri),
            citing=now.store.ask("measures-citing", {"work": iri}),
            data_links=thing_links(f"/law/{slug}"),
        )

    def departments(request: Request) -> HTMLResponse:
        now = site()
        rows = now.rows("departments")
        groups = [(key or "—", list(group)) for key, group in groupby(rows, key=lambda r: r["place"])]
        return now.render(request, "departments.html", "departments", groups=groups)

    def department(request: Request, path: str) -> HTMLResponse:
        now = site()
        iri = Iri(ID[f"org/{path}"])
        found = [r for r in now.rows("departments") if r["department"] == iri]
        if not found:
            raise NotFoundError(f"/org/{path}", "没有登记这个部门", "请从 /departments 选取")
        return now.render(
            request,
            "department.html",
            "departments",
            r=found[0],
            duties=now.store.ask("measures-of-department", {"department": iri}),
            names=now.rows("department-names", department=iri),
            data_links=thing_links(f"/org/{path}"),
        )

    def mechanisms(request: Request) -> HTMLResponse:
        now = site()
        rows = records(now.store.ask("mechanisms"))
        listed = records(now.store.ask("documents"))
        labels = dict.fromkeys((r["mechanism"], r["mechanism_label"]) for r in rows)
        matrix = [
            (label, [[r for r in rows if r["mechanism"] == key and r["document"] == d["document"]] for d in listed])
            for key, label in labels
        ]
        return now.render(
            request, "mechanisms.html", "mechanisms", documents=listed, matrix=matrix,
            data_links=query_links("mechanisms"),
        )  # fmt: skip

    def queries(request: Request) -> HTMLResponse:
        now = site()
        return now.render(request, "queries.html", "queries", questions=now.store.list_queries())

    def query(request: Request, name: str) -> HTMLResponse:
        now = site()
        question = now.store.find_query(name)
        values = {key: value for key, value in request.query_params.items() if not key.startswith("_") and value}
        answer, problem = None, None
        if values or not any(p.required for p in question.parameters):
            try:
                answer = now.store.ask(name, values, limit=PAGE_ROWS)
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
            headings={column.name: column.label for column in question.columns},
            data_links=query_links(name, request.url.query),
        )

    page("/", home)
    page("/documents", documents)
    page("/doc/{identifier}", document)
    page("/doc/{identifier}/source", source)
    page("/measures", measures)
    page("/measure/{path:path}", measure)
    page("/legislation", legislation)
    page("/law/{slug}", work)
    page("/departments", departments)
    page("/org/{path:path}", department)
    page("/mechanisms", mechanisms)
    page("/queries", queries)
    page("/queries/{name}", query)
    return router


def render_sparql(site: Site, request: Request, query: str, result: tuple[int, str, bytes] | None) -> str:
    """The query page, with the answer below the form: a table for SELECT, words for everything else."""
    answer, text = None, None
    if result is not None:
        status, media_type, body = result
        text = body.decode("utf-8", "replace")
        if status == 200 and media_type.startswith("application/sparql-results+json"):
            answer, text = read_results(text)
    page = site.render(
        request,
        "sparql.html",
        "sparql",
        questions=site.store.list_queries(),
        text=query or EXAMPLE,
        answer=answer,
        result=text,
        failed=result is not None and result[0] >= 400,
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


def thing_links(path: str) -> list[tuple[str, str]]:
    """Where a thing stands as data."""
    return [
        (name, f"{path}.{suffix}") for name, suffix in (("Turtle", "ttl"), ("JSON-LD", "jsonld"), ("N-Triples", "nt"))
    ]


def find_document(site: Site, identifier: str) -> Record:
    """The row of one document. Errors: ``NotFoundError`` that lists the documents there are."""
    rows = records(site.store.ask("documents"))
    for row in rows:
        if row["document"] == str(ID[f"doc/{identifier}"]):
            return row
    known = "、".join(str(row["document"]).rsplit("/", 1)[-1] for row in rows)
    raise NotFoundError(f"/doc/{identifier}", "没有这份文件", f"有的是: {known}")


def read_source_text(site: Site, identifier: str) -> str:
    """The untouched source, put together again from the graph: clauses and problems cover all but white space."""
    rows = site.rows("source-text", source=Iri(ID[f"source/{identifier}"]))
    return str(rows[0]["text"]) if rows else ""


def read_tree(site: Site, document: str) -> list[ClauseNode]:
    """The clauses of a document as a tree with highlighted text, in reading order."""
    highlights = [
        Highlight(
            cast(int, r["start"]), cast(int, r["end"]), str(r["kind"]), localise(r["target"]), str(r["title"] or "")
        )
        for r in site.rows("document-highlights", document=Iri(document))
    ]
    highlights.sort(key=lambda h: h.start)
    nodes: dict[str, ClauseNode] = {}
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
        parent = nodes.get(str(row["parent"]))
        (parent.children if parent else roots).append(node)
    pieces: dict[str, list[Record]] = {}
    for row in site.rows("document-spans", document=Iri(document)):
        pieces.setdefault(str(row["clause"]), []).append(row)
    for iri, rows in pieces.items():
        node = nodes[iri]
        if not node.children:
            cut = [p for r in rows for p in cut_pieces(str(r["exact"]), cast(int, r["start"]), _near(highlights, r))]
            node.paragraphs = split_paragraphs(cut)
    return roots


def _near(highlights: list[Highlight], row: Record) -> Iterable[Highlight]:
    start, end = cast(int, row["start"]), cast(int, row["end"])
    return (h for h in highlights if h.start < end and h.end > start)
