"""Statements as Turtle, the one writer: canonical where we wrote the file, in place where a person did.

A file that this program wrote says so in its first line. It is written anew each time: one block a subject, in one
order, properties in one order, so that the same statements always give the same bytes and a diff shows what changed.
A file that somebody wrote by hand has comments, an order and a layout of its own, and they are kept: a changed subject
replaces its own block where it stands, a new one goes to the end, and everything else stays byte for byte. Whether the
new text says exactly what it should is proved by parsing it; where that fails nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, ORG, RDF, RDFS, SH, SKOS, XSD
from rdflib.term import Node

from policygraph.errors import DataError
from policygraph.graph.blanks import skolemise
from policygraph.graph.memory import make_graph
from policygraph.keeping.terms import parse_turtle
from policygraph.namespaces import BASE, CPOV, ELI, PG, PREFIXES, slug_of

Triple = tuple[URIRef, URIRef, URIRef | Literal]

MARK = "# policygraph "
"""How the first line of a file begins that this program wrote."""
_PREFIXES = {
    "pg": str(PG), "dcterms": str(DCTERMS), "rdfs": str(RDFS), "skos": str(SKOS), "xsd": str(XSD),
}  # fmt: skip
_SELDOM = {
    "cv": str(CPOV), "eli": str(ELI), "oa": PREFIXES["oa"], "org": str(ORG), "prov": PREFIXES["prov"], "sh": str(SH),
}  # fmt: skip
"""Declared only in a file that uses them."""
_FIRST = (
    RDF.type, PG.actOf, PG.procedure, PG.procedureKind, PG.order, SKOS.notation, SKOS.prefLabel, DCTERMS.title,
    PG.document, PG.clause, PG.quote, PG.quotation, PG.statedIn, PG.action, PG.policyArea, PG.addressee,
    PG.addresseeAsWritten, PG.addresseeGround, PG.force, PG.forceAsWritten, PG.effect, PG.direction, PG.lawfully,
    PG.result, PG.name, PG.condition, PG.part, PG.decides, PG.kindOfCondition, PG.period, PG.inTable, PG.where,
    PG.recordsOf, PG.ground, PG.complete, PG.line, SH.message,
)  # fmt: skip
_RANK: dict[Node, int] = {term: place for place, term in enumerate(_FIRST)}
# a token that a full stop inside does not end: comment, string, IRI; and brackets; and the full stop of a statement
_TOKENS = re.compile(
    r'''
    (?P<comment> \#[^\n]* )
    | (?P<string> """(?:[^"\\]|\\.|"(?!""))*""" | \'\'\'(?:[^'\\]|\\.|'(?!\'\'))*\'\'\' | "(?:[^"\\\n]|\\.)*"
        | '(?:[^'\\\n]|\\.)*' )
    | (?P<iri> <[^<>"{}|^`\\\s]*> )
    | (?P<open> [\[(] ) | (?P<close> [\])] )
    | (?P<stop> \. (?= \s | \Z | \# ) )
    | (?P<space> \s+ )
    | (?P<other> [^\s"'<>\[\]().\#;,]+ | . )
    ''',
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A statement of a Turtle file with what stands before it: comments, blank lines."""

    before: str
    text: str


def is_ours(text: str) -> bool:
    """Whether a file was written by this program, and may be written anew."""
    return text.startswith(MARK)


def statements_of(graph: Graph, subject: Node) -> Graph:
    """What a graph says of a subject, the blank nodes that stand in it included."""
    found = make_graph()
    pending = [subject]
    seen: set[Node] = set()
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        for _, term, value in graph.triples((node, None, None)):
            found.add((node, term, value))
            if isinstance(value, BNode):
                pending.append(value)
    return found


def write_block(graph: Graph, subject: URIRef, base: str = BASE) -> str:
    """One subject with everything said of it, its terms in one order.

    >>> data = "@prefix pg: <https://w3id.org/policygraph/ns#> . @base <https://w3id.org/policygraph/id/> . "
    >>> graph = Graph().parse(data=data + '<a/1> pg:quote "限制" ; a pg:Act ; pg:order 1 .')
    >>> print(write_block(graph, URIRef("https://w3id.org/policygraph/id/a/1")))
    <a/1> a pg:Act ;
        pg:order 1 ;
        pg:quote "限制" .
    """
    lines = _lines(graph, subject, base)
    return f"{_name(subject, base)} " + " ;\n    ".join(lines) + " ."


def write_file(graph: Graph, opening: str, base: str = BASE) -> str:
    """All statements of a graph as the text of a file of ours; ``opening`` is its first line, without the mark."""
    subjects = {node for node in graph.subjects() if isinstance(node, URIRef)}
    blocks = [write_block(graph, subject, base) for subject in sorted(subjects, key=lambda s: _key(graph, s))]
    return "\n\n".join([f"{MARK}{opening}\n{prologue(base, blocks).rstrip()}", *blocks]) + "\n"


def write_statements(statements: Iterable[Triple], base: str = BASE) -> str:
    """Statements as a text that a person goes on with: its prologue, then the subjects in the order given.

    >>> from policygraph.namespaces import instance
    >>> a, b = instance("doc", "b"), instance("doc", "a")
    >>> print(write_statements([(a, PG.quote, Literal("甲")), (b, PG.order, Literal(1))]))
    @base <https://w3id.org/policygraph/id/> .
    @prefix dcterms: <http://purl.org/dc/terms/> .
    @prefix pg: <https://w3id.org/policygraph/ns#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    <BLANKLINE>
    <doc/b> pg:quote "甲" .
    <BLANKLINE>
    <doc/a> pg:order 1 .
    <BLANKLINE>
    """
    subjects: dict[URIRef, Graph] = {}
    for subject, term, value in statements:
        subjects.setdefault(subject, make_graph()).add((subject, term, value))
    blocks = [write_block(said, subject, base) for subject, said in subjects.items()]
    return "\n\n".join([prologue(base, blocks).rstrip(), *blocks]) + "\n"


def change_file(text: str, changes: Mapping[URIRef, Graph | None], place: str, opening: str, base: str = BASE) -> str:
    """The text of a file after some subjects say something else; None takes a subject away.

    ``text`` is empty for a file there is none of yet. Errors: ``DataError`` for a file that is no Turtle, or one whose
    layout this program cannot change without touching the rest.
    """
    before = parse(text, place, base) if text else make_graph()
    wanted = apply_changes(before, changes)
    if not text or is_ours(text):
        return write_file(wanted, opening, base)
    after = _change_in_place(text, changes, base)
    if _said(parse(after, place, base)) != _said(wanted):
        raise DataError(
            place,
            "这个文件是手写的，它的写法不能只改一处而不动其余",
            "请让每个主语只在一处写、每条陈述以“ .”结束，再重做；或者手工改这个文件",
        )
    return after


def parse(text: str, place: str, base: str = BASE) -> Graph:
    """The statements of a Turtle text. Errors: ``DataError`` with the place."""
    return parse_turtle(text, place, f"{base}id/")


def apply_changes(graph: Graph, changes: Mapping[URIRef, Graph | None]) -> Graph:
    """What a graph says after some subjects say something else; None takes a subject away."""
    after = make_graph(graph)
    for subject, new in changes.items():
        for triple in statements_of(after, subject):
            after.remove(triple)
        for triple in new or ():
            after.add(triple)
    return after


def _said(graph: Graph) -> set[tuple[Node, Node, Node]]:
    return set(skolemise(graph))


def _change_in_place(text: str, changes: Mapping[URIRef, Graph | None], base: str) -> str:
    blocks, rest = _split(text)
    own = f"{base}id/"
    for block in blocks:
        declared = re.fullmatch(r"@base\s+<([^>]+)>\s*\.", block.text.strip())
        own = declared[1] if declared else own
    out: list[str] = []
    placed: set[URIRef] = set()
    for block in blocks:
        subject = _subject(block.text, own)
        if subject is None or subject not in changes:
            out.append(block.before + block.text)
            continue
        new = changes[subject]
        if new is None or subject in placed:
            out.append(block.before.rstrip(" \t") if block.before.strip() else "")
            continue
        placed.add(subject)
        out.append(block.before + write_block(new, subject, base))
    added = [
        write_block(new, subject, base)
        for subject, new in sorted(changes.items(), key=lambda pair: natural(str(pair[0])))
        if new is not None and subject not in placed
    ]
    whole = "".join(out) + rest
    needed = [line for line in prologue(base, added).splitlines() if line.startswith("@prefix") and line not in whole]
    missing = [line for line in needed if added and f" {line.split()[1]}" not in whole]
    tail = "\n\n".join(["\n".join(missing)] * bool(missing) + added)
    return whole if not tail else f"{whole.rstrip()}\n\n{tail}\n"


def _split(text: str) -> tuple[list[Block], str]:
    """The statements of a text, each with what stands before it, and what stands behind the last."""
    blocks: list[Block] = []
    begin = start = depth = 0
    inside = False
    for token in _TOKENS.finditer(text):
        kind = token.lastgroup
        if kind in ("comment", "space"):
            continue
        if not inside:
            start, inside = token.start(), True
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif kind == "stop" and depth == 0:
            blocks.append(Block(text[begin:start], text[start : token.end()]))
            begin, inside = token.end(), False
    return blocks, text[begin:]


def _subject(statement: str, own: str) -> URIRef | None:
    """The subject of a statement that begins with an IRI in angle brackets; None for any other."""
    match = re.match(r"<([^>]*)>", statement)
    if match is None:
        return None
    written = match[1]
    return URIRef(written if re.match(r"[a-z][a-z0-9+.-]*:", written) else own + written)


def prologue(base: str, blocks: Iterable[str] | None = None) -> str:
    """What blocks need in front of them to be a Turtle file; whatever any block may need where none are told."""
    told = None if blocks is None else "\n".join(blocks)
    seldom = {name: space for name, space in _SELDOM.items() if told is None or re.search(rf"(?<!\w){name}:", told)}
    known = sorted({**_PREFIXES, **seldom}.items())
    return "\n".join([f"@base <{base}id/> .", *(f"@prefix {name}: <{space}> ." for name, space in known)]) + "\n"


def _key(graph: Graph, subject: URIRef) -> tuple[str, tuple[tuple[int, str, int], ...]]:
    """Statements of one kind together, then by the parts of the IRI with numbers as numbers."""
    return slug_of(str(subject)).split("/", 1)[0], natural(str(subject))


def natural(text: str) -> tuple[tuple[int, str, int], ...]:
    """A key that puts a/2 before a/10.

    >>> sorted(["a/10", "a/2"], key=natural)
    ['a/2', 'a/10']
    """
    return tuple((1, "", int(part)) if part.isdigit() else (0, part, 0) for part in re.split(r"(\d+)", text) if part)


def _lines(graph: Graph, node: Node, base: str, between: str = " ,\n        ") -> list[str]:
    terms: dict[Node, list[Node]] = {}
    for term, value in graph.predicate_objects(node):
        terms.setdefault(term, []).append(value)
    order = sorted(terms, key=lambda term: (_RANK.get(term, len(_RANK)), str(term)))
    return [_line(graph, term, terms[term], base, between) for term in order]


def _line(graph: Graph, term: Node, values: Iterable[Node], base: str, between: str) -> str:
    written = sorted({_write(graph, value, base) for value in values}, key=natural)
    word = "a" if term == RDF.type else _name(term, base)
    return f"{word} " + between.join(written)


def _write(graph: Graph, value: Node, base: str) -> str:
    if isinstance(value, BNode) and (value, RDF.first, None) in graph:
        items = [_write(graph, item, base) for item in graph.items(value)]
        between = "\n        " if any(item.startswith("[") for item in items) else " "
        return f"({between}{between.join(items)} )"
    if isinstance(value, BNode):
        return "[ " + " ; ".join(_lines(graph, value, base, " , ")) + " ]"
    return _literal(value, base) if isinstance(value, Literal) else _name(value, base)


def _literal(value: Literal, base: str) -> str:
    if value.datatype in (XSD.integer, XSD.boolean):
        return str(value)
    quoted = '"' + "".join(_escape(str(value))) + '"'
    if value.language:
        return f"{quoted}@{value.language}"
    return quoted if value.datatype is None else f"{quoted}^^{_name(value.datatype, base)}"


def _escape(text: str) -> Iterator[str]:
    named = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    yield from (named.get(character, character) for character in text)


def _name(node: Node, base: str) -> str:
    text = str(node)
    for prefix, namespace in (*_PREFIXES.items(), *_SELDOM.items()):
        local = text.removeprefix(namespace)
        if local != text and re.fullmatch(r"[A-Za-z][\w-]*", local):
            return f"{prefix}:{local}"
    own = f"{base}id/"
    return f"<{text.removeprefix(own)}>"
