"""What every page shares: the store, the templates, the words, and how an IRI becomes a local link."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from policygraph import __version__
from policygraph.namespaces import ID
from policygraph.store import Answer, Cell, Store

Language = Literal["zh", "en"]

FOLDER = Path(__file__).parent.parent
SECTIONS = ("documents", "measures", "legislation", "departments", "mechanisms", "queries", "sparql")

# Pages carry no script from elsewhere and load nothing from outside; inline styles are not needed either.
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def load_words() -> dict[Language, dict[str, str]]:
    """The fixed words of the pages, by language and key."""
    raw = tomllib.loads((FOLDER / "templates" / "words.toml").read_text(encoding="utf-8"))
    return {"zh": raw["zh"], "en": raw["en"]}


def localise(iri: object) -> str | None:
    """The local path of one of our things; None for anything else.

    >>> localise("https://w3id.org/policygraph/id/doc/jiamusi-2020-5/annex_1/sec_2/para_9")
    '/doc/jiamusi-2020-5#annex_1/sec_2/para_9'
    >>> localise("第七十五条") is None
    True
    """
    text = str(iri)
    if not text.startswith(str(ID)):
        return None
    path = text.removeprefix(str(ID))
    if path.startswith("doc/") and path.count("/") > 1:
        _, document, clause = path.split("/", 2)
        return f"/doc/{document}#{clause}"
    return f"/{path}"


@dataclass(frozen=True, slots=True)
class Site:
    """The explorer's state: the store that answers and what renders; immutable, replaced whole on a reload."""

    store: Store
    words: dict[Language, dict[str, str]] = field(default_factory=load_words)
    templates: Environment = field(
        default_factory=lambda: Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
    )
    page_queries: Mapping[str, str] = field(
        default_factory=lambda: {
            path.stem: path.read_text(encoding="utf-8") for path in (FOLDER / "queries" / "pages").glob("*.rq")
        }
    )

    def rows(self, name: str, **values: Cell) -> list[dict[str, Cell]]:
        """The rows of a page query as records; empty when nothing matches."""
        text = self.page_queries[name]
        columns = _projection(text)
        return [dict(zip(columns, row, strict=True)) for row in self.store.select(text, **values)]

    def render(
        self, request: Request, template: str, section: str = "", status: int = 200, **context: Any
    ) -> HTMLResponse:  # Any: what a template may show
        """A page in the language of its path."""
        path = request.url.path
        lang: Language = "en" if path == "/en" or path.startswith("/en/") else "zh"
        prefix = "/en" if lang == "en" else ""
        query = f"?{request.url.query}" if request.url.query else ""
        bare = path.removeprefix("/en") or "/"

        def link(target: str) -> str:
            return prefix + target

        def local(iri: object) -> str | None:
            target = localise(iri)
            return prefix + target if target else None

        html = self.templates.get_template(template).render(
            lang=lang,
            w=self.words[lang],
            home=prefix + "/",
            nav=SECTIONS,
            section=section,
            other_language=(bare if lang == "en" else "/en" + bare) + query,
            link=link,
            local=local,
            short=lambda iri: str(iri).removeprefix(str(ID)),
            dataset=self.store.dataset or "",
            version=__version__,
            records=records,
            path=context.pop("path", bare),
            data_links=context.pop("data_links", ()),
            status=status,
            **context,
        )
        return HTMLResponse(html, status_code=status, headers=SECURITY)


def records(answer: Answer) -> list[dict[str, Cell]]:
    """The rows of an answer by column name."""
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def _projection(text: str) -> Sequence[str]:
    head = text.split("SELECT", 1)[1].split("WHERE", 1)[0]
    return [word.lstrip("?") for word in head.replace("DISTINCT", "").split() if word.startswith("?")]


def render_error(site: Site, request: Request, status: int, cause: str, remedy: str = "") -> HTMLResponse:
    """An error as a page: what happened and what to do next."""
    return site.render(request, "error.html", status=status, cause=cause, remedy=remedy)
