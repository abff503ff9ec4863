"""Conditions as data: what a register may say, which words a shape may use, and policies read from shapes.

Tables that must never drift apart live together here: the columns of a register (``facts``), the closed codes that its
cells may hold (``codes``), the terms of the as-of view that follow from them (``terms``), and the check that a shape
uses nothing else (``shapes``). Condition lines are read (``lines``), expanded into shapes (``kinds``) and written as
reviewed text (``turtle``). Pure: graphs and values in, values out.
"""

from policygraph.judging.rules.codes import Codes, describe_tables, read_codes
from policygraph.judging.rules.facts import Column, Register, Row, Table, Value, make_register
from policygraph.judging.rules.shapes import (
    Asked,
    MeasureRule,
    Policy,
    Reading,
    Shape,
    check_shapes,
    load_policies,
    read_policy,
)

__all__ = [
    "Asked",
    "Codes",
    "Column",
    "MeasureRule",
    "Policy",
    "Reading",
    "Register",
    "Row",
    "Shape",
    "Table",
    "Value",
    "check_shapes",
    "describe_tables",
    "load_policies",
    "make_register",
    "read_codes",
    "read_policy",
]
