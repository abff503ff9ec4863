"""A page as a Word file: what holds of a measure, a provision or a law on a day, its grounds, and its citations.

The head is that of the page: the sentence, then how the basis stands then and now, who may act, how sure that is. It
renders what it is given: no query, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from policygraph.speaking.papers.citations import Citation
from policygraph.speaking.papers.excerpts import add_official, add_rows, open_citing_paper
from policygraph.speaking.papers.typesetting import (
    Columns,
    add_heading,
    add_paragraph,
    add_table,
    pack_paper,
)
from policygraph.text.sentences import join_sentences
from policygraph.words import say

Line = tuple[str, tuple[str, ...]]
"""A heading with what stands under it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One act, provision or law with its sentence and the lines below it."""

    label: str
    sentence: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A table with its heading."""

    heading: str
    columns: Columns
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What a page says, in the language of the documents."""

    title: str
    origin: str
    """Of which document or law it is."""
    as_of: str
    dataset: str
    findings: tuple[Finding, ...]
    parts: tuple[Part, ...]
    citations: tuple[Citation, ...]


def render_card(card: Card) -> bytes:
    """The card as a ``.docx``: title, findings, tables, citations in official form and with their places."""
    paper = open_citing_paper(say("citing", "card_title"))
    add_paragraph(paper, card.origin, lead=card.title + " ")
    add_paragraph(paper, say("citing", "on_day", day=card.as_of, dataset=card.dataset))
    for finding in card.findings:
        add_paragraph(paper, finding.sentence, lead=f"{finding.label} " if finding.label else "")
        for label, parts in finding.lines:
            add_paragraph(paper, join_sentences(parts), lead=f"{label}：")
    for part in card.parts:
        add_heading(paper, part.heading)
        add_table(paper, part.columns, part.rows)
    add_official(paper, card.citations)
    add_rows(paper, card.citations)
    return pack_paper(paper)
