"""Where a text says who is responsible, and in which role: labelled lines, brackets, columns, sentences that announce.

Only the stretches are found here; what stands in them as names is read by `organisations`. A stretch is known by its
form: a label with a colon (实施单位：…), brackets that end with a duty (…牵头，…配合) or hold nothing but departments
behind a finished sentence, a column or an item headed by such a label, 由…负责, and departments that open the
announcement of measures (…等部门采取下列惩戒措施：). What running text says of anybody's tasks is no duty here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from policygraph.reading.documents import Clause, Document
from policygraph.reading.passages import LINE, NO_BREAK, PARAGRAPH, Passage
from policygraph.reading.patterns import Forms, forms_of
from policygraph.reading.patterns.bodies import (
    ACTED_BY,
    ANNOUNCED_BY,
    ANNOUNCED_FIRST,
    BODY,
    BRACKETED_LIST,
    BRACKETS,
    BRANCH_ALONE,
    LISTED_PARTS,
    NEXT_LABEL,
    UNITS_AT_END,
    is_department,
)
from policygraph.reading.vocabulary import Vocabulary
from policygraph.text.locators import read_opening

DutyRole = Literal["lead", "implement", "support"]

_BRACKETED_LIST = BRACKETED_LIST.compile()
_BRACKETS = BRACKETS.compile()
_LISTED_PARTS = LISTED_PARTS.compile()
_ITEM = re.compile("[一-鿿]+")
_COLONS = "：:"
_LONGEST_NAME = 40
_BARE_HEADER = 2
"""The characters of a header that says units and no more (单位, 部门)."""
_NEXT_LABEL = NEXT_LABEL.compile()


@dataclass(frozen=True, slots=True)
class Duty:
    """A stretch of a passage that assigns responsibility, and the role its label gives.

    ``listed``: a label or a column says that all of it names those responsible. ``bracketed``: words in brackets that
    end with a duty; they list names where one of them is a name.
    """

    start: int
    end: int
    role: DutyRole
    listed: bool = False
    bracketed: bool = False


def unit_columns(document: Document, words: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    """The (table, column segment) pairs whose printed header contains one of `words`; empty when none does."""
    parents = {clause.id: clause.parent for clause in document.clauses}
    columns = set()
    for clause in document.clauses:
        if clause.level != "cell" or clause.parent is None:
            continue
        table = parents.get(clause.parent)
        if table is not None and clause.parent.endswith("/row_0") and any(word in clause.text for word in words):
            columns.add((table, clause.id.rsplit("/", 1)[-1]))
    return frozenset(columns)


def unit_clauses(document: Document, words: Vocabulary) -> frozenset[str]:
    """The clauses that are lists of those responsible as a whole: cells of their columns, and what an item holds that
    is headed by nothing but such a label (3.实施部门).

    An address list and a register of enterprises have a column of units, too, and nobody in it is responsible.
    """
    addresses = {table for table, _ in unit_columns(document, words.contact_headers)}
    measured = {table for table, _ in unit_columns(document, words.measure_headers)}
    duties = (*words.responsibility_labels, *words.lead_labels, *words.support_labels)
    telling = unit_columns(document, (*duties, *(one for one in words.unit_headers if len(one) > _BARE_HEADER)))
    columns = {
        (table, segment)
        for table, segment in unit_columns(document, words.unit_headers)
        if (table, segment) in telling or table in measured or table not in addresses
    }
    parents = {clause.id: clause.parent for clause in document.clauses}
    cells = {
        clause.id
        for clause in document.clauses
        if clause.level == "cell" and clause.parent is not None and not clause.parent.endswith("/row_0")
        if (parents.get(clause.parent) or "", clause.id.rsplit("/", 1)[-1]) in columns
    }
    labels = frozenset((*words.unit_headers, *words.responsibility_labels))
    headed = {
        clause.parent for clause in document.clauses if clause.level == "heading" and bare_words(clause) in labels
    }
    return frozenset(cells | {c.id for c in document.clauses if c.parent in headed and c.level != "heading"})


def bare_words(clause: Clause) -> str:
    """The words of a clause without its number, white space and final mark: 实施部门 of “3. 实施部门：”."""
    text = "".join(clause.text.split())
    opening = read_opening(text)
    return text[opening.end if opening else 0 :].lstrip("、.．").rstrip("。.：:；;")


def find_duties(passage: Passage, words: Vocabulary, is_list: bool) -> Iterator[Duty]:
    """Where a passage assigns responsibility; nothing when it does not. ``is_list``: all of it is a list of units.

    >>> from policygraph.reading.passages import read_passage
    >>> from policygraph.text.spans import Span
    >>> text = "限制招标。（市水务局）"
    >>> passage = read_passage(text, "al_1", "al", (Span(0, len(text)),))
    >>> [text[duty.start : duty.end] for duty in find_duties(passage, Vocabulary(body_endings=("局",)), False)]
    ['市水务局']
    >>> list(find_duties(passage, Vocabulary(), False))
    []
    """
    text = passage.text
    marks = _find_labels(passage, words)
    for place, (start, label_end, role) in enumerate(marks):
        following = marks[place + 1][0] if place + 1 < len(marks) else len(text)
        yield Duty(label_end, _end_of_list(passage, start, label_end, following), role, listed=True)
    if marks:
        return
    if is_list:
        yield Duty(0, len(text), "implement", listed=True)
    else:
        yield from _find_actors(text, forms_of(words))
    yield from _find_brackets(passage, words)


def _find_labels(passage: Passage, words: Vocabulary) -> list[tuple[int, int, DutyRole]]:
    """Each label with its colon: where it begins and ends, and the role it gives; longer labels first."""
    if not any(colon in passage.text for colon in _COLONS):
        # most passages have none, and a document may have a hundred thousand of them
        return []
    groups: tuple[tuple[tuple[str, ...], DutyRole], ...] = (
        (words.lead_labels, "lead"),
        (words.support_labels, "support"),
        (words.responsibility_labels, "implement"),
    )
    labels = [(label, role) for group, role in groups for label in group]
    labels.sort(key=lambda pair: -len(pair[0]))
    opening = read_opening(passage.text)
    return sorted(
        (match.start(), match.end(), role)
        for label, role in labels
        for match in re.finditer(re.escape(label) + f"[{_COLONS}]", passage.text)
        if _starts_label(passage, match.start(), opening.end if opening else 0)
    )


def _starts_label(passage: Passage, start: int, numbered: int) -> bool:
    return start in (0, numbered) or passage.breaks[start] != NO_BREAK or passage.text[start - 1] in "（(；;，,。"


def _find_actors(text: str, forms: Forms) -> Iterator[Duty]:
    """由…负责, and departments that open a sentence which announces measures of theirs."""
    for match in forms.find_all(ACTED_BY, text):
        yield Duty(match.start("inside"), match.end("inside"), "implement")
    for form in (ANNOUNCED_BY, ANNOUNCED_FIRST):
        announced = forms.find(form, text)
        if announced and _names_departments(announced["inside"], forms):
            yield Duty(announced.start("inside"), announced.end("inside"), "implement", listed=True)
            return


def _find_brackets(passage: Passage, words: Vocabulary) -> Iterator[Duty]:
    """Brackets that end with a duty, and brackets at the end of a sentence that hold nothing but departments.

    The latter stand behind its stop or right before it, and close their paragraph; another one below it, in the same
    item, is about something else. Behind the name of a body they say another name of it.
    """
    text = passage.text
    endings = words.duty_words + words.lead_labels + words.support_labels
    for match in _BRACKETED_LIST.finditer(text):
        inside = match["inside"].rstrip("。；")
        following = (at for at in range(match.end(), len(text)) if passage.breaks[at] == PARAGRAPH)
        rest = text[match.end() : next(following, len(text))]
        before = text[max(0, match.start() - _LONGEST_NAME) : match.start()]
        renamed = any(name.end() == len(before) for name in forms_of(words).find_all(BODY, before))
        behind = not renamed and not rest.strip("。；;. ")
        if any(inside.endswith(ending) for ending in endings):
            yield Duty(match.start("inside"), match.end("inside"), "implement", bracketed=True)
        elif behind and _names_departments(inside, forms_of(words)):
            yield Duty(match.start("inside"), match.end("inside"), "implement", listed=True)


def _names_departments(words: str, forms: Forms) -> bool:
    """Whether a list names departments and nothing else: 市财政局、县（市、区）税务局等部门."""
    words = _BRACKETS.sub("", words)
    units = forms.find(UNITS_AT_END, words)
    items = [item for item in _LISTED_PARTS.split(words[: units.start()] if units else words) if item]
    return bool(items) and all(is_department(item, forms) for item in items)


def _end_of_list(passage: Passage, label: int, start: int, following: int) -> int:
    """Where the list after a label ends: at its bracket, its sentence, its paragraph or the next label of any kind."""
    text = passage.text
    bracketed = label > 0 and text[label - 1] in "（("
    other = _NEXT_LABEL.search(text, start, following)
    following = other.start() if other else following
    depth = 0
    for at in range(start, following):
        if text[at] in "（(":
            depth += 1
        elif text[at] in "）)":
            if depth == 0 and bracketed:
                return at
            depth -= 1
        elif text[at] == "。" or (at > start and passage.breaks[at] == PARAGRAPH):
            return at
    return following


def parts_names(passage: Passage, start: int, at: int, words: Vocabulary) -> bool:
    """Whether a break in the layout parts two names.

    A line end inside a name that is not whole yet does not, nor one before the ending of a name (某行某市中心|支行)
    or before a place and a form behind a body without a place (人民银行|某某市中心支行).
    """
    kind = passage.breaks[at]
    rest = _ITEM.match(passage.text, at) if kind == LINE else None
    if rest and rest.group() in (*words.body_endings, *words.branch_endings):
        return False
    if rest and not any(place in passage.text[start:at] for place in words.place_endings):
        branch = forms_of(words).find(BRANCH_ALONE, rest.group())
        if branch and branch.end() == len(rest.group()):
            return False
    return kind != NO_BREAK and (kind != LINE or is_department(passage.text[start:at], forms_of(words)))
