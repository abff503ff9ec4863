"""Curated statements proved: each quotes its clause verbatim, and gets the spans of the words in the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from policygraph.graph.memory import make_graph, sort_nodes
from policygraph.graph.spans import attest
from policygraph.namespaces import PG, clause_iri, slug_of
from policygraph.reading.texts import Reading
from policygraph.text.quotes import Print, read_print
from policygraph.text.spans import Span


@dataclass(frozen=True, slots=True)
class Ungrounded:
    """A curated quote that does not stand in its clause."""

    subject: URIRef
    clause: str
    quote: str
    cause: str


def ground_quotes(model: Graph, reading: Reading) -> tuple[Graph, tuple[Ungrounded, ...]]:
    """The spans of every quote in a curated model, and the quotes that do not stand verbatim in their clause.

    Only white space is forgiven (a source breaks lines inside sentences); punctuation must be as printed.
    """
    grounds = make_graph()
    failures: list[Ungrounded] = []
    clauses = {str(clause_iri(reading.identifier, c.id, reading.base)): c for c in reading.document.clauses}
    prints: dict[str, Print] = {}
    for subject, quote in sorted(model.subject_objects(PG.quote)):
        assert isinstance(subject, URIRef)
        places = sorted(str(o) for o in model.objects(subject, PG.clause))
        if not places:
            failures.append(Ungrounded(subject, "", str(quote), "没有 pg:clause"))
        for place in places:
            clause = clauses.get(place)
            if clause is None:
                failures.append(Ungrounded(subject, slug_of(place), str(quote), "没有这一条款"))
                continue
            if place not in prints:
                prints[place] = read_print(_pieces(reading.source, clause.spans))
            spans = prints[place].find(str(quote))
            if not spans:
                failures.append(Ungrounded(subject, slug_of(place), str(quote), "引文不是该条款的原文"))
            attest(grounds, reading, subject, spans)
    for subject in sort_nodes(model.subjects(PG.clause, None)):
        if not (set(model.objects(subject, PG.quote)) or (subject, RDF.type, PG.UnyieldingClause) in model):
            failures.append(Ungrounded(URIRef(str(subject)), "", "", "有 pg:clause 而没有 pg:quote"))
    return grounds, tuple(failures)


def find_quote(reading: Reading, clause: str, quote: str) -> tuple[Span, ...]:
    """Where a quote stands in the source, in the clause of an address; empty when it does not stand there verbatim."""
    found = next((one for one in reading.document.clauses if one.id == clause), None)
    return read_print(_pieces(reading.source, found.spans)).find(quote) if found is not None and quote else ()


def _pieces(source: str, spans: Iterable[Span]) -> Iterator[tuple[int, str]]:
    """The stretches of a source at some spans; two with nothing but white space between are one."""
    start = end = -1
    for span in spans:
        if end >= 0 and not source[end : span.start].strip():
            end = span.end
            continue
        if end >= 0:
            yield start, source[start:end]
        start, end = span.start, span.end
    if end >= 0:
        yield start, source[start:end]
