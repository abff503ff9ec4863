"""What an answer is: rows of plain values, the day and the data they answer for, and the gaps to tell with them.

An answer without a row about a document can mean two things: the document has no such rule, or nobody has looked
(未规定, 未整理). The graph knows which (``queries/curation.rq``), and every answer hands its gaps on, so that no
surface has to guess. Nothing is asked here; ``keeping.store`` does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from policygraph.words import source_language


class Iri(str):
    """A cell that is an IRI: reads as its text, and can be told from a literal of the same words."""

    __slots__ = ()


Cell = str | int | float | bool | None
"""A value of an answer; ``Iri`` is the ``str`` that names a resource, None is an empty cell."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A kind of content that a document has not been read to its end for, how far it has come, and both names.

    ``only`` names the items of the kind that are meant, where the kind as a whole has been read; empty for all of it.
    """

    document: str
    kind: str
    state: str
    document_label: str
    kind_label: str
    only: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows that answer a question, with the date they were asked for and the hash of the graph that answered.

    ``truncated`` says that more rows exist than the limit let through; ``next`` is then where to go on. ``coverage``
    are the declared gaps: of these documents and kinds, no row does not mean no rule.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    as_of: str | None = None
    dataset: str | None = None
    truncated: bool = False
    next: str | None = None
    coverage: tuple[Gap, ...] = ()


def warn_of_gaps(gaps: Collection[Gap]) -> str:
    """Gaps in Chinese words, for what is printed on a terminal or a paper; empty without gaps.

    >>> warn_of_gaps([Gap("d", "lists", "parsed", "某字1号", "名单"), Gap("d", "grades", "drafted", "某字1号", "等级")])
    '未整理：某字1号（名单、等级）。没有人为这些内容看完这些文件；没有列出的，不等于没有规定。'
    """
    words = source_language().words
    kinds: dict[tuple[str, str], list[str]] = {}
    for gap in gaps:
        kinds.setdefault((gap.document, gap.document_label), []).append(
            str(words["gaps_in"]).format(kind=gap.kind_label, only=gap.only) if gap.only else gap.kind_label
        )
    told = "；".join(f"{label}（{'、'.join(dict.fromkeys(names))}）" for (_, label), names in kinds.items())
    return f"{words['uncurated']}：{told}。{words['uncurated_note']}" if told else ""
