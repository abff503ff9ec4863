"""Condition lines become the reviewed shapes; what a kind means, and a wrong line refused with its place."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from rdflib import BNode, Graph, Literal
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, SH, SKOS, XSD
from tests.conftest import Done
from tests.files import read_graph, read_policies

from policygraph.errors import DataError
from policygraph.graph.blanks import restore_blanks
from policygraph.judging.decisions import decide
from policygraph.judging.decisions.outcomes import Decision
from policygraph.judging.rules import Policy, Row, Value, make_register, read_policy
from policygraph.judging.rules.codes import Codes, read_codes
from policygraph.judging.rules.counting import ONE_DAY
from policygraph.judging.rules.kinds import KINDS, expand
from policygraph.judging.rules.lines import KIND_WORDS
from policygraph.judging.rules.turtle import write_shapes
from policygraph.keeping.conditions import expand_documents, find_differences, write_documents
from policygraph.keeping.dataset.building import build
from policygraph.keeping.dataset.opening import open_dataset
from policygraph.keeping.workspace import open_workspace
from policygraph.namespaces import GRAPH, ID, PG

ROOT = Path(__file__).resolve().parents[1]
LINES = ROOT / "tests" / "cases" / "invented" / "example-2031-1.conditions.ttl"
WITH_LINES = sorted(path.parent.name for path in (ROOT / "data" / "documents").glob("*/conditions.ttl"))
UNIT = "91990000MA00000016"
DAY = date(2035, 6, 1)


def text() -> str:
    return LINES.read_text(encoding="utf-8")


@cache
def codes() -> Codes:
    return read_codes(read_graph("ontology/concepts/*.ttl"))


@cache
def expanded_documents() -> dict[str, str]:
    return expand_documents(open_workspace(ground=ROOT), codes())


def expanded(turtle: str) -> Graph:
    return expand(Graph().parse(data=turtle, format="turtle"), "example-2031-1/conditions.ttl", codes())


@cache
def policy() -> Policy:
    return read_policy(expanded(text()))


# --- the reviewed shapes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", WITH_LINES)
def test_the_reviewed_shapes_are_what_the_lines_expand_to(document: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        write_documents(open_workspace(ground=ROOT))
    path = ROOT / "shapes" / "eligibility" / f"{document}.ttl"
    assert path.read_text(encoding="utf-8") == expanded_documents()[document]


def test_the_kinds_and_their_results_are_those_of_the_concepts() -> None:
    graph = read_graph("ontology/concepts/condition-kinds.ttl")
    concepts = {str(s).removeprefix(str(ID) + KIND_WORDS): s for s in graph.subjects(RDF.type, SKOS.Concept)}
    assert set(concepts) == set(KINDS)
    always = set(KINDS["notice"])
    opening = (ROOT / "ontology" / "concepts" / "condition-kinds.ttl").read_text(encoding="utf-8").split("\n\n")[0]
    assert [name for name in always if name not in opening] == []
    for kind, node in concepts.items():
        told = " ".join(str(value) for value in graph.objects(node, SKOS.definition))
        if "其余同" not in told:
            assert [result for result in set(KINDS[kind]) - always if result not in told] == [], kind


@pytest.mark.slow
def test_a_text_of_shapes_says_the_same_whatever_the_order_of_triples() -> None:
    graph = expanded(text())
    first = write_shapes(graph, "例")
    assert isomorphic(Graph().parse(data=first, format="turtle"), graph)
    for seed in range(3):
        triples = sorted(graph, key=str)
        random.Random(seed).shuffle(triples)
        names = {node: BNode() for node in {n for triple in triples for n in triple} if isinstance(node, BNode)}
        other = Graph()
        for triple in triples:
            other.add((names.get(triple[0], triple[0]), triple[1], names.get(triple[2], triple[2])))  # type: ignore[call-overload]  # a blank node is found by any node
        assert write_shapes(other, "例") == first


def test_numbers_and_words_survive_the_writing() -> None:
    graph = Graph()
    shape = ID["shape/a"]
    for value in (
        Literal("75", datatype=XSD.decimal),
        Literal(75),
        Literal('“"\\'),
    ):
        graph.add((shape, SH.hasValue, value))
    assert isomorphic(Graph().parse(data=write_shapes(graph, "例"), format="turtle"), graph)


# --- what a kind means -----------------------------------------------------------------------------------------------


def row(table: str, **cells: Value) -> Row:
    return Row(table, {"uscc": UNIT, **cells})


def covered(table: str, since: date = date(2025, 1, 1)) -> Row:
    return Row("coverage", {"table": table, "from": since, "to": date(2040, 1, 1)})


def good() -> dict[str, Row]:
    """An enterprise that meets every condition of the invented policy."""
    return {
        "enterprise": row("enterprises", name="虚构", region="9901"),
        "certificate": row("certificates", grade=2, issued=date(2034, 1, 1), expires=date(2036, 1, 1)),
        "certificates": covered("certificates"),
        "penalties": covered("penalties"),
        "listings": covered("listings"),
        "drill": row("determinations", condition="example-2031-1/drill", outcome="passed", date=date(2035, 1, 1)),
        "red": row("listings", record_id="R", list="red", field="work_safety", listed_on=date(2034, 1, 1)),
        "score": row("assessments", year=2034, score=90, veto=False, published_on=date(2035, 1, 1)),
    }


def judged(rows: dict[str, Row]) -> Decision:
    return decide(make_register("seventh", rows.values()), UNIT, policy(), DAY)


def outcome_of(rows: dict[str, Row], condition: str) -> str:
    found = {part.condition: part.outcome for part in judged(rows).conditions}
    return found[f"example-2031-1/{condition}"]


def penalty(day: date, status: str = "effective") -> Row:
    return row("penalties", record_id="P", date=day, authority_function="environment", status=status)


def listing(**cells: Value) -> Row:
    return row("listings", record_id="L", list="black", **cells)


NOT_HELD = date(2033, 5, 31)

CASES: list[tuple[str, dict[str, Row | None], str, str]] = [
    ("nothing in the way", {}, "penalty", "passed"),
    ("on the last day of the period", {"x": penalty(date(2033, 6, 1))}, "penalty", "failed"),
    ("a day before", {"x": penalty(date(2033, 5, 31))}, "penalty", "passed"),
    ("stayed", {"x": penalty(date(2034, 6, 1), "stayed")}, "penalty", "cantTell"),
    ("annulled", {"x": penalty(date(2034, 6, 1), "annulled")}, "penalty", "passed"),
    ("not covered", {"penalties": covered("penalties", date(2033, 6, 2))}, "penalty", "cantTell"),
    ("not covered, and offending", {"x": penalty(DAY), "penalties": None}, "penalty", "failed"),
    (
        "listed before the period, off inside it",
        {"x": listing(field="fire_rescue", listed_on=date(2030, 1, 1), delisted_on=date(2033, 6, 2))},
        "listed",
        "failed",
    ),
    (
        "off before the period",
        {"x": listing(field="fire_rescue", listed_on=date(2030, 1, 1), delisted_on=date(2033, 6, 1))},
        "listed",
        "passed",
    ),
    ("no certificate, complete", {"certificate": None}, "certificate", "failed"),
    ("no certificate, not complete", {"certificate": None, "certificates": None}, "certificate", "cantTell"),
    (
        "a lower grade known",
        {"certificate": row("certificates", grade=3, issued=date(2034, 1, 1), expires=date(2036, 1, 1))},
        "certificate",
        "failed",
    ),
    ("end unknown", {"certificate": row("certificates", grade=1, issued=date(2034, 1, 1))}, "certificate", "cantTell"),
    ("not judged", {"drill": None}, "drill", "cantTell"),
    (
        "judged against",
        {"drill": row("determinations", condition="example-2031-1/drill", outcome="failed", date=date(2035, 1, 1))},
        "drill",
        "failed",
    ),
    ("on the list", {}, "model", "passed"),
    ("not on the list, complete", {"red": None}, "model", "failed"),
    ("not on the list, not complete", {"red": None, "listings": None}, "model", "cantTell"),
    (
        "determined",
        {"red": None, "x": row("determinations", condition="example-2031-1/model", outcome="passed", date=DAY)},
        "model",
        "passed",
    ),
    (
        "one commitment is no clue",
        {"red": None, "x": row("commitments", date=date(2034, 1, 1), published=True)},
        "model",
        "failed",
    ),
    (
        "two are",
        {
            "red": None,
            "x": row("commitments", date=date(2034, 1, 1), published=True),
            "y": row("commitments", date=date(2034, 2, 1), published=True),
        },
        "model",
        "cantTell",
    ),
    ("on another list", {"x": listing(field="environment", listed_on=date(2034, 1, 1))}, "tax", "passed"),
    ("on the tax list", {"x": listing(field="tax", listed_on=date(2034, 1, 1))}, "tax", "failed"),
]


@pytest.mark.parametrize(("changes", "condition", "outcome"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_kind_means_what_it_says(changes: dict[str, Row | None], condition: str, outcome: str) -> None:
    rows = {name: found for name, found in {**good(), **changes}.items() if found is not None}
    assert outcome_of(rows, condition) == outcome


def result(year: int, score: int, published: date) -> Row:
    return row("assessments", year=year, score=score, veto=False, published_on=published)


LOW: dict[str, Row | None] = {
    "score": result(2034, 59, date(2035, 1, 1)),
    "33": result(2033, 50, date(2034, 3, 1)),
    "32": result(2032, 50, date(2033, 5, 1)),
    "covered": covered("assessments", DAY),
}
"""Three periods of the third grade in a row, the table complete on the day."""
MONTHS = {20: date(2033, 10, 1), 30: date(2032, 12, 1)}
"""From when a table has to be complete to cover so many months before the day."""

RUNS: list[tuple[str, dict[str, Row | None], str, str]] = [
    ("three in a row", {}, "passed", "passed"),
    ("three in a row, thirty months complete", {"covered": covered("assessments", MONTHS[30])}, "passed", "passed"),
    ("nothing complete", {"covered": None}, "cantTell", "cantTell"),
    ("the latest has a grade", {"score": result(2034, 60, date(2035, 1, 1))}, "failed", "failed"),
    ("the second has a grade", {"33": result(2033, 60, date(2034, 3, 1))}, "failed", "failed"),
    ("the third has a grade", {"32": result(2032, 60, date(2033, 5, 1))}, "failed", "failed"),
    (
        "a grade, and nothing complete",
        {"33": result(2033, 60, date(2034, 3, 1)), "covered": None},
        "cantTell",
        "failed",
    ),
    ("the second is missing", {"33": None}, "cantTell", "cantTell"),
    (
        "the second is missing, complete",
        {"33": None, "covered": covered("assessments", MONTHS[20])},
        "failed",
        "cantTell",
    ),
    (
        "the second is missing, a day short of complete",
        {"33": None, "covered": covered("assessments", MONTHS[20] + ONE_DAY)},
        "cantTell",
        "cantTell",
    ),
    ("the third is missing, complete", {"32": None, "covered": covered("assessments", MONTHS[30])}, "failed", "passed"),
    (
        "the third is missing, too little",
        {"32": None, "covered": covered("assessments", MONTHS[20])},
        "cantTell",
        "cantTell",
    ),
    ("on the last day of the term", {"score": result(2034, 59, date(2034, 8, 1))}, "passed", "passed"),
    ("a day past the term", {"score": result(2034, 59, date(2034, 7, 31))}, "cantTell", "cantTell"),
    (
        "a day past the term, complete",
        {"score": result(2034, 59, date(2034, 7, 31)), "covered": covered("assessments", date(2034, 8, 1))},
        "failed",
        "cantTell",
    ),
]


@pytest.mark.parametrize(("changes", "outcome", "with_gaps"), [c[1:] for c in RUNS], ids=[c[0] for c in RUNS])
def test_a_run_is_broken_only_by_what_is_known(changes: dict[str, Row | None], outcome: str, with_gaps: str) -> None:
    decision = judged({name: found for name, found in {**good(), **LOW, **changes}.items() if found is not None})
    found = {part.condition: part for part in decision.findings}["example-2031-1/thrice"]
    assert found.outcome == outcome
    if outcome == "passed":
        assert found.evidence == ("assessments:2032:2033-05-01", "assessments:2033:2034-03-01", found.evidence[2])
    other = {one.reading: one for used in decision.readings for one in used.alternatives}["persons"]
    assert ("example-2031-1/thrice" in other.findings) == (outcome != with_gaps)


def test_a_missing_period_is_said_where_it_breaks_the_run() -> None:
    def told(since: date) -> list[str]:
        changes: dict[str, Row | None] = {"33": None, "covered": covered("assessments", since)}
        rows = {name: found for name, found in {**good(), **LOW, **changes}.items() if found is not None}
        return [notice.message for notice in judged(rows).warnings]

    assert told(MONTHS[30]) == ["中间缺一期"]
    assert told(MONTHS[30] + ONE_DAY) == []


def test_the_bound_of_a_ladder_reaches_the_runs_that_follow_it() -> None:
    folder = ROOT / "data" / "documents" / "xinzheng-2010-36"
    lines = (folder / "conditions.ttl").read_text(encoding="utf-8")
    assert lines.count("pg:from 75") == 1
    moved = expand(Graph().parse(data=lines.replace("pg:from 75", "pg:from 71"), format="turtle"), "…", codes())
    by_hand = Graph().parse(folder / "shapes.ttl")
    bounds = {
        int(value)
        for graph in (moved, by_hand)
        for term in (SH.minInclusive, SH.maxExclusive)
        for value in graph.objects(None, term)
        if isinstance(value, Literal) and int(value) > 24
    }
    assert bounds == {95, 85, 71}
    unrated = write_shapes(moved, "例").split("<shape/xinzheng-2010-36/unrated> a sh:NodeShape")[1].split(" .\n")[0]
    assert ("sh:maxExclusive 71" in unrated, "75" in unrated) == (True, False)


@pytest.mark.parametrize(("score", "grade"), [(100, "甲"), (90, "甲"), (89, "乙"), (60, "乙"), (59, "丙"), (0, "丙")])
def test_the_steps_of_a_ladder_meet(score: int, grade: str) -> None:
    rows = {**good(), "score": row("assessments", year=2034, score=score, veto=False, published_on=date(2035, 1, 1))}
    assert judged(rows).grade == grade


def test_a_variation_counts_under_its_reading_only() -> None:
    boss = row("persons", person_id="B", role="principal")
    theirs = Row(
        "penalties",
        {
            "record_id": "P", "person_id": "B", "date": date(2034, 6, 1), "authority_function": "environment",
            "status": "effective",
        },
    )  # fmt: skip
    on_the_day = judged({**good(), "x": penalty(date(2033, 6, 1))})
    of_a_person = judged({**good(), "boss": boss, "x": theirs})
    told = {used.reading: [other.outcome for other in used.alternatives] for used in on_the_day.readings}
    assert (on_the_day.outcome, told) == ("ineligible", {"day": ["eligible"], "who": ["ineligible"]})
    told = {used.reading: [other.outcome for other in used.alternatives] for used in of_a_person.readings}
    assert (of_a_person.outcome, told) == ("eligible", {"day": ["eligible"], "who": ["ineligible"]})


def test_words_and_bounds_follow_from_the_one_place_where_they_stand() -> None:
    one = text()
    assert len(re.findall(r"\b24\b", one)) == 1
    other = one.replace("pg:months 24", "pg:months 36").replace("2年", "3年").replace("two years", "three years")
    before, after = (write_shapes(expanded(t), "例") for t in (one, other))
    assert before.count("Inclusive 24") == after.count("Inclusive 36") == 13
    assert "24" not in after
    assert "3年内（满两年当日不计）有环境处罚" in after
    higher = write_shapes(expanded(one.replace("pg:from 90", "pg:from 80")), "例")
    assert ("sh:minInclusive 80" in higher, "sh:maxExclusive 80" in higher, "90" in higher) == (True, True, False)


def test_every_result_of_every_kind_can_be_written() -> None:
    told = {str(value) for value in Graph().parse(LINES).objects(None, PG.result)}
    told |= {
        str(value)
        for document in WITH_LINES
        for value in Graph().parse(ROOT / "data" / "documents" / document / "conditions.ttl").objects(None, PG.result)
    }
    assert sorted({result for kind in KINDS.values() for result in kind} - told - {"binds", "frees"}) == []


# --- a wrong line ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("condition-kind-not-on-list", "condition-kind-not-in-list", ("rule/example-2031-1/tax", "not-on-list")),
        ("pg:kindOfCondition <concept/condition-kind-notice> ;", "",
         ("rule/example-2031-1/seen", "pg:kindOfCondition")),
        ("pg:period <period/example-2031-1/two-years> ;\n    pg:inTable \"penalties\"", "pg:inTable \"penalties\"",
         ("结果行 penalty", "没有 pg:period")),
        ("pg:period <period/example-2031-1/two-years> ;\n    pg:inTable \"listings\"",
         "pg:period <period/example-2031-1/two-year> ;\n    pg:inTable \"listings\"", ("two-year", "期间")),
        ("pg:months 24", "pg:months 36", ("period/example-2031-1/two-years", "与 pg:months 36 不一致")),
        ('"2年"@zh', '"三年"@zh', ("period/example-2031-1/two-years", "“三年”与 pg:months 24 不一致")),
        ('"2年"@zh', '"两个年度"@zh', ("period/example-2031-1/two-years", "“两个年度”与 pg:months 24 不一致")),
        ('pg:authorityFunction "environment" ; pg:recordStatus "stayed"', 'pg:authorityFunctions "environment"',
         ("结果行 penalty-stayed", "pg:authorityFunctions", "是否为 pg:authorityFunction？")),
        ('pg:recordStatus "stayed" ]', 'pg:recordStatus "staid" ]', ("结果行 penalty-stayed", "staid", "stayed")),
        ('pg:inTable "accidents"', 'pg:inTable "accident"', ("结果行 warn-accident", "accidents")),
        ('pg:result "lacking"', 'pg:result "missing"', ("结果行 certificate", "required-record", "lacking")),
        ('pg:result "offender" ; pg:name "tax-listed"', 'pg:name "tax-listed"', ("结果行 tax-listed", "pg:result")),
        ('pg:name "tax-coverage"', 'pg:name "listed"', ("listed", "已用于")),
        ('pg:name "drill-open"', 'pg:name "Drill open"', ("Drill open", "小写字母")),
        ('pg:missing "复议结果"@zh', 'pg:supplier "复议机关"@zh', ("penalty-stayed", "pg:missing")),
        ('"A fatal accident"@en', '"死亡事故"@zh', ("结果行 warn-accident", "sh:message")),
        ('"{within}有环境处罚"@zh', '"{whithin}有环境处罚"@zh', ("结果行 penalty", "whithin", "within")),
        ("pg:fatalities [ pg:atLeast 1 ]", "pg:fatalities [ pg:atleast 1 ]", ("pg:atleast", "pg:atLeast")),
        ("pg:fatalities [ pg:atLeast 1 ]", 'pg:fatalities [ pg:atLeast "1" ]', ("warn-accident", "须是数")),
        ("[ pg:atMost 2 ] ; pg:validAsOf true", '2 ; pg:validAsOf "true"', ("pg:validAsOf", "不加引号")),
        ('pg:recordsOf "principal"', 'pg:recordsOf "principals"', ("变化 penalty-persons", "principal")),
        ("pg:underInterpretation <interpretation/example-2031-1/who/persons>",
         "pg:underInterpretation <interpretation/example-2031-1/who/person>", ("变化 penalty-persons", "who/person")),
        ('pg:clause <doc/example-2031-1/sec_4> ; pg:quote "演练合格" ;', "", ("结果行 drill-open", "pg:quote")),
        ("pg:byDetermination true", 'pg:byDetermination "yes"', ("rule/example-2031-1/model", "true 或 false")),
        ("pg:byDetermination true ;", "", ("model-denied", "pg:byDetermination")),
        ('pg:clue [ pg:inTable "commitments" ; pg:count 2 ; pg:where [ pg:published true ] ] ;', "",
         ("model-judge", "pg:clue")),
        ("pg:decides <condition/example-2031-1/tax> ;", "", ("rule/example-2031-1/tax", "pg:decides")),
        ("<rule/example-2031-1/seen> a pg:ConditionRule", "<rule/example-2031-1/seen> a pg:ConditionRul",
         ("rule/example-2031-1/seen", "是否为 pg:ConditionRule？")),
        ('pg:periodOf "held"', 'pg:periodOf "hold"', ("rule/example-2031-1/listed", "held")),
        ("pg:from 60", 'pg:from "sixty"', ("等级 second", "pg:from")),
        (' pg:failing true ;', "", ("run/example-2031-1/low", "pg:failing true")),
        ("pg:ofLadder <rule/example-2031-1/grades>", "pg:ofLadder <rule/example-2031-1/seen>",
         ("run/example-2031-1/low", "rule/example-2031-1/seen")),
        ("pg:run <run/example-2031-1/low> ;", "pg:run <run/example-2031-1/high> ;",
         ("rule/example-2031-1/thrice", "run/example-2031-1/high")),
        ("pg:run <run/example-2031-1/low> ;", "", ("thrice", "pg:run")),
        ("pg:count 3", "pg:count 1", ("run/example-2031-1/low", "pg:count")),
        ("pg:measured pg:score", "pg:measured pg:scores", ("rule/example-2031-1/grades", "pg:score")),
        ("pg:clue [ pg:inTable", "pg:clues [ pg:inTable", ("rule/example-2031-1/model", "pg:clues", "pg:clue")),
    ],
)  # fmt: skip
def test_a_wrong_line_is_refused_with_place_cause_and_remedy(old: str, new: str, named: tuple[str, ...]) -> None:
    assert old in text()
    with pytest.raises(DataError) as caught:
        read_policy(expanded(text().replace(old, new)))
    assert caught.value.place == "example-2031-1/conditions.ttl"
    assert caught.value.remedy
    assert [word for word in named if word not in str(caught.value)] == []


@pytest.mark.parametrize("words", ["两年", "二年", "24个月", "二十四个月", "连续两年"])
def test_a_period_is_said_as_the_document_says_it(words: str) -> None:
    assert read_policy(expanded(text().replace('"2年"@zh', f'"{words}"@zh'))).document == policy().document


def test_all_mistakes_of_a_file_are_told_together() -> None:
    wrong = text().replace('pg:inTable "accidents"', 'pg:inTable "x"').replace('pg:result "lacking"', 'pg:result "y"')
    with pytest.raises(DataError, match="2 处条件行有误"):
        expanded(wrong)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of the knowledge with one document, so that a build is quick."""
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for folder in (tmp_path / "data" / "documents").iterdir():
        if folder.name != "jiamusi-2020-6":
            shutil.rmtree(folder)
    return tmp_path


@pytest.mark.slow
def test_a_build_refuses_a_quote_that_is_not_the_words_of_the_clause(workspace: Path) -> None:
    lines = workspace / "data" / "documents" / "jiamusi-2020-6" / "conditions.ttl"
    right = lines.read_text(encoding="utf-8")
    quote = '"(5)安全生产标准化建设达到一级水平"'
    assert right.count(quote) == 1
    lines.write_text(right.replace(quote, '"(5)安全生产标准化建设达到二级水平"'), encoding="utf-8")
    assert write_documents(open_workspace(ground=workspace)) == ("jiamusi-2020-6",)
    with pytest.raises(DataError) as caught:
        build(workspace / "out", open_workspace(ground=workspace))
    assert "jiamusi-2020-6/conditions.ttl: 结果行 5-certificate" in str(caught.value)
    assert "引文不是该条款的原文" in str(caught.value)
    assert not (workspace / "out").exists()


@pytest.mark.slow
def test_a_build_refuses_shapes_that_are_not_what_the_lines_say(workspace: Path) -> None:
    shapes = workspace / "shapes" / "eligibility" / "jiamusi-2020-6.ttl"
    shapes.write_text(shapes.read_text(encoding="utf-8").replace("sh:maxInclusive 36", "sh:maxInclusive 24"))
    with pytest.raises(DataError, match=r"shapes/eligibility/jiamusi-2020-6\.ttl 与 .* 展开的不一致"):
        build(workspace / "out", open_workspace(ground=workspace))


@pytest.mark.slow
def test_the_command_tells_and_writes_differences(
    workspace: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policygraph.speaking.cli.terminal.find_root", lambda: workspace)
    assert run("expand").returncode == 0
    lines = workspace / "data" / "documents" / "jiamusi-2020-6" / "conditions.ttl"
    lines.write_text(lines.read_text(encoding="utf-8").replace("没有公开向社会承诺", "没有公开承诺"))
    told = run("expand")
    assert (told.returncode, "expand --write" in told.stdout) == (1, True)
    assert "shapes/eligibility/jiamusi-2020-6.ttl" in run("expand", "--write").stdout
    assert find_differences(open_workspace(ground=workspace)) == []
    assert "没有变化" in run("expand", "--write").stdout
    lines.write_text(lines.read_text(encoding="utf-8").replace("pg:months 36", "pg:months 35"))
    assert run("expand").returncode == 2


@pytest.mark.parametrize("name", sorted(p.parent.name for p in (ROOT / "data" / "documents").glob("*/conditions.ttl")))
def test_the_dataset_holds_what_the_lines_say_of_a_policy(name: str, dataset: Path) -> None:
    """Decisions follow from the graph of the shapes alone: what a policy asks and applies stands there whole.

    So the condition lines need no graph of their own; they are how the shapes are written, not what decides.
    """
    said = Graph().parse(ROOT / "data" / "documents" / name / "conditions.ttl", format="turtle")
    held = restore_blanks(open_dataset(dataset).read_graph(str(GRAPH[f"shapes/eligibility/{name}"])))
    (policy,) = said.subjects(RDF.type, PG.Policy)
    assert len(said.cbd(policy)) > 10
    # what a determination settles follows from the kinds of the lines; the expansion states it
    for graph in (said, held):
        graph.remove((None, PG.settledByDetermination, None))
    assert isomorphic(said.cbd(policy), held.cbd(policy))


def test_a_condition_asks_for_the_statement_of_completeness_that_is_lacking_and_no_other() -> None:
    # two tables in one line ask for both where one of them is there: of a register with every penalty, for penalties
    asking = [
        shape
        for policy in read_policies().values()
        for shape in policy.shapes
        if shape.severity == "Warning" and shape.needs == "evidence" and shape.covers
    ]
    assert asking
    assert [shape.iri for shape in asking if len(set(shape.covers)) > 1] == []
