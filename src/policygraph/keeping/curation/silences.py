"""What accepted statements speak of and nobody has made a statement of: where a settled kind is no silence.

Whoever says that a kind has been read to its end says that the text is silent on the rest of it. Before that is
believed, the statements that people accepted are held against the mechanisms and questions that rest on the kind, by
the rules that the build follows (``graph.deriving``, ``judging.comparing.codebook``), so that the curator hears of it
and not only the reader. It decides nothing and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rdflib import Graph, Literal
from rdflib.namespace import RDF, SKOS
from rdflib.term import Node

from policygraph.graph.deriving import find_spoken
from policygraph.graph.memory import make_graph
from policygraph.judging.comparing.codebook import find_unanswered
from policygraph.keeping.curation.cases import DRAFT, LINES, MODEL, STATES, Case
from policygraph.namespaces import ID, PG, slug_of


@dataclass(frozen=True, slots=True)
class Spoken:
    """A mechanism or question by its Chinese name, and the first statement that speaks of it, with its words."""

    kind: str
    matter: str
    address: str
    quote: str


def list_spoken(case: Case) -> tuple[Spoken, ...]:
    """Of what the accepted statements of a document speak without answering it, kind by kind; empty when of nothing."""
    union = make_graph(case.desk.concepts, case.graph(MODEL), case.graph(STATES))

    def select(text: str, /) -> Iterator[Mapping[str, Node]]:
        for row in union.query(text):
            yield {str(name): value for name, value in row.asdict().items()}  # type: ignore[union-attr]  # a SELECT

    found = [_tell(union, "mechanisms", about, said[0]) for (_, about), said in find_spoken(union).items()]
    for question, item in find_unanswered(union, select):
        kinds = sorted(slug_of(str(kind)).removeprefix("concept/curated-") for kind in question.rests_on)
        found += [_tell(union, kind, question.iri, item) for kind in kinds]
    return tuple(sorted(found, key=lambda one: (case.desk.kinds().index(one.kind), one.matter)))


def _tell(union: Graph, kind: str, about: Node, statement: Node) -> Spoken:
    labels = {getattr(label, "language", ""): str(label) for label in union.objects(about, SKOS.prefLabel)}
    quote = min(map(str, union.objects(statement, PG.quote)), default="")
    return Spoken(kind, labels.get("zh", slug_of(str(about))), slug_of(str(statement)), quote)


def mechanism_of(case: Case, slug: str) -> Node | None:
    """The mechanism of a short name (``green-channel``) or of its Chinese name; None where there is none."""
    for mechanism in case.desk.concepts.subjects(SKOS.inScheme, ID["concept/scheme-mechanisms"]):
        names = {str(label) for label in case.desk.concepts.objects(mechanism, SKOS.prefLabel)}
        if slug in names | {slug_of(str(mechanism)).removeprefix("concept/mechanism-")}:
            return mechanism
    return None


def list_ungraded(case: Case) -> tuple[str, ...]:
    """The grades, by name, that a document gives by scores and that nothing decides, nor would once it was accepted.

    A draft proposes what decides them, with a line for each; it is none where somebody rejected it, or where the
    document has one grade with a score alone.
    """
    graded, terms = Literal("graded"), (PG.positiveOutcome, PG.negativeOutcome)
    if any((None, term, graded) in case.graph(file) for file in (LINES, DRAFT) for term in terms):
        return ()
    named = {
        str(name): None
        for file in (MODEL, DRAFT)
        for one in sorted(case.graph(file).subjects(RDF.type, PG.Grade), key=str)
        for name in case.graph(file).objects(one, SKOS.prefLabel)
    }
    return tuple(named)
