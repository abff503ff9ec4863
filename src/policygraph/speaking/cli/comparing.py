"""``policygraph compare``: the sheets and tables of the page ``/compare`` on a terminal or in a file.

Rows, words and order are those of the page, because both take them from one place; only the printing is different.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policygraph.clock import today
from policygraph.errors import InputError
from policygraph.judging.comparing.sheets import FILTERS, choose_sheet, law_lines, sheet_answer
from policygraph.judging.comparing.tables import cell_answer, choose
from policygraph.keeping.comparisons import read_comparison, read_sheet
from policygraph.keeping.store import Answer, warn_of_gaps
from policygraph.keeping.writing import write_file
from policygraph.speaking.cli.terminal import DatasetOption, WorkspaceOption, load_store
from policygraph.speaking.exports import render_table as print_table
from policygraph.speaking.web.compare import export_words, render_sheet, render_table
from policygraph.speaking.web.site import Site

app = typer.Typer()


class CompareView(StrEnum):
    """What the rows are."""

    questions = "questions"
    measures = "measures"
    mechanisms = "mechanisms"


class CompareFormat(StrEnum):
    """How the table leaves."""

    table = "table"
    csv = "csv"
    json = "json"
    xlsx = "xlsx"
    docx = "docx"
    txt = "txt"


PRINTED = ("row_label", "place_label", "status", "notation", "quote", "force", "effect", "basis_status", "reason")
"""The columns that a terminal has room for; the other formats have all."""
PRINTED_ANSWERS = ("question_label", "place_label", "number", "status", "answer", "note", "locator", "quote")
"""The same for the questions of the codebook."""


@app.command("compare")
def compare_command(
    places: Annotated[
        list[str] | None, typer.Argument(help="地方：名称、代码或文件 id，例如 佳木斯 370323；不写为全部")
    ] = None,
    view: Annotated[
        CompareView, typer.Option(help="questions 问题 × 文件 · measures 领域 × 地方 · mechanisms 机制 × 地方")
    ] = CompareView.questions,
    topic: Annotated[str, typer.Option(help="只列一个专题的问题：repair、thresholds、lists……")] = "",
    row: Annotated[str, typer.Option(help="只列行名含有这个词的行，例如 信用修复")] = "",
    differences: Annotated[bool, typer.Option("--differences", help="只列答案、措施不同的行")] = False,
    as_of: Annotated[str | None, typer.Option("--as-of", help="依据时效截至哪一天（缺省：今天）")] = None,
    format: Annotated[
        CompareFormat, typer.Option(help="table · csv · json · xlsx · docx · txt（引用）")
    ] = CompareFormat.table,
    out: Annotated[Path | None, typer.Option(help="写到哪个文件；xlsx 和 docx 必填")] = None,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """各地并排比较，每格是原文 · compare places side by side, each cell in the words of its document."""
    if out is None and format in (CompareFormat.xlsx, CompareFormat.docx):
        raise InputError("--out", f"{format} 是文件，不能打印", f"例如 --out 比较.{format}")
    store, day = load_store(dataset, workspace), as_of or today()
    site = Site(store)
    names = site.names[site.source.code]
    words = export_words(names.language.words)
    if view is CompareView.questions:
        whole_sheet = read_sheet(store, day, names.place_of)
        sheet = choose_sheet(
            whole_sheet, topic, places=tuple(places or ()), words=row, standing=FILTERS[0] if differences else ""
        )
        if format is CompareFormat.table:
            law = (
                [words["law_heading"].format(as_of=day), *law_lines(sheet, words), words["law_note"]]
                if sheet.law
                else []
            )
            printed = print_table(_narrow(sheet_answer(sheet, words), PRINTED_ANSWERS))
            body = (printed + "".join(f"{line}\n" for line in law)).encode()
        else:
            body, _ = render_sheet(sheet, format.value, names)
    else:
        whole = read_comparison(store, view.value, day)
        table = choose(whole, tuple(places or ()), words=row, differing=differences)
        if format is CompareFormat.table:
            body = print_table(_narrow(cell_answer(table, words), PRINTED)).encode()
        else:
            body, _ = render_table(table, format.value, names)
            if format is CompareFormat.csv and table.coverage:
                print(warn_of_gaps(table.coverage), file=sys.stderr)
    if out is None:
        sys.stdout.write(body.decode())
    else:
        write_file(out, body)
        print(f"写入 {out}")


def _narrow(answer: Answer, printed: tuple[str, ...]) -> Answer:
    """The columns that are printed; the name of a row stands in place of its code."""
    kept = [answer.columns.index(column) for column in printed]
    rows = tuple(tuple(row[index] for index in kept) for row in answer.rows)
    names = tuple(column.removesuffix("_label") for column in printed)
    return replace(answer, columns=names, rows=rows)
