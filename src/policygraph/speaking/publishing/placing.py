"""The folder of a published site: written beside its place and put there whole, never over what somebody else keeps.

A list of the files stands in the folder (``published.json``), so that the next site may take its place: only a folder
that holds nothing but what such a list names is replaced. A folder with a repository or notes of its own is refused.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from policygraph.errors import StorageError
from policygraph.keeping.writing import check_folder, explain_fault, hold_path

LIST = "published.json"
STAGED = ".staged-by-policygraph-publish"
"""The mark of a folder that is being written; the folder that takes the place of a site has it no more."""
SHOWN = 3


@dataclass(slots=True)
class Folder:
    """A site while it is written, beside its place; not yet there."""

    path: Path
    digests: dict[str, str] = field(default_factory=dict)
    size: int = 0
    _made: set[Path] = field(default_factory=set)

    def write(self, file: str, content: bytes) -> None:
        """Write one file of the site. Errors: ``OSError``."""
        target = self.path / file
        if target.parent not in self._made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(target.parent)
        target.write_bytes(content)
        self.digests[file] = hashlib.sha256(content).hexdigest()
        self.size += len(content)


def check_place(folder: Path) -> None:
    """Refuse a place that cannot be taken, before work is spent: it is no folder, or holds what is not ours.

    Errors: ``StorageError``.
    """
    check_folder(folder)
    strange = find_strange(folder) if folder.exists() else []
    if strange:
        raise StorageError(
            str(folder),
            f"已有不是 publish 写的内容：{'、'.join(strange[:SHOWN])}{' 等' if len(strange) > SHOWN else ''}",
            "请换一个空的或不存在的文件夹；没有改动任何文件",
        )


def find_strange(folder: Path) -> list[str]:
    """What lies in a folder and is no file of a site that was published there; empty for an empty folder."""
    try:
        told = json.loads((folder / LIST).read_text(encoding="utf-8"))
        ours = {LIST, *told["files"]} if isinstance(told["files"], dict) else set[str]()
    except (OSError, ValueError, TypeError, KeyError):
        ours = set()
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir() or not any(path.iterdir()))
    return sorted({name for path in found if (name := path.relative_to(folder).as_posix()) not in ours})


@contextmanager
def write_folder(place: Path, about: Mapping[str, object]) -> Iterator[Folder]:
    """A folder to write a site into; it takes its place when all of it is written, with ``about`` in its list.

    Errors: those of ``check_place``; ``StorageError`` for a disk that does not take it. Nothing has changed then.
    """
    check_place(place)
    target = place.resolve()
    staged: Path | None = None
    held: int | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        clear_leavings(target)
        staged = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.new-"))
        held = hold_path(staged)
        (staged / STAGED).touch()
        folder = Folder(staged)
        yield folder
        told = {**about, "files": dict(sorted(folder.digests.items()))}
        text = json.dumps(told, ensure_ascii=False, indent=1)
        (staged / LIST).write_text(f"{text}\n", encoding="utf-8")
        (staged / STAGED).unlink()
        staged.chmod(0o755)
        # somebody may have put something there meanwhile
        check_place(place)
        _exchange(staged, target)
    except OSError as error:
        raise explain_fault(place, error) from error
    finally:
        if staged is not None:
            shutil.rmtree(staged, ignore_errors=True)
        if held is not None:
            os.close(held)


def clear_leavings(target: Path) -> None:
    """Take away what a run that was killed left beside a site: only folders that are ours and that nobody writes.

    A folder that is being written is held by its process, and the hold ends with it; ours is one that has our mark, or
    is a site and nothing else, or empty. A run that was killed after the former site was moved and before the new one
    stood left none: the former one stands again. Everything else is left as it is.
    """
    beside = f".{glob.escape(target.name)}"
    for folder in sorted((*target.parent.glob(f"{beside}.old-*"), *target.parent.glob(f"{beside}.new-*"))):
        if folder.is_symlink() or not _is_ours(folder):
            continue
        held = hold_path(folder)
        if held is None:
            continue
        if folder.name.startswith(f".{target.name}.old-") and not target.exists():
            folder.rename(target)
        else:
            shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _is_ours(folder: Path) -> bool:
    """Whether a folder has our mark, or is a site that was published and nothing else, or is empty."""
    if not folder.is_dir():
        return False
    whole = (folder / LIST).is_file() and not find_strange(folder)
    return whole or (folder / STAGED).is_file() or not any(folder.iterdir())


def _exchange(staged: Path, target: Path) -> None:
    """Put a folder in the place of another one, which comes back if that fails."""
    if not target.exists():
        staged.rename(target)
        return
    former = target.with_name(f".{target.name}.old-{os.getpid()}")
    held = hold_path(target)
    try:
        target.rename(former)
        try:
            staged.rename(target)
        except OSError:
            with suppress(OSError):
                former.rename(target)
            raise
        shutil.rmtree(former, ignore_errors=True)
    finally:
        if held is not None:
            os.close(held)
