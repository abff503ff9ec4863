"""Where words stand in the source, as RDF: each span with its place and its words (Web Annotation selectors)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.graph.memory import make_graph, make_number, make_text
from policygraph.namespaces import OA, PG, source_iri, span_iri
from policygraph.reading.intake.extractions import Place, locate
from policygraph.reading.texts import Reading
from policygraph.text.spans import Span

Triple = tuple[Node, Node, Node]


def describe_span(reading: Reading, span: Span) -> Iterator[Triple]:
    """The triples of one span: its place and its words, in the terms of the Web Annotation model."""
    node = span_iri(reading.identifier, span.start, span.end, reading.base)
    position = URIRef(f"{source_iri(reading.identifier, reading.base)}#position={span.start},{span.end}")
    quote = URIRef(f"{source_iri(reading.identifier, reading.base)}#quote={span.start},{span.end}")
    yield node, RDF.type, OA.SpecificResource
    yield node, OA.hasSource, source_iri(reading.identifier, reading.base)
    yield node, OA.hasSelector, position
    yield node, OA.hasSelector, quote
    yield position, RDF.type, OA.TextPositionSelector
    yield position, OA.start, make_number(span.start)
    yield position, OA.end, make_number(span.end)
    yield quote, RDF.type, OA.TextQuoteSelector
    yield quote, OA.exact, make_text(reading.source[span.start : span.end])


def describe_original(source: URIRef, file: str, sha256: str) -> Graph:
    """Which file a source text was extracted from, and its hash."""
    return make_graph(((source, PG.originalFile, make_text(file)), (source, PG.originalSha256, make_text(sha256))))


def place_spans(graph: Graph, places: Sequence[Place]) -> Graph:
    """Where the words of each span of a graph stand in the original that the text was extracted from."""
    found = make_graph()
    for span in graph.subjects(RDF.type, OA.SpecificResource) if places else ():
        bounds = {
            term: int(str(value))
            for selector in graph.objects(span, OA.hasSelector)
            for term in (OA.start, OA.end)
            for value in graph.objects(selector, term)
        }
        where = locate(places, bounds[OA.start], bounds[OA.end])
        if where:
            found.add((span, PG.placeInOriginal, make_text(where)))
    return found


def attest(graph: Graph, reading: Reading, node: Node, spans: Iterable[Span], by: URIRef = PG.attestedBy) -> None:
    """State that a node is attested by spans, each described once."""
    for span in spans:
        place = span_iri(reading.identifier, span.start, span.end, reading.base)
        if (place, RDF.type, OA.SpecificResource) not in graph:
            for triple in describe_span(reading, span):
                graph.add(triple)
        graph.add((node, by, place))
