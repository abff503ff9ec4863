"""What the steps of preparing share: the work database with its typed tables, what was seen, and what is wrong."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import Table, Value
from policygraph.judging.screening.sql import quote_name, write_literal
from policygraph.judging.screening.view import RECORDED
from policygraph.keeping.batch.duck import Connection, read_number

LINE = " line"
"""The column of a converted file that holds the number of each row in the file of the register."""

Progress = Callable[[str, float], None]
"""Told the step that begins, and the part of the whole that is done."""


class Job:
    """One register on its way from its files to its chunks; errors go into a table of the work database."""

    def __init__(
        self, connection: Connection, work: Path, conditions: frozenset[str] | None, codes: Codes, progress: Progress
    ) -> None:
        self.sql = connection
        self.work = work
        self.conditions = conditions
        self.codes = codes
        self.notes: list[str] = []
        self.progress = progress
        self.files: dict[str, str] = {}
        self.seen: dict[str, int] = {}
        self.units = 0
        self.chunks = 1
        self.broken: Counter[str] = Counter()
        self.aside: dict[str, list[tuple[int, str]]] = {}
        self.told: dict[str, list[str]] = {}
        self.repeated: dict[str, list[tuple[int, str]]] = {}
        self.synthetic = False
        self.digest = hashlib.sha256()
        self.sql.execute(
            "CREATE TABLE errors (file VARCHAR, line BIGINT, col VARCHAR, cell VARCHAR, cause VARCHAR, remedy VARCHAR)"
        )

    def error(self, file: str, line: int, column: str, cell: str | None, cause: str, remedy: str) -> None:
        """Add one error; line 0 is the file as a whole."""
        self.sql.execute("INSERT INTO errors VALUES (?, ?, ?, ?, ?, ?)", [file, line, column, cell, cause, remedy])

    def count(self, query: str) -> int:
        """The number that a query of one cell gives; 0 where it gives no row."""
        return read_number(self.sql, query)

    def report(
        self, table: Table, wrong: str, column: str, cell: str, cause: str, remedy: str, *, source: str = ""
    ) -> None:
        """Add an error for every row of a typed table of which an expression is true."""
        file = self.files.get(table.name, table.name)
        self.sql.execute(
            f"INSERT INTO errors SELECT {write_literal(file)}, r.line, {write_literal(column)}, "
            f"CAST({cell} AS VARCHAR), {cause}, {write_literal(remedy)} FROM {source or name_typed(table)} r "
            f"WHERE {wrong}"
        )


def name_typed(table: Table) -> str:
    """The table of the work database that holds a table of the register with its cells typed, quoted for SQL."""
    return quote_name(f"typed_{table.name}")


def is_personal(table: Table) -> bool:
    """True for a table whose records may be about a person."""
    return table.name in RECORDED


def list_literals(values: Iterable[str]) -> str:
    """Values as SQL lists them between brackets."""
    return ", ".join(write_literal(value) for value in values)


def write_value(value: Value | None) -> str:
    """A value as a cell of CSV has it; empty for none."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
