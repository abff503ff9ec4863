"""From which day on the words of a condition look: a determination older than that says nothing of their period."""

from __future__ import annotations

from datetime import date

from policygraph.judging.rules.counting import add_months
from policygraph.reading.drafting.conditions import months_of, write_window
from policygraph.reading.patterns import forms_of
from policygraph.reading.patterns.drafting import WINDOW, YEAR_SPOKEN
from policygraph.reading.vocabulary import Vocabulary


def find_first_day(words: str, as_of: date) -> date | None:
    """The first day of the period that words look back on from a day, the latest of several; None where they name none.

    >>> find_first_day("上一年度信用等级为A级", date(2026, 11, 27))
    datetime.date(2025, 1, 1)
    >>> find_first_day("近3年内未发生死亡事故", date(2026, 11, 27)), find_first_day("遵守法律", date(2026, 11, 27))
    (datetime.date(2023, 11, 27), None)
    """
    forms = forms_of(Vocabulary())
    found = []
    for match in forms.find_all(YEAR_SPOKEN, words):
        found.append(date(max(as_of.year - (1 if match["last"] else 0), 1), 1, 1))
    for match in forms.find_all(WINDOW, words):
        months = months_of(write_window(match))
        if months is not None and months < 12 * (as_of.year - 1):
            found.append(add_months(as_of, -months))
    return max(found, default=None)
