"""Graphs in memory: rdflib's, over a store that keeps triples as they come and makes an index when it is asked for.

rdflib stays the graph type of this floor and above; only where a graph is made is a choice. rdflib's own stores keep
three indexes of everything and reach each triple through three generators, which was half the time of a build: most
graphs are only written, joined and walked through once. Here a join copies a dictionary, and a question looks into
the one index that answers it. What is removed costs all indexes, so graphs that shrink belong elsewhere, and so do
those that pySHACL takes as data (it puts them into a dataset, which needs a store with contexts).

What an engine is given to judge with is looked at thousands of times a run, and always at the same places: a steady
graph looks each of them up once.

Nothing here reads, and the order of results is that in which triples came: who needs an order sorts.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from functools import lru_cache
from threading import RLock
from typing import Any, Self, TypeVar

from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.namespace import NamespaceManager
from rdflib.plugins.stores.memory import SimpleMemory
from rdflib.term import Node

_Made = TypeVar("_Made")

Triple = tuple[Node, Node, Node]

_INTEGER = XSD.integer
_MOST_DAYS = 8192
"""Days that are kept as literals."""


class _Triples(SimpleMemory):
    """The triples of one graph; rdflib's simple store lends it what is needed for prefixes.

    Several threads may ask at once, though only one may write: an index is handed out when it is whole, never before.
    """

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[Triple, None] = {}
        self._forget()

    def _forget(self) -> None:
        self._indexed = False
        self._subjects: dict[Node, dict[Node, list[Node]]] | None = None
        self._predicates: dict[Node, list[Triple]] | None = None
        self._values: dict[Node, dict[Node, list[Node]]] = {}
        self._objects: dict[Node, list[Triple]] | None = None

    # context and quoted are rdflib's: a graph of this kind is the only one in its store
    def add(self, triple: Triple, context: Any = None, quoted: bool = False) -> None:
        known = len(self.held)
        self.held[triple] = None  # looked for and entered in one step: a literal's hash costs as much as the rest
        if self._indexed and len(self.held) > known:
            self._index(triple)

    def extend(self, triples: Iterable[Triple]) -> None:
        """Add many; those of a graph of this kind that meet no index yet are taken over at once."""
        if self._indexed:
            for triple in triples:
                self.add(triple)
        else:
            self.held.update(triples.held if isinstance(triples, MemoryGraph) else dict.fromkeys(triples))

    def _index(self, triple: Triple) -> None:
        """Enter a new triple into the indexes that there are."""
        subject, predicate, value = triple
        if self._subjects is not None:
            self._subjects.setdefault(subject, {}).setdefault(predicate, []).append(value)
        if self._predicates is not None:
            self._predicates.setdefault(predicate, []).append(triple)
            if predicate in self._values:
                self._values[predicate].setdefault(value, []).append(subject)
        if self._objects is not None:
            self._objects.setdefault(value, []).append(triple)

    def remove(self, triple_pattern: Any, context: Any = None) -> None:
        gone = [triple for triple, _ in self.triples(triple_pattern)]
        for triple in gone:
            del self.held[triple]
        if gone:
            self._forget()

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[tuple[Triple, Iterator[Any]]]:
        for triple in self.find(*triple_pattern):
            yield triple, iter(())

    def __len__(self, context: Any = None) -> int:
        return len(self.held)

    def find(self, subject: Node | None, predicate: Node | None, value: Node | None) -> Iterable[Triple]:
        """The triples of a pattern, None standing for anything."""
        if subject is not None:
            if predicate is None:
                said = self.said(subject)
                return [(subject, term, o) for term in said for o in said[term] if value is None or o == value]
            if value is None:
                return [(subject, predicate, o) for o in self.objects(subject, predicate)]
            triple = (subject, predicate, value)
            return [triple] if triple in self.held else ()
        if predicate is not None:
            if value is None:
                return self.pairs(predicate)
            return [(s, predicate, value) for s in self.subjects(predicate, value)]
        if value is None:
            return self.held
        if self._objects is None:
            self._indexed = True
            objects: dict[Node, list[Triple]] = {}
            for triple in self.held:
                objects.setdefault(triple[2], []).append(triple)
            self._objects = objects
        return self._objects.get(value, ())

    def said(self, subject: Node) -> dict[Node, list[Node]]:
        """What is said of a subject: values by term; empty when nothing is."""
        found = self._subjects
        if found is None:
            found = self._index_subjects()
        return found.get(subject, _NOTHING)

    def objects(self, subject: Node, predicate: Node) -> list[Node]:
        """The values of a term of a subject; what ``said`` tells, without asking twice."""
        found = self._subjects
        if found is None:
            found = self._index_subjects()
        said = found.get(subject)
        return _NONE if said is None else said.get(predicate, _NONE)

    def _index_subjects(self) -> dict[Node, dict[Node, list[Node]]]:
        self._indexed = True
        found: dict[Node, dict[Node, list[Node]]] = {}
        for s, p, o in self.held:
            terms = found.get(s)
            if terms is None:
                found[s] = {p: [o]}
            elif p in terms:
                terms[p].append(o)
            else:
                terms[p] = [o]
        self._subjects = found
        return found

    def pairs(self, predicate: Node) -> list[Triple]:
        """The triples of one term."""
        found = self._predicates
        if found is None:
            self._indexed = True
            found = {}
            for triple in self.held:
                if triple[1] in found:
                    found[triple[1]].append(triple)
                else:
                    found[triple[1]] = [triple]
            self._predicates = found
        return found.get(predicate, _NO_TRIPLES)

    def subjects(self, predicate: Node, value: Node) -> list[Node]:
        values = self._values.get(predicate)
        if values is None:
            triples = self.pairs(predicate)
            values = {}
            for s, _, o in triples:
                values.setdefault(o, []).append(s)
            self._values[predicate] = values
        return values.get(value, _NONE)


_NOTHING: dict[Node, list[Node]] = {}
_NONE: list[Node] = []
_NO_TRIPLES: list[Triple] = []


class MemoryGraph(Graph):
    """A graph of rdflib that looks into its own store directly wherever a question is a plain one."""

    def __init__(self) -> None:
        self._triples = _Triples()
        super().__init__(store=self._triples, bind_namespaces="none")

    @property
    def held(self) -> dict[Triple, None]:
        """The triples as the keys of a dictionary, in the order in which they came; not to be changed."""
        return self._triples.held

    # The signatures below are rdflib's, which knows paths, lists and unique as well: all that is left to it.

    def add(self, triple: Any) -> MemoryGraph:
        self._triples.add(triple)
        return self

    def triples(self, triple: Any) -> Generator[Any, None, None]:
        if _is_plain(triple[1]):
            yield from self._triples.find(*triple)
        else:
            yield from super().triples(triple)

    def __iter__(self) -> Generator[Any, None, None]:
        yield from self._triples.held

    def __contains__(self, triple: Any) -> bool:
        subject, predicate, value = triple
        if subject is not None and type(predicate) is URIRef:
            if value is None:
                return bool(self._triples.objects(subject, predicate))
            return triple in self._triples.held
        return super().__contains__(triple)

    def __iadd__(self, other: Iterable[Any]) -> MemoryGraph:  # type: ignore[misc]  # narrower than + in rdflib too
        self._triples.extend(other)
        return self

    def objects(self, subject: Any = None, predicate: Any = None, unique: bool = False) -> Generator[Any, None, None]:
        if type(predicate) is URIRef and subject is not None and type(subject) is not list and not unique:
            yield from self._triples.objects(subject, predicate)
        else:
            yield from super().objects(subject, predicate, unique)

    def subjects(self, predicate: Any = None, object: Any = None, unique: bool = False) -> Generator[Any, None, None]:
        if type(predicate) is URIRef and object is not None and type(object) is not list and not unique:
            yield from self._triples.subjects(predicate, object)
        else:
            yield from super().subjects(predicate, object, unique)

    def predicate_objects(self, subject: Any = None, unique: bool = False) -> Generator[Any, None, None]:
        if subject is not None and not unique:
            for predicate, values in self._triples.said(subject).items():
                for value in values:
                    yield predicate, value
        else:
            yield from super().predicate_objects(subject, unique)

    def value(
        self, subject: Any = None, predicate: Any = None, object: Any = None, default: Any = None, any: bool = True
    ) -> Any:
        if type(predicate) is URIRef and subject is not None and object is None and any:
            found = self._triples.objects(subject, predicate)
            return found[0] if found else default
        return super().value(subject, predicate, object, default, any)

    def items(self, list: Node) -> Generator[Node, None, None]:
        seen = {list}
        said = self._triples.objects
        while list != _NIL:
            yield from said(list, _FIRST)[:1]
            rest = said(list, _REST)
            if not rest:
                return
            if rest[0] in seen:
                raise ValueError("List contains a recursive rdf:rest reference")
            list = rest[0]
            seen.add(list)


_FIRST, _REST, _NIL = RDF.first, RDF.rest, RDF.nil


def _is_plain(predicate: object) -> bool:
    return predicate is None or type(predicate) is URIRef


def make_graph(*parts: Iterable[Triple]) -> Graph:
    """A graph that holds the triples of all parts; empty for none.

    >>> from rdflib import URIRef
    >>> a, b, c, d = (URIRef(f"https://example.org/{name}") for name in "abcd")
    >>> len(make_graph([(a, b, c)], [(a, b, c), (a, b, d)]))
    2
    """
    return join(MemoryGraph(), *parts)


def join(graph: Graph, *parts: Iterable[Triple]) -> Graph:
    """The same graph, with the triples of all parts added to it."""
    for part in parts:
        graph += part
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


def keep_made(graph: Graph, make: Callable[[Graph], _Made]) -> _Made:
    """What somebody makes of a graph, made once of a steady one until it changes, and each time of any other.

    >>> from rdflib import URIRef
    >>> a, b, c = URIRef("http://a/a"), URIRef("http://a/b"), URIRef("http://a/c")
    >>> steady = make_steady(make_graph([(a, b, c)]))
    >>> keep_made(steady, list) is keep_made(steady, list)
    True
    >>> len(keep_made(steady.add((a, b, a)), list))
    2
    """
    return graph.keep(make) if isinstance(graph, _SteadyGraph) else make(graph)


SHACL_AXIOMS = ((OWL.Class, RDFS.subClassOf, RDFS.Class), (OWL.DatatypeProperty, RDFS.subClassOf, RDF.Property))
"""What pySHACL adds to shapes before every run; a test holds the two together."""


def make_shapes(graph: Graph) -> Graph:
    """Shapes by which several threads may judge at once, behind a graph that remembers what it was asked.

    The axioms that the engine adds to shapes before every run stand in it from the start: nobody writes to it later.
    """
    if len(graph):
        for axiom in SHACL_AXIOMS:
            graph.add(axiom)
    return make_steady(graph)


class _SteadyGraph(Graph):
    """Answers from memory what pySHACL asks most; one answer is kept for a node and a property, or for a list."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph.store, graph.identifier, bind_namespaces="none")
        self.namespace_manager = _FullNames(graph, bind_namespaces="none")
        self._making = RLock()
        self._forget()

    def _forget(self) -> None:
        self._objects: dict[tuple[Any, Any], tuple[Any, ...]] = {}
        self._subjects: dict[tuple[Any, Any], tuple[Any, ...]] = {}
        self._pairs: dict[Any, tuple[tuple[Any, Any], ...]] = {}
        self._items: dict[Any, tuple[Any, ...]] = {}
        self._made: dict[Callable[[Graph], Any], Any] = {}

    def keep(self, make: Callable[[Graph], _Made]) -> _Made:
        """See `keep_made`; of several threads one makes it and the others wait."""
        with self._making:
            if make not in self._made:
                made = make(self)
                self._made[make] = made
            found: _Made = self._made[make]
            return found

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

    def subjects(self, predicate: Any = None, object: Any = None, unique: bool = False) -> Iterator[Any]:  # type: ignore[override]  # see above
        if unique or isinstance(object, list):
            return super().subjects(predicate, object, unique)
        found = self._subjects.get((predicate, object))
        if found is None:
            found = self._subjects[predicate, object] = tuple(super().subjects(predicate, object))
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


def make_text(words: str, language: str | None = None) -> Literal:
    """The literal that ``Literal(words, lang=language, normalize=False)`` makes, in a sixth of the time.

    rdflib checks the language and looks for a value to cast to; whoever calls has checked the one, and words have no
    other. A test holds the two against each other, slot by slot.
    """
    text = str.__new__(Literal, words)
    text._value, text._language, text._datatype, text._ill_typed = words, language, None, None
    return text


def make_number(number: int) -> Literal:
    """The literal that ``Literal(number)`` makes, in a sixth of the time."""
    text = str.__new__(Literal, str(number))
    text._value, text._language, text._datatype, text._ill_typed = number, None, _INTEGER, None
    return text


@lru_cache(maxsize=_MOST_DAYS)
def make_day(day: str) -> Literal:
    """The literal of a day, made once: a build names each of a few hundred days thousands of times.

    >>> make_day("2020-06-01") is make_day("2020-06-01"), make_day("2020-06-01").datatype == XSD.date
    (True, True)
    """
    return Literal(day, datatype=XSD.date)
