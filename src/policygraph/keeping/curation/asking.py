"""What a drafted condition line or policy still asks, and what counts as an answer.

A draft guesses nothing: what it does not understand it asks (``pg:openQuestion``). A question is answered when somebody
has filled in the property that it is about, which the concept of the question names; the one about a list or a grade by
a refinement that tells it. What no property can answer (words that nobody understood, whether a list is whole) a person
takes away and says why. As long as one stands open, neither line nor policy is accepted, whatever else was changed in
it: it would decide by what nobody understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SKOS
from rdflib.term import Node

from policygraph.errors import InputError
from policygraph.namespaces import PG, slug_of

_ASKED = (PG.openQuestion, PG.unclearWords, PG.hasCondition, PG.excludedBy)
"""What only leaves a draft with a reason: a question and the words that it is about, conditions of a policy."""
_PREFIX = "concept/line-question-"


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """What answers questions: the concepts, and what the metadata say of the document."""

    concepts: Graph
    metadata: Graph
    document: URIRef

    def list_open(self, said: Graph, subject: URIRef) -> tuple[URIRef, ...]:
        """The questions of a drafted line or policy that nobody has answered, in one order; empty when all are.

        They are those that the draft has asked, and those that the records ask which a person has chosen since.
        """
        asked = set(said.objects(subject, PG.openQuestion))
        for record in said.objects(subject, PG.lineRecord):
            for term in (PG.asksWhich, PG.asksValue):
                asked |= set(self.concepts.objects(record, term))
        named = (one for one in asked if isinstance(one, URIRef))
        return tuple(one for one in sorted(named) if not self._is_answered(one, said, subject))

    def _is_answered(self, question: URIRef, said: Graph, subject: URIRef) -> bool:
        """Whether the line, the policy or the metadata say what a question asks."""
        for term in self.concepts.objects(question, PG.answeredBy):
            if (subject, term, None) in said or (self.document, term, None) in self.metadata:
                return True
        refinements = said.objects(subject, PG.lineRefinement)
        # two colours of a list tell neither
        return sum((one, PG.tellsWhich, question) in self.concepts for one in refinements) == 1

    def tell_open(self, said: Graph, subject: URIRef) -> Mapping[str, str]:
        """The open questions in Chinese by slug, each with the words that it is about where it is about some."""
        unread = "、".join(sorted(str(words) for words in said.objects(subject, PG.unclearWords)))
        return {
            slug_of(str(one)).removeprefix("concept/"): f"{self._name(one)}（{unread}）"
            if unread and self._is_about_words(one)
            else self._name(one)
            for one in self.list_open(said, subject)
        }

    def _is_about_words(self, question: Node) -> bool:
        """Whether no property answers a question, so that it is about words of the text."""
        told = ((question, PG.answeredBy, None), (None, PG.tellsWhich, question))
        return not any(triple in self.concepts for triple in told)

    def _name(self, question: Node) -> str:
        labels = (one for one in self.concepts.objects(question, SKOS.prefLabel) if isinstance(one, Literal))
        return next((str(one) for one in labels if one.language == "zh"), slug_of(str(question)))

    def require_answers(self, said: Graph, subject: URIRef, document: str) -> None:
        """Refuse a line or a policy that still asks something. Errors: ``InputError`` with each question and a remedy.

        ``document`` is the id by which the remedy names it.
        """
        asked = self.tell_open(said, subject)
        if asked:
            address = slug_of(str(subject))
            raise InputError(
                f"{address} openQuestion", f"还有要您定的：{' '.join(asked.values())}",
                "填上所问的；不能填、不必再问的，写明理由："
                f"policygraph curate answer {document} {address} --reason …（网页上是“不必再问”）",
            )  # fmt: skip


def list_taken(before: Graph, after: Graph, subject: URIRef) -> tuple[str, ...]:
    """The properties of which a change takes something away that nobody loses in silence; empty for nothing.

    They are questions with their words, and the conditions of a policy: without one of them it lets more people in.
    """
    if (subject, RDF.type, PG.ConditionSet) in before:
        return ()
    lost = (term for term in _ASKED for value in before.objects(subject, term) if (subject, term, value) not in after)
    return tuple(dict.fromkeys(slug_of(str(term)).rsplit("#", 1)[-1] for term in lost))


def choose_questions(said: Graph, subject: URIRef, wanted: Iterable[str]) -> tuple[Node, ...]:
    """The questions that somebody means by their slugs, in full or by the last part; all where none is named.

    Errors: ``InputError`` with the questions there are, for one that is not asked or when none is.
    """
    asked = {slug_of(str(one)).removeprefix(_PREFIX): one for one in said.objects(subject, PG.openQuestion)}
    names = [one.removeprefix("line-question-") for one in wanted]
    strange = [one for one in names if one not in asked]
    if strange or not asked:
        raise InputError(
            f"{slug_of(str(subject))} {' '.join(strange)}".strip(),
            "没有在问这一个问题" if strange else "没有要定的问题",
            f"在问的有: {'、'.join(sorted(asked)) or '（没有）'}",
        )
    return tuple(asked[one] for one in names or sorted(asked))
