"""May an act be done, from day to day: derived once from judgements, natures and competences, filtered by questions.

The editors judge how a provision of one dated text bears on an act (``pg:Bearing``), what an act is in law
(``pg:nature``), who may do it (``pg:Competence``). From these the features of an act on a day follow (a living basis
that was read and is of a rank that may carry it; a bar; a condition), and the rules of
``ontology/concepts/conclusions.ttl`` turn features into a conclusion: the first rule whose features hold counts, and
its pattern is the sentence. The features are here; their combination, order and words are data.

A judgement never outlives its text: it ends with the dated text, with the work, and with the provision. What nobody
read never carries an act: it is named beside the conclusion. No document, place or law is named in this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache, partial
from typing import TypeVar

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, ORG, RDF, RDFS, SKOS
from rdflib.term import Node

from policygraph.graph.memory import join, make_day, make_graph, make_text
from policygraph.judging.law.acts import describe_acts, find_direction, find_issue
from policygraph.judging.law.statuses import (
    FIRST,
    LAST,
    day_after,
    day_before,
    fill_pattern,
    find_slots,
    language_of,
    said_of,
)
from policygraph.judging.rules.codes import region_prefix
from policygraph.judging.rules.issue import Issue, IssueState
from policygraph.namespaces import ELI, ID, PG, iri, slug_of
from policygraph.text.locators import lies_in
from policygraph.text.numbers import NATION
from policygraph.words import read_languages

ENABLING = ("direct", "conditional", "narrower")
CARRYING = ("direct", "conditional")
"""The ways to enable an act that lay duties of their own; what is only narrower leaves the rest to the nature."""
ASKING = ("conditions", "limits")
ITEM_MARK = "\n"
"""What stands between the items of one statement: no item holds it, so that they can be told apart again."""
_BOUND = frozenset({"conditional-basis", "narrow-open"})
"""Features of what authorises an act no further than its own conditions go."""
_FREE = frozenset({"requirements", "competence-open"})
"""All that a rule may ask for which lets an act be done without a basis of its own."""
_Item = TypeVar("_Item")
_YEAR = re.compile("[0-9]{4}年")


_MOST_KEPT = 8192
"""Words and pairs of regions that are kept: acts of one kind, on all their days, ask for the same."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer to a question that words of a document or a law leave open."""

    node: str
    question: str
    """What it answers, with its document: of several readings of one question only one holds."""
    labels: Mapping[str, str]
    is_default: bool


@dataclass(frozen=True, slots=True)
class Bearing:
    """How a provision bears on acts, on the days it lives."""

    node: str
    fit: str
    work: str
    title: str
    versions: tuple[tuple[str, str, str], ...]
    """The dated texts judged, each with its name (2021年文本) and its days; none where no text is registered."""
    rank: str
    provision: str
    cited: str
    since: str
    until: str
    is_read: bool
    decisive: bool
    no_case: bool
    counts: bool
    requirement: Mapping[str, str]
    requires: frozenset[str]
    leaves_to: frozenset[str]
    """Works of which one must say whether the act may be done at all; this provision only refers to them."""
    specifies: frozenset[str]
    """Works within which this provision only says more."""
    reading: Reading | None
    region: str
    types: tuple[ActType, ...]

    @property
    def is_default(self) -> bool:
        """Whether it counts without another reading."""
        return self.reading is None or self.reading.is_default

    def lives(self, day: str) -> bool:
        """Whether the judgement and its text both hold on a day."""
        return self.since <= day <= self.until

    @property
    def article(self) -> str:
        """The provision: 《安全生产法》第七十八条."""
        return f"《{self.title}》{self.provision}"

    def dated_article(self, day: str) -> str:
        """The provision with the year of its text, where one is registered: 《安全生产法》第七十八条（2021年）."""
        year = _YEAR.match(self._name(day))
        return self.article + (f"（{year[0]}）" if year else "")

    def place(self, day: str) -> str:
        """The provision with the text of a day: 《安全生产法》第七十八条（2021年文本）."""
        name = self._name(day)
        return self.article + (f"（{name}）" if name else "")

    def _name(self, day: str) -> str:
        """What the text of a day is called; that of the last text for later days, empty where none is registered."""
        known = [name for name, since, until in self.versions if since <= day <= until]
        return (known or [name for name, _, _ in self.versions] or [""])[-1]


@dataclass(frozen=True, slots=True)
class ActType:
    """A type of act: of each kind of mark that is given, one must be the act's."""

    marks: Mapping[str, frozenset[str]]

    def matches(self, act: Act) -> bool:
        """Whether an act is of the type."""
        return bool(self.marks) and all(
            values & act.marks.get(mark, frozenset()) for mark, values in self.marks.items()
        )


@dataclass(frozen=True, slots=True)
class Act:
    """What is done to whom, as far as a conclusion asks."""

    node: str
    measure: str
    document: str
    region: str
    issue: Issue
    title: Mapping[str, str]
    nature: str
    trigger: str
    marks: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Exemption:
    """Ranks too low for a nature that may still say more within what others have laid down."""

    ranks: frozenset[str]
    within: frozenset[str]


@dataclass(frozen=True, slots=True)
class Nature:
    """A nature of acts: whether it needs a basis, and of which ranks."""

    needs_basis: bool
    carried_by: frozenset[str]
    exemptions: tuple[Exemption, ...]
    is_internal: bool
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ActReading:
    """What an act is under another reading, where that differs; empty what does not."""

    reading: Reading
    nature: str
    trigger: str
    makes: str

    def of(self, act: Act) -> Act:
        """The act under the reading."""
        nature, makes = self.nature or act.nature, frozenset({self.makes}) if self.makes else act.marks["makes"]
        marks = {**act.marks, "nature": frozenset({nature}), "makes": makes}
        return replace(act, nature=nature, trigger=self.trigger or act.trigger, marks=marks)


@dataclass(frozen=True, slots=True)
class Power:
    """Who may do an act, on the days the judgement lives."""

    node: str
    kind: str
    """``apply`` or ``set``."""
    within: str
    authority: Mapping[str, str]
    work: str
    title: str
    provision: str
    is_read: bool
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: the features it asks for, those it refuses, its conclusion and the pattern of its sentence."""

    node: str
    conclusion: str
    when: frozenset[str]
    unless: frozenset[str]
    patterns: Mapping[str, str]

    def holds(self, features: frozenset[str]) -> bool:
        """Whether the rule applies.

        >>> Rule("r", "supported", frozenset({"direct"}), frozenset({"requirements"}), {}).holds(frozenset({"direct"}))
        True
        """
        return self.when <= features and not self.unless & features


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Another reading and the conclusion it leads to, by language."""

    said: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return self.in_language("zh")

    def in_language(self, language: str) -> str:
        """The words in a language; in Chinese where it has none of its own."""
        known = dict(self.said)
        return known.get(language) or known.get("zh", "")


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What is so of an act on the days of an interval."""

    rule: str
    conclusion: str
    rests_on: tuple[str, ...]
    asked_by: tuple[str, ...]
    """The judgements that ask for a basis of some rank, whatever the nature of the act."""
    unread: tuple[str, ...]
    verification: str
    certainty: str
    other_readings: tuple[Otherwise, ...]
    sentences: tuple[tuple[str, str], ...]
    words: tuple[tuple[URIRef, tuple[str, ...]], ...]
    """What is printed beside the conclusion, item by item, each with its term; what is empty is left out."""


Rivals = Sequence[tuple[Bearing, tuple[Bearing, ...]]]
"""Judgements on an act, each with those that it yields to."""


def conclusion_intervals(union: Graph) -> Graph:
    """The conclusion on every act whose nature is judged, from day to day (``pg:ConclusionInterval``).

    An act without a nature was not looked at and gets none. The first interval of an act begins with the first day
    on which its document can stand; on the days on which nobody can tell whether it does, the sentence says so. The
    last has no end.
    """
    case = _Case(union)
    intervals = join(_later_intervals(union), describe_acts(union))
    for bearing in case.judgements:
        _describe_life(intervals, bearing)
    for act in case.acts():
        before: Conclusion | None = None
        bearings = case.bearings_of(act)
        for number, (since, until, found) in enumerate(case.conclude_on_days(act, bearings), start=1):
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
        issued = sorted((_issued(union, work), _short_title(union, work)) for work in works)
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


def read_rules(union: Graph) -> tuple[Rule, ...]:
    """The rules in their order."""
    found = []
    for node in union.subjects(RDF.type, PG.ConclusionRule):
        rule = Rule(
            node=str(node),
            conclusion=str(union.value(node, PG.conclusion)),
            when=frozenset(_codes(union, node, PG.whenFeature)),
            unless=frozenset(_codes(union, node, PG.unlessFeature)),
            patterns=_by_language(union, node, PG.sentencePattern),
        )
        found.append((int(str(union.value(node, PG.order))), rule))
    return tuple(rule for _, rule in sorted(found, key=lambda item: (item[0], item[1].node)))


class _Case:
    """What the judgements say, read once."""

    def __init__(self, union: Graph) -> None:
        self.union = union
        self.rules = read_rules(union)
        self.ranks = {str(n): _by_language(union, n, SKOS.prefLabel) for n in union.subjects(PG.rankOrder, None)}
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
                label=_by_language(union, node, SKOS.prefLabel),
            )
            for node in union.subjects(SKOS.inScheme, ID["concept/scheme-natures"])
        }
        self.phrases = {
            str(union.value(node, SKOS.notation)): _by_language(union, node, PG.sentencePattern)
            for node in union.subjects(SKOS.inScheme, ID["concept/scheme-phrases"])
        }
        self.events = _endings(union)
        self.within = {
            str(union.value(node, SKOS.notation)): _by_language(union, node, PG.sentencePattern).get("zh", "")
            for node in union.subjects(SKOS.inScheme, ID["concept/scheme-within"])
        }
        self.judgements: list[Bearing] = []
        self.bearings: dict[str, list[Bearing]] = {}
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
            self._titles[work] = _short_title(self.union, URIRef(work))
        return self._titles[work]

    def reason(self, bearing: str) -> str:
        """Why the editors judged so."""
        return _by_language(self.union, URIRef(bearing), PG.reason).get("zh", "")

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
            title=_by_language(union, URIRef(node), DCTERMS.title),
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
                _by_language(union, text, RDFS.label).get("zh", ""),
                said_of(union, text, PG.inForceFrom) or FIRST,
                said_of(union, text, PG.inForceUntil) or LAST,
            )
            for text in sorted(union.objects(node, PG.bearingText), key=str)
        )
        return Bearing(
            node=str(node),
            fit=said_of(union, node, PG.fit),
            work=str(work),
            title=_short_title(union, work),
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
            requirement=_by_language(union, node, PG.requirement),
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
            labels=_by_language(union, reading, RDFS.label),
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

    def _rereadings_of(self, act: Act) -> tuple[ActReading, ...]:
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
            authority=_by_language(union, node, PG.authority),
            work=str(work or ""),
            title=_short_title(union, work),
            provision=said_of(union, node, PG.provision),
            is_read=said_of(union, node, PG.certainty) == "verified",
            since=since,
            until=until,
        )

    def conclude_on_days(self, act: Act, bearings: list[Bearing]) -> Iterator[tuple[str, str, Conclusion]]:
        """The stretches of days with one conclusion each, neighbours that say the same joined."""
        others = [(one.reading, one.of(act)) for one in self._rereadings_of(act)]
        rivals = _find_rivals(bearings)
        reread = tuple((reading, other, self.bearings_of(other)) for reading, other in others)
        reread_rivals = tuple((reading, other, _find_rivals(found)) for reading, other, found in reread)
        powers = [
            *self.powers.get(act.node, ()),
            *(self.powers.get(act.measure, ()) if act.measure != act.node else ()),
        ]
        lives: list[Bearing | Power] = [*bearings, *powers, *(one for _, _, found in reread for one in found)]
        turns = [day.isoformat() for day in act.issue.turns] or [FIRST]
        cuts = {*turns, *(one.since for one in lives), *(day_after(one.until) for one in lives)}
        cuts |= {since for bearing in bearings for _, since, _ in bearing.versions}
        cuts |= self.surroundings.cuts(act.measure)
        found: list[tuple[str, Conclusion]] = []
        for day in sorted(cut for cut in cuts if turns[0] <= cut < LAST):
            concluded = self.conclude(act, rivals, powers, day, reread_rivals)
            if not found or found[-1][1] != concluded:
                found.append((day, concluded))
        for index, (day, concluded) in enumerate(found):
            yield day, day_before(found[index + 1][0]) if index + 1 < len(found) else LAST, concluded

    def causes(self, bearings: Iterable[Bearing], day: str) -> tuple[tuple[str, str], ...]:
        """The judgements that begin or end with a day and may change a conclusion, each with its words.

        What is only a principle, or supports nothing, changes none.
        """
        found = []
        for bearing in bearings:
            if bearing.fit not in (*ENABLING, *ASKING, "forbids", "unread"):
                continue
            if bearing.since == day:
                found.append((bearing.node, f"{bearing.place(day)}自该日起（{self._fit(bearing.fit)}）"))
            elif bearing.until == day_before(day):
                found.append((bearing.node, f"{bearing.place(bearing.until)}至前一日止（{self._fit(bearing.fit)}）"))
        return tuple(found)

    def _fit(self, fit: str) -> str:
        return _by_language(self.union, ID[f"concept/fit-{fit}"], SKOS.prefLabel).get("zh", fit)

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
                if _reaches(norm.region, act.region) and any(one.matches(act) for one in norm.types)
            ]
        seen = {bearing.node for bearing in named}
        return named + [norm for norm in self._typed[kind] if norm.node not in seen]

    def conclude(
        self,
        act: Act,
        rivals: Rivals,
        powers: Iterable[Power],
        day: str,
        reread: Iterable[tuple[Reading, Act, Rivals]] = (),
    ) -> Conclusion:
        """The conclusion on one day under the default readings, with what another reading would change.

        ``reread`` is the act under readings that make another one of it, each with the judgements on that one.
        """
        known = _hold(rivals, day)
        default = [bearing for bearing in known if bearing.is_default]
        known_powers = list(powers)
        day_powers = [power for power in known_powers if power.since <= day <= power.until]
        facts = _Facts(self, act, default, day_powers, day)
        rule = facts.rule()
        # a judgement under the default answer falls away under every other one, whether anything is judged under that
        asked = {b.reading.question for b in known if b.reading}
        readings = {
            reading.node: (reading, act, known)
            for question in asked
            for reading in self.readings.get(question, ())
            if not reading.is_default
        }
        readings |= {reading.node: (reading, other, _hold(found, day)) for reading, other, found in reread}
        others = []
        for _, (reading, other, found) in sorted(readings.items()):
            # the default answer to the same question does not hold under another one
            holding = [
                b
                for b in found
                if b.reading == reading
                or (b.is_default and (b.reading is None or b.reading.question != reading.question))
            ]
            concluded = _Facts(self, other, holding, day_powers, day).rule().conclusion
            if concluded != rule.conclusion:
                others.append(self._otherwise(reading, concluded))
        later = min((power.since for power in known_powers if power.since > day), default="")
        return facts.conclusion(rule, tuple(others), later)

    def _otherwise(self, reading: Reading, conclusion: str) -> Otherwise:
        names = _by_language(self.union, ID[f"concept/conclusion-{conclusion}"], SKOS.prefLabel)
        return Otherwise(
            tuple(
                (
                    language,
                    self.phrase("reading-gives", language, reading=label, conclusion=names.get(language, conclusion)),
                )
                for language, label in sorted(reading.labels.items())
                if language in self.phrases["reading-gives"]
            )
        )


def name_basis(title: str, locator: str) -> str:
    """A basis as lawyers name it: the title without 中华人民共和国, and the place.

    >>> name_basis("中华人民共和国安全生产法", "第七十五条")
    '《安全生产法》第七十五条'
    """
    return f"《{title.removeprefix(NATION)}》{locator}"


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
        return _once([self._name(basis) for basis in self._bases(measure)])

    def statuses(self, measure: str, day: str) -> list[str]:
        """What became of each by a day."""
        return _once(
            [
                f"{self._name(basis)}：{said}"
                for basis in self._bases(measure)
                for since, until, said in self.states.get(str(basis), ())
                if since <= day <= until
            ]
        )

    def bodies(self, measure: str) -> list[str]:
        """Who does it, as the document has it."""
        return _once([self._label(agent) for agent in self._agents(measure)])

    def acting(self, measure: str, day: str) -> list[str]:
        """Who does it on a day, after every reorganisation recorded by then."""
        return _once([self._label(one) for agent in self._agents(measure) for one in self._followers(agent, day)])

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
    title = _short_title(union, work) if work is not None else said_of(union, basis, PG.titleAsWritten)
    return f"《{title}》{said_of(union, basis, PG.locator)}"


def _find_agents(union: Graph, measure: str) -> tuple[str, ...]:
    """Who is responsible for a measure or its group, in the order printed, each once."""
    duties = {
        duty
        for term in (PG.responsibility, PG.inheritedResponsibility)
        for duty in union.objects(URIRef(measure), term)
    }
    ordered = sorted(duties, key=lambda duty: (int(said_of(union, duty, PG.order) or "0"), str(duty)))
    return tuple(_once([str(agent) for duty in ordered for agent in union.objects(duty, PG.agent)]))


def _label_agent(union: Graph, agent: str) -> str:
    return _by_language(union, URIRef(agent), SKOS.prefLabel).get("zh", "")


class _Facts:
    """The features of one act on one day, and what they rest on."""

    def __init__(self, case: _Case, act: Act, bearings: list[Bearing], powers: list[Power], day: str) -> None:
        self.case, self.act, self.day, self.powers = case, act, day, powers
        self.nature = case.natures[act.nature]
        self.living = [bearing for bearing in bearings if bearing.lives(day)]
        self.askers = [b for b in self.living if b.is_read and b.requires]
        self.carried_by = self.nature.carried_by.intersection(*(b.requires for b in self.askers))
        self.needs_basis = self.nature.needs_basis or bool(self.askers)
        enabling = [b for b in bearings if b.fit in ENABLING and b.since <= day]
        standing = [b for b in enabling if b.lives(day) and b.is_read]
        left = [b for b in standing if not self._is_answered(b)]
        ranked = [b for b in standing if b.rank in self.carried_by and b not in left]
        self.fits = {b.node: b.fit for b in enabling} | self._within(ranked, standing)
        self.able = [b for b in standing if b in ranked or (b.rank not in self.carried_by and self._bases(b, ranked))]
        self.ended = [b for b in enabling if b.until < day and b.is_read and b.rank in self.carried_by]
        self.low = [b for b in standing if b.fit != "narrower" and b not in self.able and b not in left]
        bars = [b for b in self.living if b.fit == "forbids" or (b.fit == "limits" and b.no_case)]
        self.bars = [b for b in bars if b.is_read]
        self.believed_bars = [b for b in bars if not b.is_read]
        # what lays a duty on an act that needs no basis keeps it where it cannot carry the act
        bound = [b for b in standing if b.fit in CARRYING and b not in self.able and not self.needs_basis]
        self.asking = [b for b in self.living if b.is_read and b.fit in ASKING and not b.no_case] + bound
        self.unread = [b for b in self.living if not b.is_read]
        # what another text is to say, and nobody read there, is not said
        awaited = {work for b in left for work in b.leaves_to}
        self.decisive = [b for b in self.unread if b.decisive or b.work in awaited]
        self.leaving = [b for b in left if b.leaves_to & {other.work for other in self.decisive}]
        # who may not set a penalty may still point to the law that sets it
        sets = "sets" in act.marks["makes"]
        self.barred_powers = [p for p in powers if p.within == "no" and p.is_read and (p.kind != "set" or sets)]
        open_trigger = act.trigger == "legal-fact"
        direct = [b for b in self.able if self.fits[b.node] == "direct"]
        narrower = [b for b in self.able if self.fits[b.node] == "narrower"]
        self.by_feature: dict[str, list[Bearing]] = {
            "forbidden": [b for b in self.bars if b.fit == "forbids"],
            "no-case": [b for b in self.bars if b.no_case],
            "believed-bar": self.believed_bars,
            "direct": direct,
            "conditional-basis": [b for b in self.able if self.fits[b.node] == "conditional"],
            "narrow-open": narrower if open_trigger else [],
            "narrow-shut": [] if open_trigger else narrower,
            "low-rank": self.low,
            "ended": self.ended,
            "decisive-unread": [*self.decisive, *self.leaving] if self.decisive else [],
            "requirements": [b for b in [*self.asking, *direct] if b.counts],
        }
        self.features = frozenset(
            {feature for feature, found in self.by_feature.items() if found}
            | ({"needs-basis"} if self.needs_basis else set())
            | ({"internal"} if self.nature.is_internal else set())
            | ({"no-competence"} if self.barred_powers else set())
            | (set() if any(p.within == "yes" for p in powers) else {"competence-open"})
        )

    def _is_answered(self, bearing: Bearing) -> bool:
        """Whether a text that was read says of the act what a provision leaves to others; true if it leaves nothing."""
        return not bearing.leaves_to or any(
            other.work in bearing.leaves_to and other.is_read and other.fit in (*ENABLING, *ASKING)
            for other in self.living
        )

    def _bases(self, bearing: Bearing, ranked: list[Bearing]) -> list[Bearing]:
        """What carries the act and is said more of by a provision whose own rank is too low for it."""
        exemptions = [one for one in self.nature.exemptions if bearing.rank in one.ranks and not self.askers]
        return [
            base
            for base in ranked
            if base.work in bearing.specifies and any(base.rank in one.within for one in exemptions)
        ]

    def _within(self, ranked: list[Bearing], standing: list[Bearing]) -> dict[str, str]:
        """How far such provisions enable the act: never further than what they say more of."""
        found = {}
        for bearing in standing:
            bases = [] if bearing in ranked else self._bases(bearing, ranked)
            if bases:
                best = min((base.fit for base in bases), key=ENABLING.index)
                found[bearing.node] = max((bearing.fit, best), key=ENABLING.index)
        return found

    def rule(self) -> Rule:
        """The first rule that holds. Errors: ``StopIteration`` never, the last rule asks for little; a test says so."""
        return next(rule for rule in self.case.rules if rule.holds(self.features))

    def conclusion(self, rule: Rule, others: tuple[Otherwise, ...], later: str = "") -> Conclusion:
        """The conclusion by a rule; ``later`` is the day from which something is known of who may act, if not yet."""
        deciding = _once(
            [b for feature in sorted(rule.when) for b in self.by_feature.get(feature, ()) if b not in self.asking]
        )
        competent = self.barred_powers if "no-competence" in rule.when else []
        works = {b.work for b in self.living} | {p.work for p in self.powers if p.work}
        read = {b.work for b in self.living if b.is_read} | {p.work for p in self.powers if p.work and p.is_read}
        # a text that would decide and was not read is named, whatever else of the same work was read
        unread = sorted((works - read) | {b.work for b in self.decisive})
        return Conclusion(
            rule=rule.node,
            conclusion=rule.conclusion,
            rests_on=tuple(sorted({b.node for b in deciding} | {p.node for p in competent})),
            asked_by=tuple(sorted(b.node for b in self.askers)),
            unread=tuple(unread),
            verification="unread" if not read else "partly" if unread else "read",
            certainty="verified" if self._is_sure(deciding, unread) else "believed",
            other_readings=others,
            words=self._words(rule, deciding, unread, later),
            sentences=tuple(
                (
                    language,
                    self._if_issued(
                        fill_pattern(
                            pattern, self._slots(find_slots(pattern), rule, deciding, unread, others, language)
                        ),
                        language,
                    ),
                )
                for language, pattern in sorted(rule.patterns.items(), reverse=True)
            ),
        )

    @staticmethod
    def _is_sure(deciding: list[Bearing], unread: list[str]) -> bool:
        """Whether what decides was read; where nothing decides, whether all that was to be read was."""
        return all(bearing.is_read for bearing in deciding) if deciding else not unread

    def _if_issued(self, sentence: str, language: str) -> str:
        """The sentence, under its condition on a day on which nobody can tell whether the document is there."""
        state = self.act.issue.state(date.fromisoformat(self.day))
        if state not in (IssueState.inside, IssueState.unknown):
            return sentence
        issue = self.act.issue.tell(state, read_languages().get(language))
        return self.case.phrase("if-issued", language, issue=issue, sentence=sentence)

    def _words(
        self, rule: Rule, deciding: list[Bearing], unread: list[str], later: str
    ) -> tuple[tuple[URIRef, tuple[str, ...]], ...]:
        """What the answer prints beside its sentence, in Chinese; the English page has its own sentence."""
        around = self.case.surroundings
        beside = [b for b in self.asking if not b.counts and b.requirement]
        said = {
            PG.basisNow: _once([b.place(self.day) for b in deciding if b.lives(self.day)]),
            PG.fitWords: _once([b.fit for b in deciding]),
            PG.reasonWords: _once([self.case.reason(b.node) for b in deciding]),
            PG.conditionWords: self._conditions(rule, [b for b in deciding if b.lives(self.day)], "zh"),
            PG.besideWords: [f"{b.requirement.get('zh', '')}（{b.dated_article(self.day)}）" for b in _once(beside)],
            PG.competenceWords: _once([self._grant(power) for power in self.powers])
            or [self.case.phrase("competence-unknown", "zh", since=later)],
            PG.unreadWords: [self.case.title(work) for work in unread],
            PG.basisThen: around.cited(self.act.measure),
            PG.statusWords: around.statuses(self.act.measure, self.day),
            PG.departmentWords: around.bodies(self.act.measure),
            PG.actingWords: around.acting(self.act.measure, self.day),
        }
        return tuple((term, tuple(words)) for term, words in said.items() if words)

    def _grant(self, power: Power) -> str:
        where = f"（《{power.title}》{power.provision}）" if power.title else ""
        whether = self.case.within.get(power.within, "")
        return power.authority.get("zh", "") + where + (f"：{whether}" if whether else "")

    def _slots(
        self,
        asked: frozenset[str],
        rule: Rule,
        deciding: list[Bearing],
        unread: list[str],
        others: tuple[Otherwise, ...],
        language: str,
    ) -> Mapping[str, str]:
        """What stands in the slots that are asked for; only those are worked out."""
        case = self.case
        join = case.phrase("list", language)
        enabling = [b for b in deciding if b.fit in ENABLING]
        makers: Mapping[str, Callable[[], str]] = {
            "act": lambda: self.act.title.get(language) or self.act.title.get("zh") or self.act.title.get("", ""),
            "nature": lambda: self.nature.label.get(language, ""),
            "asker": lambda: "" if self.nature.needs_basis else join.join(_once([b.article for b in self.askers])),
            "rank": lambda: join.join(_once([case.ranks.get(b.rank, {}).get(language, "") for b in enabling])),
            "basis": lambda: join.join(_once([b.place(self.day) for b in enabling])),
            "bar": lambda: join.join(_once([b.place(self.day) for b in deciding])),
            "cited": lambda: self._cited(enabling, language),
            "conditions": lambda: case.phrase("and", language).join(self._conditions(rule, deciding, language)),
            "narrowed": lambda: case.phrase("and", language).join(
                self._conditions(rule, deciding, language, dated=True)
            ),
            "unread": lambda: self._name_unread(unread, language),
            "decisive": lambda: join.join(_once([b.place(self.day) for b in self.decisive])),
            "leaving": lambda: join.join(_once([b.place(self.day) for b in self.leaving])),
            "competence": lambda: join.join(
                _once([p.authority.get(language) or p.authority.get("zh", "") for p in self.barred_powers])
            ),
            "reading": lambda: case.phrase("and", language).join(
                case.phrase("other-reading", language, reading=one.in_language(language)) for one in others
            ),
        }
        return {slot: makers[slot]() for slot in asked if slot in makers}

    def _cited(self, enabling: list[Bearing], language: str) -> str:
        """How the document cites what enables the act, where that differs from how it is named; else empty."""
        case = self.case
        moved = [b for b in enabling if b.cited and not _is_there(b.cited, b.provision)]
        if moved:
            cited = case.phrase("list", language).join(_once([b.cited for b in moved]))
            return case.phrase("cited-as", language, cited=cited)
        if enabling and not any(b.cited for b in enabling):
            return case.phrase("not-cited", language)
        return ""

    def _name_unread(self, unread: list[str], language: str) -> str:
        """The unread texts of a sentence: by title those that concern the act alone, and how many there are in all.

        What is unread of a whole type of act is counted in the sentence and named beside it.
        """
        alone = {b.work for b in self.unread if not b.types}
        named = [work for work in unread if work in alone]
        titles = self.case.phrase("list", language).join(f"《{self.case.title(work)}》" for work in named)
        if len(named) == len(unread):
            return titles
        return self.case.phrase("unread-among", language, titles=titles, total=str(len(unread)))

    def _conditions(self, rule: Rule, deciding: list[Bearing], language: str, *, dated: bool = False) -> list[str]:
        """What is to be met, each with its provision: of what authorises one is enough; what asks or bars all hold.

        What authorises under conditions that nobody put into words is met within its provision; where the power of the
        bodies named is open, that is to be settled first.
        """
        grounds = [self._ask(bearing, language, dated=dated) for bearing in deciding if bearing.fit in ENABLING]
        joined = self.case.phrase("or", language).join(words for words in _once(grounds) if words)
        bars = [self._ask(bearing, language, dated=dated) for bearing in deciding if bearing.fit not in ENABLING]
        others = [self._ask(b, language) for b in self.asking if b.counts and b not in deciding]
        found = [words for words in _once([joined, *bars, *others]) if words]
        if rule.when & _BOUND and not found:
            places = _once([b.place(self.day) if dated else b.dated_article(self.day) for b in deciding])
            places = [self.case.phrase("within-provision", language, place=place) for place in places]
            found = [self.case.phrase("or", language).join(places)]
        if rule.when <= _FREE and "competence-open" in self.features:
            partly = any(power.within == "partly" for power in self.powers)
            found.append(self.case.phrase("competence-partly" if partly else "competence-first", language))
        return found

    def _ask(self, bearing: Bearing, language: str, *, dated: bool = False) -> str:
        """What one provision asks for, in words, with its text where ``dated``; empty where it asks for nothing."""
        words = bearing.requirement.get(language) or bearing.requirement.get("zh", "")
        if not words:
            return ""
        place = bearing.place(self.day) if dated else bearing.dated_article(self.day)
        return self.case.phrase("at", language, words=words, place=place)


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
    for term, items in found.words:
        graph.add((node, term, make_text(ITEM_MARK.join(items), "zh")))


def _find_rivals(bearings: Iterable[Bearing]) -> Rivals:
    """Each judgement with those that it yields to while they live: what names the act comes before a norm by type.

    A norm yields where an editor judged its provision for this very act. A judgement that authorises never takes a
    norm's place, nor does what nobody read that of what was read: else taking the one away, or adding the other,
    would lift a conclusion.
    """
    known = list(bearings)
    named = [b for b in known if not b.types and b.fit not in ENABLING and b.is_default]
    return [
        (bearing, tuple(other for other in named if _is_named(bearing, other)) if bearing.types else ())
        for bearing in known
    ]


def _is_named(norm: Bearing, other: Bearing) -> bool:
    """Whether a judgement that names an act is about what a norm by type is about."""
    return (
        other.work == norm.work
        and (other.is_read or not norm.is_read)
        and (lies_in(norm.provision, other.provision) if norm.provision and other.provision else other.fit == norm.fit)
    )


def _hold(rivals: Rivals, day: str) -> list[Bearing]:
    """The judgements that yield to none that lives on a day."""
    return [bearing for bearing, others in rivals if not any(other.lives(day) for other in others)]


def _describe_change(graph: Graph, act: Act, number: int, causes: Iterable[tuple[str, str]]) -> None:
    """That the conclusion of an interval is another one than before, and what began or ended with its first day."""
    node = URIRef(f"{act.node}/conclusion_{number}")
    graph.add((node, PG.changesFrom, URIRef(f"{act.node}/conclusion_{number - 1}")))
    told = list(causes)
    for bearing, _ in told:
        graph.add((node, PG.changedBy, URIRef(bearing)))
    if told:
        graph.add((node, PG.changeWords, make_text(ITEM_MARK.join(_once([words for _, words in told])), "zh")))


@lru_cache(maxsize=_MOST_KEPT)
def _reaches(wider: str, region: str) -> bool:
    """Whether a rule made for one region holds in another: the nation's everywhere, a province's in its counties."""
    return not wider or not region or region_prefix(_code_of(region)).startswith(region_prefix(_code_of(wider)))


def _issued(union: Graph, work: Node) -> str:
    """The day a work was issued, else came into force; the first of days where neither is known."""
    return said_of(union, work, ELI.date_document) or said_of(union, work, PG.inForceFrom) or FIRST


def _is_there(cited: str, provision: str) -> bool:
    """Whether a provision still stands where it was cited: at that place, inside it or around it."""
    return cited == provision or lies_in(provision, cited) or lies_in(cited, provision)


def _code_of(region: str) -> str:
    return slug_of(region).removeprefix("region/")


def _short_title(union: Graph, work: Node | None) -> str:
    """A law by the title that lawyers use: the registered one without 中华人民共和国."""
    if work is None:
        return ""
    titles = [str(title) for title in union.objects(work, DCTERMS.title) if language_of(title) in ("zh", "")]
    return (sorted(titles) or [""])[0].removeprefix(NATION)


def _codes(union: Graph, node: Node, term: URIRef) -> Iterator[str]:
    for concept in union.objects(node, term):
        yield str(union.value(concept, SKOS.notation))


def _by_language(union: Graph, node: Node, term: URIRef) -> Mapping[str, str]:
    return {language_of(value): str(value) for value in sorted(union.objects(node, term), key=str)}


def _once(items: Iterable[_Item]) -> list[_Item]:
    """Each item once, in order; nothing for what is empty. Compared by identity of its words."""
    found: list[_Item] = []
    for item in items:
        if item and item not in found:
            found.append(item)
    return found
