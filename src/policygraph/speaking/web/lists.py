"""The lists: measures, laws, departments, mechanisms, documents; narrowed, sorted and counted by plain links.

What a list shows can be taken away as it is shown: ``/lists/{name}.json|.csv|.xlsx`` takes the same choices and order
as the page. JSON has the names and codes that programs rely on; CSV and Excel have the heads and words of the page, in
its language, with the IRI of each thing beside its name. Nothing needs script. A published site offers one choice at a
time, because each is a page of its own. A list that says what may be done says for which day: its undated address
leads on to a dated one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from policygraph.errors import InputError, NotFoundError
from policygraph.keeping.library import list_works
from policygraph.keeping.store import Answer, Cell
from policygraph.namespaces import slug_of
from policygraph.speaking.exports import gap_header, render_csv, render_json
from policygraph.speaking.papers.workbook import render_xlsx
from policygraph.speaking.web.headings import word_gaps
from policygraph.speaking.web.names import Names, has_han
from policygraph.speaking.web.site import Now, Page, Site, make_router
from policygraph.speaking.web.things import XLSX, date_page, list_verdicts, read_choice, say_verdict, verdict_cells
from policygraph.words import Language

Record = dict[str, Cell]
Load = Callable[[Site, str], list[Record]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A list: where its rows come from, by which columns it is narrowed and sorted.

    ``heads`` are the words of columns that the page heads in words of its own.
    """

    load: Load
    facets: tuple[str, ...]
    sorts: tuple[str, ...]
    dated: bool = False
    """Whether its rows are those of a day."""
    heads: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it is asked for: the rows kept and ordered, what may be chosen and how much each choice leaves."""

    name: str
    rows: list[Record]
    offered: Mapping[str, list[str]]
    counts: Mapping[str, Mapping[str, int]]
    chosen: Mapping[str, str | None]
    sort: str
    falls: bool
    total: int
    as_of: str
    """The day of its rows; empty where they are the same on every day."""
    columns: tuple[str, ...]

    @property
    def order(self) -> str:
        """The order as an address has it; empty for that of the list."""
        return f"-{self.sort}" if self.falls else self.sort

    @property
    def asked(self) -> dict[str, str]:
        """The choices, the order and the day as an address has them."""
        told = {**self.chosen, "sort": self.order, "as_of": self.as_of}
        return {key: value for key, value in told.items() if value}


def load_measures(now: Site, day: str) -> list[Record]:
    """The measures with the place of their document and what may be done of each on that day."""
    places = {row["document"]: row["jurisdiction_label"] for row in now.ask("documents")}
    verdicts = list_verdicts(now, day)
    return [
        {**row, "place": places[row["document"]], **verdict_cells(now, verdicts.get(str(row["measure"]), ()), day)}
        for row in now.ask("measures")
    ]


def load_legislation(now: Site, _: str) -> list[Record]:
    """The laws and policy documents with how many bases of measures cite each."""
    cited = Counter(basis["work"] for basis in now.ask("legal-bases"))
    return [{**row, "cited": cited.get(row["work"], 0)} for row in now.rows("works")]


def load_departments(now: Site, _: str) -> list[Record]:
    """The departments with how many measures name each."""
    named = Counter(
        department
        for department, _ in {(row["department"], row["measure"]) for row in now.ask("departments-of-measures")}
    )
    return [
        {
            **row,
            "function": str(row["function"] or "").replace("、", "；") or None,
            "measures": named.get(row["department"], 0),
        }
        for row in now.rows("departments")
    ]  # fmt: skip


def load_mechanisms(now: Site, _: str) -> list[Record]:
    """The statements of mechanisms, document by document."""
    return now.ask("mechanisms")


def load_documents(now: Site, _: str) -> list[Record]:
    """The documents."""
    return [{**row, "place": row["jurisdiction_label"]} for row in now.ask("documents")]


KINDS: Mapping[str, Kind] = {
    "measures": Kind(
        load_measures, ("place", "kind", "area", "effect", "conclusion"),
        ("notation", "title", "kind", "area", "addressee", "force", "effect"), dated=True,
    ),
    "legislation": Kind(
        load_legislation, ("rank", "certainty"), ("title", "number", "rank", "issuer", "cited"),
        heads={"cited": "cited_by"},
    ),
    "departments": Kind(
        load_departments, ("place", "function"), ("label", "place", "function", "measures"),
        heads={"label": "departments"},
    ),
    "mechanisms": Kind(load_mechanisms, (), ()),
    "documents": Kind(load_documents, ("place",), ("title", "number", "date", "place", "clauses", "measures")),
}  # fmt: skip
"""The lists by the name of their page."""


def read_list(now: Site, request: Request, name: str) -> Listing:
    """A list as an address asks for it. Errors: ``InputError`` for a choice or an order that is not offered."""
    kind = KINDS[name]
    as_of = (request.query_params.get("as_of") or now.day()) if kind.dated else ""
    rows = kind.load(now, as_of)
    offered = {key: list_choices(rows, key) for key in kind.facets}
    chosen = {key: read_choice(request, key, values) for key, values in offered.items()}

    def fits(row: Record, but: str = "") -> bool:
        return all(
            value is None or key == but or value in split_values(row[key]) for key, value in chosen.items()
        )  # fmt: skip

    counts = {
        key: Counter(value for row in rows if fits(row, key) for value in split_values(row[key])) for key in offered
    }
    kept = [row for row in rows if fits(row)]
    written = request.query_params.get("sort") or ""
    sort, falls = written.removeprefix("-"), written.startswith("-")
    if sort and sort not in kind.sorts:
        raise InputError("sort", f"不能按 {sort[:40]!r} 排序", f"可以按 {'、'.join(kind.sorts)}")
    if sort:
        # what has no value stands last in either order
        valued = [row for row in kept if row[sort] is not None]
        valued.sort(key=lambda row: _key(row[sort]), reverse=falls)
        kept = [*valued, *(row for row in kept if row[sort] is None)]
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    return Listing(name, kept, offered, counts, chosen, sort, falls, len(rows), as_of, columns)


def _key(value: Cell) -> tuple[float, str]:
    return (float(value), "") if isinstance(value, int | float) else (0.0, str(value))


def split_values(value: Cell) -> list[str]:
    """The values of a cell that lists several; none for an empty cell.

    >>> split_values("限制；公示"), split_values(None)
    (['限制', '公示'], [])
    """
    return str(value).split("；") if value is not None else []


def list_choices(rows: Iterable[Record], name: str) -> list[str]:
    """What a filter offers for a column: the values that occur, in the order in which they first stand."""
    return list(dict.fromkeys(value for row in rows for value in split_values(row[name])))


def data_links(listing: Listing, prefix: str) -> list[tuple[str, str]]:
    """Where the rows of a list stand as data, as they are shown on a page below a prefix."""
    tail = f"?{urlencode(listing.asked)}" if listing.asked else ""
    return [(form.upper(), f"{prefix}/lists/{listing.name}.{form}{tail}") for form in ("json", "csv", "xlsx")]


def show_list(
    now: Site,
    request: Request,
    listing: Listing,
    **more: Any,  # Any: what a template may show
) -> HTMLResponse:
    """The page of a list."""
    prefix = now.language_of(request).prefix

    def sorted_by(column: str) -> str:
        falls = listing.sort == column and not listing.falls
        values = {"sort": "", **listing.asked} | {"sort": f"-{column}" if falls else column}
        return f"{prefix}/{listing.name}?{urlencode(values)}"

    return now.render(
        request, f"{listing.name}.html", listing.name, list=listing, offered=listing.offered, chosen=listing.chosen,
        counts=listing.counts, sorted_by=sorted_by, data_links=data_links(listing, prefix), **more,
    )  # fmt: skip


def show_documents(now: Now, request: Request) -> HTMLResponse:
    """The documents that the dataset holds."""
    return show_list(now, request, read_list(now, request, "documents"))


def show_measures(now: Now, request: Request) -> Response:
    """All measures by document, or in one table once they are sorted, each with what may be done on a day."""
    if not request.query_params.get("as_of"):
        return date_page(now, request)
    listing = read_list(now, request, "measures")
    documents = {row["document"]: row for row in now.ask("documents")}
    groups: list[tuple[Record | None, list[Record]]]
    if listing.sort:
        groups = [(None, listing.rows)] if listing.rows else []
    else:
        groups = [(documents[key], list(group)) for key, group in groupby(listing.rows, key=lambda r: r["document"])]
    return show_list(
        now, request, listing, groups=groups, verdicts=list_verdicts(now, listing.as_of),
        say_verdict=partial(say_verdict, now.names[now.language_of(request).code]),
    )  # fmt: skip


def show_legislation(now: Now, request: Request) -> HTMLResponse:
    """The laws and policy documents that are cited."""
    return show_list(now, request, read_list(now, request, "legislation"), own=list_works(now.library))


def show_departments(now: Now, request: Request) -> HTMLResponse:
    """The departments by place, or in one table once they are sorted."""
    listing = read_list(now, request, "departments")
    groups: list[tuple[Cell, list[Record]]] = [(None, listing.rows)]
    if not listing.sort:
        groups = [(key or "—", list(group)) for key, group in groupby(listing.rows, key=lambda r: r["place"])]
    return show_list(now, request, listing, groups=groups)


def show_mechanisms(now: Now, request: Request) -> HTMLResponse:
    """Which document states which mechanism, in a table of both."""
    listing = read_list(now, request, "mechanisms")
    documents = now.ask("documents")
    found: dict[Cell, dict[Cell, list[Record]]] = {}
    for row in listing.rows:
        found.setdefault(row["mechanism"], {}).setdefault(row["document"], []).append(row)
    matrix = [(key, [cells.get(d["document"], []) for d in documents]) for key, cells in found.items()]
    return show_list(now, request, listing, documents=documents, matrix=matrix)


def send_list(now: Now, request: Request, name: str, form: str) -> Response:
    """The rows of a list as data, narrowed and ordered as the page. Errors: ``NotFoundError`` for no list or form."""
    if name not in KINDS or form not in ("json", "csv", "xlsx"):
        known = "、".join(f"/lists/{one}.csv" for one in KINDS)
        raise NotFoundError(request.url.path, "没有这个清单", f"有的是: {known}（.json .xlsx 亦可）")
    if KINDS[name].dated and not request.query_params.get("as_of"):
        return date_page(now, request)
    listing = read_list(now, request, name)
    rows = tuple(tuple(row[column] for column in listing.columns) for row in listing.rows)
    answer = Answer(listing.columns, rows, dataset=now.store.dataset, coverage=now.store.find_gaps())
    answer = replace(answer, as_of=listing.as_of or None)
    if form == "json":
        return Response(render_json(answer), media_type="application/json")
    language = now.language_of(request)
    answer = word_list(now, language, listing, answer)
    if form == "csv":
        media_type = "text/csv; charset=utf-8; header=present"
        return Response(render_csv(answer), media_type=media_type, headers=gap_header(answer.coverage))
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    beside = word_gaps(answer.coverage, now.names[language.code])
    return Response(render_xlsx([(language.words[name], answer)], beside), media_type=XLSX, headers=headers)


def word_list(now: Site, language: Language, listing: Listing, answer: Answer) -> Answer:
    """The rows of a list in the heads and words of its page; the IRI of each thing stands behind its name."""
    names = now.names[language.code]
    own = listing.columns[0]
    columns: dict[str, list[Cell]] = {}
    for column in listing.columns:
        if column.endswith("_label"):
            continue
        head = head_of(now, language, listing.name, column)
        values = [row[column] for row in listing.rows]
        if column != own:
            labels = [None if language.foreign else row.get(f"{column}_label") for row in listing.rows]
            told = zip(labels, values, strict=True)
            columns[head] = [label or word_cell(names, value, column) for label, value in told]
        elif language.foreign or f"{own}_label" in listing.columns:
            # in Chinese a thing's own name is its title, which is a column
            titles = [names.title(value) for value in values]
            columns[head] = [None if language.foreign and has_han(title) else title for title in titles]
        if column == own or any(isinstance(value, str) and slug_of(value) != value for value in values):
            columns[f"{head} IRI"] = list(values)
    return replace(answer, columns=tuple(columns), rows=tuple(zip(*columns.values(), strict=True)))


def word_cell(names: Names, value: Cell, column: str) -> Cell:
    """A value in the words of a page; codes one by one, and a text of a document as it is printed."""
    if not isinstance(value, str):
        return names.say(value, column) if value is not None else None
    if column == "quote":
        return value
    parts = split_values(value)
    told = [names.say(part, column) for part in parts]
    return names.language.words["semicolon"].join(told) if told != parts else value


def head_of(now: Site, language: Language, name: str, column: str) -> str:
    """The head of a column of a list: the word of its page, the question's own, which is Chinese, or any known one."""
    words = language.words
    own = KINDS[name].heads.get(column)
    if own is not None:
        return str(words[own])
    asked = now.store.find_query(name).columns if now.has_query(name) else ()
    label = next((one.label for one in asked if one.name == column), None)
    known = words.get(column)
    return (
        (None if language.foreign else label)
        or words["columns"].get(column)
        or (known if isinstance(known, str) else None)
        or column.replace("_", " ")
    )


PAGES: tuple[Page, ...] = (
    ("/documents", "documents", show_documents),
    ("/measures", "measures", show_measures),
    ("/legislation", "legislation", show_legislation),
    ("/departments", "departments", show_departments),
    ("/mechanisms", "mechanisms", show_mechanisms),
)
"""The lists: where each page stands, and what makes it."""


def lists_router(languages: Iterable[Language]) -> APIRouter:
    """The rows of the lists as files in every language; the pages stand with the others."""
    known = tuple(languages)
    files = [(f"{one.prefix}/lists/{{name}}.{{form}}", "list_file", send_list) for one in known]
    return make_router(known, (), files=files)
