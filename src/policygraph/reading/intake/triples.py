"""A file of triples that somebody sends → its triples, as plain values that a process can hand to another.

Reading Turtle recurses as deep as its brackets nest and holds all of it in memory, so a service lets it be done in the
process of ``worker``. Who reads a file of her own reads it here, by the same function. What a triple means is not
known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from policygraph.errors import InputError
from policygraph.reading.intake.workbooks import decode

Told = list[str | None]
"""A term: its kind, its text, and of a literal its language and datatype."""
Triple = tuple[Node, Node, Node]


def read_turtle(place: str, data: bytes) -> Graph:
    """The triples of a file in UTF-8 or GB18030. Errors: ``InputError`` for what is no Turtle, or nests too deep."""
    text, _ = decode(data, place)
    try:
        return Graph(bind_namespaces="none").parse(data=text, format="turtle")
    except (BadSyntax, ParserError) as error:
        raise InputError(place, f"不是有效的 Turtle：{str(error).splitlines()[0]}", "检查语法") from error
    except RecursionError:
        raise InputError(place, "括号嵌套太深，不能读取", "检查语法，或改用 CSV") from None


def read_graph(place: str, data: bytes) -> str:
    """The triples of a file as N-Triples, in the order of the file; its form is told by its name, else it is Turtle.

    Errors: ``InputError`` for what cannot be read as that form, or names graphs.

    >>> read_graph("a.ttl", b"<urn:a> <urn:p> 1, 2 .").splitlines()[1]
    '<urn:a> <urn:p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .'
    """
    form = ox.RdfFormat.from_extension(PurePath(place).suffix.lstrip(".")) or ox.RdfFormat.TURTLE
    try:
        return "".join(f"{quad.triple} .\n" for quad in ox.parse(data, format=form, without_named_graphs=True))
    except (SyntaxError, ValueError) as error:
        raise InputError(place, f"不能读作 RDF（{error}）", "请给出 .ttl、.nt 或 .rdf 文件") from error


def tell_triples(graph: Iterable[Triple]) -> list[list[Told]]:
    """Triples as values of JSON."""
    return [[_tell(term) for term in triple] for triple in graph]


def hear_triples(told: Iterable[Iterable[Told]]) -> Iterator[Triple]:
    """The inverse of ``tell_triples``.

    >>> a, b = URIRef("https://example.org/a"), BNode("b")
    >>> said = [(a, a, b), (b, a, Literal("甲", lang="zh")), (b, a, Literal("x", datatype=a)), (a, a, Literal("01"))]
    >>> list(hear_triples(tell_triples(said))) == said
    True
    """
    for terms in told:
        subject, predicate, value = (_hear(*term) for term in terms)
        yield subject, predicate, value


def _tell(term: Node) -> Told:
    if isinstance(term, Literal):
        return ["literal", str(term), term.language, None if term.datatype is None else str(term.datatype)]
    return ["blank" if isinstance(term, BNode) else "iri", str(term)]


def _hear(kind: str | None, text: str | None, language: str | None = None, datatype: str | None = None) -> Node:
    words = text or ""
    if kind != "literal":
        return BNode(words) if kind == "blank" else URIRef(words)
    return Literal(words, lang=language, datatype=None if datatype is None else URIRef(datatype))
