"""Benchmark of the SPARQL endpoint against rdflib-endpoint and the Oxigraph server, on the same data and machine.

    python tests/benchmarks/bench_sparql.py build/policygraph.nq
    python tests/benchmarks/bench_sparql.py build/policygraph.nq --enterprises 100000
    python tests/benchmarks/bench_sparql.py build/policygraph.nq --bombs

Each server runs in its own process on a free loopback port and is asked by 1 and by 8 clients that keep their
connection. The peers are optional: one that is not installed (``pip install oxigraph``; ``rdflib-endpoint[cli]`` may
live in another environment, named by --rdflib-endpoint) is skipped with a message. All three hold the union of the
graphs; the enterprises are invented (`synthetic`), with fourteen triples each. ``--bombs`` measures a trivial ASK
while two cross products run. Numbers are printed, nothing is asserted: timing is not a test.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import uvicorn
from fastapi import FastAPI
from pyoxigraph import RdfFormat, parse, serialize

from policygraph.keeping.store import load_queries
from policygraph.speaking.sparql.description import Catalogue
from policygraph.speaking.sparql.engine import Settings
from policygraph.speaking.sparql.protocol import Service, sparql_router
from policygraph.speaking.sparql.workers import PoolEngine, Source

SECONDS = 6.0  # of asking, per query, server and number of clients
ROUNDS = 200  # at most
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PREFIXES = (
    "PREFIX pg: <https://w3id.org/policygraph/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX b: <urn:bench:> "
)
ENTERPRISE_QUERIES = {
    "enterprise page": PREFIXES + "CONSTRUCT { ?s ?p ?o } { VALUES ?s { b:e77 } ?s ?p ?o }",
    "blacklist by field": PREFIXES
    + "SELECT ?field (COUNT(?e) AS ?n) { ?e b:list '黑名单' ; b:field ?field } GROUP BY ?field ORDER BY ?field",
}


def list_queries(enterprises: int) -> dict[str, str]:
    """The five queries by name, and two more when there are enterprises."""
    named = {query.name: query.text for query in load_queries()}
    queries = {
        "legal-bases": named["legal-bases"],
        "departments-of-measures": named["departments-of-measures"],
        "mechanisms": named["mechanisms"],
        "clauses with 信用修复": PREFIXES + "SELECT ?c ?t { ?c pg:text ?t FILTER(CONTAINS(?t, '信用修复')) }",
        "construct measures": PREFIXES + "CONSTRUCT { ?m ?p ?o } { ?m skos:notation ?n ; dcterms:title ?t ; ?p ?o }",
    }
    return queries | (ENTERPRISE_QUERIES if enterprises else {})


def write_data(nquads: Path, enterprises: int, folder: Path) -> tuple[Path, Path]:
    """The dataset with invented enterprises, as N-Quads for us and as N-Triples (the union) for the peers."""
    quads_path, union_path = folder / "data.nq", folder / "data.nt"
    chance = random.Random(1)
    with quads_path.open("wb") as quads, union_path.open("wb") as union:
        quads.write(nquads.read_bytes())
        triples = {quad.triple for quad in parse(path=str(nquads), format=RdfFormat.N_QUADS)}
        union.write(serialize(sorted(triples, key=str), format=RdfFormat.N_TRIPLES) or b"")
        for number in range(enterprises):
            facts = [f'<urn:bench:e{number}> <urn:bench:synthetic> "{name}"' for name in "abcdefghij"]
            facts.append(f'<urn:bench:e{number}> <urn:bench:field> "{chance.randrange(20)}"')
            facts.append(f'<urn:bench:e{number}> <urn:bench:list> "{chance.choice(("红名单", "黑名单", "无", "无"))}"')
            facts.append(f'<urn:bench:e{number}> <urn:bench:name> "虚构企业{number}"')
            facts.append(f'<urn:bench:e{number}> <urn:bench:score> "{chance.randrange(100)}"')
            for fact in facts:
                quads.write(f"{fact} <urn:bench:graph> .\n".encode())
                union.write(f"{fact} .\n".encode())
    return quads_path, union_path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def run_server(command: list[str], port: int, patience: float) -> Iterator[int]:
    """A server process that ends with the block; gives its port once it listens."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + patience
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        raise RuntimeError(f"did not start: {' '.join(command)}") from None
                    time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def serve_ours(data: Path, port: int) -> None:
    """Our endpoint alone, as ``policygraph serve`` runs it."""
    with PoolEngine([Source(data)], Settings(timeout=60)) as engine:
        app = FastAPI()
        catalogue = Catalogue(engine, dataset=lambda: "0" * 8)
        app.include_router(sparql_router(Service(engine, catalogue.describe_service)))
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


class Client:
    """One connection that is kept, as a well-behaved client does."""

    def __init__(self, port: int, path: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self._path = path

    def ask(self, query: str) -> tuple[float, int]:
        """Seconds and status of one query."""
        accept = "text/turtle" if "CONSTRUCT" in query else "application/sparql-results+json"
        started = time.perf_counter()
        self._connection.request("GET", f"{self._path}?query={quote(query)}", headers={"Accept": accept})
        response = self._connection.getresponse()
        response.read()
        return time.perf_counter() - started, response.status

    def close(self) -> None:
        self._connection.close()


def measure(port: int, path: str, query: str, clients: int) -> tuple[float, float, float]:
    """p50 and p95 in milliseconds, and requests per second."""

    def keep_asking(_: int) -> list[float]:
        client = Client(port, path)
        times: list[float] = []
        started = time.monotonic()
        while len(times) < ROUNDS // clients and time.monotonic() - started < SECONDS:
            seconds, status = client.ask(query)
            if status != 200:
                raise RuntimeError(f"status {status}: {query}")
            times.append(seconds)
        client.close()
        return times

    keep_asking(0) if clients == 1 else None  # warm-up
    started = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        times = sorted(time_ for times in pool.map(keep_asking, range(clients)) for time_ in times)
    elapsed = time.monotonic() - started
    return statistics.median(times) * 1000, times[int(len(times) * 0.95)] * 1000, len(times) / elapsed


def compare(servers: dict[str, tuple[int, str]], queries: dict[str, str]) -> None:
    print("| query | server | clients | p50 ms | p95 ms | requests/s |\n|---|---|---|---|---|---|")
    for name, query in queries.items():
        for server, (port, path) in servers.items():
            for clients in (1, 8):
                try:
                    p50, p95, rate = measure(port, path, query, clients)
                except (RuntimeError, OSError, http.client.HTTPException) as error:
                    print(f"| {name} | {server} | {clients} | {type(error).__name__}: {error} | | |")
                    continue
                print(f"| {name} | {server} | {clients} | {p50:.2f} | {p95:.2f} | {rate:.0f} |", flush=True)


def measure_under_bombs(port: int, path: str) -> None:
    """Median of a trivial ASK while two cross products run."""

    def send_bomb() -> None:
        # the server may end first, with its bombs
        with contextlib.suppress(OSError, http.client.HTTPException):
            Client(port, path).ask(BOMB)

    bombs = [threading.Thread(target=send_bomb, daemon=True) for _ in range(2)]
    for bomb in bombs:
        bomb.start()
    time.sleep(1)
    client = Client(port, path)
    times = sorted(client.ask("ASK {}")[0] for _ in range(200))
    print(f"ASK under two bombs: median {statistics.median(times) * 1000:.2f} ms, p95 {times[190] * 1000:.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--enterprises", type=int, default=0)
    parser.add_argument("--bombs", action="store_true")
    parser.add_argument("--rdflib-endpoint", default=shutil.which("rdflib-endpoint"))
    parser.add_argument("--oxigraph", default=shutil.which("oxigraph"))
    parser.add_argument("--serve-ours", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve_ours:
        serve_ours(options.dataset, options.serve_ours)
        return
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        quads, union = write_data(options.dataset, options.enterprises, folder)
        patience = 60 + options.enterprises / 200
        servers: dict[str, tuple[int, str]] = {}
        port = free_port()
        ours = [sys.executable, __file__, str(quads), "--serve-ours", str(port)]
        servers["policygraph"] = (stack.enter_context(run_server(ours, port, patience)), "/sparql")
        if options.bombs:
            measure_under_bombs(*servers["policygraph"])
            return
        if options.oxigraph:
            port, location = free_port(), str(folder / "store")
            loading = [options.oxigraph, "load", "-l", location, "-f", str(union)]
            subprocess.run(loading, check=True, capture_output=True)
            command = [options.oxigraph, "serve-read-only", "-l", location, "-b", f"127.0.0.1:{port}"]
            servers["oxigraph"] = (stack.enter_context(run_server(command, port, 60)), "/query")
        else:
            print("skipped: the oxigraph server is not installed (pip install oxigraph)")
        if options.rdflib_endpoint:
            port = free_port()
            command = [options.rdflib_endpoint, "serve", "--host", "127.0.0.1", "--port", str(port), str(union)]
            servers["rdflib-endpoint"] = (stack.enter_context(run_server(command, port, patience)), "/")
        else:
            print("skipped: rdflib-endpoint is not installed (pip install 'rdflib-endpoint[cli]')")
        compare(servers, list_queries(options.enterprises))


if __name__ == "__main__":
    main()
