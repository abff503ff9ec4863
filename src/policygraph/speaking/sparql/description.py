"""What the service says about itself in RDF: service description, VoID, DCAT catalogue and example queries.

Everything is counted by asking the engine, so that an embedded and a remote store are described alike, and counted
once per dataset. There are no blank nodes: each part has an address below the document that describes it, so that two
descriptions of one dataset are the same bytes. Only the public engine is ever asked.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph as ox
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SH, XSD

from policygraph.namespaces import ADMS, BASE, DCAT, ID, PG, PREFIXES, VOID
from policygraph.speaking.sparql.dumps import CHECKSUMS, Dump
from policygraph.speaking.sparql.engine import Engine, QueryRequest, QueryResult, refuse
from policygraph.speaking.sparql.negotiation import GRAPHS, rank_offers

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SCHEMA = Namespace("https://schema.org/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
_FORMATS = Namespace("http://www.w3.org/ns/formats/")
_IANA = "https://www.iana.org/assignments/media-types/"
_DCAT_AP = "http://data.europa.eu/r5r/"
_CHINESE = URIRef("http://publications.europa.eu/resource/authority/language/ZHO")
_PUBLIC = URIRef("http://publications.europa.eu/resource/authority/access-right/PUBLIC")
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_FILE_TYPE = {
    "application/trig": "RDF_TRIG",
    "application/n-quads": "RDF_N_QUADS",
    "application/ld+json": "JSON_LD",
    "text/turtle": "RDF_TURTLE",
    "application/n-triples": "RDF_N_TRIPLES",
}
_ADMS_STATUS = ADMS.status
_COMPLETED = URIRef("http://publications.europa.eu/resource/authority/distribution-status/COMPLETED")
_ENGINE_FORMATS = {"application/rdf+xml": ox.RdfFormat.RDF_XML, "application/ld+json": ox.RdfFormat.JSON_LD}

_GRAPH_SIZES = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_TOTALS = (
    "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?p) AS ?properties)"
    " (COUNT(DISTINCT ?o) AS ?objects) WHERE { ?s ?p ?o }"
)
_CLASSES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?class } GROUP BY ?class ORDER BY ?class"
_PROPERTIES = "SELECT ?property (COUNT(*) AS ?n) WHERE { ?s ?property ?o } GROUP BY ?property ORDER BY ?property"


@dataclass(frozen=True, slots=True)
class Example:
    """A query that is published as an example: its name, what it answers, its text."""

    name: str
    summary_zh: str
    summary_en: str
    text: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What no query can tell: titles, licence, publisher and the vocabularies in use."""

    title_zh: str = "policygraph 信用监管政策知识图谱"
    title_en: str = "policygraph: a knowledge graph of credit-based supervision policies"
    description_zh: str = (
        "信用监管政策文件（守信联合激励、失信联合惩戒）的条款、措施、依据、部门和条件，每一项陈述都落到原文字符；"
        "附所引法律法规的登记和变动，以及据此得出的时效与结论。"
    )
    description_en: str = (
        "Clauses, measures, legal bases, departments and conditions of Chinese policy documents on credit-based"
        " supervision, every statement traceable to characters of the source; with a registry of the laws cited, their"
        " changes, and what follows for the measures."
    )
    keywords_zh: tuple[str, ...] = ("信用监管", "守信联合激励", "失信联合惩戒", "法律依据", "安全生产")
    keywords_en: tuple[str, ...] = ("credit-based supervision", "joint incentives", "joint sanctions", "legal basis")
    theme: str = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
    """A concept of the EU's data themes: government and public sector."""
    licence: str = "https://www.apache.org/licenses/LICENSE-2.0"
    publisher: str | None = None
    """The IRI of who publishes; without one the deployment itself, by the title of what it publishes."""
    uri_spaces: tuple[str, ...] = (str(ID),)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over the public union, and per graph, class and property; empty where the engine gave no answer."""

    totals: dict[str, int]
    graphs: dict[str, int]
    classes: dict[str, int]
    properties: dict[str, int]


class Catalogue:
    """Writes the descriptions of one service; counts are kept until the dataset changes."""

    def __init__(
        self,
        engine: Engine,
        *,
        dataset: Callable[[], str],
        base: Callable[[], str] | None = None,
        added: Callable[[], Mapping[str, str]] = dict,
        dumps: Callable[[], tuple[Dump, ...]] = tuple,
        examples: Iterable[Example] = (),
        publication: Publication | None = None,
        serves: bool = True,
    ) -> None:
        self._engine = engine
        self._dataset = dataset
        self._base = base or dataset
        self._added = added
        self._dumps = dumps
        self._examples = tuple(examples)
        self._publication = publication or Publication()
        self._serves = serves
        """Whether a service stands behind the descriptions; a site of files has none, and its graphs are files."""
        self._lock = threading.Lock()
        self._counted: tuple[str, Figures] | None = None

    def describe_service(self, endpoint: str, accept: str) -> QueryResult:
        """The SPARQL 1.1 service description of an endpoint address, with the named queries as examples."""
        graph = _empty_graph()
        service = URIRef(f"{endpoint}#service")
        self._add_service(graph, service, endpoint)
        self._add_examples(graph, service, endpoint)
        return write_graph(graph, accept)

    def describe_dataset(self, site: str, accept: str) -> QueryResult:
        """VoID and DCAT for a site (its address without a slash at the end): one document for both readers."""
        graph = _empty_graph()
        catalogue, data = URIRef(f"{site}/.well-known/void#catalogue"), URIRef(f"{site}/.well-known/void#dataset")
        document = URIRef(f"{site}/.well-known/void")
        licence = URIRef(self._publication.licence)
        publisher = URIRef(self._publication.publisher or f"{document}#publisher")
        graph.add((document, RDF.type, VOID.DatasetDescription))
        graph.add((document, FOAF.primaryTopic, data))
        graph.add((catalogue, RDF.type, DCAT.Catalog))
        graph.add((catalogue, DCAT.dataset, data))
        for thing in (catalogue, data):
            graph.add((thing, DCTERMS.title, Literal(self._publication.title_zh, "zh")))
            graph.add((thing, DCTERMS.title, Literal(self._publication.title_en, "en")))
            graph.add((thing, DCTERMS.description, Literal(self._publication.description_zh, "zh")))
            graph.add((thing, DCTERMS.description, Literal(self._publication.description_en, "en")))
            graph.add((thing, DCTERMS.license, licence))
            graph.add((thing, DCTERMS.publisher, publisher))
            graph.add((thing, DCTERMS.language, _CHINESE))
        graph.add((publisher, RDF.type, FOAF.Agent))
        graph.add((publisher, FOAF.name, Literal(self._publication.publisher or self._publication.title_zh, "zh")))
        graph.add((catalogue, FOAF.homepage, URIRef(f"{site}/")))
        graph.add((catalogue, DCTERMS.conformsTo, URIRef(_DCAT_AP)))
        graph.add((data, DCTERMS.conformsTo, URIRef(f"{BASE}ns")))
        graph.add((data, DCAT.landingPage, URIRef(f"{site}/")))
        graph.add((data, DCAT.theme, URIRef(self._publication.theme)))
        graph.add((data, DCTERMS.accessRights, _PUBLIC))
        for language, words in (("zh", self._publication.keywords_zh), ("en", self._publication.keywords_en)):
            for word in words:
                graph.add((data, DCAT.keyword, Literal(word, language)))
        self._add_void(graph, data, site)
        self._add_distributions(graph, data, site)
        if self._serves:
            self._add_services(graph, catalogue, data, site)
        return write_graph(graph, accept)

    def _add_services(self, graph: Graph, catalogue: URIRef, data: URIRef, site: str) -> None:
        endpoint, licence = f"{site}/sparql", URIRef(self._publication.licence)
        service = URIRef(f"{endpoint}#service")
        graph.add((data, VOID.sparqlEndpoint, URIRef(endpoint)))
        graph.add((catalogue, DCAT.service, service))
        graph.add((service, RDF.type, DCAT.DataService))
        graph.add((service, DCTERMS.title, Literal("SPARQL 1.1", "en")))
        graph.add((service, DCTERMS.license, licence))
        graph.add((service, DCAT.endpointURL, URIRef(endpoint)))
        graph.add((service, DCAT.endpointDescription, URIRef(endpoint)))
        graph.add((service, DCAT.servesDataset, data))
        graph.add((service, DCTERMS.conformsTo, URIRef("https://www.w3.org/TR/sparql11-protocol/")))
        reads = URIRef(f"{site}/graphs#service")
        graph.add((catalogue, DCAT.service, reads))
        graph.add((reads, RDF.type, DCAT.DataService))
        graph.add((reads, DCTERMS.title, Literal("SPARQL 1.1 Graph Store HTTP Protocol (read only)", "en")))
        graph.add((reads, DCTERMS.conformsTo, URIRef("https://www.w3.org/TR/sparql11-http-rdf-update/")))
        graph.add((reads, DCTERMS.license, licence))
        graph.add((reads, DCAT.endpointURL, URIRef(f"{site}/graphs")))
        graph.add((reads, DCAT.servesDataset, data))

    def figures(self) -> Figures:
        """The counts of the current dataset; what a busy engine did not count is missing, and counted next time."""
        dataset = self._dataset()
        with self._lock:
            if self._counted is None or self._counted[0] != dataset:
                answers = [_ask_rows(self._engine, query) for query in (_TOTALS, _GRAPH_SIZES, _CLASSES, _PROPERTIES)]
                totals, graphs, classes, properties = (answer or [] for answer in answers)
                figures = Figures(
                    {name: int(value) for row in totals for name, value in row.items()},
                    {row["g"]: int(row["n"]) for row in graphs},
                    {row["class"]: int(row["n"]) for row in classes},
                    {row["property"]: int(row["n"]) for row in properties},
                )
                if None in answers:
                    return figures
                self._counted = (dataset, figures)
            return self._counted[1]

    def _add_service(self, graph: Graph, service: URIRef, endpoint: str) -> None:
        dataset, default = URIRef(f"{endpoint}#dataset"), URIRef(f"{endpoint}#default-graph")
        graph.add((service, RDF.type, SD.Service))
        graph.add((service, SD.endpoint, URIRef(endpoint)))
        graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
        graph.add((service, SD.feature, SD.UnionDefaultGraph))
        for name in ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"):
            graph.add((service, SD.resultFormat, _FORMATS[name]))
        for name in ("Turtle", "N-Triples", "RDF_XML", "JSON-LD"):
            graph.add((service, SD.resultFormat, _FORMATS[name]))
        graph.add((service, SD.defaultDataset, dataset))
        graph.add((dataset, RDF.type, SD.Dataset))
        graph.add((dataset, SD.defaultGraph, default))
        graph.add((default, RDF.type, SD.Graph))
        figures = self.figures()
        if "triples" in figures.totals:
            graph.add((default, VOID.triples, Literal(figures.totals["triples"])))
        for number, (name, count) in enumerate(sorted(figures.graphs.items()), start=1):
            named, content = URIRef(f"{endpoint}#named-graph-{number}"), URIRef(f"{endpoint}#graph-{number}")
            graph.add((dataset, SD.namedGraph, named))
            graph.add((named, RDF.type, SD.NamedGraph))
            graph.add((named, SD.name, URIRef(name)))
            graph.add((named, SD.graph, content))
            graph.add((content, RDF.type, SD.Graph))
            graph.add((content, VOID.triples, Literal(count)))

    def _add_examples(self, graph: Graph, service: URIRef, endpoint: str) -> None:
        for example in self._examples:
            node = URIRef(f"{endpoint}#example-{example.name}")
            graph.add((node, RDF.type, SH.SPARQLExecutable))
            graph.add((node, RDF.type, SH.SPARQLSelectExecutable))
            graph.add((node, RDFS.label, Literal(example.name)))
            graph.add((node, RDFS.comment, Literal(example.summary_zh, "zh")))
            graph.add((node, RDFS.comment, Literal(example.summary_en, "en")))
            graph.add((node, SH.select, Literal(example.text)))
            graph.add((node, SCHEMA.target, service))

    def _add_void(self, graph: Graph, data: URIRef, site: str) -> None:
        figures = self.figures()
        graph.add((data, RDF.type, VOID.Dataset))
        graph.add((data, RDF.type, DCAT.Dataset))
        graph.add((data, DCTERMS.identifier, Literal(self._dataset())))
        added = self._added()
        if added:
            told = f"数据集 {self._base()} 另加 {len(added)} 个图：{'、'.join(sorted(added))}"
            graph.add((data, DCTERMS.description, Literal(told, "zh")))
            told = f"Dataset {self._base()} and {len(added)} added graphs: {', '.join(sorted(added))}"
            graph.add((data, DCTERMS.description, Literal(told, "en")))
        for space in self._publication.uri_spaces:
            graph.add((data, VOID.uriSpace, Literal(space)))
        graph.add((data, VOID.vocabulary, URIRef(str(PG))))
        names = {
            "triples": VOID.triples,
            "subjects": VOID.distinctSubjects,
            "objects": VOID.distinctObjects,
            "properties": VOID.properties,
        }
        for name, term in names.items():
            if name in figures.totals:
                graph.add((data, term, Literal(figures.totals[name])))
        graph.add((data, VOID.classes, Literal(len(figures.classes))))
        here = f"{site}/.well-known/void"
        for number, (name, count) in enumerate(sorted(figures.classes.items()), start=1):
            part = URIRef(f"{here}#class-{number}")
            graph.add((data, VOID.classPartition, part))
            graph.add((part, VOID["class"], URIRef(name)))
            graph.add((part, VOID.entities, Literal(count)))
        for number, (name, count) in enumerate(sorted(figures.properties.items()), start=1):
            part = URIRef(f"{here}#property-{number}")
            graph.add((data, VOID.propertyPartition, part))
            graph.add((part, VOID.property, URIRef(name)))
            graph.add((part, VOID.triples, Literal(count)))
        for number, (name, count) in enumerate(sorted(figures.graphs.items()), start=1):
            part = URIRef(f"{here}#graph-{number}")
            graph.add((data, VOID.subset, part))
            graph.add((part, RDF.type, VOID.Dataset))
            graph.add((part, DCTERMS.title, Literal(name)))
            graph.add((part, VOID.triples, Literal(count)))
            graph.add((part, VOID.dataDump, URIRef(self._address_graph(site, name))))
            if name in added:
                graph.add((part, DCTERMS.identifier, Literal(added[name])))

    def _address_graph(self, site: str, name: str) -> str:
        """Where a graph is had: from the service by its name, of a site of files at its own address."""
        _, graph, path = name.partition("/graph/")
        if self._serves or not path:
            return f"{site}/graphs?{urlencode({'graph': name})}"
        return f"{site}{graph}{path}.ttl"

    def _add_distributions(self, graph: Graph, data: URIRef, site: str) -> None:
        folder = f"{site}/dumps/{self._base()}"
        for dump in self._dumps():
            address = URIRef(f"{folder}/{dump.name}")
            node, checksum = URIRef(f"{address}#distribution"), URIRef(f"{address}#checksum")
            graph.add((data, VOID.dataDump, address))
            graph.add((data, DCAT.distribution, node))
            graph.add((node, RDF.type, DCAT.Distribution))
            graph.add((node, DCTERMS.license, URIRef(self._publication.licence)))
            graph.add((node, DCTERMS.title, Literal(dump.name, "en")))
            graph.add((node, DCTERMS.description, Literal(_told_of(dump), "zh")))
            graph.add((node, DCTERMS["format"], URIRef(f"{_FILE_TYPES}{_FILE_TYPE[dump.media_type]}")))
            graph.add((node, _ADMS_STATUS, _COMPLETED))
            graph.add((node, DCAT.downloadURL, address))
            graph.add((node, DCAT.accessURL, URIRef(f"{folder}/{CHECKSUMS}")))
            graph.add((node, DCAT.mediaType, URIRef(_IANA + dump.media_type)))
            graph.add((node, DCAT.compressFormat, URIRef(_IANA + "application/gzip")))
            graph.add((node, DCAT.byteSize, Literal(dump.size, datatype=XSD.nonNegativeInteger)))
            graph.add((node, SPDX.checksum, checksum))
            graph.add((checksum, RDF.type, SPDX.Checksum))
            graph.add((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
            graph.add((checksum, SPDX.checksumValue, Literal(dump.sha256, datatype=XSD.hexBinary)))


def _told_of(dump: Dump) -> str:
    return "全部公开陈述，不分图" if dump.is_union else "全部公开的图"


def write_graph(graph: Graph, accept: str) -> QueryResult:
    """A graph of ours in the RDF syntax that Accept asks for; a refusal when it asks for none.

    >>> write_graph(Graph(), "application/n-triples").media_type
    'application/n-triples'
    >>> write_graph(Graph(), "image/png").status
    406
    """
    best = rank_offers(accept, GRAPHS)
    if not best:
        return refuse("not-acceptable", ", ".join(GRAPHS))
    media_type = best[0]
    lines = graph.serialize(format="nt", encoding="utf-8").splitlines(keepends=True)
    content = b"".join(sorted(lines))
    if media_type == "text/turtle":
        content = graph.serialize(format="turtle", encoding="utf-8")
    elif media_type in _ENGINE_FORMATS:
        # rdflib writes these in the order of its hashes, another one in each process
        prefixes = {prefix: str(name) for prefix, name in graph.namespaces()}
        triples = ox.parse(content, format=ox.RdfFormat.N_TRIPLES)
        content = ox.serialize(triples, format=_ENGINE_FORMATS[media_type], prefixes=prefixes) or b""
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return QueryResult(200, media_type + charset, content)


def _empty_graph() -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in {**PREFIXES, "sd": str(SD), "schema": str(SCHEMA), "spdx": str(SPDX)}.items():
        graph.bind(prefix, namespace)
    return graph


def _ask_rows(engine: Engine, query: str) -> list[dict[str, str]] | None:
    """Rows of our own query; None when the engine is busy or stopping: a description without counts is still true."""
    result = engine.run(QueryRequest(query, accept="application/sparql-results+json"))
    if result.status != 200:
        return None
    rows = json.loads(result.body)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]
