"""The features of one act on one day, what they rest on, and the words of the conclusion that follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from rdflib import URIRef

from policygraph.judging.law.conclusions.case import Case
from policygraph.judging.law.conclusions.values import (
    ASKING,
    ENABLING,
    Act,
    Bearing,
    Conclusion,
    Otherwise,
    Power,
    Rule,
)
from policygraph.judging.law.conclusions.wording import keep_once
from policygraph.judging.law.statuses import fill_pattern, find_slots
from policygraph.judging.rules.issue import IssueState
from policygraph.namespaces import PG
from policygraph.text.locators import lies_in
from policygraph.words import read_languages

CARRYING = ("direct", "conditional")
"""The ways to enable an act that lay duties of their own; what is only narrower leaves the rest to the nature."""
_UNDER_CONDITIONS = "conditional"
"""The conclusion whose name says that conditions follow."""
_BOUND = frozenset({"conditional-basis", "narrow-open"})
"""Features of what authorises an act no further than its own conditions go."""
_FREE = frozenset({"requirements", "competence-open"})
"""All that a rule may ask for which lets an act be done without a basis of its own."""


class Facts:
    """The features of one act on one day, and what they rest on."""

    def __init__(self, case: Case, act: Act, bearings: list[Bearing], powers: list[Power], day: str) -> None:
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
        deciding = self._deciding(rule)
        competent = self.barred_powers if "no-competence" in rule.when else []
        works = {b.work for b in self.living} | {p.work for p in self.powers if p.work}
        read = {b.work for b in self.living if b.is_read} | {p.work for p in self.powers if p.work and p.is_read}
        # a text that would decide and was not read is named, whatever else of the same work was read
        unread = sorted((works - read) | {b.work for b in self.decisive})
        detailing = self._detailing(deciding)
        return Conclusion(
            rule=rule.node,
            conclusion=rule.conclusion,
            rests_on=tuple(sorted({b.node for b in (*deciding, *detailing)} | {p.node for p in competent})),
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

    def _deciding(self, rule: Rule) -> list[Bearing]:
        """What a rule rests on: the judgements behind the features that it asks for."""
        return keep_once(
            [b for feature in sorted(rule.when) for b in self.by_feature.get(feature, ()) if b not in self.asking]
        )

    def _detailing(self, deciding: list[Bearing]) -> list[Bearing]:
        """What only says how far a provision reaches that a conclusion rests on: without it nobody can follow that one.

        It is asked for beside the others; but a reader told that a law is narrower asks first where that is laid down.
        """
        works = {b.work for b in deciding if b.fit in ENABLING and b.lives(self.day)}
        return [b for b in self.asking if b not in deciding and b.specifies & works]

    def list_conditions(self, rule: Rule, language: str) -> str:
        """The conditions under which a conclusion holds that is one under conditions; empty for every other one."""
        if rule.conclusion != _UNDER_CONDITIONS:
            return ""
        living = [b for b in self._deciding(rule) if b.lives(self.day)]
        return self.case.phrase("and", language).join(self._conditions(rule, living, language))

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
    ) -> tuple[tuple[URIRef, str, tuple[str, ...]], ...]:
        """What the answer prints beside its sentence, in Chinese, and in English where it is whole there."""
        around = self.case.surroundings
        beside = [b for b in self.asking if not b.counts and b.requirement]
        said = {
            PG.basisNow: keep_once([b.place(self.day) for b in deciding if b.lives(self.day)]),
            PG.fitWords: keep_once([b.fit for b in deciding]),
            PG.reasonWords: keep_once([self.case.reason(b.node) for b in deciding]),
            PG.conditionWords: self._conditions(rule, [b for b in deciding if b.lives(self.day)], "zh"),
            PG.besideWords: [
                f"{b.requirement.get('zh', '')}（{b.dated_article(self.day)}）" for b in keep_once(beside)
            ],
            PG.competenceWords: keep_once([self._grant(power) for power in self.powers])
            or [self.case.phrase("competence-unknown", "zh", since=later)],
            PG.unreadWords: [self.case.title(work) for work in unread],
            PG.basisThen: around.cited(self.act.measure),
            PG.statusWords: around.statuses(self.act.measure, self.day),
            PG.departmentWords: around.bodies(self.act.measure),
            PG.actingWords: around.acting(self.act.measure, self.day),
        }
        looked = [] if deciding else [(language, self._looked(language)) for language in ("zh", "en")]
        told = (*((term, "zh", words) for term, words in said.items()), *((PG.lookedWords, *one) for one in looked))
        return tuple((term, language, tuple(words)) for term, language, words in told if words)

    def _looked(self, language: str) -> list[str]:
        """Where an act needs a basis and nothing decides: each provision looked at, how it bears, why it falls short.

        What is asked or barred by whole types of acts is told as such; of it only what nobody read belongs here.
        """
        if not self.needs_basis:
            return []
        mine = [b for b in self.living if b not in self.asking and not (b.types and b.is_read)]
        told = [self._tell_looked(b, language) for b in sorted(mine, key=lambda b: (b.work, b.provision, b.node))]
        return keep_once(told) or [self.case.phrase("looked-none", language)]

    def _tell_looked(self, bearing: Bearing, language: str) -> str:
        """A provision that was looked at, how it bears, and why the editors say so."""
        fit = self.case.name_fit(bearing.fit, language)
        believed = "" if bearing.is_read or bearing.fit == "unread" else fit
        place, reason = bearing.place(self.day), self.case.reason(bearing.node, language)
        return self.case.phrase("looked", language, place=place, fit=fit, believed=believed, reason=reason)

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
            "asker": lambda: "" if self.nature.needs_basis else join.join(keep_once([b.article for b in self.askers])),
            "rank": lambda: join.join(keep_once([case.ranks.get(b.rank, {}).get(language, "") for b in enabling])),
            "basis": lambda: join.join(keep_once([b.place(self.day) for b in enabling])),
            "detail": lambda: join.join(keep_once([b.place(self.day) for b in self._detailing(enabling)])),
            "bar": lambda: join.join(keep_once([b.place(self.day) for b in deciding])),
            "cited": lambda: self._cited(enabling, language),
            "conditions": lambda: case.phrase("and", language).join(self._conditions(rule, deciding, language)),
            "narrowed": lambda: case.phrase("and", language).join(
                self._conditions(rule, deciding, language, dated=True)
            ),
            "ordered": lambda: self._tell_ordered(enabling, language),
            "unread": lambda: self._name_unread(unread, language),
            "decisive": lambda: join.join(keep_once([b.place(self.day) for b in self.decisive])),
            "leaving": lambda: join.join(keep_once([b.place(self.day) for b in self.leaving])),
            "competence": lambda: join.join(
                keep_once([p.authority.get(language) or p.authority.get("zh", "") for p in self.barred_powers])
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
            cited = case.phrase("list", language).join(keep_once([b.cited for b in moved]))
            return case.phrase("cited-as", language, cited=cited)
        if enabling and not any(b.cited for b in enabling):
            return case.phrase("not-cited", language)
        return ""

    def _tell_ordered(self, enabling: list[Bearing], language: str) -> str:
        """What provisions behind the conclusion order by themselves, in their own cases; empty where none does.

        An act that may not be done on a document alone may still be somebody's duty: a reader who leaves it undone
        would have been told wrong.
        """
        case = self.case
        found = [
            case.phrase(
                "ordered",
                language,
                place=bearing.place(self.day),
                words=bearing.requirement.get(language) or bearing.requirement.get("zh", ""),
            )
            for bearing in enabling
            if bearing.orders
        ]
        return case.phrase("and", language).join(keep_once(found))

    def _name_unread(self, unread: list[str], language: str) -> str:
        """The unread texts of a sentence, each by its title, those that concern the act alone first.

        None is told by a count: a text that nobody has read may decide the act, and a number does not say which.
        """
        alone = {b.work for b in self.unread if not b.types}
        ordered = sorted(unread, key=lambda work: work not in alone)
        return self.case.phrase("list", language).join(f"《{self.case.title(work)}》" for work in ordered)

    def _conditions(self, rule: Rule, deciding: list[Bearing], language: str, *, dated: bool = False) -> list[str]:
        """What is to be met, each with its provision: of what authorises one is enough; what asks or bars all hold.

        What authorises under conditions that nobody put into words is met within its provision; where the power of the
        bodies named is open, that is to be settled first.
        """
        grounds = [self._ask(bearing, language, dated=dated) for bearing in deciding if bearing.fit in ENABLING]
        joined = self.case.phrase("or", language).join(words for words in keep_once(grounds) if words)
        bars = [self._ask(bearing, language, dated=dated) for bearing in deciding if bearing.fit not in ENABLING]
        others = [self._ask(b, language) for b in self.asking if b.counts and b not in deciding]
        found = [words for words in keep_once([joined, *bars, *others]) if words]
        if rule.when & _BOUND and not found:
            places = keep_once([b.place(self.day) if dated else b.dated_article(self.day) for b in deciding])
            places = [self.case.phrase("within-provision", language, place=place) for place in places]
            found = [self.case.phrase("or", language).join(places)]
        if rule.when <= _FREE and "competence-open" in self.features:
            partly = any(power.within == "partly" for power in self.powers)
            found.append(self.case.phrase("competence-partly" if partly else "competence-first", language))
        return found

    def _ask(self, bearing: Bearing, language: str, *, dated: bool = False) -> str:
        """What one provision asks for, in words, with its text where ``dated``; empty where it asks for nothing."""
        asked = self.case.asked
        # acts of one type are judged by the same norms on the same days
        key = bearing, language, self.day, dated
        if key not in asked:
            words = bearing.requirement.get(language) or bearing.requirement.get("zh", "")
            place = bearing.place(self.day) if dated else bearing.dated_article(self.day)
            said = self.case.phrase("at", language, words=words, place=place) if words else ""
            if said and bearing.orders:
                said = self.case.phrase("at-ordered", language, at=said, order=self.case.phrase("order", language))
            asked[key] = said
        return asked[key]


def _is_there(cited: str, provision: str) -> bool:
    """Whether a provision still stands where it was cited: at that place, inside it or around it."""
    return cited == provision or lies_in(provision, cited) or lies_in(cited, provision)
