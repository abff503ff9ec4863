"""``policygraph screen``: chunk by chunk through a register, to one file that appears whole or not at all.

The query is written once and run on each chunk; each finished part is renamed into the working folder beside the
result, so that a run that was cut short goes on where it stopped, as long as register, dataset and day are the same.
At the end the parts become one file (or stay a folder of parts, which costs nothing) and take the result's name by
one rename. The summary counts outcomes over all parts.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from rdflib import Graph

from policygraph.errors import DataError, InputError, LimitError
from policygraph.judging.rules import Policy
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import Receipt
from policygraph.judging.screening import Screening, compile_screening
from policygraph.judging.screening.sql import quote_name, write_literal
from policygraph.keeping.batch.duck import (
    DEFAULT_MEMORY,
    Connection,
    guard_texts,
    open_chunk,
    open_duckdb,
    read_files,
    read_number,
    screen_chunk,
    telling,
    work_chunks,
    write_parquet,
)
from policygraph.keeping.batch.preparing import DEFAULT_CHUNK, BadRegister, Progress, prepare_register
from policygraph.keeping.batch.renewing import (
    GONE,
    MARKER,
    Earlier,
    Renewal,
    find_changed,
    kept_digests,
    read_earlier,
    read_general,
    renew_parts,
)
from policygraph.keeping.batch.sail import open_sail
from policygraph.keeping.batch.tables import Prepared, digest_file, is_prepared, read_prepared
from policygraph.keeping.batch.verifying import Agreement, Decide, verify_part
from policygraph.keeping.writing import write_file

ENGINES = ("duckdb", "sail")
FORMATS = (".parquet", ".csv", ".xlsx")
_KEPT = "；做完的部分留在这里，再运行一次就接着做"
MOST_SHEET_ROWS = 1_048_575
_STATE = "state.json"
# Characters that a worksheet cannot hold (XML 1.0, section 2.2).
_UNWRITABLE = {code: "\ufffd" for code in range(32) if chr(code) not in "\t\n\r"}


@dataclass(frozen=True, slots=True)
class Count:
    """How many enterprises have one outcome, under a policy or for one condition."""

    policy: str
    condition: str | None
    outcome: str
    enterprises: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What came out of a screening."""

    out: Path
    enterprises: int
    counts: tuple[Count, ...]
    resumed: int
    """Chunks taken over from an interrupted run."""
    restricted: bool
    """True when columns are in it that must not be published (standing on a watch list)."""
    synthetic: bool
    receipts: tuple[Receipt, ...] = ()
    """For each table of the register: rows seen, kept and refused."""
    notes: tuple[str, ...] = ()
    agreement: Agreement | None = None
    """What deciding a sample again gave; None when none was asked for."""
    renewal: Renewal | None = None
    """What was taken up from an earlier result; None when none was given."""


def _silent(step: str, done: float) -> None:
    """Shows nothing."""


def screen_register(
    source: Path,
    policies: Iterable[Policy],
    as_of: date,
    out: Path,
    *,
    engine: str = "duckdb",
    remote: str = "",
    memory: int = DEFAULT_MEMORY,
    chunk: int = DEFAULT_CHUNK,
    conditions: Iterable[str] | None = None,
    codes: Codes | None = None,
    invariants: Mapping[str, Graph] = MappingProxyType({}),
    beside: Iterable[Policy] = (),
    dataset: str = "",
    decide: Decide | None = None,
    verify: int = 0,
    since: Path | None = None,
    only_changed: bool = False,
    progress: Progress = _silent,
) -> Summary:
    """Every enterprise of a register under some policies on one day, written to a file or a folder of parts.

    A register that was not prepared is checked and prepared first, beside the result, by the closed ``codes``.
    ``dataset`` is the hash of the dataset that policies and codes come from: a run begun under another starts anew.
    ``remote`` is the address of a server (``sail``): it must see a prepared register and the folder of the result
    under the same paths. With ``decide``, ``verify`` enterprises of each outcome are decided again, and a difference
    refuses the run (``DataError``).
    ``since`` is an earlier result: only those enterprises are screened of which something else can be said (DuckDB,
    see ``renewing``); with ``only_changed`` the result holds their rows alone, and beside them who is gone.
    Errors: ``InputError`` for an unknown format or engine; ``DataError`` when a shape cannot be compiled; those of
    ``prepare_register``; ``LimitError`` when memory or a worksheet is too small; ``StorageError`` when the folder
    goes away or does not take what is written.
    """
    _refuse_misuse(source, out, engine, remote, since, only_changed=only_changed)
    asked, others = tuple(policies), tuple(beside)
    ask = partial(compile_screening, asked, invariants=invariants, beside=others)
    screening, work = ask(as_of), out.with_name(f"{out.name}.partial")
    query, parts = _digest(screening.sql.encode()), out if remote else work
    state = {"query": query, "source": fingerprint(source), "dataset": dataset, "engine": engine}
    run = _Run(screening, as_of, out, work, parts, state, memory, progress)
    earlier = None
    if since is not None:
        earlier = read_earlier(since, only_changed=only_changed)
        state["since"] = _digest(manifest_of(since).read_bytes())
    with telling(work, kept=_KEPT):
        resume = _open_work(work, state)
        register, prepared = _ready(source, work, conditions, codes, chunk, memory, progress)
        renewal = None
        if earlier is not None:
            renewal = run.renew(register, prepared, earlier, (*asked, *others), ask, only_changed=only_changed)
        renewed = renewal is not None and not renewal.reason
        partly = only_changed and renewed
        kept = 0 if renewed else run.screen(register, prepared.chunks, engine, remote, resume=resume)
        progress("汇总", 1.0)
        with open_duckdb(run.spill, memory) as connection:
            counts = count_outcomes(connection, screening, parts)
            agreement = None
            if decide is not None and verify and prepared.enterprises:
                agreement = run.verify(connection, register, prepared, decide, verify, partly=partly)
            told = run.tell(prepared, renewal, agreement, partly=partly)
            told["general"] = read_general(connection, register)
            if not remote:
                _publish(connection, work, out)
            run.keep(register, prepared, told)
    shutil.rmtree(work, ignore_errors=True)
    restricted = any(column.restricted for column in screening.columns)
    return Summary(
        out, prepared.enterprises, counts, kept, restricted, prepared.synthetic, prepared.told,
        tuple(prepared.notes), agreement, renewal,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Run:
    """A screening on its way: what is asked, where it goes, and what a run of it is known by."""

    screening: Screening
    as_of: date
    out: Path
    work: Path
    parts: Path
    """Where the finished parts lie: the working folder, or the result where a server writes them."""
    state: Mapping[str, str]
    memory: int
    progress: Progress

    @property
    def spill(self) -> Path:
        """Where an engine puts what does not fit into memory."""
        return self.work / "spill"

    def screen(self, register: Path, chunks: int, engine: str, remote: str, *, resume: bool) -> int:
        """Screen so many chunks of a register, each into its part; how many a run that was broken off had done.

        A server writes its parts where they stay, and all of them.
        """
        there = resume and self.parts == self.work
        left = [number for number in range(chunks) if not (there and _part(self.work, number).exists())]

        def begin(number: int) -> None:
            self.progress(f"筛查第 {number + 1}/{chunks} 块", number / chunks)

        if engine == "sail":
            with open_sail(remote, self.spill.absolute()) as session:
                for number in left:
                    begin(number)
                    self.write(number, partial(session.screen_chunk, self.screening, register, number))
            return chunks - len(left)

        def run(connection: Connection, number: int) -> None:
            open_chunk(connection, register, number, self.screening.tables)
            self.write(number, partial(screen_chunk, connection, self.screening))

        work_chunks(run, left, self.spill, self.memory, begin)
        return chunks - len(left)

    def write(self, number: int, screen: Callable[[Path], None]) -> None:
        """Have the part of a chunk written; here it gets its name when it is whole."""
        if self.parts != self.work:
            screen(_part(self.parts, number).absolute())
            return
        part = _part(self.work, number)
        started = part.with_suffix(".started")
        screen(started)
        started.rename(part)

    def renew(
        self,
        register: Path,
        prepared: Prepared,
        earlier: Earlier,
        policies: tuple[Policy, ...],
        ask: Callable[[date], Screening],
        *,
        only_changed: bool,
    ) -> Renewal:
        """Take up an earlier result where it can be; ``ask`` puts the same question as it was asked on a day."""
        query = self.state["query"] if earlier.as_of >= self.as_of else _digest(ask(earlier.as_of).sql.encode())
        self.progress("与先前的结果比较", 0.0)
        with open_duckdb(self.spill, self.memory) as connection:
            dataset, whole = self.state["dataset"], not only_changed
            found = find_changed(
                connection, register, prepared, earlier, policies, self.as_of, query, dataset, self.work, whole=whole
            )
        if not found.reason:

            def begin(done: int) -> None:
                self.progress(f"筛查 {found.screened} 个有变化的单位", 0.5 + done / max(found.screened, 1) / 2)

            renew_parts(
                self.screening, register, prepared, earlier, found, self.work, self.spill, self.memory, begin,
                only_changed=only_changed,
            )  # fmt: skip
        return found

    def verify(
        self, connection: Connection, register: Path, prepared: Prepared, decide: Decide, most: int, *, partly: bool
    ) -> Agreement:
        """Decide a sample again, of one chunk; of the only part where no more was screened (``partly``).

        Errors: ``DataError`` when an enterprise is decided otherwise.
        """
        self.progress("抽样复核", 1.0)
        number = 0 if partly else int(self.state["source"][:8], 16) % prepared.chunks
        numbers = range(prepared.chunks) if partly else (number,)
        read, seed = _files(_part(self.parts, number)), f"{self.state['query']}{self.state['source']}"
        agreement = verify_part(connection, self.screening, register, numbers, read, most, decide, seed)
        if agreement.differing:
            raise _disagree(self.out, agreement)
        return agreement

    def tell(
        self, prepared: Prepared, renewal: Renewal | None, agreement: Agreement | None, *, partly: bool
    ) -> dict[str, object]:
        """How the result came about, for whoever reads it or takes it up later."""
        return {
            "policies": list(self.screening.policies),
            "as_of": self.as_of.isoformat(),
            "engine": self.state["engine"],
            **self.state,
            "register": prepared.fingerprint,
            "enterprises": prepared.enterprises,
            "screened": renewal.screened if renewal is not None else prepared.enterprises,
            "only_changed": partly,
            "verified": agreement.as_json() if agreement is not None else None,
        }

    def keep(self, register: Path, prepared: Prepared, told: Mapping[str, object]) -> None:
        """Put beside the result how it came about, and in a folder the digests by which it can be taken up."""
        if not self.out.suffix:
            for number in range(prepared.chunks):
                shutil.copyfile(digest_file(register, number), kept_digests(self.out, number))
        write_file(manifest_of(self.out), (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode())


def _refuse_misuse(
    source: Path, out: Path, engine: str, remote: str, since: Path | None, *, only_changed: bool
) -> None:
    """Refuse what cannot be asked for together. Errors: ``InputError``."""
    if out.suffix and out.suffix not in FORMATS:
        raise InputError(str(out), "不认识的结果格式", f"用 {'、'.join(FORMATS)}，或不带后缀的文件夹")
    if engine not in ENGINES:
        raise InputError("--engine", f"没有 {engine!r}", f"用 {'、'.join(ENGINES)}")
    if remote and (engine != "sail" or out.suffix or not is_prepared(source)):
        raise InputError(
            "--remote",
            "只用于 --engine sail、整理好的登记册和不带后缀的结果文件夹",
            "先运行 policygraph register to-parquet，登记册和结果放在服务器也能以同一路径读写的地方",
        )
    if since is not None and engine != "duckdb":
        raise InputError("--since", "只用于 duckdb 引擎", "不用 --engine，或不用 --since、整册筛查")
    if only_changed and (since is None or out.suffix):
        raise InputError("--only-changed", "要与 --since 同用，结果是不带后缀的文件夹", "给出先前的结果和一个文件夹")


def manifest_of(out: Path) -> Path:
    """Where it stands how a result came about: in the folder of parts, or beside the file.

    >>> manifest_of(Path("a/result.csv")).name, manifest_of(Path("a/result")).name
    ('result.csv.json', 'screening.json')
    """
    return out.with_name(f"{out.name}.json") if out.suffix else out / MARKER


def _disagree(out: Path, agreement: Agreement) -> DataError:
    shown = "\n".join(f"{u} {name}：筛查 {was!r}，逐个判断 {told!r}" for u, name, was, told in agreement.differing[:10])
    return DataError(
        str(out),
        f"抽样复核不一致：{len(agreement.enterprises)} 个单位中有 {len(agreement.differing)} 格不同\n{shown}",
        "结果没有写出；这是程序的错误，请附上这几个单位的记录报告",
    )


def fingerprint(source: Path) -> str:
    """What changes when a register's files do: names, sizes and times, or the manifest of a prepared one."""
    if is_prepared(source):
        return _digest(json.dumps(read_prepared(source).fingerprint).encode())
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    told = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files if path.is_file()]
    return _digest(json.dumps(told).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _open_work(work: Path, state: dict[str, str]) -> bool:
    """Make the working folder, or keep the one of an interrupted run of the very same screening."""
    marker = work / _STATE
    if marker.is_file() and json.loads(marker.read_text(encoding="utf-8")) == state:
        return True
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    marker.write_text(json.dumps(state), encoding="utf-8")
    return False


def _ready(
    source: Path,
    work: Path,
    conditions: Iterable[str] | None,
    codes: Codes | None,
    chunk: int,
    memory: int,
    progress: Progress,
) -> tuple[Path, Prepared]:
    if is_prepared(source):
        return source, read_prepared(source)
    register = work / "register"
    if not is_prepared(register):
        report = work.with_name(f"{work.name.removesuffix('.partial')}.errors.csv")
        try:
            prepare_register(
                source,
                register,
                conditions=conditions,
                codes=codes,
                chunk=chunk,
                memory=memory,
                report=report,
                progress=progress,
            )
        except BadRegister:
            shutil.rmtree(work, ignore_errors=True)
            raise
    return register, read_prepared(register)


def _part(work: Path, number: int) -> Path:
    return work / f"part-{number:05d}.parquet"


def _files(part: Path) -> str:
    """The pattern of the files of one part, which some engines write as a folder."""
    return f"{part.as_posix()}/**/*.parquet" if part.is_dir() else part.as_posix()


def _all_files(folder: Path) -> str:
    """A table function call that reads all parts in a folder."""
    nested = any(part.is_dir() for part in folder.glob("part-*.parquet"))
    return read_files(f"{folder.as_posix()}/part-*.parquet{'/**/*.parquet' if nested else ''}")


def count_outcomes(connection: Connection, screening: Screening, work: Path) -> tuple[Count, ...]:
    """How often each outcome of each policy and condition occurs in the finished parts."""
    asked = [column for column in screening.columns if column.says == "outcome"]
    counts = ", ".join(f"histogram({quote_name(column.name)})" for column in asked)
    told = connection.execute(f"SELECT {counts} FROM {_all_files(work)}").fetchone() or ()
    return tuple(
        Count(column.policy, column.condition, str(word), int(number))
        for column, numbers in zip(asked, told, strict=True)
        for word, number in sorted((numbers or {}).items())
    )


def _publish(connection: Connection, work: Path, out: Path) -> None:
    """Give the finished parts the result's name: one file, or the folder of parts when no format is asked for."""
    parts = sorted(work.glob("part-*.parquet"))
    if not out.suffix:
        folder = work / "parts"
        folder.mkdir(exist_ok=True)
        for part in parts:
            part.rename(folder / part.name)
        if (work / GONE).is_file():
            (work / GONE).rename(folder / GONE)
        if out.exists():
            shutil.rmtree(out)
        folder.rename(out)
        return
    whole = work / f"whole{out.suffix}"
    source = _all_files(work)
    if out.suffix == ".parquet" and len(parts) == 1 and parts[0].is_file():
        (whole,) = parts
    elif out.suffix == ".parquet":
        write_parquet(connection, f"SELECT * FROM {source}", whole)
    elif out.suffix == ".csv":
        connection.execute(f"COPY ({guard_texts(connection, source)}) TO {write_literal(whole.as_posix())} (HEADER)")
    else:
        _write_sheet(connection, source, whole)
    whole.replace(out)


def _writable(value: Any) -> Any:  # Any: what DuckDB returns and openpyxl takes
    """A cell as a worksheet can hold it: a character that XML cannot write becomes U+FFFD."""
    return value.translate(_UNWRITABLE) if isinstance(value, str) else value


def _write_sheet(connection: Connection, source: str, path: Path) -> None:
    """One worksheet; text is written as text, so that a name beginning with = is never a formula."""
    total = read_number(connection, f"SELECT count(*) FROM {source}")
    if total > MOST_SHEET_ROWS:
        raise LimitError(".xlsx", f"{total} 行，超过 {MOST_SHEET_ROWS} 行", "改用 .parquet 或 .csv")
    rows = connection.execute(f"SELECT * FROM {source}")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("screening")
    sheet.append([str(item[0]) for item in rows.description or ()])
    while batch := rows.fetchmany(10_000):
        for row in batch:
            cells = [WriteOnlyCell(sheet, value=_writable(value)) for value in row]
            for cell in cells:
                if cell.data_type == "f":
                    cell.data_type = "s"
            sheet.append(cells)
    book.save(path)
