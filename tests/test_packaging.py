"""What is released: a wheel that works without the repository, by every door.

The wheel is built and installed into an environment that sees the libraries of the tests and not the package of the
repository, in a folder outside it: what answers there comes from the wheel. An environment with nothing in it at all
is walked by hand at a release (``docs/release.md``), because that takes a network.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

from policygraph.keeping.dataset.manifest import read_manifest

from .conftest import ROOT

pytestmark = pytest.mark.slow

TARGET, DAY = "91230803MA9XN00129", "2026-11-22"
SAMPLE = "policygraph/resources/data/registers/sample"
NOTEBOOK = """
import ast, json, sys, policygraph as pg
opened, names = pg.open(sys.argv[1]), {}
pg.open = lambda: opened
for cell in json.load(open(sys.argv[2], encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), names)
print(pg.__file__, opened.hash)
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment that has the wheel, the folder to work in, and the dataset that the wheel built there."""

    folder: Path
    packages: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.folder / "env" / "bin" / command[0]), *command[1:]],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=240,
        )  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        return {**kept, "HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder), "COLUMNS": "200"}


def identify(folder: Path) -> str:
    """The hash of the dataset in a folder."""
    manifest = read_manifest(folder)
    assert manifest is not None
    return manifest.dataset


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    if importlib.util.find_spec("hatchling") is None or importlib.util.find_spec("pip") is None:
        assert os.environ.get("CI") != "true", "hatchling and pip are part of what CI installs"
        pytest.skip("without hatchling and pip no wheel is built and installed")
    folder = tmp_path_factory.mktemp("outside")
    quiet: dict[str, Any] = {"check": True, "capture_output": True, "timeout": 240}
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, **quiet)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], **quiet)
    (wheel,) = folder.glob("*.whl")
    python = str(folder / "env" / "bin" / "python")
    options = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", *options, str(wheel)], **quiet)
    (packages,) = folder.glob("env/lib/python*/site-packages")
    # the libraries of this environment are seen; a .pth file that stands there, as an editable install's, is not read
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Installed(folder, packages)


@pytest.fixture(scope="module")
def built(installed: Installed) -> str:
    done = installed.run("policygraph", "build", "--out", str(installed.folder / "built"))
    assert done.returncode == 0, done.stderr
    return str(installed.folder / "built")


def test_the_wheel_builds_the_dataset_of_the_repository(installed: Installed, built: str, dataset: Path) -> None:
    assert identify(Path(built)) == identify(dataset)
    told = installed.run("python", "-c", "import policygraph; print(policygraph.__file__)").stdout
    assert Path(told.strip()).is_relative_to(installed.packages)


def test_the_wheel_asks_and_decides(installed: Installed, built: str) -> None:
    asked = installed.run("policygraph", "ask", "grades", "--format", "json", "--dataset", built)
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["rows"]
    decided = installed.run(
        "policygraph", "decide", str(installed.packages / SAMPLE), "--policy", "jiamusi-2020-5", "--as-of", DAY,
        "--entity", TARGET, "--format", "json", "--dataset", built,
    )  # fmt: skip
    assert decided.returncode == 0, decided.stderr
    assert json.loads(decided.stdout)[0]["outcome"] == "target"


def test_the_wheel_serves(installed: Installed, built: str) -> None:
    command = [str(installed.folder / "env" / "bin" / "policygraph"), "serve", "--dataset", built]
    command += ["--port", "0", "--workers", "1"]
    with subprocess.Popen(
        command, cwd=installed.folder, env=installed.environment, stderr=subprocess.PIPE, text=True
    ) as service:
        try:
            assert service.stderr
            # the address is told when all is loaded
            line = next(line for line in iter(service.stderr.readline, "") if "http://" in line)
            address = next(word for word in line.split() if word.startswith("http://")).rstrip("/")
            with urllib.request.urlopen(f"{address}/healthz", timeout=60) as answer:
                assert answer.status == 200
                assert json.load(answer)["dataset"] == identify(Path(built))
            with urllib.request.urlopen(f"{address}/", timeout=60) as page:
                assert "<html" in page.read().decode()
        finally:
            service.terminate()
            service.wait(60)


def test_the_wheel_answers_agents(installed: Installed, built: str) -> None:
    program = StdioServerParameters(
        command=str(installed.folder / "env" / "bin" / "policygraph"), args=["mcp", "--dataset", built],
        cwd=installed.folder, env=installed.environment,
    )  # fmt: skip

    async def talk() -> Any:
        async with Client(program) as client:
            return (await client.call_tool("grades", {"document": "xinzheng-2010-36"})).structured_content

    told = anyio.run(talk)
    assert told["rows"]
    assert all(len(ground["sha256"]) == 64 for ground in told["grounds"])


def test_a_notebook_runs_with_the_wheel(installed: Installed, built: str) -> None:
    done = installed.run("python", "-c", NOTEBOOK, built, str(ROOT / "docs" / "notebooks" / "lawyer.ipynb"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith(str(installed.packages))
