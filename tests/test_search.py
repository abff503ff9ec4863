"""Search: nothing that stands in a text is missed, what is found is marked in place, and the best comes first."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.errors import InputError
from policygraph.keeping.search import Entry, SearchIndex, SearchResult, collect_entries, cut_snippet
from policygraph.keeping.store import open_store
from policygraph.text.spans import Span

ENTRIES = collect_entries(open_store([Path(__file__).parent / "data_small.trig"]).select)
INDEX = SearchIndex(ENTRIES)
CLAUSES = [entry for entry in ENTRIES if entry.kind == "clause"]
ID = "https://w3id.org/policygraph/id/"


def _found(result: SearchResult) -> list[str]:
    return [hit.entry.iri.removeprefix(ID) for hit in result.hits]


def _one(text: str, query: str) -> list[str]:
    """The marked words of a one-clause index."""
    hits = SearchIndex([Entry("c", "clause", "", text=text)]).search(query).hits
    return [text[mark.start : mark.end] for hit in hits for mark in hit.text_marks]


def test_every_kind_of_thing_is_collected_once() -> None:
    assert {entry.kind for entry in ENTRIES} == {"clause", "measure", "document", "work", "department", "mechanism"}
    assert len({entry.iri for entry in ENTRIES}) == len(ENTRIES)
    law = next(entry for entry in ENTRIES if entry.iri.endswith("zhengfu-caigou-fa"))
    assert (law.name, law.aliases) == ("中华人民共和国政府采购法", ("政府采购法",))
    measure = next(entry for entry in ENTRIES if entry.iri.endswith("measure/memo/para_2"))
    assert (measure.place, measure.areas) == ("佳木斯市", ("政府采购", "财政资金"))


@given(st.sampled_from(CLAUSES), st.integers(0, 60), st.integers(1, 4))
def test_whatever_stands_in_a_clause_is_found_there(clause: Entry, at: int, length: int) -> None:
    words = clause.text[at : at + length]
    before, after = clause.text[max(0, at - 1) : at], clause.text[at + length : at + length + 1]
    inside_number = (before.isdigit() and words[:1].isdigit()) or (after.isdigit() and words[-1:].isdigit())
    if not words.strip(" “”《》") or inside_number:
        return
    assert clause.iri in {hit.entry.iri for hit in INDEX.search(words, limit=1000).hits}


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("实行联合惩戒。", "惩戒", ["惩戒"]),
        ("实行联合惩戒。", "惩", ["惩"]),
        ("建立红名单和黑名单", "红名", ["红名"]),
        ("《安全生产法》 第七十五条 规定", "第75条", ["第七十五条"]),
        ("《安全生产法》 第75条 规定", "第七十五条", ["第75条"]),
        ("《安全生产法》 第七十五条 规定", "75", ["七十五"]),
        ("《安全生产法》 第七十五条 规定", "七十五", ["七十五"]),
        ("《安全生产法》 第七十五条 规定", "第七十五条", ["第七十五条"]),
        ("第一百七十五条", "75条", []),
        ("（国发〔2014〕20号）", "国发[2014]20号", ["国发〔2014〕20号"]),
        ("（国发\n[2014] 20号)", "国发〔2014〕20号", ["国发\n[2014] 20号"]),
        ("（国办发〈2019〉35号）", "国办发〔2019〕35号", ["国办发〈2019〉35号"]),
        ("（国发〔2014年〕第20号）", "国发2014-20", ["国发〔2014年〕第20号"]),
        ("整改期为整改2019-12止", "整改2019-12", ["整改2019-12"]),
        ("苏发改信用发(2019)820号", "20号", []),
        ("苏发改信用发(2019)820号", "820号", ["820号"]),
        ("（十五）建立健全", "(15)", ["（十五）"]),
        ("（十五）建立健全", "十五", ["十五"]),
        ("失信“黑名单”企业", "失信黑名单企业", ["失信“黑名单”企业"]),
        ("得分在９５分以上", "95分", ["９５分"]),
        ("ABC企业", "abc", ["ABC"]),
        ("惩戒惩戒", "惩戒", ["惩戒", "惩戒"]),
        ("失信惩戒", "惩戒 失信", ["失信", "惩戒"]),
        ("失信惩戒", "失信惩 信惩戒", ["失信惩戒"]),
        ("失信惩戒", "失信 修复", []),
        ("失信惩戒", "  ", []),
        ("失信惩戒", "《》", []),
    ],
)
def test_how_a_word_is_written_does_not_count(text: str, query: str, marked: list[str]) -> None:
    assert _one(text, query) == marked


def test_the_thing_of_that_name_comes_before_the_clauses_that_mention_it() -> None:
    assert _found(INDEX.search("政府采购法"))[0] == "law/zhengfu-caigou-fa"
    assert _found(INDEX.search("国发[2014]20号"))[0] == "law/guofa-2014-20"
    assert _found(INDEX.search("佳应急联发（2020）5号"))[0] == "doc/memo"
    assert _found(INDEX.search("佳木斯市财政局"))[0] == "org/jiamusi/caizhengju"
    assert _found(INDEX.search("信用修复"))[0] == "concept/mechanism-credit-repair"


def test_the_form_that_was_found_is_named() -> None:
    first = INDEX.search("市应急管理局").hits[0]
    assert (first.entry.iri.removeprefix(ID), first.alias) == ("org/jiamusi/yingjiju", "市应急管理局")
    assert INDEX.search("佳木斯市应急管理局").hits[0].alias is None


def test_a_clause_is_not_found_by_the_title_of_its_document() -> None:
    assert all(hit.text_marks for hit in INDEX.search("合作备忘录", kind="clause").hits)


def test_facets_count_what_they_would_leave() -> None:
    everything = INDEX.search("采购", limit=100)
    counts = {(facet.name, facet.value): facet.count for facet in everything.facets}
    for (name, value), count in counts.items():
        narrowed = INDEX.search("采购", **{name: value}, limit=100)  # type: ignore[arg-type]  # the facet's own name
        assert narrowed.total == count
    measures = INDEX.search("采购", kind="measure", place="佳木斯市")
    assert {hit.entry.kind for hit in measures.hits} == {"measure"}
    assert {facet.name for facet in measures.facets} == {"place", "kind", "area"}


def test_hits_are_given_by_the_page_in_the_same_order() -> None:
    whole = _found(INDEX.search("部门", limit=100))
    paged = [iri for start in range(0, len(whole), 2) for iri in _found(INDEX.search("部门", limit=2, start=start))]
    assert paged == whole


def test_a_pasted_text_is_refused() -> None:
    with pytest.raises(InputError, match="200"):
        INDEX.search("惩" * 201)


@given(st.text(max_size=60))
def test_any_query_is_answered(query: str) -> None:
    result = INDEX.search(query)
    for hit in result.hits:
        for text, marks in ((hit.entry.text, hit.text_marks), (hit.entry.name, hit.name_marks)):
            assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)
            assert all(a.end <= b.start for a, b in pairwise(marks))


@given(st.text(min_size=1, max_size=80), st.integers(0, 79), st.integers(1, 5), st.integers(8, 40))
def test_a_snippet_keeps_its_marks_on_the_same_words(text: str, at: int, length: int, width: int) -> None:
    if at + length > len(text):
        return
    snippet = cut_snippet(text, [Span(at, at + length)], width)
    assert len(snippet.text) <= width
    for mark in snippet.marks:
        assert snippet.text[mark.start : mark.end] == text[at : at + length]


def test_a_snippet_shows_where_the_words_stand_together() -> None:
    text = "公开" + "甲" * 50 + "黑名单应当公开"
    snippet = cut_snippet(text, [Span(0, 2), Span(52, 55), Span(57, 59)], 20)
    assert [snippet.text[mark.start : mark.end] for mark in snippet.marks] == ["黑名单", "公开"]
