"""Condition kinds: the few forms that conditions of these policies take, expanded into SHACL Core.

A condition is one of few kinds; a jurist states which, and the words. What a kind means in shapes stands here once:
which results it can report, when each is reported, and with which severity. So a threshold, a period or a filter is
written once and reaches the shape that finds an offender, the one that asks for coverage and the one of the other
reading alike. The outcome is the same SHACL Core that pySHACL runs and the SQL compiler translates; a condition that
no kind fits stays a hand-written shape beside the lines and is joined unchanged.

Two forms of reported shapes occur. *Record shapes* report each record that passes the tests, so that the record is
the evidence. *State shapes* report when several propositions about the enterprise hold together; SHACL says this as
``sh:or`` over their opposites. Every opposite is spelled out here, so no writer of lines has to negate anything.

Which results a kind has is in ``results``, their shapes in ``writing`` and (periods in a row) ``runs``, made of the
``pieces`` of SHACL; ``expanding`` takes a whole file. Pure: lines in, graphs out. No policy and no word of a document
is known here.
"""

from policygraph.judging.rules.kinds.expanding import expand
from policygraph.judging.rules.kinds.results import KINDS, Result

__all__ = ["KINDS", "Result", "expand"]
