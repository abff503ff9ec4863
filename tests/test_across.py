"""Answers that cannot stand beside each other are withdrawn, by the same shapes in pySHACL and in SQL."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pytest
from rdflib import Graph

from policygraph.judging.decisions import Decision, MeasureRow, decide
from policygraph.judging.decisions.across import Invariant, concerns, partners, read_invariants, withdraw_contradicted
from policygraph.judging.rules import Policy, Register, Row, make_register, read_policy
from policygraph.judging.screening import compile_screening
from policygraph.keeping.batch.duck import know_words
from policygraph.keeping.registers.cells import check_character

ROOT = Path(__file__).resolve().parents[1]
UNIT = "91230800MA0000000" + check_character("91230800MA0000000")
DAY = date(2026, 11, 21)

POLICY = """
@base <https://w3id.org/policygraph/id/> .
@prefix pg: <https://w3id.org/policygraph/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<policy/NAME> a pg:Policy ; dcterms:identifier "NAME" ; rdfs:label "虚构政策"@zh ; pg:document <doc/NAME> ;
    pg:regionPrefix "PREFIX" ; pg:positiveOutcome "POSITIVE" ; pg:negativeOutcome "NEGATIVE" ; pg:combination "allOf" ;
    pg:dateFrom "2020-01-01"^^xsd:date ; pg:dateTo "2020-01-01"^^xsd:date ;
    pg:asks ( [ pg:condition <condition/NAME/1> ; skos:notation "1" ; pg:part "requirement" ; rdfs:label "甲"@zh ] ) .
<shape/NAME/1> a sh:PropertyShape ; sh:targetClass pg:Subject ; sh:severity sh:Violation ;
    pg:decides <condition/NAME/1> ; dcterms:source <doc/NAME/sec_1> ; pg:quote "甲" ;
    pg:validFrom "2020-01-01"^^xsd:date ; sh:message "没有承诺"@zh , "no commitment"@en ;
    sh:path pg:hasCommitment ; sh:minCount 1 .
"""


def invented(name: str, positive: str, negative: str, prefix: str = "2308") -> Policy:
    words = {"NAME": name, "POSITIVE": positive, "NEGATIVE": negative, "PREFIX": prefix}
    text = POLICY
    for word, value in words.items():
        text = text.replace(word, value)
    return read_policy(Graph().parse(data=text, format="turtle"))


@cache
def invariants() -> tuple[Invariant, ...]:
    return read_invariants(Graph().parse(path) for path in sorted((ROOT / "shapes" / "invariants").glob("*.ttl")))


def register(*, committed: bool = True) -> Register:
    rows = [Row("enterprises", {"uscc": UNIT, "name": "示例（虚构）", "region": "230803"})]
    if committed:
        rows.append(Row("commitments", {"uscc": UNIT, "date": date(2026, 1, 1), "published": True}))
    return make_register("across", rows)


SANCTION = invented("sanction-2020-1", "target", "not_target")
REWARD = invented("reward-2020-2", "eligible", "ineligible")
ELSEWHERE = invented("reward-2020-3", "eligible", "ineligible", prefix="3203")


def test_each_invariant_has_words_and_outcomes() -> None:
    assert [one.iri.rsplit("/", 1)[-1] for one in invariants()] == ["suspended-with-measures", "target-and-eligible"]
    for one in invariants():
        assert one.message
        assert one.message_en
        assert one.outcomes


def test_a_target_that_is_eligible_is_answered_by_neither_policy() -> None:
    target, eligible = (decide(register(), UNIT, policy, DAY) for policy in (SANCTION, REWARD))
    assert (target.outcome, eligible.outcome) == ("target", "eligible")
    for mine, other in ((target, eligible), (eligible, target)):
        assert concerns(invariants(), mine)
        withdrawn = withdraw_contradicted(mine, [other], invariants())
        assert (withdrawn.outcome, withdrawn.undetermined_because) == ("undetermined", ("judgement",))
        assert withdrawn.measures == ()
        assert "相抵" in withdrawn.warnings[0].message


def test_what_does_not_contradict_stands() -> None:
    mine = decide(register(committed=False), UNIT, SANCTION, DAY)
    other = decide(register(committed=False), UNIT, REWARD, DAY)
    assert (mine.outcome, other.outcome) == ("not_target", "ineligible")
    assert withdraw_contradicted(mine, [other], invariants()) == mine
    alone = decide(register(), UNIT, REWARD, DAY)
    assert withdraw_contradicted(alone, [mine], invariants()) == alone


def test_a_suspension_lists_no_measures() -> None:
    row = MeasureRow("https://example.org/m", "reward-2020-2", "一", "甲", "unit")
    found = Decision("p", "", "d", UNIT, "甲", DAY, "suspended", measures=(row,))
    assert withdraw_contradicted(found, [], invariants()).outcome == "undetermined"
    assert withdraw_contradicted(Decision("p", "", "d", UNIT, "甲", DAY, "suspended"), [], invariants()).outcome == (
        "suspended"
    )


def test_only_policies_of_the_same_place_are_asked() -> None:
    assert partners(REWARD, [SANCTION, REWARD, ELSEWHERE]) == (SANCTION,)


@pytest.mark.parametrize("committed", [True, False])
def test_a_screening_withdraws_the_same_answers(committed: bool) -> None:
    shapes = {one.iri: one.shape for one in invariants()}
    found = register(committed=committed)
    for mine, other in ((SANCTION, REWARD), (REWARD, SANCTION)):
        screening = compile_screening([mine], DAY, invariants=shapes, beside=[other])
        assert {column.policy for column in screening.columns} == {mine.id}
        decided = [decide(found, UNIT, policy, DAY) for policy in (mine, other)]
        expected = withdraw_contradicted(decided[0], decided[1:], invariants())
        with duckdb.connect() as connection:
            connection.execute("CREATE TABLE enterprises (uscc VARCHAR, name VARCHAR, region VARCHAR)")
            connection.execute("INSERT INTO enterprises VALUES (?, '甲', '230803')", [UNIT])
            connection.execute("CREATE TABLE commitments (uscc VARCHAR, date DATE, published BOOLEAN)")
            connection.execute(
                "CREATE TABLE determinations (uscc VARCHAR, condition VARCHAR, outcome VARCHAR, date DATE)"
            )
            if committed:
                connection.execute("INSERT INTO commitments VALUES (?, DATE '2026-01-01', TRUE)", [UNIT])
            know_words(connection, screening)
            row = connection.execute(screening.sql).fetchone()
        assert row is not None
        told = dict(zip(["uscc", "name", "region", *(c.name for c in screening.columns)], row, strict=True))
        assert told[f"{mine.id}:outcome"] == expected.outcome
        assert told[f"{mine.id}:because"] == (",".join(expected.undetermined_because) or None)
