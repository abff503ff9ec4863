"""Our vocabulary for people and programs: each term with its standard, as a page, as Markdown, as a JSON-LD context.

All of it follows from what the ontology and the shapes say, so that no table is kept by hand: the page is made from
the graph that is served, ``docs/vocabulary.md`` from the files (a test writes it with ``--update-golden`` and holds it
in step). Only what the standards themselves are called stands in ``pages/standards.toml``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from policygraph.graph.memory import sort_nodes
from policygraph.namespaces import PG, PREFIXES, shorten
from policygraph.speaking.sparql.site import open_templates

CONTEXT_PATH = "/ns/context.jsonld"
"""Where the JSON-LD context stands."""


@dataclass(frozen=True, slots=True)
class Standard:
    """A vocabulary of others that we use: its prefix, its name, what it says here, its specification."""

    prefix: str
    title: str
    zh: str
    en: str
    url: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term of ours: what it is, what it is called and means, and what stands above it.

    ``above`` are the terms right above; ``standards`` those of others that follow, all ways up; ``codes`` the concept
    schemes whose notations are its values.
    """

    name: str
    kind: str
    labels: Mapping[str, str]
    definitions: Mapping[str, str]
    above: tuple[str, ...]
    standards: tuple[str, ...]
    domain: tuple[str, ...]
    range: tuple[str, ...]
    codes: tuple[str, ...]
    document: str
    is_class: bool

    @property
    def letter(self) -> str:
        """The letter under whose page it is told."""
        return self.name[0].lower()


@dataclass(frozen=True, slots=True)
class ShapeNote:
    """A shape that reports: what it looks at, how grave it is, and what it says."""

    name: str
    targets: tuple[str, ...]
    severity: str
    messages: Mapping[str, str]


@cache
def list_standards() -> tuple[Standard, ...]:
    """The vocabularies of others, in the order of the file."""
    text = files("policygraph.speaking.sparql").joinpath("pages/standards.toml").read_text(encoding="utf-8")
    return tuple(Standard(prefix=prefix, **said) for prefix, said in tomllib.loads(text).items())


def read_terms(vocabulary: Graph) -> tuple[Term, ...]:
    """The terms of ours that a vocabulary defines, classes first, by name."""
    terms = []
    for node in sort_nodes(vocabulary.subjects(RDF.type)):
        kinds = sort_nodes(vocabulary.objects(node, RDF.type))
        if not str(node).startswith(str(PG)) or not kinds:
            continue
        ranks = (RDFS.subClassOf, RDFS.subPropertyOf)
        above = sort_nodes(high for rank in ranks for high in vocabulary.objects(node, rank))
        every = {high for rank in ranks for high in vocabulary.transitive_objects(node, rank) if high is not None}
        terms.append(
            Term(
                str(node).removeprefix(str(PG)),
                write_short(kinds[0]),
                _by_language(vocabulary, node, RDFS.label),
                _by_language(vocabulary, node, SKOS.definition),
                tuple(map(write_short, above)),
                tuple(write_short(high) for high in sort_nodes(every - {node}) if not str(high).startswith(str(PG))),
                tuple(map(write_short, sort_nodes(vocabulary.objects(node, RDFS.domain)))),
                tuple(map(write_short, sort_nodes(vocabulary.objects(node, RDFS.range)))),
                tuple(map(write_short, sort_nodes(vocabulary.objects(node, PG.codeList)))),
                str(vocabulary.value(node, RDFS.isDefinedBy) or ""),
                OWL.Class in kinds,
            )
        )
    return tuple(sorted(terms, key=lambda term: (not term.is_class, term.name)))


def read_shapes(shapes: Graph) -> tuple[ShapeNote, ...]:
    """The shapes of a profile that say what is wrong, by name; ``targets`` are those of the shape around them."""
    notes = []
    for shape in sort_nodes(shapes.subjects(SH.message)):
        holders = [shape, *shapes.subjects(SH.property, shape), *shapes.subjects(SH.sparql, shape)]
        targets = {t for holder in holders for t in shapes.objects(holder, SH.targetClass)}
        named = next((holder for holder in holders if isinstance(holder, URIRef)), None)
        if named is not None:
            name = str(named).rpartition("/id/shape/")[2]
            severity = shapes.value(shape, SH.severity) or SH.Violation
            said = _by_language(shapes, shape, SH.message)
            notes.append(ShapeNote(name, tuple(map(write_short, sort_nodes(targets))), write_short(severity), said))
    return tuple(sorted(notes, key=lambda note: note.name))


def make_context(terms: Iterable[Term]) -> str:
    """The JSON-LD 1.1 context of our data: the prefixes, and for each property of ours what its values are.

    >>> json.loads(make_context([]))["@context"]["eli"]
    'http://data.europa.eu/eli/ontology#'
    """
    context: dict[str, object] = {"@version": 1.1, **PREFIXES}
    for term in terms:
        told: dict[str, str] = {"@id": f"pg:{term.name}"}
        if term.kind == "owl:ObjectProperty":
            told["@type"] = "@id"
        elif typed := next((kind for kind in term.range if kind.startswith("xsd:") and kind != "xsd:string"), None):
            told["@type"] = typed
        context[f"pg:{term.name}"] = told
    return json.dumps({"@context": context}, ensure_ascii=False, indent=1) + "\n"


def render_document(terms: tuple[Term, ...], shapes: tuple[ShapeNote, ...], version: str) -> str:
    """Vocabulary and shapes as Markdown."""
    page = open_templates().get_template("vocabulary.md")
    return page.render(terms=terms, shapes=shapes, standards=list_standards(), version=version, pg=str(PG))


def write_short(node: Node | str) -> str:
    """An IRI with its prefix; as it is where none is known.

    >>> write_short(PG.Clause), write_short("http://a.example/b")
    ('pg:Clause', 'http://a.example/b')
    """
    return ":".join(shorten(str(node)) or (str(node),))


def version_of(vocabulary: Graph) -> str:
    """The version that a vocabulary says it is; empty when it says none."""
    return str(vocabulary.value(URIRef(str(PG).rstrip("#")), OWL.versionInfo) or "")


def _by_language(graph: Graph, node: Node, term: URIRef) -> dict[str, str]:
    found = sorted((o for o in graph.objects(node, term) if isinstance(o, Literal)), key=str)
    return {literal.language or "": str(literal) for literal in found}
