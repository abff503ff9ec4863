"""Fixtures that several test modules share: a real server on a free loopback port that stops by itself."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn

Serve = Callable[[Any], int]


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Start an ASGI app under uvicorn; gives its port. Every server ends with the session."""
    running: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []

    # Any: an ASGI application is typed differently by FastAPI, Starlette and uvicorn
    def start(app: Any) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="error", lifespan="off", ws="none", timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started:
            if time.monotonic() > deadline or not thread.is_alive():
                raise RuntimeError("the test server did not start")
            time.sleep(0.01)
        running.append((server, thread, listener))
        return int(listener.getsockname()[1])

    yield start
    for server, thread, listener in running:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
