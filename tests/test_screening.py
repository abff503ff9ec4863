"""Screening: the answers of ``decide`` for every enterprise and condition, mutants caught, bad data, resumption."""

from __future__ import annotations

import calendar
import contextlib
import csv
import importlib.util
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal
from rdflib.namespace import RDF, SH
from tests.conftest import open_once, run_command
from tests.drawing import draws
from typer.testing import CliRunner

import policygraph.keeping.batch.renewing as renewing
import policygraph.keeping.batch.running as running
import policygraph.keeping.registers.reading as reading
from policygraph.errors import DataError, InputError, LimitError, NotFoundError, StorageError
from policygraph.judging.decisions import Decision, build_view, decide, what_would_change
from policygraph.judging.decisions.changes import as_complete_on
from policygraph.judging.rules import Policy, Register, Row, Value, load_policies, make_register, read_policy, terms
from policygraph.judging.rules.asof import coverage_terms, pair_terms, record_terms
from policygraph.judging.rules.counting import (
    add_months,
    covered_since,
    first_day_after,
    months_ago,
    months_ago_open,
    months_covered,
)
from policygraph.judging.rules.facts import COVERABLE, RECORD_TABLES, ROLES, TABLE, TABLES, Table
from policygraph.judging.rules.terms import left_term
from policygraph.judging.screening import AsOf, Screening, compile_screening, compiling, queries, sql, view
from policygraph.judging.screening.sql import write_literal
from policygraph.keeping.assessments import open_policies
from policygraph.keeping.batch import (
    BadRegister,
    Summary,
    compare_screenings,
    duck,
    prepare_register,
    read_prepared,
    screen_register,
    synthesise_register,
    write_csv,
)
from policygraph.keeping.batch.preparing.chunks import cut_units, gather_posts, write_chunks
from policygraph.keeping.batch.preparing.job import Job, name_typed
from policygraph.keeping.batch.synthesising import edge_days
from policygraph.keeping.batch.tables import chunk_sql, empty_select
from policygraph.keeping.batch.units import read_units
from policygraph.keeping.registers import RegisterError, load_register
from policygraph.keeping.registers.cells import check_character
from policygraph.keeping.registers.codes import shipped_codes
from policygraph.keeping.store import Store
from policygraph.namespaces import PG, slug_of
from policygraph.speaking.cli import registers, screening

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
NOVEMBER = date(2026, 11, 21)
Rows = dict[str, dict[str, Any]]


@cache
def policies() -> dict[str, Policy]:
    shapes = (Graph().parse(path) for path in sorted((ROOT / "shapes" / "eligibility").glob("*.ttl")))
    return load_policies(shapes)


def conditions() -> list[str]:
    return [item.condition for policy in policies().values() for item in policy.asked]


def screen_rows(register: Register, as_of: date, folder: Path) -> tuple[Rows, Screening]:
    """The screening of a register under every policy, through files, as a caller would run it."""
    write_csv(register, folder / "csv")
    out = folder / "out.parquet"
    screen_register(folder / "csv", policies().values(), as_of, out, conditions=conditions())
    return read_rows(out), compile_screening(policies().values(), as_of)


def read_rows(path: Path) -> Rows:
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT * FROM read_parquet({write_literal(str(path))})")
        names = [str(item[0]) for item in found.description or ()]
        return {str(row[0]): dict(zip(names, row, strict=True)) for row in found.fetchall()}


def decided(register: Register, entity: str, as_of: date) -> dict[str, Any]:
    """What the columns of a screening must say about one enterprise, from pySHACL."""
    told: dict[str, Any] = {}
    for policy in policies().values():
        decision = decide(register, entity, policy, as_of)
        told[f"{policy.id}:outcome"] = decision.outcome
        told[f"{policy.id}:because"] = ",".join(decision.undetermined_because) or None
        told[f"{policy.id}:grade"] = decision.grade
        told[f"{policy.id}:reason_code"] = decision.reason_code
        for used in decision.readings:
            for other in used.alternatives:
                told[f"{policy.id}:if:{used.reading}:{other.reading}"] = other.outcome
        for part in (*decision.conditions, *decision.findings):
            told[f"{part.condition}:outcome"] = part.outcome
            told[f"{part.condition}:evidence"] = part.evidence[0] if part.evidence else None
    return told


def differences(rows: Rows, screening: Screening, expected: Rows) -> list[tuple[str, str, Any, Any]]:
    """Cells in which a screening and the decisions differ; the day from which it passes has a test of its own."""
    names = [column.name for column in screening.columns if column.says != "passes_from"]
    return [
        (entity, name, rows[entity][name], told.get(name))
        for entity, told in expected.items()
        for name in names
        if rows[entity][name] != told.get(name)
    ]


def expect(register: Register, as_of: date) -> Rows:
    return {entity: decided(register, entity, as_of) for entity in register.enterprises}


@pytest.fixture(scope="module")
def november(tmp_path_factory: pytest.TempPathFactory) -> tuple[Register, Path, Rows]:
    """One register with what pySHACL says of every enterprise in it."""
    register = random_register(policies().values(), 200, 6, NOVEMBER)
    folder = tmp_path_factory.mktemp("november")
    write_csv(register, folder / "csv")
    prepare_register(folder / "csv", folder / "register", conditions=conditions())
    return register, folder / "register", expect(register, NOVEMBER)


# --- random registers, dense in edge cases and sound by construction ---

REGIONS = ("230803", "230803", "2308", "320102", "32", "410184", "370323001", "370323", "110000")


def random_register(policies: Iterable[Policy], size: int, seed: int, as_of: date) -> Register:
    """A register of so many enterprises, most of them with records around the edges of windows."""
    return _Maker(policies, size, seed, as_of).make()


class _Maker:
    """Draws rows; remembers keys so that no two rows share one."""

    def __init__(self, policies: Iterable[Policy], size: int, seed: int, as_of: date) -> None:
        self.rng = random.Random(seed)
        self.size = size
        self.as_of = as_of
        self.conditions = [item.condition for policy in policies for item in policy.asked]
        self.rows: dict[tuple[object, ...], Row] = {}
        one = timedelta(days=1)
        ends = [add_months(as_of, -months) for months in (12, 36)]
        self.edges = [end + step * one for end in (*ends, as_of) for step in (-1, 0, 1)]
        self.edges += [date(2020, 2, 29), date(2021, 2, 28), date(2021, 3, 1), date(2023, 8, 31)]
        self.people = [f"X{number}" for number in range(max(3, size // 3))]
        self.records = 0

    def add(self, table: str, cells: dict[str, Value | None]) -> None:
        known = {name: value for name, value in cells.items() if value is not None}
        key = (table, *(known.get(name) for name in TABLE[table].key))
        self.rows.setdefault(key, Row(table, known))

    def day(self) -> date:
        if self.rng.random() < 0.4:
            return self.rng.choice(self.edges)
        return self.as_of - timedelta(days=self.rng.randint(-60, 1600))

    def later(self, day: date, share: float) -> date | None:
        return max(day, self.day()) if self.rng.random() < share else None

    def several(self, *counts: int) -> range:
        return range(self.rng.choice(counts))

    def make(self) -> Register:
        for table in COVERABLE:
            if self.rng.random() < 0.6:
                self.cover(table, None)
        for number in range(self.size):
            kind = "11" if self.rng.random() < 0.02 else self.rng.choice(("91", "91", "N1"))
            stem = f"{kind}230800MA{number:07d}"
            self.enterprise(stem + check_character(stem))
        return make_register("random", self.rows.values())

    def cover(self, table: str, uscc: str | None) -> None:
        back = self.rng.choice((0, 10, 400, 1095, 1096, 1097, 2000))
        start = self.as_of - timedelta(days=back)
        end = self.as_of + timedelta(days=self.rng.choice((-30, -1, 0, 5, 5, 400, 400)))
        field = self.rng.choice(("tax", "work_safety", None)) if table in ("listings", "dishonesty") else None
        exported = self.rng.choice((None, None, None, end, self.as_of - timedelta(days=1), self.as_of))
        until: dict[str, Value | None] = {"to": max(start, end), "exported_on": exported}
        self.add("coverage", until | {"table": table, "from": start, "uscc": uscc, "field": field})
        if self.rng.random() < 0.4:  # an earlier period, with or without a gap
            gap = timedelta(days=self.rng.choice((1, 1, 2)))
            earlier = start - timedelta(days=900)
            self.add("coverage", {"table": table, "from": earlier, "to": start - gap, "uscc": uscc, "field": field})

    def enterprise(self, uscc: str) -> None:
        rng = self.rng
        self.add("enterprises", {"uscc": uscc, "name": f"单位{uscc[-5:]}", "region": rng.choice(REGIONS)})
        if rng.random() < 0.25:
            self.model(uscc)
            return
        mine = [rng.choice(self.people) for _ in self.several(0, 1, 2, 4)]
        for person in mine:
            since = self.day() if rng.random() < 0.6 else None
            until = self.later(since or date(2015, 1, 1), 0.5)
            post: dict[str, Value | None] = {
                "person_id": person,
                "uscc": uscc,
                "role": rng.choice(ROLES),
                "from": since,
                "to": until,
            }
            self.add("persons", post)
        for table in COVERABLE:
            if rng.random() < 0.5:
                self.cover(table, uscc)
        for _ in self.several(0, 1, 1, 2):
            self.add("commitments", {"uscc": uscc, "date": self.day(), "published": rng.random() < 0.8})
        if rng.random() < 0.6:
            self.adverse(uscc, mine)
        for _ in self.several(0, 1, 1, 2):
            issued = self.day()
            cells: dict[str, Value | None] = {"uscc": uscc, "grade": rng.choice((1, 1, 2)), "issued": issued}
            ends: dict[str, Value | None] = {"expires": self.later(issued, 0.7), "revoked_on": self.later(issued, 0.2)}
            self.add("certificates", {**cells, **ends})
        for year in rng.sample(range(self.as_of.year - 4, self.as_of.year + 1), rng.choice((0, 1, 2, 3))):
            score = Decimal(rng.choice(("74.9", "75", "84.9999", "85", "94.99", "95", "60", "100")))
            veto = rng.random() < 0.15
            for _ in self.several(1, 1, 1, 2):  # a second result of a year corrects the first
                result: dict[str, Value | None] = {"uscc": uscc, "year": year, "score": score, "veto": veto}
                self.add("assessments", result | {"published_on": self.day()})
                score = Decimal(rng.choice(("74.9", "75", "95")))
        for condition in rng.sample(self.conditions, rng.choice((0, 1, 3, 8))):
            for _ in self.several(1, 1, 2):
                outcome = rng.choice(("passed", "failed"))
                self.add(
                    "determinations", {"uscc": uscc, "condition": condition, "outcome": outcome, "date": self.day()}
                )

    def model(self, uscc: str) -> None:
        """An enterprise with everything known and most of it good."""
        rng, year = self.rng, timedelta(days=365)
        for table in COVERABLE:
            middle = self.as_of - 2 * year  # two periods, seldom with a hole between them
            hole = timedelta(days=2 if rng.random() < 0.05 else 1)
            self.add("coverage", {"table": table, "uscc": uscc, "from": middle, "to": self.as_of + year})
            self.add("coverage", {"table": table, "uscc": uscc, "from": middle - 4 * year, "to": middle - hole})
        for role in ("principal", "safety_deputy"):
            self.add("persons", {"person_id": f"{uscc[-6:]}-{role}", "uscc": uscc, "role": role})
        self.add("commitments", {"uscc": uscc, "date": self.as_of - year, "published": True})
        issued: dict[str, Value | None] = {
            "issued": self.as_of - year,
            "expires": self.as_of + timedelta(days=rng.choice((0, 1, 700))),
        }
        self.add("certificates", {"uscc": uscc, "grade": 1, **issued})
        for condition in self.conditions:
            if rng.random() < 0.3 or condition.endswith("/1"):
                passed: dict[str, Value | None] = {"outcome": "passed", "date": self.as_of - timedelta(days=90)}
                self.add("determinations", {"uscc": uscc, "condition": condition, **passed})
        if rng.random() < 0.6:
            self.adverse(uscc, [f"{uscc[-6:]}-principal"])

    def repair(self, record: dict[str, Value | None], day: date) -> None:
        """A completed repair of a record, of the same subject and not before it."""
        if self.rng.random() < 0.2:
            self.records += 1
            subject = {name: record.get(name) for name in ("uscc", "person_id")}
            number = f"R-{self.records:05d}"
            done = max(day, self.day())
            self.add("repairs", {"record_id": number, **subject, "of": record["record_id"], "completed_on": done})

    def who(self, uscc: str, mine: list[str]) -> dict[str, Value | None]:
        self.records += 1
        record: dict[str, Value | None] = {"record_id": f"R-{self.records:05d}"}
        if mine and self.rng.random() < 0.4:
            return record | {"person_id": self.rng.choice(mine), "uscc": uscc if self.rng.random() < 0.3 else None}
        return record | {"uscc": uscc}

    def adverse(self, uscc: str, mine: list[str]) -> None:
        rng = self.rng
        for _ in self.several(0, 0, 1, 2):
            cells: dict[str, Value | None] = {
                "date": self.day(),
                "authority_function": rng.choice(("work_safety", "transport", "tax")),
                "safety_matter": rng.choice((True, False, None)),
                "status": rng.choice(("effective", "effective", "annulled", "stayed", "changed", "void", "no_penalty")),
            }
            self.add("penalties", self.who(uscc, mine) | cells)
        for _ in self.several(0, 0, 1):
            liability = rng.choice(("liable", "liable", "not_liable", "under_investigation"))
            accident: dict[str, Value | None] = {
                "date": self.day(),
                "fatalities": rng.choice((0, 1, 3)),
                "liability": liability,
            }
            self.add("accidents", self.who(uscc, []) | accident)
        for _ in self.several(0, 0, 1, 2):
            fault: dict[str, Value | None] = {
                "date": self.day(),
                "field": rng.choice(("work_safety", "tax")),
                "severity": rng.choice((None, "minor", "minor", "moderate", "serious")),
            }
            self.add("dishonesty", who := self.who(uscc, mine) | fault)
            self.repair(who, fault["date"])  # type: ignore[arg-type]  # drawn above
        for _ in self.several(0, 0, 1, 2, 3):
            listed = self.day()
            listing: dict[str, Value | None] = {
                "list": rng.choice(("red", "black", "watch", "black")),
                "field": rng.choice(("work_safety", "tax", "environment")),
                "listed_on": listed,
                "valid_until": self.later(listed, 0.6),
                "delisted_on": self.later(listed, 0.2),
            }
            self.add("listings", who := self.who(uscc, mine) | listing)
            self.repair(who, listed)


# --- the same answers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("as_of", "seed"), [(date(2024, 2, 29), 2), (date(2020, 8, 31), 3), (date(2023, 2, 28), 4)])
def test_screening_decides_as_pyshacl_does(as_of: date, seed: int, tmp_path: Path) -> None:
    size = draws(30, 400)
    register = random_register(policies().values(), size, seed, as_of)
    rows, screening = screen_rows(register, as_of, tmp_path)
    assert len(rows) == size
    assert differences(rows, screening, expect(register, as_of)) == []


@settings(max_examples=draws(2, 40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), as_of=st.dates(date(2010, 12, 1), date(2032, 3, 1)))
def test_screening_decides_as_pyshacl_does_on_any_day(
    seed: int, as_of: date, tmp_path_factory: pytest.TempPathFactory
) -> None:
    register = random_register(policies().values(), 20, seed, as_of)
    rows, screening = screen_rows(register, as_of, tmp_path_factory.mktemp("any"))
    assert differences(rows, screening, expect(register, as_of)) == []


def test_every_outcome_occurs_in_the_differential_test(november: tuple[Register, Path, Rows]) -> None:
    register, _, expected = november
    for policy in policies().values():
        seen = {told[f"{policy.id}:outcome"] for told in expected.values()}
        wanted = {policy.positive, policy.negative, policy.excluded, "undetermined", "inapplicable"} - {None}
        assert seen >= wanted - ({policy.negative} if policy.positive == "graded" else set()), policy.id
        for item in policy.asked:
            found = {told.get(f"{item.condition}:outcome") for told in expected.values()} - {None, "inapplicable"}
            if len(found) > 1 or item.part == "finding":
                continue
            others = outcomes_under_other_readings(policy, item.condition, register)
            assert any(told not in found for told in others), item.condition  # it can hold only under another reading


def outcomes_under_other_readings(policy: Policy, condition: str, register: Register) -> Iterator[str]:
    """How a condition comes out for one enterprise after the other when one of the other readings is taken."""
    for other in policy.readings:
        if other.is_default:
            continue
        taken = tuple(
            replace(reading, is_default=reading == other) if reading.question == other.question else reading
            for reading in policy.readings
        )
        for entity in register.enterprises:
            decision = decide(register, entity, replace(policy, readings=taken), NOVEMBER)
            told = [part.outcome for part in decision.conditions if part.condition == condition]
            yield from (outcome for outcome in told if outcome != "inapplicable")


def test_chunks_change_nothing(november: tuple[Register, Path, Rows], tmp_path: Path) -> None:
    register, _, expected = november
    write_csv(register, tmp_path / "csv")
    prepared = prepare_register(tmp_path / "csv", tmp_path / "register", chunk=50)
    assert prepared.chunks == 4
    posts: dict[str, set[str]] = {}
    for row in register.rows:
        if row.table == "persons":
            posts.setdefault(str(row.cells["person_id"]), set()).add(str(row.cells["uscc"]))
    assert any(len(units) > 2 for units in posts.values()), "persons must be shared between chunks"
    screen_register(tmp_path / "register", policies().values(), NOVEMBER, tmp_path / "out")
    assert len(list((tmp_path / "out").glob("part-*.parquet"))) == 4
    rows = read_rows(tmp_path / "out" / "part-*.parquet")
    assert differences(rows, compile_screening(policies().values(), NOVEMBER), expected) == []


@pytest.mark.parametrize("seed", [6, 16])
def test_the_day_from_which_a_condition_passes(seed: int, tmp_path: Path) -> None:
    register = random_register(policies().values(), 500, seed, NOVEMBER)
    rows, _ = screen_rows(register, NOVEMBER, tmp_path)
    known = [row for row in register.rows if not _dated_after(row.cells, NOVEMBER)]
    past = make_register("past", known)
    moving = {  # a post that begins or ends later changes the answer for another reason than time alone
        row.text("uscc")
        for row in register.rows
        if row.table == "persons" and any((row.day(name) or NOVEMBER) > NOVEMBER for name in ("from", "to"))
    }
    tried = 0
    for entity, cells in rows.items():
        if entity in moving:
            continue
        for policy in policies().values():
            for item in policy.asked:
                day = cells[f"{item.condition}:passes_from"]
                if day is None or tried >= draws(20, 60):
                    continue
                tried += 1
                for when, passes in ((day, True), (day - timedelta(days=1), False)):
                    later = decide(as_complete_on(past, NOVEMBER, when), entity, policy, when)
                    found = {part.condition: part.outcome for part in (*later.conditions, *later.findings)}
                    assert (found[item.condition] == "passed") is passes, (entity, item.condition, when)
    assert tried >= 3


def _dated_after(cells: Any, day: date) -> bool:
    names = ("date", "issued", "listed_on", "published_on", "delisted_on", "revoked_on")
    return any(isinstance(cells.get(name), date) and cells[name] > day for name in names)


# --- the view and its twin -------------------------------------------------------------------------------------------

EDGES = [
    (day, as_of)
    for as_of in (
        NOVEMBER, date(2024, 2, 29), date(2023, 2, 28), date(2024, 2, 28), date(2026, 8, 31),
        date(2026, 9, 30), date(2026, 1, 1), date(2024, 3, 1), date(2025, 12, 31),
    )
    for day in (*edge_days(as_of), date(2020, 2, 29), date(2021, 2, 28), date(2021, 3, 1), date(2023, 11, 30))
    if day <= as_of
]  # fmt: skip


def test_months_are_counted_as_the_view_counts_them() -> None:
    wrong = []
    with duckdb.connect() as connection:
        for day, as_of in EDGES:
            at = AsOf(as_of)
            text = f"SELECT {at.months_ago('d')}, {at.months_ago('d', last_day_out=True)} FROM (SELECT ?::DATE AS d)"
            found = connection.execute(text, [day]).fetchone()
            if found != (months_ago(day, as_of), months_ago_open(day, as_of)):
                wrong.append((day, as_of, found))
    assert len(EDGES) > 150
    assert wrong == []


def test_months_are_counted_from_the_day_of_each_unit() -> None:
    """Every day of the edges in one query; the day that the view is written for must not matter."""
    at = AsOf(date(2001, 1, 17), each=True)
    with duckdb.connect() as connection:
        connection.execute(f'CREATE TABLE edges (d DATE, "{view.DAY}" DATE)')
        connection.executemany("INSERT INTO edges VALUES (?, ?)", EDGES)
        told = f"{at.months_ago('d')}, {at.months_ago('d', last_day_out=True)}"
        found = connection.execute(f'SELECT d, "{view.DAY}", {told} FROM edges').fetchall()
    assert len(found) == len(EDGES)
    assert [row for row in found if row[2:] != (months_ago(*row[:2]), months_ago_open(*row[:2]))] == []


def test_windows_end_where_the_decisions_say() -> None:
    with duckdb.connect() as connection:
        for day, _ in EDGES:
            for months in (6, 12, 36):
                text = f"CAST(CAST(?::DATE + INTERVAL '{months}' MONTH AS DATE) + INTERVAL '1' DAY AS DATE)"
                found = connection.execute(f"SELECT {text}", [day]).fetchone()
                assert found == (first_day_after(day, months, last_day_out=False),)


@settings(max_examples=40, deadline=None)
@given(
    spans=st.lists(st.tuples(st.integers(-1400, 60), st.integers(0, 800)), max_size=6),
    as_of=st.sampled_from([NOVEMBER, date(2024, 2, 29), date(2023, 2, 28)]),
)
def test_coverage_is_merged_as_the_view_merges_it(spans: list[tuple[int, int]], as_of: date) -> None:
    periods = [(as_of + timedelta(a), as_of + timedelta(a + b)) for a, b in spans]
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE coverage AS {empty_select(TABLE['coverage'])}")
        for start, end in periods:
            connection.execute(
                """INSERT INTO coverage ("table", "from", "to") VALUES ('penalties', ?, ?)""", [start, end]
            )
        found = connection.execute(
            f'SELECT "v_coversMonths", "v_coversMonthsOpen", "v_coversAsOf", "v_coversFrom" '
            f"FROM ({view.select_coverage(['penalties'], AsOf(as_of))})"
        ).fetchall()
    since = covered_since(periods, as_of)
    months = months_covered(since, as_of), months_covered(since, as_of, last_day_out=True)
    assert found == [(*months, since is not None, since)]


@pytest.mark.parametrize(
    ("as_of", "each"),
    [(NOVEMBER, False), (date(2024, 2, 29), False), (date(2023, 2, 28), False), (date(2026, 9, 30), False),
     (NOVEMBER, True), (date(2024, 2, 29), True)],
)  # fmt: skip
def test_every_term_of_a_record_means_the_same_in_both_engines(as_of: date, each: bool) -> None:
    """One register full of edge dates: each term of each record, in the view of one enterprise and in SQL.

    With ``each`` the day stands beside every row, and the view is written for another.
    """
    register = random_register(policies().values(), 150, 11, as_of)
    expected: dict[tuple[str, str, str, bool], dict[str, set[str]]] = {}
    words: dict[str, set[str]] = {}
    for entity in register.enterprises:
        built = build_view(register, entity, as_of)
        for node, row in built.rows.items():
            if row.table not in {table.name for table in RECORD_TABLES}:
                continue
            own = (built.subject, None, node) in built.graph
            told: dict[str, set[str]] = {}
            for term, value in built.graph.predicate_objects(node):
                if term != RDF.type:
                    python = value.toPython() if isinstance(value, Literal) else value
                    word = slug_of(f"{python.normalize():f}" if isinstance(python, Decimal) else str(value))
                    word = word.removeprefix("condition/")
                    told.setdefault(str(term).removeprefix(str(PG)), set()).add(word)
            expected[entity, row.table, row.evidence, own] = told
            for item in pair_terms(TABLE[row.table]):
                words.setdefault(item.term.name, set()).update(told.get(item.term.name, ()))
    with duckdb.connect() as connection:
        fill_tables(connection, register)
        mark = f"{as_of}x" if each else ""
        if each:
            give_days(connection, as_of, mark)
        at = AsOf(date(2001, 1, 17), each=True) if each else AsOf(as_of)
        found = {}
        for table in RECORD_TABLES:
            asked = {f"{name}={word}" for name, known in words.items() for word in known} | {"cyclesAgo"}
            asked |= {item.term.name for item in coverage_terms(table)}
            persons = any(column.name == "person_id" for column in table.columns)
            text = view.select_records(table, at, of_persons=persons, terms=asked)
            rows = connection.execute(text)
            names = [str(item[0]) for item in rows.description or ()]
            for cells in rows.fetchall():
                known = dict(zip(names, cells, strict=True))
                key = (known["uscc"].removesuffix(mark), table.name, known["evidence"], known["via_own"])
                found[key] = _told(table, known, words)
    roles = {left_term(role) for role in ROLES}
    assert {key: set(told) - roles for key, told in expected.items()}.keys() == found.keys()
    assert len(found) > 300
    for key, told in expected.items():
        assert {name: values for name, values in told.items() if name not in roles} == found[key], key


def _told(table: Table, known: dict[str, Any], words: dict[str, set[str]]) -> dict[str, set[str]]:
    """The terms of one record of SQL as the view would hold them."""
    told: dict[str, set[str]] = {}
    names = [item.term.name for item in record_terms(table)]
    names += [item.term.name for item in coverage_terms(table)]
    names += [column.term for column in table.columns if column.in_view]
    for name in [*names, "cyclesAgo"]:
        value = known.get(f"v_{name}")
        if value is not None:
            text = f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
            told[name] = {text.lower() if isinstance(value, bool) else text}
    for item in pair_terms(table):
        true = {word for word in words.get(item.term.name, ()) if known[f"v_{item.term.name}_{word}"]}
        if true:
            told[item.term.name] = true
    return told


def fill_tables(connection: duckdb.DuckDBPyConnection, register: Register) -> None:
    """The tables of a register in an empty database."""
    for table in TABLES:
        connection.execute(f'CREATE TABLE "{table.name}" AS {empty_select(table)}')
        names = [column.name for column in table.columns]
        rows = [[row.cells.get(name) for name in names] for row in register.rows if row.table == table.name]
        if rows:
            # one statement: each row as one of its own took a third of the test
            marks = ", ".join(f"({', '.join('?' for _ in names)})" for _ in rows)
            connection.execute(f'INSERT INTO "{table.name}" VALUES {marks}', [cell for row in rows for cell in row])


def give_days(connection: duckdb.DuckDBPyConnection, day: date, mark: str) -> None:
    """The tables as they are where each unit has its day: it stands beside each row, and its mark ends each code."""
    assert len(mark) == view.MARK
    for table in TABLES:
        connection.execute(f'ALTER TABLE "{table.name}" ADD COLUMN "{view.DAY}" DATE DEFAULT DATE \'{day}\'')
        if any(column.name == "uscc" for column in table.columns):
            general = "" if table.name == "coverage" else ' WHERE "uscc" IS NOT NULL'
            connection.execute(f'UPDATE "{table.name}" SET "uscc" = coalesce("uscc", \'\') || \'{mark}\'{general}')


# --- mutants ---------------------------------------------------------------------------------------------------------


def _wrong_months(self: AsOf, column: str, *, last_day_out: bool = False) -> str:
    months = f"{self.day.year * 12 + self.day.month} - (year({column}) * 12 + month({column}))"
    return f"({months} + CASE WHEN day({column}) {'>=' if last_day_out else '>'} {self.day.day} THEN 0 ELSE 1 END)"


_holds = compiling.Compiler.holds
_own = view._select_own
_source = view._source
_coverage = view.select_coverage
_write = view.write_expression
_values = compiling.SubjectFocus.values
_outcome = queries._PolicyPart.outcome


def _text(change: Callable[[str], str], function: Callable[..., str]) -> Callable[..., str]:
    return lambda *given_, **named: change(function(*given_, **named))


MUTANTS: dict[str, tuple[Any, str, Any]] = {
    "the last day of a window": (AsOf, "months_ago", _wrong_months),
    "determinations: the earliest": (
        view, "select_latest", _text(lambda t: t.replace(" max(", " min("), view.select_latest),
    ),
    "records of later days": (view, "_exists", lambda table, as_of: "TRUE"),
    "records of persons as own": (
        view, "_select_own", _text(lambda t: t.replace('"person_id" IS NULL', "TRUE"), _own),
    ),
    "coverage: a gap of a day": (
        queries, "select_coverage",
        _text(lambda t: t.replace("+ INTERVAL '1' DAY THEN 0", "+ INTERVAL '2' DAY THEN 0"), _coverage),
    ),
    "coverage: fields do not matter": (
        queries, "select_coverage", _text(lambda t: t.replace('m."field" IS NULL OR', "TRUE OR"), _coverage),
    ),
    "an unknown expiry holds": (
        view, "write_expression", _text(lambda t: t.replace("THEN NULL", "THEN TRUE"), _write),
    ),
    "the day of expiry is out": (
        view, "write_expression", _text(lambda t: t.replace(">=", ">"), _write),
    ),
    "at least two is at least one": (
        compiling, "_at_least", lambda values, test, number: values.exists(test) if number else "TRUE",
    ),
    "sh:or as sh:and": (compiling, "any_of", sql.all_of),
    "sh:not forgotten": (compiling, "negate", lambda part: part),
    "bounds that include": (compiling, "_BOUNDS", {**compiling._BOUNDS, SH.maxExclusive: "<="}),
    "excluded comes last": (
        queries._PolicyPart, "outcome",
        lambda self, taken: (_outcome(self, taken)[0].replace("'excluded'", "'ineligible'"), _outcome(self, taken)[1]),
    ),
    "former holders count": (
        view, "as_of_link", terms.former_link,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_mutants_are_caught(
    name: str, november: tuple[Register, Path, Rows], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, prepared, expected = november
    monkeypatch.setattr(*MUTANTS[name])
    for policy in sorted(policies().values(), key=lambda policy: len(policy.shapes)):  # the first that tells is enough
        out = tmp_path / f"{policy.id}.parquet"
        try:
            screen_register(prepared, [policy], NOVEMBER, out)
        except (duckdb.Error, DataError):
            return  # a mutant that cannot even run is caught
        if differences(read_rows(out), compile_screening([policy], NOVEMBER), expected):
            return
    pytest.fail("no policy is screened otherwise")


# --- refusal by name -------------------------------------------------------------------------------------------------

COMMITMENT = "[ sh:path pg:hasCommitment ; sh:minCount 1 ]"


@pytest.mark.parametrize(
    ("instead", "told"),
    [
        ("sh:path [ sh:alternativePath ( pg:hasCommitment pg:hasPenalty ) ] ; sh:minCount 1", "不同种类"),
        ("sh:path pg:principalAsOf ; sh:property [ sh:path pg:hasPenalty ; sh:maxCount 0 ]", "人员本身"),
        ("sh:path pg:hasAssessment ; sh:property [ sh:path pg:score ; sh:hasValue 95.0 ]", "小数"),
        ("sh:path pg:hasPenalty ; sh:property [ sh:path pg:score ; sh:minCount 1 ]", "没有"),
        ('sh:path ( pg:hasDishonesty pg:duringList ) ; sh:hasValue "watch"', "之后还有"),
    ],
)
def test_what_sql_cannot_say_is_refused_by_name(instead: str, told: str) -> None:
    text = (ROOT / "shapes" / "eligibility" / "jiamusi-2020-6.ttl").read_text(encoding="utf-8")
    assert COMMITMENT in text
    policy = read_policy(Graph().parse(data=text.replace(COMMITMENT, f"[ {instead} ]"), format="turtle"))
    with pytest.raises(DataError, match="1-commitment") as error:
        compile_screening([policy], NOVEMBER)
    assert told in str(error.value)


def kept_matters(policy: Policy) -> set[str]:
    """The conditions whose determinations a screening keeps; ``*`` when it keeps all."""
    steps = {step.name: step.sql for step in compile_screening([policy], NOVEMBER).steps}
    told = re.search(r'"condition" IN \(([^)]*)\)', steps["known_determinations"])
    return set(re.findall("'([^']*)'", told[1])) if told else {"*"}


@pytest.mark.parametrize(
    ("instead", "all_kept"),
    [
        ("sh:path ( pg:hasDetermination pg:condition ) ; sh:hasValue <condition/elsewhere>", False),
        (
            "sh:path pg:hasDetermination ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape "
            "[ sh:property [ sh:path pg:condition ; sh:hasValue <condition/elsewhere> ] ]",
            False,
        ),
        ("sh:path ( pg:hasDetermination pg:condition ) ; sh:minCount 1", True),
        ("sh:path pg:hasDetermination ; sh:minCount 1", True),
        (
            "sh:path pg:hasDetermination ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:property "
            '[ sh:path pg:determinedOutcome ; sh:hasValue "failed" ] ]',
            True,
        ),
        (
            "sh:path pg:hasDetermination ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:not "
            "[ sh:property [ sh:path pg:condition ; sh:hasValue <condition/elsewhere> ] ] ]",
            True,
        ),
    ],
)
def test_determinations_of_matters_that_nobody_asks_for_are_left_out(instead: str, all_kept: bool) -> None:
    text = (ROOT / "shapes" / "eligibility" / "jiamusi-2020-6.ttl").read_text(encoding="utf-8")
    graph = Graph().parse(data=text, format="turtle")
    asked = {item.condition for item in read_policy(graph).asked if set(item.settled_by) < {"passed", "failed"}}
    own = kept_matters(read_policy(graph))
    assert asked <= own
    assert "jiamusi-2020-5/target" in own  # another policy's, of which a shape asks
    assert "elsewhere" not in own
    changed = Graph().parse(data=text.replace(COMMITMENT, f"[ {instead} ]"), format="turtle")
    assert kept_matters(read_policy(changed)) == ({"*"} if all_kept else own | {"elsewhere"})


def test_the_text_of_a_query_has_no_numbers_of_its_own() -> None:
    one = compile_screening(policies().values(), NOVEMBER)
    assert one.columns == compile_screening(policies().values(), NOVEMBER).columns
    assert write_literal("a'b") == "'a''b'"
    with pytest.raises(ValueError, match="backslash"):
        write_literal("a\\b")


# --- preparing registers ---------------------------------------------------------------------------------------------


def test_chunks_are_spread_evenly(tmp_path: Path) -> None:
    register = random_register(policies().values(), 800, 9, NOVEMBER)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT unnest(?) AS uscc", [list(register.enterprises)])
        sizes = connection.execute(f"SELECT count(*) FROM t GROUP BY {chunk_sql('uscc', 8)}").fetchall()
    assert len(sizes) == 8
    assert max(size for (size,) in sizes) < 200


def test_writing_takes_the_memory_of_a_chunk_however_many_chunks_there_are(tmp_path: Path) -> None:
    """With 24 MiB for a register of 300,000 enterprises in 20 chunks: each chunk fits, its whole does not."""
    with duck.open_duckdb(tmp_path / "spill", 24) as connection:
        connection.execute("SET threads = 2")  # each takes memory of its own
        job = Job(connection, tmp_path, None, shipped_codes(), lambda step, done: None)
        for table in TABLES:
            more = "NULL::BIGINT AS line, NULL::BIGINT AS unit, NULL::INTEGER AS chunk"
            connection.execute(
                f"CREATE TEMP TABLE {name_typed(table)} AS SELECT *, {more} FROM ({empty_select(table)})"
            )
        connection.execute(
            "INSERT INTO typed_enterprises (uscc, region, line) "
            "SELECT 'U' || lpad(range::VARCHAR, 17, '0'), '230803', range FROM range(300_000)"
        )
        cut_units(job, 15_000)
        for name in ("commitments", "assessments"):
            connection.execute(
                f"INSERT INTO typed_{name} (uscc, unit, chunk) SELECT uscc, unit, chunk FROM typed_enterprises"
            )
        gather_posts(job)
        prepared = write_chunks(job, "many")
        told = connection.execute(
            f"SELECT count(*), count(DISTINCT digest) > 299_000 FROM read_parquet('{tmp_path}/chunk-*/digests.parquet')"
        ).fetchone()
    assert (prepared.chunks, prepared.enterprises) == (20, 300_000)
    assert told == (300_000, True)


def test_a_chunk_without_an_enterprise_is_screened_as_any_other(tmp_path: Path) -> None:
    """Three enterprises in three chunks, of which one got none: the result is a folder with all its parts."""
    stems = [f"91230800MA{number:07}" for number in range(1, 200)]
    codes = [stem + check_character(stem) for stem in stems]
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT uscc FROM (SELECT unnest(?) AS uscc) WHERE {chunk_sql('uscc', 3)} = 0 LIMIT 3", [codes]
        ).fetchall()
    register = make_register(
        "few", [Row("enterprises", {"uscc": u, "name": "甲", "region": "230803"}) for (u,) in rows]
    )
    write_csv(register, tmp_path / "csv")
    prepared = prepare_register(tmp_path / "csv", tmp_path / "register", conditions=conditions(), chunk=1)
    screen_register(tmp_path / "register", [policies()["jiamusi-2020-6"]], NOVEMBER, tmp_path / "out")
    assert prepared.chunks == 3
    assert set(read_rows(tmp_path / "out" / "*.parquet")) == {unit for (unit,) in rows}
    assert len(list((tmp_path / "out").glob("digests-*"))) == 3


def test_all_forms_of_a_register_screen_the_same(november: tuple[Register, Path, Rows], tmp_path: Path) -> None:
    register, prepared, _ = november
    write_csv(register, tmp_path / "csv")
    gb = tmp_path / "gb"
    gb.mkdir()
    book = openpyxl.Workbook()
    for path in sorted((tmp_path / "csv").iterdir()):
        text = path.read_text(encoding="utf-8")
        labels = {column.name: column.label for column in TABLE[path.stem].columns}
        head, rest = text.split("\n", 1)
        head = ",".join(labels[name] for name in head.strip().split(","))
        (gb / path.name).write_bytes(f"{head}\r\n{rest}".encode("gb18030"))
        sheet = book.create_sheet(path.stem)
        for cells in csv.reader(text.splitlines()):
            sheet.append(cells)
    book.remove(book["Sheet"])
    book.save(tmp_path / "register.xlsx")
    expected = {}
    for source in (prepared, tmp_path / "csv", gb, tmp_path / "register.xlsx"):
        out = tmp_path / f"{source.stem}-out.parquet"
        screen_register(source, policies().values(), NOVEMBER, out, conditions=conditions())
        expected[source.stem] = read_rows(out)
    assert len({repr(rows) for rows in expected.values()}) == 1


def test_the_sample_register_screens_as_it_decides(tmp_path: Path) -> None:
    sample = ROOT / "data" / "registers" / "sample"
    register = load_register(sample)
    summary = screen_register(sample, policies().values(), NOVEMBER, tmp_path / "out.parquet", conditions=conditions())
    screening = compile_screening(policies().values(), NOVEMBER)
    assert differences(read_rows(tmp_path / "out.parquet"), screening, expect(register, NOVEMBER)) == []
    assert summary.synthetic
    assert summary.restricted


BAD = {
    "date": ("2026-02-30", "昨天", "2026-11-21 08:00"),
    "bool": ("也许",),
    "integer": ("-1", "1.5", "很多"),
    "decimal": ("101", "x"),
    "code": ("nonsense",),
    "field": ("work_safty", "安全"),
    "function": ("work_safty",),
    "region": ("2308031", "佳木斯"),
    "uscc": ("91230800MA000000", "9123080OMA0000000R", "91230800MA0000000X"),
    "condition": ("jiamusi-2020-6/99", "6号"),
}


def spoil(folder: Path, seed: int, share: float) -> int:
    """Make some cells of a CSV register wrong; how many."""
    rng = random.Random(seed)
    spoiled = 0
    for path in sorted(folder.iterdir()):
        kinds = {column.name: column.kind for column in TABLE[path.stem].columns}
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            for name in row:
                if kinds[name] in BAD and rng.random() < share:
                    row[name] = rng.choice(BAD[kinds[name]])
                    spoiled += 1
        rows += rows[:1]  # and one row twice
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return spoiled


def respell(folder: Path, seed: int) -> None:
    """Write some cells of a CSV register as people also write them; what they say stays."""
    rng = random.Random(seed)
    wide = {ord(c): 0xFEE0 + ord(c) for c in "0123456789"}
    for path in sorted(folder.iterdir()):
        kinds = {column.name: column.kind for column in TABLE[path.stem].columns}
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            for name, cell in row.items():
                if not cell or rng.random() > 0.1:
                    continue
                if kinds[name] == "date":
                    year, month, day = cell.split("-")
                    row[name] = rng.choice((cell.replace("-", "/"), f"{year}年{int(month)}月{int(day)}日", f" {cell} "))
                elif kinds[name] == "bool":
                    row[name] = {"true": "是", "false": "０"}[cell]
                elif kinds[name] in ("uscc", "region"):
                    row[name] = rng.choice((cell.lower(), cell.translate(wide)))
                elif kinds[name] in ("integer", "decimal"):
                    row[name] = rng.choice((f" {cell}", cell.translate(wide)))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


@pytest.mark.parametrize("seed", range(draws(3, 40)))
def test_a_register_is_prepared_as_the_loader_reads_it(seed: int, tmp_path: Path) -> None:
    """The same rows and receipts, however cells are spelt, from CSV and from Parquet, of texts or of typed cells."""
    write_csv(random_register(policies().values(), 40, 100 + seed, NOVEMBER), tmp_path / "csv")
    respell(tmp_path / "csv", seed)
    register = load_register(tmp_path / "csv", conditions=conditions())
    (tmp_path / "parquet").mkdir()
    with duckdb.connect() as connection:
        for path in sorted((tmp_path / "csv").iterdir()):
            connection.execute(
                f"COPY (FROM read_csv({write_literal(str(path))}, all_varchar = true, header = true)) "
                f"TO {write_literal(str(tmp_path / 'parquet' / path.with_suffix('.parquet').name))}"
            )
        for form in ("csv", "parquet", "typed"):
            if form == "typed":  # what a preparation wrote has the types of its columns
                shutil.copytree(tmp_path / "csv-out" / "chunk-00000", tmp_path / form)
                (tmp_path / form / "digests.parquet").unlink()
            prepared = prepare_register(tmp_path / form, tmp_path / f"{form}-out", conditions=conditions())
            read = read_units(connection, tmp_path / f"{form}-out", [0], register.enterprises)
            assert read.rows == register.rows
            if form == "typed":
                continue  # rows that were one twice are one already
            told = {receipt.table: (receipt.seen, receipt.kept) for receipt in register.receipts}
            assert {receipt.table: (receipt.seen, receipt.kept) for receipt in prepared.told} == told


@pytest.mark.parametrize("seed", [3, *range(50, draws(52, 80))])
def test_bad_data_is_told_in_one_pass_as_the_loader_tells_it(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = random_register(policies().values(), 300 if seed == 3 else 60, 8 + seed, NOVEMBER)
    write_csv(register, tmp_path / "csv")
    assert spoil(tmp_path / "csv", seed, 0.01) > (40 if seed == 3 else 5)
    monkeypatch.setattr(reading, "MOST_ERRORS", 100_000)
    with pytest.raises(RegisterError) as slow:
        load_register(tmp_path / "csv", conditions=conditions())
    with pytest.raises(BadRegister) as fast:
        prepare_register(tmp_path / "csv", tmp_path / "out", conditions=conditions())
    with fast.value.report.open(encoding="utf-8", newline="") as file:
        found = {(r["file"], int(r["row"]), r["column"], r["cause"]) for r in csv.DictReader(file)}
    wanted = {(error.file, error.row, error.column, error.cause) for error in slow.value.errors}
    assert found - wanted == set()
    assert wanted - found == set()
    assert fast.value.total == slow.value.total
    assert sum(group.cells for group in fast.value.groups) == fast.value.total
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.partial").exists()


def test_what_named_bodies_give_is_filled_and_told_as_the_loader_does(tmp_path: Path) -> None:
    """Names that give a function, none, several, or another than the one written; of units in two places."""
    here, there = "91230800MA0000000R", "91320100MA00000008"
    known, unknown, other = "佳木斯市应急管理局", "某某街道办", "佳木斯市财政局"
    rows = [(here, "", known), (here, "", known), (there, "", known), (here, "", unknown), (there, "", unknown)]
    rows += [(here, "tax", known), (here, "", ""), (here, "finance", other), (here, "tax", unknown)]

    def write(folder: Path, bodies: list[tuple[str, str, str]]) -> Path:
        folder.mkdir()
        units = f"{here},甲（虚构）,230803\n{there},乙（虚构）,320102\n"
        (folder / "enterprises.csv").write_text(f"uscc,name,region\n{units}", encoding="utf-8")
        lines = [f"P-{n},{unit},2025-01-01,{code},{body}" for n, (unit, code, body) in enumerate(bodies)]
        head = "record_id,uscc,date,authority_function,authority"
        (folder / "penalties.csv").write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
        return folder

    bad = write(tmp_path / "bad", rows)
    with pytest.raises(RegisterError) as slow:
        load_register(bad)
    with pytest.raises(BadRegister) as fast:
        prepare_register(bad, tmp_path / "out")
    with fast.value.report.open(encoding="utf-8", newline="") as file:
        found = {(r["file"], int(r["row"]), r["column"], r["value"], r["cause"]) for r in csv.DictReader(file)}
    assert found == {(e.file, e.row, e.column, e.value, e.cause) for e in slow.value.errors}
    assert len(found) >= 3

    good = write(tmp_path / "good", [rows[0], rows[1], rows[7], rows[8]])
    register, prepared = load_register(good), prepare_register(good, tmp_path / "kept")
    with duckdb.connect() as connection:
        assert read_units(connection, tmp_path / "kept", [0], register.enterprises).rows == register.rows
    assert ["空白 2 行" in note for note in prepared.notes] == [True]
    assert prepared.notes[0] in register.notes


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("enterprises", "uscc,name\n", "缺少必填的列"),
        ("enterprises", "uscc,name,region,colour\n", "没有这一列"),
        ("enterprises", "uscc,name,region,region\n", "列名重复"),
        ("strangers", "a,b\n", "不是登记册的表"),
        ("enterprises", "uscc,name,region\n91230800MA0000000R,甲,2308,extra\n", "格"),
        ("commitments", "uscc,date,published\n91230800MA0000000R,2024-01-01,是\n", "没有这个单位"),
    ],
)
def test_wrong_files_are_told(name: str, text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadRegister, match=told):
        prepare_register(tmp_path / "csv", tmp_path / "out")


def test_paths_and_formats_are_checked(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="没有这个登记册"):
        prepare_register(tmp_path / "none", tmp_path / "out")
    (tmp_path / "there").mkdir()
    with pytest.raises(InputError, match="已经存在"):
        prepare_register(tmp_path, tmp_path / "there")
    with pytest.raises(InputError, match="to-parquet"):
        read_prepared(tmp_path)
    with pytest.raises(InputError, match="结果格式"):
        screen_register(tmp_path, (), NOVEMBER, tmp_path / "out.doc")
    with pytest.raises(InputError, match="engine"):
        screen_register(tmp_path, (), NOVEMBER, tmp_path / "out.csv", engine="abacus")


# --- running ---------------------------------------------------------------------------------------------------------


def test_an_interrupted_run_goes_on_where_it_stopped(
    november: tuple[Register, Path, Rows], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register, _, _ = november
    write_csv(register, tmp_path / "csv")
    prepare_register(tmp_path / "csv", tmp_path / "register", chunk=80)
    out, policy = tmp_path / "out.parquet", [policies()["jiamusi-2020-6"]]
    whole = screen_register(tmp_path / "register", policy, NOVEMBER, tmp_path / "whole.parquet")

    opened = duck.open_chunk

    def interrupt(connection: Any, folder: Path, number: int, tables: tuple[str, ...]) -> None:
        if number == 1:
            raise InterruptedError
        opened(connection, folder, number, tables)

    with monkeypatch.context() as patch:
        patch.setattr(running, "open_chunk", interrupt)
        with pytest.raises(InterruptedError):
            screen_register(tmp_path / "register", policy, NOVEMBER, out)
    assert not out.exists()
    summary = screen_register(tmp_path / "register", policy, NOVEMBER, out)
    assert summary.resumed == 1
    assert summary.counts == whole.counts
    assert read_rows(out) == read_rows(tmp_path / "whole.parquet")
    assert not list(tmp_path.glob("*.partial"))

    with monkeypatch.context() as patch:
        patch.setattr(running, "open_chunk", interrupt)
        with pytest.raises(InterruptedError):
            screen_register(tmp_path / "register", policy, NOVEMBER, out)
    other = screen_register(tmp_path / "register", policy, NOVEMBER - timedelta(days=1), out)
    assert other.resumed == 0


def test_chunks_are_worked_on_side_by_side_within_the_memory_that_is_given(tmp_path: Path) -> None:
    """More chunks than workers: each is begun once, each worker has its share, and one thread while there are many."""
    cores = len(os.sched_getaffinity(0))
    for memory, side in ((duck.LEAST_MEMORY * cores, cores), (duck.LEAST_MEMORY, 1), (64, 1)):
        begun: list[int] = []
        told: list[tuple[int, str, int]] = []

        def run(connection: Any, number: int, told: list[tuple[int, str, int]] = told) -> None:
            (row,) = connection.execute("SELECT current_setting('memory_limit'), current_setting('threads')").fetchall()
            told.append((number, *row))

        duck.work_chunks(run, range(20), tmp_path / f"spill-{memory}", memory, begun.append)
        assert begun == list(range(20))
        assert sorted(number for number, *_ in told) == begun
        with duckdb.connect(config={"memory_limit": f"{memory // side}MiB"}) as one:
            share = one.execute("SELECT current_setting('memory_limit')").fetchone()
        assert {(limit,) for _, limit, _ in told} == {share}
        assert {threads for *_, threads in told} == {cores // side}


def test_a_chunk_that_fails_ends_the_run_after_those_that_were_begun(tmp_path: Path) -> None:
    done: list[int] = []

    def run(connection: Any, number: int) -> None:
        if number == 1:
            raise LimitError("块", "坏了", "无")
        connection.execute("SELECT count(*) FROM range(3_000_000) t(x) WHERE x % 7 = 3")
        done.append(number)

    begun: list[int] = []
    with pytest.raises(LimitError, match="坏了"):
        duck.work_chunks(run, range(50), tmp_path / "spill", 4 * duck.LEAST_MEMORY, begun.append)
    assert len(begun) < 50
    assert sorted(done) == [number for number in begun if number != 1]


def test_an_interrupt_ends_the_chunks_that_are_worked_on(tmp_path: Path) -> None:
    done: list[int] = []

    def run(connection: Any, number: int) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        connection.execute("SELECT count(*) FROM range(30_000_000_000) t(x) WHERE x % 7 = 3")
        done.append(number)

    with pytest.raises(KeyboardInterrupt):
        duck.work_chunks(run, range(1), tmp_path / "spill", duck.LEAST_MEMORY, lambda number: None)
    assert done == []


def test_a_part_is_in_the_order_of_its_enterprises_even_where_an_engine_lost_it(
    november: tuple[Register, Path, Rows], tmp_path: Path
) -> None:
    """One thread keeps the order that is asked for; what comes out of order all the same is sorted afterwards."""
    _, prepared, _ = november
    screening = compile_screening(policies().values(), NOVEMBER)
    backwards = replace(screening, last=screening.last.replace('ORDER BY "uscc")', 'ORDER BY "uscc" DESC)'))
    assert backwards != screening
    with duck.open_duckdb(tmp_path / "spill", threads=1) as connection:
        duck.open_chunk(connection, prepared, 0, screening.tables)
        for name, asked in (("plain", screening), ("backwards", backwards)):
            duck.screen_chunk(connection, asked, tmp_path / f"{name}.parquet")
    plain, sorted_again = (list(read_rows(tmp_path / f"{name}.parquet").items()) for name in ("plain", "backwards"))
    codes = [code for code, _ in plain]
    assert codes == sorted(codes)
    assert len(codes) > 100
    assert sorted_again == plain


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from rdflib import Graph
from policygraph.judging.rules import read_policy
from policygraph.keeping.batch import prepare_register, screen_register

source, shapes, *cases = sys.argv[1:]
policy = read_policy(Graph().parse(shapes))

def run(out, word):
    def die(step, done):
        if word in step:
            os.kill(os.getpid(), signal.SIGKILL)

    if out.endswith("register"):
        prepare_register(Path(source), Path(out), chunk=30, progress=die)
    else:
        screen_register(Path(source), [policy], date(2026, 11, 21), Path(out), chunk=30, progress=die)

for out, word in zip(cases[::2], cases[1::2], strict=True):
    child = os.fork()  # no engine has started yet: what dies is one thread
    if child == 0:
        run(out, word)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
DEATHS = (
    ("register", "读入并核对 penalties"), ("register", "写出 penalties"), ("out.parquet", "写出 persons"),
    ("out.parquet", "第 3/3 块"), ("out.parquet", "汇总"),
)  # fmt: skip


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    """A register with its screening, what killed runs left, each in a folder of its number, and how they ended."""
    home = tmp_path_factory.mktemp("killed")
    source = _small(home / "source", 90)
    screen_register(source, [policies()["jiamusi-2020-6"]], NOVEMBER, home / "whole.parquet", chunk=30)
    cases = []
    for number, (name, word) in enumerate(DEATHS):
        (home / str(number)).mkdir()
        cases += [str(home / str(number) / name), word]
    shapes = ROOT / "shapes" / "eligibility" / "jiamusi-2020-6.ttl"
    command = [sys.executable, "-c", KILLED, str(source), str(shapes), *cases]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return home, [int(code) for code in done.stdout.split()]


@pytest.mark.parametrize("number", range(len(DEATHS)), ids=["-".join(death) for death in DEATHS])
def test_a_killed_run_leaves_nothing_half_done(number: int, killed: tuple[Path, list[int]]) -> None:
    """SIGKILL in the middle: no result under its name; the next run makes the same as one that nobody disturbed."""
    (home, codes), (name, word) = killed, DEATHS[number]
    assert codes[number] == -signal.SIGKILL
    source, folder, policy = home / "source", home / str(number), [policies()["jiamusi-2020-6"]]
    out = folder / name
    assert not out.exists()
    if name == "register":
        prepare_register(source, out, chunk=30)
        assert read_prepared(out).chunks == 3
        screen_register(out, policy, NOVEMBER, folder / "again.parquet")
    else:
        summary = screen_register(source, policy, NOVEMBER, out, chunk=30)
        # of those worked on side by side when the third begins, all but one may be unfinished
        side = min(len(os.sched_getaffinity(0)), 3, duck.DEFAULT_MEMORY // duck.LEAST_MEMORY)
        assert summary.resumed in {"第 3/3 块": range(3 - side, 3), "汇总": (3,)}.get(word, (0,))
        out.rename(folder / "again.parquet")
    assert read_rows(folder / "again.parquet") == read_rows(home / "whole.parquet")
    assert not list(folder.glob("*.partial"))


def _small(folder: Path, units: int = 6) -> Path:
    """A register of a few units as CSV."""
    write_csv(random_register(policies().values(), units, 3, NOVEMBER), folder)
    return folder


@pytest.mark.parametrize("suffix", ["out.csv", "out"])
def test_a_folder_that_vanishes_while_it_is_written_to_is_told(suffix: str, tmp_path: Path) -> None:
    """While the register is prepared, while it is screened, at the end: place, cause and remedy; nothing is left."""
    source, policy, steps = _small(tmp_path / "source"), [policies()["jiamusi-2020-6"]], []
    screen_register(
        source, policy, NOVEMBER, tmp_path / "good" / suffix, progress=lambda step, done: steps.append(step)
    )
    assert len(steps) >= 3
    for number in (0, len(steps) // 2, len(steps) - 1):
        home, left = tmp_path / f"home-{number}", iter(range(len(steps)))

        def vanish(step: str, done: float, number: int = number, home: Path = home, left: Iterator[int] = left) -> None:
            if next(left) == number:
                shutil.rmtree(home)

        with pytest.raises(StorageError, match="被移走、删除") as caught:
            screen_register(source, policy, NOVEMBER, home / suffix, progress=vanish)
        assert str(home) in caught.value.place
        assert caught.value.remedy
        assert not home.exists(), steps[number]


def test_the_command_says_in_one_line_that_its_folder_has_vanished(
    tmp_path: Path, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, home, opened = _small(tmp_path / "source"), tmp_path / "home", duck.open_chunk

    def vanish(connection: Any, folder: Path, number: int, tables: tuple[str, ...]) -> None:
        opened(connection, folder, number, tables)
        shutil.rmtree(home)

    monkeypatch.setattr(running, "open_chunk", vanish)
    words = ("screen", str(source), "--policy", "jiamusi-2020-6", "--as-of", "2026-11-21", "--dataset", str(dataset))
    done = run_command(*words, "--out", str(home / "out.csv"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert f"policygraph: {home / 'out.csv.partial'}: 写不进去" in done.stderr


def test_a_difference_cannot_be_written_into_a_folder_that_is_not_there(tmp_path: Path) -> None:
    source, policy = _small(tmp_path / "source"), [policies()["jiamusi-2020-6"]]
    for name, day in (("before", NOVEMBER - timedelta(days=400)), ("after", NOVEMBER)):
        screen_register(source, policy, day, tmp_path / f"{name}.parquet")
    with pytest.raises(StorageError, match="文件夹不存在") as caught:
        compare_screenings(tmp_path / "before.parquet", tmp_path / "after.parquet", tmp_path / "no" / "changes.csv")
    assert caught.value.place == str(tmp_path / "no")


def test_results_as_csv_and_workbook(november: tuple[Register, Path, Rows], tmp_path: Path) -> None:
    _, prepared, _ = november
    policy = [policies()["xinzheng-2010-36"]]
    for suffix in (".csv", ".xlsx"):
        screen_register(prepared, policy, NOVEMBER, tmp_path / f"out{suffix}")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    cells = [["" if cell is None else str(cell)[:10] for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert cells == [[cell[:10] for cell in row] for row in rows]


def test_a_workbook_holds_no_formula_and_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "enterprises.csv").write_text(
        "uscc,name,region\n91230800MA0000000R,=1+1,2308\n", encoding="utf-8"
    )
    policy = [policies()["xinzheng-2010-36"]]
    screen_register(tmp_path / "csv", policy, NOVEMBER, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    assert sheet["B2"].data_type == "s"
    monkeypatch.setattr(running, "MOST_SHEET_ROWS", 0)
    with pytest.raises(LimitError, match="xlsx"):
        screen_register(tmp_path / "csv", policy, NOVEMBER, tmp_path / "more.xlsx")


def test_the_difference_between_two_days(november: tuple[Register, Path, Rows], tmp_path: Path) -> None:
    register, prepared, _ = november
    before = NOVEMBER - timedelta(days=200)
    policy = policies()["jiamusi-2020-6"]
    for name, day in (("before", before), ("after", NOVEMBER)):
        screen_register(prepared, [policy], day, tmp_path / f"{name}.parquet")
    found = compare_screenings(tmp_path / "before.parquet", tmp_path / "after.parquet", tmp_path / "diff.csv")
    with (tmp_path / "diff.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["uscc"]: row for row in csv.DictReader(file)}
    assert rows
    assert sum(change.enterprises for change in found.changes) == len(rows)
    for entity in register.enterprises:
        old, new = decide(register, entity, policy, before), decide(register, entity, policy, NOVEMBER)
        moved = (old.outcome, old.undetermined_because) != (new.outcome, new.undetermined_because)
        assert (entity in rows) is moved
        if moved and old.outcome != new.outcome:
            assert rows[entity]["before"].split()[0] == old.outcome
            assert new.outcome in rows[entity]["after"]
            assert rows[entity]["why"]
    with pytest.raises(NotFoundError):
        compare_screenings(tmp_path / "none.parquet", tmp_path / "after.parquet", tmp_path / "diff.csv")


# --- invented registers ----------------------------------------------------------------------------------------------


def test_an_invented_register_is_sound_repeatable_and_full_of_edges(tmp_path: Path) -> None:
    regions = ("230803", "320102", "410184", "370323")
    for name in ("one", "two"):
        synthesise_register(
            tmp_path / name, enterprises=1500, seed=4, as_of=NOVEMBER, conditions=tuple(conditions()),
            regions=regions, format="csv",
        )  # fmt: skip
    for table in TABLES:
        file = f"{table.name}.csv"
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    register = load_register(tmp_path / "one", conditions=conditions())
    assert register.synthetic
    edges = set(edge_days(NOVEMBER))
    assert sum(row.day("date") in edges for row in register.rows if row.table == "penalties") > 3
    prepared = prepare_register(tmp_path / "one", tmp_path / "register", conditions=conditions())
    assert sum(prepared.rows.values()) == len(register.rows)
    screen_register(tmp_path / "register", policies().values(), NOVEMBER, tmp_path / "out.parquet")
    rows = read_rows(tmp_path / "out.parquet")
    chosen = random.Random(1).sample(register.enterprises, draws(20, 400))
    expected = {entity: decided(register, entity, NOVEMBER) for entity in chosen}
    assert differences(rows, compile_screening(policies().values(), NOVEMBER), expected) == []


# --- sail ------------------------------------------------------------------------------------------------------------


def need_sail() -> None:
    """Skip where the extra is not installed, save in CI, where it must be."""
    missing = [name for name in ("pysail", "pyspark", "sqlglot") if importlib.util.find_spec(name) is None]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"{'、'.join(missing)} not installed: policygraph[sail]")


@pytest.mark.filterwarnings("ignore")
def test_sail_gives_the_same_rows(tmp_path: Path) -> None:
    """All policies, every column, in chunks that share persons; more enterprises under POLICYGRAPH_THOROUGH=1."""
    need_sail()
    register = random_register(policies().values(), draws(200, 4000), 21, NOVEMBER)
    write_csv(register, tmp_path / "csv")
    prepare_register(tmp_path / "csv", tmp_path / "register", chunk=draws(120, 2500))
    rows = {}
    for engine in ("duckdb", "sail"):
        out = tmp_path / engine
        summary = screen_register(tmp_path / "register", policies().values(), NOVEMBER, out, engine=engine)
        rows[engine] = read_rows(out / "**" / "*.parquet"), summary.counts
        assert json.loads((out / "screening.json").read_text(encoding="utf-8"))["engine"] == engine
    assert len(rows["sail"][0]) == len(register.enterprises)
    assert rows["sail"] == rows["duckdb"]
    compare_screenings(tmp_path / "duckdb", tmp_path / "sail", tmp_path / "diff.csv")
    assert len((tmp_path / "diff.csv").read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_server_elsewhere_gives_the_same_rows(tmp_path: Path, november: tuple[Register, Path, Rows]) -> None:
    """A server in a process of its own, reached by its address, writes the parts where they stay."""
    need_sail()
    register, prepared, expected = november
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/"
    ) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        with contextlib.chdir(tmp_path):  # the server stands elsewhere: no path of ours may be relative for it
            shutil.copytree(prepared, "register")
            summary = screen_register(
                Path("register"), policies().values(), NOVEMBER, Path("out"), engine="sail", remote=address
            )
        server.communicate()
    assert server.returncode == 0
    assert summary.enterprises == len(register.enterprises)
    rows = read_rows(tmp_path / "out" / "**" / "*.parquet")
    assert differences(rows, compile_screening(policies().values(), NOVEMBER), expected) == []
    assert not (tmp_path / "out.partial").exists()
    with pytest.raises(NotFoundError, match="没有应答"):
        screen_register(prepared, policies().values(), NOVEMBER, tmp_path / "later", engine="sail", remote=address)


SERVE = """
import sys
from pysail.spark import SparkConnectServer
server = SparkConnectServer("127.0.0.1", 0)
server.start(background=True)
print("sc://%s:%s" % server.listening_address, flush=True)
sys.stdin.read()
server.stop()
"""


def test_sail_says_what_is_missing(
    tmp_path: Path, november: tuple[Register, Path, Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, prepared, _ = november
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(NotFoundError, match="pyspark") as caught:
        screen_register(prepared, policies().values(), NOVEMBER, tmp_path / "out.parquet", engine="sail")
    assert "policygraph[sail]" in caught.value.remedy


def test_a_server_elsewhere_needs_a_prepared_register_and_a_folder(
    tmp_path: Path, november: tuple[Register, Path, Rows]
) -> None:
    _, prepared, _ = november
    for source, out, engine in (
        (prepared, tmp_path / "out.parquet", "sail"),
        (tmp_path, tmp_path / "out", "sail"),
        (prepared, tmp_path / "out", "duckdb"),
    ):
        with pytest.raises(InputError, match="--remote"):
            screen_register(source, (), NOVEMBER, out, engine=engine, remote="sc://localhost:1")


# --- renewed ---------------------------------------------------------------------------------------------------------


def change(register: Register, seed: int) -> Register:
    """The register of another night: rows gone, rows changed, a person moved, an enterprise gone and one new."""
    rng = random.Random(seed)
    gone = rng.choice(register.enterprises)
    rows: list[Row] = []
    for row in register.rows:
        if row.text("uscc") == gone:
            continue
        if row.table == "coverage" and row.text("uscc") is None:
            rows.append(row)
        elif rng.random() < 0.01 and row.table != "enterprises":
            continue
        elif rng.random() < 0.1 and row.table == "penalties":
            rows.append(Row(row.table, {**row.cells, "date": NOVEMBER - timedelta(days=2)}))
        elif rng.random() < 0.1 and row.table == "penalties":
            rows.append(Row(row.table, {**row.cells, "status": rng.choice(("annulled", "effective", "stayed"))}))
        else:
            rows.append(row)
    stem = f"91230800MB{seed:07d}"
    rows.append(Row("enterprises", {"uscc": stem + check_character(stem), "name": "新", "region": "230803"}))
    return make_register("later", _sound(rows))


def export_again(register: Register, first: date, later: date) -> Register:
    """The register as it is exported on another day: what was complete for everybody on the first is so on that day."""
    rows = []
    for row in register.rows:
        end = min(row.day("to") or date.max, row.day("exported_on") or date.max)
        goes_on = row.table == "coverage" and row.text("uscc") is None and row.day("from") <= first <= end  # type: ignore[operator]  # coverage has a first day
        rows.append(Row(row.table, {**row.cells, "to": later, "exported_on": later}) if goes_on else row)
    return make_register("exported", rows)


def _sound(rows: list[Row]) -> list[Row]:
    """Without rows that name a person or a record that is gone."""
    people = {(row.text("person_id"), row.text("uscc")) for row in rows if row.table == "persons"}
    known = {person for person, _ in people}
    kept = [
        row
        for row in rows
        if row.table == "persons"
        or row.text("person_id") is None
        or (row.text("person_id") in known if row.text("uscc") is None
            else (row.text("person_id"), row.text("uscc")) in people)
    ]  # fmt: skip
    records = {row.text("record_id") for row in kept}
    return [row for row in kept if row.table != "repairs" or row.text("of") in records]


def cover_all(register: Register, alone: int) -> Register:
    """The register with every table complete for everybody; one enterprise in so many keeps statements of its own."""
    own = set(register.enterprises[::alone]) if alone else set()
    rows = [row for row in register.rows if row.table != "coverage" or row.text("uscc") in own]
    end = NOVEMBER + timedelta(days=99)
    rows += [Row("coverage", {"table": name, "from": date(2019, 1, 1), "to": end}) for name in COVERABLE]
    return make_register("whole", rows)


def prepare_night(register: Register, folder: Path, chunk: int) -> Path:
    write_csv(register, folder / "csv")
    prepare_register(folder / "csv", folder / "register", chunk=chunk)
    return folder / "register"


@pytest.mark.parametrize("seed", range(draws(5, 60)))
def test_a_renewed_screening_is_the_same_as_a_new_one(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that change, time that passes, both; whole or only what changed, in chunks or not: cell by cell the same."""
    monkeypatch.setattr(renewing, "MOST_SHARE", 1)
    if seed % 2:
        monkeypatch.setattr(renewing, "MOST_AT_ONCE", 1)  # one chunk in each go
    first, later = NOVEMBER, NOVEMBER + timedelta(days=(0, 1, 20)[seed % 3])
    register = random_register(policies().values(), 50, 40 + seed, first)
    if seed % 5 != 3:
        register = cover_all(register, 4)
    second = register if seed % 3 and seed % 2 else change(register, seed)
    if seed % 4 != 3:
        second = export_again(second, first, later)
    chosen = [policy for number, policy in enumerate(policies().values()) if (number + seed) % 5 == 0]
    one, two = prepare_night(register, tmp_path / "a", 30), prepare_night(second, tmp_path / "b", 30)
    assert read_prepared(one).chunks == 2 <= read_prepared(two).chunks
    screen_register(one, chosen, first, tmp_path / "old")
    screen_register(two, chosen, later, tmp_path / "new")
    whole = screen_register(two, chosen, later, tmp_path / "whole", since=tmp_path / "old").renewal
    part = screen_register(
        two, chosen, later, tmp_path / "part", since=tmp_path / "old", only_changed=True, verify=1,
        decide=lambda facts, unit: [decide(facts, unit, policy, later) for policy in chosen],
    ).renewal  # fmt: skip
    new, old = (read_rows(tmp_path / name / "*.parquet") for name in ("new", "old"))
    assert read_rows(tmp_path / "whole" / "*.parquet") == new
    told = read_rows(tmp_path / "part" / "*.parquet")
    assert whole is not None
    assert part is not None
    if part.reason:
        assert seed % 5 == 3
        assert told == new
        return
    assert part.screened > 0
    assert len(told) == part.screened <= len(new)
    gone = (tmp_path / "part" / "gone.csv").read_text(encoding="utf-8").split()[1:]
    assert {unit: cells for unit, cells in (old | told).items() if unit not in gone} == new


ANEW: dict[str, Callable[[Any], Any]] = {
    "别的数据版本": lambda night: {**night, "dataset": "another"},
    "在后": lambda night: {**night, "as_of": NOVEMBER - timedelta(days=1)},
    "别的政策": lambda night: {**night, "policy": policies()["yiyuan-2021-28"]},
    "开始或停止适用": lambda night: {
        **night, "as_of": NOVEMBER + timedelta(days=9),
        "policy": replace(night["policy"], repealed_on=NOVEMBER + timedelta(days=9)),
    },
    "完整的表或期间变了": lambda night: {**night, "register": cover_less(night["register"])},
    "个单位有变化": lambda night: {**night, "register": rename_all(night["register"])},
    "分块不同": lambda night: {**night, "chunk": 5},
}  # fmt: skip


def cover_less(register: Register) -> Register:
    rows = [row for row in register.rows if row.table != "coverage" or row.text("uscc")]
    return make_register("less", rows)


def rename_all(register: Register) -> Register:
    rows = [Row(r.table, {**r.cells, "name": "改"}) if r.table == "enterprises" else r for r in register.rows]
    return make_register("named", rows)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:  # Any: what a run is given
    """A few enterprises, of which every table is complete for everybody, and their screening."""
    register = cover_all(random_register(policies().values(), 12, 5, NOVEMBER), 0)
    night = {
        "register": register, "policy": policies()["jiamusi-2020-6"], "as_of": NOVEMBER, "dataset": "", "chunk": 12,
    }  # fmt: skip
    folder = tmp_path_factory.mktemp("night")
    screen_night(night, folder, folder / "old")
    return night, folder / "old"


def screen_night(night: dict[str, Any], folder: Path, out: Path, **more: Any) -> Summary:  # Any: as above
    register = folder / "register"
    if not register.exists():
        prepare_night(night["register"], folder, night["chunk"])
    return screen_register(register, [night["policy"]], night["as_of"], out, dataset=night["dataset"], **more)


@pytest.mark.parametrize("told", ANEW)
def test_what_cannot_be_taken_up_is_screened_anew_and_says_why(
    told: str, night: tuple[dict[str, Any], Path], tmp_path: Path
) -> None:
    changed, old = ANEW[told](night[0]), night[1]
    renewal = screen_night(changed, tmp_path, tmp_path / "renewed", since=old).renewal
    assert renewal is not None
    assert told in renewal.reason
    screen_night(changed, tmp_path, tmp_path / "new")
    assert read_rows(tmp_path / "renewed" / "*.parquet") == read_rows(tmp_path / "new" / "*.parquet")
    lines = list(screening.describe_summary(Summary(tmp_path, 12, (), 0, False, True, renewal=renewal), NOVEMBER))
    assert any(told in line for line in lines)


def test_the_export_of_the_next_day_alone_screens_few(
    night: tuple[dict[str, Any], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later export of the same facts says only that everything is complete up to its day: nobody changes by that."""
    monkeypatch.setattr(renewing, "MOST_SHARE", 1)
    given, old = night
    later = NOVEMBER + timedelta(days=1)
    changed = {**given, "register": export_again(given["register"], NOVEMBER, later), "as_of": later}
    part = screen_night(changed, tmp_path, tmp_path / "part", since=old, only_changed=True).renewal
    assert part is not None
    assert not part.reason
    assert part.screened < 12
    with pytest.raises(InputError, match="得不出整册"):
        screen_night(changed, tmp_path, tmp_path / "whole", since=tmp_path / "part")
    again = screen_night(changed, tmp_path, tmp_path / "again", since=tmp_path / "part", only_changed=True).renewal
    assert again is not None
    assert (again.screened, again.reason) == (0, "")
    for wrong in ({"only_changed": True}, {"since": tmp_path}, {"since": old, "engine": "sail"}):
        with pytest.raises(InputError):
            screen_night(changed, tmp_path, tmp_path / "wrong", **wrong)


def test_a_record_of_a_person_counts_for_the_enterprises_of_the_person(tmp_path: Path) -> None:
    """A dishonesty of a principal, without the code of the enterprise, is told for the enterprise alone."""
    units = [stem + check_character(stem) for stem in ("91230800MA0000001", "91230800MA0000002", "91230800MA0000003")]
    rows = [Row("enterprises", {"uscc": unit, "name": "甲", "region": "230803"}) for unit in units]
    rows.append(Row("persons", {"person_id": "Z", "uscc": units[1], "role": "principal"}))
    end = NOVEMBER + timedelta(days=99)
    rows += [Row("coverage", {"table": name, "from": date(2019, 1, 1), "to": end}) for name in COVERABLE]
    fault: dict[str, Value] = {"record_id": "S", "person_id": "Z", "date": NOVEMBER, "field": "work_safety"}
    policy = policies()["jiamusi-2020-6"]
    old = prepare_night(make_register("old", rows), tmp_path / "a", 9)
    new = prepare_night(make_register("new", [*rows, Row("dishonesty", fault)]), tmp_path / "b", 9)
    screen_register(old, [policy], NOVEMBER, tmp_path / "old")
    screen_register(new, [policy], NOVEMBER, tmp_path / "part", since=tmp_path / "old", only_changed=True)
    told = read_rows(tmp_path / "part" / "*.parquet")
    assert [(unit, cells[f"{policy.id}/2:outcome"]) for unit, cells in told.items()] == [(units[1], "failed")]


# --- verified twice --------------------------------------------------------------------------------------------------


def decide_all(register: Register, entity: str) -> list[Decision]:
    return [decide(register, entity, policy, NOVEMBER) for policy in policies().values()]


def test_a_sample_of_every_outcome_is_decided_again(november: tuple[Register, Path, Rows], tmp_path: Path) -> None:
    _, prepared, expected = november
    out = tmp_path / "out.parquet"
    summary = screen_register(prepared, policies().values(), NOVEMBER, out, decide=decide_all, verify=1)
    assert summary.agreement is not None
    chosen = [expected[entity] for entity in summary.agreement.enterprises]
    for policy in policies():
        name = f"{policy}:outcome"
        assert {told[name] for told in chosen} == {told[name] for told in expected.values()}
    told = json.loads((tmp_path / "out.parquet.json").read_text(encoding="utf-8"))
    assert told["verified"] == {
        "enterprises": len(summary.agreement.enterprises), "cells": summary.agreement.cells, "differing": 0
    }  # fmt: skip
    assert summary.agreement.cells > 100 * len(chosen)


def test_a_disagreement_refuses_the_run(
    november: tuple[Register, Path, Rows], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, prepared, _ = november
    monkeypatch.setattr(*MUTANTS["records of later days"])
    with pytest.raises(DataError, match="抽样复核不一致") as caught:
        screen_register(prepared, policies().values(), NOVEMBER, tmp_path / "out.parquet", decide=decide_all, verify=3)
    assert "格不同" in caught.value.cause
    assert not (tmp_path / "out.parquet").exists()
    assert not (tmp_path / "out.parquet.json").exists()


# --- command line ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


@pytest.fixture
def cli(store: Store, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    monkeypatch.setattr(screening, "load_store", lambda *_: store)
    monkeypatch.setattr(screening, "today", lambda: "2026-11-21")
    together = typer.Typer()
    together.add_typer(screening.app)
    together.add_typer(registers.app)
    return together


def test_the_same_question_has_the_same_text_in_every_process(store: Store) -> None:
    """A run that was cut short, and a later night, go by the text of the query, which no chance may order."""
    texts = {compile_screening(open_policies(store).values(), NOVEMBER).sql for _ in range(2)}
    assert len(texts) == 1


def test_the_commands_from_invention_to_difference(cli: typer.Typer, tmp_path: Path, store: Store) -> None:
    run = CliRunner()
    raw, prepared = tmp_path / "raw", tmp_path / "register"
    made = run.invoke(cli, ["register", "synthesise", "--enterprises", "200", "--out", str(raw)])
    assert made.exit_code == 0, made.output
    assert "全部虚构" in made.output
    written = run.invoke(cli, ["register", "to-parquet", str(raw), "--out", str(prepared)])
    assert written.exit_code == 0, written.output
    for name, day in (("a", "2025-11-21"), ("b", "2026-11-21")):
        out = str(tmp_path / f"{name}.parquet")
        screened = run.invoke(cli, ["screen", str(prepared), "--policy", "all", "--as-of", day, "--out", out])
        assert screened.exit_code == 3, screened.output
        assert "不公开" in screened.output
        assert "抽样复核" in screened.output
        assert f"数据版本 {(store.dataset or '')[:12]}" in screened.output
    arguments = [str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet"), "--out", str(tmp_path / "diff.csv")]
    compared = run.invoke(cli, ["screen-diff", *arguments])
    assert compared.exit_code == 0, compared.output
    assert "处变化" in compared.output


@pytest.mark.parametrize("as_of", [NOVEMBER, date.max])
def test_dates_that_mean_no_end_are_answered_alike(as_of: date, tmp_path: Path) -> None:
    """9999-12-31 in every column that may hold it, in files of every kind, with what would change the decision."""
    unit, end = "91230800MA0000000R", date.max
    rows = [
        Row("enterprises", {"uscc": unit, "name": "甲（虚构）", "region": "230803"}),
        Row("persons", {"person_id": "Z", "uscc": unit, "role": "principal", "from": date(1000, 1, 1), "to": end}),
        Row("certificates", {"uscc": unit, "grade": 1, "issued": date(2024, 6, 1), "expires": end, "revoked_on": end}),
        Row("penalties", {"record_id": "P", "uscc": unit, "date": end, "authority_function": "work_safety",
                          "status": "effective"}),
        Row("listings", {"record_id": "L", "uscc": unit, "list": "black", "field": "tax",
                         "listed_on": date(2026, 1, 1), "valid_until": end, "delisted_on": end}),
        *(Row("coverage", {"table": table, "from": date(1000, 1, 1), "to": end, "exported_on": end})
          for table in COVERABLE),
    ]  # fmt: skip
    register = make_register("nine", rows)
    found, screening = screen_rows(register, as_of, tmp_path)
    assert differences(found, screening, expect(register, as_of)) == []
    for policy in policies().values():
        what_would_change(register, unit, policy, as_of)
    screen_register(tmp_path / "csv", policies().values(), as_of, tmp_path / "out.xlsx", conditions=conditions())


def test_a_damaged_register_is_told_and_not_thrown(cli: typer.Typer, tmp_path: Path) -> None:
    """Place, cause and remedy, and the receipt: what the command line prints with exit code 2 comes as our error."""
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "enterprises.csv").write_text('uscc,name,region\n91230800MA0000000R,"甲,230803\n', encoding="utf-8")
    for command in (["screen", str(folder), "--out", str(tmp_path / "o.csv")], ["register", "to-parquet", str(folder)]):
        arguments = [*command, *([] if "--out" in command else ["--out", str(tmp_path / "o")])]
        done = CliRunner().invoke(cli, [*arguments, "--receipt", str(tmp_path / "receipt.json")])
        assert isinstance(done.exception, BadRegister)
        assert "引号没有成对" in str(done.exception)
        (table,) = json.loads((tmp_path / "receipt.json").read_text(encoding="utf-8"))["tables"]
        assert (table["seen"], table["kept"], table["refused"]) == (1, 0, 1)
        assert "1 行 = 收入 0 + 未收 1" in done.stderr


def test_a_screening_and_its_manifest_carry_the_receipt(cli: typer.Typer, tmp_path: Path) -> None:
    sample, prepared = str(ROOT / "data" / "registers" / "sample"), tmp_path / "prepared"
    done = CliRunner().invoke(cli, ["register", "to-parquet", sample, "--out", str(prepared)])
    assert done.exit_code == 0, done.output
    manifest = json.loads((prepared / "register.json").read_text(encoding="utf-8"))
    told = {receipt["table"]: receipt for receipt in manifest["receipts"]}
    assert set(told) == {path.stem for path in Path(sample).glob("*.csv")}
    assert all(receipt["seen"] == receipt["kept"] > 0 and receipt["refused"] == 0 for receipt in told.values())
    assert "penalties.csv: 10 行 = 收入 10 + 未收 0" in done.stderr


def test_the_tables_that_can_be_covered_are_those_with_records() -> None:
    assert set(COVERABLE) == {table.name for table in TABLES if table.record}
    assert calendar.monthrange(2024, 2)[1] == 29
