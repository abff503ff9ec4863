"""Graphs in memory: rdflib's, on its store without contexts, which adds and answers in a third of the time.

rdflib stays the graph type of this floor and above; only where a graph is made is a choice. Nothing here reads.
"""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import Graph
from rdflib.term import Node


def make_graph(*parts: Iterable[tuple[Node, Node, Node]]) -> Graph:
    """A graph that holds the triples of all parts; empty for none.

    >>> from rdflib import URIRef
    >>> a, b, c, d = (URIRef(f"https://example.org/{name}") for name in "abcd")
    >>> len(make_graph([(a, b, c)], [(a, b, c), (a, b, d)]))
    2
    """
    return join(Graph(store="SimpleMemory", bind_namespaces="none"), *parts)


def join(graph: Graph, *parts: Iterable[tuple[Node, Node, Node]]) -> Graph:
    """The same graph, with the triples of all parts added to it."""
    add = graph.store.add
    for part in parts:
        for triple in part:
            add(triple, graph)
    return graph


def sort_nodes(nodes: Iterable[Node]) -> list[Node]:
    """Each node once, in the order of their texts, so that results are the same in every run."""
    return sorted(set(nodes), key=str)
