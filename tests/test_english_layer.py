"""What the program says on an English page is English; what stays Chinese is a name, a place or words of a source.

Pages of every type are walked, and a decision on every invented enterprise; Chinese stands only in an element that
says so. What the program says of a case is told from the word files and the editors' phrase book, piece by piece.
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from rdflib import Graph
from starlette.testclient import TestClient
from tests.conftest import ROOT, Visit, open_once

from policygraph.judging.decisions.rendering import proof_lines
from policygraph.keeping.assessments import Desk, open_desk
from policygraph.keeping.store import Cell
from policygraph.namespaces import PG
from policygraph.speaking.web.check import judgements_of, list_samples
from policygraph.speaking.web.site import Site
from policygraph.speaking.web.wording import Wording, cut_outside

DAY = "2026-11-22"
HAN = re.compile("[\u4e00-\u9fff〇]")
# 《安全生产法》 · “多次” · 二（五） · 七·4: names of laws, words of a document, places in it as they are printed
QUOTED = re.compile(
    r"《[^》]*》|“[^”]*”|[一二三四五六七八九十·0-9]*（[一二三四五六七八九十]+）|[六七八]·\d|[\u4e00-\u9fff]+〔\d{4}〕\d+号"
)
# Cite 附件二（九） · Link to this clause 第七条;  an attribute has no room for a mark of its own
PLACE = re.compile("[一二三四五六七八九十百〇（）附件录章节条款项第段表前后“”·0-9]+")
PAGES = (
    "/", "/documents", "/doc/jiamusi-2020-5", "/doc/jiamusi-2020-5/source", "/measures", "/legislation", "/departments",
    "/mechanisms", "/compare", "/check", "/review", "/data", "/queries", "/queries/measures?document=jiamusi-2020-5",
    "/sparql", "/learn", "/search?q=procurement", "/search?q=惩戒", "/glossary", f"/law/guanggao-fa?as_of={DAY}",
    "/concept/mechanism-watch-list", "/region/230800", f"/measure/jiamusi-2020-5/para_9?as_of={DAY}", "/nowhere",
    "/excerpts", f"/queries/basis-health?document=jiamusi-2020-5&as_of={DAY}", "/queries/conditions",
)  # fmt: skip


class Unmarked(HTMLParser):
    """The Chinese of a page, in its text and in its attributes, that no element declares as Chinese."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
    SPOKEN = ("title", "aria-label", "placeholder", "alt", "label")

    def __init__(self) -> None:
        super().__init__()
        self.around: list[tuple[str, str]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        language = given.get("lang") or (self.around[-1][1] if self.around else "")
        if not language.startswith("zh"):
            for key in self.SPOKEN:
                words = given.get(key) or ""
                self.found += [f"{tag}@{key}: {words}"] if HAN.search(PLACE.sub("", words)) else []
        if tag not in self.VOID:
            self.around.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.around and tag not in self.VOID and self.around.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if HAN.search(data) and not {tag for tag, _ in self.around} & {"script", "style"}:
            tag, language = self.around[-1]
            if not language.startswith("zh"):
                self.found.append(f"{tag}: {data.strip()}")


def list_unmarked(text: str) -> list[str]:
    page = Unmarked()
    page.feed(text)
    return page.found


@pytest.fixture(scope="module")
def site(dataset: Path) -> Site:
    return Site(open_once(dataset))


@pytest.fixture(scope="module")
def tell(site: Site) -> Wording:
    return site.wordings["en"]


@pytest.fixture(scope="module")
def desk(site: Site) -> Desk:
    return open_desk(site.store, date.fromisoformat(DAY))


@pytest.fixture(scope="module")
def client(visit: Visit) -> TestClient:
    return visit(headers={"Accept": "text/html"})


def find_untold(tell: Wording, said: set[str]) -> set[str]:
    """What is said of which Chinese is left that is no name, no place and no words of a source."""
    return {text for text in said if HAN.search(QUOTED.sub("", tell.tell(text)))}


def editors_phrases(site: Site, desk: Desk) -> Iterator[Cell]:
    """What the editors wrote of policies, measures, documents and bases: lists and sentences as they stand there."""
    for document in {row["document"] for row in site.ask("documents")}:
        yield from (row["reason"] for row in site.rows("later-instruments", document=document))
        yield from (row["defect"] for row in site.rows("document-defects", document=document))
        yield from (row["message"] for row in site.rows("document-problems", document=document))
    yield from (row["reason"] for question in ("basis-fit", "acts") for row in site.ask(question))
    for policy in desk.policies.values():
        for shape in policy.shapes:
            yield from (shape.missing, shape.supplier, shape.remedy, shape.message)
        for reading in policy.readings:
            yield from (reading.label, reading.reason)
        yield from policy.remarks
        yield from (asked.grade for asked in policy.asked)
        yield from (rule.grade for rule in policy.measures)
    for row in desk.measures:
        yield from (part + "。" for part in row.needs_judgement.split("。") if part)


def test_every_phrase_of_the_editors_is_told_in_english(site: Site, desk: Desk, tell: Wording) -> None:
    phrases = {str(phrase) for phrase in editors_phrases(site, desk) if phrase}
    assert len(phrases) > 600
    assert find_untold(tell, phrases) == set()
    assert tell.tell("没有人写过的一句话") == "没有人写过的一句话"


WRITTEN = """
PREFIX pg: <https://w3id.org/policygraph/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?words {
  ?thing pg:sourceNote|pg:evidenceText|pg:dateInference|rdfs:label ?words FILTER(LANG(?words) != "en")
}
"""


def test_the_phrase_book_holds_nothing_that_is_said_nowhere(site: Site, desk: Desk) -> None:
    """A phrase of which the Chinese was changed would stay here unread."""
    book = Graph().parse(ROOT / "data" / "editorial" / "english-phrases.ttl")
    said = {str(phrase) for phrase in editors_phrases(site, desk) if phrase}
    said |= {str(row["evidence"]) for row in site.ask("basis-health", as_of=DAY)}
    said |= {str(words) for (words,) in site.store.select(WRITTEN)}
    for mark in "。；、":
        said |= {part for phrase in said for part in cut_outside(phrase, mark)}
    for within in ("（(.*)）$", "（([^（）]*)）$", "^读到(.*)$", "，是(.*)$"):
        said |= {part for phrase in said for part in re.findall(within, phrase)}
    listed = "\n".join(said)
    unused = []
    for words in book.objects(None, PG.wording):
        text = str(words)
        if getattr(words, "language", "") == "zh" and not re.fullmatch(r"\{n\}(年|个月)", text):
            pattern = re.sub(r"\\{\w+\\}", ".+", re.escape(text))
            unused += [] if re.search(f"^{pattern}$", listed, re.MULTILINE) else [text]
    assert unused == []


def test_no_sentence_and_a_half_is_told_as_one(tell: Wording) -> None:
    """A page said that a text is in force on “heading note: revised on 2015-04-24; Article 74: 2015-09-01”."""
    said = tell.tell("题注：2015-04-24修订；第七十四条：2015-09-01施行。")
    assert said == "heading note: revised on 2015-04-24; Article 74: in force on 2015-09-01."
    assert tell.tell("认定止于 某日，其后未说明") == "认定止于 某日，其后未说明"
    moved = "Article 3 became Article 4, since articles were added; the number of the article is the same"
    assert tell.tell("因增加新条文，第三条变为第四条；条号未变") == moved


def test_what_is_said_of_every_invented_enterprise_is_told_in_english(site: Site, desk: Desk, tell: Wording) -> None:
    """Reasons, what is missing and who supplies it, readings, warnings, proofs and what is to be judged."""
    said, day = set[str](), date.fromisoformat(DAY)
    for entity, _, _ in list_samples(site.sample):
        for policy in desk.policies.values():
            decision = desk.decide(site.sample, entity, policy, day, today=day)
            prospect = desk.foresee(site.sample, entity, policy, day)
            parts = (*decision.conditions, *decision.findings)
            said |= {decision.reason, decision.grade or "", *decision.currency, *judgements_of(decision)[1].values()}
            needed = [change for way in (prospect.needed, *prospect.otherwise) for change in way]
            said |= {text for change in needed for text in (change.what, change.supplier)}
            said |= {notice.message for notice in decision.warnings} | {judgements_of(decision)[0]}
            for part in parts:
                said |= {part.reason, *(text for one in part.missing for text in (one.what, one.supplier))}
                # who exported a table is written into the register, and no word of the program
                said |= {re.sub("，来源：.*", "", line) for line in proof_lines(part.proof, site.codes)}
    assert len(said) > 250
    assert find_untold(tell, said) == set()


@pytest.mark.parametrize("page", PAGES)
def test_an_english_page_marks_all_its_chinese(client: TestClient, page: str) -> None:
    assert list_unmarked(client.get("/en" + page, follow_redirects=True).text) == []


def test_a_decision_in_english_marks_all_its_chinese(site: Site, client: TestClient) -> None:
    for code, _, _ in list_samples(site.sample):
        page = client.post("/en/check", data={"do": "sample", "sample": code, "as_of": DAY}).text
        assert list_unmarked(page) == [], code
        assert "Under each document" in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * { ?s pg:x ?o }", "the prefix pg: is not declared"),
        ("SELEC * {}", "was SELECT meant?"),
        ("SELECT * { ?s ?p “惩戒” }", "Line 1, column"),
        ("INSERT DATA { <a:b> <a:c> 1 }", "This service is read-only"),
        ("SELECT * { SERVICE <http://x.org/> { ?s ?p ?o } }", "SERVICE is refused"),
    ],
)
def test_what_the_query_page_refuses_it_refuses_in_english(client: TestClient, query: str, told: str) -> None:
    """The Chinese page and a program still hear both; words of the query itself stay as they were written."""
    refused = client.get("/en/sparql", params={"query": query}).text.partition('role="alert"')[2].partition("</pre>")[0]
    assert told in refused
    assert not HAN.search(refused.replace("惩戒", ""))
    both = client.get("/sparql", params={"query": query}).text.partition('role="alert"')[2].partition("</pre>")[0]
    assert told in both
    assert HAN.search(both.replace("惩戒", ""))


def test_every_example_of_a_query_begins_with_english_on_an_english_page(site: Site) -> None:
    for query in site.store.list_queries():
        assert query.shown_en.startswith(f"# {query.summary_en}\n"), query.name
        notes = [line for line in query.shown_en.splitlines() if line.startswith("#")]
        assert not HAN.search(PLACE.sub("", QUOTED.sub("", "\n".join(notes)))), query.name
        asked = [line for line in query.text.splitlines() if line and not line.lstrip().startswith("#")]
        assert query.shown_en.endswith("\n".join(asked) + "\n")


@pytest.mark.parametrize("words", ["procurement", "惩戒", "安全生产法第75条", "财政局", "credit repair", "国发2014-20"])
def test_the_rows_of_a_search_in_english_name_things_in_english(client: TestClient, words: str) -> None:
    rows = client.get("/en/search.json", params={"q": words}).json()["rows"]
    assert rows
    for row in rows:
        assert not HAN.search(str(row["title"])), row
        assert not HAN.search(PLACE.sub("", str(row["locator"] or ""))), row
        assert not HAN.search(f"{row['place']}{row['areas']}"), row
    chinese = client.get("/search.json", params={"q": words}).json()["rows"]
    assert any(HAN.search(str(row["title"])) for row in chinese)


RAISED_IN = ("speaking/web", "speaking/api.py", "keeping/registers/cells.py", "keeping/registers/bodies.py",
             "keeping/registers/uploads.py", "keeping/store/naming.py", "text/dates.py")  # fmt: skip
RAISING = re.compile(r"(?:Error|CellProblem|\.error)$")


def list_faults(path: Path) -> set[str]:
    """The sentences of the errors that a module raises, with x in their slots; what a slot says is told by itself."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and RAISING.search(ast.unparse(node.func)):
            for word in node.args:
                if isinstance(word, ast.JoinedStr):
                    parts = (part.value if isinstance(part, ast.Constant) else "x" for part in word.values)
                    found.add("".join(map(str, parts)))
                elif isinstance(word, ast.Constant) and isinstance(word.value, str):
                    found.add(word.value)
    return {text for text in found if HAN.search(text)}


def test_every_error_that_a_page_meets_is_told_in_english(tell: Wording) -> None:
    package = ROOT / "src" / "policygraph"
    paths = [path for name in RAISED_IN for path in (sorted((package / name).rglob("*.py")) or [package / name])]
    faults = {fault for path in paths for fault in list_faults(path)}
    assert len(faults) > 100
    assert {fault for fault in faults if HAN.search(re.sub("“[^”]*”", "", tell.tell(fault)))} == set()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"do": "decide", "as_of": "x"}, "is no date. Write 2026-11-22"),
        ({"do": "decide", "enterprises.0.uscc": "1"}, "unified social credit code “1”: it is to have 18 characters"),
        ({"do": "code", "code": "123"}, "No unified social credit code is recognised"),
        ({"do": "open"}, "no file was chosen"),
        ({"do": "decide", "penalties.0.record_id": "P", "penalties.0.date": "nix"}, "Penalties Row 1"),
    ],
)
def test_what_is_wrong_in_a_form_is_said_in_the_language_of_the_page(
    client: TestClient, sent: dict[str, str], told: str
) -> None:
    page = client.post("/en/check", data={"as_of": DAY, **sent})
    assert page.status_code == 400
    errors = page.text.partition('class="errors"')[2].partition("</section>")[0]
    assert told.casefold() in errors.casefold()
    assert not HAN.search(errors)
    assert HAN.search(client.post("/check", data={"as_of": DAY, **sent}).text.partition('class="errors"')[2])


PAPER = re.compile(
    r'<a[^>]* href="(/[^"?]*\.(?:docx|xlsx|txt|md|atom))(?:\?[^"]*)?"[^>]*>[^<]*</a>(.{0,40})', re.DOTALL
)


@pytest.mark.parametrize(
    "page",
    [
        "/measures", "/compare", "/review", "/queries/measures", "/cite?of=measure/jiamusi-2020-5/para_9",
        "/excerpts?of=measure/jiamusi-2020-5/para_9", f"/law/guanggao-fa?as_of={DAY}", "/changes?since=2020-01-01",
        f"/measure/jiamusi-2020-5/para_9?as_of={DAY}", "/documents",
    ],
)  # fmt: skip
def test_a_paper_in_chinese_says_so_where_it_is_offered_in_english(client: TestClient, page: str) -> None:
    """Files below ``/en/`` are English themselves; what has one address for all languages is written in Chinese."""
    found = PAPER.findall(client.get("/en" + page, follow_redirects=True).text)
    assert found
    told = {path: "(in Chinese)" in after for path, after in found}
    assert told == {path: not path.startswith("/en/") for path in told}
    assert "中文" not in "".join(after for _, after in PAPER.findall(client.get(page, follow_redirects=True).text))


def test_the_paper_on_a_case_says_in_english_that_it_is_in_chinese(client: TestClient, site: Site) -> None:
    page = client.post("/en/check", data={"do": "sample", "sample": list_samples(site.sample)[1][0], "as_of": DAY}).text
    buttons = re.findall(r'value="docx:[^"]*">(.*?)</button>', page, re.DOTALL)
    assert len(buttons) > 1
    assert all("(in Chinese)" in button for button in buttons)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_citation_of_a_cell_stands_on_the_page_and_its_words_are_lit_in_the_document(
    client: TestClient, prefix: str
) -> None:
    """A cell led to a bare file of text: what is cited and where it stands is seen on the page itself."""
    page = client.get(f"{prefix}/compare?topic=repair&as_of={DAY}").text
    cited = {told: html.unescape(re.sub("<[^>]+>", "", words)) for told, words in CITATION.findall(page)}
    files = [html.unescape(link) for link in re.findall(r'href="([^"]*/compare\.txt[^"]*&amp;row=[^"]*)"', page)]
    assert len(cited) == len(files) > 5
    assert set(cited.values()) == {client.get(link).text.strip() for link in files}
    lit = [html.unescape(link) for link in re.findall(r'href="([^"]*#[^"]*:~:text=[^"]*)"', page)]
    assert len(lit) > 5
    for link in lit:
        address, _, words = link.partition(":~:text=")
        document, _, anchor = address.partition("#")
        clause = client.get(document).text.partition(f'id="{anchor}"')[2]
        assert unquote(words)[:12] in re.sub("<[^>]+>|\\s", "", clause)


CITATION = re.compile(r'<p id="(cite-[^"]+)">(.*?)</p>', re.DOTALL)


def test_a_law_in_a_sentence_is_named_in_english_in_front_of_its_own_name(site: Site) -> None:
    gloss = site.names["en"].gloss_citations
    assert gloss("rests on 《政府采购法》第二十二条（2014年修正文本）, provided").startswith(
        "rests on Government Procurement Law, Article 22 《政府采购法》第二十二条（2014年修正文本）, provided"
    )
    assert gloss("(《安全生产法》第七十八条第一款（2021年）); see 《某部没有登记的法》第一条") == (
        "(Work Safety Law, Article 78 (1) 《安全生产法》第七十八条第一款（2021年）); see 《某部没有登记的法》第一条"
    )
    assert (
        gloss("《政府采购法》第十三条、第二十二条") == "Government Procurement Law 《政府采购法》第十三条、第二十二条"
    )
    assert site.names["zh"].gloss_citations("依《政府采购法》第二十二条") == "依《政府采购法》第二十二条"
