"""What is decided of a query before any process sees it: refused or not, over which graphs, in which formats.

Reading a text twice gives the same, so short texts that come again and again are read once. Both engines plan here;
neither evaluates here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from rich.cells import cell_len

from policygraph.speaking.sparql.engine import QueryRequest, QueryResult, Settings, refuse
from policygraph.speaking.sparql.faults import find_fault
from policygraph.speaking.sparql.negotiation import GRAPHS, RESULTS, rank_offers
from policygraph.speaking.sparql.syntax import (
    DatasetClause,
    find_dataset,
    find_place,
    find_service,
    find_star,
    find_update,
    is_absolute_iri,
    is_volatile,
)
from policygraph.speaking.sparql.worker import Message

_BEFORE, _BEHIND = 60, 20
"""How much of a line is shown around the place of a fault."""
_UTF8_MEDIA = ("text/", "application/sparql-results+xml")
_KNOWN_TEXTS, _KNOWN_LENGTH = 512, 16 << 10

_rank = lru_cache(maxsize=256)(rank_offers)


@dataclass(frozen=True, slots=True)
class Study:
    """What a query text says of itself; see `syntax` for each part."""

    update: str | None
    service: int | None
    star: int | None
    dataset: DatasetClause | None
    volatile: bool


def study_query(query: str, base: str | None = None) -> Study:
    """What can be known of a text; remembered for the texts that are short enough to be kept.

    >>> study_query("SELECT * { ?s ?p ?o }").star, study_query("SELECT (NOW() AS ?n) {}").volatile
    (7, True)
    """
    return (_study_known if len(query) <= _KNOWN_LENGTH else _study)(query, base)


def _study(query: str, base: str | None) -> Study:
    return Study(
        find_update(query), find_service(query), find_star(query), find_dataset(query, base), is_volatile(query)
    )


_study_known = lru_cache(maxsize=_KNOWN_TEXTS)(_study)


def check_request(request: QueryRequest, settings: Settings) -> QueryResult | None:
    """The refusal that can be given before a query runs; None when it may run.

    >>> check_request(QueryRequest("ASK {}"), Settings()) is None
    True
    >>> check_request(QueryRequest("DELETE WHERE { ?s ?p ?o }"), Settings()).status
    403
    """
    # a character is one byte at the least and four at the most
    if len(request.query) * 4 > settings.query and len(request.query.encode("utf-8", "replace")) > settings.query:
        return refuse("too-long", limit=settings.query)
    for iri in (*request.default_graphs, *request.named_graphs):
        if not is_absolute_iri(iri):
            return refuse("bad-graph", iri[:200])
    study = study_query(request.query, request.base)
    if study.update is not None:
        return refuse("update", study.update)
    if study.service is not None:
        line, column = find_place(request.query, study.service)
        return refuse("service", line=line, column=column)
    return None


def choose_dataset(request: QueryRequest) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Default and named graphs for a query; None means the union of everything the engine holds.

    The protocol's parameters override the query's FROM; both are cut to what is permitted.

    >>> choose_dataset(QueryRequest("ASK FROM <http://a/1> {}", permitted=("http://a/2",)))
    ((), ())
    >>> choose_dataset(QueryRequest("ASK FROM <http://a/1> {}", named_graphs=("http://a/2",)))
    ((), ('http://a/2',))
    """
    asked: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    if request.default_graphs or request.named_graphs:
        asked = (request.default_graphs, request.named_graphs)
    elif (clause := study_query(request.query, request.base).dataset) is not None:
        asked = (clause.default_graphs, clause.named_graphs)
    if request.permitted is None:
        return asked
    if asked is None:
        return request.permitted, request.permitted
    allowed = frozenset(request.permitted)
    default_graphs, named_graphs = asked
    return tuple(g for g in default_graphs if g in allowed), tuple(g for g in named_graphs if g in allowed)


def choose_formats(accept: str) -> tuple[str | None, str | None]:
    """The media type that rows come in and the one that triples come in; None where none is acceptable.

    >>> choose_formats("text/turtle, text/csv;q=0.5")
    ('text/csv', 'text/turtle')
    """
    rows, triples = _rank(accept, RESULTS), _rank(accept, GRAPHS)
    return (rows[0] if rows else None), (triples[0] if triples else None)


def plan_query(request: QueryRequest, settings: Settings) -> Message:
    """What a worker is told; what does not bear on the query is left out.

    >>> plan_query(QueryRequest("ASK {}", accept="text/csv"), Settings(result=100))
    {'query': 'ASK {}', 'results': ['text/csv'], 'graphs': [], 'limit': 100}
    """
    rows, triples = choose_formats(request.accept)
    told: Message = {
        "query": request.query,
        "results": [rows] if rows else [],
        "graphs": [triples] if triples else [],
        "limit": settings.result,
    }
    if request.base is not None:
        told["base"] = request.base
    if (star := study_query(request.query, request.base).star) is not None:
        told["star"] = star
    if (dataset := choose_dataset(request)) is not None:
        told["default_graphs"], told["named_graphs"] = dataset
    if request.bindings:
        told["bindings"] = dict(request.bindings)
    return told


class Loaded(Protocol):
    """What an answer came from: the hash of its dataset, where it has one, and the name of what was loaded."""

    @property
    def dataset(self) -> str | None: ...

    @property
    def version(self) -> str | None: ...


def read_answer(head: Message, body: bytes, query: str, settings: Settings, source: Loaded) -> QueryResult:
    """What a worker answered, in the words of the service."""
    refusal = _refuse_answer(head, query, settings)
    if refusal is not None:
        return replace(refusal, dataset=source.dataset, version=source.version)
    media_type = str(head["media_type"])
    charset = "; charset=utf-8" if media_type.startswith(_UTF8_MEDIA) else ""
    return QueryResult(200, media_type + charset, body, dataset=source.dataset, version=source.version)


def _refuse_answer(head: Message, query: str, settings: Settings) -> QueryResult | None:
    """The refusal that a worker's answer is; None when it is none."""
    outcome = str(head["outcome"])
    if outcome == "ok":
        return None
    detail = str(head.get("detail", ""))
    if outcome == "syntax":
        return explain_syntax(detail, query)
    if outcome == "memory":
        return refuse(outcome, limit=settings.memory, retry_after=settings.retry)
    if outcome == "failed":
        return refuse(outcome, detail, retry_after=settings.retry)
    return refuse(outcome, detail, limit=settings.result)


def explain_syntax(detail: str, query: str) -> QueryResult:
    """What is wrong with a query text, in words, with the line it is about and a mark below the place."""
    fault = find_fault(query, detail)
    lines = query.split("\n")
    told = refuse("syntax", fault.say("zh"), english=fault.say("en"), line=fault.line, column=fault.column)
    if fault.line > len(lines):
        return told
    begin = max(0, fault.column - _BEFORE)
    shown = lines[fault.line - 1][begin : fault.column + _BEHIND].replace("\t", " ").rstrip()
    if not shown:
        return told
    mark = " " * cell_len(shown[: fault.column - 1 - begin])
    where = f"    {shown}\n    {mark}^\n"
    return replace(told, body=told.body + where.encode("utf-8", "replace"), english=told.english + where)
