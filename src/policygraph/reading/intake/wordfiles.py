"""A Word document as one plain text, with the way back to its paragraphs and cells.

What Word computes when it prints is written out: the numbers of automatic lists (第一条, （一）, 1.1), those of a style
too. Tables are written as the tags that the readers know, so that merged cells and paragraphs inside a cell
stay what they are. Words that a revision deleted are left out and said, inserted ones stand; headers, footers, text
boxes, footnotes and comments are set aside by name with their words: nothing is lost in silence.

Bytes of a stranger are read here, so this module runs inside the worker. It opens no file.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from docx import Document as open_document
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl, CT_Tc
from docx.oxml.text.paragraph import CT_P
from docx.oxml.xmlchemy import BaseOxmlElement
from lxml.etree import LxmlError

from policygraph.errors import InputError, LimitError
from policygraph.reading.intake.extractions import Aside, Extraction, Place
from policygraph.text.numerals import write_numeral

MOST_UNPACKED = 200_000_000
"""Bytes that a document may unpack to; pictures are not unpacked."""

_REMEDY = "用 Word 或 WPS 打开后另存为 .docx"
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCounting"}
    | {"taiwaneseCountingThousand", "ideographTraditional", "chineseLegalSimplified"}
)


def read_document(data: bytes, place: str) -> Extraction:
    """The text of a ``.docx`` file.

    Errors: ``InputError`` when it is damaged or no Word document; ``LimitError`` when it unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(item.file_size for item in package.infolist() if item.filename.endswith((".xml", ".rels")))
            if unpacked > MOST_UNPACKED:
                raise LimitError(place, f"解开后超过 {MOST_UNPACKED // 1_000_000} MB", "请拆分文件，或另存后重试")
        document = open_document(io.BytesIO(data))
        return _Writer(document).write()
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, LxmlError, NotImplementedError) as error:
        raise InputError(place, f"Word 文件无法读取，可能已损坏（{type(error).__name__}）", _REMEDY) from None


@dataclass(slots=True)
class _Level:
    """A level of an automatic list: where it starts, how it counts, and what is printed."""

    start: int
    form: str
    text: str


@dataclass(slots=True)
class _Lists:
    """The automatic lists of a document and how far each has counted."""

    levels: dict[str, dict[int, _Level]]
    shared: dict[str, str]  # the list that a number is an instance of: they count together
    styles: dict[str, tuple[str, int]]
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, paragraph: CT_P) -> str:
        """What Word prints before a paragraph; empty when it is no item of a list, or one with a bullet."""
        number = self._number(paragraph)
        if number is None or number[0] not in self.levels:
            return ""
        identifier, depth = number
        levels = self.levels[identifier]
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self.counts.setdefault(self.shared[identifier], {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for below in [other for other in counts if other > depth]:
            del counts[below]
        if level.form in {"bullet", "none"}:
            return ""
        printed = level.text
        for place in range(depth + 1):
            upper = levels.get(place)
            if upper is not None:
                count = counts.get(place, upper.start)
                printed = printed.replace(f"%{place + 1}", _write(count, upper.form))
        return printed

    def _number(self, paragraph: CT_P) -> tuple[str, int] | None:
        properties = paragraph.pPr
        own = properties.find(qn("w:numPr")) if properties is not None else None
        style = _value(properties.find(qn("w:pStyle"))) if properties is not None else None
        inherited = self.styles.get(style or "")
        if own is None:
            return inherited
        identifier = _value(own.find(qn("w:numId"))) or (inherited[0] if inherited else "0")
        depth = _value(own.find(qn("w:ilvl"))) or (str(inherited[1]) if inherited else "0")
        return None if identifier == "0" else (identifier, int(depth))


def _value(element: BaseOxmlElement | None) -> str | None:
    found = element.get(qn("w:val")) if element is not None else None
    return str(found) if found is not None else None


def _write(count: int, form: str) -> str:
    """A number in one of Word's forms (ECMA-376, 17.18.59); in digits where the form is not known."""
    if form in _CHINESE:
        return write_numeral(count)
    if form == "decimalZero":
        return f"{count:02}"
    if form in {"upperLetter", "lowerLetter"} and 0 < count <= 26:
        return chr((ord("A") if form == "upperLetter" else ord("a")) + count - 1)
    if form == "decimalEnclosedCircle" and 0 < count <= 20:
        return chr(ord("①") + count - 1)
    if form in {"upperRoman", "lowerRoman"}:
        roman = ""
        for value, letters in _ROMAN:
            while count >= value:
                roman, count = roman + letters, count - value
        return roman if form == "upperRoman" else roman.lower()
    return str(count)


_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


def _read_lists(document: Document) -> _Lists:
    part = next((rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None)
    element = getattr(part, "element", None)
    styles = {str(style.get(qn("w:styleId"))): style for style in document.styles.element.iterchildren(qn("w:style"))}
    numbered: dict[str, tuple[str, int]] = {}
    for name in styles:
        at, seen = name, set()
        while at in styles and at not in seen:
            seen.add(at)
            number = styles[at].find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if number is not None:
                identifier = _value(number.find(qn("w:numId")))
                if identifier and identifier != "0":
                    numbered[name] = (identifier, int(_value(number.find(qn("w:ilvl"))) or 0))
                break
            at = _value(styles[at].find(qn("w:basedOn"))) or ""
    if element is None:
        return _Lists({}, {}, {})
    abstract = {}
    for one in element.iterchildren(qn("w:abstractNum")):
        abstract[one.get(qn("w:abstractNumId"))] = {
            int(level.get(qn("w:ilvl")) or 0): _read_level(level) for level in one.iterchildren(qn("w:lvl"))
        }
        for level in one.iterchildren(qn("w:lvl")):
            style = _value(level.find(qn("w:pStyle")))
            if style in numbered:
                numbered[style] = (numbered[style][0], int(level.get(qn("w:ilvl")) or 0))
    levels: dict[str, dict[int, _Level]] = {}
    shared: dict[str, str] = {}
    for number in element.iterchildren(qn("w:num")):
        identifier = str(number.get(qn("w:numId")))
        base = _value(number.find(qn("w:abstractNumId"))) or ""
        levels[identifier] = dict(abstract.get(base, {}))
        shared[identifier] = f"abstract {base}"
        for override in number.iterchildren(qn("w:lvlOverride")):
            depth = int(override.get(qn("w:ilvl")) or 0)
            start = _value(override.find(qn("w:startOverride")))
            replaced = override.find(qn("w:lvl"))
            if replaced is not None:
                levels[identifier][depth] = _read_level(replaced)
            if start is not None and depth in levels[identifier]:
                old = levels[identifier][depth]
                levels[identifier][depth] = _Level(int(start), old.form, old.text)
                shared[identifier] = f"number {identifier}"
    return _Lists(levels, shared, numbered)


def _read_level(level: BaseOxmlElement) -> _Level:
    return _Level(
        int(_value(level.find(qn("w:start"))) or 1),
        _value(level.find(qn("w:numFmt"))) or "decimal",
        _value(level.find(qn("w:lvlText"))) or "",
    )


class _Writer:
    """Writes the body of a document in order and notes where each stretch of the text comes from."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._lists = _read_lists(document)
        self._parts: list[str] = []
        self._length = 0
        self._places: list[Place] = []
        self._asides: list[Aside] = []
        self._paragraphs = 0
        self._tables = 0

    def write(self) -> Extraction:
        """The whole document."""
        for block in self._document.element.body.iterchildren():
            if isinstance(block, CT_P):
                self._paragraphs += 1
                self._add(self._paragraph(block), f"paragraph {self._paragraphs}")
                self._add("\n")
            elif isinstance(block, CT_Tbl):
                self._table(block)
            elif block.tag == qn("w:sdt"):
                for inner in block.iter(qn("w:p")):
                    self._paragraphs += 1
                    self._add(self._paragraph(inner), f"paragraph {self._paragraphs}")
                    self._add("\n")
        self._set_aside_others()
        return Extraction("docx", "".join(self._parts), tuple(self._places), tuple(self._asides))

    def _add(self, words: str, where: str = "") -> None:
        if where and words:
            self._places.append(Place(self._length, self._length + len(words), where))
        self._parts.append(words)
        self._length += len(words)

    def _paragraph(self, paragraph: CT_P) -> str:
        label = self._lists.label(paragraph)
        words = "".join(self._words(paragraph))
        gap = " " if label and label[-1:].isalnum() else ""
        return f"{label}{gap}{words}" if words.strip() else ""

    def _words(self, element: BaseOxmlElement) -> Iterator[str]:
        """The words of a paragraph in order: text, tabs and line breaks; deleted ones and text boxes apart."""
        for child in element.iterchildren():
            if child.tag == qn("w:t"):
                yield child.text or ""
            elif child.tag == qn("w:tab"):
                yield "　"
            elif child.tag in {qn("w:br"), qn("w:cr")}:
                yield "\n" if child.get(qn("w:type")) != "page" else ""
            elif child.tag == qn("w:noBreakHyphen"):
                yield "-"
            elif child.tag in {qn("w:del"), qn("w:moveFrom")}:
                deleted = "".join(text.text or "" for text in child.iter(qn("w:delText"), qn("w:t")))
                if deleted.strip():
                    self._asides.append(Aside("deleted", "修订中删去的文字", deleted))
            elif child.tag in {qn("w:drawing"), qn("w:pict")} or child.tag.endswith("}AlternateContent"):
                boxed = [self._boxed(box) for box in child.iter(qn("w:txbxContent"))][:1]
                if boxed and boxed[0].strip():
                    self._asides.append(Aside("text-box", "文本框里的文字", boxed[0]))
                elif child.tag != qn("w:pict") and not boxed:
                    self._asides.append(Aside("picture", "图片，里面的文字没有读", ""))
            elif child.tag not in {qn("w:pPr"), qn("w:rPr"), qn("w:instrText")}:
                yield from self._words(child)

    def _boxed(self, box: BaseOxmlElement) -> str:
        return "\n".join("".join(text.text or "" for text in p.iter(qn("w:t"))) for p in box.iter(qn("w:p")))

    def _table(self, table: CT_Tbl) -> None:
        self._tables += 1
        number = self._tables
        rows = [list(row.tc_lst) for row in table.tr_lst]
        self._add("<table>\n")
        for at, cells in enumerate(rows):
            self._add("<tr>")
            for cell in cells:
                if cell.vMerge == "continue":
                    continue
                self._cell(cell, rows[at + 1 :], f"table {number} row {at + 1}")
            self._add("</tr>\n")
        self._add("</table>\n")

    def _cell(self, cell: CT_Tc, below: list[list[CT_Tc]], where: str) -> None:
        spans = f' colspan="{cell.grid_span}"' if cell.grid_span > 1 else ""
        if cell.vMerge == "restart":
            rows = 1
            for cells in below:
                if not any(c.grid_offset == cell.grid_offset and c.vMerge == "continue" for c in cells):
                    break
                rows += 1
            spans += f' rowspan="{rows}"' if rows > 1 else ""
        self._add(f"<td{spans}>")
        place = f"{where} cell {cell.grid_offset + 1}"
        written = False
        for inner in cell.iterchildren():
            if isinstance(inner, CT_Tbl):
                words = "".join(text.text or "" for text in inner.iter(qn("w:t")))
            elif isinstance(inner, CT_P):
                words = self._paragraph(inner).replace("\n", "<br/>")
            else:
                continue
            if words.strip():
                self._add("<br/>" if written else "")
                self._add(words, place)
                written = True
        self._add("</td>")

    def _set_aside_others(self) -> None:
        """Headers, footers, footnotes and comments: read, and named with their words."""
        kinds = {
            "header": "页眉",
            "footer": "页脚",
            "footnotes": "脚注",
            "endnotes": "尾注",
            "comments": "批注",
        }
        for relation in sorted(self._document.part.rels.values(), key=lambda relation: relation.rId):
            kind = relation.reltype.rsplit("/", 1)[-1]
            if kind in kinds and not relation.is_external:
                part = relation.target_part
                element = getattr(part, "element", None)
                words = self._boxed(parse_xml(part.blob) if element is None else element)
                if words.strip():
                    self._asides.append(Aside(kind, kinds[kind], words.strip()))
