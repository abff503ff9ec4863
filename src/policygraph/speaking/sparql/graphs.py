"""Graphs as resources: each under its own IRI and through the Graph Store Protocol, and the vocabulary among them.

Only reading: what a graph holds changes when the dataset is built anew. Everything is asked of the public engine, so a
restricted graph is one that does not exist. The statements of a form are sorted: equal graphs are equal bytes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote

import pyoxigraph as ox
from rdflib.namespace import OWL
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from policygraph.graph.memory import make_graph
from policygraph.judging.answers import Answer
from policygraph.keeping.terms import read_node
from policygraph.namespaces import BASE, GRAPH, PREFIXES
from policygraph.speaking.addresses import GRAPH_FORMS, MEDIA_TYPES
from policygraph.speaking.exports import render_json
from policygraph.speaking.sparql.engine import PLAIN, QueryRequest, QueryResult, refuse
from policygraph.speaking.sparql.negotiation import rank_offers
from policygraph.speaking.sparql.site import (
    HTML,
    Site,
    answer_busy,
    find_address,
    read_accept,
    render_page,
    write_result,
)
from policygraph.speaking.sparql.syntax import is_absolute_iri
from policygraph.speaking.sparql.vocabulary import CONTEXT_PATH, Term, list_standards, make_context, read_terms

_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }"
_DEFAULT_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_WITH_GRAPHS = (ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS, ox.RdfFormat.JSON_LD)
WAITING = 6
"""Callers that may wait for a graph before the service says 503."""
ROWS = 10_000
"""Statements of one JSON answer at the most; more are reached by ``_next``."""
SHOWN = 100
"""Statements shown on the page of a graph."""


def answer_graph(site: Site, request: Request, iri: str | None) -> Response:
    """A graph in the form that is accepted; None for the default graph, which is the union of all.

    A restricted graph is not among those of the public engine, so it is answered as one that never was.
    """
    if iri is not None and iri not in site.engine.graphs:
        return PlainTextResponse(
            "没有这个图。现有的图见 /graphs。\nNo such graph; those there are: /graphs.\n", status_code=404
        )
    best = rank_offers(read_accept(request), [MEDIA_TYPES[form] for form in GRAPH_FORMS])
    if not best:
        return write_result(request, refuse("not-acceptable", ", ".join(MEDIA_TYPES[form] for form in GRAPH_FORMS)))
    # a graph is large beside a page: one at a time is read and written, a few wait, nobody else loses a thread to it
    if not _PLACES.acquire(blocking=False):
        return answer_busy(refuse("busy", "2", retry_after=2), {})
    try:
        with _WRITING:
            result = _read_graph(site, iri)
            if result.status != 200:
                return answer_busy(result, {}) if result.status == 503 else write_result(request, result)
            written = _write_triples(site, request, _sort_triples(result), iri, best[0])
    finally:
        _PLACES.release()
    answer = write_result(request, replace(written, dataset=result.dataset))
    if iri is not None and "/graph/register/" in iri:
        # facts about enterprises are nobody's to keep, public or not
        answer.headers["Cache-Control"] = "no-store"
    return answer


_WRITING = threading.Lock()
_PLACES = threading.BoundedSemaphore(WAITING)


def _read_graph(site: Site, iri: str | None) -> QueryResult:
    if iri is None:
        return site.engine.run(QueryRequest(_DEFAULT_GRAPH, accept="application/n-triples"))
    return site.engine.run(QueryRequest(_GRAPH, accept="application/n-triples", bindings={"graph": f"<{iri}>"}))


def _sort_triples(result: QueryResult) -> list[ox.Triple]:
    return _parse_triples(result.body)


def _parse_triples(body: bytes) -> list[ox.Triple]:
    return sorted({quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)}, key=str)


def _write_triples(
    site: Site, request: Request, triples: list[ox.Triple], iri: str | None, media_type: str
) -> QueryResult:
    """Statements of a graph in one of its forms; a refusal where the form cannot express them."""
    if media_type == "text/html":
        shown = [tuple(str(term) for term in (t.subject, t.predicate, t.object)) for t in triples[:SHOWN]]
        stem = quote(request.url.path)
        forms = (
            [(form, f"{stem}.{form}") for form in GRAPH_FORMS if form] if iri and request.url.path != "/graphs" else []
        )
        page = render_page(site, request, "graph", iri=iri, total=len(triples), shown=shown, forms=forms)
        return QueryResult(200, HTML, page)
    if media_type == "application/json":
        return _write_rows(site, request, triples)
    if media_type == "application/n-triples":
        return QueryResult(200, media_type, "".join(f"{triple} .\n" for triple in triples).encode())
    form = _FORMATS[media_type]
    named = ox.NamedNode(iri) if iri is not None and form in _WITH_GRAPHS else ox.DefaultGraph()
    quads = (ox.Quad(t.subject, t.predicate, t.object, named) for t in triples)
    takes_prefixes = form in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.JSON_LD, ox.RdfFormat.RDF_XML)
    try:
        # a graph that is asked for by name is its statements; only the forms with graphs repeat the name
        body = ox.serialize(
            quads if form in _WITH_GRAPHS else triples, format=form, prefixes=PREFIXES if takes_prefixes else None
        )
    except ValueError as error:
        return refuse("not-xml", str(error))
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return QueryResult(200, media_type + charset, body or b"")


def _write_rows(site: Site, request: Request, triples: list[ox.Triple]) -> QueryResult:
    """The statements of a graph in the one JSON shape, page by page."""
    places = [request.query_params.get(name, fallback) for name, fallback in (("_limit", str(ROWS)), ("_next", "0"))]
    if not all(place.isdecimal() and len(place) < 10 for place in places) or not 0 < int(places[0]) <= ROWS:
        return QueryResult(400, PLAIN, f"_limit: 1–{ROWS}；_next: 上一次回答里的 next\n".encode())
    limit, start = int(places[0]), int(places[1])
    rows = tuple(_read_row(triple) for triple in triples[start : start + limit])
    truncated = start + limit < len(triples)
    columns = ("subject", "property", "value", "datatype", "language")
    answer = Answer(
        columns, rows, dataset=site.served(), truncated=truncated, next=str(start + limit) if truncated else None,
        coverage=site.gaps(),
    )  # fmt: skip
    return QueryResult(200, "application/json", render_json(answer).encode())


def _read_row(triple: ox.Triple) -> tuple[str | None, ...]:
    value = triple.object
    subject = triple.subject.value if isinstance(triple.subject, ox.NamedNode | ox.BlankNode) else str(triple.subject)
    if not isinstance(value, ox.Literal):
        return (
            subject,
            triple.predicate.value,
            value.value if isinstance(value, ox.NamedNode) else str(value),
            None,
            None,
        )
    return subject, triple.predicate.value, value.value, value.datatype.value, value.language


def answer_vocabulary(site: Site, request: Request, part: str | None) -> Response:
    """The vocabulary, or with ``part`` its document for programs, a version of either, or the JSON-LD context.

    As a page for people it is the whole; under the address of a version it stands only while it is that version. A part
    is told in the form that ends its name: ``asof.ttl``.
    """
    stem, _, ending = (part or "").rpartition(".")
    form = ending if stem in APART and ending in GRAPH_FORMS else ""
    part = stem if form else part
    apart, _, version = (part or "").rpartition("/") if part not in APART else (part or "", "", "")
    if apart not in ("", *APART):
        return _refuse_version(())
    result = _read_graph(site, str(GRAPH[f"ns/{apart}".rstrip("/")]))
    if result.status != 200:
        return answer_busy(result, {}) if result.status == 503 else write_result(request, result)
    triples = _sort_triples(result)
    versions = [t.object.value for t in triples if t.predicate.value == _VERSION and isinstance(t.object, ox.NamedNode)]
    name = f"{BASE}ns/{apart}".rstrip("/")
    if part == CONTEXT:
        written = QueryResult(200, MEDIA_TYPES["jsonld"], make_context(_terms_of(site, result)).encode())
    elif version and f"{name}/{version}" not in versions:
        return _refuse_version(versions)
    else:
        offers = [MEDIA_TYPES[form]] if form else [MEDIA_TYPES[one] for one in GRAPH_FORMS]
        best = offers if form else rank_offers(read_accept(request), offers)
        if not best:
            return write_result(request, refuse("not-acceptable", ", ".join(MEDIA_TYPES[form] for form in GRAPH_FORMS)))
        if best[0] == "text/html":
            written = QueryResult(200, HTML, _render_vocabulary(site, request, result, versions))
        else:
            written = _write_triples(site, request, triples, str(GRAPH[f"ns/{apart}".rstrip("/")]), best[0])
    return write_result(
        request, replace(result, status=written.status, media_type=written.media_type, body=written.body)
    )


def answer_letter(site: Site, request: Request, letter: str) -> Response:
    """The terms that begin with a letter, each as it is defined; a page for people, the data are the vocabulary's."""
    result = _read_graph(site, str(GRAPH["ns"]))
    if result.status != 200:
        return answer_busy(result, {}) if result.status == 503 else write_result(request, result)
    every = _terms_of(site, result)
    letters = sorted({term.letter for term in every})
    if letter not in letters:
        return PlainTextResponse(
            f"没有以它开头的词，现有: {'、'.join(letters)}\nNo term begins with that; there is: {', '.join(letters)}\n",
            status_code=404,
        )
    terms = [term for term in every if term.letter == letter]
    page = render_page(site, request, "terms", letter=letter, letters=letters, terms=terms)
    return write_result(request, replace(result, media_type=HTML, body=page))


_VERSION = str(OWL.versionIRI)
APART = ("asof",)
"""The parts of the vocabulary that are documents of their own, below ``/ns``."""
CONTEXT = "context.jsonld"


def _refuse_version(versions: Iterable[str]) -> Response:
    known = ", ".join(sorted(one.removeprefix(BASE) for one in versions)) or "–"
    text = f"没有这个版本的词汇，现有: {known}\nNo such version of the vocabulary; there is: {known}\n"
    return PlainTextResponse(text, status_code=404)


def _terms_of(site: Site, vocabulary: QueryResult) -> tuple[Term, ...]:
    """The terms of the whole vocabulary: those of a document, and of those that stand apart."""
    parts = [_read_graph(site, str(GRAPH[f"ns/{part}"])) for part in APART]
    return _define_terms((vocabulary.body, *(part.body for part in parts if part.status == 200)))


@lru_cache(maxsize=2)
def _define_terms(bodies: tuple[bytes, ...]) -> tuple[Term, ...]:
    """The terms that graphs in N-Triples define; every letter of the vocabulary is a page over the same ones."""
    every = (triple for body in bodies for triple in _parse_triples(body))
    return read_terms(make_graph((read_node(t.subject), read_node(t.predicate), read_node(t.object)) for t in every))


def _render_vocabulary(site: Site, request: Request, vocabulary: QueryResult, versions: list[str]) -> bytes:
    """The terms of the vocabulary with what each means, and its standard; a hash IRI opens at its term."""
    forms = [(form, f"/ns.{form}") for form in site.list_forms(GRAPH_FORMS)]
    return render_page(
        site, request, "ns", iri=f"{BASE}ns", versions=sorted(versions), terms=_terms_of(site, vocabulary),
        forms=forms, standards=list_standards(), apart=APART, context=CONTEXT_PATH,
        profiles=[(iri, _find_address(site, iri)) for iri in site.engine.graphs if "/graph/shapes/profile/" in iri],
    )  # fmt: skip


def _find_address(site: Site, iri: str) -> str | None:
    """Where a graph stands here by a path of its own; None for one that has to be asked for by its name."""
    path = iri[iri.find("/graph/") + 1 :] if "/graph/" in iri else ""
    return f"/{path}" if path and site.find_iri(path) == iri else None


def answer_store(site: Site, request: Request) -> Response:
    """SPARQL 1.1 Graph Store HTTP Protocol, the reading half: ``?graph=IRI``, ``?default``, or the list of graphs."""
    named, default = request.query_params.getlist("graph"), request.query_params.getlist("default")
    if len(named) + len(default) > 1 or any(not is_absolute_iri(iri) for iri in named) or any(default):
        text = "写 ?graph=绝对IRI 或 ?default，只写一个。\nAsk for ?graph=ABSOLUTE-IRI or ?default, one of them.\n"
        return PlainTextResponse(text, status_code=400)
    if named or default:
        return answer_graph(site, request, named[0] if named else None)
    best = rank_offers(read_accept(request), [MEDIA_TYPES[form] for form in GRAPH_FORMS])
    sizes = sorted(site.catalogue.figures().graphs.items())
    if best[:1] == ("text/html",):
        listed = [(iri, _find_address(site, iri), size) for iri, size in sizes]
        return write_result(request, QueryResult(200, HTML, render_page(site, request, "graphs", graphs=listed)))
    if best[:1] == ("application/json",):
        answer = Answer(("graph", "triples"), tuple(sizes), dataset=site.served(), coverage=site.gaps())
        return write_result(request, QueryResult(200, "application/json", render_json(answer).encode()))
    return write_result(request, site.catalogue.describe_dataset(find_address(site, request), read_accept(request)))
