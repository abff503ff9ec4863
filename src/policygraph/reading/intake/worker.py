"""The process that reads one file that somebody sent, and ends: bytes on its input, sheets as JSON on its output.

A spreadsheet is compressed XML that a stranger wrote; whatever it makes a reader do happens here, where memory,
processor time and output have limits of the kernel and the parent may kill at any moment. JSON and not pickle, because
what the child says is read by the service. Run as ``python -m policygraph.reading.intake.worker MEMORY SECONDS``;
no file is opened or written.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from policygraph.errors import LimitError, PolicygraphError
from policygraph.reading.intake.exports import read_export
from policygraph.reading.intake.workbooks import Limits, Problem, Sheet, read_file


def write_answer(sheets: Sequence[Sheet]) -> dict[str, Any]:  # Any: JSON
    """Sheets as values that ``encode_cell`` makes JSON of: of the cells only dates and times need it."""
    return {
        "sheets": [
            {
                "name": sheet.name,
                "rows": sheet.rows,
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


def read_answer(text: bytes | str) -> dict[str, Any]:  # Any: JSON
    """What the process said: the sheets under ``sheets``, or why it refused. Errors: ``ValueError`` for no JSON.

    >>> sheet = Sheet("a", ((2, ("x", 1.5, None, date(2026, 1, 1), time(8, 30))),), (Problem(3, "A3", "错", "改"),))
    >>> read_answer(json.dumps(write_answer([sheet]), default=encode_cell))["sheets"] == (sheet,)
    True
    """
    answer: dict[str, Any] = json.loads(text, object_hook=_decode)
    if "sheets" in answer:
        answer["sheets"] = tuple(map(_read_sheet, answer["sheets"]))
    return answer


def _read_sheet(found: dict[str, Any]) -> Sheet:  # Any: JSON
    return Sheet(
        name=str(found["name"]),
        rows=tuple((number, tuple(cells)) for number, cells in found["rows"]),
        problems=tuple(Problem(**problem) for problem in found["problems"]),
        merged=tuple((int(first), int(last), str(address)) for first, last, address in found["merged"]),
        hidden=tuple(map(str, found["hidden"])),
        formulas=int(found["formulas"]),
        note=str(found["note"]),
        date1904=bool(found["date1904"]),
    )


def encode_cell(cell: object) -> dict[str, str]:
    """A date or a time as an object of one key; all else is JSON by itself. Errors: ``TypeError`` for anything else."""
    if isinstance(cell, datetime):
        return {"at": cell.isoformat()}
    if isinstance(cell, date):
        return {"on": cell.isoformat()}
    if isinstance(cell, time):
        return {"time": cell.isoformat()}
    raise TypeError(type(cell).__name__)


def _decode(found: dict[str, Any]) -> object:  # Any: JSON
    if len(found) != 1:
        return found
    ((key, value),) = found.items()
    if key == "on":
        return date.fromisoformat(value)
    if key == "at":
        return datetime.fromisoformat(value)
    return time.fromisoformat(value) if key == "time" else found


def main() -> None:
    """Entry point: the two arguments are MiB above what is in use at the start, and seconds of processor time."""
    gc.disable()  # nothing here is a cycle, and the process ends with the file
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    in_use = 1 << 28  # mapped libraries; address space is what the kernel can limit
    resource.setrlimit(resource.RLIMIT_AS, (in_use + memory * 2**20, in_use + memory * 2**20))
    head = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    answer: dict[str, Any]
    try:
        read = read_export if head["exported"] else read_file
        answer = write_answer(read(head["place"], data, Limits(**head["limits"])))
    except PolicygraphError as wrong:
        kind = "limit" if isinstance(wrong, LimitError) else "input"
        answer = {"refused": kind, "place": wrong.place, "cause": wrong.cause, "remedy": wrong.remedy}
    except MemoryError:
        answer = {"refused": "memory"}
    sys.stdout.buffer.write(
        json.dumps(answer, ensure_ascii=False, default=encode_cell).encode("utf-8", "surrogatepass")
    )


if __name__ == "__main__":
    main()
