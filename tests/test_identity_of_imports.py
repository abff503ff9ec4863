"""An import asks each distinct value once, many at a time, and hears of a workbook column by column.

None of that may change what becomes of a single row, so the short ways are held against the plain ones value by value,
and what a file of each kind with everything that goes wrong becomes is kept, row by row, to be read.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.dirty_exports import FORMS, make_file
from tests.test_importing import EXPORT, HERE, PERSON, penalty, to_csv, to_xlsx, unit

from policygraph.errors import InputError, LimitError, PolicygraphError
from policygraph.keeping.registers import shipped_codes
from policygraph.keeping.registers.importing.merging import write_lines
from policygraph.keeping.registers.importing.profiles import load_profile
from policygraph.keeping.registers.importing.running import Wish, import_files
from policygraph.keeping.registers.importing.values import (
    clean_text,
    clean_texts,
    hide_numbers,
    may_have_numbers,
)
from policygraph.reading.intake import running
from policygraph.reading.intake.running import FOR_COMMANDS, begin_apart, read_apart
from policygraph.reading.intake.workbooks import Cell, Sheet
from policygraph.reading.intake.worker import decode_cell, encode_cell, read_answer, write_answer
from policygraph.text.folding import narrow_key, narrow_keys

CODES = shipped_codes()
ROWS = 40
PROFILES = {
    "shuanggongshi-penalties": "shuanggongshi-penalties",
    "database": "shuanggongshi-penalties",
    "shixin-bei-zhixing": "shixin-bei-zhixing",
    "jingying-yichang": "jingying-yichang",
    "anquan-biaozhunhua": "anquan-biaozhunhua",
}
"""The profile that each kind of file is read by."""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", PROFILES)
def test_what_becomes_of_a_file_with_everything_wrong(
    kind: str, form: str, tmp_path: Path, check_golden: Callable[[str, str], None]
) -> None:
    path = tmp_path / f"{kind}.{form}"
    path.write_bytes(make_file(kind, form, ROWS, 1))
    answers = tmp_path / "answers.csv"
    answers.write_text("清单,值,填写\njingying-yichang/lists,经营异常名录,watch\n", encoding="utf-8")
    profile = load_profile(PROFILES[kind], CODES)
    report = import_files([path], profile, tmp_path / "out", Wish(region=HERE, answers=answers), CODES)
    written = sorted((tmp_path / "out").rglob("*.*"))
    kept = [(number, row) for sheet in report.sheets for number, row in sheet.kept]
    told = [f"{number} {json.dumps(row, ensure_ascii=False)}" for number, row in kept]
    for file in written:
        if file.name != "report.json":
            told += ["", f"== {file.name}", file.read_text(encoding="utf-8-sig")]
    check_golden(f"imports/{kind}.{form}.txt", "\n".join(told).rstrip())


# --- many values at once ---------------------------------------------------------------------------------------------

PIECES = st.lists(
    st.sampled_from([
        *"（）()[]〔〕【】〈〉<> \t\n\0第号１2Ａß①㈱e\u0301\u0301가ｶﾞ佳'=\"\u200b\ufeff-",
        "〔2025〕第1号", PERSON, PERSON[:-1], "1", "0", "X", "NULL", unit(1),
    ]),
    max_size=8,
).map("".join)  # fmt: skip


@given(st.lists(PIECES, max_size=6))
@example(["〔2025〕第", "1号"])
@example(["e", "\u0301"])
@example(["\0", "a"])
def test_many_keys_are_narrowed_as_each_is(texts: list[str]) -> None:
    assert narrow_keys(texts) == [narrow_key(text) for text in texts]


@given(st.lists(PIECES, max_size=6))
def test_many_texts_are_cleaned_as_each_is(texts: list[str]) -> None:
    missing = {"", "NULL", "-"}
    assert clean_texts(texts, missing) == {text: clean_text(text, missing) for text in texts}


@given(st.lists(PIECES, max_size=6))
def test_no_number_of_a_person_is_overlooked_among_many_texts(texts: list[str]) -> None:
    if not may_have_numbers(texts):
        assert [hide_numbers(text) for text in texts] == texts


@given(st.lists(st.tuples(*[st.sampled_from(["", "甲", "a,b", '"', "\n", "\r", " ", "\t", "=1", "\0", "\x85"])] * 3)))
def test_lines_are_written_as_a_writer_of_csv_writes_them(rows: list[tuple[str, str, str]]) -> None:
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\n").writerows(rows)
    assert write_lines(rows) == target.getvalue()


# --- column by column ------------------------------------------------------------------------------------------------

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from([0.0, -0.0, 1.0, 2.5]),
    st.sampled_from(["", "罚款", "1", "at", "\ud800"]),
    st.sampled_from([date(2025, 3, 1), datetime(2025, 3, 1), datetime(2025, 3, 1, 9, 30), time(8)]),
)


@given(st.lists(st.lists(CELLS, max_size=3), max_size=6), st.integers(1, 5))
@example([["罚款", 1], ["罚款", True], ["罚款", 1.0]], 4)
@example([[], []], 1)
def test_rows_that_went_through_columns_are_the_same_rows(rows: list[list[Cell]], times: int) -> None:
    sheet = Sheet("表", tuple((number, tuple(row)) for number, row in enumerate(rows * times, start=2)))
    said = json.dumps(write_answer([sheet]), ensure_ascii=False, default=encode_cell)
    # 1, 1.0 and True are equal, and so are 0.0 and -0.0: what is printed of them is not
    assert repr(read_answer(json.loads(said, object_hook=decode_cell))) == repr((sheet,))


def test_a_column_that_repeats_itself_says_each_value_once() -> None:
    sheet = Sheet("表", tuple((number, ("佳木斯市应急管理局", number)) for number in range(1, 101)))
    assert json.dumps(write_answer([sheet]), ensure_ascii=False).count("佳木斯市应急管理局") == 1


# --- a workbook that is read while something else is done ------------------------------------------------------------


def write_workbook(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    path.write_bytes(to_xlsx({"数据": rows}))
    return path


def test_a_workbook_that_was_begun_is_the_one_that_is_read(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [EXPORT, penalty()])
    with begin_apart(path) or pytest.fail("a workbook is begun") as begun:
        assert begun.take() == read_apart("a.xlsx", path.read_bytes(), FOR_COMMANDS, exported=True)
        assert begun.data == path.read_bytes()


def test_a_reader_ends_with_the_block_that_began_it(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [EXPORT, penalty()])
    begun = begin_apart(path)
    assert begun is not None
    with pytest.raises(ZeroDivisionError), begun:
        raise ZeroDivisionError
    assert begun._process.poll() is not None
    with pytest.raises((InputError, LimitError)):
        begun.take()


def test_what_harms_is_refused_alike_whether_it_was_begun_or_not(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(InputError) as apart:
        read_apart("a.xlsx", path.read_bytes(), FOR_COMMANDS, exported=True)
    with begin_apart(path) or pytest.fail("a workbook is begun") as begun, pytest.raises(InputError) as ahead:
        begun.take()
    assert str(ahead.value) == str(apart.value)


def test_what_is_no_workbook_is_left_to_its_turn(tmp_path: Path) -> None:
    text = tmp_path / "a.csv"
    text.write_bytes(to_csv([EXPORT, penalty()]))
    assert begin_apart(text) is None
    assert begin_apart(tmp_path / "none.xlsx") is None
    assert begin_apart(tmp_path) is None


def test_files_are_refused_in_their_order_and_no_reader_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []  # Any: processes
    start = running._start

    def remember(task: str, bounds: running.Bounds) -> Any:
        started.append(start(task, bounds))
        return started[-1]

    monkeypatch.setattr(running, "_start", remember)
    profile = load_profile("shuanggongshi-penalties", CODES)
    sound = write_workbook(tmp_path / "sound.xlsx", [EXPORT, penalty()])
    headless = write_workbook(tmp_path / "headless.xlsx", [["甲", "乙"], [1, 2]])
    with pytest.raises(InputError, match=r"headless\.xlsx"):
        import_files([headless, sound, tmp_path / "none.xlsx"], profile, tmp_path / "out", Wish(region=HERE), CODES)
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)
    with pytest.raises(PolicygraphError, match=r"none\.xlsx"):
        import_files([sound, tmp_path / "none.xlsx", headless], profile, tmp_path / "out", Wish(region=HERE), CODES)
    assert not (tmp_path / "out").exists()
    other = write_workbook(tmp_path / "other.xlsx", [EXPORT, penalty(no="2号")])
    both = import_files([sound, other], profile, tmp_path / "out", Wish(region=HERE), CODES)
    assert [(sheet.file, len(sheet.kept)) for sheet in both.sheets] == [("sound.xlsx", 1), ("other.xlsx", 1)]


def test_a_workbook_is_handed_over_before_graphs_and_engines_are_loaded() -> None:
    wanted = ["rdflib", "pyoxigraph", "pyshacl", "duckdb", "pydantic", "openpyxl"]
    program = "import sys, policygraph.speaking.cli.importing; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not set(wanted) & set(done.stdout.split())
