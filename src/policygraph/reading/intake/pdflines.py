"""Where the printed lines of a PDF belong together: which are furniture of a page, and which sentence goes on below.

A page knows what a copied text has lost: how wide its type area is, where a line begins, how far the next one is. A
line ended where the next word had no more room goes on; a line with room left ends its paragraph. What stands at the
same place of page after page, apart from the text, is a running head or foot. Where the page does not decide, nothing
is joined, and the readers of plain text judge by the words.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from policygraph.reading.documents.layout import ends_sentence
from policygraph.reading.documents.numbering import opens_clause
from policygraph.reading.patterns.lines import CLOSERS, TERMINAL
from policygraph.reading.patterns.portal import BARE_NUMBER, PAGE_NUMBER

_PAGE_NUMBER = PAGE_NUMBER.compile()
_BARE_NUMBER = BARE_NUMBER.compile()
# matches 市财政局 市税务局 of two lines of a letterhead;  not: 第一条 为了, for its number opens the line
_BESIDE = re.compile("[一-鿿]{4} +[一-鿿]{4}")
_GLUES_BELOW = frozenset(TERMINAL + CLOSERS + "，、．.,%％〕］]“‘·—")
"""What does not begin a line: it stays with the character before it."""
_GLUES_ABOVE = frozenset("（(《〈【「『〔［[“‘")
"""What does not end a line: it stays with the character behind it."""

_LEAST_FULL = 0.6
"""How much of the type area a line takes that goes on: one that is set to the right ends at the margin too."""

Spot = tuple[int, float]
"""A page and how far down on it."""

_FEWEST_NUMBERED = 3
"""Numbers of clauses at beginnings that surely are some, before they tell how the paragraphs of a text begin."""

_SAME = 0.6
"""Points by which sizes may differ and still be one."""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of a page: its words, its box in points, the size of its type, and how much room its first word needs.

    ``gapped``: it holds a gap that stands out, so that its words are side by side and no sentence.
    """

    words: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    lead: float
    gapped: bool = False


@dataclass(frozen=True, slots=True)
class TypeArea:
    """Where the lines of a page begin and end; ``right`` is None where no margin shows."""

    left: float
    right: float | None
    indents: bool
    """Whether paragraphs begin with an indent."""
    gaps: bool
    """Whether paragraphs stand further apart than their lines."""
    leading: float
    """The room between two lines of one paragraph."""
    size: float
    """That of most lines."""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """The lines of a page outside its tables, from top to bottom, and the tops of what else stands there."""

    width: float
    lines: tuple[PrintedLine, ...]
    tables: tuple[tuple[float, float], ...]
    """Top and bottom of each table."""


def first_word(chars: Sequence[dict[str, Any]]) -> float:  # Any: pdfplumber's objects
    """The width of what cannot be parted at the beginning of a line: a character of Chinese, a number, a closing mark.

    >>> def set_out(text: str) -> list[dict[str, object]]:
    ...     return [{"text": c, "x0": 10.0 * n, "x1": 10.0 * n + 10} for n, c in enumerate(text)]
    >>> first_word(set_out("市财政局")), first_word(set_out("2031年")), first_word(set_out("定。二"))
    (10.0, 40.0, 20.0)
    """
    shown = [char for char in chars if char["text"].strip()]
    end = 1
    while end < len(shown) and _are_glued(shown[end - 1], shown[end]):
        end += 1
    return float(shown[end - 1]["x1"] - shown[0]["x0"]) if shown else 0.0


def _are_glued(one: dict[str, Any], other: dict[str, Any]) -> bool:  # Any: see above
    above, below = one["text"][-1:], other["text"][:1]
    if below in _GLUES_BELOW or above in _GLUES_ABOVE:
        return True
    gap = other["x0"] - one["x1"] > 0.15 * (one["x1"] - one["x0"])
    return not gap and above.isascii() and below.isascii() and above.isalnum() and below.isalnum()


def find_furniture(pages: Sequence[PrintedPage]) -> dict[int, dict[int, str]]:
    """By page and line, what is no part of the text: ``page-number`` or ``running-head``.

    A number is one of pages by its form, or because it counts with the pages. A head or foot stands at one height of
    most pages with the same words, apart from what is below or above it, and no page without it has text there.
    """
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for code in ("page-number", "running-head", "page-number"):
        for last in (False, True):
            edges = [edge for page in range(len(pages)) for edge in _edge(pages, page, found[page], last)]
            chosen = _numbers(edges) if code == "page-number" else _heads(edges, last)
            for page, line in chosen:
                found[page][line] = code
    return {page: lines for page, lines in found.items() if lines}


@dataclass(frozen=True, slots=True)
class _Edge:
    """The first or last line of a page, and its distance from what is nearest to it; None for a page of its own."""

    page: int
    line: int
    printed: PrintedLine
    apart: float
    outermost: bool
    """Whether no table stands further out."""


def _edge(pages: Sequence[PrintedPage], page: int, aside: dict[int, str], last: bool) -> Iterator[_Edge]:
    at = pages[page]
    left = [n for n in range(len(at.lines)) if n not in aside]
    if not left:
        return
    line = left[-1] if last else left[0]
    printed = at.lines[line]
    others = [at.lines[n] for n in left if n != line]
    if last:
        beside = max([one.bottom for one in others] + [bottom for _, bottom in at.tables], default=0.0)
        yield _Edge(page, line, printed, printed.top - beside, printed.top >= beside)
    else:
        beside = min([one.top for one in others] + [top for top, _ in at.tables], default=10_000.0)
        yield _Edge(page, line, printed, beside - printed.bottom, printed.bottom <= beside)


def _numbers(edges: Sequence[_Edge]) -> Iterator[tuple[int, int]]:
    """The edges that are numbers of pages: by their form, or bare numbers that count with at least two pages."""
    counts = Counter(
        int(edge.printed.words) - edge.page for edge in edges if _BARE_NUMBER.fullmatch(edge.printed.words)
    )
    for edge in edges:
        words = edge.printed.words
        bare = _BARE_NUMBER.fullmatch(words) and counts[int(words) - edge.page] > 1
        if edge.outermost and (_PAGE_NUMBER.fullmatch(words) or bare):
            yield edge.page, edge.line


def _heads(edges: Sequence[_Edge], last: bool) -> Iterator[tuple[int, int]]:
    """The edges that are printed again on most pages, at the same height and apart from the text."""
    places: dict[tuple[str, int], list[_Edge]] = defaultdict(list)
    for edge in edges:
        apart = edge.outermost and edge.apart > 1.2 * edge.printed.size
        if apart and len(edge.printed.words) <= 60 and not ends_sentence(edge.printed.words):
            places[re.sub(r"\d+", "0", edge.printed.words), round(edge.printed.top / 3)].append(edge)
    for (_, height), group in places.items():
        inside = {edge.page for edge in group}
        outer = [edge for edge in edges if edge.page not in inside]
        free = all(
            edge.printed.bottom < group[0].printed.top if last else edge.printed.top > group[0].printed.bottom
            for edge in outer
        )
        if len(group) > 1 and 2 * len(group) >= len(edges) and free and height >= 0:
            yield from ((edge.page, edge.line) for edge in group)


def measure_type_areas(pages: Sequence[PrintedPage]) -> list[TypeArea]:
    """The type area of each page; what a page of few lines does not show, the pages of its width show together."""
    by_width: dict[int, list[PrintedPage]] = defaultdict(list)
    for page in pages:
        by_width[round(page.width)].append(page)
    shared = {width: _measure(alike, width) for width, alike in by_width.items()}
    areas = []
    for page in pages:
        area = shared[round(page.width)]
        left = find_margin(page.lines) if len(page.lines) >= 6 else area.left
        areas.append(replace(area, left=left or area.left))
    return areas


def find_margin(lines: Sequence[PrintedLine]) -> float:
    """Where most lines of a page begin; what begins further right is indented or centred. 0 where nothing shows it."""
    starts = Counter(round(line.left / 4) * 4 for line in lines)
    return float(min((start for start, count in starts.items() if count >= max(2, len(lines) // 8)), default=0))


def _measure(pages: Sequence[PrintedPage], width: int) -> TypeArea:
    lines = [line for page in pages for line in page.lines]
    left = find_margin(lines)
    size = Counter(round(line.size, 1) for line in lines).most_common(1)[0][0] if lines else 12.0
    ends = sorted((line.right for line in lines), reverse=True)
    # one line may hang over; further down agree the ends of short lines that say the same
    near = [end for end in ends if ends[0] - end <= 2 * size]
    right = next((end for end, inner in pairwise(near) if end - inner <= 0.7 * size), None)
    if right is None and ends and abs(width - ends[0] - left) <= 1.2 * size:
        right = ends[0]  # the only long line leaves as much room on one side as on the other
    if right is not None and width - right > left + 2.5 * size:
        right = None  # lines that all stop short of the margin were cut by their writer
    indented = sum(left + 1.4 * size <= line.left <= left + 2.7 * size for line in lines)
    wrapped = [
        below.top - above.bottom
        for page in pages
        for above, below in pairwise(page.lines)
        if right is not None and _is_full(above, below, right) and abs(above.size - below.size) <= _SAME
    ]
    leading = min(wrapped, default=0.0)
    ended = [
        below.top - above.bottom
        for page in pages
        for above, below in pairwise(page.lines)
        if right is not None and not _is_full(above, below, right) and above.left <= left + 3 * size
    ]
    apart = sum(gap > leading + 0.4 * size for gap in ended)
    gaps = bool(wrapped) and len(ended) >= 3 and apart >= 0.9 * len(ended)
    indents = indented >= 3 and 8 * indented >= len(lines)
    return TypeArea(left, right, indents, gaps, leading, size)


def find_numbered(pages: Sequence[PrintedPage], areas: Sequence[TypeArea]) -> tuple[Spot, Spot] | None:
    """From where to where a number of a clause opens whatever begins behind a finished sentence; None where not.

    What begins is told by the room left in the line above. A letter's head and its signatures have no numbers: only
    what stands from the first number to the last is looked at.
    """
    opened: list[tuple[Spot, bool]] = [
        ((number, below.top), opens_clause(below.words) is not None)
        for number, (page, area) in enumerate(zip(pages, areas, strict=True))
        for above, below in pairwise(page.lines)
        if area.right is not None and ends_sentence(above.words) and not _is_full(above, below, area.right)
    ]
    spots = [spot for spot, number in opened if number]
    if len(spots) < _FEWEST_NUMBERED or not all(number for spot, number in opened if spots[0] <= spot <= spots[-1]):
        return None
    return spots[0], spots[-1]


def _is_full(above: PrintedLine, below: PrintedLine, right: float) -> bool:
    """Whether what begins the next line had no more room in a line."""
    return right - above.right < below.lead + 0.3 * above.size


def goes_on(
    above: PrintedLine, below: PrintedLine, area: TypeArea, *, turned: bool = False, numbered: bool = False
) -> bool:
    """Whether the sentence of a line surely goes on in the next; ``turned``: a page was turned between them.

    ``numbered``: a number would open what begins here.

    >>> area = TypeArea(90, 510, True, False, 8, 16)
    >>> one = PrintedLine("应当自收到申请之日起五个工作日内作出是否受理的决", 122, 506, 100, 116, 16, 16)
    >>> goes_on(one, PrintedLine("定。", 90, 122, 124, 140, 16, 32), area)
    True
    >>> pair = PrintedLine("云栖市应急管理局 云栖市发展和改革委员会", 90, 510, 100, 116, 22, 22)
    >>> goes_on(pair, PrintedLine("云栖市财政局 云栖市税务局文件", 90, 400, 124, 146, 22, 22), area)
    False
    >>> goes_on(one, PrintedLine("受理后组织核查。", 122, 250, 124, 140, 16, 16), area)
    False
    """
    if area.right is None or above.gapped or below.gapped or abs(above.size - below.size) > _SAME:
        return False
    if all(_BESIDE.search(line.words) for line in (above, below)) or not _is_full(above, below, area.right):
        return False
    if above.right - above.left < _LEAST_FULL * (area.right - area.left):
        return False  # set to the right: a signature, a date
    if not turned and below.top - above.bottom > area.leading + 0.4 * above.size:
        return False
    flush = below.left <= area.left + 0.6 * below.size
    marker = opens_clause(below.words)
    if flush and (area.indents or (area.gaps and not turned)):
        return not (ends_sentence(above.words) and marker)
    if marker:
        return False
    if ends_sentence(above.words):
        return flush and (numbered or below.words.startswith(("（", "(")))
    hanging = opens_clause(above.words) is not None and above.left < below.left <= above.left + 3 * below.size
    return flush or hanging or _is_centred(below, area)


def _is_centred(line: PrintedLine, area: TypeArea) -> bool:
    """Whether a line is the rest of a title: as far from one margin as from the other, and further than an indent."""
    room_left, room_right = line.left - area.left, (area.right or line.right) - line.right
    deep = room_left > 3 * line.size or line.size > area.size + _SAME
    return deep and abs(room_left - room_right) <= 1.2 * line.size
