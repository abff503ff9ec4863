"""The process that reads one file that somebody sent, and ends: bytes on its input, the content as JSON on its output.

A spreadsheet is compressed XML that a stranger wrote; whatever it makes a reader do happens here, where memory,
processor time and output have limits of the kernel and the parent may kill at any moment. JSON and not pickle, because
what the child says is read by the service. Run as ``python -m policygraph.reading.intake.worker MEMORY SECONDS TASK``;
no file is opened or written.
"""

from __future__ import annotations

import codecs
import gc
import json
import resource
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from policygraph.errors import LimitError, PolicygraphError
from policygraph.reading.intake.exports import read_export
from policygraph.reading.intake.workbooks import ALIKE, Cell, Limits, Problem, Sheet, read_file, read_text


def write_answer(sheets: Sequence[Sheet]) -> dict[str, Any]:  # Any: JSON
    """Sheets as values that ``encode_cell`` makes JSON of: of the cells only dates and times need it."""
    return {
        "sheets": [
            {
                "name": sheet.name,
                **_tell_rows(sheet.rows),
                "problems": [asdict(problem) for problem in sheet.problems],
                "merged": sheet.merged,
                "hidden": sheet.hidden,
                "formulas": sheet.formulas,
                "note": sheet.note,
                "date1904": sheet.date1904,
            }
            for sheet in sheets
        ]
    }


def read_answer(answer: dict[str, Any]) -> tuple[Sheet, ...]:  # Any: JSON
    """The inverse of ``write_answer``, of JSON that was read with ``decode_cell``.

    >>> sheet = Sheet("a", ((2, ("x", 1.5, None, date(2026, 1, 1), time(8, 30))),), (Problem(3, "A3", "错", "改"),))
    >>> said = json.dumps(write_answer([sheet]), default=encode_cell)
    >>> read_answer(json.loads(said, object_hook=decode_cell)) == (sheet,)
    True
    >>> repeated = Sheet("b", tuple((number, ("罚款", number, None)) for number in range(1, 9)))
    >>> said = json.dumps(write_answer([repeated]), ensure_ascii=False)
    >>> said.count("罚款"), read_answer(json.loads(said)) == (repeated,)
    (1, True)
    """
    return tuple(
        Sheet(
            name=str(found["name"]),
            rows=_hear_rows(found),
            problems=tuple(Problem(**problem) for problem in found["problems"]),
            merged=tuple((int(first), int(last), str(address)) for first, last, address in found["merged"]),
            hidden=tuple(map(str, found["hidden"])),
            formulas=int(found["formulas"]),
            note=str(found["note"]),
            date1904=bool(found["date1904"]),
        )
        for found in answer["sheets"]
    )


def _tell_rows(rows: Sequence[tuple[int, Sequence[Cell]]]) -> dict[str, Any]:  # Any: JSON
    """Rows of one width column by column, which is shorter and sooner read; others row by row."""
    if not rows or {len(cells) for _, cells in rows} != {len(rows[0][1]) or None}:
        return {"rows": rows}
    columns = zip(*(cells for _, cells in rows), strict=True)
    return {"numbers": [number for number, _ in rows], "columns": [_tell_column(column) for column in columns]}


def _tell_column(column: Sequence[Cell]) -> dict[str, Any]:  # Any: JSON
    """The cells of a column; one that repeats itself says each value once, and where it stands."""
    begin = column[:_LOOKED_AT]
    # of numbers and truths equal ones are not alike: 1, 1.0 and True
    if 2 * len(set(begin)) <= len(begin) and ALIKE.issuperset(map(type, column)):
        distinct = dict.fromkeys(column)
        places = dict(zip(distinct, range(len(distinct)), strict=True))
        return {"cells": list(distinct), "places": list(map(places.__getitem__, column))}
    return {"cells": column, "places": None}


_LOOKED_AT = 1000
"""By so many cells a column is taken for one that repeats itself."""


def _hear_rows(found: dict[str, Any]) -> tuple[tuple[int, tuple[Cell, ...]], ...]:  # Any: JSON
    """The inverse of ``_tell_rows``."""
    if "rows" in found:
        return tuple((number, tuple(cells)) for number, cells in found["rows"])
    columns = [
        told["cells"] if told["places"] is None else map(told["cells"].__getitem__, told["places"])
        for told in found["columns"]
    ]
    return tuple(zip(found["numbers"], zip(*columns, strict=True), strict=True))


def encode_cell(cell: object) -> dict[str, str]:
    """A date or a time as an object of one key; all else is JSON by itself. Errors: ``TypeError`` for anything else."""
    if isinstance(cell, datetime):
        return {"at": cell.isoformat()}
    if isinstance(cell, date):
        return {"on": cell.isoformat()}
    if isinstance(cell, time):
        return {"time": cell.isoformat()}
    raise TypeError(type(cell).__name__)


def decode_cell(found: dict[str, Any]) -> object:  # Any: JSON
    """The inverse of ``encode_cell``; any other object stays what it is."""
    if len(found) != 1:
        return found
    ((key, value),) = found.items()
    if key == "on":
        return date.fromisoformat(value)
    if key == "at":
        return datetime.fromisoformat(value)
    return time.fromisoformat(value) if key == "time" else found


def limit_self(memory: int, seconds: int, files: int = 0) -> list[str]:
    """Give up what reading needs not: MiB beyond what is in use now, seconds of processor, files, sockets, writing.

    ``files`` are those that may be open: the tables of characters that a PDF names are read when it names them.

    What was achieved, by name; a kernel without a limit does not keep the file from being read, but it is told.
    """
    # each codec is a file of its own, opened when it is first wanted: now, while files may still be opened
    for codec in ("gb18030", "cp437", "utf-8-sig", "utf-16-le", "utf-16-be"):
        codecs.lookup(codec)
    try:
        with open("/proc/self/statm", encoding="ascii") as statistics:  # noqa: PTH123 - pathlib would be one import more
            in_use = int(statistics.read().split()[0]) * resource.getpagesize()
    except OSError:
        in_use = 1 << 28
    most = in_use + memory * 2**20
    wanted = (
        ("no core dumps", resource.RLIMIT_CORE, (0, 0)),
        ("no file writes", resource.RLIMIT_FSIZE, (0, 0)),
        ("few file descriptors" if files else "no file or socket descriptors", resource.RLIMIT_NOFILE, (files, files)),
        ("processor limit", resource.RLIMIT_CPU, (seconds, seconds + 1)),
        ("memory limit", resource.RLIMIT_AS, (most, most)),
    )
    achieved = []
    for name, limit, value in wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, value)
            achieved.append(name)
    return achieved


def _read_sheets(place: str, data: bytes, limits: Limits) -> dict[str, Any]:  # Any: JSON
    return write_answer(read_file(place, data, limits))


def _read_export(place: str, data: bytes, limits: Limits) -> dict[str, Any]:  # Any: JSON
    return write_answer(read_export(place, data, limits))


def _read_text(place: str, data: bytes, limits: Limits) -> dict[str, Any]:  # Any: JSON
    return write_answer([read_text(place, data, limits)])


_FILES = {"sheets": 0, "export": 0, "text": 0, "turtle": 0, "graph": 0, "document": 16}
_READERS = {"sheets": _read_sheets, "export": _read_export, "text": _read_text}


def choose_reader(task: str) -> Callable[[str, bytes, Limits], dict[str, Any]]:  # Any: JSON
    """What reads a file for a task; what it needs is imported here, while files may still be opened."""
    if task == "document":
        from policygraph.reading.intake.documents import load_readers

        read_document = load_readers()
        return lambda place, data, _: asdict(read_document(place, data))
    if task == "turtle":
        from policygraph.reading.intake.triples import read_turtle, tell_triples

        read_turtle("", b"")  # the parser is a plug-in, imported when it is first wanted
        return lambda place, data, _: {"triples": tell_triples(read_turtle(place, data))}
    if task == "graph":
        from policygraph.reading.intake.triples import read_graph

        return lambda place, data, _: {"triples": read_graph(place, data)}
    return _READERS[task]


def main() -> None:
    """Entry point: MiB above what is in use at the start, seconds of processor time, and what is to be read."""
    gc.disable()  # nothing here is a cycle, and the process ends with the file
    read = choose_reader(sys.argv[3])
    isolation = limit_self(int(sys.argv[1]), int(sys.argv[2]), _FILES[sys.argv[3]])
    head = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    limits = Limits(**head["limits"])
    answer: dict[str, Any]
    try:
        answer = read(head["place"], data, limits)
    except PolicygraphError as wrong:
        kind = "limit" if isinstance(wrong, LimitError) else "input"
        answer = {"refused": kind, "place": wrong.place, "cause": wrong.cause, "remedy": wrong.remedy}
    except MemoryError:
        answer = {"refused": "memory"}
    said = _write(answer | {"isolation": isolation})
    if len(said) > limits.answer:
        cause = f"内容写出来超过 {limits.answer:,} 字节"
        said = _write({"refused": "limit", "place": head["place"], "cause": cause, "remedy": limits.remedy})
    sys.stdout.buffer.write(said)


def _write(answer: dict[str, Any]) -> bytes:  # Any: JSON
    said = json.dumps(answer, ensure_ascii=False, separators=(",", ":"), default=encode_cell)
    return said.encode("utf-8", "surrogatepass")


if __name__ == "__main__":
    main()
