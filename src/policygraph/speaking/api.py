"""The data side of every page: named queries as JSON, CSV and Excel, and each thing in four RDF formats.

One JSON shape everywhere, one error shape everywhere (RFC 9457 problem details). Paging is by ``_limit`` and
``_next``, where ``_next`` is what the last answer gave; ``_evidence=1`` adds to JSON what ``policygraph verify``
needs; other parameters are the question's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Literal

import pyoxigraph as ox
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from rdflib.namespace import RDF

from policygraph.errors import InputError, LimitError, NotFoundError, PolicygraphError, UnavailableError
from policygraph.keeping.store import Answer, Gap, NamedQuery, Store
from policygraph.keeping.verification import render_evidence
from policygraph.namespaces import PG, PREFIXES, instance
from policygraph.speaking.addresses import MEDIA_TYPES
from policygraph.speaking.exports import compact_jsonld, gap_header, render_csv, render_json
from policygraph.speaking.papers.workbook import render_xlsx

MAX_ROWS = 10_000
"""Rows of one answer at the most; more are reached by ``_next``."""

PRIVATE_KINDS = ("entity", "record", "assessment")
"""What has facts about an enterprise is not looked up by address: addresses stay in logs and histories."""
RDF_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}
XLSX = MEDIA_TYPES["xlsx"]


def status_of(error: PolicygraphError) -> int:
    """The HTTP status of one of our errors."""
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, LimitError):
        return 413
    if isinstance(error, UnavailableError):
        return 503
    return 400 if isinstance(error, InputError) else 500


def problem_details(status: int, title: str, detail: str, instance: str) -> JSONResponse:
    """RFC 9457 problem details."""
    return JSONResponse(
        {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": instance},
        status_code=status,
        media_type="application/problem+json",
    )


async def find_store(request: Request) -> Store:
    """The store that a request is answered from, whatever takes over meanwhile; the application tells it."""
    store: Store = request.app.state.current().store
    return store


Now = Annotated[Store, Depends(find_store)]
"""What a handler asks for to be handed the store of its request."""


def query_json(now: Now, request: Request, name: str) -> Response:
    """The answer of a named query as JSON, with its evidence when that is asked for."""
    answer = ask_query(now, request, name)
    if _number(request, "_evidence", 0):
        text = render_evidence(now, answer, name, _values_of(request), _number(request, "_next", 0))
    else:
        text = render_json(answer)
    return Response(text, media_type="application/json")


def query_csv(now: Now, request: Request, name: str) -> Response:
    """The answer of a named query as CSV; its gaps stand in a header."""
    answer = ask_query(now, request, name)
    media_type = "text/csv; charset=utf-8; header=present"
    return Response(render_csv(answer), media_type=media_type, headers=gap_header(answer.coverage))


def query_xlsx(now: Now, request: Request, name: str) -> Response:
    """The answer of a named query as a workbook."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(render_xlsx([(name, ask_query(now, request, name))]), media_type=XLSX, headers=headers)


def thing(now: Now, kind: str, path: str, suffix: Literal["ttl", "nt", "jsonld", "rdf", "json"]) -> Response:
    """What the graph states of a thing, as JSON, Turtle, N-Triples, JSON-LD or RDF/XML."""
    try:
        instance(kind, *path.split("/"))
        iri = str(now.find_iri(f"id/{kind}/{path}"))
    except ValueError:
        iri = ""
    triples = now.describe(iri) if iri and kind not in PRIVATE_KINDS else ()
    if not triples:
        raise NotFoundError(f"/{kind}/{path}", "图中没有这个事物", "请从列表页选取")
    if suffix == "json":
        rows = tuple((t.predicate.value, _value(t.object)) for t in triples if _subject(t) == iri)
        answer = Answer(("property", "value"), rows, dataset=now.dataset, coverage=gaps_of_thing(now, iri, triples))
        return Response(render_json(answer), media_type="application/json")
    rdf_format = RDF_FORMATS[suffix]
    prefixes = None if rdf_format is ox.RdfFormat.N_TRIPLES else PREFIXES
    body = ox.serialize(triples, format=rdf_format, prefixes=prefixes) or b""
    if suffix == "jsonld":
        body = compact_jsonld(body)
    return Response(body, media_type=f"{MEDIA_TYPES[suffix]}; charset=utf-8")


ROUTES: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    ("/queries/{name}.json", "A named query as JSON", query_json),
    ("/queries/{name}.csv", "A named query as CSV", query_csv),
    ("/queries/{name}.xlsx", "A named query as Excel", query_xlsx),
    ("/{kind}/{path:path}.{suffix}", "A thing as RDF or JSON", thing),
)
"""Each address with what the description of the interface says of it, and what answers it."""


def api_router() -> APIRouter:
    """Named queries and things as data."""
    router = APIRouter(tags=["data"])
    for path, summary, handler in ROUTES:
        router.add_api_route(path, handler, summary=summary, description="", response_model=None)
        router.add_api_route(path, handler, methods=["HEAD"], include_in_schema=False, response_model=None)
    return router


def ask_query(store: Store, request: Request, name: str) -> Answer:
    """The rows of a named query that an address asks for. Errors: ``InputError`` for what it may not ask."""
    refuse_entities(store.find_query(name))
    limit = _number(request, "_limit", MAX_ROWS)
    if limit > MAX_ROWS:
        raise InputError("_limit", f"最多 {MAX_ROWS} 行", "其余用 _next 续取")
    return store.ask(name, _values_of(request), limit=limit, start=_number(request, "_next", 0))


def _values_of(request: Request) -> dict[str, str]:
    return {key: value for key, value in request.query_params.items() if not key.startswith("_")}


def gaps_of_thing(store: Store, iri: str, triples: Iterable[ox.Triple]) -> tuple[Gap, ...]:
    """The gaps of the document that a thing is or belongs to; those of all documents for what belongs to none."""
    told = [t for t in triples if _subject(t) == iri]
    if any(t.predicate.value == str(RDF.type) and _value(t.object) == str(PG.PolicyDocument) for t in told):
        return store.find_gaps(document=iri)
    held = next((_value(t.object) for t in told if t.predicate.value == str(PG.document)), None)
    return store.find_gaps(document=held)


def refuse_entities(query: NamedQuery) -> None:
    """Questions about an enterprise are not asked by address: addresses stay in logs and histories.

    Errors: ``InputError`` that says where to ask instead.
    """
    if query.about_entity:
        raise InputError(
            query.name, "关于某个单位的问题不能写在网址里", f"请在 /check 页面提交，或运行 policygraph ask {query.name}"
        )


def _subject(triple: ox.Triple) -> str:
    return triple.subject.value if isinstance(triple.subject, ox.NamedNode) else ""


def _value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _number(request: Request, name: str, default: int) -> int:
    written = request.query_params.get(name)
    if written is None:
        return default
    if not written.isdecimal() or len(written) > 9:
        raise InputError(name, f"{written!r} 不是非负整数", "例如 _limit=100")
    return int(written)
