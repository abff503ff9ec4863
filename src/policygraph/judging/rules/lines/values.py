"""What condition lines say, as values: rules with their periods, records, completeness and result lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rdflib import Graph, Literal, URIRef

from policygraph.judging.rules.facts import ROLES
from policygraph.namespaces import BASE, slug_of

UNIT = "unit"
PERSONS = "persons"
SUBJECTS = (UNIT, *ROLES)
"""Whose records can count: the unit's own, and those of the holders of each post (``persons``: of any post)."""
KIND_WORDS = "concept/condition-kind-"
"""The kinds are concepts; their IRIs begin so."""
Scalar = URIRef | Literal


@dataclass(frozen=True, slots=True)
class Test:
    """One filter on a record: a term of the as-of view, how it is compared, and with what."""

    term: URIRef
    comparison: str
    """``is``, ``isNot``, ``in``, ``atLeast``, ``atMost``, ``below``, ``above``, ``isKnown`` or ``isUnknown``."""
    values: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """Records of one table that pass all tests, at least so many of them, of these subjects."""

    table: str
    tests: tuple[Test, ...]
    subjects: tuple[str, ...]
    count: int = 1
    held: str = "today"
    """``today``: posts held on the as-of day; ``during``: posts left inside the period."""
    lasting: bool = False
    """True when a fact that lasts counts as long as it lasted into the period, not only from its own date."""
    list_fields: str | None = None
    """When not None: no records are meant but the number of fields in which the unit stands on this list."""


@dataclass(frozen=True, slots=True)
class LookBack:
    """One reading of how far back a text looks that names no period."""

    since: date | None
    """The day from which a table has to be complete up to the as-of day; None: on the as-of day alone."""
    interpretation: URIRef
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Completeness:
    """What must be declared complete before a missing record means that nothing happened."""

    table: str
    field: str | None
    shape: URIRef | None = None
    """The proposition that it is complete, where it has a name; shapes written by hand may refer to it."""
    looks: tuple[LookBack, ...] = ()
    """The readings of how far back it has to be complete, the default first; none: as at the day."""


@dataclass(frozen=True, slots=True)
class Day:
    """One reading of where a period ends: the interpretation it belongs to, and the words for it."""

    interpretation: URIRef | None = None
    last_day_out: bool = False
    suffix: str = ""
    within: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """A period of so many months before the as-of day, its words, and the readings of its last day."""

    months: int
    words: Mapping[str, str]
    days: tuple[Day, ...]
    """The default reading first."""


@dataclass(frozen=True, slots=True)
class Run:
    """So many periods in a row whose results all lie on the failing steps of a ladder."""

    iri: URIRef
    ladder: URIRef
    """The rule whose ladder tells which results fail: its bounds stand there and nowhere else."""
    period: Period
    count: int

    @property
    def name(self) -> str:
        """The place of the run below its policy."""
        return slug_of(str(self.iri)).split("/", 2)[2]


@dataclass(frozen=True, slots=True)
class Line:
    """One result that a decision may report about a condition, with its words."""

    result: str
    shape: URIRef
    message: Mapping[str, str]
    clause: URIRef | None
    quote: str | None
    interpretation: URIRef | None = None
    instead: bool = False
    """True when the line takes the place of another under its reading, instead of being added to it."""
    instead_of: frozenset[URIRef] = frozenset()
    """The default readings under which alone the line counts, because a variation takes its place."""
    valid_from: date | None = None
    pattern: Pattern | None = None
    completeness: Completeness | None = None
    post: str | None = None
    timeless: bool = False
    """True when the period of the rule does not bound this line."""
    bounded: bool = False
    """True when the period of the rule bounds a line that decides nothing, too."""
    gaps: bool = False
    """True when a period without a result counts towards a run, as far as its table is complete."""
    needs: str | None = None
    missing: str | None = None
    supplier: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder of grades: from which value on, or by which tests."""

    condition: URIRef
    lower: Literal | None
    tests: tuple[Test, ...]
    line: Line
    others: tuple[Line, ...]
    """Further results about this step, over the records that reach it."""
    failing: bool = False
    """True when to stand on this step is to have no grade: what a run counts."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition, or a part of one, of a known kind."""

    iri: URIRef
    kind: str
    condition: URIRef | None
    period: Period | None
    pattern: Pattern | None
    grounds: tuple[Pattern, ...]
    clues: tuple[Pattern, ...]
    later: tuple[Pattern, ...]
    """What, dated after a determination, that determination does not cover."""
    joined: tuple[Pattern, ...]
    """What a person brings along who took up a post after a determination, which does not cover it."""
    ended: tuple[Pattern, ...]
    """What, ended after a determination, leaves open whether it still holds."""
    completeness: tuple[Completeness, ...]
    by_determination: bool
    """True when determinations are read, be it as grounds or to be held against the facts."""
    against_determination: bool
    """True when they are no grounds: the facts decide, and a determination that says otherwise leaves it open."""
    denial_wins: bool
    lines: tuple[Line, ...]
    measured: URIRef | None = None
    steps: tuple[Step, ...] = ()
    run: Run | None = None

    @property
    def name(self) -> str:
        """The place of the rule below its policy: ``rule/jiamusi-2020-6/3`` → ``3``."""
        return slug_of(str(self.iri)).split("/", 2)[2]


@dataclass(frozen=True, slots=True)
class Conditions:
    """All rules of one policy; ``head`` holds the triples about the policy itself and its readings."""

    policy: str
    valid_from: date
    head: Graph
    rules: tuple[Rule, ...]
    completeness: tuple[Completeness, ...] = ()
    """What has a name among what must be complete."""
    base: str = BASE
    """What the policy's IRI begins with; its shapes stand there too."""
