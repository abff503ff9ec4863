"""The files of a register as rows of texts: workbooks, RDF, and CSV that not every reader takes alike.

CSV that all readers take alike goes to DuckDB as it is; other files are copied with numbered rows first.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from pathlib import Path
from typing import TextIO

import duckdb
from rdflib import Graph
from rdflib.namespace import RDF

from policygraph.errors import InputError
from policygraph.judging.rules.facts import TABLE, TABLES, Register, Table
from policygraph.judging.screening.sql import quote_name, write_literal
from policygraph.keeping.batch.duck import read_files
from policygraph.keeping.batch.preparing.cells import type_cells
from policygraph.keeping.batch.preparing.job import LINE, Job, write_value
from policygraph.keeping.batch.tables import sql_type
from policygraph.keeping.registers import load_register
from policygraph.keeping.registers.cells import CellProblem, parse_cell
from policygraph.keeping.registers.sheets import Rows, tidy_sheet
from policygraph.namespaces import PG
from policygraph.reading.intake.running import FOR_COMMANDS, read_apart
from policygraph.reading.intake.workbooks import Problem, decode, parse_csv

_METADATA = "register.ttl"
_UNPLAIN = (b'"', b"\0", b"\n\n", b"\n,\n")
_UNPLAIN_RETURNS = (b"\n\r", b"\r\r")
"""Bytes that CSV readers take differently: quotes, NUL, blank lines, lone carriage returns."""
_TAKEN = ("DATE", "BOOLEAN", "INTEGER")
"""Types of Parquet columns whose values need no reading."""


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
            writer.writerows([write_value(row.cells.get(column.name)) for column in table.columns] for row in rows)


def find_texts(job: Job, source: Path) -> dict[str, Path]:
    """The file of each table, converted to something DuckDB reads where it is not."""
    if source.is_dir():
        return _find_files(job, source)
    folder = job.work / "text"
    if source.suffix == ".xlsx":
        return _read_workbook(job, source, folder)
    elif source.suffix == ".ttl":
        register = load_register(source, conditions=job.conditions, codes=job.codes)
        job.synthetic = register.synthetic
        write_csv(register, folder)
    else:
        raise InputError(source.name, "不认识的登记册格式", "用 CSV 或 Parquet 文件夹、.xlsx 或 .ttl 文件")
    return _find_files(job, folder)


def _read_workbook(job: Job, source: Path, folder: Path) -> dict[str, Path]:
    """The sheets as CSV files with the number of each row before its cells; what is wrong goes to the errors."""
    folder.mkdir(parents=True)
    job.digest.update(hashlib.sha256(source.read_bytes()).digest())
    found: dict[str, Path] = {}
    for sheet in read_apart(source.name, source.read_bytes(), FOR_COMMANDS):
        file, table = f"{source.name}[{sheet.name}]", TABLE.get(sheet.name.strip())
        if table is None:
            if sheet.rows:
                job.error(file, 0, "", None, "不是登记册的表", f"表名只能是 {'、'.join(TABLE)}")
            continue
        tidied = tidy_sheet(table, sheet, job.codes)
        broken = {problem.row for problem in tidied.problems}
        for problem in tidied.problems:
            cause = f"{problem.cell} {problem.cause}".strip()
            job.error(file, problem.row, "", None, cause, problem.remedy)
        job.aside[table.name] = list(tidied.set_aside)
        job.told[table.name] = list(tidied.notes)
        job.files[table.name] = file
        found[table.name] = folder / f"{table.name}.csv"
        with found[table.name].open("w", encoding="utf-8", newline="") as target:
            _write_sheet(job, table, file, tidied.rows, broken, target)
    return found


def _write_sheet(job: Job, table: Table, file: str, rows: Rows, broken: set[int], target: TextIO) -> None:
    """The rows of a sheet as numbered CSV; what is no text there is read here, where its type is still known."""
    header = ["" if cell is None else str(cell).strip() for cell in (rows[0][1] if rows else ())]
    while header and not header[-1]:
        header.pop()
    columns = {column.name: column for column in table.columns} | {c.label: c for c in table.columns}
    known = [columns.get(name) for name in header]
    writer = csv.writer(target)
    writer.writerow([LINE, *header])
    for number, cells in rows[1:]:
        if number in broken or not any(cell is not None and str(cell).strip() for cell in cells):
            continue
        extra = [cell for cell in cells[len(header) :] if cell is not None and str(cell).strip()]
        if extra:
            job.error(file, number, "", None, f"有 {len(cells)} 格，应有 {len(header)} 格", "检查逗号和引号")
            broken.add(number)
            continue
        shown = []
        for column, cell in zip(known, cells, strict=False):
            if column is None or cell is None or isinstance(cell, str):
                shown.append(cell or "")
                continue
            try:
                shown.append(write_value(parse_cell(column, cell, job.conditions, job.codes)))
            except CellProblem as wrong:
                job.error(file, number, column.name, str(cell), wrong.cause, wrong.remedy)
                broken.add(number)
        if number not in broken:
            writer.writerow([number, *shown, *[""] * (len(header) - len(shown))])
    job.broken[table.name] += len(broken)


def _find_files(job: Job, folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.name == _METADATA:
            graph = Graph(bind_namespaces="none").parse(path, format="turtle")
            job.synthetic = any(
                str(graph.value(node, PG.synthetic)) == "true" for node in graph.subjects(RDF.type, PG.Register)
            )
        if path.suffix.lower() not in (".csv", ".parquet"):
            continue
        if path.stem not in TABLE:
            names = "、".join(TABLE)
            job.error(path.name, 0, "", None, "不是登记册的表", f"表名只能是 {names}")
            continue
        found[path.stem] = path
        job.files[path.stem] = path.name
    return found


def read_table(job: Job, table: Table, path: Path) -> bool:
    """Read and type one file; False when its header, or a fault of the whole file, makes that pointless."""
    if path.suffix.lower() == ".parquet":
        return _read_columns(job, table, path)
    lined = table.name in job.aside  # a sheet of a workbook, which we wrote with the number of each row
    even: Path | None = path
    if not lined and not _is_plain(job, path):
        lined, even = True, _even_out(job, table, path)
    while even is not None:
        try:
            return _read_text(job, table, even, lined)
        except duckdb.InvalidInputException as wrong:
            if lined:
                cause = f"不是有效的 CSV：{str(wrong).splitlines()[0]}"
                job.error(job.files[table.name], 0, "", None, cause, "检查引号和换行")
                return False
        lined, even = True, _even_out(job, table, path)  # some line has more cells than the first, or fewer
    return False


def _read_columns(job: Job, table: Table, path: Path) -> bool:
    """A Parquet file; cells that have the type of their column already are taken as they are."""
    job.digest.update(f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}".encode())
    found = job.sql.execute(f"DESCRIBE SELECT * FROM {read_files(path.as_posix())}").fetchall()
    names = _read_header(job, table, path.name, [str(row[0]) for row in found])
    if names is None:
        return False
    types, columns = {}, []
    for name, row in zip(names, found, strict=True):
        kind = sql_type(table.column(name))
        types[name] = kind if kind in _TAKEN and kind == str(row[1]) else "VARCHAR"
        columns.append(f"CAST({quote_name(str(row[0]))} AS {types[name]}) AS {quote_name(name)}")
    read = f"read_parquet({write_literal(path.as_posix())}, file_row_number = true)"
    type_cells(job, table, f"(SELECT file_row_number + 2 AS line, {', '.join(columns)} FROM {read})", types)
    return True


def _is_plain(job: Job, path: Path) -> bool:
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
    job.digest.update(digest.digest())
    return plain


def _even_out(job: Job, table: Table, path: Path) -> Path | None:
    """A copy of a file with numbered rows, as ``decide`` reads them; those that are no CSV go to the errors.

    None when the file cannot be decoded, or its first line is no header.
    """
    file, width = job.files[table.name], -1
    try:
        text, _ = decode(path.read_bytes(), file)
    except InputError as wrong:
        job.error(file, 0, "", None, wrong.cause, wrong.remedy)
        return None
    copy = job.work / "text" / f"{table.name}.csv"
    if copy == path:
        copy = copy.with_suffix(".even.csv")
    copy.parent.mkdir(exist_ok=True)
    with copy.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        for number, row in parse_csv(text):
            if isinstance(row, Problem):
                job.error(file, row.row, "", None, row.cause, row.remedy)
                job.broken[table.name] += 1
                if width < 0:
                    return None
            elif width < 0:
                while row and not row[-1].strip():
                    row.pop()
                width = len(row)
                writer.writerow([LINE, *row])
            elif any(cell.strip() for cell in row):
                if len(row) < width or any(cell.strip() for cell in row[width:]):
                    job.error(file, number, "", None, f"有 {len(row)} 格，应有 {width} 格", "检查逗号和引号")
                    job.broken[table.name] += 1
                else:
                    writer.writerow([number, *row[:width]])
    return copy


def _read_text(job: Job, table: Table, path: Path, lined: bool) -> bool:
    """A CSV file, in which the rows of a copy are ``lined``: their numbers come first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    names = _read_header(job, table, job.files[table.name], [cell.strip() for cell in header[lined:]])
    if names is None:
        return False
    known = [*([LINE] if lined else []), *names]
    columns = ", ".join(f"{write_literal(name)}: 'VARCHAR'" for name in known)
    number = quote_name(LINE)
    line = f"CAST({number} AS BIGINT) AS line, * EXCLUDE ({number})" if lined else "row_number() OVER () + 1 AS line, *"
    type_cells(
        job,
        table,
        f"(SELECT {line} FROM read_csv({write_literal(path.as_posix())}, columns = {{{columns}}}, "
        "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
        "max_line_size = 16777216))",
        dict.fromkeys(names, "VARCHAR"),
    )
    return True


def _read_header(job: Job, table: Table, file: str, texts: list[str]) -> list[str] | None:
    """The columns by name, from names or Chinese labels; None when the table cannot be read."""
    by_label = {column.label: column.name for column in table.columns}
    known = [column.name for column in table.columns]
    names = [text if text in known else by_label.get(text, text) for text in texts]
    before = job.count("SELECT count(*) FROM errors")
    for name in sorted({name for name in names if name not in known}):
        job.error(file, 1, name, None, "没有这一列", f"列名只能是 {'、'.join(known)}")
    for name in sorted({name for name in names if names.count(name) > 1}):
        job.error(file, 1, name, None, "列名重复", "只保留一列")
    for column in table.columns:
        if column.required and column.name not in names:
            job.error(file, 1, column.name, None, "缺少必填的列", f"补上 {column.name}（{column.label}）列")
    return names if job.count("SELECT count(*) FROM errors") == before else None
