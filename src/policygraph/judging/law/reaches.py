"""By which other places of a law an act is reached: today's number of what is cited, and law that is not cited.

A memo of 2020 cites article 75; who asks for today's article 78 must find it. What is cited is stated already; here the
rest is derived once, so that a question stays a filter: the number a cited provision went on under (from the status of
the citation, day by day), the provision a judgement on the citation is about in another text, and the provisions that
bear on an act without being cited. A judgement that names a place inside the new article says more than the new
number alone, which is then left out. Places are compared by ``text.locators.lies_in`` and nothing else.

It judges nothing: a judgement that is not living on a day reaches nothing on that day. Judgements on types of acts are
not unfolded here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.graph.memory import make_day, make_graph, make_text
from policygraph.judging.law.statuses import said_of
from policygraph.namespaces import PG
from policygraph.text.locators import lies_in, read_place


@dataclass(frozen=True, slots=True, order=True)
class Reach:
    """A place in a law by which an act is reached on some days; without a day where there is no end."""

    act: str
    measure: str
    """The measure the act belongs to; empty for a listing or rating act."""
    work: str
    locator: str
    via: str
    """``renumbered`` (the place stands for a citation) or ``in-force`` (nothing is cited)."""
    basis: str
    bearing: str
    since: str
    until: str


def reach_nodes(union: Graph, lives: Graph) -> Graph:
    """Every reach beside the citations themselves (``pg:Reach``), and which works touch which document at all.

    ``status_intervals`` go before; ``lives`` says on which days each judgement lives (``pg:lives``).
    """
    found = make_graph()
    counted: dict[str, int] = {}
    for reach in sorted(set(find_reaches(union, lives))):
        holder = reach.measure or reach.act
        number = counted[holder] = counted.get(holder, 0) + 1
        node = URIRef(f"{holder}/reach_{number}")
        found.add((node, RDF.type, PG.Reach))
        found.add((node, PG.via, make_text(reach.via)))
        for term, iri in (
            (PG.reachedAct, reach.act),
            (PG.reachedMeasure, reach.measure),
            (PG.work, reach.work),
            (PG.throughCitation, reach.basis),
            (PG.throughBearing, reach.bearing),
        ):
            if iri:
                found.add((node, term, URIRef(iri)))
        if reach.locator:
            found.add((node, PG.locator, make_text(reach.locator)))
        for term, day in ((PG.intervalFrom, reach.since), (PG.intervalTo, reach.until)):
            if day:
                found.add((node, term, make_day(day)))
        document = union.value(URIRef(holder), PG.document)
        if document is not None:
            found.add((document, PG.touchedBy, URIRef(reach.work)))
    for document, work in _cited_works(union):
        found.add((document, PG.touchedBy, work))
    return found


def _cited_works(union: Graph) -> Iterator[tuple[Node, Node]]:
    """The works that a document cites, for itself or for a measure."""
    for document, basis in union.subject_objects(PG.documentBasis):
        for work in union.objects(basis, PG.citedWork):
            yield document, work
    for (measure, _), cited in sorted(_bases(union).items()):
        holder = union.value(URIRef(measure), PG.document)
        if holder is not None:
            yield holder, URIRef(cited)


def find_reaches(union: Graph, lives: Graph) -> Iterator[Reach]:
    """The reaches of judgements, then those of new numbers that no judgement is nearer than."""
    bases = _bases(union)
    through: dict[tuple[str, str], list[str]] = {}
    for (measure, basis), work in bases.items():
        through.setdefault((measure, work), []).append(basis)
    nearer: dict[tuple[str, str], set[str]] = {}
    for bearing in sorted(union.subjects(RDF.type, PG.Bearing), key=str):
        for reach in _by_bearing(union, lives, bearing, through):
            nearer.setdefault((reach.measure, reach.basis), set()).add(reach.locator)
            yield reach
    for (measure, basis), work in sorted(bases.items()):
        judged = nearer.get((measure, basis), set())
        for reach in _by_number(union, measure, basis, work):
            if not any(lies_in(locator, reach.locator) for locator in judged):
                yield reach


def _bases(union: Graph) -> dict[tuple[str, str], str]:
    """The work of each basis of each measure, its own or its group's; what is nested in another citation is none."""
    return {
        (str(measure), str(basis)): str(work)
        for term in (PG.hasLegalBasis, PG.inheritedLegalBasis)
        for measure, basis in union.subject_objects(term)
        if (measure, RDF.type, PG.Measure) in union and (basis, PG.nestedIn, None) not in union
        for work in union.objects(basis, PG.citedWork)
    }


def _by_bearing(
    union: Graph, lives: Graph, bearing: Node, through: Mapping[tuple[str, str], list[str]]
) -> Iterator[Reach]:
    """The acts that a living judgement names, but for a place that the citation itself already gives.

    ``through`` are the bases of a measure that cite a work.
    """
    life, work = lives.value(bearing, PG.lives), union.value(bearing, PG.work)
    if life is None or work is None:
        return
    cited, place = said_of(union, bearing, PG.citedLocator), said_of(union, bearing, PG.provision)
    if place and lies_in(place, cited):
        return
    for act in sorted(union.objects(bearing, PG.bearsOn), key=str):
        measure = union.value(act, PG.actOf)
        if measure is None and (act, RDF.type, PG.Measure) in union:
            measure = act
        citing = [
            basis
            for basis in through.get((str(measure), str(work)), ())
            if cited and said_of(union, URIRef(basis), PG.locator) == cited
        ]
        for basis in citing or ("",):
            yield Reach(
                act=str(act),
                measure=str(measure or ""),
                work=str(work),
                locator=place,
                via="renumbered" if basis else "in-force",
                basis=basis,
                bearing=str(bearing),
                since=said_of(lives, life, PG.intervalFrom),
                until=said_of(lives, life, PG.intervalTo),
            )


def _by_number(union: Graph, measure: str, basis: str, work: str) -> Iterator[Reach]:
    """The numbers under which a cited provision went on; a candidate in words is no place."""
    cited = said_of(union, URIRef(basis), PG.locator)
    for interval in union.subjects(PG.ofCitation, URIRef(basis)):
        place = said_of(union, interval, PG.candidate)
        if place and read_place(place) is not None and not lies_in(place, cited):
            yield Reach(
                act=measure,
                measure=measure,
                work=work,
                locator=place,
                via="renumbered",
                basis=basis,
                bearing="",
                since=said_of(union, interval, PG.intervalFrom),
                until=said_of(union, interval, PG.intervalTo),
            )
