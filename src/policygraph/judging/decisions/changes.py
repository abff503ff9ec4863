"""What would change a decision: the fewest facts or judgements still needed, and from which day time alone does it.

For conditions that must all hold, everything open or failed is needed. Where one of several is enough, each of them is
a way of its own: the one with the fewest needs comes first and the others stand beside it, because whoever is told of
one way alone takes it for the only one. One way that holds is enough for the outcome that the conditions lead to; for
the other outcome none may hold, so that everything open has to be looked into.

When a record stands in the way only for a period, the same shapes are run again for the first day after it, as if
nothing else happened and the registers stayed as complete as they are: the answer is computed, never inferred from the
text of a message.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policygraph.judging.decisions.deciding import decide, find_combination
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
    """One thing that is needed: ``evidence``, ``judgement``, a ``change`` of the facts, ``time``, or ``unnamed``.

    Unnamed is how a condition turns that has to, where neither the text nor a day says it.
    """

    kind: str
    condition: str
    what: str
    supplier: str = ""
    title: str = ""
    """What the condition is called, as two of several ways may need the same; empty where ``what`` says it."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would change a decision: what is needed, and the outcome from a later day if nothing else happens."""

    needed: tuple[Change, ...]
    """All that is needed on the way with the fewest needs."""
    later: tuple[tuple[date, str], ...]
    flipping_readings: tuple[tuple[str, str, str], ...]
    """Readings that lead elsewhere, as (question, reading, outcome)."""
    otherwise: tuple[tuple[Change, ...], ...] = ()
    """The other ways, where one of several is enough: for each, all that is needed on it."""
    if_held: str = ""
    """For an answer that hangs on more than one matter: the outcome if they hold, all or one of them."""
    if_not: str = ""
    """The outcome if they do not hold: where one is enough, none of them, where all are needed, one of them."""

    @property
    def direction(self) -> str:
        """The code of the sentence that says which of the two outcomes needs all, and which one alone."""
        return "one_holds" if self.otherwise else "all_hold"

    @property
    def common(self) -> tuple[Change, ...]:
        """What is needed whichever way is taken."""
        return tuple(change for change in self.needed if all(change in way for way in self.otherwise))

    @property
    def ways(self) -> tuple[tuple[Change, ...], ...]:
        """The ways of which one is enough, each without what is needed on all of them; empty where there is one only.

        >>> a, b, c = (Change("judgement", name, name) for name in "abc")
        >>> one = Prospect((a, c), (), (), otherwise=((b, c),))
        >>> [change.what for change in one.common], [[change.what for change in way] for way in one.ways]
        (['c'], [['a'], ['b']])
        """
        if not self.otherwise:
            return ()
        return tuple(tuple(c for c in way if c not in self.common) for way in (self.needed, *self.otherwise))


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
    always, several = _open_parts(policy, decision)
    common = [change for part in always for change in _needs(policy, part, rows)]
    undated = policy.issue.state(as_of) is IssueState.inside
    if undated:
        dated = Change("evidence", policy.id, say("deciding", "undated_missing"), say("deciding", "undated_supplier"))
        common.insert(0, dated)
    first, *others = sorted((n for part in several if (n := _needs(policy, part, rows))), key=_effort) or [[]]
    if_held, if_not = ("", "") if undated else _directions(policy, decision, always, several)
    return Prospect(
        _once((*first, *common)),
        _later(register, decision, policy, rows),
        flips,
        tuple(_once((*way, *common)) for way in others),
        if_held,
        if_not,
    )


def _once(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Each thing once, for the first condition that needs it."""
    found: dict[tuple[str, str, str], Change] = {}
    for change in changes:
        found.setdefault((change.kind, change.what, change.supplier), change)
    return tuple(found.values())


def _open_parts(policy: Policy, decision: Decision) -> tuple[list[ConditionOutcome], list[ConditionOutcome]]:
    """The conditions that would have to turn: those needed in any case, and those of which one is enough."""
    turning = [part for part in decision.conditions if part.outcome != "passed"]
    barred = [part for part in turning if part.part == "exclusion"]
    stops = [part for part in decision.findings if part.part == "suspension" and part.outcome == "cantTell"]
    grades = [part for part in turning if part.part == "grade" and part.outcome == "cantTell"]
    always = [*barred, *stops, *(grades if policy.positive == "graded" else ())]
    open_ = [part for part in turning if part.part == "requirement"]
    if find_combination(policy, policy.defaults()) != "anyOf":
        return [*open_, *always], []
    required = [part for part in decision.conditions if part.part == "requirement"]
    return always, open_ if len(open_) == len(required) else []


_EFFORT = {"evidence": 0, "judgement": 0, "change": 1, "time": 1, "unnamed": 2}
"""Something to be found out is less than a fact that has to change, and that less than what nobody can name."""


def _effort(needed: list[Change]) -> tuple[int, int, str]:
    """What a way asks for, the least first."""
    return max(_EFFORT[change.kind] for change in needed), len(needed), needed[0].condition


def _directions(
    policy: Policy, decision: Decision, always: list[ConditionOutcome], several: list[ConditionOutcome]
) -> tuple[str, str]:
    """The outcomes if the open matters hold and if they do not; empty where there is one, or where they are mixed.

    Nothing is said where what is needed in any case is open beside several ways, as one sentence would be wrong of
    some of it; nor of grades, which have no other side.
    """
    open_ = [part for part in (several or always) if part.outcome == "cantTell"]
    plain = decision.outcome == "undetermined" and len(open_) > 1 and policy.positive != policy.negative
    if not plain or (several and always) or any(part.part != "requirement" for part in open_):
        return "", ""
    stopped = any(part.part == "suspension" and part.outcome == "passed" for part in decision.findings)
    return policy.suspended if policy.suspended and stopped else policy.positive, policy.negative


def _needs(policy: Policy, part: ConditionOutcome, rows: dict[str, Row]) -> list[Change]:
    """What has to come for one condition to turn; for an adverse policy nothing of what would make a target of one."""
    items = part.missing if part.outcome == "cantTell" else part.remedies
    changes = [Change(item.needs, part.condition, item.what, item.supplier, part.title) for item in items]
    days = _window_ends(policy, part, rows) if part.outcome != "cantTell" else []
    if days:
        told = say("deciding", "window_over", day=max(days))
        changes.append(Change("time", part.condition, told, title=part.title))
    if not changes and not policy.adverse:
        changes.append(Change("unnamed", part.condition, say("deciding", "unnamed", title=part.title)))
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
