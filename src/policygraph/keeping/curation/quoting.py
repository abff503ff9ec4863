"""Whether words that a statement gives as printed stand where it says, or where it quotes what is from elsewhere.

A statement rests on one clause, and may quote others beside it (``pg:quotation``): how a list is left often stands in
a section of its own. Its words are printed when one of these clauses has them. What somebody changes in a list is
looked for in the whole document, and the clause that has it is quoted too; where several have it, the program does not
choose. Words that a question is about are claimed by nobody and only have to be words of the document; so have words
that a draft had taken from elsewhere and nobody has touched, which are no worse for another property being mended.
"""

from __future__ import annotations

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.errors import InputError
from policygraph.graph.grounding import find_quote
from policygraph.keeping.curation.cases import Case
from policygraph.keeping.turtle import statements_of
from policygraph.namespaces import PG, clause_iri, slug_of
from policygraph.reading.documents import leaves
from policygraph.reading.drafting import PRINTED

_ASKED = "unclearWords"


def ground_words(case: Case, before: Graph, graph: Graph, subject: URIRef, address: str) -> None:
    """Refuse words that are said to be printed and are not; of a list, quote the clauses that its new words are from.

    ``before`` is what the statement said, ``graph`` what it is to say; quotations are added to it and taken away.
    Errors: ``InputError`` with the words, and the clauses that have them where there are some.
    """
    clause = _slug(case, graph.value(subject, PG.clause))
    for value in graph.objects(subject, PG.quote):
        if not find_quote(case.reading, clause, str(value)):
            raise _refuse(case, clause, "quote", str(value), address)
    _drop_quotations(before, graph, subject)
    places = (clause, *_list_quoted(case, graph, subject))
    had = (_slug(case, before.value(subject, PG.clause)), *_list_quoted(case, before, subject))
    for term in sorted(PRINTED):
        for value in graph.objects(subject, PG[term]):
            words = str(value)
            if any(find_quote(case.reading, place, words) for place in places):
                continue
            found = _find_clauses(case, words)
            kept = (subject, PG[term], value) in before and not any(find_quote(case.reading, one, words) for one in had)
            if found and (kept or term == _ASKED):
                continue
            if len(found) != 1 or (subject, RDF.type, PG.CreditList) not in graph:
                raise _refuse(case, clause, term, words, address)
            _add_quotation(case, graph, subject, found[0], words)


def _refuse(case: Case, clause: str, term: str, words: str, address: str) -> InputError:
    found = "、".join(_find_clauses(case, words))
    return InputError(
        f"{address}（条款 {clause}）{term}", f"不是该条款的原文：“{words}”",
        f"照条款的原文逐字写，标点也照印{f'；这些字印在 {found}' if found else ''}",
    )  # fmt: skip


def _find_clauses(case: Case, words: str) -> tuple[str, ...]:
    """The clauses without parts that have some words, in reading order; the least of those with parts where none has.

    Empty when the document has them nowhere.
    """
    document = case.reading.document
    found = tuple(one.id for one in leaves(document) if find_quote(case.reading, one.id, words))
    whole = [one for one in document.clauses if find_quote(case.reading, one.id, words)] if not found else []
    return found or tuple(one.id for one in sorted(whole, key=lambda one: len(one.text))[:1])


def _slug(case: Case, clause: Node | None) -> str:
    return slug_of(str(clause)).removeprefix(f"doc/{case.identifier}/") if clause is not None else ""


def _list_quoted(case: Case, graph: Graph, subject: URIRef) -> tuple[str, ...]:
    """The clauses that a statement quotes beside its own."""
    nodes = graph.objects(subject, PG.quotation)
    return tuple(sorted({_slug(case, place) for node in nodes for place in graph.objects(node, PG.clause)}))


def _bare(words: object) -> str:
    return "".join(str(words).split())


def _drop_quotations(before: Graph, graph: Graph, subject: URIRef) -> None:
    """Take quotations away that were there for words which the statement no longer says."""
    now, was = (
        {_bare(value) for term in PRINTED for value in one.objects(subject, PG[term])} for one in (graph, before)
    )
    for node in list(graph.objects(subject, PG.quotation)):
        quoted = {_bare(value) for value in graph.objects(node, PG.quote)}
        if quoted & (was - now):
            for triple in statements_of(graph, node):
                graph.remove(triple)
            graph.remove((subject, PG.quotation, node))


def _add_quotation(case: Case, graph: Graph, subject: URIRef, clause: str, words: str) -> None:
    node = BNode()
    graph.add((subject, PG.quotation, node))
    graph.add((node, PG.clause, clause_iri(case.identifier, clause, case.base)))
    graph.add((node, PG.quote, Literal(words)))
