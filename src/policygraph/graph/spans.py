"""Where words stand in the source, as RDF: each span with its place and its words (Web Annotation selectors)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.graph.memory import make_graph, make_number, make_text
from policygraph.namespaces import OA, PG, iri, source_iri, span_iri
from policygraph.reading.intake.extractions import Place, locate
from policygraph.reading.texts import Reading
from policygraph.text.spans import Span

Triple = tuple[Node, Node, Node]

_TYPE = RDF.type


def describe_span(reading: Reading, span: Span) -> Iterator[Triple]:
    """The triples of one span: its place and its words, in the terms of the Web Annotation model."""
    node = span_iri(reading.identifier, span.start, span.end, reading.base)
    source = source_iri(reading.identifier, reading.base)
    position = iri(f"{source}#position={span.start},{span.end}")
    quote = iri(f"{source}#quote={span.start},{span.end}")
    yield node, _TYPE, OA.SpecificResource
    yield node, OA.hasSource, source
    yield node, OA.hasSelector, position
    yield node, OA.hasSelector, quote
    yield position, _TYPE, OA.TextPositionSelector
    yield position, OA.start, make_number(span.start)
    yield position, OA.end, make_number(span.end)
    yield quote, _TYPE, OA.TextQuoteSelector
    yield quote, OA.exact, make_text(reading.source[span.start : span.end])


def describe_original(source: URIRef, file: str, sha256: str) -> Graph:
    """Which file a source text was extracted from, and its hash."""
    return make_graph(((source, PG.originalFile, make_text(file)), (source, PG.originalSha256, make_text(sha256))))


def place_spans(graph: Graph, places: Sequence[Place]) -> Graph:
    """Where the words of each span of a graph stand in the original that the text was extracted from."""
    found = make_graph()
    for span in graph.subjects(_TYPE, OA.SpecificResource) if places else ():
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
        if (place, _TYPE, OA.SpecificResource) not in graph:
            for triple in describe_span(reading, span):
                graph.add(triple)
        graph.add((node, by, place))
