"""A second SHACL engine agrees with the one that decides: pyrudof (Rust) beside pySHACL, on the same graphs.

pySHACL decides, so a mistake of pySHACL would be a mistake of every decision. An engine of another house, in another
language, is the witness. Compared are the results as multisets: focus node, shape, severity, value node and
constraint component; not the messages (pyrudof adds its own) and not composed paths (blank nodes in either report).
Views are put into graphs of twenty, with names of their own for records and persons: starting an engine costs more
than a view does, and pySHACL takes more than twice the time for twice the views. The shapes are those found in the
tree: whoever adds or changes one changes nothing here.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
import pyshacl.shape
import pytest
from pyrudof import Rudof, RudofConfig
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.graph_abstraction import DataGraph
from rdflib import Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node
from tests.drawing import draw_register, draws

import policygraph.graph.validation as validation
from policygraph.graph.memory import make_graph, make_steady
from policygraph.graph.validation import read_report, validate
from policygraph.judging.decisions import build_view
from policygraph.judging.rules import Policy, Register, load_policies
from policygraph.keeping.dataset.manifest import DATASET_FILE
from policygraph.keeping.registers import load_register
from policygraph.keeping.sources import find_root
from policygraph.namespaces import PG

pytestmark = pytest.mark.slow

ROOT = find_root()
POLICIES = sorted(path.stem for path in (ROOT / "shapes" / "eligibility").glob("*.ttl"))
DAYS = (date(2026, 11, 21), date(2024, 2, 29), date(2021, 6, 30))
VIEWS = (("sample", DAYS[0]), *(("random", day) for day in DAYS))
"""The sample register, and random enterprises on each day."""
A_DAY = draws(20, 100)
"""Random enterprises on each day, by number."""
TELLING = {DAYS[0]: (63, 65), DAYS[1]: (26, 61), DAYS[2]: (23, 37, 57, 72, 86, 94)}
"""Those among the hundred of a day without whom a shape would be silent that speaks of the hundred. When shapes or
drawings change so that others are needed, ``test_every_reported_shape_of_a_policy_speaks_in_the_comparison`` says so:
it passes with POLICYGRAPH_THOROUGH=1, and whom a shape of those spoke of then belongs here."""
TOGETHER = 20
DELETIONS, ROUNDS = draws(150, 400), draws(3, 8)
MAKE_AT_ONCE = validation._make_result
Result = tuple[str, str, str, str, str]
Results = Counter[Result]


@cache
def policies() -> dict[str, Policy]:
    shapes = sorted((ROOT / "shapes" / "eligibility").glob("*.ttl"))
    return load_policies(Graph().parse(path) for path in shapes)


def by_pyshacl(data: Graph, shapes: Graph) -> Results:
    """The results of the engine that decides."""
    return Counter((r.focus, r.shape, r.severity, r.value, r.component) for r in validate(data, shapes))


def by_pyrudof(data: str, shapes: str) -> Results:
    """The results of the other engine, from N-Triples; a fresh session each time, none may remember another's data."""
    session = Rudof(RudofConfig())
    session.read_shacl(shapes)
    session.read_data(data)
    return Counter(
        (
            entry.focus_node,
            entry.source_shape or "",
            entry.severity,
            _lexical(entry.value or ""),
            entry.constraint_component.rsplit("#", 1)[-1],
        )
        for entry in session.validate_shacl()
    )


def _lexical(value: str) -> str:
    """A value as pySHACL's report is read here: ``"0"^^xsd:integer`` and ``"甲"@zh`` without type and language."""
    return value[1 : value.rindex('"')] if value.startswith('"') else value


def differences(one: Results, other: Results) -> list[tuple[Result, int, int]]:
    """Results that the engines report a different number of times, with both numbers; the first few."""
    return [(key, one[key], other[key]) for key in sorted(one | other) if one[key] != other[key]][:5]


def merged_views(units: Iterable[tuple[Register, str]], as_of: date) -> Graph:
    """The views of enterprises in one graph; records and persons are renamed, so that no two views touch."""
    merged = Graph(bind_namespaces="none")
    for number, (register, entity) in enumerate(units):
        view = build_view(register, entity, as_of)
        own = set(view.graph.subjects()) - {view.subject}

        def name(node: Node, own: set[Node] = own, number: int = number) -> Node:
            return URIRef(f"{node}-of-{number}") if node in own else node

        for subject, predicate, value in view.graph:
            merged.add((name(subject), predicate, name(value)))
    return merged


@cache
def views(source: str, as_of: date) -> tuple[tuple[Graph, str], ...]:
    """The views of the sample register, or of random enterprises: graphs of twenty, each as N-Triples too."""
    if source == "sample":
        register = load_register(ROOT / "data" / "registers" / "sample")
        units = [(register, entity) for entity in register.enterprises]
    else:
        places = sorted({policy.region_prefix for policy in policies().values()})
        seed = as_of.toordinal() * 1000
        numbers = sorted({*range(A_DAY), *TELLING[as_of]})
        drawn = [draw_register(seed + n, policies(), as_of, places[n % len(places)], n) for n in numbers]
        for drawing in drawn:  # more judgements, denials and repairs than the properties need, so that shapes speak
            for condition in drawing.rng.sample(drawing.conditions, 6):
                drawing.record("determinations", condition=condition, outcome=drawing.rng.choice(("passed", "failed")))
            drawing.facts(8, ("listings", "dishonesty", "penalties", "repairs"))
        units = [(drawing.register(), drawing.unit) for drawing in drawn]
    graphs = [merged_views(units[at : at + TOGETHER], as_of) for at in range(0, len(units), TOGETHER)]
    # steady, as views and shapes are where somebody is decided about
    return tuple((make_steady(graph), graph.serialize(format="nt")) for graph in graphs)


@cache
def shapes_of(name: str) -> Graph:
    """All reported shapes of a policy, those of the readings that are not used too."""
    return make_steady(make_graph(policies()[name].main, policies()[name].others))


@cache
def text_of(name: str) -> str:
    """The shapes of a policy for an engine that reads text."""
    return as_turtle(shapes_of(name))


def as_turtle(shapes: Graph) -> str:
    return make_graph(shapes).serialize(format="turtle")


@cache
def expected(source: str, as_of: date, name: str) -> Results:
    """What pySHACL reports of all views by the shapes of a policy."""
    found: Results = Counter()
    for graph, _ in views(source, as_of):
        found += by_pyshacl(graph, shapes_of(name))
    return found


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize(("source", "as_of"), VIEWS)
def test_both_engines_report_the_same_of_every_view(source: str, as_of: date, name: str) -> None:
    other: Results = Counter()
    for _, text in views(source, as_of):
        other += by_pyrudof(text, text_of(name))
    assert other, "without a result nothing is compared"
    assert differences(expected(source, as_of, name), other) == []


@pytest.mark.parametrize("name", POLICIES)
def test_every_reported_shape_of_a_policy_speaks_in_the_comparison(name: str) -> None:
    """A shape that reports nothing in any of these views would be compared in name only; few may stay silent."""
    seen = {shape for source, day in VIEWS for _, shape, *_ in expected(source, day, name)}
    silent = {shape.iri for shape in policies()[name].shapes} - seen
    assert len(silent) <= len(policies()[name].shapes) / 8, sorted(silent)


# --- the profile -----------------------------------------------------------------------------------------------------


@cache
def profile() -> Graph:
    """All profile shapes, those with a SPARQL constraint too: pyrudof runs ``sh:sparql`` as pySHACL does."""
    shapes = Graph()
    for path in sorted((ROOT / "shapes" / "profile").glob("*.ttl")):
        shapes.parse(path, format="turtle")
    return make_steady(shapes)


def lines_of(folder: Path, document: str) -> list[str]:
    """The triples of one document and of what all documents share, as sorted N-Triples."""
    shared = ("graph/ns", "graph/org", "graph/law", "graph/concepts/")
    found = set()
    for quad in ox.parse(path=str(folder / DATASET_FILE), format=ox.RdfFormat.N_QUADS):
        graph = str(quad.graph_name)
        if f"graph/doc/{document}/" in graph or any(part in graph for part in shared):
            found.add(f"{quad.subject} {quad.predicate} {quad.object} .")
    return sorted(found)


def damaged(lines: list[str], seed: int) -> Iterator[str]:
    """The triples with some of the document's own taken away, the same for the same seed."""
    own = [at for at, line in enumerate(lines) if line.startswith("<https://w3id.org/policygraph/id/")]
    gone = set(random.Random(seed).sample(own, DELETIONS // ROUNDS))
    return (line for at, line in enumerate(lines) if at not in gone)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_both_engines_report_the_same_of_a_damaged_graph(seed: int, dataset: Path) -> None:
    documents = sorted(path.parent.name for path in (ROOT / "data" / "documents").glob("*/model.ttl"))
    lines = lines_of(dataset, documents[seed % len(documents)])
    whole = by_pyshacl(Graph().parse(data="\n".join(lines), format="nt"), profile()) if seed == 0 else None
    text = "\n".join(damaged(lines, seed))
    found = by_pyshacl(Graph().parse(data=text, format="nt"), profile())
    assert whole is None or found != whole, "deletions that nothing reports prove nothing"
    assert differences(found, by_pyrudof(text, as_turtle(profile()))) == []


def test_a_sparql_constraint_is_among_those_compared() -> None:
    """If it went, the claim that SPARQL constraints agree would rest on nothing."""
    node = next(iter(profile().subjects(SH.sparql)), None)
    assert isinstance(node, URIRef)


def test_a_result_that_is_awaited_is_the_one_that_pyshacl_would_make(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part of every result, messages too; and none is made of those that nobody looks into."""
    graph, _ = views("sample", DAYS[0])[0]
    made: Counter[str] = Counter()

    def count(when: str) -> Callable[..., Any]:  # Any: what pySHACL's own method takes and gives
        def make(*told: Any, **more: Any) -> Any:
            made[when] += 1
            return MAKE_AT_ONCE(*told, **more)

        return make

    for name in POLICIES:
        with monkeypatch.context() as patch:
            patch.setattr(validation, "_make_result", count("awaited"))
            awaited = validate(graph, shapes_of(name))
        assert made["awaited"] == len(awaited) > 0
        with monkeypatch.context() as patch:
            patch.setattr(ConstraintComponent, "make_v_result", count("at once"))
            patch.setattr(pyshacl.shape, "CONSTRAINT_PARAMS", (ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP))
            assert validate(graph, shapes_of(name)) == awaited
        assert made["at once"] > made["awaited"]
        made.clear()


def test_a_report_says_what_pyshacl_writes_into_its_own() -> None:
    """Ours is a plain graph without text; every value that is read from it is the same."""
    graph, _ = views("sample", DAYS[0])[0]
    for name in POLICIES:
        engine = pyshacl.Validator(DataGraph.from_rdflib(graph), shacl_graph=shapes_of(name), options={})
        _, report, text = engine.run()  # type: ignore[no-untyped-call]  # pySHACL has no annotation there
        assert text
        found = validate(graph, shapes_of(name))
        assert found
        assert read_report(report) == found


def test_constraints_of_steady_shapes_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever else uses pySHACL gets new ones each time, as it would without us."""
    graph, _ = views("sample", DAYS[0])[0]
    shapes = shapes_of(POLICIES[0])
    steady = make_steady(make_graph(shapes))
    made = 0
    begin = ConstraintComponent.__init__

    def count(component: ConstraintComponent, shape: pyshacl.Shape) -> None:
        nonlocal made
        made += 1
        begin(component, shape)

    monkeypatch.setattr(ConstraintComponent, "__init__", count)

    def run(of: Callable[[], object]) -> int:
        before = made
        of()
        return made - before

    assert run(lambda: validate(graph, steady)) > 0
    assert run(lambda: validate(graph, steady)) == 0
    someone = pyshacl.ShapesGraph(make_graph(shapes))
    other = pyshacl.Validator(DataGraph.from_rdflib(graph), shacl_graph=someone.graph, options={})
    first, second = run(other.run), run(other.run)
    assert first == second > 0


def test_the_comparison_notices_a_difference() -> None:
    """One shape broken for one engine only must show: else the tests above could not fail."""
    shapes = shapes_of(POLICIES[0])
    graph, text = views("sample", DAYS[0])[0]
    heard = by_pyshacl(graph, shapes)
    dropped = min(shape for _, shape, *_ in heard)
    broken = make_graph(set(shapes) - {(URIRef(dropped), SH.targetClass, PG.Subject)})
    assert {key[1] for key, _, _ in differences(heard, by_pyrudof(text, as_turtle(broken)))} == {dropped}
