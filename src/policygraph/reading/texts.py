"""One text, read whole: header, clauses, citations, departments and measures in one frozen value.

The steps of reading depend on each other in one order only; this module is that order, so that ``build`` and
``parse`` cannot read the same text differently. Words and names come in as ``Knowledge``; no file is opened here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from policygraph.namespaces import BASE
from policygraph.reading.citations import Citation, Resolution, WorkName, find_citations, resolve_citation
from policygraph.reading.documents import Document, list_tables, parse_document
from policygraph.reading.measures import LegalBasis, MeasureSet, Responsibility, find_measures
from policygraph.reading.organisations import OrganisationMention, OrganisationName, find_organisations
from policygraph.reading.passages import read_passages
from policygraph.reading.vocabulary import Vocabulary
from policygraph.text.titles import cite_text


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the readers look words up in: the works of law, the names of organisations, the signal words."""

    works: tuple[WorkName, ...]
    names: tuple[OrganisationName, ...]
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read from one source text; ``resolutions`` run beside ``citations``.

    ``identifier`` is its folder name and IRI segment, ``base`` what its IRIs begin with; ``sha256`` and ``charset``
    describe the file it came from.
    """

    identifier: str
    source: str
    sha256: str
    charset: str
    document: Document
    citations: tuple[Citation, ...]
    resolutions: tuple[Resolution, ...]
    mentions: tuple[OrganisationMention, ...]
    measures: MeasureSet
    base: str = BASE


def read_text(
    source: str,
    knowledge: Knowledge,
    jurisdiction: str | None = None,
    *,
    identifier: str = "text",
    sha256: str = "",
    charset: str = "UTF-8",
    base: str = BASE,
) -> Reading:
    """Read any official document; never raises. ``jurisdiction`` (a GB/T 2260 code) scopes short names of bodies."""
    document = parse_document(source, knowledge.vocabulary)
    passages = read_passages(source, document)
    citations = find_citations(source, document, knowledge.vocabulary, passages)
    mentions = find_organisations(source, document, knowledge.names, jurisdiction, knowledge.vocabulary, passages)
    return Reading(
        identifier,
        source,
        sha256,
        charset,
        document,
        citations,
        _resolve(citations, knowledge),
        mentions,
        find_measures(source, document, citations, mentions, knowledge.vocabulary, passages),
        base,
    )


def _resolve(citations: tuple[Citation, ...], knowledge: Knowledge) -> tuple[Resolution, ...]:
    """What each citation means; a short name means what the citation that gave it means."""
    found: list[Resolution] = []
    for citation in citations:
        resolution = resolve_citation(citation, knowledge.works, knowledge.vocabulary)
        if citation.alias_of is not None and resolution.slug is None:
            meant = found[citation.alias_of]
            pointed = meant.slug is not None and citation.locators
            resolution = replace(meant, kind="provision" if pointed else meant.kind)
        found.append(resolution)
    return tuple(found)


def serialise_reading(reading: Reading) -> dict[str, Any]:  # Any: a JSON object
    """The public JSON of ``policygraph parse``; offsets are code points into the input, end exclusive."""
    document = reading.document
    shared = {group.address: group.responsibilities for group in reading.measures.groups}
    return {
        "number": document.number,
        "date": document.date,
        "title": document.title,
        "kind": document.kind,
        "issuers": [item.text for item in document.issuers],
        "addressees": [item.text for item in document.addressees],
        "clauses": [
            {
                "id": clause.id,
                "parent": clause.parent,
                "label": clause.label,
                "level": clause.level,
                "heading": clause.heading,
                "text": clause.text,
                "spans": [[span.start, span.end] for span in clause.spans],
            }
            for clause in document.clauses
        ],
        "citations": [
            {
                "text": citation.text,
                "title": citation.title,
                "number": citation.number,
                "locators": [locator.normal for locator in citation.locators],
                "start": citation.start,
                "end": citation.end,
                "clause": citation.clause,
                "role": citation.role,
                "resolution": resolution.kind,
                "work": resolution.slug,
            }
            for citation, resolution in zip(reading.citations, reading.resolutions, strict=True)
        ],
        "departments": list(_serialise_mentions(reading)),
        "tables": [
            {
                "header": list(table.header),
                "rows": [list(row) for row in table.rows],
                "start": table.start,
                "end": table.end,
            }
            for table in list_tables(document)
        ],
        "groups": [
            {
                "notation": group.notation,
                "title": group.title,
                "clause": group.clause,
                "bases": _name_bases(group.bases, reading.citations),
                "departments": _name_departments(group.responsibilities),
            }
            for group in reading.measures.groups
        ],
        "measures": [
            {
                "notation": m.notation,
                "title": m.title,
                "clauses": list(m.stated_in),
                "group": m.group,
                "bases": _name_bases(m.bases, reading.citations),
                "departments": _name_departments((*shared.get(m.group or "", ()), *m.responsibilities)),
            }
            for m in reading.measures.measures
        ],
        "problems": [
            {"code": p.code, "message": p.message, "start": p.start, "end": p.end}
            for p in sorted((*document.problems, *reading.measures.problems), key=lambda p: (p.start, p.end, p.code))
        ],
    }


_PRINTED_ROLES = {"lead": "lead", "implement": "implement", "support": "support", "sign": "signatory"}


def _serialise_mentions(reading: Reading) -> Iterator[dict[str, Any]]:  # Any: a JSON object
    """The departments in reading order; those of a cell that covers several rows once for each of them."""
    rows = Counter(cell for _, cell in reading.document.spanning)
    printed = (mention for mention in reading.mentions if mention.role in _PRINTED_ROLES)
    for clause, group in groupby(printed, key=lambda mention: mention.clause):
        mentions = [_serialise_mention(mention) for mention in group]
        for _ in range(1 + rows[clause]):
            yield from mentions


def _serialise_mention(mention: OrganisationMention) -> dict[str, Any]:  # Any: a JSON object
    """A department where it is printed; ``organisation`` is None when the registry does not know the name."""
    return {
        "as_written": mention.as_written,
        "role": _PRINTED_ROLES[mention.role],
        "organisation": mention.slug,
        "start": mention.spans[0].start,
        "end": mention.spans[-1].end,
        "clause": mention.clause,
    }


def _name_departments(responsibilities: tuple[Responsibility, ...]) -> list[str]:
    """Who carries out a measure, as written, each once."""
    return list(dict.fromkeys(responsibility.mention.as_written for responsibility in responsibilities))


def _name_bases(bases: tuple[LegalBasis, ...], citations: tuple[Citation, ...]) -> list[str]:
    """Each basis as one would cite it: title, number and pin-point, each once."""
    named = ((citations[basis.citation], basis.locator) for basis in bases)
    return list(
        dict.fromkeys(
            "".join(
                (
                    cite_text(citation.title, citation.number),
                    locator.normal if locator else "",
                )
            )
            for citation, locator in named
        )
    )
