"""Answers as an Excel workbook: every cell typed text, so that ``二（九）`` or ``=1`` stays what it is, never run."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from policygraph.judging.answers import Answer
from policygraph.speaking.exports import gap_answer, plain_text
from policygraph.speaking.papers.packing import settle_archive
from policygraph.words import source_language

# Characters that a worksheet cannot hold (XML 1.0, section 2.2).
_UNWRITABLE = {code: "\ufffd" for code in range(32) if chr(code) not in "\t\n\r"}


def render_xlsx(tables: Sequence[tuple[str, Answer]]) -> bytes:
    """A workbook with one sheet a table, header frozen, every cell typed text; gaps stand on a sheet of their own."""
    book = Workbook(write_only=True)
    gaps = tuple(gap for _, table in tables for gap in table.coverage)
    for name, table in (*tables, (source_language().words["uncurated"], gap_answer(gaps))) if gaps else tables:
        sheet = book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        for index, column in enumerate(table.columns):
            width = max([len(column), *(len(plain_text(row[index])) for row in table.rows[:200])])
            sheet.column_dimensions[chr(65 + index) if index < 26 else f"A{chr(39 + index)}"].width = min(60, width * 2)
        for number, row in enumerate((table.columns, *table.rows)):
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet, value=plain_text(value).translate(_UNWRITABLE))
                cell.data_type = "s"
                cell.number_format = "@"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if number == 0:
                    cell.font = Font(bold=True)
                cells.append(cell)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return settle_archive(out.getvalue())
