"""Grades that are given by scores: drafted with their lines, accepted, and given to an enterprise by its latest score.

The memos are invented and stand for kinds; no line of Turtle is written by hand.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from rdflib import Literal
from tests.test_drafting import draft

from policygraph.errors import InputError
from policygraph.judging.decisions import decide
from policygraph.judging.rules.facts import Row, make_register
from policygraph.judging.rules.shapes import load_policies
from policygraph.keeping.additions import add_document
from policygraph.keeping.curation.cases import LINES, Case, list_proposals, open_case, open_desk
from policygraph.keeping.curation.deciding import accept, edit, list_lacking, reject, remove, undo
from policygraph.keeping.curation.drafting import draft_document
from policygraph.keeping.curation.meanings import list_meanings
from policygraph.keeping.terms import read_turtle
from policygraph.keeping.workspace import init_workspace
from policygraph.namespaces import PG
from policygraph.reading.drafting import Proposal

WHO, AT, SLUG, DAY = "法制科", "2031-04-01T09:00:00+08:00", "haitang-2031-9", date(2031, 8, 1)
UNIT = "91999901MA0000001A"
SCALE = "得分90分以上的为A级，75分以上不满90分的为B级，不满75分的为C级。"
MEMO = f"""海棠市应急管理局文件
海应急〔2031〕9号
关于印发《海棠市安全生产信用等级评定办法》的通知
各县（市、区）应急管理局：
现将《海棠市安全生产信用等级评定办法》印发给你们，请认真执行。
海棠市应急管理局
2031年3月1日
海棠市安全生产信用等级评定办法
一、信用等级
生产经营单位安全生产信用分为A级、B级、C级三个等级。{SCALE}
二、分级监管
（一）对A级单位，减少日常检查频次。
（二）对C级单位，列为重点监管对象。
三、附则
本办法自印发之日起施行。
"""


def scale(text: str) -> tuple[list[Proposal], list[Proposal]]:
    """The graded policies of a text, and the lines on scores."""
    found = draft(f"一、信用等级\n{text}\n二、其他\n另行通知。\n")
    graded = [one for one in found if one.values_of("positiveOutcome") == ("graded",)]
    lines = [one for one in found if one.values_of("lineRecord") == ("line-record-score",)]
    return graded, lines


def bounds(line: Proposal) -> tuple[str, str, str, str]:
    """The lower and upper bound of a line, each with whether it counts."""
    terms = ("lower", "lowerInclusive", "upper", "upperInclusive")
    first, second, third, fourth = ("".join(line.values_of(term)) for term in terms)
    return first, second, third, fourth


def test_a_scale_is_a_policy_with_a_line_for_each_grade() -> None:
    (policy,), lines = scale(SCALE)
    assert [bounds(one) for one in lines] == [
        ("90", "true", "", ""),
        ("75", "true", "90", "false"),
        ("", "", "75", "false"),
    ]
    assert policy.values_of("hasCondition") == tuple(one.values_of("decides")[0] for one in lines)
    assert (policy.values_of("openQuestion"), policy.values_of("combination")) == ((), ("allOf",))


def test_one_grade_alone_makes_no_scale() -> None:
    assert scale("得分90分以上的为A级。") == ([], [])
    assert scale("生产经营单位分为A级、B级、C级三个等级。") == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        "甲级，考评得分在90分以上。\n乙级，考评得分在60分以上90分以下。",
        "得分80分以上的为A级，60分以上的为B级。",
    ],
)
def test_a_score_that_two_grades_claim_is_asked(text: str) -> None:
    _, (first, second) = scale(text)
    assert first.values_of("openQuestion") == ()
    assert second.values_of("openQuestion") == ("line-question-words",)


@pytest.mark.parametrize(
    "text",
    [
        "企业发生较大事故的，直接评定为C级。",
        "企业存在重大隐患的，信用等级降为C级。",
        "存在否决项的，不能被评为A级。",
        "本年度未参加考评的单位不参与排名。",
    ],
)
def test_a_grade_that_is_given_without_a_score_is_asked(text: str) -> None:
    (policy,), _ = scale(f"{SCALE}\n{text}")
    assert policy.values_of("openQuestion") == ("line-question-whole",)
    assert policy.values_of("unclearWords") == (text.rstrip("。"),)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    (tmp_path / "memo.txt").write_text(MEMO, encoding="utf-8")
    workspace = init_workspace(tmp_path / "own", "https://data.example.gov.cn/credit/", samples=False)
    add_document(workspace, tmp_path / "memo.txt", SLUG, "999901=海棠市")
    found = open_case(open_desk(workspace), SLUG)
    draft_document(found, AT)
    return found


def grade(case: Case, score: str | None, *, veto: bool = False) -> tuple[str, str | None]:
    """The outcome for an enterprise with a score, and its grade."""
    policy = load_policies([read_turtle(case.shapes)])[SLUG]
    rows = [Row("enterprises", {"uscc": UNIT, "name": "甲", "region": "999901"})]
    if score is not None:
        day = date(2031, 5, 1)
        rows.append(
            Row(
                "assessments",
                {"uscc": UNIT, "year": 2030, "score": Decimal(score), "veto": veto, "published_on": day},
            )
        )
    found = decide(make_register("r", tuple(rows)), UNIT, policy, DAY)
    return found.outcome, found.grade


def test_accepting_is_enough_to_give_grades(case: Case) -> None:
    accept(case, None, WHO, AT)
    assert list_proposals(case, "conditions") == ()
    given = {score: grade(case, score) for score in ("90", "89.5", "75", "74.9")}
    assert given == {
        "90": ("graded", "A级"), "89.5": ("graded", "B级"), "75": ("graded", "B级"), "74.9": ("graded", "C级"),
    }  # fmt: skip
    assert grade(case, None) == ("undetermined", None)


def test_what_follows_from_a_grade_stands_with_its_policy_and_leaves_with_its_consequence(case: Case) -> None:
    accept(case, None, WHO, AT, kind="conditions")
    lines = case.graph(LINES)
    assert (None, PG.whenGrade, None) not in lines
    before = case.text(LINES)
    accept(case, None, WHO, AT, kind="consequences")
    lines = case.graph(LINES)
    tied = {str(lines.value(rule, PG.whenGrade)): lines.value(rule, PG.measure) for rule in
            lines.subjects(PG.whenGrade, None)}  # fmt: skip
    assert set(tied) == {"A级", "C级"}
    consequence = next(
        str(one).rsplit("/id/", 1)[1]
        for one in case.graph("model.ttl").subjects(PG.measure, tied["C级"])
    )  # fmt: skip
    remove(case, consequence, WHO, AT, note="说的不是等级")
    assert set(map(str, case.graph(LINES).objects(None, PG.whenGrade))) == {"A级"}
    undo(case, WHO, AT)
    undo(case, WHO, AT)
    assert case.text(LINES) == before


def test_a_veto_is_a_choice_of_the_line_and_no_turtle(case: Case) -> None:
    lines = [one.address for one in list_proposals(case, "conditions") if one.type == "ConditionRule"]
    for line in lines:
        edit(case, line, {"lineRefinement": ["line-refinement-no-veto"]}, WHO, AT)
    accept(case, None, WHO, AT)
    assert grade(case, "95") == ("graded", "A级")
    assert grade(case, "95", veto=True) == ("undetermined", None)


def test_a_grade_its_score_and_its_line_are_decided_together(case: Case) -> None:
    found = {one.members[0].type: one for one in list_meanings(case, list_proposals(case))}
    assert {one.type for one in found["Grade"].members} == {"Grade", "Condition", "ConditionRule"}


def test_a_policy_of_grades_asks_for_the_grade_of_each_condition(case: Case) -> None:
    address = next(one.address for one in list_proposals(case, "grades"))
    reject(case, [address], WHO, AT, note="不是等级")
    with pytest.raises(InputError, match="评为哪一级"):
        accept(case, [f"policy/{SLUG}"], WHO, AT)
    # what keeps the policy keeps its lines, and is told once
    told = [str(one) for one in list_lacking(case, "conditions")]
    assert len(told) == len(set(told)) == 1
    assert Literal("graded") not in set(case.graph(LINES).objects(None, PG.positiveOutcome))
