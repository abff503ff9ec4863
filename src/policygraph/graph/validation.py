"""Data and shapes → a report: what pySHACL found, as sorted values with both languages kept.

pySHACL *returns* a ``ValidationFailure`` instead of raising it, puts warnings and violations into one graph, and
its conforms flag mixes them; so the results are read from the report graph and the flag is ignored. Shapes are
given parsed, never as a path or address. No inference, no SHACL-AF, no imports are followed.

pySHACL writes a result, its messages and its text whenever a node does not conform, also inside ``sh:or``, ``sh:not``
and ``sh:qualifiedValueShape``, where it asks only whether the node conforms and throws the result away; and it looks
for each property of a shape in a list of all parameters. That was half the time of a decision, so both are done when
and as they are needed: what is evaluated, and what is reported, stays pySHACL's own, for whoever else asks it too.
The shapes of a steady graph, and the constraints of each, are made once, not anew for each of the facts that are held
against them; and the triples of a report go into a plain graph, without the text of it that nobody reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
from policygraph.graph.memory import keep_made, make_graph

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


class _KeptComponent:
    """A kind of constraint, of which pySHACL makes one for a shape whenever it comes by: here it is made once a shape.

    A constraint reads its shape when it is made and changes nothing of itself afterwards. Who else uses pySHACL, with
    shapes of its own, gets a new one each time as before.
    """

    __slots__ = ("_component",)

    def __init__(self, component: type[ConstraintComponent]) -> None:
        self._component = component

    def __call__(self, shape: pyshacl.Shape) -> ConstraintComponent:
        graph = shape.sg
        if not isinstance(graph, _AimedShapes):
            return self._component(shape)
        key = shape.node, self._component
        made = graph.constraints.get(key)
        if made is None:
            made = graph.constraints[key] = self._component(shape)
        return made


_make_result = ConstraintComponent.make_v_result


def _await_result(component: ConstraintComponent, *told: Any, **more: Any) -> _Awaited:
    return _Awaited(partial(_make_result, component, *told, **more))


ConstraintComponent.make_v_result = _await_result  # type: ignore[assignment, method-assign]  # its result, but later
pyshacl.Shape.__str__ = lambda shape: str(shape.node)  # type: ignore[method-assign]  # what it says thousands of times to a log that nobody keeps
_kept = {component: _KeptComponent(component) for component in CONSTRAINT_PARAMETERS_MAP.values()}
pyshacl.shape.CONSTRAINT_PARAMS = (  # type: ignore[attr-defined]  # pySHACL sets it so, when it is first asked
    _Parameters(ALL_CONSTRAINT_PARAMETERS),
    {parameter: _kept[component] for parameter, component in CONSTRAINT_PARAMETERS_MAP.items()},
)


class _AimedShapes(pyshacl.ShapesGraph):
    """The shapes of a graph, of which a validation begins with those that have a target.

    All others are reached from them, or reach no focus node at all (SHACL 2.1.3).
    """

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        # at once, while nobody else has it: pySHACL fills its table of shapes when first asked, and a thread that
        # asked meanwhile would judge by a part of them
        self._aimed = tuple(shape for shape in super().shapes if any(True for _ in chain(*shape.target())))
        self.constraints: dict[tuple[Node, type[ConstraintComponent]], ConstraintComponent] = {}
        """The constraints that were made of these shapes so far."""

    @property
    def shapes(self) -> tuple[pyshacl.Shape, ...]:
        return self._aimed


class _Validator(pyshacl.Validator):
    """pySHACL's own, whose report is a plain graph."""

    @classmethod
    def create_validation_report(
        cls, sg: pyshacl.ShapesGraph, conforms: bool, results: Iterable[_Awaited | _Parts]
    ) -> tuple[Graph, str]:
        """The triples of all results; a value of the data or the shapes comes with the graph where it stands."""
        triples = (triple for _, _, parts in results for triple in parts)
        return make_graph((s, p, o[1] if isinstance(o, tuple) else o) for s, p, o in triples), ""


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
    validator = _Validator(DataGraph.from_rdflib(data), shacl_graph=shapes, options={})
    validator.shacl_graph = keep_made(shapes, _AimedShapes)
    try:
        _, report, _ = validator.run()  # type: ignore[no-untyped-call]  # pySHACL has no annotation there
    except ValidationFailure as failure:
        raise DataError("shapes", f"SHACL 校验无法进行: {failure.message}", "请检查 shapes/ 中最近的改动") from failure
    if not isinstance(report, Graph):
        raise DataError("shapes", "SHACL 校验没有给出报告", "请检查 shapes/ 中最近的改动")
    return read_report(report)


def read_report(report: Graph) -> tuple[ValidationResult, ...]:
    """The results of a validation report graph, sorted; what only details another one (``sh:detail``) is none."""
    results = []
    for node in set(report.subjects(RDF.type, SH.ValidationResult)) - set(report.objects(None, SH.detail)):
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
