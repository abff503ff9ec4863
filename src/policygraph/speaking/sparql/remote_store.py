"""The explorer's store over somebody else's SPARQL engine: named queries and pages run there, names are kept here.

Looking a name up (a title, an alias, a document number) needs many small reads, so the few triples that name things
are fetched once at start; every question and every description goes to the engine, within our deadline and cap.
What the engine holds is compared once, at the start, with the dataset whose hash its answers will name; nobody can
watch somebody else's engine from here after that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD

from policygraph.errors import DataError, UnavailableError
from policygraph.keeping.store import Cell, Iri, Store, read_cell
from policygraph.namespaces import ELI, PG
from policygraph.speaking.sparql.engine import QueryRequest, QueryResult
from policygraph.speaking.sparql.remote import RemoteEngine

_NAMING = (
    RDF.type,
    SKOS.prefLabel,
    SKOS.notation,
    DCTERMS.title,
    DCTERMS.identifier,
    ELI.id_local,
    PG.numberAsWritten,
    PG.titleVariant,
    PG.nameForm,
    PG.literalForm,
)
_NAMES = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?p { %s } ?s ?p ?o }"  # terms of our own, no input
_ABOUT = """CONSTRUCT { ?s ?p ?o } WHERE {
  { ?thing ?p ?o BIND(?thing AS ?s) }
  UNION
  { ?thing ?q ?s FILTER(STRSTARTS(STR(?s), CONCAT(STR(?thing), "/"))) ?s ?p ?o }
}"""
_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }"
_INSTANCES = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a ?kind ; ?p ?o }"
_MIRROR = ox.NamedNode("urn:policygraph:names")


class RemoteStore(Store):
    """A store whose questions run on a remote engine; what it answers is public by the operator's choice."""

    def __init__(self, remote: RemoteEngine, local: Store) -> None:
        """``local`` is the dataset that the remote engine is said to hold. Errors: ``DataError`` when it does not."""
        mirror = ox.Store()
        super().__init__(mirror, digests=local.digests)
        self._remote = remote
        self._check_graphs(local)
        names = _NAMES % " ".join(f"<{term}>" for term in _NAMING)
        mirror.load(self._run(names, "application/n-triples"), format=ox.RdfFormat.N_TRIPLES, to_graph=_MIRROR)

    def solve(self, text: str, bound: Mapping[str, Cell]) -> tuple[tuple[str, ...], Iterator[tuple[Cell, ...]]]:
        """The columns and rows of a SELECT, from the remote engine."""
        bindings = {key: _write_term(value) for key, value in bound.items()}
        raw = json.loads(self._run(text, "application/sparql-results+json", bindings))
        names = tuple(raw["head"]["vars"])
        return names, (tuple(_read(row.get(name)) for name in names) for row in raw["results"]["bindings"])

    def _check_graphs(self, local: Store) -> None:
        """Refuse an engine that holds another dataset, by triples: engines write the same number in several ways."""
        faults = [f"多出图 {name}" for name in self._remote.graphs if name not in local.digests]
        for name in local.digests:
            graph = ox.NamedNode(name)
            here = {quad.triple for quad in local.engine.quads_for_pattern(None, None, None, graph)}
            copy = ox.Store()
            copy.load(self._run(_GRAPH, "application/n-triples", {"graph": str(graph)}), format=ox.RdfFormat.N_TRIPLES)
            there = {quad.triple for quad in copy}
            if here != there:
                faults.append(f"图 {name} 少 {len(here - there)} 条、多 {len(there - here)} 条")
        if faults:
            shown = "；".join(faults[:5]) + (f"；等 {len(faults)} 处" if len(faults) > 5 else "")
            raise DataError(
                "--store",
                f"后端的数据不是数据集 {str(local.dataset)[:12]}：{shown}",
                "请清空后端，把这个数据集的 policygraph.nq（或 /dumps/latest/）重新装入",
            )

    def knows(self, iri: str) -> bool:
        """Whether the remote graph states anything of a thing."""
        return bool(self.describe(iri))

    def list_graphs(self) -> tuple[str, ...]:
        """The names of the graphs that the remote engine holds, sorted."""
        return self._remote.graphs

    def read_graph(self, name: str) -> Graph:
        """One named graph of the remote engine; empty when it has none of that name."""
        return self._read(_GRAPH, {"graph": str(ox.NamedNode(name))})

    def find_instances(self, kind: str) -> Graph:
        """What the remote graph states of every thing of a class; empty when there is none."""
        return self._read(_INSTANCES, {"kind": str(ox.NamedNode(kind))})

    def _read(self, text: str, bindings: Mapping[str, str]) -> Graph:
        graph = Graph(bind_namespaces="none")
        return graph.parse(data=self._run(text, "application/n-triples", bindings), format="nt")

    def describe(self, iri: str) -> tuple[ox.Triple, ...]:
        """What the remote graph states of a thing and of the unnamed parts below it; empty when it knows nothing."""
        body = self._run(_ABOUT, "application/n-triples", {"thing": str(ox.NamedNode(iri))})
        return tuple(sorted({q.triple for q in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)}, key=str))

    def _run(self, text: str, accept: str, bindings: Mapping[str, str] | None = None) -> bytes:
        result: QueryResult = self._remote.run(QueryRequest(text, accept=accept, bindings=bindings or None))
        if result.status != 200:
            raise UnavailableError(
                "--store", f"后端没有答出这个问题（{result.body.decode()[:300]}）", "请检查后端，或稍后再试"
            )
        return result.body


def _write_term(value: Cell) -> str:
    return str(ox.NamedNode(value) if isinstance(value, Iri) else ox.Literal("" if value is None else str(value)))


def _read(term: Mapping[str, str] | None) -> Cell:
    if term is None:
        return None
    if term["type"] == "uri":
        return Iri(term["value"])
    datatype = ox.NamedNode(term.get("datatype", str(XSD.string)))
    return read_cell(ox.Literal(term["value"], datatype=datatype))
