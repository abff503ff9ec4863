"""How much of what people wrote a draft finds, and how much of a draft is right: recall and precision per kind.

Run: ``python tests/benchmarks/bench_drafting.py [--misses]``. The curated models of ``data/documents`` are the measure
and nothing else: a draft is made from ``source.txt`` and the concept files alone. A drafted and a curated statement of
one kind are the same when their quotes share at least half of the shorter one in the source; each is used once
(``strict``). Condition lines are held against those of ``conditions.ttl`` (``--lines``): the same words, and then the
same kind, table, filters, period and subjects, or which of them differ; what was drafted as a question counts as
neither. ``found`` also counts a curated statement whose words a draft covers that another one used already, and
``right`` a drafted one whose words belong to a curated statement of its kind. Codes are compared on the strict pairs.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import BNode, Graph, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node
from rich.console import Console
from rich.table import Table

from policygraph.graph.drafts import describe_statements
from policygraph.graph.grounding import find_quote
from policygraph.graph.lexicons import load_lexicon
from policygraph.graph.memory import make_graph
from policygraph.keeping.curation.cases import LINES, Case, open_case, open_desk
from policygraph.keeping.curation.lining import write_rule
from policygraph.keeping.dataset.knowledge import load_graphs, make_knowledge, merge
from policygraph.keeping.sources import find_root, read_source
from policygraph.keeping.turtle import parse
from policygraph.keeping.workspace import open_workspace
from policygraph.namespaces import PG, slug_of
from policygraph.reading.drafting import Proposal, draft_reading
from policygraph.reading.texts import Reading, read_text

KINDS: dict[str, tuple[str, ...]] = {
    "measures": ("IncentiveMeasure", "SanctionMeasure", "RegulatoryMeasure"),
    "acts": ("Act",),
    "steps": ("ProcedureStep",),
    "timings": ("Timing",),
    "lists": ("CreditList",),
    "grades": ("Grade",),
    "conditions": ("Condition",),
    "transitions": ("TransitionRule",),
    "consequences": ("Consequence",),
    "precedence": ("PrecedenceRule",),
    "mechanisms": ("MechanismStatement",),
}
CODES = {
    "measures": ("effect", "force", "policyArea", "addressee", "class"),
    "acts": ("effect", "force", "direction", "reducesRights"),
    "steps": ("kind", "actor", "recipient", "force"),
    "timings": ("timingKind",),
    "lists": ("listKind", "publicity"),
    "grades": ("lower", "upper"),
    "conditions": ("window",),
    "mechanisms": ("mechanism",),
}
LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Statement:
    """A curated or drafted statement: where its words are, and its codes."""

    name: str
    places: frozenset[int]
    codes: dict[str, frozenset[str]]
    words: str


def main() -> None:
    """Draft every document that has a model, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true", help="print what was missed and what was drafted in vain")
    parser.add_argument("--document", help="one document alone")
    parser.add_argument("--lines", action="store_true", help="condition lines, one by one, instead of the kinds")
    options = parser.parse_args()
    if options.lines:
        print_lines()
        return
    rows = measure(options.document, options.misses)
    table = Table("kind", "curated", "drafted", "strict recall", "strict precision", "found", "right", "codes")
    for row in rows:
        table.add_row(*row)
    Console(width=200).print(table)


def measure(only: str | None = None, misses: bool = False) -> list[tuple[str, ...]]:
    """A row for each kind, over all documents."""
    root = find_root()
    graphs = load_graphs(open_workspace())
    knowledge = make_knowledge(graphs)
    lexicon = load_lexicon(merge(graphs, "concepts/"))
    totals = {kind: [0, 0, 0, 0, 0] for kind in KINDS}
    codes: dict[str, dict[str, list[int]]] = {kind: {code: [0, 0] for code in CODES.get(kind, ())} for kind in KINDS}
    for folder in sorted((root / "data" / "documents").iterdir()):
        if not (folder / "model.ttl").is_file() or (only and folder.name != only):
            continue
        reading = read_text(read_source(folder / "source.txt").text, knowledge, identifier=folder.name)
        proposals = draft_reading(reading, lexicon, knowledge.vocabulary)
        model = Graph().parse(folder / "model.ttl")
        for kind, types in KINDS.items():
            curated = list(curated_statements(model, reading, types))
            drafted = list(drafted_statements(proposals, types))
            pairs = pair(curated, drafted)
            found = sum(any(alike(c, d) for d in drafted) for c in curated)
            right = sum(any(alike(c, d) for c in curated) for d in drafted)
            for place, count in enumerate((len(curated), len(drafted), len(pairs), found, right)):
                totals[kind][place] += count
            for code, counts in codes[kind].items():
                for one, other in pairs:
                    if one.codes.get(code):
                        counts[1] += 1
                        counts[0] += one.codes[code] == other.codes.get(code, frozenset())
            if misses:
                print_misses(folder.name, kind, curated, drafted, pairs)
    return [
        (
            kind, str(c), str(d), share(p, c), share(p, d), share(f, c), share(r, d),
            "  ".join(f"{code} {share(*counts)}" for code, counts in codes[kind].items()),
        )
        for kind, (c, d, p, f, r) in totals.items()
    ]  # fmt: skip


LINE = ("kind", "table", "filters", "period", "subjects")


def print_lines() -> None:
    """Each reviewed rule of the five documents with the drafted line of its words, and how the two agree."""
    table = Table("document", "rule", "drafted", "words", title="condition lines")
    counts: Counter[str] = Counter()
    for document, rule, outcome, words in compare_lines():
        counts[outcome.split(":")[0]] += 1
        table.add_row(document, rule, outcome, words)
    console = Console(width=200)
    console.print(table)
    console.print("  ".join(f"{name} {number}" for name, number in sorted(counts.items())))


def compare_lines() -> Iterator[tuple[str, str, str, str]]:
    """Document, rule, outcome and words: ``same``, ``differs: …``, ``question``, ``missed`` and ``in vain``."""
    desk = open_desk(open_workspace())
    for identifier in desk.workspace.documents():
        case = open_case(desk, identifier)
        proposals = draft_reading(case.reading, desk.lexicon, desk.knowledge.vocabulary)
        drafted = [one for one in proposals if one.type == "ConditionRule"]
        reviewed = parse((case.folder / LINES).read_text(encoding="utf-8"), LINES, case.base)
        matched: set[str] = set()
        for rule in sorted(reviewed.subjects(RDF.type, PG.ConditionRule), key=str):
            quote, here = str(reviewed.value(rule, PG.quote) or ""), places_of(case, reviewed, rule)
            likely = [(len(here & places(one)), one) for one in drafted if alike_places(here, places(one))]
            best = max(likely, key=lambda pair: pair[0], default=None)
            name = slug_of(str(rule)).split("/", 2)[2]
            if best is None:
                yield identifier, name, "missed", quote
                continue
            line = best[1]
            matched.add(line.address)
            if line.values_of("openQuestion"):
                yield identifier, name, "question", quote
                continue
            said = describe_statements(line, identifier, case.base)
            subject = case.iri(line.address)
            made = make_graph(*(graph for graph in write_rule(case, subject, said).values() if graph is not None))
            ours, theirs = summary(reviewed, rule), summary(made, subject)
            apart = [what for what, one, other in zip(LINE, ours, theirs, strict=True) if one != other]
            yield identifier, name, f"differs: {' '.join(apart)}" if apart else "same", quote
        for line in drafted:
            if line.address not in matched:
                yield identifier, line.address, "in vain", line.quote


def places(one: Proposal) -> frozenset[int]:
    return frozenset(at for span in one.spans for at in range(span.start, span.end))


def places_of(case: Case, graph: Graph, rule: Node) -> frozenset[int]:
    clause = slug_of(str(graph.value(rule, PG.clause))).removeprefix(f"doc/{case.identifier}/")
    spans = find_quote(case.reading, clause, str(graph.value(rule, PG.quote) or ""))
    return frozenset(at for span in spans for at in range(span.start, span.end))


def alike_places(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) >= LEAST * max(1, min(len(one), len(other)))


def summary(graph: Graph, rule: Node) -> tuple[object, ...]:
    """What a rule looks at: its kind, table, filters, months and subjects, as comparable values."""
    place = next((one for one in graph.objects(rule, PG.ground)), rule)
    period = graph.value(rule, PG.period)
    where = {
        (str(term), tuple(sorted(spell(graph, value))))
        for node in graph.objects(place, PG.where)
        for term, value in graph.predicate_objects(node)
    }
    subjects = {str(one) for one in graph.objects(place, PG.recordsOf)} or {"unit"}
    return (
        str(graph.value(rule, PG.kindOfCondition)), str(graph.value(place, PG.inTable)), frozenset(where),
        str(graph.value(period, PG.months)) if period is not None else "", frozenset(subjects),
    )  # fmt: skip


def spell(graph: Graph, value: Node) -> Iterator[str]:
    if not isinstance(value, BNode):
        yield str(value)
    elif (value, RDF.first, None) in graph:
        yield from map(str, graph.items(value))
    else:
        yield from (f"{term} {bound}" for term, bound in graph.predicate_objects(value))


def share(part: int, whole: int) -> str:
    return f"{part}/{whole} {100 * part / whole:.0f}%" if whole else "-"


def alike(one: Statement, other: Statement) -> bool:
    return overlap(one, other) >= LEAST


def overlap(one: Statement, other: Statement) -> float:
    return len(one.places & other.places) / max(1, min(len(one.places), len(other.places)))


def pair(curated: list[Statement], drafted: list[Statement]) -> list[tuple[Statement, Statement]]:
    """Each curated statement with one drafted one at most, the most alike first."""
    likely = sorted(
        ((overlap(c, d) + len(c.places & d.places) / len(c.places | d.places), i, j)
         for i, c in enumerate(curated) for j, d in enumerate(drafted) if alike(c, d)),
        reverse=True,
    )  # fmt: skip
    taken: tuple[set[int], set[int]] = (set(), set())
    pairs = []
    for _, i, j in likely:
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            pairs.append((curated[i], drafted[j]))
    return pairs


def curated_statements(model: Graph, reading: Reading, types: Iterable[str]) -> Iterator[Statement]:
    for kind in types:
        for node in model.subjects(RDF.type, PG[kind]):
            clause = slug_of(str(model.value(node, PG.clause))).removeprefix(f"doc/{reading.identifier}/")
            quote = str(model.value(node, PG.quote) or "")
            places = frozenset(at for span in find_quote(reading, clause, quote) for at in range(span.start, span.end))
            if not places:
                continue
            values = {
                code: frozenset(tail(value) for value in model.objects(node, PG[code]))
                for code in ("effect", "force", "policyArea", "addressee", "direction", "actor", "recipient",
                             "timingKind", "listKind", "publicity", "lower", "upper", "window", "mechanism",
                             "reducesRights")
            }  # fmt: skip
            values["class"] = frozenset({kind})
            whole = model.value(node, PG.procedure)
            if whole is not None:
                values["kind"] = frozenset({tail(model.value(whole, PG.procedureKind))})
            yield Statement(slug_of(str(node)), places, values, quote)


def drafted_statements(proposals: Iterable[Proposal], types: tuple[str, ...]) -> Iterator[Statement]:
    proposals = tuple(proposals)
    kinds = {p.address: p.values_of("procedureKind") for p in proposals if p.type == "Procedure"}
    for one in proposals:
        for proposal in (one, *one.parts):
            if proposal.type not in types:
                continue
            places = frozenset(at for span in proposal.spans for at in range(span.start, span.end))
            values: dict[str, set[str]] = {}
            for value in proposal.values:
                values.setdefault(value.term, set()).add(value.text)
            values["class"] = {proposal.type}
            for whole in proposal.values_of("procedure"):
                values["kind"] = set(kinds.get(whole, ()))
            name = proposal.address or proposal.clause
            yield Statement(name, places, {k: frozenset(v) for k, v in values.items()}, proposal.quote)


def tail(node: object) -> str:
    return str(node).rsplit("/", 1)[-1] if isinstance(node, URIRef) else str(node)


def print_misses(
    name: str, kind: str, curated: list[Statement], drafted: list[Statement], pairs: list[tuple[Statement, Statement]]
) -> None:
    for statement in curated:
        if not any(statement is one for one, _ in pairs):
            covered = "covered" if any(alike(statement, d) for d in drafted) else "MISSED"
            print(f"{name} {kind} {covered}: {statement.name} | {''.join(statement.words.split())[:150]}")
    for statement in drafted:
        if not any(statement is other for _, other in pairs):
            vain = "part" if any(alike(c, statement) for c in curated) else "IN VAIN"
            print(f"{name} {kind} {vain}: {statement.name} | {statement.words[:150]}")


if __name__ == "__main__":
    main()
