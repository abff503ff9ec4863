"""The way of a question: read, compared with every phrasing, and answered, asked back or refused.

Deliberately absent: the clock, and the answer itself.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from policygraph.judging.asking import (
    AGREEING,
    BESIDE,
    DENIED,
    GOOD,
    OUTSPOKEN,
    SAME,
    SURE,
    SURE_ENGLISH,
    UNASKED,
    WORTH,
    Evidence,
    Features,
    Heard,
    Kind,
    Phrasing,
    Piece,
    Preset,
    Scope,
    Score,
    choose,
    count_misplaced,
    cut_pairs,
    hear,
    is_chinese,
    part_phrasings,
    rate,
    weigh_cues,
)
from policygraph.keeping.routing.heard import NONE, load_heard
from policygraph.keeping.routing.homophones import Homophones
from policygraph.keeping.routing.lexicon import Lexicon, Role
from policygraph.keeping.routing.measures import Measures
from policygraph.keeping.routing.outcomes import Candidate, Reason, Routed, Understood
from policygraph.keeping.routing.phrasings import (
    Wording,
    collect_wordings,
    find_words,
    pair_words,
    read_phrasing,
    read_phrasings,
)
from policygraph.keeping.routing.reader import Read, Reader, counts
from policygraph.keeping.routing.table import Table, digest_sources, load_table, save_table
from policygraph.keeping.routing.texts import LATIN, Texts
from policygraph.keeping.routing.values import NARROWED, Filling
from policygraph.keeping.search.traditional import simplify
from policygraph.keeping.store import NamedQuery, Store
from policygraph.keeping.store.questions import MARK
from policygraph.text.folding import fold

MOST_ASKED = 200
"""The longest question, in characters: a longer one is a text, and no question."""
MOST_OFFERED = 3
"""How many named questions are offered when asking back."""
_ANCHORS: frozenset[Kind] = frozenset({"document", "work", "entity"})
_HOLDING: frozenset[Kind] = frozenset({"document", "work", "measure", "entity"})
"""What a place may be in, or be the number of."""
_SHORT = 2
"""The longest unknown word, in characters, that may be passed over beside a thing of the dataset."""
_BRIEF = 5
"""A question of fewer characters that names nothing says too little, unless it is a phrasing."""
_LONG = 3
"""The shortest unknown stretch, in characters, that says of what world a thing is."""
_COMMAS = ("，", ",")
_HEADLESS = 10
"""A question of as many characters may leave out what its 的 belongs to."""
_TOLD = 15
"""A question of as many characters says by itself what it is about: what it points at, it has named before."""
_PARTS = re.compile("[，。？！；：,;?!]+")
"""What parts of a question stand apart by."""
_SENTENCES = re.compile("[。？！；：;?!]+")
"""What sentences end with."""
_KEPT: frozenset[Kind] = frozenset({"document", "work", "department", "entity", "locator", "place", "date"})
"""What an answer is kept to: the part that asks must name all of it that the whole names."""
_OF_BODIES = ("measures-of-department",)
"""What is asked of a body alone: without an answer, something else was meant of it."""
_COMMON = 3
"""A word of asking that so many named questions have in common says nothing alone."""
_SPELT: frozenset[Kind] = frozenset({"asking", "cue", "concept", "department", "work", "place"})
"""What is known though it is typed with a character of the same sound."""
_TELLING: frozenset[Kind] = frozenset({"department", "entity", "work"})
"""What may be asked of a thing with nothing but its name and a word of asking."""


_counted: dict[str, Table] = {}
_read: dict[str, dict[str, Features]] = {}
_MOST_COUNTED = 2


def _hold(sources: str, table: Table) -> None:
    """Keep what was counted of these sources for the next router of this process, and of those before only the last.

    Counting takes seconds: a service that takes over a dataset in which no word has changed need not do it again.
    """
    _counted[sources] = table
    for other in list(_counted)[:-_MOST_COUNTED]:
        _counted.pop(other, None)


def _hold_read(sources: str) -> dict[str, Features]:
    """What was read of ways to ask by these sources, for the next router of this process that is given its own.

    Reading takes most of the time of counting, and whoever leaves some ways out, or adds some, has most in common.
    """
    kept = _read.setdefault(sources, {})
    for other in list(_read)[:-1]:
        _read.pop(other, None)
    return kept


class Router:
    """The words of a dataset and of its named questions, collected once; safe to share between threads.

    ``heard`` is what people were heard to ask; that of ``queries/heard.toml`` where none is given, and then what is
    counted of it may be kept in the folder ``beside`` the dataset.
    """

    def __init__(
        self, store: Store, heard: Mapping[str, tuple[str, ...]] | None = None, beside: Path | None = None
    ) -> None:
        self.store = store
        self.queries = {query.name: query for query in store.list_queries() if query.asked}
        self.lexicon = Lexicon(store)
        self._scopes = {name: _scope(query) for name, query in self.queries.items()}
        folder = beside if heard is None else None
        sources = digest_sources(store, self.queries) if heard is None else ""
        # a service writes nothing beside a dataset, and reads what a command has counted of the very same
        near = folder or (store.folder if heard is None and store.dataset == store.base else None)
        kept = load_table(near, sources) if near else None
        table = kept or _counted.get(sources)
        particles = self.lexicon.particles
        self._texts = Texts(table.whole, table.latin, particles) if table else Texts.read(store, particles)
        self._reader = Reader(self.lexicon, self._texts, Measures(store, self.lexicon))
        wordings = collect_wordings(self.queries, store)
        self._told = {wording.preset: wording.label for wording in reversed(wordings) if wording.preset}
        english = ((wording.preset, wording.words) for wording in reversed(wordings) if wording.words.isascii())
        self._told_en = {preset: words for preset, words in english if preset}
        if table is None:
            known = {} if heard is None else _hold_read(digest_sources(store, self.queries, heard=False))
            table = self._count(wordings, load_heard(self.queries) if heard is None else heard, known)
        else:
            self._reader.learn(table.learned)
        if heard is None:
            _hold(sources, table)
        if folder and kept is None:
            save_table(folder, sources, table)
        self._phrasings, self._evidence, self._pairs = table.phrasings, table.evidence, table.pairs
        self._weights = weigh_cues(self._phrasings)

    def route(self, question: str, today: str) -> Routed:
        """What a question asks for; never raises for what somebody types.

        ``today`` is the day that ``as_of`` is where the question names none, in ISO form.
        """
        if len(question) > MOST_ASKED:
            return Routed(question, "refusal", "too-long", about=(str(MOST_ASKED),))
        if not fold(question, "words").text:
            return Routed(question, "refusal", "no-words")
        told = self._route_whole(question, today)
        if (spelt := self._respell(question)) != question:
            meant = self._route_whole(spelt, today)
            if told.state == "answer" and meant.query != told.query:
                # two answers as it is spelt: neither is sure
                return replace(told, state="ask-back", reason="unclear", query=None, parameters={}, narrow={},
                               candidates=(*meant.candidates, *told.candidates)[:MOST_OFFERED])  # fmt: skip
            if meant.state == "answer":
                # what was typed stands beside what it was taken for
                typed = _tell(question, next(self._reader.read(simplify(spelt))))
                return replace(meant, question=question, understood=typed)
        return (told.reason == "unheard" and self._route_part(told, today)) or told

    def _respell(self, question: str) -> str:
        """A question with what nobody knows, and what sounds like a word that is known here, as that word."""
        simple = simplify(question)
        if len(simple) != len(question):
            return question
        folded = fold(simple, "name")
        spans = (
            folded.span(piece.start, piece.end) for piece in next(self._reader.read(simple)).pieces
            if len(piece.text) > 1 and any(meaning.kind != "topic" for meaning in piece.meanings)
        )  # fmt: skip
        kept = tuple((span.start, span.end) for span in spans)
        return self._homophones.respell(simple, kept, self._is_known)

    def _is_known(self, words: str) -> bool:
        """Whether some words are named, stand in the texts, or are two that people were heard to say side by side."""
        folded = fold(words, "name").text
        return folded in self.lexicon.named or self._texts.holds(words) or folded in self._pairs

    @cached_property
    def _homophones(self) -> Homophones:
        return Homophones(
            form for form, meanings in self.lexicon.named.items()
            if not form.isascii() and any(meaning.kind in _SPELT for meaning in meanings)
        )  # fmt: skip

    def _route_part(self, whole: Routed, today: str) -> Routed | None:
        """The answer to the last part of a question, where those before only tell the circumstances in strange words.

        It must be among what the whole may mean, and no other part may be answered by anything else. A document or
        place that another part names is said before it; any other thing that the answer would have to be kept to
        stands against it.
        """
        parts = [part for part in _PARTS.split(whole.question) if len(part) >= _BRIEF]
        while len(parts) > 1 and self._is_formula(parts[-1]):
            parts.pop()
        routed = [self._route_whole(part, today) for part in parts]
        likely = {one.query for one in whole.candidates}
        answered = {one.query for one in routed if one.state == "answer"}
        if len(parts) < 2 or routed[-1].state != "answer" or len(answered) > 1 or not answered <= likely:
            return None
        read = next(self._reader.read(simplify(whole.question)))
        # 信用卡逾期上了银行征信，怎么把记录消掉 is said of what is not here, and so is its last part
        if not self._is_told(read, whole.question, parts[-1]) or self._hear(read).query == NONE:
            return None
        known = {(one.kind, one.value) for one in routed[-1].understood}
        beside = [one for one in whole.understood if one.kind in _KEPT and (one.kind, one.value) not in known]
        if any(one.kind not in ("document", "place") for one in beside):
            return None
        asked = self._route_whole("，".join((*(one.words for one in beside), parts[-1])), today)
        if asked.query not in answered:
            return None
        return replace(asked, question=whole.question, understood=whole.understood)

    def _is_formula(self, part: str) -> bool:
        """Whether a part only says how something is asked: 请答复可还是不可."""
        read = next(self._reader.read(simplify(part)))
        silent = not (read.features.slots or read.features.topics or any(self._find_unheard(read)))
        return silent and read.features.cues <= self.lexicon.with_role("form")

    def _is_told(self, read: Read, question: str, part: str) -> bool:
        """Whether nothing that is not here stands in a question; times that nobody can tell may, beside a part of now.

        What happened last year is a circumstance where it is asked whether something may be done today.
        """
        sentence = next(one for one in reversed(_SENTENCES.split(question)) if part in one)
        now = any(mark in sentence for mark in self.lexicon.marks["now"])
        named = self.lexicon.named
        return all(
            now and any(self.lexicon.plays(meaning, "untold") for meaning in named.get(words, ()))
            for words in read.lost
        )

    def _route_whole(self, question: str, today: str) -> Routed:
        """What a question asks for, every word of it taken together."""
        reads = tuple(self._reader.read(simplify(question)))
        ranked = [(score, each) for score, each in self._rank(reads) if self._holds(each, score.query)]
        said = self._hear(reads[0])
        chosen, read = self._choose(ranked, said, reads[0])
        told = Routed(question, "refusal", understood=_tell(question, read))
        unheard = (*self._find_unheard(read), *read.lost)
        offered = tuple(self._candidate(score, each, today) for score, each in self._offer(ranked, said, reads[0]))
        if "locator" in read.features.slots and not read.features.slots & _HOLDING:
            # 第七十五条 of which law
            return replace(told, state="ask-back", reason="missing", candidates=self._locate(read), about=("work",))
        if not offered:
            return replace(told, reason="out-of-scope", about=unheard)
        if chosen is None:
            back = replace(told, state="ask-back", reason="unheard" if unheard else "unclear", candidates=offered,
                           about=unheard)  # fmt: skip
            beside = self._lay_beside(ranked, said, reads[0], today)
            return replace(back, state="readings", candidates=beside) if beside else back
        return self._answer(told, chosen, read, today)

    def _count(
        self, wordings: Sequence[Wording], heard: Mapping[str, tuple[str, ...]], known: dict[str, Features]
    ) -> Table:
        """Everything that is counted: every phrasing once, and what people were heard to say.

        ``known`` is what was read before, and keeps what is read now.
        """
        self._texts.order()
        learned = find_words(wordings, self._reader)
        self._reader.learn(learned)
        phrasings = part_phrasings(tuple(read_phrasings(wordings, self._reader)))
        said: dict[tuple[str, str], Features] = {}
        for phrasing in phrasings:
            said.setdefault((phrasing.query, phrasing.features.plain), phrasing.features)
        for query, words in heard.items():
            for one in words:
                features = known.get(one) or known.setdefault(one, read_phrasing(one, self._reader))
                said.setdefault((query, features.plain), features)
        evidence = {
            chinese: Evidence.count(
                (query, one.runs) for (query, _), one in said.items() if is_chinese(one.plain) == chinese
            )
            for chinese in (True, False)
        }
        pairs = pair_words(phrasings, heard)
        return Table(learned, phrasings, evidence, pairs, self._texts.whole, self._texts.latin)

    def _weigh(self, features: Features) -> Mapping[str, float]:
        """How much what is said speaks for each named question, by what people say in the same language."""
        chinese = is_chinese(features.plain)
        return self._evidence[chinese].weigh(features.runs, words=not chinese)

    def _hear(self, read: Read) -> Heard:
        """The named questions by how much what is said speaks for each, without those that cannot hold it."""
        weighed = self._weigh(read.features)
        return hear({query: much for query, much in weighed.items() if self._holds(read, query)})

    def _holds(self, read: Read, query: str) -> bool:
        """Whether an answer can hold what is asked for: enterprises are counted or listed only where there are some.

        How many enterprises are on a list stands in no document, nor how far a matter of one's own has come; and
        whoever names no enterprise asks for none.
        """
        if query == NONE:
            return True
        plain, named = read.features.plain.replace(" ", ""), "entity" in read.features.slots
        if self.queries[query].about_entity:
            return named or any(mark in plain for mark in self.lexicon.marks["concerned"])
        own = any(self._plays(piece, "own") for piece in read.pieces)
        beyond = self.lexicon.marks["counted"] | (self.lexicon.marks["proceeding"] if own else set())
        return not any(mark in plain for mark in beyond)

    def _find_unheard(self, read: Read) -> Iterator[str]:
        """The words of a question that nobody knows: unknown stretches, and two known characters of no known word.

        高 and 考 are known, and 高考 stands in no text and in no way to ask anything. What people were heard to say,
        the stretch or its characters with those beside them, is known.
        """
        pieces = read.pieces
        alone = [
            len(piece.text) == 1 and bool(piece.means("asking")) and not self._plays(piece, "particle")
            and not piece.text.isascii() for piece in pieces
        ]  # fmt: skip
        for at, piece in enumerate(pieces):
            if not piece.meanings and counts(piece.text):
                around = (
                    "".join(one.text for one in pieces[at - 1 : at])[-1:],
                    "".join(one.text for one in pieces[at + 1 : at + 2])[:1],
                )
                if not self._was_said(piece.text, *around):
                    yield piece.text
            elif at + 1 < len(alone) and alone[at] and alone[at + 1]:
                pair = piece.text + pieces[at + 1].text
                if pair not in self._pairs and not self._texts.holds(pair):
                    yield pair

    def _is_foreign(self, read: Read) -> bool:
        """Whether a question holds a word of a world that nobody here speaks of, so that it may be what is asked for.

        That is two characters side by side, or a Latin word, that nobody was heard to say, and what nobody knows
        right before a body: 云栖市财政局.
        """
        unheard = frozenset(self._find_unheard(read))
        for piece, after in zip(read.pieces, (*read.pieces[1:], None), strict=True):
            if piece.text not in unheard:
                continue
            new = "".join(character if character not in self._characters else " " for character in piece.text)
            if any(sum(character.isalnum() for character in word) > 1 for word in new.split()):
                return True
            if LATIN.fullmatch(piece.text) or (after is not None and after.means("department") and len(piece.text) > 1):
                return True
        return self._is_qualified(read)

    def _is_qualified(self, read: Read) -> bool:
        """Whether what is asked for is that of another world: 拖欠农民工工资的黑名单, 环保黑名单.

        Right before it, or before 的, stands a stretch of which no two characters were ever said side by side; or right
        before what other worlds have too (``shared``) a word that neither the documents nor anybody joins to it.
        """
        shared = self.lexicon.with_role("shared")
        for at, piece in enumerate(read.pieces):
            if not piece.means("cue") or not at:
                continue
            one = read.pieces[at - 1]
            beside = at < 2 or one.text not in self.lexicon.marks["of"]
            one = one if beside else read.pieces[at - 2]
            pairs = cut_pairs(one.text)
            if not one.meanings and one.text.isalnum() and len(one.text) >= _LONG and not pairs & self._pairs:
                return True
            known = one.text[-1] + piece.text[0] in self._pairs or self._texts.holds(one.text + piece.text)
            if (
                beside and not known and len(one.text) > 1 and {meaning.kind for meaning in one.meanings} <= {"topic"}
                and any(meaning.value in shared for meaning in piece.means("cue"))
            ):  # fmt: skip
                return True
        return False

    def _was_said(self, words: str, before: str, after: str) -> bool:
        """Whether somebody was heard to say some words: all their pairs, or one character with the one beside it.

        Of a Latin word pairs say nothing: it must have been said as a word.
        """
        if LATIN.search(words):
            return all(word in self._evidence[False].whole for word in LATIN.findall(words))
        if len(words) > 1:
            return all(pair in self._pairs for pair in cut_pairs(words))
        return before + words in self._pairs or words + after in self._pairs

    @cached_property
    def _characters(self) -> frozenset[str]:
        """Every character of any way to ask anything."""
        return frozenset(character for pair in self._pairs for character in pair)

    def _choose(self, ranked: Sequence[tuple[Score, Read]], heard: Heard, first: Read) -> tuple[Score | None, Read]:
        """The named question that is meant and the reading that it is meant by: by one phrasing, or by what is said."""
        chosen = choose([score for score, _ in ranked])
        read = next((each for score, each in ranked if score is chosen), ranked[0][1] if ranked else first)
        denied = chosen is not None and heard.query != chosen.query and heard.lead() > DENIED
        if (
            chosen is not None
            and not denied
            and self._agrees(chosen, heard)
            and self._bears(read, chosen, (*self._find_unheard(read), *read.lost))
        ):
            return chosen, read
        least = SURE if is_chinese(first.features.plain) else SURE_ENGLISH
        if self._certainty(ranked, heard, first) < least:
            return None, read
        return _find_score(heard.query, ranked, first)

    def _certainty(self, ranked: Sequence[tuple[Score, Read]], heard: Heard, first: Read, size: int = 1) -> float:
        """How certain it is that one of the ``size`` likeliest by what people say is meant.

        Nothing is certain of what is no question here, of another world, about what is not here or about nothing.
        """
        if NONE in heard.order[:size] or first.lost or self._is_foreign(first):
            return -math.inf
        if self._asks_who(first, heard.query) or self._wanders(first, heard.query):
            return -math.inf
        if size == 1 and self._joins_more(first, heard.query):
            return -math.inf
        score, each = _find_score(heard.query, ranked, first)
        outspoken = heard.lead() >= OUTSPOKEN
        if len(first.features.plain) < _TOLD and not self._says(each, score, outspoken=outspoken):
            return -math.inf
        strange = sum(character.isalnum() for words in self._find_unheard(first) for character in words)
        misplaced = count_misplaced(first.features, self._scopes[heard.query])
        return heard.certainty((score for score, _ in ranked), strange, misplaced, size)

    def _lay_beside(
        self, ranked: Sequence[tuple[Score, Read]], heard: Heard, first: Read, today: str
    ) -> tuple[Candidate, ...]:
        """The fewest named questions one of which is surely meant, where each of them can be answered; else none."""
        if not is_chinese(first.features.plain):
            # how sure one of a few is was only measured in Chinese
            return ()
        for size in range(2, MOST_OFFERED + 1):
            if self._certainty(ranked, heard, first, size) >= BESIDE:
                likely = (_find_score(query, ranked, first) for query in heard.order[:size])
                found = tuple(self._candidate(score, each, today) for score, each in likely)
                return found if all(map(self._can_answer, found)) else ()
        return ()

    def _can_answer(self, one: Candidate) -> bool:
        """Whether a named question is answered as it stands; what is about an enterprise needs a register."""
        return not (one.missing or one.unclear or self.queries[one.query].about_entity)

    def _offer(self, ranked: Sequence[tuple[Score, Read]], heard: Heard, first: Read) -> Sequence[tuple[Score, Read]]:
        """What may be meant, if anything: what people say makes likeliest, what phrasings do, and then the others."""
        if heard.query == NONE and heard.lead() > UNASKED and not self._is_foreign(first):
            # so asks nobody for what stands in a document: 排到哪天了
            return ()
        found = [(score, each) for score, each in ranked if score.likeness >= WORTH]
        denied = heard.query == NONE and heard.lead() > DENIED
        if not denied and (heard.lead() > 1 if found else not self._is_foreign(first)):
            likely = [_find_score(query, ranked, first) for query in heard.order[:MOST_OFFERED] if query != NONE]
            found = [*likely[:1], *found, *likely[1:]]
        kept: dict[tuple[str, Preset], tuple[Score, Read]] = {}
        for score, each in found:
            if not self._asks_who(first, score.query):
                kept.setdefault((score.query, score.phrasing.preset), (score, each))
        return tuple(kept.values())[:MOST_OFFERED]

    def _rank(self, reads: Iterable[Read]) -> Sequence[tuple[Score, Read]]:
        """The named questions that may be meant, each with the reading that fits it best, the likeliest first."""
        best: dict[tuple[str, Preset], tuple[Score, Read]] = {}
        passing = self.lexicon.with_role("passing")
        for read in reads:
            weighed = self._weigh(read.features)
            scores = rate(read.features, self._phrasings, self._scopes, self._weights, passing, weighed)
            for score in scores:
                key = (score.query, score.phrasing.preset)
                if key not in best or _better(score, read, *best[key]):
                    best[key] = (score, read)
        return sorted(best.values(), key=lambda pair: (-pair[0].rank, pair[0].query, pair[0].phrasing.preset))

    def _bears(self, read: Read, chosen: Score, unheard: Sequence[str]) -> bool:
        """Whether nothing in a question stands against the named question that is the likeliest."""
        # what the question is about, but no measure, where the phrasing needs one
        vague = "measure" in chosen.phrasing.features.slots and not read.measures and read.features.topics > 0
        if read.lost or vague or not _in_passing(read, unheard) or self._asks_who(read, chosen.query):
            return False
        if self._is_qualified(read):
            return False
        if self._wanders(read, chosen.query) or self._joins_more(read, chosen.query):
            return False
        return not self._ignores(read, chosen) and self._says(read, chosen)

    def _agrees(self, chosen: Score, heard: Heard) -> bool:
        """Whether what people say speaks for what a phrasing gives, if that is said otherwise.

        The words of asking that a question shares with a phrasing prove little where people say it for something else:
        出了什么情况就会被放进黑名单 asks of the firms that are watched when they are moved.
        """
        return chosen.wording >= SAME or (heard.query == chosen.query and heard.lead() >= AGREEING)

    def _wanders(self, read: Read, query: str) -> bool:
        """Whether an English question says a thing of measures that nobody asked for and that no measure found is of.

        Who has to *disclose* penalties is not told by who imposes each.
        """
        if is_chinese(read.features.plain) or "measure" not in self._scopes[query].takes | self._scopes[query].shows:
            return False
        told = (one.text for one in read.pieces if LATIN.fullmatch(one.text) and one.means("topic"))
        if read.of_kind and read.measures and not read.of_kind & read.measures:
            return True
        return any(
            not self._was_said(word, "", "") and not self._reader.measures.glossed(word, read.measures) for word in told
        )

    def _asks_who(self, read: Read, query: str) -> bool:
        """Whether a question asks who may do something and a named question tells no body: 谁可以 is not 能不能.

        Who it is that may stands right before the word of being able; 部门能不能 asks whether.
        """
        who, may = self.lexicon.with_role("who"), self.lexicon.with_role("passing")
        asks = any(
            {m.value for m in one.means("cue")} & who and {m.value for m in after.means("cue")} & may
            and any(word in one.text for word in self.lexicon.marks["interrogative"])
            for one, after in pairwise(read.pieces)
        )  # fmt: skip
        return asks and not any(cue in who and query in self._asked_by[cue] for cue in who)

    def _joins_more(self, read: Read, query: str) -> bool:
        """Whether a question only joins two words of asking, and one of them asks for something else: 依据和部门."""
        for one, joint, other in zip(read.pieces, read.pieces[1:], read.pieces[2:], strict=False):
            if self._plays(joint, "and") and one.means("cue") and other.means("cue"):
                asked = [frozenset(m.value for m in each.means("cue")) for each in (one, other)]
                bare = read.features.cues <= asked[0] | asked[1] and not read.features.slots
                return bare and not all(any(query in self._asked_by[cue] for cue in cues) for cues in asked)
        return False

    def _locate(self, read: Read) -> tuple[Candidate, ...]:
        """What can be asked of a place in a law, the likeliest first, where the question does not say in which law."""
        weighed = self._weigh(read.features)
        taking = sorted((name for name, scope in self._scopes.items() if "locator" in scope.takes),
                        key=lambda name: -weighed.get(name, 0.0))  # fmt: skip
        place = next(m.value for piece in read.pieces for m in piece.means("locator"))
        found = []
        for query in (self.queries[name] for name in taking[:MOST_OFFERED]):
            missing = tuple(p.name for p in query.parameters if p.required and p.type != "locator")
            values = {p.name: place for p in query.parameters if p.type == "locator"}
            one = Candidate(query.name, query.summary_zh, query.summary_en, values, _example(query), 0.0, missing)
            found.append(replace(one, tells_en=_example(query, english=True)))
        return tuple(found)

    def _answer(self, told: Routed, chosen: Score, read: Read, today: str) -> Routed:
        """The named question with its values, or what is missing of them."""
        query = self.queries[chosen.query]
        filled = self._fill(query, read, today, chosen.phrasing.preset)
        offered = (self._candidate(chosen, read, today),)
        if query.name in _OF_BODIES and not filled.missing and not self.store.ask(query.name, filled.values).rows:
            return replace(told, state="ask-back", reason="unclear", candidates=offered)
        doubts: tuple[tuple[Reason, tuple[str, ...]], ...] = (
            ("ambiguous", filled.unclear), ("missing", filled.missing),
        )  # fmt: skip
        for reason, about in doubts:
            if about:
                return replace(told, state="ask-back", reason=reason, query=query.name, parameters=filled.values,
                               candidates=offered, about=about)  # fmt: skip
        return replace(told, state="answer", query=query.name, parameters=filled.values, narrow=filled.narrow,
                       candidates=offered)  # fmt: skip

    def _fill(self, query: NamedQuery, read: Read, today: str, preset: Preset) -> Filling:
        """The values of a named question; by the kind of measure it is kept where its own phrasings say a kind."""
        kinds = {kind for measure in self._reader.measures.all for kind in measure.kinds}
        asked = any(query.name in self._asked_by[cue] for cue in read.features.cues & kinds)
        return Filling(query, read, self.lexicon, today, preset, kinds=asked)

    def _ignores(self, read: Read, chosen: Score) -> bool:
        """Whether a question names a mechanism or procedure that is no measure's and that no column holds."""
        if chosen.phrasing.preset:
            return False
        kept = tuple(f"/{c.name}-" for c in self.queries[chosen.query].columns if c.name in NARROWED)
        reader = self._reader
        return any(
            not (piece.means("cue") or reader.has_asking(piece.text) or reader.measures.holding(piece, read.documents))
            and not any(mark in m.value for mark in kept for m in piece.means("concept"))
            for piece in read.pieces if piece.means("concept")
        )  # fmt: skip

    def _says(self, read: Read, chosen: Score, *, outspoken: bool = False) -> bool:
        """Whether a question says what it is about: more than how it asks, one bare word, or a word that points.

        ``outspoken``: what people say is so much on one side that a word of asking is not needed (5号文都罚些啥).
        """
        features, scope = read.features, self._scopes[chosen.query]
        carried = features.cues - self.lexicon.with_role("form")
        shown = read.measures and "measure" in scope.takes | scope.shows
        named = features.slots - {"date", "since"}
        pointing = any(self._plays(piece, "points") for piece in read.pieces)
        if not named and not features.topics and (self._is_headless(read) or (pointing and len(carried) < 2)):
            return False
        passing = bool(features.cues & self.lexicon.with_role("passing"))
        if "entity" not in features.slots and any(
            self._plays(piece, "unit") or (passing and self._plays(piece, "own") and not self._befalls(read, at))
            for at, piece in enumerate(read.pieces)
        ):
            # whether one enterprise may depends on its facts
            return False
        if chosen.wording < 1 and self._brief(read, bool(named), outspoken=outspoken):
            return False
        if outspoken:
            return True
        combined = len(features.cues) > 1 and named and not features.topics
        held = chosen.phrasing.features.words
        return bool(carried or combined or held or features.slots & _TELLING or (shown and features.cues))

    def _is_headless(self, read: Read) -> bool:
        """Whether a short question speaks of something that it does not name: 名单上的，要多久.

        Its part ends with 的 and asks nothing by itself; 光有文件没有法的，是哪几条 says what it means.
        """
        if len(read.features.plain) >= _HEADLESS:
            return False
        for at, (piece, after) in enumerate(pairwise(read.pieces)):
            if piece.text in self.lexicon.marks["of"] and after.text[:1] in _COMMAS:
                part = "".join(one.text for one in read.pieces[:at])
                return not any(word in part for word in self.lexicon.marks["interrogative"])
        return False

    def _befalls(self, read: Read, at: int) -> bool:
        """Whether a measure is what is done to the enterprise of a piece: 能不能限制我们厂发广告.

        Then its words stand between the word of being able and the enterprise, and whether it may still be taken is
        asked, for any enterprise.
        """
        passing, before = self.lexicon.with_role("passing"), read.pieces[:at]
        may = next((i for i, one in enumerate(before) if {m.value for m in one.means("cue")} & passing), None)
        return bool(read.measures) and may is not None and any(
            one.means("topic") or one.means("measure") for one in before[may + 1 :]
        )  # fmt: skip

    def _brief(self, read: Read, named: bool, *, outspoken: bool) -> bool:
        """Whether a question is a bare word, or words side by side (名单和依据), with nothing said of them."""
        features, pieces = read.features, read.pieces
        if not named and not features.topics and sum(len(piece.text) for piece in pieces) < _BRIEF:
            return True
        said = [piece for piece in pieces if len(piece.text) > 1 or not piece.means("asking")]
        common = max((len(self._asked_by[cue]) for cue in features.cues), default=0) >= _COMMON
        if not outspoken and len([piece for piece in said if counts(piece.text)]) == 1 and (named or common):
            return True
        joining = [piece for piece in pieces if self._plays(piece, "and")]
        return bool(joining) and len(features.cues) > 1 and all(
            piece.means("cue") or piece in joining for piece in pieces
        )  # fmt: skip

    def _plays(self, piece: Piece, role: Role) -> bool:
        return any(self.lexicon.plays(meaning, role) for meaning in piece.means("asking"))

    @cached_property
    def _asked_by(self) -> Mapping[str, frozenset[str]]:
        """The named questions that are asked with each word of asking."""
        found: dict[str, set[str]] = defaultdict(set)
        for phrasing in self._phrasings:
            for cue in phrasing.features.cues:
                found[cue].add(phrasing.query)
        return defaultdict(frozenset, {cue: frozenset(queries) for cue, queries in found.items()})

    def _candidate(self, score: Score, read: Read, today: str) -> Candidate:
        query, preset = self.queries[score.query], score.phrasing.preset
        filled = self._fill(query, read, today, preset)
        tells = self._told.get(preset, "") or _example(query)
        return Candidate(query.name, query.summary_zh, query.summary_en, filled.values, tells, score.likeness,
                         filled.missing, filled.unclear, filled.narrow,
                         self._told_en.get(preset, "") or _example(query, english=True))  # fmt: skip


def route(question: str, store: Store, today: str, beside: Path | None = None) -> Routed:
    """What a question asks for, in the named questions of a store; ``today`` is the day of checking, in ISO form.

    ``beside`` is the folder of the dataset, where what is counted may be kept for the next question.
    """
    return Router(store, beside=beside).route(question, today)


def _scope(query: NamedQuery) -> Scope:
    kinds: Mapping[str, Kind] = {
        "document": "document", "work": "work", "department": "department", "measure": "measure", "entity": "entity",
    }  # fmt: skip
    takes: set[Kind] = set()
    for parameter in query.parameters:
        if parameter.type == "date":
            takes.add("since" if parameter.name == "since" else "date")
        elif parameter.type in kinds:
            takes.add(kinds[parameter.type])
        elif parameter.type == "locator":
            takes.add("locator")
    return Scope(frozenset(takes), frozenset(kinds[c.name] for c in query.columns if c.name in kinds))


def _better(score: Score, read: Read, other: Score, than: Read) -> bool:
    """Whether a way to read a question fits better: it is likelier or, where equal, about fewer measures."""
    if score.rank != other.rank:
        return score.rank > other.rank
    return 0 < len(read.measures) < (len(than.measures) or math.inf)


def _in_passing(read: Read, unheard: Sequence[str]) -> bool:
    """Whether what nobody knows of a question is most often said in passing, as a character of a common word is.

    Beside a document, a law or a unit of ours a word of two may be too.
    """
    sizes = [sum(character.isalnum() for character in words) for words in unheard]
    anchored = bool(read.features.slots & _ANCHORS)
    return max(sizes, default=0) <= (_SHORT if anchored else 1) and sum(sizes) <= _SHORT


def _find_score(query: str, ranked: Sequence[tuple[Score, Read]], first: Read) -> tuple[Score, Read]:
    """How alike a question and a named question are; nothing where they have no word of asking in common.

    One question of the codebook is not meant by what is only a little like it: all of them are.
    """
    return next(
        (
            (score, each) for score, each in ranked
            if score.query == query and (score.likeness >= GOOD or not score.phrasing.preset)
        ),
        (Score(query, 0.0, 0.0, Phrasing(query, Features(frozenset(), frozenset()))), first),
    )  # fmt: skip


def _example(query: NamedQuery, *, english: bool = False) -> str:
    """A way to put a named question that leaves nothing open; empty when every one does."""
    open_ones = (words for words in query.asked if words.isascii() == english)
    return next((words for words in open_ones if not MARK.search(words)), "")


def _tell(question: str, read: Read) -> tuple[Understood, ...]:
    return tuple(_tell_pieces(question, read))


def _tell_pieces(question: str, read: Read) -> Iterator[Understood]:
    """The pieces of a question as they were understood, with their words as typed."""
    folded = fold(question, "name")
    for piece in read.pieces:
        at = folded.span(piece.start, piece.end)
        words = question[at.start : at.end]
        if not piece.meanings and counts(piece.text):
            yield Understood(words, "unknown", "", "")
        for meaning in piece.meanings[:1] if not piece.means("cue") else piece.means("cue"):
            if meaning.kind != "asking":
                yield Understood(words, meaning.kind, meaning.value, meaning.label)
