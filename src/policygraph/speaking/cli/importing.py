"""``policygraph register import`` and ``register profiles``: exports of other systems brought into a register.

The report goes to standard output: it is what the command is for. Exit codes: 0 when something was kept, 3 when all of
it waits for somebody to settle what the work list names, 2 for bad use or input, or when not one row could be kept.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policygraph.errors import InputError
from policygraph.reading.intake.running import begin_apart
from policygraph.speaking.cli.terminal import DatasetOption, WorkspaceOption, load_codes
from policygraph.text.guarding import show_text

if TYPE_CHECKING:
    from policygraph.judging.rules.codes import Codes
    from policygraph.keeping.registers.importing.reports import ImportReport

register_app = typer.Typer()

NEW = "new"
"""The name that asks for a draft instead of an import."""


@register_app.command("import")
def import_command(
    files: Annotated[
        list[Path],
        typer.Argument(help="导出文件：.xls、.xlsx、.csv（UTF-8、UTF-16、GB18030；逗号、制表符、分号、竖线）"),
    ],
    profile: Annotated[
        str, typer.Option(help="对照表的名称（register profiles 列出），自己的 .toml 文件，或 new 由表头起草")
    ],
    out: Annotated[Path, typer.Option(help="新的文件夹，或先前导入产生的文件夹（合并）")],
    region: Annotated[str, typer.Option(help="全部单位的监管所在地（GB/T 2260），例如 230803")] = "",
    regions: Annotated[Path | None, typer.Option(help="逐个单位的监管所在地：有 uscc、region 两列的表")] = None,
    people: Annotated[
        Path | None,
        typer.Option(help="人员在哪个单位任什么职：证件号码、uscc、role（from、to）；号码只用于核对，不写出"),
    ] = None,
    salt: Annotated[
        Path | None, typer.Option(help="算人员编号用的盐（缺省：文件夹内的 import/salt，自动生成）")
    ] = None,
    codes: Annotated[Path | None, typer.Option(help="填好的待归类清单")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="整个文件只有一个值的字段，写作 字段=值")] = None,
    sheet: Annotated[list[str] | None, typer.Option(help="只读这些工作表")] = None,
    exported_on: Annotated[str | None, typer.Option(help="导出日期（文件里写了的不用给）")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="导出时查询的起日")] = None,
    ended: Annotated[str | None, typer.Option("--to", help="导出时查询的止日")] = None,
    source: Annotated[str, typer.Option(help="从哪个系统导出；与导出日期、起止日都知道时才写完整性说明")] = "",
    settled: Annotated[list[str] | None, typer.Option(help="已确认与完整性无关的搁置原因，例如 person")] = None,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """按对照表导入别的系统的导出文件 · import exports of other systems by a mapping profile."""
    begun = begin_apart(files[0]) if profile != NEW else None
    with begun or nullcontext(), without_collecting():
        # all of this is loaded while the first workbook is read
        from policygraph.keeping.registers.importing.mapping import HARMLESS, REASONS
        from policygraph.keeping.registers.importing.profiles import load_profile
        from policygraph.keeping.registers.importing.running import Wish, import_files

        known = load_codes(dataset, workspace)
        if profile == NEW:
            draft(files, out, known)
            return
        for reason in settled or ():
            if reason not in REASONS:
                open_ = [name for name in REASONS if name not in HARMLESS]
                raise InputError(f"--settled {reason}", "没有这种原因", f"可用 {'、'.join(open_)}")
        wish = Wish(
            region, regions, people, salt, codes, parse_given(set_ or ()), tuple(sheet or ()),
            parse_option("--exported-on", exported_on), parse_option("--from", from_), parse_option("--to", ended),
            source, tuple(settled or ()),
        )  # fmt: skip
        report = import_files(files, load_profile(profile, known), out, wish, known, begun)
    tell_import(report, out)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Look for no cycles meanwhile: rows are none, and there are many of them.

    Nor afterwards among what is there by then: the process ends, and looking took it a quarter of a second.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was:
            gc.enable()


def tell_import(report: ImportReport, out: Path) -> None:
    """Print what became of every row; leave with 3 or 2 where none was kept."""
    from policygraph.keeping.registers.importing.merging import FOLDER
    from policygraph.keeping.registers.importing.reports import LEFT_OUT, TEXT, WORKLIST, describe_import

    print("\n".join(map(show_text, describe_import(report))))
    folder = out / FOLDER
    print(
        f"写入 {out}；报告 {folder / TEXT}，未收的行 {folder / LEFT_OUT}"
        + (f"，待归类 {folder / WORKLIST}" if report.open else "")
    )
    if not report.count("kept") and not any(reason == "duplicate" for s in report.sheets for _, reason, _ in s.aside):
        raise typer.Exit(3 if report.open else 2)


@register_app.command("profiles")
def profiles_command(dataset: DatasetOption = None, workspace: WorkspaceOption = None) -> None:
    """有哪些导入对照表 · the mapping profiles there are."""
    from policygraph.keeping.registers.importing.profiles import list_profiles

    for profile in list_profiles(load_codes(dataset, workspace)):
        print(f"{profile.name}  {profile.title} · {profile.title_en} → {profile.table}")
        print(f"  {profile.argument}")
        must = "、".join(field.titles[0] for field in profile.fields.values() if field.column)
        print(f"  必需的列：{must}")


def draft(files: list[Path], out: Path, known: Codes) -> None:
    """Write a draft of a profile for each file, to be confirmed by a person."""
    from policygraph.keeping.registers.importing.drafting import draft_profile
    from policygraph.keeping.registers.importing.profiles import list_profiles
    from policygraph.keeping.registers.importing.running import read_sheets
    from policygraph.keeping.writing import write_file

    profiles = list_profiles(known)
    for path in files:
        if not path.is_file():
            raise InputError(str(path), "没有这个文件", "核对路径")
        sheets = [sheet for sheet in read_sheets(path.name, path.read_bytes()) if sheet.rows]
        if not sheets:
            raise InputError(path.name, "里面没有内容", "给出有表头的文件")
        target = out / f"{path.stem}.toml"
        if target.exists():
            raise InputError(str(target), "已有这个文件", "换一个文件夹，或先移走它")
        write_file(target, draft_profile(path.stem, max(sheets, key=lambda one: len(one.rows)), profiles).encode())
        print(f"草稿写入 {target}：各项都待确认，确认后删去 draft = true")


def parse_given(pairs: list[str] | tuple[str, ...]) -> dict[str, str]:
    """Fields and values of ``--set``. Errors: ``InputError`` for what is no pair.

    >>> parse_given(["name=示例甲"])
    {'name': '示例甲'}
    """
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise InputError(f"--set {pair}", "不是 字段=值", "例如 --set authority=示例市应急管理局")
        found[name.strip()] = value.strip()
    return found


def parse_option(option: str, written: str | None) -> date | None:
    """An ISO date of an option; None when it was not given. Errors: ``InputError``."""
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise InputError(option, f"{written!r} 不是日期", "写成 2026-11-21") from error
