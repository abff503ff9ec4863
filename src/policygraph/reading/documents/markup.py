"""Tags of web pages: what each stands for in a plain text, and what of a page is never shown.

The text keeps its place: a tag is passed over and something small stands in for it - a line end, a tab between the
cells of a row, a break inside a cell. Whether a table holds data or only lays out a page is told by its form: one that
holds another table, or never has two cells in a row, lays out, and so does one that holds nothing but the names of
those who sign, with their date in it or right below it. A cell that spans rows or columns leaves its mark in
those it covers, so that the columns of the rows below do not move; and each row but the first has one that parts it
from the row above. No tree is built and nothing has to be well-formed,
because pages that people save seldom are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from policygraph.reading.documents.numbering import opens_clause
from policygraph.reading.documents.records import FEWEST_LABELS
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.bodies import BODY, BRANCH_ALONE, is_department
from policygraph.reading.patterns.header import DATE_LINE, ORGANISATION
from policygraph.reading.patterns.markup import (
    LINK,
    LINKED,
    LINKED_FILE,
    PAGE,
    PRINTED_MARGIN,
    SITE_FOOT,
    SPAN_OF_CELL,
    TAG,
)
from policygraph.reading.patterns.portal import RECORD_LABEL
from policygraph.text.dates import WRITTEN_DATE

CELL_BREAK = "\x1e"  # a paragraph break inside a table cell; counts as white space
COVERED = "\x1d"  # stands in a cell that another one covers; counts as white space
ROW = "\x0b"  # opens a row that its table parts from the row above it; counts as white space

_TAG = TAG.compile()
_SPAN_OF_CELL = SPAN_OF_CELL.compile()
_PAGE = PAGE.compile()
_PRINTED_MARGIN = PRINTED_MARGIN.compile()
_SITE_FOOT = SITE_FOOT.compile()
_LINKED = LINKED.compile()
_LINK = LINK.compile()
_LINKED_FILE = LINKED_FILE.compile()
_WORDS = re.compile(r"[^\W\d_]")
_DATE_LINE = DATE_LINE.compile()
_LAYOUT_GAP = re.compile(r"[ \t]*\n\s*|[ ]*\t[ \t]*")
_GAP_IN_ROW = re.compile(r"[\n\t]")
_BLOCKS = frozenset(
    {"p", "br", "div", "li", "ul", "ol", "tr", "table", "tbody", "thead", "section", "article", "center", "hr"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "body", "html", "dl", "dt", "dd", "blockquote", "main", "header", "footer"}
    | {"form", "fieldset", "figure", "figcaption", "pre", "address", "caption", "tfoot"}
)
_HIDDEN = frozenset({"head", "style", "script", "noscript", "nav", "template", "svg", "select", "iframe", "object"})
_MARGINS = frozenset({"header", "footer", "address"})
_CONTENT = frozenset({"article", "main"})
"""Elements whose own head and foot are words of what they hold (HTML, sections 4.3.8 and 4.3.9)."""
_LONGEST_NAME, _LONGEST_DATE = 60, 40
_NAME_ABOVE, _NAME_BELOW = re.compile("[一-鿿]+$"), re.compile("[一-鿿]+")
_RECORD_ROOM = 20_000  # characters of a page, tags and all, in which its record of the document begins
_MARGIN_ROOM = 10_000  # characters that the head or foot of a printed page takes at most
_FEWEST_LINKS = 2  # of a list of links
_MOST_PARTS = 300  # elements of a page that are looked at as furniture of its site; keeps odd input linear
_MOST_COLUMNS = 64  # of a table whose spans are followed; keeps odd input linear


def find_comments(text: str) -> Iterator[tuple[int, int, bool]]:
    """The bounds of HTML comments and declarations, and whether it is a comment; one that is never closed is none.

    A comment holds words that somebody wrote and a page does not show; a declaration (``<!DOCTYPE html>``) and a
    comment without words hold none.

    >>> list(find_comments("<！DOCTYPE html>一、<！-- 注 --><！---->"))
    [(0, 15, False), (17, 27, True), (27, 34, False)]
    """
    start = text.find("<！")
    while start >= 0:
        mark = "-->" if text.startswith("--", start + 2) else ">"
        end = text.find(mark, start)
        if end < 0:
            return
        if mark == "-->" or text[start + 2 : start + 3].isalpha():
            worded = mark == "-->" and any(c.isalnum() for c in text[start + 2 : end])
            yield start, end + len(mark), worded
        start = text.find("<！", end)


def find_layout_gaps(text: str, forms: Forms | None = None) -> Iterator[tuple[int, int, str]]:
    """The line ends and tabs of a whole web page, which only lay out its source, and what stands in for each.

    A blank between words in letters, and between two names of bodies; elsewhere nothing, for Chinese has no blanks.

    >>> list(find_layout_gaps("<html><body>\\n\\t<p>甲\\n  乙</p></body>"))
    [(12, 14, ''), (18, 21, '')]
    >>> list(find_layout_gaps("一、甲\\n\\t乙"))
    []
    """
    if not _PAGE.search(text):
        return
    for gap in _LAYOUT_GAP.finditer(text):
        before, after = text[max(0, gap.start() - 1) : gap.start()], text[gap.end() : gap.end() + 1]
        between_words = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
        parts = between_words or (forms is not None and _parts_names(text, *gap.span(), forms))
        yield gap.start(), gap.end(), " " if parts else ""


def _parts_names(text: str, start: int, end: int, forms: Forms) -> bool:
    """Whether whole names of bodies stand on both sides; a branch below its body is one name with it."""
    above = _NAME_ABOVE.search(text, max(0, start - _LONGEST_NAME), start)
    below = _NAME_BELOW.match(text, end, end + _LONGEST_NAME)
    if not above or not below or not is_department(above.group(), forms):
        return False
    branch = forms.find(BRANCH_ALONE, below.group())
    body = forms.find(BODY, below.group())
    return body is not None and body.start() == 0 and (branch is None or branch.end() < body.end())


def find_hidden(text: str) -> Iterator[tuple[int, int]]:
    """The bounds of elements that a page does not show as its text: its head, styles, scripts, navigation, the head
    and foot of the site, its lists of links, and the heads and feet of printed pages that a word processor wrote.

    One that is never closed hides nothing; of elements inside each other the outer one is given.

    >>> [(a, b) for a, b in find_hidden("<style>p {}</style>一、<nav><a>首页</a></nav><script>")]
    [(0, 19), (21, 41)]
    """
    yield from _find_printed_margins(text)
    yield from _find_site_margins(text)
    yield from _find_link_lists(text)
    opened: dict[str, int] = {}
    last = 0
    closing = {name: text.rfind("</" + name) for name in _HIDDEN}
    for match in _TAG.finditer(text):
        name = match["name"].lower()
        if name not in _HIDDEN or match.start() < last:
            continue
        if not match.group().startswith("</"):
            if match.start() < closing[name]:
                opened.setdefault(name, match.start())
        elif name in opened:
            start = opened.pop(name)
            if all(other > start for other in opened.values()):
                yield start, match.end()
                last = match.end()
                opened.clear()


def _find_printed_margins(text: str) -> Iterator[tuple[int, int]]:
    for margin in _PRINTED_MARGIN.finditer(text):
        opening = _TAG.match(text, margin.start())
        if opening and (close := _closing_of(text, opening)):
            yield margin.start(), close


def _find_site_margins(text: str) -> Iterator[tuple[int, int]]:
    """The head and foot of a site and who can be reached there, by the name, class or id of their element.

    Those of an article or of the main text are its own. A head without a link or picture may hold the title, and one
    with a day in it the signature: these stay.
    """
    inside = end = seen = 0
    for match in _TAG.finditer(text):
        name, closing = match["name"].lower(), match.group().startswith("</")
        if name in _CONTENT:
            inside = max(0, inside + (-1 if closing else 1))
        elif not closing and match.start() >= end and (name in _MARGINS or _SITE_FOOT.match(match.group())):
            seen += 1
            if seen > _MOST_PARTS:
                return
            close = _closing_of(text, match)
            words = text[match.end() : close]
            owned = inside and name != "address"
            if close and not owned and not WRITTEN_DATE.search(words) and (name != "header" or _LINKED.search(words)):
                yield match.start(), close
                end = close


def _find_link_lists(text: str) -> Iterator[tuple[int, int]]:
    """The lists of a page in which every word leads to another page: what a site recommends beside a text.

    Links to files may be the annexes of the text, and what opens clauses is its contents: these stay.
    """
    end = seen = 0
    for match in _TAG.finditer(text):
        name = match["name"].lower()
        if name not in ("ul", "ol", "dl") or match.group().startswith("</") or match.start() < end:
            continue
        seen += 1
        if seen > _MOST_PARTS:
            return
        close = _closing_of(text, match)
        inside = text[match.end() : close] if close else ""
        links = list(_LINK.finditer(inside))
        if len(links) < _FEWEST_LINKS or _LINKED_FILE.search(inside):
            continue
        told = [_TAG.sub("", link["words"]).strip() for link in links]
        rest = _TAG.sub("", WRITTEN_DATE.sub("", _LINK.sub("", inside)))
        if not _WORDS.search(rest) and not any(opens_clause(words) or "。" in words for words in told):
            yield match.start(), close
            end = close


def _closing_of(text: str, opening: re.Match[str]) -> int:
    """Where the element ends that a tag opens; 0 where it has not ended after ``_MARGIN_ROOM`` characters."""
    name, depth = opening["name"].lower(), 0
    for tag in _TAG.finditer(text, opening.start(), opening.start() + _MARGIN_ROOM):
        if tag["name"].lower() == name:
            depth += -1 if tag.group().startswith("</") else 1
            if not depth:
                return tag.end()
    return 0


@dataclass(slots=True)
class _Table:
    """A table while its tags are read: whether it lays out, and the columns that cells above still cover."""

    lays_out: bool = False
    row: int = -1  # where the open row's tag ends; -1 between rows
    rows: int = 0  # that are closed
    column: int = 0
    extra: int = 0  # columns that the last cell spans beyond its own
    covers: dict[int, int] = field(default_factory=dict)  # rows that a column stays covered, this one included

    def open_cell(self, tag: str) -> str:
        """What stands before a cell: a tab unless it is the first, and the marks of the columns that are covered.

        A row that is not the first of its table says so: what its cells do not span, it does not go on with. The first
        one may, where a page break has cut a table in two.
        """
        parted = ROW if self.rows and not self.column else ""
        marks = parted + self._spanned() + ("\t" if self.column else "")
        spans = {m["which"].lower(): int(m["count"]) for m in _SPAN_OF_CELL.finditer(tag)}
        columns = max(1, min(spans.get("col", 1), _MOST_COLUMNS - self.column))
        if spans.get("row", 1) > 1:
            below = range(self.column, min(self.column + columns, _MOST_COLUMNS))
            self.covers |= dict.fromkeys(below, spans["row"])
        self.column += 1
        self.extra = columns - 1
        return marks

    def close_row(self) -> str:
        """What stands behind the last cell of a row; the next row begins."""
        marks = ""
        if self.column:
            self.rows += 1
            marks = self._spanned()
            self.covers = {column: rows - 1 for column, rows in self.covers.items() if rows > 1}
        self.row, self.column, self.extra = -1, 0, 0
        return marks

    def _spanned(self) -> str:
        """The columns that the last cell spans, empty, and after them those that cells above cover."""
        marks = "\t" * self.extra
        self.column += self.extra
        self.extra = 0
        while self.column in self.covers:
            marks += ("\t" if self.column else "") + COVERED
            self.column += 1
        return marks


def find_tags(text: str, forms: Forms | None = None) -> Iterator[tuple[int, int, str]]:
    """HTML tags and what stands in for each: a line end, a tab between cells, a break inside a cell, or nothing.

    Without the forms of names no table is one of signatures.

    >>> page = "<table><tr><td>甲<td rowspan=2>乙</tr><tr><td>丙</tr></table><table><td><p>一<p>二</table>"
    >>> "".join(mark for _, _, mark in find_tags(page))
    '\\n\\n\\t\\n\\n\\x0b\\t\\x1d\\n\\n\\n\\n\\n\\n\\n'
    """
    tags = list(_TAG.finditer(text))
    laying_out = _find_layout_tables(tags) | (_find_signature_tables(text, tags, forms) if forms else frozenset())
    labels = _find_glued_labels(text, tags, forms) if forms else frozenset()
    tables = [_Table()]
    line_end, tabbed = -1, False
    for place, match in enumerate(tags):
        name = match["name"].lower()
        closing = match.group().startswith("</")
        table = tables[-1]
        if name == "table":
            stand_in = table.close_row() + "\n" if closing else "\n"
            if not closing:
                tables.append(_Table(place in laying_out))
            elif len(tables) > 1:
                tables.pop()
        elif name == "tr" and not table.lays_out:
            if closing and table.row >= 0:
                for gap in _GAP_IN_ROW.finditer(text, table.row, match.start()):
                    yield gap.start(), gap.end(), " "
            stand_in = table.close_row() + "\n"
            if not closing:
                table.row = match.end()
        elif name in {"td", "th"} and not table.lays_out:
            stand_in = "" if closing else table.open_cell(match.group())
        elif name in _BLOCKS or name in {"td", "th"}:
            if match.start() > line_end:
                begin = text.rfind("\n", max(0, line_end), match.start()) + 1
                line_end = text.find("\n", match.start())
                line_end = len(text) if line_end < 0 else line_end
                tabbed = "\t" in text[begin:line_end]
            inside = table.row >= 0 or (table.column > 0 and len(tables) > 1) or (tabbed and len(tables) == 1)
            stand_in = CELL_BREAK if inside else "\n"
        else:
            stand_in = "：" if place in labels else ""
        yield match.start(), match.end(), stand_in


def _find_layout_tables(tags: list[re.Match[str]]) -> frozenset[int]:
    """Which of the tags open a table that only lays out a page: it holds a table, or never two cells in a row."""
    found: set[int] = set()
    opened: list[list[int]] = []  # the tag that opens it, the most cells in a row, the cells in this row

    def close() -> None:
        place, most, cells = opened.pop()
        if max(most, cells) <= 1:
            found.add(place)

    for place, match in enumerate(tags):
        name, closing = match["name"].lower(), match.group().startswith("</")
        if name == "table" and closing:
            if opened:
                close()
        elif name == "table":
            found.update(above[0] for above in opened)
            opened.append([place, 0, 0])
        elif opened and name == "tr":
            opened[-1][1:] = [max(opened[-1][1:]), 0]
        elif opened and name in {"td", "th"} and not closing:
            opened[-1][2] += 1
    while opened:
        close()
    return frozenset(found)


def _find_signature_tables(text: str, tags: list[re.Match[str]], forms: Forms) -> frozenset[int]:
    """Which of the tags open a table whose cells are names of bodies and a date, or names with a date right below."""
    found: set[int] = set()
    place, only_names, dated, names = -1, False, False, 0
    for at, match in enumerate(tags):
        name, closing = match["name"].lower(), match.group().startswith("</")
        if name == "table" and not closing:
            place, only_names, dated, names = at, True, False, 0
            continue
        words = text[match.end() : tags[at + 1].start() if at + 1 < len(tags) else len(text)].strip()
        if name == "table":
            below = words or _words_below(text, tags, at + 1)
            if place >= 0 and only_names and names > 1 and (dated or _DATE_LINE.fullmatch(below[:_LONGEST_DATE])):
                found.add(place)
            place = -1
        elif words and place >= 0 and only_names:
            dated = dated or bool(_DATE_LINE.fullmatch(words[:_LONGEST_DATE]))
            signs = len(words) <= _LONGEST_NAME and bool(forms.find(ORGANISATION, words))
            names += signs
            only_names = signs or bool(_DATE_LINE.fullmatch(words[:_LONGEST_DATE]))
    return frozenset(found)


def _find_glued_labels(text: str, tags: list[re.Match[str]], forms: Forms) -> frozenset[int]:
    """Which of the tags close a label of a record that is an element in a line, with its value in the next element.

    Side by side they would be one word: 发文字号云应急〔2031〕34号. Three such labels are a record.
    """
    found = set()
    for place in range(1, len(tags) - 1):
        opening, closing, behind = tags[place - 1 : place + 2]
        name = closing["name"].lower()
        if name in _BLOCKS or opening["name"].lower() != name or opening.end() > _RECORD_ROOM:
            continue
        beside = not text[closing.end() : behind.start()].strip() and not behind.group().startswith("</")
        if closing.group().startswith("</") and beside and behind["name"].lower() not in _BLOCKS:
            label = forms.find(RECORD_LABEL, text[opening.end() : closing.start()].strip())
            if label and not label["colon"]:
                found.add(place)
    return frozenset(found) if len(found) >= FEWEST_LABELS else frozenset()


def _words_below(text: str, tags: list[re.Match[str]], at: int) -> str:
    """The next words behind a tag; empty when there are none."""
    for place in range(at, len(tags)):
        words = text[tags[place].end() : tags[place + 1].start() if place + 1 < len(tags) else len(text)].strip()
        if words:
            return words
    return ""
