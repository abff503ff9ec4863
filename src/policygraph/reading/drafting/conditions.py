"""Conditions, windows and grades: what a list of conditions holds, what a score bounds, when a measure applies.

A condition is proposed with one of the kinds of ``ontology/concepts/condition-kinds.ttl``, told by the words of its
concept; whether a machine can check it, and how it reads, is for people. Items under 符合以下条件 are the conditions of
a set; the bound of a grade is one; and in running text whatever a measure is tied to: a case (存在…的), a run of
periods, a subject that is told by what it did.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import count

from policygraph.reading.drafting.lexicon import Lexicon, Sign, find_signs
from policygraph.reading.drafting.measuring import is_aim
from policygraph.reading.drafting.phrases import is_trigger
from policygraph.reading.drafting.proposals import Certainty, Proposal, Sort, Value
from policygraph.reading.drafting.sentences import Sentence, stretches
from policygraph.reading.notations import name_step
from policygraph.reading.passages import read_passage
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.drafting import (
    BETWEEN,
    BOUND,
    CONDITIONS_AHEAD,
    CONVENTION,
    DEFINITION,
    ENTERED,
    ENTERED_ACROSS,
    EXCLUDED,
    GRADE_LISTED,
    GRADE_NAME,
    GRADES_NAMED,
    LIST_NAME,
    LISTED_NAMES,
    OPENING_CASE,
    PRECEDENCE,
    SINCE,
    SUBJECTS,
    TARGET,
    WINDOW,
)
from policygraph.reading.texts import Reading
from policygraph.text.numerals import parse_numeral
from policygraph.text.spans import Span

_UNIT = {"年": "P{}Y", "月": "P{}M", "季度": "P{}M", "日": "P{}D", "天": "P{}D"}
_MONTHS_OF = {"季度": 3}
_STOPS = "，,；;：:、 "


def find_conditions(
    sentences: tuple[Sentence, ...], identifier: str, lexicon: Lexicon, forms: Forms
) -> Iterator[Proposal]:
    """The conditions of lists with their sets, then those in running text."""
    number = 0
    sets: dict[tuple[str, str], list[str]] = defaultdict(list)
    leads: dict[tuple[str, str], Sentence] = {}
    for sentence in sentences:
        if _in_list(sentence, lexicon, forms):
            number += 1
            address = f"condition/{identifier}/{number}"
            # two lists below one heading are announced apart, and are two sets
            key = (sentence.item.rsplit("/", 1)[0], sentence.announced)
            sets[key].append(address)
            leads.setdefault(key, sentence)
            yield _condition(sentence, sentence.start, sentence.end, address, "condition-listed", lexicon, forms)
        elif (barred := _barred(sentence, forms)) is not None:
            number += 1
            address = f"condition/{identifier}/{number}"
            yield _condition(sentence, *barred, address, "condition-excluding", lexicon, forms)
        elif not sentence.listed and not is_aim(sentence, forms.vocabulary):
            for start, end in _cases(sentence, lexicon, forms):
                number += 1
                address = f"condition/{identifier}/{number}"
                yield _condition(sentence, start, end, address, "condition-of-measure", lexicon, forms)
    for order, (key, members) in enumerate(sets.items(), start=1):
        yield _set(leads[key], f"condition-set/{identifier}/{order}", members, forms)


def _in_list(sentence: Sentence, lexicon: Lexicon, forms: Forms) -> bool:
    """Whether a sentence is an item of a list of conditions; acts that are simply forbidden are none."""
    lead = sentence.announced
    if not lead or forms.find(CONDITIONS_AHEAD, lead) is None:
        return False
    forbidden = any(sign.direction == "adverse" and not sign.phrase for sign in find_signs(lead, lexicon.effects))
    return not forbidden or any(word in lead for word in forms.vocabulary.any_of_words)


def _barred(sentence: Sentence, forms: Forms) -> tuple[int, int] | None:
    """Where a sentence says that whoever is on a blacklist is barred; None where it does not."""
    match = forms.find(EXCLUDED, sentence.text)
    return (sentence.start + match.start("listed"), sentence.start + match.end()) if match else None


def _cases(sentence: Sentence, lexicon: Lexicon, forms: Forms) -> Iterator[tuple[int, int]]:
    """Where a sentence says on what a measure depends: each stretch once."""
    if forms.find(DEFINITION, sentence.text):
        return
    if not (
        find_signs(sentence.text, lexicon.effects)
        or forms.find(BOUND, sentence.text)
        or forms.find(LIST_NAME, sentence.text)
        or forms.find(SUBJECTS, sentence.text)
    ):
        return
    yield from dict.fromkeys(
        at for at in (*_subjects(sentence, forms), *_tied(sentence, lexicon, forms))
        if _signs(sentence.passage.text[slice(*at)], lexicon) or forms.find(BOUND, sentence.passage.text[slice(*at)])
    )  # fmt: skip


def _tied(sentence: Sentence, lexicon: Lexicon, forms: Forms) -> Iterator[tuple[int, int]]:
    """The clauses of a sentence that say in which case, and whom each clause is about; the bound of a score, too."""
    for segment in sentence.segments:
        match = forms.find(ENTERED, segment.text) or forms.find(TARGET, segment.text)
        opening = forms.find(OPENING_CASE, segment.text)
        if forms.find(BOUND, segment.text) or (is_trigger(segment, forms) and _signs(segment.text, lexicon)):
            yield segment.start, segment.end
        elif match:
            yield segment.start + match.start("target"), segment.start + match.end("target")
        elif opening:
            yield segment.start, segment.start + opening.end()


def _subjects(sentence: Sentence, forms: Forms) -> Iterator[tuple[int, int]]:
    """Whom a text is about (联合惩戒对象为…的企业), and who is put on a list where commas part what they did."""
    match = forms.find(SUBJECTS, sentence.text)
    if match:
        yield sentence.start + match.start("target"), sentence.start + match.end("target")
    match = forms.find(ENTERED_ACROSS, sentence.text)
    if match:
        text = sentence.passage.text[: sentence.start + match.end("target")]
        yield from stretches(text, sentence.start + match.start("target"))


def _signs(text: str, lexicon: Lexicon) -> tuple[Sign, ...]:
    return find_signs(text, lexicon.conditions)


def _condition(
    sentence: Sentence, start: int, end: int, address: str, rule: str, lexicon: Lexicon, forms: Forms
) -> Proposal:
    passage = sentence.passage
    text = passage.text[start:end]
    signs = _signs(text, lexicon)
    if rule == "condition-excluding":
        kind = "not-on-list"
    elif forms.find(BOUND, text):
        kind = "grade"
    elif signs:
        # 未发生…事故 is no 发生…事故: the word that begins first counts
        kind = min(signs, key=lambda sign: (sign.start, -sign.end)).concept
    else:
        kind = "required-judgement"
    number = _number_of(sentence)
    values = [
        *([Value("notation", number)] if number else []),
        Value("title", text, Sort.name),
        Value("conditionKind", kind.removeprefix("condition-kind-")),
    ]
    window = find_window(text, forms)
    if window:
        values.append(Value("window", window, Sort.duration))
    return Proposal(
        "conditions", "Condition", address, sentence.clause, text, passage.spans(start, end), rule,
        Certainty.possible if rule == "condition-of-measure" else Certainty.likely, tuple(values),
    )  # fmt: skip


def _number_of(sentence: Sentence) -> str:
    """The number printed before an item, else its place as it is read out (第二段); empty where neither is told."""
    label = sentence.passage.text[: sentence.start].strip("、.．")
    if not label and sentence.item != sentence.clause:
        label = sentence.label.strip("、.．")
    return label if 0 < len(label) <= 5 else name_step(sentence.clause.rsplit("/", 1)[-1])


def find_window(text: str, forms: Forms) -> str:
    """The period that words look back on, as a duration; empty when they name none.

    A number of years without 内, 连续 or 近 is no window (满5年).
    """
    return next((window for match in forms.find_all(WINDOW, text) if (window := write_window(match))), "")


def write_window(match: re.Match[str]) -> str:
    """The period of one place where ``WINDOW`` stands, as a duration; empty for a number of years that is no window."""
    number = parse_numeral(match["number"]) if not match["number"].isdigit() else int(match["number"])
    return _write_period(number, match["unit"]) if number and (match["run"] or match["within"]) else ""


# 3年 · 36个月 · 30日;  not: 三年半 · 0年
_PERIOD = re.compile(rf"(?P<number>[1-9]\d{{0,3}})(?:个)?(?P<unit>{'|'.join(_UNIT)})")


def read_period(written: str) -> str:
    """A period as a person types it, as a duration; what is no such period comes back as it is.

    >>> [read_period(written) for written in ("3年", "36个月", "2个季度", "30日", "P3Y", "很久")]
    ['P3Y', 'P36M', 'P6M', 'P30D', 'P3Y', '很久']
    """
    match = _PERIOD.fullmatch(written.strip())
    return _write_period(int(match["number"]), match["unit"]) if match else written


# P3Y · P18M · P1Y6M;  not: P30D · P · 3年
_MONTHS = re.compile(r"P(?=\d)(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,4})M)?")


def months_of(duration: str) -> int | None:
    """The months of a duration; None for one that is not of whole months, or none at all.

    >>> [months_of(written) for written in ("P3Y", "P18M", "P1Y6M", "P30D", "P0Y")]
    [36, 18, 18, None, None]
    """
    match = _MONTHS.fullmatch(duration)
    return (12 * int(match["years"] or 0) + int(match["months"] or 0) or None) if match else None


def _write_period(number: int, unit: str) -> str:
    return _UNIT[unit].format(number * _MONTHS_OF.get(unit, 1))


def _set(first: Sentence, address: str, members: list[str], forms: Forms) -> Proposal:
    lead = first.announced
    any_of = any(word in lead for word in forms.vocabulary.any_of_words)
    passage = first.passage
    return Proposal(
        "conditions", "ConditionSet", address, first.clause, passage.text[first.start : first.end],
        passage.spans(first.start, first.end), "conditions-of-one-list", Certainty.likely,
        (
            Value("title", lead.rstrip("：:"), Sort.name),
            Value("combination", "anyOf" if any_of else "allOf"),
            *(Value("hasCondition", member, Sort.thing) for member in members),
        ),
    )  # fmt: skip


def find_grades(sentences: tuple[Sentence, ...], identifier: str, forms: Forms) -> Iterator[Proposal]:
    """Grades with the bounds of their scores; how 以上 and 以下 count is said only where the text says it."""
    convention = next((m for s in sentences if (m := forms.find(CONVENTION, s.text))), None)
    named = _read_grade_names(sentences, forms)
    number = 0
    for sentence in sentences:
        for start, end, name in _grades_of(sentence, named, forms):
            bounds = tuple(read_bounds(sentence.passage.text[max(start, sentence.start) : end], convention, forms))
            if not bounds or not name:
                continue
            number += 1
            yield Proposal(
                "grades", "Grade", f"grade/{identifier}/{number}", sentence.clause,
                sentence.passage.text[start:end], sentence.passage.spans(start, end),
                "grade-with-bounds", Certainty.likely,
                (Value("prefLabel", name, Sort.name), Value("veto", "false", Sort.mark), *bounds),
            )  # fmt: skip


def _read_grade_names(sentences: tuple[Sentence, ...], forms: Forms) -> frozenset[str]:
    """The grades that the text lists (分为甲、乙、丙三级), without the word for a level; none without a list."""
    mark = LISTED_NAMES.compile()
    lists = (match["names"] for s in sentences if (match := forms.find(GRADES_NAMED, s.text)))
    return frozenset(_without_level(name.strip(), forms) for names in lists for name in mark.split(names))


def _without_level(name: str, forms: Forms) -> str:
    levels = sorted(forms.vocabulary.grade_levels, key=len, reverse=True)
    level = next((level for level in levels if name.endswith(level) and len(name) > len(level)), "")
    return name.removesuffix(level)


def _grades_of(sentence: Sentence, named: frozenset[str], forms: Forms) -> Iterator[tuple[int, int, str]]:
    """The grades that a sentence is about, each with the stretch of the passage that is about it alone.

    A list of all the grades (分为甲、乙、丙三级) is about none of them. Where the scores come first
    (90分以上的为甲级) a grade ends its stretch, else it begins it.
    """
    listed = forms.find(GRADES_NAMED, sentence.text)
    first = listed.end() if listed else 0
    rest = sentence.text[first:]
    # a word such as 一般 is a grade only where it stands alone: at the head of its words or behind 为
    told = list(forms.find_all(GRADE_LISTED, rest))
    names = [name for name in told if name["name"] in named]
    if not names:
        # grades that nobody has listed are told apart by the word for a level: 90分以上的为A级，75分以上的为B级
        levelled = [name for name in told if name["name"] != name["grade"]]
        names = levelled if len({name["grade"] for name in levelled}) > 1 else []
    if not names:
        if not listed:
            yield _grade_of(sentence, forms)
        return
    base = sentence.start + first
    scores = [match.start() for form in (BOUND, BETWEEN) for match in forms.find_all(form, rest)]
    ends_stretch = bool(scores) and min(scores) < names[0].start("grade")
    for place, name in enumerate(names):
        start, end = name.start("grade"), names[place + 1].start("grade") if place + 1 < len(names) else len(rest)
        if ends_stretch:
            start, end = names[place - 1].end("grade") if place else 0, name.end("grade")
        words = rest[start:end]
        start += len(words) - len(words.lstrip(_STOPS))
        yield base + start, base + start + len(rest[start:end].rstrip(_STOPS)), name["grade"]


def _grade_of(sentence: Sentence, forms: Forms) -> tuple[int, int, str]:
    """The grade that a sentence is about, and where the words about it stand: its own, else the heading before it."""
    name = forms.find(GRADE_NAME, sentence.text)
    if name is not None:
        return sentence.start, sentence.end, name["grade"]
    heading = sentence.headings[-1] if sentence.headings else ""
    at = sentence.passage.text.find(heading, 0, sentence.start) if heading else -1
    name = forms.find(GRADE_NAME, heading) if at >= 0 else None
    return (at, sentence.end, name["grade"]) if name is not None else (0, 0, "")


def read_bounds(text: str, convention: re.Match[str] | None, forms: Forms) -> Iterator[Value]:
    """The bounds of a score; whether they count is said where it is printed beside them or once for the text."""
    for bound in forms.find_all(BOUND, text):
        if bound["score"]:
            # 不满60分 says itself that 60 is out, 不低于60分 that it is in
            side = "upper" if bound["under"] else "lower"
            yield from _bound(side, bound["score"], "含" if bound["least"] else "不含")
            continue
        side = "lower" if "上" in bound["side"] else "upper"
        yield from _bound(side, bound["number"], bound["counts"] or _by_convention(convention, side))
    for both in forms.find_all(BETWEEN, text):
        yield from _bound("lower", both["lower"], both["counts"])
        yield from _bound("upper", both["upper"], both["upper_counts"])


def _by_convention(convention: re.Match[str] | None, side: str) -> str | None:
    """The words that say once for the text whether bounds of a side count; None where none do."""
    return (convention[side] or convention["both"]) if convention else None


def _bound(side: str, number: str, counts: str | None) -> Iterator[Value]:
    yield Value(side, number, Sort.decimal)
    if counts:
        yield Value(f"{side}Inclusive", str(not counts.startswith("不")).lower(), Sort.mark)


def find_precedence(sentences: tuple[Sentence, ...], identifier: str, forms: Forms) -> Iterator[Proposal]:
    """Where the text says which of two texts prevails when they differ: the whole rule, as printed."""
    number = 0
    for sentence in sentences:
        match = forms.find(PRECEDENCE, sentence.text)
        if match is None:
            continue
        number += 1
        start, end = sentence.start + match.start("rule"), sentence.start + match.end("rule")
        yield Proposal(
            "precedence", "PrecedenceRule", f"precedence/{identifier}/{number}", sentence.clause,
            match["rule"], sentence.passage.spans(start, end), "precedence-stated", Certainty.likely,
            (Value("title", match["rule"], Sort.name),),
        )  # fmt: skip


def find_mechanisms(
    reading: Reading, sentences: tuple[Sentence, ...], measures: tuple[Proposal, ...], lexicon: Lexicon, forms: Forms
) -> Iterator[Proposal]:
    """Where each mechanism is spoken of: once for each clause, with the first segment that names it.

    The measures that `parse` has read (rows of tables, items of groups) speak of mechanisms as sentences do; a heading
    does where nothing else in the text names the mechanism.
    """
    address = (f"mechanism-statement/{reading.identifier}/{number}" for number in count(1))
    named: set[str] = set()
    for sentence in sentences:
        if is_aim(sentence, forms.vocabulary) or forms.find(DEFINITION, sentence.text):
            continue
        for segment in sentence.segments:
            spans = sentence.passage.spans(segment.start, segment.end)
            for slug in _mechanisms_in(segment.text, lexicon, forms):
                named.add(slug)
                yield _mechanism(next(address), slug, sentence.clause, segment.text, spans, "mechanism-named")
    for one in measures:
        for slug in _mechanisms_in(one.quote, lexicon, forms) if one.rule == "measure-read" else ():
            named.add(slug)
            yield _mechanism(next(address), slug, one.clause, one.quote, one.spans, "mechanism-in-measure")
    for clause in reading.document.clauses:
        if clause.level != "heading" or clause.id.endswith("row_0"):
            continue
        passage = read_passage(reading.source, clause.id, clause.level, clause.spans)
        for slug in _mechanisms_in(passage.text, lexicon, forms):
            if slug not in named:
                named.add(slug)
                spans = passage.spans(0, len(passage.text))
                yield _mechanism(next(address), slug, clause.id, passage.text, spans, "mechanism-in-heading")


def _mechanisms_in(text: str, lexicon: Lexicon, forms: Forms) -> tuple[str, ...]:
    """The mechanisms that words name, each once; one that works in a direction only where something is done in it.

    What there is none of is not provided for: 公示无异议的.
    """
    # 自公布之日起 says from when something counts, and nothing of publication
    for since in reversed(tuple(forms.find_all(SINCE, text))):
        text = text[: since.start()] + text[since.end() :]
    absent = forms.vocabulary.absence_words
    signs = tuple(sign for sign in find_signs(text, lexicon.mechanisms) if not text[: sign.start].endswith(absent))
    done = {sign.direction for sign in find_signs(text, lexicon.effects)} if any(one.direction for one in signs) else ()
    return tuple(dict.fromkeys(one.concept for one in signs if not one.direction or one.direction in done))


def _mechanism(address: str, slug: str, clause: str, quote: str, spans: tuple[Span, ...], rule: str) -> Proposal:
    return Proposal(
        "mechanisms", "MechanismStatement", address, clause, quote, spans, rule, Certainty.possible,
        (Value("mechanism", slug, Sort.concept), Value("status", "stated")),
    )  # fmt: skip
