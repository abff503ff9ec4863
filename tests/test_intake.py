"""Documents that are no plain text: Word and PDF become the text that a plain copy would have been, or are refused.

All files are made here. What an extraction leaves out is told; the same memo reads the same in every form.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from tests.pdffiles import Rule, Word, make_pdf, rule_grid

from policygraph.errors import InputError, LimitError
from policygraph.keeping.additions import add_document
from policygraph.keeping.dataset.knowledge import load_knowledge
from policygraph.keeping.sources import read_any_source, take_in
from policygraph.keeping.workspace import init_workspace
from policygraph.reading.intake import pdffiles, pdflines, wordfiles
from policygraph.reading.intake.extractions import Extraction
from policygraph.reading.texts import Knowledge, read_text, serialise_reading

TITLE = "河阴市安全生产失信联合惩戒合作备忘录"
NUMBER = "河应急〔2022〕3号"
ROWS = (
    ("限制类", "依法限制取得政府供应土地", "《行政许可法》第六十九条", "市自然资源局"),
    ("", "限制参与政府采购活动", "《政府采购法》第二十二条", "市财政局、各县（市、区）人民政府"),
    ("其他", "加大日常监管力度", "《安全生产法》第七十八条", "市应急管理局"),
)
HEADER = ("类别", "惩戒措施", "法律及政策依据", "实施单位")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """The shipped knowledge."""
    return load_knowledge()


def bytes_of(document: docx.document.Document) -> bytes:
    """A Word document as a file."""
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def make_memo() -> docx.document.Document:
    """A memo with a table whose first column spans two rows."""
    document = docx.Document()
    for words in (TITLE, NUMBER, "一、惩戒对象", "被列入名单的生产经营单位。", "二、惩戒措施"):
        document.add_paragraph(words)
    table = document.add_table(rows=1, cols=4)
    for cell, words in zip(table.rows[0].cells, HEADER, strict=True):
        cell.text = words
    for row in ROWS:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("三、其他")
    document.add_paragraph("本备忘录自签署之日起实施。")
    return document


def as_html() -> str:
    """The same memo as a web page with all that a page has around its text."""
    cells = [
        "".join(f"<td><p>{words}</p></td>" for words in HEADER),
        f'<td rowspan="2">{ROWS[0][0]}</td>' + "".join(f"<td>{words}</td>" for words in ROWS[0][1:]),
        "".join(f"<td>{words}</td>" for words in ROWS[1][1:]),
        "".join(f"<td>{words}</td>" for words in ROWS[2]),
    ]
    rows = "".join(f"\n\t\t<tr>{row}</tr>" for row in cells)
    return (
        "<!DOCTYPE html><html><head><title>网站</title><style>p { margin: 0 }</style></head><body>"
        "<nav><a>首页</a><a>政策法规</a></nav><table><tr><td><table><tr><td>"
        f"<p>{TITLE}</p>\n<p>{NUMBER}</p><p>一、惩戒对象</p><p>被列入名单的\n\t生产经营单位。</p><p>二、惩戒措施</p>"
        f"<table>{rows}</table><p>三、其他</p><p>本备忘录自签署之日起实施。</p>"
        "</td></tr></table></td></tr></table><script>var a = '<p>';</script></body></html>"
    )


def as_pdf() -> bytes:
    """The same memo as a PDF with a ruled table whose first column spans two rows."""
    columns, tops = (60.0, 130.0, 260.0, 410.0, 540.0), (200.0, 230.0, 280.0, 330.0, 380.0)
    words = [(60.0, 80.0 + 22 * n, line) for n, line in enumerate((TITLE, NUMBER, "一、惩戒对象"))]
    words += [(60.0, 146.0, "被列入名单的生产经营单位。"), (60.0, 168.0, "二、惩戒措施")]
    for row, top in zip((HEADER, *ROWS), tops, strict=False):
        for cell, left, right in zip(row, columns, columns[1:], strict=False):
            fit = int((right - left - 10) // 12)
            lines = [cell[at : at + fit] for at in range(0, len(cell), fit)]
            words += [(left + 5, top + 4 + 14 * n, line) for n, line in enumerate(lines)]
    words += [(60.0, 400.0, "三、其他"), (60.0, 422.0, "本备忘录自签署之日起实施。"), (280.0, 800.0, "- 1 -")]
    rules = [rule for rule in rule_grid(columns, tops) if rule != (60.0, 280.0, 540.0, 280.0)]
    return make_pdf([(words, [*rules, (130.0, 280.0, 540.0, 280.0)])])


def read_words(text: str, knowledge: Knowledge) -> dict[str, object]:
    """What a reading says that does not depend on where the words stand."""
    told = serialise_reading(read_text(text, knowledge))
    spans = [(start, end) for clause in told["clauses"] for start, end in clause["spans"]]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    return {
        "title": told["title"],
        "number": told["number"],
        "labels": [clause["label"] for clause in told["clauses"] if clause["label"]],
        "measures": [(m["title"], m["departments"], m["bases"]) for m in told["measures"]],
        "tables": [(table["header"], table["rows"]) for table in told["tables"]],
        "departments": [mention["as_written"] for mention in told["departments"]],
    }


def test_one_memo_reads_the_same_as_word_page_and_pdf(knowledge: Knowledge) -> None:
    word = read_words(wordfiles.read_document(bytes_of(make_memo()), "memo.docx").text, knowledge)
    assert word["number"] == NUMBER
    assert word["labels"] == ["一、", "二、", "三、"]
    assert word["tables"] == [(list(HEADER), [list(ROWS[0]), ["限制类", *ROWS[1][1:]], list(ROWS[2])])]
    assert word["measures"] == [
        ("依法限制取得政府供应土地", ["市自然资源局"], ["《行政许可法》第六十九条"]),
        ("限制参与政府采购活动", ["市财政局", "各县（市、区）人民政府"], ["《政府采购法》第二十二条"]),
        ("加大日常监管力度", ["市应急管理局"], ["《安全生产法》第七十八条"]),
    ]
    assert read_words(as_html(), knowledge) == word
    assert read_words(pdffiles.read_document(as_pdf(), "memo.pdf").text, knowledge) == word


@pytest.mark.parametrize(
    ("above", "below", "aside"),
    [
        ("11/26/33, 10:26 PM 云栖市备忘录", "https://example.gov.cn/a.html 1/1", True),
        ("2033/7/8 09:15 云栖市备忘录", "file:///a.html 1/1", True),
        ("2033/7/8 09:15 云栖市备忘录", "本办法自发布之日起施行。", False),
        ("云栖市人民政府", "https://example.gov.cn/a.html 1/1", False),
    ],
)
def test_what_a_browser_prints_around_a_page_is_set_aside(above: str, below: str, aside: bool) -> None:
    body = [(60.0, 60.0 + 22 * n, line) for n, line in enumerate(("云栖市备忘录", "一、保障", "市财政局予以支持。"))]
    printed = pdffiles.read_document(make_pdf([([(24.0, 16.0, above), *body, (24.0, 800.0, below)], [])]), "a.pdf")
    assert [one.words for one in printed.asides if one.code == "browser-line"] == [above, below] * aside
    assert printed.text.strip().startswith("云栖市备忘录" if aside else above)
    assert (below in printed.text) == (not aside)


def test_what_a_browser_prints_around_a_page_that_holds_a_table_only_is_set_aside() -> None:
    around = [(24.0, 16.0, "2033/7/8 09:15 云栖市备忘录"), (24.0, 800.0, "https://example.gov.cn/a.html 1/1")]
    cells = [
        (65.0, 104.0, "惩戒措施"),
        (305.0, 104.0, "责任单位"),
        (65.0, 134.0, "减少贷款"),
        (305.0, 134.0, "市金融办"),
    ]
    page = ([*around, *cells], rule_grid((60.0, 300.0, 540.0), (100.0, 130.0, 160.0)))
    printed = pdffiles.read_document(make_pdf([page]), "a.pdf")
    assert printed.text.startswith("<table>")
    assert [one.code for one in printed.asides] == ["browser-line"] * 2


def test_what_a_library_thinks_of_a_font_is_not_printed(caplog: pytest.LogCaptureFixture) -> None:
    bounds = b"/FontBBox [0 -120 1000 880]"
    page = make_pdf([([(60.0, 60.0, "市财政局予以支持。")], [])])
    assert bounds in page
    assert "市财政局" in pdffiles.read_document(page.replace(bounds, b" " * len(bounds)), "a.pdf").text
    assert [record.getMessage() for record in caplog.records if record.name.startswith("pdfminer")] == []


SIGNERS = (("云栖市发展和改革委员会", "云栖市财政局"), ("中国人民银行云栖市中心支行", "云栖海关"))


@pytest.mark.parametrize("dated", ["inside", "below"])
def test_a_signature_in_two_columns_names_each_of_those_who_sign(dated: str, knowledge: Knowledge) -> None:
    above = ("云栖市守信联合激励备忘录", "一、激励措施", "（一）优先办理登记。", "（二）减少检查。")
    memo = docx.Document()
    for line in above:
        memo.add_paragraph(line)
    table = memo.add_table(0, 2)
    for pair in SIGNERS:
        for cell, name in zip(table.add_row().cells, pair, strict=True):
            cell.text = name
    if dated == "inside":
        table.add_row().cells[1].text = "2033年7月8日"
    else:
        memo.add_paragraph("2033年7月8日")
    rows = "".join(f"<tr><td>{one}</td><td>{other}</td></tr>" for one, other in SIGNERS)
    day = "<tr><td></td><td>2033年7月8日</td></tr></table>" if dated == "inside" else "</table><p>2033年7月8日</p>"
    page = "".join(f"<p>{line}</p>" for line in above) + f"<table>{rows}{day}"
    plain = "\n\n".join((*above, *(f"{one}        {other}" for one, other in SIGNERS), "2033年7月8日"))
    for text in (wordfiles.read_document(bytes_of(memo), "memo.docx").text, page, plain):
        told = serialise_reading(read_text(text, knowledge))
        assert (told["issuers"], told["date"]) == ([name for pair in SIGNERS for name in pair], "2033-07-08")
        assert [measure["title"] for measure in told["measures"]] == ["优先办理登记", "减少检查"]


def test_a_table_of_names_without_a_date_stays_a_table(knowledge: Knowledge) -> None:
    rows = "".join(f"<tr><td>{one}</td><td>{other}</td></tr>" for one, other in SIGNERS)
    told = serialise_reading(read_text(f"<p>一、成员单位</p><table>{rows}</table><p>二、其他</p>", knowledge))
    assert [clause["level"] for clause in told["clauses"]].count("cell") == 4


def test_names_set_wide_side_by_side_are_told_apart_by_the_gap_between_them() -> None:
    """The gap between the names is wider than any inside them; an ordinary line keeps one blank a gap."""
    narrow, wide = 18.0, 24.0
    left = [(60.0 + at * narrow, 60.0, one) for at, one in enumerate("财政部")]
    right = [(140.0 + at * wide, 60.0, one) for at, one in enumerate("公安部")]
    page = [*left, *right, (60.0, 90.0, "2031 年 5 月 6 日")]
    lines = pdffiles.read_document(make_pdf([(page, [])]), "a.pdf").text.split("\n")
    (signed,) = [line for line in lines if "财" in line]
    runs = [len(run) for run in re.findall(" +", signed.strip())]
    assert len(runs) == 5
    assert max(runs) == runs[2] > max(runs[:2] + runs[3:])
    assert any("2031 年 5 月 6 日" in line for line in lines)


def test_radicals_that_a_browser_printed_are_read_as_ideographs_and_told(knowledge: Knowledge) -> None:
    words = "实施单位：\u2ea0政局、云栖市\u2ed4诊中心（１）ＡＢ"
    printed = pdffiles.read_document(make_pdf([([(60.0, 60.0, "一、保障"), (60.0, 82.0, words)], [])]), "a.pdf")
    assert "实施单位：民政局、云栖市门诊中心（１）ＡＢ" in printed.text, "width and punctuation stay as printed"
    assert [(aside.code, aside.words) for aside in printed.asides] == [("radical", "\u2ea0\u2ed4")]
    (place,) = [place for place in printed.places if "实施单位" in printed.text[place.start : place.end]]
    assert place.end - place.start == len(words), "one character for one"
    assert read_words(printed.text, knowledge)["departments"] == ["民政局", "云栖市门诊中心"]
    assert "radical" not in {aside.code for aside in pdffiles.read_document(as_pdf(), "memo.pdf").asides}


def test_every_stretch_of_an_extraction_has_one_place_in_the_original() -> None:
    for extraction in (
        wordfiles.read_document(bytes_of(make_memo()), "memo.docx"),
        pdffiles.read_document(as_pdf(), "memo.pdf"),
    ):
        at = 0
        for place in extraction.places:
            assert at <= place.start < place.end <= len(extraction.text)
            at = place.end
        (where,) = [
            place.where for place in extraction.places if extraction.text[place.start : place.end] == "市自然资源局"
        ]
        assert where.endswith("table 1 row 2 cell 4")


def test_columns_without_rules_are_found_by_the_gaps_between_them(knowledge: Knowledge) -> None:
    lines = [(60.0, 60.0, TITLE), (60.0, 82.0, "附件：惩戒措施")]
    lines += [(60.0, 110.0, "序号"), (110.0, 110.0, "惩戒措施"), (260.0, 110.0, "实施单位")]
    lines += [(60.0, 132.0, "1"), (110.0, 132.0, "依法限制取得政府"), (260.0, 132.0, "市自然资源局、市")]
    lines += [(110.0, 150.0, "供应土地"), (260.0, 150.0, "财政局")]
    lines += [(60.0, 172.0, "2"), (110.0, 172.0, "加大监管力度"), (260.0, 172.0, "市应急管理局")]
    text = pdffiles.read_document(make_pdf([(lines, [])]), "plain.pdf").text
    assert "1\t依法限制取得政府供应土地\t市自然资源局、市财政局" in text
    assert [m[:2] for m in read_words(text, knowledge)["measures"]] == [  # type: ignore[attr-defined]  # a list
        ("依法限制取得政府供应土地", ["市自然资源局", "市财政局"]),
        ("加大监管力度", ["市应急管理局"]),
    ]


_NUMBERING = """
<w:abstractNum {ns} w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{first}"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{second}"/></w:lvl>
</w:abstractNum>"""


def numbered(form: str, first: str, second: str, start: int = 1, depths: tuple[int, ...] = (0, 1, 1, 0, 1)) -> str:
    """The text of a document whose paragraphs Word numbers."""
    document = docx.Document()
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(_NUMBERING.format(ns=nsdecls("w"), form=form, first=first, second=second, start=start)))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    for place, depth in enumerate(depths):
        properties = document.add_paragraph(f"内容{place}。")._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="91"/></w:numPr>')
        )
    return wordfiles.read_document(bytes_of(document), "numbered.docx").text


@pytest.mark.parametrize(
    ("form", "first", "second", "labels"),
    [
        ("chineseCountingThousand", "第%1条", "（%2）", ["第一条", "（一）", "（二）", "第二条", "（一）"]),
        ("decimal", "%1.", "%1.%2", ["1.", "1.1", "1.2", "2.", "2.1"]),
        ("japaneseCounting", "%1、", "%2．", ["一、", "一．", "二．", "二、", "一．"]),
        ("upperLetter", "%1.", "(%2)", ["A.", "(A)", "(B)", "B.", "(A)"]),
        ("lowerRoman", "%1)", "%1-%2)", ["i)", "i-i)", "i-ii)", "ii)", "ii-i)"]),
        ("bullet", "·", "-", ["", "", "", "", ""]),
    ],
)
def test_the_numbers_of_automatic_lists_are_written_out(form: str, first: str, second: str, labels: list[str]) -> None:
    lines = numbered(form, first, second).splitlines()
    assert [line[: line.index("内容")].strip() for line in lines] == labels


def test_an_automatic_list_may_start_anywhere() -> None:
    assert numbered("chineseCounting", "第%1条", "", start=12, depths=(0, 0)).split("内容")[0].strip() == "第十二条"


def test_what_is_no_part_of_the_text_is_named_with_its_words() -> None:
    document = make_memo()
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.paragraphs[3]._p.append(
        parse_xml(f'<w:del {nsdecls("w")} w:id="1"><w:r><w:delText>曾经的话</w:delText></w:r></w:del>')
    )
    document.paragraphs[3]._p.append(
        parse_xml(f'<w:ins {nsdecls("w")} w:id="2"><w:r><w:t>新加的话。</w:t></w:r></w:ins>')
    )
    extraction = wordfiles.read_document(bytes_of(document), "memo.docx")
    assert {(aside.code, aside.words) for aside in extraction.asides} == {
        ("deleted", "曾经的话"),
        ("header", "内部资料"),
    }
    assert "新加的话" in extraction.text
    assert "曾经的话" not in extraction.text
    assert "内部资料" not in extraction.text


# --- refused ------------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    """A package that unpacks to far more than it weighs."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", b" " * 300_000_000)
    return held.getvalue()


def locked_pdf() -> bytes:
    """A PDF that opens with a password only (standard handler, revision 3)."""
    lock = b"/ID [<%s> <%s>] /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -3904 /O <%s> /U <%s> >>" % (
        b"00" * 16,
        b"00" * 16,
        b"ab" * 32,
        b"cd" * 32,
    )
    return make_pdf([([(60.0, 60.0, "一、文字")], [])]).replace(b"/Root 1 0 R", b"/Root 1 0 R " + lock)


def entities() -> bytes:
    """A document whose entities unfold without end."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    memo = bytes_of(make_memo())
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(memo)) as old, zipfile.ZipFile(held, "w") as new:
        for item in old.infolist():
            words = old.read(item.filename)
            if item.filename == "word/document.xml":
                words = words.replace(
                    b"<w:document", f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><w:document'.encode(), 1
                )
                words = words.replace(TITLE.encode(), b"&l11;")
            new.writestr(item, words)
    return held.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "data", "cause", "remedy"),
    [
        ("a.docx", b"PK\x03\x04" + bytes(3000), "可能已损坏", "另存为 .docx"),
        ("b.pdf", b"%PDF-1.7\n" + bytes(3000), "可能已损坏", "另存为 .docx"),
        ("c.pdf", make_pdf([([], []), ([(60.0, 60.0, "1")], [])]), "扫描件", "OCR"),
        ("d.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版 Word", "表格会保留"),
        ("e.docx", bomb(), "解开后超过", "拆分"),
        ("f.docx", bytes_of(docx.Document()), "没有文字", "扫描件"),
        ("g.zip", b"PK\x05\x06" + bytes(18), "空字节", "纯文本"),
        ("h.pdf", locked_pdf(), "PDF 加了密码", "取消密码"),
        (
            "i.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + "EncryptedPackage".encode("utf-16-le"),
            "密码",
            "取消",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_cause_and_remedy(
    name: str, data: bytes, cause: str, remedy: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises((InputError, LimitError)) as refused:
        read_any_source(path)
    assert name in str(refused.value)
    assert cause in str(refused.value)
    assert remedy in str(refused.value)


@pytest.mark.slow
def test_what_is_refused_leaves_nothing_in_a_workspace(tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path / "own", "https://data.example.gov.cn/credit/", samples=False)
    large = tmp_path / "large-1.docx"
    with large.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(200_000_000)
    files = {"bomb-1.docx": bomb(), "locked-1.pdf": locked_pdf(), "scan-1.pdf": make_pdf([([], [])])}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    before = sorted((path, path.stat().st_size) for path in workspace.root.rglob("*"))
    for name in (*files, large.name):
        with pytest.raises((InputError, LimitError), match=name):
            add_document(workspace, tmp_path / name, region="999902=临溪市")
        assert sorted((path, path.stat().st_size) for path in workspace.root.rglob("*")) == before, name


@pytest.mark.slow
def test_entities_without_end_do_not_unfold(tmp_path: Path) -> None:
    path = tmp_path / "laughs.docx"
    path.write_bytes(entities())
    with pytest.raises((InputError, LimitError)):
        read_any_source(path)


@pytest.mark.slow
def test_a_document_is_read_in_a_process_of_its_own_and_comes_back_whole(tmp_path: Path) -> None:
    for name, data in (("memo.docx", bytes_of(make_memo())), ("memo.pdf", as_pdf())):
        path = tmp_path / name
        path.write_bytes(data)
        source = read_any_source(path)
        here: Extraction = (wordfiles if name.endswith("docx") else pdffiles).read_document(data, name)
        assert source.extraction == here
        assert json.dumps(source.text) == json.dumps(here.text)


Pages = list[tuple[list[Word], list[Rule]]]


def set_out(paragraphs: Sequence[str], top: float, indent: int = 2, fit: int = 40) -> list[Word]:
    """Paragraphs in lines 480 points wide, each full but the last, indented or with a gap between them."""
    words: list[Word] = []
    for paragraph in paragraphs:
        held = "　" * indent + paragraph
        for at in range(0, len(held), fit):
            line = held[at : at + fit].lstrip("　")
            words.append((60.0 + 12 * (indent if not at else 0), top, line))
            top += 20
        top += 0 if indent else 14
    return words


SENTENCES = (
    "（一）县级应急管理局收到修复申请后，应当自收到全部材料之日起五个工作日内作出是否受理该申请的决定。",
    "（二）市级应急管理局应当在受理之后十五个工作日内组织两名以上的行政执法人员到现场进行核查，核查的意见应当报",
    "（三）各有关部门应当依照本办法第二十二条、第二十三条和国家有关规定的期限，把处理结果反馈给市应急管理局。",
)


@pytest.mark.parametrize("indent", [2, 0], ids=["indented", "with gaps between"])
@pytest.mark.parametrize("first", [1, 2, 3, 4])
def test_a_sentence_that_a_line_or_a_page_cuts_is_one_paragraph(indent: int, first: int) -> None:
    """A page says which line is full: a word cut at the margin is no paragraph, nor is the page's number inside it."""
    lines = set_out(SENTENCES, 80.0, indent)
    head = (60.0, 30.0, "云栖市应急管理局文件")
    below = [(x, 80.0 + 20 * n, words) for n, (x, _, words) in enumerate(lines[first:])]
    pages: Pages = [
        ([head, *lines[:first], (280.0, 790.0, "— 1 —")], []),
        ([head, *below, (280.0, 790.0, "— 2 —")], []),
    ]
    read = pdffiles.read_document(make_pdf(pages), "a.pdf")
    assert [line.strip("　") for line in read.text.split("\n") if line.strip()] == list(SENTENCES)
    assert [(aside.code, aside.words) for aside in read.asides] == [
        ("running-head", "云栖市应急管理局文件"),
        ("page-number", "— 1 —、— 2 —"),
    ]
    where = [place.where for place in read.places if place.where.startswith("page 2")]
    assert where[0] == "page 2 line 2", "each line keeps its place on its page"


def test_a_line_with_room_left_or_short_of_the_margin_ends_what_it_says() -> None:
    full, rest = "县级应急管理局应当自收到修复申请之日起五个工作日内作出是否受理这一项申请的决定并", "书面告知申请人"
    for left, expected in ((60.0, [full + rest, full, rest]), (20.0, [full, rest, full, rest])):
        # set 40 points further left the same lines stop far short of the other margin: their writer cut them
        words = [(left, 80.0, full), (left, 100.0, rest), (left, 140.0, full), (left, 180.0, rest)]
        read = pdffiles.read_document(make_pdf([(words, [])]), "a.pdf").text
        assert [line.strip("　") for line in read.split("\n") if line.strip()] == expected


def test_lines_at_one_distance_part_where_there_was_room_or_a_number_opens() -> None:
    """Without indents and gaps only the room left at a line's end tells; with indents a heading may stand flush."""
    full, rest = (
        "县级应急管理局应当自收到修复申请之日起五个工作日内作出是否受理这一项申请的决定并",
        "书面告知申请人，并且说明不予受理的理由、救济途径和期限",
    )
    plain = [(60.0, 80.0, full), (60.0, 100.0, rest), (60.0, 120.0, "附则的内容另行制定")]
    read = pdffiles.read_document(make_pdf([(plain, [])]), "a.pdf").text
    assert read.split() == [full + rest, "附则的内容另行制定"]
    nearly = full[:-5]  # nearly full, with room for what begins the next line
    roomy = [(60.0, 80.0, full), (60.0, 100.0, nearly), (60.0, 120.0, "附则的内容另行制定")]
    read = pdffiles.read_document(make_pdf([(roomy, [])]), "a.pdf").text
    assert read.split() == [full + nearly, "附则的内容另行制定"]
    ended = full[:-1] + "。"
    indented = [
        *set_out([SENTENCES[0], SENTENCES[0], SENTENCES[2]], 80.0),
        (60.0, 300.0, ended),
        (60.0, 320.0, "五、附则"),
    ]
    assert pdffiles.read_document(make_pdf([(indented, [])]), "a.pdf").text.split()[-2:] == [ended, "五、附则"]


def test_a_full_line_that_ends_a_sentence_goes_on_where_paragraphs_stand_apart() -> None:
    """Without indents the distance of the lines tells whether a sentence behind a stop is a new paragraph."""
    full = "坚持审慎适度、分级分类、协同联动的原则，对守信单位依法激励，对失信单位严格惩戒。"
    rest = "各有关部门把信用监管贯穿于事前、事中、事后全过程。"
    lines = [(60.0, 80.0, full), (60.0, 100.0, rest)]
    for number, heading in enumerate(("一、激励", "二、惩戒", "三、修复", "四、其他")):
        lines += [(60.0, 140.0 + 80 * number, heading), (60.0, 180.0 + 80 * number, "由市应急管理局负责解释。")]
    read = pdffiles.read_document(make_pdf([(lines, [])]), "a.pdf").text
    assert read.split()[0] == full + rest
    close = [(x, 80.0 + 20 * number, words) for number, (x, _, words) in enumerate(lines)]
    assert pdffiles.read_document(make_pdf([(close, [])]), "a.pdf").text.split()[0] == full


def test_where_numbers_open_all_that_begins_a_full_line_that_ends_a_sentence_goes_on() -> None:
    """Lines at one distance, no indents: between the first number and the last, what has none begins nothing."""
    full = "第二条 列入红名单的单位减少现场检查的频次，有效期届满前可以申请延续，名单公布。"
    rest = "红名单由市应急管理局公布。"
    others = ["第三条 黑名单的期限为一年。", "第四条 本办法自公布之日起施行。"]
    texts = ["第一条 本办法适用于生产经营单位。", full, rest, *others]
    last = "第五条 本办法由市应急管理局、市发展和改革委员会按照职责解释，未尽事宜另行通知。"
    texts[1] = "第二条 " + full[4:]
    lines = [(60.0, 80.0 + 20 * number, words) for number, words in enumerate([*texts, last, "附件说明另行印发"])]
    read = pdffiles.read_document(make_pdf([(lines, [])]), "a.pdf").text.split("\n")
    assert read[1] == full + rest
    assert read[4:6] == [last, "附件说明另行印发"], "behind the last number nothing tells"
    lines[3] = (60.0, lines[3][1], "黑名单的期限为一年。")
    lines[2] = (60.0, lines[2][1], "（责任单位：市应急管理局）")
    read = pdffiles.read_document(make_pdf([(lines, [])]), "a.pdf").text.split("\n")
    assert read[1] == full + "（责任单位：市应急管理局）", "a remark in brackets belongs to what it stands behind"
    lines[2] = (60.0, lines[2][1], rest)
    assert rest in pdffiles.read_document(make_pdf([(lines, [])]), "a.pdf").text.split("\n")


def test_a_number_printed_as_a_radical_opens_its_clause() -> None:
    """A browser prints 二 as a radical: read as no number, the clause would go on with the line above."""
    printed = "⼆、列入黑名单的单位增加检查的频次"
    chars = [{"text": c, "size": 12.0, "x0": 60 + 12.0 * n, "x1": 72 + 12.0 * n} for n, c in enumerate(printed)]
    line = {"text": printed, "chars": chars, "x0": 60.0, "x1": chars[-1]["x1"], "top": 100.0, "bottom": 112.0}
    below = pdffiles.print_line(line)
    assert below.words == "二、列入黑名单的单位增加检查的频次"
    area = pdflines.TypeArea(60.0, 540.0, indents=True, gaps=False, leading=8.0, size=12.0)
    above = pdflines.PrintedLine("一、列入红名单的单位减少检查。", 84.0, 540.0, 80.0, 92.0, 12.0, 12.0)
    assert not pdflines.goes_on(above, below, area)
    assert pdflines.goes_on(above, replace(below, words=printed), area), "what it was read as"


def test_the_rest_of_a_cut_row_that_stands_alone_on_its_page_is_a_row(knowledge: Knowledge) -> None:
    columns = (60.0, 130.0, 300.0, 540.0)
    first = [(65.0, 704.0, "序号"), (135.0, 704.0, "惩戒措施"), (305.0, 704.0, "责任单位")]
    first += [(65.0, 734.0, "1"), (135.0, 734.0, "限制参与政府采购活动和"), (305.0, 734.0, "市财政局")]
    cut = [*rule_grid(columns, (700.0, 730.0)), *[(x, 730.0, x, 770.0) for x in columns]]
    rest = [(60.0, 80.0, 540.0, 80.0), *[(x, 50.0, x, 80.0) for x in columns]]
    pages: Pages = [(first, cut), ([(135.0, 58.0, "基础设施建设")], rest)]
    told = read_words(pdffiles.read_document(make_pdf(pages), "a.pdf").text, knowledge)
    assert told["measures"] == [("限制参与政府采购活动和基础设施建设", ["市财政局"], [])]


def test_a_page_turned_inside_a_cell_that_spans_rows_loses_no_word_and_no_row(knowledge: Knowledge) -> None:
    """The spanning cell has no rule where the page ends: its words were in no text, and two measures were one."""
    columns = (60.0, 130.0, 300.0, 540.0)
    first = [(65.0, 704.0, "类别"), (135.0, 704.0, "惩戒措施"), (305.0, 704.0, "责任单位")]
    first += [(65.0, 734.0, "准入"), (135.0, 734.0, "1.限制参与政府采购"), (305.0, 734.0, "市财政局")]
    above = [
        *rule_grid(columns, (700.0, 730.0)),
        *[(x, 730.0, x, 770.0) for x in columns],
        (130.0, 770.0, 540.0, 770.0),
    ]
    second = [(135.0, 54.0, "2.减少贷款"), (305.0, 54.0, "市金融办")]
    below = [(130.0, 50.0, 540.0, 50.0), *[(x, 50.0, x, 80.0) for x in columns], (60.0, 80.0, 540.0, 80.0)]
    read = pdffiles.read_document(make_pdf([(first, above), (second, below)]), "a.pdf")
    assert "准入" in read.text
    reading = read_text(read.text, knowledge)
    told = [
        (one.title, [unit.mention.as_written for unit in one.responsibilities]) for one in reading.measures.measures
    ]
    assert told == [("限制参与政府采购", ["市财政局"]), ("减少贷款", ["市金融办"])]
    assert "row-without-head" in {one.code for one in reading.document.problems}


def test_a_row_that_a_page_cuts_is_one_row_though_no_rule_closes_it(knowledge: Knowledge) -> None:
    """A browser closes a cell on the page where it ends; the lines it sets around the page are no row either."""
    columns = (60.0, 130.0, 300.0, 540.0)
    above = [(24.0, 16.0, "2033/7/8 09:15 云栖市备忘录"), (24.0, 800.0, "https://example.gov.cn/a.html 1/2")]
    below = [(24.0, 16.0, "2033/7/8 09:15 云栖市备忘录"), (24.0, 800.0, "https://example.gov.cn/a.html 2/2")]
    first = [(65.0, 704.0, "序号"), (135.0, 704.0, "惩戒措施"), (305.0, 704.0, "责任单位")]
    first += [(65.0, 734.0, "1"), (135.0, 734.0, "限制参与政府采购活动和"), (305.0, 734.0, "市财政局")]
    second = [(135.0, 64.0, "基础设施建设"), (65.0, 94.0, "2"), (135.0, 94.0, "减少贷款"), (305.0, 94.0, "市金融办")]
    open_below = [*rule_grid(columns, (700.0, 730.0)), *[(x, 730.0, x, 770.0) for x in columns]]
    open_above = [*rule_grid(columns, (90.0, 120.0)), *[(x, 50.0, x, 90.0) for x in columns]]
    pages = [([*above, *first], open_below), ([*below, *second], open_above)]
    told = read_words(pdffiles.read_document(make_pdf(pages), "a.pdf").text, knowledge)
    assert told["measures"] == [
        ("限制参与政府采购活动和基础设施建设", ["市财政局"], []),
        ("减少贷款", ["市金融办"], []),
    ]


def test_what_is_set_to_the_right_ends_at_the_margin_and_does_not_go_on() -> None:
    signed = [(420.0, 220.0, "云栖市应急管理局"), (432.0, 240.0, "2033年7月8日"), (60.0, 260.0, "附件")]
    read = pdffiles.read_document(make_pdf([([*set_out(SENTENCES, 80.0, 0), *signed], [])]), "a.pdf").text
    assert [line.strip("　") for line in read.split()][-3:] == ["云栖市应急管理局", "2033年7月8日", "附件"]


def test_what_stands_on_one_page_only_or_right_above_the_text_is_no_running_head() -> None:
    title = (60.0, 60.0, "云栖市信用修复申请表")
    pages: Pages = [
        ([title, *set_out(SENTENCES[:1], 80.0)], []),
        ([title, *set_out(SENTENCES[1:], 80.0)], []),
    ]
    read = pdffiles.read_document(make_pdf(pages), "a.pdf")
    assert read.text.count("云栖市信用修复申请表") == 2
    assert not read.asides
    lone: Pages = [
        ([(60.0, 30.0, "附件1"), *set_out(SENTENCES[:1], 80.0)], []),
        (set_out(SENTENCES[1:], 80.0), []),
    ]
    assert "附件1" in pdffiles.read_document(make_pdf(lone), "a.pdf").text


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (("市财政局", "市税务局"), ["市财政局", "市税务局"]),
        (("市场监督", "管理局、", "市税务局"), ["市场监督管理局", "市税务局"]),
        (("市发展和", "改革委员", "会"), ["市发展和改革委员会"]),
        (("税务总局", "云栖市税", "务局"), ["税务总局云栖市税务局"]),
    ],
)
def test_names_that_fill_their_cell_are_told_apart_by_how_they_open(
    lines: tuple[str, ...], named: list[str], knowledge: Knowledge
) -> None:
    columns, tops = (60.0, 130.0, 460.0, 518.0), (200.0, 230.0, 300.0)
    words = [(65.0, 204.0, "序号"), (135.0, 204.0, "惩戒措施"), (465.0, 204.0, "责任单位")]
    words += [(65.0, 234.0, "1"), (135.0, 234.0, "限制参与政府采购活动")]
    words += [(465.0, 234.0 + 14 * n, line) for n, line in enumerate(lines)]
    read = pdffiles.read_document(make_pdf([(words, rule_grid(columns, tops))]), "a.pdf")
    assert read_words(read.text, knowledge)["departments"] == named


def read_page(page: str, knowledge: Knowledge) -> dict[str, str]:
    """The clauses of a web page as intake takes it in, each by its address."""
    document = read_text(take_in(page.encode(), "a.html").text, knowledge).document
    return {clause.id: clause.text for clause in document.clauses}


ITEMS = ("建立安全生产信用档案；", "公布失信主体名单；", "组织信用修复。")


@pytest.mark.parametrize(
    ("opening", "items", "labels"),
    [
        ("<ol>", ITEMS, ["1.", "2.", "3."]),
        ("<OL start='4'>", [f"<p><b>{item}</b></p>" for item in ITEMS], ["4.", "5.", "6."]),
        ("<ol>", ["</li><li value=5>" + ITEMS[0], ITEMS[1], ITEMS[2]], ["5.", "6.", "7."]),
        ("<ol style='list-style-type: none'>", ITEMS, []),
        ("<ul>", ITEMS, []),
        (
            "<ol>",
            [f"（{number}）{item}" for number, item in zip("一二三", ITEMS, strict=True)],
            ["（一）", "（二）", "（三）"],
        ),
    ],
)
def test_a_list_of_a_page_has_the_numbers_that_a_browser_prints(
    opening: str, items: Sequence[str], labels: list[str], knowledge: Knowledge
) -> None:
    listed = "".join(f"<li>{item}</li>" for item in items).replace("<li></li>", "")
    page = f"<p>一、工作任务</p><p>有下列任务：</p>{opening}{listed}</{opening[1:3]}><p>二、其他</p>"
    document = read_text(take_in(page.encode(), "a.html").text, knowledge).document
    assert [clause.label for clause in document.clauses if clause.level not in ("sec",) and clause.label] == labels
    assert all(item in "".join(clause.text for clause in document.clauses) for item in ITEMS)


def test_an_item_that_holds_a_list_takes_no_number_from_it() -> None:
    page = "<ol><li>建立档案：<ol type='a'><li>汇集信息；</li></ol></li><li>公布名单。</li></ol>"
    assert take_in(page.encode(), "a.html").text == (
        "<ol><li>1. 建立档案：<ol type='a'><li>a. 汇集信息；</li></ol></li><li>2. 公布名单。</li></ol>"
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("列入&amp;ldquo;黑名单&amp;rdquo;的", "列入“黑名单”的"),
        ("甲公司&amp;amp;乙公司", "甲公司&乙公司"),
        ("罚款&lt5万元的", "罚款&lt5万元的"),
        ("列入&ldquo黑名单&rdquo的", "列入“黑名单”的"),
        ("总则&amp;nbsp;略", "总则 略"),
        ("负责R&D的单位", "负责R&D的单位"),
    ],
)
def test_a_code_of_a_character_means_it_however_often_it_was_coded(
    written: str, read: str, knowledge: Knowledge
) -> None:
    page = f"<html><body><p>一、{written}，由市财政局处理。</p><p>二、其他事项按规定办理。</p></body></html>"
    assert read_page(page, knowledge)["sec_1"] == f"一、{read}，由市财政局处理。"


def test_a_blank_that_a_page_writes_as_a_code_stands_in_the_clause(knowledge: Knowledge) -> None:
    page = "<p>第一条&emsp;依据&nbsp;&nbsp;本办法制定。</p><p>第二条&emsp;本办法自发布之日起施行。</p>"
    assert read_page(page, knowledge)["art_1"] == "第一条 依据 本办法制定。"


@pytest.mark.parametrize(
    ("letterhead", "issuers"),
    [
        ("云栖市应急管理局\n 云栖市财政局文件", ["云栖市应急管理局", "云栖市财政局"]),
        ("云栖市应急管\n理局文件", ["云栖市应急管理局"]),
        ("中国人民银行\n云栖市分行文件", ["中国人民银行云栖市分行"]),
    ],
)
def test_a_line_end_between_two_names_of_a_page_stands_for_the_blank_it_was(
    letterhead: str, issuers: list[str], knowledge: Knowledge
) -> None:
    """Who writes a page breaks its source at blanks; who reads it cannot lose the only sign between two names."""
    head = f"<p>{letterhead}</p><p>云应急〔2033〕1号</p><p>关于印发办法的通知</p><p>各单位：</p>"
    page = f"<html><body>{head}<p>一、对象</p><p>列入名单的企业。</p></body></html>"
    document = read_text(take_in(page.encode(), "a.html").text, knowledge).document
    assert [mention.text for mention in document.issuers] == issuers


def test_the_margins_of_printed_pages_and_the_foot_of_a_site_are_no_words_of_the_document(knowledge: Knowledge) -> None:
    head = '<div title="header"><div><p>云栖市信用办文件汇编</p></div></div>'
    site = "<footer><p>主办：云栖市人民政府办公室　承办：云栖市大数据局　备案号：云ICP备12345678号</p></footer>"
    body = "<p>一、对守信单位减少检查。</p><p>二、对失信单位限制招标。</p><p>责任单位：云栖市财政局　打印</p>"
    clauses = read_page(f"<html><body>{head}<div>{body}</div>{site}</body></html>", knowledge)
    words = "".join(clauses.values())
    assert "汇编" not in words
    assert "大数据局" not in words
    assert "责任单位：云栖市财政局" in words


SITE_FEET = (
    "<footer><address>地址：云栖市中山路1号 邮编：650000</address><p>联系电话：0399-1234567</p></footer>",
    "<div class='w1200 siteFooter'><div>地址：云栖市中山路1号</div><p>联系电话：0399-1234567</p></div>",
    "<address>联系电话：0399-1234567</address>",
    "<p>联系电话：0399-1234567</p><p>传真：0399-1234568</p>",
)


@pytest.mark.parametrize("foot", SITE_FEET, ids=["footer", "class", "address", "lines"])
def test_the_foot_of_a_site_is_no_words_of_the_last_measure(foot: str, knowledge: Knowledge) -> None:
    head = "<header><a href='/'>云栖市应急管理局</a></header>"
    title = "<p>关于对失信单位开展联合惩戒的通知</p><p>云应急〔2033〕1号</p>"
    body = "<p>一、惩戒措施</p><p>（一）限制参加政府采购活动。责任单位：云栖市财政局</p>"
    page = f"<html><body>{head}<main>{title}{body}</main>{foot}</body></html>"
    assert read_text(page, knowledge).document.title == "关于对失信单位开展联合惩戒的通知"
    clauses = read_page(page, knowledge)
    assert clauses["sec_1/para_1"] == "（一）限制参加政府采购活动。责任单位：云栖市财政局"


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("<header><h1>关于开展联合惩戒的通知</h1></header><p>一、限制招标。</p>", "关于开展联合惩戒的通知"),
        ("<p>一、限制招标。</p><footer><p>云栖市应急管理局</p><p>2033年7月8日</p></footer>", "2033年7月8日"),
        ("<article><p>一、限制招标。</p><footer>附件另发。</footer></article>", "附件另发"),
        ("<p>一、限制招标。</p><div class='footnote'>附件另发。</div>", "附件另发"),
    ],
    ids=["title", "signature", "of an article", "footnote"],
)
def test_a_head_or_foot_that_is_the_documents_own_stays(page: str, kept: str, knowledge: Knowledge) -> None:
    assert kept in "".join(read_page(f"<html><body>{page}</body></html>", knowledge).values())


LINKS = (
    "<ul><li><a href='/a.html'>云栖市关于公布清理结果的通知</a><span>2033-05-06</span></li>"
    "<li><a href='/b'>政策解读</a></li></ul>"
)


@pytest.mark.parametrize(
    ("below", "stays"),
    [
        (f"<h3>相关文档</h3>{LINKS}", ""),
        (
            "<ul><li><a href='/a.docx'>附件1：限制措施</a></li><li><a href='/b.pdf'>附件2：表样</a></li></ul>",
            "限制措施",
        ),
        ("<ul><li><a href='/a'>一、限制供地</a></li><li><a href='/b'>二、限制融资</a></li></ul>", "限制融资"),
        ("<ul><li>对失信单位<a href='/a'>限制供地</a></li><li><a href='/b'>限制融资</a></li></ul>", "限制供地"),
    ],
    ids=["other pages", "files", "clauses", "words beside"],
)
def test_a_list_of_links_to_other_pages_is_no_words_of_the_last_clause(
    below: str, stays: str, knowledge: Knowledge
) -> None:
    text = "<p>云栖市信用办法</p><p>第一条 限制招标。</p><p>第二条 本办法自公布之日起施行。</p>"
    page = f"<html><body>{text}{below}</body></html>"
    words = "".join(read_page(page, knowledge).values())
    assert stays in words
    assert bool(stays) != words.endswith("施行。")
