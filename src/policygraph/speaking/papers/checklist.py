"""The table act by act of the paper (part four), with what its rows have in common said once.

Who acts, what the document cites and what is to be met come again in row after row, and repetition is what fills pages.
So a condition, or how the bodies named stand to a power, that comes in several rows is a numbered note ahead of the
table; bodies and citations of neighbouring rows stand in one line across the table above them; what was printed long
before is pointed to; how most measures bind the authority is said once. Nothing is left out by that, and no word is
known by heart: what is common is found in the rows themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from policygraph.judging.decisions.outcomes import ActRow, Decision, MeasureRow, Occasion
from policygraph.judging.decisions.rendering import department_lines, join_departments, share_judgements
from policygraph.speaking.papers.notations import join_notations
from policygraph.speaking.papers.typesetting import Line
from policygraph.text.sentences import tell_fate
from policygraph.text.titles import cite_text
from policygraph.words import find_word, say

COLUMNS: tuple[tuple[str, int], ...] = (
    ("act", 38), ("nature", 14), ("competence", 48), ("basis", 48), ("conditions", 84), ("conclusion", 24),
    ("verified", 13),
)  # fmt: skip
"""The columns with their widths in millimetres: 269 between the margins of a landscape A4."""

_SHARED, _LONG_SHARED = 3, 50
"""In how many rows the same words come before they are a note (a reader has to look each note up), and from how many
characters twice is enough.
"""
_LONG = 24
"""Characters from which words printed before are pointed to; what is shorter is quicker read than looked up."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """What stands ahead of the table, and its rows."""

    notes: tuple[str, ...]
    rows: tuple[Line, ...]


def acts_of(decision: Decision) -> tuple[tuple[MeasureRow, ActRow], ...]:
    """The acts of the measures that follow, each with its measure; a measure without acts stands for itself."""
    found = []
    for measure in decision.measures:
        acts = measure.acts or (ActRow(measure.measure, measure.notation, measure.title, measure.addressee),)
        bases = tuple(cite_text(basis.title, basis.number) + basis.locator for basis in measure.bases)
        # what nobody has judged yet cites what its document cites all the same
        acts = tuple(act if act.conclusion or act.cited else replace(act, cited=bases) for act in acts)
        # where a finding reaches the persons alone, what the measure does to the unit does not follow
        reached = [act for act in acts if measure.addressee != "persons" or act.addressee != "unit"]
        found += [(measure, act) for act in reached]
    return tuple(found)


def name_act(act: ActRow) -> str:
    """An act in a list: number, title, and to whom."""
    whom = say("opinion", f"to_{act.addressee}") if act.addressee else ""
    return f"{act.notation} {act.title}" + (f"（{whom}）" if whom else "")


def why_insufficient(act: ActRow) -> str:
    """Why a basis does not suffice, in a word; empty for an act to which that does not apply."""
    return act.insufficiency if act.conclusion == "insufficient" else ""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An act with what its row says beside it."""

    act: ActRow
    force: str = ""
    doing: str = ""
    """Who does it today."""
    cited: str = ""
    """What the document cites and what became of it; empty where it cites nothing."""
    judgement: str = ""
    """What is left to be judged of it."""

    @property
    def conditions(self) -> tuple[str, ...]:
        """What has to be met, first of all that the bodies have the power, where nobody knows that."""
        # an act that needs no basis is put under conditions only for want of a known power
        is_power_open = (self.act.conclusion, self.act.group) == ("discretionary", "may-if")
        if not is_power_open:
            return self.act.conditions
        power = say("opinion", "power_unknown")
        # the conclusion may say the same among its conditions, in words that stand within these
        return (power, *(condition for condition in self.act.conditions if condition not in power))

    @property
    def shared(self) -> tuple[str, str]:
        """What neighbouring rows may have in common."""
        return self.doing, self.cited


def list_rows(decision: Decision, occasion: Occasion) -> Checklist:
    """The table of a decision, act by act, those of deciding and publishing last."""
    entries = [*_measure_entries(decision), *_decision_entries(occasion)]
    forces = Counter(entry.force for entry in entries if entry.force)
    usual, number = forces.most_common(1)[0] if forces else ("", 0)
    usual = usual if 2 * number > forces.total() > 1 else ""
    phrases = Counter(phrase for entry in entries for phrase in {*entry.conditions, *_tails(entry.act)})
    common = (phrase for entry in entries for phrase in (*_tails(entry.act), *entry.conditions))
    worth = dict.fromkeys(
        phrase
        for phrase in common
        if phrases[phrase] >= _SHARED or (phrases[phrase] > 1 and len(phrase) >= _LONG_SHARED)
    )
    marks = {phrase: _circled(number) for number, phrase in enumerate(worth, start=1)}
    cites = any(entry.cited for entry in entries)
    general = [
        *([say("opinion", "note_insufficient")] if any(why_insufficient(entry.act) for entry in entries) else ()),
        *([say("opinion", "note_force", force=usual)] if usual else ()),
        *([] if cites or not entries else [say("opinion", "note_cites_none")]),
    ]
    shared = "；".join(f"{mark}{phrase}" for phrase, mark in marks.items())
    notes = ("".join(general), say("opinion", "note_shared", notes=shared) if shared else "")
    return Checklist(tuple(filter(None, notes)), tuple(_rows(entries, usual, marks, cites)))


def _measure_entries(decision: Decision) -> Iterator[_Entry]:
    _, judgements = share_judgements(decision.measures)
    own_judgement = {measure.measure: said for measure, said in zip(decision.measures, judgements, strict=True)}
    for measure, act in acts_of(decision):
        # what a measure leaves to be judged is said with the first of its acts
        own = own_judgement.pop(measure.measure, "")
        yield _Entry(
            act,
            measure.force,
            _doing(act, measure),
            _cited(act, any(basis.level == "group" for basis in measure.bases)),
            say("opinion", "to_judge", matter=own) if own else "",
        )


def _decision_entries(occasion: Occasion) -> Iterator[_Entry]:
    for act in occasion.decisions:
        doing = say("opinion", "bodies", bodies=join_departments(act.acting)) if act.acting else ""
        yield _Entry(act, doing=doing, cited=_cited(act, is_group=False))


def _rows(entries: Iterable[_Entry], usual: str, marks: Mapping[str, str], cites: bool) -> Iterator[Line]:
    """The rows, ahead of those that share bodies or citations a line across the table that says them."""
    printed: dict[str, str] = {}
    for shared, run in groupby(entries, key=lambda entry: entry.shared):
        these = list(run)
        first = these[0].act.notation
        said = [_point_back(words, printed.setdefault(words, first), first) for words in shared if words]
        is_joint = len(these) > 1 and bool(said)
        if is_joint:
            yield say("opinion", "joint", acts=join_notations(e.act.notation for e in these), said="　".join(said))
        doing, cited = ("", "") if is_joint else _two(shared, said)
        none = say("opinion", "cites_none") if cites and not shared[1] else ""
        for entry in these:
            yield _row(entry, usual, marks, doing, cited or none)


def _two(shared: tuple[str, str], said: Sequence[str]) -> tuple[str, str]:
    """What is said of bodies and of citations, in their places; an empty one where there is none."""
    left = iter(said)
    doing, cited = (next(left) if words else "" for words in shared)
    return doing, cited


def _point_back(words: str, first: str, here: str) -> str:
    """The words, or where they were printed before."""
    if first == here or len(words) < _LONG:
        return words
    return say("opinion", "as_above", what=words.partition("：")[0], notation=first)


def _row(entry: _Entry, usual: str, marks: Mapping[str, str], doing: str, cited: str) -> list[str]:
    act = entry.act
    force = say("opinion", "force_word", force=entry.force) if entry.force and entry.force != usual else ""
    sure = f"\n{find_word('codes', act.certainty)}" if act.certainty and act.certainty != "verified" else ""
    why = why_insufficient(act)
    return [
        name_act(act) + force,
        act.nature_label,
        _join_lines(*(_mark_tail(item, marks) for item in act.competence), doing),
        _join_lines(_basis_now(act), cited),
        _join_lines(*_conditions(entry.conditions, marks), entry.judgement),
        (act.label or say("opinion", "unjudged")) + (say("opinion", "why", why=why) if why else "") + sure,
        find_word("codes", act.verification, "verification") if act.verification else "",
    ]


def _join_lines(*pieces: str) -> str:
    """The pieces of a cell, a line each; a stroke for none, so that nobody takes the cell for forgotten."""
    return "\n".join(filter(None, pieces)) or say("opinion", "none")


def _tails(act: ActRow) -> tuple[str, ...]:
    """What is said of the bodies named behind each power: 所写单位只有一部分在其内."""
    return tuple(dict.fromkeys(tail for item in act.competence if (tail := item.rpartition("：")[2]) != item))


def _mark_tail(item: str, marks: Mapping[str, str]) -> str:
    head, _, tail = item.rpartition("：")
    return head + marks[tail] if head and tail in marks else item


def _conditions(conditions: Sequence[str], marks: Mapping[str, str]) -> Iterator[str]:
    """The conditions that are notes by their marks, the others in their words."""
    yield "".join(marks[condition] for condition in conditions if condition in marks)
    yield from (condition for condition in conditions if condition not in marks)


def _circled(number: int) -> str:
    """The mark of a note: ① to ㊿, then in brackets.

    >>> _circled(1), _circled(20), _circled(21), _circled(36), _circled(51)
    ('①', '⑳', '㉑', '㊱', '（51）')
    """
    for first, last, start in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= number <= last:
            return chr(start + number - first)
    return f"（{number}）"


def _doing(act: ActRow, measure: MeasureRow) -> str:
    """Who does it today, by today's names where they are known."""
    own, group = department_lines(measure)
    named = join_departments(act.acting) or own or group
    of_group = say("opinion", "bodies_group") if group and not own else ""
    return say("opinion", "bodies", bodies=named) + of_group if named else ""


def _basis_now(act: ActRow) -> str:
    """What the conclusion rests on; where it does not carry the act, that is said of it."""
    if not act.rests_on:
        return say("opinion", "basis_unseen") if act.conclusion == "insufficient" else ""
    basis, why = "；".join(act.rests_on), why_insufficient(act)
    if act.conclusion in ("conflict", "unverifiable"):
        return say("opinion", f"basis_{act.conclusion}", basis=basis)
    return say("opinion", "basis_short", basis=basis, why=why) if why else say("opinion", "basis_now", basis=basis)


def _cited(act: ActRow, is_group: bool) -> str:
    """What the document cites and what became of it; what became alike is said once, a work's title once."""
    state = {basis: (code, candidate) for basis, code, candidate in act.status}
    alike: dict[tuple[str, str], list[str]] = {}
    for basis in act.cited:
        code, candidate = state.get(basis, ("", ""))
        alike.setdefault((find_word("codes", code, "status") if code else "", candidate), []).append(basis)
    told = [tell_fate("、".join(_join_places(bases)), *fate) for fate, bases in alike.items()]
    return say("opinion", "basis_then_group" if is_group else "basis_then", basis="；".join(told)) if told else ""


def _join_places(bases: Iterable[str]) -> Iterator[str]:
    """Bases with the title of a work said once for provisions of it that follow one another.

    >>> list(_join_places(["《甲法》第一条", "《甲法》第三条", "《乙法》第二条"]))
    ['《甲法》第一条', '第三条', '《乙法》第二条']
    """
    before = ""
    for basis in bases:
        title, mark, place = basis.rpartition("》")
        yield place if mark and place and title == before else basis
        before = title
