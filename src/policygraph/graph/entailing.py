"""What the vocabulary entails, stated in the data: superclasses, superproperties, and one label for everything.

Whoever asks for ``eli:LegalResource``, ``pg:legalBasis`` or ``rdfs:label`` asks an engine that infers nothing, so what
follows from the vocabulary is written down once, when a dataset is written. Only the vocabulary's own statements are
followed (``rdfs:subClassOf``, ``rdfs:subPropertyOf``, ``owl:inverseOf``, and ``pg:labelPattern`` for what has no name
of its own); those of other vocabularies are neither loaded nor run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from policygraph.graph.memory import make_text, sort_nodes
from policygraph.namespaces import PG, PREFIXES, iri

_TYPE, _LABEL = RDF.type, RDFS.label

MOST_CHARACTERS = 80
"""A label that a pattern makes is no longer; words that go on are cut with an ellipsis."""

_NAMING = (_LABEL, SKOS.prefLabel, DCTERMS.title)
"""The properties that hold a thing's own name; the first that it has is its label too."""

# matches: {pg:quote} · {《pg:titleAsWritten》|pg:numberAsWritten} · {^prov:wasDerivedFrom/eli:id_local};  not: {act}
_SLOT = re.compile(r"\{([^{}:]+:[^{}]+)\}")
# matches: pg:quote · 《pg:titleAsWritten》 · eli:is_part_of/pg:versionOf;  not: 《》
_WAY = re.compile(r"(?P<opening>《?)(?P<path>[^《》]+)(?P<closing>》?)")

Triple = tuple[Node, Node, Node]
Path = tuple[tuple[bool, URIRef], ...]
"""Steps from a thing to a value: properties, each followed forwards or, where False stands first, backwards."""


class Way(NamedTuple):
    """A path whose value may fill a slot, and the marks around the value: none are left where there is no value."""

    path: Path
    opening: str = ""
    closing: str = ""


Pattern = tuple[str | tuple[Way, ...], ...]
"""Words, and slots with the ways to fill them, of which the first that leads somewhere is taken."""


@dataclass(frozen=True, slots=True)
class Axioms:
    """What follows from a statement: by its class or its property, all ways up or the other way round; and how a class
    is labelled."""

    classes: Mapping[Node, tuple[Node, ...]]
    terms: Mapping[Node, tuple[Node, ...]]
    patterns: Mapping[Node, Pattern]
    inverses: Mapping[Node, Node]


def read_axioms(vocabulary: Graph) -> Axioms:
    """The axioms that a vocabulary states.

    >>> from policygraph.graph.memory import make_graph
    >>> from policygraph.namespaces import ELI
    >>> axioms = read_axioms(make_graph([(PG.Work, RDFS.subClassOf, ELI.LegalResource)]))
    >>> axioms.classes[PG.Work]
    (rdflib.term.URIRef('http://data.europa.eu/eli/ontology#LegalResource'),)
    """
    return Axioms(
        _close(vocabulary, RDFS.subClassOf),
        _close(vocabulary, RDFS.subPropertyOf),
        {kind: parse_pattern(str(text)) for kind, text in vocabulary.subject_objects(PG.labelPattern)},
        dict(sorted(vocabulary.subject_objects(OWL.inverseOf))),
    )


def entail(graphs: Iterable[Iterable[Triple]], axioms: Axioms) -> Iterator[Triple]:
    """What follows from the statements of some graphs together; some of it may be stated there, or come twice.

    A label is given in each language in which a thing has a preferred name, else a title, and no label; to what has
    no name at all, by the pattern of its class.
    """
    facts = _Facts(axioms)
    kinds, above, inverses, telling = axioms.classes, axioms.terms, axioms.inverses, facts.terms
    for graph in graphs:
        for subject, term, value in graph:
            if term not in telling:
                continue
            facts.note(subject, term, value)
            for higher in kinds.get(value, ()) if term is _TYPE else above.get(term, ()):
                yield (subject, term, higher) if term is _TYPE else (subject, higher, value)
            if term in inverses and not isinstance(value, Literal):
                yield value, inverses[term], subject
    yield from facts.name_all()


class _Facts:
    """What labels are made of: the names, types and values of things, by thing.

    Of several values the first in order is taken, so that the same statements give the same labels in every run.
    """

    def __init__(self, axioms: Axioms) -> None:
        self._patterns = axioms.patterns
        steps = {
            step
            for pattern in axioms.patterns.values()
            for slot in pattern
            if type(slot) is tuple
            for way in slot
            for step in way.path
        }
        self._values: dict[bool, dict[Node, dict[Node, Node]]] = {True: {}, False: {}}
        for forwards, term in steps:
            self._values[forwards][term] = {}
        self._ahead, self._back = self._values[True], self._values[False]
        self._names: dict[Node, dict[Node, list[Node]]] = {}
        self._kinds: dict[Node, Node] = {}
        self._labels: dict[Node, str] = {}
        self.terms = frozenset({_TYPE, *_NAMING, *axioms.terms, *axioms.inverses, *self._ahead, *self._back})
        """The properties from which something follows."""

    def note(self, subject: Node, term: Node, value: Node) -> None:
        """Keep a statement of which a label can come."""
        if term is _TYPE:
            if value in self._patterns and (subject not in self._kinds or str(value) < str(self._kinds[subject])):
                self._kinds[subject] = value
            return
        if term in _NAMES:
            self._names.setdefault(subject, {}).setdefault(term, []).append(value)
        if term in self._ahead:
            _keep_first(self._ahead[term], subject, value)
        if term in self._back:
            _keep_first(self._back[term], value, subject)

    def name_all(self) -> Iterator[Triple]:
        """The labels that are not stated yet."""
        for subject, names in self._names.items():
            labels = names.get(_LABEL, ())
            told = {_language(label) for label in labels}
            for value in () if len(names) == 1 and labels else next(names[t] for t in _OWN_NAMES if t in names):
                if _language(value) not in told:
                    tagged = isinstance(value, Literal) and value.language
                    yield subject, _LABEL, value if tagged else make_text(str(value), "zh")
        for subject in self._kinds:
            if subject not in self._names:
                label = self._label(subject)
                if label:
                    yield subject, _LABEL, make_text(label, "zh")

    def _label(self, subject: Node) -> str:
        """What a thing is called in Chinese; empty for what has no name."""
        label = self._labels.get(subject)
        if label is None:
            self._labels[subject] = ""  # a circle of patterns ends here
            names = self._names.get(subject)
            if names is not None:
                label = str(min((name for term in _NAMING for name in names.get(term, ())), key=_foreign))
            elif subject in self._kinds:
                label = _shorten(self._fill(subject, self._patterns[self._kinds[subject]]))
            else:
                label = ""
            self._labels[subject] = label
        return label

    def _fill(self, subject: Node, pattern: Pattern) -> str:
        """A pattern with the values of a thing; empty when it has none of them."""
        told = [part if isinstance(part, str) else self._find(subject, part) for part in pattern]
        filled = any(words for words, part in zip(told, pattern, strict=True) if not isinstance(part, str))
        return "".join(told) if filled else ""

    def _find(self, subject: Node, ways: Iterable[Way]) -> str:
        """The words of the first of several ways that leads somewhere; those of a thing are its label."""
        for way in ways:
            node: Node | None = subject
            for forwards, term in way.path:
                node = self._values[forwards][term].get(node) if node is not None else None
            if node is not None:
                words = self._label(node) if isinstance(node, URIRef) else " ".join(str(node).split())
                if words:
                    return f"{way.opening}{words}{way.closing}"
        return ""


_NAMES, _OWN_NAMES = frozenset(_NAMING), _NAMING[1:]


def _keep_first(values: dict[Node, Node], subject: Node, value: Node) -> None:
    known = values.get(subject)
    if known is None or _order(value) < _order(known):
        values[subject] = value


def _order(value: Node) -> tuple[bool, str]:
    """Sorts Chinese and untagged words before those of another language."""
    return _foreign(value), str(value)


def _foreign(value: Node) -> bool:
    return _language(value) != "zh"


def _language(value: Node) -> str:
    """The language of words; Chinese where none is told, because the documents are."""
    return (value.language or "zh").partition("-")[0] if isinstance(value, Literal) else "zh"


def _shorten(label: str) -> str:
    return label if len(label) <= MOST_CHARACTERS else label[: MOST_CHARACTERS - 1] + "…"


def _close(vocabulary: Graph, term: URIRef) -> dict[Node, tuple[Node, ...]]:
    """What stands above each class or property by a term, all ways up, sorted."""
    above: dict[Node, set[Node]] = {}
    for low, high in vocabulary.subject_objects(term):
        above.setdefault(low, set()).add(high)
    found: dict[Node, tuple[Node, ...]] = {}
    for low in sort_nodes(above):
        reached, pending = set[Node](), [low]
        while pending:
            higher = above.get(pending.pop(), set()) - reached
            reached |= higher
            pending += higher
        found[low] = tuple(sort_nodes(reached - {low}))
    return found


def parse_pattern(text: str) -> Pattern:
    """The pattern of a label as its words and slots, in order.

    Errors: ``KeyError`` for a prefix that is none of ``namespaces.PREFIXES``.

    >>> parse_pattern("依据{《pg:work》}") == ("依据", (Way(((True, PG.work),), "《", "》"),))
    True
    """
    parts: list[str | tuple[Way, ...]] = []
    for number, part in enumerate(_SLOT.split(text)):
        if number % 2:
            parts.append(tuple(map(_way, part.split("|"))))
        elif part:
            parts.append(part)
    return tuple(parts)


def _way(text: str) -> Way:
    found = _WAY.fullmatch(text)
    assert found is not None, "a slot holds properties and marks around them"
    return Way(tuple(map(_step, found["path"].split("/"))), found["opening"], found["closing"])


def _step(name: str) -> tuple[bool, URIRef]:
    prefix, _, local = name.removeprefix("^").partition(":")
    return not name.startswith("^"), iri(f"{PREFIXES[prefix]}{local}")
