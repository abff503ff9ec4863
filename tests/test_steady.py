"""A steady graph answers as the graph it stands for, before and after somebody writes to it."""

from __future__ import annotations

from pathlib import Path

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH

from policygraph.graph.memory import make_graph, make_steady

ROOT = Path(__file__).resolve().parents[1]
A, B, C, D = (URIRef(f"https://example.org/{name}") for name in "abcd")


def test_a_steady_graph_answers_as_the_graph_it_stands_for() -> None:
    graph = Graph().parse(ROOT / "shapes" / "eligibility" / "jiangsu-2019-820.ttl")
    steady = make_steady(graph)
    lists = set(graph.subjects(RDF.first, None)) - set(graph.objects(None, RDF.rest))
    assert lists
    for _ in ("looked up", "remembered"):
        for subject, predicate in set(graph.subject_predicates()):
            assert set(steady.objects(subject, predicate)) == set(graph.objects(subject, predicate))
        for subject in set(graph.subjects()):
            assert set(steady.predicate_objects(subject)) == set(graph.predicate_objects(subject))
        for head in lists:
            assert list(steady.items(head)) == list(graph.items(head))
        assert [*steady.objects(A, SH.path), *steady.predicate_objects(A), *steady.items(A)] == []
        paths = [*graph.subjects(SH.path, None)]
        assert [*steady.objects(paths, SH.path)] == [*graph.objects(paths, SH.path)]
        assert sorted(map(str, steady.objects(None, SH.path, unique=True))) == sorted(
            map(str, set(graph.objects(None, SH.path)))
        )


def test_what_is_written_to_a_steady_graph_is_remembered_no_longer() -> None:
    steady, head = make_steady(make_graph([(A, B, C)])), BNode()

    def told() -> tuple[int, int, list[object]]:
        return len([*steady.objects(A, B)]), len([*steady.predicate_objects(A)]), [*steady.items(head)]

    assert told() == (1, 1, [])
    steady.add((A, B, D))
    assert told() == (2, 2, [])
    steady.add((head, RDF.first, C)).add((head, RDF.rest, RDF.nil))
    assert told() == (2, 2, [C])
    steady += [(A, B, Literal("e"))]
    assert told() == (3, 3, [C])
    steady.remove((A, B, C))
    assert told() == (2, 2, [C])
    steady.parse(data="<https://example.org/a> <https://example.org/b> 'f' .", format="turtle")
    assert told() == (3, 3, [C])
