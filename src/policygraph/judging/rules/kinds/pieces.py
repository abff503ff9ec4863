"""Pieces of SHACL that every kind is made of: nodes, lists, paths, tests of a record, and what must not hold."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from policygraph.graph.memory import make_number
from policygraph.judging.rules.facts import TABLE
from policygraph.judging.rules.lines import (
    UNIT,
    Pattern,
    Step,
    Test,
)
from policygraph.judging.rules.terms import active_field_term, as_of_link, former_link
from policygraph.namespaces import PG

_BOUNDS = {
    "atLeast": SH.minInclusive,
    "atMost": SH.maxInclusive,
    "below": SH.maxExclusive,
    "above": SH.minExclusive,
}
_FIRST, _REST, _NIL = RDF.first, RDF.rest, RDF.nil
_serials = count()


class Pieces:
    """Adds pieces of shapes to a graph; each node is new."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def node(self, *parts: tuple[URIRef, Node]) -> BNode:
        node = _blank()
        for term, value in parts:
            self.graph.add((node, term, value))
        return node

    def listed(self, items: Iterable[Node]) -> BNode:
        head: BNode | None = None
        rest: Node = _NIL
        for item in reversed(list(items)):
            head = self.node((_FIRST, item), (_REST, rest))
            rest = head
        return self.node((_REST, rest)) if head is None else head

    def property(self, shape: URIRef, path: Node, *constraints: tuple[URIRef, Node]) -> None:
        self.graph.add((shape, RDF.type, SH.PropertyShape))
        self.graph.add((shape, SH.path, path))
        for term, value in constraints:
            self.graph.add((shape, term, value))

    def state(self, shape: URIRef, *opposites: Node) -> None:
        """A shape that reports when none of these holds."""
        self.graph.add((shape, RDF.type, SH.NodeShape))
        self.graph.add((shape, SH["or"], self.listed(list(opposites))))

    def opposite(self, node: Node) -> BNode:
        return self.node((SH["not"], node))

    def none_of(self, propositions: list[BNode]) -> BNode:
        return self.node(*((SH["not"], proposition) for proposition in propositions))

    def one_of(self, values: tuple[Node, ...]) -> list[tuple[URIRef, Node]]:
        """The value is there and one of these."""
        if len(values) == 1:
            return [(SH.hasValue, values[0])]
        return [(SH.minCount, make_number(1)), (SH["in"], self.listed(list(values)))]

    def within(self, term: URIRef, months: int) -> tuple[URIRef, Node]:
        node = self.node((SH.path, term), (SH.minCount, make_number(1)), (SH.maxInclusive, make_number(months)))
        return SH.property, node

    def path(self, pattern: Pattern) -> Node:
        """The way from the enterprise to the records: its own, and those of the holders of posts."""
        link = PG[str(TABLE[pattern.table].link)]
        ways: list[Node] = []
        for subject in pattern.subjects:
            if subject == UNIT:
                ways.append(link)
            else:
                post = former_link(subject) if pattern.held == "during" else as_of_link(subject)
                ways.append(self.listed([PG[post], link]))
        return ways[0] if len(ways) == 1 else self.node((SH.alternativePath, self.listed(ways)))

    def tests(self, tests: tuple[Test, ...], inside: list[tuple[URIRef, Node]]) -> list[tuple[URIRef, Node]]:
        """The constraints of a record that passes the tests; tests of one term share one property shape."""
        found: list[tuple[URIRef, Node]] = []
        bounds: dict[URIRef, list[tuple[URIRef, Node]]] = {}
        for test in tests:
            if test.comparison in _BOUNDS:
                bounds.setdefault(test.term, []).append((_BOUNDS[test.comparison], test.values[0]))
            elif test.comparison == "isNot":
                found.append((SH["not"], self.node((SH.path, test.term), *self.one_of(test.values))))
            elif test.comparison == "isKnown":
                found.append((SH.property, self.node((SH.path, test.term), (SH.minCount, make_number(1)))))
            elif test.comparison == "isUnknown":
                found.append((SH.property, self.node((SH.path, test.term), (SH.maxCount, make_number(0)))))
            else:
                found.append((SH.property, self.node((SH.path, test.term), *self.one_of(test.values))))
        for term, limits in bounds.items():
            node = self.node((SH.path, term), (SH.minCount, make_number(1)), *limits)
            found.append((SH.property, node))
        return [*found, *inside]

    def found(self, pattern: Pattern, months: int | None = None) -> BNode:
        """The proposition that enough records pass the tests, in so many months where a number is given."""
        if pattern.list_fields is not None:
            return self.node(
                (SH.path, PG[active_field_term(pattern.list_fields)]), (SH.minCount, make_number(pattern.count))
            )
        inside = [] if months is None else [self.within(PG.monthsAgo, months)]
        return self.node(
            (SH.path, self.path(pattern)),
            (SH.qualifiedMinCount, make_number(pattern.count)),
            (SH.qualifiedValueShape, self.node(*self.tests(pattern.tests, inside))),
        )


def reach_step(measured: URIRef, step: Step, upper: Literal | None) -> list[Test]:
    """What a record is that stands on a step: the step's own tests, or its bounds."""
    if step.tests:
        return list(step.tests)
    tests = [Test(measured, "atLeast", (step.lower,))] if step.lower is not None else []
    return tests + ([Test(measured, "below", (upper,))] if upper is not None else [])


def _blank() -> BNode:
    """A blank node of its own; rdflib would ask the system for a random name each time."""
    return BNode(f"expanded{next(_serials)}")
