"""Which representation of a resource a client gets, and how long it may keep it (RFC 9110, 8.8, 12 and 13; RFC 9111).

One place for what concerns every page and file alike: the form that Accept or ``format=`` asks for, the links to the
other forms, validators, caching, compression, and that scripts of other sites may read. It stands around the pages
and data as one ASGI layer, because none of this depends on what a page says. ``/sparql`` is not its business: there
the form follows from the query, and answers may be restricted.

An answer follows from the dataset, the program and the request, so its validator is made of these *before* anything
is evaluated: who has the answer already costs nothing. Whatever may hold facts about an entity is never kept.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policygraph.clock import today
from policygraph.namespaces import our_iri
from policygraph.speaking.addresses import (
    DESCRIPTION_FORMS,
    GRAPH_FORMS,
    MEDIA_TYPES,
    PAGE,
    THING_FORMS,
    find_origin,
    link_forms,
)
from policygraph.speaking.api import problem_details
from policygraph.speaking.sparql.negotiation import accept_format, rank_offers
from policygraph.speaking.sparql.protocol import accepts_gzip

SECONDS = 60
"""How long a client may use data without asking again; pages are asked for again each time."""
KEPT_BYTES = 64 << 20
"""Bytes of answers that are kept for the next request."""
MOST_BYTES = 4 << 20
"""An answer larger than this is not kept."""
LEAST_PACKED = 512
"""Shorter answers are not worth compressing."""

CROSS_ORIGIN = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": (
        "Content-Location, ETag, Link, Location, Policygraph-Dataset, Policygraph-Uncurated, Repr-Digest, Retry-After"
    ),
}
_PREFLIGHT = {
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    # Authorization is left out: no script of another site may send a token
    "access-control-allow-headers": "Accept, Accept-Language, Content-Type, If-None-Match, Range",
    "access-control-max-age": "86400",
}
_SHORT = f"public, max-age={SECONDS}"
_PRIVATE = ("/check", "/curate", "/healthz", "/metrics")
"""Addresses whose answers nobody may keep, and no other site's script may read."""
_BARE = ("/id/", "/static/", "/dumps")
"""Addresses whose answers have validators of their own, or none."""
_PACKED = ("application/gzip", "image/png", "image/jpeg", "image/webp", "font/")
_SPOKEN = ("/search", "/compare", "/review")
"""Addresses whose data are in the language of the page, and stand below the beginning of that language."""
_QUERY_SAFE = "!$&'()*+,;=:@/?-._~%"
_ROWS = ("json", "csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Resource:
    """Something with several forms: where each stands, by its media type, the one for ``*/*`` first.

    ``describes`` is the path, below the base of the dataset, of the IRI that it is about. Where the handler negotiates
    itself, ``handler`` is its address, and it is handed the one type that was chosen; elsewhere each form has a handler
    at its own address.
    """

    forms: dict[str, str]
    describes: str | None = None
    handler: str | None = None


def find_resource(path: str) -> tuple[Resource, str | None] | None:
    """What stands at an address, and the form that its suffix names; None for what has one form only.

    >>> found, form = find_resource("/doc/jiamusi-2020-5")
    >>> found.forms["text/turtle"], found.describes, form
    ('/doc/jiamusi-2020-5.ttl', 'id/doc/jiamusi-2020-5', None)
    >>> found, form = find_resource("/graph/law.trig")
    >>> found.handler, form
    ('/graph/law', 'application/trig')
    >>> [find_resource(f"/graph/shapes/eligibility/a-2031-4.2{form}")[1] for form in ("", ".ttl")]
    [None, 'text/turtle']
    >>> find_resource("/documents")[0].forms["text/csv"], find_resource("/ns/0.1.0")[1]
    ('/queries/documents.csv', None)
    >>> find_resource("/healthz") is None, find_resource("/doc/jiamusi-2020-5/source") is None
    (True, True)
    """
    if (found := _match(path)) is not None:
        return found, None
    stem, _, suffix = path.rpartition(".")
    media = MEDIA_TYPES.get(suffix) if suffix else None
    found = _match(stem) if media is not None else None
    return (found, media) if found is not None and media is not None and found.forms.get(media) == path else None


def _match(path: str) -> Resource | None:
    for pattern, stem, forms, about, driven in _RESOURCES:
        if match := pattern.fullmatch(path):
            start = stem.format(path=path, **match.groupdict())
            stands = {MEDIA_TYPES[form]: f"{start}.{form}" if form and start else path for form in forms}
            return Resource(stands, None if about is None else f"{about}{path[1:]}", path if driven else None)
    return None


# no dot but before a number, as the second policy of a document has one: a-2031-4.2;  not: a-2031-4.ttl
_NAME = r"(?:[^.]|\.(?=\d))+"
# a single thing: /doc/a, /law/x/2014-08-31/art_7;  not: /doc/a.ttl, /queries/x, /en/doc/a
_THING = rf"/(?!(?:queries|static|dumps|id|graph|graphs|ns|check|curate|en)/|doc/[^/]+/source$)[a-z-]+/{_NAME}"
_RESOURCES: tuple[tuple[re.Pattern[str], str, tuple[str, ...], str | None, bool], ...] = (
    (re.compile(r"/queries/[^./]+"), "{path}", ("", *_ROWS), None, False),
    (re.compile(r"/(?P<name>documents|measures|mechanisms|changes)"), "/queries/{name}", ("", *_ROWS), None, False),
    (re.compile(r"/(?:compare|review)"), "{path}", ("", *_ROWS, "docx"), None, False),
    (re.compile(r"/search"), "{path}", ("", "json", "csv"), None, False),
    (re.compile(_THING), "{path}", THING_FORMS, "id/", False),
    # a version of the vocabulary has dots of its own: /ns, /ns/0.1.0;  not: /ns/0.1.0.ttl
    (re.compile(rf"/graph/{_NAME}|/ns(?:/[\d.]*\d)?"), "{path}", GRAPH_FORMS, "", True),
    (re.compile(r"/graphs"), "", GRAPH_FORMS, None, True),
    (re.compile(r"/\.well-known/void"), "", DESCRIPTION_FORMS, None, True),
)
"""Address, where the data stand before their suffix (empty: at the same address), forms, the beginning of the path that
is described, whether one handler answers in every form."""


class Representations:
    """The layer around pages and data.

    ``datasets`` gives the hashes that an answer of this moment may name, ``stamp`` what answers follow from beside
    the dataset and the request, ``prefixes`` are the beginnings of the addresses of other languages, ``passed`` the
    addresses that are left alone, ``find_iri`` tells under which base a path stands, ``public`` is the public origin.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        datasets: Callable[[], tuple[str, ...]],
        stamp: Callable[[], str],
        prefixes: Iterable[str] = (),
        passed: Iterable[str] = (),
        find_iri: Callable[[str], str] = our_iri,
        public: str | None = None,
    ) -> None:
        self.app = app
        self.datasets = datasets
        self.stamp = stamp
        self.prefixes = tuple(filter(None, prefixes))
        self.passed = frozenset(passed)
        self.find_iri = find_iri
        self.public = public
        self.kept = _KeptAnswers(KEPT_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self.passed:
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        prefix = next((one for one in self.prefixes if path == one or path.startswith(one + "/")), "")
        bare = path.removeprefix(prefix) or "/"
        private = any(bare == one or bare.startswith(one + "/") for one in _PRIVATE)
        if scope["method"] == "OPTIONS" and (allowed := list_methods(scope)):
            headers = {"allow": ", ".join(allowed)}
            await Response(status_code=204, headers=headers if private else headers | CROSS_ORIGIN | _PREFLIGHT)(
                scope, receive, send
            )
        elif scope["method"] in ("GET", "HEAD"):
            await self._answer(_read_asked(scope, bare, prefix, private), private, receive, send)
        else:

            async def send_unkept(message: Message) -> None:
                if message["type"] == "http.response.start":
                    MutableHeaders(scope=message).setdefault("cache-control", "no-store")
                await send(message)

            await self.app(scope, receive, send_unkept)

    async def _answer(self, asked: _Asked, private: bool, receive: Receive, send: Send) -> None:
        scope = asked.scope
        if asked.chosen is None:
            assert asked.resource is not None
            offered = ", ".join(asked.resource.forms)
            response = problem_details(406, "没有可以接受的格式", f"可选 / available: {offered}", asked.scope["path"])
            response.headers.update({"vary": "Accept", "cache-control": "no-store", **CROSS_ORIGIN})
            response.headers["link"] = ", ".join(link_forms(asked.resource.forms))
            await response(scope, receive, send)
            return
        datasets = self.datasets()
        keeps = not private and asked.may_be_kept
        tag = self._make_tag(asked, datasets) if keeps else ""
        if tag and asked.has(tag):
            held = f'"{tag}-gzip"' if asked.packs and f'"{tag}-gzip"' in asked.held else f'"{tag}"'
            told = {"etag": held, "cache-control": _lifetime(asked, 200), "vary": asked.vary, **CROSS_ORIGIN}
            await Response(status_code=304, headers=told)(scope, receive, send)
            return
        answer = self.kept.find((tag, asked.packs)) if tag else None
        if answer is None:
            start, body = await self._run(asked, private, tag, datasets, receive, send)
            if start is None:
                return
            answer = await _pack(start, body, asked.packs, scope["method"])
            if tag and Headers(raw=list(answer.headers)).get("etag", "").startswith(f'"{tag}'):
                self.kept.keep((tag, asked.packs), answer, scope["method"])
        if keeps and answer.status == 200 and asked.held.strip() == "*":
            headers = [(name, value) for name, value in answer.headers if not name.startswith(b"content-")]
            answer = _Answer(304, tuple(headers), b"")
        await _send_answer(answer, scope["method"], send)

    async def _run(
        self, asked: _Asked, private: bool, tag: str, datasets: tuple[str, ...], receive: Receive, send: Send
    ) -> tuple[Message | None, bytes]:
        """The start and the body of the answer; None for the start where it was sent on as it came."""
        start: Message | None = None
        passes = False
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            nonlocal start, passes
            if message["type"] == "http.response.start":
                start = message
                self._mark(asked, private, tag, datasets, message)
                # files that are packed already are sent on as they are read
                passes = not _is_packable(message)
                if passes:
                    await send(message)
            elif passes:
                await send(message)
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        await self.app(asked.scope, receive, collect)
        return (None if passes else start), b"".join(parts)

    def _mark(self, asked: _Asked, private: bool, tag: str, datasets: tuple[str, ...], start: Message) -> None:
        """Add to an answer what a client and the caches between need to know of it."""
        headers = MutableHeaders(scope=start)
        status = start["status"]
        if private:
            headers.setdefault("cache-control", "no-store")
            return
        # an answer from a dataset that came between is sent, and nobody may take it for the one the tag names
        named = headers.get("policygraph-dataset", datasets[0])
        if tag and status == 200 and named in datasets and "no-store" not in headers.get("cache-control", ""):
            headers.setdefault("etag", f'"{tag}"')
        headers.setdefault("cache-control", _lifetime(asked, status))
        headers["vary"] = ", ".join(dict.fromkeys(f"{headers.get('vary', asked.vary)}, {asked.vary}".split(", ")))
        for name, value in CROSS_ORIGIN.items():
            headers[name] = value
        if asked.resource is None or status not in (200, 206):
            return
        links = [headers["link"]] if "link" in headers else []
        # forms that stand at one address cannot be told apart by a link
        is_apart = len(set(asked.resource.forms.values())) > 1
        if is_apart:
            links += link_forms(asked.resource.forms, asked.chosen or "", asked.query)
        if asked.resource.describes is not None:
            links.append(f'<{quote(self.find_iri(asked.resource.describes), safe="/:#")}>; rel="describes"')
            links.append('</.well-known/void>; rel="describedby"; type="text/turtle"')
        if asked.chosen == PAGE and self.public is not None:
            links.append(f'<{self.public}{quote(asked.path)}{asked.query}>; rel="canonical"')
        if links:
            headers["link"] = ", ".join(links)
        if is_apart and asked.chosen is not None and asked.chosen != PAGE:
            headers.setdefault("content-location", f"{quote(asked.resource.forms[asked.chosen])}{asked.query}")

    def _make_tag(self, asked: _Asked, datasets: tuple[str, ...]) -> str:
        """The strong validator of the answer to a request; equal ones are the same bytes."""
        parts = [*datasets, self.stamp(), find_origin(asked.scope, self.public), asked.path, asked.query]
        parts.append(asked.chosen or "")
        if asked.chosen in (PAGE, ""):
            # a page, a feed or a list of tasks without a day is one of today
            parts.append(today())
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request, read: the scope to run, the path and query as one names the answer, the form chosen."""

    scope: Scope
    path: str
    query: str
    """With its question mark; without ``format=`` and ``output=`` where these have chosen the form."""
    resource: Resource | None
    chosen: str | None
    """The media type to answer in; empty where there is one form only, None where none is acceptable."""
    may_be_kept: bool
    packs: bool
    held: str

    @property
    def vary(self) -> str:
        return "Accept, Accept-Encoding" if self.resource is not None else "Accept-Encoding"

    def has(self, tag: str) -> bool:
        """Whether the client holds the answer of that tag, in a coding that it takes now."""
        return f'"{tag}"' in self.held or (self.packs and f'"{tag}-gzip"' in self.held)


def _read_asked(scope: Scope, bare: str, prefix: str, private: bool) -> _Asked:
    """What a GET asks for; the scope that comes back leads to the handler of the form that was chosen."""
    headers = Headers(scope=scope)
    # a page with facts that somebody typed is not compressed: its length would tell of them
    packs = not private and accepts_gzip(", ".join(headers.getlist("accept-encoding")))
    held = ", ".join(headers.getlist("if-none-match"))
    # nothing that is asked with a token is kept
    may_be_kept = "authorization" not in headers and not bare.startswith(_BARE)
    accept = ", ".join(headers.getlist("accept"))
    query = quote(scope["query_string"], safe=_QUERY_SAFE)
    found = find_resource(bare)
    fixed = found[1] if found is not None else None
    scope = dict(scope)
    if held:
        # who validates an answer by itself has never heard of the packed one
        _set_header(scope, b"if-none-match", held.replace('-gzip"', '"'))
    if fixed is None and (found is not None or bare.startswith("/id/")):
        query, wished = _take_format(query)
        if wished is not None:
            accept = wished
            _set_header(scope, b"accept", accept)
            scope["query_string"] = query.encode("ascii")
    asked = f"?{query}" if query else ""
    if found is None:
        return _Asked(scope, prefix + bare, asked, None, "", may_be_kept, packs, held)
    resource = found[0]
    if prefix and bare.partition(".")[0] in _SPOKEN:
        resource = replace(resource, forms={media: prefix + path for media, path in resource.forms.items()})
    best = rank_offers(fixed or accept, resource.forms)
    chosen = best[0] if best else None
    path = prefix + bare
    if chosen is not None and resource.handler is not None:
        _lead(scope, resource.handler)
        _set_header(scope, b"accept", chosen)
    elif chosen is not None and chosen != PAGE:
        _lead(scope, resource.forms[chosen])
        path = resource.forms[chosen]
    return _Asked(scope, path, asked, resource, chosen, may_be_kept, packs, held)


def _take_format(query: str) -> tuple[str, str | None]:
    """A query without ``format=`` and ``output=``, and what they ask for as an Accept header; None for nothing.

    >>> _take_format("document=jiamusi-2020-5&format=text%2Fcsv")
    ('document=jiamusi-2020-5', 'text/csv')
    """
    if "format=" not in query and "output=" not in query:
        return query, None
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    wished = [value for name, value in pairs if name in ("format", "output") and value]
    rest = [(name, value) for name, value in pairs if name not in ("format", "output")]
    return urlencode(rest, errors="surrogateescape"), accept_format(wished) if wished else None


def _lead(scope: Scope, path: str) -> None:
    scope["path"], scope["raw_path"] = path, quote(path).encode()


def _set_header(scope: Scope, name: bytes, value: str) -> None:
    others = [(key, old) for key, old in scope["headers"] if key != name]
    scope["headers"] = [*others, (name, value.encode("latin-1", "replace"))]


def list_methods(scope: Scope) -> tuple[str, ...]:
    """The methods that an address has, over all the routes that fit it (RFC 9110, 10.2.1); none for no address."""
    # what is mounted sees its own part of the address only
    scope = {**scope, "root_path": scope.get("app_root_path", "")}
    # what has several forms is read only: where its writing has a route, it is there to refuse
    asked = ("GET", "HEAD") if find_resource(scope["path"]) is not None else ("GET", "HEAD", "POST")
    found = tuple(
        method
        for method in asked
        if any(
            route.matches({**scope, "method": method})[0] is Match.FULL
            # files, which are all that is mounted here, are read and nothing else
            and (method != "POST" or not isinstance(route, Mount))
            for route in scope["app"].routes
        )
    )
    return (*found, "OPTIONS") if found else ()


def _lifetime(asked: _Asked, status: int) -> str:
    """How long an answer may be used: data a short while, pages while they are confirmed, anything else not at all."""
    if status in (200, 206):
        has_suffix = "." in asked.path.rpartition("/")[2]
        return "no-cache" if asked.chosen == PAGE or (not asked.chosen and not has_suffix) else _SHORT
    return _SHORT if status == 303 else "no-store"


def _is_packable(start: Message) -> bool:
    headers = Headers(scope=start)
    kind = headers.get("content-type", "")
    return start["status"] == 200 and "content-encoding" not in headers and not kind.startswith(_PACKED)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


async def _pack(start: Message, body: bytes, packs: bool, method: str) -> _Answer:
    """An answer that was collected, compressed where the client takes it and it becomes shorter."""
    packs = packs and len(body) >= LEAST_PACKED and _is_packable(start)
    headers = MutableHeaders(scope=start)
    if packs:
        packed = await asyncio.to_thread(gzip.compress, body, 6, mtime=0)
        if len(packed) < len(body):
            body = packed
            headers["content-encoding"] = "gzip"
            if "etag" in headers:
                headers["etag"] = f'{headers["etag"][:-1]}-gzip"'
    if body or method == "GET":
        headers["content-length"] = str(len(body))
    return _Answer(start["status"], tuple(start["headers"]), body)


async def _send_answer(answer: _Answer, method: str, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else answer.body})


class _KeptAnswers:
    """The answers of the last requests by their tag, up to so many bytes; the one used longest ago goes first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self._known: dict[tuple[str, bool], _Answer] = {}
        self._lock = threading.Lock()

    def find(self, key: tuple[str, bool]) -> _Answer | None:
        with self._lock:
            answer = self._known.pop(key, None)
            if answer is not None:
                self._known[key] = answer
            return answer

    def keep(self, key: tuple[str, bool], answer: _Answer, method: str) -> None:
        if method != "GET" or len(answer.body) > MOST_BYTES:
            return
        with self._lock:
            if key in self._known:
                return
            self._known[key] = answer
            self.size += len(answer.body)
            while self.size > self.most:
                self.size -= len(self._known.pop(next(iter(self._known))).body)
