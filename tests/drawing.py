"""Registers at random, drawn from the definitions of the tables, so that a new table or column joins by itself.

A column is filled by its kind; only where several columns together mean one thing (a person's post, what a repair
repairs, the year of an assessment) does the name decide. The rows need not be likely, they must be possible. Dates
fall on edges often: the day asked about, the days beside it, and the ends of the windows that documents use.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from policygraph.judging.rules import Policy, Register, Row, Value, make_register
from policygraph.judging.rules.counting import add_months
from policygraph.judging.rules.facts import COVERABLE, RECORD_TABLES, ROLES, TABLE, Column, Table
from policygraph.keeping.registers.cells import check_character

PEOPLE = ("ZF", "AQ", "LR")
"""The persons of a drawn register: a principal, a safety deputy, and one who holds or held any post."""
RECORDS = tuple(table.name for table in RECORD_TABLES)
_WINDOWS = (12, 36)
_SCORES = ("60", "74.99", "75", "84.99", "85", "94.99", "95", "100")
_FIELDS = ("work_safety", "work_safety", "tax", "environment")
_NOTHING = 0.3  # the share of cells left empty where a table allows it


def draws(few: int, many: int) -> int:
    """How many random cases a test looks at: ``few`` in every run, ``many`` with ``POLICYGRAPH_THOROUGH=1``."""
    return many if os.environ.get("POLICYGRAPH_THOROUGH") == "1" else few


def unit_in(region: str, number: int = 0) -> str:
    """A code for the unit of so many places, with its check character."""
    stem = f"91{region[:6]:0<6}MA{number:07d}"
    return stem + check_character(stem)


def conditions_of(policies: Iterable[Policy]) -> tuple[str, ...]:
    """What a determination may be about."""
    return tuple(item.condition for policy in policies for item in policy.asked)


class Drawing:
    """One stream of random rows about one unit on one day."""

    def __init__(self, seed: int, unit: str, as_of: date, conditions: Sequence[str], region: str) -> None:
        self.rng = random.Random(seed)
        self.unit, self.as_of, self.conditions, self.region = unit, as_of, conditions, region
        ends = [as_of, *(add_months(as_of, -months) for months in _WINDOWS)]
        self.edges = [end + timedelta(days=step) for end in ends for step in (-1, 0, 1)]
        self.rows: dict[tuple[object, ...], Row] = {}
        self.records: list[str] = []

    def add(self, table: str, cells: Mapping[str, Value | None]) -> Row:
        """Keep a row unless one with its key is there; the row kept."""
        known = {name: value for name, value in cells.items() if value is not None}
        key = (table, *(known.get(name) for name in TABLE[table].key))
        if "record_id" in known and key not in self.rows:
            self.records.append(str(known["record_id"]))
        return self.rows.setdefault(key, Row(table, known))

    def day(self) -> date:
        """A day near an edge, or any of five years."""
        if self.rng.random() < 0.5:
            return self.rng.choice(self.edges)
        return self.as_of - timedelta(days=self.rng.randint(-60, 1700))

    def cell(self, table: Table, column: Column, day: date) -> Value | None:
        """A value for one column of a record that came to be on that day; None leaves it empty."""
        rng = self.rng
        if not column.required and column.kind not in ("uscc", "function", "field") and rng.random() < _NOTHING:
            return column.default
        if column.name == table.date:
            return day
        if column.name == "of":
            return rng.choice(self.records) if self.records else "unknown"
        if column.name == "year":
            return self.as_of.year - rng.randint(0, 4)
        if column.allowed:
            code = rng.choice(column.allowed)
            return int(code) if column.kind == "integer" else code
        simple: dict[str, Value | None] = {
            "uscc": self.unit,
            "date": max(day, self.day()),
            "bool": rng.random() < 0.5,
            "integer": rng.randint(0, 2),
            "decimal": Decimal(rng.choice(_SCORES)),
            "condition": rng.choice(self.conditions),
            "function": rng.choice(_FIELDS),
            "field": rng.choice(_FIELDS),
            "region": self.region,
        }
        return simple.get(column.kind)

    def record(self, name: str, day: date | None = None, **cells: Value | None) -> Row:
        """A record of a table, of the unit or of one of its persons, with the given cells and the rest drawn."""
        table, on = TABLE[name], day or self.day()
        drawn: dict[str, Value | None] = {}
        for column in table.columns:
            if column.name == "record_id":
                drawn[column.name] = f"R-{len(self.rows):04d}"
            elif column.name == "person_id":
                drawn[column.name] = self.rng.choice(PEOPLE) if self.rng.random() < 0.3 else None
            else:
                drawn[column.name] = self.cell(table, column, on)
        return self.add(name, drawn | cells)

    def begin(self) -> None:
        """The unit, its people, and on a good day everything that speaks for it, all tables covered."""
        rng, years = self.rng, timedelta(days=365)
        self.add("enterprises", {"uscc": self.unit, "name": "示例（虚构）", "region": self.region})
        for person, role in zip(PEOPLE, ("principal", "safety_deputy", rng.choice(ROLES)), strict=True):
            leaves = self.day() if person == PEOPLE[2] else None
            self.add("persons", {"person_id": person, "uscc": self.unit, "role": role, "to": leaves})
        start = rng.choice((self.as_of - 6 * years, self.as_of - 6 * years, *self.edges[-3:]))
        for table in COVERABLE:
            if rng.random() < 0.92:
                self.add("coverage", {"table": table, "from": start, "to": self.as_of + years})
        if rng.random() < 0.8:
            self.add("commitments", {"uscc": self.unit, "date": self.as_of - 4 * years, "published": True})
            ends = rng.choice((self.as_of, self.as_of + years))
            grade: dict[str, Value | None] = {"grade": 1, "issued": self.as_of - 2 * years, "expires": ends}
            self.add("certificates", {"uscc": self.unit} | grade)
            published = self.as_of - timedelta(days=rng.choice((30, 300, 365, 366)))
            result: dict[str, Value | None] = {"score": Decimal(rng.choice(_SCORES)), "veto": False}
            result |= {"uscc": self.unit, "year": self.as_of.year - 1, "published_on": published}
            self.add("assessments", result)
            for condition in self.conditions:
                if rng.random() < 0.5:
                    judged: dict[str, Value | None] = {
                        "outcome": "passed",
                        "date": self.as_of - rng.randint(1, 4) * years,
                    }
                    self.add("determinations", {"uscc": self.unit, "condition": condition} | judged)

    def facts(self, most: int, tables: Sequence[str] = RECORDS) -> None:
        """Up to so many random records."""
        for _ in range(self.rng.randint(0, most)):
            self.record(self.rng.choice(tables))

    def register(self, *more: Row) -> Register:
        """What was drawn so far, with some rows more."""
        return make_register("drawn", [*self.rows.values(), *more])


def draw_register(seed: int, policies: Mapping[str, Policy], as_of: date, region: str, number: int = 0) -> Drawing:
    """A drawing with a unit, its people, what speaks for it, and a few facts that may speak against it."""
    drawing = Drawing(seed, unit_in(region, number), as_of, conditions_of(policies.values()), region)
    drawing.begin()
    drawing.facts(4)
    return drawing
