"""Condition lines read once: what a jurist wrote in ``conditions.ttl`` as values, or a refusal that names the place.

A condition of a known kind is stated in about ten lines: the kind, the clause and its words, the period, whose
records in which table count, and one result line for each thing a decision may say. RDF ignores what it does not
know, so a misspelt word would silently drop a filter and make a condition weaker; every word of every line is held
against what may stand there, and all mistakes of a file are reported together.

What lines say is in ``values``, the file is read in ``reading``. Nothing here knows SHACL; ``kinds`` expands the
lines. Which results a kind can have is a table there, handed in, so that the two cannot drift apart.
"""

from policygraph.judging.rules.lines.reading import read_conditions
from policygraph.judging.rules.lines.splitting import asked_of, split_policies
from policygraph.judging.rules.lines.values import (
    KIND_WORDS,
    PERSONS,
    SUBJECTS,
    UNIT,
    Completeness,
    Conditions,
    Day,
    Line,
    LookBack,
    Pattern,
    Period,
    Rule,
    Run,
    Step,
    Test,
)

__all__ = [
    "KIND_WORDS",
    "PERSONS",
    "SUBJECTS",
    "UNIT",
    "Completeness",
    "Conditions",
    "Day",
    "Line",
    "LookBack",
    "Pattern",
    "Period",
    "Rule",
    "Run",
    "Step",
    "Test",
    "asked_of",
    "read_conditions",
    "split_policies",
]
