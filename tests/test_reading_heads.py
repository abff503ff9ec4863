"""Heads and signatures as pages, gazettes and orders print them: what stands around them is passed over, they are read.

Every text is invented; each kind was met in official texts that nobody here had read.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib.namespace import RDF
from tests.files import read_knowledge

from policygraph.graph.describing import describe_reading
from policygraph.keeping.dataset.knowledge import load_knowledge
from policygraph.keeping.sources import read_any_source
from policygraph.namespaces import PG
from policygraph.reading.documents import Document
from policygraph.reading.texts import Knowledge, read_text

NOTICE = "河阴市应急管理局关于推行信用承诺的通知"
NUMBER = "河应急〔2031〕9号"
SENT_TO = "各县（市）区应急管理局："
TEXT = "现就有关事项通知如下。\n一、总体要求\n坚持依法依规。\n河阴市应急管理局\n2031年5月6日\n"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """The shipped knowledge."""
    return load_knowledge()


def head(document: Document) -> tuple[str | None, str | None, list[str]]:
    """Title, number and those addressed, as read."""
    return document.title, document.number, [mention.text for mention in document.addressees]


@pytest.mark.parametrize(
    "page",
    [
        # what the page prints above it: a column's name, buttons, a greeting, a summary
        f"行政规范性文件\n政策解读\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        f"欢迎访问河阴信息网！\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        f"1、对守信企业减少检查。\n2、对失信企业加大惩戒力度，直至清出市场。\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        # the title as the page prints it, once more below
        f"原{NOTICE}\n2031-05-07 09:12来源：河阴市应急管理局\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        f"{NUMBER}《{NOTICE}》\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        f"《{NOTICE}》\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        # the record that a page keeps, with and without brackets
        f"发文字号：{NUMBER}\t公文时效：有效\n{NOTICE}\n{SENT_TO}\n{TEXT}",
        f"【颁布单位】：河阴市应急管理局\n【发 文 号】：{NUMBER}\n{NOTICE}\n{SENT_TO}\n{TEXT}",
        f"{NOTICE}\n• 时间：2031-05-07\n• 点击：371\n• 来源：\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        # the same record without colons, in rows of two; the label of the keywords is no imprint there
        f"索 引 号 0108/2031-6858 发布日期 2031-05-09\n文 号 {NUMBER} 主 题 词\n{NOTICE}\n{SENT_TO}\n{TEXT}",
        f"{NOTICE}\n2031-05-09 09:00 河阴市应急管理局\n文 号 {NUMBER}\n主 题 词 有 效 性 有效\n{SENT_TO}\n{TEXT}",
        # the site's name and menu above the path of its columns; a column's name before it
        f"欢迎来到信用河阴！ 网站声明 关于我们\n您所在的位置：首页>动态\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        f"某某信用网 加入收藏\n联合奖惩 当前位置：首页 > 奖惩\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        # another headline of the page, and a source line that begins with a bare day
        f"9号 信用承诺规划\n2031-05-14    点击：8次\n{NUMBER}\n{NOTICE}\n{SENT_TO}\n{TEXT}",
        f"{NOTICE}\n2031年05月13日 浏览 来源：信用河阳 专栏：外地动态\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        f"河北省{NOTICE[:-3]}\n发布时间：2031.05.13    来源：小编\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        # a record of which each label and each value is a line: copied, a list of terms, spans, with an empty value
        f"索引号\n0108/2031\n发文机关\n河阴市应急管理局\n标题\n{NOTICE}\n发文字号\n{NUMBER}\n发布日期\n2031-05-09\n主题词\n\n"
        f"{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        f"名　称：\n{NOTICE}\n文　号：\n{NUMBER}\n公开日期：\n2031-05-09\n\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        f"<dl><dt>信息索引号</dt><dd>0108</dd><dt>文号</dt><dd>{NUMBER}</dd><dt>生成日期</dt><dd>2031-05-09</dd></dl>"
        f"<p>{NOTICE}</p><p>{NUMBER}</p><p>{SENT_TO}</p>{TEXT}",
        f"<div><b>公开主体</b><b>某局</b></div><div><b>文号</b><b>{NUMBER}</b></div><div><b>标题</b><b>{NOTICE}</b></div>"
        f"<p>{NOTICE}</p><p>{NUMBER}</p><p>{SENT_TO}</p>{TEXT}",
        # keywords inside the record, with something behind them; a record in cells without colons
        f"<table><tr><td>索引号：</td><td>1</td><td>文号：</td><td>{NUMBER}</td></tr><tr><td>标题：</td><td>{NOTICE}</td></tr>"
        f"<tr><td>主题词：</td><td></td><td>发布日期：</td><td>2031-05-09</td></tr></table>"
        f"<h2>{NOTICE}</h2><p>{SENT_TO}</p><p>现就有关事项通知如下。</p><p>一、总体要求</p><p>坚持依法依规。</p>"
        "<p>河阴市应急管理局</p><p>2031年5月6日</p>",
        f"索引号：1\t文号：{NUMBER}\n主题词：信用\t发布日期：\t2031-05-09\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}",
        f"索引号\t0108\t主题词\t信用\n文号\t{NUMBER}\t发布日期\t2031-05-09\n{NOTICE}\n{SENT_TO}\n{TEXT}",
        # a > inside an attribute ends no tag
        f"<p title=\"a>b\">{NOTICE}</p><p data-x='if(1>0)'>{NUMBER}</p><p>{SENT_TO}</p>{TEXT}",
        # the bar of a table that has one cell in a row
        f"| \n{NUMBER} |\n{NOTICE} |\n{SENT_TO}\n{TEXT}",
    ],
)
def test_what_a_page_sets_around_a_head_is_not_read_as_the_head(page: str, knowledge: Knowledge) -> None:
    document = read_text(page, knowledge).document
    assert head(document) == (NOTICE, NUMBER, ["各县（市）区应急管理局"])
    assert document.date == "2031-05-06"
    assert [mention.text for mention in document.issuers] == ["河阴市应急管理局"]


@pytest.mark.parametrize(
    ("text", "title", "number"),
    [
        # a text whose own head is found does not give it up to one further down
        (f"{NOTICE}\n{NUMBER}\n现转发如下。\n河阳市关于信用修复的通知\n河阳发〔2030〕1号\n各单位：\n", NOTICE, NUMBER),
        # a date or addressees above: the first text is over, the head below is another one's
        (f"现将文件印发。\n2031年5月6日\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}", None, None),
        # two short lines that belong to a title that is set in three
        (f"河阴市应急管理局\n关于推行信用承诺的\n通知\n{NUMBER}\n{SENT_TO}\n{TEXT}", NOTICE, NUMBER),
        # a number that a sentence cites is no number of a record
        (f"{NOTICE}\n{SENT_TO}\n原文号：{NUMBER}的通知同时废止。\n{TEXT}", NOTICE, None),
    ],
)
def test_a_head_is_not_taken_from_where_it_is_none(
    text: str, title: str | None, number: str | None, knowledge: Knowledge
) -> None:
    document = read_text(text, knowledge).document
    assert document.number == number
    assert title is None or document.title == title


def test_addressees_open_a_copy_that_lost_its_title(knowledge: Knowledge) -> None:
    document = read_text(f"{SENT_TO}\n现将《河阴市信用承诺办法》印发给你们。\n2031年5月6日\n", knowledge).document
    assert head(document)[2] == ["各县（市）区应急管理局"]


def test_offices_of_one_character_are_one_addressee(knowledge: Knowledge) -> None:
    document = read_text(f"{NOTICE}\n{NUMBER}\n各县人民政府，市各委、办、局，市直各单位：\n{TEXT}", knowledge).document
    assert head(document)[2] == ["各县人民政府", "市各委、办、局", "市直各单位"]


ORDER = (
    "河阴市人民政府令\n第27号\n《河阴市安全生产信用管理办法》已经市人民政府第9次常务会议审议通过，现予公布，"
    "自2031年7月1日起施行。\n{}\n2031年5月6日\n河阴市安全生产信用管理办法\n第一条 为了加强信用管理，制定本办法。\n"
    "第二条 本办法自2031年7月1日起施行。\n"
)


@pytest.mark.parametrize(
    "signed",
    ["市　长　李某某", "市 长  李 某", "代 市 长：李某某", "河阴市人民政府市长 李某某", "市长 李某某\n局 长 王 某"],
)
def test_an_order_is_called_by_the_text_that_it_publishes(signed: str, knowledge: Knowledge) -> None:
    document = read_text(ORDER.format(signed), knowledge).document
    assert (document.title, document.kind, document.date) == ("河阴市安全生产信用管理办法", "办法", "2031-05-06")
    assert document.number == "河阴市人民政府令第27号"
    assert [mention.text for mention in document.issuers] == ["河阴市人民政府"]
    assert {clause.id for clause in document.clauses} >= {"annex_1/art_1", "annex_1/art_2"}


def test_an_order_whose_lines_are_wrapped_is_called_the_same(knowledge: Knowledge) -> None:
    wrapped = (
        ORDER.format("市　长　李某某")
        .replace("第9次", "第9\n次")
        .replace("2031年7月1日起施行。\n市", "2031年\n7月1日起施行。\n市")
    )
    document = read_text(wrapped, knowledge).document
    assert (document.title, document.date) == ("河阴市安全生产信用管理办法", "2031-05-06")


SIGNED = f"关于推行信用承诺的通知\n{NUMBER}\n{SENT_TO}\n现就有关事项通知如下，请认真执行。\n"


@pytest.mark.parametrize(
    ("block", "names"),
    [
        ("国 家 发 展 改 革 委    最  高  人  民  法  院\n共 青 团 中 央          海  关  总  署\n2031年5月6日", 4),
        ("公    安    部        司    法    部\n人 民 银 行\n2031年5月6日", 3),
        ("河阴市应急管理局      河阴市财政局\n2031年5月6日      2031年5月6日", 2),
        ("市总工会\n市工商联\n团市委\n2031年5月6日", 3),
    ],
)
def test_names_side_by_side_are_names_of_their_own(block: str, names: int, knowledge: Knowledge) -> None:
    document = read_text(SIGNED + block, knowledge).document
    assert [len(mention.text) > 2 and " " not in mention.text for mention in document.issuers] == [True] * names
    assert document.date == "2031-05-06"
    assert not [problem for problem in document.problems if problem.code == "trailing-text"]


def test_one_name_set_wide_is_one_name(knowledge: Knowledge) -> None:
    document = read_text(SIGNED + "河  阴  市  财  政  局\n2031年5月6日", knowledge).document
    assert [mention.text for mention in document.issuers] == ["河阴市财政局"]


def test_an_imprint_closes_the_paper_below_its_annex(knowledge: Knowledge) -> None:
    annex = "河阴市信用承诺办法\n第一条 企业应当承诺。\n第二条 本办法自印发之日起施行。\n"
    imprint = "抄送：省应急管理厅，市信用办。\n河阴市应急管理局办公室　　2031年5月6日印发\n"
    document = read_text(f"{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}{annex}{imprint}", knowledge).document
    assert [
        clause.level for clause in document.clauses if clause.text.startswith(("抄送", "河阴市应急管理局办公室"))
    ] == [
        "copies",
        "imprint",
    ]
    body = [clause for clause in document.clauses if clause.id.startswith("annex_1/art_2")]
    assert not any("抄送" in clause.text for clause in body)


@pytest.mark.parametrize("above", ["某市\n某某局文件\n", "首页\n", "政策\n文件\n"])
def test_a_number_among_short_lines_above_the_title_is_the_number(above: str, knowledge: Knowledge) -> None:
    document = read_text(
        f"{above}某联发〔2031〕5号\n关于印发《备忘录》的通知\n一、总则\n（一）限制参加评优。\n", knowledge
    ).document
    assert document.number == "某联发〔2031〕5号"
    assert document.title == "关于印发《备忘录》的通知"


def test_an_issuer_that_is_known_as_a_body_on_the_signature_page_only_is_told_with_the_others() -> None:
    names = ("青崖市应急管理局", "青崖市林业局", "中国人民银行青崖市分行")
    text = (
        f"{' '.join(names)}\n关于印发《青崖市安全生产信用管理办法》的通知\n青应急规〔2031〕7号\n各县人民政府：\n"
        "现将《青崖市安全生产信用管理办法》印发给你们，请认真贯彻执行。\n" + "\n".join(names) + "\n2031年3月18日\n"
    )
    reading = read_text(text, read_knowledge())
    assert tuple(mention.text for mention in reading.document.issuers) == names
    graph = describe_reading(reading, {}, None)
    told = {
        str(graph.value(node, PG.asWritten))
        for node in graph.subjects(RDF.type, PG.Signature)
        if str(graph.value(node, PG.signatureRole)) == "issuer"
    }
    assert told == set(names)


@pytest.mark.parametrize("remark", ["（市发展改革委 代章）", "（河阴市发展和改革委员会代章）", "（市发改委 代 印）"])
def test_who_lends_a_seal_does_not_sign(remark: str, knowledge: Knowledge) -> None:
    office = "河阴市社会信用体系建设联席会议办公室"
    text = f"关于印发信用修复办法的通知\n\n2031-05-17\n\n{SENT_TO}\n现印发给你们，请遵照执行。\n附件：信用修复办法\n"
    text += f"{office}\n{remark}\n2031年5月6日\n附件\n河阴市信用修复办法\n第一条 为规范信用修复，制定本办法。\n"
    document = read_text(text, knowledge).document
    assert [mention.text for mention in document.signatories] == [office]
    assert [mention.text for mention in document.issuers] == [office]
    assert document.date == "2031-05-06"
    assert any(clause.level == "annex" for clause in document.clauses)


def test_the_head_of_a_table_and_words_of_a_text_are_no_record(knowledge: Knowledge) -> None:
    """Labels side by side have no values of their own; below a sentence a label is a word of the document."""
    for table in ("名称\n文号\n发文机关\n甲办法\n河应急〔2031〕1号\n某局\n", "标题\n甲\n名称\n乙\n文号\n丙\n"):
        document = read_text(
            f"{NOTICE}\n{NUMBER}\n{SENT_TO}\n现就有关事项通知如下。\n{table}{TEXT}", knowledge
        ).document
        words = "".join(clause.text for clause in document.clauses)
        assert all(line in words for line in table.split())


@pytest.mark.parametrize("keywords", ["", "信用；公布"])
def test_a_row_of_keywords_inside_a_record_ends_no_text(keywords: str, knowledge: Knowledge) -> None:
    """With the day of publication in the same row the rest was an annex, dated by the site."""
    page = (
        "<table><tr><td>发文机关：</td><td>河阴市商务局</td><td>有效性：</td><td>有效</td></tr>"
        f"<tr><td>主题词：</td><td>{keywords}</td><td>发布日期：</td><td>2031-05-09</td></tr></table>"
        "<h2>关于公布失信单位的公告</h2><p>现公告如下：</p><p>一、列入名单的，限制发布广告。</p>"
        "<p>河阴市商务局</p><p>2031年5月6日</p>"
    )
    document = read_text(page, knowledge).document
    assert (document.title, document.date) == ("关于公布失信单位的公告", "2031-05-06")
    assert [mention.text for mention in document.issuers] == ["河阴市商务局"]


def test_a_page_of_labels_alone_is_no_record(knowledge: Knowledge) -> None:
    """A table that lost its bars: its heads side by side, then its values; one joined to a head would be set aside."""
    table = "标题\n名称\n文号\n甲办法\n乙\n丙\n"
    words = "".join(
        clause.text for clause in read_text(f"{table}一、总则\n坚持依法依规。\n", knowledge).document.clauses
    )
    assert all(line in words for line in ("甲办法", "乙", "丙"))


@pytest.mark.parametrize("place", range(3))
def test_several_issue_with_the_word_of_a_letterhead_beside_any_of_them(place: int, knowledge: Knowledge) -> None:
    names = ["河阴市应急管理局", "河阴市发展和改革委员会", "中国人民银行河阴市分行"]
    lines = [name + "　文件" * (at == place) for at, name in enumerate(names)]
    document = read_text("\n".join((*lines, "", NUMBER, "", NOTICE, SENT_TO, TEXT)), knowledge).document
    assert head(document) == (NOTICE, NUMBER, ["各县（市）区应急管理局"])
    assert [mention.text for mention in document.issuers] == names


@pytest.mark.parametrize(
    "signed", ["{}（代章）\n河阴市商务局\n", "{}（代章）  河阴市商务局\n", "河阴市商务局\n{}（代章）\n"]
)
def test_a_remark_on_a_seal_is_no_part_of_a_name(signed: str, knowledge: Knowledge) -> None:
    head = f"关于推行信用承诺的通知\n{NUMBER}\n{SENT_TO}\n一、总体要求\n坚持依法依规。\n\n"
    text = f"{head}{signed.format('河阴市财政局')}2031年5月6日\n"
    issuers = [mention.text for mention in read_text(text, knowledge).document.issuers]
    assert sorted(issuers) == ["河阴市商务局", "河阴市财政局"]


def test_a_record_names_the_issuer_where_the_text_names_none(knowledge: Knowledge) -> None:
    record, bare = "发文机关：河阴市商务局\n", "关于推行信用承诺的通知"
    unsigned = TEXT.replace("河阴市应急管理局\n", "")
    for title, text, issuer in (
        (bare, unsigned, "河阴市商务局"),
        (bare, TEXT, "河阴市应急管理局"),
        (NOTICE, TEXT, "河阴市应急管理局"),
    ):
        document = read_text(f"{record}{title}\n{NUMBER}\n{SENT_TO}\n{text}", knowledge).document
        assert [mention.text for mention in document.issuers] == [issuer]


@pytest.mark.parametrize(
    "row", ["成文日期：2031-05-04 11:16:11", "发布机构：市政府 成文日期：2031年5月4日 公开方式：主动公开"]
)
def test_the_date_of_issue_in_a_record_stands_in_only_where_the_text_states_none(
    row: str, knowledge: Knowledge
) -> None:
    undated = TEXT.removesuffix("2031年5月6日\n")
    assert read_text(f"{row}\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{undated}", knowledge).document.date == "2031-05-04"
    dated = read_text(f"{row}\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{TEXT}", knowledge).document
    assert (dated.date, [clause.level for clause in dated.clauses].count("date")) == ("2031-05-06", 1)
    published = row.replace("成文", "发布")
    assert read_text(f"{published}\n{NOTICE}\n{NUMBER}\n{SENT_TO}\n{undated}", knowledge).document.date is None


def test_a_label_of_keywords_above_the_text_does_not_end_it(knowledge: Knowledge) -> None:
    record = "发布机构 河阴市交通运输局\n主 题 词 有 效 性 有效\n"
    text = f"{NOTICE}\n{record}河阴市红黑名单管理办法\n第一章 总则\n第一条 为规范名单，制定本办法。\n"
    text += "第二条 本办法适用于本市。\n"
    for source in (text, text.replace("发布机构", "由网站发布")):
        labels = [clause.label for clause in read_text(source, knowledge).document.clauses]
        assert {"第一章", "第一条", "第二条"} <= set(labels)


def test_a_kind_in_quotation_marks_does_not_end_a_title(knowledge: Knowledge) -> None:
    text = (
        "河阴市安全生产委员会\n关于建立企业安全生产“黑名单”\n制度的指导意见\n第一条 为深入贯彻有关要求，制定本意见。\n"
    )
    document = read_text(text, knowledge).document
    assert (document.title, document.kind) == (
        "河阴市安全生产委员会关于建立企业安全生产“黑名单”制度的指导意见",
        "意见",
    )


def test_those_who_issue_together_stand_between_title_and_text(knowledge: Knowledge) -> None:
    bodies = ("河阴市应急管理局", "河阴市公安局", "河阴市税务局", "人民银行河阴市分行")
    for gap in ("　", "  "):
        for line in (gap.join(bodies), gap.join(bodies[:2]) + "\n" + gap.join(bodies[2:])):
            text = f"河阴市守信联合激励合作备忘录\n{NUMBER}\n{line}\n"
            text += "为推进信用建设，制定本备忘录。\n一、总体要求\n依法依规。\n"
            assert [one.text for one in read_text(text, knowledge).document.issuers] == list(bodies)
    listed = f"河阴市守信联合激励合作备忘录\n{NUMBER}\n河阴市公安局\n为推进信用建设，制定本备忘录。\n"
    assert not read_text(listed, knowledge).document.issuers


@pytest.mark.parametrize(
    "path", ["首页 &gt; 政务公开 &gt; 文件", "当前位置：首页&nbsp;&gt;&nbsp;文件", "首页&raquo;公开"]
)
def test_a_page_is_read_by_the_characters_that_its_codes_stand_for(path: str, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        f"<html><body><div>{path}</div><h1>河阴市关于信用&ldquo;红黑名单&rdquo;的通知</h1><p>河应急&#12308;2031&#x3015;9号</p>"
        "<p>各单位：</p><p>一、A&amp;B公司&mdash;&mdash;甲&middot;乙</p><p>评分&ge;95分的，按《办法&lt;甲&gt;》计。</p></body></html>"
    )
    source = read_any_source(page)
    document = read_text(source.text, load_knowledge()).document
    assert head(document) == ("河阴市关于信用“红黑名单”的通知", NUMBER, ["各单位"])
    words = " ".join(clause.text for clause in document.clauses)
    assert "A&B公司——甲·乙" in words
    assert "评分≥95分的，按《办法<甲>》计。" in words
    assert "首页" not in words
    for clause in document.clauses:
        for span in clause.spans:
            assert source.text[span.start : span.end].strip()


def test_addressees_name_no_subject(knowledge: Knowledge) -> None:
    text = f"{NUMBER}\n关于推行信用承诺，加强信用监管\n{SENT_TO}\n{TEXT}"
    assert not any("承诺" in one.text for one in read_text(text, knowledge).document.addressees)


ANNOUNCED = "云栖市应急管理局公告2031年第6号"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("关于发布信用评价标准的公告\n2031年第6号\n", "关于发布信用评价标准的公告"),
        ("云栖市应急管理局公告\n2031年第6号\n关于发布信用评价标准的公告\n", "关于发布信用评价标准的公告"),
        ("云栖市应急管理局关于发布信用评价标准的公告\n（2031年第6号）\n", "云栖市应急管理局关于发布信用评价标准的公告"),
        ("云栖市应急管理局公告\n（2031年 第6号）\n", "云栖市应急管理局公告"),
    ],
    ids=["below the title", "letterhead", "in brackets", "no subject"],
)
def test_the_number_of_an_announcement_is_its_own(head: str, title: str, knowledge: Knowledge) -> None:
    """It was a paragraph of the text or a part of the title, and the document had no number."""
    text = f"{head}根据《安全生产法》，现公告如下：\n一、列入情形。发生较大事故的。\n云栖市应急管理局\n2031年10月15日\n"
    document = read_text(text, knowledge).document
    assert (document.title, document.number) == (title, ANNOUNCED)
    assert [one.text for one in document.issuers] == ["云栖市应急管理局"]
    words = "".join(text[span.start : span.end] for span in document.number_spans)
    assert words.replace(" ", "") == "2031年第6号"
