"""SPARQL 1.1 Protocol over HTTP: what is asked, which engine answers, and in which words it is refused.

Written against the Recommendation and its test suite rather than on a framework's idea of parameters, because the rules
are about exactly what a framework hides: how often a parameter may occur, the charset of a body, what a missing
Content-Type means. Bodies are read with a size and a time limit, queries run in a thread so that the event loop is
never blocked, and every answer carries the headers that other sites' scripts need to read it (without credentials).

A request with a token is answered by the restricted engine, by POST only, and is never cached. Without a token, or
without a restricted engine, restricted graphs are graphs that nobody holds: an empty graph, as any other unknown name.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from policygraph.speaking.addresses import find_origin
from policygraph.speaking.sparql.engine import Engine, QueryRequest, QueryResult, refuse
from policygraph.speaking.sparql.negotiation import GRAPHS, RESULTS, accept_format, prefers_html
from policygraph.speaking.sparql.tokens import TokenFile

# writes the service description for an endpoint address, in the media type that Accept asks for
Describer = Callable[[str, str], QueryResult]
# renders the query page as HTML: the request, the query text and its answer (None when nothing was asked yet)
PageRenderer = Callable[[Request, str, QueryResult | None], str]

BODY_SECONDS = 20.0
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"
_SERVED = ("GET", "HEAD", "POST", "OPTIONS")
_REFUSED = ("PUT", "PATCH", "DELETE", "TRACE")
_METHODS = ", ".join(_SERVED)
_PAGE_ACCEPT = "application/sparql-results+json, text/turtle"
_FALLBACK_PAGE = Path(__file__).parent / "pages" / "form.html"
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After, Policygraph-Dataset",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": _METHODS,
    # Authorization is left out: no script of another site may send a token
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Max-Age": "86400",
}
# answers are data, whatever a browser makes of them
_DATA = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}

# parts of the OpenAPI description, JSON as its specification has it (hence Any)
_TEXT = {"schema": {"type": "string"}}
_GRAPH_LIST = {"type": "array", "items": {"type": "string", "format": "uri"}}
_FIELDS: dict[str, dict[str, Any]] = {
    "query": {"type": "string"},
    "default-graph-uri": _GRAPH_LIST,
    "named-graph-uri": _GRAPH_LIST,
    "timeout": {"type": "number", "description": "秒，不超过服务的上限"},
}
_PARAMETERS = [{"name": name, "in": "query", "schema": schema} for name, schema in _FIELDS.items()]
_REQUEST_BODY = {
    "required": True,
    "content": {
        _DIRECT: _TEXT,
        _FORM: {"schema": {"type": "object", "properties": _FIELDS, "required": ["query"]}},
    },
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "结果", "content": dict.fromkeys((*RESULTS, *GRAPHS), _TEXT)},
    **{
        status: {"description": text, "content": {"text/plain": _TEXT}}
        for status, text in {
            400: "请求或语法有误，指明行列",
            401: "令牌无效",
            403: "拒绝 SERVICE 或 Update",
            406: "没有可接受的格式",
            413: "查询或结果过大",
            415: "Content-Type 不对",
            503: "超时、超内存或繁忙（Retry-After）",
        }.items()
    },
}


@dataclass(frozen=True, slots=True)
class Service:
    """What a SPARQL endpoint is made of; only the public engine is a must."""

    engine: Engine
    describe: Describer
    restricted: Engine | None = None
    tokens: TokenFile | None = None
    secret: frozenset[str] = frozenset()
    """The graphs that a restricted source feeds: open by a grant only, whatever else bears their name."""
    page: PageRenderer | None = None
    endpoint: str | None = None  # the public address, when a proxy hides it from us
    dataset: Callable[[], str] | None = None  # the content hash of the graph that answers


class _Refused(Exception):
    """Reading a request ended early; carries the answer."""

    def __init__(self, result: QueryResult) -> None:
        super().__init__(result.status)
        self.result = result


def sparql_router(service: Service, path: str = "/sparql") -> APIRouter:
    """The routes of a SPARQL endpoint, with and without a slash at the end."""
    router = APIRouter()

    async def sparql(request: Request) -> Response:
        return await _respond(service, request)

    for method, more in (("GET", {"parameters": _PARAMETERS}), ("POST", {"requestBody": _REQUEST_BODY})):
        router.add_api_route(
            path,
            sparql,
            methods=[method],
            response_class=Response,
            responses=_RESPONSES,
            openapi_extra=more,
            operation_id=f"sparql_{method.lower()}",
            summary="SPARQL 1.1 Query",
            description="SPARQL 1.1 协议。不带 query 的 GET 返回服务描述。",
            tags=["sparql"],
        )
    # wrong methods come here too, so that they are refused in our words and with our headers
    router.add_route(path, sparql, methods=[*_SERVED, *_REFUSED], include_in_schema=False)
    router.add_route(path + "/", sparql, methods=[*_SERVED, *_REFUSED], include_in_schema=False)
    return router


async def _respond(service: Service, request: Request) -> Response:
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": _METHODS, **_CORS, **_PREFLIGHT})
    if request.method not in _SERVED:
        return _write(service, request, refuse("method"), {"Allow": _METHODS})
    try:
        engine, asked = await _read_request(service, request)
    except _Refused as refused:
        return _write(service, request, refused.result)
    except ClientDisconnect:
        return Response(status_code=400)
    accept = asked.accept if asked is not None else _accept(request)
    # a scripted form post or a browser; a token never opens a page
    wants_page = prefers_html(accept) and engine is service.engine
    if asked is None:
        return await _introduce(service, request, accept, wants_page)
    if wants_page and service.page is not None:
        result = await run_in_threadpool(engine.run, replace(asked, accept=_PAGE_ACCEPT))
        page = await run_in_threadpool(service.page, request, asked.query, result)
        return _write(service, request, QueryResult(result.status, "text/html; charset=utf-8", page.encode()))
    result = await run_in_threadpool(engine.run, asked)
    return _write(service, request, result)


async def _introduce(service: Service, request: Request, accept: str, wants_page: bool) -> Response:
    """What a GET without a query gets: the query page for people, the service description for programs."""
    if wants_page and service.page is not None:
        page = await run_in_threadpool(service.page, request, "", None)
        return _write(service, request, QueryResult(200, "text/html; charset=utf-8", page.encode()))
    if wants_page:
        content = await run_in_threadpool(_FALLBACK_PAGE.read_bytes)
        return _write(service, request, QueryResult(200, "text/html; charset=utf-8", content))
    return _write(service, request, await run_in_threadpool(service.describe, _endpoint(service, request), accept))


async def _read_request(service: Service, request: Request) -> tuple[Engine, QueryRequest | None]:
    """The engine that may answer and the query; None for a GET that asks nothing."""
    parameters = _parse_form(request.scope["query_string"])
    if request.method == "POST":
        parameters += await _read_body(service, request)
    engine, permitted = _authorise(service, request)
    if any(name in {"update", "using-graph-uri", "using-named-graph-uri"} for name, _ in parameters):
        raise _Refused(refuse("update", "update"))
    queries = [value for name, value in parameters if name == "query"]
    if len(queries) > 1:
        raise _Refused(refuse("many-queries"))
    if not queries:
        if request.method == "POST":
            raise _Refused(refuse("missing-query"))
        return engine, None
    if permitted is not None and request.method != "POST":
        raise _Refused(refuse("post-only"))
    return engine, QueryRequest(
        query=queries[0],
        default_graphs=tuple(value for name, value in parameters if name == "default-graph-uri"),
        named_graphs=tuple(value for name, value in parameters if name == "named-graph-uri"),
        accept=_accept(request, parameters),
        timeout=_read_timeout(parameters),
        base=_endpoint(service, request),
        permitted=permitted,
    )


def _accept(request: Request, parameters: Iterable[tuple[str, str]] = ()) -> str:
    """What the answer should be written in: the header, unless the request names a format, as a link must."""
    wished = [value for name, value in parameters if name in ("format", "output") and value]
    return accept_format(wished, otherwise=True) if wished else ", ".join(request.headers.getlist("accept"))


def _authorise(service: Service, request: Request) -> tuple[Engine, tuple[str, ...] | None]:
    """The engine for this caller and the graphs it may see; None stands for the whole public engine."""
    header = request.headers.get("authorization")
    if header is None:
        return service.engine, None
    scheme, _, token = header.partition(" ")
    grant = None
    if scheme.lower() == "bearer" and service.tokens is not None:
        grant = service.tokens.find_grant(token.strip())
    if grant is None or service.restricted is None:
        raise _Refused(refuse("bad-token"))
    public = frozenset(service.engine.graphs)
    permitted = tuple(
        g for g in service.restricted.graphs if (g in public and g not in service.secret) or grant.permits(g)
    )
    return service.restricted, permitted


async def _read_body(service: Service, request: Request) -> list[tuple[str, str]]:
    """The parameters of a POST; a direct query counts as its ``query`` parameter."""
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if kind not in {_FORM, _DIRECT, _UPDATE}:
        raise _Refused(refuse("media-type"))
    for parameter in rest.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in {"utf-8", "utf8"}:
            raise _Refused(refuse("media-type"))
    if kind == _UPDATE:
        raise _Refused(refuse("update", _UPDATE))
    # a form spells each byte of a Chinese character with three
    limit = service.engine.settings.query * (3 if kind == _FORM else 1) + (64 << 10 if kind == _FORM else 0)
    body = await _read_limited(request, limit, service.engine.settings.query)
    if kind == _FORM:
        return _parse_form(body)
    try:
        return [("query", body.decode("utf-8"))]
    except UnicodeDecodeError:
        raise _Refused(refuse("bad-encoding")) from None


async def _read_limited(request: Request, limit: int, announced: int) -> bytes:
    declared = request.headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise _Refused(refuse("too-long", limit=announced))
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise _Refused(refuse("too-long", limit=announced))
    except TimeoutError:
        raise _Refused(refuse("slow-request")) from None
    return bytes(body)


def _parse_form(encoded: bytes) -> list[tuple[str, str]]:
    try:
        text = encoded.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=2000)
    except ValueError:
        raise _Refused(refuse("bad-encoding")) from None


def _read_timeout(parameters: list[tuple[str, str]]) -> float | None:
    for name, value in parameters:
        if name == "timeout":
            try:
                seconds = float(value)
            except ValueError:
                seconds = math.nan
            if not (math.isfinite(seconds) and seconds > 0):
                raise _Refused(refuse("bad-timeout"))
            return seconds
    return None


def _endpoint(service: Service, request: Request) -> str:
    """The address that relative IRIs of a query are resolved against; the Host header has no say."""
    return service.endpoint or find_origin(request.scope) + quote(request.url.path)


def _write(service: Service, request: Request, result: QueryResult, more: dict[str, str] | None = None) -> Response:
    is_page = result.media_type.startswith("text/html")
    headers = {"Content-Type": result.media_type, "Vary": "Accept, Authorization", **_CORS, **(more or {})}
    if not is_page:
        headers |= _DATA
    if result.retry_after is not None:
        headers["Retry-After"] = str(result.retry_after)
    if result.status == 401:
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    if result.status == 405:
        headers["Allow"] = "POST, OPTIONS" if "authorization" in request.headers else _METHODS
    if result.status != 200 or "authorization" in request.headers:
        headers["Cache-Control"] = "no-store"
    elif not is_page:
        headers["Cache-Control"] = "no-cache"
        headers["ETag"] = f'"{hashlib.sha256(result.body).hexdigest()[:32]}"'
        if request.method != "POST" and headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    if (dataset := result.dataset or (service.dataset() if service.dataset is not None else None)) is not None:
        headers["Policygraph-Dataset"] = dataset
    if request.method == "HEAD":
        return Response(status_code=result.status, headers={**headers, "Content-Length": str(len(result.body))})
    return Response(result.body, status_code=result.status, headers=headers)
