"""Measures: the layouts they come in, and both Jiamusi memos complete, read by eye from the sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.words import WORDS, parse_document

from policygraph.reading.citations import find_citations
from policygraph.reading.documents import Document
from policygraph.reading.measures import LegalBasis, MeasureSet, find_measures
from policygraph.reading.organisations import OrganisationName, find_organisations

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ROOT / "data" / "documents"


def read(source: str, names: tuple[OrganisationName, ...] = (), jurisdiction: str | None = None) -> MeasureSet:
    document = parse_document(source)
    citations = find_citations(source, document, WORDS)
    mentions = find_organisations(source, document, names, jurisdiction, WORDS)
    return find_measures(source, document, citations, mentions, WORDS)


def memo(name: str) -> tuple[str, MeasureSet]:
    source = (DOCUMENTS / name / "source.txt").read_text(encoding="utf-8")
    return source, read(source)


@pytest.fixture(scope="module")
def incentives() -> MeasureSet:
    return memo("jiamusi-2020-6")[1]


@pytest.fixture(scope="module")
def sanctions() -> MeasureSet:
    return memo("jiamusi-2020-5")[1]


def duties(found: MeasureSet) -> list[tuple[str, str, list[str]]]:
    return [
        (g.notation, g.title, [f"{r.mention.as_written}:{r.mention.role}" for r in g.responsibilities])
        for g in found.groups
    ]


HEADED_MEMO = """某市开展联合惩戒的合作备忘录

一、联合惩戒对象

失信企业。

二、惩戒措施

（一）加强监管

1.增加检查频次；

2.约谈负责人。

责任单位：某市应急管理局

配合单位：某市公安局、某市水务局

（二）限制取得资金。（某市财政局牵头，各有关部门按职责分工负责）

（三）限制参与政府采购

依法限制参加政府采购活动。

法律依据：《政府采购法》第二十二条供应商应当具有良好的商业信誉。

三、其他事宜

各部门密切配合。
"""


def test_a_memo_of_another_place_is_read_by_form() -> None:
    found = read(HEADED_MEMO)
    assert duties(found) == [
        ("二（一）", "加强监管", ["某市应急管理局:implement", "某市公安局:support", "某市水务局:support"]),
        (
            "二（二）",
            "限制取得资金",
            ["某市财政局:lead", "各有关部门:implement"],
        ),
        ("二（三）", "限制参与政府采购", []),
    ]
    assert [(m.address, m.notation, m.title, m.group) for m in found.measures] == [
        ("para_1/subpara_1", "二（一）1", "增加检查频次", "para_1"),
        ("para_1/subpara_2", "二（一）2", "约谈负责人", "para_1"),
        ("para_2", "二（二）", "限制取得资金", "para_2"),
        ("para_3", "二（三）", "依法限制参加政府采购活动", "para_3"),
    ]
    (basis,) = found.measures[3].bases
    assert basis.title_as_written == "政府采购法"
    assert basis.locator is not None
    assert basis.locator.normal == "第二十二条"
    assert [HEADED_MEMO[s.start : s.end] for s in basis.quote_spans] == ["供应商应当具有良好的商业信誉。"]
    assert found.measures[0].bases == ()
    assert found.problems == ()


@pytest.mark.parametrize(
    "source",
    [
        "",
        "一、总体要求\n（一）指导思想。依法推进。\n",
        "二、惩戒措施\n依法惩戒。\n",
        "附录\n\n惩戒措施\t备注\n（一）限制\t无\n",
    ],
)
def test_what_has_no_form_of_measures_yields_none(source: str) -> None:
    assert read(source).measures == ()


TWO_PARTS = "二、激励措施\n（一）优先办理。\n（二）减少检查。\n三、惩戒措施\n（一）加大检查频次。\n（二）限制资金。\n"


@pytest.mark.parametrize("label", ["（三）", "(三)", "3.", "3．", "3、"])
def test_by_whom_a_measure_is_done_may_stand_right_behind_its_number(label: str) -> None:
    first = label.replace("三", "一").replace("3", "1")
    second = label.replace("三", "二").replace("3", "2")
    body = f"{first}优先办理退税。\n{second}由市市场监管局会同云栖海关实施。\n{label}减少检查。\n"
    found = read(f"联合激励备忘录\n一、激励措施\n{body}")
    acting = [[one.mention.as_written for one in group.responsibilities] for group in found.groups]
    assert acting == [[], ["市市场监管局", "云栖海关"], []]


def test_two_parts_of_measures_keep_their_addresses_apart() -> None:
    assert [(m.address, m.notation) for m in read(TWO_PARTS).measures] == [
        ("sec_2-para_1", "二（一）"),
        ("sec_2-para_2", "二（二）"),
        ("sec_3-para_1", "三（一）"),
        ("sec_3-para_2", "三（二）"),
    ]


ARTICLE = """第十一条 本办法自印发之日起施行。

第十二条 主管部门应当对列入黑名单的单位，实施下列惩戒措施：

（一）增加检查频次；

（二）对其申请的行政审批项目从严审查。

第十三条 有下列情形之一的，列入黑名单：

（一）受到处罚的；

（二）拒不整改的。
"""


def test_an_article_that_announces_measures_lists_them() -> None:
    found = read(ARTICLE)
    assert [(g.notation, g.title) for g in found.groups] == [
        ("第十二条", "主管部门应当对列入黑名单的单位，实施下列惩戒措施")
    ]
    assert [(m.address, m.notation, m.title) for m in found.measures] == [
        ("art_12/para_1/point_1", "第十二条（一）", "增加检查频次"),
        ("art_12/para_1/point_2", "第十二条（二）", "对其申请的行政审批项目从严审查"),
    ]


def test_a_table_without_a_body_states_its_measures() -> None:
    source = (
        "附录\n\n惩戒措施\t法律依据\t责任单位\n（一）限制取得资金。\t《广告法》第五条应当守法。\t市财政局\n"
        "（二）限制发布广告。\t《广告法》第六条主管广告。\t市监管局\n"
    )
    found = read(source)
    assert found.groups == ()
    assert [
        (
            m.notation,
            m.title,
            [b.locator.normal for b in m.bases if b.locator],
            [r.mention.as_written for r in m.responsibilities],
        )
        for m in found.measures
    ] == [
        ("（一）", "限制取得资金", ["第五条"], ["市财政局"]),
        ("（二）", "限制发布广告", ["第六条"], ["市监管局"]),
    ]


ANNOUNCED = (
    "河湾市备忘录\n一、对象\n企业。\n二、激励措施\n市税务局、市水务局实施下列激励措施：\n"
    "（一）优先退税。责任单位：市财政局。\n（二）少查账。\n依据：《税收征管法》第五条应当少查。\n{}三、附则\n略。\n"
)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (ANNOUNCED.format(""), [("二（一）", "sec_2"), ("二（二）", "sec_2")]),
        # a group under the announcement holds its measures and is none itself
        (
            ANNOUNCED.format("（三）宽待企业：\n1.少抽查。\n2.免罚。\n"),
            [
                ("二（一）", "sec_2"),
                ("二（二）", "sec_2"),
                ("二（三）1", "para_3"),
                ("二（三）2", "para_3"),
            ],
        ),
        # a row whose number is that of the part is not the part
        (
            ANNOUNCED.format("").replace("略", "略。\n附录\n\n激励措施\t依据\n2、少查账\t《税收征管法》第六条应当少查"),
            [("二（一）", "sec_2"), ("二（二）", "sec_2")],
        ),
    ],
)
def test_what_a_part_names_in_its_heading_and_announces_is_one_measure(
    source: str, told: list[tuple[str, str]]
) -> None:
    found = read(source)
    assert [(one.notation, one.group) for one in found.measures] == told
    assert len({one.address for one in found.measures}) == len(told)
    # who opens the announcement is said of all, what stands under one item of that one
    printed_twice = ["二（二）"] if "附录" in source else []
    assert [one.notation for one in found.measures if one.stated_in[-1].endswith("app_1/row_1")] == printed_twice
    acting = {one.notation: [duty.mention.as_written for duty in one.responsibilities] for one in found.groups}
    assert (acting["二"], acting["二（一）"]) == (["市税务局", "市水务局"], ["市财政局"])
    assert [basis.title_as_written for basis in found.measures[1].bases][:1] == ["税收征管法"]


def print_table(*rows: tuple[str, str], header: str = "序号") -> str:
    """A table of measures as a page prints it: a number and a measure a row, all done by one body."""
    cells = ((header, "措施", "责任单位"), *((number, measure, "市财政局") for number, measure in rows))
    return "<table>" + "".join(f"<tr>{''.join(f'<td>{one}</td>' for one in row)}</tr>" for row in cells) + "</table>\n"


TWO_TABLES = "河湾市联合奖惩备忘录\n二、激励措施\n" + print_table(("1", "优先退税"), ("2", "少查账")) + "三、约束措施\n"


@pytest.mark.parametrize(
    ("source", "numbers"),
    [
        # printed on, the numbers are what is printed, and nothing else is needed
        (TWO_TABLES + print_table(("3", "限制供水"), ("4", "通报")), ["1", "2", "3", "4"]),
        (TWO_TABLES + print_table(("3、", "限制供水"), header="项目编号"), ["1", "2", "3"]),
        # begun anew, those that two parts print are told apart by their part, and no others
        (TWO_TABLES + print_table(("1", "限制供水"), ("2", "通报"), ("3", "约谈")), ["二1", "二2", "三1", "三2", "3"]),
        (TWO_TABLES + "略：\n" + print_table(("2", "限制供水"), ("2", "通报")), ["1", "二2", "三第一行2", "三第二行2"]),
        # two tables of one part
        (TWO_TABLES.replace("三、约束措施", "约束措施：") + print_table(("1", "限制供水")), ["表1-1", "2", "表2-1"]),
        # annexes
        (
            "河湾市通知\n一、甲\n乙。\n附件1\n约束措施\n" + print_table(("1", "限制供水"))
            + "附件2\n激励措施\n" + print_table(("1", "优先退税")),
            ["附件1-1", "附件2-1"],
        ),
        # a table that prints no numbers counts its rows
        (TWO_TABLES.replace("序号", "类别").replace("<td>1<", "<td>甲<").replace("<td>2<", "<td>乙<"), ["1", "2"]),
        # lists under two paragraphs of one article
        (
            "第五条 列入红名单的，实施下列激励措施：\n（一）优先退税。\n（二）少查账。\n"
            "列入黑名单的，实施下列惩戒措施：\n（一）限制供水。\n第六条 略。\n",
            ["第五条第一款（一）", "第五条（二）", "第五条第二款（一）"],
        ),
        # two parts that are both called 二
        (
            "河湾市备忘录\n一、对象\n企业。\n二、激励措施\n（一）优先退税。\n（二）少查账。\n二、惩戒措施\n（一）限制供水。\n（二）通报。\n",
            ["二（一）", "二（二）", "二（一）-2", "二（二）-2"],
        ),
    ],
)  # fmt: skip
def test_a_number_is_the_printed_one_and_means_one_measure(source: str, numbers: list[str]) -> None:
    assert [measure.notation for measure in read(source).measures] == numbers


def test_rows_and_paragraphs_without_a_counterpart_are_reported() -> None:
    source = (
        "一、对象\n失信企业。\n二、惩戒措施\n（一）限制取得资金。\n（二）减少贷款。\n附录\n\n惩戒措施\t法律依据\t责任单位\n"
        "限制取得资金。\t《广告法》第五条应当守法。\t市财政局\n公开曝光。\t《广告法》第六条主管广告。\t市监管局\n"
    )
    found = read(source)
    assert found.measures[0].stated_in[0].endswith("para_1")
    assert found.measures[0].stated_in[1].endswith("row_1")
    assert [p.code for p in found.problems] == ["measure-without-row", "row-without-measure"]


APART = (
    "一、对象\n失信企业。\n二、惩戒措施\n（一）限制取得资金。（市财政局）\n（二）对失信企业，收回其草场承包配额百分之二十并向社会公告。（县（市）畜牧局）\n"
    "{rest}\n三、其他\n（一）另行通知。\n附录\n\n序号\t惩戒措施\t责任单位\n1\t公开曝光\t市监管局\n2\t提高检查频次\t市应急局\n"
)


@pytest.mark.parametrize("rest", ["其余措施见附录。", "其他惩戒措施详见附录", "更多的惩戒措施列于附录。"])
def test_what_the_text_says_stands_elsewhere_is_one_doubt_with_its_places(rest: str) -> None:
    """The sentence is no part of the measure above it, and neither text nor table lacks anything."""
    source = APART.format(rest=rest)
    found = read(source)
    assert [(one.notation, one.title) for one in found.measures] == [
        ("二（一）", "限制取得资金"),
        ("二（二）", "对失信企业，收回其草场承包配额百分之二十并向社会公告"),
        ("1", "公开曝光"),
        ("2", "提高检查频次"),
    ]
    assert [[r.mention.as_written for r in one.responsibilities] for one in found.measures[:2]] == [
        ["市财政局"],
        ["县（市）畜牧局"],
    ]
    assert [clause.id for clause in parse_document(source).clauses if clause.text == rest] == ["sec_2/al_1"]
    (problem,) = found.problems
    assert (problem.code, source[problem.start : problem.end]) == ("measures-apart", rest)
    assert "二（一）、二（二） 与附表 1、2 没有对应" in problem.message


def test_departments_in_brackets_of_their_own_are_those_of_the_measure_above() -> None:
    found = read(
        "一、对象\n失信企业。\n二、惩戒措施\n（一）限制取得资金。（市财政局）\n具体办法另行制定，报市政府备案。\n（二）停止补贴。\n"
    )
    assert [[r.mention.as_written for r in one.responsibilities] for one in found.measures] == [["市财政局"], []]
    assert "市财政局" not in found.measures[0].title


@pytest.mark.parametrize("rest", ["以上措施的分工见附录。", "其他措施由各单位依法实施。"])
def test_without_such_a_sentence_each_measure_without_its_row_is_told(rest: str) -> None:
    assert [one.code for one in read(APART.format(rest=rest)).problems] == [
        *["measure-without-row"] * 2,
        *["row-without-measure"] * 2,
    ]


INCENTIVE_GROUPS = [
    ("发展改革部门支持措施", 3, ["佳木斯市发展和改革委员会"]),
    ("给予科技管理支持", 2, ["佳木斯市科学技术局"]),
    ("给予电信业务支持", 1, ["佳木斯市工业和信息化局"]),
    ("给予公安行政服务管理支持", 1, ["佳木斯市公安局"]),
    ("给予财政资金资金使用支持", 1, ["佳木斯市财政局"]),
    ("给予社会保障领域政策支持", 1, ["佳木斯市人力资源社会保障局"]),
    ("给予土地使用支持", 1, ["佳木斯市自然资源和规划局"]),
    ("给予环境保护许可事项支持", 1, ["佳木斯市生态环境局"]),
    ("住房和城乡建设领域激励措施", 2, ["佳木斯市城乡建设局", "佳木斯市住房保障局"]),
    ("交通领域激励措施", 1, ["佳木斯市交通运输局"]),
    ("金融部门授信融资参考", 3, ["中国人民银行佳木斯市中心支行", "中国银行保险监督管理委员会佳木斯监管分局"]),
    ("在国有资产管理领域作为考核重要参考", 1, ["佳木斯市财政局"]),
    ("给予税收管理支持", 1, ["佳木斯市税务局"]),
    ("安全生产领域激励措施", 5, ["佳木斯市应急管理局"]),
    ("给予食品药品管理支持", 1, ["佳木斯市市场监督管理局"]),
    ("优先给予先进荣誉", 3, ["中共佳木斯市委精神文明建设办公室", "佳木斯市总工会", "佳木斯市妇女联合会"]),
    ("其他激励措施", 1, ["各有关部门"]),
]


def test_the_incentive_memo_has_17_groups_and_29_measures(incentives: MeasureSet) -> None:
    assert [
        (
            g.title,
            sum(m.group == g.address for m in incentives.measures),
            [r.mention.as_written for r in g.responsibilities],
        )
        for g in incentives.groups
    ] == INCENTIVE_GROUPS
    assert len(incentives.measures) == 29
    assert {r.mention.role for g in incentives.groups for r in g.responsibilities} == {"implement"}
    assert [g.responsibilities[0].mention.is_category for g in incentives.groups] == [False] * 16 + [True]
    assert not any(g.bases for g in incentives.groups)
    assert incentives.problems == ()


def test_addresses_and_notations_of_the_incentive_memo(incentives: MeasureSet) -> None:
    by_address = {m.address: m for m in incentives.measures}
    assert len(by_address) == 29
    assert by_address["para_1/subpara_3"].notation == "二（一）3"
    assert (
        by_address["para_1/subpara_3"].title == "在申请基础设施和公用事业特许经营时,给予一定优惠措施,同等条件优先考虑"
    )
    assert by_address["para_1/subpara_3"].stated_in == ("annex_1/sec_2/para_1/subpara_3",)
    assert by_address["para_3"].notation == "二（三）"
    assert by_address["para_3"].title == "在电信业务市场管理方面给予一定便利"
    assert by_address["para_3"].stated_in == ("annex_1/sec_2/para_3/al_1",)
    assert [r.mention.as_written for r in by_address["para_3"].responsibilities] == ["佳木斯市工业和信息化局"]


SANCTIONS = [
    ("para_1/subpara_1", "二（一）1", "加大执法检查频次"),
    ("para_1/subpara_2", "二（一）2", "作为重点监管对象，建立常态化暗查暗访机制，不定期开展抽查"),
    ("para_1/subpara_3", "二（一）3", "约谈其主要负责人，对其主要负责人及相关责任人进行安全培训"),
    ("para_1/subpara_4", "二（一）4", "暂停对其安全生产标准化评审，对已取得安全生产标准化证书的，撤销其证书"),
    ("para_1/subpara_5", "二（一）5", "依法依规对存在失信行为的生产经营单位及其主要责任人实施市场禁入"),
    ("para_1/subpara_6", "二（一）6", "发现有新的安全生产违法违规行为的，依法依规从重处罚"),
    ("para_2", "二（二）", "依法限制取得政府性资金支持"),
    ("para_3", "二（三）", "暂停审批存在失信行为的生产经营单位科技项目"),
    ("para_4", "二（四）", "在全国企业信用信息公示系统上公示存在失信行为的生产经营单位行政处罚信息"),
    (
        "para_5",
        "二（五）",
        "存在失信行为的生产经营单位的相关责任人，在法定期限内不得担任相关生产经营单位的法定代表人、负责人，"
        "已经担任的依法责令办理变更登记",
    ),
    ("para_6", "二（六）", "存在失信行为的生产经营单位变更名称的，将变更前后的名称在全国企业信用信息公示系统上公示"),
    ("para_7", "二（七）", "限制存在失信行为的生产经营单位发布广告"),
    (
        "para_8",
        "二（八）",
        "将存在失信行为的生产经营单位信息通报金融机构，作为其评级授信、信贷融资、管理和退出的重要参考依据",
    ),
    ("para_9", "二（九）", "依法限制存在失信行为的生产经营单位参与政府采购活动"),
    (
        "para_10",
        "二（十）",
        "在土地使用、采矿权取得等环节对存在失信行为的生产经营单位依法采取严格限制或禁止等措施",
    ),
    ("para_11", "二（十一）", "依法限制取得生产许可"),
    ("para_12", "二（十二）", "严格审慎审查存在失信行为的生产经营单位新改扩建项目的环评申报事项"),
    ("para_13", "二（十三）", "在实施税收优惠政策时，将生产经营单位的失信状况作为审慎性参考依据"),
    (
        "para_14",
        "二（十四）",
        "在向生产经营单位和个人颁发荣誉证书、嘉奖和表彰等荣誉性称号时，应当参考其安全生产信用状况，"
        "对存在失信行为的生产经营单位，不予颁发政府荣誉",
    ),
    ("para_15", "二（十五）", "在各部门主管领域内取消对存在失信行为的生产经营单位的政策性资金支持"),
]


def test_the_sanctions_memo_has_15_groups_and_20_measures(sanctions: MeasureSet) -> None:
    assert [(m.address, m.notation, m.title) for m in sanctions.measures] == SANCTIONS
    assert [g.address for g in sanctions.groups] == [f"para_{n}" for n in range(1, 16)]
    assert sanctions.groups[0].title == "加强安全监管"


def test_body_and_appendix_row_are_one_measure(sanctions: MeasureSet) -> None:
    for number in range(2, 16):
        (measure,) = (m for m in sanctions.measures if m.address == f"para_{number}")
        assert measure.stated_in == (f"annex_1/sec_2/para_{number}", f"annex_1/app_1/row_{number}")


def test_what_body_and_appendix_say_differently_is_reported(sanctions: MeasureSet) -> None:
    messages = [p.message for p in sanctions.problems if p.code == "body-appendix-differ"]
    assert messages == [
        "正文作“加强安全监管”，附表作“加强安全监管监察”；两处文字不同，均予保留",
        "正文作“严格审慎审查存在失信行为的生产经营单位新改扩建项目的环评申报事项”，"
        "附表作“严格、审慎审查存在失信行为的生产经营单位新改扩建项目的环评申报事项”；两处文字不同，均予保留",
    ]
    assert [p.code for p in sanctions.problems if p.code != "body-appendix-differ"] == ["two-names-side-by-side"]


def test_who_carries_out_the_sanctions(sanctions: MeasureSet) -> None:
    found = {g.address: [(r.mention.as_written, r.mention.role) for r in g.responsibilities] for g in sanctions.groups}
    assert [name for name, _ in found["para_1"]] == [
        "市应急管理局",
        "市城乡建设局",
        "市住房保障局",
        "市自然资源局",
        "市自然资源和规划局",
        "市市场监督管理局",
    ]
    assert [r.mention.open_ended for r in sanctions.groups[0].responsibilities] == [False] * 5 + [True]
    assert found["para_2"] == [("佳木斯市发展和改革委员会", "implement"), ("佳木斯市财政局", "implement")]
    assert found["para_8"] == [
        ("中国人民银行佳木斯市中心支行", "implement"),
        ("中国银行保险监督管理委员会佳木斯监管分局", "implement"),
    ]
    assert found["para_14"] == [("佳木斯市委精神文明建设办公室", "lead"), ("各部门", "implement")]
    assert found["para_15"] == [("各部门", "implement")]
    single = ["para_3", "para_4", "para_5", "para_6", "para_7", "para_9", "para_10", "para_11", "para_12", "para_13"]
    assert [found[address][0][0].removeprefix("佳木斯市") for address in single] == [
        "科技局",
        "市场监督管理局",
        "市场监督管理局",
        "市场监督管理局",
        "市场监督管理局",
        "财政局",
        "自然资源和规划局",
        "市场监督管理局",
        "生态环境局",
        "税务局",
    ]


def test_a_category_that_opens_the_lead_in_carries_out_the_items() -> None:
    source = (DOCUMENTS / "jiamusi-2020-5" / "source.txt").read_text(encoding="utf-8")
    names = (OrganisationName("category-safety-duty-departments", "各级负有安全监管职责的部门", "category", None),)
    first = read(source, names).groups[0].responsibilities[0].mention
    assert (first.slug, first.role, first.clause) == (
        "category-safety-duty-departments",
        "implement",
        "annex_1/sec_2/para_1/al_1",
    )


SAFETY = "安全生产法"
OUTLINE = "社会信用体系建设规划纲要（2014-2020年）"
FAIR = "国务院关于促进市场公平竞争维护市场正常秩序的若干意见"
LAW23 = "国务院关于进一步加强企业安全生产工作的通知"
LAW20 = "国务院办公厅关于加强安全生产监管执法的通知"
DISCLOSURE = "企业信息公示暂行条例"
CONSTRAINT = (OUTLINE, "加强对失信主体的约束和惩戒", "加强对失信主体的", "使失信者受到惩戒。")
ITEM15 = (FAIR, "（十五）", "建立健全守信激励", "职责分工分别负责）")

# group → title, pin-point, first and last words of the quote; read by eye from the appendix
BASES: dict[str, list[tuple[str, str, str, str]]] = {
    "para_1": [
        (SAFETY, "第六十二条", "安全生产监督管理", "情况进行监督检查"),
        (SAFETY, "第七十五条", "负有安全生产监督", "以及有关金融机构。"),
        (LAW23, "12", "强化企业安全生产", "级的重要参考依据。"),
        (LAW23, "30", "加大对事故企业的", "等的重要参考依据。"),
        (LAW20, "（七）", "加强重点监管执法", "等方式督促整改。"),
        (LAW20, "（九）", "改进监督检查方式", "强化预防控制措施。"),
        (LAW20, "（十）", "建立完善安全生产", "企业进行惩戒约束。"),
        (LAW20, "（十五）", "完善科学执法制度", "完善，确保执法效果。"),
        ITEM15,
        (
            "国务院安委会关于加强企业安全生产诚信体系建设的指导意见",
            "四（二）",
            "建立企业安全生产",
            "制定失信监管措施。",
        ),
    ],
    "para_2": [CONSTRAINT],
    "para_3": [("国家科技计划项目管理暂行办法", "第八条（六）", "申请项目的申请者", "目的良好信誉度。"), CONSTRAINT],
    "para_4": [(DISCLOSURE, "第七条", "工商行政管理部门", "信息的互联共享。")],
    "para_5": [
        (SAFETY, "第九十一条", "生产经营单位的主", "单位的主要负责人。"),
        ("生产安全事故报告和调查处理条例", "第四十条", "事故发生单位对事", "单位的主要负责人。"),
        ("国务院进一步加强企业安全生产工作的通知", "29", "加大对事故企业负", "要依法从重处罚。"),
        ("国务院关于预防煤矿生产安全事故的特别规定", "第十条", "煤矿有本规定第八", "法定代表人或者矿长。"),
    ],
    "para_6": [(DISCLOSURE, "第十二条", "政府部门发现其公", "信息应当同时公示。")],
    "para_7": [("广告法", "第五条", "广告主、广告经营", "诚实信用，公平竞争。"), CONSTRAINT],
    "para_8": [ITEM15, (OUTLINE, "金融领域信用建设", "金融领域信用建设", "对失信者的约束作用。")],
    "para_9": [
        ("政府采购法", "第二十二条", "供应商参加政府采", "规定的其他条件。"),
        (OUTLINE, "政府采购领域信用建设", "政府采购领域信用", "的统一发布和共享。"),
    ],
    "para_10": [("中华人民共和国矿产资源法", "第十五条", "设立矿山企业，必", "合格的，方予批准。"), ITEM15, CONSTRAINT],
    "para_11": [("工业产品生产许可证管理条例", "第九条", "企业取得生产许可", "还应当符合其规定。"), ITEM15],
    "para_12": [(OUTLINE, "构建守信激励和失信惩戒机制", "构建守信激励和失", "使失信者受到惩戒。")],
    "para_13": [(OUTLINE, "税务领域信用建设", "税务领域信用建设", "升纳税人税法遵从度。"), CONSTRAINT],
    "para_14": [ITEM15],
    "para_15": [CONSTRAINT, ITEM15],
}


def test_every_legal_basis_of_every_sanction(sanctions: MeasureSet) -> None:
    source = (DOCUMENTS / "jiamusi-2020-5" / "source.txt").read_text(encoding="utf-8")

    def plain(words: str) -> str:
        return "".join(words.split()).translate(str.maketrans(",;:()", "，；：（）"))

    def quoted(basis: LegalBasis) -> str:
        return plain("".join(source[s.start : s.end] for s in basis.quote_spans))

    column = plain("".join(c.text for c in parse_document(source).clauses if c.id.endswith("/cell_2")))
    for group in sanctions.groups:
        found = [
            (
                (b.title_as_written or "").replace("(", "（").replace(")", "）"),
                b.locator.normal if b.locator else "",
                quoted(b),
            )
            for b in group.bases
        ]
        expected = BASES[group.address]
        assert [(title, at) for title, at, _ in found] == [(title, at) for title, at, _, _ in expected]
        for (_, _, words), (_, _, first, last) in zip(found, expected, strict=True):
            assert words.startswith(first)
            assert words.endswith(last)
            assert "惩戒措施法律及政策依据" not in words
            assert "<" not in words
            assert words in column
    assert sum(len(g.bases) for g in sanctions.groups) == 36


def test_every_word_of_the_basis_column_is_title_number_pin_point_or_quote() -> None:
    source = (DOCUMENTS / "jiamusi-2020-5" / "source.txt").read_text(encoding="utf-8")
    document: Document = parse_document(source)
    citations = find_citations(source, document, WORDS)
    covered: set[int] = set()
    for citation in citations:
        for span in (
            *citation.spans,
            *(span for locator in citation.locators for span in locator.spans),
            *(span for excerpt in citation.excerpts for span in excerpt.spans),
        ):
            covered.update(range(span.start, span.end))
    for clause in document.clauses:
        if clause.level == "cell" and clause.id.endswith("/cell_2") and "/row_0/" not in clause.id:
            left = [source[at] for span in clause.spans for at in range(span.start, span.end) if at not in covered]
            assert "".join("".join(left).split()) == ""


def test_quotes_run_over_page_breaks_without_the_page(sanctions: MeasureSet) -> None:
    item9 = sanctions.groups[0].bases[5]
    assert item9.locator is not None
    assert item9.locator.normal == "（九）"
    assert len(item9.quote_spans) == 2


def test_items_of_an_article_that_are_quoted_alone_are_named(sanctions: MeasureSet) -> None:
    licence = next(g for g in sanctions.groups if g.address == "para_11").bases[0].locator
    assert licence is not None
    assert (licence.normal, licence.items) == ("第九条", ("（三）", "（六）"))


def test_a_group_of_items_keeps_its_bases_to_itself(sanctions: MeasureSet) -> None:
    for measure in sanctions.measures:
        if measure.address.startswith("para_1/"):
            assert measure.bases == ()
            assert measure.responsibilities == ()
            assert measure.group == "para_1"


@pytest.mark.parametrize("name", ["jiangsu-2019-820", "xinzheng-2010-36", "yiyuan-2021-28"])
def test_texts_that_list_no_measures_in_this_form_yield_none(name: str) -> None:
    assert memo(name)[1].measures == ()


_LINES = st.sampled_from(
    [
        "一、对象",
        "二、惩戒措施",
        "（一）限制资金。",
        "（二）加强监管",
        "1.加大频次；",
        "2. 约谈。",
        "实施单位：市财政局、市水务局等",
        "依据：《广告法》第五条应当守法。",
        "附录",
        "惩戒措施\t法律及政策依据\t实施单位",
        "<p>(一)限制资金。</p>\t<p>《广告法》</p> <p>第五条 守法。</p>\t市财政局",
        "\t<p>继续</p>\t",
        "",
    ]
)


@settings(deadline=None)
@given(st.lists(_LINES, max_size=25).map("\n".join))
def test_odd_memos_never_raise_and_spans_stay_inside(source: str) -> None:
    found = read(source)
    for measure in found.measures:
        for span in measure.spans:
            assert 0 <= span.start < span.end <= len(source)
    assert len({m.address for m in found.measures}) == len(found.measures)
    json.dumps([m.title for m in found.measures])


@pytest.mark.parametrize(
    ("stated", "printed", "same"),
    [
        ("公开其信息", "公示其信息", True),  # 0.8, the least that counts
        ("限制取得财政补贴性资金", "限制获得财政补贴性资金", True),
        ("限制参与政府采购活动", "限制参加政府采购", False),  # 0.78
        ("停止享受优惠政策", "取消享受优惠政策", False),  # 0.75
    ],
)
def test_a_row_without_a_number_belongs_to_the_measure_it_is_like(stated: str, printed: str, same: bool) -> None:
    found = read(
        f"一、对象\n失信企业。\n二、惩戒措施\n（一）{stated}。\n附录\n\n惩戒措施\t法律依据\t责任单位\n"
        f"{printed}。\t《广告法》第五条应当守法。\t市财政局\n"
    )
    codes = [problem.code for problem in found.problems]
    assert codes == (["body-appendix-differ"] if same else ["measure-without-row", "row-without-measure"])
    assert len(found.measures) == (1 if same else 2)


_COUNTED_ON = """某市某某局关于印发联合惩戒备忘录的通知
一、对象
水产养殖企业。
二、激励措施
（一）列入红名单的企业，市水务局将取水检查减至每年一次。
（二）列入红名单的企业申请补贴的，市财政局优先安排养殖设施补贴。
三、惩戒措施
（三）列入黑名单的企业，市水务局、市渔政事务中心不予核发新的取水许可证。
（四）列入黑名单的企业，市税务局将其发票核查频次提高一倍。
（五）列入黑名单的企业，人民法院暂缓退还保证金。
以上措施的责任单位见附表。
四、附则
自印发之日起施行。
附表
<table>
<tr><td>序号</td><td>措施内容</td><td>责任单位</td><td>依据</td></tr>
<tr><td>1</td><td>取水检查减至每年一次</td><td>市水务局</td><td>《水法》第七条</td></tr>
<tr><td>2</td><td>养殖设施补贴优先安排</td><td>市财政局</td><td>《渔业法》第八条</td></tr>
<tr><td>3</td><td>不予核发取水许可证</td><td>市水务局、市渔政事务中心</td><td>《水法》第九条</td></tr>
<tr><td>4</td><td>通报批评并公开曝光名单</td><td>市税务局</td><td>《水法》第十条</td></tr>
<tr><td>5</td><td>暂缓退还保证金</td><td>市渔政事务中心</td><td>《水法》第十一条</td></tr>
</table>
"""


def test_a_row_is_the_measure_that_bears_its_number_and_its_words() -> None:
    """A number runs on through two parts, the table cuts the words short; one row has the number and other words."""
    found = read(_COUNTED_ON)
    units = [[r.mention.as_written for r in one.responsibilities] for one in found.measures]
    assert [(one.notation, len(one.stated_in), len(one.bases)) for one in found.measures] == [
        ("二（一）", 2, 1),
        ("二（二）", 2, 1),
        ("三（三）", 2, 1),
        ("三（四）", 1, 0),
        ("三（五）", 2, 1),
        ("4", 1, 1),
    ]
    assert units == [
        ["市水务局"],
        ["市财政局"],
        ["市水务局", "市渔政事务中心"],
        ["市税务局"],
        ["市渔政事务中心"],
        ["市税务局"],
    ]
    said = [one.message for one in found.problems if one.code != "body-appendix-differ"]
    assert any("同号的一行作“通报批评并公开曝光名单”，文字不像，没有合并" in one for one in said)
    assert any("正文中没有与附表“通报批评并公开曝光名单”对应的措施" in one for one in said)
    assert len(said) == 2
    assert found.measures[4].title == "列入黑名单的企业，人民法院暂缓退还保证金"


def test_items_that_a_sentence_announces_are_paired_with_the_rows_that_repeat_them() -> None:
    found = read(
        "第一条 为了管理，制定本办法。\n第二条 对失信企业，实施下列惩戒措施：\n（一）由市财政局暂停拨付养殖补贴资金；\n"
        "（二）限制其参加水面承包权投标活动；\n（三）通报批评。\n附表\n<table>\n"
        "<tr><td>序号</td><td>惩戒措施</td><td>责任单位</td></tr>\n"
        "<tr><td>1</td><td>限制参加水面承包权投标</td><td>市水务局</td></tr>\n"
        "<tr><td>2</td><td>暂停拨付养殖补贴资金</td><td>市财政局</td></tr>\n</table>\n"
    )
    assert [(one.title[:10], len(one.stated_in)) for one in found.measures] == [
        ("由市财政局暂停拨付养", 2),
        ("限制其参加水面承包权", 2),
        ("通报批评", 1),
    ]
    assert [[r.mention.as_written for r in one.responsibilities] for one in found.measures] == [
        ["市财政局"],
        ["市水务局"],
        [],
    ]
    assert [one.message for one in found.problems if one.code == "measure-without-row"] == [
        "附表中没有与“通报批评”对应的行"
    ]


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("列入黑名单的企业，市税务局将其纳税信用降级。", ["市税务局"]),
        ("市市场监督管理局对列入黑名单的企业增加抽查。", ["市市场监督管理局"]),
        ("列入黑名单的企业，市财政局、市生态环境局对其停止拨付补贴。", ["市财政局", "市生态环境局"]),
        ("停止拨付补贴，由市财政局负责。", ["市财政局"]),
        ("停止拨付补贴（市发展改革委负责）。", ["市发展改革委"]),
        ("市公安局对其处罚三次的，限制承接工程。", []),
        ("市公安局的处罚决定作为审慎参考。", []),
        ("限制其向市财政局申请补贴。", []),
    ],
)
def test_who_opens_the_sentence_of_a_measure_carries_it_out(words: str, units: list[str]) -> None:
    found = read(f"一、对象\n失信企业。\n二、惩戒措施\n（一）{words}\n（二）通报批评。\n三、附则\n自印发之日起施行。\n")
    assert [[r.mention.as_written for r in one.responsibilities] for one in found.measures] == [units, []]


def test_a_closing_paragraph_about_all_measures_is_no_part_of_the_last() -> None:
    def last(closing: str) -> str:
        head = "一、对象\n失信企业。\n二、惩戒措施\n（一）限制招标。\n（二）约谈负责人。\n"
        return read(f"{head}{closing}\n三、附则\n施行。\n").measures[-1].title

    assert last("责任分工和依据详见附件1。") == last("上述措施的期限为一年。") == "约谈负责人"
    assert last("责令限期整改，要求见附件。") == "责令限期整改，要求见附件"


def test_words_that_end_like_a_body_do_not_act() -> None:
    text = "关于印发办法的通知\n第一条 实施下列惩戒措施：\n（一）限制参加政府组织的表彰奖励活动；\n"
    text += "（二）市水务局对其加强检查。\n"
    told = [[one.mention.as_written for one in measure.responsibilities] for measure in read(text).measures]
    assert told == [[], ["市水务局"]]


OF_A_LIST = (
    "麓原市关于实施联合惩戒的通知\n一、惩戒对象\n失信名单上的单位。\n二、惩戒措施\n联合惩戒措施见附件。\n"
    "附件\n{title}\n{listed}"
)
LINED = (
    "1.限制参与政府采购活动。\n依据：《政府采购法》第二十二条。\n责任单位：市财政局\n"
    "2.从严审核用地申请，限制取得国有建设用地使用权。\n法律依据：《土地管理法》第五十三条、《广告法》第五条\n"
    "实施单位：市自然资源局、各县（市、区）人民政府\n"
    "3.每季度检查一次\n（依据：《安全生产法》第六十二条；牵头单位：市应急管理局；配合单位：市市场监管局）\n"
)
LINED_TOLD = [
    ("1", "限制参与政府采购活动", ["市财政局"], 1),
    ("2", "从严审核用地申请，限制取得国有建设用地使用权", ["市自然资源局", "各县（市、区）人民政府"], 2),
    ("3", "每季度检查一次", ["市应急管理局", "市市场监管局"], 1),
]


def told_of(source: str) -> list[tuple[str, str, list[str], int]]:
    """The measures of a text: number, words, who acts, how many bases."""
    return [
        (one.notation, one.title, [r.mention.as_written for r in one.responsibilities], len(one.bases))
        for one in read(source).measures
    ]


@pytest.mark.parametrize(
    ("title", "listed", "expected"),
    [
        ("失信联合惩戒措施清单", LINED, LINED_TOLD),
        ("失信单位联合惩戒措施目录（2032年版）", LINED, LINED_TOLD),
        (
            "联合惩戒措施一览表",
            "一、行政类\n（一）限制招投标\n依据：《招标投标法》第二十六条\n责任单位：市发展改革委\n（二）约谈。\n责任单位：市应急管理局\n"
            "二、市场类\n（一）下调信用额度。\n主管部门：市金融办\n",
            [
                ("一（一）", "限制招投标", ["市发展改革委"], 1),
                ("一（二）", "约谈", ["市应急管理局"], 0),
                ("二（一）", "下调信用额度", ["市金融办"], 0),
            ],
        ),
        (
            "联合惩戒措施清单",
            "1.限制招投标，见《广告法》第五条。依据：《招标投标法》第二十六条。责任单位：市发展改革委。\n"
            "2.约谈。法律依据：《安全生产法》第六十二条；牵头单位：市应急管理局；配合单位：市水利局、市财政局。\n",
            [
                ("1", "限制招投标，见《广告法》第五条", ["市发展改革委"], 1),
                ("2", "约谈", ["市应急管理局", "市水利局", "市财政局"], 1),
            ],
        ),
        ("失信单位信用修复申请表", LINED, []),
        ("联合惩戒措施实施办法", LINED, []),
    ],
)
def test_an_appendix_that_is_a_list_of_measures_gives_each_with_its_lines(
    title: str, listed: str, expected: list[tuple[str, str, list[str], int]]
) -> None:
    assert told_of(OF_A_LIST.format(title=title, listed=listed)) == expected


def test_a_text_that_is_itself_a_list_of_measures_gives_them() -> None:
    assert told_of(f"麓原市失信联合惩戒措施清单\n{LINED}") == LINED_TOLD


def test_lines_below_an_item_of_a_group_are_those_of_the_item() -> None:
    items = LINED.replace("\n（依据", "。\n（依据")
    told = told_of(f"麓原市备忘录\n一、惩戒对象\n失信单位。\n二、惩戒措施\n（一）行政类\n{items}三、其他\n另行通知。\n")
    assert told == [(f"二（一）{number}", *rest) for number, *rest in LINED_TOLD]


@pytest.mark.parametrize(
    ("title", "heading", "count"),
    [
        ("麓原市守信激励方案", "措施", 2),
        ("麓原市守信激励方案", "主要措施", 2),
        ("麓原市防汛方案", "措施", 0),
        ("麓原市守信激励方案", "组织措施", 0),
    ],
)
def test_measures_below_a_bare_heading_are_read_where_the_title_is_about_credit(
    title: str, heading: str, count: int
) -> None:
    told = told_of(
        f"{title}\n一、对象\n一级企业。\n二、{heading}\n（一）减少检查（市应急管理局）。\n（二）优先办理许可。\n三、要求\n抓好落实。\n"
    )
    assert len(told) == count
    assert not told or told[0][1:3] == ("减少检查", ["市应急管理局"])


@pytest.mark.parametrize(
    ("lead", "count"),
    [
        ("对列入“黑名单”的：", 2),
        ("对被纳入红名单的生产经营单位及其负责人：", 2),
        ("对有下列情形之一的单位列入黑名单：", 0),
        ("对黑名单实行动态管理：", 0),
        ("对违法排污的单位：", 0),
    ],
)
def test_what_is_done_to_those_on_a_list_is_measures(lead: str, count: int) -> None:
    items = "（一）每季度检查一次（市市场监管局）；\n（二）取消补贴（市财政局、县（市）税务局）。\n"
    told = told_of(f"第一条 为了管理，制定本办法。\n第二条 {lead}\n{items}")
    assert [(words, who) for _, words, who, _ in told] == [
        ("每季度检查一次", ["市市场监管局"]),
        ("取消补贴", ["市财政局", "县（市）税务局"]),
    ][:count]


def test_brackets_behind_the_name_of_a_body_say_its_other_name() -> None:
    found = told_of(
        "一、对象\n失信单位。\n二、惩戒措施\n（一）将名单通报市财政局（市国资委）。\n（二）限制招标（市财政局）。\n"
    )
    assert [who for _, _, who, _ in found] == [[], ["市财政局"]]
