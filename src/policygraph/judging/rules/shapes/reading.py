"""A checked shapes graph read as a policy, or a refusal that names what could not be explained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SH, SKOS, XSD
from rdflib.term import Node

from policygraph.errors import DataError
from policygraph.graph.memory import make_shapes
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import ROLES
from policygraph.judging.rules.shapes.checking import check_shapes
from policygraph.judging.rules.shapes.grounds import find_grounds, find_later, find_looks, find_measured, find_window
from policygraph.judging.rules.shapes.values import (
    COMBINATIONS,
    DETERMINED,
    FINDINGS,
    NEEDS,
    OUTCOMES,
    PARTS,
    REPORTS,
    Asked,
    MeasureRule,
    Policy,
    Reading,
    Shape,
    Withholding,
)
from policygraph.judging.rules.shapes.walking import closure, reach, reported
from policygraph.judging.rules.terms import name_term
from policygraph.namespaces import PG, base_of, instance, slug_of

_SEVERITIES = {SH.Violation: "Violation", SH.Warning: "Warning", SH.Info: "Info"}


def load_policies(graphs: Iterable[Graph], model: Graph | None = None, codes: Codes | None = None) -> dict[str, Policy]:
    """The policies of several shapes graphs by id; a policy that two graphs define is refused.

    ``model`` may hold the curated statements about the documents: labels and reasons of the readings come from there.
    ``codes`` are the closed codes of registers: with them a shape that names a code nobody defined is refused too, and
    places and fields are told by their names.
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
    policy = reader.read()
    if codes is None:
        return policy
    fields = {value: code.label for value, code in codes.schemes.get("functions", {}).items() if code.label}
    return replace(policy, regions=codes.regions, fields=fields)


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
            raise self.fail(f"{name_term(node)} 缺少 {name_term(term)}")
        return value

    def day(self, node: Node, term: URIRef) -> date | None:
        value = self.graph.value(node, term)
        if value is None:
            return None
        parsed = value.toPython() if isinstance(value, Literal) and value.datatype == XSD.date else None
        if not isinstance(parsed, date):
            raise self.fail(f"{name_term(node)} 的 {name_term(term)} 不是 xsd:date")
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
            main=make_shapes(closure(self.reached, [URIRef(iri) for iri, main in is_main.items() if main])),
            others=make_shapes(closure(self.reached, [URIRef(iri) for iri, main in is_main.items() if not main])),
            looks_at_watch_lists=self.looks_at_watch_lists(shapes),
            base=base_of(str(node)),
            judged=self.judged(asked),
        )
        self.check_complete(policy)
        return policy

    def looks_at_watch_lists(self, shapes: Iterable[Shape]) -> bool:
        """Whether one of the shapes that can decide something asks for the watch list."""
        deciding = [URIRef(shape.iri) for shape in shapes if shape.severity != "Info"]
        return (None, None, Literal("watch")) in closure(self.reached, deciding)

    def one_of(self, value: str, allowed: frozenset[str], what: str) -> str:
        if value not in allowed:
            raise self.fail(f"{what} 不能是 {value!r}，只能是 {'、'.join(sorted(allowed))}")
        return value

    def outcome(self, term: URIRef) -> str | None:
        value = _text(self.graph, self.node, term)
        return self.one_of(value, OUTCOMES, name_term(term)) if value else None

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
            raise self.fail(f"{name_term(iri)} 引用了不存在的理解 {'、'.join(map(slug_of, unknown))}")
        severity = graph.value(iri, SH.severity)
        if not isinstance(severity, URIRef) or severity not in _SEVERITIES:
            raise self.fail(f"{name_term(iri)} 的 sh:severity 须写明 sh:Violation、sh:Warning 或 sh:Info")
        report = self.one_of(_text(graph, iri, PG.reports) or "verdict", REPORTS, "pg:reports")
        if (report == "verdict") == (severity == SH.Info):
            raise self.fail(f"{name_term(iri)}：sh:Info 只用于证据、提示和发现，verdict 只用 Violation 和 Warning")
        needs = _text(graph, iri, PG.needs) or None
        if needs is not None:
            self.one_of(needs, NEEDS, "pg:needs")
        if severity == SH.Warning and (needs is None or not _text(graph, iri, PG.missing, "zh")):
            raise self.fail(f"{name_term(iri)} 是 sh:Warning，须写明 pg:needs 和 pg:missing")
        since = self.day(iri, PG.validFrom)
        if since is None:
            raise self.fail(f"{name_term(iri)} 缺少 pg:validFrom")
        messages = {
            str(value.language): str(value) for value in graph.objects(iri, SH.message) if isinstance(value, Literal)
        }
        if set(messages) != {"zh", "en"}:
            raise self.fail(f"{name_term(iri)} 须有中文和英文 sh:message 各一条")
        part = closure(self.reached, [iri])
        window = find_window(part, iri)
        covers, fields, roles = find_grounds(part)
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
            looks=find_looks(part),
            measured=find_measured(part),
            later=find_later(part, self.need(iri, PG.decides)),
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
                found[item.condition] = make_shapes(part)
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


def _text(graph: Graph, node: Node, term: URIRef, language: str | None = None) -> str:
    """The value as text, in a language when asked; an empty string when there is none."""
    for value in sorted(graph.objects(node, term), key=str):
        if language is None or (isinstance(value, Literal) and value.language == language):
            return str(value)
    return ""


def _condition(iri: str) -> str:
    """The id of a condition from its IRI: ``…/condition/jiamusi-2020-6/4`` → ``jiamusi-2020-6/4``."""
    return slug_of(iri).removeprefix("condition/")
