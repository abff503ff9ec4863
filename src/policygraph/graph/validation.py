"""Data and shapes → a report: what pySHACL found, as sorted values with both languages kept.

pySHACL *returns* a ``ValidationFailure`` instead of raising it, puts warnings and violations into one graph, and
its conforms flag mixes them; so the results are read from the report graph and the flag is ignored. Shapes are
given parsed, never as a path or address. No inference, no SHACL-AF, no imports are followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pyshacl
from rdflib import Graph
from rdflib.namespace import RDF, SH
from rdflib.term import Literal, Node

from policygraph.errors import DataError


@dataclass(frozen=True, slots=True, order=True)
class ValidationResult:
    """One ``sh:ValidationResult``; ``path`` and ``value`` are empty when the report has none."""

    severity: str
    shape: str
    focus: str
    path: str
    value: str
    component: str
    message_zh: str
    message_en: str


def validate(data: Graph, shapes: Graph) -> tuple[ValidationResult, ...]:
    """All results of checking ``data`` against ``shapes``, sorted; empty when the data conform.

    Errors: ``DataError`` when the shapes themselves cannot be used.
    """
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    if not isinstance(report, Graph):
        raise DataError("shapes", f"SHACL 校验无法进行: {text}", "请检查 shapes/ 中最近的改动")
    return read_report(report)


def read_report(report: Graph) -> tuple[ValidationResult, ...]:
    """The results of a validation report graph, sorted."""
    results = []
    for node in report.subjects(RDF.type, SH.ValidationResult):
        messages = [cast(Literal, m) for m in report.objects(node, SH.resultMessage)]
        results.append(
            ValidationResult(
                severity=_local(report.value(node, SH.resultSeverity)),
                shape=_text(report.value(node, SH.sourceShape)),
                focus=_text(report.value(node, SH.focusNode)),
                path=_text(report.value(node, SH.resultPath)),
                value=_text(report.value(node, SH.value)),
                component=_local(report.value(node, SH.sourceConstraintComponent)),
                message_zh=_message(messages, "zh"),
                message_en=_message(messages, "en"),
            )
        )
    return tuple(sorted(results))


def _message(messages: list[Literal], language: str) -> str:
    exact = sorted(str(m) for m in messages if m.language == language)
    return exact[0] if exact else next((str(m) for m in sorted(messages) if m.language is None), "")


def _text(node: Node | None) -> str:
    return "" if node is None else str(node)


def _local(node: Node | None) -> str:
    return _text(node).rsplit("#", 1)[-1]
