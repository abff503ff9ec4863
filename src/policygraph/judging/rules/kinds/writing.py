"""The shapes of one rule: what each form of a result is in SHACL Core."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, SH
from rdflib.term import Node

from policygraph.errors import DataError
from policygraph.graph.memory import make_number
from policygraph.judging.rules.facts import TABLE
from policygraph.judging.rules.kinds.pieces import Pieces, reach_step
from policygraph.judging.rules.kinds.results import BOUNDED, KINDS, Result
from policygraph.judging.rules.kinds.runs import Runs
from policygraph.judging.rules.lines import (
    UNIT,
    Completeness,
    Conditions,
    Day,
    Line,
    Pattern,
    Period,
    Rule,
    Step,
    Test,
)
from policygraph.judging.rules.terms import as_of_link, class_word, left_term
from policygraph.namespaces import PG, slug_of


class Writer:
    """Adds the shapes of one rule to a graph."""

    def __init__(self, graph: Graph, conditions: Conditions, rule: Rule, place: str) -> None:
        self.graph = graph
        self.conditions = conditions
        self.rule = rule
        self.place = place
        self.pieces = Pieces(graph)
        self.runs = Runs(self.pieces, conditions, rule, self.fail)

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

    def line(self, line: Line, condition: URIRef) -> None:
        """The shape of a line; one for each reading of the period's last day where the period bounds it."""
        result = KINDS[self.rule.kind][line.result]
        period = self.rule.period
        bounded = period is not None and not line.timeless and result.form in BOUNDED and result.report is None
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

    def record(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Each record that passes the tests inside the period is reported, and is the evidence."""
        pattern = self.pattern(line)
        inside = self.inside(line, pattern, day)
        filters = self.pieces.node(*self.pieces.tests(pattern.tests, inside))
        if pattern.held == "during":
            self.left_inside(filters, pattern, line)
        if not len(list(self.graph.predicates(filters))):
            self.graph.add(
                (filters, SH.property, self.pieces.node((SH.path, PG.daysAgo), (SH.minCount, make_number(1))))
            )
        self.pieces.property(shape, self.pieces.path(pattern), (SH["not"], filters))

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
        return [self.pieces.within(PG[f"{word}Open" if day.last_day_out else word], period.months)]

    def left_inside(self, filters: Node, pattern: Pattern, line: Line) -> None:
        """Of those who left their posts, only who left inside the period."""
        period = self.rule.period
        if period is None:
            raise self.fail(line, 'pg:heldWhen "during" 需要期间', "在条件上写 pg:period")
        posts = [role for role in pattern.subjects if role != UNIT]
        ways = [self.pieces.within(PG[left_term(role)], period.months)[1] for role in posts]
        self.graph.add((filters, SH.node, self.pieces.node((SH["or"], self.pieces.listed(ways)))))

    def determination(self, shape: URIRef, condition: URIRef, outcome: str) -> None:
        """A determination of that outcome on the condition is reported."""
        self.pieces.property(
            shape, PG.hasDetermination, (SH["not"], self.pieces.node(*self.judged_tests(condition, outcome)))
        )

    def judged_tests(self, condition: URIRef, outcome: str | None) -> list[tuple[URIRef, Node]]:
        found: list[tuple[URIRef, Node]] = [
            (SH.property, self.pieces.node((SH.path, PG.condition), (SH.hasValue, condition)))
        ]
        if outcome is not None:
            found.append(
                (SH.property, self.pieces.node((SH.path, PG.determinedOutcome), (SH.hasValue, Literal(outcome))))
            )
        return found

    def coverage(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """The table is complete over the whole period, or on the day where there is no period."""
        if line.completeness is None:
            raise self.fail(line, "没有写明哪张表须记载完整", "在行上写 pg:inTable（和 pg:inField）")
        months = None if self.rule.period is None or line.timeless else self.rule.period.months
        whole, parts = self.covers(line.completeness, months, day)
        if parts is None:
            minimum = (SH.minCount, make_number(1))
            path = next(value for term, value in whole if term == SH.path)
            rest = [pair for pair in whole if pair[0] not in (SH.path, SH.minCount)]
            self.pieces.property(shape, path, minimum, *rest)
        else:
            self.pieces.state(shape, self.pieces.node(*whole), self.pieces.node(*parts))

    def covers(
        self, completeness: Completeness, months: int | None, day: Day
    ) -> tuple[list[tuple[URIRef, Node]], list[tuple[URIRef, Node]] | None]:
        """Coverage of all fields, and of the one field where only that one is asked for."""
        word = class_word(completeness.table)
        last = "Open" if day.last_day_out else ""

        def bound(whole: str, as_of: str) -> list[tuple[URIRef, Node]]:
            if months is None:
                return [(SH.path, PG[as_of]), (SH.hasValue, Literal(True))]
            return [
                (SH.path, PG[f"{whole}{last}"]),
                (SH.minCount, make_number(1)),
                (SH.minInclusive, make_number(months)),
            ]

        everywhere = bound(f"{word}CoversMonths", f"{word}CoversAsOf")
        if completeness.field is None:
            return everywhere, None
        inner = self.pieces.node(
            (SH.property, self.pieces.node((SH.path, PG.field), (SH.hasValue, Literal(completeness.field)))),
            (SH.property, self.pieces.node(*bound("coversMonths", "coversAsOf"))),
        )
        return everywhere, [
            (SH.path, PG[f"{word}FieldCoverage"]),
            (SH.qualifiedMinCount, make_number(1)),
            (SH.qualifiedValueShape, inner),
        ]

    def covered(self, completeness: Completeness) -> Node:
        """The proposition that a table, or one field of it, is complete as the rule needs it."""
        if completeness.shape is not None:
            return completeness.shape
        months = self.rule.period.months if self.rule.period is not None else None
        whole, parts = self.covers(completeness, months, Day())
        if parts is None:
            return self.pieces.node(*whole)
        return self.pieces.node((SH["or"], self.pieces.listed([self.pieces.node(*whole), self.pieces.node(*parts)])))

    def holder(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Somebody is known to hold the post."""
        if line.post is None:
            raise self.fail(line, "没有写明哪一职务", "在行上写 pg:post")
        self.pieces.property(shape, PG[as_of_link(line.post)], (SH.minCount, make_number(1)))

    def found_not_judged(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """A record is there, and nobody has determined what it means for the condition."""
        pattern = self.pattern(line)
        none = self.pieces.node(
            (SH.path, self.pieces.path(pattern)),
            (SH.qualifiedMaxCount, make_number(0)),
            (
                SH.qualifiedValueShape,
                self.pieces.node(*self.pieces.tests(pattern.tests, self.inside(line, pattern, day))),
            ),
        )
        self.pieces.state(shape, self.judged(condition), none)

    def judged(self, condition: URIRef, outcome: str | None = None) -> BNode:
        """The proposition that the condition was determined, with that outcome where one is given."""
        return self.pieces.node(
            (SH.path, PG.hasDetermination),
            (SH.qualifiedMinCount, make_number(1)),
            (SH.qualifiedValueShape, self.pieces.node(*self.judged_tests(condition, outcome))),
        )

    def refusal(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Determined not to hold; where the rule says what reopens that, only while nothing of the kind came since."""
        if not any(other.result == "again" for other in self.rule.lines):
            self.determination(shape, condition, "failed")
        else:
            self.pieces.state(shape, *self.since(condition), self.pieces.opposite(self.judged(condition, "failed")))

    def overtaken(self, shape: URIRef, line: Line, condition: URIRef, outcome: str) -> None:
        """Determined, and something came later that the determination does not cover."""
        since = self.since(condition)
        if not since:
            raise self.fail(
                line, "条件没有写认定以后的什么事实（pg:later、pg:joined）", "写明哪些记录晚于认定即须重新认定"
            )
        self.pieces.state(shape, self.pieces.opposite(self.judged(condition, outcome)), self.pieces.none_of(since))

    def not_judged(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Determinations are complete and hold none on the condition."""
        self.pieces.state(shape, self.judged(condition), self.pieces.opposite(self.covered(self.complete_judgements())))

    def to_judge(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """The condition was not determined; where completeness decides, only while it is not declared."""
        if any(other.result == "not-judged" for other in self.rule.lines):
            self.pieces.state(shape, self.judged(condition), self.covered(self.complete_judgements()))
        else:
            path = self.pieces.listed([PG.hasDetermination, PG.condition])
            self.pieces.property(shape, path, (SH.hasValue, condition))

    def complete_judgements(self) -> Completeness:
        """That determinations are complete: as the rule says, or as at the day."""
        return next(iter(self.rule.completeness), Completeness("determinations", None))

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
        months = self.rule.period.months if self.rule.period is not None else None
        return self.pieces.found(replace(self.rule.pattern, tests=tests), months)

    def any_of_table(self, table: str) -> BNode:
        return self.pieces.node((SH.path, PG[str(TABLE[table].link)]), (SH.minCount, make_number(1)))

    def lacking(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Not held, though records are known or declared complete: what is known does not qualify."""
        pattern = self.required(line)
        unknown = self.held(unknown=True)
        nothing = self.pieces.node((SH["not"], self.any_of_table(pattern.table)))
        self.graph.add((nothing, SH["not"], self.covered(self.complete_table(pattern))))
        held = self.held()
        self.pieces.state(shape, *(part for part in (held, unknown, nothing) if part is not None))

    def not_known(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Not known whether it is held: nothing known and not complete, or one whose end nobody knows."""
        pattern = self.required(line)
        held, unknown = self.held(), self.held(unknown=True)
        assert held is not None
        known: list[Node] = [self.any_of_table(pattern.table), self.covered(self.complete_table(pattern))]
        if unknown is None:
            self.pieces.state(shape, held, *known)
        else:
            settled = self.pieces.node((SH["not"], unknown), (SH["or"], self.pieces.listed(known)))
            self.pieces.state(shape, held, settled)

    def stale(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Held as far as is known, but the table is not complete on the day: it may have ended since."""
        pattern = self.required(line)
        held = self.held()
        assert held is not None
        self.pieces.state(shape, self.pieces.opposite(held), self.covered(self.complete_table(pattern)))

    def required(self, line: Line) -> Pattern:
        if self.rule.pattern is None:
            raise self.fail(line, "没有写明须有什么记录", "在条件上写 pg:inTable 和 pg:where")
        return self.rule.pattern

    def complete_table(self, pattern: Pattern) -> Completeness:
        return self.rule.completeness[0] if self.rule.completeness else Completeness(pattern.table, None)

    def grounds(self) -> list[BNode]:
        """The records that make the condition hold."""
        return [self.pieces.found(pattern) for pattern in self.rule.grounds]

    def clues(self) -> list[BNode]:
        return [self.pieces.found(pattern) for pattern in self.rule.clues]

    def settled(self, condition: URIRef) -> list[BNode]:
        """A ground is there, or a determination either way where determinations count."""
        return [*self.grounds(), self.judged(condition)] if self.rule.by_determination else self.grounds()

    def denial(self, line: Line, condition: URIRef, outcome: str = "failed") -> BNode:
        if not self.rule.by_determination and self.rule.kind != "required-judgement":
            raise self.fail(line, "条件没有写 pg:byDetermination true", f"认定不算数的条件不能有 {line.result} 结果行")
        return self.judged(condition, outcome)

    def none(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Everything is complete and shows no ground, no determination and no clue."""
        incomplete = [self.pieces.opposite(self.covered(part)) for part in self.rule.completeness]
        self.pieces.state(shape, *self.settled(condition), *self.clues(), *incomplete)

    def denied(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Determined not to hold.

        What came later is not covered by it, and a ground outweighs it unless the rule says that a denial wins.
        """
        denial = self.denial(line, condition)
        others = [] if self.rule.denial_wins else self.grounds()
        self.pieces.state(shape, *others, *self.since(condition), self.pieces.opposite(denial))

    def since(self, condition: URIRef) -> list[BNode]:
        """What came after the determination and is not covered by it."""
        return [*self.come(condition), *self.brought(condition)]

    def come(self, condition: URIRef) -> list[BNode]:
        """Records dated after the determination."""
        return [self.pieces.found(self.tied(pattern, PG.sinceDetermination, condition)) for pattern in self.rule.later]

    def brought(self, condition: URIRef) -> list[BNode]:
        """Records, of whatever date, of persons who took up a post after the determination."""
        return [
            self.pieces.found(self.tied(pattern, PG.joinedSinceDetermination, condition))
            for pattern in self.rule.joined
        ]

    def tied(self, pattern: Pattern, term: URIRef, condition: URIRef) -> Pattern:
        return replace(pattern, tests=(*pattern.tests, Test(term, "is", (condition,))))

    def later(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Denied, and something came later that the denial does not cover."""
        if not self.rule.later:
            raise self.fail(line, "条件没有写认定以后的什么事实（pg:later）", "写明哪些记录晚于认定即须重新认定")
        denial = self.denial(line, condition)
        self.pieces.state(
            shape, *self.grounds(), self.pieces.opposite(denial), self.pieces.none_of(self.come(condition))
        )

    def joined(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Denied, and somebody took up a post later whose own record the denial does not cover."""
        if not self.rule.joined:
            raise self.fail(
                line, "条件没有写新任职人员的什么记录（pg:joined）", "写明人员任职晚于认定的哪些记录须重新认定"
            )
        denial = self.denial(line, condition)
        self.pieces.state(
            shape, *self.grounds(), self.pieces.opposite(denial), self.pieces.none_of(self.brought(condition))
        )

    def again(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Denied, and something came later, whatever else is there."""
        if not self.rule.later:
            raise self.fail(line, "条件没有写认定以后的什么事实（pg:later）", "写明哪些记录晚于认定即须重新认定")
        denial = self.denial(line, condition)
        self.pieces.state(shape, self.pieces.opposite(denial), self.pieces.none_of(self.since(condition)))

    def changed(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Denied and something came later, or determined to hold and what it rested on has ended since."""
        if not self.rule.later or not self.rule.ended:
            raise self.fail(line, "条件没有写 pg:later 和 pg:ended", "写明认定以后的什么事实、什么终止须重新认定")
        more = self.pieces.node((SH["or"], self.pieces.listed(self.since(condition))))
        over = self.pieces.node((SH["or"], self.pieces.listed(self.over(condition))))
        denied = self.pieces.node((SH["and"], self.pieces.listed([self.denial(line, condition), more])))
        granted = self.pieces.node((SH["and"], self.pieces.listed([self.denial(line, condition, "passed"), over])))
        self.pieces.state(shape, self.pieces.none_of([denied, granted]))

    def over(self, condition: URIRef) -> list[BNode]:
        """What has ended since the determination."""
        return [self.pieces.found(self.tied(p, PG.endedSinceDetermination, condition)) for p in self.rule.ended]

    def clash(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """A ground is there, and the authority has denied it."""
        denial = self.denial(line, condition)
        self.pieces.state(shape, self.pieces.opposite(denial), self.pieces.none_of(self.grounds()))

    def ended(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Determined to hold, and what it rested on has ended since."""
        if not self.rule.ended:
            raise self.fail(line, "条件没有写认定以后什么终止（pg:ended）", "写明哪些记录终止后即须重新认定")
        granted = self.denial(line, condition, "passed")
        self.pieces.state(
            shape, *self.grounds(), self.pieces.opposite(granted), self.pieces.none_of(self.over(condition))
        )

    def expired(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """Determined to hold, and not known whether it has ended since: a table is not complete on the day.

        The determination itself needs no coverage; what is asked is how things stand on the day, however far back.
        """
        granted = self.denial(line, condition, "passed")
        covered = [self.covered(Completeness(part.table, part.field)) for part in self.spoken_of(line)]
        self.pieces.state(shape, *self.grounds(), self.pieces.opposite(granted), *covered)

    def clue(self, shape: URIRef, line: Line, condition: URIRef, day: Day) -> None:
        """A clue without ground and without determination: for the authority to determine."""
        if not self.rule.clues:
            raise self.fail(line, "条件没有写线索（pg:clue）", "写明什么记录须由主管部门认定")
        self.pieces.state(shape, *self.settled(condition), self.pieces.none_of(self.clues()))

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
        whole = covered if len(covered) < 2 else [self.pieces.node((SH["and"], self.pieces.listed(covered)))]
        self.pieces.state(shape, *self.settled(condition), *self.clues(), *whole)

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
        reached = replace(rule.pattern, tests=(*rule.pattern.tests, *reach_step(rule.measured, step, upper)))
        line = self.bounded(step.line, step.lower, upper)
        self.words(line.shape, line, Result(SH.Violation, "below"), step.condition, Day(), None)
        nothing = self.pieces.node((SH.path, PG[str(TABLE[rule.pattern.table].link)]), (SH.maxCount, make_number(0)))
        self.pieces.state(line.shape, nothing, self.pieces.found(reached))
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
        self.pieces.property(shape, PG[str(TABLE[pattern.table].link)], (SH.minCount, make_number(1)))


_FORMS: Mapping[str, Callable[[Writer, URIRef, Line, URIRef, Day], None]] = {
    "record": Writer.record,
    "passed": lambda writer, shape, line, condition, day: writer.determination(shape, condition, "passed"),
    "failed": lambda writer, shape, line, condition, day: writer.determination(shape, condition, "failed"),
    "found-not-judged": Writer.found_not_judged,
    "coverage": Writer.coverage,
    "holder": Writer.holder,
    "lacking": Writer.lacking,
    "not-known": Writer.not_known,
    "stale": Writer.stale,
    "later": Writer.later,
    "joined": Writer.joined,
    "again": Writer.again,
    "changed": Writer.changed,
    "clash": Writer.clash,
    "ended": Writer.ended,
    "expired": Writer.expired,
    "refusal": Writer.refusal,
    "outdated": lambda writer, shape, line, condition, day: writer.overtaken(shape, line, condition, "passed"),
    "reopened": lambda writer, shape, line, condition, day: writer.overtaken(shape, line, condition, "failed"),
    "not-judged": Writer.not_judged,
    "to-judge": Writer.to_judge,
    "none": Writer.none,
    "denied": Writer.denied,
    "clue": Writer.clue,
    "incomplete": Writer.incomplete,
    "any": Writer.any_record,
    "no-run": lambda writer, shape, line, condition, day: writer.runs.no_run(shape, line),
    "run-unknown": lambda writer, shape, line, condition, day: writer.runs.run_unknown(shape, line),
    "run-ended": lambda writer, shape, line, condition, day: writer.runs.run_ended(shape),
    "in-run": lambda writer, shape, line, condition, day: writer.runs.in_run(shape),
    "run-broken": lambda writer, shape, line, condition, day: writer.runs.run_broken(shape),
}
"""How the shape of each form of a result is written."""
