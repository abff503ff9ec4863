"""The desk of a workspace that stays open: for a page, which would not read the world anew at each action.

A command opens a desk, does one thing and ends. A service keeps one; what it knows it reads again when one of the files
behind it has changed, and only then. A document's own reading is kept with the bytes that it was read from. What people
change (draft, model, states, journal) is read at each action, because another program may have changed it just now.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from policygraph.errors import NotFoundError
from policygraph.keeping.curation.cases import Case, Desk, open_case, open_desk
from policygraph.keeping.workspace import SOURCE, Workspace
from policygraph.reading.texts import Reading

Stamp = tuple[tuple[str, int, int, int], ...]
"""Files with size, time and inode: another one when one of them was changed, added or taken away."""


class Bench:
    """An open desk over the workspace that a function opens."""

    def __init__(self, find: Callable[[], Workspace]) -> None:
        self._find = find
        self._lock = threading.Lock()
        self._desk: tuple[Stamp, Desk] | None = None
        self._readings: dict[str, tuple[Stamp, Desk, Reading]] = {}

    def desk(self) -> Desk:
        """The desk as the files are now. Errors: ``DataError`` for a file that is broken."""
        workspace = self._find()
        stamp = _stamp(path for home in workspace.all for path in _knowledge_files(home))
        with self._lock:
            if self._desk is None or self._desk[0] != stamp:
                self._desk = (stamp, open_desk(workspace))
            return self._desk[1]

    def documents(self) -> tuple[str, ...]:
        """The ids of the documents that may be curated here: the workspace's own, and none of those beside it."""
        return self._find().documents()

    def case(self, identifier: str) -> Case:
        """A document of the workspace's own, with its reading. Errors: ``NotFoundError`` with the ids there are."""
        if identifier not in self.documents():
            known = "、".join(self.documents()) or "（没有）"
            raise NotFoundError(
                identifier[:60], "这个工作区里没有这份文件", f"已有的文件: {known}；加一份用 policygraph add FILE"
            )
        desk = self.desk()
        case = open_case(desk, identifier)
        stamp = _stamp((case.folder / SOURCE, case.folder / "metadata.ttl"))
        with self._lock:
            kept = self._readings.get(identifier)
        if kept is None or kept[0] != stamp or kept[1] is not desk:
            kept = (stamp, desk, case.reading)
            with self._lock:
                self._readings[identifier] = kept
        return open_case(desk, identifier, kept[2])


def _knowledge_files(home: Workspace) -> Iterable[Path]:
    documents = home.root / "documents"
    return (path for path in home.list_files() if documents not in path.parents)


def _stamp(paths: Iterable[Path]) -> Stamp:
    found = []
    for path in paths:
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        found.append((str(path), status.st_size, status.st_mtime_ns, status.st_ino))
    return tuple(found)
