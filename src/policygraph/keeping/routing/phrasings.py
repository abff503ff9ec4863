"""The ways in which the named questions are asked, collected and read: ``#+ asked``, and the wordings of the codebook.

They are read twice: first to learn which of their words ask, then as they are compared. Deliberately absent: the
comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from policygraph.judging.asking import NAMED, Features, Kind, Phrasing, Piece, Preset, cut_pairs
from policygraph.keeping.routing.heard import NONE
from policygraph.keeping.routing.reader import Reader, name_mechanism, told_words, write_pieces
from policygraph.keeping.search.entries import read_query
from policygraph.keeping.store import NamedQuery, Store
from policygraph.keeping.store.questions import MARK
from policygraph.text.folding import fold

_CODED = ("answers", "question")
"""The named question that the codebook is asked by, and its parameter."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to put a named question, as it is written in the file; ``label`` is the codebook's question."""

    query: str
    words: str
    preset: Preset = ()
    label: str = ""


def collect_wordings(queries: Mapping[str, NamedQuery], store: Store) -> tuple[Wording, ...]:
    """Every way to put a question: those of the files, and those of the codebook, each with its preset value."""
    asked = [Wording(query.name, words) for query in queries.values() for words in query.asked]
    coded = [
        Wording(_CODED[0], str(form), ((_CODED[1], str(notation)),), str(label))
        for _, notation, label, form in store.select(read_query("codebook-words"))
    ]
    return (*asked, *coded)


def find_words(wordings: Iterable[Wording], reader: Reader) -> tuple[str, ...]:
    """What the phrasings say: the words of theirs that are no name and in no measure's title ask (``Reader.learn``).

    English words of the codebook are its words alone: they are too common to ask with.
    """
    found: dict[str, None] = {}
    for wording in wordings:
        for part in MARK.split(wording.words)[::2]:
            for piece in reader.cut(part, fold(part, "name")):
                text = piece.text.strip()
                if (
                    _is_word(text) and (piece.means("topic") or not piece.meanings)
                    and text not in reader.measures.titles and not (wording.preset and text.isascii())
                ):  # fmt: skip
                    found[text] = None
    return tuple(found)


def read_phrasings(wordings: Iterable[Wording], reader: Reader) -> Iterator[Phrasing]:
    """Phrasings as they are compared; one of the codebook may be asked of all places, and of how they differ."""
    places = reader.lexicon.with_role("places")
    wider = (frozenset[str](), places, places | reader.lexicon.with_role("compared"))
    seen: set[tuple[str, Features, Preset]] = set()
    for wording in wordings:
        features = read_phrasing(wording.words, reader)
        if not wording.preset:
            features = replace(features, words=frozenset())
        for cues in wider if wording.preset else wider[:1]:
            each = replace(features, cues=features.cues | cues)
            if (wording.query, each, wording.preset) not in seen:
                seen.add((wording.query, each, wording.preset))
                yield Phrasing(wording.query, each, wording.preset)


def read_phrasing(words: str, reader: Reader) -> Features:
    """A phrasing as it is compared: what its marks stand for is a kind, and its words are read like a question."""
    marks: tuple[Kind, ...] = tuple(MARK.findall(words))
    pieces: list[Piece] = []
    said = plain = ""
    for at, part in enumerate(MARK.split(words)):
        if at % 2:
            said += NAMED[marks[at // 2]]
            plain += NAMED[marks[at // 2]]
        else:
            inside = reader.cut(part, fold(part, "name"))
            pieces.extend(inside)
            said += write_pieces(inside)
            plain += write_pieces(inside, typed=True)
    cues = frozenset(m.value for piece in pieces for m in piece.means("cue"))
    cues |= name_mechanism(pieces, cues)
    return Features(cues, frozenset(marks), words=told_words(pieces), wording=cut_pairs(said), said=said, plain=plain)


def pair_words(phrasings: Iterable[Phrasing], heard: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Every two characters side by side in any way to ask anything, or that people were heard to say."""
    asked = (pair for phrasing in phrasings for pair in phrasing.features.wording)
    said = (words for query, ways in heard.items() if query != NONE for one in ways for words in MARK.split(one)[::2])
    return frozenset((*asked, *(pair for words in said for pair in cut_pairs(fold(words, "name").text))))


def _is_word(words: str) -> bool:
    """Whether a stretch is a word that can be learned: more than one character."""
    return sum(character.isalnum() for character in words) > 1
