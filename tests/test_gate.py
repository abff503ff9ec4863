"""The gate and the socket before it: odd requests, half requests, and thousands of random ones."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send
from tests.conftest import Visit, run_command

from policygraph.errors import InputError
from policygraph.speaking import gate, listening
from policygraph.speaking.gate import Gate
from policygraph.speaking.listening import HEAD_BYTES, MOST_PIPELINED, make_server, name_address, open_listener
from policygraph.speaking.monitoring import JsonLines
from policygraph.speaking.sparql.engine import Settings

pytestmark = pytest.mark.slow

Headers = list[tuple[bytes, bytes]]
Pieces = tuple[bytes | None, ...]
"""The pieces of a body; None: the client hangs up."""


async def call(
    app: Any,
    path: str,
    method: str = "GET",
    headers: Headers | None = None,
    pieces: Pieces = (b"",),
    query: bytes = b"",
    more: bool = False,
) -> tuple[int, dict[str, str], bytes]:
    """One request, straight to the application: status (0: no answer), headers and body of the answer.

    ``more``: after the pieces another one is announced, which never comes.
    """
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode("utf-8", "surrogatepass"), "root_path": "", "query_string": query,
        "headers": [(b"host", b"localhost"), *(headers or ())], "server": ("localhost", 80), "client": ("a", 1),
    }  # fmt: skip
    left = list(pieces)
    found: list[Message] = []

    async def receive() -> Message:
        if not left:
            await asyncio.sleep(3600)
        piece = left.pop(0)
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": bool(left) or more}

    async def send(message: Message) -> None:
        found.append(message)

    await app(scope, receive, send)
    if not found:
        return 0, {}, b""
    told = {name.decode(): value.decode("latin-1") for name, value in found[0]["headers"]}
    return found[0]["status"], told, b"".join(message.get("body", b"") for message in found[1:])


class Inner:
    """An application that keeps what reached it."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/fault":
            raise RuntimeError("张三 91230803MA9XN00129")
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.seen.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b" ".join(name for name, _ in scope["headers"])})


def ask(*arguments: Any, **options: Any) -> tuple[int, dict[str, str], bytes, list[bytes], list[int]]:
    """One request to an application behind the gate; with it what reached the application and what was noted."""
    inner, noted = Inner(), list[int]()
    behind = Gate(inner, lambda scope, status, seconds: noted.append(status))
    return (*asyncio.run(call(behind, *arguments, **options)), inner.seen, noted)


@pytest.mark.parametrize("path", ["/\0", "/doc/\0", "/static/\0.css", "/a\nb", "/\x1b[31m", "/\x7f"])
def test_control_characters_are_no_address(path: str) -> None:
    status, headers, body, seen, noted = ask(path)
    assert (status, seen, noted) == (404, [], [404])
    assert headers["content-type"] == "application/problem+json"
    assert re.fullmatch("[0-9a-f]{16}", headers["x-request-id"])
    assert "\0" not in json.loads(body)["instance"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([(b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")], 400),
        ([(b"host", b"other")], 400),
        ([(b"content-length", b"1"), (b"content-length", b"2")], 400),
        ([(b"content-type", b"a/b"), (b"content-type", b"c/d")], 400),
        ([(b"content-length", b"5"), (b"transfer-encoding", b"chunked")], 400),
        ([(b"content-length", b"-1")], 400),
        ([(b"content-length", b"five")], 400),
        ([(b"content-length", str(gate.MOST_BYTES + 1).encode())], 413),
        ([(b"content-length", b"9" * 5000)], 413),
    ],
)
def test_what_two_programs_may_read_in_two_ways_is_refused(headers: Headers, status: int) -> None:
    found, told, body, seen, _ = ask("/", "POST", headers, (b"never read", b"x"))
    assert (found, seen) == (status, [])
    assert told["connection"] == "close"
    assert json.loads(body)["detail"]


def test_fields_that_may_stand_twice_do() -> None:
    assert ask("/", "GET", [(b"accept", b"text/html"), (b"accept", b"text/csv")])[0] == 200


def test_a_body_comes_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    sized: Headers = [(b"content-length", b"6")]
    assert ask("/", "POST", sized, (b"abc", b"def"))[3] == [b"abcdef"]
    assert ask("/", "POST", [(b"transfer-encoding", b"chunked")], (b"ab", b"c", b""))[3] == [b"abc"]
    # gone before the end: nothing is answered, nothing begun
    status, _, _, seen, noted = ask("/", "POST", sized, (b"abc", None))
    assert (status, seen, noted) == (0, [], [499])
    chunk = b"x" * 100_000
    status, told, _, seen, _ = ask("/", "POST", [(b"transfer-encoding", b"chunked")], (chunk,) * 20)
    assert (status, told["connection"], seen) == (413, "close", [])
    monkeypatch.setattr(gate, "BODY_SECONDS", 0.05)

    status, told, _, seen, _ = ask("/", "POST", sized, (b"abc",), more=True)
    assert (status, told["connection"], seen) == (408, "close", [])


def test_a_fault_is_told_by_its_place_and_not_by_its_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        status, told, body, _, noted = ask("/fault")
    assert (status, noted) == (500, [500])
    assert told["x-request-id"] in caplog.text
    assert "RuntimeError @ test_gate.py:" in caplog.text
    for text in (caplog.text, body.decode(), *(JsonLines().format(record) for record in caplog.records)):
        assert "张三" not in text
        assert "91230803" not in text


# --- the socket ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def port(served: tuple[uvicorn.Server, int]) -> int:
    return served[1]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[uvicorn.Server, int]]:
    """A server with little patience, over an application that answers at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listening, "HEAD_SECONDS", 0.3)
        patch.setattr(listening, "TAKING_SECONDS", 0.3)
        patch.setattr(gate, "BODY_SECONDS", 0.3)
        inner = Inner()

        async def behind(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"] == "/large":
                await send({"type": "http.response.start", "status": 200, "headers": []})
                for _ in range(1000):
                    await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
            if scope["type"] == "http" and scope["path"] == "/hold":
                while not HELD.is_set():
                    await asyncio.sleep(0.01)
            await inner(scope, receive, send)

        with open_listener("127.0.0.1", 0) as listener:
            server = make_server(Gate(behind, lambda *_: None), log_config=None, lifespan="off")
            thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
            thread.start()
            yield server, int(listener.getsockname()[1])
            server.should_exit = True
            thread.join(timeout=20)


HELD = threading.Event()
"""Set when the application may answer ``/hold``."""


def talk(port: int, sent: bytes, then: bytes = b"") -> bytes:
    """What a server says until it hangs up, also upon what it did not read; ``then`` is sent after the first answer."""
    said = b""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as client,
        suppress(ConnectionResetError, BrokenPipeError),
    ):
        client.sendall(sent)
        said = client.recv(65536)
        if then:
            client.sendall(then)
        while chunk := client.recv(65536):
            said += chunk
    return said


WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_half_a_request_holds_no_socket(port: int) -> None:
    """Every answer here ends because the server hangs up: nothing else would end it."""
    assert talk(port, b"") == b""
    assert talk(port, b"GET / HTTP/1.1\r\nHost:") == b""
    # a drop now and then buys no time
    half = talk(port, WHOLE, b"GET /again HTTP/1.1\r\n")
    assert half.count(b"HTTP/1.1 200") == 1
    late = talk(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
    assert late.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in late.lower()
    large = talk(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nab")
    assert large.startswith(b"HTTP/1.1 413")
    both = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert talk(port, both + WHOLE).count(b"HTTP/1.1 200") == 0


def test_a_head_is_bounded(port: int) -> None:
    field = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nA: %b\r\n\r\n"
    assert talk(port, field % (b"a" * (HEAD_BYTES - 100))).startswith(b"HTTP/1.1 200")
    many = LAST[:-2] + b"a: b\r\n" * (HEAD_BYTES // 5) + b"\r\n"
    address = LAST.replace(b"/ ", b"/?" + b"a" * HEAD_BYTES + b" ")
    for head in (field % (b"a" * HEAD_BYTES), many, address, field % (b"a" * 2_000_000)):
        assert talk(port, head)[:12] in (b"HTTP/1.1 431", b"")


def test_a_head_that_never_ends_is_not_gathered(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nA: ")
        # more than the buffers of both ends hold
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            client.sendall(b"a" * 100_000_000)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", b"400"),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", b"505"),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", b"400"),
        (b"GET /\xe6\x96\xb0 HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na", b"400"),
        (b"\x16\x03\x01\x02\x00\x01", b"400"),
    ],
)
def test_what_cannot_be_read_in_one_way_is_refused_and_the_connection_closed(
    port: int, head: bytes, status: bytes
) -> None:
    said = talk(port, head + WHOLE)
    assert said.startswith(b"HTTP/1.1 " + status)
    assert len(re.findall(rb"HTTP/1\.1 \d\d\d", said)) == 1


def test_what_stands_behind_a_body_is_no_header(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    said = talk(port, head + b"1\r\na\r\n0\r\nAuthorization: Bearer a\r\n\r\n")
    assert b"host connection transfer-encoding" in said
    assert b"authorization" not in said


def test_requests_sent_ahead_are_bounded(port: int) -> None:
    HELD.clear()
    first = WHOLE.replace(b"/ ", b"/hold ")
    assert talk(port, first + WHOLE * (MOST_PIPELINED + 1)) == b""
    HELD.set()
    assert talk(port, first + WHOLE * 3 + LAST).count(b"HTTP/1.1 200") == 5


def test_an_offer_of_another_protocol_is_answered_in_this_one(port: int) -> None:
    said = talk(port, WHOLE[:-2] + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + WHOLE)
    assert said.count(b"HTTP/1.1 200") == 1
    assert b"connection: close" in said


def test_an_answer_that_nobody_takes_is_dropped(
    served: tuple[uvicorn.Server, int], caplog: pytest.LogCaptureFixture
) -> None:
    server, port = served
    deadline = time.monotonic() + 20
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(10)
        while server.server_state.connections:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        size = 0
        with suppress(ConnectionResetError):
            while chunk := client.recv(1 << 20):
                size += len(chunk)
    assert size < 100_000_000
    # that a client does not take what it asked for is no fault of anybody here
    assert talk(port, LAST).startswith(b"HTTP/1.1 200")
    assert [record for record in caplog.records if record.name != "uvicorn.error"] == []


def test_sixty_clients_that_hang_up_leave_no_trace(port: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        clients = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(60)]
        for number, client in enumerate(clients):
            client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nab" if number % 2 else b"POST")
        for client in clients:
            client.close()
        # whoever is let go has been let go when a client is that came after them and is let go for the same reason
        assert talk(port, LAST).startswith(b"HTTP/1.1 200")
        assert talk(port, b"POST") == b""
    assert not caplog.records


def test_a_port_in_use_is_told_before_any_address(dataset: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with open_listener("127.0.0.1", 0) as taken:
        number = taken.getsockname()[1]
        done = run_command("serve", "--dataset", str(dataset), "--port", str(number))
    assert done.returncode == 2
    assert f"127.0.0.1:{number}: 端口已被占用" in done.stderr
    assert "--port" in done.stderr
    assert "http://" not in done.stdout + done.stderr
    with pytest.raises(InputError, match="本机没有这个地址"):
        open_listener("192.0.2.1", 0)
    with pytest.raises(InputError, match="--host"):
        open_listener("no host at all", 0)


def test_an_address_is_one_that_a_browser_opens() -> None:
    with open_listener("127.0.0.1", 0) as listener:
        assert name_address(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}/"


# --- the whole application -------------------------------------------------------------------------------------------


PATHS = (
    "/doc/yiyuan-2021-28", "/doc/yiyuan-2021-28/source", "/measure/jiamusi-2020-5/1", "/law/an-quan-sheng-chan-fa",
    "/queries/documents", "/queries/documents.json", "/queries/measures.csv", "/queries/grades.xlsx", "/concept/rank",
    "/id/doc/yiyuan-2021-28", "/dumps/latest/policygraph.nq.gz", "/dumps", "/static/style.css", "/check", "/sparql",
    "/compare", "/search", "/review", "/changes", "/tasks", "/healthz", "/metrics", "/openapi.json", "/ns", "/en/check",
    "/.well-known/void", "/org/x", "/finding/x", "/shape/x",
)  # fmt: skip
WOUNDS = (
    "\0", "\r\n", "\x1b", "\x7f", "..", "../..", "/../../etc/passwd", "//", "%00", "%2e%2e", "a" * 300, "a" * 5000,
    "\u202e", "\ufffd", "𝕏", "\ud800", "新政", ".ttl", ".json", ".xlsx", ".", ";x", "?", "#", "{x}", "{{7*7}}",
    "<script>", "'", '"', "\\", "-1", "1e9", "9" * 400, " ", "*", "con", "~",
)  # fmt: skip
NAMES = (
    "document", "measure", "work", "locator", "as_of", "_limit", "_next", "_evidence", "page", "q", "query", "format",
    "place", "x", "department", "topic", "from", "to",
)  # fmt: skip
FIELDS = (
    b"accept",
    b"accept-language",
    b"range",
    b"if-none-match",
    b"cookie",
    b"x-forwarded-for",
    b"origin",
    b"connection",
)
VALUES = (
    b"", b"*", b"*/*", b"text/html", b"text/html;q=x", b"a" * 4000, b"\xff\xfe", b"bytes=0-", b"bytes=9-1,-",
    b"," * 500, b"application/ld+json, */*;q=0", b'W/"x"', b"zh-CN;q=9",
)  # fmt: skip

BODIES = (b"do=decide", b"do=upload", b"query=ASK%7B%7D", b"\xff" * 50, b"--x\r\n", b"{" * 50_000)
KINDS = (b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x", b"multipart/form-data", b"a", b"")


def make_request(chance: random.Random) -> tuple[str, str, Headers, Pieces, bytes]:
    path = chance.choice(PATHS)
    for _ in range(chance.choice((0,) + (1,) * 7 + (2, 3))):
        place = chance.randrange(1, len(path) + 1)
        path = path[:place] + chance.choice(WOUNDS) + path[place + chance.choice((0, 0, 3)) :]
    method = chance.choice(("GET",) * 8 + ("HEAD", "POST", "PUT", "TRACE", "OPTIONS", "FOO", ""))
    headers = [(chance.choice(FIELDS), chance.choice(VALUES)) for _ in range(chance.choice((0, 1, 2)))]
    pieces: Pieces = (b"",)
    if method == "POST":
        body = chance.choice(BODIES)
        pieces = (body,)
        headers += [(b"content-length", str(len(body)).encode()), (b"content-type", chance.choice(KINDS))]
    query = b"&".join(
        chance.choice(NAMES).encode() + b"=" + chance.choice(WOUNDS).encode("utf-8", "replace").replace(b"&", b"")
        for _ in range(chance.choice((0, 0, 1, 2)))
    )
    return path, method, headers, pieces, query


@pytest.mark.slow
def test_thousands_of_wounded_requests_are_no_fault(explorer: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    """Paths, parameters, methods, headers and bodies: an answer to each, none of them a fault of ours."""
    chance = random.Random(20261126)
    seen: dict[int, int] = {}

    async def send(path: str, method: str, headers: Headers, pieces: Pieces, query: bytes) -> None:
        status, told, body = await call(explorer, path, method, headers, pieces, query)
        assert status < 500 or status == 503, (method, path, query, headers, body[:200])
        assert b"Traceback" not in body
        seen[status] = seen.get(status, 0) + 1
        if status == 405:
            assert told["allow"], path
        if status in (404, 405) and "html" not in str(headers):
            assert told["content-type"].startswith(("application/problem+json", "text/plain")), path

    async def attack() -> None:
        for _ in range(6_000 // 16):
            await asyncio.gather(*(send(*make_request(chance)) for _ in range(16)))

    with caplog.at_level(logging.ERROR):
        asyncio.run(attack())
    assert not caplog.records
    assert seen[404] > 1200
    assert seen[200] > 60
    assert seen[405] > 60


SOUND = (
    *((path, "GET", b"") for path in PATHS if not path.endswith(("/x", "void", "/1", "fa"))),
    ("/search", "GET", b"q=%00"),
    ("/search", "GET", b"q=" + b"%E4%B8%AD" * 5000),
    ("/search.json", "GET", b"q=%22%27%5C%28"),
    ("/compare", "GET", b"place=%00&place=x"),
    ("/compare", "GET", b"as_of=99999-01-01"),
    ("/changes", "GET", b"from=x&to=%00"),
    ("/queries/measures.json", "GET", b"document=%00"),
    ("/queries/measures.json", "GET", b"_limit=" + b"9" * 5000),
    ("/queries/measures.json", "GET", b"_next=-1"),
    ("/queries/measures-citing.json", "GET", b"work=" + b"a" * 60_000),
    ("/queries/basis-health.json", "GET", b"as_of=0000-00-00"),
    ("/doc/yiyuan-2021-28", "GET", b"page=%00"),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("accept", [b"text/html", b"*/*"])
def test_odd_values_of_every_parameter_are_no_fault(explorer: FastAPI, accept: bytes) -> None:
    async def attack() -> None:
        for path, method, query in SOUND:
            status, _, body = await call(explorer, path, method, [(b"accept", accept)], query=query)
            assert status < 500, (path, query[:60], body[:300])

    asyncio.run(attack())


@pytest.mark.slow
def test_what_an_address_allows_is_told_with_the_refusal(visit: Visit) -> None:
    client = visit()
    for path, allowed in (
        ("/check", "GET, HEAD, POST, OPTIONS"),
        ("/documents", "GET, HEAD, OPTIONS"),
        ("/queries/x.json", "GET, HEAD, OPTIONS"),
        ("/static/style.css", "GET, HEAD, OPTIONS"),
    ):
        answer = client.delete(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed), path
        assert allowed in answer.json()["detail"]


@pytest.mark.slow
def test_the_service_tells_how_it_stands(visit: Visit) -> None:
    client = visit()
    state = client.get("/healthz").json()
    assert (state["status"], state["ok"], state["watcher"], state["warnings"]) == ("ok", True, "off", [])
    public = state["processes"]["sparql-public"]
    assert (public["workers"], public["waiting"], public["broken"]) == (Settings().short, 0, False)
    assert public["dataset"] == state["dataset"]
    assert public["quads"] > 100_000
    assert "memory limit" in state["processes"]["upload-readers"]["isolation"]
    client.get("/no/such/张三")
    client.post("/check", data={"enterprises.0.name": "李四"})
    figures = client.get("/metrics")
    assert figures.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert re.search(r'policygraph_requests_total\{method="POST",route="/check",status="400"\} [1-9]', figures.text)
    assert f'policygraph_workers{{pool="sparql-public"}} {Settings().short}.0' in figures.text
    assert "policygraph_ok 1.0" in figures.text
    assert "process_resident_memory_bytes" in figures.text
    assert "张三" not in figures.text
    assert "李四" not in figures.text


@pytest.mark.slow
def test_a_part_that_cannot_answer_and_a_missing_wall_are_told(
    explorer: FastAPI, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = explorer.state.serving
    (pool,) = serving.pools
    monkeypatch.setattr(serving, "reader_isolation", ("no file writes",))
    client = visit(raise_server_exceptions=False)
    state = client.get("/healthz").json()
    assert "upload-readers: 没有 memory limit" in state["warnings"]
    assert "policygraph_warnings 3.0" in client.get("/metrics").text
    monkeypatch.setattr(pool, "_broken", True)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["ok"], answer.json()["status"]) == (503, False, "broken")
    assert "policygraph_ok 0.0" in client.get("/metrics").text
