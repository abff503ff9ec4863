"""Early warning for a whole register: who is about to turn under which policy, on which day and why.

The days on which something can change for an enterprise are worked out for a chunk at once; the screening is asked
about an enterprise on each of them, all enterprises and days in one query, and what it says is held against what it
says of the day before that. So each row is a day on which the answer differs from that of the day before. Both courses
of ``decisions.foreseeing`` are followed: as recorded, and with the tables kept up that are complete today; a query for
each day and course would be planned hundreds of times, which took longer than to answer all of them.

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
from policygraph.judging.rules.counting import ONE_DAY
from policygraph.judging.rules.facts import TABLE, TABLES
from policygraph.judging.screening import Screening, compile_screening
from policygraph.judging.screening.foreseeing import DUE, select_due, select_kept, select_parting
from policygraph.judging.screening.sql import any_of, quote_name, write_literal
from policygraph.judging.screening.trying import bare
from policygraph.judging.screening.view import DAY
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
from policygraph.keeping.batch.units import read_units

MOST_DAYS = 366
MOST_DECIDED = 100
"""A register of at most so many enterprises is followed by the SHACL engine; planning the queries would take longer."""
MOST_ASKED = 200_000
"""Units (an enterprise on a day) that are asked about at once; an enterprise has at most two for each day."""
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
    most_asked: int = MOST_ASKED,
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
                plans = () if small else tuple(_plan(desk, policy, as_of, until) for policy in policies)
                for number in range(0 if small else prepared.chunks):
                    run = _Chunk(connection, plans, as_of, until, restricted, most_asked)
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


_MARKS = {"recorded": "r", "kept": "k"}
"""The courses, and what ends the code of a unit in each."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Days on which the same policies and shapes are in force, both ends counted, and what is asked on each of them."""

    first: date
    last: date
    screening: Screening


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is asked about one policy, the same for every chunk."""

    policy: Policy
    months: frozenset[int]
    spans: tuple[_Span, ...]

    @property
    def tables(self) -> frozenset[str]:
        """The tables that are read on any of the days."""
        return frozenset(name for span in self.spans for name in span.screening.tables)

    @property
    def monthly(self) -> frozenset[str]:
        """The tables of which it is counted how many months ago something was."""
        return frozenset(name for span in self.spans for name in span.screening.monthly)

    @property
    def keys(self) -> Mapping[tuple[str, str], str]:
        """The columns that are held against each other: of which condition they say what, and their names."""
        return {key: f"k{number}" for number, key in enumerate(sorted(_wanted(self.spans[0].screening)))}


def _plan(desk: Desk, policy: Policy, as_of: date, until: date) -> _Plan:
    circle = (policy, *partners(policy, desk.policies.values()))
    turns = sorted(day for day in set(find_days(circle)) if as_of < day <= until)
    firsts, lasts = [as_of, *turns], [*(day - ONE_DAY for day in turns), until]
    spans = [
        _Span(
            first,
            last,
            compile_screening(
                [bare(policy, first)],
                first,
                invariants={one.iri: one.shape for one in desk.invariants},
                beside=[bare(one, first) for one in circle[1:]],
                says=_STATE,
                each_day=True,
            ),
        )
        for first, last in zip(firsts, lasts, strict=True)
    ]
    return _Plan(policy, find_months(circle), tuple(spans))


def _wanted(screening: Screening) -> dict[tuple[str, str], int]:
    """The place of each column that is held against that of another day, by its condition and what it says."""
    return {
        (column.condition or "", column.says): place
        for place, column in enumerate(screening.columns)
        if column.says == "outcome" or (column.condition is None and column.says == "grade")
    }


def _select_asked(name: str) -> str:
    """The rows of a table that the units asked about need, once for each day on which they are: what names a row's
    enterprise, person or record names the day and the course too, so that no two of them meet.

    A record with a person is reached through the posts of the person. What is said for everybody is said of each day.
    """
    table = TABLE[name]
    columns = {column.name for column in table.columns}
    named = [c.name for c in table.columns if c.name in ("person_id", "record_id") or c.kind == "record"]
    marked = [f"r.{quote_name(one)} || a.mark AS {quote_name(one)}" for one in named]
    personal = "person_id" in columns and name != "persons"

    def write(rows: str, among: str, joined: str, unit: str) -> str:
        replaced = [*marked, *([f"{unit} AS uscc"] if unit else [])]
        told = f" REPLACE ({', '.join(replaced)})" if replaced else ""
        return f"SELECT r.*{told}, a.{DAY} AS {DAY} FROM {rows} r JOIN {among} a ON {joined}"

    if name == "coverage":
        days = f"(SELECT DISTINCT mark, {DAY} FROM units_asked)"
        return " UNION ALL ".join(
            write(f"coverage_{course}", among, f"{owner} AND a.mark[-1] = {write_literal(mark)}", unit)
            for course, mark in _MARKS.items()
            for among, owner, unit in (("units_asked", "r.uscc = a.uscc", "a.unit"), (days, "r.uscc IS NULL", "a.mark"))
        )
    rows = f"{name}_recorded"
    if not personal:
        return write(rows, "units_asked", "r.uscc = a.uscc", "a.unit")
    own = write(f"(SELECT * FROM {rows} WHERE person_id IS NULL)", "units_asked", "r.uscc = a.uscc", "a.unit")
    return f"{own} UNION ALL {write(rows, 'people_asked', 'r.person_id = a.person_id', '')}"


@dataclass(slots=True)
class _Chunk:
    """The days of one chunk, followed in both courses."""

    connection: Connection
    plans: tuple[_Plan, ...]
    as_of: date
    until: date
    restricted: bool
    most_asked: int = MOST_ASKED

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies that are asked about."""
        return tuple(plan.policy for plan in self.plans)

    def follow(self, progress: Progress) -> None:
        """Fill the table ``turns`` with what changes, policy by policy."""
        run = self.connection.execute
        run("CREATE OR REPLACE TEMP TABLE turns (course STRING, policy STRING, uscc STRING, name STRING, day DATE, "
            "before STRING, after STRING, decisive BOOLEAN, hidden BOOLEAN, conditions STRING[])")  # fmt: skip
        for name in _NAMES:
            run(f"CREATE OR REPLACE TEMP TABLE {name}_recorded AS SELECT * FROM {quote_name(name)}")
        run(f"CREATE OR REPLACE TEMP TABLE coverage_kept AS {select_kept(self.as_of, self.until)}")
        run(f"CREATE OR REPLACE TEMP TABLE parting AS {select_parting(self.as_of, self.until)}")
        months = frozenset[int]().union(*(plan.months for plan in self.plans))
        for course in _MARKS:
            self.open_recorded(course)
            run(f"CREATE OR REPLACE TEMP TABLE due_{course} AS {select_due(months, self.as_of, self.until)}")
        for number, plan in enumerate(self.plans):
            self.follow_policy(
                plan,
                lambda step, done, at=number: progress(step, (at + done) / len(self.plans)),  # type: ignore[misc]  # the number of this turn of the loop
            )

    def open_recorded(self, course: str) -> None:
        """Let every row of the chunk be seen, with the completeness of a course."""
        for name in _NAMES:
            source = f"coverage_{course}" if name == "coverage" else f"{name}_recorded"
            self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {quote_name(name)} AS SELECT * FROM {source}")

    def follow_policy(self, plan: _Plan, progress: Progress) -> None:
        """Ask about one policy for every enterprise of its place and day on which something comes to pass for it.

        An enterprise on a day in a course is one unit; so many of them are asked about at once as fit into memory,
        all days of an enterprise together.
        """
        run = self.connection.execute
        self.open_recorded("recorded")
        run(f"CREATE OR REPLACE TEMP TABLE moments AS {self.select_moments(plan)}")
        found = run("SELECT count(*) FROM (SELECT DISTINCT uscc, day, mark FROM moments)").fetchone()
        slices = -(-(int(found[0]) if found else 0) // self.most_asked)
        for number in range(slices):
            run(f"CREATE OR REPLACE TEMP TABLE here AS SELECT * FROM moments WHERE hash(uscc) % {slices} = {number}")
            columns = "".join(f", {alias} STRING" for alias in plan.keys.values())
            run(f"CREATE OR REPLACE TEMP TABLE said (course STRING, uscc STRING, name STRING, day DATE{columns})")
            for at, span in enumerate(plan.spans):
                done = (number + at / len(plan.spans)) / slices
                progress(f"预警 {plan.policy.id} {span.first.isoformat()}", done)
                self.ask(span, plan.keys)
            run(f"INSERT INTO turns {self.turned(plan)}")
        for name in ("moments", "here", "said", *(f"{name}_asked" for name in ("units", "people", *_NAMES))):
            run(f"DROP TABLE IF EXISTS {name}")

    def select_moments(self, plan: _Plan) -> str:
        """Whom to ask about on which day in which course, the first day before any turn among them.

        What can change an answer is due in a table that is read; a record leaves windows only where months are
        counted. While both courses have the same completeness one is asked for both: ``mark`` is that of the course.
        """
        prefix = write_literal(plan.policy.region_prefix)
        place = f'SELECT "uscc" AS uscc FROM enterprises_recorded WHERE starts_with("region", {prefix})'
        read = plan.tables - {"coverage"}
        own = select_due(plan.months, self.as_of, self.until, tables=read, monthly=plan.monthly)
        covers = "coverage" in plan.tables
        turning = ", ".join(f"({write_literal(span.first)})" for span in plan.spans[1:])
        told = []
        for course in _MARKS:
            due = [f"SELECT uscc, day FROM ({own})"] if read - {"enterprises"} else []
            every = [f"SELECT day FROM (VALUES {turning}) AS v(day)"] if turning else []
            if covers:
                statements = f"SELECT uscc, day FROM due_{course} WHERE kind IN ('coverage', 'long-enough')"
                due.append(statements)
                every.append(f"SELECT day FROM ({statements}) WHERE uscc IS NULL")
            due += [f"SELECT p.uscc, e.day FROM ({place}) p CROSS JOIN ({one}) e" for one in every]
            told += [f"SELECT {write_literal(course)} AS course, uscc, day FROM ({one})" for one in due]
        if not told:
            told = ["SELECT '' AS course, '' AS uscc, CAST(NULL AS DATE) AS day WHERE FALSE"]
        day, kept, recorded = write_literal(self.as_of), *(write_literal(_MARKS[one]) for one in ("kept", "recorded"))
        return (
            f"WITH due AS (SELECT DISTINCT * FROM ({' UNION ALL '.join(told)}) WHERE uscc IN ({place})), "
            f"whole AS (SELECT * FROM due UNION ALL SELECT DISTINCT course, uscc, {day} AS day FROM due), "
            "everybody AS (SELECT min(day) AS day FROM parting WHERE uscc IS NULL) "
            f"SELECT w.*, CASE WHEN w.course = 'kept' AND w.day >= least(p.day, a.day) THEN {kept} ELSE {recorded} END "
            "AS mark "
            "FROM whole w LEFT JOIN parting p ON p.uscc = w.uscc CROSS JOIN everybody a"
        )

    def ask(self, span: _Span, keys: Mapping[tuple[str, str], str]) -> None:
        """Screen the units of some days at once, and add what is said of them to ``said``."""
        run, screening = self.connection.execute, span.screening
        within = f"day BETWEEN {write_literal(span.first)} AND {write_literal(span.last)}"
        run(
            f"CREATE OR REPLACE TEMP TABLE units_asked AS SELECT *, uscc || mark AS unit FROM (SELECT DISTINCT uscc, "
            f"day AS {DAY}, CAST(day AS STRING) || mark AS mark FROM here WHERE {within})"
        )
        run(
            f"CREATE OR REPLACE TEMP TABLE people_asked AS SELECT DISTINCT p.person_id, u.{DAY}, u.mark "
            "FROM units_asked u JOIN persons_recorded p ON p.uscc = u.uscc"
        )
        for name in screening.tables:
            run(f"CREATE OR REPLACE TEMP TABLE {name}_asked AS {_select_asked(name)}")
            run(f"CREATE OR REPLACE TEMP VIEW {quote_name(name)} AS SELECT * FROM {name}_asked")
        names = [f"c{number}" for number, _ in enumerate(screening.columns)]
        aliases = ", ".join(quote_name(name) for name in ("unit", "name", "region", *names))
        wanted = _wanted(screening)
        chosen = "".join(  # as texts: what was said on one day is held against what is said on another
            f", CAST({quote_name(names[wanted[key]])} AS VARCHAR) AS {quote_name(alias)}" for key, alias in keys.items()
        )
        know_words(self.connection, screening)
        opened = open_steps(self.connection, screening.steps)
        run(
            f"INSERT INTO said SELECT h.course, h.uscc, q.name, h.day{chosen} FROM here h "
            f"JOIN ({screening.last}) AS q({aliases}) ON q.unit = h.uscc || CAST(h.day AS STRING) || h.mark "
            f"WHERE {within}"
        )
        close_steps(self.connection, opened)

    def turned(self, plan: _Plan) -> str:
        """The enterprises of which a policy says something else on a day than on the day that was asked about last."""
        keys, policy = plan.keys, plan.policy

        def before(alias: str) -> str:
            return quote_name(f"{alias}_before")

        def state(*told: str) -> str:
            return f"concat_ws(' ', {', '.join(told)})"

        own = [keys["", word] for word in _STATE]
        was, now = state(*map(before, own)), state(*map(quote_name, own))
        hidden = {item.condition for item in policy.asked if item.restricted}
        moves, veiled = [], []
        for (condition, _), alias in keys.items():
            if not condition:
                continue
            differs = f"{before(alias)} IS DISTINCT FROM {quote_name(alias)}"
            if condition in hidden and not self.restricted:
                veiled.append(differs)
                continue
            told = " || '→' || ".join(f"coalesce({side}, '—')" for side in (before(alias), quote_name(alias)))
            moves.append(f"CASE WHEN {differs} THEN {write_literal(condition)} || ' ' || {told} END")
        conditions = f"list_filter([{', '.join(moves)}], lambda x: x IS NOT NULL)"
        followed = "OVER (PARTITION BY course, uscc ORDER BY day)"
        lags = ", ".join(f"lag({quote_name(alias)}) {followed} AS {before(alias)}" for alias in keys.values())
        return (
            f"SELECT * FROM (SELECT course, {write_literal(policy.id)}, uscc, name, day, {was}, {now}, "
            f"{was} <> {now} AS decisive, {any_of(veiled)} AS hidden, {conditions} AS conditions "
            f"FROM (SELECT *, {lags} FROM said) WHERE day > {write_literal(self.as_of)}) "
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
        sides = {course: f"(SELECT * FROM turns WHERE course = {write_literal(course)})" for course in _MARKS}
        due = " UNION ".join(f"SELECT {', '.join(DUE)} FROM due_{course}" for course in _MARKS)
        due = f"SELECT * FROM ({due})" + ("" if self.restricted else " WHERE NOT watch")
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
        cause = "kind || ' ' || of_table || coalesce(nullif(' ' || record, ' '), '')"
        looked_at = (
            "list_contains(looked, of_table) AND (kind IN ('coverage', 'long-enough') OR NOT (stale "
            "AND len(kept_conditions) = 0)) AND (of_table <> 'determinations' OR record = '' "
            "OR list_contains(turned, split_part(record, ':', 2)))"
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
            f"u AS MATERIALIZED (SELECT t.*, ({looked}) AS looked FROM (SELECT {turned} FROM ({joined})) t "
            f"WHERE NOT ({veiled})), due AS MATERIALIZED ({due}), "
            "met AS (SELECT u.*, d.* EXCLUDE (uscc, day) FROM u JOIN due d ON d.day = u.day AND d.uscc = u.uscc "
            "UNION ALL SELECT u.*, d.* EXCLUDE (uscc, day) FROM u JOIN due d ON d.day = u.day WHERE d.uscc IS NULL), "
            f"c AS (SELECT uscc, policy, day, string_agg(DISTINCT {cause}, '；' ORDER BY {cause}) AS every, "
            f"string_agg(DISTINCT {cause}, '；' ORDER BY {cause}) FILTER ({looked_at}) AS near FROM met GROUP BY ALL) "
            "SELECT uscc, name, policy, day, before, after, kept_before, kept_after, stale, "
            "array_to_string(list_sort(conditions), '；') AS conditions, "
            "array_to_string(list_sort(kept_conditions), '；') AS kept_conditions, "
            f"coalesce(near, every) AS causes, ({words}) AS grounds "
            "FROM u LEFT JOIN c USING (uscc, policy, day)"
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
