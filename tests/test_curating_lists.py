"""Curating a memo whose lists, policy and measures take their words from several clauses and from rows of a table.

What the program itself has drafted from another clause must be as good when somebody changes something beside it as
when it is accepted as it is; what nobody finds printed stays refused.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rdflib import Literal
from rdflib.namespace import RDF
from tests import twolists
from typer.testing import CliRunner

from policygraph.errors import InputError, NotFoundError
from policygraph.keeping.additions import add_document
from policygraph.keeping.assessments import open_policies
from policygraph.keeping.curation.cases import DRAFT, LINES, MODEL, Case, list_proposals, open_case, open_desk
from policygraph.keeping.curation.deciding import accept, answer, edit, reject, remove, reopen, restore, undo
from policygraph.keeping.curation.drafting import draft_document
from policygraph.keeping.curation.journal import read_journal
from policygraph.keeping.curation.statements import find_statement
from policygraph.keeping.dataset.building import build
from policygraph.keeping.dataset.opening import open_dataset
from policygraph.keeping.workspace import init_workspace, open_workspace
from policygraph.namespaces import PG, slug_of
from policygraph.reading.drafting.lining import _enters_some
from policygraph.reading.patterns import forms_of
from policygraph.speaking.cli.curating import app as commands

pytestmark = pytest.mark.slow

SLUG = twolists.SLUG
BASE = "https://data.example.gov.cn/credit/"
AT = "2031-05-01T09:00:00+08:00"
WHO = "法制科"
BLACK, RED, POLICY = f"list/{SLUG}/black", f"list/{SLUG}/red", f"policy/{SLUG}"
LEAVING = "annex_1/sec_4/al_1"


@pytest.fixture(scope="module")
def desk_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the memo of a web page, drafted once."""
    folder = tmp_path_factory.mktemp("lists")
    (folder / "memo.html").write_bytes(twolists.make_html())
    workspace = init_workspace(folder / "own", BASE, samples=False)
    add_document(workspace, folder / "memo.html", SLUG, f"{twolists.CODE}={twolists.CITY}")
    draft_document(open_case(open_desk(workspace), SLUG), AT)
    return folder / "own"


@pytest.fixture
def case(desk_files: Path, tmp_path: Path) -> Case:
    shutil.copytree(desk_files, tmp_path / "own")
    return open_case(open_desk(open_workspace(tmp_path / "own")), SLUG)


def quoted(case: Case, address: str, file: str = DRAFT) -> dict[str, str]:
    """What a statement quotes beside its own words, by clause."""
    graph = case.graph(file)
    return {
        slug_of(str(graph.value(node, PG.clause))).removeprefix(f"doc/{SLUG}/"): str(graph.value(node, PG.quote))
        for node in graph.objects(case.iri(address), PG.quotation)
    }


def test_the_questions_of_a_policy_are_answered_though_their_words_stand_in_other_clauses(tmp_path: Path) -> None:
    """Cases that name neither list are asked of both policies; what one list asks is none of the other."""
    page = twolists.make_html().decode()
    barring = ("四、不予适用", "有下列情形之一的，不适用本备忘录：", "（一）近1年内瞒报生产安全事故的。")
    page = page.replace("<p>四、退出</p>", "".join(f"<p>{line}</p>" for line in barring) + "<p>五、退出</p>")
    (tmp_path / "memo.html").write_text(page, encoding="utf-8")
    workspace = init_workspace(tmp_path / "own", BASE, samples=False)
    add_document(workspace, tmp_path / "memo.html", SLUG, f"{twolists.CODE}={twolists.CITY}")
    draft_document(open_case(open_desk(workspace), SLUG), AT)
    case = open_case(open_desk(workspace), SLUG)
    asked = next(one for one in list_proposals(case) if one.address == POLICY)
    assert [slug for slug, _ in asked.asked] == ["line-question-whole"]
    assert (case.iri(POLICY), PG.positiveOutcome, Literal("eligible")) in case.graph(DRAFT)
    unclear = set(case.graph(DRAFT).objects(case.iri(POLICY), PG.unclearWords))
    assert unclear == {Literal("近1年内瞒报生产安全事故的")}
    answer(case, POLICY, ["whole"], WHO, AT, reason="瞒报的情形另列，由局里逐件认定")
    edit(case, POLICY, {"positiveOutcome": ["eligible"], "dateFrom": ["2031-04-08"]}, WHO, AT)
    assert not next(one for one in list_proposals(case) if one.address == POLICY).asked
    accept(case, [POLICY], WHO, AT)
    assert POLICY not in [one.address for one in list_proposals(case)]
    assert "瞒报的情形另列，由局里逐件认定" in [one.note for one in read_journal(case)]


def test_a_question_may_only_be_about_words_of_the_document(case: Case) -> None:
    with pytest.raises(InputError, match="不是该条款的原文"):
        edit(case, POLICY, {"unclearWords": ["情节特别严重的"]}, WHO, AT, note="试一试")


@pytest.mark.parametrize("accepted", [False, True])
def test_a_name_is_mended_and_what_was_drafted_from_other_clauses_stays(case: Case, accepted: bool) -> None:
    if accepted:
        accept(case, [BLACK], WHO, AT)
    file = MODEL if accepted else DRAFT
    before = quoted(case, BLACK, file)
    assert before[LEAVING] == "黑名单有效期届满且未再发生第二条所列情形的"
    edit(case, BLACK, {"prefLabel": ["安全生产失信黑名单"]}, WHO, AT)
    graph, subject = case.graph(file), case.iri(BLACK)
    assert (subject, PG.exit, Literal(before[LEAVING])) in graph
    assert (subject, PG.validity, Literal("黑名单有效期为1年")) in graph
    assert quoted(case, BLACK, file) == before


def test_words_that_a_measure_has_from_the_sentence_above_it_stay_when_another_property_is_mended(case: Case) -> None:
    measure = f"measure/{SLUG}/sec_5-para_1-item_3/1"
    whom = Literal("存在失信行为的生产经营单位及其主要负责人")
    edit(case, measure, {"title": ["限制财政补助"]}, WHO, AT)
    assert (case.iri(measure), PG.addresseeAsWritten, whom) in case.graph(DRAFT)
    with pytest.raises(InputError, match="这些字印在 annex_1/sec_5/para_1/al_1"):
        edit(case, measure, {"addresseeAsWritten": ["生产经营单位及其主要负责人"]}, WHO, AT)


@pytest.mark.parametrize(
    ("address", "values", "told"),
    [
        (
            f"measure/{SLUG}/row_3",
            {"type": ["Grade"]},
            "可用的有: IncentiveMeasure、SanctionMeasure、Regul",
        ),
        (f"measure/{SLUG}/row_3", {"type": []}, "种类不能删去"),
        (f"measure/{SLUG}/row_3", {"type": ["SanctionMeasure", "IncentiveMeasure"]}, "不能改成"),
        (RED, {"type": ["Condition"]}, "可用的有: CreditList"),
    ],
)
def test_a_class_that_is_told_by_other_properties_is_refused(
    case: Case, address: str, values: dict[str, list[str]], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        edit(case, address, values, WHO, AT)


def test_a_concept_is_told_by_its_name_or_its_slug(case: Case) -> None:
    """Whoever types an area or an effect says it in her words; what is none is refused with the nearest by name."""
    row = f"measure/{SLUG}/row_1"
    edit(case, row, {"policyArea": ["政府采购", "area-finance"], "effect": ["限制"]}, WHO, AT)
    said = find_statement(case, row)
    assert set(said.values["policyArea"]) == {"area-procurement", "area-finance"}
    assert said.values["effect"] == ("effect-restrict",)
    before = case.text(DRAFT)
    with pytest.raises(InputError, match=r"“政府采购活动”不是可选的一项。最接近的是: .*政府采购（area-procurement）"):
        edit(case, row, {"policyArea": ["政府采购活动"]}, WHO, AT)
    assert case.text(DRAFT) == before


def test_a_class_is_corrected_and_taken_back(case: Case) -> None:
    measure = case.iri(f"measure/{SLUG}/row_2")
    before = case.text(DRAFT)
    edit(case, f"measure/{SLUG}/row_2", {"type": ["RegulatoryMeasure"]}, WHO, AT)
    assert set(case.graph(DRAFT).objects(measure, RDF.type)) == {PG.RegulatoryMeasure}
    draft_document(case, AT)
    assert set(case.graph(DRAFT).objects(measure, RDF.type)) == {PG.RegulatoryMeasure}, "a new draft keeps it"
    undo(case, WHO, AT)
    assert case.text(DRAFT) == before


def test_new_words_of_a_list_are_quoted_with_the_clause_that_has_them(case: Case) -> None:
    edit(case, BLACK, {"exit": ["由市应急管理局移出黑名单"], "validity": []}, WHO, AT)
    assert quoted(case, BLACK) == {
        "annex_1/sec_2/al_1": "有下列情形之一的，列入安全生产黑名单",
        LEAVING: "由市应急管理局移出黑名单",
    }
    accept(case, [BLACK], WHO, AT)
    undo(case, WHO, AT)
    undo(case, WHO, AT)
    assert quoted(case, BLACK)[LEAVING] == "黑名单有效期届满且未再发生第二条所列情形的"


@pytest.mark.parametrize(
    ("address", "values", "told"),
    [
        # two clauses have these words, and the program does not choose
        (RED, {"exit": ["由市应急管理局移出"]}, f"这些字印在 {LEAVING}、annex_1/sec_4/al_2"),
        (RED, {"exit": ["满三年后移出红名单"]}, "不是该条款的原文"),
        # of a measure the words stand in its own clause, or nowhere
        (f"measure/{SLUG}/row_1", {"action": ["减少日常抽查频次"]}, "这些字印在 annex_1/sec_3/app_1/row_2/cell_2"),
        # words that were in the clause must be in the one that it is moved to
        (f"measure/{SLUG}/row_1", {"quote": ["减少日常抽查频次"], "clause": ["annex_1/sec_3/app_1/row_2"]}, "action"),
    ],
)
def test_words_that_stand_elsewhere_are_refused_and_the_clause_that_has_them_is_named(
    case: Case, address: str, values: dict[str, list[str]], told: str
) -> None:
    before = case.text(DRAFT)
    with pytest.raises(InputError, match=told):
        edit(case, address, values, WHO, AT)
    assert case.text(DRAFT) == before


def test_the_command_tells_what_runs_against_the_kind_of_a_measure(case: Case) -> None:
    def run(*words: str) -> tuple[int, str]:
        # run as somebody types it: the words that go wrong stand on standard error
        done = CliRunner().invoke(commands, ["curate", *words, "--by", WHO, "--workspace", str(case.folder.parents[1])])
        return done.exit_code, done.stderr

    measure = f"measure/{SLUG}/row_4"
    code, told = run("edit", SLUG, measure, "type=IncentiveMeasure")
    assert code == 0
    assert f"{measure}：种类与效果相反：激励措施，效果却是禁止" in told
    code, told = run("accept", SLUG, measure)
    assert (code, "种类与效果相反" in told) == (0, True)
    assert run("edit", SLUG, measure, "type=SanctionMeasure") == (0, "")


def test_a_measure_that_somebody_rejects_leaves_the_dataset_and_comes_back_with_the_rejection(
    case: Case, tmp_path: Path
) -> None:
    def measures() -> set[str]:
        build(tmp_path / "built", open_workspace(case.desk.workspace.root))
        rows = open_dataset(tmp_path / "built").ask("measures").rows
        return {slug_of(str(row[0])) for row in rows}

    one, other, last = (f"measure/{SLUG}/row_{number}" for number in (1, 2, 4))
    assert {one, other, last} <= measures()
    reject(case, [one], WHO, AT, note="不是措施")
    with pytest.raises(NotFoundError, match="还是草稿"):
        remove(case, other, WHO, AT)
    accept(case, [other], WHO, AT)
    remove(case, other, WHO, AT)
    reopen(case, "measures", WHO, AT)
    left = measures()
    assert not {one, other} & left
    assert last in left
    with pytest.raises(NotFoundError):
        remove(case, other, WHO, AT)
    undo(case, WHO, AT)  # the reopening
    undo(case, WHO, AT)  # the removal
    assert other in measures()


def test_a_term_of_its_own_that_nobody_has_curated_is_said_with_each_decision(case: Case, tmp_path: Path) -> None:
    edit(case, POLICY, {"positiveOutcome": ["eligible"], "dateFrom": ["2031-04-08"]}, WHO, AT)
    accept(case, [POLICY], WHO, AT)
    build(tmp_path / "built", open_workspace(case.desk.workspace.root))
    (policy,) = open_policies(open_dataset(tmp_path / "built")).values()
    told = [remark for remark in policy.remarks if "未整理" in remark]
    assert len(told) == 1
    assert "本备忘录自2031年5月1日起施行，有效期3年。" in told[0]
    # how long a list holds is no term of the document
    assert "黑名单有效期" not in told[0]


def test_a_title_that_somebody_gave_a_measure_is_its_only_one(case: Case, tmp_path: Path) -> None:
    known = {f"measure/{SLUG}/{one.address}": one for one in case.reading.measures.measures}
    measure = next(one.address for one in list_proposals(case) if one.address in known)
    read = known[measure]
    edit(case, measure, {"title": ["限制财政补助"]}, WHO, AT)
    accept(case, [measure], WHO, AT)
    build(tmp_path / "built", open_workspace(case.desk.workspace.root))
    answer_of = open_dataset(tmp_path / "built").ask("measures", {"document": SLUG})
    at, name = answer_of.columns.index("measure"), answer_of.columns.index("title")
    titles = [str(row[name]) for row in answer_of.rows if str(row[at]).endswith(measure)]
    assert titles == ["限制财政补助"] != [read.title]


def test_each_list_of_a_document_is_decided_by_a_policy_of_its_own(case: Case) -> None:
    """Also where the policy of the first list was rejected, and again where that was taken back."""
    black = f"{POLICY}.2"
    proposed = {one.address for one in list_proposals(case) if one.type == "Policy"}
    assert proposed == {POLICY, black}
    reject(case, [POLICY], WHO, AT)
    answer(case, black, ["whole"], WHO, AT, reason="红名单的条件另列")
    accept(case, [black], WHO, AT)
    assert not case.shapes.exists()
    draft_document(case, AT)
    assert POLICY not in {one.address for one in list_proposals(case)}
    restore(case, POLICY, WHO, AT)
    edit(case, POLICY, {"positiveOutcome": ["eligible"]}, WHO, AT)
    accept(case, [POLICY], WHO, AT)
    build(case.desk.workspace.dataset, open_workspace(case.folder.parents[1]))
    policies = open_policies(open_dataset(case.desk.workspace.dataset))
    assert {name: (one.positive, len(one.asked)) for name, one in policies.items()} == {
        SLUG: ("eligible", 2), f"{SLUG}.2": ("target", 2),
    }  # fmt: skip
    assert any(f"{SLUG}.2" in told for told in policies[SLUG].remarks)
    with pytest.raises(NotFoundError, match="不是否定了的一项"):
        restore(case, POLICY, WHO, AT)


@pytest.mark.parametrize(("red", "left"), [("", True), ("target", True), ("eligible", False)])
def test_where_another_list_may_lead_to_the_same_measures_each_is_left_to_a_judgement(
    case: Case, red: str, left: bool
) -> None:
    """The blacklist is for sanctions; what the red list is for is open, the same, or another thing."""
    black = f"{POLICY}.2"
    edit(case, POLICY, {"positiveOutcome": [red] if red else []}, WHO, AT)
    answer(case, black, ["whole"], WHO, AT, reason="红名单的条件另列")
    accept(case, [black], WHO, AT)
    told = list(case.graph(LINES).objects(case.iri(black), PG.judgementForEveryMeasure))
    assert bool(told) is left


def test_who_is_kept_off_a_list_or_leaves_it_makes_no_policy(case: Case) -> None:
    vocabulary = case.desk.knowledge.vocabulary
    told = {
        "有下列情形之一的，列入黑名单：": True,
        "有下列情形之一的，不得列入红名单：": False,
        "符合下列条件的，移出黑名单：": False,
        "对列入黑名单的单位有下列情形的，实施惩戒：": False,
    }
    assert {lead: _enters_some(lead, forms_of(vocabulary)) for lead in told} == told


def test_a_list_that_asks_which_is_meant_waits_for_an_answer(tmp_path: Path) -> None:
    """What lasts three years was settled in silence: the words stood in no proposal."""
    text = (
        "海棠市应急管理局关于名单管理的通知\n海应急〔2031〕8号\n一、名单管理\n（一）企业连续三年无事故的，由市应急管理局列入红名单。\n"
        "（二）企业发生较大事故的，由市应急管理局列入黑名单。\n（三）名单有效期三年。\n"
    )
    (tmp_path / "memo.txt").write_text(text, encoding="utf-8")
    workspace = init_workspace(tmp_path / "own", BASE, samples=False)
    add_document(workspace, tmp_path / "memo.txt", "haitang-2031-8", "999907=海棠市")
    draft_document(open_case(open_desk(workspace), "haitang-2031-8"), AT)
    case = open_case(open_desk(workspace), "haitang-2031-8")
    red = "list/haitang-2031-8/red"
    with pytest.raises(InputError, match=r"哪一个名单？（名单有效期三年）"):
        accept(case, [red], WHO, AT)
    edit(case, red, {"validity": ["名单有效期三年"]}, WHO, AT)
    case = open_case(open_desk(workspace), "haitang-2031-8")
    answer(case, red, ["which-list"], WHO, AT, reason="说的是两个名单")
    case = open_case(open_desk(workspace), "haitang-2031-8")
    accept(case, [red], WHO, AT)
    said = open_case(open_desk(workspace), "haitang-2031-8").graph(MODEL)
    assert {str(words) for words in said.objects(None, PG.validity)} == {"名单有效期三年"}
    assert (None, PG.unclearWords, None) not in said
