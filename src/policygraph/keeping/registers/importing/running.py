"""One import from end to end: files in, tables and reports out, or nothing at all.

Everything is read and mapped before anything is written. What no export says (where a unit is supervised, who the
persons are, for which period the source is complete) is asked of the person who imports, by options; it is never taken
from what looks like it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from policygraph.errors import InputError, NotFoundError
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import ROLES, TABLE
from policygraph.keeping.registers.cells import CellProblem, parse_cell, parse_uscc
from policygraph.keeping.registers.importing.headers import find_header, require_columns
from policygraph.keeping.registers.importing.mapping import (
    FUNCTIONS,
    HARMLESS,
    REASONS,
    Mapped,
    Post,
    Setting,
    map_sheet,
    set_sheet_aside,
)
from policygraph.keeping.registers.importing.merging import (
    REPORT,
    Book,
    Salt,
    add_coverage,
    add_rows,
    open_book,
    open_salt,
    write_book,
    write_salt,
)
from policygraph.keeping.registers.importing.profiles import DROP, Profile, fold_title
from policygraph.keeping.registers.importing.reports import (
    LEFT_OUT,
    LIST_COLUMNS,
    TEXT,
    WORKLIST,
    ImportReport,
    describe_import,
    render_left_out,
    render_worklist,
)
from policygraph.keeping.registers.importing.values import digest_person, read_day
from policygraph.reading.intake.exports import read_export_text
from policygraph.reading.intake.running import FOR_COMMANDS, WORKBOOKS, Begun, begin_apart, read_apart
from policygraph.reading.intake.workbooks import Sheet
from policygraph.text.guarding import unguard_cell


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person who imports says by options."""

    region: str = ""
    regions: Path | None = None
    people: Path | None = None
    salt: Path | None = None
    answers: Path | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    exported_on: date | None = None
    begun: date | None = None
    ended: date | None = None
    source: str = ""
    settled: tuple[str, ...] = ()
    """Reasons of rows left out that the person says leave no gap."""


def import_files(
    files: Sequence[Path], profile: Profile, out: Path, wish: Wish, codes: Codes, begun: Begun | None = None
) -> ImportReport:
    """Bring files of one kind into a folder of tables; the report says what became of every row.

    ``begun``: the first file, where it is being read already.
    Where no row could be kept, no table is written, the reports are. Errors: ``InputError`` and ``NotFoundError`` for
    files, options and columns; ``StorageError``. Nothing is written then.
    """
    book = open_book(out)
    salt = open_salt(wish.salt, out, book) if wish.people else None
    setting = _make_setting(profile, book, wish, salt, codes)
    report = ImportReport(profile, [])
    with closing(_read_in_turn(files, begun)) as found:
        for path, data, sheets in found:
            report.files[path.name] = hashlib.sha256(data).hexdigest()
            report.sheets += [_map_one(profile, path.name, sheet, setting, wish) for sheet in sheets]
    if not any(sheet.header for sheet in report.sheets):
        raise InputError(
            "、".join(report.files), f"里面没有“{profile.title}”的数据", "核对文件，或用 --sheet 指定工作表"
        )
    add_rows(book, report.sheets)
    report.notes += book.notes
    _declare_coverage(report, book, wish)
    digests = set(report.files.values())
    runs = [
        run for run in book.runs
        if run["profile"] != profile.name or not digests & {entry["sha256"] for entry in run["files"]}
    ]  # fmt: skip
    runs.append(report.as_json())
    texts = {
        REPORT: (json.dumps({"runs": runs}, ensure_ascii=False, indent=1) + "\n").encode(),
        TEXT: ("\n".join(describe_import(report)) + "\n").encode(),
        WORKLIST: render_worklist(runs),
        LEFT_OUT: render_left_out(runs),
    }
    if salt is not None:
        write_salt(salt)
    write_book(out, book, texts)
    return report


def _read_in_turn(
    files: Sequence[Path], begun: Begun | None
) -> Generator[tuple[Path, bytes, tuple[Sheet, ...]], None, None]:
    """Each file with its bytes and sheets; while one is mapped, a workbook that comes next is read apart."""
    ahead = begun
    try:
        for place, path in enumerate(files):
            data = ahead.data if ahead else _read_bytes(path)
            sheets = ahead.take() if ahead else read_sheets(path.name, data)
            ahead = begin_apart(files[place + 1]) if place + 1 < len(files) else None
            yield path, data, sheets
    finally:
        if ahead is not None:
            ahead.end()


def read_sheets(name: str, data: bytes) -> tuple[Sheet, ...]:
    """The sheets of an export; a workbook is read in a process of its own. Errors: ``InputError``, ``LimitError``."""
    if data.startswith(WORKBOOKS):
        return read_apart(name, data, FOR_COMMANDS, exported=True)
    return (read_export_text(name, data, FOR_COMMANDS.limits),)


def _read_bytes(path: Path) -> bytes:
    if not path.is_file():
        raise NotFoundError(str(path), "没有这个文件", "核对路径")
    data = path.read_bytes()
    if not data.strip():
        raise InputError(path.name, "文件是空的", "从来源重新导出")
    return data


def _map_one(profile: Profile, file: str, sheet: Sheet, setting: Setting, wish: Wish) -> Mapped:
    name = sheet.name.strip()
    chosen = wish.sheets or profile.sheets
    if sheet.name and chosen and name not in chosen:
        return set_sheet_aside(file, sheet, profile.table, "not-asked")
    words = profile.common.explanations
    if not sheet.rows or (sheet.name and not chosen and (name.startswith(words) or name.endswith(words))):
        return set_sheet_aside(file, sheet, profile.table, "explanation")
    header = find_header(profile, sheet)
    place = f"{file}[{sheet.name}]" if sheet.name else file
    require_columns(profile, header, place, setting.given)
    assert header is not None  # a sheet without header was refused
    mapped = map_sheet(profile, file, sheet, header, setting)
    mapped.notes += [f"含有隐藏的内容（{'、'.join(sheet.hidden)}），已一并读入"] if sheet.hidden else []
    mapped.notes += [f"{sheet.formulas} 格是公式，按文件中保存的结果读入"] if sheet.formulas else []
    mapped.notes += [sheet.note] if sheet.note else []
    return mapped


def _make_setting(profile: Profile, book: Book, wish: Wish, salt: Salt | None, codes: Codes) -> Setting:
    regions = {row["uscc"]: row.get("region", "") for row in book.table("enterprises").values()}
    column = TABLE["enterprises"].column("region")
    given = {**(_read_regions(wish.regions) if wish.regions else {})}
    for uscc, region in [*given.items(), ("--region", wish.region)]:
        try:
            region and parse_cell(column, region, codes=codes)
        except CellProblem as wrong:
            raise InputError(uscc, f"{region!r} {wrong.cause}", wrong.remedy) from wrong
    for uscc, region in given.items():
        if regions.get(uscc, region) != region:
            raise InputError(str(wish.regions), f"{uscc} 写 {region}，登记册里是 {regions[uscc]}", "改正其一")
    regions |= given
    if not (regions or wish.region or profile.region):
        raise InputError(
            "--region", "导出文件没有监管所在地，登记册必须有（代码第 3—8 位是登记地，不能代替）",
            "全部单位属同一监管所在地的给 --region 230803；否则给 --regions 文件（CSV，uscc 和 region 两列）",
        )  # fmt: skip
    for name in wish.given.keys() - profile.fields.keys():
        raise InputError(f"--set {name}", "对照表没有这个字段", f"可用 {'、'.join(profile.fields)}")
    setting = Setting(codes, wish.region, regions, {}, lambda: salt.value if salt else b"", {}, wish.given)
    answers = _read_answers(wish.answers, profile, codes) if wish.answers else {}
    people = _read_people(wish.people, salt) if wish.people and salt else {}
    return replace(setting, answers=answers, people=people)


def _read_table(path: Path, columns: Mapping[str, Sequence[str]], needed: Iterable[str]) -> list[dict[str, str]]:
    """A small table of the user's own, its columns found by any of their titles. Errors: ``InputError``."""
    (sheet, *_) = read_sheets(path.name, _read_bytes(path))
    if not sheet.rows or sheet.problems:
        raise InputError(path.name, "读不出内容", "给出有表头的 CSV 或工作簿")
    titles = ["" if cell is None else fold_title(str(cell), ()) for cell in sheet.rows[0][1]]
    places = {
        name: place
        for name, written in columns.items()
        for place, title in enumerate(titles)
        if title in {fold_title(text, ()) for text in (name, *written)}
    }
    for name in needed:
        if name not in places:
            raise InputError(path.name, f"缺少 {name} 列", f"表头写 {'、'.join(columns)}")
    return [
        {
            name: "" if place >= len(cells) or cells[place] is None else str(cells[place]).strip()
            for name, place in places.items()
        }
        | {"": f"{path.name} 第 {number} 行"}
        for number, cells in sheet.rows[1:]
    ]


def _read_regions(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in _read_table(
        path, {"uscc": ("统一社会信用代码",), "region": ("监管所在地", "行政区划代码")}, ("uscc", "region")
    ):
        if not row["uscc"] or not row["region"]:
            continue
        try:
            found[parse_uscc(row["uscc"])] = row["region"].removesuffix(".0")
        except CellProblem as wrong:
            raise InputError(row[""], f"{row['uscc']} {wrong.cause}", wrong.remedy) from wrong
    return found


def _read_people(path: Path, salt: Salt) -> dict[str, tuple[Post, ...]]:
    columns = {
        "number": ("证件号码", "身份证号", "身份证号码"), "uscc": ("统一社会信用代码",), "role": ("职务",),
        "from": ("任职起",), "to": ("任职止",),
    }  # fmt: skip
    found: dict[str, list[Post]] = {}
    for row in _read_table(path, columns, ("number", "uscc", "role")):
        if row["role"] not in ROLES:
            raise InputError(row[""], f"{row['role']!r} 不是职务代码", f"可用 {'、'.join(ROLES)}")
        try:
            days = [read_day(row.get(name, ""), {""}) for name in ("from", "to")]
            post = Post(parse_uscc(row["uscc"]), row["role"], *("" if day is None else str(day) for day in days))
        except CellProblem as wrong:
            raise InputError(row[""], wrong.cause, wrong.remedy) from wrong
        found.setdefault(digest_person(salt.value, row["number"]), []).append(post)
    return {digest: tuple(posts) for digest, posts in found.items()}


def _read_answers(path: Path, profile: Profile, codes: Codes) -> dict[tuple[str, str], str]:
    """The filled-in lines of a work list, checked; those of other profiles are passed over."""
    text = _read_bytes(path).decode("utf-8-sig", "replace")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not {"清单", "值", "填写"} <= set(reader.fieldnames or ()):
        raise InputError(path.name, "不是待归类清单", f"表头应为 {'、'.join(LIST_COLUMNS)}")
    found: dict[tuple[str, str], str] = {}
    for row in reader:
        name, value, answer = (unguard_cell((row[key] or "").strip()) for key in ("清单", "值", "填写"))
        of, _, table = name.rpartition("/")
        if not answer or (of and of != profile.name):
            continue
        if table == FUNCTIONS:
            allowed: tuple[str, ...] = tuple(codes.of(FUNCTIONS))
        elif table in profile.codes:
            allowed = profile.codes[table].results
        else:
            raise InputError(path.name, f"对照表没有代码表 {table!r}", "不要改动“清单”一列")
        if answer not in (*allowed, DROP):
            shown = (
                "、".join((*allowed, DROP))
                if len(allowed) <= 12
                else "部门职能代码（policygraph register tables）或 drop"
            )
            raise InputError(path.name, f"{value}：{answer!r} 不是可填的代码", f"可填 {shown}")
        found[table, value] = answer
    return found


def _declare_coverage(report: ImportReport, book: Book, wish: Wish) -> None:
    """Declare the table complete only where export day, source and range are known and no record was left out."""
    profile = report.profile
    exported = {day for sheet in report.sheets for day in sheet.exported}
    if wish.exported_on and exported and wish.exported_on > min(exported):
        raise InputError(
            "--exported-on", f"{wish.exported_on} 晚于文件里写的导出时间 {min(exported)}", "改正其一，或不给这一项"
        )
    day = wish.exported_on or (min(exported) if exported else None)
    if len(exported) > 1:
        report.notes.append(f"文件里有 {len(exported)} 个导出日期，以最早的 {min(exported)} 为准")
    unknown = [
        name
        for name, value in (
            ("导出日期（--exported-on）", day),
            ("来源（--source）", wish.source),
            ("查询起日（--from）", wish.begun),
            ("查询止日（--to）", wish.ended),
        )
        if not value
    ]
    gaps: Counter[str] = Counter()
    for sheet in report.sheets:
        gaps.update(reason for _, reason, _ in sheet.aside if reason not in HARMLESS and reason not in wish.settled)
        gaps["refused"] += len(sheet.refused) if "refused" not in wish.settled else 0
    left = {reason: count for reason, count in gaps.items() if count}
    if not profile.coverage:
        report.no_coverage = profile.coverage_told
    elif unknown:
        report.no_coverage = f"不知道{'、'.join(unknown)}；没有完整性说明，没有记录就不等于没有发生"
    elif left:
        told = "、".join(f"{REASONS[reason]} {count} 行" for reason, count in left.items())
        options = " ".join(f"--settled {reason}" for reason in left)
        remedy = f"处理后重新导入；确与登记册的单位、人员无关的，加 {options}"
        report.no_coverage = f"还有没收入的记录（{told}），写了就等于说它们没有发生。{remedy}"
    elif day is not None and wish.begun and wish.ended:
        if wish.begun > wish.ended:
            raise InputError("--to", f"{wish.ended} 早于 --from {wish.begun}", "改正两个日期")
        settled = f"（另有不计的：{'、'.join(REASONS[reason] for reason in wish.settled)}）" if wish.settled else ""
        row = {
            "table": profile.table, "from": str(wish.begun), "to": str(wish.ended), "exported_on": str(day),
            "field": profile.coverage_field, "source": wish.source + settled,
        }  # fmt: skip
        report.coverage = add_coverage(book, [{key: cell for key, cell in row.items() if cell}])
        if not report.coverage:
            report.no_coverage = "同一期间已有说明，导出日期不早于这一次"
