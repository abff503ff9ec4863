"""Whatever writes to the disk, stopped right before one of its steps: by a disk that fails, or without a word."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from policygraph.errors import StorageError

STEPS = ("mkdir", "touch", "write_bytes", "write_text", "replace", "rename", "unlink")
"""What is done to the disk while something is written."""


def list_files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its path in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@contextmanager
def stop_at(number: int, within: Path, stop: Callable[[Path], None]) -> Iterator[None]:
    """Stop right before the n-th step on the disk within a folder."""
    seen, real = 0, {name: getattr(Path, name) for name in STEPS}

    def watch(name: str) -> Callable[..., object]:
        def step(self: Path, *words: object, **more: object) -> object:
            nonlocal seen
            seen += self.is_relative_to(within)
            if seen == number:
                seen += 1
                stop(self)
            return real[name](self, *words, **more)

        return step

    for name in STEPS:
        setattr(Path, name, watch(name))
    try:
        yield
    finally:
        for name, one in real.items():
            setattr(Path, name, one)


def fill_disk(path: Path) -> None:
    """What the system says when a disk is full."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def fail_everywhere(work: Callable[[], object], within: Path) -> Iterator[StorageError]:
    """Do something until it succeeds, each time with a disk that is full one step later; each error that it told."""
    number = 1
    while True:
        with stop_at(number, within, fill_disk):
            try:
                work()
            except StorageError as error:
                told = error
            else:
                return
        assert "磁盘已满" in str(told)
        yield told
        number += 1
