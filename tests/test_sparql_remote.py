"""Queries on somebody else's store: the same answers as the embedded engine's, within our limits, whatever it does."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest
from pyoxigraph import RdfFormat, Store

from policygraph.errors import InputError
from policygraph.keeping.store import load_queries
from policygraph.speaking.sparql.engine import Engine, QueryRequest, Settings
from policygraph.speaking.sparql.remote import RemoteEngine
from policygraph.speaking.sparql.workers import PoolEngine, Source

SMALL = Path(__file__).parent / "data_small.trig"
HIDDEN = '<http://a/enterprise> <http://a/listing> "黑名单" <http://a/hidden> .\n'


@pytest.fixture(scope="module")
def graphs() -> tuple[str, ...]:
    store = Store()
    store.load(path=str(SMALL), format=RdfFormat.TRIG)
    return tuple(sorted(graph.value for graph in store.named_graphs()))


@pytest.fixture(scope="module")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An Oxigraph server that holds the small dataset and one graph that is not public."""
    beside_python = Path(sys.executable).with_name("oxigraph")
    program = shutil.which("oxigraph") or (str(beside_python) if beside_python.is_file() else None)
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("the oxigraph server is not installed: pip install oxigraph")
        pytest.skip("the oxigraph server is not installed: pip install oxigraph")
    folder = tmp_path_factory.mktemp("oxigraph")
    hidden = folder / "hidden.nq"
    hidden.write_text(HIDDEN, encoding="utf-8")
    location = str(folder / "store")
    for path in (SMALL, hidden):
        subprocess.run([program, "load", "-l", location, "-f", str(path)], check=True, capture_output=True, timeout=60)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [program, "serve-read-only", "-l", location, "-b", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}/query"
        finally:
            server.terminate()
            server.wait(timeout=10)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@pytest.fixture(scope="module")
def embedded() -> Iterator[PoolEngine]:
    with PoolEngine([Source(SMALL, "trig")], Settings(workers=1)) as engine:
        yield engine


@pytest.fixture(scope="module")
def remote(store_url: str, graphs: tuple[str, ...]) -> RemoteEngine:
    return RemoteEngine(store_url, Settings(timeout=5, result=1 << 20), graphs)


def read_rows(engine: Engine, query: str, **more: object) -> list[str]:
    # mypy cannot follow keyword dictionaries into a dataclass
    result = engine.run(QueryRequest(query, accept="application/sparql-results+json", **more))  # type: ignore[arg-type]
    assert result.status == 200, result.body.decode()
    document = json.loads(result.body)
    if "boolean" in document:
        return [str(document["boolean"])]
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in document["results"]["bindings"])


@pytest.mark.parametrize("name", [query.name for query in load_queries()])
def test_named_queries_answer_as_the_embedded_engine_does(
    remote: RemoteEngine, embedded: PoolEngine, name: str
) -> None:
    (text,) = (query.text for query in load_queries() if query.name == name)
    assert read_rows(remote, text) == read_rows(embedded, text)


def test_bindings_mean_the_same(remote: RemoteEngine, embedded: PoolEngine) -> None:
    query = "SELECT ?s ?title WHERE { ?s <http://purl.org/dc/terms/title> ?title }"
    (first, *_) = read_rows(embedded, query)
    bindings = {"s": f"<{json.loads(first)['s']['value']}>"}
    assert read_rows(remote, query, bindings=bindings) == read_rows(embedded, query, bindings=bindings) != []
    assert remote.run(QueryRequest(query, bindings={"s": "<a:b> } #"})).status == 400


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?s ?p '黑名单' }",
        "ASK { GRAPH ?g { ?s ?p '黑名单' } }",
        "ASK { GRAPH <http://a/hidden> { ?s ?p ?o } }",
        "ASK FROM <http://a/hidden> { ?s ?p ?o }",
        "ASK FROM NAMED <http://a/hidden> { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_graphs_that_are_not_public_are_not_seen(remote: RemoteEngine, query: str) -> None:
    assert read_rows(remote, query) == ["False"]
    assert read_rows(remote, query, default_graphs=("http://a/hidden",), named_graphs=("http://a/hidden",)) == ["False"]


def test_the_dataset_is_chosen_as_with_the_embedded_engine(
    remote: RemoteEngine, embedded: PoolEngine, graphs: tuple[str, ...]
) -> None:
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"
    for query in (
        count.format(""),
        count.format(f"FROM <{graphs[0]}>"),
        count.format("FROM <http://nowhere/>"),
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
        f"SELECT (COUNT(*) AS ?n) FROM NAMED <{graphs[1]}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    ):
        assert read_rows(remote, query) == read_rows(embedded, query), query


def test_without_a_list_every_graph_of_the_store_is_public(store_url: str, graphs: tuple[str, ...]) -> None:
    assert set(RemoteEngine(store_url).graphs) == {*graphs, "http://a/hidden"}


def test_refusals_come_before_anything_is_sent(remote: RemoteEngine) -> None:
    assert remote.run(QueryRequest("ASK { SERVICE <http://a/> {} }")).status == 403
    assert remote.run(QueryRequest("ASK { \\u0053ERVICE <http://a/> {} }")).status == 403
    assert remote.run(QueryRequest("DROP ALL")).status == 403
    assert remote.run(QueryRequest("ASK {")).status == 400
    assert remote.run(QueryRequest("ASK {}", accept="image/png")).status == 406
    turtle = remote.run(QueryRequest("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", accept="text/turtle"))
    assert (turtle.status, turtle.media_type) == (200, "text/turtle; charset=utf-8")


def test_the_deadline_and_the_cap_are_ours(store_url: str, graphs: tuple[str, ...]) -> None:
    strict = RemoteEngine(store_url, Settings(timeout=0.5, result=2000), graphs)
    started = time.monotonic()
    bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    assert strict.run(QueryRequest(bomb)).status == 503
    assert time.monotonic() - started < 20
    large = strict.run(QueryRequest("SELECT * { ?s ?p ?o }"))
    assert large.status == 413
    assert "LIMIT" in large.body.decode()


class Misbehaving(BaseHTTPRequestHandler):
    """A store that does what the last part of its path says."""

    def do_POST(self) -> None:
        kind = self.path.rpartition("/")[2]
        self.rfile.read(int(self.headers["Content-Length"]))
        json_type = "application/sparql-results+json"
        if kind == "redirect":
            self.reply(307, json_type, b"", Location="http://169.254.169.254/")
        elif kind == "error":
            self.reply(500, "text/plain", b"secret stack trace")
        elif kind == "html":
            self.reply(200, "text/html", b"<script>alert(1)</script>")
        elif kind == "cut":
            self.reply(200, json_type, b'{"head":{},"bool', length=100)
        elif kind == "halfway":
            self.reply(200, json_type, b'{"head":{"vars":["s"]},"results":{"bindings":[ cancelled')
        elif kind == "drip":
            self.send_response(200)
            self.send_header("Content-Type", json_type)
            self.end_headers()
            for _ in range(1000):
                self.wfile.write(b" ")
                time.sleep(0.05)

    def reply(self, status: int, media_type: str, body: bytes, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": media_type, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            # we hung up on it, as we should
            return

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written into the test output."""


@pytest.fixture(scope="module")
def bad_port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("kind", ["redirect", "error", "html", "cut", "halfway", "drip"])
def test_a_misbehaving_store_is_a_clear_503(bad_port: int, kind: str) -> None:
    engine = RemoteEngine(f"http://127.0.0.1:{bad_port}/{kind}", Settings(timeout=0.5), ())
    started = time.monotonic()
    result = engine.run(QueryRequest("ASK {}"))
    assert result.status == 503
    assert b"stack trace" not in result.body
    assert b"169.254" not in result.body
    assert time.monotonic() - started < 20


def test_a_store_that_is_not_there(bad_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert RemoteEngine(f"http://127.0.0.1:{port}/", graphs=()).run(QueryRequest("ASK {}")).status == 503
    with pytest.raises(InputError, match="后端没有回答"):
        RemoteEngine(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a/", "http://", "http://user:word@a/", "sparql"])
def test_only_addresses_of_endpoints_are_taken(url: str) -> None:
    with pytest.raises(InputError, match="--store"):
        RemoteEngine(url)
