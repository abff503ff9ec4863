"""The socket and the server on it: an address that is free, and connections that are not held for nothing.

The address is taken before anybody is told of it, so that a port in use is an error with its remedy and not a line of
a log. uvicorn reads requests with llhttp (through httptools), because a reader written in Python costs more than the
answer to a small question. It bounds neither the time in which the head of a request must arrive nor that in which an
answer must be taken, neither how long a head may be nor how many requests may be sent before the first is answered; and
it takes what stands behind a body for headers. So its protocol gets a clock, a measure and a door here, and its answers
leave in one piece. What stands between head and answer is the business of ``gate``.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from policygraph.errors import InputError

HEAD_SECONDS = 15.0
"""How long a client may take from connecting, or from the first byte of its next request, to the end of the head."""
TAKING_SECONDS = 60.0
"""How long a client may let an answer wait that it does not take."""
HEAD_BYTES = 64 << 10
"""The longest head of a request, its address included: a query of some thousand Chinese characters fits into it."""
MOST_PIPELINED = 32
"""Requests that a client may send before the first of them is answered."""

_CAUSES = {
    errno.EADDRINUSE: ("端口已被占用", "请换一个端口（--port），或停止占用它的程序"),
    errno.EACCES: ("没有使用这个端口的权限", "请用 1024 以上的端口（--port）"),
    errno.EADDRNOTAVAIL: ("本机没有这个地址", "请改 --host，例如 127.0.0.1 或 0.0.0.0"),
}


def open_listener(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    Errors: ``InputError`` when the address cannot be had.
    """
    place = f"{host}:{port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise InputError(place, f"--host 不是可用的地址（{error.strerror}）", "例如 127.0.0.1 或 0.0.0.0") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        listener.close()
        cause, remedy = _CAUSES.get(error.errno or 0, (str(error.strerror), "请改 --host 或 --port"))
        raise InputError(place, cause, remedy) from error
    return listener


def name_address(listener: socket.socket) -> str:
    """The address that a browser opens."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


class _Alarm:
    """A clock that is wound up once until it is stopped."""

    def __init__(self) -> None:
        self._handle: asyncio.TimerHandle | None = None

    def start(self, loop: asyncio.AbstractEventLoop, seconds: float, ring: Callable[[], None]) -> None:
        if self._handle is None:
            self._handle = loop.call_later(seconds, ring)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


@lru_cache(maxsize=1024)
def write_field(name: bytes, value: bytes) -> bytes:
    """A field of a head as it is sent; most fields are the same in every answer.

    Errors: ``ValueError`` for what would end the field early (RFC 9110, 5.5).

    >>> write_field(b"Vary", b"Accept")
    b'vary: Accept\\r\\n'
    >>> write_field(b"x", b"1\\r\\n")
    Traceback (most recent call last):
    ...
    ValueError: no field of a head: b'x'
    """
    if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
        raise ValueError(f"no field of a head: {name!r}")
    return b"%b: %b\r\n" % (name.lower(), value)


class Reply(RequestResponseCycle):
    """The answer to one request, as uvicorn sends it but for the head, which leaves with the first of the body."""

    _head = b""
    """What is held back until there is something of the body."""

    async def send(self, message: Any) -> None:  # Any: a message of ASGI, for which uvicorn has types of its own
        """Take what the application says. Errors: ``RuntimeError`` when it says anything but one answer."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        wanted = "http.response.body" if self.response_started else "http.response.start"
        if self.response_complete or message["type"] != wanted:
            raise RuntimeError(f"{message['type']} came in place of {wanted}, or after the end")
        if self.response_started:
            self._send_piece(message.get("body", b""), is_last=not message.get("more_body", False))
            return
        self.response_started = True
        self.waiting_for_100_continue = False
        self._head = self._write_head(message["status"], [*self.default_headers, *message.get("headers", ())])

    def _write_head(self, status: int, fields: Sequence[tuple[bytes, bytes]]) -> bytes:
        lines = [STATUS_LINE[status]]
        is_told = False
        for name, value in fields:
            lines.append(write_field(name, value))
            if name == b"content-length" and self.chunked_encoding is None:
                self.expected_content_length = int(value)
                self.chunked_encoding = False
            elif name == b"connection" and b"close" in value.lower():
                self.keep_alive = False
                is_told = True
        if not self.keep_alive and not is_told:
            lines.append(b"connection: close\r\n")
        if self.chunked_encoding is None and self.scope["method"] != "HEAD" and status not in (204, 304):
            self.chunked_encoding = True
            lines.append(b"transfer-encoding: chunked\r\n")
        lines.append(b"\r\n")
        return b"".join(lines)

    def _send_piece(self, body: bytes, *, is_last: bool) -> None:
        if self.scope["method"] == "HEAD":
            self.expected_content_length, body = 0, b""
        elif self.chunked_encoding:
            body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (b"0\r\n\r\n" if is_last else b"")
        else:
            self.expected_content_length -= len(body)
            if self.expected_content_length < 0 or (is_last and self.expected_content_length):
                raise RuntimeError("a body is not as long as its Content-Length")
        if self._head:
            self._head, body = b"", self._head + body
        # uvloop takes it amiss when something is written after the end, which the application does not know of yet
        if body and not self.transport.is_closing():
            self.transport.write(body)
        if is_last:
            self.response_complete = True
            self.message_event.set()
            if not self.keep_alive:
                self.transport.close()
            self.on_response()


class _Unreadable(Exception):
    """A head is refused while it is read; carries the status of the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol with an end to patience: for the head of a request, and for an answer nobody takes.

    And with bounds: for the bytes of a head, and for requests sent ahead.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """A client is there: its first request is waited for."""
        super().connection_made(transport)
        self._head, self._taking = _Alarm(), _Alarm()
        self._is_in_head, self._head_bytes = False, 0
        self._refusal = 400
        self._head.start(self.loop, HEAD_SECONDS, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone: nothing is waited for."""
        self._head.stop()
        self._taking.stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came: the clock runs while they are not yet a whole head, and no longer once they are."""
        if self._is_in_head:
            # the parser keeps what is not yet whole
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self._refusal = 431
                self.send_400_response("")
                return
        super().data_received(data)
        if _is_idle(self.cycle):
            self._head.start(self.loop, HEAD_SECONDS, self.transport.close)
        else:
            self._head.stop()

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._is_in_head = True
        self._head_bytes = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the head; what comes after the body is no part of it (RFC 9110, 6.5.1) and is left out."""
        if self._is_in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole: it is measured, and the request begins or waits for those before it."""
        self._is_in_head = False
        version = self.parser.get_http_version()
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > HEAD_BYTES:
            raise self._refuse(431)
        if version not in ("1.1", "1.0"):
            raise self._refuse(505)
        if len(self.pipeline) >= MOST_PIPELINED:
            raise self._refuse(429)
        address = httptools.parse_url(self.url)
        path = address.path.decode("ascii")
        scope = self.scope
        scope["method"] = self.parser.get_method().decode("ascii")
        scope["http_version"] = version
        scope["path"] = unquote(path) if "%" in path else path
        scope["raw_path"] = address.path
        scope["query_string"] = address.query or b""
        before, self.cycle = (
            self.cycle,
            Reply(
                scope=scope,
                transport=self.transport,
                flow=self.flow,
                logger=self.logger,
                access_logger=self.access_logger,
                access_log=self.access_log,
                default_headers=self.server_state.default_headers,
                message_event=asyncio.Event(),
                expect_100_continue=self.expect_100_continue,
                # what follows an upgrade would be of another protocol, which nobody speaks here
                keep_alive=version != "1.0" and self.parser.should_keep_alive() and not self.parser.should_upgrade(),
                on_response=self.on_response_complete,
            ),
        )
        if _is_idle(before):
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _refuse(self, status: int) -> _Unreadable:
        self._refusal = status
        return _Unreadable(status)

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read: in the place of an answer if one is due for it, else by hanging up."""
        cycle: RequestResponseCycle | None = self.cycle
        halfway = cycle is not None and cycle.more_body and not self.pipeline
        if _is_idle(cycle) or (halfway and not self.cycle.response_started):
            lines = (STATUS_LINE[self._refusal], b"content-length: 0\r\nconnection: close\r\n\r\n")
            self.transport.write(b"".join(lines))
        if halfway:
            # whoever waits for the rest of its body is told that the client is gone
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        """A client that offers another protocol is answered in this one (RFC 9110, 7.8), which is no news."""

    def pause_writing(self) -> None:
        """The client does not take what was sent."""
        super().pause_writing()
        self._taking.start(self.loop, TAKING_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        self._taking.stop()


def _is_idle(cycle: RequestResponseCycle | None) -> bool:
    return cycle is None or cycle.response_complete


def make_server(
    application: Any, proxies: Sequence[str] = (), **options: Any
) -> uvicorn.Server:  # Any: what uvicorn takes
    """A server for the application, to be run on listeners; ``options`` are uvicorn's.

    The event loop is uvloop's where it is installed: it is not for Windows.

    Only ``proxies`` are believed whom they ask for: long queries are counted by client, and who could name its own
    address would have as many as it likes.
    """
    config = uvicorn.Config(
        application,
        http=PatientProtocol,
        ws="none",
        server_header=False,
        access_log=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        **{"timeout_graceful_shutdown": 15, **options},
    )
    return uvicorn.Server(config)
