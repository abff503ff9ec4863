"""Benchmark of the SPARQL endpoint of ``policygraph serve`` against the Oxigraph server, in memory and on disk.

    python tests/benchmarks/bench_sparql.py build            # the table: seconds a cell are --seconds
    python tests/benchmarks/bench_sparql.py build --bombs 24 # a short query while so many bombs are thrown
    python tests/benchmarks/bench_sparql.py build --soak 300 # mixed load for so many seconds: what grows?

Fair means: the real service with its middleware, over the same triples, against a peer that holds them in memory and
one that holds them on disk; queries from the tiniest to the heaviest; every server warm; 1 and 8 clients that keep
their connection and do no more than read bytes, so that what is measured is the server. A cached and an uncached answer
are two rows: uncached means that each query carries a number nobody asked before, for the peers too. ``bare`` is an
ASGI application of two lines on the server that ``serve`` runs on: what an answer costs before we begin. Servers are
asked in turns, so that what else the machine does falls on all of them; it still makes waking a process dearer than
working in one, so the processor time that a server and all its processes took for an answer stands beside the time on
the clock, and the load of the machine above and below. Ratios are printed, and at the end what the aims of the service
come to; nothing is asserted: timing is not a test. Each run ends by itself.
"""

from __future__ import annotations

import argparse
import itertools
import math
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pyoxigraph import RdfFormat, parse, serialize

from policygraph.keeping.store import load_queries
from policygraph.speaking.listening import make_server, open_listener

PREFIXES = (
    "PREFIX pg: <https://w3id.org/policygraph/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "PREFIX dcterms: <http://purl.org/dc/terms/> "
)
ROWS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != '%d') }"
LONGEST = 6000
"""Characters of an address; Oxigraph hangs up at longer ones, so such a query is posted to every peer."""
FEWEST = 20
"""Answers a cell has at the least."""


def list_queries() -> dict[str, str]:
    """The queries by name, the tiniest first."""
    named = {query.name: query.text for query in load_queries()}
    return {
        "ASK": "ASK {}",
        "ten rows": "SELECT * { ?s ?p ?o } LIMIT 10",
        "contains": PREFIXES + "SELECT ?c { ?c pg:text ?t FILTER(CONTAINS(?t, '信用修复')) }",
        "construct": PREFIXES + "CONSTRUCT { ?m ?p ?o } { ?m skos:notation ?n ; dcterms:title ?t ; ?p ?o }",
        "legal-bases": named["legal-bases"],
        "mechanisms": named["mechanisms"],
    }


@dataclass(frozen=True, slots=True)
class Peer:
    """A server under measure; ``fresh`` asks what nobody asked before."""

    name: str
    port: int
    path: str
    process: int
    fresh: bool = True


class Client:
    """One connection that is kept: a request written, the bytes of its answer read, and no more."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._socket = socket.create_connection(("127.0.0.1", peer.port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.refusal = ""
        """The name of the refusal that the last answer was; empty for an answer."""

    def ask(self, query: str) -> tuple[float, int]:
        """Seconds and status."""
        accept = TRIPLES if "CONSTRUCT" in query else ROWS
        target = f"{self._peer.path}?query={quote(query)}"
        head, body = f"GET {target} HTTP/1.1", b""
        if len(target) > LONGEST:
            head, body = f"POST {self._peer.path} HTTP/1.1", query.encode()
            head += f"\r\nContent-Type: application/sparql-query\r\nContent-Length: {len(body)}"
        started = time.perf_counter()
        self._socket.sendall(f"{head}\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n\r\n".encode() + body)
        status = self._read()
        return time.perf_counter() - started, status

    def _read(self) -> int:
        received = self._socket.recv(1 << 16)
        while b"\r\n\r\n" not in received:
            more = self._socket.recv(1 << 16)
            if not more:
                raise ConnectionError("the server hung up")
            received += more
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        self.refusal = next(
            (line[20:].strip().decode() for line in lines if line.startswith(b"policygraph-refusal:")), ""
        )
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), None)
        count, end = len(body), body[-7:]
        while count < length if length is not None else not end.endswith(b"0\r\n\r\n"):
            more = self._socket.recv(1 << 18)
            if not more:
                raise ConnectionError("the answer was cut short")
            count, end = count + len(more), (end + more)[-7:]
        return int(lines[0].split()[1])

    def close(self) -> None:
        self._socket.close()


_NUMBERS = itertools.count(int(time.time() * 1000))


@dataclass(frozen=True, slots=True)
class Found:
    """What a cell of the table shows."""

    times: list[float]
    """Seconds of each answer, the shortest first."""
    rate: float
    """Answers a second."""
    computed: float
    """Seconds of processor time for an answer, of the server and all its processes."""

    @property
    def half(self) -> float:
        """The median."""
        return statistics.median(self.times)


def measure(peer: Peer, query: str, clients: int, seconds: float) -> Found:
    """One cell of the table. Errors: ``RuntimeError`` for an answer that is none."""

    def keep_asking(_: int) -> list[float]:
        client = Client(peer)
        times: list[float] = []
        until = time.monotonic() + seconds
        while time.monotonic() < until or len(times) < FEWEST:
            took, status = client.ask(f"{query}\n#{next(_NUMBERS)}" if peer.fresh else query)
            if status != 200:
                raise RuntimeError(f"{peer.name}: status {status}")
            times.append(took)
        client.close()
        return times

    warm = Client(peer)
    for _ in range(3):
        warm.ask(query)
    warm.close()
    started, computed = time.monotonic(), read_computed(peer.process)
    with ThreadPoolExecutor(clients) as pool:
        times = sorted(took for found in pool.map(keep_asking, range(clients)) for took in found)
    took = time.monotonic() - started
    return Found(times, len(times) / took, (read_computed(peer.process) - computed) / len(times))


HEAVY = ("construct", "legal-bases", "mechanisms")


def compare(peers: list[Peer], seconds: float) -> None:
    """Each query by each server, with the ratio to the bare answer and to Oxigraph in memory; then the aims."""
    table: dict[tuple[str, int, str], Found] = {}
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")
    print(
        "| query | clients | server | p50 ms | p95 ms | cpu ms | answers/s | × bare (p50) | rate ÷ Oxigraph in memory |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name, query in list_queries().items():
        for clients in (1, 8):
            for peer in peers:
                try:
                    table[name, clients, peer.name] = measure(peer, query, clients, seconds)
                except (RuntimeError, OSError) as error:
                    print(f"| {name} | {clients} | {peer.name} | {error} | | | | | |")
            for peer in peers:
                if (found := table.get((name, clients, peer.name))) is not None:
                    print(f"| {name} | {clients} | {peer.name} | {tell(table, name, clients, found)} |", flush=True)
    print(f"\nload {os.getloadavg()[0]:.1f}")
    for line in weigh(table):
        print(f"- {line}")


def tell(table: dict[tuple[str, int, str], Found], name: str, clients: int, found: Found) -> str:
    """The cells of a row after the server's name."""
    bare, rival = table.get((name, clients, "bare")), table.get((name, clients, "oxigraph memory"))
    times = [found.half, found.times[int(len(found.times) * 0.95)], found.computed]
    ratios = [found.half / bare.half if bare else math.nan, found.rate / rival.rate if rival else math.nan]
    cells = [*(f"{one * 1000:.2f}" for one in times), f"{found.rate:.0f}", *(f"{one:.2f}" for one in ratios)]
    return " | ".join(cells)


def weigh(table: dict[tuple[str, int, str], Found]) -> Iterator[str]:
    """What the aims come to, one a line."""
    asked, bare = table.get(("ASK", 1, "policygraph uncached")), table.get(("ASK", 1, "bare"))
    if asked and bare:
        clock, work = asked.half / bare.half, asked.computed / max(bare.computed, 1e-9)
        yield f"uncached ASK, 1 client: {clock:.2f} × bare on the clock (aim 1.5), {work:.2f} × in processor time"
    for kind, names in (("uncached", HEAVY), ("cached", (*list_queries(),))):
        for name in names:
            for clients in (8,) if kind == "uncached" else (1, 8):
                ours = table.get((name, clients, f"policygraph {kind}"))
                rival = table.get((name, clients, "oxigraph memory"))
                if ours and rival:
                    ratio = ours.rate / rival.rate
                    yield f"{kind} {name}, {clients} clients: {ratio:.2f} × the answers of Oxigraph in memory (aim > 1)"


def measure_under_bombs(peer: Peer, bombs: int, seconds: float) -> None:
    """Uncached ASK while clients throw one bomb after another, each a new text, all from one address."""
    stop = threading.Event()
    thrown: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    def throw(number: int) -> None:
        client = Client(peer)
        while not stop.is_set():
            status = client.ask(BOMB % next(_NUMBERS) if number % 2 else BOMB % 0)[1]
            thrown[client.refusal or str(status)] += 1
        client.close()

    with ThreadPoolExecutor(bombs) as throwers:
        for number in range(bombs):
            throwers.submit(throw, number)
        time.sleep(2)
        try:
            client = Client(peer)
            until, times = time.monotonic() + seconds, []
            while time.monotonic() < until:
                took, status = client.ask(f"ASK {{}} #{next(_NUMBERS)}")
                times.append(took)
                if status != 200:
                    refused[client.refusal or str(status)] += 1
                time.sleep(0.01)
            client.close()
        finally:
            stop.set()
    times.sort()
    print(
        f"ASK under {bombs} bombs: p50 {statistics.median(times) * 1000:.1f} ms, "
        f"p95 {times[int(len(times) * 0.95)] * 1000:.1f} ms, {len(times)} asked, "
        f"{refused.total()} refused {dict(refused)}; bombs {dict(thrown)}; load {os.getloadavg()[0]:.1f}"
    )


def soak(peer: Peer, seconds: float) -> None:
    """Mixed load, and every tenth of the time what the processes of the service hold."""
    stop = threading.Event()
    statuses: Counter[int] = Counter()
    queries = [*list_queries().values(), BOMB % 0]

    def keep_asking(number: int) -> None:
        client = Client(peer)
        for turn in itertools.count(number):
            if stop.is_set():
                break
            fresh = f"\n#{next(_NUMBERS)}" if turn % 2 else ""
            statuses[client.ask(queries[turn % len(queries)] + fresh)[1]] += 1
        client.close()

    print("| seconds | processes | zombies | memory MiB | descriptors | answers |\n|---|---|---|---|---|---|")
    began = time.monotonic()
    with ThreadPoolExecutor(6) as askers:
        for number in range(6):
            askers.submit(keep_asking, number)
        try:
            for _ in range(10):
                time.sleep(seconds / 10)
                family = list_family(peer.process)
                zombies = sum(state == "Z" for _, state in family)
                memory = sum(read_memory(process) for process, _ in family)
                descriptors = count_descriptors(peer.process)
                cells = f"{len(family)} | {zombies} | {memory:.0f} | {descriptors} | {dict(statuses)}"
                print(f"| {time.monotonic() - began:.0f} | {cells} |", flush=True)
        finally:
            stop.set()


def list_family(root: int) -> list[tuple[int, str]]:
    """A process and all below it, each with its state."""
    parents: dict[int, tuple[int, str]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (place / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        parents[int(place.name)] = int(parent), state
    family, found = [], {root}
    while found:
        family += [(process, parents[process][1]) for process in found if process in parents]
        found = {process for process, (parent, _) in parents.items() if parent in found}
    return family


_TICKS = os.sysconf("SC_CLK_TCK")


def read_computed(root: int) -> float:
    """Seconds of processor time of a process, of all below it, and of those among them that have ended."""
    total = 0
    for process, _ in list_family(root):
        try:
            told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, told[11:15]))
    return total / _TICKS


def read_memory(process: int) -> float:
    """MiB that a process has for itself, with its part of what it shares."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024


def count_descriptors(process: int) -> int:
    """Open descriptors of a process; 0 when it is gone."""
    try:
        return len(list(Path(f"/proc/{process}/fd").iterdir()))
    except OSError:
        return 0


async def answer_bare(scope: Any, receive: Any, send: Any) -> None:  # Any: the messages of ASGI
    """The answer to ASK, without any work."""
    if scope["type"] == "http":
        headers = [(b"content-type", ROWS.encode()), (b"content-length", b"26")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"head":{},"boolean":true}'})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def run_server(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server process that ends with the block, once it listens and answers."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 120
            while True:
                try:
                    with socket.create_connection(("127.0.0.1", port), timeout=60) as probe:
                        probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                        if probe.recv(100):
                            break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        raise RuntimeError(f"did not start: {' '.join(command)}") from None
                time.sleep(0.1)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def start_peers(stack: ExitStack, oxigraph: str | None, dataset: Path, folder: Path) -> list[Peer]:
    """Oxigraph in memory and on disk, over the union of the graphs."""
    if oxigraph is None:
        print("skipped: the oxigraph server is not installed (pip install oxigraph)")
        return []
    union = folder / "union.nt"
    triples = {quad.triple for quad in parse(path=str(dataset / "policygraph.nq"), format=RdfFormat.N_QUADS)}
    union.write_bytes(serialize(sorted(triples, key=str), format=RdfFormat.N_TRIPLES) or b"")
    peers = []
    for name, options, command in (
        ("oxigraph memory", [], "serve"),
        ("oxigraph disk", ["-l", str(folder / "store")], "serve-read-only"),
    ):
        port = free_port()
        if options:
            subprocess.run([oxigraph, "load", *options, "-f", str(union)], check=True, capture_output=True)
        server = stack.enter_context(run_server([oxigraph, command, *options, "-b", f"127.0.0.1:{port}"], port))
        if not options:
            target = f"http://127.0.0.1:{port}/store?default"
            upload = [
                "curl",
                "-sf",
                "-X",
                "POST",
                "-H",
                "Content-Type: application/n-triples",
                "-T",
                str(union),
                target,
            ]
            subprocess.run(upload, check=True, capture_output=True)
        peers.append(Peer(name, port, "/query", server.pid))
    return peers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path, help="the folder of a built dataset")
    parser.add_argument("--seconds", type=float, default=2, help="of asking, per query, server and number of clients")
    parser.add_argument("--bombs", type=int, default=0)
    parser.add_argument("--soak", type=float, nargs="?", const=300.0, help="seconds; 300 when nothing is said")
    places = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    parser.add_argument("--oxigraph", default=shutil.which("oxigraph", path=places))
    parser.add_argument("--serve-bare", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve_bare:
        with open_listener("127.0.0.1", options.serve_bare) as listener:
            make_server(answer_bare, lifespan="off", log_level="error").run([listener])
        return
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        port = free_port()
        serve = [str(Path(sys.executable).with_name("policygraph")), "serve", "--port", str(port)]
        # bombs of a soak end soon, so that much else is asked beside them
        bounds = ["--timeout", "1"] if options.soak else []
        ours = stack.enter_context(run_server([*serve, *bounds, "--dataset", str(options.dataset)], port))
        if options.bombs:
            measure_under_bombs(Peer("policygraph", port, "/sparql", ours.pid), options.bombs, max(10, options.seconds))
        elif options.soak:
            soak(Peer("policygraph", port, "/sparql", ours.pid), options.soak)
        else:
            bare = free_port()
            command = [sys.executable, __file__, "-", "--serve-bare", str(bare)]
            idle = stack.enter_context(run_server(command, bare))
            peers = [
                Peer("bare", bare, "/", idle.pid),
                Peer("policygraph uncached", port, "/sparql", ours.pid),
                Peer("policygraph cached", port, "/sparql", ours.pid, fresh=False),
                *start_peers(stack, options.oxigraph, options.dataset, Path(name)),
            ]
            compare(peers, options.seconds)


if __name__ == "__main__":
    main()
