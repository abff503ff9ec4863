"""The page from which the model is learnt: a picture in which each kind of thing shows one that is really there.

What is drawn and asked stands in ``learning.toml``. The page runs each query against the dataset that it serves, so an
example is live or the page says that there is none; nothing is shown that a reader could not run again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
from fastapi import Request
from fastapi.responses import HTMLResponse
from rdflib.namespace import RDFS

from policygraph.keeping.store import Cell, Store
from policygraph.namespaces import PREFIXES
from policygraph.speaking.web.site import Now

SHOWN_STATEMENTS = 14
"""Lines of Turtle shown of a thing; the whole is one link away."""
_USED = ("pg", "cv", "dcterms", "eli", "oa", "rdfs", "skos")
HEAD = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in _USED)
"""The prefixes that the queries of the page are read with."""


@dataclass(frozen=True, slots=True)
class Node:
    """A kind of thing on the picture: where it stands, what it is called and means, and what to ask for it."""

    key: str
    x: int
    y: int
    zh: str
    en: str
    note_zh: str
    note_en: str
    query: str


@dataclass(frozen=True, slots=True)
class Edge:
    """How one kind of thing leads to another: by which property, or path."""

    start: str
    end: str
    property: str


@cache
def _read_file() -> dict[str, Any]:  # Any: what TOML may hold
    return tomllib.loads(files("policygraph.speaking.web").joinpath("learning.toml").read_text(encoding="utf-8"))


def read_heads() -> Mapping[str, Mapping[str, str]]:
    """What the columns of the examples are called, by language."""
    heads: Mapping[str, Mapping[str, str]] = _read_file()["heads"]
    return heads


@cache
def read_picture() -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """The kinds of things and what leads from one to another, in the order of the file."""
    said = _read_file()
    nodes = tuple(Node(key=key, **{**one, "query": one["query"].strip()}) for key, one in said["nodes"].items())
    return nodes, tuple(Edge(one["from"], one["to"], one["property"]) for one in said["edges"])


def show_learning(now: Now, request: Request) -> HTMLResponse:
    """The model as a picture with its text twin; each node with a live example, its Turtle and a query to run."""
    nodes, edges = read_picture()
    shown = [_show(now.store, node) for node in nodes]
    return now.render(
        request, "learn.html", "learn", nodes=shown, edges=edges, places={node.key: node for node in nodes},
        heads=read_heads(),
        origin=now.address or str(request.base_url).rstrip("/"),
    )  # fmt: skip


def _show(store: Store, node: Node) -> dict[str, object]:
    text = f"{HEAD}\n{node.query}\n"
    columns, found = store.solve(text, {})
    rows = list(found)
    first: Mapping[str, Cell] = dict(zip(columns, rows[0], strict=True)) if rows else {}
    thing = str(rows[0][0]) if rows else ""
    return {
        "node": node,
        "query": text,
        "link": urlencode({"query": text}),
        "columns": columns,
        "first": first,
        "thing": thing,
        "called": _labels(store, thing) if thing else {},
        "turtle": _turtle(store, thing) if thing else "",
    }


def _labels(store: Store, thing: str) -> dict[str, str]:
    """What the graph calls a thing, by language."""
    labels = (t.object for t in store.describe(thing) if (t.subject, t.predicate) == (ox.NamedNode(thing), _LABEL))
    return {one.language or "zh": one.value for one in labels if isinstance(one, ox.Literal)}


_LABEL = ox.NamedNode(str(RDFS.label))


def _turtle(store: Store, thing: str) -> str:
    """What is stated of a thing, as Turtle with prefixes, cut where it goes on."""
    about = [triple for triple in store.describe(thing) if triple.subject == ox.NamedNode(thing)]
    body = ox.serialize(about, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    lines = [line for line in body.decode().splitlines() if not line.startswith("@prefix")]
    return "\n".join(lines[:SHOWN_STATEMENTS] + (["    …"] if len(lines) > SHOWN_STATEMENTS else []))
