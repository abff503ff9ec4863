"""Intervals derived from dates: what came after a document, and the strongest basis that stands and fits on a day.

The interval of strength is held against the check of every single basis (``basis-health``, ``basis-fit``) on the last
day before and the first day of each change, so that the rule cannot say one thing at build time and another when
asked. A small invented law shows what the five documents do not have.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD
from tests.conftest import open_once

from policygraph.judging.law.quotations import chain_events
from policygraph.judging.law.standing import order_instruments, strength_intervals
from policygraph.judging.law.statuses import status_intervals
from policygraph.keeping.sources import find_root
from policygraph.keeping.store import Cell, Store
from policygraph.namespaces import ID, PG

DEAD = ("repealed", "rewritten", "not-yet-in-force")
DAYS = (
    "2014-12-01", "2020-06-30", "2020-12-31", "2021-01-01", "2021-08-31", "2021-09-01", "2024-04-30", "2024-05-01",
    "2025-06-30", "2025-07-01", "2025-07-29", "2025-07-30", "2026-11-25",
)  # fmt: skip


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


def records(store: Store, name: str, **values: str) -> list[dict[str, Cell]]:
    answer = store.ask(name, values)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


@pytest.mark.parametrize("day", DAYS)
def test_the_strongest_basis_is_the_strongest_that_lives_and_fits(store: Store, day: str) -> None:
    order = {
        str(row[0]): int(str(row[1]))
        for row in store.query(
            "PREFIX pg: <https://w3id.org/policygraph/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
            'SELECT ?name ?order WHERE { ?rank pg:rankOrder ?order ; skos:prefLabel ?name FILTER(LANG(?name) = "zh") }'
        ).rows  # type: ignore[union-attr]  # a SELECT gives rows
    }
    fits = {(r["measure"], r["work"], r["locator"]): r["fit"] for r in records(store, "basis-fit", as_of=day)}
    health = {(r["measure"], r["work"], r["locator"]): r for r in records(store, "basis-health", as_of=day)}
    counted: dict[Cell, list[str]] = {}
    for row in records(store, "legal-bases"):
        key = (row["measure"], row["work"], row["locator"])
        if str(health[key]["standing"]) not in (*DEAD, "expired") and fits.get(key) != "unsupportive":
            counted.setdefault(row["measure"], []).append(str(row["rank"]))
    found = {r["measure"]: r["strongest_rank"] for r in records(store, "basis-strength", as_of=day)}
    assert {m: r for m, r in found.items() if r} == {m: min(r, key=order.__getitem__) for m, r in counted.items()}


def test_nine_ranks_came_from_a_basis_that_is_gone_or_does_not_support_the_measure(store: Store) -> None:
    """Read by a person on 2026-11-25: what each measure is left with."""
    rows = {str(r["notation"]): r for r in records(store, "basis-strength", document="jiamusi-2020-5", as_of=DAYS[-1])}
    policy = "党中央国务院政策文件"
    ranks = {
        "二（一）3": policy, "二（一）4": policy, "二（一）5": "法律", "二（一）6": policy, "二（三）": policy,
        "二（四）": None, "二（六）": None, "二（七）": policy, "二（十）": policy, "二（十一）": policy,
    }  # fmt: skip
    assert {notation: rows[notation]["strongest_rank"] for notation in ranks} == ranks
    assert rows["二（一）5"]["fit"] == "conditional"
    assert (rows["二（三）"]["standing"], rows["二（一）1"]["fit"]) == ("plan-ended", "direct")


HEAD = """
@base <https://w3id.org/policygraph/id/> .
@prefix pg: <https://w3id.org/policygraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<doc/m> pg:laterInstrumentNote [ pg:work <law/x> ] .
"""


@pytest.mark.parametrize(
    ("document", "work", "term"),
    [
        ('eli:date_document "2021-08-05"^^xsd:date', 'eli:date_document "2021-08-06"^^xsd:date', PG.laterInstrument),
        ('eli:date_document "2021-08-05"^^xsd:date', 'eli:date_document "2021-08-05"^^xsd:date', PG.earlierInstrument),
        ('eli:date_document "2021-08-05"^^xsd:date', 'eli:date_document "2020-12-07"^^xsd:date', PG.earlierInstrument),
        ('eli:date_document "2021-08-05"^^xsd:date', 'pg:approximateDate "2021"^^xsd:gYear', PG.unorderedInstrument),
        ('eli:date_document "2021-08-05"^^xsd:date', 'pg:approximateDate "2022"^^xsd:gYear', PG.laterInstrument),
        ('eli:date_document "2021-08-05"^^xsd:date', "a pg:Work", PG.unorderedInstrument),
        (
            'pg:dateFrom "2020-01-01"^^xsd:date ; pg:dateTo "2020-12-31"^^xsd:date',
            'eli:date_document "2020-12-07"^^xsd:date',
            PG.unorderedInstrument,
        ),
        (
            'pg:dateFrom "2020-01-01"^^xsd:date ; pg:dateTo "2020-12-31"^^xsd:date',
            'eli:date_document "2021-01-01"^^xsd:date',
            PG.laterInstrument,
        ),
        ("a pg:PolicyDocument", 'eli:date_document "2021-01-01"^^xsd:date', PG.unorderedInstrument),
    ],
)
def test_only_what_is_later_than_the_latest_possible_date_is_later(document: str, work: str, term: URIRef) -> None:
    graph = Graph().parse(data=f"{HEAD}<doc/m> {document} . <law/x> {work} .", format="turtle")
    assert set(order_instruments(graph)) == {(ID["doc/m"], term, ID["law/x"])}


LAW = """
@base <https://w3id.org/policygraph/id/> .
@prefix pg: <https://w3id.org/policygraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<doc/m> eli:date_document "2015-01-01"^^xsd:date .
<concept/rank-law> pg:rankOrder 1 . <concept/rank-policy> pg:rankOrder 6 .
<concept/fit-direct> skos:inScheme <concept/scheme-basis-fit> ; skos:notation "direct" ; pg:order 1 .
<concept/fit-principle> skos:inScheme <concept/scheme-basis-fit> ; skos:notation "principle" ; pg:order 4 .
<measure/m/1> a pg:Measure ; pg:document <doc/m> ; pg:hasLegalBasis <b/law> , <b/policy> .
<b/law> a pg:LegalBasisCitation ; pg:document <doc/m> ; pg:citedWork <law/x> ; pg:locator "第三条" ;
    pg:basisRank <concept/rank-law> .
<b/policy> a pg:LegalBasisCitation ; pg:document <doc/m> ; pg:citedWork <law/y> ; pg:basisRank <concept/rank-policy> .
<law/x> pg:inForceFrom "2010-01-01"^^xsd:date . <law/y> eli:date_document "2014-01-01"^^xsd:date .
"""


def strongest(extra: str, day: str) -> str | None:
    graph = Graph().parse(data=LAW + extra, format="turtle")
    graph.parse(find_root() / "ontology" / "concepts" / "standing.ttl")
    graph += chain_events(graph)
    graph += status_intervals(graph)
    found = strength_intervals(graph)
    at = Literal(day, datatype=XSD.date)
    for interval in found.subjects(PG.measure, ID["measure/m/1"]):
        since, until = found.value(interval, PG.intervalFrom), found.value(interval, PG.intervalTo)
        if (since is None or str(since) <= str(at)) and (until is None or str(at) <= str(until)):
            return str(found.value(interval, PG.strongestBasis)).rsplit("/", 1)[-1]
    return None


EVENT = '<law/x/e1> pg:work <law/x> ; pg:eventKind "{}" ; dcterms:date "2020-05-01"^^xsd:date {} . '
VIEW = (
    '<fit/1> a pg:Bearing ; pg:bearsOn <measure/m/1> ; pg:work <law/x> ; pg:citedLocator "第三条" ; '
    'pg:fit "unsupportive" ; pg:bearingFrom "2010-01-01"^^xsd:date ; pg:bearingTo "2020-04-30"^^xsd:date . '
)


@pytest.mark.parametrize(
    ("extra", "before", "after"),
    [
        ("", "law", "law"),
        (EVENT.format("repealed", ""), "law", "policy"),
        (EVENT.format("expired", ""), "law", "policy"),
        (EVENT.format("expired", "") + '<law/x> pg:planPeriodTo "2020-04-30"^^xsd:date .', "law", "law"),
        (EVENT.format("rewritten", '; pg:fromProvision "第三条"'), "law", "policy"),
        (EVENT.format("repealed", '; pg:fromProvision "第三条之一"'), "law", "law"),
        (EVENT.format("amended", '; pg:fromProvision "第三条"'), "law", "law"),
        (EVENT.format("renumbered", '; pg:fromProvision "第三条" ; pg:toProvision "第五条"'), "law", "law"),
        (VIEW, "policy", "law"),
    ],
)
def test_a_basis_counts_while_it_stands_and_is_not_held_against(extra: str, before: str, after: str) -> None:
    assert strongest(extra, "2020-04-30") == before
    assert strongest(extra, "2020-05-01") == after


def test_a_provision_is_followed_through_its_renumbering() -> None:
    moved = EVENT.format("renumbered", '; pg:fromProvision "第三条" ; pg:toProvision "第五条"')
    gone = moved + (
        '<law/x/e2> pg:work <law/x> ; pg:eventKind "repealed" ; dcterms:date "2023-01-01"^^xsd:date ; '
        'pg:fromProvision "第五条" . '
    )
    assert (strongest(gone, "2022-12-31"), strongest(gone, "2023-01-01")) == ("law", "policy")


def test_nothing_counts_before_its_text_is_in_force() -> None:
    assert (strongest("", "2009-12-31"), strongest("", "2010-01-01")) == (None, "law")


# --- what bears on an act --------------------------------------------------------------------------------------------


def regions(store: Store, term: str) -> dict[str, str]:
    """The region of each work or document that has one."""
    asked = f"PREFIX eli: <http://data.europa.eu/eli/ontology#> SELECT ?of ?region WHERE {{ ?of eli:{term} ?region }}"
    return {str(row[0]): str(row[1]).rsplit("/", 1)[-1] for row in store.query(asked).rows}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "measure", ["jiamusi-2020-5/para_10", "jiamusi-2020-5/para_2", "jiangsu-2019-820/sec_3-para_6/item_4"]
)
def test_what_bears_on_a_measure_names_it_first_and_never_comes_from_another_place(store: Store, measure: str) -> None:
    rows = records(store, "bearings", measure=str(ID[f"measure/{measure}"]), as_of="2026-11-28")
    place = regions(store, "jurisdiction")
    document = str(ID[f"doc/{measure.partition('/')[0]}"])
    typed = [row for row in rows if row["type"]]
    assert typed
    assert [row for row in rows if not row["type"]] == rows[: len(rows) - len(typed)], "写明的在前，按类型的在后"
    for row in rows:
        region = place.get(str(row["work"]), "100000").removeprefix("100000").rstrip("0")
        assert place[document].startswith(region), (row["work_title"], region)
    assert len({(row["work"], row["provision"], row["reason"]) for row in typed}) == len(typed), "一条规定一行"


def test_every_provision_that_asks_something_of_an_act_is_listed_as_bearing_on_its_measure(store: Store) -> None:
    """The conclusion and the question about bearings know of the same provisions that reach an act by its type."""
    asked = (
        "PREFIX pg: <https://w3id.org/policygraph/ns#> SELECT DISTINCT ?bearing ?act WHERE { "
        "?interval pg:askedBy ?bearing ; pg:ofAct ?act . ?bearing pg:bearsOnType ?type "
        "FILTER NOT EXISTS { ?bearing pg:reachesByType ?act } }"
    )
    assert not store.query(asked).rows  # type: ignore[union-attr]
    assert store.query(asked.replace("FILTER NOT EXISTS", "FILTER EXISTS")).rows  # type: ignore[union-attr]


def test_a_judgement_under_another_reading_is_not_told_as_the_one_taken(store: Store) -> None:
    rows = records(store, "bearings", measure=str(ID["measure/jiamusi-2020-5/para_3"]), as_of="2026-11-28")
    direct = [row for row in rows if row["fit"] == "direct"]
    assert direct
    assert all(row["reading"] and row["taken"] is False for row in direct)


def test_a_sanction_without_basis_is_held_against_the_range_of_the_provincial_catalogue(store: Store) -> None:
    """Heilongjiang's article 31 says what the provincial catalogue may hold: of each such act, whether it is in it."""
    rows = records(store, "conclusions", document=str(ID["doc/jiamusi-2020-5"]), as_of="2026-11-28")
    bare = [r for r in rows if r["nature"] == "sanction" and r["insufficiency"] == "none"]
    assert len(bare) >= 5
    assert [r["notation"] for r in bare if "《黑龙江省社会信用条例》第三十一条" not in str(r["looked_at"])] == []
