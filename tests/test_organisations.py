"""Bodies and categories: what is found under which name, in which role, and what must not be taken for a body."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.words import WORDS, parse_document

from policygraph.reading.documents import Clause, Document
from policygraph.reading.organisations import (
    OrganisationMention,
    OrganisationName,
    find_organisations,
    find_run_together,
    find_side_by_side,
)
from policygraph.text.spans import Span

ROOT = Path(__file__).resolve().parents[1]
JIAMUSI = "230800"


NAMES = (
    OrganisationName("jiamusi/yingjiju", "佳木斯市应急管理局", "official", JIAMUSI),
    OrganisationName("jiamusi/yingjiju", "市应急管理局", "abbreviation", JIAMUSI),
    OrganisationName("jiamusi/caizhengju", "佳木斯市财政局", "official", JIAMUSI),
    OrganisationName("jiamusi/fagaiwei", "佳木斯市发展和改革委员会", "official", JIAMUSI),
    OrganisationName("jiamusi/wenmingban", "中共佳木斯市委精神文明建设办公室", "official", JIAMUSI),
    OrganisationName("jiamusi/wenmingban", "佳木斯市委精神文明建设办公室", "abbreviation", JIAMUSI),
    OrganisationName("jiamusi/ziranju", "市自然资源和规划局", "abbreviation", JIAMUSI),
    OrganisationName("jiamusi/ziran-ziyuanju", "市自然资源局", "bare", JIAMUSI),
    OrganisationName("xinzheng/caizheng", "财政", "bare", "410184"),
    OrganisationName("xinzheng/jinrong", "金融", "bare", "410184"),
    OrganisationName("xinzheng/baoxian", "保险", "bare", "410184"),
    OrganisationName("xinzheng/fagai", "发展改革", "bare", "410184"),
    OrganisationName("yiyuan/yingjiju", "沂源县应急管理局", "official", "370323"),
    OrganisationName("national/guowuyuan", "国务院", "official", "100000"),
    OrganisationName("category-all-departments", "各部门", "category", None),
    OrganisationName("category-relevant-departments", "各有关部门", "category", None),
)


def one_clause(words: str, level: str = "al") -> Document:
    leaf = Clause("al_1", None, "", level, "", words, (Span(0, len(words)),), 1)
    return Document(None, None, (), None, (), None, (), None, (), (), (), (leaf,), (), len(words))


def table(header: str, cell: str) -> tuple[str, Document]:
    """A table of one column with a header and one row."""
    words = f"{header}\n{cell}"
    clauses = (
        Clause("app_1", None, "", "app", "", words, (Span(0, len(words)),), 1),
        Clause("app_1/row_0", "app_1", "", "row", "", header, (Span(0, len(header)),), 2),
        Clause("app_1/row_0/cell_1", "app_1/row_0", "", "cell", "", header, (Span(0, len(header)),), 3),
        Clause("app_1/row_1", "app_1", "", "row", "", cell, (Span(len(header) + 1, len(words)),), 4),
        Clause("app_1/row_1/cell_1", "app_1/row_1", "", "cell", "", cell, (Span(len(header) + 1, len(words)),), 5),
    )
    return words, Document(None, None, (), None, (), None, (), None, (), (), (), clauses, (), len(words))


def brief(mentions: tuple[OrganisationMention, ...]) -> list[tuple[str, str | None, str, bool]]:
    return [(m.as_written, m.slug, m.role, m.open_ended) for m in mentions]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("应及时反馈市应急管理局，提供情况", [("市应急管理局", "jiamusi/yingjiju", "mention", False)]),
        (
            "中共佳木斯市委\n精神文明建设办公室",
            [("中共佳木斯市委精神文明建设办公室", "jiamusi/wenmingban", "mention", False)],
        ),
        (
            "佳木斯市发展和改革委员会 佳木斯市财政局",
            [
                ("佳木斯市发展和改革委员会", "jiamusi/fagaiwei", "mention", False),
                ("佳木斯市财政局", "jiamusi/caizhengju", "mention", False),
            ],
        ),
        ("由市应急管理局牵头组织", [("市应急管理局", "jiamusi/yingjiju", "lead", False)]),
        (
            "实施单位:佳木斯市财政局、市水务局等",
            [
                ("佳木斯市财政局", "jiamusi/caizhengju", "implement", False),
                ("市水务局", None, "implement", True),
            ],
        ),
        (
            "牵头单位：市应急管理局\n配合单位：佳木斯市财政局、各有关部门。其余的事",
            [
                ("市应急管理局", "jiamusi/yingjiju", "lead", False),
                ("佳木斯市财政局", "jiamusi/caizhengju", "support", False),
                ("各有关部门", "category-relevant-departments", "support", False),
            ],
        ),
        (
            "加强监管。（市应急管理局牵头，佳木斯市财政局配合）",
            [
                ("市应急管理局", "jiamusi/yingjiju", "lead", False),
                ("佳木斯市财政局", "jiamusi/caizhengju", "support", False),
            ],
        ),
        (
            "加强监管（责任单位：佳木斯市财政局、县水利局；配合单位：各部门）",
            [
                ("佳木斯市财政局", "jiamusi/caizhengju", "implement", False),
                ("县水利局", None, "implement", False),
                ("各部门", "category-all-departments", "support", False),
            ],
        ),
        (
            "推动改革。（自然资源部牵头，住房城乡建设部等国务院相关部门及各地区按职责分工负责）",
            [
                ("自然资源部", None, "lead", False),
                ("住房城乡建设部", None, "implement", True),
                ("国务院相关部门", None, "implement", False),
                ("各地区", None, "implement", False),
            ],
        ),
        # another place's body, a field of policy, people and quoted words are no bodies of ours
        ("鹤岗市应急管理局提出", []),
        ("给予财政支持，加强金融领域建设", []),
        ("组 长:王某某 市长", []),
        ("市水务局应当配合", []),
        ("（以下简称联合惩戒对象）", []),
    ],
)
def test_names_and_roles(words: str, expected: list[tuple[str, str | None, str, bool]]) -> None:
    assert brief(find_organisations(words, one_clause(words), NAMES, JIAMUSI, WORDS)) == expected


def test_a_bare_name_counts_only_in_a_list_of_departments() -> None:
    words = "对四星级单位，财政、金融、保险等部门要给予财政支持；通报至市发展改革、财政等单位"
    assert brief(find_organisations(words, one_clause(words), NAMES, "410184", WORDS)) == [
        ("财政", "xinzheng/caizheng", "mention", False),
        ("金融", "xinzheng/jinrong", "mention", False),
        ("保险", "xinzheng/baoxian", "mention", True),
        ("发展改革", "xinzheng/fagai", "mention", False),
        ("财政", "xinzheng/caizheng", "mention", True),
    ]


@pytest.mark.parametrize(("level", "role"), [("issuers", "sign"), ("signature", "sign"), ("addressees", "address")])
def test_the_header_gives_the_role(level: str, role: str) -> None:
    words = "佳木斯市应急管理局\n佳木斯市财政局"
    assert [m.role for m in find_organisations(words, one_clause(words, level), NAMES, JIAMUSI, WORDS)] == [role, role]


def test_an_alias_counts_only_in_its_jurisdiction() -> None:
    words = "报市应急管理局备案，抄送沂源县应急管理局，请示国务院"
    for jurisdiction, slugs in [
        (JIAMUSI, ["jiamusi/yingjiju", "national/guowuyuan"]),
        ("370323", ["yiyuan/yingjiju", "national/guowuyuan"]),
        (None, ["national/guowuyuan"]),
    ]:
        mentions = find_organisations(words, one_clause(words), NAMES, jurisdiction, WORDS)
        assert [m.slug for m in mentions] == slugs


def test_one_name_of_two_bodies_is_not_decided() -> None:
    names = (
        OrganisationName("a/ju", "市安监局", "abbreviation", JIAMUSI),
        OrganisationName("b/ju", "市安监局", "former", JIAMUSI),
    )
    assert brief(find_organisations("由市安监局", one_clause("由市安监局"), names, JIAMUSI, WORDS)) == [
        ("市安监局", None, "mention", False)
    ]


def test_a_cell_with_a_lead_and_a_category() -> None:
    words, document = table("实施单位", "佳木斯市委精神文明建设办公室牵头各部门共同采取措施")
    assert brief(find_organisations(words, document, NAMES, JIAMUSI, WORDS)) == [
        ("佳木斯市委精神文明建设办公室", "jiamusi/wenmingban", "lead", False),
        ("各部门", "category-all-departments", "implement", False),
    ]


def test_two_names_side_by_side_are_kept_and_flagged() -> None:
    words, document = table("实施单位", "市应急管理局、市自然资源局、市自然资源和规划局等")
    mentions = find_organisations(words, document, NAMES, JIAMUSI, WORDS)
    assert [m.as_written for m in mentions] == ["市应急管理局", "市自然资源局", "市自然资源和规划局"]
    (problem,) = find_side_by_side(mentions)
    assert problem.code == "two-names-side-by-side"
    assert words[problem.start : problem.end] == "市自然资源局、市自然资源和规划局"


def test_quoted_law_names_nobody_who_acts_here() -> None:
    words, document = table("依据", "《若干意见》（十五）建立机制。（市应急管理局牵头负责）")
    assert find_organisations(words, document, NAMES, JIAMUSI, WORDS) == ()


def test_a_heading_of_another_column_assigns_nothing() -> None:
    words, document = table("备注", "县水利局")
    assert find_organisations(words, document, NAMES, JIAMUSI, WORDS) == ()


_PIECES = st.sampled_from(
    [*"、，。：（）(): \n<市县各等和及", "实施单位：", "牵头", "配合", "负责", "部门", *(name.label for name in NAMES)]
)


@given(
    st.lists(_PIECES, max_size=40).map("".join),
    st.sampled_from(["al", "cell", "issuers", "addressees", "title"]),
    st.sampled_from([JIAMUSI, "410184", None]),
)
def test_odd_input_never_raises_and_every_span_is_exact(words: str, level: str, jurisdiction: str | None) -> None:
    mentions = find_organisations(words, one_clause(words, level), NAMES, jurisdiction, WORDS)
    for mention in mentions:
        assert "".join("".join(words[s.start : s.end].split()) for s in mention.spans) == mention.as_written
    find_side_by_side(mentions)


@given(st.text(max_size=200))
def test_any_parsed_text_can_be_searched(words: str) -> None:
    find_organisations(words, parse_document(words), NAMES, JIAMUSI, WORDS)


def test_officials_are_never_returned() -> None:
    source = (ROOT / "data" / "documents" / "xinzheng-2010-36" / "source.txt").read_text(encoding="utf-8")
    mentions = find_organisations(source, parse_document(source), NAMES, "410184", WORDS)
    people = source[source.index("组 长") : source.index("成 员")]
    assert people
    assert all(m.slug is not None or m.role != "mention" for m in mentions)
    assert not any(m.as_written in people for m in mentions)


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("鹤岗市应急管理局提出", []),  # the tail of another place's body
        ("富锦市县应急管理局", []),
        ("由桦川县应急管理局负责", []),
        ("由应急管理局负责", ["jiamusi/yingjiju"]),
        ("应急管理局负责", ["jiamusi/yingjiju"]),
        ("鹤岗市\n应急管理局负责", ["jiamusi/yingjiju"]),  # a new line begins a new name
    ],
)
def test_the_tail_of_another_places_name_is_not_ours(words: str, slugs: list[str]) -> None:
    names = (OrganisationName("jiamusi/yingjiju", "应急管理局", "abbreviation", JIAMUSI),)
    found = find_organisations(words, one_clause(words), names, JIAMUSI, WORDS)
    assert [mention.slug for mention in found if mention.slug is not None] == slugs


def test_a_body_qualifies_only_a_category_that_asks_whose_departments_are_meant() -> None:
    names = (
        *NAMES,
        OrganisationName("category-industry", "行业主管部门", "category", None),
        OrganisationName("category-related", "相关部门", "category", None),
        OrganisationName("category-its", "其他有关部门", "category", None),
        OrganisationName("category-own", "所属单位", "category", None),
    )
    for category, joined in (
        ("各有关部门", True),
        ("相关部门", True),
        ("其他有关部门", True),
        ("所属单位", True),
        ("行业主管部门", False),
    ):
        words = f"佳木斯市财政局{category}"
        found = [m.as_written for m in find_organisations(words, one_clause(words), names, JIAMUSI, WORDS)]
        assert found == ([words] if joined else ["佳木斯市财政局", category])
    apart = "佳木斯市财政局、各有关部门"
    assert len(find_organisations(apart, one_clause(apart), names, JIAMUSI, WORDS)) == 2


LONGER = (
    *NAMES,
    OrganisationName("national/renhang", "中国人民银行", "official", "100000"),
    OrganisationName("national/shuiwu", "国家税务总局", "official", "100000"),
    OrganisationName("national/yinbaojian", "中国银行保险监督管理委员会", "official", "100000"),
    OrganisationName("national/tongjiju", "国家统计局", "official", "100000"),
    OrganisationName("jiamusi/shuiwuju", "佳木斯市税务局", "official", JIAMUSI),
    OrganisationName("jiamusi/gonganju", "佳木斯市公安局", "official", JIAMUSI),
    OrganisationName("jiamusi/gonganju", "市公安局", "abbreviation", JIAMUSI),
    OrganisationName("national/caizhengbu", "财政部", "official", "100000"),
)


class TestLongerNames:
    """A registered name inside a longer one is not the body that is meant."""

    @pytest.mark.parametrize(
        "longer",
        [
            "中国人民银行云栖市中心支行",
            "中国人民银行云栖中心支行",
            "中国人民银行大同市分行",
            "国家税务总局云栖市税务局",
            "国家税务总局自贡市税务局",
            "国家税务总局云栖市税务局稽查局",
            "国家税务总局佳木斯市税务局",
            "中国银行保险监督管理委员会云栖监管分局",
            "国家统计局云栖调查队",
            "国家统计局黑龙江调查总队",
            "佳木斯市公安局交警支队",
            "佳木斯市公安局郊区分局",
            "国务院安全生产委员会办公室",
            "财政部驻黑龙江省财政监察专员办事处",
        ],
    )
    @pytest.mark.parametrize(
        "around",
        [
            "实施单位：□",
            "实施单位：佳木斯市财政局、□、各部门",
            "（一）给予支持。（□负责）",
            "（一）给予支持。由□负责。",
            "（一）由□对守信企业给予支持。",
            "（一）企业可以向□查询，也可以电话咨询。",
        ],
    )
    def test_a_longer_name_is_one_body_of_its_own(self, longer: str, around: str) -> None:
        words = around.replace("□", longer)
        found = find_organisations(words, one_clause(words), LONGER, JIAMUSI, WORDS)
        met = [mention for mention in found if mention.as_written in longer]
        assert [(mention.as_written, mention.slug) for mention in met] == [(longer, None)]

    @pytest.mark.parametrize("level", ["issuers", "signature", "addressees"])
    def test_so_it_is_in_a_header_also_over_the_end_of_a_line(self, level: str) -> None:
        for words in ("中国人民银行云栖市中心支行", "中国人民银行\n云栖市中心支行"):
            found = find_organisations(words, one_clause(words, level), LONGER, JIAMUSI, WORDS)
            assert [(m.as_written, m.slug) for m in found] == [("中国人民银行云栖市中心支行", None)]

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("由市公安局移送市应急管理局处理。", ["市公安局", "市应急管理局"]),
            ("由市公安局会同市应急管理局负责。", ["市公安局", "市应急管理局"]),
            ("实施单位：市公安局和市应急管理局", ["市公安局", "市应急管理局"]),
            ("实施单位：佳木斯市公安局佳木斯市财政局", ["佳木斯市公安局", "佳木斯市财政局"]),
            ("实施单位：国家税务总局 佳木斯市财政局", ["国家税务总局", "佳木斯市财政局"]),
            ("市公安局局长兼任办公室主任。", ["市公安局"]),
            ("国家税务总局应当公布办公室地址。", ["国家税务总局"]),
            ("国家税务总局对各分局的考核", ["国家税务总局"]),
        ],
    )
    def test_what_does_not_go_on_with_a_name_leaves_it(self, words: str, expected: list[str]) -> None:
        found = find_organisations(words, one_clause(words), LONGER, JIAMUSI, WORDS)
        assert [mention.as_written for mention in found] == expected
        assert all(mention.slug for mention in found)

    def test_a_word_for_units_over_the_end_is_no_body(self) -> None:
        words = "由财政部门拨付。实施单位：财政部"
        found = find_organisations(words, one_clause(words), LONGER, JIAMUSI, WORDS)
        assert [(mention.as_written, mention.spans[0].start) for mention in found] == [("财政部", 13)]

    def test_a_longer_name_that_is_registered_is_found(self) -> None:
        names = (*LONGER, OrganisationName("a/b", "中国人民银行佳木斯市中心支行", "official", JIAMUSI))
        words = "由中国人民银行佳木斯市中心支行对企业授信"
        assert brief(find_organisations(words, one_clause(words), names, JIAMUSI, WORDS))[0][1] == "a/b"
        assert not brief(find_organisations(words, one_clause(words), LONGER, JIAMUSI, WORDS))[0][1]

    def test_two_unregistered_names_that_are_joined_are_two(self) -> None:
        words = "责任单位：市水务局和市林业局、市发展和改革委"
        found = find_organisations(words, one_clause(words), (), JIAMUSI, WORDS)
        assert [mention.as_written for mention in found] == ["市水务局", "市林业局", "市发展和改革委"]


@pytest.mark.parametrize(
    ("words", "found", "doubted"),
    [
        ("实施单位：市应急管理局联系佳木斯市财政局", ["jiamusi/yingjiju", "jiamusi/caizhengju"], True),
        ("实施单位：市应急管理局移送佳木斯市财政局", ["jiamusi/yingjiju", "jiamusi/caizhengju"], False),
        ("实施单位：国务院富锦市佳木斯市财政局", [None], False),  # what ends like a place is no verb
        ("实施单位：市应急管理局执法监察局", [None], False),  # nobody is lost: the longer name is one name
    ],
)
def test_a_gap_that_may_be_a_verb_loses_no_registered_name(words: str, found: list[str | None], doubted: bool) -> None:
    document = one_clause(words)
    mentions = find_organisations(words, document, NAMES, JIAMUSI, WORDS)
    assert [mention.slug for mention in mentions] == found
    problems = find_run_together(words, document, mentions, WORDS)
    assert [problem.code for problem in problems] == ["names-run-together"] * doubted
