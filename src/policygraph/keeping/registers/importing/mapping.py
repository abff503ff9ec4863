"""The rows of an exported sheet as rows of our tables: each is kept, refused, or set aside with a reason.

Refused is what is wrong in itself (a code whose check character does not fit, a day that does not exist); set aside is
what is no record (titles, totals), what the register cannot hold (a natural person without an enterprise, a unit
without its code) and what somebody must settle first (a code that the profile does not know). None of them becomes a
row by a default. Columns are read once, value by value, because an export repeats itself; then rows are put together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import NamedTuple, TypeVar

from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import TABLE, Column
from policygraph.keeping.registers.cells import CellProblem, parse_cell
from policygraph.keeping.registers.importing.headers import Header
from policygraph.keeping.registers.importing.profiles import DROP, SILENT, Field, Profile, Source
from policygraph.keeping.registers.importing.values import (
    Party,
    clean_text,
    clean_texts,
    digest_person,
    hide_numbers,
    may_have_numbers,
    read_day,
    read_party,
)
from policygraph.keeping.registers.sheets import is_total
from policygraph.reading.intake.workbooks import ALIKE, Cell, Sheet
from policygraph.text.folding import fold, narrow_key, narrow_keys

REASONS: Mapping[str, str] = {
    "explanation": "说明性的工作表",
    "not-asked": "没有指定要读的工作表",
    "title": "表头之上的行",
    "header": "重复的表头",
    "total": "合计行",
    "duplicate": "与已有的记录重复",
    "no-code": "没有统一社会信用代码",
    "no-region": "没有监管所在地",
    "person": "自然人，没有所在单位",
    "masked": "证件号码有隐去",
    "unclassified": "待归类",
    "dropped": "已认定不收",
    "refused": "有错误",
}
"""Why a row is no row of a register, in words."""
HARMLESS = frozenset({"explanation", "not-asked", "title", "header", "total", "duplicate", "dropped"})
"""Rows set aside for these reasons leave no gap: they are no records, or records that are there already."""
FUNCTIONS = "functions"
"""The work list of bodies whose function nobody knows."""
Found = TypeVar("Found")
SPLITTERS = (";", "；", "|", ",", "，")


@dataclass(frozen=True, slots=True)
class Post:
    """A post of a person at an enterprise, as the person who imports knows it."""

    uscc: str
    role: str
    begun: str = ""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the person who imports says, because no export says it."""

    codes: Codes
    region: str = ""
    regions: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, tuple[Post, ...]] = field(default_factory=dict)
    """Posts by the digest of the person."""
    salt: Callable[[], bytes] = lambda: b""
    """The salt of digests, made when it is first needed."""
    answers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What work lists were answered: list and value to code."""
    given: Mapping[str, str] = field(default_factory=dict)
    """Values of fields that a file has no column for."""


@dataclass(frozen=True, slots=True)
class Open:
    """A value that somebody must settle: its list, what is known of it, and how often it stands where first."""

    list: str
    value: str
    remark: str
    candidates: tuple[str, ...]


@dataclass(slots=True)
class Mapped:
    """What became of one sheet."""

    file: str
    sheet: str
    table: str
    header: Header | None = None
    seen: int = 0
    kept: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    parties: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name and region of each enterprise of a kept row."""
    posts: list[dict[str, str]] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    """Row, what is wrong, what to do."""
    aside: list[tuple[int, str, str]] = field(default_factory=list)
    """Row, reason, detail."""
    open: dict[Open, list[int]] = field(default_factory=dict)
    exported: set[date] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        """File and sheet."""
        return f"{self.file}[{self.sheet}]" if self.sheet else self.file


class _Leave(Exception):
    """How a row leaves the work: no error of the program."""


class _Aside(_Leave):
    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class _Refused(_Leave):
    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy


class _Unknown(_Leave):
    def __init__(self, found: Open) -> None:
        super().__init__(found.value)
        self.found = found


def set_sheet_aside(file: str, sheet: Sheet, table: str, reason: str) -> Mapped:
    """A sheet that is not read as a whole."""
    mapped = Mapped(file, sheet.name, table, seen=len(sheet.rows))
    mapped.aside = [(number, reason, "") for number, _ in sheet.rows]
    return mapped


def map_sheet(profile: Profile, file: str, sheet: Sheet, header: Header, setting: Setting) -> Mapped:
    """What becomes of each row of a sheet below its header."""
    mapped = Mapped(file, sheet.name, profile.table, header)
    mapper = _Mapper(profile, sheet, header, setting, mapped)
    mapper.run()
    assert_sums(mapped)
    return mapped


def assert_sums(mapped: Mapped) -> None:
    """Rows seen are rows kept, refused and set aside. Errors: ``AssertionError``: a row would have been lost."""
    total = len(mapped.kept) + len(mapped.refused) + len(mapped.aside)
    if total != mapped.seen:
        raise AssertionError(f"{mapped.place}: {mapped.seen} != {total}")


class _Plan(NamedTuple):
    """How a column is filled: by a text as it is, from fields, or by what is no field."""

    column: str
    sources: tuple[Source, ...]
    names: tuple[str, ...]
    by_region: bool
    copied: str


def _known(found: Found | None) -> Found:
    """What was found for a row that is still there."""
    assert found is not None  # only rows that have left are without
    return found


def _join_number(source: Source, parts: Iterable[str]) -> str:
    """The number of a record out of its parts, as its profile composes it."""
    return "/".join((source.prefix, *parts) if source.prefix else parts)


def _texts(column: list[object], required: bool) -> list[str] | None:
    """A column as texts; None where a cell in it is something else, or is empty and must not be."""
    if set(map(type, column)) != {str} or (required and "" in column):
        return None
    return list(map(str, column))


class _Mapper:
    """Works through one sheet, column by column; what was found once for a value is not looked up again."""

    def __init__(self, profile: Profile, sheet: Sheet, header: Header, setting: Setting, mapped: Mapped) -> None:
        self.profile = profile
        self.sheet = sheet
        self.header = header
        self.setting = setting
        self.mapped = mapped
        self.table = TABLE[profile.table]
        self.body: list[tuple[int, Sequence[Cell]]] = []
        self.grid: Sequence[Sequence[Cell]] = []
        """The cells of the body column by column."""
        self.columns: dict[str, list[object]] = {}
        self.cells: dict[tuple[str, str], str | CellProblem] = {}
        self.coded: dict[tuple[str, str], str | Open] = {}
        self.functions: dict[tuple[str, str], str | Open] = {}
        self.party_of: dict[tuple[str, bool], Party] = {}
        self.left: dict[int, _Leave] = {}
        """How each row left that is not kept, by its place."""
        self.told: set[str] = set()
        self.plans = [self.plan(column, sources) for column, sources in profile.columns.items()]
        self.needed = tuple(column for column in self.table.columns if column.required)

    def run(self) -> None:
        self.lay_out()
        used = [
            name for sources in self.profile.columns.values() for s in sources for name in (s.field, s.body, *s.key)
        ]
        used += [name for check in self.profile.checks for name in (check.field, check.agrees)]
        subject = self.profile.subject
        used += [subject.name, *subject.unit, *subject.other, *subject.person, subject.category[0]]
        for name in dict.fromkeys(
            [name for name in used if name] + [n for n in ("exported_at",) if n in self.profile.fields]
        ):
            self.columns[name] = self.read_column(self.profile.fields[name])
        self.map_rows()
        for place in sorted(self.left):
            number, leave = self.body[place][0], self.left[place]
            if isinstance(leave, _Refused):
                self.mapped.refused.append((number, hide_numbers(leave.cause), leave.remedy))
            elif isinstance(leave, _Aside):
                self.mapped.aside.append((number, leave.reason, hide_numbers(leave.detail)))
            elif isinstance(leave, _Unknown):
                self.mapped.open.setdefault(leave.found, []).append(number)
                self.mapped.aside.append((number, "unclassified", f"{leave.found.list}：{leave.found.value}"))
        self.mapped.exported = {day for day in self.columns.get("exported_at", ()) if isinstance(day, date)}
        self.mapped.notes += sorted(self.told)

    def plan(self, column: str, sources: tuple[Source, ...]) -> _Plan:
        names = tuple(name for s in sources for name in (s.field, s.body) if name)
        is_copy = len(sources) == 1 and names and not sources[0].codes and not sources[0].body
        text = is_copy and self.table.column(column).kind == "text" and self.profile.fields[names[0]].type == "string"
        return _Plan(column, sources, names, any(s.body for s in sources), names[0] if text else "")

    def lay_out(self) -> None:
        """Tell titles, headers, totals and rows with a cell that cannot be read from the rows that are mapped."""
        top = self.header.row - self.header.lines + 1
        words = self.setting.codes.of("register-rows")["total"].names
        broken = {problem.row: f"{problem.cell} {problem.cause}".strip() for problem in self.sheet.problems}
        remedies = {problem.row: problem.remedy for problem in self.sheet.problems}
        for first, last, address in self.sheet.merged:
            for merged in range(max(first, self.header.row + 1), last + 1):
                broken.setdefault(merged, f"{address} 是合并的单元格")
                remedies.setdefault(merged, "取消合并，并在每一格填写")
        titles = set(filter(None, self.header.titles))
        starts = {word[:1] for word in words}
        is_text = not self.sheet.name
        width = len(self.header.titles)
        for number, cells in self.sheet.rows:
            if top <= number <= self.header.row:
                continue
            self.mapped.seen += 1
            opening = cells[0] if cells else None
            begin = opening.strip() if isinstance(opening, str) else ""
            if not begin:
                begin = next((str(cell).strip() for cell in cells if cell is not None and str(cell).strip()), "")
            if number < top:
                self.mapped.aside.append((number, "title", ""))
            elif begin[:1].casefold()[:1] in starts and is_total((begin,), words):
                self.mapped.aside.append((number, "total", ""))
            elif begin in titles and sum(str(cell).strip() in titles for cell in cells if cell) * 2 > width:
                self.mapped.aside.append((number, "header", ""))
            elif number in broken:
                self.mapped.refused.append((number, broken[number], remedies[number]))
            elif is_text and len(cells) != width and (len(cells) < width or any(cells[width:])):
                self.mapped.refused.append((number, f"有 {len(cells)} 格，应有 {width} 格", "检查分隔符和引号"))
            else:
                self.body.append((number, cells))
        rows = [cells for _, cells in self.body]
        if len(set(map(len, rows))) == 1:
            self.grid = list(zip(*rows, strict=True))
        else:
            self.grid = [[row[place] if place < len(row) else None for row in rows] for place in range(width)]
        known = {number for number, _ in self.sheet.rows}
        for number in sorted(broken.keys() - known):
            if number > self.header.row:
                self.mapped.seen += 1
                self.mapped.refused.append((number, broken[number], remedies[number]))

    def read_column(self, found: Field) -> list[object]:
        """The values of a field, row by row: text, a day, None, or what is wrong with the cell."""
        places = self.header.fields.get(found.name, ())
        if not places:
            value: object = self.setting.given.get(found.name, found.value)
            if found.type == "date":
                value = self.read_cell(found, str(value))
            return [value] * len(self.body)
        columns = [self.read_place(found, place) for place in places]
        if len(columns) == 1:
            return columns[0]
        told = {values: self.join(found, values) for values in dict.fromkeys(zip(*columns, strict=True))}
        return [told[values] for values in zip(*columns, strict=True)]

    def read_place(self, found: Field, place: int) -> list[object]:
        cells: Sequence[Cell] = self.grid[place] if place < len(self.grid) else [None] * len(self.body)
        # only of these are equal ones alike: 1, 1.0 and True are not
        sorts = set(map(type, cells))
        distinct = set(cells) if sorts <= ALIKE else {cell for cell in cells if type(cell) in ALIKE}
        values: dict[Cell, object] = {}
        if found.type != "date":
            values.update(clean_texts([c for c in distinct if isinstance(c, str)], self.profile.common.missing))
        values.update((cell, self.read_cell(found, cell)) for cell in distinct if cell not in values)
        if sorts <= ALIKE:
            return list(map(values.__getitem__, cells))
        return [values[cell] if type(cell) in ALIKE else self.read_cell(found, cell) for cell in cells]

    def read_cell(self, found: Field, cell: Cell) -> object:
        missing = self.profile.common.missing
        try:
            if found.type == "date":
                epoch = self.sheet.date1904 or self.profile.epoch1904
                return read_day(cell, missing, epoch, found.format == "period-end")
            return clean_text(cell, missing)
        except CellProblem as wrong:
            return CellProblem(f"{found.titles[0]} {hide_numbers(str(cell))[:40]!r}：{wrong.cause}", wrong.remedy)

    def join(self, found: Field, values: tuple[object, ...]) -> object:
        """One value of several columns of a field: they agree, or all are read where the profile says so."""
        wrong = next((value for value in values if isinstance(value, CellProblem)), None)
        filled = list(dict.fromkeys(value for value in values if value not in ("", None)))
        if wrong is not None or len(filled) < 2:
            return wrong or (filled[0] if filled else values[0])
        if found.join:
            return ";".join(map(str, filled))
        told = "、".join(hide_numbers(str(value)) for value in filled)
        return CellProblem(f"{found.titles[0]} 的几列不一致（{told}）", "核对后改正其一，或清空不用的一列")

    def value(self, name: str, place: int) -> object:
        found = self.columns[name][place]
        if isinstance(found, CellProblem):
            raise _Refused(found.cause, found.remedy)
        if found in ("", None) and self.profile.fields[name].required:
            raise _Refused(f"{self.profile.fields[name].titles[0]} 为空", "在来源中补上后重新导出")
        return found

    def text(self, name: str, place: int) -> str:
        found = self.value(name, place)
        return "" if found is None else str(found)

    def map_rows(self) -> None:
        """Put the rows together, step by step; a row that a step sends away is asked nothing more."""
        subject = self.profile.subject
        self.ask([self.columns[subject.name]], lambda place: self.text(subject.name, place))
        named = [*subject.category[:1], *subject.unit, *subject.other, *subject.person]
        parties = self.ask([self.columns[name] for name in named if name], self.find_subject)
        regions = self.ask([parties], lambda place: self.find_regions(*_known(parties[place])))
        for check in self.profile.checks:
            asked = [self.columns[name] for name in (check.field, check.agrees) if name]
            self.ask(asked, partial(self.check, check.field, check.codes, check.agrees))
        filled: list[tuple[str, Sequence[str | None]]] = [
            ("uscc", [found[0] if found else "" for found in parties]),
            ("person_id", [found[1] if found else "" for found in parties]),
        ]
        for plan in self.plans:
            numbered = [name for source in plan.sources for name in source.key]
            keys: list[Sequence[object]] = [self.columns[name] for name in (*plan.names, *numbered)]
            keys += [parties] if numbered else []
            keys += [regions] if plan.by_region else []
            found = self.fill_plainly(plan, parties) or self.ask(keys, partial(self.fill, plan, parties, regions))
            filled.append((plan.column, found))
        self.require(filled)
        self.keep(filled, regions)

    def ask(self, keys: Sequence[Sequence[object]], judge: Callable[[int], Found]) -> list[Found | None]:
        """What is found for each row that is still there: asked once for all rows that are alike in some columns.

        None stands where a row has left, before or by this very question.
        """
        whole: Sequence[object] = keys[0] if len(keys) == 1 else list(zip(*keys, strict=True))
        if not keys:
            whole = [()] * len(self.body)
        there: Sequence[int] = range(len(self.body))
        if self.left:
            there = [place for place in there if place not in self.left]
        firsts = dict(zip(map(whole.__getitem__, reversed(there)), reversed(there), strict=True))
        answers: dict[object, Found] = {}
        leaves: dict[object, _Leave] = {}
        for key, place in firsts.items():
            try:
                answers[key] = judge(place)
            except _Leave as leave:
                leaves[key] = leave.with_traceback(None)
        if leaves:
            self.left.update((place, leaves[whole[place]]) for place in there if whole[place] in leaves)
        return list(map(answers.get, whole))

    def fill_plainly(self, plan: _Plan, parties: Sequence[tuple[str, str] | None]) -> list[str] | None:
        """The values of a column that is copied or numbers its records, where nothing in it needs a second look.

        None where a row may have to leave by it: then each value is asked for by itself.
        """
        names = (plan.copied,) if plan.copied else plan.sources[0].key if len(plan.sources) == 1 else ()
        columns = [_texts(self.columns[name], self.profile.fields[name].required) for name in names]
        if not columns or None in columns:
            return None
        if plan.copied:
            return None if may_have_numbers(set(_known(columns[0]))) else columns[0]
        parts = zip(*(narrow_keys(_known(column)) for column in columns), strict=True)
        numbers = [_join_number(plan.sources[0], each) for each in parts]
        if may_have_numbers(numbers):
            return None
        whose = [found and (found[0] or found[1]) for found in parties]
        return [f"{number}/{subject}" for number, subject in zip(numbers, whose, strict=True)]

    def fill(
        self, plan: _Plan, parties: Sequence[tuple[str, str] | None], regions: Sequence[str | None], place: int
    ) -> str:
        """The value of a column in one row; empty when its sources say nothing."""
        if plan.copied:
            cell = self.value(plan.copied, place)
            return hide_numbers(str(cell)) if cell not in ("", None) else ""
        uscc, person = _known(parties[place])
        text = self.find_value(plan.sources, place, _known(regions[place]), uscc or person)
        return self.read_value(self.table.column(plan.column), text) if text and plan.names else text

    def require(self, filled: Sequence[tuple[str, Sequence[str | None]]]) -> None:
        """Refuse the rows that lack what their table must have."""
        for need in self.needed:
            columns = [column for name, column in filled if name == need.name]
            if any(all(column) for column in columns):
                continue
            for place in range(len(self.body)):
                if place not in self.left and not any(column[place] for column in columns):
                    self.left[place] = _Refused(f"{need.label} 为空", "在来源中补上后重新导出")

    def keep(self, filled: Sequence[tuple[str, Sequence[str | None]]], regions: Sequence[str | None]) -> None:
        """Take the rows that are still there, with the enterprises and the posts that they bring along."""
        subjects = zip(filled[0][1], filled[1][1], strict=True)
        said = [(name, column) for name, column in filled if any(column)]
        if not said:  # nobody is left
            return
        names = [name for name, _ in said]
        cells = zip(*[column for _, column in said], strict=True)
        for place, ((uscc, person), values) in enumerate(zip(subjects, cells, strict=True)):
            if place in self.left:
                continue
            row = {name: cell for name, cell in zip(names, values, strict=True) if cell}
            self.mapped.kept.append((self.body[place][0], row))
            if uscc and uscc not in self.mapped.parties:
                name = hide_numbers(self.text(self.profile.subject.name, place))
                self.mapped.parties[uscc] = (name, _known(regions[place]))
            for post in self.setting.people.get(person, ()) if person else ():
                self.mapped.posts.append(
                    {
                        "person_id": person or "",
                        "uscc": post.uscc,
                        "role": post.role,
                        "from": post.begun,
                        "to": post.ended,
                    }
                )

    def find_subject(self, place: int) -> tuple[str, str]:
        """The code of the unit, or the digest of the person, whom a row is about; one of them is empty."""
        subject = self.profile.subject
        kind = ""
        if subject.category[0]:
            kind = self.look_up(subject.category[1], self.text(subject.category[0], place))
        shared = set(subject.unit) & set(subject.person)
        for name in subject.unit:
            code = self.text(name, place)
            if not code:
                continue
            party = self.read_party(code, name in shared)
            if party.kind == "unit" and kind == "person":
                raise _Refused("相对人类别是自然人，却有统一社会信用代码", "核对是单位还是个人，改正其一")
            if party.kind == "unit":
                return party.value, ""
            if party.kind == "wrong":
                raise _Refused(f"{party.value}（{code[:24]!r}）", party.remedy)
            if party.kind in ("person", "masked"):
                return "", self.find_person(code, party.kind, party.value)
            raise _Aside("no-code", f"{party.value}。{party.remedy}")
        others = [self.profile.fields[name].titles[0] for name in subject.other if self.text(name, place)]
        numbers = [text for name in subject.person if name not in shared and (text := self.text(name, place))]
        if kind == "person" or (numbers and not others and kind != "unit"):
            if not numbers:
                raise _Aside("person", "没有证件号码，也没有所在单位")
            party = read_party(numbers[0], person=True)
            return "", self.find_person(numbers[0], "masked" if party.kind == "masked" else "person", party.value)
        told = f"只有{'、'.join(others)}" if others else "各种代码都是空的"
        raise _Aside("no-code", f"{told}。查出统一社会信用代码后补上")

    def read_party(self, code: str, person: bool) -> Party:
        key = (code, person)
        if key not in self.party_of:
            self.party_of[key] = read_party(code, person=person)
        return self.party_of[key]

    def find_person(self, number: str, kind: str, told: str) -> str:
        if kind == "masked":
            raise _Aside("masked", told)
        if self.setting.people:
            digest = digest_person(self.setting.salt(), number)
            if digest in self.setting.people:
                return digest
        raise _Aside("person", "登记册的人员须有所在单位和职务：用 --people 给出（证件号码、uscc、role）")

    def find_regions(self, uscc: str, person: str) -> str:
        """The place that supervises a unit; of a person that of the last post."""
        region = self.find_region(uscc) if uscc else ""
        for post in self.setting.people.get(person, ()) if person else ():
            region = self.find_region(post.uscc)
        return region

    def find_region(self, uscc: str) -> str:
        region = self.setting.regions.get(uscc) or self.setting.region or self.profile.region
        if not region:
            raise _Aside("no-region", f"{uscc}：代码第 3—8 位是登记地，不是监管所在地。用 --region 或 --regions 给出")
        return region

    def check(self, name: str, codes: str, agrees: str, place: int) -> None:
        """Whether a field lets the row be a record."""
        text = self.text(name, place)
        result = self.look_up(codes, text) if text else ""
        title = self.profile.fields[name].titles[0]
        if result == DROP:
            raise _Aside("dropped", f"{title}：{text}")
        if agrees and result:
            day = self.value(agrees, place)
            if (result == "yes") != (day is not None):
                other = self.profile.fields[agrees].titles[0]
                raise _Refused(
                    f"{title}写{text!r}，{other}却{'是空的' if day is None else f'是 {day}'}", "核对后改正其一"
                )

    def find_value(self, sources: tuple[Source, ...], place: int, region: str, subject: str) -> str:
        """The value of a column from the first source that has one; every code on the way must be known."""
        for source in sources:
            if source.constant:
                if source.told:
                    self.told.add(source.told)
                return source.constant
            if source.key:
                parts = [narrow_key(self.text(name, place)) for name in source.key]
                number = _join_number(source, parts)
                if hide_numbers(number) != number:
                    raise _Refused("文号里有身份证号", "在来源中改正文号")
                return f"{number}/{subject}"
            if source.body:
                name = self.text(source.body, place)
                return self.find_function(name, region) if name else ""
            value = self.value(source.field, place)
            if value in ("", None):
                continue
            if not source.codes:
                return value.isoformat() if isinstance(value, date) else hide_numbers(str(value))
            found = self.look_up_all(self.profile.fields[source.field], source.codes, str(value))
            if found and found != SILENT:
                return found
        return ""

    def look_up_all(self, found: Field, codes: str, text: str) -> str:
        """The code of a cell that may hold several values: all must be known, and at most one may say something."""
        try:
            return self.look_up(codes, text)
        except _Unknown:
            if not found.split:
                raise
        parts = [text]
        for splitter in SPLITTERS:
            parts = [piece for part in parts for piece in part.split(splitter)]
        parts = [part.strip() for part in parts if part.strip()]
        table = self.profile.codes[codes]
        known = {fold(key, "name").text for key in table.entries}
        pieces = [
            piece for part in parts
            for piece in ([part] if fold(part, "name").text in known or (codes, part) in self.setting.answers
                          else filter(None, map(str.strip, part.split("、"))))
        ]  # fmt: skip
        results = {self.look_up(codes, piece) for piece in pieces}
        if DROP in results:
            raise _Aside("dropped", text)
        said = sorted(results - {SILENT})
        if len(said) > 1 or (said and SILENT in results):
            raise _Unknown(Open(codes, text, "一格里的几种说法不相容", tuple(said)))
        return said[0] if said else SILENT

    def look_up(self, codes: str, text: str) -> str:
        """The result of a value in a code table; empty for an empty value. Leaves with ``_Unknown`` for no entry."""
        if not text:
            return ""
        key = (codes, text)
        if key not in self.coded:
            self.coded[key] = self.find_code(codes, text)
        found = self.coded[key]
        if isinstance(found, Open):
            raise _Unknown(found)
        return found

    def find_code(self, codes: str, text: str) -> str | Open:
        table = self.profile.codes[codes]
        if (answer := self.setting.answers.get((codes, text))) is not None:
            return answer
        plain = fold(text, "name").text
        for value, result in table.entries.items():
            if fold(value, "name").text == plain:
                return result
        remark = next((told for value, told in table.unsettled.items() if fold(value, "name").text == plain), "")
        return Open(codes, hide_numbers(text), remark or table.about, table.results)

    def find_function(self, name: str, region: str) -> str:
        """The function of the body that a name means; a name nobody knows, or with several functions, is open."""
        key = (name, region)
        if key not in self.functions:
            known = self.setting.codes.functions_of(name, region)
            answer = self.setting.answers.get((FUNCTIONS, name))
            if answer is not None:
                self.functions[key] = answer
            elif len(known) == 1:
                self.functions[key] = known[0]
            else:
                column = TABLE["penalties"].column("authority_function")
                remark = f"有几种职能：{'、'.join(known)}" if known else "机构库中没有这个机关"
                near = known or self.setting.codes.nearest(column, name)
                self.functions[key] = Open(FUNCTIONS, hide_numbers(name), remark, tuple(near))
        found = self.functions[key]
        if isinstance(found, Open):
            raise _Unknown(found)
        if found == DROP:
            raise _Aside("dropped", name)
        return found

    def read_value(self, column: Column, text: str) -> str:
        """A value as our own reading of registers takes it."""
        key = (column.name, text)
        if key not in self.cells:
            try:
                found = parse_cell(column, text, codes=self.setting.codes)
                self.cells[key] = "" if found is None else str(found)
            except CellProblem as wrong:
                self.cells[key] = CellProblem(f"{column.label} {text[:40]!r}：{wrong.cause}", wrong.remedy)
        done = self.cells[key]
        if isinstance(done, CellProblem):
            raise _Refused(done.cause, done.remedy)
        return done
