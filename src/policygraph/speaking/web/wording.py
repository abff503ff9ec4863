"""What the program says of a case, in the language of the page: its sentences are made in that of the documents.

The judging floor says each sentence once, in Chinese, from the templates of the word files (``words.say``) and from
what the editors wrote in conditions, measures and readings. A page in another language says the same sentence from
the other file: the template is found that the sentence was made from, and what fills its slots is told in turn. So
no decision has to know who reads it, and no page keeps sentences of its own. What has no other words stays as it is,
piece by piece, and the page marks it as Chinese. Deliberately absent: translation. Nothing is guessed at: a piece is
told by words that stand in a file, or not at all. The source's own words never come here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from policygraph.speaking.web.names import has_han
from policygraph.words import Language

ROOMS = ("deciding", "opinion", "checking", "watching", "simulating")
"""The rooms of the word files from which sentences of a case are made."""
_HAN = re.compile(r"[一-鿿〇]")
# {day};  a template of slots alone says nothing of what it is
_SLOT = re.compile(r"\{\w+\}")
_OWN_WORDS = 4
"""Chinese characters of its own that a template has at least, so that a sentence with a slot untold is taken for it."""
_DAY = r"\d{4}-\d\d-\d\d"
_TYPED = {"day": _DAY, "as_of": _DAY, "today": _DAY, "revised": _DAY, "published": _DAY, "year": r"\d{4}"}
"""What a slot of a name holds and nothing else does."""
_OPEN, _CLOSE = "（“《〔", "）”》〕"
_MOST_KEPT = 4096


@dataclass(frozen=True, slots=True)
class _Template:
    """A sentence with slots: what its Chinese looks like, and its words in the other language."""

    pattern: re.Pattern[str]
    words: str
    own: int
    """How many Chinese characters are its own."""
    inner: Mapping[str, _Template]
    """The slots that are filled with a phrase of a template of their own, or with nothing."""


class Wording:
    """Tells the sentences about a case in another language; nothing in it changes.

    >>> from policygraph.words import read_languages
    >>> languages = read_languages()
    >>> tell = Wording(languages["zh"], languages["en"], [("公开承诺", "a public commitment")]).tell
    >>> tell("认定止于 2026-01-10，其后未说明；公开承诺")
    'determined up to 2026-01-10; nothing is said of later; a public commitment'
    >>> tell("认定止于 第八条：2026-01-10，其后未说明")
    '认定止于 第八条：2026-01-10，其后未说明'
    >>> tell("没有人写过的话"), tell("2026-01-10")
    ('没有人写过的话', '2026-01-10')
    """

    def __init__(
        self,
        source: Language,
        language: Language,
        pairs: Iterable[tuple[str, str]] = (),
        name: Callable[[str], str] = str,
    ) -> None:
        self._words = language.words
        self._name = name
        self._known: dict[str, str] = {}
        self._templates: list[_Template] = []
        rooms = [(source.words[room], language.words[room]) for room in ROOMS]
        for ours, theirs in rooms:
            for key, words in ours.items():
                self._add(words, theirs[key], ours, theirs)
        for words, other in pairs:
            self._add(words, other, {}, {})
        # the more words of its own, the surer that a sentence was made from it
        self._templates.sort(key=lambda template: -template.own)
        self.tell = lru_cache(_MOST_KEPT)(self._tell)

    def _add(self, words: str, other: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> None:
        if "{" not in words:
            self._known.setdefault(words, other)
        elif not re.search(r"[\[|]", words) and _SLOT.sub("", words).strip():
            self._templates.append(_compile(words, other, ours, theirs))

    def _tell(self, text: str) -> str:
        """A sentence in the other language, as far as it has words there; the same text where it has none."""
        if not has_han(text):
            return text
        for way in (self._find, self._fill, self._split, self._enclose, self._fill_partly):
            if told := way(text):
                return told
        return text

    def _find(self, text: str) -> str:
        named = self._known.get(text) or self._name(text)
        return "" if named == text else named

    def _fill(self, text: str) -> str:
        """The sentence of the template that it was made from, where all that fills its slots is told too."""
        return next((told for _, told in self._match(text) if not has_han(told)), "")

    def _fill_partly(self, text: str) -> str:
        """The same where a slot holds what has no other words: the name of a body, words of a source."""
        return next((told for template, told in self._match(text) if template.own >= _OWN_WORDS), "")

    def _match(self, text: str) -> Iterator[tuple[_Template, str]]:
        for template in self._templates:
            found = template.pattern.fullmatch(text)
            # what fills a slot is no sentence and a half: 题注：2015年修订；自2016年起施行 is not in force on “题注：…”
            if found and not any(len(cut_outside(value, mark)) > 1 for value in found.groups("") for mark in "；。"):
                yield template, self._say(template, found)

    def _say(self, template: _Template, found: re.Match[str]) -> str:
        slots = {}
        for name, value in found.groupdict().items():
            inner = template.inner.get(name)
            if inner is None:
                slots[name] = self.tell(value)
            else:
                matched = inner.pattern.fullmatch(value) if value else None
                slots[name] = self._say(inner, matched) if matched else ""
        return template.words.format(**slots)

    def _split(self, text: str) -> str:
        """The parts of a sentence or of a list, each by itself; of a list all of them or none."""
        whole = text.removesuffix("。")
        first, *rest = cut_outside(whole, "。")
        if rest:
            last = rest.pop() + text[len(whole) :]
            sentences = (self.tell(part) for part in (*(f"{part}。" for part in (first, *rest)), last))
            return " ".join(begin_sentence(sentence) for sentence in sentences)
        if whole != text:
            told = self.tell(whole)
            return "" if told == whole else told + "."
        parts = self._gather(cut_outside(text, "；"))
        if len(parts) > 1:
            told_parts = [self.tell(part) for part in parts]
            return str(self._words["semicolon"]).join(told_parts) if told_parts != parts else ""
        parts = cut_outside(text, "、")
        if len(parts) == 1:
            return ""
        told_parts = [self.tell(part) for part in parts]
        return "" if any(map(has_han, told_parts)) else str(self._words["list_comma"]).join(told_parts)

    def _gather(self, parts: list[str]) -> list[str]:
        """The parts of a sentence, of which several are one where they are told together."""
        found = []
        while parts:
            together = range(len(parts), 1, -1)
            first = next((n for n in together if self._find("；".join(parts[:n]))), 1)
            found.append("；".join(parts[:first]))
            parts = parts[first:]
        return found

    def _enclose(self, text: str) -> str:
        """What stands before a bracket that closes the text, and what stands in it."""
        if not text.endswith("）"):
            return ""
        depth = 0
        for place in range(len(text) - 1, 0, -1):
            depth += {"）": 1, "（": -1}.get(text[place], 0)
            if not depth:
                head, inside = self.tell(text[:place]), self.tell(text[place + 1 : -1])
                return f"{head} ({inside})" if head != text[:place] else ""
        return ""


def begin_sentence(text: str) -> str:
    """A text with a capital at its beginning, as a sentence has one in a language with capitals.

    >>> begin_sentence("no date"), begin_sentence("不是日期")
    ('No date', '不是日期')
    """
    return text[:1].upper() + text[1:]


def cut_outside(text: str, mark: str) -> list[str]:
    """A text cut at a mark that stands in no bracket and no quotation.

    >>> cut_outside("甲（乙；丙）；丁", "；")
    ['甲（乙；丙）', '丁']
    """
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in _OPEN) - (letter in _CLOSE)
        if letter == mark and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _compile(words: str, other: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> _Template:
    """The template of a sentence; a slot right behind another one holds the phrase that the room has for it, or
    nothing, as the fields behind a table do.
    """
    pattern, own, inner, after_slot = "", 0, {}, False
    for literal, name, _, _ in Formatter().parse(words):
        pattern += re.escape(literal)
        own += len(_HAN.findall(literal))
        if name is None:
            continue
        key = next((key for key in ours if key.endswith(f"_{name}")), "") if after_slot and not literal else ""
        if key:
            inner[name] = _compile(ours[key], theirs[key], {}, {})
            part = re.sub(r"\?P<\w+>", "?:", inner[name].pattern.pattern)
            pattern += f"(?P<{name}>(?:{part})?)"
        else:
            slot = _TYPED.get(name, ".+?")
            pattern += f"(?P={name})" if f"(?P<{name}>" in pattern else f"(?P<{name}>{slot})"
        after_slot = True
    return _Template(re.compile(pattern), other, own, inner)
