"""A draft of what a person would write into ``model.ttl``: proposals with rule, words and place, never facts.

`parse` reads what a document's form says for certain. What lies beyond it (which act a sentence lays down and what it
does, who takes a step and when, how one gets on a list and off it) is found here by general rules over the words of
``ontology/``, and each finding is a `Proposal` that a person accepts, edits or rejects. The rules know sentences, not
documents: no place, no file, no model of a document is looked at. What no rule finds is not proposed; what the text
does not say has no value. Whether an act reduces rights is proposed by what acts of its effect as a rule do; on which
law it rests is never drafted.
"""

from policygraph.reading.drafting.drafting import draft_reading
from policygraph.reading.drafting.lexicon import Concept, Lexicon
from policygraph.reading.drafting.proposals import (
    ADDRESSES,
    AGAINST,
    FIELDS,
    PRINTED,
    SORTS,
    TYPES,
    Certainty,
    Proposal,
    Sort,
    Value,
)

__all__ = [
    "ADDRESSES",
    "AGAINST",
    "FIELDS",
    "PRINTED",
    "SORTS",
    "TYPES",
    "Certainty",
    "Concept",
    "Lexicon",
    "Proposal",
    "Sort",
    "Value",
    "draft_reading",
]
