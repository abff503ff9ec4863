"""Excerpts as a Word file: numbered, verbatim, dated citations, each with its source, sha256 and place.

The page and the paper print the same cells (``list_rows``), so that what somebody collected on the screen is what lies
in the file. A table and not a running text: each cell of a source stands by itself, and nothing joins two quotations.
It renders what it is given: no query, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document as Paper

from policygraph.speaking.papers.citations import Citation
from policygraph.speaking.papers.typesetting import (
    add_heading,
    add_paragraph,
    add_table,
    open_paper,
    pack_paper,
    set_footer,
)
from policygraph.words import say

COLUMNS: tuple[tuple[str, int], ...] = (
    ("col_number", 12), ("col_cited", 70), ("col_words", 117), ("col_rests", 74),
)  # fmt: skip
"""The columns of excerpts, with their widths in millimetres."""


def list_rows(citations: Sequence[Citation]) -> list[tuple[str, str, str, str]]:
    """The cells of each citation: its number, the place cited, the words or why there are none, what they rest on."""
    return [
        (str(number), one.name, one.words or one.unquoted, f"{one.provenance}\n{one.clause}\n{one.url}")
        for number, one in enumerate(citations, start=1)
    ]


def render_excerpts(citations: Sequence[Citation], as_of: str, dataset: str) -> bytes:
    """The excerpts as a ``.docx``: what they rest on, a row for each, then each in the form of official papers."""
    paper = open_citing_paper(say("citing", "excerpts"))
    add_paragraph(paper, say("citing", "paper_note", day=as_of, dataset=dataset))
    add_rows(paper, citations)
    add_official(paper, citations)
    return pack_paper(paper)


def open_citing_paper(title: str) -> Paper:
    """An empty paper that cites: its title, and at the foot of each page what such a paper is not."""
    paper = open_paper(None, title)
    set_footer(
        paper,
        say("citing", "notice") + say("opinion", "page_before"),
        say("opinion", "page_between"),
        say("opinion", "page_after"),
    )
    add_paragraph(paper, title, style="Title")
    return paper


def add_rows(paper: Paper, citations: Sequence[Citation]) -> None:
    """The table of citations, a row for each."""
    add_table(paper, [(say("citing", name), width) for name, width in COLUMNS], list_rows(citations))


def add_official(paper: Paper, citations: Sequence[Citation]) -> None:
    """The citations in the form of official papers, numbered under their heading."""
    add_heading(paper, say("citing", "as_official"))
    for number, one in enumerate(citations, start=1):
        add_paragraph(paper, one.official, lead=f"{number}. ")
