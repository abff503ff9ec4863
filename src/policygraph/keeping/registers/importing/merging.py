"""What comes in joined with what a folder holds: no record twice, nothing overwritten, nothing half-written.

A record is the same when its number is; then all that a condition could read of it must be the same too, or both
versions are refused by name: which of them is right only the keeper of the register can tell. What is only told
(reason, spelling of an authority) may differ. Only folders that an import made are added to. Coverage is written last,
so that a run that was killed never claims more than is there.
"""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policygraph.errors import InputError
from policygraph.judging.rules.facts import TABLE, TABLES
from policygraph.keeping.registers.importing.mapping import Mapped
from policygraph.keeping.writing import clear_leavings, explain_fault, write_files
from policygraph.reading.intake.workbooks import decode

FOLDER = "import"
"""Beside the tables: what the imports report, and the salt."""
REPORT = "report.json"
SALT = "salt"
SHORTEST_SALT = 32

Row = dict[str, str]


@dataclass(slots=True)
class Book:
    """The tables of a folder, by the key of each row."""

    tables: dict[str, dict[tuple[str, ...], Row]] = field(default_factory=dict)
    runs: list[dict[str, Any]] = field(default_factory=list)  # Any: JSON
    notes: list[str] = field(default_factory=list)

    def table(self, name: str) -> dict[tuple[str, ...], Row]:
        """The rows of a table."""
        return self.tables.setdefault(name, {})


def key_of(table: str, row: Mapping[str, str]) -> tuple[str, ...]:
    """What may occur once in a table."""
    return tuple([row.get(column, "") for column in TABLE[table].key])


def decisive(table: str, row: Mapping[str, str]) -> tuple[str, ...]:
    """All of a row that a condition could read: its subject, days and codes, not its texts."""
    columns = [c for c in TABLE[table].columns if c.kind != "text" or c.name == "person_id"]
    return tuple([row.get(column.name, "") or (column.default or "") for column in columns])


def open_book(out: Path) -> Book:
    """What an earlier import left in a folder; an empty book for a folder that is new or empty.

    What an import that was killed was still writing is cleared away. Errors: ``InputError`` for a folder
    with something else in it, or a table that cannot be read.
    """
    for folder in (out, out / FOLDER):
        clear_leavings(folder)
    if not out.exists() or (out.is_dir() and all(path.is_dir() for path in out.rglob("*"))):
        return Book()
    report = out / FOLDER / REPORT
    if not report.is_file():
        raise InputError(str(out), "不是导入产生的文件夹，里面已有内容", "给出新的或空的文件夹；已有的登记册请另行合并")
    try:
        book = Book(runs=list(json.loads(report.read_text(encoding="utf-8"))["runs"]))
    except (ValueError, KeyError, TypeError) as wrong:
        raise InputError(str(report), f"导入报告已损坏（{wrong}）", "另换一个新的文件夹重新导入") from wrong
    for table in TABLES:
        path = out / f"{table.name}.csv"
        if path.is_file():
            text, _ = decode(path.read_bytes(), path.name)
            for row in csv.DictReader(io.StringIO(text, newline="")):
                if None in row or None in row.values():
                    raise InputError(str(path), "有一行的格数与表头不同", "改正后再导入")
                book.table(table.name)[key_of(table.name, row)] = {name: cell for name, cell in row.items() if cell}
    return book


def add_rows(book: Book, sheets: Sequence[Mapped]) -> None:
    """Put what was kept into the book; a row that is there already is set aside, one that contradicts is refused."""
    first: dict[tuple[str, tuple[str, ...]], Row] = {}
    clashing: set[tuple[str, tuple[str, ...]]] = set()
    names = [[(mapped.table, key_of(mapped.table, row)) for _, row in mapped.kept] for mapped in sheets]
    for mapped, named in zip(sheets, names, strict=True):
        for (_, row), name in zip(mapped.kept, named, strict=True):
            same = first.setdefault(name, row)
            if same is not row and decisive(mapped.table, same) != decisive(mapped.table, row):
                clashing.add(name)
    for mapped, named in zip(sheets, names, strict=True):
        there = book.table(mapped.table)
        kept = []
        for (number, row), name in zip(mapped.kept, named, strict=True):
            key = name[1]
            other = there.get(key)
            if name in clashing:
                cause = f"{_name(row, key)} 有几行，内容不一致"
                mapped.refused.append((number, cause, "核对哪一行对，只保留一行，或改正文号"))
            elif other is None:
                there[key] = row
                kept.append((number, row))
            elif decisive(mapped.table, other) != decisive(mapped.table, row):
                told = _differences(mapped.table, other, row)
                mapped.refused.append(
                    (number, f"{_name(row, key)} 与已导入的记录矛盾（{told}）", "核对后改正其一，或另换文件夹重新导入")
                )
            else:
                mapped.aside.append((number, "duplicate", f"{_name(row, key)} 已有，只记一次"))
        mapped.kept[:] = kept
        used = {row.get("uscc", "") for _, row in kept}
        _add_parties(book, mapped, used)
        persons = {row.get("person_id", "") for _, row in kept}
        for post in mapped.posts:
            if post["person_id"] in persons:
                book.table("persons").setdefault(key_of("persons", post), {k: v for k, v in post.items() if v})


def _name(row: Mapping[str, str], key: Iterable[str]) -> str:
    """A row as a message calls it: by its number, else by all of its key."""
    return row.get("record_id") or "、".join(filter(None, key))


def _add_parties(book: Book, mapped: Mapped, used: set[str]) -> None:
    there = book.table("enterprises")
    for uscc, (name, region) in mapped.parties.items():
        if uscc not in used:
            continue
        known = there.setdefault((uscc,), {"uscc": uscc, "name": name, "region": region})
        if known.get("name") != name:
            book.notes.append(f"{uscc} 有两个名称，留用先有的：{known.get('name')} / {name}")


def _differences(table: str, one: Mapping[str, str], other: Mapping[str, str]) -> str:
    columns = [c.name for c in TABLE[table].columns if c.kind != "text" or c.name == "person_id"]
    return "；".join(
        f"{name} {one.get(name, '空')} / {other.get(name, '空')}"
        for name in columns
        if one.get(name, "") != other.get(name, "")
    )


def add_coverage(book: Book, rows: Iterable[Row]) -> list[Row]:
    """Declare tables complete; of two declarations of one period the later export counts. The rows that are new."""
    new = []
    for row in rows:
        there = book.table("coverage")
        known = there.get(key_of("coverage", row))
        if known is None or known.get("exported_on", "") < row["exported_on"]:
            there[key_of("coverage", row)] = row
            new.append(row)
    return new


def write_book(out: Path, book: Book, files: Mapping[str, bytes]) -> None:
    """Write tables and reports into the folder, whole or not at all. Errors: ``StorageError``.

    The reports take their place first: by them the next import knows a folder whose import was killed half-way. What
    is covered comes last: without it a table that is not there yet is no evidence of anything.
    """
    payload = {out / FOLDER / name: content for name, content in files.items()}
    for table in TABLES:
        rows = book.tables.get(table.name)
        if rows:
            payload[out / f"{table.name}.csv"] = _render(table.name, rows.values())
    last = payload.pop(out / "coverage.csv", None)
    if last is not None:
        payload[out / "coverage.csv"] = last
    write_files(payload)


def _render(table: str, rows: Iterable[Mapping[str, str]]) -> bytes:
    columns = [column.name for column in TABLE[table].columns]
    body = sorted([row.get(column, "") for column in columns] for row in rows)
    return write_lines([columns, *body]).encode("utf-8")


def write_lines(rows: Sequence[Sequence[str]]) -> str:
    """Rows of more than one cell as CSV; where no cell of any needs a quotation mark, all of them are joined at once.

    >>> write_lines([("a", ""), ("b", "c,d")])
    'a,\\nb,"c,d"\\n'
    """
    joined = "".join([",".join(row) + "\n" for row in rows])
    separators = sum(map(len, rows)) - len(rows)
    if joined.count(",") == separators and joined.count("\n") == len(rows) and '"' not in joined and "\r" not in joined:
        return joined
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\n").writerows(rows)
    return target.getvalue()


@dataclass(frozen=True, slots=True)
class Salt:
    """The secret that digests of persons are made with, and where it is kept."""

    path: Path
    value: bytes
    is_new: bool


def open_salt(named: Path | None, out: Path, book: Book) -> Salt:
    """The salt of the digests of persons: the named file, else one in the folder; a new one where there is none.

    Errors: ``InputError`` when the folder has digests and the salt they were made with is gone.
    """
    path = named or out / FOLDER / SALT
    if path.is_file():
        salt = path.read_bytes().strip()
        if len(salt) < SHORTEST_SALT:
            raise InputError(
                str(path), f"不足 {SHORTEST_SALT} 个字符，太短", "用长的随机文字；不给 --salt 时会自动生成"
            )
        return Salt(path, salt, False)
    if any(row.get("person_id", "").startswith("person-") for row in book.table("persons").values()):
        raise InputError(str(path), "这个文件夹里的人员编号是用另一份盐算的，现在找不到它", "用 --salt 给出原来的文件")
    return Salt(path, secrets.token_hex(SHORTEST_SALT).encode(), True)


def write_salt(salt: Salt) -> None:
    """Put a new salt where only its owner can read it, kept out of version control. Errors: ``StorageError``."""
    if not salt.is_new:
        return
    try:
        salt.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(salt.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(salt.value + b"\n")
        if salt.path.parent.name == FOLDER:
            (salt.path.parent / ".gitignore").write_text(f"{salt.path.name}\n", encoding="utf-8")
    except OSError as error:
        raise explain_fault(salt.path, error) from error
