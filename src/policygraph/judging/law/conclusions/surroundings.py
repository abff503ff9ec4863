"""What is printed beside a conclusion: the bases cited and what became of them, who acts and who acts now."""

from __future__ import annotations

from functools import cache, partial

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, ORG, SKOS
from rdflib.term import Node

from policygraph.judging.law.conclusions.wording import by_language, keep_once, name_basis, short_title
from policygraph.judging.law.statuses import FIRST, LAST, said_of
from policygraph.namespaces import PG


class Surroundings:
    """What stands around a measure: the bases it cites and what became of them, who does it, and who does it now."""

    def __init__(self, union: Graph) -> None:
        self.union = union
        self.successors: dict[str, list[tuple[str, str]]] = {}
        for event, old in union.subject_objects(ORG.originalOrganization):
            for new in union.objects(event, ORG.resultingOrganization):
                self.successors.setdefault(str(old), []).append((said_of(union, event, DCTERMS.date), str(new)))
        self.states: dict[str, list[tuple[str, str, str]]] = {}
        for interval, basis in union.subject_objects(PG.ofCitation):
            since = said_of(union, interval, PG.intervalFrom) or FIRST
            until = said_of(union, interval, PG.intervalTo) or LAST
            candidate = said_of(union, interval, PG.candidate)
            said = said_of(union, interval, PG.standing) + (f"→{candidate}" if candidate else "")
            self.states.setdefault(str(basis), []).append((since, until, said))
        # asked again on each day of a measure, and by each of its acts
        self._bases = cache(partial(_find_bases, union))
        self._name = cache(partial(_name_basis, union))
        self._agents = cache(partial(_find_agents, union))
        self._label = cache(partial(_label_agent, union))

    def cited(self, measure: str) -> list[str]:
        """The bases the document cites for a measure or its group, as cited."""
        return keep_once([self._name(basis) for basis in self._bases(measure)])

    def statuses(self, measure: str, day: str) -> list[str]:
        """What became of each by a day."""
        return keep_once(
            [
                f"{self._name(basis)}：{said}"
                for basis in self._bases(measure)
                for since, until, said in self.states.get(str(basis), ())
                if since <= day <= until
            ]
        )

    def bodies(self, measure: str) -> list[str]:
        """Who does it, as the document has it."""
        return keep_once([self._label(agent) for agent in self._agents(measure)])

    def acting(self, measure: str, day: str) -> list[str]:
        """Who does it on a day, after every reorganisation recorded by then."""
        return keep_once([self._label(one) for agent in self._agents(measure) for one in self._followers(agent, day)])

    def _followers(self, agent: str, day: str) -> list[str]:
        later = [new for on, new in sorted(self.successors.get(agent, ())) if on <= day and new != agent]
        return [one for new in later for one in self._followers(new, day)] if later else [agent]

    def cuts(self, measure: str) -> set[str]:
        """The days on which any of this changes."""
        found = {since for basis in self._bases(measure) for since, _, _ in self.states.get(str(basis), ())}
        waiting, seen = list(self._agents(measure)), set[str]()
        while waiting:
            agent = waiting.pop()
            if agent not in seen:
                seen.add(agent)
                found |= {on for on, _ in self.successors.get(agent, ())}
                waiting += [new for _, new in self.successors.get(agent, ())]
        return {day for day in found if day}


def _find_bases(union: Graph, measure: str) -> tuple[Node, ...]:
    """The bases of a measure, own and inherited, in their order; not those that stand inside another."""
    found = {
        basis
        for term in (PG.hasLegalBasis, PG.inheritedLegalBasis)
        for basis in union.objects(URIRef(measure), term)
        if (basis, PG.nestedIn, None) not in union
    }
    return tuple(sorted(found, key=lambda basis: (int(said_of(union, basis, PG.order) or "0"), str(basis))))


def _name_basis(union: Graph, basis: Node) -> str:
    work = union.value(basis, PG.citedWork)
    title = short_title(union, work) if work is not None else said_of(union, basis, PG.titleAsWritten)
    return name_basis(title, said_of(union, basis, PG.locator), said_of(union, basis, PG.numberAsWritten))


def _find_agents(union: Graph, measure: str) -> tuple[str, ...]:
    """Who is responsible for a measure or its group, in the order printed, each once."""
    duties = {
        duty
        for term in (PG.responsibility, PG.inheritedResponsibility)
        for duty in union.objects(URIRef(measure), term)
    }
    ordered = sorted(duties, key=lambda duty: (int(said_of(union, duty, PG.order) or "0"), str(duty)))
    return tuple(keep_once([str(agent) for duty in ordered for agent in union.objects(duty, PG.agent)]))


def _label_agent(union: Graph, agent: str) -> str:
    return by_language(union, URIRef(agent), SKOS.prefLabel).get("zh", "")
