"""A decision as a Word file: 联合奖惩措施依据核查意见（内部审核参考）, a working paper to check and to sign.

The first page is what she signs on: may this be done to this enterprise, act by act, in five groups. Behind it stand
how the enterprise came to be concerned, what is known of the document's own force, one table row for each act with
its basis then and now, procedure and remedies, and everything that nobody has verified. Quotations are an annex: they
are looked up, not read through. The paper deliberately looks like nothing that was issued: no red head, no seal, no
document number, and it says on every page that it decides nothing.

A person is named only where the decision reaches that person. It renders what it is given: no query, no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from policygraph.judging.decisions.changes import Change, Prospect
from policygraph.judging.decisions.days import follow_days
from policygraph.judging.decisions.outcomes import (
    ActRow,
    Decision,
    MeasureRow,
    Occasion,
    WayRow,
    outcome_label,
    outcome_word,
)
from policygraph.judging.decisions.rendering import day_lines, need_lines, reading_lines
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import Register
from policygraph.speaking.papers import subject
from policygraph.speaking.papers.checklist import COLUMNS, acts_of, list_rows, name_act, why_insufficient
from policygraph.speaking.papers.notations import gather_by_acts, join_notations, which_acts
from policygraph.speaking.papers.subject import list_circumstances, list_findings
from policygraph.speaking.papers.typesetting import (
    Columns,
    add_heading,
    add_lines,
    add_paragraph,
    add_table,
    open_paper,
    pack_paper,
    set_footer,
)
from policygraph.text.sentences import join_sentences
from policygraph.text.titles import cite_text
from policygraph.words import find_word, say

GROUPS: tuple[str, ...] = ("may", "may-if", "not-alone", "recommend-repeal", "to-verify", "internal", "")
"""The groups of the first page in their order; the last is for acts that nobody has judged."""


def render_opinion(
    decision: Decision,
    occasion: Occasion,
    prospect: Prospect | None = None,
    template: Path | None = None,
    *,
    register: Register | None = None,
    codes: Codes | None = None,
    titles: Mapping[str, str] | None = None,
) -> bytes:
    """The paper as a ``.docx``: head, seven parts, and the quotations as an annex.

    ``prospect`` adds who can supply what is missing and from which day time alone settles it; ``register`` with
    ``codes`` adds the numbers, authorities and states of the records, and who held a post when; ``titles`` says what
    the conditions of other policies are called. Errors: ``InputError`` for a template that is no Word file.
    """
    decision = follow_days(decision, occasion.days)
    paper = open_paper(template, say("opinion", "title"))
    set_footer(
        paper,
        say("opinion", "notice") + say("opinion", "page_before"),
        say("opinion", "page_between"),
        say("opinion", "page_after"),
    )
    add_paragraph(paper, say("opinion", "title"), style="Title")
    add_lines(paper, _head(decision, occasion))
    add_heading(paper, say("opinion", "part_concluded"))
    for lead, text in _concluded(decision, occasion):
        add_paragraph(paper, text, lead=lead)
    add_paragraph(paper, "", lead=say("opinion", "sign_first"))
    add_heading(paper, say("opinion", "part_subject"))
    found = list_findings(decision, register, codes, titles)
    if found:
        add_table(paper, _titled(subject.COLUMNS), found)
    add_lines(paper, list_circumstances(decision, occasion, register, codes))
    add_heading(paper, say("opinion", "part_force"))
    add_lines(paper, _force(occasion))
    checked = list_rows(decision, occasion)
    add_heading(paper, say("opinion", "part_checked"))
    add_lines(paper, checked.notes)
    if checked.rows:
        add_table(paper, _titled(COLUMNS), checked.rows)
    else:
        add_paragraph(paper, say("opinion", "no_acts"))
    add_heading(paper, say("opinion", "part_remedies"))
    add_lines(paper, _remedies(decision, occasion))
    add_heading(paper, say("opinion", "part_open"))
    add_lines(paper, list(_open_matters(decision, occasion, prospect)) or [say("opinion", "nothing_open")])
    add_heading(paper, say("opinion", "part_signed"))
    add_paragraph(paper, say("opinion", "sign_line"))
    add_paragraph(paper, say("opinion", "statement"))
    quotations = list(_quotations(decision))
    if quotations:
        number = say("opinion", "of_document", number=occasion.number) if occasion.number else ""
        add_heading(paper, say("opinion", "part_annex") + number, new_page=True)
        add_lines(paper, quotations)
    return pack_paper(paper)


def _titled(columns: Columns) -> Columns:
    return [(say("opinion", f"column_{name}"), width) for name, width in columns]


def acts_by_group(decision: Decision) -> tuple[tuple[str, tuple[tuple[MeasureRow, ActRow], ...]], ...]:
    """The acts under the groups of the paper, in their order; a group without acts is left out."""
    acts = acts_of(decision)
    grouped = ((group, tuple(pair for pair in acts if pair[1].group == group)) for group in GROUPS)
    return tuple((group, pairs) for group, pairs in grouped if pairs)


def _head(decision: Decision, occasion: Occasion) -> Iterator[str]:
    document = decision.policy_label + (f"（{occasion.number}）" if occasion.number else "")
    yield f"{say('opinion', 'reference')}　　{say('opinion', 'document', document=document)}"
    party = say("opinion", "party", name=decision.name, entity=decision.entity)
    marks = [
        say("opinion", word)
        for word, holds in (("synthetic", decision.synthetic), ("internal", decision.restricted))
        if holds
    ]
    yield party + "".join(marks)
    yield say(
        "opinion",
        "days",
        act=occasion.act_day.isoformat() if occasion.act_day else say("opinion", "not_given"),
        decision=(occasion.decision_day or decision.as_of).isoformat(),
        checked=decision.as_of.isoformat(),
    )
    yield say(
        "opinion", "data", until=_until(decision) or say("opinion", "not_covered"), dataset=decision.dataset or "—"
    )


def _until(decision: Decision) -> str:
    """Up to which day the registers on which the answer rests speak; the earliest of them."""
    ends = [
        min(used.until, used.exported_on) if used.exported_on else used.until
        for part in (*decision.conditions, *decision.findings)
        for used in part.proof.coverage
    ]
    return min(*ends, decision.as_of).isoformat() if ends else ""


def _concluded(decision: Decision, occasion: Occasion) -> Iterator[tuple[str, str]]:
    """The lines of the first part, each with the words that lead it."""
    outcome = outcome_label(decision)
    yield say("opinion", "outcome", outcome=outcome + (f"：{decision.reason}" if decision.reason else "")), ""
    acts = acts_of(decision)
    if not acts:
        yield "", say("opinion", "no_acts")
        return
    yield "", say("opinion", "target_is_not_may")
    for _, mine in acts_by_group(decision):
        label = mine[0][1].group_label or say("opinion", "unjudged")
        yield say("opinion", "group", label=label, n=len(mine)), "".join(_by_reason([act for _, act in mine]))
    if occasion.decisions:
        told = (f"{name_act(act)}——{act.label or say('opinion', 'unjudged')}" for act in occasion.decisions)
        yield say("opinion", "decisions"), "；".join(told) + "。"
    yield from (("", line) for line in day_lines(decision, occasion))


def _by_reason(acts: Sequence[ActRow]) -> Iterator[str]:
    """Acts of one group in a sentence: by their conclusions where it holds several, which every other surface names;
    those for which a basis does not suffice by why it does not."""
    together: dict[str, list[str]] = {}
    several = len({act.label for act in acts}) > 1
    for act in acts:
        together.setdefault(why_insufficient(act) or (act.label if several else ""), []).append(name_act(act))
    for why, names in together.items():
        yield (f"{why}——" if why else "") + "；".join(names) + "。"


def _force(occasion: Occasion) -> list[str]:
    if not occasion.force:
        return [say("opinion", "force_unlooked")]
    return [
        say("opinion", "force_known" if row.is_known else "force_unknown", topic=row.topic, said=row.said)
        for row in occasion.force
    ]


def _remedies(decision: Decision, occasion: Occasion) -> list[str]:
    lines = list(_own_remedies(occasion)) or [say("opinion", "remedies_unlooked")]
    lines += _ways(decision, occasion)
    acts = [act for _, act in acts_of(decision)]
    whole = [act.notation for act in acts]
    for which, words in gather_by_acts(((word, act.notation) for act in acts for word in act.beside), whole):
        lines.append(say("opinion", "due", acts=which, words=join_sentences(words)))
    return lines


def _own_remedies(occasion: Occasion) -> Iterator[str]:
    """What the document itself says of remedies; what it is silent on, and what nobody looked for, each in one line."""
    told: dict[str, list[str]] = {}
    silent: dict[str, list[str]] = {}
    for row in occasion.remedies:
        if row.status in ("absent", "uncurated"):
            silent.setdefault(row.status, []).append(row.mechanism)
        else:
            word = find_word("comparing", row.status)
            said = f"“{row.quote}”" + ("" if row.status == "stated" else f"（{word}）") if row.quote else word
            told.setdefault(row.mechanism, []).append(said)
    for mechanism, saying in told.items():
        yield say("opinion", "own_remedy", mechanism=mechanism, said="；".join(saying))
    for status, mechanisms in silent.items():
        said = say("opinion", f"remedy_{status}")
        yield say("opinion", "own_remedy", mechanism="、".join(dict.fromkeys(mechanisms)), said=said)


def _ways(decision: Decision, occasion: Occasion) -> Iterator[str]:
    """Where acts are taken to review and to court, with which acts; what is done among authorities is left out."""
    acts = [(measure, act) for measure, act in acts_of(decision) if act.group != "internal"]
    if acts and not occasion.ways:
        yield say("opinion", "ways_unlooked")
    if not acts or not occasion.ways:
        return
    whole = [act.notation for _, act in acts]
    doing = {body for measure, _ in acts for body in measure.departments}
    known = {way.body for way in occasion.ways}
    alike: dict[WayRow, list[str]] = {}
    other: dict[WayRow, list[str]] = {}
    for way in occasion.ways:
        (alike if way.body in doing else other).setdefault(replace(way, body=""), []).append(way.body)
    for way, bodies in alike.items():
        yield say(
            "opinion",
            "way",
            label=way.label,
            bodies=say("opinion", "all_bodies")
            if set(bodies) == known & doing
            else say("opinion", "bodies_as_written", bodies="、".join(bodies)),
            acts=which_acts([act.notation for measure, act in acts if set(measure.departments) & set(bodies)], whole),
            taken_to=way.taken_to,
            place=way.place,
            deadline=way.deadline,
            deadline_place=way.deadline_place,
            sure=find_word("codes", way.certainty),
        )
    loose = [act.notation for measure, act in acts if not measure.departments or set(measure.departments) - known]
    if loose:
        # where no measure names its body, those that issued the document are what a reader has to go by
        for way, bodies in other.items() if not alike else ():
            yield say(
                "opinion",
                "way_if",
                label=way.label,
                bodies="、".join(bodies),
                taken_to=way.taken_to,
                place=way.place,
                deadline=way.deadline,
                deadline_place=way.deadline_place,
                sure=find_word("codes", way.certainty),
            )
        yield say("opinion", "way_depends", acts=which_acts(loose, whole))


def _open_matters(decision: Decision, occasion: Occasion, prospect: Prospect | None) -> Iterator[str]:
    """Everything that nobody has verified or that is read in two ways, each with what it touches."""
    acts = [*(act for _, act in acts_of(decision)), *occasion.decisions]
    yield from _missing(decision, prospect)
    unjudged = [act.notation for act in acts if not act.conclusion]
    if unjudged:
        yield say("opinion", "open_unjudged", acts=join_notations(unjudged))
    to_verify = [act.notation for act in acts if act.conclusion == "unverifiable"]
    if to_verify:
        yield say("opinion", "open_unverifiable", acts=join_notations(to_verify))
    yield from _unread(acts)
    unknown = [row.topic for row in occasion.force if not row.is_known]
    if unknown:
        yield say("opinion", "open_force", topics="、".join(unknown))
    for act in acts:
        if act.reading:
            yield say("opinion", "open_reading", act=act.notation, reading=act.reading)
    yield from reading_lines(decision, say("opinion", "used"))
    later = dict.fromkeys(words for act in acts for words in act.later)
    if later:
        yield say("opinion", "open_later", works="、".join(f"《{work}》" for work in later))


def _unread(acts: Sequence[ActRow]) -> Iterator[str]:
    """What was not read, with the acts it touches; works that touch the same acts stand in one line."""
    whole = [act.notation for act in acts]
    together = gather_by_acts(((work, act.notation) for act in acts for work in act.unread), whole)
    if together:
        yield say("opinion", "open_looked")
    for which, works in together:
        yield say("opinion", "open_unread", works="、".join(f"《{work}》" for work in works), acts=which)


def _missing(decision: Decision, prospect: Prospect | None) -> Iterator[str]:
    """What is missing to decide, and what is missing for single measures (a finding that could not be made)."""
    if prospect:
        yield from need_lines(prospect, _tell_change)
    ways = (prospect.needed, *prospect.otherwise) if prospect else ()
    told = {change.what for way in ways for change in way}
    for part in (*(() if prospect else decision.conditions), *decision.findings):
        for item in part.missing:
            if item.what not in told:
                yield f"{part.notation} {item.what}{_supplied(item.supplier)}"
    for day, outcome in prospect.later if prospect else ():
        yield say("opinion", "later", day=day, outcome=outcome_word(outcome))


def _tell_change(change: Change) -> str:
    return say("opinion", f"need_{change.kind}") + change.what + _supplied(change.supplier)


def _supplied(supplier: str) -> str:
    return say("opinion", "supplied", supplier=supplier) if supplier else ""


def _quotations(decision: Decision) -> Iterator[str]:
    """The words of the document for each condition and measure, and those it quotes of a basis, each once."""
    for part in (*decision.conditions, *decision.findings):
        for quote in filter(None, (part.quote, *(words for _, words in part.spoken))):
            yield f"{part.notation}：“{quote}”"
    said: set[tuple[str, str, str]] = set()
    for measure in decision.measures:
        if measure.quote:
            yield f"{measure.notation}：“{measure.quote}”"
        for basis in measure.bases:
            key = (basis.title, basis.locator, basis.quote)
            if basis.quote and key not in said:
                said.add(key)
                title = cite_text(basis.title, basis.number) + basis.locator
                yield say("opinion", "quoted_of", notation=measure.notation, basis=title, quote=basis.quote)
