"""Whether quoted words are the words of the law: the quote check, then and now, and statute texts read for both.

A memo quotes; the statute text, where somebody has imported it, is the witness. Words are compared and nothing else:
punctuation, blanks, bracket width and quotation marks do not count, because every reprint changes them, and every
word does, because 可以 and 应当 differ by a word. What was left out is shown as printed in the statute.

It knows no document and opens no file (``library`` keeps the imported texts); it never repairs a quotation, and a
provision with another number is compared only when the caller says which one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from policygraph.graph.memory import make_graph
from policygraph.namespaces import PG
from policygraph.reading.documents import Document, parse_document
from policygraph.reading.patterns import forms_of
from policygraph.reading.patterns.header import DATE_LINE, DATED_ACT
from policygraph.reading.vocabulary import Vocabulary
from policygraph.text.dates import WRITTEN_DATE, date_of
from policygraph.text.folding import Folded, fold
from policygraph.text.likeness import find_gaps, likeness
from policygraph.text.locators import address_of, read_opening
from policygraph.text.spans import normalise

QuoteKind = Literal["whole", "partial", "differs"]
_SAME_STEP = 2
"""A piece of agreement shorter than this between two disagreements is chance, and joins them."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of the quotation and the words that stand in their place in the statute; either may be empty."""

    quoted: str
    printed: str


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """How a quotation stands to the provision it quotes.

    ``whole``: every word, nothing left out. ``partial``: only words of the provision, in order, but not all;
    ``left_out`` has the rest. ``differs``: some words are not those of the provision. ``similarity`` is 0 to 100.
    """

    kind: QuoteKind
    left_out: tuple[str, ...]
    differences: tuple[Difference, ...]
    similarity: int


@dataclass(frozen=True, slots=True)
class Provision:
    """One provision of a statute text: its address (``art_22/para_1/point_2``), printed label and words."""

    path: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Something in a statute text that belongs to no provision, or a provision that is wanting; in Chinese."""

    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Statute:
    """A statute text in provisions, articles before their parts; ``unplaced`` is what could not be put anywhere.

    ``acts`` are the days of its history as told above the first article (passed, published, amended), in their order;
    the day it applies from is none of them.
    """

    title: str | None
    provisions: tuple[Provision, ...]
    unplaced: tuple[Unplaced, ...]
    acts: tuple[str, ...] = ()

    def find(self, locator: str) -> Provision | None:
        """The provision a locator such as 第七十五条 or 第八条（六） names; None when the text has none."""
        return find_provision(self.provisions, locator)


def check_quote(quote: str, provision: str) -> QuoteCheck:
    """Hold a quotation against the words of the provision.

    >>> text = "供应商应当具备下列条件：（一）能独立承担责任；（二）有良好信誉。采购人可以规定特定条件。"
    >>> check_quote("供应商应当具备下列条件:(一) 能独立承担责任;(二) 有良好信誉。", text)
    QuoteCheck(kind='partial', left_out=('采购人可以规定特定条件。',), differences=(), similarity=82)
    >>> check_quote("供应商可以具备下列条件", "供应商应当具备下列条件。").differences
    (Difference(quoted='可以', printed='应当'),)
    """
    said, printed = fold(_drop_label(quote), "words"), fold(_drop_label(provision), "words")
    source = _drop_label(provision)
    told = _drop_label(quote)
    left_out: list[str] = []
    differences: list[Difference] = []
    for a, b, c, d in _disagreements(said.text, printed.text):
        if a == b:
            left_out.append(_slice(source, printed, c, d))
        else:
            differences.append(Difference(_slice(told, said, a, b), _slice(source, printed, c, d)))
    kind: QuoteKind = "differs" if differences else "partial" if left_out else "whole"
    return QuoteCheck(kind, tuple(left_out), tuple(differences), round(100 * likeness(said.text, printed.text)))


def compare_texts(then: str, now: str) -> QuoteCheck:
    """What became of a provision: the same check, with the old text as the quotation and the new one as the law."""
    return check_quote(then, now)


def _slice(text: str, folded: Folded, start: int, end: int) -> str:
    """The words ``start`` to ``end`` as printed, with the bracket before and the punctuation after them."""
    if end <= start:
        return ""
    low, high = folded.starts[start], folded.ends[end - 1]
    while low > 0 and text[low - 1] in "（(“《〈":
        low -= 1
    while high < len(text) and text[high] in "，。；：、！？）)”》〉,;:":
        high += 1
    return text[low:high].strip()


def _disagreements(said: str, printed: str) -> list[tuple[int, int, int, int]]:
    found: list[tuple[int, int, int, int]] = []
    for a, b, c, d in find_gaps(said, printed):
        if found and found[-1][1] != found[-1][0] and a - found[-1][1] < _SAME_STEP:
            found[-1] = (found[-1][0], b, found[-1][2], d)
        else:
            found.append((a, b, c, d))
    return found


def _drop_label(text: str) -> str:
    words = text.lstrip()
    opening = read_opening(words)
    return words[opening.end :].lstrip() if opening and opening.step.level == "article" else text


# --- chains of events ---------------------------------------------------------------------------------------------

_MOVES = frozenset({"renumbered", "rewritten", "repealed"})


def chain_events(law: Graph) -> Graph:
    """After each renumbering, the first event that moves the provision on from its new number (``pg:followedBy``).

    A query can then follow a provision through any number of amendments. Empty when nothing moved twice.
    """
    chains = make_graph()
    moves: dict[tuple[Node, str], list[tuple[str, str]]] = defaultdict(list)
    for event, provision in law.subject_objects(PG.fromProvision):
        work, day, kind = (law.value(event, term) for term in (PG.work, DCTERMS.date, PG.eventKind))
        if work is not None and day is not None and str(kind) in _MOVES:
            moves[work, str(provision)].append((str(day), str(event)))
    for event, provision in law.subject_objects(PG.toProvision):
        work, day, kind = (law.value(event, term) for term in (PG.work, DCTERMS.date, PG.eventKind))
        if work is not None and str(kind) == "renumbered":
            later = sorted(move for move in moves[work, str(provision)] if move[0] > str(day))
            if later:
                chains.add((event, PG.followedBy, URIRef(later[0][1])))
    return chains


# --- statute texts ----------------------------------------------------------------------------------------------

# art_62 · para_2 · point_3 · subpoint_1;  not: chp_1, sec_2, heading
_STEP = re.compile(r"^(?P<level>art|para|point|subpoint)_(?P<number>\d+)(?:-(?P<insert>\d+))?$")

_DATE_LINE = DATE_LINE.compile()
_LONGEST_ACT = 200
"""How far behind a date the words of its act are looked for, in characters."""


def read_statute(source: str, words: Vocabulary) -> Statute:
    """A law, regulation or rule in provisions; never raises, and says what it could not place.

    The words tell where title and history end and the text begins; articles need none.

    >>> text = "某条例\\n第一条 为了安全，制定本条例。\\n第二条 应当具备下列条件：\\n（一）有资质；\\n（二）有信誉。"
    >>> statute = read_statute(text, Vocabulary())
    >>> [provision.path for provision in statute.provisions]
    ['art_1', 'art_2', 'art_2/para_1', 'art_2/para_1/point_1', 'art_2/para_1/point_2']
    >>> statute.find("第二条（二）").text
    '有信誉。'
    """
    document = parse_document(source, words)
    provisions: dict[str, Provision] = {}
    unplaced: list[Unplaced] = []
    parents = {clause.parent for clause in document.clauses}
    for clause in document.clauses:
        steps = clause.id.split("/")
        start = next((i for i, step in enumerate(steps) if step.startswith("art_")), None)
        if start is None:
            if clause.level in ("al", "item", "annex") and clause.id not in parents:
                unplaced.append(Unplaced(clause.id, f"不在任何一条之内：{_short(clause.text)}"))
            continue
        if not all(_STEP.match(step) for step in steps[start:]):
            if clause.level not in ("heading", "al") and clause.id not in parents:
                unplaced.append(Unplaced(clause.id, f"不知是哪一款项：{_short(clause.text)}"))
            continue
        path = "/".join(steps[start:])
        if path in provisions:
            unplaced.append(Unplaced(clause.id, f"{clause.label}重复，只留第一处"))
            continue
        label = clause.label or ""
        body = clause.text[len(label) :] if label and clause.text.startswith(label) else clause.text
        provisions[path] = Provision(path, label, _drop_label(body).strip())
    unplaced += _check_numbers(provisions)
    unplaced += [
        Unplaced(f"{problem.start}-{problem.end}", problem.message)
        for problem in document.problems
        if problem.code not in ("markup", "hidden", "web-chrome", "noise", "page-number", "numbering-gap")
    ]
    return Statute(_title(document), tuple(provisions.values()), tuple(unplaced), _acts(source, document, words))


def _check_numbers(provisions: dict[str, Provision]) -> list[Unplaced]:
    numbers = sorted({int(m["number"]) for path in provisions if "/" not in path and (m := _STEP.match(path))})
    if not numbers:
        return [Unplaced("", "没有找到“第X条”，这可能不是法律、法规、规章的文本")]
    wanting = sorted(set(range(1, numbers[-1] + 1)) - set(numbers))
    return [Unplaced(f"art_{number}", f"缺第{number}条（最后一条是第{numbers[-1]}条）") for number in wanting]


def _acts(source: str, document: Document, words: Vocabulary) -> tuple[str, ...]:
    """The days above the first article that an act belongs to, or that stand in a line of their own."""
    starts = [span.start for clause in document.clauses if _is_article(clause.id) for span in clause.spans]
    head = normalise(source[: min(starts, default=0)]).text + "\n"
    found = list(WRITTEN_DATE.finditer(head))
    days = []
    for number, match in enumerate(found, start=1):
        end = found[number].start() if number < len(found) else len(head)
        act = forms_of(words).find(DATED_ACT, head[match.end() : min(end, match.end() + _LONGEST_ACT)])
        line = head[head.rfind("\n", 0, match.start()) + 1 : head.index("\n", match.end())]
        day = date_of(match)
        if day and (act["published"] if act else _DATE_LINE.fullmatch(line.strip())):
            days.append(day)
    return tuple(days)


def _is_article(address: str) -> bool:
    return any(step.startswith("art_") for step in address.split("/"))


def _title(document: Document) -> str | None:
    return " ".join(document.title.split()) if document.title else None


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 40 else words[:40] + "…"


def find_provision(provisions: Iterable[Provision], locator: str) -> Provision | None:
    """The provision that a locator names; None when there is none or the locator is no number.

    第八条（六） is found under any paragraph of the article when only one of them has such an item.
    """
    path = address_of(locator)
    if path is None:
        return None
    known = {provision.path: provision for provision in provisions}
    if path in known:
        return known[path]
    article, _, rest = path.partition("/")
    nested = [p for name, p in known.items() if name.startswith(f"{article}/") and rest and name.endswith(f"/{rest}")]
    return nested[0] if len(nested) == 1 else None
