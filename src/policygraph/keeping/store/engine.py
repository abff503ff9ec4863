"""The store itself: pyoxigraph in memory, loaded from the built dataset, answering in plain typed values.

What leaves here is a tuple of cells (text, numbers, truth values, IRIs), so that no other floor knows the engine's
terms; ``evaluate`` alone hands out raw results. The default graph of a query is the union
of all graphs loaded, unless the query names its own with FROM: pyoxigraph would otherwise ignore it silently.
Values are bound through substitutions, never pasted into text. There is no clock, no update, no network here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import DCTERMS, SKOS

from policygraph.errors import DataError, InputError, NotFoundError
from policygraph.graph.memory import make_graph
from policygraph.judging.answers import Answer, Cell, Gap, Iri
from policygraph.keeping.digests import GraphDigest, describe_differences, digest_dataset, digest_graphs, split_lines
from policygraph.keeping.store.federation import refuse_federation
from policygraph.keeping.store.naming import NEAR, NEAR_ENOUGH, Named, find_locators, find_named, parse_day
from policygraph.keeping.store.questions import FOLDER, NamedQuery, Parameter, load_queries
from policygraph.keeping.terms import read_node
from policygraph.namespaces import BASE, ELI, PG, instance, slug_of
from policygraph.text.likeness import near_words

_TRIPLES = ox.RdfFormat.N_TRIPLES
CURATION = FOLDER / "curation.rq"
"""Which documents have been read to the end for which kind of content."""


Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """The triples that answer CONSTRUCT or DESCRIBE, sorted."""

    triples: tuple[ox.Triple, ...]
    dataset: str | None = None
    truncated: bool = False

    def serialise(self, format: ox.RdfFormat = ox.RdfFormat.TURTLE) -> str:
        """The triples as text in an RDF format."""
        return (ox.serialize(self.triples, format=format) or b"").decode()


def open_store(
    paths: Iterable[Path],
    stated: Mapping[str, GraphDigest] | None = None,
    wanted: Callable[[str], bool] | None = None,
) -> Store:
    """Load dataset files (N-Quads, TriG) into a store in memory, and work out the hash that its answers name.

    ``stated`` are the digests that a manifest gives by graph IRI; the hash is always that of the bytes read here.
    ``wanted``: by its IRI, whether a graph is loaded; what is not is held against the manifest all the same.
    Errors: ``NotFoundError`` without a file; ``InputError`` for one that cannot be read; ``DataError`` for a broken
    file, a quad outside every named graph, or graphs that are not those stated, each by name.
    """
    files = []
    for path in paths:
        if not path.is_file():
            raise NotFoundError(str(path), "没有数据集", "请先运行 policygraph build")
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise InputError(str(path), f"数据集无法读取（{error.strerror}）", "请检查权限和磁盘") from error
        files.append((path, raw, ox.RdfFormat.from_extension(path.suffix.lstrip(".")) or ox.RdfFormat.N_QUADS))
    lines: list[bytes] = []
    for path, raw, form in files:
        lines += split_lines(raw) if form == ox.RdfFormat.N_QUADS else _write_lines(raw, form, str(path))
    digests = digest_graphs(lines)
    if stated is not None:
        # before anything is parsed: a file cut in the middle of a line is then told as what it is
        _refuse_differences(files[0][0] if files else Path("dataset"), stated, digests)
    if wanted is not None:
        files = [(files[0][0], _choose(lines, wanted), ox.RdfFormat.N_QUADS)] if files else []
    engine = ox.Store()
    for path, raw, form in files:
        try:
            engine.bulk_load(raw, format=form)
        except SyntaxError as error:
            raise DataError(str(path), f"不是合法的数据集（{error}）", "请重新运行 policygraph build") from error
    if next(iter(engine.quads_for_pattern(None, None, None, ox.DefaultGraph())), None) is not None:
        raise DataError("dataset", "有四元组不在任何命名图里", "每个事实都须在命名图中；请重新运行 policygraph build")
    return Store(engine, digests=digests)


def _choose(lines: Iterable[bytes], wanted: Callable[[str], bool]) -> bytes:
    """The N-Quads lines of some graphs."""
    known: dict[bytes, bool] = {}
    chosen = []
    for line in lines:
        # an IRI holds no "<", so the last one opens the graph's name
        tail = line[line.rfind(b"<") :]
        if tail not in known:
            known[tail] = wanted(tail[1:].partition(b">")[0].decode())
        if known[tail]:
            chosen.append(line)
    return b"\n".join((*chosen, b""))


def _refuse_differences(path: Path, stated: Mapping[str, GraphDigest], found: Mapping[str, GraphDigest]) -> None:
    differences = tuple(describe_differences(stated, found))
    if differences:
        shown = "；".join(differences[:_MOST_SHOWN])
        more = f"；等 {len(differences)} 处" if len(differences) > _MOST_SHOWN else ""
        raise DataError(
            str(path),
            f"内容与清单不符：{shown}{more}",
            f"文件被改动、截断或只换了一半，不能据以回答；请重新运行 policygraph build --out {path.parent}",
        )


def _write_lines(raw: bytes, form: ox.RdfFormat, place: str) -> list[bytes]:
    """The N-Quads lines of a file in another format, its blank nodes named in the canonical way."""
    try:
        quads = ox.Dataset(ox.parse(raw, format=form))
    except SyntaxError as error:
        raise DataError(place, f"不是合法的数据集（{error}）", "请重新运行 policygraph build") from error
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [f"{quad} .".encode() for quad in quads]


_DERIVED = "graph/derived"
_MOST_SOLVED = 256
_MOST_SHOWN = 5
"""How many differing graphs a message names; the number of all is told."""


# SELECT … FROM <graph> WHERE;  not: ?from · pg:from
_FROM = re.compile(r"(?<![?$:\w])FROM(?:\s+NAMED)?\s*(?:<|\w*:)", re.IGNORECASE)
# what may hide the word: "FROM <x>" · 'FROM <x>' · # FROM <x>;  not: <http://example.org/#FROM>
_ASIDE = re.compile(
    r"""(?P<iri><[^<>"'{}|^`\s]*>) | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*') | (?P<comment>\#[^\n]*)""",
    re.VERBOSE,
)


def parse_graph(written: str) -> tuple[str, Path]:
    """``IRI=FILE`` of a graph to be added to a dataset (``Store.add_graph``). Errors: ``InputError``.

    >>> parse_graph("https://example.org/g=extra.ttl")
    ('https://example.org/g', PosixPath('extra.ttl'))
    """
    iri, equals, file = written.partition("=")
    if not equals or ":" not in iri or not file:
        raise InputError("--graph", f"{written!r} 不是 IRI=文件", "例如 --graph https://example.org/g=extra.ttl")
    return iri, Path(file)


class Store:
    """A loaded dataset that answers; safe to share between threads, because nothing in it is changed."""

    def __init__(
        self,
        engine: ox.Store,
        dataset: str | None = None,
        queries: Sequence[NamedQuery] | None = None,
        digests: Mapping[str, GraphDigest] | None = None,
    ) -> None:
        self.engine = engine
        self.digests: Mapping[str, GraphDigest] = digests or {}
        """The digests of the named graphs by IRI: those of the files loaded, and of files added by ``add_graph``."""
        self.base = dataset if digests is None else digest_dataset(graph.digest for graph in digests.values())
        """The hash of the dataset as it was opened."""
        self.dataset = self.base
        """The hash that answers name: that of ``base`` and of every graph added to it, so never that of less."""
        self.folder: Path | None = None
        """The folder that the whole of it was opened from; None for anything else."""
        self._queries = {query.name: query for query in (load_queries() if queries is None else queries)}
        self._solved: dict[Hashable, tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]] | None = None

    def add_graph(self, path: Path, graph: str, read: Callable[[str, bytes], str | bytes]) -> None:
        """Load a file of triples into a graph of its own, before the store is shared; answers name it from then on.

        ``read`` makes N-Triples of the file (``reading.intake.triples``); a service that goes on has it done in another
        process.
        Errors: ``InputError`` when the file cannot be read as RDF, and those of ``read``.
        """
        name = ox.NamedNode(graph)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InputError(str(path), f"不能读取（{error.strerror}）", "请给出 .ttl、.nt 或 .rdf 文件") from error
        self.engine.load(read(str(path), data), format=_TRIPLES, to_graph=name)
        held = ox.Dataset(self.engine.quads_for_pattern(None, None, None, name))
        held.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        self.digests = {**self.digests, **digest_graphs([f"{quad} .".encode() for quad in held])}
        self.dataset = digest_dataset(each.digest for each in self.digests.values())

    def add_triples(self, triples: Graph, graph: str) -> None:
        """Put triples into a graph of their own, for one question in a store that nobody shares; the hash stays."""
        self.engine.load(triples.serialize(format="nt").encode(), format=_TRIPLES, to_graph=ox.NamedNode(graph))

    def list_queries(self) -> tuple[NamedQuery, ...]:
        """Every named query, by name."""
        return tuple(self._queries.values())

    def find_query(self, name: str) -> NamedQuery:
        """The named query of that name. Errors: ``NotFoundError`` with near names."""
        query = self._queries.get(name)
        if query is None:
            near = near_words(name, self._queries, NEAR, NEAR_ENOUGH) or tuple(self._queries)
            raise NotFoundError(name, "没有这个查询", f"可用的有: {'、'.join(near)}")
        return query

    def ask(
        self,
        name: str,
        values: Mapping[str, str | None] | None = None,
        /,
        *,
        limit: int | None = None,
        start: int = 0,
        **named: str | None,
    ) -> Answer:
        """Answer a named query; values are given by parameter name, in the words a person would use.

        They may come as a mapping (from a request) or as keywords (in code).

        An answer without rows means that the graph states nothing of the kind; whether the documents are silent
        too, its ``coverage`` tells. Errors: ``NotFoundError`` for an unknown query or a value that names nothing;
        ``InputError`` for an unknown, missing or ambiguous value.
        """
        query = self.find_query(name)
        words = {**(values or {}), **named}
        given = {key: value.strip() for key, value in words.items() if value is not None and value.strip()}
        _check_parameters(query, given)
        bound: dict[str, Cell] = {}
        allowed: dict[int, Collection[Cell]] = {}
        names = tuple(column.name for column in query.columns)
        for parameter in query.parameters:
            if parameter.name not in given:
                if parameter.unasked is not None:
                    column, values_kept = parameter.unasked
                    allowed[names.index(column)] = values_kept
                continue
            if parameter.type == "locator":
                # several places can be meant (an article and its items), which a substitution cannot say: the
                # rows are kept whose column holds one of them, which is the same join
                within = bound.get("work")
                known = self._locators(None if within is None else str(within))
                allowed[names.index(parameter.name)] = frozenset(find_locators(given[parameter.name], known))
            else:
                bound[parameter.name] = self.resolve(parameter, given[parameter.name])
        _, rows = self.solve(query.text, bound)
        kept = (row for row in rows if all(row[index] in cells for index, cells in allowed.items()))
        as_of = str(bound["as_of"]) if "as_of" in bound else None
        gaps = self.find_gaps(query.kinds, bound.get("document") or self._document_of(bound.get("measure")))
        return replace(self._cut(names, kept, limit, start, as_of), coverage=gaps)

    def find_gaps(self, kinds: Collection[str] | None = None, document: Cell = None) -> tuple[Gap, ...]:
        """Where nobody has read a document to its end for one of the kinds; all kinds and documents for None."""
        return tuple(
            gap
            for gap in self._gaps
            if (kinds is None or gap.kind in kinds) and (document is None or gap.document == document)
        )

    @cached_property
    def _gaps(self) -> tuple[Gap, ...]:
        names, rows = self.solve(CURATION.read_text(encoding="utf-8"), {})
        told = (dict(zip(names, row, strict=True)) for row in rows)
        return tuple(
            dict.fromkeys(
                Gap(
                    document=str(row["document"]),
                    kind=str(row["kind"]),
                    state=str(row["state"]),
                    document_label=str(row["document_label"]),
                    kind_label=str(row["kind_label"]),
                    only=str(row["not_looked_for"]) if row["settled"] is True else "",
                )
                for row in told
                if row["settled"] is not True or row["not_looked_for"] is not None
            )
        )

    def _document_of(self, thing: Cell) -> Cell:
        """The document that a thing belongs to; None for None and for what belongs to no document."""
        if thing is None:
            return None
        held = self.engine.quads_for_pattern(ox.NamedNode(str(thing)), ox.NamedNode(str(PG.document)), None)
        return next((read_cell(quad.object) for quad in held), None)

    def query(self, text: str, *, limit: int | None = None, start: int = 0) -> Answer | GraphAnswer | bool:
        """Answer SPARQL as given: rows for SELECT, triples for CONSTRUCT and DESCRIBE, a truth value for ASK.

        Errors: ``InputError`` for text that is no query or that would call another address.
        """
        results = self.evaluate(text)
        if isinstance(results, ox.QueryBoolean):
            return bool(results)
        if isinstance(results, ox.QueryTriples):
            triples = list(islice(results, None if limit is None else limit + 1))
            truncated = limit is not None and len(triples) > limit
            return GraphAnswer(tuple(sorted(set(triples[:limit]), key=str)), self.dataset, truncated)
        names = tuple(variable.value for variable in results.variables)
        rows = (tuple(read_cell(solution[column]) for column in names) for solution in results)
        # what a query of somebody's own rests on is not known: it may rest on any kind
        return replace(self._cut(names, rows, limit, start, None), coverage=self.find_gaps())

    def select(self, text: str, **values: Cell) -> tuple[tuple[Cell, ...], ...]:
        """The rows of a SELECT of our own, with values bound by variable name; empty when nothing matches.

        Every bound variable must be in the projection.
        """
        return tuple(self.solve(text, values)[1])

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """What IRIs of the dataset begin with: first the base that it was built under, then ours.

        What follows from everything stands under the base of the workspace, so the name of that graph tells it.
        """
        graphs = self.digests or self.list_graphs()
        homes = (name.removesuffix(_DERIVED) for name in graphs if name.endswith(f"/{_DERIVED}"))
        return tuple(dict.fromkeys((*homes, BASE)))

    def find_iri(self, path: str) -> Iri:
        """The IRI at which a path (``id/…``, ``graph/…``, ``ns``) stands in the dataset; where it should, for none.

        A path names one thing in a dataset: what does not stand under its own base may stand under ours.
        """
        if path.partition("/")[0] == "ns":
            return Iri(f"{BASE}{path}")
        candidates = [f"{base}{path}" for base in self.bases]
        graph = path.startswith("graph/")
        known = (one for one in candidates if (one in self.list_graphs() if graph else self.knows(one)))
        return Iri(candidates[0] if len(candidates) == 1 else next(known, candidates[0]))

    def knows(self, iri: str) -> bool:
        """Whether the graph states anything of a thing."""
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return False
        return next(self.engine.quads_for_pattern(node, None, None), None) is not None

    def list_graphs(self) -> tuple[str, ...]:
        """The names of the graphs, sorted."""
        return tuple(sorted(graph.value for graph in self.engine.named_graphs() if isinstance(graph, ox.NamedNode)))

    def read_graph(self, name: str) -> Graph:
        """One named graph as rdflib has it; empty when there is none of that name."""
        return _as_graph(quad.triple for quad in self.engine.quads_for_pattern(None, None, None, ox.NamedNode(name)))

    def find_instances(self, kind: str) -> Graph:
        """What the graph states of every thing of a class; empty when there is none."""
        found = self.engine.quads_for_pattern(None, _TYPE, ox.NamedNode(kind))
        things = {quad.subject for quad in found}
        return _as_graph(
            quad.triple for thing in things for quad in self.engine.quads_for_pattern(thing, None, None, None)
        )

    def solve(self, text: str, bound: Mapping[str, Cell]) -> tuple[tuple[str, ...], Iterator[tuple[Cell, ...]]]:
        """The columns and rows of a SELECT of our own; where queries run is decided here and nowhere else."""
        # an IRI and a text of the same characters are two values
        key = (text, tuple(sorted((name, type(value).__name__, str(value)) for name, value in bound.items())))
        if self._solved is not None and key in self._solved:
            known, rows = self._solved[key]
            return known, iter(rows)
        substitutions: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
            ox.Variable(name): _term(value) for name, value in bound.items()
        }
        solutions = self.engine.query(text, use_default_graph_as_union=True, substitutions=substitutions)
        assert isinstance(solutions, ox.QuerySolutions)
        names = tuple(variable.value for variable in solutions.variables)
        found = (tuple(read_cell(solution[name]) for name in names) for solution in solutions)
        if self._solved is None:
            return names, found
        self._solved[key] = names, tuple(found)
        if len(self._solved) > _MOST_SOLVED:
            del self._solved[next(iter(self._solved))]
        return names, iter(self._solved[key][1])

    def keep_answers(self) -> None:
        """Keep the last answers from now on: for one caller who asks the same several times in a row.

        Not for a service: what is asked there is anybody's to choose, and its pages keep what they need.
        """
        self._solved = {}

    def evaluate(self, text: str) -> Results:
        """The engine's own results, for whoever writes them out in a format of the engine's.

        Errors: ``InputError`` for text that is no query or that would call another address.
        """
        refuse_federation(text)
        try:
            return self.engine.query(text, use_default_graph_as_union=not _names_graphs(text))
        except (SyntaxError, ValueError) as error:
            raise InputError(
                "query", f"不是可以执行的 SPARQL 查询（{error}）", "请按所报行列改正；只支持查询，不支持更新"
            ) from error

    def describe(self, iri: str) -> tuple[ox.Triple, ...]:
        """What the graph states of a thing, and of the unnamed parts below its IRI (name forms, spans); sorted.

        Empty when the graph does not know it.
        """
        node = ox.NamedNode(iri)
        triples = {quad.triple for quad in self.engine.quads_for_pattern(node, None, None)}
        for triple in tuple(triples):
            part = triple.object
            if isinstance(part, ox.NamedNode) and part.value.startswith(f"{iri}/"):
                triples |= {quad.triple for quad in self.engine.quads_for_pattern(part, None, None)}
        return tuple(sorted(triples, key=str))

    def name_of(self, iri: str) -> str | None:
        """What a thing is called in Chinese: its label or title; None when it has none."""
        node = ox.NamedNode(iri)
        for term in (SKOS.prefLabel, DCTERMS.title):
            found = sorted(
                quad.object.value
                for quad in self.engine.quads_for_pattern(node, ox.NamedNode(str(term)), None)
                if isinstance(quad.object, ox.Literal) and quad.object.language in (None, "zh")
            )
            if found:
                return found[0]
        return None

    def resolve(self, parameter: Parameter, written: str) -> Cell:
        """The value that a person's words stand for, by the parameter's declared type."""
        match parameter.type:
            case "date":
                return parse_day(written)
            case "document":
                return Iri(find_named("文件", written, self._documents).iri)
            case "measure":
                return Iri(find_named("措施", written, self._measures).iri)
            case "work":
                return Iri(find_named("依据", written, self._works).iri)
            case "department":
                return Iri(find_named("部门", written, self._departments).iri)
            case "question":
                return Iri(find_named("问题", written, self._questions).iri)
            case "entity":
                return Iri(instance("entity", slug_of(written).removeprefix("entity/"), base=self.bases[0]))
        raise DataError(parameter.name, f"参数类型 {parameter.type} 没有解析办法", "请检查 queries/*.rq 的 params")

    def list_named(self, type: str) -> tuple[Named, ...]:
        """What a parameter of that type can mean, with its forms; empty for a type whose values have no names."""
        match type:
            case "document":
                return self._documents
            case "measure":
                return self._measures
            case "work":
                return self._works
            case "department":
                return self._departments
        return ()

    def _cut(
        self, names: tuple[str, ...], rows: Iterable[tuple[Cell, ...]], limit: int | None, start: int, as_of: str | None
    ) -> Answer:
        if start < 0 or (limit is not None and limit < 1):
            raise InputError("limit", "行数须为正数，起点不得为负", "例如 limit=100, start=0")
        taken = tuple(islice(rows, start, None if limit is None else start + limit + 1))
        truncated = limit is not None and len(taken) > limit
        following = str(start + limit) if limit is not None and truncated else None
        return Answer(names, taken[:limit], as_of, self.dataset, truncated, following)

    @cached_property
    def _documents(self) -> tuple[Named, ...]:
        forms = [DCTERMS.identifier, ELI.id_local, PG.numberAsWritten, DCTERMS.title]
        return self._collect(str(PG.PolicyDocument), "doc/", [str(form) for form in forms], str(DCTERMS.title))

    @cached_property
    def _works(self) -> tuple[Named, ...]:
        forms = [DCTERMS.title, PG.titleVariant, ELI.id_local]
        return self._collect(str(PG.Work), "law/", [str(form) for form in forms], str(DCTERMS.title))

    @cached_property
    def _departments(self) -> tuple[Named, ...]:
        named = self._collect(
            "http://data.europa.eu/m8g/PublicOrganisation", "org/", [str(SKOS.prefLabel)], str(SKOS.prefLabel)
        )
        forms: dict[str, list[str]] = {}
        for owner, form in self.select(
            "SELECT ?owner ?form WHERE { ?owner <https://w3id.org/policygraph/ns#nameForm>"
            "/<https://w3id.org/policygraph/ns#literalForm> ?form } ORDER BY ?owner ?form"
        ):
            forms.setdefault(str(owner), []).append(str(form))
        return tuple(Named(n.iri, n.slug, n.label, (*n.forms, *forms.get(n.iri, ()))) for n in named)

    @cached_property
    def _questions(self) -> tuple[Named, ...]:
        labels = str(SKOS.prefLabel)
        return self._collect(str(PG.Question), "concept/question-", [str(SKOS.notation), labels], labels)

    @cached_property
    def _measures(self) -> tuple[Named, ...]:
        found = []
        for thing in self._collect(str(PG.Measure), "measure/", [str(SKOS.notation)], str(DCTERMS.title)):
            document = thing.slug.split("/", 1)[0]
            path, *notations = thing.forms
            forms = (f"{document}{separator}{notation}" for notation in notations for separator in ("/", " "))
            found.append(Named(thing.iri, thing.slug, thing.label, (path, *forms)))
        return tuple(found)

    def _locators(self, work: str | None) -> tuple[str, ...]:
        """The places of a work, or of all, that are cited or reach an act otherwise (``pg:Reach``)."""
        rows = self.select(
            "PREFIX pg: <https://w3id.org/policygraph/ns#> SELECT DISTINCT ?work ?locator WHERE {"
            " { ?basis a pg:LegalBasisCitation ; pg:citedWork ?work ; pg:locator ?locator }"
            " UNION { ?reach a pg:Reach ; pg:work ?work ; pg:locator ?locator } } ORDER BY ?locator",
            **({} if work is None else {"work": Iri(work)}),
        )
        return tuple(str(locator) for _, locator in rows)

    def _collect(self, kind: str, prefix: str, forms: Sequence[str], label: str) -> tuple[Named, ...]:
        """Every thing of a class under a prefix, with the values of some properties as its forms; by IRI."""
        found = []
        nodes = {
            quad.subject.value
            for quad in self.engine.quads_for_pattern(None, _TYPE, ox.NamedNode(kind))
            if isinstance(quad.subject, ox.NamedNode)
        }
        for iri in sorted(nodes):
            values = {
                form: sorted(
                    quad.object.value
                    for quad in self.engine.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(form), None)
                    if isinstance(quad.object, ox.Literal) and quad.object.language in (None, "zh")
                )
                for form in {*forms, label}
            }
            called = values[label][0] if values[label] else ""
            slug = slug_of(iri).removeprefix(prefix)
            found.append(Named(iri, slug, called, (f"{prefix}{slug}", *(v for form in forms for v in values[form]))))
        return tuple(found)


_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = frozenset(_XSD + name for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger"))
_DECIMALS = frozenset(_XSD + name for name in ("decimal", "double", "float"))


def _check_parameters(query: NamedQuery, given: dict[str, str]) -> None:
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in given:
        if name not in known:
            usable = "、".join(known) or "（没有参数）"
            raise InputError(query.name, f"没有参数 {name}", f"可用的参数: {usable}")
    for parameter in query.parameters:
        if parameter.required and parameter.name not in given:
            raise InputError(query.name, f"缺少参数 {parameter.name}（{parameter.label}）", f"例如 {parameter.example}")


def _names_graphs(text: str) -> bool:
    """Whether a query brings its own FROM.

    >>> _names_graphs("SELECT * FROM <http://a.example/g> { ?s ?p ?o }"), _names_graphs("SELECT ?from { ?from ?p ?o }")
    (True, False)
    """
    bare = _ASIDE.sub(lambda match: "<>" if match["iri"] else " ", text)
    return _FROM.search(bare) is not None


def _term(value: Cell) -> ox.NamedNode | ox.Literal:
    """A value as a term. Errors: ``InputError`` for an address that no thing can have: it came from who asks."""
    if not isinstance(value, Iri):
        return ox.Literal(value if value is not None else "")
    try:
        return ox.NamedNode(value)
    except ValueError as error:
        raise InputError(value, "不是合法的地址（IRI）", "请原样使用回答里给出的地址") from error


def _as_graph(triples: Iterable[ox.Triple]) -> Graph:
    return make_graph(
        (read_node(triple.subject), read_node(triple.predicate), read_node(triple.object)) for triple in triples
    )


def read_cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> Cell:
    """A term as a typed cell; a number or truth value only where the lexical form is one."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return Iri(term.value)
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value
        try:
            if datatype in _INTEGERS:
                return int(term.value)
            if datatype in _DECIMALS:
                number = float(term.value)
                return int(number) if number.is_integer() else number
        except ValueError:
            return term.value
        if datatype == _XSD + "boolean" and term.value in ("true", "false", "1", "0"):
            return term.value in ("true", "1")
        return term.value
    return str(term)
