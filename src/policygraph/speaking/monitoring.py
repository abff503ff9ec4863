"""What the service says of itself: for whoever asks whether it is well, and for whoever draws its figures.

``/healthz`` tells people and probes which dataset answers, how the processes stand and which measures of isolation each
of them has here; what a machine does not give is a warning and no secret. ``/metrics`` tells the same in figures, in
the text form of Prometheus, with one row a route and never one an address: an address may hold anything. Neither names
a file of this machine, a client or an enterprise.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from starlette.types import Scope

from policygraph.version import __version__

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_CLOSED = ("no file or socket descriptors", "no file writes", "memory limit")
_WANTED = {
    "sparql": ("network namespace", "no new privileges", *_CLOSED),
    "upload": ("processor limit", *_CLOSED),
}
"""The measures that a process of each kind must have, by the first word of its name."""


@dataclass(frozen=True, slots=True)
class Process:
    """One group of processes that work for the service: how many, how busy, and what keeps them from doing harm."""

    name: str
    """``sparql-public``, ``sparql-restricted`` or ``upload-readers``."""
    workers: int
    busy: int
    waiting: int
    isolation: tuple[str, ...]
    broken: bool = False
    dataset: str = ""
    """The hash of what it loaded, where it loads anything."""
    quads: int = 0

    @property
    def missing(self) -> tuple[str, ...]:
        """The measures of isolation that it ought to have and has not.

        >>> Process("upload-readers", 2, 0, 0, ("memory limit", "no file writes")).missing
        ('processor limit', 'no file or socket descriptors')
        """
        return tuple(one for one in _WANTED[self.name.partition("-")[0]] if one not in self.isolation)


@dataclass(frozen=True, slots=True)
class Health:
    """How the service stands."""

    dataset: str
    base: str
    sparql: str
    added: dict[str, str]
    problem: str
    """Why the dataset in the folder is not the one that answers; empty when it is."""
    watcher: str
    """``watching``, ``off`` (not asked for) or ``stopped``."""
    processes: tuple[Process, ...]

    @property
    def is_broken(self) -> bool:
        """Whether some part of the service cannot answer."""
        return any(process.broken for process in self.processes)

    @property
    def status(self) -> str:
        """``ok``; ``stale`` while the dataset in the folder is not the one that answers; ``broken``."""
        if self.problem or self.watcher == "stopped":
            return "stale"
        return "broken" if self.is_broken else "ok"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What somebody should look at though the service answers."""
        return tuple(f"{process.name}: 没有 {name}" for process in self.processes for name in process.missing)

    def describe(self) -> dict[str, object]:
        """All of it as JSON values."""
        return {
            "status": self.status,
            "ok": self.status == "ok",
            "problem": self.problem,
            "dataset": self.dataset,
            # more than one hash only where graphs were added: each answer names what it was answered from
            "base": self.base,
            "sparql": self.sparql,
            "added": self.added,
            "version": __version__,
            "watcher": self.watcher,
            "isolation": next((list(one.isolation) for one in self.processes if one.name.startswith("sparql")), []),
            "processes": {
                process.name: {
                    "workers": process.workers,
                    "busy": process.busy,
                    "waiting": process.waiting,
                    "broken": process.broken,
                    "dataset": process.dataset,
                    "quads": process.quads,
                    "isolation": list(process.isolation),
                    "missing": list(process.missing),
                }
                for process in self.processes
            },
            "warnings": list(self.warnings),
        }


class JsonLines(logging.Formatter):
    """The log as one JSON object a line: of an answer what ``gate`` told of it, of all else the message.

    >>> record = logging.LogRecord("a", logging.INFO, "", 0, "GET /", (), None)
    >>> record.created, record.request = 0.0, {"id": "1f", "status": 200}
    >>> JsonLines().format(record)
    '{"at": "1970-01-01T00:00:00.000Z", "level": "INFO", "logger": "a", "id": "1f", "status": 200}'
    """

    def format(self, record: logging.LogRecord) -> str:
        """One record; of an exception its kind only, because its words may hold what somebody typed."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told = getattr(record, "request", None) or {"message": record.getMessage()}
        if record.exc_info and record.exc_info[0]:
            told |= {"fault": record.exc_info[0].__name__}
        line = {"at": at, "level": record.levelname, "logger": record.name, **told}
        return json.dumps(line, ensure_ascii=False, default=str)


class Figures:
    """The figures of one service, gathered while it answers and written when they are asked for."""

    def __init__(self, look: Callable[[], Health]) -> None:
        self._registry = CollectorRegistry()
        self._look = look
        self._answers = Counter(
            "policygraph_requests", "Answers by route, method and status.", ("route", "method", "status"),
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "policygraph_request_seconds", "Seconds from a whole head to the end of the answer.", ("route",),
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        """The figures by what they are of: looking them up by words costs more than counting. As many as there are
        routes, methods and statuses."""
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one answer."""
        route = name_route(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        found = self._known.get(key := (route, method, status))
        if found is None:
            found = self._answers.labels(route, method, str(status)), self._seconds.labels(route)
            self._known[key] = found
        answers, durations = found
        answers.inc()
        durations.observe(seconds)

    def write(self) -> bytes:
        """All figures in the text form of Prometheus."""
        return generate_latest(self._registry)

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: what there is follows from the service when it is asked."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """The state of the service at this moment."""
        health = self._look()
        told = InfoMetricFamily("policygraph_dataset", "What answers.")
        told.add_metric((), {"dataset": health.dataset, "base": health.base, "version": __version__})
        yield told
        yield GaugeMetricFamily("policygraph_ok", "1 while all is well.", value=health.status == "ok")
        yield GaugeMetricFamily("policygraph_warnings", "Measures of isolation that are missing.", len(health.warnings))
        for name, about in (
            ("workers", "Processes that may work at once."),
            ("busy", "Processes that are at work."),
            ("waiting", "Requests that wait for one."),
        ):
            family = GaugeMetricFamily(f"policygraph_{name}", about, labels=("pool",))
            for process in health.processes:
                family.add_metric((process.name,), getattr(process, name))
            yield family


def name_route(scope: Scope) -> str:
    """The route that answered, as it is written in the program; ``other`` for an address that nothing has.

    >>> name_route({"path": "/sparql"}), name_route({"path": "/张三"})
    ('/sparql', 'other')
    """
    written = getattr(scope.get("route"), "path", None)
    if isinstance(written, str):
        return written
    path = str(scope["path"]).removesuffix("/")
    if path.endswith("/sparql") and path.count("/") <= 2:
        return "/sparql"
    return "/static" if path.startswith("/static/") else "other"
