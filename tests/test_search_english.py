"""A reader of English finds by the words of glosses, in other forms and with numbers in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.conftest import Visit, open_once

from policygraph.keeping.search import Entry, Found, open_finder
from policygraph.keeping.search.english import cut_english
from policygraph.keeping.search.finder import Finder
from policygraph.namespaces import slug_of
from policygraph.text.folding import fold
from policygraph.text.locators import count_ordinals


@pytest.fixture(scope="module")
def finder(dataset: Path) -> Finder:
    return open_finder(open_once(dataset).select)


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


@pytest.mark.parametrize(
    ("words", "answered", "elsewhere"),
    [
        ("measures without legal basis", "measures-without-basis", ""),
        ("blacklist validity", "lists", ""),
        ("无依据的措施", "measures-without-basis", ""),
        ("creadit repair", "", "nearest"),
        ("限制政府采构", "", "nearest"),
        ("procurement", "", ""),
    ],
)
def test_words_that_nothing_holds_are_answered_where_they_ask(
    visit: Visit, words: str, answered: str, elsewhere: str
) -> None:
    prefix = "/en" if words.isascii() else ""
    found = visit().get(f"{prefix}/search.json", params={"q": words}).json()
    assert found.get("query", "") == answered
    assert bool(found["as_of"]) is bool(answered)
    page = visit().get(f"{prefix}/search", params={"q": words}).text
    assert ('id="answer"' in page) is bool(answered)
    assert not elsewhere or {row["why"] for row in found["rows"]} == {elsewhere}


@pytest.mark.parametrize("question", ["哪些措施没有依据", "哪些措施没有写依据"])
def test_beside_an_answer_nothing_is_offered_that_is_only_similar(visit: Visit, question: str) -> None:
    found = visit().get("/search.json", params={"q": question, "as_of": "2026-11-27"}).json()
    assert found["query"] == "measures-without-basis"
    assert "nearest" not in {row["why"] for row in found["rows"]}


def _write(entry: Entry) -> str:
    return count_ordinals(fold(entry.text, "name")).text


@pytest.mark.parametrize(
    ("query", "chinese", "others"),
    [
        ("three years", "三年", ("五年", "第三款")),
        ("3 years", "3年", ("五年",)),
        ("within two years", "2年", ("三年",)),
        ("sixty days", "六十日", ()),
    ],
)
def test_an_english_number_with_its_unit_is_one_word_and_that_of_the_chinese(
    finder: Finder, query: str, chinese: str, others: tuple[str, ...]
) -> None:
    english = " ".join(cut_english(query.removeprefix("within ")))

    def is_told(entry: Entry) -> bool:
        glossed = " ".join(cut_english(entry.english or ""))
        return count_ordinals(fold(chinese, "name")).text in _write(entry) or english in glossed

    hits = finder.find(query, limit=200).result.hits
    assert is_told(hits[0].entry)
    held = {hit.entry.iri for hit in hits}
    assert {hit.entry.iri for hit in finder.find(chinese, limit=200).result.hits} <= held
    for other in others:
        alone = {entry.iri for entry in finder.index.entries if other in entry.text + entry.name and not is_told(entry)}
        assert alone
        assert not alone & held


def test_an_english_number_and_its_unit_that_stand_apart_are_no_hit(finder: Finder) -> None:
    """The May *Day* Labour Medal in item *2*, and a grade that changes within the *year*, are no length of time."""
    for query, apart in (("2 day", "jiamusi-2020-6/para_16/subpara_2"), ("5 year", "jiangsu-2019-820/sec_3-para_1/5")):
        assert any(slug.endswith(apart) for slug in slugs(finder.find(query.split()[1], limit=300))), query
        assert not any(slug.endswith(apart) for slug in slugs(finder.find(query, limit=300))), query


def test_a_function_with_a_word_for_bodies_is_the_body_of_it(finder: Finder) -> None:
    for query, chinese in (("finance bureau procurement", "财政局 政府采购"), ("tax authority", "税务局")):
        hits = finder.find(query).result.hits
        assert hits[0].entry == finder.find(chinese).result.hits[0].entry, query
        assert finder.find(query).reading.parts[0].has("function")


@pytest.mark.parametrize("query", ["附录（九）", "附录九", "附录第九项", "附录 9", "5号附录(9)", "appendix item 9"])
def test_the_item_of_an_appendix_is_found_however_it_is_spelt(finder: Finder, query: str) -> None:
    paths = [hit.entry.iri for hit in finder.find(query).result.hits]
    assert paths
    assert all("/app_1/row_9/" in path for path in paths)


@pytest.mark.parametrize("query", ["附件第9项", "附件（九）", "附件9", "annex item 9"])
def test_the_item_of_an_annex_stands_in_an_annex(finder: Finder, query: str) -> None:
    paths = [hit.entry.iri for hit in finder.find(query).result.hits]
    assert any(path.endswith("/annex_1/sec_2/para_9") for path in paths)
    assert all("/annex_" in path for path in paths)


def test_an_item_that_no_appendix_has_is_not_another_one(finder: Finder) -> None:
    assert finder.find("附录第99项").result.total == 0
    assert finder.find("附件二（九）").result.hits[0].entry.kind == "measure"


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("environmental impact", "measure/jiamusi-2020-5/para_12"),
        ("MEM order 11", "law/yingjibuling-11"),
        ("NDRC order 58", "law/xinyong-xiufu-shixing-banfa"),
        ("work safety licence extension", "measure/jiamusi-2020-6/para_14/subpara_2"),
    ],
)
def test_what_a_stranger_typed_in_english_is_found(finder: Finder, query: str, slug: str) -> None:
    assert slugs(finder.find(query))[:1] == [slug]
