"""Open proposals by what they mean, so that one decision serves a meaning that several of them state.

A draft states a thing where it finds it: a condition and the line that decides it, a list of conditions and the policy
that it makes, a measure and upon what it follows, a procedure and its first step, a grade and the score that earns it,
one mechanism in ten clauses. Whoever curates decides once about each of these and may still decide about every
proposal alone. Nothing is left out, and what is put together is told by what the proposals say of each other, never by
words that look alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef

from policygraph.keeping.curation.cases import DRAFT, Case, OpenProposal
from policygraph.namespaces import PG

Key = tuple[str, ...]
Spans = tuple[tuple[int, int], ...]
_RANK = {"Condition": 1, "Policy": 1, "ConditionRule": 2, "Consequence": 2, "ProcedureStep": 2}
"""What is told after what it belongs to: a line after its condition, that after the grade it earns."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Proposals that state one thing, what it is called by first; what stands for itself has one member."""

    members: tuple[OpenProposal, ...]

    @property
    def address(self) -> str:
        """The address of the proposal by which the meaning is called."""
        return self.members[0].address

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Each clause with the words that stand there, once."""
        return tuple(dict.fromkeys((one.clause, one.quote) for one in self.members))

    @property
    def types(self) -> tuple[str, ...]:
        """The classes of its statements, each once."""
        return tuple(dict.fromkeys(one.type for one in self.members))

    @property
    def asking(self) -> tuple[OpenProposal, ...]:
        """The proposals that a person has to answer something of."""
        return tuple(one for one in self.members if one.asked)


def list_meanings(case: Case, proposals: Iterable[OpenProposal]) -> tuple[Meaning, ...]:
    """The meanings of some proposals, by the first place of each; every proposal is in one of them."""
    draft = case.graph(DRAFT)
    found = sorted(proposals, key=lambda one: one.spans[:1])
    scored = {one.spans: one.address for one in found if one.type == "Grade"}
    grouped: dict[Key, list[OpenProposal]] = {}
    for one in found:
        grouped.setdefault(_key(draft, case.iri(one.address), one, scored), []).append(one)
    return tuple(
        Meaning(tuple(sorted(members, key=lambda one: _RANK.get(one.type, 0)))) for members in grouped.values()
    )


def _key(draft: Graph, subject: URIRef, one: OpenProposal, scored: Mapping[Spans, str]) -> Key:
    """What proposals of one meaning have in common; the address where a proposal stands for itself."""
    shared: Key = ()
    if one.type in ("Grade", "Condition", "ConditionRule") and (grades := _covering(one.spans, scored)):
        return ("grade", *grades)
    match one.type:
        case "MechanismStatement" if (subject, PG.mechanism, None) in draft:
            shared = (*_values(draft, subject, PG.mechanism), *_values(draft, subject, PG.status))
        case "ConditionSet" | "Policy":
            shared = _values(draft, subject, PG.hasCondition)
        case "ConditionRule":
            shared = _values(draft, subject, PG.decides)
        case "Consequence" if len(measures := _values(draft, subject, PG.measure)) == 1:
            shared = measures
        case "ProcedureStep" if (subject, PG.order, Literal(1)) in draft:
            shared = _values(draft, subject, PG.procedure)
    # a list of one condition is not that condition
    return ("list", *shared) if one.type in ("ConditionSet", "Policy") and shared else shared or (str(subject),)


def _covering(spans: Spans, scored: Mapping[Spans, str]) -> tuple[str, ...]:
    """The grade in whose words some words stand; empty where that is none or several."""
    found = [
        grade
        for whole, grade in scored.items()
        if all(any(start <= first and last <= end for start, end in whole) for first, last in spans)
    ]
    return tuple(found) if len(found) == 1 else ()


def _values(graph: Graph, subject: URIRef, term: URIRef) -> tuple[str, ...]:
    return tuple(sorted(map(str, graph.objects(subject, term))))
