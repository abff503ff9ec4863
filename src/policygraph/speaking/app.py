"""The process: one FastAPI application out of pages, data and SPARQL, with one error shape for all of them.

Pages and named queries are answered in this process from a store in memory; free SPARQL, which anybody may write,
runs only in the isolated workers of ``sparql``. Both hold the public dataset and nothing else, and each has checked
that what it loaded is the dataset of the manifest. When the dataset is built anew beside a running service, the new
one is loaded first and then takes over; no request is dropped, each answer names the dataset that gave it, and a
request is answered from one dataset from beginning to end. One that cannot be loaded changes nothing but ``/healthz``.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policygraph.errors import InputError, PolicygraphError
from policygraph.judging.rules.codes import Codes
from policygraph.keeping.dataset.manifest import DATASET_FILE, MANIFEST_FILE
from policygraph.keeping.dataset.opening import open_dataset
from policygraph.keeping.library import stamp_library
from policygraph.keeping.registers import load_register, register_graphs
from policygraph.keeping.store import load_queries
from policygraph.namespaces import PREFIXES, our_iri
from policygraph.reading.intake.running import UPLOADS, find_isolation, read_graph_apart
from policygraph.speaking.api import api_router, describe_interface, problem_details, status_of
from policygraph.speaking.gate import Gate
from policygraph.speaking.monitoring import MEDIA_TYPE, Figures, Health, Process
from policygraph.speaking.representations import Representations, list_methods
from policygraph.speaking.sparql.caching import AnswerCache
from policygraph.speaking.sparql.description import Catalogue, Example, Publication
from policygraph.speaking.sparql.dumps import read_dumps, write_dumps
from policygraph.speaking.sparql.engine import Engine, QueryResult, Settings
from policygraph.speaking.sparql.protocol import Endpoint, Service, Shortcut, route_sparql
from policygraph.speaking.sparql.remote import RemoteEngine
from policygraph.speaking.sparql.remote_store import RemoteStore
from policygraph.speaking.sparql.things import Site as Published
from policygraph.speaking.sparql.things import things_router
from policygraph.speaking.sparql.tokens import TokenFile
from policygraph.speaking.sparql.workers import PoolEngine, Prepared, Source
from policygraph.speaking.web import SECURITY, Site, pages_router, render_error, render_framed, render_sparql
from policygraph.speaking.web.cards import cards_router
from policygraph.speaking.web.check import check_router
from policygraph.speaking.web.citing import citing_router
from policygraph.speaking.web.compare import compare_router
from policygraph.speaking.web.curate import Editing, curate_router
from policygraph.speaking.web.lists import lists_router
from policygraph.speaking.web.review import review_router
from policygraph.speaking.web.search import search_router
from policygraph.speaking.web.things import tasks_router
from policygraph.speaking.web.warming import settle, warm
from policygraph.version import __version__
from policygraph.words import Language, read_languages

STATIC = Path(__file__).parents[1] / "static"
WATCH_SECONDS = 2.0
"""How often a running service looks whether its dataset was built anew."""
RETRY_SECONDS = 30.0
"""How long it waits before it tries a dataset again that it could not take over and that has not changed since."""

log = logging.getLogger("policygraph.speaking")


@dataclass(frozen=True, slots=True)
class Options:
    """How the service runs; ``graphs`` are extra files by graph IRI, public like the rest."""

    settings: Settings = field(default_factory=Settings)
    graphs: tuple[tuple[str, Path], ...] = ()
    registers: tuple[Path, ...] = ()
    """Registers to be served: restricted, but for what their owner marks public."""
    tokens: Path | None = None
    """The file of tokens that open the restricted graphs; without one they are not served at all."""
    store: str | None = None
    """The address of a SPARQL engine that holds the dataset, instead of the one in this process."""
    watch: bool = False
    warm: bool = False
    """Make beforehand what the first visitors would wait for: for a service that stays."""
    library: Path | None = None
    """Where the user's own statute texts lie; the usual place where it is not said."""
    published: str | None = None
    """The one day for which pages answer that are written as files, with no service behind them."""
    public_url: str | None = None
    """The address under which the site is known, for what must be absolute; the bound address where it is not said."""
    editing: Editing | None = None
    """The open desk of a workspace whose documents may be curated on a page; without one there is no such page."""
    languages: Mapping[str, Language] = field(default_factory=read_languages)
    """The languages of the pages, that of the documents first."""


def load_site(folder: Path, options: Options) -> Site:
    """The explorer's state from a built dataset.

    Errors: those of ``open_dataset``; ``InputError`` for a graph that would lie among what is there.
    """
    store = open_dataset(folder)
    for graph, path in options.graphs:
        if graph in store.digests:
            raise InputError(f"--graph {graph}", "数据集里已有这个图，两者会混在一起", "请换一个 IRI")
        store.add_graph(path, graph, read_graph_apart)
    return Site(store, options.languages, options.library, options.public_url, options.published)


def list_sources(folder: Path, options: Options, dataset: str) -> list[Source]:
    """The files that the query workers load; the dataset only when it has that hash."""
    extra = [Source(path, path.suffix.lstrip(".") or "ttl", graph) for graph, path in options.graphs]
    return [Source(folder / DATASET_FILE, dataset=dataset), *extra]


def read_registers(
    registers: Iterable[Path], codes: Codes, taken: Iterable[str] = (), find_iri: Callable[[str], str] = our_iri
) -> tuple[list[Source], list[Source]]:
    """Registers as RDF in memory: those that are public, and those that are restricted.

    They are read by the closed ``codes`` of the dataset that is served beside them. Nothing of them is written to a
    disk, where it would outlive a service that is killed. Errors: ``InputError`` for two registers of one name, or a
    graph that is ``taken``: their records would lie together, under the permission of one of them.
    """
    public: list[Source] = []
    restricted: list[Source] = []
    graphs_taken = set(taken)
    named: dict[str, Path] = {}
    for path in registers:
        register = load_register(path, codes=codes, apart=True)
        if register.name in named:
            raise InputError(
                f"--register {path}",
                f"与 {named[register.name]} 同名（{register.name}），两份会混在一起",
                "请给文件夹或文件换一个名称",
            )
        named[register.name] = path
        graphs = register_graphs(register, find_iri)
        name = find_iri(f"graph/register/{quote(register.name, safe='')}")
        if not graphs_taken.isdisjoint({name, f"{name}/restricted"}):
            raise InputError(f"--register {path}", f"图 {name} 已有别的内容", "请换一个名称，或改 --graph 的 IRI")
        parts = (
            (graphs.open, "", public if register.public else restricted),
            (graphs.restricted, "/restricted", restricted),
        )
        for triples, suffix, sources in parts:
            content = triples.serialize(format="nt").encode()
            sources.append(Source(path, "nt", f"{name}{suffix}", content=content))
    return public, restricted


class _State:
    """What answers at this moment; replaced whole when the dataset was built anew.

    Restricted quads live in a pool of their own, never in the public one: what a process does not hold, no query
    can bring out of it.
    """

    def __init__(self, folder: Path, options: Options) -> None:
        self.folder = folder
        self.options = options
        self.stopped = threading.Event()
        self.problem = ""
        """Why the dataset that lies in the folder now is not served; empty while it is."""
        self.seen = _sign(folder)
        self.watcher: threading.Thread | None = None
        self.warmer: threading.Thread | None = None
        self.program = _digest_program()
        self.pools: list[PoolEngine] = []
        self.restricted: PoolEngine | None = None
        self._bound: ContextVar[Site | None] = ContextVar("site", default=None)
        with ExitStack() as started:
            if options.store is not None:
                if options.graphs:
                    raise InputError(
                        "--graph", "不能与 --store 同用：后端里的图由后端自己装入", "请把这个图装进后端，或不用 --store"
                    )
                remote = RemoteEngine(options.store, options.settings)
                self.engine: Engine = remote
                self.site = Site(
                    RemoteStore(remote, open_dataset(folder)), options.languages, address=options.public_url
                )
            else:
                self.site = load_site(folder, options)
            self.public, restricted = read_registers(
                options.registers, self.site.codes, self.site.store.digests, self.site.store.find_iri
            )
            self._write_dumps(self.base())
            if options.store is None:
                self.engine = self._start(started, self._list_sources(self.base()))
            self.secret = tuple(restricted) if options.tokens is not None else ()
            if self.secret:
                self.restricted = self._start(started, self._list_sources(self.base(), *self.secret))
            started.pop_all()

    def _start(self, started: ExitStack, sources: list[Source]) -> PoolEngine:
        pool = PoolEngine(sources, self.options.settings)
        started.callback(pool.close)
        self.pools.append(pool)
        return pool

    def _write_dumps(self, dataset: str) -> None:
        write_dumps(self.folder / DATASET_FILE, self.folder / "dumps", dataset, PREFIXES)

    def _list_sources(self, dataset: str, *more: Source) -> list[Source]:
        return [*list_sources(self.folder, self.options, dataset), *self.public, *more]

    def close(self) -> None:
        """Stop the workers."""
        self.stopped.set()
        for pool in self.pools:
            pool.close()
        self.engine.close()

    def bind(self) -> None:
        """Answer the request of this context from the dataset of this moment, whatever takes over meanwhile."""
        self._bound.set(self.site)

    def current(self) -> Site:
        """The site that this request is answered from."""
        return self._bound.get() or self.site

    def dataset(self) -> str:
        """The hash of what answers pages and named questions: the dataset in the folder and every ``--graph``."""
        return self.current().store.dataset or ""

    def base(self) -> str:
        """The hash of the dataset in the folder, which the dumps hold."""
        return self.current().store.base or ""

    def find_iri(self, path: str) -> str:
        """Under which base a path stands in the dataset of this moment."""
        return self.current().store.find_iri(path)

    def endpoint(self) -> str:
        """The hash of what answers public SPARQL: public registers lie there too."""
        return self.engine.dataset or self.dataset() if isinstance(self.engine, PoolEngine) else self.dataset()

    def served(self) -> tuple[str, ...]:
        """The hashes that an answer of this moment may name: that of the pages first."""
        return self.dataset(), self.endpoint()

    def stamp(self) -> str:
        """What pages follow from beside the dataset: the program, and the user's own statute texts."""
        return f"{self.program} {stamp_library(self.current().library)}"

    def added(self) -> dict[str, str]:
        """The graphs that public SPARQL holds beside the dataset in the folder, each with its digest."""
        return self.engine.added if isinstance(self.engine, PoolEngine) else {}

    def look(self) -> Health:
        """How the service stands at this moment."""
        watching = "off" if self.watcher is None else "watching" if self.watcher.is_alive() else "stopped"
        # a problem is taken away last: asked for after the hash, it could be gone while that is still the old one
        problem = self.problem
        return Health(
            self.dataset(), self.base(), self.endpoint(), self.added(), problem, watching, (*self._list_pools(),)
        )

    def _list_pools(self) -> Iterator[Process]:
        for pool in self.pools:
            load = pool.measure()
            yield Process(
                "sparql-restricted" if pool is self.restricted else "sparql-public",
                load.processes,
                load.processes - load.ready,
                load.short_waiting + load.long_waiting,
                pool.isolation,
                pool.broken,
                pool.dataset or "",
                pool.quads,
            )
        yield Process("upload-readers", UPLOADS.at_once, UPLOADS.busy, UPLOADS.waiting, self.reader_isolation)

    @cached_property
    def reader_isolation(self) -> tuple[str, ...]:
        """The measures of isolation that readers of files have on this machine."""
        return find_isolation()

    def start_warming(self) -> None:
        """Make what the site will be asked for, beside the first requests."""

        def begin() -> None:
            self.warm(self.site)
            settle()

        self.warmer = threading.Thread(target=begin, daemon=True)
        self.warmer.start()

    def warm(self, site: Site) -> None:
        """Make what a site will be asked for, unless the service ends before."""
        try:
            warm(site, self.stopped.is_set)
        except PolicygraphError as error:
            # whoever asks for it is told the same, with its remedy
            log.warning("not all could be made beforehand: %s", error)

    def start_watching(self) -> None:
        """Look after the folder from now on."""
        self.watcher = threading.Thread(target=self.watch, daemon=True)
        self.watcher.start()

    def watch(self) -> None:
        """Take over a rebuilt dataset; a bad one is reported and the old one stays, until a good one comes."""
        retry = 0.0
        while not self.stopped.wait(WATCH_SECONDS):
            signature = _sign(self.folder)
            amiss = bool(self.problem) or any(pool.broken for pool in self.pools)
            if signature == self.seen and not (amiss and time.monotonic() >= retry):
                continue
            try:
                self.follow()
                self.problem = ""
            except Exception as error:  # noqa: BLE001 - the thread's own boundary: whatever fails is told in /healthz
                # without the place: a path of this machine is nobody's business outside
                self.problem = error.cause if isinstance(error, PolicygraphError) else type(error).__name__
                retry = time.monotonic() + RETRY_SECONDS
                log.warning("the dataset in its folder is not served: %s", error)
            self.seen = signature

    def follow(self) -> None:
        """Serve what lies in the folder, when it is another dataset and a sound one, or when a pool lost its own.

        Errors: those of ``open_dataset``, of the dumps and of the workers; nothing has changed then.
        """
        site = load_site(self.folder, self.options)
        dataset = site.store.base or ""
        if site.store.dataset == self.site.store.dataset:
            for pool in self.pools:
                if pool.broken:
                    pool.reload()
            return
        if self.options.warm:
            self.warm(site)
        self._write_dumps(dataset)
        ready: list[tuple[PoolEngine, Prepared]] = []
        try:
            for pool in self.pools:
                secret = self.secret if pool is self.restricted else ()
                ready.append((pool, pool.prepare(self._list_sources(dataset, *secret))))
        except (PolicygraphError, OSError):
            for _, prepared in ready:
                prepared.discard()
            raise
        for pool, prepared in ready:
            pool.take_over(prepared)
        self.site = site
        if self.options.warm:
            settle()
        log.warning("dataset %s took over", dataset[:16])


def _sign(folder: Path) -> tuple[tuple[int, int, int] | None, ...]:
    """What changes when a file of the dataset does: size, time and inode of each; None for one that is not there."""

    def look(path: Path) -> tuple[int, int, int] | None:
        try:
            found = path.stat()
        except OSError:
            return None
        return found.st_size, found.st_mtime_ns, found.st_ino

    return look(folder / DATASET_FILE), look(folder / MANIFEST_FILE)


@cache
def _digest_program() -> str:
    """A digest of all that makes an answer out of a dataset: modules, templates, questions and words."""
    digest = hashlib.sha256(__version__.encode())
    package = Path(__file__).parents[1]
    for path in sorted(one for kind in ("py", "html", "atom", "rq", "toml") for one in package.rglob(f"*.{kind}")):
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


class Explorer(FastAPI):
    """The framework's application behind a front of our own: what needs no framework never enters it."""

    front: ASGIApp
    _described: dict[str, Any] | None = None  # Any: JSON as the specification has it

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, to the front."""
        await self.front(scope, receive, send)

    async def enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request that the front did not answer, to the framework."""
        await super().__call__(scope, receive, send)

    def openapi(self) -> dict[str, Any]:  # Any: JSON as the specification has it
        """The description of the interface, with each named question as an operation of its own."""
        if self._described is None:
            self._described = describe_interface(super().openapi(), load_queries())
        return self._described


async def hand_on(_: Request, error: Exception) -> Response:
    """A fault goes to the gate, which tells it in our words; the framework has words of its own."""
    raise error


def create_app(folder: Path, options: Options | None = None) -> FastAPI:
    """The application over one built dataset; it starts its query workers at once and stops them at shutdown."""
    options = options or Options()
    state = _State(folder, options)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if options.watch and options.store is None:
            state.start_watching()
        if options.warm:
            state.start_warming()
        yield
        await asyncio.to_thread(state.close)

    app = Explorer(
        title="policygraph",
        version=__version__,
        summary="From a policy document to a defensible decision",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        servers=[{"url": options.public_url}] if options.public_url else None,
    )
    app.state.serving, app.state.current, app.state.close = state, state.current, state.close
    languages = tuple(options.languages.values())
    app.add_api_route(
        "/healthz", tell_health, name="healthz", tags=["service"],
        summary="Whether the service answers, and with which dataset",
    )  # fmt: skip
    figures = Figures(state.look)

    def tell_figures() -> Response:
        return Response(figures.write(), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})

    app.add_api_route("/metrics", tell_figures, name="metrics", include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    # their data would be taken for those of a thing
    for router in (search_router, lists_router, compare_router, review_router, tasks_router, cards_router):
        app.include_router(router(languages))
    endpoints = _add_sparql(app, state, languages)
    app.include_router(api_router())
    if options.editing is not None:
        app.include_router(curate_router(languages, options.editing))
    for router in (pages_router, check_router, citing_router):
        app.include_router(router(languages))
    app.exception_handler(PolicygraphError)(answer_known_error)
    app.exception_handler(HTTPException)(answer_http_error)
    app.exception_handler(RequestValidationError)(answer_wrong_value)
    prefixes = [language.prefix for language in languages]
    app.add_middleware(
        Representations,
        datasets=state.served,
        stamp=state.stamp,
        prefixes=prefixes,
        passed=[f"{prefix}/sparql{slash}" for prefix in ("", *prefixes) for slash in ("", "/")],
        find_iri=state.find_iri,
        public=options.public_url,
    )
    app.middleware("http")(name_dataset)
    app.exception_handler(Exception)(hand_on)
    # the gate stands before all; data of the endpoint are answered without the framework and its middleware
    app.front = Gate(Shortcut(app.enter, endpoints), note=figures.note)
    return app


def _add_sparql(app: FastAPI, state: _State, languages: Iterable[Language]) -> dict[str, Endpoint]:
    """SPARQL, its description and the things as RDF; the query form stands in every language."""
    dumps = state.folder / "dumps"
    catalogue = Catalogue(
        state.engine,
        dataset=state.endpoint,
        base=state.base,
        added=state.added,
        dumps=lambda: read_dumps(dumps, state.base()),
        serves=state.options.published is None,
        examples=[Example(q.name, q.summary_zh, q.summary_en, q.shown) for q in state.site.store.list_queries()],
        publication=Publication(uri_spaces=tuple(f"{base}id/" for base in state.site.store.bases)),
    )

    def sparql_page(request: Request, query: str, result: QueryResult | None) -> str:
        body = None if result is None else (result.status, result.media_type, result.body)
        refused = result.english if result else ""
        return render_sparql(state.current(), request, query, body, state.options.settings.tell(), refused)

    tokens = state.options.tokens
    service = Service(
        engine=state.engine,
        describe=catalogue.describe_service,
        restricted=state.restricted,
        tokens=TokenFile(tokens) if tokens is not None else None,
        secret=frozenset(source.graph or "" for source in state.secret),
        page=sparql_page,
        dataset=state.endpoint,
        cache=AnswerCache(state.options.settings.cache),
        page_headers=SECURITY,
        endpoint=f"{public}/sparql" if (public := state.options.public_url) else None,
    )
    endpoints = route_sparql(app, service, ["/sparql", *(f"{one.prefix}/sparql" for one in languages if one.foreign)])
    published = Published(
        state.engine, catalogue, state.base, dumps, find_iri=state.find_iri,
        address=state.options.public_url, endpoint=state.endpoint, gaps=lambda: state.current().store.find_gaps(),
        published=state.options.published,
        frame=lambda request, title, main: render_framed(state.current(), request, title, main),
    )  # fmt: skip
    app.include_router(things_router(published))
    return endpoints


def tell_health(request: Request) -> JSONResponse:
    """Whether the service answers, from which dataset, why not from the one in its folder, and with which processes.

    503 while a part of it cannot answer; 200 with ``ok`` false while the sound dataset of before does.
    """
    health = _serving(request).look()
    return JSONResponse(health.describe(), 503 if health.is_broken else 200, headers={"Cache-Control": "no-store"})


def answer_known_error(request: Request, error: PolicygraphError) -> Response:
    """One of our errors, with its cause and remedy."""
    return _answer_error(request, status_of(error), f"{error.place}: {error.cause}", error.remedy)


def answer_wrong_value(request: Request, error: RequestValidationError) -> Response:
    """A part of an address that no address has (404), or a parameter that is not of its kind (400)."""
    place, name = next(((str(one["loc"][0]), str(one["loc"][-1])) for one in error.errors()), ("path", ""))
    if place == "path":
        return answer_http_error(request, HTTPException(404))
    return _answer_error(request, 400, f"{name}: 值不能用", "请照 /openapi.json 改正")


def answer_http_error(request: Request, error: HTTPException) -> Response:
    """An error of the web framework, most often an address that does not exist."""
    if error.status_code == 404:
        return _answer_error(request, 404, f"没有这个地址: {request.url.path}", "请从首页或列表页进入")
    if error.status_code == 405:
        methods = ", ".join(list_methods(request.scope))
        response = _answer_error(request, 405, f"{request.method} 不能用在这里", f"可用 {methods}")
        response.headers["Allow"] = methods
        return response
    response = _answer_error(request, error.status_code, str(error.detail), "")
    response.headers.update(error.headers or {})
    return response


def _answer_error(request: Request, status: int, cause: str, remedy: str) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        return render_error(_serving(request).current(), request, status, cause, remedy)
    return problem_details(status, cause, remedy or cause, request.url.path)


async def name_dataset(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Bind a request to the dataset of this moment, and name it on the answer."""
    state = _serving(request)
    state.bind()
    response = await call_next(request)
    # a query worker names its own dataset: at the moment of a change it may be ahead of the pages
    response.headers.setdefault("Policygraph-Dataset", state.dataset())
    if response.headers.get("content-type", "").startswith("text/html"):
        # every page, whoever wrote it, tells the browser to load nothing from elsewhere
        for name, value in SECURITY.items():
            response.headers.setdefault(name, value)
    return response


def _serving(request: Request) -> _State:
    state: _State = request.app.state.serving
    return state


async def fetch(app: FastAPI, path: str) -> tuple[int, bytes, str]:
    """One GET through the whole application without a port: the status, the body and the path that answered.

    An address that leads on (an undated page to the same page as of today) is followed as a browser would.
    """
    async with app.router.lifespan_context(app):
        for _ in range(_MOST_HOPS):
            reply = await ask(app, path)
            if not (300 <= reply.status < 400 and reply.location.startswith("/")):
                break
            path = reply.location
    return reply.status, reply.body, path


_MOST_HOPS = 5
_ADDRESS = "!#$%&'()*+,/:;=?@[]~"
"""What stands in an address as it is: RFC 3986, 2.2 and 2.3, and ``%``, since an escaped address stays as it is."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one GET: where it leads and of what kind it is are empty where it does not say."""

    status: int
    body: bytes
    location: str
    media_type: str


async def ask(app: FastAPI, path: str, accept: str = "*/*") -> Reply:
    """One GET through the whole application, which must be running (its lifespan entered); nothing is followed.

    A path may be as a person types it: what an address cannot hold (汉字, spaces) is escaped as a browser would.
    """
    route, _, query = quote(path, safe=_ADDRESS).partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(route),
        "raw_path": route.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"accept", accept.encode()), (b"host", b"localhost")],
        "server": ("localhost", 80),
        "client": ("localhost", 0),
    }
    status, body = 0, b""
    headers: dict[bytes, str] = {}
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            await asyncio.sleep(3600)
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, body, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {name.lower(): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            body += message.get("body", b"")

    await app(scope, receive, send)
    return Reply(status, body, headers.get(b"location", ""), headers.get(b"content-type", "").partition(";")[0])
