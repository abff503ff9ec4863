"""A known word typed with a character of the same sound: 信用休复 is 信用修复, 财正局 is 财政局.

A stretch that nobody knows is taken for a known word where all its characters sound like those of that word, all but
one are the same, and no other known word is as near. Each character keeps its place, so that what was typed can be
shown beside what was understood. Deliberately absent: words that merely look or mean alike.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache

from policygraph.keeping.search.entries import QUERIES

_FILE = QUERIES / "syllables.tsv"
_LONGEST = 8
"""The longest word, in characters, that is looked for."""
_LEAST = 2


class Homophones:
    """Known words by their characters, to be found by who typed one character for another of the same sound."""

    def __init__(self, forms: Iterable[str]) -> None:
        self._at: dict[tuple[int, int, str], set[str]] = {}
        for form in forms:
            if _LEAST <= len(form) <= _LONGEST and all(character in _sounds() for character in form):
                for place, character in enumerate(form):
                    self._at.setdefault((len(form), place, character), set()).add(form)

    def find(self, words: str) -> str | None:
        """The one known word that sounds like some words and has all their characters but one; else None.

        >>> known = Homophones(["信用修复", "修复", "财政局", "复议"])
        >>> known.find("休复"), known.find("财正局"), known.find("复仪"), known.find("复印"), known.find("修复")
        ('修复', '财政局', '复议', None, None)
        """
        near = {
            form for place, character in enumerate(words) for form in self._at.get((len(words), place, character), ())
        }
        found = {form for form in near if _sounds_like(words, form)}
        return next(iter(found)) if len(found) == 1 else None

    def respell(self, question: str, kept: Collection[tuple[int, int]], known: Callable[[str], bool]) -> str:
        """A question with every unknown stretch that sounds like a known word as that word; the longest word first.

        In the spans ``kept`` no character is changed, and none is parted: they are words that are known as they stand.

        >>> Homophones(["信用修复", "修复"]).respell("信用休复怎么办", [(0, 2)], lambda words: words in "信用怎么办")
        '信用修复怎么办'
        >>> Homophones(["条例"]).respell("第七十五条立起来", [(0, 5)], lambda words: words in "第七十五条")
        '第七十五条立起来'
        """
        written, at = "", 0
        while at < len(question):
            for size in range(min(_LONGEST, len(question) - at), _LEAST - 1, -1):
                words = question[at : at + size]
                meant = None if known(words) else self.find(words)
                if meant and all(
                    start >= at + size or end <= at
                    or (at <= start and end <= at + size and question[start:end] == meant[start - at : end - at])
                    for start, end in kept
                ):  # fmt: skip
                    written, at = written + meant, at + size
                    break
            else:
                written, at = written + question[at], at + 1
        return written


def _sounds_like(words: str, form: str) -> bool:
    """Whether two words of one length differ in one character, which sounds the same in both."""
    other = [(one, two) for one, two in zip(words, form, strict=True) if one != two]
    sounds = _sounds()
    return len(other) == 1 and bool(sounds.get(other[0][0], frozenset()) & sounds[other[0][1]])


@cache
def _sounds() -> Mapping[str, frozenset[str]]:
    """How each character is read, without tones."""
    found: dict[str, set[str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            sound, _, characters = line.partition("\t")
            for character in characters:
                found.setdefault(character, set()).add(sound)
    return {character: frozenset(sounds) for character, sounds in found.items()}
