"""Which words two documents share: runs of identical wording between clauses, with the words that differ.

It compares clause with clause across documents, by characters that carry meaning (punctuation, blanks and brackets
of either width do not count). It says how long the longest common run is and which words differ around it; it does
not say who copied whom, because both may follow a third text. Titles, lists of issuers and other formal parts are
left out by the caller; names of bodies and titles of cited documents are masked here, so that a list of the same
nineteen bureaus, or two citations of one notice, are no finding. Words that stand inside a quoted law or policy are
not the document's own and are masked too, on both sides: those that a basis quotes, and a long passage in quotation
marks in a clause that cites a work.

Words that stand in many documents are a formula: told once with all who have it, never pair by pair, or three
sentences that a hundred documents share would be fifteen thousand findings, and the memory of a build with them.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.graph.memory import make_graph
from policygraph.namespaces import BASE, PG, instance
from policygraph.text.folding import Folded, fold
from policygraph.text.likeness import Run, find_runs, likeness

SHORTEST = 16
"""The shortest run that counts, in characters: below it stand set phrases such as 生产经营单位及其有关人员."""
MANY = 12
"""Words that stand in more documents than this are a formula."""
_BLOCK = 5
"""The shortest piece that joins a longer passage; smaller ones meet by chance."""
_GAP = 24
"""How many characters may stand between two pieces of one passage: an inserted phrase, not an inserted sentence."""


Select = Callable[[str], Iterable[Mapping[str, Node]]]
"""Asks a SELECT of the whole public graph and gives its solutions, variable name to term."""

_WORDINGS = """
PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX pg: <https://w3id.org/policygraph/ns#>
SELECT ?document ?clause ?text
WHERE {
  ?clause a pg:Clause ; pg:document ?document ; pg:text ?text ; pg:level ?level .
  FILTER NOT EXISTS { ?child eli:is_part_of ?clause }
  FILTER(?level NOT IN ("title", "issuers", "number", "addressees", "signature", "date", "attachments", "keywords",
    "copies", "imprint", "promulgation"))
}
"""
_NAMES = """
PREFIX pg: <https://w3id.org/policygraph/ns#>
SELECT ?clause ?name WHERE { ?mention pg:clause ?clause ; pg:asWritten|pg:titleAsWritten ?name }
"""
_QUOTED = """
PREFIX pg: <https://w3id.org/policygraph/ns#>
SELECT ?clause ?words WHERE { ?basis a pg:LegalBasisCitation ; pg:clause ?clause ; pg:quote ?words }
"""
_CITING = """
PREFIX pg: <https://w3id.org/policygraph/ns#>
SELECT DISTINCT ?clause WHERE { ?citation pg:clause ?clause ; pg:citationRole "cited" }
"""
# “负有安全生产监督管理职责的部门应当建立信息库” (long enough to be a passage);  not: “黑名单” · “绿色通道”
_IN_MARKS = re.compile(r"[“「『](?P<words>[^”」』]{16,})[”」』]")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one clause of one document, and the names in it that do not count."""

    document: URIRef
    clause: URIRef
    text: str
    names: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    """Passages of the text that are words of a quoted law, not of the document."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one clause contributes: the passage as printed, and its words that the other side has not."""

    document: URIRef
    clause: URIRef
    quote: str
    differing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reuse:
    """A passage that clauses share: the longest identical run, how alike the passages are, the sides.

    There are two sides, or as many as have a formula.
    """

    length: int
    similarity: int
    sides: tuple[Side, ...]


def reuse_graph(select: Select, base: str = BASE) -> Graph:
    """The passages that the documents of a graph share, as RDF below a base; empty when they share none."""
    names: dict[Node, set[str]] = defaultdict(set)
    for row in select(_NAMES):
        names[row["clause"]].add(str(row["name"]))
    quoted: dict[Node, set[str]] = defaultdict(set)
    for row in select(_QUOTED):
        # a quotation may run over several lines and be continued in another cell: each line is looked for by itself
        quoted[row["clause"]].update(filter(None, str(row["words"]).splitlines()))
    citing = {row["clause"] for row in select(_CITING)}
    return describe_reuse(
        find_reuse(
            Wording(
                URIRef(str(row["document"])),
                URIRef(str(row["clause"])),
                str(row["text"]),
                tuple(sorted(names.get(row["clause"], ()))),
                tuple(sorted({*quoted.get(row["clause"], ()), *_in_marks(row["clause"] in citing, str(row["text"]))})),
            )
            for row in select(_WORDINGS)
        )
    )


def find_reuse(wordings: Iterable[Wording], shortest: int = SHORTEST) -> tuple[Reuse, ...]:
    """Passages that clauses of different documents share, in order of clause; empty when there is none.

    >>> a = Wording(URIRef("d/a"), URIRef("d/a/1"), "约谈其主要负责人，对其主要负责人及相关责任人进行安全培训；")
    >>> b = Wording(URIRef("d/b"), URIRef("d/b/1"), "并约谈其主要负责人,对其主要负责人及相关人进行安全培训。")
    >>> (found,) = find_reuse((a, b))
    >>> found.length, [side.differing for side in found.sides]
    (18, [('责任',), ()])
    """
    clauses = sorted(wordings, key=lambda wording: str(wording.clause))
    folded = [_fold(wording, index) for index, wording in enumerate(clauses)]
    places: dict[str, list[int]] = {}
    for index, words in enumerate(folded):
        for run in dict.fromkeys(words.text[at : at + shortest] for at in range(len(words.text) - shortest + 1)):
            places.setdefault(run, []).append(index)
    shared = {run: holders for run, holders in places.items() if len(holders) > 1}
    del places
    formulas = {
        run: holders
        for run, holders in shared.items()
        if len(holders) > MANY and len({clauses[holder].document for holder in holders}) > MANY
    }
    pairs = {
        (first, second)
        for run, holders in shared.items()
        if run not in formulas
        for first, second in itertools.combinations(holders, 2)
        if clauses[first].document != clauses[second].document
    }
    return (
        *(_compare(clauses[a], folded[a], clauses[b], folded[b]) for a, b in sorted(pairs)),
        *_tell_formulas(formulas, clauses, folded, shortest),
    )


def _tell_formulas(
    formulas: Mapping[str, Sequence[int]], clauses: Sequence[Wording], folded: Sequence[Folded], shortest: int
) -> Iterator[Reuse]:
    """The words that stand in many documents, each as long as the same clauses have it, in order of first clause."""
    told: set[str] = set()
    for words in folded:
        at, last = 0, len(words.text) - shortest
        while at <= last:
            holders = formulas.get(words.text[at : at + shortest])
            began, at = at, at + 1
            if holders is None:
                continue
            while at <= last and formulas.get(words.text[at : at + shortest]) == holders:
                at += 1
            text = words.text[began : at - 1 + shortest]
            if text not in told:
                told.add(text)
                found = [(clauses[holder], folded[holder], folded[holder].text.find(text)) for holder in holders]
                yield Reuse(
                    len(text),
                    100,
                    tuple(
                        Side(one.document, one.clause, _cut(one, its, place, place + len(text)), ())
                        for one, its, place in found
                        if place >= 0
                    ),
                )


def _in_marks(cites: bool, text: str) -> Iterator[str]:
    """Long passages in quotation marks, where the clause cites a work; none elsewhere."""
    if cites:
        yield from (match["words"] for match in _IN_MARKS.finditer(text))


def _fold(wording: Wording, index: int) -> Folded:
    """The words that count; a masked name is one character that fits nothing, a quoted one as many as it has."""
    masked = wording.text
    # a private-use character of this clause alone: it equals nothing in any other clause
    mask = chr(0xF0000 + index)
    for name in sorted(wording.names, key=len, reverse=True):
        masked = masked.replace(name, mask + "\0" * (len(name) - 1))
    words = fold(wording.text, "words")
    hidden = _quoted_places(wording, words)
    kept: list[tuple[str, int]] = [(mask, at) for at, character in enumerate(masked) if character == mask]
    for character, at in zip(words.text, words.starts, strict=True):
        if masked[at] not in (mask, "\0"):
            kept.append((mask if at in hidden else character, at))
    kept.sort(key=lambda pair: pair[1])
    places = tuple(at for _, at in kept)
    return Folded("".join(character for character, _ in kept), places, tuple(at + 1 for at in places))


def _quoted_places(wording: Wording, words: Folded) -> frozenset[int]:
    """Where the characters of the quoted passages stand in the text, however they are punctuated or broken there."""
    hidden: set[int] = set()
    for passage in wording.quoted:
        wanted = fold(passage, "words").text
        at = words.text.find(wanted) if wanted else -1
        while at >= 0:
            hidden.update(words.starts[at : at + len(wanted)])
            at = words.text.find(wanted, at + len(wanted))
    return frozenset(hidden)


def _compare(first: Wording, one: Folded, second: Wording, two: Folded) -> Reuse:
    runs = find_runs(one.text, two.text)
    longest = max(runs, key=lambda run: run.size)
    blocks = _join(longest, [run for run in runs if run.size >= _BLOCK])
    low = (blocks[0].a, blocks[0].b)
    high = (blocks[-1].a + blocks[-1].size, blocks[-1].b + blocks[-1].size)
    gaps: tuple[list[str], list[str]] = ([], [])
    for before, after in itertools.pairwise(blocks):
        gaps[0].append(_cut(first, one, before.a + before.size, after.a))
        gaps[1].append(_cut(second, two, before.b + before.size, after.b))
    sides = tuple(
        Side(wording.document, wording.clause, _cut(wording, words, start, end), tuple(gap for gap in differing if gap))
        for wording, words, start, end, differing in (
            (first, one, low[0], high[0], gaps[0]),
            (second, two, low[1], high[1], gaps[1]),
        )
    )
    alike = 100 * likeness(one.text[low[0] : high[0]], two.text[low[1] : high[1]])
    return Reuse(longest.size, round(alike), (sides[0], sides[1]))


def _join(longest: Run, blocks: list[Run]) -> list[Run]:
    """The longest run and the pieces beside it that lie near enough, on both sides, to be one passage."""
    before = [block for block in blocks if block.a + block.size <= longest.a and block.b + block.size <= longest.b]
    after = [block for block in blocks if block.a >= longest.a + longest.size and block.b >= longest.b + longest.size]
    joined = [longest]
    for block in reversed(before):
        if joined[0].a - block.a - block.size > _GAP or joined[0].b - block.b - block.size > _GAP:
            break
        joined.insert(0, block)
    for block in after:
        last = joined[-1]
        if block.a - last.a - last.size > _GAP or block.b - last.b - last.size > _GAP:
            break
        joined.append(block)
    return joined


def _cut(wording: Wording, words: Folded, start: int, end: int) -> str:
    return wording.text[words.starts[start] : words.ends[end - 1]] if end > start else ""


def describe_reuse(found: Iterable[Reuse], base: str = BASE) -> Graph:
    """Shared passages as RDF: one node each below the base, its sides without a direction."""
    graph = make_graph()
    for number, reuse in enumerate(found, start=1):
        node = instance("reuse", str(number), base=base)
        graph.add((node, RDF.type, PG.TextReuse))
        graph.add((node, PG.sharedLength, Literal(reuse.length)))
        graph.add((node, PG.similarity, Literal(reuse.similarity)))
        names = "ab" if len(reuse.sides) == 2 else [str(number) for number in range(1, len(reuse.sides) + 1)]
        for name, side in zip(names, reuse.sides, strict=True):
            part = instance("reuse", str(number), name, base=base)
            graph.add((node, PG.side, part))
            graph.add((part, RDF.type, PG.TextReuseSide))
            graph.add((part, PG.document, side.document))
            graph.add((part, PG.clause, side.clause))
            graph.add((part, PG.quote, Literal(side.quote)))
            if side.differing:
                graph.add((part, PG.differingWords, Literal("／".join(side.differing))))
    return graph
