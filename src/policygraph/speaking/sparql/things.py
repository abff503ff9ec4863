"""What the site answers besides queries: an IRI of ours that is looked up, the vocabulary, VoID, and the dumps.

``/id/T`` names a thing, so it answers 303 to a document about it: the page ``/T`` or its data ``/T.ttl``, by Accept.
A thing that the public graph does not know is 404, whether it is restricted or does not exist. Pages are rendered by
the web floor; what is here is data.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from policygraph.namespaces import BASE
from policygraph.speaking.sparql.description import Catalogue
from policygraph.speaking.sparql.dumps import CHECKSUMS, is_dataset_name, read_dumps
from policygraph.speaking.sparql.engine import PLAIN, Engine, QueryRequest, QueryResult
from policygraph.speaking.sparql.negotiation import GRAPHS, rank_offers
from policygraph.speaking.sparql.syntax import is_absolute_iri

# suffix of a data document by media type; pages come first, so that ``*/*`` opens one
SUFFIXES: dict[str, str] = {
    "text/html": "",
    "text/turtle": ".ttl",
    "application/ld+json": ".jsonld",
    "application/n-triples": ".nt",
    "application/json": ".json",
}
_DATA_SUFFIXES = {suffix[1:]: media for media, suffix in SUFFIXES.items() if media in GRAPHS}

_IS_KNOWN = "ASK { ?thing ?p ?o }"
# a thing with the unnamed parts that live below its IRI (name forms, spans)
_ABOUT = """CONSTRUCT { ?s ?p ?o } WHERE {
  { ?thing ?p ?o BIND(?thing AS ?s) }
  UNION
  { ?thing ?q ?s FILTER(STRSTARTS(STR(?s), CONCAT(STR(?thing), "/"))) ?s ?p ?o }
}"""
_VOCABULARY = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }"
_CORS = {"Access-Control-Allow-Origin": "*"}
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Site:
    """What is published beside the endpoint; ``base`` is where the IRIs of the dataset live."""

    engine: Engine
    catalogue: Catalogue
    dataset: Callable[[], str]
    dumps: Path
    base: str = BASE
    address: str | None = None  # the public address without a slash at the end, when a proxy hides it from us


def things_router(site: Site) -> APIRouter:
    """Routes: ``/id/…`` (303), ``/ns``, ``/.well-known/void``, ``/dumps/…``."""
    router = APIRouter()

    def id_(request: Request) -> Response:
        return look_up(site, request.path_params["path"], _accept(request))

    def ns(request: Request) -> Response:
        graph = f"<{site.base}graph/ns>"
        return _write_readable(
            request,
            lambda accept: site.engine.run(QueryRequest(_VOCABULARY, accept=accept, bindings={"graph": graph})),
        )

    def void(request: Request) -> Response:
        address = _address(site, request)
        return _write_readable(request, lambda accept: site.catalogue.describe_dataset(address, accept))

    def dump_list(request: Request) -> Response:
        return _list_dumps(site, request)

    def dump(request: Request) -> Response:
        return _send_dump(site, request.path_params["dataset"], request.path_params["name"], request)

    # plain functions: Starlette runs them in a thread, so that no query blocks the event loop
    for path, endpoint in (
        ("/id/{path:path}", id_),
        ("/ns", ns),
        ("/.well-known/void", void),
        ("/dumps", dump_list),
        ("/dumps/", dump_list),
        ("/dumps/{dataset}/", dump_list),
        ("/dumps/{dataset}/{name}", dump),
    ):
        router.add_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False)
    return router


def look_up(site: Site, path: str, accept: str) -> Response:
    """Where a thing is described: 303 to its page or data, 404 when the public graph does not know it, 406."""
    iri = f"{site.base}id/{path}"
    headers = {"Vary": "Accept", **_CORS}
    known = _find_thing(site.engine, iri)
    if known.status == 503:
        return _answer_busy(known, headers)
    if known.status == 404:
        return PlainTextResponse(
            "没有这个事物。可从 / 或 /search 查找。\nNothing of that name.\n", status_code=404, headers=headers
        )
    best = rank_offers(accept, SUFFIXES)
    if not best:
        return PlainTextResponse(f"可选 / available: {', '.join(SUFFIXES)}\n", status_code=406, headers=headers)
    return RedirectResponse(f"/{quote(path, safe='/')}{SUFFIXES[best[0]]}", status_code=303, headers=headers)


def describe_thing(engine: Engine, iri: str, suffix: str) -> QueryResult | None:
    """The data document of a thing, for the suffix ``ttl``, ``nt`` or ``jsonld``; None when it is not known."""
    known = _find_thing(engine, iri)
    if known.status == 404 or suffix not in _DATA_SUFFIXES:
        return None
    if known.status == 503:
        return known
    return engine.run(QueryRequest(_ABOUT, accept=_DATA_SUFFIXES[suffix], bindings={"thing": f"<{iri}>"}))


def _find_thing(engine: Engine, iri: str) -> QueryResult:
    """Whether the public graph states anything of a thing: 200 or 404, or 503 while nobody can tell."""
    unknown = QueryResult(404, PLAIN, b"")
    if not is_absolute_iri(iri):
        return unknown
    request = QueryRequest(_IS_KNOWN, accept="application/json", bindings={"thing": f"<{iri}>"})
    result = engine.run(request)
    if result.status != 200:
        return result if result.status == 503 else unknown
    return result if json.loads(result.body)["boolean"] else unknown


def _answer_busy(result: QueryResult, headers: dict[str, str]) -> Response:
    waiting = {"Retry-After": str(result.retry_after)} if result.retry_after else {}
    return Response(result.body, status_code=503, headers={**headers, **waiting, "Content-Type": result.media_type})


def _list_dumps(site: Site, request: Request) -> Response:
    """The catalogue for programs, a list of files for people."""
    asked = request.path_params.get("dataset", "latest")
    dataset = site.dataset() if asked == "latest" else asked
    dumps = read_dumps(site.dumps, dataset)
    if not dumps:
        return PlainTextResponse("没有这个数据集的下载文件。\nNo dumps of that dataset.\n", status_code=404)
    accept = _accept(request)
    if dataset == site.dataset() and rank_offers(accept, ("text/html", "text/turtle"))[:1] != ("text/html",):
        return _write(request, site.catalogue.describe_dataset(_address(site, request), accept))
    page = _templates().get_template("dumps.html").render(dataset=dataset, dumps=dumps, checksums=CHECKSUMS)
    return Response(page, media_type="text/html", headers={"Vary": "Accept"})


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("policygraph.speaking.sparql", "pages"), autoescape=True, undefined=StrictUndefined
    )


def _send_dump(site: Site, dataset: str, name: str, request: Request) -> Response:
    if dataset == "latest":
        return RedirectResponse(
            f"/dumps/{site.dataset()}/{quote(name, safe='')}",
            status_code=307,
            headers={"Cache-Control": "no-cache", **_CORS},
        )
    known = {dump.name: dump for dump in read_dumps(site.dumps, dataset)} if is_dataset_name(dataset) else {}
    if name == CHECKSUMS and known:
        return FileResponse(
            site.dumps / dataset / CHECKSUMS,
            media_type="text/plain; charset=us-ascii",
            headers={"Cache-Control": _FOREVER, **_CORS},
        )
    if name not in known:
        return PlainTextResponse(
            "没有这个下载文件，见 /dumps/。\nNo such dump, see /dumps/.\n", status_code=404, headers=_CORS
        )
    dump = known[name]
    headers = {
        "ETag": f'"{dump.sha256}"',
        "Cache-Control": _FOREVER,
        "Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(dump.sha256)).decode()}:",
        "X-Content-Type-Options": "nosniff",
        **_CORS,
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(site.dumps / dataset / name, media_type="application/gzip", headers=headers)


def _write_readable(request: Request, render: Callable[[str], QueryResult]) -> Response:
    """Data that have no page of their own: a browser shows their Turtle as text instead of saving it."""
    if rank_offers(_accept(request), ("text/turtle", "text/html"))[:1] == ("text/html",):
        return _write(request, replace(render("text/turtle"), media_type=PLAIN))
    return _write(request, render(_accept(request)))


def _write(request: Request, result: QueryResult) -> Response:
    headers = {"Content-Type": result.media_type, "Vary": "Accept", "X-Content-Type-Options": "nosniff", **_CORS}
    if result.dataset is not None:
        headers["Policygraph-Dataset"] = result.dataset
    body = b"" if request.method == "HEAD" else result.body
    return Response(body, status_code=result.status, headers={**headers, "Content-Length": str(len(result.body))})


def _accept(request: Request) -> str:
    return ", ".join(request.headers.getlist("accept"))


def _address(site: Site, request: Request) -> str:
    address = site.address or str(request.base_url).rstrip("/")
    return address if is_absolute_iri(address) else "http://localhost"
