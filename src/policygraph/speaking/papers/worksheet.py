"""Answers as a Word working paper: a heading, what it rests on, one record after another with its words.

A working paper is for people who correct it by hand, so it is a plain .docx with real headings and tables, in Chinese,
with the date it was asked for, the hash of the graph that answered, and a line that says it decides nothing. Columns
that hold addresses are printed short. It queries nothing and knows no clock.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

import docx
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from policygraph.keeping.store import Answer, Cell, Iri, warn_of_gaps
from policygraph.namespaces import slug_of
from policygraph.words import source_language

_FONT = "宋体"
# Characters that a Word file cannot hold (XML 1.0, section 2.2).
_UNWRITABLE = {code: "\ufffd" for code in range(32) if chr(code) not in "\t\n\r"}


def render_worksheet(title: str, caution: str, parts: Iterable[tuple[str, Answer, Mapping[str, str]]]) -> bytes:
    """A .docx with one section a part: its heading, its rows as two-column records, labels from the mapping.

    Columns without a label are left out; empty cells are not printed. The file names no time and no person.
    """
    words = source_language().words
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name = _FONT
    style.font.size = Pt(10.5)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    document.add_heading(title, level=0)
    document.add_paragraph(caution)
    for heading, answer, labels in parts:
        document.add_heading(heading, level=1)
        asked = f"{words['as_of']} {answer.as_of} · " if answer.as_of else ""
        counted = f"{len(answer.rows)} {words['records']}"
        document.add_paragraph(f"{asked}{counted} · {words['dataset']} {(answer.dataset or '')[:12]}")
        if answer.coverage:
            document.add_paragraph(warn_of_gaps(answer.coverage))
        for number, row in enumerate(answer.rows, start=1):
            shown = [
                (labels[column], _plain(cell))
                for column, cell in zip(answer.columns, row, strict=True)
                if column in labels and cell is not None
            ]
            document.add_paragraph(f"{number}.").paragraph_format.keep_with_next = True
            table = document.add_table(rows=0, cols=2, style="Table Grid")
            for label, text in shown:
                cells = table.add_row().cells
                cells[0].text, cells[1].text = label, text
                cells[0].width, cells[1].width = Cm(3.2), Cm(12.8)
    properties = document.core_properties
    properties.author, properties.title = "policygraph", title
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _plain(cell: Cell) -> str:
    if isinstance(cell, bool):
        return str(source_language().words["codes"]["yes" if cell else "no"])
    return (slug_of(cell) if isinstance(cell, Iri) else str(cell)).translate(_UNWRITABLE)
