"""Early warning for a whole register: who is about to turn under which policy, on which day and why.

The days on which something can change for an enterprise are worked out for a chunk at once; on each of them the
screening is asked again for those enterprises alone, and what it says is held against what it said last. So each row
is a day on which the answer differs from that of the day before. Both courses of ``decisions.foreseeing`` are
followed: as recorded, and with the tables kept up that are complete today.

Without the permission to see what is not public nothing is told where a watch list is concerned: no condition about
one, no answer that turns with it, and no enterprise under a policy whose shapes look at watch lists while such a
listing of it or of its people is on record.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policygraph.errors import InputError
from policygraph.judging.decisions import Decision
from policygraph.judging.decisions.across import partners
from policygraph.judging.decisions.deciding import ground_of
from policygraph.judging.decisions.foreseeing import (
    Course,
    Foreseen,
    find_days,
    find_months,
    foresee,
    public_only,
    tables_of,
)
from policygraph.judging.rules import Asked, Policy, Register
from policygraph.judging.rules.facts import TABLE, TABLES
from policygraph.judging.screening import compile_screening
from policygraph.judging.screening.foreseeing import DUE, select_due, select_kept
from policygraph.judging.screening.sql import any_of, quote_name, write_literal
from policygraph.judging.screening.trying import bare
from policygraph.keeping.assessments import Desk
from policygraph.keeping.batch import is_prepared, prepare_register, read_prepared
from policygraph.keeping.batch.differing import FORMATS
from policygraph.keeping.batch.duck import (
    DEFAULT_MEMORY,
    Connection,
    close_steps,
    guard_texts,
    know_words,
    open_chunk,
    open_duckdb,
    open_steps,
    read_files,
    telling,
)
from policygraph.keeping.batch.preparing import DEFAULT_CHUNK, Progress
from policygraph.keeping.batch.tables import select_units
from policygraph.keeping.batch.units import read_units

MOST_DAYS = 366
MOST_DECIDED = 100
"""A register of at most so many enterprises is followed by the SHACL engine; planning the queries would take longer."""
COLUMNS = (
    ("uscc", "STRING"), ("name", "STRING"), ("policy", "STRING"), ("day", "DATE"), ("before", "STRING"),
    ("after", "STRING"), ("kept_before", "STRING"), ("kept_after", "STRING"), ("stale", "BOOLEAN"),
    ("conditions", "STRING"), ("kept_conditions", "STRING"), ("causes", "STRING"), ("grounds", "STRING"),
)  # fmt: skip
"""The columns of what comes out. As recorded: ``before``, ``after``, ``conditions``; were the tables kept up: the same
with ``kept_``; ``stale``: what turns as recorded turns because an export is old, not because of the enterprise."""
_NAMES = tuple(table.name for table in TABLES)
_STATE = ("outcome", "grade")


@dataclass(frozen=True, slots=True)
class Expected:
    """How many enterprises turn from one answer to another within the days, were the tables kept up."""

    policy: str
    before: str
    after: str
    enterprises: int


@dataclass(frozen=True, slots=True)
class Watch:
    """What came out: the rows written, the turns expected, and how many rows say only that an export gets old."""

    out: Path
    rows: int
    stale: int
    expected: tuple[Expected, ...]
    restricted: bool
    synthetic: bool


def watch_register(
    source: Path,
    desk: Desk,
    policies: Sequence[Policy],
    as_of: date,
    days: int,
    out: Path,
    *,
    restricted: bool = False,
    memory: int = DEFAULT_MEMORY,
    chunk: int = DEFAULT_CHUNK,
    most_decided: int = MOST_DECIDED,
    progress: Progress = lambda step, done: None,
) -> Watch:
    """Write every turn of the days after ``as_of``, one row for each enterprise, policy and day.

    Errors: ``InputError`` for a format or a number of days that is not possible; those of ``prepare_register``.
    """
    if out.suffix not in FORMATS:
        raise InputError(str(out), "不认识的结果格式", f"用 {'、'.join(FORMATS)}")
    if not 1 <= days <= MOST_DAYS:
        raise InputError("--watch", f"{days} 不在 1 到 {MOST_DAYS} 天之间", "例如 90")
    work = out.with_name(f"{out.name}.partial")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    until = date.fromordinal(min(as_of.toordinal() + days, date.max.toordinal()))
    with telling(work):
        try:
            register = source
            if not is_prepared(source):
                register = work / "register"
                prepare_register(
                    source,
                    register,
                    conditions=desk.conditions(),
                    codes=desk.codes,
                    chunk=chunk,
                    memory=memory,
                    progress=progress,
                )
            prepared = read_prepared(register)
            with open_duckdb(work / "spill", memory) as connection:
                small = prepared.enterprises <= most_decided
                if small:
                    progress("预警", 0.0)
                    facts = read_units(connection, register, range(prepared.chunks), _all(connection, register))
                    rows = _decided(desk, policies, facts, as_of, days, restricted=restricted)
                    _write_rows(connection, rows, work / "part-00000.parquet")
                for number in range(0 if small else prepared.chunks):
                    run = _Chunk(connection, desk, tuple(policies), as_of, until, restricted)
                    open_chunk(connection, register, number, _NAMES)
                    run.follow(lambda step, done: progress(step, (number + done) / prepared.chunks))  # noqa: B023
                    part = write_literal((work / f"part-{number:05d}.parquet").as_posix())
                    connection.execute(f"COPY ({run.told()}) TO {part} (FORMAT parquet)")
                parts = read_files(f"{work.as_posix()}/part-*.parquet")
                found = _publish(connection, parts, work, out, restricted, prepared.synthetic)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return found


def _all(connection: Connection, register: Path) -> list[str]:
    files = read_files(f"{register.as_posix()}/chunk-*/enterprises.parquet")
    return [str(row[0]) for row in connection.execute(f'SELECT "uscc" FROM {files}').fetchall()]


def _write_rows(connection: Connection, rows: Iterable[tuple[object, ...]], part: Path) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE decided ({columns})")
    for row in rows:
        connection.execute(f"INSERT INTO decided VALUES ({', '.join('?' for _ in COLUMNS)})", row)
    connection.execute(f"COPY decided TO {write_literal(part.as_posix())} (FORMAT parquet)")


def _publish(connection: Connection, parts: str, work: Path, out: Path, restricted: bool, synthetic: bool) -> Watch:
    rows = f"(SELECT * FROM {parts} ORDER BY day, policy, uscc)"
    told = guard_texts(connection, rows) if out.suffix == ".csv" else f"SELECT * FROM {rows}"
    whole = work / f"whole{out.suffix}"
    connection.execute(f"COPY ({told}) TO {write_literal(whole.as_posix())} ({FORMATS[out.suffix]})")
    counted = connection.execute(f"SELECT count(*), count(*) FILTER (stale) FROM {parts}").fetchone() or (0, 0)
    expected = connection.execute(
        f"SELECT policy, kept_before, kept_after, count(DISTINCT uscc) FROM {parts} "
        "WHERE kept_before <> kept_after GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    whole.replace(out)
    return Watch(
        out,
        int(counted[0]),
        int(counted[1]),
        tuple(Expected(str(p), str(b), str(a), int(n)) for p, b, a, n in expected),
        restricted,
        synthetic,
    )


def _source(name: str) -> str:
    """The table with all rows of a chunk; completeness is that of the course that is followed."""
    return "coverage_used" if name == "coverage" else f"{name}_recorded"


@dataclass(slots=True)
class _Chunk:
    """The days of one chunk, followed in both courses."""

    connection: Connection
    desk: Desk
    policies: tuple[Policy, ...]
    as_of: date
    until: date
    restricted: bool

    def follow(self, progress: Progress) -> None:
        """Fill the table ``turns`` with what changes, course by course, policy by policy and day by day."""
        run = self.connection.execute
        run("CREATE OR REPLACE TEMP TABLE turns (course STRING, policy STRING, uscc STRING, name STRING, day DATE, "
            "before STRING, after STRING, decisive BOOLEAN, hidden BOOLEAN, conditions STRING[])")  # fmt: skip
        for name in _NAMES:
            run(f"CREATE OR REPLACE TEMP TABLE {name}_recorded AS SELECT * FROM {quote_name(name)}")
        months = find_months([one for policy in self.policies for one in self.with_partners(policy)])
        for course in ("recorded", "kept"):
            source = "SELECT * FROM coverage_recorded" if course == "recorded" else select_kept(self.as_of, self.until)
            run(f"CREATE OR REPLACE TEMP TABLE coverage_used AS {source}")
            self.open_all()
            run(f"CREATE OR REPLACE TEMP TABLE due_{course} AS {select_due(months, self.as_of, self.until)}")
            for number, policy in enumerate(self.policies):
                self.follow_policy(
                    policy,
                    course,
                    lambda step, done, at=number: progress(  # type: ignore[misc]  # the number of this turn of the loop
                        step,
                        ((at + done) / len(self.policies) + (course == "kept")) / 2,  # noqa: B023
                    ),
                )

    def open_all(self) -> None:
        """Let the screening see every row of the chunk, with the completeness of the course that is followed."""
        for name in _NAMES:
            rows = f"SELECT * FROM {_source(name)}"
            self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {quote_name(name)} AS {rows}")

    def open_asked(self, tables: Iterable[str]) -> None:
        """Let the screening see only what the enterprises that are asked about need."""
        posts, units = f"SELECT * FROM {_source('persons')}", 'SELECT "uscc" FROM enterprises_asked'
        for name in tables:
            rows = select_units(TABLE[name], f"SELECT * FROM {_source(name)}", posts, units)
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name}_asked AS {rows}")
            self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {quote_name(name)} AS SELECT * FROM {name}_asked")

    def with_partners(self, policy: Policy) -> tuple[Policy, ...]:
        """A policy and those whose answers it must not contradict."""
        return (policy, *partners(policy, self.desk.policies.values()))

    def follow_policy(self, policy: Policy, course: str, progress: Progress) -> None:
        """Ask about one policy on every day on which something comes to pass for an enterprise of its place."""
        run = self.connection.execute
        prefix = write_literal(policy.region_prefix)
        place = f'SELECT * FROM enterprises_recorded WHERE starts_with("region", {prefix})'
        there = run(f"SELECT count(*) FROM ({place})").fetchone()
        if not there or not there[0]:
            return
        concerned = f'(uscc IS NULL OR uscc IN (SELECT "uscc" FROM ({place})))'
        found = run(f"SELECT day, bool_or(uscc IS NULL) FROM due_{course} WHERE {concerned} GROUP BY day").fetchall()
        every = {row[0] for row in found if row[1]}
        every |= {day for day in find_days(self.with_partners(policy)) if self.as_of < day <= self.until}
        days = sorted({row[0] for row in found} | every)
        turning = "" if every else f' AND "uscc" IN (SELECT uscc FROM due_{course})'  # of the others nothing turns
        self.ask(policy, self.as_of, place + turning, course, first=True)
        for number, day in enumerate(days):
            progress(f"预警 {policy.id} {day.isoformat()}", number / len(days))
            due = f' AND "uscc" IN (SELECT uscc FROM due_{course} WHERE day = {write_literal(day)})'
            self.ask(policy, day, place if day in every else place + due, course, first=False)
        self.open_all()

    def ask(self, policy: Policy, day: date, mine: str, course: str, *, first: bool) -> None:
        """Screen some enterprises for a day; note what differs from what was last said of them, and remember it."""
        run = self.connection.execute
        screening = compile_screening(
            [bare(policy, day)],
            day,
            invariants={one.iri: one.shape for one in self.desk.invariants},
            beside=[bare(one, day) for one in self.with_partners(policy)[1:]],
            says=_STATE,
        )
        run(f"CREATE OR REPLACE TEMP TABLE enterprises_asked AS {mine}")
        run("CREATE OR REPLACE TEMP VIEW enterprises AS SELECT * FROM enterprises_asked")
        self.open_asked(name for name in screening.tables if name != "enterprises")
        names = [f"c{number}" for number, _ in enumerate(screening.columns)]
        aliases = ", ".join(quote_name(name) for name in ("uscc", "name", "region", *names))
        wanted = {
            (column.condition or "", column.says): name
            for name, column in zip(names, screening.columns, strict=True)
            if column.says == "outcome" or (column.condition is None and column.says == "grade")
        }
        keys = {key: f"k{number}" for number, key in enumerate(sorted(wanted))}
        chosen = ", ".join(  # as texts: what was said on one day is held against what is said on another
            f"CAST({quote_name(wanted[key])} AS VARCHAR) AS {quote_name(alias)}" for key, alias in keys.items()
        )
        know_words(self.connection, screening)
        opened = open_steps(self.connection, screening.steps)
        body = f'SELECT "uscc", "name", {chosen} FROM ({screening.last}) AS q({aliases})'
        run(f"CREATE OR REPLACE TEMP TABLE {'said' if first else 'now'} AS {body}")
        close_steps(self.connection, opened)
        if first:
            return
        run(f"INSERT INTO turns {self.turned(policy, day, course, keys)}")
        run('DELETE FROM said WHERE "uscc" IN (SELECT "uscc" FROM now)')
        run("INSERT INTO said SELECT * FROM now")

    def turned(self, policy: Policy, day: date, course: str, keys: Mapping[tuple[str, str], str]) -> str:
        """The enterprises of which a policy says something else than last."""

        def state(side: str) -> str:
            told = [f"{side}.{quote_name(keys['', word])}" for word in _STATE]
            return f"concat_ws(' ', {', '.join(told)})"

        hidden = {item.condition for item in policy.asked if item.restricted}
        moves, veiled = [], []
        for (condition, _), alias in keys.items():
            if not condition:
                continue
            was, is_now = (f"{side}.{quote_name(alias)}" for side in ("said", "now"))
            differs = f"{was} IS DISTINCT FROM {is_now}"
            if condition in hidden and not self.restricted:
                veiled.append(differs)
                continue
            text = f"{write_literal(condition)} || ' ' || coalesce({was}, '—') || '→' || coalesce({is_now}, '—')"
            moves.append(f"CASE WHEN {differs} THEN {text} END")
        conditions = f"list_filter([{', '.join(moves)}], lambda x: x IS NOT NULL)"
        decisive = f"{state('said')} <> {state('now')}"
        return (
            f"SELECT * FROM (SELECT {write_literal(course)}, {write_literal(policy.id)}, now.uscc, now.name, "
            f"{write_literal(day)}, {state('said')}, {state('now')}, {decisive} AS decisive, "
            f'{any_of(veiled)} AS hidden, {conditions} AS conditions FROM now JOIN said USING ("uscc")) '
            "WHERE decisive OR len(conditions) > 0"
        )

    def told(self) -> str:
        """The turns of both courses side by side, with what comes to pass on that day, and without what may not be.

        Of what comes to pass that is told which lies in a table that what turns looks at; all of it where nothing does.
        """
        grounds = ", ".join(
            f"({write_literal(item.condition)}, {write_literal(clause)}, {write_literal(quote)})"
            for policy in self.policies
            for item, clause, quote in _grounds(policy)
        )
        sides = {
            course: f"(SELECT * FROM turns WHERE course = {write_literal(course)})" for course in ("recorded", "kept")
        }
        due = (
            f"SELECT DISTINCT {', '.join(DUE)} FROM (SELECT * FROM due_recorded UNION ALL SELECT * FROM due_kept) "
            + ("" if self.restricted else "WHERE NOT watch")
        )
        veiled = "FALSE" if self.restricted else self.veiled()
        both = "list_has_any(list_transform(coalesce(r.conditions, []), lambda x: split_part(x, ' ', 1)), "
        both += "list_transform(coalesce(k.conditions, []), lambda x: split_part(x, ' ', 1)))"
        stale = f"(r.uscc IS NOT NULL AND NOT {both} AND NOT (r.decisive AND coalesce(k.decisive, FALSE)))"
        joined = (
            "SELECT coalesce(r.uscc, k.uscc) AS uscc, coalesce(r.name, k.name) AS name, "
            "coalesce(r.policy, k.policy) AS policy, coalesce(r.day, k.day) AS day, "
            f"r.before AS before, r.after AS after, k.before AS kept_before, k.after AS kept_after, {stale} AS stale, "
            "coalesce(r.conditions, []) AS conditions, coalesce(k.conditions, []) AS kept_conditions "
            f"FROM {sides['recorded']} r FULL OUTER JOIN {sides['kept']} k "
            "ON r.uscc = k.uscc AND r.policy = k.policy AND r.day = k.day "
            "WHERE NOT (coalesce(r.hidden AND r.decisive, FALSE) OR coalesce(k.hidden AND k.decisive, FALSE))"
        )
        all_due = (
            "SELECT string_agg(DISTINCT kind || ' ' || of_table || coalesce(nullif(' ' || record, ' '), ''), '；' "
            "ORDER BY kind || ' ' || of_table || coalesce(nullif(' ' || record, ' '), '')) "
            f"FROM ({due}) d WHERE d.day = u.day AND (d.uscc = u.uscc OR d.uscc IS NULL)"
        )
        looked_at = (
            "list_contains(u.looked, d.of_table) AND (d.kind IN ('coverage', 'long-enough') OR NOT (u.stale "
            "AND len(u.kept_conditions) = 0)) AND (d.of_table <> 'determinations' OR d.record = '' "
            "OR list_contains(u.turned, split_part(d.record, ':', 2)))"
        )
        turned = (
            "list_transform(list_concat(conditions, kept_conditions), lambda x: split_part(x, ' ', 1)) AS turned, *"
        )
        tables = ", ".join(
            f"({write_literal(policy.id)}, {write_literal(item.condition)}, {write_literal(table)})"
            for policy in self.policies
            for item in policy.asked
            for table in sorted({*tables_of(policy, {item.condition}), "persons", "determinations"})
        )
        looked = (
            "SELECT coalesce(list(DISTINCT l.of_table), []) FROM looked l WHERE l.policy = t.policy "
            "AND list_contains(t.turned, l.condition)"
        )
        words = (
            "SELECT string_agg(clause || ' “' || quote || '”', '；' ORDER BY condition) FROM grounds g "
            "WHERE list_contains(u.turned, g.condition)"
        )
        return (
            f"WITH grounds(condition, clause, quote) AS (VALUES {grounds}), "
            f"looked(policy, condition, of_table) AS (VALUES {tables}), "
            f"u AS (SELECT t.*, ({looked}) AS looked FROM (SELECT {turned} FROM ({joined})) t) "
            "SELECT uscc, name, policy, day, before, after, kept_before, kept_after, stale, "
            "array_to_string(list_sort(conditions), '；') AS conditions, "
            "array_to_string(list_sort(kept_conditions), '；') AS kept_conditions, "
            f"coalesce(({all_due} AND {looked_at}), ({all_due})) AS causes, ({words}) AS grounds "
            f"FROM u WHERE NOT ({veiled})"
        )

    def veiled(self) -> str:
        """Whether a policy looks at watch lists; see `public_only`."""
        looking = [write_literal(policy.id) for policy in self.policies if policy.looks_at_watch_lists]
        return f"policy IN ({', '.join(looking)})" if looking else "FALSE"


def _decided(
    desk: Desk, policies: Sequence[Policy], facts: Register, as_of: date, days: int, *, restricted: bool
) -> Iterable[tuple[object, ...]]:
    """The rows of a small register, each enterprise followed by the SHACL engine."""
    for entity in facts.enterprises:

        def ask(register: Register, policy: Policy, day: date, unit: str = entity) -> Decision:
            return desk.decide(register, unit, policy, day)

        row = facts.enterprise(entity)
        place = str(row.cells["region"]) if row is not None else ""
        mine = [policy for policy in policies if place.startswith(policy.region_prefix)]
        found = foresee(facts, entity, mine, as_of, days, ask, desk.policies.values())
        if not restricted:
            found = public_only(found, mine)
        for one in found:
            yield _row(one, entity, row.text("name") or "" if row is not None else "")


def _row(one: Foreseen, entity: str, name: str) -> tuple[object, ...]:
    """One row, as the query of a large register writes it."""
    recorded, kept = one.recorded, one.kept
    turns = (*recorded.turns, *kept.turns)
    grounds = {turn.condition: f"{turn.clause} “{turn.quote}”" for turn in turns}
    causes = sorted({" ".join(part for part in (due.kind, due.table, due.record) if part) for due in one.causes})
    return (
        entity,
        name,
        one.policy,
        one.day,
        *_states(recorded),
        *_states(kept),
        one.stale,
        "；".join(sorted(f"{turn.condition} {turn.before}→{turn.after}" for turn in recorded.turns)),
        "；".join(sorted(f"{turn.condition} {turn.before}→{turn.after}" for turn in kept.turns)),
        "；".join(causes),
        "；".join(grounds[name] for name in sorted(grounds)),
    )


def _states(course: Course) -> tuple[str | None, str | None]:
    """The answer before and after with its grade; nothing where nothing changes in that course."""
    if not course.moves:
        return None, None
    told = ((course.before, course.grade_before), (course.after, course.grade_after))
    before, after = (" ".join(part for part in state if part) for state in told)
    return before, after


def _grounds(policy: Policy) -> Iterable[tuple[Asked, str, str]]:
    """Each condition of a policy with the clause and the words that its decisions name."""
    for item in policy.asked:
        clause, quote = ground_of(policy, item.condition)
        if clause:
            yield item, clause, quote
