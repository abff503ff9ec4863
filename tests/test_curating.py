"""A draft on the curator's desk: what is kept, what is refused, what people decide, and that no answer shows a draft.

A workspace of its own holds one invented memo and stands without the five samples, so a build takes a second or two.
What is proved for every surface is proved by the bytes of the dataset, which is all that any surface reads, and tried
on each of them with a word that stands nowhere else.
"""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import ORG, RDF
from typer.testing import CliRunner

from policygraph.errors import DataError, InputError, NotFoundError
from policygraph.graph.blanks import skolemise
from policygraph.graph.validation import validate
from policygraph.keeping.additions import add_document
from policygraph.keeping.curation.agreement import alpha, compare_models, load_other
from policygraph.keeping.curation.bodies import assign_body, find_function, list_functions, register_body
from policygraph.keeping.curation.cases import (
    CURATION_FILES,
    DRAFT,
    JOURNAL,
    MODEL,
    STATES,
    Case,
    list_proposals,
    open_case,
    open_desk,
)  # fmt: skip
from policygraph.keeping.curation.deciding import (
    accept,
    answer,
    edit,
    list_empty,
    reject,
    remove,
    reopen,
    settle,
    undo,
    write,
)
from policygraph.keeping.curation.decision import Decision
from policygraph.keeping.curation.drafting import draft_document
from policygraph.keeping.curation.halves import add_line
from policygraph.keeping.curation.journal import ACTIONS, read_journal
from policygraph.keeping.curation.names import list_names
from policygraph.keeping.curation.remaining import group_wanting, list_remaining, list_wanting
from policygraph.keeping.dataset.building import build
from policygraph.keeping.dataset.manifest import DATASET_FILE
from policygraph.keeping.store import open_store
from policygraph.keeping.turtle import change_file, is_ours, parse, statements_of, write_file
from policygraph.keeping.workspace import BODIES, PARTS, init_workspace, open_workspace, set_samples
from policygraph.namespaces import ID, PG
from policygraph.speaking.cli.curating import app as commands

pytestmark = pytest.mark.slow

INVENTED = Path(__file__).parent / "cases" / "invented"
SAMPLES = Path(__file__).parents[1] / "data" / "documents"
SLUG = "haitang-2031-7"
BASE = "https://data.example.gov.cn/credit/"
AT = "2031-04-01T09:00:00+08:00"
WHO = "法制科"
ONE = f"measure/{SLUG}/para_1/subpara_1"
OTHER = f"measure/{SLUG}/para_1/subpara_2"


@pytest.fixture(scope="module")
def desk_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the memo, drafted once; every test works on a copy."""
    folder = tmp_path_factory.mktemp("desk") / "own"
    workspace = init_workspace(folder, BASE, samples=False)
    add_document(workspace, INVENTED / "incentive-memo.txt", SLUG, "999901=海棠市")
    draft_document(open_case(open_desk(workspace), SLUG), AT)
    return folder


@pytest.fixture(scope="module")
def shared_desk(desk_files: Path) -> Case:
    return open_case(open_desk(open_workspace(desk_files)), SLUG)


@pytest.fixture
def case(desk_files: Path, shared_desk: Case, tmp_path: Path) -> Case:
    """The drafted memo in a folder of its own; what is costly to load is shared."""
    shutil.copytree(desk_files, tmp_path / "own")
    return Case(replace(shared_desk.desk, workspace=open_workspace(tmp_path / "own")), SLUG, shared_desk.reading)


def texts(case: Case) -> dict[str, str]:
    return {name: case.text(name) for name in (MODEL, DRAFT, STATES)}


# --- a draft ---------------------------------------------------------------------------------------------------------


def test_a_draft_has_rule_words_place_and_certainty(case: Case) -> None:
    found = list_proposals(case)
    assert {one.kind for one in found} >= {"measures", "procedures", "conditions", "lists"}
    assert all(one.rule and one.certainty in ("printed", "likely", "possible") for one in found)
    source = "".join(case.reading.source.split())
    assert all(one.quote in source for one in found)
    draft = case.graph(DRAFT)
    spans = [str(span).rsplit("=", 1)[1].split(",") for span in draft.objects(None, PG.attestedBy)]
    assert spans
    assert all(case.reading.source[int(start) : int(end)].strip() for start, end in spans)


def test_a_draft_is_the_same_bytes_again_and_makes_kinds_drafted(case: Case) -> None:
    before = texts(case)
    draft_document(case, "2031-04-02T09:00:00+08:00")
    assert texts(case) == before
    assert is_ours(before[DRAFT])
    assert case.state("measures") == "drafted"
    assert case.state("unyielding") == "parsed"


def test_what_is_said_or_decided_is_not_proposed_again(case: Case) -> None:
    accept(case, [ONE], WHO, AT)
    reject(case, [OTHER], WHO, AT, note="不是措施")
    drafted = draft_document(case, AT)
    addresses = {one.address for one in list_proposals(case)}
    assert not {ONE, OTHER} & addresses
    assert (drafted.said, drafted.decided) == (0, 2)


def test_a_statement_written_by_hand_is_not_proposed_again(case: Case) -> None:
    text = f"""@base <{BASE}id/> . @prefix pg: <https://w3id.org/policygraph/ns#> .
<procedure/{SLUG}/mine/1> a pg:ProcedureStep ;
    pg:clause <doc/{SLUG}/annex_1/sec_4/al_1> ; pg:quote "海棠市应急管理局及时更新联合激励对象名单" .
"""
    (case.folder / MODEL).write_text(text, "utf-8")
    assert draft_document(case, AT).said == 1
    assert "及时更新" not in "".join(one.quote for one in list_proposals(case) if one.type == "ProcedureStep")


def test_a_document_that_people_have_settled_keeps_its_files(tmp_path: Path) -> None:
    name = "yiyuan-2021-28"
    desk = open_desk(open_workspace())
    shutil.copytree(desk.workspace.folder(name), tmp_path / "documents" / name)
    settled = open_case(replace(desk, workspace=replace(desk.workspace, root=tmp_path)), name)
    before = {part: settled.text(part) for part in (MODEL, STATES)}
    drafted = draft_document(settled, AT)
    assert {part: settled.text(part) for part in (MODEL, STATES)} == before
    assert drafted.said > 40
    assert [one.quote for one in list_proposals(settled, "measures")] == []


def test_equal_words_get_the_codes_they_have_elsewhere(case: Case) -> None:
    other = case.folder.parent / "coded-2030-1"
    other.mkdir()
    (other / "source.txt").write_text("云川市意见\n\n一、措施\n对新购安全设备的守信企业给予专项补助。\n", "utf-8")
    (other / MODEL).write_text(
        f"""@base <{BASE}id/> . @prefix pg: <https://w3id.org/policygraph/ns#> .
<measure/coded-2030-1/1> a pg:RegulatoryMeasure ;
    pg:quote "对新购安全设备的守信企业给予专项补助。" ;
    pg:effect <https://w3id.org/policygraph/id/concept/effect-priority> .
""",
        "utf-8",
    )
    there = open_case(open_desk(open_workspace(case.folder.parents[1])), SLUG)
    draft_document(there, AT)
    found = next(one for one in list_proposals(there) if one.address == OTHER)
    assert (found.type, found.rule) == ("RegulatoryMeasure", "measure-read same-words")
    assert "effect-priority" in found.turtle


def test_names_that_no_registry_knows_are_listed_with_candidates_and_never_merged(case: Case) -> None:
    text = case.reading.source.replace("四、动态管理", "依照《安全生产许可条例》第三条办理。\n\n四、动态管理")
    (case.folder / "source.txt").write_text(text, "utf-8")
    del case.__dict__["reading"]
    names = {(name.kind, name.written): name for name in list_names(case)}
    law = names["law", "安全生产许可条例"]
    assert "安全生产许可证条例" in law.candidates[0].name
    assert law.candidates[0].why == "alike"
    assert case.reading.source[law.start : law.end].startswith("《安全生产许可条例》")
    assert ("body", "海棠市财政局") in names
    assert {one.why for one in names["body", "海棠市财政局"].candidates} <= {"alike", "same-elsewhere"}
    accept(case, None, WHO, AT, kind="measures")
    assert not list(case.graph(MODEL).objects(None, PG.agent))


# --- proposals of others ---------------------------------------------------------------------------------------------

GOOD = {
    "type": "SanctionMeasure",
    "clause": "annex_1/sec_4/al_1",
    "quote": "将其移出联合激励对象名单",
    "by": "某模型",
    "values": {"effect": ["effect-revoke"], "action": "移出联合激励对象名单", "lawfully": "true"},
}


def lines(path: Path, *objects: object) -> Path:
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in objects) + "\n", "utf-8")
    return path


def test_a_proposal_of_others_passes_the_same_gate(case: Case, tmp_path: Path) -> None:
    draft_document(case, AT, lines(tmp_path / "more.jsonl", GOOD))
    (found,) = [one for one in list_proposals(case) if one.rule == "proposed-by 某模型"]
    assert found.certainty == "possible"
    assert "effect-revoke" in found.turtle
    draft_document(case, AT)
    assert found.address in {one.address for one in list_proposals(case)}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"quote": "将它移出联合激励对象名单"}, "引文不是该条款的原文"),
        ({"clause": "annex_1/sec_3/al_1"}, "引文不是该条款的原文"),
        ({"clause": "annex_1/sec_44/al_1"}, "最接近的是: annex_1/sec_4/al_1"),
        ({"type": "Sanction"}, "没有 Sanction 这一类陈述"),
        ({"values": {"effect": ["effect-revok"]}}, "最接近的是: effect-revoke"),
        ({"values": {"efect": ["effect-revoke"]}}, "最接近的是: effect"),
        ({"values": {"action": "移出红名单"}}, "action 不是该条款的原文"),
        ({"values": {"lawfully": "maybe"}}, "不是它该有的样子"),
        ({"values": []}, "values 不是对象"),
        ({"remark": "x"}, "没有 remark 这个键"),
        ({"certainty": "sure"}, "没有 sure 这一种把握"),
        ({"quote": ""}, "quote 没有写"),
    ],
)
def test_a_line_that_cannot_be_taken_is_refused_with_place_and_remedy(
    case: Case, tmp_path: Path, change: dict[str, object], told: str
) -> None:
    before = texts(case)
    path = lines(tmp_path / "bad.jsonl", GOOD, GOOD | change)
    with pytest.raises(InputError) as caught:
        draft_document(case, AT, path)
    assert told in str(caught.value)
    assert f"{path}:2" in str(caught.value)
    assert texts(case) == before


def test_what_is_no_json_is_refused_by_line(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("[1]\n{\n", "utf-8")
    with pytest.raises(InputError, match="2 行不能用") as caught:
        draft_document(case, AT, path)
    assert f"{path}:1" in str(caught.value)
    with pytest.raises(InputError, match="无法读取"):
        draft_document(case, AT, tmp_path / "none.jsonl")


# --- decisions -------------------------------------------------------------------------------------------------------


def test_accepting_moves_the_statements_and_tells_it(case: Case) -> None:
    (entry,) = accept(case, [ONE], WHO, AT)
    assert (entry.action, entry.kind, entry.subject, entry.by) == ("accept", "measures", ONE, WHO)
    assert (case.iri(ONE), RDF.type, PG.IncentiveMeasure) in case.graph(MODEL)
    assert ONE not in {one.address for one in list_proposals(case)}
    assert entry.before[MODEL] == {ONE: None}
    assert str(entry.after[MODEL][ONE]) in case.text(MODEL)
    assert read_journal(case)[-1] == entry


def test_a_step_takes_its_procedure_along(case: Case) -> None:
    step = next(one for one in list_proposals(case) if one.type == "ProcedureStep")
    entries = accept(case, [step.address], WHO, AT)
    assert [entry.subject for entry in entries] == [step.address.rsplit("/", 1)[0], step.address]


def answer_all(case: Case) -> None:
    """Leave to a determination whatever the draft has not understood."""
    for one in list_proposals(case):
        if one.questions:
            answer(case, one.address, (), WHO, AT, reason="由主管部门认定")


def test_accepting_all_leaves_no_proposal_but_those_that_ask(case: Case) -> None:
    number = len(list_proposals(case))
    assert len(accept(case, None, WHO, AT)) == number - 1
    (left,) = list_proposals(case)
    assert left.questions
    answer_all(case)
    assert len(accept(case, None, WHO, AT)) == 1
    assert list_proposals(case) == ()
    with pytest.raises(NotFoundError, match="没有待定的建议"):
        accept(case, None, WHO, AT)


def test_undo_takes_back_what_was_done_together_byte_for_byte(case: Case) -> None:
    draft = case.text(DRAFT)
    accept(case, None, WHO, AT)
    model = case.text(MODEL)
    undo(case, WHO, AT)
    assert case.text(DRAFT) == draft
    assert len(case.graph(MODEL)) == 0
    accept(case, None, WHO, AT)
    assert case.text(MODEL) == model
    undo(case, WHO, AT)
    with pytest.raises(NotFoundError, match="没有可以撤回的动作"):
        undo(case, WHO, AT)


def test_undo_refuses_what_somebody_changed_since(case: Case) -> None:
    accept(case, [ONE], WHO, AT)
    path = case.folder / MODEL
    path.write_text(path.read_text("utf-8").replace("effect-priority", "effect-support"), "utf-8")
    with pytest.raises(InputError, match="后来又改过"):
        undo(case, WHO, AT)


def test_an_edit_changes_a_proposal_or_the_model_and_can_be_undone(case: Case) -> None:
    edit(case, ONE, {"effect": ["effect-support", "effect-priority"], "title": ["优先安排资金"]}, WHO, AT)
    accept(case, [ONE], WHO, AT)
    assert set(case.graph(MODEL).objects(case.iri(ONE), PG.effect)) == {
        ID["concept/effect-support"], ID["concept/effect-priority"],
    }  # fmt: skip
    before = case.text(MODEL)
    edit(case, ONE, {"requires": ["同等条件下"], "title": []}, WHO, AT)
    assert (case.iri(ONE), PG.requires, Literal("同等条件下")) in case.graph(MODEL)
    undo(case, WHO, AT)
    assert case.text(MODEL) == before


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"quote": ["优先安排一切资金"]}, "不是该条款的原文"),
        ({"action": ["予以优先"]}, "不是该条款的原文"),
        ({"effect": ["effect-prioriti"]}, "最接近的是: 优先（effect-priority）"),
        ({"colour": ["red"]}, "没有这个属性"),
    ],
)
def test_an_edit_passes_the_gate(case: Case, values: dict[str, list[str]], told: str) -> None:
    before = texts(case)
    with pytest.raises(InputError, match=told):
        edit(case, ONE, values, WHO, AT)
    assert texts(case) == before


def test_a_quote_that_is_not_verbatim_never_enters_the_model(case: Case) -> None:
    path = case.folder / DRAFT
    path.write_text(path.read_text("utf-8").replace("同等条件下优先安排", "一律优先安排"), "utf-8")
    with pytest.raises(InputError, match="引文不是该条款的原文"):
        accept(case, [ONE], WHO, AT)
    assert case.text(MODEL) == ""


def test_a_statement_of_ones_own_passes_the_gate_and_gets_an_address(case: Case) -> None:
    clause, quote = "annex_1/sec_4/al_1", "书面告知当事人"
    for number in (1, 2):
        (entry,) = write(case, "ProcedureStep", clause, quote, {"recipient": ["当事人"]}, WHO, AT)
        assert entry.subject == f"procedure/{SLUG}/sec_4-al_1/w{number}"
    assert (case.iri(entry.subject), PG.recipient, Literal("当事人")) in case.graph(MODEL)
    for told, words, values in (
        ("引文不是该条款的原文", "电话告知当事人", {}),
        ("recipient 不是该条款的原文", quote, {"recipient": ["企业"]}),
    ):
        with pytest.raises(InputError, match=told):
            write(case, "ProcedureStep", clause, words, values, WHO, AT)
    undo(case, WHO, AT)
    assert (case.iri(entry.subject), None, None) not in case.graph(MODEL)


def test_removing_takes_a_statement_out(case: Case) -> None:
    accept(case, [ONE, OTHER], WHO, AT)
    remove(case, OTHER, WHO, AT, note="重复")
    assert (case.iri(OTHER), None, None) not in case.graph(MODEL)
    with pytest.raises(NotFoundError, match="整理稿里没有这一项"):
        remove(case, OTHER, WHO, AT)


def test_two_who_act_at_once_never_overwrite_each_other(case: Case) -> None:
    mine = Decision(case, WHO, AT)
    accept(case, [OTHER], WHO, AT)
    before = {name: case.text(name) for name in CURATION_FILES}
    mine.tell("remove", "measures", ONE, {MODEL: {case.iri(ONE): None}})
    with pytest.raises(InputError, match="另有人刚刚改过"):
        mine.finish()
    assert {name: case.text(name) for name in CURATION_FILES} == before


def test_who_acts_must_be_said(case: Case) -> None:
    with pytest.raises(InputError, match="没有写明是谁"):
        accept(case, [ONE], " ", AT)
    with pytest.raises(NotFoundError, match="没有这一条待定的建议"):
        accept(case, ["measure/x"], WHO, AT)
    with pytest.raises(InputError, match="是不是 measures"):
        accept(case, None, WHO, AT, kind="measure")


# --- states ----------------------------------------------------------------------------------------------------------


def test_accepting_is_not_having_read_to_the_end(case: Case) -> None:
    accept(case, None, WHO, AT)
    assert case.state("measures") == "drafted"
    settle(case, "measures", WHO, AT)
    assert case.state("measures") == "accepted"
    states = case.graph(STATES)
    node = case.state_iri("measures")
    assert states.value(node, PG.curatedBy) == Literal(WHO)
    assert str(states.value(node, URIRef("http://purl.org/dc/terms/date"))) == AT[:10]


def test_none_is_refused_where_there_is_some_and_open_proposals_come_first(case: Case) -> None:
    with pytest.raises(InputError, match="条建议没有定"):
        settle(case, "lists", WHO, AT)
    settle(case, "grades", WHO, AT, state="none")
    assert case.state("grades") == "none"
    accept(case, None, WHO, AT)
    with pytest.raises(InputError, match="不能说成 none"):
        settle(case, "measures", WHO, AT, state="none")
    reopen(case, "grades", WHO, AT)
    assert case.state("grades") == "drafted"


def test_all_is_read_to_the_end_only_where_each_empty_kind_was_named(case: Case) -> None:
    """That a text is silent on something is said kind by kind: by one word it was said of all."""
    answer_all(case)
    accept(case, None, WHO, AT)
    empty, before = list_empty(case), texts(case)
    assert {"grades", "interpretations"} <= set(empty)
    assert not {"measures", "departments", "metadata"} & set(empty)
    for named in ((), empty[1:], ["measures", *empty[:-1]]):
        with pytest.raises(InputError, match="也没有人说逐类看过"):
            settle(case, "all", WHO, AT, none=named)
    with pytest.raises(InputError, match="没有这一类"):
        settle(case, "all", WHO, AT, none=["nothing"])
    assert texts(case) == before
    settle(case, "grades", WHO, AT, state="none")
    settle(case, "all", WHO, AT, none=[one for one in empty if one != "grades"])
    assert {case.state(one) for one in empty} == {"none"}
    assert case.state("measures") == case.state("departments") == "accepted"


def list_lacking(case: Case) -> list[str]:
    """The accepted statements that the profile marks because a person has not said something of them."""
    data, profile = Graph(), case.desk.profile  # pySHACL needs the store with contexts
    for triple in case.graph(MODEL):
        data.add(triple)
    found = validate(data, profile)
    marked = {one.focus for one in found if (URIRef(one.shape), PG.awaits, None) in profile}
    return sorted(iri.removeprefix(f"{BASE}id/") for iri in marked)


def test_what_is_left_is_listed_until_nothing_is(case: Case) -> None:
    assert {item.kind for item in list_remaining(case)} == set(case.desk.kinds())
    answer_all(case)
    accept(case, None, WHO, AT)
    settle(case, "all", WHO, AT, none=["all"])
    # who takes a step is for a person to say, or that the text does not say it
    told = list_lacking(case)
    assert told
    assert [(item.kind, item.lacking) for item in list_remaining(case)] == [("procedures", len(told))]
    assert [(one.kind, one.address, one.awaited) for one in list_wanting(case)] == [
        ("procedures", step, ("actor", "note")) for step in told
    ]
    # what several lack is told once, with all that lack it
    assert group_wanting(case) == {("actor", "note"): tuple(one.address for one in list_wanting(case))}
    for step in told:
        edit(case, step, {"note": ["原文没有写明由谁办"]}, WHO, AT)
    # whether an act reduces rights was drafted; taken away, it is for a person to say
    assert list_remaining(case) == ()
    act = str(min(case.graph(MODEL).subjects(RDF.type, PG.Act), key=str)).removeprefix(f"{BASE}id/")
    edit(case, act, {"reducesRights": []}, WHO, AT)
    left = list_remaining(case)
    assert [(item.kind, item.state, item.open, item.lacking) for item in left] == [("measures", "accepted", 0, 1)]
    assert list_lacking(case) == [act]
    assert {(one.address, one.awaited) for one in list_wanting(case)} == {(act, ("reducesRights",))}
    edit(case, act, {"reducesRights": ["false"], "reducesRightsReason": ["授益"]}, WHO, AT)
    assert list_remaining(case) == ()


def test_every_action_is_one_line_of_the_journal(case: Case) -> None:
    accept(case, [ONE], WHO, AT)
    edit(case, ONE, {"note": ["看过"]}, WHO, AT)
    answer_all(case)
    reject(case, [OTHER], WHO, AT)
    write(case, "CreditList", "annex_1/sec_4/al_1", "联合激励对象名单", {"listKind": ["red"]}, WHO, AT)
    add_line(case, f"condition/{SLUG}/1", WHO, AT)
    remove(case, ONE, WHO, AT)
    settle(case, "grades", WHO, AT)
    reopen(case, "grades", WHO, AT)
    register_body(case, "海棠市财政局", "function-finance", WHO, AT, region="230800")
    # what was registered is known to a desk that is opened now, and another printed name may mean it
    fresh = open_case(open_desk(open_workspace(case.folder.parents[1])), SLUG)
    before = fresh.text(BODIES)
    assign_body(fresh, "海棠市税务局", "230800/finance", WHO, AT)
    assert 'pg:literalForm "海棠市税务局"' in fresh.text(BODIES)
    undo(fresh, WHO, AT)
    assert fresh.text(BODIES) == before
    entries = read_journal(case)
    assert [entry.action for entry in entries] == list(ACTIONS)
    assert [entry.number for entry in entries] == list(range(1, len(ACTIONS) + 1))
    assert len(case.text(JOURNAL).splitlines()) == len(ACTIONS)
    (case.folder / JOURNAL).write_text("{}\nnope\n", "utf-8")
    with pytest.raises(DataError, match=r"journal\.jsonl:1"):
        read_journal(case)


# --- files that people wrote -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["jiamusi-2020-5/model.ttl", "xinzheng-2010-36/model.ttl", "yiyuan-2021-28/curation.ttl"]
)
def test_a_file_written_by_hand_is_changed_in_one_place_only(name: str) -> None:
    text = (SAMPLES / name).read_text("utf-8")
    graph = parse(text, name)
    subjects = sorted({node for node in graph.subjects() if isinstance(node, URIRef)})
    chosen = subjects[len(subjects) // 3]
    changed = statements_of(graph, chosen)
    changed.add((chosen, PG.note, Literal("改过", lang="zh")))
    new = change_file(text, {chosen: changed, URIRef(f"{chosen}/new"): _fresh(chosen)}, name, "")
    begin, rest = text.split(f"<{str(chosen).removeprefix(str(ID))}> a ", 1)
    assert new.startswith(begin)
    gone = set(text.splitlines()) - set(new.splitlines())
    assert gone <= {f"<{str(chosen).removeprefix(str(ID))}> a {rest}".split(" .\n", 1)[0] + " ."} | set(
        rest.split("\n\n", 1)[0].splitlines()
    )
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert [line for line in new.splitlines() if line.startswith("#")] == comments
    assert same(parse(new, name), _plus(graph, changed, _fresh(chosen)))
    back = change_file(new, {chosen: statements_of(graph, chosen), URIRef(f"{chosen}/new"): None}, name, "")
    assert same(parse(back, name), graph)


def same(one: Graph, other: Graph) -> bool:
    return set(skolemise(one)) == set(skolemise(other))


def _fresh(near: URIRef) -> Graph:
    graph = Graph()
    graph.add((URIRef(f"{near}/new"), RDF.type, PG.Act))
    return graph


def _plus(*graphs: Graph) -> Graph:
    whole = Graph()
    for graph in graphs:
        whole += graph
    return whole


@pytest.mark.parametrize(
    "text",
    [
        '<a> pg:note "一条 . 二条 # 不是注释" . # 注释 <b> .\n<b> pg:order 1 .\n',
        "<a> pg:note '''多行\n. <b> a pg:Act .\n''' ; pg:x [ pg:order 1 ; pg:note \"] .\" ] .\n<b> pg:order 1 .\n",
        "<a>\n  a pg:Act\n.\n# 说明\n<b> pg:order 1.\n",
    ],
)
def test_strings_comments_and_brackets_do_not_end_a_statement(text: str) -> None:
    text = f"@base <{ID}> .\n@prefix pg: <{PG}> .\n{text}"
    new = Graph()
    new.add((ID["b"], PG.order, Literal(2)))
    changed = change_file(text, {URIRef(ID["b"]): new}, "x.ttl", "")
    assert changed.replace("pg:order 2 .", "").split("<b>")[0].rstrip() == text.rsplit("<b>", 1)[0].rstrip() or (
        same(parse(changed, "x"), _plus(new, statements_of(parse(text, "x"), ID["a"])))
    )
    assert ("说明" in text) == ("说明" in changed)


def test_a_layout_that_cannot_be_changed_in_one_place_is_refused() -> None:
    text = f"@prefix pg: <{PG}> .\n@prefix p: <{ID}> .\np:a pg:order 1 .\n"
    new = Graph()
    new.add((ID["a"], PG.order, Literal(2)))
    with pytest.raises(DataError, match="手写的"):
        change_file(text, {URIRef(ID["a"]): new}, "x.ttl", "")


def test_our_own_file_is_the_same_bytes_whatever_the_order() -> None:
    graph = parse((SAMPLES / "yiyuan-2021-28" / MODEL).read_text("utf-8"), MODEL)
    text = write_file(graph, "说明")
    assert is_ours(text)
    again = Graph()
    for triple in sorted(graph, reverse=True):
        again.add(triple)
    assert write_file(again, "说明") == text
    assert same(parse(text, MODEL), graph)


# --- two curators ----------------------------------------------------------------------------------------------------


def test_two_curators_agree_where_they_state_and_code_alike(case: Case, tmp_path: Path) -> None:
    accept(case, None, WHO, AT)
    shutil.copy(case.folder / MODEL, tmp_path / MODEL)
    agreements, differences = compare_models(case, load_other(case, tmp_path))
    assert differences == ()
    assert all(one.units == one.same and one.alpha in (None, 1.0) for one in agreements)
    assert {one.kind for one in agreements} >= {"measures", "procedures", "conditions"}


def test_a_difference_is_told_with_place_and_both_readings(case: Case, tmp_path: Path) -> None:
    accept(case, None, WHO, AT)
    text = case.text(MODEL)
    (tmp_path / MODEL).write_text(text, "utf-8")
    edit(case, ONE, {"effect": ["effect-support"]}, WHO, AT)
    remove(case, f"list/{SLUG}/red", WHO, AT)
    agreements, differences = compare_models(case, load_other(case, tmp_path / MODEL))
    told = {(d.kind, d.question, d.clause, d.one, d.other) for d in differences}
    assert ("measures", "effect", "annex_1/sec_2/para_1/subpara_1", "effect-support", "effect-priority") in told
    assert ("lists", "where", "annex_1/sec_4/al_1", "no", "yes") in told
    effect = next(one for one in agreements if (one.kind, one.question) == ("measures", "effect"))
    assert effect.units - effect.same == 1
    assert effect.alpha is not None
    assert 0 < effect.alpha < 1


def test_the_coefficient_is_krippendorffs() -> None:
    # three coincidences by hand: o(a,a)=2, o(a,b)=o(b,a)=1, o(b,b)=2; n=6: alpha = 1 - (5 * 2) / (2 * 3 * 3)
    assert alpha([("a", "a"), ("a", "b"), ("b", "b")]) == pytest.approx(1 - 10 / 18, abs=0.001)
    assert alpha([("a", "b"), ("b", "a")]) == pytest.approx(-0.5)


def test_models_of_two_documents_are_not_compared(case: Case, tmp_path: Path) -> None:
    (tmp_path / MODEL).write_text(
        f"@base <{BASE}id/> . @prefix pg: <{PG}> . <measure/x/1> pg:document <doc/x> .", "utf-8"
    )
    with pytest.raises(InputError, match="另一份整理稿说的是 doc/x"):
        compare_models(case, load_other(case, tmp_path))
    with pytest.raises(InputError, match="这里没有"):
        load_other(case, tmp_path / "none")


# --- nothing of a draft in any answer --------------------------------------------------------------------------------


def test_a_build_reads_none_of_the_files_of_a_draft() -> None:
    assert not {DRAFT, JOURNAL} & set(PARTS)
    assert set(CURATION_FILES) == {MODEL, DRAFT, STATES, JOURNAL}


@pytest.mark.slow
def test_what_was_accepted_answers_with_clause_and_quote(desk_files: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(desk_files, folder)
    workspace = open_workspace(folder)
    case = open_case(open_desk(workspace), SLUG)
    answer_all(case)
    accept(case, None, WHO, AT)
    settle(case, "all", WHO, AT, none=["all"])
    build(tmp_path / "out", workspace)
    store = open_store([tmp_path / "out" / DATASET_FILE])
    source = "".join(case.reading.source.split())

    def ask(name: str) -> list[dict[str, object]]:
        answer = store.ask(name, {"document": SLUG})
        assert answer.coverage == ()
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]

    for name in ("measures", "procedures", "lists", "conditions"):
        rows = ask(name)
        assert rows, name
        assert all("".join(str(row["quote"]).split()) in source and row["clause"] for row in rows), name
    measures = {str(row["notation"]): row for row in ask("measures")}
    assert measures["二（一）1"]["effect"] == "优先"
    assert {str(row["kind"]) for row in measures.values()} == {"incentive"}
    conditions = {str(row["notation"]): row for row in ask("conditions")}
    assert conditions["(1)"]["window"] == "P2Y"
    listed = [row for notation, row in conditions.items() if notation.startswith("(")]
    assert [row["combination"] for row in listed] == ["allOf"] * 4
    steps = {str(row["quote"]): row for row in ask("procedures")}
    step = next(row for quote, row in steps.items() if quote.startswith("各部门应当"))
    assert step["actor"] == "各部门"
    assert "15个工作日内" in str(step["deadline"])
    (red,) = ask("lists")
    assert red["kind"] == "red"
    (leaving,) = ask("transitions")
    assert leaving["trigger"] == "发现联合激励对象存在失信行为的"


@pytest.mark.parametrize("written", ["function-finance", "finance", "FINANCE "])
def test_a_function_is_named_by_slug_or_label(case: Case, written: str) -> None:
    assert find_function(case, written, "x") == "function-finance"
    labels = next(one.names for one in list_functions(case) if one.value == "function-finance")
    assert {find_function(case, label, "x") for label in labels.values()} == {"function-finance"}
    with pytest.raises(InputError) as refused:
        find_function(case, "没有这个", "x")
    assert all(one.value.removeprefix("function-") in str(refused.value) for one in list_functions(case))


@pytest.mark.parametrize(
    ("name", "function", "kind"),
    [
        ("海棠市应急管理局", "work-safety", "department"),
        ("中国人民银行海棠市中心支行", "central-bank", "branch"),
        ("海棠市财政局", "finance", "department"),
        ("海棠市总工会", "trade-union", "mass-organisation"),
        ("海棠市消防救援支队", "fire-rescue", ""),
    ],
)
def test_a_body_that_is_registered_has_the_type_of_its_likes(case: Case, name: str, function: str, kind: str) -> None:
    written = next(one.written for one in list_names(case) if one.kind == "body")
    register_body(case, written, function, WHO, AT, name=name)
    (body,) = case.graph(BODIES).subjects(PG.departmentFunction, None)
    types = [
        str(one).rpartition("organisation-type-")[2] for one in case.graph(BODIES).objects(body, ORG.classification)
    ]
    assert types == ([kind] if kind else [])


# --- commands --------------------------------------------------------------------------------------------------------


def run(folder: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(commands, [*words, "--workspace", str(folder)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


@pytest.mark.slow
def test_the_commands_walk_from_draft_to_nothing_left(case: Case) -> None:
    folder = case.folder.parents[1]
    code, out = run(folder, "draft", SLUG, "--format", "json")
    assert code == 0
    assert {one["address"] for one in json.load(io.StringIO(out))} >= {ONE, OTHER}
    assert ONE in run(folder, "draft", SLUG, "--format", "turtle")[1]
    assert run(folder, "todo", SLUG)[0] == 1
    code, out = run(folder, "curate", "show", SLUG, ONE)
    assert code == 0
    assert "pg:effect" in out
    assert run(folder, "curate", "accept", SLUG, ONE, "--by", WHO)[1].endswith(f"accept measures {ONE}\n")
    run(folder, "curate", "edit", SLUG, ONE, "effect=effect-support", "--by", WHO)
    run(folder, "curate", "undo", SLUG, "--by", WHO)
    words = ("ProcedureStep", "annex_1/sec_4/al_1", "书面告知当事人", "recipient=当事人")
    assert "write procedures" in run(folder, "curate", "write", SLUG, *words, "--by", WHO)[1]
    run(folder, "curate", "undo", SLUG, "--by", WHO)
    run(folder, "curate", "reject", SLUG, OTHER, "--by", WHO)
    run(folder, "curate", "accept", SLUG, "--kind", "all", "--by", WHO)
    (asked,) = list_proposals(case)
    run(folder, "curate", "answer", SLUG, asked.address, "words", "--reason", "由主管部门认定", "--by", WHO)
    run(folder, "curate", "accept", SLUG, asked.address, "--by", WHO)
    run(folder, "curate", "none", SLUG, "grades", "--by", WHO)
    for step in list_lacking(case):
        run(folder, "curate", "edit", SLUG, step, "note=原文没有写明由谁办", "--by", WHO)
    run(folder, "curate", "settle", SLUG, "all", "--none", "all", "--by", WHO)
    code, out = run(folder, "todo", SLUG, "--format", "json")
    assert (code, json.loads(out)["rows"]) == (0, [])
    # the samples beside are not hers to finish; one is listed when it is named
    set_samples(folder, samples=True)
    assert run(folder, "todo")[0] == 0
    assert run(folder, "todo", "yiyuan-2021-28")[0] == 1
    assert WHO in run(folder, "curate", "log", SLUG, "--format", "csv")[1]
    assert run(folder, "agreement", SLUG, str(case.folder))[0] == 0
    assert run(folder, "agreement", SLUG, str(case.folder), "--differences")[0] == 0


@pytest.mark.slow
def test_a_command_used_wrongly_says_how(case: Case) -> None:
    folder = case.folder.parents[1]
    with pytest.raises(InputError, match="没有说接受哪些"):
        run(folder, "curate", "accept", SLUG, "--by", WHO)
    with pytest.raises(InputError, match="没有等号"):
        run(folder, "curate", "edit", SLUG, ONE, "effect", "--by", WHO)
    with pytest.raises(NotFoundError, match="已有的文件"):
        run(folder, "draft", "nothing-2031-1")
