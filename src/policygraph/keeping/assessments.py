"""Everything a decision needs, fetched from where it lies: policies, measures with their bases, a register.

The judging floor is pure; here the store meets it, for the command line and the check page alike. A decision carries
the hash of the dataset whose conditions it applied and whose measures and bases it lists, so it follows from that hash:
nothing here looks into the source tree, which may have gone on since.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rdflib import Graph, Literal, URIRef

from policygraph.errors import InputError, NotFoundError
from policygraph.graph.memory import make_graph
from policygraph.judging.decisions import (
    ActRow,
    BasisRow,
    Decision,
    ForceRow,
    Hearing,
    MeasureRow,
    Occasion,
    Prospect,
    RemedyRow,
    WayRow,
    decide,
    decision_graph,
    what_would_change,
)
from policygraph.judging.decisions.across import Invariant, concerns, partners, read_invariants, withdraw_contradicted
from policygraph.judging.decisions.days import follow_acts
from policygraph.judging.decisions.hearing import hear
from policygraph.judging.rules import Policy, Register, load_policies
from policygraph.judging.rules.codes import Codes, read_codes
from policygraph.keeping.acts import QUERIES, Acts, list_acts, list_days
from policygraph.keeping.dataset.opening import read_shapes
from policygraph.keeping.registers import register_graphs
from policygraph.keeping.store import Answer, Cell, Store
from policygraph.namespaces import PG, graph_iri
from policygraph.text.numbers import NATION
from policygraph.words import say

if TYPE_CHECKING:
    from policygraph.keeping.batch import Summary

ALL = "all"
"""The name under which every policy is meant."""
REMEDIES = ("mechanism-objection-remedy", "mechanism-credit-repair", "mechanism-dynamic-exit")
"""The mechanisms by which an enterprise objects, repairs or leaves a list, in the order they are shown."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The policies by id and what their documents say of measures on one day."""

    policies: dict[str, Policy]
    measures: tuple[MeasureRow, ...]
    numbers: dict[str, str]
    """The document numbers by document id, as people cite them."""
    dataset: str
    codes: Codes
    """The closed codes of the dataset, by which a register is read."""
    invariants: tuple[Invariant, ...] = ()
    """What no set of decisions about one enterprise may show."""
    force: Mapping[str, tuple[ForceRow, ...]] = field(default_factory=dict)
    """The questions of each document's own force, by document id; none where nobody has looked."""
    remedies: Mapping[str, tuple[RemedyRow, ...]] = field(default_factory=dict)
    """What each document says of remedies, by document id."""
    decisions: Mapping[str, tuple[ActRow, ...]] = field(default_factory=dict)
    """Acts of recognising, listing and publishing that stand beside the measures, by document id."""

    def choose(self, name: str) -> tuple[Policy, ...]:
        """The policies meant by an id or ``all``. Errors: ``NotFoundError`` that lists the ids."""
        if name == ALL:
            return tuple(self.policies.values())
        if name not in self.policies:
            known = (f"{one.id}（{one.label}）" for one in self.policies.values())
            raise NotFoundError(name, "没有这项政策", f"可用 {'、'.join((*known, ALL))}")
        return (self.policies[name],)

    def conditions(self) -> frozenset[str]:
        """The ids of all conditions, so that a determination about none of them is seen."""
        return frozenset(item.condition for policy in self.policies.values() for item in policy.asked)

    def titles(self) -> dict[str, str]:
        """What each condition is called, by its id: an answer may rest on what was determined about another policy."""
        asked = (item for policy in self.policies.values() for item in policy.asked)
        return {item.condition: f"{item.notation} {item.title}".strip() for item in asked}

    def decide(
        self,
        register: Register,
        entity: str,
        policy: Policy,
        as_of: date,
        *,
        today: date | None = None,
        hearing: Hearing | None = None,
    ) -> Decision:
        """One enterprise under one policy on one day, with the measures that follow.

        An answer that contradicts the one of another policy about the same enterprise and day is withdrawn.
        ``hearing`` belongs to whoever asks of several policies, or what would change their answers.
        """
        heard = hear(register, hearing)

        def ask(one: Policy) -> Decision:
            known, named = self.measures, self.dataset
            return decide(register, entity, one, as_of, measures=known, dataset=named, today=today, hearing=heard)

        decision = ask(policy)
        if not concerns(self.invariants, decision):
            return decision
        others = [ask(other) for other in partners(policy, self.policies.values())]
        return withdraw_contradicted(decision, others, self.invariants)

    def screen(self, register: Path, policy: str, as_of: date, out: Path, *, verify: int = 1, **how: Any) -> Summary:
        """Every enterprise of a register into a file, with the answers of ``decide``.

        ``verify`` enterprises of each outcome are decided again one by one; ``how`` are the other options of
        ``batch.screen_register`` (Any: it declares them), and its errors are the errors here.
        """
        # the engine of registers is loaded only by who screens one
        from policygraph.keeping.batch import screen_register

        chosen = self.choose(policy)
        return screen_register(
            register,
            chosen,
            as_of,
            out,
            conditions=self.conditions(),
            codes=self.codes,
            invariants={one.iri: one.shape for one in self.invariants},
            beside=[other for one in chosen for other in partners(one, self.policies.values())],
            dataset=self.dataset,
            decide=lambda facts, unit: [self.decide(facts, unit, one, as_of) for one in chosen],
            verify=verify,
            **how,
        )

    def foresee(
        self, register: Register, entity: str, policy: Policy, as_of: date, *, hearing: Hearing | None = None
    ) -> Prospect:
        """What would change that decision; ``hearing`` is that of the decision."""
        return what_would_change(register, entity, policy, as_of, hearing=hearing)


def open_policies(store: Store, codes: Codes | None = None) -> dict[str, Policy]:
    """The policies that a dataset holds, checked, with the readings that the curated models describe.

    Its ``codes`` are opened too where they are not given. Errors: ``DataError`` that lists what is wrong with a
    shapes graph.
    """
    readings = store.find_instances(str(PG.Interpretation))
    codes = open_codes(store) if codes is None else codes
    policies = load_policies(read_shapes(store, "eligibility"), readings, codes)
    unread = _list_force_words(store)
    return {
        name: replace(one, remarks=(*one.remarks, *unread.get(one.document, ()), *_tell_others(one, policies.values())))
        for name, one in policies.items()
    }


def _tell_others(policy: Policy, policies: Iterable[Policy]) -> tuple[str, ...]:
    """That the document of a policy has others, which are decided by themselves; empty where it has none."""
    others = "、".join(f"{one.label}（{one.id}）" for one in policies
                      if one.document == policy.document and one.id != policy.id)  # fmt: skip
    return (say("deciding", "other_policies", policies=others),) if others else ()


def _list_force_words(store: Store) -> dict[str, tuple[str, ...]]:
    """What documents print of their own coming into force and term while nobody has said what it means, as remarks."""
    found: dict[str, tuple[str, ...]] = {}
    for document, text in store.select((QUERIES / "force-words.rq").read_text(encoding="utf-8")):
        told = say("deciding", "force_words", quote=" ".join(str(text).split()))
        identifier = str(document).rsplit("/", 1)[-1]
        found[identifier] = (*found.get(identifier, ()), told)
    return found


def holds_codes(graph: str) -> bool:
    """Whether a graph of a dataset may define codes or bodies, by its IRI: who wants no more loads no other.

    >>> [holds_codes(f"https://example.org/graph/{name}") for name in ("org", "concepts/effects", "doc/a-2031-1")]
    [True, True, False]
    """
    return graph.endswith("/graph/org") or "/graph/concepts/" in graph


def open_codes(store: Store) -> Codes:
    """The closed codes that a dataset defines, and the bodies it knows by name."""
    homes = {f"{base}graph/org" for base in store.bases}
    concepts = tuple(f"{base}graph/concepts/" for base in store.bases)
    named = (name for name in store.list_graphs() if name in homes or name.startswith(concepts))
    return read_codes(make_graph(*(store.read_graph(name) for name in named)))


def open_invariants(store: Store) -> tuple[Invariant, ...]:
    """The invariants across policies that a dataset holds."""
    return read_invariants(read_shapes(store, "invariants"))


def open_screening(store: Store) -> Desk:
    """A desk that answers without measures, for whoever asks about a whole register: it is the same on every day."""
    codes = open_codes(store)
    return Desk(open_policies(store, codes), (), {}, store.dataset or "", codes, open_invariants(store))


def open_desk(store: Store, as_of: date) -> Desk:
    """A desk for one day of law: bases, acts and their conclusions are those of the day."""
    numbers = {
        str(row["document"]).rsplit("/", 1)[-1]: str(row["number"] or "") for row in _records(store.ask("documents"))
    }
    acts, codes = list_acts(store, as_of), open_codes(store)
    return Desk(
        open_policies(store, codes),
        list_measures(store, as_of, acts),
        numbers,
        store.dataset or "",
        codes,
        open_invariants(store),
        list_force(store),
        list_remedies(store),
        acts.decisions,
    )


def change_day(store: Store, desk: Desk, as_of: date) -> Desk:
    """The same desk on another day: only what became of bases and acts is asked again."""
    acts = list_acts(store, as_of)
    return replace(desk, measures=list_measures(store, as_of, acts), decisions=acts.decisions)


def list_measures(store: Store, as_of: date, acts: Acts) -> tuple[MeasureRow, ...]:
    """Every measure with its departments, its bases and its acts, in document order."""
    departments: dict[Cell, list[str]] = {}
    of_group: dict[Cell, list[str]] = {}
    for row in _records(store.ask("departments-of-measures")):
        name = str(row["department_label"] or row["as_written"])
        departments.setdefault(row["measure"], []).append(name)
        if row["level"] == "group":
            of_group.setdefault(row["measure"], []).append(name)
    health = {
        (row["measure"], row["work"], row["locator"]): tuple(
            str(row[column]) for column in ("status", "standing", "text_certainty")
        )
        for row in _records(store.ask("basis-health", {"as_of": as_of.isoformat()}))
    }
    bases: dict[Cell, list[BasisRow]] = {}
    for row in _records(store.ask("legal-bases")):
        status, standing, text = health.get((row["measure"], row["work"], row["locator"]), ("", "", ""))
        bases.setdefault(row["measure"], []).append(
            BasisRow(
                title=str(row["work_title"] or ""),
                number=str(row["work_number"] or ""),
                locator=str(row["locator"] or ""),
                rank=str(row["rank"] or ""),
                level=str(row["level"] or ""),
                quote=str(row["quote"] or ""),
                status=status,
                standing=standing,
                text_certainty=text,
            )
        )
    return tuple(
        MeasureRow(
            measure=str(row["measure"]),
            document=str(row["document"]).rsplit("/", 1)[-1],
            notation=str(row["notation"] or ""),
            title=str(row["title"] or ""),
            addressee=str(row["addressee"] or ""),
            force=str(row["force"] or ""),
            further_force=str(row["further_force"] or ""),
            departments=tuple(dict.fromkeys(departments.get(row["measure"], ()))),
            group_departments=tuple(dict.fromkeys(of_group.get(row["measure"], ()))),
            bases=tuple(bases.get(row["measure"], ())),
            needs_judgement=str(row["needs_judgement"] or ""),
            clause=str(row["clause"] or ""),
            quote=str(row["quote"] or ""),
            acts=acts.of_measures.get(str(row["measure"]), ()),
            kind=str(row["kind"] or ""),
        )
        for row in _records(store.ask("measures"))
    )


def find_occasion(
    store: Store, desk: Desk, document: str, as_of: date, act_day: date | None = None, decision_day: date | None = None
) -> Occasion:
    """What a paper on one document is drawn up for: its conclusions are those of the day of the decision.

    The desk is one of that day (``law_day``). Where the day of the act is given, the acts as on that day stand beside,
    with the day that governs each. Errors: ``InputError`` for a day of the act after the day of checking.
    """
    if act_day is not None and act_day > as_of:
        raise InputError("--act-day", f"{act_day} 晚于核查日 {as_of}", "行为日是违法、列入等发生之日，不能在核查日之后")
    earlier = list_acts(store, act_day, document) if act_day is not None else Acts({}, {})
    then = tuple(act for acts in (*earlier.of_measures.values(), *earlier.decisions.values()) for act in acts)
    beside = desk.decisions.get(document, ())
    mine = [act for row in desk.measures if row.document == document for act in row.acts]
    days = list_days(store, (*mine, *beside), then) if act_day is not None else ()
    return Occasion(
        number=desk.numbers.get(document, ""),
        act_day=act_day,
        decision_day=decision_day,
        decisions=follow_acts(beside, days),
        then=then,
        days=days,
        force=desk.force.get(document, ()),
        remedies=desk.remedies.get(document, ()),
        ways=list_ways(store, document, law_day(as_of, decision_day)),
    )


def law_day(as_of: date, decision_day: date | None) -> date:
    """The day whose law a decision follows: that on which it is made, which is the day of checking unless given.

    >>> law_day(date(2026, 11, 22), None), law_day(date(2026, 11, 22), date(2026, 12, 1))
    (datetime.date(2026, 11, 22), datetime.date(2026, 12, 1))
    """
    return decision_day or as_of


def list_force(store: Store) -> dict[str, tuple[ForceRow, ...]]:
    """The questions of each document's own force, by document id."""
    found: dict[str, list[ForceRow]] = {}
    for row in _records(store.ask("document-force")):
        identifier = str(row["document"]).rsplit("/", 1)[-1]
        said = ForceRow(str(row["topic_label"] or row["topic"]), row["answer"] == "known", str(row["reason"] or ""))
        found.setdefault(identifier, []).append(said)
    return {identifier: tuple(rows) for identifier, rows in found.items()}


def list_remedies(store: Store) -> dict[str, tuple[RemedyRow, ...]]:
    """What each document says of objection, remedies, repair and leaving a list, by document id."""
    found: dict[str, list[RemedyRow]] = {}
    rows = list(_records(store.ask("mechanisms")))
    for slug in REMEDIES:
        for row in rows:
            if str(row["mechanism"]).endswith(f"/{slug}"):
                identifier = str(row["document"]).rsplit("/", 1)[-1]
                label = str(row["mechanism_label"] or slug)
                said = RemedyRow(label, str(row["status"]), str(row["quote"] or ""), str(row["clause"] or ""))
                found.setdefault(identifier, []).append(said)
    return {identifier: tuple(rows) for identifier, rows in found.items()}


def list_ways(store: Store, document: str, as_of: date) -> tuple[WayRow, ...]:
    """The statutory remedies against acts of the bodies that a document names, on a day."""
    return tuple(
        WayRow(
            body=str(row["department_label"] or row["department"]),
            remedy=str(row["remedy"]),
            label=str(row["remedy_label"]),
            taken_to=str(row["taken_to"]),
            deadline=str(row["deadline"]),
            place=say("opinion", "place", work=short, provision=row["provision"], text=row["text"]),
            deadline_place=say("opinion", "place", work=short, provision=row["deadline_provision"], text=row["text"]),
            certainty=str(row["certainty"]),
        )
        for row in _records(store.ask("remedies", {"document": document, "as_of": as_of.isoformat()}))
        for short in [str(row["work_title"] or row["work"]).removeprefix(NATION)]
    )


def load_assessments(store: Store, desk: Desk, register: Register, entities: Iterable[str], as_of: date) -> None:
    """Put the register and the decisions about some enterprises into a store of its own, to be asked as a chain.

    The store then holds restricted facts and must not be shared. Errors: ``NotFoundError`` for an unknown enterprise.
    """
    graphs, base = register_graphs(register, store.find_iri), store.bases[0]
    for name, triples in ((register.name, graphs.open), (f"{register.name}/restricted", graphs.restricted)):
        store.add_triples(triples, str(graph_iri(f"register/{quote(name)}", base)))
    for entity in entities:
        for policy in desk.policies.values():
            decision = desk.decide(register, entity, policy, as_of)
            store.add_triples(
                decision_graph(decision, find=store.find_iri), str(graph_iri(f"assessment/{uuid.uuid4().hex}", base))
            )
    status = Graph()
    for row in _records(store.ask("basis-health", {"as_of": as_of.isoformat()})):
        status.add((URIRef(str(row["basis"])), PG.statusOnDay, Literal(str(row["standing"]))))
    store.add_triples(status, str(graph_iri(f"assessment/{uuid.uuid4().hex}", base)))


def _records(answer: Answer) -> Iterable[dict[str, Cell]]:
    return (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
