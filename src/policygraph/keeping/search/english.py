"""Words of the editors' English, and which entries are glossed with them: a reader of English types neither Chinese
nor the very form that stands in a gloss.

A word is found in its other forms (penalties, restricted), a number in words and figures alike (three, 3). What a
clause holds is glossed where the condition or measure is that stands in it. Deliberately absent: translation. Only
what somebody glossed is found; who types a word that no gloss has finds nothing by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise, takewhile

from policygraph.keeping.search.entries import Entry, Select, read_query
from policygraph.text.numerals import read_english

STEM = 4
"""How many letters two forms of one word have in common at least."""
# penalty · 3 · 20,000;  not: 二十
_WORD = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[a-z0-9]+")
_LETTER = re.compile(r"[A-Za-z]")
# matches the iz of standardization, organized · the our of labour, favourable; not of size, four
_BRITISH = re.compile(r"(?<=[a-z]{3})iz(?=e[dsr]?$|ing|ation)|(?<=[a-z]{2})our(?=$|s$|ed$|ing$|able|ite|er)")
_ALIKE = {"iz": "is", "our": "or"}
_ENDING = 4
"""Letters in which two forms of one word may differ at their ends, where neither is the beginning of the other."""
_ALIKE_PART = 0.7
"""The part of the shorter word that two forms of one word have in common at least."""
_KEPT = 1024


def spell_alike(word: str) -> str:
    """A word in one spelling, however it is spelt on either side of the ocean.

    >>> spell_alike("standardization"), spell_alike("labour"), spell_alike("size"), spell_alike("hour")
    ('standardisation', 'labor', 'size', 'hour')
    """
    return _BRITISH.sub(lambda found: _ALIKE[found[0]], word)


def cut_english(text: str) -> tuple[str, ...]:
    """The words of an English text in small letters, numbers in figures.

    >>> cut_english("No penalty within Three years")
    ('no', 'penalty', 'within', '3', 'years')
    >>> cut_english("20,000 yuan")
    ('20000', 'yuan')
    """
    found = (word.replace(",", "") for word in _WORD.findall(text.casefold()))
    return tuple(spell_alike(word) if (number := read_english(word)) is None else str(number) for word in found)


def is_english(words: Iterable[str]) -> bool:
    """Whether words are English: a number alone is not, for 20 is searched for as 二十 is.

    >>> is_english(("20",)), is_english(("within", "3", "years"))
    (False, True)
    """
    return any(_LETTER.search(word) for word in words)


def begins(word: str, form: str) -> bool:
    """Whether a word of a form begins as the word does: restrict, restriction.

    >>> begins("restricted", "restriction of land"), begins("penalties", "penalty"), begins("no", "notice")
    (True, True, False)
    >>> begins("standardisation", "standard"), begins("standardisation", "standing committee")
    (True, False)
    >>> begins("appeal", "as printed in the appendix"), begins("licensed", "licensing")
    (False, True)
    """
    for other in form.split():
        shorter, longer = sorted(map(len, (word, other)))
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
        near = common == shorter or longer - common <= _ENDING
        if word == other or (near and common >= max(STEM, _ALIKE_PART * shorter)):
            return True
    return False


class English:
    """The glosses of the entries by their words; safe to share between threads, because nothing in it is changed."""

    def __init__(self, select: Select, entries: Iterable[Entry]) -> None:
        self._owners: dict[str, set[int]] = {}
        places = dict[str, int]()
        for at, entry in enumerate(entries):
            places[entry.iri] = at
            self._add(entry.english or "", at)
        for iri, words in select(read_query("english-words")):
            if str(iri) in places:
                self._add(str(words), places[str(iri)])
        self._find_word = lru_cache(maxsize=_KEPT)(self._find_word_anew)

    def _add(self, text: str, at: int) -> None:
        for word in (words := cut_english(text)):
            self._owners.setdefault(word, set()).add(at)
        for number, unit in pairwise(words):
            if number.isdigit():
                self._owners.setdefault(f"{number} {unit}", set()).add(at)

    def find(self, words: str) -> frozenset[int]:
        """The places of the entries in whose glosses all the words stand; none for words that are not English.

        A number must stand before the word that it counts: three years are not the third paragraph on five years.
        """
        cut = _join_counted(cut_english(words)) if words.isascii() else ()
        return frozenset.intersection(*map(self._find_word, cut)) if cut else frozenset()

    def _find_word_anew(self, word: str) -> frozenset[int]:
        number, blank, unit = word.rpartition(" ")
        near = (
            owners
            for form, owners in self._owners.items()
            if form.rpartition(" ")[0] == number and (form == word or begins(unit, form.removeprefix(number + blank)))
        )
        return frozenset().union(*near)


def _join_counted(words: Iterable[str]) -> tuple[str, ...]:
    """Words, each number in one with the word behind it.

    >>> _join_counted(("within", "3", "years")), _join_counted(("article", "75"))
    (('within', '3 years'), ('article', '75'))
    """
    joined: list[str] = []
    for word in words:
        if joined and joined[-1].isdigit():
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return tuple(joined)
