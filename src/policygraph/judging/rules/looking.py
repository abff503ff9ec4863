"""How far back a condition looks that names no period: the propositions about it, and the readings that follow.

「存在失信行为」 names no period, so no number of months bounds it. Such a text is taken to look back to the first day
on which it certainly applies; that the as-of day alone counts is another reading. What must be complete so far back
is one named proposition per reading. Every shape that rests on the proposition, expanded or written by hand, is
written once, for the default reading; its twin for another reading follows here, so that nobody copies a condition
in order to say it under another day.

The day comes from the policy's own dates (``lines``) and stands in the shapes as a bound on the first day since which
a table is complete without a gap; shapes compare days, they never reckon with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH, XSD
from rdflib.term import Node

from policygraph.judging.rules.lines import Completeness, LookBack
from policygraph.judging.rules.terms import class_word
from policygraph.namespaces import PG

_REFERENCES = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape, SH["or"], SH["and"], RDF.first, RDF.rest)


def write_completeness(graph: Graph, completeness: Completeness) -> None:
    """Add the named proposition that a table, or one field of it, is complete: one shape for each reading."""
    for look in completeness.looks or (None,):
        shape = _named(completeness, look)
        word = class_word(completeness.table)
        whole = _bounded(graph, f"{word}CoversFrom", f"{word}CoversAsOf", look)
        graph.add((shape, RDF.type, SH.NodeShape))
        if completeness.field is None:
            graph.add((shape, SH.property, whole))
            continue
        inside, of_field, coverage = BNode(), BNode(), BNode()
        graph.add((inside, SH.path, PG.field))
        graph.add((inside, SH.hasValue, Literal(completeness.field)))
        graph.add((of_field, SH.property, inside))
        graph.add((of_field, SH.property, _bounded(graph, "coversFrom", "coversAsOf", look)))
        graph.add((coverage, SH.path, PG[f"{word}FieldCoverage"]))
        graph.add((coverage, SH.qualifiedMinCount, Literal(1)))
        graph.add((coverage, SH.qualifiedValueShape, of_field))
        head = BNode()
        Collection(graph, head, [whole, coverage])
        graph.add((shape, SH["or"], head))


def spread_looks(graph: Graph, known: Iterable[Completeness]) -> None:
    """Give every shape that rests on such a proposition its twin under each other reading of how far back it looks.

    A reported shape and its twin then count under their readings only; a shape that others refer to has a twin too.
    """
    looks: dict[LookBack, dict[Node, URIRef]] = {}
    defaults: dict[LookBack, LookBack] = {}
    for completeness in known:
        for other in completeness.looks[1:]:
            looks.setdefault(other, {})[_named(completeness, completeness.looks[0])] = _named(completeness, other)
            defaults[other] = completeness.looks[0]
    rested: dict[Node, set[LookBack]] = {}
    for other, propositions in sorted(looks.items(), key=lambda pair: pair[0].suffix):
        twins: dict[Node, URIRef] = {shape: URIRef(f"{shape}{other.suffix}") for shape in _resting(graph, propositions)}
        for shape, twin in sorted(twins.items()):
            _copy(graph, shape, twin, propositions | twins)
            if (shape, PG.decides, None) in graph:
                graph.add((twin, PG.underInterpretation, other.interpretation))
                rested.setdefault(shape, set()).add(defaults[other])
    for shape, used in rested.items():
        for look in used:
            graph.add((shape, PG.underInterpretation, look.interpretation))


def _named(completeness: Completeness, look: LookBack | None) -> URIRef:
    return URIRef(f"{completeness.shape}{look.suffix if look else ''}")


def _bounded(graph: Graph, since: str, as_of: str, look: LookBack | None) -> BNode:
    """Complete since a day, or on the as-of day."""
    node = BNode()
    if look is None or look.since is None:
        graph.add((node, SH.path, PG[as_of]))
        graph.add((node, SH.hasValue, Literal(True)))
    else:
        graph.add((node, SH.path, PG[since]))
        graph.add((node, SH.minCount, Literal(1)))
        graph.add((node, SH.maxInclusive, Literal(look.since.isoformat(), datatype=XSD.date)))
    return node


def _resting(graph: Graph, propositions: Mapping[Node, URIRef]) -> set[URIRef]:
    """The named shapes that refer to one of the propositions, themselves or through others."""
    found: set[URIRef] = set()
    seen: set[Node] = set(propositions)
    queue = list(propositions)
    while queue:
        node = queue.pop()
        for word in _REFERENCES:
            for holder in set(graph.subjects(word, node)) - seen:
                seen.add(holder)
                queue.append(holder)
                if isinstance(holder, URIRef):
                    found.add(holder)
    return found


def _copy(graph: Graph, node: Node, twin: Node, instead: Mapping[Node, Node]) -> None:
    """Write of the twin what is said of a node, with other shapes in place of some."""
    for predicate, value in list(graph.predicate_objects(node)):
        if isinstance(value, BNode):
            part = BNode()
            _copy(graph, value, part, instead)
            graph.add((twin, predicate, part))
        else:
            graph.add((twin, predicate, instead.get(value, value)))
