"""The published comparison of an added document, cell by cell: each cell is what the commands answer, and no more.

An officer's memo stands beside the five samples. Of its kinds of content some were read to the end and some were not;
the site is written as files, each cell of the measure matrix, of every topic sheet and of the mechanisms is opened and
held against ``ask … --workspace``, against the words of its source and against what ``todo`` says is left.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import normpath
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html
from rdflib import Graph
from tests import memos

from policygraph.keeping.curation.cases import open_case, open_desk
from policygraph.keeping.curation.deciding import accept, settle
from policygraph.keeping.dataset.building import build
from policygraph.keeping.workspace import open_workspace
from policygraph.namespaces import ID, PG
from policygraph.speaking.publishing.crawling import Crawl, choose_languages, open_app
from policygraph.speaking.publishing.placing import Folder

pytestmark = pytest.mark.slow

BASE, WHO, AT, DAY = memos.BASE, "法制科", memos.AT, "2031-06-01"
SLUG = memos.SLUG
DOCUMENT = f"{BASE}id/doc/{SLUG}"
MATRIX, MECHANISMS, SHEET = "compare/view-measures", "compare/view-mechanisms", "compare/view-questions_topic-{}"
CODEBOOK = Graph().parse(Path(__file__).parents[1] / "ontology/concepts/questions.ttl", publicID=ID.rstrip("/")[:-2])
TOPICS = sorted({str(topic).rpartition("/topic-")[2] for topic in CODEBOOK.objects(None, PG.topic)})
UNSETTLED: tuple[str, ...] = ()
SETTLED = ("measures", "mechanisms")
Row = dict[str, str]
Node = Any  # lxml has no annotations


@dataclass(frozen=True)
class Shown:
    """A site of files and the commands beside it."""

    site: Path
    own: Path
    settled: tuple[str, ...]
    run: Callable[..., Any]  # Any: a finished command, as the fixture gives it
    asked: dict[str, list[Row]] = field(default_factory=dict)

    def open(self, name: str) -> Node:
        return html.fromstring((self.site / name / "index.html").read_text(encoding="utf-8"))

    def ask(self, name: str, *words: str) -> list[Row]:
        """The rows of a question about the memo, as the command prints them."""
        if name not in self.asked:
            done = self.run("ask", name, *words, "--workspace", str(self.own), "--format", "csv")
            assert done.returncode == 0, done.stderr
            rows = list(csv.DictReader(io.StringIO(done.stdout)))
            self.asked[name] = [row for row in rows if row["document"] == DOCUMENT]
        return self.asked[name]

    def left(self) -> set[str]:
        """The kinds of which ``todo`` says that nobody has read the memo to the end."""
        done = self.run("todo", SLUG, "--workspace", str(self.own), "--format", "json")
        assert done.returncode == 1, done.stderr
        return {row["kind"] for row in json.loads(done.stdout)["rows"]}

    @property
    def source(self) -> str:
        return (self.own / "documents" / SLUG / "source.txt").read_text(encoding="utf-8")

    def column(self, name: str) -> list[tuple[str, str, Node]]:
        """The cells of the memo in a table of places: the slug and the name of each row, and its cell."""
        page = self.open(name)
        heads = page.xpath('//table[contains(@class, "places")]/thead//th[@scope="col"]')
        at = next(i for i, head in enumerate(heads) if any(lead(a, name) == DOCUMENT for a in head.xpath(".//a")))
        rows = page.xpath('//table[contains(@class, "places")]/tbody/tr[@id]')
        assert rows
        named = "./th//text()[normalize-space()]"
        return [(row.get("id"), clean(row.xpath(named)[0]), row.xpath("./td")[at - 1]) for row in rows]


def clean(text: str) -> str:
    return " ".join(text.split())


def words_of(node: Node) -> str:
    return clean(node.text_content())


def said_in(cell: Node, page: str, shown: Shown, measures: dict[str, Row] | None = None) -> str:
    """未整理 where a cell without an answer shows words that speak of the matter, each in its place; empty for none."""
    quotes = [words_of(one).strip("“”") for one in cell.xpath('./p[@class="small"]/span[@class="verbatim"]')]
    assert all(quote in shown.source for quote in quotes)
    if quotes and measures is not None:
        (clause,) = (lead(link, page) for link in cell.xpath('./p[@class="small"][span[@class="verbatim"]]/a'))
        assert clause in {row["clause"] for row in measures.values()}
    return SILENCES["uncurated"] if quotes else ""


def lead(link: Node, page: str) -> str:
    """The IRI of the thing whose file a link of a page names; a clause stands on the page of its document."""
    parts = urlsplit(link.get("href"))
    file = normpath(f"{page}/{unquote(parts.path)}").removesuffix("/index.html")
    return f"{BASE}id/{file}" + (f"/{unquote(parts.fragment)}" if parts.fragment else "")


SILENCES = {"uncurated": "未整理", "absent": "未规定"}


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the memo: measures, mechanisms and procedures accepted, conditions and lists left open."""
    folder = tmp_path_factory.mktemp("compared")
    case = memos.draft_memo(folder, samples=True)
    for kind in ("measures", "mechanisms", "procedures"):
        assert accept(case, None, WHO, AT, kind=kind)
    return folder / "own"


@pytest.fixture(scope="module", params=[UNSETTLED, SETTLED], ids=["nothing settled", "settled"])
def shown(
    request: pytest.FixtureRequest, curated: Path, tmp_path_factory: pytest.TempPathFactory, run: Callable[..., Any]
) -> Shown:
    folder = tmp_path_factory.mktemp("shown")
    own, site = folder / "own", folder / "site"
    shutil.copytree(curated, own)
    workspace = open_workspace(own)
    case = open_case(open_desk(workspace), SLUG)
    for kind in request.param:
        settle(case, kind, WHO, AT)
    build(workspace.dataset, workspace)
    addresses = ["/mechanisms", *(f"/compare?view={view}&as_of={DAY}" for view in ("measures", "mechanisms"))]
    addresses += [f"/compare?view=questions&topic={topic}&as_of={DAY}" for topic in TOPICS]
    app = open_app(workspace.dataset, DAY, choose_languages(["zh"]))
    try:
        asyncio.run(Crawl(app, Folder(site), DAY, None, print).run(addresses))
    finally:
        app.state.close()
    return Shown(site, own, request.param, run)


def test_what_is_left_is_what_nobody_settled(shown: Shown) -> None:
    left = shown.left()
    assert not left & set(shown.settled)
    assert {"conditions", "lists", "procedures", "departments", "legal-bases", "grades"} <= left
    assert len(left) == 17 - len(shown.settled)


def test_every_cell_of_the_measure_matrix(shown: Shown) -> None:
    asked = {row["measure"]: row for row in shown.ask("measures", "--document", SLUG)}
    verdicts: dict[str, set[str]] = {}
    for row in shown.ask("conclusions", "--document", SLUG, "--as_of", DAY):
        verdicts.setdefault(row["measure"], set()).add(row["conclusion_label"] or "未整理")
    bodies: dict[str, list[str]] = {}
    for row in shown.ask("departments-of-measures", "--document", SLUG):
        group = "（组级）" if row["level"] == "group" else ""
        bodies.setdefault(row["measure"], []).append((row["department_label"] or row["as_written"]) + group)
    based = {row["measure"] for row in shown.ask("legal-bases", "--document", SLUG)}
    left, seen, empty, spoken = shown.left(), set[str](), 0, 0
    for _, name, cell in shown.column(MATRIX):
        entries = cell.xpath("./ul/li")
        if not entries:
            empty += 1
            silent = "未整理" if "measures" in left else "全部已归类" if "未归类" in name else "未规定"
            said = said_in(cell, MATRIX, shown, asked)
            spoken += bool(said)
            assert clean(cell.text) == (said or silent), name
            continue
        for entry in entries:
            link = entry.xpath("./p[1]/a")[0]
            row = asked[lead(link, MATRIX)]
            seen.add(row["measure"])
            quote = words_of(entry.xpath("./p[1]/q")[0])
            assert (words_of(link), quote) == (row["notation"], row["quote"].rstrip("；;"))
            assert quote in shown.source
            assert any(name.startswith(area) for area in row["area"].split("；")), (name, row["area"])
            told = {
                words_of(one) for one in entry.xpath('./p[contains(@class, "state") or contains(@class, "missing")]')
            }
            assert verdicts[row["measure"]] <= told, (name, told)
            said = words_of(entry)
            for code in filter(None, (row["force"], *row["effect"].split("；"))):
                assert code in said, (code, said)
            for body in bodies.get(row["measure"], ()):
                assert body in said, (body, said)
            if row["measure"] not in bodies:
                assert "没有写" not in said, said
            if row["measure"] not in based:
                assert "未整理" in said if "legal-bases" in left else "未列" in said, said
    assert seen == set(asked)
    assert len(seen) == memos.MEASURES
    assert empty > 10
    assert 2 * spoken < empty


def test_every_cell_of_every_topic_sheet(shown: Shown) -> None:
    answers: dict[str, list[Row]] = {}
    for row in shown.ask("answers", "--document", SLUG, "--as_of", DAY):
        answers.setdefault(row["question"], []).append(row)
    left, seen, quoted = shown.left(), set[str](), 0
    for topic in TOPICS:
        page = SHEET.format(topic)
        for cell in shown.open(page).xpath(f'//td[substring-after(@id, ".") = "{SLUG}"]'):
            question = ID[f"concept/question-{cell.get('id').partition('.')[0]}"]
            rows = answers[str(question)]
            seen.add(str(question))
            head = words_of(cell.xpath("./p[1]")[0])
            rests_on = {str(kind).rpartition("/curated-")[2] for kind in CODEBOOK.objects(question, PG.answerRestsOn)}
            if rows[0]["absence"]:
                assert head == rows[0]["answer"], question
                if rows[0]["absence"] == "absent":
                    assert rests_on, question
                    assert not rests_on & left, (question, rests_on & left)
                assert not cell.xpath(".//q"), question
                continue
            assert set(head.split("、")) == {row["answer"] for row in rows}, question
            told = [words_of(q) for q in cell.xpath('./p[@class="words"]/q')]
            clauses = [lead(link, page) for link in cell.xpath("./details/p/a")]
            expected = dict.fromkeys((row["clause"], row["quote"]) for row in rows if row["quote"])
            assert list(zip(clauses, told, strict=True)) == list(expected), question
            assert all(quote in shown.source for quote in told), question
            quoted += len(told)
    assert seen == set(answers)
    assert len(seen) > 50
    assert quoted >= 3


def test_every_cell_of_the_mechanisms(shown: Shown) -> None:
    statements: dict[str, list[Row]] = {}
    for row in shown.ask("mechanisms"):
        statements.setdefault(row["mechanism"], []).append(row)
    left = shown.left()
    silent = "uncurated" if "mechanisms" in left else "absent"
    for slug, _, cell in shown.column(MECHANISMS):
        rows = statements[str(ID[f"concept/{slug}"])]
        stated = {(row["clause"], row["quote"]) for row in rows if row["clause"]}
        items = cell.xpath(".//ul/li")
        told = {
            (lead(item.xpath("./p/a")[0], MECHANISMS), words_of(item.xpath('./p/span[@class="verbatim"]')[0]))
            for item in items
        }
        assert told == stated, slug
        assert all(quote in shown.source for _, quote in told), slug
        if not stated:
            status = "uncurated" if (spoken := said_in(cell, MECHANISMS, shown)) else silent
            assert {row["status"] for row in rows} == {status}, slug
            assert clean(cell.text) == (spoken or SILENCES[silent]), slug
    page = shown.open("mechanisms")
    heads = page.xpath('//table[@class="matrix"]/thead//th')
    at = next(i for i, head in enumerate(heads) if any(lead(a, "mechanisms") == DOCUMENT for a in head.xpath(".//a")))
    seen = set()
    for row in page.xpath('//table[@class="matrix"]/tbody/tr'):
        mechanism = lead(row.xpath("./th//a")[0], "mechanisms").replace(BASE, "https://w3id.org/policygraph/")
        seen.add(mechanism)
        cell, rows = row.xpath("./td")[at - 1], statements[mechanism]
        told = {(lead(a, "mechanisms"), a.get("title")) for a in cell.xpath(".//a")}
        assert told == {(one["clause"], one["quote"]) for one in rows if one["clause"]}, mechanism
        if not told:
            (status,) = {one["status"] for one in rows}
            assert words_of(cell) == SILENCES[status], mechanism
    assert seen == set(statements)
