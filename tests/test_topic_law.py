"""Above a topic sheet stands what law in force on the day says: dated, with its evidence, and only where it reaches."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import docx
import lxml.html
import openpyxl
import pytest
from rdflib import Graph, Literal
from rdflib.namespace import RDF, SKOS
from tests.conftest import Visit, open_once

from policygraph.judging.comparing.sheets import SHEET_COLUMNS, Sheet, choose_sheet, law_lines
from policygraph.keeping.comparisons import QUERIES, read_sheet
from policygraph.keeping.sources import find_root
from policygraph.keeping.store import Store
from policygraph.namespaces import ELI, PG, slug_of
from policygraph.speaking.web.compare import export_words, render_sheet
from policygraph.speaking.web.site import Site
from policygraph.words import source_language

BEFORE, AFTER = "2026-03-31", "2026-04-01"
REPAIR, REPAIR_DRAFT = "law/xinyong-xiufu-banfa", "law/xinyong-xiufu-shixing-banfa"
LAWS = (QUERIES / "topic-law.rq").read_text(encoding="utf-8")
STATES = (QUERIES.parent / "pages" / "work-status.rq").read_text(encoding="utf-8")
NOT_STANDING = ("not-yet-in-force", "repealed", "expired")


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


def read(store: Store, day: str) -> Sheet:
    return read_sheet(store, day, Site(store).names["zh"].place_of)


@pytest.fixture(scope="module")
def after(store: Store) -> Sheet:
    return read(store, AFTER)


def laws(sheet: Sheet) -> set[str]:
    return {slug_of(line.work) for line in sheet.law}


def test_a_law_is_named_from_the_day_it_is_in_force_to_the_day_it_is_not(store: Store, after: Sheet) -> None:
    before = laws(choose_sheet(read(store, BEFORE), "repair"))
    since = laws(choose_sheet(after, "repair"))
    assert {REPAIR, REPAIR_DRAFT} & before == {REPAIR_DRAFT}
    assert {REPAIR, REPAIR_DRAFT} & since == {REPAIR}


def test_what_is_named_stands_by_the_status_of_its_law_on_the_days_around_every_event(store: Store) -> None:
    events = """PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX pg: <https://w3id.org/policygraph/ns#>
        SELECT DISTINCT ?day WHERE { ?event a pg:WorkEvent ; dcterms:date ?day }"""
    turns = [date.fromisoformat(str(day)) for (day,) in store.select(events)]
    gone: set[str] = set()
    for day in sorted({(turn + timedelta(shift)).isoformat() for turn in turns for shift in (-1, 0)}):
        named = {slug_of(str(row[1])) for row in store.select(LAWS, as_of=day)}
        states = {slug_of(str(row[0])): str(row[2]) for row in store.select(STATES, as_of=day)}
        assert {slug: states[slug] for slug in named if states[slug] in NOT_STANDING} == {}, day
        gone |= {slug for slug in {REPAIR_DRAFT} if states[slug] in NOT_STANDING and slug not in named}
    assert gone, "一部失效的法规也没有看到，等于没有查"


def test_of_a_law_that_was_amended_the_text_of_the_day_is_told(store: Store) -> None:
    for day, article in (("2021-08-31", "第七十五条"), ("2021-09-01", "第七十八条第一款")):
        told = choose_sheet(read(store, day), "consequences").law
        assert [line.provision for line in told if slug_of(line.work) == "law/anquan-shengchan-fa"] == [article]


def test_a_law_of_a_province_is_told_only_beside_documents_of_it(after: Sheet) -> None:
    for document, other in (("yiyuan-2021-28", "jiangsu"), ("jiangsu-2019-820", "shandong")):
        told = laws(choose_sheet(after, "repair", documents=[document]))
        assert REPAIR in told
        assert not [slug for slug in told if slug.startswith(f"law/{other}")]
    assert "law/shandong-shehui-xinyong" in laws(choose_sheet(after, "repair", documents=["yiyuan-2021-28"]))


def test_every_topic_has_law_or_says_so_and_each_line_says_how_it_is_known(store: Store) -> None:
    today = read(store, "2026-11-22")
    for topic in today.topics:
        shown = choose_sheet(today, topic.slug).law
        assert shown, topic.slug
        assert all(line.evidence and line.certainty in ("verified", "believed", "not-found") for line in shown)
        assert all(bool(line.gist) == bool(line.provision) for line in shown)
        assert all(line.gist or line.certainty != "verified" for line in shown), "读过的写条文和大意，不写整部法规"


def test_what_a_topic_names_is_a_provision_with_a_gist_or_a_law_that_nobody_read() -> None:
    graph = Graph()
    for path in (find_root() / "data").glob("legislation/*.ttl"):
        graph.parse(path)
    named = Graph().parse(find_root() / "data/editorial/topic-law.ttl")
    topics = Graph().parse(find_root() / "ontology/concepts/codebook.ttl")
    assert {topic for topic, _ in named.subject_objects(PG.topicLaw)} == {
        topic for topic in topics.subjects(SKOS.inScheme) if "/topic-" in str(topic)
    }
    for said in named.objects(None, PG.topicLaw):
        if (said, RDF.type, PG.Work) in graph:
            assert graph.value(said, PG.textCertainty) != Literal("verified"), said
        else:
            assert {ELI.is_part_of, PG.gist} <= set(graph.predicates(said)), said


def test_page_and_files_hold_the_same_law(visit: Visit, after: Sheet) -> None:
    client, address = visit(), f"?view=questions&topic=repair&as_of={AFTER}"
    sheet = choose_sheet(after, "repair")
    articles = [line.article for line in sheet.law]
    page = lxml.html.fromstring(client.get(f"/compare{address}").text)
    shown = page.xpath('//section[@class="law-today"]//li')
    assert [one.xpath("string(a)") for one in shown] == articles
    assert all((line.gist or "条文没有读到") in one.text_content() for one, line in zip(shown, sheet.law, strict=True))
    told = json.loads(client.get(f"/compare.json{address}").text)
    assert [f"{row['law']}{row['provision'] or ''}" for row in told["law"]] == articles
    assert tuple(told["columns"]) == SHEET_COLUMNS
    assert all(row["question"] for row in told["rows"])
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/compare.xlsx{address}").content))
    assert book["现行法"].max_row >= len(articles)
    paper = docx.Document(io.BytesIO(client.get(f"/compare.docx{address}").content))
    words = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert [article for article in [*articles, f"截至 {AFTER}"] if article not in words] == []


def test_the_rows_of_csv_that_tell_law_name_no_question_and_quote_nothing(store: Store, after: Sheet) -> None:
    sheet = choose_sheet(after, "repair")
    body, _ = render_sheet(sheet, "csv", Site(store).names["zh"])
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    law = [row for row in rows if row["状态"] == "现行法"]
    assert [row["所在条款"] for row in law] == [line.article for line in sheet.law]
    assert not any(row["问题"] or row["原文"] or row["条款全文"] or row["取值"] for row in law)
    assert len(rows) - len(law) == len(sheet.rows) * len(sheet.columns)


def test_a_day_that_nobody_verified_is_not_told_as_known(store: Store, after: Sheet) -> None:
    """Every line whose text or work says that its day is believed says so; no other does."""
    texts = {str(row[0]) for row in store.select(BELIEVED)}
    believed = [line for line in after.law if line.day_word == "law_since_believed"]
    assert "law/jiangsu-shehui-xinyong" in {slug_of(line.work) for line in believed}
    assert {line.since for line in believed} <= texts
    assert any(line.day_word == "law_since" for line in after.law)
    told = "\n".join(law_lines(after, export_words(source_language().words)))
    assert "据信 2025-01-14 起施行，施行日期没有核实" in told
    assert "（江苏省；2025-01-14 起施行" not in told


BELIEVED = """PREFIX pg: <https://w3id.org/policygraph/ns#>
SELECT DISTINCT (STR(?day) AS ?on)
WHERE { ?text pg:dateCertainty ?sure ; pg:inForceFrom ?day FILTER(?sure != "verified") }"""


def test_english_readers_read_the_gist_in_english(visit: Visit) -> None:
    page = lxml.html.fromstring(visit().get(f"/en/compare?view=questions&topic=repair&as_of={AFTER}").text)
    (line,) = [one for one in page.xpath('//section[@class="law-today"]//li') if "第十四条" in one.text_content()]
    assert "Repair: shortest term over" in line.text_content()
    assert "修复的条件" not in line.text_content()
