"""``policygraph screen``, ``screen-diff`` and what prepares a register: whole registers from the command line.

The commands choose among the policies of the dataset, show progress on standard error and print the summary; the work
is done by ``batch``. Exit codes as everywhere: 0 when every enterprise has an answer, 3 when somebody is undetermined,
2 for bad input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from policygraph.clock import today
from policygraph.judging.decisions.outcomes import outcome_word
from policygraph.judging.rules import describe_tables
from policygraph.keeping.assessments import ALL, open_desk, open_screening
from policygraph.keeping.batch import (
    Count,
    Summary,
    compare_screenings,
    prepare_register,
    synthesise_register,
)
from policygraph.keeping.batch.duck import DEFAULT_MEMORY
from policygraph.keeping.batch.preparing import DEFAULT_CHUNK
from policygraph.keeping.store import Store
from policygraph.keeping.watching import Watch, watch_register
from policygraph.speaking.cli.console import stderr
from policygraph.speaking.cli.receipts import ReceiptOption, tell_receipts, telling_refusal
from policygraph.speaking.cli.terminal import DatasetOption, WorkspaceOption, load_codes, load_store, parse_day
from policygraph.words import say

app = typer.Typer()
register_app = typer.Typer()

MemoryOption = Annotated[int, typer.Option(help="最多用多少 MiB 内存", min=128)]
ChunkOption = Annotated[int, typer.Option(help="每块多少个单位", min=1000)]


class Engine(StrEnum):
    """What runs the query."""

    duckdb = "duckdb"
    sail = "sail"


@app.command("screen")
def screen_command(
    register: Annotated[Path, typer.Argument(help="整理好的登记册，或 CSV、Parquet 文件夹、.xlsx、.ttl")],
    out: Annotated[Path, typer.Option(help="结果：.parquet、.csv、.xlsx，或不带后缀的文件夹（逐块）")],
    policy: Annotated[str, typer.Option(help="政策 id，或 all")] = ALL,
    as_of: Annotated[str | None, typer.Option("--as-of", help="截至日，例如 2026-11-21（缺省：今天）")] = None,
    engine: Annotated[Engine, typer.Option(help="duckdb，或 sail（需 policygraph[sail]）")] = Engine.duckdb,
    remote: Annotated[str, typer.Option(help="Sail 或 Spark Connect 服务器，如 sc://主机:端口")] = "",
    since: Annotated[Path | None, typer.Option(help="先前的结果（文件夹）：只重筛结论可能有变化的单位")] = None,
    only_changed: Annotated[
        bool, typer.Option("--only-changed", help="与 --since 同用：结果只有重筛的单位，另列不再有的单位")
    ] = False,
    verify: Annotated[int, typer.Option(help="每种结论抽几个单位，用 SHACL 逐个复核", min=0)] = 1,
    memory: MemoryOption = DEFAULT_MEMORY,
    chunk: ChunkOption = DEFAULT_CHUNK,
    receipt: ReceiptOption = None,
    watch: Annotated[
        int | None,
        typer.Option(help="预警：今后多少天内谁的结论、条件将要改变（结果为 .csv、.parquet）", min=1),
    ] = None,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="预警中写出不公开的信息（重点关注名单）；结果只限内部使用")
    ] = False,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """筛查整个登记册，结论与逐一判断相同 · screen a whole register, with the answers of decide."""
    store = load_store(dataset, workspace)
    if watch is not None:
        watch_command(store, register, out, policy, parse_day(as_of or today()), watch, restricted, memory, chunk)
        return
    day = parse_day(as_of or today())
    with telling_refusal(receipt), show_progress() as progress:
        summary = open_screening(store).screen(
            register,
            policy,
            day,
            out,
            engine=engine.value,
            remote=remote,
            memory=memory,
            chunk=chunk,
            verify=verify,
            since=since,
            only_changed=only_changed,
            progress=progress,
        )
    tell_receipts(summary.receipts, summary.notes, receipt)
    print("\n".join(describe_summary(summary, day)))
    print(f"数据版本 {(store.dataset or '')[:12]}")
    open_ = any(count.condition is None and count.outcome == "undetermined" for count in summary.counts)
    raise typer.Exit(3 if open_ else 0)


def watch_command(
    store: Store,
    register: Path,
    out: Path,
    policy: str,
    day: date,
    days: int,
    restricted: bool,
    memory: int,
    chunk: int,
) -> None:
    """Who is about to turn within some days, written row by row and counted on the terminal."""
    desk = open_desk(store, day)
    with show_progress() as progress:
        found = watch_register(
            register,
            desk,
            desk.choose(policy),
            day,
            days,
            out,
            restricted=restricted,
            memory=memory,
            chunk=chunk,
            progress=progress,
        )
    print("\n".join(describe_watch(found, day, days)))
    print(f"数据版本 {(store.dataset or '')[:12]}")


def describe_watch(found: Watch, day: date, days: int) -> Iterator[str]:
    """A watch in lines: what is expected were the tables kept up, and what only says that an export gets old."""
    yield say("watching", "head", day=day, days=days, rows=found.rows, path=found.out)
    if found.synthetic:
        yield say("simulating", "synthetic")
    for one in found.expected:
        turn = say("watching", "turn", before=state_word(one.before), after=state_word(one.after))
        yield f"  {one.policy} {turn}: {one.enterprises}"
    if found.stale:
        yield say("watching", "stale_rows", n=found.stale)
    yield say("watching", "restricted" if found.restricted else "held_back")


def state_word(state: str) -> str:
    """An outcome with its grade in words.

    >>> state_word("eligible"), state_word("graded 四星级")
    ('符合条件', '四星级')
    """
    outcome, _, grade = state.partition(" ")
    return grade if outcome == "graded" and grade else outcome_word(outcome)


@app.command("screen-diff")
def screen_diff_command(
    before: Annotated[Path, typer.Argument(help="先前的筛查结果")],
    after: Annotated[Path, typer.Argument(help="后来的筛查结果")],
    out: Annotated[Path, typer.Option(help="逐个单位的变化：.csv 或 .parquet")],
    memory: MemoryOption = DEFAULT_MEMORY,
) -> None:
    """比较两次筛查：谁变了，因为什么 · who changed between two screenings, and because of what."""
    differences = compare_screenings(before, after, out, memory=memory)
    for change in differences.changes:
        print(f"{change.policy}  {change.before or '（没有）'} → {change.after or '（没有）'}  {change.enterprises}")
    print(f"{sum(change.enterprises for change in differences.changes)} 处变化；写入 {out}")


@register_app.command("to-parquet")
def to_parquet_command(
    source: Annotated[Path, typer.Argument(help="登记册：CSV 或 Parquet 文件夹、.xlsx 或 .ttl")],
    out: Annotated[Path, typer.Option(help="写到哪个新文件夹")],
    memory: MemoryOption = DEFAULT_MEMORY,
    chunk: ChunkOption = DEFAULT_CHUNK,
    receipt: ReceiptOption = None,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """核对登记册并整理成分块的 Parquet · check a register and write it as chunked Parquet."""
    store = load_store(dataset, workspace)
    desk = open_screening(store)
    conditions, codes = desk.conditions(), desk.codes
    with telling_refusal(receipt), show_progress() as progress:
        prepared = prepare_register(
            source, out, conditions=conditions, codes=codes, chunk=chunk, memory=memory, progress=progress
        )
    tell_receipts(prepared.told, prepared.notes, receipt)
    told = "，".join(f"{name} {rows} 行" for name, rows in prepared.rows.items() if rows)
    print(f"{told}；{prepared.chunks} 块，写入 {out}")


@register_app.command("tables")
def tables_command(dataset: DatasetOption = None, workspace: WorkspaceOption = None) -> None:
    """登记册有哪些表和列，可以填什么 · the tables of a register and what their columns hold."""
    print(describe_tables(load_codes(dataset, workspace)))


@register_app.command("synthesise")
def synthesise_command(
    enterprises: Annotated[int, typer.Option(help="多少个单位", min=1)],
    out: Annotated[Path, typer.Option(help="写到哪个新文件夹")],
    seed: Annotated[int, typer.Option(help="同一个数生成同一个登记册")] = 1,
    as_of: Annotated[str | None, typer.Option("--as-of", help="围绕哪一天布置边界情形（缺省：今天）")] = None,
    format: Annotated[str, typer.Option(help="parquet 或 csv")] = "parquet",
    memory: MemoryOption = DEFAULT_MEMORY,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """生成虚构的登记册，供测试和测速 · invent a register for tests and benchmarks."""
    desk = open_screening(load_store(dataset, workspace))
    rows = synthesise_register(
        out,
        enterprises=enterprises,
        seed=seed,
        as_of=parse_day(as_of or today()),
        conditions=tuple(sorted(desk.conditions())),
        regions=tuple(sorted({region_within(policy.region_prefix) for policy in desk.policies.values()})),
        format=format,
        memory=memory,
    )
    print("，".join(f"{name} {count} 行" for name, count in rows.items()) + f"；全部虚构，写入 {out}")


def region_within(prefix: str) -> str:
    """A region code of six digits inside a jurisdiction.

    >>> region_within("2308"), region_within("410184")
    ('230801', '410184')
    """
    return prefix if len(prefix) >= 6 else prefix + "0101"[len(prefix) - 2 :]


def describe_summary(summary: Summary, day: date) -> Iterator[str]:
    """A summary in lines that a clerk reads from top to bottom."""
    taken_over = f"（其中 {summary.resumed} 块接续上次）" if summary.resumed else ""
    yield f"截至 {day.isoformat()} 筛查 {summary.enterprises} 个单位{taken_over}，写入 {summary.out}"
    if summary.renewal is not None and summary.renewal.reason:
        yield f"没有接续先前的结果，整册重新筛查：{summary.renewal.reason}"
    elif summary.renewal is not None:
        yield f"接续先前的结果：只重筛 {summary.renewal.screened} 个单位"
    if summary.agreement is not None:
        yield f"抽样复核 {len(summary.agreement.enterprises)} 个单位、{summary.agreement.cells} 格，与逐个判断一致"
    if summary.synthetic:
        yield "登记册全部虚构，结果只用于测试"
    policy = ""
    for count in summary.counts:
        if count.policy != policy:
            policy = count.policy
            yield policy
        yield describe_count(count)
    if summary.restricted:
        yield "结果含有不公开的信息（重点关注名单），只限内部使用"


def describe_count(count: Count) -> str:
    """One line of the summary: how many enterprises have one outcome.

    >>> describe_count(Count("jiamusi-2020-6", None, "eligible", 12))
    '  符合条件 eligible: 12'
    >>> describe_count(Count("jiamusi-2020-6", "jiamusi-2020-6/4", "failed", 3))
    '    jiamusi-2020-6/4 failed: 3'
    """
    if count.condition is None:
        return f"  {outcome_word(count.outcome)} {count.outcome}: {count.enterprises}"
    return f"    {count.condition} {count.outcome}: {count.enterprises}"


@contextmanager
def show_progress() -> Iterator[Callable[[str, float], None]]:
    """A bar on standard error while a long work goes on; nothing when nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stderr, transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda step, done: bar.update(task, description=step, completed=done)
