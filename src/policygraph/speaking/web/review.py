"""The page ``/review``: what a careful reader would mark in the documents, filtered by document, severity and kind.

The rows are those of the question ``findings``; the page only chooses among them and lets them leave as files with
the same choice. A finding points at words and changes none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from policygraph.errors import InputError
from policygraph.keeping.store import Answer, Cell, Gap
from policygraph.namespaces import slug_of
from policygraph.speaking.exports import gap_header, render_csv, render_json
from policygraph.speaking.papers.comparison import add_grid, add_texts, open_paper, save_paper
from policygraph.speaking.papers.workbook import render_xlsx
from policygraph.speaking.web.compare import DOCX, XLSX
from policygraph.speaking.web.headings import tell_gaps, word_gaps, word_table
from policygraph.speaking.web.names import Names
from policygraph.speaking.web.site import Now, Page, Site, make_router
from policygraph.speaking.web.things import tell_findings
from policygraph.words import Language

Record = dict[str, Cell]

SEVERITIES = ("Violation", "Warning", "Info")
COLUMNS = ("document", "severity", "code", "finding_label", "message", "remedy", "clause", "quote")
FILTERS = ("document", "severity", "code")


def show_review(now: Now, request: Request) -> Response:
    """The findings that the address chooses."""
    every = read_findings(now, now.language_of(request))
    choice = read_filters(now, request, every)
    rows = [row for row in every if all(_value(row, name) == value for name, value in choice.items())]
    counts = {name: Counter(_value(row, name) for row in every) for name in FILTERS}
    query, prefix = f"?{urlencode(choice)}" if choice else "", now.language_of(request).prefix
    return now.render(
        request,
        "review.html",
        "review",
        rows=rows,
        choice=choice,
        counts=counts,
        kinds=sorted({(str(row["finding_label"] or row["code"]), str(row["code"])) for row in every}),
        documents=[_value(row, "document") for row in now.ask("documents")],
        severities=[severity for severity in SEVERITIES if counts["severity"][severity]],
        document_iri=lambda identifier: now.thing_iri("doc", identifier),
        coverage=find_gaps(now, choice),
        data_links=[
            (form, f"{'' if form == 'JSON' else prefix}/review.{form.lower()}{query}")
            for form in ("CSV", "XLSX", "DOCX", "JSON")
        ],
    )


def send_review(now: Now, request: Request, suffix: str) -> Response:
    """The same findings as a file. Errors: ``InputError`` for another suffix."""
    language = now.language_of(request)
    every = read_findings(now, language)
    choice = read_filters(now, request, every)
    rows = [row for row in every if all(_value(row, name) == value for name, value in choice.items())]
    told = tuple(tuple(row[name] for name in COLUMNS) for row in rows)
    answer = Answer(COLUMNS, told, dataset=now.store.dataset, coverage=find_gaps(now, choice))
    body, media_type = render_findings(now.names[language.code], answer, rows, suffix)
    headers = gap_header(answer.coverage)
    if suffix in ("xlsx", "docx"):
        headers["Content-Disposition"] = f'attachment; filename="review.{suffix}"'
    return Response(body, media_type=media_type, headers=headers)


PAGES: tuple[Page, ...] = (("/review", "review", show_review),)
FILES: tuple[Page, ...] = (("/review.{suffix}", "review_file", send_review),)
"""The findings as a page, and as a file."""


def review_router(languages: Iterable[Language]) -> APIRouter:
    """The findings as a page in every language and as CSV, Excel, Word and JSON."""
    return make_router(languages, PAGES, spoken=FILES)


def read_findings(site: Site, language: Language) -> list[Record]:
    """All findings, in the words of a language where the review has them."""
    return tell_findings(site, site.ask("findings"), language)


def find_gaps(site: Site, choice: Mapping[str, str]) -> tuple[Gap, ...]:
    """What the review could not judge, because nobody has read the documents asked about for it."""
    document = site.thing_iri("doc", choice["document"]) if "document" in choice else None
    return site.store.find_gaps(site.store.find_query("findings").kinds, document)


def read_filters(site: Site, request: Request, rows: Sequence[Record]) -> dict[str, str]:
    """What the address chooses. Errors: ``InputError`` for an unknown document and a value that no finding has."""
    choice = {name: value for name in FILTERS if (value := request.query_params.get(name))}
    for name, value in choice.items():
        known = sorted({_value(row, name) for row in (site.ask("documents") if name == "document" else rows)})
        if value not in known:
            raise InputError(name, f"没有 {value[:40]!r}", f"有的是: {'、'.join(known)}")
    return choice


def render_findings(names: Names, answer: Answer, rows: Sequence[Record], suffix: str) -> tuple[bytes, str]:
    """The findings in one of the export formats. Errors: ``InputError`` for another suffix."""
    words: Mapping[str, str] = names.language.words["reviewing"]
    if suffix == "json":
        return render_json(answer).encode(), "application/json"
    if suffix in ("csv", "xlsx"):
        table = word_findings(answer, names)
        if suffix == "csv":
            return render_csv(table).encode(), "text/csv; charset=utf-8; header=present"
        return render_xlsx([(words["message"], table)], word_gaps(answer.coverage, names)), XLSX
    if suffix == "docx":
        note = words["docx_note"].format(dataset=(answer.dataset or "")[:16]) + tell_gaps(answer.coverage, names)
        file = open_paper(words["docx_title"], note)
        grid = add_grid(file, [words[key] for key in ("place", "severity", "code", "message", "words", "remedy")])
        for row in rows:
            place = names.name(row["clause"] or row["document"])
            severity = _name_severity(names, str(row["severity"]))
            texts = [row[key] for key in ("finding_label", "message", "quote", "remedy")]
            add_texts(grid, [place, severity, *("" if text is None else str(text) for text in texts)])
        return save_paper(file), DOCX
    raise InputError("review", f"没有 .{suffix} 这种格式", "可用 csv、xlsx、docx、json")


def _name_severity(names: Names, severity: str) -> str:
    """How grave a finding is, in the words that every surface has for it."""
    codes: Mapping[str, str] = names.language.words["codes"]
    return codes.get(severity, severity)


def word_findings(answer: Answer, names: Names) -> Answer:
    """The findings in the heads and words of the page: the kind by its word, or its code where it has none."""
    columns = tuple(column for column in answer.columns if column != "code")
    rows = []
    for row in answer.rows:
        told = dict(zip(answer.columns, row, strict=True))
        told["severity"] = _name_severity(names, str(told["severity"]))
        told["finding_label"] = told["finding_label"] or told["code"]
        rows.append(tuple(told[column] for column in columns))
    return word_table(replace(answer, columns=columns, rows=tuple(rows)), names)


def _value(row: Record, name: str) -> str:
    return slug_of(str(row[name])).removeprefix("doc/")
