"""A register that somebody sends: an Excel workbook or a zip of CSV files, read in memory and forgotten.

Facts about businesses and people are not for keeping, so nothing here writes to a disk. Both formats are compressed,
so what they unpack to is bounded before it is unpacked; names inside an archive are never used as paths.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from policygraph.errors import InputError, LimitError
from policygraph.registers.reading import Sheet, decode, read_sheets
from policygraph.rules.codes import Codes
from policygraph.rules.facts import TABLE, Register

MOST_BYTES = 1_000_000
"""The largest file that is taken; a larger register belongs on the command line."""
MOST_UNPACKED = 16_000_000
"""What a file may unpack to."""


def read_upload(
    name: str, data: bytes, *, conditions: Iterable[str] | None = None, codes: Codes | None = None
) -> Register:
    """The register in a file that was sent: ``.xlsx``, or ``.zip`` with ``enterprises.csv`` and the other tables.

    Errors: ``InputError`` for another format, ``LimitError`` for one too large, ``RegisterError`` for wrong cells.
    """
    place = PurePosixPath(name.replace("\\", "/")).name or "register"
    if len(data) > MOST_BYTES:
        raise LimitError(place, f"文件超过 {MOST_BYTES:,} 字节", "更大的登记册请用 policygraph decide 或 screen")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
                raise LimitError(place, "解压后过大", "更大的登记册请用 policygraph decide 或 screen")
            if "xl/workbook.xml" in archive.namelist():
                return read_sheets(place, _read_workbook(data), conditions=conditions, codes=codes)
            return read_sheets(place, _read_archive(archive), conditions=conditions, codes=codes)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as wrong:
        raise InputError(place, "不是 .xlsx 工作簿，也不是 CSV 文件的 .zip", "用 Excel 或 WPS 另存为 .xlsx") from wrong


def _read_workbook(data: bytes) -> dict[str, Sheet]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        return {
            name: [(number, list(row)) for number, row in enumerate(book[name].iter_rows(values_only=True), start=1)]
            for name in book.sheetnames
        }
    finally:
        book.close()


def _read_archive(archive: zipfile.ZipFile) -> dict[str, Sheet]:
    """The CSV files of an archive by their bare names; what is no CSV file is passed over."""
    sheets: dict[str, Sheet] = {}
    for item in archive.infolist():
        path = PurePosixPath(item.filename)
        if path.suffix.lower() != ".csv" or "__MACOSX" in path.parts:
            continue
        text, _ = decode(archive.read(item), path.name)
        sheets[path.name] = _csv_rows(text)
    if not any(name.removesuffix(".csv") in TABLE for name in sheets):
        raise InputError("zip", "压缩包里没有登记册的表", f"放入 {'、'.join(f'{name}.csv' for name in TABLE)}")
    return sheets


def _csv_rows(text: str) -> Iterator[tuple[int, list[object]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    for row in reader:
        yield reader.line_num, list(row)
