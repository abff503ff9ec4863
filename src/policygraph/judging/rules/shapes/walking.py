"""The parts of a shapes graph: what is run by itself, and what is reached from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from policygraph.graph.memory import make_graph
from policygraph.judging.rules.terms import SUPPORTED
from policygraph.namespaces import PG

REFERENCES = frozenset({SH.property, SH.node, SH["not"], SH.qualifiedValueShape})
_INSIDE = REFERENCES | {RDF.first, RDF.rest}
_SAID = SUPPORTED | _INSIDE | {RDF.type}


def reported(graph: Graph) -> list[URIRef]:
    """The shapes that are run by themselves, by IRI."""
    return sorted(node for node in set(graph.subjects(SH.targetClass)) if isinstance(node, URIRef))


Reached = Mapping[Node, Sequence[tuple[Node, Node, bool]]]
"""By shape what is said of it in SHACL's own words, and whether each value belongs to the shape too."""


def reach(graph: Graph) -> Reached:
    """What ``closure`` walks along, worked out once for a shapes graph from which many parts are taken."""
    found: dict[Node, list[tuple[Node, Node, bool]]] = {}
    for node, predicate, value in graph:
        if predicate in _SAID:
            inside = predicate in _INSIDE
            found.setdefault(node, []).append(
                (predicate, value, type(value) is BNode or (inside and type(value) is not Literal))
            )
    return found


def closure(reached: Reached, roots: Iterable[Node]) -> Graph:
    """The part of a shapes graph that is reached from some shapes, so that an engine is given nothing else to parse."""

    def walk() -> Iterator[tuple[Node, Node, Node]]:
        queue = list(roots)
        seen = set(queue)
        while queue:
            node = queue.pop()
            for predicate, value, belongs in reached.get(node, ()):
                yield node, predicate, value
                if belongs and value not in seen:
                    seen.add(value)
                    queue.append(value)

    return make_graph(walk())


def outcomes_named(shape: Graph) -> frozenset[str]:
    """The outcomes that an invariant over decisions speaks of; empty when it names none."""
    paths = set(shape.subjects(SH.path, PG.outcome))
    return frozenset(str(value) for path in paths for value in shape.objects(path, SH.hasValue))
