"""Blank nodes named after the statement they stand in, the same in every run, and back again."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from rdflib import BNode, Graph, URIRef
from rdflib.term import Node

from policygraph.graph.memory import make_graph
from policygraph.namespaces import ID, iri

_ANONYMOUS = f"{ID}anonymous/"
_MOST_KEPT = 1024
"""Properties whose local names are kept: a file uses few."""


def skolemise(graph: Graph) -> Graph:
    """The same graph with every blank node named after the statement it stands in, the same in every run.

    >>> from rdflib import Graph, Literal
    >>> data = "@prefix p: <http://example.org/> . p:a p:b [ p:c 1 ], [ p:c 2 ] ."
    >>> sorted(str(s) for s in skolemise(Graph().parse(data=data)).subjects(None, Literal(2)))
    ['http://example.org/a/b_2']
    """
    inner: dict[Node, dict[Node, list[BNode]]] = {}
    blanks: set[Node] = set()
    for subject, predicate, value in graph:
        if type(subject) is BNode:
            blanks.add(subject)
        if type(value) is BNode:
            inner.setdefault(subject, {}).setdefault(predicate, []).append(value)
    if not (blanks or inner):
        return graph
    key = _Contents(graph).__getitem__
    names: dict[Node, URIRef] = {}
    # by their texts: rdflib's own order of nodes is the same among names, and asks in Python for each pair
    pending: list[Node] = sorted((s for s in inner if isinstance(s, URIRef)), key=str, reverse=True)
    objects = {value for terms in inner.values() for values in terms.values() for value in values}
    for index, orphan in enumerate(sorted(blanks - objects, key=key), start=1):
        names[orphan] = iri(f"{_ANONYMOUS}{index}")
        pending.append(orphan)
    while pending:
        subject = pending.pop()
        for predicate, values in sorted(inner.get(subject, _NOTHING).items(), key=_by_text):
            new = [value for value in values if value not in names]
            for index, blank in enumerate(sorted(new, key=key) if len(new) > 1 else new, start=1):
                names[blank] = iri(f"{names.get(subject, subject)}/{_local(predicate)}_{index}")
                pending.append(blank)
    return make_graph(
        (names[s] if type(s) is BNode else s, p, names[o] if type(o) is BNode else o) for s, p, o in graph
    )


class _Contents(dict[Node, str]):
    """What a node says, blank nodes told by what they say in their turn, so that they have an order of their own."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def __missing__(self, node: Node) -> str:
        if not isinstance(node, BNode):
            return node.n3()
        self[node] = ""  # a node that says itself is told without that
        said = sorted(f"{p.n3()} {self[o]}" for p, o in self._graph.predicate_objects(node))
        self[node] = "[" + ";".join(said) + "]"
        return self[node]


def restore_blanks(graph: Graph) -> Graph:
    """The inverse of ``skolemise``: nodes that carry the name it gives become blank again.

    A node is taken for one of them when it is called after the statement that it stands in, or after none. So shapes
    read from a dataset have their lists, paths and nested shapes as SHACL engines want them. Their labels follow from
    the names, so that whatever is written in the order of nodes is written alike by every process.

    >>> from rdflib import Graph
    >>> from rdflib.compare import isomorphic
    >>> data = "@prefix p: <http://example.org/> . p:a p:b [ p:c ( 1 2 ) ], [ p:c 2 ] . [] p:b p:a ."
    >>> graph = Graph().parse(data=data)
    >>> isomorphic(restore_blanks(skolemise(graph)), graph), isomorphic(skolemise(graph), graph)
    (True, False)
    >>> set(restore_blanks(skolemise(graph))) == set(restore_blanks(skolemise(graph)))
    True
    """
    nodes = {subject for subject in graph.subjects() if str(subject).startswith(_ANONYMOUS)}
    for s, p, o in graph:
        if isinstance(o, URIRef):
            name, underscore, index = str(o).rpartition("_")
            if underscore and index.isdecimal() and name == f"{s}/{_local(p)}":
                nodes.add(o)
    blanks = {node: BNode(f"b{hashlib.sha256(str(node).encode()).hexdigest()[:32]}") for node in nodes}
    return make_graph((blanks.get(s, s), p, blanks.get(o, o)) for s, p, o in graph)


_NOTHING: dict[Node, list[BNode]] = {}


def _by_text(said: tuple[Node, list[BNode]]) -> str:
    return str(said[0])


@lru_cache(maxsize=_MOST_KEPT)
def _local(predicate: Node) -> str:
    return re.split(r"[#/]", str(predicate))[-1]
