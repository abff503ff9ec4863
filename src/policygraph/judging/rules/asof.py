"""The terms of the as-of view, each defined once: what a day means for a record, for both engines that read a view.

Conditions never do date arithmetic, so the meaning of a day stands in the view. ``decisions.view`` computes it for
one enterprise in Python, ``screening.view`` for a register in SQL. Both interpret the tables of this module, so that
a term has one definition: an expression over the cells of a record, of another record it is held against, and the
as-of day. A comparison with a day that is not known is false, never an error.

What needs more than two records (the latest determination, merged coverage, the number of a cycle) is declared by
the register's tables and counted by ``counting``; one test holds every term of both engines to the same edge dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from policygraph.judging.rules.counting import ONE_DAY, months_ago, months_ago_open, months_covered
from policygraph.judging.rules.facts import LISTS, RECORD_TABLES, TABLE, Interval, Table, Value

THIS, OTHER, POST, COVERED = "", "other", "post", "covered"
"""Rows of which an expression reads cells: this record, the one it is held against, the post of the person whom it
is about, and what is declared complete about a table."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of this record, or of the other one it is held against."""

    column: str
    row: str = THIS


@dataclass(frozen=True, slots=True)
class AsOfDay:
    """The day for which the view is made."""


@dataclass(frozen=True, slots=True)
class DayBefore:
    """The day before another; unknown where that is."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Earliest:
    """The earliest of the days that are known; unknown when none is."""

    of: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class MonthsAgo:
    """The smallest window in months before the as-of day that still holds a day (``counting.months_ago``)."""

    of: Expression
    last_day_out: bool = False


@dataclass(frozen=True, slots=True)
class DaysAgo:
    """Whole days from a day to the as-of day."""

    of: Expression


@dataclass(frozen=True, slots=True)
class WholeMonths:
    """The longest window in months that lies wholly in the time since a day; 0 where that is not known."""

    since: Expression
    last_day_out: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two days (``<`` ``<=`` ``>`` ``>=``) or of two values (``=``); false when one is unknown."""

    left: Expression
    mark: str
    right: Expression


@dataclass(frozen=True, slots=True)
class Known:
    """Whether a value is known."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Both:
    """Whether all hold."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Whether one holds."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Choose:
    """The value of the first case that holds, else another; ``Constant(None)`` leaves the term away."""

    cases: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Constant:
    """A fixed value; None where nobody knows."""

    value: bool | None


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of what holds."""

    of: Expression


Expression = (
    Cell
    | AsOfDay
    | DayBefore
    | Earliest
    | MonthsAgo
    | DaysAgo
    | WholeMonths
    | Compare
    | Known
    | Not
    | Both
    | Either
    | Choose
    | Constant
)


@dataclass(frozen=True, slots=True)
class Term:
    """One property of the as-of view: what its values are, and which words are allowed there."""

    name: str
    kind: str
    """``link`` (to another node), ``integer``, ``decimal``, ``bool``, ``date``, ``word`` or ``iri``."""
    allowed: tuple[str, ...] = ()
    meaning: str = ""
    scheme: str = ""
    """The concept scheme that defines the allowed words; they come with the graph that is asked."""


@dataclass(frozen=True, slots=True)
class RecordTerm:
    """A term that every record of a table carries, as an expression over its own cells."""

    term: Term
    value: Expression


@dataclass(frozen=True, slots=True)
class PairTerm:
    """A term that a record carries once for each other record of its enterprise to which it stands in a relation."""

    term: Term
    other: str
    """The table of the partner, which is the enterprise's own record and not this one."""
    holds: Expression
    value: tuple[str, ...]
    """The cells of the partner that make the word, joined by ``/``."""
    of_persons: bool = False
    """True when the records of responsible persons carry it too."""


@dataclass(frozen=True, slots=True)
class CoverageTerm:
    """A term that the enterprise's own records carry because of the time for which some table is complete."""

    term: Term
    of_table: str
    """The table whose completeness over all fields is asked for."""
    value: Expression


@dataclass(frozen=True, slots=True)
class CompletenessTerm:
    """What is said of the time for which a table is complete: of the whole table, and of one field of it."""

    ending: str
    kind: str
    meaning: str
    value: Expression

    def of_table(self, table: Table) -> Term:
        """The term that the enterprise carries: ``penaltyCoversAsOf``."""
        return Term(f"{table.word}{self.ending}", self.kind, meaning=f"{table.label}{self.meaning}")

    @property
    def of_field(self) -> Term:
        """The term that the node of a single field carries: ``coversAsOf``."""
        return Term(f"{self.ending[0].lower()}{self.ending[1:]}", self.kind, meaning=f"某领域{self.meaning}")


# --- facts that last -------------------------------------------------------------------------------------------------


def lasting(interval: Interval, row: str = THIS) -> Expression:
    """Whether a fact that lasts still holds on the day; unknown where an open end means that nobody knows."""
    last = Cell(interval.last_day, row)
    open_end = Constant(None if interval.open_means_unknown else True)
    return Choose(
        ((_over(interval, row), Constant(False)), (Not(Known(last)), open_end)), Compare(last, ">=", AsOfDay())
    )


def lapsed(interval: Interval) -> Expression:
    """Whether only its term has run out, without an event that ended it."""
    return Choose(((_over(interval, THIS), Constant(False)),), Compare(Cell(interval.last_day), "<", AsOfDay()))


def last_held(table: Table) -> Expression:
    """The last day by the as-of day on which a fact that lasts held: the day before it was ended, or its last day.

    Unknown for a fact that was ended on the day it began: it held on no day.
    """
    interval = table.interval
    assert interval is not None
    ends: tuple[Expression, ...] = (Cell(interval.last_day), AsOfDay())
    if interval.ended_on:
        ends = (DayBefore(Cell(interval.ended_on)), *ends)
    last = Earliest(ends)
    return Choose(((Compare(last, "<", Cell(str(table.date))), Constant(None)),), last)


def held_on(table: Table, day: Expression, row: str) -> Expression:
    """Whether a fact of another record held on some day, judged by its own dates alone."""
    interval = table.interval
    assert interval is not None
    last, parts = Cell(interval.last_day, row), [Compare(Cell(str(table.date), row), "<=", day)]
    whole: list[Expression] = [*parts, Either((Not(Known(last)), Compare(day, "<=", last)))]
    if interval.ended_on:
        ended = Cell(interval.ended_on, row)
        whole.append(Either((Not(Known(ended)), Compare(day, "<", ended))))
    return Both(tuple(whole))


def _over(interval: Interval, row: str) -> Expression:
    return Compare(Cell(interval.ended_on, row), "<=", AsOfDay()) if interval.ended_on else Constant(False)


# --- the tables ------------------------------------------------------------------------------------------------------

_LISTINGS = TABLE["listings"]

HELD_AGAINST = ("penalties", "accidents", "dishonesty", "listings", "assessments")
"""Tables whose records the view holds against the lists and determinations of their enterprise."""
REPAIRED_ON = "repaired_on"
"""A cell that both engines add to records of ``REPAIRABLE``: the first day, by the as-of day, of a completed repair."""
REPAIRABLE = ("penalties", "dishonesty", "listings")
"""Tables whose records a completed repair can name."""
IN_OFFICE_SINCE = "in_office_since"
"""A cell of ``POST``: since when a person holds posts at the enterprise without a gap; unknown where not in office."""
COVERED_SINCE = "since"
"""A cell of ``COVERED``: since when a table is complete without a gap up to the day; unknown where it is not."""


COMPLETENESS: tuple[CompletenessTerm, ...] = (
    CompletenessTerm("CoversMonths", "integer", "记载完整的月数", WholeMonths(Cell(COVERED_SINCE, COVERED))),
    CompletenessTerm(
        "CoversMonthsOpen",
        "integer",
        "记载完整的月数（满日不计入）",
        WholeMonths(Cell(COVERED_SINCE, COVERED), last_day_out=True),
    ),
    CompletenessTerm("CoversAsOf", "bool", "在截至日记载完整", Known(Cell(COVERED_SINCE, COVERED))),
    CompletenessTerm("CoversFrom", "date", "不间断地记载完整至截至日的首日", Cell(COVERED_SINCE, COVERED)),
)
"""How long a table is complete up to the day: for windows of months, on the day alone, and since which day."""


def record_terms(table: Table) -> tuple[RecordTerm, ...]:
    """Every term that the records of a table carry besides the columns that shapes may read.

    >>> [item.term.name for item in record_terms(TABLE["listings"])][:4]
    ['monthsAgo', 'monthsAgoOpen', 'daysAgo', 'repairedAsOf']
    """
    day = Cell(str(table.date))
    terms = [
        RecordTerm(_MONTHS, MonthsAgo(day)),
        RecordTerm(_MONTHS_OPEN, MonthsAgo(day, last_day_out=True)),
        RecordTerm(_DAYS, DaysAgo(day)),
    ]
    if table.name in REPAIRABLE:
        terms.append(RecordTerm(_REPAIRED, Known(Cell(REPAIRED_ON))))
    if table.interval is not None:
        last = last_held(table)
        terms += [
            RecordTerm(Term(table.interval.flag, "bool", meaning="截至日有效"), lasting(table.interval)),
            RecordTerm(_LAPSED, lapsed(table.interval)),
            RecordTerm(_HELD, MonthsAgo(last)),
            RecordTerm(_HELD_OPEN, MonthsAgo(last, last_day_out=True)),
        ]
    return tuple(terms)


def pair_terms(table: Table) -> tuple[PairTerm, ...]:
    """Every term that the records of a table carry because of another record of their enterprise."""
    interval = _LISTINGS.interval
    if table.name not in HELD_AGAINST or interval is None:
        return ()
    day = Cell(str(table.date))
    stood = held_on(_LISTINGS, day, OTHER)
    active = lasting(interval, OTHER)
    since = Compare(day, ">=", Cell(str(_LISTINGS.date), OTHER))
    determined = Cell(str(TABLE["determinations"].date), OTHER)
    ends: list[Expression] = []
    before: list[Expression] = []
    if table.name in REPAIRABLE:
        ends.append(Compare(Cell(REPAIRED_ON), ">", determined))
        before.append(Compare(Cell(REPAIRED_ON), "<=", determined))
    if table.interval is not None:
        if table.interval.ended_on:
            ended = Cell(table.interval.ended_on)
            ends.append(Both((Compare(ended, ">", determined), Compare(ended, "<=", AsOfDay()))))
            before.append(Compare(ended, "<=", determined))
        last = Cell(table.interval.last_day)
        ran_out = (Compare(last, ">=", determined), Compare(last, "<", AsOfDay()))
        ends.append(Both((*ran_out, Not(Either(tuple(before))))))
    return (
        PairTerm(_DURING, "listings", stood, ("list",)),
        PairTerm(_DURING_ACTIVE, "listings", Both((stood, active)), ("list",)),
        PairTerm(_SINCE_LISTING, "listings", Both((since, active)), ("list", "field"), of_persons=True),
        PairTerm(
            _SINCE_DETERMINATION, "determinations", Compare(day, ">", determined), ("condition",), of_persons=True
        ),
        PairTerm(_ENDED_SINCE, "determinations", Either(tuple(ends)), ("condition",), of_persons=True),
        PairTerm(
            _JOINED_SINCE,
            "determinations",
            Compare(Cell(IN_OFFICE_SINCE, POST), ">", determined),
            ("condition",),
            of_persons=True,
        ),
    )


def coverage_terms(table: Table) -> tuple[CoverageTerm, ...]:
    """For a listing: which tables are complete from its day to the as-of day, so that no record means no event since.

    >>> [item.term.name for item in coverage_terms(TABLE["listings"])][:2]
    ['commitmentCoveredSince', 'penaltyCoveredSince']
    """
    if table.name != _LISTINGS.name:
        return ()
    whole = Compare(Cell(COVERED_SINCE, COVERED), "<=", Cell(str(table.date)))
    return tuple(
        CoverageTerm(
            Term(f"{other.word}CoveredSince", "bool", meaning=f"{other.label}自列入之日起记载完整"),
            other.name,
            whole,
        )
        for other in RECORD_TABLES
    )


_MONTHS = Term("monthsAgo", "integer", meaning="距截至日的月数，满日计入（民法典第二百零一、二百零二条）")
_MONTHS_OPEN = Term("monthsAgoOpen", "integer", meaning="距截至日的月数，满日不计入")
_DAYS = Term("daysAgo", "integer", meaning="距截至日的天数")
_LAPSED = Term("lapsedAsOf", "bool", meaning="期限已过而没有移出或撤销")
_HELD = Term("heldMonthsAgo", "integer", meaning="最后有效之日距截至日的月数，满日计入；截至日有效的为0")
_HELD_OPEN = Term("heldMonthsAgoOpen", "integer", meaning="最后有效之日距截至日的月数，满日不计入")
_REPAIRED = Term("repairedAsOf", "bool", meaning="截至日已完成信用修复")
_DURING = Term("duringList", "word", LISTS, "发生时单位在哪种名单的有效期内")
_DURING_ACTIVE = Term("duringActiveList", "word", LISTS, "发生时单位在哪种名单的有效期内，且截至日仍在该名单")
_SINCE_LISTING = Term(
    "sinceActiveListing", "word", meaning="发生在单位列入某名单当日或之后，且截至日仍在列（名单/领域）"
)
_SINCE_DETERMINATION = Term("sinceDetermination", "iri", meaning="发生在就某条件最近一次认定之后")
_ENDED_SINCE = Term("endedSinceDetermination", "iri", meaning="在就某条件最近一次认定之后移出、期限届满，或者修复完成")
_JOINED_SINCE = Term("joinedSinceDetermination", "iri", meaning="有关人员在就某条件最近一次认定之后才任职")


# --- the terms of one record in Python -------------------------------------------------------------------------------

Cells = Mapping[str, Value | None]


def evaluate(expression: Expression, rows: Mapping[str, Cells], as_of: date) -> Value | None:
    """The value of an expression over the cells of one or two records; None where it is unknown.

    >>> rows = {THIS: {"listed_on": date(2020, 3, 1), "delisted_on": date(2023, 11, 2)}}
    >>> evaluate(last_held(TABLE["listings"]), rows, date(2026, 11, 21))
    datetime.date(2023, 11, 1)
    >>> evaluate(MonthsAgo(Cell("expires")), {THIS: {}}, date(2026, 11, 21)) is None
    True
    """

    def of(part: Expression) -> Value | None:
        return evaluate(part, rows, as_of)

    match expression:
        case Cell(column, row):
            return rows[row].get(column) if row in rows else None
        case AsOfDay():
            return as_of
        case DayBefore(part):
            day = _day(of(part))
            return None if day is None or day == date.min else day - ONE_DAY
        case Earliest(parts):
            days = [day for part in parts if (day := _day(of(part))) is not None]
            return min(days, default=None)
        case MonthsAgo(part, last_day_out):
            day = _day(of(part))
            count = months_ago_open if last_day_out else months_ago
            return None if day is None else count(day, as_of)
        case DaysAgo(part):
            day = _day(of(part))
            return None if day is None else (as_of - day).days
        case WholeMonths(part, last_day_out):
            return months_covered(_day(of(part)), as_of, last_day_out=last_day_out)
        case Compare(left, mark, right):
            return _compare(of(left), mark, of(right))
        case Known(part):
            return of(part) is not None
        case Not(part):
            return not of(part)
        case Both(parts):
            return all(of(part) for part in parts)
        case Either(parts):
            return any(of(part) for part in parts)
        case Choose(cases, otherwise):
            return next((of(value) for test, value in cases if of(test)), of(otherwise))
        case Constant(value):
            return value


def _day(value: Value | None) -> date | None:
    return value if isinstance(value, date) else None


def _compare(left: Value | None, mark: str, right: Value | None) -> bool:
    if left is None or right is None:
        return False
    if mark == "=":
        return left == right
    first, second = _day(left), _day(right)
    if first is None or second is None:
        return False
    return {"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}[mark]
