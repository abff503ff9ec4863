"""Cells of a register: from what people type to values, or a message with the remedy.

Dates come in four notations (2026-11-21, 2026/11/21, 2026年11月21日, 20261121) and as Excel date cells; booleans as
true/false, 是/否, 1/0. Unified social credit codes are checked by GB 32100 in our own lines below: python-stdnum's
``cn.uscc`` refuses codes that begin with A, N or Y, which the standard allows.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from operator import mul

from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import Column, Value
from policygraph.keeping.registers.codes import shipped_codes
from policygraph.text.folding import narrow
from policygraph.text.likeness import near_words

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015, table 2: digits and letters without I, O, Z, S, V."""

_VALUES = {char: value for value, char in enumerate(USCC_ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

# matches: 91230800MA0000000R                            does not match: 91230800MA000000R · B1230800MA0000000R
_USCC = re.compile(rf"[0-9ANY][{USCC_ALPHABET}]{{17}}")
# matches: 2026-11-21 · 2026/1/5 · 2026年11月21日        does not match: 2026-11-21 08:00
_DATE = re.compile(
    r"""
    (?P<year>[12][0-9]{3}|9999)
    (?: (?P<mark>[-/.]) (?P<month>[0-9]{1,2}) (?P=mark) (?P<day>[0-9]{1,2})
      | 年(?P<month_zh>[0-9]{1,2})月(?P<day_zh>[0-9]{1,2})日 )
    """,
    re.VERBOSE,
)
# matches: 20261121 · 20240229 · 19990101               does not match: 2026112
_COMPACT = re.compile(r"(?P<year>[12][0-9]{3}|9999)(?P<month>[0-9]{2})(?P<day>[0-9]{2})", re.VERBOSE)
# matches: 23 · 230803 · 410184107                       does not match: 2308031
_REGION = re.compile(r"[1-9][0-9](?:[0-9]{2}){0,2}|[1-9][0-9]{5}[0-9]{3}(?:[0-9]{3})?", re.VERBOSE)
# matches: jiamusi-2020-6/1 · yiyuan-2021-28/typical · jiamusi-2020-5/para_5      does not match: jiamusi-2020-6
_CONDITION = re.compile(r"[a-z0-9-]+/[A-Za-z0-9_./-]+", re.VERBOSE)
MOST_NAMED = 12
"""A list of codes no longer than this is named in full in a message."""

MOST_EXACT = 10**15
"""Spreadsheets keep fifteen digits of a number; of a longer one the rest is lost."""
SERIALS = (18_264, 73_415)
"""Serial numbers of the days from 1950 to 2100: five digits, which no notation of a date has."""

_BOOLEANS = {"true": True, "是": True, "1": True, "false": False, "否": False, "0": False}


class CellProblem(ValueError):
    """A cell that cannot be read: what is wrong and what to write instead."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause, remedy)
        self.cause = cause
        self.remedy = remedy


def check_character(code: str) -> str:
    """The 18th character of a unified social credit code from its first 17 (GB 32100-2015, 4.2).

    >>> check_character("91230800MA0000000")
    'R'
    """
    total = sum(map(mul, map(_VALUES.__getitem__, code), _WEIGHTS))
    return USCC_ALPHABET[-total % 31]


def parse_uscc(text: str) -> str:
    """A unified social credit code, checked; letters may be typed small.

    >>> parse_uscc("91230800ma0000000r")
    '91230800MA0000000R'
    >>> parse_uscc("91230800MA0000000X")
    Traceback (most recent call last):
    ...
    policygraph.keeping.registers.cells.CellProblem: ('校验码不符（应为 R）', '核对营业执照上的 18 位代码')
    """
    code = text.upper()
    if _USCC.fullmatch(code) and check_character(code) == code[17]:
        return code
    remedy = "核对营业执照上的 18 位代码"
    if len(code) != 18:
        raise CellProblem(f"应为 18 位，现为 {len(code)} 位", remedy)
    wrong = [char for char in code if char not in USCC_ALPHABET]
    if wrong:
        raise CellProblem(
            f"含有代码不用的字符 {'、'.join(dict.fromkeys(wrong))}", remedy + "（不用字母 I、O、Z、S、V）"
        )
    if not (code[0].isdigit() or code[0] in "ANY"):
        raise CellProblem(f"首位 {code[0]} 不是登记管理部门代码", remedy)
    raise CellProblem(f"校验码不符（应为 {check_character(code)}）", remedy)


def parse_day(text: str) -> date:
    """A date in one of four notations, of the years 1000 to 2999 or of the year 9999 (长期, no end).

    >>> parse_day("2026年11月21日") == parse_day("2026/11/21") == parse_day("20261121") == date(2026, 11, 21)
    True
    >>> parse_day("2026-02-30")
    Traceback (most recent call last):
    ...
    policygraph.keeping.registers.cells.CellProblem: ('没有这一天', '写成 2026-11-21 这样的日期')
    """
    match = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    if match is None:
        raise CellProblem("不是日期", "写成 2026-11-21 这样的日期，不带时间")
    found = match.groupdict()
    month, day = found.get("month") or found.get("month_zh"), found.get("day") or found.get("day_zh")
    try:
        return date(int(found["year"] or 0), int(month or 0), int(day or 0))
    except ValueError:
        raise CellProblem("没有这一天", "写成 2026-11-21 这样的日期") from None


def parse_cell(
    column: Column, raw: object, conditions: frozenset[str] | None = None, codes: Codes | None = None
) -> Value | None:
    """One cell as the value its column holds; None when it is empty. ``codes``: the shipped ones when not given.

    Errors: ``CellProblem`` with what is wrong and the remedy.
    """
    if isinstance(raw, datetime):
        if raw.time() != time():
            raise CellProblem("日期带有时间", "只写日期，不带时间")
        raw = raw.date()
    if isinstance(raw, date):
        if column.kind != "date":
            raise CellProblem("此列不是日期", f"填写{column.label}")
        return raw
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        raw = _plain_number(column, raw)
    text = str(raw).strip() if raw is not None else ""
    if column.kind != "text":  # names keep their own width; codes, dates and numbers may be typed full-width
        text = narrow(text)
    if not text:
        if column.required:
            raise CellProblem("必填而为空", f"填写{column.label}")
        return column.default
    return _parse_text(column, text, conditions, codes or shipped_codes())


def _plain_number(column: Column, raw: int | float) -> int | float:
    """A number of a spreadsheet as people wrote it; CellProblem where the spreadsheet has changed what they wrote."""
    if column.kind not in ("integer", "decimal", "bool") and abs(raw) >= MOST_EXACT:
        raise CellProblem("是 15 位以上的数字，电子表格已改动末几位", "把该列设为文本格式后重新填写")
    if column.kind == "date" and SERIALS[0] <= raw <= SERIALS[1]:
        day = date(1899, 12, 30) + timedelta(days=int(raw))
        raise CellProblem("是日期的序号而不是日期", f"把该格设为日期格式（应是 {day}），或写成文字")
    return int(raw) if float(raw).is_integer() else raw


def _parse_text(column: Column, text: str, conditions: frozenset[str] | None, codes: Codes) -> Value:
    kind = column.kind
    if kind == "uscc":
        return parse_uscc(text)
    if kind == "date":
        return parse_day(text)
    if kind == "bool":
        known = _BOOLEANS.get(text.lower())
        if known is None:
            raise CellProblem("不是是否值", "写 true/false、是/否 或 1/0")
        return known
    if kind in ("integer", "decimal"):
        return _parse_number(column, text)
    if kind == "region":
        if not _REGION.fullmatch(text):
            raise CellProblem("不是行政区划代码", "写 GB/T 2260 代码，如 230803")
        return text
    if kind == "condition":
        return _parse_condition(text, conditions)
    if text not in (allowed := codes.allowed(column)) and allowed:
        raise _unknown_code(column, text, codes)
    return text


def _unknown_code(column: Column, text: str, codes: Codes) -> CellProblem:
    """What to say to a code that nobody defined: all known ones of a short list, else those nearest to it."""
    allowed = codes.allowed(column)
    if len(allowed) <= MOST_NAMED:
        return CellProblem("不在可用的值之中", f"只能写 {'、'.join(allowed)}")
    near = codes.nearest(column, text)
    told = f"最接近的是 {'、'.join(near)}；" if near else ""
    return CellProblem(
        "没有这个代码", f"{told}全部代码见 policygraph register tables，或网页 /concept/scheme-{column.scheme}"
    )


def _parse_number(column: Column, text: str) -> int | Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise CellProblem("不是数", "只写数字") from None
    if column.allowed and text not in column.allowed:
        raise CellProblem("不在可用的值之中", f"只能写 {'、'.join(column.allowed)}")
    if not number.is_finite() or number < 0:
        raise CellProblem("不能是负数或无穷", "写零或正数")
    if column.kind == "decimal":
        if number > 100:
            raise CellProblem("超出 0—100", "按百分制填写")
        return number
    if number != number.to_integral_value() or number > 10**6:
        raise CellProblem("不是整数", "写整数")
    return int(number)


def _parse_condition(text: str, conditions: frozenset[str] | None) -> str:
    if not _CONDITION.fullmatch(text):
        raise CellProblem("不是条件编号", "写成 jiamusi-2020-6/1 这样的编号")
    if conditions is not None and text not in conditions:
        close = near_words(text, conditions)
        raise CellProblem("没有这个条件", f"是否为 {close[0]}？" if close else "用 policygraph ask conditions 查编号")
    return text
