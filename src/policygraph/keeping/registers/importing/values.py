"""Cells as exporters write them, read to what a register holds; what cannot be read says why.

Days come with times, as serial numbers from 1900 or 1904, with 年月日, with dots. Codes come with an apostrophe or
as ``="…"``, which keeps spreadsheets from making numbers of them. A number of a person (GB 11643) is recognised,
so that it never leaves: it becomes a salted digest, or the row stays out. Which facts follow is not decided here.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta, timezone
from operator import mul
from typing import NamedTuple

from policygraph.keeping.registers.cells import CellProblem, parse_day, parse_uscc
from policygraph.reading.intake.workbooks import Cell
from policygraph.text.folding import narrow

MOST_EXACT = 10**15
SERIALS = (18_264, 73_415)
"""Serial numbers from 1900 of the days from 1950 to 2100."""
SHIFT_1904 = 1_462
"""Days between the two epochs of spreadsheets."""
CHINA = timezone(timedelta(hours=8))

_WRAPPED = ("=", "'")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u00a0]")
# matches: 2024-06-01 00:00:00 · 2024/6/1 8:30 · 2024-06-01T08:30:00+08:00 · 2024年6月1日 8时30分
# does not match: 2024-06-01 至 2027-05-31
_WITH_TIME = re.compile(
    r"""
    (?P<day>[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2} | [0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日 | [0-9]{8})
    (?: [T\s]+ (?P<hour>[0-9]{1,2})
        (?: [:时] (?P<minute>[0-9]{1,2}) (?: [:分] (?P<second>[0-9]{1,2}) (?:[.][0-9]+)? 秒? )? 分? | 时 ) )
    (?P<zone> Z | [+-][0-9]{2}:?[0-9]{2} )?
    """,
    re.VERBOSE,
)
# matches: 45444 · 45444.3541666667                        does not match: 20240601 · 3.5
_SERIAL = re.compile(r"(?P<days>[1-9][0-9]{4})(?:[.][0-9]+)?")
# matches: 2024-06-01至2027-05-31 · 2024年6月1日—2027年5月31日        does not match: 2024-06-01
_PERIOD = re.compile(
    r"(?P<first>[0-9]{4}(?:[-/.][0-9]{1,2}[-/.][0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日))\s*(?:至|到|～|~|—+|–|--)\s*"
    r"(?P<last>[0-9]{4}(?:[-/.][0-9]{1,2}[-/.][0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日))止?"
)
# matches: 11010519491231002X, within longer text too; the day and the check character are looked at besides
# does not match: 91230800MA0000000R
_EIGHTEEN = re.compile(r"(?=(?P<number>[1-9][0-9]{16}[0-9Xx]))")
# matches: 11010519491231002X · 11010519491231002x       does not match: 11010519491231002
_DIGITS = re.compile(r"[1-9][0-9]{16}[0-9Xx]")
# matches: 11010519491231002X                            does not match: 11010519491231002x
_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
_BLANK = re.compile(r"\s")
# matches: 2308**********1234 · 230803********123X             does not match: 230803199001011234
_MASKED = re.compile(r"[0-9]{0,14}[*＊xX×●]{3,}[0-9]{0,6}[0-9Xx*＊]?")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Party(NamedTuple):
    """What a code says of whom it names: ``unit``, ``person``, ``masked``, ``aside`` or ``wrong``, with the words."""

    kind: str
    value: str
    remedy: str = ""


def clean_text(cell: Cell, missing: Collection[str]) -> str:
    """A cell as text without what exporters put around it; empty when it says nothing.

    >>> clean_text("\\t'91230800MA0000000R ", {""}), clean_text('="2024"', {""}), clean_text("NULL", {"", "NULL"})
    ('91230800MA0000000R', '2024', '')
    >>> clean_text(3.0, {""}), clean_text(True, {""})
    ('3', '是')

    Errors: ``CellProblem`` for a number whose last digits the spreadsheet has lost.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (int, float)):
        if abs(cell) >= MOST_EXACT:
            raise CellProblem("是 15 位以上的数字，电子表格已改动末几位", "在来源中把该列设为文本后重新导出")
        return str(int(cell)) if float(cell).is_integer() else repr(cell)
    text = _INVISIBLE.sub("", str(cell)).strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1].strip()
    if text.startswith("'"):
        text = text[1:].strip()
    return "" if text in missing else text


def clean_texts(texts: Collection[str], missing: Collection[str]) -> dict[str, str]:
    """What ``clean_text`` makes of each of many texts, which mostly have nothing around them.

    >>> clean_texts(["罚款", " 罚款", "'1", "NULL"], {"", "NULL"})
    {'罚款': '罚款', ' 罚款': '罚款', "'1": '1', 'NULL': ''}
    """
    if _INVISIBLE.search("".join(texts)):
        return {text: clean_text(text, missing) for text in texts}
    bare = {text: text.strip() for text in texts}
    for text, inside in bare.items():
        if inside.startswith(_WRAPPED) or inside in missing:
            bare[text] = clean_text(text, missing)
    return bare


def read_day(cell: Cell, missing: Collection[str], date1904: bool = False, period: bool = False) -> date | None:
    """A day in any notation of exporters; None when the cell says nothing. A time of day is dropped, in China's zone.

    >>> [str(read_day(c, {""})) for c in ("2024-06-01 08:30:00", "2024年6月1日", 45444, "45444.35", "2024.6.1")]
    ['2024-06-01', '2024-06-01', '2024-06-01', '2024-06-01', '2024-06-01']
    >>> str(read_day(43982, {""}, date1904=True)), str(read_day("2024-05-31T16:30:00Z", {""}))
    ('2024-06-01', '2024-06-01')
    >>> str(read_day("2024-06-01至2027-05-31", {""}, period=True))
    '2027-05-31'

    Errors: ``CellProblem``.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = narrow(clean_text(cell, missing))
    if not text:
        return None
    serial = _SERIAL.fullmatch(text)
    if serial is not None:
        days = int(serial["days"]) + (SHIFT_1904 if date1904 else 0)
        if SERIALS[0] <= days <= SERIALS[1]:
            return date(1899, 12, 30) + timedelta(days=days)
    if period and (span := _PERIOD.fullmatch(text)):
        return parse_day(span["last"])
    timed = _WITH_TIME.fullmatch(text)
    if timed is None:
        try:
            return parse_day(text)
        except CellProblem as wrong:
            raise CellProblem(wrong.cause, "写成 2026-11-21 这样的日期") from None
    day = parse_day(timed["day"])
    if not timed["zone"]:
        return day
    try:
        clock = (int(timed["hour"]), int(timed["minute"] or 0), int(timed["second"] or 0))
        sign, hours, minutes = (1, 0, 0) if timed["zone"] == "Z" else _zone(timed["zone"])
        zone = timezone(sign * timedelta(hours=hours, minutes=minutes))
        return datetime(day.year, day.month, day.day, *clock, tzinfo=zone).astimezone(CHINA).date()
    except (ValueError, OverflowError):
        raise CellProblem("没有这个时刻", "写成 2026-11-21 这样的日期") from None


def read_party(text: str, *, person: bool) -> Party:
    """What a code of a party names; ``person``: the column may hold the number of a person too.

    >>> [read_party(t, person=True).kind for t in ("91230800MA0000000R", "11010519491231002X", "2308**********1234")]
    ['unit', 'person', 'masked']
    >>> read_party("9123 0800MA0000000R", person=False)[:2]
    ('aside', '代码中间有空格（去掉后 91230800MA0000000R 是有效的代码）')
    >>> read_party("230800100001234", person=False).value, read_party("12345678-9", person=False).kind
    ('是 15 位的工商注册号，不是统一社会信用代码', 'aside')
    """
    code = narrow(text).upper()
    if _BLANK.search(code):
        joined = re.sub(r"\s+", "", code)
        inner = read_party(joined, person=person)
        if inner.kind == "unit":
            return Party("aside", f"代码中间有空格（去掉后 {joined} 是有效的代码）", "核对后在来源中改正")
        return inner
    try:
        unit = parse_uscc(code)
    except CellProblem as wrong:
        unit, fault = "", wrong
    is_person = is_person_number(code)
    if unit and not is_person:
        return Party("unit", unit)
    if unit:
        return Party("aside", "既是有效的统一社会信用代码，又是有效的身份证号", "核对是单位还是个人")
    if is_person:
        return Party("person", code)
    if _MASKED.fullmatch(code):
        return Party("masked", "证件号码隐去了几位，不能确定是谁", "用未隐去的内部数据导入")
    if re.fullmatch(r"[0-9]{15}", code):
        what = (
            "是 15 位的号码，可能是旧身份证号，也可能是工商注册号"
            if person
            else "是 15 位的工商注册号，不是统一社会信用代码"
        )
        return Party("aside", what, "查出统一社会信用代码后补上")
    if re.fullmatch(r"[0-9A-Z]{8}-?[0-9X]", code):
        return Party("aside", "是 9 位的组织机构代码，不是统一社会信用代码", "查出统一社会信用代码后补上")
    if re.fullmatch(r"[0-9]{13}", code):
        return Party("aside", "是 13 位的工商注册号，不是统一社会信用代码", "查出统一社会信用代码后补上")
    return Party("wrong", f"统一社会信用代码{fault.cause}", fault.remedy)


def is_person_number(text: str) -> bool:
    """True for the number of a person by GB 11643: eighteen characters, a day of birth, the check character.

    >>> is_person_number("11010519491231002X"), is_person_number("110105194912310021")
    (True, False)
    """
    if not _NUMBER.fullmatch(text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(map(mul, map(int, text[:17]), _WEIGHTS))
    return "10X98765432"[total % 11] == text[17]


def digest_person(salt: bytes, number: str) -> str:
    """The id of a person in a register: a keyed digest of the number, the same for the same salt only.

    >>> digest_person(b"a" * 32, "11010519491231002x") == digest_person(b"a" * 32, "11010519491231002X")
    True
    """
    return "person-" + hmac.new(salt, narrow(number).strip().upper().encode(), hashlib.sha256).hexdigest()[:24]


def hide_numbers(text: str) -> str:
    """A text without the numbers of persons in it, also where one is part of a longer number.

    Serial numbers of decisions often are a region, a day and a counter: what would be somebody born after 2012, whom
    nobody can have penalised (行政处罚法 30: from 14 years on), is left as it is.

    >>> hide_numbers("张某（11010519491231002x）违规"), hide_numbers("91230800MA0000000R")
    ('张某（［身份证号已隐去］）违规', '91230800MA0000000R')
    """
    if len(text) < 18:
        return text
    for match in _EIGHTEEN.finditer(text):
        number = match["number"]
        if is_person_number(number.upper()) and "1900" <= number[6:10] <= "2012":
            return hide_numbers(text.replace(number, "［身份证号已隐去］"))
    return text


def may_have_numbers(texts: Iterable[str]) -> bool:
    """Whether ``hide_numbers`` may find something in any of many texts; it certainly does not where this is False.

    >>> may_have_numbers(["罚款", "第11010519491231002X号"]), may_have_numbers(["110105194912", "31002X"])
    (True, False)
    """
    return _DIGITS.search("\n".join(texts)) is not None


def _zone(written: str) -> tuple[int, int, int]:
    digits = written[1:].replace(":", "")
    return (-1 if written[0] == "-" else 1), int(digits[:2]), int(digits[2:])
