"""What becomes of a question: an answer, several readings, a question back, or a refusal, with how it was understood.

Values that leave as JSON, on a page and in a notebook. Deliberately absent: how they are arrived at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from policygraph.judging.answers import Answer, Cell
from policygraph.judging.asking import Kind
from policygraph.text.locators import lies_in

State = Literal["answer", "readings", "ask-back", "refusal"]
Reason = Literal["", "unclear", "missing", "ambiguous", "unheard", "out-of-scope", "no-words", "too-long"]
PLACES = ("locator", "provision")
"""The columns that tell a place in a law; of an answer that has both, the first is that which is printed."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A piece of the question as it was understood: its words as typed, the kind of thing, its value and name."""

    words: str
    kind: Kind
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A named question that may be meant: its name, a question that is it, and the values that it would be asked with.

    ``missing`` are parameters that it needs and the question does not give, ``unclear`` names in the question that
    fit several things. ``narrow`` keeps the rows that are about what was asked.
    """

    query: str
    summary_zh: str
    summary_en: str
    parameters: Mapping[str, str]
    tells: str
    likeness: float
    missing: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    narrow: Mapping[str, frozenset[str]] = field(default_factory=dict)
    tells_en: str = ""
    """The same question in English; empty where there is none."""

    def as_json(self) -> dict[str, object]:
        """The same as plain values, for JSON."""
        return {
            "query": self.query, "summary": self.summary_zh, "summary_en": self.summary_en, "tells": self.tells,
            "tells_en": self.tells_en,
            "parameters": dict(self.parameters), "missing": list(self.missing),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Routed:
    """What became of a question.

    ``answer``: ``query`` with ``parameters`` answers it, and of its rows those whose columns hold one of the values
    of ``narrow`` are about what was asked (``candidates`` holds it alone). ``readings``: one of ``candidates`` is
    meant, it is not certain which, and each of them can be answered; none of them is the answer. ``ask-back``: one of
    ``candidates`` may be meant (``unclear``), a value is ``missing``, a name fits several things (``ambiguous``), or a
    word that may matter is known to nobody (``unheard``). ``refusal``: it is no question that is answered here.
    ``about`` are the words or values concerned.
    """

    question: str
    state: State
    reason: Reason = ""
    query: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    narrow: Mapping[str, frozenset[str]] = field(default_factory=dict)
    understood: tuple[Understood, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    about: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The same as plain values, for JSON."""
        return {
            "question": self.question,
            "state": self.state,
            "reason": self.reason,
            "query": self.query,
            "parameters": dict(self.parameters),
            "narrow": {column: sorted(values) for column, values in sorted(self.narrow.items())},
            "understood": [
                {"words": one.words, "kind": one.kind, "value": one.value, "label": one.label}
                for one in self.understood
            ],
            "candidates": [one.as_json() for one in self.candidates],
            "about": list(self.about),
        }


def narrow_answer(answer: Answer, narrow: Mapping[str, frozenset[str]]) -> Answer:
    """The rows of an answer that are about what was asked; all of them where a column is not there.

    >>> answer = Answer(("measure", "title"), (("m/1", "甲"), ("m/2", "乙")))
    >>> narrow_answer(answer, {"measure": frozenset({"m/2"})}).rows
    (('m/2', '乙'),)
    >>> bodies = Answer(("department",), (("市甲局；市乙局",), ("市丙局",)))
    >>> narrow_answer(bodies, {"department": frozenset({"市乙局"})}).rows
    (('市甲局；市乙局',),)
    >>> places = Answer(("locator",), (("第五条",), ("第六条第一款",), ("第六条第二款",)))
    >>> narrow_answer(places, {"locator": frozenset({"第六条"})}).rows
    (('第六条第一款',), ('第六条第二款',))
    >>> narrow_answer(places, {"locator": frozenset({"第六条第一款"})}).rows
    (('第六条第一款',),)
    """
    at = [(answer.columns.index(name), name, values) for name, values in narrow.items() if name in answer.columns]
    kept = (row for row in answer.rows if all(
        _is_near(row[i], held) if name in PLACES else _is_one_of(row[i], held) for i, name, held in at
    ))  # fmt: skip
    return replace(answer, rows=tuple(kept))


def _is_near(cell: Cell, held: frozenset[str]) -> bool:
    """Whether a place is in one of some places, or one of them in it."""
    return isinstance(cell, str) and any(lies_in(cell, one) or lies_in(one, cell) for one in held)


def _is_one_of(cell: Cell, held: frozenset[str]) -> bool:
    """Whether a cell is one of some values; of a cell that lists names, whether one of them is."""
    return cell in held or (isinstance(cell, str) and not held.isdisjoint(cell.split("；")))
