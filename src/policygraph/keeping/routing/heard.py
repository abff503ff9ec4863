"""The ways in which people were heard to ask, and what they asked that nobody can answer here: ``queries/heard.toml``.

A phrasing of ``#+ asked`` is compared by itself, so it must be plain. People also ask in a roundabout way, and what
they say then is only counted: it tells by its runs of characters which named question is meant. Deliberately absent:
the counting.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from policygraph.errors import DataError
from policygraph.keeping.store.questions import FOLDER, MARK, MARKS

NONE = "none"
"""What stands for a named question where there is none: a question that is not answered here."""
HEARD = FOLDER / "heard.toml"


def load_heard(known: Collection[str], path: Path = HEARD) -> Mapping[str, tuple[str, ...]]:
    """What people were heard to ask, for each named question that is ``known``, and for ``NONE``.

    Errors: ``DataError`` for a named question that is not there, and for a mark that stands for nothing.
    """
    found: dict[str, tuple[str, ...]] = {}
    for query, said in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if query not in known and query != NONE:
            raise DataError(f"queries/{path.name}", f"没有查询 {query!r}", "组名是查询的名字，或者 none")
        for words in said:
            if wrong := [mark for mark in MARK.findall(words) if mark not in MARKS]:
                raise DataError(
                    f"queries/{path.name}", f"标记 <{wrong[0]}> 不认识：{words}", f"可用 {'、'.join(MARKS)}"
                )
        found[query] = tuple(said)
    return found
