"""Same words, same code: where two statements of the curated models say the same and are coded differently.

Whoever reads 加大执法检查频次 as 明文 in one document and as 实质相当 in another has made up a difference between two
places. So the words are compared after punctuation, blanks, width and enumerators are taken off, and statements with
equal words must carry equal codes: effect, force, area and class of measures and acts, the status of a mechanism, and
the values of answers to one question of the codebook. What is judged of equal words in law must be equal too: their
nature, whether anybody judged who may act, and the conclusion on every day on which both documents are there.
Where the surroundings of equal words justify a difference, an editor says so (``pg:CodingDifference``) with a reason.

Statements of one clause are not compared: a clause that is split has its words quoted for each part. Words that
stand only in a quoted law are not the document's own. It corrects nothing and knows no document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

from policygraph.namespaces import PG, slug_of
from policygraph.text.folding import fold
from policygraph.text.locators import read_opening

_NEVER = "9999"
"""After every day, as text."""
_CODES = (("effect", PG.effect), ("force", PG.force), ("area", PG.policyArea))


_MOST_KEPT = 4096
"""Statements whose words are kept: they are compared once for what differs, and once for what is explained."""


@dataclass(frozen=True, slots=True, order=True)
class Disagreement:
    """Two statements with the same words and different codes: what differs, and how each is coded."""

    code: str
    """``effect``, ``force``, ``area``, ``class``, ``nature``, ``competence``, ``conclusion``, ``status``, ``value``."""
    one: URIRef
    other: URIRef
    words: str
    codes: tuple[str, str]

    def describe(self) -> str:
        """The disagreement in Chinese, for whoever must settle it."""
        first, second = (slug_of(str(node)) for node in (self.one, self.other))
        return f"“{self.words}”字句相同而 {self.code} 不同: {first} 为 {self.codes[0]}，{second} 为 {self.codes[1]}"


@lru_cache(maxsize=_MOST_KEPT)
def normalise_words(words: str) -> str:
    """The characters that are words, without an enumerator before them.

    >>> normalise_words("3. 约谈其主要负责人,进行培训；") == normalise_words("约谈其主要负责人，进行培训")
    True
    >>> normalise_words("3年内无失信行为")
    '3年内无失信行为'
    """
    words = words.lstrip()
    opening = read_opening(words)
    return fold(words[opening.end :] if opening and opening.step.level != "article" else words, "words").text


def find_disagreements(union: Graph, judged: Graph) -> tuple[Disagreement, ...]:
    """Statements with the same words and different codes that no editor has explained, sorted; empty when they agree.

    ``judged`` holds the conclusions on the acts, from day to day. Measures that are split are compared by their acts.
    Words of one clause, and words quoted from a law, are left out.
    """
    explained = {(between, code) for _, between, code in _explanations(union)}
    return tuple(sorted(d for d in _find_all(union, judged) if (frozenset((d.one, d.other)), d.code) not in explained))


def find_idle_explanations(union: Graph, judged: Graph) -> tuple[URIRef, ...]:
    """Explanations of a difference that is none (any more), sorted: a stale one would hide the next mistake."""
    differing = {(frozenset((d.one, d.other)), d.code) for d in _find_all(union, judged)}
    return tuple(
        sorted(
            node
            for node, between, code in _explanations(union)
            if all((statement, PG.clause, None) in union for statement in between) and (between, code) not in differing
        )
    )


def _explanations(union: Graph) -> Iterator[tuple[URIRef, frozenset[Node], str]]:
    """Each explanation of an editor with the statements it is about and each code in which they may differ."""
    for node in union.subjects(RDF.type, PG.CodingDifference):
        for code in union.objects(node, PG.differsIn):
            yield URIRef(str(node)), frozenset(union.objects(node, PG.between)), str(code)


def _find_all(union: Graph, judged: Graph) -> tuple[Disagreement, ...]:
    return (*_of_measures(union, judged), *_of_mechanisms(union), *_of_answers(union))


def _of_measures(union: Graph, judged: Graph) -> Iterator[Disagreement]:
    kinds = sorted(union.subjects(RDFS.subClassOf, PG.Measure), key=str)
    granted = {act for node in union.subjects(RDF.type, PG.Competence) for act in union.objects(node, PG.bearsOn)}
    for words, one, other in _pair_acts(union, kinds):
        pair = (one, other)
        for code, term in _CODES:
            yield from _compare(code, one, other, words, *(_codes(union, thing, term) for thing in pair))
        classes = (_classes(union, _whole(union, thing), kinds) for thing in pair)
        yield from _compare("class", one, other, words, *classes)
        natures = [_codes(union, thing, PG.nature) or _codes(union, _whole(union, thing), PG.nature) for thing in pair]
        if not all(natures):
            continue
        yield from _compare("nature", one, other, words, *natures)
        powers = ("有" if {thing, _whole(union, thing)} & granted else "没有" for thing in pair)
        yield from _compare("competence", one, other, words, *powers)
        differing = _find_differing(*(_read_conclusions(judged, thing) for thing in pair))
        if differing is not None:
            yield from _compare("conclusion", one, other, words, *differing)


def _pair_acts(union: Graph, kinds: list[Node]) -> Iterator[tuple[str, Node, Node]]:
    """Each two measures or acts of different clauses with the same words, with these; a split measure by its acts."""
    split = set(union.objects(None, PG.actOf))
    things = {m for kind in kinds for m in union.subjects(RDF.type, kind)} - split | set(union.subjects(PG.actOf))
    same: dict[str, list[Node]] = defaultdict(list)
    for thing in sorted(things, key=str):
        same[normalise_words(str(union.value(thing, PG.quote) or ""))].append(thing)
    for words, holders in same.items():
        for one, other in combinations(holders, 2) if words else ():
            if union.value(one, PG.clause) != union.value(other, PG.clause):
                yield words, one, other


def _whole(union: Graph, act: Node) -> Node:
    return union.value(act, PG.actOf) or act


def _read_conclusions(judged: Graph, act: Node) -> list[tuple[str, str, str]]:
    """The conclusions on an act: from a day (empty where open), to a day (``_NEVER`` where open), the conclusion."""
    return sorted(
        (
            str(judged.value(found, PG.intervalFrom) or ""),
            str(judged.value(found, PG.intervalTo) or _NEVER),
            str(judged.value(found, PG.conclusion)),
        )
        for found in judged.subjects(PG.ofAct, act)
    )


def _find_differing(first: list[tuple[str, str, str]], second: list[tuple[str, str, str]]) -> tuple[str, str] | None:
    """The two conclusions, and since when, of the last stretch of days on which they differ; None where they never do.

    >>> _find_differing([("2020-01-01", "9999", "none")], [("2019-01-01", "2021-12-31", "none")]) is None
    True
    """
    found = [
        (max(begin, other_begin), one, other)
        for begin, end, one in first
        for other_begin, other_end, other in second
        if one != other and begin <= other_end and other_begin <= end
    ]
    if not found:
        return None
    since, one, other = max(found)
    return f"{one}（自 {since}）", f"{other}（自 {since}）"


def _of_mechanisms(union: Graph) -> Iterator[Disagreement]:
    same: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for statement in sorted(set(union.subjects(RDF.type, PG.MechanismStatement)), key=str):
        if str(union.value(statement, PG.status)) != "quoted-only":
            words = normalise_words(str(union.value(statement, PG.quote) or ""))
            same[words, str(union.value(statement, PG.mechanism))].append(statement)
    for (words, _), holders in same.items():
        for one, other in combinations(holders, 2) if words else ():
            if union.value(one, PG.clause) != union.value(other, PG.clause):
                statuses = (_codes(union, statement, PG.status) for statement in (one, other))
                yield from _compare("status", one, other, words, *statuses)


def _of_answers(union: Graph) -> Iterator[Disagreement]:
    """Answers to one question: words that are equal in two clauses must give the same values, all of them together."""
    same: dict[tuple[str, str], dict[Node, list[Node]]] = defaultdict(lambda: defaultdict(list))
    for answer in sorted(set(union.subjects(RDF.type, PG.Answer)), key=str):
        words = normalise_words(str(union.value(answer, PG.quote) or ""))
        if words:
            same[words, str(union.value(answer, PG.question))][union.value(answer, PG.clause) or answer].append(answer)
    for (words, _), clauses in same.items():
        for one, other in combinations(clauses.values(), 2):
            values = ("、".join(sorted(_value(union, answer) for answer in answers)) for answers in (one, other))
            yield from _compare("value", one[0], other[0], words, *values)


def _value(union: Graph, answer: Node) -> str:
    """What an answer says, as a code: its value with its unit, or the kind of absence."""
    said = [union.value(answer, term) for term in (PG.answerValue, PG.unit, PG.absence)]
    return " ".join(slug_of(str(code)).removeprefix("concept/") for code in said if code is not None)


def _codes(union: Graph, thing: Node, term: URIRef) -> str:
    return "、".join(sorted(slug_of(str(code)).removeprefix("concept/") for code in union.objects(thing, term)))


def _classes(union: Graph, measure: Node, kinds: list[Node]) -> str:
    return "、".join(str(kind).rsplit("#", 1)[-1] for kind in kinds if (measure, RDF.type, kind) in union)


def _compare(code: str, one: Node, other: Node, words: str, first: str, second: str) -> Iterator[Disagreement]:
    if first != second:
        yield Disagreement(code, URIRef(str(one)), URIRef(str(other)), words, (first, second))
