"""Decisions: the cases a lawyer reads, the properties that must hold for any register, the triangle of grounds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH, SKOS
from rdflib.term import Node
from tests.conftest import ask_at_once
from tests.drawing import draws
from tests.files import read_graph, read_policies

import policygraph.judging.decisions.hearing as hearing_module
from policygraph.errors import NotFoundError
from policygraph.graph.memory import make_graph
from policygraph.graph.validation import validate
from policygraph.judging.decisions import (
    BasisRow,
    Decision,
    Hearing,
    MeasureRow,
    build_view,
    decide,
    decide_all,
    decision_graph,
    decision_json,
    outcome_label,
    what_would_change,
)
from policygraph.judging.decisions.deciding import find_spoken, ground_of
from policygraph.judging.decisions.rendering import name_records, need_lines
from policygraph.judging.rules import Policy, Register, Row, make_register
from policygraph.judging.rules.counting import add_months, first_day_after, months_ago, months_ago_open
from policygraph.judging.rules.facts import COVERABLE, TABLE, Value
from policygraph.keeping.registers import load_register, register_graphs, register_of
from policygraph.keeping.registers.cells import check_character, parse_cell
from policygraph.namespaces import EARL, ID, PG, instance, slug_of

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases"
UNIT = "91230800MA0000000R"
OTHER = "91230800MA000001X" + check_character("91230800MA000001X")
NOVEMBER = date(2026, 11, 21)
POSITIVE = {"eligible", "target"}


# --- the cases -------------------------------------------------------------------------------------------------------


def _row(table: str, cells: Mapping[str, Any], unit: str) -> Row:
    """One row of a case, read as a register cell would be, with the unit filled in where the case leaves it out."""
    given_cells = {"UNIT": unit, "OTHER": OTHER}
    raw = {name: given_cells.get(str(value), value) for name, value in cells.items()}
    if table != "coverage" and "uscc" not in raw and (table in ("enterprises", "persons") or "person_id" not in raw):
        raw["uscc"] = unit
    values = {
        column.name: parse_cell(column, raw.pop(column.name, None))
        for column in TABLE[table].columns
        if column.name in raw or column.default
    }
    assert not raw, f"unknown columns in a case: {raw}"
    return Row(table, {name: value for name, value in values.items() if value is not None})


def register_of_case(base: Mapping[str, Any], case: Mapping[str, Any]) -> Register:
    """The register of a case: the base with what the case adds, replaces and takes away."""
    stem = str(case.get("unit", UNIT[:17]))[:17]
    unit = stem + check_character(stem)
    tables: dict[str, list[Any]] = {name: list(rows) for name, rows in base.items() if name != "coverage"}
    tables.update({name: list(rows) for name, rows in case.get("replace", {}).items()})
    for name in case.get("without", []):
        tables.pop(name, None)
    spans = case.get("covered", {})
    coverage = [
        {
            "table": name,
            "from": spans.get(name, [base["coverage"]["from"]])[0],
            "to": spans.get(name, [0, base["coverage"]["to"]])[1],
        }
        for name in base["coverage"]["tables"]
        if name not in case.get("uncovered", [])
    ]
    tables["coverage"] = coverage
    for name, rows in case.get("add", {}).items():
        tables.setdefault(name, []).extend(rows)
    return make_register("case", [_row(name, cells, unit) for name, rows in tables.items() for cells in rows])


@cache
def _all_cases() -> tuple[Any, ...]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        # the same loader in C, a tenth of the time
        book = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        if "policy" not in book:
            continue
        for case in book["cases"]:
            merged = {"as_of": book["as_of"], **case, "policy": book["policy"], "base": book["base"]}
            found.append(pytest.param(merged, id=f"{path.stem}-{case['title']}"))
    return tuple(found)


def _measures_named(case: dict[str, Any]) -> list[str]:
    return [*case.get("measures", []), *case.get("without_measures", [])]


@pytest.mark.parametrize("case", _all_cases())
def test_cases(case: dict[str, Any]) -> None:
    register = register_of_case(case["base"], case)
    policy = read_policies()[case["policy"]]
    unit = register.enterprises[0]
    kind = "sanction" if policy.adverse else "incentive"
    rows = [MeasureRow(f"{ID}{name}", policy.document, name, name, "unit", kind=kind) for name in _measures_named(case)]
    decision = decide(register, unit, policy, case["as_of"], measures=rows)
    by_condition = {part.condition: part for part in (*decision.conditions, *decision.findings)}
    assert decision.outcome == case["outcome"], [(p.condition, p.outcome, p.reason) for p in decision.conditions]
    assert case["because"]
    if "undetermined_because" in case:
        assert list(decision.undetermined_because) == case["undetermined_because"]
    for name in ("grade", "reason_code", "restricted"):
        if name in case:
            assert getattr(decision, name) == case[name]
    for condition, outcome in {**case.get("conditions", {}), **case.get("findings", {})}.items():
        assert by_condition[condition].outcome == outcome, by_condition[condition]
    for condition, evidence in case.get("evidence", {}).items():
        assert list(by_condition[condition].evidence) == evidence
    shown = " ".join(" ".join((notice.message, *name_records(notice))) for notice in decision.warnings)
    for words in case.get("warnings", []):
        assert words in shown
    found = {reading.reading: {other.reading: other for other in reading.alternatives} for reading in decision.readings}
    for question, answers in case.get("readings", {}).items():
        for value, outcome in answers.items():
            assert found[question][value].outcome == outcome
    flipped = {name for others in found.values() for other in others.values() for name in other.findings}
    assert set(case.get("flipped_findings", [])) <= flipped
    if "persons" in case:
        assert sorted(one.person for one in decision.persons) == case["persons"]
    for condition, people in case.get("holders", {}).items():
        assert sorted(one.person for one in by_condition[condition].proof.holders) == people
    assert [row.notation for row in decision.measures] == case.get("measures", [])
    if "later" in case:
        later = what_would_change(register, unit, policy, case["as_of"]).later
        assert dict(later) == case["later"]


def _unknown_since(register: Register, policy: str) -> list[str]:
    """What a decision says is not known of the time since a determination."""
    decision = decide(register, UNIT, read_policies()[policy], NOVEMBER)
    return [f"{notice.message} {notice.evidence[0]}" for notice in decision.warnings if "不知道此后" in notice.message]


def test_what_is_not_known_since_a_determination_is_said() -> None:
    """Table, field and time from the day after it; nothing where that is known, or where nobody relies on it."""
    judged = date(2024, 5, 1)
    unit = [
        Row("enterprises", {"uscc": UNIT, "name": "虚构", "region": "230805"}),
        Row(
            "determinations", {"uscc": UNIT, "condition": "jiamusi-2020-5/target", "outcome": "failed", "date": judged}
        ),
        Row("coverage", {"table": "listings", "from": NOVEMBER, "to": NOVEMBER}),
    ]

    def told(*more: Row, without: int = 0) -> list[str]:
        return _unknown_since(make_register("since", [*unit[: 3 - without], *more]), "jiamusi-2020-5")

    def records(since: date, field: str | None = None, until: date = NOVEMBER) -> Row:
        inside: dict[str, Value] = {"field": field} if field else {}
        return Row("coverage", {"table": "dishonesty", "from": since, "to": until, **inside})

    (message,) = told(records(date(2025, 1, 1)))
    for words in ("2024-05-01 的认定", "失信行为（work_safety）", "2024-05-02 至 2024-12-31", "determinations:"):
        assert words in message
    assert "列入名单" not in message
    (message,) = told(without=1)
    assert "列入名单（work_safety）在 2026-11-21 没有完整性说明" in message
    assert "2024-05-02 至 2026-11-21" in message
    assert told(records(judged + timedelta(days=1))) == []
    assert told(records(judged + timedelta(days=1), "work_safety")) == []
    assert len(told(records(judged + timedelta(days=1), "tax"))) == 1
    later = Row("dishonesty", {"record_id": "S", "uscc": UNIT, "date": date(2025, 5, 5), "field": "work_safety"})
    assert told(later) == [], "the determination no longer carries the answer, and the record is named instead"


def test_completeness_declared_for_days_to_come_is_said_where_a_later_day_leans_on_it() -> None:
    """Up to the export at most; not where the statement ends today, the day has come, or the table is not asked."""
    today, ahead = NOVEMBER, NOVEMBER + timedelta(days=40)

    def told(table: str, until: date, as_of: date = ahead, exported: date | None = None) -> list[str]:
        cells: dict[str, Value] = {"table": table, "from": date(2020, 1, 1), "to": until}
        if exported is not None:
            cells["exported_on"] = exported
        unit = Row("enterprises", {"uscc": UNIT, "name": "虚构", "region": "230805"})
        register = make_register("ahead", [unit, Row("coverage", cells)])
        decision = decide(register, UNIT, read_policies()["jiamusi-2020-6"], as_of, today=today)
        return [notice.message for notice in decision.warnings if "没有人能够保证" in notice.message]

    (message,) = told("penalties", date(2099, 12, 31))
    assert all(words in message for words in (TABLE["penalties"].label, "2099-12-31", "2026-11-21"))
    (message,) = told("listings", date(2099, 12, 31), exported=today + timedelta(days=1))
    assert TABLE["listings"].label in message
    assert "2026-11-22" in message
    assert told("penalties", date(2099, 12, 31), exported=today) == []
    assert told("penalties", today) == []
    assert told("penalties", date(2099, 12, 31), as_of=today) == []
    assert told("assessments", date(2099, 12, 31)) == []


def test_an_export_that_has_not_been_made_is_told_on_every_day_and_changes_no_answer() -> None:
    """As every record of a day to come is: told, not refused; where no clock is given nobody can tell."""
    unit = Row("enterprises", {"uscc": UNIT, "name": "虚构", "region": "230805"})
    policy = read_policies()["jiamusi-2020-6"]

    def ask(exported: date | None, today: date | None, as_of: date = NOVEMBER) -> tuple[str, list[str]]:
        cells: dict[str, Value] = {"table": "penalties", "from": date(2020, 1, 1), "to": date(2026, 12, 31)}
        register = make_register(
            "e", [unit, Row("coverage", {**cells, "exported_on": exported} if exported else cells)]
        )
        decision = decide(register, UNIT, policy, as_of, today=today)
        return decision.outcome, [one.message for one in decision.warnings if "导出还没有发生" in one.message]

    ahead = NOVEMBER + timedelta(days=1)
    outcome, (message,) = ask(ahead, NOVEMBER)
    assert all(words in message for words in (TABLE["penalties"].label, ahead.isoformat(), NOVEMBER.isoformat()))
    assert ask(ahead, NOVEMBER, NOVEMBER - timedelta(days=90))[1] == [message]
    assert ask(NOVEMBER, NOVEMBER) == ask(None, NOVEMBER) == ask(ahead, None) == (outcome, [])


def test_an_exclusion_by_a_repaired_listing_names_the_repair() -> None:
    rows = [
        Row("enterprises", {"uscc": UNIT, "name": "虚构", "region": "230805"}),
        Row(
            "listings", {"record_id": "L", "uscc": UNIT, "list": "black", "field": "tax", "listed_on": date(2022, 1, 1)}
        ),
    ]
    repair = Row("repairs", {"record_id": "X", "uscc": UNIT, "of": "L", "completed_on": date(2026, 1, 1)})
    for more, named in (((), False), ((repair,), True)):
        decision = decide(make_register("repaired", [*rows, *more]), UNIT, read_policies()["jiamusi-2020-6"], NOVEMBER)
        part = next(part for part in decision.conditions if part.condition == "jiamusi-2020-6/cross-list")
        assert decision.outcome == "excluded"
        assert ("已完成信用修复" in part.reason) is named
        assert any("修复已完成" in item.what for item in part.remedies) is named


def test_the_sheet_withholds_exactly_the_measures_whose_precondition_the_model_states() -> None:
    stated = 0
    for policy in read_policies().values():
        model = read_graph(f"data/documents/{policy.document}/model.ttl")
        pairs = {(str(condition), str(measure)) for measure, condition in model.subject_objects(PG.hasPrecondition)}
        withheld = {(f"{ID}condition/{one.condition}", name) for one in policy.withheld for name in one.measures}
        assert withheld == pairs, policy.id
        stated += len(pairs)
    assert stated >= 2


def test_there_are_enough_cases() -> None:
    assert len(_all_cases()) >= 80


@pytest.mark.parametrize("name", ["jiamusi-2020-5", "jiangsu-2019-820", "xinzheng-2010-36"])
def test_the_engine_finds_the_same_in_plain_graphs(name: str) -> None:
    """Shapes and view remember what pySHACL looks up in them; copies of them remember nothing."""
    policy = read_policies()[name]
    case = next(param.values[0] for param in _all_cases() if param.id.startswith(name))
    register = register_of_case(case["base"], case)
    view = build_view(register, register.enterprises[0], case["as_of"]).graph
    copy = Graph(bind_namespaces="none")
    for triple in view:
        copy.add(triple)
    found = validate(view, policy.main) + validate(view, policy.others)
    assert found == validate(copy, make_graph(policy.main)) + validate(copy, make_graph(policy.others))
    assert found


# --- counting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "as_of", "closed", "open_"),
    [
        ("2023-11-21", "2026-11-21", 36, 37),
        ("2023-11-21", "2026-11-22", 37, 37),
        ("2023-11-22", "2026-11-21", 36, 36),
        ("2021-02-28", "2024-02-29", 37, 37),
        ("2021-03-01", "2024-02-29", 36, 36),
        ("2020-02-29", "2023-02-28", 36, 37),
        ("2020-02-29", "2023-03-01", 37, 37),
        ("2024-02-29", "2027-02-27", 36, 36),
        ("2023-08-31", "2024-02-29", 6, 7),
        ("2023-08-31", "2024-03-01", 7, 7),
        ("2023-12-31", "2024-02-29", 2, 3),
        ("2026-11-21", "2026-11-21", 0, 1),
        ("2026-11-20", "2026-11-21", 1, 1),
    ],
)
def test_months_are_counted_by_the_civil_code(day: str, as_of: str, closed: int, open_: int) -> None:
    start, end = date.fromisoformat(day), date.fromisoformat(as_of)
    assert (months_ago(start, end), months_ago_open(start, end)) == (closed, open_)


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 20000), st.integers(0, 600))
def test_a_window_is_the_smallest_that_still_holds_the_day(day: date, later: int, months: int) -> None:
    as_of = day + timedelta(days=later)
    smallest = months_ago(day, as_of)
    assert add_months(day, smallest) >= as_of
    assert smallest == 0 or add_months(day, smallest - 1) < as_of
    over = first_day_after(day, months, last_day_out=False)
    assert over is not None
    assert months_ago(day, over) > months
    assert months_ago(day, over - timedelta(days=1)) <= months


def test_the_last_date_there_is_has_no_day_after() -> None:
    assert first_day_after(date.max, 36, last_day_out=False) is None
    assert first_day_after(date(9998, 1, 31), 36, last_day_out=True) is None
    assert months_ago(date(2023, 11, 21), date.max) == 12 * 7976 + 2


# --- properties ------------------------------------------------------------------------------------------------------

_DAYS = st.dates(date(2022, 6, 1), date(2026, 12, 31))
_EDGE = st.sampled_from([date(2023, 11, 20), date(2023, 11, 21), date(2023, 11, 22), NOVEMBER, date(2026, 11, 22)])
_DAY = st.one_of(_DAYS, _EDGE)
_WHO = st.sampled_from([{"uscc": UNIT}, {"person_id": "ZF"}, {"person_id": "AQ"}, {"person_id": "LR"}])
_FIELD = st.sampled_from(["work_safety", "tax"])
_DRAWN = (*(name for name in COVERABLE if name not in ("assessments", "determinations", "repairs")), "determinations")


@st.composite
def _facts(draw: st.DrawFn, table: str, number: int) -> dict[str, Any]:
    cells: dict[str, Any]
    if table == "penalties":
        cells = {
            **draw(_WHO),
            "date": draw(_DAY),
            "authority_function": draw(st.sampled_from(["work_safety", "environment", "transport"])),
        }
        cells["status"] = draw(st.sampled_from(["effective", "annulled", "stayed"]))
        cells["safety_matter"] = draw(st.sampled_from([True, False, None]))
    elif table == "accidents":
        cells = {"uscc": UNIT, "date": draw(_DAY), "fatalities": draw(st.integers(0, 2))}
        cells["liability"] = draw(st.sampled_from(["liable", "not_liable", "under_investigation"]))
    elif table == "dishonesty":
        cells = {
            **draw(_WHO),
            "date": draw(_DAY),
            "field": draw(_FIELD),
            "severity": draw(st.sampled_from(["minor", "moderate", "serious", None])),
        }
    elif table == "listings":
        listed = draw(_DAY)
        end = st.one_of(st.none(), st.integers(0, 900).map(lambda days: listed + timedelta(days=days)))
        cells = {
            **draw(_WHO),
            "list": draw(st.sampled_from(["black", "red", "watch"])),
            "field": draw(_FIELD),
            "listed_on": listed,
        }
        cells |= {"valid_until": draw(end), "delisted_on": draw(end)}
    elif table == "certificates":
        issued = draw(_DAY)
        cells = {"uscc": UNIT, "grade": draw(st.integers(1, 2)), "issued": issued}
        cells |= {
            "expires": draw(st.one_of(st.none(), st.integers(0, 1500).map(lambda days: issued + timedelta(days=days))))
        }
    elif table == "determinations":
        names = [
            "jiamusi-2020-6/1",
            "jiamusi-2020-5/target",
            "yiyuan-2021-28/typical",
            "yiyuan-2021-28/clean-record",
            "jiangsu-2019-820/watch",
        ]
        cells = {
            "uscc": UNIT,
            "condition": draw(st.sampled_from(names)),
            "outcome": draw(st.sampled_from(["passed", "failed"])),
            "date": draw(_DAY),
        }
    else:
        cells = {"uscc": UNIT, "date": draw(_DAY), "published": draw(st.booleans())}
    if any(column.name == "record_id" for column in TABLE[table].columns):
        cells["record_id"] = f"{table}-{number}"
    return {name: value for name, value in cells.items() if value is not None}


_RANDOM = tuple(name for name in COVERABLE if name not in ("assessments", "repairs"))


@st.composite
def registers(draw: st.DrawFn, region: str) -> Register:
    """A register that is favourable to begin with, with random facts and gaps, so that positive outcomes occur."""
    rows = [
        Row("enterprises", {"uscc": UNIT, "name": "示例（虚构）", "region": region}),
        Row("persons", {"person_id": "ZF", "uscc": UNIT, "role": "principal"}),
        Row("persons", {"person_id": "AQ", "uscc": UNIT, "role": "safety_deputy"}),
        Row("persons", {"person_id": "LR", "uscc": UNIT, "role": "principal", "to": draw(_DAYS)}),
        Row("commitments", {"uscc": UNIT, "date": date(2022, 1, 1), "published": True}),
        Row("certificates", {"uscc": UNIT, "grade": 1, "issued": date(2022, 1, 2), "expires": date(2027, 1, 1)}),
        Row(
            "determinations",
            {"uscc": UNIT, "condition": "jiamusi-2020-6/1", "outcome": "passed", "date": date(2022, 1, 1)},
        ),
    ]
    keys: set[tuple[object, ...]] = set()
    for number, table in enumerate(draw(st.lists(st.sampled_from(_DRAWN), max_size=3))):
        cells = draw(_facts(table, number))
        key = (table, *(cells.get(name) for name in TABLE[table].key))
        if key not in keys:
            keys.add(key)
            rows.append(Row(table, cells))
    for table in COVERABLE:
        if draw(st.integers(0, 9)) < 9:
            rows.append(
                Row(
                    "coverage",
                    {
                        "table": table,
                        "from": draw(st.sampled_from([date(2020, 1, 1), date(2023, 11, 21), date(2023, 11, 22)])),
                        "to": date(2027, 1, 1),
                    },
                )
            )
    return make_register("random", rows)


_PLACES = {
    "jiamusi-2020-6": "230803",
    "jiamusi-2020-5": "230803",
    "yiyuan-2021-28": "370323",
    "jiangsu-2019-820": "320602",
}
_SLOW = settings(max_examples=draws(20, 60), deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(_PLACES))
def test_removing_knowledge_never_yields_a_positive_outcome(name: str) -> None:
    policy = read_policies()[name]

    # A determination that denies is an adverse fact: taking it away may leave an older favourable one as the latest,
    # which no reading of "the latest counts" can avoid; such removals are left out.
    @_SLOW
    @given(registers(_PLACES[name]), st.data())
    def check(register: Register, data: st.DataObject) -> None:
        before = decide(register, UNIT, policy, NOVEMBER).outcome
        if before in POSITIVE:
            return
        weak = ("coverage", "commitments", "certificates", "determinations")
        candidates = [row for row in register.rows if row.table in weak]
        gone = data.draw(st.lists(st.sampled_from(candidates), max_size=4)) if candidates else []
        gone = [row for row in gone if row.cells.get("outcome") != "failed"]
        table = data.draw(st.sampled_from(COVERABLE))
        keep = [row for row in register.rows if not any(row is lost for lost in gone)]
        less = make_register("less", keep)
        assert decide(less, UNIT, policy, NOVEMBER).outcome not in POSITIVE
        taken = data.draw(st.sets(st.sampled_from([row.evidence for row in keep if row.table == table] or ["-"])))
        uncovered = [
            row
            for row in keep
            if not (row.table == table and row.evidence in taken and table != "determinations")
            and not (row.table == "coverage" and row.cells["table"] == table)
        ]
        assert decide(make_register("less", uncovered), UNIT, policy, NOVEMBER).outcome not in POSITIVE

    check()


@pytest.mark.slow
@pytest.mark.parametrize("name", [*sorted(_PLACES), "xinzheng-2010-36"])
def test_a_policy_under_its_default_readings_gives_the_same_outcome(name: str) -> None:
    policy = read_policies()[name]

    @_SLOW
    @given(registers(_PLACES.get(name, policy.region_prefix)))
    def check(register: Register) -> None:
        whole, plain = (decide(register, UNIT, one, NOVEMBER) for one in (policy, policy.by_default()))
        assert (plain.outcome, plain.grade, plain.undetermined_because) == (
            whole.outcome,
            whole.grade,
            whole.undetermined_because,
        )
        assert plain.conditions == whole.conditions
        assert not any(reading.alternatives for reading in plain.readings)

    check()


@pytest.mark.slow
@_SLOW
@given(registers("230803"), st.randoms(use_true_random=False))
def test_row_order_and_strangers_change_nothing(register: Register, shuffle: random.Random) -> None:
    policy = read_policies()["jiamusi-2020-6"]
    expected = decision_json(decide(register, UNIT, policy, NOVEMBER))
    rows = list(register.rows)
    shuffle.shuffle(rows)
    strangers = [
        Row("enterprises", {"uscc": OTHER, "name": "无关（虚构）", "region": "230803"}),
        Row("persons", {"person_id": "WG", "uscc": OTHER, "role": "principal"}),
        Row(
            "penalties",
            {
                "record_id": "W-1",
                "uscc": OTHER,
                "date": date(2026, 1, 1),
                "authority_function": "work_safety",
                "status": "effective",
            },
        ),
        Row("dishonesty", {"record_id": "W-2", "person_id": "WG", "date": date(2026, 1, 1), "field": "work_safety"}),
        Row(
            "determinations",
            {"uscc": UNIT, "condition": "elsewhere-2020-1/1", "outcome": "failed", "date": date(2026, 1, 1)},
        ),
    ]
    again = decision_json(decide(make_register("random", rows + strangers), UNIT, policy, NOVEMBER))
    assert again == expected


@pytest.mark.slow
@_SLOW
@given(registers("230803"))
def test_facts_after_the_day_do_not_exist(register: Register) -> None:
    policy = read_policies()["jiamusi-2020-6"]
    expected = decide(register, UNIT, policy, NOVEMBER)
    kept = []
    for row in register.rows:
        table = TABLE[row.table]
        day = row.day(table.date) if table.date else None
        if table.record and day is not None and day > NOVEMBER:
            continue
        ends = {name for name in ("delisted_on", "revoked_on") if (end := row.day(name)) and end > NOVEMBER}
        kept.append(Row(row.table, {name: value for name, value in row.cells.items() if name not in ends}))
    assert decide(make_register("random", kept), UNIT, policy, NOVEMBER) == expected


@pytest.mark.slow
@_SLOW
@given(registers("230803"))
def test_the_rdf_form_decides_the_same(register: Register) -> None:
    graphs = register_graphs(register)
    back = register_of(graphs.open + graphs.restricted, "random")
    assert back.rows == register.rows
    policy = read_policies()["jiamusi-2020-6"]
    assert decide(back, UNIT, policy, NOVEMBER) == decide(register, UNIT, policy, NOVEMBER)
    watch = [row for row in register.rows if row.text("list") == "watch"]
    assert len(set(graphs.restricted.subjects(RDF.type, PG.Listing))) == len(watch)
    assert not any("watch" in str(value) for value in graphs.open.objects(None, PG.listColour))


@pytest.mark.usefixtures("hasty")
def test_the_first_to_ask_of_a_policy_may_be_several() -> None:
    """The first visitors of a service share shapes that nobody has asked yet: half of them would decide otherwise."""
    register = load_register(ROOT / "data" / "registers" / "sample")
    units = register.enterprises[:4]

    def outcomes(unit: str, policies: Mapping[str, Policy]) -> list[str]:
        return [decide(register, unit, policy, NOVEMBER).outcome for policy in policies.values()]

    for _ in range(3):
        fresh = read_policies.__wrapped__()  # those that other tests have asked are whole
        at_once = ask_at_once([partial(outcomes, unit, fresh) for unit in units])
        assert at_once == [outcomes(unit, read_policies()) for unit in units]


# --- what a decision carries -----------------------------------------------------------------------------------------


def _case(policy: str, title: str) -> tuple[Register, Decision]:
    case = next(param.values[0] for param in _all_cases() if param.id == f"{policy}-{title}")
    assert isinstance(case, dict)
    register = register_of_case(case["base"], case)
    return register, decide(register, register.enterprises[0], read_policies()[policy], case["as_of"], dataset="abc")


def test_json_has_the_contract_of_the_register() -> None:
    _, decision = _case("jiamusi-2020-6", "三年内受到应急管理部门处罚")
    answer = decision_json(decision)
    assert {
        "policy", "entity", "as_of", "outcome", "undetermined_because", "grade", "reason_code",
        "conditions", "warnings", "readings", "measures", "dataset",
    } <= answer.keys()  # fmt: skip
    conditions = answer["conditions"]
    assert isinstance(conditions, list)
    fourth = next(item for item in conditions if item["condition"] == "jiamusi-2020-6/4")
    assert fourth["notation"] == "(4)"
    assert fourth["clause"] == "https://w3id.org/policygraph/id/doc/jiamusi-2020-6/annex_1/sec_1/point_4"
    assert fourth["quote"] == "(4)3年内未受到安全监管部门做出的行政处罚"
    assert fourth["evidence"] == ["P-17"]
    assert answer["dataset"] == "abc"


def test_the_rdf_of_a_decision_names_every_node_and_keeps_the_results() -> None:
    _, decision = _case("jiamusi-2020-6", "三年内受到应急管理部门处罚")
    first, second = decision_graph(decision), decision_graph(decision)
    assert all(isinstance(node, URIRef) for node in first.subjects())
    assert set(first.subjects(RDF.type, PG.Assessment)).isdisjoint(second.subjects(RDF.type, PG.Assessment))
    outcomes = [slug_of(str(value)).rsplit("#", 1)[-1] for value in first.objects(None, EARL.outcome)]
    assert outcomes.count("failed") == 2  # condition (4), and the stop rule that was not triggered
    results = list(first.subjects(RDF.type, SH.ValidationResult))
    assert any(str(first.value(node, PG.evidence)) == "P-17" for node in results)


def test_measures_follow_the_outcome_and_are_never_automatic() -> None:
    register, _ = _case("jiamusi-2020-5", "在安全生产领域黑名单上")
    base = "https://w3id.org/policygraph/id/measure/"
    law = BasisRow("政府采购法", locator="第二十二条")
    five, six = "jiamusi-2020-5", "jiamusi-2020-6"
    rows = [
        MeasureRow(f"{base}{five}/para_9", five, "二（九）", "限制参与政府采购", "unit", bases=(law,), kind="sanction"),
        MeasureRow(
            f"{base}{five}/para_5", five, "二（五）", "任职限制", "persons", needs_judgement="逐人认定", kind="sanction"
        ),
        MeasureRow(f"{base}{six}/para_7", six, "二（七）", "土地使用支持", "unit", kind="incentive"),
    ]
    decision = decide(register, UNIT, read_policies()["jiamusi-2020-5"], NOVEMBER, measures=rows)
    assert [row.notation for row in decision.measures] == ["二（九）", "二（五）"]
    assert all(row.needs_judgement for row in decision.measures)
    assert decision.measures[1].needs_judgement == "逐人认定"
    assert all(row.conditions == ("jiamusi-2020-5/target",) for row in decision.measures)
    graph = decision_graph(decision)
    chain = {slug_of(str(graph.value(node, EARL.test))) for node, _ in graph.subject_objects(PG.leadsTo)} - {"None"}
    assert chain == {"condition/jiamusi-2020-5/target"}
    clean = decide(
        _case("jiamusi-2020-5", "没有任何线索而记载完整")[0],
        UNIT,
        read_policies()["jiamusi-2020-5"],
        NOVEMBER,
        measures=rows,
    )
    assert clean.measures == ()
    assert clean.unclassified == ()


def test_measures_by_grade_and_by_finding_name_their_condition() -> None:
    base, place = "https://w3id.org/policygraph/id/measure/", "xinzheng-2010-36"
    rows = [
        MeasureRow(f"{base}{place}/{path}", place, path, path, "unit")
        for path in ("sec_8/al_3/2", "sec_6/al_5", "sec_7/al_4/1")
    ]
    for title, expected in (
        ("九十五分", {"sec_8/al_3/2": (f"{place}/score-five",)}),
        ("高分而有否决项", {"sec_6/al_5": (f"{place}/veto",)}),
        (
            "连续两年经考评未评为星级",
            {"sec_6/al_5": (f"{place}/veto",), "sec_7/al_4/1": (f"{place}/two-years-unrated",)},
        ),
        ("公布已超过一个考核周期", {}),
    ):
        register, _ = _case(place, title)
        decision = decide(register, UNIT, read_policies()[place], NOVEMBER, measures=rows)
        found = {row.notation: row.conditions for row in decision.measures}
        assert found == expected


def test_a_finding_reaches_persons_by_their_own_record_and_its_measures_with_them() -> None:
    base, place = "https://w3id.org/policygraph/id/measure/", "yiyuan-2021-28"
    rows = [
        MeasureRow(f"{base}{place}/para_12/{number}", place, number, number, addressee)
        for number, addressee in (("2", "both"), ("3", "both"), ("4", "unit"))
    ]
    for title, persons, expected in (
        ("单位和主要负责人都在安全生产领域黑名单上", ["ZF"], {"2": "both", "3": "both", "4": "unit"}),
        ("只有主要负责人在安全生产领域黑名单上", ["ZF"], {"2": "persons", "3": "persons"}),
        ("主要负责人在税务黑名单上", [], {}),
    ):
        register, _ = _case(place, title)
        decision = decide(register, register.enterprises[0], read_policies()[place], NOVEMBER, measures=rows)
        assert [(one.person, one.condition) for one in decision.persons] == [(p, f"{place}/black") for p in persons]
        assert {row.notation: row.addressee for row in decision.measures} == expected
        assert all(row.conditions == (f"{place}/black",) for row in decision.measures)
        assert [one["condition"] for one in decision_json(decision)["persons"]] == [f"{place}/black"] * len(persons)  # type: ignore[attr-defined]  # JSON values are objects


def test_what_would_change_is_enough() -> None:
    """Supplying exactly what is named as missing settles the decision."""
    case = next(p.values[0] for p in _all_cases() if p.id == "jiamusi-2020-6-没有严格遵守、严格履行的认定")
    assert isinstance(case, dict)
    register = register_of_case(case["base"], case)
    policy = read_policies()["jiamusi-2020-6"]
    prospect = what_would_change(register, UNIT, policy, NOVEMBER)
    assert [(change.kind, change.condition) for change in prospect.needed] == [("judgement", "jiamusi-2020-6/1")]
    determination = Row(
        "determinations", {"uscc": UNIT, "condition": "jiamusi-2020-6/1", "outcome": "passed", "date": NOVEMBER}
    )
    settled = make_register("settled", [*register.rows, determination])
    assert decide(settled, UNIT, policy, NOVEMBER).outcome == "eligible"
    assert what_would_change(settled, UNIT, policy, NOVEMBER).needed == ()


def _determine(register: Register, **outcomes: str) -> Register:
    """The register with determinations of the day about conditions of the green channel."""
    unit = register.enterprises[0]
    conditions = {"typical": "yiyuan-2021-28/typical", "clean": "yiyuan-2021-28/clean-record"}
    rows = [
        Row("determinations", {"uscc": unit, "condition": conditions[name], "outcome": outcome, "date": NOVEMBER})
        for name, outcome in outcomes.items()
    ]
    return make_register("determined", [*register.rows, *rows])


def test_where_one_is_enough_every_way_is_named_and_each_is_enough() -> None:
    policy = read_policies()["yiyuan-2021-28"]
    register, _ = _case("yiyuan-2021-28", "三年内有行政处罚")
    unit = register.enterprises[0]
    prospect = what_would_change(register, unit, policy, NOVEMBER)
    named = [[change.condition for change in way] for way in (prospect.needed, *prospect.otherwise)]
    assert sorted(named) == [["yiyuan-2021-28/clean-record"], ["yiyuan-2021-28/typical"]]
    assert (prospect.if_held, prospect.if_not, prospect.direction) == ("eligible", "ineligible", "one_holds")
    outcomes = {
        told: decide(_determine(register, **dict(told)), unit, policy, NOVEMBER).outcome
        for told in (
            (("typical", "passed"),),
            (("clean", "passed"),),
            (("typical", "failed"),),
            (("clean", "failed"),),
            (("typical", "failed"), ("clean", "failed")),
        )
    }
    assert list(outcomes.values()) == ["eligible", "eligible", "undetermined", "undetermined", "ineligible"]
    lines = list(need_lines(prospect, lambda change: change.what))
    assert len(lines) == 4
    assert lines[2].startswith("或者“诚信典型”：")
    assert "全部查明都不成立，结论才为“不符合条件”" in lines[3]
    told = decision_json(decide(register, unit, policy, NOVEMBER), prospect)["changes"]
    assert isinstance(told, dict)
    assert [[one["condition"] for one in way] for way in told["otherwise"]] == [["yiyuan-2021-28/typical"]]


def test_an_adverse_list_is_left_open_by_every_way_in() -> None:
    """One list on which the enterprise stands makes a target; that it is none needs both to be looked at."""
    policy = read_policies()["jiangsu-2019-820"]
    register, _ = _case("jiangsu-2019-820", "名单记载不完整")
    prospect = what_would_change(register, register.enterprises[0], policy, NOVEMBER)
    named = {change.condition for way in (prospect.needed, *prospect.otherwise) for change in way}
    assert named == {"jiangsu-2019-820/black", "jiangsu-2019-820/watch"}
    assert (prospect.if_held, prospect.if_not, prospect.direction) == ("target", "not_target", "one_holds")


def test_where_all_must_hold_one_that_does_not_is_enough_against() -> None:
    policy = read_policies()["jiamusi-2020-6"]
    register, _ = _case("jiamusi-2020-6", "对别的条件的认定不算")
    prospect = what_would_change(register, UNIT, policy, NOVEMBER)
    assert len({change.condition for change in prospect.needed}) == 2
    assert (prospect.otherwise, prospect.ways, prospect.direction) == ((), (), "all_hold")
    assert (prospect.if_held, prospect.if_not) == ("eligible", "ineligible")
    assert "有一项查明不成立，结论即为“不符合条件”" in list(need_lines(prospect, lambda change: change.what))[-1]


def test_what_is_needed_on_every_way_stands_once_and_apart_from_the_ways() -> None:
    """Inside the days of which one is that of issue its date is needed too, and no way alone settles anything."""
    policy = read_policies()["jiangsu-2019-820"]
    found = next(p.values[0] for p in _all_cases() if p.id == "jiangsu-2019-820-推定发布区间之内")
    assert isinstance(found, dict)
    register = register_of_case(found["base"], found)
    prospect = what_would_change(register, register.enterprises[0], policy, found["as_of"])
    assert [change.condition for change in prospect.common] == ["jiangsu-2019-820"]
    assert len(prospect.ways) == 2
    assert all("jiangsu-2019-820" not in {change.condition for change in way} for way in prospect.ways)
    assert (prospect.if_held, prospect.if_not) == ("", "")
    assert next(iter(list(need_lines(prospect, lambda change: change.what))[1:])).startswith("此外")


def test_a_way_that_nobody_can_describe_is_not_left_out() -> None:
    """Who is on a blacklist today cannot be told when three years without a bad record begin; that it is a way can."""
    policy = read_policies()["yiyuan-2021-28"]
    register, _ = _case("yiyuan-2021-28", "单位和主要负责人都在安全生产领域黑名单上")
    prospect = what_would_change(register, register.enterprises[0], policy, NOVEMBER)
    assert [change.kind for way in prospect.otherwise for change in way] == ["unnamed"]
    assert "连续3年无不良信用记录" in prospect.otherwise[0][0].what


def test_an_open_grade_or_suspension_is_part_of_what_is_needed() -> None:
    """Nothing that keeps an outcome open is left out of what would settle it."""
    asked = 0
    for param in _all_cases():
        case = param.values[0]
        assert isinstance(case, dict)
        policy = read_policies()[case["policy"]]
        graded = policy.positive == "graded"
        if case["outcome"] != "undetermined" or not (graded or policy.suspended):
            continue
        register = register_of_case(case["base"], case)
        hearing = Hearing(register)
        decision = decide(register, register.enterprises[0], policy, case["as_of"], hearing=hearing)
        prospect = what_would_change(register, register.enterprises[0], policy, case["as_of"], hearing=hearing)
        stops = [part for part in decision.findings if part.part == "suspension"]
        parts = [part for part in (*decision.conditions, *stops) if graded or part.part != "grade"]
        wanted = {item.what for part in parts if part.outcome == "cantTell" for item in part.missing}
        assert wanted <= {change.what for change in prospect.needed}, param.id
        asked += any(part.outcome == "cantTell" and part.part in ("grade", "suspension") for part in parts)
    assert asked > 3


def test_one_enterprise_under_every_regime() -> None:
    register, _ = _case("jiamusi-2020-6", "五项都具备，各领域名单完整")
    decisions = decide_all(register, UNIT, read_policies(), NOVEMBER)
    assert {d.policy: d.outcome for d in decisions} == {
        "jiamusi-2020-5": "not_target",
        "jiamusi-2020-6": "eligible",
        "jiangsu-2019-820": "inapplicable",
        "xinzheng-2010-36": "inapplicable",
        "yiyuan-2021-28": "inapplicable",
    }
    assert [outcome_label(d) for d in decisions][:2] == ["不属于惩戒对象", "符合条件"]


def test_a_hearing_looks_once_and_answers_as_one_asks_without(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under every policy, on two days, with what would change: the same answers from one look at each view."""
    register, _ = _case("jiamusi-2020-6", "既在黑名单上又有处罚")
    policies, days = (
        [read_policies()[name] for name in ("jiamusi-2020-5", "jiamusi-2020-6")],
        (NOVEMBER, date(2024, 6, 30)),
    )
    asked = [(policy, day) for policy in policies for day in days]
    plain = [decide(register, UNIT, *one) for one in asked], [what_would_change(register, UNIT, *one) for one in asked]
    assert len({decision.outcome for decision in plain[0]}) > 1
    looked: Counter[str] = Counter()

    def count(name: str) -> None:
        known = getattr(hearing_module, name)

        def call(*told: Any) -> Any:  # Any: whatever the function takes and gives
            looked[name] += 1
            return known(*told)

        monkeypatch.setattr(hearing_module, name, call)

    count("build_view")
    count("run_shapes")
    hearing = Hearing(register)
    for _ in range(2):
        assert [decide(register, UNIT, *one, hearing=hearing) for one in asked] == plain[0]
    assert looked == {"build_view": len(days), "run_shapes": len(asked)}
    assert [what_would_change(register, UNIT, *one, hearing=hearing) for one in asked] == plain[1]


def test_a_hearing_of_other_facts_is_no_hearing() -> None:
    """Neither another register nor a variant of a policy, which bears its id, is answered from what was heard."""
    register, _ = _case("jiamusi-2020-6", "五项都具备，各领域名单完整")
    listed, _ = _case("jiamusi-2020-6", "既在黑名单上又有处罚")
    policy = read_policies()["jiamusi-2020-6"]
    hearing = Hearing(register)
    assert decide(register, UNIT, policy, NOVEMBER, hearing=hearing).outcome == "eligible"
    assert decide(listed, UNIT, policy, NOVEMBER, hearing=hearing) == decide(listed, UNIT, policy, NOVEMBER)
    assert decide(listed, UNIT, policy, NOVEMBER).outcome == "excluded"
    other = replace(policy, negative="not_granted")
    assert hearing.case(other, UNIT, NOVEMBER).policy is other
    assert hearing.case(policy, UNIT, NOVEMBER).policy is policy


def test_an_unknown_enterprise_is_named() -> None:
    register, _ = _case("jiamusi-2020-6", "五项都具备，各领域名单完整")
    with pytest.raises(NotFoundError, match=OTHER):
        decide(register, OTHER, read_policies()["jiamusi-2020-6"], NOVEMBER)


def test_every_dated_record_has_exactly_one_integer_of_each_kind() -> None:
    register, _ = _case("jiamusi-2020-6", "既在黑名单上又有处罚")
    view = build_view(register, UNIT, NOVEMBER)
    for node, row in view.rows.items():
        if row.table != "persons":
            for term in (PG.monthsAgo, PG.monthsAgoOpen, PG.daysAgo):
                assert len(list(view.graph.objects(node, term))) == 1


# --- the triangle: condition, shape, clause --------------------------------------------------------------------------


def test_every_condition_of_the_documents_has_a_shape_and_cases() -> None:
    decided = {shape.condition for policy in read_policies().values() for shape in policy.shapes}
    counts: dict[str, int] = {}
    for param in _all_cases():
        case = param.values[0]
        assert isinstance(case, dict)
        for item in read_policies()[case["policy"]].asked:
            counts[item.condition] = counts.get(item.condition, 0) + 1
    for path in sorted((ROOT / "data" / "documents").glob("*/model.ttl")):
        model = read_graph(path.relative_to(ROOT).as_posix())
        for node in sorted(model.subjects(RDF.type, PG.Condition), key=str):
            if _is_of_a_procedure(model, node):
                continue
            condition = slug_of(str(node)).removeprefix("condition/")
            assert condition in decided, f"no shape decides {condition}"
            assert counts.get(condition, 0) >= 3, f"fewer than three cases run {condition}"


def _is_of_a_procedure(model: Graph, condition: Node) -> bool:
    """Whether a condition belongs to sets that govern procedures only: then nobody is asked about it on a day."""
    governed = [
        thing for group in model.subjects(PG.hasCondition, condition) for thing in model.objects(group, PG.governs)
    ]
    return bool(governed) and all((thing, RDF.type, PG.Procedure) in model for thing in governed)


def test_every_condition_that_a_policy_asks_is_in_the_model_with_its_words() -> None:
    """So that ``ask conditions`` shows whatever a decision rests on."""
    for policy in read_policies().values():
        model = read_graph(f"data/documents/{policy.document}/model.ttl")
        for item in policy.asked:
            node = instance("condition", *item.condition.split("/"))
            assert (node, RDF.type, PG.Condition) in model, f"{item.condition} has no pg:Condition"
            assert model.value(node, PG.quote), item.condition
            clause = slug_of(str(model.value(node, PG.clause)))
            assert clause.startswith(f"doc/{policy.document}/"), item.condition
            assert str(model.value(node, SKOS.notation)).startswith(item.notation[:1]), item.condition


def test_every_quote_of_a_shape_stands_in_the_source() -> None:
    """The words are searched without white space; that they stand in that very clause is checked on the built graph."""
    for name, policy in read_policies().items():
        source = (ROOT / "data" / "documents" / policy.document / "source.txt").read_text(encoding="utf-8")
        words = "".join(source.split())
        for shape in policy.shapes:
            assert "".join(shape.quote.split()) in words, f"{name}: {shape.iri}: {shape.quote}"
            assert shape.clause.startswith(f"https://w3id.org/policygraph/id/doc/{policy.document}/")


def test_every_quote_of_a_shape_stands_in_its_clause() -> None:
    from tests.words import parse_document

    for policy in read_policies().values():
        source = (ROOT / "data" / "documents" / policy.document / "source.txt").read_text(encoding="utf-8")
        clauses = {clause.id: "".join(clause.text.split()) for clause in parse_document(source).clauses}
        for shape in policy.shapes:
            path = slug_of(shape.clause).removeprefix(f"doc/{policy.document}/")
            assert path in clauses, f"{shape.iri}: no clause {path}"
            assert "".join(shape.quote.split()) in clauses[path], f"{shape.iri}: {shape.quote}"


def test_a_condition_that_stands_in_two_places_quotes_the_one_that_speaks_too() -> None:
    policy = read_policies()["jiamusi-2020-6"]
    own = next(shape for shape in policy.shapes if shape.condition == "jiamusi-2020-6/1")
    whole = ground_of(policy, own.condition)
    within, beside = replace(own, quote=whole[1][2:6]), replace(own, quote="另一处的话")
    elsewhere = replace(own, clause=f"{own.clause}_2")
    assert find_spoken(policy, own.condition, ()) == ()
    assert find_spoken(policy, own.condition, (within,)) == ()
    assert find_spoken(policy, own.condition, (beside, within, beside)) == ((own.clause, "另一处的话"),)
    assert find_spoken(policy, own.condition, (elsewhere,)) == ((elsewhere.clause, own.quote),)


@pytest.mark.parametrize(
    ("policy", "title", "meant", "not_meant"),
    [
        ("jiamusi-2020-5", "在安全生产领域黑名单上", {"sanction", "regulatory"}, {"incentive", ""}),
        ("jiamusi-2020-6", "五项都具备，各领域名单完整", {"incentive"}, {"sanction", "regulatory", ""}),
    ],
)
def test_of_a_document_with_incentives_and_sanctions_only_those_follow_that_are_meant(
    policy: str, title: str, meant: set[str], not_meant: set[str]
) -> None:
    register, decided = _case(policy, title)
    base = f"https://w3id.org/policygraph/id/measure/{policy}/para_"
    rows = [
        MeasureRow(f"{base}{number}", policy, f"二（{number}）", "某措施", "unit", kind=kind)
        for number, kind in enumerate(sorted(meant | not_meant), start=1)
    ]
    answer = decide(register, decided.entity, read_policies()[policy], decided.as_of, measures=rows)
    assert answer.outcome in ("target", "eligible")
    assert {row.kind for row in answer.measures} == meant
    # what nobody has classified follows from nothing, and is told apart in words of its own
    unknown = next(row for row in rows if not row.kind)
    assert answer.unclassified == (unknown,)
    told = [line for line in decision_json(answer)["warnings"] if unknown.notation in line]  # type: ignore[attr-defined]  # JSON values are objects
    assert len(told) == 1
    assert "未整理" in told[0]


@pytest.mark.parametrize(
    ("words", "judged", "told"),
    [
        ("上一年度信用等级为A级", date(2018, 5, 1), "2025-01-01"),
        ("上一年度信用等级为A级", date(2025, 2, 1), ""),
        ("近2年内没有不良记录", date(2023, 5, 1), "2024-11-21"),
        ("严格遵守法律法规", date(2018, 5, 1), ""),
    ],
)
def test_a_determination_older_than_the_period_of_its_condition_says_so(words: str, judged: date, told: str) -> None:
    policy = read_policies()["jiamusi-2020-6"]
    asked = "jiamusi-2020-6/1"
    shapes = tuple(replace(one, quote=words) if one.condition == asked else one for one in policy.shapes)
    register, _ = _case("jiamusi-2020-6", "五项都具备，各领域名单完整")
    rows = [row for row in register.rows if not (row.table == "determinations" and row.cells["condition"] == asked)]
    row = Row("determinations", {"uscc": UNIT, "condition": asked, "outcome": "passed", "date": judged})
    decision = decide(make_register("old", [*rows, row]), UNIT, replace(policy, shapes=shapes), date(2026, 11, 21))
    (part,) = (one for one in decision.conditions if one.condition == asked)
    assert part.outcome == "passed"
    assert ("早于条件所说的期间" in part.reason) == bool(told)
    assert told in part.reason
