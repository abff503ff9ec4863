"""Early warning: every day that is told is one on which the answer turns, none is left out, and nothing leaks."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from rdflib import Graph
from starlette.testclient import TestClient
from tests.conftest import Done, Visit, open_once
from tests.drawing import draw_register, draws
from tests.test_screening import random_register

from policygraph.errors import InputError
from policygraph.judging.decisions import Decision, decide
from policygraph.judging.decisions.changes import as_complete_on
from policygraph.judging.decisions.foreseeing import (
    Course,
    Foreseen,
    compare,
    find_due,
    find_months,
    foresee,
    public_only,
)
from policygraph.judging.rules import Policy, Register, Row, load_policies, make_register
from policygraph.judging.rules.counting import add_months
from policygraph.judging.rules.facts import COVERABLE
from policygraph.judging.screening import compile_screening
from policygraph.keeping.assessments import Desk, open_desk
from policygraph.keeping.batch import write_csv
from policygraph.keeping.registers import is_restricted, load_register
from policygraph.keeping.sources import find_root
from policygraph.keeping.watching import watch_register
from policygraph.speaking.web.facts import public_facts_of
from policygraph.words import say

pytestmark = pytest.mark.slow

ROOT = find_root()
SAMPLE = ROOT / "data" / "registers" / "sample"
NOVEMBER = date(2026, 11, 21)
ONE = timedelta(days=1)
# invented enterprises of the sample register
TURNING = "91230803MA9XN0004E"
WATCHED = "91320602MA9XN00022"


@cache
def policies() -> dict[str, Policy]:
    return load_policies(Graph().parse(path) for path in sorted((ROOT / "shapes" / "eligibility").glob("*.ttl")))


@cache
def sample() -> Register:
    return load_register(SAMPLE)


def judge(register: Register, policy: Policy, day: date, unit: str) -> Decision:
    return decide(register, unit, policy, day)


def watch(register: Register, unit: str, name: str, as_of: date, days: int) -> tuple[Foreseen, ...]:
    def ask(of: Register, policy: Policy, day: date) -> Decision:
        return judge(of, policy, day, unit)

    return foresee(register, unit, [policies()[name]], as_of, days, ask)


def told(course: Course) -> object:
    return (course.before, course.after, course.grade_before, course.grade_after), [
        (turn.condition, turn.before, turn.after) for turn in course.turns
    ]


# --- the days --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_days_are_those_on_which_decide_turns_and_no_others() -> None:
    """Day after day asked of ``decide``, for registers drawn at random around the edges of windows."""
    start, days = NOVEMBER - 2 * ONE, 5  # the edges of what is drawn lie on the day and beside it
    turned = 0
    for name, policy in policies().items():
        for seed in range(draws(1, 25)):
            drawing = draw_register(seed, policies(), NOVEMBER, policy.region_prefix)
            register, unit = drawing.register(), drawing.unit
            kept = as_complete_on(register, start, start + days * ONE)
            expected = {}
            before, carried = judge(register, policy, start, unit), judge(kept, policy, start, unit)
            for step in range(1, days + 1):
                day = start + step * ONE
                after, later = judge(register, policy, day, unit), judge(kept, policy, day, unit)
                courses = compare(before, after), compare(carried, later)
                if any(course.moves for course in courses):
                    expected[day] = tuple(map(told, courses))
                before, carried = after, later
            found = watch(register, unit, name, start, days)
            assert {one.day: (told(one.recorded), told(one.kept)) for one in found} == expected, (name, seed)
            turned += len(expected)
    assert turned


@pytest.mark.slow
def test_each_date_of_the_sample_is_held_against_decide_on_the_day_before_and_on_the_day() -> None:
    checked = 0
    for unit in sample().enterprises[1::9]:
        row = sample().enterprise(unit)
        place = str(row.cells["region"]) if row is not None else ""
        for name, policy in policies().items():
            if not place.startswith(policy.region_prefix):
                continue
            kept = as_complete_on(sample(), NOVEMBER, NOVEMBER + 90 * ONE)
            for one in watch(sample(), unit, name, NOVEMBER, 90):
                for register, course in ((sample(), one.recorded), (kept, one.kept)):
                    before, after = (judge(register, policy, day, unit) for day in (one.day - ONE, one.day))
                    assert told(compare(before, after)) == told(course), (unit, one.day)
                    checked += 1
    assert checked > 2


def test_a_window_that_ends_is_told_with_its_record_clause_and_words() -> None:
    found = watch(sample(), TURNING, "jiamusi-2020-6", NOVEMBER, 10)
    assert [one.day for one in found] == [date(2026, 11, 22)]
    one = found[0]
    assert (one.kept.before, one.kept.after, one.stale) == ("ineligible", "eligible", False)
    assert [(due.kind, due.table, due.record) for due in one.causes] == [("window", "penalties", "P-002")]
    turn = one.kept.turns[0]
    assert turn.condition == "jiamusi-2020-6/4"
    assert turn.quote == "(4)3年内未受到安全监管部门做出的行政处罚"
    assert turn.clause.endswith("/doc/jiamusi-2020-6/annex_1/sec_1/point_4")


def test_a_coverage_that_ends_is_a_fact_about_the_export_and_not_about_the_enterprise() -> None:
    found = [one for one in watch(sample(), TURNING, "jiamusi-2020-6", NOVEMBER, 60) if one.stale]
    assert [one.day for one in found] == [date(2027, 1, 1)]
    assert found[0].recorded.after == "undetermined"
    assert not found[0].kept.moves
    assert {due.kind for due in found[0].causes} == {"coverage"}


def change(register: Register, unit: str, table: str, **cells: object) -> Register:
    """The register with some cells of the unit's records of a table changed."""
    rows: list[Row] = []
    for row in register.rows:
        if row.table == table and (row.text("uscc") == unit or (table == "coverage" and row.text("uscc") is None)):
            kept = {name: value for name, value in {**row.cells, **cells}.items() if value is not None}
            row = Row(row.table, kept, row.number)  # type: ignore[arg-type]  # cells hold values of a register only
        rows.append(row)
    return make_register(register.name, rows)


def test_a_certificate_that_expires_is_told_for_the_day_after_its_last() -> None:
    register = change(sample(), TURNING, "certificates", expires=date(2026, 12, 10))
    found = [one for one in watch(register, TURNING, "jiamusi-2020-6", date(2026, 11, 25), 60) if one.kept.moves]
    assert [(one.day, one.kept.before, one.kept.after) for one in found] == [
        (date(2026, 12, 11), "eligible", "ineligible")
    ]
    assert ("expires", "certificates") in {(due.kind, due.table) for due in found[0].causes}


def test_an_export_knows_nothing_after_its_day_and_a_later_one_is_supposed_where_tables_are_kept_up() -> None:
    register = change(sample(), TURNING, "coverage", exported_on=date(2026, 11, 25))
    found = watch(register, TURNING, "jiamusi-2020-6", date(2026, 11, 24), 30)
    assert [(one.day, one.stale, one.recorded.after) for one in found] == [(date(2026, 11, 26), True, "undetermined")]
    assert found[0].kept.after == "eligible"


def test_every_number_of_months_of_the_shapes_is_known() -> None:
    months = find_months(policies().values())
    assert {12, 24, 36} <= months
    assert find_due(sample(), TURNING, [], NOVEMBER, NOVEMBER + ONE) == ()


# --- nothing of a watch list -----------------------------------------------------------------------------------------


def test_without_permission_nothing_is_told_where_a_watch_list_is_concerned() -> None:
    policy = policies()["jiangsu-2019-820"]
    assert policy.looks_at_watch_lists
    assert policies()["yiyuan-2021-28"].looks_at_watch_lists
    assert not policies()["jiamusi-2020-6"].looks_at_watch_lists
    found = watch(sample(), WATCHED, policy.id, NOVEMBER, 90)
    assert any(one.restricted for one in found)
    assert public_only(found, [policy]) == ()
    # nor of an enterprise without such a record: what is told of some would tell who has one
    clean = make_register("clean", [row for row in sample().rows if not is_restricted(row, sample())])
    others = [foreseen for unit in sample().enterprises for foreseen in watch(clean, unit, policy.id, NOVEMBER, 90)]
    assert others
    assert public_only(others, [policy]) == ()


def subset(units: Iterable[str]) -> Register:
    wanted = set(units)
    people = {row.text("person_id") for row in sample().rows if row.table == "persons" and row.text("uscc") in wanted}
    return make_register(
        "few",
        [
            row
            for row in sample().rows
            if row.text("uscc") in wanted
            or (row.text("person_id") in people and row.table != "persons")
            or (row.table == "coverage" and row.text("uscc") is None)
        ],
    )


@pytest.fixture(scope="module")
def desk(dataset: Path) -> Desk:
    return open_desk(open_once(dataset), NOVEMBER)


@pytest.mark.slow
@pytest.mark.parametrize(("as_of", "restricted"), [(NOVEMBER, True), (date(2026, 12, 31), False)])
def test_a_large_register_is_answered_as_a_small_one(as_of: date, restricted: bool, desk: Desk, tmp_path: Path) -> None:
    """The query over the days and the SHACL engine write the same rows; what is due may be told more widely.

    More widely: another record of a table that what turns looks at.
    """
    chosen = [desk.policies[name] for name in ("jiamusi-2020-6", "jiangsu-2019-820", "yiyuan-2021-28")]
    units = (TURNING, WATCHED, "91370323MA9XN0002L")
    write_csv(subset(units), tmp_path / "csv")
    rows = []
    for most in (0, 100):
        out = tmp_path / f"{most}.csv"
        found = watch_register(
            tmp_path / "csv",
            desk,
            chosen,
            as_of,
            1,
            out,
            restricted=restricted,
            most_decided=most,
        )
        with out.open(encoding="utf-8") as lines:
            read = list(csv.DictReader(lines))
        assert found.rows == len(read)
        rows.append(read)
        text = out.read_text(encoding="utf-8")
        if not restricted:
            hidden = [item.condition for policy in desk.policies.values() for item in policy.asked if item.restricted]
            assert not any(f"{condition} " in text for condition in hidden)
            assert WATCHED not in text
    causes = [[set(row.pop("causes").split("；")) for row in told] for told in rows]
    assert rows[0] == rows[1] != []
    assert all(decided <= asked for asked, decided in zip(*causes, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("as_of", "days", "seed"),
    [(NOVEMBER - 2 * ONE, 4, 9), (date(2020, 12, 29), 4, 6)],
)
def test_many_days_asked_at_once_are_answered_as_one_by_one(
    as_of: date, days: int, seed: int, desk: Desk, tmp_path: Path
) -> None:
    """Enterprises drawn around edge dates, tables whose completeness ends, and policies that begin between two days.

    A few enterprises at a time are asked about, so that there are several queries for each policy.
    """
    register = ending(random_register(desk.policies.values(), draws(24, 200), seed, as_of + ONE), as_of + 2 * ONE)
    write_csv(register, tmp_path / "csv")
    chosen = list(desk.policies.values())
    told = []
    for name, most in (("at once", 0), ("one by one", 100_000)):
        out = tmp_path / f"{name}.csv"
        watch_register(
            tmp_path / "csv", desk, chosen, as_of, days, out, restricted=True, most_decided=most, most_asked=40
        )
        with out.open(encoding="utf-8") as lines:
            told.append([{**row, "causes": ""} for row in csv.DictReader(lines)])
    assert told[0] == told[1]
    assert {row["stale"] for row in told[0]} >= {"true"}
    assert any(row["kept_before"] != row["kept_after"] for row in told[0])


def test_tables_whose_months_are_counted_are_named() -> None:
    """Only their records leave a window on some day; a post that was left is counted by the table of posts."""
    asked = {name: compile_screening([policy], NOVEMBER, each_day=True).monthly for name, policy in policies().items()}
    assert {"penalties", "accidents", "dishonesty"} <= asked["jiamusi-2020-6"]
    assert "certificates" not in asked["jiamusi-2020-6"]
    assert [name for name, tables in asked.items() if "persons" in tables] == ["jiamusi-2020-6"]


def ending(register: Register, day: date) -> Register:
    """The register whose records leave windows around a day; half of its tables are complete for everybody until then.

    What was repaired stays as it is: no repair is earlier than its record.
    """
    repaired = {row.text("of") for row in register.rows if row.table == "repairs"}
    rows = []
    for number, row in enumerate(register.rows):
        if row.table in ("penalties", "accidents", "dishonesty") and row.text("record_id") not in repaired:
            begun = add_months(day + (number % 3 - 1) * ONE, -36)
            rows.append(Row(row.table, {**row.cells, "date": begun}, row.number))
        elif not is_general(row):
            rows.append(row)
    for number, name in enumerate(COVERABLE):
        last = day if number % 2 else day + 900 * ONE
        rows.append(Row("coverage", {"table": name, "from": date(2000, 1, 1), "to": last}))
    return make_register(register.name, rows)


def is_general(row: Row) -> bool:
    return row.table == "coverage" and row.text("uscc") is None


def test_days_and_formats_that_cannot_be_are_refused(desk: Desk, tmp_path: Path) -> None:
    chosen = list(desk.policies.values())
    with pytest.raises(InputError, match="天之间"):
        watch_register(SAMPLE, desk, chosen, NOVEMBER, 400, tmp_path / "a.csv")
    with pytest.raises(InputError, match="结果格式"):
        watch_register(SAMPLE, desk, chosen, NOVEMBER, 4, tmp_path / "a.xlsx")


def test_the_command_writes_and_says_what_it_holds_back(
    dataset: Path, tmp_path: Path, run: Callable[..., Done]
) -> None:
    write_csv(subset((TURNING, WATCHED)), tmp_path / "csv")
    out = tmp_path / "watch.csv"
    done = run(
        "screen", str(tmp_path / "csv"), "--watch", "5", "--as-of", "2026-11-21", "--out", str(out), "--dataset",
        str(dataset),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert say("watching", "held_back") in done.stdout
    assert "jiamusi-2020-6 不符合条件 → 符合条件: 1" in done.stdout
    assert "2026-11-22" in out.read_text(encoding="utf-8")


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(visit: Visit) -> TestClient:
    return visit(headers={"Accept": "text/html"})


def ask_page(client: TestClient, unit: str, prefix: str = "", **more: str) -> tuple[int, str]:
    facts = public_facts_of(sample(), unit, veiled=False)
    fields = {**dict(facts.fields()), "as_of": "2026-11-21", "do": "watch", **more}
    answer = client.post(f"{prefix}/check", data=fields)
    assert answer.headers["cache-control"] == "no-store"
    assert unit not in str(answer.url)
    return answer.status_code, answer.text


def test_the_page_tells_days_causes_clauses_and_words(client: TestClient) -> None:
    status, text = ask_page(client, TURNING, days="60")
    assert status == 200
    for part in ("2026-11-22", "P-002", "(4)3年内未受到安全监管部门做出的行政处罚", "2027-01-01"):
        assert part in text
    facts, old = text.split(say("watching", "stale_head"))[:2]
    assert "符合条件" in facts
    assert say("watching", "stale_turn") in old
    assert say("watching", "stale_turn") not in facts
    status, english = ask_page(client, TURNING, "/en", days="60")
    assert status == 200
    assert "becomes undetermined because the export is old" in english


def test_the_page_refuses_days_that_cannot_be(client: TestClient) -> None:
    for days in ("0", "400", "abc"):
        status, text = ask_page(client, TURNING, days=days)
        assert status == 400
        assert "366" in text


def test_the_page_of_a_sample_shows_nothing_of_a_watch_list(client: TestClient) -> None:
    hidden = [row.evidence for row in sample().rows if row.table == "listings" and row.text("list") == "watch"]
    _, text = ask_page(client, WATCHED, days="366")
    assert hidden
    assert not any(record in text for record in hidden)
    button = client.post("/check", data={"do": "sample", "sample": TURNING, "as_of": "2026-11-21"}).text
    assert 'value="watch"' in button
