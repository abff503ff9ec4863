"""What stands about a document, told property by property, and what may be said instead: the fields of a form.

A proposal and a statement of the model are told alike, so that one form changes either. Which values there are to
choose from is not known here: concepts come from their schemes, closed words from the profile shapes, conditions and
lists from what the document itself has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, RDF, RDFS, SH, SKOS
from rdflib.term import Node

from policygraph.errors import InputError, NotFoundError
from policygraph.graph.grounding import find_quote
from policygraph.graph.memory import make_graph
from policygraph.keeping.curation.cases import DRAFT, LINES, MODEL, Case, Desk, name_words
from policygraph.keeping.curation.journal import Entry
from policygraph.keeping.turtle import natural, parse, prologue, statements_of, write_block
from policygraph.namespaces import ID, PG, slug_of
from policygraph.reading.drafting import AGAINST, FIELDS, SORTS, TYPES, Sort
from policygraph.text.likeness import near_words

_SCHEMES = {
    "effect": "effects", "force": "forces", "policyArea": "policy-areas", "addressee": "addressees",
    "direction": "directions", "role": "roles", "procedureKind": "procedures", "timingKind": "timings",
    "actorSide": "actor-sides", "mechanism": "mechanisms", "conditionKind": "condition-kinds", "status": "statuses",
    "lineRecord": "line-records", "lineRefinement": "line-refinements", "openQuestion": "line-questions",
    "positiveOutcome": "code-outcome", "combination": "code-combination",
}  # fmt: skip
"""The scheme that a property chooses from, without ``concept/scheme-``."""
_THINGS = {
    "fromList": "CreditList", "toList": "CreditList", "procedure": "Procedure", "hasCondition": "Condition",
    "decides": "Condition", "excludedBy": "Condition",
}  # fmt: skip
"""The class of the statements that a property leads to."""
_NAMED = {"title": DCTERMS.title, "prefLabel": SKOS.prefLabel, "notation": SKOS.notation}
MEASURES = ("IncentiveMeasure", "SanctionMeasure", "RegulatoryMeasure")


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A value that may be chosen, and what it is called by language; by its own words where it has no name."""

    value: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement about a document: its class, the clause and words it rests on, and its properties by local name.

    ``values`` are told as `edit` takes them: concepts by slug, things by address, marks as ``true`` and ``false``.
    ``spans`` is where its words stand in the source, ``seen`` names what it says now, ``accepted`` whether it is the
    model that says it.
    """

    address: str
    kind: str
    type: str
    title: str
    clause: str
    quote: str
    values: Mapping[str, tuple[str, ...]]
    spans: tuple[tuple[int, int], ...]
    bodies: tuple[tuple[str, str], ...]
    """Those who carry it out: as printed, and the body that is meant, empty while nobody has said which."""
    seen: str
    accepted: bool


def list_statements(case: Case, file: str = MODEL) -> tuple[Statement, ...]:
    """What the model of a document states, or its draft, in reading order; empty when it states nothing."""
    graph = case.graph(file)
    found = [
        _read(case, graph, subject, name, accepted=file != DRAFT)
        for name in TYPES
        for subject in set(graph.subjects(RDF.type, PG[name]))
        if isinstance(subject, URIRef) and (subject, PG.quote, None) in graph
    ]
    return tuple(sorted(found, key=lambda one: (one.spans or ((0, 0),), natural(one.address))))


def find_statement(case: Case, address: str) -> Statement:
    """A proposal's statement, or else the model's. Errors: ``NotFoundError`` when neither is there."""
    for name in (DRAFT, MODEL, LINES):
        graph = case.graph(name)
        subject = case.iri(address)
        for type_ in TYPES:
            if (subject, RDF.type, PG[type_]) in graph:
                return _read(case, graph, subject, type_, accepted=name != DRAFT)
    raise NotFoundError(address, "草稿和整理稿里都没有这一项", f"policygraph curate list {case.identifier}")


def title_of(case: Case, entry: Entry) -> str:
    """What a thing that an action took out of the draft was called; its address where it has no words."""
    text, subject = entry.before.get(DRAFT, {}).get(entry.subject), case.iri(entry.subject)
    said = parse(prologue(case.base) + text, entry.subject, case.base) if text else make_graph()
    titles = (said.value(subject, term) for term in (DCTERMS.title, SKOS.prefLabel, PG.quote))
    return next((str(one) for one in titles if one is not None), entry.subject)


def _read(case: Case, graph: Graph, subject: URIRef, type_: str, *, accepted: bool) -> Statement:
    clause = slug_of(str(graph.value(subject, PG.clause))).removeprefix(f"doc/{case.identifier}/")
    quote = str(graph.value(subject, PG.quote) or "")
    title = graph.value(subject, DCTERMS.title) or graph.value(subject, SKOS.prefLabel)
    spans = find_quote(case.reading, clause, quote) if quote else ()
    return Statement(
        slug_of(str(subject)),
        TYPES[type_],
        type_,
        str(title if title is not None else quote),
        clause,
        quote,
        {term: values for term in FIELDS[type_] if (values := tuple(_values(case, graph, subject, term)))},
        tuple((span.start, span.end) for span in spans),
        tuple(sorted(_bodies(graph, subject))),
        name_words(write_block(statements_of(graph, subject), subject, case.base)),
        accepted,
    )


def _values(case: Case, graph: Graph, subject: URIRef, term: str) -> Iterator[str]:
    for value in sorted(graph.objects(subject, _NAMED.get(term, PG[term])), key=str):
        if isinstance(value, Literal):
            yield str(value)
        else:
            slug = slug_of(str(value))
            yield slug.removeprefix("concept/") if SORTS[term] is Sort.concept else slug


def _bodies(graph: Graph, subject: URIRef) -> Iterator[tuple[str, str]]:
    for node in graph.objects(subject, PG.responsibility):
        agent = graph.value(node, PG.agent)
        yield str(graph.value(node, PG.asWritten) or ""), slug_of(str(agent)) if agent is not None else ""


def name_term(desk: Desk, term: str) -> Mapping[str, str]:
    """What a property is called, by language."""
    return _names(desk.terms, _NAMED.get(term, PG[term]), RDFS.label)


def name_class(desk: Desk, name: str) -> Mapping[str, str]:
    """What a class of statements is called, by language."""
    return _names(desk.terms, PG[name], RDFS.label)


def name_kind(desk: Desk, kind: str) -> Mapping[str, str]:
    """What a kind of content is called, by language."""
    return _names(desk.concepts, ID[f"concept/curated-{kind}"], SKOS.prefLabel)


def _names(graph: Graph, node: Node, term: URIRef) -> dict[str, str]:
    return {one.language: str(one) for one in graph.objects(node, term) if isinstance(one, Literal) and one.language}


def list_classes(type_: str) -> tuple[str, ...]:
    """The classes that a statement may change between: those told by the same properties; itself only, where none is.

    >>> list_classes("SanctionMeasure"), list_classes("Grade")
    (('IncentiveMeasure', 'SanctionMeasure', 'RegulatoryMeasure'), ('Grade',))
    """
    return MEASURES if type_ in MEASURES else (type_,)


def find_contrary(case: Case, said: Statement) -> tuple[Choice, ...]:
    """The effects of an incentive that are all adverse, or of a sanction all favourable; empty where they agree.

    Effects of both directions, and neutral ones, contradict neither.
    """
    against = AGAINST.get(said.type)
    concepts = case.desk.concepts
    directions = {
        one: slug_of(str(concepts.value(ID[f"concept/{one}"], PG.direction))).removeprefix("concept/direction-")
        for one in said.values.get("effect", ())
    }
    if against is None or against not in directions.values() or len(set(directions.values()) - {"neutral"}) > 1:
        return ()
    found = (one for one, direction in directions.items() if direction == against)
    return tuple(Choice(one, _names(concepts, ID[f"concept/{one}"], SKOS.prefLabel)) for one in found)


def takes_several(desk: Desk, term: str) -> bool:
    """Whether a property may have several values at once, as the profile says."""
    shapes = desk.profile.subjects(SH.path, PG[term])
    once = any((shape, SH.maxCount, Literal(1)) in desk.profile for shape in shapes)
    several = term in ("hasCondition", "excludedBy") or (SORTS[term] is Sort.concept and not once)
    return several and term != "lineRecord"


def list_choices(case: Case, term: str) -> tuple[Choice, ...]:
    """The values that a property may have, in the order of their scheme; empty for one that is typed in words."""
    desk = case.desk
    scheme = _find_scheme(desk, term)
    if scheme:
        return _concepts(desk, term, scheme)
    if term in _THINGS:
        return _things(case, _THINGS[term])
    if SORTS.get(term) is Sort.mark:
        return Choice("true", {}), Choice("false", {})
    return tuple(Choice(value, {}) for value in _closed(desk.profile, PG[term]))


def read_concept(case: Case, term: str, written: str, place: str) -> str:
    """The concept that a person means for a property: by its slug, or by a name that one of those to choose from has.

    Errors: ``InputError`` at ``place`` with the nearest, each by name and slug, where it is none, or several have it.
    """
    choices = {one.value: one for one in list_choices(case, term)}
    names = {value: (value, *one.names.values(), *_other_names(case, value)) for value, one in choices.items()}
    found = [value for value, known in names.items() if written in known]
    if written in choices or len(found) == 1 or not choices:
        return written if written in choices or not found else found[0]
    spoken = {name: value for value, known in names.items() for name in known}
    alike = [spoken[name] for name in near_words(written, tuple(spoken), 3, 0.3)]
    near = found or alike or list(choices)
    told = "、".join(f"{choices[value].names.get('zh', value)}（{value}）" for value in dict.fromkeys(near))
    cause = "有几个意思" if found else "不是可选的一项"
    said = "最接近的是" if alike and not found else "可用的有"
    raise InputError(place, f"“{written[:40]}”{cause}", f"{said}: {told}")


def _other_names(case: Case, value: str) -> tuple[str, ...]:
    return tuple(str(one) for one in case.desk.concepts.objects(ID[f"concept/{value}"], SKOS.altLabel))


def _find_scheme(desk: Desk, term: str) -> str:
    """The scheme that a property chooses from: ours, or that of its codes; empty for one that chooses from none."""
    codes = desk.terms.value(PG[term], PG.codeList)
    return _SCHEMES.get(term) or (slug_of(str(codes)).removeprefix("concept/scheme-") if codes is not None else "")


def _concepts(desk: Desk, term: str, scheme: str) -> tuple[Choice, ...]:
    found = list_scheme(desk.concepts, scheme)
    if SORTS[term] is Sort.words:
        # a word of few, which the concept has as its notation
        closed = _closed(desk.profile, PG[term])
        words = {one: str(desk.concepts.value(ID[f"concept/{one.value}"], SKOS.notation)) for one in found}
        return tuple(Choice(word, one.names) for one, word in words.items() if word in (closed or words.values()))
    if term == "effect":
        # an effect without direction is a heading only, and no measure may have it
        return tuple(one for one in found if (ID[f"concept/{one.value}"], PG.direction, None) in desk.concepts)
    return found


def list_scheme(concepts: Graph, scheme: str) -> tuple[Choice, ...]:
    """The concepts of a scheme by slug, in the order of their Chinese names."""
    nodes = concepts.subjects(SKOS.inScheme, ID[f"concept/scheme-{scheme}"])
    found = (
        Choice(slug_of(str(node)).removeprefix("concept/"), _names(concepts, node, SKOS.prefLabel)) for node in nodes
    )
    return tuple(sorted(found, key=lambda one: one.names.get("zh", one.value)))


def _things(case: Case, name: str) -> tuple[Choice, ...]:
    known: dict[str, Choice] = {}
    for file in (MODEL, DRAFT):
        graph = case.graph(file)
        for subject in graph.subjects(RDF.type, PG[name]):
            label = graph.value(subject, SKOS.prefLabel) or graph.value(subject, DCTERMS.title)
            label = label if label is not None else graph.value(subject, PG.quote)
            address = slug_of(str(subject))
            known.setdefault(address, Choice(address, {"zh": str(label if label is not None else address)}))
    return tuple(sorted(known.values(), key=lambda one: natural(one.value)))


def _closed(profile: Graph, term: URIRef) -> list[str]:
    found: dict[str, None] = {}
    for shape in sorted(profile.subjects(SH.path, term), key=str):
        for head in profile.objects(shape, SH["in"]):
            if isinstance(head, BNode | URIRef):
                found |= dict.fromkeys(str(one) for one in Collection(profile, head))
    return list(found)
