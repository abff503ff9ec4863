"""A text without the differences that do not count, every character still with its place in the text as printed.

What counts depends on the question, so one fold has three strengths, each forgetting what the one before it forgets:

* ``spelling``: blanks, invisible characters, the width of brackets, punctuation, digits and letters. For wording
  that is set side by side;
* ``name``: also quotation marks, title marks, the kind of bracket, capitals, and the brackets round the year of a
  document number. For what a person types and what the graph knows;
* ``words``: everything but letters, ideographs and digits. For quotations: every reprint changes the punctuation, and
  every word counts, because 可以 and 应当 differ by a word.

Traditional characters, synonyms and misprints are never folded: each of them is a difference that a lawyer must see.
``narrow`` is no fold but for values that a program reads: a code or a date typed full-width.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from policygraph.text.numbers import spell_numbers
from policygraph.text.spans import Span, normalise

Strength = Literal["spelling", "name", "words"]

_BRACKETS = str.maketrans("[]【】（）{}", "〔〕〔〕〔〕〔〕")
_KEY_BRACKETS: dict[int, int] = str.maketrans("()[]【】（）{}〈〉<>", "〔〕〔〕〔〕〔〕〔〕〔〕〔〕")
# matches: the 第 of 〔2025〕第1号                           does not match: 第一采油厂
_ORDINAL = re.compile("〕第(?=[0-9])")
_BETWEEN = "\0"
_PROBES = 3
# the blocks of Unicode whose characters stand for ideographs: radicals, circled and squared ones, compatibility ones
_COMPATIBLE = ((0x2E80, 0x2FDF), (0x3200, 0x33FF), (0xF900, 0xFAFF), (0x1F200, 0x1F2FF), (0x2F800, 0x2FA1F))
_SILENT = frozenset("“”‘’\"'「」『』《》〈〉")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded characters and the way back: ``text[i]`` stands for the characters ``starts[i]`` to ``ends[i]``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Where ``text[start:end]`` stands in the text as printed; at least one character is asked for.

        >>> fold("（国发\\n[2014] 20号)", "name").span(1, 11)
        Span(start=1, end=13)
        """
        return Span(self.starts[start], self.ends[end - 1])

    def replace(self, pieces: Iterable[tuple[int, int, str]]) -> Folded:
        """The same with ``text[start:end]`` replaced, for each piece in order; pieces neither overlap nor are empty."""
        text, starts, ends = "", list[int](), list[int]()
        last = 0
        for start, end, words in (*pieces, (len(self.text), len(self.text), "")):
            text += self.text[last:start] + words
            starts += (
                [*self.starts[last:start], *[self.starts[start]] * len(words)] if words else self.starts[last:start]
            )
            ends += [*self.ends[last:start], *[self.ends[end - 1]] * len(words)] if words else self.ends[last:start]
            last = end
        return Folded(text, tuple(starts), tuple(ends))


def fold(text: str, strength: Strength) -> Folded:
    """A text as it is compared at a strength; empty when nothing in it counts.

    >>> [fold("(一)《安全 生产法》：ＧＢ", strength).text for strength in ("spelling", "name", "words")]
    ['（一）《安全生产法》：GB', '〔一〕安全生产法：gb', '一安全生产法gb']
    >>> fold("国办发〈2019〉第35号", "name").text == fold("国办发[2019]35号", "name").text
    True
    >>> fold("可以", "words").text == fold("应当", "words").text
    False
    """
    words = normalise(text)
    if strength != "spelling":
        words = spell_numbers(words)
    character_at = _AT[strength]
    folded: list[str] = []
    places: list[int] = []
    for printed, place in zip(words.text, words.positions, strict=True):
        if kept := character_at(printed):
            folded.append(kept)
            places.extend([place] * len(kept))
    return Folded("".join(folded), tuple(places), tuple(place + 1 for place in places))


def count_plain(text: str) -> tuple[tuple[str, int], ...]:
    """The ideographs that a text has most, with how often: a text that has them otherwise has not the same words.

    To fold a document takes a millisecond, to count a character a hundredth. Numerals and what another character may
    stand for are passed over, since the same words may have them otherwise.

    >>> count_plain("年年检查，第二十次检查")  # 年 and 次 have compatibility characters
    (('查', 2), ('检', 2))
    """
    often = sorted((-times, one) for one, times in Counter(text).items() if _is_plain(one))
    return tuple((one, -times) for times, one in often[:_PROBES])


def _is_plain(character: str) -> bool:
    """Whether an ideograph is no numeral, is dropped from no number, and is what no other character is folded to."""
    is_ideograph = "\u4e00" <= character <= "\u9fff" and unicodedata.numeric(character, None) is None
    return is_ideograph and character != "第" and character not in _compatible()


@cache
def _compatible() -> frozenset[str]:
    """The ideographs that compatibility characters stand for: radicals, squared and circled ones, those of old sets."""
    characters = (chr(code) for first, last in _COMPATIBLE for code in range(first, last + 1))
    return frozenset(one for character in characters for one in unicodedata.normalize("NFKC", character))


def narrow(text: str) -> str:
    """A value with full-width letters, digits and signs as plain ones (Unicode NFKC), as a program reads it.

    >>> narrow("２０２６－１１－２１"), narrow("９１２３０８００ＭＡ")
    ('2026-11-21', '91230800MA')
    """
    return unicodedata.normalize("NFKC", text)


def narrow_key(text: str) -> str:
    """A number that a system gave, as the key of its record: narrow, without blanks, one kind of bracket, no 第.

    It forgets less than ``fold`` and keeps no way back, so that a register of a million numbers does not wait for it.

    >>> narrow_key("（佳）应急罚[2025] 第1号") == narrow_key("(佳)应急罚〔2025〕1号")
    True
    """
    plain = narrow("".join(text.split())).translate(_KEY_BRACKETS)
    return _ORDINAL.sub("〕", plain).upper()


def narrow_keys(texts: Sequence[str]) -> list[str]:
    """What ``narrow_key`` makes of each of many numbers, worked out for all of them at once.

    >>> narrow_keys(["（佳）应急罚[2025] 第1号", "", "〔2025〕第"])
    ['〔佳〕应急罚〔2025〕1号', '', '〔2025〕第']
    """
    whole = _BETWEEN.join(texts)
    if not texts or whole.count(_BETWEEN) != len(texts) - 1:
        return [narrow_key(text) for text in texts]
    # composes with nothing and is no blank, so what stands on one side of it does not touch the other
    plain = narrow("".join(whole.split()))
    for bracket, replacement in _KEY_BRACKETS.items():
        plain = plain.replace(chr(bracket), chr(replacement))
    return _ORDINAL.sub("〕", plain).upper().split(_BETWEEN)


@cache
def _spelt(character: str) -> str:
    return "" if character.isspace() else character


@cache
def _named(character: str) -> str:
    silent = character.isspace() or character in _SILENT
    return "" if silent else character.translate(_BRACKETS).casefold()


@cache
def _worded(character: str) -> str:
    return "".join(c for c in _named(character) if c.isalnum())


_AT: dict[Strength, Callable[[str], str]] = {"spelling": _spelt, "name": _named, "words": _worded}
