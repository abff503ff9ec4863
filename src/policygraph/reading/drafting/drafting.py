"""One document drafted: the rules in their order, and the addresses of what they propose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import count
from types import MappingProxyType

from policygraph.reading.drafting.conditions import find_conditions, find_grades, find_mechanisms, find_precedence
from policygraph.reading.drafting.consequences import find_consequences
from policygraph.reading.drafting.grading import condition_grades, find_scale
from policygraph.reading.drafting.lexicon import Lexicon
from policygraph.reading.drafting.lining import find_lines, tell_checkable
from policygraph.reading.drafting.listing import find_lists, find_transitions
from policygraph.reading.drafting.measuring import MeasureFinder, propose, propose_read
from policygraph.reading.drafting.proposals import Certainty, Proposal, Sort, Value
from policygraph.reading.drafting.sentences import read_sentences
from policygraph.reading.drafting.stepping import Step, StepFinder, propose_step
from policygraph.reading.notations import name_step
from policygraph.reading.patterns import Forms, forms_of
from policygraph.reading.texts import Reading
from policygraph.reading.vocabulary import Vocabulary


def draft_reading(
    reading: Reading, lexicon: Lexicon, vocabulary: Vocabulary, windows: Mapping[str, str] = MappingProxyType({})
) -> tuple[Proposal, ...]:
    """Everything that the rules propose for a document, kind by kind and in reading order; never raises.

    Without words nothing is proposed but the measures that `parse` has read. ``windows`` are the periods that a person
    has entered for conditions whose words name none, by address.
    """
    forms = forms_of(vocabulary)
    name = reading.identifier
    sentences = read_sentences(reading, vocabulary)
    conditions = tuple(find_conditions(sentences, name, lexicon, forms))
    measures = tuple(_measures(reading, lexicon, forms))
    lists = tuple(find_lists(sentences, name, forms))
    grades = tuple(find_grades(sentences, name, forms))
    scored = condition_grades(grades, conditions, name)
    conditions = tuple(dict.fromkeys((*conditions, *scored.values())))
    lines = tuple(find_lines(sentences, conditions, name, lexicon, forms, windows))
    policies = sum(one.type == "Policy" for one in lines)
    lines = (*lines, *find_scale(sentences, scored, name, policies, forms))
    return (
        *measures,
        *_procedures(reading, lexicon, forms),
        *lists,
        *find_transitions(sentences, name, forms),
        *grades,
        *find_consequences(reading, sentences, (*measures, *lists, *grades), forms),
        *tell_checkable(conditions, lines),
        *lines,
        *find_precedence(sentences, name, forms),
        *find_mechanisms(reading, sentences, measures, lexicon, forms),
    )


def _measures(reading: Reading, lexicon: Lexicon, forms: Forms) -> Iterator[Proposal]:
    """The measures, printed ones first; a number means one of them, and one act of them, within the document."""
    used: set[str] = set()
    for measure in reading.measures.measures:
        proposals = tuple(propose_read(reading, measure, lexicon, forms))
        used |= _numbers(measure.notation, proposals)
        yield from proposals
    finder = MeasureFinder(lexicon, forms, elsewhere=bool(reading.measures.measures))
    taken = {measure.address for measure in reading.measures.measures}
    numbers: dict[str, int] = defaultdict(int)
    for sentence in read_sentences(reading, forms.vocabulary):
        for found in finder.find(sentence):
            numbers[sentence.clause] += 1
            number = numbers[sentence.clause]
            address = f"{flat_address(sentence.clause)}/{number}"
            while address in taken:
                number += 1
                address = f"{flat_address(sentence.clause)}/{number}"
            taken.add(address)
            # paragraphs without a number of their own share the printed one above them
            stem = notation_of(reading, sentence.clause)
            notation = next(f"{stem}·{n}" for n in count(number) if f"{stem}·{n}" not in used)
            proposal = propose(found, f"measure/{reading.identifier}/{address}", notation, lexicon, forms)
            used |= _numbers(notation, (proposal,))
            yield proposal


def _numbers(notation: str, proposals: tuple[Proposal, ...]) -> set[str]:
    """The numbers that a proposed measure takes: its own, and those of its acts."""
    acts = sum(one.type == "Act" for proposal in proposals for one in (proposal, *proposal.parts))
    return {notation, *(f"{notation}·{place}" for place in range(1, acts + 1))}


def _procedures(reading: Reading, lexicon: Lexicon, forms: Forms) -> Iterator[Proposal]:
    """The steps, each after the procedure it belongs to: those of one kind under one heading."""
    steps = StepFinder(lexicon, forms).find(read_sentences(reading, forms.vocabulary))
    whole: dict[tuple[str, str], list[Step]] = defaultdict(list)
    kinds: dict[str, str] = {}
    for step in steps:
        part = _part_of(step)
        # stages with headings of their own are of one procedure, whatever a word of one of them says
        stage = step.depth < len(step.sentence.headings) and not step.sentence.listed
        whole[kinds.setdefault(part, step.kind) if stage else step.kind, part].append(step)
    seen: dict[str, int] = defaultdict(int)
    for (kind, _), members in whole.items():
        slug = kind.removeprefix("procedure-")
        seen[slug] += 1
        address = f"procedure/{reading.identifier}/{slug}" + (f"-{seen[slug]}" if seen[slug] > 1 else "")
        yield _procedure(members[0], address, kind)
        for number, step in enumerate(members, start=1):
            yield propose_step(step, f"{address}/{number}", address, number, lexicon, forms)


def _part_of(step: Step) -> str:
    """What the steps of one procedure stand in together: what announces them, else the heading over them, else their
    clause."""
    if step.sentence.listed:
        return step.sentence.announced
    headings = step.sentence.headings
    return "/".join(headings[: step.depth]) if headings else step.sentence.clause


def _procedure(first: Step, address: str, kind: str) -> Proposal:
    sentence = first.sentence
    title = (
        sentence.announced.rstrip("：:")
        if sentence.listed
        else sentence.headings[first.depth - 1]
        if sentence.headings
        else sentence.passage.text[first.start : first.end]
    )
    return Proposal(
        "procedures",
        "Procedure",
        address,
        sentence.clause,
        sentence.passage.text[first.start : first.end],
        sentence.passage.spans(first.start, first.end),
        "steps-of-one-heading",
        Certainty.possible,
        (Value("procedureKind", kind, Sort.concept), Value("title", title, Sort.name)),
    )


def flat_address(clause: str) -> str:
    """The address of a clause below its text in one segment, as addresses of measures have it.

    >>> flat_address("annex_1/sec_2/para_3"), flat_address("art_5")
    ('sec_2-para_3', 'art_5')
    """
    return "-".join(part for part in clause.split("/") if not part.startswith("annex_"))


def notation_of(reading: Reading, clause: str) -> str:
    """The printed numbers above a clause, as `notation` has them (三（一）); the place (第二段) without."""
    by_id = {one.id: one for one in reading.document.clauses}
    found: list[str] = []
    at = by_id.get(clause)
    while at is not None:
        if at.label:
            found.append("".join(at.label.split()).rstrip("、.．"))
        at = by_id.get(at.parent or "")
    return "".join(reversed(found)) or name_step(clause.rsplit("/", 1)[-1])
