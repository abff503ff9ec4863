"""Files that strangers send: whatever they hold, they are read elsewhere, within bounds, and refused with a place.

No stopwatch: time is bounded by the limits of the service itself (processor seconds of the kernel, the patience of the
readers, the budget of the decisions), and what is tested is that each of them ends what it must.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.conftest import Visit
from tests.hostile import HEADER, UNIT, hostile_files, pack, penalties

from policygraph.errors import InputError, LimitError, UnavailableError
from policygraph.keeping.registers import uploads
from policygraph.reading.intake import workbooks
from policygraph.reading.intake.running import FOR_UPLOADS, Bounds, Readers, find_isolation, read_apart
from policygraph.reading.intake.workbooks import UPLOAD
from policygraph.speaking.web import check

pytestmark = pytest.mark.slow

MOST = 200
"""Mebibytes that a file may cost a process, the page or a reader."""


HUNGRY = (
    "the farthest cell",
    "a hundred megabytes of zeros",
    "three million shared texts",
    "one long text in every cell",
    "a million deep",
    "a million attributes",
    "fifteen million commas",
)
"""Those that take most where nothing stops them."""
LASTING = ("three million shared texts", "a million deep", "a million attributes")
"""Those of them that end by the processor's clock, or close to it."""
SOUND = pack({"enterprises.csv": HEADER})


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return hostile_files()


@pytest.fixture(scope="module")
def client(visit: Visit) -> TestClient:
    return visit()


def send(client: TestClient, data: bytes, name: str = "送来的.xlsx") -> tuple[int, str]:
    """What the page says of a file: the status, and what stands above the form."""
    answer = client.post(
        "/check",
        data={"do": "upload", "as_of": "2026-11-22"},
        files={"file": (name, data)},
        headers={"Accept": "text/html"},
    )
    return answer.status_code, answer.text


def told(page: str) -> str:
    """What is said above the form; empty when nothing is wrong."""
    found = re.search(r'<section class="errors".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def peak() -> float:
    """The most memory that this process has had since it was last asked to forget, in mebibytes."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def test_whatever_is_sent_is_refused_with_a_place_and_costs_little(client: TestClient, files: dict[str, bytes]) -> None:
    assert send(client, SOUND)[0] == 200
    Path("/proc/self/clear_refs").write_text("5")
    before = peak()
    assert all(len(data) <= UPLOAD.packed for data in files.values())
    # those that only take a reader's time are held against its bounds below
    for what, data in ((what, data) for what, data in files.items() if what not in LASTING):
        status, page = send(client, data)
        assert status == 400, what
        assert re.search(r"送来的\.xlsx|enterprises\.csv|生产经营单位", told(page)), what
        assert peak() - before < MOST, what
    assert send(client, SOUND)[0] == 200


_MEASURE = """
import json, resource, sys
from policygraph.errors import PolicygraphError
from policygraph.reading.intake.running import read_apart
for number in range(int(sys.argv[1])):
    data = sys.stdin.buffer.read(int(sys.stdin.buffer.readline()))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        read_apart("r.xlsx", data)
    except PolicygraphError:
        pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps([after.ru_maxrss, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime]))
"""


def test_no_reader_takes_more_than_it_may(files: dict[str, bytes]) -> None:
    """Measured from a small parent: after fork and before exec a child counts with the memory of its parent."""
    files = {what: files[what] for what in HUNGRY}
    sent = b"".join(b"%d\n" % len(data) + data for data in files.values())
    command = [sys.executable, "-c", _MEASURE, str(len(files))]
    done = subprocess.run(command, input=sent, capture_output=True, timeout=300, check=True)
    costs = dict(zip(files, map(json.loads, done.stdout.splitlines()), strict=True))
    for what, (kilobytes, seconds) in costs.items():
        assert kilobytes < MOST * 1024, what
        # the kernel counts whole seconds and gives one more to end in
        assert seconds < FOR_UPLOADS.processor + 1.5, what


def test_the_page_takes_no_file_apart_itself(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("the page process took a stranger's file apart")

    for name in ("read_file", "unpack", "read_workbook", "read_text", "parse_csv"):
        monkeypatch.setattr(workbooks, name, fail)
    monkeypatch.setattr("zipfile.ZipFile.__init__", fail)
    monkeypatch.setattr("csv.reader", fail)
    status, page = send(client, SOUND)
    assert status == 200
    assert UNIT in page


def test_more_bombs_than_readers_are_told_to_come_back(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    readers = Readers(at_once=2, queue=2, patience=60)
    monkeypatch.setattr(uploads, "UPLOADS", readers)
    started: list[Any] = []
    most: list[int] = []
    start = subprocess.Popen
    # what a reader is isolated by is found out once, by starting one
    assert client.get("/healthz").status_code == 200

    def start_bomb(_: object, **options: Any) -> Any:  # as subprocess has them
        process = start([sys.executable, "-c", "import time; time.sleep(0.5)"], **options)
        started.append(process)
        most.append(sum(one.poll() is None for one in started))
        return process

    with monkeypatch.context() as patch:
        patch.setattr("subprocess.Popen", start_bomb)
        said: list[int] = []
        threads = [threading.Thread(target=lambda: said.append(send(client, SOUND)[0])) for _ in range(8)]
        for thread in threads:
            thread.start()
        # pages go on meanwhile
        assert client.get("/healthz").status_code == 200
        for thread in threads:
            thread.join()
    assert max(most) == 2
    assert sorted(said) == [400] * 4 + [503] * 4
    assert (readers.busy, readers.waiting) == (0, 0)
    assert send(client, SOUND)[0] == 200


def test_a_turn_is_waited_for_and_given_back() -> None:
    readers = Readers(at_once=1, queue=1, patience=0.05)
    with readers.take_turn("a"):
        with pytest.raises(UnavailableError, match="没有轮到"), readers.take_turn("b"):
            pass
        readers.queue = 0
        with pytest.raises(UnavailableError, match="已满"), readers.take_turn("c"):
            pass
    with pytest.raises(ZeroDivisionError), readers.take_turn("d"):
        _ = 1 / 0
    with readers.take_turn("e"):
        assert (readers.busy, readers.waiting) == (1, 0)


def test_decisions_on_a_file_have_a_budget(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack({"enterprises.csv": HEADER, "penalties.csv": penalties(30, [(UNIT, "")])})
    assert send(client, data)[0] == 200
    monkeypatch.setattr(check, "DECIDING_SECONDS", 0.0)
    status, page = send(client, data)
    assert status == 400
    assert "没有判断完" in page


def test_rows_beyond_what_a_page_decides_are_refused(client: TestClient) -> None:
    rows = uploads.MOST_ROWS
    data = pack({"enterprises.csv": HEADER, "penalties.csv": penalties(rows, [(UNIT, "")])})
    status, page = send(client, data, "r.zip")
    assert status == 400
    assert f"r.zip[penalties.csv]: 到这个表已超过 {rows} 行" in page


_TRY = """
import socket, sys
from policygraph.reading.intake.worker import limit_self
print(*limit_self(64, 1), sep=",")
for attempt in (lambda: open("/etc/passwd"), socket.socket, lambda: open("x", "w"), lambda: bytearray(200 << 20)):
    try:
        attempt()
    except (OSError, MemoryError):
        print("refused")
while True:
    pass
"""


def test_a_reader_reaches_neither_files_nor_network_and_ends() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _TRY],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.split()[-4:] == ["refused"] * 4
    assert done.returncode < 0
    assert set(find_isolation()) == {
        "no core dumps",
        "no file writes",
        "no file or socket descriptors",
        "processor limit",
        "memory limit",
    }


@pytest.mark.parametrize(
    ("program", "cause"),
    [
        ("import time; time.sleep(60)", "没有读完"),
        ("import sys; sys.stdin.buffer.read(); sys.stdout.write('x' * 10_000_000); sys.stdout.flush()", "超过了"),
        ("import sys; sys.stderr.write('x' * 10_000_000)", "没有读完"),
        ("import sys; sys.stdin.buffer.read(); print('[' * 100_000)", "损坏"),
    ],
    ids=["idle", "endless", "complaining", "deep"],
)
def test_a_reader_that_went_mad_is_ended(program: str, cause: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever takes the reader's place, this process neither waits for ever nor takes all that it says."""
    start = subprocess.Popen

    def start_other(_: object, **options: Any) -> Any:  # as subprocess has them
        return start([sys.executable, "-c", program], **options)

    monkeypatch.setattr("subprocess.Popen", start_other)
    bounds = Bounds(UPLOAD, memory=64, processor=1, patience=1.5 if cause == "没有读完" else 60)
    with pytest.raises((LimitError, InputError), match=cause):
        read_apart("r.xlsx", b"x" * 900_000, bounds)
