"""The process that holds a dataset and forks the workers which evaluate queries, away from network and files.

pyoxigraph has no timeout, no memory limit and no switch for SERVICE, so each query runs in a process that can be
killed. One *holder* per dataset generation loads the files once, gives up network and file rights, and forks workers
that share its memory; a fork takes milliseconds, so killing a worker is cheap. A plain subprocess with its own
protocol is used instead of multiprocessing's fork server, because that is one per interpreter (a reload needs a second
one), imports the caller's main module again, and speaks pickle: what a worker sends is read by the web process, and
bytes with a JSON header cannot run code there.

The holder hashes the very bytes that it loads and refuses a dataset that is not the one it was told to hold.

Run as ``python -m policygraph.speaking.sparql.worker FD``; only the standard library, pyoxigraph and the rule of
`digests` are imported. Workers do not decide what may be asked: the pool in `workers` refuses SERVICE and picks the
dataset. They only cannot do harm.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import re
import resource
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    Variable,
    parse,
)

from policygraph.keeping.digests import digest_dataset, digest_graphs, split_lines

# a JSON message: values are str, int, float, bool, None, lists and dicts, checked where they are used
Message = dict[str, Any]

HEAD = struct.Struct("!IQ")
_SMALL = 64 << 10
_MOST_DYING = 8
"""Processes that were ended and are not yet gone, before an order to end another waits."""
_GRIEF = 1.0
"""Seconds that such an order waits at the most: the service gives a holder up that keeps it waiting for long."""
_VIGIL = 0.05
"""Seconds between two looks at the dying while nothing is ordered."""
_RESULTS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "application/xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
_GRAPHS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
_LOADABLE = {
    "nq": RdfFormat.N_QUADS,
    "nt": RdfFormat.N_TRIPLES,
    "ttl": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}

# matches b"\x01", b"\x0b", U+FFFE in UTF-8; not b"\t" (XML 1.0, 2.2: these characters cannot be written at all)
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
# matches "The custom function <http://a/f> is not supported"; not "The service <http://a/> is not supported"
_UNKNOWN_FUNCTION = re.compile(r"function (?P<name><[^>]*>) is not supported")
# pyoxigraph's element for a predicate without a local name, which is not well-formed XML
_NO_LOCAL_NAME = b"<oxprefix: "

_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38


def send_message(channel: socket.socket, head: Message, body: bytes = b"") -> None:
    """Write one message: two lengths, a JSON head, raw bytes."""
    encoded = pack_message(head, len(body))
    if len(body) < _SMALL:
        # one write, so that the reader wakes once
        channel.sendall(encoded + body)
        return
    channel.sendall(encoded)
    channel.sendall(body)


def pack_message(head: Message, body: int = 0) -> bytes:
    """A message up to its body of so many bytes, as it goes over a socket."""
    encoded = json.dumps(head).encode()
    return HEAD.pack(len(encoded), body) + encoded


def receive_message(channel: socket.socket) -> tuple[Message, bytes] | None:
    """Read one message; None when the other side is gone."""
    lengths = _receive_exactly(channel, HEAD.size)
    if lengths is None:
        return None
    head_length, body_length = HEAD.unpack(lengths)
    head = _receive_exactly(channel, head_length)
    body = _receive_exactly(channel, body_length)
    if head is None or body is None:
        return None
    message: Message = json.loads(head)
    return message, body


def read_head(received: bytes | bytearray) -> tuple[Message, bytes]:
    """A whole message out of the bytes of one.

    >>> read_head(pack_message({"outcome": "ok"}, 2) + b"{}")
    ({'outcome': 'ok'}, b'{}')
    """
    length, _ = HEAD.unpack_from(received)
    message: Message = json.loads(received[HEAD.size : HEAD.size + length])
    return message, bytes(memoryview(received)[HEAD.size + length :])


def _receive_question(channel: socket.socket) -> Message | None:
    """The next question, in as few calls as it takes: nobody sends another one before it is answered."""
    received = bytearray()
    needed = HEAD.size
    while len(received) < needed:
        try:
            chunk = channel.recv(_SMALL)
        except (ConnectionResetError, BrokenPipeError):
            return None
        if not chunk:
            return None
        received += chunk
        if needed == HEAD.size and len(received) >= HEAD.size:
            needed += sum(HEAD.unpack_from(received))
    return read_head(received)[0]


def _receive_exactly(channel: socket.socket, count: int) -> bytes | None:
    received = bytearray()
    while len(received) < count:
        try:
            chunk = channel.recv(min(count - len(received), 1 << 20))
        except (ConnectionResetError, BrokenPipeError):
            return None
        if not chunk:
            return None
        received += chunk
    return bytes(received)


class _Overflow(Exception):
    """An answer grew past its cap."""


@dataclass(slots=True)
class _CappedBuffer:
    """A binary file that refuses to hold more than ``limit`` bytes, so that no answer is ever cut short."""

    limit: int
    content: bytearray

    def write(self, data: bytes) -> int:
        if len(self.content) + len(data) > self.limit:
            raise _Overflow
        self.content += data
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""


def answer_query(store: Store, request: Message) -> tuple[Message, bytes]:
    """Evaluate one query and write its answer; the head's ``outcome`` is ``ok`` or the code of a refusal.

    >>> store = Store()
    >>> answer_query(store, {"query": "ASK {}", "results": ["application/json"], "graphs": [], "limit": 100})
    ({'outcome': 'ok', 'media_type': 'application/json'}, b'{"head":{},"boolean":true}')
    >>> answer_query(store, {"query": "ASK {", "results": [], "graphs": [], "limit": 100})[0]["outcome"]
    'syntax'
    """
    try:
        answer = _evaluate(store, request["query"], request)
        if isinstance(answer, QuerySolutions) and request.get("star") is not None:
            answer = _evaluate(store, _order_columns(request["query"], request["star"], answer), request)
        offers: list[str] = request["graphs"] if isinstance(answer, QueryTriples) else request["results"]
        if not offers:
            known = _GRAPHS if isinstance(answer, QueryTriples) else _RESULTS
            return {"outcome": "not-acceptable", "detail": ", ".join(known)}, b""
        buffer = _CappedBuffer(request["limit"], bytearray())
        # the buffer has the two methods that pyoxigraph calls, not the whole of IO[bytes]
        output: Any = buffer
        if isinstance(answer, QueryTriples):
            answer.serialize(output, format=_GRAPHS[offers[0]])
        else:
            answer.serialize(output, format=_RESULTS[offers[0]])
    except SyntaxError as error:
        return {"outcome": "syntax", "detail": str(error)}, b""
    except (_Overflow, OverflowError):
        return {"outcome": "too-large"}, b""
    except MemoryError:
        return {"outcome": "memory"}, b""
    except ValueError as error:
        return {"outcome": "invalid", "detail": str(error)}, b""
    except (RuntimeError, OSError) as error:
        unknown = _UNKNOWN_FUNCTION.search(str(error))
        if unknown is not None:
            return {"outcome": "unknown-function", "detail": unknown["name"]}, b""
        return {"outcome": "failed", "detail": str(error)}, b""
    body = bytes(buffer.content)
    if offers[0].endswith("xml"):
        unwritable = _NOT_XML.search(body)
        if unwritable or _NO_LOCAL_NAME in body:
            return {
                "outcome": "not-xml",
                "detail": f"U+{ord(unwritable[0].decode()):04X}" if unwritable else "xmlns",
            }, b""
    return {"outcome": "ok", "media_type": offers[0]}, body


def _order_columns(query: str, star: int, answer: QuerySolutions) -> str:
    """The same query with ``*`` spelt out in the order in which people wrote the variables.

    The engine sorts them by name, so that ``SELECT * { ?s ?p ?o }`` would give the columns o, p, s. Nothing has been
    evaluated yet at this point: solutions come one by one.
    """
    names = [variable.value for variable in answer.variables]

    def first_place(name: str) -> int:
        match = re.search(rf"[?$]{re.escape(name)}\b", query)
        return len(query) if match is None else match.start()

    columns = " ".join(f"?{name}" for name in sorted(names, key=first_place))
    return f"{query[:star]} {columns} {query[star + 1 :]}" if columns else query


def _evaluate(store: Store, query: str, request: Message) -> QuerySolutions | QueryBoolean | QueryTriples:
    """The dataset is always given to the engine explicitly: with one given it ignores the query's own FROM."""
    substitutions: dict[Variable, NamedNode | BlankNode | Literal | Triple] | None = {
        Variable(name): _read_term(term) for name, term in (request.get("bindings") or {}).items()
    } or None
    default_graphs, named_graphs = request.get("default_graphs"), request.get("named_graphs")
    if default_graphs is None and named_graphs is None:
        return store.query(
            query,
            base_iri=request.get("base"),
            use_default_graph_as_union=True,
            substitutions=substitutions,
        )
    return store.query(
        query,
        base_iri=request.get("base"),
        default_graph=[NamedNode(iri) for iri in default_graphs or ()],
        named_graphs=[NamedNode(iri) for iri in named_graphs or ()],
        substitutions=substitutions,
    )


def _read_term(term: str) -> NamedNode | Literal:
    quads = list(parse(f"<urn:s> <urn:p> {term} .".encode(), format=RdfFormat.N_TRIPLES))
    if len(quads) != 1 or not isinstance(quads[0].object, NamedNode | Literal):
        raise ValueError(f"not an IRI or a literal: {term}")
    return quads[0].object


def load_store(sources: list[list[Any]], contents: bytes = b"") -> tuple[Store, str | None, dict[str, str]]:
    """A store of source files: path, format (nq, nt, ttl, trig, rdf, jsonld), the graph it goes to or None, the
    dataset hash that an N-Quads file must have or None, and how many bytes of ``contents`` stand for the file or None.
    ``ValueError`` for a file that does not have the hash.

    With it the hash of all that was loaded (None when no file had to have one), and the digests of the graphs added
    to a dataset by other files.
    """
    store = Store()
    digests: dict[str, str] = {}
    added: set[str] = set()
    named = False
    begin = 0
    for path, format_name, graph, dataset, size in sources:
        if format_name not in _LOADABLE:
            raise ValueError(f"{path}: {format_name!r} is none of {', '.join(_LOADABLE)}")
        target = NamedNode(graph) if graph else None
        if size is not None:
            store.load(contents[begin : begin + size], format=_LOADABLE[str(format_name)], to_graph=target)
            begin += size
            added |= {graph} if graph else set()
            continue
        if dataset is None:
            store.load(path=str(path), format=_LOADABLE[str(format_name)], to_graph=target)
            added |= {graph} if graph else set()
            continue
        with open(str(path), "rb") as file:  # noqa: PTH123 - pathlib is not loaded here
            raw = file.read()
        held = {name: graph.digest for name, graph in digest_graphs(split_lines(raw)).items()}
        if (found := digest_dataset(held.values())) != dataset:
            raise ValueError(f"{path} 的内容是 {found[:12]}，清单写的是 {str(dataset)[:12]}")
        digests |= held
        named = True
        store.load(raw, format=_LOADABLE[str(format_name)], to_graph=target)
    if not named:
        return store, None, {}
    more = {name: digest for graph in sorted(added) for name, digest in _digest_graph(store, graph).items()}
    return store, digest_dataset((digests | more).values()), more


def _digest_graph(store: Store, graph: str) -> dict[str, str]:
    """The digest of a graph as it lies in a store, by its name; empty when nothing lies in it."""
    held = Dataset(store.quads_for_pattern(None, None, None, NamedNode(graph)))
    held.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {name: found.digest for name, found in digest_graphs([f"{quad} .".encode() for quad in held]).items()}


def _hold(control: socket.socket) -> None:
    """The life of a holder: load, shut the doors, then fork, kill and reap workers on request until the end."""
    received = receive_message(control)
    if received is None:
        return
    plan, contents = received
    try:
        store, dataset, added = load_store(plan["sources"], contents)
    except (OSError, SyntaxError, ValueError) as error:
        send_message(control, {"ready": False, "detail": f"{type(error).__name__}: {error}"})
        return
    graphs = sorted(graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode))
    has_default = next(store.quads_for_pattern(None, None, None, DefaultGraph()), None) is not None
    measures = _leave_network() + _limit_self(plan["memory"])
    gc.freeze()
    send_message(
        control,
        {
            "ready": True,
            "graphs": graphs,
            "quads": len(store),
            "default": has_default,
            "isolation": measures,
            "dataset": dataset,
            "added": added,
        },
    )
    children: set[int] = set()
    dying: set[int] = set()
    try:
        while (received := _receive_order(control, dying)) is not None:
            order = received[0]
            if order["order"] == "fork":
                _fork_worker(control, store, children, order["nice"])
            elif order["order"] == "kill":
                send_message(control, {"signal": _kill(order["pid"], children)})
            elif order["order"] == "end":
                _end(order["pid"], children, dying)
                send_message(control, {"ended": order["pid"]})
    finally:
        for pid in tuple(children):
            _kill(pid, children)


def _receive_order(control: socket.socket, dying: set[int]) -> tuple[Message, bytes] | None:
    """The next order; while none comes, those that are dying are buried."""
    while dying and not select.select((control,), (), (), _VIGIL)[0]:
        _bury(dying)
    return receive_message(control)


def _fork_worker(control: socket.socket, store: Store, children: set[int], nice: int) -> None:
    here, there = socket.socketpair()
    holder = os.getpid()
    pid = os.fork()
    if pid == 0:
        # the child never returns into the holder's loop, whatever happens
        try:
            here.close()
            control.close()
            os.nice(nice)
            _work(there, store, holder)
        finally:
            os._exit(0)
    children.add(pid)
    there.close()
    send_message(control, {"pid": pid})
    socket.send_fds(control, [b"f"], [here.fileno()])
    here.close()


def _kill(pid: int, children: set[int]) -> int:
    """End one of our own children and say which signal it died of (0: it ended by itself)."""
    if pid not in children:
        return 0
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    children.discard(pid)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _end(pid: int, children: set[int], dying: set[int]) -> None:
    """End one of our own children without waiting until it is gone: its memory is given back at its own niceness.

    Of those not yet gone there are never more than a few, because each may still hold all that it was allowed.
    """
    if pid not in children:
        return
    os.kill(pid, signal.SIGKILL)
    children.discard(pid)
    dying.add(pid)
    until = time.monotonic() + _GRIEF
    _bury(dying)
    while len(dying) > _MOST_DYING and time.monotonic() < until:
        time.sleep(_VIGIL / 10)
        _bury(dying)


def _bury(dying: set[int]) -> None:
    """Reap those that are gone."""
    for pid in tuple(dying):
        if os.waitpid(pid, os.WNOHANG)[0]:
            dying.discard(pid)


def _work(channel: socket.socket, store: Store, holder: int) -> None:
    """The life of a worker: one query after another until the pool hangs up or memory has grown."""
    _call_libc("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != holder:
        # it died before that was said, so nothing will end us with it (prctl(2))
        return
    # standard input is the null device: what an aborting engine prints is no news to the operator
    os.dup2(0, 2)
    # no descriptor may be opened from here on: neither files nor sockets
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    baseline = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    while (request := _receive_question(channel)) is not None:
        head, body = answer_query(store, request)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - baseline
        # a worker that has once been large keeps its heap; a fresh fork is cheaper than a fat process
        retire = head["outcome"] == "memory" or grown > 256 << 10
        send_message(channel, {**head, "retire": retire}, body)
        if retire:
            return


def _leave_network() -> list[str]:
    """Move into an empty network of our own where the kernel lets us; what was achieved, by name."""
    achieved = []
    if sys.platform == "linux":
        if _call_libc("unshare", _CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC):
            achieved.append("network namespace")
        if _call_libc("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            achieved.append("no new privileges")
    return achieved


def _limit_self(memory: int) -> list[str]:
    """Limits that workers inherit: address space, file size, core dumps; descriptors go last, in the worker."""
    achieved = ["no file or socket descriptors", "no file writes"]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        with open("/proc/self/statm", encoding="ascii") as statistics:  # noqa: PTH123 - pathlib is not loaded here
            in_use = int(statistics.read().split()[0]) * resource.getpagesize()
    except OSError:
        in_use = 1 << 30
    resource.setrlimit(resource.RLIMIT_AS, (in_use + memory, in_use + memory))
    achieved.append("memory limit")
    return achieved


def _call_libc(function: str, *arguments: int) -> bool:
    try:
        call: Callable[..., int] = getattr(ctypes.CDLL(None, use_errno=True), function)
    except (OSError, AttributeError):
        return False
    return call(*arguments) == 0


def main() -> None:
    """Entry point of the holder process: its one argument is the descriptor of the control socket."""
    # the terminal's Ctrl-C goes to the whole group; the pool decides when we end
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        _hold(control)


if __name__ == "__main__":
    main()
