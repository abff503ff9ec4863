"""The process: one FastAPI application out of pages, data and SPARQL, with one error shape for all of them.

Pages and named queries are answered in this process from a store in memory; free SPARQL, which anybody may write,
runs only in the isolated workers of ``sparql``. Both hold the public dataset and nothing else. When the dataset is
built anew beside a running service, the new one is loaded first and then takes over; no request is dropped.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import Message

from policygraph import __version__
from policygraph.api import api_router, problem_details, status_of
from policygraph.dataset import DATASET_FILE, Manifest, read_manifest
from policygraph.errors import InputError, PolicygraphError
from policygraph.namespaces import BASE, PREFIXES
from policygraph.registers import load_register, register_graphs
from policygraph.sparql.description import Catalogue, Example
from policygraph.sparql.dumps import read_dumps, write_dumps
from policygraph.sparql.engine import Engine, QueryResult, Settings
from policygraph.sparql.protocol import Service, sparql_router
from policygraph.sparql.remote import RemoteEngine
from policygraph.sparql.remote_store import RemoteStore
from policygraph.sparql.things import Site as Publication
from policygraph.sparql.things import things_router
from policygraph.sparql.tokens import TokenFile
from policygraph.sparql.workers import PoolEngine, Source
from policygraph.store import open_store
from policygraph.web import SECURITY, Site, pages_router, render_error, render_sparql
from policygraph.web.check import check_router
from policygraph.web.compare import compare_router
from policygraph.web.review import review_router

STATIC = Path(__file__).parent / "static"
WATCH_SECONDS = 2.0
"""How often a running service looks whether its dataset was built anew."""

log = logging.getLogger("policygraph.access")


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


def find_manifest(folder: Path) -> Manifest:
    """The manifest of a built dataset. Errors: ``InputError`` when there is none."""
    manifest = read_manifest(folder)
    if manifest is None:
        raise InputError(str(folder), "这里没有数据集", "请先运行 policygraph build")
    return manifest


def load_site(folder: Path, options: Options) -> Site:
    """The explorer's state from a built dataset. Errors: ``InputError`` when there is none."""
    store = open_store([folder / DATASET_FILE], find_manifest(folder).dataset)
    for graph, path in options.graphs:
        store.add_graph(path, graph)
    return Site(store)


def list_sources(folder: Path, options: Options) -> list[Source]:
    """The files that the query workers load."""
    extra = [Source(path, path.suffix.lstrip(".") or "ttl", graph) for graph, path in options.graphs]
    return [Source(folder / DATASET_FILE), *extra]


def write_registers(registers: Iterable[Path], folder: Path) -> tuple[list[Source], list[Source]]:
    """Registers as RDF files in a private folder: those that are public, and those that are restricted."""
    public: list[Source] = []
    restricted: list[Source] = []
    for number, path in enumerate(registers):
        register = load_register(path)
        graphs = register_graphs(register)
        name = f"graph/register/{quote(register.name)}"
        parts = (
            (graphs.open, "", public if register.public else restricted),
            (graphs.restricted, "/restricted", restricted),
        )
        for triples, suffix, sources in parts:
            file = folder / f"{number}{suffix.replace('/', '-')}.nt"
            file.write_text(triples.serialize(format="nt"), encoding="utf-8")
            sources.append(Source(file, "nt", f"{BASE}{name}{suffix}"))
    return public, restricted


class _State:
    """What answers at this moment; replaced whole when the dataset was built anew.

    Restricted quads live in a pool of their own, never in the public one: what a process does not hold, no query
    can bring out of it.
    """

    def __init__(self, folder: Path, options: Options) -> None:
        manifest = find_manifest(folder)
        self.folder = folder
        self.options = options
        self.stopped = threading.Event()
        self.private = tempfile.TemporaryDirectory(prefix="policygraph-")
        public, restricted = write_registers(options.registers, Path(self.private.name))
        sources = [*list_sources(folder, options), *public]
        self.pools: list[PoolEngine] = []
        self.restricted: PoolEngine | None = None
        if options.store is not None:
            remote = RemoteEngine(options.store, options.settings)
            self.engine: Engine = remote
            self.site = Site(RemoteStore(remote, manifest.dataset))
        else:
            pool = PoolEngine(sources, options.settings)
            self.engine = pool
            self.pools.append(pool)
            self.site = load_site(folder, options)
        if restricted and options.tokens is not None:
            self.restricted = PoolEngine([*sources, *restricted], options.settings)
            self.pools.append(self.restricted)

    def close(self) -> None:
        """Stop the workers and remove what was written for them."""
        self.stopped.set()
        for pool in self.pools:
            pool.close()
        self.engine.close()
        self.private.cleanup()

    def dataset(self) -> str:
        return self.site.store.dataset or ""

    def watch(self) -> None:
        """Take over a rebuilt dataset; a broken one is reported and the old one stays."""
        while not self.stopped.wait(WATCH_SECONDS):
            try:
                manifest = read_manifest(self.folder)
                if manifest is None or manifest.dataset == self.dataset():
                    continue
                site = load_site(self.folder, self.options)
                write_dumps(self.folder / DATASET_FILE, self.folder / "dumps", manifest.dataset, PREFIXES)
                for pool in self.pools:
                    pool.reload()
                self.site = site
                log.warning("dataset %s took over", manifest.dataset[:16])
            except (PolicygraphError, OSError, ValueError) as error:
                log.warning("the rebuilt dataset was not loaded: %s", error)


def create_app(folder: Path, options: Options | None = None) -> FastAPI:
    """The application over one built dataset; it starts its query workers at once and stops them at shutdown."""
    options = options or Options()
    state = _State(folder, options)
    write_dumps(folder / DATASET_FILE, folder / "dumps", state.dataset(), PREFIXES)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watcher = threading.Thread(target=state.watch, daemon=True)
        if options.watch and options.store is None:
            watcher.start()
        yield
        await asyncio.to_thread(state.close)

    app = FastAPI(
        title="policygraph",
        version=__version__,
        summary="From a policy document to a defensible decision",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    catalogue = Catalogue(
        state.engine,
        dataset=state.dataset,
        dumps=lambda: read_dumps(folder / "dumps", state.dataset()),
        examples=[Example(q.name, q.summary_zh, q.summary_en, q.text) for q in state.site.store.list_queries()],
    )

    def sparql_page(request: Request, query: str, result: QueryResult | None) -> str:
        body = None if result is None else (result.status, result.media_type, result.body)
        return render_sparql(state.site, request, query, body)

    @app.get("/healthz", tags=["service"], summary="Whether the service answers, and with which dataset")
    def healthz() -> dict[str, str | list[str]]:
        return {
            "status": "ok",
            "dataset": state.dataset(),
            "version": __version__,
            "isolation": list(state.pools[0].isolation) if state.pools else [],
        }

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    service = Service(
        engine=state.engine,
        describe=catalogue.describe_service,
        restricted=state.restricted,
        tokens=TokenFile(options.tokens) if options.tokens is not None else None,
        page=sparql_page,
        dataset=state.dataset,
    )
    app.include_router(sparql_router(service))
    app.include_router(sparql_router(service, "/en/sparql"), include_in_schema=False)
    app.include_router(things_router(Publication(state.engine, catalogue, state.dataset, folder / "dumps")))
    app.include_router(api_router(lambda: state.site.store))
    app.include_router(pages_router(lambda: state.site))
    app.include_router(compare_router(lambda: state.site))
    app.include_router(check_router(lambda: state.site))
    app.include_router(review_router(lambda: state.site))
    app.state.close = state.close

    def answer(request: Request, status: int, cause: str, remedy: str) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return render_error(state.site, request, status, cause, remedy)
        return problem_details(status, cause, remedy or cause, request.url.path)

    @app.exception_handler(PolicygraphError)
    def on_known_error(request: Request, error: PolicygraphError) -> Response:
        return answer(request, status_of(error), f"{error.place}: {error.cause}", error.remedy)

    @app.exception_handler(HTTPException)
    def on_http_error(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return answer(request, 404, f"没有这个地址: {request.url.path}", "请从首页或列表页进入")
        return answer(request, error.status_code, str(error.detail), "")

    @app.middleware("http")
    async def name_dataset(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        began = time.perf_counter()
        response = await call_next(request)
        response.headers["Policygraph-Dataset"] = state.dataset()
        if response.headers.get("content-type", "").startswith("text/html"):
            # every page, whoever wrote it, tells the browser to load nothing from elsewhere
            for name, value in SECURITY.items():
                response.headers.setdefault(name, value)
        # the path only: what was asked may name an enterprise
        took = (time.perf_counter() - began) * 1000
        log.info("%s %s %d %.0f ms", request.method, request.url.path, response.status_code, took)
        return response

    return app


async def fetch(app: FastAPI, path: str) -> tuple[int, bytes]:
    """One GET through the whole application without a port: the status and the body."""
    route, _, query = path.partition("?")
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
        "headers": [(b"accept", b"*/*"), (b"host", b"localhost")],
        "server": ("localhost", 80),
        "client": ("localhost", 0),
    }
    status, body = 0, b""
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            await asyncio.sleep(3600)
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, body
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            body += message.get("body", b"")

    async with app.router.lifespan_context(app):
        await app(scope, receive, send)
    return status, body
