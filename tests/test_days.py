"""Two days of law: which one governs an act, why, and that the day of the decision is the one concluded for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Done

from policygraph.judging.decisions import ActRow, TimeRule, compare_days
from policygraph.judging.decisions.days import follow_acts
from policygraph.keeping.sources import find_root

RULES = {
    "penalty": TimeRule("lenient", both=True, words="从旧兼从轻"),
    "sanction": TimeRule("no-retroaction", both=True, words="不溯及"),
    "benefit": TimeRule("decision-day", both=False, words="看决定日"),
}
RESTRAINTS = {"may": 0, "may-if": 1, "to-verify": 2, "not-alone": 3, "recommend-repeal": 4}
CODES = {
    "may": "supported",
    "may-if": "conditional",
    "to-verify": "unverifiable",
    "not-alone": "insufficient",
    "recommend-repeal": "conflict",
}


def act(nature: str, group: str, conclusion: str | None = None) -> ActRow:
    """An act of a nature whose conclusion lies in a group of advice."""
    said = CODES.get(group, "") if conclusion is None else conclusion
    return ActRow("act/1", "二（一）", "做某事", "unit", nature=nature, conclusion=said, group=group)


@pytest.mark.parametrize(
    ("nature", "then", "now", "governs"),
    [
        ("penalty", "not-alone", "may-if", "conduct"),
        ("penalty", "may-if", "recommend-repeal", "decision"),
        ("penalty", "may-if", "may", "conduct"),
        ("sanction", "not-alone", "may-if", "conduct"),
        ("sanction", "may-if", "not-alone", "decision"),
        ("sanction", "to-verify", "may-if", "conduct"),
        ("benefit", "not-alone", "may-if", "decision"),
        ("benefit", "may-if", "not-alone", "decision"),
        ("sanction", "", "may-if", "unknown"),
        ("benefit", "", "may-if", "decision"),
    ],
)
def test_what_lessens_rights_is_to_meet_both_days_and_the_stricter_governs(
    nature: str, then: str, now: str, governs: str
) -> None:
    (found,) = compare_days([act(nature, now)], [act(nature, then)], RULES, RESTRAINTS)
    assert found.governs == governs
    assert (found.then is None) is (then == "")
    assert found.rule is RULES[nature]


def test_two_conclusions_that_hold_back_alike_are_both_to_be_met() -> None:
    (found,) = compare_days(
        [act("sanction", "may-if", "conditional")], [act("sanction", "may-if", "discretionary")], RULES, RESTRAINTS
    )
    assert found.governs == "both"


@pytest.mark.parametrize(
    ("nature", "then", "now", "told"),
    [
        ("penalty", "not-alone", "may-if", "not-alone"),
        ("sanction", "may-if", "not-alone", "not-alone"),
        ("benefit", "not-alone", "may-if", "may-if"),
        ("sanction", "", "may-if", ""),
    ],
)
def test_an_act_is_told_under_the_conclusion_that_governs_it(nature: str, then: str, now: str, told: str) -> None:
    acts = [act(nature, now)]
    (followed,) = follow_acts(acts, compare_days(acts, [act(nature, then)], RULES, RESTRAINTS))
    assert (followed.group, followed.conclusion, followed.act) == (told, CODES.get(told, ""), "act/1")
    assert follow_acts(acts, ()) == (acts[0],)


def test_where_both_days_count_what_either_asks_is_asked() -> None:
    now = replace(act("sanction", "may-if", "conditional"), conditions=("甲", "乙"))
    then = replace(act("sanction", "may-if", "discretionary"), conditions=("乙", "丙"))
    (followed,) = follow_acts([now], compare_days([now], [then], RULES, RESTRAINTS))
    assert (followed.conclusion, followed.conditions) == ("conditional", ("甲", "乙", "丙"))


def test_what_is_the_same_on_both_days_is_not_told() -> None:
    same = act("sanction", "may-if")
    assert list(compare_days([same], [same], RULES, RESTRAINTS)) == []
    assert list(compare_days([act("unjudged", "may")], [act("unjudged", "not-alone")], RULES, RESTRAINTS)) == []


TARGET = "91230803MA9XN00129"
SAMPLE = find_root() / "data" / "registers" / "sample"


def decided(run: Callable[..., Done], dataset: Path, *days: str, format: str = "json") -> Done:
    """The sample target under 5号, asked on one day, with other days of act and decision."""
    asked = ("decide", str(SAMPLE), "--policy", "jiamusi-2020-5", "--entity", TARGET, "--as-of", "2026-11-22")
    return run(*asked, "--format", format, "--dataset", str(dataset), *days)


def conclusions(answer: Any) -> dict[str, str]:
    """The conclusion on each act of a bundle, by number."""
    return {act["notation"]: act["conclusion"] for measure in answer["measures"] for act in measure["acts"]}


def test_the_law_of_the_day_of_the_decision_is_the_one_concluded_for(run: Callable[..., Done], dataset: Path) -> None:
    """安全生产法 78 came into force on 2021-09-01, 行政处罚法 16 on 2021-07-15."""
    for day, ban, advertising in (
        ("2021-07-14", "insufficient", "insufficient"),
        ("2021-09-01", "conditional", "conflict"),
    ):
        (answer,) = json.loads(decided(run, dataset, "--decision-day", day).stdout)
        found = conclusions(answer)
        assert (found["二（一）5"], found["二（七）"]) == (ban, advertising)
        assert answer["days"] == []


def test_an_act_is_held_against_the_law_of_its_conduct_and_the_reason_is_told(
    run: Callable[..., Done], dataset: Path, tmp_path: Path
) -> None:
    days = ("--act-day", "2021-06-01", "--decision-day", "2021-12-31")
    done = decided(run, dataset, *days)
    (answer,) = json.loads(done.stdout)
    told = {one["notation"]: one for one in answer["days"]}
    assert (told["二（一）5"]["conduct"], told["二（一）5"]["decision"]) == ("insufficient", "conditional")
    assert told["二（一）5"]["governs"] == "conduct"
    assert (told["二（七）"]["decision"], told["二（七）"]["governs"]) == ("conflict", "decision")
    assert "第三十七条" in told["二（七）"]["reason"]
    for text, code in ((done.stdout, 0), (done.stdout.replace('"governs": "conduct"', '"governs": "decision"', 1), 1)):
        (tmp_path / "answer.json").write_text(text, encoding="utf-8")
        assert run("verify", str(tmp_path / "answer.json"), "--dataset", str(dataset)).returncode == code
    printed = decided(run, dataset, *days, format="table").stdout
    assert "二（一）5 依行为日（2021-06-01）的规定是“现有依据不足，不得单独据本文件实施”" in printed
    assert "依决定日（2021-12-31）的规定是“有依据，须具备下列条件”：以行为日的为准" in printed
