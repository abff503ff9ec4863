"""Some enterprises of a prepared register as a register by themselves, for whoever decides them one by one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from policygraph.judging.rules import Register, Row, Value, make_register
from policygraph.judging.rules.facts import TABLES
from policygraph.judging.screening.sql import write_literal
from policygraph.keeping.batch.duck import Connection, read_files
from policygraph.keeping.batch.tables import chunk_file


def read_units(connection: Connection, register: Path, chunks: int, entities: Iterable[str]) -> Register:
    """The facts of some enterprises of a prepared register: their rows, their people's, and what is said for all."""
    listed = ", ".join(write_literal(entity) for entity in entities) or "''"
    found: dict[tuple[str, tuple[tuple[str, Value], ...]], Row] = {}
    for number in range(chunks):
        persons = chunk_file(register, number, "persons")
        people = "SELECT NULL"
        if persons.is_file():
            people = f'SELECT "person_id" FROM {read_files(str(persons))} WHERE "uscc" IN ({listed})'
        for table in TABLES:
            file = chunk_file(register, number, table.name)
            if not file.is_file():
                continue
            names = {column.name for column in table.columns}
            mine = [f'"uscc" IN ({listed})']
            if table.name == "coverage":
                mine.append('"uscc" IS NULL')
            if "person_id" in names and table.name != "persons":
                mine.append(f'"person_id" IN ({people})')
            rows = connection.execute(f"SELECT * FROM {read_files(str(file))} WHERE {' OR '.join(mine)}")
            columns = [str(item[0]) for item in rows.description or ()]
            for values in rows.fetchall():
                cells = {n: v for n, v in zip(columns, values, strict=True) if v is not None and n in names}
                found[table.name, tuple(sorted(cells.items(), key=lambda cell: cell[0]))] = Row(table.name, cells)
    return make_register(register.name, found.values())
