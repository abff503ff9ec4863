"""What the words of a query mean: each part of it is a law, a number, a place in a text, a department, an area …

A query is cut into the longest words that the dataset knows; what is left is read as the number of a clause, as the
short name of a law or of a department (its letters in the order of the name: 招投标法, 人社局), else taken as text.
All words come from the dataset: names and titles of things, labels of concepts, the words of search
(``ontology/concepts/search-words.ttl``), spoken names of laws (``data/editorial/short-names.ttl``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from policygraph.keeping.search.english import begins, spell_alike
from policygraph.keeping.search.entries import Entry, Select, read_query
from policygraph.namespaces import slug_of
from policygraph.text.folding import fold
from policygraph.text.likeness import drops_characters
from policygraph.text.locators import ENGLISH_ARTICLE, Place, read_typed, shorten_divisions
from policygraph.text.numbers import NATION, DocumentNumber, ShortNumber, find_short, parse_number
from policygraph.text.numerals import HAN, read_english, read_roman, write_numeral
from policygraph.text.spans import normalise

MAY, ASKING, WHO = "concept/search-may", "concept/search-asking", "concept/search-who"
FILLER, PART = "concept/search-filler", "concept/search-part"
IDLE, WITHOUT = "concept/search-idle", "concept/search-without"
EARLIER, UNIT = "concept/search-earlier", "concept/search-unit"
UNITS = "concept/search-unit-"
"""What the units begin with that are told in English too, behind a number."""
WITHIN = {"concept/search-annex": "annex", "concept/search-appendix": "app"}
"""The words for where an item stands, each with the level of a clause that it is."""
DEPARTMENTS = "http://data.europa.eu/m8g/PublicOrganisation"
_IDLE_KINDS = {MAY: "may", ASKING: "asking", WHO: "who", FILLER: "filler", PART: "filler", EARLIER: "earlier"}
_DROPPED = ("filler", "may", "asking", "who", "earlier", "within")
_LEAST = 2
# matches the year of 2014年安全生产法 · 安全生产法（2014）; not 2014-20
_YEAR = re.compile(r"(?<![\d-])(?:19|20)\d\d(?![\d-])年?")
# where the number of a clause may begin: matches the 第 of 安升法第75条 · the 7 of 安升法78
_NUMBERED = re.compile(r"第|\d+|（")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’.]*")
_WORD = re.compile(r"[a-z0-9]+")
# an English number of a document: matches No. 5 · no.20 · № 6 · Order No. 36;  not: no 5
_KIND_IN_ENGLISH = "(?:document|notice|memo|order|decree|circular|opinions?)"
_NUMBERED_IN_ENGLISH = re.compile(rf"(?:\b(?:{_KIND_IN_ENGLISH}\s+)?no\.|№)\s*(?P<serial>\d{{1,6}})\b", re.IGNORECASE)
# matches 发改财金1001 · 国发 20; not 国发20条
_CODED = re.compile(r"(?P<code>[^\W\d]{2,})\s*(?P<serial>\d{1,6})(?=\s|$)")
# a place in a document as English writes it: matches II(9) · IV (12) · II.9;  not: CD(9)
_PLACED_IN_ENGLISH = re.compile(r"\b(?P<head>[IVX]+)(?:\s*[(（]\s*(?P<item>\d{1,3})\s*[)）]|\.(?P<dotted>\d{1,3})\b)")
# matches: document 5 · Notice 20 · Order 36;  not: documents 5
_DOCUMENT_IN_ENGLISH = re.compile(rf"\b{_KIND_IN_ENGLISH}\s+(?P<serial>\d{{1,6}})\b", re.IGNORECASE)
# the 号 of 5号2（9） and 6号二（三）, behind which a place begins at once;  not: 5号文 · 5号 2
_PLACED_AT_ONCE = re.compile(rf"(?<=号)(?=(?:\d+|[{HAN}]+)[（(])")
_COUNTED = re.compile(rf"(?:\d|[{HAN}])$")
_ACRONYM = 3
"""The fewest letters of an acronym: two may be anything."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a word may mean: the IRIs that it stands for, each with how near, and of what family they are.

    Nearness is 3 for what is called so, 2 for who does it today, 1 for its like elsewhere, 0 for what is meant beside.
    """

    family: str
    tags: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a query: the words as typed and what they may mean; a part that means nothing is text.

    ``places`` are the clauses that a number may stand for; ``bare`` says that the number alone says no level;
    ``within`` is the level of the clause in which they stand, where it is named (``app`` for 附录). ``chinese`` is a
    number with its unit as Chinese writes it.
    """

    words: str
    senses: tuple[Sense, ...] = ()
    places: tuple[Place, ...] = ()
    bare: bool = False
    within: str = ""
    chinese: str = ""

    @property
    def tags(self) -> Mapping[str, int]:
        """Everything that the part may stand for, with the best nearness of each."""
        found: dict[str, int] = {}
        for sense in self.senses:
            for tag, near in sense.tags.items():
                found[tag] = max(near, found.get(tag, 0))
        return found

    def has(self, *families: str) -> bool:
        """Whether one of the meanings is of one of the families."""
        return any(sense.family in families for sense in self.senses)

    @property
    def is_dropped(self) -> bool:
        """Whether it is a word of a question that is not looked for."""
        return bool(self.senses) and all(sense.family in _DROPPED for sense in self.senses)


@dataclass(frozen=True, slots=True)
class Reading:
    """A query as it is understood: its parts without the idle words, whether it asks, and if something may be done.

    ``earlier`` says that a law is meant as it was before today's text, or a body by a former name.
    """

    parts: tuple[Part, ...]
    asks_may: bool = False
    year: str | None = None
    asks: bool = False
    earlier: bool = False


@dataclass(slots=True)
class Lexicon:
    """The words that the dataset knows, folded, with what they mean; English ones by their words."""

    forms: dict[str, list[Sense]] = field(default_factory=dict)
    english: dict[str, list[Sense]] = field(default_factory=dict)
    endings: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    numbers: dict[str, tuple[DocumentNumber, ...]] = field(default_factory=dict)
    departments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The names of each department, without the place in front."""
    works: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mates: dict[str, dict[str, int]] = field(default_factory=dict)
    """For each department, itself, who acts today and its like elsewhere, each with how near."""
    directions: dict[str, str] = field(default_factory=dict)
    """The direction of each effect: whether it favours or harms."""
    frames: tuple[tuple[str, str], ...] = ()
    """Two words that ask together whether something may be done: 可以 … 吗."""
    versions: frozenset[tuple[str, str]] = frozenset()
    """The works and the years of their texts."""
    asking: frozenset[str] = frozenset()
    """Words by which one asks, folded."""
    idle: frozenset[str] = frozenset()
    """Words that need not stand in a clause whose words stand apart; they are no words of a query otherwise."""
    without: frozenset[str] = frozenset()
    """Words of having none, which stand for each other there."""
    units: frozenset[str] = frozenset()
    """What is counted, behind a number."""
    english_units: dict[str, str] = field(default_factory=dict)
    """What is counted behind an English number, with the Chinese word for it."""
    titles: dict[str, frozenset[str]] = field(default_factory=dict)
    """The words of the English name of each work."""
    acronyms: dict[str, list[Sense]] = field(default_factory=dict)
    """The first letters of English names, with and without their idle words: PBOC, PBC."""

    def add(self, form: str, sense: Sense) -> None:
        """Enter a word; one of Latin letters by its words."""
        if _LATIN.match(form):
            self.english.setdefault(_join_english(form), []).append(sense)
        elif words := fold(form, "name").text:
            self.forms.setdefault(words, []).append(sense)

    @property
    def longest(self) -> int:
        """The length of the longest word."""
        return max(map(len, self.forms), default=0)

    def abbreviate(self, name: str, sense: Sense, idle: Collection[str]) -> None:
        """Enter the acronyms of an English name, of all its words and of those that are not idle."""
        words = _LATIN.findall(name)
        for kept in (words, [word for word in words if word.casefold() not in idle]):
            if len(kept) >= _ACRONYM:
                known = self.acronyms.setdefault("".join(word[0] for word in kept).casefold(), [])
                known += [] if sense in known else [sense]

    def respell(self, query: str) -> str:
        """A query with its numbers as Chinese writes them, and each number in one with what it counts.

        >>> lexicon = Lexicon(units=frozenset("年条"))
        >>> lexicon.respell("3 年内 未受处罚"), lexicon.respell("No. 5 II(9)"), lexicon.respell("20 财政局")
        ('3年内 未受处罚', '5号 二（9）', '20 财政局')
        >>> lexicon.respell("5号2（9）"), lexicon.respell("第二部分第九项"), lexicon.respell("document 5 article 75")
        ('5号 2（9）', '二（九）', '5号 第75条')
        """
        query = _DOCUMENT_IN_ENGLISH.sub(r"\g<serial>号", _NUMBERED_IN_ENGLISH.sub(r"\g<serial>号", query))
        query = ENGLISH_ARTICLE.sub(r"第\g<number>条", _PLACED_IN_ENGLISH.sub(_spell_place, query))
        query = shorten_divisions(_PLACED_AT_ONCE.sub(" ", query))
        written = ""
        for token in query.split():
            joins = _COUNTED.search(written) and any(token.startswith(unit) for unit in self.units)
            written += token if joins or not written else f" {token}"
        return written

    def read(self, query: str) -> Reading:
        """A query in parts; without any for a query of marks alone."""
        rest, numbered = self._take_numbers(normalise(query).text)
        asked = "".join(c for c in fold(query, "name").text if c.isalnum())
        framed = any(head in asked and asked.endswith(tail) for head, tail in self.frames)
        if year := _YEAR.search(rest):
            without = rest[: year.start()] + " " + rest[year.end() :]
            parts = [*numbered, *self._cut(without)]
            laws = {tag for part in parts if part.has("law") for tag in part.tags}
            if any((law, year[0][:4]) in self.versions for law in laws):
                return self._tidy(parts, query, framed, year[0][:4])
        return self._tidy(self._name_law([*numbered, *self._cut(rest)]), query, framed, None)

    def _name_law(self, parts: Sequence[Part]) -> Sequence[Part]:
        """The parts, English words beside the number of an article as the laws in whose names all of them stand.

        Measures for credit repair, article 12: with the number of an article a law is meant, however it is called.
        """
        told = [part for part in parts if not part.places and not part.is_dropped]
        words = frozenset(word for part in told for word in _join_english(part.words).split())
        placed = any(place.has("article") for part in parts for place in part.places)
        if not placed or len(words) < _LEAST or not all(part.words.isascii() for part in told):
            return parts
        held = [iri for iri, title in self.titles.items() if words <= title]
        law = Part(" ".join(part.words for part in told), (Sense("law", dict.fromkeys(held, 3)),))
        return [law, *(part for part in parts if part not in told)] if held else parts

    def _tidy(self, parts: Sequence[Part], query: str, framed: bool, year: str | None) -> Reading:
        """The parts without words of questions and marks; all of them where nothing would be left."""
        kept = tuple(p for p in _join_places(parts) if not p.is_dropped and any(c.isalnum() for c in p.words))
        # who may is not whether
        may = (framed or any(part.has("may") for part in parts)) and not any(part.has("who") for part in parts)
        if not kept:
            kept = tuple(replace(part, senses=()) for part in parts if any(c.isalnum() for c in part.words))
        earlier = any(part.has("earlier") for part in parts)
        return Reading(kept, may, year, bool(kept) and (may or self._asks(query, parts)), earlier)

    def _asks(self, query: str, parts: Sequence[Part]) -> bool:
        """Whether words by which one asks stand in a query; a single letter (吗, 谁, ?) only at an end of it.

        They count inside longer words too: 哪些部门 is a word for departments and asks.
        """
        folded = fold(query, "name").text
        return any(part.has("asking", "who") for part in parts) or any(
            folded.startswith(word) or folded.endswith(word)
            if len(word) == 1
            else not _LATIN.match(word) and word in folded
            for word in self.asking
        )

    def _take_numbers(self, query: str) -> tuple[str, list[Part]]:
        """The numbers of documents in a query as parts, and the query without them."""
        parts = []
        for short in reversed(find_short(query)):
            code, tags = match_number(short, self.numbers)
            if tags:
                start = short.start + len(short.before) - max(0, len(code) - len(short.order))
                parts.append(Part(query[start : short.end].strip(), (Sense("number", dict.fromkeys(tags, 3)),)))
                query = query[:start].removesuffix(NATION) + " " + query[short.end :]
        for coded in _CODED.finditer(query):
            # 发改财金1001: a code that documents have, and their number with neither year nor 号
            same = [iri for iri, held in self.numbers.items() for number in held
                    if (number.code, number.serial) == (coded["code"], coded["serial"])]  # fmt: skip
            if same:
                part = Part(coded[0], (Sense("number", dict.fromkeys(same, 3)),))
                return query[: coded.start()] + " " + query[coded.end() :], [*parts[::-1], part]
        return query, parts[::-1]

    def _cut(self, query: str) -> list[Part]:
        """The parts of a query without its numbers: known words, the longest first, and what stands between them."""
        pieces: list[Part | str] = []
        latin: list[str] = []
        tokens = query.split()
        for at, token in enumerate(tokens):
            if counted := self._count(tokens[at : at + 2]):
                pieces += [*self._cut_latin(latin), counted]
                latin = []
                continue
            if at and self._count(tokens[at - 1 : at + 1]):
                continue
            if _LATIN.fullmatch(token):
                latin.append(token)
                continue
            pieces += self._cut_latin(latin)
            latin = []
            pieces += self._cut_token(token)
            pieces.append("")
        pieces += self._cut_latin(latin)
        return self._read_rest(pieces)

    def _count(self, tokens: Sequence[str]) -> Part | None:
        """A number with its unit in English, as the one word that they are; None for other words."""
        number, unit = tokens if len(tokens) == 2 else ("", "")
        counted = int(number) if number.isascii() and number.isdigit() else read_english(number.casefold())
        known = self.english_units.get(unit.casefold())
        return Part(f"{number} {unit}", chinese=f"{counted}{known}") if counted is not None and known else None

    def _cut_token(self, token: str) -> list[Part | str]:
        folded = fold(token, "name")
        text = folded.text
        pieces: list[Part | str] = []
        at = since = 0
        while at < len(text):
            size = self._longest_at(text, at)
            if size == 1 and not self._stands_alone(text, at, since):
                size = 0
            if size:
                if since < at:
                    pieces.append(token[folded.starts[since] : folded.ends[at - 1]])
                size, senses = self._read_form(text, at, size)
                pieces.append(Part(token[folded.starts[at] : folded.ends[at + size - 1]], senses))
                at += size
                since = at
            else:
                at += 1
        if since < len(text):
            pieces.append(token[folded.starts[since] : folded.ends[-1]])
        for place in _NUMBERED.finditer(token):
            law = self._read_abbreviation(token[: place.start()])
            if law and law.has("law") and read_typed(token[place.start() :]):
                return [law, token[place.start() :]]
        whole = self._read_abbreviation(token)
        if whole and not (len(pieces) == 1 and isinstance(pieces[0], Part)):
            return [whole]
        return pieces

    def _stands_alone(self, text: str, at: int, since: int) -> bool:
        """Whether a single letter is a word where it stands: 原 only right before a law or a body, and not in 太原."""
        if any(sense.family != "earlier" for sense in self.forms[text[at]]):
            return True
        rest = text[at + 1 :]
        named = (n for n in range(len(rest), 1, -1) if rest[:n] in self.forms)
        known = {sense.family for n in named for sense in self.forms[rest[:n]]}
        number = _NUMBERED.search(rest)
        short = self._read_abbreviation(rest[: number.start()] if number else rest)
        return since == at and (bool(known & {"law", "department"}) or short is not None)

    def _read_form(self, text: str, at: int, size: int) -> tuple[int, tuple[Sense, ...]]:
        """What a known word means, and how long it is: 卫生 with the 局 behind it is the bodies of that function."""
        senses = tuple(self.forms[text[at : at + size]])
        doing = {iri: near for sense in senses if sense.family == "function" for iri, near in sense.tags.items()}
        end = at + size
        tail = max((len(ending) for ending in self.endings if text.startswith(ending, end)), default=0)
        # 公安部门 and 公安处罚 are no 公安部 and no 公安处
        ends = self._longest_at(text, end) <= tail and (end + tail == len(text) or self._longest_at(text, end + tail))
        if not tail or not ends:
            return size, senses
        short = self._read_abbreviation(text[at : end + tail])
        if short is None and not doing:
            return size, senses
        return size + tail, short.senses if short else (Sense("department", doing),)

    def _longest_at(self, text: str, at: int) -> int:
        """The length of the longest known word that begins at a place; 0 for none."""
        return next((n for n in range(min(self.longest, len(text) - at), 0, -1) if text[at : at + n] in self.forms), 0)

    def _cut_latin(self, tokens: Sequence[str]) -> list[Part | str]:
        """English words: known phrases, the longest first, else a word that begins as one of a label."""
        words = [_join_english(token) for token in tokens]
        pieces: list[Part | str] = []
        at = 0
        while at < len(words):
            size = next((n for n in range(len(words) - at, 0, -1) if " ".join(words[at : at + n]) in self.english), 0)
            if size:
                known = self.english[" ".join(words[at : at + size])]
                pieces.append(Part(" ".join(tokens[at : at + size]), tuple(known)))
            else:
                near = [s for form, senses in self.english.items() if begins(words[at], form) for s in senses]
                kept = tuple(sense for sense in near if sense.family not in _DROPPED)
                short = tuple(self.acronyms.get(words[at], ()))
                pieces.append(Part(tokens[at], short if short and (tokens[at].isupper() or not kept) else kept))
            at += size or 1
        return self._join_bodies(pieces)

    def _join_bodies(self, pieces: Sequence[Part | str]) -> list[Part | str]:
        """English words, a function with a word for bodies behind it as the bodies of it: finance bureau is 财政局."""
        joined: list[Part | str] = []
        for piece in pieces:
            last = joined[-1] if joined else None
            if isinstance(piece, Part) and isinstance(last, Part) and DEPARTMENTS in piece.tags:
                doing = {tag: near for one in last.senses if one.family == "function" for tag, near in one.tags.items()}
                if doing:
                    joined[-1] = Part(f"{last.words} {piece.words}", (Sense("function", doing),))
                    continue
            joined.append(piece)
        return joined

    def _read_rest(self, pieces: Sequence[Part | str]) -> list[Part]:
        """What stands between known words as numbers of clauses, where several pieces together are one, or as text."""
        parts: list[Part] = []
        at = 0
        while at < len(pieces):
            piece = pieces[at]
            if isinstance(piece, Part):
                parts.append(piece)
                at += 1
                continue
            end = next((n for n in range(at, len(pieces)) if isinstance(pieces[n], Part)), len(pieces))
            run = [str(one) for one in pieces[at:end]]
            joined = list(accumulate(run, lambda a, b: a + b))
            for size in range(len(run), 0, -1):
                places = read_typed(joined[size - 1])
                if places:
                    bare = joined[size - 1].isalnum() and len({place.steps[0].level for place in places}) > 1
                    parts.append(Part(joined[size - 1], (), places, bare))
                    at += size
                    break
            else:
                parts += self._split_text(piece)
                at += 1
        return parts

    def _split_text(self, words: str) -> list[Part]:
        """Words that are not known, with the number of a clause behind them as a part of its own."""
        for place in _NUMBERED.finditer(words):
            at = place.start()
            if at and (places := read_typed(words[at:])):
                bare = len({one.steps[0].level for one in places}) > 1
                front = words[:at]
                return [self._read_abbreviation(front) or Part(front), Part(words[at:], (), places, bare)]
        return [self._read_abbreviation(words) or Part(words)]

    def _read_abbreviation(self, words: str) -> Part | None:
        """A law or department by letters of its name in their order, the last being the last; None for neither."""
        text = fold(words, "name").text
        if len(text) < _LEAST + 1 or text in self.forms:
            return None
        if any(text.endswith(ending) for ending in self.endings) and (
            found := match_departments(text, self.departments)
        ):
            return Part(words, (Sense("department", self.join_mates(found)),))
        if any(text.endswith(kind) for kind in self.kinds) and (named := match_works(text, self.works)):
            return Part(words, (Sense("law", dict.fromkeys(named, 3)),))
        return None

    def widen_effects(self, part: Part) -> Part:
        """A part with the direction of its effects in their place: 禁止 as anything that harms."""
        senses = [s for s in part.senses if s.family != "effect"]
        effects = {tag for s in part.senses if s.family == "effect" for tag in s.tags}
        wider = dict.fromkeys((self.directions[tag] for tag in sorted(effects) if tag in self.directions), 0)
        return replace(part, senses=(*senses, Sense("effect", wider))) if wider else part

    def join_mates(self, departments: Iterable[str]) -> dict[str, int]:
        """Departments with those that act for them today and their like elsewhere."""
        near: dict[str, int] = {}
        for iri in departments:
            for mate, how in self.mates.get(iri, {iri: 3}).items():
                near[mate] = max(how, near.get(mate, 0))
        return near


def _join_places(parts: Sequence[Part]) -> list[Part]:
    """The parts, the number of an item as one of the annex or appendix that is named before it: 附录第九项."""
    joined: list[Part] = []
    for part in parts:
        at = next((n for n in range(len(joined) - 1, -1, -1) if not joined[n].has("filler")), -1)
        if part.places and at >= 0 and joined[at].has("within"):
            named = joined[at]
            words = f"{named.words}{' ' if named.words.isascii() else ''}{part.words}"
            within = next(tag for sense in named.senses if sense.family == "within" for tag in sense.tags)
            joined[at:] = [replace(part, words=words, bare=False, within=within)]
        else:
            joined.append(part)
    return joined


def _join_english(words: str) -> str:
    """English words in small letters with a blank between them, in one spelling."""
    return " ".join(spell_alike(word) for word in _WORD.findall(words.casefold()))


def _spell_place(found: re.Match[str]) -> str:
    """A place as Chinese prints it; as it is where its head is no numeral."""
    head = read_roman(found["head"])
    return f"{write_numeral(head)}（{found['item'] or found['dotted']}）" if head else found[0]


def match_number(short: ShortNumber, numbers: Mapping[str, Collection[DocumentNumber]]) -> tuple[str, list[str]]:
    """The code among the words before a number, and those things, of these ``numbers``, that have it."""
    like = [
        (iri, number)
        for iri, held in numbers.items()
        for number in held
        if number.serial == short.serial and (short.year is None or number.year == short.year)
    ]
    written = short.before + short.order
    for at in range(len(written)):
        code = written[at:]
        found = [iri for iri, number in like if number.code == code]
        found = found or [iri for iri, number in like if _shortens(code, number.code)]
        if found:
            return code, found
    return "", [iri for iri, _ in like] if short.certain else []


def match_departments(text: str, departments: Mapping[str, Collection[str]]) -> list[str]:
    """Those departments in whose name, without its place, the letters stand in this order, as closely as any.

    >>> match_departments("安监总局", {"a": ["国家安全生产监督管理总局"], "b": ["国家市场监督管理总局"]})
    ['a']
    """
    stem = text[:-1]

    def fits(name: str, level: int) -> bool:
        if level == 0:
            return name.endswith(text) or name == stem or (_shortens(text, name) and name[0] == text[0])
        return _shortens(text, name) if level == 1 else name[0] == text[0] and drops_characters(stem, name)

    for level in range(3):
        if found := [iri for iri, names in departments.items() if any(fits(name, level) for name in names)]:
            return found
    return []


def match_works(text: str, works: Mapping[str, Collection[str]]) -> list[str]:
    """Those works whose title holds the words, else those that they shorten."""
    found = [iri for iri, names in works.items() if any(text in name for name in names)]
    return found or [iri for iri, names in works.items() if any(_shortens(text, name) for name in names)]


def _shortens(short: str, name: str) -> bool:
    """Whether a word is a name with characters left out, the last and the first kept."""
    return bool(short) and short[-1:] == name[-1:] and short[:1] in name and drops_characters(short, name)


def make_lexicon(select: Select, entries: Iterable[Entry]) -> Lexicon:
    """The words of a dataset; ``select`` runs a SELECT and gives its rows (``Store.select``)."""
    lexicon = Lexicon()
    known = tuple(entries)
    regions: dict[str, list[str]] = {}
    endings, kinds, frames = set[str](), set[str](), set[tuple[str, str]]()
    functions: list[tuple[str, str]] = []
    apart: dict[str, set[str]] = {IDLE: set(), WITHOUT: set(), UNIT: set()}
    asking, counted = set[str](), dict[str, dict[str, list[str]]]()
    for concept, family, form, language, leads in select(read_query("terms")):
        iri, word = str(concept), str(form)
        if family == "ending":
            endings.add(word)
        elif family == "kind":
            kinds.add(word)
        elif "…" in word:
            head, _, tail = word.partition("…")
            frames |= {(head, tail)} if slug_of(iri) == MAY else set()
        elif family == "function":
            functions.append((iri, word))
        elif family == "word":
            slug = slug_of(iri)
            if slug.startswith(UNITS):
                counted.setdefault(slug, {}).setdefault(str(language), []).append(word)
                if language == "zh":
                    apart[UNIT].add(word)
                continue
            if slug in WITHIN:
                lexicon.add(word, Sense("within", {WITHIN[slug]: 0}))
                continue
            if slug in apart:
                apart[slug].add(word)
                # a gloss is one line: words of time and of having none stand there in other forms, or not at all
                if _LATIN.match(word):
                    lexicon.add(word, Sense("filler", {}))
                continue
            if slug == FILLER:
                apart[IDLE].add(word)
            kind = _IDLE_KINDS.get(slug, "class")
            if kind in ("may", "asking", "who") and (folded := fold(word, "name").text):
                asking.add(folded)
            lexicon.add(word, Sense(kind, {str(leads): 0} if leads else {}))
        else:
            lexicon.add(word, Sense(str(family), {iri: 0 if family == "class" else 3}))
            if family == "effect" and leads:
                lexicon.directions[iri] = str(leads)
            if family == "place":
                regions.setdefault(iri, []).append(word)
    lexicon.english_units = {unit: told["zh"][0] for told in counted.values() for unit in told["en"]}
    lexicon.endings, lexicon.kinds, lexicon.frames = frozenset(endings), frozenset(kinds), tuple(sorted(frames))
    lexicon.asking = frozenset(asking)
    lexicon.idle, lexicon.without, lexicon.units = (frozenset(apart[slug]) for slug in (IDLE, WITHOUT, UNIT))
    lexicon.versions = frozenset((str(row[0]), str(row[2])[:4]) for row in select(read_query("versions")))
    _add_departments(lexicon, [entry for entry in known if entry.kind == "department"], regions, functions)
    for entry in known:
        if entry.kind not in ("work", "document"):
            continue
        numbers = (parse_number(name) for name in dict.fromkeys((entry.number or "", *entry.aliases)))
        lexicon.numbers[entry.iri] = tuple(number for number in numbers if number)
        titles = tuple(t for t in (entry.name, *entry.aliases) if t and not parse_number(t))
        family = "law" if entry.kind == "work" else "document"
        for title in titles:
            lexicon.add(title, Sense(family, {entry.iri: 3}))
        if entry.kind == "work":
            lexicon.titles[entry.iri] = frozenset(_join_english(entry.english or "").split())
            lexicon.works[entry.iri] = tuple(fold(title.removeprefix(NATION), "name").text for title in titles)
    return lexicon


def _add_departments(
    lexicon: Lexicon, entries: Sequence[Entry], regions: Mapping[str, Sequence[str]],
    functions: Sequence[tuple[str, str]],
) -> None:  # fmt: skip
    """Departments under their names, with and without the place in front, and under what they do."""
    known = {entry.iri: entry for entry in entries}
    later = {iri: known[iri].tags & known.keys() for iri in known}
    duties = {concept for concept, _ in functions}
    doing: dict[str, list[str]] = {}
    for iri, entry in known.items():
        for duty in entry.tags & duties:
            doing.setdefault(duty, []).append(iri)
    for iri, entry in known.items():
        near = {mate: 1 for duty in entry.tags & duties for mate in doing[duty]}
        today, waiting = {iri}, [iri]
        while waiting:
            for following in later.get(waiting.pop(), frozenset()) - today:
                today.add(following)
                waiting.append(following)
        near |= dict.fromkeys(today - {iri}, 4) | {iri: 3 if len(today) == 1 else 2}
        for one in today - {iri}:
            near |= {mate: max(1, near.get(mate, 0)) for duty in known[one].tags & duties for mate in doing[duty]}
        lexicon.mates[iri] = near
    for iri, entry in known.items():
        fronts = sorted((front for tag in entry.tags for front in regions.get(tag, ())), key=len, reverse=True)
        names = [name for name in (entry.name, *entry.aliases) if name not in entry.former]
        bare = [name.removeprefix(front) for name in names for front in fronts if name.startswith(front)]
        # 市应急管理局 is 应急管理局 with the last letter of its place in front, which is no letter of its name
        shown = [name.removeprefix(NATION) for name in (*bare, *names) if name[1:] not in bare]
        lexicon.departments[iri] = tuple(dict.fromkeys(fold(name, "name").text for name in shown if name))
        for name in dict.fromkeys((*names, *bare)):
            if len(name) >= _LEAST:
                lexicon.add(name, Sense("department", lexicon.mates[iri]))
    for concept, word in functions:
        # 国税局 is a body by a name that none has today, 税务 is what it does
        family = "department" if any(word.endswith(ending) for ending in lexicon.endings) else "function"
        lexicon.add(word, Sense(family, {concept: 0} | dict.fromkeys(doing.get(concept, ()), 1)))
    idle = {form for form, senses in lexicon.english.items() if all(one.family == "filler" for one in senses)}
    for iri, entry in known.items():
        if entry.english:
            lexicon.abbreviate(entry.english, Sense("department", lexicon.mates[iri]), idle)
