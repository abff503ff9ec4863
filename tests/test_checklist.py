"""The checklist: landscape, repeated header, page x of y, nothing that looks issued, every fact in its place."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

from docx import Document
from docx.oxml.ns import qn
from tests.files import read_policies

from policygraph.judging.decisions import BasisRow, Decision, MeasureRow, decide, what_would_change
from policygraph.judging.decisions.rendering import department_lines, share_judgements
from policygraph.keeping.registers import load_register
from policygraph.speaking.papers.checklist import COLUMNS, render_checklist, write_checklist
from policygraph.words import say

ROOT = Path(__file__).resolve().parents[1]
NOVEMBER = date(2026, 11, 21)
NUMBER = "佳应急联发〔2020〕6号"


def decided(title: str) -> tuple[Decision, bytes]:
    """The checklist of one enterprise of the sample register by the beginning of its name."""
    register = load_register(ROOT / "data" / "registers" / "sample")
    policy = read_policies()["jiamusi-2020-6"]
    uscc = next(str(row.cells["uscc"]) for row in register.rows if str(row.cells.get("name", "")).startswith(title))
    basis = BasisRow(
        "安全生产法", locator="第七十五条", rank="法律", level="group", quote="应当向社会公告", status="已修改"
    )
    measure = MeasureRow(
        "https://w3id.org/policygraph/id/measure/jiamusi-2020-6/para_7",
        "jiamusi-2020-6",
        "二（七）",
        "土地使用支持",
        "unit",
        "无情态词",
        ("佳木斯市自然资源和规划局",),
        (basis, BasisRow("示例规划")),
        "同等条件须比较",
        quote="同等条件下予以优先考虑",
    )
    measure = replace(measure, further_force="可")
    plan = BasisRow("乙纲要", status="expired", standing="plan-ended", text_certainty="not-found")
    shared = replace(
        measure,
        measure=measure.measure + "y",
        notation="二（九）",
        bases=(plan,),
        departments=("甲局", "乙局"),
        group_departments=("乙局",),
    )
    bare = replace(measure, measure=measure.measure + "x", notation="二（八）", bases=())
    decision = decide(register, uscc, policy, NOVEMBER, measures=[measure, bare, shared], dataset="0123abcd")
    return decision, render_checklist(decision, NUMBER, what_would_change(register, uscc, policy, NOVEMBER))


def words(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_the_page_is_landscape_and_the_header_repeats() -> None:
    _, data = decided("雪松")
    document = Document(io.BytesIO(data))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)  # type: ignore[union-attr]  # set above
    header = document.tables[0].rows[0]
    assert header._tr.get_or_add_trPr().find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in header.cells] == [say("checklist", name) for name, _ in COLUMNS]
    assert sum(width for _, width in COLUMNS) <= 297 - 2 * 14
    footer = section.footer._element.xml
    assert ">PAGE<" in footer
    assert ">NUMPAGES<" in footer
    assert say("checklist", "notice") in section.footer.paragraphs[0].text


def test_everything_the_clerk_needs_is_there() -> None:
    _, data = decided("雪松")
    text = words(data)
    for piece in (
        say("checklist", "title"),
        "雪松示例矿业有限公司（虚构）",
        "［虚构资料］",
        "截至日：2026-11-21",
        "数据版本：0123abcd",
        "结论：符合条件",
        "(4)3年内未受到安全监管部门做出的行政处罚",
        f"（{NUMBER}(4)）",
        "《安全生产法》第七十五条（组级依据，未分配到本项）",
        "“应当向社会公告”",
        "已修改",
        "佳木斯市自然资源和规划局",
        "下列措施都须另行认定：同等条件须比较",
        "另有强度：可",
        "甲局\n组级实施单位，未分配到本项：乙局",
        "规划期已过（条文未读到）",
        "（同上 二（七））",
        "本项未列依据",
        "缺失事项",
        "采用的理解及另一理解的结果",
        "承办：",
        "审核：",
        "日期：",
        "本清单含不对外公开的信息",
    ):
        assert piece in text, piece


def test_nothing_makes_it_look_issued() -> None:
    text = words(decided("雪松")[1])
    for word in ("公章", "签发", "特此", "决定书", "印章"):
        assert word not in text


def test_what_is_missing_and_from_when_time_settles_it() -> None:
    decision, data = decided("黑土")
    assert decision.outcome == "ineligible"
    text = words(data)
    assert "自 2026-11-22 起：符合条件" in text
    assert "另一理解" in text
    decision, data = decided("同江")
    assert "［待认定］是否严格遵守、严格履行的认定；可由应急管理部门" in words(data)
    assert "不能确定（待主管部门认定）" in words(data)


def test_control_characters_do_not_break_the_file(tmp_path: Path) -> None:
    decision, _ = decided("雪松")
    write_checklist(tmp_path / "a.docx", replace(decision, name="甲\x00乙\x0b"), NUMBER)
    assert "甲\ufffd乙\ufffd" in words((tmp_path / "a.docx").read_bytes())


def test_what_all_measures_wait_for_is_said_once() -> None:
    """Sentences common to all are said ahead of the list; a single measure keeps its own."""
    said = ("期间未定。依第三部分，须认定。", "依第三部分，须认定。", "方式未定。依第三部分，须认定。范围未定。")
    rows = [MeasureRow(f"m{n}", "d", "", "", "unit", needs_judgement=text) for n, text in enumerate(said)]
    assert share_judgements(rows) == ("依第三部分，须认定。", ("期间未定。", "", "方式未定。范围未定。"))
    assert share_judgements(rows[:1]) == ("", (said[0],))
    assert share_judgements([*rows, MeasureRow("m", "d", "", "", "unit")])[0] == ""
    assert share_judgements([]) == ("", ())


def test_departments_of_the_group_stand_apart_and_an_open_list_ends_without_a_mark() -> None:
    row = MeasureRow("m", "d", "", "", "unit", departments=("甲局", "乙局", "等"), group_departments=("乙局", "等"))
    assert department_lines(row) == ("甲局", "乙局等")
