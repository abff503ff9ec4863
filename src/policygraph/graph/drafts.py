"""Proposals as RDF: the statements that an accepted proposal makes, and the note that goes with it until then.

The statements of a proposal are those of a curated model and carry its IRIs, so that accepting one copies them as they
are. Beside them stands a ``pg:Proposal`` with rule, certainty, place and candidates: it says that the statements are
not yet anybody's. Both stand in a graph of their own that no dataset holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD
from rdflib.term import Node

from policygraph.graph.memory import make_graph
from policygraph.namespaces import BASE, ID, PG, clause_iri, instance, span_iri
from policygraph.reading.drafting import Proposal, Sort, Value
from policygraph.reading.drafting.reconciling import Candidate

_TERMS: Mapping[str, URIRef] = {
    "title": DCTERMS.title,
    "notation": SKOS.notation,
    "prefLabel": SKOS.prefLabel,
}
_CLAUSES = frozenset({"statedIn"})
LANGUAGE = "zh"


def describe_statements(proposal: Proposal, document: str, base: str = BASE) -> Graph:
    """The statements that an accepted proposal makes in the model of a document, its parts included.

    Errors: ``ValueError`` for an address that no IRI can be made of.
    """
    graph = make_graph()
    _describe(graph, proposal, _node(proposal.address, base), document, base)
    return graph


def describe_proposal(
    proposal: Proposal,
    document: str,
    candidates: Mapping[str, tuple[Candidate, ...]],
    base: str = BASE,
    homes: Mapping[str, str] = MappingProxyType({}),
) -> Graph:
    """The note that goes with a proposal: kind, rule, certainty, words and place, and what printed names may mean.

    ``candidates`` are by the words that are reconciled; ``homes`` tells under which base a body stands by its path,
    where it is not ours.
    """
    graph = make_graph()
    node = proposal_iri(proposal.address, base)
    graph.add((node, RDF.type, PG.Proposal))
    graph.add((node, PG.proposes, _node(proposal.address, base)))
    graph.add((node, PG.document, clause_iri(document, "", base)))
    graph.add((node, PG.curatedKind, ID[f"concept/curated-{proposal.kind}"]))
    graph.add((node, PG.draftRule, Literal(proposal.rule)))
    graph.add((node, PG.draftCertainty, Literal(str(proposal.certainty))))
    graph.add((node, PG.clause, clause_iri(document, proposal.clause, base)))
    graph.add((node, PG.quote, Literal(proposal.quote)))
    for span in proposal.spans:
        graph.add((node, PG.attestedBy, span_iri(document, span.start, span.end, base)))
    for part in proposal.parts:
        if part.address:
            graph.add((node, PG.proposes, _node(part.address, base)))
    for written, found in sorted(candidates.items()):
        for candidate in found:
            blank = BNode()
            graph.add((node, PG.mayMean, blank))
            graph.add((blank, PG.asWritten, Literal(written)))
            graph.add((blank, PG.agent, agent_iri(candidate.slug, homes)))
            graph.add((blank, SKOS.prefLabel, Literal(candidate.name, lang=LANGUAGE)))
            graph.add((blank, PG.likeness, Literal(f"{candidate.likeness:.2f}", datatype=XSD.decimal)))
            graph.add((blank, PG.reason, Literal(candidate.why)))
    return graph


def proposal_iri(address: str, base: str = BASE) -> URIRef:
    """The IRI of the note on the statements about a thing: ``proposal/measure/a/1``."""
    return instance("proposal", *address.split("/"), base=base)


def agent_iri(slug: str, homes: Mapping[str, str] = MappingProxyType({})) -> URIRef:
    """The IRI of a body or a category of bodies, by its slug in the registry; a whole IRI stays as it is."""
    if "://" in slug:
        return URIRef(slug)
    path = f"concept/{slug}" if slug.startswith("category-") else f"org/{slug}"
    return instance(*path.split("/"), base=homes.get(path, BASE))


def _node(address: str, base: str) -> URIRef:
    return instance(*address.split("/"), base=base)


def _describe(graph: Graph, proposal: Proposal, node: Node, document: str, base: str) -> None:
    if proposal.type:
        graph.add((node, RDF.type, PG[proposal.type]))
    if proposal.address:
        graph.add((node, PG.document, clause_iri(document, "", base)))
    graph.add((node, PG.clause, clause_iri(document, proposal.clause, base)))
    graph.add((node, PG.quote, Literal(proposal.quote)))
    for value in proposal.values:
        graph.add((node, _TERMS.get(value.term, PG[value.term]), value_node(value, document, base)))
    for part in proposal.parts:
        if part.address:
            child: Node = _node(part.address, base)
            graph.add((child, PG[part.link], node))
        else:
            child = BNode()
            graph.add((node, PG[part.link], child))
        _describe(graph, part, child, document, base)


def value_node(value: Value, document: str, base: str = BASE) -> Node:
    """A value as a node of the graph."""
    match value.sort:
        case Sort.concept:
            return agent_iri(value.text) if value.term == "agent" else ID[f"concept/{value.text}"]
        case Sort.name:
            return Literal(value.text, lang=LANGUAGE)
        case Sort.mark:
            return Literal(value.text == "true")
        case Sort.number:
            return Literal(int(value.text))
        case Sort.decimal:
            return Literal(value.text, datatype=XSD.decimal)
        case Sort.day:
            return Literal(value.text, datatype=XSD.date)
        case Sort.duration:
            return Literal(value.text, datatype=XSD.duration)
        case Sort.thing:
            return clause_iri(document, value.text, base) if value.term in _CLAUSES else _node(value.text, base)
        case Sort.words:
            return Literal(value.text)
