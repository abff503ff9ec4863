"""The conclusions on every act as statements, from day to day, with what changed them."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.graph.memory import join, make_day, make_graph, make_text
from policygraph.judging.law.acts import describe_acts
from policygraph.judging.law.conclusions.case import Case
from policygraph.judging.law.conclusions.concluding import conclude_on_days
from policygraph.judging.law.conclusions.values import Act, Bearing, Conclusion
from policygraph.judging.law.conclusions.wording import ITEM_MARK, keep_once, short_title
from policygraph.judging.law.statuses import FIRST, LAST, day_before, said_of
from policygraph.namespaces import ELI, PG, iri


def conclusion_intervals(union: Graph) -> Graph:
    """The conclusion on every act whose nature is judged, from day to day (``pg:ConclusionInterval``).

    An act without a nature was not looked at and gets none. The first interval of an act begins with the first day
    on which its document can stand; on the days on which nobody can tell whether it does, the sentence says so. The
    last has no end.
    """
    case = Case(union)
    intervals = join(_later_intervals(union), describe_acts(union))
    for bearing in case.judgements:
        _describe_life(intervals, bearing)
    for act in case.acts():
        before: Conclusion | None = None
        bearings = case.bearings_of(act)
        for norm in (bearing for bearing in bearings if bearing.types):
            for reached in {act.node, act.measure, act.document} - {""}:
                intervals.add((iri(norm.node), PG.reachesByType, iri(reached)))
        for number, (since, until, found) in enumerate(conclude_on_days(case, act, bearings), start=1):
            _describe(intervals, act, number, since, until, found)
            if before is not None and before.conclusion != found.conclusion:
                resting = {*before.rests_on, *found.rests_on}
                causes = case.causes(bearings, since)
                _describe_change(intervals, act, number, [c for c in causes if c[0] in resting] or causes)
            before = found
    return intervals


def _later_intervals(union: Graph) -> Graph:
    """Which later instruments a document is to be checked against, from day to day (``pg:LaterInterval``)."""
    found = make_graph()
    for document in sorted(set(union.subjects(PG.laterInstrument, None)), key=str):
        works = union.objects(document, PG.laterInstrument)
        issued = sorted((_issued(union, work), short_title(union, work)) for work in works)
        days = sorted({day for day, _ in issued})
        for number, day in enumerate(days, start=1):
            node = URIRef(f"{document}/later_{number}")
            found.add((node, RDF.type, PG.LaterInterval))
            found.add((node, PG.document, document))
            found.add((node, PG.intervalFrom, make_day(day)))
            if number < len(days):
                found.add((node, PG.intervalTo, make_day(day_before(days[number]))))
            words = ITEM_MARK.join(title for on, title in issued if on <= day)
            found.add((node, PG.laterWords, make_text(words, "zh")))
    return found


def _issued(union: Graph, work: Node) -> str:
    """The day a work was issued, else came into force; the first of days where neither is known."""
    return said_of(union, work, ELI.date_document) or said_of(union, work, PG.inForceFrom) or FIRST


def _describe_life(graph: Graph, bearing: Bearing) -> None:
    """The days a judgement lives, cut to those of its text, work and provision (``pg:lives``); nothing if none."""
    if bearing.since > bearing.until:
        return
    node = URIRef(f"{bearing.node}/life")
    graph.add((URIRef(bearing.node), PG.lives, node))
    if bearing.since != FIRST:
        graph.add((node, PG.intervalFrom, make_day(bearing.since)))
    if bearing.until != LAST:
        graph.add((node, PG.intervalTo, make_day(bearing.until)))


def _describe(graph: Graph, act: Act, number: int, since: str, until: str, found: Conclusion) -> None:
    node = iri(f"{act.node}/conclusion_{number}")
    graph.add((node, RDF.type, PG.ConclusionInterval))
    graph.add((node, PG.ofAct, iri(act.node)))
    graph.add((node, PG.intervalFrom, make_day(since)))
    if until != LAST:
        graph.add((node, PG.intervalTo, make_day(until)))
    graph.add((node, PG.byRule, iri(found.rule)))
    for term, words in (
        (PG.conclusion, found.conclusion),
        (PG.verification, found.verification),
        (PG.certainty, found.certainty),
    ):
        graph.add((node, term, make_text(words)))
    for term, nodes in ((PG.restsOn, found.rests_on), (PG.askedBy, found.asked_by), (PG.notRead, found.unread)):
        for one in nodes:
            graph.add((node, term, iri(one)))
    for language in ("zh", "en") if found.other_readings else ():
        words = ITEM_MARK.join(one.in_language(language) for one in found.other_readings)
        graph.add((node, PG.readingConclusion, make_text(words, language)))
    for language, words in found.sentences:
        graph.add((node, PG.sentence, make_text(words, language)))
    for term, language, items in found.words:
        graph.add((node, term, make_text(ITEM_MARK.join(items), language)))


def _describe_change(graph: Graph, act: Act, number: int, causes: Iterable[tuple[str, str]]) -> None:
    """That the conclusion of an interval is another one than before, and what began or ended with its first day."""
    node = URIRef(f"{act.node}/conclusion_{number}")
    graph.add((node, PG.changesFrom, URIRef(f"{act.node}/conclusion_{number - 1}")))
    told = list(causes)
    for bearing, _ in told:
        graph.add((node, PG.changedBy, URIRef(bearing)))
    if told:
        graph.add((node, PG.changeWords, make_text(ITEM_MARK.join(keep_once([words for _, words in told])), "zh")))
