"""The codebook: the same questions put to every document, each answered in its words or with the reason why not.

A question (``ontology/concepts/questions.ttl``) is answered by a query over what the graph states already, or by an
editor who quotes the clause (``data/documents/*/answers.ttl``). Here both are brought into one form, an answer for
every question and document: never merged by place, never guessed. Where nobody looked the answer is 未整理; 未规定 is
told only where an editor said so, or where a query found nothing, the kinds of content it rests on were read to the
end, and no accepted statement may bear on the question (``pg:doubtQuery``: a measure of the area whose effect nobody
has told); such a statement is named beside the 未整理.
A question that presupposes another (``pg:presupposes``: how a list is left presupposes that there is one) is
不适用 where the document lacks the premise, and only the build says so. A premise that stands in words which settle
nothing (依上级, 仅见于引文, 原文残缺), or which nobody has looked for, leaves the question to its own answer.
What a model leaves open on purpose (``pg:leavesOpen``), so that no query sees it, an editor must answer.
What contradicts itself (two answers of an editor to a question that has one, a value that the question does not allow,
an editor who answers what a query or an unmet premise answers) refuses the build. What several sentences of a document
say differently is no contradiction: a query gives all of it, or the one that the question's definition prefers.

It opens no engine and reads no text: queries are asked through what the caller brings, quotes are proved elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD
from rdflib.term import Node

from policygraph.graph.deriving import order_of
from policygraph.graph.memory import make_graph, sort_nodes
from policygraph.namespaces import ID, PG, base_of, instance, slug_of
from policygraph.words import say

Select = Callable[[str], Iterable[Mapping[str, Node]]]
"""Asks a SELECT of the whole public graph and gives its solutions, variable name to term."""

_PREFIXES = f"PREFIX pg: <{PG}>\nPREFIX concept: <{ID}concept/>\nPREFIX skos: <{SKOS}>\nPREFIX dcterms: <{DCTERMS}>\n"
ABSENT, UNCURATED = ID["concept/absence-absent"], ID["concept/absence-uncurated"]
NOT_APPLICABLE = ID["concept/absence-not-applicable"]
QUOTED = frozenset(ID[f"concept/absence-{kind}"] for kind in ("delegated", "quoted-only", "damaged", "unquantified"))
"""Absences that are told of words which do stand in the document: they quote them."""

# P3Y · P6M · P10D;  not: PT5H (no policy counts hours)
_PERIOD = re.compile(r"P (?P<number>\d+) (?P<unit>[YMD])", re.VERBOSE)
# P1Y6M (how a graph keeps the 18 months that it was given);  not: P3Y
_YEARS_AND_MONTHS = re.compile(r"P (?P<years>\d+) Y (?P<months>\d+) M", re.VERBOSE)
_UNITS = {"Y": "year", "M": "month", "D": "day"}


@dataclass(frozen=True, slots=True)
class Premise:
    """What a document must have before a question can be put to it: an answer to another one, of one value or any."""

    iri: URIRef
    question: Node
    value: Node | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question as its definition asks it: what its answers look like, who gives them, what must be there first."""

    iri: URIRef
    kind: str
    several: bool
    allowed: frozenset[Node]
    units: frozenset[Node]
    query: str
    check: str
    rests_on: frozenset[Node]
    premises: tuple[Premise, ...] = ()
    doubt: str = ""
    """A query for statements that may answer and that the query of answers does not count."""

    @property
    def slug(self) -> str:
        """The short name of the question: ``repair-means``."""
        return slug_of(str(self.iri)).removeprefix("concept/question-")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a document answers to a question, as far as a premise needs it: values, and what its words leave open.

    ``left`` are the values of which only words that settle nothing speak; None there means the whole question.
    """

    values: frozenset[Node] = frozenset()
    left: frozenset[Node | None] = frozenset()

    def lacks(self, premise: Premise) -> bool:
        """True when the document was read and does not have what the premise asks for; an open matter is no lack."""
        if premise.value is None:
            return not self.values and not self.left
        return premise.value not in self.values and not self.left & {premise.value, None}


_UNSEEN = frozenset({None})
"""What is left where nobody has read to the end: nothing is lacking yet."""


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
    for iri in sorted(union.subjects(RDF.type, PG.Question), key=lambda node: order_of(union, node)):
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
                _read_premises(union, iri),
                str(union.value(iri, PG.doubtQuery) or ""),
            )
        )
    return tuple(found)


def _read_premises(union: Graph, question: Node) -> tuple[Premise, ...]:
    """The premises of a question in the order of the questions they are about; empty when it has none."""
    found = [
        Premise(URIRef(str(iri)), asked, union.value(iri, PG.premiseValue))
        for iri in union.objects(question, PG.presupposes)
        if (asked := union.value(iri, PG.premiseQuestion)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (order_of(union, one.question), one.iri)))


def answer_questions(union: Graph, select: Select) -> tuple[Graph, tuple[str, ...]]:
    """What the curated answers leave open, as answers of their own; and what is wrong with the answers, in Chinese.

    The graph has one answer at least for each question and document that has no curated one.
    """
    answers, faults = make_graph(), list[str]()
    documents = sort_nodes(set(union.subjects(RDF.type, PG.PolicyDocument)))
    try:
        questions = _order_by_premises(read_questions(union))
    except CycleError as circle:
        return answers, (say("coding", "circle", questions=_list(circle.args[1])),)
    standing: dict[tuple[Node, Node], Standing] = {}
    for question in questions:
        found, doubts = _ask(union, select, question), _find_doubts(union, select, question)
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
            # what nobody has answered yet is 未整理: the codes in the graph contradict an answer, not its want
            called = {value for place, value in wanted if place == document and (curated or silences or queried)}
            for value in sort_nodes(called - values):
                faults.append(f"{name}: {say('coding', 'required', value=_name(value))}")
            for statement in () if curated or queried else sort_nodes(union.subjects(PG.leavesOpen, question.iri)):
                if (statement, PG.document, document) in union:
                    faults.append(f"{name}: {say('coding', 'left_open', statement=_name(statement))}")
            unmet = next((one for one in question.premises if standing[one.question, document].lacks(one)), None)
            if unmet is not None:
                standing[question.iri, document] = Standing()
                if curated or silences or queried:
                    faults.append(f"{name}: {say('coding', 'premise', premise=_name(unmet.iri))}")
                node = _mint(document, question)
                _describe_absence(answers, node, question, document, NOT_APPLICABLE, None)
                answers.add((node, PG.unmetPremise, unmet.iri))
                continue
            for number, one in enumerate(queried, start=1):
                _describe(answers, _mint(document, question, number), question, document, one)
            silence = next(iter(silences), None)
            doubt = doubts.get(document) if silence is None else None
            absence = union.value(silence, PG.absence) if silence is not None else UNCURATED
            if silence is None and doubt is None:
                absence = _silence(union, question, document)
            if not curated and not queried:
                day = union.value(silence, DCTERMS.date) if silence is not None else None
                _describe_absence(answers, _mint(document, question), question, document, absence, day)
                if doubt is not None:
                    _describe_doubt(answers, _mint(document, question), union, doubt)
            is_read = bool(curated) or absence != UNCURATED
            standing[question.iri, document] = _stand(union, curated, queried, is_read)
    return answers, tuple(faults)


def _order_by_premises(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """The questions so that each stands after those it presupposes; a premise on no known question is left out.

    Errors: ``graphlib.CycleError`` where questions presuppose one another.
    """
    known = {one.iri: one for one in questions}
    asked = {
        one.iri: replace(one, premises=tuple(premise for premise in one.premises if premise.question in known))
        for one in questions
    }
    order = TopologicalSorter({iri: [premise.question for premise in one.premises] for iri, one in asked.items()})
    return tuple(asked[URIRef(str(iri))] for iri in order.static_order())


def _stand(union: Graph, curated: list[Node], queried: list[Found], is_read: bool) -> Standing:
    """What a document answers to a question that can be put to it; what was not read to the end may say more."""
    given = {union.value(one, PG.answerValue) for one in curated} | {one.value for one in queried}
    left = {union.value(one, PG.absenceOf) for one in curated if union.value(one, PG.absence) in QUOTED}
    left |= set() if is_read else _UNSEEN
    return Standing(frozenset(value for value in given if value is not None), frozenset(left))


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
        one = Found(item, URIRef(str(clause)), str(quote), value, unit, order_of(union, clause))
        key = (value, clause, quote) if question.several else (value,)
        known = found.setdefault(document, {}).get(key)
        if known is None or (-len(one.quote), one.item) < (-len(known.quote), known.item):
            found[document][key] = one
    return {
        document: sorted(answers.values(), key=lambda one: (one.order, one.item, str(one.value)))
        for document, answers in found.items()
    }


def find_unanswered(union: Graph, select: Select) -> tuple[tuple[Question, URIRef], ...]:
    """The questions that a statement may answer and none does, with that statement, in their order; for one document.

    Answers of editors are not looked at.
    """
    found = []
    for question in read_questions(union):
        doubts = _find_doubts(union, select, question)
        if doubts and not _ask(union, select, question):
            found.append((question, min(doubts.values())))
    return tuple(found)


def _find_doubts(union: Graph, select: Select, question: Question) -> dict[Node, URIRef]:
    """By document the first statement that may answer a question and is not counted; empty where none may."""
    found: dict[Node, tuple[int, URIRef]] = {}
    for row in select(_PREFIXES + question.doubt) if question.doubt else ():
        item = URIRef(str(row["item"]))
        document, clause = union.value(item, PG.document), union.value(item, PG.clause)
        if document is not None and clause is not None and union.value(item, PG.quote) is not None:
            one = order_of(union, clause), item
            found[document] = min(one, found.get(document, one))
    return {document: item for document, (_, item) in found.items()}


def _measure(value: Node, unit: Node | None) -> tuple[Node, Node | None]:
    """A value as answers keep it: a period as a number with its unit, a number as a decimal.

    >>> _measure(Literal("P3Y", datatype=XSD.duration), None)[0].n3()
    '"3"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    >>> [str(part) for part in _measure(Literal("P18M", datatype=XSD.duration), None)]
    ['18', 'https://w3id.org/policygraph/id/concept/unit-month']
    """
    if isinstance(value, Literal) and (both := _YEARS_AND_MONTHS.fullmatch(str(value))):
        value = Literal(f"P{12 * int(both['years']) + int(both['months'])}M")
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
        yield say("coding", "twice_over")
    if len(silences) + bool(curated) > 1:
        yield say("coding", "said_and_not")
    if curated and not question.several and len(values) > 1:
        yield say("coding", "one_value", values=_list(sort_nodes(values)))
    if not question.several and len(curated) > 1:
        yield say("coding", "one_answer")
    for one in sort_nodes(curated):
        value, unit, absence, of = (
            union.value(one, term) for term in (PG.answerValue, PG.unit, PG.absence, PG.absenceOf)
        )
        if of is not None and (absence not in QUOTED or of not in question.allowed):
            yield say("coding", "not_allowed", answer=_name(one), value=_name(of))
        quoted = union.value(one, PG.quote) is not None
        if (value is None) == (absence is None):
            yield say("coding", "value_or_absence", answer=_name(one))
        if not quoted and (value is not None or absence in QUOTED):
            yield say("coding", "unquoted", answer=_name(one))
        if value is not None and len(curated) > 1 and any(union.value(other, PG.absence) for other in curated):
            yield say("coding", "said_and_not")
        if value is not None:
            yield from _misfits(question, one, value, unit)
        if union.value(one, DCTERMS.date) is None:
            yield say("coding", "undated", answer=_name(one))
    for answer in queried:
        yield from _misfits(question, answer.item, answer.value, answer.unit)
    for silence in silences:
        if union.value(silence, PG.absence) in (None, *QUOTED):
            yield say("coding", "silence_unquoted", answer=_name(silence))
        if union.value(silence, DCTERMS.date) is None:
            yield say("coding", "undated", answer=_name(silence))


def _misfits(question: Question, one: Node, value: Node, unit: Node | None) -> Iterator[str]:
    """Why the value of an answer or statement is none that its question allows; nothing when it is."""
    name = _name(one)
    number = isinstance(value, Literal) and value.datatype == XSD.decimal
    if question.kind in ("number", "duration"):
        if number and unit not in question.units:
            yield say("coding", "other_unit", answer=name, units=_list(sort_nodes(question.units)))
        if not number and not (question.query and isinstance(value, Literal)):
            yield say("coding", "no_number", answer=name)
    elif question.kind == "actor":
        if not isinstance(value, Literal):
            yield say("coding", "no_words", answer=name)
    elif value not in question.allowed:
        yield say("coding", "not_allowed", answer=name, value=_name(value))


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


def _describe_doubt(graph: Graph, node: URIRef, union: Graph, item: URIRef) -> None:
    """Beside an answer that nobody has given, the statement that may give it, with its clause and words."""
    graph.add((node, PG.answeredFrom, item))
    graph.add((node, PG.note, Literal(say("coding", "doubt"), lang="zh")))
    for term in (PG.clause, PG.quote):
        for value in union.objects(item, term):
            graph.add((node, term, value))


def _begin(graph: Graph, node: URIRef, question: Question, document: Node) -> None:
    graph.add((node, RDF.type, PG.Answer))
    graph.add((node, PG.question, question.iri))
    graph.add((node, PG.document, document))


def _mint(document: Node, question: Question, number: int = 0) -> URIRef:
    """The IRI of an answer that no editor wrote, below the base of its document."""
    name = slug_of(str(document)).removeprefix("doc/")
    parts = ("answer", name, question.slug, *([f"q{number}"] if number else []))
    return instance(*parts, base=base_of(str(document)))


def _name(node: Node | None) -> str:
    return say("coding", "none") if node is None else slug_of(str(node)).removeprefix("concept/")


def _list(nodes: Iterable[Node]) -> str:
    return say("coding", "comma").join(map(_name, nodes))
