"""Some enterprises of a prepared register as a register by themselves, for whoever decides them one by one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from policygraph.judging.rules import Register, Row, Value, make_register
from policygraph.judging.rules.facts import TABLE, TABLES
from policygraph.judging.screening.sql import write_literal
from policygraph.keeping.batch.duck import Connection, read_files
from policygraph.keeping.batch.tables import chunk_file, empty_select, select_units


def read_units(connection: Connection, register: Path, numbers: Iterable[int], entities: Iterable[str]) -> Register:
    """What some chunks of a prepared register say of some enterprises, their people and everybody."""
    listed = ", ".join(write_literal(entity) for entity in entities) or "''"
    found: dict[tuple[str, tuple[tuple[str, Value], ...]], Row] = {}
    for number in numbers:
        persons = chunk_file(register, number, "persons")
        posts = (
            f"SELECT * FROM {read_files(persons.as_posix())}" if persons.is_file() else empty_select(TABLE["persons"])
        )
        for table in TABLES:
            file = chunk_file(register, number, table.name)
            if not file.is_file():
                continue
            names = {column.name for column in table.columns}
            every = f"SELECT * FROM {read_files(file.as_posix())}"
            rows = connection.execute(select_units(table, every, posts, listed))
            columns = [str(item[0]) for item in rows.description or ()]
            for values in rows.fetchall():
                cells = {n: v for n, v in zip(columns, values, strict=True) if v is not None and n in names}
                found[table.name, tuple(sorted(cells.items(), key=lambda cell: cell[0]))] = Row(table.name, cells)
    return make_register(register.name, found.values())
