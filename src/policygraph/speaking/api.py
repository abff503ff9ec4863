"""The data side of every page: named queries as JSON, CSV and Excel, and each thing in four RDF formats.

One JSON shape everywhere, one error shape everywhere (RFC 9457 problem details). Paging is by ``_limit`` and
``_next``, where ``_next`` is what the last answer gave; ``_evidence=1`` adds to JSON what ``policygraph verify``
needs; other parameters are the question's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal

import pyoxigraph as ox
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from rdflib.namespace import RDF
from starlette.convertors import Convertor, register_url_convertor

from policygraph.errors import InputError, LimitError, NotFoundError, PolicygraphError, UnavailableError
from policygraph.keeping.store import Answer, Gap, NamedQuery, Parameter, Store
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


class _Form(Convertor[str]):
    """The suffix of a form in which things are data; a number is none, it ends a name (policy/a-2031-4.2)."""

    regex = "|".join((*RDF_FORMATS, "json"))

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("form", _Form())


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
    ("/{kind}/{path:path}.{suffix:form}", "A thing as RDF or JSON", thing),
)
"""Each address with what the description of the interface says of it, and what answers it."""


def api_router() -> APIRouter:
    """Named queries and things as data."""
    router = APIRouter(tags=["data"])
    for path, summary, handler in ROUTES:
        router.add_api_route(path, handler, summary=summary, description="", response_model=None)
        router.add_api_route(path, handler, methods=["HEAD"], include_in_schema=False, response_model=None)
    return router


def describe_interface(described: dict[str, Any], queries: Iterable[NamedQuery]) -> dict[str, Any]:
    """An OpenAPI description with each named question as an operation of its own, search, and the shapes of answers.

    ``described`` is what the framework tells of the routes. A question about an enterprise is no operation, because
    no address asks it. What is wrong is told as problem details (RFC 9457) everywhere but at the SPARQL endpoint.
    """
    paths = {path: told for path, told in described["paths"].items() if not path.startswith("/queries/{")}
    for query in queries:
        if not query.about_entity:
            taken = [_describe_parameter(one) for one in query.parameters]
            columns = "、".join(f"{column.name}（{column.label}）" for column in query.columns)
            said = f"{query.description_zh}\n\n{query.description_en}\n\n列：{columns}"
            for form, paged in (("json", [*_PAGED, _EVIDENCE]), ("csv", _PAGED), ("xlsx", _PAGED)):
                paths[f"/queries/{query.name}.{form}"] = _operation(
                    f"{query.summary_zh} / {query.summary_en}", said, [*taken, *paged], form, query.name
                )
    sought = [
        _query_parameter("q", "检索的词，或一句问话", "能不能限制政府采购", required=True),
        *(_query_parameter(name, f"只要这一种: {name}", None) for name in ("kind", "place", "area")),
        _query_parameter("as_of", "问话所问的日子", "2026-11-22", form="date"),
        *_PAGED,
    ]
    for form in ("json", "csv"):
        paths[f"/search.{form}"] = _operation("检索 / Search", "找到的事物，最合的在前。", sought, form, "search")
    if (told := paths.get("/{kind}/{path}.{suffix}")) is not None:
        forms: dict[str, Any] = {MEDIA_TYPES[form]: {} for form in RDF_FORMATS} | _content("json")
        told["get"]["responses"] = {"200": {"description": "图里的陈述", "content": forms}, **_PROBLEMS}
        for parameter in told["get"]["parameters"]:
            parameter["example"], parameter["description"] = _OF_THING[parameter["name"]]
    components = {
        "schemas": {"Answer": _ANSWER, "Problem": _PROBLEM},
        "responses": {name: {"description": said, "content": _PROBLEM_CONTENT} for name, said in _TOLD.items()},
    }
    info = {**described["info"], "description": "数据都在这里：现成的问题、检索、事物、SPARQL。只读，没有密钥。"}
    return {**described, "info": info, "paths": paths, "components": components}


def _operation(
    summary: str, description: str, parameters: list[dict[str, Any]], form: str, name: str
) -> dict[str, dict[str, Any]]:  # Any: JSON as the specification has it
    return {
        "get": {
            "tags": ["data"],
            "operationId": f"{name}_{form}".replace("-", "_"),
            "summary": summary,
            "description": description,
            "parameters": parameters,
            "responses": {"200": {"description": "回答", "content": _content(form)}, **_PROBLEMS},
        }
    }


def _content(form: str) -> dict[str, dict[str, Any]]:
    shapes = {"json": {"$ref": "#/components/schemas/Answer"}, "csv": {"type": "string"}}
    media = MEDIA_TYPES[form]
    return {media: {"schema": shapes.get(form, {"type": "string", "contentMediaType": media})}}


def _describe_parameter(one: Parameter) -> dict[str, Any]:
    form = "date" if one.type == "date" else None
    return _query_parameter(one.name, f"{one.label}（{one.type}）", one.example or None, one.required, form)


def _query_parameter(
    name: str, description: str, example: str | None, required: bool = False, form: str | None = None
) -> dict[str, Any]:
    schema = {"type": "string", **({"format": form} if form else {})}
    told = {"name": name, "in": "query", "required": required, "description": description, "schema": schema}
    return told if example is None else {**told, "example": example}


_COUNT = {"type": "integer", "minimum": 0}
_PAGED: list[dict[str, Any]] = [
    {
        "name": "_limit", "in": "query", "required": False, "description": f"最多几行，至多 {MAX_ROWS}",
        "schema": {**_COUNT, "maximum": MAX_ROWS}, "example": 5,
    },
    {
        "name": "_next", "in": "query", "required": False, "description": "从哪里续取：上一次回答里的 next",
        "schema": _COUNT, "example": 0,
    },
]  # fmt: skip
_EVIDENCE: dict[str, Any] = {
    "name": "_evidence", "in": "query", "required": False, "example": 0,
    "description": "1：附上每条引文的位置与校验值，供 policygraph verify 核对", "schema": {**_COUNT, "maximum": 1},
}  # fmt: skip
_OF_THING = {
    "kind": ("measure", "事物的种类，IRI 的第一段"),
    "path": ("jiamusi-2020-5/para_9", "IRI 其余的段"),
    "suffix": ("ttl", "格式"),
}
_ANSWER: dict[str, Any] = {
    "type": "object",
    "description": "各处同一形状的回答。",
    "required": ["columns", "rows", "truncated", "next", "as_of", "dataset", "coverage"],
    "properties": {
        "columns": {"type": "array", "items": {"type": "string"}},
        "rows": {"type": "array", "items": {"type": "object"}, "description": "每行以列名为键；没有值是 null"},
        "truncated": {"type": "boolean"},
        "next": {"type": ["string", "null"]},
        "as_of": {"type": ["string", "null"], "format": "date"},
        "dataset": {"type": ["string", "null"], "description": "作答的数据的散列"},
        "coverage": {
            "type": "array",
            "items": {"type": "object"},
            "description": "没有人看完的文件和种类：没有行不等于没有规定",
        },
    },
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string", "description": "哪里、什么不对、怎么办"}, "instance": {"type": "string"},
    },
}  # fmt: skip
_PROBLEM_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_TOLD = {"400": "问法不对", "404": "没有这个", "413": "要得太多", "503": "正忙"}
_PROBLEMS = {status: {"$ref": f"#/components/responses/{status}"} for status in _TOLD}


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
