"""A register as Parquet: which files it has, how an engine sees them as tables, and into which chunk a unit falls.

A prepared register is a folder with ``register.json`` and one folder per chunk. A chunk is a small register of its own:
all rows of its enterprises, the rows that speak for everybody, and the records of every person who has a post at one
of them; a record of a person with posts in two chunks lies in both. So each chunk can be screened by itself.
The chunk of a unit is plain arithmetic on its code, because the hash functions of engines differ and change.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from policygraph.errors import InputError
from policygraph.judging.rules.facts import TABLE, Column, Receipt, Table
from policygraph.judging.screening.sql import any_of, quote_name, write_literal

MANIFEST = "register.json"
FORMAT = 3
DECIMALS = 10

_TYPES = {"date": "DATE", "bool": "BOOLEAN", "integer": "INTEGER", "decimal": f"DECIMAL(18, {DECIMALS})"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """What ``register.json`` says: the register's name, its chunks, and how many rows each table has."""

    name: str
    chunks: int
    rows: dict[str, int]
    fingerprint: str
    synthetic: bool = False
    receipts: list[dict[str, Any]] = field(default_factory=list)  # Any: JSON
    """For each table its file and the rows seen, kept and refused, as ``rules.facts.Receipt`` writes them."""
    notes: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def enterprises(self) -> int:
        """How many enterprises there are."""
        return self.rows.get("enterprises", 0)

    @property
    def told(self) -> tuple[Receipt, ...]:
        """The receipts as values."""
        return tuple(Receipt.from_json(receipt) for receipt in self.receipts)


def sql_type(column: Column) -> str:
    """The SQL type of a column; of DuckDB.

    >>> sql_type(Column("date", "date", "日期")), sql_type(Column("name", "text", "名称"))
    ('DATE', 'STRING')
    """
    return _TYPES.get(column.kind, "STRING")


def chunk_sql(column: str, chunks: int) -> str:
    """The chunk of a unit from five characters of its code, as SQL.

    >>> chunk_sql('"uscc"', 1)
    '0'
    """
    if chunks == 1:
        return "0"
    parts = [f"ascii(substr({column}, {place}, 1)) * {weight}" for place, weight in _PLACES]
    return f"(({' + '.join(parts)}) % {chunks})"


_PLACES = ((14, 1), (15, 7), (16, 61), (17, 509), (18, 4093))


def chunk_folder(register: Path, chunk: int) -> Path:
    """The folder of one chunk."""
    return register / f"chunk-{chunk:05d}"


def chunk_file(register: Path, chunk: int, table: str) -> Path:
    """The Parquet file of one table in one chunk; absent when the table has no rows there."""
    return chunk_folder(register, chunk) / f"{table}.parquet"


def digest_file(register: Path, chunk: int) -> Path:
    """The digests of one chunk: for each enterprise a number that changes when a row about it or its persons does."""
    return chunk_folder(register, chunk) / "digests.parquet"


def select_digests(rows: Mapping[str, str], posts: str) -> str:
    """The digests of a chunk, from a SELECT for each of its tables; the unit that is NULL is everybody.

    A row counts for its enterprise, or for every enterprise at which its person has a post; ``posts`` selects persons
    with their enterprises, of the chunk and those at least of whom there is a record. The sum of 64-bit hashes tells
    changes apart, not forgeries; another version of the engine makes other digests, of which none is the same.
    """
    parts = []
    for name, body in rows.items():
        columns = [column.name for column in TABLE[name].columns]
        number = f"hash({write_literal(name)}, {', '.join(f'r.{quote_name(column)}' for column in columns)})"
        personal = "person_id" in columns and name != "persons"
        own = ' WHERE r."person_id" IS NULL' if personal else ""
        parts.append(f'SELECT r."uscc", {number} AS told FROM ({body}) r{own}')
        if personal:
            parts.append(
                f'SELECT p."uscc", {number} AS told FROM ({body}) r '
                f'JOIN (SELECT DISTINCT "person_id", "uscc" FROM ({posts})) p ON p."person_id" = r."person_id"'
            )
    return f'SELECT "uscc", sum(told) AS digest FROM ({" UNION ALL ".join(parts)}) GROUP BY "uscc"'


def select_units(table: Table, rows: str, posts: str, units: str) -> str:
    """The rows of a table that some enterprises need: their own, their persons', and what is said for everybody.

    ``rows`` and ``posts`` select those of the table and of persons, ``units`` the codes of the enterprises.
    """
    names = {column.name for column in table.columns}
    tests = [f'"uscc" IN ({units})']
    if table.name == "coverage":
        tests.append('"uscc" IS NULL')
    if "person_id" in names and table.name != "persons":
        tests.append(f'"person_id" IN (SELECT "person_id" FROM ({posts}) WHERE "uscc" IN ({units}))')
    return f"SELECT * FROM ({rows}) WHERE {any_of(tests)}"


def empty_select(table: Table) -> str:
    """A table without rows, with its columns and types."""
    columns = ", ".join(f"CAST(NULL AS {sql_type(c)}) AS {quote_name(c.name)}" for c in table.columns)
    return f"SELECT {columns} WHERE 1 = 0"


def read_prepared(register: Path) -> Prepared:
    """The manifest of a prepared register. Errors: ``InputError`` when there is none or it is of another format."""
    path = register / MANIFEST
    if not path.is_file():
        raise InputError(
            str(register), f"没有 {MANIFEST}，不是整理好的登记册", "先运行 policygraph register to-parquet"
        )
    data = json.loads(path.read_text(encoding="utf-8"))
    if data.get("format") != FORMAT:
        raise InputError(
            str(path), f"格式 {data.get('format')} 不是 {FORMAT}", "用现在的版本重新运行 register to-parquet"
        )
    return Prepared(**data)


def write_prepared(register: Path, prepared: Prepared) -> None:
    """Write the manifest; it is the last file of a prepared register."""
    text = json.dumps(asdict(prepared), ensure_ascii=False, indent=1, sort_keys=True)
    (register / MANIFEST).write_text(text + "\n", encoding="utf-8")


def is_prepared(register: Path) -> bool:
    """True for a folder that ``register to-parquet`` made."""
    return (register / MANIFEST).is_file()
