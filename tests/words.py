"""The shipped words of reading, and the readers that take them, for tests that read texts as the program does."""

from __future__ import annotations

from policygraph.judging.law import quotations
from policygraph.keeping.dataset.knowledge import load_words
from policygraph.reading import documents
from policygraph.reading.documents import header, layout
from policygraph.reading.patterns import forms_of

WORDS = load_words()
FORMS = forms_of(WORDS)


def parse_document(source: str) -> documents.Document:
    """A text read with the shipped words."""
    return documents.parse_document(source, WORDS)


def lay_out(source: str) -> layout.Page:
    """The lines of a text, set aside with the shipped words."""
    return layout.lay_out(source, FORMS)


def find_number(text: str) -> tuple[int, int] | None:
    """Where a document number stands, read with the shipped words."""
    return header.find_number(text, FORMS)


def read_statute(source: str) -> quotations.Statute:
    """A statute read with the shipped words."""
    return quotations.read_statute(source, WORDS)
