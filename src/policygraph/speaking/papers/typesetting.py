"""Setting a working paper in Word: page, styles, paragraphs, and tables that a page break does not tear.

A row stays on one page, the header comes again on the next, a row across the whole width heads those that follow it.
A bureau's own ``.docx`` may be the template: its page, fonts and styles are used, its text is dropped. What is said is
decided elsewhere; nothing here knows a word of it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from policygraph.errors import InputError
from policygraph.speaking.papers.packing import settle_archive

Columns = Sequence[tuple[str, int]]
"""The heading of each column with its width in millimetres."""
Line = Sequence[str] | str
"""A row of a table: a text for each column, or one text across all of them."""

_FONT = "宋体"
_SMALL = 7.5
"""Points of a table's text: 六号, the smallest that official papers use."""
_SMALL_LINE = 8.8
"""Points from line to line in a table. Fixed, as official papers are set, so that pages do not hang on which font is
installed."""
_LINE = 11.5
_CELL_MARGIN = 57
"""Twentieths of a point between a cell's border and its text: one millimetre."""
# Characters that XML 1.0 cannot hold (section 2.2).
_UNWRITABLE = {code: "\ufffd" for code in range(32) if chr(code) not in "\t\n\r"}


def open_paper(template: Path | None, title: str) -> DocumentObject:
    """An empty landscape paper, or a bureau's template without its text.

    Errors: ``InputError`` for what is no Word file.
    """
    if template is None:
        document = Document()
        _set_page(document)
        document.core_properties.title = title
        document.core_properties.author = "policygraph"
        return document
    try:
        document = Document(str(template))
    except (PackageNotFoundError, KeyError, ValueError, OSError) as cause:
        raise InputError(str(template), f"不是能打开的 Word 文件（{cause}）", "请给出一个 .docx 文件") from cause
    for element in list(document.element.body):
        if element.tag != qn("w:sectPr"):
            document.element.body.remove(element)
    return document


def pack_paper(document: DocumentObject) -> bytes:
    """The paper as a file; the same paper gives the same bytes."""
    buffer = io.BytesIO()
    document.save(buffer)
    return settle_archive(buffer.getvalue())


def set_footer(document: DocumentObject, before: str, between: str, after: str) -> None:
    """The foot of every page: words, the page, words, the number of pages, words."""
    footer = document.sections[0].footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run(before)
    _add_field(footer, "PAGE")
    footer.add_run(between)
    _add_field(footer, "NUMPAGES")
    footer.add_run(after)


def add_heading(document: DocumentObject, text: str, *, new_page: bool = False) -> None:
    """The heading of a part, kept with what follows it; on a new page where asked."""
    paragraph = add_paragraph(document, text, style="Heading 1")
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.page_break_before = new_page


def add_paragraph(document: DocumentObject, text: str, *, lead: str = "", style: str = "") -> Paragraph:
    """A paragraph, after a lead in bold where there is one."""
    paragraph = document.add_paragraph(style=_style(document, style))
    paragraph.paragraph_format.space_after = Pt(1)
    if lead:
        paragraph.add_run(lead.translate(_UNWRITABLE)).bold = True
    paragraph.add_run(text.translate(_UNWRITABLE))
    if style == "Title":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def add_lines(document: DocumentObject, lines: Iterable[str]) -> None:
    """Each line as a paragraph."""
    for line in lines:
        add_paragraph(document, line)


def add_table(document: DocumentObject, columns: Columns, rows: Iterable[Line]) -> None:
    """A table whose header comes again on every page and whose rows are not cut."""
    table = document.add_table(rows=1, cols=len(columns))
    table.style = _style(document, "Table Grid")
    table.autofit = False
    _set_margins(table)
    for column, (_, width) in zip(table.columns, columns, strict=True):
        column.width = Mm(width)
    _fill(table.rows[0], [heading for heading, _ in columns], columns, bold=True)
    _mark(table.rows[0], "w:tblHeader")
    for line in rows:
        row = table.add_row()
        _mark(row, "w:cantSplit")
        if isinstance(line, str):
            cell = row.cells[0].merge(row.cells[-1])
            _write(cell, line, bold=False)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
        else:
            _fill(row, line, columns)


def _set_page(document: DocumentObject) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(12)
    section.header_distance = section.footer_distance = Mm(6)
    for name, size in (("Normal", 8.5), ("Title", 15), ("Heading 1", 11)):
        style = document.styles[name]
        style.font.name = _FONT
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        properties = style.element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for name_of in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(name_of), _FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
    document.styles["Normal"].paragraph_format.line_spacing = Pt(_LINE)
    for name in ("Title", "Heading 1"):
        document.styles[name].paragraph_format.line_spacing = 1
    heading = document.styles["Heading 1"].paragraph_format
    heading.space_before, heading.space_after = Pt(4), Pt(1)


def _add_field(paragraph: Paragraph, code: str) -> None:
    """A field that Word fills in: the page number or the number of pages."""
    run = paragraph.add_run()
    for kind in ("begin", None, "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = code
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _style(document: DocumentObject, name: str) -> str | None:
    """A style by its name where the document has it; None for the default one."""
    return name if name and name in {style.name for style in document.styles} else None


def _set_margins(table: Table) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), str(_CELL_MARGIN))
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    # the schema wants it before the look of the table (ISO/IEC 29500-1, 17.4.60)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    properties.append(margins) if look is None else look.addprevious(margins)


def _fill(row: _Row, texts: Sequence[str], columns: Columns, *, bold: bool = False) -> None:
    for cell, text, (_, width) in zip(row.cells, texts, columns, strict=True):
        cell.width = Mm(width)
        _write(cell, text, bold=bold)


def _write(cell: _Cell, text: str, *, bold: bool) -> None:
    for position, line in enumerate(text.translate(_UNWRITABLE).split("\n")):
        paragraph = cell.paragraphs[0] if position == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = Pt(_SMALL_LINE)
        run = paragraph.add_run(line)
        run.bold = bold
        run.font.size = Pt(_SMALL)


def _mark(row: _Row, name: str) -> None:
    """Set a row property: comes again as header, is not cut by a page break."""
    properties = row._tr.get_or_add_trPr()
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    properties.append(element)
