"""What is judged of an act and what is concluded: values, without a graph."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rdflib import URIRef

from policygraph.judging.rules.issue import Issue

ENABLING = ("direct", "conditional", "narrower")
ASKING = ("conditions", "limits")
# 2021年文本 · 1996年;  not: 修正文本
_YEAR = re.compile("[0-9]{4}年")


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer to a question that words of a document or a law leave open."""

    node: str
    question: str
    """What it answers, with its document: of several readings of one question only one holds."""
    labels: Mapping[str, str]
    is_default: bool


@dataclass(frozen=True, slots=True, eq=False)
class Bearing:
    """How a provision bears on acts, on the days it lives; each is read once, so it equals none but itself."""

    node: str
    fit: str
    work: str
    title: str
    versions: tuple[tuple[str, str, str], ...]
    """The dated texts judged, each with its name (2021年文本) and its days; none where no text is registered."""
    rank: str
    provision: str
    cited: str
    since: str
    until: str
    is_read: bool
    decisive: bool
    no_case: bool
    counts: bool
    requirement: Mapping[str, str]
    orders: bool
    """Whether the provision itself orders the act in the cases that it reaches, whatever a document says."""
    requires: frozenset[str]
    leaves_to: frozenset[str]
    """Works of which one must say whether the act may be done at all; this provision only refers to them."""
    specifies: frozenset[str]
    """Works within which this provision only says more."""
    reading: Reading | None
    region: str
    types: tuple[ActType, ...]

    @property
    def is_default(self) -> bool:
        """Whether it counts without another reading."""
        return self.reading is None or self.reading.is_default

    def lives(self, day: str) -> bool:
        """Whether the judgement and its text both hold on a day."""
        return self.since <= day <= self.until

    @property
    def article(self) -> str:
        """The provision: 《安全生产法》第七十八条."""
        return f"《{self.title}》{self.provision}"

    def dated_article(self, day: str) -> str:
        """The provision with the year of its text, where one is registered: 《安全生产法》第七十八条（2021年）."""
        year = _YEAR.match(self._name(day))
        return self.article + (f"（{year[0]}）" if year else "")

    def place(self, day: str) -> str:
        """The provision with the text of a day: 《安全生产法》第七十八条（2021年文本）."""
        name = self._name(day)
        return self.article + (f"（{name}）" if name else "")

    def _name(self, day: str) -> str:
        """What the text of a day is called; that of the last text for later days, empty where none is registered."""
        known = [name for name, since, until in self.versions if since <= day <= until]
        return (known or [name for name, _, _ in self.versions] or [""])[-1]


@dataclass(frozen=True, slots=True)
class ActType:
    """A type of act: of each kind of mark that is given, one must be the act's."""

    marks: Mapping[str, frozenset[str]]

    def matches(self, act: Act) -> bool:
        """Whether an act is of the type."""
        return bool(self.marks) and all(
            values & act.marks.get(mark, frozenset()) for mark, values in self.marks.items()
        )


@dataclass(frozen=True, slots=True)
class Act:
    """What is done to whom, as far as a conclusion asks."""

    node: str
    measure: str
    document: str
    region: str
    issue: Issue
    title: Mapping[str, str]
    nature: str
    trigger: str
    marks: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Exemption:
    """Ranks too low for a nature that may still say more within what others have laid down."""

    ranks: frozenset[str]
    within: frozenset[str]


@dataclass(frozen=True, slots=True)
class Nature:
    """A nature of acts: whether it needs a basis, and of which ranks."""

    needs_basis: bool
    carried_by: frozenset[str]
    exemptions: tuple[Exemption, ...]
    is_internal: bool
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ActReading:
    """What an act is under another reading, where that differs; empty what does not."""

    reading: Reading
    nature: str
    trigger: str
    makes: str

    def of(self, act: Act) -> Act:
        """The act under the reading."""
        nature, makes = self.nature or act.nature, frozenset({self.makes}) if self.makes else act.marks["makes"]
        marks = {**act.marks, "nature": frozenset({nature}), "makes": makes}
        return replace(act, nature=nature, trigger=self.trigger or act.trigger, marks=marks)


@dataclass(frozen=True, slots=True)
class Power:
    """Who may do an act, on the days the judgement lives."""

    node: str
    kind: str
    """``apply`` or ``set``."""
    within: str
    authority: Mapping[str, str]
    work: str
    title: str
    provision: str
    is_read: bool
    since: str
    until: str
    reading: Reading | None
    """The reading of who the bodies of the document are, where the words leave it open."""

    @property
    def is_default(self) -> bool:
        """Whether it counts without another reading."""
        return self.reading is None or self.reading.is_default


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: the features it asks for, those it refuses, its conclusion and the pattern of its sentence."""

    node: str
    conclusion: str
    when: frozenset[str]
    unless: frozenset[str]
    patterns: Mapping[str, str]

    def holds(self, features: frozenset[str]) -> bool:
        """Whether the rule applies.

        >>> Rule("r", "supported", frozenset({"direct"}), frozenset({"requirements"}), {}).holds(frozenset({"direct"}))
        True
        """
        return self.when <= features and not self.unless & features


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Another reading and the conclusion it leads to, by language."""

    said: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return self.in_language("zh")

    def in_language(self, language: str) -> str:
        """The words in a language; in Chinese where it has none of its own."""
        known = dict(self.said)
        return known.get(language) or known.get("zh", "")


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What is so of an act on the days of an interval."""

    rule: str
    conclusion: str
    rests_on: tuple[str, ...]
    asked_by: tuple[str, ...]
    """The judgements that ask for a basis of some rank, whatever the nature of the act."""
    unread: tuple[str, ...]
    verification: str
    certainty: str
    other_readings: tuple[Otherwise, ...]
    sentences: tuple[tuple[str, str], ...]
    words: tuple[tuple[URIRef, str, tuple[str, ...]], ...]
    """What is printed beside the conclusion, item by item, each with its term; what is empty is left out."""


Rivals = Sequence[tuple[Bearing, tuple[Bearing, ...]]]
"""Judgements on an act, each with those that it yields to."""
