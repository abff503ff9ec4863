"""Looking an IRI up, the vocabulary, VoID and DCAT, the dumps; and the named queries as published examples."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from pyoxigraph import NamedNode, RdfFormat, Store, parse
from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.namespace import DCTERMS, SH
from starlette.testclient import TestClient

from policygraph.errors import DataError
from policygraph.keeping.digests import hash_dataset
from policygraph.keeping.store import NamedQuery, load_queries
from policygraph.namespaces import BASE, DCAT, PREFIXES, VOID
from policygraph.speaking.sparql.description import Catalogue, Example
from policygraph.speaking.sparql.dumps import read_dumps, write_dumps
from policygraph.speaking.sparql.engine import QueryRequest, Settings
from policygraph.speaking.sparql.protocol import Service, sparql_router
from policygraph.speaking.sparql.things import Site, describe_thing, things_router
from policygraph.speaking.sparql.workers import PoolEngine

SMALL = Path(__file__).parent / "data_small.trig"
QUERIES = load_queries()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("things")


@pytest.fixture(scope="module")
def nquads(folder: Path) -> Path:
    """The small dataset with a word of vocabulary, as the build writes it."""
    path = folder / "policygraph.nq"
    store = Store()
    store.load(path=str(SMALL), format=RdfFormat.TRIG)
    term, graph = f"<{BASE}ns#Clause>", f"<{BASE}graph/ns>"
    vocabulary = f'{term} <{RDF.type}> <{OWL.Class}> {graph} .\n{term} <{RDFS.label}> "条款"@zh {graph} .\n'
    store.load(vocabulary.encode(), format=RdfFormat.N_QUADS)
    content = store.dump(format=RdfFormat.N_QUADS) or b""
    path.write_bytes(b"".join(sorted(content.splitlines(keepends=True))))
    return path


@pytest.fixture(scope="module")
def dataset(nquads: Path) -> str:
    return hash_dataset(nquads.read_bytes())


@pytest.fixture(scope="module")
def engine(nquads: Path) -> Iterator[PoolEngine]:
    with PoolEngine([nquads], Settings(workers=1)) as engine:
        yield engine


@pytest.fixture(scope="module")
def client(engine: PoolEngine, nquads: Path, dataset: str, folder: Path) -> Iterator[TestClient]:
    dumps = folder / "dumps"
    write_dumps(nquads, dumps, dataset, PREFIXES)
    catalogue = Catalogue(
        engine,
        dataset=lambda: dataset,
        dumps=lambda: read_dumps(dumps, dataset),
        examples=[Example(q.name, q.summary_zh, q.summary_en, q.text) for q in QUERIES],
    )
    app = FastAPI()
    app.include_router(sparql_router(Service(engine, catalogue.describe_service)))
    app.include_router(things_router(Site(engine, catalogue, lambda: dataset, dumps)))
    with TestClient(app, base_url="http://testserver", follow_redirects=False) as client:
        yield client


def some_document(engine: PoolEngine) -> str:
    query = "SELECT ?d { ?d a <https://w3id.org/policygraph/ns#PolicyDocument> } ORDER BY ?d LIMIT 1"
    result = engine.run(QueryRequest(query, accept="application/json"))
    iri = json.loads(result.body)["results"]["bindings"][0]["d"]["value"]
    assert isinstance(iri, str)
    return iri.removeprefix(BASE + "id/")


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/html", ""),
        ("*/*", ""),
        ("text/turtle", ".ttl"),
        ("application/ld+json", ".jsonld"),
        ("application/n-triples;q=0.9, text/html;q=0.1", ".nt"),
        ("application/json", ".json"),
    ],
)
def test_a_thing_leads_to_its_page_or_its_data(
    client: TestClient, engine: PoolEngine, accept: str, suffix: str
) -> None:
    path = some_document(engine)
    response = client.get(f"/id/{path}", headers={"Accept": accept})
    assert response.status_code == 303
    assert response.headers["location"] == f"/{path}{suffix}"
    assert response.headers["vary"] == "Accept"


@pytest.mark.parametrize("path", ["doc/nothing", "entity/91230800MA18XXXX0X", "a b", "%3C%3E", "..%2f..%2fetc", ""])
def test_a_thing_that_is_not_known_is_404(client: TestClient, path: str) -> None:
    response = client.get(f"/id/{path}")
    assert response.status_code == 404


def test_nothing_acceptable_of_a_thing_is_406(client: TestClient, engine: PoolEngine) -> None:
    assert client.get(f"/id/{some_document(engine)}", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld"])
def test_a_data_document_says_what_the_graph_states(engine: PoolEngine, suffix: str) -> None:
    iri = f"{BASE}id/{some_document(engine)}"
    result = describe_thing(engine, iri, suffix)
    assert result is not None
    formats = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "jsonld": RdfFormat.JSON_LD}
    quads = list(parse(result.body, format=formats[suffix]))
    assert str(RDF.type) in {quad.predicate.value for quad in quads if quad.subject == NamedNode(iri)}
    assert describe_thing(engine, f"{BASE}id/doc/nothing", suffix) is None
    assert describe_thing(engine, iri, "exe") is None


def test_the_vocabulary_is_looked_up_too(client: TestClient) -> None:
    response = client.get("/ns", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=response.content, format="turtle")
    assert (URIRef(BASE + "ns#Clause"), RDFS.label, None) in graph
    browser = client.get("/ns", headers={"Accept": "text/html,*/*;q=0.8"})
    assert browser.headers["content-type"] == "text/html; charset=utf-8"
    assert '<li id="Clause">' in browser.text
    assert client.get("/ns", headers={"Accept": "image/png"}).status_code == 406


def test_a_busy_engine_does_not_make_things_unknown(nquads: Path, folder: Path, dataset: str) -> None:
    engine = PoolEngine([nquads], Settings(workers=1))
    catalogue = Catalogue(engine, dataset=lambda: dataset)
    app = FastAPI()
    app.include_router(things_router(Site(engine, catalogue, lambda: dataset, folder)))
    path = some_document(engine)
    engine.close()
    with TestClient(app, follow_redirects=False) as client:
        assert client.get(f"/id/{path}").status_code == 503
    result = describe_thing(engine, f"{BASE}id/{path}", "ttl")
    assert result is not None
    assert result.status == 503


def test_void_and_dcat_describe_the_dataset(client: TestClient, dataset: str) -> None:
    response = client.get("/.well-known/void", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=response.content, format="turtle")
    data = URIRef("http://testserver/.well-known/void#dataset")
    assert graph.value(data, VOID.sparqlEndpoint) == URIRef("http://testserver/sparql")
    assert str(graph.value(data, DCTERMS.identifier)) == dataset
    assert graph.value(data, DCTERMS.license) is not None
    assert int(str(graph.value(data, VOID.triples))) > 0
    assert len(set(graph.objects(data, DCAT.distribution))) == 5
    for node in graph.objects(data, DCAT.distribution):
        address = str(graph.value(node, DCAT.downloadURL))
        file = client.get(address)
        assert file.status_code == 200
        assert str(len(file.content)) == str(graph.value(node, DCAT.byteSize))
    for form in ("application/rdf+xml", "application/ld+json", "application/n-triples"):
        assert client.get("/.well-known/void", headers={"Accept": form}).headers["content-type"].startswith(form)


DESCRIBE = """
from rdflib import Graph, Literal, URIRef
from policygraph.speaking.sparql.description import write_graph
graph = Graph(bind_namespaces="none")
for number in range(60):
    for name in ("title", "creator"):
        term = URIRef(f"http://purl.org/dc/terms/{name}")
        graph.add((URIRef(f"https://example.org/{number % 7}"), term, Literal(f"{name} {number}", "zh")))
for kind in ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"):
    print(write_graph(graph, kind).body.decode())
"""


@pytest.mark.slow
def test_a_description_is_the_same_bytes_in_every_process() -> None:
    """What a validator is made of does not know the order of a process's hashes."""
    told = {
        subprocess.run(
            [sys.executable, "-c", DESCRIBE], env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(told) == 1
    assert "title 59" in told.pop()


def test_counts_that_a_busy_engine_did_not_give_are_asked_for_again(nquads: Path) -> None:
    engine = PoolEngine([nquads], Settings(workers=1))
    catalogue = Catalogue(engine, dataset=lambda: "abc123")
    engine.close()
    assert catalogue.figures().totals == {}
    with PoolEngine([nquads], Settings(workers=1)) as fresh:
        catalogue = Catalogue(fresh, dataset=lambda: "abc123")
        assert catalogue.figures().totals["triples"] > 0
        assert catalogue.figures() is catalogue.figures()


def test_dumps_hold_the_dataset_and_never_change(client: TestClient, dataset: str, nquads: Path) -> None:
    sums = client.get(f"/dumps/{dataset}/SHA256SUMS").text.splitlines()
    assert len(sums) == 5
    original = {str(quad) for quad in parse(path=str(nquads), format=RdfFormat.N_QUADS)}
    for line in sums:
        checksum, name = line.split("  ")
        response = client.get(f"/dumps/{dataset}/{name}")
        assert hashlib.sha256(response.content).hexdigest() == checksum
        assert response.headers["etag"] == f'"{checksum}"'
        assert "immutable" in response.headers["cache-control"]
        assert response.headers["content-type"] == "application/gzip"
        again = client.get(f"/dumps/{dataset}/{name}", headers={"If-None-Match": response.headers["etag"]})
        assert again.status_code == 304
        if name.endswith(".nq.gz"):
            quads = parse(gzip.decompress(response.content), format=RdfFormat.N_QUADS)
            assert {str(quad) for quad in quads} == original


def test_latest_redirects(client: TestClient, dataset: str) -> None:
    response = client.get("/dumps/latest/policygraph.nq.gz")
    assert response.status_code == 307
    assert response.headers["location"] == f"/dumps/{dataset}/policygraph.nq.gz"
    assert client.head(response.headers["location"]).status_code == 200


def test_the_list_of_dumps_is_a_page_and_a_catalogue(client: TestClient, dataset: str) -> None:
    page = client.get("/dumps/", headers={"Accept": "text/html"})
    assert "policygraph.trig.gz" in page.text
    catalogue = client.get("/dumps/latest/", headers={"Accept": "text/turtle"})
    assert "dcat:Catalog" in catalogue.text
    assert client.get(f"/dumps/{dataset}/", headers={"Accept": "text/html"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["latest/..%2f..%2fpyproject.toml", "..%2f/x", "0000000000/policygraph.nq.gz", "abc/index.json", "x/"]
)
def test_dumps_give_nothing_else(client: TestClient, path: str, dataset: str) -> None:
    assert client.get(f"/dumps/{path}", follow_redirects=True).status_code == 404
    assert client.get(f"/dumps/{dataset}/index.json").status_code == 404


def test_dumps_are_the_same_bytes_each_time(nquads: Path, tmp_path: Path, dataset: str) -> None:
    first, second = (write_dumps(nquads, tmp_path / n, dataset, PREFIXES) for n in ("one", "two"))
    assert first == second
    assert write_dumps(nquads, tmp_path / "one", dataset) == first


def test_nothing_is_published_under_a_hash_that_the_data_do_not_have(
    nquads: Path, tmp_path: Path, dataset: str
) -> None:
    altered = tmp_path / "policygraph.nq"
    altered.write_bytes(nquads.read_bytes().replace("措施".encode(), "办法".encode()))
    assert altered.read_bytes() != nquads.read_bytes()
    with pytest.raises(DataError, match="不是数据集"):
        write_dumps(altered, tmp_path / "dumps", dataset)
    assert not (tmp_path / "dumps").exists()


@pytest.mark.parametrize("name", ["policygraph.nq.gz", "index.json"])
def test_a_dump_that_was_altered_is_written_anew(nquads: Path, tmp_path: Path, dataset: str, name: str) -> None:
    first = write_dumps(nquads, tmp_path, dataset, PREFIXES)
    sound = (tmp_path / dataset / name).read_bytes()
    (tmp_path / dataset / name).write_bytes(sound[:-40])
    assert write_dumps(nquads, tmp_path, dataset, PREFIXES) == first
    assert (tmp_path / dataset / name).read_bytes() == sound


def test_named_queries_are_published_and_run(client: TestClient) -> None:
    description = client.get("/sparql", headers={"Accept": "application/n-triples"})
    graph = Graph().parse(data=description.content, format="nt")
    published = {str(graph.value(node, RDFS.label)): node for node in graph.subjects(RDF.type, SH.SPARQLExecutable)}
    assert set(published) == {query.name for query in QUERIES}
    for node in published.values():
        response = client.post("/sparql", data={"query": str(graph.value(node, SH.select))})
        assert response.status_code == 200, response.text


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_published_query_gives_the_columns_it_promises(client: TestClient, query: NamedQuery) -> None:
    response = client.get("/sparql", params={"query": query.text}, headers={"Accept": "text/csv"})
    assert response.text.splitlines()[0].split(",") == [column.name for column in query.columns]
