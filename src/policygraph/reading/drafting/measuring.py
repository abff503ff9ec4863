"""Measures: what `parse` has read gets its properties; what stands in running text is found by words of effect.

A sentence is a measure when one of its clauses says that something of an effect is done to somebody: a word of an
effect (减少…频次, 责令…整改) that is no part of a name, outside of aims, calls and definitions. Several clauses of
effect in one sentence are acts of one measure, unless another actor, another subject or a word such as 同时 begins a
new one, or each clause begins with its own word of effect. An item of an announced list is one measure, as it is for
`parse`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from policygraph.reading.drafting.leading import Lead, cut_lead, find_lead
from policygraph.reading.drafting.lexicon import Lexicon, Sign, find_signs
from policygraph.reading.drafting.phrases import (
    Actor,
    concept_values,
    find_actor,
    find_actor_in,
    find_force,
    find_persons,
    find_target,
    is_trigger,
    opens_with,
    verb_signs,
    without_openers,
)  # fmt: skip
from policygraph.reading.drafting.proposals import AGAINST, Certainty, Proposal, Sort, Value, quote_beside
from policygraph.reading.drafting.sentences import Segment, Sentence, announcement_of, headings_of, stretches
from policygraph.reading.measures import Measure
from policygraph.reading.passages import Passage, read_passage
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.drafting import CONDITIONS_AHEAD, DEFINITION, GIVEN_AS, GRADED, NEW_TURN
from policygraph.reading.texts import Reading
from policygraph.reading.vocabulary import Vocabulary

_ANY_AREA = "area-general"
_NO_EFFECT = "effect-unstated"
_LEAST_IN_A_ROW = 3
_SHORT = 2
"""The characters of a word of effect that alone says too little (不得, 公布)."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A clause of a sentence that says what is done, with its signs of effect."""

    segment: Segment
    signs: tuple[Sign, ...]
    actor: Actor | None


@dataclass(frozen=True, slots=True)
class Found:
    """A measure found in a sentence: its deeds, and where its words begin and end in the passage."""

    sentence: Sentence
    start: int
    end: int
    deeds: tuple[Deed, ...]
    actor: Actor | None
    listed: bool


class MeasureFinder:
    """Finds measures with the words of one vocabulary and one lexicon."""

    def __init__(self, lexicon: Lexicon, forms: Forms, *, elsewhere: bool = False) -> None:
        """``elsewhere`` says that the document lists its measures elsewhere: then what is neither good nor bad for
        anybody, such as passing a list on, is how they are carried out and no measure of its own."""
        self._lexicon = lexicon
        self._forms = forms
        self._elsewhere = elsewhere
        self._words: Vocabulary = forms.vocabulary

    def find(self, sentence: Sentence) -> Iterator[Found]:
        """The measures of a sentence, in reading order; none when it states no effect."""
        listed = self._lists_measures(sentence)
        if self._forms.find(CONDITIONS_AHEAD, sentence.announced):
            return
        if not listed and (is_aim(sentence, self._words) or self._forms.find(DEFINITION, sentence.text)):
            return
        deeds = [d for d in (self._deed(sentence, segment, listed) for segment in sentence.segments) if d is not None]
        if not deeds:
            return
        if listed:
            yield self._found(sentence, deeds, sentence.start, True)
            return
        groups = self._group(sentence, deeds)
        begin = sentence.start
        for group in groups:
            yield self._found(sentence, group, begin, False)
            begin = _next_start(sentence, group[-1].segment.end)

    def _lists_measures(self, sentence: Sentence) -> bool:
        """Whether a sentence is an item of a list that is announced as one of measures."""
        announced = sentence.announced
        heads = self._words.group_heads + self._words.measure_headings
        return bool(announced) and any(word in announced for word in heads)

    def _deed(self, sentence: Sentence, segment: Segment, listed: bool) -> Deed | None:
        """What a segment says is done; None for a condition, a purpose, a call or a name."""
        actor = find_actor(sentence, segment, self._forms)
        text = without_openers(segment.text, self._words)
        bare = sentence.passage.text[actor.end : segment.end] if actor else text
        if not listed:
            if opens_with(bare, self._words.aim_openers + self._words.campaign_openers):
                return None
            if is_trigger(segment, self._forms):
                return None
            if sentence.listed and segment.text.endswith(self._words.nominal_endings or ("\0",)):
                return None  # an item of a list of things, not of acts
        signs = verb_signs(segment.text, self._lexicon.effects, self._forms)
        if not listed:
            signs = self._on_subjects(sentence, segment, signs)
        return Deed(segment, signs, actor) if signs else None

    def _on_subjects(self, sentence: Sentence, segment: Segment, signs: tuple[Sign, ...]) -> tuple[Sign, ...]:
        """The signs that can be about a subject: not the publishing and passing on of an authority's own papers and
        reports, and in a paragraph about organisation only what plainly helps or harms."""
        place = sentence.segments.index(segment)
        named = find_actor(sentence, segment, self._forms)
        near = sentence.segments[place if named else max(0, place - 1) : place + 1]
        own = any(word in one.text for word in self._words.reporting_words for one in near)
        organising = bool(sentence.headings) and opens_with(sentence.headings[-1], self._words.organising_openers)
        # what is done to those of a grade is about credit, and no mere carrying out of what is listed elsewhere
        cases = (one.text for one in sentence.segments if is_trigger(one, self._forms))
        graded = any(self._forms.find(GRADED, case) for case in cases)
        elsewhere = self._elsewhere and not graded
        credit = (
            graded
            or self._for_graded(sentence)
            or any(word in "".join((*sentence.headings, sentence.text)) for word in self._credit_words())
        )
        return tuple(
            sign
            for sign in signs
            if not (sign.direction == "neutral" and (own or organising or elsewhere))
            and (credit or sign.phrase or sign.end - sign.start > _SHORT)
        )

    def _for_graded(self, sentence: Sentence) -> bool:
        """Whether a sentence or the heading over it says of which grade those are to whom all is done that it says."""
        over = sentence.headings[-1:]
        named = (match for text in (*over, sentence.text) for match in self._forms.find_all(GRADED, text))
        return any(self._forms.find(GIVEN_AS, match.string, 0, match.start("grade")) is None for match in named)

    def _credit_words(self) -> tuple[str, ...]:
        """Words that tell that good or bad credit is spoken of: a short word of effect alone says too little."""
        words = self._words
        return (
            *words.sanction_words, *words.incentive_words, *words.red_list_words, *words.black_list_words,
            *words.watch_list_words,
        )  # fmt: skip

    def _group(self, sentence: Sentence, deeds: list[Deed]) -> list[list[Deed]]:
        """The deeds of each measure: a new one begins with another actor, another subject, or a word that says so."""
        subject = False
        row = len(deeds) >= _LEAST_IN_A_ROW and all(self._begins_with_sign(deed) for deed in deeds)
        groups: list[list[Deed]] = []
        last = sentence.start
        for deed in deeds:
            between = [s for s in sentence.segments if last <= s.start < deed.segment.start]
            opening = any(self._opens_anew(sentence, segment, subject) for segment in (*between, deed.segment))
            if not groups or row or opening:
                groups.append([deed])
            else:
                groups[-1].append(deed)
            last = deed.segment.end
            subject = deed.actor is not None and deed.actor.is_subject
        return groups

    def _begins_with_sign(self, deed: Deed) -> bool:
        return deed.signs[0].start <= 1

    def _opens_anew(self, sentence: Sentence, segment: Segment, after_subject: bool) -> bool:
        """Whether a segment turns to another subject or actor; what follows a subject says who deals with it."""
        if self._forms.find(NEW_TURN, segment.text):
            return True
        actor = find_actor(sentence, segment, self._forms)
        return actor is not None and not after_subject and actor.start == segment.start

    def _found(self, sentence: Sentence, deeds: list[Deed], begin: int, listed: bool) -> Found:
        actor = next((deed.actor for deed in deeds if deed.actor), None)
        if actor is None:
            before = [s for s in sentence.segments if begin <= s.start < deeds[0].segment.start]
            actor = next((a for a in (find_actor(sentence, s, self._forms) for s in reversed(before)) if a), None)
        end = sentence.end if listed else deeds[-1].segment.end
        return Found(sentence, begin, end, tuple(deeds), actor, listed)


def _next_start(sentence: Sentence, after: int) -> int:
    return next((s.start for s in sentence.segments if s.start >= after), sentence.end)


def is_aim(sentence: Sentence, words: Vocabulary) -> bool:
    """Whether a sentence stands under a heading of aims or principles, or opens the text without a heading."""
    for heading in sentence.headings:
        if any(word in heading for word in words.aim_headings) or opens_with(heading, words.principle_openers):
            return True
    return False


def measure_class(directions: set[str], context: str, words: Vocabulary) -> str:
    """The class of a measure from what its effects do, and where they do both or neither, from its surroundings."""
    if directions == {"favourable"}:
        return "IncentiveMeasure"
    sanction = any(word in context for word in words.sanction_words)
    incentive = any(word in context for word in words.incentive_words)
    if "adverse" in directions and "favourable" not in directions:
        return "SanctionMeasure" if sanction or not incentive else "RegulatoryMeasure"
    return "RegulatoryMeasure"


def code_measure(
    kind_text: str,
    text: str,
    signs: tuple[Sign, ...],
    lexicon: Lexicon,
    forms: Forms,
    fallback_target: str = "",
    binding: str = "",
) -> tuple[Value, ...]:
    """The codes of a measure or act from its words: effect, area, addressee, force; only what words support.

    ``binding`` are the words that the force is told by, where not all: those of the first thing that is done.
    """
    words = forms.vocabulary
    effects = signs or ()
    specific = tuple(sign for sign in effects if sign.concept != _NO_EFFECT) or effects
    values = list(concept_values("effect", specific))
    if not values:
        values.append(Value("effect", _NO_EFFECT, Sort.concept))
    areas = verb_areas(text, lexicon)
    values += concept_values("policyArea", areas) or (Value("policyArea", _ANY_AREA, Sort.concept),)
    printed = find_target(text, forms) or find_persons(text, forms) or fallback_target
    values += _addressee(printed, text, lexicon)
    force, word = find_force(binding or text, lexicon, forms)
    values.append(Value("force", force, Sort.concept))
    if word:
        values.append(Value("forceAsWritten", word))
    if any(word in text for word in words.lawful_words):
        values.append(Value("lawfully", "true", Sort.mark))
    return tuple(values)


def propose_read(reading: Reading, measure: Measure, lexicon: Lexicon, forms: Forms) -> Iterator[Proposal]:
    """The properties and acts of a measure that `parse` has read; nothing for one whose words are no clause's.

    Title, number, clauses, bodies and bases of such a measure are in the structure graph and are not said again.
    """
    passage = _words_of(reading, measure)
    if passage is None or not passage.text:
        return
    text = passage.text
    begin, end = _bounds(text, measure.title)
    words = forms.vocabulary
    headings = _headings_of(reading, measure)
    sentence = Sentence(passage, begin, end, _segments(text, begin, end), headings, True, "", passage.clause, "")
    deeds = tuple(_deeds(sentence, lexicon, forms))
    signs = tuple(sign for deed in deeds for sign in deed.signs)
    quote = text[begin:end]
    context = _nearest(sentence.headings, words)
    lead = find_lead(reading, measure, forms)
    told = _class_by_lead(lead, forms)
    # where the words of a measure seem to do what its class cannot, what tells the class is believed
    against = AGAINST.get(told)
    doubted = any(sign.direction == against for sign in signs)
    signs = tuple(sign for sign in signs if sign.direction != against)
    directions = {sign.direction for sign in signs} - {""}
    kind = told or (
        measure_class(directions, context, words) if directions - {"neutral"} else _class_by_context(context, words)
    )
    address = f"measure/{reading.identifier}/{measure.address}"
    found = Found(sentence, begin, end, deeds, None, True)
    own = find_target(quote, forms) or find_persons(quote, forms)
    target = own or (find_target(lead.text, forms) if lead is not None else "")
    beside = (quote_beside("measures", lead.passage, lead.start, lead.end),) if lead and target and not own else ()
    acts = [_act(found, deed, n, address, target, lexicon, forms) for n, deed in enumerate(deeds, start=1)]
    acts = [one if _names_target(one.quote, forms) else replace(one, parts=beside) for one in acts]
    yield Proposal(
        "measures",
        kind,
        address,
        passage.clause,
        quote,
        passage.spans(begin, end),
        "measure-read",
        Certainty.possible if doubted else Certainty.printed,
        (
            Value("action", quote),
            *_reaching_all(
                code_measure(context, quote, signs, lexicon, forms, target, deeds[0].segment.text if deeds else ""),
                acts,
            ),
        ),
        (*(acts if len(acts) > 1 else ()), *beside),
    )


def _names_target(text: str, forms: Forms) -> bool:
    return bool(find_target(text, forms) or find_persons(text, forms))


def _nearest(headings: tuple[str, ...], words: Vocabulary) -> str:
    """The innermost heading that tells incentives or sanctions and not both; all of them where none does."""
    told = (one for one in reversed(headings) if _class_by_context(one, words) != "RegulatoryMeasure")
    return next(told, "".join(headings))


def _class_by_lead(lead: Lead | None, forms: Forms) -> str:
    """The class that is printed over a row: behind its number (下表第1至7项激励措施), or in what is announced of all
    (对失信企业实施下列惩戒措施); empty where neither tells."""
    if lead is None:
        return ""
    # only what is said right behind the numbers is said of them: 惩戒措施见第8至15项，激励措施见…
    # and whom the measures are for (对失信企业实施下列措施) is not what they are
    said = lead.text.replace(find_target(lead.text, forms) or "\0", "")
    if lead.behind is not None:
        said = lead.passage.text[lead.behind : lead.end]
    told = _class_by_context(said, forms.vocabulary)
    return told if told != "RegulatoryMeasure" else ""


def _class_by_context(context: str, words: Vocabulary) -> str:
    """The class that the headings tell, where the words of the measure have no direction."""
    sanction = any(word in context for word in words.sanction_words)
    incentive = any(word in context for word in words.incentive_words)
    if sanction != incentive:
        return "SanctionMeasure" if sanction else "IncentiveMeasure"
    return "RegulatoryMeasure"


def _deeds(sentence: Sentence, lexicon: Lexicon, forms: Forms) -> Iterator[Deed]:
    for segment in sentence.segments:
        signs = verb_signs(segment.text, lexicon.effects, forms)
        if signs and not is_trigger(segment, forms):
            yield Deed(segment, signs, None)


def _words_of(reading: Reading, measure: Measure) -> Passage | None:
    """The words of a measure in the first clause that states it, a leaf."""
    clauses = {clause.id: clause for clause in reading.document.clauses}
    for stated in measure.stated_in:
        clause = clauses.get(stated)
        if clause is not None:
            spans = measure.spans if clause.level == "row" else clause.spans
            return read_passage(reading.source, clause.id, clause.level, spans)
    return None


def _bounds(text: str, title: str) -> tuple[int, int]:
    """Where the title of a measure stands in the words of its clause; the whole clause where it is not verbatim."""
    bare = "".join(title.split())
    at = text.find(bare)
    return (at, at + len(bare)) if at >= 0 and bare else (0, len(text.rstrip("。.；;")))


def _segments(text: str, begin: int, end: int) -> tuple[Segment, ...]:
    return tuple(Segment(at, to, text[at:to]) for at, to in stretches(text[:end], begin))


def _headings_of(reading: Reading, measure: Measure) -> tuple[str, ...]:
    clauses = {clause.id: clause for clause in reading.document.clauses}
    clause = clauses.get(measure.stated_in[0]) if measure.stated_in else None
    own = headings_of(reading, clause) if clause is not None else ()
    group = next((group.title for group in reading.measures.groups if group.address == measure.group), "")
    announced = announcement_of(reading, clause) if clause is not None else ""
    return (reading.document.title or "", *own, group, announced)


def verb_areas(text: str, lexicon: Lexicon) -> tuple[Sign, ...]:
    """The areas that the words name; the general one never by its own name."""
    return tuple(sign for sign in find_signs(text, lexicon.areas) if sign.concept != _ANY_AREA)


def _addressee(printed: str, text: str, lexicon: Lexicon) -> tuple[Value, ...]:
    """Whom a measure reaches: as printed, else units, which is what these documents are about."""
    # the persons of a unit (企业的法定代表人) are persons: what a name is about stands behind its last 的
    heads = (name.rsplit("的", 1)[-1] for name in split_names(printed))
    signs = {sign.concept for head in heads for sign in find_signs(head, lexicon.addressees)}
    if "addressee-both" in signs or {"addressee-unit", "addressee-persons"} <= signs:
        concept = "addressee-both"
    elif "addressee-persons" in signs:
        concept = "addressee-persons"
    else:
        concept = "addressee-unit"
    values = [Value("addressee", concept, Sort.concept)]
    if printed and signs:
        values += (Value("addresseeAsWritten", printed), Value("addresseeGround", "printed"))
    else:
        values.append(Value("addresseeGround", "nature"))
    return tuple(values)


def _reaching_all(values: tuple[Value, ...], acts: Iterable[Proposal]) -> tuple[Value, ...]:
    """The codes of a measure, reaching units and persons where one of its acts reaches those and another these."""
    reached = {concept for act in acts for concept in act.values_of("addressee")}
    if len(reached) < 2:
        return values
    # no words of the text name them together
    others = tuple(one for one in values if not one.term.startswith("addressee"))
    both = Value("addressee", "addressee-both", Sort.concept), Value("addresseeGround", "nature")
    return (*others, *both)


def split_names(printed: str) -> list[str]:
    """The names that are joined in printed words.

    >>> split_names("失信单位及其主要负责人"), split_names("失信企业的负责人")
    (['失信单位', '其主要负责人'], ['失信企业的负责人'])
    """
    return [name for name in re.split("[、及和与，,]", printed) if name]


def certainty_of(signs: tuple[Sign, ...]) -> Certainty:
    """A word of four or more characters is hardly ever something else; a shorter one often is."""
    return Certainty.likely if any(sign.end - sign.start >= 4 for sign in signs) else Certainty.possible


def propose(found: Found, address: str, notation: str, lexicon: Lexicon, forms: Forms) -> Proposal:
    """The proposal of a measure found in running text."""
    sentence = found.sentence
    passage = sentence.passage
    text = passage.text[found.start : found.end]
    signs = tuple(sign for deed in found.deeds for sign in deed.signs)
    context = "".join((*sentence.headings, sentence.announced))
    directions = {sign.direction for sign in signs} - {""}
    target = find_target(sentence.text[: found.end - sentence.start], forms) or find_target(sentence.announced, forms)
    action = passage.text[found.deeds[0].segment.start : found.end]
    acts = tuple(
        _act(found, deed, number, address, target, lexicon, forms) for number, deed in enumerate(found.deeds, start=1)
    )
    coded = code_measure(context, text, signs, lexicon, forms, target, found.deeds[0].segment.text)
    values = (
        Value("notation", notation),
        Value("title", action, Sort.name),
        Value("statedIn", sentence.clause, Sort.thing),
        Value("action", action),
        *_reaching_all(coded, acts),
    )
    return Proposal(
        "measures",
        measure_class(directions, context + text, forms.vocabulary)
        if directions - {"neutral"}
        else _class_by_context(context, forms.vocabulary),
        address,
        sentence.clause,
        text,
        passage.spans(found.start, found.end),
        "measure-listed" if found.listed else "measure-in-sentence",
        certainty_of(signs),
        values,
        (*(acts if len(acts) > 1 else ()), *_duties(found, forms)),
    )


def _act(found: Found, deed: Deed, number: int, address: str, target: str, lexicon: Lexicon, forms: Forms) -> Proposal:
    sentence = found.sentence
    start, end = deed.segment.start, deed.segment.end
    text = sentence.passage.text[start:end]
    directions = [sign.direction for sign in deed.signs if sign.direction]
    return Proposal(
        "measures",
        "Act",
        f"{address}/act_{number}",
        sentence.clause,
        text,
        sentence.passage.spans(start, end),
        "act-in-measure",
        certainty_of(deed.signs),
        (
            Value("order", str(number), Sort.number),
            Value("title", text, Sort.name),
            Value("action", text),
            *code_measure("", text, deed.signs, lexicon, forms, target),
            Value("direction", f"direction-{directions[0] if directions else 'neutral'}", Sort.concept),
            *_reduction(deed.signs, text, directions[0] if directions else "neutral", lexicon),
        ),
        link="actOf",
    )


def _reduction(signs: tuple[Sign, ...], text: str, direction: str, lexicon: Lexicon) -> Iterator[Value]:
    """Whether an act of these effects as a rule reduces rights, with the words and the reason; nothing without a rule.

    What a rule of its effect says goes before that of its direction; one effect that does is enough.
    """
    effects = {one.slug: one for one in lexicon.effects}
    rules = [(effects[sign.concept], sign) for sign in signs if effects[sign.concept].reduces]
    ruled = next((pair for pair in rules if pair[0].reduces == "true"), rules[0] if rules else None)
    if ruled is not None:
        concept, words = ruled[0], text[ruled[1].start : ruled[1].end]
    else:
        found = next((one for one in lexicon.directions if one.slug == f"direction-{direction}" and one.reduces), None)
        telling = next((sign for sign in signs if sign.direction == direction), None)
        if found is None:
            return
        concept, words = found, text[telling.start : telling.end] if telling else text
    yield Value("reducesRights", concept.reduces, Sort.mark)
    yield Value("reducesRightsReason", f"“{words}”：{concept.reason}", Sort.name)


def _duties(found: Found, forms: Forms) -> Iterator[Proposal]:
    """Who carries a measure out: whom its sentence names, else whom the announcement of its list does (各局应当：)."""
    if found.actor is not None:
        yield from duties(found.actor, found.sentence.passage, forms.vocabulary)
    elif found.listed and found.sentence.lead is not None:
        lead = cut_lead(found.sentence.lead)
        actor = find_actor_in(lead.passage, lead.start, lead.end, forms)
        if actor is not None and not actor.is_subject:
            yield from duties(actor, lead.passage, forms.vocabulary)


def duties(actor: Actor, passage: Passage, words: Vocabulary) -> Iterator[Proposal]:
    """The bodies that are named as acting, each on its own."""
    text = passage.text
    following = text[actor.end : actor.end + 4]
    role = "lead" if opens_with(following, words.lead_labels) else "implement"
    start = actor.start
    for at in range(actor.start, actor.end + 1):
        if at == actor.end or text[at] in "、":
            if at > start:
                name = text[start:at]
                yield Proposal(
                    "departments",
                    "Responsibility",
                    "",
                    passage.clause,
                    name,
                    passage.spans(start, at),
                    "actor-of-sentence",
                    Certainty.likely,
                    (
                        Value("role", f"role-{role}", Sort.concept),
                        Value("asWritten", name),
                        Value("openEnded", "false", Sort.mark),
                    ),
                    link="responsibility",
                )
            start = at + 1
