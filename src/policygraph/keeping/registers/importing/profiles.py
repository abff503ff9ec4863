"""Mapping profiles: how one kind of export becomes rows of a register, read from TOML and checked before any use.

A profile names fields (after Frictionless Table Schema: name, type, format, constraints) with the titles that columns
bear in the wild (CSVW ``titles``), code tables, and for each column of our table where its value comes from. It is
data under review, so whatever is wrong in one is told with file and key; a profile that is a draft is refused. It
decides nothing about law: which table and which list a source feeds is argued in it, in words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policygraph.errors import DataError, InputError, NotFoundError
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import TABLE
from policygraph.keeping.sources import find_root
from policygraph.text.folding import fold
from policygraph.text.likeness import near_words

COMMON = "common"
"""The file beside the profiles that holds what all of them share."""
SILENT = "-"
"""The result of a code that is known and says nothing of the column."""
DROP = "drop"
"""What a person answers for a code whose rows are no records."""
TYPES = ("string", "date")

# matches: 行政相对人代码_1〔统一社会信用代码〕 · 代码3〔工商注册号〕            does not match: 处罚金额〔万元〕
_NUMBERED = re.compile(r"(?P<stem>.+?)[_-]?[0-9]+〔(?P<inside>.+)〕")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an export."""

    name: str
    type: str
    titles: tuple[str, ...]
    required: bool = False
    """Every record must have a value."""
    column: bool = False
    """The file must have the column."""
    format: str = ""
    join: bool = False
    """Several columns are read together; otherwise they must agree."""
    split: bool = False
    """A cell may hold several values."""
    value: str = ""
    """The value where the file has no such column."""


@dataclass(frozen=True, slots=True)
class CodeTable:
    """Known values and what they mean; ``unsettled`` ones are known to be unclear, with a remark."""

    name: str
    about: str
    results: tuple[str, ...]
    entries: Mapping[str, str]
    unsettled: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from; exactly one of ``field``, ``constant``, ``body`` and ``key`` is given."""

    field: str = ""
    codes: str = ""
    constant: str = ""
    body: str = ""
    """A field that names a body, whose function is the value."""
    key: tuple[str, ...] = ()
    """Fields that, with the subject, make a number that stays the same from export to export."""
    prefix: str = ""
    told: str = ""
    """What to say when a constant stands in for a source that says nothing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Which fields say whom a row is about."""

    name: str
    unit: tuple[str, ...]
    other: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    category: tuple[str, str] = ("", "")
    """Field and code table that tell units from natural persons."""


@dataclass(frozen=True, slots=True)
class Check:
    """A field that decides whether a row is a record; ``agrees``: a date that is there exactly when it says yes."""

    field: str
    codes: str
    agrees: str = ""


@dataclass(frozen=True, slots=True)
class Common:
    """What all profiles share."""

    missing: frozenset[str]
    explanations: tuple[str, ...]
    marks: tuple[str, ...]
    ignored: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Profile:
    """How one kind of export is read."""

    name: str
    title: str
    title_en: str
    table: str
    argument: str
    fields: Mapping[str, Field]
    ignored: Mapping[str, str]
    """Reason by title, as printed in the profile."""
    subject: Subject
    codes: Mapping[str, CodeTable]
    columns: Mapping[str, tuple[Source, ...]]
    checks: tuple[Check, ...] = ()
    numbered: tuple[str, ...] = ()
    coverage: bool = False
    coverage_field: str = ""
    coverage_told: str = ""
    region: str = ""
    sheets: tuple[str, ...] = ()
    header_row: int = 0
    epoch1904: bool = False
    common: Common = field(default_factory=lambda: Common(frozenset({""}), (), (), {}))

    def title_keys(self, written: str) -> tuple[str, ...]:
        """The keys under which a title of a column is looked up, the nearest first."""
        plain = fold_title(written, self.common.marks)
        match = _NUMBERED.fullmatch(plain)
        if match is None:
            return (plain,)
        whole = f"{match['stem']}〔{match['inside']}〕"
        stems = {fold_title(stem, ()) for stem in self.numbered}
        return (plain, whole, match["inside"]) if match["stem"] in stems else (plain, whole)


def fold_title(written: str, marks: tuple[str, ...]) -> str:
    """A title as it is compared: no blanks, one kind of bracket, no marks around it.

    >>> fold_title("*税务登记号 (必填)", ("*", "（必填）")), fold_title("处罚金额(万元) ", ())
    ('税务登记号', '处罚金额〔万元〕')
    """
    plain = fold(written, "name").text
    folded = [fold(mark, "name").text for mark in marks]
    before = ""
    while plain != before:
        before = plain
        for mark in folded:
            plain = plain.removeprefix(mark).removesuffix(mark) or plain
    return plain


def profile_folder() -> Path:
    """Where the profiles lie that travel with the program."""
    return find_root() / "data" / "mappings"


def list_profiles(codes: Codes) -> tuple[Profile, ...]:
    """All profiles that travel with the program, by name."""
    return tuple(
        load_profile(path.stem, codes) for path in sorted(profile_folder().glob("*.toml")) if path.stem != COMMON
    )


def load_profile(name: str, codes: Codes) -> Profile:
    """A profile by its name, or from a file of one's own (a path that ends in ``.toml``).

    Errors: ``NotFoundError`` with the names there are; ``InputError`` for a wrong file of one's own, ``DataError`` for
    one of ours.
    """
    own = name.endswith(".toml")
    path = Path(name) if own else profile_folder() / f"{name}.toml"
    known = sorted(found.stem for found in profile_folder().glob("*.toml") if found.stem != COMMON)
    if not path.is_file() or (not own and name not in known):
        near = near_words(name, known)
        hint = f"是否为 {near[0]}？" if near else ""
        raise NotFoundError(
            name, "没有这个对照表", f"{hint}可用 {'、'.join(known)}，或自己的 .toml 文件；起草用 --profile new"
        )
    common = _read_common()
    raw = _read_toml(path, InputError if own else DataError)
    try:
        return _Parser(path, InputError if own else DataError, codes).parse(raw, common)
    except (TypeError, AttributeError) as wrong:
        kind = InputError if own else DataError
        raise kind(str(path.name), f"内容的形式不对（{wrong}）", "对照 data/mappings 中的例子改正") from wrong


def _read_toml(path: Path, kind: type[InputError] | type[DataError]) -> dict[str, Any]:  # Any: TOML
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise kind(path.name, f"不是有效的 TOML（{wrong}）", "改正该处，文件用 UTF-8 编码") from wrong


def _read_common() -> Common:
    path = profile_folder() / f"{COMMON}.toml"
    raw = _read_toml(path, DataError)
    ignored = {title: str(entry["reason"]) for entry in raw.get("ignored", ()) for title in entry["titles"]}
    return Common(frozenset(map(str, raw["missingValues"])), tuple(raw["explanations"]), tuple(raw["marks"]), ignored)


class _Parser:
    """Turns TOML into a profile and refuses what does not fit together."""

    def __init__(self, path: Path, kind: type[InputError] | type[DataError], codes: Codes) -> None:
        self.path = path
        self.kind = kind
        self.codes = codes

    def refuse(self, place: str, cause: str, remedy: str) -> InputError | DataError:
        return self.kind(f"{self.path.name}: {place}", cause, remedy)

    def parse(self, raw: Mapping[str, Any], common: Common) -> Profile:  # Any: TOML
        if raw.get("draft"):
            raise self.refuse("draft", "是尚未确认的草稿", "逐项确认后删去 draft = true")
        known = {
            "title", "title_en", "table", "argument", "numbered", "fields", "ignored", "subject", "codes", "columns",
            "checks", "coverage", "region", "layout", "draft",
        }  # fmt: skip
        for key in raw.keys() - known:
            raise self.refuse(key, "没有这一项", f"可用 {'、'.join(sorted(known))}")
        for key in ("title", "table", "argument", "fields", "subject", "columns"):
            if not raw.get(key):
                raise self.refuse(key, "缺少这一项", "对照 data/mappings 中的例子补上")
        table = str(raw["table"])
        if table not in TABLE or TABLE[table].record is None:
            raise self.refuse(
                "table", f"{table!r} 不是登记册中记录事实的表", f"可用 {'、'.join(t for t in TABLE if TABLE[t].record)}"
            )
        fields = dict(self.read_fields(raw["fields"]))
        codes = {name: self.read_codes(name, entry) for name, entry in raw.get("codes", {}).items()}
        layout = raw.get("layout", {})
        coverage = raw.get("coverage", {})
        subject = raw["subject"]
        category = subject.get("category", {})
        profile = Profile(
            name=self.path.stem,
            title=str(raw["title"]),
            title_en=str(raw.get("title_en", "")),
            table=table,
            argument=str(raw["argument"]),
            fields=fields,
            ignored={title: str(entry["reason"]) for entry in raw.get("ignored", ()) for title in entry["titles"]},
            subject=Subject(
                str(subject["name"]),
                tuple(subject["unit"]),
                tuple(subject.get("other", ())),
                tuple(subject.get("person", ())),
                (str(category.get("field", "")), str(category.get("codes", ""))),
            ),
            codes=codes,
            columns={column: self.read_sources(column, entry) for column, entry in raw["columns"].items()},
            checks=tuple(
                Check(str(entry["field"]), str(entry["codes"]), str(entry.get("agrees", "")))
                for entry in raw.get("checks", ())
            ),
            numbered=tuple(raw.get("numbered", ())),
            coverage=bool(coverage.get("possible", False)),
            coverage_field=str(coverage.get("field", "")),
            coverage_told=str(coverage.get("told", "")),
            region=str(raw.get("region", "")),
            sheets=tuple(layout.get("sheets", ())),
            header_row=int(layout.get("header_row", 0)),
            epoch1904=int(layout.get("epoch", 1900)) == 1904,
            common=common,
        )
        self.check(profile)
        return profile

    def read_fields(self, raw: list[Mapping[str, Any]]) -> Iterator[tuple[str, Field]]:  # Any: TOML
        seen = set()
        for entry in raw:
            name = str(entry.get("name", ""))
            if not name or name in seen or not entry.get("titles"):
                raise self.refuse(
                    f"fields {name}", "名称缺失或重复，或没有 titles", "每个字段一个名称，至少一个 titles"
                )
            seen.add(name)
            kind = str(entry.get("type", "string"))
            if kind not in TYPES:
                raise self.refuse(f"fields {name}", f"不认识的类型 {kind}", f"可用 {'、'.join(TYPES)}")
            required = bool(entry.get("constraints", {}).get("required", False))
            yield name, Field(
                name, kind, tuple(map(str, entry["titles"])), required,
                required or entry.get("column") == "required", str(entry.get("format", "")),
                entry.get("join") == "all", bool(entry.get("split", False)), str(entry.get("value", "")),
            )  # fmt: skip

    def read_codes(self, name: str, raw: Mapping[str, Any]) -> CodeTable:  # Any: TOML
        entries = {str(key): str(value) for key, value in raw.get("entries", {}).items()}
        unsettled = {str(key): str(value) for key, value in raw.get("unsettled", {}).items()}
        results = tuple(map(str, raw.get("results", ())))
        for key, value in entries.items():
            if value not in results:
                raise self.refuse(
                    f"codes.{name}", f"{key!r} 的结果 {value!r} 不在 results 中", f"可用 {'、'.join(results)}"
                )
        return CodeTable(name, str(raw.get("about", "")), results, entries, unsettled)

    def read_sources(self, column: str, raw: Any) -> tuple[Source, ...]:  # Any: TOML
        found = []
        for entry in raw if isinstance(raw, list) else [raw]:
            given = {"field", "constant", "body", "key"} & entry.keys()
            if len(given) != 1 or entry.keys() - {"field", "codes", "constant", "body", "key", "prefix", "told"}:
                raise self.refuse(f"columns.{column}", "值的来源写法不对", "写 field、constant、body、key 之一")
            found.append(
                Source(
                    str(entry.get("field", "")), str(entry.get("codes", "")), str(entry.get("constant", "")),
                    str(entry.get("body", "")), tuple(entry.get("key", ())), str(entry.get("prefix", "")),
                    str(entry.get("told", "")),
                )
            )  # fmt: skip
        return tuple(found)

    def check(self, profile: Profile) -> None:
        """Every name that is used must exist, and no title may mean two things."""
        table = TABLE[profile.table]
        columns = {column.name for column in table.columns} - {"uscc", "person_id"}
        subject = profile.subject
        used = [(f"columns.{column}", s) for column, sources in profile.columns.items() for s in sources]
        names = [(place, name) for place, s in used for name in (s.field, s.body, *s.key) if name]
        names += [("subject", name) for name in (subject.name, *subject.unit, *subject.other, *subject.person)]
        names += [("checks", name) for check in profile.checks for name in (check.field, check.agrees) if name]
        names += [("subject.category", subject.category[0])] if subject.category[0] else []
        for place, name in names:
            if name not in profile.fields:
                raise self.refuse(place, f"没有字段 {name!r}", "在 fields 中补上，或改正名称")
        tables = [(place, s.codes) for place, s in used if s.codes] + [("checks", c.codes) for c in profile.checks]
        tables += [("subject.category", subject.category[1])] if subject.category[1] else []
        for place, name in tables:
            if name not in profile.codes:
                raise self.refuse(place, f"没有代码表 {name!r}", "在 codes 中补上，或改正名称")
        for column in profile.columns.keys() - columns:
            raise self.refuse(
                f"columns.{column}", f"{profile.table} 表没有这一列", f"可用 {'、'.join(sorted(columns))}"
            )
        for place, s in used:
            target = table.column(place.removeprefix("columns."))
            allowed = self.codes.allowed(target)
            values = [s.constant] if s.constant else list(profile.codes[s.codes].results) if s.codes else []
            for value in values:
                if allowed and value not in allowed and value not in (SILENT, DROP):
                    raise self.refuse(place, f"{value!r} 不是这一列的代码", f"可用 {'、'.join(allowed[:12])}")
            if s.body and target.scheme != "functions":
                raise self.refuse(place, "body 只能用于职能列", "改用 field")
        for need in table.columns:
            if need.required and need.name != "uscc" and need.name not in profile.columns:
                raise self.refuse(f"columns.{need.name}", f"{profile.table} 表必填这一列", "写明值的来源")
        seen: dict[str, str] = {}
        for name, found in profile.fields.items():
            for written in found.titles:
                key = fold_title(written, ())
                if seen.setdefault(key, name) != name:
                    raise self.refuse(f"fields {name}", f"{written!r} 已是 {seen[key]} 的名称", "只留一处")
        for written in profile.ignored:
            if fold_title(written, ()) in seen:
                raise self.refuse("ignored", f"{written!r} 又是字段 {seen[fold_title(written, ())]} 的名称", "只留一处")
