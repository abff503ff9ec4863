"""How far back a text without a period looks: the named proposition, its readings, and the shapes that rest on it."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SH
from tests.test_kinds import DAY, UNIT, codes, covered, expanded, good, text

from policygraph.errors import DataError
from policygraph.judging.decisions import decide
from policygraph.judging.decisions.outcomes import Decision
from policygraph.judging.rules import Policy, Row, make_register, read_policy
from policygraph.judging.rules.kinds import expand
from policygraph.namespaces import ID, PG

PLACE = "example-2031-1/conditions.ttl"
MODEL = "example-2031-1/model"
BASE = """
@base <https://w3id.org/policygraph/id/> . @prefix pg: <https://w3id.org/policygraph/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
MORE = """
<interpretation/example-2031-1/back/issue> a pg:Interpretation ;
    pg:reading "back" ; pg:readingValue "issue" ; pg:isDefault true .
<interpretation/example-2031-1/back/day> a pg:Interpretation ;
    pg:reading "back" ; pg:readingValue "day" ; pg:isDefault false .
<look-back/example-2031-1/all> a pg:LookBack ;
    pg:variation [ pg:underInterpretation <interpretation/example-2031-1/back/issue> ; pg:fromIssue true ] ,
        [ pg:underInterpretation <interpretation/example-2031-1/back/day> ; pg:nameSuffix "-day" ] .
<complete/example-2031-1/commitments-covered> a pg:Completeness ;
    pg:inTable "commitments" ; pg:lookBack <look-back/example-2031-1/all> .
"""


def looking() -> str:
    """The invented policy, whose condition on models asks for commitments, which have no period."""
    old = 'pg:complete [ pg:inTable "listings" ] ;\n    pg:line\n        [ pg:result "none" ; pg:name "model-none"'
    assert text().count(old) == 1
    new = old.replace("] ;\n    pg:line", "] , <complete/example-2031-1/commitments-covered> ;\n    pg:line")
    return text().replace(old, new) + MORE


@cache
def policy(latest: str = "2031-01-01") -> Policy:
    dated = looking().replace('pg:dateTo "2031-01-01"', f'pg:dateTo "{latest}"')
    return read_policy(expanded(dated))


def judged(under: Policy, *more: Row) -> Decision:
    """A unit without a red listing, whose commitments are covered as the rows say."""
    rows = {name: row for name, row in good().items() if name != "red"}
    return decide(make_register("looking", [*rows.values(), *more]), UNIT, under, DAY)


def told(decision: Decision) -> tuple[str, str]:
    """How the condition on models stands as it is read, and the outcome where the day alone counts."""
    part = next(part for part in decision.conditions if part.condition == MODEL)
    other = next(used.alternatives[0] for used in decision.readings if used.reading == "back")
    return part.outcome, other.outcome


@pytest.mark.parametrize(
    ("latest", "since", "outcome"),
    [
        ("2031-01-01", date(2031, 1, 1), "failed"),
        ("2031-01-01", date(2031, 1, 2), "cantTell"),
        ("2031-12-31", date(2032, 1, 1), "failed"),
        ("2031-12-31", date(2032, 1, 2), "cantTell"),
        ("2031-01-01", DAY, "cantTell"),
    ],
)
def test_a_text_without_a_period_looks_back_to_the_first_day_it_certainly_applies(
    latest: str, since: date, outcome: str
) -> None:
    assert told(judged(policy(latest), covered("commitments", since))) == (outcome, "ineligible")


def test_nothing_covered_is_open_under_either_reading() -> None:
    assert told(judged(policy())) == ("cantTell", "undetermined")


def test_what_is_not_covered_is_named_with_table_and_time() -> None:
    span = covered("commitments", date(2033, 1, 1))
    part = next(part for part in judged(policy(), span).conditions if part.condition == MODEL)
    (gap,) = part.proof.gaps
    assert (gap.table, gap.since, gap.until) == ("commitments", date(2031, 1, 1), DAY)
    assert gap.covered == ((date(2033, 1, 1), DAY),)
    assert gap.missing == ((date(2031, 1, 1), date(2032, 12, 31)),)
    assert all(word in part.reason for word in ("信用承诺", "2031-01-01 至 2035-06-01", "2031-01-01 至 2032-12-31"))


def test_a_failed_condition_that_rests_on_an_absence_prints_what_is_complete() -> None:
    decision = judged(policy(), covered("commitments", date(2030, 5, 5)))
    part = next(part for part in decision.conditions if part.condition == MODEL)
    assert part.outcome == "failed"
    shown = [(used.table, used.since) for used in part.proof.coverage]
    assert shown == [("commitments", date(2030, 5, 5)), ("listings", date(2025, 1, 1))]


def test_a_failed_condition_that_rests_on_a_record_prints_no_coverage() -> None:
    listed = Row(
        "listings",
        {"record_id": "T", "uscc": UNIT, "list": "black", "field": "tax", "listed_on": date(2034, 1, 1)},
    )
    part = next(part for part in judged(policy(), listed).conditions if part.condition == "example-2031-1/tax")
    assert (part.outcome, part.evidence, part.proof.coverage) == ("failed", ("T",), ())


# --- shapes written by hand ------------------------------------------------------------------------------------------

BY_HAND = (
    BASE
    + """
<shape/example-2031-1/quiet> a sh:NodeShape ; sh:or ( <shape/example-2031-1/commitments-covered> ) .
<shape/example-2031-1/thrice-by-hand> a sh:NodeShape ; sh:targetClass pg:Subject ; sh:severity sh:Violation ;
    pg:decides <condition/example-2031-1/thrice> ; dcterms:source <doc/example-2031-1/sec_8> ; pg:quote "连续三期丙等" ;
    pg:underInterpretation <interpretation/example-2031-1/who/unit> ;
    pg:validFrom "2031-01-01"^^xsd:date ; sh:message "没有承诺"@zh , "No commitment"@en ;
    sh:or ( [ sh:path pg:hasCommitment ; sh:minCount 1 ] [ sh:not <shape/example-2031-1/quiet> ] ) .
"""
)


def joined(by_hand: str) -> Graph:
    lines = Graph().parse(data=looking(), format="turtle")
    return expand(lines, PLACE, codes(), Graph().parse(data=by_hand, format="turtle"))


def test_a_shape_written_by_hand_follows_the_readings_of_what_it_rests_on() -> None:
    graph = joined(BY_HAND)
    found = {shape.iri.rsplit("/", 1)[1]: shape for shape in read_policy(graph).shapes}
    assert found["thrice-by-hand"].readings == (("back", "issue"), ("who", "unit"))
    assert found["thrice-by-hand-day"].readings == (("back", "day"), ("who", "unit"))
    assert [look.since for look in found["thrice-by-hand"].looks] == [date(2031, 1, 1)]
    assert [look.since for look in found["thrice-by-hand-day"].looks] == [None]
    assert (URIRef(f"{ID}shape/example-2031-1/quiet-day"), SH["or"], None) in graph
    untouched = [name for name in found if "day" not in name and not found[name].looks]
    assert [name for name in untouched if "back" in dict(found[name].readings)] == []


def test_a_shape_that_lines_expand_to_is_not_written_by_hand_too() -> None:
    twice = f"{BASE}<shape/example-2031-1/commitments-covered> a sh:NodeShape ; sh:property [ sh:path pg:industry ] ."
    with pytest.raises(DataError, match="shape/example-2031-1/commitments-covered"):
        joined(twice)


def test_a_proposition_that_nothing_rests_on_is_refused() -> None:
    alone = looking().replace("] , <complete/example-2031-1/commitments-covered> ;", "] ;")
    with pytest.raises(DataError, match="commitments-covered"):
        read_policy(expanded(alone))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("pg:lookBack <look-back/example-2031-1/all>", "pg:lookBack <look-back/example-2031-1/al>", "al 这一回溯"),
        (' ; pg:nameSuffix "-day"', "", "pg:nameSuffix"),
        ("; pg:fromIssue true ]", '; pg:fromIssue true ; pg:nameSuffix "-x" ]', "pg:nameSuffix"),
        ("pg:fromIssue true", 'pg:fromIssue "true"', "true 或 false"),
        ("pg:fromIssue true", "pg:fromIsue true", "pg:fromIssue"),
        ("back/issue> ; pg:fromIssue", "back/isue> ; pg:fromIssue", "back/isue"),
        ('"back" ; pg:readingValue "day" ; pg:isDefault false', '"back" ; pg:readingValue "day" ; pg:isDefault true',
         "缺省"),
        ("] , <complete/example-2031-1/commitments-covered> ;", "] , <complete/example-2031-1/none> ;",
         "none 这一完整性"),
        ("<complete/example-2031-1/commitments-covered>", "<completeness/example-2031-1/commitments-covered>",
         "complete/example-2031-1/…"),
        ('pg:dateTo "2031-01-01"^^xsd:date ;', "", "pg:dateTo"),
        ('pg:inTable "commitments" ; pg:lookBack', 'pg:inTable "commitment" ; pg:lookBack', "commitments"),
        ('[ pg:inTable "listings" ] , <complete', '[ pg:inTable "listings" ; pg:lookBack <x> ] , <complete',
         "pg:lookBack"),
    ],
)  # fmt: skip
def test_a_wrong_look_back_is_refused_with_place_and_remedy(old: str, new: str, named: str) -> None:
    assert old in looking()
    with pytest.raises(DataError) as caught:
        read_policy(expanded(looking().replace(old, new)))
    assert caught.value.place == PLACE
    assert caught.value.remedy
    assert named in str(caught.value)


def test_a_bound_on_a_day_is_a_day() -> None:
    graph = joined(BY_HAND)
    node = next(graph.subjects(SH.path, PG.commitmentCoversFrom))
    graph.remove((node, SH.maxInclusive, None))
    graph += Graph().parse(data="@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:x> sh:maxInclusive 20310101 .")
    for _, _, value in list(graph.triples((URIRef("urn:x"), SH.maxInclusive, None))):
        graph.remove((URIRef("urn:x"), SH.maxInclusive, value))
        graph.add((node, SH.maxInclusive, value))
    with pytest.raises(DataError, match="xsd:date"):
        read_policy(graph)
