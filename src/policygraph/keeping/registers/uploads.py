"""A register that somebody sends: an Excel workbook or a zip of CSV files, read in memory and forgotten.

Facts about businesses and people are not for keeping, so nothing here writes to a disk. What a stranger's file makes a
reader do happens in a process of its own (``reading.intake``), bounded in memory and time; only cells come back.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import Register
from policygraph.keeping.registers.reading import read_book
from policygraph.reading.intake.running import FOR_UPLOADS, read_apart
from policygraph.reading.intake.workbooks import UPLOAD

MOST_BYTES = UPLOAD.packed
"""The largest file that is taken; a larger register belongs on the command line."""


def read_upload(
    name: str, data: bytes, *, conditions: Iterable[str] | None = None, codes: Codes | None = None
) -> Register:
    """The register in a file that was sent: ``.xlsx``, or ``.zip`` with ``enterprises.csv`` and the other tables.

    Errors: ``InputError`` for another format, ``LimitError`` for one that is too large or takes too much to read,
    ``RegisterError`` for wrong cells.
    """
    place = PurePosixPath(name.replace("\\", "/")).name or "register"
    return read_book(place, read_apart(place, data, FOR_UPLOADS), conditions=conditions, codes=codes)
