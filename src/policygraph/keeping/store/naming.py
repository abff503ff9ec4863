"""From a person's words to the thing meant: documents, measures, works, departments and places in a law.

People write 佳应急联发[2020]5号, 市财政局 or 第75条; the graph knows IRIs and one normal spelling. A name that fits
exactly one thing is taken; a name that fits several is refused with the candidates, because a guess would be presented
as law; a name that fits nothing is refused with what comes nearest. No engine is used here: the names come in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process

from policygraph.errors import InputError, NotFoundError
from policygraph.text.numerals import parse_numeral
from policygraph.text.spans import normalise

_NEAR = 5
"""How many near matches a message lists: enough to find a slip of the pen, few enough to read."""
_NEAR_ENOUGH = 45.0
"""The least similarity (0 to 100) worth showing; below it the suggestions are noise."""


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that can be meant: its IRI, the short name to use, what it is called, and every form it goes by."""

    iri: str
    slug: str
    label: str
    forms: tuple[str, ...]


# removed: 《安全生产法》 = 安全生产法, “黑名单” = 黑名单, 市 财政局 = 市财政局
_SILENT = re.compile(r"[\s《》〈〉“”‘’\"']+")
_BRACKETS = str.maketrans("[]【】（）{}", "〔〕〔〕〔〕〔〕")


def fold(written: str) -> str:
    """A name without the differences that do not count: brackets, quotes, spaces, width and case.

    >>> fold("《安全生产法》") == fold("安全生产法"), fold("国发[2010]23号") == fold("国发 〔２０１０〕 23号")
    (True, True)
    >>> fold("市财政局") == fold("市审计局")
    False
    """
    return _SILENT.sub("", normalise(written).text).translate(_BRACKETS).casefold()


def find_named(kind: str, written: str, known: Iterable[Named]) -> Named:
    """The one thing called ``written``; ``kind`` is the word for it in messages (文件, 措施, 依据, 部门).

    Errors: ``InputError`` with the candidates when several things go by that name; ``NotFoundError`` with the
    nearest names when none does.
    """
    known = tuple(known)
    for thing in known:
        if written in (thing.iri, thing.slug):
            return thing
    wanted = fold(written)
    matches = [thing for thing in known if wanted and wanted in {fold(form) for form in (thing.slug, *thing.forms)}]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise InputError(kind, f"“{written}”指的可能是几个不同的{kind}", f"请从中选一个: {_list(matches)}")
    part = [thing for thing in known if wanted and any(wanted in fold(form) for form in thing.forms)]
    near = part[:_NEAR] or _nearest(wanted, known)
    if part:
        raise InputError(kind, f"没有{kind}正好叫“{written}”", f"相近的有: {_list(part)}")
    remedy = f"是否指: {_list(near)}" if near else f"请先查看全部{kind}"
    raise NotFoundError(kind, f"没有叫“{written}”的{kind}", remedy)


def near_words(written: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known words most like ``written``, best first; empty when none is near.

    >>> near_words("legal-base", ("legal-bases", "grades"))
    ('legal-bases',)
    """
    found = process.extract(written, tuple(known), scorer=fuzz.ratio, limit=_NEAR, score_cutoff=_NEAR_ENOUGH)
    return tuple(word for word, _, _ in found)


def _nearest(wanted: str, known: tuple[Named, ...]) -> list[Named]:
    forms = [(fold(form), thing) for thing in known for form in (thing.slug, *thing.forms)]
    words = tuple(form for form, _ in forms)
    near: list[Named] = []
    for _, _, index in process.extract(wanted, words, scorer=fuzz.ratio, limit=_NEAR * 3, score_cutoff=_NEAR_ENOUGH):
        if forms[index][1] not in near:
            near.append(forms[index][1])
    return near[:_NEAR]


def _list(things: Iterable[Named]) -> str:
    things = tuple(things)
    shown = "、".join(f"{thing.slug}（{thing.label}）" if thing.label else thing.slug for thing in things[:12])
    return shown + (f" 等 {len(things)} 个" if len(things) > 12 else "")


# 第七十五条 · 第75条之一 · 75 条;  not: 政府采购领域信用建设
_ARTICLE = r"第?(?P<article>[零〇一二三四五六七八九十百千0-9]+)条(?:之(?P<insert>[一二三四五六七八九十0-9]+))?"
# 第二款 · （六） · 第6项 · 12. · 四、;  not: 2014-2020年
_PART = r"第?(?P<open>（)?(?P<number>[零〇一二三四五六七八九十百千0-9]+)(?P<close>）)?(?P<unit>款|项|目|[.．、])?"
_LOCATOR = re.compile(rf"(?:{_ARTICLE})?(?P<rest>(?:第?（?[零〇一二三四五六七八九十百千0-9]+）?[款项目.．、]?)*)")
_PARTS = re.compile(_PART)


@dataclass(frozen=True, slots=True)
class Place:
    """One step of a place in a law: 条, 款, 项 or 目 (empty when the words do not say which), and its number."""

    unit: str
    number: int
    insert: int = 0

    def fits(self, other: Place) -> bool:
        """Whether two steps can be the same; a step without a unit fits every unit."""
        units = self.unit == other.unit or not self.unit or not other.unit
        return units and (self.number, self.insert) == (other.number, other.insert)


def parse_place(written: str) -> tuple[Place, ...]:
    """The steps of a locator in whatever numerals; empty when the words are a heading.

    >>> parse_place("第七十五条") == parse_place("第75条")
    True
    >>> parse_place("第八条（六）")
    (Place(unit='条', number=8, insert=0), Place(unit='项', number=6, insert=0))
    >>> parse_place("四（二）"), parse_place("政府采购领域信用建设")
    ((Place(unit='', number=4, insert=0), Place(unit='项', number=2, insert=0)), ())
    """
    text = re.sub(r"\s", "", normalise(written).text)
    match = _LOCATOR.fullmatch(text)
    if match is None or not text:
        return ()
    places = []
    if match["article"]:
        places.append(Place("条", parse_numeral(match["article"]) or 0, parse_numeral(match["insert"] or "") or 0))
    for part in _PARTS.finditer(match["rest"]):
        unit = "项" if part["open"] else (part["unit"] or "").strip(".．、")
        places.append(Place(unit, parse_numeral(part["number"]) or 0))
    return tuple(places)


def find_locators(written: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known locators meant by ``written``, among them those inside it (an article's paragraphs and items).

    Empty when it is a sound locator that nothing cites. Errors: ``NotFoundError`` for a heading nobody cites.

    >>> find_locators("75", ("第七十五条", "第六十二条")), find_locators("第8条", ("第八条（六）",))
    (('第七十五条',), ('第八条（六）',))
    >>> find_locators("第三条", ("第七十五条",))
    ()
    """
    known = tuple(dict.fromkeys(known))
    exact = tuple(locator for locator in known if fold(locator) == fold(written))
    wanted = parse_place(written)
    if not wanted:
        if exact:
            return exact
        near = near_words(written, known)
        remedy = f"是否指: {'、'.join(near)}" if near else f"被引用的条目有: {'、'.join(known[:12]) or '（没有）'}"
        raise NotFoundError("条目", f"没有措施引用“{written}”", remedy)
    return tuple(locator for locator in known if _lies_in(parse_place(locator), wanted))


def _lies_in(place: tuple[Place, ...], area: tuple[Place, ...]) -> bool:
    return len(place) >= len(area) and all(a.fits(b) for a, b in zip(place, area, strict=False))


def parse_day(written: str) -> str:
    """A date as ISO. Errors: ``InputError`` when it is none.

    >>> parse_day("2026-11-21")
    '2026-11-21'
    >>> parse_day("2020-13-01")
    Traceback (most recent call last):
    ...
    policygraph.errors.InputError: 日期: “2020-13-01”不是日期。写成 2020-12-01 这样的形式
    """
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError as error:
        raise InputError("日期", f"“{written}”不是日期", "写成 2020-12-01 这样的形式") from error
