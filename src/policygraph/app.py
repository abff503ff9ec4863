"""The process: one FastAPI application out of pages, data and SPARQL, with one error shape for all of them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import unquote

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import Message

from policygraph import __version__
from policygraph.api import api_router, problem_details, status_of
from policygraph.dataset import DATASET_FILE, read_manifest
from policygraph.errors import InputError, PolicygraphError
from policygraph.store import open_store
from policygraph.web import Site, pages_router, render_error

STATIC = Path(__file__).parent / "static"


def load_site(folder: Path) -> Site:
    """The explorer's state from a built dataset. Errors: ``InputError`` when there is none."""
    manifest = read_manifest(folder)
    if manifest is None:
        raise InputError(str(folder), "这里没有数据集", "请先运行 policygraph build")
    return Site(open_store([folder / DATASET_FILE], manifest.dataset))


def create_app(folder: Path) -> FastAPI:
    """The application over one built dataset."""
    site = load_site(folder)
    app = FastAPI(
        title="policygraph",
        version=__version__,
        summary="From a policy document to a defensible decision",
        docs_url=None,
        redoc_url=None,
    )

    @app.get("/healthz", tags=["service"], summary="Whether the service answers, and with which dataset")
    def healthz() -> dict[str, str | None]:
        return {"status": "ok", "dataset": site.store.dataset, "version": __version__}

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(api_router(lambda: site.store))
    app.include_router(pages_router(lambda: site))

    def wants_page(request: Request) -> bool:
        return "text/html" in request.headers.get("accept", "")

    def answer(request: Request, status: int, cause: str, remedy: str) -> Response:
        if wants_page(request):
            return render_error(site, request, status, cause, remedy)
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
    async def name_dataset(request: Request, call_next):  # type: ignore[no-untyped-def]  # Starlette's own signature
        response = await call_next(request)
        response.headers["X-Policygraph-Dataset"] = site.store.dataset or ""
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
        "headers": [(b"accept", b"*/*")],
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

    await app(scope, receive, send)
    return status, body
