"""Whether a document is there on a day, said once for decisions, screening and conclusions alike.

A document with a date is there from that day on. One without has the interval that is inferred for it: before it the
document is not there, on each of its days, the last one included, nobody can tell, and after it the document is there
(rule of the register contract: inside the interval undetermined, after it the policy applies, and the answer says so).
What nobody has dated at all may be there or not on any day. Who answers for a day on which nobody can tell says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from policygraph.judging.rules.counting import day_after
from policygraph.words import Language, source_language


class IssueState(StrEnum):
    """How a document stands on a day."""

    before = "before"
    """It is not there yet."""
    inside = "inside"
    """It is undated, and the day lies in the interval inferred: nobody can tell."""
    after = "after"
    """It is there, by the interval inferred."""
    issued = "issued"
    """It is there, by its own date."""
    unknown = "unknown"
    """It has neither a date nor an interval: nobody can tell on any day."""


@dataclass(frozen=True, slots=True)
class Issue:
    """The first and last day on which a document can have been issued; both None where nothing is known."""

    since: date | None
    until: date | None

    def state(self, day: date) -> IssueState:
        """How the document stands on a day.

        >>> undated = Issue(date(2020, 1, 1), date(2020, 12, 31))
        >>> [str(undated.state(date(*day))) for day in ((2019, 12, 31), (2020, 1, 1), (2020, 12, 31), (2021, 1, 1))]
        ['before', 'inside', 'inside', 'after']
        >>> dated = Issue(date(2020, 6, 16), date(2020, 6, 16))
        >>> [str(dated.state(date(2020, 6, day))) for day in (15, 16)]
        ['before', 'issued']
        """
        if self.since is None or self.until is None:
            return IssueState.unknown
        if day < self.since:
            return IssueState.before
        if self.since == self.until:
            return IssueState.issued
        return IssueState.inside if day <= self.until else IssueState.after

    @property
    def is_dated(self) -> bool:
        """Whether the document has a date of its own."""
        return self.since is not None and self.since == self.until

    @property
    def turns(self) -> tuple[date, ...]:
        """The days on which its state becomes another one, in order; none where nothing is known."""
        if self.since is None or self.until is None:
            return ()
        stands = None if self.is_dated else day_after(self.until)
        return (self.since,) if stands is None else (self.since, stands)

    def tell(self, state: IssueState, language: Language | None = None) -> str:
        """What is to be said of a day with that state, without a full stop; empty where its own date says it.

        >>> print(Issue(date(2020, 1, 1), date(2020, 12, 31)).tell(IssueState.inside))
        本件没有载明成文日期，推定在 2020-01-01 至 2020-12-31 之间；截至日在此区间内，不能确定本件是否已经发布
        """
        words = (language or source_language()).words["deciding"]
        if state is IssueState.issued:
            return ""
        if state is IssueState.before:
            return str(words["before_issue"]).format(day=self.since)
        if state is IssueState.unknown:
            return str(words["undated_unknown"])
        known = words["undated_inside" if state is IssueState.inside else "undated_after"]
        return str(words["undated"]).format(since=self.since, until=self.until, known=known)
