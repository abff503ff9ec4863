"""The engine interface over somebody else's SPARQL 1.1 endpoint, for those who already run a triple store.

Only public graphs may live there: this engine knows no tokens. What is ours stays ours: SERVICE and updates are
refused before anything is sent, the dataset is always named explicitly when the public graphs are known (so other
graphs of that store stay unseen), and our deadline and result cap apply. The store's memory is not ours to limit, and
a store may go on working on a query that we gave up; its operator must switch off SERVICE and updates.

It speaks HTTP with the standard library: one POST per query, no redirects (a store that redirects could send us
anywhere), no cookies, no proxy settings from the environment.
"""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from policygraph.errors import InputError
from policygraph.speaking.sparql.engine import QueryRequest, QueryResult, Settings, answer_in_thread, refuse
from policygraph.speaking.sparql.negotiation import GRAPHS, RESULTS, rank_offers
from policygraph.speaking.sparql.planning import check_request, choose_dataset
from policygraph.speaking.sparql.syntax import bind_values, find_dataset

_COUNTS = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } } }",
)
_GRAPH_NAMES = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
_CHUNK = 64 << 10
_UTF8_TYPES = ("text/",)
_ENDINGS: dict[str, tuple[bytes, ...]] = {"json": (b"}", b"]"), "xml": (b">",)}


class _TooLarge(Exception):
    """The store sent more than the cap."""


class RemoteEngine:
    """An engine that asks another SPARQL endpoint; ``graphs`` are the public graphs to be seen there.

    Without ``graphs`` the store is asked for all its named graphs once: then everything it holds is public. If its
    default graph is then the union of them, a query that names no graphs is sent as it is: naming each of some sixty
    graphs costs such a store seconds for a query of milliseconds.
    """

    def __init__(self, url: str, settings: Settings | None = None, graphs: tuple[str, ...] | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.fragment:
            raise InputError("--store", f"不是 SPARQL 查询地址: {url}", "写成 https://主机/路径，不带用户名和密码")
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._settings = settings or Settings()
        self._places = threading.BoundedSemaphore(self._settings.workers + self._settings.queue)
        self._graphs = tuple(sorted(graphs)) if graphs is not None else self._list_graphs()
        self._is_union = graphs is None and self._counts_alike()

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def graphs(self) -> tuple[str, ...]:
        return self._graphs

    def run(self, request: QueryRequest) -> QueryResult:
        """Send a query to the store within our limits; its errors come back as ours."""
        refusal = check_request(request, self._settings)
        if refusal is not None:
            return refusal
        named = request.default_graphs or request.named_graphs or find_dataset(request.query) is not None
        if self._is_union and request.permitted is None and not named:
            return self._send(request, None)
        permitted = self._graphs if request.permitted is None else request.permitted
        dataset = choose_dataset(replace(request, permitted=permitted))
        return self._send(request, dataset or ((), ()))

    @property
    def version(self) -> None:
        """What lies in somebody else's store may change at any time."""
        return None

    async def answer(self, request: QueryRequest) -> QueryResult:
        """The same for the event loop; a query that is given up goes on in the store until its deadline."""
        return await answer_in_thread(self, request)

    def close(self) -> None:
        """Nothing is kept open between queries."""

    def _list_graphs(self) -> tuple[str, ...]:
        result = self._send(QueryRequest(_GRAPH_NAMES, accept="application/sparql-results+json"), None)
        if result.status != 200:
            raise InputError("--store", f"后端没有回答: {result.body.decode()}", "检查地址，以及后端是否在运行")
        rows = json.loads(result.body)["results"]["bindings"]
        return tuple(sorted(row["g"]["value"] for row in rows if row["g"]["type"] == "uri"))

    def _counts_alike(self) -> bool:
        """Whether the default graph holds as many triples as the named graphs together."""
        counts = []
        for query in _COUNTS:
            result = self._send(QueryRequest(query, accept="text/csv"), None)
            counts.append(result.body.split()[-1] if result.status == 200 else b"")
        return counts[0] == counts[1] != b""

    def _send(self, request: QueryRequest, dataset: tuple[tuple[str, ...], tuple[str, ...]] | None) -> QueryResult:
        offers = (*rank_offers(request.accept, RESULTS), *rank_offers(request.accept, GRAPHS))
        if not offers:
            return refuse("not-acceptable", ", ".join((*RESULTS, *GRAPHS)))
        try:
            query = bind_values(request.query, dict(request.bindings or {}))
        except ValueError as error:
            return refuse("invalid", str(error))
        form = [("query", query)]
        if dataset is not None:
            # a dataset of no graphs cannot be said with parameters: a graph that nobody has stands for it
            default_graphs, named_graphs = dataset[0] or ("urn:x-policygraph:none",), dataset[1]
            form += [("default-graph-uri", graph) for graph in default_graphs]
            form += [("named-graph-uri", graph) for graph in named_graphs or ("urn:x-policygraph:none",)]
        timeout = min(request.timeout or self._settings.timeout, self._settings.timeout)
        if not self._places.acquire(blocking=False):
            wait = max(1, round(timeout / 2))
            return refuse("busy", str(wait), retry_after=wait)
        try:
            return self._exchange(urlencode(form).encode(), offers, timeout)
        finally:
            self._places.release()

    def _exchange(self, body: bytes, offers: tuple[str, ...], timeout: float) -> QueryResult:
        deadline = time.monotonic() + timeout
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=timeout)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": ", ".join(f"{offer};q={1 - rank * 0.05:.2f}" for rank, offer in enumerate(offers)),
            "Accept-Encoding": "identity",
        }
        try:
            connection.request("POST", self._target, body, headers)
            channel: socket.socket | None = connection.sock
            response = connection.getresponse()
            content = _read_capped(response, channel, deadline, self._settings.result)
        except TimeoutError:
            return refuse("deadline", limit=timeout)
        except _TooLarge:
            return refuse("too-large", limit=self._settings.result)
        except (OSError, http.client.HTTPException) as error:
            return refuse("upstream", type(error).__name__)
        finally:
            connection.close()
        media_type = response.headers.get_content_type()
        if response.status == 400:
            return refuse("invalid", _excerpt(content))
        if response.status == 406:
            return refuse("not-acceptable", ", ".join((*RESULTS, *GRAPHS)))
        if response.status != 200 or media_type not in offers:
            return refuse("upstream", f"HTTP {response.status} {media_type}")
        ending = _ENDINGS.get(media_type.rpartition("+")[2].rpartition("/")[2])
        if ending is not None and not content.rstrip().endswith(ending):
            # some stores give up in the middle of a 200
            return refuse("upstream", "incomplete answer")
        charset = "; charset=utf-8" if media_type.startswith(_UTF8_TYPES) else ""
        return QueryResult(200, media_type + charset, content)


def _read_capped(response: http.client.HTTPResponse, channel: socket.socket | None, deadline: float, cap: int) -> bytes:
    """The whole body; each read gets only the time that is left, and nothing is returned past the cap."""
    content = bytearray()
    while True:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        # a response that closes the connection has taken the socket over; its own time limit stays
        if channel is not None and channel.fileno() >= 0:
            channel.settimeout(remaining)
        chunk = response.read1(_CHUNK)
        if not chunk:
            break
        content += chunk
        if len(content) > cap:
            raise _TooLarge
    if response.length:
        # fewer bytes came than were announced: an answer cut short is not an answer
        raise http.client.IncompleteRead(bytes(content), response.length)
    return bytes(content)


def _excerpt(content: bytes) -> str:
    return " ".join(content.decode("utf-8", "replace").split())[:300]
