"""What all tests share: golden files, the built dataset, the command line, a live server, the texts of ../shared.

Several people add to this file: add a fixture at the end, and commit at once.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import io
import os
import re
import shutil
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import anyio.from_thread
import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from starlette.testclient import TestClient

import policygraph.keeping.dataset.opening as opening
from policygraph.errors import PolicygraphError
from policygraph.keeping.assessments import Desk, open_desk
from policygraph.keeping.dataset.building import build
from policygraph.keeping.dataset.inputs import fingerprint
from policygraph.keeping.dataset.manifest import DATASET_FILE, MANIFEST_FILE, read_manifest
from policygraph.keeping.dataset.opening import open_dataset
from policygraph.keeping.routing import Router
from policygraph.keeping.routing.table import TABLE
from policygraph.keeping.store import Store
from policygraph.namespaces import PREFIXES
from policygraph.speaking.app import Options, create_app
from policygraph.speaking.cli.console import stderr
from policygraph.speaking.cli.program import main
from policygraph.speaking.listening import make_server, open_listener
from policygraph.speaking.sparql.dumps import write_dumps
from policygraph.speaking.sparql.engine import Settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT / ".." / "shared"

# As the command line does from its first command on: modules and collected tests are no rubbish to look for.
gc.set_threshold(50_000)

Serve = Callable[[Any], int]
Visit = Callable[..., TestClient]

# Time is not what a property is about: a slow machine must not make one fail. In CI the examples are the same ones in
# every run; elsewhere they are new ones, and a failure prints how to repeat it.
settings.register_profile(
    "policygraph",
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("policygraph")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` writes what the program says now into the golden files; the git diff is the review."""
    parser.addoption("--update-golden", action="store_true", default=False, help="rewrite tests/golden")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A module of which no test is asked for is not imported: one that is marked as a whole, one without a browser."""
    asked = str(config.option.markexpr)
    if not asked or collection_path.suffix != ".py":
        return None
    text = collection_path.read_text(encoding="utf-8")
    if asked == "browser":
        return True if "mark.browser" not in text else None
    whole = _WHOLE.search(text)
    marks = [f"not {mark}" for mark in _MARK.findall(whole[0])] if whole else []
    return True if set(marks) & set(asked.split(" and ")) else None


_WHOLE, _MARK = re.compile("^pytestmark = .*", re.MULTILINE), re.compile(r"mark\.(\w+)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for a whole dataset, or a service over one, is not in the fast loop; modules of slow tests go first.

    Each process takes whole modules (``--dist loadscope``): a long one that begins last is waited for by all others.
    """
    slow: Counter[Path] = Counter()
    for item in items:
        if "dataset" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
        slow[item.path] += item.get_closest_marker("slow") is not None
    items.sort(key=lambda item: -slow[item.path])


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: whoever looks for garbage need not look through it."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """What is not thawed is never freed at exit, of which DuckDB's binding complains."""
    gc.unfreeze()


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


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of the five documents, built once for all tests and all processes of a run.

    One that ``policygraph build`` has made from the very same files and program is copied instead.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, ready = shared / "shared-dataset", shared / "shared-dataset-ready"
    with (shared / "shared-dataset-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            known = _find_built()
            if known is None:
                build(folder)
            else:
                for name in (DATASET_FILE, MANIFEST_FILE):
                    shutil.copy(known / name, folder)
            manifest = read_manifest(folder)
            assert manifest is not None
            # as the first service over it would, but not each of them at once
            write_dumps(folder / DATASET_FILE, folder / "dumps", manifest.dataset, PREFIXES)
            Router(open_dataset(folder), beside=folder)
            ready.touch()
    return folder


def copy_dataset(dataset: Path, folder: Path) -> Path:
    """A copy that a test may change, with the dumps and counts that a service would otherwise make for it."""
    for name in (DATASET_FILE, MANIFEST_FILE, TABLE):
        shutil.copy(dataset / name, folder)
    shutil.copytree(dataset / "dumps", folder / "dumps", copy_function=os.link)
    return folder


def _find_built() -> Path | None:
    """The built dataset of this checkout when nothing that a build reads has changed since; None otherwise."""
    try:
        manifest = read_manifest(ROOT / "build")
    except PolicygraphError:
        return None
    return ROOT / "build" if manifest is not None and manifest.inputs == fingerprint() else None


_opened: dict[Path, tuple[object, Store]] = {}
_MOST_OPENED = 3
"""How many datasets stay open: the one of all tests, and two that a test holds against it."""


def open_once(folder: Path) -> Store:
    """A dataset as ``open_dataset`` opens it; one of the last again while its files and what it holds are the same.

    For who only asks: a store to which somebody added something is opened anew for the next.
    """
    files = [path.stat() for name in (DATASET_FILE, MANIFEST_FILE) if (path := folder / name).is_file()]
    state = [(file.st_ino, file.st_mtime_ns, file.st_size) for file in files]
    known, store = _opened.pop(folder, (None, None))
    if store is None or known != (state, len(store.engine)):
        if store is not None:
            _desks.pop(store, None)
        store = open_dataset(folder)
    # the one asked last stands last
    _opened[folder] = (state, len(store.engine)), store
    for other in list(_opened)[:-_MOST_OPENED]:
        _desks.pop(_opened.pop(other)[1], None)
    return store


_desks: dict[Store, dict[tuple[int, date], Desk]] = {}


def open_desk_once(store: Store, as_of: date) -> Desk:
    """A desk as ``open_desk`` opens it; that of a store and day again, for no store of a command changes."""
    known = _desks.setdefault(store, {})
    key = len(store.engine), as_of
    if key not in known:
        known[key] = open_desk(store, as_of)
    return known[key]


def forget_desks() -> None:
    """Have desks opened anew: for who looks at how they are opened."""
    _desks.clear()


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def run_command(*arguments: str, stdin: str = "") -> Done:
    """One command, run in this process from its arguments to its exit code."""
    streams = {name: io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for name in ("stdout", "stderr")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["policygraph", *arguments])
        patch.setattr(sys, "stdin", io.StringIO(stdin))
        patch.setattr(stderr, "_width", 200)
        patch.setattr(opening, "open_dataset", open_once)
        for name in ("speaking.cli.deciding", "speaking.cli.screening", "speaking.cli.simulating", "keeping.bundles"):
            module = sys.modules.get(f"policygraph.{name}")
            if module is not None:  # commands load when somebody asks for them
                patch.setattr(module, "open_desk", open_desk_once)
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        with pytest.raises(SystemExit) as stopped:
            main()
    texts = []
    for stream in streams.values():
        stream.flush()
        stream.seek(0)
        texts.append(stream.read())
    return Done(int(stopped.value.code or 0), *texts)


@pytest.fixture(scope="session")
def run() -> Callable[..., Done]:
    """Run the command line: ``run("ask", "documents")`` gives exit code, standard output and standard error."""
    return run_command


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Start an ASGI app on the server that ``serve`` runs; gives its port. Every server ends with the session."""
    running: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []

    # Any: an ASGI application is typed differently by FastAPI, Starlette and uvicorn
    def start(app: Any) -> int:
        listener = open_listener("127.0.0.1", 0)
        server = make_server(app, log_level="error", lifespan="off", timeout_graceful_shutdown=2)
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


@pytest.fixture(scope="session")
def explorer(dataset: Path) -> Iterator[FastAPI]:
    """The whole application as it is by itself, once for all modules: whoever changes it changes it back."""
    app = create_app(dataset, Options(Settings(workers=1)))
    yield app
    app.state.close()


@pytest.fixture(scope="session")
def visit(explorer: FastAPI) -> Iterator[Visit]:
    """Make a client of ``explorer``, with the options of a ``TestClient``; all of them share one event loop."""
    with anyio.from_thread.start_blocking_portal() as portal:

        def make(**options: Any) -> TestClient:  # Any: what a TestClient takes
            client = TestClient(explorer, **options)
            client.portal = portal
            return client

        yield make


@pytest.fixture(scope="session")
def published(dataset: Path, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the dataset as files, as of 2026-11-26 and in Chinese, written once for all processes.

    The tests with a browser are another run of pytest: a site that was written from the very same dataset and program
    is kept for them. Whoever looks at it changes nothing in it.
    """
    # only who looks at a site needs what writes one
    from policygraph.speaking.publishing.crawling import publish

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    cache: pytest.Cache | None = getattr(pytestconfig, "cache", None)  # none with -p no:cacheprovider
    kept = shared if cache is None else cache.mkdir("published")
    folder = kept / _digest_program(dataset)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # put in its place whole: where it is, it is done
        if not folder.exists():
            for old in kept.glob("*site-*"):
                shutil.rmtree(old)
            # in a thread of its own: a browser that was started before has its event loop in this one
            with ThreadPoolExecutor(1) as apart:
                apart.submit(publish, dataset, folder, "2026-11-26", languages=["zh"]).result()
    return folder


def _digest_program(dataset: Path) -> str:
    """A name for what the program as it is makes of a dataset, after the bytes of both and the list of libraries."""
    digest = hashlib.sha256()
    files = (path for path in (ROOT / "src" / "policygraph").rglob("*") if path.is_file())
    program = [path for path in files if path.suffix != ".pyc" and "frontend" not in path.parts]
    for path in (dataset / MANIFEST_FILE, *sorted(program), *sorted(ROOT.glob("*.t*"))):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return f"site-{digest.hexdigest()[:16]}"


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns after every few steps, so that what one has half done is seen by another."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def ask_at_once(asked: Sequence[Callable[[], Any]]) -> list[Any]:
    """What several threads get that begin in the same moment, in the order of what they ask."""
    begin = threading.Barrier(len(asked))

    def wait(ask: Callable[[], Any]) -> Any:
        begin.wait()
        return ask()

    with ThreadPoolExecutor(len(asked)) as pool:
        return [future.result() for future in [pool.submit(wait, ask) for ask in asked]]
