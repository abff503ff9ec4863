"""The knowledge files in their named graphs, and what a reader looks words up in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rdflib import Graph

from policygraph.graph.blanks import skolemise
from policygraph.graph.describing import describe_reading
from policygraph.graph.knowledge import load_organisation_names, load_versions, load_vocabulary, load_work_names
from policygraph.graph.memory import make_graph
from policygraph.keeping.sources import find_root
from policygraph.keeping.terms import read_turtle
from policygraph.namespaces import PREFIXES
from policygraph.reading.texts import Knowledge, Reading


def load_knowledge(root: Path | None = None) -> Knowledge:
    """What the readers look words up in, for reading a text outside a build."""
    graphs = load_graphs(root or find_root())
    return make_knowledge(merge(graphs, "law"), merge(graphs, "org"), merge(graphs, "concepts/"))


def make_knowledge(law: Graph, organisations: Graph, concepts: Graph) -> Knowledge:
    return Knowledge(load_work_names(law), load_organisation_names(organisations, concepts), load_vocabulary(concepts))


def load_graphs(root: Path) -> dict[str, Graph]:
    """Every knowledge file in its named graph; the key is the graph's path below ``graph/``."""
    graphs: dict[str, Graph] = {}

    def load(name: str, paths: Iterable[Path]) -> None:
        graphs[name] = make_graph(*map(parse_file, paths))

    load("ns", sorted((root / "ontology").glob("*.ttl")))
    for path in sorted((root / "ontology" / "concepts").glob("*.ttl")):
        load(f"concepts/{path.stem}", [path])
    load("law", sorted((root / "data" / "legislation").glob("*.ttl")))
    load("org", [root / "data" / "organisations.ttl"])
    for path in sorted((root / "data" / "editorial").glob("*.ttl")):
        load(f"editorial/{path.stem}", [path])
    for path in sorted((root / "shapes").glob("*/*.ttl")):
        # shapes keep their blank nodes until they are written: SHACL wants lists and paths as they stand in the file
        graphs[f"shapes/{path.parent.name}/{path.stem}"] = read_turtle(path)
    return graphs


def parse_file(path: Path) -> Graph:
    return skolemise(read_turtle(path))


def merge(graphs: dict[str, Graph], prefix: str) -> Graph:
    return make_graph(*(graph for name, graph in graphs.items() if name.startswith(prefix)))


def serialise_structure(reading: Reading, root: Path | None = None) -> str:
    """The structure graph of a reading as Turtle, for ``policygraph parse --format turtle``."""
    law = merge(load_graphs(root or find_root()), "law")
    graph = describe_reading(reading, load_versions(law), reading.document.date)
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph.serialize(format="turtle")
