"""One loaded dataset and the processes that are forked from it: the holder seen from the service's side.

A *generation* is one holder process (see `worker`) with its own control socket; a reload makes another one. Everything
here blocks, for milliseconds as a rule and for `PATIENCE` at the most: a holder that does not answer is killed, and
whoever asked gets an `OSError`. The pool therefore never calls it while a query waits for the event loop.

Nothing here knows lanes, queues or queries.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from policygraph.errors import DataError, LimitError
from policygraph.speaking.sparql.engine import Settings
from policygraph.speaking.sparql.worker import Message, receive_message, send_message

PATIENCE = 5.0
"""Seconds a holder may take to fork or to reap; it needs a few thousandths. One that is stopped never does."""


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


class Worker:
    """One forked process and our end of its socket, which does not block."""

    __slots__ = ("channel", "generation", "gives_way", "pid")

    def __init__(self, generation: Generation, pid: int, channel: socket.socket) -> None:
        self.generation = generation
        self.pid = pid
        self.channel = channel
        self.gives_way = False

    def give_way(self, nice: int) -> None:
        """Let others compute before this one from now on; without rights there is no way back (nice(2))."""
        self.gives_way = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, min(19, os.getpriority(os.PRIO_PROCESS, 0) + nice))


class Generation:
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
        # what has no hash is itself and nothing else: no other load can be taken for it
        self.version: str | None = self.dataset or uuid.uuid4().hex
        self._control.settimeout(PATIENCE)

    @property
    def holder(self) -> int:
        """The process id of the holder, for watching it from outside."""
        return self._process.pid

    def fork(self, nice: int = 0) -> Worker:
        """A fresh worker of that niceness; raises `OSError` when the holder is gone or does not answer."""
        with self._lock:
            answer = self._order({"order": "fork", "nice": nice})
            _, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
            pid = int(answer["pid"])
            self.alive.add(pid)
        channel = socket.socket(fileno=descriptors[0])
        channel.set_inheritable(False)
        channel.setblocking(False)
        return Worker(self, pid, channel)

    def kill(self, worker: Worker) -> int:
        """End a worker; the signal it had died of, 0 when it had ended by itself or the holder is gone."""
        worker.channel.close()
        with self._lock:
            self.alive.discard(worker.pid)
            try:
                return int(self._order({"order": "kill", "pid": worker.pid})["signal"])
            except OSError:
                return 0

    def end(self, worker: Worker) -> None:
        """End a worker, and wait neither for its last breath nor for a reason; no news when the holder is gone.

        What was computing for long gives way to all others even while it dies: nobody who waits for a fresh process
        should wait for that.
        """
        worker.channel.close()
        with self._lock:
            self.alive.discard(worker.pid)
            with suppress(OSError):
                self._order({"order": "end", "pid": worker.pid})

    def close(self) -> None:
        """Hang up: the holder kills and reaps its workers and ends."""
        self._control.close()
        try:
            self._process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _order(self, message: Message) -> Message:
        """One order and its answer; a holder that keeps us waiting is killed, and its workers with it."""
        try:
            send_message(self._control, message)
            received = receive_message(self._control)
        except TimeoutError:
            self._process.kill()
            self._control.close()
            raise
        if received is None:
            raise ConnectionError("the holder process has ended")
        return received[0]
