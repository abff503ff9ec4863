"""Condition lines drafted and accepted: what is understood becomes lines, what is not becomes a question.

The conditions are invented and stand for kinds. A desk over one invented memo serves all tests; what is decided is
decided by the shapes that acceptance wrote, and one walk goes from a Word file to decisions by commands alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, SKOS
from tests import memos
from tests.conftest import Done
from tests.test_drafting import KNOWLEDGE, LEXICON, draft, read

from policygraph.errors import InputError, NotFoundError
from policygraph.graph.memory import make_graph
from policygraph.judging.decisions import decide
from policygraph.judging.rules.codes import read_codes
from policygraph.judging.rules.facts import Row, make_register
from policygraph.judging.rules.shapes import Policy, load_policies
from policygraph.keeping.conditions import expand_lines
from policygraph.keeping.curation.cases import LINES, MODEL, Case, list_proposals, open_case, open_desk
from policygraph.keeping.curation.deciding import accept, answer, edit, reject, remove, undo
from policygraph.keeping.curation.drafting import draft_document
from policygraph.keeping.curation.halves import add_line
from policygraph.keeping.curation.journal import read_journal
from policygraph.keeping.curation.lining import write_rule
from policygraph.keeping.terms import read_turtle
from policygraph.keeping.workspace import open_workspace
from policygraph.namespaces import ID, PG
from policygraph.reading.drafting import Proposal, draft_reading
from policygraph.reading.drafting.lining import JUDGEMENT

BASE = memos.BASE
SLUG = memos.SLUG
AT = memos.AT
WHO = "法制科"
UNIT = memos.UNIT
DAY = date(2031, 8, 1)
RULES = tuple(f"rule/{SLUG}/{number}" for number in (1, 2, 3, 4))


def lines(*items: str, lead: str = "激励对象须同时符合以下条件：", head: str = "联合激励对象") -> list[Proposal]:
    """The lines that are drafted for the conditions of one list, each in its order."""
    listed = "\n".join(f"（{number}）{item}；" for number, item in zip("一二三四五六七八九", items, strict=False))
    found = draft(f"一、{head}\n{lead}\n{listed}\n二、激励措施\n（一）降低检查频次。\n")
    return [one for one in found if one.type == "ConditionRule"]


def told(line: Proposal) -> tuple[str, set[str], str]:
    """The record of a line, its refinements and its period."""
    (record,) = line.values_of("lineRecord")
    refined = {one.removeprefix("line-refinement-") for one in line.values_of("lineRefinement")}
    return record.removeprefix("line-record-"), refined, "".join(line.values_of("window"))


@pytest.mark.parametrize(
    ("item", "record", "refined", "window"),
    [
        ("近3年内未受到安全监管部门作出的行政处罚", "no-penalty", {"safety-authority"}, "P3Y"),
        ("两年内没有受到安全生产行政处罚", "no-penalty", {"safety-matter"}, "P2Y"),
        # words for a penalty received stand in those for none: the whole of what is denied counts
        ("近三年内未受到行政处罚", "no-penalty", set(), "P3Y"),
        ("30个月内没有受到行政处罚", "no-penalty", set(), "P30M"),
        ("三年内无行政处罚记录", "no-penalty", set(), "P3Y"),
        ("连续三年未发生较大以上生产安全责任事故", "no-accident", {"larger", "liable"}, "P3Y"),
        ("18个月内未发生造成人员死亡的生产安全事故", "no-accident", {"fatal"}, "P18M"),
        ("企业及其主要负责人近两年内无严重失信行为", "no-dishonesty", {"unit", "principal", "serious"}, "P2Y"),
        ("法定代表人近1年内没有失信记录", "no-dishonesty", {"legal-representative"}, "P1Y"),
        ("未被列入安全生产领域黑名单", "not-listed", {"black", "field-safety"}, ""),
        ("不在重点关注名单上", "not-listed", {"watch"}, ""),
        ("已被纳入守信联合激励对象名单", "listed", {"red"}, ""),
        ("取得二级及以上安全生产标准化证书", "certificate", {"grade-2"}, ""),
        ("安全生产标准化达到一级", "certificate", {"grade-1"}, ""),
        ("已向社会公开作出安全生产承诺", "commitment", {"published"}, ""),
        ("最近一次年度考核得分在85分以上", "score", set(), ""),
        ("最近一次年度考核得分不低于85分", "score", set(), ""),
        ("1年内受到行政处罚", "penalty", set(), "P1Y"),
        ("被认定为诚信典型", "judgement", set(), ""),
    ],
)  # fmt: skip
def test_a_condition_that_is_understood_has_records_refinements_and_period(
    item: str, record: str, refined: set[str], window: str
) -> None:
    (line,) = lines(item)
    assert told(line) == (record, refined, window)
    assert (line.quote, line.values_of("openQuestion")) == (item, ())


@pytest.mark.parametrize(
    ("item", "question", "unread"),
    [
        ("近3年内未受到税务部门作出的行政处罚", "words", ("税务部门",)),
        ("近3年内未发生环境污染事故", "words", ("环境污染",)),
        ("1年内受到行政处罚2次以上", "words", ("次以",)),
        ("近3年内无失信行为或者未受到行政处罚", "words", ("或者",)),
        ("社会评价良好", "words", ("社会评价良好",)),
        ("法定代表人3年内未发生生产安全事故", "words", ("法定代表人",)),
        ("无失信行为", "window", ()),
        ("3年无失信行为", "window-unclear", ()),
        ("90日内无失信行为", "window", ("日",)),
        ("未被列入有关名单", "list", ("有关名单",)),
        ("取得安全生产标准化证书", "grade", ()),
        ("年度考核得分优秀", "bound", ("优秀",)),
        ("近3年内未受到供应商投诉", "words", ("未受到供应商投诉",)),
        ("近3年内未受到县安全生产监察大队作出的行政处罚", "words", ("县安全生产监察大队",)),
        ("未受到安全生产监察大队作出的行政处罚", "words", ("安全生产监察大队",)),
    ],
)
def test_what_is_unclear_is_a_question_and_never_decided(item: str, question: str, unread: tuple[str, ...]) -> None:
    (line,) = lines(item)
    assert told(line) == (JUDGEMENT.removeprefix("line-record-"), set(), "")
    assert f"line-question-{question}" in line.values_of("openQuestion")
    assert set(unread) <= set(line.values_of("unclearWords"))
    assert line.quote == item


@pytest.mark.parametrize(
    ("item", "records", "judge"),
    [
        ("经营活动社会评价良好，由市应急管理局认定", ["judgement"], "市应急管理局"),
        ("有突出贡献，经市应急管理局会同市总工会审核认定的", ["judgement"], "市应急管理局会同市总工会"),
        ("近三年内未发生生产安全死亡事故，并经市应急管理局审定", ["no-accident", "judgement"], "市应急管理局"),
        ("拒不执行整改指令，情节恶劣的", ["judgement"], ""),
        ("造成恶劣社会影响的", ["judgement"], ""),
        ("违反操作规程，后果严重的", ["judgement"], ""),
    ],
)
def test_what_a_person_must_judge_is_a_judgement_with_who_judges_it(item: str, records: list[str], judge: str) -> None:
    found = lines(item)
    assert [told(one)[0] for one in found] == records
    assert "".join(one for line in found for one in line.values_of("judgedBy")) == judge
    assert not any(line.values_of("openQuestion") for line in found)


def test_words_that_only_look_like_a_judge_name_none() -> None:
    for item in ("由市应急管理局认定为二级企业", "经查实认定的", "由市应急管理局在网站公布"):
        assert not any(line.values_of("judgedBy") for line in lines(item))


LISTS = (
    "一、联合激励对象\n符合以下条件的，列入红名单：\n（一）近3年内未受到行政处罚；\n（二）诚实守信。\n"
    "二、联合惩戒对象\n有下列情形之一的，列入黑名单：\n（一）1年内受到行政处罚的；\n（二）拒不整改的。\n"
)


def test_each_of_two_policies_asks_for_its_own_items_alone() -> None:
    first, second = (one for one in draft(f"{LISTS}三、其他\n另行通知。\n") if one.type == "Policy")
    assert (first.values_of("positiveOutcome"), second.values_of("positiveOutcome")) == (("eligible",), ("target",))
    assert "line-question-whole" not in (*first.values_of("openQuestion"), *second.values_of("openQuestion"))
    # who leaves the one list is asked of that one, what names neither of both
    items = "（一）1年内发生生产安全责任事故的；\n（二）弄虚作假的。\n"
    words = ("1年内发生生产安全责任事故的", "弄虚作假的")
    for lead, told in (("退出红名单", [words, ()]), ("移出黑名单", [(), words]), ("不予办理", [words, words])):
        other = f"三、管理\n有下列情形之一的，{lead}：\n{items}四、其他\n另行通知。\n"
        found = [one for one in draft(f"{LISTS}{other}") if one.type == "Policy"]
        assert [one.values_of("unclearWords") for one in found] == told


@pytest.mark.parametrize(
    ("head", "lead"),
    [
        ("名单管理", "有下列情形之一的，取消其红名单资格："),
        ("名单管理", "有下列情形之一的，撤销联合激励："),
        ("红名单的退出", "有下列情形之一的："),
        ("红名单的撤销：取消守信企业称号", "有下列情形之一的："),
    ],
)
def test_who_loses_incentives_is_told_to_be_eligible_by_nobody(head: str, lead: str) -> None:
    (policy,) = (
        one
        for one in draft(f"一、{head}\n{lead}\n（一）1年内受到行政处罚的；\n（二）拒不整改的。\n二、其他\n无。\n")
        if one.type == "Policy"
    )
    assert policy.values_of("positiveOutcome") == ()
    assert "line-question-outcome" in policy.values_of("openQuestion")


def test_a_condition_says_whether_records_settle_it() -> None:
    items = ("近3年内无失信行为", "诚实守信", "公开作出信用承诺，严格履行主体责任")
    listed = "\n".join(f"（{number}）{item}；" for number, item in zip("一二三", items, strict=True))
    found = draft(f"一、联合激励对象\n符合以下条件的单位：\n{listed}\n二、其他\n（一）另行通知。\n")
    told = [one.values_of("machineCheckable") for one in found if one.type == "Condition"]
    assert told[:3] == [("yes",), ("no",), ("partly",)]


def test_parts_of_one_condition_are_lines_of_their_own() -> None:
    first, second = lines("公开作出信用承诺，严格履行安全生产主体责任")
    assert [told(one)[0] for one in (first, second)] == ["commitment", "judgement"]
    assert (first.quote, second.quote) == ("公开作出信用承诺", "严格履行安全生产主体责任")
    assert first.values_of("decides") == second.values_of("decides")


@pytest.mark.parametrize(
    ("head", "lead", "outcome", "combination"),
    [
        ("联合激励对象", "符合以下条件的单位：", "eligible", "allOf"),
        ("联合惩戒对象", "有下列情形之一的单位：", "target", "anyOf"),
        ("适用对象", "符合以下条件的单位：", "", "allOf"),
        ("联合惩戒对象", "包括以下情形：", "target", ""),
        # whom a red list is for, whatever the document calls both lists together
        ("红名单的条件", "列入安全生产红名单的单位，须同时具备下列条件：", "eligible", "allOf"),
        ("红黑名单的认定", "符合以下条件的单位，列入红名单：", "eligible", "allOf"),
        ("红黑名单的认定", "符合以下条件的单位：", "", "allOf"),
        # who is watched is no target of the sanctions in a heading
        ("重点关注名单与黑名单", "有下列情形之一的，列入重点关注名单：", "", "anyOf"),
        ("重点关注名单与黑名单", "有下列情形之一的，列入黑名单：", "target", "anyOf"),
    ],
)
def test_the_policy_says_what_follows_or_asks(head: str, lead: str, outcome: str, combination: str) -> None:
    text = f"一、{head}\n{lead}\n（一）1年内受到行政处罚；\n（二）被列入黑名单。\n二、其他\n（一）另行通知。\n"
    (policy,) = [one for one in draft(text) if one.type == "Policy"]
    assert policy.values_of("positiveOutcome") == ((outcome,) if outcome else ())
    asked = {"line-question-outcome": not outcome, "line-question-combination": not combination}
    assert set(policy.values_of("openQuestion")) == {question for question, open_ in asked.items() if open_}
    assert policy.values_of("combination") == ((combination,) if combination else ())
    assert len(policy.values_of("hasCondition")) == 2


def test_whoever_is_on_a_blacklist_is_barred_by_a_sentence_too() -> None:
    text = (
        "一、联合激励对象\n符合以下条件的单位：\n（一）近3年内无失信行为；\n（二）未被列入黑名单。\n"
        "二、其他事项\n（一）动态管理。凡已列入失信联合惩戒对象名单的，一律不得列为激励对象。\n"
    )
    found = draft(text)
    (policy,) = [one for one in found if one.type == "Policy"]
    (barring,) = policy.values_of("excludedBy")
    (line,) = [one for one in found if one.values_of("decides") == (barring,)]
    assert told(line) == ("not-listed", {"black"}, "")


def test_a_word_added_to_a_refinement_is_recognised() -> None:
    """The concept file promises it."""
    text = "一、联合激励对象\n符合以下条件的单位：\n（一）近3年内未受到甲乙丙部门作出的行政处罚；\n（二）无。\n"
    authority = "line-refinement-safety-authority"
    more = tuple(
        replace(one, words=(*one.words, "甲乙丙部门")) if one.slug == authority else one for one in LEXICON.refinements
    )
    found = []
    for lexicon in (LEXICON, replace(LEXICON, refinements=more)):
        drafted = draft_reading(read(text), lexicon, KNOWLEDGE.vocabulary)
        found.append(next(one for one in drafted if one.type == "ConditionRule"))
    assert found[0].values_of("unclearWords") == ("甲乙丙部门",)
    assert told(found[1]) == ("no-penalty", {"safety-authority"}, "P3Y")


# --- accepted --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the memo of a Word file, drafted once."""
    folder = tmp_path_factory.mktemp("lines")
    return memos.draft_memo(folder).desk.workspace.root


@pytest.fixture(scope="module")
def shared(desk_files: Path) -> Case:
    return open_case(open_desk(open_workspace(desk_files)), SLUG)


@pytest.fixture
def case(desk_files: Path, shared: Case, tmp_path: Path) -> Case:
    shutil.copytree(desk_files, tmp_path / "own")
    return Case(replace(shared.desk, workspace=open_workspace(tmp_path / "own")), SLUG, shared.reading)


def policy_of(case: Case) -> Policy:
    return load_policies([read_turtle(case.shapes)])[SLUG]


def outcome(case: Case, *rows: Row) -> tuple[str, list[str]]:
    """How an invented enterprise stands under what was accepted, all tables complete: outcome, and each condition."""
    known = [Row("enterprises", {"uscc": UNIT, "name": "临溪示例（虚构）", "region": memos.CODE})]
    tables = ("commitments", "dishonesty", "accidents", "listings", "penalties", "determinations")
    since = date(2028, 1, 1)
    known += [Row("coverage", {"table": table, "from": since, "to": DAY, "source": "虚构"}) for table in tables]
    decision = decide(make_register("r", (*known, *rows)), UNIT, policy_of(case), DAY)
    return decision.outcome, [str(one.outcome) for one in decision.conditions]


PUBLIC = Row("commitments", {"uscc": UNIT, "date": date(2031, 6, 1), "published": True})
GUILTY = Row(
    "accidents",
    {"record_id": "A1", "uscc": UNIT, "date": date(2030, 1, 1), "fatalities": 0, "liability": "liable"},
)
LONG_AGO = Row("accidents", {**GUILTY.cells, "date": date(2028, 2, 1)})
LISTED = Row(
    "listings",
    {"record_id": "L1", "uscc": UNIT, "list": "black", "field": "tax", "listed_on": date(2031, 1, 1)},
)


@pytest.mark.slow
def test_accepted_lines_decide_without_a_line_written_by_hand(case: Case) -> None:
    accept(case, None, WHO, AT, kind="conditions")
    assert list(case.graph(MODEL).subjects(RDF.type, PG.ConditionRule)) == []
    assert outcome(case, PUBLIC)[0] == outcome(case, PUBLIC, LONG_AGO)[0] == "eligible"
    assert outcome(case)[0] == outcome(case, PUBLIC, GUILTY)[0] == outcome(case, PUBLIC, LISTED)[0] == "ineligible"


@pytest.mark.slow
def test_a_condition_that_nobody_has_curated_is_left_to_a_determination(case: Case) -> None:
    accept(case, [RULES[0]], WHO, AT)
    assert outcome(case, PUBLIC) == ("undetermined", ["passed", "cantTell", "cantTell", "cantTell"])
    reject(case, [RULES[1]], WHO, AT)
    accept(case, list(RULES[2:]), WHO, AT)
    assert outcome(case, PUBLIC) == ("undetermined", ["passed", "cantTell", "passed", "passed"])
    remove(case, RULES[2], WHO, AT)
    assert outcome(case, PUBLIC, GUILTY) == ("undetermined", ["passed", "cantTell", "cantTell", "passed"])


@pytest.mark.slow
def test_undo_takes_lines_and_shapes_back_to_the_byte(case: Case) -> None:
    accept(case, [RULES[0]], WHO, AT)
    before = case.text(LINES), case.shapes.read_bytes(), case.text("draft.ttl")
    accept(case, [RULES[1]], WHO, AT)
    undo(case, WHO, AT)
    assert (case.text(LINES), case.shapes.read_bytes(), case.text("draft.ttl")) == before
    undo(case, WHO, AT)
    assert not case.shapes.exists()
    assert not case.path(LINES).exists()


@pytest.mark.slow
def test_what_a_person_enters_answers_the_question(case: Case) -> None:
    changes = {"lineRecord": ["line-record-no-penalty"], "lineRefinement": ["line-refinement-safety-authority"]}
    edit(case, RULES[1], changes | {"window": []}, WHO, AT)
    with pytest.raises(InputError, match="须写明期间"):
        accept(case, [RULES[1]], WHO, AT)
    assert not case.path(LINES).exists()
    edit(case, RULES[1], {"window": ["P18M"]}, WHO, AT)
    accept(case, None, WHO, AT, kind="conditions")
    cells = {"record_id": "P1", "uscc": UNIT, "status": "effective", "authority_function": "work_safety"}
    penalised = Row("penalties", {**cells, "date": date(2030, 6, 1)})
    assert outcome(case, PUBLIC, penalised)[0] == "ineligible"
    assert outcome(case, PUBLIC, Row("penalties", {**penalised.cells, "date": date(2029, 12, 1)}))[0] == "eligible"
    with pytest.raises(InputError, match="条件行已经写出"):
        edit(case, RULES[1], {"window": ["P3Y"]}, WHO, AT)


@pytest.mark.slow
def test_a_period_entered_for_the_condition_is_taken_by_the_next_draft(case: Case) -> None:
    condition = f"condition/{SLUG}/2"
    edit(case, condition, {"window": ["P5Y"]}, WHO, AT)
    accept(case, [condition], WHO, AT)
    draft_document(case, AT)
    graph = case.graph("draft.ttl")
    assert str(graph.value(case.iri(RULES[1]), PG.window)) == "P5Y"


@pytest.mark.slow
def test_without_a_day_or_an_outcome_nothing_is_accepted(case: Case) -> None:
    policy = f"policy/{SLUG}"
    edit(case, policy, {"positiveOutcome": []}, WHO, AT)
    with pytest.raises(InputError, match="激励对象还是惩戒对象"):
        accept(case, [RULES[0]], WHO, AT)
    edit(case, policy, {"positiveOutcome": ["eligible"]}, WHO, AT)
    metadata = case.path("metadata.ttl")
    metadata.write_text(metadata.read_text("utf-8").replace("eli:date_document", "eli:date_no"), encoding="utf-8")
    with pytest.raises(InputError, match="没有成文日期"):
        accept(case, [RULES[0]], WHO, AT)
    draft_document(case, AT)
    (asked,) = [one for one in list_proposals(case) if one.address == policy]
    assert any("自哪一天起" in question for question in asked.questions)
    edit(case, policy, {"dateFrom": ["2031-07-01"]}, WHO, AT)
    accept(case, [RULES[0]], WHO, AT)
    assert policy_of(case).issued_from == date(2031, 7, 1)


@pytest.mark.slow
def test_lines_written_by_hand_are_neither_proposed_again_nor_changed(case: Case) -> None:
    accept(case, None, WHO, AT, kind="conditions")
    text = case.text(LINES).split("\n", 1)[1]
    case.path(LINES).write_text(f"# 手写\n{text}", encoding="utf-8")
    draft_document(case, AT)
    assert not [one for one in list_proposals(case) if one.type in ("ConditionRule", "Policy")]
    remove(case, f"condition/{SLUG}/5", WHO, AT)
    assert case.text(LINES) == f"# 手写\n{text}"


@pytest.mark.slow
def test_who_judges_is_who_has_to_supply_the_determination(case: Case) -> None:
    # the fourth condition of the memo is for the authority to determine
    edit(case, RULES[3], {"lineRecord": ["line-record-judgement"]}, WHO, AT)
    draft_graph = case.graph("draft.ttl")
    subject = case.iri(RULES[3])
    for judge, supplier in ((None, "主管部门"), ("市应急管理局", "市应急管理局")):
        if judge is not None:
            draft_graph.add((subject, PG.judgedBy, Literal(judge)))
        written = write_rule(case, subject, draft_graph)[subject]
        assert written is not None
        assert {str(one) for one in written.objects(None, PG.supplier)} == {supplier}


def test_every_record_with_each_of_its_refinements_becomes_shapes(case: Case) -> None:
    accept(case, None, WHO, AT, kind="conditions")
    graph, desk = case.graph(LINES), case.desk
    condition = case.iri(f"condition/{SLUG}/2")
    place = make_graph([(condition, PG.clause, URIRef(f"{BASE}id/doc/{SLUG}")), (condition, PG.quote, Literal("甲"))])
    tried = 0
    for record in sorted(desk.concepts.subjects(SKOS.inScheme, ID["concept/scheme-line-records"]), key=str):
        refinements = sorted(desk.concepts.subjects(PG.refines, record), key=str)
        for chosen in ([], *([one] for one in refinements)):
            tried += 1
            subject = case.iri(f"rule/{SLUG}/t{tried}")
            said = make_graph((subject, term, value) for term, value in place.predicate_objects(condition))
            said += [(subject, PG.decides, condition), (subject, PG.lineRecord, record)]
            said += [(subject, PG.lineRefinement, one) for one in chosen]
            said += [(subject, PG.window, Literal("P3Y")), (subject, PG["lower"], Literal("90"))]
            for made in write_rule(case, subject, said).values():
                graph += made or make_graph()
    assert tried > 50
    shapes = expand_lines(case.folder, graph, read_codes(desk.concepts), case.base)
    path = case.folder / "all.ttl"
    (written,) = shapes.values()
    path.write_text(written, encoding="utf-8")
    (policy,) = load_policies([read_turtle(path)], codes=read_codes(desk.concepts)).values()
    assert len(policy.shapes) > 2 * tried


@pytest.mark.slow
def test_a_word_file_decides_an_enterprise_by_commands_alone(run: Callable[..., Done], tmp_path: Path) -> None:
    home, memo, register = tmp_path / "own", tmp_path / "memo.docx", memos.write_register(tmp_path / "register")
    memo.write_bytes(memos.make_docx())
    where = ("--workspace", str(home))
    assert run("init", str(home), "--base", BASE, "--without-samples").returncode == 0
    assert run("add", str(memo), "--id", SLUG, "--region", f"{memos.CODE}={memos.CITY}", *where).returncode == 0
    assert run("draft", SLUG, *where).returncode == 0
    assert run("curate", "accept", SLUG, "--kind", "conditions", "--by", WHO, *where).returncode == 0
    decided = run("decide", str(register), "--policy", SLUG, "--as-of", "2031-08-01", *where)
    assert "结论：符合条件" in decided.stdout
    assert decided.returncode == 0


SET = (
    "一、联合激励对象\n激励对象须同时符合以下条件：\n"
    "（一）近3年内未受到行政处罚；\n（二）已向社会公开作出安全生产承诺。\n"
)
ACTS = "激励措施\n（一）降低检查频次。\n"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{SET}二、{ACTS}", ()),
        # a paragraph below an item, which is an item no more
        (f"{SET}有重大事故隐患未整改的，不得认定。\n二、{ACTS}", ("有重大事故隐患未整改的，不得认定",)),
        # a second list of conditions
        (
            f"{SET}有下列情形之一的，不予认定：\n（一）发生较大事故的；\n（二）被责令停产的。\n二、{ACTS}",
            ("发生较大事故的", "被责令停产的"),
        ),
        # cases below a heading of their own
        (
            f"{SET}二、不得列入的情形\n（一）发生较大事故的。\n（二）被责令停产的。\n三、{ACTS}",
            ("发生较大事故的", "被责令停产的"),
        ),
    ],
)
def test_a_policy_asks_whether_its_list_is_whole_where_other_words_may_be_conditions(
    text: str, left: tuple[str, ...]
) -> None:
    (policy,) = [one for one in draft(text) if one.type == "Policy"]
    assert ("line-question-whole" in policy.values_of("openQuestion")) is bool(left)
    assert set(left) <= set(policy.values_of("unclearWords"))
    assert len(policy.values_of("hasCondition")) <= 2, "what another list says is no condition of this one"


@pytest.mark.parametrize("below", [1, 2, 3])
@pytest.mark.parametrize("form", ["（{}）", "{}．", "（{}）  "])
def test_a_condition_with_a_paragraph_below_it_is_one_of_the_list(below: int, form: str) -> None:
    items = ["近3年内未受到行政处罚；", "已向社会公开作出安全生产承诺；", "未被列入失信联合惩戒对象名单。"]
    numbers = "一二三" if "（" in form else "123"
    lines = [form.format(number) + words for number, words in zip(numbers, items, strict=True)]
    lines.insert(below, "其中，适用简易程序的，由主管部门另行核实。")
    text = "一、联合激励对象\n激励对象须同时符合以下条件：\n" + "\n".join(lines) + f"\n二、{ACTS}"
    found = draft(text)
    listed = [one for one in found if one.type == "Condition" and one.rule == "condition-listed"]
    assert [one.quote for one in listed] == [words.rstrip("；。") for words in items]
    printed = [form.format(number).strip().rstrip("．") for number in numbers]
    assert [one.values_of("notation") for one in listed] == [(label,) for label in printed]
    (one_set,) = [one for one in found if one.type == "ConditionSet"]
    assert one_set.values_of("hasCondition") == tuple(one.address for one in listed)
    (policy,) = [one for one in found if one.type == "Policy"]
    assert policy.values_of("hasCondition") == one_set.values_of("hasCondition")
    # what the paragraph means for the condition is asked, not guessed
    assert "line-question-whole" in policy.values_of("openQuestion")
    assert policy.values_of("unclearWords") == ("其中，适用简易程序的，由主管部门另行核实",)


def test_a_policy_that_may_not_be_whole_is_not_accepted_before_a_person_has_looked(case: Case) -> None:
    policy = f"policy/{SLUG}"
    edit(case, policy, {"openQuestion": ["line-question-whole"]}, WHO, AT)
    for address in (policy, RULES[0]):
        with pytest.raises(InputError, match="条件是否只有这一个清单里的各项"):
            accept(case, [address], WHO, AT)
    accept(case, None, WHO, AT)
    assert {one.address for one in list_proposals(case)} == {policy, *RULES}
    assert not case.shapes.exists()
    with pytest.raises(InputError, match="没有写明理由"):
        edit(case, policy, {"openQuestion": []}, WHO, AT)
    answer(case, policy, ["whole"], WHO, AT, reason="其余几段说的是程序")
    assert read_journal(case)[-1].note == "其余几段说的是程序"
    accept(case, [policy], WHO, AT)
    assert policy not in [one.address for one in list_proposals(case, "conditions")]


@pytest.mark.slow
def test_lines_that_lack_something_stay_open_when_all_are_accepted(case: Case) -> None:
    edit(case, RULES[1], {"window": []}, WHO, AT)
    accept(case, None, WHO, AT, kind="conditions")
    left = [one.address for one in list_proposals(case, "conditions")]
    assert left == [RULES[1]]
    assert outcome(case, PUBLIC) == ("undetermined", ["passed", "cantTell", "passed", "passed"])
    with pytest.raises(InputError, match="须写明期间"):
        accept(case, None, WHO, AT, kind="conditions")


ASKING: tuple[tuple[str, dict[str, list[str]], bool], ...] = (
    # what was asked, what a person fills in, whether that answers it
    ("words", {"lineRecord": ["line-record-no-penalty"], "window": ["P2Y"]}, False),
    ("window", {"lineRecord": ["line-record-no-penalty"]}, False),
    ("window", {"lineRecord": ["line-record-no-penalty"], "window": ["P2Y"]}, True),
    ("window-unclear", {"window": ["P18M"]}, True),
    ("list", {"lineRecord": ["line-record-not-listed"]}, False),
    ("list", {"lineRecord": ["line-record-not-listed"], "lineRefinement": ["line-refinement-red"]}, True),
    ("grade", {"lineRefinement": ["line-refinement-red"]}, False),
    ("bound", {"lineRecord": ["line-record-score"], "lower": ["85"]}, True),
    # what the records ask that a person has chosen, though the draft has asked nothing
    ("", {"lineRecord": ["line-record-not-listed"], "lineRefinement": []}, False),
    ("", {"lineRecord": ["line-record-score"]}, False),
    ("", {"lineRecord": ["line-record-score"], "upper": ["60"]}, True),
)


@pytest.mark.slow
@pytest.mark.parametrize(("question", "values", "answered"), ASKING)
def test_a_line_is_accepted_when_every_question_is_answered_and_not_before(
    case: Case, question: str, values: dict[str, list[str]], answered: bool
) -> None:
    """Whatever else was changed in it: by itself, with all others, after taking back and doing it again."""
    rule = RULES[1]
    asked = [f"line-question-{question}"] if question else []
    edit(case, rule, {"lineRefinement": [], "window": [], "openQuestion": asked} | values, WHO, AT)
    if answered:
        accept(case, [rule], WHO, AT)
        assert rule not in {one.address for one in list_proposals(case)}
        return
    for _ in range(2):
        with pytest.raises(InputError, match=r"还有要您定的|须写明期间"):
            accept(case, [rule], WHO, AT)
        accept(case, None, WHO, AT, kind="conditions")
        assert [one.address for one in list_proposals(case, "conditions")] == [rule]
        assert outcome(case, PUBLIC)[0] == "undetermined"
        undo(case, WHO, AT)
    with pytest.raises(InputError, match=r"还有要您定的|须写明期间"):
        edit(case, rule, {"decides": [f"condition/{SLUG}/2"]}, WHO, AT, accepting=True)


@pytest.mark.slow
def test_taking_a_question_away_is_told_with_its_reason_and_can_be_taken_back(case: Case) -> None:
    rule = RULES[1]
    edit(case, rule, {"openQuestion": ["line-question-words", "line-question-list"]}, WHO, AT)
    with pytest.raises(InputError, match="没有在问这一个问题"):
        answer(case, rule, ["grade"], WHO, AT, reason="x")
    with pytest.raises(InputError, match="没有写明理由"):
        answer(case, rule, (), WHO, AT, reason=" ")
    answer(case, rule, ["words"], WHO, AT, reason="由主管部门认定")
    with pytest.raises(InputError, match="是哪一种名单"):
        accept(case, [rule], WHO, AT)
    answer(case, rule, ["line-question-list"], "业务科", AT, reason="指所有名单")
    told = [(one.action, one.by, one.note) for one in read_journal(case)[-2:]]
    assert told == [("answer", WHO, "由主管部门认定"), ("answer", "业务科", "指所有名单")]
    accept(case, [rule], WHO, AT)
    undo(case, WHO, AT)
    undo(case, WHO, AT)
    with pytest.raises(InputError, match="是哪一种名单"):
        accept(case, [rule], WHO, AT)


def share_condition(case: Case) -> tuple[str, str]:
    """Let two drafted lines decide one condition, as those of a condition with two parts do."""
    edit(case, RULES[3], {"decides": [f"condition/{SLUG}/1"]}, WHO, AT)
    return RULES[0], RULES[3]


@pytest.mark.slow
@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("which", [0, 1])
def test_half_of_a_condition_decides_it_alone_only_where_somebody_says_why(
    case: Case, which: int, accepted: bool
) -> None:
    """Whichever half, whether the other is drafted or accepted, whether it is rejected, removed or led elsewhere."""
    both = share_condition(case)
    gone, left = both[which], both[1 - which]
    if accepted:
        accept(case, [left], WHO, AT)
    before = case.text("draft.ttl"), case.text(LINES)
    for note in ("", "  "):
        with pytest.raises(InputError, match=f"同一条件还有别的行（{left}）"):
            reject(case, [gone], WHO, AT, note=note)
    with pytest.raises(InputError, match="同一条件还有别的行"):
        edit(case, gone, {"decides": [f"condition/{SLUG}/2"]}, WHO, AT)
    assert (case.text("draft.ttl"), case.text(LINES)) == before
    reject(case, [gone], WHO, AT, note="后半句是说明")
    assert read_journal(case)[-1].note == "后半句是说明"
    undo(case, WHO, AT)
    accept(case, list(both if not accepted else [gone]), WHO, AT)
    with pytest.raises(InputError, match="同一条件还有别的行"):
        remove(case, gone, WHO, AT)
    remove(case, gone, WHO, AT, note="后半句是说明")


@pytest.mark.slow
def test_a_condition_without_any_line_needs_no_reason_and_is_left_to_a_determination(case: Case) -> None:
    reject(case, list(share_condition(case)), WHO, AT)
    accept(case, list(RULES[1:3]), WHO, AT)
    assert outcome(case, PUBLIC)[1][0] == "cantTell"


@pytest.mark.slow
def test_a_condition_leaves_a_policy_only_with_a_reason_and_not_by_being_rejected(case: Case) -> None:
    policy, condition = f"policy/{SLUG}", f"condition/{SLUG}/2"
    asked = [f"condition/{SLUG}/{number}" for number in (1, 3, 4)]
    with pytest.raises(InputError, match=r"hasCondition.*没有写明理由"):
        edit(case, policy, {"hasCondition": asked}, WHO, AT)
    reject(case, [condition, RULES[1]], WHO, AT)
    with pytest.raises(InputError, match=f"政策还问 {condition}"):
        accept(case, [RULES[0]], WHO, AT)
    assert not case.shapes.exists()
    edit(case, policy, {"hasCondition": asked}, WHO, AT, note="它是说明，不是条件")
    accept(case, [RULES[0], *RULES[2:]], WHO, AT)
    assert outcome(case, PUBLIC) == ("eligible", ["passed"] * 3)


@pytest.mark.slow
def test_a_new_draft_keeps_what_people_changed_and_answered(case: Case) -> None:
    edit(case, RULES[1], {"window": ["P5Y"], "openQuestion": ["line-question-words"]}, WHO, AT)
    answer(case, RULES[1], (), WHO, AT, reason="由主管部门认定")
    edit(case, RULES[2], {"window": ["P4Y"]}, WHO, AT)
    undo(case, WHO, AT)
    before = case.text("draft.ttl")
    drafted = draft_document(case, AT)
    assert drafted.kept == (RULES[1],)
    assert case.text("draft.ttl") == before
    assert f"照留 {RULES[1]}" in read_journal(case)[-1].note
    # another question, that nobody has answered, is asked of what a person has changed too
    policy = f"policy/{SLUG}"
    edit(case, policy, {"positiveOutcome": ["target"]}, WHO, AT)
    metadata = case.path("metadata.ttl")
    metadata.write_text(metadata.read_text("utf-8").replace("eli:date_document", "eli:date_no"), encoding="utf-8")
    for _ in range(2):
        draft_document(case, AT)
        (one,) = [one for one in list_proposals(case) if one.address == policy]
        assert [slug for slug, _ in one.asked] == ["line-question-date"]
        assert "target" in one.turtle
    answer(case, policy, (), WHO, AT, reason="另有文件写明")
    draft_document(case, AT)
    (one,) = [one for one in list_proposals(case) if one.address == policy]
    assert one.asked == ()


@pytest.mark.slow
def test_what_was_rejected_in_other_words_is_not_proposed_again(case: Case) -> None:
    edit(case, RULES[2], {"quote": ["3年内未发生生产安全责任事故"]}, WHO, AT)
    edit(case, RULES[2], {"quote": ["未发生生产安全责任事故"]}, WHO, AT)
    reject(case, [RULES[2]], WHO, AT)
    draft_document(case, AT)
    assert RULES[2] not in {one.address for one in list_proposals(case)}


PENALISED = Row(
    "penalties",
    {"record_id": "P1", "uscc": UNIT, "status": "effective", "date": date(2031, 2, 1), "authority_function": "tax"},
)


def fill_in(case: Case, line: str) -> None:
    edit(case, line, {"lineRecord": ["line-record-no-penalty"], "window": ["P1Y"]}, WHO, AT)


@pytest.mark.slow
def test_another_line_leaves_its_condition_open_until_it_is_accepted_and_then_counts(case: Case) -> None:
    accept(case, None, WHO, AT, kind="conditions")
    assert outcome(case, PUBLIC, PENALISED)[0] == "eligible"
    before = case.text(LINES), case.shapes.read_bytes(), case.text("draft.ttl")
    (entry,) = add_line(case, RULES[1], WHO, AT, quote="无安全生产失信行为")
    assert (entry.action, entry.subject, entry.by) == ("line", f"{RULES[1]}-w1", WHO)
    assert outcome(case, PUBLIC) == ("undetermined", ["passed", "cantTell", "passed", "passed"])
    with pytest.raises(InputError, match="没有写明看哪一种记录"):
        accept(case, [entry.subject], WHO, AT)
    undo(case, WHO, AT)
    assert (case.text(LINES), case.shapes.read_bytes(), case.text("draft.ttl")) == before
    # an address that somebody has seen is not given to something else
    (entry,) = add_line(case, f"condition/{SLUG}/2", WHO, AT)
    assert entry.subject == f"{RULES[1]}-w2"
    (proposed,) = list_proposals(case, "conditions")
    assert (proposed.address, proposed.quote, proposed.rule) == (
        entry.subject, "3年内无安全生产失信行为", f"proposed-by {WHO}",
    )  # fmt: skip
    fill_in(case, entry.subject)
    assert outcome(case, PUBLIC)[1][1] == "cantTell"
    accept(case, [entry.subject], WHO, AT)
    assert outcome(case, PUBLIC) == ("eligible", ["passed"] * 4)
    assert outcome(case, PUBLIC, PENALISED) == ("ineligible", ["passed", "failed", "passed", "passed"])
    with pytest.raises(InputError, match="同一条件还有别的行"):
        remove(case, entry.subject, WHO, AT)


@pytest.mark.slow
@pytest.mark.parametrize("decided", [accept, reject])
def test_a_new_draft_still_proposes_the_half_beside_which_somebody_added_a_line(
    case: Case, decided: Callable[..., object]
) -> None:
    """The added line says the same words as the drafted one: neither stands for the other, whatever becomes of it."""
    (entry,) = add_line(case, RULES[1], WHO, AT)
    fill_in(case, entry.subject)
    decided(case, [entry.subject], WHO, AT, **({} if decided is accept else {"note": "用不着"}))
    draft_document(case, AT)
    assert RULES[1] in {one.address for one in list_proposals(case)}
    accept(case, [RULES[0], *RULES[2:]], WHO, AT)
    assert outcome(case, PUBLIC)[1] == ["passed", "cantTell", "passed", "passed"]
    draft_document(case, AT)
    accept(case, [RULES[1]], WHO, AT)
    assert outcome(case, PUBLIC, PENALISED)[1][1] == ("failed" if decided is accept else "passed")


@pytest.mark.slow
def test_a_line_is_added_for_a_condition_in_words_of_its_clause_only(case: Case) -> None:
    for address, words, cause in (
        (f"policy/{SLUG}", "", "不是条件"),
        (f"measure/{SLUG}/1", "", "不是条件"),
        (RULES[1], "3年内未发生生产安全责任事故", "不是该条款的原文"),
        (RULES[1], "信用良好", "不是该条款的原文"),
    ):
        with pytest.raises((InputError, NotFoundError), match=cause):
            add_line(case, address, WHO, AT, quote=words)
    with pytest.raises(InputError, match="另有人改过"):
        add_line(case, RULES[1], WHO, AT, seen="0" * 16)
    (entry,) = add_line(case, RULES[1], WHO, AT, quote="无 安全生产\n失信行为")
    assert case.graph("draft.ttl").value(case.iri(entry.subject), PG.quote) == Literal("无安全生产失信行为")
    undo(case, WHO, AT)
    # the one run of words that a draft has not understood is what the other line is about
    edit(case, RULES[1], {"unclearWords": ["失信行为"]}, WHO, AT)
    (entry,) = add_line(case, RULES[1], WHO, AT)
    assert case.graph("draft.ttl").value(case.iri(entry.subject), PG.quote) == Literal("失信行为")
    undo(case, WHO, AT)
    undo(case, WHO, AT)
    # what is led to a condition that is accepted already opens it as well
    accept(case, list(RULES[:3]), WHO, AT)
    edit(case, RULES[3], {"decides": [f"condition/{SLUG}/1"]}, WHO, AT)
    assert outcome(case, PUBLIC)[1] == ["cantTell", "passed", "passed", "cantTell"]
    # the file of somebody who writes the lines by hand is left alone
    case.path(LINES).write_text(case.text(LINES).replace("# policygraph ", "# 手写 ", 1), encoding="utf-8")
    with pytest.raises(InputError, match="条件行是手写的"):
        add_line(case, RULES[1], WHO, AT)
