"""A document is not silent on what its accepted statements speak of: neither mechanism, question nor row says 未规定.

An invented notice is modelled by hand and every kind that the comparison rests on is settled. Its measures forbid,
open a green channel and change how often is inspected, its conditions have periods; no mechanism but one is stated.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from rdflib import Graph
from typer.testing import CliRunner

from policygraph.errors import InputError
from policygraph.graph.deriving import derive
from policygraph.keeping.additions import add_document
from policygraph.keeping.comparisons import read_comparison
from policygraph.keeping.curation.cases import open_case, open_desk
from policygraph.keeping.curation.deciding import settle
from policygraph.keeping.dataset.building import build
from policygraph.keeping.dataset.manifest import DATASET_FILE
from policygraph.keeping.sources import find_root
from policygraph.keeping.store import Store, open_store
from policygraph.keeping.workspace import init_workspace, open_workspace
from policygraph.namespaces import ID, PG, slug_of
from policygraph.speaking.cli.curating import app as commands

SLUG, BASE, DAY = "hengshui-2024-3", "https://data.example.gov.cn/own/", "2025-01-01"
TEXT = """关于印发《横溪市仓储企业安全信用奖惩办法》的通知

横应急〔2024〕3号

各县（区）应急管理局：

现将《横溪市仓储企业安全信用奖惩办法》印发给你们，请遵照执行。

横溪市应急管理局

2024年3月1日

横溪市仓储企业安全信用奖惩办法

一、列入条件

仓储企业符合下列条件的，列入守信红名单：

（一）近四年内未发生火灾事故；

（二）近18个月内未受到消防行政处罚。

二、激励措施

（一）为其办理许可开通绿色通道；

（二）降低抽查比例。

三、惩戒措施

（一）两年内不得参加政府采购；

（二）停止其享受贷款贴息。

四、其他

等级每半年评定一次。

本办法自印发之日起施行。
"""
PREFIXES = f"""@base <{BASE}id/> .
@prefix c: <https://w3id.org/policygraph/id/concept/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix pg: <https://w3id.org/policygraph/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def describe(path: str, type: str, clause: str, quote: str, rest: str) -> str:
    place = f"pg:document <doc/{SLUG}> ; pg:clause <doc/{SLUG}/annex_1/{clause}>"
    return f'<{path}> a pg:{type} ; {place} ; pg:quote "{quote}" ; {rest} .\n'


MEASURE = 'pg:force c:force-plain ; pg:addressee c:addressee-unit ; pg:addresseeGround "nature" ; pg:action "{}" ; {}'
STATED = (
    ("IncentiveMeasure", "sec_2/para_1", "为其办理许可开通绿色通道", "area-admin-approval", "effect-facilitate"),
    ("RegulatoryMeasure", "sec_2/para_2", "降低抽查比例", "area-safety-supervision", "effect-inspection-fewer"),
    ("RegulatoryMeasure", "sec_3/para_1", "两年内不得参加政府采购", "area-procurement", "effect-unstated"),
    ("SanctionMeasure", "sec_3/para_2", "停止其享受贷款贴息", "area-fiscal-funds", "effect-suspend"),
)
CONDITIONS = (("1", "近四年内未发生火灾事故", "P4Y"), ("2", "近18个月内未受到消防行政处罚", "P18M"))
ENTRY = "仓储企业符合下列条件的，列入守信红名单"


def write_model(titled: str = ENTRY) -> str:
    measures = "".join(
        describe(
            f"measure/{SLUG}/{clause.replace('/', '-')}", type, clause, quote,
            MEASURE.format(quote, f"pg:policyArea c:{area} ; pg:effect c:{effect}"),
        )
        for type, clause, quote, area, effect in STATED
    )  # fmt: skip
    conditions = "".join(
        describe(
            f"condition/{SLUG}/{number}", "Condition", f"sec_1/para_{number}", quote,
            f'skos:notation "（{number}）" ; dcterms:title "{quote}"@zh ; pg:conditionKind "forbidden-record" ;'
            f' pg:machineCheckable "yes" ; pg:window "{window}"^^xsd:duration',
        )
        for number, quote, window in CONDITIONS
    )  # fmt: skip
    members = f"pg:hasCondition <condition/{SLUG}/1> , <condition/{SLUG}/2>"
    held = f'dcterms:title "{titled}"@zh ; pg:combination "allOf" ; {members}'
    named = f'skos:prefLabel "守信红名单"@zh ; pg:listKind "red" ; pg:publicity "unstated" ; pg:entry "{ENTRY}"'
    return (
        PREFIXES + measures + conditions
        + describe(f"condition-set/{SLUG}/1", "ConditionSet", "sec_1/para_1", CONDITIONS[0][1], held)
        + describe(f"list/{SLUG}/red", "CreditList", "sec_1/al_1", ENTRY, named)
        + describe(
            f"mechanism-statement/{SLUG}/1", "MechanismStatement", "sec_1/al_1", "列入守信红名单",
            'pg:mechanism c:mechanism-red-black-list ; pg:status "stated"',
        )
    )  # fmt: skip


def settle_kinds(more: str = "") -> str:
    kinds = ("measures", "conditions", "lists", "mechanisms")
    return PREFIXES + "".join(
        f"<curation/{SLUG}/{kind}> a pg:Curation ; pg:document <doc/{SLUG}> ; pg:curatedKind c:curated-{kind} ; "
        f'pg:curationState c:curation-state-accepted ; pg:curatedBy "法制科" ; dcterms:date "2024-05-01"^^xsd:date'
        f"{more if kind == 'mechanisms' else ''} .\n"
        for kind in kinds
    )


def prepare(folder: Path, model: str, curation: str, samples: bool = False) -> Path:
    workspace = init_workspace(folder / "own", BASE, samples=samples)
    (folder / "text.txt").write_text(TEXT, "utf-8")
    add_document(workspace, folder / "text.txt", SLUG, "999903=横溪市")
    place = folder / "own" / "documents" / SLUG
    (place / "model.ttl").write_text(model, "utf-8")
    (place / "curation.ttl").write_text(curation, "utf-8")
    return place


def make_store(folder: Path, model: str, curation: str, samples: bool = False) -> Store:
    prepare(folder, model, curation, samples)
    build(folder / "out", open_workspace(folder / "own"))
    return open_store([folder / "out" / DATASET_FILE])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return make_store(tmp_path_factory.mktemp("spoken"), write_model(), settle_kinds(), samples=True)


def read_cells(store: Store, view: str) -> dict[str, tuple[str, str]]:
    table = read_comparison(store, view, DAY)
    at = next(number for number, place in enumerate(table.places) if place.label == "横溪市")
    return {row.slug.removeprefix("mechanism-"): (row.cells[at].status, row.cells[at].quote) for row in table.rows}


def read_answers(store: Store, question: str) -> list[tuple[object, ...]]:
    found = store.ask("answers", {"as_of": DAY, "question": question, "document": SLUG})
    at = [found.columns.index(name) for name in ("value", "unit", "absence", "quote")]
    return [tuple(row[index] for index in at) for row in found.rows]


@pytest.mark.slow
def test_a_mechanism_that_measures_speak_of_is_not_called_absent(store: Store) -> None:
    cells = read_cells(store, "mechanisms")
    assert cells["green-channel"] == ("uncurated", "为其办理许可开通绿色通道")
    assert cells["differentiated-inspection"] == ("uncurated", "降低抽查比例")
    assert cells["procurement-restriction"] == ("uncurated", "两年内不得参加政府采购")
    assert (cells["joint-incentive"][0], cells["joint-sanction"][0]) == ("uncurated", "uncurated")
    assert cells["red-black-list"][0] == "stated"
    for silent in ("credit-repair", "star-rating", "dynamic-exit", "objection-remedy", "watch-list"):
        assert cells[silent] == ("absent", ""), silent
    rows = [row for row in store.ask("curation", {}).rows if SLUG in str(row)]
    assert any("绿色通道与容缺受理" in str(row) and "星级评定" not in str(row) for row in rows)


@pytest.mark.slow
def test_periods_of_conditions_and_measures_of_the_area_answer_or_leave_open(store: Store) -> None:
    assert read_answers(store, "clean-window") == [
        ("4", "year", None, CONDITIONS[0][1]),
        ("18", "month", None, CONDITIONS[1][1]),
    ]
    assert read_answers(store, "procurement") == [(None, None, "uncurated", "两年内不得参加政府采购")]
    assert read_answers(store, "honours") == [(None, None, "absent", None)]
    assert read_answers(store, "review-window") == [(None, None, "absent", None)]


@pytest.mark.slow
def test_no_row_of_an_area_is_empty_where_a_measure_may_belong_to_it(store: Store) -> None:
    cells = read_cells(store, "measures")
    assert cells["procurement-supervision"] == ("stated", "")
    assert cells["procurement-sanction"] == ("uncurated", "两年内不得参加政府采购")
    assert cells["safety-supervision-incentive"] == ("uncurated", "降低抽查比例")
    assert cells["fiscal-funds-sanction"] == ("stated", "")
    for silent in ("fiscal-funds-incentive", "tax-incentive", "safety-supervision-sanction", "honours-sanction"):
        assert cells[silent] == ("absent", ""), silent


@pytest.mark.slow
def test_how_often_a_step_of_rating_is_taken_leaves_the_cycle_open(store: Store, tmp_path: Path) -> None:
    assert read_answers(store, "cycle") == [(None, None, "absent", None)]
    quote, clause = "等级每半年评定一次", "sec_4/al_1"
    place = f'pg:clause <doc/{SLUG}/annex_1/{clause}> ; pg:quote "{quote}"'
    timing = f'pg:timing [ a pg:Timing ; pg:timingKind c:timing-frequency ; pg:asWritten "每半年" ; {place} ]'
    whole = f'dcterms:title "{quote}"@zh ; pg:procedureKind c:procedure-rating'
    step = f'dcterms:title "{quote}"@zh ; pg:procedure <procedure/{SLUG}/rating> ; pg:order 1 ; pg:force c:force-plain'
    model = (
        write_model()
        + describe(f"procedure/{SLUG}/rating", "Procedure", clause, quote, whole)
        + describe(f"procedure/{SLUG}/rating/1", "ProcedureStep", clause, quote, f"{step} ; {timing}")
    )
    assert read_answers(make_store(tmp_path, model, settle_kinds()), "cycle") == [(None, None, "uncurated", quote)]


@pytest.mark.slow
def test_conditions_of_no_list_leave_the_question_open_and_a_judged_word_is_silence(tmp_path: Path) -> None:
    judged = " ; pg:lookedFor c:mechanism-green-channel"
    store = make_store(tmp_path, write_model("下列条件"), settle_kinds(judged))
    assert read_answers(store, "clean-window") == [(None, None, "uncurated", CONDITIONS[0][1])]
    cells = read_cells(store, "mechanisms")
    assert cells["green-channel"] == ("absent", "")
    assert cells["procurement-restriction"][0] == "uncurated"


def test_what_speaks_is_a_word_a_class_or_a_property_of_a_statement_and_never_a_citation() -> None:
    concepts = Graph().parse(find_root() / "ontology" / "concepts" / "mechanisms.ttl")

    def spoken(more: str) -> set[str]:
        data = PREFIXES + more
        derived = derive(concepts + Graph().parse(data=data, format="turtle"))
        return {slug_of(str(one)).removeprefix("concept/mechanism-") for one in derived.objects(None, PG.speaksOf)}

    place = "pg:document <doc/a> ; pg:clause <doc/a/1>"
    assert spoken(f'<m/1> a pg:Procedure ; {place} ; pg:quote "按信用等级安排" .') == {"credit-classification"}
    assert spoken(f'<m/1> a pg:SanctionMeasure ; {place} ; pg:quote "暂停资助" .') == {"joint-sanction"}
    assert spoken(f'<m/1> a pg:CreditList ; {place} ; pg:quote "清单" ; pg:exit "满一年" .') == {"dynamic-exit"}
    assert spoken(f'<m/1> a pg:LegalBasisCitation ; {place} ; pg:quote "《信用修复办法》" .') == set()
    told = "<s> a pg:MechanismStatement ; pg:document <doc/a> ; pg:mechanism c:mechanism-credit-classification ."
    assert spoken(f'<m/1> a pg:Procedure ; {place} ; pg:quote "按信用等级安排" . {told}') == set()
    assert ID["concept/mechanism-joint-sanction"] in set(concepts.subjects(PG.shownBy, PG.SanctionMeasure))


@pytest.mark.slow
def test_whoever_settles_a_kind_hears_what_is_spoken_of_and_can_say_that_it_is_not_meant(tmp_path: Path) -> None:
    place = prepare(tmp_path, write_model("下列条件"), PREFIXES)
    run = partial(CliRunner().invoke, commands, catch_exceptions=False)
    end = ["--by", "法制科", "--workspace", str(tmp_path / "own")]
    told = run(["curate", "settle", SLUG, "measures", *end])
    assert told.exit_code == 0
    assert "失信单位参加政府采购怎样对待？" in told.stderr
    assert "两年内不得参加政府采购" in told.stderr
    assert "绿色通道" not in told.stderr, "that is of another kind"
    told = run(["curate", "settle", SLUG, "conditions", *end])
    assert CONDITIONS[0][1] in told.stderr
    told = run(["curate", "settle", SLUG, "mechanisms", *end])
    assert f"绿色通道与容缺受理——measure/{SLUG}/sec_2-para_1“为其办理许可开通绿色通道”" in told.stderr
    assert "--looked-for" in told.stderr
    assert "星级评定" not in told.stderr
    told = run(["curate", "settle", SLUG, "mechanisms", "--looked-for", "绿色通道与容缺受理", *end])
    assert "绿色通道与容缺受理" not in told.stderr
    assert "差异化检查" in told.stderr
    run(["curate", "settle", SLUG, "mechanisms", *end])
    assert "mechanism-green-channel" in (place / "curation.ttl").read_text("utf-8"), "what was judged is kept"
    case = open_case(open_desk(open_workspace(tmp_path / "own")), SLUG)
    for kind, name, cause in (
        ("mechanisms", "没有的机制", "没有这种机制"),
        ("lists", "green-channel", "只能同 mechanisms"),
    ):
        with pytest.raises(InputError, match=cause):
            settle(case, kind, "法制科", f"{DAY}T09:00:00+08:00", looked_for=[name])
