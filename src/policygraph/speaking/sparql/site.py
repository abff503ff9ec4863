"""What is published beside the endpoint, and what its answers share: their address, templates and headers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from policygraph.judging.answers import Gap
from policygraph.namespaces import our_iri
from policygraph.speaking.addresses import find_origin
from policygraph.speaking.sparql.description import Catalogue
from policygraph.speaking.sparql.engine import Engine, QueryResult

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Site:
    """What is published beside the endpoint; ``find_iri`` tells under which base a path stands in the dataset."""

    engine: Engine
    catalogue: Catalogue
    dataset: Callable[[], str]
    dumps: Path
    find_iri: Callable[[str], str] = our_iri
    address: str | None = None  # the public address without a slash at the end, when a proxy hides it from us
    endpoint: Callable[[], str] | None = None  # the hash of what the engine answers from, where graphs were added
    gaps: Callable[[], tuple[Gap, ...]] = tuple  # what nobody has looked at yet, told with every answer in rows
    published: str | None = None  # the one day of a site that is written as files, with no service behind it
    frame: Callable[[Request, str, str], str] | None = None  # puts a title and a body into a page of the explorer

    def list_forms(self, forms: Iterable[str]) -> list[str]:
        """The forms of a graph that a page links to: of a site of files Turtle alone."""
        return [form for form in forms if form and (self.published is None or form == "ttl")]

    def served(self) -> str:
        """The hash of what the engine answers from."""
        return (self.endpoint or self.dataset)()


@cache
def open_templates() -> Environment:
    return Environment(
        loader=PackageLoader("policygraph.speaking.sparql", "pages"), autoescape=True, undefined=StrictUndefined
    )


def render_page(site: Site, request: Request, name: str, **slots: object) -> bytes:
    """A page of what is published, inside the explorer where there is one: with its head, its menu and its foot."""
    template = open_templates().get_template(f"{name}.html")
    told = {**slots, "published": site.published, "dataset": slots.get("dataset") or site.served()}
    if site.frame is None:
        return template.render(told).encode()
    context = template.new_context(told)
    title, main = ("".join(template.blocks[part](context)) for part in ("title", "main"))
    return site.frame(request, title, main).encode()


def answer_busy(result: QueryResult, headers: dict[str, str]) -> Response:
    waiting = {"Retry-After": str(result.retry_after)} if result.retry_after else {}
    return Response(result.body, status_code=503, headers={**headers, **waiting, "Content-Type": result.media_type})


def write_result(request: Request, result: QueryResult) -> Response:
    headers = {"Content-Type": result.media_type, "Vary": "Accept", "X-Content-Type-Options": "nosniff"}
    if result.dataset is not None:
        headers["Policygraph-Dataset"] = result.dataset
    body = b"" if request.method == "HEAD" else result.body
    return Response(body, status_code=result.status, headers={**headers, "Content-Length": str(len(result.body))})


def read_accept(request: Request) -> str:
    return ", ".join(request.headers.getlist("accept"))


def find_address(site: Site, request: Request) -> str:
    return find_origin(request.scope, site.address)
