"""What is true of a document and its bases from one day to another, derived once from dates, events and judgements.

Law in force changes on few days, so what an answer needs is a filter over intervals: which basis is the strongest
that stands behind a measure, and which instruments came after the document at all. The rule of strength stands here
and nowhere else: a basis counts on the days on which it is neither still to come nor gone (``statuses``), except on
those for which the editors judged that it does not support the measure. A plan whose period is over was not repealed:
it counts, and says so.

It opens no file and no engine. It never says that a basis is enough for a measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SKOS
from rdflib.term import Node

from policygraph.graph.memory import make_day, make_graph, make_text
from policygraph.judging.law.statuses import FIRST, LAST, day_after, day_before
from policygraph.namespaces import ELI, ID, PG

_GONE = ("not-yet-in-force", "repealed", "expired", "rewritten")


def order_instruments(union: Graph) -> Graph:
    """Which instruments to check against came after a document, before it, or cannot be ordered.

    Later means issued after the latest day the document can have; earlier, on or before the earliest. A work known by
    its year only lies anywhere in that year. Empty when no document names an instrument.
    """
    ordered = make_graph()
    for document, note in union.subject_objects(PG.laterInstrumentNote):
        dated = union.value(document, ELI.date_document)
        earliest = str(dated or union.value(document, PG.dateFrom) or "")
        latest = str(dated or union.value(document, PG.dateTo) or "")
        for work in union.objects(note, PG.work):
            begin, end = _issued(union, work)
            term = PG.unorderedInstrument
            if begin and latest and begin > latest:
                term = PG.laterInstrument
            elif end and earliest and end <= earliest:
                term = PG.earlierInstrument
            ordered.add((document, term, work))
    return ordered


def _issued(union: Graph, work: Node) -> tuple[str, str]:
    """The first and last day on which a work can have been issued, ISO; empty when nothing is known."""
    day = union.value(work, ELI.date_document)
    about = str(union.value(work, PG.approximateDate) or "")
    if day is not None or not about:
        known = str(day or union.value(work, PG.inForceFrom) or "")
        return known, known
    return f"{about}-01-01"[:10], f"{about}-12-31"[:10]


@dataclass(frozen=True, slots=True, order=True)
class _Claim:
    """A basis that counts for a measure from one day to another, both included; the smallest claim is the strongest."""

    rank: int
    plan_ended: bool
    distance: int
    """How far the editors hold the basis from carrying the measure: 1 direct … ; after all degrees where unjudged."""
    basis: str
    fit: str
    since: str
    until: str


def strength_intervals(union: Graph) -> Graph:
    """The strongest basis of each measure, from day to day (``pg:StrengthInterval``); none for days without one.

    ``status_intervals`` must be in the union. Of one rank, a basis that is no ended plan comes first, then the one that
    the editors hold nearest to the measure, then the one listed first.
    """
    intervals = make_graph()
    degrees = {
        str(union.value(degree, SKOS.notation)): int(str(order))
        for degree in union.subjects(SKOS.inScheme, ID["concept/scheme-basis-fit"])
        for order in union.objects(degree, PG.order)
    }
    for measure in sorted({str(m) for m in union.subjects(RDF.type, PG.Measure)}):
        holders = (URIRef(measure), union.value(URIRef(measure), PG.partOfGroup))
        bases = [basis for holder in holders if holder is not None for basis in union.objects(holder, PG.hasLegalBasis)]
        claims = [claim for basis in bases for claim in _claims(union, URIRef(measure), basis, degrees)]
        for number, (since, until, claim) in enumerate(_strongest(claims), start=1):
            node = URIRef(f"{measure}/strength_{number}")
            intervals.add((node, RDF.type, PG.StrengthInterval))
            intervals.add((node, PG.measure, URIRef(measure)))
            intervals.add((node, PG.strongestBasis, URIRef(claim.basis)))
            if since != FIRST:
                intervals.add((node, PG.intervalFrom, make_day(since)))
            if until != LAST:
                intervals.add((node, PG.intervalTo, make_day(until)))
            if claim.fit:
                intervals.add((node, PG.fit, make_text(claim.fit)))
            if claim.plan_ended:
                intervals.add((node, PG.standing, make_text("plan-ended")))
    return intervals


def _claims(union: Graph, measure: Node, basis: Node, degrees: dict[str, int]) -> Iterator[_Claim]:
    """The stretches on which a basis counts, cut where a judgement begins or ends or a plan runs out."""
    work = union.value(basis, PG.citedWork)
    rank = union.value(union.value(basis, PG.basisRank), PG.rankOrder)
    if work is None or rank is None or (basis, PG.nestedIn, None) in union:
        return
    views = [
        (str(union.value(view, PG.bearingFrom) or FIRST), str(union.value(view, PG.bearingTo) or LAST), str(fit))
        for view in union.subjects(PG.bearsOn, measure)
        if union.value(view, PG.work) == work and union.value(view, PG.citedLocator) == union.value(basis, PG.locator)
        for fit in union.objects(view, PG.fit)
    ]
    planned = str(union.value(work, PG.planPeriodTo) or LAST)
    cuts = [*(since for since, _, _ in views), *(day_after(until) for _, until, _ in views), day_after(planned)]
    for begin, end in _living(union, basis):
        for since, until in _stretches(cuts, begin, end):
            fit = next((fit for first, last, fit in views if first <= since <= last), "")
            if fit != "unsupportive":
                distance = degrees.get(fit, len(degrees) + 1)
                yield _Claim(int(str(rank)), since > planned, distance, str(basis), fit, since, until)


def _living(union: Graph, basis: Node) -> Iterator[tuple[str, str]]:
    """The stretches on which a basis is neither still to come nor gone; a plan past its period was not repealed."""
    for interval in union.subjects(PG.ofCitation, basis):
        if (
            str(union.value(interval, PG.status)) not in _GONE
            or str(union.value(interval, PG.standing)) == "plan-ended"
        ):
            since, until = union.value(interval, PG.intervalFrom), union.value(interval, PG.intervalTo)
            yield str(since or FIRST), str(until or LAST)


def _strongest(claims: list[_Claim]) -> Iterator[tuple[str, str, _Claim]]:
    """From day to day the smallest claim; neighbours with the same basis, fit and standing are one stretch."""
    cuts = [claim.since for claim in claims] + [day_after(claim.until) for claim in claims]
    found: list[tuple[str, str, _Claim]] = []
    for since, until in _stretches(cuts, FIRST, LAST):
        standing = [claim for claim in claims if claim.since <= since <= claim.until]
        if not standing:
            continue
        best = min(standing)
        said = (best.basis, best.fit, best.plan_ended)
        if found and day_after(found[-1][1]) == since:
            before = found[-1][2]
            if said == (before.basis, before.fit, before.plan_ended):
                found[-1] = (found[-1][0], until, before)
                continue
        found.append((since, until, best))
    yield from found


def _stretches(cuts: Iterable[str], begin: str, end: str) -> Iterator[tuple[str, str]]:
    """The days from ``begin`` to ``end`` cut before each day of ``cuts``.

    >>> list(_stretches(["2021-01-01", "2030-01-01"], "2020-01-01", "2021-06-30"))
    [('2020-01-01', '2020-12-31'), ('2021-01-01', '2021-06-30')]
    """
    starts = sorted({begin, *(cut for cut in cuts if begin < cut <= end)})
    for index, since in enumerate(starts):
        until = day_before(starts[index + 1]) if index + 1 < len(starts) else end
        if since <= until:
            yield since, until
