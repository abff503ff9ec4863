"""Tables whose columns the text of a PDF has lost: the headers in one line, then rows that begin with their number.

Nothing but white space is left between the cells. They are found again where the columns can be told by what they
hold: a serial number, a measure, then bases, which begin with a title (《…》 or a document number), and departments at
the end. Every row must give way to that reading, each title closed, each department of the form of one; where one does
not, nothing is cut and the lines stay as they are, with a problem that says so (``table-uncut``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policygraph.reading.documents.columns import is_header, join_lines, names_column
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.bodies import LISTED_PARTS, is_department
from policygraph.reading.patterns.lines import REST_OF_PLACE, ROW_NUMBER
from policygraph.reading.patterns.portal import PAGE_NUMBER
from policygraph.text.spans import Edit

_LINE = re.compile(r"[^\n]+")
_TOKEN = re.compile(r"\S+")
_ROW_NUMBER = ROW_NUMBER.compile()
_REST_OF_PLACE = REST_OF_PLACE.compile()
_PAGE_NUMBER = PAGE_NUMBER.compile()
_LISTED_PARTS = LISTED_PARTS.compile()
_LONGEST_ROW = 400  # words between white space that one row may have


@dataclass(frozen=True, slots=True)
class _Token:
    """Characters between white space, where they stand in the text, and whether they begin a line."""

    start: int
    end: int
    text: str
    opens_line: bool = True


def find_run_rows(text: str, forms: Forms) -> list[Edit]:
    """The white space between the cells of such tables, as tabs, and inside a cell as nothing; empty without a table.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> words = Vocabulary(
    ...     measure_headers=("措施",), basis_headers=("依据",), unit_headers=("单位",), body_endings=("局",))
    >>> text = "序号 措施 依据 单位\\n1 限制招标 《招标法》第二\\n十六条 市财政局\\n2 限制供地 《土地法》\\n市林业局\\n"
    >>> cut = find_run_rows(text, Forms(words))
    >>> [(edit.start, edit.replacement) for edit in cut][3:]
    [(13, '\\t'), (18, '\\t'), (26, ''), (30, '\\t'), (37, '\\t'), (42, '\\t'), (48, '\\t')]
    >>> find_run_rows("序号 措施 依据 单位\\n1 限制招标 依照规定 市财政局\\n", Forms(words))
    []
    """
    if not any(word in text for word in forms.vocabulary.basis_headers):
        return []
    lines = [_strip(match) for match in _LINE.finditer(text) if match.group().strip()]
    edits: list[Edit] = []
    at = 0
    while at < len(lines):
        titles = _header(lines[at], forms)
        rows, after = _rows(lines, at + 1, lines[at].text, forms) if titles else ([], at + 1)
        if rows:
            again = [line for line in lines[at:after] if line.text == lines[at].text]
            for head in again:
                edits += join_lines([[token] for token in _tokens(head)], forms)
            for row in rows:
                edits += join_lines(row, forms)
        at = max(after, at + 1)
    return sorted(edits, key=lambda edit: edit.start)


def _strip(match: re.Match[str]) -> _Token:
    words = match.group()
    start = match.start() + len(words) - len(words.lstrip())
    return _Token(start, start + len(words.strip()), words.strip())


def _tokens(line: _Token) -> list[_Token]:
    return [
        _Token(line.start + m.start(), line.start + m.end(), m.group(), m.start() == 0)
        for m in _TOKEN.finditer(line.text)
    ]


def _header(line: _Token, forms: Forms) -> list[str]:
    """The titles of the columns: a number, a measure, bases, departments; empty when a line is no such header."""
    titles = line.text.split()
    words = forms.vocabulary
    if len(titles) != 4 or "\t" in line.text or not is_header(titles, forms):
        return []
    wanted = (words.measure_headers, words.basis_headers, words.unit_headers)
    return titles if all(names_column(title, kind) for title, kind in zip(titles[1:], wanted, strict=True)) else []


def _rows(lines: Sequence[_Token], at: int, header: str, forms: Forms) -> tuple[list[list[list[_Token]]], int]:
    """The rows below a header, each as its cells, and the line behind the table; no rows when one cannot be cut."""
    groups: list[list[_Token]] = []
    place = at
    for place in range(at, len(lines)):
        line = lines[place]
        number = _ROW_NUMBER.match(line.text)
        if number and int(number["number"]) == len(groups) + 1:
            groups.append(_tokens(line))
        elif line.text == header or _PAGE_NUMBER.fullmatch(line.text):
            continue
        elif not groups or _is_below(groups[-1], line, forms):
            break
        else:
            groups[-1] += _tokens(line)
    else:
        place = len(lines)
    rows = [_cells(group, forms) for group in groups]
    return ([row for row in rows if row] if all(rows) else []), place


def _is_below(group: list[_Token], line: _Token, forms: Forms) -> bool:
    """Whether a line stands below the table: the last row is whole without it, and is no row with it."""
    more = [*group, *_tokens(line)]
    return len(more) > _LONGEST_ROW or (bool(_cells(group, forms)) and not _cells(more, forms))


def _cells(group: list[_Token], forms: Forms) -> list[list[_Token]]:
    """The cells of a row: number, measure, bases, departments; empty when the words do not tell them apart."""
    first = next((at for at, token in enumerate(group) if at > 1 and token.text.startswith("《")), 0)
    if not first or _opens(group[1:first]):
        return []
    last = len(group)
    while last - 1 > first and _lists_departments(group[last - 1 :], forms):
        last -= 1
    while last < len(group) and _opens(group[first:last]):
        last += 1
    if last == len(group):
        return []
    return [group[:1], group[1:first], group[first:last], group[last:]]


def _opens(tokens: Sequence[_Token]) -> bool:
    """Whether a title or a bracket is still open behind these words, or they end in the middle of a list."""
    text = "".join(token.text for token in tokens)
    return any(text.count(a) != text.count(b) for a, b in ("《》", "（）", "“”")) or text.endswith(("、", "，"))


def _lists_departments(tokens: Sequence[_Token], forms: Forms) -> bool:
    """Whether words are names of departments and nothing else; a line may end inside one, a space does not."""
    text = "".join(("" if token.opens_line else "、") + token.text for token in tokens)
    items = [item for item in _LISTED_PARTS.split(text) if item]
    named = bool(items) and not any(mark in text for mark in "《》。；")
    return named and all(is_department(item, forms) and not _REST_OF_PLACE.match(item) for item in items)
