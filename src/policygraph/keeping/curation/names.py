"""The names that a document prints of bodies and laws, and what in the registries each may mean.

`parse` takes a name for a thing where the registry knows the very words; what it does not know stays as printed. Here
a person sees those names with the nearest things of the registries, how alike they are and why they are listed. Nothing
is merged: whoever finds the right one writes a name form into the registry, or the agent into the statement.
"""

from __future__ import annotations

from dataclasses import dataclass

from rdflib.namespace import RDF

from policygraph.keeping.curation.cases import MODEL, Case
from policygraph.namespaces import ELI, PG, clause_iri, slug_of
from policygraph.reading.drafting.reconciling import Candidate, find_bodies, find_works

BODY, LAW = "body", "law"


@dataclass(frozen=True, slots=True)
class PrintedName:
    """A name that no registry knows as printed: where it stands first, and what it may mean; empty when nothing."""

    kind: str
    written: str
    clause: str
    start: int
    end: int
    candidates: tuple[Candidate, ...]


def region_of(case: Case) -> str | None:
    """The GB/T 2260 code of the region that the metadata of a document name; None when they name none."""
    region = case.graph("metadata.ttl").value(clause_iri(case.identifier, "", case.base), ELI.jurisdiction)
    return None if region is None else slug_of(str(region)).removeprefix("region/")


def list_names(case: Case) -> tuple[PrintedName, ...]:
    """The bodies and laws that a document names and no registry knows, each once, in reading order."""
    reading, knowledge = case.reading, case.desk.knowledge
    region = region_of(case)
    found: dict[tuple[str, str], PrintedName] = {}
    for mention in reading.mentions:
        if mention.slug is None and not mention.is_category:
            span = mention.spans[0]
            found.setdefault(
                (BODY, mention.as_written),
                PrintedName(
                    BODY, mention.as_written, mention.clause, span.start, mention.spans[-1].end,
                    find_bodies(mention.as_written, knowledge.names, region),
                ),
            )  # fmt: skip
    for citation, resolution in zip(reading.citations, reading.resolutions, strict=True):
        if citation.role == "cited" and resolution.slug is None and citation.title:
            found.setdefault(
                (LAW, citation.title),
                PrintedName(
                    LAW, citation.title, citation.clause, citation.start, citation.end,
                    find_works(citation.title, knowledge.works),
                ),
            )  # fmt: skip
    for name in _agentless(case, region):
        found.setdefault((BODY, name.written), name)
    return tuple(sorted(found.values(), key=lambda name: (name.start, name.kind)))


def _agentless(case: Case, region: str | None) -> list[PrintedName]:
    """The bodies of accepted responsibilities that name no agent."""
    model = case.graph(MODEL)
    found = []
    for node in model.subjects(RDF.type, PG.Responsibility):
        written = model.value(node, PG.asWritten)
        if written is not None and (node, PG.agent, None) not in model:
            clause = slug_of(str(model.value(node, PG.clause))).removeprefix(f"doc/{case.identifier}/")
            at = max(case.reading.source.find(str(written)), 0)
            end = at + len(str(written))
            candidates = find_bodies(str(written), case.desk.knowledge.names, region)
            found.append(PrintedName(BODY, str(written), clause, at, end, candidates))
    return sorted(found, key=lambda name: (name.written, name.clause))
