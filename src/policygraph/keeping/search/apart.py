"""Words that stand apart in one clause: 三年内无失信 finds 3年内无安全生产失信行为, where these letters make no run.

Chinese writes no blanks, and no dictionary knows 红名单 or 容缺. So the texts themselves are the dictionary: two
letters that stand side by side somewhere are a word, or the piece of one, and a query is covered by such pairs. Each
letter of it must stand in the clause inside one of its pairs; a number with its unit is one word; letters that say
nothing (内, 近, 的) need not stand there, and any word of having none (无, 未, 没有) stands for the others. Both lists
are concepts (``ontology/concepts/search-words.ttl``).

A letter without a pair that stands anywhere is a misspelling or a word of no text: then nothing is found here, and the
words are led on as before. Nothing here is a synonym, and what was found says which words it rests on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import add

from policygraph.text.folding import fold
from policygraph.text.locators import count_ordinals

# matches the 3年 of 3年内 · 95分; the name of an act in Latin letters; not 三年, which was counted before
_WHOLE = re.compile(r"[0-9]+[^\W\d_a-z]?|[a-z]+")


@dataclass(frozen=True, slots=True)
class Need:
    """What must stand in a clause for one letter, number or word of a query: any of ``forms``.

    ``part`` is the part of the query that it belongs to, ``start`` and ``end`` where it stands in the words asked for.
    """

    forms: tuple[str, ...]
    part: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Spread:
    """A query as the words that must stand somewhere in a clause: the folded words, what each letter of them needs."""

    words: str
    needs: tuple[Need, ...]

    def stands_in(self, text: str, freed: Collection[int] = ()) -> bool:
        """Whether a folded text holds all that is needed; ``freed`` are parts that it fits for another reason.

        >>> spread = read_spread(["三年无失信"], Pairs("3年内没有失信"), (), ("无", "没有"))
        >>> spread.stands_in("3年内没有失信"), spread.stands_in("13年没有失信"), spread.stands_in("3年内失信")
        (True, False, False)
        """
        return all(need.part in freed or any(_holds(text, form) for form in need.forms) for need in self.needs)

    def nearness(self, text: str) -> float:
        """How much of the run of the query stands in a text, from 0 to 1: the share of its pairs."""
        pairs = [self.words[at : at + 2] for at in range(len(self.words) - 1)]
        return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0

    def pieces(self, text: str) -> tuple[str, ...]:
        """The longest pieces of the query that stand in a text, in its order, as they are looked for."""
        found: dict[str, None] = {}
        until = 0
        for need in self.needs:
            if need.start < until:
                continue
            size = next(
                (n for n in range(len(self.words) - need.start, 1, -1) if _holds(text, self._cut(need, n))), 0
            )  # fmt: skip
            piece = self._cut(need, size) if size else next((form for form in need.forms if _holds(text, form)), "")
            if piece:
                found[piece] = None
                until = need.start + size if size else need.end
        return tuple(found)

    def _cut(self, need: Need, size: int) -> str:
        return self.words[need.start : need.start + size]


class Pairs:
    """How often each letter and each pair of letters stands in a text; whoever looks, begins with the rarest."""

    def __init__(self, text: str) -> None:
        self._letters = Counter(text)
        self._pairs = Counter(map(add, text, text[1:]))

    def count(self, words: str) -> int:
        """At most how often words stand in the text; 0 for words that do not."""
        if len(words) == 1:
            return self._letters[words]
        return min((self._pairs[words[at : at + 2]] for at in range(len(words) - 1)), default=0)


def read_spread(
    parts: Sequence[str], pairs: Pairs, idle: Collection[str], without: Collection[str]
) -> Spread | None:  # fmt: skip
    """The parts of a query as words that may stand apart; None where one of its letters is in no word of the texts.

    ``idle`` are words that need not stand there, ``without`` those that stand for each other.

    >>> pairs = Pairs("3年内没有失信，无异议")
    >>> [need.forms for need in read_spread(["近三年无失信"], pairs, ("近",), ("无", "没有")).needs]
    [('3年',), ('无', '没有'), ('失信',)]
    >>> read_spread(["三年无失言"], pairs, (), ("无", "没有")) is None
    True
    """
    folded = [count_ordinals(fold(part, "name")).text for part in parts]
    words = "".join(folded)
    owner = [n for n, part in enumerate(folded) for _ in part]
    needs: dict[tuple[str, ...], Need] = {}
    at = 0
    while at < len(words):
        whole = _WHOLE.match(words, at)
        end = whole.end() if whole else at + max(_longest(words, at, without), 1)
        if whole:
            forms: tuple[str, ...] = (whole.group(),)
        elif end - at > 1 or words[at] in without:
            forms = tuple(without)
        else:
            end = at + max(_longest(words, at, idle), 1)
            forms = () if words[at:end] in idle or not words[at].isalnum() else _pairs_of(words, at)
            if not forms and words[at].isalnum() and words[at:end] not in idle:
                return None
        known = tuple(form for form in forms if pairs.count(form))
        if forms and not known:
            return None
        if known:
            needs.setdefault(known, Need(known, owner[at], at, end))
        at = end
    return Spread(words, tuple(needs.values())) if needs else None


def find_pivot(spread: Spread, pairs: Pairs, free: Collection[int]) -> Need | None:
    """What stands least often of all that is needed, outside the ``free`` parts; None where all of them are."""
    bound = [need for need in spread.needs if need.part not in free]
    return min(bound, key=lambda need: sum(map(pairs.count, need.forms)), default=None)


def _pairs_of(words: str, at: int) -> tuple[str, ...]:
    return tuple(words[start : start + 2] for start in (at - 1, at) if 0 <= start < len(words) - 1)


def _longest(words: str, at: int, forms: Collection[str]) -> int:
    return max((len(form) for form in forms if words.startswith(form, at)), default=0)


def _holds(text: str, words: str) -> bool:
    """Whether words stand in a folded text; a number only where all of it stands."""
    at = text.find(words) if words else -1
    while at >= 0:
        cut = (words[0].isdigit() and text[at - 1 : at].isdigit()) or (
            words[-1].isdigit() and text[at + len(words) : at + len(words) + 1].isdigit()
        )
        if not cut:
            return True
        at = text.find(words, at + 1)
    return False
