"""A screening taken up from an earlier one: only enterprises are screened of which something else can be said.

What an enterprise is answered depends on its own rows, on those of persons with a post there, on what is said for
everybody, and on the day. A prepared register holds a digest of the first two for each enterprise, and a result that
is a folder keeps the digests of the register it came from; so two of them name all whose rows differ, and the rows of
the others are not read. Between two days those are added for whom something begins, ends, or leaves a window
(``screening.foreseeing``). Statements of completeness for everybody change with every export; what counts is since
when a table is complete by them on the day of each result. All who can differ are screened, as many chunks in one go as
hold ``MOST_AT_ONCE`` of them: to plan the steps takes as long as to screen some thousands.

Where no part of the earlier result can be relied on (another dataset, policy or program, an earlier day, a policy that
begins or ends between the days, another completeness for everybody), or where most enterprises changed, everything is
screened anew, and the run says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policygraph.errors import InputError
from policygraph.judging.decisions.foreseeing import find_days, find_months
from policygraph.judging.rules import Policy
from policygraph.judging.rules.asof import COMPLETENESS, COVERED_SINCE
from policygraph.judging.rules.facts import COVERABLE, TABLE, TABLES
from policygraph.judging.screening import AsOf, Screening
from policygraph.judging.screening.foreseeing import select_due
from policygraph.judging.screening.sql import quote_name, write_literal
from policygraph.judging.screening.view import select_coverage, term_column
from policygraph.keeping.batch.duck import (
    Connection,
    open_duckdb,
    read_files,
    read_number,
    screen_chunk,
    work_chunks,
    write_parquet,
)
from policygraph.keeping.batch.tables import (
    Prepared,
    chunk_file,
    chunk_sql,
    digest_file,
    empty_select,
    select_units,
    sql_type,
)
from policygraph.keeping.writing import write_file

MARKER = "screening.json"
GONE = "gone.csv"
"""Beside the rows that changed: the enterprises of the earlier result that the register no longer has."""
MOST_AT_ONCE = 100_000
"""Enterprises of several chunks that are screened in one go."""
MOST_SHARE = 0.5
"""The share of a register from which on chunk by chunk is the shorter way."""
_CHANGED, _COVERED = "changed_units", "covered_otherwise"
_CODES = "changed"
"""The file with who can differ, for all who work on chunks; without a suffix, so that it is no part of a result."""

GENERAL = ("table", "from", "to", "exported_on", "field")
General = tuple[str | None, ...]
"""One statement of completeness for everybody: the cells of ``GENERAL`` as texts."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier result: where its parts and digests lie, what was asked, on which day, and what was complete."""

    folder: Path
    chunks: int
    as_of: date
    query: str
    dataset: str
    general: tuple[General, ...]


@dataclass(frozen=True, slots=True)
class Renewal:
    """How many enterprises were screened, and why all of them where that is so."""

    screened: int
    reason: str = ""


def read_earlier(folder: Path, *, only_changed: bool) -> Earlier:
    """An earlier result as its manifest tells it. Errors: ``InputError`` when it cannot be taken up."""
    remedy = "先前的筛查用不带后缀的 --out 写成文件夹；或不用 --since，整册筛查"
    marker = folder / MARKER
    if not marker.is_file():
        raise InputError(str(folder), "不是带说明的分块结果", remedy)
    told = json.loads(marker.read_text(encoding="utf-8"))
    chunks = len(list(folder.glob("digests-*")))
    if not chunks or "general" not in told:
        raise InputError(str(folder), "没有各单位的摘要，是先前版本的结果", remedy)
    if told["only_changed"] and not only_changed:
        raise InputError(str(folder), "只有变化的单位，得不出整册的结果", "加 --only-changed，或从整册的结果接着做")
    query = told["query"] if told["engine"] == "duckdb" else ""
    general = tuple(tuple(row) for row in told["general"])
    return Earlier(folder, chunks, date.fromisoformat(told["as_of"]), query, told["dataset"], general)


def kept_digests(folder: Path, number: int) -> Path:
    """Where a result keeps the digests of one chunk of its register; without a suffix, so that it is no part of it."""
    return folder / f"digests-{number:05d}"


def read_general(connection: Connection, register: Path) -> tuple[General, ...]:
    """What a register says of completeness for everybody."""
    names = ", ".join(map(quote_name, GENERAL))
    rows = _rows("coverage", register, (0,))  # stands in every chunk
    found = connection.execute(f'SELECT {names} FROM ({rows}) WHERE "uscc" IS NULL ORDER BY ALL').fetchall()
    return tuple(tuple(None if cell is None else str(cell) for cell in row) for row in found)


def find_changed(
    connection: Connection,
    register: Path,
    prepared: Prepared,
    earlier: Earlier,
    policies: Iterable[Policy],
    as_of: date,
    query: str,
    dataset: str,
    work: Path,
    *,
    whole: bool,
) -> Renewal:
    """Name in a file of ``work`` the enterprises whose answer can differ; those that are gone are among them.

    ``query`` is what is asked now, as it would have been asked on the day of the earlier result; ``whole`` asks for
    parts that fit those of the earlier result.
    """
    for same, cause in (
        (earlier.dataset == dataset, "先前的筛查用的是别的数据版本"),
        (earlier.as_of <= as_of, f"先前的截至日 {earlier.as_of.isoformat()} 在后"),
        (earlier.query == query, "先前的筛查问的是别的政策，或出自别的程序版本、引擎"),
        (earlier.chunks == prepared.chunks or not whole, f"登记册的分块不同（{earlier.chunks} 与 {prepared.chunks}）"),
    ):
        if not same:
            return Renewal(prepared.enterprises, cause)
    asked = tuple(policies)
    months = find_months(asked)
    turning = [day for day in find_days(asked) if earlier.as_of < day <= as_of]
    if turning:
        return Renewal(prepared.enterprises, f"{turning[0].isoformat()} 有政策或条件开始或停止适用")
    before, after = (
        _select_reach(register, prepared.chunks, general, day, months)
        for general, day in ((earlier.general, earlier.as_of), (read_general(connection, register), as_of))
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_COVERED} AS SELECT DISTINCT coalesce(b.uscc, a.uscc) AS uscc "
        f"FROM ({before}) b FULL OUTER JOIN ({after}) a "
        "ON a.uscc = b.uscc AND a.of_table = b.of_table AND a.field = b.field "
        "WHERE a.reach IS DISTINCT FROM b.reach"
    )
    if read_number(connection, f"SELECT count(*) FROM {_COVERED} WHERE uscc = ''"):
        return Renewal(prepared.enterprises, "对全体单位来说，记载完整的表或期间变了")
    now = _all(digest_file(register, number) for number in range(prepared.chunks))
    then = _all(kept_digests(earlier.folder, number) for number in range(earlier.chunks))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_CHANGED} AS SELECT coalesce(n.uscc, t.uscc) AS uscc, n.uscc IS NULL AS gone "
        f"FROM (SELECT * FROM {now} WHERE uscc <> '') n FULL OUTER JOIN (SELECT * FROM {then} WHERE uscc <> '') t "
        "ON n.uscc = t.uscc WHERE n.digest IS DISTINCT FROM t.digest"
    )
    more = [f"SELECT uscc FROM {_COVERED}"]
    if earlier.as_of != as_of:
        for table in TABLES:
            rows = _rows(table.name, register, range(prepared.chunks))
            connection.execute(f"CREATE OR REPLACE TEMP VIEW {quote_name(table.name)} AS {rows}")
        more.append(select_due(months, earlier.as_of, as_of))
    for units in more:
        connection.execute(
            f"INSERT INTO {_CHANGED} SELECT DISTINCT uscc, FALSE FROM ({units}) "
            f"WHERE uscc IS NOT NULL AND uscc NOT IN (SELECT uscc FROM {_CHANGED})"
        )
    if earlier.as_of != as_of:
        for table in TABLES:
            connection.execute(f"DROP VIEW {quote_name(table.name)}")
    changed = read_number(connection, f"SELECT count(*) FROM {_CHANGED} WHERE NOT gone")
    if changed > prepared.enterprises * MOST_SHARE:
        return Renewal(prepared.enterprises, f"{changed} 个单位有变化")
    write_parquet(connection, f"SELECT * FROM {_CHANGED}", work / _CODES)
    return Renewal(changed)


def _select_reach(register: Path, chunks: int, general: Iterable[General], day: date, months: Iterable[int]) -> str:
    """What shapes can tell on a day of each completeness: since when, and which numbers of months it covers."""
    columns = [column.name for column in TABLE["coverage"].columns]
    listed = [f"({', '.join('NULL' if c is None else write_literal(c) for c in row)})" for row in general]
    values = f"(VALUES {', '.join(listed)}) AS g({', '.join(map(quote_name, GENERAL))})" if listed else ""
    shown = ", ".join(
        f"CAST({quote_name(name) if name in GENERAL else 'NULL'} AS {sql_type(TABLE['coverage'].column(name))})"
        for name in columns
    )
    own = f'SELECT * FROM ({_rows("coverage", register, range(chunks))}) WHERE "uscc" IS NOT NULL'
    every = f"{own} UNION ALL SELECT {shown} FROM {values}" if values else own
    told = [f"CAST({quote_name(COVERED_SINCE)} AS STRING)"]
    for item in COMPLETENESS:
        column = term_column(item.of_field.name)
        if item.kind == "integer":
            told += [f"CAST({column} >= {number} AS STRING)" for number in sorted(months)]
    reach = select_coverage(COVERABLE, AsOf(day))
    return (
        f'WITH "coverage" AS ({every}) SELECT "uscc" AS uscc, of_table, {term_column("field")} AS field, '
        f"[{', '.join(told)}] AS reach FROM ({reach})"
    )


def renew_parts(
    screening: Screening,
    register: Path,
    prepared: Prepared,
    earlier: Earlier,
    renewal: Renewal,
    work: Path,
    spill: Path,
    memory: int,
    begin: Callable[[int], None],
    *,
    only_changed: bool,
) -> None:
    """Screen what ``find_changed`` named, into the parts of a result: whole ones, or some of the changed rows alone.

    ``begin`` is told each time how many were taken on before.
    """
    goes = max(1, min(prepared.chunks, -(-renewal.screened // MOST_AT_ONCE)))
    chunk = chunk_sql("uscc", prepared.chunks)
    changed = read_files((work / _CODES).as_posix())

    def run(connection: Connection, go: int) -> None:
        numbers = range(go, prepared.chunks, goes)
        mine = f"SELECT uscc FROM {changed} WHERE {chunk} IN ({', '.join(map(str, numbers))})"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {_CHANGED} AS {mine}")
        units = f"SELECT uscc FROM {_CHANGED}"
        for name in screening.tables:
            rows, posts = (_rows(table, register, numbers) for table in (name, "persons"))
            # a record of a person, and what is said for everybody, lies in several chunks
            chosen = f"SELECT DISTINCT * FROM ({select_units(TABLE[name], rows, posts, units)})"
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {quote_name(name)} AS {chosen}")
        fresh = work / (f"part-{go:05d}.parquet" if only_changed else f"fresh-{go:05d}")
        screen_chunk(connection, screening, fresh)
        for number in () if only_changed else numbers:
            part = f"part-{number:05d}.parquet"
            kept = f"SELECT * FROM {read_files((earlier.folder / part).as_posix())} WHERE uscc NOT IN ({units})"
            renewed = f"SELECT * FROM {read_files(fresh.as_posix())} WHERE {chunk} = {number}"
            write_parquet(connection, f"{kept} UNION ALL {renewed}", work / part)

    work_chunks(run, range(goes), spill, memory, lambda go: begin(go * renewal.screened // goes))
    if only_changed:
        with open_duckdb(spill, memory) as connection:
            gone = connection.execute(f"SELECT uscc FROM {changed} WHERE gone ORDER BY uscc").fetchall()
        write_file(work / GONE, "".join(f"{uscc}\n" for (uscc,) in [("uscc",), *gone]).encode())


def _rows(name: str, register: Path, numbers: Iterable[int]) -> str:
    """The rows of a table in some chunks of a register."""
    table = TABLE[name]
    files = [file for number in numbers if (file := chunk_file(register, number, name)).is_file()]
    names = ", ".join(quote_name(column.name) for column in table.columns)
    return f"SELECT {names} FROM {_all(files)}" if files else empty_select(table)


def _all(files: Iterable[Path]) -> str:
    return f"read_parquet([{', '.join(write_literal(file.as_posix()) for file in files)}])"
