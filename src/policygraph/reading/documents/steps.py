"""What stands above and below a text is read step by step: a table says what may come, a stretch knows what has come.

Headers and endings of official documents have a fixed order of parts, each of which may be missing. A step names one
part and counts how many of the next lines are that part; the reading of a stretch is the same loop for every table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from policygraph.reading.documents.layout import Line, Page
from policygraph.reading.patterns import Forms


def trim_lines(page: Page, lines: Sequence[Line]) -> list[Line]:
    """Lines without the white space at their ends, a tab too; what is nothing but white space is left out."""
    trimmed = []
    for line in lines:
        text = page.text(line)
        left, right = len(text) - len(text.lstrip()), len(text.rstrip())
        if left < right:
            trimmed.append(line._replace(start=line.start + left, end=line.start + right))
    return trimmed


@dataclass(slots=True)
class Stretch:
    """Lines that are read from `at` on, what was read so far (`entries`: level and lines), and whether in an annex."""

    page: Page
    lines: list[Line]
    annex: bool = False
    at: int = 0
    entries: list[tuple[str, list[Line]]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @property
    def forms(self) -> Forms:
        """The patterns with the words that the page is read with."""
        return self.page.forms

    @property
    def above(self) -> str:
        """The level that was read last; empty when nothing was."""
        return self.entries[-1][0] if self.entries else ""

    def text(self, below: int = 0) -> str:
        """The words of the line that is read now, or of one below it; empty past the last line."""
        at = self.at + below
        return self.page.text(self.lines[at]) if at < len(self.lines) else ""

    def take(self, level: str, count: int) -> None:
        """Read that many lines as one entry of a level."""
        self.entries.append((level, trim_lines(self.page, self.lines[self.at : self.at + count])))
        self.seen.add(level)
        self.at += count


@dataclass(frozen=True, slots=True)
class Step:
    """One part that may stand at the line that is read now: its level, and how many lines of it stand there (0: none).

    It is looked for only when one of `after` was read already (empty: always) and none of `unless` was. A step that
    `ends` is the last; one without a level ends the reading above its lines.
    """

    level: str
    count: Callable[[Stretch], int]
    after: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    ends: bool = False

    def stands_here(self, stretch: Stretch) -> int:
        """How many lines of it stand at the line that is read now; 0 when it does not."""
        if (self.after and not self.after & stretch.seen) or self.unless & stretch.seen:
            return 0
        return self.count(stretch)


def read_step(steps: Sequence[Step], stretch: Stretch) -> bool:
    """Read the first step that stands here; whether the reading goes on below it."""
    for step in steps:
        count = step.stands_here(stretch)
        if count:
            if step.level:
                stretch.take(step.level, count)
            return bool(step.level) and not step.ends
    return False
