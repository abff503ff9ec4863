"""A built dataset held against the profile shapes that it holds.

Some shapes ask for what only a person can judge (``pg:awaits``: whether an act reduces rights, who takes a step). Of a
document that nobody has read to its end for the kind, the missing judgement is no fault: it is told as not curated yet
(未整理).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, URIRef

from policygraph.graph.validation import ValidationResult, validate
from policygraph.keeping.dataset.opening import open_dataset, read_shapes
from policygraph.keeping.terms import read_node
from policygraph.namespaces import PG

_UNCURATED = ("未整理：", "Not curated yet: ")


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
    return tuple(sorted(tell_uncurated(result, data, shapes) for result in validate(data, shapes)))


def tell_uncurated(result: ValidationResult, data: Graph, shapes: Graph) -> ValidationResult:
    """A result as it is; as information where it asks for what nobody has come to judge (``pg:awaits``)."""
    shape, focus = URIRef(result.shape), URIRef(result.focus)
    awaited, kind = tuple(shapes.objects(shape, PG.awaits)), shapes.value(shape, PG.curatedKind)
    if not awaited or kind is None or any((focus, term, None) in data for term in awaited):
        return result
    document = data.value(focus, PG.document)
    if document is None or (document, PG.settledKind, kind) in data:
        return result
    zh, en = _UNCURATED
    return replace(
        result, severity="Info", message_zh=f"{zh}{result.message_zh}", message_en=f"{en}{result.message_en}"
    )
