"""Variants beside the policy they vary, in one query: who would be judged otherwise, and which conditions move.

The policy and its variants are screened together, so that what they share (the view of the day, its aggregates, the
shapes that nobody changed) is computed once; only enterprises that some variant judges otherwise come out, one row
for each variant. The screening itself is that of ``queries``, unchanged; here its columns are laid beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from rdflib import Graph

from policygraph.judging.rules.shapes import Policy
from policygraph.judging.screening.queries import OutputColumn, Screening, compile_screening
from policygraph.judging.screening.sql import any_of, quote_name, write_literal

MOVED = ("outcome", "because", "grade", "reason_code")
"""What of a policy's answer is held against that of its variant."""
ROWS = ("variant", "uscc", "name", "region", "industry", "before", "after", "decisive", "conditions")
"""The columns of what comes out; ``decisive``: outcome or grade differ, not only the reasons or a condition."""
JOINED = "；"
"""What stands between the conditions of a row; each is ``condition before→after``."""
_HEAD = ("uscc", "name", "region")


@dataclass(frozen=True, slots=True)
class Trial:
    """The query that says who changes, over the steps of the screening that it reads."""

    rows: str
    screening: Screening
    variants: tuple[str, ...]


def compile_trial(
    base: Policy,
    variants: Sequence[Policy],
    as_of: date,
    *,
    invariants: Mapping[str, Graph] = MappingProxyType({}),
    beside: Iterable[Policy] = (),
) -> Trial:
    """The query for one policy and its variants on one day. Errors: those of ``compile_screening``."""
    asked = [bare(policy, as_of) for policy in (base, *variants)]
    others = [bare(policy, as_of) for policy in beside]
    screening = compile_screening(asked, as_of, invariants=invariants, beside=others, says=MOVED)
    aliases = [f"c{number}" for number, _ in enumerate(screening.columns)]
    told: dict[str, dict[tuple[str, str], str]] = {}
    for alias, column in zip(aliases, screening.columns, strict=True):
        key = _key(column)
        if key is not None:
            told.setdefault(column.policy, {})[key] = f"s.{quote_name(alias)}"
    names = ", ".join(quote_name(name) for name in (*_HEAD, *aliases))
    wanted = [name.removeprefix("s.") for columns in told.values() for name in columns.values()]
    body = f"SELECT {', '.join([*map(quote_name, _HEAD), *wanted])} FROM ({screening.last}) AS q({names})"
    selects = " UNION ALL ".join(_changed(policy.id, told[base.id], told[policy.id]) for policy in variants)
    rows = ", ".join(f"{'e' if name == 'industry' else 'm'}.{quote_name(name)}" for name in ROWS)
    joined = f'SELECT {rows} FROM ({selects}) m JOIN "enterprises" e ON e."uscc" = m."uscc"'
    return Trial(f"WITH s AS MATERIALIZED ({body}) {joined}", screening, tuple(policy.id for policy in variants))


def bare(policy: Policy, day: date) -> Policy:
    """A policy with what its answer of the day needs: no other readings, no shapes that only show a record.

    A condition that is decided by what it shows keeps all its shapes, and one of whose shapes all speak under other
    readings too: whether a condition has a verdict is asked of all of them.
    """
    taken = policy.defaults()
    counted = [shape for shape in policy.shapes if policy.counts(shape, taken, day) and shape.report in _DECIDING]
    judged = {shape.condition for shape in counted if shape.report == "verdict"}
    shapes = tuple(shape for shape in policy.shapes if shape in counted or shape.condition not in judged)
    return replace(policy, shapes=shapes, readings=tuple(one for one in policy.readings if one.is_default))


_DECIDING = ("verdict", "cites")
"""Reports on which an answer can rest where there is a verdict; a determination is held against what is cited."""


def _key(column: OutputColumn) -> tuple[str, str] | None:
    """What a column says, the same for a policy and its variants; None for what is not compared."""
    if column.condition is not None:
        return (column.condition, "outcome") if column.says == "outcome" else None
    return ("", column.says) if column.says in MOVED else None


def _changed(variant: str, before: Mapping[tuple[str, str], str], after: Mapping[tuple[str, str], str]) -> str:
    """The rows of one variant: every enterprise of which it says something else."""

    def differ(keys: Iterable[tuple[str, str]]) -> Iterator[str]:
        for key in keys:
            yield f"{before[key]} IS DISTINCT FROM {after[key]}"

    def state(told: Mapping[tuple[str, str], str]) -> str:
        return f"concat_ws(' ', {told['', 'outcome']}, {told['', 'grade']})"

    conditions = [key for key in before if key[0] and key in after]
    moves = [
        f"CASE WHEN {before[key]} IS DISTINCT FROM {after[key]} THEN {write_literal(key[0])} || ' ' || "
        f"coalesce(CAST({before[key]} AS STRING), '—') || '→' || coalesce(CAST({after[key]} AS STRING), '—') END"
        for key in conditions
    ]
    decisive = any_of(differ((("", "outcome"), ("", "grade"))))
    whole = any_of([*differ(("", word) for word in MOVED), *differ(conditions)])
    return (
        f'SELECT {write_literal(variant)} AS variant, s."uscc" AS uscc, s."name" AS name, s."region" AS region, '
        f"{state(before)} AS before, {state(after)} AS after, {decisive} AS decisive, "
        f"concat_ws({write_literal(JOINED)}, {', '.join(moves)}) AS conditions "
        f"FROM s WHERE {whole}"
    )
