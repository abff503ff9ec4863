"""A small writer of old workbooks (``.xls``, BIFF8 in a compound file), so that tests need no binary fixtures.

Only what the tests need: one stream, sheets of texts, numbers, days, error values and merged ranges, either epoch.
Layout after the published formats [MS-XLS] and [MS-CFB].
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """An error cell, ``#DIV/0!`` unless told otherwise."""

    code: int = 0x07


def make_xls(
    sheets: Mapping[str, Sequence[Sequence[object]]],
    *,
    date1904: bool = False,
    merged: Sequence[tuple[int, int, int, int]] = (),
) -> bytes:
    """A workbook; ``merged``: first row, last row, first column, last column of ranges of every sheet, from 0."""
    bodies = [_sheet(rows, merged, date1904) for rows in sheets.values()]
    globals_ = [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))]
    globals_ += [_record(0x0042, struct.pack("<H", 1200)), _record(0x0022, struct.pack("<H", date1904))]
    globals_ += [_record(0x00E0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 14)]
    heads = [struct.pack("<I", 0) + bytes(2) + _short(name) for name in sheets]
    size = sum(map(len, globals_)) + sum(4 + len(head) for head in heads) + 4
    for place, head in enumerate(heads):
        start = size + sum(map(len, bodies[:place]))
        globals_.append(_record(0x0085, struct.pack("<I", start) + head[4:]))
    return _compound(b"".join([*globals_, _record(0x000A, b""), *bodies]))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _short(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def _sheet(rows: Sequence[Sequence[object]], merged: Sequence[tuple[int, int, int, int]], date1904: bool) -> bytes:
    width = max((len(row) for row in rows), default=0)
    found = [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))]
    found.append(_record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0)))
    epoch = date(1904, 1, 1) if date1904 else date(1899, 12, 30)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(cell, ErrorValue):
                found.append(_record(0x0205, place + struct.pack("<BB", cell.code, 1)))
            elif isinstance(cell, date):
                place = struct.pack("<HHH", number, column, 1)
                found.append(_record(0x0203, place + struct.pack("<d", (cell - epoch).days)))
            elif isinstance(cell, (int, float)):
                found.append(_record(0x0203, place + struct.pack("<d", cell)))
            elif cell is not None:
                text = str(cell)
                body = struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
                found.append(_record(0x0204, place + body))
    if merged:
        found.append(
            _record(0x00E5, struct.pack("<H", len(merged)) + b"".join(struct.pack("<HHHH", *m) for m in merged))
        )
    return b"".join([*found, _record(0x000A, b"")])


def _compound(stream: bytes) -> bytes:
    """One stream named Workbook in a compound file."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    sectors = len(stream) // SECTOR
    fats = 1
    while fats * 128 < sectors + 1 + fats:
        fats += 1
    table = [*range(1, sectors), END, END, *[FAT] * fats]
    table += [FREE] * (fats * 128 - len(table))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, fats, sectors, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", *range(sectors + 1, sectors + 1 + fats), *[FREE] * (109 - fats))
    entries = [_entry("Root Entry", 5, 1, END, 0), _entry("Workbook", 2, FREE, 0, len(stream)), bytes(256)]
    return header + stream + b"".join(entries) + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
