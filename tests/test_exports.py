"""One answer looks the same on every surface and is never run as a formula."""

import csv
import io
import json

from openpyxl import load_workbook

from policygraph.keeping.store import Answer
from policygraph.speaking.exports import render_csv, render_json, render_table
from policygraph.speaking.papers.workbook import render_xlsx

TABLE = Answer(
    ("notation", "quote", "inherited", "rank"),
    (("二（九）", '"引号", =1+1\n第二行', True, None), ("=SUM(A1)", "[bookmark]", False, 3)),
    as_of="2026-11-21",
    dataset="abc",
)


def test_csv_gives_back_every_cell() -> None:
    rows = list(csv.reader(io.StringIO(render_csv(TABLE))))
    assert rows[0] == list(TABLE.columns)
    assert rows[1] == ["二（九）", '"引号", =1+1\n第二行', "true", ""]


def test_json_is_the_one_shape() -> None:
    answer = json.loads(render_json(TABLE))
    assert list(answer) == ["columns", "rows", "truncated", "next", "as_of", "dataset", "coverage"]
    assert answer["rows"][0]["rank"] is None


def test_excel_cells_are_text_even_when_they_look_like_a_formula() -> None:
    sheet = load_workbook(io.BytesIO(render_xlsx([("依据", TABLE)])))["依据"]
    assert sheet["A3"].value == "=SUM(A1)"
    assert sheet["A3"].data_type == "s"
    assert sheet.freeze_panes == "A2"


def test_the_terminal_table_keeps_brackets_and_says_what_it_is_of() -> None:
    text = render_table(TABLE, width=120)
    assert "[bookmark]" in text
    assert "2 行 · 数据版本 abc · 截至 2026-11-21" in text


def test_the_terminal_table_has_labels_for_things_and_words_for_codes() -> None:
    rows = (("https://example.org/doc/a", "https://example.org/measure/b", "incentive", "amended"),)
    table = Answer(("document", "measure", "kind", "status"), rows)
    text = render_table(table, 120, names={"https://example.org/doc/a": "某应急〔2020〕1号"})
    assert all(word in text for word in ("某应急〔2020〕1号", "激励", "已修改", "measure/b"))
    assert "incentive" not in text
    assert "incentive" in render_table(table, 120)
    assert "incentive" in render_csv(table)


def test_the_terminal_table_puts_the_codes_of_a_list_into_words_too() -> None:
    listed = "《某法》第二条：in-force；《某规划》：plan-ended；网址：some words"
    table = Answer(("status",), ((listed,),))
    text = render_table(table, 120, names={})
    assert "《某法》第二条：现行，未见变动；《某规划》：规划期已过；网址：some words" in text
    assert "in-force" in render_csv(table)


def test_a_truth_stands_in_the_terminal_table_as_the_word_of_the_pages_and_in_data_as_it_is() -> None:
    table = Answer(("notation", "listed"), (("二（九）", True), ("二（十）", False)))
    text = render_table(table, 120, names={})
    assert "是" in text
    assert "否" in text
    assert "true" not in text
    assert "true" in render_csv(table)
