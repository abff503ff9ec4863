"""``policygraph legislation``, ``health``, ``review`` and ``verify``: law in time, on the command line.

Like the other command modules it only carries words between the terminal and the floors below: what a basis became,
what a review found and whether an answer holds is decided there.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policygraph.clock import today
from policygraph.errors import InputError
from policygraph.judging.law.quotations import read_statute
from policygraph.keeping.dataset.knowledge import load_words
from policygraph.keeping.library import default_library, list_texts, read_docx, save_text
from policygraph.keeping.sources import decode_source, find_root, read_source
from policygraph.keeping.store import Answer, Cell, Store, parse_graph, warn_of_gaps
from policygraph.keeping.verification import TEXT_COLUMNS, join_texts, render_evidence, verify_answer
from policygraph.keeping.writing import write_file
from policygraph.namespaces import slug_of
from policygraph.speaking.cli.console import stderr
from policygraph.speaking.cli.terminal import DatasetOption, load_store
from policygraph.speaking.exports import render_csv, render_table
from policygraph.speaking.papers.workbook import render_xlsx
from policygraph.speaking.papers.worksheet import render_worksheet
from policygraph.words import find_word, say

app = typer.Typer()
legislation = typer.Typer(no_args_is_help=True)
app.add_typer(legislation, name="legislation")

LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", help="法规文本所在目录（缺省：用户数据目录）", envvar="POLICYGRAPH_LIBRARY"),
]
OutOption = Annotated[Path | None, typer.Option("--out", help="写到哪个文件；xlsx 与 docx 必须给出")]


class PaperFormat(StrEnum):
    """How rows are written."""

    table = "table"
    json = "json"
    csv = "csv"
    xlsx = "xlsx"
    docx = "docx"


class PlainFormat(StrEnum):
    """How a short list is printed."""

    table = "table"
    json = "json"


@legislation.command("add")
def add_command(
    file: Annotated[Path, typer.Argument(help="法律、法规、规章的正文：txt、md 或 docx")],
    work: Annotated[str, typer.Option("--work", help="依据的短名，例如 anquan-shengchan-fa")],
    version: Annotated[str, typer.Option("--version", help="该文本通过或修改的日期，例如 2021-06-10")],
    library: LibraryOption = None,
    dataset: DatasetOption = None,
) -> None:
    """导入一部法规某一日期的文本，分成条款项；放不进去的逐一报告 · import the text of a dated version."""
    add_text(load_store(dataset), library or default_library(), file, work, version)


@legislation.command("list")
def list_command(
    format: Annotated[PlainFormat, typer.Option(help="table · json")] = PlainFormat.table,
    library: LibraryOption = None,
) -> None:
    """已导入的法规文本 · the texts imported so far."""
    rows = tuple(
        (text.work, text.version, text.title, len(text.provisions), text.source, text.sha256)
        for text in list_texts(library or default_library())
    )
    table = Answer(("work", "version", "title", "provisions", "source", "sha256"), rows)
    if format is PlainFormat.json:
        print(json.dumps([dict(zip(table.columns, row, strict=True)) for row in rows], ensure_ascii=False, indent=1))
    else:
        short = tuple((*row[:-1], str(row[-1])[:12]) for row in rows)
        print(render_table(replace(table, rows=short)), end="")


@app.command("health")
def health_command(
    document: Annotated[str | None, typer.Argument(help="文件；不给时核查全部")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="截至日，例如 2026-11-22（缺省：今天）")] = None,
    format: Annotated[PaperFormat, typer.Option(help="table · json · csv · xlsx · docx")] = PaperFormat.table,
    out: OutOption = None,
    library: LibraryOption = None,
    dataset: DatasetOption = None,
) -> None:
    """依据时效性核查，并与已导入的法规文本核对引文 · basis health with quote check, then and now."""
    store = load_store(dataset)
    values = {"as_of": as_of or today(), **({"document": document} if document else {})}
    plain = store.ask("basis-health", values)
    if format is PaperFormat.json:
        _write(render_evidence(store, plain, "basis-health", values) + "\n", out)
        return
    labels = {c.name: c.label for c in store.find_query("basis-health").columns} | {
        name: say("text_columns", name) for name in TEXT_COLUMNS
    }
    for hidden in ("measure", "document", "clause", "as_of", "work", "basis", "event", "cited_version"):
        labels.pop(hidden)
    joined = join_texts(store, plain, library or default_library())
    _print(say("law", "health"), say("law", "health_caution"), joined, labels, format, out)


@app.command("review")
def review_command(
    document: Annotated[str | None, typer.Argument(help="文件；不给时审查全部")] = None,
    format: Annotated[PaperFormat, typer.Option(help="table · json · csv · xlsx · docx")] = PaperFormat.table,
    out: OutOption = None,
    dataset: DatasetOption = None,
) -> None:
    """审查文件：引用、日期、落款、依据等问题，各在哪一条、怎么办 · review; exit 1 when something is wrong."""
    store = load_store(dataset)
    values = {"document": document} if document else {}
    found = store.ask("findings", values)
    if format is PaperFormat.json:
        _write(render_evidence(store, found, "findings", values) + "\n", out)
    else:
        labels = {c.name: c.label for c in store.find_query("findings").columns}
        for hidden in ("finding", "shape", "code"):
            labels.pop(hidden)
        _print(say("law", "review"), say("law", "review_caution"), found, labels, format, out)
    severity = found.columns.index("severity")
    raise typer.Exit(1 if any(row[severity] == "Violation" for row in found.rows) else 0)


@app.command("verify")
def verify_command(
    answer: Annotated[
        Path,
        typer.Argument(
            help="ask --evidence、review、health 以 --format json 写出的回答，- 为标准输入", allow_dash=True
        ),
    ],
    source: Annotated[list[Path] | None, typer.Option("--source", help="另外的原文文件，可重复")] = None,
    graph: Annotated[list[str] | None, typer.Option(help="服务另加的图，写作 IRI=文件，可重复")] = None,
    dataset: DatasetOption = None,
) -> None:
    """Verify an answer away from what gave it: 0 it holds, 1 it does not, 2 no answer, 3 not all can be told."""
    text = sys.stdin.read() if str(answer) == "-" else read_source(answer).text
    try:
        given = json.loads(text)
    except ValueError as error:
        raise InputError(str(answer), f"不是 JSON（{error}）", "请用 --format json 的原样输出") from error
    if not isinstance(given, dict):
        raise InputError(str(answer), "不是 policygraph 的回答", "请用 --format json 的原样输出")
    files = [*sorted((find_root() / "data" / "documents").glob("*/source.txt")), *(source or ())]
    read = [decode_source(path.read_bytes(), str(path)) for path in files]
    store = load_store(dataset)
    for iri, file in map(parse_graph, graph or ()):
        store.add_graph(file, iri)
    result = verify_answer(given, {file.sha256: file.text for file in read}, store)
    for note in result.notes:
        print(f"注意：{note}")
    for fault in result.faults:
        print(f"不成立 {fault.place}: {fault.message}")
    for gap in result.gaps:
        print(f"不能核对 {gap.place}: {gap.message}")
    verdict = [f"有 {len(result.faults)} 处不成立"] if result.faults else []
    verdict += [f"有 {len(result.gaps)} 处不能核对"] if result.gaps else []
    quotes = f"{result.quotes} 处引文与原文逐字相符" if result.quotes else "没有与原文对上的引文"
    print(f"{quotes}；{result.rows} 行结论：{'，'.join(verdict) or '重新推导全部成立'}")
    raise typer.Exit(1 if result.faults else 3 if result.gaps else 0)


def add_text(store: Store, library: Path, file: Path, work: str, version: str) -> None:
    """Import one statute text and report what could not be placed, on standard error."""
    if file.suffix.lower() == ".docx":
        text, sha256 = read_docx(file)
    else:
        source = read_source(file)
        text, sha256 = source.text, source.sha256
    works = {
        slug_of(str(iri)).removeprefix("law/"): str(title)
        for iri, title in store.select(
            "SELECT ?work ?title WHERE { ?work a <https://w3id.org/policygraph/ns#Work> ;"
            " <http://purl.org/dc/terms/title> ?title } ORDER BY ?work"
        )
    }
    statute = read_statute(text, load_words())
    path = save_text(library, work, version, statute, source=str(file), sha256=sha256, known=works)
    articles = sum("/" not in provision.path for provision in statute.provisions)
    print(f"{works[work]}（{version}）：{articles} 条，连款项共 {len(statute.provisions)} 处；写入 {path}")
    if statute.title and statute.title not in works[work] and works[work] not in statute.title:
        stderr.print(f"注意：正文标题是《{statute.title}》，登记的名称是《{works[work]}》，请核对", style="yellow")
    for item in statute.unplaced:
        stderr.print(f"放不进去 {item.place}: {item.message}", style="yellow", markup=False)


def _print(
    title: str, caution: str, table: Answer, labels: dict[str, str], format: PaperFormat, out: Path | None
) -> None:
    if format is PaperFormat.table:
        _write(render_table(_choose(table, labels)), out)
    elif format is PaperFormat.csv:
        _write(render_csv(table), out)
        if table.coverage:
            stderr.print(warn_of_gaps(table.coverage), style="yellow", markup=False, soft_wrap=True)
    elif out is None:
        raise InputError("--out", f"{format.value} 不能打印在终端上", f"请加 --out 文件.{format.value}")
    elif format is PaperFormat.xlsx:
        write_file(out, render_xlsx([(title.split("（")[0], table)]))
    else:
        write_file(out, render_worksheet(title, caution, [(title, _choose(table, labels), labels)]))


def _choose(table: Answer, labels: dict[str, str]) -> Answer:
    """The columns that a person reads, with severities in Chinese."""
    kept = [i for i, name in enumerate(table.columns) if name in labels]
    rows = tuple(tuple(_name_severity(table.columns[i], row[i]) for i in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[i] for i in kept), rows=rows)


def _name_severity(column: str, cell: Cell) -> Cell:
    return find_word("codes", cell) if column == "severity" and isinstance(cell, str) else cell


def _write(text: str, out: Path | None) -> None:
    if out is None:
        print(text, end="")
    else:
        write_file(out, text.encode())
