"""What reading a document yields: its header, its clause tree and the problems met, as frozen values.

Nothing here reads; `parse_document` does. Every position is a span of the untouched source.
"""

from __future__ import annotations

from dataclasses import dataclass

from policygraph.text.spans import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """Something set aside or doubtful: a code, a message for people, and where it is.

    The words of a problem (`start` to `end`) are set aside: no clause holds them. Those of a doubt stay in their clause
    and are shown, such as a sentence that breaks off, or the number behind which others are missing.
    """

    code: str
    message: str
    start: int
    end: int
    doubt: bool = False


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
    """A parsed document: what its header says, its clauses in reading order, and the problems met.

    ``spanning`` pairs a row of a table with each cell of a row above that covers it too: the cell's words are printed
    once and stay one clause.
    """

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
    spanning: tuple[tuple[str, str], ...] = ()
