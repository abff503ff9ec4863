"""Typed tables cut into chunks and written as Parquet, each enterprise with all that is said of it in one chunk."""

from __future__ import annotations

import shutil

from policygraph.judging.rules.facts import TABLE, TABLES, Table
from policygraph.judging.screening.sql import quote_name, write_literal
from policygraph.keeping.batch.duck import read_files, write_parquet
from policygraph.keeping.batch.preparing.faults import list_receipts
from policygraph.keeping.batch.preparing.job import Job, is_personal, name_typed
from policygraph.keeping.batch.tables import (
    Prepared,
    chunk_file,
    chunk_folder,
    chunk_sql,
    digest_file,
    empty_select,
    select_digests,
)


def cut_units(job: Job, chunk: int) -> None:
    """Cut the enterprises, now that each is there once, into chunks; others find their unit and chunk by code."""
    mine = name_typed(TABLE["enterprises"])
    job.units = job.count(f"SELECT count(*) FROM {mine}")
    job.chunks = max(1, -(-job.units // chunk))
    # a table made anew is sorted for less than a file that is sorted while it is cut
    job.sql.execute(
        f"CREATE TABLE units AS SELECT * REPLACE (line AS unit, {chunk_sql(quote_name('uscc'), job.chunks)} "
        f'AS chunk) FROM {mine} ORDER BY chunk, "uscc"'
    )
    job.sql.execute(f"DROP TABLE {mine}")
    job.sql.execute(f"ALTER TABLE units RENAME TO {name_typed(TABLE['enterprises'])}")


def gather_posts(job: Job) -> None:
    """The posts of those persons of whom there is a record: few, so that they are looked for once."""
    people = " UNION ".join(
        f'SELECT "person_id" FROM {name_typed(table)} WHERE "person_id" IS NOT NULL'
        for table in TABLES
        if is_personal(table)
    )
    job.sql.execute(
        f'CREATE TABLE posts AS SELECT DISTINCT "person_id", "uscc", unit, chunk '
        f'FROM {name_typed(TABLE["persons"])} WHERE "person_id" IN ({people})'
    )


def write_chunks(job: Job, name: str) -> Prepared:
    """Write each table once, cut by chunk; a person's records go wherever the person has a post."""
    for number in range(job.chunks):
        chunk_folder(job.work, number).mkdir()
    rows: dict[str, int] = {}
    for position, table in enumerate(TABLES):
        job.progress(f"写出 {table.name}", 0.8 + position / len(TABLES) * 0.2)
        rows[table.name] = job.count(f"SELECT count(*) FROM {name_typed(table)}")
        if rows[table.name]:
            _write_table(job, table)
    job.progress("写出各单位的摘要", 1.0)
    for number in range(job.chunks):
        _write_digests(job, number)
    told = [receipt.as_json() for receipt in list_receipts(job, rows)]
    return Prepared(name, job.chunks, rows, job.digest.hexdigest(), job.synthetic, told, job.notes)


def _write_digests(job: Job, chunk: int) -> None:
    """The digest of each enterprise of a chunk that is written, and under no code that of what is said for everybody.

    A chunk holds all that is said of its enterprises, so no more than one is held in memory, however many there are.
    """
    rows = {}
    for table in TABLES:
        file = chunk_file(job.work, chunk, table.name)
        rows[table.name] = f"SELECT * FROM {read_files(file.as_posix())}" if file.is_file() else empty_select(table)
    posts = f'SELECT "person_id", "uscc" FROM posts WHERE chunk = {chunk}'
    told = select_digests(rows, posts)
    write_parquet(job.sql, f"SELECT coalesce(uscc, '') AS uscc, digest FROM ({told})", digest_file(job.work, chunk))


def _write_table(job: Job, table: Table) -> None:
    cells, mine = ", ".join(f"r.{quote_name(column.name)}" for column in table.columns), name_typed(table)
    personal = is_personal(table)
    own = ' AND r."person_id" IS NULL' if personal else ""
    parts = [f'SELECT {cells}, r.chunk FROM {mine} r WHERE r."uscc" IS NOT NULL{own}']
    if table.name == "coverage":
        every = f"range({job.chunks}) c(chunk)"
        parts.append(f'SELECT {cells}, c.chunk FROM {mine} r CROSS JOIN {every} WHERE r."uscc" IS NULL')
    if personal:
        where = 'SELECT DISTINCT "person_id", chunk FROM posts'
        parts.append(f'SELECT {cells}, p.chunk FROM {mine} r JOIN ({where}) p ON p."person_id" = r."person_id"')
    _cut(job, " UNION ALL ".join(parts), table.name)


def _cut(job: Job, rows: str, name: str) -> None:
    """Write rows into one file for each chunk."""
    if job.chunks == 1:
        write_parquet(job.sql, f"SELECT * EXCLUDE (chunk) FROM ({rows})", chunk_file(job.work, 0, name))
        return
    folder = job.work / "text" / f"cut_{name}"
    folder.parent.mkdir(exist_ok=True)
    write_parquet(job.sql, rows, folder, ", PARTITION_BY (chunk)")
    for number in range(job.chunks):
        files = sorted((folder / f"chunk={number}").glob("*.parquet"))
        target = chunk_file(job.work, number, name)
        if len(files) == 1:
            files[0].rename(target)
        elif files:
            listed = ", ".join(write_literal(file.as_posix()) for file in files)
            write_parquet(job.sql, f"SELECT * FROM read_parquet([{listed}], hive_partitioning = false)", target)
    shutil.rmtree(folder, ignore_errors=True)
