"""Where a quotation stands: verbatim, with white space alone forgiven, because a source breaks lines inside sentences.

This is the rule by which a curated statement is grounded in its clause when a dataset is built, and by which an
answer is held against the source when it is verified: one rule, so that what was built can be verified. Punctuation,
width and every word must be as printed; whether quoted words are those of the *law* is another question
(``judging.law.quotations``), and so is likeness.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from policygraph.text.spans import Span


@dataclass(frozen=True, slots=True)
class Print:
    """The characters of a passage that are no blanks, the place of each in the source, and the piece it stands in."""

    text: str
    places: tuple[int, ...]
    pieces: tuple[int, ...]

    def find(self, quote: str) -> tuple[Span, ...]:
        """Where a quote stands, one span per piece, blanks inside a piece included; empty when it does not stand there.

        >>> passage = read_print([(10, "《印"), (14, "发《某 通知》的通知》")])
        >>> passage.find("印发《某通知》")
        (Span(start=11, end=12), Span(start=14, end=21))
        >>> passage.find("印发《某办法》"), passage.find(" ")
        ((), ())
        """
        wanted = "".join(quote.split())
        at = self.text.find(wanted) if wanted else -1
        if at < 0:
            return ()
        runs = [list(run) for _, run in groupby(range(at, at + len(wanted)), self.pieces.__getitem__)]
        return tuple(Span(self.places[run[0]], self.places[run[-1]] + 1) for run in runs)


def read_print(pieces: Iterable[tuple[int, str]]) -> Print:
    """Pieces of a source, each with its offset, as one passage without blanks; pieces that touch are one."""
    text: list[str] = []
    places: list[int] = []
    numbers: list[int] = []
    number, reached = -1, -1
    for start, words in pieces:
        number += start != reached or number < 0
        reached = start + len(words)
        text.append("".join(words.split()))
        places += [place for place, character in enumerate(words, start) if not character.isspace()]
        numbers += [number] * len(text[-1])
    return Print("".join(text), tuple(places), tuple(numbers))


def same_print(one: str, other: str) -> bool:
    """Whether two texts are the same print: every character but white space alike.

    >>> same_print("印\\n发《某 通知》", "印发《某通知》"), same_print("印发（一）", "印发(一)")
    (True, False)
    """
    return "".join(one.split()) == "".join(other.split())
