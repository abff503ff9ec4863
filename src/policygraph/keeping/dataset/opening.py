"""A built dataset as a store: the digests are worked out again from the bytes that are loaded.

A dataset that is not the one its manifest names is refused, by command line, pages, query workers and dumps alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from rdflib import Graph
from rdflib.namespace import RDF

from policygraph.errors import DataError, NotFoundError
from policygraph.graph.blanks import restore_blanks
from policygraph.judging.rules.lines import split_policies
from policygraph.keeping.dataset.manifest import DATASET_FILE, find_manifest
from policygraph.keeping.store import Store, open_store
from policygraph.keeping.terms import parse_turtle
from policygraph.namespaces import PG, document_of, slug_of

SETTLING_SECONDS = 0.2
"""How long the two files of a dataset may disagree while a build puts the second in its place."""


def open_dataset(folder: Path) -> Store:
    """A built dataset, loaded and held against its manifest graph by graph.

    Errors: ``InputError`` when there is none; ``DataError`` that names each graph that is not the one stated.
    """
    return open_graphs(folder, None)


def open_graphs(folder: Path, wanted: Callable[[str], bool] | None) -> Store:
    """Some graphs of a built dataset, for who asks nothing else; all of it is held against its manifest.

    ``wanted``: by its IRI, whether a graph is loaded; None loads every one. Errors: as ``open_dataset``.
    """
    manifest = find_manifest(folder)
    while True:
        try:
            store = open_store([folder / DATASET_FILE], manifest.named_graphs, wanted)
            store.folder = folder if wanted is None else None
            return store
        except DataError:
            # a build renames two files one after the other; what still disagrees after a moment is no build
            time.sleep(SETTLING_SECONDS)
            again = find_manifest(folder)
            if again == manifest:
                raise
            manifest = again


def read_shapes(store: Store, kind: str) -> tuple[Graph, ...]:
    """The shapes graphs of a kind (``eligibility``, ``profile``, ``review``) that a dataset holds, by name.

    They are as their files were, blank nodes included; empty when the dataset holds none of the kind.
    """
    prefixes = tuple(f"{base}graph/shapes/{kind}/" for base in store.bases)
    return tuple(restore_blanks(store.read_graph(name)) for name in store.list_graphs() if name.startswith(prefixes))


def read_lines(store: Store, policy: str) -> tuple[Graph, Graph]:
    """The shapes of a policy as a dataset holds them, and the condition lines they were expanded from.

    Errors: ``NotFoundError`` for a policy whose shapes were written by hand, without lines.
    """
    document = document_of(policy)
    lines = store.read_graph(store.find_iri(f"graph/shapes/lines/{document}"))
    for node, text in lines.subject_objects(PG.conditionLines):
        if slug_of(str(node)) == f"policy/{policy}":
            shapes = restore_blanks(store.read_graph(store.find_iri(f"graph/shapes/eligibility/{policy}")))
            parted = split_policies(parse_turtle(str(text), f"{document}/conditions.ttl"))
            return shapes, next(own for (own,) in parted if (node, RDF.type, PG.Policy) in own)
    raise NotFoundError(
        policy, "数据集中没有这项政策的条件行，不能试改", "只有写成条件行（conditions.ttl）的政策可以试改"
    )
