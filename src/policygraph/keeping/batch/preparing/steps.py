"""The steps of preparing in their order: read and typed, checked, refused or written."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from policygraph.errors import InputError, NotFoundError
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import TABLES
from policygraph.judging.screening.sql import quote_name
from policygraph.keeping.batch.duck import DEFAULT_MEMORY, open_duckdb, telling
from policygraph.keeping.batch.preparing.checks import check_duplicates, check_references, check_repairs, check_rows
from policygraph.keeping.batch.preparing.chunks import cut_units, gather_posts, write_chunks
from policygraph.keeping.batch.preparing.faults import refuse
from policygraph.keeping.batch.preparing.files import find_texts, read_table
from policygraph.keeping.batch.preparing.functions import look_up_bodies
from policygraph.keeping.batch.preparing.job import Job, Progress, name_typed
from policygraph.keeping.batch.tables import Prepared, sql_type, write_prepared
from policygraph.keeping.registers.codes import shipped_codes

DEFAULT_CHUNK = 500_000
"""Enterprises in one chunk, so many that half of ``DEFAULT_MEMORY`` holds what five policies make of them."""

_TABLES = "tables"
_ROOM = 2**19
"""Bytes of files for each MiB of memory: of so many the typed tables lie in memory."""


def _silent(step: str, done: float) -> None:
    """Shows nothing."""


def prepare_register(
    source: Path,
    out: Path,
    *,
    conditions: Iterable[str] | None = None,
    codes: Codes | None = None,
    chunk: int = DEFAULT_CHUNK,
    memory: int = DEFAULT_MEMORY,
    report: Path | None = None,
    progress: Progress = _silent,
) -> Prepared:
    """Check a register (CSV or Parquet folder, ``.xlsx``, ``.ttl``) and write it as chunked Parquet to a new folder.

    Errors: ``BadRegister`` with all wrong cells; ``InputError`` when the folder exists; ``NotFoundError``.
    """
    if not source.exists():
        raise NotFoundError(str(source), "没有这个登记册", "给出 CSV 或 Parquet 文件夹、.xlsx 或 .ttl 文件")
    if out.exists():
        raise InputError(str(out), "目标已经存在", "换一个 --out，或先删除它")
    work = out.with_name(f"{out.name}.partial")
    if work.exists():  # left by an interrupted run of ours; it is never half-used
        shutil.rmtree(work)
    work.mkdir(parents=True)
    try:
        with telling(work), open_duckdb(work / "spill", memory, _find_place(source, work, memory)) as connection:
            known = frozenset(conditions) if conditions is not None else None
            job = Job(connection, work, known, codes or shipped_codes(), progress)
            prepared = _run(job, source, report or out.with_name(f"{out.name}.errors.csv"), chunk)
        for folder in ("spill", "text", _TABLES):
            shutil.rmtree(work / folder, ignore_errors=True)
        write_prepared(work, prepared)
        work.rename(out)
    finally:
        if work.exists():
            shutil.rmtree(work)
    return prepared


def _find_place(source: Path, work: Path, memory: int) -> Path | None:
    """Where the typed tables lie: on disk, compressed, where they are larger than memory; else in memory.

    An engine spills tables that it holds in memory too, but keeps so much of each that a large one leaves no room for
    the enterprises that its rows are looked for among.
    """
    files = source.iterdir() if source.is_dir() else [source]
    if sum(path.stat().st_size for path in files if path.is_file()) <= memory * _ROOM:
        return None
    (work / _TABLES).mkdir()
    return work / _TABLES / "typed.duckdb"


def _run(job: Job, source: Path, report: Path, chunk: int) -> Prepared:
    """All steps, one table after another. Errors: ``BadRegister``, after every check was made."""
    texts = find_texts(job, source)
    for number, table in enumerate(TABLES):  # the enterprises are the first of them
        job.progress(f"读入并核对 {table.name}", number / len(TABLES) * 0.7)
        if table.name not in texts or not read_table(job, table, texts[table.name]):
            columns = ", ".join(f"{quote_name(c.name)} {sql_type(c)}" for c in table.columns)
            kept = f"{columns}, line BIGINT, unit BIGINT, chunk INTEGER"
            job.sql.execute(f"CREATE OR REPLACE TABLE {name_typed(table)} ({kept})")
        check_rows(job, table)
        check_duplicates(job, table)
        if table.name == "enterprises":
            cut_units(job, chunk)
    gather_posts(job)
    for number, table in enumerate(TABLES):
        job.progress(f"核对 {table.name} 的引用", 0.7 + number / len(TABLES) * 0.1)
        check_references(job, table)
        check_repairs(job, table)
    look_up_bodies(job)
    refuse(job, source, report)
    return write_chunks(job, source.stem)
