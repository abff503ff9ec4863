"""Citing: every form comes from the words of a span, one place a citation; a list, a card and a report keep nothing."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import docx
import pytest
from starlette.testclient import TestClient
from tests.conftest import Visit

from policygraph.clock import today
from policygraph.keeping.sources import find_root
from policygraph.speaking.papers.citations import Citation
from policygraph.speaking.web.citing import FORMS, MOST_EXCERPTS
from policygraph.text.locators import address_of

DAY = "2026-11-22"
MEASURE = "measure/jiamusi-2020-5/para_9"
ROW = "doc/jiamusi-2020-5/annex_1/app_1/row_9"
ARTICLE = "law/anquan-shengchan-fa/art_78"
KINDS = (
    MEASURE, ROW, ARTICLE, "doc/jiamusi-2020-5/annex_1/sec_2/para_9", "measure/jiangsu-2019-820/sec_3-para_1/3",
    "law/anquan-shengchan-fa", "law/anquan-shengchan-fa/art_75", "doc/yiyuan-2021-28", "condition/jiamusi-2020-6/4",
    "doc/jiamusi-2020-5/annex_1/app_1", "doc/xinzheng-2010-36/sec_1", f"{ROW}/cell_2",
)  # fmt: skip


class Cells(HTMLParser):
    """The words of every cell of a page's tables, and of its list of official citations."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.items: list[str] = []
        self.links: list[str] = []
        self._into: list[str] | None = None
        self._official = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self._into = self.rows[-1]
            self._into.append("")
        elif tag == "ol":
            self._official = values.get("id") == "official-all"
        elif tag == "li" and self._official:
            self._into = self.items
            self._into.append("")
        elif tag == "a" and values.get("href"):
            self.links.append(str(values["href"]))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "li"):
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into:
            self._into[-1] += data


@pytest.fixture(scope="module")
def client(visit: Visit) -> TestClient:
    return visit(headers={"Accept": "text/html"})


def cite(client: TestClient, *paths: str) -> list[dict[str, object]]:
    answer = client.get("/excerpts.json", params={"of": list(paths), "as_of": DAY})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["rows"]
    return found


def squeeze(text: object) -> str:
    return re.sub(r"\s", "", str(text))


@pytest.mark.parametrize("path", KINDS)
def test_what_is_quoted_is_what_the_span_of_the_source_holds(client: TestClient, path: str) -> None:
    rows = cite(client, path)
    assert rows
    for row in rows:
        assert row["words"] or row["unquoted"], "a citation without words says why"
        if "/id/law/" in str(row["clause"]) or not row["words"]:
            continue
        document = str(row["document"]).rsplit("/", 1)[-1]
        source = (find_root() / "data" / "documents" / document / "source.txt").read_bytes().decode()
        spans = [[int(n) for n in span.split("–")] for span in str(row["spans"]).split("；")]
        assert squeeze("".join(source[start:end] for start, end in spans)) == squeeze(row["words"])


def test_a_citation_reads_as_official_papers_write_it(client: TestClient) -> None:
    body, cell = cite(client, MEASURE)
    assert str(body["official"]).endswith(
        "〉的通知》（佳应急联发〔2020〕5号）附件二（九）：“（九）依法限制存在失信行为的生产经营单位参与政府采购活动。”"
    )
    assert cell["place"] == "附录（九）第1栏", "the appendix is a place of its own"
    for form in ("plain", "markdown", "html", "bibtex"):
        for part in ("佳应急联发〔2020〕5号", "附件二（九）", "依法限制存在失信行为的生产经营单位参与政府采购活动"):
            assert part in str(body[form]).replace(r"\_", "_"), (form, part)
    assert str(body["sha256"]) in str(body["plain"])


def test_cells_are_never_glued_into_one_quotation(client: TestClient) -> None:
    rows = cite(client, ROW)
    assert [row["place"] for row in rows] == ["附录（九）第1栏", "附录（九）第2栏", "附录（九）第3栏"]
    assert rows[2]["words"] == "佳木斯市财政局"
    (table,) = cite(client, "doc/jiamusi-2020-5/annex_1/app_1")
    assert table["words"] is None


def test_where_a_sentence_states_several_measures_only_its_own_words_are_quoted(client: TestClient) -> None:
    (row,) = cite(client, "measure/jiangsu-2019-820/sec_3-para_1/3")
    assert row["words"] == "同时多渠道公开公示企业诚信信息"


def test_an_article_is_cited_with_its_dated_text_and_where_its_number_went(client: TestClient) -> None:
    (now,), (then,) = cite(client, ARTICLE), cite(client, "law/anquan-shengchan-fa/art_75")
    assert str(now["official"]) == "《中华人民共和国安全生产法》（2021年修正文本）第七十八条"
    # 第七十五条 of today is another rule: the number is cited in the text in which it is this one
    assert str(then["official"]) == "《中华人民共和国安全生产法》（2014年修正文本）第七十五条"
    assert str(then["clause"]).endswith("/2014-08-31/art_75")
    assert "2021年文本第七十五条是" in str(then["status"])
    assert "第七十八条" in str(then["status"])
    assert "2021-09-01" in str(then["status"])
    assert now["unquoted"]
    assert not now["words"], "no statute's words are in a dataset"


def test_every_article_whose_number_left_is_cited_in_the_text_it_stood_in(client: TestClient, visit: Visit) -> None:
    """Over the whole graph: what says that it became another number never names the text in which it is another."""
    said = visit(headers={"Accept": "application/sparql-results+json"})
    asked = """PREFIX pg: <https://w3id.org/policygraph/ns#> PREFIX dcterms: <http://purl.org/dc/terms/>
        SELECT ?work ?from ?to ?day WHERE { ?e pg:work ?work ; pg:eventKind ?kind ; dcterms:date ?day ;
        pg:fromProvision ?from OPTIONAL { ?e pg:toProvision ?to } FILTER(?kind IN ("renumbered", "rewritten"))
        FILTER(!BOUND(?to) || ?to != ?from) }"""
    rows = said.get("/sparql", params={"query": asked}).json()["results"]["bindings"]
    assert len(rows) >= 6
    for row in rows:
        place, day = row["from"]["value"], row["day"]["value"]
        slug = row["work"]["value"].rpartition("/id/")[2]
        (one,) = cite(client, f"{slug}/{address_of(place)}")
        dated = str(one["clause"]).split("/")[-2]
        assert dated < day, (slug, place, one["official"])
        assert ("to" not in row) or f"自 {day} 改为{row['to']['value']}" in str(one["status"])
    (moved,) = cite(client, "law/qiye-gongshi-tiaoli/art_18")
    assert str(moved["official"]) == "《企业信息公示暂行条例》（2014年文本）第十八条"
    assert "2024年修订文本第十八条是原第十七条" in str(moved["status"])


@pytest.mark.parametrize("day", ["2021-07-14", DAY])
@pytest.mark.parametrize("query", ["conclusions", "basis-health"])
def test_sentences_that_are_joined_are_closed_once(client: TestClient, query: str, day: str) -> None:
    answer = client.get(f"/queries/{query}.json", params={"as_of": day})
    assert answer.status_code == 200, answer.text
    joined = [row for row in answer.json()["rows"] if "；" in json.dumps(row, ensure_ascii=False)]
    assert len(joined) > 10
    assert [row for row in joined if "。；" in json.dumps(row, ensure_ascii=False)] == []


def test_a_rule_that_bore_on_an_act_the_day_before_is_named_there(client: TestClient) -> None:
    """The text of 2017 knew no such penalty, so it decides nothing; that it forbade self-made ones is said."""
    page = client.get("/measure/jiamusi-2020-5/para_7", params={"as_of": "2021-07-14"}).text
    assert "《行政处罚法》第十四条（2017年）" in page


def test_no_change_is_said_of_a_whole_only_where_nothing_changed(client: TestClient) -> None:
    (law,) = cite(client, "law/anquan-shengchan-fa")
    assert str(law["status"]) == "全件：现行，2021-09-01 修改过，此后未见变动"
    (young,) = cite(client, "law/minying-jingji-cujin-fa")
    assert str(young["status"]) == "全件：现行，未见变动"
    earlier = client.get("/excerpts.json", params={"of": "law/anquan-shengchan-fa", "as_of": "2021-08-31"})
    assert "2014-12-01 修改过" in earlier.json()["rows"][0]["status"], "what is to come is not told of an earlier day"


@pytest.mark.parametrize("suffix", FORMS)
def test_every_form_is_a_file(client: TestClient, suffix: str) -> None:
    answer = client.get(f"/cite.{suffix}", params={"of": MEASURE, "as_of": DAY})
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == FORMS[suffix].split(";")[0]
    assert answer.headers["policygraph-dataset"]
    if suffix == "csl":
        assert json.loads(answer.text)[0]["accessed"] == {"date-parts": [[2026, 11, 22]]}


def test_words_cannot_leave_the_form_they_stand_in() -> None:
    bad = '<b>“x”</b> [y](z) {w} \\end_ & "q"'
    one = Citation(
        "i", "https://a.example/id/doc/x", "d", bad, bad, "一", bad, "", "https://a.example/?a=1&b=2", DAY, "0"
    )
    assert "<b>" not in str(one.html)
    assert "&amp;b=2" in str(one.html)
    assert r"\<b\>" in one.markdown
    assert r"\[y\](z)" in one.markdown
    fields = one.bibtex.partition(",\n")[2]
    assert fields.count("{") == fields.count("}") - 1, "braces are balanced"


def test_a_list_in_word_is_its_page_cell_by_cell(client: TestClient) -> None:
    chosen = {"of": [MEASURE, ROW, ARTICLE, "condition/jiamusi-2020-6/4"], "as_of": DAY}
    page = Cells(client.get("/excerpts", params=chosen).text)
    paper = docx.Document(io.BytesIO(client.get("/excerpts.docx", params=chosen).content))
    (table,) = paper.tables
    printed = [[cell.text for cell in row.cells] for row in table.rows]
    assert printed == [row[:4] for row in page.rows]
    assert len(printed) == 1 + 2 + 3 + 1 + 1
    official = [p.text.partition(". ")[2] for p in paper.paragraphs if re.match(r"\d+\. ", p.text)]
    assert official == page.items
    note = next(p.text for p in paper.paragraphs if "数据版本" in p.text)
    assert DAY in note
    assert client.get("/excerpts", params=chosen).headers["policygraph-dataset"] in note


def test_a_list_is_ordered_and_shortened_by_its_addresses(client: TestClient) -> None:
    page = Cells(client.get("/excerpts", params={"of": [MEASURE, ARTICLE], "as_of": DAY}).text)
    lists = [parse_qs(urlsplit(link).query)["of"] for link in page.links if link.startswith("/excerpts?")]
    assert [ARTICLE, MEASURE] in lists
    assert [ARTICLE] in lists
    assert [MEASURE] in lists


def test_what_is_carried_away_names_no_address_that_leads_nobody_anywhere(client: TestClient) -> None:
    """A service that is only bound to an address of this machine cites the IRI."""
    for thing in (MEASURE, ARTICLE):
        for suffix in ("bib", "csl", "txt", "json"):
            text = client.get(f"/cite.{suffix}", params={"of": thing, "as_of": DAY}).text
            assert "testserver" not in text
            assert "127.0.0.1" not in text
        assert "https://w3id.org/policygraph/id/" in client.get("/cite.bib", params={"of": thing, "as_of": DAY}).text


@pytest.mark.parametrize(
    "written",
    [
        "https://w3id.org/policygraph/id/doc/jiamusi-2020-5/annex_1/sec_2/para_9",
        "http://127.0.0.1:8000/en/doc/jiamusi-2020-5#annex_1/sec_2/para_9",
        "/doc/jiamusi-2020-5/annex_1/sec_2/para_9",
    ],
)
def test_a_place_is_found_by_whatever_somebody_pastes(client: TestClient, written: str) -> None:
    (row,) = cite(client, written)
    assert row["place"] == "附件二（九）"


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("", 400, "没有说引用什么"),
        ("of=nonsense", 400, "不是可以引用的事物"),
        ("of=doc/none/at/all", 404, "没有"),
        ("of=law/none", 404, "没有登记"),
        ("of=law/anquan-shengchan-fa/art_999", 404, "没有登记这一条"),
        ("of=org/jiamusi/caizhengju", 404, "不能逐字引用"),
        (f"of={MEASURE}&as_of=soon", 400, "日期"),
        ("&".join(["of=doc/yiyuan-2021-28"] * (MOST_EXCERPTS + 1)), 413, "最多"),
        ("of=measure/" + "%3Cscript%3E", 404, "没有"),
    ],
)
def test_what_cannot_be_cited_is_refused_with_a_remedy(client: TestClient, query: str, status: int, words: str) -> None:
    answer = client.get(f"/cite.json?as_of={DAY}&{query}" if "as_of" not in query else f"/cite.json?{query}")
    assert answer.status_code == status
    assert words in answer.text
    assert "<script" not in answer.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("path", KINDS)
def test_the_query_beside_a_page_returns_rows(client: TestClient, path: str) -> None:
    page = client.get("/cite", params={"of": path, "as_of": DAY}).text
    (link,) = {link for link in Cells(page).links if link.startswith("/sparql?")}
    answer = client.get(link, headers={"Accept": "application/sparql-results+json"})
    assert answer.status_code == 200
    rows = answer.json()["results"]["bindings"]
    assert rows
    assert all(value["value"] for row in rows for value in row.values())


def test_a_measure_a_law_and_an_article_leave_as_word(client: TestClient) -> None:
    paper = docx.Document(io.BytesIO(client.get("/card.docx", params={"of": MEASURE, "as_of": DAY}).content))
    text = "\n".join(p.text for p in paper.paragraphs)
    for words in (
        "现有依据不足，不得单独据本文件实施",
        "依据 原引 → 今天",
        "职权",
        "行为依据的把握",
        "公文引用",
        "附件二（九）：",
    ):
        assert words in text
    # what the page adds in caution stands here too: whoever cites from the file has nothing else
    for words in (
        "效力：未核对",
        "日期：原文缺",
        "相称与程序：",
        "有关而未读：",
        "须对照的后来文件：",
        "推定在 2020-01-01",
    ):
        assert words in text
    assert "现行，未见变动（自 2003-01-01，效力判断：据信，条文：已读原文）" in {
        cell.text for row in paper.tables[0].rows for cell in row.cells
    }
    assert [table.rows[0].cells[0].text for table in paper.tables] == ["依据", "部门", "序号"]
    cells = "".join(cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    assert "现行有效" not in text + cells, "which says more than anybody looked up"
    for path, words in ((ARTICLE, "2021年修正文本"), ("law/anquan-shengchan-fa", "制定机关")):
        answer = client.get("/card.docx", params={"of": path, "as_of": DAY})
        assert words in "\n".join(p.text for p in docx.Document(io.BytesIO(answer.content)).paragraphs)
    assert client.get("/card.docx", params={"of": ROW, "as_of": DAY}).status_code == 404


def test_the_rail_stands_beside_measure_law_and_article(client: TestClient) -> None:
    for path in (MEASURE, ARTICLE, "law/anquan-shengchan-fa"):
        text = client.get(f"/{path}", params={"as_of": DAY}).text
        (official,) = {str(row["official"]) for row in cite(client, path)[:1]}
        assert official in text.replace("&#34;", '"')
        targets = {urlsplit(link).path for link in Cells(text).links}
        assert {"/cite", "/excerpts", "/report", "/card.docx", "/sparql"} <= targets


def test_a_report_is_a_text_to_send_and_nothing_is_kept(client: TestClient, dataset: Path) -> None:
    before = sorted(path.name for path in dataset.iterdir())
    text = client.get("/report", params={"of": MEASURE, "as_of": DAY}).text
    held = client.get("/cite.json", params={"of": MEASURE, "as_of": DAY}).json()
    for words in (held["rows"][0]["clause"], held["rows"][0]["sha256"], held["dataset"], DAY):
        assert str(words) in text
    assert "<form" not in text.partition("<main")[2], "nothing is sent"
    assert sorted(path.name for path in dataset.iterdir()) == before


def test_an_undated_citation_leads_on_to_a_dated_one(client: TestClient) -> None:
    answer = client.get("/cite", params={"of": MEASURE}, follow_redirects=False)
    assert answer.status_code == 307
    assert "as_of=" in answer.headers["location"]


def test_a_published_reader_has_the_citations_that_the_service_gives(client: TestClient) -> None:
    """Official form and rich text of every clause with a handle, rows and tables too, as in ``/cite.json``."""
    script = client.get("/citations-jiamusi-2020-5.js")
    assert script.headers["content-type"].startswith("text/javascript")
    found = json.loads(script.text.removeprefix("window.policygraphCitations = ").removesuffix(";\n"))
    page = client.get("/doc/jiamusi-2020-5").text
    anchors = re.findall(r'data-cite|/cite\?of=doc/jiamusi-2020-5/([^"]+)"', page)
    assert set(filter(None, anchors)) <= found.keys()
    for anchor in ("annex_1/sec_2/para_9", "annex_1/app_1/row_9", "annex_1/app_1"):
        asked = {"of": f"doc/jiamusi-2020-5/{anchor}", "as_of": today()}
        rows = client.get("/cite.json", params=asked).json()["rows"]
        assert found[anchor][0] == "\n".join(row["official"] for row in rows)
    assert client.get("/citations-nothing.js").status_code == 404
