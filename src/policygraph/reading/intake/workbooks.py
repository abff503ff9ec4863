"""From the bytes of a workbook to its cells, without losing one: two readers of one file that must agree.

python-calamine reads values fast (1.4 s for 60,000 rows of ten cells where openpyxl takes 28), but returns an error
cell and a formula that was never calculated as an empty text, which in a register reads as *no such event*; and it
lays out the whole rectangle up to the farthest cell, so that one cell at XFD1048576 would cost gigabytes. A scan of
the same XML therefore comes first: it bounds cells and rectangle, names error cells and formulas without a cached
value, lists merged ranges, hidden rows and columns, and counts the cells that hold something, which must be as many as
calamine returns. A sheet all of whose rows are plain (values and texts, nothing else) is scanned by one pattern
matched row by row, anything else by walking the XML, which takes six times as long and says the same. The
``<dimension>`` of a sheet, which programs leave stale, is taken out.

The archive is unpacked once, bounded, and packed again without compression, so that both readers see the same bytes
whatever the archive's directory claims. Pure: bytes in, sheets out, no file and no global state.
"""

from __future__ import annotations

import csv
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import PurePosixPath
from typing import Any
from xml.parsers import expat

import python_calamine

from policygraph.errors import InputError, LimitError

Cell = str | int | float | bool | date | datetime | time | None
"""What a cell holds; an empty one is None. Text keeps its blanks."""
ALIKE = frozenset({str, date, datetime, time, type(None)})
"""Types of cells of which two that are equal are the same: 1, 1.0 and True are equal and are not."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CLEAR = "删除表外的内容（选中多余的行和列，右键删除）"
_SAVE_AS = "用 Excel 或 WPS 打开后另存为 .xlsx"
# matches: <dimension ref="A1:J1"/> · <x:dimension ref="A1"></x:dimension>      does not match: <c r="A1"/>
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*(?:/>|>\s*</(?:\w+:)?dimension\s*>)")
# matches: A1 · XFD1048576 · AA12                        does not match: A0 · $A$1
_REFERENCE = re.compile(r"(?P<column>[A-Z]{1,3})(?P<row>[1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost; the defaults suit the command line."""

    packed: int = 256 * 1024 * 1024
    """Bytes of the file."""
    unpacked: int = 512 * 1024 * 1024
    """Bytes of all its parts together."""
    cells: int = 15_000_000
    """Cells that hold something."""
    area: int = 15_000_000
    """Cells of the rectangle from A1 to the farthest one that holds something, over all sheets."""
    answer: int = 2**31
    """Bytes of what was read, written down for whoever asked (``worker.write_answer``)."""
    remedy: str = "拆分登记册，或改用 CSV"


UPLOAD = Limits(1_000_000, 16_000_000, 50_000, 200_000, 4_000_000, "更大的登记册请用 policygraph decide 或 screen")
"""For a file sent to a web page, which decides a few hundred records at once."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A cell or range that cannot be read as it is."""

    row: int
    """1 for the first row; 0 for the whole sheet."""
    cell: str
    cause: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows that hold something by number, and what must be known about them."""

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    problems: tuple[Problem, ...] = ()
    merged: tuple[tuple[int, int, str], ...] = ()
    """First row, last row and address of merged ranges."""
    hidden: tuple[str, ...] = ()
    """What of it is hidden: the sheet itself, so many rows or columns; hidden cells are read like others."""
    formulas: int = 0
    """Cells whose value is the cached result of a formula."""
    note: str = ""
    """How a text file was encoded."""
    date1904: bool = False
    """Whether serial numbers of days are counted from 1904, as on old Apple machines."""


@dataclass(frozen=True, slots=True)
class _Scan:
    """What a look at a sheet's XML says before any value is read."""

    problems: tuple[Problem, ...] = ()
    merged: tuple[tuple[int, int, str], ...] = ()
    hidden: tuple[str, ...] = ()
    formulas: int = 0
    filled: int = 0
    """Cells that hold something."""
    last_row: int = 0
    last_column: int = 0


SURELY_UTF8 = 4
"""So many Chinese characters in one line that is valid UTF-8 are no accident of GB18030."""


def read_file(place: str, data: bytes, limits: Limits = UPLOAD) -> tuple[Sheet, ...]:
    """The sheets of an ``.xlsx`` workbook, or the CSV files of a ``.zip``, by what the bytes are.

    Errors: ``InputError`` for anything else, damaged or encrypted; ``LimitError`` with the bound that was passed.
    """
    if len(data) > limits.packed:
        raise LimitError(place, f"文件超过 {limits.packed:,} 字节", limits.remedy)
    if data.startswith(_OLE):
        raise InputError(place, "是加密的工作簿或旧版 .xls", f"去掉打开密码，{_SAVE_AS}")
    parts = unpack(place, data, limits)
    if "xl/workbook.xml" in parts or "_rels/.rels" in parts:
        return read_workbook(place, parts, limits)
    return read_texts(place, parts, limits)


def unpack(place: str, data: bytes, limits: Limits) -> dict[str, bytes]:
    """The parts of an archive by name, unpacked up to a bound that does not rest on what the archive says of itself."""
    parts: dict[str, bytes] = {}
    left = limits.unpacked
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for item in archive.infolist():
                if item.is_dir():
                    continue
                if item.flag_bits & 1:
                    raise InputError(place, f"{item.filename} 已加密", "去掉密码后重新保存")
                if item.filename in parts:
                    raise InputError(place, f"压缩包里有两个 {item.filename}", _SAVE_AS)
                if item.file_size > left:
                    raise LimitError(place, f"解压后超过 {limits.unpacked:,} 字节", limits.remedy)
                with archive.open(item) as file:
                    parts[item.filename] = file.read(left + 1)
                left -= len(parts[item.filename])
                if left < 0:
                    raise LimitError(place, f"解压后超过 {limits.unpacked:,} 字节", limits.remedy)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, ValueError, OSError) as wrong:
        cause = "不是 .xlsx 工作簿，也不是 CSV 文件的 .zip，或已损坏"
        raise InputError(place, cause, _SAVE_AS) from wrong
    except zlib.error as wrong:
        raise InputError(place, "压缩数据已损坏", _SAVE_AS) from wrong
    return parts


def read_workbook(place: str, parts: dict[str, bytes], limits: Limits) -> tuple[Sheet, ...]:
    """The worksheets of an unpacked workbook, in their order."""
    try:
        book = _find_part(parts, "_rels/.rels", "officeDocument", "xl/workbook.xml")
        addresses = _list_sheets(parts, book)
        date1904 = _counts_from_1904(parts[book])
        strings = _find_part(parts, _relations_of(book), "sharedStrings", "")
        shared = _scan_strings(parts.get(strings, b""))
        scans = {
            name: _scan_plain(parts[part], shared) or _scan_sheet(parts[part], shared)
            for name, part in addresses.items()
            if part in parts
        }
    except (expat.ExpatError, KeyError, IndexError, ValueError, StopIteration) as wrong:
        raise InputError(place, f"工作簿已损坏（{wrong}）", _SAVE_AS) from wrong
    cells, area = 0, 0
    for name, scan in scans.items():
        cells += scan.filled
        area += scan.last_row * scan.last_column
        if cells > limits.cells or area > limits.area:
            far = f"{name_column(scan.last_column)}{scan.last_row}"
            raise LimitError(f"{place}[{name}]", f"内容一直到 {far}，超出登记册的范围", f"{_CLEAR}；{limits.remedy}")
    values = _read_values(place, parts)
    sheets = []
    for name, state in values.items():
        found = scans.get(name)
        if found is None:  # a chart sheet holds no cells
            continue
        rows = state.rows
        filled = sum(len(row) - row.count(None) for _, row in rows)
        if filled != found.filled - len(found.problems):
            raise InputError(
                f"{place}[{name}]", f"有 {found.filled} 格有内容，只读出 {filled} 格", f"不能保证没有遗漏：{_SAVE_AS}"
            )
        hidden = (("工作表",) if state.hidden else ()) + found.hidden
        problems = tuple(sorted(found.problems))
        sheets.append(Sheet(name, rows, problems, found.merged, hidden, found.formulas, date1904=date1904))
    return tuple(sheets)


def read_texts(place: str, parts: dict[str, bytes], limits: Limits) -> tuple[Sheet, ...]:
    """The CSV files of an archive by their bare names; what is no CSV file is passed over."""
    sheets: dict[str, Sheet] = {}
    left = limits.cells
    for part, data in parts.items():
        path = PurePosixPath(part.replace("\\", "/"))
        if path.suffix.lower() != ".csv" or "__MACOSX" in path.parts or path.name.startswith("._"):
            continue
        if path.name in sheets:
            raise InputError(place, f"压缩包里有两个 {path.name}", "只保留一个")
        sheets[path.name] = sheet = read_text(path.name, data, replace(limits, cells=left))
        left -= _count_cells(sheet.rows)
    return tuple(sheets.values())


def read_text(name: str, data: bytes, limits: Limits = Limits()) -> Sheet:
    """One CSV file; a line that is no CSV is a problem with its place.

    Errors: ``InputError`` for text that is neither UTF-8 nor GB18030; ``LimitError`` with the line where the bound of
    cells was passed; an empty line counts as a cell, a bad one too.
    """
    text, encoding = decode(data, name)
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    problems: list[Problem] = []
    left = limits.cells
    for number, cells in parse_csv(text):
        left -= 1 if isinstance(cells, Problem) else max(1, len(cells))
        if left < 0:
            raise LimitError(f"{name}:{number}", f"到这一行已超过 {limits.cells:,} 格", limits.remedy)
        if isinstance(cells, Problem):
            problems.append(cells)
        else:
            rows.append((number, tuple(cells)))
    return Sheet(name, tuple(rows), tuple(problems), note=encoding)


def _count_cells(rows: Iterable[tuple[int, tuple[Cell, ...]]]) -> int:
    return sum(max(1, len(cells)) for _, cells in rows)


def decode(data: bytes, place: str) -> tuple[str, str]:
    """Text and the encoding it was in: UTF-8 (BOM accepted) or GB18030; InputError when it is neither.

    >>> decode("区域".encode("gb18030"), "a.csv")
    ('区域', 'GB18030')
    >>> try: decode(b"a\\n\\xff", "a.csv")
    ... except InputError as wrong: print(wrong.cause)
    既不是 UTF-8（第 2 行起）也不是 GB18030（第 2 行起）编码
    """
    failed: list[int] = []
    for encoding, label in (("utf-8-sig", "UTF-8"), ("gb18030", "GB18030")):
        utf8 = find_utf8_line(data.split(b"\n")) if failed else None
        if utf8 is not None:
            cause = f"混用了两种编码：第 {utf8} 行是 UTF-8，第 {failed[0]} 行不是"
            raise InputError(place, cause, "从来源重新导出，或另存为 UTF-8 编码的 CSV")
        try:
            return data.decode(encoding), label
        except UnicodeDecodeError as wrong:
            failed.append(data.count(b"\n", 0, wrong.start) + 1)
    cause = f"既不是 UTF-8（第 {failed[0]} 行起）也不是 GB18030（第 {failed[1]} 行起）编码"
    raise InputError(place, cause, "另存为 UTF-8 编码的 CSV")


def find_utf8_line(lines: Iterable[bytes]) -> int | None:
    """The first line that can only be UTF-8, in a text that as a whole is not; None when there is none.

    GB18030 reads nearly any bytes, so two encodings in one file would turn into wrong characters without an error.
    A line counts when it begins with the mark of UTF-8 or holds several Chinese characters that are valid UTF-8,
    which GB18030 text is by chance for a character or two at most.

    >>> find_utf8_line(["区域".encode("gb18030"), "应急管理局".encode("utf-8")])
    2
    >>> find_utf8_line(["应急管理局处罚".encode("gb18030")]) is None
    True
    """
    for number, line in enumerate(lines, start=1):
        if line.isascii():
            continue
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            if number == 1 and line.startswith(b"\xef\xbb\xbf"):
                return 1
            continue
        if text.startswith("\ufeff") or sum("\u4e00" <= char <= "\u9fff" for char in text) >= SURELY_UTF8:
            return number
    return None


def parse_csv(text: str, separator: str = ",") -> Iterator[tuple[int, list[str] | Problem]]:
    """The rows of a CSV file with the line on which each begins; a row that is no CSV is a problem with that line.

    A quote that is never closed swallows the rest of the file: it is one problem, on the line where it was opened.
    A NUL character is a problem too, for nothing but a damaged file holds one.

    >>> list(parse_csv('a,b\\n"1\\n2",3\\n'))
    [(1, ['a', 'b']), (2, ['1\\n2', '3'])]
    >>> [row.cause for _, row in parse_csv('a\\n"b\\n') if isinstance(row, Problem)]
    ['引号没有成对']
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            cause = "引号没有成对" if "unexpected end" in str(wrong) else f"不是有效的 CSV（{wrong}）"
            yield line, Problem(line, "", cause, "检查该行的引号和逗号")
            continue
        if any("\0" in cell for cell in row):
            yield line, Problem(line, "", "含有空字符（NUL）", "文件已损坏：从来源重新导出")
            continue
        yield line, row


def name_column(number: int) -> str:
    """The letters of a column from its number, the first being 1.

    >>> name_column(1), name_column(28), name_column(16384)
    ('A', 'AB', 'XFD')
    """
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def parse_reference(reference: str) -> tuple[int, int]:
    """Row and column of an address; ValueError when it is none.

    >>> parse_reference("AB12")
    (12, 28)
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(f"{reference!r} 不是单元格地址")
    column = 0
    for letter in match["column"]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match["row"]), column


# -- the parts of a workbook


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relations(parts: dict[str, bytes], name: str) -> dict[str, tuple[str, str]]:
    """Type and target of each relation of a part by its id."""
    found: dict[str, tuple[str, str]] = {}
    base = posixpath.dirname(posixpath.dirname(name))
    for tag, attributes in _elements(parts.get(name, b"")):
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes["Target"]
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(base, target)
            found[attributes["Id"]] = (attributes["Type"].rsplit("/", 1)[-1], posixpath.normpath(path))
    return found


def _find_part(parts: dict[str, bytes], relations: str, kind: str, otherwise: str) -> str:
    found = [target for of, target in _relations(parts, relations).values() if of == kind]
    return found[0] if found else otherwise


def _list_sheets(parts: dict[str, bytes], book: str) -> dict[str, str]:
    """The part of each worksheet by its name."""
    relations = _relations(parts, _relations_of(book))
    found: dict[str, str] = {}
    for tag, attributes in _elements(parts[book]):
        if tag == "sheet":
            identifier = next(value for name, value in attributes.items() if name.rpartition(":")[2] == "id")
            kind, target = relations[identifier]
            if kind == "worksheet":
                found[attributes["name"]] = target
    return found


def _counts_from_1904(book: bytes) -> bool:
    return any(
        tag == "workbookPr" and attributes.get("date1904") in ("1", "true") for tag, attributes in _elements(book)
    )


def _elements(data: bytes) -> list[tuple[str, dict[str, str]]]:
    """Every element of a small part, by local name, with its attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = _make_parser()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
    if data:
        parser.Parse(data, True)
    return found


def _make_parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.buffer_text = True
    return parser


def _refuse_doctype(*_: object) -> None:
    raise ValueError("含有 DOCTYPE")


def _scan_strings(data: bytes) -> list[bool]:
    """For each shared text whether it holds a character."""
    found: list[bool] = []
    state = {"text": False, "phonetic": False, "filled": False}

    def start(tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "si":
            state["filled"] = False
        elif name == "rPh":
            state["phonetic"] = True
        elif name == "t":
            state["text"] = not state["phonetic"]

    def end(tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "si":
            found.append(state["filled"])
        elif name == "rPh":
            state["phonetic"] = False
        elif name == "t":
            state["text"] = False

    def text(_: str) -> None:
        if state["text"]:
            state["filled"] = True

    parser = _make_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    if data:
        parser.Parse(data, True)
    return found


def _scan_sheet(data: bytes, shared: list[bool]) -> _Scan:
    """Walk once through the XML of a sheet. It runs for every element, so it keeps to local names and plain tests."""
    problems: list[Problem] = []
    merged: list[tuple[int, int, str]] = []
    columns: dict[str, int] = {}
    row = column = filled = formulas = hidden_rows = hidden_columns = last_row = last_column = 0
    kind, value, inside = "n", "", ""
    has_formula = has_value = phonetic = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, kind, value, inside, has_formula, has_value, phonetic, hidden_rows, hidden_columns
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            reference = attributes.get("r")
            if reference is None:
                column += 1
            else:
                letters = reference.rstrip("0123456789")
                if letters not in columns:
                    columns[letters] = parse_reference(f"{letters}1")[1]
                column = columns[letters]
                if reference[len(letters) :] != str(row):
                    raise ValueError(f"{reference} 写在第 {row} 行里")
            kind = attributes.get("t", "n")
            value, has_formula, has_value = "", False, False
        elif tag == "v":
            inside, has_value = tag, True
        elif tag == "t":
            inside = "" if phonetic else tag
        elif tag == "f":
            has_formula = True
        elif tag == "row":
            row, column = int(attributes.get("r", row + 1)), 0
            hidden_rows += attributes.get("hidden") in ("1", "true")
        elif tag == "rPh":
            phonetic = True
        elif tag == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            merged.append((parse_reference(first)[0], parse_reference(last or first)[0], attributes["ref"]))
        elif tag == "col":
            hidden_columns += attributes.get("hidden") in ("1", "true")

    def text(data: str) -> None:
        nonlocal value
        if inside:
            value += data

    def end(tag: str) -> None:
        nonlocal inside, phonetic, filled, formulas, last_row, last_column
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            if kind == "e" or (has_formula and not value and (kind != "str" or not has_value)):
                problems.append(_cell_problem(row, column, value if kind == "e" else None))
            elif not value or (kind == "s" and not shared[int(value)]):
                return
            elif has_formula:
                formulas += 1
            filled += 1
            last_row = row if row > last_row else last_row
            last_column = column if column > last_column else last_column
        elif tag in ("v", "t"):
            inside = ""
        elif tag == "rPh":
            phonetic = False

    parser = _make_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.Parse(data, True)
    hidden = [f"{hidden_rows} 行"] if hidden_rows else []
    hidden += [f"{hidden_columns} 组列"] if hidden_columns else []
    return _Scan(tuple(problems), tuple(sorted(merged)), tuple(hidden), formulas, filled, last_row, last_column)


# matches: <row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="1"/></row>
# matches: <row r="3" spans="1:2" x14ac:dyDescent="0.2"><c r="A3"><v>45000</v></c></row>
# matches: <row r="4"><c r="A4" t="inlineStr"><is><t xml:space="preserve"> 甲</t></is></c></row>
# does not match: <row r="2"><c r="A3"><v>1</v></c></row> · <row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>
_PLAIN_ROW = re.compile(
    rb"""
    <row\ r="(?P<row>[1-9][0-9]{0,6})"
        (?:\ (?:spans|ht|customHeight|s|customFormat|collapsed|thickBot|thickTop|x14ac:dyDescent)="[^"<]*")*+>
    (?:<c\ r="[A-Z]{1,3}+(?P=row)"(?:\ s="[0-9]++")?+(?:\ t="(?:inlineStr|str|[snbd])")?+
        (?: /> | > (?: <v>[^<]++</v> | <is><t(?:\ xml:space="preserve")?+>[^<]++</t></is> ) </c> ) )*+
    </row>\s*+
    """,
    re.VERBOSE,
)
_LETTERS = re.compile(rb'<c r="([A-Z]{1,3})')


def _scan_plain(data: bytes, shared: list[bool]) -> _Scan | None:
    """What ``_scan_sheet`` says of a sheet all of whose rows are plain; None for any other, which must be walked.

    What stands before and after the rows is walked as always, with the rows taken out.
    """
    first, last = data.find(b"<sheetData>"), data.rfind(b"</sheetData>")
    if first < 0 or last < first or not all(shared):
        return None
    first += len(b"<sheetData>")
    body = data[first:last]
    at = last_row = 0
    while match := _PLAIN_ROW.match(body, at):
        at, last_row = match.end(), max(last_row, int(match["row"]))
    if at != len(body):
        return None
    if not body.isascii():
        body.decode()
    head = data[:first] + data[last:]
    if not head.isascii() and b"encoding" in data[:200] and not re.search(rb"(?i)encoding=.utf-8", data[:200]):
        return None
    around = _scan_sheet(head, [])
    letters = set(_LETTERS.findall(body))
    last_column = max((parse_reference(f"{column.decode()}1")[1] for column in letters), default=0)
    filled = body.count(b"</c>")  # a plain cell that holds nothing ends in its first tag
    return _Scan((), around.merged, around.hidden, 0, filled, last_row if filled else 0, last_column if filled else 0)


def _cell_problem(row: int, column: int, error: str | None) -> Problem:
    """What is wrong with a cell whose value nobody knows: an error value, or a formula that was never calculated."""
    address = f"{name_column(column)}{row}"
    if error is not None:
        return Problem(row, address, f"是错误值 {error}", "改正公式，或直接填写值")
    return Problem(row, address, "是没有算出结果的公式", "在 Excel 或 WPS 中打开并保存一次，或把公式改为值")


_PLAIN = frozenset({str, int, float, bool, date, datetime, time, type(None)})

# -- values


@dataclass(frozen=True, slots=True)
class _Values:
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    hidden: bool


def _read_values(place: str, parts: dict[str, bytes]) -> dict[str, _Values]:
    """The cells of every worksheet as calamine reads them, from the very bytes that were scanned."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            stale = b"dimension" in data  # looking for the word costs a fifth of looking for the element
            archive.writestr(zipfile.ZipInfo(name), _DIMENSION.sub(b"", data, count=1) if stale else data)
    packed.seek(0)
    try:
        book = python_calamine.load_workbook(packed)
        found = {}
        for state in book.sheets_metadata:
            if state.typ is not python_calamine.SheetTypeEnum.WorkSheet:
                continue
            rows = book.get_sheet_by_name(state.name).to_python(skip_empty_area=False)
            shown = state.visible is python_calamine.SheetVisibleEnum.Visible
            found[state.name] = _Values(list_rows(rows), not shown)
        return found
    except (python_calamine.CalamineError, ValueError, OSError) as wrong:
        raise InputError(place, f"工作簿已损坏（{str(wrong).splitlines()[0]}）", _SAVE_AS) from wrong


def list_rows(rows: Iterable[Sequence[object]]) -> tuple[tuple[int, tuple[Cell, ...]], ...]:
    """The rows of calamine that hold something, by number: an empty text is an empty cell, a duration is written out.

    >>> list_rows([["", ""], ["甲", ""]])
    ((2, ('甲', None)),)
    """
    found: list[tuple[int, tuple[Cell, ...]]] = []
    for number, row in enumerate(rows, start=1):
        cells: tuple[Any, ...] = tuple([None if cell == "" else cell for cell in row])  # Any: what calamine returns
        if cells.count(None) == len(cells):
            continue
        if not _PLAIN.issuperset(map(type, cells)):
            cells = tuple(cell if type(cell) in _PLAIN else str(cell) for cell in cells)
        found.append((number, cells))
    return tuple(found)
