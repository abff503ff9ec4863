"""The page ``/compare``: what documents and places provide on the same matter, with every choice in its address.

Three views: the questions of the codebook by topic, a column a document; the matrix of measures and that of
mechanisms, a column a place.

Whoever gets the address sees the same table, so the day for which the standing of legal bases is told stands in it
too: a request without a day is sent on to today's. Exports carry exactly the rows and columns of the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from policygraph.errors import InputError
from policygraph.judging.comparing.sheets import (
    FILTERS,
    VIEW,
    Column,
    Passage,
    Sheet,
    choose_sheet,
    cite_cells,
    find_marks,
    law_answer,
    matrix_answer,
    sheet_answer,
    with_law,
)
from policygraph.judging.comparing.tables import CLASSES, VIEWS, Comparison, cell_answer, choose, entry_answer
from policygraph.keeping.comparisons import read_comparison, read_sheet
from policygraph.speaking.exports import gap_header, render_csv, render_json
from policygraph.speaking.papers.comparison import render_docx, render_sheet_docx
from policygraph.speaking.papers.workbook import render_xlsx
from policygraph.speaking.web.headings import tell_gaps, word_comparison, word_gaps, word_sheet, word_table
from policygraph.speaking.web.names import Names, has_han
from policygraph.speaking.web.site import Now, Page, Site, make_router
from policygraph.speaking.web.things import say_verdict
from policygraph.text.titles import name_text
from policygraph.words import Language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Choice:
    """What an address asks for."""

    view: str
    as_of: str
    places: tuple[str, ...]
    rows: tuple[str, ...]
    effect_class: str
    words: str
    differing: bool
    topic: str = ""
    documents: tuple[str, ...] = ()
    standing: str = ""

    def query(self, **changes: object) -> str:
        """The address of this choice with some of it changed; what is not chosen is left out."""
        pairs: list[tuple[str, str]] = []
        known: dict[str, object] = {
            "view": self.view, "topic": self.topic, "as_of": self.as_of, "place": self.places,
            "document": self.documents, "row": self.rows, "class": self.effect_class, "q": self.words,
            "differences": self.standing or ("1" if self.differing else ""),
        }  # fmt: skip
        for name, value in (known | changes).items():
            values = value if isinstance(value, tuple) else (value,)
            pairs += [(name, str(one)) for one in values if one]
        return urlencode(pairs)


def show_comparison(now: Now, request: Request) -> Response:
    """The table that the address asks for."""
    if not request.query_params.get("as_of"):
        return _date_address(now, request)
    choice = read_choice(request)
    if choice.view == VIEW:
        return _show_sheet(now, request, choice)
    whole = read_table(now, choice)
    table = take(whole, choice)
    return now.render(
        request,
        "compare.html",
        "compare",
        table=table,
        whole=whole,
        choice=choice,
        views=(VIEW, *VIEWS),
        classes=[key for key in CLASSES if any(row.effect_class == key for row in whole.rows)],
        reuse=now.has_query("text-reuse"),
        chosen={place.code for place in table.places},
        say_verdict=partial(say_verdict, now.names[now.language_of(request).code]),
        data_links=data_links(now, request, choice, ("CSV", "XLSX", "DOCX", "JSON")),
    )


def _show_sheet(now: Site, request: Request, choice: Choice) -> Response:
    """The sheet of a topic, or of the questions that the address names."""
    whole = read_whole_sheet(now, choice.as_of)
    if not (choice.topic or choice.rows or choice.words) and whole.topics:
        choice = replace(choice, topic=whole.topics[0].slug)
    sheet = take_sheet(whole, choice)
    return now.render(
        request,
        "sheet.html",
        "compare",
        sheet=sheet,
        whole=whole,
        choice=choice,
        views=(VIEW, *VIEWS),
        filters=FILTERS,
        topic=next((one for one in whole.topics if one.slug == choice.topic), None),
        marks=find_marks(sheet),
        citations=cite_shown(sheet, now.names[now.language_of(request).code]),
        shown={column.slug for column in sheet.columns},
        data_links=data_links(now, request, choice, ("CSV", "XLSX", "DOCX", "JSON", "TXT")),
    )


def send_comparison(now: Now, request: Request, suffix: str) -> Response:
    """The same rows and columns as a file. Errors: ``InputError`` for another suffix."""
    if not request.query_params.get("as_of"):
        return _date_address(now, request)
    choice, names = read_choice(request), now.names[now.language_of(request).code]
    if choice.view == VIEW:
        sheet = take_sheet(read_whole_sheet(now, choice.as_of), choice)
        body, media_type = render_sheet(sheet, suffix, names)
        named = f"compare-{choice.topic or 'questions'}.{suffix}"
        headers = gap_header(sheet.coverage)
        if suffix in ("xlsx", "docx"):
            headers["Content-Disposition"] = f'attachment; filename="{named}"'
        return Response(body, media_type=media_type, headers=headers)
    table = take(read_table(now, choice), choice)
    body, media_type = render_table(table, suffix, names)
    headers = gap_header(table.coverage)
    if suffix in ("xlsx", "docx"):
        headers["Content-Disposition"] = f'attachment; filename="compare-{choice.view}.{suffix}"'
    return Response(body, media_type=media_type, headers=headers)


PAGES: tuple[Page, ...] = (("/compare", "compare", show_comparison),)
FILES: tuple[Page, ...] = (("/compare.{suffix}", "compare_file", send_comparison),)
"""The comparison as a page, and as a file."""


def compare_router(languages: Iterable[Language]) -> APIRouter:
    """The comparison as a page and as CSV, Excel, Word and JSON, in every language."""
    return make_router(languages, PAGES, spoken=FILES)


def data_links(now: Site, request: Request, choice: Choice, forms: Iterable[str]) -> list[tuple[str, str]]:
    """Where a choice stands as files, in the language of the page."""
    prefix = now.language_of(request).prefix
    return [(form, f"{prefix}/compare.{form.lower()}?{choice.query()}") for form in forms]


def read_table(now: Site, choice: Choice) -> Comparison:
    """The whole table of a view on a day, which is kept for a while."""
    return now.tables.get((choice.view, choice.as_of), lambda _: read_comparison(now.store, choice.view, choice.as_of))


def read_choice(request: Request) -> Choice:
    """What the address asks for. Errors: ``InputError`` for a view, class or day that does not exist.

    An address without a view asks for the questions, save one that names rows or a class of measures: those are older.
    """
    asked = request.query_params
    older = any(asked.get(name) for name in ("row", "class"))
    choice = Choice(
        view=asked.get("view") or (VIEWS[0] if older else VIEW),
        as_of=asked.get("as_of", ""),
        places=tuple(filter(None, asked.getlist("place"))),
        rows=tuple(filter(None, asked.getlist("row"))),
        effect_class=asked.get("class", ""),
        words=asked.get("q", "").strip(),
        differing=asked.get("differences", "") not in ("", "0"),
        topic=asked.get("topic", ""),
        documents=tuple(filter(None, asked.getlist("document"))),
    )
    if choice.view not in (VIEW, *VIEWS):
        raise InputError("view", f"没有 {choice.view!r} 这种比较", f"可用 {'、'.join((VIEW, *VIEWS))}")
    if choice.view == VIEW and choice.differing:
        wanted = asked["differences"]
        choice = replace(choice, standing=FILTERS[0] if wanted == "1" else wanted)
        if choice.standing not in FILTERS:
            raise InputError("differences", f"没有 {wanted!r} 这种筛选", f"可用 {'、'.join(FILTERS)}")
    if choice.effect_class not in ("", *CLASSES):
        raise InputError("class", f"没有 {choice.effect_class!r} 这个类别", f"可用 {'、'.join(CLASSES)}")
    try:
        date.fromisoformat(choice.as_of)
    except ValueError:
        raise InputError("as_of", f"{choice.as_of!r} 不是日期", "写成 2026-11-22") from None
    return choice


def read_whole_sheet(now: Site, as_of: str) -> Sheet:
    """The whole codebook answered for a day, which is kept for a while."""
    place_of = now.names[now.source.code].place_of
    return now.sheets.get(as_of, lambda _: read_sheet(now.store, as_of, place_of))


def take_sheet(sheet: Sheet, choice: Choice) -> Sheet:
    """The part of the codebook that a choice asks for."""
    return choose_sheet(
        sheet, choice.topic, choice.rows, choice.places, choice.documents, choice.words, choice.standing
    )


def take(table: Comparison, choice: Choice) -> Comparison:
    """The part of a table that a choice asks for."""
    return choose(table, choice.places, choice.rows, choice.words, choice.effect_class, choice.differing)


EXPORTED = (
    "conclusion_head", "before_issue", "issue_inside", "requires", "colon", "comma", "semicolon", "list_comma",
    "bracket_open", "bracket_close",
)  # fmt: skip
"""Words of the pages that exports use beside those of the comparison."""
CSV = "text/csv; charset=utf-8; header=present"


def export_words(words: Mapping[str, Any]) -> dict[str, str]:  # Any: words by key, some of them tables of words
    """The words that exports of the comparison use, from the words of the pages."""
    return {**words["codes"], **words["comparing"], **{key: words[key] for key in EXPORTED}}


def render_table(table: Comparison, suffix: str, names: Names) -> tuple[bytes, str]:
    """A table in one of the export formats, with its media type. Errors: ``InputError`` for another suffix."""
    words, table = export_words(names.language.words), word_comparison(table, names)
    if suffix == "csv":
        return render_csv(word_table(cell_answer(table, words), names)).encode(), CSV
    if suffix == "json":
        return render_json(cell_answer(table, words)).encode(), "application/json"
    if suffix == "xlsx":
        sheets = [(words["matter"], cell_answer(table, words)), (words["clause"], entry_answer(table, words))]
        told = [(name, word_table(one, names)) for name, one in sheets]
        return render_xlsx(told, word_gaps(table.coverage, names)), XLSX
    if suffix == "docx":
        return render_docx(table, words, names.name, tell_gaps(table.coverage, names)), DOCX
    raise InputError("compare", f"没有 .{suffix} 这种格式", "可用 csv、xlsx、docx、json")


def cite_worded(sheet: Sheet, words: Mapping[str, str], names: Names) -> Iterator[str]:
    """The citation of each cell of a sheet that was put into the words of a language."""
    return cite_cells(sheet, words, partial(_call_document, names), partial(_call_clause, names))


def cite_shown(sheet: Sheet, names: Names) -> dict[tuple[str, str], str]:
    """The citation of each cell, by its question and document, in the language of the page."""
    lines = cite_worded(word_sheet(sheet, names), export_words(names.language.words), names)
    keys = ((row.slug, column.slug) for row in sheet.rows for column in sheet.columns)
    return dict(zip(keys, lines, strict=True))


def render_sheet(sheet: Sheet, suffix: str, names: Names) -> tuple[bytes, str]:
    """A sheet in one of the export formats, with its media type. Errors: ``InputError`` for another suffix."""
    words, sheet = export_words(names.language.words), word_sheet(sheet, names)
    if suffix == "csv":
        return render_csv(word_table(with_law(sheet_answer(sheet, words), sheet, words), names)).encode(), CSV
    if suffix == "json":
        law = law_answer(sheet, words)
        beside = {"law": [dict(zip(law.columns, row, strict=True)) for row in law.rows]}
        return render_json(sheet_answer(sheet, words), beside=beside).encode(), "application/json"
    if suffix == "xlsx":
        sheets = [
            (words["matter"], matrix_answer(sheet, words)),
            (words["clause"], word_table(sheet_answer(sheet, words), names)),
            (words["law_today"], word_table(law_answer(sheet, words), names)),
        ]
        return render_xlsx(sheets, word_gaps(sheet.coverage, names)), XLSX
    if suffix == "docx":
        return render_sheet_docx(sheet, words, tell_gaps(sheet.coverage, names)), DOCX
    if suffix == "txt":
        lines = cite_worded(sheet, words, names)
        return "".join(f"{line}\n" for line in lines).encode(), "text/plain; charset=utf-8"
    raise InputError("compare", f"没有 .{suffix} 这种格式", "可用 csv、xlsx、docx、json、txt")


def _call_document(names: Names, column: Column) -> str:
    """A document as a citation calls it: by its English title where it has one, else by the printed one in marks."""
    title = names.title(column.document)
    return name_text(column.title) if has_han(title) else title


def _call_clause(names: Names, passage: Passage) -> str:
    """A clause as a citation calls it, in the language of the page."""
    return names.place_of(passage.clause) or passage.locator


def _date_address(now: Site, request: Request) -> RedirectResponse:
    """Send a request without a day on to the same address with the site's day."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "as_of"]
    return RedirectResponse(f"{request.url.path}?{urlencode([*pairs, ('as_of', now.day())])}", status_code=307)
