"""Shapes are read once and refused by name; a new policy needs a shapes file and no Python."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from rdflib import Graph
from tests.files import read_graph

from policygraph.errors import DataError
from policygraph.judging.decisions import decide, what_would_change
from policygraph.judging.rules import Row, Value, check_shapes, load_policies, make_register, read_policy
from policygraph.judging.rules.codes import SCHEMES, coded_columns
from policygraph.judging.rules.facts import TABLES
from policygraph.judging.rules.terms import SUPPORTED, VIEW_TERMS
from policygraph.keeping.registers import shipped_codes

ROOT = Path(__file__).resolve().parents[1]
SHAPES = sorted((ROOT / "shapes" / "eligibility").glob("*.ttl"))
SIXTH = ROOT / "tests" / "cases" / "invented" / "example-2030-1.ttl"
UNIT = "91230800MA0000000R"


@pytest.mark.parametrize("path", [*SHAPES, SIXTH], ids=lambda path: path.stem)
def test_every_shapes_file_is_sound(path: Path) -> None:
    graph = read_graph(path.relative_to(ROOT).as_posix())
    assert list(check_shapes(graph, shipped_codes())) == []
    policy = read_policy(graph)
    assert policy.id == path.stem
    for shape in policy.shapes:
        assert all((shape.message, shape.message_en, shape.clause, shape.quote))
        assert shape.condition in {item.condition for item in policy.asked}
        if shape.severity == "Warning":
            assert all((shape.needs, shape.missing))


def test_shapes_files_open_with_a_chinese_comment() -> None:
    for path in SHAPES:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# 这是什么：")


def test_no_word_of_a_policy_stands_in_the_judging_floor() -> None:
    """Documents, places and conditions are named in shapes only; the doctests may show an example id."""
    for folder in ("rules", "decisions"):
        for path in (ROOT / "src" / "policygraph" / "judging" / folder).glob("*.py"):
            code = [line for line in path.read_text(encoding="utf-8").splitlines() if ">>>" not in line]
            text = "\n".join(
                line for line in code if "``" not in line and "'https://" not in line and '"""' not in line
            )
            for word in ("佳木斯", "江苏", "新郑", "沂源", "yiyuan", "xinzheng", "jiangsu"):
                assert word not in text, f"{path.name}: {word}"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("sh:maxInclusive 2 ]", "sh:maxInclusiv 2 ]", "sh:maxInclusiv（是否为 sh:maxInclusive？）"),
        ("sh:maxInclusive 2 ]", "sh:lessThan pg:score ]", "sh:lessThan"),
        ("pg:monthsAgoOpen", "pg:monthAgo", "pg:monthAgo"),
        ("sh:path pg:hasPenalty", "sh:path pg:hasPenalties", "pg:hasPenalties"),
        ("sh:path pg:hasPenalty", "sh:path [ sh:inversePath pg:about ]", "sh:inversePath"),
        ('sh:hasValue "environment"', 'sh:hasValue "enviroment"', "enviroment"),
        ("pg:validAsOf ; sh:hasValue true", 'pg:validAsOf ; sh:hasValue "true"', "true"),
        ("pg:hasListing ;\n    sh:not [", "pg:hasListing ; sh:node <shape/none> ;\n    sh:not [", "shape/none"),
        ("pg:hasListing ;\n    sh:not [", "pg:hasListing ; sh:not <shape/none> , [", "shape/none"),
        ("pg:hasListing ;\n    sh:not [", "pg:hasListing ; sh:property <shape/none> ; sh:not [", "shape/none"),
        ('pg:quote "消防黑名单"', 'rdfs:comment "无"', "pg:quote"),
        ('"An environmental penalty within two years"@en', '"环境处罚"@zh', "sh:message"),
        ("sh:severity sh:Warning", "sh:severity sh:Info", "sh:Info"),
        ("/c> a sh:PropertyShape ; sh:targetClass pg:Subject ;", "/c> a sh:PropertyShape ;", "永远不会运行"),
        ("<condition/example-2030-1/c> ; dcterms", "<condition/example-2030-1/d> ; dcterms", "example-2030-1/d"),
        ("sh:minInclusive 24 .", 'sh:minInclusive "24" .', "须是整数或小数"),
        ('pg:positiveOutcome "eligible"', 'pg:positiveOutcome "elegible"', "elegible"),
        ("sh:targetClass pg:Subject", "sh:targetClass pg:Enterprise", "pg:Subject"),
        ("pg:decides", "pg:decide", "pg:decide"),
        ('pg:needs "evidence"', 'pg:needs "evidance"', "evidance"),
        ("sh:path pg:penaltyCoversMonthsOpen ;", "sh:property [ sh:path pg:penaltyCoversMonthsOpen ] ;", "sh:path"),
        ("sh:path pg:hasCertificate ; sh:qualifiedMinCount 1 ;", "sh:path pg:hasCertificate ;", "sh:qualifiedMinCount"),
        ("pg:validFrom", "pg:validUntil", "pg:validFrom"),
    ],
)
def test_misspelt_and_unsupported_terms_are_refused_by_name(old: str, new: str, named: str) -> None:
    text = SIXTH.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(DataError) as caught:
        read_policy(Graph().parse(data=text.replace(old, new), format="turtle"), codes=shipped_codes())
    assert named in str(caught.value)


def test_a_condition_without_any_verdict_is_refused() -> None:
    text = SIXTH.read_text(encoding="utf-8").replace(
        "<condition/example-2030-1/b> ; dcterms", "<condition/example-2030-1/a> ; dcterms"
    )
    with pytest.raises(DataError, match="没有任何形状"):
        read_policy(Graph().parse(data=text, format="turtle"))


def test_a_policy_defined_twice_is_refused() -> None:
    graph = Graph().parse(SIXTH)
    with pytest.raises(DataError, match="同一政策"):
        load_policies([graph, graph])


def _row(table: str, **cells: Value) -> Row:
    return Row(table, dict(cells))


@pytest.mark.parametrize(
    ("penalty", "certificate", "listing", "as_of", "outcome"),
    [
        (None, 2, None, "2035-06-01", "eligible"),
        (None, 3, None, "2035-06-01", "undetermined"),
        ("2033-06-01", 2, None, "2035-06-01", "eligible"),
        ("2033-06-02", 2, None, "2035-06-01", "ineligible"),
        (None, 2, "2034-01-01", "2035-06-01", "excluded"),
        (None, 2, None, "2029-12-31", "inapplicable"),
        (None, 2, None, "2039-12-31", "undetermined"),
        (None, 2, None, "2040-01-01", "inapplicable"),
    ],
)
def test_an_invented_sixth_policy_needs_no_python(
    penalty: str | None, certificate: int, listing: str | None, as_of: str, outcome: str
) -> None:
    policy = read_policy(Graph().parse(SIXTH))
    day = date.fromisoformat
    rows = [
        _row("enterprises", uscc=UNIT, name="虚构", region="9901"),
        _row("certificates", uscc=UNIT, grade=certificate, issued=day("2025-01-01"), expires=day("2039-12-30")),
        Row("coverage", {"table": "penalties", "from": day("2020-01-01"), "to": day("2050-01-01")}),
    ]
    if penalty:
        rows.append(
            _row(
                "penalties",
                record_id="P",
                uscc=UNIT,
                date=day(penalty),
                authority_function="environment",
                status="effective",
            )
        )
    if listing:
        rows.append(
            _row("listings", record_id="L", uscc=UNIT, list="black", field="fire_rescue", listed_on=day(listing))
        )
    register = make_register("sixth", rows)
    assert decide(register, UNIT, policy, day(as_of)).outcome == outcome
    if outcome == "ineligible":
        assert what_would_change(register, UNIT, policy, day(as_of)).later == ((day("2035-06-02"), "eligible"),)


def test_repeal_has_its_own_reason() -> None:
    policy = read_policy(Graph().parse(SIXTH))
    register = make_register("sixth", [_row("enterprises", uscc=UNIT, name="虚构", region="9901")])
    assert decide(register, UNIT, policy, date(2040, 1, 1)).reason_code == "after-repeal"


def test_the_vocabulary_of_the_view_follows_from_the_tables() -> None:
    names = {term.name for term in VIEW_TERMS.values()}
    for table in TABLES:
        if table.record:
            assert table.link in names
    assert {"monthsAgo", "daysAgo", "cyclesAgo", "principalAsOf", "penaltyCoversMonths", "listingCoversAsOf"} <= names
    assert len(SUPPORTED) == 21


def test_every_closed_code_is_a_concept_and_the_lists_of_the_view_are_complete() -> None:
    codes = shipped_codes()
    seen = set()
    for _, column in coded_columns():
        values = set(codes.of(column.scheme))
        seen.add(column.scheme)
        assert not column.allowed or set(column.allowed) == values, column.name
        assert column.default is None or column.default in values
        assert all(code.label for code in codes.of(column.scheme).values())
    assert seen == set(SCHEMES) - {"register-rows"}
    assert {"work_safety", "tax", "environment", "court", "fire_rescue", "market_supervision", "construction"} <= set(
        codes.of("functions")
    )


def test_the_function_of_a_body_is_looked_up_by_any_of_its_names() -> None:
    codes = shipped_codes()
    assert codes.functions_of("佳木斯市应急管理局") == codes.functions_of("市应急管理局", "230803") == ("work_safety",)
    assert codes.functions_of("没有这样的局") == ()
