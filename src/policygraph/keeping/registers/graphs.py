"""A register as RDF and back: entities in SEMIC's and ORG's words, records in ours, nothing lost on the way.

Publication is a property of the record: watch-list entries are written to the restricted graph whatever the owner
says of the register, because the policies forbid to make them public. Record IRIs are numbers within a register,
never made from a person's or a decision's number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from policygraph.judging.rules.facts import (
    RECORD_TABLES,
    ROLES,
    TABLE,
    Column,
    Register,
    Row,
    Table,
    Value,
    make_register,
)
from policygraph.namespaces import ADMS, CCCEV, LEGAL, ORG, PG, instance, our_iri, slug_of


@dataclass(frozen=True, slots=True)
class RegisterGraphs:
    """The two parts of a register in the graph; only ``open`` may be public, and only when its owner says so."""

    open: Graph
    restricted: Graph


PARTLY_PUBLIC = frozenset(
    ("listings", *(table.name for table in RECORD_TABLES if any(column.kind == "record" for column in table.columns)))
)
"""Tables of which a record may be one that is not public."""


def is_restricted(row: Row, register: Register | None = None) -> bool:
    """True for a record that is not public: a watch-list entry, or the repair of one, which would give it away.

    >>> is_restricted(Row("listings", {"record_id": "L-1", "list": "watch"}))
    True
    """
    if row.table == "listings":
        return row.text("list") == "watch"
    repaired = [column.name for column in TABLE[row.table].columns if column.kind == "record"]
    if not repaired or register is None:
        return bool(repaired)
    return any(is_restricted(known) for name in repaired for known in register.records.get(row.text(name) or "", ()))


def claim_openly(rows: Iterable[Row]) -> list[Row]:
    """The rows without any claim that a table is complete of which some records are not public.

    >>> rows = [Row("coverage", {"table": "listings"}), Row("coverage", {"table": "penalties"})]
    >>> [row.text("table") for row in claim_openly(rows)]
    ['penalties']
    """
    return [row for row in rows if row.table != "coverage" or row.text("table") not in PARTLY_PUBLIC]


def register_graphs(register: Register, find: Callable[[str], str] = our_iri) -> RegisterGraphs:
    """The register as RDF in two graphs: what may be shown with it, and what is not public.

    ``find`` tells under which base a path (``id/…``) stands: what a register brings along stands under that of the
    dataset it is asked with, the conditions that it speaks of where the dataset has them.
    """
    writer = _Writer(register, find)
    writer.write()
    return RegisterGraphs(writer.open, writer.restricted)


def post_role_iri(role: str) -> URIRef:
    """The concept of a role: ``safety_deputy`` → ``concept/post-safety-deputy``."""
    return instance("concept", f"post-{role.replace('_', '-')}")


class _Writer:
    """Adds the triples of one register to its open or restricted graph."""

    def __init__(self, register: Register, find: Callable[[str], str]) -> None:
        self.register = register
        self.find = find
        self.open = Graph(bind_namespaces="none")
        self.restricted = Graph(bind_namespaces="none")
        persons = sorted({str(row.cells["person_id"]) for row in register.rows if row.table == "persons"})
        self.people = {person: self.iri("person", f"{_slug(register.name)}-{n}") for n, person in enumerate(persons, 1)}
        self.numbered: dict[str, URIRef] = {}

    def iri(self, *parts: str) -> URIRef:
        return URIRef(self.find(f"id/{'/'.join(parts)}"))

    def write(self) -> None:
        register = self.register
        node = self.iri("register", _slug(register.name))
        for kind in (PG.Register, PROV.Entity):
            self.open.add((node, RDF.type, kind))
        if register.label:
            self.open.add((node, RDFS.label, Literal(register.label, lang="zh")))
        self.open.add((node, PG.synthetic, Literal(register.synthetic)))
        self.open.add((node, PG.publicRegister, Literal(register.public)))
        nodes = {
            id(row): self.iri("record", f"{_slug(register.name)}-{number}")
            for number, row in enumerate(register.rows, start=1)
        }
        self.numbered = {name: nodes[id(rows[0])] for name, rows in register.records.items()}
        for row in register.rows:
            self.row(self.restricted if is_restricted(row, register) else self.open, row, nodes[id(row)])

    def row(self, graph: Graph, row: Row, node: URIRef) -> None:
        if row.table == "enterprises":
            self.enterprise(graph, row)
            return
        if row.table == "persons":
            self.post(graph, row, node)
            return
        table = TABLE[row.table]
        graph.add((node, RDF.type, PG[table.record] if table.record else PG.SourceCoverage))
        self.name(graph, node, f"{table.label} {row.text('record_id') or ''}".strip())
        if table.record:
            graph.add((node, RDF.type, CCCEV.Evidence))
            graph.add((node, DCTERMS.identifier, Literal(row.text("record_id") or slug_of(str(node)))))
        subject = self.subject(row)
        if subject is not None:
            graph.add((node, PG.about, subject))
            if table.link:
                graph.add((subject, PG[table.link], node))
        if row.text("person_id") is not None and row.text("uscc") is not None:
            graph.add((node, PG.atEnterprise, self.iri("entity", str(row.cells["uscc"]))))
        if self.register.synthetic:
            graph.add((node, PG.synthetic, Literal(True)))
        for column in table.columns:
            value = row.cells.get(column.name)
            if value is not None and column.term:
                graph.add((node, PG[column.term], self.value(column, value)))

    def name(self, graph: Graph, node: URIRef, name: str) -> None:
        """What a thing is called, in the terms of CCCEV and for everybody."""
        for term in (DCTERMS.title, RDFS.label):
            graph.add((node, term, Literal(name, lang="zh")))

    def value(self, column: Column, value: Value) -> Node:
        if column.kind == "condition":
            return self.iri("condition", str(value))
        if column.kind == "table":
            return PG[str(TABLE[str(value)].record)]
        return self.numbered.get(str(value), Literal(value)) if column.kind == "record" else Literal(value)

    def subject(self, row: Row) -> URIRef | None:
        person, uscc = row.text("person_id"), row.text("uscc")
        if person is not None:
            return self.people[person]
        return self.iri("entity", uscc) if uscc is not None else None

    def enterprise(self, graph: Graph, row: Row) -> None:
        uscc = str(row.cells["uscc"])
        node, identifier = self.iri("entity", uscc), self.iri("entity", uscc, "identifier")
        graph.add((node, RDF.type, LEGAL.LegalEntity))
        for term in (LEGAL.legalName, RDFS.label):
            graph.add((node, term, Literal(str(row.cells["name"]), lang="zh")))
        graph.add((node, LEGAL.legalIdentifier, identifier))
        graph.add((identifier, RDF.type, ADMS.Identifier))
        graph.add((identifier, SKOS.notation, Literal(uscc)))
        graph.add((node, PG.regionCode, Literal(str(row.cells["region"]))))
        graph.add((node, DCTERMS.isPartOf, self.iri("register", _slug(self.register.name))))
        if "industry" in row.cells:
            graph.add((node, PG.industry, Literal(str(row.cells["industry"]))))
        if self.register.synthetic:
            graph.add((node, PG.synthetic, Literal(True)))

    def post(self, graph: Graph, row: Row, node: URIRef) -> None:
        person = self.people[str(row.cells["person_id"])]
        graph.add((person, RDF.type, PG.ResponsiblePerson))
        graph.add((person, RDFS.label, Literal(str(row.cells["person_id"]), lang="zh")))
        graph.add((person, PG.personNumber, Literal(str(row.cells["person_id"]))))
        if "name" in row.cells:
            graph.add((node, FOAF.name, Literal(str(row.cells["name"]))))
        graph.add((node, RDF.type, ORG.Membership))
        graph.add((node, ORG.member, person))
        graph.add((node, ORG.organization, self.iri("entity", str(row.cells["uscc"]))))
        graph.add((node, ORG.role, post_role_iri(str(row.cells["role"]))))
        for name, term in (("from", PG.postFrom), ("to", PG.postTo)):
            day = row.day(name)
            if day is not None:
                graph.add((node, term, Literal(day)))


def _slug(name: str) -> str:
    """An ASCII slug for a register's name; other characters become their code points."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else f"x{ord(c):x}" for c in name) or "register"


def neighbourhood_query() -> str:
    """The CONSTRUCT that cuts the facts of one enterprise (variable ``?entity``) out of a register in a store.

    What it yields is read back with ``register_of``, so that one enterprise out of millions is decided without
    loading the others.
    """
    return files("policygraph.keeping.registers").joinpath("neighbourhood.rq").read_text(encoding="utf-8")


def register_of(graph: Graph, name: str) -> Register:
    """The register that a graph holds: the inverse of ``register_graphs`` over the union of its two graphs.

    Also reads the neighbourhood of a single enterprise cut out of a store.
    """
    reader = _Graphs(graph)
    node = next(iter(sorted(graph.subjects(RDF.type, PG.Register), key=str)), None)
    label = graph.value(node, RDFS.label) if node is not None else None
    flags = [node is not None and str(graph.value(node, term)) == "true" for term in (PG.synthetic, PG.publicRegister)]
    return make_register(name, reader.rows(), label=str(label or ""), synthetic=flags[0], public=flags[1])


class _Graphs:
    """Reads the rows of a register back from a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.codes = {
            entity: str(graph.value(identifier, SKOS.notation))
            for entity, identifier in graph.subject_objects(LEGAL.legalIdentifier)
        }
        self.people = {person: str(number) for person, number in graph.subject_objects(PG.personNumber)}

    def rows(self) -> Iterable[Row]:
        graph = self.graph
        for entity, code in self.codes.items():
            cells: dict[str, Value] = {
                "uscc": code,
                "name": str(graph.value(entity, LEGAL.legalName)),
                "region": str(graph.value(entity, PG.regionCode)),
            }
            industry = graph.value(entity, PG.industry)
            yield Row("enterprises", cells | ({"industry": str(industry)} if industry is not None else {}))
        for post in graph.subjects(RDF.type, ORG.Membership):
            yield Row("persons", self.post(post))
        for table in (*RECORD_TABLES, TABLE["coverage"]):
            kind = PG[table.record] if table.record else PG.SourceCoverage
            for node in graph.subjects(RDF.type, kind):
                yield Row(table.name, self.record(table, node))

    def post(self, node: Node) -> dict[str, Value]:
        graph = self.graph
        roles = {post_role_iri(role): role for role in ROLES}
        cells: dict[str, Value] = {
            "person_id": self.people[graph.value(node, ORG.member) or node],
            "uscc": self.codes.get(graph.value(node, ORG.organization) or node) or self.code(node, ORG.organization),
            "role": roles.get(URIRef(str(graph.value(node, ORG.role))), str(graph.value(node, ORG.role))),
        }
        name = graph.value(node, FOAF.name)
        if name is not None:
            cells["name"] = str(name)
        for column, term in (("from", PG.postFrom), ("to", PG.postTo)):
            value = graph.value(node, term)
            if isinstance(value, Literal):
                cells[column] = _python(value)
        return cells

    def code(self, node: Node, term: URIRef) -> str:
        """The code of an enterprise from its IRI, for entities whose description is not in this graph."""
        return slug_of(str(self.graph.value(node, term))).removeprefix("entity/")

    def record(self, table: Table, node: Node) -> dict[str, Value]:
        graph = self.graph
        cells: dict[str, Value] = {}
        subject = graph.value(node, PG.about)
        if subject in self.people:
            cells["person_id"] = self.people[subject]
            if graph.value(node, PG.atEnterprise) is not None:
                cells["uscc"] = self.code(node, PG.atEnterprise)
        elif subject is not None:
            cells["uscc"] = self.code(node, PG.about)
        for column in table.columns:
            value = graph.value(node, PG[column.term]) if column.term else None
            if value is None:
                continue
            if column.kind == "condition":
                cells[column.name] = slug_of(str(value)).removeprefix("condition/")
            elif column.kind == "record":
                cells[column.name] = str(graph.value(value, PG.recordNumber) or value)
            elif column.kind == "table":
                names = {PG[str(known.record)]: known.name for known in RECORD_TABLES}
                cells[column.name] = names.get(URIRef(str(value)), str(value))
            elif isinstance(value, Literal):
                cells[column.name] = _python(value)
        return cells


def _python(value: Literal) -> Value:
    """The value of a literal as a register cell holds it; text where the datatype is not one of ours."""
    if value.datatype in (XSD.date, XSD.boolean, XSD.integer, XSD.decimal):
        known = value.toPython()
        if isinstance(known, date | bool | int | Decimal):
            return known
    return str(value)
