"""Conditions of which only a part is told: what leaves them open, and how another line for them is added.

Several lines may decide one condition, and it is met when all of them are. A line that stands alone, while another is
still a draft or was never written, would let in whoever meets the half of it: so as long as a line of a condition is
open, or nothing decides it, it is left to a determination. Where a draft has understood one half, a person adds a line
of her own for the other; it is a draft like the rest until somebody accepts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from policygraph.errors import InputError, NotFoundError
from policygraph.graph.drafts import describe_proposal, describe_statements, proposal_iri
from policygraph.graph.grounding import find_quote
from policygraph.graph.memory import make_graph
from policygraph.judging.rules.lines import asked_of
from policygraph.keeping.curation.cases import DRAFT, LINES, MODEL, Case
from policygraph.keeping.curation.decision import Decision
from policygraph.keeping.curation.journal import ADDED, Entry
from policygraph.keeping.curation.lining import grade_measures, open_address, policies_asking, write_open_rule
from policygraph.keeping.curation.proposing import PROPOSED
from policygraph.keeping.turtle import is_ours
from policygraph.namespaces import PG, slug_of
from policygraph.reading.drafting import TYPES, Certainty, Proposal, Sort, Value

_NOTHING: Mapping[URIRef, Graph | None] = MappingProxyType({})
_LINE = "ConditionRule"


def open_lines(
    decision: Decision, lines: Mapping[URIRef, Graph | None], drafted: Mapping[URIRef, Graph | None] = _NOTHING
) -> dict[URIRef, Graph | None]:
    """The lines that leave to a determination each condition that is asked and not wholly curated, and those that go.

    ``lines`` and ``drafted`` are what is about to change in the lines and in the draft. Of a file that a person wrote
    nothing is changed that nobody asked for.
    """
    if _is_written(decision):
        return {}
    case = decision.case
    after, draft = decision.after(LINES, lines), decision.after(DRAFT, drafted)
    told = make_graph(decision.after(MODEL), decision.graphs[DRAFT])
    changes: dict[URIRef, Graph | None] = {}
    for condition in asked_of(after):
        subject = case.iri(open_address(case, condition))
        decided = any(one != subject for one in after.subjects(PG.decides, condition))
        waiting = any((one, RDF.type, PG.ConditionRule) in draft for one in draft.subjects(PG.decides, condition))
        stands = (subject, RDF.type, PG.ConditionRule) in after
        if (waiting or not decided) and not stands:
            clause, quote = told.value(condition, PG.clause), told.value(condition, PG.quote)
            if clause is None or quote is None:
                asking = [one for one in after.subjects(RDF.type, PG.Policy) if condition in asked_of(after, one)]
                raise InputError(
                    f"{min(slug_of(str(one)) for one in asking)} hasCondition",
                    f"政策还问 {slug_of(str(condition))}，它却已不在草稿和整理稿里，也没有一行判断它",
                    "先 curate undo；它确实不是条件的，从政策的 hasCondition 里去掉它，并写明理由",
                )
            changes[subject] = write_open_rule(case, condition, clause, quote)[1]
        elif stands and decided and not waiting:
            changes[subject] = None
    return changes


def follow_grades(decision: Decision, changes: Mapping[str, Mapping[URIRef, Graph | None]]) -> dict[URIRef, Graph]:
    """The policies that give grades, with the measures that follow from each, where a change makes them others.

    Of a file that a person wrote nothing is changed.
    """
    if _is_written(decision):
        return {}
    lines, told = (decision.after(name, changes.get(name, _NOTHING)) for name in (LINES, MODEL))
    return grade_measures(lines, told)


def require_policy(decision: Decision, lines: Mapping[URIRef, Graph | None]) -> None:
    """Refuse lines that belong to no accepted policy. Errors: ``InputError``."""
    after = decision.after(LINES, lines)
    asked = set(asked_of(after))
    for subject, said in sorted(lines.items()):
        condition = None if said is None else said.value(subject, PG.decides)
        if condition is None or condition in asked or _is_written(decision):
            continue
        drafted = policies_asking(decision.graphs[DRAFT], condition)
        policy = slug_of(str(drafted[0])) if drafted else f"policy/{decision.case.identifier}"
        raise InputError(
            policy,
            "条件行要属于一个政策，而它没有接受",
            f"先接受 {policy}；已经不接受的，先 curate restore {decision.case.identifier} {policy}",
        )


def list_deciding(decision: Decision) -> Mapping[URIRef, frozenset[URIRef]]:
    """The lines, drafted or accepted, that decide each condition, without those that only leave it open."""
    case, lines = decision.case, decision.after(LINES)
    opened = {case.iri(open_address(case, condition)) for condition in asked_of(lines)}
    found: dict[URIRef, set[URIRef]] = {}
    for graph in (decision.after(DRAFT), lines):
        for line in graph.subjects(RDF.type, PG.ConditionRule):
            for condition in graph.objects(line, PG.decides):
                if isinstance(line, URIRef) and isinstance(condition, URIRef) and line not in opened:
                    found.setdefault(condition, set()).add(line)
    return {condition: frozenset(group) for condition, group in found.items()}


def require_halves(decision: Decision, before: Mapping[URIRef, frozenset[URIRef]], note: str) -> None:
    """Refuse to let a part of the lines of a condition decide it alone, unless somebody has said why they may.

    A condition of which no line is left is one that only a determination settles, and nobody has to say why.
    Errors: ``InputError`` that names the lines that would be left.
    """
    after = list_deciding(decision)
    for condition, group in sorted(before.items()):
        left = after.get(condition, frozenset())
        if left and group - left and not note.strip():
            told = "、".join(slug_of(str(one)) for one in sorted(left))
            raise InputError(
                f"{slug_of(str(sorted(group - left)[0]))}（{slug_of(str(condition))}）",
                f"同一条件还有别的行（{told}），去掉这一行，就由它们单独判断",
                "在“理由”里（--reason）写明为什么其余的行已经说全，例如 这一句是说明；要留待认定的，把这些行一起去掉",
            )


def add_line(
    case: Case, address: str, by: str, at: str, *, quote: str = "", seen: str | None = None
) -> tuple[Entry, ...]:
    """Draft another line for a condition, because what is drafted or accepted of it does not say all of it.

    ``address`` is the condition, or a line of it. The new line quotes ``quote``, where none is given the one run of
    words that the other lines have not understood, else the whole condition; its records are chosen by `edit` before it
    can be accepted, and until then the condition is left to a determination.

    Errors: ``NotFoundError`` for an address without a condition; ``InputError`` for words that are not the clause's
    own, and where the lines were written by hand; ``StaleError``.
    """
    decision = Decision(case, by, at)
    decision.require(address, seen)
    condition = _condition_of(decision, address)
    told = decision.said(MODEL, condition) or decision.said(DRAFT, condition)
    if told is None:
        raise NotFoundError(slug_of(str(condition)), "草稿和整理稿里都没有这个条件", "先起草，或者先 curate undo")
    if _is_written(decision):
        raise InputError(str(case.path(LINES)), "条件行是手写的，程序不往里添草稿", "在这个文件里自己写这一行")
    clause = slug_of(str(told.value(condition, PG.clause))).removeprefix(f"doc/{case.identifier}/")
    whole = str(told.value(condition, PG.quote))
    words = "".join(quote.split()) or _left_words(decision, condition, clause) or whole
    spans = find_quote(case.reading, clause, words)
    if not spans:
        raise InputError(
            f"{address}（条款 {clause}）quote", f"不是该条款的原文：“{words}”", f"从这一条里选，它写的是“{whole}”"
        )
    made = Proposal(
        TYPES[_LINE], _LINE, _free_address(decision, condition), clause, words, spans, f"{PROPOSED} {by.strip()}",
        Certainty.possible, (Value("decides", slug_of(str(condition)), Sort.thing),),
    )  # fmt: skip
    new: dict[URIRef, Graph | None] = {
        case.iri(made.address): describe_statements(made, case.identifier, case.base),
        proposal_iri(made.address, case.base): describe_proposal(made, case.identifier, {}, case.base),
    }
    decision.tell(ADDED, made.kind, made.address, {DRAFT: new, LINES: open_lines(decision, {}, new)})
    return decision.finish()


def _is_written(decision: Decision) -> bool:
    """Whether a person has written the file of condition lines."""
    return bool(decision.texts[LINES]) and not is_ours(decision.texts[LINES])


def _condition_of(decision: Decision, address: str) -> URIRef:
    """The condition that an address names, or that the line of it decides. Errors: ``NotFoundError``."""
    subject = decision.case.iri(address)
    for name in (DRAFT, MODEL, LINES):
        said = decision.said(name, subject) or make_graph()
        if (subject, RDF.type, PG.Condition) in said:
            return subject
        found = said.value(subject, PG.decides)
        if isinstance(found, URIRef):
            return found
    raise NotFoundError(
        address, "不是条件，也不是条件行", f"看 policygraph curate list {decision.case.identifier} --kind conditions"
    )


def _left_words(decision: Decision, condition: URIRef, clause: str) -> str:
    """The one run of words of its clause that the drafted lines of a condition have not understood; else empty."""
    draft = decision.after(DRAFT)
    left = {
        str(words)
        for line in draft.subjects(PG.decides, condition)
        for words in draft.objects(line, PG.unclearWords)
        if find_quote(decision.case.reading, clause, str(words))
    }
    return left.pop() if len(left) == 1 else ""


def _free_address(decision: Decision, condition: URIRef) -> str:
    """An address after the condition's number that no draft gives and nobody has used, not for what is gone either."""
    case = decision.case
    begin = f"rule/{case.identifier}/{str(condition).rsplit('/', 1)[1]}-w"
    used = {entry.subject for entry in decision.journal}
    number = 1
    while f"{begin}{number}" in used or any(decision.said(n, case.iri(f"{begin}{number}")) for n in (DRAFT, LINES)):
        number += 1
    return f"{begin}{number}"
