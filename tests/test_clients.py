"""The clients that people use, as they are: SPARQLWrapper, rdflib, curl, YASGUI's requests, comunica, its fetcher.

Each asks a running service and must understand the answer. The two for Node are in ``tests/clients``; they are asked
where ``npm ci`` was run there, as CI does where it has npm.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from rdflib import Dataset, Graph, URIRef
from rdflib.namespace import RDF
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML
from SPARQLWrapper import SPARQLWrapper as Wrapper
from tests.conftest import Serve

from policygraph.namespaces import GRAPH, ID, PG

pytestmark = pytest.mark.slow

NODE = Path(__file__).parent / "clients"
SELECT = f"SELECT ?d WHERE {{ ?d a <{PG.PolicyDocument}> }} ORDER BY ?d"
CONSTRUCT = f"CONSTRUCT {{ ?m a <{PG.SanctionMeasure}> }} WHERE {{ ?m a <{PG.SanctionMeasure}> }}"
FIRST = str(ID["doc/jiamusi-2020-5"])


@pytest.fixture(scope="module")
def site(explorer: FastAPI, serve: Serve) -> str:
    return f"http://127.0.0.1:{serve(explorer)}"


# --- SPARQLWrapper ---------------------------------------------------------------------------------------------------


# Any: what comes back is a dictionary, a document, bytes or a graph, by the format
def ask(site: str, query: str, form: str, method: str = GET, request: str = URLENCODED) -> Any:
    wrapper = Wrapper(f"{site}/sparql")
    wrapper.setQuery(query)
    wrapper.setReturnFormat(form)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(request)
    return wrapper.queryAndConvert()


@pytest.mark.parametrize(("method", "request_form"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
def test_sparqlwrapper_reads_rows(site: str, method: str, request_form: str) -> None:
    found = ask(site, SELECT, JSON, method, request_form)
    assert [row["d"]["value"] for row in found["results"]["bindings"]].index(FIRST) >= 0
    assert ask(site, "ASK {}", JSON, method, request_form)["boolean"] is True
    document = ask(site, SELECT, XML, method, request_form)
    assert len(document.getElementsByTagName("result")) == 5
    assert FIRST in ask(site, SELECT, CSV, method, request_form).decode()
    assert ask(site, SELECT, TSV, method, request_form).startswith(b"?d\n")


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("form", [TURTLE, RDFXML, JSONLD, N3])
def test_sparqlwrapper_reads_triples(site: str, form: str) -> None:
    found = ask(site, CONSTRUCT, form)
    graph = found if isinstance(found, Graph) else Graph().parse(data=found, format="turtle")
    assert set(graph.objects(None, RDF.type)) == {PG.SanctionMeasure}
    assert len(graph) > 20


# --- rdflib ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflib_reads_through_its_remote_store(site: str, method: str, form: str) -> None:
    store = SPARQLStore(f"{site}/sparql", method=method, returnFormat=form)
    graph = Graph(store, bind_namespaces="none")
    assert URIRef(FIRST) in set(graph.subjects(RDF.type, PG.PolicyDocument))
    assert len(list(graph.query(SELECT))) == 5
    # rdflib writes FROM for a graph that has a name
    named = Graph(store, identifier=GRAPH["org"], bind_namespaces="none")
    assert not set(named.subjects(RDF.type, PG.PolicyDocument))
    assert set(named.subjects(RDF.type, None))


@pytest.mark.parametrize("path", ["/id/doc/jiamusi-2020-5", "/doc/jiamusi-2020-5", "/graph/law", "/ns", "/ns/0.1.0"])
def test_rdflib_looks_an_address_up(site: str, path: str) -> None:
    assert len(Graph(bind_namespaces="none").parse(f"{site}{path}")) > 100


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_rdflib_reads_a_graph_with_its_name(site: str) -> None:
    found = Dataset().parse(f"{site}/graphs?{urlencode({'graph': GRAPH['org']})}", format="trig")
    assert [graph.identifier for graph in found.graphs() if len(graph)] == [URIRef(GRAPH["org"])]


# --- curl ------------------------------------------------------------------------------------------------------------


def curl(*arguments: str, stdin: str = "") -> str:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    command = ["curl", "--silent", "--show-error", "--fail-with-body", "--noproxy", "*", "--max-time", "20", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=True).stdout


CURL = [
    ("-G", "--data-urlencode", f"query={SELECT}"),
    ("-G", "-d", "format=csv", "--data-urlencode", f"query={SELECT}"),
    ("--data-urlencode", f"query={SELECT}"),
    ("--data-urlencode", f"query={SELECT}", "-H", "Accept: text/csv"),
    ("-X", "POST", "-H", "Content-Type: application/sparql-query", "--data-binary", SELECT),
    ("-G", "--compressed", "--data-urlencode", f"query={SELECT}", "-H", "Accept: text/csv"),
]


@pytest.mark.parametrize("arguments", CURL, ids=range(len(CURL)))
def test_curl_asks_in_the_ways_of_the_manuals(site: str, arguments: tuple[str, ...]) -> None:
    assert FIRST in curl(*arguments, f"{site}/sparql")


def test_curl_takes_a_query_from_standard_input(site: str) -> None:
    assert FIRST in curl("--data-urlencode", "query@-", f"{site}/sparql", stdin=SELECT)


def test_curl_follows_compares_and_unpacks(site: str, tmp_path: Path) -> None:
    turtle = curl("-L", "-H", "Accept: text/turtle", f"{site}/id/doc/jiamusi-2020-5")
    assert (URIRef(FIRST), RDF.type, PG.PolicyDocument) in Graph(bind_namespaces="none").parse(data=turtle)
    assert curl("-L", "--compressed", "-H", "Accept: text/turtle", f"{site}/id/doc/jiamusi-2020-5") == turtle
    tag = tmp_path / "tag"
    address = f"{site}/doc/jiamusi-2020-5.ttl"
    assert curl("--etag-save", str(tag), address) == turtle
    assert tag.read_text().strip()
    again = curl("--etag-compare", str(tag), "-o", str(tmp_path / "body"), "-w", "%{http_code}", address)
    assert again == "304"
    assert "etag:" in curl("-I", address).lower()


# --- YASGUI ----------------------------------------------------------------------------------------------------------

YASGUI_ACCEPT = "application/sparql-results+json,*/*;q=0.9"
YASGUI_GRAPH_ACCEPT = "text/turtle,*/*;q=0.9"


def send(site: str, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection(site.removeprefix("http://"), timeout=20)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("query", "accept"), [(SELECT, YASGUI_ACCEPT), (CONSTRUCT, YASGUI_GRAPH_ACCEPT)])
def test_yasgui_sends_its_forms_from_another_site(site: str, method: str, query: str, accept: str) -> None:
    form = urlencode({"query": query})
    headers = {"Accept": accept, "Origin": "https://yasgui.example"}
    if method == "POST":
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        status, told, body = send(site, "POST", "/sparql", form, **headers)
    else:
        status, told, body = send(site, "GET", f"/sparql?{form}", **headers)
    assert status == 200
    assert told["access-control-allow-origin"] == "*"
    assert told["content-type"].split(";")[0] == accept.split(",")[0]
    assert (FIRST in body) if query == SELECT else ("SanctionMeasure" in body)


def test_yasgui_asks_before_it_sends_headers_of_its_own(site: str) -> None:
    status, told, _ = send(
        site, "OPTIONS", "/sparql", Origin="https://yasgui.example", Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type",
    )  # fmt: skip
    assert status in (200, 204)
    assert "POST" in told["access-control-allow-methods"]
    assert "content-type" in told["access-control-allow-headers"].lower()


def test_yasgui_names_graphs_beside_the_query(site: str) -> None:
    form = urlencode({"query": SELECT, "default-graph-uri": str(GRAPH["org"])})
    status, _, body = send(site, "GET", f"/sparql?{form}", Accept=YASGUI_ACCEPT)
    assert (status, json.loads(body)["results"]["bindings"]) == (200, [])


# --- comunica and its fetcher ----------------------------------------------------------------------------------------


def test_comunica_and_its_fetcher_understand_the_service(site: str) -> None:
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm is not installed: comunica is not asked")
    if not (NODE / "node_modules").is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("npm is here, and tests/clients has no node_modules: .ci/run installs them")
        pytest.skip("tests/clients is not installed: run npm ci there")
    done = subprocess.run(
        ["node", "ask.js", f"{site}/sparql", f"{site}/doc/jiamusi-2020-5"],
        cwd=NODE, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told["comunica"]["titles"]) == 5
    assert told["comunica"]["titles"] == told["fetcher"]["titles"]
    assert told["comunica"]["holds"] is told["fetcher"]["asked"] is True
    assert told["comunica"]["triples"] == told["fetcher"]["triples"] == 7
    # the page was asked for with comunica's own Accept header, and it understood what came
    assert str(PG.PolicyDocument) in told["comunica"]["types"]
