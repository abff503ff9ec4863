"""Under which number a measure is cited, so that a number means one measure of its document.

A number is the printed one. Two measures may carry the same one: the tables of two parts both begin with 1, a list
begins anew in another paragraph, a cell of numbers spans two rows, a number is misprinted. Then each is told apart by
what it stands in, as its number would be read out: 四1 and 五1, 第十二条第二款（一）. Which measure a number means that
a person wrote is not decided here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import count

from policygraph.reading.documents import Clause
from policygraph.text.folding import fold
from policygraph.text.numerals import write_numeral

_COUNTED = {"app": "表{}", "row": "第{}行", "al": "第{}段", "item": "第{}项", "annex": "附件{}"}
_PARAGRAPH_OF_ARTICLE = "第{}款"
_BARE = frozenset({"sec", "chp", "part"})
"""Levels whose numbers are told without their brackets (二, never （二）)."""


def notation_of_label(label: str, *, keep: bool = False) -> str:
    """A printed number as notation: 二、 is 二, (九) is （九） when its brackets are kept, 3. is 3.

    >>> notation_of_label("二、") + notation_of_label("(九)", keep=True) + notation_of_label("3.")
    '二（九）3'
    """
    bare = fold(label, "spelling").text.rstrip("、.．")
    return bare if keep else bare.strip("（）")


def tell_apart(stated: Sequence[tuple[str, str]], clauses: Mapping[str, Clause]) -> tuple[str, ...]:
    """The notation of each measure, given in printed order with the clause it stands in; no two are the same.

    A notation that one measure alone has stays as it is.

    >>> rows = [("1", "sec_4/app_1/row_1"), ("2", "sec_4/app_1/row_2"), ("1", "sec_5/app_1/row_1")]
    >>> parts = [Clause(f"sec_{n}", None, label, "sec", "", "", (), n) for n, label in ((4, "四、"), (5, "五、"))]
    >>> tell_apart(rows, {part.id: part for part in parts})
    ('四1', '2', '五1')
    """
    places: dict[str, list[int]] = defaultdict(list)
    for at, (notation, _) in enumerate(stated):
        places[notation].append(at)
    told = [notation for notation, _ in stated]
    for notation, same in places.items():
        if len(same) > 1:
            ways = [stated[at][1].split("/") for at in same]
            for at, way in zip(same, ways, strict=True):
                told[at] = _write(notation, way, ways, clauses)
    return _part(told, frozenset(notation for notation, same in places.items() if len(same) == 1))


def _write(notation: str, way: Sequence[str], ways: Sequence[Sequence[str]], clauses: Mapping[str, Clause]) -> str:
    """A notation with the steps of its way at which the ways of its namesakes part, each behind what stands above it.

    Steps that the notation tells already (四 of 四（一）) are told once.
    """
    written, rest = "", notation
    for depth, step in enumerate(way):
        word = _name(clauses.get("/".join(way[: depth + 1])), step)
        parts = len({tuple(other[: depth + 1]) for other in ways if other[:depth] == way[:depth]}) > 1
        if word and rest.startswith(word):
            written, rest = written + word, rest[len(word) :]
        elif parts:
            written += word
    between = "-" if written[-1:].isalnum() and written[-1:].isascii() and rest[:1].isascii() and rest else ""
    return written + between + rest


def _name(clause: Clause | None, step: str) -> str:
    """How a step of an address is read out: by its printed number, else by its place among its kind."""
    if clause is not None and clause.label and not step.startswith("row_"):
        return notation_of_label(clause.label, keep=clause.level not in _BARE)
    return name_step(step)


def name_step(step: str) -> str:
    """How a step of an address without a printed number is read out; empty for a kind that is not counted.

    >>> name_step("al_2"), name_step("item_3"), name_step("heading")
    ('第二段', '第三项', '')
    """
    kind, _, number = step.partition("_")
    ordinal = write_numeral(int(number)) if number.isdecimal() and int(number) <= 9999 else number
    if kind == "para":
        return _PARAGRAPH_OF_ARTICLE.format(ordinal)
    return _COUNTED[kind].format(number if kind == "app" else ordinal) if kind in _COUNTED else ""


def _part(told: Sequence[str], taken: frozenset[str]) -> tuple[str, ...]:
    """The same notations, with a count behind each that another one still has: a part was misnumbered."""
    found: list[str] = []
    used = set(taken)
    for notation in told:
        if notation in taken:
            found.append(notation)
            continue
        written = next(one for n in count(1) if (one := notation if n == 1 else f"{notation}-{n}") not in used)
        used.add(written)
        found.append(written)
    return tuple(found)
