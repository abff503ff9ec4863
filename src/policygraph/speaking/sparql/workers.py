"""The pool of query workers: deadline, memory limit, bounded queue, reload without a dropped request.

A query runs in one of a few forked processes (see `worker`). The thread that asked waits for the answer; at the
deadline the worker is killed and replaced, and the others never notice. When every worker is busy a bounded number of
callers wait, the rest are told to come back. A reload starts a new *generation* beside the old one, switches, and lets
the old one finish what it has begun.

Nothing here knows HTTP, and the pool does not cache answers.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from policygraph.errors import DataError, LimitError
from policygraph.speaking.sparql.engine import QueryRequest, QueryResult, Settings, refuse
from policygraph.speaking.sparql.negotiation import GRAPHS, RESULTS, rank_offers
from policygraph.speaking.sparql.syntax import (
    find_dataset,
    find_place,
    find_service,
    find_star,
    find_update,
    is_absolute_iri,
)
from policygraph.speaking.sparql.worker import Message, receive_message, send_message

# matches "error at 2:10: expected OPTIONAL", "error at 1:6: expected one of …"; not "unexpected end"
_PLACE = re.compile(r"error at (?P<line>\d+):(?P<column>\d+): (?P<detail>.*)", re.DOTALL)
log = logging.getLogger("policygraph.speaking.sparql")
_UTF8_MEDIA = ("text/", "application/sparql-results+xml")


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a dataset; ``graph`` is where its triples go, None keeps the graphs that the file names.

    ``dataset`` is the hash that an N-Quads file must have (see `digests`): another file is refused by the process
    that loads it. None asks for nothing.
    """

    path: Path
    format: str = "nq"
    graph: str | None = None
    dataset: str | None = None
    content: bytes | None = None
    """What stands for the file where it must not lie on a disk: the holder gets it through its socket."""


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a pool is at a moment, in queries and processes."""

    ready: int
    short_waiting: int
    long_running: int
    long_waiting: int
    processes: int


class _Unavailable(Exception):
    """No worker could be had; ``code`` is the refusal."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Worker:
    """One forked process and our end of its socket."""

    def __init__(self, generation: _Generation, pid: int, channel: socket.socket) -> None:
        self.generation = generation
        self.pid = pid
        self.channel = channel


class _Generation:
    """A holder process with one loaded dataset, and the workers forked from it."""

    def __init__(self, sources: Sequence[Source], settings: Settings) -> None:
        self._lock = threading.Lock()
        self.alive: set[int] = set()
        self.retired = False
        ours, theirs = socket.socketpair()
        package = str(Path(__file__).resolve().parents[3])
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "policygraph.speaking.sparql.worker", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
            )
        self._control = ours
        self._control.settimeout(settings.load)
        plan: Message = {
            "sources": [
                [str(s.path), s.format, s.graph, s.dataset, None if s.content is None else len(s.content)]
                for s in sources
            ],
            "memory": settings.memory,
        }
        place = ", ".join(str(source.path) for source in sources)
        try:
            send_message(self._control, plan, b"".join(source.content or b"" for source in sources))
            received = receive_message(self._control)
        except TimeoutError:
            self.close()
            raise LimitError(place, f"数据集 {settings.load:g} 秒内未能载入", "减小数据集或放宽 load 限制") from None
        if received is None or not received[0]["ready"]:
            self.close()
            cause = "载入进程意外结束" if received is None else str(received[0]["detail"])
            raise DataError(place, f"数据集不能载入: {cause}", "用 policygraph build 重建数据集")
        ready = received[0]
        self.graphs: tuple[str, ...] = tuple(ready["graphs"])
        self.quads = int(ready["quads"])
        self.dataset: str | None = ready["dataset"]
        self.added: dict[str, str] = ready["added"]
        self.isolation: tuple[str, ...] = tuple(ready["isolation"])
        self._control.settimeout(30)

    def fork(self) -> _Worker:
        """A fresh worker; raises `OSError` when the holder is gone."""
        with self._lock:
            send_message(self._control, {"order": "fork"})
            received = receive_message(self._control)
            if received is None:
                raise ConnectionError("the holder process has ended")
            _, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
            pid = int(received[0]["pid"])
            self.alive.add(pid)
        channel = socket.socket(fileno=descriptors[0])
        channel.set_inheritable(False)
        return _Worker(self, pid, channel)

    def kill(self, worker: _Worker) -> int:
        """End a worker; the signal it had died of, 0 when it had ended by itself or the holder is gone."""
        worker.channel.close()
        with self._lock:
            self.alive.discard(worker.pid)
            try:
                send_message(self._control, {"order": "kill", "pid": worker.pid})
                received = receive_message(self._control)
            except OSError:
                return 0
        return 0 if received is None else int(received[0]["signal"])

    def close(self) -> None:
        """Hang up: the holder kills and reaps its workers and ends."""
        self._control.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A dataset that is loaded and ready to take over; whoever does not use it must discard it."""

    sources: tuple[Source, ...]
    generation: _Generation
    workers: tuple[_Worker, ...]

    def discard(self) -> None:
        """End its processes."""
        for worker in self.workers:
            worker.channel.close()
        self.generation.close()


class PoolEngine:
    """An engine over local files, safe to expose: see the module's opening words.

    Start-up waits until the dataset is loaded and raises `DataError` when it cannot be. Close it when done.
    """

    def __init__(self, sources: Sequence[Source | Path], settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._sources = tuple(s if isinstance(s, Source) else Source(s) for s in sources)
        self._changed = threading.Condition()
        self._idle: deque[_Worker] = deque()
        self._waiting = 0
        self._busy = 0
        self._closed = False
        self._repairing = threading.Lock()
        self._broken = False
        self._generation = _Generation(self._sources, self._settings)
        self._idle.extend(self._generation.fork() for _ in range(self._settings.workers))

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def graphs(self) -> tuple[str, ...]:
        return self._generation.graphs

    @property
    def broken(self) -> bool:
        """Whether the holder died and its dataset could not be loaded again: no query is answered until a reload."""
        return self._broken

    @property
    def dataset(self) -> str | None:
        """The hash of all that the current generation loaded and checked; None when no dataset was asked for."""
        return self._generation.dataset

    @property
    def added(self) -> dict[str, str]:
        """The digests of the graphs that the current generation holds beside its dataset, by name."""
        return dict(self._generation.added)

    @property
    def quads(self) -> int:
        """How many quads the current generation holds."""
        return self._generation.quads

    @property
    def isolation(self) -> tuple[str, ...]:
        """Which of the isolation measures are active on this machine, by name."""
        return self._generation.isolation

    @property
    def processes(self) -> tuple[int, ...]:
        """The process ids of the current workers, for watching them from outside."""
        return tuple(sorted(self._generation.alive))

    def measure(self) -> Load:
        """How busy the pool is now."""
        with self._changed:
            ready, processes = len(self._idle), len(self._generation.alive)
            return Load(ready, self._waiting, processes - ready, 0, processes)

    def run(self, request: QueryRequest) -> QueryResult:
        """Evaluate a query within the limits; whatever goes wrong is an answer, not an exception."""
        refusal = check_request(request, self._settings)
        if refusal is not None:
            return refusal
        timeout = min(request.timeout or self._settings.timeout, self._settings.timeout)
        message = _plan_query(request, self._settings)
        try:
            worker = self._take_worker(time.monotonic() + self._settings.timeout)
        except _Unavailable as unavailable:
            wait = max(1, round(self._settings.timeout / 2))
            return refuse(unavailable.code, str(wait), retry_after=wait)
        return self._ask(worker, message, timeout, request.query)

    def reload(self, sources: Sequence[Source | Path] | None = None) -> None:
        """Serve a rebuilt dataset from now on; queries under way finish on the old one.

        When the new dataset cannot be loaded the old one stays, and the error tells why.
        """
        self.take_over(self.prepare(sources))

    def prepare(self, sources: Sequence[Source | Path] | None = None) -> Prepared:
        """Load a dataset beside the one that is served; several pools can so change at one moment, or none does."""
        fresh = self._sources if sources is None else tuple(s if isinstance(s, Source) else Source(s) for s in sources)
        generation = _Generation(fresh, self._settings)
        try:
            return Prepared(fresh, generation, tuple(generation.fork() for _ in range(self._settings.workers)))
        except OSError:
            generation.close()
            raise

    def take_over(self, prepared: Prepared) -> None:
        """Serve a prepared dataset from now on."""
        generation = prepared.generation
        with self._changed:
            if self._closed:
                outdated, old = list(prepared.workers), generation
            else:
                outdated, old = list(self._idle), self._generation
                self._sources, self._generation = prepared.sources, generation
                self._idle = deque(prepared.workers)
                self._broken = False
                self._changed.notify_all()
            old.retired = True
        for worker in outdated:
            old.kill(worker)
        self._close_if_drained(old)

    def close(self) -> None:
        """Stop: running queries get their worker killed, waiting callers an answer that says so."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            idle, self._idle = list(self._idle), deque()
        for worker in idle:
            worker.channel.close()
        self._generation.close()

    def __enter__(self) -> PoolEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take_worker(self, deadline: float) -> _Worker:
        with self._changed:
            if self._closed:
                raise _Unavailable("closed")
            if not self._idle and self._waiting >= self._settings.queue:
                raise _Unavailable("busy")
            self._waiting += 1
            try:
                while not self._idle:
                    remaining = deadline - time.monotonic()
                    if remaining <= 0 or not self._changed.wait(remaining):
                        raise _Unavailable("busy")
                    if self._closed:
                        raise _Unavailable("closed")
            finally:
                self._waiting -= 1
            return self._idle.popleft()

    def _ask(self, worker: _Worker, message: Message, timeout: float, query: str) -> QueryResult:
        received: tuple[Message, bytes] | None = None
        late = False
        try:
            worker.channel.settimeout(timeout)
            send_message(worker.channel, message)
            received = receive_message(worker.channel)
        except TimeoutError:
            late = True
        except OSError:
            # the worker died while it was being asked: told below by its signal
            received = None
        if received is not None and not received[0]["retire"]:
            self._return_worker(worker)
        else:
            died_of = self._replace_worker(worker)
            if late:
                return refuse("deadline", limit=timeout)
            if received is None:
                return self._explain_death(died_of)
        head, body = received
        return replace(_read_answer(head, body, query, self._settings), dataset=worker.generation.dataset)

    def _explain_death(self, died_of: int) -> QueryResult:
        if self._closed:
            return refuse("closed")
        if died_of == signal.SIGSEGV:
            return refuse("too-deep")
        if died_of in {signal.SIGABRT, signal.SIGKILL}:
            return refuse("memory", limit=self._settings.memory)
        return refuse("failed", f"signal {died_of}")

    def _return_worker(self, worker: _Worker) -> None:
        with self._changed:
            current = worker.generation is self._generation and not self._closed
            if current:
                self._idle.append(worker)
                self._changed.notify()
        if not current:
            worker.generation.kill(worker)
            self._close_if_drained(worker.generation)

    def _replace_worker(self, worker: _Worker) -> int:
        """Kill a worker and put a fresh one in its place; restart the holder when it has died too."""
        generation = worker.generation
        died_of = generation.kill(worker)
        if generation.retired:
            self._close_if_drained(generation)
            return died_of
        try:
            fresh = generation.fork()
        except OSError:
            self._repair(generation)
            return died_of
        with self._changed:
            if generation is self._generation and not self._closed:
                self._idle.append(fresh)
                self._changed.notify()
                return died_of
        generation.kill(fresh)
        self._close_if_drained(generation)
        return died_of

    def _repair(self, broken: _Generation) -> None:
        """The holder itself was killed (the machine ran out of memory): load the dataset again, once."""
        with self._repairing:
            if self._closed or self._generation is not broken:
                return
            log.warning("the process that held the dataset was killed; loading again")
            try:
                self.reload()
            except (DataError, LimitError, OSError) as error:
                self._broken = True
                log.error("the dataset could not be loaded again: %s", error)

    def _close_if_drained(self, generation: _Generation) -> None:
        if generation.retired and not generation.alive:
            generation.close()


def check_request(request: QueryRequest, settings: Settings) -> QueryResult | None:
    """The refusal that can be given before a query runs; None when it may run.

    >>> check_request(QueryRequest("ASK {}"), Settings()) is None
    True
    >>> check_request(QueryRequest("DELETE WHERE { ?s ?p ?o }"), Settings()).status
    403
    """
    if len(request.query.encode("utf-8", "replace")) > settings.query:
        return refuse("too-long", limit=settings.query)
    for iri in (*request.default_graphs, *request.named_graphs):
        if not is_absolute_iri(iri):
            return refuse("bad-graph", iri[:200])
    update = find_update(request.query)
    if update is not None:
        return refuse("update", update)
    place = find_service(request.query)
    if place is not None:
        line, column = find_place(request.query, place)
        return refuse("service", line=line, column=column)
    return None


def choose_dataset(request: QueryRequest) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Default and named graphs for a query; None means the union of everything the engine holds.

    The protocol's parameters override the query's FROM; both are cut to what is permitted.

    >>> choose_dataset(QueryRequest("ASK FROM <http://a/1> {}", permitted=("http://a/2",)))
    ((), ())
    >>> choose_dataset(QueryRequest("ASK FROM <http://a/1> {}", named_graphs=("http://a/2",)))
    ((), ('http://a/2',))
    """
    asked: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    if request.default_graphs or request.named_graphs:
        asked = (request.default_graphs, request.named_graphs)
    elif (clause := find_dataset(request.query, request.base)) is not None:
        asked = (clause.default_graphs, clause.named_graphs)
    if request.permitted is None:
        return asked
    if asked is None:
        return request.permitted, request.permitted
    allowed = frozenset(request.permitted)
    default_graphs, named_graphs = asked
    return tuple(g for g in default_graphs if g in allowed), tuple(g for g in named_graphs if g in allowed)


def _plan_query(request: QueryRequest, settings: Settings) -> Message:
    dataset = choose_dataset(request)
    return {
        "query": request.query,
        "star": find_star(request.query),
        "base": request.base,
        "default_graphs": None if dataset is None else dataset[0],
        "named_graphs": None if dataset is None else dataset[1],
        "bindings": dict(request.bindings or {}),
        "results": rank_offers(request.accept, RESULTS),
        "graphs": rank_offers(request.accept, GRAPHS),
        "limit": settings.result,
    }


def _read_answer(head: Message, body: bytes, query: str, settings: Settings) -> QueryResult:
    outcome = str(head["outcome"])
    detail = str(head.get("detail", ""))
    if outcome == "ok":
        media_type = str(head["media_type"])
        charset = "; charset=utf-8" if media_type.startswith(_UTF8_MEDIA) else ""
        return QueryResult(200, media_type + charset, body)
    if outcome == "syntax":
        return explain_syntax(detail, query)
    limit = settings.memory if outcome == "memory" else settings.result
    return refuse(outcome, detail, limit=limit)


def explain_syntax(detail: str, query: str) -> QueryResult:
    """The engine's syntax message with the line it is about."""
    match = _PLACE.match(detail)
    if match is None:
        return refuse("syntax", detail)
    line, column = int(match["line"]), int(match["column"])
    lines = query.split("\n")
    shown = lines[line - 1][max(0, column - 60) : column + 20] if line <= len(lines) else ""
    return refuse("syntax", f"{_shorten(match['detail'])}\n    {shown}".rstrip(), line=line, column=column)


def _shorten(detail: str) -> str:
    """Oxigraph lists every character class it would take; the first few say enough."""
    flat = " ".join(detail.split())
    return flat if len(flat) <= 200 else flat[:200] + " …"
