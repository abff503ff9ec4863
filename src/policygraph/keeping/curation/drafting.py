"""A draft written: what the rules propose for a document, without what is there already or was decided before.

``draft.ttl`` is made anew each time from the text; proposals that somebody else made stay until they are decided. Those
that a person has changed stay too, with their answers: a new draft only adds what it has not asked yet. What the model
already says in the same words is not proposed, nor what was accepted or rejected before. Printed names get
their candidates from the registries; a body is taken for one only where the registry knows the very name in the
document's region. Where another document's model has coded the very same words, its codes are proposed: equal words
must have equal codes, or a build refuses them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.graph.drafts import agent_iri, describe_proposal, describe_statements
from policygraph.graph.grounding import find_quote
from policygraph.graph.memory import make_graph
from policygraph.judging.coding import normalise_words
from policygraph.judging.rules.lines import asked_of
from policygraph.keeping.curation.cases import (
    DRAFT,
    DRAFTED,
    LINES,
    MODEL,
    PARSED,
    STATES,
    Case,
    open_case,
    statements_by_subject,
)  # fmt: skip
from policygraph.keeping.curation.deciding import describe_state
from policygraph.keeping.curation.decision import Changes, Decision
from policygraph.keeping.curation.journal import Entry, decided, list_added, list_touched
from policygraph.keeping.curation.lining import open_address
from policygraph.keeping.curation.names import region_of
from policygraph.keeping.curation.proposing import PROPOSED, read_proposals
from policygraph.keeping.turtle import parse, prologue, statements_of
from policygraph.namespaces import ELI, PG, clause_iri, slug_of
from policygraph.reading.drafting import Proposal, Sort, Value, draft_reading
from policygraph.reading.drafting.reconciling import Candidate, find_bodies

MACHINE = "policygraph draft"
"""Who a draft is by, in the journal."""
_SHARED = 0.5
_CODED = ("effect", "force", "policyArea")
_CLASSES = ("IncentiveMeasure", "SanctionMeasure", "RegulatoryMeasure")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a draft holds now, and how many proposals were left out: said already, or decided before.

    ``kept`` are the addresses of the proposals that people have changed: they stay as people left them.
    """

    proposals: tuple[Proposal, ...]
    said: int
    decided: int
    kept: tuple[str, ...] = ()

    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many proposals there are of each kind, by kind."""
        return tuple(sorted(Counter(proposal.kind for proposal in self.proposals).items()))


def draft_document(case: Case, at: str, proposals: Path | None = None) -> Draft:
    """Draft a document and write ``draft.ttl``; the kinds that something is proposed of become drafted.

    ``proposals`` is a file of other proposals as JSON lines. Errors: those of `read_proposals`; ``DataError`` for a
    file of the document that is broken; ``StorageError``.
    """
    others = read_proposals(case, proposals) if proposals is not None else ()
    decision = Decision(case, MACHINE, at)
    model = decision.graphs[MODEL]
    gone = _decided_words(case, decision.journal)
    drafted = draft_reading(case.reading, case.desk.lexicon, case.desk.knowledge.vocabulary, _entered(model))
    found = (*drafted, *others)
    fresh = [one for one in found if (one.type, _bare(one.quote)) not in gone]
    said = _Said(case, make_graph(model, _lines_told(case, decision)))
    new = [one for one in fresh if not said.holds(one)]
    names = {one.address: name for one in found if one.type == "Condition" and (name := said.find(one))}
    new = [_complete_line(case, _rename_links(one, names)) for one in new]
    coded = _follow_precedents(_precedents(case), new)
    kept = _rename(case, model, [_with_agents(case, one) for one in coded])
    touched = _touched(case, decision)
    changes: Changes = {DRAFT: _gone(case, decision, kept, touched), STATES: {}}
    for one in kept:
        statements = describe_statements(one, case.identifier, case.base)
        if one.address in touched:
            changes[DRAFT] |= _ask_more(decision, case.iri(one.address), statements, touched[one.address])
            continue
        note = case.iri(f"proposal/{one.address}")
        changes[DRAFT][note] = describe_proposal(
            one, case.identifier, _candidates(case, one), case.base, case.desk.homes
        )
        for subject in {case.iri(one.address), *(case.iri(part.address) for part in one.parts if part.address)}:
            changes[DRAFT][subject] = statements_of(statements, subject)
    for kind in sorted({one.kind for one in kept}):
        if case.state(kind, decision.graphs[STATES]) == PARSED:
            changes[STATES][case.state_iri(kind)] = describe_state(case, kind, DRAFTED)
    decision.changes[DRAFT] |= changes[DRAFT]
    decision.changes[STATES] |= changes[STATES]
    counted = Counter(one.kind for one in kept)
    told = "、".join(f"{case.desk.label(kind)} {number}" for kind, number in sorted(counted.items()))
    told += f"；照留 {' '.join(sorted(touched))}" if touched else ""
    decision.entries.append(
        Entry(decision.first, decision.first, at, MACHINE, "draft", "all", case.identifier, note=told)
    )
    decision.finish()
    return Draft(tuple(kept), len(fresh) - len(new), len(found) - len(fresh), tuple(sorted(touched)))


def _touched(case: Case, decision: Decision) -> dict[str, tuple[str, ...]]:
    """The open proposals that people have changed, by address, with what their statements said before each change."""
    changed, draft = list_touched(decision.journal, DRAFT), decision.graphs[DRAFT]
    found = {}
    for note in draft.subjects(RDF.type, PG.Proposal):
        address = slug_of(str(note)).removeprefix("proposal/")
        parts = [slug_of(str(one)) for one in statements_by_subject(case, draft, address)]
        texts = tuple(text for part in parts if part in changed for text in changed[part])
        if any(part in changed for part in parts):
            found[address] = texts
    return found


def _gone(
    case: Case, decision: Decision, new: Iterable[Proposal], touched: Mapping[str, tuple[str, ...]]
) -> dict[URIRef, Graph | None]:
    """What leaves the draft when it is made anew: all but what others have proposed and what people have changed."""
    draft, proposed = decision.graphs[DRAFT], {one.address for one in new}
    found: dict[URIRef, Graph | None] = {}
    for note in draft.subjects(RDF.type, PG.Proposal):
        address = slug_of(str(note)).removeprefix("proposal/")
        is_others = str(draft.value(note, PG.draftRule)).startswith(PROPOSED) and address not in proposed
        if not is_others and address not in touched:
            found |= dict.fromkeys((URIRef(str(note)), *statements_by_subject(case, draft, address)))
    return found


def _ask_more(decision: Decision, subject: URIRef, drafted: Graph, before: Iterable[str]) -> dict[URIRef, Graph | None]:
    """A proposal as a person left it, with the questions of a new draft that it has not asked before; none for none."""
    said = decision.said(DRAFT, subject)
    base = decision.case.base
    asked = make_graph(*(parse(prologue(base) + text, str(decision.case.folder), base) for text in before))
    new = [
        (subject, term, value)
        for term in (PG.openQuestion, PG.unclearWords)
        for value in drafted.objects(subject, term)
        if (subject, term, value) not in asked
    ]
    return {subject: make_graph(said or (), new)} if new else {}


def _bare(words: str) -> str:
    return "".join(words.split())


def _decided_words(case: Case, journal: Iterable[Entry]) -> set[tuple[str, str]]:
    """The class and words of every proposal that was accepted or rejected and not taken back."""
    entries = tuple(journal)
    gone = decided(entries).keys() - list_added(entries)
    undone = {entry.undoes for entry in entries if entry.undoes is not None}
    found: set[tuple[str, str]] = set()
    for entry in entries:
        # whoever changed the words of a proposal before deciding on it has decided on those it had, too
        if entry.subject in gone and entry.number not in undone:
            text = entry.before.get(DRAFT, {}).get(entry.subject)
            if text:
                graph = parse(prologue(case.base) + text, str(case.folder), case.base)
                subject = case.iri(entry.subject)
                for kind in graph.objects(subject, RDF.type):
                    found.add((str(kind).rsplit("#", 1)[-1], _bare(str(graph.value(subject, PG.quote)))))
    return found


def _entered(model: Graph) -> dict[str, str]:
    """The periods of the conditions of a model, by address: what a person has entered counts."""
    return {slug_of(str(condition)): str(window) for condition, window in model.subject_objects(PG.window)}


def _lines_told(case: Case, decision: Decision) -> Graph:
    """Accepted condition lines that say what a draft would, so neither those that only leave a condition open.

    A line that somebody added for the other half of a condition says nothing of the half that was drafted.
    """
    lines = decision.graphs[LINES]
    left = {case.iri(open_address(case, condition)) for condition in asked_of(lines)}
    left |= {case.iri(address) for address in list_added(decision.journal)}
    return make_graph(triple for triple in lines if triple[0] not in left)


def _rename_links(proposal: Proposal, names: Mapping[str, str]) -> Proposal:
    """A proposal that leads to conditions by the names that the model has for them."""
    values = tuple(
        replace(value, text=names.get(value.text, value.text)) if value.sort is Sort.thing else value
        for value in proposal.values
    )
    return replace(proposal, values=values)


def _complete_line(case: Case, proposal: Proposal) -> Proposal:
    """A policy with the questions that its document leaves open: from which day it applies, and where."""
    if proposal.type != "Policy":
        return proposal
    metadata, root = case.graph("metadata.ttl"), clause_iri(case.identifier, "", case.base)
    dated = any((root, term, None) in metadata for term in (ELI.date_document, PG.dateFrom))
    asked = [("line-question-date", dated), ("line-question-region", region_of(case) is not None)]
    more = tuple(Value("openQuestion", question, Sort.concept) for question, known in asked if not known)
    return replace(proposal, values=(*proposal.values, *more))


class _Said:
    """What a model says already: by class, where the words of each statement stand in the source."""

    def __init__(self, case: Case, model: Graph) -> None:
        self._typed = {slug_of(str(s)) for s in model.subjects(RDF.type, None)}
        self._places: dict[str, list[frozenset[int]]] = defaultdict(list)
        self._names: dict[frozenset[int], str] = {}
        for subject, kind in model.subject_objects(RDF.type):
            name = _family(str(kind).rsplit("#", 1)[-1])
            for clause in model.objects(subject, PG.clause):
                address = slug_of(str(clause)).removeprefix(f"doc/{case.identifier}/")
                spans = find_quote(case.reading, address, str(model.value(subject, PG.quote) or ""))
                places = frozenset(at for span in spans for at in range(span.start, span.end))
                self._places[name].append(places)
                if name == "Condition":
                    self._names[places] = slug_of(str(subject))

    def holds(self, proposal: Proposal) -> bool:
        """Whether the model has a statement of the class on the very thing, or with half of the words."""
        if proposal.rule.startswith("measure-read") or proposal.type == "Policy":
            return proposal.address in self._typed
        here = _places_of(proposal)
        return any(_share(here, places) for places in self._places[_family(proposal.type)])

    def find(self, condition: Proposal) -> str:
        """The address under which the model has a condition already; empty where it has not."""
        here = _places_of(condition)
        return next((name for places, name in sorted(self._names.items(), key=_later) if _share(here, places)), "")


def _places_of(proposal: Proposal) -> frozenset[int]:
    return frozenset(at for span in proposal.spans for at in range(span.start, span.end))


def _share(here: frozenset[int], places: frozenset[int]) -> bool:
    return len(here & places) >= _SHARED * max(1, min(len(here), len(places)))


def _later(known: tuple[frozenset[int], str]) -> str:
    return known[1]


def _family(name: str) -> str:
    return "Measure" if name in _CLASSES else name


def _rename(case: Case, model: Graph, proposals: list[Proposal]) -> list[Proposal]:
    """Proposals under addresses that the model has not given to something else."""
    taken = {slug_of(str(s)) for s in model.subjects(RDF.type, None)}
    out: list[Proposal] = []
    for one in proposals:
        address, number = one.address, 1
        while address in taken and not one.rule.startswith("measure-read"):
            number += 1
            address = f"{one.address}-{number}"
        taken.add(address)
        if address != one.address:
            parts = tuple(
                replace(part, address=part.address.replace(one.address, address, 1)) if part.address else part
                for part in one.parts
            )
            one = replace(one, address=address, parts=parts)
        out.append(one)
    return out


def _with_agents(case: Case, proposal: Proposal) -> Proposal:
    """A proposal whose bodies are named after the registry where it knows the very name; nothing else is merged."""
    parts = []
    for part in proposal.parts:
        if part.type == "Responsibility":
            found = _bodies(case, part.quote)
            if found and found[0].why == "same":
                part = replace(
                    part,
                    values=(*part.values, Value("agent", str(agent_iri(found[0].slug, case.desk.homes)), Sort.concept)),
                )
        parts.append(part)
    return replace(proposal, parts=tuple(parts))


def _candidates(case: Case, proposal: Proposal) -> Mapping[str, tuple[Candidate, ...]]:
    """What the printed names of a proposal may mean."""
    written = {part.quote for part in proposal.parts if part.type == "Responsibility"}
    written |= set(proposal.values_of("actor"))
    return {words: found for words in sorted(written) if (found := _bodies(case, words))}


def _bodies(case: Case, written: str) -> tuple[Candidate, ...]:
    return find_bodies(written, case.desk.knowledge.names, region_of(case))


@dataclass(frozen=True, slots=True)
class _Coded:
    """How the models of other documents code some words."""

    values: tuple[Value, ...]
    kind: str


def _precedents(case: Case) -> dict[str, _Coded]:
    """The codes of measures and acts in the other models of the workspace, by their words; the first model counts."""
    found: dict[str, _Coded] = {}
    for home in case.desk.workspace.all:
        for identifier in home.documents():
            if identifier == case.identifier:
                continue
            model = open_case(case.desk, identifier).graph(MODEL)
            split = set(model.objects(None, PG.actOf))
            for node in sorted(_coded_nodes(model) - split, key=str):
                words = normalise_words(str(model.value(node, PG.quote) or ""))
                whole = model.value(node, PG.actOf) or node
                kinds = [name for name in _CLASSES if (whole, RDF.type, PG[name]) in model]
                if words and kinds:
                    found.setdefault(words, _Coded(_codes(model, node), kinds[0]))
    return found


def _coded_nodes(model: Graph) -> set[Node]:
    classes = (*(PG[name] for name in _CLASSES), PG.Act)
    return {node for one in classes for node in model.subjects(RDF.type, one)}


def _codes(model: Graph, node: Node) -> tuple[Value, ...]:
    return tuple(
        Value(term, slug_of(str(value)).removeprefix("concept/"), Sort.concept)
        for term in _CODED
        for value in sorted(model.objects(node, PG[term]), key=str)
    )


def _follow_precedents(known: Mapping[str, _Coded], proposals: list[Proposal]) -> list[Proposal]:
    """Proposals with the codes that equal words have elsewhere; a measure does what its acts do together."""
    out = []
    for one in proposals:
        if _family(one.type) == "Measure":
            parts = tuple(_code(known, part) if part.type == "Act" else part for part in one.parts)
            acts = [part for part in parts if part.type == "Act"]
            classes = [known[w].kind for w in (normalise_words(p.quote) for p in acts) if w in known]
            one = replace(one, parts=parts)
            if acts:
                effects = dict.fromkeys(v for act in acts for v in act.values if v.term == "effect")
                others = tuple(v for v in one.values if v.term != "effect")
                one = replace(one, values=(*others, *effects), type=classes[0] if classes else one.type)
            else:
                one = _code(known, one)
        out.append(one)
    return out


def _code(known: Mapping[str, _Coded], proposal: Proposal) -> Proposal:
    coded = known.get(normalise_words(proposal.quote))
    if coded is None:
        return proposal
    others = tuple(value for value in proposal.values if value.term not in _CODED)
    return replace(
        proposal,
        values=(*others, *coded.values),
        rule=f"{proposal.rule} same-words",
        type=coded.kind if proposal.type != "Act" else proposal.type,
    )
