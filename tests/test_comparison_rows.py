"""The rows of the comparison of places follow the curated measures, and a remark stands only in an empty cell.

The comparison promises that nothing is lost (every area and class of a measure has its row) and nothing is invented
(every row has a measure somewhere): the rows are derived, none is written by hand. A remark on an empty cell is an
editors' view: it must name its ground verbatim.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS
from rdflib.term import Node
from tests.conftest import open_once
from tests.files import read_graph
from tests.words import parse_document

from policygraph.graph.deriving import derive
from policygraph.keeping.comparisons import read_comparison
from policygraph.keeping.sources import find_root, read_source
from policygraph.namespaces import ID, PG, clause_iri

ROOT = find_root()
CLASSES = {PG.IncentiveMeasure: "incentive", PG.SanctionMeasure: "sanction", PG.RegulatoryMeasure: "supervision"}
PLACES = {"jiamusi": "230800", "jiangsu": "320000", "xinzheng": "410184", "yiyuan": "370323"}


@cache
def comparison() -> Graph:
    return read_graph("data/editorial/comparison.ttl")


@cache
def concepts() -> Graph:
    return read_graph("ontology/**/*.ttl")


@cache
def models() -> tuple[tuple[URIRef, Graph], ...]:
    """Each model with the region of its place."""
    found = []
    for path in sorted((ROOT / "data" / "documents").glob("*/model.ttl")):
        region = ID[f"region/{PLACES[path.parent.name.split('-')[0]]}"]
        found.append((region, read_graph(path.relative_to(ROOT).as_posix())))
    return tuple(found)


def filled() -> set[tuple[Node, str, URIRef]]:
    """The cells that hold a measure: area, class of effect, place."""
    return {
        (area, effect_class, region)
        for region, graph in models()
        for kind, effect_class in CLASSES.items()
        for measure in graph.subjects(RDF.type, kind)
        for area in graph.objects(measure, PG.policyArea)
    }


@cache
def union() -> Graph:
    """The models, concepts and editors' remarks as the build joins them."""
    whole = Graph() + concepts() + comparison()
    for _, graph in models():
        whole += graph
    return whole


@cache
def derived_of_all() -> Graph:
    return derive(union())


def rows(graph: Graph) -> dict[Node, tuple[Node | None, str]]:
    return {
        row: (graph.value(row, PG.policyArea), str(graph.value(row, PG.effectClass)))
        for row in graph.subjects(RDF.type, PG.ComparisonRow)
    }


def test_no_row_is_written_by_hand() -> None:
    assert rows(comparison()) == {}


@pytest.mark.slow
def test_every_kind_of_measure_has_exactly_one_row_and_no_row_is_empty() -> None:
    pairs = list(rows(derived_of_all()).values())
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == {(area, effect_class) for area, effect_class, _ in filled()}


def test_every_row_is_named_in_two_languages() -> None:
    derived = derived_of_all()
    for row in rows(derived):
        assert {o.language for o in derived.objects(row, RDFS.label) if isinstance(o, Literal)} == {"zh", "en"}, row


@pytest.mark.slow
def test_a_measure_that_nobody_classified_has_a_row_too() -> None:
    loose = Graph()
    loose.add((ID["measure/x/1"], RDF.type, PG.Measure))
    loose.add((ID["measure/x/2"], RDF.type, PG.SanctionMeasure))
    derived = derive(union() + loose)
    assert ID["comparison/unclassified"] in rows(derived)
    assert ID["comparison/unclassified"] not in rows(derived_of_all())


def test_an_area_without_a_name_keeps_its_row() -> None:
    loose = Graph()
    loose.add((ID["measure/x/1"], RDF.type, PG.SanctionMeasure))
    loose.add((ID["measure/x/1"], PG.policyArea, ID["concept/area-new-area"]))
    derived = derive(union() + loose)
    row = ID["comparison/new-area-sanction"]
    assert rows(derived)[row] == (ID["concept/area-new-area"], "sanction")
    assert Literal("new-area · 惩戒", lang="zh") in set(derived.objects(row, RDFS.label))


def test_every_curated_measure_stands_in_exactly_the_rows_of_its_areas_and_its_kind(dataset: Path) -> None:
    """Counted apart from the table: from the models as they are written, one by one."""
    wanted = {
        (str(measure), f"{str(area).rsplit('/area-', 1)[-1]}-{effect_class}")
        for _, graph in models()
        for kind, effect_class in CLASSES.items()
        for measure in graph.subjects(RDF.type, kind)
        for area in graph.objects(measure, PG.policyArea)
    }
    table = read_comparison(open_once(dataset), "measures", "2026-11-25")
    shown = [(entry.measure, row.slug) for row in table.rows for cell in row.cells for entry in cell.entries]
    assert len(shown) == len(set(shown))
    assert set(shown) == wanted
    curated = {m for _, graph in models() for kind in CLASSES for m in graph.subjects(RDF.type, kind)}
    assert {measure for measure, _ in shown} == set(map(str, curated))


def test_a_remark_stands_only_in_an_empty_cell_and_gives_its_reason() -> None:
    graph, known = comparison(), rows(derived_of_all())
    mechanisms = set(concepts().subjects(SKOS.inScheme, ID["concept/scheme-mechanisms"]))
    said = {
        (graph_.value(statement, PG.mechanism), region)
        for region, graph_ in models()
        for statement in graph_.subjects(RDF.type, PG.MechanismStatement)
    }
    cells = []
    for cell in graph.subjects(RDF.type, PG.CellStatus):
        place = graph.value(cell, PG.place)
        assert place in {region for region, _ in models()}, cell
        assert str(graph.value(cell, PG.cellWord)) in {"delegated", "quoted-only", "damaged", "not-applicable"}, cell
        assert str(graph.value(cell, PG.reason) or ""), cell
        assert (cell, PG.editorial, Literal(True)) in graph, cell
        for of in graph.objects(cell, PG.cellOf):
            cells.append((of, place))
            if of in mechanisms:
                assert (of, place) not in said, (of, place)
            else:
                assert (*known[of], place) not in filled(), (of, place)
    assert len(cells) == len(set(cells))


def test_every_remark_quotes_the_clause_it_rests_on() -> None:
    graph = comparison()
    for cell in graph.subjects(RDF.type, PG.CellStatus):
        document = str(graph.value(cell, PG.document)).rsplit("/", 1)[-1]
        source = read_source(ROOT / "data" / "documents" / document / "source.txt").text
        clauses = {clause_iri(document, c.id): c for c in parse_document(source).clauses}
        clause = graph.value(cell, PG.clause)
        assert clause in clauses, cell
        words = "".join(source[span.start : span.end] for span in clauses[URIRef(str(clause))].spans)
        assert "".join(str(graph.value(cell, PG.quote)).split()) in "".join(words.split()), cell
