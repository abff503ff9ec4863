"""What a draft proposes: a statement about a document with its rule, its words and how sure the rule is of it.

A proposal is no fact. It names the kind of content it belongs to (``measures``, ``procedures`` …), the class that the
accepted statement would have, a clause and the words of that clause; values are concepts, words of the text, marks or
numbers, each under the name of its property. Parts belong to what they stand in: the acts of a measure, its
responsibilities, the timings of a step. Nothing here is RDF and nothing is judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from policygraph.reading.passages import Passage
from policygraph.text.spans import Span


class Certainty(StrEnum):
    """How sure a rule is: what the form itself says, what usually holds, what is worth a look."""

    printed = "printed"
    likely = "likely"
    possible = "possible"


class Sort(StrEnum):
    """What a value is: a concept by slug, words, a tagged name, a mark, a number, a duration, a day, a thing."""

    concept = "concept"
    words = "words"
    name = "name"
    mark = "mark"
    number = "number"
    decimal = "decimal"
    duration = "duration"
    day = "day"
    thing = "thing"


SORTS: dict[str, Sort] = {
    "effect": Sort.concept, "force": Sort.concept, "furtherForce": Sort.concept, "policyArea": Sort.concept,
    "addressee": Sort.concept, "direction": Sort.concept, "role": Sort.concept, "agent": Sort.concept,
    "procedureKind": Sort.concept, "actorSide": Sort.concept, "timingKind": Sort.concept, "mechanism": Sort.concept,
    "title": Sort.name, "prefLabel": Sort.name, "whenLabel": Sort.name, "note": Sort.name, "needsJudgement": Sort.name,
    "reducesRightsReason": Sort.name,
    "lawfully": Sort.mark, "veto": Sort.mark, "openEnded": Sort.mark, "lowerInclusive": Sort.mark,
    "upperInclusive": Sort.mark, "reducesRights": Sort.mark,
    "order": Sort.number, "lower": Sort.decimal, "upper": Sort.decimal, "window": Sort.duration,
    "statedIn": Sort.thing, "actOf": Sort.thing, "procedure": Sort.thing, "hasCondition": Sort.thing,
    "fromList": Sort.thing, "toList": Sort.thing, "measure": Sort.thing, "when": Sort.thing,
    "notation": Sort.words, "action": Sort.words, "addresseeAsWritten": Sort.words, "addresseeGround": Sort.words,
    "forceAsWritten": Sort.words, "requires": Sort.words, "asWritten": Sort.words, "actor": Sort.words,
    "recipient": Sort.words, "channel": Sort.words, "listKind": Sort.words, "publicity": Sort.words,
    "entry": Sort.words, "validity": Sort.words, "exit": Sort.words, "listEffect": Sort.words,
    "trigger": Sort.words, "conditionKind": Sort.words, "combination": Sort.words, "status": Sort.words,
    "machineCheckable": Sort.words,
    "lineRecord": Sort.concept, "lineRefinement": Sort.concept, "openQuestion": Sort.concept,
    "unclearWords": Sort.words, "judgedBy": Sort.words, "decides": Sort.thing, "excludedBy": Sort.thing,
    "positiveOutcome": Sort.words,
    "regionPrefix": Sort.words, "dateFrom": Sort.day,
}  # fmt: skip
"""How the value of each property is meant; a property that is not here is none of a curated statement."""
PRINTED = frozenset({
    "action", "addresseeAsWritten", "forceAsWritten", "requires", "asWritten", "actor", "recipient", "channel",
    "entry", "validity", "exit", "listEffect", "trigger", "unclearWords", "judgedBy",
})  # fmt: skip
"""Properties whose value are words of the document."""
TYPES: dict[str, str] = {
    "IncentiveMeasure": "measures", "SanctionMeasure": "measures", "RegulatoryMeasure": "measures", "Act": "measures",
    "Procedure": "procedures", "ProcedureStep": "procedures", "CreditList": "lists", "TransitionRule": "transitions",
    "Grade": "grades", "Condition": "conditions", "ConditionSet": "conditions", "MechanismStatement": "mechanisms",
    "ConditionRule": "conditions", "Policy": "conditions", "PrecedenceRule": "precedence",
    "Consequence": "consequences",
}  # fmt: skip
"""The kind of content that each class of statements belongs to."""
AGAINST = {"IncentiveMeasure": "adverse", "SanctionMeasure": "favourable"}
"""The direction that no measure of a class has alone."""
ADDRESSES: dict[str, str] = {
    "IncentiveMeasure": "measure", "SanctionMeasure": "measure", "RegulatoryMeasure": "measure",
    "ProcedureStep": "procedure", "Procedure": "procedure", "CreditList": "list", "TransitionRule": "transition",
    "Grade": "grade", "Condition": "condition", "ConditionSet": "condition-set",
    "MechanismStatement": "mechanism-statement", "PrecedenceRule": "precedence", "Consequence": "consequence",
}  # fmt: skip
"""How the address of a statement of each class begins."""

_DEED = (
    "title", "action", "effect", "policyArea", "addressee", "addresseeAsWritten", "addresseeGround", "force",
    "forceAsWritten", "lawfully", "requires",
)  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {
    "IncentiveMeasure": _DEED,
    "SanctionMeasure": _DEED,
    "RegulatoryMeasure": _DEED,
    "Act": (*_DEED, "direction", "reducesRights", "reducesRightsReason"),
    "Procedure": ("prefLabel", "procedureKind"),
    "ProcedureStep": ("procedure", "procedureKind", "order", "actor", "actorSide", "recipient", "channel", "note"),
    "CreditList": ("prefLabel", "listKind", "publicity", "entry", "validity", "exit", "listEffect"),
    "TransitionRule": ("fromList", "toList", "trigger", "note"),
    "Consequence": ("title", "when", "whenLabel", "measure", "note"),
    "Grade": ("prefLabel", "lower", "lowerInclusive", "upper", "upperInclusive", "veto"),
    "Condition": ("notation", "title", "conditionKind", "window", "machineCheckable", "needsJudgement", "note"),
    "ConditionSet": ("title", "combination", "hasCondition"),
    "MechanismStatement": ("mechanism", "status", "note"),
    "PrecedenceRule": ("title", "note"),
    "ConditionRule": (
        "decides",
        "lineRecord",
        "lineRefinement",
        "window",
        "lower",
        "lowerInclusive",
        "upper",
        "upperInclusive",
        "judgedBy",
        "unclearWords",
        "openQuestion",
    ),
    "Policy": (
        "title",
        "positiveOutcome",
        "combination",
        "hasCondition",
        "excludedBy",
        "dateFrom",
        "regionPrefix",
        "openQuestion",
    ),
}
"""What a person says of a statement of each class beside clause and words, in the order in which it is asked."""


@dataclass(frozen=True, slots=True)
class Value:
    """A property by its local name, and its value as text; ``sort`` says how the text is meant."""

    term: str
    text: str
    sort: Sort = Sort.words


@dataclass(frozen=True, slots=True)
class Proposal:
    """A statement that a person may accept, edit or reject.

    ``address`` is its IRI below ``id/`` (``measure/jiamusi-2020-6/sec_3-para_1/1``), empty for a part without a name
    of its own; ``quote`` are the words of the passage without white space, ``spans`` where they stand in the source.
    """

    kind: str
    type: str
    address: str
    clause: str
    quote: str
    spans: tuple[Span, ...]
    rule: str
    certainty: Certainty
    values: tuple[Value, ...]
    parts: tuple[Proposal, ...] = ()
    link: str = ""
    """The property that leads from what a part stands in to the part, or for a named part back (``actOf``)."""

    def values_of(self, term: str) -> tuple[str, ...]:
        """The values of a property, in the order found; empty when there is none."""
        return tuple(value.text for value in self.values if value.term == term)


def quote_beside(kind: str, passage: Passage, start: int, end: int) -> Proposal:
    """Words of another place that a statement takes something from, as a part of it."""
    return Proposal(
        kind, "", "", passage.clause, passage.text[start:end], passage.spans(start, end), "words-beside",
        Certainty.likely, (), link="quotation",
    )  # fmt: skip
