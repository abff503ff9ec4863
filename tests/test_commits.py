"""A decision changes several files: whatever happens between two steps on the disk, all of them say it or none does.

What a decision is about to write is taken from it once, by kind of decision; that nothing else is written is held
too. Then it is written again and again, stopped before each of its steps, by a disk that fails and by a process that is
killed without a word (SIGKILL).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests import memos
from tests.stopping import fail_everywhere, list_files, stop_at

from policygraph.errors import DataError, StorageError
from policygraph.keeping import holding
from policygraph.keeping.commits import PENDING, commit
from policygraph.keeping.curation import decision
from policygraph.keeping.curation.bodies import register_body
from policygraph.keeping.curation.cases import DRAFT, JOURNAL, LINES, MODEL, Case
from policygraph.keeping.curation.deciding import accept, undo
from policygraph.keeping.holding import BusyError, StaleError, hold_folder
from policygraph.keeping.workspace import BODIES, JUDGED, open_workspace

pytestmark = pytest.mark.slow

SLUG = memos.SLUG
AT = memos.AT
WHO = "法制科"


def accept_lines(case: Case) -> None:
    accept(case, None, WHO, AT, kind="conditions")


def take_back(case: Case) -> None:
    undo(case, WHO, AT)


def register(case: Case) -> None:
    register_body(case, memos.BODIES[1], "finance", WHO, AT)


@dataclass(frozen=True)
class Change:
    """What a decision is about to write, and the folder as it stands before; ``gone`` are files that it takes away."""

    own: Path
    places: Mapping[str, Path]
    texts: Mapping[str, str | None]
    before: Mapping[str, bytes]

    @property
    def pending(self) -> Path:
        return self.own / "documents" / SLUG / PENDING

    def write(self) -> None:
        commit(self.pending, self.places, self.texts)

    def restore(self) -> None:
        shutil.rmtree(self.own)
        for name, content in self.before.items():
            (self.own / name).parent.mkdir(parents=True, exist_ok=True)
            (self.own / name).write_bytes(content)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return memos.draft_memo(tmp_path_factory.mktemp("commits"))


@pytest.fixture
def case(drafted: Case, tmp_path: Path) -> Case:
    shutil.copytree(drafted.desk.workspace.root, tmp_path / "own")
    return Case(replace(drafted.desk, workspace=open_workspace(tmp_path / "own")), SLUG, drafted.reading)


DECISIONS: tuple[tuple[tuple[Callable[[Case], None], ...], frozenset[str], frozenset[str]], ...] = (
    # what is done, the last of which is looked at; the files that change; those that go
    ((accept_lines,), frozenset({MODEL, DRAFT, LINES, JUDGED, JOURNAL}), frozenset()),
    ((accept_lines, take_back), frozenset({MODEL, DRAFT, LINES, JUDGED, JOURNAL}), frozenset({LINES, JUDGED})),
    ((register,), frozenset({BODIES, JOURNAL}), frozenset()),
)


@pytest.fixture(params=DECISIONS, ids=["accept", "undo", "register"])
def change(request: pytest.FixtureRequest, case: Case, monkeypatch: pytest.MonkeyPatch) -> Change:
    """What a decision hands over to be written; nothing is written beside it."""
    (*first, last), changed, gone = request.param
    for done in first:
        done(case)
    own = case.desk.workspace.root
    before, found = list_files(own), []

    def take(pending: Path, places: Mapping[str, Path], texts: Mapping[str, str | None]) -> None:
        found.append(Change(own, places, texts, before))
        assert pending == found[0].pending

    with monkeypatch.context() as patched:
        patched.setattr(decision, "commit", take)
        last(case)
    (only,) = found
    assert list_files(own) == before
    assert only.texts.keys() == changed
    assert {name for name, text in only.texts.items() if text is None} == gone
    return only


def test_a_disk_that_fails_at_any_step_leaves_all_or_nothing(change: Change) -> None:
    states: list[bool] = []
    for told in fail_everywhere(change.write, change.own):
        counts = change.pending.is_file()
        states.append(counts)
        assert ("已经记下" in str(told)) == counts, told
        left = list_files(change.own)
        assert not [name for name in left if name.endswith(".part")]
        if not counts:
            assert left == change.before
        open_workspace(change.own)
        if counts:
            check_whole(change)
        change.restore()
    check_whole(change)
    # a step of each file at least on either side of the one that lets the change count
    assert states == sorted(states)
    assert min(states.count(False), states.count(True)) >= len(change.texts)


def test_a_process_that_is_killed_at_any_step_leaves_all_or_nothing(change: Change) -> None:
    told = {
        "own": str(change.own),
        "places": {name: str(path) for name, path in change.places.items()},
        "texts": dict(change.texts),
    }
    walk = "from tests.test_commits import kill_everywhere; kill_everywhere()"
    done = subprocess.run(
        [sys.executable, "-c", walk], input=json.dumps(told), capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    counted = json.loads(done.stdout)
    assert counted == sorted(counted)
    assert min(counted.count(False), counted.count(True)) >= len(change.texts)


def kill_everywhere() -> None:
    """Write a change told on standard input, killed before each of its steps; print whether it counted, step by step.

    It runs in a process of its own, which has no threads, so that it may be split.
    """
    told = json.load(sys.stdin)
    own = Path(told["own"])
    places = {name: Path(path) for name, path in told["places"].items()}
    change = Change(own, places, told["texts"], list_files(own))
    states: list[bool] = []
    while True:
        child = os.fork()
        if child == 0:
            with stop_at(len(states) + 1, own, lambda _: os.kill(os.getpid(), signal.SIGKILL)):
                change.write()
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            break
        counts = change.pending.is_file()
        states.append(counts)
        open_workspace(own)
        if counts:
            check_whole(change)
        else:
            left = {name: one for name, one in list_files(own).items() if not name.endswith(".part")}
            assert left == change.before
        # what a later writer finds of it is no hindrance
        change.restore() if counts else change.write()
        if not counts:
            check_whole(change)
            change.restore()
    check_whole(change)
    print(json.dumps(states))


def check_whole(change: Change) -> None:
    """That every file says what the decision says, and that nothing lies beside it."""
    wanted = dict(change.before)
    for name, text in change.texts.items():
        at = change.places[name].relative_to(change.own).as_posix()
        wanted.pop(at, None)
        if text is not None:
            wanted[at] = text.encode()
    assert list_files(change.own) == wanted


@pytest.fixture
def killed(case: Case, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A document of which all of a change was told and none of it done."""

    def stop(pending: Path, places: Mapping[str, Path], texts: Mapping[str, str | None]) -> None:
        for told in fail_everywhere(lambda: commit(pending, places, texts), case.desk.workspace.root):
            if pending.is_file():
                raise told

    with monkeypatch.context() as patched:
        patched.setattr(decision, "commit", stop)
        with pytest.raises(StorageError, match="已经记下"):
            accept_lines(case)
    assert (case.folder / PENDING).is_file()
    return case


def test_what_was_changed_by_hand_since_is_not_written_over(killed: Case) -> None:
    own = killed.desk.workspace.root
    path = killed.path(DRAFT)
    path.write_text(killed.text(DRAFT) + "# 手工加的\n", encoding="utf-8")
    for _ in range(2):
        before = list_files(own)
        with pytest.raises(DataError, match="后来又被改过") as told:
            open_workspace(own)
        assert str(killed.folder / PENDING) in str(told.value)
        assert list_files(own) == before
    (killed.folder / PENDING).unlink()
    open_workspace(own)
    assert "手工加的" in killed.text(DRAFT)


@pytest.mark.parametrize(
    "forged",
    [
        "[]",
        "{",
        '{"../../../../elsewhere": {"before": null, "after": "x"}}',
        '{"metadata.ttl": {"before": null, "after": "x"}}',
        '{"model.ttl": {"before": null, "after": 7}}',
        '{"model.ttl": {"after": "x"}}',
    ],
)
def test_a_file_that_tells_no_change_of_ours_is_refused_and_writes_nothing(case: Case, forged: str) -> None:
    """Such a file may come with a folder from elsewhere: it reaches no file but those that a decision may write."""
    (case.folder / PENDING).write_text(forged, encoding="utf-8")
    before = list_files(case.desk.workspace.root.parent)
    with pytest.raises(DataError, match="不是程序写下的改动"):
        open_workspace(case.desk.workspace.root)
    assert list_files(case.desk.workspace.root.parent) == before


def test_nobody_decides_on_what_is_half_written_and_a_living_writer_is_waited_for(
    killed: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = (killed.folder / PENDING).read_bytes()
    with pytest.raises(StaleError, match="写到一半停下了"):
        accept(killed, None, WHO, AT, kind="measures")
    assert (killed.folder / PENDING).read_bytes() == told
    monkeypatch.setattr(holding, "TRIES", 2)
    with hold_folder(killed.folder), pytest.raises(BusyError):
        open_workspace(killed.desk.workspace.root)
    open_workspace(killed.desk.workspace.root)
    assert not (killed.folder / PENDING).exists()
    assert killed.shapes.is_file()
    assert killed.text(JOURNAL).count("\n") > 1
