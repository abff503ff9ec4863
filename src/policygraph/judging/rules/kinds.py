"""Condition kinds: the few forms that conditions of these policies take, expanded into SHACL Core.

A condition is one of few kinds; a jurist states which, and the words. What a kind means in shapes stands here once:
which results it can report, when each is reported, and with which severity. So a threshold, a period or a filter is
written once and reaches the shape that finds an offender, the one that asks for coverage and the one of the other
reading alike. The outcome is the same SHACL Core that pySHACL runs and the SQL compiler translates; a condition that
no kind fits stays a hand-written shape beside the lines and is joined unchanged.

Two forms of reported shapes occur. *Record shapes* report each record that passes the tests, so that the record is
the evidence. *State shapes* report when several propositions about the enterprise hold together; SHACL says this as
``sh:or`` over their opposites. Every opposite is spelled out here, so no writer of lines has to negate anything.

Pure: lines in, graphs out. No policy and no word of a document is known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from types import MappingProxyType

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SH, XSD
from rdflib.term import Node

from policygraph.errors import DataError
from policygraph.graph.memory import make_graph
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import TABLE
from policygraph.judging.rules.lines import (
    UNIT,
    Completeness,
    Conditions,
    Day,
    Line,
    Pattern,
    Period,
    Rule,
    Run,
    Step,
    Test,
    read_conditions,
)
from policygraph.judging.rules.looking import spread_looks, write_completeness
from policygraph.judging.rules.terms import active_field_term, as_of_link, class_word, former_link, left_term
from policygraph.namespaces import PG, iri, slug_of


@dataclass(frozen=True, slots=True)
class Result:
    """What a result line becomes: how grave it is, what it reports, and which form of shape says it."""

    severity: URIRef
    form: str
    report: str | None = None
    needs: str | None = None


_RECORD_RESULTS = {
    "seen": Result(SH.Info, "record", "evidence"),
    "cites": Result(SH.Info, "record", "cites"),
    "warning": Result(SH.Info, "record", "warning"),
    "finding": Result(SH.Info, "record", "finding"),
    "open": Result(SH.Warning, "record", needs="evidence"),
    "determined": Result(SH.Info, "passed", "evidence"),
    "binds": Result(SH.Info, "record", "binds"),
    "frees": Result(SH.Info, "record", "frees"),
}
"""Results that every kind can have: they show records, or leave the condition open because of one."""

_FORBIDDEN = _RECORD_RESULTS | {
    "offender": Result(SH.Violation, "record"),
    "judge": Result(SH.Warning, "found-not-judged", needs="judgement"),
    "coverage": Result(SH.Warning, "coverage", needs="evidence"),
    "holder": Result(SH.Warning, "holder", needs="evidence"),
    "denied": Result(SH.Violation, "failed"),
}

KINDS: Mapping[str, Mapping[str, Result]] = MappingProxyType(
    {
        "forbidden-record": _FORBIDDEN,
        "not-on-list": _FORBIDDEN,
        "required-record": _RECORD_RESULTS
        | {
            "lacking": Result(SH.Violation, "lacking"),
            "unknown": Result(SH.Warning, "not-known", needs="evidence"),
            "stale": Result(SH.Warning, "stale", needs="evidence"),
        },
        "required-judgement": _RECORD_RESULTS
        | {
            "denied": Result(SH.Violation, "refusal"),
            "not-judged": Result(SH.Violation, "not-judged"),
            "judge": Result(SH.Warning, "to-judge", needs="judgement"),
            "later": Result(SH.Warning, "outdated", needs="judgement"),
            "again": Result(SH.Warning, "reopened", needs="judgement"),
        },
        "on-list": _RECORD_RESULTS
        | {
            "none": Result(SH.Violation, "none"),
            "denied": Result(SH.Violation, "denied"),
            "judge": Result(SH.Warning, "clue", needs="judgement"),
            "unknown": Result(SH.Warning, "incomplete", needs="evidence"),
            "later": Result(SH.Warning, "later", needs="judgement"),
            "joined": Result(SH.Warning, "joined", needs="judgement"),
            "again": Result(SH.Warning, "again", needs="judgement"),
            "changed": Result(SH.Warning, "changed", needs="judgement"),
            "refused": Result(SH.Violation, "failed"),
            "clash": Result(SH.Warning, "clash", needs="judgement"),
            "ended": Result(SH.Warning, "ended", needs="judgement"),
            "expired": Result(SH.Warning, "expired", needs="evidence"),
        },
        "run-of-periods": _RECORD_RESULTS
        | {
            "none": Result(SH.Violation, "no-run"),
            "offender": Result(SH.Violation, "run-ended"),
            "unknown": Result(SH.Warning, "run-unknown", needs="evidence"),
            "run": Result(SH.Info, "in-run", "evidence"),
            "broken": Result(SH.Info, "run-broken", "warning"),
        },
        "grade": _RECORD_RESULTS | {"unknown": Result(SH.Warning, "any", needs="evidence")},
        "notice": _RECORD_RESULTS,
    }
)
"""The kinds and the results that each can report. ``on-list`` serves every fact whose absence has to be covered."""


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
        _Writer(graph, conditions, rule, place).fragments()
    for rule in conditions.rules:
        _Writer(graph, conditions, rule, place).write()
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


class _Writer:
    """Adds the shapes of one rule to a graph."""

    def __init__(self, graph: Graph, conditions: Conditions, rule: Rule, place: str) -> None:
        self.graph = graph
        self.conditions = conditions
        self.rule = rule
        self.place = place

    def write(self) -> None:
        if self.rule.steps:
            self.ladder()
            return
        for line in self.rule.lines:
            assert self.rule.condition is not None
            self.line(line, self.rule.condition)

    def fail(self, line: Line, cause: str, remedy: str) -> DataError:
        where = f"{slug_of(str(self.rule.iri))} 的结果行 {slug_of(str(line.shape)).split('/')[-1]}"
        return DataError(self.place, f"{where}：{cause}", remedy)

    # -- one line

    def line(self, line: Line, condition: URIRef) -> None:
        """The shape of a line; one for each reading of the period's last day where the period bounds it."""
        result = KINDS[self.rule.kind][line.result]
        period = self.rule.period
        bounded = period is not None and not line.timeless and result.form in _BOUNDED and result.report is None
        days = period.days if period is not None and bounded else (Day(),)
        if bounded and line.interpretation is not None:
            days = days if line.instead else (replace(days[0], interpretation=None),)
        for day in days:
            shape = URIRef(f"{line.shape}{day.suffix}")
            self.words(shape, line, result, condition, day, period)
            _FORMS[result.form](self, shape, line, condition, day)

    def words(
        self, shape: URIRef, line: Line, result: Result, condition: URIRef, day: Day, period: Period | None
    ) -> None:
        """Everything about a reported shape that is not a constraint."""
        add = self.graph.add
        add((shape, SH.targetClass, PG.Subject))
        add((shape, SH.severity, result.severity))
        add((shape, PG.decides, condition))
        for interpretation in (day.interpretation, line.interpretation, *line.instead_of):
            if interpretation is not None:
                add((shape, PG.underInterpretation, interpretation))
        assert line.clause is not None
        add((shape, DCTERMS.source, line.clause))
        add((shape, PG.quote, Literal(line.quote)))
        add((shape, PG.validFrom, Literal(line.valid_from or self.conditions.valid_from)))
        if result.report is not None:
            add((shape, PG.reports, Literal(result.report)))
        needs = line.needs or result.needs
        if needs is not None:
            add((shape, PG.needs, Literal(needs)))
            if line.missing is None:
                raise self.fail(line, "缺少 pg:missing（还缺什么）", "不能判断的结果须写明还缺什么、谁能提供")
        for term, text in ((PG.missing, line.missing), (PG.supplier, line.supplier), (PG.turnedBy, line.remedy)):
            if text is not None:
                add((shape, term, Literal(self.fill(line, text, "zh", day, period), lang="zh")))
        for language, text in line.message.items():
            add((shape, SH.message, Literal(self.fill(line, text, language, day, period), lang=language)))

    def fill(self, line: Line, text: str, language: str, day: Day, period: Period | None) -> str:
        """The words with the period put in, as the reading of its last day says it."""
        if "{" not in text:
            return text
        if period is None and ("{within}" in text or "{period}" in text):
            raise self.fail(line, "用了期间的填空而条件没有 pg:period（期间）", "在条件上写明 pg:period，或去掉填空")
        if period is not None:
            words = (day.within or period.days[0].within)[language]
            text = text.replace("{within}", words).replace("{period}", period.words[language])
        return text

    # -- record shapes

    def record(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Each record that passes the tests inside the period is reported, and is the evidence."""
        pattern = self.pattern(line)
        inside = self.inside(line, pattern, day)
        filters = self.node(*self.tests(pattern.tests, inside))
        if pattern.held == "during":
            self.left_inside(filters, pattern, line)
        if not len(list(self.graph.predicates(filters))):
            self.graph.add((filters, SH.property, self.node((SH.path, PG.daysAgo), (SH.minCount, _whole(1)))))
        self.property(shape, self.path(pattern), (SH["not"], filters))

    def pattern(self, line: Line) -> Pattern:
        pattern = line.pattern or self.rule.pattern
        if pattern is None:
            raise self.fail(line, "没有写明看哪张表的记录", "在行上或条件上写 pg:inTable 和 pg:where")
        return pattern

    def inside(self, line: Line, pattern: Pattern, day: Day) -> list[tuple[URIRef, Node]]:
        """The test that a record lies in the period; none for a line without one."""
        period = self.rule.period
        report = KINDS[self.rule.kind][line.result].report
        if period is None or line.timeless or (report is not None and not line.bounded):
            return []
        word = "heldMonthsAgo" if pattern.lasting else "monthsAgo"
        return [self.within(PG[f"{word}Open" if day.last_day_out else word], period.months)]

    def within(self, term: URIRef, months: int) -> tuple[URIRef, Node]:
        node = self.node((SH.path, term), (SH.minCount, _whole(1)), (SH.maxInclusive, _whole(months)))
        return SH.property, node

    def left_inside(self, filters: Node, pattern: Pattern, line: Line) -> None:
        """Of those who left their posts, only who left inside the period."""
        period = self.rule.period
        if period is None:
            raise self.fail(line, 'pg:heldWhen "during" 需要期间', "在条件上写 pg:period")
        posts = [role for role in pattern.subjects if role != UNIT]
        ways = [self.within(PG[left_term(role)], period.months)[1] for role in posts]
        self.graph.add((filters, SH.node, self.node((SH["or"], self.listed(ways)))))

    def determination(self, shape: URIRef, condition: URIRef, outcome: str) -> None:
        """A determination of that outcome on the condition is reported."""
        self.property(shape, PG.hasDetermination, (SH["not"], self.node(*self.judged_tests(condition, outcome))))

    def judged_tests(self, condition: URIRef, outcome: str | None) -> list[tuple[URIRef, Node]]:
        found: list[tuple[URIRef, Node]] = [(SH.property, self.node((SH.path, PG.condition), (SH.hasValue, condition)))]
        if outcome is not None:
            found.append((SH.property, self.node((SH.path, PG.determinedOutcome), (SH.hasValue, Literal(outcome)))))
        return found

    # -- coverage and holders

    def coverage(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """The table is complete over the whole period, or on the day where there is no period."""
        if line.completeness is None:
            raise self.fail(line, "没有写明哪张表须记载完整", "在行上写 pg:inTable（和 pg:inField）")
        months = None if self.rule.period is None or line.timeless else self.rule.period.months
        whole, parts = self.covers(line.completeness, months, day)
        if parts is None:
            minimum = (SH.minCount, _whole(1))
            path = next(value for term, value in whole if term == SH.path)
            rest = [pair for pair in whole if pair[0] not in (SH.path, SH.minCount)]
            self.property(shape, path, minimum, *rest)
        else:
            self.state(shape, self.node(*whole), self.node(*parts))

    def covers(
        self, completeness: Completeness, months: int | None, day: Day
    ) -> tuple[list[tuple[URIRef, Node]], list[tuple[URIRef, Node]] | None]:
        """Coverage of all fields, and of the one field where only that one is asked for."""
        word = class_word(completeness.table)
        last = "Open" if day.last_day_out else ""

        def bound(whole: str, as_of: str) -> list[tuple[URIRef, Node]]:
            if months is None:
                return [(SH.path, PG[as_of]), (SH.hasValue, Literal(True))]
            return [(SH.path, PG[f"{whole}{last}"]), (SH.minCount, _whole(1)), (SH.minInclusive, _whole(months))]

        everywhere = bound(f"{word}CoversMonths", f"{word}CoversAsOf")
        if completeness.field is None:
            return everywhere, None
        inner = self.node(
            (SH.property, self.node((SH.path, PG.field), (SH.hasValue, Literal(completeness.field)))),
            (SH.property, self.node(*bound("coversMonths", "coversAsOf"))),
        )
        return everywhere, [
            (SH.path, PG[f"{word}FieldCoverage"]),
            (SH.qualifiedMinCount, _whole(1)),
            (SH.qualifiedValueShape, inner),
        ]

    def covered(self, completeness: Completeness) -> Node:
        """The proposition that a table, or one field of it, is complete as the rule needs it."""
        if completeness.shape is not None:
            return completeness.shape
        months = self.rule.period.months if self.rule.period is not None else None
        whole, parts = self.covers(completeness, months, Day())
        if parts is None:
            return self.node(*whole)
        return self.node((SH["or"], self.listed([self.node(*whole), self.node(*parts)])))

    def holder(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Somebody is known to hold the post."""
        if line.post is None:
            raise self.fail(line, "没有写明哪一职务", "在行上写 pg:post")
        self.property(shape, PG[as_of_link(line.post)], (SH.minCount, _whole(1)))

    # -- judgement

    def found_not_judged(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """A record is there, and nobody has determined what it means for the condition."""
        pattern = self.pattern(line)
        none = self.node(
            (SH.path, self.path(pattern)),
            (SH.qualifiedMaxCount, _whole(0)),
            (SH.qualifiedValueShape, self.node(*self.tests(pattern.tests, self.inside(line, pattern, day)))),
        )
        self.state(shape, self.judged(condition), none)

    def judged(self, condition: URIRef, outcome: str | None = None) -> BNode:
        """The proposition that the condition was determined, with that outcome where one is given."""
        return self.node(
            (SH.path, PG.hasDetermination),
            (SH.qualifiedMinCount, _whole(1)),
            (SH.qualifiedValueShape, self.node(*self.judged_tests(condition, outcome))),
        )

    def refusal(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Determined not to hold; where the rule says what reopens that, only while nothing of the kind came since."""
        if not any(other.result == "again" for other in self.rule.lines):
            self.determination(shape, condition, "failed")
        else:
            self.state(shape, *self.since(condition), self.opposite(self.judged(condition, "failed")))

    def overtaken(self, shape: URIRef, line: Line, condition: URIRef, outcome: str) -> None:
        """Determined, and something came later that the determination does not cover."""
        since = self.since(condition)
        if not since:
            raise self.fail(
                line, "条件没有写认定以后的什么事实（pg:later、pg:joined）", "写明哪些记录晚于认定即须重新认定"
            )
        self.state(shape, self.opposite(self.judged(condition, outcome)), self.none_of(since))

    def not_judged(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Determinations are complete and hold none on the condition."""
        self.state(shape, self.judged(condition), self.opposite(self.covered(self.complete_judgements())))

    def to_judge(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """The condition was not determined; where completeness decides, only while it is not declared."""
        if any(other.result == "not-judged" for other in self.rule.lines):
            self.state(shape, self.judged(condition), self.covered(self.complete_judgements()))
        else:
            path = self.listed([PG.hasDetermination, PG.condition])
            self.property(shape, path, (SH.hasValue, condition))

    def complete_judgements(self) -> Completeness:
        """That determinations are complete: as the rule says, or as at the day."""
        return next(iter(self.rule.completeness), Completeness("determinations", None))

    # -- required records

    def held(self, unknown: bool = False) -> BNode | None:
        """The proposition that a record as required is there; with ``unknown``, one whose end nobody knows."""
        assert self.rule.pattern is not None
        tests = self.rule.pattern.tests
        if unknown:
            interval = TABLE[self.rule.pattern.table].interval
            if interval is None or not interval.open_means_unknown:
                return None
            flag = PG[interval.flag]
            tests = tuple(Test(test.term, "isUnknown") if test.term == flag else test for test in tests)
            if tests == self.rule.pattern.tests:
                return None
        return self.found(replace(self.rule.pattern, tests=tests), bounded=True)

    def any_of_table(self, table: str) -> BNode:
        return self.node((SH.path, PG[str(TABLE[table].link)]), (SH.minCount, _whole(1)))

    def lacking(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Not held, though records are known or declared complete: what is known does not qualify."""
        pattern = self.required(line)
        unknown = self.held(unknown=True)
        nothing = self.node((SH["not"], self.any_of_table(pattern.table)))
        self.graph.add((nothing, SH["not"], self.covered(self.complete_table(pattern))))
        held = self.held()
        self.state(shape, *(part for part in (held, unknown, nothing) if part is not None))

    def not_known(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Not known whether it is held: nothing known and not complete, or one whose end nobody knows."""
        pattern = self.required(line)
        held, unknown = self.held(), self.held(unknown=True)
        assert held is not None
        known: list[Node] = [self.any_of_table(pattern.table), self.covered(self.complete_table(pattern))]
        if unknown is None:
            self.state(shape, held, *known)
        else:
            settled = self.node((SH["not"], unknown), (SH["or"], self.listed(known)))
            self.state(shape, held, settled)

    def stale(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Held as far as is known, but the table is not complete on the day: it may have ended since."""
        pattern = self.required(line)
        held = self.held()
        assert held is not None
        self.state(shape, self.opposite(held), self.covered(self.complete_table(pattern)))

    def required(self, line: Line) -> Pattern:
        if self.rule.pattern is None:
            raise self.fail(line, "没有写明须有什么记录", "在条件上写 pg:inTable 和 pg:where")
        return self.rule.pattern

    def complete_table(self, pattern: Pattern) -> Completeness:
        return self.rule.completeness[0] if self.rule.completeness else Completeness(pattern.table, None)

    # -- facts whose absence must be covered

    def grounds(self) -> list[BNode]:
        """The records that make the condition hold."""
        return [self.found(pattern) for pattern in self.rule.grounds]

    def clues(self) -> list[BNode]:
        return [self.found(pattern) for pattern in self.rule.clues]

    def settled(self, condition: URIRef) -> list[BNode]:
        """A ground is there, or a determination either way where determinations count."""
        return [*self.grounds(), self.judged(condition)] if self.rule.by_determination else self.grounds()

    def denial(self, line: Line, condition: URIRef, outcome: str = "failed") -> BNode:
        if not self.rule.by_determination and self.rule.kind != "required-judgement":
            raise self.fail(line, "条件没有写 pg:byDetermination true", f"认定不算数的条件不能有 {line.result} 结果行")
        return self.judged(condition, outcome)

    def none(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Everything is complete and shows no ground, no determination and no clue."""
        incomplete = [self.opposite(self.covered(part)) for part in self.rule.completeness]
        self.state(shape, *self.settled(condition), *self.clues(), *incomplete)

    def denied(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Determined not to hold.

        What came later is not covered by it, and a ground outweighs it unless the rule says that a denial wins.
        """
        denial = self.denial(line, condition)
        others = [] if self.rule.denial_wins else self.grounds()
        self.state(shape, *others, *self.since(condition), self.opposite(denial))

    def since(self, condition: URIRef) -> list[BNode]:
        """What came after the determination and is not covered by it."""
        return [*self.come(condition), *self.brought(condition)]

    def come(self, condition: URIRef) -> list[BNode]:
        """Records dated after the determination."""
        return [self.found(self.tied(pattern, PG.sinceDetermination, condition)) for pattern in self.rule.later]

    def brought(self, condition: URIRef) -> list[BNode]:
        """Records, of whatever date, of persons who took up a post after the determination."""
        return [self.found(self.tied(pattern, PG.joinedSinceDetermination, condition)) for pattern in self.rule.joined]

    def tied(self, pattern: Pattern, term: URIRef, condition: URIRef) -> Pattern:
        return replace(pattern, tests=(*pattern.tests, Test(term, "is", (condition,))))

    def later(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Denied, and something came later that the denial does not cover."""
        if not self.rule.later:
            raise self.fail(line, "条件没有写认定以后的什么事实（pg:later）", "写明哪些记录晚于认定即须重新认定")
        denial = self.denial(line, condition)
        self.state(shape, *self.grounds(), self.opposite(denial), self.none_of(self.come(condition)))

    def joined(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Denied, and somebody took up a post later whose own record the denial does not cover."""
        if not self.rule.joined:
            raise self.fail(
                line, "条件没有写新任职人员的什么记录（pg:joined）", "写明人员任职晚于认定的哪些记录须重新认定"
            )
        denial = self.denial(line, condition)
        self.state(shape, *self.grounds(), self.opposite(denial), self.none_of(self.brought(condition)))

    def again(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Denied, and something came later, whatever else is there."""
        if not self.rule.later:
            raise self.fail(line, "条件没有写认定以后的什么事实（pg:later）", "写明哪些记录晚于认定即须重新认定")
        denial = self.denial(line, condition)
        self.state(shape, self.opposite(denial), self.none_of(self.since(condition)))

    def changed(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Denied and something came later, or determined to hold and what it rested on has ended since."""
        if not self.rule.later or not self.rule.ended:
            raise self.fail(line, "条件没有写 pg:later 和 pg:ended", "写明认定以后的什么事实、什么终止须重新认定")
        more = self.node((SH["or"], self.listed(self.since(condition))))
        over = self.node((SH["or"], self.listed(self.over(condition))))
        denied = self.node((SH["and"], self.listed([self.denial(line, condition), more])))
        granted = self.node((SH["and"], self.listed([self.denial(line, condition, "passed"), over])))
        self.state(shape, self.none_of([denied, granted]))

    def over(self, condition: URIRef) -> list[BNode]:
        """What has ended since the determination."""
        return [self.found(self.tied(p, PG.endedSinceDetermination, condition)) for p in self.rule.ended]

    def clash(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """A ground is there, and the authority has denied it."""
        denial = self.denial(line, condition)
        self.state(shape, self.opposite(denial), self.none_of(self.grounds()))

    def ended(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Determined to hold, and what it rested on has ended since."""
        if not self.rule.ended:
            raise self.fail(line, "条件没有写认定以后什么终止（pg:ended）", "写明哪些记录终止后即须重新认定")
        granted = self.denial(line, condition, "passed")
        self.state(shape, *self.grounds(), self.opposite(granted), self.none_of(self.over(condition)))

    def expired(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Determined to hold, and not known whether it has ended since: a table is not complete on the day.

        The determination itself needs no coverage; what is asked is how things stand on the day, however far back.
        """
        granted = self.denial(line, condition, "passed")
        covered = [self.covered(Completeness(part.table, part.field)) for part in self.spoken_of(line)]
        self.state(shape, *self.grounds(), self.opposite(granted), *covered)

    def none_of(self, propositions: list[BNode]) -> BNode:
        return self.node(*((SH["not"], proposition) for proposition in propositions))

    def clue(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """A clue without ground and without determination: for the authority to determine."""
        if not self.rule.clues:
            raise self.fail(line, "条件没有写线索（pg:clue）", "写明什么记录须由主管部门认定")
        self.state(shape, *self.settled(condition), self.none_of(self.clues()))

    def spoken_of(self, line: Line) -> tuple[Completeness, ...]:
        """The tables that a line speaks of: the one it names, or all that have to be complete."""
        parts = self.rule.completeness
        if line.completeness is None:
            return parts
        return tuple(part for part in parts if part.table == line.completeness.table)

    def incomplete(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """No ground, no clue, and not everything complete; a line may speak of one table only.

        Where no table could ever be complete enough, it is reported whenever nothing is found.
        """
        covered: list[Node] = [self.covered(part) for part in self.spoken_of(line)]
        whole = covered if len(covered) < 2 else [self.node((SH["and"], self.listed(covered)))]
        self.state(shape, *self.settled(condition), *self.clues(), *whole)

    # -- grades

    def ladder(self) -> None:
        """One shape per step: below it, and not known; the bound of a step is where the one above begins."""
        upper: Literal | None = None
        for step in self.rule.steps:
            self.step(step, upper)
            if step.lower is not None:
                upper = step.lower

    def step(self, step: Step, upper: Literal | None) -> None:
        rule = self.rule
        if rule.pattern is None or rule.measured is None:
            raise self.fail(step.line, "条件没有写 pg:inTable 和 pg:measured（按什么分等）", "写明哪张表的哪一项")
        reached = replace(rule.pattern, tests=(*rule.pattern.tests, *_reaching(rule.measured, step, upper)))
        line = self.bounded(step.line, step.lower, upper)
        self.words(line.shape, line, Result(SH.Violation, "below"), step.condition, Day(), None)
        nothing = self.node((SH.path, PG[str(TABLE[rule.pattern.table].link)]), (SH.maxCount, _whole(0)))
        self.state(line.shape, nothing, self.found(reached))
        for other in step.others:
            told = self.bounded(other, step.lower, upper)
            self.line(replace(told, pattern=told.pattern or reached), step.condition)
        for other in rule.lines:
            shape = URIRef(f"{line.shape}-{str(other.shape).rsplit('/', 1)[1]}")
            self.line(replace(other, shape=shape, clause=line.clause, quote=line.quote), step.condition)

    def bounded(self, line: Line, lower: Literal | None, upper: Literal | None) -> Line:
        """A line with the bounds of its step put into its words."""
        bounds = {"{lower}": lower, "{upper}": upper}
        words = dict(line.message)
        for place, bound in bounds.items():
            for language, text in words.items():
                if place in text and bound is None:
                    raise self.fail(line, f"这一级没有 {place} 这一边的门槛", "去掉填空，或在 pg:from 写明门槛")
                words[language] = text.replace(place, str(bound))
        return replace(line, message=words)

    def any_record(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """There is some record of the table."""
        pattern = self.required(line)
        self.property(shape, PG[str(TABLE[pattern.table].link)], (SH.minCount, _whole(1)))

    # -- runs of periods

    def fragments(self) -> None:
        """The named propositions about a run, once for all its rules; hand-written shapes may refer to them too.

        A result fails on the failing steps of the ladder, whose bounds stand there only. The latest period counts
        while its result is no older than one period; a period without a result breaks the run only where the table is
        complete for as long as that result could have been published.
        """
        run, table = self.one_run(), self.run_table()
        word = class_word(table)
        ladder = next(rule for rule in self.conditions.rules if rule.iri == run.ladder)
        failing: list[Node] = []
        upper: Literal | None = None
        for step in ladder.steps:
            assert ladder.measured is not None
            if step.failing:
                failing.append(self.node(*self.tests(tuple(_reaching(ladder.measured, step, upper)), [])))
            upper = step.lower if step.lower is not None else upper
        self.fragment("", (SH["or"], self.listed(failing)))
        self.fragment("not", (SH["not"], self.part("")))
        self.fragment("current", (SH["or"], self.listed([self.result(0)])))
        self.fragment(
            "covered", (SH.property, self.node((SH.path, PG[f"{word}CoversAsOf"]), (SH.hasValue, Literal(True))))
        )
        for number in range(1, run.count + 1):
            whole = self.node(
                (SH.path, PG[f"{word}CoversMonths"]), (SH.minCount, _whole(1)), (SH.minInclusive, self.months(number))
            )
            self.fragment(f"covered-{number}", (SH.property, whole))
        periods = range(run.count)
        whole_run = [*(self.result(number, "") for number in periods), self.part("covered")]
        self.fragment("run", (SH["and"], self.listed(whole_run)))
        broken: list[Node] = [self.result(0, "not")]
        for number in periods[1:]:
            gap = self.opposite(self.result(number))
            broken += [
                self.node((SH["and"], self.listed([self.result(0), self.result(number, "not"), self.part("covered")]))),
                self.node((SH["and"], self.listed([self.result(0), gap, self.part(f"covered-{number + 1}")]))),
            ]
        stale = [self.opposite(self.part("current")), self.part("covered-1")]
        broken.append(self.node((SH["and"], self.listed(stale))))
        self.fragment("no-run", (SH["or"], self.listed(broken)))
        inside = [self.within(PG.monthsAgo, run.period.months * run.count), (SH.node, self.part("not"))]
        self.fragment("ended", (SH["or"], self.listed([self.some_result(inside)])))
        held = self.node((SH["or"], self.listed([self.part("run"), self.part(f"covered-{run.count}")])))
        self.fragment("run-with-gaps", (SH["and"], self.listed([self.opposite(self.part("ended")), held])))

    def one_run(self) -> Run:
        if self.rule.run is None:
            raise self.fail(self.rule.lines[0], "条件没有写 pg:run（连续几个周期）", "写明是哪一连续")
        return self.rule.run

    def run_table(self) -> str:
        ladder = next(rule for rule in self.conditions.rules if rule.iri == self.one_run().ladder)
        assert ladder.pattern is not None
        return ladder.pattern.table

    def part(self, name: str) -> URIRef:
        """The shape of a proposition about the run, by the run's name."""
        run = self.one_run()
        ending = f"-{name}" if name else ""
        return iri(f"{self.conditions.base}id/shape/{self.conditions.policy}/{run.name}{ending}")

    def fragment(self, name: str, constraint: tuple[URIRef, Node]) -> None:
        self.graph.add((self.part(name), RDF.type, SH.NodeShape))
        self.graph.add((self.part(name), *constraint))

    def months(self, periods: int) -> Literal:
        return _whole(self.one_run().period.months * periods)

    def result(self, number: int, fails: str | None = None) -> BNode:
        """The proposition that there is a result so many periods back, failing (``""``) or not (``"not"``)."""
        cycle = self.node((SH.path, PG.cyclesAgo), (SH.hasValue, _whole(number)))
        tests: list[tuple[URIRef, Node]] = [(SH.property, cycle)]
        if number == 0:
            tests.append(self.within(PG.monthsAgo, self.one_run().period.months))
        if fails is not None:
            tests.append((SH.node, self.part(fails)))
        return self.some_result(tests)

    def some_result(self, tests: list[tuple[URIRef, Node]]) -> BNode:
        return self.node(
            (SH.path, PG[str(TABLE[self.run_table()].link)]),
            (SH.qualifiedMinCount, _whole(1)),
            (SH.qualifiedValueShape, self.node(*tests)),
        )

    def no_run(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """There is certainly no run: a result in it does not fail, or a period is known to have none."""
        self.one_run()
        self.state(shape, self.opposite(self.part("ended" if line.gaps else "no-run")))

    def run_unknown(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Neither a run nor certainly none."""
        self.one_run()
        names = ("ended", "run-with-gaps") if line.gaps else ("run", "no-run")
        self.state(shape, *(self.part(name) for name in names))

    def run_ended(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Each result inside the whole run that does not fail is reported."""
        inside = self.within(PG.monthsAgo, self.one_run().period.months * self.one_run().count)
        self.of_run(shape, inside, (SH.node, self.part("not")))

    def in_run(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Each failing result of the periods of the run is reported."""
        self.of_run(shape, self.within(PG.cyclesAgo, self.one_run().count - 1), (SH.node, self.part("")))

    def of_run(self, shape: URIRef, *tests: tuple[URIRef, Node]) -> None:
        self.property(shape, PG[str(TABLE[self.run_table()].link)], (SH["not"], self.node(*tests)))

    def run_broken(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """There are results, and a period before the latest is known to have none."""
        run = self.one_run()
        nothing = self.node((SH.path, PG[str(TABLE[self.run_table()].link)]), (SH.maxCount, _whole(0)))
        earlier = [self.result(number) for number in range(1, run.count)]
        there = earlier if len(earlier) < 2 else [self.node((SH["and"], self.listed(earlier)))]
        self.state(shape, nothing, *there, self.opposite(self.part(f"covered-{run.count}")))

    # -- SHACL

    def found(self, pattern: Pattern, *, bounded: bool = False) -> BNode:
        """The proposition that enough records pass the tests."""
        if pattern.list_fields is not None:
            return self.node(
                (SH.path, PG[active_field_term(pattern.list_fields)]), (SH.minCount, _whole(pattern.count))
            )
        inside = []
        if bounded and self.rule.period is not None:
            inside = [self.within(PG.monthsAgo, self.rule.period.months)]
        return self.node(
            (SH.path, self.path(pattern)),
            (SH.qualifiedMinCount, _whole(pattern.count)),
            (SH.qualifiedValueShape, self.node(*self.tests(pattern.tests, inside))),
        )

    def tests(self, tests: tuple[Test, ...], inside: list[tuple[URIRef, Node]]) -> list[tuple[URIRef, Node]]:
        """The constraints of a record that passes the tests; tests of one term share one property shape."""
        found: list[tuple[URIRef, Node]] = []
        bounds: dict[URIRef, list[tuple[URIRef, Node]]] = {}
        for test in tests:
            if test.comparison in _BOUNDS:
                bounds.setdefault(test.term, []).append((_BOUNDS[test.comparison], test.values[0]))
            elif test.comparison == "isNot":
                found.append((SH["not"], self.node((SH.path, test.term), *self.one_of(test.values))))
            elif test.comparison == "isKnown":
                found.append((SH.property, self.node((SH.path, test.term), (SH.minCount, _whole(1)))))
            elif test.comparison == "isUnknown":
                found.append((SH.property, self.node((SH.path, test.term), (SH.maxCount, _whole(0)))))
            else:
                found.append((SH.property, self.node((SH.path, test.term), *self.one_of(test.values))))
        for term, limits in bounds.items():
            node = self.node((SH.path, term), (SH.minCount, _whole(1)), *limits)
            found.append((SH.property, node))
        return [*found, *inside]

    def one_of(self, values: tuple[Node, ...]) -> list[tuple[URIRef, Node]]:
        """The value is there and one of these."""
        if len(values) == 1:
            return [(SH.hasValue, values[0])]
        return [(SH.minCount, _whole(1)), (SH["in"], self.listed(list(values)))]

    def path(self, pattern: Pattern) -> Node:
        """The way from the enterprise to the records: its own, and those of the holders of posts."""
        link = PG[str(TABLE[pattern.table].link)]
        ways: list[Node] = []
        for subject in pattern.subjects:
            if subject == UNIT:
                ways.append(link)
            else:
                post = former_link(subject) if pattern.held == "during" else as_of_link(subject)
                ways.append(self.listed([PG[post], link]))
        return ways[0] if len(ways) == 1 else self.node((SH.alternativePath, self.listed(ways)))

    def property(self, shape: URIRef, path: Node, *constraints: tuple[URIRef, Node]) -> None:
        self.graph.add((shape, RDF.type, SH.PropertyShape))
        self.graph.add((shape, SH.path, path))
        for term, value in constraints:
            self.graph.add((shape, term, value))

    def state(self, shape: URIRef, *opposites: Node) -> None:
        """A shape that reports when none of these holds."""
        self.graph.add((shape, RDF.type, SH.NodeShape))
        self.graph.add((shape, SH["or"], self.listed(list(opposites))))

    def opposite(self, node: Node) -> BNode:
        return self.node((SH["not"], node))

    def node(self, *parts: tuple[URIRef, Node]) -> BNode:
        node = _blank()
        for term, value in parts:
            self.graph.add((node, term, value))
        return node

    def listed(self, items: Iterable[Node]) -> BNode:
        head: BNode | None = None
        rest: Node = RDF.nil
        for item in reversed(list(items)):
            head = self.node((RDF.first, item), (RDF.rest, rest))
            rest = head
        return self.node((RDF.rest, rest)) if head is None else head


_serials = count()


def _blank() -> BNode:
    """A blank node of its own; rdflib would ask the system for a random name each time."""
    return BNode(f"expanded{next(_serials)}")


_BOUNDS = {
    "atLeast": SH.minInclusive,
    "atMost": SH.maxInclusive,
    "below": SH.maxExclusive,
    "above": SH.minExclusive,
}
_FORMS: Mapping[str, Callable[[_Writer, URIRef, Line, URIRef, Day], None]] = {
    "record": _Writer.record,
    "passed": lambda writer, shape, line, condition, day: writer.determination(shape, condition, "passed"),
    "failed": lambda writer, shape, line, condition, day: writer.determination(shape, condition, "failed"),
    "found-not-judged": _Writer.found_not_judged,
    "coverage": _Writer.coverage,
    "holder": _Writer.holder,
    "lacking": _Writer.lacking,
    "not-known": _Writer.not_known,
    "stale": _Writer.stale,
    "later": _Writer.later,
    "joined": _Writer.joined,
    "again": _Writer.again,
    "changed": _Writer.changed,
    "clash": _Writer.clash,
    "ended": _Writer.ended,
    "expired": _Writer.expired,
    "refusal": _Writer.refusal,
    "outdated": lambda writer, shape, line, condition, day: writer.overtaken(shape, line, condition, "passed"),
    "reopened": lambda writer, shape, line, condition, day: writer.overtaken(shape, line, condition, "failed"),
    "not-judged": _Writer.not_judged,
    "to-judge": _Writer.to_judge,
    "none": _Writer.none,
    "denied": _Writer.denied,
    "clue": _Writer.clue,
    "incomplete": _Writer.incomplete,
    "any": _Writer.any_record,
    "no-run": _Writer.no_run,
    "run-unknown": _Writer.run_unknown,
    "run-ended": _Writer.run_ended,
    "in-run": _Writer.in_run,
    "run-broken": _Writer.run_broken,
}
"""How the shape of each form of a result is written."""
_BOUNDED = frozenset({"record", "found-not-judged", "coverage"})
"""Forms that the period of a rule bounds, one shape for each reading of its last day."""


def _reaching(measured: URIRef, step: Step, upper: Literal | None) -> list[Test]:
    """What a record is that stands on a step: the step's own tests, or its bounds."""
    if step.tests:
        return list(step.tests)
    tests = [Test(measured, "atLeast", (step.lower,))] if step.lower is not None else []
    return tests + ([Test(measured, "below", (upper,))] if upper is not None else [])


def _whole(number: int) -> Literal:
    return Literal(number, datatype=XSD.integer)
