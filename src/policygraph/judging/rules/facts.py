"""What a register may say: one table definition for loading, RDF, the as-of view and the documentation.

A shape can only speak about facts that exist here, a register can only contain columns that exist here, and the
printed description of the tables is generated from here, so the three cannot drift apart. A new class of record is
one more row in ``TABLES``. The definitions are a format, not law: which record decides what stands in the shapes.

Nothing here reads a file; ``registers`` fills these values, ``decisions`` looks at them for one enterprise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

Value = str | int | Decimal | bool | date
"""What a cell holds once it was read; an empty cell is None."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it holds, whether it must be filled, and the property that carries it in RDF."""

    name: str
    kind: str
    label: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    """The only values, where the structure of the as-of view follows from them or they are plain numbers."""
    scheme: str = ""
    """The concept scheme (``rules.codes``) that defines and names the only values."""
    default: str | None = None
    body: str = ""
    """The column that names a body whose function stands in for an empty cell of this one."""
    term: str = ""
    """Local name of the ``pg:`` property in the RDF form of a register."""
    in_view: bool = False
    """True when shapes may read the value in the as-of view."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """How a fact that lasts is judged on a day: it begins with the table's date and ends as these columns say."""

    flag: str
    """Local name of the boolean of the view: true while it lasts, false after; absent while nobody knows."""
    last_day: str
    """Column of the last day on which it still holds."""
    ended_on: str | None
    """Column of the event (revocation, delisting) from whose day it no longer holds."""
    open_means_unknown: bool
    """True when an empty last day means that nobody knows (a certificate), false when it means no such event."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a register and the class of record it holds."""

    name: str
    label: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that together may occur once."""
    date: str | None = None
    """Column of the day on which the fact came to be: later facts do not exist for an earlier as-of date."""
    record: str | None = None
    """Local name of the class in RDF and in the view; None for tables that describe subjects or coverage."""
    link: str | None = None
    """Local name of the property from the subject to the record in the view."""
    interval: Interval | None = None
    told: tuple[str, ...] = ()
    """Columns by which a record without a number is named as evidence; empty: the key without the subject."""
    latest: tuple[str, ...] = ()
    """Columns that, with the subject, name one matter of which only the latest record by the day counts."""

    @property
    def matter(self) -> str:
        """The column of the view that names what a record is about, of which the latest counts; empty for none.

        >>> TABLE["determinations"].matter, TABLE["assessments"].matter
        ('condition', '')
        """
        return next((name for name in self.latest if self.column(name).in_view), "")

    @property
    def named_by(self) -> tuple[str, ...]:
        """The columns by which a record of this table is named as evidence, after the table's own name."""
        return self.told or tuple(name for name in self.key if name != "uscc")

    @property
    def word(self) -> str:
        """The word for records of this table at the head of the view's terms about them; needs a link.

        >>> TABLE["certificates"].word
        'certificate'
        """
        name = str(self.link).removeprefix("has")
        return name[0].lower() + name[1:]

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


_USCC = Column("uscc", "uscc", "统一社会信用代码", required=True, note="18 位，按 GB 32100 校验")
_SUBJECT = (
    Column("uscc", "uscc", "统一社会信用代码", note="与 person_id 至少填一项；填了 person_id 即为对该人员的记录"),
    Column("person_id", "text", "人员编号", note="须在 persons 表中"),
)
_RECORD_ID = Column("record_id", "text", "记录编号", required=True, term="recordNumber")

ROLES = ("legal_representative", "principal", "safety_deputy", "directly_responsible")
"""The as-of view has links of its own for each role; ``concept/post-…`` names them."""
LISTS = ("red", "black", "watch")
"""The as-of view has a term of its own for each list; ``concept/register-list-…`` names them."""

TABLES: tuple[Table, ...] = (
    Table(
        "enterprises",
        "生产经营单位",
        "每行一个单位。",
        (
            _USCC,
            Column("name", "text", "名称", required=True),
            Column("region", "region", "监管所在地", required=True, term="regionCode", note="GB/T 2260 代码，任一层级"),
            Column("industry", "text", "行业", term="industry"),
        ),
        key=("uscc",),
    ),
    Table(
        "persons",
        "有关人员",
        "每行一个人在一个单位的一项职务；换人或换职另起一行。",
        (
            Column("person_id", "text", "人员编号", required=True, term="personNumber"),
            _USCC,
            Column("role", "code", "职务", required=True, allowed=ROLES, scheme="posts", term="postRole"),
            Column("name", "text", "姓名"),
            Column("from", "date", "任职起", term="postFrom", note="空白：自始任职"),
            Column("to", "date", "任职止", term="postTo", note="末日，含当日；空白：没有离任"),
        ),
        key=("person_id", "uscc", "role", "from"),
        date="from",
        interval=Interval("heldAsOf", "to", None, open_means_unknown=False),
    ),
    Table(
        "commitments",
        "信用承诺",
        "向社会公开的安全生产承诺。",
        (
            _USCC,
            Column("date", "date", "日期", required=True, term="date"),
            Column("published", "bool", "已向社会公开", required=True, term="published", in_view=True),
        ),
        key=("uscc", "date"),
        date="date",
        record="Commitment",
        link="hasCommitment",
    ),
    Table(
        "penalties",
        "行政处罚",
        "每行一份处罚决定。",
        (
            _RECORD_ID,
            *_SUBJECT,
            Column("date", "date", "处罚决定日期", required=True, term="date"),
            Column(
                "authority_function",
                "function",
                "处罚机关职能",
                scheme="functions",
                body="authority",
                term="authorityFunction",
                in_view=True,
                note="可留空，条件是 authority 所写的机关在机构库中：用该机关的职能，并予说明",
            ),
            Column("decision_no", "text", "决定书文号", term="decisionNumber"),
            Column("authority", "text", "处罚机关", term="authorityName"),
            Column("safety_matter", "bool", "是否安全生产事项", term="safetyMatter", in_view=True),
            Column(
                "status",
                "code",
                "效力状态",
                scheme="penalty-statuses",
                default="effective",
                term="recordStatus",
                in_view=True,
                note="空白：effective",
            ),
            Column("reason", "text", "事由", term="recordReason"),
        ),
        key=("record_id",),
        date="date",
        record="Penalty",
        link="hasPenalty",
    ),
    Table(
        "accidents",
        "生产安全事故",
        "每行一个单位的一起事故。",
        (
            _RECORD_ID,
            _USCC,
            Column("date", "date", "发生日期", required=True, term="date"),
            Column("fatalities", "integer", "死亡人数", required=True, term="fatalities", in_view=True),
            Column(
                "liability",
                "code",
                "责任认定",
                required=True,
                scheme="liabilities",
                term="liability",
                in_view=True,
            ),
            Column(
                "severity",
                "code",
                "事故等级",
                scheme="accident-severities",
                term="accidentSeverity",
                in_view=True,
            ),
        ),
        key=("record_id",),
        date="date",
        record="Accident",
        link="hasAccident",
    ),
    Table(
        "dishonesty",
        "失信行为",
        "每行一项单位或人员的失信行为。",
        (
            _RECORD_ID,
            *_SUBJECT,
            Column("date", "date", "行为日期", required=True, term="date"),
            Column("field", "field", "领域", required=True, scheme="functions", term="field", in_view=True),
            Column("kind", "text", "种类", term="dishonestyKind"),
            Column(
                "severity",
                "code",
                "程度",
                scheme="dishonesty-severities",
                term="dishonestySeverity",
                in_view=True,
            ),
        ),
        key=("record_id",),
        date="date",
        record="Dishonesty",
        link="hasDishonesty",
    ),
    Table(
        "certificates",
        "安全生产标准化证书",
        "每行一份证书。",
        (
            _USCC,
            Column(
                "grade",
                "integer",
                "等级",
                required=True,
                allowed=("1", "2", "3"),
                term="certificateGrade",
                in_view=True,
            ),
            Column("issued", "date", "发证日期", required=True, term="date"),
            Column("expires", "date", "有效期至", term="expires", note="末日，含当日；空白：有效期不明"),
            Column("revoked_on", "date", "撤销日期", term="revokedOn", note="空白：没有撤销"),
            Column("certificate_no", "text", "证书编号", term="certificateNumber"),
        ),
        key=("uscc", "grade", "issued", "certificate_no", "expires", "revoked_on"),
        told=("grade", "issued", "certificate_no"),
        date="issued",
        record="StandardizationCertificate",
        link="hasCertificate",
        interval=Interval("validAsOf", "expires", "revoked_on", open_means_unknown=True),
    ),
    Table(
        "listings",
        "列入名单",
        "每行一次列入红名单、黑名单或重点关注名单；重点关注名单信息不公开。",
        (
            _RECORD_ID,
            *_SUBJECT,
            Column(
                "list",
                "code",
                "名单",
                required=True,
                allowed=LISTS,
                scheme="register-lists",
                term="listColour",
                in_view=True,
            ),
            Column("field", "field", "领域", required=True, scheme="functions", term="field", in_view=True),
            Column("listed_on", "date", "列入日期", required=True, term="date"),
            Column("valid_until", "date", "有效期至", term="validUntil", note="末日，含当日；空白：没有期限"),
            Column("delisted_on", "date", "移出日期", term="delistedOn", note="空白：没有移出"),
            Column("authority", "text", "列入机关", term="authorityName"),
        ),
        key=("record_id",),
        date="listed_on",
        record="Listing",
        link="hasListing",
        interval=Interval("activeAsOf", "valid_until", "delisted_on", open_means_unknown=False),
    ),
    Table(
        "assessments",
        "年度考评",
        "每行一个考核年度经确认并公布的一次考评结果；更正后重新公布的另起一行，以截至日前最近一次公布的为准。",
        (
            _USCC,
            Column("year", "integer", "考核年度", required=True, term="assessmentYear"),
            Column("score", "decimal", "综合考评得分", required=True, term="score", in_view=True),
            Column("veto", "bool", "存在否决项", required=True, term="vetoed", in_view=True),
            Column("published_on", "date", "公布日期", required=True, term="date"),
        ),
        key=("uscc", "year", "published_on"),
        latest=("year",),
        date="published_on",
        record="AnnualAssessment",
        link="hasAssessment",
    ),
    Table(
        "determinations",
        "人工认定",
        "主管部门就某一条件作出的认定；同一条件以截至日前最近一次为准。",
        (
            _USCC,
            Column("condition", "condition", "条件", required=True, term="condition", in_view=True),
            Column(
                "outcome",
                "code",
                "认定结论",
                required=True,
                scheme="determined-outcomes",
                term="determinedOutcome",
                in_view=True,
            ),
            Column("date", "date", "认定日期", required=True, term="date"),
            Column("by", "text", "认定部门", term="determinedBy"),
            Column("note", "text", "说明", term="recordNote"),
        ),
        key=("uscc", "condition", "date"),
        latest=("condition",),
        date="date",
        record="Determination",
        link="hasDetermination",
    ),
    Table(
        "repairs",
        "信用修复",
        "每行一次已经完成的信用修复，指明修复的是哪一条记录或哪一次列入名单。",
        (
            _RECORD_ID,
            *_SUBJECT,
            Column("of", "record", "所修复的记录", required=True, term="repairOf", note="本登记册中的 record_id"),
            Column("completed_on", "date", "修复完成日期", required=True, term="date"),
            Column("authority", "text", "修复机关", term="authorityName"),
            Column("decision_no", "text", "修复决定文号", term="decisionNumber"),
        ),
        key=("record_id",),
        date="completed_on",
        record="Repair",
        link="hasRepair",
    ),
    Table(
        "coverage",
        "完整性说明",
        "说明某表在某段时间内记载完整；没有这样的说明，没有记录就不等于没有发生。",
        (
            Column("table", "table", "表", required=True, term="recordClass"),
            Column("from", "date", "起", required=True, term="coveredFrom"),
            Column("to", "date", "止", required=True, term="coveredTo"),
            Column("exported_on", "date", "导出日期", term="exportedOn", note="空白：止于“止”一列所写的日期"),
            Column("uscc", "uscc", "统一社会信用代码", note="空白：全部单位"),
            Column(
                "field",
                "field",
                "领域",
                scheme="functions",
                term="field",
                note="空白：全部领域；填写的只说明该领域完整",
            ),
            Column("source", "text", "来源", term="coverageSource"),
        ),
        key=("table", "from", "to", "uscc", "field"),
    ),
)

TABLE: Mapping[str, Table] = MappingProxyType({table.name: table for table in TABLES})
NUMBERS = frozenset({"integer", "decimal"})
"""The kinds of columns that a shape can hold against a bound."""
RECORD_TABLES: tuple[Table, ...] = tuple(table for table in TABLES if table.record)
COVERABLE: tuple[str, ...] = tuple(table.name for table in RECORD_TABLES)


def has_fields(table: object) -> bool:
    """True for a table whose records belong to a field, so that a field of it may be complete by itself.

    >>> has_fields("listings"), has_fields("penalties"), has_fields(None)
    (True, False, False)
    """
    return any(column.kind == "field" for column in TABLE[table].columns) if isinstance(table, str) else False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, its cells read. ``number`` is the line in the file (the header is line 1)."""

    table: str
    cells: Mapping[str, Value]
    number: int = field(default=0, compare=False)

    def text(self, name: str) -> str | None:
        """The cell as text; None when empty."""
        value = self.cells.get(name)
        return None if value is None else str(value)

    def day(self, name: str) -> date | None:
        """The cell as a date; None when empty."""
        value = self.cells.get(name)
        return value if isinstance(value, date) else None

    @property
    def typed(self) -> dict[str, str]:
        """The cells that are filled, as one types them into a table.

        >>> Row("commitments", {"date": date(2024, 5, 1), "published": True}).typed
        {'date': '2024-05-01', 'published': 'true'}
        """
        return {
            name: ("true" if value else "false") if isinstance(value, bool) else str(value)
            for name, value in self.cells.items()
        }

    @property
    def evidence(self) -> str:
        """How a decision names this record: its number, or the table with its key.

        >>> Row("penalties", {"record_id": "P-17"}).evidence
        'P-17'
        >>> Row("certificates", {"uscc": "9…", "grade": 1, "issued": date(2024, 5, 1)}).evidence
        'certificates:1:2024-05-01'
        """
        record = self.cells.get("record_id")
        if record is not None:
            return str(record)
        rest = [str(self.cells[name]) for name in TABLE[self.table].named_by if name in self.cells]
        return ":".join([self.table, *rest])


MOST_TOLD = 20
"""How many refused rows a receipt names when it is printed; all stand in its JSON."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the rows of one table: each is kept, or refused by number with a reason.

    >>> print(Receipt("penalties", "penalties.csv", 3, 2, ((4, "与第 2 行重复，只记一次"),)))
    penalties.csv: 3 行 = 收入 2 + 未收 1（第 4 行：与第 2 行重复，只记一次）
    """

    table: str
    file: str
    seen: int
    kept: int
    refused_rows: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def refused(self) -> int:
        """Rows that are not in the register."""
        return self.seen - self.kept

    def __str__(self) -> str:
        shown = "；".join(f"第 {number} 行：{reason}" for number, reason in self.refused_rows[:MOST_TOLD])
        more = f"；另有 {len(self.refused_rows) - MOST_TOLD} 行" if len(self.refused_rows) > MOST_TOLD else ""
        told = f"（{shown}{more}）" if shown else ""
        notes = "".join(f"；{note}" for note in self.notes)
        return f"{self.file}: {self.seen} 行 = 收入 {self.kept} + 未收 {self.refused}{told}{notes}"

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Receipt:  # Any: JSON
        """The receipt that ``as_json`` wrote."""
        rows = tuple((int(row["row"]), str(row["reason"])) for row in found["refused_rows"])
        return cls(found["table"], found["file"], found["seen"], found["kept"], rows, tuple(found["notes"]))

    def as_json(self) -> dict[str, object]:
        """The receipt as JSON values.

        >>> receipt = Receipt("penalties", "penalties.csv", 3, 2, ((4, "合计行"),))
        >>> Receipt.from_json(receipt.as_json()) == receipt
        True
        """
        rows = [{"row": number, "reason": reason} for number, reason in self.refused_rows]
        return {
            "table": self.table,
            "file": self.file,
            "seen": self.seen,
            "kept": self.kept,
            "refused": self.refused,
            "refused_rows": rows,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Register:
    """The facts of one register, ready to be looked up by enterprise and by person."""

    name: str
    rows: tuple[Row, ...]
    label: str = ""
    synthetic: bool = False
    public: bool = False
    notes: tuple[str, ...] = field(default=(), compare=False)
    by_enterprise: Mapping[str, tuple[Row, ...]] = field(default_factory=dict, compare=False, repr=False)
    by_person: Mapping[str, tuple[Row, ...]] = field(default_factory=dict, compare=False, repr=False)
    general: tuple[Row, ...] = field(default=(), compare=False, repr=False)
    """Coverage rows that speak about every enterprise."""
    repaired: Mapping[str, tuple[date, ...]] = field(default_factory=dict, compare=False, repr=False)
    """From the number of a record to the days on which repairs of it were completed."""
    records: Mapping[str, tuple[Row, ...]] = field(default_factory=dict, compare=False, repr=False)
    """The rows that bear a record number, by that number."""
    receipts: tuple[Receipt, ...] = field(default=(), compare=False, repr=False)
    """For each table that was read: rows seen, kept and refused."""
    withheld: frozenset[str] = frozenset()
    """Tables of which it was left out whether they are complete, since some of their records are not public."""

    @property
    def enterprises(self) -> tuple[str, ...]:
        """The codes of all enterprises, sorted."""
        return tuple(sorted(str(row.cells["uscc"]) for row in self.rows if row.table == "enterprises"))

    def about(self, uscc: str) -> tuple[Row, ...]:
        """All rows that an answer about an enterprise may rest on: its own, its people's, and what covers everybody."""
        own = self.by_enterprise.get(uscc, ())
        people = sorted({str(row.cells["person_id"]) for row in own if row.table == "persons"})
        return (*own, *(row for person in people for row in self.by_person.get(person, ())), *self.general)

    def enterprise(self, uscc: str) -> Row | None:
        """The row that describes an enterprise; None when the register does not know it."""
        for row in self.by_enterprise.get(uscc, ()):
            if row.table == "enterprises":
                return row
        return None


def make_register(
    name: str,
    rows: Iterable[Row],
    *,
    label: str = "",
    synthetic: bool = False,
    public: bool = False,
    notes: tuple[str, ...] = (),
    receipts: tuple[Receipt, ...] = (),
) -> Register:
    """A register from its rows, in an order that does not depend on theirs.

    >>> row = Row("enterprises", {"uscc": "91230800MA0000000R", "name": "甲", "region": "230803"})
    >>> register = make_register("demo", [row])
    >>> register.enterprises
    ('91230800MA0000000R',)
    >>> register.enterprise("91000000000000000X") is None
    True
    """
    order = {table.name: position for position, table in enumerate(TABLES)}
    ordered = tuple(sorted(rows, key=lambda row: (order[row.table], _sort_key(row))))
    by_enterprise: dict[str, list[Row]] = {}
    by_person: dict[str, list[Row]] = {}
    general: list[Row] = []
    repaired: dict[str, list[date]] = {}
    records: dict[str, list[Row]] = {}
    for row in ordered:
        if row.text("record_id") is not None:
            records.setdefault(str(row.cells["record_id"]), []).append(row)
        uscc, person = row.text("uscc"), row.text("person_id")
        completed = row.day("completed_on") if row.table == "repairs" else None
        if completed is not None:
            repaired.setdefault(str(row.cells["of"]), []).append(completed)
        if row.table == "coverage" and uscc is None:
            general.append(row)
        elif person is not None and row.table != "persons":
            by_person.setdefault(person, []).append(row)
        elif uscc is not None:
            by_enterprise.setdefault(uscc, []).append(row)
    return Register(
        name,
        ordered,
        label,
        synthetic,
        public,
        notes,
        MappingProxyType({key: tuple(found) for key, found in by_enterprise.items()}),
        MappingProxyType({key: tuple(found) for key, found in by_person.items()}),
        tuple(general),
        MappingProxyType({key: tuple(found) for key, found in repaired.items()}),
        MappingProxyType({key: tuple(found) for key, found in records.items()}),
        receipts,
    )


def _sort_key(row: Row) -> tuple[str, ...]:
    return tuple(f"{column.name}={row.cells.get(column.name, '')}" for column in TABLE[row.table].columns)


def find_numbers(row: Row) -> dict[str, Value]:
    """The numbers of a record that shapes may read, by the property that carries them.

    >>> find_numbers(Row("assessments", {"uscc": "9…", "year": 2025, "score": Decimal("94.5")}))["score"]
    Decimal('94.5')
    """
    columns = (column for column in TABLE[row.table].columns if column.in_view and column.kind in NUMBERS)
    return {column.term: row.cells[column.name] for column in columns if column.name in row.cells}
