"""The dataset, held in memory and asked: named queries, ad-hoc SPARQL, and the names a person may use for things.

Pyoxigraph answers in milliseconds at policy size and needs no server, so the store is loaded whole from the built
N-Quads and never written. Every quad lies in a named graph; the default graph that a query sees is the union of them.
A question is a ``.rq`` file (``questions``), a name typed by a person becomes an IRI by declared type (``naming``),
and only ``engine`` touches pyoxigraph. There is no update, no federation and no file access through a query here.
"""

from __future__ import annotations

from policygraph.judging.answers import Answer, Cell, Gap, Iri, warn_of_gaps
from policygraph.keeping.store.engine import GraphAnswer, Store, open_store, parse_graph, read_cell
from policygraph.keeping.store.federation import refuse_federation
from policygraph.keeping.store.naming import parse_day
from policygraph.keeping.store.questions import Column, NamedQuery, Parameter, load_queries, parse_query

__all__ = [
    "Answer",
    "Cell",
    "Column",
    "Gap",
    "GraphAnswer",
    "Iri",
    "NamedQuery",
    "Parameter",
    "Store",
    "load_queries",
    "open_store",
    "parse_day",
    "parse_graph",
    "parse_query",
    "read_cell",
    "refuse_federation",
    "warn_of_gaps",
]
