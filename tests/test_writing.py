"""A disk that does not take a file is told with place and remedy, and leaves nothing half-written."""

from __future__ import annotations

import errno
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.errors import StorageError
from policygraph.keeping.dataset.building import build
from policygraph.keeping.dataset.manifest import DATASET_FILE, MANIFEST_FILE
from policygraph.keeping.digests import hash_dataset
from policygraph.keeping.writing import check_folder, explain_fault, write_file, write_files
from policygraph.speaking.app import Options, create_app
from policygraph.speaking.sparql.dumps import write_dumps
from policygraph.speaking.sparql.engine import Settings
from policygraph.speaking.sparql.tokens import add_token


@contextmanager
def small_disk(limit: int) -> Iterator[None]:
    """No file may grow past ``limit`` bytes: the write stops in the middle, as on a disk that fills up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def list_files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_that_belong_together_are_written_all_or_none(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write_files({first: b"old", second: b"old"})
    with small_disk(1000), pytest.raises(StorageError, match="second"):
        write_files({first: b"new", second: b"x" * 5000})
    assert list_files(tmp_path) == {"first": b"old", "second": b"old"}
    write_files({first: b"new", second: b"new"})
    assert list_files(tmp_path) == {"first": b"new", "second": b"new"}


def test_folders_made_for_a_file_that_failed_go_again(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    with small_disk(1000), pytest.raises(StorageError):
        write_file(tmp_path / "kept" / "a" / "b" / "file", b"x" * 5000)
    assert [path.name for path in tmp_path.rglob("*")] == ["kept"]


def test_a_link_is_followed_and_a_pipe_is_written_to(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_file(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    write_file(Path(os.devnull), b"gone")
    assert not Path(os.devnull).is_file()


@given(st.integers(min_value=0, max_value=200))
def test_every_fault_of_a_disk_has_place_cause_and_remedy(number: int) -> None:
    told = explain_fault(Path("a/b"), OSError(number, os.strerror(number)))
    assert told.place == "a/b"
    assert told.cause.removeprefix("写不进去：")
    assert told.remedy


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EDQUOT])
def test_a_build_that_cannot_be_written_leaves_nothing(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr("policygraph.keeping.dataset.building.build", lambda folder, *_, **__: build_nothing(folder))

    def build_nothing(folder: Path) -> None:
        write_files({folder / DATASET_FILE: b"x", folder / MANIFEST_FILE: b"y"})

    real = Path.write_bytes

    def fail(path: Path, data: bytes) -> int:
        if path.name.startswith(MANIFEST_FILE):
            raise OSError(number, os.strerror(number), str(path))
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", fail)
    done = run("build", "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "写不进去" in done.stderr
    assert str(tmp_path / "out") in done.stderr
    assert "请" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_during_a_build_leaves_the_former_dataset(dataset: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with small_disk(4 << 20), pytest.raises(StorageError, match="写不进去"):
        build(folder)
    assert not folder.exists()
    folder.mkdir()
    for name in (DATASET_FILE, MANIFEST_FILE):
        shutil.copy(dataset / name, folder)
    before = list_files(folder)
    with small_disk(4 << 20), pytest.raises(StorageError):
        build(folder)
    assert list_files(folder) == before


def test_a_file_in_the_place_of_a_folder_is_told_before_anything_is_read(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policygraph.keeping.dataset.building.load_graphs", lambda _: pytest.fail("work was spent"))
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for arguments in (("--out", str(tmp_path / "file")), ("--out", str(tmp_path / "file" / "deeper"))):
        done = run("build", *arguments)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert str(tmp_path / "file") in done.stderr
    assert list_files(tmp_path) == {"file": b"x"}


def test_a_file_in_the_place_of_a_folder_is_told_by_writing_too(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for folder, cause in ((tmp_path / "file", "已有一个文件"), (tmp_path / "file" / "deeper", "路径中有一段是文件")):
        for act in (check_folder, lambda place: write_file(place / "a", b"y")):
            with pytest.raises(StorageError, match=cause):
                act(folder)
    assert list_files(tmp_path) == {"file": b"x"}
    check_folder(tmp_path / "not" / "there" / "yet")
    assert list_files(tmp_path) == {"file": b"x"}


def test_dumps_that_cannot_be_written_leave_nothing_and_are_told(dataset: Path, tmp_path: Path) -> None:
    source = dataset / DATASET_FILE
    name = hash_dataset(source.read_bytes())
    with small_disk(100 << 10), pytest.raises(StorageError, match="dumps"):
        write_dumps(source, tmp_path / "dumps", name)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "dumps").write_text("in the way", encoding="utf-8")
    with pytest.raises(StorageError, match="写不进去"):
        write_dumps(source, tmp_path / "dumps", name)


def test_a_service_that_cannot_write_its_dumps_says_so_and_leaves_no_process(
    run: Callable[..., Any], dataset: Path, tmp_path: Path
) -> None:
    for name in (DATASET_FILE, MANIFEST_FILE):
        shutil.copy(dataset / name, tmp_path)
    (tmp_path / "dumps").write_text("in the way", encoding="utf-8")
    with pytest.raises(StorageError, match="dumps"):
        create_app(tmp_path, Options(Settings(workers=1)))
    done = run("get", "/healthz", "--dataset", str(tmp_path))
    assert done.returncode == 2
    assert str(tmp_path / "dumps") in done.stderr


def test_an_export_that_cannot_be_written_is_told(run: Callable[..., Any], dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for command in (
        ("compare", "--format", "csv"),
        ("review", "--format", "xlsx"),
        ("health", "--as-of", "2026-11-22", "--format", "json"),
    ):
        done = run(*command, "--out", str(tmp_path / "file" / "out"), "--dataset", str(dataset))
        assert done.returncode == 2
        assert "写不进去" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_token_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StorageError):
        add_token(tmp_path / "file" / "tokens.json", "x")


def test_a_dataset_that_cannot_be_read_is_told(
    run: Callable[..., Any], dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.read_bytes

    def fail(path: Path) -> bytes:
        if path.name == DATASET_FILE:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    # a folder that no test has opened before
    for name in (DATASET_FILE, MANIFEST_FILE):
        shutil.copy(dataset / name, tmp_path)
    monkeypatch.setattr(Path, "read_bytes", fail)
    done = run("ask", "documents", "--dataset", str(tmp_path))
    assert done.returncode == 2
    assert "数据集无法读取" in done.stderr
    assert DATASET_FILE in done.stderr
