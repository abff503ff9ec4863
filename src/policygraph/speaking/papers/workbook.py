"""Answers as an Excel workbook: every cell typed text, so that ``二（九）`` or ``=1`` stays what it is, never run."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from policygraph.judging.answers import Answer
from policygraph.speaking.exports import gap_answer, plain_text
from policygraph.speaking.papers.packing import settle_archive
from policygraph.words import source_language

# Characters that a worksheet cannot hold (XML 1.0, section 2.2).
_UNWRITABLE = {code: "\ufffd" for code in range(32) if chr(code) not in "\t\n\r"}


def render_xlsx(tables: Sequence[tuple[str, Answer]], told: tuple[str, Answer] | None = None) -> bytes:
    """A workbook with one sheet a table, header frozen, every cell typed text; gaps stand on a sheet of their own.

    ``told`` is that sheet in the words of a page; else it has the names and codes of the gaps.
    """
    book = Workbook(write_only=True)
    gaps = tuple(gap for _, table in tables for gap in table.coverage)
    beside = told or (source_language().words["uncurated"], gap_answer(gaps))
    for name, table in (*tables, beside) if gaps else tables:
        sheet = book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        for index, column in enumerate(table.columns):
            width = max([len(column), *(len(plain_text(row[index])) for row in table.rows[:200])])
            sheet.column_dimensions[chr(65 + index) if index < 26 else f"A{chr(39 + index)}"].width = min(60, width * 2)
        head, plain = _find_style(sheet, bold=True), _find_style(sheet)
        for number, row in enumerate((table.columns, *table.rows)):
            cells = []
            for value in row:
                text = plain_text(value).translate(_UNWRITABLE)
                cell = Cell(sheet, row=1, column=1, value=text, style_array=head if number == 0 else plain)
                cell.data_type = "s"
                cells.append(cell)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return settle_archive(out.getvalue())


def _find_style(sheet: WriteOnlyWorksheet, *, bold: bool = False) -> StyleArray:
    """How the cells of a sheet look: text, broken into lines, from the top; bold in the header.

    A style that is set on a cell is looked up among all by its every part, so it is set once and shared.
    """
    cell = WriteOnlyCell(sheet)
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    style: StyleArray = cell._style  # type: ignore[attr-defined]  # as the library itself copies cells
    return style
