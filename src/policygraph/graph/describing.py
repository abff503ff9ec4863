"""Between values and RDF: what was read becomes triples, and knowledge files become values the readers use.

Generated and curated statements meet here and stay apart: ``describe_reading`` writes what the text yields by form,
``ground_quotes`` proves that every curated statement quotes its clause verbatim, ``derive`` adds only what follows
by a rule (inheritance from a group, the documents a document cites). Nothing here opens a file or an engine.

Blank nodes do not survive: ``skolemise`` names each after its place, so that two builds are byte-identical.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from policygraph.graph.memory import make_graph
from policygraph.namespaces import ELI, ID, OA, PG, clause_iri, instance, slug_of, source_iri, span_iri
from policygraph.reading.citations import Locator, Resolution, WorkName
from policygraph.reading.documents import Clause, Document
from policygraph.reading.measures import LegalBasis, Measure, MeasureGroup, Responsibility
from policygraph.reading.organisations import OrganisationMention, OrganisationName
from policygraph.reading.texts import Reading
from policygraph.text.locators import address_of, read_opening
from policygraph.text.quotes import Print, read_print
from policygraph.text.spans import Span

Triple = tuple[Node, Node, Node]


@dataclass(frozen=True, slots=True)
class WorkVersions:
    """The dated texts of a work, oldest first, so that a citation can be read with the law of its own day."""

    slug: str
    rank: URIRef | None
    versions: tuple[tuple[str, str], ...]
    """Pairs of (date in the IRI, in force from), both ISO."""

    def version_on(self, day: str | None) -> str | None:
        """The version in force on a day; None when no version is known or the day is before the first."""
        if day is None:
            return None
        known = [stamp for stamp, since in self.versions if since <= day]
        return known[-1] if known else None


@dataclass(frozen=True, slots=True)
class Ungrounded:
    """A curated quote that does not stand in its clause."""

    subject: URIRef
    clause: str
    quote: str
    cause: str


# --- knowledge files → values -----------------------------------------------------------------------------------


def load_work_names(law: Graph) -> tuple[WorkName, ...]:
    """The works that citations are resolved against, by slug."""
    works = []
    for work in _sorted(law.subjects(RDF.type, PG.Work)):
        title = law.value(work, DCTERMS.title)
        number = law.value(work, ELI.id_local)
        variants = tuple(sorted(str(v) for v in law.objects(work, PG.titleVariant)))
        works.append(
            WorkName(
                slug_of(str(work)).removeprefix("law/"), str(title or ""), str(number) if number else None, variants
            )
        )
    return tuple(works)


def load_versions(law: Graph) -> dict[str, WorkVersions]:
    """The dated texts and the rank of each work, by slug."""
    found: dict[str, WorkVersions] = {}
    for work in _sorted(law.subjects(RDF.type, PG.Work)):
        slug = slug_of(str(work)).removeprefix("law/")
        rank = law.value(work, PG.basisRank)
        versions = []
        for version in law.subjects(PG.versionOf, work):
            since = law.value(version, PG.inForceFrom) or law.value(version, ELI.date_document)
            if since is not None:
                versions.append((str(version).rsplit("/", 1)[-1], str(since)))
        found[slug] = WorkVersions(
            slug, rank if isinstance(rank, URIRef) else None, tuple(sorted(versions, key=lambda v: v[1]))
        )
    return found


def load_organisation_names(organisations: Graph, concepts: Graph) -> tuple[OrganisationName, ...]:
    """Every name form of every organisation, and the printed words for department categories."""
    names = []
    for form in set(organisations.subjects(RDF.type, PG.NameForm)):
        for organisation in organisations.subjects(PG.nameForm, form):
            region = organisations.value(organisation, ELI.jurisdiction)
            kind = str(organisations.value(form, PG.formKind) or "official")
            # a full name means the same body in any text; a short one only at home
            scope = slug_of(str(region)).removeprefix("region/") if region and kind != "official" else None
            names.append(
                OrganisationName(
                    slug_of(str(organisation)).removeprefix("org/"),
                    str(organisations.value(form, PG.literalForm) or ""),
                    kind,
                    scope,
                )
            )
    for category in concepts.subjects(SKOS.inScheme, ID["concept/scheme-categories"]):
        slug = slug_of(str(category)).removeprefix("concept/")
        words = {
            str(w) for p in (SKOS.prefLabel, SKOS.altLabel) for w in concepts.objects(category, p) if _is_chinese(w)
        }
        region = concepts.value(category, PG.scopeRegion)
        scope = slug_of(str(region)).removeprefix("region/") if region is not None else None
        names.extend(OrganisationName(slug, word, "category", scope) for word in words)
    return tuple(sorted(names, key=lambda n: (n.label, n.kind, n.slug, n.scope or "")))


def _is_chinese(word: Node) -> bool:
    return isinstance(word, Literal) and (word.language or "zh").startswith("zh")


# --- reading → triples ------------------------------------------------------------------------------------------


def describe_reading(reading: Reading, versions: dict[str, WorkVersions], day: str | None) -> Graph:
    """The structure graph of one document: header, clauses, spans, citations, departments, measures, problems.

    ``day`` is the date a citation is read with (the document's own, else the start of its inferred interval).
    """
    graph = make_graph()
    for triple in _describe_header(reading):
        graph.add(triple)
    for clause in reading.document.clauses:
        for triple in _describe_clause(reading, clause):
            graph.add(triple)
    for index, problem in enumerate((*reading.document.problems, *reading.measures.problems), start=1):
        node = instance("doc", reading.identifier, f"problem_{index}")
        graph.add((node, RDF.type, PG.Problem))
        graph.add((node, PG.document, clause_iri(reading.identifier, "")))
        graph.add((node, PG.code, Literal(problem.code)))
        graph.add((node, PG.message, Literal(problem.message, lang="zh")))
        # a cut in the text has no width; the character before it shows where it is
        start = problem.start if problem.end > problem.start else max(problem.start - 1, 0)
        _attest(graph, reading, node, (Span(start, max(problem.end, start + 1)),) if reading.source else ())
    citations = _describe_citations(graph, reading, versions, day)
    _describe_mentions(graph, reading)
    _describe_measures(graph, reading, citations, versions, day)
    return graph


def _describe_header(reading: Reading) -> Iterator[Triple]:
    document = reading.document
    root = clause_iri(reading.identifier, "")
    source = source_iri(reading.identifier)
    yield root, RDF.type, PG.PolicyDocument
    yield root, DCTERMS.identifier, Literal(reading.identifier)
    yield root, PROV.wasDerivedFrom, source
    yield source, RDF.type, PG.SourceText
    yield source, PG.sha256, Literal(reading.sha256)
    yield source, PG.length, Literal(document.source_length)
    yield source, PG.charset, Literal(reading.charset)
    yield source, PG.sourceText, Literal(reading.source)
    if document.title:
        yield root, DCTERMS.title, Literal(document.title)
    if document.number:
        yield root, ELI.id_local, Literal(document.number)
    if document.number_as_written:
        yield root, PG.numberAsWritten, Literal(document.number_as_written)
    if document.date:
        yield root, ELI.date_document, Literal(document.date, datatype=XSD.date)
    titles = {clause.parent: clause.text for clause in document.clauses if clause.level == "title"}
    for clause in document.clauses:
        if clause.level == "annex":
            annex = clause_iri(reading.identifier, clause.id)
            yield root, ELI.has_annex, annex
            yield annex, RDF.type, PG.Annex
            yield annex, ELI.is_annex_of, root
            if clause.id in titles:
                yield annex, DCTERMS.title, Literal(" ".join(titles[clause.id].split()))


def _describe_clause(reading: Reading, clause: Clause) -> Iterator[Triple]:
    node = clause_iri(reading.identifier, clause.id)
    root = clause_iri(reading.identifier, "")
    yield node, RDF.type, PG.Clause
    yield node, PG.document, root
    yield node, ELI.is_part_of, clause_iri(reading.identifier, clause.parent) if clause.parent else root
    yield node, PG.order, Literal(clause.order)
    yield node, PG.level, Literal(clause.level)
    yield node, PG.text, Literal(clause.text)
    if clause.label:
        yield node, ELI.number, Literal(clause.label)
    if clause.heading:
        yield node, PG.heading, Literal(clause.heading)
    for span in clause.spans:
        yield from _describe_span(reading, span)
        yield node, PG.attestedBy, span_iri(reading.identifier, span.start, span.end)


def _describe_span(reading: Reading, span: Span) -> Iterator[Triple]:
    node = span_iri(reading.identifier, span.start, span.end)
    position = URIRef(f"{source_iri(reading.identifier)}#position={span.start},{span.end}")
    quote = URIRef(f"{source_iri(reading.identifier)}#quote={span.start},{span.end}")
    yield node, RDF.type, OA.SpecificResource
    yield node, OA.hasSource, source_iri(reading.identifier)
    yield node, OA.hasSelector, position
    yield node, OA.hasSelector, quote
    yield position, RDF.type, OA.TextPositionSelector
    yield position, OA.start, Literal(span.start)
    yield position, OA.end, Literal(span.end)
    yield quote, RDF.type, OA.TextQuoteSelector
    yield quote, OA.exact, Literal(reading.source[span.start : span.end])


def _attest(graph: Graph, reading: Reading, node: Node, spans: Iterable[Span], by: URIRef = PG.attestedBy) -> None:
    for span in spans:
        for triple in _describe_span(reading, span):
            graph.add(triple)
        graph.add((node, by, span_iri(reading.identifier, span.start, span.end)))


def _describe_citations(
    graph: Graph, reading: Reading, versions: dict[str, WorkVersions], day: str | None
) -> list[URIRef]:
    nodes: list[URIRef] = []
    counters: dict[str, int] = {}
    root = clause_iri(reading.identifier, "")
    preamble = _preamble(reading.document)
    for citation, resolution in zip(reading.citations, reading.resolutions, strict=True):
        counters[citation.clause] = counters.get(citation.clause, 0) + 1
        node = URIRef(f"{clause_iri(reading.identifier, citation.clause)}/citation_{counters[citation.clause]}")
        nodes.append(node)
        graph.add((node, RDF.type, PG.Citation))
        graph.add((node, PG.document, root))
        graph.add((node, PG.clause, clause_iri(reading.identifier, citation.clause)))
        graph.add((node, PG.quote, Literal(citation.text)))
        graph.add((node, PG.citationRole, Literal(citation.role)))
        if citation.title:
            graph.add((node, PG.titleAsWritten, Literal(citation.title)))
        if citation.number_as_written:
            graph.add((node, PG.numberAsWritten, Literal(citation.number_as_written)))
        for locator in citation.locators:
            graph.add((node, PG.locatorAsWritten, Literal(locator.text)))
            graph.add((node, PG.locator, Literal(locator.normal)))
        if citation.role == "cited":
            _describe_resolution(graph, node, resolution, None, versions, day)
        if citation.nested_in is not None and citation.nested_in < len(nodes):
            graph.add((node, PG.nestedIn, nodes[citation.nested_in]))
        if citation.role == "cited" and citation.clause in preamble:
            graph.add((root, PG.documentBasis, node))
        _attest(graph, reading, node, citation.spans)
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
    versions: dict[str, WorkVersions],
    day: str | None,
) -> None:
    graph.add((node, PG.resolution, Literal(resolution.kind)))
    graph.add((node, PG.resolvedBy, Literal(resolution.by)))
    for candidate in resolution.candidates:
        graph.add((node, PG.candidateWork, instance("law", candidate)))
    for differs, term in ((resolution.number_differs, PG.numberDiffers), (resolution.title_differs, PG.titleDiffers)):
        if differs:
            graph.add((node, term, Literal(True)))
    if resolution.slug is None:
        return
    graph.add((node, PG.citedWork, instance("law", resolution.slug)))
    work = versions.get(resolution.slug)
    if work is not None and work.rank is not None:
        graph.add((node, PG.basisRank, work.rank))
    path = address_of(locator.normal) if locator is not None else None
    if path is not None:
        stamp = work.version_on(day) if work is not None else None
        parts = ("law", resolution.slug, *((stamp,) if stamp else ()), *path.split("/"))
        provision = instance(*parts)
        graph.add((node, PG.citedProvision, provision))
        graph.add((provision, RDF.type, PG.Provision))
        graph.add((provision, PG.locator, Literal(locator.normal if locator else "")))
        graph.add((provision, ELI.is_part_of, instance(*parts[: 3 if stamp else 2])))


def _describe_mentions(graph: Graph, reading: Reading) -> None:
    root = clause_iri(reading.identifier, "")
    for index, mention in enumerate(reading.mentions, start=1):
        node = instance("doc", reading.identifier, f"mention_{index}")
        graph.add((node, RDF.type, PG.OrganisationMention))
        graph.add((node, PG.document, root))
        graph.add((node, PG.clause, clause_iri(reading.identifier, mention.clause)))
        graph.add((node, PG.asWritten, Literal(mention.as_written)))
        graph.add((node, PG.mentionRole, Literal(mention.role)))
        agent = _agent(mention)
        if agent is not None:
            graph.add((node, PG.agent, agent))
        _attest(graph, reading, node, mention.spans)
    for index, (mention, role) in enumerate(_signatures(reading), start=1):
        node = instance("doc", reading.identifier, f"signature_{index}")
        graph.add((root, PG.signature, node))
        graph.add((node, RDF.type, PG.Signature))
        graph.add((node, PG.asWritten, Literal(mention.as_written)))
        graph.add((node, PG.order, Literal(index)))
        graph.add((node, PG.signatureRole, Literal(role)))
        agent = _agent(mention)
        if agent is not None:
            graph.add((node, PG.agent, agent))
            if role == "issuer":
                graph.add((root, ELI.passed_by, agent))
        _attest(graph, reading, node, mention.spans)


def _signatures(reading: Reading) -> Iterator[tuple[OrganisationMention, str]]:
    """The issuers in printed order, then those named on the signature page."""
    issuers = {span for item in reading.document.issuers for span in item.spans}
    signers = {span for item in reading.document.signatories for span in item.spans}
    for role, places in (("issuer", issuers), ("signatory", signers)):
        for mention in reading.mentions:
            if any(place.start <= span.start and span.end <= place.end for span in mention.spans for place in places):
                yield mention, role


def _agent(mention: OrganisationMention) -> URIRef | None:
    if mention.slug is None:
        return None
    return instance("concept", mention.slug) if mention.is_category else instance("org", *mention.slug.split("/"))


def _describe_measures(
    graph: Graph,
    reading: Reading,
    citations: list[URIRef],
    versions: dict[str, WorkVersions],
    day: str | None,
) -> None:
    root = clause_iri(reading.identifier, "")
    leaves = {measure.address for measure in reading.measures.measures}
    for group in reading.measures.groups:
        if group.address in leaves:
            continue
        node = instance("measure", reading.identifier, *group.address.split("/"))
        graph.add((node, RDF.type, PG.MeasureGroup))
        graph.add((node, PG.document, root))
        graph.add((node, PG.clause, clause_iri(reading.identifier, group.clause)))
        graph.add((node, SKOS.notation, Literal(group.notation)))
        graph.add((node, DCTERMS.title, Literal(group.title)))
        _describe_duties(graph, reading, node, group, citations, versions, day)
    for measure in reading.measures.measures:
        node = instance("measure", reading.identifier, *measure.address.split("/"))
        graph.add((node, RDF.type, PG.Measure))
        graph.add((node, PG.document, root))
        graph.add((node, SKOS.notation, Literal(measure.notation)))
        graph.add((node, DCTERMS.title, Literal(measure.title)))
        if measure.group is not None and measure.group != measure.address:
            graph.add((node, PG.partOfGroup, instance("measure", reading.identifier, *measure.group.split("/"))))
        for clause in measure.stated_in:
            graph.add((node, PG.statedIn, clause_iri(reading.identifier, clause)))
        _attest(graph, reading, node, measure.spans)
        _describe_duties(graph, reading, node, measure, citations, versions, day)


def _describe_duties(
    graph: Graph,
    reading: Reading,
    node: URIRef,
    holder: Measure | MeasureGroup,
    citations: list[URIRef],
    versions: dict[str, WorkVersions],
    day: str | None,
) -> None:
    for index, responsibility in enumerate(holder.responsibilities, start=1):
        duty = URIRef(f"{node}/responsibility_{index}")
        graph.add((node, PG.responsibility, duty))
        _describe_responsibility(graph, reading, duty, responsibility)
    for index, basis in enumerate(holder.bases, start=1):
        item = URIRef(f"{node}/basis_{index}")
        graph.add((node, PG.hasLegalBasis, item))
        _describe_basis(graph, reading, item, basis, citations, versions, day)
        graph.add((item, PG.order, Literal(index)))


def _describe_responsibility(graph: Graph, reading: Reading, duty: URIRef, responsibility: Responsibility) -> None:
    mention = responsibility.mention
    role = mention.role if mention.role in ("lead", "implement", "support") else "implement"
    graph.add((duty, RDF.type, PG.Responsibility))
    graph.add((duty, PG.role, instance("concept", f"role-{role}")))
    graph.add((duty, PG.asWritten, Literal(mention.as_written)))
    graph.add((duty, PG.openEnded, Literal(mention.open_ended)))
    graph.add((duty, PG.clause, clause_iri(reading.identifier, mention.clause)))
    agent = _agent(mention)
    if agent is not None:
        graph.add((duty, PG.agent, agent))
    _attest(graph, reading, duty, mention.spans)


def _describe_basis(
    graph: Graph,
    reading: Reading,
    item: URIRef,
    basis: LegalBasis,
    citations: list[URIRef],
    versions: dict[str, WorkVersions],
    day: str | None,
) -> None:
    quoted = join_spans(reading.source, basis.quote_spans)
    graph.add((item, RDF.type, PG.LegalBasisCitation))
    graph.add((item, PG.document, clause_iri(reading.identifier, "")))
    graph.add((item, PG.clause, clause_iri(reading.identifier, basis.clause)))
    graph.add((item, PG.titleAsWritten, Literal(basis.title_as_written)))
    graph.add((item, PG.quote, Literal(quoted)))
    graph.add((item, PG.citation, citations[basis.citation]))
    if basis.number_as_written:
        graph.add((item, PG.numberAsWritten, Literal(basis.number_as_written)))
    if basis.locator is not None:
        graph.add((item, PG.locatorAsWritten, Literal(basis.locator.text)))
        graph.add((item, PG.locator, Literal(basis.locator.normal)))
    _describe_resolution(graph, item, reading.resolutions[basis.citation], basis.locator, versions, day)
    _attest(graph, reading, item, basis.quote_spans, PG.quoteSpan)
    _attest(graph, reading, item, reading.citations[basis.citation].spans)


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


# --- curated statements -----------------------------------------------------------------------------------------


def ground_quotes(model: Graph, reading: Reading) -> tuple[Graph, tuple[Ungrounded, ...]]:
    """The spans of every quote in a curated model, and the quotes that do not stand verbatim in their clause.

    Only white space is forgiven (a source breaks lines inside sentences); punctuation must be as printed.
    """
    grounds = make_graph()
    failures: list[Ungrounded] = []
    clauses = {str(clause_iri(reading.identifier, c.id)): c for c in reading.document.clauses}
    prints: dict[str, Print] = {}
    for subject, quote in sorted(model.subject_objects(PG.quote)):
        assert isinstance(subject, URIRef)
        places = sorted(str(o) for o in model.objects(subject, PG.clause))
        if not places:
            failures.append(Ungrounded(subject, "", str(quote), "没有 pg:clause"))
        for place in places:
            clause = clauses.get(place)
            if clause is None:
                failures.append(Ungrounded(subject, slug_of(place), str(quote), "没有这一条款"))
                continue
            if place not in prints:
                prints[place] = read_print(_pieces(reading.source, clause.spans))
            spans = prints[place].find(str(quote))
            if not spans:
                failures.append(Ungrounded(subject, slug_of(place), str(quote), "引文不是该条款的原文"))
            _attest(grounds, reading, subject, spans)
    for subject in _sorted(model.subjects(PG.clause, None)):
        if not (set(model.objects(subject, PG.quote)) or (subject, RDF.type, PG.UnyieldingClause) in model):
            failures.append(Ungrounded(URIRef(str(subject)), "", "", "有 pg:clause 而没有 pg:quote"))
    return grounds, tuple(failures)


def _sorted(nodes: Iterable[Node]) -> list[Node]:
    return sorted(set(nodes), key=str)


def _pieces(source: str, spans: Iterable[Span]) -> Iterator[tuple[int, str]]:
    """The stretches of a source at some spans; two with nothing but white space between are one."""
    start = end = -1
    for span in spans:
        if end >= 0 and not source[end : span.start].strip():
            end = span.end
            continue
        if end >= 0:
            yield start, source[start:end]
        start, end = span.start, span.end
    if end >= 0:
        yield start, source[start:end]


# --- what follows by a rule -------------------------------------------------------------------------------------


def derive(union: Graph) -> Graph:
    """The derived graph: superclasses of measures, inheritance from groups, first quotes, documents cited, what has
    been read to its end, and the rows of the comparison.

    A leaf inherits its group's departments and bases and the link says so (组级依据，未分配到本项): it is never
    presented as the leaf's own. What the leaf states itself is not touched.
    """
    derived = _settled_kinds(union) + _comparison_rows(union)
    for kind in _sorted(union.subjects(RDFS.subClassOf, PG.Measure)):
        for measure in union.subjects(RDF.type, kind):
            derived.add((measure, RDF.type, PG.Measure))
    for measure, group in union.subject_objects(PG.partOfGroup):
        for duty in union.objects(group, PG.responsibility):
            derived.add((measure, PG.inheritedResponsibility, duty))
        for basis in union.objects(group, PG.hasLegalBasis):
            derived.add((measure, PG.inheritedLegalBasis, basis))
    for measure in set(union.subjects(RDF.type, PG.Measure)):
        stated = sorted(union.objects(measure, PG.statedIn), key=lambda c: _order(union, c))
        if (measure, PG.clause, None) not in union and stated:
            derived.add((measure, PG.clause, stated[0]))
            text = union.value(stated[0], PG.text)
            if text is not None:
                derived.add((measure, PG.quote, text))
        for clause in union.objects(measure, PG.clause):
            derived.add((measure, PG.statedIn, clause))
    for citation, work in union.subject_objects(PG.citedWork):
        document = union.value(citation, PG.document)
        if document is not None:
            derived.add((document, ELI.cites, work))
    return derived


def _settled_kinds(union: Graph) -> Graph:
    """The kinds for which somebody has read a document to its end: accepted or none, with who and when.

    Where two statements about one kind differ, it is not settled. Silence of a document may be told only of what
    stands here; so a missing, unsigned or half-done statement makes an answer less sure, never more.
    """
    states: dict[tuple[Node, Node], list[bool]] = {}
    for curation in union.subjects(RDF.type, PG.Curation):
        settled = any(
            (state, PG.settled, Literal(True)) in union for state in union.objects(curation, PG.curationState)
        )
        signed = all(union.value(curation, term) is not None for term in (PG.curatedBy, DCTERMS.date))
        for document in union.objects(curation, PG.document):
            for kind in union.objects(curation, PG.curatedKind):
                states.setdefault((document, kind), []).append(settled and signed)
    found = make_graph()
    for (document, kind), told in states.items():
        if all(told):
            found.add((document, PG.settledKind, kind))
    return found


def _comparison_rows(union: Graph) -> Graph:
    """A row of the comparison for each policy area and class of effect that some measure has, and one for the rest.

    So no measure can miss its row, and no row can be without a measure. The row of the rest holds what the program
    read and nobody has given a kind and an area yet.
    """
    found = make_graph()
    loose, classified = set(union.subjects(RDF.type, PG.Measure)), set[Node]()
    for effect_class, kind in union.subject_objects(PG.classOfMeasure):
        word = str(effect_class).rsplit("/effect-class-", 1)[-1]
        names = _names(union, effect_class)
        placed = {(m, area) for m in union.subjects(RDF.type, kind) for area in union.objects(m, PG.policyArea)}
        loose |= set(union.subjects(RDF.type, kind))
        classified |= {measure for measure, _ in placed}
        for area in {area for _, area in placed}:
            slug = str(area).rsplit("/", 1)[-1].removeprefix("area-")
            row = instance("comparison", f"{slug}-{word}")
            found.add((row, RDF.type, PG.ComparisonRow))
            found.add((row, PG.policyArea, area))
            found.add((row, PG.effectClass, Literal(word)))
            for language, label in ({"zh": slug} | _names(union, area)).items():
                found.add((row, RDFS.label, Literal(f"{label} · {names.get(language, word)}", lang=language)))
    if loose - classified:
        row = instance("comparison", "unclassified")
        found.add((row, RDF.type, PG.ComparisonRow))
        found.add((row, PG.effectClass, Literal("unclassified")))
        for language, label in _names(union, ID["concept/effect-class-unclassified"]).items():
            found.add((row, RDFS.label, Literal(label, lang=language)))
    return found


def _names(union: Graph, thing: Node) -> dict[str, str]:
    """The preferred names of a concept by language."""
    labels = (o for o in union.objects(thing, SKOS.prefLabel) if isinstance(o, Literal))
    return {label.language: str(label) for label in labels if label.language}


def _order(union: Graph, clause: Node) -> int:
    order = union.value(clause, PG.order)
    return 0 if order is None else int(str(order))


def reading_day(metadata: Graph, root: URIRef, document: Document) -> str | None:
    """The day a document's citations are read with: its own date, else the start of its inferred interval."""
    if document.date:
        return document.date
    start = metadata.value(root, PG.dateFrom)
    return None if start is None else date.fromisoformat(str(start)).isoformat()
