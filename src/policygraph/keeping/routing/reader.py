"""A question read: its pieces, the documents, places and measures that it names, and what nobody knows of it.

A question is read as it stands and, where it holds the title of a measure, once more with the title taken whole: 限制
发布广告 asks nothing about publishing. Deliberately absent: which named question is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from policygraph.judging.asking import NAMED, Features, Kind, Meaning, Piece, cut_pairs, is_chinese, read_pieces
from policygraph.keeping.routing.lexicon import Lexicon
from policygraph.keeping.routing.measures import PASTED, Measures
from policygraph.keeping.routing.places import Places
from policygraph.keeping.routing.texts import Texts
from policygraph.text.folding import Folded, fold

_MECHANISM = "names:mechanism"
"""That a mechanism is named and nothing else is asked: whether there is one."""
_SAID = "said:"
_SLOTS: tuple[Kind, ...] = ("work", "department", "locator", "entity", "date")


@dataclass(frozen=True, slots=True)
class Read:
    """A question read one way: its pieces, and what they name."""

    pieces: tuple[Piece, ...]
    documents: frozenset[str]
    places: tuple[str, ...]
    measures: frozenset[str]
    features: Features
    lost: tuple[str, ...] = ()
    """What is named and is not here: places without a document, unknown laws, days that nobody can tell."""
    describing: frozenset[Piece] = frozenset()
    """The years that only say which document is meant: 2010年那个文件."""
    of_kind: frozenset[str] = frozenset()
    """The measures of the kinds that the question asks for (惩戒、激励); empty for none, and where all are of it."""


class Reader:
    """Reads questions, and phrasings like questions, by the words of a dataset."""

    def __init__(self, lexicon: Lexicon, texts: Texts, measures: Measures) -> None:
        self.lexicon = lexicon
        self.measures = measures
        self._texts = texts
        self._places = Places(lexicon, texts)

    def learn(self, words: Iterable[str]) -> None:
        """Ask with some words from now on, whatever they meant before."""
        self.lexicon.learn({word: Meaning("cue", _SAID + word, word) for word in words})

    def read(self, question: str) -> Iterator[Read]:
        """The ways to read a question: as it stands, and with every run of a measure's title taken whole.

        A whole title that was pasted into it is the name of a measure, and there is one way to read it.
        """
        folded = fold(question, "name")
        placed = tuple(self._places.find(question, folded))
        if pasted := tuple(self.measures.find_pasted(folded.text)):
            yield self._understand(self.cut(question, folded, (*placed, *pasted), pasted))
            return
        yield self._understand(self.cut(question, folded, placed))
        titled = tuple(self.measures.title_runs(folded.text))
        if titled:
            # a title is believed at any price: its words of asking are not the question's
            yield self._understand(self.cut(question, folded, (*placed, *titled), titled))

    def cut(
        self, question: str, folded: Folded, placed: Sequence[Piece] = (), taken: Sequence[Piece] = ()
    ) -> tuple[Piece, ...]:
        """A folded text as pieces; nothing but ``taken`` stands where one of those does."""

        joined = frozenset(at for at in range(len(question)) if _joined(question, at))

        def allowed(start: int, end: int) -> bool:
            if any(start < piece.end and piece.start < end for piece in taken):
                return False
            at = folded.span(start, end)
            return at.start not in joined and at.end not in joined

        lexicon, cut = self.lexicon, allowed if joined or taken else _anywhere
        return read_pieces(folded.text, lexicon.named, placed, self._texts.holds, cut, lexicon.openings)

    def has_asking(self, words: str) -> bool:
        """Whether words hold a word of asking: 守信联合激励."""
        return any(
            meaning.kind == "cue"
            for start in range(len(words)) for end in range(start + 2, len(words) + 1)
            for meaning in self.lexicon.named.get(words[start:end], ())
        )  # fmt: skip

    def _understand(self, pieces: Sequence[Piece]) -> Read:
        regions = [m for piece in pieces for m in piece.means("place")]
        named = [{m.value for m in piece.means("document")} for piece in pieces if piece.means("document")]
        near = frozenset(one for region in regions for one in self.lexicon.homes.get(region.value, frozenset()))
        documents = frozenset(one for group in named for one in (group & near or group))
        documents = documents or self._name_documents(near, regions, pieces)
        naming = frozenset[Piece]() if named else self._naming(pieces, documents)
        measures = self.measures.find(pieces, documents)
        if measures and not named:
            within = frozenset(m.document for m in self.measures.all if m.iri in measures)
            documents = (documents & within) or documents
        cues = frozenset(m.value for piece in pieces if piece not in naming for m in piece.means("cue"))
        slots = self._slots(pieces, cues)
        if documents:
            slots.add("document")
        if measures:
            slots.add("measure")
        topics = sum(
            bool(
                piece.means("topic")
                or (piece.means("concept") and not piece.means("cue") and not self.has_asking(piece.text))
            )
            for piece in pieces
        )
        unknown = sum(counts(piece.text) for piece in pieces if not piece.meanings)
        lost = tuple(dict.fromkeys(self._find_lost(pieces, documents)))
        said, plain = write_pieces(pieces), write_pieces(pieces, typed=True)
        features = Features(
            cues | name_mechanism(pieces, cues), frozenset(slots), topics, unknown + len(lost),
            told_words(pieces), cut_pairs(said), said, plain,
        )  # fmt: skip
        return Read(tuple(pieces), documents, tuple(r.value for r in regions), measures, features, lost,
                    frozenset(self._describing(pieces, documents)), self.measures.of_kind(cues, documents))  # fmt: skip

    def _describing(self, pieces: Sequence[Piece], documents: frozenset[str]) -> Iterator[Piece]:
        """A year in which the one document named was issued, and that leads to a word that points or to its kind."""
        leading = self.lexicon.with_role("points") | self.lexicon.with_role("particle")
        years = [self.lexicon.document_years.get(one, frozenset()) for one in documents]
        for at, piece in enumerate(pieces):
            dated = [m.value.partition("/") for m in piece.means("date")]
            if len(years) != 1 or not any(last and first[:4] in years[0] for first, _, last in dated):
                continue
            behind = (one for one in pieces[at + 1 :] if not (one.means("place") or one.means("document")))
            after = next(behind, None)
            if after is not None and (
                after.text in self.lexicon.spoken.kinds or any(m.value in leading for m in after.means("asking"))
            ):
                yield piece

    def _slots(self, pieces: Sequence[Piece], cues: frozenset[str]) -> set[Kind]:
        """The kinds of thing that a question names; a day from which changes are asked is ``since``."""
        slots: set[Kind] = {
            kind for piece in pieces for kind in _SLOTS
            if piece.means(kind) and not (kind == "department" and piece.means("cue"))
        }  # fmt: skip
        since, amends = self.lexicon.with_role("since"), self.lexicon.with_role("amends")
        if "date" in slots and (cues & since or (cues & amends and "work" not in slots)):
            slots.add("since")
        return slots

    def _naming(self, pieces: Sequence[Piece], documents: frozenset[str]) -> frozenset[Piece]:
        """The words of asking that only name the document: 惩戒 in 惩戒备忘录."""
        titles = [self.lexicon.document_titles[one] for one in documents]
        of_kind = [piece.start for piece in pieces if piece.text in self.lexicon.spoken.kinds]
        return frozenset(
            piece for piece in pieces if len(titles) == 1 and piece.end in of_kind and piece.text in titles[0]
        )

    def _find_lost(self, pieces: Sequence[Piece], documents: frozenset[str]) -> Iterator[str]:
        """What a question names and is not here: places without a document, unknown laws, days that nobody can tell."""
        lexicon = self.lexicon
        placed = [m.value for piece in pieces for m in piece.means("place")]
        housed = bool(documents) or any(lexicon.homes.get(region) for region in placed)
        for before, piece in zip((None, *pieces), pieces, strict=False):
            elsewhere = any(lexicon.plays(m, "elsewhere") for m in piece.means("place"))
            # 山东省沂源县 is 沂源, and 山东省 alone has no document
            told = any(lexicon.plays(m, "untold") for m in piece.means("asking"))
            if elsewhere or told or (piece.means("place") and not housed):
                yield piece.text
            # document 99 and 99号文, where no document has that number
            if before is not None and before.text.isascii() and before.text in lexicon.endings and piece.text.isdigit():
                yield f"{before.text} {piece.text}"
            if before is not None and before.text.isdigit() and piece.text in lexicon.endings:
                yield before.text + piece.text
            # the tax bureau, where no body is called so
            is_body = any(lexicon.plays(m, "body") for m in piece.means("asking"))
            named = before is not None and before.text.isascii() and (not before.meanings or before.means("topic"))
            if before is not None and is_body and named:
                yield f"{before.text} {piece.text}"
            # 我国、废法 names no law: that takes two characters before 法
            if (
                before is not None and before.text[-2:].isalnum() and len(before.text) > 1
                and any(lexicon.plays(m, "law") for m in piece.means("asking"))
                and (not before.meanings or before.means("topic") or before.means("concept"))
            ):  # fmt: skip
                yield before.text + piece.text

    def _name_documents(
        self, near: frozenset[str], regions: Sequence[Meaning], pieces: Sequence[Piece]
    ) -> frozenset[str]:
        """The documents of the places of a question, or the one that it names by its kind (惩戒备忘录)."""
        if len({region.value for region in regions}) > 1:
            return near
        of_kind = frozenset(
            one for one, title in self.lexicon.document_titles.items()
            if (not near or one in near) and any(p.text in title for p in pieces if p.text in self.lexicon.spoken.kinds)
        )  # fmt: skip
        found = self._distinguish(of_kind or near, pieces)
        return found if near or (len(found) == 1 and found != of_kind) else frozenset()

    def _distinguish(self, documents: frozenset[str], pieces: Sequence[Piece]) -> frozenset[str]:
        """Of documents those whose titles hold words of the question that the others' do not, as typed or as meant."""
        titles = self.lexicon.document_titles
        apart = []
        for piece in pieces:
            if piece.means("asking") or piece.means("place"):
                continue
            words = {piece.text, *(meaning.label for meaning in piece.means("cue") if meaning.label)}
            holding = frozenset(one for one in documents if any(word in titles[one] for word in words))
            if holding and holding != documents:
                apart.append(holding)
        return frozenset.intersection(*apart) or documents if apart else documents


def told_words(pieces: Iterable[Piece]) -> frozenset[str]:
    """The words of the documents in a text that are no words of asking."""
    return frozenset(
        piece.text for piece in pieces if (piece.means("topic") or piece.means("concept")) and not piece.means("cue")
    )


def write_pieces(pieces: Iterable[Piece], *, typed: bool = False) -> str:
    """A text as it is said: what is named, or is a word of the documents, is one mark of its kind.

    ``typed``: words of the documents, and titles of measures, stand as they are typed.
    """
    written = ""
    for piece in pieces:
        kinds = {meaning.kind for meaning in piece.meanings}
        mark = next((NAMED[kind] for kind in NAMED if kind in kinds and not (typed and kind == "measure")), "")
        mark = PASTED if piece.text == PASTED else mark
        if "cue" in kinds or "asking" in kinds or not kinds or (typed and not mark):
            words = "".join(character for character in piece.text if character.isalnum())
            written += f" {words} " if words.isascii() and words.isalpha() else words
            continue
        mark = mark or NAMED["measure"]
        written += "" if written.endswith(mark) else mark
    return written if written.isascii() or not is_chinese(written) else written.replace(" ", "")


def name_mechanism(pieces: Iterable[Piece], cues: frozenset[str]) -> frozenset[str]:
    """That a question names a mechanism and asks nothing else."""
    named = any("/mechanism-" in meaning.value for piece in pieces for meaning in piece.means("concept"))
    return frozenset({_MECHANISM}) if named and not cues else frozenset()


def counts(words: str) -> bool:
    """Whether an unknown stretch may matter: not a sign, and not a single Latin letter."""
    return sum(1 if character.isascii() else 2 for character in words if character.isalnum()) > 1


def _anywhere(start: int, end: int) -> bool:
    """Whether a piece may begin and end in a text in which no Latin word and no number stands: anywhere."""
    return True


def _joined(text: str, at: int) -> bool:
    """Whether a Latin word or a number goes on across a position of the text as typed."""
    if not 0 < at < len(text):
        return False
    left, right = text[at - 1], text[at]
    return (_latin(left) and _latin(right)) or (left.isdigit() and right.isdigit())


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
