"""Knowledge files as values: the works and bodies that a reader knows by name, the dated texts of a work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS
from rdflib.term import Node

from policygraph.graph.memory import sort_nodes
from policygraph.namespaces import BASE, ELI, ID, PG, base_of, slug_of
from policygraph.reading.citations import WorkName
from policygraph.reading.documents import Document
from policygraph.reading.organisations import OrganisationName


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


def load_work_names(law: Graph) -> tuple[WorkName, ...]:
    """The works that citations are resolved against, by slug."""
    works = []
    for work in sort_nodes(law.subjects(RDF.type, PG.Work)):
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
    for work in sort_nodes(law.subjects(RDF.type, PG.Work)):
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
            str(w) for p in (SKOS.prefLabel, SKOS.altLabel) for w in concepts.objects(category, p) if is_chinese(w)
        }
        region = concepts.value(category, PG.scopeRegion)
        scope = slug_of(str(region)).removeprefix("region/") if region is not None else None
        names.extend(OrganisationName(slug, word, "category", scope) for word in words)
    return tuple(sorted(names, key=lambda n: (n.label, n.kind, n.slug, n.scope or "")))


@dataclass(frozen=True, slots=True)
class Region:
    """A region by its GB/T 2260 code: the names it goes by in Chinese, and the base it stands under.

    ``whole`` is the country, which no region is above.
    """

    code: str
    names: tuple[str, ...]
    base: str
    whole: bool


def load_regions(concepts: Graph) -> tuple[Region, ...]:
    """The regions that are known, by code."""
    found = []
    for region, code in concepts.subject_objects(PG.code):
        names = {str(w) for p in (SKOS.prefLabel, SKOS.altLabel) for w in concepts.objects(region, p) if is_chinese(w)}
        whole = concepts.value(region, SKOS.broader) is None
        found.append(Region(str(code), tuple(sorted(names)), base_of(str(region)), whole))
    return tuple(sorted(found, key=lambda region: region.code))


def load_kinds(concepts: Graph) -> dict[str, URIRef]:
    """The concept of each word for a kind of document."""
    return {
        str(word): kind
        for kind in sort_nodes(concepts.subjects(SKOS.inScheme, ID["concept/scheme-kinds"]))
        for term in (SKOS.prefLabel, SKOS.altLabel)
        for word in concepts.objects(kind, term)
        if is_chinese(word) and isinstance(kind, URIRef)
    }


def find_homes(knowledge: Graph) -> dict[str, str]:
    """Under which base each thing stands by its path, for the works, bodies and others that do not stand under ours."""
    bases = {str(subject): base_of(str(subject)) for subject in set(knowledge.subjects())}
    return {slug_of(subject): base for subject, base in sorted(bases.items()) if base != BASE}


def is_chinese(word: Node) -> bool:
    """Whether a value is words in Chinese, or in no language that it names."""
    return isinstance(word, Literal) and (word.language or "zh").startswith("zh")


def reading_day(metadata: Graph, root: URIRef, document: Document) -> str | None:
    """The day a document's citations are read with: its own date, else the start of its inferred interval."""
    if document.date:
        return document.date
    start = metadata.value(root, PG.dateFrom)
    return None if start is None else date.fromisoformat(str(start)).isoformat()
