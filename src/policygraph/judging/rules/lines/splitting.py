"""A file of condition lines with several policies, taken apart: each policy with the lines that are its own.

A document with a red list and a blacklist says of each who gets on it, and each is decided by itself. Their lines stand
in one file, because periods and barring conditions may be shared; whoever expands, changes or decides works on one
policy at a time. A line belongs to each policy that asks what it decides, with what it refers to. What belongs to
none goes to all, so that whoever reads them refuses it with its place.
"""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import BNode, Graph, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.graph.memory import make_graph
from policygraph.namespaces import PG


def split_policies(lines: Graph, *more: Graph) -> tuple[tuple[Graph, ...], ...]:
    """The lines of each policy, in the order of their names, and what of ``more`` graphs is about its conditions.

    A file with one policy, or none, is one whole.
    """
    policies = sorted(lines.subjects(RDF.type, PG.Policy), key=str)
    graphs = (lines, *more)
    if len(policies) < 2:
        return (graphs,)
    asked = {policy: set(asked_of(lines, policy)) for policy in policies}
    own = {policy: [_reach(graph, _roots(graph, policy, asked[policy]), policies) for graph in graphs]
           for policy in policies}  # fmt: skip
    loose = [_named(graph).difference(*(own[policy][n] for policy in policies)) for n, graph in enumerate(graphs)]
    return tuple(
        tuple(
            make_graph(_about(graph, own[policy][n] | _reach(graph, loose[n], policies)))
            for n, graph in enumerate(graphs)
        )
        for policy in policies
    )


def asked_of(lines: Graph, one: Node | None = None) -> tuple[URIRef, ...]:
    """The conditions that a policy asks, or all of them, each once and in their order; none without one."""
    found = []
    for policy in sorted(lines.subjects(RDF.type, PG.Policy), key=str) if one is None else (one,):
        for item in lines.items(lines.value(policy, PG.asks) or RDF.nil):
            condition = lines.value(item, PG.condition)
            if isinstance(condition, URIRef):
                found.append(condition)
    return tuple(dict.fromkeys(found))


def _named(graph: Graph) -> set[Node]:
    return {node for node in graph.subjects() if not isinstance(node, BNode)}


def _roots(graph: Graph, policy: Node, asked: set[URIRef]) -> set[Node]:
    """The policy and the named things that decide a condition of it, themselves or by a nameless part of them."""
    deciding = {one for condition in asked for one in graph.subjects(PG.decides, condition)}
    return {policy} | {one for one in _named(graph) if deciding & _reach(graph, {one}, (), nameless=True)}


def _reach(graph: Graph, roots: Iterable[Node], policies: Iterable[Node], *, nameless: bool = False) -> set[Node]:
    """What is said of some things and of what they refer to; never of another policy."""
    found, queue = set(roots), list(roots)
    while queue:
        for value in graph.objects(queue.pop()):
            inside = isinstance(value, BNode) or (not nameless and (value, None, None) in graph)
            if inside and value not in found and value not in policies:
                found.add(value)
                queue.append(value)
    return found


def _about(graph: Graph, nodes: set[Node]) -> Iterable[tuple[Node, Node, Node]]:
    return (triple for node in nodes for triple in graph.triples((node, None, None)))
