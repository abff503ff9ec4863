"""Tables printed as tab-separated lines: physical lines joined into the rows the table really has.

A printed table is cut by page breaks: its header is printed again, a row goes on below with its first cells empty or
holding the rest of their words, and a copy may have lost its last column. The words decide: a line continues the row
above when its first cell is empty, or when the cell above it was cut inside a sentence and this one opens no number;
not where another cell opens with the next number, for then a page was turned inside a cell that spans both rows.
In a page or a Word file the rows are known: a row that its table parts from the one above is a row of its own, and
where its first cell is empty and nothing spans it, that is a doubt for people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from policygraph.reading.documents.layout import Line, Page, ends_sentence
from policygraph.reading.documents.markup import CELL_BREAK, COVERED, ROW
from policygraph.reading.documents.numbering import Marker, opens_clause

Piece = tuple[int, int]


@dataclass(slots=True)
class Row:
    """A logical row: per column the pieces of the page, grouped into paragraphs.

    ``covered`` are the columns that a cell above covers: its words count for this row too.
    """

    cells: list[list[list[Piece]]]
    label: str = ""
    covered: frozenset[int] = frozenset()


@dataclass(slots=True)
class Table:
    """The rows of a table, its header when it prints one, the header lines that were printed again, and where
    the rows of their own begin whose first cell is empty."""

    header: Row | None = None
    rows: list[Row] = field(default_factory=list)
    repeated: list[Piece] = field(default_factory=list)
    headless: list[Piece] = field(default_factory=list)


def _cells(page: Page, line: Line) -> list[list[Piece]]:
    """The cells of a tab-separated line, each as the pieces of its paragraphs; empty cells stay empty."""
    cells: list[list[Piece]] = []
    at = line.start
    for raw in page.text(line).split("\t"):
        pieces = []
        begin = at
        for part in raw.split(CELL_BREAK):
            left, right = len(part) - len(part.lstrip()), len(part.rstrip())
            if left < right:
                pieces.append((begin + left, begin + right))
            begin += len(part) + 1
        cells.append(pieces)
        at += len(raw) + 1
    return cells


def _words(page: Page, cell: Sequence[Piece]) -> str:
    return "".join(page.words.text[a:b] for a, b in cell)


def _looks_like_header(page: Page, cells: Sequence[Sequence[Piece]]) -> bool:
    words = [_words(page, cell) for cell in cells]
    return len(words) >= 2 and all(
        w and len(w) <= 16 and not re.search(r"[。；，\d]", w) and not opens_clause(w) for w in words
    )


def read_table(page: Page, lines: Sequence[Line]) -> Table:
    """Join the physical lines of one table into rows."""
    table = Table()
    header = ""
    numbers: Marker | None = None
    turned = False  # the header was printed again: a page was turned, and the row above may go on
    for index, line in enumerate(lines):
        cells = _cells(page, line)
        words = re.sub(r"\s", "", page.text(line))
        if index == 0 and _looks_like_header(page, cells):
            table.header = Row([[pieces] if pieces else [] for pieces in cells])
            header = words
            continue
        if header and words == header:
            table.repeated.append((line.start, line.end))
            turned = True
            continue
        first = _words(page, cells[0]) if cells else ""
        opener = opens_clause(first)
        last = table.rows[-1] if table.rows else None
        covered = frozenset(at for at, cell in enumerate(page.text(line).split("\t")) if COVERED in cell)
        parted = page.text(line).startswith(ROW) and not turned
        turned = False
        if last is not None and not (first or parted or covered) and _opens_next(page, last, cells):
            # 28. below 27.: a page was turned inside a cell that spans both
            covered = frozenset(at for at, cell in enumerate(cells) if not cell)
            table.headless += [pieces[0] for pieces in cells if pieces][:1]
        if last is not None and not parted and not covered and _continues(page, last, first, opener, numbers):
            _append(page, last, cells)
            continue
        if parted and not first and 0 not in covered and table.rows:
            table.headless += [pieces[0] for pieces in cells if pieces][:1]
        numbers = opener or numbers
        row = Row([[[piece] for piece in cell] for cell in cells], covered=covered)
        row.label = first[: opener.end] if opener else ""
        table.rows.append(row)
    return table


def _opens_next(page: Page, last: Row, cells: Sequence[Sequence[Piece]]) -> bool:
    """Whether a cell opens with the number that follows the one with which the cell above it opens."""
    for above, cell in zip(last.cells, cells, strict=False):
        upper = opens_clause(_words(page, above[0])) if above else None
        lower = opens_clause(_words(page, cell)) if cell else None
        if upper and lower and upper.style == lower.style and lower.number == upper.number + 1:
            return True
    return False


def _continues(page: Page, last: Row, first: str, opener: Marker | None, numbers: Marker | None) -> bool:
    if not first:
        return True
    if opener:
        return numbers is not None and opener.style != numbers.style and not ends_sentence(_last_words(page, last, 0))
    above = _last_words(page, last, 0)
    return numbers is not None and bool(above) and not ends_sentence(above)


def _last_words(page: Page, row: Row, column: int) -> str:
    if column >= len(row.cells) or not row.cells[column]:
        return ""
    return "".join(page.words.text[a:b] for a, b in row.cells[column][-1])


def _append(page: Page, row: Row, cells: Sequence[Sequence[Piece]]) -> None:
    """Add a continuation: a cut sentence goes on in the same paragraph, a finished one starts another."""
    for column, cell in enumerate(cells):
        while column >= len(row.cells):
            row.cells.append([])
        for index, piece in enumerate(cell):
            above = _last_words(page, row, column)
            if index == 0 and above and not ends_sentence(above):
                row.cells[column][-1].append(piece)
            else:
                row.cells[column].append([piece])
