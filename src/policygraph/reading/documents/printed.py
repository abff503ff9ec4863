"""The tables of a parsed document as people see them: a header, rows, and one word for each column.

The clause tree holds each cell as a clause; who wants to copy or compare a table wants its grid. Nothing is read anew.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from policygraph.reading.documents.values import Clause, Document


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table as printed: its header and rows, one word for each column (empty where a cell is), and its bounds."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    start: int
    end: int


def list_tables(document: Document) -> tuple[PrintedTable, ...]:
    """The tables of a document in reading order; empty when it has none.

    >>> from policygraph.reading.documents.parsing import parse_document
    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> text = "一、惩戒措施\\n序号\\t措施\\t部门\\n1\\t限制招标\\t市发改委\\n2\\t限制供地\\t市自然资源局"
    >>> (table,) = list_tables(parse_document(text, Vocabulary()))
    >>> table.header, table.rows[1], text[table.start : table.end][:2]
    (('序号', '措施', '部门'), ('2', '限制供地', '市自然资源局'), '序号')
    """
    children: dict[str, list[Clause]] = defaultdict(list)
    for clause in document.clauses:
        if clause.level in ("row", "cell"):
            children[clause.parent or ""].append(clause)
    words = {clause.id: clause.text for clause in document.clauses if clause.level == "cell"}
    shared: dict[str, list[str]] = defaultdict(list)
    for row, cell in document.spanning:
        shared[row].append(cell)
    found = []
    for parent, rows in children.items():
        if rows[0].level != "row":
            continue
        cells = [
            {_column(cell): words[cell] for cell in (*shared[row.id], *(cell.id for cell in children[row.id]))}
            for row in rows
        ]
        width = max((max(line, default=0) for line in cells), default=0)
        grid = [tuple(line.get(column, "") for column in range(1, width + 1)) for line in cells]
        header = grid.pop(0) if rows[0].id == f"{parent}/row_0" else ()
        spans = [span for row in rows for span in row.spans]
        found.append(PrintedTable(header, tuple(grid), min(s.start for s in spans), max(s.end for s in spans)))
    return tuple(found)


def _column(cell: str) -> int:
    return int(cell.rsplit("_", 1)[-1])
