"""The acts of the five documents: each under a number of its own, and each day answered for in words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import Done, open_once

from policygraph.judging.answers import Cell
from policygraph.judging.law.acts import PART_MARK
from policygraph.judging.rules import Policy
from policygraph.judging.rules.issue import Issue
from policygraph.keeping.acts import list_acts, list_items
from policygraph.keeping.assessments import open_policies
from policygraph.keeping.store import Store
from policygraph.text.sentences import mend_joints

TODAY = "2026-11-26"


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


@pytest.fixture(scope="module")
def policies(store: Store) -> Mapping[str, Policy]:
    return open_policies(store)


def rows(store: Store, day: str, document: str | None = None) -> list[Mapping[str, Cell]]:
    """The conclusions of a day as records."""
    answer = store.ask("conclusions", as_of=day, document=document)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def test_every_act_of_a_document_has_a_number_of_its_own(store: Store) -> None:
    acts = rows(store, TODAY)
    counted = Counter((row["document"], row["notation"]) for row in acts)
    assert [one for one, times in counted.items() if times > 1] == []
    assert all(row["notation"] for row in acts)
    measures = store.ask("measures")
    numbers = {row[0]: row[measures.columns.index("notation")] for row in measures.rows}
    for row in acts:
        if row["measure"]:
            own, whole = str(row["notation"]), str(numbers[row["measure"]])
            part = own.removeprefix(whole).removeprefix(PART_MARK)
            assert own == whole if row["act"] == row["measure"] else part.isdecimal() and own == f"{whole}·{part}"


@pytest.mark.parametrize(
    ("document", "day", "issue"),
    [
        ("jiamusi-2020-5", "2019-12-31", "before"),
        ("jiamusi-2020-5", "2020-01-01", "inside"),
        ("jiamusi-2020-5", "2020-12-31", "inside"),
        ("jiamusi-2020-5", "2021-01-01", "after"),
        ("jiangsu-2019-820", "2018-12-31", "before"),
        ("jiangsu-2019-820", "2020-02-10", "inside"),
        ("jiangsu-2019-820", "2020-02-11", "after"),
        ("jiamusi-2020-6", "2020-06-15", "before"),
        ("jiamusi-2020-6", "2020-06-16", None),
        ("yiyuan-2021-28", "2021-08-04", "before"),
    ],
)
def test_whether_a_document_is_there_is_said_of_every_act_and_as_a_decision_says_it(
    store: Store, policies: Mapping[str, Policy], document: str, day: str, issue: str | None
) -> None:
    policy = policies[document]
    told = policy.issue.tell(policy.issue.state(date.fromisoformat(day)))
    for row in rows(store, day, document):
        assert row["issue"] == issue
        assert row["note"] == (told or None)
        assert (row["conclusion"] is None) is (issue == "before")
        assert str(row["sentence"] or "").startswith(told) is (issue in ("inside", None)) or issue == "after"
        if issue == "inside":
            assert "；如已发布：" in str(row["sentence"])


def test_the_days_of_a_policy_are_those_of_its_document(store: Store, policies: Mapping[str, Policy]) -> None:
    documents = store.ask("documents")
    for row in documents.rows:
        told = dict(zip(documents.columns, row, strict=True))
        days = [told["date"] or told[name] for name in ("date_from", "date_to")]
        known = policies[str(told["document"]).rsplit("/", 1)[-1]].issue
        assert known == Issue(*(date.fromisoformat(str(day)) for day in days))


def test_no_act_is_silent_on_who_may_do_it_and_none_to_be_done_conditionally_names_no_condition(store: Store) -> None:
    for day in ("2019-06-01", "2020-12-31", "2021-12-31", TODAY):
        for row in rows(store, day):
            assert row["competence"] or row["conclusion"] is None
            assert row["conditions"] or row["advice"] != "may-if"


def test_what_stands_beside_a_conclusion_is_handed_on_item_by_item(store: Store) -> None:
    """Joined for whoever reads rows; an item that holds the joint itself stays one."""
    items = list_items(store, TODAY)
    joined = rows(store, TODAY)
    for row in joined:
        for column, found in items[str(row["act"])].items():
            english = "; ".join([*(one.removesuffix(".") for one in found[:-1]), found[-1]])
            assert row[column] == (english if column.endswith("_en") else mend_joints("；".join(found)))
    assert any("；" in one for columns in items.values() for one in columns.get("competence", ()))
    some = str(joined[0]["act"])
    assert list_items(store, TODAY, [some])[some] == items[some]
    acts = [act for found in list_acts(store, date.fromisoformat(TODAY)).of_measures.values() for act in found]
    told = {str(row["act"]): str(row["status"] or "") for row in joined}
    for act in acts:
        said = [f"{basis}：{code}" + (f"→{place}" if place else "") for basis, code, place in act.status]
        assert "；".join(said) == told[act.act]


def test_the_table_says_below_its_rows_that_a_document_is_not_there(run: Callable[..., Done], dataset: Path) -> None:
    asked = ("ask", "conclusions", "--document", "jiamusi-2020-6", "--dataset", str(dataset), "--as_of")
    assert "doc/jiamusi-2020-6：截至日早于本文件发布（2020-06-16）" in run(*asked, "2020-06-15").stdout
    assert "截至日早于" not in run(*asked, "2020-06-16").stdout
    (row, *_) = json.loads(run(*asked, "2020-06-15", "--format", "json").stdout)["rows"]
    assert (row["issue"], row["note"]) == ("before", "截至日早于本文件发布（2020-06-16）")
    assert row["note_en"] == "the day lies before the document was issued (2020-06-16)"
