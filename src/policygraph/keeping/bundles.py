"""A decision with all it rests on, so that it can be checked away from the program that gave it, and that check.

A *bundle* is the JSON of one decision with what the paper says beside it (the days, the document's own force, its
remedies), the register rows it was decided by, the place of every quote in its source, and the digests of all graphs.
``verify`` decides again from those rows and a dataset with those digests and compares every value: outcome, conditions,
conclusions, articles, departments. So nothing is believed but the rows themselves; they are the register's word, and
are held against it where it is at hand. ``digest`` is over the whole bundle: a value that changes nothing else (a day
on which the same holds) is found by it. It is no signature: it tells a changed copy from the one that was written. What
a bundle claims of itself and nothing here can check (its rows and ``synthetic`` without the register, ``asked_on``
always) is taken as claimed, and the outcome says so.

No clock: a bundle that speaks of a day to come says on which day it was asked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import zip_longest
from typing import Any

from policygraph.errors import InputError
from policygraph.judging.decisions import Decision, Occasion, Prospect, decision_json
from policygraph.judging.decisions.days import follow_days, follow_measure
from policygraph.judging.decisions.rendering import measure_json, occasion_json
from policygraph.judging.rules import Register
from policygraph.judging.rules.facts import TABLES
from policygraph.keeping.assessments import Desk, change_day, find_occasion, law_day, open_desk
from policygraph.keeping.registers import RegisterError
from policygraph.keeping.registers.reading import read_sheets
from policygraph.keeping.store import Store
from policygraph.keeping.verification import (
    Fault,
    Findings,
    Verification,
    check_graphs,
    check_quotes,
    ground_quotes,
    list_digests,
)

Json = dict[str, Any]
"""A JSON object, ours or from outside (hence ``Any``)."""
Rows = dict[str, list[dict[str, str]]]
"""Rows of a register by table, cells as typed."""

_CARRIED = frozenset({"facts", "grounds", "graphs", "dataset", "digest", "asked_on"})
"""What a bundle carries to be checked by, and what is not decided again: its dataset may be another one that says the
same of it.
"""


def bundle_json(
    store: Store, register: Register, decision: Decision, prospect: Prospect | None, occasion: Occasion, today: date
) -> Json:
    """One decision as JSON with what the paper adds and what ``verify_bundles`` needs: ``facts``, ``grounds``,
    ``graphs``, ``asked_on`` (only where the day asked about was still to come) and ``digest``.
    """
    bundle: Json = decision_json(follow_days(decision, occasion.days), prospect) | occasion_json(occasion)
    bundle["asked_on"] = today.isoformat() if decision.as_of > today else None
    bundle["facts"] = list_facts(register, decision.entity)
    quotes = [(str(clause), str(quote)) for _, (clause, quote) in _quotes(bundle) if clause and quote]
    # through JSON, so that what is digested is what is written
    bundle["grounds"] = json.loads(json.dumps([asdict(ground) for ground in ground_quotes(store, quotes)]))
    bundle["graphs"] = list_digests(store)
    bundle["digest"] = digest_bundle(bundle)
    return bundle


def list_facts(register: Register, entity: str) -> Rows:
    """The rows of a register that a decision about an enterprise may rest on, as one would type them."""
    found: Rows = {}
    for row in register.about(entity):
        found.setdefault(row.table, []).append(row.typed)
    return found


def digest_bundle(bundle: Mapping[str, Any]) -> str:
    """The sha256 over a bundle without its digest: keys sorted, no blanks, UTF-8.

    >>> digest_bundle({"a": 1, "digest": "x"}) == digest_bundle({"a": 1}) != digest_bundle({"a": 2})
    True
    """
    told = {name: value for name, value in bundle.items() if name != "digest"}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # lone surrogates cannot be written, but a file from outside may name them
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def is_bundle(given: Any) -> bool:  # Any: JSON from outside
    """True for a decision, or a list of decisions, as ``decide --format json`` writes them.

    >>> is_bundle([{"policy": "p", "outcome": "eligible"}]), is_bundle({"rows": []}), is_bundle([])
    (True, False, False)
    """
    several = given if isinstance(given, list) else [given]
    return bool(several) and all(isinstance(one, dict) and {"policy", "outcome"} <= one.keys() for one in several)


def verify_bundles(
    given: Any,  # JSON from outside
    sources: Mapping[str, str],
    store: Store,
    register: Register | None = None,
) -> Verification:
    """Check decisions from ``bundle_json``: quotes, graphs, and each value by deciding again from the rows enclosed.

    What contradicts a bundle is a fault with its place; what cannot be told here (a source, a graph, rows that are not
    enclosed) is a gap. ``sources`` are texts by sha256; ``register`` is what the rows are held against. Errors:
    ``InputError`` for what is no decision, and for one that carries no evidence.
    """
    if not is_bundle(given):
        raise InputError("answer", "不是 policygraph decide 的回答", "请用 decide --format json 的原样输出")
    several: list[Json] = given if isinstance(given, list) else [given]
    if not any(one.keys() & {"facts", "grounds", "graphs"} for one in several):
        raise InputError(
            "answer",
            "判断没有附上核对所需的依据（没有 facts、grounds、graphs），不能核对：没有证伪，也没有证实",
            "请用 policygraph decide 登记册 --entity 代码 --format json 重新取得；判断整个登记册的，加 --evidence",
        )
    check = _Check(store, sources, register)
    held = values = 0
    findings = Findings()
    for number, bundle in enumerate(several, start=1):
        lead = f"[{number}]." if len(several) > 1 else ""
        found = Findings()
        held += check.run(bundle, found)
        values += sum(len(measure["acts"]) for measure in _objects(bundle, "measures") if _is_list(measure.get("acts")))
        values += len(_objects(bundle, "conditions")) + len(_objects(bundle, "findings"))
        for mine, theirs in (
            (findings.faults, found.faults),
            (findings.gaps, found.gaps),
            (findings.taken, found.taken),
        ):
            mine += [Fault(lead + fault.place, fault.message) for fault in theirs]
        for said, saying in ((findings.notes, found.notes), (findings.checked, found.checked)):
            said.extend(one for one in saying if one not in said)
    return findings.sum_up(held, values)


@dataclass(frozen=True, slots=True)
class _Check:
    """What bundles are held against; what several of them ask of one day is asked once."""

    store: Store
    sources: Mapping[str, str]
    register: Register | None
    desks: dict[date, Desk] = field(default_factory=dict)
    occasions: dict[tuple[str, date, date | None, date | None], Occasion] = field(default_factory=dict)

    def run(self, bundle: Json, findings: Findings) -> int:
        """How many quotes hold; what does not is put into ``findings``."""
        stated = bundle.get("digest")
        if stated is None:
            findings.gaps.append(Fault("digest", "没有写明内容的摘要，看不出这份判断是否原样"))
        elif stated != digest_bundle(bundle):
            findings.faults.append(Fault("digest", "内容与所附的摘要不符：写出之后有改动"))
        grounds = bundle.get("grounds")
        held = check_quotes(grounds if _is_list(grounds) else None, _quotes(bundle), self.sources, findings)
        foreign = check_graphs(bundle, self.store, findings)
        differing = findings.gaps if foreign else findings.faults
        derived = self.derive(bundle, findings)
        if derived is not None:
            # without rows to decide by, only what follows from the dataset is compared
            is_whole = "outcome" in derived
            stated = {name: v for name, v in bundle.items() if name in derived or (is_whole and name not in _CARRIED)}
            differing += _compare(stated, derived, "")
        return held

    def derive(self, bundle: Json, findings: Findings) -> Json | None:
        """The same decision made again, as JSON; None where that cannot be done, and ``findings`` says why."""
        days = {name: _day(bundle.get(name)) for name in ("as_of", "act_day", "decision_day", "asked_on")}
        wrong = [
            name for name, day in days.items() if day is None and (bundle.get(name) is not None or name == "as_of")
        ]
        findings.faults.extend(Fault(name, f"不是日期：{_show(bundle.get(name))}") for name in wrong)
        as_of, act_day = days["as_of"], days["act_day"]
        if wrong or as_of is None:
            return None
        if act_day is not None and act_day > as_of:
            findings.faults.append(Fault("act_day", f"行为日 {act_day} 晚于核查日 {as_of}"))
            return None
        desk = self.desk(law_day(as_of, days["decision_day"]))
        policy = desk.policies.get(str(bundle["policy"]))
        if policy is None:
            findings.gaps.append(Fault("policy", f"本机的数据集没有政策 {_show(bundle['policy'])}，不能重新判断"))
            return None
        key = (policy.document, as_of, act_day, days["decision_day"])
        if key not in self.occasions:
            self.occasions[key] = find_occasion(self.store, desk, *key)
        occasion = self.occasions[key]
        told = occasion_json(occasion)
        facts = self.read_facts(bundle, desk, findings)
        if facts is None:
            return _plain({"document": policy.document, **told, **_measures(bundle, desk, occasion)})
        findings.checked.append("结论、条件、人员、措施、条文、职权和救济：依所附各行重新判断，逐值比较")
        if days["asked_on"] is not None:
            findings.taken.append(Fault("asked_on", f"判断写明作于 {days['asked_on']}，没有东西可以核对这一天"))
        decision = desk.decide(facts, str(bundle["entity"]), policy, as_of, today=days["asked_on"] or as_of)
        prospect = desk.foresee(facts, decision.entity, policy, as_of) if "changes" in bundle else None
        decided = decision_json(follow_days(decision, occasion.days), prospect)
        return _plain({n: v for n, v in decided.items() if n not in _CARRIED} | told)

    def desk(self, as_of: date) -> Desk:
        """The desk of a day; the policies of the dataset are read once."""
        if as_of not in self.desks:
            other = next(iter(self.desks.values()), None)
            self.desks[as_of] = open_desk(self.store, as_of) if other is None else change_day(self.store, other, as_of)
        return self.desks[as_of]

    def read_facts(self, bundle: Json, desk: Desk, findings: Findings) -> Register | None:
        """The register that the enclosed rows make; None where there are none, or none that can be read."""
        raw, entity = bundle.get("facts"), str(bundle.get("entity"))
        if raw is None:
            message = "没有附上所据的登记册各行，结果不能重新推导，只核对了措施和结论；请用 decide 重新取得"
            findings.gaps.append(Fault("facts", message))
            return None
        try:
            rows = _read_rows(raw)
            register = read_sheets("facts", _sheets(rows), conditions=desk.conditions(), codes=desk.codes)
        except RegisterError as error:
            findings.faults.extend(Fault("facts", str(one)) for one in error.errors)
            return None
        except InputError as error:
            findings.faults.append(Fault("facts", str(error)))
            return None
        if register.enterprise(entity) is None:
            findings.faults.append(Fault("facts.enterprises", f"所附各行里没有单位 {_show(entity)}"))
            return None
        if self.register is None:
            findings.taken.append(Fault("facts", "所附登记册各行是判断自己写的；有登记册时用 --register 逐行比对"))
            told = "虚构" if bundle.get("synthetic") is True else "真实"
            findings.taken.append(Fault("synthetic", f"判断自称资料{told}；有登记册时用 --register 核对"))
            return replace(register, synthetic=bundle.get("synthetic") is True)
        there = list_facts(self.register, entity)
        findings.faults.extend(_compare(rows, there, "facts.", "登记册里是"))
        findings.checked.append("所附各行、是否虚构：与登记册逐行比对")
        return replace(register, synthetic=self.register.synthetic)


def _measures(bundle: Json, desk: Desk, occasion: Occasion) -> Json:
    """What the dataset says of the measures that a bundle names; which of them follow only the facts can tell."""
    known = {row.measure: measure_json(follow_measure(row, occasion.days)) for row in desk.measures}
    given = _objects(bundle, "measures")
    return {
        "measures": [
            {**known[str(one.get("measure"))], "conditions": one.get("conditions")}
            for one in given
            if str(one.get("measure")) in known
        ]
    }


def _quotes(bundle: Mapping[str, Any]) -> Iterator[tuple[str, tuple[object, object]]]:
    """Every place of a bundle that quotes a clause, with the clause and the words."""
    for name in ("conditions", "findings", "measures", "remedies"):
        for number, one in enumerate(bundle.get(name) or () if _is_list(bundle.get(name)) else (), start=1):
            if isinstance(one, dict):
                yield f"{name}[{number}]", (one.get("clause"), one.get("quote"))


def _read_rows(raw: Any) -> Rows:  # Any: JSON from outside
    """The rows enclosed. Errors: ``InputError`` for what is no table of rows of text."""
    tables: Iterable[tuple[object, object]] = raw.items() if isinstance(raw, dict) else [("", None)]
    names = {table.name for table in TABLES}
    for name, rows in tables:
        if name not in names or not isinstance(rows, list) or not all(map(_is_row, rows)):
            raise InputError("facts", f"{_show(name)} 不是登记册的表，或者各行不是“栏名：文字”", "请用原样输出")
    found: Rows = raw
    return found


def _is_row(row: object) -> bool:
    return isinstance(row, dict) and all(isinstance(cell, str) for cell in row.values())


def _sheets(rows: Rows) -> dict[str, list[tuple[int, list[object]]]]:
    """The rows as tables with a header, as a register is read; a column that is none is refused by its reader."""
    sheets: dict[str, list[tuple[int, list[object]]]] = {}
    for name, body in rows.items():
        columns = list(dict.fromkeys(column for row in body for column in row))
        sheets[name] = [(0, list(columns))]
        for number, row in enumerate(body, start=1):
            sheets[name].append((number, [row.get(column, "") for column in columns]))
    return sheets


def _compare(stated: object, derived: object, place: str, lead: str = "重新判断得") -> list[Fault]:
    """Where two JSON values differ, each with its place; nothing where they are the same.

    >>> _compare({"a": [1, 2]}, {"a": [1, 3]}, "")
    [Fault(place='a[2]', message='写的是 2，重新判断得 3')]
    """
    if isinstance(stated, dict) and isinstance(derived, dict):
        return [
            fault
            for name in (*derived, *(name for name in stated if name not in derived))
            for fault in _compare(stated.get(name, _ABSENT), derived.get(name, _ABSENT), f"{place}{name}.", lead)
        ]
    if isinstance(stated, list) and isinstance(derived, list):
        stem = place.removesuffix(".")
        return [
            fault
            for number, (one, other) in enumerate(zip_longest(stated, derived, fillvalue=_ABSENT), start=1)
            for fault in _compare(one, other, f"{stem}[{number}].", lead)
        ]
    # a JSON true is no 1
    if type(stated) is type(derived) and stated == derived:
        return []
    return [Fault(place.removesuffix("."), f"写的是 {_show(stated)}，{lead} {_show(derived)}")]


_ABSENT = object()
_MOST_SHOWN = 60


def _show(value: object) -> str:
    """A value in a message, cut where it is long."""
    if value is _ABSENT:
        return "（没有）"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def _plain(value: Mapping[str, object]) -> Json:
    """A JSON object as it would be read again."""
    found: Json = json.loads(json.dumps(value))
    return found


def _day(value: object) -> date | None:
    """A day written as a date; None for anything else."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _objects(bundle: Mapping[str, Any], name: str) -> list[Json]:
    """The objects of a list of a bundle, as far as it is one."""
    found = bundle.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
