"""Places in a law or a policy: one grammar from 第七十五条第二款第（三）项 to 二（一）3, one rule of what lies in what.

A place is a row of steps, each with a level and a number, outermost first. Statutes count 编章节条款项目 (立法法 61),
policies 一、（一）1.（1） (GB/T 9704); 条 are counted through a whole statute, so that an article needs no chapter. A
place may end in a range (第九十四条至第九十六条), and several may stand in one list (第九十八条第（一）、（三）项).

Three ways in: `read_place` for a whole text, `find_places` for what stands behind a title in running text, where only
what no reader can take for other words is believed, and `read_typed` for what a person asks for in short (75). One way
out: `write_place`. A heading in words (税务领域信用建设) is no place here; such locators are compared as they stand.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from policygraph.text.folding import Folded
from policygraph.text.numerals import HAN, parse_numeral, write_numeral
from policygraph.text.spans import normalise

Level = Literal[
    "book", "division", "chapter", "section", "heading", "article", "paragraph", "item", "subitem", "number", "point"
]

LEVELS: tuple[Level, ...] = (
    "book", "division", "chapter", "section", "heading", "article", "paragraph", "item", "subitem", "number", "point",
)  # fmt: skip
"""编 部分 章 节 · 一、 · 条 款 （一）项 目 · 1. · （1）: the order in which steps may follow one another."""
_RANK = {level: rank for rank, level in enumerate(LEVELS)}
_UNIT: dict[str, Level] = {
    "编": "book", "部分": "division", "章": "chapter", "节": "section", "条": "article", "款": "paragraph",
    "项": "item", "目": "subitem", "点": "number",
}  # fmt: skip
_PRINTED = {level: unit for unit, level in _UNIT.items()}
_ADDRESS = {
    "book": "part", "division": "part", "chapter": "chp", "section": "lsec", "heading": "sec", "article": "art",
    "paragraph": "para", "item": "para", "subitem": "subpoint", "number": "subpara", "point": "point",
}  # fmt: skip


ENGLISH_ARTICLE = re.compile(r"(?<![A-Za-z])art(?:icles?|\.)\s*(?P<number>[0-9]{1,4})(?![0-9])", re.IGNORECASE)
"""An article of a law as English writes it. Matches article 75, Art. 22, articles 12; not particle 5."""
# matches: 第二部分第九项 · 第2部分9条    does not match: 第二条第九项
_SPOKEN_DIVISION = re.compile(rf"第(?P<head>\d+|[{HAN}]+)部分第?(?P<item>\d+|[{HAN}]+)[项条点]")


class Ordinal(NamedTuple):
    """A printed number and, for 第二十二条之一, the number of what was inserted behind it (0 for none)."""

    number: int
    insert: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a place: a level and the numbers ``first`` to ``last``, which are the same but in a range."""

    level: Level
    first: Ordinal
    last: Ordinal

    @property
    def rank(self) -> int:
        """How deep the level lies, 0 for the outermost."""
        return _RANK[self.level]


@dataclass(frozen=True, slots=True)
class Place:
    """A place: steps of rising rank, at least one; only the last may be a range."""

    steps: tuple[Step, ...]

    def under(self, level: Level) -> tuple[Step, ...]:
        """The steps that enclose a level."""
        return tuple(step for step in self.steps if step.rank < _RANK[level])

    def has(self, level: Level) -> bool:
        """Whether one of the steps is of that level."""
        return any(step.level == level for step in self.steps)


@dataclass(frozen=True, slots=True)
class Reference:
    """A place and where it is printed; in a list that shares a unit, each with its own number only."""

    place: Place
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Opening:
    """A number that opens a text: its step, and where the words behind it begin."""

    step: Step
    end: int


_NUM = rf"(?:[{HAN}]{{1,8}}|\d{{1,4}})"
_CN = rf"[{HAN}]{{1,8}}"
_AND = r"以及|或者|[、，和及与或]"
_TO = r"[至到]|[-—–~～]{1,2}"
_ELEMENT = rf"（?{_NUM}）?"
# matches 第七十五条 · 第二十二条之一 · 第十、十八、二十六条 · 第（一）、（三）项 · 第三部分; not 第三人
_GROUP = re.compile(
    rf"第(?P<list>{_ELEMENT}(?:(?:{_AND}|{_TO})第?{_ELEMENT})*)(?P<unit>编|部分|章|节|条|款|项|目|点)(?:之(?P<insert>{_NUM}))?"
)
# one number of such a list with what joins it to the one before: matches 十 · 、十八 · 至第三 · （一）; not 条
_LISTED = re.compile(rf"(?P<join>{_AND}|{_TO})?第?(?P<open>（)?(?P<number>{_NUM})）?")
# matches 75条 · 22条之1 · 12点, as a person types them
_SHORT = re.compile(rf"(?P<list>{_NUM})(?P<unit>编|部分|章|节|条|款|项|目|点)(?:之(?P<insert>{_NUM}))?")
# matches （三） · （3） · （三）项 · （三）条; not （三年内）
_BRACKET = re.compile(rf"（(?P<number>{_NUM})）(?P<unit>项|条|款)?")
# matches 四、 before （二） · 四 · 四、
_HEADING = re.compile(rf"(?P<number>{_CN})(?:[、.](?=（|\d|$))?")
# matches 12 · 12. · 12、; not 2014
_NUMBER = re.compile(r"(?P<number>\d{1,3})(?!\d)(?:\.|、(?=（|$))?")
# where a number in running text ends a place: matches 3、 · 3项 · 3。; not 3日 · 3家
_ENDED = re.compile(rf"[项点，。；：）]|{_AND}|{_TO}|$")
_LONGEST_LIST = 400
"""Characters that are looked at behind a title; a longer list is cut there."""
# matches 、 · 和 · 以及; not 以内
_JOIN = re.compile(_AND)
# matches 至 · 到 · —; not 、
_RANGE = re.compile(_TO)
# matches 第六十二条 · 第二十二条之一 · 第三章 · （十五） · 四、 · 12. · （1）; not 2020年 · 2.5万 · 三家
_OPENING = re.compile(
    rf"""第(?P<ordinal>{_NUM})(?P<unit>编|章|节|条)(?:之(?P<insert>{_CN}))?
      | [（(](?P<item>{_CN})[）)] | [（(](?P<point>\d{{1,3}})[）)]
      | (?P<heading>{_CN})[、．.] | (?P<number>\d{{1,3}})(?:、|[.．](?!\d))""",
    re.VERBOSE,
)
# matches the numeral of 七十五条 · 〔十五〕 · 三年 · 两次 · 二十 in a text folded as a name; not that of 统一 · 十分
ORDINAL = (
    rf"{_CN}(?=[条款项章节编])|(?<=〔){_CN}(?=〕)"
    rf"|[{HAN}两]{{1,8}}(?=[年月日天次家个级星倍人名户万亿])|[{HAN}]{{0,6}}[十百千][{HAN}]{{1,6}}|[{HAN}]{{1,6}}[十百千]"
)
"""The numerals of places, of terms and of amounts in a text folded as a name, as a pattern that browsers read too."""
_ORDINAL = re.compile(ORDINAL)
# matches the 第22条 of 采购法第22条 · the 二十二条 of 采购法二十二条 · the 78 of 安法78; not the 2024 of 安法2024年
_ARTICLE_TYPED = re.compile(
    r"第?(?:[0-9]+|[一二三四五六七八九十百零]+)"
    r"(?:条(?:之[一二三四五六七八九十0-9]+)?|(?![0-9年月日号项个份部次级星条〕-]))"
)


def read_place(text: str) -> Place | None:
    """A whole text as one place, or as one range; None when it is none, or a list of several.

    >>> write_place(read_place("第８条 第(6)项")), write_place(read_place("四、(二)"))
    ('第八条（六）', '四（二）')
    >>> read_place("政府采购领域信用建设"), read_place("2014-2020年")
    (None, None)
    """
    places = read_places(text)
    return places[0] if len(places) == 1 else None


@lru_cache(maxsize=4096)
def read_places(text: str) -> tuple[Place, ...]:
    """A whole text as the places it lists, in order; empty when any of it is something else.

    >>> [write_place(place) for place in read_places("第九十四条至第九十六条、第九十八条第（一）、（三）项")]
    ['第九十四条至第九十六条', '第九十八条（一）', '第九十八条（三）']
    >>> read_places("第三条和税务领域信用建设")
    ()
    """
    words = "".join(normalise(text).text.split())
    found, end = _read_chain(words, 0, whole=True)
    return tuple(reference.place for reference in found) if words and end == len(words) else ()


def shorten_divisions(typed: str) -> str:
    """What a person typed with the parts of a document as it prints them: 第二部分第九项 stands as 二（九）.

    >>> shorten_divisions("5号 第二部分第九项"), shorten_divisions("第二条第九项")
    ('5号 二（九）', '第二条第九项')
    """
    return _SPOKEN_DIVISION.sub(r"\g<head>（\g<item>）", typed)


def read_typed(text: str) -> tuple[Place, ...]:
    """The places that a person may mean who types a number in short; empty when it is no number.

    A bare number says no level (75 is 第七十五条, 12 the twelfth point, 四 a heading), so each level is offered.

    >>> [write_place(place) for place in read_typed("75条之1")]
    ['第七十五条之一']
    >>> read_place("第七十五条") in read_typed("75"), read_place("（十五）") in read_typed("15"), read_typed("税务")
    (True, True, ())
    """
    place = read_place(text)
    if place is None:
        return ()
    first = place.steps[0]
    levels: tuple[Level, ...] = (first.level,)
    if first.level in ("heading", "number"):
        levels = LEVELS
    elif first.level == "point":
        levels = ("item", "point")
    found = []
    for level in levels:
        steps = (replace(first, level=level), *place.steps[1:])
        if _rises(steps):
            found.append(Place(steps))
    return tuple(found)


def find_articles(text: str) -> tuple[Reference, ...]:
    """The numbers in what a person types that may be those of articles behind a law; never used on a text.

    >>> [(write_place(one.place), one.start) for one in find_articles("处罚法37条和安法78，2024年的3个月")]
    [('第三十七条', 3), ('第七十八条', 9)]
    """
    found = []
    for match in _ARTICLE_TYPED.finditer(text):
        place = next((place for place in read_typed(match[0]) if place.has("article")), None)
        if place is not None:
            found.append(Reference(place, *match.span()))
    return tuple(found)


def find_places(text: str, start: int) -> tuple[Reference, ...]:
    """The places listed from ``start`` on, before any other word; empty when none stands there.

    Bounds count in the text as given, whose brackets and digits may be of either width; it has no blanks.

    >>> text = "第二十一条第二款第二项、第三项处理"
    >>> [(write_place(one.place), text[one.start : one.end]) for one in find_places(text, 0)]
    [('第二十一条第二款（二）', '第二十一条第二款第二项'), ('第二十一条第二款（三）', '第三项')]
    """
    words = normalise(text[start : start + _LONGEST_LIST])
    found, _ = _read_chain(words.text, 0, whole=False)
    places = words.positions
    return tuple(Reference(one.place, start + places[one.start], start + places[one.end - 1] + 1) for one in found)


def read_opening(text: str, start: int = 0, end: int | None = None) -> Opening | None:
    """The number with which a text opens at ``start``: of an article, heading, item or point; None when it has none.

    >>> read_opening("（十五）完善制度。").step.first.number, read_opening("第二十二条之一 供应商").step.first
    (15, Ordinal(number=22, insert=1))
    >>> read_opening("2.5万元以上"), read_opening("三家企业")
    (None, None)
    """
    match = _OPENING.match(text, start, len(text) if end is None else end)
    if match is None:
        return None
    if match["ordinal"]:
        step = _step(_UNIT[match["unit"]], match["ordinal"], match["insert"])
    else:
        level: Level = (
            "item" if match["item"] else "point" if match["point"] else "heading" if match["heading"] else "number"
        )
        step = _step(level, match["item"] or match["point"] or match["heading"] or match["number"])
    return Opening(step, match.end()) if step else None


def write_place(place: Place) -> str:
    """A place in its one spelling, from which `read_place` reads it back.

    >>> [write_place(read_place(text)) for text in ("第22条之1第1款第五项", "第12项", "二(一)3.", "第三部分第（五）条")]
    ['第二十二条之一第一款（五）', '12', '二（一）3', '第三部分（五）']
    """
    *outer, last = place.steps
    written = "".join(_write(step.level, step.first) for step in outer) + _write(last.level, last.first)
    return written if last.first == last.last else f"{written}至{_write(last.level, last.last)}"


def contains(outer: Place, inner: Place) -> bool:
    """Whether a place is another or a part of it, as far as the numbers say: the one rule of what lies in what.

    Every step of the outer place must be met by the inner one, and both must start at the same level, or the outer one
    at an article, which is counted through the whole text. 第四十条之一 is another article than 第四十条; a 项 named
    without its 款 is that 项 of whichever 款 has it; a 款 is not said to lie in a 项.

    >>> article, item = read_place("第八条"), read_place("第八条第二款（六）")
    >>> contains(article, item), contains(item, article), contains(read_place("第四十条"), read_place("第四十条之一"))
    (True, False, False)
    >>> contains(read_place("第九十四条至第九十六条"), read_place("第九十五条第二款"))
    True
    """
    start = outer.steps[0].level
    if start not in ("article", inner.steps[0].level):
        return False
    met = {step.level: step for step in inner.steps}
    return all(
        (step := met.get(wanted.level)) is not None and wanted.first <= step.first and step.last <= wanted.last
        for wanted in outer.steps
    )


def lies_in(locator: str, area: str) -> bool:
    """The same of two locators as written; headings in words lie only in themselves, and nothing lies in no place.

    >>> lies_in("第八条（六）", "第八条"), lies_in("第四十条之一", "第四十条"), lies_in("第八条", "")
    (True, False, False)
    >>> lies_in("税务领域信用建设", "税务领域信用建设"), lies_in("第一百七十五条", "第一百条")
    (True, False)
    """
    inner, outer = read_place(locator), read_place(area)
    if inner is None or outer is None:
        return bool(area) and locator == area
    return contains(outer, inner)


def article_of(locator: str) -> str | None:
    """The article that a place lies in, as it is written; None for a place that lies in none.

    >>> article_of("第七十八条第一款"), article_of("第二十二条之一"), article_of("四（二）")
    ('第七十八条', '第二十二条之一', None)
    """
    place = read_place(locator)
    if place is None or not place.has("article"):
        return None
    at = next(index for index, step in enumerate(place.steps) if step.level == "article")
    return write_place(Place(place.steps[: at + 1]))


def address_of(locator: str) -> str | None:
    """The address of a locator below its work, as IRIs have it; None for a range and for a heading in words.

    >>> address_of("第七十五条"), address_of("第二十二条之一"), address_of("第八条第二款（六）")
    ('art_75', 'art_22-1', 'art_8/para_2/point_6')
    >>> address_of("四（二）"), address_of("（十五）"), address_of("12")
    ('sec_4/para_2', 'para_15', 'item_12')
    >>> address_of("政府采购领域信用建设"), address_of("第三条至第五条")
    (None, None)
    """
    place = read_place(locator)
    if place is None or any(step.first != step.last for step in place.steps):
        return None
    if [step.level for step in place.steps] == ["number"]:
        return f"item_{place.steps[0].first.number}"
    statute = place.has("article") or place.has("paragraph")
    names = []
    for step in place.steps:
        name = "point" if statute and step.level == "item" else _ADDRESS[step.level]
        names.append(f"{name}_{step.first.number}" + (f"-{step.first.insert}" if step.first.insert else ""))
    return "/".join(names)


def count_ordinals(folded: Folded) -> Folded:
    """A text folded as a name, with the Chinese numerals of places, terms and amounts in digits: 第七十五条 is 第75条.

    >>> from policygraph.text.folding import fold
    >>> [count_ordinals(fold(text, "name")).text for text in ("第七十五条第（三）项", "两年、二十日内统一")]
    ['第75条第〔3〕项', '2年、20日内统一']
    """
    numbers = ((match, parse_numeral(match.group())) for match in _ORDINAL.finditer(folded.text))
    pieces = [(match.start(), match.end(), str(number)) for match, number in numbers if number is not None]
    return folded.replace(pieces) if pieces else folded


def _step(level: Level, numeral: str, insert: str | None = None) -> Step | None:
    number = parse_numeral(numeral)
    behind = parse_numeral(insert) if insert else 0
    if not number or behind is None:
        return None
    return Step(level, Ordinal(number, behind), Ordinal(number, behind))


def _write(level: Level, at: Ordinal) -> str:
    if level == "number":
        return str(at.number)
    if level == "point":
        return f"（{at.number}）"
    numeral = write_numeral(at.number)
    if level in ("heading", "item"):
        return numeral if level == "heading" else f"（{numeral}）"
    return f"第{numeral}{_PRINTED[level]}" + (f"之{write_numeral(at.insert)}" if at.insert else "")


def _rises(steps: tuple[Step, ...]) -> bool:
    return all(one.rank < two.rank for one, two in itertools.pairwise(steps))


@dataclass(frozen=True, slots=True)
class _Token:
    """One or several steps of one level that are printed together, each with its bounds."""

    steps: tuple[tuple[Step, int, int], ...]
    end: int

    @property
    def level(self) -> Level:
        return self.steps[0][0].level

    def lies_below(self, place: Place) -> bool:
        """Whether the steps go on with a place, rather than begin another; nothing goes on with a range."""
        last = place.steps[-1]
        return last.first == last.last and self.steps[0][0].rank > last.rank


def _read_chain(text: str, start: int, *, whole: bool) -> tuple[list[Reference], int]:
    """The places listed from ``start``, and where the list ends; ``whole`` believes short forms too."""
    found: list[Reference] = []
    current: Place | None = None
    end = start
    while (following := _next(text, end, current, whole)) is not None:
        token, deeper = following
        base = current.steps if current and deeper else _base(current, token.level)
        opened = found.pop().start if deeper else token.steps[0][1]
        for number, (step, low, high) in enumerate(token.steps):
            found.append(Reference(Place((*base, step)), opened if number == 0 else low, high))
        found[-1] = _range(text, found[-1], whole) or found[-1]
        current, end = found[-1].place, found[-1].end
    return found, end


def _next(text: str, end: int, current: Place | None, whole: bool) -> tuple[_Token, bool] | None:
    """The steps that go on with the current place, or that begin another one behind a joint, and which of the two."""
    token = _token(text, end, current, whole, joined=False)
    if current is None:
        return (token, False) if token else None
    if token and token.lies_below(current):
        return token, True
    joint = _JOIN.match(text, end)
    token = _token(text, joint.end(), current, whole, joined=True) if joint else None
    return (token, False) if token else None


def _base(current: Place | None, level: Level) -> tuple[Step, ...]:
    """What a place that follows in a list takes over from the one before it."""
    if current is None:
        return ()
    if level in ("paragraph", "item", "subitem") and current.has("article"):
        return current.under(level)
    return current.under(level) if current.has(level) else ()


def _range(text: str, first: Reference, whole: bool) -> Reference | None:
    """The range that a place begins, when 至 and a place of the same level under the same steps follow."""
    joint = _RANGE.match(text, first.end)
    if joint is None:
        return None
    *above, last = first.place.steps
    steps: tuple[Step, ...] = ()
    at = joint.end()
    while (token := _token(text, at, Place(steps) if steps else None, whole, joined=True)) is not None:
        if len(token.steps) != 1 or (steps and token.steps[0][0].rank <= steps[-1].rank):
            break
        steps, at = (*steps, token.steps[0][0]), token.end
    if not steps or steps[-1].level != last.level or steps[-1].first <= last.first:
        return None
    if steps[:-1] not in ((), tuple(above)):
        return None
    return Reference(Place((*above, replace(last, last=steps[-1].first))), first.start, at)


def _token(text: str, at: int, current: Place | None, whole: bool, *, joined: bool) -> _Token | None:
    """The steps printed at a position; in running text a bracket counts only below a heading."""
    if (match := _GROUP.match(text, at)) or (whole and (match := _SHORT.match(text, at))):
        return _grouped(match, current)
    if match := _BRACKET.match(text, at):
        if not whole and (current is None or not (current.has("heading") or match["unit"] == "项")):
            return None
        chinese = not match["number"].isdecimal()
        below = current.steps[-1].level if current else None
        level: Level = "item" if chinese or match["unit"] or (below and below not in ("number", "point")) else "point"
        return _single(level, match)
    if (match := _HEADING.match(text, at)) and (whole or (not joined and text.startswith("（", match.end()))):
        if current is not None and not whole:
            return None
        return _single("heading", match)
    headed = current is not None and current.has("heading") and not joined
    if (match := _NUMBER.match(text, at)) and (whole or (headed and _ENDED.match(text, match.end()))):
        return _single("number", match)
    return None


def _single(level: Level, match: re.Match[str]) -> _Token | None:
    step = _step(level, match["number"])
    return _Token(((step, match.start(), match.end()),), match.end()) if step else None


def _grouped(match: re.Match[str], current: Place | None) -> _Token | None:
    """The numbers that share one unit; outside a statute 第（七）条 is an item and 第十二项 a number of a policy."""
    level = _UNIT[match["unit"]]
    steps: list[tuple[Step, int, int]] = []
    elements = list(_LISTED.finditer(match["list"]))
    statute = current is not None and (current.has("article") or current.has("paragraph"))
    for number, element in enumerate(elements):
        mine: Level = level
        if element["open"] and level in ("article", "number"):
            mine = "item"
        elif level == "item" and not element["open"] and not statute:
            mine = "number"
        last = number + 1 == len(elements)
        step = _step(mine, element["number"], match["insert"] if last else None)
        if step is None or (steps and steps[0][0].level != step.level):
            return None
        low = match.start("list") + element.start("number") - (1 if element["open"] else 0)
        high = match.end() if last else match.start("list") + element.end()
        if element["join"] and _RANGE.fullmatch(element["join"]):
            before, low, _ = steps.pop()
            if step.first <= before.first:
                return None
            step = replace(before, last=step.last)
        steps.append((step, match.start() if not steps else low, high))
    return _Token(tuple(steps), match.end())
