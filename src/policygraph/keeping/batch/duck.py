"""DuckDB, bounded: the one place that opens it, with a memory limit and a folder to spill into.

DuckDB's own ``memory_limit`` is the bound of its buffers, not of the process; the measured peak of a screening lies
some hundred MiB above it. No extension is loaded or fetched, and no file is read but those named in our SQL.

Chunks are worked on side by side, each by a DuckDB of one thread: within a chunk most steps are too small to be shared
by several, and rows that one thread writes stay in the order in which they were asked for, so that nothing as wide as
an answer is sorted.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue

import duckdb

from policygraph.errors import LimitError
from policygraph.judging.rules.facts import TABLE
from policygraph.judging.screening import Screening, Step
from policygraph.judging.screening.sql import quote_name, write_literal
from policygraph.keeping.batch.tables import chunk_file, empty_select
from policygraph.keeping.writing import telling_faults
from policygraph.text.guarding import CONTROLS, STARTERS

DEFAULT_MEMORY = 1408
"""MiB: two halves of it hold what five policies make of two chunks, and a process with it stays below 2 GiB."""
LEAST_MEMORY = 512
"""MiB with which a chunk is worked on; where there are not as many for each processor, fewer chunks are at a time."""

_AGAIN = 0.05
"""Seconds between two calls to end."""

Connection = duckdb.DuckDBPyConnection


@contextmanager
def open_duckdb(
    spill: Path, memory: int = DEFAULT_MEMORY, database: Path | None = None, *, threads: int | None = None
) -> Iterator[Connection]:
    """A connection bounded to so many MiB, and to so many threads where they are given, closed at the end.

    Errors: ``LimitError`` when the bound is too small for the work.
    """
    connection = duckdb.connect(
        str(database) if database else ":memory:",
        config={
            "memory_limit": f"{memory}MiB",
            "temp_directory": str(spill),
            **({} if threads is None else {"threads": threads}),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    try:
        yield connection
    except duckdb.OutOfMemoryException as error:
        raise LimitError("--memory", f"{memory} MiB 不够", "加大 --memory，或用更小的 --chunk 重新整理") from error
    finally:
        connection.close()


def work_chunks(
    run: Callable[[Connection, int], None],
    numbers: Sequence[int],
    spill: Path,
    memory: int,
    begin: Callable[[int], None],
) -> None:
    """Run something on chunks, as many side by side as processors and memory allow; ``begin`` tells each one begun.

    Errors: those of the first chunk that fails, after those that were begun are done; an interrupt ends them at once.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    side = max(1, min(cores, len(numbers), memory // LEAST_MEMORY))
    free: SimpleQueue[Connection] = SimpleQueue()

    def work(number: int) -> None:
        connection = free.get()
        try:
            run(connection, number)
        finally:
            free.put(connection)

    spill.mkdir(exist_ok=True)
    with ExitStack() as opened:
        connections = [
            opened.enter_context(open_duckdb(spill / str(place), memory // side, threads=cores // side))
            for place in range(side)
        ]
        for connection in connections:
            free.put(connection)
        pool = opened.enter_context(ThreadPoolExecutor(side))
        running: set[Future[None]] = set()
        try:
            for number in numbers:
                if len(running) == side:
                    running = _finish(running)
                begin(number)
                running.add(pool.submit(work, number))
            while running:
                running = _finish(running)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            while free.qsize() < side:  # one that has only just begun does not hear the first call
                for connection in connections:
                    connection.interrupt()
                time.sleep(_AGAIN)
            raise


def _finish(running: set[Future[None]]) -> set[Future[None]]:
    """Wait until one is done; those that still run. Errors: what it raised."""
    done, others = wait(running, return_when=FIRST_COMPLETED)
    for one in done:
        one.result()
    return others


def telling(folder: Path, *, file: Path | None = None, kept: str = "") -> AbstractContextManager[None]:
    """While DuckDB and we write into a folder: see ``writing.telling_faults``. Errors: ``StorageError``."""
    return telling_faults(folder, duckdb.IOException, file=file, kept=kept)


def read_files(path: str) -> str:
    """A table function call that reads Parquet files.

    >>> read_files("a/*.parquet")
    "read_parquet('a/*.parquet')"
    """
    return f"read_parquet({write_literal(path)})"


def guard_texts(connection: Connection, relation: str) -> str:
    """A SELECT over a relation in which every text is written as ``guarding.guard_cell`` writes it.

    Only the control characters that occur are looked for in each cell, so sound text costs one pattern a cell.
    """
    described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    texts = [str(row[0]) for row in described if str(row[1]) == "VARCHAR"]
    unseen = _sql_text("[" + "".join("-" if c == "-" else _sql_character(c) for c in CONTROLS) + "]")
    joined = ", ".join(quote_name(name) for name in texts) or "''"
    found = connection.execute(
        f"SELECT DISTINCT unnest(regexp_extract_all(concat_ws('', {joined}), {unseen})) FROM {relation}"
    ).fetchall()
    starters = _sql_text("^'*[" + "".join(_sql_character(c) for c in STARTERS) + "]")
    columns = []
    for row in described:
        name = quote_name(str(row[0]))
        if str(row[0]) not in texts:
            columns.append(name)
            continue
        shown = f"replace({name}, {_sql_text(_ESCAPE)}, {_sql_text(_ESCAPED)})"
        for (character,) in sorted(found):
            shown = f"replace({shown}, chr({ord(character)}), {_sql_text(f'{_ESCAPE}{ord(character):04x}')})"
        guarded = f"{_sql_text(_APOSTROPHE)} || {shown}"
        columns.append(f"CASE WHEN regexp_matches({shown}, {starters}) THEN {guarded} ELSE {shown} END AS {name}")
    return f"SELECT {', '.join(columns)} FROM {relation}"


_APOSTROPHE, _ESCAPE, _ESCAPED = "'", "\\u", "\\u005cu"


def _sql_text(value: str) -> str:
    """A text of DuckDB, in which a backslash is only a backslash (``write_literal`` serves two engines)."""
    return "'" + value.replace("'", "''") + "'"


def _sql_character(character: str) -> str:
    return f"\\x{{{ord(character):x}}}"


def open_chunk(connection: Connection, register: Path, chunk: int, tables: tuple[str, ...]) -> None:
    """Make the tables of one chunk visible under their names; a missing file is a table without rows."""
    for name in tables:
        file = chunk_file(register, chunk, name)
        body = f"SELECT * FROM {read_files(str(file))}" if file.is_file() else empty_select(TABLE[name])
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {quote_name(name)} AS {body}")


def know_words(connection: Connection, screening: Screening) -> None:
    """Make the type of the words that the answers of a screening are made of: each is kept and sorted as a number."""
    words = ", ".join(write_literal(word) for word in screening.words)
    connection.execute(f"CREATE TYPE IF NOT EXISTS {quote_name(screening.kind)} AS ENUM ({words})")


def open_steps(connection: Connection, steps: Iterable[Step]) -> list[Step]:
    """Work out steps over the chunk that is open, one after the other; those that are there to be read."""
    opened = []
    for step in steps:
        kind = "TABLE" if step.kept else "VIEW"
        connection.execute(f"CREATE OR REPLACE TEMP {kind} {quote_name(step.name)} AS {step.sql}")
        opened.append(step)
    return opened


def close_steps(connection: Connection, steps: Sequence[Step]) -> None:
    """Forget what was worked out."""
    for step in reversed(steps):
        connection.execute(f"DROP {'TABLE' if step.kept else 'VIEW'} {quote_name(step.name)}")


def screen_chunk(connection: Connection, screening: Screening, target: Path) -> None:
    """Screen the chunk that is open, step by step, into one Parquet file sorted by enterprise.

    The enterprises are asked for in their order, which one thread keeps as long as no join has to go to disk: that is
    looked at, and only what is out of order is sorted.
    """
    threads = read_number(connection, "SELECT current_setting('threads')")
    in_order = ' ORDER BY "uscc"'
    write_rows(connection, screening, f"{screening.last}{in_order if threads > 1 else ''}", target)
    written = f'SELECT "uscc" <= lag("uscc") OVER () AS back FROM {read_files(target.as_posix())}'
    if read_number(connection, f"SELECT count(*) FROM ({written}) WHERE back"):
        loose = target.with_suffix(".loose")
        target.rename(loose)
        write_parquet(connection, f"SELECT * FROM {read_files(loose.as_posix())}{in_order}", target)
        loose.unlink()


def read_number(connection: Connection, query: str) -> int:
    """The number that a query of one cell gives; 0 where it gives no row."""
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def write_rows(connection: Connection, screening: Screening, rows: str, target: Path) -> None:
    """Write rows that are read from the steps of a screening into one Parquet file.

    A step is forgotten as soon as nothing reads it any more, so that memory holds what is still needed.
    """
    know_words(connection, screening)
    ends = _last_readers(screening.steps, rows)
    opened: list[Step] = []
    for number, step in enumerate(screening.steps):
        opened += open_steps(connection, [step])
        over = [done for done in opened if ends[done.name] <= number]
        close_steps(connection, over)
        opened = [done for done in opened if done not in over]
    write_parquet(connection, rows, target)
    close_steps(connection, opened)


def write_parquet(connection: Connection, rows: str, target: Path, how: str = "") -> None:
    """The rows of a query as one Parquet file, or as ``how`` cuts them."""
    path = write_literal(target.as_posix())
    connection.execute(f"COPY ({rows}) TO {path} (FORMAT parquet, COMPRESSION zstd{how})")


def _last_readers(steps: Sequence[Step], rows: str) -> dict[str, int]:
    """For each step the place of the last one that reads it; what a view reads is read whenever the view is.

    >>> _last_readers([Step("a", "SELECT 1", True), Step("b", "FROM a", False), Step("c", "SELECT 2", True)], "FROM b")
    {'c': 2, 'b': 3, 'a': 3}
    """
    names = re.compile("|".join(rf"\b{re.escape(step.name)}\b" for step in steps) or "(?!)")
    ends: dict[str, int] = {step.name: place for place, step in enumerate(steps)}
    for name in names.findall(rows):
        ends[name] = len(steps)
    for place, step in reversed(list(enumerate(steps))):
        until = place if step.kept else ends[step.name]
        for name in set(names.findall(step.sql)):
            ends[name] = max(ends[name], until)
    return {step.name: ends[step.name] for step in reversed(steps)}
