"""What docs/operations.md and deploy/ say is done as it stands where this machine can, or held against the tree.

The ``sh`` blocks of the document are one script, run in a folder of its own; a ``text`` block shows what the block
before it must print. ``console`` blocks need root, the network or a container: what they name must exist.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from policygraph.keeping.sources import find_root
from policygraph.speaking.cli.program import COMMANDS, load_command

ROOT = find_root()
DEPLOY = ROOT / "deploy"
TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
UNITS = ("policygraph.service", "policygraph-backup.service", "policygraph-backup.timer")


def need(program: str) -> str:
    """Where a program is; skips the test where it is not."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the one command that the scripts call."""
    folder = tmp_path_factory.mktemp("bin")
    command = folder / "policygraph"
    command.write_text(
        f"#!/bin/sh\nexec {shlex.quote(sys.executable)} -c "
        '"from policygraph.speaking.cli.program import main; main()" "$@"\n',
        encoding="utf-8",
    )
    command.chmod(0o755)
    return folder


@dataclass(frozen=True, slots=True)
class Run:
    """What a script left behind."""

    code: int
    out: str
    err: str


def run_shell(script: str, programs: Path, **variables: str) -> Run:
    """A script under ``sh -eu`` at the root of the repository; whatever it started ends with it."""
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "no_proxy": "*", **variables}
    with subprocess.Popen(
        ["sh", "-eu", "-c", script], cwd=ROOT, env=environment, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            out, err = process.communicate(timeout=240)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return Run(process.returncode, out, err)


@pytest.mark.slow
def test_the_document_is_walked_as_it_stands(programs: Path, tmp_path: Path) -> None:
    need("curl")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script: list[str] = []
    wanted: list[list[str]] = []
    for kind, body in BLOCKS:
        if kind == "sh":
            script.append(f"{body}\nprintf '\\n---\\n'\n")
            wanted.append([])
        elif kind == "text":
            wanted[-1] += body.splitlines()
    assert len(script) >= 7
    state = tmp_path / "state" / "policygraph"
    state.parent.mkdir()
    done = run_shell(
        "".join(script), programs, STATE=str(state), BACKUPS=str(tmp_path / "backups"), PORT=str(port)
    )  # fmt: skip
    assert done.code == 0, done.err[-3000:]
    parts = done.out.split("\n---\n")
    for number, (lines, printed) in enumerate(zip(wanted, parts, strict=False)):
        assert [line for line in lines if line not in printed] == [], f"block {number}: {printed[-2000:]}"
    assert (tmp_path / "state" / "token.txt").read_text().startswith("pg_")
    assert not list(tmp_path.glob("**/.new-*"))
    assert not list(tmp_path.glob("**/.*.part"))
    assert not list(tmp_path.glob("**/.restore-*"))


# --- backup and restore ----------------------------------------------------------------------------------------------


@pytest.fixture
def state(dataset: Path, tmp_path: Path) -> Path:
    """A state folder with something of every kind in it."""
    folder = tmp_path / "state"
    (folder / "dataset").mkdir(parents=True)
    for name in ("policygraph.nq", "manifest.json"):
        shutil.copy(dataset / name, folder / "dataset")
    (folder / "dataset" / "dumps").mkdir()
    (folder / "dataset" / "dumps" / "large").write_text("made anew", encoding="utf-8")
    (folder / "registers" / "一局").mkdir(parents=True)
    (folder / "registers" / "一局" / "enterprises.csv").write_text("uscc\n", encoding="utf-8")
    (folder / "tokens.json").write_text('{"tokens": []}', encoding="utf-8")
    return folder


@pytest.mark.slow
def test_a_backup_comes_back_whole_and_only_to_its_owner(programs: Path, state: Path, tmp_path: Path) -> None:
    backups, back = tmp_path / "backups", tmp_path / "back"
    made = run_shell(f"umask 022; deploy/backup {state} {backups}", programs)
    assert made.code == 0, made.err
    archive = Path(made.out.strip())
    assert archive.stat().st_mode & 0o777 == 0o600
    with tarfile.open(archive) as packed:
        assert not [name for name in packed.getnames() if "dumps" in name]
    assert [path.name for path in backups.iterdir()] == [archive.name]
    restored = run_shell(f"deploy/restore {archive} {back}/", programs)
    assert restored.code == 0, restored.err
    files = {p.relative_to(state) for p in state.rglob("*") if p.is_file() and "dumps" not in p.parts}
    assert files == {p.relative_to(back) for p in back.rglob("*") if p.is_file()}
    assert all((state / one).read_bytes() == (back / one).read_bytes() for one in files)


def spoil_dataset(state: Path, archive: Path) -> None:
    path = state / "dataset" / "policygraph.nq"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def remove_dataset(state: Path, archive: Path) -> None:
    (state / "dataset" / "manifest.json").unlink()


@pytest.mark.slow
@pytest.mark.parametrize(("spoil", "told"), [(spoil_dataset, "没有备份"), (remove_dataset, "没有数据集")])
def test_a_dataset_that_does_not_open_is_no_backup(
    programs: Path, state: Path, tmp_path: Path, spoil: object, told: str
) -> None:
    assert callable(spoil)
    spoil(state, tmp_path)
    done = run_shell(f"sleep() {{ :; }}; deploy/backup {state} {tmp_path}/backups", programs)
    assert done.code == 2
    assert told in done.err
    assert not list(tmp_path.glob("backups/*")) + list(tmp_path.glob("backups/.*"))


def pack(folder: Path, archive: Path) -> Path:
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(folder, "policygraph")
    return archive


@pytest.mark.slow
def test_what_is_no_sound_backup_is_not_restored(programs: Path, state: Path, tmp_path: Path) -> None:
    """Refused, each in its words: no archive, one of somebody else, one with an altered file, a folder in use."""
    nonsense = tmp_path / "nonsense.tar.gz"
    nonsense.write_bytes(b"nonsense")
    other = pack(state, tmp_path / "other.tar.gz")
    copy = tmp_path / "copy"
    shutil.copytree(state, copy)
    sums = "find . -type f ! -name SHA256SUMS -exec sha256sum {} + >SHA256SUMS"
    subprocess.run(["sh", "-c", sums], cwd=copy, check=True)
    (copy / "tokens.json").write_text('{"tokens": [1]}', encoding="utf-8")
    altered = pack(copy, tmp_path / "altered.tar.gz")
    target = tmp_path / "target"
    for archive, told in (
        (tmp_path / "none.tar.gz", "没有"),
        (nonsense, "不能解开"),
        (other, "不是 deploy/backup 做的备份"),
        (altered, "与校验值不符"),
    ):
        done = run_shell(f"deploy/restore {archive} {target}", programs)
        assert (done.code, told in done.err) == (2, True), done.err
        assert not target.exists()
    target.mkdir()
    (target / "here").touch()
    done = run_shell(f"deploy/restore {other} {target}", programs)
    assert (done.code, "不是空的" in done.err) == (2, True)
    assert [path.name for path in target.iterdir()] == ["here"]
    assert not list(tmp_path.glob(".restore-*"))


# --- units, proxies, image -------------------------------------------------------------------------------------------


@pytest.fixture
def units(tmp_path: Path, programs: Path) -> Path:
    """The units with the paths of this machine, which is what verify looks at."""
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        text = text.replace("/opt/policygraph/bin/policygraph", str(programs / "policygraph"))
        text = text.replace("/opt/policygraph/deploy/backup", str(DEPLOY / "backup"))
        (tmp_path / name).write_text(text.replace("file:/opt/policygraph", f"file:{ROOT}"), encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_the_units_are_sound_and_hardened(units: Path) -> None:
    analyze = need("systemd-analyze")
    paths = [str(units / name) for name in UNITS]
    done = subprocess.run([analyze, "verify", "--man=no", *paths], capture_output=True, text=True, check=False)
    faults = [line for line in done.stderr.splitlines() if str(units) in line or "policygraph" in line]
    assert faults == []
    for name, most in (("policygraph.service", 20), ("policygraph-backup.service", 20)):
        scored = subprocess.run(
            [analyze, "security", "--offline=true", f"--threshold={most}", str(units / name)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert scored.returncode == 0, scored.stdout[-600:] + scored.stderr


# policygraph build --out X;  not: /opt/policygraph/bin/pip, policygraph.service
_CALL = re.compile(rf"(?<![\w.-])policygraph (?P<rest>(?:{'|'.join(COMMANDS)})\b[^|&;\n]*)")


def options_of(line: str) -> Iterator[tuple[str, str]]:
    """Each command of ours in a command line with the options that it is given."""
    for call in _CALL.finditer(line):
        words = call["rest"].replace("\\\n", " ").split()
        name = words[0] if words[0] != "token" else " ".join(words[:2])
        yield from ((name, option) for option in re.findall(r"(?<!\S)--[a-z-]+", call["rest"]))
        yield name, ""


def test_every_command_and_option_told_exists() -> None:
    texts = [body for kind, body in BLOCKS if kind in ("sh", "console")]
    texts += [path.read_text(encoding="utf-8") for path in DEPLOY.iterdir()]
    exec_form = re.search(r"^CMD \[(?P<words>\"serve\".*)\]$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    assert exec_form is not None
    texts.append("policygraph " + exec_form["words"].replace('"', "").replace(",", ""))
    settings = re.search(r"^POLICYGRAPH_OPTIONS=(?P<words>.*)$", (DEPLOY / "policygraph.env").read_text(), re.MULTILINE)
    assert settings is not None
    texts.append(f"policygraph serve {settings['words']}")
    told = {pair for text in texts for pair in options_of(text.replace("\\\n", " "))}
    assert {"serve", "build", "ask", "get", "query", "token add", "token remove"} <= {name for name, _ in told}
    assert {("serve", "--public-url"), ("serve", "--workers"), ("serve", "--log")} <= told
    for name, option in sorted(told):
        group, _, inner = name.partition(" ")
        command = load_command(group)
        command = getattr(command, "commands", {})[inner] if inner else command
        known = {form for parameter in command.params for form in (*parameter.opts, *parameter.secondary_opts)}
        assert option in known | {"", "--help"}, f"{name} {option}"


def test_the_service_and_the_image_start_with_options_that_are_taken() -> None:
    """Parsed as the program parses them, values and all."""
    unit = (DEPLOY / "policygraph.service").read_text(encoding="utf-8").replace("\\\n", " ")
    settings = (DEPLOY / "policygraph.env").read_text(encoding="utf-8")
    start = re.search(r"^ExecStart=\S+/policygraph serve (?P<words>.*)$", unit, re.MULTILINE)
    options = re.search(r"^POLICYGRAPH_OPTIONS=(?P<words>.*)$", settings, re.MULTILINE)
    image = re.search(r"^CMD (?P<words>\[.*\])$", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    run = re.search(r"^podman run .* policygraph serve (?P<words>.*)$", TEXT, re.MULTILINE)
    assert start is not None and options is not None and image is not None and run is not None  # noqa: PT018
    command = load_command("serve")
    for words in (
        start["words"].replace("$POLICYGRAPH_OPTIONS", options["words"]).split(),
        json.loads(image["words"])[1:],
        run["words"].split(),
    ):
        assert command.make_context("serve", words).params["port"] == 8000


def test_every_file_told_exists() -> None:
    told = set(re.findall(r"(?<![\w/])(?:deploy|docs|tests)/[\w.-]+", TEXT))
    assert {f"deploy/{name}" for name in ("backup", "restore", "Containerfile", "Caddyfile", "nginx.conf")} <= told
    assert [name for name in told if not (ROOT / name).exists()] == []
    assert {path.name for path in DEPLOY.iterdir()} - {Path(name).name for name in told} <= {
        "Containerfile.dockerignore"
    }


def test_everything_speaks_to_one_port_and_one_place() -> None:
    unit = (DEPLOY / "policygraph.service").read_text(encoding="utf-8")
    port = re.search(r"--port (\d+)", unit)
    assert port is not None
    for name in ("Caddyfile", "nginx.conf"):
        assert f"127.0.0.1:{port[1]}" in (DEPLOY / name).read_text(encoding="utf-8")
    assert "--host 127.0.0.1" in unit
    assert "/var/lib/policygraph/dataset" in unit
    image = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY (.+) \S+$", image, re.MULTILINE):
        assert all((ROOT / source).exists() for source in line.split())
    assert re.search(r"^USER policygraph$", image, re.MULTILINE)


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_no_proxy_shows_the_figures_to_everybody(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert "/metrics" in text
    assert "127.0.0.1" in text[text.index("/metrics") : text.index("/metrics") + 80]


def test_no_proxy_logs_what_was_asked() -> None:
    form = re.search(r"log_format policygraph '(.*)';", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"))
    assert form is not None
    assert not {"$request_uri", "$args", "$request ", "$query_string"} & set(re.findall(r"\$\w+ ?", form[1]))
    assert 'regexp "\\?.*" ""' in (DEPLOY / "Caddyfile").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_proxies_take_their_files(tmp_path: Path) -> None:
    if shutil.which("caddy") is None and shutil.which("nginx") is None:
        pytest.skip("neither caddy nor nginx is installed")
    if caddy := shutil.which("caddy"):
        subprocess.run([caddy, "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")], check=True)
    if nginx := shutil.which("nginx"):
        text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
        text = re.sub(r"^\s*ssl_certificate.*\n|^\s*access_log.*\n", "", text, flags=re.MULTILINE)
        # ports and folders of its own: who runs tests is nobody in particular
        text = re.sub(r"listen (\d+)( ssl)?;", rf"listen unix:{tmp_path}/\1;", text)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in kinds)
        whole = tmp_path / "nginx.conf"
        head = f"pid {tmp_path}/pid;\nevents {{}}\n"
        whole.write_text(f"{head}http {{\naccess_log off;\n{folders}{text}\n}}\n", encoding="utf-8")
        subprocess.run([nginx, "-t", "-c", str(whole), "-e", str(tmp_path / "error")], check=True)


@pytest.mark.slow
def test_the_image_is_built() -> None:
    podman = need("podman")
    subprocess.run([podman, "build", "-f", "deploy/Containerfile", "-t", "policygraph-test", "."], cwd=ROOT, check=True)
