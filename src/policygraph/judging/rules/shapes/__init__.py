"""Shapes read once: a policy with its conditions, readings and reported shapes, or a refusal that names the mistake.

Conditions are read from ``shapes/eligibility/*.ttl``, written there by hand or expanded from condition lines
(``kinds``). SHACL engines ignore what they do not know, so ``checking`` refuses, by name, every term outside the
supported part of SHACL Core, every path that the as-of view does not have, every reference to a shape that is not
there and every reported shape that could not be explained (no clause, no quote, no message). The SQL compiler relies
on the same check.

What shapes say is in ``values``, what is refused in ``checking``, what is reached from a shape in ``walking``, what it
looks at in ``grounds``; ``reading`` makes a policy of it. It reads graphs, never files, and decides nothing:
``decisions`` runs the shapes.
"""

from policygraph.judging.rules.shapes.checking import check_shapes
from policygraph.judging.rules.shapes.reading import load_policies, read_policy
from policygraph.judging.rules.shapes.values import (
    ANSWERING,
    COMBINATIONS,
    DETERMINED,
    FINDINGS,
    Asked,
    Look,
    MeasureRule,
    Policy,
    Reading,
    Shape,
)
from policygraph.judging.rules.shapes.walking import closure, outcomes_named, reach, reported

__all__ = [
    "ANSWERING",
    "COMBINATIONS",
    "DETERMINED",
    "FINDINGS",
    "Asked",
    "Look",
    "MeasureRule",
    "Policy",
    "Reading",
    "Shape",
    "check_shapes",
    "closure",
    "load_policies",
    "outcomes_named",
    "reach",
    "read_policy",
    "reported",
]
