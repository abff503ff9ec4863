"""Shapes read once: a policy with its conditions, readings and reported shapes, or a refusal that names the mistake.

Conditions are read from ``shapes/eligibility/*.ttl``, written there by hand or expanded from condition lines
(``kinds``). SHACL engines ignore what they do not know, so this module refuses, by name, every term outside the
supported part of SHACL Core, every path that the as-of view does not have, every reference to a shape that is not
there and every reported shape that could not be explained (no clause, no quote, no message). The SQL compiler relies
on the same check.

It reads graphs, never files, and decides nothing: ``decisions`` runs the shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SH, SKOS, XSD
from rdflib.term import Node

from policygraph.errors import DataError
from policygraph.graph.memory import make_graph, make_steady
from policygraph.judging.rules.asof import COMPLETENESS, coverage_terms
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import COVERABLE, RECORD_TABLES, ROLES, TABLE
from policygraph.judging.rules.issue import Issue
from policygraph.judging.rules.terms import SUPPORTED, VIEW_TERMS, as_of_link, class_word
from policygraph.namespaces import BASE, PG, base_of, instance, slug_of
from policygraph.text.likeness import near_words

OUTCOMES = frozenset({"eligible", "ineligible", "excluded", "suspended", "target", "not_target", "graded"})
ADVERSE = frozenset({"target"})
"""Positive outcomes that burden the enterprise: nobody is told how to come by one of them."""
COMBINATIONS = frozenset({"allOf", "anyOf"})
PARTS = frozenset({"requirement", "exclusion", "suspension", "grade", "finding"})
FINDINGS = frozenset({"finding", "suspension"})
"""Parts that are told beside the conditions: what was found, not what is asked for."""
REPORTS = frozenset({"verdict", "evidence", "cites", "warning", "finding", "binds", "frees"})
"""What a result is: a verdict; evidence of a passed condition; a record to cite where it did not pass; a warning; a
finding; a record of a person whom the outcome reaches or spares."""
ANSWERING = frozenset({"verdict", "evidence", "cites", "finding"})
"""Reports that belong to the answer about a condition."""
NEEDS = frozenset({"evidence", "judgement"})
DETERMINED = frozenset({"passed", "failed"})
"""What a determination can say about a condition."""

_LISTS = (SH["or"], SH["and"])
_REFERENCES = frozenset({SH.property, SH.node, SH["not"], SH.qualifiedValueShape})
_INSIDE = _REFERENCES | {RDF.first, RDF.rest}
_SAID = SUPPORTED | _INSIDE | {RDF.type}
_BOUNDS = (SH.minInclusive, SH.maxInclusive, SH.minExclusive, SH.maxExclusive)
_QUALIFIED, _QUALIFIED_COUNTS = SH.qualifiedValueShape, (SH.qualifiedMinCount, SH.qualifiedMaxCount)
_COUNTS = (SH.minCount, SH.maxCount, *_QUALIFIED_COUNTS)
_TYPE, _NODE_SHAPE, _PROPERTY_SHAPE = RDF.type, SH.NodeShape, SH.PropertyShape
_PATH, _VALUE, _IN = SH.path, SH.hasValue, SH["in"]
_CONSTRAINTS = frozenset({*_LISTS, *_REFERENCES, *_BOUNDS, *_COUNTS, SH["in"], SH.hasValue})
_SEVERITIES = {SH.Violation: "Violation", SH.Warning: "Warning", SH.Info: "Info"}

_SHAPE_WORDS = frozenset(
    {
        PG.decides,
        PG.reports,
        PG.needs,
        PG.missing,
        PG.supplier,
        PG.turnedBy,
        PG.underInterpretation,
        PG.validFrom,
        PG.validUntil,
        PG.quote,
        DCTERMS.source,
    }
)
_POLICY_WORDS = frozenset(
    {
        PG.document,
        PG.regionPrefix,
        PG.outsideSubject,
        PG.positiveOutcome,
        PG.negativeOutcome,
        PG.exclusionOutcome,
        PG.suspensionOutcome,
        PG.combination,
        PG.dateFrom,
        PG.dateTo,
        PG.repealedOn,
        PG.asks,
        PG.condition,
        PG.part,
        PG.appliesMeasures,
        PG.withholdsMeasures,
        PG.whenOutcome,
        PG.whenCondition,
        PG.whenGrade,
        PG.measure,
        PG.allMeasuresOf,
        PG.judgementForEveryMeasure,
        PG.remark,
        PG.bindsPersons,
        PG.windowRule,
        PG.reading,
        PG.readingValue,
        PG.isDefault,
        PG.reason,
        PG.gradeLabel,
        PG.restricted,
        PG.settledByDetermination,
        DCTERMS.identifier,
        DCTERMS.title,
        RDFS.label,
        RDFS.comment,
        SKOS.notation,
    }
)
_LIST_WORDS = frozenset({RDF.first, RDF.rest, RDF.type})


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the possible readings of an ambiguous text: the question, the answer taken, and why."""

    iri: str
    question: str
    value: str
    label: str
    is_default: bool
    reason: str = ""
    combination: str | None = None
    """When this reading changes how the conditions combine: the combination it uses."""


@dataclass(frozen=True, slots=True)
class Look:
    """A table at which a shape looks, the single fields that are enough, and from which day on."""

    table: str
    fields: tuple[str, ...] = ()
    """Empty where all fields are meant."""
    since: date | None = None
    """None: the as-of day alone, or whatever day is meant elsewhere."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One reported shape: what a result of it means for which condition, and the clause that says so."""

    iri: str
    condition: str
    report: str
    severity: str
    clause: str
    quote: str
    message: str
    message_en: str
    valid_from: date
    valid_until: date | None = None
    needs: str | None = None
    """``evidence`` or ``judgement``: what would settle a result of severity Warning."""
    missing: str = ""
    supplier: str = ""
    remedy: str = ""
    readings: tuple[tuple[str, str], ...] = ()
    """Pairs of (question, value): the shape counts only under these readings; empty = under every reading."""
    window: int | None = None
    """Months that a forbidden record stays in the way, when the shape has such a window."""
    window_open: bool = False
    """True when the day of the period's end no longer counts."""
    covers: tuple[str, ...] = ()
    """Tables whose completeness the shape asks for."""
    fields: tuple[str, ...] = ()
    """Fields for which alone a table's completeness is enough; empty where all fields are asked for."""
    roles: tuple[str, ...] = ()
    """Posts whose holders on the day the shape looks at."""
    joined: bool = False
    """True when it reports records of persons because they took up their posts after a determination."""
    looks: tuple[Look, ...] = ()
    """From when on the tables have to be complete for which it names no window of months."""
    later: tuple[Look, ...] = ()
    """The records that, dated after a determination about its condition, are not covered by that determination."""

    def in_force(self, day: date) -> bool:
        """True when the shape applies on that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition as a policy asks it: its number and title, and the part it plays in the outcome."""

    condition: str
    notation: str
    title: str
    part: str
    grade: str | None = None
    restricted: bool = False
    """True when the outcome of the condition is itself not public (standing on a watch list)."""
    binds_persons: tuple[str, ...] = ()
    """Roles of the persons whom the measures of a finding reach; empty when the text names none."""
    settled_by: tuple[str, ...] = ()
    """Outcomes of a determination that the text lets settle the condition or a part, whatever the facts alone say."""


@dataclass(frozen=True, slots=True)
class MeasureRule:
    """Which measures follow from an outcome, a condition or a grade; ``measures`` empty means all of the document."""

    outcome: str | None
    condition: str | None
    grade: str | None
    document: str | None
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withholding:
    """Measures that do not follow, whatever else is so, once a precondition of their own has failed."""

    condition: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as its shapes file states it; nothing about it stands in Python."""

    id: str
    label: str
    document: str
    region_prefix: str
    outside_subjects: tuple[str, ...]
    positive: str
    negative: str
    excluded: str | None
    suspended: str | None
    combination: str
    issued_from: date
    issued_to: date
    repealed_on: date | None
    asked: tuple[Asked, ...]
    readings: tuple[Reading, ...]
    shapes: tuple[Shape, ...]
    measures: tuple[MeasureRule, ...]
    withheld: tuple[Withholding, ...]
    judgement_for_every_measure: str
    remarks: tuple[str, ...]
    binds_persons: tuple[str, ...]
    """Roles of the persons to whom the outcome extends; empty when the text names none."""
    main: Graph
    """The shapes that count under the default readings."""
    others: Graph
    """The shapes that count only under another reading; empty when there is none."""
    base: str = BASE
    """What its IRI and those of its conditions and readings begin with."""
    judged: Mapping[str, Graph] = field(default_factory=dict)
    """Conditions whose shapes read determinations about them, with their shapes of every reading: what these say
    without the determination is what the facts alone say. Every other condition is decided by the facts alone."""

    @property
    def issue(self) -> Issue:
        """When its document can have been issued."""
        return Issue(self.issued_from, self.issued_to)

    @property
    def adverse(self) -> bool:
        """True when the positive outcome burdens the enterprise."""
        return self.positive in ADVERSE

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions on which the text allows two readings, sorted."""
        return tuple(sorted({reading.question for reading in self.readings}))

    def defaults(self) -> dict[str, str]:
        """The reading used for each question."""
        return {reading.question: reading.value for reading in self.readings if reading.is_default}

    def counts(self, shape: Shape, taken: dict[str, str], day: date) -> bool:
        """True when the shape counts under the readings taken and on that day."""
        return shape.in_force(day) and all(taken.get(question) == value for question, value in shape.readings)


def load_policies(graphs: Iterable[Graph], model: Graph | None = None, codes: Codes | None = None) -> dict[str, Policy]:
    """The policies of several shapes graphs by id; a policy that two graphs define is refused.

    ``model`` may hold the curated statements about the documents: labels and reasons of the readings come from there.
    ``codes`` are the closed codes of registers: with them a shape that names a code nobody defined is refused too.
    """
    policies: dict[str, Policy] = {}
    for graph in graphs:
        policy = read_policy(graph, model, codes)
        if policy.id in policies:
            raise DataError(f"shapes/eligibility/{policy.id}", "同一政策出现在两个形状文件中", "只保留一个")
        policies[policy.id] = policy
    return dict(sorted(policies.items()))


def read_policy(graph: Graph, model: Graph | None = None, codes: Codes | None = None) -> Policy:
    """The policy that a shapes graph states, after every term of it was checked; DataError lists what is wrong."""
    found = sorted(graph.subjects(RDF.type, PG.Policy), key=str)
    if len(found) != 1:
        raise DataError("shapes", f"应有一个 pg:Policy，现有 {len(found)} 个", "一个形状文件只写一个政策")
    node = found[0]
    identifier = _text(graph, node, DCTERMS.identifier)
    place = f"shapes/eligibility/{identifier or '?'}"
    problems = sorted(set(check_shapes(graph, codes)))
    if problems:
        raise DataError(place, "；".join(problems), "按所列名称改正后重新载入")
    reader = _Reader(graph, node, place, model if model is not None else graph)
    return reader.read()


class _Reader:
    """Turns a checked shapes graph into a policy; keeps the place for messages."""

    def __init__(self, graph: Graph, node: Node, place: str, model: Graph) -> None:
        self.model = model
        self.graph = graph
        self.reached = reach(graph)
        self.node = node
        self.place = place

    def fail(self, cause: str) -> DataError:
        return DataError(self.place, cause, "在形状文件中补正")

    def need(self, node: Node, term: URIRef) -> str:
        value = _text(self.graph, node, term)
        if not value:
            raise self.fail(f"{_name(node)} 缺少 {_name(term)}")
        return value

    def day(self, node: Node, term: URIRef) -> date | None:
        value = self.graph.value(node, term)
        if value is None:
            return None
        parsed = value.toPython() if isinstance(value, Literal) and value.datatype == XSD.date else None
        if not isinstance(parsed, date):
            raise self.fail(f"{_name(node)} 的 {_name(term)} 不是 xsd:date")
        return parsed

    def read(self) -> Policy:
        graph, node = self.graph, self.node
        readings = self.readings()
        asked = self.asked()
        shapes = tuple(sorted((self.shape(iri, readings) for iri in reported(graph)), key=lambda shape: shape.iri))
        issued_from, issued_to = self.day(node, PG.dateFrom), self.day(node, PG.dateTo)
        if issued_from is None or issued_to is None:
            raise self.fail("缺少 pg:dateFrom 或 pg:dateTo")
        defaults = {reading.question: reading.value for reading in readings if reading.is_default}
        is_main = {shape.iri: all(defaults[q] == value for q, value in shape.readings) for shape in shapes}
        policy = Policy(
            id=self.need(node, DCTERMS.identifier),
            label=_text(graph, node, RDFS.label, "zh"),
            document=slug_of(self.need(node, PG.document)).removeprefix("doc/"),
            region_prefix=self.need(node, PG.regionPrefix),
            outside_subjects=tuple(sorted(str(value) for value in graph.objects(node, PG.outsideSubject))),
            positive=self.outcome(PG.positiveOutcome) or "",
            negative=self.outcome(PG.negativeOutcome) or "",
            excluded=self.outcome(PG.exclusionOutcome),
            suspended=self.outcome(PG.suspensionOutcome),
            combination=self.one_of(self.need(node, PG.combination), COMBINATIONS, "pg:combination"),
            issued_from=issued_from,
            issued_to=issued_to,
            repealed_on=self.day(node, PG.repealedOn),
            asked=asked,
            readings=readings,
            shapes=shapes,
            measures=self.measure_rules(),
            withheld=self.withholdings({item.condition for item in asked}),
            judgement_for_every_measure=_text(graph, node, PG.judgementForEveryMeasure, "zh"),
            remarks=tuple(sorted(str(value) for value in graph.objects(node, PG.remark))),
            binds_persons=self.roles(node),
            main=make_steady(closure(self.reached, [URIRef(iri) for iri, main in is_main.items() if main])),
            others=make_steady(closure(self.reached, [URIRef(iri) for iri, main in is_main.items() if not main])),
            base=base_of(str(node)),
            judged=self.judged(asked),
        )
        self.check_complete(policy)
        return policy

    def one_of(self, value: str, allowed: frozenset[str], what: str) -> str:
        if value not in allowed:
            raise self.fail(f"{what} 不能是 {value!r}，只能是 {'、'.join(sorted(allowed))}")
        return value

    def outcome(self, term: URIRef) -> str | None:
        value = _text(self.graph, self.node, term)
        return self.one_of(value, OUTCOMES, _name(term)) if value else None

    def asked(self) -> tuple[Asked, ...]:
        head = self.graph.value(self.node, PG.asks)
        if head is None:
            raise self.fail("缺少 pg:asks（按次序列出条件）")
        items: list[Asked] = []
        for item in self.graph.items(head):
            items.append(
                Asked(
                    condition=_condition(self.need(item, PG.condition)),
                    notation=_text(self.graph, item, SKOS.notation),
                    title=_text(self.graph, item, RDFS.label, "zh") or _text(self.graph, item, RDFS.label),
                    part=self.one_of(self.need(item, PG.part), PARTS, "pg:part"),
                    grade=_text(self.graph, item, PG.gradeLabel) or None,
                    restricted=_text(self.graph, item, PG.restricted) == "true",
                    binds_persons=self.roles(item),
                    settled_by=tuple(
                        self.one_of(str(value), DETERMINED, "pg:settledByDetermination")
                        for value in sorted(self.graph.objects(item, PG.settledByDetermination), key=str)
                    ),
                )
            )
        return tuple(items)

    def roles(self, node: Node) -> tuple[str, ...]:
        """The posts whose holders an outcome or a finding reaches, each a known one."""
        found = sorted(str(value) for value in self.graph.objects(node, PG.bindsPersons))
        return tuple(self.one_of(role, frozenset(ROLES), "pg:bindsPersons") for role in found)

    def readings(self) -> tuple[Reading, ...]:
        graph = self.graph
        found: list[Reading] = []
        for node in graph.subjects(RDF.type, PG.Interpretation):
            default = graph.value(node, PG.isDefault)
            found.append(
                Reading(
                    iri=str(node),
                    question=self.need(node, PG.reading),
                    value=self.need(node, PG.readingValue),
                    label=_text(self.model, node, RDFS.label, "zh"),
                    is_default=isinstance(default, Literal) and default.toPython() is True,
                    reason=_text(self.model, node, PG.reason, "zh"),
                    combination=_text(graph, node, PG.combination) or None,
                )
            )
        for question in {reading.question for reading in found}:
            if sum(reading.is_default for reading in found if reading.question == question) != 1:
                raise self.fail(f"理解 {question} 应恰有一个 pg:isDefault true")
        return tuple(sorted(found, key=lambda reading: (reading.question, not reading.is_default, reading.value)))

    def shape(self, iri: URIRef, readings: tuple[Reading, ...]) -> Shape:
        graph = self.graph
        by_iri = {reading.iri: (reading.question, reading.value) for reading in readings}
        under = sorted(str(value) for value in graph.objects(iri, PG.underInterpretation))
        unknown = [name for name in under if name not in by_iri]
        if unknown:
            raise self.fail(f"{_name(iri)} 引用了不存在的理解 {'、'.join(map(slug_of, unknown))}")
        severity = graph.value(iri, SH.severity)
        if not isinstance(severity, URIRef) or severity not in _SEVERITIES:
            raise self.fail(f"{_name(iri)} 的 sh:severity 须写明 sh:Violation、sh:Warning 或 sh:Info")
        report = self.one_of(_text(graph, iri, PG.reports) or "verdict", REPORTS, "pg:reports")
        if (report == "verdict") == (severity == SH.Info):
            raise self.fail(f"{_name(iri)}：sh:Info 只用于证据、提示和发现，verdict 只用 Violation 和 Warning")
        needs = _text(graph, iri, PG.needs) or None
        if needs is not None:
            self.one_of(needs, NEEDS, "pg:needs")
        if severity == SH.Warning and (needs is None or not _text(graph, iri, PG.missing, "zh")):
            raise self.fail(f"{_name(iri)} 是 sh:Warning，须写明 pg:needs 和 pg:missing")
        since = self.day(iri, PG.validFrom)
        if since is None:
            raise self.fail(f"{_name(iri)} 缺少 pg:validFrom")
        messages = {
            str(value.language): str(value) for value in graph.objects(iri, SH.message) if isinstance(value, Literal)
        }
        if set(messages) != {"zh", "en"}:
            raise self.fail(f"{_name(iri)} 须有中文和英文 sh:message 各一条")
        part = closure(self.reached, [iri])
        window = _window(part, iri)
        covers, fields, roles = _grounds(part)
        return Shape(
            iri=str(iri),
            condition=_condition(self.need(iri, PG.decides)),
            report=report,
            severity=_SEVERITIES[severity],
            clause=self.need(iri, DCTERMS.source),
            quote=self.need(iri, PG.quote),
            message=messages["zh"],
            message_en=messages["en"],
            valid_from=since,
            valid_until=self.day(iri, PG.validUntil),
            needs=needs,
            missing=_text(graph, iri, PG.missing, "zh"),
            supplier=_text(graph, iri, PG.supplier, "zh"),
            remedy=_text(graph, iri, PG.turnedBy, "zh"),
            readings=tuple(sorted(by_iri[name] for name in under)),
            window=window[0] if window else None,
            window_open=bool(window and window[1]),
            covers=covers,
            fields=fields,
            roles=roles,
            joined=(None, SH.path, PG.joinedSinceDetermination) in part,
            looks=_looks(part),
            later=_later(part, self.need(iri, PG.decides)),
        )

    def judged(self, asked: tuple[Asked, ...]) -> dict[str, Graph]:
        """The shapes of each condition that read determinations about it."""
        found: dict[str, Graph] = {}
        for item in asked:
            node = instance("condition", *item.condition.split("/"), base=base_of(str(self.node)))
            roots = [
                root for root in self.graph.subjects(PG.decides, node) if (root, SH.targetClass, None) in self.graph
            ]
            part = closure(self.reached, roots)
            if (None, SH.hasValue, node) in part:
                found[item.condition] = make_steady(part)
        return found

    def measure_rules(self) -> tuple[MeasureRule, ...]:
        graph = self.graph
        rules: list[MeasureRule] = []
        for node in graph.objects(self.node, PG.appliesMeasures):
            outcome, condition = _text(graph, node, PG.whenOutcome), _text(graph, node, PG.whenCondition)
            document = _text(graph, node, PG.allMeasuresOf)
            measures = tuple(sorted(str(value) for value in graph.objects(node, PG.measure)))
            grade = _text(graph, node, PG.whenGrade)
            if [bool(outcome), bool(condition), bool(grade)].count(True) != 1 or bool(document) == bool(measures):
                raise self.fail("pg:appliesMeasures 须写明一个前提（结论、条件或等级）和一组措施")
            rules.append(
                MeasureRule(
                    outcome or None,
                    _condition(condition) if condition else None,
                    grade or None,
                    slug_of(document).removeprefix("doc/") if document else None,
                    measures,
                )
            )
        return tuple(
            sorted(rules, key=lambda rule: (rule.outcome or "", rule.condition or "", rule.grade or "", rule.measures))
        )

    def withholdings(self, asked: set[str]) -> tuple[Withholding, ...]:
        found: list[Withholding] = []
        for node in self.graph.objects(self.node, PG.withholdsMeasures):
            condition = _condition(_text(self.graph, node, PG.whenCondition))
            measures = tuple(sorted(str(value) for value in self.graph.objects(node, PG.measure)))
            if condition not in asked or not measures:
                raise self.fail(
                    "pg:withholdsMeasures 须写明 pg:asks 中的一个条件（pg:whenCondition）和以它为前提的措施"
                )
            found.append(Withholding(condition, measures))
        return tuple(sorted(found, key=lambda one: one.condition))

    def check_complete(self, policy: Policy) -> None:
        """Refuse a condition without a verdict under some reading: it would pass for want of anything to break."""
        asked = {item.condition for item in policy.asked}
        for shape in policy.shapes:
            if shape.condition not in asked:
                raise self.fail(f"{slug_of(shape.iri)} 判断的条件 {shape.condition} 不在 pg:asks 中")
        selections = [policy.defaults()] + [policy.defaults() | {r.question: r.value} for r in policy.readings]
        for item in policy.asked:
            if item.part in FINDINGS:
                continue
            for taken in selections:
                verdicts = [
                    shape
                    for shape in policy.shapes
                    if shape.condition == item.condition
                    and shape.report == "verdict"
                    and all(taken.get(q) == value for q, value in shape.readings)
                ]
                if not verdicts:
                    raise self.fail(f"条件 {item.condition} 在理解 {taken} 下没有任何形状")


def reported(graph: Graph) -> list[URIRef]:
    """The shapes that are run by themselves, by IRI."""
    return sorted(node for node in set(graph.subjects(SH.targetClass)) if isinstance(node, URIRef))


Reached = Mapping[Node, Sequence[tuple[Node, Node, bool]]]
"""By shape what is said of it in SHACL's own words, and whether each value belongs to the shape too."""


def reach(graph: Graph) -> Reached:
    """What ``closure`` walks along, worked out once for a shapes graph from which many parts are taken."""
    found: dict[Node, list[tuple[Node, Node, bool]]] = {}
    for node, predicate, value in graph:
        if predicate in _SAID:
            inside = predicate in _INSIDE
            found.setdefault(node, []).append(
                (predicate, value, isinstance(value, BNode) or (inside and not isinstance(value, Literal)))
            )
    return found


def closure(reached: Reached, roots: Iterable[Node]) -> Graph:
    """The part of a shapes graph that is reached from some shapes, so that an engine is given nothing else to parse."""

    def walk() -> Iterator[tuple[Node, Node, Node]]:
        queue = list(roots)
        seen = set(queue)
        while queue:
            node = queue.pop()
            for predicate, value, belongs in reached.get(node, ()):
                yield node, predicate, value
                if belongs and value not in seen:
                    seen.add(value)
                    queue.append(value)

    return make_graph(walk())


def outcomes_named(shape: Graph) -> frozenset[str]:
    """The outcomes that an invariant over decisions speaks of; empty when it names none."""
    paths = set(shape.subjects(SH.path, PG.outcome))
    return frozenset(str(value) for path in paths for value in shape.objects(path, SH.hasValue))


def check_shapes(graph: Graph, codes: Codes | None = None) -> Iterator[str]:
    """What is wrong with a shapes graph, one sentence each; nothing when every term is one we support.

    ``codes`` are the closed codes; without them the words of coded columns are not checked.
    """
    yield from _check_predicates(graph)
    roots = set(reported(graph))
    nested = {value for term in _REFERENCES for value in graph.objects(None, term)}
    for term in _LISTS:
        for head in graph.objects(None, term):
            nested.update(graph.items(head))
    for target_node, target in graph.subject_objects(SH.targetClass):
        if isinstance(target_node, BNode):
            yield "有 sh:targetClass 的形状须有 IRI"
        if target != PG.Subject:
            yield f"{_name(target_node)} 的 sh:targetClass 只能是 pg:Subject"
    for root in sorted(roots):
        if any((root, term, None) in graph for term in (SH.property, SH.node)) and (root, SH.path, None) not in graph:
            yield f"{_name(root)} 不能直接用 sh:property 或 sh:node（结果会落在无名形状上），改用属性形状或 sh:or"
    for value in sorted(set(graph.objects(None, SH.node)), key=str):
        if (value, SH.path, None) in graph:
            yield f"sh:node 所指的 {_name(value)} 是属性形状，改用 sh:property"
    for value in sorted(set(graph.objects(None, SH.property)), key=str):
        if (value, SH.path, None) not in graph:
            yield f"sh:property 所指的 {_name(value)} 没有 sh:path"
    for node in sorted(nested, key=str):
        if not any(predicate in _CONSTRAINTS for predicate in graph.predicates(node)):
            yield f"引用的形状 {_name(node)} 不存在或没有任何约束"
    for node in sorted(set(graph.subjects(PG.decides)) - roots, key=str):
        yield f"{_name(node)} 有 pg:decides 而没有 sh:targetClass pg:Subject，永远不会运行"
    for kind in (SH.NodeShape, SH.PropertyShape):
        for node in sorted(set(graph.subjects(RDF.type, kind)) - roots - nested, key=str):
            yield f"{_name(node)} 既没有 sh:targetClass 也没有被引用"
    for node in sorted(roots | nested, key=str):
        yield from _check_shape(graph, node, codes)


def _check_predicates(graph: Graph) -> Iterator[str]:
    known = SUPPORTED | _SHAPE_WORDS | _POLICY_WORDS | _LIST_WORDS
    for predicate in sorted(set(graph.predicates()), key=str):
        if predicate in known:
            continue
        names = [_name(term) for term in known]
        close = near_words(_name(predicate), names)
        hint = f"（是否为 {close[0]}？）" if close else ""
        yield f"不支持的用语 {_name(predicate)}{hint}"
    for kind in sorted(set(graph.objects(None, RDF.type)), key=str):
        if str(kind).startswith(str(SH)) and kind not in (SH.NodeShape, SH.PropertyShape):
            yield f"不支持的形状类型 {_name(kind)}"


def _check_shape(graph: Graph, node: Node, codes: Codes | None) -> Iterator[str]:
    said: dict[Node, list[Node]] = {}
    for predicate, value in graph.predicate_objects(node):
        said.setdefault(predicate, []).append(value)
    kinds_said = said.get(_TYPE, ())
    path = said[_PATH][0] if _PATH in said else None
    last: list[URIRef] = []
    if _NODE_SHAPE in kinds_said if path is not None else _PROPERTY_SHAPE in kinds_said:
        yield f"{_name(node)}：sh:PropertyShape 须有 sh:path，sh:NodeShape 不能有"
    if path is not None:
        yield from _check_path(graph, path, last)
    elif _QUALIFIED in said or not said.keys().isdisjoint(_COUNTS):
        yield f"{_name(node)} 有计数约束而没有 sh:path"
    if (_QUALIFIED in said) == said.keys().isdisjoint(_QUALIFIED_COUNTS):
        yield f"{_name(node)} 的 sh:qualifiedValueShape 与 sh:qualifiedMinCount/MaxCount 须同时出现"
    for term in _COUNTS:
        for value in said.get(term, ()):
            if not (isinstance(value, Literal) and value.datatype == XSD.integer and int(value) >= 0):
                yield f"{_name(node)} 的 {_name(term)} 须是非负整数"
    kinds = {VIEW_TERMS[term].kind for term in last if term in VIEW_TERMS}
    for term in _BOUNDS:
        for value in said.get(term, ()):
            if kinds - {"integer", "decimal", "date"}:
                yield f"{_name(node)} 的 {_name(term)} 用在了不是数、也不是日期的值上"
            elif kinds == {"date"}:
                if not (isinstance(value, Literal) and value.datatype == XSD.date):
                    yield f"{_name(node)} 的 {_name(term)} 须是日期（xsd:date）"
            elif not (isinstance(value, Literal) and value.datatype in (XSD.integer, XSD.decimal)):
                yield f"{_name(node)} 的 {_name(term)} 须是整数或小数"
    values = [*said.get(_VALUE, ()), *(item for head in said.get(_IN, ()) for item in graph.items(head))]
    for value in values:
        for term in last:
            if term in VIEW_TERMS and not _fits(value, term, codes):
                yield f"{_name(node)} 的取值 {_name(value)} 不是 {_name(term)} 的值"


def _check_path(graph: Graph, path: Node, last: list[URIRef]) -> Iterator[str]:
    """Check a path and collect the terms it can end with: a predicate, a sequence, or alternatives of these."""
    if isinstance(path, URIRef):
        last.append(path)
        if path not in VIEW_TERMS:
            close = near_words(_name(path), (_name(term) for term in VIEW_TERMS))
            yield f"路径 {_name(path)} 不是截至日视图的用语" + (f"（是否为 {close[0]}？）" if close else "")
        return
    alternatives = graph.value(path, SH.alternativePath)
    if alternatives is not None:
        for step in graph.items(alternatives):
            yield from _check_path(graph, step, last)
        return
    steps = list(graph.items(path)) if graph.value(path, RDF.first) is not None else []
    if not steps:
        yield f"不支持的路径 {_name(path)}，只支持属性、序列和 sh:alternativePath"
    for position, step in enumerate(steps):
        ends: list[URIRef] = []
        yield from _check_path(graph, step, ends)
        if position < len(steps) - 1:
            for term in ends:
                if term in VIEW_TERMS and VIEW_TERMS[term].kind != "link":
                    yield f"路径中间的 {_name(term)} 不指向另一个节点"
        else:
            last.extend(ends)


def _fits(value: Node, term: URIRef, codes: Codes | None) -> bool:
    kind, allowed = VIEW_TERMS[term].kind, VIEW_TERMS[term].allowed
    if not allowed and codes is not None and VIEW_TERMS[term].scheme:
        allowed = tuple(codes.of(VIEW_TERMS[term].scheme))
    if kind in ("iri", "link"):
        return isinstance(value, URIRef)
    if not isinstance(value, Literal) or value.language:
        return False
    if kind == "word":
        return value.datatype is None and (not allowed or str(value) in allowed)
    return (
        value.datatype == {"integer": XSD.integer, "decimal": XSD.decimal, "bool": XSD.boolean, "date": XSD.date}[kind]
    )


def _window(part: Graph, iri: URIRef) -> tuple[int, bool] | None:
    """The window in months of a forbidden-record shape, and whether its last day is out; None when it has none."""
    for term, is_open in ((PG.monthsAgo, False), (PG.monthsAgoOpen, True)):
        for node in part.subjects(SH.path, term):
            limit = part.value(node, SH.maxInclusive)
            if isinstance(limit, Literal) and any(
                node in part.objects(s, SH.property) for s in part.objects(iri, SH["not"])
            ):
                return int(limit), is_open
    return None


_COVERS: Mapping[Node, str] = {
    **{PG[item.of_table(TABLE[table]).name]: table for table in COVERABLE for item in COMPLETENESS},
    **{PG[item.term.name]: item.of_table for table in RECORD_TABLES for item in coverage_terms(table)},
}
_FIELD_COVERS: dict[Node, str] = {PG[f"{class_word(table)}FieldCoverage"]: table for table in COVERABLE}
_COVERS_FROM: dict[Node, str] = {PG[f"{class_word(table)}CoversFrom"]: table for table in COVERABLE}
_COVERS_AS_OF: dict[Node, str] = {PG[f"{class_word(table)}CoversAsOf"]: table for table in COVERABLE}
_LINKS: dict[Node, str] = {PG[str(table.link)]: table.name for table in RECORD_TABLES}
_POSTS: dict[Node, str] = {PG[as_of_link(role)]: role for role in ROLES}


def _grounds(part: Graph) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The tables whose completeness a shape asks for, the single fields that are enough, and the posts it looks at."""
    paths = set(part.objects(None, SH.path))
    terms = paths.union(part.objects(None, RDF.first))
    covers = {_COVERS[term] for term in terms if term in _COVERS}
    fields: set[str] = set()
    for path in paths & _FIELD_COVERS.keys():
        covers.add(_FIELD_COVERS[path])
        fields |= _fields_enough(part, _FIELD_COVERS[path]) or set()
    roles = {_POSTS[term] for term in terms if term in _POSTS}
    return tuple(sorted(covers)), tuple(sorted(fields)), tuple(sorted(roles))


def _fields_enough(part: Graph, table: str) -> set[str] | None:
    """The fields for which alone a table may be complete; None where a shape does not ask for single fields."""
    nodes = list(part.subjects(SH.path, PG[f"{class_word(table)}FieldCoverage"]))
    nested = [shape for node in nodes for shape in part.objects(node, SH.qualifiedValueShape)]
    return {word for shape in nested for word in _words_of(part, shape, PG.field)} if nodes else None


def _words_of(part: Graph, node: Node, term: URIRef) -> set[str]:
    """The values that a term of a node has to have."""
    inner = [one for one in part.objects(node, SH.property) if part.value(one, SH.path) == term]
    return {str(value) for one in inner for value in part.objects(one, SH.hasValue)}


def _inside(part: Graph, table: str) -> tuple[str, ...]:
    return tuple(sorted(_fields_enough(part, table) or ()))


def _looks(part: Graph) -> tuple[Look, ...]:
    """The tables that have to be complete on the as-of day, or since a day without a gap, with that day."""
    found: set[Look] = set()
    for path in set(part.objects(None, SH.path)):
        if path in _COVERS_AS_OF:
            found.add(Look(_COVERS_AS_OF[path], _inside(part, _COVERS_AS_OF[path])))
        for node in part.subjects(SH.path, path) if path in _COVERS_FROM else ():
            bound = part.value(node, SH.maxInclusive)
            if isinstance(bound, Literal) and isinstance(bound.toPython(), date):
                found.add(Look(_COVERS_FROM[path], _inside(part, _COVERS_FROM[path]), bound.toPython()))
    return tuple(sorted(found, key=lambda look: (look.table, look.since or date.min)))


def _later(part: Graph, condition: str) -> tuple[Look, ...]:
    """The tables, and fields, of the records that a shape holds against the determination about its condition."""
    found: set[Look] = set()
    for test in part.subjects(SH.path, PG.sinceDetermination):
        if (test, SH.hasValue, URIRef(condition)) not in part:
            continue
        for record in part.subjects(SH.property, test):
            inside = tuple(sorted(_words_of(part, record, PG.field)))
            for word in (SH.qualifiedValueShape, SH["not"]):
                for holder in part.subjects(word, record):
                    path = part.value(holder, SH.path)
                    steps = set(part.transitive_objects(path, None)) if path is not None else set()
                    found |= {Look(name, inside) for link, name in _LINKS.items() if link in steps}
    return tuple(sorted(found, key=lambda look: (look.table, look.fields)))


def _text(graph: Graph, node: Node, term: URIRef, language: str | None = None) -> str:
    """The value as text, in a language when asked; an empty string when there is none."""
    for value in sorted(graph.objects(node, term), key=str):
        if language is None or (isinstance(value, Literal) and value.language == language):
            return str(value)
    return ""


def _condition(iri: str) -> str:
    """The id of a condition from its IRI: ``…/condition/jiamusi-2020-6/4`` → ``jiamusi-2020-6/4``."""
    return slug_of(iri).removeprefix("condition/")


def _name(node: Node) -> str:
    """A term as people write it: ``sh:maxInclusive``, ``pg:monthsAgo``, or its place below ``id/``."""
    text = str(node)
    for prefix, namespace in (("sh", str(SH)), ("pg", str(PG)), ("dcterms", str(DCTERMS)), ("rdfs", str(RDFS))):
        if text.startswith(namespace):
            return f"{prefix}:{text.removeprefix(namespace)}"
    return "（无名形状）" if isinstance(node, BNode) else slug_of(text)
