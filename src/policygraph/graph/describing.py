"""What was read becomes triples: header, clauses, spans, citations, departments, measures and problems.

``describe_reading`` writes what the text yields by form and nothing else. The other concerns of this floor stand beside
it: ``knowledge`` (knowledge files → values), ``grounding`` (curated quotes), ``deriving`` (what follows by a rule),
``validation`` (SHACL), ``blanks`` and ``memory``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from types import MappingProxyType

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, SKOS
from rdflib.term import Node

from policygraph.graph.knowledge import WorkVersions
from policygraph.graph.memory import make_day, make_graph, make_number, make_text
from policygraph.graph.spans import attest, describe_span
from policygraph.namespaces import BASE, ELI, PG, clause_iri, instance, source_iri, span_iri
from policygraph.reading.citations import Locator, Resolution
from policygraph.reading.documents import Clause, Document, Mention
from policygraph.reading.measures import LegalBasis, Measure, MeasureGroup, Responsibility
from policygraph.reading.organisations import OrganisationMention
from policygraph.reading.texts import Reading
from policygraph.text.locators import address_of, read_opening
from policygraph.text.spans import Span

Triple = tuple[Node, Node, Node]

_NOWHERE: Mapping[str, str] = MappingProxyType({})


def describe_reading(
    reading: Reading, versions: dict[str, WorkVersions], day: str | None, homes: Mapping[str, str] = _NOWHERE
) -> Graph:
    """The structure graph of one document: header, clauses, spans, citations, departments, measures, problems.

    ``day`` is the date a citation is read with (the document's own, else the start of its inferred interval);
    ``homes`` tells under which base a work or body stands by its path, where it is not ours.
    """
    graph = make_graph()
    for triple in _describe_header(reading):
        graph.add(triple)
    for clause in reading.document.clauses:
        for triple in _describe_clause(reading, clause):
            graph.add(triple)
    for index, problem in enumerate((*reading.document.problems, *reading.measures.problems), start=1):
        node = instance("doc", reading.identifier, f"problem_{index}", base=reading.base)
        graph.add((node, RDF.type, PG.Problem))
        graph.add((node, PG.document, clause_iri(reading.identifier, "", reading.base)))
        graph.add((node, PG.code, make_text(problem.code)))
        graph.add((node, PG.message, make_text(problem.message, "zh")))
        attest(graph, reading, node, (Span(problem.start, problem.end),) if problem.end > problem.start else ())
    known = _Known(versions, day, homes)
    citations = _describe_citations(graph, reading, known)
    _describe_mentions(graph, reading, known)
    _describe_measures(graph, reading, citations, known)
    return graph


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of works and bodies that a text names: the dated texts, the day to read them on, their homes."""

    versions: Mapping[str, WorkVersions]
    day: str | None
    homes: Mapping[str, str]

    def find(self, *parts: str) -> URIRef:
        """The IRI of a work or body by its path, or of something below it."""
        base = next((self.homes[path] for path in accumulate(parts, "{}/{}".format) if path in self.homes), BASE)
        return instance(*parts, base=base)


def describe_header(root: URIRef, document: Document) -> Iterator[tuple[URIRef, URIRef, Literal]]:
    """Title, number and date of a document as its text prints them; nothing for what it does not print."""
    if document.title:
        yield root, DCTERMS.title, make_text(document.title, "zh")
    if document.number:
        yield root, ELI.id_local, make_text(document.number)
    if document.number_as_written:
        yield root, PG.numberAsWritten, make_text(document.number_as_written)
    if document.date:
        yield root, ELI.date_document, make_day(document.date)


def _describe_header(reading: Reading) -> Iterator[Triple]:
    document = reading.document
    root = clause_iri(reading.identifier, "", reading.base)
    source = source_iri(reading.identifier, reading.base)
    yield root, RDF.type, PG.PolicyDocument
    yield root, DCTERMS.identifier, make_text(reading.identifier)
    yield root, PROV.wasDerivedFrom, source
    yield source, RDF.type, PG.SourceText
    yield source, PG.sha256, make_text(reading.sha256)
    yield source, PG.length, make_number(document.source_length)
    yield source, PG.charset, make_text(reading.charset)
    yield source, PG.sourceText, make_text(reading.source)
    yield from describe_header(root, document)
    titles = {clause.parent: clause.text for clause in document.clauses if clause.level == "title"}
    for clause in document.clauses:
        if clause.level == "annex":
            annex = clause_iri(reading.identifier, clause.id, reading.base)
            yield root, ELI.has_annex, annex
            yield annex, RDF.type, PG.Annex
            yield annex, ELI.is_annex_of, root
            if clause.id in titles:
                yield annex, DCTERMS.title, make_text(" ".join(titles[clause.id].split()), "zh")


def _describe_clause(reading: Reading, clause: Clause) -> Iterator[Triple]:
    node = clause_iri(reading.identifier, clause.id, reading.base)
    root = clause_iri(reading.identifier, "", reading.base)
    yield node, RDF.type, PG.Clause
    yield node, PG.document, root
    yield node, ELI.is_part_of, clause_iri(reading.identifier, clause.parent, reading.base) if clause.parent else root
    yield node, PG.order, make_number(clause.order)
    yield node, PG.level, make_text(clause.level)
    yield node, PG.text, make_text(clause.text)
    if clause.label:
        yield node, ELI.number, make_text(clause.label)
    if clause.heading:
        yield node, PG.heading, make_text(clause.heading)
    for span in clause.spans:
        yield from describe_span(reading, span)
        yield node, PG.attestedBy, span_iri(reading.identifier, span.start, span.end, reading.base)


def _describe_citations(graph: Graph, reading: Reading, known: _Known) -> list[URIRef]:
    nodes: list[URIRef] = []
    counters: dict[str, int] = {}
    root = clause_iri(reading.identifier, "", reading.base)
    preamble = _preamble(reading.document)
    for citation, resolution in zip(reading.citations, reading.resolutions, strict=True):
        counters[citation.clause] = counters.get(citation.clause, 0) + 1
        clause = clause_iri(reading.identifier, citation.clause, reading.base)
        node = URIRef(f"{clause}/citation_{counters[citation.clause]}")
        nodes.append(node)
        graph.add((node, RDF.type, PG.Citation))
        graph.add((node, PG.document, root))
        graph.add((node, PG.clause, clause))
        graph.add((node, PG.quote, make_text(citation.text)))
        graph.add((node, PG.citationRole, make_text(citation.role)))
        if citation.title:
            graph.add((node, PG.titleAsWritten, make_text(citation.title)))
        if citation.number_as_written:
            graph.add((node, PG.numberAsWritten, make_text(citation.number_as_written)))
        for locator in citation.locators:
            graph.add((node, PG.locatorAsWritten, make_text(locator.text)))
            graph.add((node, PG.locator, make_text(locator.normal)))
        if citation.role == "cited":
            _describe_resolution(graph, node, resolution, None, known)
        if citation.nested_in is not None and citation.nested_in < len(nodes):
            graph.add((node, PG.nestedIn, nodes[citation.nested_in]))
        if citation.role == "cited" and citation.clause in preamble:
            graph.add((root, PG.documentBasis, node))
        attest(graph, reading, node, citation.spans)
    return nodes


def _preamble(document: Document) -> frozenset[str]:
    """The clauses before the first numbered part of the document or of an annex, where its own bases are named."""
    found: set[str] = set()
    numbered: set[str | None] = set()
    for clause in document.clauses:
        container = clause.parent
        if clause.label and clause.level not in ("annex", "title"):
            numbered.add(container)
        elif clause.level == "al" and container not in numbered and _is_text_root(container):
            found.add(clause.id)
    return frozenset(found)


def _is_text_root(container: str | None) -> bool:
    return container is None or ("/" not in container and container.startswith("annex"))


def _describe_resolution(
    graph: Graph,
    node: URIRef,
    resolution: Resolution,
    locator: Locator | None,
    known: _Known,
) -> None:
    graph.add((node, PG.resolution, make_text(resolution.kind)))
    graph.add((node, PG.resolvedBy, make_text(resolution.by)))
    for candidate in resolution.candidates:
        graph.add((node, PG.candidateWork, known.find("law", candidate)))
    for differs, term in ((resolution.number_differs, PG.numberDiffers), (resolution.title_differs, PG.titleDiffers)):
        if differs:
            graph.add((node, term, Literal(True)))
    if resolution.slug is None:
        return
    graph.add((node, PG.citedWork, known.find("law", resolution.slug)))
    work = known.versions.get(resolution.slug)
    if work is not None and work.rank is not None:
        graph.add((node, PG.basisRank, work.rank))
    path = address_of(locator.normal) if locator is not None else None
    if path is not None:
        stamp = work.version_on(known.day) if work is not None else None
        parts = ("law", resolution.slug, *((stamp,) if stamp else ()), *path.split("/"))
        provision = known.find(*parts)
        graph.add((node, PG.citedProvision, provision))
        graph.add((provision, RDF.type, PG.Provision))
        graph.add((provision, PG.locator, make_text(locator.normal if locator else "")))
        graph.add((provision, ELI.is_part_of, known.find(*parts[: 3 if stamp else 2])))


def _describe_mentions(graph: Graph, reading: Reading, known: _Known) -> None:
    root = clause_iri(reading.identifier, "", reading.base)
    for index, mention in enumerate(reading.mentions, start=1):
        node = instance("doc", reading.identifier, f"mention_{index}", base=reading.base)
        graph.add((node, RDF.type, PG.OrganisationMention))
        graph.add((node, PG.document, root))
        graph.add((node, PG.clause, clause_iri(reading.identifier, mention.clause, reading.base)))
        graph.add((node, PG.asWritten, make_text(mention.as_written)))
        graph.add((node, PG.mentionRole, make_text(mention.role)))
        agent = _agent(mention, known)
        if agent is not None:
            graph.add((node, PG.agent, agent))
        attest(graph, reading, node, mention.spans)
    for index, (name, role) in enumerate(_signatures(reading), start=1):
        node = instance("doc", reading.identifier, f"signature_{index}", base=reading.base)
        written = name.as_written if isinstance(name, OrganisationMention) else name.text
        graph.add((root, PG.signature, node))
        graph.add((node, RDF.type, PG.Signature))
        graph.add((node, PG.asWritten, make_text(written)))
        graph.add((node, PG.order, make_number(index)))
        graph.add((node, PG.signatureRole, make_text(role)))
        agent = _agent(name, known) if isinstance(name, OrganisationMention) else None
        if agent is not None:
            graph.add((node, PG.agent, agent))
            if role == "issuer":
                graph.add((root, ELI.passed_by, agent))
        attest(graph, reading, node, name.spans)


def _signatures(reading: Reading) -> Iterator[tuple[OrganisationMention | Mention, str]]:
    """The issuers in printed order, then those named on the signature page; a name that nobody knows as printed.

    Where all the issuers of the head stand again as bodies on the signature page, they are told there; where one does
    not, all are told in both places, or some would be missing in the head.
    """
    elsewhere = {mention.as_written: mention for mention in reversed(reading.mentions)}
    named = (*reading.document.issuers, *reading.document.signatories)
    for role, names in (("issuer", reading.document.issuers), ("signatory", reading.document.signatories)):
        found: list[tuple[int, OrganisationMention | Mention]] = []
        again: list[tuple[int, OrganisationMention | Mention]] = []
        for name in names:
            met = [mention for mention in reading.mentions if _overlap(mention, name)]
            found += [(one.spans[0].start, one) for one in met if _lies_in(one, name)]
            if not met:
                same = elsewhere.get(name.text)
                signs = any(one.as_written == name.text and _lies_in(one, other) for one in reading.mentions
                            for other in named)  # fmt: skip
                told = name if same is None else replace(same, spans=name.spans)
                (again if signs else found).append((name.spans[0].start, told))
        for _, one in sorted([*found, *(again if found else ())], key=lambda pair: pair[0]):
            yield one, role


def _overlap(mention: OrganisationMention, name: Mention) -> bool:
    """Whether the words of a body that is mentioned and those of a name overlap."""
    return any(p.start < span.end and span.start < p.end for span in mention.spans for p in name.spans)


def _lies_in(mention: OrganisationMention, name: Mention) -> bool:
    return any(place.start <= span.start and span.end <= place.end for span in mention.spans for place in name.spans)


def _agent(mention: OrganisationMention, known: _Known) -> URIRef | None:
    if mention.slug is None:
        return None
    return known.find("concept" if mention.is_category else "org", *mention.slug.split("/"))


def _describe_measures(
    graph: Graph,
    reading: Reading,
    citations: list[URIRef],
    known: _Known,
) -> None:
    root = clause_iri(reading.identifier, "", reading.base)
    leaves = {measure.address for measure in reading.measures.measures}
    for group in reading.measures.groups:
        if group.address in leaves:
            continue
        node = instance("measure", reading.identifier, *group.address.split("/"), base=reading.base)
        graph.add((node, RDF.type, PG.MeasureGroup))
        graph.add((node, PG.document, root))
        graph.add((node, PG.clause, clause_iri(reading.identifier, group.clause, reading.base)))
        graph.add((node, SKOS.notation, make_text(group.notation)))
        graph.add((node, DCTERMS.title, make_text(group.title, "zh")))
        _describe_duties(graph, reading, node, group, citations, known)
    for measure in reading.measures.measures:
        node = instance("measure", reading.identifier, *measure.address.split("/"), base=reading.base)
        graph.add((node, RDF.type, PG.Measure))
        graph.add((node, PG.document, root))
        graph.add((node, SKOS.notation, make_text(measure.notation)))
        graph.add((node, DCTERMS.title, make_text(measure.title, "zh")))
        if measure.group is not None and measure.group != measure.address:
            above = instance("measure", reading.identifier, *measure.group.split("/"), base=reading.base)
            graph.add((node, PG.partOfGroup, above))
        for clause in measure.stated_in:
            graph.add((node, PG.statedIn, clause_iri(reading.identifier, clause, reading.base)))
        attest(graph, reading, node, measure.spans)
        _describe_duties(graph, reading, node, measure, citations, known)


def _describe_duties(
    graph: Graph,
    reading: Reading,
    node: URIRef,
    holder: Measure | MeasureGroup,
    citations: list[URIRef],
    known: _Known,
) -> None:
    for index, responsibility in enumerate(holder.responsibilities, start=1):
        duty = URIRef(f"{node}/responsibility_{index}")
        graph.add((node, PG.responsibility, duty))
        _describe_responsibility(graph, reading, duty, responsibility, known)
    for index, basis in enumerate(holder.bases, start=1):
        item = URIRef(f"{node}/basis_{index}")
        graph.add((node, PG.hasLegalBasis, item))
        _describe_basis(graph, reading, item, basis, citations, known)
        graph.add((item, PG.order, make_number(index)))


def _describe_responsibility(
    graph: Graph, reading: Reading, duty: URIRef, responsibility: Responsibility, known: _Known
) -> None:
    mention = responsibility.mention
    role = mention.role if mention.role in ("lead", "implement", "support") else "implement"
    graph.add((duty, RDF.type, PG.Responsibility))
    graph.add((duty, PG.role, instance("concept", f"role-{role}")))
    graph.add((duty, PG.asWritten, make_text(mention.as_written)))
    graph.add((duty, PG.openEnded, Literal(mention.open_ended)))
    graph.add((duty, PG.clause, clause_iri(reading.identifier, mention.clause, reading.base)))
    agent = _agent(mention, known)
    if agent is not None:
        graph.add((duty, PG.agent, agent))
    attest(graph, reading, duty, mention.spans)


def _describe_basis(
    graph: Graph,
    reading: Reading,
    item: URIRef,
    basis: LegalBasis,
    citations: list[URIRef],
    known: _Known,
) -> None:
    quoted = join_spans(reading.source, basis.quote_spans)
    graph.add((item, RDF.type, PG.LegalBasisCitation))
    graph.add((item, PG.document, clause_iri(reading.identifier, "", reading.base)))
    graph.add((item, PG.clause, clause_iri(reading.identifier, basis.clause, reading.base)))
    if basis.title_as_written is not None:
        graph.add((item, PG.titleAsWritten, make_text(basis.title_as_written)))
    graph.add((item, PG.quote, make_text(quoted)))
    graph.add((item, PG.citation, citations[basis.citation]))
    if basis.number_as_written:
        graph.add((item, PG.numberAsWritten, make_text(basis.number_as_written)))
    if basis.locator is not None:
        graph.add((item, PG.locatorAsWritten, make_text(basis.locator.text)))
        graph.add((item, PG.locator, make_text(basis.locator.normal)))
    _describe_resolution(graph, item, reading.resolutions[basis.citation], basis.locator, known)
    attest(graph, reading, item, basis.quote_spans, PG.quoteSpan)
    attest(graph, reading, item, reading.citations[basis.citation].spans)


_SENTENCE_END = frozenset("。；：！？;:!?")


def join_spans(source: str, spans: Iterable[Span]) -> str:
    """The words at some spans as one text: a new line where a sentence ended or an item opens, none at a page cut.

    >>> text = "12. 强化管理。</p> <p>加大</p><p>执法频次"
    >>> join_spans(text, [Span(0, 9), Span(17, 19), Span(26, 30)]).splitlines()
    ['12. 强化管理。', '加大执法频次']
    """
    joined = ""
    for span in spans:
        words = source[span.start : span.end]
        if joined and (joined.rstrip()[-1:] in _SENTENCE_END or read_opening(words)):
            joined += "\n"
        joined += words
    return joined
