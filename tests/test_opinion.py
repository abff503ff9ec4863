"""The paper: conclusions first, nothing that looks issued, nobody named without a record, nothing open left unsaid."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pdfplumber
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from tests.files import read_graph, read_policies

from policygraph.errors import InputError
from policygraph.judging.decisions import (
    ActRow,
    BasisRow,
    DayReading,
    Decision,
    ForceRow,
    MeasureRow,
    Occasion,
    RemedyRow,
    TimeRule,
    WayRow,
    decide,
    what_would_change,
)
from policygraph.judging.decisions.outcomes import Missing
from policygraph.judging.decisions.rendering import department_lines, share_judgements
from policygraph.judging.rules.codes import read_codes
from policygraph.keeping.assessments import find_occasion, open_desk
from policygraph.keeping.dataset.opening import open_dataset
from policygraph.keeping.registers import load_register
from policygraph.speaking.papers.checklist import COLUMNS as CHECKED
from policygraph.speaking.papers.opinion import acts_by_group, render_opinion
from policygraph.speaking.papers.subject import COLUMNS as FOUND
from policygraph.words import say

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
NOVEMBER = date(2026, 11, 21)
NUMBER = "佳应急联发〔2020〕6号"


ACT = ActRow(
    "https://w3id.org/policygraph/id/measure/x/act_1", "二（七）·1", "优先供地", "unit", "benefit", "授益",
    "insufficient", "现有依据不足，不得单独据本文件实施", "not-alone", "不得单独据本文件实施", "一句话的结论。",
    "partly", "verified", ("自然资源主管部门（《甲法》第一条）",), ("《安全生产法》第七十五条", "《示例规划》"),
    (("《安全生产法》第七十五条", "renumbered", "第七十八条"), ("《示例规划》", "in-force", "")),
    ("《甲法》第十条（2024年文本）",), ("conditions",), ("须经公平竞争审查（《甲法》第十条）",),
    ("须告知（《乙法》第四条）",),
    ("佳木斯市自然资源和规划局",), ("某通知",), "宽的理解：依据待核实", ("丙条例",), insufficiency="窄于措施",
)  # fmt: skip
SECOND = replace(
    ACT, act=ACT.act + "b", notation="二（七）·2", title="作为参考", conclusion="discretionary", label="裁量事项",
    group="may", group_label="可以实施", unread=(), reading="", conditions=(), beside=(), later=(),
)  # fmt: skip
OCCASION = Occasion(
    NUMBER,
    date(2020, 12, 31),
    date(2026, 12, 1),
    (replace(SECOND, act=ACT.act + "d", notation="三", title="向社会公布"),),
    (replace(ACT, conclusion="discretionary", label="裁量事项"),),
    (ForceRow("公布", False, "查政府网站"), ForceRow("机构变动", True, "已改名")),
    (
        RemedyRow("信用修复", "absent"),
        RemedyRow("异议与救济", "stated", "可以提出异议"),
        RemedyRow("动态退出", "uncurated"),
    ),
    (
        WayRow(
            "佳木斯市自然资源和规划局", "review", "行政复议", "佳木斯市人民政府", "六十日内",
            "《丁法》第二十四条，2023年文本", "《丁法》第二十条，2023年文本", "verified",
        ),
        WayRow(
            "甲局", "review", "行政复议", "上一级主管部门", "六十日内",
            "《丁法》第二十七条，2023年文本", "《丁法》第二十条，2023年文本", "believed",
        ),
        WayRow("没有出现的局", "suit", "行政诉讼", "法院", "六个月内", "《戊法》第一条", "《戊法》第二条", "verified"),
    ),
    (
        DayReading(
            ACT, replace(ACT, conclusion="discretionary", label="裁量事项"), "decision",
            TimeRule("decision-day", both=False, words="理由如此"),
        ),
    ),
)  # fmt: skip


def decided(title: str) -> tuple[Decision, bytes]:
    """The paper on one enterprise of the sample register by the beginning of its name."""
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
        acts=(ACT, SECOND),
        kind="incentive",
    )
    measure = replace(measure, further_force="可")
    plan = BasisRow("乙纲要", status="expired", standing="plan-ended", text_certainty="not-found")
    shared = replace(
        measure,
        measure=measure.measure + "y",
        notation="二（九）",
        bases=(plan,),
        acts=(),
        departments=("甲局", "乙局"),
        group_departments=("乙局",),
    )
    bare = replace(measure, measure=measure.measure + "x", notation="二（八）", bases=(), acts=())
    decision = decide(register, uscc, policy, NOVEMBER, measures=[measure, bare, shared], dataset="0123abcd")
    prospect = what_would_change(register, uscc, policy, NOVEMBER)
    return decision, render_opinion(decision, OCCASION, prospect)


def words(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    # a cell across several columns comes once for each of them
    cells = [cell.text for table in document.tables for row in table.rows for cell in dict.fromkeys(row.cells)]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_the_page_is_landscape_and_the_headers_repeat() -> None:
    _, data = decided("雪松")
    document = Document(io.BytesIO(data))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)  # type: ignore[union-attr]  # set above
    for table, columns in zip(document.tables, (FOUND, CHECKED), strict=True):
        header = table.rows[0]
        assert header._tr.get_or_add_trPr().find(qn("w:tblHeader")) is not None
        assert [cell.text for cell in header.cells] == [say("opinion", f"column_{name}") for name, _ in columns]
        assert sum(width for _, width in columns) <= 297 - 2 * 14
    footer = section.footer._element.xml
    assert ">PAGE<" in footer
    assert ">NUMPAGES<" in footer
    assert say("opinion", "notice") in section.footer.paragraphs[0].text


def test_no_row_is_cut_and_the_annex_begins_a_page_without_an_empty_one() -> None:
    _, data = decided("雪松")
    document = Document(io.BytesIO(data))
    for table in document.tables:
        for row in table.rows[1:]:
            assert row._tr.get_or_add_trPr().find(qn("w:cantSplit")) is not None
    annex = next(one for one in document.paragraphs if one.text.startswith(say("opinion", "part_annex")))
    assert annex.paragraph_format.page_break_before
    assert 'w:type="page"' not in document.element.xml
    headings = [one for one in document.paragraphs if one.style is not None and one.style.name == "Heading 1"]
    assert len(headings) == 8
    assert all(one.paragraph_format.keep_with_next for one in headings)


def test_what_rows_have_in_common_is_said_once() -> None:
    """Conditions of three rows are a note, bodies and citations of neighbours a line above them; nothing is lost."""
    decision, _ = decided("雪松")
    common, own = "须经公平竞争审查（《甲法》第十条）", "只及于甲（《乙法》第三条）"
    power = "甲部门（《甲法》第一条）：所写单位在其内"
    acts = [
        replace(ACT, act=f"{ACT.act}{n}", notation=f"二（七）{n}", conditions=(common, own) if n == 1 else (common,),
                competence=(power,))
        for n in (1, 2, 3)
    ]  # fmt: skip
    measures = (replace(decision.measures[0], acts=tuple(acts)),)
    data = render_opinion(replace(decision, measures=measures), Occasion(NUMBER))
    document = Document(io.BytesIO(data))
    text = words(data)
    assert text.count(common) == 1
    assert text.count("所写单位在其内") == 1
    assert text.count("《安全生产法》第七十五条：条号已变 → 第七十八条") == 1
    table = document.tables[-1]
    joint = table.rows[1].cells
    assert len({id(cell._tc) for cell in joint}) == 1
    assert joint[0].text.startswith("【二（七）1、2、3】今由：佳木斯市自然资源和规划局　文件所引")
    assert [row.cells[4].text.split("\n")[0] for row in table.rows[2:5]] == ["②", "②", "②"]
    assert [row.cells[2].text for row in table.rows[2:5]] == ["甲部门（《甲法》第一条）①"] * 3
    assert own in table.rows[2].cells[4].text
    # two rows have too little in common for a note
    two = (replace(decision.measures[0], acts=tuple(acts[:2])),)
    assert words(render_opinion(replace(decision, measures=two), Occasion(NUMBER))).count(common) == 2


def test_an_act_without_need_of_a_basis_says_that_the_power_is_open() -> None:
    decision, _ = decided("雪松")
    soft = replace(SECOND, group="may-if", group_label="补足条件后实施")
    for act, is_told in ((soft, True), (SECOND, False)):
        measures = (replace(decision.measures[0], acts=(act,)),)
        text = words(render_opinion(replace(decision, measures=measures), Occasion(NUMBER)))
        assert (say("opinion", "power_unknown") in text) is is_told


def test_acts_of_one_group_are_named_by_their_conclusions_where_it_holds_several() -> None:
    """What home and measure page call a matter of discretion stood on the paper as one that only lacks conditions."""
    decision, _ = decided("雪松")
    soft = replace(SECOND, group="may-if", group_label="补足条件后实施")
    hard = replace(ACT, conclusion="conditional", label="有依据", group="may-if", group_label="补足条件后实施")
    for acts, is_told in (((hard, soft), True), ((soft, soft), False)):
        measures = (replace(decision.measures[0], acts=acts),)
        text = words(render_opinion(replace(decision, measures=measures), Occasion(NUMBER)))
        first = next(line for line in text.splitlines() if line.startswith("补足条件后实施（2项）"))
        assert ("裁量事项——" in first) is is_told
        assert ("有依据——" in first) is is_told


def test_a_provision_against_an_act_is_not_called_its_basis() -> None:
    decision, _ = decided("雪松")
    for conclusion, told in (("conflict", "不一致的规定："), ("unverifiable", "待核实："), ("conditional", "现行：")):
        measures = (replace(decision.measures[0], acts=(replace(ACT, conclusion=conclusion),)),)
        text = words(render_opinion(replace(decision, measures=measures), Occasion(NUMBER)))
        assert f"{told}《甲法》第十条（2024年文本）" in text


def test_the_records_are_told_with_their_numbers_and_the_posts_on_both_days() -> None:
    register = load_register(ROOT / "data" / "registers" / "sample")
    codes = read_codes(read_graph("ontology/concepts/*.ttl"))
    decision, _ = decided("雪松")
    measures = (replace(decision.measures[0], acts=(replace(SECOND, addressee="both"),)),)
    decision = replace(decision, measures=measures)
    text = words(render_opinion(decision, OCCASION, register=register, codes=codes))
    assert "决定书文号 （示例）应急罚〔2025〕8号" in text
    assert "登记的两日是同一人" in text
    assert "认定结论 符合" in text
    names = {str(row.cells["name"]) for row in register.rows if row.table == "persons" and row.cells.get("name")}
    assert not [name for name in names if name in text]
    assert "没有比较" in words(render_opinion(decision, Occasion(NUMBER), register=register, codes=codes))


TELLING = {
    "jiamusi-2020-5": "91230803MA9XN00129",
    "jiamusi-2020-6": "91230803MA9XN00015",
    "jiangsu-2019-820": "91320602MA9XN0001Y",
    "xinzheng-2010-36": "91410184MA9XN0004R",
    "yiyuan-2021-28": "91370323MA9XN0003P",
}
"""An enterprise of the sample for each policy about which its paper has most to say."""


@pytest.fixture(scope="module")
def papers(dataset: Path) -> dict[str, bytes]:
    """The paper of each policy with the day of the act given, as the command line writes it."""
    store = open_dataset(dataset)
    day, act_day = date(2026, 11, 26), date(2021, 12, 31)
    desk = open_desk(store, day)
    register = load_register(ROOT / "data" / "registers" / "sample", codes=desk.codes)
    drawn = {}
    for name, entity in TELLING.items():
        policy = desk.policies[name]
        decision = desk.decide(register, entity, policy, day)
        occasion = find_occasion(store, desk, policy.document, day, act_day)
        prospect = desk.foresee(register, entity, policy, day)
        drawn[name] = render_opinion(
            decision, occasion, prospect, register=register, codes=desk.codes, titles=desk.titles()
        )
    return drawn


def test_no_code_and_no_identifier_stands_in_a_paper(papers: dict[str, bytes]) -> None:
    for name, data in papers.items():
        text = words(data)
        known = {TELLING[name], *re.findall("数据版本：([0-9a-f]+)", text)}
        latin = re.findall(r"[A-Za-z0-9]*[A-Za-z]{2,}[A-Za-z0-9/_-]*", text)
        assert [one for one in latin if one not in known] == [], name


def test_what_is_established_first_stands_once_in_a_cell(papers: dict[str, bytes]) -> None:
    for name, data in papers.items():
        tables = Document(io.BytesIO(data)).tables
        cells = [cell.text for table in tables for row in table.rows for cell in dict.fromkeys(row.cells)]
        assert [text for text in cells if text.count("先查明所写单位有没有这项职权") > 1] == [], name
    assert any("先查明所写单位有没有这项职权" in words(data) for data in papers.values())


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice 没有安装，不数页数")
@pytest.mark.parametrize(("name", "pages"), [("jiamusi-2020-5", 6), ("jiamusi-2020-6", 7)])
def test_the_longest_papers_are_short_before_the_annex(
    papers: dict[str, bytes], tmp_path: Path, name: str, pages: int
) -> None:
    (tmp_path / "paper.docx").write_bytes(papers[name])
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    convert = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*convert, str(tmp_path / "paper.docx")], check=True, capture_output=True, timeout=300)
    with pdfplumber.open(tmp_path / "paper.pdf") as paper:
        texts = ["".join(str(one["text"]) for one in page.chars) for page in paper.pages]
    annex = next(number for number, text in enumerate(texts) if say("opinion", "part_annex") in text)
    assert annex <= pages
    assert say("opinion", "sign_first").split("：")[0] in texts[0]
    assert min(map(len, texts)) > 200


def test_the_parts_stand_in_their_order_and_the_conclusions_come_first() -> None:
    _, data = decided("雪松")
    lines = [paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs]
    parts = ("concluded", "subject", "force", "checked", "remedies", "open", "signed", "annex")
    heads = [say("opinion", f"part_{part}") for part in parts[:-1]]
    places = [lines.index(head) for head in (*heads, say("opinion", "part_annex") + f"（{NUMBER}）")]
    assert places == sorted(places)
    first = lines[places[0] : places[1]]
    may = first.index("可以实施（1项）：二（七）·2 作为参考（单位）。")
    assert may < first.index("不得单独据本文件实施（1项）：窄于措施——二（七）·1 优先供地（单位）。")
    assert not any("“" in line and "予以优先考虑" in line for line in lines[: places[-1]])


def test_everything_the_officer_needs_is_there() -> None:
    _, data = decided("雪松")
    text = words(data)
    for piece in (
        say("opinion", "title"),
        "雪松示例矿业有限公司（虚构）",
        "［虚构资料］",
        "行为日：2020-12-31　　拟决定日：2026-12-01　　核查日：2026-11-21",
        "数据截止日：2026-11-21　　数据版本：0123abcd",
        "对象认定：符合条件",
        "自然资源主管部门（《甲法》第一条）",
        "有关规定（窄于措施）：《甲法》第十条（2024年文本）",
        "现有依据不足，不得单独据本文件实施（窄于措施）",
        "《安全生产法》第七十五条：条号已变 → 第七十八条",
        "《示例规划》：现行，未见变动",
        "须经公平竞争审查（《甲法》第十条）",
        "部分已读",
        "公布：没有查到。查政府网站",
        "机构变动：已查明。已改名",
        "本文：信用修复——本文未规定",
        "本文：动态退出——未整理",
        "本文：异议与救济——“可以提出异议”",
        "须守（二（七）·1）：须告知（《乙法》第四条）",
        "三 向社会公布（单位）——裁量事项",
        "《某通知》：涉及 二（七）·1。",
        "文件自身效力：公布没有查到，涉及全部各项。",
        "二（七）·1 另一种理解——宽的理解：依据待核实。",
        "二（七）·1 依行为日（2020-12-31）的规定是“裁量事项”，依决定日（2026-12-01）的规定是"
        "“现有依据不足，不得单独据本文件实施”：以决定日的为准；理由如此。",
        "须对照的后来文件：《丙条例》。",
        "核查人：",
        "复核人：",
        "法制科负责人：",
        "“应当向社会公告”",
        "［含不对外公开的信息，限内部使用］",
    ):
        assert piece in text, piece
    assert "现行有效" not in text


def test_each_remedy_names_its_authority_its_days_and_its_measures() -> None:
    _, data = decided("雪松")
    lines = [paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs]
    ways = [line for line in lines if line.startswith(("行政复议", "行政诉讼"))]
    assert ways == [
        "行政复议：对佳木斯市自然资源和规划局（按文件所写名称）的行为（除二（九）外各项），向佳木斯市人民政府提出"
        "（《丁法》第二十四条，2023年文本）；六十日内（《丁法》第二十条，2023年文本）［已核实］",
        "行政复议：对甲局（按文件所写名称）的行为（二（九）），向上一级主管部门提出（《丁法》第二十七条，2023年文本）；"
        "六十日内（《丁法》第二十条，2023年文本）［据信］",
    ]
    assert [line for line in lines if line.startswith("二（九） 另有只写类别")]
    decision, _ = decided("雪松")
    assert say("opinion", "ways_unlooked") in words(render_opinion(decision, replace(OCCASION, ways=())))


def test_the_first_page_can_be_signed() -> None:
    lines = [paragraph.text for paragraph in Document(io.BytesIO(decided("雪松")[1])).paragraphs]
    first = lines[lines.index(say("opinion", "part_concluded")) : lines.index(say("opinion", "part_subject"))]
    assert first[-1] == say("opinion", "sign_first")
    assert all(word in first[-1] for word in ("承办", "审核", "日期"))


def test_what_became_of_bases_alike_is_said_once() -> None:
    decision, _ = decided("雪松")
    cited = ("《甲法》第一条", "《甲法》第三条", "《乙通知》12", "《丙法》第五条")
    status = (*((one, "unverifiable", "") for one in cited[:3]), (cited[3], "renumbered", "第六条"))
    act = replace(ACT, cited=cited, status=status)
    measures = (replace(decision.measures[0], acts=(act,)),)
    text = words(render_opinion(replace(decision, measures=measures), OCCASION))
    said = "《甲法》第一条、第三条、《乙通知》12：无从核实；《丙法》第五条：条号已变 → 第六条"
    assert f"文件所引（组级依据，未分配到本项）：{said}" in text


def test_a_successor_is_never_said_to_have_met_the_fate_of_what_it_follows() -> None:
    decision, _ = decided("雪松")
    cited, near = ("《甲规定》第十条", "《甲规定》第十一条"), "相关：《乙条例》第六十四条、《乙条例》第七十条"
    act = replace(ACT, cited=cited, status=((cited[0], "repealed", near), (cited[1], "repealed", "")))
    measures = (replace(decision.measures[0], acts=(act,)),)
    text = words(render_opinion(replace(decision, measures=measures), OCCASION))
    assert f"《甲规定》第十条：已废止 → {near}；《甲规定》第十一条：已废止" in text


def test_what_nobody_judged_is_said_on_the_first_page_and_among_the_open_matters() -> None:
    decision, data = decided("雪松")
    assert [group for group, _ in acts_by_group(decision)] == ["may", "not-alone", ""]
    text = words(data)
    assert "未整理（没有人判断过能不能做）（2项）" in text
    assert "未整理：二（八）、二（九） 没有人判断过能不能做。" in text


def test_nothing_makes_it_look_issued() -> None:
    text = words(decided("雪松")[1])
    for word in ("公章", "签发", "特此", "决定书", "印章", "抵触", "合法有效"):
        assert word not in text


def test_nothing_is_called_missing_without_being_so() -> None:
    """The sentence that nothing is open stands only where every act is judged, read and known."""
    decision, data = decided("雪松")
    assert say("opinion", "nothing_open") not in words(data)
    sure = replace(SECOND, verification="read")
    measures = tuple(replace(measure, acts=(sure,)) for measure in decision.measures[:1])
    closed = replace(decision, measures=measures, conditions=(), findings=(), readings=(), warnings=())
    assert say("opinion", "nothing_open") in words(render_opinion(closed, Occasion(NUMBER)))
    for act in (
        replace(sure, conclusion="", group=""),
        replace(sure, conclusion="unverifiable"),
        replace(sure, unread=("某办法",)),
        replace(sure, reading="另一种"),
        replace(sure, later=("后来文件",)),
    ):
        opened = replace(closed, measures=(replace(measures[0], acts=(act,)),))
        assert say("opinion", "nothing_open") not in words(render_opinion(opened, Occasion(NUMBER)))
    unknown = Occasion(NUMBER, force=(ForceRow("公布", False, ""),))
    assert say("opinion", "nothing_open") not in words(render_opinion(closed, unknown))


def test_nobody_is_named_whom_the_decision_does_not_reach() -> None:
    register = load_register(ROOT / "data" / "registers" / "sample")
    decision, data = decided("雪松")
    names = {str(row.cells["name"]) for row in register.rows if "person_id" in row.cells and row.cells.get("name")}
    reached = {one.name for one in decision.persons}
    assert any(part.proof.holders for part in decision.conditions)
    assert names
    text = words(data)
    assert not [name for name in names - reached if name in text]
    assert "没有关于本人的记录，不列姓名" in text
    if not reached:
        assert say("opinion", "no_person") in text


def test_what_reaches_the_persons_alone_leaves_out_what_is_done_to_the_unit() -> None:
    decision, _ = decided("雪松")
    personal = replace(ACT, addressee="persons", notation="二（七）·3")
    measure = replace(decision.measures[0], addressee="persons", acts=(ACT, personal))
    found = acts_by_group(replace(decision, measures=(measure,)))
    assert [act.notation for _, pairs in found for _, act in pairs] == ["二（七）·3"]


def test_what_is_missing_and_from_when_time_settles_it() -> None:
    decision, data = decided("黑土")
    assert decision.outcome == "ineligible"
    text = words(data)
    assert "自 2026-11-22 起：符合条件" in text
    assert "另一理解" in text
    decision, data = decided("同江")
    assert "［待认定］是否严格遵守、严格履行的认定；可由应急管理部门" in words(data)
    assert "待主管部门认定" in next(line for line in words(data).split("\n") if line.startswith("对象认定："))


def test_control_characters_do_not_break_the_file() -> None:
    decision, _ = decided("雪松")
    assert "甲\ufffd乙\ufffd" in words(render_opinion(replace(decision, name="甲\x00乙\x0b"), OCCASION))


def test_a_bureau_may_bring_its_own_styles(tmp_path: Path) -> None:
    decision, _ = decided("雪松")
    own = Document()
    own.add_paragraph("模板里的字")
    own.styles["Heading 1"].font.name = "黑体"
    own.sections[0].page_width = Mm(210)
    own.save(str(tmp_path / "own.docx"))
    data = render_opinion(decision, OCCASION, template=tmp_path / "own.docx")
    found = Document(io.BytesIO(data))
    assert found.styles["Heading 1"].font.name == "黑体"
    assert round(found.sections[0].page_width.mm) == 210  # type: ignore[union-attr]  # set above
    assert "模板里的字" not in words(data)
    assert say("opinion", "title") in words(data)
    (tmp_path / "no.docx").write_bytes(b"no word file")
    with pytest.raises(InputError, match="不是能打开的 Word 文件"):
        render_opinion(decision, OCCASION, template=tmp_path / "no.docx")


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


def test_what_the_first_part_names_has_its_row_and_what_a_measure_lacks_is_told() -> None:
    decision, data = decided("雪松")
    (row,) = [row for row in Document(io.BytesIO(data)).tables[-1].rows if "向社会公布" in row.cells[0].text]
    assert OCCASION.decisions[0].label in row.cells[5].text
    unverifiable = replace(OCCASION, decisions=(replace(OCCASION.decisions[0], conclusion="unverifiable"),))
    text = words(render_opinion(decision, unverifiable))
    assert "依据待核实：三" in text
    lacking = replace(decision.conditions[0], notation="二（九）", missing=(Missing("judgement", "某项认定", "某局"),))
    text = words(render_opinion(replace(decision, findings=(lacking,)), OCCASION))
    assert "二（九） 某项认定" in text


def test_a_measure_that_nobody_judged_shows_the_bases_that_its_document_prints() -> None:
    decision, _ = decided("雪松")
    basis = BasisRow("某某条例", "国令第1号", "第九条")
    bare = replace(decision.measures[0], acts=(), bases=(basis,))
    empty = ActRow(bare.measure, bare.notation, bare.title, bare.addressee)
    for measure in (bare, replace(bare, acts=(empty,))):
        text = words(render_opinion(replace(decision, measures=(measure,)), Occasion(NUMBER)))
        assert "《某某条例》（国令第1号）第九条" in text
        assert say("opinion", "note_cites_none") not in text
    text = words(render_opinion(replace(decision, measures=(replace(bare, bases=()),)), Occasion(NUMBER)))
    assert say("opinion", "note_cites_none") in text
