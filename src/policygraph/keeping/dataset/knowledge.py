"""The knowledge files in their named graphs, and what a reader looks words up in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from rdflib import Graph, Literal
from rdflib.namespace import RDF

from policygraph.graph.blanks import skolemise
from policygraph.graph.describing import describe_reading
from policygraph.graph.knowledge import load_organisation_names, load_versions, load_work_names
from policygraph.graph.memory import make_graph
from policygraph.graph.words import load_vocabulary
from policygraph.keeping.conditions import LINES
from policygraph.keeping.dataset.inputs import strip_turtle
from policygraph.keeping.sources import find_root
from policygraph.keeping.terms import read_turtle
from policygraph.namespaces import PG, PREFIXES
from policygraph.reading.texts import Knowledge, Reading
from policygraph.reading.vocabulary import Vocabulary

WORD_CONCEPTS = ("concepts/kinds", "concepts/functions")
"""The concept files whose labels are words of reading, beside those of ``ontology/reading``."""


def load_knowledge(root: Path | None = None) -> Knowledge:
    """What the readers look words up in, for reading a text outside a build."""
    return make_knowledge(load_graphs(root or find_root()))


def make_knowledge(graphs: dict[str, Graph]) -> Knowledge:
    """What the readers look words up in, from the knowledge files in their named graphs.

    Errors: ``DataError`` that lists every word and concept of reading that cannot be used.
    """
    words = {
        f"ontology/{name}.ttl": graph
        for name, graph in graphs.items()
        if name.startswith("reading/") or name in WORD_CONCEPTS
    }
    return Knowledge(
        load_work_names(graphs["law"]),
        load_organisation_names(graphs["org"], merge(graphs, "concepts/")),
        load_vocabulary(words),
    )


def load_words(root: Path | None = None) -> Vocabulary:
    """The words of reading alone, for whoever reads no names and no citations.

    Errors: ``DataError`` that lists every word and concept that cannot be used.
    """
    folder = (root or find_root()) / "ontology"
    concepts = (folder / f"{name}.ttl" for name in WORD_CONCEPTS)
    paths = (*sorted((folder / "reading").glob("*.ttl")), *concepts)
    return load_vocabulary({f"ontology/{path.parent.name}/{path.name}": parse_file(path) for path in paths})


def load_graphs(root: Path) -> dict[str, Graph]:
    """Every knowledge file in its named graph; the key is the graph's path below ``graph/``."""
    graphs: dict[str, Graph] = {}

    def load(name: str, paths: Iterable[Path]) -> None:
        graphs[name] = make_graph(*map(parse_file, paths))

    load("ns", sorted((root / "ontology").glob("*.ttl")))
    for folder in ("concepts", "reading"):
        for path in sorted((root / "ontology" / folder).glob("*.ttl")):
            load(f"{folder}/{path.stem}", [path])
    load("law", sorted((root / "data" / "legislation").glob("*.ttl")))
    load("org", [root / "data" / "organisations.ttl"])
    for path in sorted((root / "data" / "editorial").glob("*.ttl")):
        load(f"editorial/{path.stem}", [path])
    for path in sorted((root / "shapes").glob("*/*.ttl")):
        # shapes keep their blank nodes until they are written: SHACL wants lists and paths as they stand in the file
        graphs[f"shapes/{path.parent.name}/{path.stem}"] = read_turtle(path)
    for path in sorted((root / "data" / "documents").glob(f"*/{LINES}")):
        graphs[f"shapes/lines/{path.parent.name}"] = keep_lines(path)
    return graphs


def keep_lines(path: Path) -> Graph:
    """The condition lines of a file as one statement about its policy, without comments and layout.

    So whoever asks the dataset can change a line and expand it again, and nobody who asks what the shapes say meets
    the lines beside them.
    """
    policy = next(read_turtle(path).subjects(RDF.type, PG.Policy), None)
    text = Literal(strip_turtle(path.read_text(encoding="utf-8")))
    return make_graph(() if policy is None else ((policy, PG.conditionLines, text),))


def parse_file(path: Path) -> Graph:
    return skolemise(read_turtle(path))


def merge(graphs: Mapping[str, Graph], prefix: str) -> Graph:
    return make_graph(*(graph for name, graph in graphs.items() if name.startswith(prefix)))


def serialise_structures(readings: Iterable[Reading], root: Path | None = None) -> str:
    """The structure graphs of readings as one Turtle document, for ``policygraph parse --format turtle``."""
    versions = load_versions(merge(load_graphs(root or find_root()), "law"))
    graph = make_graph(*(describe_reading(reading, versions, reading.document.date) for reading in readings))
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph.serialize(format="turtle")
