"""Where words stand in the source, as RDF: each span with its place and its words (Web Annotation selectors)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.namespaces import OA, PG, source_iri, span_iri
from policygraph.reading.texts import Reading
from policygraph.text.spans import Span

Triple = tuple[Node, Node, Node]


def describe_span(reading: Reading, span: Span) -> Iterator[Triple]:
    """The triples of one span: its place and its words, in the terms of the Web Annotation model."""
    node = span_iri(reading.identifier, span.start, span.end)
    position = URIRef(f"{source_iri(reading.identifier)}#position={span.start},{span.end}")
    quote = URIRef(f"{source_iri(reading.identifier)}#quote={span.start},{span.end}")
    yield node, RDF.type, OA.SpecificResource
    yield node, OA.hasSource, source_iri(reading.identifier)
    yield node, OA.hasSelector, position
    yield node, OA.hasSelector, quote
    yield position, RDF.type, OA.TextPositionSelector
    yield position, OA.start, Literal(span.start)
    yield position, OA.end, Literal(span.end)
    yield quote, RDF.type, OA.TextQuoteSelector
    yield quote, OA.exact, Literal(reading.source[span.start : span.end])


def attest(graph: Graph, reading: Reading, node: Node, spans: Iterable[Span], by: URIRef = PG.attestedBy) -> None:
    """State that a node is attested by spans, each described once."""
    for span in spans:
        place = span_iri(reading.identifier, span.start, span.end)
        if (place, RDF.type, OA.SpecificResource) not in graph:
            for triple in describe_span(reading, span):
                graph.add(triple)
        graph.add((node, by, place))
