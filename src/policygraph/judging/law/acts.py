"""What the acts of documents are: their list, how each is cited, which way it goes, and from when its document stands.

An act is a part of a measure that splits, a measure that does not, or a decision that stands beside the measures
(listing, rating, publishing). What every question would otherwise work out again is told once here, for the build to
write beside the conclusions: the number under which an act is cited (that of its measure, and for a part ``·`` and
its place), its direction, and the days on which nobody can say that the document is there. Whether an act may be done
is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SKOS
from rdflib.term import Node

from policygraph.graph.memory import make_day, make_graph, make_text
from policygraph.judging.law.statuses import day_before, said_of
from policygraph.judging.rules.issue import Issue, IssueState
from policygraph.namespaces import ELI, PG, slug_of
from policygraph.words import read_languages

PART_MARK = "·"
"""What stands between the number of a measure and the place of a part (contract of the questions: ``notation``)."""


def list_acts(union: Graph) -> tuple[Node, ...]:
    """Every act, by IRI."""
    measures, split = set(union.subjects(RDF.type, PG.Measure)), set(union.objects(None, PG.actOf))
    acts = (measures - split) | set(union.subjects(PG.actOf, None)) | set(union.subjects(RDF.type, PG.DecisionAct))
    return tuple(sorted(acts, key=str))


def find_notation(union: Graph, act: Node) -> str:
    """The number under which an act is cited; empty where its measure has none."""
    measure = union.value(act, PG.actOf)
    if measure is None:
        return said_of(union, act, SKOS.notation)
    number, place = said_of(union, measure, SKOS.notation), said_of(union, act, PG.order)
    return f"{number}{PART_MARK}{place}" if number and place else number


def find_direction(union: Graph, act: str) -> str:
    """The direction of an act: the one judged, else the one that all effects have which are not neutral, else neutral.

    Empty where the effects say nothing, or different things.
    """
    judged = union.value(URIRef(act), PG.direction)
    if judged is not None:
        return str(judged)
    effects = union.objects(URIRef(act), PG.effect)
    ways = {str(way) for effect in effects for way in union.objects(effect, PG.direction)}
    found = {way for way in ways if not way.endswith("neutral")} or ways
    return found.pop() if len(found) == 1 else ""


def find_issue(union: Graph, document: Node) -> Issue:
    """When a document can have been issued: its own date, else the interval inferred for it, else not known."""
    own = union.value(document, ELI.date_document)
    since, until = own or union.value(document, PG.dateFrom), own or union.value(document, PG.dateTo)
    if since is None or until is None:
        return Issue(None, None)
    return Issue(date.fromisoformat(str(since)), date.fromisoformat(str(until)))


def find_shared_notations(union: Graph) -> Iterator[str]:
    """Numbers under which a document has more than one act, in words: a reader could not tell which is meant."""
    known: dict[tuple[Node | None, str], list[Node]] = {}
    for act in list_acts(union):
        document = union.value(act, PG.document) or union.value(union.value(act, PG.actOf), PG.document)
        number = find_notation(union, act)
        if number:
            known.setdefault((document, number), []).append(act)
    for (document, number), acts in sorted(known.items(), key=str):
        if len(acts) > 1:
            named = "、".join(slug_of(str(act)) for act in acts)
            yield f"{slug_of(str(document))}: 编号“{number}”指几个行为（{named}），编号在一份文件里须只指一个"


def describe_acts(union: Graph) -> Graph:
    """Number and direction of every act (``pg:actNotation``, ``pg:heldDirection``), and the days of documents."""
    found = make_graph()
    for act in list_acts(union):
        number, direction = find_notation(union, act), find_direction(union, str(act))
        if number:
            found.add((act, PG.actNotation, make_text(number)))
        if direction:
            found.add((act, PG.heldDirection, URIRef(direction)))
    for document in sorted(set(union.subjects(RDF.type, PG.PolicyDocument)), key=str):
        _describe_issue(found, document, find_issue(union, document))
    return found


def _describe_issue(graph: Graph, document: Node, issue: Issue) -> None:
    """From day to day what is to be said of a document's being there (``pg:IssueInterval``); nothing where it is."""
    days = (date.min, *issue.turns)
    for number, since in enumerate(days, start=1):
        state = issue.state(since)
        if state is IssueState.issued:
            continue
        node = URIRef(f"{document}/issue_{number}")
        graph.add((node, RDF.type, PG.IssueInterval))
        graph.add((node, PG.document, document))
        graph.add((node, PG.issueState, make_text(str(state))))
        if since != date.min:
            graph.add((node, PG.intervalFrom, make_day(since.isoformat())))
        if number < len(days):
            graph.add((node, PG.intervalTo, make_day(day_before(days[number].isoformat()))))
        for language in read_languages().values():
            graph.add((node, PG.issueWords, make_text(issue.tell(state, language), language.code)))
