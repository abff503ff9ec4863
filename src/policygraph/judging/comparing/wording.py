"""The words that two clauses share, and the words in which they differ.

Two places often copy the same model text and change one word in it, and the word is what matters: 可先行受理 leaves a
choice, 应先行受理 does not. So identical wording is never reported without its length and without the words that
differ. Half-width and full-width punctuation count as the same. Nothing is said of who copied whom: the texts alone
cannot tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from policygraph.text.folding import fold
from policygraph.text.likeness import find_runs

SHORTEST = 8
"""The shortest run of identical characters that is reported; below it, set phrases of the trade would fill the page."""
ALIGNED = 4
"""The shortest run that is taken for the same passage when the words between two passages are compared."""
AFTER = 4
"""Characters after a differing word that are shown with it, so that it can be read."""
WHOLE = 16
"""A differing passage longer than this is not a changed word but another text, and is cut."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The words of either text where they differ, empty where it has none, and what follows in both."""

    first: str
    second: str
    after: str


@dataclass(frozen=True, slots=True)
class Echo:
    """Identical wording of two texts: the longest run, how long it is, how much is shared, and what differs."""

    run: str
    length: int
    shared: int
    differences: tuple[Difference, ...]


def find_echo(first: str, second: str) -> Echo | None:
    """The identical wording of two texts; None when no run is long enough to be more than a set phrase.

    >>> echo = find_echo("基本条件具备、申报材料不齐的,可先行受理", "申报材料不齐的，应先行受理。")
    >>> echo.run, echo.length, echo.differences
    ('申报材料不齐的，', 8, (Difference(first='可', second='应', after='先行受理'),))
    >>> find_echo("限制其参与政府采购", "限制取得政府供应土地") is None
    True
    """
    one, two = (fold_wording(text) for text in (first, second))
    kept = [run for run in find_runs(one, two) if run.size >= ALIGNED]
    longest = max(kept, key=lambda block: block.size, default=None)
    if longest is None or longest.size < SHORTEST:
        return None
    differences = []
    for left, right in pairwise(kept):
        first_part, second_part = one[left.a + left.size : right.a], two[left.b + left.size : right.b]
        after = one[right.a : right.a + min(AFTER, right.size)]
        differences.append(Difference(_shorten(first_part), _shorten(second_part), after))
    run = one[longest.a : longest.a + longest.size]
    return Echo(run, longest.size, sum(block.size for block in kept), tuple(differences))


def fold_wording(text: str) -> str:
    """The text as wordings are compared: without blanks and closing marks, punctuation in its Chinese width.

    >>> fold_wording("申报材料不齐的,可先行 受理。")
    '申报材料不齐的，可先行受理'
    """
    return fold(text, "spelling").text.rstrip("；。，")


def _shorten(part: str) -> str:
    return part if len(part) <= WHOLE else part[: WHOLE // 2] + "……" + part[-WHOLE // 2 :]
