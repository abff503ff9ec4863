"""The codebook: the same questions put to every document, each answered in its words or with the reason why not.

A question (``ontology/concepts/questions.ttl``) is answered by a query over what the graph states already, or by an
editor who quotes the clause (``data/documents/*/answers.ttl``). Here both are brought into one form, an answer for
every question and document: never merged by place, never guessed. Where nobody looked the answer is 未整理; 未规定 is
told only where an editor said so, or where a query found nothing and the kinds of content it rests on were read to
the end. What contradicts itself (two answers to a question that has one, a value that the question does not allow, a
query and an editor who differ) refuses the build.

It opens no engine and reads no text: queries are asked through what the caller brings, quotes are proved elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD
from rdflib.term import Node

from policygraph.graph.memory import make_graph, sort_nodes
from policygraph.namespaces import ID, PG, base_of, instance, slug_of

Select = Callable[[str], Iterable[Mapping[str, Node]]]
"""Asks a SELECT of the whole public graph and gives its solutions, variable name to term."""

_PREFIXES = f"PREFIX pg: <{PG}>\nPREFIX concept: <{ID}concept/>\nPREFIX skos: <{SKOS}>\n"
ABSENT, UNCURATED = ID["concept/absence-absent"], ID["concept/absence-uncurated"]
QUOTED = frozenset(ID[f"concept/absence-{kind}"] for kind in ("delegated", "quoted-only", "damaged", "unquantified"))
"""Absences that are told of words which do stand in the document: they quote them."""

# P3Y · P6M · P10D;  not: PT5H (no policy counts hours)
_PERIOD = re.compile(r"P (?P<number>\d+) (?P<unit>[YMD])", re.VERBOSE)
_UNITS = {"Y": "year", "M": "month", "D": "day"}


@dataclass(frozen=True, slots=True)
class Question:
    """A question as its definition asks it: what its answers look like, and who gives them."""

    iri: URIRef
    kind: str
    several: bool
    allowed: frozenset[Node]
    units: frozenset[Node]
    query: str
    check: str
    rests_on: frozenset[Node]

    @property
    def slug(self) -> str:
        """The short name of the question: ``repair-means``."""
        return slug_of(str(self.iri)).removeprefix("concept/question-")


@dataclass(frozen=True, slots=True)
class Found:
    """What a query found for a question in one document: a value with the statement that says so."""

    item: URIRef
    clause: URIRef
    quote: str
    value: Node
    unit: Node | None
    order: int


def read_questions(union: Graph) -> tuple[Question, ...]:
    """The questions of a graph in their order; empty when it has none."""
    found = []
    for iri in sorted(union.subjects(RDF.type, PG.Question), key=lambda node: _order(union, node)):
        schemes = set(union.objects(iri, PG.allowedScheme))
        listed = {concept for scheme in schemes for concept in union.subjects(SKOS.inScheme, scheme)}
        found.append(
            Question(
                URIRef(str(iri)),
                slug_of(str(union.value(iri, PG.answerKind))).removeprefix("concept/answer-kind-"),
                (iri, PG.several, Literal(True)) in union,
                frozenset(union.objects(iri, PG.allowedValue)) | listed,
                frozenset(union.objects(iri, PG.unit)),
                str(union.value(iri, PG.answerQuery) or ""),
                str(union.value(iri, PG.checkQuery) or ""),
                frozenset(union.objects(iri, PG.answerRestsOn)),
            )
        )
    return tuple(found)


def answer_questions(union: Graph, select: Select) -> tuple[Graph, tuple[str, ...]]:
    """What the curated answers leave open, as answers of their own; and what is wrong with the answers, in Chinese.

    The graph has one answer at least for each question and document that has no curated one.
    """
    answers, faults = make_graph(), list[str]()
    documents = sort_nodes(set(union.subjects(RDF.type, PG.PolicyDocument)))
    begun = {
        union.value(one, PG.document) for kind in (PG.Answer, PG.Silence) for one in union.subjects(RDF.type, kind)
    }
    for question in read_questions(union):
        found = _ask(union, select, question)
        wanted = (
            {(row["document"], row["value"]) for row in select(_PREFIXES + question.check)} if question.check else ()
        )
        for document in documents:
            said = [one for one in union.subjects(PG.question, question.iri) if (one, PG.document, document) in union]
            curated = [one for one in said if (one, RDF.type, PG.Answer) in union]
            silences = [one for one in said if (one, RDF.type, PG.Silence) in union]
            queried = found.get(document, [])
            name = f"{slug_of(str(document))} {question.slug}"
            faults += [f"{name}: {fault}" for fault in _faults(union, question, curated, silences, queried)]
            values = {union.value(one, PG.answerValue) for one in curated} | {one.value for one in queried}
            # where nobody has begun to answer, what is coded is not contradicted: the answer is 未整理
            missed = {value for place, value in wanted if place == document and document in begun} - values
            for value in sort_nodes(missed):
                faults.append(f"{name}: 图里的编码要求答 {_name(value)}，答案里没有")
            for number, one in enumerate(queried, start=1):
                _describe(answers, _mint(document, question, number), question, document, one)
            if not curated and not queried:
                silence = next(iter(silences), None)
                _describe_absence(
                    answers,
                    _mint(document, question),
                    question,
                    document,
                    union.value(silence, PG.absence) if silence is not None else _silence(union, question, document),
                    union.value(silence, DCTERMS.date) if silence is not None else None,
                )
    return answers, tuple(faults)


def _ask(union: Graph, select: Select, question: Question) -> dict[Node, list[Found]]:
    """What the query of a question finds, by document, in the order of the text; nothing for a curated question.

    Of equal values with equal words one is kept; where a question has one answer, the one with the fullest words.
    """
    found: dict[Node, dict[tuple[Node, ...], Found]] = {}
    for row in select(_PREFIXES + question.query) if question.query else ():
        item = URIRef(str(row["item"]))
        document, clause, quote = (union.value(item, term) for term in (PG.document, PG.clause, PG.quote))
        if document is None or clause is None or quote is None:
            continue
        value, unit = _measure(row["value"], row.get("unit"))
        one = Found(item, URIRef(str(clause)), str(quote), value, unit, _order(union, clause))
        key = (value, clause, quote) if question.several else (value,)
        known = found.setdefault(document, {}).get(key)
        if known is None or (-len(one.quote), one.item) < (-len(known.quote), known.item):
            found[document][key] = one
    return {
        document: sorted(answers.values(), key=lambda one: (one.order, one.item, str(one.value)))
        for document, answers in found.items()
    }


def _measure(value: Node, unit: Node | None) -> tuple[Node, Node | None]:
    """A value as answers keep it: a period as a number with its unit, a number as a decimal.

    >>> _measure(Literal("P3Y", datatype=XSD.duration), None)[0].n3()
    '"3"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    if isinstance(value, Literal) and (period := _PERIOD.fullmatch(str(value))):
        number = Literal(period["number"], datatype=XSD.decimal)
        return number, ID[f"concept/unit-{_UNITS[period['unit']]}"]
    if isinstance(value, Literal) and value.datatype in (XSD.integer, XSD.decimal):
        return Literal(str(value), datatype=XSD.decimal), unit
    return value, unit


def _faults(
    union: Graph, question: Question, curated: list[Node], silences: list[Node], queried: list[Found]
) -> Iterator[str]:
    """What is wrong with the answers of one document to one question."""
    given = (union.value(one, PG.answerValue) for one in curated)
    values = {value for value in given if value is not None} | {one.value for one in queried}
    if queried and (curated or silences):
        yield "既由查询得出，又有编者写的答案；请删去编者的"
    if len(silences) + bool(curated) > 1:
        yield "既有答案，又写没有答案"
    # what several sentences of a document say differently is no error of an editor: all of it is answered
    if curated and not question.several and len(values) > 1:
        yield f"只能有一个答案，却有 {'、'.join(_name(value) for value in sort_nodes(values))}"
    if not question.several and len(curated) > 1:
        yield "只能有一个答案，却写了几个"
    for one in sort_nodes(curated):
        value, unit, absence = (union.value(one, term) for term in (PG.answerValue, PG.unit, PG.absence))
        quoted = union.value(one, PG.quote) is not None
        if (value is None) == (absence is None):
            yield f"{_name(one)} 的值和缺失种类须写一个，只写一个"
        if not quoted and (value is not None or absence in QUOTED):
            yield f"{_name(one)} 没有附原文"
        if value is not None and len(curated) > 1 and any(union.value(other, PG.absence) for other in curated):
            yield "既有答案，又写没有答案"
        if value is not None:
            yield from (f"{_name(one)} {fault}" for fault in _misfits(question, value, unit))
        if union.value(one, DCTERMS.date) is None:
            yield f"{_name(one)} 没有写整理的日子（dcterms:date）"
    for answer in queried:
        yield from (f"{_name(answer.item)} {fault}" for fault in _misfits(question, answer.value, answer.unit))
    for silence in silences:
        if union.value(silence, PG.absence) in (None, *QUOTED):
            yield f"{_name(silence)} 的缺失种类须附原文，请写成 pg:Answer"
        if union.value(silence, DCTERMS.date) is None:
            yield f"{_name(silence)} 没有写整理的日子（dcterms:date）"


def _misfits(question: Question, value: Node, unit: Node | None) -> Iterator[str]:
    """Why a value is none that its question allows; nothing when it is."""
    number = isinstance(value, Literal) and value.datatype == XSD.decimal
    if question.kind in ("number", "duration"):
        if number and unit not in question.units:
            yield f"的单位不是 {'、'.join(sorted(_name(one) for one in question.units))}"
        if not number and not (question.query and isinstance(value, Literal)):
            yield "的值须是数字（xsd:decimal）"
    elif question.kind == "actor":
        if not isinstance(value, Literal):
            yield "的值须照录原文"
    elif value not in question.allowed:
        yield f"的值 {_name(value)} 不在问题允许的取值里"


def _silence(union: Graph, question: Question, document: Node) -> Node:
    """Why there is no answer where nobody wrote one: silence only for what was read to the end, else 未整理."""
    settled = question.query and all((document, PG.settledKind, kind) in union for kind in question.rests_on)
    return ABSENT if settled else UNCURATED


def _describe(graph: Graph, node: URIRef, question: Question, document: Node, found: Found) -> None:
    _begin(graph, node, question, document)
    graph.add((node, PG.answerValue, found.value))
    if found.unit is not None:
        graph.add((node, PG.unit, found.unit))
    graph.add((node, PG.answeredFrom, found.item))
    graph.add((node, PG.clause, found.clause))
    graph.add((node, PG.quote, Literal(found.quote)))


def _describe_absence(
    graph: Graph, node: URIRef, question: Question, document: Node, absence: Node | None, day: Node | None
) -> None:
    _begin(graph, node, question, document)
    graph.add((node, PG.absence, absence or UNCURATED))
    if day is not None:
        graph.add((node, DCTERMS.date, day))


def _begin(graph: Graph, node: URIRef, question: Question, document: Node) -> None:
    graph.add((node, RDF.type, PG.Answer))
    graph.add((node, PG.question, question.iri))
    graph.add((node, PG.document, document))


def _mint(document: Node, question: Question, number: int = 0) -> URIRef:
    """The IRI of an answer that no editor wrote, below the base of its document."""
    name = slug_of(str(document)).removeprefix("doc/")
    parts = ("answer", name, question.slug, *([f"q{number}"] if number else []))
    return instance(*parts, base=base_of(str(document)))


def _order(union: Graph, node: Node) -> int:
    order = union.value(node, PG.order)
    return 0 if order is None else int(str(order))


def _name(node: Node | None) -> str:
    return "（无）" if node is None else slug_of(str(node)).removeprefix("concept/")
