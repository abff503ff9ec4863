"""``register to-parquet``: a register of any size, checked column by column and written in chunks.

The checks are those of ``registers``: a fast path in SQL recognises cells that are surely sound, and every *different*
cell that it does not recognise is given to the same ``parse_cell`` that reads small registers. So a million sound
cells cost a second, a thousand spellings of a date cost a thousand calls, and there is no second set of rules.
Each file is read once: its typed rows carry the row of their enterprise and its chunk, and only rows with a cell that
the fast path did not take keep their texts, to be read again. All errors are collected, grouped for people, and
written in full beside the register; nothing is written when there is one. The typed rows are temporary tables, which
DuckDB moves to disk where memory ends; the register appears under its name by one rename.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TextIO

import duckdb
from rdflib import Graph
from rdflib.namespace import RDF

from policygraph.errors import InputError, NotFoundError
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import TABLE, TABLES, Column, Receipt, Register, Table, Value, has_fields
from policygraph.judging.screening.sql import all_of, any_of, quote_name, write_literal
from policygraph.judging.screening.view import RECORDED
from policygraph.keeping.batch.duck import DEFAULT_MEMORY, Connection, guard_texts, open_duckdb, read_files, telling
from policygraph.keeping.batch.tables import (
    DECIMALS,
    Prepared,
    chunk_file,
    chunk_folder,
    chunk_sql,
    select_digests,
    sql_type,
    write_prepared,
)
from policygraph.keeping.registers import load_register
from policygraph.keeping.registers.bodies import Bodies
from policygraph.keeping.registers.cells import USCC_ALPHABET, CellProblem, parse_cell
from policygraph.keeping.registers.codes import shipped_codes
from policygraph.keeping.registers.reading import ORDERED
from policygraph.keeping.registers.sheets import Rows, tidy_sheet
from policygraph.namespaces import PG
from policygraph.reading.intake.running import FOR_COMMANDS, read_apart
from policygraph.reading.intake.workbooks import Problem, decode, parse_csv

DEFAULT_CHUNK = 500_000
"""Enterprises in one chunk."""
SHOWN_GROUPS = 30
_METADATA = "register.ttl"
_LINE = " line"
"""The column of a converted file that holds the number of each row in the file of the register."""
_UNPLAIN = (b'"', b"\0", b"\n\n", b"\n,\n")
_UNPLAIN_RETURNS = (b"\n\r", b"\r\r")
"""Bytes that CSV readers take differently: quotes, NUL, blank lines, lone carriage returns."""
_PAST_BLANKS = "chr(12289)"
"""The first character after all white space of Unicode; of those before it, the visible of ASCII will do."""
_TAKEN = ("DATE", "BOOLEAN", "INTEGER")
"""Types of Parquet columns whose values need no reading."""
_PLAIN_REGION = r"[1-9][0-9]|[1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}|[1-9][0-9]{11}"

Progress = Callable[[str, float], None]


def _silent(step: str, done: float) -> None:
    """Shows nothing."""


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """Cells that are wrong in the same way."""

    file: str
    column: str
    cause: str
    remedy: str
    cells: int
    first_row: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        place = self.file + (f" {self.column} 列" if self.column else "")
        shown = f"，例如 {'、'.join(repr(value) for value in self.examples)}" if self.examples else ""
        return f"{place}：{self.cause}（{self.cells} 处，首见第 {self.first_row} 行{shown}）。{self.remedy}"


class BadRegister(InputError):
    """A register with wrong cells; ``groups`` say what is wrong, and a file lists every cell."""

    def __init__(
        self, place: str, groups: tuple[ErrorGroup, ...], total: int, report: Path, receipts: tuple[Receipt, ...] = ()
    ) -> None:
        shown = "\n".join(str(group) for group in groups[:SHOWN_GROUPS])
        more = f"\n……另有 {len(groups) - SHOWN_GROUPS} 类" if len(groups) > SHOWN_GROUPS else ""
        super().__init__(
            place,
            f"登记册有 {total} 处错误，{len(groups)} 类\n{shown}{more}",
            f"逐处清单见 {report}；全部改正后重新整理",
        )
        self.groups = groups
        self.total = total
        self.report = report
        self.receipts = receipts


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
        with telling(work), open_duckdb(work / "spill", memory) as connection:
            known = frozenset(conditions) if conditions is not None else None
            preparer = _Preparer(connection, work, known, codes or shipped_codes(), progress)
            prepared = preparer.run(source, report or out.with_name(f"{out.name}.errors.csv"), chunk)
        for folder in ("spill", "text"):
            shutil.rmtree(work / folder, ignore_errors=True)
        write_prepared(work, prepared)
        work.rename(out)
    finally:
        if work.exists():
            shutil.rmtree(work)
    return prepared


def write_csv(register: Register, folder: Path) -> None:
    """A register as a folder of CSV files, one for each table that has rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        rows = [row for row in register.rows if row.table == table.name]
        if not rows:
            continue
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column.name for column in table.columns])
            writer.writerows([_written(row.cells.get(column.name)) for column in table.columns] for row in rows)


def _written(value: Value | None) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Preparer:
    """Carries one register from its files to its chunks; errors go into a table of the work database."""

    def __init__(
        self, connection: Connection, work: Path, conditions: frozenset[str] | None, codes: Codes, progress: Progress
    ) -> None:
        self.sql = connection
        self.work = work
        self.conditions = conditions
        self.codes = codes
        self.notes: list[str] = []
        self.progress = progress
        self.files: dict[str, str] = {}
        self.seen: dict[str, int] = {}
        self.units = 0
        self.chunks = 1
        self.broken: Counter[str] = Counter()
        self.aside: dict[str, list[tuple[int, str]]] = {}
        self.told: dict[str, list[str]] = {}
        self.repeated: dict[str, list[tuple[int, str]]] = {}
        self.synthetic = False
        self.digest = hashlib.sha256()
        self.sql.execute(
            "CREATE TABLE errors (file VARCHAR, line BIGINT, col VARCHAR, cell VARCHAR, cause VARCHAR, remedy VARCHAR)"
        )

    def run(self, source: Path, report: Path, chunk: int) -> Prepared:
        texts = self.text_tables(source)
        for number, table in enumerate(TABLES):  # the enterprises are the first of them
            self.progress(f"读入并核对 {table.name}", number / len(TABLES) * 0.7)
            if table.name not in texts or not self.read_table(table, texts[table.name]):
                columns = ", ".join(f"{quote_name(c.name)} {sql_type(c)}" for c in table.columns)
                kept = f"{columns}, line BIGINT, unit BIGINT, chunk INTEGER"
                self.sql.execute(f"CREATE OR REPLACE TEMP TABLE {_typed(table)} ({kept})")
            self.check_rows(table)
            self.check_duplicates(table)
            if table.name == "enterprises":
                self.number_units(chunk)
        self.gather_posts()
        for number, table in enumerate(TABLES):
            self.progress(f"核对 {table.name} 的引用", 0.7 + number / len(TABLES) * 0.1)
            self.check_references(table)
            self.check_repairs(table)
        self.look_up_bodies()
        self.refuse(source, report)
        return self.write_chunks(source.stem)

    def number_units(self, chunk: int) -> None:
        """Cut the enterprises, now that each is there once, into chunks; others find their unit and chunk by code."""
        mine = _typed(TABLE["enterprises"])
        self.units = self.count(f"SELECT count(*) FROM {mine}")
        self.chunks = max(1, -(-self.units // chunk))
        # a table made anew is sorted for less than a file that is sorted while it is cut
        self.sql.execute(
            f"CREATE TEMP TABLE units AS SELECT * REPLACE (line AS unit, {chunk_sql(quote_name('uscc'), self.chunks)} "
            f'AS chunk) FROM {mine} ORDER BY chunk, "uscc"'
        )
        self.sql.execute(f"DROP TABLE {mine}")
        self.sql.execute(f"ALTER TABLE units RENAME TO {_typed(TABLE['enterprises'])}")

    def gather_posts(self) -> None:
        """The posts of those persons of whom there is a record: few, so that they are looked for once."""
        people = " UNION ".join(
            f'SELECT "person_id" FROM {_typed(table)} WHERE "person_id" IS NOT NULL'
            for table in TABLES
            if _is_personal(table)
        )
        self.sql.execute(
            f'CREATE TEMP TABLE posts AS SELECT DISTINCT "person_id", "uscc", unit, chunk '
            f'FROM {_typed(TABLE["persons"])} WHERE "person_id" IN ({people})'
        )

    def error(self, file: str, line: int, column: str, cell: str | None, cause: str, remedy: str) -> None:
        self.sql.execute("INSERT INTO errors VALUES (?, ?, ?, ?, ?, ?)", [file, line, column, cell, cause, remedy])

    def count(self, query: str) -> int:
        row = self.sql.execute(query).fetchone()
        return int(row[0]) if row else 0

    # -- files → text tables

    def text_tables(self, source: Path) -> dict[str, Path]:
        """The file of each table, converted to something DuckDB reads where it is not."""
        if source.is_dir():
            return self.find_files(source)
        folder = self.work / "text"
        if source.suffix == ".xlsx":
            return self.read_workbook(source, folder)
        elif source.suffix == ".ttl":
            register = load_register(source, conditions=self.conditions, codes=self.codes)
            self.synthetic = register.synthetic
            write_csv(register, folder)
        else:
            raise InputError(source.name, "不认识的登记册格式", "用 CSV 或 Parquet 文件夹、.xlsx 或 .ttl 文件")
        return self.find_files(folder)

    def read_workbook(self, source: Path, folder: Path) -> dict[str, Path]:
        """The sheets as CSV files with the number of each row before its cells; what is wrong goes to the errors."""
        folder.mkdir(parents=True)
        self.digest.update(hashlib.sha256(source.read_bytes()).digest())
        found: dict[str, Path] = {}
        for sheet in read_apart(source.name, source.read_bytes(), FOR_COMMANDS):
            file, table = f"{source.name}[{sheet.name}]", TABLE.get(sheet.name.strip())
            if table is None:
                if sheet.rows:
                    self.error(file, 0, "", None, "不是登记册的表", f"表名只能是 {'、'.join(TABLE)}")
                continue
            tidied = tidy_sheet(table, sheet, self.codes)
            broken = {problem.row for problem in tidied.problems}
            for problem in tidied.problems:
                cause = f"{problem.cell} {problem.cause}".strip()
                self.error(file, problem.row, "", None, cause, problem.remedy)
            self.aside[table.name] = list(tidied.set_aside)
            self.told[table.name] = list(tidied.notes)
            self.files[table.name] = file
            found[table.name] = folder / f"{table.name}.csv"
            with found[table.name].open("w", encoding="utf-8", newline="") as target:
                self.write_sheet(table, file, tidied.rows, broken, target)
        return found

    def write_sheet(self, table: Table, file: str, rows: Rows, broken: set[int], target: TextIO) -> None:
        """The rows of a sheet as numbered CSV; what is no text there is read here, where its type is still known."""
        header = ["" if cell is None else str(cell).strip() for cell in (rows[0][1] if rows else ())]
        while header and not header[-1]:
            header.pop()
        columns = {column.name: column for column in table.columns} | {c.label: c for c in table.columns}
        known = [columns.get(name) for name in header]
        writer = csv.writer(target)
        writer.writerow([_LINE, *header])
        for number, cells in rows[1:]:
            if number in broken or not any(cell is not None and str(cell).strip() for cell in cells):
                continue
            extra = [cell for cell in cells[len(header) :] if cell is not None and str(cell).strip()]
            if extra:
                self.error(file, number, "", None, f"有 {len(cells)} 格，应有 {len(header)} 格", "检查逗号和引号")
                broken.add(number)
                continue
            shown = []
            for column, cell in zip(known, cells, strict=False):
                if column is None or cell is None or isinstance(cell, str):
                    shown.append(cell or "")
                    continue
                try:
                    shown.append(_written(parse_cell(column, cell, self.conditions, self.codes)))
                except CellProblem as wrong:
                    self.error(file, number, column.name, str(cell), wrong.cause, wrong.remedy)
                    broken.add(number)
            if number not in broken:
                writer.writerow([number, *shown, *[""] * (len(header) - len(shown))])
        self.broken[table.name] += len(broken)

    def find_files(self, folder: Path) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for path in sorted(folder.iterdir()):
            if path.name == _METADATA:
                graph = Graph(bind_namespaces="none").parse(path, format="turtle")
                self.synthetic = any(
                    str(graph.value(node, PG.synthetic)) == "true" for node in graph.subjects(RDF.type, PG.Register)
                )
            if path.suffix.lower() not in (".csv", ".parquet"):
                continue
            if path.stem not in TABLE:
                names = "、".join(TABLE)
                self.error(path.name, 0, "", None, "不是登记册的表", f"表名只能是 {names}")
                continue
            found[path.stem] = path
            self.files[path.stem] = path.name
        return found

    def read_table(self, table: Table, path: Path) -> bool:
        """Read and type one file; False when its header, or a fault of the whole file, makes that pointless."""
        if path.suffix.lower() == ".parquet":
            return self.read_columns(table, path)
        lined = table.name in self.aside  # a sheet of a workbook, which we wrote with the number of each row
        even: Path | None = path
        if not lined and not self.is_plain(path):
            lined, even = True, self.even_out(table, path)
        while even is not None:
            try:
                return self.read_text(table, even, lined)
            except duckdb.InvalidInputException as wrong:
                if lined:
                    cause = f"不是有效的 CSV：{str(wrong).splitlines()[0]}"
                    self.error(self.files[table.name], 0, "", None, cause, "检查引号和换行")
                    return False
            lined, even = True, self.even_out(table, path)  # some line has more cells than the first, or fewer
        return False

    def read_columns(self, table: Table, path: Path) -> bool:
        """A Parquet file; cells that have the type of their column already are taken as they are."""
        self.digest.update(f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}".encode())
        found = self.sql.execute(f"DESCRIBE SELECT * FROM {read_files(path.as_posix())}").fetchall()
        names = self.read_header(table, path.name, [str(row[0]) for row in found])
        if names is None:
            return False
        types, columns = {}, []
        for name, row in zip(names, found, strict=True):
            kind = sql_type(table.column(name))
            types[name] = kind if kind in _TAKEN and kind == str(row[1]) else "VARCHAR"
            columns.append(f"CAST({quote_name(str(row[0]))} AS {types[name]}) AS {quote_name(name)}")
        read = f"read_parquet({write_literal(path.as_posix())}, file_row_number = true)"
        self.type_cells(table, f"(SELECT file_row_number + 2 AS line, {', '.join(columns)} FROM {read})", types)
        return True

    def is_plain(self, path: Path) -> bool:
        """True for UTF-8 that every reader of CSV takes alike, if all its lines have as many cells."""
        digest, plain, tail = hashlib.sha256(), True, b"\n"
        decoder = codecs.getincrementaldecoder("utf-8")()
        with path.open("rb") as source:
            while block := source.read(1 << 20):
                digest.update(block)
                if not plain:
                    continue
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    plain = False
                joined = tail + block
                marks = (*_UNPLAIN, *_UNPLAIN_RETURNS) if b"\r" in joined else _UNPLAIN
                plain = plain and not any(mark in joined for mark in marks)
                tail = block[-2:]
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                plain = False
        self.digest.update(digest.digest())
        return plain

    def even_out(self, table: Table, path: Path) -> Path | None:
        """A copy of a file with numbered rows, as ``decide`` reads them; those that are no CSV go to the errors.

        None when the file cannot be decoded, or its first line is no header.
        """
        file, width = self.files[table.name], -1
        try:
            text, _ = decode(path.read_bytes(), file)
        except InputError as wrong:
            self.error(file, 0, "", None, wrong.cause, wrong.remedy)
            return None
        copy = self.work / "text" / f"{table.name}.csv"
        if copy == path:
            copy = copy.with_suffix(".even.csv")
        copy.parent.mkdir(exist_ok=True)
        with copy.open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target)
            for number, row in parse_csv(text):
                if isinstance(row, Problem):
                    self.error(file, row.row, "", None, row.cause, row.remedy)
                    self.broken[table.name] += 1
                    if width < 0:
                        return None
                elif width < 0:
                    while row and not row[-1].strip():
                        row.pop()
                    width = len(row)
                    writer.writerow([_LINE, *row])
                elif any(cell.strip() for cell in row):
                    if len(row) < width or any(cell.strip() for cell in row[width:]):
                        self.error(file, number, "", None, f"有 {len(row)} 格，应有 {width} 格", "检查逗号和引号")
                        self.broken[table.name] += 1
                    else:
                        writer.writerow([number, *row[:width]])
        return copy

    def read_text(self, table: Table, path: Path, lined: bool) -> bool:
        """A CSV file, in which the rows of a copy are ``lined``: their numbers come first."""
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file), [])
        names = self.read_header(table, self.files[table.name], [cell.strip() for cell in header[lined:]])
        if names is None:
            return False
        known = [*([_LINE] if lined else []), *names]
        columns = ", ".join(f"{write_literal(name)}: 'VARCHAR'" for name in known)
        number = quote_name(_LINE)
        line = (
            f"CAST({number} AS BIGINT) AS line, * EXCLUDE ({number})"
            if lined
            else "row_number() OVER () + 1 AS line, *"
        )
        self.type_cells(
            table,
            f"(SELECT {line} FROM read_csv({write_literal(path.as_posix())}, columns = {{{columns}}}, "
            "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
            "max_line_size = 16777216))",
            dict.fromkeys(names, "VARCHAR"),
        )
        return True

    def read_header(self, table: Table, file: str, texts: list[str]) -> list[str] | None:
        """The columns by name, from names or Chinese labels; None when the table cannot be read."""
        by_label = {column.label: column.name for column in table.columns}
        known = [column.name for column in table.columns]
        names = [text if text in known else by_label.get(text, text) for text in texts]
        before = self.count("SELECT count(*) FROM errors")
        for name in sorted({name for name in names if name not in known}):
            self.error(file, 1, name, None, "没有这一列", f"列名只能是 {'、'.join(known)}")
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.error(file, 1, name, None, "列名重复", "只保留一列")
        for column in table.columns:
            if column.required and column.name not in names:
                self.error(file, 1, column.name, None, "缺少必填的列", f"补上 {column.name}（{column.label}）列")
        return names if self.count("SELECT count(*) FROM errors") == before else None

    # -- text → typed cells

    def type_cells(self, table: Table, rows: str, types: Mapping[str, str]) -> None:
        """Type every cell of some rows: the fast path by SQL, every other different text by ``parse_cell``.

        A row with such a text keeps all its texts in one more column, until it was read again; a blank row is among
        them, for every table has cells that must be filled.
        """
        unsure, typed, texts = [], [], []
        for column in table.columns:
            name = quote_name(column.name)
            if column.name not in types:
                typed.append(f"{_default(column)} AS {name}")
                continue
            slow, value = self.slow_test(table, column, f"r.{name}", types[column.name])
            unsure.append(slow)
            typed.append(f"{value} AS {name}")
            texts.append(f"{name} := CAST(r.{name} AS VARCHAR)")
        cells = f"CASE WHEN {any_of(unsure)} THEN struct_pack({', '.join(texts)}) END AS cells"
        mine, (units, of_unit) = _typed(table), _find_units(table, types)
        self.sql.execute(
            f"CREATE OR REPLACE TEMP TABLE {mine} AS SELECT {', '.join(typed)}, r.line, {of_unit}, {cells} "
            f"FROM {rows} r {units}"
        )
        found = self.sql.execute(f"SELECT count(*), count(cells) FROM {mine}").fetchone() or (0, 0)
        self.seen[table.name] = int(found[0])
        if found[1]:
            self.sql.execute(
                f"CREATE OR REPLACE TEMP TABLE raw AS SELECT line, unnest(cells) FROM {mine} WHERE cells IS NOT NULL"
            )
            blank = all_of(f"{quote_name(name)} IS NULL" for name in types)
            self.seen[table.name] -= self.count(f"SELECT count(*) FROM raw WHERE {blank}")
            self.sql.execute(f"DELETE FROM raw WHERE {blank}")
            self.sql.execute(f"DELETE FROM {mine} WHERE cells IS NOT NULL")
        self.sql.execute(f"ALTER TABLE {mine} DROP COLUMN cells")
        if found[1]:
            self.read_again(table, types)
            self.sql.execute("DROP TABLE raw")

    def read_again(self, table: Table, types: Iterable[str]) -> None:
        """Type the rows that kept their texts, and note what is wrong with them."""
        file, present = self.files[table.name], set(types)
        self.sql.execute(
            "CREATE OR REPLACE TEMP TABLE slow "
            "(col VARCHAR, cell VARCHAR, value VARCHAR, cause VARCHAR, remedy VARCHAR)"
        )
        typed, joins, broken = [], [], []
        units, of_unit = _find_units(table, present)
        for column in table.columns:
            name, kind = quote_name(column.name), sql_type(column)
            if column.name not in present:
                typed.append(f"{_default(column)} AS {name}")
                continue
            cell = f"r.{name}"
            slow, value = self.slow_test(table, column, cell, "VARCHAR")
            if not self.judge(f"raw r {units}", column, slow):
                typed.append(f"{value} AS {name}")
                continue
            alias = quote_name(f"slow_{column.name}")
            told = f"{alias}.col = {write_literal(column.name)} AND {alias}.cell = coalesce({cell}, '')"
            joins.append(f"LEFT JOIN slow {alias} ON {told} AND {slow}")
            typed.append(f"CASE WHEN {slow} THEN CAST({alias}.value AS {kind}) ELSE {value} END AS {name}")
            broken.append(f"{alias}.cause IS NOT NULL")
            self.sql.execute(
                f"INSERT INTO errors SELECT {write_literal(file)}, r.line, {write_literal(column.name)}, "
                f"{cell}, {alias}.cause, {alias}.remedy FROM raw r {units} JOIN slow {alias} ON {told} "
                f"AND {alias}.cause IS NOT NULL WHERE {slow}"
            )
        sound = f" WHERE NOT coalesce({any_of(broken)}, FALSE)" if broken else ""
        read = f"SELECT {', '.join(typed)}, r.line FROM raw r {units} {' '.join(joins)}{sound}"
        self.sql.execute(f"INSERT INTO {_typed(table)} BY NAME SELECT r.*, {of_unit} FROM ({read}) r {units}")

    def slow_test(self, table: Table, column: Column, cell: str, kind: str) -> tuple[str, str]:
        """Whether a cell must be read by ``parse_cell``, and the value of one that need not."""
        sound, value = self.fast_path(table, column, cell, kind)
        if column.required:
            return f"(NOT coalesce({sound}, FALSE))", value
        if column.default:
            value = f"CASE WHEN {cell} IS NULL THEN {_default(column)} ELSE {value} END"
        return f"(NOT coalesce({sound}, {cell} IS NULL))", value

    def judge(self, rows: str, column: Column, slow: str) -> int:
        """Give every different cell that the fast path did not take to ``parse_cell``."""
        found = self.sql.execute(
            f"SELECT DISTINCT coalesce(r.{quote_name(column.name)}, '') FROM {rows} WHERE {slow}"
        ).fetchall()
        told: list[tuple[str, str | None, str | None, str | None]] = []
        for (cell,) in found:
            try:
                value = parse_cell(column, cell, self.conditions, self.codes)
                if isinstance(value, Decimal) and -int(value.as_tuple().exponent) > DECIMALS:
                    raise CellProblem("小数位过多", f"最多 {DECIMALS} 位小数")
                told.append((cell, None if value is None else _written(value), None, None))
            except CellProblem as wrong:
                told.append((cell, None, wrong.cause, wrong.remedy))
        if told:
            self.sql.execute(
                "INSERT INTO slow SELECT ?, unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), "
                "unnest(?::VARCHAR[])",
                [column.name, *(list(part) for part in zip(*told, strict=True))],
            )
        return len(told)

    def fast_path(self, table: Table, column: Column, cell: str, type_: str) -> tuple[str, str]:
        """A test that only sound cells pass, false or NULL for others, and the value of a cell that passed it."""
        kind = column.kind
        if kind == "date":
            value = f"try_cast({cell} AS DATE)" if type_ == "VARCHAR" else cell
            written = f"(CAST({value} AS VARCHAR) = {cell})" if type_ == "VARCHAR" else "TRUE"
            return all_of([f"({value} BETWEEN DATE '1000-01-01' AND DATE '2999-12-31')", written]), value
        if kind == "bool":
            if type_ != "VARCHAR":
                return f"({cell} IS NOT NULL)", cell
            return f"({cell} IN ('true', 'false', '是', '否', '1', '0'))", f"({cell} IN ('true', '是', '1'))"
        if kind == "integer":
            if type_ != "VARCHAR":
                allowed = f"({cell} IN ({', '.join(column.allowed)}))" if column.allowed else "TRUE"
                return all_of([f"({cell} BETWEEN 0 AND 999999)", allowed]), cell
            known = f"regexp_full_match({cell}, '0|[1-9][0-9]{{0,5}}')"
            allowed = f"({cell} IN ({_list(column.allowed)}))" if column.allowed else "TRUE"
            return all_of([known, allowed]), f"try_cast({cell} AS INTEGER)"
        if kind == "decimal":
            known = f"regexp_full_match({cell}, '[0-9]{{1,2}}([.][0-9]{{1,{DECIMALS}}})?|100')"
            return known, f"try_cast({cell} AS {sql_type(column)})"
        if kind == "uscc":
            return (_uscc_test(cell) if table.name == "enterprises" else "(e.line IS NOT NULL)"), cell
        if kind == "region":
            return f"regexp_full_match({cell}, '{_PLAIN_REGION}')", cell
        if kind in ("code", "table", "function", "field"):
            return f"({cell} IN ({_list(self.codes.allowed(column))}))", cell
        if kind == "condition":
            return (f"({cell} IN ({_list(sorted(self.conditions))}))" if self.conditions else "FALSE"), cell
        # texts are compared byte by byte, so the first character need not be cut out
        ends = (cell, f"right({cell}, 1)")
        return all_of(f"({end} >= {_PAST_BLANKS} OR {end} BETWEEN '!' AND '~')" for end in ends), cell

    # -- checks over rows and tables

    def check_rows(self, table: Table) -> None:
        """What one row must keep by itself: a subject, and dates in their order."""
        names = {column.name for column in table.columns}
        if {"uscc", "person_id"} <= names and not table.column("uscc").required:
            self.report(
                table, all_of(['r."uscc" IS NULL', 'r."person_id" IS NULL']), "uscc", "NULL",
                write_literal("uscc 与 person_id 都为空"), "填写记录所属的单位或人员",
            )  # fmt: skip
        for first, last in ORDERED:
            if {first, last} <= names:
                start, end = f"r.{quote_name(first)}", f"r.{quote_name(last)}"
                cause = f"'早于 {first}（' || CAST({start} AS VARCHAR) || '）'"
                self.report(table, f"{start} > {end}", last, end, cause, "核对两个日期")
        if table.name == "coverage":
            divided = _list(table.name for table in TABLES if has_fields(table.name))
            wrong = f'r."field" IS NOT NULL AND r."table" NOT IN ({divided})'
            self.report(table, wrong, "field", 'r."field"', write_literal("此表不分领域"), "留空")

    def check_duplicates(self, table: Table) -> None:
        """Rows with one key: twice the same determination or coverage is once, everything else is an error."""
        keys = ", ".join(quote_name(name) for name in table.key)
        cells = ", ".join(quote_name(column.name) for column in table.columns)
        if not self.count(f"SELECT count(*) - count(DISTINCT hash({keys})) FROM {_typed(table)}"):
            return
        if table.name == "determinations":
            same = 'r."outcome" = r.first_outcome'
            self.number_rows(table, keys, 'first_value("outcome") OVER w AS first_outcome')
        elif table.name == "coverage":
            self.number_rows(table, keys, f"first_value(hash({cells})) OVER w AS first_hash, hash({cells}) AS own_hash")
            same = "r.own_hash = r.first_hash"
        else:
            self.number_rows(table, keys, "0 AS none")
            same = "FALSE"
        cause = "'与第 ' || CAST(r.first_line AS VARCHAR) || ' 行"
        told = f"{cause}同日而结论相反'" if table.name == "determinations" else f"{cause}重复'"
        remedy = "核对哪一份认定有效，只保留一份" if table.name == "determinations" else "只保留一行，或改正编号"
        key = f"r.{quote_name(table.key[0])}"
        self.report(table, f"r.place > 1 AND NOT ({same})", table.key[0], key, told, remedy, source="numbered")
        folded = self.sql.execute(f"SELECT line, first_line FROM numbered r WHERE r.place > 1 AND ({same})").fetchall()
        reasons = [(int(line), f"与第 {first} 行重复，只记一次") for line, first in folded]
        self.repeated[table.name] = reasons
        self.sql.execute(f"DELETE FROM {_typed(table)} WHERE line IN (SELECT line FROM numbered WHERE place > 1)")

    def number_rows(self, table: Table, keys: str, more: str) -> None:
        self.sql.execute(
            f"CREATE OR REPLACE TEMP TABLE numbered AS SELECT *, row_number() OVER w AS place, "
            f"first_value(line) OVER w AS first_line, {more} FROM {_typed(table)} "
            f"WINDOW w AS (PARTITION BY {keys} ORDER BY line) QUALIFY count(*) OVER (PARTITION BY {keys}) > 1"
        )

    def check_references(self, table: Table) -> None:
        """Every enterprise and person that a row names must be known, and a person's enterprise must be theirs."""
        if table.name == "enterprises":
            return
        cause = write_literal("enterprises 表中没有这个单位")
        self.report(table, 'r.unit IS NULL AND r."uscc" IS NOT NULL', "uscc", 'r."uscc"', cause, "补充单位，或改正代码")
        if not _is_personal(table):
            return
        nobody = 'r."person_id" IS NOT NULL AND r."person_id" NOT IN (SELECT "person_id" FROM posts)'
        self.report(
            table, nobody, "person_id", 'r."person_id"', write_literal("persons 表中没有这个人"), "补充人员，或改正编号"
        )
        both = f'SELECT count(*) FROM {_typed(table)} WHERE "person_id" IS NOT NULL AND "uscc" IS NOT NULL'
        if not self.count(both):
            return
        elsewhere = (
            'r."person_id" IN (SELECT "person_id" FROM posts) AND r."uscc" IS NOT NULL '
            'AND (r."person_id", r."uscc") NOT IN (SELECT ("person_id", "uscc") FROM posts)'
        )
        cause = "'人员 ' || r.\"person_id\" || ' 没有在这个单位任职'"
        self.report(table, elsewhere, "uscc", 'r."uscc"', cause, "改正单位或人员，或只填人员")

    def check_repairs(self, table: Table) -> None:
        """A record that names another must name one of the register, of the same subject, and not an earlier day."""
        for column in table.columns:
            if column.kind != "record":
                continue
            parts = []
            for other in TABLES:
                names = {known.name for known in other.columns}
                if "record_id" not in names or other.name == table.name:
                    continue
                person = '"person_id"' if "person_id" in names else "CAST(NULL AS VARCHAR)"
                parts.append(
                    f'SELECT {write_literal(other.name)} AS owner, "record_id", "uscc", {person} AS "person_id", '
                    f"{quote_name(str(other.date))} AS day FROM {_typed(other)}"
                )
            self.sql.execute(f"CREATE OR REPLACE TEMP VIEW numbered_records AS {' UNION ALL '.join(parts)}")
            name, done = f"r.{quote_name(column.name)}", f"r.{quote_name(str(table.date))}"
            found, owners, uscc, person, day = (
                f'(SELECT {told} FROM numbered_records n WHERE n."record_id" = {name})'
                for told in (
                    "count(*)",
                    "string_agg(n.owner, '、' ORDER BY n.owner)",
                    'min(n."uscc")',
                    'min(n."person_id")',
                    "min(n.day)",
                )
            )
            other_unit = all_of(['r."person_id" IS NULL', f'r."uscc" IS DISTINCT FROM {uscc}'])
            stranger = any_of([f'r."person_id" IS DISTINCT FROM {person}', other_unit])
            for wrong, cause, remedy in (
                (f"{found} = 0", write_literal("登记册中没有这条记录"), "补充该记录，或改正编号"),
                (
                    f"{found} > 1",
                    f"'有 ' || CAST({found} AS VARCHAR) || ' 条记录用这个编号（' || {owners} || '）'",
                    "使编号不重复",
                ),
                (
                    f"{found} = 1 AND {stranger}",
                    write_literal("该记录属于另一单位或人员"),
                    "改正编号，或改正单位、人员",
                ),
                (
                    f"{found} = 1 AND NOT {stranger} AND {done} < {day}",
                    f"'完成日期 ' || CAST({done} AS VARCHAR) || ' 早于该记录的日期 ' || CAST({day} AS VARCHAR)",
                    "核对两个日期",
                ),
            ):
                self.report(table, wrong, column.name, name, cause, remedy)

    def look_up_bodies(self) -> None:
        """Fill the function of an authority from the body it names, as ``registers`` does for small registers."""
        bodies = Bodies(self.codes)
        for table in TABLES:
            for column in table.columns:
                if column.body:
                    self.look_up(bodies, table, column)
        for problem in bodies.problems():
            self.error(*problem)
        self.notes += bodies.notes()

    def look_up(self, bodies: Bodies, table: Table, column: Column) -> None:
        name, body = quote_name(column.name), quote_name(column.body)
        file = self.files.get(table.name, table.name)
        at = 'SELECT "person_id", min("uscc") AS "uscc" FROM posts GROUP BY "person_id"'
        self.sql.execute(
            f"CREATE OR REPLACE TEMP TABLE acting AS SELECT r.line, r.line AS told, r.{name} AS function, "
            f"r.{body} AS body, coalesce(e.region, '') AS region FROM {_typed(table)} r "
            f'LEFT JOIN ({at}) p ON p."person_id" = r."person_id" '
            f'LEFT JOIN {_typed(TABLE["enterprises"])} e ON e."uscc" = coalesce(r."uscc", p."uscc") '
            f"WHERE r.{name} IS NULL OR r.{body} IS NOT NULL"
        )
        rows = self.sql.execute(
            "SELECT function, body, region, list(told ORDER BY told) FROM acting GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        used = [
            (body, region, resolved)
            for function, body, region, lines in rows
            if (resolved := bodies.resolve(file, lines, function, body, region)) is not None and function is None
        ]
        if used:
            self.sql.execute(
                f"UPDATE {_typed(table)} t SET {name} = m.function FROM (SELECT a.line, u.function FROM acting a JOIN "
                "(SELECT unnest(?::VARCHAR[]) AS body, unnest(?::VARCHAR[]) AS region, "
                "unnest(?::VARCHAR[]) AS function) u "
                "ON u.body = a.body AND u.region = a.region WHERE a.function IS NULL) m WHERE m.line = t.line",
                [list(part) for part in zip(*used, strict=True)],
            )

    def report(
        self, table: Table, wrong: str, column: str, cell: str, cause: str, remedy: str, *, source: str = ""
    ) -> None:
        """Add an error for every row of a typed table of which an expression is true."""
        file = self.files.get(table.name, table.name)
        self.sql.execute(
            f"INSERT INTO errors SELECT {write_literal(file)}, r.line, {write_literal(column)}, "
            f"CAST({cell} AS VARCHAR), {cause}, {write_literal(remedy)} FROM {source or _typed(table)} r WHERE {wrong}"
        )

    def refuse(self, source: Path, report: Path) -> None:
        """Raise with everything that is wrong; nothing when nothing is."""
        total = self.count("SELECT count(*) FROM errors")
        if not total:
            return
        told = '(SELECT file, line AS "row", col AS "column", cell AS "value", cause, remedy FROM errors)'
        self.sql.execute(
            f"COPY ({guard_texts(self.sql, told)} ORDER BY ALL) TO {write_literal(report.as_posix())} "
            "(HEADER, DELIMITER ',')"
        )
        # a cause that names a line, a code or a check character differs from row to row; the kind is what stays
        kind = "regexp_replace(cause, '（[^）]*）|第 [0-9]+ 行|人员 [^ ]+|[0-9]{4}-[0-9]{2}-[0-9]{2}', '…', 'g')"
        groups = self.sql.execute(
            f"SELECT file, col, {kind} AS kind, min(remedy), count(*), min(line), "
            "list_sort(list_distinct(list(cell ORDER BY line)))[:3] FROM (SELECT * FROM errors) "
            "GROUP BY file, col, kind ORDER BY count(*) DESC, file, col, kind"
        ).fetchall()
        raise BadRegister(
            source.name,
            tuple(
                ErrorGroup(file, column, cause, remedy, cells, line, tuple(str(value)[:80] for value in examples or ()))
                for file, column, cause, remedy, cells, line, examples in groups
            ),
            total,
            report,
            tuple(self.receipts(self.count_sound())),
        )

    def count_sound(self) -> dict[str, int]:
        """Rows of each table without an error of their own; those with one are noted as refused."""
        sound = {}
        for name, file in self.files.items():
            wrong = f"SELECT line FROM errors WHERE file = {write_literal(file)} AND line > 1"
            lines = self.sql.execute(f"SELECT DISTINCT line FROM ({wrong}) ORDER BY line").fetchall()
            self.repeated[name] = [*self.repeated.get(name, []), *((int(line), "有错误") for (line,) in lines)]
            sound[name] = self.count(f"SELECT count(*) FROM {_typed(TABLE[name])} WHERE line NOT IN ({wrong})")
        return sound

    # -- chunks

    def write_chunks(self, name: str) -> Prepared:
        """Write each table once, cut by chunk; a person's records go wherever the person has a post."""
        for number in range(self.chunks):
            chunk_folder(self.work, number).mkdir()
        rows: dict[str, int] = {}
        for position, table in enumerate(TABLES):
            self.progress(f"写出 {table.name}", 0.8 + position / len(TABLES) * 0.2)
            rows[table.name] = self.count(f"SELECT count(*) FROM {_typed(table)}")
            if rows[table.name]:
                self.write_table(table)
        self.progress("写出各单位的摘要", 1.0)
        self.write_digests()
        receipts = [receipt.as_json() for receipt in self.receipts(rows)]
        return Prepared(name, self.chunks, rows, self.digest.hexdigest(), self.synthetic, receipts, self.notes)

    def write_digests(self) -> None:
        """The digest of each enterprise, and in every chunk that of what is said for everybody."""
        rows = {table.name: f"SELECT * FROM {_typed(table)}" for table in TABLES}
        told = select_digests(rows, unit="unit", posts="SELECT * FROM posts")
        self.sql.execute(f"CREATE TEMP TABLE told AS {told}")
        self.cut(
            f'SELECT e."uscc" AS uscc, d.digest, e.chunk FROM told d JOIN {_typed(TABLE["enterprises"])} e '
            "ON e.unit = d.unit UNION ALL "
            f"SELECT '' AS uscc, d.digest, c.chunk FROM told d, range({self.chunks}) c(chunk) WHERE d.unit IS NULL",
            "digests",
        )

    def receipts(self, kept: dict[str, int]) -> list[Receipt]:
        """Per table that was read the rows seen, kept and refused."""
        found = []
        for name in sorted(self.files):
            aside, repeated = self.aside.get(name, []), self.repeated.get(name, [])
            seen = self.seen.get(name, 0) + self.broken[name] + len(aside)
            rows = tuple(sorted([*aside, *repeated]))
            notes = tuple(self.told.get(name, ()))
            found.append(Receipt(name, self.files[name], seen, kept.get(name, 0), rows, notes))
        return found

    def write_table(self, table: Table) -> None:
        cells, mine = ", ".join(f"r.{quote_name(column.name)}" for column in table.columns), _typed(table)
        personal = _is_personal(table)
        own = ' AND r."person_id" IS NULL' if personal else ""
        parts = [f'SELECT {cells}, r.chunk FROM {mine} r WHERE r."uscc" IS NOT NULL{own}']
        if table.name == "coverage":
            every = f"range({self.chunks}) c(chunk)"
            parts.append(f'SELECT {cells}, c.chunk FROM {mine} r CROSS JOIN {every} WHERE r."uscc" IS NULL')
        if personal:
            where = 'SELECT DISTINCT "person_id", chunk FROM posts'
            parts.append(f'SELECT {cells}, p.chunk FROM {mine} r JOIN ({where}) p ON p."person_id" = r."person_id"')
        self.cut(" UNION ALL ".join(parts), table.name)

    def cut(self, rows: str, name: str) -> None:
        """Write rows into one file for each chunk."""
        if self.chunks == 1:
            self.copy(f"SELECT * EXCLUDE (chunk) FROM ({rows})", chunk_file(self.work, 0, name))
            return
        folder = self.work / "text" / f"cut_{name}"
        folder.parent.mkdir(exist_ok=True)
        self.copy(rows, folder, ", PARTITION_BY (chunk)")
        for number in range(self.chunks):
            files = sorted((folder / f"chunk={number}").glob("*.parquet"))
            target = chunk_file(self.work, number, name)
            if len(files) == 1:
                files[0].rename(target)
            elif files:
                listed = ", ".join(write_literal(file.as_posix()) for file in files)
                self.copy(f"SELECT * FROM read_parquet([{listed}], hive_partitioning = false)", target)
        shutil.rmtree(folder, ignore_errors=True)

    def copy(self, rows: str, target: Path, how: str = "") -> None:
        self.sql.execute(f"COPY ({rows}) TO {write_literal(target.as_posix())} (FORMAT parquet, COMPRESSION zstd{how})")


def _is_personal(table: Table) -> bool:
    """True for a table whose records may be about a person."""
    return table.name in RECORDED


def _default(column: Column) -> str:
    return f"CAST({write_literal(column.default) if column.default else 'NULL'} AS {sql_type(column)})"


def _find_units(table: Table, present: Container[str]) -> tuple[str, str]:
    """How rows ``r`` of a table find their enterprise: a join, and the columns that it gives."""
    if table.name == "enterprises" or "uscc" not in present:
        return "", "CAST(NULL AS BIGINT) AS unit, CAST(NULL AS INTEGER) AS chunk"
    return f'LEFT JOIN {_typed(TABLE["enterprises"])} e ON e."uscc" = r."uscc"', "e.unit, e.chunk"


def _typed(table: Table) -> str:
    return quote_name(f"typed_{table.name}")


def _list(values: Iterable[str]) -> str:
    return ", ".join(write_literal(value) for value in values)


def _uscc_test(cell: str) -> str:
    """GB 32100 in SQL: form and check character."""
    alphabet = write_literal(USCC_ALPHABET)
    total = " + ".join(
        f"(instr({alphabet}, substr({cell}, {place + 1}, 1)) - 1) * {pow(3, place, 31)}" for place in range(17)
    )
    wanted = f"substr({alphabet}, CAST((31 - ({total}) % 31) % 31 AS BIGINT) + 1, 1)"
    return all_of(
        [f"regexp_full_match({cell}, '[0-9ANY][{USCC_ALPHABET}]{{17}}')", f"(substr({cell}, 18, 1) = {wanted})"]
    )
