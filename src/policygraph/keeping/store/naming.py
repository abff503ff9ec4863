"""From a person's words to the thing meant: documents, measures, works, departments and places in a law.

People write 佳应急联发[2020]5号, 市财政局 or 第75条; the graph knows IRIs and one normal spelling. A name that fits
exactly one thing is taken; a name that fits several is refused with the candidates, because a guess would be presented
as law; a name that fits nothing is refused with what comes nearest. No engine is used here: the names come in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policygraph.errors import InputError, NotFoundError
from policygraph.text import folding
from policygraph.text.dates import read_day
from policygraph.text.likeness import find_nearest, near_words
from policygraph.text.locators import contains, read_place, read_typed
from policygraph.text.numbers import complete_number

NEAR = 5
"""How many near matches a message lists: enough to find a slip of the pen, few enough to read."""
NEAR_ENOUGH = 0.45
"""The least likeness worth showing; below it the suggestions are noise."""


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that can be meant: its IRI, the short name to use, what it is called, and every form it goes by."""

    iri: str
    slug: str
    label: str
    forms: tuple[str, ...]


def fold(written: str) -> str:
    """A name without the differences that do not count: brackets, quotes, spaces, width, case, the way of a number.

    >>> fold("《安全生产法》") == fold("安全生产法"), fold("国发[2010]23号") == fold("国发 〔２０１０〕 23号")
    (True, True)
    >>> fold("国办发〈2019〉35号") == fold("国办发2019-35") == fold("国办发〔2019〕35号")
    True
    >>> fold("市财政局") == fold("市审计局")
    False
    """
    number = complete_number(written)
    return folding.fold(str(number) if number else written, "name").text


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
    near = part[:NEAR] or _nearest(wanted, known)
    if part:
        raise InputError(kind, f"没有{kind}正好叫“{written}”", f"相近的有: {_list(part)}")
    remedy = f"是否指: {_list(near)}" if near else f"请先查看全部{kind}"
    raise NotFoundError(kind, f"没有叫“{written}”的{kind}", remedy)


def _nearest(wanted: str, known: tuple[Named, ...]) -> list[Named]:
    forms = [(fold(form), thing) for thing in known for form in (thing.slug, *thing.forms)]
    words = tuple(form for form, _ in forms)
    near: list[Named] = []
    for index in find_nearest(wanted, words, NEAR * 3, NEAR_ENOUGH):
        if forms[index][1] not in near:
            near.append(forms[index][1])
    return near[:NEAR]


def _list(things: Iterable[Named]) -> str:
    things = tuple(things)
    shown = "、".join(f"{thing.slug}（{thing.label}）" if thing.label else thing.slug for thing in things[:12])
    return shown + (f" 等 {len(things)} 个" if len(things) > 12 else "")


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
    wanted = read_typed(written)
    if not wanted:
        if exact:
            return exact
        near = near_words(written, known, NEAR, NEAR_ENOUGH)
        remedy = f"是否指: {'、'.join(near)}" if near else f"被引用的条目有: {'、'.join(known[:12]) or '（没有）'}"
        raise NotFoundError("条目", f"没有措施引用“{written}”", remedy)
    places = ((locator, read_place(locator)) for locator in known)
    return tuple(locator for locator, place in places if place and any(contains(area, place) for area in wanted))


def parse_day(written: str) -> str:
    """A date as ISO. Errors: ``InputError`` when it is none.

    >>> parse_day("2026-11-21")
    '2026-11-21'
    >>> parse_day("2020-13-01")
    Traceback (most recent call last):
    ...
    policygraph.errors.InputError: 日期: “2020-13-01”不是日期。写成 2020-12-01 这样的形式
    """
    return read_day(written).isoformat()
