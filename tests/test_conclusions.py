"""The conclusion on an act: every rule with a case and its opposite, and what must never happen.

The graphs here are invented; the rules, natures and sentences are those of ``ontology/concepts``.
"""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SKOS
from tests.drawing import draws

from policygraph.graph.memory import make_graph
from policygraph.judging.law.acts import find_shared_notations
from policygraph.judging.law.conclusions.case import read_rules
from policygraph.judging.law.conclusions.intervals import conclusion_intervals
from policygraph.judging.law.judgements import find_faults
from policygraph.keeping.sources import find_root
from policygraph.namespaces import ID, PG

HEAD = """
@base <https://w3id.org/policygraph/id/> .
@prefix pg: <https://w3id.org/policygraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<doc/m> eli:date_document "2020-06-01"^^xsd:date ; eli:jurisdiction <region/230800> .
<law/a> a pg:Work ; dcterms:title "中华人民共和国甲法"@zh ; pg:basisRank <concept/rank-law> ;
    eli:jurisdiction <region/100000> ; pg:inForceFrom "2010-01-01"^^xsd:date .
<law/a/old> pg:versionOf <law/a> ; rdfs:label "旧文本"@zh ; pg:inForceFrom "2010-01-01"^^xsd:date ;
    pg:inForceUntil "2021-08-31"^^xsd:date .
<law/a/new> pg:versionOf <law/a> ; rdfs:label "新文本"@zh ; pg:inForceFrom "2021-09-01"^^xsd:date .
<law/p> a pg:Work ; dcterms:title "乙省条例"@zh ; pg:basisRank <concept/rank-local-regulation> ;
    eli:jurisdiction <region/230000> ; pg:inForceFrom "2019-01-01"^^xsd:date .
<law/q> a pg:Work ; dcterms:title "丙省条例"@zh ; pg:basisRank <concept/rank-local-regulation> ;
    eli:jurisdiction <region/320000> ; pg:inForceFrom "2019-01-01"^^xsd:date .
<law/d> a pg:Work ; dcterms:title "某通知"@zh ; pg:basisRank <concept/rank-departmental-document> ;
    eli:jurisdiction <region/100000> ; eli:date_document "2014-01-01"^^xsd:date .
<law/r> a pg:Work ; dcterms:title "某办法"@zh ; pg:basisRank <concept/rank-departmental-rule> ;
    eli:jurisdiction <region/100000> ; pg:inForceFrom "2014-01-01"^^xsd:date .
<measure/m/1> a pg:Measure ; pg:document <doc/m> ; dcterms:title "做某事"@zh .
"""
NATURE = "<measure/m/1> pg:nature <concept/nature-{}> . "
LEGAL = '<measure/m/1> pg:triggerKind "legal-fact" . '
SETS = '<measure/m/1> pg:makes "sets" . '
NO_POWER = (
    '<competence/1> a pg:Competence ; pg:bearsOn <measure/m/1> ; pg:work <law/a> ; pg:authority "省级机关"@zh ; '
    'pg:provision "第一条" ; pg:withinPower "no" ; pg:certainty "{}" . '
)


POWER = NO_POWER.format("verified").replace('"no"', '"yes"')


def bearing(fit: str, work: str = "a", certainty: str = "verified", extra: str = "", name: str = "1") -> str:
    """A judgement on the one act, of the work's present text."""
    return (
        f"<bearing/{name}> a pg:Bearing ; pg:document <doc/m> ; pg:bearsOn <measure/m/1> ; pg:work <law/{work}> ; "
        f'pg:provision "第五条" ; pg:fit "{fit}" ; pg:reason "理由"@zh ; pg:certainty "{certainty}" {extra} . '
    )


def norm(fit: str, kind: str, work: str = "a", extra: str = "", name: str = "n", certainty: str = "verified") -> str:
    """A judgement on a type of act."""
    return (
        f"<norm/{name}> a pg:Bearing ; pg:bearsOnType <act-type/{name}> ; pg:work <law/{work}> ; "
        f'pg:provision "第九条" ; pg:fit "{fit}" ; pg:reason "理由"@zh ; pg:certainty "{certainty}" {extra} . '
        f"<act-type/{name}> a pg:ActType ; {kind} . "
    )


def ask(kind: str) -> str:
    """The requirement of a kind, in words."""
    return f'; pg:requirementKind <concept/requirement-{kind}> ; pg:requirement "须具备某条件"@zh '


def concepts() -> Graph:
    """The rules, natures, ranks and kinds."""
    graph = Graph()
    for name in ("conclusions", "natures", "requirement-kinds", "ranks", "effects", "directions", "basis-fit"):
        graph.parse(find_root() / "ontology" / "concepts" / f"{name}.ttl")
    return graph


CONCEPTS = concepts()


def intervals(statements: str) -> Graph:
    """The conclusions of a graph of statements."""
    union = make_graph(CONCEPTS)
    return conclusion_intervals(union.parse(data=HEAD + statements, format="turtle"))


def on(found: Graph, day: str, act: str = "measure/m/1") -> URIRef | None:
    """The interval of an act that a day lies in."""
    for interval in found.subjects(PG.ofAct, ID[act]):
        until = found.value(interval, PG.intervalTo)
        if str(found.value(interval, PG.intervalFrom)) <= day and (until is None or day <= str(until)):
            assert isinstance(interval, URIRef)
            return interval
    return None


def rule_of(statements: str, day: str = "2026-11-26") -> tuple[str, str]:
    """The rule and the conclusion on a day."""
    found = intervals(statements)
    interval = on(found, day)
    assert interval is not None
    rule = str(found.value(interval, PG.byRule)).rsplit("/conclusion-", 1)[-1]
    return rule, str(found.value(interval, PG.conclusion))


DIRECT = bearing("direct")
CASES = {
    "forbidden": (
        NATURE.format("penalty") + SETS + DIRECT
        + norm("forbids", 'pg:nature <concept/nature-penalty> ; pg:makes "sets"'),
        NATURE.format("penalty") + DIRECT + norm("forbids", 'pg:nature <concept/nature-penalty> ; pg:makes "sets"'),
    ),
    "no-case": (
        NATURE.format("benefit") + bearing("limits", extra="; pg:admitsNoCase true"),
        NATURE.format("benefit") + bearing("limits", extra=ask("narrowing")),
    ),
    "believed-bar": (
        NATURE.format("benefit") + bearing("forbids", certainty="believed"),
        NATURE.format("benefit") + bearing("conditions", certainty="believed"),
    ),
    "no-competence": (
        NATURE.format("sanction") + DIRECT + NO_POWER.format("verified"),
        NATURE.format("sanction") + DIRECT + NO_POWER.format("believed"),
    ),
    "supported": (
        NATURE.format("sanction") + DIRECT,
        NATURE.format("sanction") + bearing("direct", certainty="believed"),
    ),
    "supported-if": (
        NATURE.format("sanction") + DIRECT + bearing("conditions", extra=ask("case-ground"), name="2"),
        NATURE.format("sanction") + DIRECT + bearing("conditions", extra=ask("proportion"), name="2"),
    ),
    "conditional": (
        NATURE.format("sanction") + bearing("conditional", extra=ask("case-ground")),
        NATURE.format("sanction") + bearing("principle"),
    ),
    "narrowed": (
        NATURE.format("sanction") + LEGAL + bearing("narrower", extra=ask("narrowing")),
        NATURE.format("benefit") + LEGAL + bearing("narrower", extra=ask("narrowing")),
    ),
    "narrower": (
        NATURE.format("sanction") + bearing("narrower"),
        NATURE.format("benefit") + bearing("narrower"),
    ),
    "ended": (
        NATURE.format("sanction") + bearing("direct", extra="; pg:bearingText <law/a/old>"),
        NATURE.format("sanction") + bearing("direct", extra="; pg:bearingText <law/a/new>"),
    ),
    "low-rank": (NATURE.format("penalty") + bearing("direct", "d"), NATURE.format("penalty") + bearing("direct", "p")),
    "unread": (
        NATURE.format("sanction") + bearing("unread", certainty="believed", extra="; pg:decisive true"),
        NATURE.format("sanction") + bearing("unread", certainty="believed"),
    ),
    "none": (NATURE.format("sanction"), NATURE.format("soft")),
    "internal-if": (
        NATURE.format("internal") + bearing("conditions", extra=ask("prior-procedure")),
        NATURE.format("internal") + bearing("conditions", extra=ask("proportion")),
    ),
    "internal": (NATURE.format("internal"), NATURE.format("inspection")),
    "discretionary-if": (
        NATURE.format("benefit") + bearing("limits", extra=ask("narrowing")),
        NATURE.format("benefit") + bearing("limits", extra=ask("proportion")),
    ),
    "discretionary-power": (
        NATURE.format("benefit"),
        NATURE.format("benefit") + POWER,
    ),
    "discretionary": (
        NATURE.format("benefit") + POWER + "<measure/m/1> pg:policyArea <concept/area-land> . "
        + norm("conditions", "pg:policyArea <concept/area-fiscal-funds>", extra="; pg:requiresRank <concept/rank-law>"),
        NATURE.format("benefit") + POWER + "<measure/m/1> pg:policyArea <concept/area-land> . "
        + norm("conditions", "pg:policyArea <concept/area-land>", extra="; pg:requiresRank <concept/rank-law>"),
    ),
}  # fmt: skip


def test_every_rule_has_a_case_and_its_opposite() -> None:
    names = [rule.node.rsplit("/conclusion-", 1)[-1] for rule in read_rules(CONCEPTS)]
    assert names == list(CASES)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_holds_in_its_case_and_not_in_the_opposite(rule: str) -> None:
    case, opposite = CASES[rule]
    found, conclusion = rule_of(case)
    assert found == rule
    assert conclusion == next(r.conclusion for r in read_rules(CONCEPTS) if r.node.endswith(f"/conclusion-{rule}"))
    assert rule_of(opposite)[0] != rule


def test_every_sentence_names_the_act_and_leaves_no_slot() -> None:
    for case, _ in CASES.values():
        found = intervals(case)
        for _, sentence in found.subject_objects(PG.sentence):
            assert "做某事" in str(sentence)
            assert not set("{}[]|") & set(str(sentence)), sentence
            assert "《》" not in str(sentence)


def test_an_act_that_nobody_judged_has_no_conclusion() -> None:
    assert not set(intervals(DIRECT).subjects(RDF.type, PG.ConclusionInterval))


def test_a_norm_of_another_province_does_not_reach() -> None:
    kind = "pg:nature <concept/nature-benefit>"
    assert rule_of(NATURE.format("benefit") + norm("forbids", kind, "p"))[0] == "forbidden"
    assert rule_of(NATURE.format("benefit") + POWER + norm("forbids", kind, "q"))[0] == "discretionary"


def test_a_norm_yields_where_its_provision_was_judged_for_the_act_itself() -> None:
    bar = norm("forbids", "pg:nature <concept/nature-benefit>").replace("第九条", "第五条（二）")
    for named, rule in (
        ("", "forbidden"),
        (bearing("unsupportive"), "discretionary-power"),
        (bearing("unsupportive").replace("第五条", "第五条（一）"), "forbidden"),
        (bearing("unsupportive", "d"), "forbidden"),
        (bearing("unsupportive", extra='; pg:bearingTo "2022-12-31"^^xsd:date'), "forbidden"),
        (bearing("unsupportive", certainty="believed"), "forbidden"),
        (bearing("direct"), "forbidden"),
    ):
        assert rule_of(NATURE.format("benefit") + bar + named)[0] == rule, named
    believed = norm("forbids", "pg:nature <concept/nature-benefit>", certainty="believed").replace("第九条", "第五条")
    named = bearing("unsupportive", certainty="believed")
    assert rule_of(NATURE.format("benefit") + believed)[0] == "believed-bar"
    assert rule_of(NATURE.format("benefit") + believed + named)[0] == "discretionary-power"


def test_where_no_basis_was_found_it_is_said_what_was_looked_at_and_why_it_falls_short() -> None:
    judged = NATURE.format("sanction") + "".join((
        bearing("unsupportive", name="1"),
        bearing("principle", work="d", certainty="believed", name="2"),
        bearing("unread", work="r", certainty="believed", name="3"),
        norm("principle", "pg:nature <concept/nature-sanction>", work="p"),
    ))  # fmt: skip
    found = intervals(judged)
    interval = on(found, "2026-11-26")
    assert str(found.value(interval, PG.lookedWords)).split("\n") == [
        "《甲法》第五条：不支持。理由",
        "《某通知》第五条：据信原则性（原文未读）。理由",
        "《某办法》第五条：未读。理由",
    ]
    bare = intervals(NATURE.format("sanction"))
    assert "没有就这件事单独记下" in str(bare.value(on(bare, "2026-11-26"), PG.lookedWords))
    decided = intervals(judged + bearing("direct", name="4"))
    assert decided.value(on(decided, "2026-11-26"), PG.lookedWords) is None
    soft = intervals(judged.replace("nature-sanction", "nature-soft"))
    assert soft.value(on(soft, "2026-11-26"), PG.lookedWords) is None


def test_an_act_whose_effects_are_neutral_is_neutral() -> None:
    neutral = "<measure/m/1> pg:effect <concept/effect-publicise> . "
    mixed = "<measure/m/1> pg:effect <concept/effect-publicise> , <concept/effect-restrict> . "
    bar = norm("forbids", "pg:direction <concept/direction-neutral>")
    assert rule_of(NATURE.format("benefit") + neutral + bar)[0] == "forbidden"
    assert rule_of(NATURE.format("benefit") + mixed + bar)[0] == "discretionary-power"


def test_a_judgement_ends_with_its_text_its_work_and_its_provision() -> None:
    event = '<law/a/e> a pg:WorkEvent ; pg:work <law/a> ; pg:eventKind "{}" ; dcterms:date "2023-05-01"^^xsd:date {} . '
    for statement in (
        event.format("repealed", ""),
        event.format("repealed", '; pg:fromProvision "第五条"'),
        event.format("renumbered", '; pg:fromProvision "第五条"'),
        event.format("rewritten", '; pg:fromProvision "第五条"'),
    ):
        assert rule_of(NATURE.format("sanction") + DIRECT + statement, "2023-04-30")[0] == "supported"
        assert rule_of(NATURE.format("sanction") + DIRECT + statement, "2023-05-01")[0] == "ended"
    other = event.format("repealed", '; pg:fromProvision "第六条"')
    assert rule_of(NATURE.format("sanction") + DIRECT + other, "2023-05-01")[0] == "supported"


def test_a_judgement_never_begins_before_its_text() -> None:
    early = '; pg:bearingText <law/a/new> ; pg:bearingFrom "2015-01-01"^^xsd:date'
    assert rule_of(NATURE.format("sanction") + bearing("direct", extra=early), "2021-08-31")[0] == "none"
    assert rule_of(NATURE.format("sanction") + bearing("direct", extra=early), "2021-09-01")[0] == "supported"


def test_who_may_not_set_a_penalty_may_point_to_the_law() -> None:
    power = NO_POWER.format("verified").replace('pg:certainty "verified"', 'pg:certainty "verified" ; pg:power "set"')
    assert rule_of(NATURE.format("penalty") + DIRECT + power)[0] == "supported"
    assert rule_of(NATURE.format("penalty") + SETS + DIRECT + power)[0] == "no-competence"


def test_of_several_grounds_one_is_enough_and_the_text_of_the_day_is_named() -> None:
    texts = "; pg:bearingText <law/a/old> , <law/a/new> "
    ground = texts + '; pg:requirement "甲条件"@zh '
    other = '; pg:requirement "乙条件"@zh '
    asked = '; pg:requirementKind <concept/requirement-narrowing> ; pg:requirement "丙条件"@zh '
    found = intervals(
        NATURE.format("sanction")
        + bearing("conditional", extra=ground)
        + bearing("conditional", extra=other, name="2")
        + bearing("limits", extra=asked, name="3")
    )
    for day, text, absent in (("2021-08-31", "旧文本", "新文本"), ("2021-09-01", "新文本", "旧文本")):
        interval = on(found, day)
        assert interval is not None
        assert str(found.value(interval, PG.conditionWords)) == (
            "甲条件（《甲法》第五条）；或者，乙条件（《甲法》第五条）\n丙条件（《甲法》第五条）"
        )
        sentence = next(str(s) for s in found.objects(interval, PG.sentence) if getattr(s, "language", "") == "zh")
        assert text in sentence
        assert absent not in sentence


def test_limits_are_met_together_and_are_no_basis() -> None:
    asked = '; pg:requirementKind <concept/requirement-narrowing> ; pg:requirement "{}条件"@zh '
    found = intervals(
        NATURE.format("sanction")
        + DIRECT
        + bearing("limits", extra=asked.format("甲"), name="2")
        + bearing("limits", extra=asked.format("乙"), name="3")
    )
    interval = on(found, "2026-11-26")
    assert interval is not None
    assert str(found.value(interval, PG.conclusion)) == "conditional"
    assert str(found.value(interval, PG.fitWords)) == "direct"
    assert str(found.value(interval, PG.conditionWords)) == "甲条件（《甲法》第五条）\n乙条件（《甲法》第五条）"


UNDATED = HEAD.replace(
    '<doc/m> eli:date_document "2020-06-01"^^xsd:date',
    '<doc/m> a pg:PolicyDocument ; pg:dateFrom "2020-01-01"^^xsd:date ; pg:dateTo "2020-12-31"^^xsd:date',
)


def said(found: Graph, day: str, language: str = "zh") -> str:
    """The sentence of a day; empty where there is none."""
    interval = on(found, day)
    if interval is None:
        return ""
    return next((str(s) for s in found.objects(interval, PG.sentence) if getattr(s, "language", "") == language), "")


def issue_on(found: Graph, day: str) -> str:
    """What is known of the document's being there on a day; empty where its own date says it."""
    for interval in found.subjects(RDF.type, PG.IssueInterval):
        since, until = found.value(interval, PG.intervalFrom), found.value(interval, PG.intervalTo)
        if (since is None or str(since) <= day) and (until is None or day <= str(until)):
            return str(found.value(interval, PG.issueState))
    return ""


def test_an_undated_document_is_answered_for_in_its_interval_only_under_a_condition() -> None:
    union = make_graph(CONCEPTS).parse(data=UNDATED + NATURE.format("sanction") + DIRECT, format="turtle")
    found = conclusion_intervals(union)
    for day, state in (
        ("2019-12-31", "before"), ("2020-01-01", "inside"), ("2020-07-01", "inside"), ("2020-12-31", "inside"),
        ("2021-01-01", "after"), ("2026-11-26", "after"),
    ):  # fmt: skip
        assert issue_on(found, day) == state
        sentence = said(found, day)
        assert (on(found, day) is None) is (state == "before")
        assert ("不能确定本件是否已经发布；如已发布：“做某事”有法律依据" in sentence) is (state == "inside")
        assert ("if it had been: “" in said(found, day, "en")) is (state == "inside")
    assert "推定在 2020-01-01 至 2020-12-31 之间" in said(found, "2020-12-31")


def test_a_document_that_nobody_dated_is_answered_for_under_a_condition_on_every_day() -> None:
    head = HEAD.replace('<doc/m> eli:date_document "2020-06-01"^^xsd:date', "<doc/m> a pg:PolicyDocument")
    union = make_graph(CONCEPTS).parse(data=head + NATURE.format("sanction") + DIRECT, format="turtle")
    found = conclusion_intervals(union)
    for day in ("2011-01-01", "2026-11-26"):
        assert issue_on(found, day) == "unknown"
        assert "不能确定截至日是否已经发布；如已发布：" in said(found, day)


def test_a_dated_document_is_there_from_its_day_on_without_a_word() -> None:
    head = HEAD.replace("<doc/m> eli", "<doc/m> a pg:PolicyDocument ; eli")
    union = make_graph(CONCEPTS).parse(data=head + NATURE.format("sanction") + DIRECT, format="turtle")
    found = conclusion_intervals(union)
    assert [issue_on(found, day) for day in ("2020-05-31", "2020-06-01", "2026-11-26")] == ["before", "", ""]
    assert said(found, "2020-05-31") == ""
    assert said(found, "2020-06-01").startswith("“做某事”有法律依据")


def test_who_may_act_is_never_passed_over_in_silence() -> None:
    later = POWER.replace("pg:certainty", 'pg:bearingFrom "2021-09-01"^^xsd:date ; pg:certainty')
    found = intervals(NATURE.format("sanction") + DIRECT + later)
    for day, words in (
        ("2021-08-31", "没有查明当日由谁有权实施（已有的判断自 2021-09-01 起）"),
        ("2021-09-01", "省级机关（《甲法》第一条）"),
    ):
        assert str(found.value(on(found, day), PG.competenceWords)) == words
    nothing = intervals(NATURE.format("internal"))
    assert str(nothing.value(on(nothing, "2026-11-26"), PG.competenceWords)) == "没有查明当日由谁有权实施"


@pytest.mark.parametrize("rule", CASES)
def test_what_may_be_done_once_conditions_are_met_names_them(rule: str) -> None:
    found = intervals(CASES[rule][0])
    interval = on(found, "2026-11-26")
    by = found.value(interval, PG.byRule)
    conclusion = ID[f"concept/conclusion-{found.value(interval, PG.conclusion)}"]
    group = CONCEPTS.value(by, PG.adviceGroup) or CONCEPTS.value(conclusion, PG.adviceGroup)
    if group == ID["concept/advice-may-if"]:
        assert str(found.value(interval, PG.conditionWords) or "")


def test_a_basis_with_conditions_that_nobody_put_into_words_reaches_no_further_than_its_provision() -> None:
    for head, fit in ((NATURE.format("sanction"), "conditional"), (NATURE.format("sanction") + LEGAL, "narrower")):
        found = intervals(head + bearing(fit))
        interval = on(found, "2026-11-26")
        assert str(found.value(interval, PG.conditionWords)) == "只在《甲法》第五条所及的范围之内"
        assert str(found.value(interval, PG.conclusion)) == "conditional"


def test_where_power_is_open_an_act_in_discretion_says_what_is_to_be_done_first() -> None:
    partly = POWER.replace('"yes"', '"partly"')
    for power, words in (
        ("", "先查明所写单位有没有这项职权"),
        (partly, "只由有这项职权的单位、就其职权之内的部分实施"),
    ):
        for more in ("", bearing("limits", extra=ask("narrowing"))):
            found = intervals(NATURE.format("benefit") + power + more)
            interval = on(found, "2026-11-26")
            assert words in str(found.value(interval, PG.conditionWords)).split("\n")
            assert words in said(found, "2026-11-26")
    settled = intervals(NATURE.format("benefit") + POWER)
    assert settled.value(on(settled, "2026-11-26"), PG.conditionWords) is None


@pytest.mark.parametrize("rule", ["narrower", "ended", "low-rank"])
def test_a_firm_finding_does_not_hide_a_text_that_would_decide_and_was_not_read(rule: str) -> None:
    """Nor does the unread text hide the finding; though another provision of the same work was read."""
    decisive = bearing("unread", certainty="believed", extra="; pg:decisive true", name="9").replace("第五条", "第九条")
    found = intervals(CASES[rule][0] + bearing("principle", name="8") + decisive)
    interval = on(found, "2026-11-26")
    assert str(found.value(interval, PG.byRule)).endswith(f"/conclusion-{rule}")
    assert "决定性的文本没有读到：《甲法》第九条" in said(found, "2026-11-26")
    assert "a text that would decide was not read: 《甲法》第九条" in said(found, "2026-11-26", "en")
    assert str(found.value(interval, PG.verification)) == "partly"


def test_an_english_sentence_gives_a_reading_its_english_name() -> None:
    named = RIVALS.replace('"窄"@zh', '"窄"@zh , "the narrow one"@en')
    found = intervals(
        named + NATURE.format("benefit") + bearing("forbids", extra="; pg:underReading <interpretation/a>")
    )
    assert "另一种理解——窄：裁量事项（平等对待）" in said(found, "2026-11-26")
    assert "on another reading — the narrow one: discretionary" in said(found, "2026-11-26", "en")


def faults(statements: str) -> list[str]:
    """What is wrong with the judgements of a graph."""
    return list(find_faults(make_graph().parse(data=HEAD + statements, format="turtle")))


def test_a_judgement_on_an_article_that_its_text_does_not_have_is_refused() -> None:
    text = "<law/a/new> pg:articleCount 5 . "
    on_text = "; pg:bearingText <law/a/new>"
    assert faults(text + bearing("direct", extra=on_text)) == []
    (fault,) = faults(text + bearing("direct", extra=on_text).replace("第五条", "第九百条第二款"))
    assert "只有 5 条，没有 第九百条第二款" in fault
    assert faults(bearing("direct", extra=on_text).replace("第五条", "第九百条")) == []


SPLIT = (
    '<measure/m/2> a pg:Measure ; pg:document <doc/m> ; skos:notation "三" . '
    "<measure/m/2/act_1> a pg:Act ; pg:actOf <measure/m/2> ; pg:order 1 ; pg:document <doc/m> . "
    '<measure/m/3> a pg:Measure ; pg:document <doc/{}> ; skos:notation "{}" . '
)


@pytest.mark.parametrize(
    ("document", "number", "is_wrong"),
    [("m", "三·1", True), ("m", "三", False), ("m", "三·2", False), ("n", "三·1", False)],
)
def test_a_number_that_means_two_acts_of_a_document_is_refused(document: str, number: str, *, is_wrong: bool) -> None:
    stated = HEAD + "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . " + SPLIT.format(document, number)
    found = list(find_shared_notations(make_graph().parse(data=stated, format="turtle")))
    assert bool(found) is is_wrong
    assert all("编号“三·1”指几个行为（measure/m/2/act_1、measure/m/3）" in fault for fault in found)


@pytest.mark.parametrize(
    ("second", "is_wrong"),
    [
        (bearing("unsupportive", extra="; pg:bearingText <law/a/new>", name="2"), True),
        (bearing("direct", extra="; pg:bearingText <law/a/new>", name="2"), True),
        (bearing("limits", extra="; pg:bearingText <law/a/new>", name="2"), False),
        (bearing("unsupportive", extra="; pg:bearingText <law/a/old>", name="2"), False),
        (bearing("unsupportive", extra="; pg:bearingText <law/a/new>", name="2").replace("第五条", "第六条"), False),
        (
            bearing(
                "unsupportive", extra='; pg:bearingText <law/a/new> ; pg:bearingTo "2022-12-31"^^xsd:date', name="2"
            ),
            False,
        ),
        (
            bearing(
                "unsupportive", extra="; pg:bearingText <law/a/new> ; pg:underReading <interpretation/r>", name="2"
            ),
            False,
        ),
    ],
)
def test_two_judgements_of_one_provision_on_one_day_do_not_contradict(second: str, *, is_wrong: bool) -> None:
    first = bearing("direct", extra='; pg:bearingText <law/a/new> ; pg:bearingFrom "2023-01-01"^^xsd:date')
    assert bool(faults(first + second)) is is_wrong


def test_another_reading_is_worked_out_beside_and_named() -> None:
    reading = (
        '<interpretation/r> a pg:Interpretation ; pg:isDefault false ; rdfs:label "按宽的理解"@zh . '
        + NATURE.format("sanction")
    )
    under = bearing("direct", extra="; pg:underReading <interpretation/r>")
    found = intervals(reading + under)
    interval = on(found, "2026-11-26")
    assert interval is not None
    assert str(found.value(interval, PG.conclusion)) == "insufficient"
    assert str(found.value(interval, PG.readingConclusion)) == "按宽的理解：有法律（法规）依据"
    assert "按宽的理解" in str(found.value(interval, PG.sentence))


def test_under_another_reading_the_default_one_does_not_hold() -> None:
    readings = (
        '<interpretation/a> a pg:Interpretation ; pg:document <doc/m> ; pg:reading "1-word" ; pg:isDefault true ; '
        'rdfs:label "宽"@zh . <interpretation/b> a pg:Interpretation ; pg:document <doc/m> ; pg:reading "1-word" ; '
        'pg:isDefault false ; rdfs:label "窄"@zh . ' + NATURE.format("benefit")
    )
    wide = bearing("limits", extra="; pg:admitsNoCase true ; pg:underReading <interpretation/a>")
    narrow = bearing("conditional", extra="; pg:underReading <interpretation/b>", name="2")
    found = intervals(readings + wide + narrow)
    interval = on(found, "2026-11-26")
    assert interval is not None
    assert str(found.value(interval, PG.conclusion)) == "conflict"
    assert (
        str(found.value(interval, PG.readingConclusion))
        == "窄：有依据，须具备下列条件（只在《甲法》第五条所及的范围之内）"
    )


RIVALS = (
    '<interpretation/a> a pg:Interpretation ; pg:document <doc/m> ; pg:reading "1-word" ; pg:isDefault true ; '
    'rdfs:label "宽"@zh . <interpretation/b> a pg:Interpretation ; pg:document <doc/m> ; pg:reading "1-word" ; '
    'pg:isDefault false ; rdfs:label "窄"@zh . '
)
REREAD = (
    "<act-reading/b> a pg:ActReading ; pg:document <doc/m> ; pg:bearsOn <measure/m/1> ; "
    "pg:underReading <interpretation/b> ; {} . "
)


def reading_of(statements: str, day: str = "2026-11-26") -> tuple[str, str | None]:
    """The conclusion on a day and what another reading gives."""
    found = intervals(statements)
    interval = on(found, day)
    assert interval is not None
    other = found.value(interval, PG.readingConclusion)
    return str(found.value(interval, PG.conclusion)), None if other is None else str(other)


OPEN = (
    "<concept/category-x> pg:reachesSignatories {} . "
    "<measure/m/1> pg:responsibility [ pg:agent <concept/category-x> ] . "
)


@pytest.mark.parametrize(
    ("statements", "is_wrong"),
    [
        (OPEN.format("true") + NO_POWER.format("verified"), True),
        (OPEN.format("false") + NO_POWER.format("verified"), False),
        (OPEN.format("true") + POWER, False),
        (OPEN.format("true") + NO_POWER.format("verified").replace("pg:within", 'pg:power "set" ; pg:within'), False),
        (
            OPEN.format("true")
            + RIVALS
            + NO_POWER.format("verified").replace("pg:cert", "pg:underReading <interpretation/b> ; pg:cert"),
            False,
        ),
        (
            OPEN.format("true")
            + RIVALS
            + NO_POWER.format("verified").replace("pg:cert", "pg:underReading <interpretation/a> ; pg:cert"),
            True,
        ),
    ],
)
def test_the_departments_concerned_are_never_all_without_the_power(statements: str, *, is_wrong: bool) -> None:
    """有关部门 takes in whoever has the power: of two sister acts one said “partly”, the other “none of them”."""
    assert any("不限定的机关" in fault for fault in faults(statements)) is is_wrong


def test_who_the_bodies_of_a_document_are_may_be_read_in_two_ways() -> None:
    """Competence under a reading: each counts under its own, and the conclusion under the other is told."""
    wide = POWER.replace("pg:certainty", "pg:underReading <interpretation/a> ; pg:certainty")
    narrow = NO_POWER.format("verified").replace("<competence/1>", "<competence/2>")
    narrow = narrow.replace("pg:certainty", "pg:underReading <interpretation/b> ; pg:certainty")
    head = RIVALS + NATURE.format("sanction") + DIRECT
    assert reading_of(head + wide + narrow) == ("supported", "窄：现有依据不足，不得单独据本文件实施")
    both = narrow.replace("interpretation/b", "interpretation/a")
    assert reading_of(head + wide + both) == ("insufficient", "窄：有法律（法规）依据")
    assert reading_of(head + wide) == ("supported", None)


@pytest.mark.parametrize(
    ("trigger", "orders"),
    [
        ("", "《甲法》第五条所及的（须具备某条件），该条自己就要求做，不凭本文件"),
        (LEGAL, "须具备某条件（《甲法》第五条）：该条要求做"),
    ],
)
def test_what_a_narrower_provision_orders_is_said_where_the_document_carries_less(trigger: str, orders: str) -> None:
    """通报金融机构: the memo may not be used alone, but in grave cases the law itself orders the notice."""
    head = NATURE.format("disclosure") + trigger
    found = intervals(head + bearing("narrower", extra="; pg:ordersAct true" + ask("narrowing")))
    assert orders in said(found, "2026-11-26")
    words = str(found.value(on(found, "2026-11-26"), PG.conditionWords))
    assert words == "须具备某条件（《甲法》第五条）：该条要求做"
    without = intervals(head + bearing("narrower", extra=ask("narrowing")))
    assert "自己就要求" not in said(without, "2026-11-26")


def test_what_lays_down_the_reach_of_a_narrower_provision_is_named_with_it() -> None:
    """政府采购: the law asks for no grave record, and the regulation below it says what a grave record is."""
    reach = bearing("conditions", "r", extra=ask("case-ground") + "; pg:specifies <law/{}>", name="2")
    head = NATURE.format("sanction") + bearing("narrower")
    found = intervals(head + reach.format("a"))
    assert "《甲法》第五条（《某办法》第五条限定其所及）窄于措施" in said(found, "2026-11-26")
    assert "《甲法》第五条 (its reach laid down by 《某办法》第五条) is narrower" in said(found, "2026-11-26", "en")
    interval = on(found, "2026-11-26")
    assert set(found.objects(interval, PG.restsOn)) == {ID["bearing/1"], ID["bearing/2"]}
    other = intervals(head + reach.format("p"))
    assert "限定其所及" not in said(other, "2026-11-26")
    assert set(other.objects(on(other, "2026-11-26"), PG.restsOn)) == {ID["bearing/1"]}


def test_a_judgement_under_the_default_reading_falls_away_under_the_other_though_nothing_is_judged_there() -> None:
    bar = bearing("forbids", extra="; pg:underReading <interpretation/a>")
    assert reading_of(RIVALS + NATURE.format("benefit") + bar) == ("conflict", "窄：裁量事项（平等对待）")
    assert reading_of(RIVALS + NATURE.format("benefit") + bearing("forbids")) == ("conflict", None)


def test_a_trigger_may_be_a_fact_of_law_under_one_reading_only() -> None:
    head = RIVALS + NATURE.format("sanction") + LEGAL + bearing("narrower", extra=ask("narrowing"))
    other = REREAD.format('pg:triggerKind "own-making" ; pg:triggerReason "单说失信。"@zh')
    assert reading_of(head) == ("conditional", None)
    assert reading_of(head + other) == ("conditional", "窄：现有依据不足，不得单独据本文件实施")
    same = REREAD.format('pg:triggerKind "legal-fact" ; pg:triggerReason "写明处罚。"@zh')
    assert reading_of(head + same) == ("conditional", None)


def test_an_act_of_another_nature_under_a_reading_meets_the_norms_of_that_nature() -> None:
    bar = norm("forbids", 'pg:nature <concept/nature-penalty> ; pg:makes "sets"')
    other = REREAD.format('pg:nature <concept/nature-penalty> ; pg:makes "sets"')
    head = RIVALS + NATURE.format("withdrawal") + POWER + bar
    assert reading_of(head) == ("discretionary", None)
    assert reading_of(head + other) == ("discretionary", "窄：与现行规定不一致，建议不予适用")
    until = norm("forbids", "pg:nature <concept/nature-penalty>", extra='; pg:bearingTo "2022-12-31"^^xsd:date')
    assert reading_of(head.replace(bar, until) + other, "2022-12-31")[1] == "窄：与现行规定不一致，建议不予适用"
    assert reading_of(head.replace(bar, until) + other, "2023-01-01")[1] == "窄：现有依据不足，不得单独据本文件实施"


def test_what_the_default_reading_makes_of_an_act_stands_on_the_act() -> None:
    wrong = REREAD.format('pg:triggerKind "own-making"').replace("interpretation/b", "interpretation/a")
    (fault,) = faults(RIVALS + wrong)
    assert "默认的理解写在行为自己身上" in fault
    assert faults(RIVALS + REREAD.format('pg:triggerKind "own-making"')) == []


LEAVING = bearing("conditional", "p", extra="; pg:leavesTo <law/d> , <law/r> " + ask("case-ground"))


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        ("", "none"),
        (bearing("unread", "d", "believed", name="2"), "unread"),
        (bearing("unread", "q", "believed", name="2"), "none"),
        (bearing("direct", "d", "believed", name="2"), "unread"),
        (bearing("conditions", "r", extra=ask("case-ground"), name="2"), "conditional"),
        (bearing("direct", "d", name="2"), "conditional"),
        (bearing("unsupportive", "d", name="2"), "none"),
        (bearing("conditions", "d", extra='; pg:bearingTo "2022-12-31"^^xsd:date', name="2"), "none"),
        (bearing("unread", "d", "believed", name="2") + bearing("conditions", "r", name="3"), "conditional"),
    ],
)
def test_what_a_provision_leaves_to_another_text_is_said_only_where_that_was_read(other: str, rule: str) -> None:
    """The same kind everywhere: lists recognised by national rules, information published by a catalogue."""
    assert rule_of(NATURE.format("sanction") + LEAVING + other)[0] == rule


def test_the_sentence_names_the_provision_and_the_text_it_leaves_to() -> None:
    found = intervals(NATURE.format("sanction") + LEAVING + bearing("unread", "d", "believed", name="2"))
    interval = on(found, "2026-11-26")
    assert interval is not None
    sentence = next(str(s) for s in found.objects(interval, PG.sentence) if getattr(s, "language", "") == "zh")
    assert "没有读到：《某通知》第五条（《乙省条例》第五条交由它来定）" in sentence
    assert {str(ground).rsplit("/", 1)[-1] for ground in found.objects(interval, PG.restsOn)} == {"1", "2"}
    assert found.value(interval, PG.certainty) == Literal("believed")


WITHIN = "; pg:specifies <law/a> "


@pytest.mark.parametrize(
    ("statements", "rule"),
    [
        (bearing("conditional", "r", extra=WITHIN + ask("case-ground")), "low-rank"),
        (bearing("conditional", "r", extra=WITHIN) + bearing("direct", name="2"), "supported"),
        (
            bearing("direct", "r", extra=WITHIN) + bearing("conditional", extra=ask("case-ground"), name="2"),
            "conditional",
        ),
        (bearing("direct", "r", extra=WITHIN) + bearing("narrower", name="2"), "narrower"),
        (bearing("direct", "r", extra=WITHIN) + LEGAL + bearing("narrower", name="2"), "narrowed"),
        (bearing("narrower", "r", extra=WITHIN) + LEGAL + bearing("conditional", name="2"), "conditional"),
        (bearing("direct", "r", extra=WITHIN) + bearing("direct", "p", name="2"), "supported"),
        (bearing("direct", "r", extra=WITHIN) + bearing("direct", certainty="believed", name="2"), "low-rank"),
        (bearing("direct", "r", extra=WITHIN) + bearing("principle", name="2"), "low-rank"),
        (bearing("direct", "d", extra=WITHIN) + bearing("narrower", name="2") + LEGAL, "narrowed"),
    ],
)
def test_a_departmental_rule_carries_a_penalty_within_the_law_it_specifies_and_no_further(
    statements: str, rule: str
) -> None:
    assert rule_of(NATURE.format("penalty") + statements)[0] == rule


def test_only_natures_with_an_exemption_let_a_lower_rank_say_more() -> None:
    said = bearing("direct", "r", extra=WITHIN + ask("case-ground")) + bearing("conditional", name="2")

    def grounds(nature: str) -> set[str]:
        found = intervals(NATURE.format(nature) + said)
        interval = on(found, "2026-11-26")
        return {str(ground).rsplit("/", 1)[-1] for ground in found.objects(interval, PG.restsOn)}

    assert grounds("penalty") == {"1", "2"} == grounds("licence")
    assert grounds("sanction") == {"2"}


DUTY = bearing("conditions", extra=ask("case-ground"), name="duty")


@pytest.mark.parametrize(
    ("statements", "is_wrong"),
    [
        (NATURE.format("benefit") + bearing("conditional", extra=ask("case-ground")), True),
        (NATURE.format("benefit") + bearing("conditional"), True),
        (NATURE.format("benefit") + bearing("conditional") + DUTY, False),
        (NATURE.format("benefit") + bearing("direct", extra=ask("case-ground")), True),
        (NATURE.format("benefit") + bearing("direct", extra=ask("proportion")), False),
        (NATURE.format("benefit") + bearing("direct"), False),
        (NATURE.format("benefit") + bearing("conditional") + DUTY.replace("第五条", "第六条"), True),
        (
            NATURE.format("benefit")
            + bearing("conditional")
            + DUTY.replace('certainty "verified"', 'certainty "verified" ; pg:bearingTo "2022-12-31"^^xsd:date'),
            True,
        ),
        (NATURE.format("sanction") + bearing("conditional", extra=ask("case-ground")), False),
        (bearing("conditional", extra=ask("case-ground")), False),
    ],
)
def test_a_duty_does_not_hide_in_what_enables_an_act_that_needs_no_basis(statements: str, *, is_wrong: bool) -> None:
    graph = make_graph(CONCEPTS).parse(data=HEAD + statements, format="turtle")
    assert any("条件会随授权一起消失" in fault for fault in find_faults(graph)) is is_wrong


def test_what_cannot_carry_an_act_that_needs_no_basis_still_binds_it() -> None:
    bound = bearing("direct", "p", extra="; pg:leavesTo <law/d> " + ask("case-ground"))
    assert rule_of(NATURE.format("benefit") + POWER + bound)[0] == "discretionary-if"
    assert rule_of(NATURE.format("benefit") + POWER + bound.replace("case-ground", "proportion"))[0] == "discretionary"


PLACES = (
    '<law/a/new> pg:articleCount 5 . <law/a/new/art_5> eli:is_part_of <law/a/new> ; eli:number "第五条" ; '
    "pg:paragraphCount 2 ; pg:itemCount 4 . <law/a/new/art_5/para_2> eli:is_part_of <law/a/new> ; "
    'eli:number "第五条第二款" ; pg:itemCount 0 . '
)


@pytest.mark.parametrize(
    ("provision", "lack"),
    [
        ("第五条", ""),
        ("第五条第二款", ""),
        ("第五条第三款", "第五条 只有 2 款"),
        ("第五条（四）", ""),
        ("第五条（五）", "第五条 只有 4 项"),
        ("第五条第一款（四）", ""),
        ("第五条第二款（一）", "第五条第二款 只有 0 项"),
        ("第五条、第五条第三款", "第五条 只有 2 款"),
        ("第四条第九款", ""),
        ("第六条第九款", "只有 5 条"),
    ],
)
def test_a_judgement_on_a_paragraph_or_item_that_its_text_does_not_have_is_refused(provision: str, lack: str) -> None:
    judged = bearing("direct", extra="; pg:bearingText <law/a/new>").replace("第五条", provision)
    found = faults(PLACES + judged)
    assert len(found) == (1 if lack else 0)
    assert all(lack in fault for fault in found)


ENABLING = ("direct", "conditional", "narrower")
FITS = (*ENABLING, "principle", "unsupportive", "conditions", "limits", "forbids", "unread")
PARTS = st.lists(
    st.builds(
        lambda fit, work, certainty, text, kind, decisive, name: bearing(
            fit, work, certainty,
            ("; pg:bearingText <law/a/" + text + ">" if work == "a" and text else "")
            + (ask(kind) if kind else "") + ("; pg:decisive true" if decisive else ""),
            str(name),
        ),
        st.sampled_from(FITS),
        st.sampled_from("apdr"),
        st.sampled_from(("verified", "believed")),
        st.sampled_from(("", "old", "new")),
        st.sampled_from(("", "case-ground", "proportion", "narrowing")),
        st.booleans(),
        st.integers(1, 10**6),
    ),
    # two statements under one name would be one judgement, and to take one away would take its condition away
    unique_by=lambda part: part.partition(" ")[0],
    max_size=5,
)  # fmt: skip
NEEDLESS = ("soft", "benefit", "withdrawal", "internal")
NATURES = st.sampled_from(("penalty", "licence", "sanction", "inspection", "disclosure", *NEEDLESS))
ORDER = {
    "conflict": 0,
    "insufficient": 1,
    "unverifiable": 1,
    "internal": 2,
    "discretionary": 2,
    "conditional": 3,
    "supported": 4,
}

DAYS = ("2020-12-31", "2021-12-31", "2026-11-26")
FEW = settings(max_examples=draws(15, 200), deadline=None)


def concluded(statements: str, day: str) -> str:
    """The conclusion on a day."""
    found = intervals(statements)
    interval = on(found, day)
    assert interval is not None
    return str(found.value(interval, PG.conclusion))


@FEW
@given(nature=NATURES, parts=PARTS, trigger=st.sampled_from(("", LEGAL)), which=st.integers(0, 4))
def test_taking_an_enabling_judgement_away_never_raises_a_conclusion(
    nature: str, parts: list[str], trigger: str, which: int
) -> None:
    head = NATURE.format(nature) + trigger
    enabling = [
        part for part in parts if any(f'pg:fit "{fit}"' in part for fit in ("direct", "conditional", "narrower"))
    ]
    if not enabling:
        return
    gone = enabling[which % len(enabling)]
    fewer = [part for part in parts if part is not gone]
    for day in DAYS:
        before, after = concluded(head + "".join(parts), day), concluded(head + "".join(fewer), day)
        assert ORDER[after] <= ORDER[before]


ADVICE = {"may": 0, "internal": 0, "may-if": 1}
LINKS = ("", "; pg:leavesTo <law/d> ", "; pg:specifies <law/a> ")
GRANTS = st.lists(
    st.tuples(
        st.sampled_from(ENABLING), st.sampled_from("apr"), st.sampled_from(("", "old", "new")),
        st.sampled_from(("case-ground", "narrowing")), st.sampled_from(LINKS),
    ),
    min_size=1,
    max_size=3,
)  # fmt: skip


def bounds(statements: str, day: str) -> tuple[int, set[str]]:
    """How far an act may be done on a day (0 freely, 1 once conditions are met, 2 not), and what is to be met."""
    found = intervals(statements)
    interval = on(found, day)
    assert interval is not None
    conclusion = ID[f"concept/conclusion-{found.value(interval, PG.conclusion)}"]
    rule = found.value(interval, PG.byRule)
    group = CONCEPTS.value(rule, PG.adviceGroup) or CONCEPTS.value(conclusion, PG.adviceGroup)
    words = str(found.value(interval, PG.conditionWords) or "")
    return ADVICE.get(str(group).rsplit("advice-", 1)[-1], 2), set(re.findall("条件[0-9]", words))


@FEW
@given(
    nature=NATURES, grants=GRANTS, parts=PARTS, trigger=st.sampled_from(("", LEGAL)), power=st.booleans(),
    which=st.integers(0, 2),
)  # fmt: skip
def test_taking_an_enabling_judgement_away_never_softens_a_duty(
    nature: str,
    grants: list[tuple[str, str, str, str, str]],
    parts: list[str],
    trigger: str,
    which: int,
    *,
    power: bool,
) -> None:
    """Where an act needs no basis its duties stand as judgements of their own, as the build asks for."""
    enabling, duties = [], []
    for number, (fit, work, text, kind, link) in enumerate(grants):
        dated = f"; pg:bearingText <law/a/{text}> " if work == "a" and text else ""
        asked = ask(kind).replace("须具备某条件", f"条件{number}")
        if nature in NEEDLESS:
            enabling.append(bearing(fit, work, extra=dated + link, name=f"g{number}"))
            duties.append(bearing("conditions", work, extra=dated + asked, name=f"d{number}"))
        else:
            enabling.append(bearing(fit, work, extra=dated + link + asked, name=f"g{number}"))
    rest = [part for part in parts if not any(f'pg:fit "{fit}"' in part for fit in ENABLING)]
    head = NATURE.format(nature) + trigger + (POWER if power else "") + "".join([*rest, *duties])
    fewer = [one for one in enabling if one is not enabling[which % len(enabling)]]
    for day in DAYS:
        (before, asked_before), (after, asked_after) = (
            bounds(head + "".join(enabling), day),
            bounds(head + "".join(fewer), day),
        )
        assert after >= before
        assert nature not in NEEDLESS or after > 1 or asked_before <= asked_after


@FEW
@given(nature=NATURES, parts=PARTS, trigger=st.sampled_from(("", LEGAL)), decisive=st.booleans())
def test_a_text_that_nobody_read_never_lifts_a_conclusion(
    nature: str, parts: list[str], trigger: str, *, decisive: bool
) -> None:
    head = NATURE.format(nature) + trigger + "".join(parts)
    unread = bearing("direct", certainty="believed", extra="; pg:decisive true" if decisive else "", name="unread")
    for day in DAYS:
        before, after = concluded(head, day), concluded(head + unread, day)
        assert ORDER[after] <= ORDER[before]


@FEW
@given(nature=NATURES, parts=PARTS, trigger=st.sampled_from(("", LEGAL)))
def test_what_is_supported_rests_on_a_text_that_was_read_and_lives(nature: str, parts: list[str], trigger: str) -> None:
    graph = Graph().parse(data=HEAD + NATURE.format(nature) + trigger + "".join(parts), format="turtle")
    found = intervals(NATURE.format(nature) + trigger + "".join(parts))
    for interval in found.subjects(PG.ofAct, ID["measure/m/1"]):
        conclusion = str(found.value(interval, PG.conclusion))
        grounds = set(found.objects(interval, PG.restsOn))
        if conclusion not in ("supported", "conditional"):
            continue
        assert grounds
        day = str(found.value(interval, PG.intervalFrom))
        for ground in grounds:
            assert graph.value(ground, PG.certainty) == Literal("verified")
            text = graph.value(ground, PG.bearingText)
            if text is not None:
                until = str(graph.value(text, PG.inForceUntil) or "9999")
                assert str(graph.value(text, PG.inForceFrom)) <= day <= until


@FEW
@given(nature=NATURES, parts=PARTS)
def test_the_intervals_of_an_act_follow_one_another_without_a_gap(nature: str, parts: list[str]) -> None:
    found = intervals(NATURE.format(nature) + "".join(parts))
    stretches = sorted(
        (str(found.value(i, PG.intervalFrom)), str(found.value(i, PG.intervalTo) or ""))
        for i in found.subjects(PG.ofAct, ID["measure/m/1"])
    )
    assert stretches[0][0] == "2020-06-01"
    assert stretches[-1][1] == ""
    for (_, until), (since, _) in itertools.pairwise(stretches):
        assert (date.fromisoformat(until) + timedelta(days=1)).isoformat() == since


def test_the_rules_name_only_features_that_the_program_knows() -> None:
    """A feature that nobody computes would never hold, and one that no rule asks for says nothing."""
    known = {
        str(CONCEPTS.value(node, SKOS.notation))
        for node in CONCEPTS.subjects(SKOS.inScheme, ID["concept/scheme-features"])
    }
    used = {feature for rule in read_rules(CONCEPTS) for feature in rule.when | rule.unless}
    assert used == known
    assert (ID["concept/scheme-features"], RDF.type, SKOS.ConceptScheme) in CONCEPTS
