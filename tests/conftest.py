"""What all tests share: the switch that rewrites golden files, a live server, and the texts of ../shared."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT / ".." / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` writes what the program says now into the golden files; the git diff is the review."""
    parser.addoption("--update-golden", action="store_true", default=False, help="rewrite tests/golden")


@pytest.fixture
def check_golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the golden file of that name, or write it when asked to."""
    update = bool(request.config.getoption("--update-golden"))

    def check(name: str, text: str) -> None:
        path = ROOT / "tests" / "golden" / name
        if update:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text + "\n", encoding="utf-8")
        assert path.is_file(), f"{path.name} is missing: run pytest --update-golden and read the diff"
        assert text + "\n" == path.read_text(encoding="utf-8")

    return check


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Any], int]]:
    """Start an ASGI app under uvicorn on a free loopback port and give the port; all servers end with the session."""
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


def read_shared(folder: str, name: str) -> str:
    """A text of ../shared; skips the test where it is absent, but fails in CI."""
    path = SHARED / folder / name
    if not path.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(f"../shared/{folder}/{name} is absent")
        pytest.skip(f"../shared/{folder}/{name} is absent")
    return path.read_bytes().decode("utf-8")
