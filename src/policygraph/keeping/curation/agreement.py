"""How far two curators agree on the same document: for each kind, where they differ and how well beyond chance.

Two questions are asked of each kind. *Where*: for every clause of the text, does a curator state something of the kind
in it? *How coded*: of the statements of both that quote the same words, is each property coded alike? The coefficient
is Krippendorff's alpha for nominal data (Krippendorff, Content Analysis, chapter on reliability), worked out by NLTK:
1 is full agreement, 0 what chance gives, below 0 worse. Where all units have one and the same value there is nothing
to tell agreement from chance by, and no coefficient. (``krippendorff`` on PyPI is under the GPL, scikit-learn brings
SciPy.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.errors import InputError
from policygraph.graph.grounding import find_quote
from policygraph.keeping.curation.cases import MODEL, Case
from policygraph.keeping.turtle import parse
from policygraph.namespaces import PG, clause_iri, slug_of
from policygraph.reading.documents import leaves

CODES: dict[str, tuple[str, ...]] = {
    "measures": ("class", "effect", "force", "policyArea", "addressee", "addresseeAsWritten"),
    "procedures": ("class", "actor", "recipient", "force"),
    "lists": ("listKind", "publicity", "entry", "exit", "validity"),
    "grades": ("lower", "lowerInclusive", "upper", "upperInclusive", "veto"),
    "conditions": ("conditionKind", "window", "machineCheckable"),
    "transitions": ("fromList", "toList"),
    "mechanisms": ("mechanism", "status"),
}
"""What is compared of each kind beside where it stands."""
WHERE = "where"
_SHARED = 0.5
_MEASURES = (PG.IncentiveMeasure, PG.SanctionMeasure, PG.RegulatoryMeasure)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two curators agree on one question about a kind.

    ``question`` is ``where`` or a property; ``units`` what was compared, ``same`` how much of it is alike;
    ``alpha`` is None where it cannot be worked out: no units, or one value only.
    """

    kind: str
    question: str
    units: int
    same: int
    alpha: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two curators differ, with what each says; empty for what one does not state."""

    kind: str
    question: str
    clause: str
    words: str
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class _Statement:
    clause: str
    quote: str
    places: frozenset[int]
    codes: dict[str, str]


def compare_models(case: Case, other: Graph) -> tuple[tuple[Agreement, ...], tuple[Difference, ...]]:
    """The model of a case against another one of the same document: agreement by kind, and every difference.

    Kinds of which neither states anything are left out. Errors: ``InputError`` when the other model is about another
    document.
    """
    about = set(other.objects(None, PG.document))
    root = clause_iri(case.identifier, "", case.base)
    if about and root not in about:
        named = "、".join(sorted(slug_of(str(one)) for one in about))
        raise InputError(case.identifier, f"另一份整理稿说的是 {named}", "两份整理稿要是同一份文件的")
    own = case.graph(MODEL)
    agreements: list[Agreement] = []
    differences: list[Difference] = []
    clauses = [clause.id for clause in leaves(case.reading.document)]
    for kind in case.desk.kinds():
        sides = [list(_statements(case, graph, kind)) for graph in (own, other)]
        if not any(sides):
            continue
        labels = [[_holds(side, clause) for clause in clauses] for side in sides]
        agreements.append(_agree(kind, WHERE, list(zip(*labels, strict=True))))
        differences += _where_they_differ(kind, clauses, labels, sides)
        pairs = _pair(*sides)
        for code in CODES.get(kind, ()):
            coded = [(one.codes.get(code, ""), another.codes.get(code, "")) for one, another in pairs]
            coded = [pair for pair in coded if any(pair)]
            if coded:
                agreements.append(_agree(kind, code, coded))
        differences += _codes_that_differ(kind, pairs)
    return tuple(agreements), tuple(differences)


def load_other(case: Case, path: Path) -> Graph:
    """Another curator's model of a document: a file, a folder of the document, or a workspace.

    Errors: ``InputError`` where there is no model; ``DataError`` for one that is no Turtle.
    """
    places = (path, path / MODEL, path / case.identifier / MODEL, path / "documents" / case.identifier / MODEL)
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise InputError(str(path), f"这里没有 {case.identifier} 的整理稿", f"给出另一人的 {MODEL}、它的文件夹或工作区")
    return parse(found.read_text(encoding="utf-8"), str(found), case.base)


def _statements(case: Case, graph: Graph, kind: str) -> Iterator[_Statement]:
    classes = set(case.desk.classes(kind))
    if PG.Measure in classes:
        classes |= set(_MEASURES)
    if PG.Procedure in classes:
        classes = {PG.ProcedureStep}
    for node in sorted({n for one in classes for n in graph.subjects(RDF.type, one)}, key=str):
        clause = slug_of(str(graph.value(node, PG.clause))).removeprefix(f"doc/{case.identifier}/")
        quote = str(graph.value(node, PG.quote) or "")
        spans = find_quote(case.reading, clause, quote)
        places = frozenset(at for span in spans for at in range(span.start, span.end))
        codes = {code: _code(graph, node, code) for code in CODES.get(kind, ())}
        yield _Statement(clause, quote, places, codes)


def _code(graph: Graph, node: Node, code: str) -> str:
    term = RDF.type if code == "class" else PG[code]
    values = (slug_of(str(v)) if isinstance(v, URIRef) else "".join(str(v).split()) for v in graph.objects(node, term))
    return "；".join(sorted(value.rsplit("#", 1)[-1].removeprefix("concept/") for value in values))


def _holds(statements: Iterable[_Statement], clause: str) -> str:
    inside = any(one.clause == clause or clause.startswith(f"{one.clause}/") for one in statements)
    return "yes" if inside else "no"


def _agree(kind: str, question: str, pairs: list[tuple[str, ...]] | list[tuple[str, str]]) -> Agreement:
    same = sum(pair[0] == pair[1] for pair in pairs)
    return Agreement(kind, question, len(pairs), same, alpha([(pair[0], pair[1]) for pair in pairs]))


def alpha(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Krippendorff's alpha of two coders over the units they both coded; None without units or with one value only.

    >>> alpha([("a", "a"), ("b", "b")]), alpha([("a", "a"), ("a", "a")]), alpha([])
    (1.0, None, None)
    """
    units = list(pairs)
    if len({value for pair in units for value in pair}) < 2:
        return None
    # NLTK takes half a second to load, and only this command needs it
    from nltk.metrics.agreement import AnnotationTask

    task = AnnotationTask(
        data=[(coder, str(number), value) for number, pair in enumerate(units) for coder, value in enumerate(pair)]
    )
    return round(float(task.alpha()), 3)


def _pair(ones: list[_Statement], others: list[_Statement]) -> list[tuple[_Statement, _Statement]]:
    """The statements of both that quote the same words, the most alike first, each once."""
    likely = sorted(
        (
            (len(one.places & other.places) / len(one.places | other.places), i, j)
            for i, one in enumerate(ones)
            for j, other in enumerate(others)
            if len(one.places & other.places) >= _SHARED * max(1, min(len(one.places), len(other.places)))
        ),
        key=lambda found: (-found[0], found[1], found[2]),
    )
    taken: tuple[set[int], set[int]] = (set(), set())
    pairs = []
    for _, i, j in likely:
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            pairs.append((i, j))
    return [(ones[i], others[j]) for i, j in sorted(pairs)]


def _where_they_differ(
    kind: str, clauses: list[str], labels: list[list[str]], sides: list[list[_Statement]]
) -> Iterator[Difference]:
    words: dict[str, str] = defaultdict(str)
    for side in sides:
        for statement in side:
            words[statement.clause] = words[statement.clause] or statement.quote
    for clause, one, other in zip(clauses, *labels, strict=True):
        if one != other:
            yield Difference(kind, WHERE, clause, words[clause], one, other)


def _codes_that_differ(kind: str, pairs: list[tuple[_Statement, _Statement]]) -> Iterator[Difference]:
    for one, other in pairs:
        for code in CODES.get(kind, ()):
            if one.codes.get(code, "") != other.codes.get(code, ""):
                yield Difference(kind, code, one.clause, one.quote, one.codes.get(code, ""), other.codes.get(code, ""))
