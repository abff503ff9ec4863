"""The facts of one enterprise as a form: field names to tables, a register back to fields, rows added without script.

A field is called ``table.row.column``. The form asks for what the tables of a register hold
(``judging.rules.facts``), so a new column appears here by itself. Two things a clerk need not type: the code of
the enterprise in every row, and a number for a record that has none. A row left empty is no row. Pure: fields in,
sheets out; it reads nothing and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policygraph.judging.rules import Register, Row
from policygraph.judging.rules.facts import COVERABLE, TABLE, TABLES, Column
from policygraph.keeping.registers import claim_openly, is_restricted

MOST_ROWS = 40
"""Rows of one table on a form; more records belong in a register file."""

Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the form holds: the rows of each table by column, as typed."""

    tables: Mapping[str, tuple[Fields, ...]]

    @property
    def entity(self) -> str:
        """The code of the enterprise as typed; empty when there is none."""
        rows = self.tables.get("enterprises", ())
        return rows[0].get("uscc", "").strip().upper() if rows else ""

    def filled(self, table: str) -> int:
        """How many rows of a table say something."""
        return sum(1 for row in self.tables.get(table, ()) if not _is_blank(table, row))

    def with_row(self, table: str) -> Facts:
        """The same facts with one more empty row in a table."""
        rows = self.tables.get(table, ())
        return Facts({**self.tables, table: (*rows, {})[:MOST_ROWS]})

    def fields(self) -> list[tuple[str, str]]:
        """The names and values of all fields that are not empty, for a form that only carries them on."""
        return [
            (f"{table}.{number}.{name}", value)
            for table, rows in self.tables.items()
            for number, row in enumerate(rows)
            if not _is_blank(table, row)
            for name, value in row.items()
            if value
        ]

    def sheets(self) -> dict[str, list[tuple[int, list[object]]]]:
        """The tables with a header row, as a register is read; rows without a word are left out."""
        sheets: dict[str, list[tuple[int, list[object]]]] = {}
        for table in TABLES:
            columns = [column.name for column in table.columns]
            body: list[tuple[int, list[object]]] = []
            for number, row in enumerate(self.tables.get(table.name, ()), start=1):
                if not _is_blank(table.name, row):
                    cells = self._complete(table.name, row, number)
                    body.append((number, [cells.get(name, "") for name in columns]))
            if body:
                sheets[table.name] = [(0, list(columns)), *body]
        return sheets

    def _complete(self, table: str, row: Fields, number: int) -> Fields:
        names = {column.name for column in TABLE[table].columns}
        cells = dict(row)
        if "uscc" in names and table not in ("enterprises", "coverage") and not cells.get("person_id", "").strip():
            cells["uscc"] = self.entity
        if table == "persons":
            cells["uscc"] = self.entity
        if "record_id" in names and not cells.get("record_id", "").strip():
            cells["record_id"] = f"{TABLE[table].label}{number}"
        return cells


def read_fields(pairs: Iterable[tuple[str, str]]) -> Facts:
    """The facts in the fields of a form; fields that name no column are passed over.

    >>> facts = read_fields([("enterprises.0.uscc", "91230800ma0000000r"), ("penalties.0.date", "2025-02-02")])
    >>> facts.entity, facts.sheets()["penalties"][1][1][:4]
    ('91230800MA0000000R', ['行政处罚1', '91230800MA0000000R', '', '2025-02-02'])
    """
    found: dict[str, dict[int, Fields]] = {}
    for key, value in pairs:
        table, _, rest = key.partition(".")
        number, _, column = rest.partition(".")
        if table not in TABLE or not number.isdecimal() or len(number) > 3 or int(number) >= MOST_ROWS:
            continue
        if column in {known.name for known in TABLE[table].columns}:
            found.setdefault(table, {}).setdefault(int(number), {})[column] = value
    return Facts({table: tuple(rows[number] for number in sorted(rows)) for table, rows in found.items()})


def facts_of(register: Register, entity: str) -> Facts:
    """The facts of one enterprise of a register."""
    return _facts(register.about(entity))


def public_facts_of(register: Register, entity: str, veiled: bool) -> Facts:
    """The facts of one enterprise of a register that anybody may see: without records that are not public.

    ``veiled``: a document of its place asks for such records. Then no list is called complete, whether or not a record
    was held back: the absence of one would read as proof, and a claim that is missing for some would tell who has one.
    """
    rows = [row for row in register.about(entity) if not is_restricted(row, register)]
    return _facts(claim_openly(rows) if veiled else rows)


def _facts(rows: Iterable[Row]) -> Facts:
    tables: dict[str, list[Fields]] = {}
    for row in rows:
        asked = {column.name for column in input_columns(row.table)}
        tables.setdefault(row.table, []).append({name: text for name, text in row.typed.items() if name in asked})
    return Facts({name: tuple(found) for name, found in tables.items()})


def complete_form(facts: Facts) -> Facts:
    """The facts with an empty row where a table has none, and a row of completeness for each table of records."""
    tables = dict(facts.tables)
    for table in TABLES:
        tables[table.name] = tables.get(table.name) or ({},)
    told = {row.get("table") for row in tables["coverage"]}
    rows = tuple(row for row in tables["coverage"] if row)
    tables["coverage"] = rows + tuple({"table": name} for name in COVERABLE if name not in told)
    return Facts(tables)


def input_columns(table: str) -> tuple[Column, ...]:
    """The columns that a form shows; the code of the enterprise is asked once, with its name."""
    return tuple(column for column in TABLE[table].columns if table == "enterprises" or column.name != "uscc")


def _is_blank(table: str, row: Fields) -> bool:
    """A row of completeness that names only its table says nothing yet."""
    idle = {"table"} if table == "coverage" else set()
    return not any(value.strip() for name, value in row.items() if name not in idle)
