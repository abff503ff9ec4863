"""One writer at a time: a document's folder is held while its files are exchanged, by commands and pages alike.

Who decides reads first and writes later, and between the two somebody else may have written. Whether that happened is
found out by comparing (`Decision.finish`); here it is made sure that nobody writes between the comparison and the
writing. The hold is the system's own on the folder, so that it ends with the process that has it, and no file is left
behind that a person would have to remove.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policygraph.errors import InputError
from policygraph.keeping.writing import explain_fault

TRIES = 100
PAUSE_SECONDS = 0.02
"""Writing takes some milliseconds; who waited two seconds waits for something that is stuck."""


class StaleError(InputError):
    """Somebody else changed what was to be changed; nothing was written."""


class BusyError(InputError):
    """Somebody else is writing and does not come to an end; nothing was written."""


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Be the only one who writes into a folder. Errors: ``BusyError``; ``StorageError`` for a folder that is gone."""
    try:
        held = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise explain_fault(folder, error) from error
    try:
        _take(held, folder)
        yield
    finally:
        os.close(held)


def _take(held: int, folder: Path) -> None:
    for attempt in range(TRIES):
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt + 1 < TRIES:
                time.sleep(PAUSE_SECONDS)
        else:
            return
    raise BusyError(str(folder), "另有一个程序正在写这份文件的整理稿，没有写完", "等它结束后重做；什么也没有写")
