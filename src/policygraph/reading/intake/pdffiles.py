"""A PDF with a text layer as one plain text, with the way back to its pages.

Lines keep their indents and the gaps between them, because both tell where a paragraph begins; what stands in a ruled
table is written as the tags that the readers know, with the cells that span rows or columns. A table that goes on over
a page is joined by the readers, as in any copy. A scan has no text and is refused: no words are guessed from pictures.

Bytes of a stranger are read here, so this module runs inside the worker. It opens no file.
"""

from __future__ import annotations

import io
import logging
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
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
from policygraph.reading.patterns.portal import PRINTED_ABOVE, PRINTED_BELOW
from policygraph.text.radicals import find_radicals, unify_radicals

_PRINTED_ABOVE = PRINTED_ABOVE.compile()
_PRINTED_BELOW = PRINTED_BELOW.compile()

MOST_PAGES = 600
FEWEST_CHARACTERS = 8
"""Characters a page must hold on average; a scan with a stamp or a page number in its text layer has fewer."""

_NARROWEST_RIVER = 4.0
"""Points that part two columns of a table without rules."""

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


@dataclass(frozen=True, slots=True)
class _Block:
    """A ruled table, lines that make a table without rules (where its columns part), or one line."""

    lines: list[dict[str, Any]] = field(default_factory=list)  # Any: pdfplumber's objects
    rivers: list[float] = field(default_factory=list)
    table: Table | None = None


class _Writer:
    """Writes page after page and notes where each line and cell comes from."""

    def __init__(self) -> None:
        self.characters = 0
        self._parts: list[str] = []
        self._length = 0
        self._places: list[Place] = []
        self._asides: list[Aside] = []
        self._radicals: set[str] = set()
        self._pages = 0
        self._bottom = 0.0

    def finish(self) -> Extraction:
        """The text so far."""
        asides = self._asides
        if self._radicals:
            words = "".join(sorted(self._radicals))
            told = Aside("radical", "PDF 里写成部首或兼容字形码位的字，已按同形的汉字读出；原来的码位见下", words)
            asides = [*asides, told]
        return Extraction("pdf", "".join(self._parts), tuple(self._places), tuple(asides))

    def add_page(self, page: Page) -> None:
        """The lines and tables of a page from top to bottom."""
        self._pages += 1
        self._bottom = 0.0
        tables = [table for table in page.find_tables() if len(table.rows) > 1 or len(table.cells) > 1]
        boxes = [table.bbox for table in tables]
        free = page.filter(lambda one: not _inside(one, boxes)) if boxes else page
        lines = [line for line in free.extract_text_lines(return_chars=True) if line["text"].strip()]
        lines = self._without_browser_lines(lines)
        margin = _margin(lines)
        blocks: list[tuple[float, _Block]] = [(block.lines[0]["top"], block) for block in _group_lines(lines)]
        blocks += [(table.bbox[1], _Block(table=table)) for table in tables]
        numbers: Counter[str] = Counter()
        for _, block in sorted(blocks, key=lambda pair: pair[0]):
            kind = "line" if block.table is None and not block.rivers else "table"
            numbers[kind] += 1
            where = f"page {self._pages} {kind} {numbers[kind]}"
            if block.table is not None:
                self._add_table(block.table, where)
            elif block.rivers:
                self._add_rows(block.lines, block.rivers, where)
            else:
                self._add_line(block.lines[0], margin, where)
        pictures = [image for image in page.images if image["width"] > 40 and image["height"] > 40]
        if pictures:
            message = f"第 {self._pages} 页有 {len(pictures)} 张图片，里面的文字没有读"
            self._asides.append(Aside("picture", message, ""))

    def _without_browser_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:  # Any: see above
        """The lines of a page without the two that a browser prints around it; those are set aside with their words.

        Only both together are a browser's: a page may begin with a time of its own, or end with an address.
        """
        if len(lines) < 3:
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

    def _add_line(self, line: dict[str, Any], margin: float, where: str) -> None:  # Any: pdfplumber's objects
        size = max((char["size"] for char in line["chars"]), default=12.0)
        if self._bottom and line["top"] - self._bottom > 1.6 * size:
            self._add("\n")
        if line["x0"] - margin > 1.5 * size:
            self._add("　　")
        words = _spaced(line, size)
        self.characters += len(words)
        self._add(words, where)
        self._add("\n")
        self._bottom = line["bottom"]

    def _add_rows(self, lines: list[dict[str, Any]], rivers: list[float], where: str) -> None:  # Any: see above
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
        for number, cells in enumerate(rows, start=1):
            for column, words in enumerate(cells, start=1):
                self._add("\t" if column > 1 else "")
                self.characters += len(words)
                self._add(words, f"{where} row {number} cell {column}")
            self._add("\n")
        self._bottom = lines[-1]["bottom"]

    def _add_table(self, table: Table, where: str) -> None:
        columns = sorted({round(cell[0]) for cell in table.cells})
        tops = sorted({round(cell[1]) for cell in table.cells})
        page = table.page
        self._add("<table>\n")
        for number, row in enumerate(table.rows, start=1):
            self._add("<tr>")
            for cell in row.cells:
                if cell is None:
                    continue
                across = bisect_left(columns, round(cell[2]) - 1) - bisect_left(columns, round(cell[0]))
                down = bisect_left(tops, round(cell[3]) - 1) - bisect_left(tops, round(cell[1]))
                spans = (f' colspan="{across}"' if across > 1 else "") + (f' rowspan="{down}"' if down > 1 else "")
                self._add(f"<td{spans}>")
                words = "<br/>".join(_paragraphs(page, cell))
                self.characters += len(words)
                self._add(words, f"{where} row {number} cell {bisect_left(columns, round(cell[0])) + 1}")
                self._add("</td>")
            self._add("</tr>\n")
        self._add("</table>\n")
        self._bottom = 0.0


def _inside(one: dict[str, Any], boxes: list[Any]) -> bool:  # Any: pdfplumber's objects and boxes
    middle, height = (one["x0"] + one["x1"]) / 2, (one["top"] + one["bottom"]) / 2
    return any(x0 <= middle <= x1 and top <= height <= bottom for x0, top, x1, bottom in boxes)


def _margin(lines: list[dict[str, Any]]) -> float:  # Any: pdfplumber's objects
    """Where most lines of a page begin; what begins further right is indented or centred."""
    starts = Counter(round(line["x0"] / 4) * 4 for line in lines)
    return float(min((start for start, count in starts.items() if count >= max(2, len(lines) // 8)), default=0))


def _spaced(line: dict[str, Any], size: float) -> str:  # Any: pdfplumber's objects
    """The words of a line; where one of its gaps stands out, with as many blanks as its gaps are wide.

    Names that stand side by side in a signature, each set wide, are told apart by that alone.
    """
    words = " ".join(line["text"].split())
    chars = [char for char in sorted(line["chars"], key=lambda char: char["x0"]) if char["text"].strip()]
    gaps = [max(0.0, right["x0"] - left["x1"]) for left, right in pairwise(chars)]
    second, widest = sorted([0.0, 0.0, *gaps])[-2:]
    spread_out = sum(gap > 0.2 * size for gap in gaps) >= 3 and widest >= max(0.9 * size, 1.4 * second)
    if widest < _WIDE_GAP * size and not spread_out:
        return words
    blanks = [" " * max(1, round(2 * gap / size)) if gap > 0.2 * size else "" for gap in gaps]
    spread = "".join(char["text"] + blank for char, blank in zip(chars, [*blanks, ""], strict=True))
    return spread if "".join(spread.split()) == "".join(words.split()) else words


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


def _group_lines(lines: list[dict[str, Any]]) -> list[_Block]:  # Any: pdfplumber's objects
    """The lines one by one, and those together that make a table without rules.

    Such a table begins with a line of three stretches or more and goes on while the same gaps stay open through all
    its lines.
    """
    found: list[_Block] = []
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
        found.append(_Block(lines[at:end], rivers) if tabular else _Block(lines[at : at + 1]))
        at = end if tabular else at + 1
    return found


def _paragraphs(page: Page, cell: Any) -> Iterator[str]:  # Any: a box of pdfplumber
    """The paragraphs of a cell: a line that fills the cell goes on in the next one."""
    lines = page.filter(lambda one: _inside(one, [cell])).extract_text_lines(return_chars=True)
    width = cell[2] - cell[0]
    words = ""
    for line in lines:
        text = " ".join(line["text"].split())
        if not text:
            continue
        words += text
        size = max((char["size"] for char in line["chars"]), default=12.0)
        if cell[2] - line["x1"] > max(2.2 * size, 0.25 * width) and len(lines) > 1:
            yield words
            words = ""
    if words:
        yield words
