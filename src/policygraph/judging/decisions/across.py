"""Answers that cannot stand beside each other: the invariants across policies, checked on the decisions themselves.

One policy knows nothing of another, so a unit could be a target of sanctions under one text and eligible under another
on the same day. Which answers exclude each other stands in ``shapes/invariants`` in SHACL Core over a small graph of
the decisions of one enterprise. A decision that takes part in a contradiction is withdrawn: it becomes undetermined,
for the authority to judge, and the contradiction is printed. ``screening`` compiles the same shapes to SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH

from policygraph.graph.memory import make_shapes
from policygraph.graph.validation import validate
from policygraph.judging.decisions.outcomes import Decision, Notice
from policygraph.judging.rules import Policy
from policygraph.judging.rules.shapes import closure, outcomes_named, reach, reported
from policygraph.namespaces import PG, instance


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that no set of decisions about an enterprise may show."""

    iri: str
    message: str
    message_en: str
    outcomes: frozenset[str]
    """The outcomes that it speaks of: only decisions with one of them can take part in a contradiction."""
    shape: Graph


def read_invariants(graphs: Iterable[Graph]) -> tuple[Invariant, ...]:
    """The invariants that shapes graphs state, by IRI; empty when there are none."""
    found = []
    for graph in graphs:
        for node in reported(graph):
            shape = make_shapes(closure(reach(graph), [node]))
            messages = {m.language: str(m) for m in graph.objects(node, SH.message) if isinstance(m, Literal)}
            found.append(
                Invariant(str(node), messages.get("zh", ""), messages.get("en", ""), outcomes_named(shape), shape)
            )
    return tuple(sorted(found, key=lambda invariant: invariant.iri))


def partners(policy: Policy, policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """The other policies that can apply to an enterprise of the same place."""
    mine = policy.region_prefix
    return tuple(
        other
        for other in policies
        if other.id != policy.id and (other.region_prefix.startswith(mine) or mine.startswith(other.region_prefix))
    )


def concerns(invariants: Iterable[Invariant], decision: Decision) -> bool:
    """True when a decision could take part in a contradiction, so that its partners have to be asked."""
    return any(decision.outcome in invariant.outcomes for invariant in invariants)


def withdraw_contradicted(decision: Decision, others: Iterable[Decision], invariants: Iterable[Invariant]) -> Decision:
    """The decision, or an undetermined one where it contradicts another about the same enterprise and day."""
    relevant = tuple(invariant for invariant in invariants if decision.outcome in invariant.outcomes)
    if not relevant:
        return decision
    view = decisions_view((decision, *others))
    broken = [invariant for invariant in relevant if validate(view, invariant.shape)]
    if not broken:
        return decision
    notices = tuple(Notice(invariant.message) for invariant in broken)
    return replace(
        decision,
        outcome="undetermined",
        undetermined_because=("judgement",),
        warnings=(*notices, *decision.warnings),
        persons=(),
        measures=(),
        currency=(),
    )


def decisions_view(decisions: Iterable[Decision]) -> Graph:
    """What the invariants read: one subject, its decisions, their outcomes and the measures that follow."""
    view = Graph(bind_namespaces="none")
    for number, decision in enumerate(decisions):
        subject, node = instance("entity", decision.entity), instance("record", f"decision-{number}")
        view.add((subject, RDF.type, PG.Subject))
        view.add((subject, PG.hasDecision, node))
        view.add((node, PG.outcome, Literal(decision.outcome)))
        for row in decision.measures:
            view.add((node, PG.leadsTo, URIRef(row.measure)))
    return view
