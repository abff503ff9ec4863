"""``policygraph simulate``: what if a threshold, a window, a list or a reading were another - who would change.

The variants are made of the dataset's own condition lines, tried on a register beside the policy as it stands, and
written into a folder of their own. Nothing of it enters a dataset, and everything bears the mark of a variant. What
may be set is asked with ``--list``. Exit codes: 0 done, 1 when the second engine differs, 2 for bad use or input.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rdflib import Literal
from rdflib.namespace import SKOS

from policygraph.clock import today
from policygraph.errors import InputError
from policygraph.judging.answers import Answer
from policygraph.judging.rules.variants import Variant, list_settings, make_variant
from policygraph.keeping.assessments import Desk, open_desk
from policygraph.keeping.batch.duck import DEFAULT_MEMORY
from policygraph.keeping.batch.preparing import DEFAULT_CHUNK
from policygraph.keeping.dataset.opening import read_lines
from policygraph.keeping.laboratory import try_variants
from policygraph.keeping.store import Store
from policygraph.keeping.writing import write_files
from policygraph.namespaces import PG, slug_of
from policygraph.speaking.cli.screening import ChunkOption, MemoryOption, show_progress
from policygraph.speaking.cli.terminal import (
    DatasetOption,
    TableFormat,
    WorkspaceOption,
    load_store,
    parse_day,
    print_rows,
)
from policygraph.speaking.papers.simulation import Trial, render_trial, trial_json, trial_lines
from policygraph.words import say, source_language

MOST_VARIANTS = 50
_ONE = "what-if"
"""The name of the one variant that is written on the command line."""

app = typer.Typer()


@app.command("simulate")
def simulate_command(
    policy: Annotated[str, typer.Option(help="政策 id")],
    register: Annotated[Path | None, typer.Argument(help="登记册，与 screen 相同；--list 时不需要")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="改一处：名称=值，例如 condition/4.window=24；可以写几次")
    ] = None,
    variants: Annotated[Path | None, typer.Option(help="几个方案：TOML 文件，每个方案一节")] = None,
    listed: Annotated[bool, typer.Option("--list", help="列出可以设定的名称、现值和可用的值")] = False,
    out: Annotated[
        Path | None, typer.Option(help="写到哪个新文件夹：changes.csv、summary.json、图、网页、变体的图")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="截至日，例如 2026-11-21（缺省：今天）")] = None,
    check: Annotated[int, typer.Option(help="用 SHACL 逐一复核多少个有变化的单位", min=0)] = 0,
    format: Annotated[TableFormat, typer.Option(help="table、csv（只用于 --list）或 json")] = TableFormat.table,
    memory: MemoryOption = DEFAULT_MEMORY,
    chunk: ChunkOption = DEFAULT_CHUNK,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """试改条件，看谁会因此改变 · what if: change thresholds, windows, lists or readings, and see who changes."""
    store = load_store(dataset, workspace)
    day = parse_day(as_of or today())
    desk = open_desk(store, day)
    desk.choose(policy)
    if listed:
        print_settings(store, desk, policy, format)
        return
    wanted = {**({_ONE: read_settings(settings)} if settings else {}), **(read_variants(variants) if variants else {})}
    if not wanted:
        raise InputError("simulate", "没有写明改什么", "用 --set 名称=值 或 --variants 文件；--list 列出可以改的")
    if len(wanted) > MOST_VARIANTS:
        raise InputError(str(variants), f"{len(wanted)} 个方案，一次最多 {MOST_VARIANTS} 个", "分几次运行")
    made = make_variants(store, desk, policy, wanted)
    if register is None or out is None:
        missing = "REGISTER" if register is None else "--out"
        raise InputError(
            missing, "没有写明在哪个登记册上试、写到哪里", "simulate 登记册 --policy … --set … --out 文件夹"
        )
    agreed = run(store, desk, made, register, out, day, check, memory, chunk, format)
    raise typer.Exit(0 if agreed else 1)


def run(
    store: Store,
    desk: Desk,
    made: tuple[Variant, ...],
    register: Path,
    out: Path,
    day: date,
    check: int,
    memory: int,
    chunk: int,
    format: TableFormat,
) -> bool:
    """Try the variants, write the folder and print the summary; False where the second engine differs."""
    if out.exists():
        raise InputError(str(out), "目标已经存在", "换一个 --out，或先删除它")
    base = desk.policies[made[0].base]
    work = out.with_name(f"{out.name}.partial")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        with show_progress() as progress:
            outcome = try_variants(
                register, desk, made, day, work, check=check, memory=memory, chunk=chunk, progress=progress
            )
        titles = {item.condition: f"{item.notation} {item.title}" for item in base.asked} | regions(store)
        trial = Trial(base.id, base.label, day.isoformat(), store.dataset or "", register.name, made, outcome, titles)
        write_files({work / name: body for name, body in render_trial(trial).items()})
        work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if format is TableFormat.json:
        print(trial_json(trial), end="")
    else:
        print("\n".join(trial_lines(trial)))
        print(say("simulating", "written", path=out))
    return outcome.agreement is None or not outcome.agreement.differing


def make_variants(store: Store, desk: Desk, policy: str, wanted: dict[str, dict[str, str]]) -> tuple[Variant, ...]:
    """The variants by name, made of the condition lines of the dataset. Errors: those of ``make_variant``."""
    shapes, lines = read_lines(store, policy)
    model = store.find_instances(str(PG.Interpretation))
    return tuple(
        make_variant(shapes, lines, name, changes, model=model, codes=desk.codes, dataset=store.dataset or "")
        for name, changes in wanted.items()
    )


def read_settings(written: Iterable[str]) -> dict[str, str]:
    """``name=value`` pairs. Errors: ``InputError`` for one without ``=`` or a name that is set twice.

    >>> read_settings(["condition/4.window=24"])
    {'condition/4.window': '24'}
    """
    found: dict[str, str] = {}
    for one in written:
        key, mark, value = one.partition("=")
        if not mark or not key.strip():
            raise InputError("--set", f"{one!r} 没有写成 名称=值", "例如 --set condition/4.window=24")
        if key.strip() in found:
            raise InputError("--set", f"{key.strip()} 写了两次", "只写一次；几个方案用 --variants")
        found[key.strip()] = value.strip()
    return found


def read_variants(path: Path) -> dict[str, dict[str, str]]:
    """The variants of a TOML file: a table each, its name the variant's, its keys the settings.

    Errors: ``InputError`` that names the file and the place.
    """
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"读不出来：{type(error).__name__}", "给出一个 UTF-8 的 TOML 文件") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            str(path), f"不是合法的 TOML：{error}", '例如 [two-years] 下写 "condition/4.window" = 24'
        ) from error
    found: dict[str, dict[str, str]] = {}
    for name, table in read.items():
        if not isinstance(table, dict):
            raise InputError(f"{path}:{name}", "不在任何方案之下", f'写成一节：[方案名] 下写 "{name}" = …')
        found[name] = {key: write_value(f"{path}:{name}", key, value) for key, value in table.items()}
    return found


def write_value(place: str, key: str, value: object) -> str:
    """A TOML value as it would stand on the command line. Errors: ``InputError`` for a table.

    >>> write_value("a.toml", "k", ["a", "b"]), write_value("a.toml", "k", True), write_value("a.toml", "k", 24)
    ('a,b', 'true', '24')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(write_value(place, key, one) for one in value)
    if isinstance(value, dict):
        raise InputError(place, f"{key} 不是一个值", f'名称写在引号里，例如 "{key}.window" = 24')
    return str(value)


def print_settings(store: Store, desk: Desk, policy: str, format: TableFormat) -> None:
    """Everything that may be set of a policy."""
    _, lines = read_lines(store, policy)
    found = list_settings(lines, desk.codes)
    if format is TableFormat.json:
        told = [
            {
                "setting": s.key,
                "current": list(s.current),
                "allowed": list(s.allowed),
                "kind": s.kind,
                "meaning": s.meaning,
            }
            for s in found
        ]
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    rows = tuple((s.key, ",".join(s.current), ",".join(s.allowed) or s.kind, s.meaning) for s in found)
    print_rows(Answer(("setting", "current", "allowed", "meaning"), rows), format)


def regions(store: Store) -> dict[str, str]:
    """What regions are called, by code."""
    found: dict[str, dict[str, str]] = {}
    graphs = (store.read_graph(f"{base}graph/concepts/regions") for base in store.bases)
    for node, label in (pair for graph in graphs for pair in graph.subject_objects(SKOS.prefLabel)):
        if isinstance(label, Literal):
            found.setdefault(slug_of(str(node)).removeprefix("region/"), {})[label.language or ""] = str(label)
    return {code: source_language().pick(**labels) for code, labels in found.items()}
