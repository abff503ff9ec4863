"""The curated models against the texts: every statement stands on words of its clause, and no clause is forgotten.

A model that parses is not yet true. These tests hold each `model.ttl` to the reading of its own source: quotes are
verbatim, clauses and concepts exist, as-written words are words of the text, and the clauses used together with the
clauses listed as yielding nothing cover the whole document. What the words mean stays a lawyer's judgement.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS, XSD
from rdflib.term import Node
from tests.files import read_graph, read_knowledge

from policygraph.keeping.sources import find_root, read_source
from policygraph.namespaces import ID, PG, clause_iri, instance
from policygraph.reading.documents import Clause, leaves
from policygraph.reading.texts import Reading, read_text

ROOT = find_root()
DOCUMENTS = ("jiamusi-2020-5", "jiamusi-2020-6", "jiangsu-2019-820", "xinzheng-2010-36", "yiyuan-2021-28")
every_document = pytest.mark.parametrize("document", DOCUMENTS)

AS_PRINTED = (
    PG.action,
    PG.addresseeAsWritten,
    PG.forceAsWritten,
    PG.requires,
    PG.actor,
    PG.recipient,
    PG.asWritten,
    PG.item,
    PG.channel,
    PG.entry,
    PG.validity,
    PG.exit,
    PG.listEffect,
    PG.trigger,
)
"""Literals that repeat the text: each must stand in a clause its subject quotes."""


def folder(document: str) -> Path:
    return ROOT / "data" / "documents" / document


@cache
def model(document: str) -> Graph:
    return read_graph(f"data/documents/{document}/model.ttl")


@cache
def reading(document: str) -> Reading:
    file = read_source(folder(document) / "source.txt")
    jurisdiction = {"jiamusi": "230800", "jiangsu": "320000", "xinzheng": "410184", "yiyuan": "370323"}
    return read_text(file.text, read_knowledge(), jurisdiction[document.split("-")[0]], identifier=document)


@cache
def clauses(document: str) -> dict[URIRef, Clause]:
    return {clause_iri(document, clause.id): clause for clause in reading(document).document.clauses}


@cache
def knowledge() -> Graph:
    return read_graph("ontology/**/*.ttl")


def strip(words: str) -> str:
    """The words without white space: a source breaks its lines inside sentences."""
    return "".join(words.split())


def words_of(document: str, clause: Node) -> str:
    """The clause's characters in the untouched source, without white space; empty when there is no such clause."""
    assert isinstance(clause, URIRef)
    found = clauses(document).get(clause)
    source = reading(document).source
    return strip("".join(source[span.start : span.end] for span in found.spans)) if found else ""


def grounds(graph: Graph, subject: Node) -> Iterator[Node]:
    """The clauses a subject stands on: its own, those of its further quotations, and those of what holds it."""
    yield from graph.objects(subject, PG.clause)
    for further in graph.objects(subject, PG.quotation):
        yield from graph.objects(further, PG.clause)
    if isinstance(subject, BNode):
        for holder in graph.subjects(None, subject):
            yield from grounds(graph, holder)


def test_every_document_has_a_model() -> None:
    texts = {path.parent.name for path in (ROOT / "data" / "documents").glob("*/source.txt")}
    models = {path.parent.name for path in (ROOT / "data" / "documents").glob("*/model.ttl")}
    assert texts == set(DOCUMENTS)
    assert models == texts


@every_document
def test_model_says_in_chinese_what_it_is_and_how_to_check_it(document: str) -> None:
    opening = (folder(document) / "model.ttl").read_text("utf-8").split("@base")[0]
    assert all(line.startswith("#") for line in opening.splitlines() if line.strip())
    assert "谁可以改" in opening
    assert "policygraph build" in opening


@every_document
def test_every_clause_named_exists(document: str) -> None:
    named = {str(clause) for clause in model(document).objects(None, PG.clause)}
    assert sorted(named - {str(clause) for clause in clauses(document)}) == []


@every_document
def test_every_quote_is_verbatim_in_its_clause(document: str) -> None:
    graph = model(document)
    false = [
        f"{subject} → {clause}: {quote}"
        for subject, quote in graph.subject_objects(PG.quote)
        for clause in graph.objects(subject, PG.clause)
        if strip(str(quote)) not in words_of(document, clause)
    ]
    assert false == []


@every_document
def test_every_curated_thing_names_its_document_clause_and_words(document: str) -> None:
    graph = model(document)
    bare = [
        (str(subject), str(term))
        for subject in {s for s in graph.subjects(RDF.type, None) if isinstance(s, URIRef)}
        for term in (PG.document, PG.clause, PG.quote)
        if len(set(graph.objects(subject, term))) != 1
        and not (term == PG.quote and (subject, RDF.type, PG.UnyieldingClause) in graph)
    ]
    assert sorted(bare) == []
    assert {str(o) for o in graph.objects(None, PG.document)} == {str(clause_iri(document, ""))}


@every_document
def test_words_given_as_printed_are_words_of_the_text(document: str) -> None:
    graph = model(document)
    false = [
        f"{subject} {term}: {words}"
        for term in AS_PRINTED
        for subject, words in graph.subject_objects(term)
        if not any(strip(str(words)) in words_of(document, clause) for clause in grounds(graph, subject))
    ]
    assert false == []


@every_document
def test_every_concept_used_is_defined(document: str) -> None:
    used = {o for o in model(document).objects() if str(o).startswith(str(ID["concept/"]))}
    assert sorted(str(o) for o in used if (o, RDF.type, SKOS.Concept) not in knowledge()) == []


@every_document
def test_every_term_used_is_defined_in_two_languages(document: str) -> None:
    graph = model(document)
    used = {t for t in (*graph.predicates(), *graph.objects(None, RDF.type)) if str(t).startswith(str(PG))}
    for term in (RDFS.label, SKOS.definition):
        spoken = {t: {o.language for o in knowledge().objects(t, term) if isinstance(o, Literal)} for t in used}
        assert sorted(str(t) for t in used if not {"zh", "en"} <= spoken[t]) == []


@every_document
def test_clauses_used_and_clauses_without_yield_cover_the_document(document: str) -> None:
    graph = model(document)
    silent = {o for s in graph.subjects(RDF.type, PG.UnyieldingClause) for o in graph.objects(s, PG.clause)}
    used = {o for s, o in graph.subject_objects(PG.clause) if (s, RDF.type, PG.UnyieldingClause) not in graph}
    exempt = {
        clause_iri(document, clause.id)
        for clause in leaves(reading(document).document)
        if clause.level == "heading" or "row_0" in clause.id.split("/")
    }
    whole = {clause_iri(document, clause.id) for clause in leaves(reading(document).document)}
    assert sorted(map(str, whole - exempt - used - silent)) == []
    assert sorted(map(str, used & silent)) == []


@every_document
def test_every_clause_without_yield_says_why(document: str) -> None:
    graph = model(document)
    for subject in graph.subjects(RDF.type, PG.UnyieldingClause):
        assert str(graph.value(subject, PG.reason) or "").strip(), subject


@every_document
def test_absence_is_never_written_by_hand(document: str) -> None:
    assert set(map(str, model(document).objects(None, PG.status))) <= {
        "stated",
        "equivalent",
        "delegated",
        "quoted-only",
        "damaged",
    }


@every_document
def test_every_open_question_has_one_default_reading(document: str) -> None:
    graph = model(document)
    for question in set(graph.objects(None, PG.reading)):
        answers = set(graph.subjects(PG.reading, question))
        defaults = [a for a in answers if (a, PG.isDefault, Literal(True)) in graph]
        assert len(answers) > 1, question
        assert len(defaults) == 1, question
        assert all(graph.value(a, PG.reason) and graph.value(a, PG.readingValue) for a in answers), question


@every_document
def test_every_curated_measure_has_its_judged_qualities(document: str) -> None:
    graph = model(document)
    kinds = (PG.IncentiveMeasure, PG.SanctionMeasure, PG.RegulatoryMeasure)
    for measure in {m for kind in kinds for m in graph.subjects(RDF.type, kind)}:
        for term in (PG.action, PG.addressee, PG.addresseeGround, PG.force):
            assert len(set(graph.objects(measure, term))) == 1, (measure, term)
        for term in (PG.policyArea, PG.effect):
            assert set(graph.objects(measure, term)), (measure, term)
        if (measure, PG.addresseeAsWritten, None) in graph:
            assert str(graph.value(measure, PG.addresseeGround)) == "printed", measure


@pytest.mark.parametrize(
    ("document", "kind", "count"),
    [("jiamusi-2020-6", PG.IncentiveMeasure, 29), ("jiamusi-2020-5", PG.SanctionMeasure, 20)],
)
def test_the_memos_curate_exactly_the_measures_that_are_extracted(document: str, kind: URIRef, count: int) -> None:
    curated = set(model(document).subjects(RDF.type, kind))
    extracted = {instance("measure", document, *m.address.split("/")) for m in reading(document).measures.measures}
    assert len(curated) == count
    assert curated == extracted


def test_the_incentive_memo_has_five_cumulative_conditions_and_one_exclusion() -> None:
    graph = model("jiamusi-2020-6")
    sets = {
        str(graph.value(s, PG.combination)): {str(o).rsplit("/", 1)[-1] for o in graph.objects(s, PG.hasCondition)}
        for s in graph.subjects(RDF.type, PG.ConditionSet)
    }
    assert sets == {"allOf": {"1", "2", "3", "4", "5"}, "noneOf": {"cross-list"}}
    windows = {str(s).rsplit("/", 1)[-1]: str(o) for s, o in graph.subject_objects(PG.window)}
    assert windows == {"2": "P3Y", "3": "P3Y", "4": "P3Y"}
    assert (ID["transition/jiamusi-2020-6/stop"], RDF.type, PG.TransitionRule) in graph


def test_the_sanctions_memo_is_given_no_period_and_no_list_of_its_own() -> None:
    graph = model("jiamusi-2020-5")
    assert set(graph.objects(None, PG.window)) == set()
    assert set(graph.subjects(RDF.type, PG.CreditList)) == set()
    assert (ID["condition/jiamusi-2020-5/target"], RDF.type, PG.Condition) in graph
    for measure in ("para_5", "para_6"):
        assert (
            ID[f"measure/jiamusi-2020-5/{measure}"],
            PG.hasPrecondition,
            ID[f"condition/jiamusi-2020-5/{measure}"],
        ) in graph


def whole(act: Node) -> URIRef:
    """The measure that an act is a part of; a measure that is not split is its own act."""
    return URIRef(str(act).partition("/act_")[0])


def test_every_basis_of_the_sanctions_memo_is_judged_once_a_day_with_reason_and_date() -> None:
    """A judgement is about a dated text: one on the day the memo may have been issued, never two on one day."""
    graph = read_graph("data/documents/jiamusi-2020-5/bearings.ttl")
    grades = {
        str(knowledge().value(concept, SKOS.notation))
        for concept in knowledge().subjects(SKOS.inScheme, ID["concept/scheme-basis-fit"])
    }
    judged: dict[tuple[Node | None, Node | None, str], list[tuple[str, str]]] = {}
    law = Graph()
    for path in (ROOT / "data" / "legislation").glob("*.ttl"):
        law.parse(path, format="turtle")
    for fit in graph.subjects(RDF.type, PG.Bearing):
        if graph.value(fit, PG.citedLocator) is None:
            continue
        since, until = str(graph.value(fit, PG.bearingFrom)), str(graph.value(fit, PG.bearingTo) or "9999-12-31")
        work, cited_at = graph.value(fit, PG.work), str(graph.value(fit, PG.citedLocator))
        for act in graph.objects(fit, PG.bearsOn):
            judged.setdefault((act, work, cited_at), []).append((since, until))
        texts = set(graph.objects(fit, PG.bearingText))
        assert all(law.value(text, PG.versionOf) == work for text in texts), fit
        if texts:
            assert since == min(str(law.value(text, PG.inForceFrom)) for text in texts), fit
            assert until == max(str(law.value(text, PG.inForceUntil) or "9999-12-31") for text in texts), fit
        assert str(graph.value(fit, PG.fit)) in grades, fit
        assert len(str(graph.value(fit, PG.reason))) > 10, fit
        assert (fit, PG.editorial, Literal(True)) in graph
        assert getattr(graph.value(fit, DCTERMS.date), "datatype", None) == XSD.date
    read = reading("jiamusi-2020-5")
    groups = {group.address: group for group in read.measures.groups}
    cited = set()
    for measure in read.measures.measures:
        inherited = groups[measure.group].bases if measure.group in groups else ()
        for basis in (*measure.bases, *inherited):
            slug = read.resolutions[basis.citation].slug
            assert slug is not None, basis
            assert basis.locator is not None, basis
            place = instance("measure", "jiamusi-2020-5", *measure.address.split("/"))
            cited.add((place, instance("law", slug), basis.locator.normal))
    assert {(whole(act), work, locator) for act, work, locator in judged if act is not None} == cited
    for key, periods in sorted(judged.items(), key=str):
        on_issue = [period for period in periods if period[0] <= "2020-01-01" and period[1] >= "2020-12-31"]
        assert len(on_issue) == 1, key
        ordered = sorted(periods)
        assert all(before[1] < after[0] for before, after in itertools.pairwise(ordered)), key


@pytest.mark.parametrize(
    ("measure", "work", "locator", "then", "now"),
    [
        ("para_1/subpara_1", "anquan-shengchan-fa", "第七十五条", "unsupportive", "direct"),
        ("para_1/subpara_5", "anquan-shengchan-fa", "第七十五条", "unsupportive", "conditional"),
        ("para_1/subpara_4", "anquan-shengchan-fa", "第七十五条", "unsupportive", "unsupportive"),
        ("para_4", "qiye-gongshi-tiaoli", "第七条", "unsupportive", "unsupportive"),
        ("para_10/act_2", "kuangchan-ziyuan-fa", "第十五条", "narrower", None),
    ],
)
def test_a_judgement_ends_with_its_text(measure: str, work: str, locator: str, then: str, now: str | None) -> None:
    graph = read_graph("data/documents/jiamusi-2020-5/bearings.ttl")

    def on(day: str) -> str | None:
        found = [
            str(graph.value(fit, PG.fit))
            for fit in graph.subjects(RDF.type, PG.Bearing)
            if any(
                ID[f"measure/jiamusi-2020-5/{measure}"] in (act, whole(act)) for act in graph.objects(fit, PG.bearsOn)
            )
            and graph.value(fit, PG.work) == ID[f"law/{work}"]
            and str(graph.value(fit, PG.citedLocator)) == locator
            and str(graph.value(fit, PG.bearingFrom)) <= day <= str(graph.value(fit, PG.bearingTo) or "9999-12-31")
        ]
        assert len(set(found)) <= 1
        return found[0] if found else None

    assert on("2020-06-30") == then
    assert on("2026-11-25") == now


# --- acts ---------------------------------------------------------------------------------------------------------


@every_document
def test_a_measure_whose_parts_bind_differently_is_split_into_acts(document: str) -> None:
    """The forces of a split measure are those of its acts; one force for two clauses would hide the other."""
    graph = model(document)
    for measure in set(graph.objects(None, PG.actOf)):
        acts = set(graph.subjects(PG.actOf, measure))
        stated = {*graph.objects(measure, PG.force), *graph.objects(measure, PG.furtherForce)}
        assert {force for act in acts for force in graph.objects(act, PG.force)} == stated, measure
        assert sorted(int(str(graph.value(act, PG.order))) for act in acts) == list(range(1, len(acts) + 1)), measure
        whom = {str(graph.value(act, PG.addressee)).rsplit("-", 1)[-1] for act in acts}
        whole = str(graph.value(measure, PG.addressee)).rsplit("-", 1)[-1]
        assert whole == (whom.pop() if len(whom) == 1 else "both"), measure


@every_document
def test_an_act_repeats_words_of_its_own_measure(document: str) -> None:
    graph = model(document)
    for act, measure in graph.subject_objects(PG.actOf):
        places = set(graph.objects(measure, PG.clause)) | set(graph.objects(measure, PG.statedIn))
        assert set(graph.objects(act, PG.clause)) <= places, act
        assert any(strip(str(graph.value(act, PG.quote))) in words_of(document, place) for place in places), act


@every_document
def test_an_act_points_the_way_its_effects_do(document: str) -> None:
    """An effect that is favourable or adverse in itself decides; one that depends on its content leaves it open."""
    graph = model(document)
    open_way = ID["concept/direction-neutral"]
    for act in graph.subjects(RDF.type, PG.Act):
        ways = {knowledge().value(effect, PG.direction) for effect in graph.objects(act, PG.effect)} - {open_way}
        assert len(ways) <= 1, act
        assert not ways or graph.value(act, PG.direction) in ways, act


# --- procedures: when, and how strongly ---------------------------------------------------------------------------


@every_document
def test_a_timing_stands_once_in_its_clause_and_inside_what_its_step_quotes(document: str) -> None:
    graph = model(document)
    assert set(graph.subjects(PG.timing, None))
    for step, timing in graph.subject_objects(PG.timing):
        words, quote = (strip(str(graph.value(timing, term))) for term in (PG.asWritten, PG.quote))
        place = graph.value(timing, PG.clause)
        assert place is not None
        assert words in quote, (step, words)
        assert words_of(document, place).count(quote) == 1, (step, quote)
        assert place == graph.value(step, PG.clause), step
        quoted = [graph.value(step, PG.quote), *(graph.value(q, PG.quote) for q in graph.objects(step, PG.quotation))]
        assert any(quote in strip(str(said)) for said in quoted), (step, quote)


LENGTH = re.compile(r"[0-9一二三四五六七八九十百两半][个 ]*(?:工作日|日|天|周|月|年|小时)(?:以|之)?[内前]")


@every_document
def test_only_a_limit_says_how_long(document: str) -> None:
    graph = model(document)
    for timing, kind in graph.subject_objects(PG.timingKind):
        words = str(graph.value(timing, PG.asWritten))
        assert (LENGTH.search(words) is not None) == (kind == ID["concept/timing-limit"]), words


@every_document
def test_no_step_passes_over_a_length_of_time_that_it_quotes(document: str) -> None:
    graph = model(document)
    for step in graph.subjects(RDF.type, PG.ProcedureStep):
        said = [str(graph.value(t, PG.asWritten)) for t in graph.objects(step, PG.timing)]
        for length in LENGTH.findall(strip(str(graph.value(step, PG.quote)))):
            assert any(length in words for words in said), (step, length)


PROMPT = ("及时", "立即", "适时", "按时", "定期", "实时")


@every_document
def test_no_step_passes_over_a_word_of_time_in_its_title(document: str) -> None:
    graph = model(document)
    for step in graph.subjects(RDF.type, PG.ProcedureStep):
        said = {str(graph.value(t, PG.asWritten)) for t in graph.objects(step, PG.timing)}
        title = str(graph.value(step, DCTERMS.title))
        assert [word for word in PROMPT if word in title and word not in said] == [], step


@every_document
def test_a_step_with_a_modal_word_at_its_verb_says_so(document: str) -> None:
    """The force of a step and the printed word agree: 应, 要 → shall; 可 → may; 鼓励, 支持 → encouraged."""
    graph = model(document)
    forces = {
        "应": "shall",
        "要": "shall",
        "务必要": "shall",
        "可": "may",
        "鼓励": "encourage",
        "支持": "encourage",
        "将": "plain",
    }
    for step in graph.subjects(RDF.type, PG.ProcedureStep):
        force, word = str(graph.value(step, PG.force)), graph.value(step, PG.forceAsWritten)
        assert force == str(ID[f"concept/force-{forces[str(word)] if word is not None else 'plain'}"]), step


def test_the_same_words_have_the_same_code_in_every_document() -> None:
    """A phrase is coded once: mechanism and status of a quoted phrase, effect of an act, whichever text prints it."""

    def fold(words: Node | None) -> str:
        return re.sub(r"[\s,，。；;、:：]", "", str(words))

    codes: dict[tuple[str, ...], dict[object, set[str]]] = {}
    for document in DOCUMENTS:
        graph = model(document)
        for statement, mechanism in graph.subject_objects(PG.mechanism):
            key = ("mechanism", str(mechanism), fold(graph.value(statement, PG.quote)))
            codes.setdefault(key, {}).setdefault(str(graph.value(statement, PG.status)), set()).add(document)
        split = set(graph.objects(None, PG.actOf))
        for measure, action in graph.subject_objects(PG.action):
            if measure not in split:
                effects = frozenset(str(o) for o in graph.objects(measure, PG.effect))
                codes.setdefault(("effect", fold(action)), {}).setdefault(effects, set()).add(document)
    assert {key: told for key, told in codes.items() if len(told) > 1} == {}


def test_what_a_text_lists_beside_its_measures_is_found_item_by_item() -> None:
    sectors = set(map(str, model("jiangsu-2019-820").objects(ID["general-rule/jiangsu-2019-820/1"], PG.item)))
    assert len(sectors) == 10
    kinds = [str(o).rsplit("-", 1)[-1] for o in model("xinzheng-2010-36").objects(None, PG.ruleKind)]
    assert sorted(kinds) == ["content"] * 4 + ["organisation"] * 3
