"""How alike two texts are, where they agree and differ, and what comes nearest to a word.

Likeness is a number from 0 to 1 and never decides alone: whoever uses it names its threshold and what must agree
besides. Texts are taken as they come; fold them first (`folding`), or blanks and the width of brackets count.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

from rapidfuzz import fuzz, process


class Run(NamedTuple):
    """Characters that two texts have in common: where they begin in either, and how many they are."""

    a: int
    b: int
    size: int


def likeness(one: str, other: str) -> float:
    """The share of both texts that stands in both in the same order (twice the longest common subsequence).

    >>> likeness("国务院进一步加强企业安全生产工作的通知", "国务院关于进一步加强企业安全生产工作的通知") > 0.9
    True
    >>> likeness("限制", "鼓励"), likeness("", "")
    (0.0, 1.0)
    """
    return fuzz.ratio(one, other) / 100


def shared_pairs(one: str, other: str) -> float:
    """The share of pairs of neighbouring characters that two texts have in common; order counts in the pair only.

    Cheap enough to choose among all pairs of clauses what is worth comparing; 0 for a text without a pair.

    >>> shared_pairs("实施市场禁入", "实施市场禁入"), shared_pairs("限制", "鼓励"), shared_pairs("法", "法")
    (1.0, 0.0, 0.0)
    """
    first, second = _pairs(one), _pairs(other)
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def share_of_pairs(part: str, whole: str) -> float:
    """The share of the pairs of neighbouring characters of one text that stand in another; 0 for one without a pair.

    >>> share_of_pairs("每年一次", "将频次降至每年一次"), share_of_pairs("限制", "鼓励")
    (1.0, 0.0)
    """
    own = _pairs(part)
    return len(own & _pairs(whole)) / len(own) if own else 0.0


def drops_characters(shorter: str, longer: str) -> bool:
    """Whether the first text is the second with characters left out, none moved or changed; equal texts count.

    >>> drops_characters("发改财金", "发改财金规"), drops_characters("发改金财", "发改财金规")
    (True, False)
    """
    letters = iter(longer)
    return all(letter in letters for letter in shorter)


def word_likeness(one: str, other: str) -> float:
    """How near a short word or code is to another, also where one is part of the other or its parts are moved.

    >>> word_likeness("safety work", "work safety"), word_likeness("安监", "安监部门") >= 0.9
    (1.0, True)
    """
    parts = fuzz.partial_ratio(one, other) * 0.9
    return max(fuzz.ratio(one, other), fuzz.token_set_ratio(one, other), parts) / 100


def find_runs(one: str, other: str) -> tuple[Run, ...]:
    """What two texts have in common, in the order of both, the longest run chosen first; empty when nothing is.

    >>> find_runs("可先行受理", "应先行受理")
    (Run(a=1, b=1, size=4),)
    """
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return tuple(Run(block.a, block.b, block.size) for block in blocks if block.size)


def find_gaps(one: str, other: str) -> tuple[tuple[int, int, int, int], ...]:
    """Where two texts differ: ``one[a:b]`` stands in the place of ``other[c:d]``, either may be empty.

    >>> find_gaps("可先行受理", "应先行受理后补"), find_gaps("可以", "可以")
    (((0, 1, 0, 1), (5, 5, 5, 7)), ())
    """
    gaps = []
    a = c = 0
    for run in (*find_runs(one, other), Run(len(one), len(other), 0)):
        if a < run.a or c < run.b:
            gaps.append((a, run.a, c, run.b))
        a, c = run.a + run.size, run.b + run.size
    return tuple(gaps)


def find_nearest(written: str, known: Iterable[str], limit: int, least: float) -> tuple[int, ...]:
    """The places in ``known`` of what is most like a word, best first, at least ``least`` alike; empty when none is.

    >>> find_nearest("legal-base", ("grades", "legal-bases"), 5, 0.45)
    (1,)
    """
    found = process.extract(written, tuple(known), scorer=fuzz.ratio, limit=limit, score_cutoff=least * 100)
    return tuple(place for _, _, place in found)


def near_words(written: str, known: Iterable[str], limit: int = 1, least: float = 0.6) -> tuple[str, ...]:
    """The known words most like a word, best first, then by name; empty when none is near.

    >>> near_words("monthAgo", ("monthsAgo", "daysAgo")), near_words("信用", ("daysAgo",))
    (('monthsAgo',), ())
    """
    words = sorted(known)
    return tuple(words[place] for place in find_nearest(written, words, limit, least))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
