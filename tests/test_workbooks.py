"""Workbooks and CSV as people send them: every cell is read or refused by name, and no row disappears.

Files are made here, with openpyxl or by changing the XML of one that it made. A guard is tested by what happens
without it: a stale dimension hides a row, an uncalculated formula reads as an empty cell, a far cell fills memory.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policygraph.errors import InputError, LimitError, PolicygraphError
from policygraph.judging.rules import Register
from policygraph.judging.rules.facts import TABLE
from policygraph.keeping.batch import BadRegister, prepare_register, read_prepared
from policygraph.keeping.batch.duck import guard_texts
from policygraph.keeping.registers import CellError, RegisterError, load_register
from policygraph.keeping.registers.reading import read_book
from policygraph.keeping.registers.uploads import read_upload
from policygraph.reading.intake import workbooks
from policygraph.reading.intake.running import FOR_UPLOADS, Bounds, read_apart
from policygraph.reading.intake.workbooks import UPLOAD, Limits, decode, parse_csv, read_file
from policygraph.text.guarding import STARTERS, guard_cell, show_text, unguard_cell

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
UNIT = "91230800MA0000000R"
ENTERPRISES: list[list[str]] = [["uscc", "name", "region"], [UNIT, "示例甲（虚构）", "230803"]]
CERTIFICATE: list[object] = [UNIT, 1, datetime(2024, 6, 1), datetime(2027, 5, 31), None]
CERTIFICATES: list[list[object]] = [["uscc", "grade", "issued", "expires", "revoked_on"], CERTIFICATE]
Change = Callable[[openpyxl.Workbook], None]


def make_book(change: Change | None = None, **sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook with an enterprise and these sheets, changed before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in {"enterprises": ENTERPRISES, **sheets}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewrite(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The workbook with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def load(data: bytes, folder: Path) -> Register:
    """The register as ``decide`` reads it, after ``screen`` read the same rows from the same file."""
    path = folder / "r.xlsx"
    path.write_bytes(data)
    register = load_register(path)
    prepare_register(path, folder / "out")
    prepared = read_prepared(folder / "out")
    assert prepared.rows == {name: sum(row.table == name for row in register.rows) for name in TABLE}
    assert list(prepared.told) == list(register.receipts)
    assert read_upload("r.xlsx", data).rows == register.rows
    return register


def refused(data: bytes, folder: Path) -> tuple[CellError, ...]:
    """What is wrong with it; ``screen`` says the same."""
    path = folder / "r.xlsx"
    path.write_bytes(data)
    with pytest.raises(RegisterError) as slow:
        load_register(path)
    with pytest.raises(BadRegister) as fast:
        prepare_register(path, folder / "out")
    with fast.value.report.open(encoding="utf-8", newline="") as file:
        told = {(row["file"], int(row["row"]), row["cause"]) for row in csv.DictReader(file)}
    assert told == {(error.file, error.row, error.cause) for error in slow.value.errors}
    assert slow.value.receipts == fast.value.receipts
    return slow.value.errors


# --- workbooks -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("reference", ["A1", "A1:J1", "A1:B2", "C3:D4", "nonsense"])
def test_a_stale_dimension_hides_nothing(reference: str, tmp_path: Path) -> None:
    data = rewrite(
        make_book(certificates=CERTIFICATES),
        lambda _, part: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="' + reference.encode() + b'"', part),
    )
    rows = [row for row in load(data, tmp_path).rows if row.table == "certificates"]
    assert [row.cells for row in rows] == [
        {"uscc": UNIT, "grade": 1, "issued": date(2024, 6, 1), "expires": date(2027, 5, 31)}
    ]


@pytest.mark.slow
@pytest.mark.parametrize("value", [b"", b"<v></v>", b"<v/>"])
def test_a_formula_that_was_never_calculated_is_refused_by_name(value: bytes, tmp_path: Path) -> None:
    data = rewrite(
        make_book(certificates=[CERTIFICATES[0], [*CERTIFICATE[:4], "=DATE(2026,1,1)"]]),
        lambda _, part: re.sub(rb"(<f>DATE.2026,1,1.</f>)<v ?/?>(</v>)?", rb"\1" + value, part),
    )
    (error,) = refused(data, tmp_path)
    assert (error.file, error.row, error.column) == ("r.xlsx[certificates]", 2, "revoked_on")
    assert "E2" in error.cause


@pytest.mark.slow
def test_a_formula_with_its_result_is_read_and_told(tmp_path: Path) -> None:
    data = rewrite(
        make_book(certificates=[CERTIFICATES[0], [*CERTIFICATE[:4], "=DATE(2026,1,1)"]]),
        lambda _, part: re.sub(rb"(<f>DATE.2026,1,1.</f>)<v ?/?>(</v>)?", rb"\1<v>20260101</v>", part),
    )
    register = load(data, tmp_path)
    assert [row.day("revoked_on") for row in register.rows if row.table == "certificates"] == [date(2026, 1, 1)]
    assert any("1 格是公式" in note for receipt in register.receipts for note in receipt.notes)


@pytest.mark.slow
def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    data = rewrite(
        make_book(certificates=[CERTIFICATES[0], [*CERTIFICATE[:4], '=IF(1,"","")']]),
        lambda _, part: re.sub(rb'<c r="E2"([^>]*)>(<f>.*?</f>)<v ?/?>(</v>)?', rb'<c r="E2" t="str">\2<v></v>', part),
    )
    (row,) = [row for row in load(data, tmp_path).rows if row.table == "certificates"]
    assert row.day("revoked_on") is None


@pytest.mark.slow
@pytest.mark.parametrize("word", ["#REF!", "#N/A", "#VALUE!"])
def test_an_error_value_is_refused_by_name(word: str, tmp_path: Path) -> None:
    def spoil(book: openpyxl.Workbook) -> None:
        book["certificates"]["E2"].value = word
        book["certificates"]["E2"].data_type = "e"

    (error,) = refused(make_book(spoil, certificates=CERTIFICATES), tmp_path)
    assert f"E2 是错误值 {word}" in error.cause


@pytest.mark.slow
def test_merged_cells_in_the_table_are_refused_and_over_it_are_not(tmp_path: Path) -> None:
    rows: list[list[object]] = [["证书登记册", None, None], *CERTIFICATES, [UNIT, 2, datetime(2025, 1, 1), None, None]]
    register = load(make_book(lambda b: b["certificates"].merge_cells("A1:E1"), certificates=rows), tmp_path)
    assert sum(row.table == "certificates" for row in register.rows) == 2
    told = refused(make_book(lambda b: b["certificates"].merge_cells("A3:A4"), certificates=rows), tmp_path / "..")
    assert ("A3:A4" in told[0].cause, [error.row for error in told]) == (True, [3, 4])


@pytest.mark.slow
def test_titles_and_totals_are_set_aside_and_told(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["某市安全生产标准化证书登记册"],
        ["填报单位：某局", None, None, "日期：2026年11月"],
        [],
        *CERTIFICATES,
        ["小计：1 家"],
        [UNIT, 2, datetime(2025, 1, 1), None, None],
        [None, "合 计", 2],
    ]
    register = load(make_book(certificates=rows), tmp_path)
    (receipt,) = [receipt for receipt in register.receipts if receipt.table == "certificates"]
    assert (receipt.seen, receipt.kept, receipt.refused) == (6, 2, 4)
    assert [number for number, _ in receipt.refused_rows] == [1, 2, 6, 8]
    assert sorted(row.number for row in register.rows if row.table == "certificates") == [5, 7]


@pytest.mark.slow
def test_what_only_looks_like_a_total_or_a_title_is_not_dropped(tmp_path: Path) -> None:
    units = [*ENTERPRISES, ["合计", "某公司", "230803"]]
    assert load(make_book(enterprises=units), tmp_path).enterprises == (UNIT,)
    foot = [*ENTERPRISES, ["填表人：某某"]]
    assert {error.row for error in refused(make_book(enterprises=foot), tmp_path / "..")} == {3}
    above = [ENTERPRISES[1], *ENTERPRISES]
    assert any(e.row == 1 for e in refused(make_book(enterprises=above), tmp_path / ".." / ".."))


@pytest.mark.slow
def test_hidden_sheets_rows_and_columns_are_read_and_told(tmp_path: Path) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book["certificates"].sheet_state = "hidden"
        book["certificates"].row_dimensions[2].hidden = True
        book["certificates"].column_dimensions["E"].hidden = True

    register = load(make_book(hide, certificates=[CERTIFICATES[0], [*CERTIFICATE[:4], "2026-01-01"]]), tmp_path)
    (row,) = [row for row in register.rows if row.table == "certificates"]
    assert row.day("revoked_on") == date(2026, 1, 1)
    (note,) = [note for receipt in register.receipts for note in receipt.notes]
    assert all(word in note for word in ("隐藏", "工作表", "1 行", "1 组列"))


@pytest.mark.slow
def test_cells_are_what_people_see_or_refused_with_the_remedy(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        CERTIFICATES[0],
        [f"  {UNIT} ", 1.0, "2024/6/1", datetime(2027, 5, 31), ""],
        [UNIT, 1, datetime(2024, 6, 2, 8, 30), None, None],
        [912308001234567890, 1, datetime(2024, 6, 3), None, None],
        [UNIT, 1, 45446, None, None],
        [UNIT, True, datetime(2024, 6, 5), None, None],
        [UNIT, 1, datetime(2024, 6, 6), None, None, "多出的"],
    ]
    told = {(error.row, error.column): error for error in refused(make_book(certificates=rows), tmp_path)}
    assert set(told) == {(3, "issued"), (4, "uscc"), (5, "issued"), (6, "grade"), (7, "")}
    assert "15 位" in told[4, "uscc"].cause
    assert "2024-06-03" in told[5, "issued"].remedy


@pytest.mark.parametrize("header", [["uscc", "name", "region", "name"], ["uscc", "name"], ["uscc", "名称", "name"]])
def test_wrong_headers_are_told_with_the_row_of_the_header(header: list[str], tmp_path: Path) -> None:
    data = make_book(enterprises=[["某某登记册"], header, [UNIT, "甲", "230803", "乙"][: len(header)]])
    path = tmp_path / "r.xlsx"
    path.write_bytes(data)
    with pytest.raises(RegisterError) as caught:
        load_register(path)
    assert {error.row for error in caught.value.errors} == {2}


@pytest.mark.slow
def test_a_workbook_without_a_table_and_a_sheet_with_another_name_are_refused(tmp_path: Path) -> None:
    assert load(make_book(Sheet1=[]), tmp_path).enterprises == (UNIT,)
    (error,) = refused(make_book(说明=[["表格说明"]]), tmp_path / "..")
    assert "说明" in error.file
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    with pytest.raises(RegisterError, match="没有登记册的表"):
        read_upload("empty.xlsx", out.getvalue())


def test_both_readers_of_a_sheet_must_see_the_same_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_book(certificates=CERTIFICATES)
    seen = workbooks._read_values

    def lose_one(place: str, parts: dict[str, bytes]) -> dict[str, workbooks._Values]:
        values = seen(place, parts)
        (head, (number, cells)) = values["certificates"].rows
        values["certificates"] = replace(values["certificates"], rows=(head, (number, (*cells[:3], None, None))))
        return values

    monkeypatch.setattr(workbooks, "_read_values", lose_one)
    with pytest.raises(InputError, match="不能保证没有遗漏"):
        read_file("r.xlsx", data)


# --- files that harm -------------------------------------------------------------------------------------------------


_MEASURE = """
import resource, sys
from policygraph.errors import PolicygraphError
from policygraph.reading.intake.running import FOR_UPLOADS, read_apart
try:
    read_apart("r.xlsx", sys.stdin.buffer.read(), FOR_UPLOADS)
except PolicygraphError:
    pass
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss, used.ru_utime + used.ru_stime)
"""


def far(cell: str) -> bytes:
    """A small workbook with one more cell far out."""

    def put(book: openpyxl.Workbook) -> None:
        book["enterprises"][cell] = "x"

    return make_book(put)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 100_000_000)
    return out.getvalue()


def understated() -> bytes:
    """A workbook whose directory says that a part is shorter than it is."""
    data = bytearray(make_book())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return bytes(data).replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))


def with_doctype() -> bytes:
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    return rewrite(make_book(), lambda name, part: entity + part if "sheet1" in name else part)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: far("XFD1048576"), LimitError),
        (lambda: far("XFD20000"), LimitError),
        (lambda: far("A1048576"), LimitError),
        (bomb, LimitError),
        (understated, InputError),
        (with_doctype, InputError),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, InputError),
        (lambda: b"PK\x03\x04" + b"\0" * 50, InputError),
        (lambda: make_book()[:-200], InputError),
        (lambda: b"", InputError),
    ],
    ids=["far", "mild", "long", "bomb", "understated", "doctype", "encrypted", "broken", "cut", "empty"],
)
def test_a_file_that_harms_is_refused_in_a_small_process(
    make: Callable[[], bytes], kind: type[PolicygraphError]
) -> None:
    data = make()
    with pytest.raises(kind) as caught:
        read_apart("r.xlsx", data, FOR_UPLOADS)
    assert caught.value.remedy
    # measured from a small parent: after fork and before exec a child counts with the memory of its parent
    done = subprocess.run([sys.executable, "-c", _MEASURE], input=data, capture_output=True, timeout=60, check=True)
    kilobytes, seconds = map(float, done.stdout.split())
    assert kilobytes < 200 * 1024
    assert seconds < 5


@pytest.mark.slow
def test_a_reader_that_takes_too_long_or_too_much_is_ended() -> None:
    slow = rewrite(
        make_book(),
        lambda name, part: (
            part.replace(b"<sheetData>", b"<sheetData>" + b"<x/>" * 3_000_000) if "sheet1" in name else part
        ),
    )
    began = time.monotonic()
    with pytest.raises(LimitError, match="秒"):
        read_apart("r.xlsx", slow, Bounds(UPLOAD, memory=160, processor=60, patience=0.5))
    assert time.monotonic() - began < 10
    with pytest.raises(LimitError, match="1 秒"):
        read_apart("r.xlsx", slow, Bounds(Limits(), memory=160, processor=1, patience=60))
    big = rewrite(make_book(), lambda name, part: part + b" " * 60_000_000 if "sheet1" in name else part)
    with pytest.raises(LimitError, match="MiB"):
        read_apart("r.xlsx", big, Bounds(Limits(), memory=8, processor=60, patience=60))


def test_a_doubled_or_locked_part_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("enterprises.csv", "uscc,name,region\n")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("enterprises.csv", "uscc,name,region\nx,y,z\n")
    with pytest.raises(InputError, match="两个"):
        read_file("a.zip", out.getvalue())


# --- CSV -------------------------------------------------------------------------------------------------------------

HEADER = "record_id,uscc,date,authority_function\n"


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (f"P-1,{UNIT},2025-01-01,tax,extra\nP-2,{UNIT},2025-01-01,tax\n", [2]),
        (f"P-1,{UNIT},2025-01-01\nP-2,{UNIT},2025-01-01,tax\n", [2]),
        (f'P-1,{UNIT},2025-01-01,tax\nP-2,"{UNIT},2025-01-01,tax\nP-3,{UNIT},2025-01-01,tax\n', [3]),
        (f'P-1,{UNIT},2025-01-01,tax\nP-2,"{UNIT}"x,2025-01-01,tax\nP-3,{UNIT},2025-01-01,tax\n', [3]),
        (f"P-1,{UNIT},2025-01-01,tax\n\n\nP\0-2,{UNIT},2025-01-01,tax\n", [5]),
        (f'"P\n1",{UNIT},2025-01-01,tax\nP-2,{UNIT},2025-13-01,tax\n', [4]),
        (f"P-1,{UNIT},2025-01-01,tax\r\n\r\nP-2,{UNIT},2025-13-01,tax\r\n", [4]),
    ],
    ids=["many", "few", "open quote", "broken quote", "NUL", "line in a cell", "blank lines"],
)
def test_a_malformed_row_is_told_alike_by_decide_and_screen(body: str, rows: list[int], tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "enterprises.csv").write_text(f"uscc,name,region\n{UNIT},甲,230803\n", encoding="utf-8")
    (folder / "penalties.csv").write_bytes((HEADER + body).encode())
    with pytest.raises(RegisterError) as slow:
        load_register(folder)
    assert [error.row for error in slow.value.errors] == rows
    assert all(error.remedy for error in slow.value.errors)
    with pytest.raises(BadRegister) as fast:
        prepare_register(folder, tmp_path / "out")
    assert (fast.value.total, fast.value.receipts) == (slow.value.total, slow.value.receipts)
    with fast.value.report.open(encoding="utf-8", newline="") as file:
        assert [(int(row["row"]), row["cause"]) for row in csv.DictReader(file)] == [
            (error.row, error.cause) for error in slow.value.errors
        ]


def test_a_function_that_contradicts_its_body_is_told_alike_by_decide_and_screen(tmp_path: Path) -> None:
    """Two rows of one contradiction are one error of a register, and nobody is decided or screened meanwhile."""
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "enterprises.csv").write_text(f"uscc,name,region\n{UNIT},甲,230803\n", encoding="utf-8")
    rows = [f"P-{n},{UNIT},2025-01-0{n},tax,佳木斯市应急管理局" for n in (1, 2)]
    rows += [f"P-3,{UNIT},2025-01-03,work_safety,佳木斯市应急管理局", f"P-4,{UNIT},2025-01-04,,佳木斯市应急管理局"]
    header = "record_id,uscc,date,authority_function,authority"
    (folder / "penalties.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(RegisterError) as slow:
        load_register(folder)
    (error,) = slow.value.errors
    assert (error.row, error.column, error.value) == (2, "authority_function", "tax")
    assert "职能为 work_safety（第 2、3 行）" in error.cause
    with pytest.raises(BadRegister) as fast:
        prepare_register(folder, tmp_path / "out")
    with fast.value.report.open(encoding="utf-8", newline="") as file:
        assert [(int(row["row"]), row["cause"], row["remedy"]) for row in csv.DictReader(file)] == [
            (error.row, error.cause, error.remedy)
        ]


def test_two_encodings_in_one_file_are_told_with_their_lines(tmp_path: Path) -> None:
    mixed = f"uscc,name,region\n{UNIT},应急管理示例公司,230803\n".encode() + "乙,示例公司,230803\n".encode("gb18030")
    with pytest.raises(InputError, match="第 2 行是 UTF-8，第 3 行不是"):
        decode(mixed, "enterprises.csv")
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "enterprises.csv").write_bytes(mixed)
    with pytest.raises(RegisterError, match="混用了两种编码"):
        load_register(tmp_path / "r")
    with pytest.raises(BadRegister, match="混用了两种编码"):
        prepare_register(tmp_path / "r", tmp_path / "out")


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6), min_size=1), max_size=6
    )
)
def test_csv_rows_come_back_with_their_lines(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    found = list(parse_csv(out.getvalue()))
    assert [row for _, row in found] == rows
    lines = out.getvalue().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert all(line <= len(lines) for line, _ in found)


@given(st.text())
def test_any_text_is_rows_or_problems(text: str) -> None:
    list(parse_csv(text))


# --- receipts --------------------------------------------------------------------------------------------------------

_CELL = st.sampled_from(["P-1", "P-2", UNIT, "x", "", "2025-01-01", "tax", "合计", " "])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(_CELL, min_size=3, max_size=6), max_size=8), st.booleans())
def test_no_row_disappears(rows: list[list[str]], as_workbook: bool) -> None:
    """Every row that holds something is in the register, or in the receipt with its number and a reason."""
    header = HEADER.strip().split(",")
    good = [["P-9", UNIT, "2025-01-01", "tax"], *rows]
    sheets: dict[str, list[list[str]]] = {"enterprises": ENTERPRISES, "penalties": [header, *good]}
    if as_workbook:
        data = make_book(penalties=[list(row) for row in sheets["penalties"]])
    else:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, table in sheets.items():
                text = io.StringIO(newline="")
                csv.writer(text).writerows(table)
                archive.writestr(f"{name}.csv", text.getvalue())
        data = out.getvalue()
    try:
        register = read_file_as_register(data)
        receipts, kept = register.receipts, [row.number for row in register.rows if row.table == "penalties"]
    except RegisterError as wrong:
        receipts, kept = wrong.receipts, []
    (receipt,) = [receipt for receipt in receipts if receipt.table == "penalties"]
    filled = [number for number, row in enumerate(good, start=2) if any(cell.strip() for cell in row)]
    assert receipt.seen == len(filled) == receipt.kept + receipt.refused
    refused_rows = [number for number, _ in receipt.refused_rows]
    assert len(refused_rows) == receipt.refused
    if kept:
        assert sorted(kept + refused_rows) == filled
    else:
        assert set(refused_rows) <= set(filled)


def read_file_as_register(data: bytes) -> Register:
    return read_book("r", read_file("r", data))


# --- a new class of record is one row --------------------------------------------------------------------------------

_NEW_ROW = """
    Table(
        "permits", "许可证", "每行一份许可。",
        (_RECORD_ID, _USCC, Column("granted", "date", "发证日期", required=True, term="date"),
         Column("field", "field", "领域", required=True, scheme="functions", term="field", in_view=True),
         Column("until", "date", "有效期至", term="validUntil")),
        key=("record_id",), date="granted", record="Permit", link="hasPermit",
        interval=Interval("activeAsOf", "until", None, open_means_unknown=True),
    ),
"""

_NEW_TABLE = """
import json, sys
from pathlib import Path
from datetime import date
from policygraph.keeping.batch import prepare_register, synthesise_register, write_csv
from policygraph.judging.decisions.view import build_view
from policygraph.namespaces import PG
from policygraph.keeping.registers import load_register, register_graphs, register_of, shipped_codes
from policygraph.judging.rules import describe_tables
from policygraph.judging.rules.terms import VIEW_TERMS
from policygraph.judging.screening.view import AsOf, select_records
import duckdb

from policygraph.judging.rules.facts import TABLE

folder, permits = Path(sys.argv[1]), TABLE["permits"]
register = load_register(folder / "r")
graphs = register_graphs(register)
back = register_of(graphs.open + graphs.restricted, register.name)
view = build_view(register, register.enterprises[0], date(2026, 11, 21))
prepared = prepare_register(folder / "r", folder / "out")
made = synthesise_register(folder / "made", enterprises=50, seed=1, as_of=date(2026, 11, 21), format="csv")
with duckdb.connect() as sql:
    sql.execute(f"CREATE TABLE permits AS SELECT * FROM read_parquet('{folder}/out/chunk-00000/permits.parquet')")
    rows = sql.execute(select_records(permits, AsOf(date(2026, 11, 21)), of_persons=False, terms=())).fetchall()
print(json.dumps({
    "same": back.rows == register.rows,
    "links": len(list(view.graph.subject_objects(PG.hasPermit))),
    "covered": [str(v) for v in view.graph.objects(None, PG.permitCoversMonths)],
    "terms": [name for name in ("hasPermit", "permitCoversAsOf") if PG[name] in VIEW_TERMS],
    "parquet": prepared.rows["permits"], "screened": len(rows), "made": made["permits"],
    "told": "### permits（许可证）" in describe_tables(shipped_codes()),
}))
"""


@pytest.mark.slow
def test_a_new_class_of_record_is_one_row_of_the_tables(tmp_path: Path) -> None:
    """A copy of the program with one more row in its tables reads, shows, prepares and describes the new records."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("static", "__pycache__", "templates"))
    for name in ("ontology", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    facts = tmp_path / "src" / "policygraph" / "judging" / "rules" / "facts.py"
    text, mark = facts.read_text(encoding="utf-8"), '    Table(\n        "coverage",'
    assert mark in text
    facts.write_text(text.replace(mark, _NEW_ROW + mark), encoding="utf-8")
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "enterprises.csv").write_text(f"uscc,name,region\n{UNIT},甲（虚构）,230803\n", encoding="utf-8")
    body = f"X-1,{UNIT},2025-01-01,tax,9999-12-31\nX-2,{UNIT},2027-01-01,tax,\n"
    (folder / "permits.csv").write_text(f"record_id,uscc,granted,field,until\n{body}", encoding="utf-8")
    (folder / "coverage.csv").write_text("table,from,to,field\npermits,2020-01-01,2026-12-31,\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _NEW_TABLE, str(tmp_path)], capture_output=True, text=True, timeout=240, check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "same": True, "links": 1, "covered": ["82"], "terms": ["hasPermit", "permitCoversAsOf"],
        "parquet": 2, "screened": 1, "made": 0, "told": True,
    }  # fmt: skip


# --- on the way out --------------------------------------------------------------------------------------------------


@given(st.text())
def test_a_guarded_cell_runs_nothing_hides_nothing_and_can_be_undone(text: str) -> None:
    cell = guard_cell(text)
    assert unguard_cell(cell) == text
    assert not cell.startswith(tuple(STARTERS))
    assert not re.search("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", cell)
    assert show_text(text).isprintable() or not text.isprintable()
    assert "\n" not in show_text(text)


@pytest.mark.parametrize("text", ["甲公司", "C:\\temp", "a=b", "2026-01-01", "名称（虚构）", "'甲'"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert guard_cell(text) == show_text(text) == text


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1, max_size=8))
def test_sql_guards_as_python_does(texts: list[str]) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (number INTEGER, name VARCHAR)")
        connection.executemany("INSERT INTO t VALUES (?, ?)", [[n, text] for n, text in enumerate(texts)])
        rows = connection.execute(f"{guard_texts(connection, 't')} ORDER BY number").fetchall()
    assert [name for _, name in rows] == [guard_cell(text) for text in texts]
