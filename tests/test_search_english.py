"""A reader of English finds by the words of glosses, in other forms and with numbers in words."""

from __future__ import annotations

import re
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


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("修復", "law/xinyong-xiufu-banfa"),
        ("安全生產法第七十五條", "law/anquan-shengchan-fa/art_75"),
        ("5号2（9）", "doc/jiamusi-2020-5/annex_1/sec_2/para_9"),
        ("佳木斯5号文 第二部分第九项", "measure/jiamusi-2020-5/para_9"),
        ("is document 5 still in force", "doc/jiamusi-2020-5"),
        ("is article 75 still valid", "law/anquan-shengchan-fa/art_75"),
        ("Measures for credit repair article 12", "law/xinyong-xiufu-banfa/art_12"),
    ],
)
def test_numbers_and_places_are_read_however_they_are_typed(finder: Finder, query: str, first: str) -> None:
    assert slugs(finder.find(query))[0] == first


@pytest.mark.parametrize("query", ["who may appeal", "谁可以撤销标准化证书", "由谁可以限制融资"])
def test_who_may_asks_for_no_conclusion(finder: Finder, query: str) -> None:
    found = finder.find(query)
    assert found.reading.asks
    assert not found.reading.asks_may
    assert not found.measures


def test_what_several_texts_of_an_article_say_is_dated(finder: Finder) -> None:
    article = finder.find("处罚法14条").result.hits[0].entry
    assert article.text.index("（2021年文本）") < article.text.index("（2017年文本）")
    assert "(text of 2021)" in (article.english or "")


def test_a_page_in_english_shows_english_gists_and_examples(visit: Visit) -> None:
    page = visit().get("/en/search", params={"q": "Administrative Penalty Law article 14"}).text
    assert "text of 2021" in page
    assert "年文本" not in page
    asked = {"q": "how long does it last", "as_of": "2026-11-27"}
    choices = visit().get("/en/search", params=asked).text.partition('class="choices"')[2].partition("</ul>")[0]
    assert "such as" in choices
    assert not any("一" <= one <= "鿿" for one in choices)


def test_which_body_may_is_not_answered_by_what_may_be_done(visit: Visit) -> None:
    for words, told in (("哪个部门可以限制政府采购", False), ("能不能限制政府采购", True)):
        page = visit().get("/search", params={"q": words, "as_of": "2026-11-27"}).text
        assert ('<p class="sentence">' in page) is told


def test_below_an_answer_nothing_is_said_to_be_lacking(visit: Visit) -> None:
    answered = visit().get("/search", params={"q": "5号文还有效吗", "as_of": "2026-11-27"}).text
    assert 'id="answer"' in answered
    assert "没有找到同时符合" not in answered
    assert "没有找到同时符合" in visit().get("/search", params={"q": "玄曜玄曜"}).text


@pytest.mark.parametrize("question", ["who must publish penalties", "what about procurement"])
def test_each_choice_is_offered_once_and_called_by_its_own_sentence(visit: Visit, question: str) -> None:
    asked = {"q": question, "as_of": "2026-11-21"}
    page = visit().get("/en/search", params=asked).text.partition('class="choices"')[2].partition("</ul>")[0]
    links = re.findall('<a href="([^"]+)">(.*?)</a>', page)
    assert links
    for column in zip(*links, strict=True):
        assert len(set(column)) == len(column)
