"""Graphs in memory: rdflib's, on its store without contexts, which adds and answers in a third of the time.

What an engine is given to judge with is looked at thousands of times a run, and always at the same places: a steady
graph looks each of them up once. rdflib stays the graph type of this floor and above; only where a graph is made is a
choice. Nothing here reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Self

from rdflib import Graph
from rdflib.namespace import NamespaceManager
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


def make_steady(graph: Graph) -> Graph:
    """The same triples, in the same store, behind a graph that remembers what it was asked.

    For shapes and views that stay as they are while an engine runs over them: pySHACL takes about half the time. It
    may be written to like any graph, and forgets then; what somebody adds to ``graph`` itself it may not notice.

    >>> from rdflib import URIRef
    >>> a, b, c, d = (URIRef(f"https://example.org/{name}") for name in "abcd")
    >>> steady = make_steady(make_graph([(a, b, c)]))
    >>> list(steady.objects(a, b)) == [c]
    True
    >>> sorted(steady.add((a, b, d)).objects(a, b)) == [c, d]
    True
    """
    return _SteadyGraph(graph)


class _SteadyGraph(Graph):
    """Answers from memory what pySHACL asks most; one answer is kept for a node and a property, or for a list."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph.store, graph.identifier, bind_namespaces="none")
        self.namespace_manager = _FullNames(self, bind_namespaces="none")
        self._forget()

    def _forget(self) -> None:
        self._objects: dict[tuple[Any, Any], tuple[Any, ...]] = {}
        self._pairs: dict[Any, tuple[tuple[Any, Any], ...]] = {}
        self._items: dict[Any, tuple[Any, ...]] = {}

    # Any, here and below: the unions of rdflib's signatures are wider than what is kept. Where it promises a generator
    # its callers only iterate.

    def add(self, triple: Any) -> Self:
        if triple not in self:  # before every run pySHACL adds the same few axioms to the shapes
            super().add(triple)
            self._forget()
        return self

    def addN(self, quads: Any) -> Self:  # rdflib's name
        super().addN(quads)
        self._forget()
        return self

    def remove(self, triple: Any) -> Self:
        super().remove(triple)
        self._forget()
        return self

    def objects(self, subject: Any = None, predicate: Any = None, unique: bool = False) -> Iterator[Any]:  # type: ignore[override]  # see above
        if unique or isinstance(subject, list):
            return super().objects(subject, predicate, unique)
        found = self._objects.get((subject, predicate))
        if found is None:
            found = self._objects[subject, predicate] = tuple(super().objects(subject, predicate))
        return iter(found)

    def predicate_objects(self, subject: Any = None, unique: bool = False) -> Iterator[Any]:  # type: ignore[override]  # see above
        if unique:
            return super().predicate_objects(subject, unique)
        found = self._pairs.get(subject)
        if found is None:
            found = self._pairs[subject] = tuple(super().predicate_objects(subject))
        return iter(found)

    def items(self, list: Any) -> Iterator[Any]:  # type: ignore[override]  # see above
        found = self._items.get(list)
        if found is None:
            found = self._items[list] = tuple(super().items(list))
        return iter(found)


class _FullNames(NamespaceManager):
    """Prefixes for nobody: the text of a report, for which pySHACL looks one up per name and result, is not read."""

    def bind(self, prefix: str | None, namespace: Any, override: bool = True, replace: bool = False) -> None:
        """Keep no prefix; ``namespace`` is of any of the types that rdflib takes."""

    def normalizeUri(self, rdfTerm: str) -> str:  # rdflib's names
        return f"<{rdfTerm}>"


def sort_nodes(nodes: Iterable[Node]) -> list[Node]:
    """Each node once, in the order of their texts, so that results are the same in every run."""
    return sorted(set(nodes), key=str)
