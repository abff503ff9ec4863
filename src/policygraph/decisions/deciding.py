"""From the facts of one enterprise to a decision: view, shapes, results plus coverage, outcome.

The shapes say what a result means, so this module knows no polarity and no policy: any Violation makes a condition
failed, else any Warning makes it cantTell, else it passed. A positive outcome therefore needs every condition
answered, and the shapes report missing coverage as Warnings. Every alternative reading is computed from the same
results, and the decision says what it would change.

pySHACL gets a view with one subject and the parsed shapes, and nothing else: ``focus_nodes``, ``use_shapes`` and
``allow_warnings`` give wrong results with nested or named shapes (measured), and severity is read per result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from rdflib import URIRef

from policygraph.decisions.outcomes import (
    Alternative,
    BoundPerson,
    ConditionOutcome,
    Decision,
    MeasureRow,
    Missing,
    Notice,
    ReadingUsed,
    ShapeResult,
)
from policygraph.decisions.view import View, build_view, posts_on
from policygraph.errors import NotFoundError
from policygraph.rules import Asked, MeasureRule, Policy, Reading, Register, Shape
from policygraph.validation import validate

_NOTHING_FOUND = "记载完整，没有妨碍的记录"


@dataclass(frozen=True, slots=True)
class _Answer:
    """The outcome under one choice of readings."""

    outcome: str
    because: tuple[str, ...]
    grade: str | None
    conditions: tuple[ConditionOutcome, ...]
    findings: tuple[ConditionOutcome, ...]


def decide(
    register: Register,
    entity: str,
    policy: Policy,
    as_of: date,
    *,
    measures: Iterable[MeasureRow] = (),
    dataset: str = "",
) -> Decision:
    """How one enterprise stands under one policy on one day, condition by condition.

    ``measures`` are the measures of the policy's document; those that follow from the outcome are kept.
    Errors: ``NotFoundError`` when the register does not know the enterprise.
    """
    row = register.enterprise(entity)
    if row is None:
        raise NotFoundError(
            register.name, f"登记册中没有单位 {entity}", "核对统一社会信用代码，或在 enterprises 表中补充"
        )
    start = Decision(
        policy=policy.id,
        policy_label=policy.label,
        document=policy.document,
        entity=entity,
        name=str(row.cells["name"]),
        as_of=as_of,
        outcome="inapplicable",
        dataset=dataset,
        synthetic=register.synthetic,
    )
    refusal = _inapplicable(policy, entity, str(row.cells["region"]), as_of)
    if refusal is not None:
        conditions = tuple(_inapplicable_condition(policy, item) for item in policy.asked if item.part != "finding")
        return replace(start, reason_code=refusal[0], reason=refusal[1], conditions=conditions)
    view = build_view(register, entity, as_of)
    results = run_shapes(policy, view)
    answer = _answer(policy, results, policy.defaults(), as_of)
    undated = policy.issued_from != policy.issued_to
    inside = undated and as_of <= policy.issued_to
    outcome, because = answer.outcome, answer.because
    if inside:
        outcome, because = "undetermined", tuple(sorted({*because, "evidence"}))
    warnings = _warnings(policy, results, answer, as_of)
    if undated:
        interval = f"{policy.issued_from.isoformat()} 至 {policy.issued_to.isoformat()}"
        known = "截至日在此区间内，不能确定本件是否已经发布" if inside else "截至日在此区间之后，按已发布适用"
        warnings = (Notice(f"本件没有载明成文日期，推定在 {interval} 之间；{known}"), *warnings)
    decision = replace(
        start,
        outcome=outcome,
        undetermined_because=because,
        grade=answer.grade,
        reason="本件成文日期不明" if inside else "",
        conditions=answer.conditions,
        findings=answer.findings,
        warnings=(*(Notice(remark) for remark in policy.remarks), *warnings),
        readings=tuple(_reading(policy, results, question, answer, as_of, inside) for question in policy.questions),
        persons=_persons(policy, register, entity, as_of, outcome),
    )
    return replace(decision, measures=_measures(policy, decision, measures))


def decide_all(
    register: Register,
    entity: str,
    policies: Mapping[str, Policy],
    as_of: date,
    *,
    measures: Iterable[MeasureRow] = (),
    dataset: str = "",
) -> tuple[Decision, ...]:
    """The same enterprise and day under every policy, in the order of the policies' ids."""
    known = tuple(measures)
    return tuple(
        decide(register, entity, policies[name], as_of, measures=known, dataset=dataset) for name in sorted(policies)
    )


def run_shapes(policy: Policy, view: View) -> tuple[tuple[Shape, ShapeResult], ...]:
    """All results of a policy's shapes over one view, of every reading, with the records they are about."""
    by_iri = {shape.iri: shape for shape in policy.shapes}
    found: list[tuple[Shape, ShapeResult]] = []
    for shapes in (policy.main, policy.others):
        if not len(shapes):
            continue
        for result in validate(view.graph, shapes):
            shape = by_iri[result.shape]
            row = view.rows.get(URIRef(result.value)) if result.value else None
            found.append(
                (
                    shape,
                    ShapeResult(
                        shape=shape.iri,
                        severity=shape.severity,
                        component=result.component,
                        path=result.path,
                        evidence=row.evidence if row else None,
                        message=shape.message,
                        restricted=row is not None and row.table == "listings" and row.text("list") == "watch",
                    ),
                )
            )
    return tuple(sorted(found, key=lambda pair: (pair[0].iri, pair[1].evidence or "")))


def _inapplicable(policy: Policy, entity: str, region: str, as_of: date) -> tuple[str, str] | None:
    """Why the policy does not apply at all: a reason code and a sentence; None when it applies."""
    if not region.startswith(policy.region_prefix):
        return "outside-jurisdiction", f"单位监管所在地 {region} 不在本文件适用地域（代码 {policy.region_prefix}）之内"
    if any(entity.startswith(prefix) for prefix in policy.outside_subjects):
        return "wrong-subject", "该主体不是本文件所称的生产经营单位（依统一社会信用代码的登记管理部门和机构类别）"
    if as_of < policy.issued_from:
        return "before-issue", f"截至日早于本文件发布（{policy.issued_from.isoformat()}）"
    if policy.repealed_on is not None and as_of >= policy.repealed_on:
        return "after-repeal", f"本文件已于 {policy.repealed_on.isoformat()} 废止"
    return None


def _ground(policy: Policy, condition: str) -> tuple[str, str]:
    """The clause and the quoted words of a condition: those of its first deciding shape."""
    own = [shape for shape in policy.shapes if shape.condition == condition]
    order = {"Violation": 0, "Warning": 1, "Info": 2}
    first = min(own, key=lambda shape: (order[shape.severity], len(shape.readings), shape.iri), default=None)
    return (first.clause, first.quote) if first else ("", "")


def _inapplicable_condition(policy: Policy, item: Asked) -> ConditionOutcome:
    clause, quote = _ground(policy, item.condition)
    return ConditionOutcome(item.condition, item.notation, item.title, item.part, "inapplicable", clause, quote)


def _condition(
    policy: Policy,
    item: Asked,
    results: tuple[tuple[Shape, ShapeResult], ...],
    taken: dict[str, str],
    as_of: date,
) -> ConditionOutcome:
    """One condition under one choice of readings."""
    mine = [pair for pair in results if pair[0].condition == item.condition and policy.counts(pair[0], taken, as_of)]
    failed = [pair for pair in mine if pair[0].severity == "Violation"]
    open_ = [pair for pair in mine if pair[0].severity == "Warning"]
    seen = [pair for pair in mine if pair[0].report in ("evidence", "finding")]
    verdicts = any(shape.report == "verdict" for shape in policy.shapes if shape.condition == item.condition)
    if not verdicts:
        outcome, speaking = ("passed" if seen else "failed"), seen
    elif failed:
        outcome, speaking = "failed", failed
    elif open_:
        outcome, speaking = "cantTell", open_
    else:
        outcome, speaking = "passed", seen
    clause, quote = _ground(policy, item.condition)
    questions = {
        question for shape in policy.shapes if shape.condition == item.condition for question, _ in shape.readings
    }
    return ConditionOutcome(
        condition=item.condition,
        notation=item.notation,
        title=item.title,
        part=item.part,
        outcome=outcome,
        clause=clause,
        quote=quote,
        evidence=_unique(result.evidence for _, result in speaking),
        reason="；".join(_unique(shape.message for shape, _ in speaking))
        or (_NOTHING_FOUND if outcome == "passed" else ""),
        missing=_missing(shape for shape, _ in open_) if outcome == "cantTell" else (),
        remedies=_remedies(shape for shape, _ in failed),
        readings=tuple((question, taken[question]) for question in sorted(questions)),
        results=tuple(result for _, result in mine if result.severity != "Info" or outcome == "passed"),
        restricted=item.restricted,
    )


def _missing(shapes: Iterable[Shape]) -> tuple[Missing, ...]:
    found = {(shape.needs or "evidence", shape.missing, shape.supplier) for shape in shapes}
    return tuple(Missing(*item) for item in sorted(found))


def _remedies(shapes: Iterable[Shape]) -> tuple[Missing, ...]:
    found = {("change", shape.remedy, shape.supplier) for shape in shapes if shape.remedy}
    return tuple(Missing(*item) for item in sorted(found))


def _answer(
    policy: Policy, results: tuple[tuple[Shape, ShapeResult], ...], taken: dict[str, str], as_of: date
) -> _Answer:
    """The outcome under one choice of readings: excluded before failed before open before positive."""
    outcomes = {item.condition: _condition(policy, item, results, taken, as_of) for item in policy.asked}
    parts: dict[str, list[ConditionOutcome]] = {"requirement": [], "exclusion": [], "grade": [], "finding": []}
    for item in policy.asked:
        parts[item.part].append(outcomes[item.condition])
    combination = policy.combination
    for reading in policy.readings:
        if reading.combination and taken[reading.question] == reading.value:
            combination = reading.combination
    required = _combine(combination, [condition.outcome for condition in parts["requirement"]])
    barred = [condition.outcome for condition in parts["exclusion"]]
    if policy.excluded and "failed" in barred:
        outcome = policy.excluded
    elif required == "failed" or "failed" in barred:
        outcome = policy.negative
    elif required == "cantTell" or "cantTell" in barred:
        outcome = "undetermined"
    else:
        outcome = policy.positive
    grade = next(
        (item.grade for item in policy.asked if item.grade and outcomes[item.condition].outcome == "passed"), None
    )
    if outcome == "graded" and grade is None:
        outcome = "undetermined"
    open_ = [part for part in (*parts["requirement"], *parts["exclusion"]) if part.outcome == "cantTell"]
    because = sorted({item.needs for part in open_ for item in part.missing}) if outcome == "undetermined" else []
    return _Answer(
        outcome,
        tuple(because),
        grade,
        (*parts["requirement"], *parts["exclusion"], *parts["grade"]),
        tuple(parts["finding"]),
    )


def _combine(combination: str, outcomes: list[str]) -> str:
    """All-of or any-of over condition outcomes.

    >>> _combine("allOf", ["passed", "cantTell", "failed"]), _combine("anyOf", ["passed", "cantTell", "failed"])
    ('failed', 'passed')
    >>> _combine("anyOf", ["failed", "cantTell"])
    'cantTell'
    """
    decisive, other = ("failed", "passed") if combination == "allOf" else ("passed", "failed")
    if decisive in outcomes:
        return decisive
    return "cantTell" if "cantTell" in outcomes else other


def _warnings(
    policy: Policy, results: tuple[tuple[Shape, ShapeResult], ...], answer: _Answer, as_of: date
) -> tuple[Notice, ...]:
    """Warnings about records that no condition has counted, one per shape."""
    taken = policy.defaults()
    counted = {name for part in answer.conditions if part.outcome in ("failed", "cantTell") for name in part.evidence}
    grouped: dict[Shape, list[ShapeResult]] = {}
    for shape, result in results:
        if shape.report == "warning" and policy.counts(shape, taken, as_of) and result.evidence not in counted:
            grouped.setdefault(shape, []).append(result)
    return tuple(
        Notice(
            shape.message,
            _unique(result.evidence for result in found),
            shape.clause,
            any(result.restricted for result in found),
        )
        for shape, found in grouped.items()
    )


def _reading(
    policy: Policy,
    results: tuple[tuple[Shape, ShapeResult], ...],
    question: str,
    answer: _Answer,
    as_of: date,
    inside: bool,
) -> ReadingUsed:
    """What the other readings of one question would give, all else as used."""
    mine = [reading for reading in policy.readings if reading.question == question]
    used = next(reading for reading in mine if reading.is_default)
    others = [
        _alternative(policy, results, reading, answer, as_of, inside) for reading in mine if not reading.is_default
    ]
    return ReadingUsed(question, used.value, used.label, used.reason, tuple(others))


def _alternative(
    policy: Policy,
    results: tuple[tuple[Shape, ShapeResult], ...],
    reading: Reading,
    answer: _Answer,
    as_of: date,
    inside: bool,
) -> Alternative:
    other = _answer(policy, results, policy.defaults() | {reading.question: reading.value}, as_of)
    before = {part.condition: part.outcome for part in answer.findings}
    changed = tuple(part.condition for part in other.findings if part.outcome != before[part.condition])
    outcome = "undetermined" if inside else other.outcome
    return Alternative(reading.value, outcome, reading.label, other.grade, changed)


def _persons(policy: Policy, register: Register, entity: str, as_of: date, outcome: str) -> tuple[BoundPerson, ...]:
    """The persons in office to whom a positive outcome extends, when the document names their roles."""
    if outcome != policy.positive:
        return ()
    found = {
        (post.role, post.person, post.row.text("name") or "")
        for post in posts_on(register, entity, as_of)
        if post.left is None and post.role in policy.binds_persons
    }
    return tuple(BoundPerson(person, name, role) for role, person, name in sorted(found))


def _measures(policy: Policy, decision: Decision, measures: Iterable[MeasureRow]) -> tuple[MeasureRow, ...]:
    """The measures that follow from the outcome, from a passed condition or from a grade, each with its conditions."""
    grounds: dict[str, set[str]] = {}
    for rule in policy.measures:
        because = _because(policy, decision, rule)
        if because is not None:
            for name in rule.measures or (str(rule.document),):
                grounds.setdefault(name, set()).update(because)
    return tuple(
        replace(
            row,
            needs_judgement=row.needs_judgement or policy.judgement_for_every_measure,
            conditions=tuple(sorted(grounds.get(row.measure, set()) | grounds.get(row.document, set()))),
        )
        for row in measures
        if row.measure in grounds or row.document in grounds
    )


def _because(policy: Policy, decision: Decision, rule: MeasureRule) -> tuple[str, ...] | None:
    """The conditions on which a rule about measures rests in this decision; None when the rule does not apply."""
    passed = [part for part in (*decision.conditions, *decision.findings) if part.outcome == "passed"]
    if rule.outcome is not None:
        if rule.outcome != decision.outcome:
            return None
        if decision.outcome == policy.excluded:
            barred = [part for part in decision.conditions if part.part == "exclusion" and part.outcome == "failed"]
            return tuple(part.condition for part in barred)
        return tuple(part.condition for part in passed if part.part == "requirement")
    if decision.outcome == "undetermined":
        return None
    if rule.grade is not None:
        graded = {item.condition for item in policy.asked if item.grade == decision.grade}
        found = tuple(part.condition for part in passed if part.condition in graded)
        return found if rule.grade == decision.grade else None
    return tuple(part.condition for part in passed if part.condition == rule.condition) or None


def _unique(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
