"""What the judgements, natures, competences and rules say, read once from the graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS
from rdflib.term import Node

from policygraph.judging.law.acts import find_direction, find_issue
from policygraph.judging.law.conclusions.surroundings import Surroundings
from policygraph.judging.law.conclusions.values import (
    ASKING,
    ENABLING,
    Act,
    ActReading,
    ActType,
    Bearing,
    Exemption,
    Nature,
    Power,
    Reading,
    Rule,
)
from policygraph.judging.law.conclusions.wording import by_language, short_title
from policygraph.judging.law.statuses import FIRST, LAST, day_before, fill_pattern, said_of
from policygraph.judging.rules.codes import reaches
from policygraph.namespaces import ELI, ID, PG
from policygraph.text.locators import lies_in


def read_rules(union: Graph) -> tuple[Rule, ...]:
    """The rules in their order."""
    found = []
    for node in union.subjects(RDF.type, PG.ConclusionRule):
        rule = Rule(
            node=str(node),
            conclusion=str(union.value(node, PG.conclusion)),
            when=frozenset(_codes(union, node, PG.whenFeature)),
            unless=frozenset(_codes(union, node, PG.unlessFeature)),
            patterns=by_language(union, node, PG.sentencePattern),
        )
        found.append((int(str(union.value(node, PG.order))), rule))
    return tuple(rule for _, rule in sorted(found, key=lambda item: (item[0], item[1].node)))


class Case:
    """What the judgements say, read once."""

    def __init__(self, union: Graph) -> None:
        self.union = union
        self.rules = read_rules(union)
        self.ranks = {str(n): by_language(union, n, SKOS.prefLabel) for n in union.subjects(PG.rankOrder, None)}
        self._titles: dict[str, str] = {}
        self.natures = {
            str(node): Nature(
                needs_basis=str(union.value(node, PG.needsBasis)) == "true",
                carried_by=frozenset(map(str, union.objects(node, PG.carriedBy))),
                exemptions=tuple(
                    Exemption(
                        ranks=frozenset(map(str, union.objects(exemption, PG.exemptRank))),
                        within=frozenset(map(str, union.objects(exemption, PG.withinRank))),
                    )
                    for exemption in sorted(union.subjects(PG.exemptionOf, node), key=str)
                ),
                is_internal=str(union.value(node, SKOS.notation)) == "internal",
                label=by_language(union, node, SKOS.prefLabel),
            )
            for node in union.subjects(SKOS.inScheme, ID["concept/scheme-natures"])
        }
        self.phrases = {
            str(union.value(node, SKOS.notation)): by_language(union, node, PG.sentencePattern)
            for node in union.subjects(SKOS.inScheme, ID["concept/scheme-phrases"])
        }
        self.events = _endings(union)
        self.within = {
            str(union.value(node, SKOS.notation)): by_language(union, node, PG.sentencePattern).get("zh", "")
            for node in union.subjects(SKOS.inScheme, ID["concept/scheme-within"])
        }
        self.judgements: list[Bearing] = []
        self.bearings: dict[str, list[Bearing]] = {}
        self.asked: dict[tuple[Bearing, str, str, bool], str] = {}
        """What a judgement asks for in a language on a day, worked out by whoever puts it into words first."""
        self.norms: list[Bearing] = []
        self._typed: dict[tuple[str, frozenset[tuple[str, frozenset[str]]]], list[Bearing]] = {}
        for node in sorted(union.subjects(RDF.type, PG.Bearing), key=str):
            bearing = self._bearing(node)
            self.judgements.append(bearing)
            if bearing.types:
                self.norms.append(bearing)
            for act in union.objects(node, PG.bearsOn):
                self.bearings.setdefault(str(act), []).append(bearing)
        self.readings: dict[str, list[Reading]] = {}
        for node in sorted(union.subjects(RDF.type, PG.Interpretation), key=str):
            reading = self._interpretation(node)
            self.readings.setdefault(reading.question, []).append(reading)
        self.rereadings: dict[str, list[ActReading]] = {}
        for node in sorted(union.subjects(RDF.type, PG.ActReading), key=str):
            for act in union.objects(node, PG.bearsOn):
                self.rereadings.setdefault(str(act), []).append(self._rereading(node))
        self.surroundings = Surroundings(union)
        self.powers: dict[str, list[Power]] = {}
        for node in sorted(union.subjects(RDF.type, PG.Competence), key=str):
            for act in union.objects(node, PG.bearsOn):
                self.powers.setdefault(str(act), []).append(self._power(node))

    def phrase(self, name: str, language: str, **slots: str) -> str:
        """A part of a sentence, as the concepts of conclusions word it."""
        return fill_pattern(self.phrases[name][language], slots)

    def title(self, work: str) -> str:
        """A law by the title that lawyers use."""
        if work not in self._titles:
            self._titles[work] = short_title(self.union, URIRef(work))
        return self._titles[work]

    def reason(self, bearing: str, language: str = "zh") -> str:
        """Why the editors judged so; in Chinese where they did not say it in the language."""
        said = by_language(self.union, URIRef(bearing), PG.reason)
        return said.get(language) or said.get("zh", "")

    def acts(self) -> Iterator[Act]:
        """Every act whose nature is judged: of measures, the parts where they are split; listing and rating acts."""
        union = self.union
        for measure in sorted({str(m) for m in union.subjects(RDF.type, PG.Measure)}):
            parts = sorted(map(str, union.subjects(PG.actOf, URIRef(measure))))
            for part in parts or [measure]:
                yield from self._act(part, measure)
        for node in sorted(map(str, union.subjects(RDF.type, PG.DecisionAct))):
            yield from self._act(node, node)

    def _act(self, node: str, measure: str) -> Iterator[Act]:
        union = self.union

        def said(term: URIRef) -> Node | None:
            own = union.value(URIRef(node), term)
            return own if own is not None else union.value(URIRef(measure), term)

        nature, document = said(PG.nature), said(PG.document)
        if nature is None or document is None:
            return
        marks = {
            "nature": frozenset({str(nature)}),
            **{
                mark: frozenset(map(str, union.objects(URIRef(node), term)))
                for mark, term in (
                    ("effect", PG.effect), ("area", PG.policyArea), ("addressee", PG.addressee),
                )
            },
            "direction": frozenset(filter(None, [find_direction(union, node)])),
            "makes": frozenset(filter(None, [str(said(PG.makes) or "")])),
        }  # fmt: skip
        yield Act(
            node=node,
            measure=measure,
            document=str(document),
            region=str(union.value(document, ELI.jurisdiction) or ""),
            issue=find_issue(union, document),
            title=by_language(union, URIRef(node), DCTERMS.title),
            nature=str(nature),
            trigger=str(said(PG.triggerKind) or ""),
            marks=marks,
        )

    def _bearing(self, node: Node) -> Bearing:
        union = self.union
        work = union.value(node, PG.work)
        provision = said_of(union, node, PG.provision)
        since, until = self._life(node, work, provision)
        kind = union.value(node, PG.requirementKind)
        versions = tuple(
            (
                by_language(union, text, RDFS.label).get("zh", ""),
                said_of(union, text, PG.inForceFrom) or FIRST,
                said_of(union, text, PG.inForceUntil) or LAST,
            )
            for text in sorted(union.objects(node, PG.bearingText), key=str)
        )
        return Bearing(
            node=str(node),
            fit=said_of(union, node, PG.fit),
            work=str(work),
            title=short_title(union, work),
            versions=versions,
            rank=str(union.value(work, PG.basisRank)) if work is not None else "",
            provision=provision,
            cited=said_of(union, node, PG.citedLocator),
            since=since,
            until=until,
            is_read=said_of(union, node, PG.certainty) == "verified",
            decisive=said_of(union, node, PG.decisive) == "true",
            no_case=said_of(union, node, PG.admitsNoCase) == "true",
            counts=kind is not None and said_of(union, kind, PG.counts) == "true",
            orders=said_of(union, node, PG.ordersAct) == "true",
            requirement=by_language(union, node, PG.requirement),
            requires=frozenset(map(str, union.objects(node, PG.requiresRank))),
            leaves_to=frozenset(map(str, union.objects(node, PG.leavesTo))),
            specifies=frozenset(map(str, union.objects(node, PG.specifies))),
            reading=self._reading(node),
            region=str(union.value(work, ELI.jurisdiction) or "") if work is not None else "",
            types=tuple(self._type(kind) for kind in sorted(union.objects(node, PG.bearsOnType), key=str)),
        )

    def _reading(self, node: Node) -> Reading | None:
        """The reading under which something is said; None where it is said under any."""
        reading = self.union.value(node, PG.underReading)
        return None if reading is None else self._interpretation(reading)

    def _interpretation(self, reading: Node) -> Reading:
        union = self.union
        return Reading(
            node=str(reading),
            question=f"{said_of(union, reading, PG.document)} {said_of(union, reading, PG.reading)}",
            labels=by_language(union, reading, RDFS.label),
            is_default=said_of(union, reading, PG.isDefault) == "true",
        )

    def _rereading(self, node: Node) -> ActReading:
        reading = self._reading(node)
        return ActReading(
            reading=reading or Reading("", "", {}, is_default=True),
            nature=str(self.union.value(node, PG.nature) or ""),
            trigger=said_of(self.union, node, PG.triggerKind),
            makes=said_of(self.union, node, PG.makes),
        )

    def rereadings_of(self, act: Act) -> tuple[ActReading, ...]:
        """What is said of an act or its measure under readings that are not the default."""
        nodes = dict.fromkeys((act.node, act.measure))
        return tuple(one for node in nodes for one in self.rereadings.get(node, ()) if not one.reading.is_default)

    def _type(self, node: Node) -> ActType:
        marks = {
            mark: frozenset(map(str, self.union.objects(node, term)))
            for mark, term in (
                ("nature", PG.nature), ("effect", PG.effect), ("area", PG.policyArea), ("addressee", PG.addressee),
                ("direction", PG.direction), ("makes", PG.makes),
            )
        }  # fmt: skip
        return ActType({mark: values for mark, values in marks.items() if values})

    def _life(self, node: Node, work: Node | None, provision: str) -> tuple[str, str]:
        """The days of a judgement, cut to those of its text, its work and its provision."""
        union = self.union
        since = str(union.value(node, PG.bearingFrom) or FIRST)
        until = str(union.value(node, PG.bearingTo) or LAST)
        texts = list(union.objects(node, PG.bearingText))
        if texts:
            since = max(since, min(str(union.value(text, PG.inForceFrom) or FIRST) for text in texts))
            until = min(until, max(str(union.value(text, PG.inForceUntil) or LAST) for text in texts))
        elif work is not None:
            opened = union.value(work, PG.inForceFrom) or union.value(work, ELI.date_document)
            since = max(since, str(opened or FIRST))
        for place, day in self.events.get(work, ()):
            # in the text that an event made, the old number already means the new provision
            part = bool(place) and day > since and bool(provision) and lies_in(provision, place)
            if part or not place:
                until = min(until, day_before(day))
        return since, until

    def _power(self, node: Node) -> Power:
        union = self.union
        work = union.value(node, PG.work)
        since, until = self._life(node, work, said_of(union, node, PG.provision))
        return Power(
            node=str(node),
            kind=said_of(union, node, PG.power),
            within=said_of(union, node, PG.withinPower),
            authority=by_language(union, node, PG.authority),
            work=str(work or ""),
            title=short_title(union, work),
            provision=said_of(union, node, PG.provision),
            is_read=said_of(union, node, PG.certainty) == "verified",
            since=since,
            until=until,
            reading=self._reading(node),
        )

    def causes(self, bearings: Iterable[Bearing], day: str) -> tuple[tuple[str, str], ...]:
        """The judgements that begin or end with a day and may change a conclusion, each with its words.

        What is only a principle, or supports nothing, changes none.
        """
        found = []
        for bearing in bearings:
            if bearing.fit not in (*ENABLING, *ASKING, "forbids", "unread"):
                continue
            if bearing.since == day:
                found.append((bearing.node, f"{bearing.place(day)}自该日起（{self.name_fit(bearing.fit)}）"))
            elif bearing.until == day_before(day):
                found.append(
                    (bearing.node, f"{bearing.place(bearing.until)}至前一日止（{self.name_fit(bearing.fit)}）")
                )
        return tuple(found)

    def name_fit(self, fit: str, language: str = "zh") -> str:
        """How a provision bears, in a word."""
        return by_language(self.union, ID[f"concept/fit-{fit}"], SKOS.prefLabel).get(language, fit)

    def bearings_of(self, act: Act) -> list[Bearing]:
        """Those that name the act or its measure, and those of its type from a region that the document lies in."""
        named = list(self.bearings.get(act.node, ()))
        if act.measure != act.node:
            named += self.bearings.get(act.measure, ())
        kind = act.region, frozenset(act.marks.items())
        if kind not in self._typed:
            self._typed[kind] = [
                norm
                for norm in self.norms
                if reaches(norm.region, act.region) and any(one.matches(act) for one in norm.types)
            ]
        seen = {bearing.node for bearing in named}
        return named + [norm for norm in self._typed[kind] if norm.node not in seen]


def _endings(union: Graph) -> Mapping[Node | None, list[tuple[str, str]]]:
    """What ends works and provisions, by work: the provision (empty for the whole work) and the day.

    A plan whose period is over is not ended: whether it may still be cited is for the authority to say.
    """
    found: dict[Node | None, list[tuple[str, str]]] = {}
    for event in union.subjects(RDF.type, PG.WorkEvent):
        work, kind = union.value(event, PG.work), said_of(union, event, PG.eventKind)
        place = said_of(union, event, PG.fromProvision)
        ended = kind in ("repealed", "expired") and not (kind == "expired" and (work, PG.planPeriodTo, None) in union)
        moved = kind in ("repealed", "rewritten", "renumbered")
        if moved if place else ended:
            found.setdefault(work, []).append((place, said_of(union, event, DCTERMS.date)))
    return found


def _codes(union: Graph, node: Node, term: URIRef) -> Iterator[str]:
    for concept in union.objects(node, term):
        yield str(union.value(concept, SKOS.notation))
