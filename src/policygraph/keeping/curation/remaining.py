"""What is left to do: for each document and kind the state, the open proposals, and what accepted statements lack.

What a statement lacks is what the profile asks for and only a person can say (``pg:awaits``): the same shapes that
``validate`` marks it by, so that neither is silent where the other speaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS, SH

from policygraph.keeping.curation.cases import ACCEPTED, MODEL, NONE, STATES, Case, Desk, list_proposals
from policygraph.namespaces import ID, PG, slug_of


@dataclass(frozen=True, slots=True)
class Remaining:
    """A kind of a document that nobody has settled, or that proposals are open of; or a judgement that is missing.

    ``kind`` is its slug, ``state`` how far it has come, ``open`` the number of proposals, ``lacking`` the number of
    accepted statements that lack what a person has to say of them (whether an act reduces rights, who takes a step).
    """

    document: str
    kind: str
    label: str
    state: str
    open: int
    lacking: int


@dataclass(frozen=True, slots=True)
class Wanting:
    """An accepted statement of which a person has yet to say something: any of the properties that are named."""

    kind: str
    address: str
    awaited: tuple[str, ...]


def list_wanting(case: Case) -> tuple[Wanting, ...]:
    """The accepted statements of a document that lack what a person has to say, by kind; empty when none does."""
    model = case.graph(MODEL)
    return tuple(
        Wanting(kind, slug_of(str(thing)), awaited)
        for kind in case.desk.kinds()
        for thing, awaited in sorted(set(_find_lacking(case.desk, kind, model)))
    )


def group_wanting(case: Case) -> dict[tuple[str, ...], tuple[str, ...]]:
    """By what a person has yet to say, the addresses of the accepted statements that lack it; empty when none does."""
    found: dict[tuple[str, ...], list[str]] = {}
    for one in list_wanting(case):
        found.setdefault(one.awaited, []).append(one.address)
    return {awaited: tuple(addresses) for awaited, addresses in found.items()}


def list_remaining(case: Case) -> tuple[Remaining, ...]:
    """What is left of one document, kind by kind; empty when everything is settled and nothing open."""
    states = case.graph(STATES)
    wanting = list_wanting(case)
    counts: dict[str, int] = {}
    for proposal in list_proposals(case):
        counts[proposal.kind] = counts.get(proposal.kind, 0) + 1
    found = []
    for kind in case.desk.kinds():
        state = case.state(kind, states)
        lacking = len({one.address for one in wanting if one.kind == kind})
        if state not in (ACCEPTED, NONE) or counts.get(kind) or lacking:
            found.append(Remaining(case.identifier, kind, case.desk.label(kind), state, counts.get(kind, 0), lacking))
    return tuple(found)


def _find_lacking(desk: Desk, kind: str, model: Graph) -> Iterator[tuple[URIRef, tuple[str, ...]]]:
    """The statements of a model that have nothing of what a shape of the profile awaits for a kind, with what it is."""
    for shape in desk.profile.subjects(PG.curatedKind, ID[f"concept/curated-{kind}"]):
        awaited = tuple(desk.profile.objects(shape, PG.awaits))
        if not awaited:
            continue
        for owner in (shape, *desk.profile.subjects(SH.property, shape)):
            for target in desk.profile.objects(owner, SH.targetClass):
                for known in desk.terms.transitive_subjects(RDFS.subClassOf, target):
                    for thing in model.subjects(RDF.type, known):
                        if isinstance(thing, URIRef) and all((thing, term, None) not in model for term in awaited):
                            yield thing, tuple(sorted(str(term).rsplit("#", 1)[-1] for term in awaited))
