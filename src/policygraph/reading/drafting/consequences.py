"""What follows from a grade or from standing on a list: the measures that are tied to one, with the words that say so.

A measure in running text is tied to the grade or list of those whom its own words name, else of those named before it
in its sentence, else to the one grade in the nearest heading that names any, else to the case or the subjects that it
names in words of its own (对拒不整改的企业). A table or list of measures is tied to
what the sentence over it names of those it speaks of, and is one consequence with all its measures. A grade or list
that the draft has is led to; another one is given in its printed words. Where the words over a table name both a red
list and a blacklist nothing is proposed: which measures follow from which is then for people.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from policygraph.reading.drafting.leading import Lead, cut_lead, find_lead
from policygraph.reading.drafting.listing import COLOURS
from policygraph.reading.drafting.phrases import find_target
from policygraph.reading.drafting.proposals import Certainty, Proposal, Sort, Value
from policygraph.reading.drafting.sentences import Sentence, stretches
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.drafting import (
    CONDITIONS_AHEAD,
    GRADED,
    LIST_NAME,
    LISTED_IN_A_NAME,
    OPENING_CASE,
    TRIGGER,
)
from policygraph.reading.texts import Reading

_NEAR = 8
"""The characters before the name of a list in which it is said that somebody leaves it or is not on it."""


@dataclass(frozen=True, slots=True)
class When:
    """What a measure is tied to: its printed words, the colour of a list, the address where the draft has one."""

    words: str
    colour: str = ""
    address: str = ""


def find_consequences(
    reading: Reading, sentences: Iterable[Sentence], drafted: Iterable[Proposal], forms: Forms
) -> Iterator[Proposal]:
    """The consequences of grades and lists, in the order of the measures; ``drafted`` holds measures, grades, lists."""
    proposals = tuple(drafted)
    known = _addresses(proposals)
    places = {at: one for one in sentences for at in one.passage.offsets[one.start : one.end]}
    told: list[tuple[tuple[When, ...], tuple[Proposal, ...], Lead | None]] = []
    under: dict[Lead, list[Proposal]] = defaultdict(list)
    for measure in (one for one in proposals if one.kind == "measures"):
        # the words of a measure that `parse` has read are no sentences of the draft
        sentence = places.get(measure.spans[0].start)
        whens = _of_measure(measure, sentence, forms)
        lead = _over(reading, measure, sentence, forms)
        if whens:
            told.append((whens, (measure,), None))
        elif lead is not None:
            under[lead].append(measure)
    for lead, measures in under.items():
        whens = _among(lead.text, forms)
        if len({one.colour for one in whens} - {""}) < 2:
            told.append((whens, tuple(measures), lead))
    for number, (whens, tied, over) in enumerate((one for one in told if one[0]), start=1):
        address = f"consequence/{reading.identifier}/{number}"
        yield _propose(address, tuple(_known(one, known) for one in whens), tied, over)


def _addresses(proposals: Iterable[Proposal]) -> dict[str, str]:
    """The grades of a draft by name and its lists by colour, each with its address."""
    terms = {"Grade": "prefLabel", "CreditList": "listKind"}
    return {one.values_of(terms[one.type])[0]: one.address for one in proposals if one.type in terms}


def _known(when: When, known: Mapping[str, str]) -> When:
    return When(when.words, when.colour, known.get(when.colour or when.words, ""))


def _of_measure(measure: Proposal, sentence: Sentence | None, forms: Forms) -> tuple[When, ...]:
    """The grades and lists of those whom a measure is about, as its sentence or heading says; empty when neither does.

    What the last clause of a measure names is tied to it only where it is whom the measure is about: 列入黑名单 is what
    is done, 对列入黑名单的单位 is to whom.
    """
    *before, (start, _) = [*stretches(measure.quote, 0)] or [(0, 0)]
    target = find_target(measure.quote, forms)
    subject = target or measure.quote if before == [] else target
    if left := _left(measure.quote, before, forms):
        return left
    told = (*_among(measure.quote[:start] if before else "", forms), *_among(target, forms))
    told = told or _graded(subject, forms)
    if told or sentence is None:
        return tuple(dict.fromkeys(told))
    at = sentence.passage.offsets.index(measure.spans[0].start)
    if not target and (earlier := _among(sentence.passage.text[sentence.start : at], forms)):
        return earlier
    headed = (_graded(heading, forms) for heading in reversed(sentence.headings))
    nearest = next((one for one in headed if one), ())
    return nearest if len(nearest) == 1 else _in_words(measure.quote, target, forms)


def _left(quote: str, before: list[tuple[int, int]], forms: Forms) -> tuple[When, ...]:
    """The leaving of a list that a measure names before what is done (移出黑名单，一年内不得再次列入): it follows on
    that, and not on standing on the list; empty where nobody leaves."""
    words = forms.vocabulary
    for start, end in reversed(before):
        at = min((at for word in words.exit_words if (at := quote.find(word, start, end)) >= 0), default=-1)
        stays = any(word in quote[start : max(at, start)] for word in words.staying_words)
        if at >= 0 and not stays and forms.find(LIST_NAME, quote, at, end) is not None:
            return (When(quote[at:end]),)
    return ()


def _in_words(quote: str, target: str, forms: Forms) -> tuple[When, ...]:
    """The case that a measure names before what is done, or else whom it is about, in their printed words."""
    *before, _ = [quote[start:end] for start, end in stretches(quote, 0)] or [""]
    cases = [one for one in before if one.endswith("的") and forms.find(TRIGGER, one)]
    opening = forms.find(OPENING_CASE, quote)
    words = cases[-1][:-1] if cases else opening.group() if opening else target
    # 有下列情形之一 names no case itself
    return (When(words),) if words and forms.find(CONDITIONS_AHEAD, words) is None else ()


def _over(reading: Reading, measure: Proposal, sentence: Sentence | None, forms: Forms) -> Lead | None:
    """What is said over the table or list that a measure stands in; None where nothing is."""
    if sentence is not None:
        return cut_lead(sentence.lead) if sentence.lead is not None else None
    read = (
        one for one in reading.measures.measures if measure.address == f"measure/{reading.identifier}/{one.address}"
    )
    found = next(read, None)
    return find_lead(reading, found, forms) if found is not None else None


def _among(text: str, forms: Forms) -> tuple[When, ...]:
    """The grades and lists that words name of those they are about, each once; a list that somebody leaves is none."""
    words = forms.vocabulary
    away = (*words.exit_words, *words.staying_words, *words.transition_words, *words.unlisted_words)
    lists = (
        When(re.sub('[“”"]', "", match["name"]), next(colour for colour in COLOURS if match[colour]))
        for match in forms.find_all(LIST_NAME, text)
        if not any(word in text[max(0, match.start() - _NEAR) : match.end()] for word in away)
        and _on_it(text, match, forms)
    )
    return tuple({one.colour or one.words: one for one in (*_graded(text, forms), *lists)}.values())


def _on_it(text: str, name: re.Match[str], forms: Forms) -> bool:
    """Whether those on a list are meant: 列入黑名单, 黑名单企业; neither 列入黑名单管理的期限 nor its information."""
    words = forms.vocabulary
    named = forms.find(LISTED_IN_A_NAME, text, name.end())
    if named is not None and named.group().startswith(words.managing_words):
        return False
    entered = any(word in text[max(0, name.start() - _NEAR) : name.end()] for word in words.entry_words)
    return entered or text.startswith(words.listed_targets, name.end())


def _graded(text: str, forms: Forms) -> tuple[When, ...]:
    return tuple(dict.fromkeys(When(match["grade"]) for match in forms.find_all(GRADED, text)))


def _propose(address: str, whens: tuple[When, ...], measures: tuple[Proposal, ...], lead: Lead | None) -> Proposal:
    first = measures[0]
    title = first.values_of("action")[0] if lead is None else lead.text
    clause, quote, spans = (
        (first.clause, first.quote, first.spans)
        if lead is None
        else (lead.passage.clause, lead.text, lead.passage.spans(lead.start, lead.end))
    )
    return Proposal(
        "consequences", "Consequence", address, clause, quote, spans,
        "consequence-of-sentence" if lead is None else "consequence-of-list", Certainty.possible,
        (
            Value("title", title, Sort.name),
            *(Value("when", one.address or one.words, Sort.thing if one.address else Sort.words) for one in whens),
            Value("whenLabel", "、".join(one.words for one in whens), Sort.name),
            *(Value("measure", one.address, Sort.thing) for one in measures),
        ),
    )  # fmt: skip
