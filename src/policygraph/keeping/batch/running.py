"""``policygraph screen``: chunk by chunk through a register, to one file that appears whole or not at all.

The query is written once and run on each chunk; each finished part is renamed into the working folder beside the
result, so that a run that was cut short goes on where it stopped, as long as register, dataset and day are the same.
At the end the parts become one file (or stay a folder of parts, which costs nothing) and take the result's name by
one rename. The summary counts outcomes over all parts.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from rdflib import Graph

from policygraph.errors import InputError, LimitError
from policygraph.judging.rules import Policy
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import Receipt
from policygraph.judging.screening import DUCKDB, SPARK, Screening, compile_screening
from policygraph.judging.screening.sql import quote_name, write_literal
from policygraph.keeping.batch.duck import (
    DEFAULT_MEMORY,
    Connection,
    guard_texts,
    open_chunk,
    open_duckdb,
    read_files,
    telling,
)
from policygraph.keeping.batch.preparing import DEFAULT_CHUNK, BadRegister, Progress, prepare_register
from policygraph.keeping.batch.spark import open_spark
from policygraph.keeping.batch.tables import Prepared, is_prepared, read_prepared

ENGINES = ("duckdb", "spark")
FORMATS = (".parquet", ".csv", ".xlsx")
_KEPT = "；做完的部分留在这里，再运行一次就接着做"
MOST_SHEET_ROWS = 1_048_575
_STATE = "state.json"
# Characters that a worksheet cannot hold (XML 1.0, section 2.2).
_UNWRITABLE = {code: "\ufffd" for code in range(32) if chr(code) not in "\t\n\r"}

RunChunk = Callable[[Screening, Path, int, Path], None]
"""Runs the query on one chunk of a register and writes one Parquet file."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many enterprises have one outcome, under a policy or for one condition."""

    policy: str
    condition: str | None
    outcome: str
    enterprises: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What came out of a screening."""

    out: Path
    enterprises: int
    counts: tuple[Count, ...]
    resumed: int
    """Chunks taken over from an interrupted run."""
    restricted: bool
    """True when columns are in it that must not be published (standing on a watch list)."""
    synthetic: bool
    receipts: tuple[Receipt, ...] = ()
    """For each table of the register: rows seen, kept and refused."""
    notes: tuple[str, ...] = ()


def _silent(step: str, done: float) -> None:
    """Shows nothing."""


def screen_register(
    source: Path,
    policies: Iterable[Policy],
    as_of: date,
    out: Path,
    *,
    engine: str = "duckdb",
    master: str = "local[*]",
    memory: int = DEFAULT_MEMORY,
    chunk: int = DEFAULT_CHUNK,
    conditions: Iterable[str] | None = None,
    codes: Codes | None = None,
    invariants: Mapping[str, Graph] = MappingProxyType({}),
    beside: Iterable[Policy] = (),
    dataset: str = "",
    progress: Progress = _silent,
) -> Summary:
    """Every enterprise of a register under some policies on one day, written to a file or a folder of parts.

    A register that was not prepared is checked and prepared first, beside the result, by the closed ``codes``.
    ``dataset`` is the hash of the dataset that policies and codes come from: a run begun under another starts anew.
    Errors: ``InputError`` for an unknown format or engine; ``DataError`` when a shape cannot be compiled; those of
    ``prepare_register``; ``LimitError`` when memory or a worksheet is too small; ``StorageError`` when the folder
    goes away or does not take what is written.
    """
    if out.suffix and out.suffix not in FORMATS:
        raise InputError(str(out), "不认识的结果格式", f"用 {'、'.join(FORMATS)}，或不带后缀的文件夹")
    if engine not in ENGINES:
        raise InputError("--engine", f"没有 {engine!r}", f"用 {'、'.join(ENGINES)}")
    dialect = DUCKDB if engine == "duckdb" else SPARK
    screening = compile_screening(policies, as_of, dialect, invariants=invariants, beside=beside)
    work = out.with_name(f"{out.name}.partial")
    state = {"query": _digest(screening.sql.encode()), "source": fingerprint(source), "dataset": dataset}
    with telling(work, kept=_KEPT):
        resume = _open_work(work, state)
        register, prepared = _ready(source, work, conditions, codes, chunk, memory, progress)
        kept = 0
        with _open_engine(engine, master, work / "spill", memory) as run:
            for number in range(prepared.chunks):
                part = _part(work, number)
                if resume and part.is_file():
                    kept += 1
                    continue
                progress(f"筛查第 {number + 1}/{prepared.chunks} 块", number / prepared.chunks)
                started = part.with_suffix(".started")
                run(screening, register, number, started)
                started.rename(part)
        progress("汇总", 1.0)
        with open_duckdb(work / "spill", memory) as connection:
            counts = count_outcomes(connection, screening, work)
            _publish(connection, work, prepared.chunks, out)
    shutil.rmtree(work, ignore_errors=True)
    restricted = any(column.restricted for column in screening.columns)
    return Summary(
        out,
        prepared.enterprises,
        counts,
        kept,
        restricted,
        prepared.synthetic,
        prepared.told,
        tuple(prepared.notes),
    )


def fingerprint(source: Path) -> str:
    """What changes when a register's files do: names, sizes and times, or the manifest of a prepared one."""
    if is_prepared(source):
        return _digest(json.dumps(read_prepared(source).fingerprint).encode())
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    told = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files if path.is_file()]
    return _digest(json.dumps(told).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _open_work(work: Path, state: dict[str, str]) -> bool:
    """Make the working folder, or keep the one of an interrupted run of the very same screening."""
    marker = work / _STATE
    if marker.is_file() and json.loads(marker.read_text(encoding="utf-8")) == state:
        return True
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    marker.write_text(json.dumps(state), encoding="utf-8")
    return False


def _ready(
    source: Path,
    work: Path,
    conditions: Iterable[str] | None,
    codes: Codes | None,
    chunk: int,
    memory: int,
    progress: Progress,
) -> tuple[Path, Prepared]:
    if is_prepared(source):
        return source, read_prepared(source)
    register = work / "register"
    if not is_prepared(register):
        report = work.with_name(f"{work.name.removesuffix('.partial')}.errors.csv")
        try:
            prepare_register(
                source,
                register,
                conditions=conditions,
                codes=codes,
                chunk=chunk,
                memory=memory,
                report=report,
                progress=progress,
            )
        except BadRegister:
            shutil.rmtree(work, ignore_errors=True)
            raise
    return register, read_prepared(register)


def _part(work: Path, number: int) -> Path:
    return work / f"part-{number:05d}.parquet"


@contextmanager
def _open_engine(engine: str, master: str, spill: Path, memory: int) -> Iterator[RunChunk]:
    if engine == "spark":
        with open_spark(master, spill, memory) as run:
            yield run
        return
    with open_duckdb(spill, memory) as connection:

        def run_chunk(screening: Screening, register: Path, number: int, part: Path) -> None:
            open_chunk(connection, register, number, screening.tables)
            connection.execute(
                f'COPY ({screening.sql} ORDER BY "uscc") TO {write_literal(part.as_posix())} '
                "(FORMAT parquet, COMPRESSION zstd)"
            )

        yield run_chunk


def count_outcomes(connection: Connection, screening: Screening, work: Path) -> tuple[Count, ...]:
    """How often each outcome of each policy and condition occurs in the finished parts."""
    parts = read_files(f"{work.as_posix()}/part-*.parquet")
    found: list[Count] = []
    for column in screening.columns:
        if column.says != "outcome":
            continue
        name = quote_name(column.name)
        rows = connection.execute(
            f"SELECT {name}, count(*) FROM {parts} WHERE {name} IS NOT NULL GROUP BY 1 ORDER BY 1"
        ).fetchall()
        found += [Count(column.policy, column.condition, str(word), int(number)) for word, number in rows]
    return tuple(found)


def _publish(connection: Connection, work: Path, chunks: int, out: Path) -> None:
    """Give the finished parts the result's name: one file, or the folder of parts when no format is asked for."""
    if not out.suffix:
        folder = work / "parts"
        folder.mkdir(exist_ok=True)
        for number in range(chunks):
            _part(work, number).rename(_part(folder, number))
        if out.exists():
            shutil.rmtree(out)
        folder.rename(out)
        return
    whole = work / f"whole{out.suffix}"
    source = read_files(f"{work.as_posix()}/part-*.parquet")
    if out.suffix == ".parquet" and chunks == 1:
        whole = _part(work, 0)
    elif out.suffix == ".parquet":
        connection.execute(
            f"COPY (SELECT * FROM {source}) TO {write_literal(whole.as_posix())} (FORMAT parquet, COMPRESSION zstd)"
        )
    elif out.suffix == ".csv":
        connection.execute(f"COPY ({guard_texts(connection, source)}) TO {write_literal(whole.as_posix())} (HEADER)")
    else:
        _write_sheet(connection, source, whole)
    whole.replace(out)


def _writable(value: Any) -> Any:  # Any: what DuckDB returns and openpyxl takes
    """A cell as a worksheet can hold it: a character that XML cannot write becomes U+FFFD."""
    return value.translate(_UNWRITABLE) if isinstance(value, str) else value


def _write_sheet(connection: Connection, source: str, path: Path) -> None:
    """One worksheet; text is written as text, so that a name beginning with = is never a formula."""
    total = connection.execute(f"SELECT count(*) FROM {source}").fetchone()
    if total and total[0] > MOST_SHEET_ROWS:
        raise LimitError(".xlsx", f"{total[0]} 行，超过 {MOST_SHEET_ROWS} 行", "改用 .parquet 或 .csv")
    rows = connection.execute(f"SELECT * FROM {source}")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("screening")
    sheet.append([str(item[0]) for item in rows.description or ()])
    while batch := rows.fetchmany(10_000):
        for row in batch:
            cells = [WriteOnlyCell(sheet, value=_writable(value)) for value in row]
            for cell in cells:
                if cell.data_type == "f":
                    cell.data_type = "s"
            sheet.append(cells)
    book.save(path)
