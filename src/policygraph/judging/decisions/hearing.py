"""What the shapes find about one enterprise on one day, gathered once however many answers are read from it.

One page asks several times about the same facts: under each policy, of the policies that contradict each other, and of
what would change an answer. A hearing looks once. It belongs to whoever asks and ends with the question, so that
nothing about an enterprise is kept; a register that was changed, another day, another policy are other facts to it.

pySHACL gets a view with one subject and the parsed shapes, and nothing else: ``focus_nodes``, ``use_shapes`` and
``allow_warnings`` give wrong results with nested or named shapes (measured), and severity is read per result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from rdflib import Graph, URIRef

from policygraph.graph.memory import make_steady
from policygraph.graph.validation import validate
from policygraph.judging.decisions.outcomes import ShapeResult
from policygraph.judging.decisions.view import View, build_view
from policygraph.judging.rules import Asked, Policy, Register, Row, Shape
from policygraph.judging.rules.facts import TABLE, Value, find_numbers
from policygraph.namespaces import instance


@dataclass(frozen=True, slots=True)
class Case:
    """What one run of the shapes gave, with the facts that the answer is held against."""

    policy: Policy
    as_of: date
    results: tuple[tuple[Shape, ShapeResult], ...]
    determined: Mapping[str, Row]
    """The latest determination about each condition."""
    days: Mapping[str, date]
    """The day of each record, by the name that results use for it."""
    numbers: Mapping[str, Mapping[str, Value]]
    """The numbers of each record by property, by the name that results use for it."""
    persons: Mapping[str, str]
    """Whose record each record of a person is, by the name that results use for it."""
    alone: Mapping[str, tuple[tuple[Shape, ShapeResult], ...]]
    """What the shapes of a condition give without the determination about it, where they read it: the facts alone."""

    withheld: frozenset[str] = frozenset()
    """Tables of which whoever gave the facts left out whether they are complete."""

    def held(self, item: Asked) -> Row | None:
        """The determination to hold against the facts; None where there is none, or where it settles the matter."""
        row = self.determined.get(item.condition)
        return None if row is None or row.text("outcome") in item.settled_by else row


class Hearing:
    """The facts of one register as the shapes see them, each looked at once; see the module."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self._views: dict[tuple[str, date, str], View] = {}
        self._cases: dict[tuple[int, str, date], Case] = {}

    def case(self, policy: Policy, entity: str, as_of: date) -> Case:
        """What the shapes of a policy give for an enterprise on a day."""
        key = id(policy), entity, as_of  # a variant bears the id of its policy; a case holds on to the very one
        found = self._cases.get(key)
        if found is None:
            found = self._cases[key] = replace(
                _make_case(policy, self._view(entity, as_of, policy.base), as_of), withheld=self.register.withheld
            )
        return found

    def _view(self, entity: str, as_of: date, base: str) -> View:
        key = entity, as_of, base
        if key not in self._views:
            self._views[key] = build_view(self.register, entity, as_of, base)
        return self._views[key]


def hear(register: Register, hearing: Hearing | None) -> Hearing:
    """The hearing that is given, where it is one of this very register; else one that begins now."""
    return hearing if hearing is not None and hearing.register is register else Hearing(register)


def run_shapes(policy: Policy, view: View) -> tuple[tuple[Shape, ShapeResult], ...]:
    """All results of a policy's shapes over one view, of every reading, with the records they are about."""
    return _run(policy, view, view.graph, (policy.main, policy.others))


def run_without_determination(policy: Policy, view: View, condition: str) -> tuple[tuple[Shape, ShapeResult], ...]:
    """The results of one condition's shapes as if nobody had determined it; empty where no shape reads that."""
    if condition not in policy.judged:
        return ()
    node = instance("condition", *condition.split("/"), base=policy.base)
    facts = Graph(bind_namespaces="none")
    for triple in view.graph:
        if triple[2] != node:  # what a determination says, and what is held against it, names the condition
            facts.add(triple)
    return _run(policy, view, make_steady(facts), (policy.judged[condition],))


def _run(policy: Policy, view: View, facts: Graph, graphs: tuple[Graph, ...]) -> tuple[tuple[Shape, ShapeResult], ...]:
    by_iri = {shape.iri: shape for shape in policy.shapes}
    found: list[tuple[Shape, ShapeResult]] = []
    for shapes in graphs:
        if not len(shapes):
            continue
        for result in validate(facts, shapes):
            shape = by_iri[result.shape]
            row = view.rows.get(URIRef(result.value)) if result.value else None
            found.append(
                (
                    shape,
                    ShapeResult(
                        shape=shape.iri,
                        severity=shape.severity,
                        component=result.component,
                        path=result.path,
                        evidence=row.evidence if row else None,
                        message=shape.message,
                        restricted=row is not None and row.table == "listings" and row.text("list") == "watch",
                    ),
                )
            )
    return tuple(sorted(found, key=lambda pair: (pair[0].iri, pair[1].evidence or "")))


def _make_case(policy: Policy, view: View, as_of: date) -> Case:
    """Run the shapes over a view and keep what the answers are held against."""
    rows = [row for row in view.rows.values() if row.table != "persons"]
    days = {row.evidence: day for row in rows if (day := row.day(str(TABLE[row.table].date))) is not None}
    determined = {str(row.cells["condition"]): row for row in rows if row.table == "determinations"}
    persons = {row.evidence: person for row in rows if (person := row.text("person_id")) is not None}
    numbers = {row.evidence: find_numbers(row) for row in rows}
    case = Case(policy, as_of, run_shapes(policy, view), determined, days, numbers, persons, {})
    held = [item.condition for item in policy.asked if case.held(item) and item.condition in policy.judged]
    return replace(case, alone={name: run_without_determination(policy, view, name) for name in held})
