"""A built dataset held against the profile shapes that it holds."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph

from policygraph.graph.validation import ValidationResult, validate
from policygraph.keeping.dataset.opening import open_dataset, read_shapes
from policygraph.keeping.terms import read_node


def validate_dataset(folder: Path) -> tuple[ValidationResult, ...]:
    """Check a built dataset against the ``shapes/profile`` that it holds; empty when it is sound."""
    store = open_dataset(folder)
    rules = tuple(f"{base}graph/shapes/{kind}/" for base in store.bases for kind in ("profile", "review"))
    data, shapes = Graph(), Graph()  # pySHACL puts its data into a dataset, which needs the store with contexts
    for quad in store.engine:
        graph = str(quad.graph_name.value) if isinstance(quad.graph_name, ox.NamedNode) else ""
        # the readings of a policy are stated with its conditions; rules about shapes are no statements
        if not graph.startswith(rules):
            data.add((read_node(quad.subject), read_node(quad.predicate), read_node(quad.object)))
    for part in read_shapes(store, "profile"):
        shapes += part
    return validate(data, shapes)
