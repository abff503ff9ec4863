"""The steps that answer for every enterprise of a register: the outcome rule of ``decisions.deciding`` as SQL.

First the view's relations, each grouped into atoms; then for each policy, over the enterprises to which it applies,
shapes that fire, conditions under every reading that matters, outcomes; at last one row for every enterprise. Whatever
the day decides (shapes in force, issue and repeal, the interval of an undated document) is settled when the text is
written. The order is excluded, failed, open, suspended, positive.

Each step is written so that an engine plans it by itself: one text of all steps took longer to plan than to run. What
no later step reads is left out of a step, and the yes-or-no atoms of a relation are the bits of a few whole numbers,
because a hundred aggregates for each group do not fit into a processor's cache.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from rdflib import Graph

from policygraph.judging.rules.asof import REPAIRABLE, coverage_terms, pair_terms, record_terms
from policygraph.judging.rules.facts import RECORD_TABLES, ROLES, TABLE, Table
from policygraph.judging.rules.issue import IssueState
from policygraph.judging.rules.shapes import ANSWERING, DETERMINED, FINDINGS, Asked, Policy, Reading, outcomes_named
from policygraph.judging.rules.terms import left_term
from policygraph.judging.screening.compiling import Atoms, Compiler, Determined, FiredShape, Relation, compile_invariant
from policygraph.judging.screening.sql import (
    FALSE,
    TRUE,
    WORDS,
    all_of,
    any_of,
    coalesce,
    negate,
    quote_name,
    write_word,
)
from policygraph.judging.screening.sql import write_literal as literal
from policygraph.judging.screening.view import (
    COMPLETE,
    OFFICES,
    RECORDED,
    AsOf,
    flag_words,
    known_name,
    select_complete,
    select_coverage,
    select_holders,
    select_known,
    select_offices,
    select_posts,
    select_recorded,
    select_records,
    term_column,
)

NEEDS = ("evidence", "judgement")
PASSED, FAILED, CANT_TELL = (write_word(word) for word in ("passed", "failed", "cantTell"))
UNDETERMINED, INAPPLICABLE = write_word("undetermined"), write_word("inapplicable")
SAYS = ("outcome", "because", "grade", "reason_code", "reading", "evidence", "passes_from")
"""What the columns of a screening say."""


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """One column of a screening: what it says, of which policy and, when so, of which condition or reading."""

    name: str
    says: str
    """One of ``SAYS``."""
    policy: str
    condition: str | None = None
    reading: tuple[str, str] | None = None
    restricted: bool = False
    """True when what it says is itself not public."""


@dataclass(frozen=True, slots=True)
class Step:
    """One relation of a screening; later steps read it by its name."""

    name: str
    sql: str
    kept: bool
    """True for a relation that is better worked out once and kept, false for one that its only reader takes in."""


@dataclass(frozen=True, slots=True)
class Screening:
    """The query for some policies and one day, the tables it reads and the columns it gives beside the enterprise."""

    steps: tuple[Step, ...]
    last: str
    """The query over the steps that gives the rows."""
    words: tuple[str, ...]
    """The words that answers are made of, sorted; the query calls their type ``kind``."""
    kind: str
    columns: tuple[OutputColumn, ...]
    tables: tuple[str, ...]
    policies: tuple[str, ...]
    as_of: date
    monthly: frozenset[str] = frozenset()
    """The tables of which it counts how many months ago something was; the others' records leave no window."""

    @property
    def sql(self) -> str:
        """All steps as one query, in the words of DuckDB, which must know the type of the answers' words."""
        steps = ",\n".join(f"{step.name} AS ({step.sql})" for step in self.steps)
        return f"WITH {steps}\n{self.last}" if steps else self.last


def compile_screening(
    policies: Iterable[Policy],
    as_of: date,
    *,
    invariants: Mapping[str, Graph] = MappingProxyType({}),
    beside: Iterable[Policy] = (),
    says: Collection[str] = SAYS,
    each_day: bool = False,
) -> Screening:
    """The screening query. Errors: ``DataError`` when a shape cannot be expressed, naming it.

    ``invariants`` are shapes by IRI that no set of decisions may break; ``beside`` are policies that are answered for
    their sake and not given out. ``says`` are the kinds of columns that are wanted; what only others need is not asked.
    With ``each_day`` every unit has a day of its own (see ``AsOf``), on each of which the same policies and shapes are
    in force as on the day that is given.
    """
    atoms = Atoms(AsOf(as_of, each=each_day))
    asked = tuple(policies)
    unasked = [policy for policy in beside if invariants and policy.id not in {one.id for one in asked}]
    parts = [_PolicyPart(policy, atoms, number) for number, policy in enumerate((*asked, *unasked))]
    told = tuple(part.told() for part in parts)
    broken = [compile_invariant(shape, iri, told) for iri, shape in sorted(invariants.items())]
    words = [outcomes_named(shape) for _, shape in sorted(invariants.items())]
    for part in parts:
        part.withdrawn = any_of(
            all_of([wrong, any_of(f"{part.told()} = {write_word(word)}" for word in sorted(named))])
            for wrong, named in zip(broken, words, strict=True)
        )
    given = parts[: len(asked)]
    wanted = [(column, source) for part in given for column, source in part.output() if column.says in says]
    chosen = ", ".join(f"{source} AS {quote_name(column.name)}" for column, source in wanted)
    needed = _names_in(chosen)
    alike: dict[str, list[_PolicyPart]] = {}
    for part in parts:
        alike.setdefault(f"({part.inapplicable()}) IS NULL", []).append(part)
    relations = sorted(atoms.relations.values(), key=lambda relation: (relation.kind, relation.table))
    answers = [_Answers(some, needed, relations, number) for number, some in enumerate(alike.values())]
    steps = [*_relation_steps(answers, list(alike), atoms.as_of)]
    reasons = "".join(f", {part.inapplicable()} AS {quote_name(part.name('reason'))}" for part in parts)
    source = f'(SELECT *{reasons} FROM "enterprises" ORDER BY "uscc")'
    if len(parts) == 1:  # nothing to join: its answers are read off all enterprises
        shown = f'"uscc", "name", "region", {quote_name(parts[0].name("reason"))}'
        source = f"({answers[0].write(source, shown)}) e"
    else:
        names = [some[0].name("answers") for some in alike.values()]
        for where, name, some in zip(alike, names, answers, strict=True):
            steps.append(Step(name, some.write(f'(SELECT * FROM "enterprises" WHERE {where})'), kept=True))
        source = " ".join([f"{source} e", *(f'LEFT JOIN {name} ON {name}."uscc" = e."uscc"' for name in names)])
    read = {group.view: group.relation for some in answers for group in some.groups}
    tables = {"enterprises", *(table for relation in read.values() for table in _tables_of(relation))}
    last = f'SELECT e."uscc", e."name", e."region", {chosen}\nFROM {source}'
    said = tuple(sorted(set[str]().union(*(_words_in(text) for text in (last, *(step.sql for step in steps))))))
    kind = f"{WORDS}_{hashlib.sha256(chr(0).join(said).encode()).hexdigest()[:8]}"

    def name_type(text: str) -> str:
        return text.replace(f" AS {WORDS})", f" AS {kind})")

    return Screening(
        tuple(replace(step, sql=name_type(step.sql)) for step in steps),
        name_type(last),
        said,
        kind,
        tuple(column for column, _ in wanted),
        tuple(name for name in TABLE if name in tables),
        tuple(part.policy.id for part in given),
        as_of,
        frozenset(_counted(group for some in answers for group in some.groups)),
    )


def _counted(groups: Iterable[_Group]) -> Iterator[str]:
    """The tables of whose records, or posts, a group reads how many months ago something was."""
    for group in groups:
        for name in group.read:
            if name in _MONTHS_LEFT:
                yield "persons"
            elif name in _MONTHS_AGO:
                yield group.relation.table


def _tables_of(relation: Relation) -> Iterator[str]:
    if relation.kind == "coverage":
        yield "coverage"
        return
    yield relation.table
    if relation.of_persons:
        yield from ("persons", *RECORDED)
    if relation.table in REPAIRABLE:
        yield "repairs"
    if relation.kind != "records":
        return
    for item in pair_terms(TABLE[relation.table]):
        if flag_words(item.term.name, relation.terms):
            yield item.other
    if any(_complete_for(relation)):
        yield "coverage"


def _complete_for(relation: Relation) -> Iterator[str]:
    """The tables against whose completeness records of a relation are held."""
    if relation.kind == "records":
        terms = coverage_terms(TABLE[relation.table])
        yield from (item.of_table for item in terms if item.term.name in relation.terms)


# --- relations and atoms ---------------------------------------------------------------------------------------------


_NAME = re.compile(r'"((?:p[0-9]+|a)_[A-Za-z0-9_]+)"')
"""The columns that steps give each other: ``"p0_fires_3"``, ``"a_records_penalties_7"``; not ``"uscc"``."""
_MONTHS_AGO = frozenset(
    term_column(item.term.name).strip('"')
    for table in RECORD_TABLES
    for item in record_terms(table)
    if item.term.kind == "integer"
)
_MONTHS_LEFT = frozenset(term_column(left_term(role)).strip('"') for role in ROLES)
"""Columns of the view that count months, or days: of records, and since a post was left."""
_READ = re.compile(r'"([A-Za-z][^"]*)"|\b(evidence|record_day|last_day|of_table)\b')
"""The columns of a view that an aggregate reads."""
_WORDED = re.compile(rf"\bCAST\('((?:[^']|'')*)' AS {WORDS}\)")
"""A word as ``write_word`` writes it."""
_WORD = 62
"""Bits of a whole number that serve as atoms; all engines have signed numbers of 64."""


def _names_in(text: str) -> set[str]:
    return set(_NAME.findall(text))


def _words_in(text: str) -> set[str]:
    """The words that ``write_word`` wrote into a text.

    >>> sorted(_words_in(f"{write_word('passed')} {write_word(chr(39))} {write_word(None)} 'other'"))
    ["'", 'passed']
    """
    return {word.replace("''", "'") for word in _WORDED.findall(text)}


class _Answers:
    """The answers of policies that apply to the same enterprises, of each layer only what is read, and that once.

    Variants of a policy say most things with the same words: those are worked out under one name. Atoms are grouped for
    the enterprises of these policies alone: of the hundreds that many policies ask for together most would be worked
    out for somebody to whom they say nothing.
    """

    def __init__(
        self, parts: Sequence[_PolicyPart], needed: set[str], relations: Iterable[Relation], number: int
    ) -> None:
        self.as_of = parts[0].atoms.as_of
        given = needed.union(*(_names_in(f"{part.told()} {part.withdrawn}") for part in parts))
        read = set(given)
        found: list[list[tuple[str, str]]] = []
        for items in zip(*((part.settled(), part.answered(), part.fired()) for part in parts), strict=True):
            kept = [(name, expression) for some in items for name, expression in some if name in read]
            read |= {name for _, expression in kept for name in _names_in(expression)}
            found.append(kept)
        same: dict[str, str] = {}
        self.read = read
        self.layers = [_once(items, same) for items in reversed(found)]
        names = [name for items in found for name, _ in items if name in given]
        self.told = "".join(f", {quote_name(same[name])} AS {quote_name(name)}" for name in names)
        self.units = f"units_{number}"
        grouped = [(relation, _read_atoms(relation, read)) for relation in relations]
        self.groups = [_Group(relation, atoms, number) for relation, atoms in grouped if atoms]

    def write(self, units: str, shown: str = '"uscc"') -> str:
        """The query for some enterprises."""
        text = _atoms(self.groups, units, self.read, self.as_of)
        for items in self.layers:
            text = _layer(f"({text})", items)
        return f"SELECT {shown}{self.told} FROM ({text})"


def _once(items: Iterable[tuple[str, str]], same: dict[str, str]) -> list[tuple[str, str]]:
    """The columns of a layer without those that say what another says; ``same`` gets the name of each.

    >>> same = {"p9_c": "p0_c"}
    >>> _once([("p0_a", '"a_x" = 1'), ("p1_a", '"a_x" = 1'), ("p1_b", '"p9_c"')], same), same["p1_a"]
    ([('p0_a', '"a_x" = 1'), ('p1_b', '"p0_c"')], 'p0_a')
    """
    told: dict[str, str] = {}
    for name, expression in items:
        text = _NAME.sub(lambda found: quote_name(same.get(found[1], found[1])), expression)
        same[name] = told.setdefault(text, name)
    return [(name, text) for text, name in told.items()]


def _read_atoms(relation: Relation, needed: set[str]) -> dict[str, tuple[str, str]]:
    return {text: atom for text, atom in relation.atoms.items() if atom[0] in needed}


class _Group:
    """A relation grouped by enterprise: its columns, and where among them each atom is found."""

    def __init__(self, relation: Relation, atoms: Mapping[str, tuple[str, str]], number: int) -> None:
        self.relation = relation
        self.view = f"{relation.kind}_{relation.table}"
        self.name = f"g{number}_{self.view}"
        self.names = {name for name, _ in atoms.values()}
        self.read = [found[0] or found[1] for text in atoms for found in _READ.findall(text)]
        self.columns: list[str] = []
        self.atoms: list[tuple[str, str, str]] = []
        """Name, expression over the columns with ``{}`` for their alias, and the value that stands for no row."""
        flags = []
        for text, (name, empty) in atoms.items():
            # where the general row of coverage stands in, a flag must know unknown from false, which a bit does not
            if text.startswith("bool_or(") and relation.kind != "coverage":
                flags.append((text.removeprefix("bool_or")[1:-1], name))
            else:
                self.columns.append(f"{text} AS {quote_name(name)}")
                self.atoms.append((name, f"{{}}.{quote_name(name)}", empty))
        for start in range(0, len(flags), _WORD):
            word = f"w_{start // _WORD}"
            bits = []
            for place, (test, name) in enumerate(flags[start : start + _WORD]):
                bits.append(f"CASE WHEN {test} THEN {1 << place} ELSE 0 END")
                self.atoms.append((name, f"(({{}}.{word} & {1 << place}) <> 0)", FALSE))
            self.columns.append(f"bit_or(CAST(0 AS BIGINT) | {' | '.join(bits)}) AS {word}")


def _relation_steps(answers: Sequence[_Answers], places: Sequence[str], as_of: AsOf) -> Iterator[Step]:
    """The views that policies read, each once, and what is grouped of them for the enterprises of some policies.

    Where all policies apply to the same enterprises, the rows of others are left out as soon as they are read.
    """
    every = [group for some in answers for group in some.groups]
    for some, where in zip(answers, places, strict=True):
        yield Step(some.units, f'SELECT "uscc" FROM "enterprises" WHERE {where}', kept=True)
    among = answers[0].units if len(answers) == 1 else None
    if any(group.relation.of_persons for group in every):
        yield Step("recorded", select_recorded(among), kept=True)
        yield Step(OFFICES, select_offices(as_of, "recorded"), kept=True)
    read = {name for group in every for name in _tables_of(group.relation)}
    for table in RECORD_TABLES:
        if table.name in read:
            worth = bool(table.latest) or table.name in REPAIRABLE
            known = select_known(table, as_of, among, _find_matters(table, every))
            yield Step(known_name(table), known, kept=worth)
    complete = {table for group in every for table in _complete_for(group.relation)}
    if complete:
        yield Step(COMPLETE, select_complete(complete, as_of), kept=True)
    for view in sorted({group.view for group in every}):
        groups = [(some, group) for some in answers for group in some.groups if group.view == view]
        wanted = dict.fromkeys(["uscc", *(name for _, group in groups for name in group.read)])
        relation = groups[0][1].relation
        yield Step(
            f"v_{view}",
            f"SELECT {', '.join(map(quote_name, wanted))} FROM ({_view(relation, as_of, among)})",
            kept=True,
        )
        left_out = among is not None and (relation.kind == "holders" or relation.table in _OWNED)
        for some, group in groups:
            general = " OR " + as_of.is_everybody('"uscc"') if relation.kind == "coverage" else ""
            mine = "" if left_out else f'WHERE "uscc" IN (SELECT "uscc" FROM {some.units}){general} '
            yield Step(
                group.name, f'SELECT "uscc", {", ".join(group.columns)} FROM v_{view} {mine}GROUP BY "uscc"', kept=True
            )


def _find_matters(table: Table, groups: Iterable[_Group]) -> set[str] | None:
    """The matters of which something is asked of the records of a table; None where it may be any."""
    matters: set[str] = set()
    for relation in (group.relation for group in groups if group.relation.kind == "records"):
        if relation.table == table.name and (relation.every_matter or not table.matter):
            return None
        if relation.table == table.name:
            matters |= relation.matters
        for item in pair_terms(TABLE[relation.table]):
            if item.other == table.name and (words := flag_words(item.term.name, relation.terms)):
                if item.value != (table.matter,):
                    return None
                matters.update(words)
    return matters if table.matter else None


_OWNED = frozenset(table.name for table in RECORD_TABLES if table.name not in RECORDED)
"""The tables whose records are an enterprise's own, so that none of another one is read."""


def _view(relation: Relation, as_of: AsOf, among: str | None) -> str:
    if relation.kind == "coverage":
        return select_coverage(relation.covers, as_of)
    if relation.kind == "holders":
        return select_holders(as_of, among)
    if relation.kind == "posts":
        return select_posts(as_of)
    table, terms = TABLE[relation.table], sorted(relation.terms)
    return select_records(table, as_of, of_persons=relation.of_persons, terms=terms, kept=True)


def _atoms(groups: Sequence[_Group], units: str, read: set[str], as_of: AsOf) -> str:
    """The atoms that are read, for each of some enterprises; no row means the atom's empty value."""
    columns, joins = [], []
    for group in groups:
        view = group.view
        joins.append(f'LEFT JOIN {group.name} {view} ON {view}."uscc" = e."uscc"')
        fallback = []
        if group.relation.kind == "coverage":  # without rows of its own an enterprise has what is said for all
            joins.append(as_of.join_everybody(group.name, f"all_{view}", 'e."uscc"'))
            fallback = [f"all_{view}"]
        for name, expression, empty in group.atoms:
            if name in read:
                known = [expression.format(alias) for alias in (view, *fallback)]
                columns.append(f"{coalesce(known, empty)} AS {quote_name(name)}")
    return f"SELECT {', '.join(['e.*', *columns])} FROM {units} e {' '.join(joins)}"


def _layer(source: str, items: Iterable[tuple[str, str]]) -> str:
    added = "".join(f", {expression} AS {quote_name(name)}" for name, expression in items)
    return f"SELECT e.*{added} FROM {source} e"


# --- one policy ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Answer:
    """The names of the columns that hold one condition under one choice of readings."""

    outcome: str
    open_for: dict[str, str]
    shapes: list[FiredShape]


@dataclass(slots=True)
class _PolicyPart:
    """The columns that one policy adds to each layer."""

    policy: Policy
    atoms: Atoms
    number: int
    compiled: list[FiredShape] = field(default_factory=list)
    determined: dict[str, Determined] = field(default_factory=dict)
    alone: dict[int, FiredShape] = field(default_factory=dict)
    """Shapes that read a determination about their own condition, as if there were none, by their place."""
    added: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[tuple[str, tuple[str, ...]], _Answer] = field(default_factory=dict)
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    withdrawn: str = FALSE
    """Whether the outcome contradicts that of another policy."""

    def __post_init__(self) -> None:
        policy, day = self.policy, self.atoms.as_of.day
        wanted = {item.condition for item in policy.asked}
        for shape in policy.shapes:
            if shape.condition in wanted and shape.report in ANSWERING and shape.in_force(day):
                self.compiled.append(Compiler(policy, self.atoms).compile(shape))
            else:  # compiled all the same, so that a refusal depends neither on the day nor on what is asked
                Compiler(policy, Atoms(self.atoms.as_of)).compile(shape)
        for item in sorted(policy.asked, key=lambda item: item.condition):
            if set(item.settled_by) < DETERMINED:
                known = Compiler(policy, self.atoms).determination(item.condition)
                self.determined[item.condition] = known.unless(item.settled_by)
        for index, fired in enumerate(self.compiled):
            condition = fired.shape.condition
            if condition in policy.judged and condition in self.determined:
                alone = Compiler(policy, self.atoms, condition).compile(fired.shape)
                if alone != fired:
                    self.alone[index] = alone
        self.settle()

    def name(self, *parts: object) -> str:
        return f"p{self.number}_" + "_".join(str(part) for part in parts)

    def fired(self) -> Iterator[tuple[str, str]]:
        for index, fired in enumerate(self.compiled):
            yield self.name("fires", index), fired.fires
            yield self.name("evidence", index), fired.evidence
            yield self.name("ends", index), fired.ends
            yield self.name("latest", index), fired.latest
        for index, fired in self.alone.items():
            yield self.name("fires", "alone", index), fired.fires
            yield self.name("latest", "alone", index), fired.latest

    def answered(self) -> Iterator[tuple[str, str]]:
        yield from self.added

    def settled(self) -> Iterator[tuple[str, str]]:
        yield from self.outcomes

    # -- conditions

    def answer(self, item: Asked, taken: dict[str, str]) -> _Answer:
        """The columns of one condition; the same set of shapes is answered once whatever the reading is called."""
        day = self.atoms.as_of.day
        mine = [
            (index, fired)
            for index, fired in enumerate(self.compiled)
            if fired.shape.condition == item.condition and self.policy.counts(fired.shape, taken, day)
        ]
        key = (item.condition, tuple(str(index) for index, _ in mine))
        if key not in self.answers:
            self.answers[key] = self.write_answer(item, mine)
        return self.answers[key]

    def write_answer(self, item: Asked, mine: list[tuple[int, FiredShape]]) -> _Answer:
        fires = {index: quote_name(self.name("fires", index)) for index, _ in mine}
        failed = [index for index, fired in mine if fired.shape.severity == "Violation"]
        open_ = [index for index, fired in mine if fired.shape.severity == "Warning"]
        seen = [index for index, fired in mine if fired.shape.report in ("evidence", "finding")]
        cited = [index for index, fired in mine if fired.shape.report == "cites"]
        speaking = [failed, open_, seen]
        found_only = not any(s.report == "verdict" for s in self.policy.shapes if s.condition == item.condition)
        if found_only:
            speaking = [[], [], seen]

        def stand(told: Mapping[int, str]) -> tuple[str, str]:
            """Whether the condition failed, and whether it is open unless it failed."""
            if found_only:
                return negate(any_of(told[i] for i in seen)), FALSE
            return any_of(told[i] for i in failed), any_of(told[i] for i in open_)

        is_failed, is_open = stand(fires)
        number = len(self.answers)
        clash, shown = FALSE, "NULL"
        determined = self.determined.get(item.condition)
        if determined is not None:
            heard = {i: quote_name(self.name("fires", "alone", i)) if i in self.alone else fires[i] for i in fires}
            fails, opens = stand(heard)
            later = any_of(self.later(i, heard[i], determined) for i in (*speaking[0], *cited))
            stands = all_of([fails, determined.granted, negate(later)])
            answered = all_of([negate(fails), negate(opens), determined.denied])
            clash, shown = self.name("clash", number), determined.evidence
            self.added.append((clash, any_of([stands, answered])))
            clash = quote_name(clash)
        outcome = (
            f"CASE WHEN {self.inline(clash)} THEN {CANT_TELL} WHEN {is_failed} THEN {FAILED} "
            f"WHEN {is_open} THEN {CANT_TELL} ELSE {PASSED} END"
        )
        names = _Answer(self.name("outcome", number), {}, [fired for _, fired in mine])
        self.added.append((names.outcome, outcome))
        for need in NEEDS:
            asking = [i for i, fired in mine if i in open_ and (fired.shape.needs or "evidence") == need]
            asks = [all_of([negate(is_failed), any_of(fires[i] for i in asking)])] if asking else []
            if need == "judgement" and clash != FALSE:
                asks.append(self.inline(clash))
            if asks:
                names.open_for[need] = self.name("open", need, number)
                self.added.append((names.open_for[need], any_of(asks)))
        speaking = [[*speaking[0], *cited], [*speaking[1], *cited], speaking[2]]
        first = [coalesce([*(quote_name(self.name("evidence", i)) for i in some), shown]) for some in speaking]
        said = f"CASE WHEN {is_failed} THEN {first[0]} WHEN {is_open} THEN {first[1]} ELSE {first[2]} END"
        self.added.append((self.name("says", number), f"CAST({said} AS STRING)"))
        days_ = self.passes_from(mine, [*failed, *open_])
        if determined is not None:
            denied = FALSE if item.condition in self.policy.judged else determined.denied
            days_ = f"CASE WHEN {all_of([negate(self.inline(clash)), negate(denied)])} THEN {days_} END"
        self.added.append((self.name("from", number), days_))
        return names

    def later(self, index: int, fires: str, determined: Determined) -> str:
        """Whether a shape that reports records names one that is younger than the determination."""
        fired = self.alone.get(index, self.compiled[index])
        if fired.latest == "NULL":
            return FALSE
        day = self.name("latest", "alone", index) if index in self.alone else self.name("latest", index)
        return f"coalesce({all_of([fires, f'{quote_name(day)} > {determined.day}'])}, FALSE)"

    def inline(self, name: str) -> str:
        """The expression behind a column of the same layer, which the layer itself cannot read."""
        return next((text for known, text in self.added if quote_name(known) == name), name)

    def passes_from(self, mine: list[tuple[int, FiredShape]], standing: list[int]) -> str:
        """The first day on which the condition holds by time alone: every result in the way must have an end."""
        compiled = dict(mine)
        timed = [i for i in standing if compiled[i].ends != "NULL"]
        fires = {i: quote_name(self.name("fires", i)) for i in standing}
        ends = {i: quote_name(self.name("ends", i)) for i in timed}
        endless = any_of(
            [*(fires[i] for i in standing if i not in ends), *(all_of([fires[i], f"{ends[i]} IS NULL"]) for i in timed)]
        )
        if not timed:
            return "CAST(NULL AS DATE)"
        dates = [f"CASE WHEN {fires[i]} THEN {ends[i]} END" for i in timed]
        latest = f"greatest({', '.join(dates)})" if len(dates) > 1 else dates[0]
        return f"CASE WHEN NOT {endless} THEN {latest} END" if endless != FALSE else latest

    # -- outcomes

    def inapplicable(self) -> str:
        """The reason code where the policy does not apply; NULL where it does."""
        policy, day = self.policy, self.atoms.as_of.day
        outside = [f'substr("uscc", 1, {len(prefix)}) = {literal(prefix)}' for prefix in policy.outside_subjects]
        prefix = policy.region_prefix
        parts = [
            (f'substr("region", 1, {len(prefix)}) <> {literal(prefix)}', "outside-jurisdiction"),
            (any_of(outside), "wrong-subject"),
            (TRUE if policy.issue.state(day) is IssueState.before else FALSE, "before-issue"),
            (TRUE if policy.repealed_on is not None and day >= policy.repealed_on else FALSE, "after-repeal"),
        ]
        whens = " ".join(f"WHEN {test} THEN {write_word(code)}" for test, code in parts if test != FALSE)
        return f"CASE {whens} END"

    @property
    def inside(self) -> bool:
        """True on a day on which it is not known whether an undated document was already issued."""
        return self.policy.issue.state(self.atoms.as_of.day) is IssueState.inside

    def settle(self) -> None:
        """Outcome, reasons and grade under the readings used; the outcome under every other reading."""
        policy = self.policy
        defaults = policy.defaults()
        outcome, answers = self.outcome(defaults)
        open_for: dict[str, list[str]] = {need: [] for need in NEEDS}
        settling = {"requirement", "exclusion", "suspension"} | ({"grade"} if policy.positive == "graded" else set())
        for item in policy.asked:
            if item.part in settling:
                for need, name in answers[item.condition].open_for.items():
                    open_for[need].append(quote_name(name))
        undetermined = f"({outcome}) = {UNDETERMINED}"
        because = {need: all_of([undetermined, any_of(open_for[need])]) for need in NEEDS}
        if self.inside:
            outcome, because["evidence"] = UNDETERMINED, TRUE
        evidence, judgement = because["evidence"], because["judgement"]
        grades = [
            f"WHEN {quote_name(answers[item.condition].outcome)} = {PASSED} THEN {write_word(item.grade)}"
            for item in policy.asked
            if item.grade
        ]
        self.outcomes.append((self.name("outcome"), outcome))
        self.outcomes.append(
            (
                self.name("because"),
                f"CASE WHEN {all_of([evidence, judgement])} THEN {write_word(','.join(NEEDS))} "
                f"WHEN {evidence} THEN {write_word(NEEDS[0])} WHEN {judgement} THEN {write_word(NEEDS[1])} END",
            )
        )
        self.outcomes.append((self.name("grade"), f"CASE {' '.join(grades)} END" if grades else write_word(None)))
        for index, reading in enumerate(self.others()):
            other, _ = self.outcome(defaults | {reading.question: reading.value})
            self.outcomes.append((self.name("reading", index), UNDETERMINED if self.inside else other))

    def others(self) -> list[Reading]:
        return [reading for reading in self.policy.readings if not reading.is_default]

    def outcome(self, taken: dict[str, str]) -> tuple[str, dict[str, _Answer]]:
        """The outcome under one choice of readings, as an expression over the answered conditions."""
        policy = self.policy
        answers = {item.condition: self.answer(item, taken) for item in policy.asked}

        def which(part: str) -> list[str]:
            return [quote_name(answers[item.condition].outcome) for item in policy.asked if item.part == part]

        combination = policy.combination
        for reading in policy.readings:
            if reading.combination and taken[reading.question] == reading.value:
                combination = reading.combination
        required, barred, stops = which("requirement"), which("exclusion"), which("suspension")
        whole = all_of if combination == "anyOf" else any_of
        failed = whole(f"{name} = {FAILED}" for name in required)
        open_ = any_of(f"{name} = {CANT_TELL}" for name in required)
        if combination == "anyOf":
            open_ = all_of([open_, *(f"{name} <> {PASSED}" for name in required)])
        excluded = any_of(f"{name} = {FAILED}" for name in barred)
        undetermined = any_of([open_, *(f"{name} = {CANT_TELL}" for name in barred)])
        negative = any_of([failed, excluded])
        if policy.positive == "graded":
            grades = [f"{quote_name(answers[i.condition].outcome)} = {PASSED}" for i in policy.asked if i.grade]
            judged = [answers[i.condition].open_for.get("judgement") for i in policy.asked if i.grade]
            disputed = any_of(quote_name(name) for name in judged if name)
            undetermined = any_of([undetermined, negate(any_of(grades)), disputed])
        whens = [(excluded, policy.excluded)] if policy.excluded else []
        whens += [(negative, policy.negative), (undetermined, "undetermined")]
        if policy.suspended:
            whens.append((any_of(f"{name} = {PASSED}" for name in stops), policy.suspended))
        whens.append((any_of(f"{name} = {CANT_TELL}" for name in stops), "undetermined"))
        text = " ".join(f"WHEN {test} THEN {write_word(word)}" for test, word in whens if test != FALSE)
        return f"CASE {text} ELSE {write_word(policy.positive)} END" if text else write_word(policy.positive), answers

    # -- what comes out

    def told(self) -> str:
        """The outcome of the policy by itself, ``inapplicable`` where it does not apply."""
        applies = f"{quote_name(self.name('reason'))} IS NULL"
        return f"CASE WHEN {applies} THEN {quote_name(self.name('outcome'))} ELSE {INAPPLICABLE} END"

    def output(self) -> Iterator[tuple[OutputColumn, str]]:
        """Every column of the policy with the expression over the last layer."""
        policy = self.policy
        reason = quote_name(self.name("reason"))
        applies = f"{reason} IS NULL"

        def when(name: str) -> str:
            return f"CASE WHEN {applies} THEN {quote_name(name)} END"

        outcome, because = self.told(), when(self.name("because"))
        if self.withdrawn != FALSE:
            outcome = f"CASE WHEN {self.withdrawn} THEN {UNDETERMINED} ELSE {outcome} END"
            because = f"CASE WHEN {self.withdrawn} THEN {write_word('judgement')} ELSE {because} END"
        yield OutputColumn(f"{policy.id}:outcome", "outcome", policy.id), outcome
        yield OutputColumn(f"{policy.id}:because", "because", policy.id), because
        yield OutputColumn(f"{policy.id}:grade", "grade", policy.id), when(self.name("grade"))
        yield OutputColumn(f"{policy.id}:reason_code", "reason_code", policy.id), reason
        for index, reading in enumerate(self.others()):
            key = (reading.question, reading.value)
            column = OutputColumn(f"{policy.id}:if:{key[0]}:{key[1]}", "reading", policy.id, reading=key)
            yield column, when(self.name("reading", index))
        for item in policy.asked:
            answer = self.answer(item, policy.defaults())
            number = answer.outcome.rsplit("_", 1)[-1]
            otherwise = "" if item.part in FINDINGS else f" ELSE {INAPPLICABLE}"
            told = (
                ("outcome", f"CASE WHEN {applies} THEN {quote_name(answer.outcome)}{otherwise} END"),
                ("evidence", when(self.name("says", number))),
                ("passes_from", when(self.name("from", number))),
            )
            for says, expression in told:
                column = OutputColumn(
                    f"{item.condition}:{says}", says, policy.id, condition=item.condition, restricted=item.restricted
                )
                yield column, expression
