"""What a Router counts, kept beside the dataset that it was counted from, so that a single question need not count.

Reading thousands of ways to ask costs more than answering. What comes of it follows from the dataset, the files of
ways to ask and the program, so it is kept under the digest of these: what was counted from anything else, or was
changed since, is not used, and where the folder cannot be written it is counted anew each time. The words of the
texts are kept as they are compared, too. Deliberately absent: names, which the dataset holds.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from policygraph.errors import StorageError
from policygraph.judging import asking
from policygraph.judging.asking import Evidence, Features, Kind, Phrasing, cut_pairs
from policygraph.keeping.routing.heard import HEARD
from policygraph.keeping.store import NamedQuery, Store
from policygraph.keeping.writing import write_file

TABLE = "ways-to-ask"
"""A file beside a dataset: a line with two digests (what it was counted from, what follows), then JSON."""
_PROGRAM = (Path(__file__).parent, Path(asking.__file__).parent, Path(__file__).parents[1] / "search",
            Path(__file__).parents[2] / "text")  # fmt: skip
"""The folders whose modules have a part in what is counted."""
_KINDS = frozenset(get_args(Kind))


@dataclass(frozen=True, slots=True)
class Table:
    """The words that ask, the phrasings as they are compared, what is counted (Chinese or not), and the pairs known.

    ``whole`` and ``latin`` are the words of the texts.
    """

    learned: tuple[str, ...]
    phrasings: tuple[Phrasing, ...]
    evidence: Mapping[bool, Evidence]
    pairs: frozenset[str]
    whole: str
    latin: frozenset[str]


def digest_sources(store: Store, queries: Mapping[str, NamedQuery], *, heard: bool = True) -> str:
    """The digest of everything that a table follows from: dataset, files of ways to ask, program.

    Without ``heard`` it is that of what reading a question follows from: what people were heard to say has no part.
    """
    digest = hashlib.sha256(str(store.dataset).encode())
    for name, query in sorted(queries.items()):
        digest.update("\0".join((name, query.text)).encode())
    for path in (*((HEARD,) if heard else ()), *sorted(path for folder in _PROGRAM for path in folder.rglob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def load_table(folder: Path, sources: str) -> Table | None:
    """The table kept in a folder; None where there is none, or it follows from something else, or was changed."""
    try:
        head, _, body = (folder / TABLE).read_bytes().partition(b"\n")
    except OSError:
        return None
    if head.decode(errors="replace").split() != [sources, hashlib.sha256(body).hexdigest()]:
        return None
    return _read(json.loads(body))


def save_table(folder: Path, sources: str, table: Table) -> None:
    """Keep a table in a folder; nothing is kept where the folder cannot be written."""
    body = json.dumps(_write(table), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    head = f"{sources} {hashlib.sha256(body).hexdigest()}\n".encode()
    with suppress(StorageError):
        write_file(folder / TABLE, head + body)


def _write(table: Table) -> dict[str, Any]:  # Any: JSON
    return {
        "learned": table.learned,
        "phrasings": [
            (one.query, one.preset, one.literal, sorted(one.features.cues), sorted(one.features.slots),
             sorted(one.features.words), one.features.said, one.features.plain)
            for one in table.phrasings
        ],
        "evidence": {
            "zh" if chinese else "en": (evidence.counts, evidence.phrasings)
            for chinese, evidence in table.evidence.items()
        },
        "pairs": sorted(table.pairs),
        "whole": table.whole,
        "latin": sorted(table.latin),
    }  # fmt: skip


def _read(raw: dict[str, Any]) -> Table:  # Any: JSON that this module wrote
    phrasings = tuple(
        Phrasing(
            query,
            Features(frozenset(cues), frozenset(slots) & _KINDS, words=frozenset(words), wording=cut_pairs(said),
                     said=said, plain=plain),
            tuple((name, value) for name, value in preset),
            literal,
        )
        for query, preset, literal, cues, slots, words, said, plain in raw["phrasings"]
    )  # fmt: skip
    evidence = {}
    for tag, (counts, asked) in raw["evidence"].items():
        whole = Counter[str]()
        for own in counts.values():
            whole.update(own)
        evidence[tag == "zh"] = Evidence(counts, asked, whole)
    pairs, latin = frozenset(raw["pairs"]), frozenset(raw["latin"])
    return Table(tuple(raw["learned"]), phrasings, evidence, pairs, raw["whole"], latin)
