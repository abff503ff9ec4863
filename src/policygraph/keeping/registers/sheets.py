"""From a sheet as people keep it to a table: where the header stands, which rows are no records, what cannot be read.

Registers in the wild carry a title above the header, a line with the reporting unit, totals below. Such rows are
recognised by their form and set aside by number and reason; what is not recognised stays a row and is refused with its
place if it is none. Nothing is dropped in silence: a merged range, an error value or a formula without a result inside
the table is a problem of that cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import Table
from policygraph.keeping.registers.cells import CellProblem, parse_uscc
from policygraph.reading.intake.workbooks import Cell, Problem, Sheet

DEEPEST_HEADER = 20
"""Among how many rows from the first that hold something the header is looked for."""

Rows = tuple[tuple[int, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Tidied:
    """A sheet as a table: the header first, then its records; what was set aside, and what cannot be read."""

    rows: Rows
    set_aside: tuple[tuple[int, str], ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def tidy_sheet(table: Table, sheet: Sheet, codes: Codes) -> Tidied:
    """The table on a sheet. A sheet without a row that looks like the header keeps its first row as one."""
    start = find_header(table, sheet.rows)
    above, body = sheet.rows[:start], sheet.rows[start + 1 :]
    header = sheet.rows[start : start + 1]
    aside: list[tuple[int, str]] = []
    problems: list[Problem] = []
    for number, cells in above:
        if any(_is_uscc(cell) for cell in cells):
            problems.append(Problem(number, "", "表头之上有一行数据", "把表头移到数据之上"))
        else:
            aside.append((number, "表头之上的标题行"))
    words = codes.of("register-rows")["total"].names
    kept = []
    for number, cells in body:
        if is_total(cells, words):
            aside.append((number, "合计行"))
        else:
            kept.append((number, cells))
    gone = {number for number, _ in aside}
    problems += [problem for problem in sheet.problems if problem.row not in gone]
    first = header[0][0] if header else 1
    last = max([number for number, _ in kept], default=first)
    for top, bottom, address in sheet.merged:
        if bottom >= first and top <= last and not set(range(top, bottom + 1)) <= gone:
            problems.append(Problem(max(top, first), address, "是合并的单元格", "取消合并，并在每一格填写"))
    notes = [f"含有隐藏的内容（{'、'.join(sheet.hidden)}），已一并读入"] if sheet.hidden else []
    if sheet.formulas:
        notes.append(f"{sheet.formulas} 格是公式，按文件中保存的结果读入")
    return Tidied((*header, *kept), tuple(sorted(aside)), tuple(sorted(problems)), tuple(notes))


def find_header(table: Table, rows: Rows) -> int:
    """The place of the header among the first rows: most names of columns, and more names than other cells.

    0 when no row looks like one.
    """
    known = {column.name for column in table.columns} | {column.label for column in table.columns}
    best, place = 1, 0
    for number, (_, cells) in enumerate(rows[:DEEPEST_HEADER]):
        texts = [str(cell).strip() for cell in cells if cell is not None]
        names = sum(text in known for text in texts)
        if names > best and names * 2 > len(texts):
            best, place = names, number
    return place


def is_total(cells: Iterable[Cell], words: Iterable[str]) -> bool:
    """True for a row whose first cell that holds something is a word for a total, perhaps with a number.

    >>> [is_total([None, text, 3], ("合计", "小计")) for text in ("合 计", "小计：12 家", "合计", "合计食品有限公司")]
    [True, True, True, False]
    """
    first = next((str(cell) for cell in cells if cell is not None and str(cell).strip()), "")
    plain = re.sub(r"\s+", "", first).casefold()
    for word in words:
        rest = plain.removeprefix(word)
        if rest != plain and re.fullmatch(r"[:：]?(?:共)?[0-9]*[条行家个人户笔件项]?[。.]?", rest):
            return True
    return False


def _is_uscc(cell: Cell) -> bool:
    try:
        return isinstance(cell, str) and bool(parse_uscc(cell.strip()))
    except CellProblem:
        return False
