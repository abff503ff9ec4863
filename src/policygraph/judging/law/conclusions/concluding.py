"""From day to day: the conclusion on an act, under the default readings and under every other one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rdflib.namespace import SKOS

from policygraph.judging.law.conclusions.case import Case
from policygraph.judging.law.conclusions.features import Facts
from policygraph.judging.law.conclusions.rivals import find_rivals, hold
from policygraph.judging.law.conclusions.values import Act, Bearing, Conclusion, Otherwise, Power, Reading, Rivals
from policygraph.judging.law.conclusions.wording import by_language
from policygraph.judging.law.statuses import FIRST, LAST, day_after, day_before
from policygraph.namespaces import ID

_Judgement = TypeVar("_Judgement", Bearing, Power)


def conclude_on_days(case: Case, act: Act, bearings: list[Bearing]) -> Iterator[tuple[str, str, Conclusion]]:
    """The stretches of days with one conclusion each, neighbours that say the same joined."""
    others = [(one.reading, one.of(act)) for one in case.rereadings_of(act)]
    rivals = find_rivals(bearings)
    reread = tuple((reading, other, case.bearings_of(other)) for reading, other in others)
    reread_rivals = tuple((reading, other, find_rivals(found)) for reading, other, found in reread)
    powers = [
        *case.powers.get(act.node, ()),
        *(case.powers.get(act.measure, ()) if act.measure != act.node else ()),
    ]
    lives: list[Bearing | Power] = [*bearings, *powers, *(one for _, _, found in reread for one in found)]
    turns = [day.isoformat() for day in act.issue.turns] or [FIRST]
    cuts = {*turns, *(one.since for one in lives), *(day_after(one.until) for one in lives)}
    cuts |= {since for bearing in bearings for _, since, _ in bearing.versions}
    cuts |= case.surroundings.cuts(act.measure)
    found: list[tuple[str, Conclusion]] = []
    for day in sorted(cut for cut in cuts if turns[0] <= cut < LAST):
        concluded = conclude(case, act, rivals, powers, day, reread_rivals)
        if not found or found[-1][1] != concluded:
            found.append((day, concluded))
    for index, (day, concluded) in enumerate(found):
        yield day, day_before(found[index + 1][0]) if index + 1 < len(found) else LAST, concluded


def conclude(
    case: Case,
    act: Act,
    rivals: Rivals,
    powers: Iterable[Power],
    day: str,
    reread: Iterable[tuple[Reading, Act, Rivals]] = (),
) -> Conclusion:
    """The conclusion on one day under the default readings, with what another reading would change.

    ``reread`` is the act under readings that make another one of it, each with the judgements on that one.
    """
    known = hold(rivals, day)
    default = [bearing for bearing in known if bearing.is_default]
    known_powers = list(powers)
    day_powers = [power for power in known_powers if power.since <= day <= power.until]
    facts = Facts(case, act, default, [power for power in day_powers if power.is_default], day)
    rule = facts.rule()
    # a judgement under the default answer falls away under every other one, whether anything is judged under that
    asked = {b.reading.question for b in known if b.reading}
    asked |= {power.reading.question for power in day_powers if power.reading}
    readings = {
        reading.node: (reading, act, known)
        for question in asked
        for reading in case.readings.get(question, ())
        if not reading.is_default
    }
    readings |= {reading.node: (reading, other, hold(found, day)) for reading, other, found in reread}
    others = []
    for _, (reading, other, found) in sorted(readings.items()):
        otherwise = Facts(case, other, _hold_under(reading, found), _hold_under(reading, day_powers), day)
        if otherwise.rule().conclusion != rule.conclusion:
            others.append(_tell_otherwise(case, reading, otherwise))
    later = min((power.since for power in known_powers if power.since > day), default="")
    return facts.conclusion(rule, tuple(others), later)


def _hold_under(reading: Reading, judgements: Iterable[_Judgement]) -> list[_Judgement]:
    """What is judged under a reading or under any; the default answer to the same question does not hold under it."""
    return [
        one
        for one in judgements
        if one.reading == reading
        or (one.is_default and (one.reading is None or one.reading.question != reading.question))
    ]


def _tell_otherwise(case: Case, reading: Reading, otherwise: Facts) -> Otherwise:
    """What another reading leads to; its conditions too, where what it leads to speaks of conditions."""
    rule = otherwise.rule()
    names = by_language(case.union, ID[f"concept/conclusion-{rule.conclusion}"], SKOS.prefLabel)
    return Otherwise(
        tuple(
            (
                language,
                case.phrase(
                    "reading-gives",
                    language,
                    reading=label,
                    conclusion=names.get(language, rule.conclusion),
                    conditions=otherwise.list_conditions(rule, language),
                ),
            )
            for language, label in sorted(reading.labels.items())
            if language in case.phrases["reading-gives"]
        )
    )
