"""What changed between two screenings: which enterprises, from what to what, and because of which conditions.

Two results are compared column by column: two days of one register, or one day of two. An enterprise is listed once
for each policy under which its outcome, grade or reasons differ; the conditions that moved stand beside it with the
first evidence. Enterprises of only one result are listed as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from policygraph.errors import InputError, NotFoundError
from policygraph.judging.screening.sql import any_of, quote_name, write_literal
from policygraph.keeping.batch.duck import DEFAULT_MEMORY, guard_texts, open_duckdb, read_files, telling

FORMATS = {".parquet": "FORMAT parquet", ".csv": "HEADER"}


@dataclass(frozen=True, slots=True)
class Change:
    """How many enterprises moved from one outcome to another under a policy."""

    policy: str
    before: str
    after: str
    enterprises: int


@dataclass(frozen=True, slots=True)
class Differences:
    """The movements, and where each enterprise is listed."""

    out: Path
    changes: tuple[Change, ...]


def compare_screenings(before: Path, after: Path, out: Path, *, memory: int = DEFAULT_MEMORY) -> Differences:
    """Write who changed and why: ``uscc, name, policy, before, after, why`` as ``.csv`` or ``.parquet``.

    Errors: ``NotFoundError``; ``InputError`` when the results have no policy in common.
    """
    if out.suffix not in FORMATS:
        raise InputError(str(out), "不认识的结果格式", "用 .csv 或 .parquet")
    spill = out.with_name(f"{out.name}.spill")
    partial = out.with_name(f"{out.name}.partial")
    with telling(out.parent, file=partial), open_duckdb(spill, memory) as connection:
        columns: list[list[str]] = []
        for name, path in (("before", before), ("after", after)):
            connection.execute(f"CREATE TEMP VIEW {quote_name(name)} AS SELECT * FROM {_source(path)}")
            rows = connection.execute(f"DESCRIBE {quote_name(name)}").fetchall()
            columns.append([str(row[0]) for row in rows])
        common = [name for name in columns[0] if name in columns[1]]
        policies = [name.removesuffix(":outcome") for name in common if name.endswith(":outcome") and "/" not in name]
        if not policies:
            raise InputError(str(after), "两个结果没有共同的政策", "比较同一政策的两次筛查")
        body = " UNION ALL ".join(_changes_of(policy, common) for policy in policies)
        moved = f"({body} ORDER BY policy, uscc)"
        told = guard_texts(connection, moved) if out.suffix == ".csv" else moved
        connection.execute(f"COPY ({told}) TO {write_literal(partial.as_posix())} ({FORMATS[out.suffix]})")
        partial.replace(out)
        rows = connection.execute(
            f"SELECT policy, coalesce(before, ''), coalesce(after, ''), count(*) FROM ({body}) "
            "GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    return Differences(out, tuple(Change(str(p), str(b), str(a), int(n)) for p, b, a, n in rows))


def _source(path: Path) -> str:
    if path.is_dir():
        return read_files(f"{path.as_posix()}/**/*.parquet")
    if not path.is_file():
        raise NotFoundError(str(path), "没有这个筛查结果", "先运行 policygraph screen")
    if path.suffix == ".csv":
        return f"read_csv({write_literal(path.as_posix())}, all_varchar = true, header = true)"
    return read_files(path.as_posix())


def _changes_of(policy: str, common: list[str]) -> str:
    """The rows that moved under one policy."""
    outcome = quote_name(f"{policy}:outcome")
    told = [quote_name(f"{policy}:{word}") for word in ("outcome", "because", "grade", "reason_code")]
    states = {
        side: f"concat_ws(' ', {side}.{outcome}, {side}.{told[2]}, {side}.{told[3]})" for side in ("before", "after")
    }
    reasons = []
    for name in common:
        condition, _, word = name.rpartition(":")
        if word != "outcome" or not condition.startswith(f"{policy}/"):
            continue
        cell, evidence = quote_name(name), quote_name(f"{condition}:evidence")
        reasons.append(
            f"CASE WHEN before.{cell} IS DISTINCT FROM after.{cell} THEN {write_literal(condition)} || ' ' || "
            f"coalesce(before.{cell}, '—') || '→' || coalesce(after.{cell}, '—') || "
            f"coalesce('（' || coalesce(after.{evidence}, before.{evidence}) || '）', '') END"
        )
    why = f"concat_ws('；', {', '.join(reasons)})" if reasons else "''"
    moved = any_of(f"before.{cell} IS DISTINCT FROM after.{cell}" for cell in told)
    return (
        f'SELECT coalesce(after."uscc", before."uscc") AS uscc, coalesce(after."name", before."name") AS name, '
        f"{write_literal(policy)} AS policy, nullif({states['before']}, '') AS before, "
        f"nullif({states['after']}, '') AS after, {why} AS why "
        f'FROM "before" FULL OUTER JOIN "after" ON before."uscc" = after."uscc" WHERE {moved}'
    )
