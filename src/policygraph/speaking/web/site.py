"""What every page shares: the store, the templates, the languages and names, and how an IRI becomes a local link.

A page is a plain function of a request and of the ``Site`` that answers it, which FastAPI hands in (``Now``); a table
beside the pages says at which address each one stands, and ``make_router`` puts it there in every language. What
depends on a language comes from its ``Language`` value (``words``), so no page asks which language it is written in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.routing import Match

from policygraph.clock import today
from policygraph.errors import InputError, NotFoundError
from policygraph.judging.comparing.sheets import Sheet
from policygraph.judging.comparing.tables import Comparison
from policygraph.judging.rules import Policy, Register, make_register
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import TABLES
from policygraph.keeping.assessments import Desk, open_codes, open_policies
from policygraph.keeping.library import default_library
from policygraph.keeping.registers import load_register
from policygraph.keeping.routing import Router
from policygraph.keeping.search import Finder, SearchIndex, open_finder
from policygraph.keeping.sources import find_root
from policygraph.keeping.store import Answer, Cell, Iri, Store
from policygraph.namespaces import BASE, base_of, instance, slug_of
from policygraph.speaking.web.glosses import Glosses
from policygraph.speaking.web.kept import Kept
from policygraph.speaking.web.names import Names, count, has_han, name_columns, split_codes, split_han, split_quoted
from policygraph.speaking.web.shortening import shorten_titles
from policygraph.speaking.web.wording import Wording, begin_sentence
from policygraph.text.titles import name_text
from policygraph.version import __version__
from policygraph.words import Language, read_languages, source_language

FOLDER = Path(__file__).parents[2]
JOBS = (
    ("basis", "measures", ("measures", "legislation", "departments", "mechanisms", "documents")),
    ("places", "compare", ("compare",)),
    ("case", "check", ("check",)),
    ("papers", "review", ("review", "curate")),
    ("data", "data", ("data", "queries", "sparql", "learn")),
)
"""The five jobs of the menu, in order: the key of its words, the page where it begins, and the sections it holds."""
SECTIONS = tuple(key for _, _, keys in JOBS for key in keys)
"""The sections of the site in the order of the menu; one without a route is left out."""

# Pages carry no script from elsewhere and load nothing from outside; inline styles are not needed either.
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

# source/jiamusi-2020-5#char=1961,1990;  not: source/jiamusi-2020-5
_SPAN = re.compile(r"source/(?P<document>[^/#]+)\#char=(?P<start>\d+),(?P<end>\d+)", re.VERBOSE)


def localise(iri: object, bases: tuple[str, ...] = (BASE,)) -> str | None:
    """The local path of a thing that stands under one of the bases; None for anything else.

    >>> localise("https://w3id.org/policygraph/id/doc/jiamusi-2020-5/annex_1/sec_2/para_9")
    '/doc/jiamusi-2020-5#annex_1/sec_2/para_9'
    >>> localise("https://w3id.org/policygraph/id/source/jiamusi-2020-5#char=1961,1990")
    '/doc/jiamusi-2020-5/source?start=1961&end=1990#lit'
    >>> localise("https://a.example/id/law/b"), localise("https://a.example/id/law/b", ("https://a.example/",))
    (None, '/law/b')
    >>> localise("第七十五条") is None
    True
    """
    text = str(iri)
    path = slug_of(text)
    if path == text or base_of(text) not in bases:
        return None
    if path.startswith("doc/") and path.count("/") > 1:
        _, document, clause = path.split("/", 2)
        return f"/doc/{document}#{clause}"
    if span := _SPAN.fullmatch(path):
        return f"/doc/{span['document']}/source?start={span['start']}&end={span['end']}#lit"
    if path.startswith("source/"):
        return f"/doc/{path.removeprefix('source/')}/source"
    return f"/{path}"


class Site:
    """The explorer's state: the store that answers and what renders; a reload replaces it whole.

    What it keeps beside that (the index, the policies, the desks and tables last asked for) follows from the store.
    """

    def __init__(
        self, store: Store, languages: Mapping[str, Language] | None = None, library: Path | None = None,
        address: str | None = None, published: str | None = None,
    ) -> None:  # fmt: skip
        self.store = store
        self.published = published
        """The one day for which the pages answer, where they are written as files and no service stands behind them."""
        self.address = address
        """The public address, for what must be absolute; None where the bound one is told."""
        self.library = library or default_library()
        """Where the user's own statute texts lie; it need not exist, and is read when a page shows an article."""
        self.languages = languages or read_languages()
        self.source = source_language(self.languages)
        """The language of the documents, in which files leave the site."""
        self.desks: Kept[date, Desk] = Kept(4)
        """The desks of the last days asked for."""
        self.tables: Kept[tuple[str, str], Comparison] = Kept(6)
        """The whole comparisons of the last views and days asked for: a day is anybody's to choose."""
        self.verdicts: Kept[str, Mapping[str, tuple[Any, ...]]] = Kept(4)  # Any: a row of things, a room above this one
        """What may be done of every measure on the last days asked for, as ``things.list_verdicts`` tells it."""
        self.articles: Kept[str, list[dict[str, Cell]]] = Kept(16)
        """The provisions of the laws last asked for, as ``law.list_articles`` tells them: the same on every day."""
        self.sheets: Kept[str, Sheet] = Kept(4)
        """The codebook as answered on the last days asked for."""
        self.page_queries: Mapping[str, str] = {
            path.stem: path.read_text(encoding="utf-8") for path in (FOLDER / "queries" / "pages").glob("*.rq")
        }
        self.templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            # they are part of the program, which is read once too
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.globals.update(
            records=records,
            count=count,
            has_han=has_han,
            split_han=split_han,
            split_codes=split_codes,
            split_quoted=split_quoted,
            name_columns=name_columns,
            name_text=name_text,
            begin_sentence=begin_sentence,
            version=__version__,
        )
        self._sections: list[str] = []
        self._answer = lru_cache(maxsize=128)(lambda name, values: store.ask(name, dict(values)))
        self._rows = lru_cache(maxsize=128)(lambda name: tuple(store.select(self.page_queries[name])))
        self._groups = lru_cache(maxsize=8)(self._group)
        # every page leads to the same things again and again
        self._local = lru_cache(maxsize=1 << 15, typed=True)(self._localise)
        things, clauses = self.rows("names"), self.rows("clause-labels")
        self.names = {code: Names(language, things, clauses) for code, language in self.languages.items()}

    def language_of(self, request: Request) -> Language:
        """The language of a page, which its path tells."""
        path = request.url.path
        others = (one for one in self.languages.values() if one.foreign)
        return next((one for one in others if path == one.prefix or path.startswith(one.prefix + "/")), self.source)

    @cached_property
    def glosses(self) -> Glosses:
        """The editors' phrases in English, read once: every page in English tells some."""
        return Glosses(self.rows("glosses"))

    @cached_property
    def wordings(self) -> Mapping[str, Wording]:
        """What tells the sentences about a case in each other language, made when a page of it is first asked for."""
        return {code: self._make_wording(language) for code, language in self.languages.items() if language.foreign}

    def _make_wording(self, language: Language) -> Wording:
        names, words = self.names[language.code], language.words["checking"]
        columns = language.words["register_columns"]
        shapes = [shape for policy in self.policies.values() for shape in policy.shapes]
        titles = [
            (item.title, names.title(self.thing_iri("condition", item.condition)))
            for policy in self.policies.values()
            for item in policy.asked
        ]
        pairs = [
            *((str(row["zh"]), str(row["en"])) for row in self.rows("glosses")),
            *language.words["faults"].items(),
            *((shape.message, shape.message_en) for shape in shapes),
            *((table.label, words[f"table_{table.name}"]) for table in TABLES),
            *((column.label, columns.get(column.name, column.label)) for table in TABLES for column in table.columns),
            *(pair for pair in titles if not has_han(pair[1])),
        ]
        # of several things side by side each is told by itself
        return Wording(self.source, language, pairs, lambda text: _name_in(names, text))

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many things each list holds, counted once: every page tells it."""
        return count_lists(self)

    @cached_property
    def finder(self) -> Finder:
        """What resolves and finds what somebody typed, made at the first search."""
        return open_finder(self.store.select)

    @cached_property
    def router(self) -> Router:
        """What leads a question in a sentence to the named question that answers it, made at the first of them."""
        return Router(self.store)

    @property
    def search(self) -> SearchIndex:
        """The words alone, which a published site searches in the browser."""
        return self.finder.index

    @cached_property
    def policies(self) -> Mapping[str, Policy]:
        """The policies that the dataset holds, by id, read when first wanted."""
        return open_policies(self.store)

    @cached_property
    def codes(self) -> Codes:
        """The closed codes of registers that the dataset defines, read when first wanted."""
        return open_codes(self.store)

    @cached_property
    def sample(self) -> Register:
        """The invented register that travels with policygraph, not with a dataset; an empty one where it is absent."""
        folder = find_root() / "data" / "registers" / "sample"
        return load_register(folder, codes=self.codes) if folder.is_dir() else make_register("sample", ())

    def day(self) -> str:
        """The day of a page that is asked for without one: the day of a published site, else today."""
        return self.published or today()

    def thing_iri(self, *parts: str) -> Iri:
        """The IRI of a thing from the parts of an address. Errors: ``NotFoundError`` for what cannot be a name."""
        path = "/".join(parts)
        try:
            instance(*path.split("/"))
        except ValueError:
            raise NotFoundError(f"/{path}", "没有这个事物", "请从首页、列表或 /search 进入") from None
        return self.store.find_iri(f"id/{path}")

    def localise(self, iri: object) -> str | None:
        """The local path of a thing of the dataset; None for anything else.

        Of a published site only what has a name has a page: its parts are told on the pages of the things they are of.
        """
        return self._local(iri)

    def _localise(self, iri: object) -> str | None:
        if self.published is not None and not self.names[self.source.code].knows(iri):
            return None
        return localise(iri, self.store.bases)

    def has_query(self, name: str) -> bool:
        """Whether a named query of that name exists."""
        return any(query.name == name for query in self.store.list_queries())

    def ask(self, name: str, **values: str | None) -> list[dict[str, Cell]]:
        """The rows of a named query as new records; empty when nothing matches. Answers are kept: nothing changes."""
        return records(self._answer(name, tuple(sorted(values.items()))))

    def answer(self, name: str, values: Mapping[str, str]) -> Answer:
        """The answer of a named query, kept as those of ``ask`` are."""
        return self._answer(name, tuple(sorted(values.items())))

    def rows(self, name: str, **values: Cell) -> list[dict[str, Cell]]:
        """The rows of a page query as records; empty when nothing matches."""
        text = self.page_queries[name]
        columns = _projection(text)
        # what depends on nothing that was asked is the same for every page
        found = self.store.select(text, **values) if values else self._rows(name)
        return [dict(zip(columns, row, strict=True)) for row in found]

    def rows_of(self, name: str, column: str, value: Cell) -> list[dict[str, Cell]]:
        """Of the rows of a page query those with one value in a column; empty when there is none.

        They are read once for all values: for what many pages ask, each of its own thing.
        """
        columns = _projection(self.page_queries[name])
        return [dict(zip(columns, row, strict=True)) for row in self._groups(name, column).get(value, ())]

    def _group(self, name: str, column: str) -> Mapping[Cell, list[tuple[Cell, ...]]]:
        at = _projection(self.page_queries[name]).index(column)
        groups: defaultdict[Cell, list[tuple[Cell, ...]]] = defaultdict(list)
        for row in self._rows(name):
            groups[row[at]].append(row)
        return groups

    def keep_links(self, links: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Of the links to a page's data those that lead somewhere: all of them, but on a published site.

        A thing is published as Turtle alone, from which the other forms are made; the whole is in the dumps.
        """
        known = list(links)
        if self.published is None:
            return known
        turtle = [link for link in known if link[1].endswith(".ttl")]
        return turtle or [link for link in known if is_written(link[1])]

    def list_sections(self, request: Request) -> list[str]:
        """The sections that this application has a route for, in the order of the menu."""
        if not self._sections:
            scope = {"type": "http", "method": "GET", "root_path": "", "headers": []}
            for key in SECTIONS:
                asked = {**scope, "path": "/" + key}
                if any(route.matches(asked)[0] is Match.FULL for route in request.app.routes):
                    self._sections.append(key)
        return self._sections

    def render(
        self, request: Request, template: str, section: str = "", status: int = 200, **context: Any
    ) -> HTMLResponse:  # Any: what a template may show
        """A page in the language of its path."""
        language = self.language_of(request)
        query = f"?{request.url.query}" if request.url.query else ""
        bare = request.url.path.removeprefix(language.prefix) or "/"
        words, names = language.words, self.names[language.code]

        def link(target: str) -> str:
            return language.prefix + target

        def local(iri: object) -> str | None:
            target = self.localise(iri)
            return link(target) if target else None

        def heading(column: str, known: Mapping[str, str] | None = None) -> str:
            """The heading of a column: the query's own word, which is Chinese, the pages' word, or its bare name."""
            own = None if language.foreign else (known or {}).get(column)
            return own or words["columns"].get(column) or column.replace("_", " ")

        html = self.templates.get_template(template).render(
            language=language,
            han=_HAN if language.foreign else "",
            pick=language.pick,
            w=words,
            home=link("/"),
            nav=self.list_sections(request),
            section=section,
            jobs=[
                (job, start, [key for key in keys if key in self.list_sections(request)])
                for job, start, keys in JOBS
                if start in self.list_sections(request)
            ],
            counts_of=lambda: self.counts,
            other_languages=[
                (other, other.prefix + bare + query) for other in self.languages.values() if other is not language
            ]
            if not context.pop("alone", False)
            else [],
            link=link,
            local=local,
            heading=heading,
            name=names.name,
            title_of=names.title,
            place_of=names.place_of,
            spell_place=names.spell_place,
            gloss_citations=names.gloss_citations,
            shorten_titles=partial(shorten_titles, rest=str(language.words["titles_rest"]).format),
            say=names.say,
            tell=lambda text: self.wordings[language.code].tell(text) if language.foreign else text,
            dataset=self.store.dataset or "",
            gaps=self.store.find_gaps,
            path=context.pop("path", bare),
            data_links=self.keep_links(context.pop("data_links", ())),
            published=self.published,
            status=status,
            **context,
        )
        return HTMLResponse(html, status_code=status, headers=SECURITY)


def _name_in(names: Names, text: str) -> str:
    """A thing, a value or a place in a law by its name in the language; of several things each is told by itself."""
    named = text if "；" in text else names.say(text)
    return names.spell_place(text) if named == text else named


_HAN = Markup(' lang="zh-CN"')
"""The mark of Chinese words on a page in another language; a page in Chinese says it once, of all of it."""
_WRITTEN = frozenset({"json", "csv"})
_PAPERS = frozenset({"xlsx", "docx"})
_WHOLE = frozenset({"as_of", "view", "topic"})


def is_written(href: str) -> bool:
    """Whether the data at an address are among the files of a published site: Word and Excel of whole pages only.

    >>> [is_written(href) for href in ("/queries/lists.csv", "/compare.docx?as_of=2026-11-26")]
    [True, True]
    >>> is_written("/compare.docx?as_of=2026-11-26&row=bidding")
    False
    """
    path, _, query = href.partition("?")
    suffix = path.rpartition(".")[2]
    return suffix in _WRITTEN or (suffix in _PAPERS and all(name in _WHOLE for name, _ in parse_qsl(query)))


async def find_site(request: Request) -> Site:
    """The site that a request is answered from, whatever takes over meanwhile; the application tells it."""
    site: Site = request.app.state.current()
    return site


Now = Annotated[Site, Depends(find_site)]
"""What a page asks for to be handed the site of its request."""

Handler = Callable[..., Any]  # FastAPI reads the parameters of a handler and fills them
Page = tuple[str, str, Handler]
"""One row of a table of pages: the address, the name of the page, the function that makes it."""


def make_router(
    languages: Iterable[Language],
    pages: Iterable[Page],
    forms: Iterable[Page] = (),
    files: Iterable[Page] = (),
    spoken: Iterable[Page] = (),
) -> APIRouter:
    """The pages of a table in every language, the forms sent to them, and files, which have one address each.

    Files that are ``spoken`` stand in every language, as pages do.
    """
    router = APIRouter(include_in_schema=False)
    known = tuple(languages)
    for rows, methods in ((tuple(pages), ["GET", "HEAD"]), (tuple(forms), ["POST"])):
        for path, name, handler in rows:
            for language in known:
                router.add_api_route(
                    language.prefix + path, handler, name=name, methods=methods,
                    response_class=HTMLResponse, response_model=None,
                )  # fmt: skip
    everywhere = ((one.prefix + path, name, handler) for path, name, handler in spoken for one in known)
    for path, name, handler in (*files, *everywhere):
        router.add_api_route(
            path, handler, name=name, methods=["GET", "HEAD"], response_class=Response, response_model=None
        )
    return router


def records(answer: Answer) -> list[dict[str, Cell]]:
    """The rows of an answer by column name."""
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def count_lists(site: Site) -> dict[str, int]:
    """How many things each list holds."""
    return {
        "measures": len(site.ask("measures")),
        "legislation": len(site.rows("works")),
        "departments": len(site.rows("departments")),
        "mechanisms": len({row["mechanism"] for row in site.ask("mechanisms")}),
        "documents": len(site.ask("documents")),
        "queries": len(site.store.list_queries()),
    }


def read_page(request: Request, name: str = "page") -> int:
    """The number of a page of a list, from 1. Errors: ``InputError`` for anything else."""
    written = request.query_params.get(name) or "1"
    if not written.isdecimal() or not 0 < int(written[:6]) < 100_000:
        raise InputError(name, f"{written[:20]!r} 不是页码", "页码从 1 起")
    return int(written)


def read_number(request: Request, name: str, default: int) -> int:
    """A number in an address. Errors: ``InputError`` for anything else."""
    written = request.query_params.get(name) or str(default)
    if not written.isdecimal() or len(written) > 6:
        raise InputError(name, f"{written[:20]!r} 不是非负整数", "请用上一次回答里的 next，或页面上的“下一页”")
    return int(written)


def _projection(text: str) -> Sequence[str]:
    head = text.split("SELECT", 1)[1].split("WHERE", 1)[0]
    return [word.lstrip("?") for word in head.replace("DISTINCT", "").split() if word.startswith("?")]


def render_framed(site: Site, request: Request, title: str, main: str) -> str:
    """What another room says, inside a page of the explorer; both are markup that was escaped there.

    It stands at one address in both languages, so it leads to no other.
    """
    page = site.render(request, "framed.html", "data", alone=True, title=Markup(title), main=Markup(main))
    return bytes(page.body).decode()


def render_error(site: Site, request: Request, status: int, cause: str, remedy: str = "") -> HTMLResponse:
    """An error as a page: what happened and what to do next."""
    return site.render(request, "error.html", status=status, cause=cause, remedy=remedy)
