"""Review of a document: what a careful reader would mark in the margin, each mark with its place, words and remedy.

The rules are SHACL-SPARQL shapes (``shapes/review/*.ttl``), so that a lawyer can read and change them and any SHACL
engine can run them. Here they are asked as plain queries of an engine that the caller brings: pySHACL evaluates such
a constraint once for every focus node and was not done with the five documents after four minutes, while the same
SELECTs with ``$this`` left open take a quarter of a second and find the same nodes (a test holds the two against each
other). Each finding is kept as an ``sh:ValidationResult``.

A finding points at words and never changes them. This module opens no file and no engine, knows no document, and
does not judge whether a basis still holds on a day (that is ``queries/basis-health.rq``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Node

from policygraph.graph.memory import make_graph
from policygraph.namespaces import ELI, PG, base_of, instance, slug_of


class Select(Protocol):
    """Asks a SELECT of the whole public graph, with values for some of its variables, and gives its solutions."""

    def __call__(self, text: str, /, **values: Node) -> Iterable[Mapping[str, Node]]: ...


_CLASSES = "SELECT ?this ?class WHERE { ?this a ?class }"


@dataclass(frozen=True, slots=True)
class ReviewShape:
    """One rule of review: its code, severity, target class, query, and what it says in both languages."""

    iri: URIRef
    code: str
    severity: URIRef
    target: URIRef
    select: str
    messages: tuple[Literal, ...]
    remedies: tuple[Literal, ...]
    labels: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One mark in the margin; ``clause`` and ``quote`` are None when the fault is that something is absent."""

    code: str
    severity: URIRef
    shape: URIRef
    focus: URIRef
    document: URIRef
    clause: URIRef | None
    quote: str | None
    value: Node | None
    messages: tuple[Literal, ...]
    remedies: tuple[Literal, ...]
    labels: tuple[Literal, ...]


def review_graph(select: Select, shapes: Graph) -> Graph:
    """Every finding of the review shapes as RDF, for the graph that ``select`` asks; empty when nothing is found."""
    return describe_findings(find_findings(select, read_shapes(shapes)))


def read_shapes(shapes: Graph) -> tuple[ReviewShape, ...]:
    """The review shapes of a graph, by code; empty when it has none."""
    found = []
    for iri in shapes.subjects(PG.findingCode, None):
        constraint = shapes.value(iri, SH.sparql)
        target = shapes.value(iri, SH.targetClass)
        severity = shapes.value(iri, SH.severity)
        assert isinstance(iri, URIRef)
        assert isinstance(target, URIRef)
        assert isinstance(severity, URIRef)
        assert constraint is not None
        prefixes = sorted(
            f"PREFIX {shapes.value(item, SH.prefix)}: <{shapes.value(item, SH.namespace)}>"
            for holder in shapes.objects(constraint, SH.prefixes)
            for item in shapes.objects(holder, SH.declare)
        )
        found.append(
            ReviewShape(
                iri,
                str(shapes.value(iri, PG.findingCode)),
                severity,
                target,
                "\n".join((*prefixes, str(shapes.value(constraint, SH.select)))),
                _literals(shapes, constraint, SH.message),
                _literals(shapes, iri, PG.remedy),
                _literals(shapes, iri, RDFS.label),
            )
        )
    return tuple(sorted(found, key=lambda shape: shape.code))


def find_findings(select: Select, shapes: Iterable[ReviewShape]) -> tuple[Finding, ...]:
    """What the shapes find, in the order of document, code and place; empty when nothing is found."""
    found: dict[tuple[str, ...], Finding] = {}
    classes: dict[Node, set[Node]] = {}
    for shape in shapes:
        for row in select(shape.select):
            this, document = row.get("this"), row.get("document")
            if not (isinstance(this, URIRef) and isinstance(document, URIRef)):
                continue
            if this not in classes:
                classes[this] = {kind["class"] for kind in select(_CLASSES, this=this)}
            if shape.target in classes[this]:
                finding = _make_finding(shape, this, document, row)
                found[(str(document), shape.code, finding.clause or "", finding.quote or "", str(this))] = finding
    return tuple(found[key] for key in sorted(found))


def _make_finding(shape: ReviewShape, this: URIRef, document: URIRef, row: Mapping[str, Node]) -> Finding:
    clause, quote = row.get("clause"), row.get("quote")
    return Finding(
        shape.code,
        shape.severity,
        shape.iri,
        this,
        document,
        clause if isinstance(clause, URIRef) and quote is not None else None,
        None if clause is None or quote is None else str(quote),
        row.get("value"),
        tuple(Literal(fill_message(str(message), row), lang=message.language) for message in shape.messages),
        tuple(Literal(fill_message(str(remedy), row), lang=remedy.language) for remedy in shape.remedies),
        shape.labels,
    )


# {?quote} · {$this} · {?known};  not: {quote}
_SLOT = re.compile(r"\{[?$](?P<name>\w+)\}", re.VERBOSE)


def fill_message(template: str, row: Mapping[str, Node]) -> str:
    """A message with the values of a solution in its slots (SHACL, section 5.3.2); a slot without a value stays.

    >>> fill_message("“{?quote}”疑为“{?value}”之误。", {"quote": Literal("崎地区"), "value": Literal("跨地区")})
    '“崎地区”疑为“跨地区”之误。'
    """
    return _SLOT.sub(
        lambda slot: " ".join(slug_of(str(row[slot["name"]])).split()) if slot["name"] in row else slot.group(),
        template,
    )


def describe_findings(findings: Iterable[Finding]) -> Graph:
    """Findings as ``pg:Finding`` (an ``sh:ValidationResult``), numbered within document and code."""
    graph = make_graph()
    counters: dict[tuple[str, str], int] = {}
    for finding in findings:
        slug = slug_of(str(finding.document)).removeprefix("doc/")
        number = counters[(slug, finding.code)] = counters.get((slug, finding.code), 0) + 1
        node = instance("finding", slug, finding.code, str(number), base=base_of(str(finding.document)))
        graph.add((node, RDF.type, PG.Finding))
        graph.add((node, RDF.type, SH.ValidationResult))
        graph.add((node, PG.document, finding.document))
        graph.add((node, PG.findingCode, Literal(finding.code)))
        graph.add((node, PG.order, Literal(number)))
        graph.add((node, SH.focusNode, finding.focus))
        graph.add((node, SH.sourceShape, finding.shape))
        graph.add((node, SH.sourceConstraintComponent, SH.SPARQLConstraintComponent))
        graph.add((node, SH.resultSeverity, finding.severity))
        if finding.value is not None:
            graph.add((node, SH.value, finding.value))
        if finding.clause is not None and finding.quote is not None:
            graph.add((node, PG.clause, finding.clause))
            graph.add((node, PG.quote, Literal(finding.quote)))
        for term, words in (
            (SH.resultMessage, finding.messages),
            (PG.remedy, finding.remedies),
            (RDFS.label, finding.labels),
        ):
            for word in words:
                graph.add((node, term, word))
    return graph


# 资金资金 · 工作工作;  not: 人人, 一步一步（跨标点）
_DOUBLED = re.compile(r"(?P<word>[\u4e00-\u9fff]{2,6})(?P=word)", re.VERBOSE)


def find_doubled_words(text: str) -> tuple[str, ...]:
    """Words of two to six characters printed twice in a row, as printed; empty when there is none.

    >>> find_doubled_words("(五) 给予财政资金资金使用支持")
    ('资金资金',)
    >>> find_doubled_words("人人关注安全，个个遵章守纪")
    ()
    """
    return tuple(match.group() for match in _DOUBLED.finditer(text))


def observe_clauses(clauses: Graph) -> Graph:
    """What a query cannot see in the words of leaf clauses: doubled words (SPARQL has no back-reference)."""
    graph = make_graph()
    parents = set(clauses.objects(None, ELI.is_part_of))
    for clause, text in clauses.subject_objects(PG.text):
        if clause not in parents:
            for words in find_doubled_words(str(text)):
                graph.add((clause, PG.doubledWord, Literal(words)))
    return graph


def _literals(graph: Graph, subject: Node, predicate: URIRef) -> tuple[Literal, ...]:
    found = [value for value in graph.objects(subject, predicate) if isinstance(value, Literal)]
    return tuple(sorted(found, key=lambda value: (value.language or "", str(value))))
