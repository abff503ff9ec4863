"""Two days of law: that of the conduct and that of the decision, per act where their conclusions differ.

What a bureau may decide follows from the law of the day on which it decides. For an act that holds somebody liable for
what happened before, the law of that earlier day counts too: a penalty follows it unless the new one is milder
(行政处罚法第三十七条), and a rule that lessens rights does not reach back (立法法第一百零四条). Which rule an act
is under is data (``pg:timeRule`` of its nature), and so is which advice holds an act back more (``pg:restraint``).
Whether a new text is milder in the single case is for the bureau: the two conclusions are put side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from policygraph.judging.decisions.outcomes import (
    BOTH,
    CONDUCT,
    DECISION,
    UNKNOWN,
    ActRow,
    DayReading,
    Decision,
    MeasureRow,
    TimeRule,
)


def compare_days(
    acts: Iterable[ActRow],
    then: Iterable[ActRow],
    rules: Mapping[str, TimeRule],
    restraints: Mapping[str, int],
) -> Iterator[DayReading]:
    """The acts whose conclusion, or group of advice, differs between the two days, each with the day that governs.

    ``rules`` are by nature; an act of a nature without one is left out. Where nothing is concluded for the conduct's
    day (nobody has judged it, or the document was not there) and that day counts, nobody can tell yet which governs.
    """
    before = {act.act: act for act in then}
    for act in acts:
        other, rule = before.get(act.act), rules.get(act.nature)
        if rule is None or (other is not None and _said(other) == _said(act)):
            continue
        concluded = other if other is not None and other.conclusion else None
        yield DayReading(act, concluded, _find_governing(act, concluded, rule, restraints), rule)


def follow_days(decision: Decision, days: Iterable[DayReading]) -> Decision:
    """A decision whose acts stand under the conclusion that governs each, wherever it is told."""
    readings = tuple(days)
    if not readings:
        return decision
    return replace(decision, measures=tuple(follow_measure(measure, readings) for measure in decision.measures))


def follow_measure(measure: MeasureRow, days: Iterable[DayReading]) -> MeasureRow:
    """A measure whose acts stand under the conclusion that governs each."""
    return replace(measure, acts=follow_acts(measure.acts, days))


def follow_acts(acts: Iterable[ActRow], days: Iterable[DayReading]) -> tuple[ActRow, ...]:
    """Acts of the day of the decision, each with the conclusion that governs it.

    Where the day of the conduct governs it is that day's; where both do, what either asks is asked; where nothing is
    concluded for the conduct's day, nobody has judged the act yet.
    """
    known = {one.act.act: one for one in days}
    return tuple(_follow(act, known[act.act]) if act.act in known else act for act in acts)


def _follow(act: ActRow, one: DayReading) -> ActRow:
    if one.governs == CONDUCT and one.then is not None:
        return one.then
    if one.governs == BOTH and one.then is not None:
        return replace(act, conditions=tuple(dict.fromkeys((*act.conditions, *one.then.conditions))))
    if one.governs == UNKNOWN:
        return ActRow(act.act, act.notation, act.title, act.addressee, act.nature, act.nature_label,
                      competence=act.competence, cited=act.cited, acting=act.acting, note=act.note)  # fmt: skip
    return act


def _said(act: ActRow) -> tuple[str, str]:
    return act.conclusion, act.group


def _find_governing(act: ActRow, then: ActRow | None, rule: TimeRule, restraints: Mapping[str, int]) -> str:
    if not rule.both:
        return DECISION
    if then is None:
        return UNKNOWN
    now, before = restraints.get(act.group, 0), restraints.get(then.group, 0)
    if now == before:
        return BOTH
    return DECISION if now > before else CONDUCT
