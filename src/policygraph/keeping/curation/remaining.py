"""What is left to do: for each document and kind the state, the open proposals, and what accepted statements lack."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib.namespace import RDF

from policygraph.keeping.curation.cases import ACCEPTED, MODEL, NONE, STATES, Case, list_proposals
from policygraph.namespaces import PG


@dataclass(frozen=True, slots=True)
class Remaining:
    """A kind of a document that nobody has settled, or that proposals are open of; or a judgement that is missing.

    ``kind`` is its slug, ``state`` how far it has come, ``open`` the number of proposals, ``lacking`` the number of
    acts of which nobody has said whether they reduce rights (counted with the measures).
    """

    document: str
    kind: str
    label: str
    state: str
    open: int
    lacking: int


def list_remaining(case: Case) -> tuple[Remaining, ...]:
    """What is left of one document, kind by kind; empty when everything is settled and nothing open."""
    states, model = case.graph(STATES), case.graph(MODEL)
    counts: dict[str, int] = {}
    for proposal in list_proposals(case):
        counts[proposal.kind] = counts.get(proposal.kind, 0) + 1
    unjudged = sum((act, PG.reducesRights, None) not in model for act in model.subjects(RDF.type, PG.Act))
    found = []
    for kind in case.desk.kinds():
        state = case.state(kind, states)
        lacking = unjudged if kind == "measures" else 0
        if state not in (ACCEPTED, NONE) or counts.get(kind) or lacking:
            found.append(Remaining(case.identifier, kind, case.desk.label(kind), state, counts.get(kind, 0), lacking))
    return tuple(found)
