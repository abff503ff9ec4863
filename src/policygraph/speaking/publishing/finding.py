"""What the search of a published site reads in the browser: all entries, folded here, and how a query is folded.

The folding of the service stays the only one. Names and texts leave folded, with the way back to the words as printed;
of the fold itself goes out what it does to each single character, the pattern of ordinals with their numerals, and the
numbers of documents under their letters and digits. So the script (``static/find.js``) folds a query by looking it up.

It differs from the service in this: a number typed in short (国发2014-20) is completed only where an entry has it, and
the year of a number that is typed in 〈〉 or 【】 after text in a longer query is folded bracket by bracket.
``tests/test_publishing.py`` holds both searches against each other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from itertools import accumulate

from policygraph.keeping.search import KINDS, Entry, collect_entries
from policygraph.speaking.publishing.addresses import Place
from policygraph.speaking.web.site import Site
from policygraph.text.folding import Folded, fold
from policygraph.text.locators import ORDINAL, count_ordinals
from policygraph.text.numbers import parse_number
from policygraph.text.numerals import write_numeral

_LAST = 0xFFFF
_SURROGATES = range(0xD800, 0xE000)
_MOST_ORDINAL = 399
_SILENT = frozenset("第号年")


def write_index(site: Site, find: Callable[[str], Place]) -> bytes:
    """The index as a script: from ``file://`` a page may load one, and no JSON."""
    entries = collect_entries(site.store.select)
    index = {
        "kinds": KINDS,
        "fold": fold_table(),
        "ordinal": ORDINAL,
        "numerals": {write_numeral(number): str(number) for number in range(1, _MOST_ORDINAL + 1)} | {"两": "2"},
        "numbers": list_numbers(entries),
        "names": {code: list_names(site, code, entries) for code in site.languages},
        "documents": {code: list_documents(site, code, entries) for code in site.languages},
        "entries": [describe_entry(site, entry, find) for entry in entries],
    }
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    # a script may not hold these two, which JSON may
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"globalThis.policygraph = {text};\n".encode()


@cache
def fold_table() -> dict[str, str]:
    """What the fold of names makes of each single character that it changes."""
    characters = (chr(code) for code in range(_LAST + 1) if code not in _SURROGATES)
    return {character: folded for character in characters if (folded := fold(character, "name").text) != character}


def list_numbers(entries: Iterable[Entry]) -> dict[str, str]:
    """The numbers of documents, folded, under what is left of them without brackets and the words 第, 年, 号."""
    found: dict[str, str] = {}
    for alias in sorted({alias for entry in entries for alias in entry.aliases}):
        number = parse_number(alias)
        if number is not None and number.form == "year":
            folded = fold(str(number), "name").text
            found["".join(c for c in folded if c.isalnum() and c not in _SILENT)] = folded
    return found


def list_names(site: Site, code: str, entries: Iterable[Entry]) -> dict[str, str]:
    """The words of a language for kinds, places and areas that differ from the words themselves."""
    names = site.names[code]
    values = {("kind", kind) for kind in KINDS}
    for entry in entries:
        values |= {("place", entry.place)} if entry.place else set()
        values |= {("area", area) for area in entry.areas}
    said = {f"{facet}.{value}": names.say(value, facet) for facet, value in sorted(values)}
    said |= {f".{kind}": names.say(kind) for kind in KINDS}
    return {key: word for key, word in said.items() if word != key.partition(".")[2]}


def list_documents(site: Site, code: str, entries: Iterable[Entry]) -> dict[str, str]:
    """How a language calls each clause, and the document of each measure, by its IRI."""
    names = site.names[code]
    found = {entry.iri: names.name(entry.iri) for entry in entries if entry.kind == "clause"}
    found |= {entry.document: names.name(entry.document) for entry in entries if entry.document}
    return found


def describe_entry(site: Site, entry: Entry, find: Callable[[str], Place]) -> dict[str, object]:
    """An entry for the script; what it has not is left out."""
    place = find(site.localise(entry.iri) or "/")
    told: dict[str, object | None] = {
        "k": entry.kind,
        "i": entry.iri,
        "u": place.file + (f"#{place.fragment}" if place.fragment else ""),
        "n": describe_text(entry.name),
        "a": [describe_text(alias) for alias in entry.aliases],
        "t": describe_text(entry.text) if entry.text else None,
        "d": entry.document,
        "p": entry.place,
        "r": list(entry.areas),
    }
    return {key: value for key, value in told.items() if value}


def describe_text(text: str) -> list[object]:
    """A text, and its views that differ from it: folded, and with its ordinals in digits, each with the way back.

    >>> describe_text("惩戒"), describe_text("第七 条")
    (['惩戒'], ['第七 条', ['第七条', [0, 0, 1, 2, 3, 1]], ['第7条', [0, 0, 1, 2, 3, 1]]])
    """
    plain = fold(text, "name")
    counted = count_ordinals(plain)
    views: list[object] = [text]
    if counted is not plain:
        return [*views, [plain.text, list_runs(plain, text)], [counted.text, list_runs(counted, text)]]
    return [*views, [plain.text, list_runs(plain, text)]] if plain.text != text else views


def list_runs(folded: Folded, text: str) -> list[int]:
    """The way back as triples: from this folded character on, each stands where the text goes on, this wide.

    Characters are counted as browsers count them: one beyond the first plane of Unicode is two.

    >>> list_runs(fold("（国发 20号", "name"), "（国发 20号")
    [0, 0, 1, 3, 4, 1]
    """
    at = [0, *accumulate(_units(character) for character in text)]
    places: list[tuple[int, int]] = []
    for character, start, end in zip(folded.text, folded.starts, folded.ends, strict=True):
        if _units(character) == 1:
            places.append((at[start], at[end] - at[start]))
        else:
            places += [(at[start], 1), (at[end] - 1, 1)]
    runs: list[int] = []
    expected = (-1, -1)
    for index, place in enumerate(places):
        if place != expected:
            runs += [index, *place]
        expected = (place[0] + 1, place[1])
    return runs


def _units(character: str) -> int:
    return 2 if ord(character) > _LAST else 1
