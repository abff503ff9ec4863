"""What became of every row, column and code of an import, for people (text, CSV) and for programs (JSON).

Rows seen are rows kept, refused and set aside, per file and sheet. Every column is mapped, left out on purpose with the
reason, or named as unmapped. What must be settled stands in one list that can be filled in and handed back. Numbers of
persons stand nowhere; a row is named by its place, not by its content.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policygraph.keeping.registers.importing.headers import name_place
from policygraph.keeping.registers.importing.mapping import FUNCTIONS, REASONS, Mapped, Open
from policygraph.keeping.registers.importing.profiles import Profile
from policygraph.text.guarding import guard_cell

WORKLIST = "待归类.csv"
LEFT_OUT = "未收.csv"
TEXT = "report.txt"
LIST_COLUMNS = ("清单", "值", "行数", "第一处", "说明", "可填", "填写")
MOST_TOLD = 12
"""How many rows of one reason are named one by one on a terminal; all stand in the file."""


@dataclass(slots=True)
class ImportReport:
    """One run: what it read, what became of it."""

    profile: Profile
    sheets: list[Mapped]
    files: dict[str, str] = field(default_factory=dict)
    """Name of each file and the sha256 of its bytes."""
    notes: list[str] = field(default_factory=list)
    coverage: list[dict[str, str]] = field(default_factory=list)
    no_coverage: str = ""
    """Why no period is declared complete; empty when one is."""

    def count(self, what: str) -> int:
        """Rows seen, kept, refused or set aside over all sheets."""
        return sum(sheet.seen if what == "seen" else len(getattr(sheet, what)) for sheet in self.sheets)

    @property
    def open(self) -> dict[Open, list[tuple[str, int]]]:
        """What must be settled, with the places where it stands."""
        found: dict[Open, list[tuple[str, int]]] = {}
        for sheet in self.sheets:
            for item, rows in sheet.open.items():
                found.setdefault(item, []).extend((sheet.place, row) for row in rows)
        return dict(sorted(found.items(), key=lambda pair: (pair[0].list, -len(pair[1]), pair[0].value)))

    def as_json(self) -> dict[str, Any]:  # Any: JSON
        """The run as JSON values."""
        return {
            "profile": self.profile.name,
            "table": self.profile.table,
            "files": [{"file": name, "sha256": digest} for name, digest in self.files.items()],
            "sheets": [_sheet_json(self.profile, sheet) for sheet in self.sheets],
            "unclassified": [
                {
                    "list": item.list, "value": item.value, "rows": len(places), "first": _name(places[0]),
                    "remark": item.remark, "candidates": list(item.candidates),
                }
                for item, places in self.open.items()
            ],
            "coverage": self.coverage,
            "no_coverage": self.no_coverage,
            "notes": self.notes,
        }  # fmt: skip


def describe_import(report: ImportReport) -> Iterator[str]:
    """The report in lines that a clerk reads from top to bottom."""
    yield f"对照表 {report.profile.name}（{report.profile.title}）→ {report.profile.table}"
    for sheet in report.sheets:
        yield ""
        aside, refused = len(sheet.aside), len(sheet.refused)
        yield f"{sheet.place}: {sheet.seen} 行 = 收入 {len(sheet.kept)} + 有错误 {refused} + 搁置 {aside}"
        yield from _describe_columns(report.profile, sheet)
        for reason, rows in _by_reason(sheet).items():
            shown = "；".join(f"第 {row} 行" + (f" {told}" if told else "") for row, told in rows[:MOST_TOLD])
            more = f"；另有 {len(rows) - MOST_TOLD} 行" if len(rows) > MOST_TOLD else ""
            yield f"  搁置 {len(rows)} 行（{REASONS[reason]}）：{shown}{more}"
        for number, cause, remedy in sorted(sheet.refused)[:MOST_TOLD]:
            yield f"  有错误 第 {number} 行：{cause}。{remedy}"
        if refused > MOST_TOLD:
            yield f"  另有 {refused - MOST_TOLD} 行有错误，见 {LEFT_OUT}"
        for note in sheet.notes:
            yield f"  注意：{note}"
    if report.open:
        yield ""
        yield f"待归类 {len(report.open)} 项（没有一项按缺省收入；在 {WORKLIST} 的“填写”列填好后，加 --codes 再导入）："
        for item, places in report.open.items():
            can = "、".join(item.candidates)
            yield f"  {item.list}：{item.value} — {len(places)} 行，{_name(places[0])}；{item.remark}" + (
                f"；可填 {can}" if can else ""
            )
    yield ""
    for row in report.coverage:
        field_ = f"，领域 {row['field']}" if row.get("field") else ""
        period = f"{row['from']} 至 {row['to']}"
        yield f"完整性说明：{row['table']} {period}{field_}，{row['exported_on']} 导出自 {row['source']}"
        yield f"  注意：{report.profile.coverage_told}"
    if report.no_coverage:
        yield f"没有写完整性说明：{report.no_coverage}"
    for note in report.notes:
        yield f"注意：{note}"


def _describe_columns(profile: Profile, sheet: Mapped) -> Iterator[str]:
    header = sheet.header
    if header is None:
        return
    mapped = [f"{name_place(header, place)} → {name}" for name, places in header.fields.items() for place in places]
    yield f"  表头在第 {header.row} 行；用的列：{'；'.join(mapped)}"
    by_reason: dict[str, list[str]] = {}
    for place, reason in header.ignored.items():
        by_reason.setdefault(reason, []).append(name_place(header, place))
    for reason, titles in by_reason.items():
        yield f"  有意不用的列：{'、'.join(titles)}（{reason}）"
    if header.unmapped:
        yield f"  没有对应的列：{'、'.join(name_place(header, place) for place in header.unmapped)}"
    absent = [
        found.titles[0] for found in profile.fields.values() if found.name not in header.fields and not found.column
    ]
    if absent:
        yield f"  文件里没有的列：{'、'.join(absent)}"


def _by_reason(sheet: Mapped) -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for number, reason, told in sorted(sheet.aside):
        found.setdefault(reason, []).append((number, told))
    return found


def _sheet_json(profile: Profile, sheet: Mapped) -> dict[str, Any]:  # Any: JSON
    header = sheet.header
    columns: list[dict[str, Any]] = []  # Any: JSON
    if header is not None:
        named = {place: name for name, places in header.fields.items() for place in places}
        for place in range(len(header.titles)):
            title = name_place(header, place)
            if place in named:
                columns.append({"title": title, "use": "mapped", "field": named[place]})
            elif place in header.ignored:
                columns.append({"title": title, "use": "ignored", "reason": header.ignored[place]})
            else:
                columns.append({"title": title, "use": "unmapped"})
    reasons = Counter(reason for _, reason, _ in sheet.aside)
    return {
        "file": sheet.file,
        "sheet": sheet.sheet,
        "table": sheet.table,
        "header_row": header.row if header else None,
        "seen": sheet.seen,
        "kept": len(sheet.kept),
        "refused": len(sheet.refused),
        "set_aside": len(sheet.aside),
        "reasons": dict(sorted(reasons.items())),
        "columns": columns,
        "unmapped": [name_place(header, place) for place in header.unmapped] if header else [],
        "rows": [
            {"row": row, "state": "refused", "reason": "refused", "told": f"{cause}。{remedy}"}
            for row, cause, remedy in sorted(sheet.refused)
        ]
        + [
            {"row": row, "state": "set_aside", "reason": reason, "told": told}
            for row, reason, told in sorted(sheet.aside)
        ],
        "notes": sheet.notes,
    }


def _name(place: tuple[str, int]) -> str:
    return f"{place[0]} 第 {place[1]} 行"


def render_worklist(runs: Iterable[Mapping[str, Any]]) -> bytes:  # Any: JSON
    """What must be settled after all runs, to be filled in: a CSV with a mark, so that spreadsheets read it."""
    rows = [
        [
            _list_name(run, item), item["value"], str(item["rows"]), item["first"], item["remark"],
            "、".join(item["candidates"]), "",
        ]
        for run in runs
        for item in run["unclassified"]
    ]  # fmt: skip
    return _render(LIST_COLUMNS, rows)


def render_left_out(runs: Iterable[Mapping[str, Any]]) -> bytes:  # Any: JSON
    """Every row that is not in the register, by place and reason."""
    rows = [
        [sheet["file"], sheet["sheet"], str(row["row"]), REASONS[row["reason"]], row["told"]]
        for run in runs
        for sheet in run["sheets"]
        for row in sheet["rows"]
    ]
    return _render(("文件", "工作表", "行", "原因", "说明"), rows)


def _list_name(run: Mapping[str, Any], item: Mapping[str, Any]) -> str:  # Any: JSON
    return str(item["list"]) if item["list"] == FUNCTIONS else f"{run['profile']}/{item['list']}"


def _render(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([[guard_cell(cell) for cell in row] for row in rows])
    return target.getvalue().encode("utf-8-sig")
