"""Tables whose columns the text of a PDF lost: cut where the columns can be told by what they hold, else left alone."""

from __future__ import annotations

from typing import Any

import pytest

from policygraph.keeping.dataset.knowledge import load_knowledge
from policygraph.reading.texts import Knowledge, read_text, serialise_reading

HEAD = "河阴市失信联合惩戒措施清单\n"
TITLES = "序号 惩戒措施 法律及政策依据 实施单位\n"
ROWS = [
    ("1", "限制参加政府采购活动", "《政府采购法》第二十二条第一款", "市财政局"),
    (
        "2",
        "限制取得安全生产许可证",
        "《安全生产许可证条例》第六条、《安全生产法》第六十三条",
        "市应急管理局、市住房城乡建设局",
    ),
    ("3", "限制发行企业债券", "《证券法》第十五条《企业债券管理条例》第十二条", "人民银行河阴市中心支行"),
]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """The shipped knowledge."""
    return load_knowledge()


def tell(text: str, knowledge: Knowledge) -> dict[str, Any]:  # Any: JSON
    """What ``parse`` says of a text."""
    return serialise_reading(read_text(text, knowledge))


def wrap(words: str, width: int) -> str:
    """Words broken into lines, as a narrow cell prints them."""
    return "\n".join(words[at : at + width] for at in range(0, len(words), width))


def dump(between: str = " ", width: int = 200, page: str = "") -> str:
    """The table as a dump prints it: cells parted by ``between``, wrapped, with ``page`` between the rows."""
    rows = [between.join(wrap(cell, width) for cell in row) + "\n" for row in ROWS]
    return HEAD + TITLES + page.join(rows)


@pytest.mark.parametrize(
    "text",
    [
        dump(),
        dump(between="\n"),
        dump(between="\n", width=9),
        dump(width=11),
        dump(page="第1页 共2页\n"),
        dump(page="- 1 -\n" + TITLES),
        dump() + "二、其他\n（一）本清单由市信用办解释。\n",
        dump() + "注：本清单自印发之日起施行，由市信用办负责解释。\n",
    ],
)
def test_a_dump_is_cut_into_the_rows_it_had(text: str, knowledge: Knowledge) -> None:
    told = tell(text, knowledge)
    assert [(measure["title"], measure["departments"]) for measure in told["measures"]] == [
        (measure, units.split("、")) for _, measure, _, units in ROWS
    ]
    assert [len(measure["bases"]) for measure in told["measures"]] == [1, 2, 2]
    assert not [problem for problem in told["problems"] if problem["code"] == "table-uncut"]


@pytest.mark.parametrize(
    "row",
    [
        "2 限制供地 依照有关规定 市林业局\n",  # nothing tells where the bases begin
        "2 限制供地 《土地管理法》第二条 依法办理\n",  # nobody is named at the end
        "2 限制供地 《土地管理法第二条 市林业局\n",  # the title is not closed
        "2 《土地管理法》第二条 市林业局\n",  # no measure
    ],
)
def test_a_table_with_a_row_that_cannot_be_told_apart_stays_as_it_is(row: str, knowledge: Knowledge) -> None:
    told = tell(HEAD + TITLES + "1 限制招标 《招标投标法》第二十六条 市财政局\n" + row, knowledge)
    assert told["measures"] == []
    assert [problem["code"] for problem in told["problems"]].count("table-uncut") == 1


def test_numbered_lines_below_other_headers_are_no_such_table(knowledge: Knowledge) -> None:
    told = tell(HEAD + "序号 类别 违法行为 处罚\n1 甲 《安全生产法》第二条 市财政局\n", knowledge)
    assert (told["measures"], told["tables"]) == ([], [])
