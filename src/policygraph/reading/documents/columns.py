"""Tables whose cells a copy printed one below the other: a header, then row after row, each cell in lines of its own.

Word's plain text and the text of a PDF lose the columns. They are found again by form: a run of short lines that are
headers of columns we know (one of measures, one of departments or bases), then rows that each begin with the next
serial number. A row with as many lines as the header has columns is clear. One with more is cut by what a basis and a
list of departments look like; where that does not settle every row, nothing is cut and the lines stay as they are.
Where a text keeps its columns apart by spaces, the places at which the headers begin are the columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from policygraph.reading.documents.markup import CELL_BREAK
from policygraph.reading.documents.numbering import opens_clause
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.bodies import is_department
from policygraph.reading.patterns.lines import SERIAL_NUMBER
from policygraph.text.numerals import parse_numeral
from policygraph.text.spans import Edit

_LONGEST_HEADER = 16
_MOST_COLUMNS = 8
_LINE = re.compile(r"[^\n]+")
_SERIAL_NUMBER = SERIAL_NUMBER.compile()
_PART = re.compile(r"\S+(?: \S+)*")
_SLACK = 2  # characters by which a column may be off
_BETWEEN = re.compile("[、，,；;/／ \u3000]+")


class Piece(Protocol):
    """Words of a cell, and where they stand in the text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Cell:
    """A line of the text without the white space around it."""

    start: int
    end: int
    text: str


def find_rows(text: str, forms: Forms) -> list[Edit]:
    """What makes tab-separated rows of cells in lines of their own; empty when no such table stands in the text.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> words = Vocabulary(measure_headers=("措施",), unit_headers=("单位",), body_endings=("局",))
    >>> text = "序号\\n激励措施\\n实施单位\\n1\\n优先办理\\n市财政局\\n2\\n少查\\n市税务局\\n以上"
    >>> [(edit.start, edit.end, edit.replacement) for edit in find_rows(text, Forms(words))][:3]
    [(2, 3, '\\t'), (7, 8, '\\t'), (14, 15, '\\t')]
    """
    if not any(word in text for word in forms.vocabulary.measure_headers):
        return []
    lines = [_strip(match) for match in _LINE.finditer(text) if match.group().strip()]
    edits: list[Edit] = []
    at = 0
    while at < len(lines):
        width = _header(lines, at, forms)
        rows = _rows(lines, at + width, lines[at : at + width], forms) if width else []
        if not rows:
            at += 1
            continue
        for cells in [[[line] for line in lines[at : at + width]], *rows]:
            edits += join_lines(cells, forms)
        at = lines.index(rows[-1][-1][-1], at) + 1
    return edits


def _strip(match: re.Match[str]) -> _Cell:
    words = match.group()
    start = match.start() + len(words) - len(words.lstrip())
    return _Cell(start, start + len(words.strip()), words.strip())


def _header(lines: Sequence[_Cell], at: int, forms: Forms) -> int:
    """How many lines from here are the headers of columns; 0 when they are no header of measures."""
    words = forms.vocabulary
    count = 0
    while count < _MOST_COLUMNS and at + count < len(lines):
        text = lines[at + count].text
        if len(text) > _LONGEST_HEADER or "\t" in text or re.search(r"[。；，：\d]", text) or opens_clause(text):
            break
        count += 1
    run = [lines[at + n].text for n in range(count)]
    known = [names_column(text, words.measure_headers + words.basis_headers + words.unit_headers) for text in run]
    width = max((n + 1 for n in range(count) if known[n]), default=0)
    if not (count and (known[0] or (count > 1 and known[1]))):
        return 0
    measures = any(names_column(text, words.measure_headers) for text in run[:width])
    others = any(names_column(text, words.basis_headers + words.unit_headers) for text in run[:width])
    return width if measures and others and width >= 2 else 0


def names_column(text: str, words: tuple[str, ...]) -> bool:
    """Whether a title of a column ends with one of the words."""
    return any(text.endswith(word) for word in words)


def _rows(lines: Sequence[_Cell], at: int, header: Sequence[_Cell], forms: Forms) -> list[list[list[_Cell]]]:
    """The rows below a header, each a list of cells and a cell a list of lines; empty when they cannot be cut."""
    titles = [cell.text for cell in header]
    if names_column(titles[0], forms.vocabulary.measure_headers):
        return []
    groups: list[list[_Cell]] = []
    repeated = 0
    for place in range(at, len(lines)):
        if repeated:
            repeated -= 1
            continue
        if groups and [line.text for line in lines[place : place + len(titles)]] == titles:
            return []  # the header printed again: the columns of such a copy are cut by its pages
        serial = _SERIAL_NUMBER.fullmatch(lines[place].text)
        if serial and parse_numeral(serial["number"]) == len(groups) + 1:
            groups.append([lines[place]])
        elif not groups:
            return []
        else:
            groups[-1].append(lines[place])
    if not groups:
        return []
    groups[-1] = _cut_end(groups[-1], len(titles), forms)
    rows = [_cells(group, titles, forms) for group in groups]
    return [row for row in rows if row] if all(rows) else []


def _cut_end(group: list[_Cell], width: int, forms: Forms) -> list[_Cell]:
    """The lines of the last row without the text below the table: up to its departments, or to the header's width."""
    for count in range(width, len(group)):
        if opens_clause(group[count].text) or len(group[count].text) > 40:
            return group[: max(width, count)]
    return group[:width] if len(group) > width and _lists_departments(group[width - 1].text, "", forms) else group


def _cells(group: list[_Cell], titles: Sequence[str], forms: Forms) -> list[list[_Cell]]:
    """The cells of a row; empty when its lines cannot be told apart."""
    if len(group) == len(titles):
        return [[line] for line in group]
    words = forms.vocabulary
    if len(group) < len(titles) or not names_column(titles[-1], words.unit_headers):
        return []
    last = len(group)
    while last > 2 and _lists_departments(group[last - 1].text, "".join(line.text for line in group[last:][:1]), forms):
        last -= 1
    if last == len(group):
        return []
    middle = group[1:last]
    if len(titles) == 3:
        return [[group[0]], middle, group[last:]]
    first = next((n for n, line in enumerate(middle) if line.text.startswith("《")), 0)
    if len(titles) != 4 or not first or not names_column(titles[2], words.basis_headers):
        return []
    return [[group[0]], middle[:first], middle[first:], group[last:]]


def _lists_departments(text: str, below: str, forms: Forms) -> bool:
    """Whether a line is a list of departments, the last of which may go on in the line below."""
    *whole, last = [item for item in _BETWEEN.split(text) if item] or [""]
    if not all(is_department(item, forms) for item in whole):
        return False
    return is_department(last, forms) or (bool(whole) and _lists_departments(last + below, "", forms))


def join_lines(cells: Sequence[Sequence[Piece]], forms: Forms) -> list[Edit]:
    """The line ends inside a row as tabs between its cells, inside them as breaks, or as nothing where a line wraps."""
    edits: list[Edit] = []
    last: Piece | None = None
    for cell in cells:
        for place, line in enumerate(cell):
            if last is not None:
                rest = line.text in (*forms.vocabulary.body_endings, *forms.vocabulary.branch_endings)
                inside = CELL_BREAK if _is_whole(last.text, forms) and not rest else ""
                edits.append(Edit(last.end, line.start, inside if place else "\t"))
            last = line
    return edits


def _is_whole(text: str, forms: Forms) -> bool:
    """Whether a line of a cell ends what it says, so that the next one begins anew."""
    *_, item = ["", *(item for item in _BETWEEN.split(text) if item)]
    return text[-1] in "。；：" or (text[-1] not in "、，" and is_department(item, forms))


def find_aligned_rows(text: str, forms: Forms) -> list[Edit]:
    """The gaps of tables whose columns a text keeps apart by spaces, as tabs; empty when there is none.

    A line of at least three headers opens such a table, where one names measures and another bases or departments; it
    goes on while everything in a line begins where one of the columns does.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> words = Vocabulary(measure_headers=("措施",), unit_headers=("单位",))
    >>> text = "序号   措施     单位\\n1    限制招标   市财政局\\n     和供地\\n三、其他"
    >>> [edit.replacement for edit in find_aligned_rows(text, Forms(words))]
    ['\\t', '\\t', '\\t', '\\t', '\\t']
    """
    edits: list[Edit] = []
    columns: list[int] = []
    if "   " not in text:
        return edits
    for line in _LINE.finditer(text):
        parts = [(m.start(), m.end(), m.group()) for m in _PART.finditer(line.group())]
        if not parts:
            continue
        titles = [words for _, _, words in parts]
        if len(parts) >= 3 and is_header(titles, forms):
            columns = [start for start, _, _ in parts]
        elif columns:
            places = [_column(columns, start) for start, _, _ in parts]
            alone = len(parts) == 1 and parts[0][0] == 0
            overflows = any(
                end > columns[place + 1] + _SLACK
                for (_, end, _), place in zip(parts, places, strict=True)
                if place is not None and place + 1 < len(columns)
            )
            if None in places or overflows or (alone and opens_clause(titles[0])):
                columns = []
        if columns:
            at, last = line.start(), 0
            for start, end, _ in parts:
                place = _column(columns, start) or 0
                if line.start() + start > at:
                    edits.append(Edit(at, line.start() + start, "\t" * (place - last)))
                at, last = line.start() + end, place
    return edits


def is_header(titles: Sequence[str], forms: Forms) -> bool:
    """Whether titles are those of a table of measures with bases or departments."""
    words = forms.vocabulary
    return (
        all(len(title) <= _LONGEST_HEADER for title in titles)
        and any(names_column(title, words.measure_headers) for title in titles)
        and any(names_column(title, words.basis_headers + words.unit_headers) for title in titles)
    )


def _column(columns: Sequence[int], start: int) -> int | None:
    """The column that something beginning here stands in; None when it begins where none does."""
    return next((place for place, column in enumerate(columns) if abs(column - start) <= _SLACK), None)
