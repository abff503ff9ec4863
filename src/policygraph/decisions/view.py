"""The as-of view: what was so on one day for one enterprise, as a small graph that shapes can read without dates.

Conditions never do date arithmetic. This step, which knows no policy, turns the facts of one enterprise into a fresh
graph with one ``pg:Subject``, direct typed links, and exactly one integer of each kind per dated record, so that
「3年内无…」 is ``pg:monthsAgo ≤ 36``. Facts dated after the day do not exist; an event that ends something (a
delisting, a revocation) counts from its day on; an unknown end leaves the flag away, so that it is neither true nor
false. The SQL definition for screening is the twin of this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.decisions.counting import covered_since, months_ago, months_ago_open, months_covered
from policygraph.namespaces import PG, instance
from policygraph.rules.facts import COVERABLE, RECORD_TABLES, ROLES, TABLE, Register, Row, Table
from policygraph.rules.terms import DURING, active_field_term, as_of_link, class_word, former_link, left_term


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


def build_view(register: Register, uscc: str, as_of: date) -> View:
    """The as-of view of one enterprise: everything the shapes may ask about it on that day."""
    return _Builder(register, uscc, as_of).build()


class _Builder:
    """Collects the triples of one view; ``nodes`` numbers records in an order that does not depend on the file's."""

    def __init__(self, register: Register, uscc: str, as_of: date) -> None:
        self.register = register
        self.uscc = uscc
        self.as_of = as_of
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
        self.listings(records)
        self.persons()
        self.coverage()
        return View(self.graph, self.subject, self.rows)

    def records(self, table: Table, rows: tuple[Row, ...], holder: URIRef) -> Iterator[tuple[URIRef, Row]]:
        """Link the records of one table that exist on the day to their holder."""
        known = [row for row in rows if row.table == table.name and self.exists(table, row)]
        if table.name == "determinations":
            known = self.latest_determinations(known)
        for row in known:
            node = instance("record", f"{table.name}-{len(self.rows)}")
            self.rows[node] = row
            self.add(holder, str(table.link), node)
            self.graph.add((node, RDF.type, PG[str(table.record)]))
            self.describe(table, row, node)
            yield node, row

    def exists(self, table: Table, row: Row) -> bool:
        day = row.day(str(table.date))
        return day is not None and day <= self.as_of

    def latest_determinations(self, rows: list[Row]) -> list[Row]:
        latest: dict[str, Row] = {}
        for row in rows:
            condition, day = str(row.cells["condition"]), row.day("date")
            known = latest.get(condition)
            if known is None or (day is not None and day > (known.day("date") or date.min)):
                latest[condition] = row
        return [latest[condition] for condition in sorted(latest)]

    def describe(self, table: Table, row: Row, node: URIRef) -> None:
        day = row.day(str(table.date))
        if day is not None:
            self.add(node, "monthsAgo", Literal(months_ago(day, self.as_of)))
            self.add(node, "monthsAgoOpen", Literal(months_ago_open(day, self.as_of)))
            self.add(node, "daysAgo", Literal((self.as_of - day).days))
        for column in table.columns:
            value = row.cells.get(column.name)
            if not column.in_view or value is None:
                continue
            if column.kind == "condition":
                self.add(node, column.term, instance("condition", *str(value).split("/")))
            else:
                self.add(node, column.term, Literal(value))
        if table.interval:
            lasting, lapsed = self.lasts(table, row)
            if lasting is not None:
                self.add(node, table.interval.flag, Literal(lasting))
            self.add(node, "lapsedAsOf", Literal(lapsed))

    def lasts(self, table: Table, row: Row) -> tuple[bool | None, bool]:
        """Whether a fact still holds on the day (None: nobody knows), and whether only its term has run out."""
        interval = table.interval
        assert interval is not None
        last_day = row.day(interval.last_day)
        ended = row.day(interval.ended_on) if interval.ended_on else None
        if ended is not None and ended <= self.as_of:
            return False, False
        if last_day is None:
            return (None if interval.open_means_unknown else True), False
        return last_day >= self.as_of, last_day < self.as_of

    def cycles(self, assessments: list[tuple[URIRef, Row]]) -> None:
        """Number the assessment years back from the latest published one; a missing year leaves its number out."""
        years = [int(str(row.cells["year"])) for _, row in assessments]
        for node, row in assessments:
            self.add(node, "cyclesAgo", Literal(max(years) - int(str(row.cells["year"]))))

    def listings(self, records: dict[str, list[tuple[URIRef, Row]]]) -> None:
        """Note the fields of lists the unit stands on, and mark the records dated while it stood on one."""
        for listing, row in records["listings"]:
            since = row.day("listed_on")
            ends = [day for day in (row.day("valid_until"), self.as_of) if day is not None]
            delisted = row.day("delisted_on")
            active, _ = self.lasts(TABLE["listings"], row)
            if active:
                self.add(self.subject, active_field_term(str(row.cells["list"])), Literal(str(row.cells["field"])))
            for name in DURING:
                for node, other in records[name]:
                    day = other.day(str(TABLE[name].date))
                    if node == listing or day is None or since is None or not since <= day <= min(ends):
                        continue
                    if delisted is None or day < delisted:
                        self.add(node, "duringList", Literal(str(row.cells["list"])))
                        if active:
                            self.add(node, "duringActiveList", Literal(str(row.cells["list"])))

    def persons(self) -> None:
        """Link those in office and those who left, and the records of both."""
        posts = posts_on(self.register, self.uscc, self.as_of)
        order = sorted({post.person for post in posts})
        for number, person in enumerate(order):
            node = instance("person", str(number))
            held = [post for post in posts if post.person == person]
            self.rows[node] = held[0].row
            self.graph.add((node, RDF.type, PG.ResponsiblePerson))
            rows = self.register.by_person.get(person, ())
            records = [found for table in RECORD_TABLES for found, _ in self.records(table, rows, node)]
            for role in ROLES:
                in_role = [post for post in held if post.role == role]
                if any(post.left is None for post in in_role):
                    self.add(self.subject, as_of_link(role), node)
                elif in_role:
                    self.add(self.subject, former_link(role), node)
                    left = max(post.left for post in in_role if post.left is not None)
                    for found in records:
                        self.add(found, left_term(role), Literal(months_ago(left, self.as_of)))

    def coverage(self) -> None:
        """Say for how long each table is complete, over all fields and for single fields."""
        rows = [row for row in (*self.register.general, *self.own) if row.table == "coverage"]
        for name in COVERABLE:
            word = class_word(name)
            mine = [row for row in rows if row.cells["table"] == name]
            everywhere = [row for row in mine if row.text("field") is None]
            self.cover(
                self.subject, everywhere, (f"{word}CoversMonths", f"{word}CoversMonthsOpen", f"{word}CoversAsOf")
            )
            for number, field in enumerate(sorted({str(row.cells["field"]) for row in mine if "field" in row.cells})):
                node = instance("record", f"coverage-{name}-{number}")
                self.add(self.subject, f"{word}FieldCoverage", node)
                self.add(node, "field", Literal(field))
                parts = everywhere + [row for row in mine if row.text("field") == field]
                self.cover(node, parts, ("coversMonths", "coversMonthsOpen", "coversAsOf"))

    def cover(self, node: URIRef, rows: list[Row], names: tuple[str, str, str]) -> None:
        periods = [(start, end) for row in rows if (start := row.day("from")) and (end := row.day("to"))]
        since = covered_since(periods, self.as_of)
        self.add(node, names[0], Literal(months_covered(since, self.as_of)))
        self.add(node, names[1], Literal(months_covered(since, self.as_of, last_day_out=True)))
        self.add(node, names[2], Literal(since is not None))
