"""Route a question in a person's words to a named question with its values, or ask back, or refuse: without a model.

What can be asked, in which words, comes from files: the phrasings (``#+ asked``) of ``queries/*.rq``, the words of
asking in ``ontology/concepts/question-words.ttl``, and the names, numbers, concepts and clauses of the dataset that
answers. ``judging.asking`` compares; here the words are collected and the things meant are found. Whoever answers
many questions of one dataset keeps a ``Router``; ``route`` is for one.

A wrong answer to a question of law is worse than a question back, so a question that is nearly as near to two named
questions comes back with both, and what the dataset knows nothing of is refused. Deliberately absent: a model, the
clock, and the names of enterprises (they are in registers, which no dataset holds).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from policygraph.judging.answers import Answer
from policygraph.judging.asking import (
    WORTH,
    Features,
    Kind,
    Meaning,
    Phrasing,
    Piece,
    Scope,
    Score,
    choose,
    part_phrasings,
    rate,
    read_pieces,
    weigh_cues,
)
from policygraph.keeping.search.entries import read_query
from policygraph.keeping.search.spoken import Name, Spoken
from policygraph.keeping.store import NamedQuery, Store
from policygraph.keeping.store.naming import fold as fold_name
from policygraph.keeping.store.questions import MARK
from policygraph.namespaces import ID
from policygraph.text.dates import find_periods
from policygraph.text.folding import Folded, fold
from policygraph.text.likeness import drops_characters
from policygraph.text.locators import find_places, write_place
from policygraph.text.numbers import NATION, DocumentNumber, find_numbers, normalise_number, parse_number

MOST_ASKED = 200
"""The longest question, in characters: a longer one is a text, and no question."""
MOST_OFFERED = 3
"""How many named questions are offered when asking back."""

Preset = tuple[tuple[str, str], ...]
"""Values that a phrasing asks with, whatever the question names."""
State = Literal["answer", "ask-back", "refusal"]
Reason = Literal["", "unclear", "missing", "ambiguous", "unheard", "out-of-scope", "no-words", "too-long"]

_POINT, _FROM, _PARTICLE, _ELSEWHERE, _LAW = "asks-point", "asks-from", "asks-particle", "asks-elsewhere", "asks-law"
_WHEN, _AND, _OWN, _UNIT = "asks-when", "asks-and", "asks-own", "asks-unit"
_SILENT = ("asks-asks", _FROM, _POINT, _PARTICLE, _LAW, _WHEN, _AND, _OWN, _UNIT)
_FORM = "asks-form"
_USCC = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])")
_LATIN = re.compile("[A-Za-z]{2,}")
_DIGITS = re.compile("[0-9]+")
_SHINGLE = 4
"""How many characters at the end of a word are looked up before the texts are read for it."""
_LEAST_NAME = 3
"""The shortest name of a work or body that is believed in a question: 财政 alone may be part of another word."""
_LEAST_TITLE = 4
"""The shortest run of a measure's title that is taken whole, even where it holds words of asking (发布广告)."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A piece of the question as it was understood: its words as typed, the kind of thing, its value and name."""

    words: str
    kind: Kind
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A named question that may be meant: its name, a question that is it, and the values that it would be asked with.

    ``missing`` are parameters that it needs and the question does not give.
    """

    query: str
    summary_zh: str
    summary_en: str
    parameters: Mapping[str, str]
    tells: str
    likeness: float
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Routed:
    """What became of a question.

    ``answer``: ``query`` with ``parameters`` answers it, and of its rows those whose columns hold one of the values
    of ``narrow`` are about what was asked (``candidates`` holds it alone). ``ask-back``: one of ``candidates`` may be
    meant (``unclear``), a value is ``missing``, a name fits several things (``ambiguous``), or a word that may matter
    is known to nobody (``unheard``). ``refusal``: it is no question that is answered here. ``about`` are the words or
    values concerned.
    """

    question: str
    state: State
    reason: Reason = ""
    query: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    narrow: Mapping[str, frozenset[str]] = field(default_factory=dict)
    understood: tuple[Understood, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    about: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The same as plain values, for JSON."""
        return {
            "question": self.question,
            "state": self.state,
            "reason": self.reason,
            "query": self.query,
            "parameters": dict(self.parameters),
            "narrow": {column: sorted(values) for column, values in sorted(self.narrow.items())},
            "understood": [
                {"words": one.words, "kind": one.kind, "value": one.value, "label": one.label}
                for one in self.understood
            ],
            "candidates": [
                {
                    "query": one.query, "summary": one.summary_zh, "summary_en": one.summary_en,
                    "tells": one.tells, "parameters": dict(one.parameters), "missing": list(one.missing),
                }
                for one in self.candidates
            ],
            "about": list(self.about),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Measure:
    iri: str
    document: str
    title: str
    text: str
    areas: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Read:
    """A question read one way: its pieces, and what they name."""

    pieces: tuple[Piece, ...]
    documents: frozenset[str]
    places: tuple[str, ...]
    measures: frozenset[str]
    features: Features
    lost: tuple[str, ...] = ()
    """Places that are named and have no document."""


def route(question: str, store: Store, today: str) -> Routed:
    """What a question asks for, in the named questions of a store; ``today`` is the day of checking, in ISO form."""
    return Router(store).route(question, today)


def narrow_answer(answer: Answer, narrow: Mapping[str, frozenset[str]]) -> Answer:
    """The rows of an answer that are about what was asked; all of them where a column is not there.

    >>> answer = Answer(("measure", "title"), (("m/1", "甲"), ("m/2", "乙")))
    >>> narrow_answer(answer, {"measure": frozenset({"m/2"})}).rows
    (('m/2', '乙'),)
    """
    at = {answer.columns.index(name): values for name, values in narrow.items() if name in answer.columns}
    return replace(answer, rows=tuple(row for row in answer.rows if all(row[i] in held for i, held in at.items())))


class Router:
    """The words of a dataset and of its named questions, collected once; safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.queries = {query.name: query for query in store.list_queries() if query.asked}
        self._scopes = {name: _scope(query) for name, query in self.queries.items()}
        self._homes: dict[str, frozenset[str]] = {}
        self._serials: dict[str, str] = {}
        self._forms: set[str] = set()
        self._particles: set[str] = set()
        self._named = self._collect()
        self._spoken = self._collect_spoken()
        self._measures = self._read_measures()
        self._titles = "\n".join(measure.title for measure in self._measures)
        told = [str(text) for (text,) in store.select(read_query("all-words"))]
        self._texts = "\n".join(fold(text, "name").text for text in told if not text.isascii())
        self._latin = frozenset(word.casefold() for text in told for word in _LATIN.findall(text))
        self._shingles = frozenset(
            self._texts[at : at + size] for size in (2, _SHINGLE) for at in range(len(self._texts) - size + 1)
        )
        self._held: dict[str, bool] = {}
        self._longest = max(map(len, self._named), default=0)
        self._told: dict[Preset, str] = {}
        phrasings: list[tuple[str, str, Preset]] = [
            (query.name, words, ()) for query in self.queries.values() for words in query.asked
        ]
        phrasings += self._read_codebook()
        self._learn(phrasings)
        self._phrasings = part_phrasings(tuple(self._read_phrasings(phrasings)))
        self._weights = weigh_cues(self._phrasings)
        self._held.clear()

    def route(self, question: str, today: str) -> Routed:
        """What a question asks for; never raises for what somebody types.

        ``today`` is the day that ``as_of`` is where the question names none, in ISO form.
        """
        if len(question) > MOST_ASKED:
            return Routed(question, "refusal", "too-long", about=(str(MOST_ASKED),))
        if not fold(question, "words").text:
            return Routed(question, "refusal", "no-words")
        best: dict[tuple[str, Preset], tuple[Score, _Read]] = {}
        for read in self._read(question):
            for score in rate(read.features, self._phrasings, self._scopes, self._weights, _IN_PASSING):
                key = (score.query, score.phrasing.preset)
                if key not in best or _better(score, read, *best[key]):
                    best[key] = (score, read)
        ranked = sorted(best.values(), key=lambda pair: (-pair[0].rank, pair[0].query, pair[0].phrasing.preset))
        chosen = choose([score for score, _ in ranked])
        read = next((each for score, each in ranked if score is chosen), ranked[0][1])
        told = Routed(question, "refusal", understood=_tell(question, read, self.store))
        unheard = (*(piece.text for piece in read.pieces if not piece.meanings and _counts(piece.text)), *read.lost)
        offered = tuple(
            self._candidate(score, each, today) for score, each in ranked[:MOST_OFFERED] if score.likeness >= WORTH
        )
        if not offered:
            return replace(told, reason="out-of-scope", about=unheard)
        # what the question is about, but no measure, where the phrasing needs one
        vague = (
            chosen is not None
            and "measure" in chosen.phrasing.features.slots
            and not read.measures
            and read.features.topics > 0
        )
        # beside a document, a law or a unit of ours one short unknown word is most often said in passing
        anchored = bool(read.features.slots & _ANCHORS) and not read.lost and sum(map(len, unheard)) <= _SHORT
        if (
            chosen is None
            or (unheard and not anchored)
            or vague
            or self._ignores(read, chosen)
            or not self._says(read, chosen)
        ):
            return replace(told, state="ask-back", reason="unheard" if unheard else "unclear", candidates=offered,
                           about=unheard)  # fmt: skip
        query = self.queries[chosen.query]
        values, narrow, unclear = self._fill(query, read, today, chosen.phrasing.preset)
        offered = (self._candidate(chosen, read, today),)
        missing = tuple(p.name for p in query.parameters if p.required and p.name not in values)
        if query.name in _OF_BODIES and not missing and not self.store.ask(query.name, values).rows:
            return replace(told, state="ask-back", reason="unclear", candidates=offered)
        if unclear:
            return replace(told, state="ask-back", reason="ambiguous", query=query.name, parameters=values,
                           candidates=offered, about=unclear)  # fmt: skip
        if missing:
            return replace(told, state="ask-back", reason="missing", query=query.name, parameters=values,
                           candidates=offered, about=missing)  # fmt: skip
        return replace(told, state="answer", query=query.name, parameters=values, narrow=narrow, candidates=offered)

    def _ignores(self, read: _Read, chosen: Score) -> bool:
        """Whether a question names a mechanism or procedure that is no measure's and that no column holds."""
        if chosen.phrasing.preset:
            return False
        kept = tuple(f"/{c.name}-" for c in self.queries[chosen.query].columns if c.name in _NARROWED)
        return any(
            not (piece.means("cue") or self._asks(piece.text) or self._holding(piece, read.documents))
            and not any(mark in m.value for mark in kept for m in piece.means("concept"))
            for piece in read.pieces if piece.means("concept")
        )  # fmt: skip

    def _asks(self, words: str) -> bool:
        """Whether words hold a word of asking: 守信联合激励."""
        return any(
            meaning.kind == "cue"
            for start in range(len(words)) for end in range(start + 2, len(words) + 1)
            for meaning in self._named.get(words[start:end], ())
        )  # fmt: skip

    def _says(self, read: _Read, chosen: Score) -> bool:
        """Whether a question says what it is about: more than how it asks, one bare word, or a word that points."""
        features, scope = read.features, self._scopes[chosen.query]
        carried = features.cues - self._forms
        shown = read.measures and "measure" in scope.takes | scope.shows
        named = features.slots - {"date", "since"}
        pointing = any(m.value.endswith(_POINT) for piece in read.pieces for m in piece.means("asking"))
        if pointing and not named and not features.topics and len(carried) < 2:
            return False
        silent = [m.value for piece in read.pieces for m in piece.means("asking")]
        own = any(value.endswith(_OWN) for value in silent) and bool(features.cues & _IN_PASSING)
        if "entity" not in features.slots and (own or any(value.endswith(_UNIT) for value in silent)):
            # whether one enterprise may depends on its facts
            return False
        if not named and not features.topics and chosen.wording < 1 and sum(len(p.text) for p in read.pieces) < _BRIEF:
            return False
        said = [piece for piece in read.pieces if len(piece.text) > 1 or not piece.means("asking")]
        if (
            chosen.wording < 1
            and len([piece for piece in said if _counts(piece.text)]) == 1
            and (named or max((len(self._asked_by[cue]) for cue in features.cues), default=0) >= _COMMON)
        ):
            return False
        joined = any(m.value.endswith(_AND) for piece in read.pieces for m in piece.means("asking"))
        if joined and len(features.cues) > 1 and chosen.wording < 1 and all(
            piece.means("cue") or any(m.value.endswith(_AND) for m in piece.means("asking")) for piece in read.pieces
        ):  # fmt: skip
            # 名单和依据: two things, and nothing said of either
            return False
        combined = len(features.cues) > 1 and named and not features.topics
        held = chosen.phrasing.features.words
        return bool(carried or combined or held or features.slots & _TELLING or (shown and features.cues))

    @cached_property
    def _asked_by(self) -> Mapping[str, frozenset[str]]:
        """The named questions that are asked with each word of asking."""
        found: dict[str, set[str]] = defaultdict(set)
        for phrasing in self._phrasings:
            for cue in phrasing.features.cues:
                found[cue].add(phrasing.query)
        return defaultdict(frozenset, {cue: frozenset(queries) for cue, queries in found.items()})

    def _candidate(self, score: Score, read: _Read, today: str) -> Candidate:
        query = self.queries[score.query]
        preset = score.phrasing.preset
        values, _, _ = self._fill(query, read, today, preset)
        missing = tuple(p.name for p in query.parameters if p.required and p.name not in values)
        tells = self._told.get(preset, "") or _example(query)
        return Candidate(query.name, query.summary_zh, query.summary_en, values, tells, score.likeness, missing)

    # --- reading ---

    def _read(self, question: str) -> Iterator[_Read]:
        """The ways to read a question: as it stands, and with every run of a measure's title taken whole."""
        folded = fold(question, "name")
        placed = tuple(self._place(question, folded))
        yield self._understand(self._pieces(question, folded, placed))
        titled = tuple(self._title_runs(folded.text))
        if titled:
            # a title is believed at any price: its words of asking are not the question's
            yield self._understand(self._pieces(question, folded, (*placed, *titled), titled))

    def _pieces(
        self, question: str, folded: Folded, placed: Sequence[Piece], taken: Sequence[Piece] = ()
    ) -> tuple[Piece, ...]:
        """A folded question as pieces; nothing but ``taken`` stands where one of those does."""

        def cut(start: int, end: int) -> bool:
            if any(start < piece.end and piece.start < end for piece in taken):
                return False
            at = folded.span(start, end)
            return not (_joined(question, at.start) or _joined(question, at.end))

        return read_pieces(folded.text, self._named, placed, self._holds, cut, self._longest)

    def _holds(self, words: str) -> bool:
        """Whether the documents use some words; a particle begins and ends none."""
        found = self._held.get(words)
        if found is None:
            # a word is tried after its beginning was found: most that are in no text are told by how they end
            end = words[-2:] if len(words) < _SHINGLE else words[-_SHINGLE:]
            whole = words[0] not in self._particles and words[-1] not in self._particles
            found = self._held[words] = whole and end in self._shingles and words in self._texts
        return found

    def _title_runs(self, text: str) -> Iterator[Piece]:
        """The longest runs of measure titles in a question, from left to right, that hold more than words of asking."""
        at = 0
        while at < len(text):
            end = at + _LEAST_TITLE
            if len(text) < end or not text[at:end].isalnum() or text[at:end] not in self._titles:
                at += 1
                continue
            while end < len(text) and text[end].isalnum() and text[at : end + 1] in self._titles:
                end += 1
            run = text[at:end]
            if run not in self._named:
                yield Piece(run, at, end, (Meaning("topic", run),))
            at = end

    def _place(self, question: str, folded: Folded) -> Iterator[Piece]:
        """What grammars find in a question: days and periods, document numbers, places in a law, codes of units."""
        starts = {start: at for at, start in reversed(list(enumerate(folded.starts)))}
        ends = {end: at + 1 for at, end in enumerate(folded.ends)}

        def piece(start: int, end: int, *meanings: Meaning) -> Iterator[Piece]:
            while start < end and start not in starts:
                start += 1
            while start < end and end not in ends:
                end -= 1
            if start < end:
                yield Piece(folded.text[starts[start] : ends[end]], starts[start], ends[end], meanings)

        for match in _USCC.finditer(question):
            if any(c.isdigit() for c in match[0]):
                yield from piece(*match.span(), Meaning("entity", match[0].upper(), match[0].upper()))
        for match in _LATIN.finditer(question):
            word = match[0].casefold()
            if word in self._latin:
                yield from piece(*match.span(), Meaning("topic", word))
            elif word not in self._named and (meanings := self._stems.get(self._stem(word))):
                yield from piece(*match.span(), *meanings)
        for period in find_periods(question):
            written = period.last if period.first == period.last else f"{period.first}/{period.last}"
            yield from piece(period.start, period.end, Meaning("date", written, question[period.start : period.end]))
        for match in _DIGITS.finditer(question):
            yield from piece(*match.span(), Meaning("asking", match[0]))
        for number in find_numbers(question):
            for start in range(number.start, number.code_end + 1):
                wanted = normalise_number(question[start : number.end])
                if wanted and (held := self._named.get(fold_name(wanted))):
                    yield from piece(start, number.end, *held)
        for name in self._spoken.find_numbers(question):
            yield from piece(name.start, name.end, *self._mean(name))
        laws = frozenset(form for form, meanings in self._named.items() if any(m.kind == "work" for m in meanings))
        text, spoken = folded.text, self._spoken
        found: dict[tuple[int, int], tuple[Meaning, ...]] = {}
        for name in (
            *spoken.find_departments(text), *self._carrying.find_departments(text),
            *spoken.find_works(text), *spoken.find_articles(text, laws),
        ):  # fmt: skip
            known = self._named.get(text[name.start : name.end], ())
            bodies = {m.value for m in known if m.kind == "department"}
            if not known or (bodies and not bodies & self._carriers):
                before = found.get((name.start, name.end), known)
                found[name.start, name.end] = tuple(dict.fromkeys((*before, *self._mean(name))))
        for (start, end), meanings in found.items():
            yield Piece(text[start:end], start, end, meanings)
        at = 0
        while at < len(question):
            places = find_places(question, at)
            if (places and question[at] in "第（(") or (
                places and (places[0].place.has("article") or len(places[0].place.steps) > 1)
            ):
                for one in places:
                    written = write_place(one.place)
                    yield from piece(one.start, one.end, Meaning("locator", written, written))
                at = places[-1].end
            else:
                at += 1

    @cached_property
    def _stems(self) -> Mapping[str, tuple[Meaning, ...]]:
        """What English words mean by their stems (cancelling, cancelled): words of asking before words of the texts."""
        found = {self._stem(word): (Meaning("topic", word),) for word in sorted(self._latin)}
        return found | {
            self._stem(form): meanings for form, meanings in self._named.items()
            if _LATIN.fullmatch(form) and any(meaning.kind in ("cue", "concept", "asking") for meaning in meanings)
        }  # fmt: skip

    @cached_property
    def _stem(self) -> Callable[[str], str]:
        """The stem of an English word; its library is loaded only for a question in English."""
        from nltk.stem.snowball import SnowballStemmer

        stem: Callable[[str], str] = SnowballStemmer("english").stem
        return stem

    def _mean(self, name: Name) -> tuple[Meaning, ...]:
        """What a name as people say it may mean."""
        if name.place is not None:
            written = write_place(name.place)
            return (Meaning("locator", written, written),)
        return tuple(self._things[iri] for iri in name.iris)

    def _understand(self, pieces: Sequence[Piece]) -> _Read:
        regions = [m for piece in pieces for m in piece.means("place")]
        named = [{m.value for m in piece.means("document")} for piece in pieces if piece.means("document")]
        near = frozenset(one for region in regions for one in self._homes.get(region.value, frozenset()))
        documents = frozenset(one for group in named for one in (group & near or group))
        documents = documents or self._name_documents(near, regions, pieces)
        titles = [self._document_titles[one] for one in documents]
        of_kind = [piece.start for piece in pieces if piece.text in self._spoken.kinds]
        naming = {
            piece for piece in pieces
            if not named and len(titles) == 1 and piece.end in of_kind and piece.text in titles[0]
        }  # fmt: skip
        measures = self._find_measures(pieces, documents)
        if measures and not named:
            within = frozenset(m.document for m in self._measures if m.iri in measures)
            documents = (documents & within) or documents
        cues = frozenset(m.value for piece in pieces if piece not in naming for m in piece.means("cue"))
        slots: set[Kind] = {
            kind
            for piece in pieces
            for kind in ("work", "department", "locator", "entity", "date")
            if piece.means(kind) and not (kind == "department" and piece.means("cue"))
        }
        if documents:
            slots.add("document")
        if measures:
            slots.add("measure")
        said = {cue.rpartition("/")[2] for cue in cues}
        if "date" in slots and (said & _SINCE or (said & _AMENDED and "work" not in slots)):
            slots.add("since")
        cues |= _name_mechanism(pieces, cues)
        topics = sum(
            bool(
                piece.means("topic")
                or (piece.means("concept") and not piece.means("cue") and not self._asks(piece.text))
            )
            for piece in pieces
        )
        unknown = sum(_counts(piece.text) for piece in pieces if not piece.meanings)
        lost = tuple(dict.fromkeys(self._find_lost(pieces, documents)))
        features = Features(cues, frozenset(slots), topics, unknown + len(lost), _told_words(pieces), _wording(pieces))
        return _Read(tuple(pieces), documents, tuple(r.value for r in regions), measures, features, lost)

    def _find_lost(self, pieces: Sequence[Piece], documents: frozenset[str]) -> Iterator[str]:
        """What a question names and is not here: places without a document, unknown laws, days that nobody can tell."""
        placed = [m.value for piece in pieces for m in piece.means("place")]
        housed = bool(documents) or any(self._homes.get(region) for region in placed)
        for before, piece in zip((None, *pieces), pieces, strict=False):
            elsewhere = any(_ELSEWHERE in m.value for m in piece.means("place"))
            # 山东省沂源县 is 沂源, and 山东省 alone has no document
            told = any(m.value.endswith(_WHEN) for m in piece.means("asking"))
            if elsewhere or told or (piece.means("place") and not housed):
                yield piece.text
            if (
                before is not None and any(m.value.endswith(_LAW) for m in piece.means("asking"))
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
            one for one, title in self._document_titles.items()
            if (not near or one in near) and any(p.text in title for p in pieces if p.text in self._spoken.kinds)
        )  # fmt: skip
        found = self._distinguish(of_kind or near, pieces)
        return found if near or (len(found) == 1 and found != of_kind) else frozenset()

    def _distinguish(self, documents: frozenset[str], pieces: Sequence[Piece]) -> frozenset[str]:
        """Of documents those whose titles hold words of the question that the others' do not, as typed or as meant."""
        apart = []
        for piece in pieces:
            if piece.means("asking") or piece.means("place"):
                continue
            words = {piece.text, *(meaning.label for meaning in piece.means("cue") if meaning.label)}
            holding = frozenset(one for one in documents if any(word in self._document_titles[one] for word in words))
            if holding and holding != documents:
                apart.append(holding)
        return frozenset.intersection(*apart) or documents if apart else documents

    @cached_property
    def _document_titles(self) -> Mapping[str, str]:
        return {one.iri: fold(one.label, "name").text for one in self.store.list_named("document")}

    def _find_measures(self, pieces: Sequence[Piece], documents: frozenset[str]) -> frozenset[str]:
        """The measures that the words of a question are about; empty when no words of it are a measure's."""
        named = frozenset(m.value for piece in pieces for m in piece.means("measure"))
        if not any(piece.means("work") for piece in pieces):
            # a place in a document, and in no law, is the number of a measure: 5号文二（九）
            places = {fold_name(m.value) for piece in pieces for m in piece.means("locator")}
            named |= frozenset(self._numbered[one, place] for one in documents for place in places
                               if (one, place) in self._numbered)  # fmt: skip
        if named:
            return named
        groups = [found for piece in pieces if (found := self._holding(piece, documents))]
        if not groups or (len(groups) > 1 and not any(self._heads(piece) for piece in pieces)):
            # 食品 and 处罚 stand somewhere in the words of one measure, which is about neither
            return frozenset()
        both = frozenset.intersection(*groups)
        return both or min(groups, key=len)

    def _heads(self, piece: Piece) -> bool:
        """Whether a word stands in the title of a measure, or is a field."""
        return bool(piece.means("concept") or (piece.means("topic") and piece.text in self._titles))

    def _holding(self, piece: Piece, documents: frozenset[str]) -> frozenset[str]:
        """The measures that a word is about: by their field or title, else by a field that is part of the word."""
        areas = {m.value for m in piece.means("concept")}
        if not (areas or piece.means("topic")):
            return frozenset()
        within = [one for one in self._measures if not documents or one.document in documents]
        found = frozenset(
            one.iri for one in within
            if piece.text in one.title or areas & one.areas or (piece.means("topic") and piece.text in one.text)
        )  # fmt: skip
        if found or not areas:
            return found
        # 政府采购限制 is about 政府采购
        parts = {m.value for form, meanings in self._named.items() if form in piece.text for m in meanings}
        return frozenset(one.iri for one in within if parts & one.areas)

    @cached_property
    def _numbered(self) -> Mapping[tuple[str, str], str]:
        """The measure of a document that has a number."""
        home = {one.iri: one.document for one in self._measures}
        return {
            (home[one.iri], fold_name(form.rpartition(" ")[2])): one.iri
            for one in self.store.list_named("measure")
            for form in one.forms
            if " " in form and one.iri in home
        }

    # --- filling ---

    def _fill(
        self, query: NamedQuery, read: _Read, today: str, preset: Preset = ()
    ) -> tuple[dict[str, str], dict[str, frozenset[str]], tuple[str, ...]]:
        """The values of a named question, the columns its rows are kept by, and names that fit several things."""
        values: dict[str, str] = dict(preset)
        narrow: dict[str, frozenset[str]] = {}
        unclear: list[str] = []
        types = {parameter.type: parameter for parameter in query.parameters}
        columns = {column.name for column in query.columns}
        needed = {parameter.type for parameter in query.parameters if parameter.required}

        def put(kind: str, found: frozenset[str], *, several: bool) -> None:
            if len(found) == 1 and kind in types:
                values[types[kind].name] = self._short(kind, next(iter(found)))
            elif found and kind in columns - needed and (several or len(found) == 1):
                narrow[kind] = found
            elif found and kind in types:
                unclear.extend(sorted(self._short(kind, one) for one in found))

        if "entity" in types:
            entities = [m.value for piece in read.pieces for m in piece.means("entity")]
            if len(set(entities)) == 1:
                values[types["entity"].name] = entities[0]
        put("work", frozenset(m.value for piece in read.pieces for m in piece.means("work")), several=False)
        for piece in read.pieces:
            if piece.means("department"):
                put("department", self._departments(piece, read, "measure" in columns), several=False)
        if read.measures and "measure" in columns | types.keys():
            put("measure", read.measures, several=True)
        if read.documents and "measure" not in values:
            put("document", read.documents, several=True)
        locators = [m.value for piece in read.pieces for m in piece.means("locator")]
        if "locator" in types and "work" in values and locators:
            values[types["locator"].name] = locators[0]
        for column in columns & set(_NARROWED):
            slugs = {m.value for piece in read.pieces for m in piece.means("concept")}
            held = frozenset(one for one in slugs if f"/{column}-" in one)
            if held:
                # some questions answer with the concept, some with its code
                narrow[column] = held | {one.rpartition(f"/{column}-")[2] for one in held}
        self._put_days(query, read, today, values)
        if "document" not in columns | types.keys():
            narrow.pop("document", None)
        return values, narrow, tuple(unclear)

    def _put_days(self, query: NamedQuery, read: _Read, today: str, values: dict[str, str]) -> None:
        names = {parameter.name for parameter in query.parameters if parameter.type == "date"}
        found = sorted(m.value for piece in read.pieces for m in piece.means("date"))
        if "since" in names and found:
            values["since"] = _before(found[0], read)
            found = found[1:]
        if "as_of" in names:
            values["as_of"] = found[-1].rpartition("/")[2] if found else today

    def _departments(self, piece: Piece, read: _Read, of_measures: bool) -> frozenset[str]:
        """The bodies that a name may mean, those that carry measures where it is about them, of its places first."""
        found = frozenset(m.value for m in piece.means("department"))
        if of_measures:
            found = found & self._carriers or found
        else:
            called = frozenset(m.value for m in self._named.get(piece.text, ()) if m.kind == "department")
            found = called or found
        if len(found) > 1:
            places = {*read.places, *(r for r, docs in self._homes.items() if docs & read.documents)}
            near = frozenset(one for one in found if self._seats.get(one) in places)
            found = near or found
        return found

    @cached_property
    def _carrying(self) -> Spoken:
        """The names of the bodies that carry measures: 发改委 is one of them before it is the national one."""
        held = self._spoken.departments
        return replace(self._spoken, departments={one: held[one] for one in sorted(self._carriers & held.keys())})

    @cached_property
    def _carriers(self) -> frozenset[str]:
        """The bodies that carry a measure by name."""
        told = self.store.ask("departments-of-measures", {})
        return frozenset(str(row[told.columns.index("department")]) for row in told.rows)

    @cached_property
    def _seats(self) -> Mapping[str, str]:
        return {str(body): str(region) for body, region in self.store.select(read_query("seats"))}

    def _short(self, kind: str, iri: str) -> str:
        """What a person would type for a thing: its slug."""
        return self._slugs.get(iri, iri)

    @cached_property
    def _slugs(self) -> Mapping[str, str]:
        return {
            one.iri: one.slug
            for kind in ("document", "measure", "work", "department")
            for one in self.store.list_named(kind)
        }

    # --- collecting ---

    def _collect(self) -> dict[str, tuple[Meaning, ...]]:
        found: dict[str, dict[tuple[str, str], Meaning]] = {}
        ways: set[str] = set()

        def add(form: str, meaning: Meaning, least: int = 1) -> None:
            key = fold(form, "name").text
            if len(key) >= least:
                found.setdefault(key, {}).setdefault((meaning.kind, meaning.value), meaning)

        for kind, iri, form, label, broader in self.store.select(read_query("question-words")):
            name = str(iri)
            if kind == "cue":
                if str(broader).endswith(_FORM):
                    self._forms.add(name)
                if name.endswith(_ELSEWHERE):
                    add(str(form), Meaning("place", f"{name}/{form}", str(form)), 2)
                    continue
                if name.endswith((_PARTICLE, _AND)):
                    self._particles.add(str(form))
                asking = name.endswith(_SILENT)
                add(str(form), Meaning("asking" if asking else "cue", name, str(label or "")))
                if len(str(form)) == 2 and not asking and "不" not in str(form) and not str(form).isascii():
                    # 符不符合 and 符合不符合 ask for 符合
                    for doubled in (f"{str(form)[0]}不{form}", f"{form}不{form}"):
                        add(doubled, Meaning("cue", name, str(label or "")))
            else:
                add(str(form), Meaning("place" if kind == "place" else "concept", name, str(label or "")), 2)
                if kind == "concept" and len(folded := fold(str(form), "name").text) >= 2:
                    ways.add(folded)
        for one in self.store.list_named("document"):
            for form in one.forms:
                add(form, Meaning("document", one.iri, one.label), _LEAST_NAME)
                if number := parse_number(form):
                    for ending in ("号", "号文", "号文件"):
                        add(number.serial + ending, Meaning("document", one.iri, one.label), 2)
            add(one.slug, Meaning("document", one.iri, one.label))
        for kind in ("work", "department"):
            for one in self.store.list_named(kind):
                for form in (one.label, *one.forms):
                    add(form, Meaning("work" if kind == "work" else "department", one.iri, one.label), _LEAST_NAME)
        for one in self.store.list_named("measure"):
            for form in one.forms:
                add(form, Meaning("measure", one.iri, one.label), 6)
        for kind, iri, english in self.store.select(read_query("english-names")):
            # Work Safety Law of the People's Republic of China is called Work Safety Law
            for short in {str(english), str(english).partition(" of the ")[0]}:
                if " " in short:
                    meaning: Kind = "work" if kind == "work" else "department" if kind == "department" else "document"
                    add(short, Meaning(meaning, str(iri), str(english)), _LEAST_NAME)
        regions: dict[str, set[str]] = {}
        for region, called, document in self.store.select(read_query("regions")):
            regions.setdefault(str(region), set()).add(str(called))
            if document is not None:
                self._homes[str(region)] = self._homes.get(str(region), frozenset()) | {str(document)}
        self._fronts = {region: tuple(sorted(called, key=len, reverse=True)) for region, called in regions.items()}
        for body in self.store.list_named("department"):
            # within its place a body is called without it: 佳木斯市财政局 is 市财政局 and 财政局
            names = regions.get(self._seats.get(body.iri, ""), set())
            ranks = {
                one.removeprefix(other) for one in names for other in names if one != other and one.startswith(other)
            }
            for form in (body.label, *body.forms):
                for prefix in (*names, *ranks):
                    if form.startswith(prefix):
                        add(form.removeprefix(prefix), Meaning("department", body.iri, body.label), _LEAST_NAME)
        named = {form: tuple(meanings.values()) for form, meanings in found.items()}
        for form in ways:
            # 信用修复程序 asks for 信用修复 and for 程序, which are words of asking
            inside = read_pieces(form, {**named, form: ()}, (), lambda _: False, lambda a, b: True)
            if not any(meaning.kind == "cue" for meaning in named[form]):
                named[form] += tuple(meaning for piece in inside for meaning in piece.means("cue"))
        return named

    def _collect_spoken(self) -> Spoken:
        """The names by which bodies and laws are called in short, and the meaning of each thing."""
        endings, kinds, functions = set[str](), set[str](), dict[str, list[str]]()
        for concept, family, form, *_ in self.store.select(read_query("terms")):
            match family:
                case "ending":
                    endings.add(str(form))
                case "kind" if not str(form).isascii():
                    kinds.add(str(form))
                case "function":
                    functions.setdefault(str(concept), []).append(str(form))
        numbers: dict[str, tuple[DocumentNumber, ...]] = {}
        names: dict[str, dict[str, tuple[str, ...]]] = {"work": {}, "department": {}}
        self._things: dict[str, Meaning] = {}
        things: tuple[Kind, ...] = ("document", "work", "department")
        for kind in things:
            for one in self.store.list_named(kind):
                self._things[one.iri] = Meaning(kind, one.iri, one.label)
                forms = tuple(dict.fromkeys((one.label, *one.forms)))
                if kind != "department":
                    numbers[one.iri] = tuple(number for form in forms if (number := parse_number(form)))
                if kind != "document":
                    fronts = (NATION, *self._fronts.get(self._seats.get(one.iri, ""), ()))
                    bare = (form.removeprefix(front) for form in forms if not form.isascii() for front in (*fronts, ""))
                    names[kind][one.iri] = tuple(dict.fromkeys(fold(form, "name").text for form in bare if form))
        for body, function in self.store.select(read_query("functions")):
            forms = tuple(functions.get(str(function), ()))
            for form in forms:
                # 妇联, where 妇女联合会 is a name of a body; 财政 alone is a word
                if str(body) in self._things and any(
                    form.endswith(ending) or (len(form) < len(other) and other.endswith(ending)
                                              and form[0] == other[0] and drops_characters(form, other))
                    for ending in endings for other in forms
                ):  # fmt: skip
                    key = fold(form, "name").text
                    self._named[key] = tuple(dict.fromkeys((*self._named.get(key, ()), self._things[str(body)])))
        return Spoken(numbers, names["department"], names["work"], frozenset(endings), frozenset(kinds))

    def _read_measures(self) -> tuple[_Measure, ...]:
        areas: dict[str, set[str]] = {}
        words: dict[str, tuple[str, str, str]] = {}
        for iri, document, title, quote, area in self.store.select(read_query("measure-words")):
            words[str(iri)] = (str(document), str(title or ""), str(quote or ""))
            if area is not None:
                areas.setdefault(str(iri), set()).add(str(area))
        return tuple(
            _Measure(iri, document, fold(title, "name").text, fold(quote, "name").text, frozenset(areas.get(iri, ())))
            for iri, (document, title, quote) in words.items()
        )

    def _read_codebook(self) -> Iterator[tuple[str, str, Preset]]:
        """The questions of the codebook in every wording they have: each is ``answers`` asked with that question."""
        for _, notation, label, form in self.store.select(read_query("codebook-words")):
            preset = ((_CODED[1], str(notation)),)
            self._told.setdefault(preset, str(label))
            yield _CODED[0], str(form), preset

    def _learn(self, phrasings: Iterable[tuple[str, str, Preset]]) -> None:
        """Know what the phrasings say: a word of theirs that is no name and in no measure's title asks, from now on.

        English words of the codebook are its words alone: they are too common to ask with.
        """
        found: dict[str, Meaning] = {}
        for _, words, preset in phrasings:
            for part in MARK.split(words)[::2]:
                for piece in self._pieces(part, fold(part, "name"), ()):
                    text = piece.text.strip()
                    if (
                        _is_word(text) and (piece.means("topic") or not piece.meanings)
                        and text not in self._titles and not (preset and text.isascii())
                    ):  # fmt: skip
                        found[text] = Meaning("cue", _SAID + text, text)
        for text, meaning in found.items():
            self._named[text] = (*self._named.get(text, ()), meaning)

    def _read_phrasings(self, phrasings: Iterable[tuple[str, str, Preset]]) -> Iterator[Phrasing]:
        """Phrasings as they are compared; one of the codebook may be asked of all places, and of how they differ."""
        seen: set[tuple[str, Features, Preset]] = set()
        for query, words, preset in phrasings:
            features = self._read_phrasing(words)
            if not preset:
                features = replace(features, words=frozenset())
            wider = (frozenset(), *((frozenset({_PLACES}), frozenset({_PLACES, _COMPARED})) if preset else ()))
            for cues in wider:
                each = replace(features, cues=features.cues | cues)
                if (query, each, preset) not in seen:
                    seen.add((query, each, preset))
                    yield Phrasing(query, each, preset)

    def _read_phrasing(self, words: str) -> Features:
        """A phrasing as it is compared: what its marks stand for is a kind, and its words are read like a question."""
        marks = MARK.findall(words)
        slots: set[Kind] = set(marks)
        pieces: list[Piece] = []
        for at, part in enumerate(MARK.split(words)):
            if at % 2:
                pieces.append(Piece(_NAMED, 0, 0))
            else:
                pieces.extend(self._pieces(part, fold(part, "name"), ()))
        cues = frozenset(m.value for piece in pieces for m in piece.means("cue"))
        cues |= _name_mechanism(pieces, cues)
        return Features(cues, frozenset(slots), words=_told_words(pieces), wording=_wording(pieces))


_CODED = ("answers", "question")
"""The named question that the codebook is asked by, and its parameter."""
_SAID = "said:"
_ANCHORS: frozenset[Kind] = frozenset({"document", "work", "entity"})
_SHORT = 2
"""The longest unknown word, in characters, that may be passed over beside a thing of the dataset."""
_BRIEF = 5
"""A question of fewer characters that names nothing says too little, unless it is a phrasing."""
_IN_PASSING = frozenset({str(ID["concept/asks-may"])})
_PLACES, _COMPARED = str(ID["concept/asks-places"]), str(ID["concept/asks-compared"])
_NAMED = "□"
"""What stands for a thing that is named, where only the wording counts."""
_OF_BODIES = ("measures-of-department",)
"""What is asked of a body alone: without an answer, something else was meant of it."""
_COMMON = 3
"""A word of asking that so many named questions have in common says nothing alone."""
_TELLING: frozenset[Kind] = frozenset({"department", "entity", "work"})
_SINCE, _AMENDED = frozenset({"asks-changed"}), frozenset({"asks-amend"})
_MECHANISM = "names:mechanism"
"""That a mechanism is named and nothing else is asked: whether there is one."""


_NARROWED = ("mechanism", "procedure")
"""The columns that hold a concept of the scheme of that name; rows are kept by those that a question names."""


def _told_words(pieces: Iterable[Piece]) -> frozenset[str]:
    """The words of the documents in a text that are no words of asking."""
    return frozenset(
        piece.text for piece in pieces if (piece.means("topic") or piece.means("concept")) and not piece.means("cue")
    )


def _wording(pieces: Iterable[Piece]) -> frozenset[str]:
    """Every two characters side by side, where what is named (or is a word of the documents) is one mark."""
    text = "".join(
        piece.text if piece.means("cue") or piece.means("asking") or not piece.meanings else _NAMED for piece in pieces
    )
    text = "".join(character for character in text if character.isalnum() or character == _NAMED)
    return frozenset(text[at : at + 2] for at in range(len(text) - 1)) - {_NAMED * 2}


def _name_mechanism(pieces: Iterable[Piece], cues: frozenset[str]) -> frozenset[str]:
    named = any("/mechanism-" in meaning.value for piece in pieces for meaning in piece.means("concept"))
    return frozenset({_MECHANISM}) if named and not cues else frozenset()


def _is_word(words: str) -> bool:
    """Whether a stretch is a word that can be learned: more than one character."""
    return sum(character.isalnum() for character in words) > 1


def _scope(query: NamedQuery) -> Scope:
    kinds: Mapping[str, Kind] = {
        "document": "document", "work": "work", "department": "department", "measure": "measure", "entity": "entity",
    }  # fmt: skip
    takes: set[Kind] = set()
    for parameter in query.parameters:
        takes.add("since" if parameter.name == "since" else "date" if parameter.type == "date" else parameter.type)  # type: ignore[arg-type]
    return Scope(frozenset(takes), frozenset(kinds[c.name] for c in query.columns if c.name in kinds))


def _better(score: Score, read: _Read, other: Score, than: _Read) -> bool:
    """Whether a way to read a question fits better: it is likelier or, where equal, about fewer measures."""
    if score.rank != other.rank:
        return score.rank > other.rank
    return 0 < len(read.measures) < (len(than.measures) or math.inf)


def _joined(text: str, at: int) -> bool:
    """Whether a Latin word or a number goes on across a position of the text as typed."""
    if not 0 < at < len(text):
        return False
    left, right = text[at - 1], text[at]
    return (_latin(left) and _latin(right)) or (left.isdigit() and right.isdigit())


def _example(query: NamedQuery) -> str:
    """A way to put a named question that leaves nothing open; empty when every one does."""
    return next((words for words in query.asked if not MARK.search(words)), "")


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _counts(words: str) -> bool:
    """Whether an unknown stretch may matter: not a sign, and not a single Latin letter."""
    return sum(1 if character.isascii() else 2 for character in words if character.isalnum()) > 1


def _before(written: str, read: _Read) -> str:
    """The day that a comparison begins with, itself not counted: the last of a period, or the one before it begins.

    今天和2020年比 compares with the end of 2020; 2020年以来 counts what happened in 2020 too.
    """
    first, _, last = written.rpartition("/")
    if first and any(meaning.value.endswith(_FROM) for piece in read.pieces for meaning in piece.means("asking")):
        return (date.fromisoformat(first) - timedelta(days=1)).isoformat()
    return last


def _tell(question: str, read: _Read, store: Store) -> tuple[Understood, ...]:
    folded = fold(question, "name")
    told = []
    for piece in read.pieces:
        at = folded.span(piece.start, piece.end)
        words = question[at.start : at.end]
        if not piece.meanings:
            if _counts(piece.text):
                told.append(Understood(words, "unknown", "", ""))
            continue
        for meaning in piece.meanings[:1] if not piece.means("cue") else piece.means("cue"):
            if meaning.kind != "asking":
                told.append(Understood(words, meaning.kind, meaning.value, meaning.label))
    return tuple(told)
