"""Shapes → SQL expressions: the same conditions that pySHACL runs for one enterprise, for a whole table at once.

A shape becomes boolean expressions over *atoms*: aggregates per enterprise, one GROUP BY for each table of records.
What is supported is exactly the part of SHACL Core that ``rules.shapes`` admits, over the paths that policies use;
whatever cannot be said in one aggregate is refused by name, never skipped. Meanings kept from SHACL:

* a constraint on a path speaks about *all* its values, so it is broken when one value breaks it, and holds for none;
* a missing value breaks no bound; ``sh:minCount`` and ``sh:hasValue`` are the only ones that ask for a value;
* the values of a path form a set: alternatives that reach one record reach it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from typing import Protocol

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from policygraph.errors import DataError
from policygraph.judging.rules.asof import COMPLETENESS, coverage_terms, pair_terms, record_terms
from policygraph.judging.rules.facts import COVERABLE, LISTS, RECORD_TABLES, ROLES, TABLE, Table
from policygraph.judging.rules.shapes import Policy, Shape
from policygraph.judging.rules.terms import active_field_term, as_of_link, class_word, former_link, left_term
from policygraph.judging.screening.sql import (
    FALSE,
    TRUE,
    all_of,
    any_of,
    negate,
    quote_name,
    write_literal,
    write_word,
)
from policygraph.judging.screening.view import EVERYWHERE, OWN, AsOf, asked_word, flag_column, term_column, via
from policygraph.namespaces import PG, slug_of

Test = Callable[["Focus"], str]

_RECORD_LINKS = {str(table.link): table for table in RECORD_TABLES}
_PERSON_LINKS = frozenset({*(as_of_link(role) for role in ROLES), *(former_link(role) for role in ROLES)})
_FORMER_LINKS = frozenset(former_link(role) for role in ROLES)
_COVERAGE_LINKS = {f"{class_word(name)}FieldCoverage": name for name in COVERABLE}
_COVERAGE_TERMS = {
    item.of_table(TABLE[name]).name: (name, item.of_field) for name in COVERABLE for item in COMPLETENESS
}
_WHOLE = {"bool": ("bool_or", FALSE), "integer": ("max", "0"), "date": ("max", "NULL")}
"""How the one value of a unit is taken from its row of coverage, by kind, and what stands for no row."""
_ACTIVE_FIELDS = {active_field_term(name): name for name in LISTS}
_SEVERAL = frozenset(item.term.name for table in RECORD_TABLES for item in pair_terms(table))
_SUBJECT_COLUMNS = {"regionCode": "region", "industry": "industry"}
_BOUNDS = {SH.minInclusive: ">=", SH.maxInclusive: "<=", SH.minExclusive: ">", SH.maxExclusive: "<"}
_VALUE_WORDS = (*_BOUNDS, SH["in"], SH["not"], SH["or"], SH["and"], SH.node, SH.property)


class Unsupported(Exception):
    """Something in a shape that cannot be said in one aggregate; carries the reason."""


@dataclass(slots=True)
class Relation:
    """One grouped relation of the query, and the aggregates that shapes want from it."""

    kind: str
    """``records``, ``holders``, ``posts`` or ``coverage``."""
    table: str
    of_persons: bool = False
    terms: set[str] = field(default_factory=set)
    covers: set[str] = field(default_factory=set)
    """For coverage: the tables it is asked for."""
    atoms: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Aggregate expression → its name in the query, and the value that stands for no row."""
    matters: set[str] = field(default_factory=set)
    """The matters (``facts.Table.matter``) of which a shape asks by name."""
    every_matter: bool = False
    """True when a record counts for some shape whatever its matter is."""


@dataclass(slots=True)
class Atoms:
    """All aggregates of a query, by relation; equal expressions of several policies are computed once."""

    as_of: AsOf
    relations: dict[tuple[str, str], Relation] = field(default_factory=dict)

    def relation(self, kind: str, table: str) -> Relation:
        """The relation of that kind, made when it is not there."""
        return self.relations.setdefault((kind, table), Relation(kind, table))

    def coverage(self, table: str) -> Relation:
        """The one relation of all coverage, now asked for another table too."""
        relation = self.relation("coverage", "coverage")
        relation.covers.add(table)
        return relation

    def ask(self, relation: Relation, expression: str, empty: str) -> str:
        """The name under which an aggregate can be used in expressions about an enterprise."""
        name = f"a_{relation.kind}_{relation.table}_{len(relation.atoms)}"
        return quote_name(relation.atoms.setdefault(expression, (name, empty))[0])


@dataclass(frozen=True, slots=True)
class FiredShape:
    """One reported shape as SQL: when it reports, which record it names first, and from when it no longer would."""

    shape: Shape
    fires: str
    evidence: str
    """The least name of an offending record; ``NULL`` where the shape reports none."""
    ends: str
    """The first day on which no offender of today is in the way; ``NULL`` where time alone does not help."""
    latest: str = "NULL"
    """The day of the latest offending record; ``NULL`` where the shape reports none."""


@dataclass(frozen=True, slots=True)
class Determined:
    """The latest determination about one condition as SQL."""

    granted: str
    denied: str
    day: str
    evidence: str

    def unless(self, settled_by: tuple[str, ...]) -> Determined:
        """The same where the text lets some outcomes settle the matter: those are not held against the facts."""
        found = self
        if "passed" in settled_by:
            found = replace(found, granted=FALSE, evidence=f"CASE WHEN {self.denied} THEN {self.evidence} END")
        if "failed" in settled_by:
            found = replace(found, denied=FALSE, evidence=f"CASE WHEN {self.granted} THEN {self.evidence} END")
        return found


# --- what a shape can look at ----------------------------------------------------------------------------------------


class Focus(Protocol):
    """A node that a shape is held against."""

    def values(self, compiler: Compiler, path: Path) -> Values:
        """What a path leads to. Errors: ``Unsupported``."""

    def literal(self) -> str:
        """The node as a value. Errors: ``Unsupported`` when it is not one."""


class Values(Protocol):
    """The set of nodes that a path leads to."""

    def exists(self, test: Test | None) -> str:
        """Whether one of them passes; any of them when there is no test."""

    def count(self, test: Test | None) -> str:
        """How many pass."""


@dataclass(frozen=True, slots=True)
class Path:
    """A property path: alternatives of sequences of terms."""

    ways: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        """The path as people write it."""
        return " | ".join("/".join(f"pg:{term}" for term in way) for way in self.ways)


@dataclass(frozen=True, slots=True)
class LiteralFocus:
    """A value."""

    sql: str

    def values(self, compiler: Compiler, path: Path) -> Values:
        raise Unsupported(f"{path.text} 的起点是一个值")

    def literal(self) -> str:
        return self.sql


@dataclass(frozen=True, slots=True)
class RowFocus:
    """One row of a relation: a record or a coverage statement."""

    relation: Relation
    columns: frozenset[str]
    strange: bool = False
    """True for a record of a matter that no shape names: whether anything is said of it."""

    def values(self, compiler: Compiler, path: Path) -> Values:
        if len(path.ways) != 1 or len(path.ways[0]) != 1:
            raise Unsupported(f"记录上的路径 {path.text} 不是单个属性")
        term = path.ways[0][0]
        if term not in self.columns:
            raise Unsupported(f"{self.relation.table} 的记录没有 {path.text}")
        if term in _SEVERAL:
            return FlagValues(term, self.relation)
        if self.strange and term == _matter_term(self.relation):
            return StrangeValues(self.relation)
        self.relation.terms.add(term)
        return ScalarValues(term_column(term))

    def literal(self) -> str:
        raise Unsupported("把记录当作值来比较")


@dataclass(frozen=True, slots=True)
class NamelessFocus:
    """A person: shapes may ask whether there is one, and nothing about it."""

    what: str

    def values(self, compiler: Compiler, path: Path) -> Values:
        raise Unsupported(f"对{self.what}本身再设条件（{path.text}）")

    def literal(self) -> str:
        raise Unsupported(f"把{self.what}当作值来比较")


@dataclass(frozen=True, slots=True)
class ScalarValues:
    """At most one value: a column that may be NULL."""

    column: str

    def exists(self, test: Test | None) -> str:
        known = f"({self.column} IS NOT NULL)"
        return known if test is None else all_of([known, test(LiteralFocus(self.column))])

    def count(self, test: Test | None) -> str:
        return f"CASE WHEN {self.exists(test)} THEN 1 ELSE 0 END"


@dataclass(frozen=True, slots=True)
class FlagValues:
    """Several values of a term, of which a shape asks whether one constant is among them: each a boolean column."""

    term: str
    relation: Relation

    def exists(self, test: Test | None) -> str:
        if test is None:
            raise Unsupported(f"pg:{self.term} 只能与确定的值比较")
        word = test(WordFocus())
        if not word.startswith(_WORD):
            raise Unsupported(f"pg:{self.term} 只能与确定的值比较")
        self.relation.terms.add(asked_word(self.term, word.removeprefix(_WORD)))
        return flag_column(self.term, word.removeprefix(_WORD))

    def count(self, test: Test | None) -> str:
        return f"CASE WHEN {self.exists(test)} THEN 1 ELSE 0 END"


@dataclass(frozen=True, slots=True)
class StrangeValues:
    """The matter of a record that no shape names: equal to none that one asks for, each of which is noted."""

    relation: Relation

    def exists(self, test: Test | None) -> str:
        word = "" if test is None else test(WordFocus())
        if not word.startswith(_WORD):  # something else is asked of it than whether it is this one
            self.relation.every_matter = True
            return TRUE
        self.relation.matters.add(word.removeprefix(_WORD))
        return FALSE

    def count(self, test: Test | None) -> str:
        return f"CASE WHEN {self.exists(test)} THEN 1 ELSE 0 END"


_QUOTE = "'"
_WORD = "\0word:"
"""What an equality gives when it is asked about a focus that only wants to know the constant."""


@dataclass(frozen=True, slots=True)
class WordFocus:
    """Stands for one of several values while a shape tells which constant it looks for."""

    def values(self, compiler: Compiler, path: Path) -> Values:
        raise Unsupported(f"{path.text} 的起点是一个值")

    def literal(self) -> str:
        return _WORD


@dataclass(frozen=True, slots=True)
class RowValues:
    """Rows of a relation that belong to the enterprise: records, coverage statements, persons."""

    atoms: Atoms
    relation: Relation
    focus: Focus
    where: str
    distinct: str | None = None
    """The column that tells the nodes apart when one node can have several rows."""
    guard: str = TRUE
    """Where it is false a row says nothing at all: an aggregate over no other rows is NULL."""

    def exists(self, test: Test | None) -> str:
        part = self.condition(test)
        if part == FALSE:
            return FALSE
        return self.atoms.ask(self.relation, f"bool_or({guarded(self.guard, part)})", FALSE)

    def count(self, test: Test | None) -> str:
        part = self.condition(test)
        if self.distinct:
            total = f"count(DISTINCT CASE WHEN {part} THEN {self.distinct} END)"
            if self.guard != TRUE:
                total = f"CASE WHEN bool_or({self.guard}) THEN {total} END"
        else:
            total = f"sum({guarded(self.guard, f'CASE WHEN {part} THEN 1 ELSE 0 END')})"
        return self.atoms.ask(self.relation, total, "0")

    def condition(self, test: Test | None) -> str:
        self._note_matters(test)
        return self.where if test is None else all_of([self.where, test(self.focus)])

    def _note_matters(self, test: Test | None) -> None:
        """Note the matters that are asked for, or that a record of a matter nobody names may count too."""
        term = _matter_term(self.relation)
        if term is None:
            return
        focus, strange = self.focus, TRUE
        if isinstance(focus, RowFocus) and test is not None:
            strange = test(replace(focus, strange=True))
        elif focus == LiteralFocus(term_column(term)):
            strange = StrangeValues(self.relation).exists(test)
        if all_of([self.where, strange]) != FALSE:
            self.relation.every_matter = True


def guarded(guard: str, expression: str) -> str:
    """An expression that is NULL where its guard is not true."""
    return expression if guard == TRUE else f"CASE WHEN {guard} THEN {expression} END"


# --- the compiler ----------------------------------------------------------------------------------------------------


class Compiler:
    """Turns the shapes of one policy into expressions over shared atoms."""

    def __init__(self, policy: Policy, atoms: Atoms, without: str | None = None) -> None:
        """``without`` is a condition: shapes are written as if nobody had determined it."""
        self.policy = policy
        self.atoms = atoms
        self.without = without
        self.graph = policy.main
        self.open: list[Node] = []

    @classmethod
    def of_graph(cls, shapes: Graph) -> Compiler:
        """A compiler for shapes that belong to no policy."""
        compiler = cls.__new__(cls)
        compiler.graph, compiler.open, compiler.without = shapes, [], None
        return compiler

    def compile(self, shape: Shape) -> FiredShape:
        """One reported shape. Errors: ``DataError`` naming the shape and what cannot be said in SQL."""
        node = URIRef(shape.iri)
        self.graph = self.policy.main if (node, SH.targetClass, None) in self.policy.main else self.policy.others
        try:
            return self._compile(shape, node)
        except Unsupported as wrong:
            raise DataError(
                f"shapes/eligibility/{self.policy.id}",
                f"{slug_of(shape.iri)} 不能编译成批量筛查的 SQL：{wrong}",
                "改用可编译的写法，或对这项政策逐个用 policygraph decide",
            ) from None

    def _compile(self, shape: Shape, node: URIRef) -> FiredShape:
        subject = SubjectFocus(self.atoms)
        fires = negate(self.conforms(node, subject))
        path = self.graph.value(node, SH.path)
        if path is None or not any((node, word, None) in self.graph for word in _VALUE_WORDS):
            return FiredShape(shape, fires, "NULL", "NULL")
        values = subject.values(self, self.read_path(path))
        if not isinstance(values, RowValues) or isinstance(values.focus, LiteralFocus):
            return FiredShape(shape, fires, "NULL", "NULL")
        if isinstance(values.focus, NamelessFocus) or values.relation.kind != "records":
            raise Unsupported("报告的形状以人员或完整性说明为值")
        offends = values.condition(lambda focus: negate(self.holds(node, focus)))
        ask = self.atoms.ask
        evidence = ask(values.relation, f"min(CASE WHEN {offends} THEN evidence END)", "NULL")
        ends = "NULL"
        end = self.end_of(shape, node, values.relation)
        if shape.report == "verdict" and shape.severity != "Info" and end is not None:
            latest = ask(values.relation, f"max(CASE WHEN {offends} THEN {end} END)", "NULL")
            lasting = ask(values.relation, f"bool_or({offends} AND {end} IS NULL)", FALSE)
            ends = f"CASE WHEN NOT {lasting} THEN {latest} END"
        youngest = ask(values.relation, f"max(CASE WHEN {offends} THEN record_day END)", "NULL")
        return FiredShape(shape, fires, evidence, ends, youngest)

    def determination(self, condition: str) -> Determined:
        """The latest determination about a condition, whatever the shapes ask."""
        relation = self.atoms.relation("records", "determinations")
        table = _RECORD_TABLE["determinations"]
        about = f"{term_column(table.column('condition').term)} = {write_literal(condition)}"
        relation.matters.add(condition)
        outcome = term_column(table.column("outcome").term)

        def ask(told: str, empty: str) -> str:
            return self.atoms.ask(relation, told, empty)

        return Determined(
            granted=ask(f"bool_or({about} AND {outcome} = 'passed')", FALSE),
            denied=ask(f"bool_or({about} AND {outcome} = 'failed')", FALSE),
            day=ask(f"max(CASE WHEN {about} THEN record_day END)", "NULL"),
            evidence=ask(f"min(CASE WHEN {about} THEN evidence END)", "NULL"),
        )

    def end_of(self, shape: Shape, node: URIRef, relation: Relation) -> str | None:
        """The first day on which a record is no longer in the way of a shape, as an expression over its row."""
        if shape.window is not None:
            end = f"CAST(record_day + INTERVAL '{shape.window}' MONTH AS DATE)"
            return end if shape.window_open else f"CAST({end} + INTERVAL '1' DAY AS DATE)"
        interval = _RECORD_TABLE[relation.table].interval
        if interval is not None and self.asks_for(node, interval.flag):
            return "CASE WHEN last_day < DATE '9999-12-31' THEN CAST(last_day + INTERVAL '1' DAY AS DATE) END"
        return None

    def asks_for(self, node: URIRef, flag: str) -> bool:
        """True when a record is in the way only while its flag is true."""
        return any(
            self.graph.value(part, SH.path) == PG[flag] and (part, SH.hasValue, Literal(True)) in self.graph
            for negated in self.graph.objects(node, SH["not"])
            for part in self.graph.objects(negated, SH.property)
        )

    def conforms(self, node: Node, focus: Focus) -> str:
        """Whether a node conforms to a shape: a property shape looks along its path, a node shape at the node."""
        if node in self.open:
            raise Unsupported("形状引用自身")
        self.open.append(node)
        path = self.graph.value(node, SH.path)
        if path is None:
            found = self.holds(node, focus)
        else:
            found = self.holds_along(node, focus.values(self, self.read_path(path)))
        self.open.pop()
        return found

    def holds_along(self, node: Node, values: Values) -> str:
        """The constraints of a property shape on the set of values of its path."""
        graph = self.graph
        parts: list[str] = []
        for minimum in self.integers(node, SH.minCount):
            parts.append(_at_least(values, None, minimum))
        for maximum in self.integers(node, SH.maxCount):
            parts.append(negate(_at_least(values, None, maximum + 1)))
        for value in _sorted(graph.objects(node, SH.hasValue)):
            parts.append(FALSE if self.unheard(value) else values.exists(_equals(value)))
        for nested in _sorted(graph.objects(node, SH.qualifiedValueShape)):
            test = self.test(nested)
            for minimum in self.integers(node, SH.qualifiedMinCount):
                parts.append(_at_least(values, test, minimum))
            for maximum in self.integers(node, SH.qualifiedMaxCount):
                parts.append(negate(_at_least(values, test, maximum + 1)))
        if any((node, word, None) in graph for word in _VALUE_WORDS):
            parts.append(negate(values.exists(lambda focus: negate(self.holds(node, focus)))))
        return all_of(parts)

    def unheard(self, value: Node) -> bool:
        """True for the condition whose determination is left out: nothing names it then."""
        return self.without is not None and slug_of(str(value)) == f"condition/{self.without}"

    def holds(self, node: Node, focus: Focus) -> str:
        """The constraints that a shape puts on each single node."""
        graph = self.graph
        parts: list[str] = []
        for word, mark in _BOUNDS.items():
            for value in _sorted(graph.objects(node, word)):
                parts.append(f"({focus.literal()} {mark} {_bound(value)})")
        for head in graph.objects(node, SH["in"]):
            parts.append(any_of(_equals(value)(focus) for value in Collection(graph, head)))
        if graph.value(node, SH.path) is None:
            parts += [_equals(value)(focus) for value in _sorted(graph.objects(node, SH.hasValue))]
        parts += [negate(self.conforms(nested, focus)) for nested in _sorted(graph.objects(node, SH["not"]))]
        for word in (SH.node, SH.property):
            parts += [self.conforms(nested, focus) for nested in _sorted(graph.objects(node, word))]
        for head in graph.objects(node, SH["or"]):
            parts.append(any_of(self.conforms(nested, focus) for nested in Collection(graph, head)))
        for head in graph.objects(node, SH["and"]):
            parts.append(all_of(self.conforms(nested, focus) for nested in Collection(graph, head)))
        return all_of(parts)

    def test(self, nested: Node) -> Test:
        return lambda focus: self.conforms(nested, focus)

    def integers(self, node: Node, word: URIRef) -> list[int]:
        return [int(value) for value in self.graph.objects(node, word) if isinstance(value, Literal)]

    def read_path(self, node: Node) -> Path:
        """A path as alternatives of sequences, nested ones multiplied out."""
        return Path(tuple(dict.fromkeys(self._ways(node))))

    def _ways(self, node: Node) -> Iterator[tuple[str, ...]]:
        if isinstance(node, URIRef):
            yield (str(node).removeprefix(str(PG)),)
            return
        alternatives = self.graph.value(node, SH.alternativePath)
        if alternatives is not None:
            for way in Collection(self.graph, alternatives):
                yield from self._ways(way)
            return
        if self.graph.value(node, RDF.first) is None:
            raise Unsupported("既不是属性、也不是序列或 sh:alternativePath 的路径")
        parts = [list(self._ways(step)) for step in Collection(self.graph, node)]
        for choice in product(*parts):
            yield tuple(term for step in choice for term in step)


@dataclass(frozen=True, slots=True)
class SubjectFocus:
    """The enterprise itself: every path of a policy starts here."""

    atoms: Atoms

    def literal(self) -> str:
        raise Unsupported("把单位当作值来比较")

    def values(self, compiler: Compiler, path: Path) -> Values:
        if len(path.ways) == 1 and len(path.ways[0]) == 1:
            single = self._own_term(path.ways[0][0])
            if single is not None:
                return single
        reached = {_reach(way, path) for way in path.ways}
        ends = {(kind, table, rest) for kind, table, _, rest in reached}
        if len(ends) > 1:
            raise Unsupported(f"路径 {path.text} 的各支通向不同种类的值")
        kind, table, rest = ends.pop()
        links = sorted(link for _, _, link, _ in reached)
        if kind == "person":
            former = any(link in _FORMER_LINKS for link in links)
            relation = self.atoms.relation("posts" if former else "holders", "persons")
            where = any_of(quote_name(via(link)) for link in links)
            return RowValues(self.atoms, relation, NamelessFocus("人员"), where, '"person_id"')
        if kind == "coverage":
            relation = self.atoms.coverage(table)
            row = RowFocus(relation, _COVERAGE_COLUMNS)
            where = f"({term_column('field')} <> '{EVERYWHERE}')"
            return self._leaf(relation, row, where, rest, path, guard=_of_table(table))
        relation = self.atoms.relation("records", table)
        if any(link != OWN for link in links):
            if any(column.name == "person_id" for column in _RECORD_TABLE[table].columns):
                relation.of_persons = True
            else:  # nobody's records: the table knows enterprises only
                links = [link for link in links if link == OWN]
        where = any_of(quote_name(link if link == OWN else via(link)) for link in links)
        return self._leaf(relation, RowFocus(relation, _record_terms(_RECORD_TABLE[table])), where, rest, path)

    def _own_term(self, term: str) -> Values | None:
        """What the enterprise has one value of, and the fields of its lists."""
        if term in _SUBJECT_COLUMNS:
            return ScalarValues(f"e.{quote_name(_SUBJECT_COLUMNS[term])}")
        if term in _COVERAGE_TERMS:
            table, asked = _COVERAGE_TERMS[term]
            relation = self.atoms.coverage(table)
            mine, column = f"{_of_table(table)} AND {term_column('field')} = '{EVERYWHERE}'", term_column(asked.name)
            taken, empty = _WHOLE[asked.kind]
            return ScalarValues(self.atoms.ask(relation, f"{taken}({guarded(mine, column)})", empty))
        if term in _ACTIVE_FIELDS:
            table_ = _RECORD_TABLE["listings"]
            relation, word = self.atoms.relation("records", table_.name), write_literal(_ACTIVE_FIELDS[term])
            assert table_.interval is not None
            active, repaired = term_column(table_.interval.flag), term_column("repairedAsOf")
            relation.terms.add("repairedAsOf")
            standing = f"(coalesce({active}, FALSE) AND NOT {repaired})"
            where = all_of([quote_name(OWN), f"{term_column(table_.column('list').term)} = {word}", standing])
            column = term_column(table_.column("field").term)
            return RowValues(self.atoms, relation, LiteralFocus(column), where, column)
        return None

    def _leaf(
        self, relation: Relation, row: RowFocus, where: str, rest: tuple[str, ...], path: Path, *, guard: str = TRUE
    ) -> Values:
        if not rest:
            return RowValues(self.atoms, relation, row, where, guard=guard)
        if len(rest) > 1 or rest[0] in _SEVERAL or rest[0] not in row.columns:
            raise Unsupported(f"路径 {path.text} 在记录之后还有 {'/'.join(rest)}")
        relation.terms.add(rest[0])
        column = term_column(rest[0])
        known = all_of([where, f"({column} IS NOT NULL)"])
        return RowValues(self.atoms, relation, LiteralFocus(column), known, column, guard)


@dataclass(frozen=True, slots=True)
class DecisionsFocus:
    """The enterprise with its decisions, one for each policy of a query: what invariants are held against."""

    outcomes: tuple[str, ...]
    """The outcome of each policy as an expression."""

    def literal(self) -> str:
        raise Unsupported("把单位当作值来比较")

    def values(self, compiler: Compiler, path: Path) -> Values:
        if path.ways != (("hasDecision",),):
            raise Unsupported(f"路径 {path.text} 不是 pg:hasDecision")
        return ListedValues(tuple(DecisionFocus(outcome) for outcome in self.outcomes))


@dataclass(frozen=True, slots=True)
class DecisionFocus:
    """One decision: it has an outcome, and a query lists no measures."""

    outcome: str

    def literal(self) -> str:
        raise Unsupported("把结论当作值来比较")

    def values(self, compiler: Compiler, path: Path) -> Values:
        if path.ways == (("leadsTo",),):
            return ListedValues(())
        if path.ways != (("outcome",),):
            raise Unsupported(f"结论没有 {path.text}")
        return ListedValues((OutcomeFocus(self.outcome),))


@dataclass(frozen=True, slots=True)
class OutcomeFocus:
    """The outcome of a decision, a word of a closed type: all that can be asked is whether it is this one."""

    sql: str

    def literal(self) -> str:
        return self.sql

    def values(self, compiler: Compiler, path: Path) -> Values:
        raise Unsupported(f"{path.text} 的起点是一个值")


@dataclass(frozen=True, slots=True)
class ListedValues:
    """A few nodes known by name."""

    nodes: tuple[Focus, ...]

    def exists(self, test: Test | None) -> str:
        return any_of(TRUE if test is None else test(node) for node in self.nodes)

    def count(self, test: Test | None) -> str:
        each = [f"CASE WHEN {TRUE if test is None else test(node)} THEN 1 ELSE 0 END" for node in self.nodes]
        return f"({' + '.join(each)})" if each else "0"


def compile_invariant(shape: Graph, iri: str, outcomes: tuple[str, ...]) -> str:
    """Whether the decisions of an enterprise break an invariant. Errors: ``DataError`` naming what SQL cannot say."""
    try:
        return negate(Compiler.of_graph(shape).conforms(URIRef(iri), DecisionsFocus(outcomes)))
    except Unsupported as wrong:
        raise DataError("shapes/invariants", f"{slug_of(iri)} 不能编译成 SQL：{wrong}", "改用可编译的写法") from None


def _matter_term(relation: Relation) -> str | None:
    """The term of the column that names the matter of a record of a relation; None where there is none."""
    table = TABLE[relation.table] if relation.kind == "records" else None
    return table.column(table.matter).term if table is not None and table.matter else None


def _of_table(table: str) -> str:
    return f"of_table = {write_literal(table)}"


_RECORD_TABLE: dict[str, Table] = {table.name: table for table in RECORD_TABLES}
_COVERAGE_COLUMNS = frozenset({"field", *(item.of_field.name for item in COMPLETENESS)})


def _record_terms(table: Table) -> frozenset[str]:
    """The terms that a record of the table can have in the view."""
    terms = {left_term(role) for role in ROLES}
    terms |= {column.term for column in table.columns if column.in_view}
    terms |= {item.term.name for item in record_terms(table)} | {item.term.name for item in pair_terms(table)}
    terms |= {item.term.name for item in coverage_terms(table)}
    if table.name == "assessments":
        terms.add("cyclesAgo")
    return frozenset(terms)


def _reach(way: tuple[str, ...], path: Path) -> tuple[str, str, str, tuple[str, ...]]:
    """Where one way of a path leads from the enterprise: kind, table, the link it takes, and what follows."""
    first, rest = way[0], way[1:]
    if first in _RECORD_LINKS:
        return "record", _RECORD_LINKS[first].name, OWN, rest
    if first in _COVERAGE_LINKS:
        return "coverage", _COVERAGE_LINKS[first], first, rest
    if first in _PERSON_LINKS and not rest:
        return "person", "persons", first, rest
    if first in _PERSON_LINKS and rest[0] in _RECORD_LINKS:
        return "record", _RECORD_LINKS[rest[0]].name, first, rest[1:]
    raise Unsupported(f"路径 {path.text}")


def _at_least(values: Values, test: Test | None, number: int) -> str:
    if number <= 0:
        return TRUE
    return values.exists(test) if number == 1 else f"({values.count(test)} >= {number})"


def _equals(value: Node) -> Test:
    """Whether a node is a given constant."""
    if isinstance(value, URIRef):
        constant = write_literal(slug_of(str(value)).removeprefix("condition/"))
    elif isinstance(value, Literal) and isinstance(value.toPython(), (bool, int, str)):
        constant = write_literal(value.toPython())
    else:
        raise Unsupported(f"与 {value} 相等（小数和日期只能用上下限比较）")

    def test(focus: Focus) -> str:
        known = focus.literal()
        if isinstance(focus, OutcomeFocus):
            return f"({known} = {write_word(constant.strip(_QUOTE))})"
        if known == _WORD:  # the focus is any of several values: what it asks for is the constant itself
            return _WORD + constant.strip(_QUOTE)
        return f"({known} = {constant})"

    return test


def _bound(value: Node) -> str:
    bound = value.toPython() if isinstance(value, Literal) else None
    if isinstance(bound, bool | datetime) or not isinstance(bound, int | Decimal | date):
        raise Unsupported(f"上下限 {value} 不是整数、小数或日期")
    return write_literal(bound)


def _sorted(nodes: Iterable[Node]) -> list[Node]:
    """Values of a property in an order that does not depend on the parser; blank nodes keep theirs by content."""
    return sorted(nodes, key=lambda node: (isinstance(node, BNode), str(node)))
