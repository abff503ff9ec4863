"""The codebook: questions as data, an answer for every document with its words or with why there is none, and the
topic sheets on page and in files, which hold the same cell by cell.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import docx
import lxml.html
import openpyxl
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS
from rdflib.query import ResultRow
from rdflib.term import Node
from starlette.testclient import TestClient
from tests.conftest import Visit, open_once
from typer.testing import CliRunner

from policygraph.errors import DataError, InputError, NotFoundError
from policygraph.judging.coding import find_disagreements
from policygraph.judging.comparing.codebook import answer_questions
from policygraph.judging.comparing.sheets import FILTERS, Sheet, choose_sheet, find_marks
from policygraph.keeping.comparisons import read_sheet
from policygraph.keeping.dataset.building import build
from policygraph.keeping.sources import find_root
from policygraph.keeping.store import Cell, Store
from policygraph.keeping.workspace import open_workspace
from policygraph.namespaces import ID, PG, slug_of
from policygraph.speaking.cli import comparing
from policygraph.speaking.web.site import Site

DAY = "2026-11-22"
FIVE = ["jiamusi-2020-5", "jiamusi-2020-6", "jiangsu-2019-820", "xinzheng-2010-36", "yiyuan-2021-28"]
REPORTING = ID["concept/question-feedback-timing"]
QUOTED = {"delegated", "quoted-only", "damaged", "unquantified"}


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


@pytest.fixture(scope="module")
def answers(store: Store) -> list[dict[str, Cell]]:
    answer = store.ask("answers", {"as_of": DAY})
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


@pytest.fixture(scope="module")
def sheet(store: Store) -> Sheet:
    return read_sheet(store, DAY, Site(store).names["zh"].place_of)


@pytest.fixture(scope="module")
def client(visit: Visit) -> TestClient:
    return visit()


# --- the questions ---------------------------------------------------------------------------------------------------


def test_every_question_can_be_answered_by_somebody_who_has_only_the_texts(store: Store) -> None:
    asked = store.ask("codebook")
    questions = [dict(zip(asked.columns, row, strict=True)) for row in asked.rows]
    assert 40 <= len(questions) <= 60
    assert {q["kind"] for q in questions} == {"yes-no", "category", "duration", "number", "actor", "force", "timing"}
    for one in questions:
        name = str(one["question"])
        assert all(one[column] for column in ("topic", "definition", "includes", "excludes", "definition_en")), name
        assert str(one["examples"]).count("：") >= 2, name
        assert bool(one["allowed"]) is (one["kind"] != "actor"), name
        assert str(one["question_label"]).endswith("？"), name
    assert len({q["question_label"] for q in questions}) == len(questions)


def test_every_document_answers_every_question_in_its_words_or_says_why_not(answers: list[dict[str, Cell]]) -> None:
    found: dict[tuple[str, str], int] = {}
    for row in answers:
        document, question = slug_of(str(row["document"]))[4:], slug_of(str(row["question"]))[17:]
        found[question, document] = found.get((question, document), 0) + 1
        name = f"{question} {document}"
        assert (row["value"] is None) is (row["absence"] is not None), name
        assert row["absence"] != "uncurated", f"{name}: nobody has looked"
        if row["value"] is not None or row["absence"] in QUOTED:
            assert row["clause"], name
            assert row["quote"], name
            assert row["source"] or row["coded_on"], f"{name}: neither from the graph nor dated"
        if row["kind"] in ("number", "duration") and row["value"] is not None:
            assert row["unit"], name
            assert float(str(row["value"])) > 0
    assert {document for _, document in found} == set(FIVE)
    assert len(found) == 5 * len({question for question, _ in found})


@pytest.mark.parametrize(
    ("question", "document", "expected"),
    [
        ("clean-window", "jiamusi-2020-6", ["3年"] * 3),
        ("clean-window", "yiyuan-2021-28", ["3年"]),
        ("review-window", "jiangsu-2019-820", ["5年"]),
        ("bad-run", "xinzheng-2010-36", ["2年"]),
        ("grade-scores", "xinzheng-2010-36", ["95分", "85分", "75分"]),
        ("grade-scores", "jiangsu-2019-820", ["未规定"]),
        ("grade-scores", "jiamusi-2020-6", ["不适用"]),
        ("grade-count", "yiyuan-2021-28", ["依上级或另行规定"]),
        ("recogniser", "jiangsu-2019-820", ["各相关部门", "各级安全监管监察部门"]),
        ("black-public", "xinzheng-2010-36", ["不适用"]),
        ("black-public", "jiamusi-2020-5", ["仅见于引文"]),
        ("combination", "jiamusi-2020-5", ["不适用"]),
        ("repair-after-timing", "jiangsu-2019-820", ["不适用"]),
        ("watch-public", "yiyuan-2021-28", ["否"]),
        ("watch-public", "jiangsu-2019-820", ["未规定"]),
        ("watch-force", "yiyuan-2021-28", ["可"]),
        ("watch-term", "jiangsu-2019-820", ["有词无数"]),
        ("missing-papers-force", "jiamusi-2020-6", ["可"]),
        ("missing-papers-force", "yiyuan-2021-28", ["应当"]),
        ("lists-named", "jiamusi-2020-5", ["仅见于引文"]),
        ("objection", "jiangsu-2019-820", ["未规定"]),
        ("procurement", "jiamusi-2020-5", ["限制"]),
    ],
)
def test_what_a_reader_of_the_texts_finds(
    answers: list[dict[str, Cell]], question: str, document: str, expected: list[str]
) -> None:
    given = [
        str(row["answer"])
        for row in answers
        if str(row["question"]).endswith(f"/question-{question}") and str(row["document"]).endswith(document)
    ]
    assert given == expected


def test_another_reading_is_data_with_what_it_answers(answers: list[dict[str, Cell]]) -> None:
    spoken = [row for row in answers if "另一读法" in str(row["note"]) or "另一理解" in str(row["note"])]
    assert spoken
    told = {
        (slug_of(str(row["question"])), slug_of(str(row["document"]))): row for row in answers if row["other_reading"]
    }
    assert {(slug_of(str(row["question"])), slug_of(str(row["document"]))) for row in spoken} == set(told)
    assert all(row["other_answer"] and row["other_value"] and row["other_reading_en"] for row in told.values())
    timing = told["concept/question-publish-timing", "doc/jiamusi-2020-5"]
    assert (timing["value"], timing["other_value"], timing["other_answer"]) == ("vague", "absent", "未规定")
    both = told["concept/question-combination", "doc/yiyuan-2021-28"]
    assert (both["value"], both["other_value"]) == ("any-of", "all-of")


def test_another_reading_answers_what_the_question_allows() -> None:
    root = find_root()
    graph = Graph()
    for path in (*root.glob("data/documents/*/answers.ttl"), *root.glob("ontology/concepts/*.ttl")):
        graph.parse(path)
    absences = set(graph.subjects(SKOS.inScheme, ID["concept/scheme-absences"]))
    assert absences
    for said, value in graph.subject_objects(PG.otherAnswer):
        question = graph.value(said, PG.question)
        schemes = set(graph.objects(question, PG.allowedScheme))
        allowed = set(graph.objects(question, PG.allowedValue)) | {
            one for scheme in schemes for one in graph.subjects(SKOS.inScheme, scheme)
        }
        assert value in allowed | absences, said


def test_before_a_document_was_issued_it_answers_nothing(store: Store) -> None:
    given = {"question": "规定了哪些修复方式？", "document": "源应急发〔2021〕28号", "as_of": "2021-08-04"}
    answer = store.ask("answers", given)
    (row,) = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
    assert (row["answer"], row["absence"], row["quote"]) == ("尚未印发", "not-issued", None)
    assert len(store.ask("answers", given | {"as_of": "2021-08-05"}).rows) == 3


# --- how answers come about -------------------------------------------------------------------------------------------

HEAD = """
@base <https://w3id.org/policygraph/id/> .
@prefix pg: <https://w3id.org/policygraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<doc/a> a pg:PolicyDocument .
<concept/question-one> a pg:Question ; pg:order 1 ; pg:answerKind <concept/answer-kind-yes-no> ;
    pg:allowedValue <concept/answer-yes> , <concept/answer-no> .
<concept/question-many> a pg:Question ; pg:order 2 ; pg:answerKind <concept/answer-kind-duration> ; pg:several true ;
    pg:unit <concept/unit-year> , <concept/unit-month> ; pg:answerQuery "asked" ;
    pg:answerRestsOn <concept/curated-conditions> .
"""
DATED = ' ; dcterms:date "2026-11-26"^^xsd:date . '
SAID = 'pg:document <doc/a> ; pg:clause <doc/a/1> ; pg:quote "连续6个月没有违法" '
CONDITION = f'<condition/a/1> {SAID} ; pg:window "P6M"^^xsd:duration . '


def curated(what: str, question: str = "one", name: str = "1") -> str:
    return f"<answer/a/{name}> a pg:Answer ; pg:question <concept/question-{question}> ; {what}" + DATED


def answer(data: str, check: str = "", head: str = HEAD) -> tuple[Graph, tuple[str, ...]]:
    union = Graph().parse(data=head + data, format="turtle")
    if check:
        union.add((ID["concept/question-one"], PG.checkQuery, URIRef("urn:checked")))

    def select(text: str) -> Iterator[Mapping[str, Node]]:
        if text.endswith("asked"):
            for item, value in union.subject_objects(PG.window):
                yield {"item": item, "value": value}
        elif text.endswith("urn:checked"):
            yield {"document": ID["doc/a"], "value": ID[f"concept/answer-{check}"]}

    return answer_questions(union, select)


def told(graph: Graph, question: str) -> list[str]:
    terms = (PG.answerValue, PG.unit, PG.absence)
    return [
        " ".join(slug_of(str(value)) for term in terms if (value := graph.value(one, term)) is not None)
        for one in graph.subjects(PG.question, ID[f"concept/question-{question}"])
    ]


def test_silence_is_told_only_of_what_was_read_to_its_end() -> None:
    settled = "<doc/a> pg:settledKind <concept/curated-conditions> . "
    assert told(answer("")[0], "many") == ["concept/absence-uncurated"]
    assert told(answer(settled)[0], "many") == ["concept/absence-absent"]
    assert told(answer(settled)[0], "one") == ["concept/absence-uncurated"]
    silence = (
        "<answer/a/0> a pg:Silence ; pg:document <doc/a> ; pg:absence <concept/absence-not-applicable> ; "
        "pg:question <concept/question-one> , <concept/question-many>"
    )
    graph, faults = answer(silence + DATED)
    assert faults == ()
    assert told(graph, "one") == told(graph, "many") == ["concept/absence-not-applicable"]


def test_a_period_of_the_graph_is_a_number_with_its_unit_and_its_words() -> None:
    graph, faults = answer(CONDITION)
    assert faults == ()
    assert told(graph, "many") == ["6 concept/unit-month"]
    (one,) = graph.subjects(PG.answeredFrom, ID["condition/a/1"])
    assert (str(graph.value(one, PG.quote)), graph.value(one, PG.clause)) == ("连续6个月没有违法", ID["doc/a/1"])


def test_what_two_sentences_say_differently_is_answered_twice() -> None:
    """That a question has one answer binds editors: what a document itself says twice is told as it stands."""
    other = CONDITION.replace("condition/a/1", "condition/a/2").replace("6", "9")
    single = HEAD.replace("pg:several true ;", "pg:several false ;")
    graph, faults = answer(CONDITION + other, head=single)
    assert faults == ()
    assert sorted(told(graph, "many")) == ["6 concept/unit-month", "9 concept/unit-month"]
    graph, faults = answer(CONDITION + other.replace("9", "6"), head=single)
    assert (told(graph, "many"), faults) == (["6 concept/unit-month"], ())


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["frequency", "limit"], ["limit"]),
        (["trigger", "frequency", "vague"], ["frequency"]),
        (["trigger", "vague"], ["vague"]),
        (["trigger"], ["trigger"]),
        ([], ["absence-uncurated"]),
    ],
)
def test_of_the_time_words_on_reporting_the_strictest_are_the_answer(kinds: list[str], expected: list[str]) -> None:
    """As the definition of the question says; another document's words do not count."""
    union = Graph()
    for name in ("questions", "timings"):
        union.parse(find_root() / "ontology" / "concepts" / f"{name}.ttl")
    steps = [*(("a", kind) for kind in kinds), ("b", "limit")]
    data = "".join(
        f"<step/{place}/{kind}> a pg:ProcedureStep ; pg:document <doc/{place}> ; pg:clause <doc/{place}/1> ; "
        f'pg:quote "{kind}" ; pg:procedure [ pg:procedureKind <concept/procedure-feedback> ] ; '
        f"pg:timing [ pg:timingKind <concept/timing-{kind}> ] . "
        for place, kind in steps
    )
    union.parse(data=HEAD.partition("<concept/")[0] + data, format="turtle")

    def select(text: str) -> Iterator[Mapping[str, Node]]:
        for row in union.query(text) if "procedure-feedback" in text else ():
            assert isinstance(row, ResultRow)
            yield {str(name): value for name, value in row.asdict().items()}

    graph, faults = answer_questions(union, select)
    assert faults == ()
    answers = [one for one in graph.subjects(PG.document, ID["doc/a"]) if (one, PG.question, REPORTING) in graph]
    given = [graph.value(one, PG.answerValue) or graph.value(one, PG.absence) for one in answers]
    assert [slug_of(str(value)).removeprefix("concept/").removeprefix("timing-") for value in given] == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("<set/1> pg:hasCondition <c/2> ; pg:governs <m/1> .", "answer-all-of"),
        ("<set/1> pg:hasCondition <c/2> ; pg:governs <m/2> . <m/2> pg:actOf <m/1> .", "answer-all-of"),
        ('<set/1> pg:hasCondition <c/2> ; pg:governs <list/1> . <list/1> pg:listKind "red" .', "answer-all-of"),
        ('<set/1> pg:hasCondition <c/2> ; pg:governs <list/1> . <list/1> pg:listKind "watch" .', ""),
        ("<set/1> pg:governs <m/1> .", ""),
    ],
)
def test_how_conditions_combine_is_answered_as_the_model_has_it(data: str, expected: str) -> None:
    """A set of one condition combines nothing, and what leads to no incentive is not asked for."""
    union = Graph().parse(find_root() / "ontology" / "concepts" / "questions.ttl")
    start = '<set/1> a pg:ConditionSet ; pg:document <doc/a> ; pg:combination "allOf" ; pg:hasCondition <c/1> . '
    silent = (
        "<m/1> a pg:IncentiveMeasure . <answer/a/0> a pg:Silence ; pg:document <doc/a> ; "
        "pg:absence <concept/absence-absent> ; pg:question <concept/question-combination>"
    )
    union.parse(data=HEAD.partition("<concept/")[0] + start + data + silent + DATED, format="turtle")

    def select(text: str) -> Iterator[Mapping[str, Node]]:
        for row in union.query(text) if "pg:ConditionSet" in text else ():
            assert isinstance(row, ResultRow)
            yield {str(name): value for name, value in row.asdict().items()}

    faults = answer_questions(union, select)[1]
    assert ["图里的编码要求答 answer-all-of" in one for one in faults] == ([True] if expected else [])


YES = "pg:answerValue <concept/answer-yes>"
SILENCE = (
    "<answer/a/0> a pg:Silence ; pg:document <doc/a> ; pg:absence <concept/absence-damaged> ; "
    "pg:question <concept/question-one>"
)


@pytest.mark.parametrize(
    ("data", "check", "fault"),
    [
        (curated(f"{YES} ; {SAID}"), "yes", ""),
        (curated(f"{YES} ; {SAID}"), "no", "图里的编码要求答 answer-no"),
        (SILENCE.replace("damaged", "absent") + DATED, "yes", "图里的编码要求答 answer-yes"),
        # nobody has answered yet: uncurated, no contradiction
        ("", "yes", ""),
        (curated(f"{YES} ; {SAID}") + curated(f"{YES} ; {SAID}", name="2"), "", "只能有一个答案"),
        (curated(f"pg:answerValue <concept/answer-red> ; {SAID}"), "", "不在问题允许的取值里"),
        (curated(f"{YES} ; pg:document <doc/a>"), "", "没有附原文"),
        (curated("pg:absence <concept/absence-delegated> ; pg:document <doc/a>"), "", "没有附原文"),
        (curated(f"{YES} ; pg:absence <concept/absence-absent> ; {SAID}"), "", "须写一个，只写一个"),
        (curated(f"{YES} ; {SAID}").replace(DATED, " . "), "", "没有写整理的日子"),
        (curated(f"pg:answerValue 3.0 ; pg:unit <concept/unit-points> ; {SAID}", "many"), "", "的单位不是"),
        (curated(f'pg:answerValue "三年" ; {SAID}', "many"), "", ""),
        (CONDITION + curated(f"pg:answerValue 3.0 ; pg:unit <concept/unit-year> ; {SAID}", "many"), "", "既由查询"),
        (SILENCE + DATED, "", "缺失种类须附原文"),
        # what a model leaves open on purpose is answered by somebody: silence is no answer to it
        (f"<step/1> {SAID} ; pg:leavesOpen <concept/question-one> .", "", "注明文字两可"),
        (f"<step/1> {SAID} ; pg:leavesOpen <concept/question-one> ." + curated(f"{YES} ; {SAID}"), "", ""),
        (f"<step/1> {SAID} ; pg:leavesOpen <concept/question-many> ." + CONDITION, "", ""),
        (curated(f"pg:absence <concept/absence-absent> ; pg:absenceOf <concept/answer-yes> ; {SAID}"), "", "不在问题"),
        (curated(f"pg:absence <concept/absence-damaged> ; pg:absenceOf <concept/answer-x> ; {SAID}"), "", "不在问题"),
    ],
)
def test_answers_that_cannot_stand_are_refused_by_name(data: str, check: str, fault: str) -> None:
    faults = answer(data, check)[1]
    assert len(faults) == (1 if fault else 0), faults
    assert all(fault in one and one.startswith("doc/a ") for one in faults)


PREMISED = (
    HEAD
    + """
<concept/question-many> pg:presupposes <concept/premise-one> .
<concept/premise-one> a pg:Premise ; pg:premiseQuestion <concept/question-one> ; pg:premiseValue <concept/answer-yes> .
<concept/question-last> a pg:Question ; pg:order 0 ; pg:answerKind <concept/answer-kind-actor> ;
    pg:presupposes <concept/premise-many> .
<concept/premise-many> a pg:Premise ; pg:premiseQuestion <concept/question-many> .
<doc/a> pg:settledKind <concept/curated-conditions> .
"""
)
LEFT = f"pg:absence <concept/absence-quoted-only> ; {SAID}"


@pytest.mark.parametrize(
    ("data", "many", "last"),
    [
        # what the premise lacks, the chain behind it lacks too, in whatever order the questions stand
        (curated(f"pg:answerValue <concept/answer-no> ; {SAID}"), "not-applicable", "not-applicable"),
        (SILENCE.replace("damaged", "absent") + DATED, "not-applicable", "not-applicable"),
        (curated(f"{YES} ; {SAID}"), "absent", "not-applicable"),
        (curated(f"{YES} ; {SAID}") + CONDITION, "6 concept/unit-month", "uncurated"),
        # words that settle nothing, and what nobody has read, deny nothing
        (curated(LEFT), "absent", "not-applicable"),
        (curated(LEFT) + CONDITION, "6 concept/unit-month", "uncurated"),
        (curated(LEFT.replace("quoted-only", "delegated")), "absent", "not-applicable"),
        (curated(LEFT.replace("quoted-only", "damaged")), "absent", "not-applicable"),
        ("", "absent", "not-applicable"),
        # words that speak of one value only leave that value open, and no other
        (curated(f"pg:absenceOf <concept/answer-yes> ; {LEFT}"), "absent", "not-applicable"),
        (curated(f"pg:absenceOf <concept/answer-no> ; {LEFT}"), "not-applicable", "not-applicable"),
    ],
)
def test_a_question_whose_premise_a_document_lacks_is_not_applicable(data: str, many: str, last: str) -> None:
    graph, faults = answer(data, head=PREMISED)
    assert faults == ()
    for question, expected in (("many", many), ("last", last)):
        assert [one.removeprefix("concept/absence-") for one in told(graph, question)] == [expected], question
        (one,) = graph.subjects(PG.question, ID[f"concept/question-{question}"])
        unmet = graph.value(one, PG.unmetPremise)
        assert (unmet is not None) is (expected == "not-applicable")
    bare = answer(data, head=re.sub(r"<\S+> pg:presupposes .*", "", PREMISED))[0]
    assert "concept/absence-not-applicable" not in told(bare, "many")


@pytest.mark.parametrize(
    ("settled", "expected"),
    [("", "uncurated"), ("<doc/a> pg:settledKind <concept/curated-conditions> . ", "not-applicable")],
)
def test_what_was_not_read_to_the_end_may_still_have_the_premise(settled: str, expected: str) -> None:
    """One kind of list is in the model and nobody has read on: the other kind is not lacking yet."""
    head = (
        HEAD
        + """
<concept/question-last> a pg:Question ; pg:order 3 ; pg:answerKind <concept/answer-kind-actor> ;
    pg:presupposes <concept/premise-year> .
<concept/premise-year> a pg:Premise ; pg:premiseQuestion <concept/question-many> ; pg:premiseValue 12.0 .
"""
    )
    graph, faults = answer(CONDITION + settled, head=head)
    assert faults == ()
    assert told(graph, "many") == ["6 concept/unit-month"]
    assert told(graph, "last") == [f"concept/absence-{expected}"]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (CONDITION, "没有前提 premise-one"),
        (SILENCE.replace("-one>", "-many>").replace("a/0", "a/9").replace("damaged", "absent") + DATED, "没有前提"),
        (curated(f"pg:absence <concept/absence-delegated> ; {SAID}", "many", "2"), "没有前提 premise-one"),
        ("<concept/question-one> pg:presupposes <concept/premise-many> .", "互为前提：question-"),
    ],
)
def test_nobody_answers_what_an_unmet_premise_answers(data: str, fault: str) -> None:
    no = curated(f"pg:answerValue <concept/answer-no> ; {SAID}")
    (told_wrong,) = answer(no + data, head=PREMISED)[1]
    assert fault in told_wrong
    assert answer(no, head=PREMISED)[1] == ()


def test_a_derived_answer_gives_its_premise_as_the_reason_on_page_and_in_files(
    client: TestClient, answers: list[dict[str, Cell]], sheet: Sheet
) -> None:
    derived = [row for row in answers if row["premise"]]
    assert len(derived) > 50
    assert all(row["absence"] == "not-applicable" and row["reason"] and row["reason_en"] for row in derived)
    (row,) = choose_sheet(sheet, rows=["watch-term"], documents=["xinzheng-2010-36"]).rows
    reason = "文件没有重点关注名单"
    assert row.cells[0].reason.startswith(reason)
    address = f"view=questions&as_of={DAY}&row=watch-term&document=xinzheng-2010-36"
    for form in ("", ".csv", ".json", ".txt"):
        assert reason in client.get(f"/compare{form}?{address}").text, form
    assert "The document has no watch list." in client.get(f"/en/compare?{address}").text


def code_cells(rows: Iterable[Mapping[str, Cell]]) -> dict[tuple[str, str], set[str]]:
    """What is answered in each cell: question and document, with value and unit or the kind of absence."""
    cells: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        names = (str(row[column]).rpartition("/")[2].removeprefix("question-") for column in ("question", "document"))
        said = " ".join(str(row[c]).removeprefix("timing-") for c in ("value", "unit") if row[c])
        question, document = names
        cells.setdefault((question, document), set()).add(str(row["absence"]) if row["absence"] else said)
    return cells


def test_every_answer_was_coded_twice_and_each_difference_is_listed(answers: list[dict[str, Cell]]) -> None:
    """What the second coder sealed covers every cell; where it differs today, a list says why, and lists no more."""
    folder = find_root() / "docs"
    with (folder / "codebook-second.csv").open(encoding="utf-8", newline="") as file:
        second = code_cells(list(csv.DictReader(file)))
    with (folder / "codebook-differences.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    first = code_cells(answers)
    assert len(first) == 295
    assert set(first) - set(second) == set(), "没有另一人编码的格子"
    ruled = {cell for row in answers if row["premise"] for cell in code_cells([row])}
    differing = {cell for cell in first if first[cell] != second[cell]} - ruled
    told = {(row["question"], row["document"]): row for row in listed}
    assert set(told) == differing
    for cell, row in told.items():
        assert (set(row["first"].split("；")), set(row["second"].split("；"))) == (first[cell], second[cell]), cell
        assert len(row["why"]) >= 10


def test_equal_words_give_equal_answers_to_one_question() -> None:
    first = curated(f"{YES} ; {SAID}")
    second = curated(f"pg:answerValue <concept/answer-no> ; {SAID}", name="2").replace("doc/a", "doc/b")
    alike = curated(f"{YES} ; {SAID}", name="2").replace("doc/a", "doc/b")
    other = second.replace("question-one", "question-many")
    for data, expected in ((second, ["value"]), (alike, []), (other, [])):
        graph = Graph().parse(data=HEAD + first + data, format="turtle")
        found = find_disagreements(graph, graph)
        assert [one.code for one in found] == expected


@pytest.mark.slow
def test_a_build_refuses_an_answer_that_is_not_in_the_words_of_its_clause(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for part in ("ontology", "data", "shapes"):
        shutil.copytree(find_root() / part, root / part)
    path = root / "data" / "documents" / "yiyuan-2021-28" / "answers.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("不对外公开", "不得公开"), encoding="utf-8")
    with pytest.raises(DataError, match=r"answers\.ttl: .*引文不是该条款的原文"):
        build(tmp_path / "out", open_workspace(ground=root))


# --- sheets ----------------------------------------------------------------------------------------------------------


def test_a_document_is_a_column_and_those_of_a_place_stand_together(sheet: Sheet) -> None:
    assert [column.slug for column in sheet.columns] == FIVE
    assert [(label, count) for label, _, count in sheet.groups] == [
        ("佳木斯市", 2), ("江苏省", 1), ("新郑市", 1), ("沂源县", 1),
    ]  # fmt: skip


def test_the_filter_leaves_out_what_does_not_differ(sheet: Sheet) -> None:
    two = ["jiangsu-2019-820", "yiyuan-2021-28"]
    whole = {row.slug for row in choose_sheet(sheet, documents=two).rows}
    parts = {name: {row.slug for row in choose_sheet(sheet, documents=two, standing=name).rows} for name in FILTERS}
    assert set().union(*parts.values()) == whole
    assert sum(len(part) for part in parts.values()) == len(whole)
    assert {"repair-means", "watch-force"} <= parts["differ"]
    assert {"repair-after", "green-channel"} <= parts["lack"]
    assert {"repair-provided", "watch-to-black-force", "own-term"} <= parts["agree"]
    assert all(row.standing == "differ" for row in choose_sheet(sheet, standing="differ").rows)
    assert 0 < len(choose_sheet(sheet, standing="differ").rows) < len(sheet.rows) / 2


def test_what_nobody_has_looked_at_neither_differs_nor_agrees(sheet: Sheet) -> None:
    (row,) = choose_sheet(sheet, rows=["watch-force"], documents=["yiyuan-2021-28", "xinzheng-2010-36"]).rows
    assert row.standing == "lack"
    unseen = replace(row.cells[0], status="uncurated", passages=())
    assert replace(row, cells=(unseen, row.cells[1])).standing == "agree"
    assert replace(row, cells=(unseen, unseen)).standing == ""


def test_changed_words_are_marked_in_both_documents(sheet: Sheet) -> None:
    (row,) = choose_sheet(sheet, rows=["missing-papers-force"]).rows
    marked = {
        column.slug: [piece.text for one in cell.passages for piece in one.pieces if piece.differs]
        for column, cell in zip(sheet.columns, row.cells, strict=True)
    }
    assert (marked["jiamusi-2020-6"], marked["yiyuan-2021-28"]) == (["可"], ["应"])
    for cell in row.cells:
        for passage in cell.passages:
            assert "".join(piece.text for piece in passage.pieces) == passage.quote
    alone = choose_sheet(sheet, rows=["missing-papers-force"], documents=["jiamusi-2020-6"])
    assert not any(piece.differs for piece in alone.rows[0].cells[0].passages[0].pieces)


def test_rulers_keep_the_proportions(sheet: Sheet) -> None:
    marks = {(mark.row.slug, mark.column.slug): mark for mark in find_marks(choose_sheet(sheet, "thresholds"))}
    lengths = [
        marks[key].length
        for key in (
            ("cycle", "xinzheng-2010-36"), ("bad-run", "xinzheng-2010-36"), ("clean-window", "yiyuan-2021-28"),
            ("review-window", "jiangsu-2019-820"),
        )
    ]  # fmt: skip
    assert lengths == pytest.approx([0.2, 0.4, 0.6, 1.0])
    assert [band.label for band in sheet.bands] == ["未评为星级", "三星级", "四星级", "五星级"]
    assert all(
        low.upper == high.lower and low.upper_inclusive != high.lower_inclusive for low, high in pairwise(sheet.bands)
    )


def test_what_does_not_exist_is_refused(sheet: Sheet, client: TestClient) -> None:
    with pytest.raises(InputError, match="repair"):
        choose_sheet(sheet, "nothing")
    with pytest.raises(InputError, match="codebook"):
        choose_sheet(sheet, rows=["nothing"])
    with pytest.raises(NotFoundError, match="沂源县"):
        choose_sheet(sheet, documents=["新政〔2010〕99号"])
    for query in ("topic=x", "row=x", "place=x", "document=x", "differences=x"):
        assert client.get(f"/compare?view=questions&as_of={DAY}&{query}").status_code in (400, 404), query


# --- page and files ---------------------------------------------------------------------------------------------------


def read_page(text: str) -> tuple[list[str], dict[str, list[tuple[str, list[str]]]]]:
    """The documents of a page and, by question, what each cell shows: the answer, and the quotes in their order."""
    table = lxml.html.fromstring(text).xpath('//table[contains(@class, "sheet")]')[0]
    numbers = [clean(head) for head in table.xpath("./thead/tr[2]/th")]
    rows = {}
    for row in table.xpath("./tbody/tr"):
        cells = [(clean(cell.xpath("./p")[0]), [clean(q) for q in cell.xpath(".//q")]) for cell in row.xpath("./td")]
        rows[row.xpath("./th/text()")[0].strip()] = cells
    return numbers, rows


def clean(element: lxml.html.HtmlElement) -> str:
    return re.sub(r"\s+", "", element.text_content())


def bare(text: object) -> str:
    return re.sub(r"\s+", "", str(text or ""))


@pytest.mark.parametrize(
    "query",
    [
        "topic=repair",
        "topic=lists&differences=differ",
        "row=missing-papers-force&row=clean-window&place=370323&document=jiamusi-2020-6",
    ],
)
def test_each_file_holds_the_cells_of_the_screen(client: TestClient, query: str) -> None:
    address = f"view=questions&as_of={DAY}&{query}"
    page = client.get(f"/compare?{address}").text
    numbers, shown = read_page(page)
    assert numbers
    assert shown

    read = csv.DictReader(io.StringIO(client.get(f"/compare.csv?{address}").text))
    told = [row for row in read if row["状态"] != "现行法"]  # its own section: tests/test_topic_law.py
    rows = [
        {name: value or "" for name, value in row.items()}
        for row in client.get(f"/compare.json?{address}").json()["rows"]
    ]
    for head, name in (
        ("问题", "question_label"), ("文号", "number"), ("状态", "status"), ("答案", "answer"), ("原文", "quote"),
        ("所在条款", "locator"), ("编者说明", "note"), ("截至", "as_of"),
    ):  # fmt: skip
        assert [row[head] for row in told] == [row[name] for row in rows]
    assert all(row["文件 IRI"].endswith(f"/id/doc/{one['document']}") for row, one in zip(told, rows, strict=True))
    filed: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        filed.setdefault(row["question_label"], []).append(row)
    assert list(filed) == list(shown)
    for label, cells in shown.items():
        assert [row["number"] for row in filed[label]] == numbers
        for row, (value, quotes) in zip(filed[label], cells, strict=True):
            assert value == bare(row["answer"] or row["status"])
            assert quotes == [bare(quote) for quote in row["quote"].splitlines() if quote]
            assert all(row["number"] in place for place in row["locator"].splitlines())
            assert (row["as_of"], row["dataset"][:16] in page) == (DAY, True)

    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/compare.xlsx?{address}").content))
    grid = [[bare(cell) for cell in row] for row in book[book.sheetnames[0]].iter_rows(values_only=True)]
    assert all(head.endswith(number) for head, number in zip(grid[0][1:], numbers, strict=True))
    paper = docx.Document(io.BytesIO(client.get(f"/compare.docx?{address}").content))
    table = [[bare(cell.text) for cell in row.cells] for row in paper.tables[0].rows]
    assert all(head.endswith(number) for head, number in zip(table[0][1:], numbers, strict=True))
    for place in (grid, table):
        assert [row[0] for row in place[1:]] == [bare(label) for label in shown]
        for line, cells in zip(place[1:], shown.values(), strict=True):
            for text, (value, quotes) in zip(line[1:], cells, strict=True):
                assert text.startswith(value)
                assert all(f"“{quote}”" in text for quote in quotes)
        # why a question cannot be put to a document stands in both
        reasons = {bare(row["note"]) for row in rows if row["note"] and not row["quote"]}
        assert all(any(reason in text for line in place for text in line) for reason in reasons)
    said = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert rows[0]["dataset"] in said
    assert all(number in bare(said) for number in numbers)
    assert DAY in said


def test_a_cell_is_cited_with_document_place_words_day_and_dataset(client: TestClient, store: Store) -> None:
    cell = f"view=questions&as_of={DAY}&row=watch-public&document=yiyuan-2021-28"
    (line,) = client.get(f"/compare.txt?{cell}").text.splitlines()
    for part in (
        "（源应急发〔2021〕28号）",
        "附件二（七）“重点关注名单共享信息不对外公开”",
        "否",
        DAY,
        str(store.dataset),
    ):
        assert part in line
    page = lxml.html.fromstring(client.get(f"/compare?view=questions&topic=lists&as_of={DAY}").text)
    (link,) = page.xpath('//td[@id="watch-public.yiyuan-2021-28"]/details[contains(@class, "cite")]//a/@href')
    assert client.get(link).text.splitlines() == [line]


def test_an_english_cell_is_cited_in_english_around_words_as_they_were_issued(client: TestClient) -> None:
    page = lxml.html.fromstring(client.get(f"/en/compare?view=questions&topic=lists&as_of={DAY}").text)
    links = page.xpath('//td//details[contains(@class, "cite")]//a/@href')
    assert links
    assert all(link.startswith("/en/") for link in links)
    (link,) = page.xpath('//td[@id="watch-public.yiyuan-2021-28"]/details[contains(@class, "cite")]//a/@href')
    (line,) = client.get(link).text.splitlines()
    assert line.startswith("Notice of the Yiyuan Emergency Management Bureau")
    assert "(源应急发〔2021〕28号), Annex 二（七）: “重点关注名单共享信息不对外公开”. Q: " in line
    assert line.endswith(")")


def test_the_page_opens_on_a_topic_and_every_topic_is_a_small_page(client: TestClient, sheet: Sheet) -> None:
    first = client.get(f"/compare?as_of={DAY}").text
    assert list(read_page(first)[1]) == [row.label for row in choose_sheet(sheet, "repair").rows]
    for prefix in ("", "/en"):
        for topic in sheet.topics:
            answer = client.get(f"{prefix}/compare?view=questions&topic={topic.slug}&as_of={DAY}")
            assert answer.status_code == 200
            assert len(answer.content) < 150_000, topic.slug
    assert "Does the document provide for credit repair?" in client.get(f"/en/compare?as_of={DAY}").text


def test_the_command_gives_the_rows_of_the_page(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "load_store", lambda *_: store)
    monkeypatch.setattr(comparing, "today", lambda: DAY)
    printed = CliRunner().invoke(comparing.app, ["沂源", "江苏", "--topic", "repair", "--format", "csv"])
    assert printed.exit_code == 0
    address = f"/compare.csv?view=questions&topic=repair&place=370323&place=320000&as_of={DAY}"
    assert printed.stdout == client.get(address).text
    table = CliRunner().invoke(comparing.app, ["--topic", "repair", "--differences"])
    assert "规定了哪些修复方式" in table.stdout
    assert "修复由谁认定" not in table.stdout
    assert "文件没有重点关注名单" in CliRunner().invoke(comparing.app, ["新郑", "--topic", "lists"]).stdout


def test_a_limit_of_a_party_is_no_limit_of_an_authority() -> None:
    """The question of the codebook itself is asked of three steps that differ in who takes them."""
    graph = Graph().parse(find_root() / "ontology" / "concepts" / "questions.ttl")
    query = str(graph.value(ID["concept/question-fixed-limit"], PG.answerQuery))
    steps = "".join(
        f"<step/{name}> a pg:ProcedureStep ; {side} pg:timing "
        f'[ pg:timingKind <concept/timing-limit> ; pg:asWritten "{name}日内" ] .\n'
        for name, side in (
            ("1", "pg:actorSide <concept/actor-side-authority> ;"),
            ("2", "pg:actorSide <concept/actor-side-party> ;"),
            ("3", ""),
        )
    )
    union = Graph().parse(data=HEAD + steps, format="turtle")
    found = union.query(query, initNs={"pg": PG, "concept": ID["concept/"]})
    assert sorted(str(row.asdict()["value"]) for row in found if isinstance(row, ResultRow)) == ["1日内", "3日内"]


def test_a_cell_is_cited_in_english_with_its_words_verbatim(client: TestClient) -> None:
    for choice, number, quote in (
        ("row=watch-public&document=yiyuan-2021-28", "源应急发〔2021〕28号", "“重点关注名单共享信息不对外公开”"),
        ("topic=repair&document=jiangsu-2019-820", "苏发改信用发〔2019〕820号", "“支持有失信行为的主体"),
    ):
        lines = client.get(f"/en/compare.txt?view=questions&as_of={DAY}&{choice}").text.splitlines()
        assert quote in lines[0]
        for line in lines:
            title, _, rest = line.partition(f" ({number})")
            assert title.startswith("Notice ")
            assert not re.search("[一-鿿《》]", title)
            assert ". Q: " in rest
            assert f"(as of {DAY}, policygraph dataset " in rest
    page = lxml.html.fromstring(client.get(f"/en/compare?view=questions&topic=lists&as_of={DAY}").text)
    (link,) = page.xpath('//td[@id="watch-public.yiyuan-2021-28"]/details[contains(@class, "cite")]//a/@href')
    assert link.startswith("/en/")


ENGLISH_PAGES = (
    f"/en/compare?view=questions&topic=lists&as_of={DAY}",
    f"/en/compare?view=measures&as_of={DAY}",
    f"/en/compare?view=mechanisms&as_of={DAY}",
    "/en/measures",
    "/en/documents",
    "/en/legislation",
    "/en/departments",
    "/en/mechanisms",
    "/en/data",
    f"/en/measure/jiamusi-2020-5/para_9?as_of={DAY}",
    f"/en/law/anquan-shengchan-fa?as_of={DAY}",
    "/en/doc/jiamusi-2020-5",
    "/en/queries/lists",
    f"/en/search?q=procurement&as_of={DAY}",
)


@pytest.mark.parametrize("path", ENGLISH_PAGES)
def test_data_links_of_an_english_page_stay_in_english_where_the_twin_is_another(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    links = map(str, lxml.html.fromstring(answer.text).xpath("//@href"))
    data = [link for link in links if re.search(r"^/.*\.(?:json|csv|txt|docx|xlsx)(?:\?|$)", link)]
    for link in data:
        if not link.startswith(("/en/", "/static/")):
            twin = client.get(f"/en{link}")
            assert twin.status_code == NOT_FOUND or twin.content == client.get(link).content, link


NOT_FOUND = 404
