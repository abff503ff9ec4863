"""Build the dataset: read the documents, join them with the knowledge files, prove every quote, write once.

One run reads a workspace with what it stands on and beside, parses its documents, and writes two files into the output
folder: ``policygraph.nq`` (every quad in a named graph, sorted, so that two builds are byte-identical) and
``manifest.json`` (the digest of every named graph, the hash over them that every answer names, and the figures). Each
file is written beside its place and renamed, the manifest last: a reader never sees half a dataset. A quote that does
not stand verbatim in its clause, a span that does not reproduce its words, or metadata that contradict the text refuse
the build.

It reads no clock: the same inputs give the same bytes on any day.
"""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, filterfalse
from operator import add
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Node

from policygraph.errors import DataError
from policygraph.graph.blanks import skolemise
from policygraph.graph.deriving import derive
from policygraph.graph.describing import describe_reading
from policygraph.graph.entailing import Axioms, entail, read_axioms
from policygraph.graph.grounding import ground_quotes
from policygraph.graph.knowledge import WorkVersions, find_homes, load_versions, reading_day
from policygraph.graph.memory import join, make_graph
from policygraph.graph.spans import describe_original, place_spans
from policygraph.judging.coding import find_disagreements, find_idle_explanations
from policygraph.judging.comparing.codebook import answer_questions
from policygraph.judging.comparing.reuse import reuse_graph
from policygraph.judging.law.acts import find_shared_notations
from policygraph.judging.law.conclusions.intervals import conclusion_intervals
from policygraph.judging.law.judgements import find_faults
from policygraph.judging.law.quotations import chain_events
from policygraph.judging.law.reaches import reach_nodes
from policygraph.judging.law.standing import order_instruments, strength_intervals
from policygraph.judging.law.statuses import status_intervals
from policygraph.judging.review import Select, observe_clauses, review_graph
from policygraph.judging.rules import load_policies
from policygraph.judging.rules.codes import read_codes
from policygraph.judging.rules.evidence import describe_evidence
from policygraph.keeping.conditions import find_differences, quoted
from policygraph.keeping.dataset.catalogue import CATALOGUE, describe_graphs
from policygraph.keeping.dataset.inputs import fingerprint
from policygraph.keeping.dataset.knowledge import GraphName, Graphs, load_graphs, make_knowledge, merge, parse_file
from policygraph.keeping.dataset.manifest import DATASET_FILE, MANIFEST_FILE, DocumentFigures, Manifest
from policygraph.keeping.digests import GraphDigest, digest_dataset, digest_graph
from policygraph.keeping.originals import read_map
from policygraph.keeping.sources import read_source
from policygraph.keeping.terms import Term, TermWriter, read_node, write_node
from policygraph.keeping.workspace import ELIGIBILITY, SOURCE, Workspace, open_workspace
from policygraph.keeping.writing import check_folder, write_files
from policygraph.namespaces import ELI, OA, PG, base_of, clause_iri, policy_ids, slug_of, source_iri
from policygraph.reading.documents import leaves
from policygraph.reading.measures import leave_out, name_measures
from policygraph.reading.texts import Knowledge, Reading, read_text

Progress = Callable[[str], None]


def build(out: Path, workspace: Workspace | None = None, progress: Progress = lambda _: None) -> Manifest:
    """Build the dataset of a workspace into ``out`` and return its manifest; without one, that of our own five.

    Errors: ``DataError`` that lists every failing quote, span or contradiction, or what is wrong with a policy's
    shapes; ``StorageError`` when the disk does not take it. Nothing is left half-written.
    """
    check_folder(out)
    collecting = gc.isenabled()
    # a build makes half a million small objects and hardly a cycle: looking for cycles took a third of its time
    gc.disable()
    try:
        return _build(out, workspace or open_workspace(), progress)
    finally:
        if collecting:
            gc.enable()


def _build(out: Path, workspace: Workspace, progress: Progress) -> Manifest:
    progress("读取词表、法规与机构")
    graphs = load_graphs(workspace)
    _refuse_twice_named(workspace, graphs)
    concepts = merge(graphs, "concepts/")
    law = merge(graphs, "law")
    known = _Known(make_knowledge(graphs), load_versions(law), find_homes(make_graph(law, merge(graphs, "org"))))
    faults: list[str] = []
    figures: list[DocumentFigures] = []
    readings: dict[str, Reading] = {}
    quotes = 0
    for one in workspace.all:
        for identifier in one.documents():
            progress(f"解析 {identifier}")
            built = _build_document(one, identifier, known)
            faults += built.faults
            for policy in policy_ids(identifier):
                if (shapes := graphs.get(GraphName(f"shapes/{ELIGIBILITY}/{policy}", one.base))) is not None:
                    faults += _compare_shapes(shapes, built.reading)
            quotes += built.quotes
            readings[identifier] = built.reading
            graphs |= {GraphName(f"doc/{identifier}/{part}", one.base): graph for part, graph in built.graphs.items()}
            figures.append(_count(built.reading, built.graphs["structure"]))
    if faults:
        raise DataError(
            "build", f"{len(faults)} 处与原文不符\n" + "\n".join(faults) + "\n", "请改正所列文件后重新 build"
        )
    progress("推导与核对")
    union = make_graph(*(graph for name, graph in graphs.items() if not name.path.startswith("shapes/")))
    wrong = list(find_faults(union))
    if wrong:
        remedy = "请改正 bearings.ttl、norms.ttl"
        raise DataError("build", f"{len(wrong)} 处判断有误\n" + "\n".join(wrong) + "\n", remedy)
    if shared := list(find_shared_notations(union)):
        # what is read never shares a number: one of the two is a person's, in the model
        remedy = "请在所列文件的 model.ttl 里改写其中一个的 skos:notation"
        raise DataError("build", f"{len(shared)} 处编号指不清\n" + "\n".join(shared) + "\n", remedy)
    derived = make_graph(derive(union), observe_clauses(union), chain_events(union), order_instruments(union))
    union = join(union, derived)
    statuses = status_intervals(union)
    union = join(union, statuses)
    codes = read_codes(make_graph(concepts, merge(graphs, "org")))
    lined = sorted(name for name in graphs if name.path.startswith(f"shapes/{ELIGIBILITY}/"))
    policies = load_policies((graphs[name] for name in lined), union, codes)
    conclusions = conclusion_intervals(union)
    reaches = reach_nodes(union, conclusions)
    graphs[GraphName("derived", workspace.base)] = make_graph(
        derived,
        statuses,
        strength_intervals(union),
        conclusions,
        reaches,
        describe_evidence(policies.values(), union),
    )
    progress("审查与比对")
    statements = _Statements()
    for path, found in _review(graphs, statements, workspace.base, union).items():
        graphs[GraphName(path, workspace.base)], unfounded = _ground(found, readings)
        faults += unfounded
    if faults:
        raise DataError("build", "审查所引不是原文\n" + "\n".join(faults) + "\n", "请改正 shapes/review 中的查询")
    differences = [told for one in workspace.all for told in find_differences(one, codes)]
    if differences:
        raise DataError("build", "形状与条件行不符\n" + "\n".join(differences) + "\n", "请照所列的办法改正后重新 build")
    spans = _verify_spans(graphs, readings.values())
    progress("写出")
    bases = [one.base for one in workspace.all]
    written = statements.serialise(graphs, bases, read_axioms(merge(graphs, "ns")))
    return _write(out, *written, spans, quotes, fingerprint(workspace), tuple(figures))


@dataclass(frozen=True, slots=True)
class _Known:
    """What every document is read with: words and names, the dated texts of works, and under whose base they are."""

    knowledge: Knowledge
    versions: dict[str, WorkVersions]
    homes: Mapping[str, str]


_SAID = ("metadata", "model", "bearings", "answers", "curation")
"""The files beside a source that say something of it."""


@dataclass(frozen=True, slots=True)
class _Built:
    """A document as built: what was read, its graphs by part, the number of quotes in it, and what is wrong."""

    reading: Reading
    graphs: dict[str, Graph]
    quotes: int
    faults: list[str]


def _build_document(workspace: Workspace, identifier: str, known: _Known) -> _Built:
    """Read a document and what people wrote about it, and prove each quote."""
    folder, root = workspace.folder(identifier), clause_iri(identifier, "", workspace.base)
    parts = {name: parse_file(path) for name in _SAID if (path := folder / f"{name}.ttl").is_file()}
    file = read_source(folder / SOURCE)
    metadata = parts.get("metadata", make_graph())
    region = metadata.value(root, ELI.jurisdiction)
    reading = read_text(
        file.text,
        known.knowledge,
        slug_of(str(region)).removeprefix("region/") if region is not None else None,
        identifier=identifier,
        sha256=file.sha256,
        charset=file.charset,
        base=workspace.base,
    )
    # what somebody judged to be no measure is none, whatever the layout says
    rejected = frozenset(map(str, parts.get("curation", make_graph()).objects(None, PG.rejectedReading)))
    titles = _titles_given(parts.get("model", make_graph()), identifier)
    reading = replace(reading, measures=name_measures(leave_out(reading.measures, rejected), titles))
    way_back = read_map(folder, file.sha256)
    faults = [*_refuse_strange_bases(workspace, identifier, parts), *_compare_metadata(reading, metadata)]
    day = reading_day(metadata, root, reading.document)
    graphs = {"structure": describe_reading(reading, known.versions, day, known.homes), "metadata": metadata}
    quotes = 0
    for part in ("model", "bearings", "answers"):
        if part in parts:
            grounds, failures = ground_quotes(parts[part], reading)
            faults += [
                f"{identifier}/{part}.ttl: {slug_of(str(f.subject))}（条款 {f.clause}）{f.cause}: “{f.quote}”"
                for f in failures
            ]
            quotes += len(set(parts[part].subject_objects(PG.quote)))
            graphs[part] = make_graph(parts[part], grounds)
    if way_back is not None:
        source = source_iri(identifier, workspace.base)
        for graph in graphs.values():
            join(graph, place_spans(graph, way_back.places))
        join(graphs["structure"], describe_original(source, way_back.original, way_back.original_sha256))
    if "curation" in parts:
        graphs["curation"] = parts["curation"]
    return _Built(reading, graphs, quotes, faults)


def _titles_given(model: Graph, identifier: str) -> dict[str, str]:
    """The titles that people gave to the measures of a document, by address: what was read is no second title."""
    start = f"measure/{identifier}/"
    named = ((slug_of(str(one)), str(title)) for one, title in model.subject_objects(DCTERMS.title))
    return {path.removeprefix(start): title for path, title in named if path.startswith(start)}


def _refuse_strange_bases(workspace: Workspace, identifier: str, parts: Mapping[str, Graph]) -> Iterator[str]:
    """What is said of a document under another base than that of its workspace: it would be said of nothing."""
    for part, graph in parts.items():
        elsewhere = {subject for subject in map(str, set(graph.subjects())) if base_of(subject) != workspace.base}
        strange = sorted(subject for subject in elsewhere if identifier in slug_of(subject).split("/")[1:2])
        if strange:
            yield f"{identifier}/{part}.ttl: {strange[0]} 不在 {workspace.base} 之下，请改 @base"


def _refuse_twice_named(workspace: Workspace, graphs: Graphs) -> None:
    """Refuse a path below ``id/`` that two workspaces give to things of their own: a path names one thing here."""
    owners: dict[str, str] = {}
    for name, graph in graphs.items():
        for subject in set(graph.subjects()) if len(workspace.all) > 1 else ():
            base, path = base_of(str(subject)), slug_of(str(subject))
            if owners.setdefault(path, base) != base:
                cause = f"{path} 已在 {owners[path]} 之下，又在 {base} 之下（图 {name.path}）"
                raise DataError(str(workspace.root), cause, "请换一个短名")
    documents = [identifier for one in workspace.all for identifier in one.documents()]
    twice = sorted(identifier for identifier, times in Counter(documents).items() if times > 1)
    if twice:
        cause = f"并列的工作区里也有名为 {twice[0]} 的文件"
        raise DataError(str(workspace.folder(twice[0])), cause, "请给文件夹改名；或 build --without-samples")


def _refuse_disagreements(union: Graph, judged: Graph) -> None:
    """Refuse equal words with different codes and no reason, and a reason for a difference that is none."""
    faults = [found.describe() for found in find_disagreements(union, judged)]
    faults += [f"{slug_of(str(node))} 说明的不同已经没有了" for node in find_idle_explanations(union, judged)]
    if faults:
        raise DataError(
            "build",
            f"{len(faults)} 处同文异码\n" + "\n".join(faults) + "\n",
            "请在 model.ttl、bearings.ttl、answers.ttl 改成一致，或在 data/editorial/same-words.ttl 写明理由；"
            "没有用处的说明请删去",
        )


def _compare_metadata(reading: Reading, metadata: Graph) -> list[str]:
    """What the metadata claim about the source and the text does not bear out; empty when they agree."""
    root = clause_iri(reading.identifier, "", reading.base)
    document = reading.document
    claims = (
        ("sha256", metadata.value(source_iri(reading.identifier, reading.base), PG.sha256), reading.sha256),
        ("发文字号", metadata.value(root, ELI.id_local), document.number),
        ("标题", metadata.value(root, DCTERMS.title), document.title),
        ("日期", metadata.value(root, ELI.date_document), document.date),
    )
    faults = [
        f"{reading.identifier}/metadata.ttl: {what} 为 {claim}，原文为 {found or '（没有）'}"
        for what, claim, found in claims
        if claim is not None and str(claim) != found
    ]
    printed = {issuer.text for issuer in document.issuers}
    strange = sorted({str(name) for name in metadata.objects(root, PG.issuerAsWritten)} - printed)
    return faults + [f"{reading.identifier}/metadata.ttl: 印发机关 {name} 不在原文的印发机关里" for name in strange]


def _compare_shapes(shapes: Graph, reading: Reading) -> list[str]:
    """The quotes of a policy's shapes that are not the words of the clause they name; empty when all are."""
    _, failures = ground_quotes(quoted(shapes), reading)
    return [
        f"{reading.identifier}/conditions.ttl: 结果行 {slug_of(str(f.subject)).rsplit('/', 1)[-1]}"
        f"（条款 {f.clause}）{f.cause}: “{f.quote}”"
        for f in failures
    ]


def _count(reading: Reading, structure: Graph) -> DocumentFigures:
    cited = [(c, r) for c, r in zip(reading.citations, reading.resolutions, strict=True) if c.role == "cited"]
    unresolved = [c.text for c, r in cited if r.slug is None]
    return DocumentFigures(
        document=reading.identifier,
        clauses=len(reading.document.clauses),
        leaves=len(leaves(reading.document)),
        spans=len(set(structure.subjects(RDF.type, OA.SpecificResource))),
        measures=len(reading.measures.measures),
        groups=len(reading.measures.groups),
        bases=len(set(structure.subjects(RDF.type, PG.LegalBasisCitation))),
        citations=len(cited),
        resolved=len(cited) - len(unresolved),
        unresolved=tuple(unresolved),
        organisations=len({m.slug for m in reading.mentions if m.slug is not None}),
        unnamed=len({m.as_written for m in reading.mentions if m.slug is None}),
        problems=len(reading.document.problems) + len(reading.measures.problems),
    )


def _review(graphs: Graphs, statements: _Statements, base: str, union: Graph) -> dict[str, Graph]:
    """What a review of the graphs finds, the words that their documents share, and what they answer.

    Errors: ``DataError`` for answers that contradict themselves, and for equal words with different codes.
    """
    select = _open_select(
        statements.write(name, graph) for name, graph in graphs.items() if not name.path.startswith(("ns", "shapes/"))
    )
    answers, wrong = answer_questions(union, select)
    if wrong:
        cause = f"{len(wrong)} 处答案有误\n" + "\n".join(wrong) + "\n"
        raise DataError("build", cause, "请改正所说文件的 answers.ttl；问题的定义在 ontology/concepts/questions.ttl")
    _refuse_disagreements(join(union, answers), graphs[GraphName("derived", base)])
    return {
        "review": review_graph(select, merge(graphs, "shapes/review/")),
        "reuse": reuse_graph(select, base),
        "answers": answers,
    }


def _open_select(statements: Iterable[Iterable[bytes]]) -> Select:
    """A SELECT over the graphs so far: an engine, so that rules written as queries need milliseconds, not minutes."""
    store = ox.Store()
    raw = b".\n".join((*chain.from_iterable(statements), b""))
    # lenient: every term was checked when it was written; bulk loading pays from some million statements on
    store.load(raw, format=ox.RdfFormat.N_TRIPLES, lenient=True)

    def select(text: str, /, **values: Node) -> list[dict[str, Node]]:
        bound: dict[ox.Variable, Term] = {ox.Variable(name): write_node(value) for name, value in values.items()}
        solutions = store.query(text, substitutions=bound)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        return [{name: read_node(row[name]) for name in names if row[name] is not None} for row in solutions]

    return select


def _ground(found: Graph, readings: dict[str, Reading]) -> tuple[Graph, list[str]]:
    """Statements about several documents with the spans of their quotes, and the quotes that are not verbatim."""
    grounded, faults = make_graph(found), []
    for reading in readings.values():
        part = make_graph()
        for subject in found.subjects(PG.document, clause_iri(reading.identifier, "", reading.base)):
            for term in (PG.clause, PG.quote):
                for value in found.objects(subject, term):
                    part.add((subject, term, value))
        spans, failures = ground_quotes(part, reading)
        grounded += spans
        faults += [f"{slug_of(str(f.subject))}（条款 {f.clause}）{f.cause}: “{f.quote}”" for f in failures]
    return grounded, faults


_TYPE, _SPAN = frozenset({RDF.type}), frozenset({OA.SpecificResource})
"""Looked for by hash: comparing 120 thousand terms by rdflib's own rule takes as long as the rest of the check."""


def _verify_spans(graphs: Graphs, readings: Iterable[Reading]) -> int:
    """Check ``source[start:end] == exact`` for every span of every graph; the number checked."""
    faults: list[str] = []
    checked: set[Node] = set()
    sources = {source_iri(reading.identifier, reading.base): reading.source for reading in readings}
    for graph in graphs.values():
        # one walk through a graph costs less than an index of it that nobody else asks
        spans = {subject for subject, term, value in graph if term in _TYPE and value in _SPAN} - checked
        checked |= spans
        for span in spans:
            selectors = list(graph.objects(span, OA.hasSelector))
            start, end, exact = (
                next((v for s in selectors for v in graph.objects(s, p)), None) for p in (OA.start, OA.end, OA.exact)
            )
            text = sources.get(URIRef(str(graph.value(span, OA.hasSource))))
            if text is None or exact is None or text[int(str(start)) : int(str(end))] != str(exact):
                faults.append(slug_of(str(span)))
    if faults:
        raise DataError("build", f"{len(faults)} 处位置与原文不符: {'、'.join(faults[:20])}", "这是程序缺陷，请报告")
    return len(checked)


class _Statements:
    """What the graphs state, as N-Triples without their full stop, each in one graph only; written once and kept.

    An engine that offers the union of the graphs as its default graph need not remove duplicates (pyoxigraph does
    not), so a triple in two graphs would double the rows of every question that meets it.

    All is bytes from the first: UTF-8 sorts as its characters do, and four times as fast.
    """

    def __init__(self) -> None:
        self._words = TermWriter()
        self._written: dict[GraphName, list[bytes]] = {}

    def write(self, name: GraphName, graph: Graph) -> list[bytes]:
        """The statements of a graph, sorted; those of a name are written when it is first asked for."""
        if name not in self._written:
            self._written[name] = self._write(skolemise(graph) if name.path.startswith("shapes/") else graph)
        return self._written[name]

    def _write(self, graph: Iterable[tuple[Node, Node, Node]]) -> list[bytes]:
        """Statements, sorted: an engine takes neighbours in faster, and nobody need sort them again."""
        words = self._words
        found = [
            b"%b %b %b " % (words[s], words[p], words.write(o) if type(o) is Literal else words[o]) for s, p, o in graph
        ]
        found.sort()
        return found

    def serialise(
        self, graphs: Graphs, bases: Sequence[str], axioms: Axioms
    ) -> tuple[dict[bytes, bytes], dict[str, GraphDigest]]:
        """All statements, each with the end of its line (its graph), and the digest of each graph by its IRI.

        Nothing is kept here then.

        What follows by the axioms is derived too, unless a graph states it; shapes and the vocabulary entail nothing.
        Of a triple that stands in several graphs the generated comes before the curated, and shapes come first, answers
        and what is derived last; then what stands under the first of the bases, so that a workspace takes nothing out
        of those beside it.
        """
        owners: dict[bytes, bytes] = {}
        digests: dict[str, GraphDigest] = {}
        order = {
            name: (
                not name.path.endswith("/structure"),
                not name.path.startswith("shapes/"),
                name.path in ("answers", "derived"),
                bases.index(name.base),
                name,
            )
            for name in graphs
        }

        def own(name: GraphName, found: Iterable[bytes]) -> None:
            # what stands in it twice (two axioms may entail the same) stands in it once from here
            statements = list(dict.fromkeys(filterfalse(owners.__contains__, found)))
            if statements:
                end = f"{ox.NamedNode(name.iri)} .\n".encode()
                owners.update(dict.fromkeys(statements, end))
                digests[name.iri] = digest_graph(end.join((*statements, b"")))

        facts = (graph for name, graph in graphs.items() if not name.path.startswith(("ns", "shapes/")))
        entailed = self._write(entail(facts, axioms))
        for name in sorted(graphs, key=order.__getitem__):
            found = self.write(name, graphs[name])
            own(name, sorted(chain(found, entailed)) if name.path == "derived" else found)
            del self._written[name]
        catalogue = GraphName(CATALOGUE, bases[0])
        kinds = merge(graphs, "concepts/graph-kinds")
        own(catalogue, self._write(describe_graphs(digests, kinds, catalogue.base)))
        return owners, dict(sorted(digests.items()))


def _write(
    out: Path,
    statements: Mapping[bytes, bytes],
    digests: Mapping[str, GraphDigest],
    spans: int,
    quotes: int,
    inputs: str,
    figures: tuple[DocumentFigures, ...],
) -> Manifest:
    manifest = Manifest(
        dataset=digest_dataset(graph.digest for graph in digests.values()),
        quads=len(statements),
        graphs=len(digests),
        spans_verified=spans,
        quotes_verified=quotes,
        inputs=inputs,
        documents=figures,
        named_graphs=digests,
    )
    told = (json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n").encode()
    # no statement begins with another one, so statements sort as their lines do
    ordered = sorted(statements)
    lines = map(add, ordered, map(statements.__getitem__, ordered))
    write_files({out / DATASET_FILE: lines, out / MANIFEST_FILE: told})
    return manifest
