"""Load a register from a CSV folder, an Excel workbook or Turtle; refuse it with every error at once.

A clerk gets one list: file, row, column, value, what is wrong, what to write instead (the first 100). Nothing is
decided from a register with errors, so nothing half-read leaves this module. Encodings are detected strictly
(UTF-8 with or without BOM, else GB18030) and reported, never guessed with replacement characters. Sizes are bounded
before anything is unpacked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import Graph
from rdflib.namespace import RDF, RDFS

from policygraph.errors import InputError, LimitError, NotFoundError
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import (
    TABLE,
    TABLES,
    Column,
    Receipt,
    Register,
    Row,
    Table,
    Value,
    has_fields,
    make_register,
)
from policygraph.keeping.registers.bodies import Bodies
from policygraph.keeping.registers.cells import CellProblem, parse_cell
from policygraph.keeping.registers.codes import shipped_codes
from policygraph.keeping.registers.graphs import register_of
from policygraph.keeping.registers.sheets import tidy_sheet
from policygraph.namespaces import PG
from policygraph.reading.intake import workbooks
from policygraph.reading.intake.running import FOR_COMMANDS, read_apart, read_text_apart, read_turtle_apart
from policygraph.reading.intake.triples import read_turtle

MOST_ERRORS = 100
MOST_BYTES = 256 * 1024 * 1024
MOST_ROWS = 1_000_000
ORDERED = (
    ("from", "to"),
    ("issued", "expires"),
    ("issued", "revoked_on"),
    ("listed_on", "valid_until"),
    ("listed_on", "delisted_on"),
)
"""Pairs of date columns of one table of which the second never lies before the first."""
METADATA = "register.ttl"
"""Optional file beside the tables: whether the register is invented, and whether its owner makes it public."""

Sheet = Iterable[tuple[int, Sequence[object]]]


@dataclass(frozen=True, slots=True, order=True)
class CellError:
    """One wrong cell, row or file; the header is row 1, and row 0 stands for the file."""

    file: str
    row: int
    column: str
    value: str
    cause: str
    remedy: str

    def __str__(self) -> str:
        place = self.file + (f" 第 {self.row} 行" if self.row else "") + (f" {self.column} 列" if self.column else "")
        shown = f" {self.value!r}" if self.value else ""
        return f"{place}{shown}：{self.cause}。{self.remedy}"


class RegisterError(InputError):
    """A register that cannot be used; ``errors`` holds what is wrong, the first 100."""

    def __init__(
        self, place: str, errors: tuple[CellError, ...], total: int, receipts: tuple[Receipt, ...] = ()
    ) -> None:
        more = f"（共 {total} 处，列出前 {len(errors)} 处）" if total > len(errors) else ""
        super().__init__(
            place, f"登记册有错误{more}\n" + "\n".join(str(error) for error in errors), "全部改正后重新载入"
        )
        self.errors = errors
        self.total = total
        self.receipts = receipts


def load_register(
    path: str | Path,
    *,
    name: str | None = None,
    conditions: Iterable[str] | None = None,
    codes: Codes | None = None,
    apart: bool = False,
) -> Register:
    """The register in a CSV folder, an ``.xlsx`` workbook or a ``.ttl`` file.

    ``conditions``: the known condition ids; a determination about another one is then an error. ``codes``: the closed
    codes and the bodies of the dataset that is asked; those that travel with the program when not given. ``apart``: CSV
    and Turtle are read in a process of their own too, as workbooks always are: a service that goes on must not pay for
    one.
    Errors: ``NotFoundError``, ``LimitError``, ``InputError``; ``RegisterError`` lists all wrong cells.
    """
    place = Path(path)
    if not place.exists():
        raise NotFoundError(place.name, "没有这个登记册", "给出 CSV 文件夹、.xlsx 或 .ttl 文件")
    known = frozenset(conditions) if conditions is not None else None
    title = name or place.stem
    if place.is_dir():
        reader = _Reader(place.name, known, codes)
        if apart:
            reader.read_folder(place, read_text_apart, read_turtle_apart)
        else:
            reader.read_folder(place, workbooks.read_text, read_turtle)
        return reader.finish(title)
    _bound(place)
    if place.suffix == ".xlsx":
        reader = _Reader(place.name, known, codes)
        reader.read_book(read_apart(place.name, place.read_bytes(), FOR_COMMANDS))
        return reader.finish(title)
    if place.suffix == ".ttl":
        return _load_turtle(place, title, known, codes, read_turtle_apart if apart else read_turtle)
    raise InputError(place.name, "不认识的登记册格式", "用 CSV 文件夹、.xlsx 或 .ttl 文件")


def read_sheets(
    place: str, sheets: Mapping[str, Sheet], *, conditions: Iterable[str] | None = None, codes: Codes | None = None
) -> Register:
    """The register in tables that are already in memory, each under its name; nothing touches a disk.

    Errors: ``RegisterError`` lists all wrong cells, and every name that is no table of a register.
    """
    reader = _Reader(place, frozenset(conditions) if conditions is not None else None, codes)
    for file, rows in sheets.items():
        table = TABLE.get(file.removesuffix(".csv"))
        if table is None:
            reader.error(file, 0, "", None, "不是登记册的表", f"表名只能是 {'、'.join(TABLE)}")
        else:
            reader.read_sheet(table, file, rows)
    return reader.finish(place)


def read_book(
    place: str,
    sheets: Iterable[workbooks.Sheet],
    *,
    conditions: Iterable[str] | None = None,
    codes: Codes | None = None,
) -> Register:
    """The register on the sheets of a workbook or in the CSV files of an archive, already taken apart into cells.

    Errors: ``RegisterError`` lists all wrong cells, and every name that is no table of a register.
    """
    reader = _Reader(place, frozenset(conditions) if conditions is not None else None, codes)
    reader.read_book(sheets)
    return reader.finish(place)


def _bound(path: Path) -> None:
    if path.stat().st_size > MOST_BYTES:
        raise LimitError(
            path.name, f"文件超过 {MOST_BYTES // 2**20} MB", "拆分登记册，或用 policygraph screen 批量筛查"
        )


def _load_turtle(
    path: Path, name: str, conditions: frozenset[str] | None, codes: Codes | None, read: Callable[[str, bytes], Graph]
) -> Register:
    graph = read(path.name, path.read_bytes())
    raw = register_of(graph, name)
    reader = _Reader(path.name, conditions, codes)
    for table in TABLES:
        rows = [row for row in raw.rows if row.table == table.name]
        columns = [column.name for column in table.columns]
        body = ((number, [row.cells.get(column) for column in columns]) for number, row in enumerate(rows, start=2))
        if rows:
            reader.read_table(table, f"{path.name}#{table.name}", columns, body)
    return reader.finish(name, raw.label, raw.synthetic, raw.public)


class _Reader:
    """Collects rows and errors over all tables of one register, then checks what needs them all."""

    def __init__(self, place: str, conditions: frozenset[str] | None, codes: Codes | None) -> None:
        self.place = place
        self.conditions = conditions
        self.codes = codes or shipped_codes()
        self.rows: list[Row] = []
        self.places: dict[int, tuple[str, int]] = {}
        self.errors: list[CellError] = []
        self.total = 0
        self.notes: list[str] = []
        self.counts: dict[str, _Count] = {}
        self.wrong: set[tuple[str, int]] = set()
        self.metadata: tuple[str, bool, bool] = ("", False, False)

    def error(self, file: str, row: int, column: str, value: object, cause: str, remedy: str) -> None:
        self.total += 1
        self.wrong.add((file, row))
        if len(self.errors) < MOST_ERRORS:
            shown = "" if value is None else str(value)[:80]
            self.errors.append(CellError(file, row, column, shown, cause, remedy))

    def read_folder(
        self,
        folder: Path,
        read_text: Callable[[str, bytes], workbooks.Sheet],
        read_triples: Callable[[str, bytes], Graph],
    ) -> None:
        known = {f"{table.name}.csv": table for table in TABLES}
        for path in sorted(folder.iterdir()):
            if path.name == METADATA:
                _bound(path)
                self.metadata = _read_metadata(read_triples(path.name, path.read_bytes()))
            if path.suffix.lower() != ".csv":
                continue
            table = known.get(path.name)
            if table is None:
                self.error(path.name, 0, "", None, "不是登记册的表", f"表名只能是 {'、'.join(sorted(known))}")
                continue
            _bound(path)
            try:
                sheet = read_text(path.name, path.read_bytes())
            except InputError as wrong:
                self.error(path.name, 0, "", None, wrong.cause, wrong.remedy)
                continue
            self.notes.append(f"{path.name}: {sheet.note}")
            self.read_sheet(table, path.name, sheet.rows, sheet.problems)

    def read_book(self, sheets: Iterable[workbooks.Sheet]) -> None:
        """The sheets of a workbook, each under the name of a table, or CSV files under theirs."""
        found = False
        for sheet in sheets:
            is_text = sheet.name.endswith(".csv")
            name = sheet.name.removesuffix(".csv").strip()
            file = sheet.name if is_text else f"{self.place}[{sheet.name}]"
            table = TABLE.get(name)
            if table is None and not sheet.rows:
                self.notes.append(f"{file}: 空的工作表，未读")
                continue
            found = True
            if table is None:
                self.error(file, 0, "", None, "不是登记册的表", f"表名只能是 {'、'.join(TABLE)}")
            elif is_text:
                self.notes.append(f"{file}: {sheet.note}")
                self.read_sheet(table, file, sheet.rows, sheet.problems)
            else:
                tidied = tidy_sheet(table, sheet, self.codes)
                count = self.counts.setdefault(file, _Count(table.name))
                count.aside += tidied.set_aside
                count.notes += tidied.notes
                self.read_sheet(table, file, tidied.rows, tidied.problems)
        if not found:
            self.error(self.place, 0, "", None, "里面没有登记册的表", f"放入名为 {'、'.join(TABLE)} 的表")

    def read_sheet(self, table: Table, file: str, sheet: Sheet, problems: Iterable[workbooks.Problem] = ()) -> None:
        """One table with its header row; headers may be column names or their Chinese labels."""
        rows = iter(sheet)
        first, header = next(rows, (1, ()))
        names = self.read_header(table, file, first, header)
        count = self.counts.setdefault(file, _Count(table.name))
        broken = set()
        for problem in problems:
            column = ""
            if ":" not in problem.cell and problem.cell and names:
                place = workbooks.parse_reference(problem.cell)[1]
                column = names[place - 1] if place <= len(names) else ""
            self.error(file, problem.row, column, None, f"{problem.cell} {problem.cause}".strip(), problem.remedy)
            broken.add(problem.row)
        if names is not None:
            self.read_table(table, file, names, rows, frozenset(broken))
        else:
            count.seen += sum(not _is_blank(cells) for _, cells in rows)

    def read_header(self, table: Table, file: str, number: int, header: Sequence[object]) -> list[str] | None:
        by_label = {column.label: column.name for column in table.columns}
        known = {column.name for column in table.columns}
        texts = ["" if cell is None else str(cell).strip() for cell in header]
        while texts and not texts[-1]:
            texts.pop()
        names = [text if text in known else by_label.get(text, text) for text in texts]
        for text, column in zip(texts, names, strict=True):
            if column not in known:
                self.error(
                    file, number, text, None, "没有这一列", f"列名只能是 {'、'.join(c.name for c in table.columns)}"
                )
        for column in sorted(column for column, times in Counter(names).items() if times > 1):
            self.error(file, number, column, None, "列名重复", "只保留一列")
        missing = [column for column in table.columns if column.required and column.name not in names]
        for column_ in missing:
            self.error(file, number, column_.name, None, "缺少必填的列", f"补上 {column_.name}（{column_.label}）列")
        return names if names and not missing and len(set(names)) == len(names) else None

    def read_table(
        self, table: Table, file: str, names: list[str], rows: Sheet, broken: frozenset[int] = frozenset()
    ) -> None:
        """The rows below a header; ``broken`` ones have a cell that could not be read and are counted only."""
        columns = {column.name: column for column in table.columns}
        count = self.counts.setdefault(file, _Count(table.name))
        numbers = set()
        for number, cells in rows:
            if _is_blank(cells):
                continue
            if count.seen >= MOST_ROWS:
                raise LimitError(file, f"超过 {MOST_ROWS} 行", "用 policygraph screen 批量筛查")
            count.seen += 1
            numbers.add(number)
            if number in broken:
                continue
            extra = [cell for cell in cells[len(names) :] if cell is not None and str(cell).strip()]
            if extra or (len(cells) < len(names) and file.endswith(".csv")):
                self.error(file, number, "", None, f"有 {len(cells)} 格，应有 {len(names)} 格", "检查逗号和引号")
                continue
            self.read_row(
                table, file, number, [(columns[n], c) for n, c in zip(names, cells, strict=False) if n in columns]
            )
        count.seen += len(broken - numbers)

    def read_row(self, table: Table, file: str, number: int, cells: list[tuple[Column, object]]) -> None:
        values: dict[str, Value] = {}
        sound = True
        for column, raw in cells:
            try:
                value = parse_cell(column, raw, self.conditions, self.codes)
            except CellProblem as wrong:
                self.error(file, number, column.name, raw, wrong.cause, wrong.remedy)
                sound = False
                continue
            if value is not None:
                values[column.name] = value
        for column in table.columns:
            if column.default is not None:
                values.setdefault(column.name, column.default)
        sound = sound and self.check_row(table, file, number, values)
        if sound:
            row = Row(table.name, values, number)
            self.places[id(row)] = (file, number)
            self.rows.append(row)

    def check_row(self, table: Table, file: str, number: int, values: Mapping[str, Value]) -> bool:
        before = self.total
        names = {column.name for column in table.columns}
        if (
            {"uscc", "person_id"} <= names
            and not table.column("uscc").required
            and not values.keys() & {"uscc", "person_id"}
        ):
            self.error(file, number, "uscc", None, "uscc 与 person_id 都为空", "填写记录所属的单位或人员")
        for first, last in ORDERED:
            start, end = values.get(first), values.get(last)
            if start is not None and end is not None and str(start) > str(end):
                self.error(file, number, last, end, f"早于 {first}（{start}）", "核对两个日期")
        if table.name == "coverage" and "field" in values and not has_fields(values.get("table")):
            self.error(file, number, "field", values["field"], "此表不分领域", "留空")
        return self.total == before

    def finish(self, name: str, label: str = "", synthetic: bool = False, public: bool = False) -> Register:
        """Check what needs all tables, then the register, or every error."""
        self.check_duplicates()
        self.check_references()
        self.check_repairs()
        self.look_up_bodies()
        if self.errors:
            raise RegisterError(self.place, tuple(sorted(self.errors)), self.total, self.receipts())
        if any(self.metadata):
            label, synthetic, public = self.metadata
        notes = tuple(self.notes)
        return make_register(
            name,
            self.rows,
            label=label,
            synthetic=synthetic,
            public=public,
            notes=notes,
            receipts=self.receipts(),
        )

    def receipts(self) -> tuple[Receipt, ...]:
        """Per table the rows seen, kept and refused; a refused one is named here or has an error of its own."""
        kept: dict[str, int] = dict.fromkeys(self.counts, 0)
        for row in self.rows:
            place = self.places[id(row)]
            kept[place[0]] += place not in self.wrong
        found = []
        for file, count in self.counts.items():
            aside = [*count.aside, *((number, "有错误") for of, number in self.wrong if of == file and number > 1)]
            seen = count.seen + sum(1 for _ in count.aside) - count.repeated
            found.append(Receipt(count.table, file, seen, kept[file], tuple(sorted(aside)), tuple(count.notes)))
        return tuple(sorted(found, key=lambda receipt: receipt.file))

    def check_duplicates(self) -> None:
        seen: dict[tuple[object, ...], Row] = {}
        kept: list[Row] = []
        for row in self.rows:
            table = TABLE[row.table]
            key = (row.table, *(row.cells.get(column) for column in table.key))
            first = seen.get(key)
            if first is None:
                seen[key] = row
                kept.append(row)
                continue
            file, number = self.places[id(row)]
            same = dict(first.cells) == dict(row.cells)
            if row.table == "determinations" and first.cells["outcome"] != row.cells["outcome"]:
                cause, remedy = f"与第 {first.number} 行同日而结论相反", "核对哪一份认定有效，只保留一份"
            elif row.table == "determinations" or (same and row.table == "coverage"):
                self.counts[file].aside.append((number, f"与第 {first.number} 行重复，只记一次"))
                self.counts[file].repeated += 1
                continue
            else:
                cause, remedy = f"与第 {first.number} 行重复", "只保留一行，或改正编号"
            self.error(file, number, table.key[0], row.text(table.key[0]), cause, remedy)
        self.rows = kept

    def check_references(self) -> None:
        """Every enterprise and person that a row names must be known, and a person's enterprise must be theirs."""
        enterprises = {row.text("uscc") for row in self.rows if row.table == "enterprises"}
        posts: dict[str, set[str | None]] = {}
        for row in self.rows:
            if row.table == "persons":
                posts.setdefault(str(row.cells["person_id"]), set()).add(row.text("uscc"))
        for row in self.rows:
            if row.table == "enterprises":
                continue
            file, number = self.places[id(row)]
            uscc, person = row.text("uscc"), row.text("person_id")
            if uscc is not None and uscc not in enterprises:
                self.error(file, number, "uscc", uscc, "enterprises 表中没有这个单位", "补充单位，或改正代码")
            if person is not None and person not in posts:
                self.error(file, number, "person_id", person, "persons 表中没有这个人", "补充人员，或改正编号")
            elif person is not None and uscc is not None and uscc not in posts[person]:
                self.error(
                    file, number, "uscc", uscc, f"人员 {person} 没有在这个单位任职", "改正单位或人员，或只填人员"
                )

    def check_repairs(self) -> None:
        """A record that names another must name one of the register, of the same subject, and not an earlier day."""
        numbered: dict[str, list[Row]] = {}
        for row in self.rows:
            if row.text("record_id") is not None:
                numbered.setdefault(str(row.cells["record_id"]), []).append(row)
        for row in self.rows:
            table = TABLE[row.table]
            for column in table.columns:
                if column.kind != "record" or column.name not in row.cells:
                    continue
                file, number = self.places[id(row)]
                named = row.text(column.name)
                found = [other for other in numbered.get(str(named), ()) if other.table != row.table]
                wrong = _wrong_reference(row, found)
                if wrong:
                    self.error(file, number, column.name, named, *wrong)

    def look_up_bodies(self) -> None:
        """Fill the function of an authority from the body it names; an unknown body is one error for all its rows."""
        regions = {row.text("uscc"): str(row.cells["region"]) for row in self.rows if row.table == "enterprises"}
        at: dict[str | None, str] = {}
        for row in self.rows:
            if row.table == "persons":
                person, uscc = row.text("person_id"), str(row.cells["uscc"])
                at[person] = min(uscc, at.get(person, uscc))
        bodies = Bodies(self.codes)
        for place, row in enumerate(self.rows):
            file, number = self.places[id(row)]
            for column in TABLE[row.table].columns:
                if not column.body:
                    continue
                region = regions.get(row.text("uscc") or at.get(row.text("person_id")), "")
                function = bodies.resolve(file, [number], row.text(column.name), row.text(column.body), region)
                if function is not None and column.name not in row.cells:
                    self.rows[place] = filled = Row(row.table, {**row.cells, column.name: function}, row.number)
                    self.places[id(filled)] = (file, number)
        for problem in bodies.problems():
            self.error(*problem)
        self.wrong |= bodies.refused()
        self.notes += bodies.notes()


@dataclass(slots=True)
class _Count:
    """What became of the rows of one file so far."""

    table: str
    seen: int = 0
    repeated: int = 0
    """Rows among ``seen`` that also stand in ``aside``."""
    aside: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _is_blank(cells: Sequence[object]) -> bool:
    return all(cell is None or not str(cell).strip() for cell in cells)


def _wrong_reference(row: Row, found: list[Row]) -> tuple[str, str] | None:
    """What is wrong with the record that a row names, and the remedy; None when nothing is."""
    if not found:
        return "登记册中没有这条记录", "补充该记录，或改正编号"
    if len(found) > 1:
        return f"有 {len(found)} 条记录用这个编号（{'、'.join(sorted(r.table for r in found))}）", "使编号不重复"
    named = found[0]
    if row.text("person_id") != named.text("person_id") or (
        row.text("person_id") is None and row.text("uscc") != named.text("uscc")
    ):
        return "该记录属于另一单位或人员", "改正编号，或改正单位、人员"
    done, begun = row.day(str(TABLE[row.table].date)), named.day(str(TABLE[named.table].date))
    if done is not None and begun is not None and done < begun:
        return f"完成日期 {done} 早于该记录的日期 {begun}", "核对两个日期"
    return None


def _read_metadata(graph: Graph) -> tuple[str, bool, bool]:
    """Label, invented, public: from the optional ``register.ttl`` beside the tables."""
    for node in graph.subjects(RDF.type, PG.Register):
        label = next((str(value) for value in sorted(graph.objects(node, RDFS.label), key=str)), "")
        flags = [str(graph.value(node, term)) == "true" for term in (PG.synthetic, PG.publicRegister)]
        return label, flags[0], flags[1]
    return "", False, False
