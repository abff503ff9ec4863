"""The as-of view: what was so on one day for one enterprise, as a small graph that shapes can read without dates.

Conditions never do date arithmetic. This step, which knows no policy, turns the facts of one enterprise into a fresh
graph with one ``pg:Subject``, direct typed links, and exactly one integer of each kind per dated record, so that
「3年内无…」 is ``pg:monthsAgo ≤ 36``. Facts dated after the day do not exist; an event that ends something (a
delisting, a revocation) counts from its day on; an unknown end leaves the flag away, so that it is neither true nor
false. The SQL definition for screening is the twin of this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.graph.memory import make_steady
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
    Cells,
    coverage_terms,
    evaluate,
    pair_terms,
    record_terms,
)
from policygraph.judging.rules.counting import ONE_DAY, covered_since, months_ago
from policygraph.judging.rules.facts import COVERABLE, RECORD_TABLES, ROLES, TABLE, Register, Row, Table, Value
from policygraph.judging.rules.terms import active_field_term, as_of_link, class_word, former_link, left_term
from policygraph.namespaces import BASE, PG, instance


@dataclass(frozen=True, slots=True)
class View:
    """The graph for the shapes, and the way back from its nodes to the rows of the register."""

    graph: Graph
    subject: URIRef
    rows: Mapping[URIRef, Row]
    """From the node of a record or person to the row it stands for."""


@dataclass(frozen=True, slots=True)
class Post:
    """A person in a role at the enterprise: in office on the day, or left before it."""

    row: Row
    person: str
    role: str
    left: date | None


def posts_on(register: Register, uscc: str, as_of: date) -> tuple[Post, ...]:
    """Who held which role at an enterprise by that day; ``left`` is the last day in office of those who left."""
    found: list[Post] = []
    for row in register.by_enterprise.get(uscc, ()):
        if row.table != "persons":
            continue
        since, until = row.day("from"), row.day("to")
        if since is not None and since > as_of:
            continue
        left = until if until is not None and until < as_of else None
        found.append(Post(row, str(row.cells["person_id"]), str(row.cells["role"]), left))
    return tuple(found)


def in_office_since(posts: Iterable[Post], as_of: date) -> date | None:
    """Since when a person holds posts without a gap, whichever they are; None for who holds none on the day.

    A post whose beginning is not known was held ever since: a new post is a fact, a blank cell is not.
    """
    first = date.min + ONE_DAY  # so that the day before the first one can be counted
    return covered_since(
        ((max(post.row.day("from") or first, first), post.row.day("to") or date.max) for post in posts), as_of
    )


def build_view(register: Register, uscc: str, as_of: date, base: str = BASE) -> View:
    """The as-of view of one enterprise: everything the shapes may ask about it on that day.

    ``base`` is what the IRIs of the conditions begin with that the shapes speak of.
    """
    return _Builder(register, uscc, as_of, base).build()


class _Builder:
    """Collects the triples of one view; ``nodes`` numbers records in an order that does not depend on the file's."""

    def __init__(self, register: Register, uscc: str, as_of: date, base: str) -> None:
        self.register = register
        self.uscc = uscc
        self.as_of = as_of
        self.base = base
        self.subject = instance("entity", uscc)
        self.graph = Graph(bind_namespaces="none")
        self.rows: dict[URIRef, Row] = {}
        self.own = register.by_enterprise.get(uscc, ())

    def add(self, node: Node, name: str, value: Node) -> None:
        self.graph.add((node, PG[name], value))

    def build(self) -> View:
        self.graph.add((self.subject, RDF.type, PG.Subject))
        row = self.register.enterprise(self.uscc)
        if row is not None:
            self.add(self.subject, "regionCode", Literal(str(row.cells["region"])))
            if "industry" in row.cells:
                self.add(self.subject, "industry", Literal(str(row.cells["industry"])))
        records = {table.name: list(self.records(table, self.own, self.subject)) for table in RECORD_TABLES}
        self.cycles(records["assessments"])
        self.lists(records["listings"])
        for table in RECORD_TABLES:
            self.hold_against(table, records[table.name], records)
            self.hold_against_coverage(table, records[table.name])
        self.persons(records)
        self.coverage()
        return View(make_steady(self.graph), self.subject, self.rows)

    def records(self, table: Table, rows: tuple[Row, ...], holder: URIRef) -> Iterator[tuple[URIRef, Row]]:
        """Link the records of one table that exist on the day to their holder."""
        known = [row for row in rows if row.table == table.name and self.exists(table, row)]
        for row in latest_rows(table, known):
            node = instance("record", f"{table.name}-{len(self.rows)}")
            self.rows[node] = row
            self.add(holder, str(table.link), node)
            self.graph.add((node, RDF.type, PG[str(table.record)]))
            self.describe(table, row, node)
            yield node, row

    def exists(self, table: Table, row: Row) -> bool:
        day = row.day(str(table.date))
        return day is not None and day <= self.as_of

    def cells(self, row: Row) -> Cells:
        """The cells of a record, with the day on which a repair of it was completed."""
        if row.table not in REPAIRABLE:
            return row.cells
        done = [day for day in self.register.repaired.get(row.evidence, ()) if day <= self.as_of]
        return {**row.cells, REPAIRED_ON: min(done)} if done else row.cells

    def describe(self, table: Table, row: Row, node: URIRef) -> None:
        for item in record_terms(table):
            self.say(node, item.term.name, evaluate(item.value, {THIS: self.cells(row)}, self.as_of))
        for column in table.columns:
            value = row.cells.get(column.name)
            if not column.in_view or value is None:
                continue
            if column.kind == "condition":
                self.add(node, column.term, instance("condition", *str(value).split("/"), base=self.base))
            else:
                self.say(node, column.term, value)

    def say(self, node: URIRef, name: str, value: Value | None) -> None:
        """A value, unless nobody knows it."""
        if value is not None:
            self.add(node, name, Literal(value))

    def hold_against(
        self,
        table: Table,
        mine: list[tuple[URIRef, Row]],
        others: Mapping[str, list[tuple[URIRef, Row]]],
        post: Cells | None = None,
    ) -> None:
        """Mark records by the other records of the enterprise to which they stand in a relation.

        ``post`` is given for records of a person: what is known of the person's time in office.
        """
        for item in pair_terms(table):
            if post is not None and not item.of_persons:
                continue
            for node, row in mine:
                for partner, other in others[item.other]:
                    rows = {THIS: self.cells(row), OTHER: other.cells, POST: post or {}}
                    if partner == node or not evaluate(item.holds, rows, self.as_of):
                        continue
                    word = "/".join(str(other.cells.get(name, "")) for name in item.value)
                    named = item.term.kind == "iri"
                    value = instance("condition", *word.split("/"), base=self.base) if named else Literal(word)
                    self.add(node, item.term.name, value)

    def hold_against_coverage(self, table: Table, mine: list[tuple[URIRef, Row]]) -> None:
        """Mark the unit's own records by the time for which tables are complete over all fields."""
        for item in coverage_terms(table):
            everywhere = [row for row in self.coverage_of(item.of_table) if row.text("field") is None]
            since = covered_since(covered_periods(everywhere), self.as_of)
            whole: Cells = {} if since is None else {COVERED_SINCE: since}
            for node, row in mine:
                self.say(node, item.term.name, evaluate(item.value, {THIS: row.cells, COVERED: whole}, self.as_of))

    def cycles(self, assessments: list[tuple[URIRef, Row]]) -> None:
        """Number the assessment years back from the latest published one; a missing year leaves its number out."""
        years = [int(str(row.cells["year"])) for _, row in assessments]
        for node, row in assessments:
            self.add(node, "cyclesAgo", Literal(max(years) - int(str(row.cells["year"]))))

    def lists(self, listings: list[tuple[URIRef, Row]]) -> None:
        """Note the fields of the lists on which the unit stands; a completed repair ends the effect of a listing."""
        interval = TABLE["listings"].interval
        assert interval is not None
        for node, row in listings:
            repaired = (node, PG.repairedAsOf, Literal(True)) in self.graph
            if (node, PG[interval.flag], Literal(True)) in self.graph and not repaired:
                self.add(self.subject, active_field_term(str(row.cells["list"])), Literal(str(row.cells["field"])))

    def persons(self, others: Mapping[str, list[tuple[URIRef, Row]]]) -> None:
        """Link those in office and those who left, and the records of both."""
        posts = posts_on(self.register, self.uscc, self.as_of)
        order = sorted({post.person for post in posts})
        for number, person in enumerate(order):
            node = instance("person", str(number))
            held = [post for post in posts if post.person == person]
            self.rows[node] = held[0].row
            self.graph.add((node, RDF.type, PG.ResponsiblePerson))
            rows = self.register.by_person.get(person, ())
            found: list[tuple[URIRef, Row]] = []
            since = in_office_since(held, self.as_of)
            post: Cells = {} if since is None else {IN_OFFICE_SINCE: since}
            for table in RECORD_TABLES:
                mine = list(self.records(table, rows, node))
                self.hold_against(table, mine, others, post)
                found += mine
            for role in ROLES:
                in_role = [post for post in held if post.role == role]
                if any(post.left is None for post in in_role):
                    self.add(self.subject, as_of_link(role), node)
                elif in_role:
                    self.add(self.subject, former_link(role), node)
                    left = max(post.left for post in in_role if post.left is not None)
                    for record, _ in found:
                        self.add(record, left_term(role), Literal(months_ago(left, self.as_of)))

    def coverage(self) -> None:
        """Say for how long each table is complete, over all fields and for single fields."""
        for name in COVERABLE:
            word = class_word(name)
            mine = self.coverage_of(name)
            everywhere = [row for row in mine if row.text("field") is None]
            self.cover(self.subject, everywhere, [item.of_table(TABLE[name]).name for item in COMPLETENESS])
            for number, field in enumerate(sorted({str(row.cells["field"]) for row in mine if "field" in row.cells})):
                node = instance("record", f"coverage-{name}-{number}")
                self.add(self.subject, f"{word}FieldCoverage", node)
                self.add(node, "field", Literal(field))
                parts = everywhere + [row for row in mine if row.text("field") == field]
                self.cover(node, parts, [item.of_field.name for item in COMPLETENESS])

    def coverage_of(self, table: str) -> list[Row]:
        """The coverage rows about a table that speak of this enterprise, of whatever field."""
        rows = (*self.register.general, *self.own)
        return [row for row in rows if row.table == "coverage" and row.cells["table"] == table]

    def cover(self, node: URIRef, rows: list[Row], names: list[str]) -> None:
        since = covered_since(covered_periods(rows), self.as_of)
        whole: Cells = {} if since is None else {COVERED_SINCE: since}
        for item, name in zip(COMPLETENESS, names, strict=True):
            self.say(node, name, evaluate(item.value, {COVERED: whole}, self.as_of))


def latest_rows(table: Table, rows: list[Row]) -> list[Row]:
    """The rows that count where a later result replaces an earlier one; all of them in other tables."""
    if not table.latest:
        return rows
    found: dict[tuple[str, ...], Row] = {}
    for row in sorted(rows, key=lambda row: row.day(str(table.date)) or date.min):
        found[tuple(str(row.cells.get(name)) for name in table.latest)] = row
    return [found[key] for key in sorted(found)]


def covered_periods(rows: list[Row]) -> list[tuple[date, date]]:
    """The periods that coverage rows speak for: no export knows more than the day on which it was made."""
    periods: list[tuple[date, date]] = []
    for row in rows:
        start, end, exported = row.day("from"), row.day("to"), row.day("exported_on")
        if start is not None and end is not None:
            periods.append((start, end if exported is None else min(end, exported)))
    return periods
