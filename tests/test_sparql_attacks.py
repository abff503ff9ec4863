"""Attacks over a real socket: floods of odd requests, slow and vanishing clients, bombs beside honest callers."""

from __future__ import annotations

import http.client
import logging
import random
import socket
import string
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from fastapi import FastAPI

from policygraph.speaking.sparql import protocol
from policygraph.speaking.sparql.description import Catalogue
from policygraph.speaking.sparql.engine import Settings
from policygraph.speaking.sparql.protocol import Service, sparql_router
from policygraph.speaking.sparql.workers import PoolEngine

pytestmark = pytest.mark.slow

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def port(serve: Callable[[Any], int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    path = tmp_path_factory.mktemp("data") / "data.nq"
    rows = [f'<http://a/s{i}> <http://a/p> "条款{i}" <http://a/g{i % 3}> .\n' for i in range(2000)]
    path.write_text("".join(rows), encoding="utf-8")
    with PoolEngine([path], Settings(workers=3, timeout=1.0, memory=300 << 20, result=1 << 20)) as engine:
        catalogue = Catalogue(engine, dataset=lambda: "abc123")
        app = FastAPI()
        app.include_router(sparql_router(Service(engine, catalogue.describe_service)))
        yield serve(app)


def send(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body or None, {n.replace("_", "-"): v for n, v in headers.items()})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def is_alive(port: int) -> bool:
    return send(port, "GET", "/sparql?query=ASK%7B%7D")[0] == 200


def test_ten_megabytes_of_query_are_not_read(port: int) -> None:
    body = b"ASK {} #" + b"x" * (10 << 20)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        head = (
            f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: {len(body)}"
        )
        client.sendall(head.encode() + b"\r\n\r\n" + body[:1000])
        # the answer comes before the body has
        assert b" 413 " in client.recv(4096)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        answer = b""
        try:
            for _ in range(200):
                client.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            answer = client.recv(4096)
        except ConnectionResetError:
            # the server hung up on us, which is an answer too
            answer = b" 413 "
        assert b" 413 " in answer
    assert is_alive(port)


def test_a_slow_client_is_let_go_and_holds_nobody_up(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "BODY_SECONDS", 0.5)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 1000\r\n\r\nASK"
        )
        assert is_alive(port)
        assert b" 408 " in client.recv(4096)


def test_a_client_that_vanishes_leaves_no_trace(port: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        for sent in (b"POST /sparql HTTP/1.1\r\n", b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nq"):
            for _ in range(5):
                with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
                    client.sendall(sent)
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            client.sendall(f"GET /sparql?query={quote(BOMB)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert is_alive(port)
        time.sleep(0.2)
    assert not caplog.records


def test_honest_callers_are_answered_while_bombs_run(port: int) -> None:
    bombs = [threading.Thread(target=send, args=(port, "GET", f"/sparql?query={quote(BOMB)}")) for _ in range(2)]
    for bomb in bombs:
        bomb.start()
    time.sleep(0.2)
    assert [send(port, "GET", "/sparql?query=ASK%7B%7D")[0] for _ in range(20)] == [200] * 20
    for bomb in bombs:
        bomb.join()


WORDS = (
    *(
        "SELECT",
        "ASK",
        "CONSTRUCT",
        "DESCRIBE",
        "WHERE",
        "FROM",
        "NAMED",
        "GRAPH",
        "OPTIONAL",
        "UNION",
        "FILTER",
        "BIND",
    ),
    *(
        "SERVICE",
        "SILENT",
        "VALUES",
        "MINUS",
        "EXISTS",
        "NOT",
        "ORDER BY",
        "GROUP BY",
        "HAVING",
        "LIMIT",
        "OFFSET",
        "1",
    ),
    *(
        "PREFIX",
        "BASE",
        "a:",
        "<http://a/p>",
        "<http://a/g1>",
        "?s",
        "?p",
        "?o",
        "*",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ".",
    ),
    *(";", ",", "'条款1'", '"""', "'", '"', "\\u0041", "\\", "COUNT(*)", "AS", "?n", "+", "/", "^", "|", "!", "<", ">"),
    *(
        "INSERT DATA",
        "LOAD",
        "<file:///etc/passwd>",
        "REGEX(?o,'(a+)+$')",
        "STRLEN(?o)",
        "1e400",
        "-1",
        "#",
        "\n",
        "\t",
    ),
    *(
        "REPLACE(?o,'a*','b')",
        "IRI(?o)",
        "NOW()",
        "RAND()",
        "UUID()",
        "\x00",
        "\ufeff",
        "\u2028",
        "𝕏",
        "_:b",
        "@zh",
        "^^",
    ),
)
MEDIA = (
    "*/*",
    "text/csv",
    "text/turtle",
    "application/json",
    "text/html",
    "a/b",
    "",
    "text/csv;q=0",
    "application/*",
    "x",
)
CONTENT = (
    "application/sparql-query",
    "application/x-www-form-urlencoded",
    "text/plain",
    "application/sparql-update",
    "",
    "x/",
)


def random_query(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.3:
        return " ".join(chance.choice(WORDS) for _ in range(chance.randint(0, 20)))
    if kind < 0.5:
        return "".join(chance.choice(string.printable + "条款名单𝕏\ufffe") for _ in range(chance.randint(0, 60)))
    # a sound query with one wound
    query = list(
        "PREFIX a: <http://a/> SELECT ?s (COUNT(*) AS ?n) { ?s a:p ?o FILTER(?o != '条款') } GROUP BY ?s LIMIT 9"
    )
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        place = chance.randrange(len(query))
        query[place : place + chance.randint(0, 2)] = chance.choice(WORDS)
    return "".join(query)


def random_request(chance: random.Random) -> tuple[str, str, bytes, dict[str, str]]:
    query = random_query(chance)
    headers = {"Accept": chance.choice(MEDIA)}
    if chance.random() < 0.05:
        headers["Authorization"] = f"Bearer {chance.random()}"
    extra = "".join(
        f"&{chance.choice(('default-graph-uri', 'named-graph-uri', 'timeout', 'query', 'update', 'x'))}="
        f"{quote(chance.choice(WORDS))}"
        for _ in range(chance.choice((0, 0, 0, 0, 0, 1, 2)))
    )
    if chance.random() < 0.5:
        method = chance.choice(("GET",) * 9 + ("HEAD", "OPTIONS", "DELETE"))
        return method, f"/sparql?query={quote(query)}{extra}", b"", headers
    headers["Content-Type"] = chance.choice(CONTENT if chance.random() < 0.2 else CONTENT[:2])
    if headers["Content-Type"].startswith("application/x"):
        body = f"query={quote_plus(query)}{extra}".encode()
    else:
        body = query.encode("utf-8" if chance.random() < 0.9 else "utf-16", "replace")
    return "POST", "/sparql" + ("?" + extra[1:] if extra and chance.random() < 0.3 else ""), body, headers


def test_thousands_of_random_requests(port: int, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever comes: an answer of ours, no traceback, and a server that goes on."""
    chance = random.Random(20261122)
    seen: dict[int, int] = {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with caplog.at_level(logging.ERROR):
        for _ in range(4_000):
            method, path, body, headers = random_request(chance)
            try:
                connection.request(method, path, body or None, headers)
                response = connection.getresponse()
                content = response.read()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # after a refused body the server closes the connection
                connection.close()
                continue
            seen[response.status] = seen.get(response.status, 0) + 1
            assert response.status in {200, 204, 400, 401, 403, 405, 406, 413, 415, 503}, (method, path, content)
            assert b"Traceback" not in content
            if response.status >= 400 and method != "HEAD":
                assert response.headers.get_content_type() == "text/plain"
    connection.close()
    assert not caplog.records
    assert seen[200] > 200
    assert seen[400] > 200
    assert sum(seen.values()) > 3_960
    assert seen.get(503, 0) < 100
    assert is_alive(port)


def test_no_worker_outlives_the_pool(tmp_path: Path) -> None:
    path = tmp_path / "data.nq"
    path.write_text("<a:s> <a:p> <a:o> <a:g> .\n", encoding="utf-8")
    with PoolEngine([path], Settings(workers=2)) as engine:
        processes = engine.processes
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in processes):
        assert time.monotonic() < deadline
        time.sleep(0.02)
