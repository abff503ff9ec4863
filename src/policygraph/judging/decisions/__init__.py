"""Decide for one enterprise, explained: as-of view → SHACL → condition by condition → outcome.

``view`` turns facts and a date into a small graph, ``hearing`` runs the shapes over it, ``deciding`` reads the outcome
from results plus coverage, ``days`` holds the law of two days side by side, ``changes`` says what would change it,
``rendering`` writes JSON and RDF. Pure: registers, shapes and measures come in as values.
"""

from policygraph.judging.decisions.changes import Change, Prospect, what_would_change
from policygraph.judging.decisions.days import compare_days
from policygraph.judging.decisions.deciding import decide, decide_all
from policygraph.judging.decisions.hearing import Hearing
from policygraph.judging.decisions.outcomes import (
    ActRow,
    BasisRow,
    BoundPerson,
    ConditionOutcome,
    DayReading,
    Decision,
    ForceRow,
    MeasureRow,
    Missing,
    Notice,
    Occasion,
    ReadingUsed,
    RemedyRow,
    TimeRule,
    WayRow,
    outcome_label,
)
from policygraph.judging.decisions.rendering import decision_graph, decision_json
from policygraph.judging.decisions.view import build_view

__all__ = [
    "ActRow",
    "BasisRow",
    "BoundPerson",
    "Change",
    "ConditionOutcome",
    "DayReading",
    "Decision",
    "ForceRow",
    "Hearing",
    "MeasureRow",
    "Missing",
    "Notice",
    "Occasion",
    "Prospect",
    "ReadingUsed",
    "RemedyRow",
    "TimeRule",
    "WayRow",
    "build_view",
    "compare_days",
    "decide",
    "decide_all",
    "decision_graph",
    "decision_json",
    "outcome_label",
    "what_would_change",
]
