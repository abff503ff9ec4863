"""A screening taken up from an earlier one: only enterprises of which the register says something else are screened.

What an enterprise is answered depends on its own rows, on those of persons with a post there, and on what is said for
everybody; so the rows that two prepared registers do not have in common name all whose answer can differ. This holds
for one query only: another day, policy or dataset makes another query, and then everything is screened anew.
"""

from __future__ import annotations

import json
from pathlib import Path

from policygraph.errors import InputError
from policygraph.judging.rules.facts import TABLE, TABLES, Table
from policygraph.judging.screening import Screening
from policygraph.judging.screening.sql import quote_name, write_literal
from policygraph.keeping.batch.duck import Connection, open_chunk, read_files, screen_chunk
from policygraph.keeping.batch.tables import Prepared, chunk_file, empty_select

_CHANGED = "changed_units"


def check_earlier(earlier: Path, before: Prepared, now: Prepared, query: str, dataset: str) -> None:
    """See that an earlier result can be taken up. Errors: ``InputError`` that says why not."""
    marker = earlier / "screening.json"
    if not marker.is_file():
        raise InputError(str(earlier), "不是带说明的分块结果", "先前的筛查用不带后缀的 --out 写成文件夹")
    told = json.loads(marker.read_text(encoding="utf-8"))
    for same, cause in (
        (told["query"] == query, "先前的筛查问的是别的政策、截至日或引擎"),
        (told["dataset"] == dataset, "先前的筛查用的是别的数据版本"),
        (told["register"] == before.fingerprint, "先前的筛查不是从 --before 的登记册得出的"),
        (before.chunks == now.chunks, f"两份登记册的分块不同（{before.chunks} 与 {now.chunks}）"),
    ):
        if not same:
            raise InputError(str(earlier), cause, "不用 --since，整册重新筛查")


def renew_chunk(
    connection: Connection,
    screening: Screening,
    register: Path,
    before: Path,
    number: int,
    earlier: Path,
    target: Path,
) -> int:
    """Screen what changed in one chunk and take the rest from the earlier part; how many were screened."""
    find_changed(connection, register, before, number)
    (changed,) = connection.execute(f"SELECT count(*) FROM {_CHANGED}").fetchone() or (0,)
    fresh = target.with_suffix(".fresh")
    open_chunk(connection, register, number, screening.tables)
    for name in screening.tables:
        body = _restrict(TABLE[name], chunk_file(register, number, name))
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {quote_name(name)} AS {body}")
    screen_chunk(connection, screening, fresh)
    connection.execute(
        f'COPY (SELECT * FROM {read_files(earlier.as_posix())} WHERE "uscc" NOT IN (FROM {_CHANGED}) '
        f'UNION ALL SELECT * FROM {read_files(fresh.as_posix())} ORDER BY "uscc") '
        f"TO {write_literal(target.as_posix())} (FORMAT parquet, COMPRESSION zstd)"
    )
    fresh.unlink()
    return int(changed)


def find_changed(connection: Connection, register: Path, before: Path, number: int) -> None:
    """Name in a table the enterprises of one chunk whose answer can differ between two registers."""
    parts = []
    for table in TABLES:
        now, then = (_read(table, chunk_file(folder, number, table.name)) for folder in (register, before))
        difference = quote_name(f"difference_{table.name}")
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {difference} AS "
            f"(({now} EXCEPT ALL {then}) UNION ALL ({then} EXCEPT ALL {now}))"
        )
        names = {column.name for column in table.columns}
        parts.append(f'SELECT "uscc" FROM {difference} WHERE "uscc" IS NOT NULL')
        if "person_id" in names and table.name != "persons":
            for folder in (register, before):
                posts = _read(TABLE["persons"], chunk_file(folder, number, "persons"))
                parts.append(
                    f'SELECT "uscc" FROM ({posts}) WHERE "person_id" IN '
                    f'(SELECT "person_id" FROM {difference} WHERE "person_id" IS NOT NULL)'
                )
        if table.name == "coverage":  # what is said for everybody
            everybody = " UNION ALL ".join(
                _read(TABLE["enterprises"], chunk_file(folder, number, "enterprises")) for folder in (register, before)
            )
            general = f'EXISTS (SELECT 1 FROM {difference} WHERE "uscc" IS NULL)'
            parts.append(f'SELECT "uscc" FROM ({everybody}) WHERE {general}')
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_CHANGED} AS {' UNION '.join(parts)}")


def _read(table: Table, file: Path) -> str:
    if not file.is_file():
        return empty_select(table)
    names = ", ".join(quote_name(column.name) for column in table.columns)
    return f"SELECT {names} FROM {read_files(file.as_posix())}"


def _restrict(table: Table, file: Path) -> str:
    """The rows of a table that changed enterprises need: their own, their persons', and those for everybody."""
    names = {column.name for column in table.columns}
    tests = [f'"uscc" IN (FROM {_CHANGED})']
    if table.name == "coverage":
        tests.append('"uscc" IS NULL')
    if "person_id" in names and table.name != "persons":
        posts = _read(TABLE["persons"], file.with_name("persons.parquet"))
        tests.append(f'"person_id" IN (SELECT "person_id" FROM ({posts}) WHERE "uscc" IN (FROM {_CHANGED}))')
    return f"SELECT * FROM ({_read(table, file)}) WHERE {' OR '.join(tests)}"
