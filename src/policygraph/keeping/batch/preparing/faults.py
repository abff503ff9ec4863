"""What is wrong with a register: every cell in a file, and for people by groups; and what was read of each table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from policygraph.errors import InputError
from policygraph.judging.rules.facts import TABLE, Receipt
from policygraph.judging.screening.sql import write_literal
from policygraph.keeping.batch.duck import guard_texts
from policygraph.keeping.batch.preparing.job import Job, name_typed

SHOWN_GROUPS = 30


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """Cells that are wrong in the same way."""

    file: str
    column: str
    cause: str
    remedy: str
    cells: int
    first_row: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        place = self.file + (f" {self.column} 列" if self.column else "")
        shown = f"，例如 {'、'.join(repr(value) for value in self.examples)}" if self.examples else ""
        return f"{place}：{self.cause}（{self.cells} 处，首见第 {self.first_row} 行{shown}）。{self.remedy}"


class BadRegister(InputError):
    """A register with wrong cells; ``groups`` say what is wrong, and a file lists every cell."""

    def __init__(
        self, place: str, groups: tuple[ErrorGroup, ...], total: int, report: Path, receipts: tuple[Receipt, ...] = ()
    ) -> None:
        shown = "\n".join(str(group) for group in groups[:SHOWN_GROUPS])
        more = f"\n……另有 {len(groups) - SHOWN_GROUPS} 类" if len(groups) > SHOWN_GROUPS else ""
        super().__init__(
            place,
            f"登记册有 {total} 处错误，{len(groups)} 类\n{shown}{more}",
            f"逐处清单见 {report}；全部改正后重新整理",
        )
        self.groups = groups
        self.total = total
        self.report = report
        self.receipts = receipts


def refuse(job: Job, source: Path, report: Path) -> None:
    """Raise with everything that is wrong; nothing when nothing is."""
    total = job.count("SELECT count(*) FROM errors")
    if not total:
        return
    told = '(SELECT file, line AS "row", col AS "column", cell AS "value", cause, remedy FROM errors)'
    job.sql.execute(
        f"COPY ({guard_texts(job.sql, told)} ORDER BY ALL) TO {write_literal(report.as_posix())} "
        "(HEADER, DELIMITER ',')"
    )
    # a cause that names a line, a code or a check character differs from row to row; the kind is what stays
    kind = "regexp_replace(cause, '（[^）]*）|第 [0-9]+ 行|人员 [^ ]+|[0-9]{4}-[0-9]{2}-[0-9]{2}', '…', 'g')"
    groups = job.sql.execute(
        f"SELECT file, col, {kind} AS kind, min(remedy), count(*), min(line), "
        "list_sort(list_distinct(list(cell ORDER BY line)))[:3] FROM (SELECT * FROM errors) "
        "GROUP BY file, col, kind ORDER BY count(*) DESC, file, col, kind"
    ).fetchall()
    raise BadRegister(
        source.name,
        tuple(
            ErrorGroup(file, column, cause, remedy, cells, line, tuple(str(value)[:80] for value in examples or ()))
            for file, column, cause, remedy, cells, line, examples in groups
        ),
        total,
        report,
        tuple(list_receipts(job, _count_sound(job))),
    )


def _count_sound(job: Job) -> dict[str, int]:
    """Rows of each table without an error of their own; those with one are noted as refused."""
    sound = {}
    for name, file in job.files.items():
        wrong = f"SELECT line FROM errors WHERE file = {write_literal(file)} AND line > 1"
        lines = job.sql.execute(f"SELECT DISTINCT line FROM ({wrong}) ORDER BY line").fetchall()
        job.repeated[name] = [*job.repeated.get(name, []), *((int(line), "有错误") for (line,) in lines)]
        sound[name] = job.count(f"SELECT count(*) FROM {name_typed(TABLE[name])} WHERE line NOT IN ({wrong})")
    return sound


def list_receipts(job: Job, kept: dict[str, int]) -> list[Receipt]:
    """Per table that was read the rows seen, kept and refused."""
    found = []
    for name in sorted(job.files):
        aside, repeated = job.aside.get(name, []), job.repeated.get(name, [])
        seen = job.seen.get(name, 0) + job.broken[name] + len(aside)
        rows = tuple(sorted([*aside, *repeated]))
        notes = tuple(job.told.get(name, ()))
        found.append(Receipt(name, job.files[name], seen, kept.get(name, 0), rows, notes))
    return found
