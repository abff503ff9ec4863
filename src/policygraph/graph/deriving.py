"""What follows by a rule from what was read and curated: inheritance, states of curation, rows of the comparison."""

from __future__ import annotations

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS
from rdflib.term import Node

from policygraph.graph.memory import make_graph, make_text, sort_nodes
from policygraph.namespaces import ELI, ID, PG, instance, slug_of


def derive(union: Graph) -> Graph:
    """The derived graph: superclasses of measures, inheritance from groups, first quotes, documents cited, identifiers
    of conditions, what is in force in the words of ELI, what has been read to its end, the rows of the comparison, and
    which statements speak of a mechanism that nobody has written down.

    A leaf inherits its group's departments and bases and the link says so (组级依据，未分配到本项): it is never
    presented as the leaf's own. What the leaf states itself is not touched.
    """
    derived = _settled_kinds(union) + _comparison_rows(union) + _force_in_eli(union)
    for shape in (PG.Condition, PG.ConditionSet):
        for criterion in union.subjects(RDF.type, shape):
            derived.add((criterion, DCTERMS.identifier, make_text(slug_of(str(criterion)).removeprefix("condition/"))))
    for kind in sort_nodes(union.subjects(RDFS.subClassOf, PG.Measure)):
        for measure in union.subjects(RDF.type, kind):
            derived.add((measure, RDF.type, PG.Measure))
    for link, sort in ((PG.lives, PG.LifeInterval), (PG.quotation, PG.Quotation)):
        for thing in union.objects(None, link):
            derived.add((thing, RDF.type, sort))
    for measure, group in union.subject_objects(PG.partOfGroup):
        for duty in union.objects(group, PG.responsibility):
            derived.add((measure, PG.inheritedResponsibility, duty))
        for basis in union.objects(group, PG.hasLegalBasis):
            derived.add((measure, PG.inheritedLegalBasis, basis))
    for measure in set(union.subjects(RDF.type, PG.Measure)):
        stated = sorted(union.objects(measure, PG.statedIn), key=lambda c: order_of(union, c))
        if (measure, PG.clause, None) not in union and stated:
            derived.add((measure, PG.clause, stated[0]))
            text = union.value(stated[0], PG.text)
            if text is not None:
                derived.add((measure, PG.quote, text))
        for clause in union.objects(measure, PG.clause):
            derived.add((measure, PG.statedIn, clause))
    for citation, work in union.subject_objects(PG.citedWork):
        document = union.value(citation, PG.document)
        if document is not None:
            derived.add((document, ELI.cites, work))
            if (document, PG.documentBasis, citation) in union:
                derived.add((document, ELI.based_on, work))
    return derived + _mechanisms_spoken_of(union, derived)


def _force_in_eli(union: Graph) -> Graph:
    """Whether a law, one of its texts or a document is in force, and what changed it, in the words of ELI.

    ELI has no day for it: told is the last state that is known, and nothing where the force was not verified. An act
    that changed a law and is not registered itself stands here by the name under which the change was registered.
    """
    found = make_graph()
    ended = set(union.subjects(PG.inForceUntil))
    for text, work in union.subject_objects(PG.versionOf):
        if work in ended:
            ended.add(text)
    for thing in sort_nodes((*union.subjects(PG.inForceFrom), *ended)):
        found.add((thing, ELI.in_force, ELI["InForce-notInForce" if thing in ended else "InForce-inForce"]))
    for status, force in _FORCES.items():
        for document in union.subjects(PG.forceStatus, ID[f"concept/force-status-{status}"]):
            found.add((document, ELI.in_force, ELI[f"InForce-{force}"]))
    for event in union.subjects(RDF.type, PG.WorkEvent):
        term = _CHANGES.get(str(union.value(event, PG.eventKind)))
        law = union.value(event, PG.work)
        part = any((event, place, None) in union for place in (PG.fromProvision, PG.provision))
        if term is None or law is None or (part and term == ELI.repealed_by):
            continue
        acts = list(union.objects(event, PG.byWork))
        for name in () if acts else union.objects(event, PG.byWorkAsWritten):
            act = URIRef(f"{event}/act")
            found.add((act, RDF.type, ELI.LegalResource))
            found.add((act, DCTERMS.title, make_text(str(name), "zh")))
            acts.append(act)
        for one in acts:
            found.add((law, term, one))
    return found


_FORCES = {"in-force": "inForce", "repealed": "notInForce", "expired": "notInForce"}
_CHANGES: dict[str, URIRef] = {
    "repealed": ELI.repealed_by,
    "amended": ELI.amended_by,
    "revised": ELI.amended_by,
    "rewritten": ELI.amended_by,
    "renumbered": ELI.amended_by,
}
"""What an event of a law is in ELI; that a provision was repealed is no repeal of the law."""


def _settled_kinds(union: Graph) -> Graph:
    """The kinds for which somebody has read a document to its end: accepted or none, with who and when.

    Where two statements about one kind differ, it is not settled. Silence of a document may be told only of what
    stands here; so a missing, unsigned or half-done statement makes an answer less sure, never more.
    """
    states: dict[tuple[Node, Node], list[bool]] = {}
    for curation in union.subjects(RDF.type, PG.Curation):
        settled = any(
            (state, PG.settled, Literal(True)) in union for state in union.objects(curation, PG.curationState)
        )
        signed = all(union.value(curation, term) is not None for term in (PG.curatedBy, DCTERMS.date))
        for document in union.objects(curation, PG.document):
            for kind in union.objects(curation, PG.curatedKind):
                states.setdefault((document, kind), []).append(settled and signed)
    found = make_graph()
    for (document, kind), told in states.items():
        if all(told):
            found.add((document, PG.settledKind, kind))
    return found


_SPEAKING = frozenset(
    {
        PG.IncentiveMeasure, PG.SanctionMeasure, PG.RegulatoryMeasure, PG.Measure, PG.Act, PG.Condition,
        PG.ConditionSet, PG.CreditList, PG.Procedure, PG.ProcedureStep, PG.Grade, PG.Consequence, PG.TransitionRule,
        PG.GeneralRule, PG.MechanismStatement,
    }
)  # fmt: skip
"""What a document itself provides; citations are left out, for the words of a cited law are not the document's own."""


def find_spoken(union: Graph, quoted: Graph | None = None) -> dict[tuple[Node, Node], tuple[Node, ...]]:
    """By document and mechanism the statements that speak of it, where no statement of the mechanism stands.

    A statement speaks of a mechanism when its words hold a name of it, or when it is, does or has what shows it
    (``pg:shownBy``: sanction measures show joint sanctions, a list with an exit shows that lists are left). A
    mechanism of which somebody has said that such words do not mean it (``pg:lookedFor``) is left out; empty where
    nothing speaks. ``quoted`` holds words of statements that ``union`` has not.
    """
    graphs = (union,) if quoted is None else (union, quoted)
    names: dict[Node, tuple[str, ...]] = {}
    for mechanism in sort_nodes(union.subjects(SKOS.inScheme, ID["concept/scheme-mechanisms"])):
        labels = (*union.objects(mechanism, SKOS.prefLabel), *union.objects(mechanism, SKOS.altLabel))
        names[mechanism] = tuple(str(one) for one in labels if isinstance(one, Literal) and one.language == "zh")
    shown = {mechanism: frozenset(union.objects(mechanism, PG.shownBy)) for mechanism in names}
    told = {
        (document, mechanism)
        for statement, mechanism in union.subject_objects(PG.mechanism)
        for document in union.objects(statement, PG.document)
    }
    for curation, mechanism in union.subject_objects(PG.lookedFor):
        told |= {(document, mechanism) for document in union.objects(curation, PG.document)}
    found: dict[tuple[Node, Node], list[Node]] = {}
    for statement in sort_nodes({one for sort in _SPEAKING for one in union.subjects(RDF.type, sort)}):
        words = tuple(str(quote) for graph in graphs for quote in graph.objects(statement, PG.quote))
        traits = frozenset(part for said in union.predicate_objects(statement) for part in said)
        for document in union.objects(statement, PG.document) if words else ():
            for mechanism, called in names.items():
                speaks = shown[mechanism] & traits or any(name in text for name in called for text in words)
                if speaks and (document, mechanism) not in told:
                    found.setdefault((document, mechanism), []).append(statement)
    return {key: tuple(statements) for key, statements in found.items()}


def _mechanisms_spoken_of(union: Graph, derived: Graph) -> Graph:
    """Which statements speak of a mechanism that no statement of their document tells: it may not be called silent."""
    found = make_graph()
    for (_, mechanism), statements in find_spoken(union, derived).items():
        for statement in statements:
            found.add((statement, PG.speaksOf, mechanism))
    return found


def _comparison_rows(union: Graph) -> Graph:
    """A row of the comparison for each policy area and class of effect that some measure has, and one for the rest.

    So no measure can miss its row, and no row can be without a measure. The row of the rest holds what the program
    read and nobody has given a kind and an area yet.
    """
    found = make_graph()
    loose, classified = set(union.subjects(RDF.type, PG.Measure)), set[Node]()
    for effect_class, kind in union.subject_objects(PG.classOfMeasure):
        word = str(effect_class).rsplit("/effect-class-", 1)[-1]
        names = _names(union, effect_class)
        placed = {(m, area) for m in union.subjects(RDF.type, kind) for area in union.objects(m, PG.policyArea)}
        loose |= set(union.subjects(RDF.type, kind))
        classified |= {measure for measure, _ in placed}
        for area in {area for _, area in placed}:
            slug = str(area).rsplit("/", 1)[-1].removeprefix("area-")
            row = instance("comparison", f"{slug}-{word}")
            found.add((row, RDF.type, PG.ComparisonRow))
            found.add((row, PG.policyArea, area))
            found.add((row, PG.effectClass, make_text(word)))
            for language, label in ({"zh": slug} | _names(union, area)).items():
                found.add((row, RDFS.label, make_text(f"{label} · {names.get(language, word)}", language)))
    if loose - classified:
        row = instance("comparison", "unclassified")
        found.add((row, RDF.type, PG.ComparisonRow))
        found.add((row, PG.effectClass, make_text("unclassified")))
        for language, label in _names(union, ID["concept/effect-class-unclassified"]).items():
            found.add((row, RDFS.label, make_text(label, language)))
    return found


def _names(union: Graph, thing: Node) -> dict[str, str]:
    """The preferred names of a concept by language."""
    labels = (o for o in union.objects(thing, SKOS.prefLabel) if isinstance(o, Literal))
    return {label.language: str(label) for label in labels if label.language}


def order_of(union: Graph, node: Node) -> int:
    """Where a clause or a statement stands in its order; 0 for what has none."""
    order = union.value(node, PG.order)
    return 0 if order is None else int(str(order))
