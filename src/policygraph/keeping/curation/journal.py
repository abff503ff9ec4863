"""The journal of a document's curation: one line for each action, with who, when, what, and what stood there before.

``model.ttl`` is the truth and the journal its history: nothing is read from it but to list, to undo, and to know which
proposals somebody has already decided, so that a new draft does not propose them again. Lines are only added; an action
that is taken back is followed by a line that says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from policygraph.errors import DataError
from policygraph.keeping.curation.cases import JOURNAL, Case

ADDED = "line"
"""The action by which somebody adds a line for a condition to the draft."""
ACTIONS = (
    "draft",
    "accept",
    "edit",
    "answer",
    "reject",
    "write",
    ADDED,
    "remove",
    "settle",
    "reopen",
    "register",
    "assign",
    "undo",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One action: its number in the document, who, when (ISO), what on which thing of which kind.

    ``before`` and ``after`` give, by file and IRI below ``id/``, the Turtle of what stood and stands there; None for
    nothing. ``batch`` is the number of the first action of those done together; ``undoes`` the number taken back.
    """

    number: int
    batch: int
    at: str
    by: str
    action: str
    kind: str
    subject: str
    before: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    after: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    note: str = ""
    undoes: int | None = None


def read_journal(case: Case) -> tuple[Entry, ...]:
    """The actions on a document, the oldest first; empty when there was none. Errors: ``DataError`` with the line."""
    entries: list[Entry] = []
    for number, line in enumerate(case.text(JOURNAL).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entries.append(Entry(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise DataError(
                f"{case.folder / JOURNAL}:{number}",
                f"不是整理日志的一行（{error}）",
                "日志只由程序追加；请从版本库恢复这个文件",
            ) from error
    return tuple(entries)


def write_entries(entries: Iterable[Entry]) -> str:
    """Entries as lines of the file."""
    return "".join(
        json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for entry in entries
    )


def decided(entries: Iterable[Entry]) -> dict[str, str]:
    """What was decided last about each proposal and still stands, by address: ``accept`` or ``reject``."""
    everything = tuple(entries)
    undone = {entry.undoes for entry in everything if entry.undoes is not None}
    return {
        entry.subject: entry.action
        for entry in everything
        if entry.action in ("accept", "reject") and entry.number not in undone
    }


def list_rejected(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The rejections that still stand, the oldest first: neither taken back, nor proposed and decided on again."""
    everything = tuple(entries)
    undone = {entry.undoes for entry in everything if entry.undoes is not None}
    last = {e.subject: e for e in everything if e.action in ("accept", "reject") and e.number not in undone}
    return tuple(entry for entry in last.values() if entry.action == "reject")


def list_touched(entries: Iterable[Entry], file: str) -> dict[str, tuple[str, ...]]:
    """What people wrote into a file and nobody took back: by address, what stood there before each of the changes.

    A thing that was taken away, decided on for example, is none of them.
    """
    everything = tuple(entries)
    undone = {entry.undoes for entry in everything if entry.undoes is not None}
    found: dict[str, tuple[str, ...]] = {}
    for entry in everything:
        if entry.action != "undo" and entry.number not in undone:
            before = entry.before.get(file, {})
            for address, text in entry.after.get(file, {}).items():
                found.setdefault(address, ())
                if text is None:
                    del found[address]
                else:
                    found[address] += (before.get(address) or "",)
    return found


def list_added(entries: Iterable[Entry]) -> frozenset[str]:
    """The lines, by address, that somebody has added for a condition and nobody took back: no draft proposes them."""
    everything = tuple(entries)
    undone = {entry.undoes for entry in everything if entry.undoes is not None}
    return frozenset(entry.subject for entry in everything if entry.action == ADDED and entry.number not in undone)


def last_batch(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The actions done together last that still stand, the latest first; empty when nothing is left to take back."""
    everything = tuple(entries)
    undone = {entry.undoes for entry in everything if entry.undoes is not None}
    standing = [e for e in everything if e.action not in ("undo", "draft") and e.number not in undone]
    if not standing:
        return ()
    batch = standing[-1].batch
    return tuple(entry for entry in reversed(standing) if entry.batch == batch)
