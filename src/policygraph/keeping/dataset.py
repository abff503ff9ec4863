"""Build the dataset: read the documents, join them with the knowledge files, prove every quote, write once.

One run reads ``data/ ontology/ shapes/``, parses the five documents (or more), and writes two files into the output
folder: ``policygraph.nq`` (every quad in a named graph, sorted, so that two builds are byte-identical) and
``manifest.json`` (the digest of every named graph, the hash over them that every answer names, and the figures). Each
file is written beside its place and renamed, the manifest last: a reader never sees half a dataset. A quote that does
not stand verbatim in its clause, a span that does not reproduce its words, or metadata that contradict the text refuse
the build.

Who opens a dataset goes through ``open_dataset``: the digests are worked out again from the bytes that are loaded, and
a dataset that is not the one its manifest names is refused.

It reads no clock: the same inputs give the same bytes on any day.
"""

from __future__ import annotations

import gc
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Node

from policygraph.errors import DataError, InputError
from policygraph.graph.describing import (
    derive,
    describe_reading,
    ground_quotes,
    load_organisation_names,
    load_versions,
    load_vocabulary,
    load_work_names,
    reading_day,
    restore_blanks,
    skolemise,
)
from policygraph.graph.memory import join, make_graph
from policygraph.graph.validation import ValidationResult, validate
from policygraph.judging.coding import find_disagreements, find_idle_explanations
from policygraph.judging.comparing.reuse import reuse_graph
from policygraph.judging.law.quotations import chain_events
from policygraph.judging.law.standing import order_instruments, strength_intervals
from policygraph.judging.review import observe_clauses, review_graph
from policygraph.judging.rules import load_policies
from policygraph.judging.rules.codes import read_codes
from policygraph.keeping.conditions import find_differences, quoted
from policygraph.keeping.digests import GraphDigest, digest_dataset, digest_graphs, split_lines
from policygraph.keeping.sources import find_root, read_source
from policygraph.keeping.store import Store, open_store
from policygraph.keeping.terms import read_node, read_turtle, write_node
from policygraph.keeping.writing import write_files
from policygraph.namespaces import ELI, GRAPH, OA, PG, PREFIXES, clause_iri, slug_of, source_iri
from policygraph.reading.documents import leaves
from policygraph.reading.texts import Knowledge, Reading, read_text

DATASET_FILE = "policygraph.nq"
MANIFEST_FILE = "manifest.json"
SETTLING_SECONDS = 0.2
"""How long the two files of a dataset may disagree while a build puts the second in its place."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DocumentFigures:
    """What one document yielded; counts."""

    document: str
    clauses: int
    leaves: int
    spans: int
    measures: int
    groups: int
    bases: int
    citations: int
    resolved: int
    unresolved: tuple[str, ...]
    organisations: int
    unnamed: int
    problems: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The identity of a dataset: the hash over the digests of its named graphs (``digests``), and what is in it.

    ``named_graphs`` are the digests by graph IRI. Errors: ``ValueError`` when the hash does not follow from them.
    """

    dataset: str
    quads: int
    graphs: int
    spans_verified: int
    quotes_verified: int
    inputs: str
    documents: tuple[DocumentFigures, ...]
    named_graphs: Mapping[str, GraphDigest]

    def __post_init__(self) -> None:
        if self.dataset != digest_dataset(graph.digest for graph in self.named_graphs.values()):
            raise ValueError("dataset 不是各图摘要的散列")


def fingerprint(root: Path | None = None) -> str:
    """The sha256 of everything a build reads, and of the program that reads it: equal means no need to build again."""
    root = root or find_root()
    digest = hashlib.sha256()
    program = sorted(Path(__file__).parents[1].glob("**/*.py"))
    inputs = sorted(p for top in ("data", "ontology", "shapes") for p in (root / top).rglob("*") if p.is_file())
    for path in (*program, *inputs):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a built dataset; None when there is none in the folder.

    Errors: ``DataError`` for a manifest that is broken, contradicts itself or was written by another version.
    """
    path = folder / MANIFEST_FILE
    if not path.is_file() or not (folder / DATASET_FILE).is_file():
        return None
    try:
        return _parse_manifest(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(str(path), f"清单无法读取（{error.strerror}）", "请检查权限和磁盘") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        cause = f"缺少 {error}" if isinstance(error, KeyError) else str(error)
        raise DataError(
            str(path), f"清单损坏或由另一版本写出（{cause}）", f"请重新运行 policygraph build --out {folder}"
        ) from error


def _parse_manifest(raw: dict[str, Any]) -> Manifest:  # Any: JSON from a file
    figures = tuple(DocumentFigures(**{**d, "unresolved": tuple(d["unresolved"])}) for d in raw["documents"])
    graphs = {name: GraphDigest(str(g["digest"]), int(g["quads"])) for name, g in raw["named_graphs"].items()}
    return Manifest(
        dataset=raw["dataset"],
        quads=raw["quads"],
        graphs=raw["graphs"],
        spans_verified=raw["spans_verified"],
        quotes_verified=raw["quotes_verified"],
        inputs=raw["inputs"],
        documents=figures,
        named_graphs=graphs,
    )


def find_manifest(folder: Path) -> Manifest:
    """The manifest of a built dataset. Errors: ``InputError`` when there is none; those of ``read_manifest``."""
    manifest = read_manifest(folder)
    if manifest is None:
        raise InputError(str(folder), "这里没有数据集", f"请先运行 policygraph build --out {folder}")
    return manifest


def open_dataset(folder: Path) -> Store:
    """A built dataset, loaded and held against its manifest graph by graph.

    Errors: ``InputError`` when there is none; ``DataError`` that names each graph that is not the one stated.
    """
    manifest = find_manifest(folder)
    while True:
        try:
            return open_store([folder / DATASET_FILE], manifest.named_graphs)
        except DataError:
            # a build renames two files one after the other; what still disagrees after a moment is no build
            time.sleep(SETTLING_SECONDS)
            again = find_manifest(folder)
            if again == manifest:
                raise
            manifest = again


def build(out: Path, root: Path | None = None, progress: Progress = lambda _: None) -> Manifest:
    """Build the dataset into ``out`` and return its manifest.

    Errors: ``DataError`` that lists every failing quote, span or contradiction, or what is wrong with a policy's
    shapes; ``StorageError`` when the disk does not take it. Nothing is left half-written.
    """
    collecting = gc.isenabled()
    # a build makes half a million small objects and hardly a cycle: looking for cycles took a third of its time
    gc.disable()
    try:
        return _build(out, root or find_root(), progress)
    finally:
        if collecting:
            gc.enable()


def _build(out: Path, root: Path, progress: Progress) -> Manifest:
    progress("读取词表、法规与机构")
    graphs = _load_graphs(root)
    concepts = _merge(graphs, "concepts/")
    law = _merge(graphs, "law")
    versions = load_versions(law)
    knowledge = _knowledge(law, _merge(graphs, "org"), concepts)
    faults: list[str] = []
    figures: list[DocumentFigures] = []
    readings: dict[str, Reading] = {}
    quotes = 0
    for folder in sorted(p for p in (root / "data" / "documents").iterdir() if (p / "source.txt").is_file()):
        identifier = folder.name
        progress(f"解析 {identifier}")
        file = read_source(folder / "source.txt")
        metadata = _parse(folder / "metadata.ttl") if (folder / "metadata.ttl").is_file() else make_graph()
        region = metadata.value(clause_iri(identifier, ""), ELI.jurisdiction)
        reading = read_text(
            file.text,
            knowledge,
            slug_of(str(region)).removeprefix("region/") if region is not None else None,
            identifier=identifier,
            sha256=file.sha256,
            charset=file.charset,
        )
        readings[identifier] = reading
        faults += _compare_metadata(reading, metadata)
        day = reading_day(metadata, clause_iri(identifier, ""), reading.document)
        structure = describe_reading(reading, versions, day)
        graphs[f"doc/{identifier}/structure"] = structure
        graphs[f"doc/{identifier}/metadata"] = metadata
        if (folder / "model.ttl").is_file():
            model = _parse(folder / "model.ttl")
            grounds, failures = ground_quotes(model, reading)
            faults += [
                f"{identifier}/model.ttl: {slug_of(str(f.subject))}（条款 {f.clause}）{f.cause}: “{f.quote}”"
                for f in failures
            ]
            quotes += len(set(model.subject_objects(PG.quote)))
            graphs[f"doc/{identifier}/model"] = make_graph(model, grounds)
        if (folder / "curation.ttl").is_file():
            graphs[f"doc/{identifier}/curation"] = _parse(folder / "curation.ttl")
        faults += _compare_shapes(graphs.get(f"shapes/eligibility/{identifier}", make_graph()), reading)
        figures.append(_count(reading, structure))
    if faults:
        raise DataError(
            "build", f"{len(faults)} 处与原文不符\n" + "\n".join(faults) + "\n", "请改正所列文件后重新 build"
        )
    progress("推导与核对")
    union = make_graph(*(graph for name, graph in graphs.items() if not name.startswith("shapes/")))
    _refuse_disagreements(union)
    derived = make_graph(derive(union), observe_clauses(union), chain_events(union), order_instruments(union))
    graphs["derived"] = make_graph(derived, strength_intervals(join(union, derived)))
    progress("审查与比对")
    select = _open_select(graphs)
    for name, found in (
        ("review", review_graph(select, _merge(graphs, "shapes/review/"))),
        ("reuse", reuse_graph(select)),
    ):
        graphs[name], unfounded = _ground(found, readings)
        faults += unfounded
    if faults:
        raise DataError("build", "审查所引不是原文\n" + "\n".join(faults) + "\n", "请改正 shapes/review 中的查询")
    codes = read_codes(make_graph(concepts, graphs["org"]))
    load_policies(
        (graph for name, graph in sorted(graphs.items()) if name.startswith("shapes/eligibility/")), union, codes
    )
    differences = find_differences(root, codes)
    if differences:
        raise DataError("build", "形状与条件行不符\n" + "\n".join(differences) + "\n", "请照所列的办法改正后重新 build")
    spans = _verify_spans(graphs, {name: reading.source for name, reading in readings.items()})
    progress("写出")
    return _write(out, graphs, spans, quotes, fingerprint(root), tuple(figures))


def _refuse_disagreements(union: Graph) -> None:
    """Refuse equal words with different codes and no reason, and a reason for a difference that is none."""
    faults = [found.describe() for found in find_disagreements(union)]
    faults += [f"{slug_of(str(node))} 说明的不同已经没有了" for node in find_idle_explanations(union)]
    if faults:
        raise DataError(
            "build",
            f"{len(faults)} 处同文异码\n" + "\n".join(faults) + "\n",
            "请在 model.ttl 改成一致，或在 data/editorial/same-words.ttl 写明理由；没有用处的说明请删去",
        )


def load_knowledge(root: Path | None = None) -> Knowledge:
    """What the readers look words up in, for reading a text outside a build."""
    graphs = _load_graphs(root or find_root())
    return _knowledge(_merge(graphs, "law"), _merge(graphs, "org"), _merge(graphs, "concepts/"))


def _knowledge(law: Graph, organisations: Graph, concepts: Graph) -> Knowledge:
    return Knowledge(load_work_names(law), load_organisation_names(organisations, concepts), load_vocabulary(concepts))


def _load_graphs(root: Path) -> dict[str, Graph]:
    """Every knowledge file in its named graph; the key is the graph's path below ``graph/``."""
    graphs: dict[str, Graph] = {}

    def load(name: str, paths: Iterable[Path]) -> None:
        graphs[name] = make_graph(*map(_parse, paths))

    load("ns", sorted((root / "ontology").glob("*.ttl")))
    for path in sorted((root / "ontology" / "concepts").glob("*.ttl")):
        load(f"concepts/{path.stem}", [path])
    load("law", sorted((root / "data" / "legislation").glob("*.ttl")))
    load("org", [root / "data" / "organisations.ttl"])
    for path in sorted((root / "data" / "editorial").glob("*.ttl")):
        load(f"editorial/{path.stem}", [path])
    for path in sorted((root / "shapes").glob("*/*.ttl")):
        # shapes keep their blank nodes until they are written: SHACL wants lists and paths as they stand in the file
        graphs[f"shapes/{path.parent.name}/{path.stem}"] = read_turtle(path)
    return graphs


def _parse(path: Path) -> Graph:
    return skolemise(read_turtle(path))


def _merge(graphs: dict[str, Graph], prefix: str) -> Graph:
    return make_graph(*(graph for name, graph in graphs.items() if name.startswith(prefix)))


def _compare_metadata(reading: Reading, metadata: Graph) -> list[str]:
    """What the metadata claim about the source and the text does not bear out; empty when they agree."""
    root = clause_iri(reading.identifier, "")
    document = reading.document
    claims = (
        ("sha256", metadata.value(source_iri(reading.identifier), PG.sha256), reading.sha256),
        ("发文字号", metadata.value(root, ELI.id_local), document.number),
        ("标题", metadata.value(root, DCTERMS.title), document.title),
        ("日期", metadata.value(root, ELI.date_document), document.date),
    )
    return [
        f"{reading.identifier}/metadata.ttl: {what} 为 {claim}，原文为 {found or '（没有）'}"
        for what, claim, found in claims
        if claim is not None and str(claim) != found
    ]


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


def _open_select(graphs: dict[str, Graph]) -> Callable[[str], list[dict[str, Node]]]:
    """A SELECT over the graphs so far: an engine, so that rules written as queries need milliseconds, not minutes."""
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(write_node(s), write_node(p), write_node(o))  # type: ignore[arg-type]  # checked by oxigraph
        for name, graph in graphs.items()
        if not name.startswith(("ns", "shapes/"))
        for s, p, o in graph
    )

    def select(text: str) -> list[dict[str, Node]]:
        solutions = store.query(text)
        assert isinstance(solutions, ox.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        return [{name: read_node(row[name]) for name in names if row[name] is not None} for row in solutions]

    return select


def _ground(found: Graph, readings: dict[str, Reading]) -> tuple[Graph, list[str]]:
    """Statements about several documents with the spans of their quotes, and the quotes that are not verbatim."""
    grounded, faults = make_graph(found), []
    for identifier, reading in readings.items():
        part = make_graph()
        for subject in found.subjects(PG.document, clause_iri(identifier, "")):
            for term in (PG.clause, PG.quote):
                for value in found.objects(subject, term):
                    part.add((subject, term, value))
        spans, failures = ground_quotes(part, reading)
        grounded += spans
        faults += [f"{slug_of(str(f.subject))}（条款 {f.clause}）{f.cause}: “{f.quote}”" for f in failures]
    return grounded, faults


def _verify_spans(graphs: dict[str, Graph], texts: dict[str, str]) -> int:
    """Check ``source[start:end] == exact`` for every span of every graph; the number checked."""
    faults: list[str] = []
    checked: set[Node] = set()
    sources = {source_iri(name): text for name, text in texts.items()}
    for graph in graphs.values():
        for span in set(graph.subjects(RDF.type, OA.SpecificResource)) - checked:
            checked.add(span)
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


def _serialise(graphs: Mapping[str, Graph]) -> bytes:
    """The graphs as sorted N-Quads, each triple in one graph only: the generated before the curated, shapes first.

    An engine that offers the union of the graphs as its default graph need not remove duplicates (pyoxigraph does
    not), so a triple in two graphs would double the rows of every question that meets it.
    """
    words: dict[Node, str] = {}

    def write(node: Node) -> str:
        found = words.get(node)
        if found is None:
            found = words[node] = str(write_node(node))
        return found

    stated: set[str] = set()
    lines: list[str] = []
    order = {
        name: (not name.endswith("/structure"), not name.startswith("shapes/"), name == "derived", name)
        for name in graphs
    }
    for name in sorted(graphs, key=order.__getitem__):
        place = str(ox.NamedNode(str(GRAPH[name])))
        graph = skolemise(graphs[name]) if name.startswith("shapes/") else graphs[name]
        found = {f"{write(s)} {write(p)} {write(o)} " for s, p, o in graph} - stated
        stated |= found
        lines += [f"{statement}{place} .\n" for statement in found]
    return "".join(sorted(lines)).encode()


def _write(
    out: Path, graphs: dict[str, Graph], spans: int, quotes: int, inputs: str, figures: tuple[DocumentFigures, ...]
) -> Manifest:
    payload = _serialise(graphs)
    lines = split_lines(payload)
    digests = digest_graphs(lines)
    manifest = Manifest(
        dataset=digest_dataset(graph.digest for graph in digests.values()),
        quads=len(lines),
        graphs=len(digests),
        spans_verified=spans,
        quotes_verified=quotes,
        inputs=inputs,
        documents=figures,
        named_graphs=digests,
    )
    told = (json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n").encode()
    write_files({out / DATASET_FILE: payload, out / MANIFEST_FILE: told})
    return manifest


def serialise_structure(reading: Reading, root: Path | None = None) -> str:
    """The structure graph of a reading as Turtle, for ``policygraph parse --format turtle``."""
    law = _merge(_load_graphs(root or find_root()), "law")
    graph = describe_reading(reading, load_versions(law), reading.document.date)
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph.serialize(format="turtle")


def validate_dataset(folder: Path) -> tuple[ValidationResult, ...]:
    """Check a built dataset against the ``shapes/profile`` that it holds; empty when it is sound."""
    store = open_dataset(folder)
    data, shapes = make_graph(), make_graph()
    for quad in store.engine:
        graph = str(quad.graph_name.value) if isinstance(quad.graph_name, ox.NamedNode) else ""
        # the readings of a policy are stated with its conditions; rules about shapes are no statements
        if not graph.startswith((str(GRAPH["shapes/profile/"]), str(GRAPH["shapes/review/"]))):
            data.add((read_node(quad.subject), read_node(quad.predicate), read_node(quad.object)))
    for part in read_shapes(store, "profile"):
        shapes += part
    return validate(data, shapes)


def read_shapes(store: Store, kind: str) -> tuple[Graph, ...]:
    """The shapes graphs of a kind (``eligibility``, ``profile``, ``review``) that a dataset holds, by name.

    They are as their files were, blank nodes included; empty when the dataset holds none of the kind.
    """
    prefix = str(GRAPH[f"shapes/{kind}/"])
    return tuple(restore_blanks(store.read_graph(name)) for name in store.list_graphs() if name.startswith(prefix))
