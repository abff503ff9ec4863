"""A PDF with a text layer as one plain text, with the way back to its pages.

A sentence that the page surely goes on with in the next line is written in one; other lines keep their indents and
the gaps between them, because both tell where a paragraph begins. Numbers of pages, running heads and feet are set
aside with their words. What stands in a ruled table is written as the tags that the readers know, with the cells that
span rows or columns. A table that goes on over a page is joined by the readers, as in any copy. A scan has no text
and is refused: no words are guessed from pictures.

Bytes of a stranger are read here, so this module runs inside the worker. It opens no file.
"""

from __future__ import annotations

import io
import logging
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from policygraph.errors import InputError, LimitError
from policygraph.reading.intake.extractions import Aside, Extraction, Place
from policygraph.reading.intake.pdflines import (
    PrintedLine,
    PrintedPage,
    Spot,
    TypeArea,
    find_furniture,
    find_margin,
    find_numbered,
    first_word,
    goes_on,
    measure_type_areas,
)
from policygraph.reading.patterns.portal import PRINTED_ABOVE, PRINTED_BELOW
from policygraph.text.radicals import find_radicals, unify_radicals

_PRINTED_ABOVE = PRINTED_ABOVE.compile()
_PRINTED_BELOW = PRINTED_BELOW.compile()

MOST_PAGES = 600
FEWEST_CHARACTERS = 8
"""Characters a page must hold on average; a scan with a stamp or a page number in its text layer has fewer."""

_NARROWEST_RIVER = 4.0
"""Points that part two columns of a table without rules."""

_SHORTEST_REST = 6.0
"""Points by which the vertical rules of a table run on where a page cuts a row."""

_FEWEST_RULES = 3
"""Vertical rules of a row that stands alone on its page; two may be the frame of anything."""

_SMALLEST_CELL = 60.0
"""The area of a cell in square points, below which it holds no character."""

_WIDE_GAP = 2.0
"""Characters that a gap inside a line must be wide to be printed as wide as it is."""

_SCAN = "先用文字识别（OCR）软件转成带文字层的 PDF 或 Word，校对后再读；或者请发文机关提供可复制文字的版本"
_BROKEN = "请重新下载或导出；也可以用 Word、WPS 打开后另存为 .docx"


def read_document(data: bytes, place: str) -> Extraction:
    """The text of a PDF.

    Errors: ``InputError`` when it is damaged, encrypted or a scan; ``LimitError`` for more than ``MOST_PAGES`` pages.
    """
    try:
        # what the library thinks of a font's descriptor is nothing that a user can act on
        logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
        with pdfplumber.open(io.BytesIO(data)) as file:
            if len(file.pages) > MOST_PAGES:
                raise LimitError(place, f"超过 {MOST_PAGES} 页", "请拆分文件，只读需要的部分")
            writer = _Writer()
            for page in file.pages:
                writer.add_page(page)
                page.close()
            pages = len(file.pages)
    except PdfminerException as error:
        cause = error.args[0] if error.args else error
        if isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError):
            raise InputError(place, "PDF 加了密码", "请先取消密码，或者另存为没有密码的 PDF") from None
        raise InputError(place, f"PDF 无法读取，可能已损坏（{type(cause).__name__}）", _BROKEN) from None
    except (PDFException, PSException, MalformedPDFException, ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(place, f"PDF 无法读取，可能已损坏（{type(error).__name__}）", _BROKEN) from None
    if writer.characters < FEWEST_CHARACTERS * max(pages, 1):
        raise InputError(place, f"PDF 共 {pages} 页，几乎没有文字层，是扫描件或图片", _SCAN)
    return writer.finish()


_ASIDES = {
    "page-number": "页码，不属于正文",
    "running-head": "每页重复的页眉或页脚，不属于正文",
}


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell as it is written: the attributes of its tag, its words with the breaks inside, its place."""

    spans: str
    words: str
    where: str


@dataclass(frozen=True, slots=True)
class _Block:
    """A line of a page by its place among its lines, the rows of a table without rules, or those of a ruled one."""

    top: float
    line: int | None = None
    rows: tuple[tuple[_Cell, ...], ...] = ()
    ruled: bool = False
    bottom: float = 0.0


class _Writer:
    """Reads page after page, then writes them all and notes where each line and cell comes from."""

    def __init__(self) -> None:
        self.characters = 0
        self._parts: list[str] = []
        self._length = 0
        self._places: list[Place] = []
        self._asides: list[Aside] = []
        self._furniture: dict[str, list[str]] = {}
        self._radicals: set[str] = set()
        self._pages: list[PrintedPage] = []
        self._blocks: list[list[_Block]] = []
        self._above: tuple[int, PrintedLine] | None = None
        self._numbered: tuple[Spot, Spot] | None = None

    def finish(self) -> Extraction:
        """The text of the pages so far."""
        furniture = find_furniture(self._pages)
        kept = [
            PrintedPage(page.width, tuple(x for n, x in enumerate(page.lines) if n not in furniture.get(at, {})), ())
            for at, page in enumerate(self._pages)
        ]
        areas = measure_type_areas(kept)
        self._numbered = find_numbered(kept, areas)
        for number, area in enumerate(areas):
            self._write_page(number, area, furniture.get(number, {}))
        self._end_line()
        asides = self._asides
        for code, words in self._furniture.items():
            asides = [*asides, Aside(code, _ASIDES[code], "、".join(dict.fromkeys(words)))]
        if self._radicals:
            seen = "".join(sorted(self._radicals))
            told = Aside("radical", "PDF 里写成部首或兼容字形码位的字，已按同形的汉字读出；原来的码位见下", seen)
            asides = [*asides, told]
        return Extraction("pdf", "".join(self._parts), tuple(self._places), tuple(asides))

    def add_page(self, page: Page) -> None:
        """The lines and tables of a page from top to bottom."""
        number = len(self._pages) + 1
        tables = [table for table in _find_tables(page) if len(table.rows) > 1 or len(table.cells) > 1]
        # words of a table that stand in none of its cells are not lost
        boxes, cells = [table.bbox for table in tables], [cell for table in tables for cell in table.cells]
        free = page.filter(lambda one: not (_inside(one, boxes) and _inside(one, cells))) if boxes else page
        lines = [line for line in free.extract_text_lines(return_chars=True) if line["text"].strip()]
        lines = self._without_browser_lines(lines, bool(tables))
        self._radicals.update(radical for line in lines for radical in find_radicals(line["text"]))
        blocks = [_Block(table.bbox[1], rows=_read_ruled(table), ruled=True, bottom=table.bbox[3]) for table in tables]
        printed: list[PrintedLine] = []
        for group, rivers in _group_lines(lines):
            top, bottom = group[0]["top"], group[-1]["bottom"]
            if rivers:
                blocks.append(_Block(top, rows=_read_rows(group, rivers), bottom=bottom))
            else:
                blocks.append(_Block(top, line=len(printed), bottom=bottom))
                printed.append(print_line(group[0]))
        blocks.sort(key=lambda block: block.top)
        around = tuple((block.top, block.bottom) for block in blocks if block.line is None)
        self._pages.append(PrintedPage(float(page.width), tuple(printed), around))
        self._blocks.append(blocks)
        self.characters += sum(len(line.words) for line in printed)
        self.characters += sum(len(cell.words) for block in blocks for row in block.rows for cell in row)
        pictures = [image for image in page.images if image["width"] > 40 and image["height"] > 40]
        if pictures:
            message = f"第 {number} 页有 {len(pictures)} 张图片，里面的文字没有读"
            self._asides.append(Aside("picture", message, ""))

    def _write_page(self, at: int, area: TypeArea, furniture: dict[int, str]) -> None:
        page = self._pages[at]
        margin = find_margin([line for n, line in enumerate(page.lines) if n not in furniture]) or area.left
        numbers: Counter[str] = Counter()
        for block in self._blocks[at]:
            kind = "table" if block.line is None else "line"
            numbers[kind] += 1
            where = f"page {at + 1} {kind} {numbers[kind]}"
            if block.line is None:
                self._end_line()
                self._write_table(block, where)
            elif block.line in furniture:
                told = self._furniture.setdefault(furniture[block.line], [])
                told.append(page.lines[block.line].words)
            else:
                self._write_line(at, page.lines[block.line], area, margin, where)

    def _without_browser_lines(
        self, lines: list[dict[str, Any]], tabled: bool
    ) -> list[dict[str, Any]]:  # Any: see above
        """The lines of a page without the two that a browser prints around it; those are set aside with their words.

        Only both together are a browser's: a page may begin with a time of its own, or end with an address.
        """
        if len(lines) + tabled < 3:
            return lines
        above, below = (" ".join(unify_radicals(line["text"]).split()) for line in (lines[0], lines[-1]))
        if not (_PRINTED_ABOVE.match(above) and _PRINTED_BELOW.fullmatch(below)):
            return lines
        self._asides += [Aside("browser-line", "浏览器打印时加的页眉或页脚", words) for words in (above, below)]
        return lines[1:-1]

    def _add(self, words: str, where: str = "") -> None:
        if where and words:
            self._places.append(Place(self._length, self._length + len(words), where))
        self._radicals.update(find_radicals(words))
        self._parts.append(unify_radicals(words))
        self._length += len(words)

    def _write_line(self, page: int, line: PrintedLine, area: TypeArea, margin: float, where: str) -> None:
        """A line behind the one above it where its sentence goes on, or in a line of its own with its indent."""
        turned = self._above is not None and self._above[0] != page
        above = self._above[1] if self._above else None
        numbered = bool(self._numbered and self._numbered[0] <= (page, line.top) <= self._numbered[1])
        if above is not None and goes_on(above, line, area, turned=turned, numbered=numbered):
            ends, begins = above.words[-1], line.words[0]
            self._add(" " if ends.isascii() and ends.isalnum() and begins.isascii() and begins.isalpha() else "")
        else:
            self._end_line()
            if above is not None and not turned and line.top - above.bottom > 1.6 * line.size:
                self._add("\n")
            if line.left - margin > 1.5 * line.size:
                self._add("　　")
        self._add(line.words, where)
        self._above = (page, line)

    def _end_line(self) -> None:
        if self._above is not None:
            self._add("\n")
        self._above = None

    def _write_table(self, block: _Block, where: str) -> None:
        self._add("<table>\n" if block.ruled else "")
        for row in block.rows:
            self._add("<tr>" if block.ruled else "")
            for place, cell in enumerate(row):
                self._add(f"<td{cell.spans}>" if block.ruled else "\t" if place else "")
                self._add(cell.words, f"{where} {cell.where}")
                self._add("</td>" if block.ruled else "")
            self._add("</tr>\n" if block.ruled else "\n")
        self._add("</table>\n" if block.ruled else "")


def _find_tables(page: Page) -> list[Table]:
    """The ruled tables of a page; a row that the page cuts ends where its vertical rules do.

    Who prints a table may close a cell on the page where it ends only: without a rule there the row would be no row.
    """
    tables = page.find_tables()
    ends: set[float] = set()
    for table in tables:
        left, top, right, bottom = table.bbox
        rules = [rule for rule in page.edges if rule["orientation"] == "v" and left - 3 <= rule["x0"] <= right + 3]
        below = Counter(round(rule["bottom"]) for rule in rules if top <= rule["top"] <= bottom + 3)
        above = Counter(round(rule["top"]) for rule in rules if top - 3 <= rule["bottom"] <= bottom)
        ends |= {max(end for end, count in below.items() if count > 1)} if _runs_on(below, bottom, 1) else set()
        ends |= {min(end for end, count in above.items() if count > 1)} if _runs_on(above, top, -1) else set()
        if _has_open_cells(table, page):
            ends |= {top, bottom}
    ends |= _open_rows(page, tables)
    return page.find_tables({"explicit_horizontal_lines": sorted(ends)}) if ends else tables


def _has_open_cells(table: Table, page: Page) -> bool:
    """Whether a part of a table lies in no cell: one that spans rows has no rule where the page cuts it.

    Where that is its first or last column, only the vertical rule beside the table shows it.
    """
    left, top, right, bottom = table.bbox
    covered = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in table.cells)
    if (right - left) * (bottom - top) - covered > _SMALLEST_CELL:
        return True
    return any(
        rule["orientation"] == "v"
        and not left - 3 <= rule["x0"] <= right + 3
        and abs(rule["top"] - top) <= 3
        and abs(rule["bottom"] - bottom) <= 3
        for rule in page.edges
    )


def _open_rows(page: Page, tables: list[Table]) -> set[float]:
    """The tops and bottoms of rows that stand alone on a page and are closed on one side only.

    The rest of a row that the page before cut, or the beginning of one that this page cuts: three vertical rules or
    more between the same heights, with a horizontal one at one of their ends.
    """
    rows: dict[tuple[int, int], set[int]] = defaultdict(set)
    heights = [(top, bottom) for _, top, _, bottom in (table.bbox for table in tables)]
    for rule in page.edges:
        inside = any(top - 3 <= rule["top"] and rule["bottom"] <= bottom + 3 for top, bottom in heights)
        if rule["orientation"] == "v" and rule["bottom"] - rule["top"] > _SHORTEST_REST and not inside:
            rows[round(rule["top"]), round(rule["bottom"])].add(round(rule["x0"] / 4))
    across = [rule["top"] for rule in page.edges if rule["orientation"] == "h"]
    return {
        float(end)
        for row, columns in rows.items()
        if len(columns) >= _FEWEST_RULES and any(abs(rule - end) <= 1 for rule in across for end in row)
        for end in row
    }


def _runs_on(ends: Counter[int], edge: float, way: int) -> bool:
    """Whether two vertical rules or more run over the edge of a table by more than half a line."""
    return any(count > 1 and way * (end - edge) > _SHORTEST_REST for end, count in ends.items())


def print_line(line: dict[str, Any]) -> PrintedLine:  # Any: pdfplumber's objects
    """A line of a page as it is written, with ideographs for the radicals that a font gave.

    Whether a line opens a clause is told by its words, and the radical of 二 is no number.
    """
    size = max((char["size"] for char in line["chars"]), default=12.0)
    words, spread = _spaced(line, size)
    lead = first_word(sorted(line["chars"], key=lambda char: char["x0"]))
    return PrintedLine(unify_radicals(words), line["x0"], line["x1"], line["top"], line["bottom"], size, lead, spread)


def _read_rows(lines: Sequence[dict[str, Any]], rivers: list[float]) -> tuple[tuple[_Cell, ...], ...]:  # Any: see above
    """A table without rules: its lines joined into rows, each beginning where its first column does."""
    rows: list[list[str]] = []
    for line in lines:
        cells = [""] * (len(rivers) + 1)
        for start, end, words in _segments(line):
            cells[bisect_left(rivers, (start + end) / 2)] += words
        if cells[0] or not rows:
            rows.append(cells)
        else:
            rows[-1] = [above + below for above, below in zip(rows[-1], cells, strict=True)]
    return tuple(
        tuple(_Cell("", words, f"row {number} cell {column}") for column, words in enumerate(cells, start=1))
        for number, cells in enumerate(rows, start=1)
    )


def _read_ruled(table: Table) -> tuple[tuple[_Cell, ...], ...]:
    """The rows of a ruled table, with the rows and columns that their cells span."""
    columns = sorted({round(cell[0]) for cell in table.cells})
    tops = sorted({round(cell[1]) for cell in table.cells})
    lines = {cell: _lines_in(table.page, cell) for cell in table.cells}
    padding = min((own[0].left - cell[0] for cell, own in lines.items() if own), default=0.0)
    rows = []
    for number, row in enumerate(table.rows, start=1):
        cells = []
        for cell in row.cells:
            if cell is None:
                continue
            across = bisect_left(columns, round(cell[2]) - 1) - bisect_left(columns, round(cell[0]))
            down = bisect_left(tops, round(cell[3]) - 1) - bisect_left(tops, round(cell[1]))
            spans = (f' colspan="{across}"' if across > 1 else "") + (f' rowspan="{down}"' if down > 1 else "")
            words = "<br/>".join(_paragraphs(lines[cell], cell[2] - max(padding, 0.0)))
            cells.append(_Cell(spans, words, f"row {number} cell {bisect_left(columns, round(cell[0])) + 1}"))
        rows.append(tuple(cells))
    return tuple(rows)


def _lines_in(page: Page, cell: Any) -> list[PrintedLine]:  # Any: a box of pdfplumber
    lines = page.filter(lambda one: _inside(one, [cell])).extract_text_lines(return_chars=True)
    return [replace(print_line(line), words=" ".join(line["text"].split())) for line in lines if line["text"].strip()]


def _inside(one: dict[str, Any], boxes: list[Any]) -> bool:  # Any: pdfplumber's objects and boxes
    middle, height = (one["x0"] + one["x1"]) / 2, (one["top"] + one["bottom"]) / 2
    return any(x0 <= middle <= x1 and top <= height <= bottom for x0, top, x1, bottom in boxes)


def _spaced(line: dict[str, Any], size: float) -> tuple[str, bool]:  # Any: pdfplumber's objects
    """The words of a line; where one of its gaps stands out, with as many blanks as its gaps are wide, and said so.

    Names that stand side by side in a signature, each set wide, are told apart by that alone.
    """
    words = " ".join(line["text"].split())
    chars = [char for char in sorted(line["chars"], key=lambda char: char["x0"]) if char["text"].strip()]
    gaps = [max(0.0, right["x0"] - left["x1"]) for left, right in pairwise(chars)]
    second, widest = sorted([0.0, 0.0, *gaps])[-2:]
    spread_out = sum(gap > 0.2 * size for gap in gaps) >= 3 and widest >= max(0.9 * size, 1.4 * second)
    if widest < _WIDE_GAP * size and not spread_out:
        return words, False
    blanks = [" " * max(1, round(2 * gap / size)) if gap > 0.2 * size else "" for gap in gaps]
    spread = "".join(char["text"] + blank for char, blank in zip(chars, [*blanks, ""], strict=True))
    return (spread, True) if "".join(spread.split()) == "".join(words.split()) else (words, False)


def _segments(line: dict[str, Any]) -> list[tuple[float, float, str]]:  # Any: pdfplumber's objects
    """The stretches of a line that gaps wider than a character separate: where they begin and end, their words."""
    found: list[tuple[float, float, str]] = []
    for char in sorted(line["chars"], key=lambda char: char["x0"]):
        if not char["text"].strip():
            continue
        if found and char["x0"] - found[-1][1] <= 0.9 * char["size"]:
            found[-1] = (found[-1][0], max(found[-1][1], char["x1"]), found[-1][2] + char["text"])
        else:
            found.append((char["x0"], char["x1"], char["text"]))
    return found


def _rivers(segments: Iterable[tuple[float, float, str]]) -> list[float]:
    """The middles of the gaps that no segment crosses, from left to right."""
    found: list[float] = []
    reach: float | None = None
    for start, end, _ in sorted(segments):
        if reach is not None and start - reach >= _NARROWEST_RIVER:
            found.append((start + reach) / 2)
        reach = end if reach is None else max(reach, end)
    return found


def _group_lines(
    lines: list[dict[str, Any]],
) -> list[tuple[list[dict[str, Any]], list[float]]]:  # Any: pdfplumber's objects
    """The lines one by one, and those together that make a table without rules, with the places where it parts.

    Such a table begins with a line of three stretches or more and goes on while the same gaps stay open through all
    its lines.
    """
    found: list[tuple[list[dict[str, Any]], list[float]]] = []
    at = 0
    while at < len(lines):
        first = _segments(lines[at])
        kept, parted = list(first), int(len(first) > 1)
        end, rivers = at + 1, _rivers(first)
        columns = len(rivers)
        while len(first) >= 3 and end < len(lines):
            segments = _segments(lines[end])
            narrowed = _rivers([*kept, *segments])
            if len(narrowed) < columns:
                break
            kept, rivers, parted = [*kept, *segments], narrowed, parted + int(len(segments) > 1)
            end += 1
        tabular = len(first) >= 3 and end - at >= 3 and parted >= 3
        found.append((lines[at:end], rivers) if tabular else (lines[at : at + 1], []))
        at = end if tabular else at + 1
    return found


def _paragraphs(lines: Sequence[PrintedLine], right: float) -> Iterator[str]:
    """The paragraphs of a cell: a line goes on in the next one where that had no more room in it.

    A line that fills the cell may end a name by chance. Where the next one opens as the cell does (市财政局, then
    市税务局), the line end is kept: whether it parts two names, the readers see by the names.
    """
    words = ""
    for line, below in zip_longest(lines, lines[1:]):
        words += line.words
        if below is None:
            break
        if right - line.right > max(below.lead, 0.5 * line.size) + 0.3 * line.size:
            yield words
            words = ""
        elif below.words[0] == words[0]:
            words += "\n"
    if words:
        yield words
