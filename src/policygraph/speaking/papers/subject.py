"""Part two of the paper: how the enterprise came to be concerned, on which records, and who is reached.

Each record on which an answer rests is told as the register has it (document number, authority, days, state), since
that is what she looks up in the file; for how long records are complete is said once for all of them. Who held a post
when the act happened and who holds it now are two readings, and both are told. A person is named only where the
decision reaches that person; about others the post is told, and that they are not named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from policygraph.judging.decisions.outcomes import ConditionOutcome, Decision, Occasion, Proof, role_word
from policygraph.judging.decisions.rendering import (
    coverage_lines,
    name_conditions,
    name_evidence,
    name_records,
    proof_lines,
    share_judgements,
)
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import ROLES, TABLE, Column, Register, Row, Value
from policygraph.judging.rules.shapes import FINDINGS
from policygraph.speaking.papers.checklist import acts_of
from policygraph.words import find_word, say

COLUMNS: tuple[tuple[str, int], ...] = (("condition", 88), ("finding", 22), ("proof", 159))
"""The columns of the table of conditions, with their widths in millimetres."""

_UNTOLD = frozenset({"uscc", "person_id", "record_id", "name"})
"""Columns that name the enterprise, a person, or the record itself."""


def describe_status(part: ConditionOutcome) -> str:
    """How a condition, an exclusion or a further finding stands, in one word."""
    way = "cond"
    if part.outcome in ("passed", "failed"):
        way = "excl" if part.part == "exclusion" else "find" if part.part in FINDINGS else way
    return say("checking", f"{way}_{part.outcome}")


def list_findings(
    decision: Decision, register: Register | None, codes: Codes | None, others: Mapping[str, str] | None = None
) -> list[list[str]]:
    """A row for each condition and further finding: what it asks, how it stands, on what that rests.

    ``others`` says what the conditions of other policies are called, by their ids.
    """
    parts = (*decision.conditions, *decision.findings)
    titles = name_conditions(decision, others)
    known = _rows(decision, register)
    return [
        [
            titles[part.condition],
            describe_status(part),
            "\n".join(
                piece
                for piece in (
                    *(_record(name, known.get(name), titles, codes) for name in part.evidence),
                    part.reason,
                    *_proof(part.proof),
                )
                if piece
            ),
        ]
        for part in parts
    ]


def list_circumstances(
    decision: Decision, occasion: Occasion, register: Register | None, codes: Codes | None
) -> Iterator[str]:
    """What is said once below the table: complete periods, service, persons, warnings, what all acts wait for."""
    parts = (*decision.conditions, *decision.findings)
    yield from coverage_lines((part.proof for part in parts), codes)
    if any(part.evidence for part in parts) and decision.outcome != "eligible":
        yield say("opinion", "service_unrecorded")
    if decision.persons:
        people = "、".join(f"{one.name or one.person}（{role_word(one.role)}）" for one in decision.persons)
        yield say("opinion", "persons", people=people)
    else:
        yield say("opinion", "no_person")
    if any(act.addressee in ("persons", "both") for _, act in acts_of(decision)):
        yield say("opinion", "persons_readings") + "".join(_posts(decision, occasion.act_day, register))
    known, titles = _rows(decision, register), name_conditions(decision)
    for notice in decision.warnings:
        records = [
            _record(name, known[name], titles, codes) if name in known else told
            for name, told in zip(notice.evidence, name_records(notice, titles), strict=True)
        ]
        yield notice.message + ("：" + "；".join(records) if records else "")
    common, _ = share_judgements(decision.measures)
    if common:
        yield say("opinion", "judged_all", matter=common)


def _rows(decision: Decision, register: Register | None) -> Mapping[str, Row]:
    """The records that an answer may rest on, by the name under which it gives them."""
    return {row.evidence: row for row in register.about(decision.entity)} if register else {}


def _proof(proof: Proof) -> Iterator[str]:
    """What an answer rests on; for how long a table is complete is said below, for all of them."""
    if proof.coverage:
        tables = "、".join(dict.fromkeys(TABLE[used.table].label for used in proof.coverage))
        yield say("opinion", "by_tables", tables=tables)
    yield from proof_lines(replace(proof, coverage=()))


def _record(name: str, row: Row | None, titles: Mapping[str, str], codes: Codes | None) -> str:
    """A record as the register has it; by its name alone where the register is not at hand."""
    if row is None:
        return name_evidence(name, titles)
    table = TABLE[row.table]
    told = "，".join(
        f"{column.label} {_show(column, row.cells[column.name], titles, codes)}"
        for column in table.columns
        if column.name in row.cells and column.name not in _UNTOLD
    )
    number = row.text("record_id")
    whom = say("opinion", "about_person") if row.text("person_id") else ""
    return table.label + (f" {number}" if number else "") + whom + (f"：{told}" if told else "")


def _show(column: Column, value: Value, titles: Mapping[str, str], codes: Codes | None) -> str:
    """A cell in words: a code by its name, a condition by its title."""
    if isinstance(value, bool):
        return find_word("codes", "yes" if value else "no")
    text = str(value)
    if column.kind == "condition":
        return titles.get(text, text)
    if column.scheme and codes is not None and text in (known := codes.of(column.scheme)):
        return known[text].label or text
    return find_word("checking", f"opt_{text}") if column.allowed and column.kind != "code" else text


def _posts(decision: Decision, act_day: date | None, register: Register | None) -> Iterator[str]:
    """For each post whether the one who held it when the act happened holds it now; no name is told."""
    if register is None:
        return
    if act_day is None:
        yield say("opinion", "posts_no_day")
        return
    rows = [row for row in register.about(decision.entity) if row.table == "persons"]
    alike: dict[str, list[str]] = {}
    for role in ROLES:
        then, now = (
            {str(row.cells["person_id"]) for row in rows if row.text("role") == role and _holds(row, day)}
            for day in (act_day, decision.as_of)
        )
        if then or now:
            kind = "same" if then == now else "other" if then and now else "left" if then else "new"
            alike.setdefault(kind, []).append(role_word(role))
    for kind, roles in alike.items():
        yield say("opinion", f"posts_{kind}", role="、".join(roles), day=act_day)


def _holds(row: Row, day: date) -> bool:
    """Whether a post is held on a day; an empty end is an open one, as the register's definition says."""
    since, until = row.day("from"), row.day("to")
    return (since is None or since <= day) and (until is None or day <= until)
