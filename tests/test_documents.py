"""Documents are read into headers and clause trees: the five sources, other layouts, statutes, and any text at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.words import find_number, lay_out, parse_document

from policygraph.reading.documents import Clause, Document, leaves, list_tables, outline, trailer

ROOT = Path(__file__).resolve().parents[1]
IDS = ("jiamusi-2020-5", "jiamusi-2020-6", "jiangsu-2019-820", "xinzheng-2010-36", "yiyuan-2021-28")


def read_source(name: str) -> str:
    return (ROOT / "data" / "documents" / name / "source.txt").read_bytes().decode("utf-8")


def assert_covered(source: str, document: Document) -> None:
    """Every character that is no white space lies in exactly one leaf or is set aside by a problem, never both."""
    owner: dict[int, str] = {}
    for clause in leaves(document):
        for span in clause.spans:
            for place in range(span.start, span.end):
                if not source[place].isspace():
                    assert place not in owner, f"{source[place]!r} at {place} in {owner[place]} and {clause.id}"
                    owner[place] = clause.id
    aside = {place for p in document.problems if not p.doubt for place in range(p.start, p.end)}
    aside -= {place for place in aside if source[place].isspace()}
    both = aside & owner.keys()
    assert not both, [(source[place], owner[place]) for place in sorted(both)[:5]]
    missing = [place for place, c in enumerate(source) if not c.isspace() and place not in owner and place not in aside]
    assert not missing, [(place, source[place]) for place in missing[:5]]


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def assert_sound(source: str, document: Document) -> None:
    """What holds for every parse: addresses, order, spans and texts fit together."""
    assert_covered(source, document)
    ids = [clause.id for clause in document.clauses]
    assert len(ids) == len(set(ids))
    assert [clause.order for clause in document.clauses] == list(range(1, len(ids) + 1))
    assert document.source_length == len(source)
    known = set(ids)
    for clause in document.clauses:
        assert clause.id.isascii()
        assert clause.parent is None or (clause.parent in known and clause.id.startswith(clause.parent + "/"))
        assert clause.spans
        assert all(0 <= span.start < span.end <= len(source) for span in clause.spans)
        assert squeeze("".join(source[span.start : span.end] for span in clause.spans)) == squeeze(clause.text)
        assert clause.text == clause.text.strip()
    for problem in document.problems:
        assert 0 <= problem.start < problem.end <= len(source)
        assert re.fullmatch("[a-z]+(-[a-z]+)*", problem.code)
        assert re.search("[\u4e00-\u9fff]", problem.message)


def ids_of(document: Document) -> list[str]:
    return [clause.id for clause in document.clauses]


def clause_of(document: Document, address: str) -> Clause:
    return next(clause for clause in document.clauses if clause.id == address)


@pytest.mark.parametrize("name", IDS)
def test_the_outline_of_a_source_is_the_golden_one(name: str, check_golden: Callable[[str, str], None]) -> None:
    source = read_source(name)
    document = parse_document(source)
    assert_sound(source, document)
    check_golden(f"{name}.outline.txt", outline(document))


# -- the addresses everybody relies on ---------------------------------------------------------------------------------


def test_the_joint_memo_with_an_appendix_table() -> None:
    document = parse_document(read_source("jiamusi-2020-5"))
    ids = ids_of(document)
    assert ids[:6] == ["issuers", "number", "title", "addressees", "al_1", "attachments"]
    assert ids[6:9] == ["signature", "annex_1", "annex_1/heading"]
    assert [f"annex_1/sec_2/para_1/subpara_{n}" in ids for n in range(1, 8)] == [True] * 6 + [False]
    assert [i for i in ids if re.fullmatch(r"annex_1/sec_2/para_\d+", i)] == [
        f"annex_1/sec_2/para_{n}" for n in range(1, 16)
    ]
    assert [i for i in ids if re.fullmatch(r"annex_1/app_1/row_\d+", i)] == [
        f"annex_1/app_1/row_{n}" for n in range(16)
    ]
    assert (document.number, document.date) == ("佳应急联发〔2020〕5号", None)
    assert (len(document.issuers), len(document.signatories)) == (14, 10)
    row = clause_of(document, "annex_1/app_1/row_5/cell_1")
    assert "在法定期限内不得" in row.text
    assert len(row.spans) == 2
    assert sum(problem.code == "repeated-table-header" for problem in document.problems) == 7


def test_conditions_inside_one_sentence_and_responsibility_lines() -> None:
    ids = ids_of(document := parse_document(read_source("jiamusi-2020-6")))
    assert [i for i in ids if i.startswith("annex_1/sec_1/")] == [
        "annex_1/sec_1/heading",
        "annex_1/sec_1/al_1",
        *(f"annex_1/sec_1/point_{n}" for n in range(1, 6)),
    ]
    assert [i for i in ids if i.startswith("annex_1/sec_2/para_1/")] == [
        "annex_1/sec_2/para_1/heading",
        *(f"annex_1/sec_2/para_1/subpara_{n}" for n in range(1, 4)),
        "annex_1/sec_2/para_1/al_1",
    ]
    assert clause_of(document, "annex_1/sec_2/para_3/al_2").text.startswith("实施单位")
    assert document.date == "2020-06-16"
    assert "中共佳木斯市委精神文明建设办公室" in [mention.text for mention in document.signatories]


def test_a_list_inside_one_sentence_becomes_items() -> None:
    document = parse_document(read_source("jiangsu-2019-820"))
    ids = ids_of(document)
    assert [i for i in ids if i.startswith("sec_3/para_6/")] == [
        "sec_3/para_6/heading",
        "sec_3/para_6/al_1",
        *(f"sec_3/para_6/item_{n}" for n in range(1, 9)),
        "sec_3/para_6/al_2",
    ]
    assert (document.number, document.number_as_written) == ("苏发改信用发〔2019〕820号", "苏发改信用发(2019)820号")
    assert (document.date, document.issuers) == (None, ())
    assert len(document.addressees) == 8


def test_stages_and_an_imprint() -> None:
    ids = ids_of(document := parse_document(read_source("xinzheng-2010-36")))
    assert [i for i in ids if re.match(r"sec_5/stage_\d/\w+_\d", i)] == [
        *(f"sec_5/stage_1/subpara_{n}" for n in (1, 2, 3)),
        "sec_5/stage_2/al_1",
        *(f"sec_5/stage_3/subpara_{n}" for n in (1, 2, 3)),
        *(f"sec_5/stage_4/subpara_{n}" for n in (1, 2)),
        "sec_5/stage_5/al_1",
    ]
    assert ids[-4:] == ["date", "keywords", "copies", "imprint"]
    assert [i for i in ids if re.fullmatch(r"sec_6/al_\d", i)] == [f"sec_6/al_{n}" for n in range(1, 7)]
    assert document.date == "2010-12-29"


def test_numbering_that_runs_on_across_parts() -> None:
    ids = ids_of(parse_document(read_source("yiyuan-2021-28")))
    assert [i for i in ids if re.fullmatch(r"annex_1/sec_\d/para_\d+", i)] == [
        f"annex_1/sec_{sec}/para_{para}"
        for sec, paras in ((1, (1, 2)), (2, range(3, 9)), (3, (9, 10)), (4, (11, 12)), (5, (13,)), (6, (14,)))
        for para in paras
    ]
    assert "annex_1/sec_2/para_3/subpara_3" in ids
    assert "annex_1/title" in ids


# -- other layouts of the same words -----------------------------------------------------------------------------------


def numbered(document: Document) -> list[str]:
    """The addresses that come from printed numbers, without the 款 a copy without line ends cannot show."""
    found = []
    for clause in document.clauses:
        if re.search(r"(?:sec|para|subpara|point|art|chp|stage)_\d+$", clause.id) and clause.label:
            found.append(re.sub(r"para_\d+/(?=point)", "", clause.id))
    return found


def wrap_lines(source: str, width: int = 28) -> str:
    """A page of `width` characters with indents and page numbers, as PDF extraction yields it."""
    lines: list[str] = []
    for line in source.split("\n"):
        rest = "　　" + line.strip() if line.strip() else ""
        while len(rest) > width:
            lines.append(rest[:width])
            rest = rest[width:]
            if len(lines) % 30 == 0:
                lines += ["", f"- {len(lines) // 30} -", ""]
        lines.append(rest)
    return "\n".join(lines)


LAYOUTS: dict[str, Callable[[str], str]] = {
    "spaces for line ends": lambda s: re.sub(r"\s*\n\s*", "　　", s),
    "no blank lines": lambda s: re.sub(r"\n\s*\n+", "\n", s),
    "half-width punctuation": lambda s: s.translate(str.maketrans("（），：；", "(),:;")),
    "full-width digits": lambda s: s.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "Windows line ends": lambda s: s.replace("\n", "\r\n"),
    "no-break spaces": lambda s: "\n".join("\xa0\xa0\xa0\xa0" + line for line in s.split("\n")),
    "HTML paragraphs": lambda s: "".join(f"<p class='a'>{line}</p>" for line in s.split("\n") if line.strip()),
    "zero-width joiners": lambda s: s.replace("。", "\u200d。").replace("（", "（\u200b"),
    "hard wraps and page numbers": wrap_lines,
    "blank lines everywhere": lambda s: s.replace("\n", "\n\n"),
    "portal chrome": lambda s: f"首页 > 政务公开 > 文件\n{s}\n【打印本页】 【关闭窗口】\n上一篇：某某通知\n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", [name for name in IDS if name != "jiamusi-2020-5"])
def test_a_layout_does_not_change_the_clauses(name: str, layout: str) -> None:
    source = read_source(name)
    changed = LAYOUTS[layout](source)
    before, after = parse_document(source), parse_document(changed)
    assert_sound(changed, after)
    assert numbered(after) == numbered(before)
    assert (after.number, after.date) == (before.number, before.date)
    assert squeeze(after.title or "") == squeeze(LAYOUTS[layout](before.title or "").removeprefix("<p class='a'>")) or (
        layout in {"HTML paragraphs", "portal chrome", "hard wraps and page numbers"} and after.title == before.title
    )


@pytest.mark.parametrize("name", ["xinzheng-2010-36", "yiyuan-2021-28"])
@pytest.mark.parametrize("glue", ["", " "])
def test_a_crawl_without_any_line_end_is_read_alike(name: str, glue: str) -> None:
    source = read_source(name)
    changed = re.sub(r"\s*\n\s*", glue, source.strip())
    before, after = parse_document(source), parse_document(changed)
    assert_sound(changed, after)
    assert numbered(after) == numbered(before)
    assert (after.number, after.title, after.date) == (before.number, before.title, before.date)
    assert [m.text for m in after.addressees] == [m.text for m in before.addressees]


# -- numbering ---------------------------------------------------------------------------------------------------------

NUMBERINGS = [
    ("一、甲\n（一）乙。\n1.丙。\n（1）丁。\n①戊。\n②己。", "sec_1 para_1 subpara_1 point_1 subpoint_1 subpoint_2"),
    ("一．甲\n(一)、乙。\n1、丙。\n1）丁。\n2）戊。", "sec_1 para_1 subpara_1 point_1 point_2"),
    ("一、甲\n㈠乙。\n㈡丙。\n⒈丁。\n⒉戊。\n⑴己。\n⑵庚。", "sec_1 para_1 para_2 subpara_1 subpara_2 point_1 point_2"),
    ("⼀、甲\n⼆、乙", "sec_1 sec_2"),
    ("一 、 甲\n（ 一 ） 乙。\n１ ．丙。\n２ ．丁。", "sec_1 para_1 subpara_1 subpara_2"),
    ("一、甲\n（一）乙。\n（二）丙。\n二、丁\n（三）戊。\n（四）己。", "sec_1 para_1 para_2 sec_2 para_3 para_4"),
    ("一、甲\n（一）乙。\n（二）丙。\n二、丁\n（一）戊。", "sec_1 para_1 para_2 sec_2 para_1"),
    ("1.甲\n（1）乙。\n（2）丙。\n2.丁", "subpara_1 point_1 point_2 subpara_2"),
    ("1. 甲：\n（一）乙。\n（二）丙。\n2. 丁。", "subpara_1 para_1 para_2 subpara_2"),
    ("第一章 总则\n第一条 甲。\n第二条 乙。\n第二章 附则\n第三条 丙。", "chp_1 art_1 art_2 chp_2 art_3"),
    ("第一条 甲。\n第二条 乙。\n第二条之一 丙。\n第三条 丁。", "art_1 art_2 art_2-1 art_3"),
    ("第一部分 甲\n一、乙\n第二部分 丙\n一、丁", "part_1 sec_1 part_2 sec_1"),
    ("第一阶段：甲\n1. 乙。\n2. 丙。\n第二阶段：丁\n1. 戊。", "stage_1 subpara_1 subpara_2 stage_2 subpara_1"),
    ("一、甲\n第一，乙。\n第二，丙。", "sec_1 item_1 item_2"),
    ("1 总则\n1.1 目的\n甲。\n1.2 依据\n乙。\n2 组织\n2.1 机构\n丙。", "sec_1 para_1 para_2 sec_2 para_1"),
    ("1. 甲。\n2）乙。\n3、丙。", "subpara_1 subpara_2 subpara_3"),
    ("一、甲（一）乙。丙（二）丁。二、戊（三）己。（四）庚。", "sec_1 para_1 para_2 sec_2 para_3 para_4"),
    ("第一条甲。第二条依照第一条规定，乙。第三条丙。", "art_1 art_2 art_3"),
]


@pytest.mark.parametrize(("text", "segments"), NUMBERINGS)
def test_numbering_styles(text: str, segments: str) -> None:
    document = parse_document(text)
    assert_sound(text, document)
    assert [clause.id.rsplit("/", 1)[-1] for clause in document.clauses if clause.label] == segments.split()


@pytest.mark.parametrize(
    "sentence",
    [
        "依照第八条第（三）项、第（四）项办理。",
        "按照《办法（一）》和《目录（二）》执行。",
        "根据国发〔2014〕20号（十五）的要求办理。",
        "投入1.5亿元，增长2.5万户，占比3.2个百分点。",
        "本条第（二）项所称单位，按第（一）项处理。",
        "2020年底前，3年内，5 个工作日内完成。",
        "第三方机构和第三人民医院参加。",
        "（一）、（二）项所列情形除外。",
        "“一、总体要求”中的内容保持不变。",
    ],
)
def test_what_opens_no_clause(sentence: str) -> None:
    document = parse_document(f"一、总体要求\n{sentence}\n二、主要任务\n抓好落实。")
    assert [clause.id for clause in document.clauses] == [
        "sec_1",
        "sec_1/heading",
        "sec_1/al_1",
        "sec_2",
        "sec_2/heading",
        "sec_2/al_1",
    ]


def test_a_gap_and_a_repetition_are_reported() -> None:
    text = "一、甲\n（一）乙。\n（三）丙。\n（四）丁。\n（四）戊。"
    document = parse_document(text)
    assert "sec_1/para_4-2" in ids_of(document)
    assert [problem.code for problem in document.problems] == ["numbering-gap", "numbering-repeat"]
    assert text[document.problems[0].start :].startswith("（三）")


def test_a_law_keeps_paragraphs_and_items_apart() -> None:
    text = "第六条 应当公示下列信息：\n（一）登记信息；\n（二）处罚信息。\n前款信息应当及时公示。\n第七条 本法施行。"
    document = parse_document(text)
    assert ids_of(document) == [
        "art_6",
        "art_6/heading",
        "art_6/para_1",
        "art_6/para_1/al_1",
        "art_6/para_1/point_1",
        "art_6/para_1/point_2",
        "art_6/para_2",
        "art_7",
    ]
    assert clause_of(document, "art_6/para_1/point_2").text == "（二）处罚信息。"


# -- headers and endings -----------------------------------------------------------------------------------------------


def test_a_title_glued_to_number_addressees_and_signature() -> None:
    text = (
        "甲市人民政府办公室关于加强监管的通知甲政办〔2021〕 7 号各县（市、区）人民政府，市直各单位："
        "为加强监管，现通知如下。"
        "一、提高认识。二、抓好落实。甲市人民政府办公室2021年3月4日（此件公开发布）"
    )
    document = parse_document(text)
    assert_sound(text, document)
    assert (document.title, document.number) == ("甲市人民政府办公室关于加强监管的通知", "甲政办〔2021〕7号")
    assert (document.date, document.kind) == ("2021-03-04", "通知")
    assert [m.text for m in document.addressees] == ["各县（市、区）人民政府", "市直各单位"]
    assert [m.text for m in document.signatories] == ["甲市人民政府办公室"]
    assert ids_of(document)[-3:] == ["signature", "date", "note"]


def test_a_number_split_over_lines_and_a_title_over_several() -> None:
    text = (
        "甲市财政局文件\n甲财发\n〔 2020 〕 8 号\n甲市财政局\n关于规范资金管理\n工作的通知\n"
        "各单位：\n请执行。\n2020年5月6日"
    )
    document = parse_document(text)
    assert document.number == "甲财发〔2020〕8号"
    assert document.title == "甲市财政局关于规范资金管理工作的通知"
    assert [m.text for m in document.issuers] == ["甲市财政局"]


def test_a_portal_page_is_stripped_to_the_document() -> None:
    text = (
        "当前位置：首页 > 政策文件\n索引号：11/2020-00012\n成文日期：2020年6月16日\n"
        "甲市政府办公室关于加强监管的通知\n发布日期：2020-06-18  浏览次数：123  字号：[ 大 中 小 ]\n"
        "甲政办发〔2020〕12号\n甲市政府办公室关于加强监管的通知\n"
        "各单位：\n　　现通知如下。\n　　一、提高认识\n　　要重视。\n　　特此通知。\n"
        "　　附件：1．分工表\n　　　　　2．名单\n"
        "甲市政府办公室\n2020年6月10日\n附件1\n分工表\n序号\t任务\n1\t检查\n"
        "附件2\n名单\n张某，电话12345。\n打印本页 关闭窗口\n"
    )
    document = parse_document(text)
    assert_sound(text, document)
    assert (document.number, document.date) == ("甲政办发〔2020〕12号", "2020-06-10")
    assert [clause.id for clause in document.clauses if clause.level == "title"] == [
        "title",
        "annex_1/title",
        "annex_2/title",
    ]
    assert clause_of(document, "al_2").text == "特此通知。"
    assert clause_of(document, "attachments").text.count("\n") == 1
    assert clause_of(document, "annex_1/app_1/row_1/cell_2").text == "检查"
    assert {problem.code for problem in document.problems} == {"record", "web-chrome"}


def test_a_decree_and_the_rules_it_promulgates() -> None:
    text = (
        "甲部门令\n第 11 号\n《安全管理办法》已经2023年7月17日部务会议审议通过，现予公布。\n部长 王某某\n2023年8月8日\n"
        "安全管理办法\n第一章 总则\n第一条 为了管理，制定本办法。\n第二条 略。"
    )
    document = parse_document(text)
    assert_sound(text, document)
    assert (document.number, document.date, document.title) == ("甲部门令第11号", "2023-08-08", "安全管理办法")
    assert "annex_1/chp_1/art_2" in ids_of(document)


def test_a_table_of_contents_makes_no_chapters() -> None:
    contents = "第一章　总　　则\n第二章　附　　则\n"
    text = f"甲省安全条例\n目　　录\n{contents}第一章　总　　则\n第一条　甲。\n第二章　附　　则\n第二条　乙。"
    document = parse_document(text)
    assert_sound(text, document)
    assert [clause.id for clause in document.clauses if clause.level in {"chp", "art", "contents"}] == [
        "contents",
        "chp_1",
        "chp_1/art_1",
        "chp_2",
        "chp_2/art_2",
    ]
    assert clause_of(document, "chp_1").heading == "总则"


def test_a_table_printed_cell_by_cell_keeps_its_sequence() -> None:
    text = (
        "惩戒清单\n惩戒措施\n法律依据\n（一）限制发布广告。\n《广告法》\n第五条 应当诚信。\n（二）限制采购。\n"
        "第二十二条 应当具备下列条件：\n（一）独立承担责任；\n（二）良好信誉；\n市财政局\n"
        "惩戒措施\n法律依据\n（三）暂停项目。\n第八条 略。"
    )
    document = parse_document(text)
    assert_sound(text, document)
    assert [clause.id for clause in document.clauses if clause.level in {"para", "art", "point"}] == [
        "para_1",
        "para_2",
        "para_2/point_1",
        "para_2/point_2",
        "para_3",
    ]
    assert [problem.code for problem in document.problems] == ["repeated-table-header"] * 2


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr><th>措施</th><th>单位</th></tr><tr><td><p>（一）甲。</p></td><td>财政局</td></tr></table>",
        "|措施|单位|\n|---|---|\n|（一）甲。|财政局|\n",
        "措施\t单位\n（一）甲。\t财政局\n",
    ],
)
def test_tables_in_html_pipes_and_tabs(markup: str) -> None:
    document = parse_document(markup)
    assert_sound(markup, document)
    assert [clause.id for clause in leaves(document)] == [
        "app_1/row_0/cell_1",
        "app_1/row_0/cell_2",
        "app_1/row_1/cell_1",
        "app_1/row_1/cell_2",
    ]
    assert clause_of(document, "app_1/row_1").label == "（一）"


def test_a_cut_sentence_is_reported_where_it_breaks_off() -> None:
    whole, long = "实现有效融", "形成政府主导、企业自律、社会监督和行业服务的格局，" * 3 + "实现\n有效融"
    for cut, shown in ((whole, whole), (long, "实现\n有效融")):
        text = f"一、甲\n（一）坚持联动。{cut}\n（二）坚持创新。"
        (problem,) = parse_document(text).problems
        assert (problem.code, text[problem.start : problem.end]) == ("cut-sentence", shown)


@pytest.mark.parametrize(
    ("tail", "cut"),
    [
        ("责任单位：市应急局、市财政局", False),
        ("（责任单位：市应急局", False),
        ("牵头单位：市信用办", False),
        ("责任单位：市应急局。另由市财政局实行有效融", True),
        ("由责任单位实行有效融", True),
    ],
)
def test_bodies_behind_a_label_end_a_paragraph_without_a_stop(tail: str, cut: bool) -> None:
    document = parse_document(f"一、甲\n（一）坚持联动。实行公示。{tail}\n（二）坚持创新。")
    assert [problem.code for problem in document.problems] == ["cut-sentence"] * cut


def test_nothing_is_guessed() -> None:
    document = parse_document("2020年6月16日，国发〔2014〕20号文件要求加强监管，请财政局执行。")
    assert (document.number, document.date, document.title, document.kind) == (None, None, None, None)
    assert (document.issuers, document.signatories, document.addressees) == ((), (), ())
    assert ids_of(document) == ["al_1"]


# -- any text at all ---------------------------------------------------------------------------------------------------

PIECES = [
    *"一二三（）、。；：\n 第条章《》“”1.\t安全〔〕2020年月日号()<>|#&\u200d\x00\u3000\r\ud800",
    *("附件", "关于", "的通知", "<p>", "</td>", "<tr>", "<!--", "-->", "&nbsp;", "[bookmark: x]", "第一条", "一、"),
    *(
        "（一）",
        "1. ",
        "(1)",
        "①",
        "2020年1月1日",
        "市财政局",
        "附录",
        "\n\n",
        "各部门：",
        "国发〔2014〕20号",
        "主题词：",
    ),
    *("抄送：", "包括：", "- 1 -", "㈠", "第一阶段：", "目录", "第一章 总则", "\r\n", "文件", "特此通知。", "|"),
]


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=80).map("".join) | st.text(max_size=200))
def test_any_text_parses_without_raising(source: str) -> None:
    document = parse_document(source)
    assert_sound(source, document)
    assert parse_document(source) == document
    assert outline(document)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(IDS), st.data())
def test_a_damaged_source_parses_without_raising(name: str, data: st.DataObject) -> None:
    source = read_source(name)
    start = data.draw(st.integers(0, len(source) - 1))
    piece = source[start : start + 1500]
    place = data.draw(st.integers(0, len(piece)))
    damaged = piece[:place] + data.draw(st.sampled_from(PIECES)) + piece[place + data.draw(st.integers(0, 3)) :]
    assert_sound(damaged, parse_document(damaged))


@pytest.mark.parametrize(
    "text", ["\t市应急管理局\n市财政局\n文件\n", "关于监管的通知\n请执行。\n\t市应急管理局\n2031年5月6日\t\n"]
)
def test_a_tab_at_the_end_of_a_line_is_no_word_of_it(text: str) -> None:
    assert_sound(text, parse_document(text))


@pytest.mark.slow
@pytest.mark.parametrize(
    "filler", ["安全生产", "安\n", "（一）", "《", "1.", "\x00", "附件\n", "一、甲。\n", "<p", "a\tb\n"]
)
def test_long_odd_input_takes_linear_time(filler: str) -> None:
    source = filler * (100_000 // len(filler))
    document = parse_document(source)
    assert document.source_length == len(source)


class Counted(list[Any]):
    """A list that counts what is copied out of it by slices."""

    copied = 0

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        if isinstance(at, slice):
            self.copied += len(found)
        return found


def test_the_end_of_a_long_text_is_found_without_copying_it_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line looked at all lines behind it: 80,000 lines took half a minute."""
    lines: list[Counted] = []
    find_end = trailer._find_end

    def find_counted(stretch: Any) -> Any:
        lines.append(Counted(stretch.lines))
        stretch.lines = lines[-1]
        return find_end(stretch)

    monkeypatch.setattr(trailer, "_find_end", find_counted)
    parse_document("一、加强监管。\n" + "依法监管，并报上级备案。\n" * 2_000)
    assert max(map(len, lines)) > 1_000
    assert all(one.copied <= 10 * len(one) for one in lines)


# -- texts of ../shared ------------------------------------------------------------------------------------------------

ReadShared = Callable[[str, str], str]
NPC = "全国人民代表大会常务委员会"
STATE_COUNCIL = "中华人民共和国国务院"
# file: title, number, date, issuer, articles, chapters, items (项)
STATUTES: dict[str, tuple[str, str | None, str | None, str | None, int, int, int]] = {
    "legislation/anquan_shengchan_fa_2021.txt": ("中华人民共和国安全生产法", None, "2021-06-10", NPC, 119, 7, 60),
    "legislation/gongye_xukezheng_2005.txt": (
        "中华人民共和国工业产品生产许可证管理条例",
        "国务院令第440号",
        "2005-07-09",
        STATE_COUNCIL,
        70,
        7,
        27,
    ),
    "legislation/gongye_xukezheng_2023.txt": (
        "中华人民共和国工业产品生产许可证管理条例",
        "国务院令第440号",
        "2023-07-20",
        STATE_COUNCIL,
        70,
        7,
        27,
    ),
    "legislation/guanggao_fa_2021.txt": ("中华人民共和国广告法", None, "2021-04-29", NPC, 74, 6, 95),
    "legislation/kuangchan_ziyuan_fa_2009.txt": ("中华人民共和国矿产资源法", None, "2009-08-27", NPC, 53, 7, 13),
    "legislation/kuangchan_ziyuan_fa_2024.txt": ("中华人民共和国矿产资源法", None, "2024-11-08", NPC, 80, 8, 24),
    "legislation/meikuang_anquan_tiaoli_2024.txt": ("煤矿安全生产条例", None, None, None, 76, 6, 97),
    "legislation/meikuang_tebie_guiding_2005.txt": (
        "国务院关于预防煤矿生产安全事故的特别规定",
        "国务院令第446号",
        "2005-09-03",
        "国务院",
        28,
        0,
        20,
    ),
    "legislation/qiye_xinxi_gongshi_2014.txt": (
        "企业信息公示暂行条例",
        "国务院令第654号",
        "2014-08-07",
        STATE_COUNCIL,
        25,
        0,
        23,
    ),
    "legislation/shigu_baogao_tiaoli_2007.txt": (
        "生产安全事故报告和调查处理条例",
        "国务院令第493号",
        "2007-04-09",
        STATE_COUNCIL,
        46,
        6,
        47,
    ),
    "legislation/zhengfu_caigou_fa_2014.txt": ("中华人民共和国政府采购法", None, "2014-08-31", NPC, 88, 9, 66),
    "documents-dev/F09_henan_shehui_xinyong_tiaoli_2019.txt": (
        "河南省社会信用条例",
        None,
        "2019-11-29",
        "河南省第十三届人民代表大会常务委员会",
        70,
        8,
        73,
    ),
    "documents-dev/F12_spc_shixin_mingdan_guiding_2013.txt": (
        "最高人民法院关于公布失信被执行人名单信息的若干规定",
        None,
        "2013-07-16",
        "最高人民法院",
        7,
        0,
        15,
    ),
    "documents-dev/F15_guangzhou_dixia_kongjian_pdfwrap.txt": (
        "广州市地下空间开发利用管理办法",
        "广州市人民政府令第61号",
        "2019-11-14",
        "广州市人民政府",
        49,
        8,
        39,
    ),
    "documents-dev/R01_xinyong_xiufu_banfa_2025.txt": (
        "信用修复管理办法",
        "国家发展改革委令第36号",
        "2025-11-20",
        "国家发展和改革委员会",
        30,
        6,
        19,
    ),
    "documents-dev/R04_wenhua_shichang_heimingdan_2018.txt": (
        "全国文化市场黑名单管理办法",
        None,
        "2018-06-19",
        "中华人民共和国文化和旅游部",
        18,
        0,
        9,
    ),
}


@pytest.mark.shared
@pytest.mark.parametrize("name", STATUTES)
def test_a_statute_has_its_articles_in_sequence(name: str, read_shared: ReadShared) -> None:
    source = read_shared(*name.split("/"))
    document = parse_document(source)
    assert_sound(source, document)
    title, number, date, issuer, articles, chapters, items = STATUTES[name]
    assert (document.title, document.number, document.date) == (title, number, date)
    assert [mention.text for mention in document.issuers] == ([issuer] if issuer else [])
    found = [int(m[1]) for clause in document.clauses if (m := re.search(r"(?:^|/)art_(\d+)$", clause.id))]
    assert found == list(range(1, articles + 1))
    assert sum(clause.level == "chp" for clause in document.clauses) == chapters
    assert sum(clause.level == "point" for clause in document.clauses) == items


NOTICES = {
    "F02_guobanfa_2014_56_huanjing_jianguan.txt": ("国办发〔2014〕56号", "2014-11-12", "国务院办公厅", 3, 5, 15),
    "F05_guobanfa_2020_24_yingshang.txt": ("国办发〔2020〕24号", "2020-07-15", "国务院办公厅", 3, 6, 20),
    "F07_guoneng_meitan_2012_119_tongzhi_stripped.txt": ("国能煤炭〔2012〕119号", "2012-04-17", "国家能源局", 4, 0, 0),
}


@pytest.mark.shared
@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_of_another_layout(name: str, read_shared: ReadShared) -> None:
    source = read_shared("documents-dev", name)
    document = parse_document(source)
    assert_sound(source, document)
    number, date, issuer, addressees, sections, groups = NOTICES[name]
    assert (document.number, document.date) == (number, date)
    assert [m.text for m in document.issuers] == [m.text for m in document.signatories] == [issuer]
    assert len(document.addressees) == addressees
    assert sum(clause.level == "sec" for clause in document.clauses) == sections
    assert [int(clause.id.rsplit("_", 1)[-1]) for clause in document.clauses if clause.level == "para"] == list(
        range(1, groups + 1)
    )


@pytest.mark.shared
@pytest.mark.parametrize("layout", ["spaces for line ends", "no blank lines", "hard wraps and page numbers"])
@pytest.mark.parametrize("name", [name for name in STATUTES if "pdfwrap" not in name])
def test_a_layout_does_not_change_a_statute(name: str, layout: str, read_shared: ReadShared) -> None:
    source = re.sub(r"<!--.*?-->|#", "", read_shared(*name.split("/")))
    assert numbered(parse_document(LAYOUTS[layout](source))) == numbered(parse_document(source))


# -- damage that OCR and page layout do --------------------------------------------------------------------------------


def test_ocr_spaces_and_dashes_do_not_hide_the_numbering() -> None:
    text = (
        "某 市 应 急 管 理 局 文 件\n某应急〔２０２１〕 １２ 号\n关于开展安全生产信用评价的通 知\n"
        "各县 (市、区) 应急管理局 :\n"
        "现通知如下 :\n— 、总 体 要 求\n(—) 指导思想。 坚 持依法监管。\n(二) 基本原则。坚持公\n- 2 -\n开透明。\n"
        "二 、主要任务\n(- )评价标准。分为三级。\n( 二 )评价程序\n附 件 : 1. 评分表\n2. 汇总表\n"
        "某市应急管理局\n二O二一年三月四日\n( 联系人 : 张三 , 电话 : 123 )\n"
        "某市应急管理局办公室 2021 年 3 月 4 日印发\n"
    )
    document = parse_document(text)
    assert_sound(text, document)
    assert (document.number, document.date) == ("某应急〔2021〕12号", "2021-03-04")
    assert [mention.text for mention in document.issuers] == ["某市应急管理局"]
    assert numbered(document) == ["sec_1", "sec_1/para_1", "sec_1/para_2", "sec_2", "sec_2/para_1", "sec_2/para_2"]
    assert clause_of(document, "sec_1").heading == "总体要求"
    assert clause_of(document, "sec_1/para_2").text.endswith("坚持公开透明。")
    assert ids_of(document)[-5:] == ["attachments", "signature", "date", "note", "imprint"]


def test_a_signature_above_the_text() -> None:
    text = (
        "关于对失信企业联合惩戒的通知\n某信联〔2019〕3号\n某市发展和改革委员会 某市财政局\n某市税务局\n2019年1月2日\n"
        "各区县发改委、财政局、税务局：\n通知如下。\n1、建立名单。\n2、自2019年2月1日起执行。"
    )
    document = parse_document(text)
    assert_sound(text, document)
    names = ["某市发展和改革委员会", "某市财政局", "某市税务局"]
    assert [mention.text for mention in document.signatories] == names
    assert [mention.text for mention in document.issuers] == names
    assert document.date == "2019-01-02"
    assert [mention.text for mention in document.addressees] == ["各区县发改委", "财政局", "税务局"]


def test_a_date_at_the_end_of_a_wrapped_line_is_no_date_of_the_document() -> None:
    text = "第一条 甲。\n第二条 本办法自印发之日起施行。2016年1月6日\n印发的《乙办法》同时废止。"
    document = parse_document(text)
    assert document.date is None
    assert ids_of(document) == ["art_1", "art_2"]


def test_a_number_broken_at_the_end_of_a_line() -> None:
    text = "一、甲\n（九）乙。\n（十）丙工作，加强宣传。（十\n一）丁工作，抓好落实。\n二、戊\n己。"
    assert numbered(parse_document(text)) == ["sec_1", "sec_1/para_9", "sec_1/para_10", "sec_1/para_11", "sec_2"]


def test_dotted_lines_of_a_table_of_contents_are_set_aside() -> None:
    contents = "目　录\n1 总则........1\n1.1 目的........1\n"
    text = f"甲县生产安全事故应急预案\n{contents}1 总则\n1.1 目的\n为提高能力，制定本预案。"
    document = parse_document(text)
    assert_sound(text, document)
    assert ids_of(document)[:4] == ["title", "contents", "sec_1", "sec_1/heading"]
    assert [problem.code for problem in document.problems] == ["table-of-contents"] * 2


def test_what_a_copyist_printed_above_the_title_is_no_title() -> None:
    text = "客服热线:0755-8882\n\n对失信行为开展联合惩戒的实施办法\n\n第一条 甲。\n第二条 乙。\n第三条 丙。"
    document = parse_document(text)
    assert_sound(text, document)
    assert document.title == "对失信行为开展联合惩戒的实施办法"
    assert ids_of(document) == ["marking", "title", "art_1", "art_2", "art_3"]


def test_a_number_that_is_only_mentioned_opens_nothing_when_it_comes_later() -> None:
    text = "一、甲\n（一）乙。\n（二）按照《意见》（国发〔2014〕20号）（三）规定办理。\n（三）丙。\n（四）丁。"
    document = parse_document(text)
    assert numbered(document) == ["sec_1", *(f"sec_1/para_{n}" for n in range(1, 5))]
    assert clause_of(document, "sec_1/para_2").text.endswith("（三）规定办理。")


def test_an_appendix_that_is_marked_in_a_cell_of_its_own_is_called_by_its_mark() -> None:
    text = "一、甲\n依法监管。\n附录一\t\n有关说明如下。"
    document = parse_document(text)
    assert_sound(text, document)
    assert [(c.label, c.text) for c in document.clauses if c.id == "app_1/heading"] == [("", "附录一")]
    assert clause_of(document, "app_1").label == "附录一"


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("佳应急发〔2020〕6号\n关于加强监管的通知\n国发〔2014〕20号\n一、甲\n乙。", ["number", "title", "al_1"]),
        ("佳木斯市应急管理局文件\n签发人：张某某\n关于加强监管的通知\n一、甲\n乙。", ["issuers", "signer", "title"]),
        ("附件1\n一、甲\n依法监管。", ["marking", "sec_1"]),
        (
            "特急\n甲市财政局\n甲市教育局\n甲市公安局\n甲市水务局\n甲市审计局\n甲财发〔2020〕6号\n关于加强监管的通知\n一、甲\n乙。",
            ["marking", "issuers", "number", "title"],
        ),
        ("某省监管条例\n2014年7月23日\n2015年8月7日\n第一条 甲。\n第二条 乙。", ["title", "date", "promulgation"]),
    ],
)
def test_what_may_stand_above_the_text(text: str, levels: list[str]) -> None:
    document = parse_document(text)
    assert_sound(text, document)
    assert ids_of(document)[: len(levels)] == levels


CONTACT = "联系人：某某，联系电话：0399-1234567"


def test_whom_to_ask_above_attachments_and_signature_ends_no_text() -> None:
    """It closed the text: the list of attachments below it was an annex, and the date was lost with the signature."""
    head = "关于开展信用承诺工作的通知\n各有关单位：\n一、公开承诺\n承诺书应当公开。\n"
    below = "附件：1.承诺书\n2.汇总表\n云栖市应急管理局\n2031年3月4日\n附件1\n承诺书\n一、守法\n依法生产。"
    document = parse_document(head + CONTACT + "\n" + below)
    assert document.date == "2031-03-04"
    found = [clause.id for clause in document.clauses if clause.parent is None]
    assert found == [
        "title",
        "addressees",
        "sec_1",
        "note",
        "attachments",
        "signature",
        "date",
        "annex_1",
    ]


def test_whom_to_ask_inside_a_text_is_a_line_of_its_clause() -> None:
    text = f"关于公开承诺的通知\n一、公开承诺\n承诺书应当公开。\n{CONTACT}\n二、其他\n另行通知。\n{CONTACT}"
    document = parse_document(text)
    assert [clause.id for clause in document.clauses if clause.parent is None] == ["title", "sec_1", "sec_2", "note"]


def test_a_signature_may_stand_below_its_date() -> None:
    text = "关于加强监管的通知\n请认真执行。\n2020年6月16日\n佳木斯市应急管理局\n主题词：安全生产"
    document = parse_document(text)
    assert_sound(text, document)
    assert ids_of(document) == ["title", "al_1", "date", "signature", "keywords"]


def _page_codes(text: str) -> list[str]:
    return [problem.code for problem in lay_out(text).problems]


def _filled(number: int, distance: int) -> str:
    """A number alone in its line, and words up to the line that begins so many characters further on."""
    head = f"{number}\n"
    words = "从事矿山、金属冶炼、道路运输、建筑施工活动的单位，应当依照本办法接受检查，并如实提供有关材料。" * 4
    return head + words[: distance - len(head) - 1] + "\n"


def test_a_number_in_its_own_line_is_a_page_number_only_at_a_pages_distance() -> None:
    for distance, pages in ((151, 2), (150, 1), (30, 1)):
        text = _filled(7, distance) + "8\n各县（市）区应急管理局负责组织实施。"
        assert text.index("8\n") == distance
        assert _page_codes(text).count("page-number") == pages
        assert ("8" in [lay_out(text).text(line) for line in lay_out(text).lines]) is (pages == 1)


def test_a_number_out_of_sequence_is_no_page_number() -> None:
    for second, pages in ((8, 2), (9, 1), (7, 1)):
        text = _filled(7, 200) + f"{second}\n各县（市）区应急管理局负责组织实施。"
        assert _page_codes(text).count("page-number") == pages


def test_the_code_of_a_document_number_has_a_length() -> None:
    code = "某省住房和城乡建设系统信用评价领导小组建信发"
    for length, found in ((1, True), (18, True), (19, False)):
        words = f"{code[-length:]}〔2018〕12号"
        assert (find_number(words) is not None) is found, length
    assert find_number("〔2018〕12号") is None


def test_a_number_inside_a_quoted_title_is_not_the_documents_own() -> None:
    assert find_number("转发《关于做好检查工作的函（某安办〔2018〕3号》") is None


@pytest.mark.parametrize("gap", [" ", "　", "   "])
@pytest.mark.parametrize("first", ["1\n", "12 "])
def test_a_table_that_lost_its_columns_is_told(gap: str, first: str) -> None:
    head = gap.join(("序号", "类别", "违法行为", "不予处罚的情节"))
    text = f"某市不予处罚目录\n一、目录\n{head}\n{first}建设项\n目管理\n建设单位未依法备案。\n属于首次违法。\n"
    document = parse_document(text)
    (doubt,) = [problem for problem in document.problems if problem.code == "table-uncut"]
    assert text[doubt.start : doubt.end] == head
    assert not list_tables(document)


def test_a_table_that_was_read_is_not_told() -> None:
    text = (
        "某市措施清单\n一、清单\n序号\t措施\t实施单位\n1\t限制采购\t市财政局\n2\t加强检查\t市应急局\n二、其他\n无。\n"
    )
    document = parse_document(text)
    assert list_tables(document)
    assert not [problem for problem in document.problems if problem.code == "table-uncut"]


HEAD_OF_TABLE = "某市措施清单\n一、清单\n"
TITLES = "<tr><td>序号</td><td>措施</td><td>单位</td></tr>"
FIRST_ROW = "<tr><td>1</td><td>限制采购</td><td>市财政局</td></tr>"


def read_rows(markup: str) -> tuple[list[list[str]], list[str]]:
    """The rows of the one table as the texts of their cells, and the codes of what is doubted."""
    text = f"{HEAD_OF_TABLE}{markup}\n二、其他\n无。\n"
    document = parse_document(text)
    assert_sound(text, document)
    rows = [clause.id for clause in document.clauses if clause.level == "row" and not clause.id.endswith("row_0")]
    cells = [[one.text for one in document.clauses if one.level == "cell" and one.parent == row] for row in rows]
    return cells, [problem.code for problem in document.problems if problem.code not in ("markup", "separator")]


@pytest.mark.parametrize(
    ("markup", "rows", "doubts"),
    [
        # a page says where a row ends: nothing spans the second one, whoever left its number out
        (
            f"<table>{TITLES}{FIRST_ROW}<tr><td></td><td>加强检查</td><td>市应急局</td></tr></table>",
            [["1", "限制采购", "市财政局"], ["加强检查", "市应急局"]],
            ["row-without-head"],
        ),
        # neither does a cell without a final stop reach into the next row
        (
            f"<table>{TITLES}{FIRST_ROW}<tr><td>其他</td><td>加强检查</td><td>市应急局</td></tr></table>",
            [["1", "限制采购", "市财政局"], ["其他", "加强检查", "市应急局"]],
            [],
        ),
        # a cell that spans two rows is said once, and no row is doubted
        (
            f"<table>{TITLES}<tr><td rowspan=2>1</td><td>限制采购</td><td>市财政局</td></tr>"
            "<tr><td>加强检查</td><td>市应急局</td></tr></table>",
            [["1", "限制采购", "市财政局"], ["加强检查", "市应急局"]],
            [],
        ),
        # a page break cuts a table in two: the first row of the second one may go on
        (
            f"<table>{TITLES}<tr><td>1</td><td>限制</td><td>市财</td></tr></table>\n"
            "<table><tr><td></td><td>采购</td><td>政局</td></tr></table>",
            [["1", "限制采购", "市财政局"]],
            [],
        ),
        (
            f"<table>{TITLES}<tr><td>1</td><td>限制</td><td>市财</td></tr></table>\n"
            f"<table>{TITLES}<tr><td></td><td>采购</td><td>政局</td></tr></table>",
            [["1", "限制采购", "市财政局"]],
            ["repeated-table-header"] * 3,
        ),
        # lines with tabs and bars cannot say that a cell spans
        ("序号\t措施\t单位\n1\t限制\t市财政局\n\t采购\t", [["1", "限制采购", "市财政局"]], []),
        ("|序号|措施|单位|\n|---|---|---|\n|1|限制|市财政局|\n||采购||", [["1", "限制采购", "市财政局"]], []),
    ],
)
def test_a_row_goes_on_only_where_its_table_leaves_that_open(
    markup: str, rows: list[list[str]], doubts: list[str]
) -> None:
    assert read_rows(markup) == (rows, doubts)


def test_what_stands_in_a_comment_is_told_and_a_declaration_is_none() -> None:
    text = "<！DOCTYPE html><html><body><!-- 草稿：勿外传 --><p>关于甲的通知</p><p>一、乙。</p></body></html>"
    document = parse_document(text)
    told = [(problem.message, text[problem.start : problem.end]) for problem in document.problems]
    assert [words for message, words in told if "注释" in message] == ["<!-- 草稿：勿外传 -->"]
    assert [problem.code for problem in document.problems if problem.code != "markup"] == ["hidden"]
    assert "问题" not in outline(parse_document("<!DOCTYPE html><p>关于甲的通知</p><p>一、乙。</p>"))


def home_of(body: str, words: str) -> tuple[str, list[str]]:
    """The clause that holds some words, and the codes of the doubts about it."""
    text = f"某市信用办法\n{body}\n三、附则\n无。\n"
    document = parse_document(text)
    assert_sound(text, document)
    (leaf,) = [one.id for one in leaves(document) if words in one.text]
    return leaf, [one.code for one in document.problems if one.code == "paragraph-place"]


LIST_OF_CASES = "二、红名单\n{lead}\n（一）近三年未发生事故{mark}\n（二）已作出信用承诺{last}\n{below}"


@pytest.mark.parametrize(
    ("lead", "mark", "last", "below", "home", "doubts"),
    [
        # semicolons, or a colon before sentences: what stands below the last item goes on with the list
        ("单位的条件。", "；", "。", "红名单有效期两年。", "sec_2/al_2", []),
        ("具备下列条件的列入：", "。", "。", "红名单有效期两年。", "sec_2/al_2", []),
        ("单位的条件。", "；", "。", "红名单有效期两年，自公布之日起计算，期满自动移出。", "sec_2/al_2", []),
        # words that point back need neither
        ("单位的条件。", "。", "。", "符合上述条件的，由市局公布。", "sec_2/al_2", []),
        ("单位的条件。", "", "", "有前款情形的，由市局公布。", "sec_2/al_2", []),
        # a colon before what may be headings leaves a doubt
        ("具备下列条件的列入：", "", "", "红名单有效期两年。", "sec_2/al_2", ["paragraph-place"]),
        # nothing tells: the numbers do
        ("单位的条件。", "。", "。", "红名单有效期两年。", "sec_2/para_2/al_1", []),
        # a heading at the end of sentences is one
        ("具备下列条件的列入：", "。", "", "红名单有效期两年。", "sec_2/para_2/al_1", []),
        # a line with a label belongs to its item
        ("具备下列条件的列入：", "；", "。", "责任单位：红名单办公室。", "sec_2/para_2/al_1", []),
    ],
)
def test_a_paragraph_below_the_last_item_belongs_where_its_list_says(
    lead: str, mark: str, last: str, below: str, home: str, doubts: list[str]
) -> None:
    body = LIST_OF_CASES.format(lead=lead, mark=mark, last=last, below=below)
    assert home_of(body, below[:4]) == (home, doubts)


def test_a_paragraph_between_two_items_belongs_to_the_first() -> None:
    body = "二、红名单\n具备下列条件的列入：\n（一）未发生事故；\n事故以认定为准。\n（二）已作出承诺。"
    assert home_of(body, "事故以认定") == ("sec_2/para_1/al_2", [])
