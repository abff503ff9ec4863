"""How far the counting of what people say leads to one named question, and from where on that is believed.

The evidence for the likeliest named question less that for the next is its lead. The lead is worth less where a
phrasing of another question is nearer, and by how much. How often a lead of each size is right was counted on
454 questions of strangers, each set of them with its own questions left out of what was counted. Without what stands
against it, a lead of 10 was right every time and led to 65 of 100 answers, one of 7.6 was wrong twice in 340, one of
5.5 four times in 380 and led to 83 of 100: ``SURE`` is there, where what is taken off keeps all but one of them out.
Deliberately absent: the counting, and what stands in a question against any answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policygraph.judging.asking.likeness import MISPLACED, Score

SURE = 5.5
"""The least certainty that is believed."""
NEARER = 0.25
"""How much nearer a phrasing of another question may be before it counts."""
AGAINST = 20.0
"""What it costs where one is nearer still, by the difference of the likenesses."""
STRANGE = 0.25
"""What each character costs that nobody was heard to say beside those around it."""
DENIED = 3.0
"""The lead from which on what is counted stands against an answer that the phrasings give."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The named question for which most speaks, how far it leads, and the others, the likeliest first."""

    query: str
    lead: float
    order: tuple[str, ...]
    value: float

    def certainty(self, scores: Iterable[Score], strange: int, misplaced: int) -> float:
        """How certain it is, beside the likenesses of phrasings.

        ``strange`` characters nobody knows, and ``misplaced`` things that are named have no place in the answer.
        """
        likeness: dict[str, float] = {}
        for score in scores:
            likeness[score.query] = max(score.likeness, likeness.get(score.query, 0.0))
        nearer = max(likeness.values(), default=0.0) - likeness.get(self.query, 0.0)
        return self.lead - AGAINST * max(0.0, nearer - NEARER) - STRANGE * strange - MISPLACED * misplaced


def hear(weighed: Mapping[str, float]) -> Heard:
    """The named question for which most speaks; of equals the first by name.

    >>> heard = hear({"basis": 3.0, "who": -1.0, "none": -2.5})
    >>> heard.query, heard.lead, heard.order
    ('basis', 4.0, ('basis', 'who', 'none'))
    """
    order = tuple(sorted(weighed, key=lambda query: (-weighed[query], query)))
    first = order[0]
    return Heard(first, weighed[first] - max((weighed[one] for one in order[1:]), default=0.0), order, weighed[first])
