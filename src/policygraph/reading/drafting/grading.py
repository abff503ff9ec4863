"""Grades that are given by scores: the policy they make, with a condition and a line for each grade.

Where a text says which score earns which grade, nothing else is needed to give grades: the latest score of an
enterprise is a record, each grade is the condition that it lies between two bounds. So the policy is drafted with its
lines, and accepting is all that is left. What the text does not say is asked: whether a score that two grades claim is
the one's or the other's, and whether words elsewhere (直接评为D级) give a grade without a score. Who scores whom is a
fact of a register and is never supplied here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import islice, pairwise

from policygraph.namespaces import policy_ids
from policygraph.reading.drafting.lining import SCORE, WHOLE
from policygraph.reading.drafting.proposals import Certainty, Proposal, Sort, Value
from policygraph.reading.drafting.sentences import Sentence
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.drafting import CONDITIONS_AHEAD, CONVENTION, GIVEN_AS, GRADED, GRADES_NAMED, REGRADED
from policygraph.text.spans import Span

_FEWEST = 2
"""One grade alone is no scale: who does not earn it is given nothing."""
_WORDS = "line-question-words"


def condition_grades(
    grades: tuple[Proposal, ...], conditions: tuple[Proposal, ...], identifier: str
) -> Mapping[Proposal, Proposal]:
    """The condition of each grade, that its score lies within the bounds; nothing where there is no scale.

    The one condition that is read inside the words of a grade is that condition; where there is none, it is added.
    """
    if len({one.values_of("prefLabel") for one in grades}) < _FEWEST:
        return {}
    numbers = (int(one.address.rsplit("/", 1)[1]) for one in conditions if one.type == "Condition")
    number = max(numbers, default=0)
    sets = {address for one in conditions for address in one.values_of("hasCondition")}
    free = [one for one in conditions if one.type == "Condition" and one.address not in sets]
    found: dict[Proposal, Proposal] = {}
    for grade in grades:
        inside = [one for one in free if _lies_in(one.spans, grade.spans)]
        if len(inside) == 1:
            condition = inside[0]
        else:
            number += 1
            values = (Value("title", grade.quote, Sort.name), Value("conditionKind", "grade"))
            condition = replace(
                grade, kind="conditions", type="Condition", address=f"condition/{identifier}/{number}",
                rule="condition-of-grade", values=values,
            )  # fmt: skip
        found[grade] = condition
    return found


def _lies_in(spans: tuple[Span, ...], whole: tuple[Span, ...]) -> bool:
    return all(any(one.start <= span.start and span.end <= one.end for one in whole) for span in spans)


def find_scale(
    sentences: tuple[Sentence, ...],
    asked: Mapping[Proposal, Proposal],
    identifier: str,
    before: int,
    forms: Forms,
) -> Iterator[Proposal]:
    """The policy that gives the grades of a text, and the line of each; nothing without a scale.

    ``asked`` are the conditions of the grades, ``before`` is how many policies the lists of the text make.
    """
    name = next(islice(policy_ids(identifier), before, None), None)
    if not asked or name is None:
        return
    first = next(iter(asked))
    sentence = next((one for one in sentences if one.clause == first.clause and one.headings), None)
    left = _given_otherwise(sentences, tuple(asked), forms)
    values = [
        Value("title", sentence.headings[-1] if sentence is not None else first.quote, Sort.name),
        Value("positiveOutcome", "graded"),
        Value("combination", "allOf"),
        *(Value("hasCondition", one.address, Sort.thing) for one in asked.values()),
    ]
    if left:
        values += (Value("openQuestion", WHOLE, Sort.concept), *(Value("unclearWords", words) for words in left))
    yield Proposal(
        "conditions", "Policy", f"policy/{name}", first.clause, first.quote, first.spans, "policy-of-grades",
        Certainty.likely, tuple(values),
    )  # fmt: skip
    claimed = _claimed_twice(tuple(asked))
    for grade, condition in asked.items():
        yield _line(grade, condition, identifier, doubted=grade in claimed)


def _line(grade: Proposal, condition: Proposal, identifier: str, *, doubted: bool) -> Proposal:
    """The line of a grade: the latest score and its bounds; 以上 and 以下 include them where the text says nothing."""
    bounds = [value for value in grade.values if value.term in ("lower", "upper")]
    marks = {value.term: value for value in grade.values if value.sort is Sort.mark}
    counted = [marks.get(f"{one.term}Inclusive", Value(f"{one.term}Inclusive", "true", Sort.mark)) for one in bounds]
    asked = (Value("unclearWords", condition.quote), Value("openQuestion", _WORDS, Sort.concept)) if doubted else ()
    return Proposal(
        "conditions", "ConditionRule", f"rule/{identifier}/{condition.address.rsplit('/', 1)[1]}", condition.clause,
        condition.quote, condition.spans, "condition-line-open" if doubted else "condition-line",
        Certainty.possible if doubted else Certainty.likely,
        (
            Value("decides", condition.address, Sort.thing),
            Value("lineRecord", SCORE, Sort.concept),
            *bounds, *counted, *asked,
        ),
    )  # fmt: skip


def _claimed_twice(grades: tuple[Proposal, ...]) -> frozenset[Proposal]:
    """The grades that claim a score which another one claims too, the lower of the two."""
    ranked = sorted(grades, key=lambda one: (_bound(one, "lower"), _bound(one, "upper")), reverse=True)
    found = set()
    for higher, lower in pairwise(ranked):
        least, most = _bound(higher, "lower"), _bound(lower, "upper")
        both = "false" not in (*higher.values_of("lowerInclusive"), *lower.values_of("upperInclusive"))
        if most > least or (most == least and both):
            found.add(lower)
    return frozenset(found)


def _bound(grade: Proposal, side: str) -> Decimal:
    """A bound of a grade; without one every score on that side is the grade's."""
    named = grade.values_of(side)
    return Decimal(named[0]) if named else Decimal("-Infinity" if side == "lower" else "Infinity")


def _given_otherwise(sentences: tuple[Sentence, ...], grades: tuple[Proposal, ...], forms: Forms) -> tuple[str, ...]:
    """Words outside the scale that give, change or take a grade (直接评为D级, 一票否决), whatever else stands below its
    heading, and the items of a list that gives one."""
    heads = {one.clause.rsplit("/", 1)[0] for one in grades if "/" in one.clause}
    vetoes = forms.vocabulary.veto_words
    own = {(one.clause, span) for one in grades for span in one.spans}
    found = []
    for sentence in sentences:
        inside = any(
            clause == sentence.clause and any(span.start < other.end and other.start < span.end for other in here)
            for here in (sentence.passage.spans(sentence.start, sentence.end),)
            for clause, span in own
        )
        listed = sentence.announced and forms.find(CONDITIONS_AHEAD, sentence.announced) is not None
        if inside or forms.find(GRADES_NAMED, sentence.text) or sentence.text in sentence.headings:
            continue  # 分为A级、B级 names them and gives none
        if forms.find(CONVENTION, sentence.text):
            continue  # how 以上 counts is in the bounds already
        below = sentence.clause.rsplit("/", 1)[0] in heads and not sentence.clause.endswith("/heading")
        given = any(_gives(text, forms) for text in (sentence.text, sentence.announced if listed else ""))
        if below or given or any(word in sentence.text for word in vetoes):
            found.append(sentence.text)
    return tuple(dict.fromkeys(found))


def _gives(text: str, forms: Forms) -> bool:
    """Whether words give somebody a grade, or another one than before."""
    graded = forms.find(GRADED, text)
    given = graded is not None and forms.find(GIVEN_AS, text, 0, graded.start("grade")) is not None
    return given or forms.find(REGRADED, text) is not None
