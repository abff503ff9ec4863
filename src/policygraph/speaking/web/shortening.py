"""A sentence with a long run of titles as a page shows it: the first of them and how many there are, the rest folded.

A conclusion names every text that nobody has read, those of its own act first; on a page nine titles in a row hide
what the sentence says. Nothing is lost: the run comes back whole, and papers, JSON and CSV keep the sentence as it is.
Deliberately absent: provisions. What decides (《…》第二十二条) is never folded away.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

SHOWN = 3
"""Titles of a run that stay in the sentence; one more is told rather than counted."""
# matches 《甲》、《乙》、《丙》、《丁》、《戊》） and 《甲》, 《乙》, 《丙》, 《丁》, 《戊》); not 《甲》、《乙》第二条
_RUN = re.compile(r"(?:《[^《》]+》(?:、|, )){4,}《[^《》]+》(?=[）)；;。.]|$)")
_TITLE = re.compile(r"《[^《》]+》")


@dataclass(frozen=True, slots=True)
class Shortened:
    """A sentence with its long runs of titles cut, and every title of those runs."""

    text: str
    titles: tuple[str, ...] = ()


def shorten_titles(text: str, rest: Callable[..., str]) -> Shortened:
    """A sentence whose runs of more than four titles tell three of them and the count, in the words of ``rest``.

    >>> told = "在已收录并阅读的规定中未见（另有未读：《甲》、《乙》、《丙》、《丁》、《戊》），不得单独据本文件实施。"
    >>> shorten_titles(told, "等{n}件".format).text
    '在已收录并阅读的规定中未见（另有未读：《甲》、《乙》、《丙》等5件），不得单独据本文件实施。'
    >>> shorten_titles("另有未读：《甲》、《乙》、《丙》、《丁》。", "等{n}件".format).titles
    ()
    """
    titles: list[str] = []

    def cut(run: re.Match[str]) -> str:
        found = _TITLE.findall(run[0])
        titles.extend(found)
        kept = run[0][: run[0].index(found[SHOWN - 1]) + len(found[SHOWN - 1])]
        return kept + rest(n=len(found))

    return Shortened(_RUN.sub(cut, text), tuple(dict.fromkeys(titles)))
