"""Early warning for one enterprise: on which day an answer or a condition turns if nothing new happens, and why.

Between two days on which something that a shape can see begins, ends or leaves a window, no answer can change. Those
days follow from the dates of the register and from the bounds that the shapes put on months; on each of them the
shapes are run again, so a day that is told is one on which the answer of ``decide`` differs from that of the day
before, and no day is left out.

Two courses are followed, and never mixed. *As recorded*: the register as it is, whose statements of completeness end;
what changes because of that alone says something about an old export and nothing about the enterprise. *Kept up*: the
same facts, were the tables that are complete today kept complete: what an authority that goes on reporting will see.

Pure: what an answer is comes in as a function, so that the caller decides of which policies it takes account.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from rdflib import Graph, Literal
from rdflib.namespace import SH
from rdflib.term import Node

from policygraph.judging.decisions.changes import as_complete_on
from policygraph.judging.decisions.outcomes import ConditionOutcome, Decision
from policygraph.judging.decisions.view import covered_periods
from policygraph.judging.rules import Policy, Register, Row
from policygraph.judging.rules.asof import COMPLETENESS
from policygraph.judging.rules.counting import ONE_DAY, day_after, first_day_after
from policygraph.judging.rules.facts import COVERABLE, RECORD_TABLES, ROLES, TABLE
from policygraph.judging.rules.terms import left_term
from policygraph.namespaces import PG

WINDOW, EXPIRES, ENDS, BEGINS, COVERAGE, LONG_ENOUGH, DOCUMENT = (
    "window", "expires", "ends", "begins", "coverage", "long-enough", "document"
)  # fmt: skip
"""What can come to pass on a day: a record leaves a window, its last day is over, an event ends it, it begins; a
statement of completeness is over, or is now long enough; a document or a shape begins or ceases to apply."""
_MONTHLY = frozenset(
    {"monthsAgo", "monthsAgoOpen", "heldMonthsAgo", "heldMonthsAgoOpen", *(left_term(role) for role in ROLES)}
)
_BOUNDS = (SH.minInclusive, SH.maxInclusive, SH.minExclusive, SH.maxExclusive, SH.hasValue)

Ask = Callable[[Register, Policy, date], Decision]
"""The answer about the enterprise under a policy on a day, from some register."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that comes to pass on a day, by what it is about."""

    day: date
    kind: str
    table: str = ""
    record: str = ""
    restricted: bool = False
    """True when it is about a record that is not public (a watch-list entry)."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A condition that turns: from what to what, by which words of which clause."""

    condition: str
    notation: str
    title: str
    before: str
    after: str
    clause: str
    quote: str
    evidence: tuple[str, ...]
    """The records named before or after."""
    restricted: bool


@dataclass(frozen=True, slots=True)
class Course:
    """What changes on a day in one course of things; nothing changes where before and after are the same."""

    before: str
    after: str
    grade_before: str | None
    grade_after: str | None
    turns: tuple[Turn, ...]

    @property
    def moves(self) -> bool:
        """True when the answer, its grade or a condition changes."""
        return self.decisive or bool(self.turns)

    @property
    def decisive(self) -> bool:
        """True when the answer or its grade changes."""
        return (self.before, self.grade_before) != (self.after, self.grade_after)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One day on which something changes under one policy if nothing new happens."""

    day: date
    policy: str
    recorded: Course
    kept: Course
    stale: bool
    """True when all that changes as recorded is that a statement of completeness is over."""
    causes: tuple[Due, ...]
    restricted: bool
    """True when it rests on what is not public (standing on a watch list)."""


def foresee(
    register: Register,
    entity: str,
    policies: Iterable[Policy],
    as_of: date,
    days: int,
    ask: Ask,
    beside: Iterable[Policy] = (),
) -> tuple[Foreseen, ...]:
    """Every day after ``as_of``, up to so many days on, on which an answer or a condition changes, by day.

    ``ask`` answers for the enterprise; ``beside`` are policies of which its answers take account. Nothing comes back
    where nothing changes.
    """
    asked = tuple(policies)
    known_to = (*asked, *beside)
    until = date.fromordinal(min(as_of.toordinal() + days, date.max.toordinal()))
    kept = as_complete_on(register, as_of, until)
    due = find_due(register, entity, known_to, as_of, until)
    known = find_due(kept, entity, known_to, as_of, until)
    hidden = frozenset(row.evidence for row in _rows_of(register, entity) if _is_watched(row))
    ends, changes = {one.day for one in due}, {one.day for one in known}
    found: list[Foreseen] = []
    for policy in asked:
        recorded, carried = ask(register, policy, as_of), ask(kept, policy, as_of)
        for day in sorted(ends | changes):
            then = ask(register, policy, day) if day in ends else recorded
            later = ask(kept, policy, day) if day in changes else carried
            courses = compare(recorded, then, hidden), compare(carried, later, hidden)
            if any(course.moves for course in courses):
                causes = tuple(one for one in due if one.day == day)
                found.append(_tell(policy, day, courses, causes))
            recorded, carried = then, later
    return tuple(sorted(found, key=lambda one: (one.day, one.policy)))


def compare(before: Decision, after: Decision, hidden: frozenset[str] = frozenset()) -> Course:
    """What changes from one answer to another; ``hidden`` are the names of records that are not public."""
    return Course(before.outcome, after.outcome, before.grade, after.grade, tuple(_turns(before, after, hidden)))


def public_only(found: Iterable[Foreseen], policies: Iterable[Policy]) -> tuple[Foreseen, ...]:
    """What may be told without the permission to see what is not public.

    Where a watch list is concerned that is nothing: no condition about one, no answer that turns with it, and nothing
    under a policy that looks at watch lists, whoever the enterprise is: silence about some would tell who is listed.
    Another condition that turns on the same day is told by itself.
    """
    veiled = {policy.id for policy in policies if policy.looks_at_watch_lists}
    told: list[Foreseen] = []
    for one in found:
        if one.policy in veiled:
            continue
        causes = tuple(due for due in one.causes if not due.restricted)
        if not one.restricted:
            told.append(replace(one, causes=causes))
        elif not one.recorded.decisive and not one.kept.decisive:
            recorded, kept = (
                replace(course, turns=tuple(turn for turn in course.turns if not turn.restricted))
                for course in (one.recorded, one.kept)
            )
            if recorded.moves or kept.moves:
                told.append(replace(one, recorded=recorded, kept=kept, causes=causes, restricted=False))
    return tuple(told)


def _turns(before: Decision, after: Decision, hidden: frozenset[str]) -> Iterator[Turn]:
    old = {part.condition: part for part in (*before.conditions, *before.findings)}
    new = {part.condition: part for part in (*after.conditions, *after.findings)}
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name), new.get(name)
        if (was.outcome if was else "") == (now.outcome if now else ""):
            continue
        part = now or was
        assert part is not None
        evidence = tuple(dict.fromkeys(record for one in (was, now) if one for record in _records(one)))
        yield Turn(
            condition=name,
            notation=part.notation,
            title=part.title,
            before=was.outcome if was else "",
            after=now.outcome if now else "",
            clause=part.clause,
            quote=part.quote,
            evidence=evidence,
            restricted=any(_is_restricted(one) for one in (was, now) if one) or not hidden.isdisjoint(evidence),
        )


def _records(part: ConditionOutcome) -> Iterator[str]:
    yield from part.evidence
    yield from (result.evidence for result in part.results if result.evidence and result.severity != "Info")


def _is_restricted(part: ConditionOutcome) -> bool:
    return part.restricted or any(result.restricted for result in part.results if result.severity != "Info")


def _tell(policy: Policy, day: date, courses: tuple[Course, Course], due: tuple[Due, ...]) -> Foreseen:
    """What changes with its causes: what is due that day and stands in what turns, or is asked for by it.

    What turns as recorded and does not where the tables are kept up turns because a statement of completeness is over.
    """
    recorded, kept = courses
    both = {turn.condition for turn in recorded.turns} & {turn.condition for turn in kept.turns}
    stale = recorded.moves and not both and not (recorded.decisive and kept.decisive)
    turns = (*recorded.turns, *kept.turns)
    named = {record for turn in turns for record in turn.evidence}
    covers = tables_of(policy, {turn.condition for turn in turns})
    causes = [one for one in due if one.record in named] if not stale or kept.moves else []
    causes += [one for one in due if one.kind in (COVERAGE, LONG_ENOUGH) and one.table in covers]
    causes += [one for one in due if one.kind == DOCUMENT]
    causes = causes or [one for one in due if not one.restricted]
    restricted = any(turn.restricted for turn in turns)
    return Foreseen(day, policy.id, recorded, kept, stale, tuple(dict.fromkeys(causes)), restricted)


def tables_of(policy: Policy, conditions: Collection[str]) -> frozenset[str]:
    """The tables that the shapes of some conditions look at, or ask to be complete; all that can be where none says."""
    shapes = [shape for shape in policy.shapes if shape.condition in conditions]
    covers = {table for shape in shapes for table in shape.covers} or set(COVERABLE)
    return frozenset(covers | {look.table for shape in shapes for look in (*shape.looks, *shape.later)})


# --- days ------------------------------------------------------------------------------------------------------------


def find_due(register: Register, entity: str, policies: Iterable[Policy], as_of: date, until: date) -> tuple[Due, ...]:
    """Everything that comes to pass after ``as_of`` and by ``until`` which a shape could see, sorted by day."""
    asked = tuple(policies)
    months = find_months(asked)
    rows = _rows_of(register, entity)
    fixed = [
        Due(day, BEGINS, "repairs", row.evidence, _is_watched(row))
        for row in rows
        for day in register.repaired.get(row.evidence, ())
    ]
    found = {one for row in rows for one in due_of(row, months)} | set(fixed) | set(_documents(asked))
    return tuple(
        sorted(
            (one for one in found if as_of < one.day <= until),
            key=lambda one: (one.day, one.kind, one.table, one.record),
        )
    )


def _rows_of(register: Register, entity: str) -> list[Row]:
    """What is on record about an enterprise, its people and every enterprise."""
    own = register.by_enterprise.get(entity, ())
    people = sorted({str(row.cells["person_id"]) for row in own if row.table == "persons"})
    return [*own, *register.general, *(row for person in people for row in register.by_person.get(person, ()))]


def _is_watched(row: Row) -> bool:
    return row.table == "listings" and row.text("list") == "watch"


def due_of(row: Row, months: frozenset[int]) -> Iterator[Due]:
    """The days on which something about a row changes that a shape could see, in any of these windows of months."""
    if row.table == "coverage":
        yield from _covered(row, months)
        return
    table = TABLE[row.table]
    hidden = _is_watched(row)

    def due(day: date | None, kind: str) -> Iterator[Due]:
        if day is not None:
            yield Due(day, kind, row.table, row.evidence, hidden)

    begun = row.day(str(table.date)) if table.date else None
    yield from due(begun, BEGINS)
    starts = {begun}
    if table.interval is not None:
        last, ended = row.day(table.interval.last_day), None
        if table.interval.ended_on:
            ended = row.day(table.interval.ended_on)
        yield from due(day_after(last) if last else None, EXPIRES)
        yield from due(ended, ENDS)
        starts |= {last, ended - ONE_DAY if ended is not None and ended > date.min else None}
    for start in starts:
        for number in sorted(months) if start is not None else ():
            for out in (False, True):
                assert start is not None
                yield from due(first_day_after(start, number, last_day_out=out), WINDOW)


def _covered(row: Row, months: frozenset[int]) -> Iterator[Due]:
    table = str(row.cells["table"])
    for start, end in covered_periods([row]):
        yield Due(start, LONG_ENOUGH, table)
        over = day_after(end)
        if over is not None:
            yield Due(over, COVERAGE, table)
        for number in sorted(months) if start > date.min else ():
            for out in (False, True):
                day = first_day_after(start - ONE_DAY, number, last_day_out=out)
                if day is not None:
                    yield Due(day, LONG_ENOUGH, table)


def _documents(policies: Iterable[Policy]) -> Iterator[Due]:
    for policy in policies:
        yield from (Due(day, DOCUMENT, "", policy.document) for day in find_days([policy]))


def find_days(policies: Iterable[Policy]) -> tuple[date, ...]:
    """The days on which a policy or a shape of it begins or ceases to apply, whatever is on record."""
    found: set[date | None] = set()
    for policy in policies:
        found |= {*policy.issue.turns, policy.repealed_on}
        for shape in policy.shapes:
            found |= {shape.valid_from, day_after(shape.valid_until) if shape.valid_until else None}
    return tuple(sorted(day for day in found if day is not None))


def find_months(policies: Iterable[Policy]) -> frozenset[int]:
    """Every number of months that a shape of the policies holds a record, a post or a completeness against.

    A bound from below turns one month earlier than one from above, so the month before each belongs to them.
    """
    found: set[int] = set()
    for policy in policies:
        for graph in (policy.main, policy.others, *policy.judged.values()):
            found |= set(_months_in(graph))
    return frozenset(number for one in found for number in (one - 1, one) if number >= 0)


def _months_in(graph: Graph) -> Iterator[int]:
    for path, node in ((path, node) for node, path in graph.subject_objects(SH.path)):
        if not _is_monthly(path):
            continue
        for word in _BOUNDS:
            for value in graph.objects(node, word):
                if isinstance(value, Literal) and isinstance(value.toPython(), int):
                    yield int(value)


def _is_monthly(path: Node) -> bool:
    return str(path).startswith(str(PG)) and str(path).removeprefix(str(PG)) in _COUNTED


_COUNTED = _MONTHLY | {
    item.of_table(table).name for table in RECORD_TABLES for item in COMPLETENESS if item.kind == "integer"
} | {item.of_field.name for item in COMPLETENESS if item.kind == "integer"}  # fmt: skip
