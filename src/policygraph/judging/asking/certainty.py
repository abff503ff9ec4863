"""How far the counting of what people say leads to one named question, and from where on that is believed.

The evidence for the likeliest named question less that for the next is its lead. The lead is worth less where a
phrasing of another question is nearer, and by how much, and where more speaks against the likeliest than for it.
How often that is right was counted on 900 questions of strangers in eight sets, each with its own questions, and what
is nearly one of them, left out of what was counted, and on 200 of two sets that nobody had seen: at ``SURE`` none was
answered wrongly, the surest of those that would have been lay at 4.0, and eight of eight between were right.
The lead of the first two or three over all others, what nobody can answer among them, tells in the same way whether
one of them is meant: at ``BESIDE`` the right one was among those laid side by side 72 times of 73.
Deliberately absent: the counting, and what stands in a question against any answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policygraph.judging.asking.likeness import MISPLACED, Score

AGREEING = 2.5
"""The lead from which on what is counted agrees with an answer that the phrasings give."""
SURE = 4.5
"""The least certainty of a Chinese question that is believed."""
SURE_ENGLISH = 6.0
"""The same of an English one, of which fewer were heard: at 5 an appeal was answered by the procedures."""
UNASKED = 6.0
"""The lead of what nobody can answer from which on nothing is offered."""
OUTSPOKEN = 12.0
"""The lead from which on a short question without a word of asking is believed."""
BESIDE = 4.5
"""The least certainty that one of a few is meant, so that each is answered."""
WEAK = 0.25
"""What it costs a single one that more speaks against it than for it, by how much."""
NEARER = 0.4
"""How much nearer a phrasing of another question may be before it counts."""
AGAINST = 12.0
"""What it costs where one is nearer still, by the difference of the likenesses."""
STRANGE = 0.25
"""What each character costs that nobody was heard to say beside those around it."""
DENIED = 3.0
"""The lead from which on what is counted stands against an answer that the phrasings give."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The named questions, that for which most speaks first, and how much speaks for each."""

    order: tuple[str, ...]
    values: tuple[float, ...]

    @property
    def query(self) -> str:
        """The named question for which most speaks."""
        return self.order[0]

    def lead(self, size: int = 1) -> float:
        """How far the likeliest leads what follows the first ``size`` of them."""
        return self.values[0] - (self.values[size] if size < len(self.values) else 0.0)

    def certainty(self, scores: Iterable[Score], strange: int, misplaced: int, size: int = 1) -> float:
        """How certain it is that one of the first ``size`` is meant, beside the likenesses of phrasings.

        ``strange`` characters nobody knows, and ``misplaced`` things that are named have no place in the answer.
        """
        likeness: dict[str, float] = {}
        for score in scores:
            likeness[score.query] = max(score.likeness, likeness.get(score.query, 0.0))
        near = max(likeness.get(query, 0.0) for query in self.order[:size])
        nearer = max(likeness.values(), default=0.0) - near
        weak = max(0.0, -self.values[0]) if size == 1 else 0.0
        doubts = STRANGE * strange + MISPLACED * misplaced + WEAK * weak
        return self.lead(size) - AGAINST * max(0.0, nearer - NEARER) - doubts


def hear(weighed: Mapping[str, float]) -> Heard:
    """The named questions by how much speaks for each; of equals the first by name.

    >>> heard = hear({"basis": 3.0, "who": -1.0, "none": -2.5})
    >>> heard.query, heard.lead(), heard.order
    ('basis', 4.0, ('basis', 'who', 'none'))
    >>> heard.lead(2)
    5.5
    """
    order = tuple(sorted(weighed, key=lambda query: (-weighed[query], query)))
    return Heard(order, tuple(weighed[query] for query in order))
