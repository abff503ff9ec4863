"""Small pictures as SVG that works in print and without script: a thing's neighbourhood, changes against days.

Columns of boxes joined by lines: the bases, the measure, the departments. The page shows the same content in a table,
so the picture leaves out what does not fit and says how many. Layout is plain arithmetic: box widths are fixed, a
Chinese character counts one, a Latin one a little over a half; no browser, no font file and no graph library is needed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, GAP, ROW_GAP, LINE, PADDING, HEADING = 236, 74, 14, 21, 9, 30
ROOM = 14.0
"""Widths of a line of a box, in Chinese characters."""
MAX_LINES = 3
MAX_NODES = 7
"""Boxes of one column at the most; three columns of seven are about as much as an eye takes in."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box: a key for the lines, what is written in it, where it leads, and its kind, which is its look."""

    key: str
    text: str
    href: str | None = None
    kind: str = "plain"


@dataclass(frozen=True, slots=True)
class Column:
    """Boxes under a common heading."""

    heading: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its place and its text in lines."""

    node: Node
    x: float
    y: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to be written out: its size, headings with their x, boxes and the curves between them."""

    width: float
    height: float
    headings: tuple[tuple[float, str], ...]
    boxes: tuple[Box, ...]
    curves: tuple[tuple[str, str], ...]
    more: tuple[tuple[float, float, int], ...]


_WIDE = 0x2E7F
# "Restriction, " · 依 · （;  a word with the blank behind it, else one character
_PIECE = re.compile(r"[!-\u2e7f]+\s*|.", re.DOTALL)


def wrap_text(text: str, room: float = ROOM, lines: int = MAX_LINES) -> tuple[str, ...]:
    """A text in at most so many lines; what does not fit is cut and shown by ``…``.

    >>> wrap_text("依法限制存在失信行为的生产经营单位参与政府采购活动", 15, 2)
    ('依法限制存在失信行为的生产经营', '单位参与政府采购活动')
    >>> wrap_text("abcdef", 2, 1)
    ('ab…',)
    >>> wrap_text("二（二） Restriction of access to funds", 11, 3)
    ('二（二） Restriction', 'of access to funds')
    """
    rows, row = [], ""
    for piece in _PIECE.findall(text):
        # a word stays whole, unless no line holds it
        for part in (piece,) if _measure(piece) <= room else piece:
            if row and _measure(row + part) > room:
                rows.append(row.rstrip())
                row = ""
                if len(rows) == lines:
                    return (*rows[:-1], rows[-1][:-1] + "…")
            row += part
    return (*rows, row.rstrip())


def _measure(text: str) -> float:
    """How wide a text is, in Chinese characters; a blank at its end takes no room."""
    return sum(1.0 if ord(character) > _WIDE else 0.58 for character in text.rstrip())


def draw_picture(columns: Sequence[Column], edges: Sequence[tuple[str, str, str]]) -> Picture | None:
    """The picture of columns and the edges (from, to, kind) between their boxes; None when a column is empty."""
    columns = [column for column in columns if column.nodes]
    if len(columns) < 2:
        return None
    laid = [
        [(node, wrap_text(node.text)) for node in column.nodes[:MAX_NODES]] for column in columns
    ]  # fmt: skip
    heights = [sum(_height(lines) + ROW_GAP for _, lines in rows) - ROW_GAP for rows in laid]
    cut = [len(column.nodes) - MAX_NODES for column in columns]
    tall = max(heights) + (LINE + ROW_GAP if any(number > 0 for number in cut) else 0)
    boxes, headings, more = [], [], []
    for index, (column, rows, height) in enumerate(zip(columns, laid, heights, strict=True)):
        x = index * (WIDTH + GAP) + 1.0
        y = HEADING + (max(heights) - height) / 2
        headings.append((x, column.heading))
        for node, lines in rows:
            boxes.append(Box(node, x, y, _height(lines), lines))
            y += _height(lines) + ROW_GAP
        if cut[index] > 0:
            more.append((x, y + LINE / 2, cut[index]))
    places = {box.node.key: box for box in boxes}
    curves = []
    for source, target, kind in edges:
        if source in places and target in places:
            a, b = places[source], places[target]
            x1, y1, x2, y2 = a.x + WIDTH, a.y + a.height / 2, b.x, b.y + b.height / 2
            bend = (x2 - x1) / 2
            curves.append((f"M{x1:g},{y1:g} C{x1 + bend:g},{y1:g} {x2 - bend:g},{y2:g} {x2:g},{y2:g}", kind))
    width = len(columns) * (WIDTH + GAP) - GAP + 2.0
    return Picture(width, HEADING + tall + 2, tuple(headings), tuple(boxes), tuple(curves), tuple(more))


def _height(lines: Sequence[str]) -> float:
    return len(lines) * LINE + 2 * PADDING


@dataclass(frozen=True, slots=True)
class Period:
    """A day, or the days between which one lies, with its name and where it leads."""

    first: str
    last: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Dot:
    """Something that happened on a day: its look, what it says, where it leads."""

    day: str
    look: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Days from left to right: the years, periods above the line, each on a row of its own, dots stacked below it."""

    width: float
    height: float
    base: float
    years: tuple[tuple[float, str], ...]
    periods: tuple[tuple[float, float, float, Period], ...]
    dots: tuple[tuple[float, float, Dot], ...]
    earlier: int


SPAN, MARGIN, STEP, LANE, COLUMN = 880.0, 16.0, 11.0, 24.0, 10.0
"""Pixels of the years, beside them, between dots, of the row of a period, and of the dots that share a stack."""
BEFORE = 4
"""Years that are shown before the first document."""


def draw_timeline(periods: Sequence[Period], dots: Sequence[Dot], last: str) -> Timeline | None:
    """Periods and dots on one line of years, up to a day; what is much earlier is counted and not drawn.

    None where there is no period or no dot.
    """
    if not periods or not dots:
        return None
    start = int(min(period.first for period in periods)[:4]) - BEFORE
    years = max(1, int(last[:4]) + 1 - start)

    def place(day: str) -> float:
        month, date = (int(part) for part in day[5:10].split("-")) if len(day) > 4 else (1, 1)
        return MARGIN + SPAN * (int(day[:4]) - start + (month - 1) / 12 + (date - 1) / 366) / years

    base = HEADING + LANE * len(periods) + 8
    stacks: dict[int, int] = {}
    drawn = []
    for dot in sorted(dots, key=lambda one: (one.day, one.text)):
        if int(dot.day[:4]) < start:
            continue
        column = int(place(dot.day) // COLUMN)
        stacks[column] = stacks.get(column, 0) + 1
        drawn.append((column * COLUMN + COLUMN / 2, base + 12 + STEP * (stacks[column] - 1), dot))
    step = 1 if years <= 20 else 2
    marked = tuple((place(f"{year}-01-01"), str(year)) for year in range(start, start + years, step))
    rows = tuple(
        (place(period.first), max(place(period.last) - place(period.first), 8.0), HEADING + LANE * row, period)
        for row, period in enumerate(sorted(periods, key=lambda one: (one.first, one.text)))
    )
    height = base + 24 + STEP * max(stacks.values(), default=1)
    return Timeline(SPAN + 2 * MARGIN, height, base, marked, rows, tuple(drawn), len(dots) - len(drawn))
