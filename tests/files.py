"""The files of the checkout, read once for all tests of a process: to be looked at, never written to."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from rdflib import Graph

from policygraph.judging.rules import Policy, load_policies
from policygraph.keeping.dataset.knowledge import load_knowledge
from policygraph.keeping.workspace import open_workspace
from policygraph.reading.texts import Knowledge

ROOT = Path(__file__).resolve().parents[1]


@cache
def read_graph(*places: str) -> Graph:
    """The triples of all files that fit one of the places, patterns below the checkout; there must be some."""
    paths = sorted({path for place in places for path in ROOT.glob(place)})
    assert paths, f"no file is {' or '.join(places)}"
    if len(paths) == 1:
        return Graph().parse(paths[0], format="turtle")
    graph = Graph()
    for path in paths:
        graph += read_graph(path.relative_to(ROOT).as_posix())
    return graph


@cache
def read_policies() -> dict[str, Policy]:
    """The five policies with the labels of their readings."""
    shapes = sorted(ROOT.glob("shapes/eligibility/*.ttl"))
    return load_policies(
        (read_graph(path.relative_to(ROOT).as_posix()) for path in shapes), read_graph("data/documents/*/model.ttl")
    )


@cache
def read_knowledge() -> Knowledge:
    """What the readers look words up in."""
    return load_knowledge(open_workspace(ground=ROOT))


@cache
def read_nodes(path: Path) -> tuple[ast.AST, ...]:
    """The syntax tree of a module and every node below it, as ``ast.walk`` gives them."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
