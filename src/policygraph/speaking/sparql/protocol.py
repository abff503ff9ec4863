"""SPARQL 1.1 Protocol over HTTP: what is asked, which engine answers, and in which words it is refused.

Written against the Recommendation and its test suite rather than on a framework's idea of parameters, because the rules
are about exactly what a framework hides: how often a parameter may occur, the charset of a body, what a missing
Content-Type means. Bodies are read with a size and a time limit, and every answer carries the headers that other sites'
scripts need to read it (without credentials).

An `Endpoint` is plain ASGI, because a framework around an answer of 30 µs costs ten times as much. It stands in two
places: as a route, which the pages take and the description of the interface shows, and as a `Shortcut` before the
framework, through which data are answered. The way of a query: parameters, kept answer or ETag,
engine, and out in pieces; a client that hangs up takes its query along.

A request with a token is answered by the restricted engine, by POST only, and is never kept. Without a token, or
without a restricted engine, restricted graphs are graphs that nobody holds: an empty graph, as any other unknown name.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ipaddress
import logging
import math
import re
import zlib
from binascii import a2b_qp
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from policygraph.speaking.addresses import find_origin
from policygraph.speaking.sparql.caching import AnswerCache, compress, make_key
from policygraph.speaking.sparql.engine import Engine, QueryRequest, QueryResult, Settings, refuse
from policygraph.speaking.sparql.negotiation import GRAPHS, RESULTS, accept_format, prefers_html
from policygraph.speaking.sparql.tokens import TokenFile

# writes the service description for an endpoint address, in the media type that Accept asks for
Describer = Callable[[str, str], QueryResult]
# renders the query page as HTML: the request, the query text and its answer (None when nothing was asked yet)
PageRenderer = Callable[[Request, str, QueryResult | None], str]

BODY_SECONDS = 20.0
WATCH_SECONDS = 0.02
"""After how long a client is watched for hanging up: most queries are answered before."""
_PIECE = 256 << 10
"""Bytes that are sent, and compressed, at a time: nobody else waits for longer than one piece."""
_SMALL = 1 << 10
"""Shorter answers are not compressed."""
_MOST_KNOWN = 512
"""Requests that are known to the letter."""
_LONGEST_KNOWN = 4 << 10
"""Bytes of an address at the most that is kept to know it again."""
_Written = tuple[object, ...]
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"
_MOST_FIELDS = 2000
# matches: %, %2, %zz             does not match: %20, %e6
_HALF_ESCAPE = re.compile(rb"%(?![0-9a-fA-F]{2})")
_SERVED = ("GET", "HEAD", "POST", "OPTIONS")
_METHODS = ", ".join(_SERVED)
_HTML = "text/html; charset=utf-8"
_PAGE_ACCEPT = "application/sparql-results+json, text/turtle"
_FALLBACK_PAGE = Path(__file__).parent / "pages" / "form.html"
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Link, Retry-After, Policygraph-Dataset, Policygraph-Limits, Policygraph-Refusal"
    ),
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


log = logging.getLogger("policygraph.speaking.sparql")


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
    page_headers: Mapping[str, str] = field(default_factory=dict)  # of the answers that are pages
    cache: AnswerCache = field(default_factory=lambda: AnswerCache(Settings().cache))


class _Refused(Exception):
    """Reading a request ended early; carries the answer."""

    def __init__(self, result: QueryResult) -> None:
        super().__init__(result.status)
        self.result = result


@dataclass(frozen=True, slots=True)
class _Known:
    """What a request that came before is answered with: the version of the data, the kept answer, its headers."""

    version: str
    key: str
    packed: bool
    headers: list[tuple[bytes, bytes]]


class Endpoint:
    """A SPARQL endpoint as a plain ASGI application.

    A request that was answered from memory before, letter by letter the same, is answered again without being read:
    its answer is found by its bytes. Only the body is the cache's, so nothing is kept here that was dropped there.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        limits = ", ".join(f"{name}={value}" for name, value in service.engine.settings.announce().items())
        self._limits = (b"policygraph-limits", limits.encode())
        self._known: dict[_Written, _Known] = {}
        self._page_headers = [(n.lower().encode(), v.encode("latin-1")) for n, v in service.page_headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.answer(_Call(scope, receive), send)

    async def answer(self, call: _Call, send: Send) -> None:
        """One request that was read already."""
        try:
            await self._respond(call, send)
        except ClientDisconnect:
            log.debug("a client hung up before it was answered")

    async def _respond(self, call: _Call, send: Send) -> None:
        service = self.service
        if call.method == "GET" and self._known and (again := self._find_known(call)) is not None:
            headers, body = again
            await _send(send, 200, headers, body)
            return
        if call.method == "OPTIONS":
            await _send(send, 204, {"Allow": _METHODS, **_CORS, **_PREFLIGHT}, b"")
            return
        if call.method not in _SERVED:
            await self._write(call, send, refuse("method"))
            return
        try:
            parameters = _parse_form(call.scope["query_string"])
            if call.method == "POST":
                parameters += await _read_body(service, call)
            accept = call.accept(parameters)
            engine, permitted, client = _authorise(service, call)
            asked = _read_query(service, call, parameters, accept, permitted, client)
        except _Refused as refused:
            await self._write(call, send, refused.result)
            return
        # a scripted form post or a browser; a token never opens a page
        wants_page = permitted is None and prefers_html(accept)
        if asked is None:
            await self._write(call, send, await self._introduce(call, accept, wants_page))
        elif wants_page and service.page is not None:
            result = await self._run(call, engine, replace(asked, accept=_PAGE_ACCEPT))
            page = await run_in_threadpool(service.page, call.request(), asked.query, result)
            await self._write(call, send, replace(result, media_type=_HTML, body=page.encode()))
        else:
            await self._answer(call, send, engine, asked)

    async def _answer(self, call: _Call, send: Send, engine: Engine, asked: QueryRequest) -> None:
        """An answer that the client has, one that we have, or a new one."""
        cache = self.service.cache
        key = make_key(asked, version := engine.version)
        if key is not None:
            if call.method != "POST" and key in call.header(b"if-none-match"):
                await self._write(call, send, QueryResult(304, "", b"", version=version), key)
                return
            kept = cache.find(key)
            if kept is not None:
                await self._write(call, send, kept.result, key, is_kept=True)
                return
        result = await self._run(call, engine, asked)
        if key is not None and result.status == 200:
            if result.version != version:
                # another dataset took over meanwhile: the answer is named after the one that gave it
                key = make_key(asked, result.version)
            if key is not None:
                cache.keep(key, result)
        await self._write(call, send, result, key)

    async def _run(self, call: _Call, engine: Engine, asked: QueryRequest) -> QueryResult:
        """Evaluate; a client that hangs up meanwhile takes its query along: `ClientDisconnect`."""
        task = asyncio.current_task()
        watcher: asyncio.Task[None] | None = None
        gone = False

        async def watch() -> None:
            nonlocal gone
            while (await call.receive())["type"] != "http.disconnect":
                pass
            gone = True
            if task is not None:
                task.cancel()

        def begin() -> None:
            nonlocal watcher
            watcher = asyncio.ensure_future(watch())

        timer = asyncio.get_running_loop().call_later(WATCH_SECONDS, begin)
        try:
            return await engine.answer(asked)
        except asyncio.CancelledError:
            if gone and task is not None and not task.uncancel():
                raise ClientDisconnect from None
            raise
        finally:
            timer.cancel()
            if watcher is not None:
                watcher.cancel()

    async def _introduce(self, call: _Call, accept: str, wants_page: bool) -> QueryResult:
        """What a GET without a query gets: the query page for people, the service description for programs."""
        service = self.service
        if wants_page and service.page is not None:
            page = await run_in_threadpool(service.page, call.request(), "", None)
            return QueryResult(200, _HTML, page.encode())
        if wants_page:
            return QueryResult(200, _HTML, await run_in_threadpool(_FALLBACK_PAGE.read_bytes))
        return await run_in_threadpool(service.describe, _endpoint(service, call), accept)

    def _find_known(self, call: _Call) -> tuple[list[tuple[bytes, bytes]], bytes] | None:
        """Headers and body for a request that is known to the letter; None for one that has to be read."""
        known = self._known.get(call.written())
        cache = self.service.cache
        if known is None or known.version != self.service.engine.version or known.key not in cache:
            return None
        kept = cache.find(known.key)
        body = None if kept is None else kept.compressed if known.packed else kept.result.body
        return None if body is None else (known.headers, body)

    def _remember(
        self, call: _Call, result: QueryResult, key: str, headers: list[tuple[bytes, bytes]], packed: bool
    ) -> None:
        """Know a request when it comes again; one that is asked once is not worth it, so only from the second time."""
        written = call.written()
        # without a dataset of its own the answer names that of the pages, which changes at another moment
        if call.method != "GET" or not written or result.version is None or result.dataset is None:
            return
        if len(self._known) >= _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[written] = _Known(result.version, key, packed, headers)

    async def _write(
        self, call: _Call, send: Send, result: QueryResult, key: str | None = None, *, is_kept: bool = False
    ) -> None:
        """Send an answer; ``key`` is its ETag where it is known without its bytes."""
        headers = self._list_headers(call, result, key)
        if call.method == "HEAD" or result.status == 304:
            if result.status != 304:
                headers.append((b"content-length", b"%d" % len(result.body)))
            await _send(send, result.status, headers, b"")
            return
        packs = len(result.body) >= _SMALL and result.status == 200 and not call.tokens
        if packs and accepts_gzip(call.header(b"accept-encoding")):
            headers.append((b"content-encoding", b"gzip"))
            if len(result.body) > _PIECE:
                await _send_pieces(send, result.status, headers, result.body)
                return
            body = self.service.cache.compress(key, result.body) if key is not None else compress(result.body)
        else:
            body = result.body
        headers.append((b"content-length", b"%d" % len(body)))
        if is_kept and key is not None:
            self._remember(call, result, key, headers, body is not result.body)
        await _send(send, result.status, headers, body)

    def _list_headers(self, call: _Call, result: QueryResult, key: str | None) -> list[tuple[bytes, bytes]]:
        headers = list(_PLAIN_HEADERS)
        headers.append(self._limits)
        if result.status != 304:
            headers.append((b"content-type", result.media_type.encode("latin-1")))
        is_page = result.media_type.startswith("text/html")
        headers += self._page_headers if is_page else _DATA_HEADERS
        if result.code is not None:
            headers.append((b"policygraph-refusal", result.code.encode()))
        if result.retry_after is not None:
            headers.append((b"retry-after", b"%d" % result.retry_after))
        if result.status == 401:
            headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
        if result.status == 405:
            headers.append((b"allow", b"POST, OPTIONS" if call.tokens else _METHODS.encode()))
        if result.status not in {200, 304} or call.tokens:
            headers.append((b"cache-control", b"no-store"))
        elif not is_page:
            headers.append((b"cache-control", b"no-cache"))
            if key is None and result.version is None:
                key = hashlib.sha256(result.body).hexdigest()[:32]
            if key is not None:
                headers.append((b"etag", b'W/"%s"' % key.encode()))
        service = self.service
        dataset = result.dataset or (service.dataset() if service.dataset is not None else None)
        if dataset is not None:
            headers.append((b"policygraph-dataset", dataset.encode()))
        return headers


class Shortcut:
    """Before all other middleware: what asks an endpoint for data goes straight there, all else its usual way."""

    def __init__(self, app: ASGIApp, endpoints: dict[str, Endpoint]) -> None:
        self._app = app
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self._endpoints.get(scope["path"]) if scope["type"] == "http" else None
        if endpoint is None or (call := _Call(scope, receive)).wants_page():
            await self._app(scope, receive, send)
        else:
            await endpoint.answer(call, send)


def mount_sparql(app: FastAPI, service: Service, paths: Sequence[str] = ("/sparql",)) -> None:
    """An endpoint under these paths, as routes and as a shortcut before the middleware that there is by now."""
    app.add_middleware(Shortcut, endpoints=route_sparql(app, service, paths))


def route_sparql(app: FastAPI, service: Service, paths: Sequence[str]) -> dict[str, Endpoint]:
    """The routes of an endpoint under these paths, with and without a slash at the end; what a shortcut needs."""
    endpoint = Endpoint(service)
    for number, path in enumerate(paths):
        app.include_router(sparql_router(endpoint, path), include_in_schema=not number)
    return {path + slash: endpoint for path in paths for slash in ("", "/")}


def sparql_router(endpoint: Endpoint | Service, path: str = "/sparql") -> APIRouter:
    """The routes of a SPARQL endpoint, with and without a slash at the end."""
    router = APIRouter()
    if isinstance(endpoint, Service):
        endpoint = Endpoint(endpoint)
    # an application and no function: every method comes here, to be refused in our words and with our headers
    router.routes += [Route(path + slash, endpoint, include_in_schema=False) for slash in ("", "/")]

    async def sparql() -> None:
        """Never reached: the route above answers; this one stands in the description of the interface."""

    for method, more in (("GET", {"parameters": _PARAMETERS}), ("POST", {"requestBody": _REQUEST_BODY})):
        router.add_api_route(
            path,
            sparql,
            methods=[method],
            responses=_RESPONSES,
            openapi_extra=more,
            operation_id=f"sparql_{method.lower()}",
            summary="SPARQL 1.1 Query",
            description="SPARQL 1.1 协议。不带 query 的 GET 返回服务描述。",
            tags=["sparql"],
            response_model=None,
        )
    return router


class _Call:
    """What is read of a request: its headers by name, several of one name joined as RFC 9110 (5.3) joins them."""

    __slots__ = ("_fields", "_receive", "method", "scope", "tokens")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self._receive = receive
        fields: list[tuple[bytes, bytes]] = scope["headers"]
        self._fields = dict(fields)
        if len(self._fields) < len(fields):
            self._fields = {
                name: b", ".join(value for other, value in fields if other == name) for name in self._fields
            }
        self.tokens = 0
        """How many Authorization headers there are."""
        if b"authorization" in self._fields:
            self.tokens = sum(name == b"authorization" for name, _ in fields)

    def header(self, name: bytes, otherwise: str = "") -> str:
        """The value of a header."""
        value = self._fields.get(name)
        return otherwise if value is None else value.decode("latin-1")

    def written(self) -> _Written:
        """All of a request that its answer follows from, as it came; empty for what must be read each time."""
        fields, scope = self._fields, self.scope
        if self.tokens or b"if-none-match" in fields or len(scope["query_string"]) > _LONGEST_KNOWN:
            return ()
        accepted = fields.get(b"accept"), fields.get(b"accept-encoding")
        return scope["query_string"], *accepted, scope["path"], scope.get("scheme"), *(scope.get("server") or ())

    def wants_page(self) -> bool:
        """Whether a browser asks: a page is rendered, and rendered pages go the way of all pages."""
        return not self.tokens and prefers_html(self.accept(_lenient_form(self.scope["query_string"])))

    async def receive(self) -> dict[str, Any]:
        """The next message from the server, as ASGI has it (hence Any)."""
        return dict(await self._receive())

    async def stream(self) -> AsyncIterator[bytes]:
        """The body, piece by piece; `ClientDisconnect` when the client is gone."""
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            yield message.get("body", b"")
            if not message.get("more_body", False):
                return

    def accept(self, parameters: list[tuple[str, str]]) -> str:
        """What the answer should be written in: the header, unless the request names a format, as a link must."""
        wished = [value for name, value in parameters if name in ("format", "output") and value]
        return accept_format(wished) if wished else self.header(b"accept")

    def request(self) -> Request:
        """The request as pages know it."""
        return Request(self.scope)


def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding header takes gzip (RFC 9110, 12.5.3).

    >>> accepts_gzip("deflate, gzip;q=0.8"), accepts_gzip("gzip;q=0, br"), accepts_gzip("*"), accepts_gzip("")
    (True, False, True, False)
    """
    weights: dict[str, bool] = {}
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        _, _, weight = parameters.replace(" ", "").partition("q=")
        with contextlib.suppress(ValueError):
            weights[name.strip()] = float(weight or 1) > 0
    return weights.get("gzip", weights.get("*", False))


def name_client(scope: Scope, holder: str | None = None) -> str:
    """Whom a query is counted for: the holder of a token, else the address, of IPv6 the network of a customer.

    >>> name_client({"client": ("192.0.2.7", 1)}), name_client({"client": ("2001:db8:1:2:3::4", 1)})
    ('192.0.2.7', '2001:db8:1:2::/64')
    >>> name_client({"client": ("192.0.2.7", 1)}, "法制科")
    'token 法制科'
    """
    if holder is not None:
        return f"token {holder}"
    client = scope.get("client")
    return _name_address(str(client[0])) if client else "?"


@lru_cache(maxsize=4096)
def _name_address(address: str) -> str:
    if ":" not in address:
        return address
    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, 64), strict=False))


def _authorise(service: Service, call: _Call) -> tuple[Engine, tuple[str, ...] | None, str]:
    """The engine for this caller, the graphs it may see (None: the whole public engine), and whom it is counted for."""
    if not call.tokens:
        return service.engine, None, name_client(call.scope)
    scheme, _, token = call.header(b"authorization").partition(" ")
    grant = None
    # two headers of that name may be read in two ways
    if call.tokens == 1 and scheme.lower() == "bearer" and service.tokens is not None:
        grant = service.tokens.find_grant(token.strip())
    if grant is None or service.restricted is None:
        raise _Refused(refuse("bad-token"))
    public = frozenset(service.engine.graphs)
    permitted = tuple(
        g for g in service.restricted.graphs if (g in public and g not in service.secret) or grant.permits(g)
    )
    return service.restricted, permitted, name_client(call.scope, grant.name)


def _read_query(
    service: Service,
    call: _Call,
    parameters: list[tuple[str, str]],
    accept: str,
    permitted: tuple[str, ...] | None,
    client: str,
) -> QueryRequest | None:
    """The query that the parameters ask; None for a GET that asks nothing."""
    if any(name in {"update", "using-graph-uri", "using-named-graph-uri"} for name, _ in parameters):
        raise _Refused(refuse("update", "update"))
    queries = [value for name, value in parameters if name == "query"]
    if len(queries) > 1:
        raise _Refused(refuse("many-queries"))
    if not queries:
        if call.method == "POST":
            raise _Refused(refuse("missing-query"))
        return None
    if permitted is not None and call.method != "POST":
        raise _Refused(refuse("post-only"))
    return QueryRequest(
        query=queries[0],
        default_graphs=tuple(value for name, value in parameters if name == "default-graph-uri"),
        named_graphs=tuple(value for name, value in parameters if name == "named-graph-uri"),
        accept=accept,
        timeout=_read_timeout(parameters),
        base=_endpoint(service, call),
        permitted=permitted,
        client=client,
    )


async def _read_body(service: Service, call: _Call) -> list[tuple[str, str]]:
    """The parameters of a POST; a direct query counts as its ``query`` parameter."""
    kind, _, rest = call.header(b"content-type").partition(";")
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
    body = await _read_limited(call, limit, service.engine.settings.query)
    if kind == _FORM:
        return _parse_form(body)
    try:
        return [("query", body.decode("utf-8"))]
    except UnicodeDecodeError:
        raise _Refused(refuse("bad-encoding")) from None


async def _read_limited(call: _Call, limit: int, announced: int) -> bytes:
    declared = call.header(b"content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise _Refused(refuse("too-long", limit=announced))
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in call.stream():
                body += chunk
                if len(body) > limit:
                    raise _Refused(refuse("too-long", limit=announced))
    except TimeoutError:
        raise _Refused(refuse("slow-request")) from None
    return bytes(body)


def _parse_form(encoded: bytes) -> list[tuple[str, str]]:
    """The parameters of a form, as urllib reads them, but in a tenth of its time for what is mostly Chinese."""
    if not encoded:
        return []
    if encoded.count(b"&") >= _MOST_FIELDS:
        raise _Refused(refuse("bad-encoding"))
    found = []
    try:
        for field in encoded.split(b"&"):
            if field:
                name, _, value = field.partition(b"=")
                found.append((_decode(name), _decode(value)))
    except ValueError:
        raise _Refused(refuse("bad-encoding")) from None
    return found


def _decode(written: bytes) -> str:
    plain = written.replace(b"+", b" ")
    if b"%" in plain:
        if _HALF_ESCAPE.search(plain):
            plain = unquote_to_bytes(plain)
        else:
            # with another sign for its escapes this is Quoted-Printable, which is decoded in C
            plain = a2b_qp(plain.replace(b"=", b"=3D").replace(b"%", b"="))
    return plain.decode("utf-8")


def _lenient_form(encoded: bytes) -> list[tuple[str, str]]:
    """The parameters of an address, or none where they cannot be read: whoever answers says why."""
    try:
        return _parse_form(encoded) if b"format" in encoded or b"output" in encoded else []
    except _Refused:
        return []


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


def _endpoint(service: Service, call: _Call) -> str:
    """The address that relative IRIs of a query are resolved against; the Host header has no say."""
    return service.endpoint or find_origin(call.scope) + quote(call.scope["path"])


_PLAIN_HEADERS = [
    (name.lower().encode(), value.encode())
    for name, value in {"Vary": "Accept, Accept-Encoding, Authorization", **_CORS}.items()
]
_DATA_HEADERS = [(name.lower().encode(), value.encode()) for name, value in _DATA.items()]


async def _send(send: Send, status: int, headers: dict[str, str] | list[tuple[bytes, bytes]], body: bytes) -> None:
    """A whole answer; a long one in pieces, so that it waits for the client and not in the server's memory."""
    if isinstance(headers, dict):
        headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if len(body) <= _PIECE:
        await send({"type": "http.response.body", "body": body})
        return
    for start in range(0, len(body), _PIECE):
        piece = body[start : start + _PIECE]
        await send({"type": "http.response.body", "body": piece, "more_body": start + _PIECE < len(body)})


async def _send_pieces(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    """A long answer as gzip, compressed as it goes out."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    packer = zlib.compressobj(level=1, wbits=31)
    for start in range(0, len(body), _PIECE):
        piece = packer.compress(body[start : start + _PIECE])
        if piece:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        # others get their turn even when the client takes all that comes
        await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": packer.flush()})
