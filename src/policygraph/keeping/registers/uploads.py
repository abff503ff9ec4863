"""A register that somebody sends: an Excel workbook or a zip of CSV files, read in memory and forgotten.

Facts about businesses and people are not for keeping, so nothing here writes to a disk. What a stranger's file makes a
reader do happens in a process of its own (``reading.intake``), bounded in memory and time; only cells come back.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from policygraph.errors import LimitError
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import Register
from policygraph.keeping.registers.reading import read_book
from policygraph.reading.intake.running import FOR_UPLOADS, UPLOADS, read_apart
from policygraph.reading.intake.workbooks import UPLOAD

MOST_BYTES = UPLOAD.packed
"""The largest file that is taken; a larger register belongs on the command line."""
MOST_ROWS = 400
"""Rows of all tables together: each costs a thousandth of a second for every policy and enterprise it bears on."""


def read_upload(
    name: str,
    data: bytes,
    *,
    conditions: Iterable[str] | None = None,
    codes: Codes | None = None,
) -> Register:
    """The register in a file that was sent: ``.xlsx``, or ``.zip`` with ``enterprises.csv`` and the other tables.

    Errors: ``InputError`` for another format, ``LimitError`` for one that is too large or takes too much to read,
    ``RegisterError`` for wrong cells, ``UnavailableError`` while others are being read.
    """
    place = PurePosixPath(name.replace("\\", "/")).name or "register"
    with UPLOADS.take_turn(place):
        sheets = read_apart(place, data, FOR_UPLOADS)
    rows = 0
    for sheet in sheets:
        rows += len(sheet.rows)
        if rows > MOST_ROWS:
            place = f"{place}[{sheet.name}]"
            raise LimitError(place, f"到这个表已超过 {MOST_ROWS} 行，网页一次不能处理", UPLOAD.remedy)
    return read_book(place, sheets, conditions=conditions, codes=codes)
