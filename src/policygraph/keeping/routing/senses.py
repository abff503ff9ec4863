"""The senses of a question answered side by side, where it is not certain which of a few is meant.

Whoever asked gains more from two short answers than from two questions, as long as each says what it answers. A wrong
sense beside the right one is no wrong answer; one of them given alone would be. Deliberately absent: which of them is
the right one, and the senses that need a value nobody gave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from policygraph.judging.answers import Answer
from policygraph.keeping.concluding import Concluded, conclude
from policygraph.keeping.routing.outcomes import Candidate, Routed, narrow_answer
from policygraph.keeping.store import Store

MOST_BESIDE = 5
"""The rows of each sense that are told: the rest is one command, or one call, away."""


@dataclass(frozen=True, slots=True)
class Sense:
    """One sense of a question: the named question with its values, its rows, and what may be done by them.

    ``total`` is how many rows there are; ``answer`` holds the first of them.
    """

    asked: Candidate
    answer: Answer
    total: int
    conclusions: tuple[Concluded, ...] = ()


def answer_senses(
    store: Store, routed: Routed, values: Mapping[str, str] | None = None, most: int = MOST_BESIDE
) -> tuple[Sense, ...]:
    """Every sense of a question with its first rows; empty where the question has one meaning or none.

    ``values`` are given beside the sentence: empty too where one of the senses does not take one of them, so that
    nothing that was asked for is passed over.
    """
    given = values or {}
    if routed.state != "readings" or not all(_takes(store, one, given) for one in routed.candidates):
        return ()
    return tuple(
        _answer(store, replace(one, parameters={**one.parameters, **given}), most) for one in routed.candidates
    )


def _takes(store: Store, one: Candidate, given: Mapping[str, str]) -> bool:
    return given.keys() <= {parameter.name for parameter in store.find_query(one.query).parameters}


def _answer(store: Store, asked: Candidate, most: int) -> Sense:
    whole = narrow_answer(store.ask(asked.query, asked.parameters), asked.narrow)
    cut = len(whole.rows) > most
    # rows that were kept by what was asked have no page of their own to go on with
    more = str(most) if cut and not asked.narrow else None
    first = replace(whole, rows=whole.rows[:most], truncated=cut or whole.truncated, next=more)
    return Sense(asked, first, len(whole.rows), conclude(store, asked.query, asked.parameters, first))
