"""Data and shapes → a report: what pySHACL found, as sorted values with both languages kept.

pySHACL *returns* a ``ValidationFailure`` instead of raising it, puts warnings and violations into one graph, and
its conforms flag mixes them; so the results are read from the report graph and the flag is ignored. Shapes are
given parsed, never as a path or address. No inference, no SHACL-AF, no imports are followed.

pySHACL writes a result, its messages and its text whenever a node does not conform, also inside ``sh:or``, ``sh:not``
and ``sh:qualifiedValueShape``, where it asks only whether the node conforms and throws the result away; and it looks
for each property of a shape in a list of all parameters. That was half the time of a decision, so both are done when
and as they are needed: what is evaluated, and what is reported, stays pySHACL's own, for whoever else asks it too.
The shapes of a steady graph are made once, not anew for each of the facts that are held against them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, cast

import pyshacl
import pyshacl.shape
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.errors import ValidationFailure
from pyshacl.graph_abstraction import DataGraph
from rdflib import Graph
from rdflib.namespace import RDF, SH
from rdflib.term import Literal, Node

from policygraph.errors import DataError
from policygraph.graph.memory import keep_made

# Any: what pySHACL passes between its own parts; its annotations are incomplete
_Parts = tuple[str, Node, list[Any]]


class _Awaited:
    """A result of pySHACL, which is text, node and triples, made when somebody looks into it."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], _Parts]) -> None:
        self._make = make
        self._made: _Parts | None = None

    def _read(self) -> _Parts:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __iter__(self) -> Iterator[Any]:
        return iter(self._read())

    def __getitem__(self, place: int) -> Any:
        return self._read()[place]


class _Parameters(list[Node]):
    """The parameters of constraints, as the list that pySHACL keeps, in which one is found without looking through."""

    __slots__ = ("_known",)

    def __init__(self, parameters: list[Node]) -> None:
        super().__init__(parameters)
        self._known = frozenset(parameters)

    def __contains__(self, term: object) -> bool:
        return term in self._known


_make_result = ConstraintComponent.make_v_result


def _await_result(component: ConstraintComponent, *told: Any, **more: Any) -> _Awaited:
    return _Awaited(partial(_make_result, component, *told, **more))


ConstraintComponent.make_v_result = _await_result  # type: ignore[assignment, method-assign]  # its result, but later
pyshacl.shape.CONSTRAINT_PARAMS = _Parameters(ALL_CONSTRAINT_PARAMETERS), CONSTRAINT_PARAMETERS_MAP  # type: ignore[attr-defined]  # pySHACL sets it so, when it is first asked


class _AimedShapes(pyshacl.ShapesGraph):
    """The shapes of a graph, of which a validation begins with those that have a target.

    All others are reached from them, or reach no focus node at all (SHACL 2.1.3).
    """

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self._aimed: tuple[pyshacl.Shape, ...] | None = None

    @property
    def shapes(self) -> tuple[pyshacl.Shape, ...]:
        if self._aimed is None:
            self._aimed = tuple(shape for shape in super().shapes if any(True for _ in chain(*shape.target())))
        return self._aimed


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
    validator = pyshacl.Validator(DataGraph.from_rdflib(data), shacl_graph=shapes, options={})
    validator.shacl_graph = keep_made(shapes, _AimedShapes)
    try:
        _, report, _ = validator.run()  # type: ignore[no-untyped-call]  # pySHACL has no annotation there
    except ValidationFailure as failure:
        raise DataError("shapes", f"SHACL 校验无法进行: {failure.message}", "请检查 shapes/ 中最近的改动") from failure
    if not isinstance(report, Graph):
        raise DataError("shapes", "SHACL 校验没有给出报告", "请检查 shapes/ 中最近的改动")
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
