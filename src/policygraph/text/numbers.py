"""The number of a document (发文字号): one parser, one spelling, for reading, citing, naming, searching and the graph.

One number is printed in many ways: 国办发〔2019〕35号, 国办发[2019]35号, 国办发〈2019〉35号, 国办发（２０１９）第35号;
an order as 国务院令第493号 or 国务院第493号令; a standard as GB 8978-1996; and a person types 国办发2019-35. Each is
read into the same parts, and the parts are written in one way (GB/T 9704: the year in 〔〕, no zeros in front).

In running text only what no reader can take for anything else is found: a bracketed year and a serial, or the word
令 or 公告. Where the code of the agency begins in a sentence without blanks is not decided here, because that takes
words (根据国办发〔2019〕35号); the caller cuts. A number whose code is misprinted keeps its misprint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from policygraph.text.numerals import HAN, parse_numeral
from policygraph.text.spans import Edit, Normalised, normalise

NumberForm = Literal["year", "serial", "standard"]

_HAN = r"(?:(?!号)[一-鿿])"
NATION = "中华人民共和国"
_OPEN, _CLOSE = r"[〔\[（【〈<{《]", r"[〕\]）】〉>}》]"
_YEAR = r"(?:(?:1\s?9|2\s?0)\s?\d\s?\d|[一二][〇零○一二三四五六七八九]{3})"
_SERIAL = r"\d(?:\s?\d){0,5}"
# matches 〔2020〕6号 · ［２０１４］２１号 · 〈2019〉35号 · 【 2014 】 第 20 号; not （2014-2020年） · 〔20〕6号
BRACKETED = (
    rf"(?P<open>{_OPEN}) \s* (?P<year>{_YEAR}) \s* 年? \s* (?P<close>{_CLOSE}) \s* 第? \s* (?P<serial>{_SERIAL}) \s* 号"
)
"""The year and serial of a number, as a verbose pattern over a normalised text; what stands before is the code."""
ORDINAL = rf"第\s*(?:\d[\d\s]{{0,6}}|[{HAN}]{{1,8}})\s*号"
"""The serial of an order, as a pattern over a normalised text: 第493号, 第四百九十三号."""

# matches 国办发〔2019〕35号 · 发改财金[2016]1001号 · 苏发改信用发（2019）820号; not 2020年第6号
_YEARLY = re.compile(rf"(?P<code>{_HAN}{{1,12}}) {BRACKETED}", re.VERBOSE)
# matches 国务院令第493号 · 广州市人民政府令第61号 · 国家税务总局公告2014年第67号; not 第493号
_ORDER = re.compile(
    rf"""(?P<code>{_HAN}{{0,20}}(?:令|公告)) (?:(?P<year>{_YEAR})\s*年)?
    (?: (?P<ordinal>{ORDINAL}) | (?P<serial>{_SERIAL})\s*号 )""",
    re.VERBOSE,
)
# matches 国务院第493号令 · 国家税务总局2014年第67号公告; not 第493号令
_ORDER_BEHIND = re.compile(
    rf"(?P<code>{_HAN}{{2,20}}(?<!令)(?<!公告)) (?:(?P<year>{_YEAR})\s*年)? (?P<ordinal>{ORDINAL}) (?P<kind>令|公告)",
    re.VERBOSE,
)
# a whole number without blanks, in codes that running text cannot tell: matches 皖发改A〔2020〕6号; not 〔2020〕6号
_WHOLE = re.compile(rf"(?P<code>[一-鿿A-Za-z·]{{1,20}}) {BRACKETED}", re.VERBOSE)
# typed by a person, without blanks: matches 国发2014-20 · 国发〔2014〕20 · 国发2014年第20号; not guofa-2014-20
_TYPED = re.compile(
    rf"""(?P<code>[一-鿿A-Za-z·]{{0,19}}[一-鿿])
    (?: {_OPEN}(?P<year>{_YEAR})年?{_CLOSE} | [-—–]?(?P<bare>(?:19|20)\d\d)(?:年(?=第?\d+号)|[-—–](?!0)) )
    第?(?P<serial>\d{{1,6}})号?""",
    re.VERBOSE,
)
# a part of a number between other words that a person types: matches 〔2014〕20号 · 国发 2014 20 · 佳木斯5号 ·
# 国务院令493号 · 493号令; not 2014年第75条 · 2014-2020年
_SHORT = re.compile(
    rf"""(?P<code>(?:(?!第|号)[一-鿿])*)\s*
    (?: {_OPEN}?\s*(?P<year>(?:19|20)\d\d)\s*年?\s*{_CLOSE}?\s*(?P<dash>[-—–－])?
        \s*第?\s*(?P<serial>\d{{1,5}})\s*(?P<mark>号)?
      | 第?\s*(?P<alone>\d{{1,6}}|[{HAN}]{{1,8}})\s*号\s*(?P<order>令|公告)? )
    (?!\d|\s*[条款项章节年月日])""",
    re.VERBOSE,
)
# matches 生态环境部、卫生健康委公告2019年第4号; not 第4号
_JOINT_ORDER = re.compile(rf"(?P<others>(?:[一-鿿]{{2,20}}、)+)(?P<last>{_ORDER.pattern})", re.VERBOSE)
# matches GB 8978-1996 · DB32/T 1926-2011 · AQ/T 9006—2010 · GB/T 38315.2-2019; not ISO 9001 · 2014-2020
STANDARD = re.compile(
    r"(?<![A-Za-z])(?P<code>(?:GB|DB\d{2,4}|[A-Z]{2})(?:/[TZ])?)\s*(?P<serial>\d{1,6}(?:\.\d{1,3})?)\s*[-—–]\s*(?P<year>(?:19|20)\d\d)(?!\d)"
)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number in parts: the code (国办发, 国务院令, DB32/T), the year (None where none is printed), the serial.

    >>> number = parse_number("国办发〈2019〉35号")
    >>> number.code, number.year, number.serial, str(number)
    ('国办发', 2019, '35', '国办发〔2019〕35号')
    """

    form: NumberForm
    code: str
    year: int | None
    serial: str

    def __str__(self) -> str:
        """The one spelling."""
        if self.form == "year":
            return f"{self.code}〔{self.year}〕{self.serial}号"
        if self.form == "standard":
            return f"{self.code} {self.serial}-{self.year}"
        return f"{self.code}{f'{self.year}年' if self.year else ''}第{self.serial}号"


@dataclass(frozen=True, slots=True)
class NumberPlace:
    """Where a number may stand in a text: its code at the longest ``start:code_end``, all of it at ``start:end``."""

    start: int
    code_end: int
    end: int
    form: NumberForm


def parse_number(written: str) -> DocumentNumber | None:
    """A whole document number, however it is written; None when the words are none.

    >>> [str(parse_number(words)) for words in ("国发【 2014 】 第 20 号", "国务院第440号令", "AQ/T9006-2010")]
    ['国发〔2014〕20号', '国务院令第440号', 'AQ/T 9006-2010']
    >>> parse_number("2020年第6号"), parse_number("第三号"), parse_number("国发2014-20")
    (None, None, None)
    """
    words = "".join(normalise(written).text.split())
    if whole := _WHOLE.fullmatch(words):
        return _yearly(whole["code"], whole["year"], whole["serial"])
    if order := _ORDER.fullmatch(words):
        return _order(order["code"], order["year"], order["ordinal"] or order["serial"])
    if behind := _ORDER_BEHIND.fullmatch(words):
        return _order(behind["code"] + behind["kind"], behind["year"], behind["ordinal"])
    if (joint := _JOINT_ORDER.fullmatch(words)) and (last := parse_number(joint["last"])):
        return DocumentNumber("serial", joint["others"] + last.code, last.year, last.serial)
    if standard := STANDARD.fullmatch(words):
        return DocumentNumber("standard", standard["code"], int(standard["year"]), standard["serial"])
    return None


def complete_number(typed: str) -> DocumentNumber | None:
    """The number that a person means who types one in short; None when the words are none. Never used on a text.

    >>> [str(complete_number(words)) for words in ("国发2014-20", "国发〔2014〕20", "国办发 2019年35号")]
    ['国发〔2014〕20号', '国发〔2014〕20号', '国办发〔2019〕35号']
    >>> complete_number("guofa-2014-20"), complete_number("2014-2020"), complete_number("整改2020-06")
    (None, None, None)
    """
    if number := parse_number(typed):
        return number
    short = _TYPED.fullmatch("".join(normalise(typed).text.split()))
    if short is None or short["code"].endswith(("令", "公告")):
        return None
    return _yearly(short["code"], short["year"] or short["bare"], short["serial"])


@dataclass(frozen=True, slots=True)
class ShortNumber:
    """What a person typed of a number: the words before it, of which the last may be its code, a year, a serial.

    ``certain``: whether brackets, a dash or 号 say that it is a number; two bare figures are one only behind a code.
    """

    before: str
    year: int | None
    serial: str
    start: int
    end: int
    certain: bool
    order: str = ""
    """令 or 公告 behind the serial, which belongs to the code before it."""


def find_short(typed: str) -> tuple[ShortNumber, ...]:
    """The parts of numbers in what a person typed; empty when there are none. Never used on a text.

    >>> [(n.before, n.year, n.serial, n.certain) for n in find_short("佳木斯5号 国发 2014 20")]
    [('佳木斯', None, '5', True), ('国发', 2014, '20', False)]
    >>> [n.before for n in find_short("国务院令第四百九十三号")], find_short("2014年安全生产法第75条")
    (['国务院令'], ())
    """
    found = []
    for match in _SHORT.finditer(typed):
        serial = match["serial"] or str(parse_numeral(match["alone"]) or "")
        if serial:
            certain = bool(match["alone"] or match["dash"] or match["mark"])
            before = match["code"] or ""
            order = match["order"] or ""
            year = int(match["year"]) if match["year"] else None
            found.append(ShortNumber(before, year, str(int(serial)), match.start(), match.end(), certain, order))
    return tuple(found)


def normalise_number(written: str) -> str | None:
    """A whole document number in its one spelling; None when the words are no such number.

    >>> normalise_number("苏发改信用发(2019)820号"), normalise_number("国发 [ 2010 ] 23 号")
    ('苏发改信用发〔2019〕820号', '国发〔2010〕23号')
    >>> normalise_number("中华人民共和国国务院令第４４０号")
    '国务院令第440号'
    >>> normalise_number("2019年第820号") is None
    True
    """
    number = parse_number(written)
    return str(number) if number else None


def normalise_serial(issuer: str, serial: str) -> str | None:
    """The number of an order whose serial stands apart from who issued it; None when the serial is none.

    >>> normalise_serial("中华人民共和国国务院令", "第 四百九十三 号"), normalise_serial("国务院令", "〔2020〕6号")
    ('国务院令第493号', None)
    """
    number = _order(issuer, None, "".join(normalise(serial).text.split()))
    return str(number) if number else None


def find_numbers(text: str) -> tuple[NumberPlace, ...]:
    """Where numbers of documents may stand in a text, in order of their end; bounds count in the text as given.

    >>> text = "落实国办发〈2019〉35号和国务院令第493号"
    >>> [text[place.start : place.end] for place in find_numbers(text)]
    ['落实国办发〈2019〉35号', '和国务院令第493号']
    """
    words = normalise(text)
    if "号" not in words.text:
        return ()
    found = [_place(words, match, "year") for match in _YEARLY.finditer(words.text)]
    found += [_place(words, match, "serial") for match in _ORDER.finditer(words.text)]
    found += [_place(words, match, "serial") for match in _ORDER_BEHIND.finditer(words.text)]
    return tuple(sorted(found, key=lambda place: (place.end, place.start)))


def spell_numbers(words: Normalised) -> Normalised:
    """A text with the years of all numbers in 〔〕, every character still with its place in the source.

    >>> spell_numbers(normalise("按国办发【2019年】第35号执行")).text
    '按国办发〔2019〕35号执行'
    """
    if "号" not in words.text:
        return words
    return words.rewrite(edit for match in _YEARLY.finditer(words.text) for edit in _respell(match))


def _respell(match: re.Match[str]) -> Iterator[Edit]:
    yield Edit(match.start("open"), match.end("open"), "〔")
    yield Edit(match.end("year"), match.start("close"), "")
    yield Edit(match.start("close"), match.end("close"), "〕")
    yield Edit(match.end("close"), match.start("serial"), "")


def _place(words: Normalised, match: re.Match[str], form: NumberForm) -> NumberPlace:
    start, end = words.spans(match.start(), match.start() + 1)[0].start, words.spans(match.start(), match.end())[-1].end
    code_end = words.spans(match.start(), match.end("code"))[-1].end
    return NumberPlace(start, code_end, end, form)


def _yearly(code: str, year: str, serial: str) -> DocumentNumber | None:
    printed = parse_numeral(year)
    return DocumentNumber("year", code, printed, str(int(serial))) if printed else None


def _order(code: str, year: str | None, serial: str) -> DocumentNumber | None:
    number = parse_numeral(serial.strip("第号"))
    if number is None:
        return None
    return DocumentNumber("serial", code.removeprefix(NATION), parse_numeral(year) if year else None, str(number))
