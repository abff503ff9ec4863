"""Files that change together: all of them or none, also for whoever looks after their writer was killed.

A single rename exchanges a single file. So what all files are to say is written first, into one file beside them
(``unfinished.json``), and the change counts from the moment that this file has its name. Then each file takes its new
text, and the file goes. Who is killed before that has changed nothing; who is killed after it leaves the file behind,
and whoever opens the workspace next does the rest first. A file that somebody has changed by hand in between is not
written over: that is told, with both ways out.

Files are told by name and never by path, so that such a file, in a folder that came from elsewhere, writes nothing but
what a decision may write. It does not sync to the disk's platters, as nothing here does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from policygraph.errors import DataError, StorageError
from policygraph.keeping.holding import hold_folder
from policygraph.keeping.writing import find_cause, write_files

PENDING = "unfinished.json"
"""The file that tells a change which has begun to count and is not yet in all its files."""
_DONE = "；这一步已经记下，排除原因以后再运行任何命令就接着写完"


@dataclass(frozen=True, slots=True)
class _Step:
    """What a file said before, by its sha256, and what it says then; None where there is no file."""

    before: str | None
    after: str | None


def commit(pending: Path, places: Mapping[str, Path], texts: Mapping[str, str | None]) -> None:
    """Let files say something else, by name, all of them or none; None takes a file away.

    ``pending`` is where the change is told until it is done, ``places`` where each file lies. Whoever calls holds the
    folders. Errors: ``StorageError``, which says whether the change counts.
    """
    steps = {name: _Step(_digest(places[name]), text) for name, text in texts.items()}
    told = json.dumps({name: asdict(step) for name, step in steps.items()}, ensure_ascii=False, sort_keys=True)
    try:
        _write(steps, places, {pending: told.encode()})
        pending.unlink()
    except (StorageError, OSError) as error:
        if not pending.is_file():
            raise
        raise _tell(pending, error) from error


def complete_commit(pending: Path, places: Mapping[str, Path]) -> None:
    """Do the rest of a change whose writer was killed; one whose writer lives is waited for.

    Errors: ``DataError`` for a file that was changed since, or that tells no change; ``BusyError``; ``StorageError``.
    """
    with ExitStack() as held:
        for folder in sorted({pending.parent, *(path.parent for path in places.values() if path.parent.is_dir())}):
            held.enter_context(hold_folder(folder))
        if not pending.is_file():
            return
        steps = _read(pending, places)
        left = {}
        for name, step in steps.items():
            now = _digest(places[name])
            if now not in (step.before, _name(step.after)):
                raise DataError(
                    str(places[name]), "上一次写到一半停下，这个文件后来又被改过",
                    f"要那一次改动的：把这个文件恢复成改以前的，再运行；不要的：删去 {pending}",
                )  # fmt: skip
            if now != _name(step.after):
                left[name] = step
        try:
            _write(left, places, {})
            pending.unlink()
        except (StorageError, OSError) as error:
            raise _tell(pending, error) from error


def _write(steps: Mapping[str, _Step], places: Mapping[str, Path], first: dict[Path, bytes]) -> None:
    texts = {places[name]: step.after.encode() for name, step in steps.items() if step.after is not None}
    write_files(first | texts)
    for name, step in steps.items():
        if step.after is None:
            places[name].unlink(missing_ok=True)


def _read(pending: Path, places: Mapping[str, Path]) -> dict[str, _Step]:
    try:
        steps = {name: _Step(**step) for name, step in json.loads(pending.read_text(encoding="utf-8")).items()}
        strange = sorted(steps.keys() - places.keys())
        if strange or not all(isinstance(one.after, str | None) for one in steps.values()):
            raise ValueError(strange)
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(
            str(pending), "不是程序写下的改动", "它只由程序写出；请从版本库恢复这个文件夹，或删去它（那一次改动就不算）"
        ) from error
    return steps


def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _name(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def _tell(pending: Path, error: StorageError | OSError) -> StorageError:
    if isinstance(error, StorageError):
        cause = error.__cause__
        place = error.place
    else:
        cause, place = error, str(error.filename or pending)
    told, remedy = find_cause(cause) if isinstance(cause, OSError) else (str(error), "请检查磁盘")
    return StorageError(place, f"写不进去：{told}", f"{remedy}{_DONE}")
