"""The socket and the server on it: an address that is free, and connections that are not held for nothing.

The address is taken before anybody is told of it, so that a port in use is an error with its remedy and not a line of
a log. uvicorn bounds neither the time in which the head of a request must arrive nor that in which an answer must be
taken, so its protocol gets a clock here. What stands between head and answer is the business of ``gate``.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from policygraph.errors import InputError

HEAD_SECONDS = 15.0
"""How long a client may take from connecting, or from the first byte of its next request, to the end of the head."""
TAKING_SECONDS = 60.0
"""How long a client may let an answer wait that it does not take."""

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


class PatientProtocol(H11Protocol):
    """uvicorn's protocol with an end to patience: for the head of a request, and for an answer nobody takes."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """A client is there: its first request is waited for."""
        super().connection_made(transport)
        self._head, self._taking = _Alarm(), _Alarm()
        self._head.start(self.loop, HEAD_SECONDS, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone: nothing is waited for."""
        self._head.stop()
        self._taking.stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came: the clock runs while they are not yet a whole head, and no longer once they are."""
        super().data_received(data)
        if _is_idle(self.cycle):
            self._head.start(self.loop, HEAD_SECONDS, self.transport.close)
        else:
            self._head.stop()

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


def make_server(application: Any, **options: Any) -> uvicorn.Server:  # Any: what uvicorn takes
    """A server for the application, to be run on listeners; ``options`` are uvicorn's."""
    config = uvicorn.Config(
        application,
        http=PatientProtocol,
        ws="none",
        server_header=False,
        access_log=False,
        timeout_graceful_shutdown=15,
        **options,
    )
    return uvicorn.Server(config)
