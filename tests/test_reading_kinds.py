"""Kinds of documents and lists that once were misread: the handed cases read in place, and variants made here.

A handed case says what a text must give (``expected.json``); a key that is null there is not said.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from policygraph.keeping.dataset.knowledge import load_knowledge
from policygraph.keeping.sources import read_any_source
from policygraph.reading.texts import Knowledge, read_text, serialise_reading

SHARED = Path(__file__).resolve().parents[2] / "shared" / "cases" / "reading"
CASES: dict[str, dict[str, Any]] = (  # Any: JSON
    json.loads((SHARED / "expected.json").read_text(encoding="utf-8")) if (SHARED / "expected.json").is_file() else {}
)
NOTED: dict[str, dict[str, Any]] = {  # Any: as the notes say
    "i35_autonumber.docx": {"labels": ["1.", "2."]},
    "m9.docx": {"measures": [2, 1, 1]},
    "i36_loc.txt": {"locators": "二（二）"},
    "m3_memo_table_md.md": {"measures": [2, 1, 1]},
}
"""What the notes of cases without fields ask for: labels, the number of departments of each measure, a pin-point."""


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """The shipped knowledge."""
    return load_knowledge()


def tell(text: str, knowledge: Knowledge) -> dict[str, Any]:  # Any: JSON
    """What ``parse`` says of a text, in the fields that a case compares."""
    told = serialise_reading(read_text(text, knowledge))
    clauses = {clause["id"]: clause for clause in told["clauses"]}

    def path(clause: dict[str, Any] | None) -> str:  # Any: JSON
        labels = []
        while clause is not None:
            labels += [clause["label"]] if clause["label"] else []
            clause = clauses.get(clause["parent"])
        return ">".join(reversed(labels))

    return told | {
        "labels": [path(c) for c in told["clauses"] if c["label"] and c["level"] not in {"row", "cell"}],
        "citations": [[c["title"], c["number"], c["locators"]] for c in told["citations"] if c["role"] == "cited"],
        "departments": [d["as_written"] for d in told["departments"] if d["role"] != "signatory"],
        "rows": sum(len(table["rows"]) for table in told["tables"]),
    }


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(CASES) or ["absent"])
def test_a_handed_case_gives_what_it_must(
    name: str, knowledge: Knowledge, read_shared: Callable[[str, str], str]
) -> None:
    read_shared("cases/reading", "expected.json")
    told = tell(read_any_source(SHARED / name).text, knowledge)
    said = {key: value for key, value in CASES[name].items() if key != "note" and value is not None}
    assert {key: told[key] for key in said} == said
    noted = NOTED.get(name, {})
    if "labels" in noted:
        assert told["labels"] == noted["labels"]
    if "measures" in noted:
        assert [len(measure["departments"]) for measure in told["measures"]] == noted["measures"]
    if "locators" in noted:
        assert noted["locators"] in [locator for citation in told["citations"] for locator in citation[2]]


# --- lists of departments -----------------------------------------------------------------------------------------

MEMO = "河阴市安全生产失信联合惩戒合作备忘录\n河应急〔2022〕3号\n一、惩戒措施\n（一）限制招标。{}\n"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("\n实施单位：公安、财政、市妇联、海关", ["公安", "财政", "市妇联", "海关"]),
        ("\n责任单位：各县（市、区）人民政府、市统计局", ["各县（市、区）人民政府", "市统计局"]),
        ("\n实施部门：各省、自治区、直辖市", ["各省", "自治区", "直辖市"]),
        ("（市金融办牵头，人行河阴支行、市税务局配合）", ["市金融办", "人行河阴支行", "市税务局"]),
        ("由市市场监管局会同市公安局组织实施。", ["市市场监管局", "市公安局"]),
        ("由市住建局、市城管局负责落实。", ["市住建局", "市城管局"]),
        ("\n实施单位：体育局/文化旅游局", ["体育局", "文化旅游局"]),
        ("（海关负责）", ["海关"]),
        ("（妇联、海关按照各自职责分别负责）", ["妇联", "海关"]),
        ("\n责任单位：海关及各县区人民政府", ["海关", "各县区人民政府"]),
        ("\n责任单位：市统计局、国家税务总局和田地区税务局", ["市统计局", "国家税务总局和田地区税务局"]),
        ("\n责任单位：市统计局和市粮食局会同会同县税务局", ["市统计局", "市粮食局", "会同县税务局"]),
        ("（市金融办牵头，各有关部门和单位按职责分工负责）", ["市金融办", "各有关部门和单位"]),
        ("由作出决定的机关负责。", []),
        ("申请由县应急局负责受理。", []),
    ],
)
def test_departments_are_cut_by_form_and_by_what_departments_do(
    line: str, names: list[str], knowledge: Knowledge
) -> None:
    found = tell(MEMO.format(line), knowledge)["departments"]
    assert [name for name in found if name in names] == [name for name in names if name in found]
    assert set(names) <= set(found) or names == ["各省", "自治区", "直辖市"]
    assert not [name for name in found if name not in names and names != ["各省", "自治区", "直辖市"]]


def test_an_item_that_is_no_body_is_told_and_never_taken(knowledge: Knowledge) -> None:
    told = tell(MEMO.format("\n责任单位：市统计局、见附件三、王某某"), knowledge)
    assert told["departments"] == ["市统计局"]
    doubts = [p["message"] for p in told["problems"] if p["code"] == "department-list-uncut"]
    assert len(doubts) == 2
    assert any("见附件三" in message for message in doubts)
    assert any("王某某" in message for message in doubts)


def test_an_item_of_a_list_in_brackets_that_is_no_name_is_told(knowledge: Knowledge) -> None:
    told = tell(MEMO.format("（市统计局、甲乙丙、海关负责）"), knowledge)
    assert told["departments"] == ["市统计局", "海关"]
    assert [p["message"][:5] for p in told["problems"] if p["code"] == "department-list-uncut"] == ["“甲乙丙”"]
    # words in brackets none of which is a name are no list of names
    assert tell(MEMO.format("（具体办法另行落实）"), knowledge)["problems"] == []


@pytest.mark.parametrize(
    "line", ["（海关负责）", "\n牵头单位：市统计局；配合单位：市公安局等", "\n（责任单位：市统计局；海关）"]
)
def test_a_list_of_those_responsible_is_no_sentence_cut_short(line: str, knowledge: Knowledge) -> None:
    assert not [p for p in tell(MEMO.format(line), knowledge)["problems"] if p["code"] == "cut-sentence"]
    cut = tell(MEMO.format("各部门要认真。对招标投标活动中弄虚作假的"), knowledge)["problems"]
    assert [p["code"] for p in cut] == ["cut-sentence"]


@pytest.mark.parametrize(
    "behind", ["由市粮食局会同海关实施。", "\n由市粮食局会同海关实施。", "\n由市粮食局、海关负责；"]
)
def test_a_sentence_that_only_says_who_acts_is_no_part_of_what_is_done(behind: str, knowledge: Knowledge) -> None:
    (measure,) = tell(MEMO.format(f"{behind}\n责任单位：市统计局"), knowledge)["measures"]
    assert measure["title"].removesuffix("。") == "限制招标"
    assert sorted(measure["departments"]) == sorted(["市粮食局", "海关", "市统计局"]), "both say who acts"


def test_who_acts_may_stand_in_the_heading_and_in_a_line_below_it(knowledge: Knowledge) -> None:
    told = tell(MEMO.format("\n（二）减少检查，由市粮食局负责。\n责任单位：市统计局、海关"), knowledge)
    assert [measure["departments"] for measure in told["measures"]] == [[], ["市粮食局", "市统计局", "海关"]]


# --- citations without title marks, short names -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("违反安全生产法第七条的，依据行政处罚法第三十三条处理", ["安全生产法", "行政处罚法"]),
        ("适用新环境保护法（2014年修订）第六十一条", ["环境保护法"]),
        ("依照河阴市消防条例第3条和刑法第一百三十四条", ["河阴市消防条例", "刑法"]),
        ("依照本办法第三条、该条例第四条、上述规定第五条", []),
        ("有本规定第五条情形的", []),
        ("依法第三条处理", []),
    ],
)
def test_a_title_without_marks_counts_before_an_article(words: str, found: list[str], knowledge: Knowledge) -> None:
    assert [title for title, _, _ in tell(f"关于试验的通知\n\n一、{words}。\n", knowledge)["citations"]] == found


def test_a_short_name_means_what_it_was_given_for(knowledge: Knowledge) -> None:
    text = (
        "河阴市信用办法\n第一条 《河阴市信用办法》（以下简称《办法》）依据"
        "《中华人民共和国安全生产法》（以下简称《安法》）制定。\n"
        "第二条 《办法》未规定的，适用《安法》第七十八条。\n"
    )
    reading = read_text(text, knowledge)
    told = [
        (citation.title, citation.role, resolution.slug)
        for citation, resolution in zip(reading.citations, reading.resolutions, strict=True)
    ]
    assert told == [
        ("河阴市信用办法", "self", None),
        ("中华人民共和国安全生产法", "cited", "anquan-shengchan-fa"),
        ("办法", "self", None),
        ("安法", "cited", "anquan-shengchan-fa"),
    ]


# --- layout -------------------------------------------------------------------------------------------------------


def test_a_table_printed_one_cell_a_line_is_put_together(knowledge: Knowledge) -> None:
    rows = [
        ("1", "优先\n办理许可", "市统计局"),
        ("2", "减少检查", "市财政局、\n市税务局"),
        ("3", "通报表扬", "市工信局"),
    ]
    text = "河阴市守信激励备忘录\n附件：措施\n编号\n激励措施\n责任部门\n" + "\n".join("\n".join(row) for row in rows)
    told = tell(text, knowledge)
    assert told["rows"] == 3
    assert [m["departments"] for m in told["measures"]] == [["市统计局"], ["市财政局", "市税务局"], ["市工信局"]]


PLAIN = """河阴市守信激励备忘录

附件：激励措施
序号

激励措施

法律及政策依据

实施单位

1

在实施行政许可时
给予绿色通道支持

《行政许可法》
第六十九条

市行政审批局、市
应急管理局

2

减少检查

《国务院办公厅关于
信用监管的指导意
见》（国办发
〔2019〕35 号）

市财政局

"""
ALIGNED = """河阴市守信激励备忘录
附件：激励措施
序号     激励措施        法律及政策依据      实施单位
1      在实施行政许可时    《行政许可法》      市行政审批局、市
       给予绿色通道支持    第六十九条        应急管理局

2      减少检查        《国务院办公厅关于    市财政局
                   信用监管的指导意
                   见》（国办发
                   〔2019〕35 号）
一、其他
"""


@pytest.mark.parametrize("text", [PLAIN, ALIGNED])
def test_what_a_pdf_leaves_as_text_gives_the_rows_of_its_table(text: str, knowledge: Knowledge) -> None:
    told = tell(text, knowledge)
    assert [(m["title"], m["departments"], m["bases"]) for m in told["measures"]] == [
        ("在实施行政许可时给予绿色通道支持", ["市行政审批局", "市应急管理局"], ["《行政许可法》第六十九条"]),
        ("减少检查", ["市财政局"], ["《国务院办公厅关于信用监管的指导意见》（国办发〔2019〕35号）"]),
    ]


def test_lines_that_cannot_be_cut_into_rows_stay_lines(knowledge: Knowledge) -> None:
    text = "河阴市守信激励备忘录\n编号\n激励措施\n责任部门\n1\n优先办理\n2\n减少检查\n多余的话\n又一句\n"
    assert tell(text, knowledge)["rows"] == 0


def test_an_enumeration_inside_quoted_words_opens_no_clause(knowledge: Knowledge) -> None:
    text = "河阴市规定\n第一条 “危险物”指“下列物质：（一）甲；（二）乙”。\n第二条 单位应当：（一）丙；（二）丁。\n"
    labels = tell(text, knowledge)["labels"]
    assert labels == ["第一条", "第二条", "第二条>（一）", "第二条>（二）"]


def test_headings_marked_in_markdown_open_parts_whatever_their_numbers(knowledge: Knowledge) -> None:
    parts = (
        "一、说明甲。",
        "二、说明乙。",
        "## 三、建设类",
        "内容。",
        "## 一、环保类",
        "内容。",
        "## 五、其他类",
        "内容。",
    )
    text = "\n\n".join(("河阴市清单", *parts))
    assert tell(text, knowledge)["labels"] == ["一、", "二、", "三、", "一、", "五、"]


def test_what_a_repository_says_fills_only_what_the_text_does_not(knowledge: Knowledge) -> None:
    matter = "---\ntitle: 资料库的标题\n发文字号: 河政办发〔2020〕8号\n发布日期: 2020-03-02\ntags: [a]\n---\n\n"
    told = tell(matter + "河阴市信用办法\n\n第一条 甲。\n第二条 乙。\n", knowledge)
    assert (told["title"], told["number"], told["date"]) == ("河阴市信用办法", "河政办发〔2020〕8号", "2020-03-02")
    covered = {at for p in told["problems"] for at in range(p["start"], p["end"])}
    assert set(range(matter.index("资料库"), matter.index("资料库") + 6)) <= covered


def test_a_record_in_json_is_read_in_place_and_codes_are_spelt_out_first(knowledge: Knowledge, tmp_path: Path) -> None:
    record = {"标题": "河阴市信用办法", "正文": "<p>第一条\t甲“乙”。</p>\n<p>第二条 丙。</p>" * 3}
    path = tmp_path / "record.json"
    for codes in (True, False):
        path.write_text(json.dumps(record, ensure_ascii=codes), encoding="utf-8")
        source = read_any_source(path)
        assert (source.extraction is not None) == codes
        document = read_text(source.text, knowledge).document
        assert document.title == "河阴市信用办法"
        assert [clause.label for clause in document.clauses if clause.label][:2] == ["第一条", "第二条"]
        for clause in document.clauses:
            assert all(0 <= span.start < span.end <= len(source.text) for span in clause.spans)


def test_a_cell_may_span_rows_and_columns_and_no_word_is_printed_twice(knowledge: Knowledge) -> None:
    page = (
        "<p>河阴市惩戒备忘录</p><table><tr><th rowspan=2>类别</th><th>惩戒措施</th><th>实施单位</th></tr>"
        "<tr><td colspan=2>（以下为限制类）</td></tr>"
        "<tr><td rowspan=3>限制</td><td>限制招标</td><td rowspan=2>市统计局</td></tr>"
        "<tr><td>限制贷款</td></tr><tr><td>限制供地</td><td>市财政局</td></tr></table>"
    )
    told = tell(page, knowledge)
    assert [m["departments"] for m in told["measures"] if m["title"].startswith("限制")] == [
        ["市统计局"], ["市统计局"], ["市财政局"]
    ]  # fmt: skip
    leaves = {clause["id"] for clause in told["clauses"]} - {clause["parent"] for clause in told["clauses"]}
    spans = sorted(span for clause in told["clauses"] if clause["id"] in leaves for span in clause["spans"])
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@pytest.mark.slow
def test_spans_of_a_hostile_table_cost_no_more_than_its_size(knowledge: Knowledge) -> None:
    row = "<tr>" + "<td rowspan=9999 colspan=9999>甲" * 2000 + "</tr>"
    told = tell("<table>" + row + "<tr><td>乙</tr>" * 2000 + "</table>", knowledge)
    assert told["clauses"]


def table_of(*rows: tuple[str, ...]) -> str:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


OWN_MEASURES = table_of(("序号", "惩戒措施", "实施单位"), ("1", "限制参加政府采购活动", "市财政局"))


@pytest.mark.parametrize(
    "below",
    [
        "有下列情形之一的，不予惩戒：\n1.已履行义务的；\n2.失信轻微的。",
        "惩戒按照下列程序进行：\n（一）推送名单。\n（二）反馈情况。",
        "各部门要做好以下工作：\n（一）加强领导。\n（二）强化督导。",
    ],
    ids=["conditions", "steps", "tasks"],
)
@pytest.mark.parametrize("lead", ["", "对失信单位采取下列措施：\n"], ids=["bare", "announced"])
def test_what_a_sentence_below_a_table_announces_is_no_measure(lead: str, below: str, knowledge: Knowledge) -> None:
    """Items of conditions, steps and tasks in the part of the table were measures, and its rows in no clause."""
    text = (
        f"云栖市联合惩戒备忘录\n云信发〔2033〕4号\n一、对象\n失信单位。\n二、惩戒措施\n{lead}{OWN_MEASURES}\n{below}\n"
    )
    reading = read_text(text, knowledge)
    assert [one.title for one in reading.measures.measures] == ["限制参加政府采购活动"]
    assert reading.measures.problems == ()
    listed = text.replace(below, "对守信单位采取下列激励措施：\n（一）减少检查。")
    titles = [one.title for one in read_text(listed, knowledge).measures.measures]
    assert sorted(titles) == ["减少检查", "限制参加政府采购活动"]


@pytest.mark.parametrize("header", ["单位名称", "单位", "部门"])
def test_an_address_list_names_nobody_responsible(header: str, knowledge: Knowledge) -> None:
    """An enterprise of a register became a department that carries something out."""
    rows = (("1", "云栖市甲化工有限公司", "人民路2号"), ("2", "窗口综合科室", "人民路3号"))
    text = "云栖市联合惩戒备忘录\n云信发〔2033〕4号\n一、对象\n失信单位。\n附件\n通讯录\n{}\n"
    reading = read_text(text.format(table_of(("序号", header, "地址"), *rows)), knowledge)
    assert not [one for one in reading.mentions if one.role != "mention"]
    assert not [one for one in reading.measures.problems if one.code == "department-list-uncut"]
    duties = read_text(text.format(table_of(("序号", "责任单位", "联系电话"), *rows)), knowledge)
    assert [one.role for one in duties.mentions][:1] == ["implement"]


def test_a_chapter_of_measures_has_the_items_of_its_article_as_measures(knowledge: Knowledge) -> None:
    """The whole article was one measure that nobody carries out."""
    items = "（一）限制参加政府采购活动（市财政局负责）；\n（二）限制取得建设用地（市自然资源局负责）。\n"
    lead = "第二条 对列入黑名单的企业，采取以下惩戒措施：\n"
    text = f"云栖市信用监管办法\n第一章 总则\n第一条 制定本办法。\n第二章 惩戒措施\n{lead}{items}"
    told = read_text(text, knowledge).measures.measures
    assert [(one.notation, one.title) for one in told] == [
        ("第二条（一）", "限制参加政府采购活动"),
        ("第二条（二）", "限制取得建设用地"),
    ]
    assert [one.responsibilities[0].mention.as_written for one in told] == ["市财政局", "市自然资源局"]
    plain = text.replace("，采取以下惩戒措施：\n", "限制招标。\n").replace(items, "第三条 对失信企业限制供地。\n")
    assert [one.notation for one in read_text(plain, knowledge).measures.measures] == ["第二章第二条", "第二章第三条"]


def test_a_record_of_which_the_last_label_is_empty_leaves_the_title_to_the_text(knowledge: Knowledge) -> None:
    """Labels with bullets and values set far in: the number of the index was a clause, the title a summary."""
    labels = (
        "索引号:\n\n    6107/2031-1005",
        "来源:\n",
        "发文机构:\n\n    县应急管理局",
        "发文字号:\n\n    栖应急〔2031〕7号",
    )
    record = "\n".join(f"  • {one}" for one in (*labels, "发文日期:\n\n    2031年04月06日 16:40", "内容概述:\n"))
    title = "云栖县安全生产信用管理规定"
    document = read_text(
        f"返回顶部\n\n{title}\n\n{record}\n{title}\n\n第一章总则\n\n一、制定本规定。\n", knowledge
    ).document
    assert (document.title, document.number, document.date) == (title, "栖应急〔2031〕7号", "2031-04-06")
    assert [one.text for one in document.issuers] == ["县应急管理局"]
    assert [one.id for one in document.clauses if one.parent is None] == ["title", "issuers", "number", "date", "chp_1"]


def test_the_column_that_tells_measures_in_full_states_them(knowledge: Knowledge) -> None:
    """Two measures below one merged cell had its name, 财政支持, and their own words were lost."""
    cells = "<td rowspan=2>财政支持</td><td>优先安排项目</td><td>市财政局</td></tr><tr><td>2</td><td>优先推荐申报</td>"
    head = "<tr><td>序号</td><td>激励措施</td><td>具体内容</td><td>责任单位</td></tr>"
    table = f"<table>{head}<tr><td>1</td>{cells}<td>市发改委</td></tr></table>"
    told = read_text(f"云栖市守信激励措施清单\n{table}\n", knowledge).measures.measures
    assert [one.title for one in told] == ["优先安排项目", "优先推荐申报"]


def test_the_office_that_printed_a_paper_does_not_sign_it(knowledge: Knowledge) -> None:
    text = "云栖市信用办法\n第一条 限制招标。\n云栖市应急管理局办公室\n2033年7月8日印发\n"
    ids = [one.id for one in read_text(text, knowledge).document.clauses if one.parent is None]
    assert ids == ["title", "art_1", "imprint"]


@pytest.mark.parametrize("number", ["YXCR-2033-08001", "YXEC01—2033—0007"])
def test_a_registration_above_the_number_is_no_addressee(number: str, knowledge: Knowledge) -> None:
    """It was read with the number into the addressees, the first of whom had both before its name."""
    head = (
        f"云栖市应急管理局关于开展信用评价的通知\n{number}\n栖应急规〔2033〕2号\n各县（区）应急管理局：\n现通知如下。\n"
    )
    document = read_text(head, knowledge).document
    assert document.number == "栖应急规〔2033〕2号"
    assert [one.text for one in document.addressees] == ["各县（区）应急管理局"]


def test_a_file_that_a_page_offers_is_no_annex(knowledge: Knowledge) -> None:
    text = "云栖市信用办法\n第一条 限制招标。\n云栖市应急管理局\n2033年7月8日\n附件：{}\n"
    offered = read_text(text.format("云栖市信用办法.docx"), knowledge).document
    assert [one.id for one in offered.clauses if one.parent is None] == ["title", "art_1", "signature", "date"]
    assert [one.message for one in offered.problems] == ["网站提供下载的文件，不属于正文"]
    own = read_text(text.format("云栖市信用办法"), knowledge).document
    assert not own.problems


def test_how_long_measures_last_is_no_measure_and_a_kind_of_body_may_act(knowledge: Knowledge) -> None:
    text = (
        "云栖市信用监管办法\n第一章 惩戒措施\n第一条 对失信单位采取下列惩戒措施：\n（一）发展改革部门限制其申报项目；\n"
        "（二）吊销证书。\n第二条 惩戒期限为一年，自列入名单之日起计算。\n第三条 列入黑名单，有效期一年。\n"
    )
    told = read_text(text, knowledge).measures.measures
    assert [one.notation for one in told] == ["第一条（一）", "第一条（二）", "第一章第三条"]
    assert [one.mention.as_written for one in told[0].responsibilities] == ["发展改革部门"]
