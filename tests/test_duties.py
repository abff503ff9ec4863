"""Who is responsible, in the forms in which official texts say it: brackets, labels behind numbers, sides of an item.

Every text is invented; each kind was met in official texts that nobody here had read.
"""

from __future__ import annotations

from typing import Any

import pytest

from policygraph.keeping.dataset.knowledge import load_knowledge
from policygraph.reading.texts import Knowledge, read_text, serialise_reading

MEMO = (
    "河阴市安全生产失信联合惩戒合作备忘录\n河应急〔2031〕3号\n一、惩戒措施\n{}\n二、其他\n本备忘录自签署之日起实施。\n"
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """The shipped knowledge."""
    return load_knowledge()


def tell(text: str, knowledge: Knowledge) -> dict[str, Any]:  # Any: JSON
    """What ``parse`` says of a text."""
    return serialise_reading(read_text(text, knowledge))


def roles(text: str, knowledge: Knowledge) -> list[tuple[str, str]]:
    """Names and roles of those to whom a text assigns something."""
    return [(d["as_written"], d["role"]) for d in tell(text, knowledge)["departments"] if d["role"] != "signatory"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        # brackets behind a finished sentence that hold nothing but departments
        ("（一）限制招标。（市水务局、市林业局）", [("市水务局", "implement"), ("市林业局", "implement")]),
        ("（一）限制招标。（市水务局等部门）", [("市水务局", "implement")]),
        ("（一）由住房局（建委）受理的申请从严审核。", []),
        ("（一）限制招标。（含政府采购）", []),
        # a paragraph of the same item that speaks of something else
        ("（一）限制招标。（市水务局）\n其余措施见附表。", [("市水务局", "implement")]),
        ("（一）限制招标（市水务局）的程序另行规定。\n其余措施见附表。", []),
        # a role in brackets behind the name, and one that closes a stretch with a name nobody reads
        (
            "（一）限制招标。\n责任单位：市水务局（牵头）、市林业局、市粮食局",
            [("市水务局", "lead"), ("市林业局", "implement"), ("市粮食局", "implement")],
        ),
        (
            "（一）限制招标。（市水务局牵头，市林业局、某某台、市粮食局配合）",
            [("市水务局", "lead"), ("市林业局", "support"), ("市粮食局", "support")],
        ),
        ("（一）限制招标。（市林业局、市工商联配合）", [("市林业局", "support"), ("市工商联", "support")]),
        # a label right behind the number; a label of another kind ends the list
        ("（一）实施部门：市水务局。惩戒措施：限制招标。", [("市水务局", "implement")]),
        ("（一）限制招标。（责任单位：市水务局；完成时限：2031年12月底前）", [("市水务局", "implement")]),
        # units in general behind a list that leaves it open
        ("（一）限制招标。责任单位：市水务局等市级部门。", [("市水务局", "implement"), ("市级部门", "implement")]),
        (
            "（一）限制招标。\n责任单位：市水务局，各省、自治区、直辖市人民政府确定的监管部门",
            [("市水务局", "implement"), ("各省、自治区、直辖市人民政府确定的监管部门", "implement")],
        ),
    ],
)
def test_who_is_responsible_is_read_from_the_form(
    line: str, found: list[tuple[str, str]], knowledge: Knowledge
) -> None:
    assert roles(MEMO.format(line), knowledge) == found


@pytest.mark.parametrize(
    ("units", "names"),
    [
        ("市水务局、人民银行\n河阴市中心支行", ["市水务局", "人民银行河阴市中心支行"]),
        ("人民银行河阴市中心\n支行、市水务局", ["人民银行河阴市中心支行", "市水务局"]),
        ("市水务局\n市林业局\n河阳市税务分局", ["市水务局", "市林业局", "河阳市税务分局"]),
    ],
)
def test_a_line_end_inside_a_name_does_not_part_it(units: str, names: list[str], knowledge: Knowledge) -> None:
    told = tell(
        "清单\n<table><tr><td>序号</td><td>措施</td><td>实施单位</td></tr>"
        f"<tr><td>1</td><td>限制招标</td><td>{units}</td></tr></table>\n",
        knowledge,
    )
    assert [d["as_written"] for d in told["departments"]] == names


def test_a_label_of_another_kind_leaves_no_item_uncut(knowledge: Knowledge) -> None:
    told = tell(MEMO.format("（一）限制招标。（责任单位：市水务局；完成时限：持续推进）"), knowledge)
    assert not [problem for problem in told["problems"] if problem["code"] == "department-list-uncut"]


@pytest.mark.parametrize(
    ("lead", "names"),
    [
        ("对列入名单的失信企业，市水务局、林业局等部门采取下列惩戒措施：", ["市水务局", "林业局"]),
        ("市水务局应当依法采取以下措施，惩戒失信企业，采取以下惩戒措施：", []),
        ("失信企业应当采取下列措施：", []),
    ],
)
def test_departments_that_announce_measures_carry_them_out(lead: str, names: list[str], knowledge: Knowledge) -> None:
    told = tell(f"河阴市失信惩戒办法\n第一条 {lead}\n（一）限制招标；\n（二）限制供地。\n第二条 略。\n", knowledge)
    assert [measure["departments"] for measure in told["measures"]] == [names, names]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("第一条 对列入黑名单的企业采取下列措施：\n（一）限制招标；\n（二）限制供地。\n第二条 略。", 2),
        # the items of the first article, and the second one, which stands below the same heading and announces nothing
        ("第一章 惩戒\n第一条 各部门可以采取下列措施：\n（一）限制招标；\n（二）限制供地。\n第二条 略。", 3),
        ("第一章 惩戒\n第一条 部门可以采取下列措施：\n（一）限制招标；\n（二）限制供地。\n第二章 附则\n第二条 略。", 2),
        # nothing here is about credit: what anybody must do is no measure
        ("第一条 经营单位应当采取下列措施：\n（一）设置标志；\n（二）定期检测。\n第二条 略。", 0),
        ("第一条 对失信企业，下列情形从重：\n（一）屡教不改；\n（二）情节严重。\n第二条 略。", 0),
    ],
)
def test_announced_measures_are_measures_where_credit_is_spoken_of(text: str, count: int, knowledge: Knowledge) -> None:
    assert len(tell(f"河阴市管理办法\n{text}\n", knowledge)["measures"]) == count


SIDES = (
    "（一）限制设立担保公司\n1.惩戒措施\n协助限制设立融资性担保公司。\n2.法律及政策依据\n"
    "（1）《安全生产法》第七十八条\n（2）《公司法》第六条\n3.实施部门\n市水务局、市林业局\n"
    "（二）限制招标\n1.惩戒措施：限制参加招标。\n2.政策依据：《招标投标法》第二十六条\n3.责任单位：市粮食局"
)


def test_items_that_are_sides_of_a_measure_are_no_measures(knowledge: Knowledge) -> None:
    told = tell(MEMO.format(SIDES), knowledge)["measures"]
    assert [measure["title"] for measure in told] == ["协助限制设立融资性担保公司", "限制参加招标"]
    assert [measure["departments"] for measure in told] == [["市水务局", "市林业局"], ["市粮食局"]]
    assert [measure["bases"] for measure in told] == [
        ["《安全生产法》第七十八条", "《公司法》第六条"],
        ["《招标投标法》第二十六条"],
    ]


def test_a_measure_is_called_by_its_words_without_its_other_sides(knowledge: Knowledge) -> None:
    told = tell(MEMO.format("（一）责任单位：市水务局。惩戒措施：限制招标。"), knowledge)["measures"]
    assert [(measure["title"], measure["departments"]) for measure in told] == [("限制招标", ["市水务局"])]
