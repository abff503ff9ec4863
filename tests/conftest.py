"""What all tests share: the switch that rewrites golden files, and the texts of ../shared."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

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


@pytest.fixture
def read_shared() -> Callable[[str, str], str]:
    """Read a text of ../shared; skips the test where it is absent, but fails in CI."""

    def read(folder: str, name: str) -> str:
        path = SHARED / folder / name
        if not path.is_file():
            if os.environ.get("CI") == "true":
                pytest.fail(f"../shared/{folder}/{name} is absent")
            pytest.skip(f"../shared/{folder}/{name} is absent")
        return path.read_bytes().decode("utf-8")

    return read
