"""Search: nothing that stands in a text is missed, what is found is marked in place, and the best comes first."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import open_once

from policygraph.errors import InputError
from policygraph.keeping.search import (
    KINDS,
    Entry,
    Finder,
    Found,
    SearchIndex,
    SearchResult,
    collect_entries,
    cut_snippet,
    holds_code,
    open_finder,
)
from policygraph.keeping.search.apart import read_spread
from policygraph.keeping.search.entries import read_query
from policygraph.keeping.search.index import make_term
from policygraph.keeping.store import Store, open_store
from policygraph.text.folding import fold
from policygraph.text.locators import count_ordinals
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
    assert {entry.kind for entry in ENTRIES} == set(KINDS)
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


def _plain_scan(entries: list[Entry], query: str) -> set[str]:
    """What holds every word of a query, entry by entry: the search without anything that makes it fast."""

    def holds(text: str, word: str) -> bool:
        term, plain = make_term(word), fold(text, "name")
        counted = count_ordinals(plain)
        pairs = [(plain.text, term.plain)]
        if counted is not plain or term.counted != term.plain:
            pairs.append((counted.text, term.counted))
        for held, words in pairs:
            for at in range(len(held) - len(words) + 1):
                if held[at : at + len(words)] == words and not (
                    (words[0].isdigit() and at and held[at - 1].isdigit())
                    or (words[-1].isdigit() and held[at + len(words) : at + len(words) + 1].isdigit())
                ):
                    return True
        return False

    words = [word for word in query.split() if make_term(word).plain]
    found = set()
    for entry in entries:
        texts = (entry.name, *entry.aliases, entry.text)
        fits = bool(words) and all(any(holds(text, word) for text in texts) for word in words)
        if fits and (entry.kind != "clause" or any(holds(entry.text, word) for word in words)):
            found.add(entry.iri)
    return found


TEXTS = st.text(st.sampled_from("惩戒限制采购二十3年7第条（九）〔2014〕号 ab"), max_size=24)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5), TEXTS.filter(lambda text: "号" not in text))
def test_scanning_all_texts_at_once_loses_nothing_and_adds_nothing(texts: list[tuple[str, str]], query: str) -> None:
    kinds = ("measure", "clause", "article")
    entries = [Entry(f"e/{n}", kinds[n % 3], name, (), text) for n, (name, text) in enumerate(texts)]
    found = SearchIndex(entries).search(query, limit=10)
    assert {hit.entry.iri for hit in found.hits} == _plain_scan(entries, query)


# --- what is typed is resolved ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


@pytest.fixture(scope="module")
def finder(store: Store) -> Finder:
    return open_finder(store.select)


def _first(found: Found) -> str:
    return found.result.hits[0].entry.iri.removeprefix(ID) if found.result.hits else ""


# what is typed, the first that is found, the code of the reason
SEARCHES = (
    # an article, in any spelling
    ("安全生产法第75条", "law/anquan-shengchan-fa/art_75", "article"),
    ("《安全生产法》第七十五条", "law/anquan-shengchan-fa/art_75", "article"),
    ("第七十五条 安全生产法", "law/anquan-shengchan-fa/art_75", "article"),
    ("中华人民共和国安全生产法 第 七十八 条", "law/anquan-shengchan-fa/art_78", "article"),
    ("安法78", "law/anquan-shengchan-fa/art_78", "article"),
    ("处罚法16条", "law/xingzheng-chufa-fa/art_16", "article"),
    ("事故调查处理条例第40条", "law/shigu-baogao-tiaoli/art_40", "article"),
    ("政府采购法22条1款5项", "law/zhengfu-caigou-fa/art_22/para_1/point_5", "article"),
    ("信用修复管理办法 九", "law/xinyong-xiufu-banfa/art_9", "article"),
    ("许可法第9999条", "law/xingzheng-xuke-fa", "named"),
    # a law, by any of its names, by letters of it
    ("招标投标法", "law/zhaobiao-toubiao-fa", "named"),
    ("征信业条例", "law/zhengxinye-tiaoli", "named"),
    ("anquan-shengchan-fa", "law/anquan-shengchan-fa", "code"),
    # a number, in any spelling
    ("国发2014-20", "law/guofa-2014-20", "number"),
    ("〔2014〕20号", "law/guofa-2014-20", "number"),
    ("国发（2014）20号", "law/guofa-2014-20", "number"),
    ("国办发2020 49", "law/guobanfa-2020-49", "number"),
    ("国务院第493号令", "law/shigu-baogao-tiaoli", "number"),
    ("苏发改信用发(2019) 820", "doc/jiangsu-2019-820", "number"),
    ("源应急发2021-28", "doc/yiyuan-2021-28", "number"),
    ("沂源 28号", "doc/yiyuan-2021-28", "linked"),
    # a clause of a document
    ("5号 二（九）", "measure/jiamusi-2020-5/para_9", "address"),
    ("佳木斯 二(九)", "measure/jiamusi-2020-5/para_9", "address"),
    ("佳应急联发〔2020〕6号附件二（五）", "measure/jiamusi-2020-6/para_5", "address"),
    # departments and what they do
    ("财政局", "org/jiamusi/caizhengju", "named"),
    ("联合惩戒 财政局", "measure/jiamusi-2020-5/para_2", "linked"),
    ("财政局 联合惩戒", "measure/jiamusi-2020-5/para_2", "linked"),
    ("财政局 政府采购", "measure/jiamusi-2020-5/para_9", "linked"),
    ("政府采购 财政局", "measure/jiamusi-2020-5/para_9", "linked"),
    ("人社局", "org/jiamusi/rensheju", "named"),
    ("市监局", "org/jiamusi/shijianju", "named"),
    ("安监局", "org/national/yingjibu", "former"),
    ("新郑安监局", "org/xinzheng/yingjiju", "former"),
    ("工商局", "org/national/shijian-zongju", "former"),
    ("环保局", "org/national/shengtaibu", "former"),
    ("银保监会", "org/national/jinrong-zongju", "former"),
    ("财政局要做什么", "org/jiamusi/caizhengju", "named"),
    # areas, effects, questions
    ("限制政府采购", "measure/jiamusi-2020-5/para_9", "linked"),
    ("能不能限制政府采购", "measure/jiamusi-2020-5/para_9", "linked"),
    ("禁止政府采购", "measure/jiamusi-2020-5/para_9", "like"),
    ("可以取消荣誉吗", "measure/jiamusi-2020-5/para_14", "linked"),
    ("能不能禁止参加招投标", "measure/jiangsu-2019-820/sec_3-para_6/al_1", "like"),
    ("能不能限制参与政府采购活动", "measure/jiamusi-2020-5/para_9", "linked"),
    ("能不能通报银行", "measure/jiamusi-2020-5/para_8", "linked"),
    ("能否向银行通报", "measure/jiamusi-2020-5/para_8", "linked"),
    ("限制供地", "measure/jiamusi-2020-5/para_10", "linked"),
    # what is tied to the very words before what is only like them, where nobody asks whether something may be done
    ("watch list publication", "doc/jiangsu-2019-820", "linked"),
    ("能否撤销荣誉称号", "measure/jiamusi-2020-5/para_14", "like"),
    ("信用修复", "concept/mechanism-credit-repair", "named"),
    ("江苏 信用修复", "doc/jiangsu-2019-820/sec_2/para_5", "linked"),
    # as strangers put it: a law's short name and a bare number, an order's number, numerals, spoken and former names
    ("安法七十五", "law/anquan-shengchan-fa/art_75", "article"),
    ("安全生产法75条", "law/anquan-shengchan-fa/art_75", "article"),
    ("政府采购法22", "law/zhengfu-caigou-fa/art_22", "article"),
    ("行政处罚法十六条", "law/xingzheng-chufa-fa/art_16", "article"),
    ("处罚法37", "law/xingzheng-chufa-fa/art_37", "article"),
    ("发改财金1001", "law/fagaicaijin-2016-1001", "number"),
    ("Order No. 36", "doc/xinzheng-2010-36", "number"),
    ("Decree 820", "doc/jiangsu-2019-820", "number"),
    ("493号令", "law/shigu-baogao-tiaoli", "number"),
    ("国务院令493", "law/shigu-baogao-tiaoli", "number"),
    ("国办发[2019]35", "law/guobanfa-2019-35", "number"),
    ("3年内无失信", "doc/jiamusi-2020-6/annex_1/sec_1/point_2", "apart"),
    ("税", "law/shuishou-zhengguan-fa", ""),
    ("拿地", "measure/jiamusi-2020-5/para_10", "linked"),
    ("补贴", "measure/jiamusi-2020-5/para_2", "linked"),
    ("限制高管", "measure/jiamusi-2020-5/para_1/subpara_5", "like"),
    ("可以限制高管任职吗", "measure/jiamusi-2020-5/para_1/subpara_5", "like"),
    ("国土局", "org/national/ziranbu", "former"),
    ("安监总局", "org/national/yingjibu", "former"),
    ("银监局", "org/jiamusi/jinrong-jianguan", "former"),
    ("发改委", "org/national/fagaiwei", "named"),
    ("沂源 绿色通道", "doc/yiyuan-2021-28/annex_1/sec_3/para_9", "linked"),
    ("安全生产许可证 延期", "measure/jiamusi-2020-6/para_14/subpara_2", "linked"),
    # a blank inside a number and what it counts
    ("3 年内未受到行政处罚", "doc/jiamusi-2020-6/annex_1/sec_1/point_4", "apart"),
    ("三 年内 未受到 行政处罚", "doc/jiamusi-2020-6/annex_1/sec_1/point_4", ""),
    ("政府采购法 22 条 1 款 5 项", "law/zhengfu-caigou-fa/art_22/para_1/point_5", "article"),
    # a law as it was, a body by a name that none has today, or by its function
    ("旧安全生产法91条", "law/anquan-shengchan-fa/art_91", "article"),
    ("修改前的安全生产法第91条", "law/anquan-shengchan-fa/art_91", "article"),
    ("原安监局", "org/national/yingjibu", "former"),
    ("原工商局", "org/national/shijian-zongju", "former"),
    ("劳动保障局", "org/jiamusi/rensheju", "mates"),
    ("佳木斯劳动局", "org/jiamusi/rensheju", "linked"),
    ("国税局", "org/jiamusi/shuiwuju", "mates"),
    ("央行", "org/jiamusi/renhang", "mates"),
    ("哪些部门能限制政府采购", "org/jiamusi/caizhengju", "linked"),
    # English
    ("old Work Safety Law article 91", "law/anquan-shengchan-fa/art_91", "article"),
    ("tax bureau", "org/jiamusi/shuiwuju", "linked"),
    ("labor bureau", "org/jiamusi/rensheju", "linked"),
    ("finance bureau", "org/jiamusi/caizhengju", "linked"),
    ("PBOC", "org/national/renhang", "named"),
    ("NDRC", "org/national/fagaiwei", "named"),
    ("CBIRC", "org/national/jinrong-zongju", "former"),
    ("No. 5 II(9)", "measure/jiamusi-2020-5/para_9", "address"),
    ("Jiamusi no.5 II.9", "measure/jiamusi-2020-5/para_9", "address"),
    ("standardization", "law/anjianzongban-2014-49", "named"),
    ("Article 75 Work Safety Law", "law/anquan-shengchan-fa/art_75", "article"),
    ("green channel", "concept/mechanism-green-channel", "named"),
    ("procurement restriction", "concept/mechanism-procurement-restriction", "named"),
    ("restrict government procurement", "measure/jiamusi-2020-5/para_9", "linked"),
    ("Work Safety Law article 75", "law/anquan-shengchan-fa/art_75", "article"),
    ("Jiamusi finance bureau", "org/jiamusi/caizhengju", "named"),
)


@pytest.mark.parametrize(("query", "first", "why"), SEARCHES, ids=[query for query, _, _ in SEARCHES])
def test_what_is_typed_finds_what_is_meant_first(finder: Finder, query: str, first: str, why: str) -> None:
    found = finder.find(query)
    assert (_first(found), found.result.hits[0].why) == (first, why)


@pytest.mark.parametrize(("query", "other"), [("三十六个月", "3年"), ("24个月", "2年"), ("36 months", "3 years")])
def test_a_length_of_time_that_no_text_holds_leads_to_the_same_in_the_other_unit(
    finder: Finder, query: str, other: str
) -> None:
    found = finder.find(query)
    assert not found.result.total
    assert found.suggestions[0] == other
    assert finder.find(other).result.total
    assert not finder.find("十七个月").suggestions


def test_resolving_takes_no_hit_away(finder: Finder) -> None:
    for query in ("惩", "法", "红名", "企业", "3年", "信用 修复", "政府采购", "第75条", "20"):
        scanned = {hit.entry.iri for hit in finder.index.search(query, limit=2000).hits}
        assert scanned <= {hit.entry.iri for hit in finder.find(query, limit=2000).result.hits}, query
        assert scanned


def test_numerals_find_each_other(finder: Finder) -> None:
    for one, other in (("3年", "三年"), ("2年", "两年"), ("20", "二十"), ("第75条", "第七十五条")):
        found = [{hit.entry.iri for hit in finder.find(query, limit=2000).result.hits} for query in (one, other)]
        assert set() != found[0] <= found[1], one


# what is typed, the pieces that stand in the first clause in which its words stand apart
APART = (
    ("三年内无失信", ("3年内无", "失信")),
    ("近3年没有失信行为", ("3年", "无", "失信行为")),
    ("佳木斯 3年内无失信", ("3年内无", "失信")),
    ("未发生死亡事故", ("未发生", "死亡", "事故")),
    ("什么情况下企业会被列入黑名单", ("企业", "列入黑名单")),
    ("严重失信主体重点监管", ("严重失信主体", "重点监管")),
)


@pytest.mark.parametrize(("query", "because"), APART, ids=[query for query, _ in APART])
def test_words_that_stand_apart_in_a_clause_find_it(finder: Finder, query: str, because: tuple[str, ...]) -> None:
    hits = [hit for hit in finder.find(query, limit=200).result.hits if hit.why == "apart"]
    assert hits[0].because == because
    for hit in hits:
        assert hit.entry.kind in ("clause", "measure")
        marked = [hit.entry.text[mark.start : mark.end] for mark in hit.text_marks]
        assert {make_term(piece).counted for piece in hit.because} <= {make_term(words).counted for words in marked}


def test_words_apart_come_behind_everything_that_was_found_otherwise(finder: Finder) -> None:
    behind = 0
    for query in ("失信企业", "信用记录", "无不良信用记录", "限制政府采购", "联合惩戒 财政局"):
        hits = finder.find(query, limit=2000).result.hits
        ranks = [hit.why == "apart" for hit in hits]
        assert ranks == sorted(ranks), query
        behind += ranks[:1] < ranks[-1:]
        assert all(hit.score < 1 for hit in hits if hit.why == "apart"), query
    assert behind > 1


def test_a_word_of_no_text_is_not_left_out(finder: Finder) -> None:
    for query in ("三年内无失言", "近年无飞船失信", "13年内无失信", "限制政府采构"):
        assert finder.find(query).result.total == 0, query


LETTERS = st.text(st.sampled_from("无未没有失信三3年内公示近"), min_size=1, max_size=12)


@given(st.lists(LETTERS, min_size=1, max_size=6), LETTERS)
def test_what_stands_apart_is_what_a_plain_look_at_each_clause_says(texts: list[str], query: str) -> None:
    """The rarest word is looked up first and the others are held against it: that loses nothing and adds nothing."""
    index = SearchIndex([Entry(f"c/{n}", "clause", "", text=text) for n, text in enumerate(texts)])
    spread = read_spread([query], index.pairs, ("内", "近"), ("无", "未", "没有"))
    counted = [count_ordinals(fold(text, "name")).text for text in texts]
    expected = {n for n, text in enumerate(counted) if spread is not None and spread.stands_in(text)}
    assert (set(index.find_apart(spread, [set()])) if spread else set()) == expected
    for n in expected:
        pieces = spread.pieces(counted[n]) if spread else ()
        assert pieces
        assert all(piece in counted[n] for piece in pieces)


def test_an_old_number_comes_with_the_one_of_today(finder: Finder) -> None:
    hits = finder.find("安全生产法第75条").result.hits
    assert [(hit.entry.locator, hit.why) for hit in hits[:2]] == [("第七十五条", "article"), ("第七十八条", "moved")]


def test_the_year_of_a_text_is_the_day_on_which_to_look(finder: Finder) -> None:
    for query in ("2014年安全生产法第75条", "安全生产法（2014年修正）第75条", "安全生产法2014第75条"):
        first = finder.find(query).result.hits[0]
        assert (first.entry.locator, first.day) == ("第七十五条", "2014-12-01")
    assert finder.find("安全生产法第75条").result.hits[0].day is None
    assert finder.find("安全生产法 1999").result.total == 0  # there is no text of that year


def test_an_earlier_text_is_looked_at_on_its_day_and_its_lack_is_told(finder: Finder) -> None:
    found = finder.find("旧安全生产法91条")
    assert [(hit.entry.locator, hit.why, hit.day) for hit in found.result.hits[:2]] == [
        ("第九十一条", "article", "2014-12-01"),
        ("第九十四条", "moved", None),
    ]
    assert not found.unheld
    assert all(hit.day is None for hit in finder.find("安全生产法91条").result.hits)
    lacking = finder.find("旧征信业管理条例")
    assert _first(lacking) == "law/zhengxinye-tiaoli"
    assert lacking.unheld
    # 原 is no word of its own inside another, or before one that names nothing
    for query in ("太原市", "原因", "原则上"):
        assert not finder.find(query).reading.earlier, query


def test_words_that_stand_nowhere_with_the_others_are_left_out_and_told(finder: Finder) -> None:
    asked = finder.find("能不能禁止飞船招投标")
    assert asked.left_out == ("飞船",)
    assert "measure/jiangsu-2019-820/sec_3-para_6/al_1" in {hit.entry.iri.removeprefix(ID) for hit in asked.result.hits}
    # what does not fit all of a question is no answer to it
    asked = finder.find("能不能限制飞船政府采购")
    assert (asked.left_out, _first(asked), asked.result.hits[0].why) == (
        ("飞船",),
        "measure/jiamusi-2020-5/para_9",
        "linked",
    )
    assert asked.measures == ()
    misspelt = finder.find("佳木斯 财政局 政府采构")
    assert misspelt.left_out == ("政府采构",)
    assert any("政府采购" in words for words in misspelt.suggestions)
    assert finder.find("能不能限制政府采购").left_out == ()
    assert finder.find("限制政府采构").result.total == 0


def test_a_measure_of_another_area_is_no_answer(finder: Finder) -> None:
    reading = finder.find("能不能限制供应政府采购的单位").reading
    assert finder.bears_on(reading, f"{ID}measure/jiamusi-2020-5/para_9")
    assert not finder.bears_on(reading, f"{ID}measure/xinzheng-2010-36/sec_8/al_3/2")
    assert finder.bears_on(reading, f"{ID}measure/unknown")
    # who asks what may be forbidden is not answered with a favour in the same area
    adverse = finder.find("能不能禁止参加招投标").reading
    assert not finder.bears_on(adverse, f"{ID}measure/jiamusi-2020-6/para_10")
    assert finder.bears_on(adverse, f"{ID}measure/jiangsu-2019-820/sec_3-para_6/al_1")
    assert finder.bears_on(finder.find("能不能做").reading, f"{ID}measure/xinzheng-2010-36/sec_8/al_3/2")


def test_an_ending_makes_a_body_only_where_a_word_ends(finder: Finder) -> None:
    for query, wanted in (("公安局", True), ("公安部门", False), ("公安处罚", False), ("金融行业", False)):
        parts = [part.words for part in finder.lexicon.read(query).parts]
        assert (parts == [query]) is wanted, (query, parts)


def test_a_clause_that_is_not_there_is_said_not_to_be(finder: Finder) -> None:
    found = finder.find("安全生产法第9999条")
    assert (_first(found), found.unknown_place) == ("law/anquan-shengchan-fa", "第9999条")
    assert finder.find("安全生产法第75条").unknown_place is None


def test_a_question_names_the_measures_that_it_is_about(finder: Finder) -> None:
    asked = finder.find("能不能限制政府采购")
    assert [iri.removeprefix(ID) for iri in asked.measures] == ["measure/jiamusi-2020-5/para_9"]
    assert finder.find("限制政府采购").measures == ()


def test_what_is_only_similar_is_offered_and_never_found(finder: Finder) -> None:
    for query, meant in (
        ("安全升产法", "安全生产法"),
        ("安全升产法第75条", "安全生产法第75条"),
        ("限制政府采构", "限制政府采购"),
        ("信用休复", "信用修复"),
        ("佳木斯市财证局", "佳木斯市财政局"),
        ("creadit repair", "credit repair"),
    ):
        found = finder.find(query)
        assert found.result.total == 0, query
        assert found.suggestions[0] == meant
        assert all(finder.find(words).result.total for words in found.suggestions), query
        assert found.nearest
    assert finder.find("安全生产法").suggestions == ()


@pytest.mark.parametrize("query", ["罚款多少", "公积金", "养老金怎么领"])
def test_what_shares_no_word_with_the_query_is_not_offered(finder: Finder, query: str) -> None:
    found = finder.find(query)
    assert found.result.total == 0
    assert found.suggestions == ()
    assert found.nearest == ()


def test_parts_that_find_something_for_themselves_are_offered(finder: Finder) -> None:
    assert dict(finder.find("佳木斯 天气预报").singly).keys() == {"佳木斯"}


def test_every_spoken_name_finds_its_law_first_and_belongs_to_one(store: Store, finder: Finder) -> None:
    text = Path(__file__).parents[1].joinpath("data/editorial/short-names.ttl").read_text(encoding="utf-8")
    spoken = [
        (str(iri), str(alias))
        for iri, kind, _, alias, *_ in store.select(read_query("entries"))
        if kind == "work" and alias and f'"{alias}"@zh' in text
    ]
    assert len(spoken) == text.count('"@zh') > 40
    assert len({alias for _, alias in spoken}) == len(spoken)
    assert [(a, _first(finder.find(a))) for iri, a in spoken if _first(finder.find(a)) != iri.removeprefix(ID)] == []
    bare = tuple(
        Entry(e.iri, e.kind, e.name, tuple(a for a in e.aliases if (e.iri, a) not in spoken))
        for e in finder.index.entries
    )
    assert SearchIndex(bare).search("民促法").total == 0


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        ("91230800MA18X00001", True),
        ("查 91230800 ma18 x00001 能不能激励", True),
        ("９１２３０８００ＭＡ１８Ｘ００００１", True),
        ("230803198001011234", True),
        ("91230800-MA18X0000-1", True),
        ("国发2014-20", False),
        ("2014-2020年", False),
        ("佳应急联发〔2020〕5号 二（九）", False),
        ("mechanism-credit-repair", False),
    ],
)
def test_a_code_is_known_before_it_is_searched_for(typed: str, held: bool) -> None:
    assert holds_code(typed) is held


def test_a_body_is_there_for_its_function_only_where_a_body_was_named(finder: Finder) -> None:
    for query, wanted in (("市财政局", True), ("暂停评审", False), ("从严审核", False), ("约谈", False)):
        hits = finder.find(query, kind="department", limit=50).result.hits
        reasons = {hit.why for hit in hits}
        assert ("mates" in reasons) is wanted, (query, reasons)


TODAY, BEFORE = "2026-11-27", "2016-01-01"
"""A day of today's Work Safety Law, and one on which its text of 2021 was not yet in force."""


@pytest.mark.parametrize(
    ("query", "as_of"),
    [
        ("五年内不得担任", TODAY),
        ("撤职", TODAY),
        ("受刑罚", TODAY),
        ("不得担任", BEFORE),
        ("停产", BEFORE),
        ("整顿", BEFORE),
    ],
)
def test_an_article_of_another_text_comes_behind_one_of_the_day(finder: Finder, query: str, as_of: str) -> None:
    hits = finder.find(query, kind="article", limit=50, as_of=as_of).result.hits
    told = [any(year in hit.entry.years for year in ("2014", "2021")) and hit.entry.years for hit in hits]
    other = "2014" if as_of == TODAY else "2021"
    assert frozenset({other}) in told
    assert told[0] != frozenset({other})


def test_a_text_that_is_not_yet_in_force_makes_none_former(finder: Finder) -> None:
    def first_places(as_of: str) -> set[str | None]:
        hits = finder.find("受刑罚", kind="article", limit=2, as_of=as_of).result.hits
        return {hit.entry.locator for hit in hits}

    assert "第九十一条" not in first_places("2021-09-01")
    assert "第九十一条" in first_places("2021-08-31")
    day = finder.find("旧安全生产法91条", as_of="2021-08-31").result.hits[0].day
    assert day is not None
    assert day < "2014"
    assert finder.find("旧安全生产法91条", as_of=TODAY).result.hits[0].day == "2014-12-01"
    assert finder.find("旧安全生产法91条", as_of="2001-01-01").unheld
