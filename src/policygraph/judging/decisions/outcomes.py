"""What a decision is: the outcome, one finding per condition with its ground, and what it leads to.

Plain values, so that a terminal table, JSON, RDF, a page and a Word file show the same answer. Outcome words of
conditions are EARL's: ``passed``, ``failed``, ``cantTell``, ``inapplicable``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from policygraph.judging.rules.facts import TABLE
from policygraph.words import Language, say, source_language


@dataclass(frozen=True, slots=True)
class Missing:
    """Something still needed to decide: evidence or a judgement, and who can supply it."""

    needs: str
    what: str
    supplier: str


@dataclass(frozen=True, slots=True)
class ShapeResult:
    """One kept result of validation: the shape that reported it, and the record it is about, if any."""

    shape: str
    severity: str
    component: str
    path: str
    evidence: str | None
    message: str
    restricted: bool = False
    """True when the record is not public (a watch-list entry)."""


@dataclass(frozen=True, slots=True)
class CoverageUsed:
    """One statement that a table is complete for a period, on which an answer rests."""

    table: str
    since: date
    until: date
    field: str = ""
    source: str = ""
    exported_on: date | None = None


Span = tuple[date, date]
"""From a day to a day, both included."""


@dataclass(frozen=True, slots=True)
class CoverageGap:
    """A table that is not complete for the whole time for which an answer needs it."""

    table: str
    since: date
    until: date
    fields: tuple[str, ...] = ()
    """The single fields that would be enough; empty where all fields are needed."""
    covered: tuple[Span, ...] = ()
    """What of that time is declared complete."""
    missing: tuple[Span, ...] = ()
    """What of that time nobody speaks for."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who held a post on the day, as the register knows it."""

    role: str
    person: str
    name: str = ""
    since: date | None = None
    until: date | None = None
    is_unnamed: bool = False
    """Whether the answer may not name the person: it neither reaches the person nor rests on a record about them."""


@dataclass(frozen=True, slots=True)
class Proof:
    """On what an answer about a condition rests beside its evidence, and up to when that is said."""

    coverage: tuple[CoverageUsed, ...] = ()
    holders: tuple[Holder, ...] = ()
    judgements: tuple[str, ...] = ()
    """Up to which day the judgements speak that carry the answer, a phrase for each."""
    gaps: tuple[CoverageGap, ...] = ()
    """For an answer that is open for want of coverage: which table, for which time."""

    @property
    def currency(self) -> str:
        """Up to which day the facts speak, in one phrase; empty where nothing is claimed."""
        last: dict[str, date] = {}
        for used in self.coverage:
            last[used.table] = max(used.until, last.get(used.table, used.until))
        tables = [say("deciding", "complete_until", table=TABLE[name].label, day=last[name]) for name in sorted(last)]
        return "；".join((*self.judgements, *tables))


@dataclass(frozen=True, slots=True)
class ConditionOutcome:
    """How one condition stands on the day: the clause, the evidence, the reason, and what is missing."""

    condition: str
    notation: str
    title: str
    part: str
    outcome: str
    clause: str
    quote: str
    evidence: tuple[str, ...] = ()
    reason: str = ""
    missing: tuple[Missing, ...] = ()
    remedies: tuple[Missing, ...] = ()
    """What would turn a failed condition, where anything but time can."""
    readings: tuple[tuple[str, str], ...] = ()
    """The readings used for this condition, as (question, value)."""
    results: tuple[ShapeResult, ...] = ()
    restricted: bool = False
    proof: Proof = Proof()
    spoken: tuple[tuple[str, str], ...] = ()
    """Where else the text says what fails or is open, as (clause, words): a condition may stand in several places, and
    ``quote`` is the first of them."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be seen beside the outcome: a warning about a record or about the text."""

    message: str
    evidence: tuple[str, ...] = ()
    clause: str = ""
    restricted: bool = False
    days: tuple[tuple[str, date], ...] = ()
    """The day of each record of ``evidence`` that has one, where its name does not say it."""

    def day_of(self, record: str) -> date | None:
        """The day of a record; None where its name says it, or where it has none."""
        return dict(self.days).get(record)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading of the text and the outcome it would give."""

    reading: str
    outcome: str
    label: str = ""
    grade: str | None = None
    findings: tuple[str, ...] = ()
    """Conditions of further findings that differ under this reading."""
    consequences: tuple[str, ...] = ()
    """Measures that follow under this reading and not under the one used, or the other way round."""


@dataclass(frozen=True, slots=True)
class ReadingUsed:
    """A question on which the text allows two readings: the one used, and what the others would give."""

    reading: str
    used: str
    label: str
    reason: str
    alternatives: tuple[Alternative, ...]

    def flips(self, outcome: str) -> bool:
        """True when another reading leads to another outcome or to another consequence."""
        return any(other.outcome != outcome or other.findings or other.consequences for other in self.alternatives)


@dataclass(frozen=True, slots=True)
class BoundPerson:
    """A person in office on the day to whom the outcome, or a finding, extends."""

    person: str
    name: str
    role: str
    condition: str = ""
    """The finding that reaches the person; empty where the outcome itself does."""


@dataclass(frozen=True, slots=True)
class BasisRow:
    """One legal basis of a measure, as the document cites it."""

    title: str
    number: str = ""
    locator: str = ""
    rank: str = ""
    level: str = ""
    """``leaf`` or ``group``: cited for the whole group and not assigned to this item."""
    quote: str = ""
    status: str = ""
    """Whether the cited provision is in force on the day, as the basis check found it."""
    standing: str = ""
    """How that is said: ``plan-ended`` where a plan's period is over, else as ``status``."""
    text_certainty: str = ""
    """``verified`` where the words of the law were read; that is not how sure its dates are."""

    @property
    def said(self) -> str:
        """The code whose word is printed: that of a plan whose period is over is not that of a term run out."""
        return self.standing or self.status


@dataclass(frozen=True, slots=True)
class ActRow:
    """What one measure does to one addressee, and whether it may be done on the day (question ``conclusions``)."""

    act: str
    notation: str
    title: str
    addressee: str
    nature: str = ""
    nature_label: str = ""
    conclusion: str = ""
    """Empty where nobody has judged the act: that is no answer, not a refusal."""
    label: str = ""
    group: str = ""
    """The code of the group under which the paper lists it."""
    group_label: str = ""
    sentence: str = ""
    verification: str = ""
    certainty: str = ""
    competence: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    """The bases that the document cites, as cited."""
    status: tuple[tuple[str, str, str], ...] = ()
    """What became of each by the day: the basis, the code of its standing, today's place."""
    rests_on: tuple[str, ...] = ()
    fit: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    acting: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    reading: str = ""
    later: tuple[str, ...] = ()
    sentence_en: str = ""
    """The sentence in English, where the rule has it."""
    note: str = ""
    """What is to be said of whether the document is there on the day; empty where its own date says it."""
    insufficiency: str = ""
    """Why the basis does not suffice, in a word; empty for every other conclusion."""


CONDUCT, DECISION, BOTH, UNKNOWN = "conduct", "decision", "both", "unknown"
"""Which day's law governs an act: that of one day; both, where what either asks is to be met; or nobody can tell yet,
because nothing is concluded for the day of the conduct."""


@dataclass(frozen=True, slots=True)
class TimeRule:
    """Which day's law an act of a nature is under, and why, in words without a full stop."""

    code: str
    both: bool
    words: str


@dataclass(frozen=True, slots=True)
class DayReading:
    """An act whose conclusion differs between the day of the conduct and that of the decision."""

    act: ActRow
    """The act as on the day of the decision."""
    then: ActRow | None
    """The act as on the day of the conduct; None where nothing is concluded for it."""
    governs: str
    """``conduct``, ``decision``, ``both`` or ``unknown``."""
    rule: TimeRule


@dataclass(frozen=True, slots=True)
class ForceRow:
    """A question of the document's own force: the topic, whether it is known, and what is known or where to look."""

    topic: str
    is_known: bool
    said: str


@dataclass(frozen=True, slots=True)
class RemedyRow:
    """What the document says of a way of remedy: its status, and the words and clause where it says something."""

    mechanism: str
    status: str
    quote: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class WayRow:
    """A statutory remedy against acts of one body: where it is taken to, within what time, by which provisions."""

    body: str
    """The body as its departments are printed."""
    remedy: str
    label: str
    taken_to: str
    deadline: str
    place: str
    """The provision with its law and text: 《行政复议法》第二十四条（2023年修订文本）."""
    deadline_place: str
    certainty: str


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure that follows, with what it needs of its own; never presented as automatic when it needs judgement."""

    measure: str
    document: str
    notation: str
    title: str
    addressee: str
    """``unit``, ``persons`` or ``both``."""
    force: str = ""
    departments: tuple[str, ...] = ()
    bases: tuple[BasisRow, ...] = ()
    needs_judgement: str = ""
    clause: str = ""
    quote: str = ""
    conditions: tuple[str, ...] = ()
    group_departments: tuple[str, ...] = ()
    """Those of ``departments`` that the document names for the whole group and does not assign to this measure."""
    """In a decision: the conditions from which the measure follows."""
    further_force: str = ""
    """The force of another clause of the measure, or towards somebody other than the authority."""
    acts: tuple[ActRow, ...] = ()
    """What the measure does, each with its conclusion on the day; the measure itself where it is not split."""
    kind: str = ""
    """``incentive``, ``sanction`` or ``regulatory``; empty where it is not told."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a paper is drawn up for: the document's number, the days, and what its document says of itself."""

    number: str = ""
    """The number of the document, as people cite it."""
    act_day: date | None = None
    """The day on which what is judged happened; None where it was not given."""
    decision_day: date | None = None
    """The day on which the bureau decides, whose law the conclusions are; None for the day of checking."""
    decisions: tuple[ActRow, ...] = ()
    """Acts of recognising, listing and publishing that the document provides for beside its measures."""
    then: tuple[ActRow, ...] = ()
    """The acts with their conclusions on ``act_day``."""
    force: tuple[ForceRow, ...] = ()
    remedies: tuple[RemedyRow, ...] = ()
    """What the document itself says of remedies."""
    ways: tuple[WayRow, ...] = ()
    """The remedies that statute gives against acts of the bodies which the document names."""
    days: tuple[DayReading, ...] = ()
    """The acts whose conclusion differs between the day of the act and that of the decision, and which day governs."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one enterprise, one policy and one day."""

    policy: str
    policy_label: str
    document: str
    entity: str
    name: str
    as_of: date
    outcome: str
    undetermined_because: tuple[str, ...] = ()
    grade: str | None = None
    reason_code: str | None = None
    reason: str = ""
    conditions: tuple[ConditionOutcome, ...] = ()
    findings: tuple[ConditionOutcome, ...] = ()
    warnings: tuple[Notice, ...] = ()
    readings: tuple[ReadingUsed, ...] = ()
    persons: tuple[BoundPerson, ...] = ()
    measures: tuple[MeasureRow, ...] = ()
    unclassified: tuple[MeasureRow, ...] = ()
    """The measures of which nobody has said the kind, where all of the document's follow that are of one kind."""
    dataset: str = ""
    synthetic: bool = False
    currency: tuple[str, ...] = ()
    """For a positive outcome: up to when each of its grounds speaks."""

    @property
    def restricted(self) -> bool:
        """True when the answer rests on or shows a record that is not public; such an answer is never published."""
        parts = (*self.conditions, *self.findings)
        return (
            any(part.restricted and part.outcome == "passed" for part in parts)
            or any(result.restricted for part in parts for result in part.results)
            or any(notice.restricted for notice in self.warnings)
        )


def outcome_word(outcome: str) -> str:
    """The bare word for an outcome in the language of the documents; the code itself for one that has none."""
    words: Mapping[str, str] = source_language().words["checking"]
    return words.get(f"out_{outcome}", outcome)


def role_word(role: str) -> str:
    """What a post is called in the language of the documents."""
    return str(source_language().words["checking"][f"role_{role}"])


def outcome_label(decision: Decision, language: Language | None = None) -> str:
    """The outcome in the words of the screen, with why it is open or which grade was given."""
    language = language or source_language()
    words: Mapping[str, str] = language.words["checking"]
    label = words[f"out_{decision.outcome}"]
    if decision.outcome == "graded":
        return decision.grade or label
    if decision.outcome != "undetermined":
        return label
    because = str(language.words["list_comma"]).join(words[f"because_{kind}"] for kind in decision.undetermined_because)
    told = words["open_because"].format(outcome=label, because=because) if because else label
    return told + (words["known_grade"].format(grade=decision.grade) if decision.grade else "")
