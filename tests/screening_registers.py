"""Random registers for the differential tests of screening: dense in edge cases, sound by construction."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from policygraph.decisions.counting import add_months
from policygraph.registers.cells import check_character
from policygraph.rules import Policy, Register, Row, Value, make_register
from policygraph.rules.facts import COVERABLE, ROLES, TABLE

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
        self.add("coverage", {"table": table, "from": start, "to": max(start, end), "uscc": uscc, "field": field})
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
            cells = {"person_id": person, "uscc": uscc, "role": rng.choice(ROLES), "from": since, "to": until}
            self.add("persons", dict(cells))
        for table in COVERABLE:
            if rng.random() < 0.5:
                self.cover(table, uscc)
        for _ in self.several(0, 1, 1, 2):
            self.add("commitments", {"uscc": uscc, "date": self.day(), "published": rng.random() < 0.8})
        if rng.random() < 0.6:
            self.adverse(uscc, mine)
        for _ in self.several(0, 1, 1, 2):
            issued = self.day()
            cells = {"uscc": uscc, "grade": rng.choice((1, 1, 2)), "issued": issued}
            ends = {"expires": self.later(issued, 0.7), "revoked_on": self.later(issued, 0.2)}
            self.add("certificates", {**cells, **ends})
        for year in rng.sample(range(self.as_of.year - 4, self.as_of.year + 1), rng.choice((0, 1, 2, 3))):
            score = Decimal(rng.choice(("74.9", "75", "84.9999", "85", "94.99", "95", "60", "100")))
            veto = rng.random() < 0.15
            self.add(
                "assessments", {"uscc": uscc, "year": year, "score": score, "veto": veto, "published_on": self.day()}
            )
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
        issued = {"issued": self.as_of - year, "expires": self.as_of + timedelta(days=rng.choice((0, 1, 700)))}
        self.add("certificates", {"uscc": uscc, "grade": 1, **issued})
        for condition in self.conditions:
            if rng.random() < 0.3 or condition.endswith("/1"):
                passed = {"outcome": "passed", "date": self.as_of - timedelta(days=90)}
                self.add("determinations", {"uscc": uscc, "condition": condition, **passed})
        if rng.random() < 0.6:
            self.adverse(uscc, [f"{uscc[-6:]}-principal"])

    def who(self, uscc: str, mine: list[str]) -> dict[str, Value | None]:
        self.records += 1
        record: dict[str, Value | None] = {"record_id": f"R-{self.records:05d}"}
        if mine and self.rng.random() < 0.4:
            return record | {"person_id": self.rng.choice(mine), "uscc": uscc if self.rng.random() < 0.3 else None}
        return record | {"uscc": uscc}

    def adverse(self, uscc: str, mine: list[str]) -> None:
        rng = self.rng
        for _ in self.several(0, 0, 1, 2):
            cells = {
                "date": self.day(),
                "authority_function": rng.choice(("work_safety", "transport", "tax")),
                "safety_matter": rng.choice((True, False, None)),
                "status": rng.choice(("effective", "effective", "annulled", "stayed")),
            }
            self.add("penalties", self.who(uscc, mine) | cells)
        for _ in self.several(0, 0, 1):
            liability = rng.choice(("liable", "liable", "not_liable", "under_investigation"))
            accident = {"date": self.day(), "fatalities": rng.choice((0, 1, 3)), "liability": liability}
            self.add("accidents", self.who(uscc, []) | accident)
        for _ in self.several(0, 0, 1, 2):
            fault = {
                "date": self.day(),
                "field": rng.choice(("work_safety", "tax")),
                "severity": rng.choice((None, "minor", "minor", "moderate", "serious")),
            }
            self.add("dishonesty", self.who(uscc, mine) | fault)
        for _ in self.several(0, 0, 1, 2, 3):
            listed = self.day()
            listing = {
                "list": rng.choice(("red", "black", "watch", "black")),
                "field": rng.choice(("work_safety", "tax", "environment")),
                "listed_on": listed,
                "valid_until": self.later(listed, 0.6),
                "delisted_on": self.later(listed, 0.2),
            }
            self.add("listings", self.who(uscc, mine) | listing)
