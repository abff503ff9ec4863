"""A file of condition lines read into values; every mistake in it is told, with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SH, XSD
from rdflib.term import Node

from policygraph.errors import DataError
from policygraph.graph.memory import make_graph
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.counting import certain_from
from policygraph.judging.rules.facts import LISTS, RECORD_TABLES, ROLES, TABLE
from policygraph.judging.rules.lines.values import (
    KIND_WORDS,
    PERSONS,
    SUBJECTS,
    UNIT,
    Completeness,
    Conditions,
    Day,
    Line,
    LookBack,
    Pattern,
    Period,
    Rule,
    Run,
    Scalar,
    Step,
    Test,
)
from policygraph.judging.rules.terms import VIEW_TERMS, name_term
from policygraph.namespaces import PG, base_of, document_of, iri, slug_of
from policygraph.text.likeness import near_words
from policygraph.text.numerals import HAN, parse_numeral

_HOME = {"type": RDF.type, "label": RDFS.label, "message": SH.message}


def _terms(*names: str) -> dict[Node, str]:
    """What may stand on a node: the terms of those names, with the names."""
    return {_HOME.get(name, PG[name]): name for name in names}


_RULE = _terms(
    "type", "decides", "kindOfCondition", "clause", "quote", "period", "inTable", "where", "recordsOf", "ground",
    "clue", "later", "joined", "ended", "heldWhen", "periodOf", "complete", "byDetermination",
    "againstDetermination", "denialWins", "line", "measured", "ladder", "run",
)  # fmt: skip
_VARIED = (
    "name", "message", "clause", "quote", "underInterpretation", "records", "inTable", "where", "also",
    "recordsOf", "heldWhen", "periodOf", "inField", "post", "timeless", "inPeriod", "needs", "missing", "supplier",
    "turnedBy", "validFrom", "instead", "gapsCount",
)  # fmt: skip
_LINE = _terms("result", "variation", *_VARIED)
_VARIATION = _terms(*_VARIED)
_PATTERN = _terms("type", "inTable", "where", "recordsOf", "heldWhen", "periodOf", "count", "fieldsOfList")
_PERIOD = _terms("type", "months", "label", "within", "variation")
_DAY = _terms("underInterpretation", "lastDayOut", "nameSuffix", "within")
_COMPLETE = _terms("type", "inTable", "inField", "lookBack")
_COMPLETE_HERE = _terms("inTable", "inField")
_LOOK_BACK = _terms("type", "variation")
_LOOK = _terms("underInterpretation", "nameSuffix", "fromIssue")
_STEP = _terms("decides", "name", "from", "where", "clause", "quote", "message", "line", "failing")
_RUN = _terms("type", "ofLadder", "period", "count")
_COMPARISONS = _terms("isNot", "isUnknown", "isKnown", "atLeast", "atMost", "below", "above")
# {within} {period} {lower} {upper};  not: {year}
_PLACE = re.compile(r"\{(\w*)\}")
_PLACES = frozenset({"within", "period", "lower", "upper"})
_MONTHS = {"年": 12, "个月": 1}
# 3年内 · 连续两年 · 二十四个月;  not: 年度
_LONG = re.compile(rf"(?P<number>[\d两{HAN}]{{1,6}})(?P<unit>年|个月)")


def read_conditions(
    graph: Graph, results: Mapping[str, Iterable[str]], place: str, codes: Codes | None = None
) -> Conditions:
    """The rules of one file of condition lines. ``results`` names the results that each kind can have.

    ``codes`` are the closed codes of registers; without them the words of coded columns are not checked.

    Errors: ``DataError`` that lists every mistake with the rule and line where it stands.
    """
    return _Reader(graph, {kind: frozenset(names) for kind, names in results.items()}, place, codes).read()


class _Reader:
    """Collects mistakes instead of stopping at the first, so that a file is mended in one go."""

    def __init__(self, graph: Graph, results: Mapping[str, frozenset[str]], place: str, codes: Codes | None) -> None:
        self.graph = graph
        self.codes = codes
        self.results = results
        self.place = place
        self.at = ""
        self.mistakes: list[str] = []
        self.names: dict[str, str] = {}
        self.graded = False
        """True inside a ladder of grades, whose lines stand for every step and take its clause and words."""

    def read(self) -> Conditions:
        graph = self.graph
        policies = sorted(graph.subjects(RDF.type, PG.Policy), key=str)
        if len(policies) != 1:
            raise DataError(self.place, f"应有一个 pg:Policy，现有 {len(policies)} 个", "一个文件只写一个政策")
        policy = str(graph.value(policies[0], DCTERMS.identifier))
        since = graph.value(policies[0], PG.dateFrom)
        if not isinstance(since, Literal) or not isinstance(since.toPython(), date):
            raise DataError(self.place, "政策缺少 pg:dateFrom（xsd:date）", "写明文件的成文日期或推定区间的起日")
        self.policy, self.base = policy, base_of(str(policies[0]))
        until = graph.value(policies[0], PG.dateTo)
        self.issued = since.toPython(), until.toPython() if isinstance(until, Literal) else None
        complete = tuple(self.named(node) for node in _named(graph.subjects(RDF.type, PG.Completeness)))
        rules = tuple(self.rule(node) for node in _named(graph.subjects(RDF.type, PG.ConditionRule)))
        self.check_runs(rules)
        self.stray(policies[0])
        if self.mistakes:
            text = "；\n".join(dict.fromkeys(self.mistakes))
            raise DataError(
                self.place, f"{len(set(self.mistakes))} 处条件行有误\n{text}\n", "按所列位置改正后重新 build"
            )
        day = since.toPython()
        assert isinstance(day, date)
        named = tuple(part for part in complete if part is not None)
        return Conditions(policy, day, self.head(policies[0]), rules, named, self.base)

    # -- mistakes

    def fail(self, cause: str) -> None:
        self.mistakes.append(f"{self.at}：{cause}" if self.at else cause)

    def check_words(self, node: Node, known: Mapping[Node, str]) -> None:
        """Refuse a property that has no meaning on this node, naming the nearest one that has."""
        for predicate in sorted(set(self.graph.predicates(node)), key=str):
            if predicate not in known:
                near = _near(name_term(predicate), map(name_term, known))
                self.fail(f"这里不能写 {name_term(predicate)}{near}")

    def stray(self, policy: Node) -> None:
        """Refuse statements about anything that is neither the policy, a reading, a rule nor what rules share."""
        self.at = ""
        kinds = {PG.Policy, PG.Interpretation, PG.ConditionRule, PG.Period, PG.RecordPattern, PG.Run}
        kinds |= {PG.Completeness, PG.LookBack}
        for node in _named({n for n in self.graph.subjects() if isinstance(n, URIRef)}):
            types = set(self.graph.objects(node, RDF.type))
            if not types & kinds:
                near = _near(name_term(min(types, key=str)), [name_term(kind) for kind in kinds]) if types else ""
                self.fail(
                    f"{slug_of(str(node))} 不是条件行、期间、连续、记录、完整性、回溯、理解或政策{near}；"
                    "其他形状写在 shapes.ttl"
                )

    # -- values

    def text(self, node: Node, term: URIRef, language: str | None = None) -> str | None:
        found = [v for v in self.graph.objects(node, term) if isinstance(v, Literal)]
        values = sorted({str(v) for v in found if language is None or v.language == language})
        if len(values) > 1:
            self.fail(f"{name_term(term)} 写了 {len(values)} 次，只能一次")
        return values[0] if values else None

    def iri(self, node: Node, term: URIRef) -> URIRef | None:
        values = _named(self.graph.objects(node, term))
        if len(values) > 1:
            self.fail(f"{name_term(term)} 写了 {len(values)} 次，只能一次")
        return values[0] if values else None

    def flag(self, node: Node, term: URIRef) -> bool:
        value = self.graph.value(node, term)
        if value is not None and not (isinstance(value, Literal) and value.datatype == XSD.boolean):
            self.fail(f"{name_term(term)} 只能是 true 或 false")
        return isinstance(value, Literal) and value.toPython() is True

    def day(self, node: Node, term: URIRef) -> date | None:
        value = self.graph.value(node, term)
        day = value.toPython() if isinstance(value, Literal) and value.datatype == XSD.date else None
        if value is not None and not isinstance(day, date):
            self.fail(f"{name_term(term)} 不是 xsd:date")
        return day if isinstance(day, date) else None

    def whole(self, node: Node, term: URIRef, least: int) -> int | None:
        value = self.graph.value(node, term)
        if value is None:
            return None
        number = value.toPython() if isinstance(value, Literal) else None
        if not isinstance(number, int) or isinstance(number, bool) or number < least:
            self.fail(f"{name_term(term)} 须是不小于 {least} 的整数")
            return None
        return number

    def one_of(self, value: str, known: Iterable[str], what: str) -> str:
        words = sorted(known)
        if value not in words:
            self.fail(f"{what} 不能是 {value}{_near(value, words)}，只能是 {'、'.join(words)}")
        return value

    def pair(self, node: Node, term: URIRef) -> dict[str, str]:
        """The words in both languages, empty where none is written."""
        return {language: value for language in ("zh", "en") if (value := self.text(node, term, language)) is not None}

    def messages(self, node: Node) -> dict[str, str]:
        found = self.pair(node, SH.message)
        if set(found) != {"zh", "en"}:
            self.fail("须有中文和英文 sh:message 各一条")
        for text in found.values():
            for name in _PLACE.findall(text):
                self.one_of(name, _PLACES, "sh:message 的填空")
        return found

    def table(self, node: Node) -> str | None:
        value = self.text(node, PG.inTable)
        return self.one_of(value, [t.name for t in RECORD_TABLES], "pg:inTable") if value is not None else None

    def subjects(self, node: Node) -> tuple[str, ...]:
        values = {str(value) for value in self.graph.objects(node, PG.recordsOf)}
        for value in sorted(values - {*SUBJECTS, PERSONS}):
            self.one_of(value, (*SUBJECTS, PERSONS), "pg:recordsOf")
        if PERSONS in values:
            values |= set(ROLES)
        return tuple(name for name in SUBJECTS if name in values)

    # -- parts

    def rule(self, node: URIRef) -> Rule:
        self.at = slug_of(str(node))
        if not self.at.startswith(f"rule/{document_of(self.policy)}/"):
            self.fail(f"条件行的 IRI 须是 rule/{document_of(self.policy)}/…")
        self.check_words(node, _RULE)
        concept = self.iri(node, PG.kindOfCondition)
        kind = slug_of(str(concept)).removeprefix(KIND_WORDS) if concept is not None else ""
        if concept is None:
            self.fail("缺少 pg:kindOfCondition（条件的种类）")
        else:
            self.one_of(kind, self.results, "pg:kindOfCondition")
        clause, quote = self.iri(node, PG.clause), self.text(node, PG.quote)
        default = self.pattern_of(node)
        period = self.period(node)
        grounds = self.patterns(node, PG.ground)
        seen = default or (replace(grounds[0], count=1) if len(grounds) == 1 else None)
        self.graded = (node, PG.ladder, None) in self.graph
        lines: list[Line] = []
        for part in sorted(self.graph.objects(node, PG.line), key=self.order):
            lines += self.line(part, node, kind, seen, (clause, quote))
        self.at = slug_of(str(node))
        head = self.graph.value(node, PG.ladder)
        steps: tuple[Step, ...] = ()
        if head is not None:
            steps = tuple(self.step(item, node, kind) for item in self.graph.items(head))
            self.at = slug_of(str(node))
        condition = self.iri(node, PG.decides)
        if condition is None and not steps:
            self.fail("缺少 pg:decides（判断哪一条件）")
        if not lines:
            self.fail("没有任何结果行（pg:line）")
        measured = self.iri(node, PG.measured)
        if measured is not None:
            self.check_term(measured)
        return Rule(
            iri=node,
            kind=kind,
            condition=condition,
            period=period,
            pattern=default,
            grounds=grounds,
            clues=self.patterns(node, PG.clue),
            later=self.patterns(node, PG.later),
            joined=self.patterns(node, PG.joined),
            ended=self.patterns(node, PG.ended),
            completeness=tuple(
                sorted(
                    (c for part in self.graph.objects(node, PG.complete) if (c := self.complete_of(part))),
                    key=lambda c: (c.table, c.field or ""),
                )
            ),
            by_determination=self.flag(node, PG.byDetermination) or self.flag(node, PG.againstDetermination),
            against_determination=self.flag(node, PG.againstDetermination),
            denial_wins=self.flag(node, PG.denialWins),
            lines=tuple(lines),
            measured=measured,
            steps=steps,
            run=self.run(node),
        )

    def complete_of(self, node: Node) -> Completeness | None:
        """What a rule needs complete; of what has a name, the proposition of that name."""
        found = self.complete(node)
        if found is None or not isinstance(node, URIRef):
            return found
        return replace(found, shape=self.shape_iri(slug_of(str(node)).rsplit("/", 1)[1]))

    def run(self, node: Node) -> Run | None:
        """The run of periods that a rule looks at; None when it names none."""
        iri = self.iri(node, PG.run)
        if iri is None:
            return None
        at, self.at = self.at, slug_of(str(iri))
        if (iri, RDF.type, PG.Run) not in self.graph:
            self.at = at
            self.fail(f"没有 {slug_of(str(iri))} 这一连续（pg:Run）")
            return None
        self.check_words(iri, _RUN)
        if not self.at.startswith(f"run/{document_of(self.policy)}/"):
            self.fail(f"连续的 IRI 须是 run/{document_of(self.policy)}/…")
        ladder, period = self.iri(iri, PG.ofLadder), self.period(iri)
        count = self.whole(iri, PG["count"], 2)
        if ladder is None or period is None or count is None:
            self.fail("缺少 pg:ofLadder（哪一项的等级）、pg:period（一个周期）或 pg:count（几个周期）")
        self.at = at
        return None if ladder is None or period is None or count is None else Run(iri, ladder, period, count)

    def check_runs(self, rules: tuple[Rule, ...]) -> None:
        """A run needs a ladder over yearly results, of which some steps fail and some do not."""
        by_iri = {rule.iri: rule for rule in rules}
        for run in {rule.run.iri: rule.run for rule in rules if rule.run is not None}.values():
            self.at = slug_of(str(run.iri))
            ladder = by_iri.get(run.ladder)
            if ladder is None or ladder.pattern is None or not TABLE[ladder.pattern.table].latest:
                self.fail(f"pg:ofLadder 所指的 {slug_of(str(run.ladder))} 不是按年度结果分等的条件行")
            elif len({step.failing for step in ladder.steps}) != 2:
                self.fail(f"{slug_of(str(run.ladder))} 的等级须有的写 pg:failing true（没有等级），有的不写")

    def order(self, node: Node) -> str:
        return str(self.graph.value(node, PG.name) or self.graph.value(node, PG.result))

    def line(
        self,
        node: Node,
        rule: URIRef,
        kind: str,
        default: Pattern | None,
        ground: tuple[URIRef | None, str | None],
    ) -> list[Line]:
        """A result line, and one more for every variation of it under another reading."""
        name = self.text(node, PG.name) or ""
        self.at = f"{slug_of(str(rule))} 的结果行 {name or '（无名）'}"
        self.check_words(node, _LINE)
        result = self.text(node, PG.result)
        if result is None:
            self.fail("缺少 pg:result（报告什么结果）")
        elif kind in self.results:
            self.one_of(result, self.results[kind], f"种类 {kind} 的 pg:result")
        main = self.one_line(node, name, result or "", default, ground)
        found: list[Line] = []
        replaced: frozenset[URIRef] = frozenset()
        for other in sorted(self.graph.objects(node, PG.variation), key=self.order):
            varied = self.text(other, PG.name) or ""
            self.at = f"{slug_of(str(rule))} 的结果行 {name} 的变化 {varied or '（无名）'}"
            self.check_words(other, _VARIATION)
            interpretation = self.iri(other, PG.underInterpretation)
            if interpretation is None:
                self.fail("变化须写明在哪一理解之下（pg:underInterpretation）")
            elif self.flag(other, PG.instead):
                replaced |= self.default_of(interpretation)
            line = self.one_line(other, varied, result or "", main.pattern or default, (main.clause, main.quote))
            found.append(
                replace(
                    line,
                    completeness=line.completeness or main.completeness,
                    post=line.post or main.post,
                    timeless=line.timeless or main.timeless,
                    needs=line.needs or main.needs,
                    missing=line.missing or main.missing,
                    supplier=line.supplier or main.supplier,
                    remedy=line.remedy or main.remedy,
                )
            )
        return [replace(main, instead_of=replaced), *found]

    def default_of(self, interpretation: URIRef) -> frozenset[URIRef]:
        """The default reading of the question that a reading answers."""
        question = self.graph.value(interpretation, PG.reading)
        same = _named(self.graph.subjects(PG.reading, question))
        return frozenset(node for node in same if (node, PG.isDefault, Literal(True)) in self.graph)

    def one_line(
        self,
        node: Node,
        name: str,
        result: str,
        default: Pattern | None,
        ground: tuple[URIRef | None, str | None],
    ) -> Line:
        clause = self.iri(node, PG.clause) or ground[0]
        quote = self.text(node, PG.quote) or ground[1]
        if (clause is None or quote is None) and not self.graded:
            self.fail("缺少 pg:clause 或 pg:quote（条款和原文），行上、条件上都没有")
        needs = self.text(node, PG.needs)
        if needs is not None:
            self.one_of(needs, ("evidence", "judgement"), "pg:needs")
        post = self.text(node, PG.post)
        if post is not None:
            self.one_of(post, ROLES, "pg:post")
        interpretation = self.iri(node, PG.underInterpretation)
        self.check_reading(interpretation)
        return Line(
            result=result,
            shape=self.shape(name),
            message=self.messages(node),
            clause=clause,
            quote=quote,
            interpretation=interpretation,
            instead=self.flag(node, PG.instead),
            valid_from=self.day(node, PG.validFrom),
            pattern=self.pattern_of(node, default),
            completeness=self.complete(node, strict=False),
            post=post,
            timeless=self.flag(node, PG.timeless),
            bounded=self.flag(node, PG.inPeriod),
            gaps=self.flag(node, PG.gapsCount),
            needs=needs,
            missing=self.text(node, PG.missing, "zh"),
            supplier=self.text(node, PG.supplier, "zh"),
            remedy=self.text(node, PG.turnedBy, "zh"),
        )

    def shape(self, name: str) -> URIRef:
        """The IRI of the shape a line becomes: decisions cite it, so it is chosen by the writer, not counted."""
        if not re.fullmatch(r"[a-z0-9_]+(?:-[a-z0-9_]+)*", name):
            self.fail(f"pg:name {name!r} 须是小写字母、数字和连字符")
        elif name in self.names:
            self.fail(f"pg:name {name} 已用于 {self.names[name]}")
        self.names.setdefault(name, self.at)
        return self.shape_iri(name)

    def shape_iri(self, name: str) -> URIRef:
        return iri(f"{self.base}id/shape/{self.policy}/{name}")

    def check_reading(self, interpretation: URIRef | None) -> None:
        if interpretation is not None and (interpretation, RDF.type, PG.Interpretation) not in self.graph:
            known = [slug_of(str(n)) for n in self.graph.subjects(RDF.type, PG.Interpretation)]
            self.fail(f"没有 {slug_of(str(interpretation))} 这一理解{_near(slug_of(str(interpretation)), known)}")

    def pattern_of(self, node: Node, default: Pattern | None = None) -> Pattern | None:
        """The pattern written on a node; what it does not say is taken from the default."""
        shared = self.graph.value(node, PG.records)
        if shared is not None:
            default = self.one_pattern(shared, "pg:records") or default
        words = (PG.inTable, PG.where, PG.also, PG.recordsOf, PG.heldWhen, PG.periodOf)
        if not any((node, word, None) in self.graph for word in words):
            return default
        table = self.table(node) or (default.table if default else None)
        if table is None:
            self.fail("缺少 pg:inTable（哪张表的记录）")
            return None
        tests = self.tests(node, PG.where)
        if not tests and default is not None and default.table == table:
            tests = default.tests
        more = self.tests(node, PG.also) if (node, PG.also, None) in self.graph else ()
        tests = tuple(sorted({*tests, *more}, key=_test_order))
        held = self.text(node, PG.heldWhen) or "today"
        self.one_of(held, ("today", "during"), "pg:heldWhen")
        subjects = self.subjects(node) or (default.subjects if default else (UNIT,))
        reckoned = self.text(node, PG.periodOf) or ("held" if default is not None and default.lasting else "date")
        self.one_of(reckoned, ("date", "held"), "pg:periodOf")
        if reckoned == "held" and TABLE[table].interval is None:
            self.fail(f'{table} 表的记录没有期限，不能写 pg:periodOf "held"')
        return Pattern(table, tests, subjects, held=held, lasting=reckoned == "held")

    def patterns(self, node: Node, term: URIRef) -> tuple[Pattern, ...]:
        found = [self.one_pattern(part, name_term(term)) for part in self.graph.objects(node, term)]
        return tuple(sorted((pattern for pattern in found if pattern is not None), key=repr))

    def one_pattern(self, part: Node, word: str) -> Pattern | None:
        """The records that a node describes, named or in place; None, and a mistake noted, when it describes none."""
        if isinstance(part, URIRef) and (part, RDF.type, PG.RecordPattern) not in self.graph:
            self.fail(f"没有 {slug_of(str(part))} 这一类记录（pg:RecordPattern）")
            return None
        self.check_words(part, _PATTERN)
        count = self.whole(part, PG["count"], 1) or 1
        listed = self.text(part, PG.fieldsOfList)
        if listed is not None:
            self.one_of(listed, LISTS, "pg:fieldsOfList")
            return Pattern("listings", (), (UNIT,), count, list_fields=listed)
        pattern = self.pattern_of(part)
        if pattern is None:
            self.fail(f"{word} 没有写明记录")
            return None
        return replace(pattern, count=count)

    def tests(self, node: Node, term: URIRef) -> tuple[Test, ...]:
        found: list[Test] = []
        for part in self.graph.objects(node, term):
            for predicate, value in sorted(self.graph.predicate_objects(part), key=str):
                if isinstance(predicate, URIRef) and self.check_term(predicate):
                    found += self.comparisons(predicate, value)
        if not found and (node, term, None) in self.graph:
            self.fail("pg:where 是空的")
        return tuple(sorted(found, key=_test_order))

    def check_term(self, term: URIRef) -> bool:
        if term in VIEW_TERMS:
            return True
        self.fail(f"{name_term(term)} 不是截至日视图的用语{_near(name_term(term), [name_term(t) for t in VIEW_TERMS])}")
        return False

    def comparisons(self, term: URIRef, value: Node) -> list[Test]:
        graph = self.graph
        if isinstance(value, BNode) and (value, RDF.first, None) in graph:
            items = tuple(self.scalar(term, item) for item in graph.items(value))
            return [Test(term, "in", tuple(sorted(items)))]
        if not isinstance(value, BNode):
            return [Test(term, "is", (self.scalar(term, value),))]
        self.check_words(value, _COMPARISONS)
        found: list[Test] = []
        for predicate, bound in sorted(graph.predicate_objects(value), key=str):
            name = str(predicate).removeprefix(str(PG))
            if name in ("isUnknown", "isKnown"):
                found.append(Test(term, name))
            elif name == "isNot":
                members = list(graph.items(bound)) if (bound, RDF.first, None) in graph else [bound]
                found.append(Test(term, name, tuple(sorted(self.scalar(term, item) for item in members))))
            elif predicate in _COMPARISONS:
                number = bound.toPython() if isinstance(bound, Literal) else None
                if not isinstance(number, int | Decimal) or isinstance(number, bool):
                    self.fail(f"{name_term(term)} 的 pg:{name} 须是数")
                elif VIEW_TERMS[term].kind not in ("integer", "decimal"):
                    self.fail(f"{name_term(term)} 不是数，不能用 pg:{name}")
                else:
                    assert isinstance(bound, Literal)
                    found.append(Test(term, name, (bound,)))
        return found

    def scalar(self, term: URIRef, value: Node) -> Scalar:
        """A value that the term can have; the nearest allowed word is named where it cannot."""
        known = VIEW_TERMS[term]
        assert isinstance(value, Literal | URIRef)
        if known.kind == "iri" and not isinstance(value, URIRef):
            self.fail(f"{name_term(term)} 的值须是 IRI")
        if known.kind == "link":
            self.fail(f"{name_term(term)} 指向另一个节点，不能用作筛选")
        allowed = self.allowed(term)
        if known.kind == "word" and allowed and str(value) not in allowed:
            self.fail(f"{name_term(term)} 没有 {value} 这个取值{_near(str(value), allowed)}")
        wanted = {"bool": XSD.boolean, "integer": XSD.integer}.get(known.kind)
        if wanted is not None and (not isinstance(value, Literal) or value.datatype != wanted):
            self.fail(
                f"{name_term(term)} 的值 {value} 须是{'true 或 false' if known.kind == 'bool' else '整数'}，不加引号"
            )
        return value

    def allowed(self, term: URIRef) -> tuple[str, ...]:
        """The words that a term can have; empty where any word is one."""
        known = VIEW_TERMS[term]
        if known.scheme and self.codes is not None:
            return tuple(self.codes.of(known.scheme))
        return known.allowed

    def named(self, node: URIRef) -> Completeness | None:
        """What must be complete under a name, with how far back; the shape of that name says that it is."""
        self.at = slug_of(str(node))
        if not self.at.startswith(f"complete/{self.policy}/"):
            self.fail(f"完整性的 IRI 须是 complete/{self.policy}/…")
        found = self.complete(node)
        return found and replace(found, shape=self.shape(self.at.rsplit("/", 1)[1]), looks=self.looks(node))

    def looks(self, node: Node) -> tuple[LookBack, ...]:
        """How far back, reading by reading, the default first; empty where nothing is said."""
        iri = self.iri(node, PG.lookBack)
        if iri is None:
            return ()
        if (iri, RDF.type, PG.LookBack) not in self.graph:
            self.fail(f"没有 {slug_of(str(iri))} 这一回溯（pg:LookBack）")
            return ()
        at, self.at = self.at, slug_of(str(iri))
        self.check_words(iri, _LOOK_BACK)
        earliest, latest = self.issued
        if not isinstance(earliest, date) or not isinstance(latest, date):
            self.fail("政策没有 pg:dateFrom、pg:dateTo，不知道本件自何日起确定适用")
            return ()
        looks: list[LookBack] = []
        for part in self.graph.objects(iri, PG.variation):
            self.check_words(part, _LOOK)
            interpretation = self.iri(part, PG.underInterpretation)
            self.check_reading(interpretation)
            if interpretation is None:
                self.fail("变化须写明在哪一理解之下（pg:underInterpretation）")
                continue
            since = certain_from(earliest, latest) if self.flag(part, PG.fromIssue) else None
            looks.append(LookBack(since, interpretation, self.text(part, PG.nameSuffix) or ""))
        looks.sort(key=lambda look: look.suffix)
        defaults = [look for look in looks if (look.interpretation, PG.isDefault, Literal(True)) in self.graph]
        if len(looks) < 2 or [look.suffix for look in looks].count("") != 1 or defaults != looks[:1]:
            self.fail("回溯至少写两种理解，其中缺省的、且只有缺省的，没有 pg:nameSuffix")
        self.at = at
        return tuple(looks)

    def complete(self, node: Node, *, strict: bool = True) -> Completeness | None:
        """What must be complete, written in place or named; ``strict``: nothing else may be said of the node."""
        if strict and isinstance(node, URIRef):
            if (node, RDF.type, PG.Completeness) not in self.graph:
                self.fail(f"没有 {slug_of(str(node))} 这一完整性（pg:Completeness）")
                return None
            self.check_words(node, _COMPLETE)
        elif strict:
            self.check_words(node, _COMPLETE_HERE)
        table = self.table(node)
        if table is None:
            if strict:
                self.fail("pg:complete 缺少 pg:inTable")
            return None
        where = self.text(node, PG.inField)
        allowed = self.allowed(PG.field)
        if where is not None and allowed:
            self.one_of(where, allowed, "pg:inField")
        return Completeness(table, where)

    def period(self, node: Node) -> Period | None:
        iri = self.iri(node, PG.period)
        if iri is None:
            return None
        at, self.at = self.at, slug_of(str(iri))
        if (iri, RDF.type, PG.Period) not in self.graph:
            self.at = at
            self.fail(f"没有 {slug_of(str(iri))} 这一期间（pg:Period）")
            return None
        self.check_words(iri, _PERIOD)
        months = self.whole(iri, PG.months, 1)
        if months is None:
            self.fail("缺少 pg:months（月数）")
        words, within = self.pair(iri, RDFS.label), self.pair(iri, PG.within)
        if set(words) != {"zh", "en"} or set(within) != {"zh", "en"}:
            self.fail("rdfs:label 和 pg:within 须有中文和英文各一条")
        for text in (words.get("zh", ""), within.get("zh", "")):
            said = _LONG.search(text)
            number = parse_numeral(said["number"]) if said else None
            if months is not None and (number is None or not said or number * _MONTHS[said["unit"]] != months):
                self.fail(f"“{text}”与 pg:months {months} 不一致")
        days: list[Day] = []
        for part in self.graph.objects(iri, PG.variation):
            self.check_words(part, _DAY)
            interpretation = self.iri(part, PG.underInterpretation)
            if interpretation is None:
                self.fail("变化须写明在哪一理解之下（pg:underInterpretation）")
            self.check_reading(interpretation)
            days.append(
                Day(
                    interpretation,
                    self.flag(part, PG.lastDayOut),
                    self.text(part, PG.nameSuffix) or "",
                    within | self.pair(part, PG.within),
                )
            )
        days.sort(key=lambda day: (day.suffix, str(day.interpretation)))
        if days and (days[0].suffix or any(not day.suffix for day in days[1:])):
            self.fail("每个期间恰有一个变化没有 pg:nameSuffix（缺省的理解）")
        self.at = at
        return Period(months or 1, words, tuple(days) or (Day(within=within),))

    def step(self, node: Node, rule: URIRef, kind: str) -> Step:
        name = self.text(node, PG.name) or ""
        self.at = f"{slug_of(str(rule))} 的等级 {name or '（无名）'}"
        self.check_words(node, _STEP)
        condition = self.iri(node, PG.decides)
        clause, quote = self.iri(node, PG.clause), self.text(node, PG.quote)
        if condition is None or clause is None or quote is None:
            self.fail("缺少 pg:decides、pg:clause 或 pg:quote")
        lower = self.graph.value(node, PG["from"])
        if lower is not None and not (isinstance(lower, Literal) and isinstance(lower.toPython(), int | Decimal)):
            self.fail("pg:from 须是数")
        line = Line("below", self.shape(name), self.messages(node), clause, quote)
        tests = self.tests(node, PG.where) if (node, PG.where, None) in self.graph else ()
        others: list[Line] = []
        for part in sorted(self.graph.objects(node, PG.line), key=self.order):
            others += self.line(part, rule, kind, None, (clause, quote))
        return Step(
            condition or URIRef(""),
            lower if isinstance(lower, Literal) else None,
            tests,
            line,
            tuple(others),
            self.flag(node, PG.failing),
        )

    def head(self, policy: Node) -> Graph:
        """The triples about the policy and its readings, which pass unchanged into the shapes."""
        head = make_graph()
        queue: list[Node] = [policy, *self.graph.subjects(RDF.type, PG.Interpretation)]
        seen = set(queue)
        while queue:
            node = queue.pop()
            for predicate, value in self.graph.predicate_objects(node):
                head.add((node, predicate, value))
                if isinstance(value, BNode) and value not in seen:
                    seen.add(value)
                    queue.append(value)
        return head


def _named(nodes: Iterable[Node]) -> list[URIRef]:
    return sorted({node for node in nodes if isinstance(node, URIRef)})


def _test_order(test: Test) -> tuple[int, str, tuple[Scalar, ...]]:
    return _rank(test.term), test.comparison, test.values


def _rank(term: URIRef) -> int:
    """The order of tests: as the terms stand in the tables of a register."""
    return _RANKS[term]


_RANKS = {term: rank for rank, term in enumerate(VIEW_TERMS)}


def _near(word: str, known: Iterable[str]) -> str:
    close = near_words(word, known)
    return f"（是否为 {close[0]}？）" if close else ""
