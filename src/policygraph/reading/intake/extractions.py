"""What intake makes of a file that is no plain text: the text, the way back to the original, and what was set aside."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


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


def locate(places: Sequence[Place], start: int, end: int) -> str:
    """Where ``[start, end)`` of the text stands in the original: the first place and, where it is another, the last.

    Empty when the extraction wrote it itself (a line break, the tag of a table).

    >>> lines = (Place(0, 3, "line 1"), Place(3, 7, "line 2"), Place(8, 9, "line 3"))
    >>> locate(lines, 1, 2), locate(lines, 2, 9), locate(lines, 7, 8)
    ('line 1', 'line 1 – line 3', '')
    """
    first = bisect_right(places, start, key=lambda place: place.end)
    met = places[first : bisect_left(places, end, key=lambda place: place.start)]
    return " – ".join(dict.fromkeys(place.where for place in (*met[:1], *met[-1:])))


def read_extraction(said: dict[str, Any]) -> Extraction:  # Any: JSON
    """An extraction from what the reading process says.

    >>> from dataclasses import asdict
    >>> one = Extraction("docx", "甲", (Place(0, 1, "paragraph 1"),), (Aside("header", "页眉", "乙"),))
    >>> read_extraction(asdict(one)) == one
    True
    """
    return Extraction(
        str(said["form"]),
        str(said["text"]),
        tuple(Place(int(place["start"]), int(place["end"]), str(place["where"])) for place in said["places"]),
        tuple(Aside(str(aside["code"]), str(aside["message"]), str(aside["words"])) for aside in said["asides"]),
    )
