"""A file of condition lines expanded: each rule in its turn, what is written by hand joined, what settles noted."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import Graph, Literal, URIRef

from policygraph.errors import DataError
from policygraph.graph.memory import make_graph
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.kinds.results import KINDS
from policygraph.judging.rules.kinds.writing import Writer
from policygraph.judging.rules.lines import (
    Rule,
    read_conditions,
)
from policygraph.judging.rules.looking import spread_looks, write_completeness
from policygraph.namespaces import PG, slug_of


def expand(lines: Graph, place: str, codes: Codes | None = None, by_hand: Graph | None = None) -> Graph:
    """The SHACL Core that a file of condition lines stands for, with the policy and its readings unchanged.

    ``codes`` are the closed codes of registers; without them the words of coded columns are not checked. ``by_hand``
    are the shapes that no kind fits; they may refer to named propositions, and follow their readings.

    Errors: ``DataError`` that lists every mistake of the file with rule and line, or names a shape that is written
    twice.
    """
    conditions = read_conditions(lines, KINDS, place, codes)
    graph = make_graph()
    graph += conditions.head
    runs = {rule.run.iri: rule for rule in conditions.rules if rule.run is not None}
    for _, rule in sorted(runs.items()):
        Writer(graph, conditions, rule, place).runs.fragments()
    for rule in conditions.rules:
        Writer(graph, conditions, rule, place).write()
    _tell_what_settles(graph, conditions.rules)
    for completeness in conditions.completeness:
        write_completeness(graph, completeness)
    if by_hand is not None:
        twice = sorted({node for node in by_hand.subjects() if isinstance(node, URIRef)} & set(graph.subjects()))
        if twice:
            names = "、".join(slug_of(str(node)) for node in twice)
            raise DataError(place, f"{names} 由条件行展开，又在旁边手写了一遍", "两处只留一处")
        graph += by_hand
    spread_looks(graph, conditions.completeness)
    return graph


def _tell_what_settles(graph: Graph, rules: Iterable[Rule]) -> None:
    """Note on each condition which determinations settle it: those that its lines make a ground or a verdict of."""
    items = {condition: item for item, condition in graph.subject_objects(PG.condition)}
    for rule in rules:
        outcomes: tuple[str, ...] = ()
        if rule.kind == "required-judgement" or (rule.by_determination and not rule.against_determination):
            outcomes = ("passed", "failed")
        elif any(line.result in ("denied", "refused") for line in rule.lines) and not rule.by_determination:
            outcomes = ("failed",)
        if rule.condition is not None and rule.condition in items:
            for outcome in outcomes:
                graph.add((items[rule.condition], PG.settledByDetermination, Literal(outcome)))
