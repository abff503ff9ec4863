"""What is said over a table or a list of what stands in it: of whom its measures are, of which kind, who takes them.

A sentence over a table may speak of its rows by number (对列入红名单的单位实施下表第1至7项激励措施；对…第8至15项…):
then each row has a stretch of it, and only that stretch is said of the row. A sentence with a colon that names no
numbers is said of everything it announces. What stands over a table and neither names its rows nor ends with a colon is
said of none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from policygraph.reading.documents import Clause
from policygraph.reading.drafting.sentences import find_announcement
from policygraph.reading.measures import Measure
from policygraph.reading.passages import Passage, read_passage
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.drafting import ROWS_BY_NUMBER
from policygraph.reading.texts import Reading
from policygraph.text.numerals import HAN, parse_numeral

_PART = re.compile("[，,；;。：:]")


@dataclass(frozen=True, slots=True)
class Lead:
    """The stretch of a paragraph that is said of a measure below it.

    ``behind`` is where the numbers of its rows end, None where the stretch is said of all that it announces.
    """

    passage: Passage
    start: int
    end: int
    behind: int | None = None

    @property
    def text(self) -> str:
        """The words of the stretch."""
        return self.passage.text[self.start : self.end]


def find_lead(reading: Reading, measure: Measure, forms: Forms) -> Lead | None:
    """The stretch over the table or list of a measure that `parse` has read which is said of it; None without one."""
    clauses = {one.id: one for one in reading.document.clauses}
    clause = clauses.get(measure.stated_in[0]) if measure.stated_in else None
    if clause is None:
        return None
    if clause.level == "row":
        return _over_row(reading, clause, clauses, measure.notation, forms)
    group = next((clauses.get(one.clause) for one in reading.measures.groups if one.address == measure.group), None)
    for listed in (clause, group):
        passage = find_announcement(reading, listed) if listed is not None else None
        if passage is not None:
            return cut_lead(passage)
    return None


def cut_lead(passage: Passage) -> Lead:
    """The last sentence of an announcement, without its colon."""
    text = passage.text.rstrip("：:")
    start = max(text.rfind(mark) for mark in "。；;") + 1
    return Lead(passage, start, len(text))


def _over_row(reading: Reading, row: Clause, clauses: dict[str, Clause], notation: str, forms: Forms) -> Lead | None:
    table = clauses[row.parent or ""]
    above = [one for one in reading.document.clauses if one.order < table.order and one.level in ("al", "para")]
    nearest = max(above, key=lambda one: one.order, default=None)
    if nearest is None:
        return None
    passage = read_passage(reading.source, nearest.id, nearest.level, nearest.spans)
    numbers = tuple(forms.find_all(ROWS_BY_NUMBER, passage.text))
    if numbers:
        return _by_number(passage, numbers, _last_number(notation))
    announces = nearest.parent == table.parent and passage.text.endswith(("：", ":"))
    return cut_lead(passage) if announces else None


def _by_number(passage: Passage, numbers: tuple[re.Match[str], ...], number: int | None) -> Lead | None:
    """The stretch that speaks of one row: from the end of the one before to the next mark behind its numbers."""
    begin = 0
    for rows in numbers:
        begin = max(begin, *(passage.text.rfind(mark, 0, rows.start()) + 1 for mark in "。；;"))
        mark = _PART.search(passage.text, rows.end())
        end = mark.start() if mark else len(passage.text)
        first, last = parse_numeral(rows["first"]), parse_numeral(rows["last"])
        if number is not None and first is not None and last is not None and first <= number <= last:
            return Lead(passage, begin, end, rows.end())
        begin = min(end + 1, len(passage.text))
    return None


def _last_number(notation: str) -> int | None:
    """The number that a notation ends with: 1 of 四1, 8 of （八）; None where it ends with something else."""
    bare = notation.rstrip("）")
    kind = str.isdecimal if bare[-1:].isdecimal() else HAN.__contains__
    return parse_numeral("".join(reversed([*takewhile(kind, reversed(bare))])))
