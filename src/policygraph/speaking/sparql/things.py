"""What the site answers besides queries: an IRI of ours that is looked up, graphs, VoID, and the dumps.

``/id/T`` names a thing, so it answers 303 to a document about it: the page ``/T`` or its data ``/T.ttl``, by Accept.
A thing that the public graph does not know is 404, whether it is restricted or does not exist. Pages are rendered by
the web floor; what is here is data.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from policygraph.errors import DataError
from policygraph.speaking.addresses import GRAPH_FORMS, MEDIA_TYPES, THING_FORMS, link_forms
from policygraph.speaking.sparql.dumps import CHECKSUMS, is_dataset_name, read_dump, read_dumps
from policygraph.speaking.sparql.engine import PLAIN, Engine, QueryRequest, QueryResult
from policygraph.speaking.sparql.graphs import answer_graph, answer_letter, answer_store, answer_vocabulary
from policygraph.speaking.sparql.negotiation import GRAPHS, rank_offers
from policygraph.speaking.sparql.site import (
    Site,
    answer_busy,
    find_address,
    read_accept,
    render_page,
    write_result,
)
from policygraph.speaking.sparql.syntax import is_absolute_iri

__all__ = ["Site", "describe_thing", "look_up", "things_router"]

_DATA_SUFFIXES = {form: MEDIA_TYPES[form] for form in THING_FORMS if MEDIA_TYPES[form] in GRAPHS}
_READS = "GET, HEAD, OPTIONS"
# parts of the OpenAPI description, JSON as its specification has it (hence Any)
_GRAPH_PARAMETERS: list[dict[str, Any]] = [
    {"name": "graph", "in": "query", "schema": {"type": "string", "format": "uri"}, "description": "图的绝对 IRI"},
    {"name": "default", "in": "query", "schema": {"type": "string"}, "description": "默认图：全部公开图的并集"},
]
_GRAPH_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "图的陈述", "content": {MEDIA_TYPES[form]: {} for form in GRAPH_FORMS}},
    404: {"description": "没有这个公开的图", "content": {"text/plain": {}}},
}
_IS_KNOWN = "ASK { ?thing ?p ?o }"
# a thing with the unnamed parts that live below its IRI (name forms, spans)
_ABOUT = """CONSTRUCT { ?s ?p ?o } WHERE {
  { ?thing ?p ?o BIND(?thing AS ?s) }
  UNION
  { ?thing ?q ?s FILTER(STRSTARTS(STR(?s), CONCAT(STR(?thing), "/"))) ?s ?p ?o }
}"""
_FOREVER = "public, max-age=31536000, immutable"


def things_router(site: Site) -> APIRouter:
    """Routes: ``/id/…`` (303), graphs by their IRI and by ``/graphs``, ``/ns``, ``/.well-known/void``, ``/dumps/…``."""
    router = APIRouter()

    def id_(request: Request) -> Response:
        return look_up(site, request.path_params["path"], read_accept(request))

    def graph(request: Request) -> Response:
        return answer_graph(site, request, site.find_iri(f"graph/{request.path_params['path']}"))

    def ns(request: Request) -> Response:
        return answer_vocabulary(site, request, request.path_params.get("part"))

    def letter(request: Request) -> Response:
        return answer_letter(site, request, request.path_params["letter"])

    def graphs(request: Request) -> Response:
        return answer_store(site, request)

    def refuse_write(_: Request) -> Response:
        return PlainTextResponse(
            "本服务只读，不接受对图的写入。数据随数据集重建而更新。\n"
            "Graphs are read-only here. Data change when the dataset is rebuilt.\n",
            status_code=405, headers={"Allow": _READS},
        )  # fmt: skip

    def void(request: Request) -> Response:
        address = find_address(site, request)
        return _write_readable(request, lambda accept: site.catalogue.describe_dataset(address, accept))

    def dump_list(request: Request) -> Response:
        return _list_dumps(site, request)

    def dump(request: Request) -> Response:
        return _send_dump(site, request.path_params["dataset"], request.path_params["name"], request)

    # plain functions: Starlette runs them in a thread, so that no query blocks the event loop
    for path, endpoint in (
        ("/id/{path:path}", id_),
        ("/ns", ns),
        ("/ns/terms/{letter}", letter),
        ("/ns/{part:path}", ns),
        ("/.well-known/void", void),
        ("/dumps", dump_list),
        ("/dumps/", dump_list),
        ("/dumps/{dataset}/", dump_list),
        ("/dumps/{dataset}/{name}", dump),
    ):
        router.add_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False)
    for path, endpoint, summary, parameters in (
        ("/graphs", graphs, "A graph by its name (SPARQL 1.1 Graph Store HTTP Protocol, read only)", _GRAPH_PARAMETERS),
        ("/graph/{path:path}", graph, "A graph at its own address", []),
    ):
        for method, is_told in (("GET", True), ("HEAD", False)):
            router.add_api_route(
                path, endpoint, methods=[method], include_in_schema=is_told, tags=["data"], summary=summary,
                response_class=Response, response_model=None, responses=_GRAPH_RESPONSES if is_told else None,
                openapi_extra={"parameters": parameters} if is_told and parameters else None,
            )  # fmt: skip
    # the writing half of the Graph Store Protocol, refused in words
    for path in ("/graphs", "/graph/{path:path}", "/ns", "/ns/{version}"):
        router.add_route(path, refuse_write, methods=["PUT", "POST", "DELETE", "PATCH"], include_in_schema=False)
    return router


def look_up(site: Site, path: str, accept: str) -> Response:
    """Where a thing is described: 303 to its page or data, 404 when the public graph does not know it, 406."""
    iri = site.find_iri(f"id/{path}")
    headers = {"Vary": "Accept"}
    known = _find_thing(site.engine, iri)
    if known.status == 503:
        return answer_busy(known, headers)
    if known.status == 404:
        return PlainTextResponse(
            "没有这个事物。可从 / 或 /search 查找。\nNothing of that name.\n", status_code=404, headers=headers
        )
    forms = {MEDIA_TYPES[form]: f"/{path}.{form}" if form else f"/{path}" for form in THING_FORMS}
    best = rank_offers(accept, forms)
    headers["Link"] = ", ".join(link_forms(forms))
    if not best:
        return PlainTextResponse(f"可选 / available: {', '.join(forms)}\n", status_code=406, headers=headers)
    return RedirectResponse(quote(forms[best[0]], safe="/"), status_code=303, headers=headers)


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


def _list_dumps(site: Site, request: Request) -> Response:
    """The catalogue for programs, a list of files for people."""
    asked = request.path_params.get("dataset", "latest")
    dataset = site.dataset() if asked == "latest" else asked
    dumps = read_dumps(site.dumps, dataset)
    if not dumps:
        return PlainTextResponse("没有这个数据集的下载文件。\nNo dumps of that dataset.\n", status_code=404)
    accept = read_accept(request)
    if dataset == site.dataset() and rank_offers(accept, ("text/html", "text/turtle"))[:1] != ("text/html",):
        return write_result(request, site.catalogue.describe_dataset(find_address(site, request), accept))
    page = render_page(site, request, "dumps", dataset=dataset, dumps=dumps, checksums=CHECKSUMS)
    return Response(page, media_type="text/html", headers={"Vary": "Accept"})


def _send_dump(site: Site, dataset: str, name: str, request: Request) -> Response:
    if dataset == "latest":
        return RedirectResponse(
            f"/dumps/{site.dataset()}/{quote(name, safe='')}",
            status_code=307,
            headers={"Cache-Control": "no-cache"},
        )
    known = {dump.name: dump for dump in read_dumps(site.dumps, dataset)} if is_dataset_name(dataset) else {}
    if name == CHECKSUMS and known:
        return FileResponse(
            site.dumps / dataset / CHECKSUMS,
            media_type="text/plain; charset=us-ascii",
            headers={"Cache-Control": _FOREVER},
        )
    if name not in known:
        return PlainTextResponse("没有这个下载文件，见 /dumps/。\nNo such dump, see /dumps/.\n", status_code=404)
    dump = known[name]
    headers = {
        "ETag": f'"{dump.sha256}"',
        "Cache-Control": _FOREVER,
        "Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(dump.sha256)).decode()}:",
        "X-Content-Type-Options": "nosniff",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    try:
        content = read_dump(site.dumps, dataset, dump)
    except DataError as error:
        return PlainTextResponse(f"{error}\n", status_code=503, headers={"Cache-Control": "no-store"})
    # the very bytes that were held against their checksum, also where a part of them is asked for
    headers["Accept-Ranges"] = "bytes"
    part = None
    if request.method == "GET" and request.headers.get("if-range", headers["ETag"]) == headers["ETag"]:
        part = find_part(request.headers.get("range", ""), len(content))
    if part is None:
        return Response(content, media_type="application/gzip", headers=headers)
    if not part:
        headers["Content-Range"] = f"bytes */{len(content)}"
        return Response(status_code=416, headers={**headers, "Cache-Control": "no-store"})
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
    return Response(content[part.start : part.stop], status_code=206, media_type="application/gzip", headers=headers)


# matches: bytes=0-9, bytes=100-, bytes=-5       does not match: bytes=0-1,5-9 · bytes=- · lines=1-2
_RANGE = re.compile(r"bytes=(?P<first>[0-9]{1,18})?-(?P<last>[0-9]{1,18})?", re.ASCII)


def find_part(asked: str, size: int) -> range | None:
    """The part of so many bytes that a Range header asks for (RFC 9110, 14.1.2); empty when nothing of it is there.

    None for all of them: no header, one that cannot be read, or several parts, which nobody needs for a download.

    >>> find_part("bytes=2-4", 10), find_part("bytes=8-99", 10), find_part("bytes=-3", 10), find_part("bytes=10-", 10)
    (range(2, 5), range(8, 10), range(7, 10), range(10, 10))
    >>> find_part("bytes=0-1,5-6", 10), find_part("bytes=4-2", 10), find_part("", 10)
    (None, None, None)
    """
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or not (found["first"] or found["last"]):
        return None
    if found["first"] is None:
        return range(max(0, size - int(found["last"])), size)
    first = min(int(found["first"]), size)
    if found["last"] is None:
        return range(first, size)
    return None if int(found["last"]) < int(found["first"]) else range(first, min(int(found["last"]) + 1, size))


def _write_readable(request: Request, render: Callable[[str], QueryResult]) -> Response:
    """Data that have no page of their own: a browser shows their Turtle as text instead of saving it."""
    if rank_offers(read_accept(request), ("text/turtle", "text/html"))[:1] == ("text/html",):
        return write_result(request, replace(render("text/turtle"), media_type=PLAIN))
    return write_result(request, render(read_accept(request)))
