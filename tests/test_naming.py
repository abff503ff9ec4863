"""Whom an answer names: one rule for the terminal, the page, JSON and the paper.

Who held a post is proof and is told by the post and its time; a name only of whom the answer reaches, or of whom a
record speaks that the condition cites.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from tests.files import read_graph, read_policies

from policygraph.judging.decisions import Decision, decide, decision_json
from policygraph.judging.decisions.outcomes import CoverageUsed, Proof
from policygraph.judging.decisions.rendering import coverage_lines, proof_lines
from policygraph.judging.rules import Register
from policygraph.judging.rules.codes import read_codes
from policygraph.keeping.registers import load_register
from policygraph.keeping.sources import find_root
from policygraph.speaking.cli.deciding import describe_decision

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(find_root() / "data" / "registers" / "sample")


@pytest.fixture(scope="module")
def decisions(register: Register) -> tuple[Decision, ...]:
    known = read_policies()
    return tuple(
        decide(register, entity, known[policy], DAY)
        for policy in ("jiamusi-2020-6", "jiamusi-2020-5")
        for entity in register.enterprises
    )


def owners(register: Register) -> dict[str, str]:
    """Whose record each record of a person is."""
    return {
        row.evidence: str(row.text("person_id"))
        for row in register.rows
        if row.table != "persons" and row.text("person_id")
    }


def strangers(register: Register, decision: Decision) -> Iterator[str]:
    """The names of persons of the enterprise whom the decision neither reaches nor cites a record of."""
    records = owners(register)
    parts = (*decision.conditions, *decision.findings)
    cited = {records[name] for part in parts for name in part.evidence if name in records}
    known = cited | {one.person for one in decision.persons}
    for row in register.about(decision.entity):
        if row.table == "persons" and row.text("person_id") not in known and row.text("name"):
            yield str(row.text("name"))


def test_nobody_is_named_of_whom_no_record_speaks_and_whom_the_answer_does_not_reach(
    register: Register, decisions: tuple[Decision, ...]
) -> None:
    seen = 0
    for decision in decisions:
        printed = "\n".join(describe_decision(decision, None)) + json.dumps(decision_json(decision), ensure_ascii=False)
        for name in strangers(register, decision):
            assert name not in printed, (decision.entity, name)
            seen += 1
    assert seen > 10


def test_who_held_a_post_is_told_by_the_post_its_time_and_the_key_of_the_register(
    register: Register, decisions: tuple[Decision, ...]
) -> None:
    held = [
        (decision, part, one)
        for decision in decisions
        for part in (*decision.conditions, *decision.findings)
        for one in part.proof.holders
    ]
    assert any(one.is_unnamed for _, _, one in held)
    records = owners(register)
    for decision, part, one in held:
        reached = one.person in {who.person for who in decision.persons}
        assert one.is_unnamed is not (reached or one.person in {records.get(name) for name in part.evidence})
        lines = "\n".join(proof_lines(part.proof))
        assert ("没有关于本人的记录，不列姓名" in lines) is any(other.is_unnamed for other in part.proof.holders)
    told = [h for d in decisions for c in decision_json(d)["conditions"] for h in c["proof"]["holders"]]  # type: ignore[attr-defined]  # JSON
    assert all(one["person"] and one["role"] for one in told)
    assert any(one["name"] is None for one in told)


def test_the_field_in_which_alone_a_table_is_complete_is_called_by_its_name() -> None:
    codes = read_codes(read_graph("ontology/concepts/*.ttl"))
    field = next(code for code in codes.of("functions") if "_" in code)
    proof = Proof((CoverageUsed("dishonesty", date(2024, 1, 1), DAY, field),))
    for lines in (proof_lines(proof, codes), coverage_lines((proof,), codes)):
        told = "\n".join(lines)
        assert codes.of("functions")[field].label in told
        assert field not in told
