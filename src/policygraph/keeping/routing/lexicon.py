"""What the words of questions may mean: words of asking from their concepts, and every name of the dataset.

What a word of asking does beside asking (it points, it joins two things, it says a day that nobody can tell) is told
by the ``skos:notation`` of its concept in ``ontology/concepts/question-words.ttl``. Deliberately absent: the words
themselves, and what a question as a whole means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Literal, get_args

from policygraph.errors import DataError
from policygraph.judging.asking import Kind, Meaning, list_openings, read_pieces
from policygraph.keeping.search.entries import read_query
from policygraph.keeping.search.spoken import Name, Spoken
from policygraph.keeping.store import Store
from policygraph.keeping.store.naming import fold as fold_name
from policygraph.text.folding import fold
from policygraph.text.likeness import drops_characters
from policygraph.text.locators import write_place
from policygraph.text.numbers import NATION, DocumentNumber, parse_number
from policygraph.text.numerals import write_numeral

_LEAST_NAME = 3
"""The shortest name of a work or body that is believed in a question: 财政 alone may be part of another word."""
_LEAST_MEASURE = 6
"""The shortest name of a measure that is believed: shorter ones are words of many questions."""
_THINGS: tuple[Kind, ...] = ("document", "work", "department")

Role = Literal[
    "form", "silent", "points", "from", "particle", "elsewhere", "law", "untold", "and", "own", "unit", "passing",
    "places", "compared", "since", "amends", "numbered", "negates", "who", "interrogative",
    "body", "counted", "concerned", "proceeding", "now", "shared", "of",
]  # fmt: skip
"""What a word of asking does, by the notation of its concept: ``form`` says only how something is asked, ``silent``
tells no question from another, the others are read by those who need them."""

_MARKS: frozenset[Role] = frozenset({"interrogative", "counted", "concerned", "proceeding", "now", "of"})
"""The roles whose words are no words of asking: they are only looked for in what is said."""


class Lexicon:
    """What each form means (``named``, by folded words), and what is known of the things named."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.roles: dict[str, frozenset[Role]] = {}
        self.homes: dict[str, frozenset[str]] = {}
        self.particles: set[str] = set()
        self.marks: dict[Role, set[str]] = {role: set() for role in _MARKS}
        self._found: dict[str, dict[tuple[str, str], Meaning]] = {}
        self.endings: list[str] = []
        ways = self._add_words()
        self._with_role = {
            role: frozenset(iri for iri, held in self.roles.items() if role in held) for role in get_args(Role)
        }
        self._add_things()
        self._add_english()
        regions = self._read_regions()
        self._add_short_bodies(regions)
        self.named = {form: tuple(meanings.values()) for form, meanings in self._found.items()}
        self.openings = list_openings(self.named)
        self._add_ways(ways)
        self.spoken = self._collect_spoken(regions)

    def learn(self, found: Mapping[str, Meaning]) -> None:
        """Know some words from now on, whatever they meant before."""
        for form, meaning in found.items():
            self.named[form] = tuple(dict.fromkeys((*self.named.get(form, ()), meaning)))
        self.__dict__.pop("laws", None)
        self.openings |= list_openings(found)

    @cached_property
    def laws(self) -> frozenset[str]:
        """The forms that name a law."""
        return frozenset(form for form, meanings in self.named.items() if any(m.kind == "work" for m in meanings))

    def plays(self, meaning: Meaning, role: Role) -> bool:
        """Whether a meaning is of a word that does something beside asking."""
        return role in self.roles.get(meaning.value, ())

    def with_role(self, role: Role) -> frozenset[str]:
        """The concepts of the words that do something."""
        return self._with_role[role]

    def short(self, iri: str) -> str:
        """What a person would type for a thing: its slug."""
        return self._slugs.get(iri, iri)

    def mean(self, name: Name) -> tuple[Meaning, ...]:
        """What a name as people say it may mean."""
        if name.place is not None:
            written = write_place(name.place)
            return (Meaning("locator", written, written),)
        return tuple(self._things[iri] for iri in name.iris)

    @cached_property
    def carrying(self) -> Spoken:
        """The names of the bodies that carry measures: 发改委 is one of them before it is the national one."""
        held = self.spoken.departments
        return replace(self.spoken, departments={one: held[one] for one in sorted(self.carriers & held.keys())})

    @cached_property
    def carriers(self) -> frozenset[str]:
        """The bodies that carry a measure by name."""
        told = self.store.ask("departments-of-measures", {})
        return frozenset(str(row[told.columns.index("department")]) for row in told.rows)

    @cached_property
    def seats(self) -> Mapping[str, str]:
        """The region of each body."""
        return {str(body): str(region) for body, region in self.store.select(read_query("seats"))}

    @cached_property
    def functions(self) -> Mapping[str, frozenset[str]]:
        """The functions of each body that has one."""
        return self._gather("functions")

    @cached_property
    def heirs(self) -> Mapping[str, frozenset[str]]:
        """The bodies that took over from each body that is no more."""
        return self._gather("heirs")

    def _gather(self, query: str) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for one, told in self.store.select(read_query(query)):
            found.setdefault(str(one), set()).add(str(told))
        return {one: frozenset(told) for one, told in found.items()}

    @cached_property
    def document_titles(self) -> Mapping[str, str]:
        """The folded title of each document."""
        return {one.iri: fold(one.label, "name").text for one in self.store.list_named("document")}

    @cached_property
    def document_years(self) -> Mapping[str, frozenset[str]]:
        """The years in which each document was, or may have been, issued; the days of a document stand in its row."""
        told = self.store.ask("documents", {})
        at, *days = (told.columns.index(name) for name in ("document", "date", "date_from", "date_to"))
        return {str(row[at]): frozenset(str(row[day])[:4] for day in days if row[day]) for row in told.rows}

    @cached_property
    def _slugs(self) -> Mapping[str, str]:
        return {
            one.iri: one.slug
            for kind in ("document", "measure", "work", "department")
            for one in self.store.list_named(kind)
        }

    @cached_property
    def body_labels(self) -> Mapping[str, str]:
        """What each body is called."""
        return {one.iri: one.label for one in self.store.list_named("department")}

    @cached_property
    def _things(self) -> Mapping[str, Meaning]:
        return {one.iri: Meaning(kind, one.iri, one.label) for kind in _THINGS for one in self.store.list_named(kind)}

    def _add(self, form: str, meaning: Meaning, least: int = 1) -> None:
        key = fold(form, "name").text
        if len(key) >= least:
            self._found.setdefault(key, {}).setdefault((meaning.kind, meaning.value), meaning)

    def _add_words(self) -> set[str]:
        """Words of asking and of places, mechanisms and procedures; what comes back are the forms of the latter."""
        ways: set[str] = set()
        negations: list[str] = []
        askings: list[tuple[str, Meaning]] = []
        for kind, iri, form, label, *roles in self.store.select(read_query("question-words")):
            name, words, title = str(iri), str(form), str(label or "")
            if kind != "cue":
                self._add(words, Meaning("place" if kind == "place" else "concept", name, title), 2)
                if kind == "concept" and len(folded := fold(words, "name").text) >= 2:
                    ways.add(folded)
                continue
            held = frozenset(_check_role(name, str(role)) for role in roles if role is not None)
            self.roles[name] = self.roles.get(name, frozenset()) | held
            if "elsewhere" in held:
                # each word is a place of its own
                self.roles[f"{name}/{words}"] = held
                self._add(words, Meaning("place", f"{name}/{words}", words), 2)
                continue
            if marking := held & _MARKS:
                for role in marking:
                    self.marks[role].add(fold(words, "name").text)
                continue
            if "numbered" in held:
                self.endings.append(words)
                continue
            if held & {"particle", "and"}:
                self.particles.add(words)
            if "negates" in held:
                negations.append(words)
                continue
            silent = "silent" in held
            meaning = Meaning("asking" if silent else "cue", name, title)
            self._add(words, meaning)
            if not silent:
                askings.append((words, meaning))
        for words, meaning in askings:
            if len(words) == 2 and not words.isascii():
                for no in negations:
                    # 符不符合 and 符合不符合 ask for 符合
                    if no not in words:
                        self._add(f"{words[0]}{no}{words}", meaning)
                        self._add(f"{words}{no}{words}", meaning)
        return ways

    def _add_things(self) -> None:
        """The names and numbers of documents, laws, bodies and measures, and a number without its code: 5号文."""
        for one in self.store.list_named("document"):
            meaning = Meaning("document", one.iri, one.label)
            for form in one.forms:
                self._add(form, meaning, _LEAST_NAME)
                if number := parse_number(form):
                    # 5号文 and 五号文
                    for serial in (number.serial, write_numeral(int(number.serial))):
                        for ending in self.endings:
                            # and document 5
                            self._add(f"{ending} {serial}" if ending.isascii() else serial + ending, meaning, 2)
            self._add(one.slug, meaning)
        for kind in _THINGS[1:]:
            for one in self.store.list_named(kind):
                for form in (one.label, *one.forms):
                    self._add(form, Meaning(kind, one.iri, one.label), _LEAST_NAME)
        for one in self.store.list_named("measure"):
            for form in one.forms:
                self._add(form, Meaning("measure", one.iri, one.label), _LEAST_MEASURE)

    def _add_english(self) -> None:
        """English names: Work Safety Law of the People's Republic of China is called Work Safety Law.

        Jiamusi Finance Bureau is called Finance Bureau, as 佳木斯市财政局 is 财政局.
        """
        kinds: Mapping[str, Kind] = {kind: kind for kind in _THINGS}
        for kind, iri, english in self.store.select(read_query("english-names")):
            shorts = {str(english), str(english).partition(" of the ")[0], str(english).partition(" (")[0]}
            if kind == "department":
                heads = ((one, *one.partition(" ")) for one in tuple(shorts))
                shorts |= {rest for _, head, _, rest in heads if self._names_place(head)}
            for short in sorted(shorts):
                if " " in short:
                    self._add(short, Meaning(kinds[str(kind)], str(iri), str(english)), _LEAST_NAME)

    def _names_place(self, words: str) -> bool:
        """Whether words are what a place is called."""
        return any(kind == "place" for kind, _ in self._found.get(fold(words, "name").text, ()))

    def _read_regions(self) -> Mapping[str, frozenset[str]]:
        """What each region is called; the documents of each are kept."""
        regions: dict[str, set[str]] = {}
        for region, called, document in self.store.select(read_query("regions")):
            regions.setdefault(str(region), set()).add(str(called))
            if document is not None:
                self.homes[str(region)] = self.homes.get(str(region), frozenset()) | {str(document)}
        return {region: frozenset(called) for region, called in regions.items()}

    def _add_short_bodies(self, regions: Mapping[str, frozenset[str]]) -> None:
        """Within its place a body is called without it: 佳木斯市财政局 is 市财政局 and 财政局."""
        for body in self.store.list_named("department"):
            names = regions.get(self.seats.get(body.iri, ""), frozenset())
            ranks = {
                one.removeprefix(other) for one in names for other in names if one != other and one.startswith(other)
            }
            for form in (body.label, *body.forms):
                for prefix in (*names, *ranks):
                    if form.startswith(prefix):
                        self._add(form.removeprefix(prefix), Meaning("department", body.iri, body.label), _LEAST_NAME)

    def _add_ways(self, ways: set[str]) -> None:
        """信用修复程序 asks for 信用修复 and for 程序, which are words of asking."""
        for form in sorted(ways):
            named = {**self.named, form: ()}
            inside = read_pieces(form, named, (), lambda _: False, lambda a, b: True, self.openings)
            if not any(meaning.kind == "cue" for meaning in self.named[form]):
                self.named[form] += tuple(meaning for piece in inside for meaning in piece.means("cue"))

    def _collect_spoken(self, regions: Mapping[str, frozenset[str]]) -> Spoken:
        """The names by which bodies and laws are called in short."""
        endings, kinds, functions = set[str](), set[str](), dict[str, list[str]]()
        for concept, family, form, *_ in self.store.select(read_query("terms")):
            match family:
                case "ending":
                    endings.add(str(form))
                case "kind" if not str(form).isascii():
                    kinds.add(str(form))
                case "function":
                    functions.setdefault(str(concept), []).append(str(form))
        self._add_functions(endings, functions)
        numbers: dict[str, tuple[DocumentNumber, ...]] = {}
        names: dict[str, dict[str, tuple[str, ...]]] = {"work": {}, "department": {}}
        for kind in _THINGS:
            for one in self.store.list_named(kind):
                forms = tuple(dict.fromkeys((one.label, *one.forms)))
                if kind != "department":
                    numbers[one.iri] = tuple(number for form in forms if (number := parse_number(form)))
                if kind != "document":
                    called = sorted(regions.get(self.seats.get(one.iri, ""), ()), key=len, reverse=True)
                    bare = _shorten(forms, (NATION, *called, ""))
                    names[kind][one.iri] = tuple(dict.fromkeys(fold(form, "name").text for form in bare))
        return Spoken(numbers, names["department"], names["work"], frozenset(endings), frozenset(kinds))

    def _add_functions(self, endings: set[str], functions: Mapping[str, list[str]]) -> None:
        """妇联, where 妇女联合会 is a name of a body, and tax bureau; 财政 and tax alone are words."""
        called = frozenset(self.named)
        offices = [form for form, (one, *_) in self.named.items() if form.isascii() and self.plays(one, "body")]
        for body, function in self.store.select(read_query("functions")):
            forms = tuple(functions.get(str(function), ()))
            for form in forms:
                if form.isascii() and str(body) in self._things:
                    # tax bureau, unless a body has that very name
                    keys = {fold(form, "name").text + office for office in offices} - called
                    self.learn({key: self._things[str(body)] for key in sorted(keys)})
                if str(body) in self._things and any(
                    form.endswith(ending) or (len(form) < len(other) and other.endswith(ending)
                                              and form[0] == other[0] and drops_characters(form, other))
                    for ending in endings for other in forms
                ):  # fmt: skip
                    key = fold(form, "name").text
                    self.learn({key: self._things[str(body)]})

    def folded_name(self, words: str) -> tuple[Meaning, ...]:
        """What a name, however it is written, may mean; nothing where nobody is called so."""
        return self.named.get(fold_name(words), ())


def _check_role(concept: str, role: str) -> Role:
    """A notation as a role, or the refusal of the file that it stands in."""
    for known in get_args(Role):
        if role == known:
            found: Role = known
            return found
    raise DataError("ontology/concepts/question-words.ttl", f"<{concept}> 的代号 {role} 没有人认得",
                    f"代号（skos:notation）限于 {'、'.join(get_args(Role))}")  # fmt: skip


def _shorten(forms: tuple[str, ...], fronts: tuple[str, ...]) -> Iterator[str]:
    """Names in Chinese without the place in front."""
    for form in forms:
        if not form.isascii():
            yield from (bare for front in fronts if (bare := form.removeprefix(front)))
