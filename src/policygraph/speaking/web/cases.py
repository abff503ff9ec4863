"""A case: who, which documents, the facts these need, and the days; as fields of a form and as a file its user keeps.

Nothing of a case stays here. The file is small JSON that gives the same form again; whoever sends one is not trusted,
so its size, tables, rows, columns and values are bounded, and what is wrong is named with its place. Pure: fields and
bytes in, values out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from policygraph.errors import InputError, LimitError
from policygraph.judging.rules import Policy
from policygraph.judging.rules.codes import region_prefix
from policygraph.judging.rules.facts import RECORD_TABLES, TABLE
from policygraph.namespaces import PG
from policygraph.speaking.web.facts import MOST_ROWS, Facts, read_fields

STEPS = ("who", "documents", "facts", "answer")
"""The steps of a case in their order; each has its words and its part of the form."""
MOST_BYTES = 200_000
"""The largest case file: forty rows in every table stay far below it."""
MOST_CHARACTERS = 500
"""The longest value of a field in a case file."""
KIND = "policygraph-case"
_DAYS = ("act_day", "decision_day")


@dataclass(frozen=True, slots=True)
class Case:
    """What a form holds, as typed."""

    facts: Facts
    as_of: str
    act_day: str = ""
    """When the act happened; empty where nobody told it."""
    decision_day: str = ""
    """When it is to be decided; empty for the day of checking."""
    policies: tuple[str, ...] = ()
    """The policies chosen; empty for all of them."""

    def fields(self) -> list[tuple[str, str]]:
        """The names and values of its fields beside the facts, for a form that only carries them on."""
        days = [("as_of", self.as_of), ("act_day", self.act_day), ("decision_day", self.decision_day)]
        return [*((name, day) for name, day in days if day), *(("policy", one) for one in self.policies)]

    def choose(self, policies: Mapping[str, Policy]) -> tuple[Policy, ...]:
        """The policies that are decided. Errors: ``InputError`` for one that the dataset does not have."""
        for name in self.policies:
            if name not in policies:
                raise InputError("policy", f"没有 {name[:40]!r} 这份政策", f"有的是: {'、'.join(policies)}")
        return tuple(policy for name, policy in policies.items() if not self.policies or name in self.policies)

    def days(self) -> tuple[date | None, date | None]:
        """The day of the act and the day of the decision; errors: ``InputError`` for one that is no day."""
        happened, decided = (_read_day(name, getattr(self, name)) for name in _DAYS)
        if happened and decided and decided < happened:
            raise InputError(
                "decision_day", f"拟决定日 {decided} 早于行为日 {happened}", "决定在行为之后；请核对两个日期"
            )
        if happened and self.as_of and happened.isoformat() > self.as_of:
            raise InputError("act_day", f"行为日 {happened} 晚于截至日 {self.as_of}", "行为日是违法、列入等发生之日")
        return happened, decided


def read_case(pairs: Iterable[tuple[str, str]], as_of: str) -> Case:
    """The case in the fields of a form."""
    known = list(pairs)
    told = {name: value.strip() for name, value in known if name in _DAYS}
    chosen = tuple(dict.fromkeys(value for name, value in known if name == "policy" and value))
    return Case(read_fields(known), as_of, told.get("act_day", ""), told.get("decision_day", ""), chosen)


def write_case(case: Case) -> str:
    """The file that gives the same form again, in the order of tables and columns; tables that say nothing are left
    out.

    >>> case = Case(read_fields([("penalties.0.date", "2025-02-02")]), "2026-11-22", policies=("jiamusi-2020-5",))
    >>> open_case("case.json", write_case(case).encode()) == case
    True
    """
    tables = {
        name: [
            {column.name: row[column.name] for column in table.columns if row.get(column.name)}
            for row in case.facts.tables[name]
        ]
        for name, table in TABLE.items()
        if case.facts.filled(name)
    }
    return json.dumps(
        {
            "kind": KIND,
            "version": 1,
            "as_of": case.as_of,
            "act_day": case.act_day,
            "decision_day": case.decision_day,
            "policies": case.policies,
            "facts": tables,
        },
        ensure_ascii=False,
        indent=1,
    )


def open_case(place: str, data: bytes) -> Case:
    """The case in a file that somebody sent. Errors: ``LimitError`` for one too large, ``InputError`` with its place.

    >>> open_case("case.json", b'{"kind": "policygraph-case", "version": 1, "facts": {"penalties": [{"day": "x"}]}}')
    Traceback (most recent call last):
    ...
    policygraph.errors.InputError: case.json facts.penalties[1].day: 没有这一栏。可用的栏见空表；请改正后再打开
    """
    if len(data) > MOST_BYTES:
        raise LimitError(place, f"案卷文件超过 {MOST_BYTES:,} 字节", "这不是本页存下的案卷；登记册请用“上传登记册”")
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InputError(place, "不是 JSON", "请选择用“存下案卷”得到的 .json 文件") from None
    if not isinstance(found, dict) or found.get("kind") != KIND or found.get("version") != 1:
        raise InputError(place, f"不是案卷（kind 应为 {KIND}，version 应为 1）", "请选择用“存下案卷”得到的 .json 文件")
    tables = found.get("facts", {})
    if not isinstance(tables, dict):
        raise InputError(f"{place} facts", "应是各表", "请改正后再打开")
    rows = {name: _read_rows(f"{place} facts.{name}", name, value) for name, value in tables.items()}
    policies = found.get("policies", [])
    if not isinstance(policies, list) or len(policies) > MOST_ROWS:
        raise InputError(f"{place} policies", "应是文件的清单", "请改正后再打开")
    chosen = tuple(_read_text(f"{place} policies", one) for one in policies)
    as_of, happened, decided = (_read_text(f"{place} {name}", found.get(name, "")) for name in ("as_of", *_DAYS))
    return Case(Facts(rows), as_of, happened, decided, chosen)


def tables_needed(policies: Iterable[Policy]) -> tuple[str, ...]:
    """The tables of which some shape of the policies reads a record, a post or whether it is complete.

    A link counts wherever it stands in a shape: as a path of its own, or as a step of a longer one.
    """
    needed = {"enterprises"}
    for policy in policies:
        graphs = (policy.main, policy.others, *policy.judged.values())
        for table in RECORD_TABLES:
            link = PG[str(table.link)]
            if any((None, None, link) in graph for graph in graphs):
                needed.add(table.name)
        needed |= {name for shape in policy.shapes for name in shape.covers}
        if policy.binds_persons or any(shape.roles for shape in policy.shapes):
            needed.add("persons")
        if any(shape.needs == "judgement" for shape in policy.shapes):
            needed.add("determinations")
    return tuple(name for name in TABLE if name in needed or name == "coverage")


def resolve_places(facts: Facts, places: Iterable[tuple[str, str]]) -> Facts:
    """The facts with the place of supervision by its code, where it was told by name.

    ``places`` are codes with names. A longer name is the place it begins with, and a name may stand without its kind.

    >>> facts = read_fields([("enterprises.0.region", "佳木斯市向阳区")])
    >>> resolve_places(facts, [("230800", "佳木斯市")]).tables["enterprises"][0]["region"]
    '230800'
    >>> facts = read_fields([("enterprises.0.region", "佳木斯市桦川县")])
    >>> resolve_places(facts, [("230800", "佳木斯市"), ("230826", "桦川县")]).tables["enterprises"][0]["region"]
    '230826'
    >>> resolve_places(read_fields([("enterprises.0.region", "230803（佳木斯市）")]), []).tables["enterprises"]
    ({'region': '230803'},)
    """
    known = sorted(places, key=lambda pair: -len(pair[1]))

    def resolve(written: str) -> str:
        text = written.strip()
        if text[:6].isdecimal() and len(text[:6]) == 6 and not text[6:7].isdecimal():
            return text[:6]
        found, rest = "", text
        # a county behind its city is the county, and of one name only what lies in the city is meant
        while True:
            within = ((code, name) for code, name in known if code.startswith(region_prefix(found)))
            match = next(((c, n) for c, n in within if rest.startswith(n) or rest == n[:-1]), None)
            if match is None:
                break
            found, rest = match[0], rest[len(match[1]) :]
        return found or text

    rows = tuple(
        {**row, "region": resolve(row["region"])} if "region" in row else row
        for row in facts.tables.get("enterprises", ())
    )
    return replace(facts, tables={**facts.tables, "enterprises": rows}) if rows else facts


def name_place(code: str, places: Iterable[tuple[str, str]]) -> str:
    """A code as the form shows it: by its name, or with the place that it lies in behind it.

    >>> places = [("230800", "佳木斯市"), ("320000", "江苏省")]
    >>> name_place("230800", places), name_place("230803", places), name_place("110101", places), name_place("", places)
    ('佳木斯市', '230803（佳木斯市）', '110101', '')
    """
    for known, name in places:
        prefix = known.rstrip("0")
        prefix += "0" * (len(prefix) % 2)
        if code == known:
            return name
        if len(code) == 6 and code.startswith(prefix):
            return f"{code}（{name}）"
    return code


def _read_rows(place: str, name: str, value: object) -> tuple[dict[str, str], ...]:
    if name not in TABLE:
        raise InputError(place, "没有这个表", f"可用的表: {'、'.join(TABLE)}")
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        raise InputError(place, f"应是至多 {MOST_ROWS} 行", "更多的记录请用登记册文件")
    known = {column.name for column in TABLE[name].columns}
    rows = []
    for number, row in enumerate(value, start=1):
        if not isinstance(row, dict):
            raise InputError(f"{place}[{number}]", "应是一行各栏", "请改正后再打开")
        for column in row:
            if column not in known:
                raise InputError(f"{place}[{number}].{column[:40]}", "没有这一栏", "可用的栏见空表；请改正后再打开")
        rows.append({column: _read_text(f"{place}[{number}].{column}", text) for column, text in row.items()})
    return tuple(rows)


def _read_text(place: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > MOST_CHARACTERS:
        raise InputError(place, f"应是至多 {MOST_CHARACTERS} 字的文字", "请改正后再打开")
    return value


def _read_day(name: str, written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise InputError(name, f"{written[:20]!r} 不是日期", "写成 2026-11-22，或空着") from None
