"""Decisions about proposals and statements: accept, edit, reject, settle a kind, and take back.

Each call takes a `Case`, who and when, changes ``model.ttl``, ``draft.ttl`` and ``curation.ttl`` together or not at
all, adds a line to the journal for each thing, and returns those lines. Nothing enters the model whose quote is not
verbatim in its clause. A kind is called accepted or none only by `settle`: accepting what was proposed does not mean
that somebody read the document to its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD
from rdflib.term import Node

from policygraph.errors import InputError, NotFoundError
from policygraph.graph.drafts import describe_statements, value_node
from policygraph.graph.memory import make_graph
from policygraph.keeping.curation.asking import choose_questions, list_taken
from policygraph.keeping.curation.cases import (
    ACCEPTED,
    DRAFT,
    DRAFTED,
    JOURNAL,
    LINES,
    MODEL,
    NONE,
    PARSED,
    STATES,
    Case,
    find_proposal,
    list_proposals,
    statements_by_subject,
)  # fmt: skip
from policygraph.keeping.curation.decision import Changes, Decision
from policygraph.keeping.curation.halves import follow_grades, list_deciding, open_lines, require_halves, require_policy
from policygraph.keeping.curation.journal import Entry, last_batch, list_rejected
from policygraph.keeping.curation.lining import policies_asking, write_policy, write_rule
from policygraph.keeping.curation.proposing import check_statement, check_value
from policygraph.keeping.curation.quoting import ground_words
from policygraph.keeping.curation.silences import mechanism_of
from policygraph.keeping.curation.statements import list_classes, read_concept
from policygraph.keeping.holding import StaleError
from policygraph.keeping.turtle import parse, prologue, statements_of, write_block
from policygraph.keeping.workspace import BODIES, LAWS
from policygraph.namespaces import ID, PG, clause_iri, slug_of
from policygraph.reading.drafting import PRINTED, SORTS, TYPES, Sort, Value
from policygraph.reading.measures import leave_out
from policygraph.text.likeness import near_words

ALL = "all"
_LINED = frozenset({"ConditionRule", "Policy"})
"""Classes whose accepted statements stand in the condition lines and not in the model."""
_LOOKING = "（只看）"
"""Whoever looks and decides nothing."""
_WHY = "在“理由”里（--reason）写明为什么不必再问，或者为什么它不是条件，例如 由主管部门认定"
EMPTY: Mapping[str, str] = MappingProxyType({})
Seen = Mapping[str, str]
"""By address, the name of what whoever decides has seen (`OpenProposal.seen`); what is not in it is not asked."""


def accept(
    case: Case,
    addresses: Iterable[str] | None,
    by: str,
    at: str,
    *,
    kind: str = ALL,
    seen: Seen = EMPTY,
    leave: bool = False,
) -> tuple[Entry, ...]:
    """Accept proposals: their statements enter the model. None takes all open ones of a kind, or of all kinds.

    A step takes the procedure along that it belongs to, a set its conditions; condition lines go to the lines of the
    document, and its shapes follow. Where all are taken, or with ``leave``, lines that still lack something (a day, a
    region, a period, an answer to a question) stay open and the others are accepted; lacking lines alone are refused.

    Errors: ``NotFoundError`` for an address that is no open proposal; ``InputError`` for a quote that is not verbatim,
    or a kind that nothing is proposed of; ``StaleError``.
    """
    decision = Decision(case, by, at)
    for address, words in seen.items():
        decision.require(address, words)
    wanted = _choose(case, addresses, kind)
    if addresses is None or leave:
        lacking = {address: fault for address in wanted if (fault := _find_lacking(decision, address)) is not None}
        wanted = tuple(address for address in wanted if address not in lacking)
        if lacking and not wanted:
            raise next(iter(lacking.values()))
    done: set[str] = set()
    for address in wanted:
        _accept(decision, address, done)
    return decision.finish()


def list_lacking(case: Case, kind: str = ALL) -> tuple[InputError, ...]:
    """What keeps open proposals of a kind, or of all, from being accepted, each told once; empty when nothing does.

    What a policy lacks keeps each of its lines from being accepted, and is one thing to answer.
    """
    decision = Decision(case, _LOOKING, "")
    faults = (_find_lacking(decision, one.address) for one in list_proposals(case, None if kind == ALL else kind))
    return tuple({str(fault): fault for fault in faults if fault is not None}.values())


def _find_lacking(decision: Decision, address: str) -> InputError | None:
    """What a drafted statement, or the policy of a line, still lacks before it can be accepted; None for what lacks
    nothing."""
    case, draft = decision.case, decision.graphs[DRAFT]
    subject = case.iri(address)
    policies: tuple[URIRef, ...] = ()
    try:
        if (subject, RDF.type, PG.ConditionRule) in draft:
            case.asking.require_answers(draft, subject, case.identifier)
            write_rule(case, subject, draft)
            policies = policies_asking(draft, draft.value(subject, PG.decides))
        elif (subject, RDF.type, PG.Policy) in draft:
            policies = (subject,)
        for policy in policies:
            case.asking.require_answers(draft, policy, case.identifier)
            write_policy(case, policy, draft, draft, draft)
        if not policies:
            case.asking.require_answers(draft, subject, case.identifier)
    except InputError as fault:
        return fault
    return None


def _choose(case: Case, addresses: Iterable[str] | None, kind: str) -> tuple[str, ...]:
    if addresses is not None:
        return tuple(find_proposal(case, address).address for address in dict.fromkeys(addresses))
    found = list_proposals(case, None if kind == ALL else check_kind(case, kind))
    if not found:
        raise NotFoundError(
            f"{case.identifier} {kind}", "没有待定的建议", f"先运行 policygraph draft {case.identifier}"
        )
    return tuple(one.address for one in found)


def check_kind(case: Case, kind: str) -> str:
    """A kind that there is. Errors: ``InputError`` with the kinds there are, the nearest first."""
    known = case.desk.kinds()
    if kind not in known:
        near = near_words(kind, known, 1)
        raise InputError(
            kind, "没有这一类", f"{f'是不是 {near[0]}？' if near else ''}可用的有: {'、'.join((*known, ALL))}"
        )
    return kind


def _accept(decision: Decision, address: str, done: set[str]) -> None:
    case = decision.case
    if address in done:
        return
    done.add(address)
    draft = decision.after(DRAFT)
    note = case.iri(f"proposal/{address}")
    for needed in _needs(case, draft, address):
        if (case.iri(f"proposal/{needed}"), RDF.type, PG.Proposal) in draft:
            _accept(decision, needed, done)
    subjects = statements_by_subject(case, draft, address)
    gone: dict[URIRef, Graph | None] = dict.fromkeys((*subjects, note))
    kind = slug_of(str(draft.value(note, PG.curatedKind))).removeprefix("concept/curated-")
    wanted: Changes = {MODEL: {}, LINES: {}, DRAFT: gone, STATES: _drafted(decision, kind)}
    for subject, said in subjects.items():
        case.asking.require_answers(said, subject, case.identifier)
        if (subject, RDF.type, PG.Policy) in said:
            conditions = make_graph(decision.after(MODEL), draft)
            beside = make_graph(draft, decision.after(LINES))
            wanted[LINES][subject] = write_policy(case, subject, said, conditions, beside)
        elif (subject, RDF.type, PG.ConditionRule) in said:
            wanted[LINES] |= write_rule(case, subject, said)
        else:
            # what was asked about and is answered is no statement about the document
            wanted[MODEL][subject] = make_graph(one for one in said if one[1] != PG.unclearWords)
    if wanted[LINES]:
        require_policy(decision, wanted[LINES])
        wanted[LINES] |= open_lines(decision, wanted[LINES], gone)
    wanted[LINES] |= follow_grades(decision, wanted)
    decision.tell("accept", kind, address, wanted)


def _needs(case: Case, draft: Graph, address: str) -> list[str]:
    """The proposals that a proposal would be nothing without."""
    subject = case.iri(address)
    terms = (
        PG.procedure, PG.hasCondition, PG.excludedBy, PG.decides, PG.fromList, PG.toList, PG.when, PG.measure,
    )  # fmt: skip
    # what `parse` has read of a document is there, whether anybody accepts its properties or not
    read = {case.iri(f"measure/{case.identifier}/{address}") for address in _list_read(case, case.graph(STATES))}
    found = (value for term in terms for value in draft.objects(subject, term) if value not in read)
    lined = (subject, RDF.type, PG.ConditionRule) in draft
    policies = policies_asking(draft, draft.value(subject, PG.decides)) if lined else ()
    things = sorted(slug_of(str(value)) for value in found if isinstance(value, URIRef))
    return [*things, *(slug_of(str(policy)) for policy in policies)]


def _drafted(decision: Decision, kind: str) -> dict[URIRef, Graph | None]:
    """The state that a kind takes when something of it is drafted or accepted and nobody has said more."""
    case = decision.case
    if decision.said(STATES, case.state_iri(kind)) is not None:
        return {}
    if case.state(kind, decision.graphs[STATES]) != PARSED:
        return {}
    return {case.state_iri(kind): describe_state(case, kind, DRAFTED)}


def describe_state(case: Case, kind: str, state: str, by: str = "", day: str = "") -> Graph:
    """The statements of a state of curation; who and when for the two that settle a kind."""
    graph = make_graph()
    node = case.state_iri(kind)
    graph.add((node, RDF.type, PG.Curation))
    graph.add((node, PG.document, clause_iri(case.identifier, "", case.base)))
    graph.add((node, PG.curatedKind, ID[f"concept/curated-{kind}"]))
    graph.add((node, PG.curationState, ID[f"concept/curation-state-{state}"]))
    if by:
        graph.add((node, PG.curatedBy, Literal(by)))
        graph.add((node, DCTERMS.date, Literal(day, datatype=XSD.date)))
    return graph


def reject(
    case: Case, addresses: Iterable[str], by: str, at: str, *, note: str = "", seen: Seen = EMPTY
) -> tuple[Entry, ...]:
    """Reject proposals: they leave the draft, and no later draft proposes the same words again.

    A measure that `parse` has read in the layout of the document leaves the dataset with it: it is none.
    Errors: ``NotFoundError`` for an address that is no open proposal; ``StaleError``.
    """
    decision = Decision(case, by, at)
    for address, words in seen.items():
        decision.require(address, words)
    before = list_deciding(decision)
    for address in dict.fromkeys(addresses):
        found = find_proposal(case, address)
        subjects = statements_by_subject(case, decision.graphs[DRAFT], address)
        gone: dict[URIRef, Graph | None] = dict.fromkeys((*subjects, case.iri(f"proposal/{address}")))
        opened = open_lines(decision, {}, gone) if found.type == "ConditionRule" else {}
        wanted: Changes = {DRAFT: gone, LINES: opened, STATES: _reject_reading(decision, address)}
        decision.tell("reject", found.kind, address, wanted, note=note.strip())
    require_halves(decision, before, note)
    return decision.finish()


def _reject_reading(decision: Decision, address: str) -> dict[URIRef, Graph | None]:
    """The state of the measures where what was read at an address is none; empty where no measure was read there."""
    case, kind = decision.case, "measures"
    states, name = decision.after(STATES), address.removeprefix(f"measure/{case.identifier}/")
    if name == address or name not in _list_read(case, states):
        return {}
    node = next(iter(sorted(states.subjects(PG.curatedKind, ID[f"concept/curated-{kind}"]), key=str)), None)
    subject = URIRef(str(node or case.state_iri(kind)))
    said = decision.said(STATES, subject) or describe_state(case, kind, DRAFTED)
    return {subject: make_graph(said, [(subject, PG.rejectedReading, Literal(name))])}


def _list_read(case: Case, states: Graph) -> tuple[str, ...]:
    """The addresses of the measures that `parse` reads in a document and that nobody has judged to be none."""
    gone = set(map(str, states.objects(None, PG.rejectedReading)))
    return tuple(one.address for one in case.reading.measures.measures if one.address not in gone)


def restore(case: Case, address: str, by: str, at: str) -> tuple[Entry, ...]:
    """Take back that a proposal was rejected, whatever was done since: it is proposed again as it was.

    Errors: ``NotFoundError`` for an address that nobody has rejected; ``InputError`` when one of the things that the
    rejection changed was changed since, by hand.
    """
    decision = Decision(case, by, at)
    entry = next((one for one in reversed(list_rejected(decision.journal)) if one.subject == address), None)
    if entry is None:
        told = "、".join(one.subject for one in list_rejected(decision.journal)) or "（没有）"
        raise NotFoundError(address, "不是否定了的一项", f"否定了的有: {told}")
    wanted: Changes = {DRAFT: {}, LINES: {}, STATES: {}}
    for place, text in entry.before.get(DRAFT, {}).items():
        subject = case.iri(place)
        _refuse_changed(decision, DRAFT, subject, None, place)
        wanted[DRAFT][subject] = None if text is None else _read_block(case, DRAFT, text, subject)
    wanted[STATES] = _read_again(decision, address)
    wanted[LINES] = open_lines(decision, {}, wanted[DRAFT])
    decision.tell("undo", entry.kind, address, wanted, undoes=entry.number)
    return decision.finish()


def _read_again(decision: Decision, address: str) -> dict[URIRef, Graph | None]:
    """The state of the measures without that what was read at an address is none; empty where nobody has said so."""
    states, name = decision.after(STATES), Literal(address.removeprefix(f"measure/{decision.case.identifier}/"))
    return {
        URIRef(str(node)): make_graph(one for one in decision.said(STATES, URIRef(str(node))) or () if one[2] != name)
        for node in set(states.subjects(PG.rejectedReading, name))
    }


def edit(
    case: Case, address: str, values: Mapping[str, Iterable[str]], by: str, at: str, *, seen: str | None = None,
    note: str = "", accepting: bool = False,
) -> tuple[Entry, ...]:  # fmt: skip
    """Change properties of an open proposal, or of a statement of the model; no values take a property away.

    ``values`` gives the new values of each property that changes, by its local name: concepts by slug
    (``effect-restrict``), words as printed. ``quote`` and ``clause`` may change together; ``type`` is the class of a
    measure. ``note`` says why; where a
    question is taken away it has to. With ``accepting`` the changed proposal is accepted too, or nothing is written.
    Errors: ``NotFoundError`` for an address that neither has; ``InputError`` for a property or a concept that there is
    not, for words that are not verbatim in the clause, and for a question taken away without a reason; ``StaleError``.
    """
    decision = Decision(case, by, at)
    decision.require(address, seen)
    before = list_deciding(decision)
    _edit(decision, address, values, note)
    require_halves(decision, before, note)
    if accepting:
        _accept(decision, find_proposal(case, address).address, set())
    return decision.finish()


def answer(
    case: Case, address: str, questions: Iterable[str], by: str, at: str, *, reason: str, seen: str | None = None
) -> tuple[Entry, ...]:
    """Take questions of an open proposal away and say why they need not be asked; all of them where none is named.

    Errors: ``NotFoundError`` for an address that is no open proposal; ``InputError`` for a question that is not asked,
    and without a reason; ``StaleError``.
    """
    decision = Decision(case, by, at)
    decision.require(address, seen)
    subject, said = case.iri(find_proposal(case, address).address), decision.graphs[DRAFT]
    gone = choose_questions(said, subject, questions)
    left = [slug_of(str(one)).removeprefix("concept/") for one in said.objects(subject, PG.openQuestion)
            if one not in gone]  # fmt: skip
    _edit(decision, address, {"openQuestion": left}, reason, "answer")
    return decision.finish()


def _edit(
    decision: Decision, address: str, values: Mapping[str, Iterable[str]], note: str, action: str = "edit"
) -> None:
    case = decision.case
    subject = case.iri(address)
    name = next((one for one in (DRAFT, MODEL, LINES) if decision.said(one, subject) is not None), MODEL)
    said = decision.said(name, subject)
    if name == LINES and set(values) - {"quote", "clause"}:
        raise InputError(address, "条件行已经写出，不能逐项改", "先 remove 或 undo，再改草稿；或手工改 conditions.ttl")
    if said is None:
        raise NotFoundError(address, "草稿和整理稿里都没有这一项", f"policygraph curate list {case.identifier}")
    changed = make_graph(said)
    for term, texts in values.items():
        if term == "type":
            _change_class(changed, subject, tuple(texts), address)
            continue
        property_ = _property(term, address)
        _clear(changed, subject, property_)
        for text in texts:
            changed.add((subject, property_, _check_value(case, term, text, address)))
    ground_words(case, said, changed, subject, address)
    taken = list_taken(said, changed, subject)
    if taken and not note.strip():
        raise InputError(f"{address} {' '.join(taken)}", "要删去疑问或者条件，没有写明理由", _WHY)
    wanted: Changes = {name: {subject: changed}}
    if (subject, RDF.type, PG.ConditionRule) in changed and name == DRAFT:
        # it may decide another condition now, of which the rest was accepted already
        wanted[LINES] = open_lines(decision, {}, wanted[DRAFT])
    wanted[LINES] = {**wanted.get(LINES, {}), **follow_grades(decision, wanted)}
    decision.tell(action, _kind_of(case, changed, subject), address, wanted, note=note.strip())


def _change_class(graph: Graph, subject: URIRef, wanted: tuple[str, ...], address: str) -> None:
    """Give a statement another class that is told by the same properties: what a measure is, a person may correct.

    Errors: ``InputError`` with the classes it may have.
    """
    now = next((name for name in TYPES if (subject, RDF.type, PG[name]) in graph), "")
    known = list_classes(now)
    if len(wanted) != 1 or wanted[0] not in known:
        cause = f"不能改成 {'、'.join(wanted)[:60]}" if wanted else "种类不能删去"
        raise InputError(f"{address} type", cause, f"可用的有: {'、'.join(known)}")
    graph.remove((subject, RDF.type, PG[now]))
    graph.add((subject, RDF.type, PG[wanted[0]]))


def _property(term: str, address: str) -> URIRef:
    if term in ("quote", "clause"):
        return PG[term]
    if term not in SORTS:
        near = near_words(term, SORTS, 1)
        raise InputError(
            f"{address} {term}",
            "没有这个属性",
            f"{f'是不是 {near[0]}？' if near else ''}可用的有: {'、'.join(sorted(SORTS))}、type（种类）",
        )
    return {"title": DCTERMS.title, "notation": SKOS.notation, "prefLabel": SKOS.prefLabel}.get(term, PG[term])


def _clear(graph: Graph, subject: URIRef, term: URIRef) -> None:
    for value in list(graph.objects(subject, term)):
        if isinstance(value, BNode):
            for triple in statements_of(graph, value):
                graph.remove(triple)
        graph.remove((subject, term, value))


def _check_value(case: Case, term: str, text: str, address: str) -> Node:
    if term == "quote":
        return Literal(text)
    if term == "clause":
        if all(one.id != text for one in case.reading.document.clauses):
            raise InputError(f"{address} clause", f"文件里没有条款 {text[:60]}", "地址照 policygraph parse 的写")
        return clause_iri(case.identifier, text, case.base)
    if SORTS[term] is Sort.concept:
        text = read_concept(case, term, text, f"{address} {term}")
    value = Value(term, text, SORTS[term])
    # whether words are printed is asked of the clause that the statement has in the end
    if term not in PRINTED:
        check_value(case, value, "", f"{address} {term}")
    return value_node(value, case.identifier, case.base)


def _kind_of(case: Case, graph: Graph, subject: URIRef) -> str:
    """The kind that a statement belongs to, by its class."""
    if _LINED & {str(one).rsplit("#", 1)[-1] for one in graph.objects(subject, RDF.type)}:
        return "conditions"
    for kind in case.desk.kinds():
        wanted = set(case.desk.classes(kind))
        if wanted & set(graph.objects(subject, RDF.type)):
            return kind
    return "measures" if str(subject).find("/measure/") > 0 else ""


def write(
    case: Case, type: str, clause: str, quote: str, values: Mapping[str, Iterable[str]], by: str, at: str
) -> tuple[Entry, ...]:
    """Write a statement of one's own into the model: its class, the clause and words it rests on, its properties.

    It gets the next free address of its clause. Errors: those of `check_statement`.
    """
    decision = Decision(case, by, at)
    raw = {"type": type, "clause": clause, "quote": quote, "values": {k: list(v) for k, v in values.items()}}
    number = 1
    while True:
        made = check_statement(case, raw, f"{case.identifier} {clause}", f"w{number}")
        subject = case.iri(made.address)
        if decision.said(MODEL, subject) is None:
            break
        number += 1
    statements = describe_statements(made, case.identifier, case.base)
    wanted: Changes = {MODEL: {subject: statements}, STATES: _drafted(decision, made.kind)}
    decision.tell("write", made.kind, made.address, wanted)
    return decision.finish()


def remove(case: Case, address: str, by: str, at: str, *, note: str = "", seen: str | None = None) -> tuple[Entry, ...]:
    """Take a statement out of the model, and a measure that `parse` has read out of the dataset: it is none.

    Errors: ``NotFoundError`` when neither says it, or when it is still proposed; ``StaleError``.
    """
    decision = Decision(case, by, at)
    decision.require(address, seen)
    subject = case.iri(address)
    name = LINES if decision.said(LINES, subject) is not None else MODEL
    said = decision.said(name, subject)
    unread = _reject_reading(decision, address)
    if said is None and decision.said(DRAFT, subject) is not None:
        raise NotFoundError(address, "还是草稿，不在整理稿里", f"policygraph curate reject {case.identifier} {address}")
    if said is None and not unread:
        raise NotFoundError(address, "整理稿里没有这一项", "地址照整理稿里的写，不带前面的网址")
    wanted: Changes = {name: {subject: None} if said is not None else {}, STATES: unread}
    if name == LINES:
        wanted[LINES] |= open_lines(decision, wanted[LINES])
    before = list_deciding(decision)
    kind = "measures" if said is None else _kind_of(case, said, subject)
    wanted[LINES] = {**wanted.get(LINES, {}), **follow_grades(decision, wanted)}
    decision.tell("remove", kind, address, wanted, note=note.strip())
    require_halves(decision, before, note)
    return decision.finish()


def settle(
    case: Case, kind: str, by: str, at: str, *, state: str | None = None, none: Iterable[str] = (),
    looked_for: Iterable[str] = (),
) -> tuple[Entry, ...]:  # fmt: skip
    """Say that somebody has read the document to its end for a kind: accepted where the model holds some, else none.

    ``kind`` may be ``all``: then the kinds of which there is nothing are named in ``none`` (or all by ``all``), for
    that a text is silent on something is said of each and not in passing. ``state`` asks for one of the two.
    ``looked_for`` are mechanisms whose words stand in the text and do not mean them; what was said of that before is
    kept. Errors: ``InputError`` when the state that is asked for is not what the model says, for a kind that is not
    named, for a mechanism that there is none of, or when proposals of the kind are still open.
    """
    decision, judged = Decision(case, by, at), tuple(looked_for)
    if judged and kind not in ("mechanisms", ALL):
        raise InputError(f"{case.identifier} {kind}", "看过确实没有的机制，只能同 mechanisms 一起说", "")
    if kind == ALL:
        _require_looked(decision, {check_kind(case, one) if one != ALL else ALL for one in none})
    for one in case.desk.kinds() if kind == ALL else (check_kind(case, kind),):
        left = list_proposals(case, one)
        if left:
            raise InputError(
                f"{case.identifier} {one}", f"还有 {len(left)} 条建议没有定", "先接受或不接受它们，再说看完了"
            )
        holds = holds_some(case, one, decision.graphs[MODEL])
        chosen = ACCEPTED if holds else NONE
        if state is not None and state != chosen:
            found = "整理稿里有" if holds else "整理稿里没有"
            raise InputError(f"{case.identifier} {one}", f"{found}{case.desk.label(one)}，不能说成 {state}", "")
        new = describe_state(case, one, chosen, by, at[:10])
        if one == "mechanisms":
            for mechanism in (*_list_judged(decision), *(_find_mechanism(case, name) for name in judged)):
                new.add((case.state_iri(one), PG.lookedFor, mechanism))
        decision.tell("settle", one, one, {STATES: _replace_state(case, one, new, decision)})
    return decision.finish()


def _list_judged(decision: Decision) -> tuple[Node, ...]:
    """The mechanisms of which somebody has said already that the words of the document do not mean them."""
    return tuple(sorted(decision.graphs[STATES].objects(None, PG.lookedFor), key=str))


def _find_mechanism(case: Case, name: str) -> Node:
    """A mechanism by its name. Errors: ``InputError`` where there is none."""
    found = mechanism_of(case, name)
    if found is None:
        raise InputError(f"{case.identifier} {name}", "没有这种机制", "照 policygraph ask mechanisms 的机制名称写")
    return found


def list_empty(case: Case) -> tuple[str, ...]:
    """The kinds that nobody has settled and of which there is nothing: to settle one says that the text is silent."""
    model, states = case.graph(MODEL), case.graph(STATES)
    return tuple(
        one
        for one in case.desk.kinds()
        if case.state(one, states) not in (ACCEPTED, NONE) and not holds_some(case, one, model)
    )


def _require_looked(decision: Decision, none: set[str]) -> None:
    """Refuse to call kinds empty that nobody has named. Errors: ``InputError`` with each of them."""
    case = decision.case
    left = [one for one in list_empty(case) if one not in none and ALL not in none]
    if left:
        told = "、".join(f"{case.desk.label(one)}（{one}）" for one in left)
        raise InputError(
            f"{case.identifier} none",
            f"整理稿里没有这几类，也没有人说逐类看过：{told}",
            "逐类看过原文、确实没有的，勾上（--none 类名，都看过的 --none all），再说全部看完",
        )


def reopen(case: Case, kind: str, by: str, at: str) -> tuple[Entry, ...]:
    """Take back that a kind has been read to its end: it is drafted again."""
    decision = Decision(case, by, at)
    check_kind(case, kind)
    decision.tell(
        "reopen", kind, kind,
        {STATES: _replace_state(case, kind, describe_state(case, kind, DRAFTED), decision)},
    )  # fmt: skip
    return decision.finish()


def _replace_state(case: Case, kind: str, new: Graph, decision: Decision) -> dict[URIRef, Graph | None]:
    """The new state in the place of whatever states the kind now."""
    old = tuple(decision.graphs[STATES].subjects(PG.curatedKind, ID[f"concept/curated-{kind}"]))
    gone: dict[URIRef, Graph | None] = {URIRef(str(node)): None for node in old}
    for node in old:  # what was judged to be no measure stays judged
        for address in decision.graphs[STATES].objects(node, PG.rejectedReading):
            new.add((case.state_iri(kind), PG.rejectedReading, address))
    return gone | {case.state_iri(kind): new}


def holds_some(case: Case, kind: str, model: Graph) -> bool:
    """Whether there is content of a kind: in the model, or for what `parse` reads in the document itself."""
    rejected = frozenset(map(str, case.graph(STATES).objects(None, PG.rejectedReading)))
    found = leave_out(case.reading.measures, rejected)
    measures, groups = found.measures, found.groups
    read = {
        "metadata": True,
        "measures": bool(measures),
        "departments": any(m.responsibilities for m in measures) or any(g.responsibilities for g in groups),
        "legal-bases": any(m.bases for m in measures) or any(g.bases for g in groups),
    }
    wanted = set(case.desk.classes(kind))
    subclasses = {PG.IncentiveMeasure, PG.SanctionMeasure, PG.RegulatoryMeasure} if PG.Measure in wanted else set()
    stated = any((None, RDF.type, one) in model for one in wanted | subclasses)
    return read.get(kind, False) or stated


def undo(case: Case, by: str, at: str, *, batch: int | None = None) -> tuple[Entry, ...]:
    """Take back what was done together last: every file says again what it said before.

    ``batch`` is the number of what is meant. Errors: ``NotFoundError`` when there is nothing left to take back;
    ``StaleError`` when something else was done after what is meant; ``InputError`` when somebody has changed one of
    the things since, by hand.
    """
    decision = Decision(case, by, at)
    last = last_batch(decision.journal)
    if more := [name for name in (BODIES, LAWS) if any(name in entry.before for entry in last)]:
        decision = Decision(case, by, at, *more)
    if not last:
        raise NotFoundError(case.identifier, "没有可以撤回的动作", "")
    if batch is not None and last[0].batch != batch:
        told = f"{last[0].by} {last[0].action} {last[0].subject}"
        raise StaleError(case.identifier, f"您看过以后，又有人做了别的（{told}）", "什么也没有撤回；请看过以后再撤")
    for entry in last:
        wanted: Changes = {}
        for name, group in entry.before.items():
            wanted[name] = {}
            for address, text in group.items():
                # what stands under another base is told by its whole IRI
                subject = URIRef(address) if "://" in address else case.iri(address)
                _refuse_changed(decision, name, subject, entry.after.get(name, {}).get(address), address)
                wanted[name][subject] = None if text is None else _read_block(case, name, text, subject)
        decision.tell("undo", entry.kind, entry.subject, wanted, undoes=entry.number)
    return decision.finish()


def _read_block(case: Case, name: str, text: str, subject: URIRef) -> Graph:
    return statements_of(parse(prologue(case.base) + text, f"{case.folder / JOURNAL}（{name}）", case.base), subject)


def _refuse_changed(decision: Decision, name: str, subject: URIRef, expected: str | None, address: str) -> None:
    now = decision.said(name, subject)
    written = None if now is None else write_block(now, subject, decision.case.base)
    if written != expected:
        raise InputError(
            f"{decision.case.folder / name} {address}",
            "这一项后来又改过，不能直接撤回",
            "请用 edit、remove 改成想要的，或从版本库恢复",
        )
