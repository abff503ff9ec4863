"""What must hold of every policy and every register, findings too: who may be helped by which change of knowledge.

The registers are drawn from the definitions of the tables (``tests/drawing.py``), the policies are those found in the
tree, so that a new table, policy or finding is under these laws from its first day. A positive outcome is one that
grants (eligible, graded) or says that somebody is a target; what *helps* a unit is the other way round for sanctions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.namespace import RDF
from tests.drawing import Drawing, draw_register, draws, unit_in

from policygraph.judging.decisions import Decision, MeasureRow, decide, decision_json
from policygraph.judging.rules import Policy, Register, Row, Value, load_policies, make_register
from policygraph.judging.rules.facts import COVERABLE, RECORD_TABLES, TABLE
from policygraph.keeping.sources import find_root
from policygraph.namespaces import PG

pytestmark = pytest.mark.slow

AS_OF = date(2026, 11, 21)
ONE = timedelta(days=1)
POLICIES = sorted(path.stem for path in (find_root() / "shapes" / "eligibility").glob("*.ttl"))
POSITIVE = frozenset({"eligible", "target", "graded"})
GOOD_FOR_THE_UNIT = ("target", "excluded", "ineligible", "suspended", "undetermined", "not_target", "eligible")
"""Outcomes from the worst to the best for the unit; within one policy only some occur."""
STATES = ("certificates", "commitments", "listings", "assessments")
"""Tables that are complete as at the day where the day is covered (rule 2)."""
# registers come from a seed, which does not get simpler by getting smaller: nothing is shrunk
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
_FEW = settings(max_examples=draws(3, 25), deadline=None, suppress_health_check=list(HealthCheck), phases=_PHASES)
_SEED = st.integers(0, 10**6)


@cache
def policies() -> dict[str, Policy]:
    shapes = sorted((find_root() / "shapes" / "eligibility").glob("*.ttl"))
    return load_policies(Graph().parse(path) for path in shapes)


def draw(seed: int, name: str) -> Drawing:
    return draw_register(seed, policies(), AS_OF, policies()[name].region_prefix)


def judge(register: Register, unit: str, name: str) -> Decision:
    """The decision with every measure that any rule of the policy names."""
    policy = policies()[name]
    named = {measure for rule in policy.measures for measure in rule.measures}
    rows = [MeasureRow(measure, policy.document, measure, measure, "unit") for measure in sorted(named)]
    rows.append(MeasureRow(f"measure/{policy.document}/every", policy.document, "每一项", "每一项", "unit"))
    return decide(register, unit, policy, AS_OF, measures=rows)


def grade_of(decision: Decision, name: str) -> int:
    """How good a grade is: the documents list the best first; none at all is the least."""
    grades = [item.grade for item in policies()[name].asked if item.grade]
    return len(grades) - grades.index(decision.grade) if decision.grade in grades else 0


def is_positive(decision: Decision) -> bool:
    return decision.outcome in POSITIVE


def gains(before: Decision, after: Decision, name: str) -> bool:
    """Whether less knowledge yielded a positive outcome or a better grade."""
    if before.outcome == "graded":
        return after.outcome == "graded" and grade_of(after, name) > grade_of(before, name)
    return is_positive(after) and not is_positive(before)


def helps(before: Decision, after: Decision, name: str) -> bool:
    """Whether a change was good for the unit."""
    if policies()[name].positive == "graded":
        if before.outcome == "graded" and after.outcome == "graded":
            return grade_of(after, name) > grade_of(before, name)
        return after.outcome == "graded" and before.outcome != "graded"
    return GOOD_FOR_THE_UNIT.index(after.outcome) > GOOD_FOR_THE_UNIT.index(before.outcome)


def names_in(decision: Decision) -> set[str]:
    """Every record that the decision names anywhere."""
    parts = (*decision.conditions, *decision.findings)
    named = {record for part in parts for record in part.evidence}
    named |= {result.evidence for part in parts for result in part.results if result.evidence}
    return named | {record for notice in decision.warnings for record in notice.evidence}


Cells = dict[str, Value]
Check = Callable[[int, st.DataObject], None]


def run(check: Check) -> None:
    _FEW(given(_SEED, st.data())(check))()


# --- less knowledge --------------------------------------------------------------------------------------------------


def is_favourable(row: Row, policy: Policy, rows: tuple[Row, ...]) -> bool:
    """Whether a row can only speak for a positive outcome: proof, a passed judgement on this policy, the best result.

    A failed judgement and a bad result are adverse facts: taken away, an older one would be the latest; a register
    that lacks them but claims to be complete says something else, it does not say less.
    """
    if row.table == "determinations":
        mine = {item.condition for item in policy.asked}
        return row.text("outcome") == "passed" and row.text("condition") in mine
    if row.table == "assessments":
        results = [other for other in rows if other.table == "assessments"]
        best = max(float(str(other.cells["score"])) for other in results)
        return row.text("veto") == "False" and float(str(row.cells["score"])) == best
    return row.table in ("coverage", "commitments", "certificates")


def is_clash(row: Row, register: Register, unit: str, name: str) -> bool:
    """Whether a determination contradicts what the facts alone decide (rule 13): then it holds the answer open."""
    if row.table != "determinations":
        return False
    alone = make_register("alone", [other for other in register.rows if other is not row])

    def stands(of: Register) -> set[str]:
        parts = judge(of, unit, name)
        return {p.outcome for p in (*parts.conditions, *parts.findings) if p.condition == row.text("condition")}

    return stands(register) == {"cantTell"} and stands(alone) != {"cantTell"}


@pytest.mark.parametrize("name", POLICIES)
def test_taking_favourable_rows_away_never_yields_a_positive_outcome_or_a_better_grade(name: str) -> None:
    def check(seed: int, data: st.DataObject) -> None:
        drawing = draw(seed, name)
        register = drawing.register()
        candidates = [
            row
            for row in register.rows
            if is_favourable(row, policies()[name], register.rows) and not is_clash(row, register, drawing.unit, name)
        ]
        if not candidates:
            return
        gone = data.draw(st.lists(st.sampled_from(candidates), min_size=1, max_size=3))
        less = make_register("less", [row for row in register.rows if not any(row is lost for lost in gone)])
        assert not gains(judge(register, drawing.unit, name), judge(less, drawing.unit, name), name), gone

    run(check)


@pytest.mark.parametrize("name", POLICIES)
def test_taking_any_rows_away_with_their_coverage_never_yields_a_positive_outcome(name: str) -> None:
    """Determinations are left out: they are the bureau's own acts and need no coverage (rule 1)."""

    def check(seed: int, data: st.DataObject) -> None:
        drawing = draw(seed, name)
        register = drawing.register()
        table = data.draw(st.sampled_from([name for name in COVERABLE if name != "determinations"]))
        rows = [row.evidence for row in register.rows if row.table == table]
        gone = data.draw(st.sets(st.sampled_from(rows))) if rows else set()
        kept = [
            row
            for row in register.rows
            if not (row.table == table and row.evidence in gone)
            and not (row.table == "coverage" and row.text("table") == table)
        ]
        less = make_register("less", kept)
        assert not gains(judge(register, drawing.unit, name), judge(less, drawing.unit, name), name), (table, gone)

    run(check)


@pytest.mark.parametrize("name", POLICIES)
def test_an_uncovered_absence_is_never_failed(name: str) -> None:
    """Where nothing is covered, whatever is failed, findings too, names the row that fails it."""

    def check(seed: int, data: st.DataObject) -> None:
        drawing = draw(seed, name)
        rows = [row for row in drawing.register().rows if row.table != "coverage"]
        if data.draw(st.booleans()):
            rows = [row for row in rows if row.table in ("enterprises", "persons")]
        decision = judge(make_register("uncovered", rows), drawing.unit, name)
        for part in (*decision.conditions, *decision.findings):
            by_reading = part.part == "grade" and part.readings  # refused by the reading used, not for want of a row
            assert part.outcome != "failed" or part.evidence or by_reading, (part.condition, part.reason)

    run(check)


EVENTS = tuple(table.name for table in RECORD_TABLES if table.name not in STATES)
"""Tables of what happens on a day; the others say how things stand, and are complete as at the day (rule 2)."""


def only_people(register: Register, *more: Row) -> Register:
    """The unit and its people, with nothing recorded of either."""
    return make_register("bare", [*(row for row in register.rows if row.table in ("enterprises", "persons")), *more])


def complete(table: str, since: date, until: date = AS_OF + 30 * ONE) -> Row:
    return Row("coverage", {"table": table, "from": since, "to": until})


def failed_in(decision: Decision) -> set[str]:
    return {part.condition for part in (*decision.conditions, *decision.findings) if part.outcome == "failed"}


@pytest.mark.parametrize("name", POLICIES)
def test_an_absence_is_not_failed_unless_covered_since_the_document(name: str) -> None:
    """With nothing recorded: coverage that begins after the document, or has a hole since, fails nothing of its own.

    What fails then fails as well when nothing that happens is covered at all, and so does the outcome.
    """
    policy = policies()[name]
    first = policy.issued_to if policy.issued_from == policy.issued_to else policy.issued_to + ONE

    def check(seed: int, data: st.DataObject) -> None:
        drawing = draw(seed, name)
        states = [complete(table, first - 900 * ONE) for table in STATES if data.draw(st.booleans())]
        cut = data.draw(st.sets(st.sampled_from(EVENTS), min_size=1))
        lost, cover = first + data.draw(st.integers(0, (AS_OF - first).days)) * ONE, list(states)
        for table in EVENTS:
            if table not in cut:
                cover.append(complete(table, first))
            else:
                cover += [complete(table, lost + ONE)] if lost < AS_OF else []
                cover += [complete(table, first - 900 * ONE, lost - ONE)] if data.draw(st.booleans()) else []
        bare = [row for row in cover if row.text("table") not in cut]
        told = judge(only_people(drawing.register(), *cover), drawing.unit, name)
        least = judge(only_people(drawing.register(), *bare), drawing.unit, name)
        assert failed_in(told) <= failed_in(least), (cut, lost)
        assert told.outcome == least.outcome or is_positive(told), (cut, lost, told.outcome)

    run(check)


def test_an_absence_covered_since_the_document_is_failed_somewhere() -> None:
    """So that the law above is about something: the last day of coverage lost turns these from failed to open."""
    lost: set[str] = set()
    for name, policy in policies().items():
        first = policy.issued_to if policy.issued_from == policy.issued_to else policy.issued_to + ONE
        drawing = draw(1, name)
        states = [complete(table, first) for table in STATES]
        promised: Cells = {"uscc": drawing.unit, "date": AS_OF - 99 * ONE, "published": True}
        states.append(Row("commitments", promised))
        whole, less = (
            failed_in(judge(only_people(drawing.register(), *states, *cover), drawing.unit, name))
            for cover in ([complete(table, first + late) for table in EVENTS] for late in (0 * ONE, ONE))
        )
        assert less <= whole
        lost |= whole - less
    assert lost == {
        "jiamusi-2020-5/target",
        "jiamusi-2020-6/1",
        "jiangsu-2019-820/watch",
        "jiangsu-2019-820/watch-penalties",
        "jiangsu-2019-820/black-entry",
        "yiyuan-2021-28/repaired",
        "yiyuan-2021-28/typical",
        "yiyuan-2021-28/watch-serious",
        "yiyuan-2021-28/watch-repeated-minor",
    }


# --- more adverse knowledge ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", POLICIES)
def test_extending_a_blacklisting_never_helps(name: str) -> None:
    def check(seed: int, data: st.DataObject) -> None:
        drawing = draw(seed, name)
        listed = AS_OF - data.draw(st.integers(1, 1500)) * ONE
        field = data.draw(st.sampled_from(["work_safety", "tax"]))
        end = listed + data.draw(st.integers(1, 1600)) * ONE
        column = data.draw(st.sampled_from(["delisted_on", "valid_until"]))
        base: Cells = {"record_id": "B-1", "uscc": drawing.unit, "list": "black", "field": field, "listed_on": listed}
        longer = data.draw(st.one_of(st.none(), st.integers(1, 1600).map(lambda days: end + days * ONE)))
        short = Row("listings", base | {column: end})
        long = Row("listings", base | ({} if longer is None else {column: longer}))
        before = judge(drawing.register(short), drawing.unit, name)
        after = judge(drawing.register(long), drawing.unit, name)
        assert not helps(before, after, name), (before.outcome, after.outcome, short, long)
        still = {part.condition for part in after.findings if part.outcome == "passed"}
        rested = {part.condition for part in before.findings if part.outcome == "passed" and "B-1" in part.evidence}
        assert rested <= still, "what rested on the listing rests on the longer listing too"

    run(check)


@pytest.mark.parametrize("name", POLICIES)
def test_a_denial_never_yields_a_positive_outcome(name: str) -> None:
    def check(seed: int, data: st.DataObject) -> None:
        drawing = draw(seed, name)
        item = data.draw(st.sampled_from(policies()[name].asked))
        cells: Cells = {"uscc": drawing.unit, "condition": item.condition, "outcome": "failed", "date": AS_OF}
        # the latest word on a condition counts: an earlier one on the same condition would itself be withdrawn by this
        rest = [
            row
            for row in drawing.register().rows
            if not (row.table == "determinations" and row.text("condition") == item.condition)
        ]
        before = judge(make_register("before", rest), drawing.unit, name)
        after = judge(make_register("after", [*rest, Row("determinations", cells)]), drawing.unit, name)
        assert not gains(before, after, name), (item.condition, before.outcome, after.outcome)
        if item.part == "requirement" and policies()[name].combination == "allOf":
            assert not is_positive(after) or policies()[name].positive == "target", item.condition

    run(check)


@pytest.mark.parametrize("name", POLICIES)
def test_a_later_fact_is_not_silenced_by_an_earlier_judgement(name: str) -> None:
    """After a judgement in the unit's favour, a later blacklisting in work safety is named, and the case reopened."""
    policy = policies()[name]

    def check(seed: int, data: st.DataObject) -> None:
        drawing = draw(seed, name)
        requirements = [item for item in policy.asked if item.part == "requirement"]
        item = data.draw(st.sampled_from(requirements))
        favourable = "failed" if policy.positive == "target" else "passed"
        judged = AS_OF - data.draw(st.integers(2, 900)) * ONE
        listed = judged + data.draw(st.integers(1, (AS_OF - judged).days)) * ONE
        known = [row for row in drawing.register().rows if row.table != "determinations"]
        judgement: Cells = {"uscc": drawing.unit, "condition": item.condition, "outcome": favourable, "date": judged}
        fact: Cells = {
            "record_id": "L-9",
            "uscc": drawing.unit,
            "list": "black",
            "field": "work_safety",
            "listed_on": listed,
        }
        register = make_register("later", [*known, Row("determinations", judgement), Row("listings", fact)])
        decision = judge(register, drawing.unit, name)
        if policy.positive == "graded":  # a grade is a result of its year; lists are not asked about
            return
        assert "L-9" in names_in(decision)
        assert decision.outcome not in ("not_target", "eligible"), (item.condition, judged, listed)

    run(check)


@pytest.mark.parametrize("name", POLICIES)
def test_another_fields_listing_attaches_no_measure(name: str) -> None:
    def check(seed: int, data: st.DataObject) -> None:
        drawing = draw(seed, name)
        rows = [row for row in drawing.register().rows if row.text("list") != "black"]
        field = data.draw(st.sampled_from(["tax", "environment", "market_supervision"]))
        listed = AS_OF - data.draw(st.integers(0, 700)) * ONE
        cells: Cells = {"record_id": "F-1", "uscc": drawing.unit, "list": "black", "field": field, "listed_on": listed}
        before = judge(make_register("before", rows), drawing.unit, name)
        after = judge(make_register("after", [*rows, Row("listings", cells)]), drawing.unit, name)
        assert {row.measure for row in after.measures} <= {row.measure for row in before.measures}

    run(check)


# --- what a record does not say --------------------------------------------------------------------------------------

UNSAID = [
    (table, column)
    for table in RECORD_TABLES
    for column in table.columns
    if column.in_view and not column.required and column.default is None
]
"""Cells that shapes read and that a record may leave blank."""
WORDS: dict[str, dict[str, tuple[Value, ...]]] = {
    "severity": {"dishonesty": ("minor", "moderate", "serious"), "accidents": ("一般", "特别重大")},
    "authority_function": {"penalties": ("work_safety", "tax", "fire_rescue")},
}


def test_the_cells_a_record_may_leave_blank_are_known() -> None:
    assert {(table.name, column.name) for table, column in UNSAID} == {
        ("penalties", "authority_function"),
        ("penalties", "safety_matter"),
        ("accidents", "severity"),
        ("dishonesty", "severity"),
    }


@pytest.mark.parametrize("name", POLICIES)
def test_a_blank_cell_is_never_read_as_a_value(name: str) -> None:
    """What is passed or failed with a blank cell is so whatever the cell might have said."""

    def check(seed: int, data: st.DataObject) -> None:
        drawing = draw(seed, name)
        table, column = data.draw(st.sampled_from(UNSAID))
        drawing.record(table.name, AS_OF - data.draw(st.integers(0, 1200)) * ONE)
        mine = [row for row in drawing.rows.values() if row.table == table.name]
        row = data.draw(st.sampled_from(mine))
        rest = [other for other in drawing.rows.values() if other is not row]
        blank = {key: value for key, value in row.cells.items() if key != column.name}

        def told(cells: Cells) -> dict[str, str]:
            decision = judge(make_register("filled", [*rest, Row(table.name, cells)]), drawing.unit, name)
            return {part.condition: part.outcome for part in (*decision.conditions, *decision.findings)}

        unsaid = told(blank)
        values: tuple[Value, ...] = (True, False) if column.kind == "bool" else WORDS[column.name][table.name]
        for value in values:
            for condition, outcome in told(blank | {column.name: value}).items():
                if {unsaid[condition], outcome} == {"passed", "failed"}:
                    raise AssertionError((condition, column.name, value, unsaid[condition], outcome))

    run(check)


# --- what cannot stand on one sheet ----------------------------------------------------------------------------------


@cache
def nature() -> dict[str, tuple[str, str]]:
    """The class and the force of every curated measure, by IRI."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted((find_root() / "data" / "documents").glob("*/model.ttl")):
        model = Graph().parse(path)
        for kind in ("IncentiveMeasure", "SanctionMeasure"):
            for node in model.subjects(RDF.type, PG[kind]):
                found[str(node)] = (kind, str(model.value(node, PG.force)).rsplit("/", 1)[-1])
    return found


@pytest.mark.parametrize("name", POLICIES)
def test_no_incentive_stands_beside_a_sanction_that_binds(name: str) -> None:
    """A sanction at discretion (可) may stand beside a facility at discretion; one that must be taken may not."""

    def check(seed: int, data: st.DataObject) -> None:
        drawing = draw(seed, name)
        for item in policies()[name].asked:
            if item.part == "requirement":
                outcome = data.draw(st.sampled_from(["passed", "passed", "failed"]))
                judged: Cells = {"uscc": drawing.unit, "condition": item.condition, "outcome": outcome, "date": AS_OF}
                drawing.add("determinations", judged)
        for number, field in enumerate(data.draw(st.sets(st.sampled_from(["work_safety", "tax", "environment"])))):
            cells: Cells = {"record_id": f"B-{number}", "uscc": drawing.unit, "list": "black", "field": field}
            drawing.add("listings", cells | {"listed_on": AS_OF - data.draw(st.integers(0, 900)) * ONE})
        decision = judge(drawing.register(), drawing.unit, name)
        kinds = {nature()[row.measure] for row in decision.measures if row.measure in nature()}
        granted = any(kind == "IncentiveMeasure" for kind, _ in kinds)
        bound = any(kind == "SanctionMeasure" and force != "force-may" for kind, force in kinds)
        assert not (granted and bound), decision

    run(check)


# --- what is no knowledge about this unit on this day ----------------------------------------------------------------


@pytest.mark.parametrize("name", POLICIES)
def test_an_unrelated_fact_changes_nothing(name: str) -> None:
    def check(seed: int, data: st.DataObject) -> None:
        drawing = draw(seed, name)
        region = policies()[name].region_prefix
        stranger = Drawing(seed + 1, unit_in(region, 7), AS_OF, drawing.conditions, region)
        stranger.add("enterprises", {"uscc": stranger.unit, "name": "无关（虚构）", "region": region})
        for table in RECORD_TABLES:
            stranger.record(table.name)
        others = []
        for number, row in enumerate(stranger.rows.values()):
            cells = {column: value for column, value in row.cells.items() if column != "person_id"}
            others.append(Row(row.table, cells | ({"record_id": f"S-{number}"} if "record_id" in cells else {})))
        span: Cells = {"from": AS_OF - 99 * ONE, "to": AS_OF, "uscc": stranger.unit}
        others.append(Row("coverage", span | {"table": data.draw(st.sampled_from(COVERABLE))}))
        expected = decision_json(judge(drawing.register(), drawing.unit, name))
        assert decision_json(judge(drawing.register(*others), drawing.unit, name)) == expected

    run(check)


@pytest.mark.parametrize("name", POLICIES)
def test_facts_after_the_day_do_not_exist(name: str) -> None:
    def check(seed: int, data: st.DataObject) -> None:
        drawing = draw(seed, name)
        register = drawing.register()
        known = list(drawing.rows.values())
        for table in RECORD_TABLES:
            drawing.record(table.name, AS_OF + data.draw(st.integers(1, 400)) * ONE)
        later = [row for row in drawing.rows.values() if row not in known]
        assert all(row.day(str(TABLE[row.table].date)) for row in later)
        expected = decision_json(judge(register, drawing.unit, name))
        assert decision_json(judge(drawing.register(), drawing.unit, name)) == expected

    run(check)
