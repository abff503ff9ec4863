"""A reader of English finds by the words of glosses, in other forms and with numbers in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Visit

from policygraph.keeping.dataset.manifest import DATASET_FILE
from policygraph.keeping.search import Found, open_finder
from policygraph.keeping.search.finder import Finder
from policygraph.keeping.store import open_store
from policygraph.namespaces import slug_of


@pytest.fixture(scope="module")
def finder(dataset: Path) -> Finder:
    return open_finder(open_store([dataset / DATASET_FILE]).select)


def slugs(found: Found) -> list[str]:
    return [slug_of(hit.entry.iri) for hit in found.result.hits]


@pytest.mark.parametrize("query", ["may procurement be restricted", "can a firm be restricted in procurement?"])
def test_a_question_in_english_leads_to_the_measure(finder: Finder, query: str) -> None:
    found = finder.find(query)
    assert found.reading.asks_may
    assert "measure/jiamusi-2020-5/para_9" in slugs(found)
    assert any(slug_of(one) == "measure/jiamusi-2020-5/para_9" for one in found.measures)


@pytest.mark.parametrize(
    "query", ["three years penalty", "penalties within 3 years", "no penalty in the last three years"]
)
def test_a_condition_is_found_by_its_gloss_in_words_and_figures(finder: Finder, query: str) -> None:
    found = finder.find(query, limit=50)
    reasons = {slug_of(hit.entry.iri): hit.why for hit in found.result.hits}
    clauses = [
        slug
        for slug, why in reasons.items()
        if slug.startswith("doc/jiamusi-2020-6/annex_1/sec_1") and why == "english"
    ]
    assert clauses, reasons


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("be banned from bidding", "measure/jiangsu-2019-820/sec_3-para_6"),
        ("star for two years running", "doc/xinzheng-2010-36/sec_7"),
        ("bad credit records", "doc/yiyuan-2021-28/annex_1"),
    ],
)
def test_other_forms_of_a_word_are_the_word(finder: Finder, query: str, slug: str) -> None:
    assert any(found.startswith(slug) for found in slugs(finder.find(query, limit=50)))


def test_what_no_gloss_says_is_not_found(finder: Finder) -> None:
    assert not finder.find("seventeen elephants").result.total
    assert not finder.find("thirteen years penalty").result.total


def test_a_hit_by_its_gloss_says_so_on_the_page(visit: Visit) -> None:
    page = visit().get("/en/search", params={"q": "three years penalty"}).text
    assert "the editors\u2019 gloss has" in page or "gloss has" in page
