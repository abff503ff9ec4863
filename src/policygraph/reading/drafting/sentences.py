"""Leaf clauses cut into sentences, and sentences into the clauses that commas part, with every place kept.

A paragraph of a policy document often holds a whole group of rules. What can be drafted is found sentence by sentence:
who acts stands at the beginning, on which condition before the verb, what happens at the end. Quotation marks, titles
and brackets keep their insides together. What stands in tables, in headings, above and below the text is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policygraph.reading.documents import Clause
from policygraph.reading.passages import Passage, read_passage
from policygraph.reading.patterns import forms_of
from policygraph.reading.patterns.drafting import CONDITIONS_AHEAD, RUN_IN_HEADING
from policygraph.reading.texts import Reading
from policygraph.reading.vocabulary import Vocabulary
from policygraph.text.locators import read_opening

_ENDS = "。；;！？"
_COMMAS = "，,：:"
_OPENERS = {"“": "”", "《": "》", "（": "）", "(": ")", "〈": "〉", "「": "」"}
_CLOSERS = {close: open_ for open_, close in _OPENERS.items()}
BODY_LEVELS = frozenset({"al", "sec", "para", "subpara", "point", "subpoint", "art", "item", "stage", "part", "chp"})
"""Levels of leaf clauses that hold running text of the document itself."""
_ITEMS = frozenset({"item", "point", "subpoint", "subpara", "para"})
_DIVISIONS = frozenset({"sec", "chp", "part", "art"})


@dataclass(frozen=True, slots=True)
class Segment:
    """What stands between two commas: its words, and where they stand in the passage."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a leaf clause with the headings above it, the nearest last."""

    passage: Passage
    start: int
    end: int
    segments: tuple[Segment, ...]
    headings: tuple[str, ...]
    listed: bool
    """Whether the clause is an item of a list that a sentence announces."""
    announced: str
    """The words that announce the list; empty for what is no item."""
    item: str
    """The address of the item whose own words these are, which has paragraphs below it or none; else the clause's."""
    label: str
    """The number printed before the item; empty where none is."""
    lead: Passage | None = None
    """The paragraph that announces the list."""

    @property
    def clause(self) -> str:
        """The address of the leaf clause."""
        return self.passage.clause

    @property
    def text(self) -> str:
        """The words of the sentence without its final stop."""
        return self.passage.text[self.start : self.end]


def read_sentences(reading: Reading, words: Vocabulary, *, whole: bool = False) -> tuple[Sentence, ...]:
    """The sentences of the text itself, in reading order; ``whole`` keeps semicolons inside a sentence."""
    return tuple(
        sentence for clause in body_clauses(reading, words) for sentence in _cut(reading, clause, words, whole)
    )


def body_clauses(reading: Reading, words: Vocabulary) -> Iterator[Clause]:
    """The leaf clauses that hold running text, in reading order: neither what opens a text that is divided, nor what
    belongs to the measures that `parse` has read. A condition of a list that has a paragraph below it stands there as
    a heading, and is text."""
    clauses = sorted(reading.document.clauses, key=lambda clause: clause.order)
    parents = {clause.parent for clause in clauses}
    divided = {_text_of(clause.id) for clause in clauses if clause.level in _DIVISIONS}
    groups = tuple(group.clause for group in reading.measures.groups)
    stated = {clause for measure in reading.measures.measures for clause in measure.stated_in}
    below = tuple(f"{group}/" for group in groups)
    for clause in clauses:
        level = clause.level in BODY_LEVELS or (clause.level == "heading" and _is_condition(reading, clause, words))
        if clause.id in parents or not level or "app_" in clause.id:
            continue
        text = _text_of(clause.id)
        opening = clause.level == "al" and clause.parent in (None, "", text)
        if opening and (text in divided or (not text and divided)):
            continue
        if clause.id not in stated and clause.id not in groups and not clause.id.startswith(below):
            yield clause


def _text_of(clause: str) -> str:
    """The text a clause belongs to: an annex, or nothing for the document itself."""
    first = clause.split("/", 1)[0]
    return first if first.startswith("annex_") else ""


def _cut(reading: Reading, clause: Clause, words: Vocabulary, whole: bool) -> Iterator[Sentence]:
    passage = read_passage(reading.source, clause.id, clause.level, clause.spans)
    item = _item_of(reading, clause)
    headings = headings_of(reading, item)
    begin = _after_label(passage.text, item.label if clause.level == "heading" else clause.label)
    own, begin = _run_in_heading(passage.text, begin, clause, words)
    if own:
        headings = (*headings, own)
    lead = find_announcement(reading, item)
    announced = lead.text if lead else ""
    ends = "。！？" if whole else _ENDS
    for start, end in stretches(passage.text, begin, ends):
        segments = tuple(Segment(at, to, passage.text[at:to]) for at, to in stretches(passage.text[:end], start))
        if segments:
            yield Sentence(
                passage,
                start,
                end,
                segments,
                headings,
                bool(announced),
                announced,
                item.id,
                "".join(item.label.split()),
                lead,
            )


def stretches(text: str, begin: int, marks: str = _COMMAS + _ENDS) -> Iterator[tuple[int, int]]:
    """The stretches of a text between marks that stand outside of brackets and quotation marks."""
    depth: list[str] = []
    start = begin
    for at in range(begin, len(text)):
        character = text[at]
        if character in _OPENERS:
            depth.append(character)
        elif character in _CLOSERS:
            if depth and depth[-1] == _CLOSERS[character]:
                depth.pop()
        elif character in marks and (not depth or character in "。"):
            depth.clear()
            if text[start:at]:
                yield start, at
            start = at + 1
    if text[start:].rstrip(".．"):
        yield start, len(text.rstrip(".．"))


def _after_label(text: str, label: str) -> int:
    """Where a clause's words begin behind its printed number."""
    bare = "".join(label.split())
    if not bare or not text.startswith(bare):
        opening = read_opening(text)
        return opening.end if opening and not bare and opening.end < len(text) // 2 else 0
    at = len(bare)
    while at < len(text) and text[at] in "、.．　":
        at += 1
    return at


def _run_in_heading(text: str, begin: int, clause: Clause, words: Vocabulary) -> tuple[str, int]:
    """The heading that opens a numbered paragraph (信用承诺公示机制。各部门要…), and where the words go on."""
    if not clause.label:
        return "", begin
    match = forms_of(words).find(RUN_IN_HEADING, text, begin)
    return (match["heading"], match.end()) if match else ("", begin)


def headings_of(reading: Reading, clause: Clause) -> tuple[str, ...]:
    """The headings of what a clause stands in, the outermost first."""
    by_id = {one.id: one for one in reading.document.clauses}
    found: list[str] = []
    at = by_id.get(clause.parent or "")
    while at is not None:
        if at.heading:
            found.append("".join(at.heading.split()))
        at = by_id.get(at.parent or "")
    return tuple(reversed(found))


def _is_condition(reading: Reading, heading: Clause, words: Vocabulary) -> bool:
    """Whether a heading is an item of a list of conditions, read as one because a paragraph stands below it."""
    announced = announcement_of(reading, _item_of(reading, heading))
    return bool(announced) and forms_of(words).find(CONDITIONS_AHEAD, announced) is not None


def _item_of(reading: Reading, clause: Clause) -> Clause:
    """The item whose own words a leaf is: its heading, or its first paragraph behind a number that stands alone.

    The leaf itself where it is neither.
    """
    parent = next((one for one in reading.document.clauses if one.id == clause.parent), None)
    if parent is None or parent.level not in _ITEMS or not parent.label:
        return clause
    inside = sorted((one for one in reading.document.clauses if one.parent == parent.id), key=lambda one: one.order)
    if clause.level == "heading":
        return parent
    first = next((one for one in inside if one.level == "al"), None)
    bare = not parent.heading and all(one.level in ("al", "heading") for one in inside)
    return parent if first is not None and first.id == clause.id and bare else clause


# sec_1/para_1-2 · point_3-2;  not: para_2 (articles, as art_22-1, are no items of lists)
_RESTARTED = re.compile(r"_\d+-\d+$")


def announcement_of(reading: Reading, clause: Clause) -> str:
    """The sentence with a colon that announces the list of which a clause is an item; empty when there is none."""
    lead = find_announcement(reading, clause)
    return lead.text if lead else ""


def find_announcement(reading: Reading, clause: Clause) -> Passage | None:
    """The paragraph with a colon that announces the list of which a clause is an item; None when there is none."""
    if clause.level not in _ITEMS:
        return None
    brothers = [one for one in reading.document.clauses if one.parent == clause.parent and one.order < clause.order]
    if _RESTARTED.search(clause.id):
        # a list that begins to count again is announced by the paragraph before it, wherever that came to stand
        brothers = [
            one
            for one in reading.document.clauses
            if one.level == "al" and one.id.startswith(f"{clause.parent}/") and one.order < clause.order
        ]
    leads = (one for one in brothers if one.level in ("al", "para") and one.level != clause.level)
    lead = max(leads, key=lambda one: one.order, default=None)
    if lead is None:
        return None
    passage = read_passage(reading.source, lead.id, lead.level, lead.spans)
    return passage if passage.text.endswith(("：", ":")) else None
