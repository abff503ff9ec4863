"""A screening held against decisions: some of its enterprises are decided again by the engine that decides.

SQL answers for millions and pySHACL for one; here both answer for a few, chosen so that every outcome of every policy
is among them, and differently for each day and register. The facts of the few are read back from the prepared
register, so that preparation stands under the same test. One cell that differs is a fault of the program or of its
surroundings, never of the register: the run is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from policygraph.judging.decisions import Decision
from policygraph.judging.rules import Register
from policygraph.judging.screening import Screening
from policygraph.judging.screening.sql import quote_name, write_literal
from policygraph.keeping.batch.duck import Connection, read_files
from policygraph.keeping.batch.units import read_units

Decide = Callable[[Register, str], Iterable[Decision]]
"""The decisions about one enterprise of a register, one for each policy that was screened."""
Cell = tuple[str, str, object, object]
"""Enterprise, column or variant, what the screening says, what the decision says."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What came of deciding some enterprises again."""

    enterprises: tuple[str, ...]
    cells: int
    """Cells that were compared."""
    differing: tuple[Cell, ...]

    def as_json(self) -> dict[str, object]:
        """The agreement as JSON values; enterprises by number only, as a manifest may lie open."""
        return {"enterprises": len(self.enterprises), "cells": self.cells, "differing": len(self.differing)}


def verify_part(
    connection: Connection,
    screening: Screening,
    register: Path,
    numbers: Iterable[int],
    part: str,
    each: int,
    decide: Decide,
    seed: str,
) -> Agreement:
    """Decide again so many enterprises of each outcome in one part of a screening, from some chunks of a register."""
    units = choose_units(connection, screening, part, each, seed)
    facts = read_units(connection, register, numbers, units)
    wanted = {column.name: column for column in screening.columns if column.says != "passes_from"}
    names = ", ".join(quote_name(name) for name in wanted)
    found = connection.execute(
        f'SELECT "uscc", {names} FROM {read_files(part)} WHERE list_contains(?, "uscc")', [list(units)]
    ).fetchall()
    cells, differing = 0, []
    for row in sorted(found):
        told: dict[str, object] = {}
        for decision in decide(facts, str(row[0])):
            told |= tell_columns(decision)
        for name, shown in zip(wanted, row[1:], strict=True):
            cells += 1
            if shown != told.get(name):
                differing.append((str(row[0]), name, shown, told.get(name)))
    return Agreement(units, cells, tuple(differing))


def choose_units(connection: Connection, screening: Screening, part: str, each: int, seed: str) -> tuple[str, ...]:
    """So many enterprises of each outcome of each policy; which ones follows from the seed."""
    chosen: set[str] = set()
    order = f'md5_number_lower("uscc" || {write_literal(seed)})'
    for column in screening.columns:
        if column.says == "outcome" and column.condition is None:
            rows = connection.execute(
                f'SELECT unnest(arg_min("uscc", {order}, {each})) FROM {read_files(part)} '
                f"GROUP BY {quote_name(column.name)}"
            ).fetchall()
            chosen |= {str(uscc) for (uscc,) in rows}
    return tuple(sorted(chosen))


def tell_columns(decision: Decision) -> dict[str, object]:
    """What the columns of a screening must hold where this is the decision."""
    policy = decision.policy
    told: dict[str, object] = {
        f"{policy}:outcome": decision.outcome,
        f"{policy}:because": ",".join(decision.undetermined_because) or None,
        f"{policy}:grade": decision.grade,
        f"{policy}:reason_code": decision.reason_code,
    }
    for used in decision.readings:
        for other in used.alternatives:
            told[f"{policy}:if:{used.reading}:{other.reading}"] = other.outcome
    for part in (*decision.conditions, *decision.findings):
        told[f"{part.condition}:outcome"] = part.outcome
        told[f"{part.condition}:evidence"] = part.evidence[0] if part.evidence else None
    return told
