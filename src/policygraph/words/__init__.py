"""The words that policygraph prints: one file a language, one home for every word.

A language is a file beside this one (``zh.toml``) and its code in ``languages.toml``; adding one touches no code. The
first language of the list is that of the documents: its pages stand at ``/`` and every file that leaves policygraph
is written in it; the pages of another stand below its code. All files have the same keys, save the headings of
columns: queries and register tables name their own in Chinese, so the Chinese file has only those they do not name.

Words are part of the program, as its code is, and no knowledge: what a document says, what a concept is called and
which conditions there are is read from the dataset. So the judging floor asks for the Chinese words here instead of
having them handed in through twenty signatures: they are the same for every register, policy and day. What is
deliberately absent: the causes and remedies of errors, which stand where an error is raised.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

Words = Mapping[str, Any]  # Any: words by key, and one level down the words of a room (codes, levels, checking …)


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the pages: how it is called and marked, where its pages stand, and its words."""

    code: str
    tag: str
    """The BCP 47 tag of its pages: ``zh-CN``."""
    name: str
    """What the language calls itself."""
    labels: tuple[str, ...]
    """In which languages of the graph its pages name things: the first that has a name."""
    prefix: str
    """What stands before every address of its pages; empty for the language of the documents."""
    words: Words

    @property
    def foreign(self) -> bool:
        """Whether it is another language than that of the documents, so that their words are marked on its pages."""
        return bool(self.prefix)

    def pick(self, **labels: object) -> str:
        """The label that a page in this language shows; empty when there is none.

        >>> english = read_languages()["en"]
        >>> english.pick(zh="限制", en="restriction"), english.pick(zh="限制", en=None)
        ('restriction', '限制')
        """
        return next((str(labels[code]) for code in self.labels if labels.get(code)), "")


def load_languages(folder: Traversable) -> Mapping[str, Language]:
    """The languages that a folder of words lists, by code, that of the documents first.

    Errors: ``OSError`` and ``KeyError`` for a file or a table that is not there; a test holds the files together.
    """
    found: dict[str, Language] = {}
    for code in _read(folder / "languages.toml")["languages"]:
        words = _read(folder / f"{code}.toml")
        told = words.pop("language")
        prefix = f"/{code}" if found else ""
        found[code] = Language(code, told["tag"], told["name"], tuple(told["labels"]), prefix, words)
    return found


@cache
def read_languages() -> Mapping[str, Language]:
    """The languages of the package, read once when first wanted."""
    return load_languages(files(__name__))


def source_language(languages: Mapping[str, Language] | None = None) -> Language:
    """The language of the documents, in which whatever leaves policygraph is written.

    >>> source_language().words["documents"]
    '文件'
    """
    return next(iter((languages or read_languages()).values()))


def say(room: str, key: str, **slots: object) -> str:
    """A sentence in the language of the documents, with its named slots filled. Errors: ``KeyError`` for none there.

    >>> say("deciding", "after_repeal", day="2024-01-01")
    '本文件已于 2024-01-01 废止'
    """
    words: Mapping[str, str] = source_language().words[room]
    return words[key].format(**slots)


def find_word(room: str, code: str, about: str = "") -> str:
    """The word for a code in the language of the documents; the code itself where there is none.

    ``about`` says what the code is about, where one code stands for several things.

    >>> find_word("codes", "amended"), find_word("codes", "amended", "status"), find_word("codes", "x")
    ('修改', '已修改', 'x')
    """
    words: Mapping[str, str] = source_language().words[room]
    return words.get(f"{about}.{code}") or words.get(code, code)


def _read(file: Traversable) -> dict[str, Any]:  # Any: what TOML may hold
    return tomllib.loads(file.read_text(encoding="utf-8"))
