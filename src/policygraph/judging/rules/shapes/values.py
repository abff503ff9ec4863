"""What shapes say of a policy, as values: its conditions, readings and reported shapes, and the words for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from rdflib import Graph

from policygraph.judging.rules.issue import Issue
from policygraph.namespaces import BASE

OUTCOMES = frozenset({"eligible", "ineligible", "excluded", "suspended", "target", "not_target", "graded"})
ADVERSE = frozenset({"target"})
"""Positive outcomes that burden the enterprise: nobody is told how to come by one of them."""
COMBINATIONS = frozenset({"allOf", "anyOf"})
PARTS = frozenset({"requirement", "exclusion", "suspension", "grade", "finding"})
FINDINGS = frozenset({"finding", "suspension"})
"""Parts that are told beside the conditions: what was found, not what is asked for."""
REPORTS = frozenset({"verdict", "evidence", "cites", "warning", "finding", "binds", "frees"})
"""What a result is: a verdict; evidence of a passed condition; a record to cite where it did not pass; a warning; a
finding; a record of a person whom the outcome reaches or spares."""
ANSWERING = frozenset({"verdict", "evidence", "cites", "finding"})
"""Reports that belong to the answer about a condition."""
NEEDS = frozenset({"evidence", "judgement"})
DETERMINED = frozenset({"passed", "failed"})
"""What a determination can say about a condition."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the possible readings of an ambiguous text: the question, the answer taken, and why."""

    iri: str
    question: str
    value: str
    label: str
    is_default: bool
    reason: str = ""
    combination: str | None = None
    """When this reading changes how the conditions combine: the combination it uses."""


@dataclass(frozen=True, slots=True)
class Look:
    """A table at which a shape looks, the single fields that are enough, and from which day on."""

    table: str
    fields: tuple[str, ...] = ()
    """Empty where all fields are meant."""
    since: date | None = None
    """None: the as-of day alone, or whatever day is meant elsewhere."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One reported shape: what a result of it means for which condition, and the clause that says so."""

    iri: str
    condition: str
    report: str
    severity: str
    clause: str
    quote: str
    message: str
    message_en: str
    valid_from: date
    valid_until: date | None = None
    needs: str | None = None
    """``evidence`` or ``judgement``: what would settle a result of severity Warning."""
    missing: str = ""
    supplier: str = ""
    remedy: str = ""
    readings: tuple[tuple[str, str], ...] = ()
    """Pairs of (question, value): the shape counts only under these readings; empty = under every reading."""
    window: int | None = None
    """Months that a forbidden record stays in the way, when the shape has such a window."""
    window_open: bool = False
    """True when the day of the period's end no longer counts."""
    covers: tuple[str, ...] = ()
    """Tables whose completeness the shape asks for."""
    fields: tuple[str, ...] = ()
    """Fields for which alone a table's completeness is enough; empty where all fields are asked for."""
    roles: tuple[str, ...] = ()
    """Posts whose holders on the day the shape looks at."""
    joined: bool = False
    """True when it reports records of persons because they took up their posts after a determination."""
    looks: tuple[Look, ...] = ()
    """From when on the tables have to be complete for which it names no window of months."""
    measured: tuple[str, ...] = ()
    """The numbers of a record that it holds against a bound, by the properties that carry them."""
    later: tuple[Look, ...] = ()
    """The records that, dated after a determination about its condition, are not covered by that determination."""

    def in_force(self, day: date) -> bool:
        """True when the shape applies on that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition as a policy asks it: its number and title, and the part it plays in the outcome."""

    condition: str
    notation: str
    title: str
    part: str
    grade: str | None = None
    restricted: bool = False
    """True when the outcome of the condition is itself not public (standing on a watch list)."""
    binds_persons: tuple[str, ...] = ()
    """Roles of the persons whom the measures of a finding reach; empty when the text names none."""
    settled_by: tuple[str, ...] = ()
    """Outcomes of a determination that the text lets settle the condition or a part, whatever the facts alone say."""


@dataclass(frozen=True, slots=True)
class MeasureRule:
    """Which measures follow from an outcome, a condition or a grade; ``measures`` empty means all of the document."""

    outcome: str | None
    condition: str | None
    grade: str | None
    document: str | None
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withholding:
    """Measures that do not follow, whatever else is so, once a precondition of their own has failed."""

    condition: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as its shapes file states it; nothing about it stands in Python."""

    id: str
    label: str
    document: str
    region_prefix: str
    outside_subjects: tuple[str, ...]
    positive: str
    negative: str
    excluded: str | None
    suspended: str | None
    combination: str
    issued_from: date
    issued_to: date
    repealed_on: date | None
    asked: tuple[Asked, ...]
    readings: tuple[Reading, ...]
    shapes: tuple[Shape, ...]
    measures: tuple[MeasureRule, ...]
    withheld: tuple[Withholding, ...]
    judgement_for_every_measure: str
    remarks: tuple[str, ...]
    binds_persons: tuple[str, ...]
    """Roles of the persons to whom the outcome extends; empty when the text names none."""
    main: Graph
    """The shapes that count under the default readings."""
    others: Graph
    """The shapes that count only under another reading; empty when there is none."""
    looks_at_watch_lists: bool = False
    """Whether a shape that can decide something asks for the watch list, whose entries are not public."""
    base: str = BASE
    """What its IRI and those of its conditions and readings begin with."""
    regions: Mapping[str, str] = field(default_factory=dict, compare=False)
    """The names of regions by their codes, as the dataset has them; a place without one is told by its code."""
    fields: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What the fields of records are called, by their codes, as the dataset has them."""
    judged: Mapping[str, Graph] = field(default_factory=dict)
    """Conditions whose shapes read determinations about them, with their shapes of every reading: what these say
    without the determination is what the facts alone say. Every other condition is decided by the facts alone."""

    @property
    def issue(self) -> Issue:
        """When its document can have been issued."""
        return Issue(self.issued_from, self.issued_to)

    @property
    def adverse(self) -> bool:
        """True when the positive outcome burdens the enterprise."""
        return self.positive in ADVERSE

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions on which the text allows two readings, sorted."""
        return tuple(sorted({reading.question for reading in self.readings}))

    def defaults(self) -> dict[str, str]:
        """The reading used for each question."""
        return {reading.question: reading.value for reading in self.readings if reading.is_default}

    def by_default(self) -> Policy:
        """The same policy under its default readings alone: enough for an outcome, and a third less to run."""
        used = tuple(reading for reading in self.readings if reading.is_default)
        return replace(self, readings=used, others=Graph(bind_namespaces="none"))

    def counts(self, shape: Shape, taken: dict[str, str], day: date) -> bool:
        """True when the shape counts under the readings taken and on that day."""
        return shape.in_force(day) and all(taken.get(question) == value for question, value in shape.readings)
