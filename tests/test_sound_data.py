"""A service holds what it says: registers apart and in memory only, dumps of their hash, one name for one thing."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from starlette.testclient import TestClient
from tests.conftest import Visit, run_command

from policygraph.errors import InputError
from policygraph.keeping.dataset.manifest import DATASET_FILE, MANIFEST_FILE
from policygraph.speaking.app import Options, create_app
from policygraph.speaking.sparql.dumps import INDEX
from policygraph.speaking.sparql.engine import Settings
from policygraph.speaking.sparql.tokens import add_token

pytestmark = pytest.mark.slow

FEW = Settings(workers=1)
UNIT = "91230800MA0000000R"
NAME = "绝密示例有限公司（虚构）"
META = "@prefix pg: <https://w3id.org/policygraph/ns#> . <urn:r> a pg:Register ; pg:publicRegister {} ."


def make_register(folder: Path, name: str, *, public: bool) -> Path:
    """A register of one enterprise with a penalty and a watch-list entry."""
    place = folder / name
    place.mkdir(parents=True)
    files = {
        "enterprises.csv": f"uscc,name,region\n{UNIT},{NAME},230803\n",
        "penalties.csv": f"record_id,uscc,person_id,date,authority_function\nP-{name},{UNIT},,2026-01-01,work_safety\n",
        "register.ttl": META.format(str(public).lower()),
    }
    for file, text in files.items():
        (place / file).write_text(text, encoding="utf-8")
    return place


@pytest.fixture
def copied(dataset: Path, tmp_path: Path) -> Path:
    """The dataset in a folder of its own."""
    folder = tmp_path / "served"
    folder.mkdir()
    for name in (DATASET_FILE, MANIFEST_FILE):
        shutil.copy(dataset / name, folder)
    # no links: what is written over here must not change there
    shutil.copytree(dataset / "dumps", folder / "dumps")
    return folder


def test_two_registers_of_one_name_are_refused(dataset: Path, tmp_path: Path) -> None:
    shown = make_register(tmp_path / "a", "登记册", public=True)
    hidden = make_register(tmp_path / "b", "登记册", public=False)
    for registers in ((shown, hidden), (hidden, shown), (hidden, hidden)):
        with pytest.raises(InputError, match="同名") as caught:
            create_app(dataset, Options(settings=FEW, registers=registers))
        assert str(registers[1]) in caught.value.place
        assert caught.value.remedy


def test_a_graph_cannot_lie_among_what_is_there(dataset: Path, tmp_path: Path) -> None:
    extra = tmp_path / "extra.ttl"
    extra.write_text("<urn:a> <urn:p> <urn:o> .", encoding="utf-8")
    hidden = make_register(tmp_path, "r", public=False)
    base = "https://w3id.org/policygraph/graph/"
    for name in ("register/r", "register/r/restricted"):
        options = Options(settings=FEW, registers=(hidden,), graphs=((f"{base}{name}", extra),))
        with pytest.raises(InputError, match="已有"):
            create_app(dataset, options)
    for graphs in (((f"{base}law", extra),), (("urn:g", extra), ("urn:g", extra))):
        with pytest.raises(InputError, match="已有这个图"):
            create_app(dataset, Options(settings=FEW, graphs=graphs))


def test_a_grant_opens_the_graphs_it_names_and_no_other(dataset: Path, tmp_path: Path) -> None:
    """Two private registers and a public one; a token for one of them, and one for nothing that is there."""
    registers = tuple(make_register(tmp_path, name, public=name == "public") for name in ("one", "two", "public"))
    tokens = tmp_path / "tokens.json"
    base = "https://w3id.org/policygraph/graph/register/"
    one = add_token(tokens, "一", [f"{base}one"])
    none = add_token(tokens, "无", ["urn:nothing"])
    count = "SELECT DISTINCT ?n { GRAPH ?g { ?r <https://w3id.org/policygraph/ns#recordNumber> ?n } }"
    with TestClient(create_app(dataset, Options(settings=FEW, registers=registers, tokens=tokens))) as client:

        def ask(token: str | None) -> set[str]:
            headers = {"Accept": "text/csv", **({"Authorization": f"Bearer {token}"} if token else {})}
            return set(client.post("/sparql", data={"query": count}, headers=headers).text.split()[1:])

        assert ask(None) == ask(none) == {"P-public"}
        assert ask(one) == {"P-public", "P-one"}


def test_a_killed_service_leaves_nothing_of_a_private_register(copied: Path, tmp_path: Path) -> None:
    hidden = make_register(tmp_path / "registers", "private", public=False)
    tokens = tmp_path / "tokens.json"
    add_token(tokens, "测试")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    program = "from policygraph.speaking.cli.program import main; main()"
    command = [
        *(sys.executable, "-c", program, "serve", "--dataset", str(copied), "--port", "0", "--workers", "1"),
        *("--register", str(hidden), "--tokens", str(tokens)),
    ]
    environment = {**os.environ, "TMPDIR": str(scratch), "POLICYGRAPH_LIBRARY": str(scratch / "none")}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as service:
        assert service.stderr
        # the address is told when all is loaded
        assert any("http://" in line for line in iter(service.stderr.readline, ""))
        found = list_words(scratch, copied)
        service.kill()
        service.wait()
    assert found == list_words(scratch, copied) == []
    assert list(scratch.iterdir()) == []


def list_words(*folders: Path) -> list[Path]:
    """The files that hold the name or the code of the enterprise, as it is or as RDF writes it."""
    words = [text.encode() for text in (UNIT, NAME)] + [json.dumps(NAME)[1:-1].encode()]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(word in path.read_bytes() for word in words)]


def test_a_dump_that_was_changed_is_not_handed_out(copied: Path) -> None:
    with TestClient(create_app(copied, Options(settings=FEW))) as client:
        state = client.get("/healthz").json()["base"]
        place = copied / "dumps" / state / "policygraph.nq.gz"
        address = f"/dumps/{state}/policygraph.nq.gz"
        sound = place.read_bytes()
        answer = client.get(address)
        assert answer.status_code == 200
        assert hashlib.sha256(sound).hexdigest() in answer.headers["etag"]
        for spoilt in (sound[:-1], sound[:-9] + bytes(9), b""):
            place.write_bytes(spoilt)
            for headers in ({}, {"Range": "bytes=0-9"}):
                refused = client.get(address, headers=headers)
                assert (refused.status_code, refused.headers["cache-control"]) == (503, "no-store")
                assert "校验值不符" in refused.text
        place.unlink()
        assert client.get(address).status_code == 503
        place.write_bytes(sound)
        assert client.get(address).status_code == 200


def test_a_part_of_a_dump_is_cut_from_the_bytes_that_were_held_against_their_checksum(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visit()
    address = f"/dumps/{client.get('/healthz').json()['base']}/policygraph.nq.gz"
    whole = client.get(address)
    assert whole.headers["accept-ranges"] == "bytes"

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("the file was opened again")

    monkeypatch.setattr("policygraph.speaking.sparql.things.FileResponse", fail)
    size, tag = len(whole.content), whole.headers["etag"]
    for asked, part in (("0-9", slice(10)), ("5-", slice(5, None)), ("-7", slice(size - 7, size))):
        answer = client.get(address, headers={"Range": f"bytes={asked}", "If-Range": tag})
        assert (answer.status_code, answer.content) == (206, whole.content[part])
        first = part.start or 0
        assert answer.headers["content-range"] == f"bytes {first}-{first + len(answer.content) - 1}/{size}"
    beyond = client.get(address, headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"], beyond.content) == (416, f"bytes */{size}", b"")
    for headers in ({"Range": "bytes=0-9", "If-Range": '"other"'}, {"Range": "bytes=0-1,5-6"}, {"Range": "x"}):
        answer = client.get(address, headers=headers)
        assert (answer.status_code, answer.content) == (200, whole.content)


def test_dumps_of_other_data_with_an_index_to_match_are_written_anew(copied: Path) -> None:
    (folder,) = (copied / "dumps").iterdir()
    place = folder / "policygraph.nq.gz"
    sound = place.read_bytes()
    other = gzip.compress(gzip.decompress(sound).splitlines(keepends=True)[0])
    place.write_bytes(other)
    index = json.loads((folder / INDEX).read_text())
    for entry in index:
        if entry["name"] == place.name:
            entry |= {"sha256": hashlib.sha256(other).hexdigest(), "size": len(other)}
    (folder / INDEX).write_text(json.dumps(index))
    create_app(copied, Options(settings=FEW)).state.close()
    assert place.read_bytes() == sound


@pytest.mark.parametrize("spoil", ["altered", "cut", "graph", "more"])
def test_every_way_in_refuses_a_dataset_that_is_not_the_one_named(copied: Path, spoil: str) -> None:
    path = copied / DATASET_FILE
    before = json.loads((copied / MANIFEST_FILE).read_text(encoding="utf-8"))["dataset"]
    lines = path.read_bytes().splitlines(keepends=True)
    changed = {
        "altered": [*lines[:-1], lines[-1].replace(b" .\n", b"x .\n").replace(b'"', b'"x', 1)],
        "cut": lines[: len(lines) // 2],
        "graph": [line for line in lines if b"/graph/law> ." not in line],
        "more": [*lines, b'<urn:a> <urn:p> "1" <urn:g> .\n'],
    }[spoil]
    assert changed != lines
    path.write_bytes(b"".join(changed))
    for command in (("ask", "documents"), ("get", "/"), ("serve", "--port", "0"), ("query", "-")):
        done = run_command(*command, "--dataset", str(copied), stdin="ASK {}")
        assert done.returncode == 2, command
        assert "build" in done.stderr, command
        assert DATASET_FILE in done.stderr, command
    assert {path.parent.name for path in (copied / "dumps").rglob(INDEX)} <= {before}


FOREIGN = ('=HYPERLINK("http://x","y")', "甲\x1b[31m红", "甲\u202e司公", "\t=1+1", "＋1", "@SUM(A1)")


@pytest.mark.parametrize("command", ["screen", "decide"])
def test_foreign_text_of_a_register_leaves_guarded(command: str, dataset: Path, tmp_path: Path) -> None:
    """Names and record numbers that a spreadsheet would run, a terminal obey or a reader misread, on every way out."""
    place = tmp_path / "r"
    place.mkdir()
    rows = [("uscc", "name", "region"), (UNIT, FOREIGN[0], "230803")]
    with (place / "enterprises.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    with (place / "penalties.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(("record_id", "uscc", "person_id", "date", "authority_function", "authority"))
        days = enumerate(FOREIGN, start=1)
        csv.writer(file).writerows((text, UNIT, "", f"2026-01-0{day}", "work_safety", text) for day, text in days)
    asked = ("--policy", "jiamusi-2020-6", "--as-of", "2026-11-22", "--dataset", str(dataset))
    if command == "decide":
        done = run_command("decide", str(place), *asked)
        assert done.returncode in (0, 1, 3)
        assert "HYPERLINK" in done.stdout
        assert not re.search("[\x1b\u202e]", done.stdout + done.stderr)
        return
    for suffix in ("csv", "xlsx"):
        out = tmp_path / f"out.{suffix}"
        done = run_command("screen", str(place), *asked, "--out", str(out))
        assert done.returncode == 0, done.stderr
        assert not re.search("[\x1b\u202e]", done.stdout + done.stderr)
        if suffix == "csv":
            text = out.read_text(encoding="utf-8")
            assert "HYPERLINK" in text
            assert not re.search("[\x1b\u202e]", text)
            cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
            assert not [cell for cell in cells if cell[:1] in set("=+-@\t＝＋－＠")]
        else:
            sheets = openpyxl.load_workbook(out).worksheets
            kinds = {str(c.value): c.data_type for s in sheets for row in s.iter_rows() for c in row if c.value}
            assert kinds[FOREIGN[0]] == "s"
            assert "f" not in kinds.values()
