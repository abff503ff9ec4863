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
from policygraph.keeping.assessments import open_codes
from policygraph.keeping.bundles import is_bundle, verify_bundles
from policygraph.keeping.catalogues import Listed, import_catalogue, register_works
from policygraph.keeping.dataset.knowledge import load_words
from policygraph.keeping.library import default_library, list_texts
from policygraph.keeping.registers import load_register
from policygraph.keeping.sources import decode_source, read_source
from policygraph.keeping.statutes import Receipt, Wish, add_texts, load_works
from policygraph.keeping.store import Answer, Cell, parse_graph, warn_of_gaps
from policygraph.keeping.verification import TEXT_COLUMNS, join_texts, render_evidence, verify_answer
from policygraph.keeping.workspace import SOURCE, Workspace
from policygraph.keeping.writing import write_file
from policygraph.reading.intake.triples import read_graph
from policygraph.speaking.cli.completing import complete_document
from policygraph.speaking.cli.console import stderr
from policygraph.speaking.cli.terminal import DatasetOption, WorkspaceOption, find_workspace, load_store
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
    path: Annotated[Path, typer.Argument(help="法律、法规、规章的正文，或放它们的文件夹：docx、html、md、txt")],
    work: Annotated[
        str | None, typer.Option("--work", help="依据的短名，例如 anquan-shengchan-fa（缺省：依标题去认）")
    ] = None,
    version: Annotated[
        str | None,
        typer.Option("--date", "--version", help="该文本通过或修改的日期，例如 2021-06-10（缺省：依题注、文件名去认）"),
    ] = None,
    new: Annotated[
        bool, typer.Option("--new", help="没有登记的法规或文本，登记到自己的文库（不进数据集，把握程度 believed）")
    ] = False,
    library: LibraryOption = None,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """导入法规文本，分成条款项；逐个文件说明认作哪一部、哪一次文本，有拒收的退出码为 2 · import statute texts.

    A file or a folder: title, history (题注), front matter and file name tell the work and the dated text. Each file
    is added, already there, or refused with its reason; names that begin with a dot are not looked at.
    """
    wish = Wish(work, version, new)
    works = load_works(load_store(dataset, workspace))
    receipt = add_texts(library or default_library(), path, works, load_words(), wish)
    if new and workspace is not None:
        _register(find_workspace(workspace), receipt, {known.slug for known in works})
    _print_receipt(receipt)
    raise typer.Exit(2 if receipt.refused else 0)


@legislation.command("import")
def import_command(
    catalogue: Annotated[
        Path,
        typer.Argument(
            help="法规目录（CSV）：名称、文号、效力级别、公布日期、施行日期、终止日期、状态、发布机关、短名"
        ),
    ],
    workspace: WorkspaceOption = None,
) -> None:
    """把一份法规目录登记到工作区，文件所引的就认得出；有拒收的行退出码为 2 · register a catalogue of laws."""
    if workspace is None:
        raise InputError("--workspace", "没有说登记到哪个工作区", "加 --workspace DIR（见 policygraph init）")
    receipt = import_catalogue(find_workspace(workspace), catalogue)
    for work, place in receipt.registered:
        print(f"《{work.title}》→ {place}")
        if not work.lives:
            told = f"注意 《{work.title}》：目录写“{work.status}”而没有终止日期，时效作无法核实"
            stderr.print(told, style="yellow", markup=False, soft_wrap=True)
    for refused in receipt.refused:
        stderr.print(f"拒收 {refused}", style="red", markup=False, soft_wrap=True)
    counts = f"登记 {len(receipt.registered)}，已有 {len(receipt.known)}，拒收 {len(receipt.refused)}"
    print(f"共看 {receipt.seen} 行：{counts}")
    raise typer.Exit(2 if receipt.refused else 0)


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
    document: Annotated[
        str | None, typer.Argument(help="文件；不给时核查全部", autocompletion=complete_document)
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="截至日，例如 2026-11-22（缺省：今天）")] = None,
    format: Annotated[PaperFormat, typer.Option(help="table · json · csv · xlsx · docx")] = PaperFormat.table,
    out: OutOption = None,
    library: LibraryOption = None,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """依据时效性核查，并与已导入的法规文本核对引文 · basis health with quote check, then and now."""
    store = load_store(dataset, workspace)
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
    document: Annotated[
        str | None, typer.Argument(help="文件；不给时审查全部", autocompletion=complete_document)
    ] = None,
    format: Annotated[PaperFormat, typer.Option(help="table · json · csv · xlsx · docx")] = PaperFormat.table,
    out: OutOption = None,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """审查文件：引用、日期、落款、依据等问题，各在哪一条、怎么办 · review; exit 1 when something is wrong."""
    store = load_store(dataset, workspace)
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
            help="ask --evidence、decide、review、health 以 --format json 写出的回答，- 为标准输入", allow_dash=True
        ),
    ],
    source: Annotated[list[Path] | None, typer.Option("--source", help="另外的原文文件，可重复")] = None,
    graph: Annotated[list[str] | None, typer.Option(help="服务另加的图，写作 IRI=文件，可重复")] = None,
    register: Annotated[
        Path | None, typer.Option(help="核对 decide 的回答时：判断所据的登记册，所附各行与它逐行比对")
    ] = None,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Verify an answer away from what gave it: 0 it holds, 1 it does not, 2 no answer, 3 not all can be told.

    What was checked is listed, and so is what was taken as the answer claims it: of a decision its register rows and
    whether they are invented (checked with --register), and the day on which it was asked.
    """
    text = sys.stdin.read() if str(answer) == "-" else read_source(answer).text
    try:
        given = json.loads(text)
    except ValueError as error:
        raise InputError(str(answer), f"不是 JSON（{error}）", "请用 --format json 的原样输出") from error
    decided = is_bundle(given)
    if not decided and not isinstance(given, dict):
        raise InputError(str(answer), "不是 policygraph 的回答", "请用 --format json 的原样输出")
    if register is not None and not decided:
        raise InputError("--register", "只有 decide 的回答才与登记册比对", "去掉 --register")
    known = (one.folder(name) / SOURCE for one in find_workspace(workspace).all for name in one.documents())
    files = [*known, *(source or ())]
    read = [decode_source(path.read_bytes(), str(path)) for path in files]
    store = load_store(dataset, workspace)
    for iri, file in map(parse_graph, graph or ()):
        store.add_graph(file, iri, read_graph)
    texts = {file.sha256: file.text for file in read}
    if decided:
        facts = load_register(register, codes=open_codes(store)) if register is not None else None
        result = verify_bundles(given, texts, store, facts)
    else:
        result = verify_answer(given, texts, store)
    for note in result.notes:
        print(f"注意：{note}")
    for done in result.checked:
        print(f"已核对 {done}")
    for claim in result.taken:
        print(f"照所写采信 {claim.place}: {claim.message}")
    for fault in result.faults:
        print(f"不成立 {fault.place}: {fault.message}")
    for gap in result.gaps:
        print(f"不能核对 {gap.place}: {gap.message}")
    verdict = [f"有 {len(result.faults)} 处不成立"] if result.faults else []
    verdict += [f"有 {len(result.gaps)} 处不能核对"] if result.gaps else []
    quotes = f"{result.quotes} 处引文与原文逐字相符" if result.quotes else "没有与原文对上的引文"
    claimed = f"（采信的 {len(result.taken)} 项除外）" if result.taken else ""
    print(f"{quotes}；{result.rows} 行结论：{'，'.join(verdict) or '重新推导全部成立'}{claimed}")
    raise typer.Exit(1 if result.faults else 3 if result.gaps else 0)


def _register(workspace: Workspace, receipt: Receipt, known: set[str]) -> None:
    """Register in a workspace the works that the registry did not know, so that its documents' citations find them."""
    own = {item.text.work: item for item in receipt.kept if item.text.work not in known}
    listed = [Listed(slug, item.title, date=item.text.version) for slug, item in own.items()]
    for work, place in register_works(workspace, listed, "、".join(item.file for item in own.values())).registered:
        print(f"《{work.title}》登记在 {place}（believed）")


def _print_receipt(receipt: Receipt) -> None:
    """What was kept on standard output, what was refused or wants a look on standard error, and the sum of both."""
    for item in receipt.kept:
        found = f"{item.title}（{item.text.version}）：{item.articles} 条，连款项共 {len(item.text.provisions)} 处"
        done = "已有，没有改动" if item.state == "present" else f"写入 {item.place}"
        print(f"{item.file} → {found}；{done}")
        for note in item.notes:
            stderr.print(f"注意 {item.file}：{note}", style="yellow", markup=False, soft_wrap=True)
        for unplaced in item.unplaced:
            told = f"放不进去 {item.file} {unplaced.place}: {unplaced.message}"
            stderr.print(told, style="yellow", markup=False, soft_wrap=True)
    for refused in receipt.refused:
        stderr.print(
            f"拒收 {refused.file}：{refused.cause}。{refused.remedy}", style="red", markup=False, soft_wrap=True
        )
    print(f"共看 {receipt.seen} 个文件：导入 {receipt.added}，已有 {receipt.present}，拒收 {len(receipt.refused)}")


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
