"""A real Chromium before a real server: Debian's browser, driven by Playwright, with everything that goes wrong noted.

Where no browser is installed these tests are skipped, and say so; in CI (``CI=true``) that is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from policygraph.speaking.app import Options, create_app
from policygraph.speaking.sparql.engine import Settings

# nothing of the browser itself may go to the network, so that every request seen is one of the page
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def find_chromium() -> str | None:
    """Where the browser is: what ``$CHROMIUM`` says, else Debian's; None when there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium: install Debian's chromium and fonts-noto-cjk, or set CHROMIUM")
        pytest.skip("NO BROWSER TESTS: install Debian's chromium and fonts-noto-cjk, or set CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(dataset: Path, serve: Callable[[Any], int]) -> Iterator[str]:
    """Where the whole application listens."""
    app = create_app(dataset, Options(Settings(workers=1)))
    yield f"http://127.0.0.1:{serve(app)}"
    app.state.close()


class Watched:
    """A page that remembers what went wrong on it: errors of scripts and of the console, requests to elsewhere."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page = context.new_page()
        self.address = address
        self.wrong: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"console: {message.text}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.wrong.append(f"request: {request.url}")

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture
def watched(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A fresh page; mark a test with ``parametrize("watched", [{...}], indirect=True)`` for other settings."""
    settings = {"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN", **getattr(request, "param", {})}
    context = browser.new_context(**settings)
    context.set_default_timeout(10_000)
    one = Watched(context, address)
    yield one
    context.close()
    assert one.wrong == []
