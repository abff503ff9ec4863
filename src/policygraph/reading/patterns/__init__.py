"""Regular expressions with a name and the strings that prove them; the words in them are handed in.

One file per kind of pattern. A pattern is verbose, has named groups where a part of it is read, and carries at least
three strings it must match and one it must not; one test runs them all with the words of ``ontology/``. Where words
belong, a pattern names their list instead of writing them out: ``(?&body_endings)`` stands for any word of that field
of the `Vocabulary`, ``(?&keyword_labels:spaced)`` also with white space between its characters, as wide setting and
OCR print 主 题 词. What is written in a pattern itself is structure: numerals, brackets, 第 … 条, 年月日.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from policygraph.reading.vocabulary import Vocabulary

How = Literal["search", "match", "fullmatch"]

# matches: (?&body_endings) · (?&keyword_labels:spaced) · (?&long_kinds);  not: (?P<kind>x), (?:a|b)
_LIST = re.compile(r"\(\?&(?P<list>[a-z_]+)(?P<spaced>:spaced)?\)")
_NOTHING = "(?!)"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression and the strings that prove it; ``by`` is how its users apply it."""

    name: str
    regex: str
    matches: tuple[str, ...]
    refuses: tuple[str, ...]
    by: How = "search"

    def compile(self, words: Vocabulary | None = None) -> re.Pattern[str]:
        """The expression with the words of a vocabulary in their places; a list without words matches nothing.

        >>> ending = Pattern("ending", r"(?&body_endings)$", ("财政局",), ("财政",))
        >>> bool(ending.compile(Vocabulary(body_endings=("局",))).search("财政局"))
        True
        >>> ending.compile().search("财政局") is None
        True
        """
        vocabulary = words or Vocabulary()
        return re.compile(_LIST.sub(lambda found: _alternatives(vocabulary, found), self.regex), re.VERBOSE)


class Forms:
    """The patterns with the words of one vocabulary in them; each is compiled when it is first asked for."""

    __slots__ = ("_compiled", "vocabulary")

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._compiled: dict[str, re.Pattern[str]] = {}

    def find(self, pattern: Pattern, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """The match of a pattern between two places of a text, in the way the pattern asks; None when there is none.

        >>> ending = Pattern("ending", r"(?P<end>(?&body_endings))$", ("财政局",), ("财政",))
        >>> Forms(Vocabulary(body_endings=("局",))).find(ending, "佳木斯市财政局")["end"]
        '局'
        """
        compiled = self._of(pattern)
        if pattern.by == "search":
            return compiled.search(text, start, end)
        return compiled.match(text, start, end) if pattern.by == "match" else compiled.fullmatch(text, start, end)

    def find_all(self, pattern: Pattern, text: str) -> Iterator[re.Match[str]]:
        """Every match of a pattern, from left to right."""
        return self._of(pattern).finditer(text)

    def _of(self, pattern: Pattern) -> re.Pattern[str]:
        compiled = self._compiled.get(pattern.name)
        if compiled is None:
            compiled = self._compiled[pattern.name] = pattern.compile(self.vocabulary)
        return compiled


_MOST_KNOWN = 8
_known: dict[int, tuple[Vocabulary, Forms]] = {}


def forms_of(vocabulary: Vocabulary) -> Forms:
    """The patterns for a vocabulary; the same ones for the same words, because compiling them takes longer than use.

    The same object is known without being compared: comparing all its words costs more than most matches.
    """
    known = _known.get(id(vocabulary))
    if known is None or known[0] is not vocabulary:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        known = _known[id(vocabulary)] = vocabulary, _make_forms(vocabulary)
    return known[1]


@lru_cache(maxsize=_MOST_KNOWN)
def _make_forms(vocabulary: Vocabulary) -> Forms:
    return Forms(vocabulary)


def _alternatives(words: Vocabulary, found: re.Match[str]) -> str:
    """Any word of the list that a pattern names, as a group. Errors: ``AttributeError`` for a list there is not."""
    chosen: tuple[str, ...] = getattr(words, found["list"])
    between = r"\s*" if found["spaced"] else ""
    return f"(?:{'|'.join(between.join(map(re.escape, word)) for word in chosen) or _NOTHING})"
