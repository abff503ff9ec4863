"""The W3C SPARQL 1.1 test suites for protocol, service description and result formats, against our endpoint.

Requests go through a real server and a plain HTTP client, as the manifests write them. One test per suite prints one
line; tests that do not apply stand below by IRI with the reason. Results are compared as RDF values: Oxigraph keeps a
number as its value, so that ``"1.0E6"^^xsd:double`` comes back as ``1000000`` and a derived integer as xsd:integer.
"""

from __future__ import annotations

import csv
import http.client
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from fastapi import FastAPI
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import XSD
from rdflib.term import Node

from policygraph.speaking.sparql.description import SD, Catalogue
from policygraph.speaking.sparql.engine import Settings
from policygraph.speaking.sparql.protocol import Service, sparql_router
from policygraph.speaking.sparql.workers import PoolEngine, Source

SUITES = Path(__file__).resolve().parents[2] / ".." / "shared" / "conformance" / "sparql11"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
TESTS = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"

NUMBERS = {XSD.integer, XSD.decimal, XSD.double, XSD.negativeInteger}

UPDATE = "the endpoint is read-only by design: SPARQL Update is answered 403, so a successful update cannot be shown"
EXCLUDED: dict[str, str] = {
    f"{TESTS}protocol/manifest#{name}": UPDATE
    for name in (
        "update_dataset_default_graph",
        "update_dataset_default_graphs",
        "update_dataset_named_graphs",
        "update_dataset_full",
        "update_post_form",
        "update_post_direct",
        "update_base_uri",
    )
}

pytestmark = [pytest.mark.conformance, pytest.mark.shared]


@pytest.fixture(autouse=True)
def _suites_present() -> None:
    if not SUITES.is_dir():
        message = "the W3C suites are not at ../shared/conformance/sparql11"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    media_type: str
    body: bytes


@contextmanager
def endpoint(serve: Callable[[Any], int], sources: list[Source]) -> Iterator[int]:
    """Our endpoint over a dataset; gives the port."""
    with PoolEngine(sources, Settings(workers=1)) as engine:
        catalogue = Catalogue(engine, dataset=lambda: "abc123")
        app = FastAPI()
        app.include_router(sparql_router(Service(engine, catalogue.describe_service)))
        yield serve(app)


def exchange(port: int, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.putrequest(method, path)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body or b"")))
        connection.endheaders(body)
        response = connection.getresponse()
        content = response.read()
        return Reply(response.status, response.headers.get_content_type(), content)
    finally:
        connection.close()


def load_manifest(name: str) -> tuple[Graph, list[URIRef]]:
    manifest = Graph()
    path = SUITES / name / "manifest.ttl"
    manifest.parse(path, publicID=path.as_uri())
    (entries,) = manifest.objects(None, MF.entries)
    return manifest, [entry for entry in Collection(manifest, entries) if isinstance(entry, URIRef)]


def one(graph: Graph, subject: Node, predicate: URIRef) -> Any:
    """The value of a property, or None."""
    return graph.value(subject, predicate)


def report(capsys: pytest.CaptureFixture[str], suite: str, failures: list[str], total: int, excluded: int) -> None:
    with capsys.disabled():
        print(f"\nW3C SPARQL 1.1 {suite}: {total - len(failures)} of {total} passed, {excluded} excluded", end="")
    assert not failures, "\n".join(failures)


def test_protocol(serve: Callable[[Any], int], capsys: pytest.CaptureFixture[str]) -> None:
    manifest, entries = load_manifest("protocol")
    data = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
    sources = [Source(SUITES / "protocol" / f"data{n}.nt", "nt", data.format(n)) for n in (1, 2, 3)]
    applicable = [entry for entry in entries if str(entry) not in EXCLUDED]
    assert len(applicable) == 27
    assert len(entries) - len(applicable) == len(EXCLUDED)
    failures = []
    with endpoint(serve, sources) as port:
        for entry in applicable:
            requests = one(manifest, one(manifest, entry, MF.action), HT.requests)
            for request in Collection(manifest, requests):
                failures += [f"{entry}: {reason}" for reason in run_protocol_request(manifest, request, port)]
    report(capsys, "protocol", failures, len(applicable), len(EXCLUDED))


def run_protocol_request(manifest: Graph, request: Node, port: int) -> list[str]:
    """What is wrong with the answer to one request of the manifest."""
    path = str(one(manifest, request, HT.absolutePath)).replace("/sparql/", "/sparql", 1)
    headers = {}
    header_list = one(manifest, request, HT.headers)
    if header_list is not None:
        for header in Collection(manifest, header_list):
            headers[str(one(manifest, header, HT.fieldName))] = str(one(manifest, header, HT.fieldValue))
    body_node = one(manifest, request, HT.body)
    body = None
    if body_node is not None:
        encoding = str(one(manifest, body_node, CNT.characterEncoding))
        body = str(one(manifest, body_node, CNT.chars)).encode(encoding)
    reply = exchange(port, str(one(manifest, request, HT.methodName)), path, headers, body)
    expected = one(manifest, request, HT.resp)
    statuses = {str(status)[-3] for status in manifest.objects(expected, MF.expectedStatus)}
    problems = []
    if str(reply.status)[0] not in statuses:
        problems.append(f"status {reply.status}: {reply.body.decode()}")
    kinds = {
        "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
        "tabular": {"application/sparql-results+json", "application/sparql-results+xml", "text/csv"},
        "RDF": {"text/turtle", "application/rdf+xml", "application/n-triples"},
    }
    wanted = one(manifest, expected, MF.expectedFormat)
    if wanted is not None and reply.media_type not in kinds[str(wanted)]:
        problems.append(f"media type {reply.media_type}")
    truth = one(manifest, expected, MF.expectedBoolean)
    if isinstance(truth, Literal) and json.loads(reply.body).get("boolean") != truth.toPython():
        problems.append(f"boolean {reply.body!r}")
    return problems


def test_service_description(serve: Callable[[Any], int], capsys: pytest.CaptureFixture[str]) -> None:
    _, entries = load_manifest("service-description")
    sources = [Source(SUITES / "protocol" / "data1.nt", "nt", "http://example.org/g")]
    failures = []
    checks = {
        "returns-rdf": check_returns_rdf,
        "has-endpoint-triple": check_endpoint_triple,
        "conforms-to-schema": check_schema,
    }
    with endpoint(serve, sources) as port:
        for entry in entries:
            reply = exchange(port, "GET", "/sparql", {"Accept": "text/turtle"})
            for problem in checks[str(entry).rpartition("#")[2]](port, reply):
                failures.append(f"{entry}: {problem}")
    report(capsys, "service-description", failures, len(entries), 0)


def check_returns_rdf(port: int, reply: Reply) -> list[str]:
    formats = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/n-triples": "nt"}
    problems = [] if reply.status == 200 else [f"status {reply.status}"]
    for media_type, name in formats.items():
        other = exchange(port, "GET", "/sparql", {"Accept": media_type})
        if other.media_type != media_type or not len(Graph().parse(data=other.body, format=name)):
            problems.append(f"no {media_type}")
    return problems


def check_endpoint_triple(port: int, reply: Reply) -> list[str]:
    graph = Graph().parse(data=reply.body, format="turtle")
    address = URIRef(f"http://127.0.0.1:{port}/sparql")
    return [] if any(graph.subjects(SD.endpoint, address)) else [f"no sd:endpoint {address}"]


def check_schema(port: int, reply: Reply) -> list[str]:
    """Domains and ranges of the Service Description vocabulary (W3C Recommendation, section 3)."""
    graph = Graph().parse(data=reply.body, format="turtle")
    shape: dict[URIRef, tuple[URIRef | None, URIRef | None]] = {
        SD.endpoint: (SD.Service, None),
        SD.supportedLanguage: (SD.Service, None),
        SD.feature: (SD.Service, None),
        SD.resultFormat: (SD.Service, None),
        SD.defaultDataset: (SD.Service, SD.Dataset),
        SD.defaultGraph: (SD.Dataset, SD.Graph),
        SD.namedGraph: (SD.Dataset, SD.NamedGraph),
        SD.name: (SD.NamedGraph, None),
        SD.graph: (SD.NamedGraph, SD.Graph),
    }
    problems = []
    for subject, predicate, value in graph:
        if not str(predicate).startswith(str(SD)):
            continue
        if predicate not in shape:
            problems.append(f"unknown term {predicate}")
            continue
        domain, range_ = shape[URIRef(str(predicate))]
        if domain is not None and (subject, RDF.type, domain) not in graph:
            problems.append(f"{subject} is not a {domain}")
        if range_ is not None and (value, RDF.type, range_) not in graph:
            problems.append(f"{value} is not a {range_}")
    features = {SD.DereferencesURIs, SD.UnionDefaultGraph, SD.RequiresDataset, SD.EmptyGraphs, SD.BasicFederatedQuery}
    problems += [f"not a feature: {f}" for f in graph.objects(None, SD.feature) if f not in features]
    languages = {SD.SPARQL10Query, SD.SPARQL11Query, SD.SPARQL11Update}
    problems += [f"not a language: {v}" for v in graph.objects(None, SD.supportedLanguage) if v not in languages]
    return problems


@pytest.mark.parametrize("suite", ["csv-tsv-res", "json-res"])
def test_result_formats(serve: Callable[[Any], int], capsys: pytest.CaptureFixture[str], suite: str) -> None:
    manifest, entries = load_manifest(suite)
    failures = []
    ports: dict[Path, int] = {}
    for data in sorted({path_of(one(manifest, one(manifest, e, MF.action), QT.data)) for e in entries}):
        with endpoint(serve, [Source(data, "ttl")]) as port:
            ports[data] = port
            for entry in entries:
                action = one(manifest, entry, MF.action)
                if path_of(one(manifest, action, QT.data)) != data:
                    continue
                query = path_of(one(manifest, action, QT.query)).read_text("utf-8")
                wanted = path_of(one(manifest, entry, MF.result))
                media_type, parse = READERS[wanted.suffix]
                reply = exchange(port, "GET", f"/sparql?query={quote(query)}", {"Accept": media_type})
                if reply.media_type != media_type:
                    failures.append(f"{entry}: {reply.media_type}")
                elif parse(reply.body) != parse(wanted.read_bytes()):
                    failures.append(f"{entry}: {reply.body.decode()}")
    report(capsys, suite, failures, len(entries), 0)


def path_of(iri: Node) -> Path:
    return Path(urlsplit(str(iri)).path)


class Blanks:
    """Blank nodes by order of appearance, so that labels do not matter."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def name(self, label: str) -> str:
        return self._seen.setdefault(label, f"_:{len(self._seen)}")


def read_csv(body: bytes) -> object:
    blanks = Blanks()
    rows = list(csv.reader(io.StringIO(body.decode("utf-8"), newline="")))
    return [[blanks.name(cell) if cell.startswith("_:") else read_number(cell) for cell in row] for row in rows]


def read_number(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell


def read_tsv(body: bytes) -> object:
    blanks = Blanks()
    return [
        [read_tsv_cell(cell, blanks) for cell in line.split("\t")] for line in body.decode().rstrip("\n").split("\n")
    ]


def read_tsv_cell(cell: str, blanks: Blanks) -> object:
    if cell.startswith("_:"):
        return blanks.name(cell)
    if not cell or cell[0] in "<?":
        return cell
    # a literal in Turtle: numbers may be written short or with their datatype
    graph = Graph().parse(data=f"<urn:s> <urn:p> {cell} .", format="turtle")
    (value,) = graph.objects()
    assert isinstance(value, Literal)
    if value.datatype in NUMBERS:
        return float(value)
    return value.datatype, value.language, str(value)


def read_json(body: bytes) -> object:
    blanks = Blanks()
    document = json.loads(body)
    for row in document.get("results", {}).get("bindings", []):
        for cell in row.values():
            if cell["type"] == "bnode":
                cell["value"] = blanks.name(cell["value"])
    return document


READERS: dict[str, tuple[str, Callable[[bytes], object]]] = {
    ".csv": ("text/csv", read_csv),
    ".tsv": ("text/tab-separated-values", read_tsv),
    ".srj": ("application/sparql-results+json", read_json),
}
