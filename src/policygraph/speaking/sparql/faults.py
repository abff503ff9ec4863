"""What is wrong with the text of a query, in words: the place, the cause, the remedy.

An engine says which characters it would have taken next, which nobody who writes a query can use. So the text is read
once more, by tokens, for what people get wrong: a prefix that is not declared, a bracket or a quotation mark without
its partner, a first word that asks for nothing. What is none of these is told by the word at which the engine stopped.
The words stand in ``words``; this is no parser, and a text that an engine takes is never looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from policygraph.namespaces import PREFIXES
from policygraph.speaking.sparql.syntax import Token, find_place, read_tokens
from policygraph.text.likeness import near_words
from policygraph.words import read_languages

FORMS = ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE")
_PROLOGUE = ("BASE", "PREFIX", "VERSION")
_LOOKED_AT = 16 << 10
_LONGEST = 40
"""Letters of a word that are shown, and compared with the words there are."""
_PAIRS = {")": "(", "}": "{", "]": "["}
_CALLED = frozenset(
    word
    for line in (
        "abs adjust avg bnode bound ceil coalesce concat contains count datatype day encode_for_uri exists floor",
        "group_concat hours if iri isblank isiri isliteral isnumeric istriple isuri lang langmatches lcase max md5 min",
        "minutes month now object predicate rand regex replace round sameterm sample seconds sha1 sha256 sha384 sha512",
        "str strafter strbefore strdt strends strlang strlen strstarts struuid subject substr sum timezone triple tz",
        "ucase uri uuid year as asc ask bind by construct desc describe distinct filter from graph group having in",
        "lateral limit minus not offset optional order reduced select separator service undef union values where",
    )
    for word in line.split()
)
"""The words of SPARQL that a bracket may follow (SPARQL 1.1 Query, 19.8, rules 121 and 127, and the clauses)."""
# matches "error at 2:10: expected OPTIONAL", "error at 1:6: expected one of …"; not "unexpected end"
_PLACE = re.compile(r"error at (?P<line>\d+):(?P<column>\d+): ")
# what the engine says in a sentence of its own among the characters that it would have taken
_RULES = {
    "The SELECT contains a variable that is unbound": "ungrouped",
    "The SELECT overrides an existing variable": "reassigned",
    "Duplicated variable name in SELECT": "repeated",
    "IRI parsing failed": "iri",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: the key of its words, the line and column from 1, and what the words name."""

    key: str
    line: int
    column: int
    slots: Mapping[str, str] = field(default_factory=dict)

    def say(self, language: str) -> str:
        """The cause and the remedy in a language."""
        words: Mapping[str, str] = read_languages()[language].words["query_faults"]
        return words[self.key].format(**self.slots)


def find_fault(query: str, told: str) -> Fault:
    """The fault of a query that an engine refused; ``told`` are the engine's words, which give the place.

    >>> find_fault("SELECT * { ?s pg:x ?o }", "error at 1:19: expected OPTIONAL").say("en")
    'the prefix pg: is not declared; write in front: PREFIX pg: <https://w3id.org/policygraph/ns#>'
    >>> fault = find_fault("SELECT * {\\n ?s ?p ?o", "error at 2:10: expected one of …")
    >>> fault.line, fault.column, fault.key
    (1, 10, 'open')
    """
    # a long text is a program's, and whoever sends it may not hold the others up: its place alone is told
    tokens = list(read_tokens(query)) if len(query) <= _LOOKED_AT else []
    looks = (_read_beginning, _find_undeclared, _find_unpaired, _find_uncallable)
    if len(query) <= _LOOKED_AT and (found := next((one for look in looks for one in look(query, tokens)), None)):
        return found
    place = _PLACE.match(told)
    line, column = (int(place["line"]), int(place["column"])) if place else (1, 1)
    for words, key in _RULES.items():
        if words in told:
            return Fault(key, line, column)
    stopped = sum(len(before) + 1 for before in query.split("\n")[: line - 1]) + column - 1
    if not tokens:
        tokens = [replace(token, start=token.start + stopped) for token in read_tokens(query[stopped : stopped + 80])]
    at = next((token for token in tokens if token.start + len(token.text) > stopped), None)
    if at is not None:
        return Fault("unexpected", line, column, {"word": at.text[:_LONGEST]})
    # an engine that tries one way after the other stops at the end of what is wrong before it
    return next(_find_reassigned(query, tokens), Fault("unfinished", line, column))


def _read_beginning(query: str, tokens: list[Token]) -> Iterator[Fault]:
    """A text without a question, or whose first word asks for nothing."""
    if not tokens:
        yield Fault("empty", 1, 1)
        return
    for declaring, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if declaring.text.upper() == "PREFIX" and name.kind == "name" and iri.kind != "iri":
            yield Fault("iri", *find_place(query, iri.start))
            return
    first = next((token for token in tokens if token.kind == "word" and token.text.upper() not in _PROLOGUE), None)
    if first is None or first.text.upper() in FORMS:
        return
    near = near_words(first.text[:_LONGEST].upper(), FORMS)
    told = {"word": first.text[:_LONGEST], "meant": near[0] if near else ""}
    yield Fault("misspelt-beginning" if near else "beginning", *find_place(query, first.start), told)


def _find_undeclared(query: str, tokens: list[Token]) -> Iterator[Fault]:
    """The first name whose prefix is declared nowhere before it."""
    declared = set[str]()
    before: Token | None = None
    for token in tokens:
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if before is not None and before.text.upper() == "PREFIX":
                declared.add(prefix)
            elif prefix not in declared:
                known = PREFIXES.get(prefix)
                key = "prefix-known" if known else "prefix"
                yield Fault(key, *find_place(query, token.start), {"prefix": prefix, "iri": known or ""})
                return
        before = token


def _find_unpaired(query: str, tokens: list[Token]) -> Iterator[Fault]:
    """A quotation mark or a bracket without its partner."""
    open_ones: list[Token] = []
    for token in tokens:
        if token.kind != "other":
            continue
        if token.text in "\"'":
            yield Fault("quote", *find_place(query, token.start), {"word": token.text})
            return
        if token.text in _PAIRS.values():
            open_ones.append(token)
        elif token.text in _PAIRS and (not open_ones or open_ones.pop().text != _PAIRS[token.text]):
            yield Fault("closed", *find_place(query, token.start), {"word": token.text})
            return
    if open_ones:
        last = open_ones[-1]
        partner = next(close for close, opening in _PAIRS.items() if opening == last.text)
        yield Fault("open", *find_place(query, last.start), {"word": last.text, "partner": partner})


def _find_uncallable(query: str, tokens: list[Token]) -> Iterator[Fault]:
    """A word that is called as a function and is none."""
    for word, bracket in pairwise(tokens):
        if word.kind == "word" and bracket.text == "(" and word.text.casefold() not in _CALLED:
            near = near_words(word.text[:_LONGEST].casefold(), _CALLED)
            told = {"word": word.text[:_LONGEST], "meant": near[0].upper() if near else ""}
            yield Fault("misspelt-function" if near else "function", *find_place(query, word.start), told)


def _find_reassigned(query: str, tokens: list[Token]) -> Iterator[Fault]:
    """A variable that AS names and that stands before it already."""
    seen = set[str]()
    for word, variable in pairwise(tokens):
        if word.text.upper() == "AS" and variable.kind == "variable" and variable.text[1:] in seen:
            yield Fault("reassigned", *find_place(query, variable.start))
        seen |= {word.text[1:]} if word.kind == "variable" else set()
