"""Answers that are kept in memory: the same question over the same data has the same answer.

The key is made of all that an answer follows from: the version of the data, the program, the query, its dataset
parameters, its base and the formats that were asked for. It is known before anything is evaluated, so it is the ETag
too, and a client that has the answer is told so at once. Tags are weak: another evaluation may order rows and name
blank nodes otherwise.

Deliberately never kept: what is asked with a token (so that nothing restricted can pass from one holder to another,
nor be told by how fast it comes), what calls NOW, RAND, UUID, STRUUID or BNODE, refusals, and answers of an engine that
does not know the version of its data. The memory is bounded in bytes; what was not asked for longest goes first.

Not safe for threads: it belongs to the event loop of its endpoint.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import OrderedDict
from dataclasses import dataclass

from policygraph.speaking.sparql.engine import QueryRequest, QueryResult
from policygraph.speaking.sparql.planning import choose_formats, study_query
from policygraph.version import __version__

_OVERHEAD = 1000
"""Bytes that a kept answer costs beside its body."""
_LARGEST = 8
"""One answer may take this part of the memory, so that one cannot drive out all others."""


def make_key(request: QueryRequest, version: str | None) -> str | None:
    """The key of an answer, which is its ETag too; None for what is never kept.

    >>> make_key(QueryRequest("ASK {}"), "1" * 64) == make_key(QueryRequest("ASK {}", accept="*/*;q=0.5"), "1" * 64)
    True
    >>> make_key(QueryRequest("ASK {}"), "1" * 64) == make_key(QueryRequest("ASK {}"), "2" * 64)
    False
    >>> make_key(QueryRequest("SELECT (NOW() AS ?n) {}"), "1" * 64)
    >>> make_key(QueryRequest("ASK {}", permitted=()), "1" * 64)
    """
    if version is None or request.permitted is not None or study_query(request.query, request.base).volatile:
        return None
    parts = (
        __version__,
        version,
        request.query,
        request.base,
        request.default_graphs,
        request.named_graphs,
        sorted((request.bindings or {}).items()),
        choose_formats(request.accept),
    )
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(slots=True)
class Kept:
    """An answer and its compressed twin, once somebody asked for that."""

    result: QueryResult
    compressed: bytes | None = None

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.result.body) + len(self.compressed or b"") + _OVERHEAD


class AnswerCache:
    """Answers by key, the most recently asked last.

    >>> cache = AnswerCache(8100)
    >>> cache.keep("a", QueryResult(200, "text/csv", b"x" * 10))
    >>> cache.find("a").result.body, cache.find("b")
    (b'xxxxxxxxxx', None)
    >>> for number in range(10): cache.keep(str(number), QueryResult(200, "text/csv", b""))
    >>> cache.find("a"), cache.size <= 8100
    (None, True)
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self.size = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: str) -> bool:
        return key in self._kept

    def find(self, key: str) -> Kept | None:
        """The kept answer; None when there is none."""
        kept = self._kept.get(key)
        if kept is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(key)
        return kept

    def keep(self, key: str, result: QueryResult) -> None:
        """Keep a complete answer, unless it alone would take too much."""
        kept = Kept(result)
        if kept.size * _LARGEST > self._limit:
            return
        old = self._kept.pop(key, None)
        self.size += kept.size - (old.size if old else 0)
        self._kept[key] = kept
        self._shrink()

    def compress(self, key: str, body: bytes) -> bytes:
        """The body as gzip, made once for a kept answer."""
        kept = self._kept.get(key)
        if kept is not None and kept.compressed is not None and kept.result.body is body:
            return kept.compressed
        compressed = compress(body)
        if kept is not None and kept.result.body is body:
            kept.compressed = compressed
            self.size += len(compressed)
            self._shrink()
        return compressed

    def _shrink(self) -> None:
        while self.size > self._limit:
            _, gone = self._kept.popitem(last=False)
            self.size -= gone.size


def compress(body: bytes) -> bytes:
    """gzip without a time stamp, so that equal bodies are equal bytes.

    >>> compress(b"x") == compress(b"x")
    True
    """
    packer = zlib.compressobj(level=5, wbits=31)
    return packer.compress(body) + packer.flush()
