"""Read a file that somebody sent in a process of its own, bounded in memory and time, and killed when it passes them.

One process a file costs a fifth of a second and leaves nothing behind: neither memory that grew nor a reader in an
unknown state. The pool of ``sparql.workers`` is for many short questions to one loaded dataset; its messages and its
holder would buy nothing here. The process is started anew and never forked: a service has threads, and a fork copies
their locks as they stand.

A file is bounded, and so are files together: a few are read at once, a few wait their turn, the rest are told to come
back. What a reader says is bounded too, before this process takes it apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policygraph.errors import InputError, LimitError, UnavailableError
from policygraph.reading.intake.extractions import Extraction, read_extraction
from policygraph.reading.intake.workbooks import UPLOAD, Limits, Sheet
from policygraph.reading.intake.worker import decode_cell, read_answer

if TYPE_CHECKING:
    from rdflib import Graph


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may cost."""

    limits: Limits
    memory: int
    """MiB beyond what an empty reader takes."""
    processor: int
    """Seconds of processor time."""
    patience: float
    """Seconds until the process is killed, whatever it did with them."""


FOR_UPLOADS = Bounds(UPLOAD, memory=128, processor=2, patience=10)
FOR_COMMANDS = Bounds(Limits(), memory=4096, processor=600, patience=1800)
FOR_DOCUMENTS = Bounds(
    replace(Limits(), packed=50_000_000, answer=60_000_000, remedy="请拆分文件，或另存为纯文本后再读"),
    memory=1024,
    processor=60,
    patience=120,
)
FOR_GRAPHS = replace(
    FOR_COMMANDS,
    limits=replace(Limits(), packed=1 << 28, answer=1 << 30, remedy="请拆成几个图，或放进数据集一起建立"),
)


class Readers:
    """How many files are read at once; who comes when all are reading waits, if not too many do already."""

    def __init__(self, at_once: int, queue: int, patience: float) -> None:
        self.at_once = at_once
        self.queue = queue
        self.patience = patience
        """Seconds that a file waits for its turn."""
        self.busy = 0
        self.waiting = 0
        self._changed = threading.Condition()

    @contextmanager
    def take_turn(self, place: str) -> Iterator[None]:
        """Hold one of the places. Errors: ``UnavailableError`` when there is none, at once or within the patience."""
        with self._changed:
            if self.busy >= self.at_once and self.waiting >= self.queue:
                raise UnavailableError(place, "正在读取的文件已满", "请稍后再发")
            self.waiting += 1
            try:
                if not self._changed.wait_for(lambda: self.busy < self.at_once, self.patience):
                    raise UnavailableError(place, f"等了 {self.patience:g} 秒还没有轮到", "请稍后再发")
                self.busy += 1
            finally:
                self.waiting -= 1
        try:
            yield
        finally:
            with self._changed:
                self.busy -= 1
                self._changed.notify()


_CHUNK = 1 << 16
_SAVE_AS = "用 Excel 或 WPS 打开后另存为 .xlsx"
_UNREADABLE = "文件无法读取，可能已损坏"
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""What the bytes of a workbook begin with, new and old."""

UPLOADS = Readers(at_once=2, queue=6, patience=10)
"""All files sent to this process. Those who wait hold a thread each, so they are few."""


def read_apart(place: str, data: bytes, bounds: Bounds = FOR_UPLOADS, *, exported: bool = False) -> tuple[Sheet, ...]:
    """The sheets of a workbook or of a zip of CSV files, as ``reading.read_file`` reads them, in another process.

    ``exported``: a file of another system, as ``reading.read_export`` reads it, old workbooks too.

    Errors: those of ``read_file``; ``LimitError`` when memory or time ran out; ``InputError`` when the reader broke.
    """
    if len(data) > bounds.limits.packed:
        raise LimitError(place, f"文件超过 {bounds.limits.packed:,} 字节", bounds.limits.remedy)
    return read_answer(_ask("export" if exported else "sheets", place, data, bounds, _SAVE_AS))


class Begun:
    """An exported workbook that a process of its own is reading, while its asker does something else.

    The process ends with the block that holds this, whatever it was doing.
    """

    def __init__(self, place: str, data: bytes, bounds: Bounds = FOR_COMMANDS) -> None:
        self.data = data
        self._place = place
        self._bounds = bounds
        self._done: _Done | None = None
        self._process = _start("export", bounds)
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        self._done = _talk(self._process, _head(self._place, self._bounds) + self.data, self._bounds)

    def take(self) -> tuple[Sheet, ...]:
        """The sheets, as soon as they are there. Errors: as ``read_apart``."""
        self._listener.join()
        if self._done is None:
            raise InputError(self._place, _UNREADABLE, _SAVE_AS)
        return read_answer(_hear("export", self._place, self._done, self._bounds, _SAVE_AS))

    def end(self) -> None:
        """End the process, and forget what it said."""
        self._process.kill()
        self._listener.join()

    def __enter__(self) -> Begun:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def begin_apart(path: Path, bounds: Bounds = FOR_COMMANDS) -> Begun | None:
    """Begin to read a file that was exported, if it is a workbook; None for any other, which is not looked at yet."""
    try:
        if not path.is_file() or path.stat().st_size > bounds.limits.packed:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    return Begun(path.name, data, bounds) if data.startswith(WORKBOOKS) else None


def read_text_apart(place: str, data: bytes, bounds: Bounds = FOR_COMMANDS) -> Sheet:
    """One CSV file, as ``workbooks.read_text`` reads it, in another process.

    Errors: those of ``read_text``, and those of ``read_apart`` for a reader that ran out or broke.
    """
    if len(data) > bounds.limits.packed:
        raise LimitError(place, f"文件超过 {bounds.limits.packed:,} 字节", bounds.limits.remedy)
    (sheet,) = read_answer(_ask("text", place, data, bounds, "另存为 UTF-8 的 CSV"))
    return sheet


def read_turtle_apart(place: str, data: bytes, bounds: Bounds = FOR_COMMANDS) -> Graph:
    """The triples of a file of Turtle, as ``triples.read_turtle`` reads them, in another process.

    Errors: those of ``read_turtle``, and those of ``read_apart`` for a reader that ran out or broke.
    """
    if len(data) > bounds.limits.packed:
        raise LimitError(place, f"文件超过 {bounds.limits.packed:,} 字节", bounds.limits.remedy)
    # who reads a workbook does not wait for a library of graphs
    from rdflib import Graph

    from policygraph.reading.intake.triples import hear_triples

    graph = Graph(bind_namespaces="none")
    for triple in hear_triples(_ask("turtle", place, data, bounds, "检查语法")["triples"]):
        graph.add(triple)
    return graph


def read_graph_apart(place: str, data: bytes, bounds: Bounds = FOR_GRAPHS) -> bytes:
    """The triples of a file as N-Triples, as ``triples.read_graph`` writes them, in another process.

    Errors: those of ``read_graph``, and those of ``read_apart`` for a reader that ran out or broke.
    """
    if len(data) > bounds.limits.packed:
        raise LimitError(place, f"文件超过 {bounds.limits.packed:,} 字节", bounds.limits.remedy)
    return str(_ask("graph", place, data, bounds, "检查语法")["triples"]).encode()


def extract_apart(place: str, data: bytes, bounds: Bounds = FOR_DOCUMENTS) -> Extraction:
    """The text of a Word or PDF document, as ``documents.read_document`` extracts it, in another process.

    Errors: those of ``read_document``, and those of ``read_apart`` for a reader that ran out or broke.
    """
    if len(data) > bounds.limits.packed:
        raise LimitError(place, f"文件超过 {bounds.limits.packed:,} 字节", bounds.limits.remedy)
    return read_extraction(_ask("document", place, data, bounds, "用 Word、WPS 打开后另存为 .docx 或纯文本"))


def _ask(task: str, place: str, data: bytes, bounds: Bounds, remedy: str) -> dict[str, Any]:  # Any: JSON
    """What a reader says of a file. Errors: what it refused, what it ran out of, or that it broke (with ``remedy``)."""
    return _hear(task, place, _run(task, _head(place, bounds) + data, bounds), bounds, remedy)


def _head(place: str, bounds: Bounds) -> bytes:
    return json.dumps({"place": place, "limits": asdict(bounds.limits)}).encode() + b"\n"


def _hear(task: str, place: str, done: _Done, bounds: Bounds, remedy: str) -> dict[str, Any]:  # Any: JSON
    """What a reader that has ended said. Errors: as ``_ask``."""
    if done.late:
        raise LimitError(place, f"{bounds.patience:g} 秒内没有读完", bounds.limits.remedy)
    if done.code < 0:
        raise LimitError(place, f"读取时超过了 {bounds.processor} 秒或 {bounds.memory} MiB", bounds.limits.remedy)
    try:
        answer = json.loads(done.said, object_hook=None if task == "document" else decode_cell)
    except (ValueError, RecursionError):
        if b"MemoryError" in done.complained or b"memory allocation" in done.complained:
            raise LimitError(place, f"读取需要的内存超过 {bounds.memory} MiB", bounds.limits.remedy) from None
        raise InputError(place, _UNREADABLE, remedy) from None
    refused = answer.get("refused")
    if refused == "memory":
        raise LimitError(place, f"读取需要的内存超过 {bounds.memory} MiB", bounds.limits.remedy)
    if refused is not None:
        kind = LimitError if refused == "limit" else InputError
        raise kind(str(answer["place"]), str(answer["cause"]), str(answer["remedy"]))
    found: dict[str, Any] = answer
    return found


def find_isolation(bounds: Bounds = FOR_UPLOADS) -> tuple[str, ...]:
    """Which measures of isolation a reader of files has on this machine, by name; it is started to find out."""
    done = _run("sheets", _head("", bounds), bounds)
    try:
        return tuple(map(str, json.loads(done.said)["isolation"]))
    except (ValueError, KeyError):
        return ()


@dataclass(frozen=True, slots=True)
class _Done:
    """How a reader ended and what it left: its code (negative: the signal it died of), its answer, its complaints."""

    code: int
    said: bytes
    complained: bytes
    late: bool


def _run(task: str, sent: bytes, bounds: Bounds) -> _Done:
    """Start a reader, send it a file, take its answer up to what it may say, and end it."""
    return _talk(_start(task, bounds), sent, bounds)


def _start(task: str, bounds: Bounds) -> subprocess.Popen[bytes]:
    arguments = (str(bounds.memory), str(bounds.processor), task)
    command = [sys.executable, "-P", "-m", "policygraph.reading.intake.worker", *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _talk(started: subprocess.Popen[bytes], sent: bytes, bounds: Bounds) -> _Done:
    """Send a file to a reader, take its answer up to what it may say, and end it."""
    late = threading.Event()
    with started as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr

        def end() -> None:
            late.set()
            process.kill()

        # whatever it does, also when it neither reads nor writes, it ends by then
        clock = threading.Timer(bounds.patience, end)
        clock.start()
        try:
            with suppress(BrokenPipeError), process.stdin:
                process.stdin.write(sent)
            said = bytearray()
            while chunk := process.stdout.read(_CHUNK):
                said += chunk
                if len(said) > bounds.limits.answer:
                    process.kill()
                    break
            complained = process.stderr.read(_CHUNK)
        finally:
            clock.cancel()
            process.kill()
    return _Done(process.returncode, bytes(said), complained, late.is_set())
