"""Basis health: what the law was on a day, told only from dated events; and the quote check against statute texts.

The expected table was read from the registry facts by a person, line by line; the boundary dates are the last day
before and the first day of every change. A small invented law shows the cases that the five documents do not have.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph
from tests.conftest import open_once

from policygraph.judging.law.quotations import Difference, chain_events, check_quote
from policygraph.judging.law.statuses import fill_pattern, status_intervals
from policygraph.keeping.sources import find_root
from policygraph.keeping.store import Cell, Iri, Store, open_store

HEADING = "加强对失信主体的约束和惩戒"
PLAN = "guofa-2014-21"
COAL = "相关：《煤矿安全生产条例》第六十四条、《煤矿安全生产条例》第七十条"
MINERALS = "相关：" + "、".join(
    f"《中华人民共和国矿产资源法》{n}" for n in ("第三十三条（最接近）", "第十八条", "第六十条")
)

# As of 2026-11-22: work, locator, status, candidate, since, certainty (of the fact), certainty of the date.
TABLE = f"""
anquan-shengchan-fa | 第六十二条 | renumbered | 第六十五条 | 2021-09-01 | verified | believed
anquan-shengchan-fa | 第七十五条 | renumbered | 第七十八条 | 2021-09-01 | verified | believed
anquan-shengchan-fa | 第九十一条 | renumbered | 第九十四条 | 2021-09-01 | verified | believed
guofa-2010-23 | 12 | unverifiable | | | not-found |
guofa-2010-23 | 29 | unverifiable | | | not-found |
guofa-2010-23 | 30 | unverifiable | | | not-found |
guobanfa-2015-20 | （七） | unverifiable | | | not-found |
guobanfa-2015-20 | （九） | unverifiable | | | not-found |
guobanfa-2015-20 | （十） | unverifiable | | | not-found |
guobanfa-2015-20 | （十五） | unverifiable | | | not-found |
guofa-2014-20 | （十五） | unverifiable | | | not-found |
anwei-2014-8 | 四（二） | unverifiable | | | not-found |
{PLAN} | {HEADING} | expired | | 2021-01-01 | believed | believed
{PLAN} | 金融领域信用建设 | expired | | 2021-01-01 | believed | believed
{PLAN} | 政府采购领域信用建设 | expired | | 2021-01-01 | believed | believed
{PLAN} | 构建守信激励和失信惩戒机制 | expired | | 2021-01-01 | believed | believed
{PLAN} | 税务领域信用建设 | expired | | 2021-01-01 | believed | believed
keji-jihua-banfa | 第八条（六） | repealed | | 2025-07-30 | verified | verified
qiye-gongshi-tiaoli | 第七条 | amended | | 2024-05-01 | verified | verified
qiye-gongshi-tiaoli | 第十二条 | in-force | | 2014-10-01 | believed | verified
shigu-baogao-tiaoli | 第四十条 | in-force | | 2007-06-01 | believed | verified
meikuang-tebie-guiding | 第十条 | repealed | {COAL} | 2024-05-01 | verified | verified
guanggao-fa | 第五条 | in-force | | 2015-09-01 | believed | believed
zhengfu-caigou-fa | 第二十二条 | in-force | | 2003-01-01 | believed | believed
kuangchan-ziyuan-fa | 第十五条 | rewritten | {MINERALS} | 2025-07-01 | verified | verified
gongye-xukezheng-tiaoli | 第九条 | in-force | | 2005-09-01 | believed | verified
"""
EXPECTED = {
    (fields[0], fields[1]): tuple(field or None for field in fields[2:])
    for line in TABLE.strip().splitlines()
    for fields in [[part.strip() for part in line.split("|")]]
}

# The last day before a change and its first day.
BOUNDARIES = [
    ("anquan-shengchan-fa", "第七十五条", "2014-11-30", "not-yet-in-force", "2014-12-01", "in-force"),
    ("anquan-shengchan-fa", "第七十五条", "2021-08-31", "in-force", "2021-09-01", "renumbered"),
    ("qiye-gongshi-tiaoli", "第七条", "2024-04-30", "in-force", "2024-05-01", "amended"),
    ("meikuang-tebie-guiding", "第十条", "2024-04-30", "in-force", "2024-05-01", "repealed"),
    ("keji-jihua-banfa", "第八条（六）", "2025-07-29", "in-force", "2025-07-30", "repealed"),
    ("kuangchan-ziyuan-fa", "第十五条", "2025-06-30", "in-force", "2025-07-01", "rewritten"),
    (PLAN, HEADING, "2014-06-13", "not-yet-in-force", "2014-06-14", "in-force"),
    (PLAN, HEADING, "2020-12-31", "in-force", "2021-01-01", "expired"),
    ("shigu-baogao-tiaoli", "第四十条", "2007-05-31", "not-yet-in-force", "2007-06-01", "in-force"),
    ("gongye-xukezheng-tiaoli", "第九条", "2005-08-31", "not-yet-in-force", "2005-09-01", "in-force"),
]

Row = dict[str, Cell]


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


def ask(store: Store, day: str, **values: str) -> list[Row]:
    answer = store.ask("basis-health", {"as_of": day, **values})
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def key(row: Row) -> tuple[str, str]:
    return str(row["work"]).rsplit("/", 1)[-1], str(row["locator"])


def test_the_whole_table_as_read_by_a_person(store: Store) -> None:
    found: dict[tuple[str, str], tuple[Cell, ...]] = {}
    for row in ask(store, "2026-11-22"):
        shown = tuple(row[name] for name in ("status", "candidate", "since", "certainty", "date_certainty"))
        assert found.setdefault(key(row), shown) == shown
    for place in sorted(EXPECTED):
        wanted = (*EXPECTED[place], *([None] * 5))[:5]
        assert found[place] == wanted, place
    assert set(found) == set(EXPECTED)


def test_every_measure_and_citation_has_one_row_with_its_words(store: Store) -> None:
    rows = ask(store, "2026-11-22")
    assert len(rows) == 86  # 60 of the group, 26 of single measures
    assert len({(row["measure"], row["basis"]) for row in rows}) == 86
    assert sum(row["level"] == "group" for row in rows) == 60
    assert all(row["evidence"] and row["quote"] and row["clause"] and row["as_of"] == "2026-11-22" for row in rows)


def test_the_same_citation_at_two_points_in_time(store: Store) -> None:
    for day, status, candidate in (("2020-12-31", "in-force", None), ("2022-01-01", "renumbered", "第七十八条")):
        rows = [r for r in ask(store, day) if key(r) == ("anquan-shengchan-fa", "第七十五条")]
        assert {(r["status"], r["candidate"]) for r in rows} == {(status, candidate)}


@pytest.mark.parametrize(("work", "locator", "before", "was", "after", "became"), BOUNDARIES)
def test_a_status_changes_on_the_day_of_its_event(
    store: Store, work: str, locator: str, before: str, was: str, after: str, became: str
) -> None:
    for day, status in ((before, was), (after, became)):
        found = {str(r["status"]) for r in ask(store, day) if key(r) == (work, locator)}
        assert found == {status}, day


def test_what_the_old_number_now_holds_is_said(store: Store) -> None:
    rows = {key(r): str(r["number_now"]) for r in ask(store, "2026-11-22") if r["number_now"]}
    assert "居民委员会" in rows[("anquan-shengchan-fa", "第七十五条")]
    assert "国际合作" in rows[("kuangchan-ziyuan-fa", "第十五条")]


def test_in_force_is_believed_only_after_the_last_look(store: Store) -> None:
    def certainty(day: str) -> set[Cell]:
        return {r["certainty"] for r in ask(store, day) if key(r) == ("guanggao-fa", "第五条")}

    assert certainty("2026-06-01") == {"verified"}
    assert certainty("2026-06-02") == {"believed"}


def test_a_status_field_without_an_event_changes_nothing(store: Store, tmp_path: Path) -> None:
    law = LAW.replace('pg:textCertainty "verified"', 'pg:textCertainty "not-found" ; pg:status "in-force"')
    (row,) = [r for r in ask(open_law(tmp_path, law), "2020-06-01") if r["locator"] == "第五条"]
    assert row["status"] == "unverifiable"


# An invented law of 2015, in force from 2015-01-01, cited by a memo of 2020-01-01; every case the memo lacks.
LAW = """
@base <https://w3id.org/policygraph/id/> .
@prefix pg: <https://w3id.org/policygraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<g> {
<law/x> a pg:Work ; dcterms:title "甲法"@zh ; pg:inForceFrom "2015-01-01"^^xsd:date ; pg:textCertainty "verified" ;
    pg:certainty "verified" ; pg:sourceNote "虚构" ; pg:checkedUntil "2030-01-01"^^xsd:date .
<law/x/event_1> pg:work <law/x> ; pg:eventKind "renumbered" ; dcterms:date "2021-01-01"^^xsd:date ;
    pg:fromProvision "第五条" ; pg:toProvision "第六条" ; pg:certainty "verified" ; pg:sourceNote "五变六。" .
<law/x/event_2> pg:work <law/x> ; pg:eventKind "renumbered" ; dcterms:date "2022-01-01"^^xsd:date ;
    pg:fromProvision "第六条" ; pg:toProvision "第七条" ; pg:certainty "believed" ; pg:sourceNote "六变七。" .
<law/x/event_3> pg:work <law/x> ; pg:eventKind "repealed" ; dcterms:date "2021-01-01"^^xsd:date ;
    pg:fromProvision "第十条（三）" ; pg:certainty "verified" ; pg:sourceNote "删第三项。" .
<law/x/event_4> pg:work <law/x> ; pg:eventKind "amended" ; dcterms:date "2023-01-01"^^xsd:date ;
    pg:certainty "verified" ; pg:sourceNote "整部修改。" .
<law/x/event_5> pg:work <law/x> ; pg:eventKind "unchanged" ; dcterms:date "2023-01-01"^^xsd:date ;
    pg:fromProvision "第二十条" ; pg:certainty "verified" ; pg:sourceNote "比对未变。" .
<law/x/event_6> pg:work <law/x> ; pg:eventKind "renumbered" ; dcterms:date "2019-01-01"^^xsd:date ;
    pg:fromProvision "第二十条" ; pg:toProvision "第二十一条" ; pg:certainty "verified" ; pg:sourceNote "印发以前。" .
<law/x/event_7> pg:work <law/x> ; pg:eventKind "repealed" ; dcterms:date "2021-01-01"^^xsd:date ;
    pg:fromProvision "第三十条" ; pg:certainty "verified" ; pg:sourceNote "删去该条。" .
<doc/m> a pg:PolicyDocument ; eli:date_document "2020-01-01"^^xsd:date .
<measure/m/1> a pg:Measure ; pg:document <doc/m> ;
    pg:hasLegalBasis <b/1> , <b/2> , <b/3> , <b/4> , <b/5> , <b/6> , <b/7> , <b/8> .
<b/1> pg:clause <doc/m/a> ; pg:quote "甲" ; pg:citedWork <law/x> ; pg:locator "第五条" .
<b/2> pg:clause <doc/m/a> ; pg:quote "甲" ; pg:citedWork <law/x> ; pg:locator "第五条之一" .
<b/3> pg:clause <doc/m/a> ; pg:quote "甲" ; pg:citedWork <law/x> ; pg:locator "第十条" .
<b/4> pg:clause <doc/m/a> ; pg:quote "甲" ; pg:citedWork <law/x> ; pg:locator "第二十条" .
<b/5> pg:clause <doc/m/a> ; pg:quote "甲" ; pg:titleAsWritten "乙办法" ; pg:locator "第一条" .
<b/6> pg:clause <doc/m/a> ; pg:quote "甲" ; pg:citedWork <law/x> ; pg:locator "第三十条（一）" .
<b/7> pg:clause <doc/m/a> ; pg:quote "甲" ; pg:citedWork <law/x> .
<b/8> pg:clause <doc/m/a> ; pg:quote "甲" ; pg:citedWork <law/x> ; pg:locator "第五条第二款" .
}
"""


def open_law(folder: Path, trig: str) -> Store:
    """A store of an invented law, with the chains and the intervals a build derives."""
    path, derived = folder / "law.trig", folder / "derived.nq"
    path.write_text(trig, encoding="utf-8")
    law = Graph().parse(data=trig.replace("<g> {", "").rstrip().removesuffix("}"), format="turtle")
    law.parse(find_root() / "ontology" / "concepts" / "standing.ttl")
    chains = chain_events(law)
    found = chains + status_intervals(law + chains)
    derived.write_text("".join(f"{s.n3()} {p.n3()} {o.n3()} <http://a.example/g> .\n" for s, p, o in found))
    return open_store([path, derived])


@pytest.mark.parametrize(
    ("locator", "day", "status", "candidate"),
    [
        ("第五条", "2020-12-31", "in-force", None),
        ("第五条", "2021-06-01", "renumbered", "第六条"),
        ("第五条", "2022-01-01", "renumbered", "第七条"),
        ("第五条第二款", "2021-06-01", "renumbered", "第六条"),
        ("第五条之一", "2022-06-01", "in-force", None),  # another article, not a part of 第五条
        ("第五条之一", "2023-01-01", "unverifiable", None),  # the whole was amended, nobody compared this article
        ("第十条", "2021-01-01", "partly-in-force", None),
        ("第二十条", "2020-06-01", "in-force", None),  # the renumbering came before the memo: it cites the new text
        ("第二十条", "2024-01-01", "in-force", None),
        ("第三十条（一）", "2021-01-01", "repealed", None),
        ("第一条", "2021-01-01", "unverifiable", None),
        (None, "2020-06-01", "in-force", None),
        (None, "2023-01-01", "unverifiable", None),
    ],
)
def test_the_cases_the_memo_lacks(
    tmp_path: Path, locator: str | None, day: str, status: str, candidate: str | None
) -> None:
    (row,) = [r for r in ask(open_law(tmp_path, LAW), day) if r["locator"] == locator]
    assert (row["status"], row["candidate"]) == (status, candidate)


def test_each_citation_has_one_status_on_every_day(store: Store) -> None:
    """Intervals of a citation follow each other without a gap or an overlap."""
    rows = store.select(
        """PREFIX pg: <https://w3id.org/policygraph/ns#>
        SELECT ?basis ?from ?to WHERE { ?interval pg:ofCitation ?basis
          OPTIONAL { ?interval pg:intervalFrom ?from } OPTIONAL { ?interval pg:intervalTo ?to } }
        ORDER BY ?basis ?from"""
    )
    stretches: dict[Cell, list[tuple[Cell, Cell]]] = {}
    for basis, since, until in rows:
        stretches.setdefault(basis, []).append((since, until))
    assert len(stretches) > 50
    for basis, found in stretches.items():
        assert (found[0][0], found[-1][1]) == (None, None), basis
        for (_, until), (since, _) in pairwise(found):
            assert date.fromisoformat(str(until)) + timedelta(days=1) == date.fromisoformat(str(since)), basis


@pytest.mark.parametrize(
    ("pattern", "slots", "sentence"),
    [
        ("[{a}|甲]自{b}", {"a": "乙", "b": "1"}, "乙自1"),
        ("[{a}|甲]自{b}", {"a": "", "b": "1"}, "甲自1"),
        ("{a}[；{c}{b}]", {"a": "一", "c": "", "b": "2"}, "一"),
        ("[{a}|{b}]。", {}, "。"),
    ],
)
def test_a_choice_takes_the_first_part_that_can_be_filled(pattern: str, slots: dict[str, str], sentence: str) -> None:
    assert fill_pattern(pattern, slots) == sentence


# --- the query against a second account of the same rules, in plain Python ------------------------------------------

Change = tuple[str, str, str | None, str | None]  # kind, date, from, to
DAYS = [f"20{year}-01-01" for year in range(14, 28)]
ARTICLES = ["第一条", "第二条", "第三条", "第三条（一）", "第三条之一"]
changes = st.tuples(
    st.sampled_from(["amended", "renumbered", "rewritten", "repealed", "unchanged", "expired"]),
    st.sampled_from(DAYS),
    st.sampled_from([None, *ARTICLES]),
    st.sampled_from(["第一条", "第二条", "第三条"]),
)


def judge(events: list[Change], locator: str, day: str) -> str:
    """The status of an article of a law in force since 2015-01-01, cited by a memo of 2018-01-01."""

    def covers(place: str | None) -> bool:
        rest = locator.removeprefix(place) if place else locator
        return place is not None and locator.startswith(place) and not rest.startswith("之")

    past = [event for event in events if event[1] <= day]
    since = [event for event in past if event[1] > "2018-01-01"]
    if day < "2015-01-01":
        return "not-yet-in-force"
    ends = sorted(e[1] for e in events if e[2] is None and e[0] in ("repealed", "expired"))
    if ends and ends[0] <= day:
        return sorted((e for e in events if e[2] is None and e[1] == ends[0]), key=events.index)[0][0]
    moves = [e for e in since if e[0] in ("renumbered", "rewritten", "repealed") and covers(e[2])]
    if moves:
        event = min(moves, key=lambda e: (e[1], events.index(e)))
        kind, trail = event[0], event
        while trail[0] == "renumbered":
            onward = [
                e
                for e in past
                if e[2] == trail[3] and e[0] in ("renumbered", "rewritten", "repealed") and e[1] > trail[1]
            ]
            if not onward:
                break
            trail = min(onward, key=lambda e: (e[1], events.index(e)))
            kind = trail[0]
        return kind
    if any(e[0] == "repealed" and e[2] and e[2].startswith(locator) and e[2] != locator
           and not e[2].removeprefix(locator).startswith("之") for e in since):  # fmt: skip
        return "partly-in-force"
    edits = [e[1] for e in since if e[0] == "amended" and covers(e[2])]
    same = [e[1] for e in past if e[0] == "unchanged" and covers(e[2])]
    whole = [e[1] for e in since if e[0] == "amended" and e[2] is None]
    if whole and max(whole) > max([*edits, *same, ""]):
        return "unverifiable"
    return "amended" if edits else "in-force"


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.lists(changes, max_size=6), locator=st.sampled_from(ARTICLES), day=st.sampled_from(["2014-06-01", *DAYS])
)
def test_the_query_agrees_with_the_rules_told_in_python(
    tmp_path: Path, events: list[Change], locator: str, day: str
) -> None:
    events = [e for e in events if not (e[2] is None and e[0] in ("renumbered", "rewritten", "unchanged"))]
    events = [e for e in events if not (e[2] is not None and e[0] == "expired")]
    body = "".join(
        f'<law/x/event_{n}> pg:work <law/x> ; pg:eventKind "{kind}" ; dcterms:date "{date}"^^xsd:date ;'
        + (f' pg:fromProvision "{place}" ;' if place else "")
        + (f' pg:toProvision "{to}" ;' if kind == "renumbered" else "")
        + ' pg:certainty "verified" ; pg:sourceNote "虚构" .\n'
        for n, (kind, date, place, to) in enumerate(events)
    )
    head = LAW[: LAW.index("<law/x/event_1>")]
    memo = f"""<doc/m> a pg:PolicyDocument ; eli:date_document "2018-01-01"^^xsd:date .
<measure/m/1> a pg:Measure ; pg:document <doc/m> ; pg:hasLegalBasis <b/1> .
<b/1> pg:clause <doc/m/a> ; pg:quote "甲" ; pg:citedWork <law/x> ; pg:locator "{locator}" . }}
"""
    (row,) = ask(open_law(tmp_path, head + body + memo), day)
    assert row["status"] == judge(events, locator, day)


def test_two_renumberings_of_one_day_are_one_amendment_and_no_chain(tmp_path: Path) -> None:
    """An amendment shifts several numbers at once: what was 五 is 六, though what was 六 became 七 on that day."""
    moved = "".join(
        f'<law/x/event_{n}> pg:work <law/x> ; pg:eventKind "renumbered" ; dcterms:date "2021-01-01"^^xsd:date ;'
        f' pg:fromProvision "{old}" ; pg:toProvision "{new}" ; pg:certainty "verified" ; pg:sourceNote "虚构" .\n'
        for n, (old, new) in enumerate((("第五条", "第六条"), ("第六条", "第七条")))
    )
    memo = """<doc/m> a pg:PolicyDocument ; eli:date_document "2018-01-01"^^xsd:date .
<measure/m/1> a pg:Measure ; pg:document <doc/m> ; pg:hasLegalBasis <b/1> .
<b/1> pg:clause <doc/m/a> ; pg:quote "甲" ; pg:citedWork <law/x> ; pg:locator "第五条" . }
"""
    (row,) = ask(open_law(tmp_path, LAW[: LAW.index("<law/x/event_1>")] + moved + memo), "2022-01-01")
    assert (row["status"], row["candidate"]) == ("renumbered", "第六条")


def records(store: Store, name: str, **values: str) -> list[Row]:
    answer = store.ask(name, values)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def test_no_document_is_said_to_be_in_force_and_each_later_instrument_has_its_reason(store: Store) -> None:
    rows = records(store, "documents-in-time", as_of="2026-11-22")
    assert {row["force_status"] for row in rows} == {"unverified"}
    assert all(row["reason"] and row["certainty"] in ("verified", "believed") for row in rows)
    assert {str(row["document"]).rsplit("/", 1)[-1] for row in rows} == {
        "jiamusi-2020-5", "jiamusi-2020-6", "jiangsu-2019-820", "xinzheng-2010-36", "yiyuan-2021-28",
    }  # fmt: skip


def test_an_instrument_applies_from_its_own_day(store: Store) -> None:
    def applies(day: str, work: str) -> set[Cell]:
        rows = records(store, "documents-in-time", as_of=day, document="yiyuan-2021-28")
        return {row["applies"] for row in rows if str(row["instrument"]).endswith(work)}

    assert applies("2023-09-30", "yingjibuling-11") == {False}
    assert applies("2023-10-01", "yingjibuling-11") == {True}
    assert applies("2026-03-31", "xinyong-xiufu-banfa") == {False}
    assert applies("2026-04-01", "xinyong-xiufu-banfa") == {True}
    assert applies("2026-04-01", "shixin-chengjie-qingdan") == {None}  # its date is known by year only


def test_who_acts_depends_on_the_day(store: Store) -> None:
    def acting(day: str, body: str) -> list[Cell]:
        return [row["acting_label"] for row in records(store, "departments-in-time", as_of=day, department=body)]

    assert acting("2018-03-16", "national/yinjianhui") == []
    assert acting("2020-06-16", "national/yinjianhui") == ["中国银行保险监督管理委员会"]
    assert acting("2026-11-22", "national/yinjianhui") == ["国家金融监督管理总局"]
    assert acting("2026-11-22", "xinzheng/anjianju") == ["新郑市应急管理局"]


def test_a_change_in_law_reaches_measures_departments_and_conditions(store: Store) -> None:
    rows = records(store, "impact", work="anquan-shengchan-fa", locator="75", as_of="2026-11-22")
    assert {row["notation"] for row in rows} == {f"二（一）{n}" for n in range(1, 7)}
    assert {(row["change"], row["change_to"]) for row in rows} == {("renumbered", "第七十八条")}
    assert {"佳木斯市应急管理局", "佳木斯市市场监督管理局"} <= {row["department_label"] for row in rows}
    before = records(store, "impact", work="anquan-shengchan-fa", locator="75", as_of="2020-12-31")
    # the old text bore on acts of other documents, too, which do not cite it
    assert sum(row["via"] == "cited" for row in before) == len(rows)
    assert {row["change"] for row in before} == {None}
    whole = records(store, "impact", work="jiaxinyongfa-2020-2", as_of="2026-11-22")
    assert {row["level"] for row in whole if row["via"] == "cited"} == {"document"}
    assert sum("jiamusi-2020-6" in str(row["condition"]) for row in whole) == 7


def test_an_act_is_found_by_the_article_of_today(store: Store) -> None:
    found = records(store, "measures-citing", work="anquan-shengchan-fa", locator="第七十八条")
    told = {(str(row["notation"]), row["via"], row["cited"], row["fit"]) for row in found}
    assert ("二（一）1", "renumbered", "第七十五条", "direct") in told
    assert ("二（一）5", "renumbered", "第七十五条", "conditional") in told
    assert {row["cited"] for row in found if row["via"] == "in-force"} == {None}
    assert {row["locator"] for row in found} == {"第七十八条第一款", "第七十八条第二款"}
    # a paragraph is inside the article, the article is not inside the paragraph
    narrower = records(store, "measures-citing", work="anquan-shengchan-fa", locator="第七十八条第二款")
    assert {row["locator"] for row in narrower} == {"第七十八条第二款"}
    cited = records(store, "measures-citing", work="anquan-shengchan-fa", locator="第七十五条")
    assert [(row["notation"], row["via"]) for row in cited] == [(f"二（一）{n}", "cited") for n in range(1, 7)]


def test_without_an_article_a_citation_stands_once(store: Store) -> None:
    rows = records(store, "measures-citing", work="anquan-shengchan-fa")
    assert {row["via"] for row in rows} == {"cited"}
    touched = records(store, "impact", work="anquan-shengchan-fa", as_of="2026-11-22")
    assert {row["via"] for row in touched} == {"cited", "in-force"}


def test_the_article_of_today_reaches_nothing_before_it_was_in_force(store: Store) -> None:
    asked = {"work": "anquan-shengchan-fa", "locator": "第七十八条"}
    assert records(store, "impact", as_of="2021-08-31", **asked) == []
    rows = records(store, "impact", as_of="2021-09-01", **asked)
    assert {"二（一）1", "二（一）5"} <= {row["notation"] for row in rows}
    assert {row["change"] for row in rows if row["via"] == "renumbered"} == {"renumbered"}
    assert {row["change"] for row in rows if row["via"] == "in-force"} == {None}
    # 2021年文本第六十五条 is not cited by its number, nor is a judgement needed to find it
    moved = records(store, "impact", work="anquan-shengchan-fa", locator="第九十四条", as_of="2026-11-22")
    assert all(row["via"] != "cited" for row in moved)


def test_the_event_behind_a_verdict_is_named(store: Store) -> None:
    for row in ask(store, "2026-11-22"):
        if row["status"] not in ("in-force", "unverifiable"):
            assert isinstance(row["event"], Iri)
            assert "/event_" in row["event"]


def test_a_document_without_a_basis_has_no_row(store: Store) -> None:
    assert ask(store, "2026-11-22", document="jiamusi-2020-6") == []


def test_a_single_character_between_two_changes_is_chance() -> None:
    """会 between 可以/应当 and 同/商 agrees by chance; 省级 between two changes is a piece that was kept."""
    found = check_quote("可以会同有关部门", "应当会商有关部门")
    assert found.differences == (Difference("可以会同", "应当会商"),)
    apart = check_quote("可以由省级部门同意", "应当由省级部门批准")
    assert apart.differences == (Difference("可以", "应当"), Difference("同意", "批准"))
