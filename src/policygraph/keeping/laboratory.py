"""The policy laboratory on disk: a whole register under a policy and its variants, in one run over each chunk.

A register is prepared once, whatever the number of variants; each chunk is read once and answers for all of them. What
comes out is one table of who is judged otherwise, with counts by outcome, condition, region and industry. A sample of
those who change can be decided again by the SHACL engine, policy and variant alike. Nothing is written into a dataset:
a variant lives in the folder of its run.

A register knows no size of an enterprise, so there are no counts by size; what has no industry is counted as such.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from policygraph.errors import InputError
from policygraph.judging.decisions import Decision
from policygraph.judging.decisions.across import partners
from policygraph.judging.rules.facts import TABLE
from policygraph.judging.rules.variants import Variant
from policygraph.judging.screening.sql import quote_name, write_literal
from policygraph.judging.screening.trying import JOINED, ROWS, Trial, compile_trial
from policygraph.keeping.assessments import Desk
from policygraph.keeping.batch import is_prepared, prepare_register, read_prepared
from policygraph.keeping.batch.duck import (
    DEFAULT_MEMORY,
    Connection,
    guard_texts,
    open_chunk,
    open_duckdb,
    read_files,
    telling,
    work_chunks,
    write_rows,
)
from policygraph.keeping.batch.preparing import DEFAULT_CHUNK, Progress
from policygraph.keeping.batch.units import read_units
from policygraph.keeping.batch.verifying import Agreement, Cell

CHANGES = "changes.csv"
MARKED = {"after": "variant:after", "conditions": "variant:conditions", "decisive": "variant:decisive"}
"""Columns of the table that say what a variant says are named so that nobody takes them for an answer."""


@dataclass(frozen=True, slots=True)
class Movement:
    """How many enterprises a variant takes from one answer to another: of the policy, or of one condition."""

    variant: str
    condition: str
    """Empty for the answer of the policy itself."""
    before: str
    after: str
    enterprises: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the enterprises of one region or industry a variant judges otherwise, and how many there are."""

    variant: str
    by: str
    """``region`` or ``industry``."""
    value: str
    enterprises: int
    of: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of a run: who moves where, and by what it can be told."""

    enterprises: int
    movements: tuple[Movement, ...]
    shares: tuple[Share, ...]
    agreement: Agreement | None
    restricted: bool
    synthetic: bool

    def decisive(self, variant: str) -> int:
        """How many enterprises have another outcome or grade under a variant."""
        return sum(one.enterprises for one in self.movements if one.variant == variant and not one.condition)


def try_variants(
    source: Path,
    desk: Desk,
    variants: Sequence[Variant],
    as_of: date,
    work: Path,
    *,
    check: int = 0,
    memory: int = DEFAULT_MEMORY,
    chunk: int = DEFAULT_CHUNK,
    progress: Progress = lambda step, done: None,
) -> Outcome:
    """Write who changes under each variant into ``work/changes.csv``; all variants are of one policy of the desk.

    ``check`` is the number of changed enterprises that the SHACL engine decides again, policy and variants.
    Errors: ``InputError`` for variants of several policies; those of ``prepare_register`` and ``compile_screening``.
    """
    bases = {variant.base for variant in variants}
    if len(bases) != 1:
        raise InputError("--policy", "一次只试一项政策的方案", "每项政策运行一次")
    base = desk.policies[bases.pop()]
    trial = compile_trial(
        base,
        [variant.policy for variant in variants],
        as_of,
        invariants={one.iri: one.shape for one in desk.invariants},
        beside=partners(base, desk.policies.values()),
    )
    with telling(work):
        register = source
        if not is_prepared(source):
            register = work / "register"
            conditions = desk.conditions()
            prepare_register(
                source, register, conditions=conditions, codes=desk.codes, chunk=chunk, memory=memory, progress=progress
            )
        prepared = read_prepared(register)
        tables = tuple(dict.fromkeys(("enterprises", *trial.screening.tables)))

        def begin(number: int) -> None:
            progress(f"试算第 {number + 1}/{prepared.chunks} 块", number / prepared.chunks)

        def run(connection: Connection, number: int) -> None:
            open_chunk(connection, register, number, tables)
            write_rows(connection, trial.screening, trial.rows, work / f"part-{number:05d}.parquet")

        work_chunks(run, range(prepared.chunks), work / "spill", memory, begin)
        progress("汇总", 1.0)
        with open_duckdb(work / "spill", memory) as connection:
            parts = read_files(f"{work.as_posix()}/part-*.parquet")
            units = read_files(f"{register.as_posix()}/chunk-*/{TABLE['enterprises'].name}.parquet")
            movements = (*_movements(connection, parts, ""), *_movements(connection, parts, JOINED))
            shares = tuple(one for by in ("region", "industry") for one in _shares(connection, parts, units, by))
            names = ", ".join(f"{name} AS {quote_name(MARKED.get(name, name))}" for name in ROWS)
            told = guard_texts(connection, f"(SELECT {names} FROM {parts} ORDER BY variant, uscc)")
            connection.execute(f"COPY ({told}) TO {write_literal((work / CHANGES).as_posix())} (HEADER)")
            agreement = None
            if check:
                progress("用 SHACL 复核", 1.0)
                agreement = _check(connection, register, prepared.chunks, desk, variants, trial, as_of, parts, check)
        _clear(work, register, source)
    restricted = any(column.restricted for column in trial.screening.columns)
    return Outcome(prepared.enterprises, movements, shares, agreement, restricted, prepared.synthetic)


def _clear(work: Path, register: Path, source: Path) -> None:
    for part in work.glob("part-*.parquet"):
        part.unlink()
    shutil.rmtree(work / "spill", ignore_errors=True)
    if register != source:
        shutil.rmtree(register, ignore_errors=True)


def _movements(connection: Connection, parts: str, joined: str) -> tuple[Movement, ...]:
    """From what to what, of the policy itself or, where the separator is given, of its conditions."""
    rows = f"SELECT variant, '' AS condition, before, after FROM {parts} WHERE decisive"
    if joined:
        each = f"SELECT variant, unnest(string_split(conditions, {write_literal(joined)})) AS one FROM {parts}"
        rows = (
            "SELECT variant, string_split(one, ' ')[1] AS condition, "
            "string_split(string_split(one, ' ')[2], '→')[1] AS before, "
            f"string_split(string_split(one, ' ')[2], '→')[2] AS after FROM ({each}) WHERE one <> ''"
        )
    found = connection.execute(f"SELECT *, count(*) FROM ({rows}) GROUP BY ALL ORDER BY ALL").fetchall()
    return tuple(Movement(str(v), str(c), str(b), str(a), int(n)) for v, c, b, a, n in found)


def _shares(connection: Connection, parts: str, units: str, by: str) -> tuple[Share, ...]:
    """Of each region or industry: how many change, of how many."""
    changed = f"SELECT variant, coalesce({by}, '') AS value, count(*) AS moved FROM {parts} WHERE decisive GROUP BY ALL"
    whole = f"SELECT coalesce({by}, '') AS value, count(*) AS every FROM {units} GROUP BY ALL"
    found = connection.execute(
        f"SELECT variant, value, moved, every FROM ({changed}) JOIN ({whole}) USING (value) "
        "ORDER BY variant, moved DESC, value"
    ).fetchall()
    return tuple(Share(str(v), by, str(value), int(n), int(every)) for v, value, n, every in found)


# --- decided again ---------------------------------------------------------------------------------------------------


def _check(
    connection: Connection,
    register: Path,
    chunks: int,
    desk: Desk,
    variants: Sequence[Variant],
    trial: Trial,
    as_of: date,
    parts: str,
    number: int,
) -> Agreement:
    """Decide a sample of those who change by pySHACL, under the policy and every variant, and compare all rows."""
    drawn = connection.execute(
        f"SELECT uscc FROM (SELECT DISTINCT uscc FROM {parts}) ORDER BY md5(uscc) LIMIT {int(number)}"
    ).fetchall()
    entities = [str(row[0]) for row in drawn]
    facts = read_units(connection, register, range(chunks), entities)
    listed = ", ".join(write_literal(entity) for entity in entities) or "''"
    rows = connection.execute(
        f"SELECT variant, uscc, before, after, conditions FROM {parts} WHERE uscc IN ({listed})"
    ).fetchall()
    said = {(str(v), str(u)): (str(b), str(a), str(c)) for v, u, b, a, c in rows}
    base = desk.policies[variants[0].base]
    differing: list[Cell] = []
    for entity in entities:
        before = desk.decide(facts, entity, base, as_of)
        for variant in variants:
            after = desk_of(desk, variant).decide(facts, entity, variant.policy, as_of)
            told = said.get((variant.policy.id, entity))
            moves = _moves(before, after)
            expected = None
            if moves or _answer(before) != _answer(after):
                expected = (_state(before), _state(after), JOINED.join(moves))
            if told != expected:
                differing.append((entity, variant.name, told, expected))
    return Agreement(tuple(entities), len(entities) * (1 + len(variants)), tuple(differing))


def desk_of(desk: Desk, variant: Variant) -> Desk:
    """A desk at which a variant stands in the place of the policy it varies."""
    others = {name: policy for name, policy in desk.policies.items() if name != variant.base}
    return replace(desk, policies={**others, variant.policy.id: variant.policy}, dataset="")


def _state(decision: Decision) -> str:
    """An answer as the table writes it: the outcome, and the grade where there is one."""
    grade = decision.grade if decision.outcome != "inapplicable" else None
    return " ".join(part for part in (decision.outcome, grade) if part)


def _answer(decision: Decision) -> tuple[object, ...]:
    because = ",".join(decision.undetermined_because) or None
    return decision.outcome, because, decision.grade, decision.reason_code


def _moves(before: Decision, after: Decision) -> list[str]:
    """The conditions that a variant answers otherwise, in the order of the policy's own table."""
    old: Mapping[str, str] = {part.condition: part.outcome for part in (*before.conditions, *before.findings)}
    new: Mapping[str, str] = {part.condition: part.outcome for part in (*after.conditions, *after.findings)}
    return [
        f"{name} {old.get(name, '—')}→{new.get(name, '—')}"
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]
