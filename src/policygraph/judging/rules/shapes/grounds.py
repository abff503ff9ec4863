"""What a reported shape looks at: its period, the tables it wants complete, the posts and the records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from policygraph.judging.rules.asof import COMPLETENESS, coverage_terms
from policygraph.judging.rules.facts import COVERABLE, NUMBERS, RECORD_TABLES, ROLES, TABLE
from policygraph.judging.rules.shapes.values import Look
from policygraph.judging.rules.terms import as_of_link, class_word
from policygraph.namespaces import PG


def find_window(part: Graph, iri: URIRef) -> tuple[int, bool] | None:
    """The window in months of a forbidden-record shape, and whether its last day is out; None when it has none."""
    for term, is_open in ((PG.monthsAgo, False), (PG.monthsAgoOpen, True)):
        for node in part.subjects(SH.path, term):
            limit = part.value(node, SH.maxInclusive)
            if isinstance(limit, Literal) and any(
                node in part.objects(s, SH.property) for s in part.objects(iri, SH["not"])
            ):
                return int(limit), is_open
    return None


_COVERS: Mapping[Node, str] = {
    **{PG[item.of_table(TABLE[table]).name]: table for table in COVERABLE for item in COMPLETENESS},
    **{PG[item.term.name]: item.of_table for table in RECORD_TABLES for item in coverage_terms(table)},
}
_FIELD_COVERS: dict[Node, str] = {PG[f"{class_word(table)}FieldCoverage"]: table for table in COVERABLE}
_COVERS_FROM: dict[Node, str] = {PG[f"{class_word(table)}CoversFrom"]: table for table in COVERABLE}
_COVERS_AS_OF: dict[Node, str] = {PG[f"{class_word(table)}CoversAsOf"]: table for table in COVERABLE}
_LINKS: dict[Node, str] = {PG[str(table.link)]: table.name for table in RECORD_TABLES}
_NUMBERS: dict[Node, str] = {
    PG[column.term]: column.term
    for table in RECORD_TABLES
    for column in table.columns
    if column.in_view and column.kind in NUMBERS
}
_POSTS: dict[Node, str] = {PG[as_of_link(role)]: role for role in ROLES}


def find_grounds(part: Graph) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The tables whose completeness a shape asks for, the single fields that are enough, and the posts it looks at."""
    paths = set(part.objects(None, SH.path))
    terms = paths.union(part.objects(None, RDF.first))
    covers = {_COVERS[term] for term in terms if term in _COVERS}
    fields: set[str] = set()
    for path in paths & _FIELD_COVERS.keys():
        covers.add(_FIELD_COVERS[path])
        fields |= _fields_enough(part, _FIELD_COVERS[path]) or set()
    roles = {_POSTS[term] for term in terms if term in _POSTS}
    return tuple(sorted(covers)), tuple(sorted(fields)), tuple(sorted(roles))


def _fields_enough(part: Graph, table: str) -> set[str] | None:
    """The fields for which alone a table may be complete; None where a shape does not ask for single fields."""
    nodes = list(part.subjects(SH.path, PG[f"{class_word(table)}FieldCoverage"]))
    nested = [shape for node in nodes for shape in part.objects(node, SH.qualifiedValueShape)]
    return {word for shape in nested for word in _words_of(part, shape, PG.field)} if nodes else None


def _words_of(part: Graph, node: Node, term: URIRef) -> set[str]:
    """The values that a term of a node has to have."""
    inner = [one for one in part.objects(node, SH.property) if part.value(one, SH.path) == term]
    return {str(value) for one in inner for value in part.objects(one, SH.hasValue)}


def _inside(part: Graph, table: str) -> tuple[str, ...]:
    return tuple(sorted(_fields_enough(part, table) or ()))


def find_looks(part: Graph) -> tuple[Look, ...]:
    """The tables that have to be complete on the as-of day, or since a day without a gap, with that day."""
    found: set[Look] = set()
    for path in set(part.objects(None, SH.path)):
        if path in _COVERS_AS_OF:
            found.add(Look(_COVERS_AS_OF[path], _inside(part, _COVERS_AS_OF[path])))
        for node in part.subjects(SH.path, path) if path in _COVERS_FROM else ():
            bound = part.value(node, SH.maxInclusive)
            if isinstance(bound, Literal) and isinstance(bound.toPython(), date):
                found.add(Look(_COVERS_FROM[path], _inside(part, _COVERS_FROM[path]), bound.toPython()))
    return tuple(sorted(found, key=lambda look: (look.table, look.since or date.min)))


def find_measured(part: Graph) -> tuple[str, ...]:
    """The numbers of records that a shape holds against a bound, by the properties that carry them."""
    return tuple(sorted(_NUMBERS[path] for path in set(part.objects(None, SH.path)) if path in _NUMBERS))


def find_later(part: Graph, condition: str) -> tuple[Look, ...]:
    """The tables, and fields, of the records that a shape holds against the determination about its condition."""
    found: set[Look] = set()
    for test in part.subjects(SH.path, PG.sinceDetermination):
        if (test, SH.hasValue, URIRef(condition)) not in part:
            continue
        for record in part.subjects(SH.property, test):
            inside = tuple(sorted(_words_of(part, record, PG.field)))
            for word in (SH.qualifiedValueShape, SH["not"]):
                for holder in part.subjects(word, record):
                    path = part.value(holder, SH.path)
                    steps = set(part.transitive_objects(path, None)) if path is not None else set()
                    found |= {Look(name, inside) for link, name in _LINKS.items() if link in steps}
    return tuple(sorted(found, key=lambda look: (look.table, look.fields)))
