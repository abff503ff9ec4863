"""The as-of view as SQL: the twin of ``decisions.view``, one definition for every engine.

What a term means stands in ``rules.asof`` and is only written here in SQL. Each function returns a SELECT over the
tables of a register. A record appears once for its own enterprise, or once for every enterprise where its person has
held a post by the day; through which posts it is reached stands in boolean columns beside it. So a record that two
paths reach is still one row, and no count needs DISTINCT. Columns that carry a term of the view are called ``v_`` and
the term's name. One table of edge dates tests this module and its twin.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from policygraph.judging.rules.asof import (
    COMPLETENESS,
    COVERED,
    COVERED_SINCE,
    IN_OFFICE_SINCE,
    OTHER,
    POST,
    REPAIRABLE,
    REPAIRED_ON,
    THIS,
    AsOfDay,
    Both,
    Cell,
    Choose,
    Compare,
    Constant,
    DayBefore,
    DaysAgo,
    Earliest,
    Either,
    Expression,
    Known,
    MonthsAgo,
    Not,
    PairTerm,
    WholeMonths,
    coverage_terms,
    pair_terms,
    record_terms,
)
from policygraph.judging.rules.facts import RECORD_TABLES, ROLES, TABLE, Table
from policygraph.judging.rules.terms import as_of_link, former_link, left_term
from policygraph.judging.screening.sql import FALSE, TRUE, all_of, any_of, negate, quote_name, write_literal

_UNIT = quote_name("uscc")
OWN = "via_own"
EVERYWHERE = ""
"""The field of the coverage row that speaks for a whole table; as a code, the unit that stands for all others."""


DAY = "as_of"
"""The column of every table that holds the day of a unit, where each unit has a day of its own."""
MARK = 11
"""Characters at the end of a code for its day: the day itself, and one more for whoever asks twice about it."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day for which a view is written: one for all, or that of each unit out of a column of its rows.

    A unit with a day of its own is an enterprise on that day: its code, and what names its persons and records, ends
    with ``MARK`` characters for the day, which tell it from the same enterprise on another day. They alone are the code
    of everybody on that day. Whether policies and shapes are in force is settled by ``day`` all the same.
    """

    day: date
    each: bool = False
    alias: str = ""
    """The row out of whose column the day is read, where several have one."""

    def of(self, alias: str) -> AsOf:
        """The same day, read from the rows of an alias."""
        return replace(self, alias=alias)

    @property
    def literal(self) -> str:
        """The day as a constant, or as a column."""
        if not self.each:
            return write_literal(self.day)
        return f"{self.alias}.{quote_name(DAY)}" if self.alias else quote_name(DAY)

    @property
    def columns(self) -> tuple[str, ...]:
        """The column that goes with a row wherever its day is still needed; none where one day is that of all."""
        return (quote_name(DAY),) if self.each else ()

    def is_everybody(self, code: str) -> str:
        """Whether a code stands for everybody (of the day)."""
        return f"length({code}) = {MARK}" if self.each else f"{code} = {write_literal(EVERYWHERE)}"

    def join_everybody(self, relation: str, alias: str, code: str) -> str:
        """A join that lays beside each unit of a code the row of a relation that speaks for everybody."""
        if self.each:
            return f'LEFT JOIN {relation} {alias} ON {alias}."uscc" = right({code}, {MARK})'
        return f"CROSS JOIN (SELECT * FROM {relation} WHERE {self.is_everybody(_UNIT)}) {alias}"

    def months_ago(self, column: str, *, last_day_out: bool = False) -> str:
        """Months as ``decisions.counting`` counts them: the day number decides whether one more is begun.

        The corresponding day is cut to the month's last day, which is never before the as-of day; so it is enough to
        compare day numbers. When the last day is out and the as-of day ends its month, no day number can exceed it.
        """
        if self.each:
            told = self.literal
            whole = f"(year({told}) - year({column})) * 12 + month({told}) - month({column})"
            within = f"day({column}) >= day({told})"
            if last_day_out:
                within = f"day({column}) > day({told}) AND {told} <> last_day({told})"
            return f"({whole} + CASE WHEN {within} THEN 0 ELSE 1 END)"
        day = self.day
        months = f"{day.year * 12 + day.month} - (year({column}) * 12 + month({column}))"
        if last_day_out and day.day == calendar.monthrange(day.year, day.month)[1]:
            return f"({months} + 1)"
        mark = ">" if last_day_out else ">="
        return f"({months} + CASE WHEN day({column}) {mark} {day.day} THEN 0 ELSE 1 END)"


def via(link: str) -> str:
    """The column that says whether a record is reached through a link: ``principalAsOf`` → ``via_principalAsOf``."""
    return f"via_{link}"


def term_column(term: str) -> str:
    """The column of a term; terms with several values have one column per value."""
    return quote_name(f"v_{term}")


def flag_column(term: str, value: str) -> str:
    """The boolean column of one possible value of a term with several values."""
    return quote_name(f"v_{term}_{value}")


def evidence_sql(table: Table) -> str:
    """How a decision names a record: the twin of ``Row.evidence``."""
    return _named(table, "")


def _named(table: Table, alias: str) -> str:
    """The name of a record over the columns of an alias; it tells the records of one enterprise apart."""
    names = [column.name for column in table.columns]
    if "record_id" in names:
        return f"{alias}{quote_name('record_id')}"
    keys = [f"coalesce(':' || CAST({alias}{quote_name(name)} AS STRING), '')" for name in table.named_by]
    return " || ".join([write_literal(table.name), *keys])


def write_expression(expression: Expression, as_of: AsOf, aliases: Mapping[str, str]) -> str:
    """An expression of ``rules.asof`` as SQL: unknown is NULL, and a comparison with it is FALSE.

    A row without an alias is one that the record does not have: only days are read from such rows.
    """

    def write(part: Expression) -> str:
        return write_expression(part, as_of, aliases)

    match expression:
        case Cell(column, row):
            return f"{aliases[row]}.{quote_name(column)}" if row in aliases else "CAST(NULL AS DATE)"
        case AsOfDay():
            return as_of.literal
        case DayBefore(part):
            return f"CAST({write(part)} - INTERVAL '1' DAY AS DATE)"
        case Earliest(parts):
            return f"least({', '.join(write(part) for part in parts)})"
        case MonthsAgo(part, last_day_out):
            day = write(part)
            months = as_of.months_ago(day, last_day_out=last_day_out)
            return months if isinstance(part, Cell) else f"CASE WHEN {day} IS NOT NULL THEN {months} END"
        case DaysAgo(part):
            return f"date_diff('day', {write(part)}, {as_of.literal})"
        case WholeMonths(part, last_day_out):
            eve = as_of.months_ago(write(DayBefore(part)), last_day_out=last_day_out)
            return f"CASE WHEN {write(part)} IS NULL THEN 0 ELSE greatest({eve} - 1, 0) END"
        case Compare(left, mark, right):
            return f"coalesce({write(left)} {mark} {write(right)}, FALSE)"
        case Known(part):
            return f"({write(part)} IS NOT NULL)"
        case Not(part):
            return negate(write(part))
        case Both(parts):
            return all_of(write(part) for part in parts)
        case Either(parts):
            return any_of(write(part) for part in parts)
        case Choose(cases, otherwise):
            whens = "".join(f" WHEN {write(test)} THEN {write(value)}" for test, value in cases)
            return f"CASE{whens} ELSE {write(otherwise)} END"
        case Constant(value):
            return "NULL" if value is None else write_literal(value)


def flag_words(term: str, asked: Iterable[str]) -> list[str]:
    """The words of a term with several values that shapes ask about: ``sinceDetermination=…`` among what is asked."""
    return sorted({name.split("=", 1)[1] for name in asked if name.startswith(f"{term}=")})


def asked_word(term: str, word: str) -> str:
    """How a relation remembers that shapes ask about one word of a term with several values."""
    return f"{term}={word}"


RECORDED = tuple(table.name for table in RECORD_TABLES if any(column.name == "person_id" for column in table.columns))
"""The tables whose records may be about a person."""


def _only(among: str | None) -> str:
    """The condition that a row belongs to an enterprise of a relation; none where every enterprise is asked about."""
    return TRUE if among is None else f'"uscc" IN (SELECT "uscc" FROM {among})'


def select_recorded(among: str | None = None) -> str:
    """The posts of those persons of whom there is any record: few, so that they are looked for once.

    Here and below ``among`` names the enterprises that are asked about, where the rows of others can be left out.
    """
    people = " UNION ".join(
        f'SELECT "person_id" FROM {quote_name(name)} WHERE "person_id" IS NOT NULL' for name in RECORDED
    )
    mine = all_of([f'"person_id" IN ({people})', _only(among)])
    return f'SELECT * FROM "persons" WHERE {mine}'


def select_posts(as_of: AsOf, table: str | None = None, *, in_office: bool = False, posts: str = "persons") -> str:
    """Who holds or held which role at an enterprise: one row per enterprise and person.

    With a table, only persons of whom that table holds a record; ``in_office`` adds since when without a gap.
    ``posts`` names the relation with the posts to look at.
    """
    role, until, since = quote_name("role"), quote_name("to"), quote_name("from")
    columns = []
    for name in ROLES:
        mine = f"{role} = {write_literal(name)}"
        held = f"bool_or({mine} AND ({until} IS NULL OR {until} >= {as_of.literal}))"
        former = f"(bool_or({mine}) AND NOT {held})"
        last = f"max(CASE WHEN {mine} THEN {until} END)"
        columns += [
            f"{held} AS {quote_name(via(as_of_link(name)))}",
            f"{former} AS {quote_name(via(former_link(name)))}",
            f"CASE WHEN {former} THEN {as_of.months_ago(last)} END AS {term_column(left_term(name))}",
        ]
    source, known = quote_name(posts), ""
    if table is not None:
        known = f' AND "person_id" IN (SELECT "person_id" FROM {quote_name(table)} WHERE "person_id" IS NOT NULL)'
    if in_office:
        held = f"bool_or({until} IS NULL OR {until} >= {as_of.literal})"
        columns.append(f"CASE WHEN {held} THEN max(begun) END AS {quote_name(IN_OFFICE_SINCE)}")
        source = f"({_runs_of_office(posts)})"
    of_holder = ", ".join(['"uscc"', '"person_id"', *as_of.columns])
    return (
        f'SELECT "uscc", "person_id", {", ".join(columns)} FROM {source} '
        f"WHERE ({since} IS NULL OR {since} <= {as_of.literal}){known} GROUP BY {of_holder}"
    )


def _runs_of_office(posts: str) -> str:
    """Every post, with its first day where no other post of the person reaches up to the day before it.

    A run that holds on the as-of day is the last one begun by then. A blank first day was held ever since.
    """
    first, last = date(1, 1, 2), date.max
    start = f'coalesce("from", {write_literal(first)})'
    until = f'coalesce("to", {write_literal(last)})'
    of_person = f'PARTITION BY "uscc", "person_id" ORDER BY {start}, {until}'
    before = f"max({until}) OVER ({of_person} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    goes_on = f"coalesce({start} - INTERVAL '1' DAY <= {before}, FALSE)"
    return f"SELECT *, CASE WHEN NOT {goes_on} THEN {start} END AS begun FROM {quote_name(posts)}"


def select_holders(as_of: AsOf, among: str | None = None) -> str:
    """Posts held on the day, one row per post: enough to ask whether somebody holds a role."""
    role = quote_name("role")
    columns = ", ".join(f"({role} = {write_literal(name)}) AS {quote_name(via(as_of_link(name)))}" for name in ROLES)
    return (
        f'SELECT "uscc", "person_id", {columns} FROM "persons" '
        f'WHERE ("from" IS NULL OR "from" <= {as_of.literal}) AND ("to" IS NULL OR "to" >= {as_of.literal}) '
        f"AND {_only(among)}"
    )


def select_records(table: Table, as_of: AsOf, *, of_persons: bool, terms: Iterable[str], kept: bool = False) -> str:
    """The records of one table that exist on the day, reached by their enterprise and, when asked, by its people.

    ``terms`` are the terms that shapes ask for; those that need a join of their own are left out when nobody asks.
    With ``kept`` what is read several times is read where it is kept: records as ``select_known`` gives them under
    ``known_name``, posts as ``select_offices`` does under ``OFFICES``, completeness under ``COMPLETE``.
    """
    asked = set(terms)
    own = _select_own(table, as_of, asked, kept)
    if not of_persons:
        return own
    links = [link for role in ROLES for link in (as_of_link(role), former_link(role))]
    columns = [f"FALSE AS {quote_name(OWN)}", *(f"p.{quote_name(via(link))}" for link in links)]
    columns += [f"p.{term_column(left_term(role))}" for role in ROLES]
    columns += _record_columns(table, as_of)
    where = ['"person_id" IS NOT NULL']
    held = f'JOIN {_offices(table, as_of, kept)} p ON p."person_id" = r."person_id"'
    joins, flags = _pairs(table, as_of, asked, "p", kept, of_persons=True)
    wanted = [item.term.name for item in coverage_terms(table) if item.term.name in asked]
    flags += [f"CAST(NULL AS BOOLEAN) AS {term_column(name)}" for name in wanted]
    persons = (
        f'SELECT p."uscc" AS "uscc", {", ".join([*columns, *flags])} '
        f"FROM ({_source(table, as_of, where, kept)}) r {held} {joins}"
    )
    return f"{own} UNION ALL {persons}"


def _select_own(table: Table, as_of: AsOf, asked: set[str], kept: bool) -> str:
    links = [link for role in ROLES for link in (as_of_link(role), former_link(role))]
    columns = [f"TRUE AS {quote_name(OWN)}", *(f"FALSE AS {quote_name(via(link))}" for link in links)]
    columns += [f"CAST(NULL AS INTEGER) AS {term_column(left_term(role))}" for role in ROLES]
    columns += _record_columns(table, as_of)
    where = ['"person_id" IS NULL'] if any(column.name == "person_id" for column in table.columns) else []
    if "cyclesAgo" in asked and table.name == "assessments":
        columns.append(f'max(r."year") OVER (PARTITION BY r."uscc") - r."year" AS {term_column("cyclesAgo")}')
    joins, flags = _pairs(table, as_of, asked, "r", kept)
    more, whole = _completeness(table, as_of, asked, kept)
    joins, flags = f"{joins} {more}", [*flags, *whole]
    source = _source(table, as_of, where, kept)
    return f'SELECT r."uscc" AS "uscc", {", ".join([*columns, *flags])} FROM ({source}) r {joins}'


OFFICES, COMPLETE = "offices", "complete_tables"
"""Where posts and the completeness of whole tables are kept."""


def known_name(table: Table) -> str:
    """The name of the relation that keeps the records of a table as ``select_known`` gives them."""
    return f"known_{table.name}"


def select_known(table: Table, as_of: AsOf, among: str | None = None, matters: Collection[str] | None = None) -> str:
    """The records of a table that exist on the day: of several results the latest, each with the day of its repair.

    A record that may be a person's is never left out: the person may have a post at one of the enterprises. Where only
    some ``matters`` are asked for, records of others are.
    """
    own = among if table.name not in RECORDED else None
    text = f"SELECT * FROM {quote_name(table.name)} WHERE {all_of([_exists(table, as_of), _only(own)])}"
    if table.latest:
        text = select_latest(table, as_of, own, matters)
    if table.name in REPAIRABLE:
        done = (
            f'SELECT "of", min("completed_on") AS {quote_name(REPAIRED_ON)} FROM "repairs" '
            f'WHERE {_exists(TABLE["repairs"], as_of)} GROUP BY "of"'
        )
        text = f'SELECT k.*, d.{quote_name(REPAIRED_ON)} FROM ({text}) k LEFT JOIN ({done}) d ON d."of" = k."record_id"'
    return text


def select_offices(as_of: AsOf, posts: str = "persons") -> str:
    """Who holds or held which role at an enterprise, with the day since when without a gap."""
    return select_posts(as_of, in_office=True, posts=posts)


def select_complete(tables: Iterable[str], as_of: AsOf) -> str:
    """Since when tables are complete as a whole, in the words of ``select_coverage``."""
    since = quote_name(COVERED_SINCE)
    return (
        f'SELECT "uscc", of_table, {since} FROM ({select_coverage(tables, as_of)}) '
        f"WHERE {term_column('field')} = '{EVERYWHERE}'"
    )


def select_latest(table: Table, as_of: AsOf, among: str | None = None, matters: Collection[str] | None = None) -> str:
    """The records of a table that exist on the day, of several results the latest.

    Most matters have one record, so that only those with several are ranked: what names them is required, and no two
    records of one have the same day (``facts.Table.key``).
    """
    within = [quote_name(name) for name in ("uscc", *table.latest)]
    day = quote_name(str(table.date))
    about = TRUE if matters is None else FALSE
    if matters:
        about = f"{quote_name(table.matter)} IN ({', '.join(map(write_literal, sorted(matters)))})"
    mine = f"SELECT * FROM {quote_name(table.name)} WHERE {all_of([_exists(table, as_of), about, _only(among)])}"
    one = ", ".join(within)
    several = f"SELECT {one}, max({day}) AS last FROM ({mine}) GROUP BY {one} HAVING count(*) > 1"
    same = " AND ".join(f"s.{name} = k.{name}" for name in within)
    return f"SELECT k.* FROM ({mine}) k LEFT JOIN ({several}) s ON {same} WHERE s.last IS NULL OR k.{day} = s.last"


def _source(table: Table, as_of: AsOf, where: list[str], kept: bool) -> str:
    """Some records of a table as ``select_known`` gives them."""
    source = known_name(table) if kept else f"({select_known(table, as_of)})"
    return f"SELECT * FROM {source} WHERE {all_of(where)}"


def _offices(table: Table, as_of: AsOf, kept: bool) -> str:
    """The posts of those persons of whom a table holds a record, or, where they are kept, of a few more."""
    return OFFICES if kept else f"({select_posts(as_of, table.name, in_office=True)})"


def _exists(table: Table, as_of: AsOf) -> str:
    return f"{quote_name(str(table.date))} <= {as_of.literal}"


def _record_columns(table: Table, as_of: AsOf) -> list[str]:
    columns = [f"{evidence_sql(table)} AS evidence", f"r.{quote_name(str(table.date))} AS record_day"]
    columns += [
        f"{write_expression(item.value, as_of.of('r'), {THIS: 'r'})} AS {term_column(item.term.name)}"
        for item in record_terms(table)
    ]
    columns += [f"r.{quote_name(c.name)} AS {term_column(c.term)}" for c in table.columns if c.in_view]
    if table.interval:
        columns.append(f"r.{quote_name(table.interval.last_day)} AS last_day")
    return columns


def _pairs(
    table: Table, as_of: AsOf, asked: set[str], holder: str, kept: bool, *, of_persons: bool = False
) -> tuple[str, list[str]]:
    """The joins and columns for the terms that hold a record against another one of the enterprise.

    With ``of_persons`` the records are those of persons, reached through their posts.
    """
    joins, columns = [], []
    for number, item in enumerate(pair_terms(table)):
        words = flag_words(item.term.name, asked)
        if not words:
            continue
        names = [flag_column(item.term.name, word) for word in words]
        if of_persons and not item.of_persons:
            columns += [f"FALSE AS {name}" for name in names]
            continue
        alias = f"l{number}"
        found = _select_pairs(table, item, words, as_of, kept, of_persons)
        joins.append(
            f"LEFT JOIN ({found}) {alias} ON {alias}.held_record = {_named(table, 'r.')} "
            f'AND {alias}."uscc" = {holder}."uscc"'
        )
        columns += [f"coalesce({alias}.{name}, FALSE) AS {name}" for name in names]
    return " ".join(joins), columns


def _select_pairs(table: Table, item: PairTerm, words: list[str], as_of: AsOf, kept: bool, of_persons: bool) -> str:
    """For each record, which words of a term its partners among the enterprise's own records give it."""
    other = TABLE[item.other]
    person = any(column.name == "person_id" for column in table.columns)
    where = [f'"person_id" IS {"NOT " if of_persons else ""}NULL'] if person else []
    mine = f"({_source(table, as_of, where, kept)}) o"
    holder = "o"
    if of_persons:
        mine += f' JOIN {_offices(table, as_of, kept)} q ON q."person_id" = o."person_id"'
        holder = "q"
    partners = ['"person_id" IS NULL'] if any(column.name == "person_id" for column in other.columns) else []
    post = {POST: "q"} if of_persons else {}
    holds = [write_expression(item.holds, as_of.of("o"), {THIS: "o", OTHER: "s", **post})]
    if item.other == table.name:
        holds.append(f"{_named(table, 'o.')} <> {_named(table, 's.')}")
    made = " || '/' || ".join(f"s.{quote_name(name)}" for name in item.value)
    flags = [f"bool_or({made} = {write_literal(word)}) AS {flag_column(item.term.name, word)}" for word in words]
    return (
        f'SELECT {_named(table, "o.")} AS held_record, {holder}."uscc" AS "uscc", {", ".join(flags)} FROM {mine} '
        f'JOIN ({_source(other, as_of, partners, kept)}) s ON s."uscc" = {holder}."uscc" '
        f'WHERE {all_of(holds)} GROUP BY {_named(table, "o.")}, {holder}."uscc"'
    )


def _completeness(table: Table, as_of: AsOf, asked: set[str], kept: bool) -> tuple[str, list[str]]:
    """The joins and columns for the terms that hold a record against the time for which another table is complete.

    An enterprise with coverage rows of its own about the table has a node of its own; others share the general one.
    """
    joins, columns = [], []
    for number, item in enumerate(coverage_terms(table)):
        if item.term.name not in asked:
            continue
        alias, since = f"c{number}", quote_name(COVERED_SINCE)
        source = COMPLETE if kept else f"({select_complete([item.of_table], as_of)})"
        nodes = f"SELECT * FROM {source} WHERE of_table = {write_literal(item.of_table)}"
        of_unit = 'u."uscc"'
        whole = (
            f'SELECT u."uscc", CASE WHEN own."uscc" IS NULL THEN shared.{since} ELSE own.{since} END AS {since} '
            f'FROM (SELECT DISTINCT "uscc" FROM {quote_name(table.name)}) u '
            f'LEFT JOIN ({nodes}) own ON own."uscc" = u."uscc" '
            f"{as_of.join_everybody(f'({nodes})', 'shared', of_unit)}"
        )
        joins.append(f'LEFT JOIN ({whole}) {alias} ON {alias}."uscc" = r."uscc"')
        value = write_expression(item.value, as_of.of("r"), {THIS: "r", COVERED: alias})
        columns.append(f"{value} AS {term_column(item.term.name)}")
    return " ".join(joins), columns


def select_coverage(tables: Iterable[str], as_of: AsOf) -> str:
    """Since when tables are complete, per table, unit and field: the twin of the view's coverage nodes.

    The unit without a name stands for every enterprise that has no coverage row of its own for the table; the field
    without a name for the whole table. Periods are joined where they overlap or follow on without a gap.
    """
    day, names = as_of.literal, sorted(tables)
    own_day, of_owner, of_named, of_known = (  # the day goes with each unit that has one of its own
        "".join(f", {alias}{name}" for name in as_of.columns) for alias in ("", "u.", "n.", "k.")
    )
    of_node = 'PARTITION BY "table", "uscc", "field" ORDER BY "from", "to"'
    before = f'max("to") OVER ({of_node} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)'
    terms = [
        f"{write_expression(item.value, as_of.of('n'), {COVERED: 'n'})} AS {term_column(item.of_field.name)}"
        for item in COMPLETENESS
    ]
    everybody, owned, shared = "", '"uscc" IS NOT NULL', 'g."uscc" IS NULL'
    code, cells, of_unit = "''", f'"table", "uscc", "from", "to", "field"{own_day}', 'u."table" = g."table"'
    if as_of.each:
        code = f'right("uscc", {MARK})'
        everybody = f' FROM (SELECT DISTINCT {code} AS "uscc"{own_day} FROM "enterprises")'
        owned, shared = negate(as_of.is_everybody(_UNIT)), as_of.is_everybody('g."uscc"')
        of_unit += f' AND g."uscc" = right(u."uscc", {MARK})'
    general = " UNION ALL ".join(
        f'SELECT {write_literal(name)} AS "table", {code} AS "uscc"{own_day}{everybody}' for name in names
    )
    known_to = 'least("to", "exported_on") AS "to"'  # no export knows more than the day on which it was made
    parts = {
        "rows_of": f'SELECT "table", "uscc", "from", {known_to}, "field"{own_day} FROM "coverage" '
        f'WHERE "table" IN ({", ".join(map(write_literal, names))})',
        "units": f'SELECT DISTINCT "table", "uscc"{own_day} FROM rows_of WHERE {owned} UNION ALL {general}',
        "mine": f"SELECT {cells} FROM rows_of WHERE {owned} UNION ALL "
        f'SELECT u."table", u."uscc", g."from", g."to", g."field"{of_owner} FROM units u JOIN rows_of g ON {of_unit} '
        f"WHERE {shared}",
        "nodes": f'SELECT DISTINCT "table", "uscc", "field"{own_day} FROM mine WHERE "field" IS NOT NULL UNION ALL '
        f'SELECT "table", "uscc", \'\' AS "field"{own_day} FROM units',
        "parts": f'SELECT n."table", n."uscc", n."field"{of_named}, m."from", m."to" FROM nodes n JOIN mine m '
        'ON m."table" = n."table" AND m."uscc" = n."uscc" '
        'WHERE (m."field" IS NULL OR m."field" = n."field") AND m."from" <= m."to"',
        "marked": f"SELECT {cells}, CASE WHEN \"from\" <= {before} + INTERVAL '1' DAY THEN 0 ELSE 1 END AS begins "
        "FROM parts",
        "numbered": f"SELECT {cells}, sum(begins) OVER ({of_node} "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island FROM marked",
        "found": 'SELECT "table", "uscc", "field", min("from") AS since FROM numbered '
        f'GROUP BY "table", "uscc", "field", island{own_day} HAVING min("from") <= {day} AND max("to") >= {day}',
    }
    return (
        f"WITH {', '.join(f'{name} AS ({body})' for name, body in parts.items())} "
        f'SELECT n."uscc" AS "uscc", n."table" AS of_table, n."field" AS {term_column("field")}, '
        f"{', '.join(terms)}, n.since AS {quote_name(COVERED_SINCE)} "
        f'FROM (SELECT k."table", k."uscc", k."field", f.since{of_known} FROM nodes k LEFT JOIN found f '
        'ON f."table" = k."table" AND f."uscc" = k."uscc" AND f."field" = k."field") n'
    )
