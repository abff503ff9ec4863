"""From the facts of one enterprise to a decision: view, shapes, results plus coverage, outcome.

The shapes say what a result means, so this module knows no polarity and no policy: any Violation makes a condition
failed, else any Warning makes it cantTell, else it passed. A positive outcome therefore needs every condition
answered, and the shapes report missing coverage as Warnings. Every alternative reading is computed from the same
results, and the decision says what it would change, in the outcome or in what follows from it.

A determination on a condition that the facts decide is never ignored: it is shown where it agrees, and where it
clashes nobody can tell until the authority has looked again - unless what stands in the way is younger than the
determination, which covers the facts known on its day only. Where shapes read determinations themselves, the facts
are heard alone too: the same shapes over the view without that determination. Only conditions that the text lets a
determination settle are spared.

What the shapes find is gathered in ``hearing``; here it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from policygraph.errors import NotFoundError
from policygraph.judging.decisions.hearing import Case, Hearing, hear
from policygraph.judging.decisions.outcomes import (
    Alternative,
    BoundPerson,
    ConditionOutcome,
    CoverageGap,
    CoverageUsed,
    Decision,
    Holder,
    MeasureRow,
    Missing,
    Notice,
    Proof,
    ReadingUsed,
    ShapeResult,
    Span,
)
from policygraph.judging.decisions.periods import find_first_day
from policygraph.judging.decisions.view import Post, covered_periods, posts_on
from policygraph.judging.rules import Asked, MeasureRule, Policy, Reading, Register, Row, Shape
from policygraph.judging.rules.codes import name_region
from policygraph.judging.rules.counting import ONE_DAY, find_gaps, merge_periods
from policygraph.judging.rules.facts import TABLE
from policygraph.judging.rules.issue import IssueState
from policygraph.judging.rules.shapes import FINDINGS, Look
from policygraph.text.sentences import join_sentences
from policygraph.words import say

REACHING_PERSONS = ("persons", "both")
"""Addressees of a measure that include persons."""


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
    today: date | None = None,
    hearing: Hearing | None = None,
) -> Decision:
    """How one enterprise stands under one policy on one day, condition by condition.

    ``measures`` are the measures of the policy's document; those that follow from the outcome are kept. ``today``,
    when given, is only used to say that a later day has not come yet. ``hearing`` spares whoever asks more than once
    about the same facts that the same shapes look at them again; the answer is the same without.
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
    ahead: tuple[Notice, ...] = ()
    if today is not None and as_of > today:
        ahead = (Notice(say("deciding", "day_ahead", as_of=as_of, today=today)),)
    if refusal is not None:
        conditions = tuple(_inapplicable_condition(policy, item) for item in policy.asked if item.part not in FINDINGS)
        return replace(start, reason_code=refusal[0], reason=refusal[1], conditions=conditions, warnings=ahead)
    case = hear(register, hearing).case(policy, entity, as_of)
    answer = _answer(case, policy.defaults())
    state = policy.issue.state(as_of)
    inside = state is IssueState.inside
    outcome, because = answer.outcome, answer.because
    if inside:
        outcome, because = "undetermined", tuple(sorted({*because, "evidence"}))
    warnings = _warnings(case, answer)
    told = policy.issue.tell(state)
    if told:
        warnings = (Notice(told), *warnings)
    prove = _Prover(case, register, entity)
    warnings += prove.unknown_since(answer)
    if today is not None:
        warnings += prove.exported_ahead(today)
        warnings += prove.vouched_ahead(today) if as_of > today else ()
    persons = _persons(case, register, entity, outcome, answer)
    named = {one.person for one in persons}
    decision = replace(
        start,
        outcome=outcome,
        undetermined_because=because,
        grade=answer.grade,
        reason=say("deciding", "undated_reason") if inside else "",
        conditions=tuple(_name_holders(case, prove.proven(part), named) for part in answer.conditions),
        findings=tuple(_name_holders(case, prove.proven(part), named) for part in answer.findings),
        warnings=(*ahead, *(Notice(remark) for remark in policy.remarks), *warnings),
        readings=tuple(_reading(case, question, answer, inside) for question in policy.questions),
        persons=persons,
    )
    positive = decision.outcome == policy.positive
    currency = _unique(part.proof.currency for part in decision.conditions if part.outcome == "passed" and positive)
    following, unclassified = _measures(policy, decision, measures)
    if unclassified:
        warnings = (*decision.warnings, Notice(tell_unclassified(unclassified)))
        decision = replace(decision, warnings=warnings, unclassified=unclassified)
    return replace(decision, measures=following, currency=currency)


def decide_all(
    register: Register,
    entity: str,
    policies: Mapping[str, Policy],
    as_of: date,
    *,
    measures: Iterable[MeasureRow] = (),
    dataset: str = "",
    today: date | None = None,
) -> tuple[Decision, ...]:
    """The same enterprise and day under every policy, in the order of the policies' ids."""
    known, hearing = tuple(measures), Hearing(register)
    return tuple(
        decide(register, entity, policies[name], as_of, measures=known, dataset=dataset, today=today, hearing=hearing)
        for name in sorted(policies)
    )


def _inapplicable(policy: Policy, entity: str, region: str, as_of: date) -> tuple[str, str] | None:
    """Why the policy does not apply at all: a reason code and a sentence; None when it applies."""
    if not region.startswith(policy.region_prefix):
        place, territory = (name_region(code, policy.regions) for code in (region, policy.region_prefix))
        told = say("deciding", "outside_jurisdiction", place=place, territory=territory)
        return "outside-jurisdiction", told
    if any(entity.startswith(prefix) for prefix in policy.outside_subjects):
        return "wrong-subject", say("deciding", "wrong_subject")
    state = policy.issue.state(as_of)
    if state is IssueState.before:
        return "before-issue", policy.issue.tell(state)
    if policy.repealed_on is not None and as_of >= policy.repealed_on:
        return "after-repeal", say("deciding", "after_repeal", day=policy.repealed_on)
    return None


def ground_of(policy: Policy, condition: str) -> tuple[str, str]:
    """The clause and the quoted words of a condition: those of its first deciding shape."""
    own = [shape for shape in policy.shapes if shape.condition == condition]
    order = {"Violation": 0, "Warning": 1, "Info": 2}
    first = min(own, key=lambda shape: (order[shape.severity], len(shape.readings), shape.iri), default=None)
    return (first.clause, first.quote) if first else ("", "")


def find_spoken(policy: Policy, condition: str, speaking: Iterable[Shape]) -> tuple[tuple[str, str], ...]:
    """The places of a condition that an outcome rests on, beside those that ``ground_of`` quotes for the whole of it.

    What stands in two places fails, or is open, by one of them, whose words belong beside the reason; words within the
    condition's own are told by these, which say more.
    """
    clause, quote = ground_of(policy, condition)
    told = ((shape.clause, shape.quote) for shape in speaking)
    return tuple(dict.fromkeys(place for place in told if place[0] != clause or place[1] not in quote))


def _inapplicable_condition(policy: Policy, item: Asked) -> ConditionOutcome:
    clause, quote = ground_of(policy, item.condition)
    return ConditionOutcome(item.condition, item.notation, item.title, item.part, "inapplicable", clause, quote)


def _condition(case: Case, item: Asked, taken: dict[str, str]) -> ConditionOutcome:
    """One condition under one choice of readings."""
    policy = case.policy
    found = _stand(policy, item, case.results, taken, case.as_of)
    mine, outcome, speaking = found.mine, found.outcome, found.speaking
    asked = [shape for shape in policy.shapes if shape.condition == item.condition]
    reason = join_sentences(_unique(_message(case, shape) for shape, _ in speaking))
    if not reason and outcome == "passed" and any(shape.covers for shape in asked):
        reason = say("deciding", "nothing_found")
    missing = _missing(shape for shape, _ in found.open) if outcome == "cantTell" else ()
    cited = found.cited
    evidence = _unique(result.evidence for _, result in speaking)
    if not evidence and outcome != "passed":
        evidence = _unique(result.evidence for _, result in cited)
    determination = case.held(item)
    if determination is not None:
        alone = case.alone.get(item.condition)
        facts = found if alone is None else _stand(policy, item, alone, taken, case.as_of)
        named = [result.evidence or "" for _, result in (*facts.failed, *facts.cited)]
        offending = [case.days[name] for name in named if name in case.days]
        clash = _clash(facts.outcome, determination, offending)
        word = say("checking", "cond_passed" if determination.text("outcome") == "passed" else "cond_failed")
        told = say("deciding", "determined", day=determination.cells["date"], outcome=word)
        again = Missing("judgement", say("deciding", "clash_missing"), say("deciding", "clash_supplier"))
        if clash and outcome == "cantTell":  # the shapes have read it, and say themselves why nobody can tell
            missing = missing if any(item.needs == "judgement" for item in missing) else (*missing, again)
        elif clash:
            outcome, missing, reason = "cantTell", (again,), clash
        reason = join_sentences((reason, told))
        if clash or alone is None or not evidence:  # shapes that read it cite what they rest on themselves
            evidence = _unique((*evidence, determination.evidence))
    clause, quote = ground_of(policy, item.condition)
    reason = join_sentences((reason, *_tell_numbers(case, asked, evidence), _tell_age(case, item, quote, evidence)))
    questions = {question for shape in asked for question, _ in shape.readings}
    return ConditionOutcome(
        condition=item.condition,
        notation=item.notation,
        title=item.title,
        part=item.part,
        outcome=outcome,
        clause=clause,
        quote=quote,
        evidence=evidence,
        reason=reason,
        missing=missing,
        remedies=_remedies(shape for shape, _ in found.failed) if outcome == "failed" and not policy.adverse else (),
        readings=tuple((question, taken[question]) for question in sorted(questions)),
        results=tuple(result for _, result in mine if result.severity != "Info" or outcome == "passed"),
        restricted=item.restricted,
        spoken=() if outcome == "passed" else find_spoken(policy, item.condition, (shape for shape, _ in speaking)),
    )


def _tell_numbers(case: Case, asked: Sequence[Shape], evidence: tuple[str, ...]) -> Iterator[str]:
    """What the numbers are that the shapes of a condition hold against a bound, for each record that it names."""
    for name in sorted({term for shape in asked for term in shape.measured}):
        told = _unique(str(case.numbers[one][name]) for one in evidence if name in case.numbers.get(one, ()))
        if told:
            yield say("deciding", "measured", what=say("simulating", f"setting_{name}"), value="、".join(told))


def _tell_age(case: Case, item: Asked, words: str, evidence: tuple[str, ...]) -> str:
    """That the determination on which a condition rests is older than the period of its words; empty where it is not.

    What it says of the period before is heard all the same: whoever signs has to see that.
    """
    row = case.determined.get(item.condition)
    day = None if row is None or row.evidence not in evidence else row.day("date")
    since = None if day is None else find_first_day(words, case.as_of)
    return say("deciding", "determined_before", day=day, since=since) if day and since and day < since else ""


@dataclass(frozen=True, slots=True)
class _Stand:
    """How one condition stands by some results: the results that count, and which of them speak."""

    outcome: str
    mine: list[tuple[Shape, ShapeResult]]
    speaking: list[tuple[Shape, ShapeResult]]
    failed: list[tuple[Shape, ShapeResult]]
    open: list[tuple[Shape, ShapeResult]]
    cited: list[tuple[Shape, ShapeResult]]


def _stand(
    policy: Policy, item: Asked, results: Iterable[tuple[Shape, ShapeResult]], taken: dict[str, str], as_of: date
) -> _Stand:
    """Any Violation fails a condition, else any Warning leaves it open, else it passed."""
    mine = [pair for pair in results if pair[0].condition == item.condition and policy.counts(pair[0], taken, as_of)]
    failed = [pair for pair in mine if pair[0].severity == "Violation"]
    open_ = [pair for pair in mine if pair[0].severity == "Warning"]
    seen = [pair for pair in mine if pair[0].report in ("evidence", "finding")]
    cited = [pair for pair in mine if pair[0].report == "cites"]
    if not any(shape.report == "verdict" for shape in policy.shapes if shape.condition == item.condition):
        outcome, speaking = ("passed" if seen else "failed"), seen
    elif failed:
        outcome, speaking = "failed", failed
    elif open_:
        outcome, speaking = "cantTell", open_
    else:
        outcome, speaking = "passed", seen
    return _Stand(outcome, mine, speaking, failed, open_, cited)


def _clash(outcome: str, determination: Row, offending: list[date]) -> str:
    """Why a determination and the facts cannot both stand; an empty string where they can.

    What happened after the determination is none of its business: it cannot excuse a later record.
    """
    granted, day = determination.text("outcome") == "passed", determination.day("date")
    if outcome == "passed" and not granted:
        return say("deciding", "clash_passed")
    if outcome == "failed" and granted and day is not None and all(record <= day for record in offending):
        return say("deciding", "clash_failed")
    return ""


def _message(case: Case, shape: Shape) -> str:
    """What a shape that reported says; where it wants tables complete of which that was held back, that it was."""
    if shape.severity == "Warning" and shape.covers and case.withheld.issuperset(shape.covers):
        return say("deciding", "withheld", table="、".join(TABLE[name].label for name in shape.covers))
    return shape.message


def _missing(shapes: Iterable[Shape]) -> tuple[Missing, ...]:
    found = {(shape.needs or "evidence", shape.missing, shape.supplier) for shape in shapes}
    return tuple(Missing(*item) for item in sorted(found))


def _remedies(shapes: Iterable[Shape]) -> tuple[Missing, ...]:
    found = {("change", shape.remedy, shape.supplier) for shape in shapes if shape.remedy}
    return tuple(Missing(*item) for item in sorted(found))


def _answer(case: Case, taken: dict[str, str]) -> _Answer:
    """The outcome under one choice of readings: excluded, failed, open, suspended, positive; the first that holds."""
    policy = case.policy
    outcomes = {item.condition: _condition(case, item, taken) for item in policy.asked}
    parts: dict[str, list[ConditionOutcome]] = {"requirement": [], "exclusion": [], "grade": [], "finding": []}
    for item in policy.asked:
        parts["finding" if item.part in FINDINGS else item.part].append(outcomes[item.condition])
    required = _combine(find_combination(policy, taken), [condition.outcome for condition in parts["requirement"]])
    barred = [condition.outcome for condition in parts["exclusion"]]
    stopped = [part for part in parts["finding"] if part.part == "suspension"]
    stops = [part.outcome for part in stopped]
    if policy.excluded and "failed" in barred:
        outcome = policy.excluded
    elif required == "failed" or "failed" in barred:
        outcome = policy.negative
    elif required == "cantTell" or "cantTell" in barred:
        outcome = "undetermined"
    elif policy.suspended and "passed" in stops:
        outcome = policy.suspended
    elif "cantTell" in stops:
        outcome = "undetermined"
    else:
        outcome = policy.positive
    grade = next(
        (item.grade for item in policy.asked if item.grade and outcomes[item.condition].outcome == "passed"), None
    )
    disputed = any(item.needs == "judgement" for part in parts["grade"] for item in part.missing)
    if outcome == "graded" and (grade is None or disputed):
        outcome = "undetermined"  # a grade that a determination contradicts is nobody's grade
    settling = [*parts["requirement"], *parts["exclusion"], *stopped]
    if policy.positive == "graded":
        settling += parts["grade"]
    open_ = [part for part in settling if part.outcome == "cantTell"]
    because = sorted({item.needs for part in open_ for item in part.missing}) if outcome == "undetermined" else []
    return _Answer(
        outcome,
        tuple(because),
        grade,
        (*parts["requirement"], *parts["exclusion"], *parts["grade"]),
        tuple(parts["finding"]),
    )


def find_combination(policy: Policy, taken: Mapping[str, str]) -> str:
    """Whether all requirements have to hold or one is enough, under one choice of readings."""
    combination = policy.combination
    for reading in policy.readings:
        if reading.combination and taken[reading.question] == reading.value:
            combination = reading.combination
    return combination


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


def _warnings(case: Case, answer: _Answer) -> tuple[Notice, ...]:
    """Warnings about records that no condition has counted, one per shape."""
    taken = case.policy.defaults()
    counted = {name for part in answer.conditions if part.outcome in ("failed", "cantTell") for name in part.evidence}
    grouped: dict[Shape, list[ShapeResult]] = {}
    for shape, result in case.results:
        if (
            shape.report == "warning"
            and case.policy.counts(shape, taken, case.as_of)
            and result.evidence not in counted
        ):
            grouped.setdefault(shape, []).append(result)
    return tuple(
        Notice(
            shape.message,
            (names := _unique(result.evidence for result in found)),
            shape.clause,
            any(result.restricted for result in found),
            tuple((name, day) for name in names if (day := case.days.get(name)) and day.isoformat() not in name),
        )
        for shape, found in grouped.items()
    )


def _reading(case: Case, question: str, answer: _Answer, inside: bool) -> ReadingUsed:
    """What the other readings of one question would give, all else as used."""
    mine = [reading for reading in case.policy.readings if reading.question == question]
    used = next(reading for reading in mine if reading.is_default)
    others = [_alternative(case, reading, answer, inside) for reading in mine if not reading.is_default]
    return ReadingUsed(question, used.value, used.label, used.reason, tuple(others))


def _alternative(case: Case, reading: Reading, answer: _Answer, inside: bool) -> Alternative:
    policy = case.policy
    other = _answer(case, policy.defaults() | {reading.question: reading.value})
    before = {part.condition: part.outcome for part in answer.findings}
    changed = tuple(part.condition for part in other.findings if part.outcome != before[part.condition])
    outcome, was = ("undetermined", "undetermined") if inside else (other.outcome, answer.outcome)
    follows = set(_consequences(policy, other, outcome)) ^ set(_consequences(policy, answer, was))
    return Alternative(reading.value, outcome, reading.label, other.grade, changed, tuple(sorted(follows)))


def _persons(case: Case, register: Register, entity: str, outcome: str, answer: _Answer) -> tuple[BoundPerson, ...]:
    """The persons in office to whom a positive outcome extends, and those whom the measures of a finding reach.

    The document names their posts. Shapes that report ``binds`` limit them to persons of whom a record says so;
    shapes that report ``frees`` spare persons of whom a record says otherwise. A record of one's own reaches a person
    whatever a finding says of the unit; without such shapes the finding has to have passed. While the outcome is open
    nobody is reached, as no measure follows.
    """
    policy = case.policy
    if outcome == "undetermined":
        return ()
    taken = policy.defaults()
    own = {item.condition for item in policy.asked if item.binds_persons}
    passed = {part.condition for part in answer.findings if part.outcome == "passed"}
    held = [post for post in posts_on(register, entity, case.as_of) if post.left is None]
    records = {post.person: {row.evidence for row in register.by_person.get(post.person, ())} for post in held}
    reaching = [("", policy.binds_persons)] if outcome == policy.positive else []
    reaching += [(item.condition, item.binds_persons) for item in policy.asked if item.binds_persons]
    found: set[tuple[str, str, str, str]] = set()
    for condition, roles in reaching:
        about = {condition} if condition else {item.condition for item in policy.asked} - own
        mine = [shape for shape in policy.shapes if shape.condition in about]
        told: dict[str, set[str]] = {"binds": set(), "frees": set()}
        for shape, result in case.results:
            if shape in mine and shape.report in told and result.evidence and policy.counts(shape, taken, case.as_of):
                told[shape.report].add(result.evidence)
        limited = any(shape.report == "binds" for shape in mine)
        if condition and not limited and condition not in passed:
            continue
        for post in held:
            name, theirs = post.row.text("name") or "", records[post.person]
            if post.role in roles and not theirs & told["frees"] and (not limited or theirs & told["binds"]):
                found.add((condition, post.role, post.person, name))
    return tuple(BoundPerson(person, name, role, condition) for condition, role, person, name in sorted(found))


def _name_holders(case: Case, part: ConditionOutcome, named: set[str]) -> ConditionOutcome:
    """The part with the names of those whom the answer may not name taken out of its proof.

    Who held a post is proof (register contract, rule 13), told by the post, its time and the register's own key. A
    name is told only of whom the answer reaches, or of whom a record speaks that this part cites (design of the
    conclusions: a person is named only where a record or determination is about that person, or a local rule marks
    the persons of a listed unit). All surfaces print what stands here.
    """
    known = named | {case.persons[name] for name in part.evidence if name in case.persons}
    holders = tuple(
        one if one.person in known else replace(one, name="", is_unnamed=True) for one in part.proof.holders
    )
    return replace(part, proof=replace(part.proof, holders=holders)) if holders else part


@dataclass(frozen=True, slots=True)
class _Prover:
    """Adds to an answer on what it rests: completeness, holders of posts, and up to when the facts speak."""

    case: Case
    register: Register
    entity: str

    def proven(self, part: ConditionOutcome) -> ConditionOutcome:
        """A passed condition with its proof; an open one with the appointments and the gaps that leave it open.

        A failed one that rests on an absence rests on what is declared complete, and says so too.
        """
        if part.outcome == "cantTell":
            gaps = self.gaps(part)
            told = (self.tell(gap) for gap in gaps if gap.table not in self.case.withheld)
            reason = join_sentences((part.reason, *told))
            return replace(part, reason=reason, proof=Proof((), self.joined(part), (), gaps))
        if part.outcome == "failed":
            return replace(part, proof=Proof(self.coverage(self.reporting(part, "Violation"))))
        if part.outcome != "passed":
            return part
        taken = self.case.policy.defaults()
        shapes = [
            shape
            for shape in self.case.policy.shapes
            if shape.condition == part.condition
            and shape.report == "verdict"
            and self.case.policy.counts(shape, taken, self.case.as_of)
        ]
        coverage = self.coverage(shapes)
        return replace(part, proof=Proof(coverage, self.holders(shapes), self.judgements(part)))

    def reporting(self, part: ConditionOutcome, severity: str) -> list[Shape]:
        """The shapes that have reported about a condition, of one severity."""
        told = {result.shape for result in part.results if result.severity == severity}
        return [shape for shape in self.case.policy.shapes if shape.iri in told]

    def rows(self, table: str, fields: tuple[str, ...]) -> list[Row]:
        """The statements of completeness about a table that speak of this enterprise, of all fields or of these."""
        own = self.register.by_enterprise.get(self.entity, ())
        return [
            row
            for row in (*self.register.general, *own)
            if row.table == "coverage"
            and row.text("table") == table
            and (row.text("field") is None or row.text("field") in fields)
        ]

    def gap(self, look: Look) -> CoverageGap | None:
        """What is missing of the time for which a table has to be complete; None when nothing is."""
        until = self.case.as_of
        since = until if look.since is None else min(look.since, until)
        known = merge_periods(covered_periods(self.rows(look.table, look.fields)))
        missing = tuple(find_gaps(known, since, until))
        covered = tuple((max(a, since), min(b, until)) for a, b in known if a <= until and since <= b)
        return CoverageGap(look.table, since, until, look.fields, covered, missing) if missing else None

    def tell(self, gap: CoverageGap) -> str:
        """A gap in words; of a table whose completeness was held back, that it was, not that nobody declared it."""
        if gap.table in self.case.withheld:
            return say("deciding", "withheld", table=TABLE[gap.table].label)
        return gap_text(gap, self.case.policy.fields)

    def gaps(self, part: ConditionOutcome) -> tuple[CoverageGap, ...]:
        """What is missing of the time for which a condition that nobody can tell needs its tables complete."""
        asked = [shape for shape in self.reporting(part, "Warning") if shape.needs == "evidence"]
        found = {gap for shape in asked for look in shape.looks if (gap := self.gap(look)) is not None}
        return tuple(sorted(found, key=lambda gap: (gap.table, gap.since, gap.fields)))

    def unknown_since(self, answer: _Answer) -> tuple[Notice, ...]:
        """What a condition that stands as it was determined does not know of the time since.

        A determination needs no coverage and covers the facts of its day; whether later ones reopen it is known only
        as far as their tables are complete. A table whose facts last is complete as at the day.
        """
        found: list[Notice] = []
        for part in (*answer.conditions, *answer.findings):
            row = self.case.determined.get(part.condition)
            day = row.day("date") if row is not None else None
            if row is None or day is None or day >= self.case.as_of or row.text("outcome") != part.outcome:
                continue
            looks = {
                replace(look, since=None if TABLE[look.table].interval else day + ONE_DAY)
                for shape in self.case.policy.shapes
                if shape.condition == part.condition
                for look in shape.later
            }
            gaps = {gap for look in looks if (gap := self.gap(look)) is not None}
            told = join_sentences(
                self.tell(gap) for gap in sorted(gaps, key=lambda gap: (gap.table, gap.since, gap.fields))
            )
            if told:
                message = say("deciding", "unknown_since", day=day, title=part.title, gaps=told)
                found.append(Notice(message, (row.evidence,), part.clause))
        return tuple(found)

    def vouched_ahead(self, today: date) -> tuple[Notice, ...]:
        """What is declared complete for days that have not come: nobody can vouch for them, whoever declares it.

        Such a statement counts as it is written, so a decision for a later day says that it leans on one.
        """
        tables: dict[date, set[str]] = {}
        for shape in self.case.policy.shapes:
            for table in shape.covers:
                for since, until in covered_periods(self.rows(table, shape.fields)):
                    if since <= self.case.as_of and until > today:
                        tables.setdefault(until, set()).add(TABLE[table].label)
        told = (
            say("deciding", "vouched_ahead", tables="、".join(sorted(labels)), until=until, today=today)
            for until, labels in sorted(tables.items())
        )
        return tuple(Notice(message) for message in told)

    def exported_ahead(self, today: date) -> tuple[Notice, ...]:
        """What is declared complete by an export that has not been made: a date that is wrong, whatever day is asked.

        It is told and not refused, as every record of a day to come is: the statement counts up to the day it names.
        """
        used = self.coverage(list(self.case.policy.shapes))
        tables: dict[date, set[str]] = {}
        for one in used:
            if one.exported_on is not None and one.exported_on > today:
                tables.setdefault(one.exported_on, set()).add(TABLE[one.table].label)
        told = (
            say("deciding", "exported_ahead", tables="、".join(sorted(labels)), day=day, today=today)
            for day, labels in sorted(tables.items())
        )
        return tuple(Notice(message) for message in told)

    def coverage(self, shapes: list[Shape]) -> tuple[CoverageUsed, ...]:
        """The statements of completeness that reach the day, for the tables that the shapes ask about."""
        found: dict[CoverageUsed, None] = {}
        for shape in shapes:
            for table in shape.covers:
                mine = self.rows(table, shape.fields)
                run = next(
                    (run for run in merge_periods(covered_periods(mine)) if run[0] <= self.case.as_of <= run[1]), None
                )
                for row in mine if run is not None else ():
                    for since, until in covered_periods([row]):
                        if run is not None and run[0] <= since and until <= run[1] and since <= self.case.as_of:
                            used = CoverageUsed(
                                table,
                                since,
                                until,
                                row.text("field") or "",
                                row.text("source") or "",
                                row.day("exported_on"),
                            )
                            found[used] = None
        return tuple(sorted(found, key=lambda used: (used.table, used.since, used.until, used.field)))

    def joined(self, part: ConditionOutcome) -> tuple[Holder, ...]:
        """Who took up a post after the determination that a condition needs anew, by the records it cites."""
        named = {
            result.evidence
            for shape, result in self.case.results
            if shape.joined and shape.condition == part.condition and result.evidence in part.evidence
        }
        owners = {self.case.persons[name] for name in named if name in self.case.persons}
        return self.posts(lambda post: post.person in owners)

    def posts(self, wanted: Callable[[Post], bool]) -> tuple[Holder, ...]:
        """Posts held on the day, of the kind wanted."""
        held = {
            Holder(post.role, post.person, post.row.text("name") or "", post.row.day("from"), post.row.day("to"))
            for post in posts_on(self.register, self.entity, self.case.as_of)
            if post.left is None and wanted(post)
        }
        return tuple(sorted(held, key=lambda one: (one.role, one.person, one.since or date.min)))

    def holders(self, shapes: list[Shape]) -> tuple[Holder, ...]:
        """Who held the posts at which the shapes look."""
        roles = {role for shape in shapes for role in shape.roles}
        return self.posts(lambda post: post.role in roles)

    def judgements(self, part: ConditionOutcome) -> tuple[str, ...]:
        """Up to when the judgements speak that a passed condition rests on: each to its day."""
        return tuple(
            say("deciding", "determined_until", day=row.cells["date"])
            for row in self.case.determined.values()
            if row.evidence in part.evidence
        )


def gap_text(gap: CoverageGap, fields: Mapping[str, str]) -> str:
    """Which table has to be complete for which time, and what of that is declared and what is not.

    ``fields`` says what the fields are called, by their codes.
    """
    named = "、".join(fields.get(one, one) for one in gap.fields)
    inside = say("deciding", "complete_field", field=named) if named else ""
    key = "gap" if gap.covered else "gap_all" if gap.since < gap.until else "gap_day"
    return say(
        "deciding",
        key,
        table=TABLE[gap.table].label,
        field=inside,
        since=gap.since,
        until=gap.until,
        covered=_spans_text(gap.covered),
        missing=_spans_text(gap.missing),
    )


def _spans_text(spans: Iterable[Span]) -> str:
    return "、".join(
        say("deciding", "gap_span", since=since, until=until) if since < until else str(since) for since, until in spans
    )


def _measures(
    policy: Policy, decision: Decision, measures: Iterable[MeasureRow]
) -> tuple[tuple[MeasureRow, ...], tuple[MeasureRow, ...]]:
    """The measures that follow from the outcome, from a passed condition or from a grade, each with its conditions;
    and those of which nobody can tell, because nobody has said what kind they are.

    Where a finding reaches persons and not the unit, its measures follow for the persons alone.
    """
    if policy.issue.state(decision.as_of) is IssueState.inside:
        return (), ()  # nobody can tell whether the document was issued by then
    passed = tuple(part for part in (*decision.conditions, *decision.findings) if part.outcome == "passed")
    grounds = _grounds(policy, decision.outcome, decision.grade, passed, decision.conditions)
    withheld = _withheld(policy, (*decision.conditions, *decision.findings))
    reached = {one.condition for one in decision.persons} - {"", *(part.condition for part in passed)}
    of_persons = tuple(part for part in decision.findings if part.condition in reached)
    personal = _grounds(policy, "", None, of_persons, ())
    rows: list[MeasureRow] = []
    unclassified: list[MeasureRow] = []
    for row in measures:
        whole = row.document if _is_meant(policy, row) else ""
        because = grounds.get(row.measure, set()) | grounds.get(whole, set())
        if not because and row.addressee in REACHING_PERSONS:
            because = personal.get(row.measure, set()) | personal.get(whole, set())
            row = replace(row, addressee="persons")
        if because and row.measure not in withheld:
            needs = row.needs_judgement or policy.judgement_for_every_measure
            rows.append(replace(row, needs_judgement=needs, conditions=tuple(sorted(because))))
        elif not (because or row.kind) and (row.document in grounds or row.document in personal):
            unclassified.append(row)
    return tuple(rows), tuple(unclassified)


def tell_unclassified(rows: Sequence[MeasureRow]) -> str:
    """That nobody has said of some measures what kind they are, so that nobody can tell whether they follow."""
    named = "；".join(f"{row.notation} {row.title.rstrip('：:；;')}".strip() for row in rows)
    return say("deciding", "unclassified", n=len(rows), measures=named)


_MEANT = {True: frozenset({"sanction", "regulatory"}), False: frozenset({"incentive"})}
"""The kinds of measures that are meant by all of a document's, by whether the policy is adverse."""


def _is_meant(policy: Policy, row: MeasureRow) -> bool:
    """Whether a measure is meant where all measures of its document follow.

    A document may hold incentives for one list and sanctions for another: whoever is eligible is not to be sanctioned,
    and the other way round; so a measure of which nobody has said the kind is not meant either. A measure that is
    named by itself follows whatever it is, and grades may bring either.
    """
    return policy.positive == "graded" or row.kind in _MEANT[policy.adverse]


def _withheld(policy: Policy, parts: Iterable[ConditionOutcome]) -> frozenset[str]:
    """The measures whose own precondition has failed."""
    failed = {part.condition for part in parts if part.outcome == "failed"}
    return frozenset(name for one in policy.withheld if one.condition in failed for name in one.measures)


def _consequences(policy: Policy, answer: _Answer, outcome: str) -> tuple[str, ...]:
    """What follows from an answer: measures, or a document all of whose measures follow."""
    passed = tuple(part for part in (*answer.conditions, *answer.findings) if part.outcome == "passed")
    withheld = _withheld(policy, (*answer.conditions, *answer.findings))
    return tuple(
        name for name in _grounds(policy, outcome, answer.grade, passed, answer.conditions) if name not in withheld
    )


def _grounds(
    policy: Policy,
    outcome: str,
    grade: str | None,
    passed: tuple[ConditionOutcome, ...],
    conditions: tuple[ConditionOutcome, ...],
) -> dict[str, set[str]]:
    """For each measure that follows, or document all of whose measures do: the conditions on which that rests."""
    grounds: dict[str, set[str]] = {}
    for rule in policy.measures:
        because = _because(policy, outcome, grade, passed, conditions, rule)
        if because is not None:
            for name in rule.measures or (str(rule.document),):
                grounds.setdefault(name, set()).update(because)
    return grounds


def _because(
    policy: Policy,
    outcome: str,
    grade: str | None,
    passed: tuple[ConditionOutcome, ...],
    conditions: tuple[ConditionOutcome, ...],
    rule: MeasureRule,
) -> tuple[str, ...] | None:
    """The conditions on which a rule about measures rests; None when the rule does not apply."""
    if rule.outcome is not None:
        if rule.outcome != outcome:
            return None
        if outcome == policy.excluded:
            return tuple(part.condition for part in conditions if part.part == "exclusion" and part.outcome == "failed")
        return tuple(part.condition for part in passed if part.part == "requirement")
    if outcome == policy.suspended or (outcome == "undetermined" and rule.condition not in _found_apart(policy)):
        return None
    if rule.grade is not None:
        graded = {item.condition for item in policy.asked if item.grade == grade}
        return tuple(part.condition for part in passed if part.condition in graded) if rule.grade == grade else None
    return tuple(part.condition for part in passed if part.condition == rule.condition) or None


def _found_apart(policy: Policy) -> frozenset[str]:
    """The findings: what the text ties to one of them does not wait for the outcome (a list, whatever else is open)."""
    return frozenset(item.condition for item in policy.asked if item.part == "finding")


def _unique(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
