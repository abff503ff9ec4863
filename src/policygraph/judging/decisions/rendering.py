"""A decision as JSON and as RDF: the same answer, each with its own standard words.

The JSON is the contract of the register design. The RDF is PROV (an assessment that used the facts), one
``pg:Decision`` and one EARL assertion per condition with clause, evidence, reading and the kept validation result.
Assessment IRIs are random, never made from facts one could guess, and all nodes are named, so that nothing of one
assessment can be mistaken for another's. It belongs into a restricted graph: it names a business and its people.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SH, XSD

from policygraph.judging.decisions.changes import Change, Prospect
from policygraph.judging.decisions.outcomes import (
    ActRow,
    BasisRow,
    ConditionOutcome,
    DayReading,
    Decision,
    MeasureRow,
    Notice,
    Occasion,
    Proof,
    ShapeResult,
    Span,
    outcome_word,
    role_word,
)
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import TABLE
from policygraph.namespaces import EARL, ID, PG, our_iri
from policygraph.text.titles import cite_text
from policygraph.words import find_word, say

Json = dict[str, object]


def decision_json(decision: Decision, prospect: Prospect | None = None) -> Json:
    """One JSON object per enterprise and policy; ``changes`` only when what would change it was asked for."""
    answer: Json = {
        "policy": decision.policy,
        "document": decision.document,
        "entity": decision.entity,
        "name": decision.name,
        "as_of": decision.as_of.isoformat(),
        "outcome": decision.outcome,
        "undetermined_because": list(decision.undetermined_because),
        "grade": decision.grade,
        "reason_code": decision.reason_code,
        "reason": decision.reason,
        "conditions": [_condition_json(part) for part in decision.conditions],
        "findings": [_condition_json(part) for part in decision.findings],
        "warnings": [_notice_text(notice, name_conditions(decision)) for notice in decision.warnings],
        "readings": [
            {
                "reading": reading.reading,
                "used": reading.used,
                "label": reading.label,
                "flips": reading.flips(decision.outcome),
                "alternatives": [
                    {"reading": other.reading, "outcome": other.outcome, "label": other.label, "grade": other.grade}
                    | ({"findings": list(other.findings)} if other.findings else {})
                    | ({"consequences": list(other.consequences)} if other.consequences else {})
                    for other in reading.alternatives
                ],
            }
            for reading in decision.readings
        ],
        "persons": [
            {"person": one.person, "name": one.name, "role": one.role, "condition": one.condition or None}
            for one in decision.persons
        ],
        "measures": [measure_json(row) for row in decision.measures],
        "currency": list(decision.currency),
        "restricted": decision.restricted,
        "synthetic": decision.synthetic,
        "dataset": decision.dataset,
    }
    if prospect is not None:
        answer["changes"] = {
            "needed": _changes_json(prospect.needed),
            "otherwise": [_changes_json(way) for way in prospect.otherwise],
            "if_held": prospect.if_held or None,
            "if_not": prospect.if_not or None,
            "later": [{"from": day.isoformat(), "outcome": outcome} for day, outcome in prospect.later],
            "flipping_readings": [
                {"reading": question, "value": value, "outcome": outcome}
                for question, value, outcome in prospect.flipping_readings
            ],
        }
    return answer


def _changes_json(changes: Iterable[Change]) -> list[Json]:
    return [{"kind": c.kind, "condition": c.condition, "what": c.what, "supplier": c.supplier} for c in changes]


def _condition_json(part: ConditionOutcome) -> Json:
    return {
        "condition": part.condition,
        "notation": part.notation,
        "title": part.title,
        "outcome": part.outcome,
        "clause": part.clause,
        "quote": part.quote,
        "spoken": [{"clause": clause, "quote": quote} for clause, quote in part.spoken],
        "evidence": list(part.evidence),
        "reason": part.reason,
        "missing": [item.what for item in part.missing],
        "proof": _proof_json(part.proof),
    }


def _proof_json(proof: Proof) -> Json:
    return {
        "coverage": [
            {
                "table": used.table,
                "from": used.since.isoformat(),
                "to": used.until.isoformat(),
                "field": used.field or None,
                "source": used.source or None,
                "exported_on": used.exported_on.isoformat() if used.exported_on else None,
            }
            for used in proof.coverage
        ],
        "holders": [
            {
                "role": one.role,
                "person": one.person,
                "name": None if one.is_unnamed else one.name,
                "from": one.since.isoformat() if one.since else None,
                "to": one.until.isoformat() if one.until else None,
            }
            for one in proof.holders
        ],
        "gaps": [
            {
                "table": gap.table,
                "fields": list(gap.fields),
                "from": gap.since.isoformat(),
                "to": gap.until.isoformat(),
                "covered": _spans_json(gap.covered),
                "missing": _spans_json(gap.missing),
            }
            for gap in proof.gaps
        ],
        "currency": proof.currency,
    }


def _spans_json(spans: Iterable[Span]) -> list[list[str]]:
    return [[since.isoformat(), until.isoformat()] for since, until in spans]


def proof_lines(proof: Proof, codes: Codes | None = None) -> Iterator[str]:
    """The proof of an answer about a condition in lines that a clerk reads; to when a table speaks, its period says.

    ``codes`` tell what a field is called.
    """
    for used in proof.coverage:
        yield say(
            "deciding",
            "complete",
            table=TABLE[used.table].label,
            field=_name_field(used.field, codes),
            since=used.since,
            until=used.until,
            source=say("deciding", "complete_source", source=used.source) if used.source else "",
            exported=say("deciding", "complete_exported", day=used.exported_on) if used.exported_on else "",
        )
    for one in proof.holders:
        since = say("deciding", "holder_since", day=one.since) if one.since else say("deciding", "holder_undated")
        if one.is_unnamed:
            yield say("deciding", "post_held", role=role_word(one.role), since=since)
        else:
            yield say("deciding", "holder", role=role_word(one.role), name=one.name or one.person, since=since)
    yield from proof.judgements


def _name_field(field: str, codes: Codes | None) -> str:
    """In which field alone a table is complete, by its name; empty for all of them."""
    known = codes.of("functions") if codes else {}
    return say("deciding", "complete_field", field=known[field].label if field in known else field) if field else ""


def coverage_lines(proofs: Iterable[Proof], codes: Codes | None = None) -> Iterator[str]:
    """For how long which tables are complete, each period once with all tables of which it is said."""
    together: dict[tuple[date, date, str, date | None], dict[str, None]] = {}
    for proof in proofs:
        for used in proof.coverage:
            field = _name_field(used.field, codes)
            period = (used.since, used.until, used.source, used.exported_on)
            together.setdefault(period, {})[TABLE[used.table].label + field] = None
    for (since, until, source, exported_on), tables in together.items():
        yield say(
            "deciding",
            "complete_together",
            tables="、".join(tables),
            since=since,
            until=until,
            source=say("deciding", "complete_source", source=source) if source else "",
            exported=say("deciding", "complete_exported", day=exported_on) if exported_on else "",
        )


def name_evidence(name: str, titles: Mapping[str, str] | None = None, tables: Mapping[str, str] | None = None) -> str:
    """How a record is called on pages and papers: its number, or what it is and its key.

    A condition in the key is called by its title where ``titles`` has it; ``tables`` says what a record of each table
    is in another language.

    >>> name_evidence("P-17"), name_evidence("certificates:1:2024-05-01")
    ('P-17', '安全生产标准化证书 1 2024-05-01')
    >>> name_evidence("determinations:x-1/a:2024-05-01", {"x-1/a": "某项条件"})
    '人工认定 某项条件 2024-05-01'
    >>> name_evidence("persons:Z1:principal:2024-05-01")
    '有关人员 Z1 主要负责人 2024-05-01'
    """
    table, *key = name.split(":")
    if table not in TABLE:
        return name
    told = [(titles or {}).get(part) or _name_part(table, number, part) for number, part in enumerate(key)]
    return " ".join([(tables or {}).get(table, TABLE[table].label), *told])


def _name_part(table: str, number: int, part: str) -> str:
    """One part of the key of a record: a post and a table by their words, what else there is as it stands."""
    columns = TABLE[table].named_by
    column = TABLE[table].column(columns[number]) if number < len(columns) else None
    if column is not None and column.scheme == "posts":
        return role_word(part)
    return TABLE[part].label if column is not None and column.kind == "table" and part in TABLE else part


def name_records(notice: Notice, titles: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The records of a notice as they are printed, with their days.

    >>> name_records(Notice("…", ("A-1",), days=(("A-1", date(2026, 2, 1)),)))
    ('A-1（2026-02-01）',)
    """
    named = ((name_evidence(name, titles), notice.day_of(name)) for name in notice.evidence)
    return tuple(f"{name}（{day.isoformat()}）" if day else name for name, day in named)


def name_conditions(decision: Decision, others: Mapping[str, str] | None = None) -> dict[str, str]:
    """What each condition and further finding of a decision is called, by its id, beside what others are called."""
    parts = (*decision.conditions, *decision.findings)
    return {**(others or {})} | {part.condition: f"{part.notation} {part.title}".strip() for part in parts}


def join_departments(names: Iterable[str]) -> str:
    """Departments in one phrase; the words that leave a list open follow without a mark, as they are printed.

    >>> join_departments(["市应急管理局", "市财政局", "等"])
    '市应急管理局、市财政局等'
    """
    return "".join(name if name.startswith("等") else f"、{name}" for name in names).removeprefix("、")


def department_lines(row: MeasureRow) -> tuple[str, str]:
    """The departments of the measure itself, and those of its group, which the document does not assign to it.

    Either is empty where there are none.
    """
    own = [name for name in row.departments if name not in row.group_departments]
    return join_departments(own), join_departments(row.group_departments)


def share_judgements(rows: Iterable[MeasureRow]) -> tuple[str, tuple[str, ...]]:
    """What is to be judged of every one of several measures, said once, and what is left to say of each.

    Sentences are compared whole. The first part is empty for a single measure, or where nothing is common to all.
    """
    texts = [re.findall("[^。]+。?", row.needs_judgement) for row in rows]
    common = [sentence for sentence in texts[0] if all(sentence in text for text in texts)] if len(texts) > 1 else []
    left = tuple("".join(sentence for sentence in text if sentence not in common) for text in texts)
    return "".join(common), left


def reading_lines(decision: Decision, lead: str = "") -> Iterator[str]:
    """The readings used: those that another reading would flip one by one after ``lead``, the others in one line."""
    same: list[str] = []
    for reading in decision.readings:
        if not reading.flips(decision.outcome):
            same.append(reading.label or reading.reading)
            continue
        other = "；".join(
            say("deciding", "other_reading", label=one.label or one.reading, outcome=outcome_word(one.outcome))
            + (say("deciding", "other_consequences") if one.consequences or one.findings else "")
            for one in reading.alternatives
        )
        yield lead + say("deciding", "reading", label=reading.label or reading.reading, others=other)
    if same:
        yield say("deciding", "same_readings", said=say("checking", "readings_same"), labels="；".join(same))


def _notice_text(notice: Notice, titles: Mapping[str, str]) -> str:
    return f"{notice.message}：{'、'.join(name_records(notice, titles))}" if notice.evidence else notice.message


def basis_text(basis: BasisRow) -> str:
    """A legal basis in one line, as it is cited.

    >>> basis_text(BasisRow("国务院关于进一步加强企业安全生产工作的通知", "国发〔2010〕23号", "12"))
    '《国务院关于进一步加强企业安全生产工作的通知》（国发〔2010〕23号）12'
    """
    level = f"［{find_word('codes', 'group_basis', 'level')}］" if basis.level == "group" else ""
    return f"{cite_text(basis.title, basis.number)}{basis.locator}{level}"


def measure_json(row: MeasureRow) -> Json:
    """A measure with its departments, its bases as cited, and its acts."""
    return {
        "measure": row.measure,
        "notation": row.notation,
        "title": row.title,
        "addressee": row.addressee,
        "force": row.force,
        "further_force": row.further_force,
        "departments": list(row.departments),
        "group_departments": list(row.group_departments),
        "bases": [basis_text(basis) for basis in row.bases],
        "needs_judgement": row.needs_judgement,
        "conditions": list(row.conditions),
        "clause": row.clause,
        "quote": row.quote,
        "acts": [_act_json(act) for act in row.acts],
    }


def occasion_json(occasion: Occasion) -> Json:
    """What a paper says beside the decision: number and days, acts beside the measures, the acts as on the day of the
    act, which day governs where the two differ, the document's own force, and its remedies.
    """
    return {
        "number": occasion.number,
        "act_day": occasion.act_day.isoformat() if occasion.act_day else None,
        "decision_day": occasion.decision_day.isoformat() if occasion.decision_day else None,
        "decisions": [_act_json(act) for act in occasion.decisions],
        "then": [_act_json(act) for act in occasion.then],
        "days": [_day_json(one) for one in occasion.days],
        "force": [{"topic": row.topic, "known": row.is_known, "said": row.said} for row in occasion.force],
        "remedies": [
            {"mechanism": row.mechanism, "status": row.status, "clause": row.clause or None, "quote": row.quote or None}
            for row in occasion.remedies
        ],
        "statutory_remedies": [asdict(row) for row in occasion.ways],
    }


def _day_json(one: DayReading) -> Json:
    """An act whose conclusion differs between two days; ``conduct`` is null where nothing is concluded for that day."""
    return {
        "act": one.act.act,
        "notation": one.act.notation,
        "conduct": one.then.conclusion if one.then is not None else None,
        "decision": one.act.conclusion or None,
        "governs": one.governs,
        "rule": one.rule.code,
        "reason": one.rule.words,
    }


def day_lines(decision: Decision, occasion: Occasion) -> Iterator[str]:
    """The acts that follow from a decision, or are told beside it, whose conclusion differs between the day of the act
    and that of the decision: both conclusions, the day that governs, and why. Acts of which the same is told share a
    line.
    """
    told = {act.act for measure in decision.measures for act in measure.acts} | {a.act for a in occasion.decisions}
    alike: dict[tuple[str, str, str, str], list[str]] = {}
    for one in occasion.days:
        if one.act.act in told:
            then = one.then.label if one.then is not None else say("opinion", "no_conclusion_then")
            key = (then, one.act.label or say("opinion", "unjudged"), one.governs, one.rule.words)
            alike.setdefault(key, []).append(one.act.notation)
    for (then, now, governs, why), notations in alike.items():
        yield say(
            "opinion",
            "open_then",
            act="、".join(notations),
            day=occasion.act_day.isoformat() if occasion.act_day else "",
            then=then,
            decided=(occasion.decision_day or decision.as_of).isoformat(),
            now=now,
            governs=say("opinion", f"governs_{governs}"),
            why=why,
        )


def _act_json(act: ActRow) -> Json:
    """An act with its conclusion; ``conclusion`` is null where nobody has judged it."""
    return {
        "act": act.act,
        "notation": act.notation,
        "title": act.title,
        "addressee": act.addressee,
        "nature": act.nature or None,
        "conclusion": act.conclusion or None,
        "conclusion_label": act.label or None,
        "insufficiency": act.insufficiency or None,
        "advice": act.group or None,
        "sentence": act.sentence,
        "sentence_en": act.sentence_en,
        "verification": act.verification or None,
        "certainty": act.certainty or None,
        "competence": list(act.competence),
        "basis_then": list(act.cited),
        "basis_now": list(act.rests_on),
        "status": [{"basis": basis, "status": code, "now": place or None} for basis, code, place in act.status],
        "fit": list(act.fit),
        "conditions": list(act.conditions),
        "beside": list(act.beside),
        "department_today": list(act.acting),
        "texts_unread": list(act.unread),
        "reading": act.reading,
        "later_instruments": list(act.later),
        "note": act.note,
    }


def need_lines(prospect: Prospect, tell: Callable[[Change], str]) -> Iterator[str]:
    """What would change a decision, each change as ``tell`` says it; of several ways a line for each.

    What follows if the open matters hold, and if they do not, stands last: one way that holds is enough, and the other
    outcome needs that none does.
    """
    yield from map(tell, prospect.common)
    if prospect.ways:
        yield say("deciding", "and_one_of" if prospect.common else "one_of")
    for number, way in enumerate(prospect.ways):
        lead = (say("deciding", "or_way") if number else "") + (f"“{way[0].title}”：" if way[0].title else "")
        yield lead + "；".join(map(tell, way))
    if prospect.if_held:
        held, refused = outcome_word(prospect.if_held), outcome_word(prospect.if_not)
        yield say("deciding", prospect.direction, held=held, refused=refused)


_EARL_OUTCOMES = {
    "passed": EARL.passed,
    "failed": EARL.failed,
    "cantTell": EARL.cantTell,
    "inapplicable": EARL.inapplicable,
}


Finder = Callable[[str], str]
"""Under which base a path (``id/…``) stands in the dataset that decided."""


def condition_iri(condition: str, find: Finder = our_iri) -> URIRef:
    """The IRI of a condition from its id; ids of other kinds of things keep their path.

    >>> str(condition_iri("jiamusi-2020-6/4"))
    'https://w3id.org/policygraph/id/condition/jiamusi-2020-6/4'
    >>> str(condition_iri("transition/jiamusi-2020-6/stop"))
    'https://w3id.org/policygraph/id/transition/jiamusi-2020-6/stop'
    """
    path = condition if condition.count("/") > 1 else f"condition/{condition}"
    return URIRef(find(f"id/{path}"))


def decision_graph(decision: Decision, assessment: str | None = None, find: Finder = our_iri) -> Graph:
    """The decision as RDF: assessment, decision, one assertion per condition, kept validation results.

    ``assessment`` is the last segment of the assessment's IRI; random when not given.
    """
    writer = _Writer(URIRef(find(f"id/assessment/{assessment or uuid.uuid4().hex}")), decision, find)
    writer.write()
    return writer.graph


class _Writer:
    """Adds the triples of one decision below one assessment IRI."""

    def __init__(self, root: URIRef, decision: Decision, find: Finder) -> None:
        self.root = root
        self.decision = decision
        self.find = find
        self.entity = self.iri("entity", decision.entity)
        self.graph = Graph()
        for prefix, namespace in (("pg", PG), ("earl", EARL), ("prov", PROV), ("sh", SH), ("id", ID)):
            self.graph.bind(prefix, namespace)
        self.results = 0

    def iri(self, *parts: str) -> URIRef:
        return URIRef(self.find(f"id/{'/'.join(parts)}"))

    def add(self, node: URIRef, *pairs: tuple[URIRef, URIRef | Literal]) -> None:
        for term, value in pairs:
            self.graph.add((node, term, value))

    def write(self) -> None:
        decision = self.decision
        node = URIRef(f"{self.root}/decision")
        policy = self.iri("policy", decision.policy)
        self.add(
            self.root,
            (RDF.type, PG.Assessment),
            (RDF.type, PROV.Activity),
            (PROV.used, self.entity),
            (PROV.used, policy),
            (PG.asOf, Literal(decision.as_of.isoformat(), datatype=XSD.date)),
        )
        if decision.dataset:
            self.add(self.root, (PG.dataset, Literal(decision.dataset)))
        self.add(
            node,
            (RDF.type, PG.Decision),
            (RDF.type, PROV.Entity),
            (PROV.wasGeneratedBy, self.root),
            (PG.policy, policy),
            (PG.aboutEntity, self.entity),
            (PG.outcome, Literal(decision.outcome)),
        )
        for kind in decision.undetermined_because:
            self.add(node, (PG.undeterminedBecause, Literal(kind)))
        if decision.grade:
            self.add(node, (PG.gradeLabel, Literal(decision.grade)))
        if decision.reason_code:
            self.add(node, (PG.reasonCode, Literal(decision.reason_code)))
        if decision.synthetic:
            self.add(node, (PG.synthetic, Literal(True)))
        for reading in decision.readings:
            path = ("interpretation", decision.policy, reading.reading, reading.used)
            self.add(node, (PG.underInterpretation, self.iri(*path)))
        for notice in decision.warnings:
            self.add(node, (PG.warning, Literal(_notice_text(notice, name_conditions(decision)), lang="zh")))
        for row in decision.measures:
            self.add(node, (PG.leadsTo, URIRef(row.measure)))
        for number, part in enumerate((*decision.conditions, *decision.findings), start=1):
            self.add(node, (PG.hasAssertion, self.assertion(number, part)))

    def assertion(self, number: int, part: ConditionOutcome) -> URIRef:
        node, outcome = URIRef(f"{self.root}/assertion_{number}"), URIRef(f"{self.root}/result_{number}")
        self.add(
            node,
            (RDF.type, EARL.Assertion),
            (EARL.assertedBy, self.root),
            (EARL.subject, self.entity),
            (EARL.test, condition_iri(part.condition, self.find)),
            (EARL.mode, EARL.automatic),
            (EARL.result, outcome),
        )
        self.add(outcome, (RDF.type, EARL.TestResult), (EARL.outcome, _EARL_OUTCOMES[part.outcome]))
        if part.reason:
            self.add(outcome, (DCTERMS.description, Literal(part.reason, lang="zh")))
        if part.clause:
            self.add(node, (PG.clause, URIRef(part.clause)), (PG.quote, Literal(part.quote)))
        for name in part.evidence:
            self.add(node, (PG.evidence, Literal(name)))
        for item in part.missing:
            self.add(node, (PG.missing, Literal(item.what, lang="zh")))
        for question, value in part.readings:
            self.add(node, (PG.underInterpretation, self.iri("interpretation", self.decision.policy, question, value)))
        for result in part.results:
            self.add(node, (PG.validationResult, self.result(result)))
        for row in self.decision.measures:
            if part.condition in row.conditions:
                self.add(node, (PG.leadsTo, URIRef(row.measure)))
        return node

    def result(self, result: ShapeResult) -> URIRef:
        self.results += 1
        node = URIRef(f"{self.root}/validation_{self.results}")
        self.add(
            node,
            (RDF.type, SH.ValidationResult),
            (SH.focusNode, self.entity),
            (SH.sourceShape, URIRef(result.shape)),
            (SH.resultSeverity, SH[result.severity]),
            (SH.sourceConstraintComponent, SH[result.component]),
            (SH.resultMessage, Literal(result.message, lang="zh")),
        )
        if result.evidence:
            self.add(node, (PG.evidence, Literal(result.evidence)), (RDFS.label, Literal(result.evidence)))
        return node
