"""Files that go out: written beside their place and renamed, whole or not at all.

A disk that fills up, a folder that is read-only or a file that stands where a folder should be is told with its place
and what to do, and nothing half-written stays behind. What already stood there stands as before. Files that belong
together are all written before the first takes its name.

What is not yet in its place bears a name that no reader knows, and is held by the process that writes it. A process
that is killed leaves it behind; the hold ends with it, and whoever writes there next takes it away.

It does not sync to the disk's platters, and it cannot tidy up after a power cut: a reader of a dataset finds out by
its digests.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from pathlib import Path

from policygraph.errors import StorageError

_CAUSES: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("磁盘已满", "请清出空间，或写到别的磁盘"),
    errno.EDQUOT: ("磁盘配额已用完", "请清出空间，或写到别的磁盘"),
    errno.EFBIG: ("文件超过允许的大小", "请放宽限制（ulimit -f），或写到别的磁盘"),
    errno.EROFS: ("所在磁盘只读", "请写到别处，或重新挂载为可写"),
    errno.EACCES: ("没有写入的权限", "请改权限，或写到别处"),
    errno.EPERM: ("没有写入的权限", "请改权限，或写到别处"),
    errno.ENOENT: ("所在的文件夹不存在，也不能建立", "请先建立文件夹，或写到别处"),
    errno.ENOTDIR: ("路径中有一段是文件，不是文件夹", "请换一个路径"),
    errno.ENOTEMPTY: ("文件夹里已有别的文件", "请换一个路径，或移走里面的文件"),
    errno.EEXIST: ("要建文件夹的地方已有一个文件", "请换一个路径，或移走这个文件"),
    errno.EISDIR: ("这是一个文件夹，不是文件", "请给出文件名"),
    errno.ENAMETOOLONG: ("路径太长", "请换一个短的路径"),
    errno.EIO: ("磁盘读写出错", "请检查磁盘"),
}


def explain_fault(place: Path, error: OSError) -> StorageError:
    """What a failing disk means, where, and what to do.

    >>> print(explain_fault(Path("build"), OSError(errno.ENOSPC, "No space left on device")))
    build: 写不进去：磁盘已满。请清出空间，或写到别的磁盘；没有留下写了一半的文件
    """
    cause, remedy = find_cause(error)
    return StorageError(str(place), f"写不进去：{cause}", f"{remedy}；没有留下写了一半的文件")


def check_folder(folder: Path) -> None:
    """Refuse a folder that a file stands in the way of, before work is spent on what goes into it.

    It looks, and makes nothing. Errors: ``StorageError``, as writing into the folder would give.
    """
    standing = next(part for part in (folder, *folder.absolute().parents) if part.exists())
    if not standing.is_dir():
        raise explain_fault(folder, OSError(errno.EEXIST if standing == folder else errno.ENOTDIR, ""))


def find_cause(error: OSError) -> tuple[str, str]:
    """What an error of a disk means, and what to do."""
    return _CAUSES.get(error.errno or 0, (error.strerror or type(error).__name__, "请检查路径、权限和磁盘"))


def read_fault(text: str) -> OSError:
    """The error of a disk that another program tells in the words of the system; without number when it tells none.

    >>> read_fault('IO Error: Could not write file "a.parquet": No space left on device').errno == errno.ENOSPC
    True
    """
    code = next((code for code in _CAUSES if os.strerror(code) in text), None)
    return OSError(text.splitlines()[0]) if code is None else OSError(code, os.strerror(code))


# model.ttl.4711.part · .linxi-2031-9.4711.part · .a1b2.4711.k3x9_z.part;  not: notes.part (nobody's number)
_UNFINISHED = re.compile(r"\.?(?P<name>.+?)\.[0-9]+(?:\.[a-z0-9_]+)?\.part")


def name_unfinished(target: Path, *, hidden: bool = False) -> Path:
    """What a file or folder is called, beside its place, while this process writes it."""
    return target.with_name(f"{'.' if hidden else ''}{target.name}.{os.getpid()}.part")


def clear_leavings(folder: Path, name: str | None = None) -> None:
    """Take away what a run that was killed left in a folder of what it was writing: of one name, or of all names.

    What is being written is held by its process and stays, and so does everything that is called otherwise.
    """
    for path in sorted(folder.glob("*.part")):
        told = _UNFINISHED.fullmatch(path.name)
        if told is None or name not in (None, told["name"]) or path.is_symlink():
            continue
        held = hold_path(path)
        if held is None:
            continue
        try:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        finally:
            os.close(held)


def hold_path(path: Path) -> int | None:
    """Hold a file or folder as long as this process lives; None when another one holds it, or it cannot be held."""
    try:
        held = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return None
    return held


def _hold_within(held: ExitStack, path: Path) -> None:
    """Hold what is being written until all of it is in its place."""
    descriptor = hold_path(path)
    if descriptor is not None:
        held.callback(os.close, descriptor)


@contextmanager
def telling_faults(
    folder: Path, faults: type[Exception], *, file: Path | None = None, kept: str = ""
) -> Iterator[None]:
    """While somebody else writes into a folder: what goes wrong there is told with its place and what to do.

    ``faults`` is how the writer tells of disks; ``file`` is the one written where the folder holds others too;
    ``kept`` says what a failed run leaves there, if it leaves anything. What concerns other files passes.
    Errors: ``StorageError``.
    """
    place = file or folder
    try:
        yield
    except (OSError, faults) as error:
        if not folder.is_dir():
            raise StorageError(
                str(folder),
                "写不进去：文件夹不存在，或者在写的时候被移走、删除了",
                "请让它留到写完（别的程序也不要写到同一处），再运行一次",
            ) from error
        if str(place) not in str(error):
            raise
        cause, remedy = find_cause(error if isinstance(error, OSError) else read_fault(str(error)))
        raise StorageError(str(place), f"写不进去：{cause}", f"{remedy}{kept}") from error


def write_file(path: Path, payload: bytes) -> None:
    """Write one file whole. Errors: ``StorageError``; what stood there before then still does."""
    write_files({path: payload})


def write_files(files: Mapping[Path, bytes | Iterable[bytes]]) -> None:
    """Write files that belong together; they take their names in the order given, after all were written.

    What is large may come in pieces, made as they are written. A folder that is missing is made.

    Errors: ``StorageError``; nothing is left behind then, no new folder either.
    """
    made: list[Path] = []
    staged: list[tuple[Path, Path]] = []
    place = Path()
    held = ExitStack()
    try:
        for place, payload in files.items():
            if place.exists() and not (place.is_file() or place.is_dir()):
                # a pipe or a device: nothing can be put in its place
                _write(place, payload)
                continue
            target = place.resolve()
            made += _make_folder(target.parent)
            clear_leavings(target.parent, target.name)
            beside = name_unfinished(target)
            staged.append((beside, target))
            beside.touch()
            _hold_within(held, beside)
            _write(beside, payload)
        while staged:
            staged[0][0].replace(staged[0][1])
            staged.pop(0)
        made.clear()
    except OSError as error:
        raise explain_fault(place, error) from error
    finally:
        held.close()
        for beside, _ in staged:
            with suppress(OSError):
                beside.unlink()
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()


def _write(path: Path, payload: bytes | Iterable[bytes]) -> None:
    if isinstance(payload, bytes):
        path.write_bytes(payload)
    else:
        pieces = iter(payload)
        with path.open("wb") as file:
            # a small piece costs as much to hand over as a large one
            while joined := b"".join(islice(pieces, _TOGETHER)):
                file.write(joined)


_TOGETHER = 4096
"""Pieces of a file that are handed over at once."""


def write_folder(folder: Path, files: Mapping[str, bytes], within: Iterable[str] = ()) -> None:
    """Write a new folder whole, from what stands at each relative path in it; it may stand there empty.

    ``within`` are folders in it that are made although nothing stands in them yet.

    Errors: ``StorageError``, also when something has come to stand in it meanwhile; nothing is left behind then, and
    what stood there stands.
    """
    target = folder.absolute()
    beside = name_unfinished(target, hidden=True)
    made: list[Path] = []
    held = ExitStack()
    try:
        made += _make_folder(target.parent)
        clear_leavings(target.parent, target.name)
        beside.mkdir()
        _hold_within(held, beside)
        for name in within:
            _make_folder(beside / name)
        for name, payload in files.items():
            _make_folder((beside / name).parent)
            (beside / name).write_bytes(payload)
        beside.replace(target)
        made.clear()
    except OSError as error:
        raise explain_fault(folder, error) from error
    finally:
        held.close()
        shutil.rmtree(beside, ignore_errors=True)
        for above in reversed(made):
            with suppress(OSError):
                above.rmdir()


def _make_folder(folder: Path) -> list[Path]:
    """Make a folder and those above it; the ones that were not there, from the top."""
    missing = [part for part in (folder, *folder.parents) if not part.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]
