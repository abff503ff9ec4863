"""A comparison as a Word file on landscape pages: one row a matter, one column a place or document, as a working paper.

The first row repeats on every page. The file states the day and the dataset that it was made from, so that anybody
can make it again; it is a working paper for reference and looks like one.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell

from policygraph.judging.comparing.sheets import Sheet, SheetCell, head_passage, law_lines
from policygraph.judging.comparing.tables import (
    Cell,
    Comparison,
    Entry,
    list_remarks,
    name_basis,
    name_verdicts,
)
from policygraph.speaking.papers.packing import settle_archive
from policygraph.text.titles import name_text

Words = Mapping[str, str]
Naming = Callable[[str], str]
"""What a thing is called: a document by its number, a clause by its document and place."""
FONT = "宋体"


def render_docx(table: Comparison, words: Words, name: Naming, warning: str = "") -> bytes:
    """The table as a Word file; ``words`` has its title, headings and the word for each standing.

    A cell says what that of the page says, and each passage is headed by the document and place that it is cited by.
    ``warning`` is what nobody has read to the end.
    """
    note = words["docx_note"].format(as_of=table.as_of, dataset=table.dataset[:16])
    meanings = "".join(words[f"note_{state}"] for state in ("absent", "uncurated") if state in table.states)
    file = open_paper(words["docx_title"], note + meanings + warning)
    heads = ("\n".join((place.label, *map(name, place.documents))) for place in table.places)
    grid = add_grid(file, [words["matter"], *heads])
    for row in table.rows:
        cells = grid.add_row().cells  # type: ignore[no-untyped-call]  # python-docx is typed only in part
        _write(cells[0], row.label, bold=True)
        for cell, shown in zip(cells[1:], row.cells, strict=True):
            _fill(cell, shown, table, words, name)
    return save_paper(file)


def render_sheet_docx(sheet: Sheet, words: Words, warning: str = "") -> bytes:
    """A topic sheet as a Word file: the grid as on the screen, then the documents by number and the definitions.

    In a cell the answer stands first, then each clause with its words; underlined is what differs from the document
    that is worded most alike.
    """
    topics = {topic.slug: topic.label for topic in sheet.topics}
    shown = words["list_comma"].join(dict.fromkeys(topics[row.topic] for row in sheet.rows))
    note = words["sheet_note"].format(as_of=sheet.as_of, dataset=sheet.dataset)
    seen = {cell.status for row in sheet.rows for cell in row.cells}
    meanings = "".join(words[f"note_{state}"] for state in ("absent", "uncurated") if state in seen)
    title = f"{words['sheet_title']}{words['colon']}{shown}" if shown else words["sheet_title"]
    file = open_paper(title, note + meanings + warning)
    if sheet.law:
        file.add_heading(words["law_heading"].format(as_of=sheet.as_of), level=2)
        file.add_paragraph(words["law_note"])
        for line in law_lines(sheet, words):
            file.add_paragraph(line)
    heads = (f"{column.place_label}\n{column.number}" for column in sheet.columns)
    grid = add_grid(file, [words["question"], *heads])
    for row in sheet.rows:
        cells = grid.add_row().cells  # type: ignore[no-untyped-call]  # python-docx is typed only in part
        _write(cells[0], row.label, bold=True)
        for cell, answered in zip(cells[1:], row.cells, strict=True):
            _fill_answer(cell, answered, words)
    file.add_heading(words["sheet_sources"], level=2)
    for column in sheet.columns:
        file.add_paragraph(
            f"{name_text(column.title)}（{column.number}）{words['comma']}{column.date or words['undated']}"
        )
    file.add_heading(words["sheet_definitions"], level=2)
    for row in sheet.rows:
        file.add_paragraph(f"{row.label} {row.definition}")
    return save_paper(file)


def _fill_answer(cell: _Cell, shown: SheetCell, words: Words) -> None:
    """The answer of a document, then the clause and words of each passage; or why there is no answer."""
    _write(cell, words["list_comma"].join(value[2] for value in shown.values) or shown.label, bold=bool(shown.values))
    if shown.reason:
        cell.add_paragraph(f"〔{shown.reason}〕")
    for passage in shown.passages:
        if passage.quote:
            paragraph = cell.add_paragraph(f"{head_passage(shown, passage, words)}“")
            for piece in passage.pieces:
                paragraph.add_run(piece.text).underline = piece.differs
            paragraph.add_run("”")
        if passage.note:
            cell.add_paragraph(f"〔{passage.note}〕")


def open_paper(title: str, note: str) -> Document:
    """A Word file on landscape pages with its title and a note below it."""
    file = docx.Document()
    section = file.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(1.5)
    _set_font(file)
    file.add_heading(title, level=1)
    file.add_paragraph(note)
    return file


def add_grid(file: Document, heads: Sequence[str]) -> Table:
    """A table with a heading that stands on every page."""
    grid: Table = file.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, text in zip(grid.rows[0].cells, heads, strict=True):
        _write(cell, text, bold=True)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(mark)
    return grid


def add_texts(grid: Table, texts: Sequence[str]) -> None:
    """One more row of a table, one text a cell."""
    row = grid.add_row()  # type: ignore[no-untyped-call]  # python-docx is typed only in part
    for cell, text in zip(row.cells, texts, strict=True):
        _write(cell, text)


def save_paper(file: Document) -> bytes:
    """The bytes of a Word file."""
    out = io.BytesIO()
    file.save(out)
    return settle_archive(out.getvalue())


def _fill(cell: _Cell, shown: Cell, table: Comparison, words: Words, name: Naming) -> None:
    """The words of a cell, one paragraph a measure; or why it is empty."""
    _write(cell, words[shown.status], bold=not shown.entries)
    for entry in shown.entries:
        for line in entry_lines(entry, words, name):
            cell.add_paragraph(line)
    for said in shown.statements:
        cell.add_paragraph(f"〔{words[said.status]}〕{name(said.clause)}“{said.quote}”")
    for remark in list_remarks(shown, table, words, name):
        cell.add_paragraph(remark)


def entry_lines(entry: Entry, words: Words, name: Naming) -> Iterator[str]:
    """A measure of a cell in lines: where it stands, its words, marks, conclusion, premise, bodies and bases."""
    colon = words["colon"]
    yield f"{name(entry.document)} {entry.notation}“{entry.quote}”"
    force = f"{words['force']}{colon}{entry.force}" if entry.force else ""
    force += f" · {words['lawfully']}" if force and entry.lawfully else ""
    whom = words.get(entry.addressee, entry.addressee)
    whom += f" “{entry.addressee_as_written}”" if entry.addressee_as_written else ""
    effects = (f"{words['effect']}{colon}{effect}" for effect in entry.effects)
    if marks := " · ".join(filter(None, (force, *effects, whom))):
        yield f"〔{marks}〕"
    yield f"{words['conclusion_head']}{colon}{name_verdicts(entry.verdicts, words)}"
    if entry.requires:
        yield f"{words['requires']}{colon}{entry.requires}"
    named = words["list_comma"].join(label for _, label in entry.departments)
    unread = "department_unread" if "departments" in entry.unread else "department_none"
    yield f"{words['department']}{colon}{named}" if named else words[unread]
    for basis in entry.bases:
        standing = words.get(basis.status, basis.status)
        told = filter(None, (basis.rank, standing))
        yield f"{words['basis']}{colon}{name_basis(basis, words)}〔{' · '.join(told)}〕".removesuffix("〔〕")
    if not entry.bases:
        yield words["bases_unread" if "legal-bases" in entry.unread else "bases_none"]


def _write(cell: _Cell, text: str, *, bold: bool = False) -> None:
    cell.paragraphs[0].add_run(text).bold = bold


def _set_font(file: Document) -> None:
    """A Chinese font for Chinese and Latin alike, in a size that fits five columns."""
    for name, size in (("Normal", 9), ("Heading 1", 15), ("Heading 2", 12)):
        style = file.styles[name]
        style.font.name = FONT
        style.font.size = Pt(size)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
