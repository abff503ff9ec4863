"""Citations: what is found, what is not, and what a citation is resolved to.

Small texts are hand-built documents of one clause, so that a change in the parser cannot hide a change here; the
tables at the end are the five documents as read by eye.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.words import WORDS, parse_document

from policygraph.reading.citations import (
    Citation,
    Locator,
    Resolution,
    WorkName,
    find_citations,
    resolve_citation,
)
from policygraph.reading.documents import Clause, Document
from policygraph.text.spans import Span

DOCUMENTS = Path(__file__).resolve().parents[1] / "data" / "documents"


def one_clause(words: str, level: str = "al", spans: tuple[Span, ...] | None = None) -> Document:
    """A document of a single leaf clause."""
    where = (Span(0, len(words)),) if spans is None else spans
    leaf = Clause("al_1", None, "", level, "", words, where, 1)
    return Document(None, None, (), None, (), None, (), None, (), (), (), (leaf,), (), len(words))


def found(words: str, level: str = "al") -> list[tuple[str | None, str | None, list[str]]]:
    citations = find_citations(words, one_clause(words, level), WORDS)
    for citation in citations:
        assert "".join(words[span.start : span.end] for span in citation.spans) == citation.text
    return [(c.title, c.number, [locator.normal for locator in c.locators]) for c in citations]


def cell(words: str) -> list[tuple[str | None, list[tuple[str | None, list[str]]]]]:
    """The bases of a table cell: title, then each pin-point with its quoted pieces."""
    citations = find_citations(words, one_clause(words, "cell"), WORDS)
    return [
        (
            citation.title,
            [
                (excerpt.locator.normal if excerpt.locator else None, [words[s.start : s.end] for s in excerpt.spans])
                for excerpt in citation.excerpts
            ],
        )
        for citation in citations
        if citation.nested_in is None
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # titles and their numbers, in every kind of bracket
        ("《国务院关于进一步加强企业安全生产工作的通知》（国发〔2010〕23号）", "国发〔2010〕23号"),
        ("《国务院关于进一步加强企业安全生产工作的通知》（国发\n\n[2010] 23号)精神", "国发〔2010〕23号"),
        ("《某办法》(苏发改信用发(2019)820号)", "苏发改信用发〔2019〕820号"),
        ("《某办法》（安监总办【2017】49号）", "安监总办〔2017〕49号"),
        ("《某办法》（国发［２０１０］２３号）", "国发〔2010〕23号"),
        ("《生产安全事故报告和调查处理条例》（国务院令第493号）", "国务院令第493号"),
        ("《条例》（中华人民共和国国务院令第440号，以下简称《条例》）", "国务院令第440号"),
        ("《某公告》（国家税务总局公告2014年第67号）", "国家税务总局公告2014年第67号"),
        ("关于印发《规划纲要》的通知（国发〔2014〕21号）", "国发〔2014〕21号"),
        ("国发〔2014〕21号《规划纲要》", "国发〔2014〕21号"),
        ("根据国办发〔2019〕35号文件", "国办发〔2019〕35号"),
        ("经国务院同意，按照国办发〔2019〕35号要求", "国办发〔2019〕35号"),
        ("根据国办发〈2019〉35号文件", "国办发〔2019〕35号"),
        ("《某办法》（国办发〈2019〉35号）", "国办发〔2019〕35号"),
        ("《某办法》（国办发<2019>35号）", "国办发〔2019〕35号"),
        ("《某办法》（国办发〔2019年〕第035号）", "国办发〔2019〕35号"),
        ("《条例》（国务院第493号令）", "国务院令第493号"),
        ("《名录》（生态环境部、卫生健康委公告2019年第4号）", "生态环境部、卫生健康委公告2019年第4号"),
        ("《污水综合排放标准》(GB 8978-1996)", "GB 8978-1996"),
        ("《工业企业质量信用评价》（DB32/T 1926-2011）", "DB32/T 1926-2011"),
    ],
)
def test_a_number_is_found_in_any_bracket(words: str, expected: str) -> None:
    assert [number for _, number, _ in found(words)] == [expected]


@pytest.mark.parametrize(
    "words",
    [
        "（2014-2020年）",
        "2020年第3次会议",
        "第440号",
        "第七条的规定",
        "“双随机、一公开”监管",
        "在 75 分以上、85 分以下",
        "《",
        "》《",
        "《》",
        "令第号",
    ],
)
def test_what_is_no_citation(words: str) -> None:
    assert found(words) == []


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("依据〈云泽市信用条例〉第五条、‹安全生产法›第七十八条执行", ["云泽市信用条例", "安全生产法"]),
        ("按照‹中华人民共和国行政处罚法>第九条", ["中华人民共和国行政处罚法"]),
        ("按照＜广告法＞（2021年修正）第五十五条第一款", ["广告法"]),
        ("《关于修改〈广告法〉的决定》第一条", ["关于修改〈广告法〉的决定"]),
        ("〈重点提示〉各单位注意", []),
        ("得分<60，罚款>第一条所列数额", []),
        ("甲〉第五条", []),
        ("〈〉第五条", []),
        ("得分〈60〉第五条", []),
        ("<b>第五条", []),
    ],
)
def test_a_title_in_single_marks_is_one_where_an_article_follows(words: str, titles: list[str]) -> None:
    assert [title for title, _, _ in found(words)] == titles


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        (
            "《印发〈关于对安全生产领域失信生产经营单位开展联合惩戒的合作备忘录〉的通知》（发改财金〔2016〕1001号）",
            ["印发〈关于对安全生产领域失信生产经营单位开展联合惩戒的合作备忘录〉的通知"],
        ),
        (
            "《印\n\n发《关于开展联合惩戒的合作备忘录》的通知》(发改财金[2016]1001号)",
            ["印发《关于开展联合惩戒的合作备忘录》的通知"],
        ),
        (
            "《中\n华人民共和国城乡规划法》《中华人民共和国土地管理法》\n等",
            ["中华人民共和国城乡规划法", "中华人民共和国土地管理法"],
        ),
        ("《甲办法》、《乙办法》和《丙办法》", ["甲办法", "乙办法", "丙办法"]),
        ("《社会信用体系建设规划纲要》（2014-2020年）", ["社会信用体系建设规划纲要（2014-2020年）"]),
        ("《黑名单管理办法》（试行）（甲发〔2016〕1号）", ["黑名单管理办法（试行）"]),
    ],
)
def test_titles_nested_broken_or_in_a_row(words: str, titles: list[str]) -> None:
    assert [title for title, _, _ in found(words)] == titles


@pytest.mark.parametrize(
    ("words", "locators"),
    [
        ("《安全生产法》第六十二条、第七十五条", ["第六十二条", "第七十五条"]),
        ("《安全生产法》第75条", ["第七十五条"]),
        ("《安全生产法》的第七十五条第一款", ["第七十五条第一款"]),
        ("《广告法》第五十五条第一款第三项", ["第五十五条第一款（三）"]),
        ("《暂行办法》第八条第（六）项", ["第八条（六）"]),
        ("《暂行办法》第八条第（一）项、第（六）项", ["第八条（一）", "第八条（六）"]),
        ("《办法》第三条第一款和第三款", ["第三条第一款", "第三条第三款"]),
        ("《刑法》第一百三十四条之一", ["第一百三十四条之一"]),
        ("《条例》第三条至第五条", ["第三条至第五条"]),
        ("《若干意见》（国发〔2014〕20号）第（十五）项", ["（十五）"]),
        ("《通知》第12项", ["12"]),
        ("《安全生产法》(2014年修正)第七十五条", ["第七十五条"]),
        ("《安全生产法》（2021年6月10日第三次修正）第七十八条", ["第七十八条"]),
        ("《条例》（以下简称《公示条例》）（国务院令第654号）第七条", ["第七条"]),
        ("国发〔2014〕20号文件第（十五）条", ["（十五）"]),
        ("国务院令第493号第四十条", ["第四十条"]),
        (
            "《安全生产法》第一百零一条第二款、第三款，第一百零二条",
            ["第一百零一条第二款", "第一百零一条第三款", "第一百零二条"],
        ),
        ("《办法》规定的第三条", []),
        ("《办法》和第三条", []),
    ],
)
def test_pin_points_behind_a_title(words: str, locators: list[str]) -> None:
    assert found(words)[0][2] == locators


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "《安全生产法》 第六十二条 部门依法开展执法 第七十五条 部门应当建立信息库。 "
            "《通知》（国发〔2010〕23号） 12. 强化管理。要按职责分工。 30. 加大力度。会同。",
            [
                ("安全生产法", [("第六十二条", ["部门依法开展执法"]), ("第七十五条", ["部门应当建立信息库。"])]),
                ("通知", [("12", ["强化管理。要按职责分工。"]), ("30", ["加大力度。会同。"])]),
            ],
        ),
        (
            "《暂行办法》\n第八条申请者应当符合以下基本条件：\n（六）具有完成项目的良好信誉度。",
            [("暂行办法", [("第八条（六）", ["申请者应当符合以下基本条件：\n（六）具有完成项目的良好信誉度。"])])],
        ),
        (
            "《许可证管理条例》\n第九条企业应当符合下列条件：\n（三）有手段；\n（六）符合要求；\n还应当符合其规定。",
            [
                (
                    "许可证管理条例",
                    [("第九条", ["企业应当符合下列条件：\n（三）有手段；\n（六）符合要求；\n还应当符合其规定。"])],
                )
            ],
        ),
        (
            "《特别规定》 第十条 煤矿有本规定第八条第二款所列情形之一，仍然进行生产的，依照\n第九条的规定处罚。",
            [
                (
                    "特别规定",
                    [("第十条", ["煤矿有本规定第八条第二款所列情形之一，仍然进行生产的，依照\n第九条的规定处罚。"])],
                )
            ],
        ),
        (
            "《指导意见》（安委〔2014〕8号）\n四、建立激励和惩戒机制\n（二）严格惩戒失信企业。\n根据《指引》（银监发〔2014〕3号）的规定。",
            [
                (
                    "指导意见",
                    [
                        (
                            "四（二）",
                            ["建立激励和惩戒机制\n（二）严格惩戒失信企业。\n根据《指引》（银监发〔2014〕3号）的规定。"],
                        )
                    ],
                )
            ],
        ),
        (
            "《通知》\n（七）加强执法。甲。\n（十）建立机制。乙。\n（十五）完善制度。丙。",
            [
                (
                    "通知",
                    [
                        ("（七）", ["加强执法。甲。"]),
                        ("（十）", ["建立机制。乙。"]),
                        ("（十五）", ["完善制度。丙。"]),
                    ],
                )
            ],
        ),
        (
            "《规划纲要》\n税务领域信用建设。建立机制，提升遵从度。\n加强对失信主体的约束和惩戒。强化约束。",
            [
                (
                    "规划纲要",
                    [
                        ("税务领域信用建设", ["税务领域信用建设。建立机制，提升遵从度。"]),
                        ("加强对失信主体的约束和惩戒", ["加强对失信主体的约束和惩戒。强化约束。"]),
                    ],
                )
            ],
        ),
        (
            "《规划纲要》\n构建激励和惩戒机制。\n加强对守信主体的奖励。加大力度。加强约束。",
            [
                (
                    "规划纲要",
                    [("构建激励和惩戒机制", ["构建激励和惩戒机制。\n加强对守信主体的奖励。加大力度。加强约束。"])],
                )
            ],
        ),
        ("《甲法》第三条、第五条\n《乙法》", [("甲法", [("第三条", []), ("第五条", [])]), ("乙法", [])]),
        ("《甲法》\n企业应当及时更正，并公示。", [("甲法", [(None, ["企业应当及时更正，并公示。"])])]),
    ],
)
def test_a_cell_of_bases_is_read_to_its_pin_points(
    words: str, expected: list[tuple[str | None, list[tuple[str | None, list[str]]]]]
) -> None:
    assert cell(words) == expected


def test_a_quote_over_a_page_break_leaves_the_noise_out() -> None:
    words = "《广告法》第五条应当遵守法|PAGE|律，公平竞争。"
    first, second = words.index("|"), words.index("|", words.index("|") + 1) + 1
    document = one_clause(words, "cell", (Span(0, first), Span(second, len(words))))
    (citation,) = find_citations(words, document, WORDS)
    assert [words[s.start : s.end] for s in citation.excerpts[0].spans] == ["应当遵守法", "律，公平竞争。"]


def test_a_basis_inside_a_quote_belongs_to_the_quoting_one() -> None:
    words = (
        "《甲意见》（安委〔2014〕8号）\n（二）严格惩戒。根据《绿色信贷指引》（银监发〔2014〕3号）的规定。\n"
        "《乙法》\n第五条广告主。"
    )
    citations = find_citations(words, one_clause(words, "cell"), WORDS)
    assert [(c.title, c.nested_in) for c in citations] == [("甲意见", None), ("绿色信贷指引", 0), ("乙法", None)]


def test_forms_and_the_documents_own_title_are_told_apart() -> None:
    words = "现将《某县守信激励实施方案》印发给你们，填写《诚信建设承诺书》，依据《广告法》《承诺书》第三条"
    document = replace(one_clause(words), title="某县应急管理局关于印发《某县守信激励实施方案》的通知")
    roles = [(c.title, c.role) for c in find_citations(words, document, WORDS)]
    assert roles == [
        ("某县守信激励实施方案", "self"),
        ("诚信建设承诺书", "form"),
        ("广告法", "cited"),
        ("承诺书", "cited"),
    ]


def test_an_alias_is_no_second_citation() -> None:
    words = "《中华人民共和国安全生产法》（以下简称《安全生产法》）第三条"
    assert found(words) == [("中华人民共和国安全生产法", None, ["第三条"])]


WORKS = (
    WorkName("anquan-shengchan-fa", "中华人民共和国安全生产法", None, ()),
    WorkName(
        "guofa-2010-23",
        "国务院关于进一步加强企业安全生产工作的通知",
        "国发〔2010〕23号",
        ("国务院进一步加强企业安全生产工作的通知",),
    ),
    WorkName("guofa-2014-20", "国务院关于促进市场公平竞争维护市场正常秩序的若干意见", "国发〔2014〕20号", ()),
    WorkName("guofa-2014-21", "社会信用体系建设规划纲要（2014-2020年）", "国发〔2014〕21号", ()),
    WorkName("lvse-xindai-zhiyin", "绿色信贷指引", "银监发〔2012〕4号", ()),
    WorkName("anjianzongban-2017-49", "对安全生产领域失信行为开展联合惩戒的实施办法", "安监总办〔2017〕49号", ()),
    WorkName("anjianzongban-2017-133", "对安全生产领域守信行为开展联合激励的实施办法", "安监总办〔2017〕133号", ()),
    WorkName(
        "fagaicaijingui-2017-1798",
        "国家发展改革委 人民银行关于加强和规范守信联合激励和失信联合惩戒对象名单管理工作的指导意见",
        "发改财金规〔2017〕1798号",
        (),
    ),
    WorkName("tongming-1", "关于加强管理的意见", "甲发〔2019〕1号", ()),
    WorkName("tongming-2", "关于加强管理的意见", "乙发〔2019〕1号", ()),
)


@pytest.mark.parametrize(
    ("title", "number", "expected"),
    [
        ("安全生产法", None, Resolution("work", "anquan-shengchan-fa", ("anquan-shengchan-fa",), "title")),
        (None, "国发[2010]23号", Resolution("work", "guofa-2010-23", ("guofa-2010-23",), "number")),
        (
            "国务院进一步加强企业安全生产工作的通知",
            None,
            Resolution("work", "guofa-2010-23", ("guofa-2010-23",), "variant"),
        ),
        (
            "社会信用体系建设规划纲要(2014—2020年)",
            None,
            Resolution("work", "guofa-2014-21", ("guofa-2014-21",), "title"),
        ),
        (
            "国家安全监管总局关于印发〈对安全生产领域失信行为开展联合惩戒的实施办法〉的通知",
            "安监总办〔2017〕49号",
            Resolution("work", "anjianzongban-2017-49", ("anjianzongban-2017-49",), "number"),
        ),
        (
            "国家安全监管总局关于印发〈对安全生产领域失信行为开展联合激励的实施办法〉的通知",
            "安监总办〔2017〕133号",
            Resolution("work", "anjianzongban-2017-133", ("anjianzongban-2017-133",), "number", title_differs=True),
        ),
        (
            "关于加强和规范守信联合激励和失信联合惩戒对象名单管理工作的指导意见",
            "发改财金〔2017〕1798号",
            Resolution(
                "work", "fagaicaijingui-2017-1798", ("fagaicaijingui-2017-1798",), "number", number_differs=True
            ),
        ),
        (
            "绿色信贷指引",
            "银监发〔2014〕3号",
            Resolution("work", "lvse-xindai-zhiyin", ("lvse-xindai-zhiyin",), "title", number_differs=True),
        ),
        # a number that lacks a character is no proof without the title: 国发 and 国办发 are two issuers
        (None, "国办发〔2014〕20号", Resolution("unresolved", None, (), "none")),
        ("关于加强管理的意见", None, Resolution("ambiguous", None, ("tongming-1", "tongming-2"), "none")),
        ("关于加强管理的意见", "乙发〔2019〕1号", Resolution("work", "tongming-2", ("tongming-2",), "number")),
        # the number of one work under the title of another: a person must decide
        (
            "绿色信贷指引",
            "国发〔2014〕20号",
            Resolution("ambiguous", None, ("guofa-2014-20", "lvse-xindai-zhiyin"), "none"),
        ),
        ("某条例", None, Resolution("unresolved", None, (), "none")),
    ],
)
def test_resolution_never_guesses(title: str | None, number: str | None, expected: Resolution) -> None:
    citation = Citation("…", title, number, number, (), 0, 1, (Span(0, 1),), "al_1")
    assert resolve_citation(citation, WORKS, WORDS) == expected


def test_a_pin_point_in_a_resolved_work_is_a_provision() -> None:
    locator = Locator("第七十五条", "article", "第七十五条", (Span(7, 12),))
    citation = Citation("…", "安全生产法", None, None, (locator,), 0, 1, (Span(0, 1),), "al_1")
    assert resolve_citation(citation, WORKS, WORDS).kind == "provision"
    assert resolve_citation(replace(citation, title="某法"), WORKS, WORDS).kind == "unresolved"


ROWS = (
    "<table><tr><td>序号</td><td>措施</td><td>依据</td><td>责任单位</td></tr>"
    "<tr><td>1</td><td>限制供水</td><td>《水法》第{}</td><td>市水务局</td></tr>"
    "<tr><td>2</td><td>限制供</td><td>国发〔2016〕{}</td><td>市电力公司、市应急</td></tr>{}"
    "<tr><td>3</td><td>通报</td><td>《信访条例》第三条</td><td>市信访局</td></tr></table>"
)
CUT = "</table>\n<table><tr><td></td><td>电和供气</td><td>{}</td><td>管理局</td></tr>"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (ROWS.format("七条", "33号", ""), ["《水法》第七条", "国发〔2016〕33号", "《信访条例》第三条"]),
        # the row is cut by a page: what stands between its halves are tags, and the words of other columns
        (ROWS.format("七条", "3", CUT.format("3号")), ["《水法》第七条", "国发〔2016〕33号", "《信访条例》第三条"]),
        (
            ROWS.replace("国发〔2016〕{}", "《电{}").format("七条", "力", CUT.format("法》第九条、第十一条")),
            ["《水法》第七条", "《电力法》第九条、第十一条", "《信访条例》第三条"],
        ),
        ("一、对象\n依照《水法》\n\f- 2 -\n第七条处理。\n", ["《水法》第七条"]),
    ],
)
def test_the_words_of_a_citation_over_a_cut_are_its_own_words_only(page: str, expected: list[str]) -> None:
    source = "河湾市备忘录\n二、惩戒措施\n" + page
    citations = find_citations(source, parse_document(source), WORDS)
    assert [citation.text for citation in citations] == expected
    assert [citation.number_as_written for citation in citations if citation.number] in ([], ["国发〔2016〕33号"])
    for citation in citations:
        assert "".join(source[span.start : span.end] for span in citation.spans) == citation.text


_PIECES = st.sampled_from(
    [
        *"《》〈〉（）()〔〕[]第条款项号令、和至。；：\n 一二十〇0123",
        "国发",
        "通知",
        "以下简称",
        "第三条",
        "（二）",
        "12.",
        "年",
        "<p>",
        "等",
    ]
)


@given(st.lists(_PIECES, max_size=60).map("".join), st.sampled_from(["al", "cell", "title", "number"]))
def test_odd_input_never_raises_and_every_span_is_exact(words: str, level: str) -> None:
    for citation in find_citations(words, one_clause(words, level), WORDS):
        assert "".join(words[span.start : span.end] for span in citation.spans) == citation.text
        assert citation.start == citation.spans[0].start
        assert citation.end == citation.spans[-1].end
        for span in (
            *citation.spans,
            *(span for locator in citation.locators for span in locator.spans),
            *(span for excerpt in citation.excerpts for span in excerpt.spans),
        ):
            assert 0 <= span.start < span.end <= len(words)
        resolve_citation(citation, WORKS, WORDS)


@given(st.text(max_size=200))
def test_any_parsed_text_can_be_searched(words: str) -> None:
    find_citations(words, parse_document(words), WORDS)


def _bases(name: str) -> list[tuple[str, str | None, str | None, str, list[str]]]:
    source = (DOCUMENTS / name / "source.txt").read_text(encoding="utf-8")
    return [
        (c.clause, c.title, c.number, c.role, [locator.normal for locator in c.locators])
        for c in find_citations(source, parse_document(source), WORDS)
    ]


OUTLINE = "社会信用体系建设规划纲要"
FAIR_COMPETITION = "国务院关于促进市场公平竞争维护市场正常秩序的若干意见"
CONSTRAINT = "加强对失信主体的约束和惩戒"

# jiamusi-2020-5, appendix: row, title (start), number, pin-points; read by eye from the table
APPENDIX: list[tuple[int, str, str | None, list[str]]] = [
    (1, "安全生产法", None, ["第六十二条", "第七十五条"]),
    (1, "国务院关于进一步加强企业安全生产工作的通知", "国发〔2010〕23号", ["12", "30"]),
    (1, "国务院办公厅关于加强安全生产监管执法的通知", "国办发〔2015〕20号", ["（七）", "（九）", "（十）", "（十五）"]),
    (1, FAIR_COMPETITION, "国发〔2014〕20号", ["（十五）"]),
    (1, "国务院安委会关于加强企业安全生产诚信体系建设的指导意见", "安委〔2014〕8号", ["四（二）"]),
    (1, "绿色信贷指引", "银监发〔2014〕3号", []),
    (2, OUTLINE, None, [CONSTRAINT]),
    (3, "国家科技计划项目管理暂行办法", None, ["第八条（六）"]),
    (3, OUTLINE, None, [CONSTRAINT]),
    (4, "企业信息公示暂行条例", None, ["第七条"]),
    (5, "安全生产法", None, ["第九十一条"]),
    (5, "生产安全事故报告和调查处理条例", None, ["第四十条"]),
    (5, "国务院进一步加强企业安全生产工作的通知", None, ["29"]),
    (5, "国务院关于预防煤矿生产安全事故的特别规定", None, ["第十条"]),
    (6, "企业信息公示暂行条例", None, ["第十二条"]),
    (7, "广告法", None, ["第五条"]),
    (7, OUTLINE, None, [CONSTRAINT]),
    (8, FAIR_COMPETITION, "国发〔2014〕20号", ["（十五）"]),
    (8, OUTLINE, None, ["金融领域信用建设"]),
    (9, "政府采购法", None, ["第二十二条"]),
    (9, OUTLINE, None, ["政府采购领域信用建设"]),
    (10, "中华人民共和国矿产资源法", None, ["第十五条"]),
    (10, FAIR_COMPETITION, "国发〔2014〕20号", ["（十五）"]),
    (10, OUTLINE, None, [CONSTRAINT]),
    (11, "工业产品生产许可证管理条例", None, ["第九条"]),
    (11, FAIR_COMPETITION, "国发〔2014〕20号", ["（十五）"]),
    (12, OUTLINE, None, ["构建守信激励和失信惩戒机制"]),
    (13, OUTLINE, None, ["税务领域信用建设", CONSTRAINT]),
    (14, FAIR_COMPETITION, "国发〔2014〕20号", ["（十五）"]),
    (15, OUTLINE, None, [CONSTRAINT]),
    (15, FAIR_COMPETITION, "国发〔2014〕20号", ["（十五）"]),
]


def test_every_basis_of_the_appendix() -> None:
    found_here = [basis for basis in _bases("jiamusi-2020-5") if "/app_1/" in basis[0]]
    assert [
        (
            int(clause.split("/row_")[1].split("/")[0]),
            (title or "").partition("（2014")[0].partition("(2014")[0],
            number,
            at,
        )
        for clause, title, number, _, at in found_here
    ] == APPENDIX


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "jiamusi-2020-6",
            [
                ("title", "关于对佳木斯市安全生产", None, "self"),
                ("al_1", "印发《关于对安全生产领", "发改财金〔2017〕2219号", "cited"),
                ("al_1", "佳木斯市关于规范完善守", "佳信用发〔2020〕2号", "cited"),
                ("al_1", "关于对佳木斯市安全生产", None, "self"),
                ("annex_1/al_1", "印发〈关于对安全生产领", "发改财金〔2017〕2219号", "cited"),
                ("annex_1/al_1", "佳木斯市关于规范完善守", "佳信用发〔2020〕2号", "cited"),
            ],
        ),
        (
            "jiangsu-2019-820",
            [
                ("al_1", "关于加强企业安全生产诚", None, "cited"),
                ("al_1", "关于对安全生产领域失信", None, "cited"),
                ("al_1", "对江苏省安全生产领域失", None, "cited"),
                ("al_1", "关于进一步加强安全生产", None, "cited"),
            ],
        ),
        (
            "xinzheng-2010-36",
            [
                ("sec_1/al_1", "国务院关于进一步加强企", "国发〔2010〕23号", "cited"),
                ("sec_5/stage_1/subpara_3", "新郑市生产经营单位安全", None, "form"),
                ("sec_5/stage_3/subpara_1", "新郑市生产经营单位安全", None, "form"),
                ("sec_5/stage_3/subpara_2", "新郑市生产经营单位安全", None, "form"),
                ("sec_5/stage_3/subpara_2", "新郑市安全生产诚信生产", None, "form"),
                ("sec_5/stage_3/subpara_2", "新郑市生产经营单位安全", None, "form"),
            ],
        ),
        (
            "yiyuan-2021-28",
            [
                ("title", "沂源县应急管理局守信联", None, "self"),
                ("al_1", "沂源县应急管理局守信联", None, "self"),
                ("annex_1/al_1", "国务院办公厅关于加快推", "国办发〔2019〕35号", "cited"),
                ("annex_1/al_1", "国家安全监管总局关于印", "安监总办〔2017〕49号", "cited"),
                ("annex_1/al_1", "国家安全监管总局办公厅", "安监总厅〔2017〕59号", "cited"),
                ("annex_1/al_1", "国家安全监管总局关于印", "安监总办〔2017〕133号", "cited"),
                ("annex_1/sec_2/al_1", "关于加强和规范守信联合", "发改财金〔2017〕1798号", "cited"),
                ("annex_1/sec_2/para_3/subpara_3", "联合奖惩事项清单", None, "form"),
            ],
        ),
    ],
)
def test_every_citation_of_the_other_documents(name: str, expected: list[tuple[str, str, str | None, str]]) -> None:
    assert [(clause, (title or "")[:11], number, role) for clause, title, number, role, _ in _bases(name)] == expected


@pytest.mark.parametrize(
    "tail",
    ["第二款规定的情形除外", "规定的处罚种类", "的规定继续适用", "所列情形", "之规定", "、第十一条一并适用",
     "和第十一条同时适用", "及第十一条", "或第十一条", "至第十二条属于前款情形", "，由县级以上人民政府处理",
     ",由县级以上人民政府处理", "）同样适用"],
)  # fmt: skip
def test_an_article_number_that_the_sentence_goes_on_with_opens_no_article(tail: str) -> None:
    quoted = f"矿山企业未取得证照擅自生产的，责令停产。\n第九条{tail}。"
    assert cell(f"《矿山安全规定》\n第十条 {quoted}") == [("矿山安全规定", [("第十条", [quoted])])]


def test_an_article_number_with_its_own_words_opens_an_article() -> None:
    words = "《矿山安全规定》\n第十条 未取得证照擅自生产的，责令停产。\n第十一条 逾期不改正的，提请关闭。"
    assert [[pin for pin, _ in pins] for _, pins in cell(words)] == [["第十条", "第十一条"]]


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("安全生产诚信考核规定", "work"),  # 7 of 10 characters in order: 0.7, the least that counts
        ("安全生产诚信考核规则", "ambiguous"),  # 6 of 10
        ("农村公路养护巡查制度", "ambiguous"),
    ],
)
def test_a_number_is_trusted_only_with_a_title_that_is_like_the_registered_one(printed: str, kind: str) -> None:
    works = (WorkName("xinyong-guiding", "安全生产信用管理规定", "某政发〔2015〕7号", ()),)
    words = f"《{printed}》（某政发〔2015〕7号）"
    (citation,) = find_citations(words, one_clause(words), WORDS)
    answer = resolve_citation(citation, works, WORDS)
    assert (answer.kind, answer.title_differs) == (kind, kind == "work")


def test_a_number_that_lost_characters_needs_the_same_year_and_serial() -> None:
    works = (WorkName("shixin-banfa", "失信主体管理办法", "某发改信用发〔2019〕20号", ()),)
    for number, kind in (
        ("某发改发〔2019〕20号", True),
        ("某发改发〔2019〕21号", False),
        ("某发改发〔2018〕20号", False),
    ):
        words = f"《失信主体管理办法》（{number}）"
        (citation,) = find_citations(words, one_clause(words), WORDS)
        answer = resolve_citation(citation, works, WORDS)
        assert (answer.by == "number") is kind, number
        assert answer.number_differs
