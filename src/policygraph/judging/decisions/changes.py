"""What would change a decision: the fewest facts or judgements still needed, and from which day time alone does it.

For conditions that must all hold, everything open or failed is needed; where one of several is enough, the one with
the fewest needs is proposed first and every other one after it: each may settle the matter by itself. When a record
stands in the way only for a period, the same shapes are run again for the first day after it, as if nothing else
happened and the registers stayed as complete as they are: the answer is computed, never inferred from the text of a
message.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policygraph.judging.decisions.deciding import decide
from policygraph.judging.decisions.hearing import Hearing
from policygraph.judging.decisions.outcomes import ConditionOutcome, Decision
from policygraph.judging.decisions.view import covered_periods, posts_on
from policygraph.judging.rules import Policy, Register, Row, make_register
from policygraph.judging.rules.counting import day_after, first_day_after
from policygraph.judging.rules.facts import TABLE
from policygraph.judging.rules.issue import IssueState
from policygraph.words import say

MOST_DATES = 24
"""How many future days are tried: each is one more run of the shapes."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is needed: ``evidence``, ``judgement``, a ``change`` of the facts, or ``time``."""

    kind: str
    condition: str
    what: str
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would change a decision: what is needed, and the outcome from a later day if nothing else happens."""

    needed: tuple[Change, ...]
    """Of several ways, those of the cheapest."""
    later: tuple[tuple[date, str], ...]
    flipping_readings: tuple[tuple[str, str, str], ...]
    """Readings that lead elsewhere, as (question, reading, outcome)."""
    otherwise: tuple[tuple[Change, ...], ...] = ()
    """Where one of several conditions is enough, the other ways: each stands in the place of the first one."""


def what_would_change(
    register: Register, entity: str, policy: Policy, as_of: date, *, hearing: Hearing | None = None
) -> Prospect:
    """The smallest set of facts or judgements still needed, later days that settle it, and readings that flip it.

    ``hearing`` is that of the decision, where there is one.
    """
    decision = decide(register, entity, policy, as_of, hearing=hearing)
    flips = tuple(
        (reading.reading, other.reading, other.outcome)
        for reading in decision.readings
        for other in reading.alternatives
        if other.outcome != decision.outcome
    )
    if decision.outcome in (policy.positive, "inapplicable"):
        return Prospect((), (), flips)
    rows = _rows_by_evidence(register, entity, as_of)
    barred, ways = _ways(policy, decision)
    first, *others = sorted((_way(policy, way, rows) for way in ways), key=lambda way: way[0])
    needed = (*first[1], *(change for part in barred for change in _needs(policy, part, rows)))
    if policy.issue.state(as_of) is IssueState.inside:
        needed = (
            Change("evidence", policy.id, say("deciding", "undated_missing"), say("deciding", "undated_supplier")),
            *needed,
        )
    otherwise = tuple(changes for _, changes in others if changes)
    return Prospect(needed, _later(register, decision, policy, rows), flips, otherwise)


def _ways(policy: Policy, decision: Decision) -> tuple[list[ConditionOutcome], list[list[ConditionOutcome]]]:
    """The exclusions that would have to turn whatever else does, and the ways through the other conditions.

    There is one way where all must hold, and one for each condition where one is enough and none holds.
    """
    barred = [part for part in decision.conditions if part.part == "exclusion" and part.outcome != "passed"]
    required = [part for part in decision.conditions if part.part == "requirement"]
    open_ = [part for part in required if part.outcome != "passed"]
    if policy.combination != "anyOf":
        return barred, [open_]
    return barred, [[part] for part in open_] if len(open_) == len(required) and open_ else [[]]


def _way(
    policy: Policy, parts: list[ConditionOutcome], rows: dict[str, Row]
) -> tuple[tuple[bool, int, list[str]], tuple[Change, ...]]:
    """What one way needs, behind that by which ways are ranked: nothing failed, little missing, the id."""
    rank = any(part.outcome == "failed" for part in parts), sum(len(part.missing) for part in parts)
    changes = tuple(change for part in parts for change in _needs(policy, part, rows))
    return (*rank, [part.condition for part in parts]), changes


def _needs(policy: Policy, part: ConditionOutcome, rows: dict[str, Row]) -> list[Change]:
    if part.outcome == "cantTell":
        return [Change(item.needs, part.condition, item.what, item.supplier) for item in part.missing]
    changes = [Change(item.needs, part.condition, item.what, item.supplier) for item in part.remedies]
    days = _window_ends(policy, part, rows)
    if days:
        changes.append(Change("time", part.condition, say("deciding", "window_over", day=max(days))))
    return changes


def _window_ends(policy: Policy, part: ConditionOutcome, rows: dict[str, Row]) -> list[date]:
    """For each record that stands in the way for a period, the first day on which it no longer does."""
    windows = {shape.iri: (shape.window, shape.window_open) for shape in policy.shapes if shape.window is not None}
    found: list[date] = []
    for result in part.results:
        months, last_day_out = windows.get(result.shape, (None, False))
        row = rows.get(result.evidence or "")
        day = row.day(str(TABLE[row.table].date)) if row else None
        if months is not None and day is not None and result.severity in ("Violation", "Warning"):
            end = first_day_after(day, months, last_day_out=last_day_out)
            found += [end] if end is not None else []
    return found


def _later(
    register: Register, decision: Decision, policy: Policy, rows: dict[str, Row]
) -> tuple[tuple[date, str], ...]:
    """The first later day with a positive outcome; without one, every day on which the outcome changes."""
    days = {day for part in decision.conditions for day in _window_ends(policy, part, rows)}
    for row in rows.values():
        until = row.day("valid_until") if row.table == "listings" else None
        over = day_after(until) if until is not None and until >= decision.as_of else None
        if over is not None and any(row.evidence in c.evidence for c in decision.conditions):
            days.add(over)
    changes: list[tuple[date, str]] = []
    last = decision.outcome
    for day in sorted(day for day in days if day > decision.as_of)[:MOST_DATES]:
        outcome = decide(as_complete_on(register, decision.as_of, day), decision.entity, policy, day).outcome
        if outcome == policy.positive:
            return ((day, outcome),)
        if outcome != last:
            changes.append((day, outcome))
            last = outcome
    return tuple(changes)


def as_complete_on(register: Register, as_of: date, day: date) -> Register:
    """The same register, with tables that are complete today supposed complete up to a later day.

    An export knows nothing after the day on which it was made, so a later day supposes a later export too.
    """
    return make_register(register.name, _extend(register.rows, as_of, day), synthetic=register.synthetic)


def _extend(rows: Iterable[Row], as_of: date, day: date) -> Iterable[Row]:
    for row in rows:
        periods = covered_periods([row]) if row.table == "coverage" else []
        if any(start <= as_of <= end < day for start, end in periods):
            cells = {name: value for name, value in row.cells.items() if name != "exported_on"}
            yield Row(row.table, {**cells, "to": day}, row.number)
        else:
            yield row


def _rows_by_evidence(register: Register, entity: str, as_of: date) -> dict[str, Row]:
    """The records of an enterprise and of its people by the name that decisions use for them."""
    found: dict[str, Row] = {}
    for person in sorted({post.person for post in posts_on(register, entity, as_of)}):
        found.update({row.evidence: row for row in register.by_person.get(person, ())})
    found.update({row.evidence: row for row in register.by_enterprise.get(entity, ())})
    return found
