"""What somebody typed is understood first and searched for then; where nothing is found, there is a way on.

A query is read into parts (``parts``). A thing is found when every part fits it: because it is what the part names or
is tied to it (a measure to its area, effect, department, law, document), or because the words stand in its name or
text. So 限制政府采购 finds the measures on procurement that restrict, 财政局 政府采购 what that bureau does there,
安法78 the article, 5号 二（九） the clause. Everything that holds the words as typed is found as well: resolving adds
hits and an order, and takes none away. Each hit says why it is there.

Nothing is corrected silently: what is only similar to the words is offered as such, and only where nothing was found.
The code of an enterprise is not searched for at all (``holds_code``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from policygraph.keeping.search.apart import Spread, read_spread
from policygraph.keeping.search.english import English, is_english
from policygraph.keeping.search.entries import Entry, Select, collect_entries, read_query
from policygraph.keeping.search.index import EXACT, Hit, SearchIndex, SearchResult, check_length, make_term
from policygraph.keeping.search.lengths import same_time
from policygraph.keeping.search.parts import Lexicon, Part, Reading, make_lexicon
from policygraph.keeping.search.traditional import simplify
from policygraph.namespaces import slug_of
from policygraph.text.folding import fold, narrow
from policygraph.text.likeness import find_nearest, likeness, shared_pairs
from policygraph.text.locators import Place, address_of, contains, read_place, write_place
from policygraph.text.numbers import complete_number

LIKE, FAR, CLOSE = 0.6, 0.34, 0.12
"""How like a name must be to be what was meant, and to be worth offering; how much less than the likest."""
NEAR = (0.5, 30.0, 50.0, 60.0, 70.0)
"""What a thing scores that the whole query stands for, by nearness: tied, its like, a former one, it, its heir."""
BEHIND = {"clause": 15, "article": 6, "document": 12, "work": 12, "department": 4}
"""How much less a thing scores that is tied to the parts of a query and is none of them."""
MATTERS = ("area", "effect", "mechanism", "class")
"""The families of words that say what a measure is about."""
TELLING = (*MATTERS, "law", "document", "number", "department", "function", "place")
"""The families of words of which several together say what is looked for."""
_SEVERAL = 2
OFFERED = 5
"""Names that are offered at most."""
_KEPT = 256
_GLOSSED = 8.0
"""What an entry scores that only its gloss has the words of."""
_FORMER = 0.5
"""How much less an article of a former text scores that is found by its words: it comes behind one of today's."""
_PAIR = 2
"""Letters that cannot stand apart."""
# matches 91230800MA18X00001 · 230800-1234 5678 9012; not 国发2014-20
_CODE = re.compile(
    r"(?<![0-9A-Z])(?=(?:[-\s]?[0-9A-Z]){15,20}(?![0-9A-Z]))(?=(?:[A-Z\s-]*\d){8})[0-9A-Z](?:[-\s]?[0-9A-Z]){14,19}"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a query found: the page of hits, how the query was read, and a way on where nothing was found.

    ``measures`` are the measures that every part fits, when the query asks whether something may be done;
    ``suggestions`` are other queries, each of which finds something; ``nearest`` holds what is only similar;
    ``singly`` the parts of the query that find something each for itself, with how much; ``left_out`` are words that
    stand nowhere together with the others, so that these alone were looked for; ``unheld`` says that an earlier text
    was asked for of a law of which none is recorded.
    """

    result: SearchResult
    reading: Reading
    measures: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    nearest: tuple[Entry, ...] = ()
    singly: tuple[tuple[str, int], ...] = ()
    unknown_place: str | None = None
    """The number of a clause that was asked for and that no law or document found has; None otherwise."""
    left_out: tuple[str, ...] = ()
    unheld: bool = False


Reason = tuple[str, tuple[str, ...]]
"""The code of a reason, and the words that it rests on."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """What fits a query, how well, and why: by the place of each entry in the index."""

    scores: Mapping[int, float]
    reasons: Mapping[int, Reason]
    """Why an entry is there, where that is known before it is looked at."""
    ties: Mapping[int, tuple[int, ...]]
    """By which of the parts an entry is tied to the query, from which the reason follows."""
    parts: tuple[Part, ...]
    words: tuple[str, ...]
    reading: Reading
    unknown_place: str | None = None
    spread: Spread | None = None
    """The words of the query as they may stand apart; None where they may not."""
    left_out: tuple[str, ...] = ()


def holds_code(query: str) -> bool:
    """Whether a query holds what may be the code of an enterprise or of a person, which is not to be searched for.

    >>> holds_code("91230800MA18X00001"), holds_code("查 91230800 ma18x00001 能不能激励"), holds_code("国发2014-20")
    (True, True, False)
    """
    return find_code(query) != ""


def find_code(query: str) -> str:
    """The code in a query, without its blanks and hyphens; empty where none is.

    >>> find_code("查 91230800-ma18x0000-1"), find_code("国发2014-20")
    ('91230800MA18X00001', '')
    """
    found = _CODE.search(narrow(query).upper())
    return "".join(letter for letter in found[0] if letter.isalnum()) if found else ""


def open_finder(select: Select) -> Finder:
    """The search of a dataset; ``select`` runs a SELECT and gives its rows (``Store.select``)."""
    entries = collect_entries(select)
    moves: dict[str, list[str]] = {}
    for work, since, to, _ in select(read_query("moves")):
        old, new = address_of(str(since)), address_of(str(to))
        if old and new:
            moves.setdefault(f"{work}/{old}", []).append(f"{work}/{new}")
    texts: dict[str, dict[str, str]] = {}
    for law, _, date, since in select(read_query("versions")):
        texts.setdefault(str(law), {})[str(since or date)] = str(date)[:4]
    index = SearchIndex(entries)
    return Finder(index, make_lexicon(select, entries), English(select, entries), moves, texts)


class Finder:
    """The search of a dataset; safe to share between threads, because nothing in it is changed."""

    def __init__(
        self, index: SearchIndex, lexicon: Lexicon, english: English, moves: Mapping[str, Sequence[str]],
        texts: Mapping[str, Mapping[str, str]],
    ) -> None:  # fmt: skip
        """``texts`` are the texts of each law: the day from which each applies, with the year of it."""
        self.index = index
        self.lexicon = lexicon
        self.english = english
        self._moves = moves
        self._texts = {law: dict(sorted(known.items())) for law, known in texts.items()}
        self._at = {entry.iri: at for at, entry in enumerate(index.entries)}
        self._slugs: dict[str, int] = {}
        self._tagged: dict[str, list[int]] = {}
        self._located: dict[str, list[tuple[int, Place]]] = {}
        self._tails: dict[str, list[int]] = {}
        self._clauses: dict[int, str] = {}
        for at, entry in enumerate(index.entries):
            path = slug_of(entry.iri)
            self._slugs[path] = self._slugs[path.partition("/")[2]] = at
            for tag in (entry.iri, *entry.tags):
                self._tagged.setdefault(tag, []).append(at)
            place = read_place(entry.locator) if entry.locator else None
            if place is not None:
                self._located.setdefault(str(place.steps[-1].first.number), []).append((at, place))
            if entry.kind == "clause":
                self._clauses[at] = path
                self._tails.setdefault(path.rpartition("/")[2], []).append(at)
        self._resolve = lru_cache(maxsize=_KEPT)(self._resolve_anew)

    def find(
        self,
        query: str,
        *,
        place: str | None = None,
        kind: str | None = None,
        area: str | None = None,
        limit: int = 20,
        start: int = 0,
        as_of: str | None = None,
    ) -> Found:
        """What a query finds, best first, and a way on where that is nothing.

        Which text of a law is that of today, and which an earlier one, is told for the day ``as_of``: a text that is
        not yet in force makes none former. Without a day the last text that is known counts as that of today.

        Errors: ``InputError`` for a query longer than ``MAX_QUERY``.
        """
        check_length(query)
        scored = self._resolve(self.lexicon.respell(simplify(query)), as_of)
        chosen = {"place": place, "kind": kind, "area": area}
        result = self.index.page(query, scored.scores, scored.words, chosen, limit, start)
        hits = []
        for hit in result.hits:
            at = self._at[hit.entry.iri]
            why, because = self._reason(scored, at)
            if why == "apart" and scored.spread is not None:
                hits.append(self.index.show_apart(replace(hit, why=why), at, scored.spread))
                continue
            # what an article is today is looked at today
            day = None if why == "moved" else self._day(hit.entry, scored.reading, as_of)
            hits.append(replace(hit, why=why, because=because, day=day))
        found = Found(
            replace(result, hits=tuple(hits)), scored.reading, unknown_place=scored.unknown_place,
            left_out=scored.left_out, unheld=self._lacks_earlier(hits, scored.reading),
        )  # fmt: skip
        # what does not fit all of a question is no answer to it
        if scored.reading.asks_may and not scored.left_out:
            entries = self.index.entries
            measures = [at for at in scored.ties if entries[at].kind == "measure"]
            meant = [at for at in measures if self._reason(scored, at)[0] == "linked"]
            meant.sort(key=lambda at: (-scored.scores[at], at))
            found = replace(found, measures=tuple(entries[at].iri for at in meant))
        led = not query.strip() or (scored.scores and not scored.left_out)
        return found if led else self._lead_on(query, found)

    def bears_on(self, reading: Reading, iri: str) -> bool:
        """Whether a thing is tied to every area that a query names, and to its effects or their direction.

        What is not known here is not doubted.
        """
        at = self._at.get(iri)
        named = []
        for part in reading.parts:
            areas = {tag for sense in part.senses if sense.family == "area" for tag in sense.tags}
            effects = {tag for sense in part.senses if sense.family == "effect" for tag in sense.tags}
            effects |= {self.lexicon.directions[tag] for tag in effects if tag in self.lexicon.directions}
            named.append(areas | effects)
        return at is None or all(tags & self.index.entries[at].tags for tags in named if tags)

    def forget(self) -> None:
        """Keep no answer; for whoever measures."""
        self._resolve.cache_clear()
        self.index.forget()

    def _day(self, entry: Entry, reading: Reading, as_of: str | None) -> str | None:
        """The day of the text of the year that was asked for, or of the one before today's; None for neither."""
        if entry.kind not in ("work", "article"):
            return None
        for work in (entry.iri, *sorted(entry.tags)):
            if reading.year is not None:
                days = [day for day, year in self._texts.get(work, {}).items() if year == reading.year]
            else:
                days = self._days_until(work, as_of)[:-1] if reading.earlier else []
            if days:
                return days[-1]
        return None

    def _days_until(self, work: str, as_of: str | None) -> list[str]:
        """The days from which the texts of a law applied, up to a day; all that are known without one."""
        return [day for day in self._texts.get(work, {}) if as_of is None or day <= as_of]

    def _is_former(self, entry: Entry, as_of: str | None) -> bool:
        """Whether an article is one of whose gists none is of the text that applies on a day."""
        work = next((tag for tag in sorted(entry.tags) if tag in self._texts and entry.iri.startswith(f"{tag}/")), None)
        if not entry.years or work is None:
            return False
        days = self._days_until(work, as_of)
        return bool(days) and self._texts[work][days[-1]] not in entry.years

    def _lacks_earlier(self, hits: Sequence[Hit], reading: Reading) -> bool:
        """Whether an earlier text was asked for and the law that was found first has none here."""
        asked = reading.earlier and reading.year is None and any(part.has("law") for part in reading.parts)
        return asked and bool(hits) and hits[0].entry.kind in ("work", "article") and hits[0].day is None

    def _resolve_anew(self, query: str, as_of: str | None = None) -> _Scored:
        """What fits a query; where nothing does, what fits those of its parts that mean something, if several do."""
        reading = self.lexicon.read(query)
        whole = self._score(query, reading, as_of)
        meant = tuple(part for part in reading.parts if part.senses or part.places)
        told = sum(part.has(*TELLING) for part in meant)
        if whole.scores or len(meant) == len(reading.parts) or told < _SEVERAL:
            return whole
        fewer = replace(reading, parts=meant)
        scored = self._score(" ".join(part.words for part in meant), fewer, as_of)
        left_out = tuple(part.words for part in reading.parts if part not in meant)
        return replace(scored, reading=reading, left_out=left_out)

    def _score(self, query: str, reading: Reading, as_of: str | None) -> _Scored:
        # a number and what it counts are one word, wherever the one and the other stand alone
        scores = {} if any(part.chinese for part in reading.parts) else dict(self._score_plain(query))
        words: tuple[str, ...] = (query,) if scores and not query.count(" ") else tuple(query.split())
        number = complete_number(query)
        if number and (numbered := self.index.score_words((str(number),))):
            scores, words = numbered, (str(number),)
        reasons: dict[int, Reason] = {}
        named = self._slugs.get(query.strip().strip("/").removeprefix("id/").casefold())
        if named is not None:
            scores[named] = scores.get(named, 0.0) + 4 * EXACT
            reasons[named] = ("code", ())
        unknown, parts = None, reading.parts
        fitting = self._fit(parts)
        if not fitting and any(part.places for part in parts) and len(parts) > 1:
            # a clause that nothing has: what it was asked of is found instead, and that is said
            others = tuple(part for part in parts if not part.places)
            if any(part.has("law", "document", "number") for part in others):
                unknown = next(part.words for part in parts if part.places)
                parts = others
                fitting = self._fit(parts)
        if len(parts) > 1 and not any(self.index.entries[at].kind == "measure" for at in fitting):
            wider = tuple(self.lexicon.widen_effects(part) for part in parts)
            # what is tied to the very words comes before what is only like them, but where a measure is asked for:
            # by asking whether it may be, or by the field that it is in
            meant = reading.asks_may or any(part.has("area") for part in parts)
            whole = () if meant else fitting.values()
            tied = [score for score, ties in whole if len(ties) == len(parts)]
            for at, (score, ties) in self._fit(wider).items():
                if self.index.entries[at].kind == "measure":
                    fitting[at] = (min(score - 4, *(one - 1 for one in tied)), ties) if tied else (score - 4, ties)
                    reasons[at] = ("like", self._explain(at, wider, ties)[1])
        for at, (score, ties) in fitting.items():
            asked = reading.asks_may and at not in reasons and ties and self.index.entries[at].kind == "measure"
            scores[at] = scores.get(at, 0.0) + score + (EXACT / 4 if asked else 0)
        ties_of = {at: ties for at, (_, ties) in fitting.items()}
        self._add_glossed(parts, scores, reasons, ties_of)
        spread = None
        if any(part.places for part in parts):
            self._add_moved(parts, ties_of, scores, reasons)
        else:
            spread = self._add_apart(parts, scores, reasons)
            if reading.year is None and not reading.earlier:
                # by its words alone, and none of them those of the text of today
                entries = self.index.entries
                scores |= {
                    at: max(score - _FORMER, 0.0) for at, score in scores.items() if self._is_former(entries[at], as_of)
                }
        if len(reading.parts) > 1 or not scores:
            typed = tuple(dict.fromkeys(part.words for part in reading.parts))
            words = tuple(dict.fromkeys((*words, *typed))) if not query.count(" ") else typed or words
        return _Scored(scores, reasons, ties_of, parts, words, reading, unknown, spread)

    def _add_glossed(
        self, parts: Sequence[Part], scores: dict[int, float], reasons: dict[int, Reason],
        ties: Mapping[int, tuple[int, ...]],
    ) -> None:  # fmt: skip
        """What is glossed with all words of an English query is behind what was found, and says why it is there."""
        if not is_english(part.words for part in parts):
            return
        glossed = frozenset.intersection(*map(self._find_said, parts))
        for at in glossed:
            if not ties.get(at) and at not in reasons:
                scores.setdefault(at, _GLOSSED)
                reasons[at] = ("english", tuple(part.words for part in parts))

    def _add_apart(
        self, parts: Sequence[Part], scores: dict[int, float], reasons: dict[int, Reason]
    ) -> Spread | None:  # fmt: skip
        """Behind all that was found, the clauses in which the words stand apart; None where there is none of them."""
        if not any(len(part.words) > _PAIR for part in parts):
            return None
        lexicon = self.lexicon
        spread = read_spread([part.words for part in parts], self.index.pairs, lexicon.idle, lexicon.without)
        if spread is None:
            return None
        tied = [{at for tag in part.tags for at in self._tagged.get(tag, ())} for part in parts]
        for at, score in self.index.find_apart(spread, tied).items():
            if at not in scores:
                scores[at] = score
                reasons[at] = ("apart", ())
        return spread

    def _add_moved(
        self, parts: Sequence[Part], ties: Mapping[int, tuple[int, ...]], scores: dict[int, float],
        reasons: dict[int, Reason],
    ) -> None:  # fmt: skip
        """Beside an article that was asked for by its old number, the article that has its words today."""
        for at in ties:
            entry = self.index.entries[at]
            if entry.iri not in self._moves or self._explain(at, parts, ties[at])[0] != "article":
                continue
            for there in (self._at[moved] for moved in self._moves[entry.iri] if moved in self._at):
                if there not in ties or self._explain(there, parts, ties[there])[0] != "article":
                    scores[there] = scores.get(there, 0.0) + scores[at] - 1
                    reasons[there] = ("moved", (str(entry.locator),))

    def _reason(self, scored: _Scored, at: int) -> Reason:
        """Why an entry is there; the empty code for the plain words."""
        known = scored.reasons.get(at)
        return known or (self._explain(at, scored.parts, scored.ties[at]) if at in scored.ties else ("", ()))

    def _score_plain(self, query: str) -> dict[int, float]:
        """What holds the words as typed, as one run or blank by blank."""
        return self.index.score_words(query.split())

    def _fit(self, parts: Sequence[Part]) -> dict[int, tuple[float, tuple[int, ...]]]:
        """The entries that every part fits, with a score and the parts that tie them; none for no parts.

        A part fits by what it stands for, by the number of a clause, or by its words; a number that says no level
        (75) stands for a clause only beside another part.
        """
        if not parts:
            return {}
        several = len(parts) > 1
        tied: list[dict[int, int]] = []
        said: list[frozenset[int]] = []
        for part in parts:
            near: dict[int, int] = {}
            for tag, how in part.tags.items():
                own = self._at.get(tag)
                for at in self._tagged.get(tag, ()):
                    near[at] = max(near.get(at, 0), how if at == own else 0)
            if part.within:
                near |= self._find_items(part)
            elif part.places and (several or not part.bare):
                near |= self._find_places(part.places)
            tied.append(near)
            said.append(self.index.find(make_term(part.words)) | self._find_said(part))
        # one part alone fits by what it stands for: that its words stand somewhere is the plain search
        held = [near.keys() | words if several else near.keys() for near, words in zip(tied, said, strict=True)]
        fitting = frozenset.intersection(*map(frozenset, held))
        found = {}
        for at in fitting:
            score, ties = self._weigh(at, parts, tied, said)
            if score:
                found[at] = (score, ties)
        return found

    def _find_said(self, part: Part) -> frozenset[int]:
        """The entries that are glossed with the words of a part, or hold its number with its unit in Chinese."""
        told = self.english.find(part.words)
        return told | self.index.find(make_term(part.chinese)) if part.chinese else told

    def _find_items(self, part: Part) -> dict[int, int]:
        """The items of annexes with their measures, or rows and items of appendices, that have a number of a part."""
        number = part.places[0].steps[-1].first.number
        inside = re.compile(rf"/{part.within}_\d+/(?:.+/)?row_{number}(?:/|$)")
        near = {at: 3 for at, path in self._clauses.items() if inside.search(path)} if part.within == "app" else {}
        exact = [at for at, how in self._find_places(part.places).items() if how == 3]
        held = {at for at, path in self._clauses.items() if f"/{part.within}_" in path}
        entries = self.index.entries
        # a measure is called by its place alone, and may stand in any annex of its document
        documents = {entries[at].document for at in held} if part.within == "annex" else set()
        near |= {at: 3 for at in exact if at in held}
        return near | {at: 3 for at in exact if entries[at].kind == "measure" and entries[at].document in documents}

    def _weigh(
        self, at: int, parts: Sequence[Part], tied: Sequence[Mapping[int, int]], said: Sequence[frozenset[int]]
    ) -> tuple[float, tuple[int, ...]]:
        """How well an entry fits, and by which parts it is tied; 0 where only the words of one part stand in it."""
        ties = tuple(n for n, near in enumerate(tied) if at in near)
        if not ties and len(parts) > 1:
            return 20.0 if self.index.entries[at].kind != "clause" else 8.0, ties
        spoken = sum(1 for words in said if at in words)
        nearest = max((near.get(at, 0) for near in tied), default=0)
        if len(parts) == 1:
            if ties and nearest == 0 and parts[0].has(*MATTERS) and self.index.entries[at].kind == "measure":
                return 25.0, ties
            return (NEAR[nearest] if ties else 0.0), ties
        entry = self.index.entries[at]
        exact = sum(1 for n in ties if parts[n].places and tied[n][at] == 3)
        score = 60.0 + 8 * len(ties) + 4 * spoken + nearest + 10 * exact
        whole = len(ties) == len(parts)
        if whole and entry.kind in ("measure", "clause") and any(parts[n].has(*MATTERS) for n in ties):
            score += 10
        elif not exact and not nearest and entry.kind in BEHIND:
            score -= BEHIND[entry.kind]
        return score, ties

    def _explain(self, at: int, parts: Sequence[Part], ties: Sequence[int]) -> Reason:
        """The code of the reason why an entry was found, with the words that it rests on."""
        entry = self.index.entries[at]
        mine = [parts[n] for n in ties]
        if any(part.places for part in mine):
            return ("article" if entry.kind == "article" else "address"), tuple(part.words for part in mine)
        own = [part for part in mine if part.tags.get(entry.iri, 0) > 1]
        if own and own[0].tags[entry.iri] == 4:
            return "former", (own[0].words,)
        if own and len(parts) == 1:
            return ("number" if own[0].has("number") else "named"), (own[0].words,)
        if not mine:
            return "", ()
        if len(parts) == 1 and entry.kind == "department" and _is_mate(mine[0], entry):
            return "mates", (mine[0].words,)
        return "linked", tuple(part.words for part in mine)

    def _find_places(self, places: Iterable[Place]) -> dict[int, int]:
        """The articles, measures and clauses that a number may stand for: 3 for that very one, 1 for what holds it."""
        near: dict[int, int] = {}
        for place in places:
            numbers = {str(step.first.number) for step in place.steps}
            for number in numbers:
                for at, own in self._located.get(number, ()):
                    if own == place:
                        near[at] = 3
                    elif contains(own, place) or (contains(place, own) and len(place.steps) == len(own.steps)):
                        near.setdefault(at, 1)
            address = address_of(write_place(place))
            for tail in {address, address.replace("item_", "subpara_")} if address else ():
                for at in self._tails.get(tail.rpartition("/")[2], ()):
                    if f"/{slug_of(self.index.entries[at].iri)}".endswith(f"/{tail}"):
                        near[at] = 3
        return near

    def _lead_on(self, query: str, found: Found) -> Found:
        """What is similar to the words, other ways to ask, and the parts that find something each for itself."""
        singly = []
        if len(found.reading.parts) > 1:
            for part in found.reading.parts:
                number = len(self._resolve(part.words).scores)
                if number:
                    singly.append((part.words, number))
        names = self._names()
        forms = tuple(names)
        suggestions: list[str] = []
        if len(found.reading.parts) > 1:
            for part in found.reading.parts:
                others = [other.words.casefold() for other in found.reading.parts if other is not part]
                if not part.places and not self._resolve(part.words).scores:
                    for word in self._find_like(part.words, forms):
                        whole = any(other in word.casefold() for other in others)
                        suggestions.append(word if whole else query.replace(part.words, word))
        suggestions += self._find_like(query, forms)
        told = tuple(fold(part.words, "name").text for part in found.reading.parts)
        sure = [one for one in dict.fromkeys(suggestions) if one != query and _is_near(told, fold(one, "name").text)]
        sure = [one for one in (*same_time(query), *sure) if self._resolve(one).scores]
        near = find_nearest(fold(query, "name").text, forms, OFFERED, FAR)
        far = [place for place in near if _is_near(told, forms[place])]
        things = [at for place in far for at in names[forms[place]][1]]
        if sure:
            best = self._resolve(sure[0]).scores
            things = [*sorted(best, key=lambda at: (-best[at], at))[:OFFERED], *things]
        nearest = tuple(self.index.entries[at] for at in dict.fromkeys(things))[:OFFERED]
        return replace(found, suggestions=tuple(sure[:OFFERED]), nearest=nearest, singly=tuple(singly))

    def _find_like(self, words: str, forms: Sequence[str]) -> list[str]:
        """The names that are about as like the words as the most like one is, as they are written."""
        folded = fold(words, "name").text
        near = [forms[at] for at in find_nearest(folded, forms, OFFERED, LIKE)]
        best = max((likeness(folded, one) for one in near), default=0.0)
        return [self._names()[one][0] for one in near if likeness(folded, one) > best - CLOSE]

    def _names(self) -> Mapping[str, tuple[str, tuple[int, ...]]]:
        """Everything that has a name or is a word of the lexicon, folded: as it is written, and the things of it."""
        if not hasattr(self, "_named"):
            named: dict[str, tuple[str, tuple[int, ...]]] = {}
            for at, entry in enumerate(self.index.entries):
                for name in (entry.name, *entry.aliases, slug_of(entry.iri).partition("/")[2]):
                    if (
                        entry.kind not in ("clause", "article")
                        and name
                        and (folded := fold(name, "name").text)
                        and len(folded) > 1
                    ):
                        written, things = named.get(folded, (name, ()))
                        named[folded] = (written, (*things, at))
            for form in (*self.lexicon.forms, *self.lexicon.english):
                if len(form) > 1:
                    named.setdefault(form, (form, ()))
            self._named = named
        return self._named


def _is_near(told: Iterable[str], name: str) -> bool:
    """Whether a name is like one of the parts of a query, or shares a word with it: two letters that stand together.

    The parts hold no idle words: 多少 is no way on from 罚款多少. A word in Latin letters is shared as a whole.

    >>> _is_near(("公积金",), "公安金融"), _is_near(("住房公积金",), "公积金中心"), _is_near(("罚款",), "多少")
    (False, True, False)
    >>> _is_near(("legal",), "local tax"), _is_near(("creadit",), "credit"), _is_near(("legal",), "legal affairs")
    (False, True, True)
    """
    return any(
        likeness(part, name) >= LIKE
        or (bool(set(part.split()) & set(name.split())) if part.isascii() else shared_pairs(part, name) > 0)
        for part in told
    )


def _is_mate(part: Part, entry: Entry) -> bool:
    """Whether a body is there because one was named whose function it shares, and not by what its measures do."""
    return any(sense.family == "department" and sense.tags.get(entry.iri) == 1 for sense in part.senses)
