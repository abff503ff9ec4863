"""What each named graph of a dataset is, said in the dataset itself: its kind, size, digest, and what it rests on.

Whoever meets a statement in an engine can ask ``GRAPH ?g`` where it stands, and here what that place is. The kinds are
concepts (``ontology/concepts/graph-kinds.ttl``) with the pattern of a path; nothing else knows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SKOS
from rdflib.term import Node

from policygraph.graph.memory import make_graph
from policygraph.keeping.digests import GraphDigest
from policygraph.namespaces import BASE, ID, PG, VOID, clause_iri, document_of, source_iri

CATALOGUE = "catalogue"
"""The path of the graph that describes the others; it cannot hold a digest of itself."""

_LICENCE = URIRef("https://www.apache.org/licenses/LICENSE-2.0")


def describe_graphs(digests: Mapping[str, GraphDigest], concepts: Graph, base: str) -> Graph:
    """What each graph is, by its IRI; ``concepts`` hold the kinds, the catalogue stands under ``base``."""
    kinds = sorted(
        (str(concepts.value(kind, PG.pathPattern)), kind)
        for kind in concepts.subjects(SKOS.inScheme, ID["concept/scheme-graph-kinds"])
    )
    found = make_graph()
    here = f"{base}graph/{CATALOGUE}"
    for name in sorted({*digests, here}):
        graph, (home, _, path) = URIRef(name), name.partition("/graph/")
        kind = next((kind for pattern, kind in kinds if fnmatchcase(path, pattern)), None)
        for type_ in (VOID.Dataset, PROV.Entity):
            found.add((graph, RDF.type, type_))
        found.add((graph, DCTERMS.identifier, Literal(path)))
        found.add((graph, DCTERMS.license, _LICENCE))
        found.add((graph, VOID.vocabulary, URIRef(str(PG))))
        found.add((graph, DCTERMS.isPartOf, URIRef(here)))
        if kind is not None:
            found.add((graph, DCTERMS.type, kind))
            for label in concepts.objects(kind, SKOS.prefLabel):
                if isinstance(label, Literal):
                    found.add((graph, RDFS.label, Literal(f"{label} {path}", lang=label.language)))
        if name in digests:
            found.add((graph, VOID.triples, Literal(digests[name].quads)))
            found.add((graph, PG.graphDigest, Literal(digests[name].digest)))
        for one in _sources(path, f"{home}/"):
            found.add((graph, PROV.wasDerivedFrom, one))
    return found


def _sources(path: str, base: str) -> tuple[Node, ...]:
    """What a graph was made from: the text of a document, or what its document says."""
    parts = path.split("/")
    if parts[0] == "doc" and len(parts) == 3:
        return (source_iri(parts[1], base), clause_iri(parts[1], "", base))
    if parts[:2] in (["shapes", "eligibility"], ["shapes", "lines"]) and len(parts) == 3:
        return (clause_iri(document_of(parts[2]), "", base),)
    return (URIRef(f"{BASE}ns"),) if path.startswith("ns/") else ()
