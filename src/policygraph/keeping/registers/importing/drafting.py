"""A first profile from the header of a file that nobody has described yet: likely fields, each to be confirmed.

Likeness proposes and a person disposes: every candidate stands with its figure, the draft says ``draft = true``, and
the import refuses it until that line is gone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from policygraph.judging.rules.facts import TABLE, TABLES
from policygraph.keeping.registers.importing.profiles import Profile, fold_title
from policygraph.reading.intake.workbooks import Cell, Sheet
from policygraph.text.likeness import word_likeness

DEEPEST = 20
LEAST = 0.5
MOST = 3


def draft_profile(name: str, sheet: Sheet, profiles: Sequence[Profile]) -> str:
    """The text of a draft: the nearest table, each title with what it may be, what must be decided by people."""
    header = _guess_header(sheet)
    number, cells = sheet.rows[header]
    titles = [str(cell).strip() for cell in cells if cell is not None and str(cell).strip()]
    known = [
        (p, field.name, field.type, title) for p in profiles for field in p.fields.values() for title in field.titles
    ]
    found = {title: _candidates(title, known) for title in titles}
    scores = {p.name: sum(best[0][0] for best in found.values() if best and best[0][1] == p.name) for p in profiles}
    nearest = max(profiles, key=lambda p: scores[p.name])
    lines = [
        f"# 这是什么：{name} 的导入对照表草稿，由表头起草（第 {number} 行），各项都待确认。",
        "# 谁可以改：法制、数据管理人员。逐项确认后删去 draft = true，才能用于导入。",
        "# 怎样检查：policygraph register import FILE --profile 本文件 --out DIR，看报告。",
        f"# 最像的现有对照表是 {nearest.name}（{nearest.title}），它记入 {nearest.table}。",
        "# 各表见 policygraph register tables。",
        "draft = true",
        f"title = {_quote(name)}",
        f"table = {_quote(nearest.table)}        # 待确认：可用 {'、'.join(t.name for t in TABLES if t.record)}",
        'argument = ""        # 待填写：为什么记入这张表',
        "",
    ]
    names: set[str] = set()
    for place, title in enumerate(titles, start=1):
        best = found[title]
        field = best[0][2] if best and best[0][2] not in names else f"field_{place}"
        names.add(field)
        kind = (
            best[0][3]
            if best
            else _guess_type(
                sheet, header, cells.index(next(c for c in cells if c is not None and str(c).strip() == title))
            )
        )
        told = "；".join(f"{of}.{what}（{written}）相似 {score:.2f}" for score, of, what, _, written in best[:MOST])
        lines += [
            "[[fields]]",
            f"name = {_quote(field)}        # 待确认：{told or '没有相近的字段；不用的移到 ignored 并写理由'}",
        ]
        lines += [f"type = {_quote(kind)}", f"titles = [{_quote(title)}]", ""]
    lines += [
        "[subject]",
        f'name = ""        # 待填写：当事人名称的字段（{"、".join(sorted(names))}）',
        "unit = []        # 待填写：统一社会信用代码的字段",
        "",
        "[columns]",
    ]
    for column in TABLE[nearest.table].columns:
        if column.name not in ("uscc", "person_id"):
            must = "必填" if column.required else "可不写"
            lines.append(f'# {column.name} = {{ field = "" }}        # {column.label}，{must}')
    lines += ["", "[coverage]", "possible = false", 'told = "待确认：这份导出是否完整"', ""]
    return "\n".join(lines)


def _candidates(title: str, known: Sequence[tuple[Profile, str, str, str]]) -> list[tuple[float, str, str, str, str]]:
    """Likeness, profile, field, type and title of what a title may be, best first, one of each field."""
    plain = fold_title(title, ())
    scored = sorted(
        (
            (word_likeness(plain, fold_title(written, ())), p.name, field, kind, written)
            for p, field, kind, written in known
        ),
        key=lambda one: (-one[0], one[1], one[2]),
    )
    best: dict[tuple[str, str], tuple[float, str, str, str, str]] = {}
    for one in scored:
        if one[0] >= LEAST:
            best.setdefault((one[1], one[2]), one)
    return list(best.values())


def _guess_header(sheet: Sheet) -> int:
    """The place of the row with the most texts of a title's length among the first ones."""
    return max(range(min(DEEPEST, len(sheet.rows))), key=lambda at: (sum(_is_title(c) for c in sheet.rows[at][1]), -at))


def _is_title(cell: Cell) -> bool:
    return isinstance(cell, str) and 0 < len(cell.strip()) <= 40 and not cell.strip()[0].isdigit()


def _guess_type(sheet: Sheet, header: int, place: int) -> str:
    cells = [row[place] for _, row in sheet.rows[header + 1 : header + 20] if place < len(row)]
    return "date" if any(isinstance(cell, (date, datetime)) for cell in cells) else "string"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
