"""The original of a source text, and the way back to it: where each stretch of ``source.txt`` stands there.

``source.map`` is JSON, one place a line, so that a diff shows what another extraction does. It names the original and
the text with their hashes: a map of other files than those beside it is refused. What lies between two places was
written by the extraction (line breaks, the tags of tables).

A place is told in words of one form (``paragraph 3``, ``table 1 row 2 cell 3``, ``page 2 line 7``, ``line 12``), the
same in each language; whoever shows one says it in the reader's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policygraph.errors import DataError
from policygraph.keeping.sources import SourceFile
from policygraph.reading.intake.extractions import Aside, Place

MAP = "source.map"
ORIGINAL = "original"
"""What the original is called, whatever it was called where it came from, before its own extension."""


@dataclass(frozen=True, slots=True)
class SourceMap:
    """The way from a text back to its original: names and hashes of both, the places, and what was set aside."""

    form: str
    original: str
    original_sha256: str
    source_sha256: str
    places: tuple[Place, ...]
    asides: tuple[Aside, ...]


def map_source(file: SourceFile, original: str) -> SourceMap:
    """The map of a file as it was read; the lines of a text are its places."""
    digest = hashlib.sha256(file.text.encode()).hexdigest()
    extraction = file.extraction
    form = extraction.form if extraction else "text"
    if extraction is None:
        places = tuple(_list_lines(file.text))
    else:
        # an object that was spelt out has no lines of its own: it stands in the file, and that is all there is to say
        places = extraction.places or (Place(0, len(file.text), "file"),)
    return SourceMap(form, original, file.sha256, digest, places, extraction.asides if extraction else ())


def _list_lines(text: str) -> Iterator[Place]:
    start = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if line:
            yield Place(start, start + len(line), f"line {number}")
        start += len(line) + 1


def render_map(one: SourceMap) -> bytes:
    """The text of ``source.map``."""
    head = {
        "form": one.form,
        "original": {"file": one.original, "sha256": one.original_sha256},
        "source": {"sha256": one.source_sha256},
        "asides": [[aside.code, aside.message, aside.words] for aside in one.asides],
    }
    opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    places = ",\n".join(
        "  " + json.dumps([place.start, place.end, place.where], ensure_ascii=False) for place in one.places
    )
    return f'{opening},\n "places": [\n{places}\n ]\n}}\n'.encode()


def read_map(folder: Path, source_sha256: str) -> SourceMap | None:
    """The map of a document, held against the text and, where it is there, the original; None when there is none.

    Errors: ``DataError`` for a map that is broken, or of another text or original than those beside it.
    """
    path = folder / MAP
    if not path.is_file():
        return None
    remedy = "请重新 policygraph add，或删去 source.map"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        found = SourceMap(
            str(raw["form"]),
            str(raw["original"]["file"]),
            str(raw["original"]["sha256"]),
            str(raw["source"]["sha256"]),
            tuple(Place(int(start), int(end), str(where)) for start, end, where in raw["places"]),
            tuple(Aside(str(code), str(message), str(words)) for code, message, words in raw["asides"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError(str(path), f"不是 policygraph 写出的对照（{error}）", remedy) from error
    if found.source_sha256 != source_sha256:
        raise DataError(str(path), "不是 source.txt 的对照：校验值不同，文字改过了", remedy)
    original = folder / Path(found.original).name
    if original.is_file() and hashlib.sha256(original.read_bytes()).hexdigest() != found.original_sha256:
        raise DataError(
            str(original), "不是读出 source.txt 的那份原件：校验值不同", "请放回原来的文件，或重新 policygraph add"
        )
    return found
