"""The knowledge files in their named graphs, and what a reader looks words up in.

A graph is known by its path below ``graph/`` and the base that its name stands under, because workspaces that stand
beside each other have graphs of the same path: laws, bodies, remarks. What is looked up is looked up in all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.graph.blanks import skolemise
from policygraph.graph.describing import describe_reading
from policygraph.graph.knowledge import find_homes, load_organisation_names, load_versions, load_work_names
from policygraph.graph.memory import make_graph
from policygraph.graph.words import load_vocabulary
from policygraph.keeping.conditions import LINES
from policygraph.keeping.dataset.inputs import strip_turtle
from policygraph.keeping.sources import find_root
from policygraph.keeping.terms import read_turtle
from policygraph.keeping.workspace import ELIGIBILITY, Workspace, open_workspace
from policygraph.namespaces import BASE, PG, PREFIXES, document_of, graph_iri, slug_of
from policygraph.reading.texts import Knowledge, Reading
from policygraph.reading.vocabulary import Vocabulary

WORD_CONCEPTS = ("concepts/kinds", "concepts/functions")
"""The concept files whose labels are words of reading, beside those of ``ontology/reading``."""


APART = ("asof",)
"""Vocabularies in a document, and a graph, of their own: what only programs read."""


class GraphName(NamedTuple):
    """What a graph is called: its path below ``graph/``, and the base that it stands under."""

    path: str
    base: str = BASE

    @property
    def iri(self) -> str:
        return str(graph_iri(self.path, self.base))


Graphs = Mapping[GraphName, Graph]


def load_knowledge(workspace: Workspace | None = None) -> Knowledge:
    """What the readers look words up in, for reading a text outside a build."""
    return make_knowledge(load_graphs(workspace or open_workspace()))


def make_knowledge(graphs: Graphs) -> Knowledge:
    """What the readers look words up in, from the knowledge files in their named graphs.

    Errors: ``DataError`` that lists every word and concept of reading that cannot be used.
    """
    words = {
        f"ontology/{name.path}.ttl": graph
        for name, graph in graphs.items()
        if name.path.startswith("reading/") or name.path in WORD_CONCEPTS
    }
    return Knowledge(
        load_work_names(merge(graphs, "law")),
        load_organisation_names(merge(graphs, "org"), merge(graphs, "concepts/")),
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


def load_graphs(workspace: Workspace) -> dict[GraphName, Graph]:
    """Every knowledge file that a dataset of a workspace holds, in its named graph.

    Errors: ``DataError`` for a file that is no Turtle, or a path below ``id/`` that stands under two bases.
    """
    graphs: dict[GraphName, Graph] = {}

    def load(path: str, files: Iterable[Path], base: str = BASE, without: Collection[str] = ()) -> None:
        found = make_graph(*(parse_file(file) for file in files if file.is_file()))
        if len(found):
            graphs[GraphName(path, base)] = leave_out(found, without) if without else found

    ontology = workspace.ground / "ontology"
    load("ns", (path for path in sorted(ontology.glob("*.ttl")) if path.stem not in APART))
    for part in APART:
        load(f"ns/{part}", [ontology / f"{part}.ttl"])
    for folder in ("concepts", "reading"):
        for path in sorted((ontology / folder).glob("*.ttl")):
            load(f"{folder}/{path.stem}", [path])
    for one in workspace.all:
        load("law", sorted((one.root / "legislation").glob("*.ttl")), one.base)
        load("org", [one.root / "organisations.ttl"], one.base)
        load("concepts/regions", [one.root / "regions.ttl"], one.base)
        for path in sorted((one.root / "editorial").glob("*.ttl")):
            load(f"editorial/{path.stem}", [path], one.base, one.left_out())
        documents = one.documents()
        for path in sorted(one.shapes.glob("*/*.ttl")):
            if path.parent.name != ELIGIBILITY or document_of(path.stem) in documents:
                # shapes keep their blank nodes until they are written: SHACL wants lists and paths as they stand
                graphs[GraphName(f"shapes/{path.parent.name}/{path.stem}", one.base)] = read_turtle(path)
        for path in (one.folder(name) / LINES for name in documents):
            if path.is_file():
                graphs[GraphName(f"shapes/lines/{path.parent.name}", one.base)] = keep_lines(path)
    return graphs


def leave_out(remarks: Graph, documents: Collection[str]) -> Graph:
    """Remarks without those on some documents: a thing goes that is part of one, or that names a part of one."""

    def concerns(node: Node) -> bool:
        return isinstance(node, URIRef) and any(part in documents for part in slug_of(node).split("/")[1:2])

    gone = {str(subject) for subject, _, value in remarks if concerns(subject) or concerns(value)}
    return make_graph(
        triple
        for triple in remarks
        if not any(str(triple[0]) == name or str(triple[0]).startswith(f"{name}/") for name in gone)
    )


def keep_lines(path: Path) -> Graph:
    """The condition lines of a file as one statement about each of its policies, without comments and layout.

    So whoever asks the dataset can change a line and expand it again, and nobody who asks what the shapes say meets
    the lines beside them.
    """
    text = Literal(strip_turtle(path.read_text(encoding="utf-8")))
    policies = set(read_turtle(path).subjects(RDF.type, PG.Policy))
    return make_graph((policy, PG.conditionLines, text) for policy in policies)


def parse_file(path: Path) -> Graph:
    return skolemise(read_turtle(path))


def merge(graphs: Graphs, prefix: str) -> Graph:
    """The graphs whose path begins so, of every workspace, as one."""
    return make_graph(*(graph for name, graph in graphs.items() if name.path.startswith(prefix)))


def serialise_structures(readings: Iterable[Reading], workspace: Workspace | None = None) -> str:
    """The structure graphs of readings as one Turtle document, for ``policygraph parse --format turtle``."""
    graphs = load_graphs(workspace or open_workspace())
    law = merge(graphs, "law")
    versions, homes = load_versions(law), find_homes(make_graph(law, merge(graphs, "org")))
    graph = make_graph(*(describe_reading(one, versions, one.document.date, homes) for one in readings))
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph.serialize(format="turtle")
