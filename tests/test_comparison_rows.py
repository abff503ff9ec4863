"""The rows of the comparison of places follow the curated measures, and a remark stands only in an empty cell.

The comparison promises that nothing is lost (every area and class of a measure has its row) and nothing is invented
(every row has a measure somewhere). A remark on an empty cell is an editors' view: it must name its ground verbatim.
"""

from __future__ import annotations

from functools import cache

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS
from rdflib.term import Node

from policygraph.documents import parse_document
from policygraph.namespaces import ID, PG, clause_iri
from policygraph.sources import find_root, read_source

ROOT = find_root()
CLASSES = {PG.IncentiveMeasure: "incentive", PG.SanctionMeasure: "sanction", PG.RegulatoryMeasure: "supervision"}
PLACES = {"jiamusi": "230800", "jiangsu": "320000", "xinzheng": "410184", "yiyuan": "370323"}


@cache
def comparison() -> Graph:
    return Graph().parse(ROOT / "data" / "editorial" / "comparison.ttl", format="turtle")


@cache
def concepts() -> Graph:
    graph = Graph()
    for path in sorted((ROOT / "ontology").rglob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


@cache
def models() -> tuple[tuple[URIRef, Graph], ...]:
    """Each model with the region of its place."""
    found = []
    for path in sorted((ROOT / "data" / "documents").glob("*/model.ttl")):
        region = ID[f"region/{PLACES[path.parent.name.split('-')[0]]}"]
        found.append((region, Graph().parse(path, format="turtle")))
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


def rows() -> dict[Node, tuple[Node | None, str]]:
    graph = comparison()
    return {
        row: (graph.value(row, PG.policyArea), str(graph.value(row, PG.effectClass)))
        for row in graph.subjects(RDF.type, PG.ComparisonRow)
    }


def test_every_kind_of_measure_has_exactly_one_row_and_no_row_is_empty() -> None:
    pairs = list(rows().values())
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == {(area, effect_class) for area, effect_class, _ in filled()}


def test_every_row_is_named_in_two_languages() -> None:
    for row in rows():
        assert {o.language for o in comparison().objects(row, RDFS.label) if isinstance(o, Literal)} == {"zh", "en"}, (
            row
        )


def test_a_remark_stands_only_in_an_empty_cell_and_gives_its_reason() -> None:
    graph = comparison()
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
                assert (*rows()[of], place) not in filled(), (of, place)
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
