"""``policygraph build``, ``expand`` and ``validate``: the dataset made, its shapes expanded, the whole checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policygraph.errors import InputError
from policygraph.judging.answers import Answer
from policygraph.keeping.conditions import find_differences, write_documents
from policygraph.keeping.dataset.manifest import find_manifest
from policygraph.keeping.workspace import set_samples
from policygraph.speaking.cli.console import stderr
from policygraph.speaking.cli.terminal import (
    DatasetOption,
    TableFormat,
    WorkspaceOption,
    build_dataset,
    ensure_dataset,
    find_workspace,
    print_rows,
)
from policygraph.speaking.exports import render_table

app = typer.Typer()


@app.command("build")
def build_command(
    out: Annotated[Path | None, typer.Option(help="写到哪里（缺省：build/，工作区的写在它自己的 build/）")] = None,
    json_format: Annotated[bool, typer.Option("--json", help="以 JSON 打印清单")] = False,
    with_samples: Annotated[
        bool | None,
        typer.Option("--with-samples/--without-samples", help="五份样本文件放不放在旁边；记在工作区的设置里，以后照此"),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """读入文件与知识文件，核对每一处引文，写出数据集 · build the dataset."""
    if with_samples is not None:
        if workspace is None:
            raise InputError(
                "--with-samples", "没有给 --workspace，五份样本文件就是全部文件", "加 --workspace DIR，或去掉这一项"
            )
        set_samples(workspace, with_samples)
    home = find_workspace(workspace)
    folder = out or home.dataset
    manifest = build_dataset(home, out)
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


@app.command("expand")
def expand_command(
    write: Annotated[bool, typer.Option("--write", help="写入 shapes/eligibility，然后审阅 git diff")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """把条件行展开成判断形状，或核对两者一致（不一致时退出码 1） · expand condition lines into shapes."""
    home = find_workspace(workspace)
    if write:
        changed = write_documents(home)
        print("\n".join(f"已写入 shapes/eligibility/{name}.ttl" for name in changed) or "没有变化")
        return
    differences = find_differences(home)
    print("\n".join(differences) or "条件行与形状一致")
    if differences:
        raise typer.Exit(1)


@app.command("validate")
def validate_command(
    format: Annotated[TableFormat, typer.Option(help="table 表格 · csv · json")] = TableFormat.table,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """用 shapes/profile 校验整个图 · check the graph against the profile shapes; exit 1 on a violation."""
    # only who validates needs the engine that does
    from policygraph.keeping.dataset.checking import validate_dataset

    folder = ensure_dataset(dataset, workspace)
    with stderr.status("按 shapes/profile 校验……"):
        results = validate_dataset(folder)
    columns = ("severity", "focus", "path", "message", "value", "shape")
    rows = tuple((r.severity, r.focus, r.path, r.message_zh or r.message_en, r.value, r.shape) for r in results)
    print_rows(Answer(columns, rows, dataset=find_manifest(folder).dataset), format)
    raise typer.Exit(1 if any(r.severity == "Violation" for r in results) else 0)
