"""The command line: what a person types, and the only place besides the web that knows the clock.

Exit codes are part of the contract: 0 yes or done, 1 no, 2 wrong use or bad input, 3 undetermined. Every error is
one message with place, cause and remedy, never a traceback; long work shows its steps on standard error.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from policygraph import __version__, batch_commands, compare_command, law_commands
from policygraph.app import Options, create_app, fetch
from policygraph.assessments import load_assessments, open_desk
from policygraph.clock import today
from policygraph.conditions import find_differences, write_documents
from policygraph.dataset import (
    Manifest,
    build,
    find_manifest,
    fingerprint,
    load_knowledge,
    open_dataset,
    read_manifest,
    serialise_structure,
    validate_dataset,
)
from policygraph.decision_commands import parse_as_of, register_commands
from policygraph.documents import outline
from policygraph.errors import DataError, InputError, PolicygraphError
from policygraph.evidence import render_evidence
from policygraph.exports import guard_answer, render_csv, render_json, render_table
from policygraph.readings import read_text, serialise_reading
from policygraph.registers import load_register
from policygraph.sources import find_root, read_source
from policygraph.sparql.engine import Settings
from policygraph.sparql.tokens import add_token, remove_token
from policygraph.store import Answer, Gap, GraphAnswer, Store, parse_graph, warn_of_gaps

cli = typer.Typer(
    help="从政策文件到站得住的决定 · from a policy document to a defensible decision",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
token_cli = typer.Typer(help="不公开图的令牌 · tokens for restricted graphs", no_args_is_help=True)
cli.add_typer(token_cli, name="token")
stderr = Console(stderr=True, highlight=False)


class TableFormat(StrEnum):
    """How rows are printed."""

    table = "table"
    csv = "csv"
    json = "json"


class ParseFormat(StrEnum):
    """How a parsed document is printed."""

    outline = "outline"
    json = "json"
    turtle = "turtle"


DatasetOption = Annotated[
    Path | None,
    typer.Option("--dataset", help="数据集目录（缺省：build/，没有或过期时自动构建）", envvar="POLICYGRAPH_DATASET"),
]


def default_dataset() -> Path:
    """``build/`` in a source tree, a cache folder of the user otherwise."""
    root = find_root()
    if (root / "pyproject.toml").is_file():
        return root / "build"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "policygraph" / __version__


def ensure_dataset(folder: Path | None) -> Path:
    """The folder of a current dataset; the default one is built when it is absent or its inputs changed."""
    if folder is not None:
        find_manifest(folder)
        return folder
    folder = default_dataset()
    try:
        manifest = read_manifest(folder)
    except DataError:
        # our own folder, written by another version or spoilt: built anew like one that is out of date
        manifest = None
    if manifest is None or manifest.inputs != fingerprint():
        _build(folder)
    return folder


def _build(folder: Path) -> Manifest:
    with stderr.status("构建数据集……") as status:
        return build(folder, progress=lambda step: status.update(f"构建数据集：{step}"))


@cli.command("build")
def build_command(
    out: Annotated[Path | None, typer.Option(help="写到哪里（缺省：build/）")] = None,
    json_format: Annotated[bool, typer.Option("--json", help="以 JSON 打印清单")] = False,
) -> None:
    """读入五份文件与知识文件，核对每一处引文，写出数据集 · build the dataset."""
    folder = out or default_dataset()
    manifest = _build(folder)
    if json_format:
        print((folder / "manifest.json").read_text(encoding="utf-8"), end="")
        return
    columns = (
        "文件", "条款", "叶条款", "位置", "措施", "组", "依据",
        "引用", "已解析", "未解析", "机构", "未识别机构", "问题",
    )  # fmt: skip
    rows = tuple(
        (
            d.document, d.clauses, d.leaves, d.spans, d.measures, d.groups, d.bases, d.citations,
            d.resolved, len(d.unresolved), d.organisations, d.unnamed, d.problems,
        )
        for d in manifest.documents
    )  # fmt: skip
    print(render_table(Answer(columns, rows, dataset=manifest.dataset), width=160), end="")
    for figures in manifest.documents:
        for text in figures.unresolved:
            print(f"未解析引用 {figures.document}: {text}")
    print(
        f"{manifest.quads} 条四元组，{manifest.graphs} 个图；{manifest.spans_verified} 处位置逐一核对，"
        f"{manifest.quotes_verified} 条人工整理的陈述与原文一致；写入 {folder}"
    )


@cli.command("expand")
def expand_command(
    write: Annotated[bool, typer.Option("--write", help="写入 shapes/eligibility，然后审阅 git diff")] = False,
) -> None:
    """把条件行展开成判断形状，或核对两者一致（不一致时退出码 1） · expand condition lines into shapes."""
    root = find_root()
    if write:
        changed = write_documents(root)
        print("\n".join(f"已写入 shapes/eligibility/{name}.ttl" for name in changed) or "没有变化")
        return
    differences = find_differences(root)
    print("\n".join(differences) or "条件行与形状一致")
    if differences:
        raise typer.Exit(1)


@cli.command("parse")
def parse_command(
    file: Annotated[Path, typer.Argument(help="任何一份公文的纯文本文件（UTF-8 或 GB18030）")],
    format: Annotated[ParseFormat, typer.Option(help="outline 提纲 · json · turtle")] = ParseFormat.outline,
) -> None:
    """解析任何一份公文 · read any official document into header, clauses, citations and problems."""
    source = read_source(file)
    reading = read_text(source.text, load_knowledge(), sha256=source.sha256, charset=source.charset)
    if format is ParseFormat.json:
        print(json.dumps(serialise_reading(reading), ensure_ascii=False, indent=1))
    elif format is ParseFormat.turtle:
        print(serialise_structure(reading), end="")
    else:
        print(outline(reading.document))
    if not any(clause.label for clause in reading.document.clauses):
        stderr.print(f"{file}: 没有找到条款编号，只能按自然段列出；请确认这是公文正文", style="yellow", soft_wrap=True)


def parse_parameters(arguments: list[str]) -> dict[str, str]:
    """``--name value`` and ``--name=value`` pairs; anything else is refused with what was expected.

    >>> parse_parameters(["--document", "jiamusi-2020-5", "--locator=第七十五条"])
    {'document': 'jiamusi-2020-5', 'locator': '第七十五条'}
    """
    found: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        name = rest.pop(0)
        if not name.startswith("--"):
            raise InputError("", f"多余的参数 {name!r}", "参数写作 --名称 值，例如 --document jiamusi-2020-5")
        name, equals, value = name[2:].partition("=")
        if not equals:
            if not rest:
                raise InputError("", f"--{name} 缺少值", f"例如 --{name} jiamusi-2020-5")
            value = rest.pop(0)
        found[name.replace("-", "_")] = value
    return found


def print_rows(table: Answer, format: TableFormat, *, foreign: bool = False) -> None:
    """Print an answer in the format asked for; ``foreign``: its texts come from a register and are guarded in CSV."""
    if format is TableFormat.json:
        print(render_json(table))
    elif format is TableFormat.csv:
        print(render_csv(guard_answer(table) if foreign else table), end="")
        warn(table.coverage)
    else:
        print(render_table(table), end="")


def warn(gaps: tuple[Gap, ...]) -> None:
    """Say on standard error what nobody has looked at, where the output itself has no place for it."""
    if gaps:
        stderr.print(warn_of_gaps(gaps), style="yellow", markup=False, soft_wrap=True)


def load_store(folder: Path | None) -> Store:
    """The store of a current dataset."""
    return open_dataset(ensure_dataset(folder))


@cli.command("ask", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def ask_command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="问题的名称；不知道时运行 policygraph ask list")],
    format: Annotated[TableFormat, typer.Option(help="table 表格 · csv · json")] = TableFormat.table,
    register: Annotated[
        Path | None, typer.Option(help="登记册，只用于关于某个单位的问题（缺省：虚构的样本登记册）")
    ] = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="JSON 附上每条引文的位置与校验值，供 policygraph verify 核对")
    ] = False,
    dataset: DatasetOption = None,
) -> None:
    """问一个现成的问题，参数写作 --名称 值 · ask a named question."""
    store = load_store(dataset)
    if name == "list":
        rows = tuple(
            (q.name, q.summary_zh, " ".join(f"--{p.name} {p.example}" for p in q.parameters))
            for q in store.list_queries()
        )
        print_rows(Answer(("name", "summary", "example"), rows, dataset=store.dataset), format)
        return
    values = parse_parameters(context.args)
    if any(p.name == "as_of" for p in store.find_query(name).parameters):
        values.setdefault("as_of", today())
    if any(p.type == "entity" and (values.get("entity") or not p.required) for p in store.find_query(name).parameters):
        if register is None:
            register = find_root() / "data" / "registers" / "sample"
            stderr.print("没有给 --register，用虚构的样本登记册", style="yellow")
        day = parse_as_of(values["as_of"])
        desk = open_desk(store, day)
        facts = load_register(register, conditions=desk.conditions(), codes=desk.codes)
        asked = values.get("entity")
        load_assessments(store, desk, facts, (asked,) if asked else facts.enterprises, day)
    answer = store.ask(name, values)
    if not evidence:
        print_rows(answer, format, foreign=register is not None)
    elif format is not TableFormat.json or register is not None:
        raise InputError("--evidence", "只用于 --format json，且不用于关于某个单位的问题", "请改用 --format json")
    else:
        print(render_evidence(store, answer, name, values))


@cli.command("query")
def query_command(
    file: Annotated[Path, typer.Argument(help="SPARQL 文件，- 为标准输入", allow_dash=True)],
    format: Annotated[TableFormat, typer.Option(help="SELECT 的打印格式")] = TableFormat.table,
    dataset: DatasetOption = None,
) -> None:
    """运行一个 SPARQL 查询（SELECT、ASK、CONSTRUCT、DESCRIBE）· run a SPARQL query."""
    text = sys.stdin.read() if str(file) == "-" else read_source(file).text
    store = load_store(dataset)
    answer = store.query(text)
    if isinstance(answer, bool):
        print("true" if answer else "false")
        warn(store.find_gaps())
        raise typer.Exit(0 if answer else 1)
    if isinstance(answer, GraphAnswer):
        print(answer.serialise(), end="")
        warn(store.find_gaps())
    else:
        print_rows(answer, format)


@cli.command("validate")
def validate_command(
    format: Annotated[TableFormat, typer.Option(help="table 表格 · csv · json")] = TableFormat.table,
    dataset: DatasetOption = None,
) -> None:
    """用 shapes/profile 校验整个图 · check the graph against the profile shapes; exit 1 on a violation."""
    folder = ensure_dataset(dataset)
    with stderr.status("按 shapes/profile 校验……"):
        results = validate_dataset(folder)
    columns = ("severity", "focus", "path", "message", "value", "shape")
    rows = tuple((r.severity, r.focus, r.path, r.message_zh or r.message_en, r.value, r.shape) for r in results)
    print_rows(Answer(columns, rows, dataset=find_manifest(folder).dataset), format)
    raise typer.Exit(1 if any(r.severity == "Violation" for r in results) else 0)


@cli.command("serve")
def serve_command(
    host: Annotated[str, typer.Option(help="监听地址；缺省只有本机能访问")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="SPARQL 查询进程数", min=1, max=64)] = 4,
    timeout: Annotated[float, typer.Option(help="一个查询最多几秒", min=0.1, max=600)] = 10.0,
    memory: Annotated[int, typer.Option(help="一个查询最多用多少 MiB 内存", min=64)] = 1024,
    graph: Annotated[list[str] | None, typer.Option(help="另加一个公开的图，写作 IRI=文件，可重复")] = None,
    register: Annotated[list[Path] | None, typer.Option(help="另加一份登记册；不公开的部分要有令牌才看得见")] = None,
    tokens: Annotated[Path | None, typer.Option(help="令牌文件，见 policygraph token add")] = None,
    store: Annotated[str | None, typer.Option(help="改用已有的 SPARQL 引擎（查询地址）")] = None,
    log: Annotated[bool, typer.Option(help="在标准错误上记录访问（只记路径）")] = False,
    dataset: DatasetOption = None,
) -> None:
    """打开浏览器界面与接口 · serve the explorer, the API and the SPARQL endpoint."""
    folder = ensure_dataset(dataset)
    logging.basicConfig(level=logging.INFO if log else logging.WARNING, format="%(asctime)s %(message)s")
    options = Options(
        settings=Settings(workers=workers, timeout=timeout, memory=memory << 20),
        graphs=tuple(parse_graph(item) for item in graph or ()),
        registers=tuple(register or ()),
        tokens=tokens,
        store=store,
        watch=True,
    )
    application = create_app(folder, options)
    stderr.print(f"policygraph: http://{host}:{port}/ （Ctrl+C 停止）")
    uvicorn.run(
        application,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        access_log=False,
        timeout_graceful_shutdown=15,
    )


@token_cli.command("add")
def token_add_command(
    name: Annotated[str, typer.Argument(help="给谁的令牌，例如 法制科")],
    file: Annotated[Path, typer.Option("--tokens", help="令牌文件")] = Path("tokens.json"),
    graph: Annotated[list[str] | None, typer.Option(help="只开放这些图（缺省：全部）")] = None,
) -> None:
    """发一个令牌，只显示这一次 · make a token; it is shown once and kept as a hash."""
    print(add_token(file, name, graph) if graph else add_token(file, name))


@token_cli.command("remove")
def token_remove_command(
    name: Annotated[str, typer.Argument(help="收回谁的令牌")],
    file: Annotated[Path, typer.Option("--tokens", help="令牌文件")] = Path("tokens.json"),
) -> None:
    """收回令牌 · take a token back."""
    remove_token(file, name)


@cli.command("get")
def get_command(
    path: Annotated[str, typer.Argument(help="网址路径，例如 /queries/documents.json")],
    dataset: DatasetOption = None,
) -> None:
    """不开端口，取一个网页或数据 · fetch a page or data without opening a port; exit 1 on an error status."""
    status, body = asyncio.run(fetch(create_app(ensure_dataset(dataset), Options(Settings(workers=1))), path))
    sys.stdout.flush()
    sys.stdout.buffer.write(body)
    raise typer.Exit(0 if status < 400 else 1)


register_commands(cli, load_store, today)
compare_command.register(cli, load_store, today)
law_commands.register(cli, load_store, today)
batch_commands.register(cli, load_store, today)


def main() -> None:
    """Run the command line; a known error becomes one message on standard error and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        cli(standalone_mode=True)
    except PolicygraphError as error:
        stderr.print(f"policygraph: {error}", style="red", markup=False, soft_wrap=True)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        # what the floors below did not foresee of disks and permissions, told without a traceback
        place = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
        cause = f"不能读写（{error.strerror or type(error).__name__}）"
        known = InputError(place, cause, "请检查路径、权限和磁盘空间")
        stderr.print(f"policygraph: {known}", style="red", markup=False, soft_wrap=True)
        sys.exit(2)
