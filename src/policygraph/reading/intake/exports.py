"""Files as other systems export them: workbooks old and new, and text in any of the common encodings and separators.

A register of our own is UTF-8 or GB18030 with commas; an export is what a program of 2009 wrote: ``.xls``, tabs named
``.csv``, UTF-16. What a file is follows from its bytes, never from its name. An old workbook is read by calamine too,
which gives an error value as an empty text, so its records are walked once before (MS-XLS over MS-CFB, read only as
far as this needs): error values are named, cells and rectangle bounded, an encrypted one refused, the epoch found. A
formula that was never calculated cannot be told from a result there; Excel and WPS always store results.

A separator is found by counting: the one that gives the most lines of the head the same number of cells, more than
one. A file of one column has none.
"""

from __future__ import annotations

import codecs
import io
import struct
from collections import Counter
from collections.abc import Iterator

import python_calamine

from policygraph.errors import InputError, LimitError
from policygraph.reading.intake import workbooks
from policygraph.reading.intake.workbooks import Cell, Limits, Problem, Sheet, name_column

SEPARATORS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线"}
HEAD = 50
"""How many lines are looked at for the separator."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "用 Excel 或 WPS 打开后另存为 .xlsx 或 UTF-8 编码的 CSV"
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


def read_export(place: str, data: bytes, limits: Limits) -> tuple[Sheet, ...]:
    """The sheets of an exported file, by what its bytes are; text is one sheet without a name.

    Errors: ``InputError`` for what is neither workbook nor text; ``LimitError`` with the bound that was passed.
    """
    if len(data) > limits.packed:
        raise LimitError(place, f"文件超过 {limits.packed:,} 字节", limits.remedy)
    if data.startswith(_OLE):
        return read_old_workbook(place, data, limits)
    if data.startswith(b"PK\x03\x04"):
        return workbooks.read_file(place, data, limits)
    return (read_export_text(place, data, limits),)


def read_export_text(place: str, data: bytes, limits: Limits) -> Sheet:
    """Text as one sheet: UTF-8, UTF-16 or GB18030; comma, tab, semicolon or bar. Errors as ``read_export``."""
    text, encoding = decode_export(data, place)
    if text.lstrip()[:200].lower().startswith(("<html", "<!doctype html", "<table", "<?xml", "<meta")):
        raise InputError(place, "是网页或 XML，不是表格（有的系统把网页存成 .xls）", _SAVE_AS)
    separator = find_separator(text)
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    problems: list[Problem] = []
    cells = 0
    for number, row in workbooks.parse_csv(text, separator):
        if isinstance(row, Problem):
            problems.append(row)
        elif any(row):
            cells += len(row)
            if cells > limits.area:
                raise LimitError(place, f"超过 {limits.area:,} 格", limits.remedy)
            rows.append((number, tuple(row)))
    return Sheet("", tuple(rows), tuple(problems), note=f"{encoding}，以{SEPARATORS[separator]}分隔")


def decode_export(data: bytes, place: str) -> tuple[str, str]:
    """Text and its encoding: UTF-16 by its mark or by the zero bytes of its line ends, else as registers are decoded.

    >>> [decode_export("文号,A\\n".encode(name), "a.csv") for name in ("utf-16", "utf-16-be")]
    [('文号,A\\n', 'UTF-16'), ('文号,A\\n', 'UTF-16')]
    """
    for mark, ends, name in (
        (codecs.BOM_UTF16_LE, b"\n\0", "utf-16-le"),
        (codecs.BOM_UTF16_BE, b"\0\n", "utf-16-be"),
    ):
        marked = data.startswith(mark)
        if marked or (len(data) % 2 == 0 and data[: 1 << 16].count(b"\0") and _stands_even(data, ends)):
            try:
                return data.decode(name).removeprefix("\ufeff"), "UTF-16"
            except UnicodeDecodeError as wrong:
                if marked:
                    cause = f"以 UTF-16 的标记开头，第 {wrong.start} 字节却不是 UTF-16"
                    raise InputError(place, cause, "从来源重新导出") from wrong
    return workbooks.decode(data, place)


def find_separator(text: str) -> str:
    """The separator of the cells; the comma when no character separates.

    >>> [find_separator(text) for text in ("a;b,c;d\\n1;2;3\\n", '名称\\t文号\\n"甲,乙"\\t1\\n', "名称\\n甲\\n")]
    [';', '\\t', ',']
    """
    head = "\n".join(text.splitlines()[:HEAD])
    best: tuple[int, int] = (0, 0)
    found = ","
    for separator in SEPARATORS:
        rows = [row for _, row in workbooks.parse_csv(head, separator) if not isinstance(row, Problem) and any(row)]
        width, times = max(
            Counter(map(len, rows)).items(), key=lambda pair: (pair[0] > 1, pair[1], pair[0]), default=(1, 0)
        )
        if width > 1 and (times, width) > best:
            best, found = (times, width), separator
    return found


def read_old_workbook(place: str, data: bytes, limits: Limits) -> tuple[Sheet, ...]:
    """The sheets of an ``.xls`` workbook. Errors: as ``read_export``."""
    try:
        records = list(_read_records(_find_stream(data)))
        scans, date1904 = _scan(place, records)
    except (struct.error, IndexError, ValueError, KeyError) as wrong:
        raise InputError(place, f"工作簿已损坏或已加密（{wrong}）", f"去掉打开密码，{_SAVE_AS}") from wrong
    cells = sum(scan.filled for scan in scans.values())
    area = sum(scan.last_row * scan.last_column for scan in scans.values())
    if cells > limits.cells or area > limits.area:
        raise LimitError(place, f"有 {cells:,} 格有内容，范围 {area:,} 格，超出上限", limits.remedy)
    sheets = []
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        for state in book.sheets_metadata:
            scan = scans.get(state.name)
            if scan is None or state.typ is not python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(state.name)
            rows = workbooks.list_rows(sheet.to_python(skip_empty_area=False))
            filled = sum(len(row) - row.count(None) for _, row in rows)
            if filled != scan.filled - len(scan.problems):
                cause = f"有 {scan.filled} 格有内容，只读出 {filled} 格"
                raise InputError(f"{place}[{state.name}]", cause, f"不能保证没有遗漏：{_SAVE_AS}")
            merged = tuple(
                sorted(
                    (top + 1, bottom + 1, f"{name_column(left + 1)}{top + 1}:{name_column(right + 1)}{bottom + 1}")
                    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
                )
            )
            hidden = () if state.visible is python_calamine.SheetVisibleEnum.Visible else ("工作表",)
            sheets.append(
                Sheet(state.name, rows, tuple(sorted(scan.problems)), merged, hidden, scan.formulas, date1904=date1904)
            )
    except (python_calamine.CalamineError, ValueError, OSError) as wrong:
        raise InputError(place, f"工作簿已损坏（{str(wrong).splitlines()[0]}）", _SAVE_AS) from wrong
    return tuple(sheets)


class _Found:
    """What a walk through the records of one sheet says."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.filled = self.formulas = self.last_row = self.last_column = 0

    def see(self, row: int, column: int, error: int | None = None) -> None:
        """Count a cell that holds something; rows and columns from 0."""
        self.filled += 1
        self.last_row, self.last_column = max(self.last_row, row + 1), max(self.last_column, column + 1)
        if error is not None:
            told = _ERRORS.get(error, "#?")
            address = f"{name_column(column + 1)}{row + 1}"
            self.problems.append(Problem(row + 1, address, f"是错误值 {told}", "改正公式，或直接填写值"))


def _scan(place: str, records: list[tuple[int, int, bytes]]) -> tuple[dict[str, _Found], bool]:
    """What stands in each worksheet by its name, and whether days are counted from 1904."""
    names: dict[int, str] = {}
    texts: list[bool] = []
    date1904 = False
    scans: dict[str, _Found] = {}
    found: _Found | None = None
    depth = 0
    for position, (kind, start, data) in enumerate(records):
        if kind == 0x0809:  # the beginning of a part; charts inside a sheet are parts of their own
            depth += 1
            if start in names and depth == 1:
                if struct.unpack_from("<H", data)[0] != 0x0600:
                    raise ValueError("早于 Excel 97 的格式")
                found = scans.setdefault(names[start], _Found()) if data[2:4] == b"\x10\0" else None
        elif kind == 0x000A:
            depth -= 1
        elif kind == 0x002F:
            raise InputError(place, "已加密", f"去掉打开密码，{_SAVE_AS}")
        elif kind == 0x0022:
            date1904 = data[:2] == b"\1\0"
        elif kind == 0x0085:
            wide = data[7] & 1
            raw = data[8 : 8 + data[6] * (2 if wide else 1)]
            names[struct.unpack_from("<I", data)[0]] = raw.decode("utf-16-le" if wide else "latin-1")
        elif kind == 0x00FC:
            texts = _list_texts(data, [more for other, _, more in _following(records, position) if other == 0x003C])
        elif found is not None and depth == 1:
            _see_cell(found, kind, data, texts)
    return scans, date1904


def _see_cell(found: _Found, kind: int, data: bytes, texts: list[bool]) -> None:
    if kind in (0x0203, 0x027E):  # number, packed number
        found.see(*struct.unpack_from("<HH", data))
    elif kind == 0x00BD:  # several packed numbers in a row
        row, first = struct.unpack_from("<HH", data)
        for column in range(first, struct.unpack_from("<H", data, len(data) - 2)[0] + 1):
            found.see(row, column)
    elif kind in (0x0204, 0x00D6):
        if struct.unpack_from("<H", data, 6)[0]:
            found.see(*struct.unpack_from("<HH", data))
    elif kind == 0x00FD:
        place = struct.unpack_from("<I", data, 6)[0]
        if place >= len(texts) or texts[place]:
            found.see(*struct.unpack_from("<HH", data))
    elif kind == 0x0205:
        row, column = struct.unpack_from("<HH", data)
        found.see(row, column, data[6] if data[7] else None)
    elif kind == 0x0006:
        row, column = struct.unpack_from("<HH", data)
        special = data[12:14] == b"\xff\xff"
        if not (special and data[6] == 3):  # a formula whose result is an empty text
            found.see(row, column, data[8] if special and data[6] == 2 else None)
            found.formulas += not (special and data[6] == 2)


def _list_texts(data: bytes, more: list[bytes]) -> list[bool]:
    """For each shared text whether it holds a character; an empty list when the table is cut in the middle of one.

    A cell whose text is not in the list counts as filled; that is then held against what was read.
    """
    if more:
        return []
    found: list[bool] = []
    at = 8
    for _ in range(struct.unpack_from("<I", data, 4)[0]):
        size, flags = struct.unpack_from("<HB", data, at)
        at += 3
        runs = struct.unpack_from("<H", data, at)[0] if flags & 8 else 0
        at += 2 if flags & 8 else 0
        extra = struct.unpack_from("<I", data, at)[0] if flags & 4 else 0
        at += (4 if flags & 4 else 0) + size * (2 if flags & 1 else 1) + 4 * runs + extra
        found.append(size > 0)
    return found


def _following(records: list[tuple[int, int, bytes]], position: int) -> Iterator[tuple[int, int, bytes]]:
    for record in records[position + 1 :]:
        if record[0] != 0x003C:
            return
        yield record


def _read_records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Kind, place and content of each record."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == 0 and size == 0:  # the padding behind the last record
            return
        if at + 4 + size > len(stream):
            raise ValueError("记录不完整")
        yield kind, at, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _find_stream(data: bytes) -> bytes:
    """The stream of the workbook in a compound file. Errors: ``ValueError``, ``IndexError``, ``struct.error``."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if size not in (512, 4096):
        raise ValueError("扇区大小不合规范")
    small = 1 << struct.unpack_from("<H", data, 32)[0]
    first, _, cutoff, first_small, _, first_more, _ = struct.unpack_from("<IIIIIII", data, 48)
    listed = [*struct.unpack_from("<109I", data, 76)]
    most = len(data) // size + 1
    per = size // 4
    for _ in range(most):
        if first_more >= 0xFFFFFFFA:
            break
        sector = _sector(data, first_more, size)
        entries = struct.unpack(f"<{per}I", sector)
        listed += entries[:-1]
        first_more = entries[-1]
    table = [
        entry
        for number in listed
        if number < 0xFFFFFFFA
        for entry in struct.unpack(f"<{per}I", _sector(data, number, size))
    ]
    folder = _chain(data, table, first, size, most)
    entries_of = [folder[at : at + 128] for at in range(0, len(folder), 128)]
    root = entries_of[0]
    for entry in entries_of:
        name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace")
        if name not in ("Workbook", "Book"):
            continue
        start, length = struct.unpack_from("<IQ", entry, 116)
        length &= 0xFFFFFFFF
        if length >= cutoff:
            return _chain(data, table, start, size, most)[:length]
        inner = _chain(data, table, struct.unpack_from("<I", root, 116)[0], size, most)
        raw = _chain(data, table, first_small, size, most)
        short = struct.unpack(f"<{len(raw) // 4}I", raw)
        parts, number = [], start
        for _ in range(len(short) + 1):
            if number >= 0xFFFFFFFA:
                break
            parts.append(inner[number * small : (number + 1) * small])
            number = short[number]
        return b"".join(parts)[:length]
    raise ValueError("里面没有工作簿")


def _sector(data: bytes, number: int, size: int) -> bytes:
    found = data[(number + 1) * size : (number + 2) * size]
    if len(found) < size:
        raise ValueError("文件不完整")
    return found


def _chain(data: bytes, table: list[int], start: int, size: int, most: int) -> bytes:
    """The sectors of a chain, which is no longer than the file."""
    parts: list[bytes] = []
    number = start
    while number < 0xFFFFFFFA:
        if len(parts) > most:
            raise ValueError("扇区链成环")
        parts.append(data[(number + 1) * size : (number + 2) * size])
        number = table[number]
    return b"".join(parts)


def _stands_even(data: bytes, ends: bytes) -> bool:
    """True when the first line end of UTF-16 stands where one can stand."""
    at = data.find(ends)
    while at >= 0 and at % 2:
        at = data.find(ends, at + 1)
    return at >= 0
