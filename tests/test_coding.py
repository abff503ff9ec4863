"""Same words, same code: what counts as the same words, which codes are compared, and how a difference is excused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rdflib import Graph

from policygraph.errors import DataError
from policygraph.judging.coding import find_disagreements, find_idle_explanations
from policygraph.keeping.dataset.building import build
from policygraph.keeping.sources import find_root
from policygraph.keeping.workspace import open_workspace

HEAD = """
@base <https://w3id.org/policygraph/id/> .
@prefix pg: <https://w3id.org/policygraph/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
pg:SanctionMeasure rdfs:subClassOf pg:Measure . pg:RegulatoryMeasure rdfs:subClassOf pg:Measure .
"""


def measure(name: str, words: str, *, clause: str = "", kind: str = "Sanction", **codes: str) -> str:
    coded = {"effect": "effect-restrict", "force": "force-plain", "policyArea": "area-tax", **codes}
    terms = " ; ".join(f"pg:{term} <concept/{code}>" for term, code in coded.items())
    return f'<m/{name}> a pg:{kind}Measure ; pg:clause <c/{clause or name}> ; pg:quote "{words}" ; {terms} . '


def mechanism(name: str, words: str, status: str, which: str = "watch") -> str:
    return (
        f'<s/{name}> a pg:MechanismStatement ; pg:clause <c/{name}> ; pg:quote "{words}" ; '
        f'pg:mechanism <concept/mechanism-{which}> ; pg:status "{status}" . '
    )


def codes_of(data: str) -> list[str]:
    graph = Graph().parse(data=HEAD + data, format="turtle")
    return [found.code for found in find_disagreements(graph, graph)]


FIRST = measure("a", "3. 约谈负责人,进行培训；")


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (measure("b", "约谈负责人，进行培训。"), []),
        (measure("b", "约谈负责人，进行培训。", effect="effect-suspend"), ["effect"]),
        (measure("b", "（四）约谈负责人，进行培训。", force="force-may"), ["force"]),
        (measure("b", "约谈负责人，进行培训。", policyArea="area-land"), ["area"]),
        (measure("b", "约谈负责人，进行培训。", kind="Regulatory"), ["class"]),
        (measure("b", "约谈负责人，开展培训。", effect="effect-suspend"), []),
        (measure("b", "约谈负责人，进行培训。", clause="a", effect="effect-suspend"), []),
    ],
)
def test_the_same_words_carry_the_same_codes(second: str, expected: list[str]) -> None:
    assert codes_of(FIRST + second) == expected


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (mechanism("b", "实行动态管理。", "stated"), []),
        (mechanism("b", "实行动态管理。", "equivalent"), ["status"]),
        (mechanism("b", "实行动态管理。", "quoted-only"), []),
        (mechanism("b", "实行动态管理。", "equivalent", "exit"), []),
    ],
)
def test_the_same_words_have_the_same_status_in_a_mechanism(second: str, expected: list[str]) -> None:
    assert codes_of(mechanism("a", "实行动态管理", "stated") + second) == expected


def test_a_split_measure_is_compared_by_its_acts() -> None:
    split = measure("b", "约谈负责人，进行培训。", effect="effect-suspend")
    act = '<m/b/1> pg:actOf <m/b> ; pg:clause <c/b> ; pg:quote "约谈负责人" ; pg:effect <concept/effect-suspend> . '
    assert codes_of(FIRST + split) == ["effect"]
    assert codes_of(FIRST + split + act) == []
    alike = measure("c", "约谈负责人")
    assert codes_of(alike + split + act) == ["area", "effect", "force"]


def judged(name: str, since: str, conclusion: str, until: str = "", power: str = "") -> str:
    """What was judged of a measure in law: a nature, a conclusion from a day on, somebody who may act."""
    end = f'; pg:intervalTo "{until}"' if until else ""
    return (
        f"<m/{name}> pg:nature <concept/nature-soft> . <m/{name}/c{since}> pg:ofAct <m/{name}> ; "
        f'pg:intervalFrom "{since}" {end} ; pg:conclusion "{conclusion}" . '
        + (f"<p/{name}> a pg:Competence ; pg:bearsOn <m/{name}> . " if power else "")
    )


SECOND = measure("b", "约谈负责人，进行培训。")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (judged("a", "2019-01-01", "supported"), judged("b", "2020-01-01", "supported"), []),
        (judged("a", "2019-01-01", "supported"), judged("b", "2020-01-01", "insufficient"), ["conclusion"]),
        (
            judged("a", "2019-01-01", "supported", "2019-12-31"),
            judged("b", "2020-01-01", "insufficient"),
            [],
        ),
        (
            judged("a", "2019-01-01", "supported"),
            judged("b", "2020-01-01", "supported").replace("nature-soft", "nature-sanction"),
            ["nature"],
        ),
        (judged("a", "2019-01-01", "internal", power="x"), judged("b", "2020-01-01", "internal"), ["competence"]),
        (judged("a", "2019-01-01", "internal", power="x"), "", []),
    ],
)
def test_the_same_words_end_the_same_on_every_day_on_which_both_stand(
    first: str, second: str, expected: list[str]
) -> None:
    assert codes_of(FIRST + SECOND + first + second) == expected


def test_a_difference_of_conclusions_tells_the_last_day_from_which_they_differ() -> None:
    apart = judged("a", "2019-01-01", "supported", "2021-08-31") + judged("a", "2021-09-01", "conflict")
    graph = Graph().parse(data=HEAD + FIRST + SECOND + apart + judged("b", "2020-01-01", "supported"), format="turtle")
    (found,) = find_disagreements(graph, graph)
    assert found.codes == ("conflict（自 2021-09-01）", "supported（自 2021-09-01）")


REASON = '<d/1> a pg:CodingDifference ; pg:between <m/a> , <m/b> ; pg:differsIn "effect" ; pg:reason "前句不同"@zh . '


def test_a_reasoned_difference_is_passed_and_an_idle_reason_is_told() -> None:
    apart = FIRST + measure("b", "约谈负责人，进行培训。", effect="effect-suspend", force="force-may")
    alike = FIRST + measure("b", "约谈负责人，进行培训。")
    assert codes_of(apart + REASON) == ["force"]
    graph = Graph().parse(data=HEAD + apart + REASON, format="turtle")
    assert find_idle_explanations(graph, graph) == ()
    graph = Graph().parse(data=HEAD + alike + REASON, format="turtle")
    assert [str(node).rsplit("/", 1)[-1] for node in find_idle_explanations(graph, graph)] == ["1"]


@pytest.mark.slow
def test_a_build_refuses_equal_words_with_different_codes(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for part in ("ontology", "data", "shapes"):
        shutil.copytree(find_root() / part, root / part)
    (root / "data" / "editorial" / "same-words.ttl").unlink()
    with pytest.raises(DataError, match="字句相同而 area 不同"):
        build(tmp_path / "out", open_workspace(ground=root))
