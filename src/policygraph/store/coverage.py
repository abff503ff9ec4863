"""Where the answers have gaps: documents that nobody has read to the end for a kind of content.

An answer without a row about a document can mean two things: the document has no such rule, or nobody has looked
(未规定, 未整理). The graph knows which (``queries/curation.rq``), and every answer hands its gaps on, so that no
surface has to guess.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from policygraph.store.questions import FOLDER

CURATION = FOLDER / "curation.rq"


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


def warn_of_gaps(gaps: Collection[Gap]) -> str:
    """Gaps in Chinese words, for what is printed on a terminal or a paper; empty without gaps.

    >>> warn_of_gaps([Gap("d", "lists", "parsed", "某字1号", "名单"), Gap("d", "grades", "drafted", "某字1号", "等级")])
    '未整理：某字1号（名单、等级）。没有人为这些内容看完这些文件；没有列出的，不等于没有规定。'
    """
    kinds: dict[tuple[str, str], list[str]] = {}
    for gap in gaps:
        kinds.setdefault((gap.document, gap.document_label), []).append(
            f"{gap.kind_label}中的{gap.only}" if gap.only else gap.kind_label
        )
    told = "；".join(f"{label}（{'、'.join(dict.fromkeys(names))}）" for (_, label), names in kinds.items())
    return f"未整理：{told}。没有人为这些内容看完这些文件；没有列出的，不等于没有规定。" if told else ""
