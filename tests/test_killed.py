"""A command that is killed in the middle: nothing half is read as whole, and the next run is as if nothing had been.

Each command runs as a process of its own that is killed without a word (SIGKILL) right before one of its steps on the
disk. What it leaves must not be taken for anything; the command is then run again, and what stands is what an
undisturbed run makes, with nothing left beside it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import memos
from tests.test_importing import HERE, write_four

from policygraph.keeping.workspace import init_workspace, open_workspace
from policygraph.keeping.writing import clear_leavings, name_unfinished, write_file, write_folder
from policygraph.speaking.publishing.placing import write_folder as write_site_folder

BASE = "https://data.example.gov.cn/credit/"
SPLIT = """
import json, os, signal, sys
from pathlib import Path
import policygraph.keeping.additions, policygraph.keeping.dataset.building, policygraph.keeping.registers
from policygraph.speaking.cli.program import main
from tests.test_killed import write_site

def die(step, at, within):
    real, seen = getattr(Path, step), [0]
    def deadly(self, *words, **more):
        # the steps meant are those that concern the place under test
        seen[0] += str(self).startswith(within)
        if seen[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, *words, **more)
    setattr(Path, step, deadly)

for line in sys.stdin:
    step, at, within, command = json.loads(line)
    child = os.fork()
    if child == 0:
        os.dup2(2, 1)
        die(step, at, within)
        sys.argv = ["policygraph", *command]
        write_site(Path(command[1]), command[2]) if command[0] == "a site" else main()
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""A program that has everything in memory and splits for each command, which saves starting it a dozen times."""
KillAt = Callable[..., None]


def write_site(place: Path, words: str) -> None:
    """A site of two pages."""
    with write_site_folder(place, {}) as folder:
        folder.write("index.html", words.encode())
        folder.write("a/index.html", words.encode())


@pytest.fixture(scope="module")
def kill_at() -> Iterator[KillAt]:
    """Run a command that is killed right before it does a step for the n-th time somewhere in a folder."""
    with subprocess.Popen(
        [sys.executable, "-c", SPLIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[1], env={**os.environ, "PYTHONUTF8": "1"},
    ) as splitting:  # fmt: skip
        asks, tells = splitting.stdin, splitting.stdout
        assert asks is not None
        assert tells is not None

        def kill(step: str, at: int, within: Path, *command: str) -> None:
            asks.write(json.dumps([step, at, str(within), command]) + "\n")
            asks.flush()
            assert tells.readline() == f"{-signal.SIGKILL}\n"

        yield kill
        asks.close()


def list_files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def list_unfinished(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.name.endswith(".part") or ".new-" in path.name)


@pytest.fixture(scope="module")
def memo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("memo") / "memo.docx"
    path.write_bytes(memos.make_docx())
    return path


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, memo: Path, run: Callable[..., Any]) -> Path:
    """A workspace with the memo, built, as nobody disturbed it."""
    own = tmp_path_factory.mktemp("undisturbed") / "own"
    init_workspace(own, BASE, samples=False)
    add = run("add", str(memo), "--id", memos.SLUG, "--region", f"{memos.CODE}={memos.CITY}", "--workspace", str(own))
    assert add.returncode == 0, add.stderr
    assert run("build", "--workspace", str(own)).returncode == 0
    return own


@pytest.mark.slow
@pytest.mark.parametrize(("step", "at"), [("write_bytes", 1), ("write_bytes", 3), ("replace", 1)])
def test_add(
    step: str, at: int, memo: Path, undisturbed: Path, tmp_path: Path, run: Callable[..., Any], kill_at: KillAt
) -> None:  # fmt: skip
    own = tmp_path / "own"
    workspace = init_workspace(own, BASE, samples=False)
    add = ("add", str(memo), "--region", f"{memos.CODE}={memos.CITY}", "--workspace", str(own), "--id")
    kill_at(step, at, own / "documents", *add, memos.SLUG)
    assert list_unfinished(own)
    # what was written so far is no document, for no command
    assert workspace.documents() == ()
    assert not [path for path in workspace.list_files() if ".part" in str(path)]
    # a document that is added under another name clears it away as well
    other = tmp_path / "other"
    done = run(*add, "another-1")
    assert done.returncode == 0, done.stderr
    assert list_unfinished(own) == []
    (own / "documents" / "another-1").rename(other)
    assert run(*add, memos.SLUG).returncode == 0
    assert list_files(own / "documents") == list_files(undisturbed / "documents")
    assert list_files(own)["regions.ttl"] == list_files(undisturbed)["regions.ttl"]


@pytest.mark.slow
@pytest.mark.parametrize("at", [1, 2])
def test_build(at: int, undisturbed: Path, tmp_path: Path, run: Callable[..., Any], kill_at: KillAt) -> None:
    """Before either of its two files stood, and between them: the next question builds, and answers of the whole."""
    own = tmp_path / "own"
    for name, content in list_files(undisturbed).items():
        if not name.startswith("build/"):
            (own / name).parent.mkdir(parents=True, exist_ok=True)
            (own / name).write_bytes(content)
    kill_at("replace", at, own / "build", "build", "--workspace", str(own))
    assert list_unfinished(own / "build")
    asked = run("ask", "documents", "--workspace", str(own), "--format", "csv")
    assert asked.returncode == 0, asked.stderr
    assert memos.SLUG in asked.stdout
    assert list_unfinished(own) == []
    kept = list_files(undisturbed / "build")
    assert {name: one for name, one in list_files(own / "build").items() if name in kept} == kept
    assert open_workspace(own).documents() == (memos.SLUG,)


@pytest.mark.parametrize("at", [1, 2, 6])
def test_register_import(at: int, dataset: Path, tmp_path: Path, run: Callable[..., Any], kill_at: KillAt) -> None:
    profile, path = next(iter(write_four(tmp_path).items()))
    salt = tmp_path / "salt"
    salt.write_bytes(b"0123456789abcdef0123456789abcdef")

    def imported(out: Path) -> tuple[str, ...]:
        return (
            "register", "import", str(path), "--profile", profile, "--out", str(out), "--region", HERE, "--from",
            "2020-01-01", "--to", "2026-11-20", "--source", "示例平台（虚构）", "--exported-on", "2026-11-20",
            "--dataset", str(dataset), "--salt", str(salt),
        )  # fmt: skip

    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert run(*imported(whole)).returncode in (0, 3)
    kill_at("replace", at, killed, *imported(killed))
    assert list_unfinished(killed)
    # without its coverage a table is no evidence that nothing happened
    assert not (killed / "coverage.csv").exists()
    assert run(*imported(killed)).returncode in (0, 3)
    assert list_files(killed) == list_files(whole)


@pytest.mark.parametrize(("step", "at"), [("write_bytes", 2), ("unlink", 1), ("rename", 1), ("rename", 2)])
def test_publish(step: str, at: int, tmp_path: Path, kill_at: KillAt) -> None:
    """A site is the former one or the new one: whoever is killed between the two leaves the former to be put back."""
    place = tmp_path / "site"
    write_site(place, "former")
    kill_at(step, at, tmp_path, "a site", str(place), "killed")
    if place.exists():
        assert (place / "index.html").read_bytes() == b"former"
    write_site(place, "new")
    assert (place / "a/index.html").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_the_former_site_stands_again_where_the_next_run_fails(tmp_path: Path, kill_at: KillAt) -> None:
    place = tmp_path / "site"
    write_site(place, "former")
    kill_at("rename", 2, tmp_path, "a site", str(place), "killed")
    assert not place.exists()
    kill_at("write_bytes", 1, tmp_path, "a site", str(place), "killed again")
    assert (place / "a/index.html").read_bytes() == b"former"


def test_what_is_being_written_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    ours = name_unfinished(tmp_path / "model.ttl")
    others = [tmp_path / name for name in ("model.ttl.part", "notes.part", "other.ttl.77.part", "model.ttl.x.part")]
    for path in (ours, *others):
        path.write_bytes(b"half")
    holding = (
        f"import fcntl, sys; f = open({str(ours)!r}); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as living:
        assert living.stdout is not None
        assert living.stdout.readline() == "1\n"
        clear_leavings(tmp_path, "model.ttl")
        assert ours.exists()
        living.communicate("\n")
    write_file(tmp_path / "model.ttl", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["model.ttl", *(path.name for path in others)])
    (tmp_path / ".memo.99.part").mkdir()
    write_folder(tmp_path / "memo", {"a": b"1"})
    assert not (tmp_path / ".memo.99.part").exists()
