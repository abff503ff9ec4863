"""What intake makes of a file that is no plain text: the text, the way back to the original, and what was set aside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where the characters ``[start, end)`` of the text stand in the original: ``paragraph 3``, ``page 2 line 7``."""

    start: int
    end: int
    where: str


@dataclass(frozen=True, slots=True)
class Aside:
    """Something of the original that is no part of its text: a kind, what people are told, and its words."""

    code: str
    message: str
    words: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """The text of a file; ``places`` run in the order of the text and do not overlap."""

    form: str
    text: str
    places: tuple[Place, ...]
    asides: tuple[Aside, ...]
