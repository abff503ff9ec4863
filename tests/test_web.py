"""The explorer over HTTP: every kind of page in both languages, what it may hold, and how it refuses."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from tests.conftest import Visit, open_once
from tests.drawing import draws

from policygraph.clock import today
from policygraph.keeping.store import load_queries
from policygraph.speaking.web.learning import read_heads, read_picture
from policygraph.speaking.web.names import Names, has_han
from policygraph.speaking.web.picture import MAX_NODES, Column, Node, draw_picture
from policygraph.speaking.web.site import Site
from policygraph.words import source_language

DAY = "2026-11-22"
SELECT = "SELECT%20%3Fs%20%7B%20%3Fs%20a%20%3Chttps%3A%2F%2Fw3id.org%2Fpolicygraph%2Fns%23Work%3E%20%7D"
MEASURE = f"/measure/jiamusi-2020-5/para_9?as_of={DAY}"

# one address of every kind of page
PAGES = (
    "/",
    "/documents",
    "/doc/jiamusi-2020-5",
    "/doc/jiamusi-2020-6",
    "/doc/jiangsu-2019-820",
    "/doc/xinzheng-2010-36",
    "/doc/yiyuan-2021-28",
    "/doc/jiamusi-2020-5/source?start=1961&end=1990",
    "/measures",
    "/measures?place=佳木斯市&kind=sanction&area=政府采购",
    MEASURE,
    f"/measure/jiamusi-2020-5/para_1/subpara_1?as_of={DAY}",
    "/measure/jiamusi-2020-6/para_8",
    "/legislation",
    "/law/anquan-shengchan-fa",
    f"/law/anquan-shengchan-fa/art_75?as_of={DAY}",
    f"/law/anquan-shengchan-fa/art_78?as_of={DAY}",
    f"/law/anquan-shengchan-fa/art_78/para_1?as_of={DAY}",
    f"/law/guofa-2014-21?as_of={DAY}",
    f"/changes?as_of={DAY}&since=2019-01-01",
    "/departments",
    "/org/jiamusi/caizhengju",
    "/mechanisms",
    "/concept/mechanism-credit-repair",
    "/concept/area-procurement",
    "/grade/xinzheng-2010-36/5",
    "/search?q=惩戒",
    "/search?q=安全升产法",
    f"/search?q=能不能限制政府采购&as_of={DAY}",
    f"/search?q=黑名单多久移出？&as_of={DAY}",
    f"/search?q=飞船黑名单怎么移出？&as_of={DAY}",
    "/search?hint=code",
    "/search",
    "/data",
    "/measures?sort=-title",
    "/departments?place=新郑市&sort=measures",
    "/queries",
    "/queries/measures",
    f"/queries/basis-health?as_of={DAY}",
    f"/queries/conclusions?document=jiamusi-2020-5&as_of={DAY}",
    "/sparql",
    f"/sparql?query={SELECT}",
)
BOTH = [prefix + ("" if prefix and page == "/" else page) for page in PAGES for prefix in ("", "/en")]
Show = Callable[[str], Response]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def client(visit: Visit) -> TestClient:
    return visit(headers=BROWSER)


@pytest.fixture(scope="module")
def show(client: TestClient) -> Show:
    """A page as it is answered, made once however many tests look at it."""
    return cache(client.get)


class _Page(HTMLParser):
    """What a page refers to, what ids it has, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action"):
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


class _Tongues(HTMLParser):
    """The Chinese words of a page that nothing marks as Chinese: texts, and attributes without a word of English."""

    EMPTY = frozenset({"meta", "link", "input", "br", "hr", "img", "wbr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[tuple[str, str]] = []
        self.unmarked: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        tongue = given.get("lang") or (self.stack[-1][1] if self.stack else "")
        for name in ("title", "aria-label", "placeholder", "alt"):
            value = given.get(name) or ""
            if has_han(value) and not re.search("[A-Za-z]{3}", value) and not tongue.startswith("zh"):
                self.unmarked.append((f"{tag}@{name}", value))
        if tag not in self.EMPTY:
            self.stack.append((tag, tongue))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, tongue = self.stack[-1] if self.stack else ("", "")
        if has_han(data) and not tongue.startswith("zh"):
            self.unmarked.append((tag, data.strip()))


@pytest.mark.parametrize(
    "page",
    [
        MEASURE,
        f"/law/anquan-shengchan-fa?as_of={DAY}",
        f"/law/anquan-shengchan-fa/art_78?as_of={DAY}",
        f"/queries/conclusions?document=jiamusi-2020-5&as_of={DAY}",
        f"/changes?as_of={DAY}&since=2021-08-31",
        "/doc/jiamusi-2020-5",
        "/review",
        "/check",
        "/",
        "/data",
        "/departments",
        "/documents",
        "/search?q=财政局 政府采购",
        "/search?q=安全升产法",
        f"/search?q=can we restrict government procurement&as_of={DAY}",
        f"/search?q=which measures cite the Work Safety Law&as_of={DAY}",
        f"/search?q=飞船黑名单怎么移出？&as_of={DAY}",
    ],
)
def test_chinese_on_an_english_page_is_marked_as_chinese(show: Show, page: str) -> None:
    """Titles, options, labels and attributes too: a screen reader and a translator go by the mark."""
    assert _Tongues(show(("/en" + page).removesuffix("/")).text).unmarked == []


def test_places_in_laws_and_issuing_bodies_are_english_where_there_are_words(client: TestClient) -> None:
    """An address is no name (art_20): a provision is called as a reader would, what is printed stands beside it."""
    assert "Article 75" in client.get(f"/en/law/anquan-shengchan-fa/art_75?as_of={DAY}").text.partition("</title>")[0]
    found = client.get("/en/search?q=Work Safety Law article 75").text
    assert "Article 75" in found.partition('class="hits"')[2]
    bases = client.get("/en" + MEASURE).text
    assert "Government Procurement Law" in re.sub("<[^>]+>", "", bases.partition("card-head")[2].partition("</dl>")[0])
    assert re.search(r'Article 22[^<]* <span class="small" lang="zh-CN">第二十二条', bases)
    for page in (f"/en/law/zhengfu-caigou-fa?as_of={DAY}", "/en/search?q=Work Safety Law article 75", "/en" + MEASURE):
        words = re.sub("<[^>]+>", " ", client.get(page).text)
        assert not re.search(r"\b(art|para|point)_\d", words), page
    for page in ("/en/documents", "/en/doc/jiamusi-2020-6"):
        assert "Jiamusi" in client.get(page).text.partition("Issuers")[2], page
    assert "佳木斯市财政局" in client.get("/documents").text


def test_titles_and_options_are_english_where_there_is_a_name(client: TestClient) -> None:
    law = client.get(f"/en/law/anquan-shengchan-fa?as_of={DAY}").text
    title = law.partition("</title>")[0].rpartition(">")[2]
    assert not has_han(title)
    assert title.endswith(" · policygraph")
    for page in (f"/changes?as_of={DAY}", "/review"):
        options = re.findall(r'<option value="jiamusi-2020-5"[^>]*>([^<]+)<', client.get("/en" + page).text)
        assert [has_han(option) for option in options] == [False]
    marks = re.findall(r'<mark class="organisation"[^>]* title="([^"]+)"', client.get("/en/doc/jiamusi-2020-5").text)
    assert marks
    assert not any(has_han(mark) for mark in marks if "·" not in mark)


def test_names_side_by_side_are_english_where_each_has_a_name(client: TestClient) -> None:
    """Issuers of a document, of a law, and what nobody looked at: pictures showed each in Chinese on English pages."""
    rows = re.findall(r'<td class="wide">(.*?)</td>', client.get("/en/documents").text)
    assert any("Jiamusi Finance Bureau; Jiamusi" in row for row in rows)
    assert not any("、" in row for row in rows)
    law = client.get(f"/en/law/anquan-shengchan-fa?as_of={DAY}").text
    assert re.search("<dd>(<span>)?Standing Committee of the National People", law)
    gaps = client.get("/en/mechanisms").text.partition('class="gaps"')[2].partition("</p>")[0]
    assert "credit review, organisation" in gaps
    assert not has_han(re.sub("<a .*?</a>", "", gaps))
    assert "信用审查、组织协调" in client.get("/mechanisms").text.partition('class="gaps"')[2].partition("</p>")[0]


@pytest.mark.parametrize("document", ["yiyuan-2021-28", "jiamusi-2020-5", "jiangsu-2019-820"])
def test_a_document_says_how_many_findings_its_review_has(client: TestClient, document: str) -> None:
    """A page said of a document with a misprinted title that no problem was found: reading had found none."""
    count = len(client.get(f"/queries/findings.json?document={document}&_limit=1000").json()["rows"])
    assert count
    for prefix, told in (("", f"审文件有 {count} 条发现"), ("/en", f"{count} findings of the review")):
        page = client.get(f"{prefix}/doc/{document}").text
        assert f'href="{prefix}/review?document={document}">{told}</a>' in page
        assert "没有发现问题" not in page
        assert "No problem was found" not in page


def test_a_number_is_the_code_of_nothing_where_no_column_says_so(client: TestClient) -> None:
    """Three years are three: 3 is a rank of law only in a column of ranks. What has no name is told by its label."""
    text = client.get(f"/queries/answers?document=yiyuan-2021-28&as_of={DAY}").text
    assert ">3年<" in text
    assert not any(rank in text for rank in ("地方性法规", "行政法规", "部门规章"))
    page = client.get("/answer/yiyuan-2021-28/repair-provided/1").text
    assert "文件是否规定失信主体可以修复信用" in page.partition("<h1>")[2].partition("</h1>")[0]


def test_an_answer_of_many_columns_is_records_led_by_the_sentence(client: TestClient) -> None:
    for prefix, words in (("", "依据不足"), ("/en", "has no sufficient basis")):
        text = client.get(f"{prefix}/queries/conclusions?document=jiamusi-2020-5&as_of={DAY}").text
        records = text.split('<section class="record">')[1:]
        assert len(records) == 12
        assert "<table" not in text
        record = next(one for one in records if "jiamusi-2020-5/para_3" in one)
        assert words in record.partition('<p class="sentence">')[2].partition("</p>")[0]
        # a quote is the document's words to the last mark; a standing is a word, not its code
        first = records[0]
        assert re.search('class="verbatim">(<span lang="zh-CN">)?加大执法检查频次；', first)
        assert "unverifiable" not in first
    assert 'rel="next"' in text


@pytest.mark.parametrize("page", BOTH)
def test_every_page_answers_and_is_small_and_closed(client: TestClient, show: Show, page: str) -> None:
    answer = show(page)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert len(answer.content) < 150_000
    read = _Page(answer.text)
    assert [link for link in read.links if urlsplit(link).scheme or link.startswith("//")] == []
    assert len(read.ids) == len(set(read.ids))
    assert 'lang="en"' in answer.text[:40] if page.startswith("/en") else 'lang="zh-CN"' in answer.text[:60]
    assert client.head(page).status_code == 200


def test_a_text_that_was_not_read_is_never_said_to_be_checked_against_it(client: TestClient) -> None:
    page = client.get("/legislation").text
    assert "已核对原文" not in page
    row = next(line for line in page.split("<tr>") if "国发〔2014〕20号" in line)
    assert "未读到原文" in row
    assert "已核实" in row
    read = next(line for line in page.split("<tr>") if "中华人民共和国安全生产法" in line)
    assert "已读原文" in read
    measure = client.get("/measure/jiamusi-2020-5/para_13?as_of=2026-11-22").text
    assert "规划期已过" in measure
    assert "已过有效期" not in measure
    assert "已期满" not in measure


@pytest.mark.parametrize("page", BOTH)
def test_pages_say_what_the_browser_may_load(show: Show, page: str) -> None:
    policy = show(page).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


# what would be an English code on a Chinese page: kinds, roles, ways, states, certainties
_CODES = re.compile(
    r"(?<![\w/.=\"-])(?P<code>sanction|incentive|regulatory|implement|support|named|category|verified|believed|unit|"
    r"in-force|unverifiable|renumbered|amended|stated|absent|delegated)(?![\w/.=\"-])"
)


# the list of questions describes their codes
@pytest.mark.parametrize("page", [page for page in PAGES if page != "/queries"])
def test_chinese_pages_hold_no_codes_and_no_raw_addresses(show: Show, page: str) -> None:
    body = show(page).text.partition("<main")[2].partition("</main>")[0]
    if page.startswith(("/sparql", "/queries", "/grade")):
        body = re.sub(r"(?s)<details>.*?</details>|<textarea.*?</textarea>|<p class=\"(?:lede|note)\".*?</p>", "", body)
    shown = " ".join(_Page(body).texts)
    assert [m["code"] for m in _CODES.finditer(shown)] == []
    if not page.startswith(("/sparql", "/grade")):
        assert "w3id.org" not in shown


def kind_of(link: str) -> tuple[object, ...]:
    """What links of one kind share: where they begin, how deep they lead, their suffix and what they ask for."""
    parts = urlsplit(link)
    steps = parts.path.split("/")
    return steps[1], len(steps), steps[-1].partition(".")[2], tuple(sorted(parse_qs(parts.query)))


def test_local_links_lead_somewhere(show: Show) -> None:
    """Some links of every kind, spread over all; those of a published site are all followed in ``test_publishing``."""
    kinds: dict[tuple[object, ...], dict[str, str]] = {}
    for page in PAGES:
        for link in _Page(show(page).text).links:
            if link.startswith("/") and not link.startswith(("/static", "/sparql?", "/tasks", "/cite?")):
                kinds.setdefault(kind_of(link), {}).setdefault(link, page)
    anchors: dict[str, set[str]] = {}
    broken = []
    for links in kinds.values():
        for link in list(links)[:: max(1, len(links) // draws(5, 10_000))]:
            path, _, fragment = link.partition("#")
            if path not in anchors:
                answer = show(path)
                anchors[path] = set(_Page(answer.text).ids) if answer.status_code == 200 else set()
                if answer.status_code != 200:
                    broken.append((links[link], link, answer.status_code))
            if fragment and anchors[path] and fragment not in anchors[path]:
                broken.append((links[link], link, 0))
    assert len(kinds) > 50
    assert len(anchors) > 150
    assert broken[:5] == []


def test_a_measure_answers_in_the_order_a_lawyer_asks(client: TestClient) -> None:
    text = client.get(MEASURE).text
    places = [
        text.index(f'<h2 id="{name}"') for name in ("usable", "original", "bases", "who", "elsewhere", "problems")
    ]
    assert places == sorted(places)
    for words in (
        "中华人民共和国政府采购法",
        "第二十二条",
        "编者意见",
        "效力：未核对",
        "日期：原文缺",
        "佳木斯市财政局",
    ):
        assert words in text


def test_words_that_differ_between_body_and_appendix_are_marked(client: TestClient) -> None:
    text = client.get(f"/measure/jiamusi-2020-5/para_12?as_of={DAY}").text
    assert text.count('<mark class="differs">') == 1
    assert '<mark class="differs">、</mark>' in text


def test_an_undated_page_leads_on_to_a_dated_one(client: TestClient) -> None:
    answer = client.get("/measure/jiamusi-2020-5/para_9", follow_redirects=False)
    assert answer.status_code == 307
    assert re.fullmatch(r"/measure/jiamusi-2020-5/para_9\?as_of=\d{4}-\d\d-\d\d", answer.headers["location"])
    assert answer.headers["cache-control"] == "no-store"
    assert client.get("/measure/jiamusi-2020-5/para_9?as_of=%E6%98%A8%E5%A4%A9").status_code == 400


def test_a_department_page_names_duties_by_name_and_by_category(client: TestClient) -> None:
    text = client.get("/org/jiamusi/caizhengju").text
    assert "点名" in text
    assert "概括（各部门）" in text
    assert "将联合惩戒实施情况反馈给佳木斯市应急管理局" in text


def test_the_task_list_holds_measures_and_feedback(client: TestClient) -> None:
    lines = client.get("/tasks.csv?department=jiamusi/caizhengju").text.splitlines()
    assert lines[0] == "任务,文件,编号,内容,结论,截至,角色,何以及于,职责层级,对谁,何时,条款,条款 IRI,原文"
    assert any(line.startswith("措施,佳应急联发〔2020〕5号,二（九）,") for line in lines)
    assert any("反馈给佳木斯市应急管理局" in line and "概括（各部门）" in line for line in lines)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/tasks.xlsx?department=jiamusi/caizhengju").content))
    told = [dict(zip(lines[0].split(","), row, strict=True)) for row in book["任务表"].iter_rows(2, values_only=True)]
    assert "附录（二）第3栏" in {one["条款"] for one in told}
    assert {"本项"} <= {one["职责层级"] for one in told}
    assert all(str(one["条款 IRI"]).startswith("https://") for one in told)
    english = client.get("/en/tasks.csv?department=jiamusi/caizhengju").text.splitlines()
    assert not re.search("[一-鿿]", english[0])
    assert any(",insufficient basis," in line for line in english)
    page = client.get("/en/org/jiamusi/caizhengju").text
    assert "/en/tasks.csv?" in page
    assert "/en/tasks.xlsx?" in page
    # a card is in Chinese wherever it is asked for, and the link says so
    asked = "of=measure/jiamusi-2020-5/para_9&as_of=2026-11-26"
    assert client.get(f"/en/card.docx?{asked}").content[:2] == b"PK"
    measure = client.get("/en/measure/jiamusi-2020-5/para_9?as_of=2026-11-26").text
    assert re.search(r'href="/card.docx[^>]*>[^<]*</a> <span class="small"> ?\(in Chinese\)', measure)
    near = client.get("/tasks.xlsx?department=财政局")  # no department has exactly this name
    assert near.status_code == 400
    assert "jiamusi/caizhengju" in near.text
    assert client.get("/tasks.xlsx?department=没有的部门").status_code == 404
    assert client.get("/tasks.xlsx?department=jiamusi/caizhengju").content[:2] == b"PK"


def test_wherever_measures_are_listed_to_act_on_they_stand_with_their_conclusion_of_the_day(
    client: TestClient,
) -> None:
    """On the page and in what is taken away from it, for a day that both name; two days may differ."""
    pages = ("/measures", "/org/jiamusi/caizhengju", "/concept/area-procurement")
    for day in ("2021-03-01", "2026-11-26"):
        rows = client.get(f"/queries/conclusions.json?as_of={day}&_limit=5000").json()["rows"]
        (act,) = (row for row in rows if str(row["measure"]).endswith("/measure/jiamusi-2020-5/para_9"))
        mark = f'<a class="verdict" href="/measure/jiamusi-2020-5/para_9?as_of={day}"><span class="state conclusion-'
        for page in pages:
            text = client.get(f"{page}?as_of={day}").text
            assert f'{mark}{act["conclusion"]}">{act["conclusion_label"]}</span>' in text, page
            assert f"结论（截至 {day}）" in text, page
        listed = client.get(f"/lists/measures.json?as_of={day}").json()
        assert listed["as_of"] == day
        told = {row["measure"]: row for row in listed["rows"]}[act["measure"]]
        assert (told["conclusion"], told["conclusion_label"]) == (act["conclusion"], act["conclusion_label"])
        tasks = client.get(f"/tasks.csv?department=jiamusi/caizhengju&as_of={day}").text
        assert f",{act['conclusion_label']},{day}," in next(x for x in tasks.splitlines() if ",二（九）," in x)
    for page in (*pages, "/lists/measures.csv", "/tasks.csv?department=jiamusi/caizhengju"):
        sent = client.get(page, follow_redirects=False)
        assert sent.status_code == 307
        assert "as_of=" in sent.headers["location"]


def test_what_was_kept_of_one_day_is_not_told_of_another(client: TestClient) -> None:
    """The conclusions of a day are kept; between two days dozens of them differ."""
    told: dict[str, dict[str, list[str]]] = {}
    for day in ("2021-03-01", "2026-11-26", "2021-03-01"):
        text = client.get(f"/measures?as_of={day}").text
        marks = re.findall(rf'href="(/measure/[^"?]+)\?as_of={day}"><span class="state conclusion-([a-z]+)"', text)
        found: dict[str, list[str]] = {}
        for path, code in marks:
            found.setdefault(path, []).append(code)
        rows = client.get(f"/queries/conclusions.json?as_of={day}&_limit=5000").json()["rows"]
        drawn: dict[str, list[str]] = {}
        for row in rows:
            if row["measure"] and row["conclusion"]:
                drawn.setdefault(str(row["measure"]).partition("/id")[2], []).append(str(row["conclusion"]))
        assert found
        assert {path: set(codes) for path, codes in found.items()} == {path: set(drawn[path]) for path in found}
        told[day] = found
    first, last = told["2021-03-01"], told["2026-11-26"]
    assert [path for path in first if path in last and set(first[path]) != set(last[path])]


def test_lists_that_lead_to_measures_tell_what_may_be_done_of_each(client: TestClient) -> None:
    """Those who cite a law or an article, the same elsewhere, a document's own: each as the other lists tell it."""
    for page, begin in (
        ("/law/zhengfu-caigou-fa", "<h2>被哪些措施引用"),
        ("/law/anquan-shengchan-fa/art_75", '<h2 id="cited">'),
        ("/measure/jiamusi-2020-6/para_14/subpara_1", '<h2 id="elsewhere">'),
        ("/doc/yiyuan-2021-28", '<details class="later" id="measures">'),
    ):
        text = client.get(page if page.startswith("/doc") else f"{page}?as_of=2026-11-26").text
        # a document's page has no day of its own: it tells that of today
        part = re.split("</details>|<h2", text.partition(begin)[2])[0]
        (day,) = set(re.findall(r"\?as_of=([0-9-]+)", part))
        codes: dict[str, set[str]] = {}
        for row in client.get(f"/queries/conclusions.json?as_of={day}&_limit=5000").json()["rows"]:
            codes.setdefault(str(row["measure"]).partition("/id")[2], set()).add(str(row["conclusion"]))
        led = set(re.findall(r'<a href="(/measure/[^"?]*)"', part))
        told: dict[str, set[str]] = {}
        for measure, code in re.findall(
            r'<a class="verdict" href="(/measure/[^"?]*)\?as_of=[^"]*"><span class="state conclusion-([a-z-]+)"', part
        ):
            told.setdefault(measure, set()).add(code)
        assert led, page
        assert told == {measure: codes[measure] for measure in led}, page


def test_no_link_of_the_vocabulary_page_is_dead(client: TestClient) -> None:
    page = client.get("/ns", headers={"Accept": "text/html"}).text
    links = sorted(set(re.findall(r'href="(/(?:ns|static)[^"#]*)"', page)))
    assert "/ns/asof.ttl" in links
    assert [link for link in links if client.get(link).status_code != 200] == []
    part = client.get("/ns/asof.ttl", headers={"Accept": "text/html"})
    assert part.headers["content-type"].startswith("text/turtle"), "the ending of a name tells the form"
    assert client.get("/ns/nothing.ttl").status_code == 404


def test_one_is_counted_as_one(client: TestClient) -> None:
    """In English a number asks for its form; the bar between the forms is never printed."""
    one = client.get("/en/compare?view=measures&as_of=2026-11-22&row=procurement-sanction").text
    assert re.search(r"\b1 basis\b|\b2 bases\b", one)
    for page in ("/en/compare?view=measures&as_of=2026-11-22", "/en/departments", "/en/", "/en/queries/measures"):
        text = client.get(page).text
        assert not re.search(r"\b1 (rows|bases|measures|results|items|clauses)\b", re.sub("<[^>]+>", "", text)), page
        assert "|" not in re.sub("<(script|code|pre)[^>]*>.*?</|<[^>]+>", "", text, flags=re.DOTALL), page


def test_before_its_document_and_where_that_is_uncertain_a_measure_is_not_called_unjudged(client: TestClient) -> None:
    for path in ("/lists/measures.csv?place={}&as_of={}", "/compare.csv?view=measures&place={}&as_of={}"):
        before = client.get(path.format("佳木斯市" if "lists" in path else "230800", "2005-01-01")).text
        assert "尚未印发" in before, path
        assert "未整理" not in before, path
        inside = client.get(path.format("江苏省" if "lists" in path else "320000", "2019-12-31")).text
        assert "当日是否已印发不能确定" in inside, path
    page = client.get("/compare?view=measures&as_of=2005-01-01").text
    assert "尚未印发" in page


def test_the_list_of_measures_is_narrowed_by_conclusion_and_names_acts_that_end_differently(client: TestClient) -> None:
    day = "2026-11-26"
    rows = client.get(f"/lists/measures.json?as_of={day}").json()["rows"]
    several = [row for row in rows if "；" in str(row["conclusion"])]
    assert several
    for row in several:
        acts = client.get("/queries/conclusions.json", params={"as_of": day, "measure": row["measure"]}).json()["rows"]
        assert all(f"{act['act_title']}：{act['conclusion_label']}" in row["conclusion_label"] for act in acts)
    code = "conflict"
    kept = client.get(f"/lists/measures.json?as_of={day}&conclusion={code}").json()["rows"]
    assert [row["measure"] for row in kept] == [
        row["measure"] for row in rows if code in str(row["conclusion"]).split("；")
    ]


def test_a_provision_is_called_a_basis_of_today_only_where_the_conclusion_rests_on_it(client: TestClient) -> None:
    """For every conclusion that has a provision beside it, in both languages."""
    day = "2026-11-26"
    rows = client.get(f"/queries/conclusions.json?as_of={day}&_limit=5000").json()["rows"]
    # a conclusion without another reading beside it where there is one
    told = sorted((row for row in rows if row["measure"] and row["basis_now"]), key=lambda row: not row["reading"])
    examples = {row["conclusion"]: row for row in told}
    assert {"conflict", "insufficient", "conditional", "supported"} <= set(examples)
    for code, row in examples.items():
        path = str(row["measure"]).split("/id/", 1)[1]
        alone = len([x for x in rows if x["measure"] == row["measure"]]) == 1
        rests = code not in ("conflict", "insufficient", "unverifiable")
        for prefix, words in (("", "今天依："), ("/en", "rests today on: ")):
            text = client.get(f"{prefix}/{path}?as_of={day}").text
            if alone or rests:
                assert (words in text) is rests, (code, prefix, path)


def test_a_dated_question_that_is_asked_without_a_day_leads_to_today(client: TestClient) -> None:
    for page in (
        "/queries/conclusions?measure=jiamusi-2020-5/para_9",
        "/en/queries/conclusions?document=yiyuan-2021-28",
    ):
        sent = client.get(page, follow_redirects=False)
        assert sent.status_code == 307
        assert "as_of=2" in sent.headers["location"]
    assert client.get("/queries/conclusions").status_code == 200


def test_before_a_document_is_issued_no_measure_of_it_has_a_conclusion(client: TestClient) -> None:
    rows = client.get("/lists/measures.json?as_of=2015-01-01").json()["rows"]
    later = [row for row in rows if "yiyuan" in row["document"]]
    assert later
    assert {(row["conclusion"], row["conclusion_label"]) for row in later} == {(None, "尚未印发")}


def test_a_body_of_today_shows_the_tasks_of_those_it_took_over_from(client: TestClient) -> None:
    """No document names the body of today: page, question and file tell the tasks and to whom they were written."""
    asked = {"department": "xinzheng/yingjiju"}
    rows = client.get("/queries/measures-of-department.json", params=asked).json()["rows"]
    own = {"department": "xinzheng/anjianju"}
    before = client.get("/queries/measures-of-department.json", params=own).json()["rows"]
    assert before
    assert {row["measure"] for row in rows} >= {row["measure"] for row in before}
    assert {row["department"].rpartition("/id/")[2] for row in rows} == {"org/xinzheng/yingjiju"}
    assert {(row["named_label"], row["taken"]) for row in rows} >= {("新郑市安全生产监管局", "2019-03-31")}
    assert {(row["named"] == row["department"], row["taken"]) for row in before} == {(True, None)}
    page = client.get("/org/xinzheng/yingjiju?as_of=2026-11-22").text
    assert "没有符合的记录" not in page
    assert page.count('<span class="tag">承接自</span>') == len(rows)
    told = client.get("/tasks.csv", params={**asked, "as_of": "2026-11-22"}).text
    assert told.count("（承接自 新郑市安全生产监管局）") == len([r for r in rows if r["named"].endswith("anjianju")])
    earlier = client.get("/org/xinzheng/yingjiju?as_of=2019-03-30").text
    assert "承接自" not in earlier
    assert "没有符合的记录" in earlier


def test_the_tasks_of_a_department_have_an_address_that_leads_to_its_page(client: TestClient) -> None:
    for name in ("jiamusi/caizhengju", "佳木斯市财政局"):
        sent = client.get("/tasks", params={"department": name, "as_of": "2026-11-26"}, follow_redirects=False)
        assert (sent.status_code, sent.headers["location"]) == (303, "/org/jiamusi/caizhengju?as_of=2026-11-26")
    assert client.get("/en/tasks", follow_redirects=False).headers["location"] == "/en/departments"
    assert client.get("/tasks?department=没有的部门").status_code == 404


def test_an_article_page_tells_who_cites_it_and_where_its_number_went(client: TestClient) -> None:
    text = client.get(f"/law/anquan-shengchan-fa/art_75?as_of={DAY}").text
    assert "第七十八条" in text
    assert "/measure/jiamusi-2020-5/para_1/subpara_1" in text


def test_a_law_page_begins_with_its_status_and_its_text_of_the_day(client: TestClient) -> None:
    undated = client.get("/law/anquan-shengchan-fa", follow_redirects=False)
    assert (undated.status_code, undated.headers["cache-control"]) == (307, "no-store")
    head = {}
    for day in ("2020-12-31", DAY):
        main = client.get(f"/law/anquan-shengchan-fa?as_of={day}").text.partition("<main")[2]
        head[day], _, rest = main.partition("</section>")
        assert "<table" not in head[day]
        assert 'class="sentence"' in head[day]
        assert "art_78?as_of=" + day in rest
    assert "2014年修正文本" in head["2020-12-31"]
    assert "2021年修正文本" in head[DAY]
    assert "查至 2026-06-01" in head[DAY]
    gone = client.get("/law/shichang-zhuti-dengji-tiaoli?as_of=2024-01-01").text.partition("</section>")[0]
    assert "现行有效" not in client.get("/law/guofa-2014-21?as_of=" + DAY).text.partition("</section>")[0]
    assert "state" in gone
    assert client.get("/law/anquan-shengchan-fa?as_of=yesterday").status_code == 400


def test_an_article_that_is_not_cited_but_bears_has_a_page(client: TestClient) -> None:
    text = client.get(f"/law/anquan-shengchan-fa/art_78?as_of={DAY}").text
    main = text.partition("<main")[2]
    head = main.partition("</section>")[0]
    assert head.count('class="sentence"') == 1
    assert f"/law/anquan-shengchan-fa/art_75?as_of={DAY}" in head
    direct = main.partition('id="fit-direct"')[2].partition("<h3")[0]
    assert f"/measure/jiamusi-2020-5/para_1/subpara_1?as_of={DAY}" in direct
    assert "conclusion-conditional" in direct
    assert "没有措施照这个条号引用它" in main
    # in the text of 2014 the number belonged to another provision, of which nothing is known
    before = client.get("/law/anquan-shengchan-fa/art_78?as_of=2020-12-31").text.partition("<main")[2]
    assert 'id="fit-' not in before
    assert "条号已变" not in before.partition("</section>")[0]


def test_an_article_says_once_what_became_of_it(client: TestClient) -> None:
    main = client.get(f"/law/anquan-shengchan-fa/art_75?as_of={DAY}").text.partition("<main")[2]
    assert main.partition("</section>")[0].count('class="sentence"') == 1
    assert f'<a href="/law/anquan-shengchan-fa/art_78?as_of={DAY}"' in main.partition("</section>")[0]
    assert main.count('class="state renumbered"') == 1


def test_every_provision_on_a_law_page_has_a_page(client: TestClient) -> None:
    for slug in ("anquan-shengchan-fa", "xinyong-xiufu-banfa", "guofa-2010-23"):
        page = _Page(client.get(f"/law/{slug}?as_of={DAY}").text)
        links = [link for link in page.links if link.startswith(f"/law/{slug}/")]
        assert links
        assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_addresses_of_parts_lead_to_their_page(client: TestClient) -> None:
    for path, target in (
        ("/doc/jiamusi-2020-5/annex_1/sec_2/para_9", "/doc/jiamusi-2020-5#annex_1/sec_2/para_9"),
        ("/law/zhengfu-caigou-fa/2014-08-31", "/law/zhengfu-caigou-fa#2014-08-31"),
        ("/en/law/anquan-shengchan-fa/event_1", "/en/law/anquan-shengchan-fa#event_1"),
    ):
        answer = client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, target)
    assert client.get("/id/law/zhengfu-caigou-fa/2014-08-31/art_22").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/doc/nowhere", "/measure/x", "/law/x", "/law/anquan-shengchan-fa/art_999", "/org/x", "/concept/x", "/grade/x/1",
     "/queries/x", "/nothing", "/doc/jiamusi-2020-5/annex_9"],
)  # fmt: skip
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_what_does_not_exist_is_404_with_a_remedy(client: TestClient, prefix: str, path: str) -> None:
    answer = client.get(prefix + path)
    assert answer.status_code == 404
    assert 'role="alert"' in answer.text
    assert len(_Page(answer.text.partition("<main")[2]).texts) > 3


@pytest.mark.parametrize(
    ("path", "status"),
    [("/measures?area=没有的领域", 400), ("/search?q=惩戒&page=0", 400), ("/search?q=" + "惩" * 201, 400),
     ("/doc/jiamusi-2020-5/source?start=5&end=1", 400), (MEASURE.replace(DAY, "1949"), 400)],
)  # fmt: skip
def test_what_makes_no_sense_is_400(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize(
    "path",
    ["/search?q={}", "/measures?area={}", "/queries/measures?document={}", "/doc/{}", "/sparql?query={}",
     MEASURE + "{}"],
)  # fmt: skip
def test_what_a_reader_types_is_text_and_no_markup(client: TestClient, path: str) -> None:
    attack = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"
    text = client.get(path.format(attack)).text
    assert "<script>alert" not in text
    assert "<img" not in text


def test_every_thing_is_also_data(client: TestClient) -> None:
    for suffix in ("json", "ttl", "jsonld", "nt"):
        assert client.get(f"/measure/jiamusi-2020-5/para_9.{suffix}").status_code == 200
    for form, kind in (("csv", "text/csv"), ("json", "application/sparql-results+json")):
        answer = client.get(f"/sparql?query={SELECT}&format={form}")
        assert answer.headers["content-type"].startswith(kind)


def test_search_finds_an_article_by_either_numeral(client: TestClient) -> None:
    pages = [client.get(f"/search?q={words}").text for words in ("第75条", "第七十五条")]
    assert "第七十五条" in pages[0]
    numbers = [re.findall(r'role="status">(\d+)', page) for page in pages]
    assert len(numbers[0]) == 1
    assert int(numbers[0][0]) > 0
    assert numbers[0] == numbers[1]


def test_search_narrows_by_facets(client: TestClient) -> None:
    whole = int(re.findall(r'role="status">(\d+)', client.get("/search?q=惩戒").text)[0])
    part = int(re.findall(r'role="status">(\d+)', client.get("/search?q=惩戒&place=江苏省").text)[0])
    assert 0 < part < whole


def test_every_clause_and_measure_has_a_name(dataset: Path) -> None:
    site = Site(open_once(dataset))
    names: Names = site.names["zh"]
    cited = [names.place_of(row["clause"]) for row in site.rows("clause-labels")]
    assert len(cited) > 100
    assert all(cited)
    assert not [place for place in cited if re.search(r"[a-z_]", place)]
    base = "https://w3id.org/policygraph/id/"
    assert names.name(base + "doc/jiamusi-2020-5/annex_1/sec_2/para_9") == "佳应急联发〔2020〕5号 附件二（九）"
    assert names.name(base + "doc/jiamusi-2020-5/annex_1/app_1/row_9/cell_2") == "佳应急联发〔2020〕5号 附录（九）第2栏"
    assert site.names["en"].say("政府采购", "area") == "government procurement"


def test_a_picture_says_how_much_it_leaves_out() -> None:
    many = tuple(Node(str(i), f"第{i}项") for i in range(MAX_NODES + 3))
    picture = draw_picture([Column("依据", (Node("x", "安全生产法"),)), Column("措施", many)], [("x", "1", "basis")])
    assert picture is not None
    assert len(picture.boxes) == 1 + MAX_NODES
    assert [number for _, _, number in picture.more] == [3]
    assert len(picture.curves) == 1
    assert draw_picture([Column("依据", ()), Column("措施", many)], []) is None


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("/en/org/xinzheng/anjianju", "Xinzheng Work Safety Supervision Bureau"),
        (
            "/en/law/guanggao-fa?as_of=2026-11-22",
            "Advertising Law of the People’s Republic of China".replace("’", "&#39;"),
        ),
        ("/en/doc/yiyuan-2021-28", "Notice of the Yiyuan Emergency Management Bureau"),
        ("/en/departments", "Jiangsu Emergency Management Department"),
        ("/en/legislation?as_of=2026-11-22", "Green Credit Guidelines"),
        ("/en/documents", "Notice on Strengthening Credit Management in Work Safety"),
    ],
)
def test_an_english_name_is_shown_as_the_editors_rendering(client: TestClient, page: str, name: str) -> None:
    text = client.get(page).text
    assert name in text
    assert "the editors&#39; rendering" in text
    assert "整理者译名" not in client.get(page.removeprefix("/en")).text


def test_english_pages_call_force_and_lawfulness_by_english_words(client: TestClient) -> None:
    text = client.get("/en/measure/jiangsu-2019-820/sec_3-para_6/item_6").text
    assert "<dt>Subject to law</dt>" in text
    assert "no deontic verb" in text
    assert "enterprise and persons" in text


def test_a_general_rule_has_a_page(client: TestClient) -> None:
    text = client.get("/general-rule/xinzheng-2010-36/7").text
    assert "安全保障" in text
    assert "严格按照要求足额存储安全生产风险抵押金" in text


# --- the desk: lists, search, nothing that leads nowhere -------------------------------------------------------------

LISTS = ("measures", "legislation", "departments", "mechanisms", "documents")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_says_how_many_and_its_data_are_what_it_shows(client: TestClient, name: str) -> None:
    page = client.get(f"/{name}").text
    options = re.findall(r'<option value="([^"]+)">[^<]*（(\d+)）', page)
    links = re.findall(r'href="(/(?:queries|lists)/[^"]+\.csv[^"]*)"', page)
    assert len(links) == 1
    if name == "mechanisms":
        return
    shown = int(re.findall(r'role="status">共 (\d+)', page)[0])
    assert len(client.get(f"/lists/{name}.json").json()["rows"]) == shown
    key = re.findall(r'<select name="(\w+)"', page)[0]
    value, count = next((v, int(n)) for v, n in options if int(n))
    narrowed = client.get(f"/{name}", params={key: value}).text
    assert re.findall(r'role="status">共 (\d+)', narrowed) == [str(count)]
    link = html.unescape(re.findall(r'href="(/lists/[^"]+\.csv[^"]*)"', narrowed)[0])
    assert len(list(csv.reader(io.StringIO(client.get(link).text)))) == count + 1
    workbook = client.get(link.replace(".csv", ".xlsx"))
    assert workbook.content[:2] == b"PK"
    assert client.get(f"/lists/{name}.json", params={key: "没有的"}).status_code == 400


def test_a_list_is_sorted_by_plain_links_and_its_data_with_it(client: TestClient) -> None:
    for name, column in (
        ("measures", "title"),
        ("legislation", "cited"),
        ("departments", "measures"),
        ("documents", "date"),
    ):
        page = client.get(f"/{name}").text
        assert f"/{name}?sort={column}" in page, name
        for order in (column, f"-{column}"):
            rows = client.get(f"/lists/{name}.json?sort={order}").json()["rows"]
            values = [row[column] for row in rows if row[column] is not None]
            assert values == sorted(values, reverse=order.startswith("-")), (name, order)
            assert client.get(f"/{name}?sort={order}").status_code == 200
    assert 'aria-sort="descending"' in client.get("/measures?sort=-title").text
    assert client.get("/measures?sort=quote").status_code == 400
    assert client.get("/lists/nothing.csv").status_code == 404


def test_every_example_and_hint_finds_something(client: TestClient) -> None:
    """Whatever a page offers to search for has rows; so has each suggestion where nothing is found."""
    for prefix in ("", "/en"):
        for page in (
            f"{prefix}/",
            f"{prefix}/search",
            f"{prefix}/search?q=安全升产法",
            f"{prefix}/search?q=限制政府采构",
        ):
            links = {
                html.unescape(link) for link in re.findall(rf'href="({prefix}/search\?q=[^"]+)"', client.get(page).text)
            }
            assert links, page
            for link in links:
                found = client.get(link.replace("/search?", "/search.json?")).json()
                assert found["rows"], link
                assert {row["why"] for row in found["rows"]} & {"nearest"} == set(), link
    for hint in re.findall("第75条|国发2014-20|惩戒", source_language().words["search_hint"]):
        assert client.get("/search.json", params={"q": hint}).json()["rows"], hint


# what is asked, the named question it is, a value of it, what the first lines of the answer hold
ASKED = (
    ("黑名单多久移出？", "lists", "", "重点关注名单"),
    ("哪些措施没有依据", "measures-without-basis", "", "佳应急联发〔2020〕6号"),
    ("财政局要做什么？", "measures-of-department", "department=jiamusi%2Fcaizhengju", "二（九）"),
    ("江苏怎么信用修复？", "procedures", "document=jiangsu-2019-820", "修复"),
    ("能不能贷款", "conclusions", "as_of=" + DAY, "现有依据不足"),
    ("which measures cite the Work Safety Law", "measures-citing", "work=anquan-shengchan-fa", "第六十二条"),
)


@pytest.mark.parametrize(("question", "query", "value", "words"), ASKED, ids=[query for _, query, _, _ in ASKED])
def test_a_question_is_answered_above_what_was_found(
    client: TestClient, question: str, query: str, value: str, words: str
) -> None:
    prefix = "" if has_han(question) else "/en"
    undated = client.get(f"{prefix}/search", params={"q": question}, follow_redirects=False)
    assert undated.status_code == 307
    assert "as_of=" in undated.headers["location"]
    page = client.get(f"{prefix}/search", params={"q": question, "as_of": DAY}).text
    answer = page.partition('class="answers"')[2].partition("</section>")[0]
    assert words in answer
    whole = next(html.unescape(link) for link in re.findall('href="([^"]+)"', answer) if f"/queries/{query}" in link)
    assert value in whole
    assert client.get(whole).status_code == 200
    found = client.get("/search.json", params={"q": question, "as_of": DAY}).json()
    assert (found["reading"]["state"], found["query"]) == ("answer", query)


def test_what_is_not_certain_is_asked_back_as_choices_and_words_alone_ask_nothing(client: TestClient) -> None:
    page = client.get("/search", params={"q": "飞船黑名单怎么移出？", "as_of": DAY}).text
    links = re.findall('href="([^"]+)"', page.partition('class="choices"')[2].partition("</ul>")[0])
    assert len(links) > 1
    assert all(client.get(html.unescape(link)).status_code == 200 for link in links)
    for words in ("财政局 政府采购", "信用修复", "安全生产法第75条", "三年内无失信"):
        told = client.get("/search", params={"q": words}, follow_redirects=False)
        assert told.status_code == 200, words
        assert 'class="answers"' not in told.text
        assert "reading" not in client.get("/search.json", params={"q": words}).json()


def test_the_rows_of_a_search_are_those_of_its_page(client: TestClient) -> None:
    for prefix in ("", "/en"):
        for query in ("安法78", "财政局 政府采购", "procurement", "能不能限制政府采购", "5号 二（九）"):
            page = client.get(f"{prefix}/search", params={"q": query}).text.partition('<ol class="hits"')[2]
            found = client.get(f"{prefix}/search.json", params={"q": query}).json()
            assert found["columns"][:5] == ["kind", "title", "number", "locator", "url"]
            shown = re.findall(r'<p class="hit-name">.*?<a href="([^"]+)"', page.partition("</ol>")[0])
            assert [html.unescape(one) for one in shown] == [row["url"] for row in found["rows"]], (prefix, query)
            assert all(client.get(row["url"]).status_code == 200 for row in found["rows"][:3])
            lines = list(csv.DictReader(io.StringIO(client.get(f"{prefix}/search.csv", params={"q": query}).text)))
            assert [line["url"] for line in lines] == [row["url"] for row in found["rows"]]


def test_a_question_is_answered_first_and_on_a_day(client: TestClient) -> None:
    answer = client.get("/search", params={"q": "能不能限制政府采购"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["cache-control"]) == (307, "no-store")
    for prefix, words in (("", "依据不足"), ("/en", "has no sufficient basis")):
        address = f"{prefix}/search?q=能不能限制政府采购&as_of={DAY}"
        main = client.get(address).text.partition("<main")[2]
        assert words in main.partition('class="answers"')[2].partition("</section>")[0]
        assert main.index('class="answers"') < main.index('class="hits"')
        rows = client.get(address.replace("/search?", "/search.json?")).json()["rows"]
        assert words in rows[0]["answer"]
    assert 'class="answers"' not in client.get("/search?q=限制政府采购").text


def test_where_nothing_is_found_there_is_a_way_on(client: TestClient) -> None:
    for query in ("安全升产法", "天气预报", "佳木斯 天气预报", "zzzzzz", "许可法第9999条"):
        main = client.get("/search", params={"q": query}).text.partition("<main")[2].partition("</main>")[0]
        assert "<a href" in main.partition("</form>")[2], query
    text = client.get("/search?q=安全升产法").text
    assert "您是否要找" in text
    rows = client.get("/search.json?q=安全升产法").json()["rows"]
    assert {row["why"] for row in rows} == {"nearest"}
    assert rows[0]["url"] == "/law/anquan-shengchan-fa"


def test_the_code_of_an_enterprise_is_in_no_link_and_no_answer(client: TestClient) -> None:
    code = "91230800MA18X00001"
    for prefix in ("", "/en"):
        answer = client.get(f"{prefix}/search", params={"q": f"查 {code}"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")
        assert code not in answer.headers["location"] + answer.text
        page = client.get(answer.headers["location"]).text
        assert code not in page
        assert f'href="{prefix}/check"' in page
        found = client.get(f"{prefix}/search.json", params={"q": code})
        assert [row["url"] for row in found.json()["rows"]] == [f"{prefix}/check"]
        assert code not in found.text


def test_the_first_page_has_five_jobs_and_pictures_with_twins(client: TestClient) -> None:
    for prefix in ("", "/en"):
        text = client.get(prefix or "/").text
        assert len(re.findall("<li>", text.partition('<ul class="jobs">')[2].partition("</ul>")[0])) == 5
        main = text.partition("<main")[2]
        cells = re.findall(
            r'class="cell state conclusion-([a-z]+)"[^>]*>(?:<span[^>]*>)?[^<]*(?:</span>)?'
            r'<span class="visually-hidden">([^<]+)',
            main,
        )
        assert len(cells) >= 20
        assert all(words.strip() for _, words in cells)
        conclusions = {
            row["conclusion"] for row in client.get(f"/queries/conclusions.json?as_of={today()}").json()["rows"]
        }
        assert {state for state, _ in cells} <= conclusions | {"unverifiable"}
        assert len(re.findall('class="dot ', main)) >= 40
        assert len(re.findall(r'<a class="glyph', main)) >= 60
        assert main.count("<details><summary>") >= 2
    for address in ("/data", "/en/data"):
        for link in ("/dumps/", "/graphs", "/ns", "/.well-known/void", "/openapi.json"):
            assert f'href="{link}"' in client.get(address).text


# --- what a reader never meets ---------------------------------------------------------------------------------------

APART = frozenset({"code", "pre", "script", "style", "textarea", "kbd", "svg"})
"""Elements whose words are a program's."""
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
RAW = re.compile(r"(?<![\w/.:@?&=-])[a-z]+_[a-z_]+\b|https?://w3id\.org/\S+")


class _Said(HTMLParser):
    """The words of a page, without those that belong to programs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not APART & set(self._open):
            self.words.append(data)


@pytest.mark.parametrize("page", BOTH)
def test_no_page_shows_a_raw_code_or_an_iri(show: Show, page: str) -> None:
    said = " ".join(_Said(show(page).text).words)
    assert sorted(set(RAW.findall(said))) == []


def test_a_raw_code_would_be_seen() -> None:
    page = (
        "<p>失信行为（work_safety）</p><p><code>pg_x</code></p><input name=a_b><p>https://w3id.org/policygraph/id/x</p>"
    )
    assert RAW.findall(" ".join(_Said(page).words)) == ["work_safety", "https://w3id.org/policygraph/id/x"]


def test_a_case_names_fields_and_not_their_codes(client: TestClient) -> None:
    for prefix in ("", "/en"):
        page = client.post(f"{prefix}/check", data={"do": "sample", "sample": "91230803MA9XN00129", "as_of": DAY})
        assert RAW.findall(" ".join(_Said(page.text).words)) == []


@pytest.mark.parametrize("name", LISTS)
def test_the_file_of_a_list_has_the_heads_and_words_of_its_page(client: TestClient, name: str) -> None:
    plain = client.get(f"/lists/{name}.json").json()
    for prefix, foreign in (("", False), ("/en", True)):
        page = client.get(f"{prefix}/{name}").text
        (link,) = re.findall(r'href="([^"]+\.csv[^"]*)"', page)
        assert link.startswith(f"{prefix}/lists/{name}.csv")
        rows = list(csv.DictReader(io.StringIO(client.get(html.unescape(link)).text)))
        assert len(rows) == len(plain["rows"])
        heads = list(rows[0])
        assert heads[0].endswith("IRI") or heads[1].endswith("IRI")
        assert not RAW.findall(" ".join(heads))
        assert any(has_han(head) for head in heads) is not foreign
        own = plain["columns"][0]
        first = next(head for head in heads if head.endswith(" IRI"))
        assert [row[first] for row in rows] == [row[own] for row in plain["rows"]]
        # codes are words, and every IRI stands behind a name
        for head in heads:
            values = [row[head] for row in rows]
            if not head.endswith(" IRI"):
                assert not any(value.startswith("http") for value in values), head
                assert not any(re.fullmatch(r"[a-z]+[-_][a-z-_]+", value) for value in values), head


def test_what_is_published_beside_the_pages_stands_inside_them(client: TestClient) -> None:
    for path in ("/dumps/", "/graphs", "/ns", "/ns/terms/c", "/graph/law"):
        page = client.get(path).text
        assert page.count("<h1") == 1, path
        assert 'class="site"' in page, path
        assert 'href="/data"' in page, path
        assert page.count("<main") == 1, path
        assert "&lt;h1" not in page, path
    # data stay data
    assert client.get("/ns", headers={"Accept": "text/turtle"}).headers["content-type"].startswith("text/turtle")


def test_a_title_inside_a_title_has_inner_marks(client: TestClient) -> None:
    cell = client.get(f"/compare.txt?view=questions&topic=repair&as_of={DAY}").text
    assert "《关于印发〈关于对佳木斯市" in cell
    for path in (
        f"/compare.txt?view=questions&topic=repair&as_of={DAY}",
        f"/cite.txt?of={MEASURE[1:].partition('?')[0]}",
    ):
        assert not re.search(r"《[^》]*《", client.get(path).text), path


def test_a_query_offers_the_forms_of_its_kind(client: TestClient) -> None:
    rows = client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o } LIMIT 1"}).text
    assert "format=csv" in rows
    assert "format=ttl" not in rows
    triples = client.get("/sparql", params={"query": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1"}).text
    assert "format=ttl" in triples
    assert "format=csv" not in triples


def test_the_examples_of_the_model_have_heads_in_the_language_of_the_page(client: TestClient) -> None:
    asked = {name for node in read_picture()[0] for name in re.findall(r"\?(\w+)", node.query.split("WHERE")[0])}
    assert asked <= set(read_heads())
    for prefix, foreign in (("", False), ("/en", True)):
        heads = re.findall(r"<dt>([^<]+)</dt>", client.get(f"{prefix}/learn").text)
        assert heads
        assert {has_han(head) for head in heads} == {not foreign}


def test_a_question_is_answered_with_measures_of_its_area_and_direction_only(client: TestClient) -> None:
    """The first line of a search is never a favour where it was asked what may be forbidden, nor of another matter."""
    for asked, never in (("能不能禁止参加招投标", "优惠措施”"), ("能不能限制参加政府采购", "评先评优”")):
        page = client.get("/search", params={"q": asked, "as_of": DAY}).text
        told = page.partition('<section class="answers"')[2].partition("</section>")[0]
        assert told
        assert never not in told, asked


def test_a_name_that_fits_several_is_asked_back_by_name_with_a_way_to_each(client: TestClient) -> None:
    page = client.get("/search", params={"q": "应急局要做什么", "as_of": DAY}).text
    told = page.partition('<section class="answers"')[2].partition("</section>")[0]
    assert "佳木斯市应急管理局" in told
    assert "yingjiju" not in re.sub("<[^>]+>", "", told)
    links = re.findall(r'href="(/queries/measures-of-department\?department=[^"]+)"', told)
    assert len(links) > 1
    assert client.get(html.unescape(links[0])).status_code == 200


def test_pages_say_in_words_what_they_are_about(client: TestClient) -> None:
    """No head, label or introduction of a Chinese page is the name of a column, nor a code told for its word."""
    assert ">clauses<" not in client.get("/documents").text
    asked = client.get("/queries/conclusions", params={"document": "jiamusi-2020-5", "as_of": "2026-11-22"}).text
    lede = re.sub("<[^>]+>", "", re.findall(r'<p class="lede">(.*?)</p>', asked, re.DOTALL)[0])
    assert not re.search(r"\b(conclusion|sentence|basis_then|texts_unread|as_of)\b(?!s)", lede), lede
    told = re.sub("<[^>]+>", "", asked)
    assert "已印发" in told
    assert not re.search(r"文件当日是否已有[：\s]*after", told)


def test_the_examples_of_the_model_are_chinese_on_the_chinese_page_and_hold_today(client: TestClient) -> None:
    shown = client.get("/learn").text
    assert "More frequent" not in re.sub(r"<(pre|code)[^>]*>.*?</\1>", "", shown, flags=re.DOTALL)
    assert "More frequent" in re.sub(r"<pre[^>]*>.*?</pre>", "", client.get("/en/learn").text, flags=re.DOTALL)
    section = shown.partition('<section id="conclusion">')[2].partition("</section>")[0]
    assert "intervalTo " not in section.partition("<pre")[2].partition("</pre>")[0]


def test_words_are_said_to_be_marked_only_where_some_are(client: TestClient) -> None:
    several = 0
    for row in client.get("/queries/measures.json?document=jiamusi-2020-5").json()["rows"]:
        path = str(row["measure"]).split("/id", 1)[1]
        text = client.get(f"{path}?as_of=2026-11-26").text
        assert ("用字不同之处已标出" in text) is ('<mark class="differs">' in text), path
        several += "用字不同之处已标出" in text
    assert several


@pytest.mark.parametrize("name", [query.name for query in load_queries()])
def test_a_question_says_what_its_columns_mean_in_the_language_of_the_page(show: Show, name: str) -> None:
    said = re.compile(r'<p class="lede">(.*?)</p>', re.DOTALL)
    english, chinese = (said.findall(show(f"{prefix}/queries/{name}").text)[0] for prefix in ("/en", ""))
    # a mark in Chinese is quoted, and marked as Chinese
    assert not has_han(re.sub(r'<(\w+) lang="zh-CN"[^>]*>.*?</\1>', "", english))
    assert "`" not in english
    assert "{" not in english
    assert "的" in chinese


def test_the_list_of_questions_and_the_interface_say_in_english_what_columns_mean(show: Show) -> None:
    listed, told = show("/en/queries").text, show("/openapi.json").json()["paths"]
    assert "Looked at first is whether the text cited had taken effect" in listed
    assert "先看所引文本是否已施行" not in listed
    for query in load_queries():
        if not query.about_entity:
            said = told[f"/queries/{query.name}.json"]["get"]["description"]
            assert query.description_zh in said
            assert query.description_en in said


@pytest.mark.parametrize(
    "path", ["/legislation", "/law/zhengfu-caigou-fa", "/law/keji-jihua-banfa", "/measure/jiamusi-2020-5/para_9"]
)
def test_a_certainty_says_of_what_it_is_one(client: TestClient, path: str) -> None:
    """A work is registered, its words are read, a status is judged: three certainties, never side by side unnamed."""
    text = re.sub(r"<[^>]+>", "", client.get(path).text)
    said = "(已核实|据信|已读原文|部分已读|未读到原文)"
    assert not re.search(f"{said}( · |，){said}", text)
    if path == "/legislation":
        assert "据信条文" not in text
        assert "条文据信" not in text
        assert "未读原文，凭转述" in text


def test_a_long_run_of_unread_titles_is_counted_in_the_sentence_and_told_in_full_below_it(client: TestClient) -> None:
    path = "/measure/jiamusi-2020-5/para_2"
    page = client.get(path).text
    sentence, _, rest = page.partition('<p class="sentence">')[2].partition("</p>")
    asked = {"measure": "jiamusi-2020-5/para_2", "as_of": "2026-11-28"}
    answer = client.get("/queries/conclusions.json", params=asked, headers={"Accept": "application/json"})
    (row,) = answer.json()["rows"]
    unread = row["texts_unread"].split("；")
    assert len(unread) > 4
    assert sentence.count("《") <= 4
    assert f"等{len(unread)}件" in sentence
    folded = rest.partition("<details")[2].partition("</details>")[0]
    assert [title for title in unread if f"《{title}》" not in folded] == []
    assert all(f"《{title}》" in row["sentence"] for title in unread), "JSON and papers keep the whole sentence"
