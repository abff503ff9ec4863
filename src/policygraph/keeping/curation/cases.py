"""A document on the curator's desk: its files, its reading, and what stands in its draft, model and states.

This is the one place that knows where those files lie and under which base their IRIs stand; the rest of the room
takes a `Case`. Opening one reads the document (some tenths of a second) and changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS
from rdflib.term import Node

from policygraph.errors import NotFoundError
from policygraph.graph.knowledge import find_homes
from policygraph.graph.lexicons import load_lexicon
from policygraph.graph.memory import make_graph
from policygraph.keeping.curation.asking import Asking
from policygraph.keeping.dataset.knowledge import load_graphs, make_knowledge, merge, parse_file
from policygraph.keeping.sources import read_source
from policygraph.keeping.terms import read_turtle
from policygraph.keeping.turtle import natural, parse, statements_of, write_block
from policygraph.keeping.workspace import JUDGED, SOURCE, Workspace
from policygraph.namespaces import ELI, ID, PG, clause_iri, instance, slug_of
from policygraph.reading.drafting import Lexicon
from policygraph.reading.texts import Knowledge, Reading, read_text

MODEL, DRAFT, STATES, JOURNAL = "model.ttl", "draft.ttl", "curation.ttl", "journal.jsonl"
LINES = "conditions.ttl"
"""The condition lines of a document, which curation writes; a build reads them."""
CURATION_FILES = (MODEL, DRAFT, STATES, JOURNAL)
"""The files of a document that curation reads and writes."""
PARSED, DRAFTED, ACCEPTED, NONE = "parsed", "drafted", "accepted", "none"


@dataclass(frozen=True, slots=True)
class Desk:
    """What cases of one workspace share: knowledge to read with, concepts to choose from, all kinds of content."""

    workspace: Workspace
    knowledge: Knowledge
    lexicon: Lexicon
    concepts: Graph
    terms: Graph
    """What our terms are called."""
    profile: Graph
    """What sound statements are: how often a property may stand, and which of few values it may have."""
    bodies: Graph
    """The bodies of the registries."""
    templates: Graph
    """What drafted condition lines become (``ontology/drafting``)."""
    homes: Mapping[str, str]
    """Under which base a work or body stands by its path, where it is not ours."""

    def kinds(self) -> tuple[str, ...]:
        """The kinds of content that a document is read for, by slug without ``curated-``, sorted."""
        scheme = ID["concept/scheme-curation-kinds"]
        found = (slug_of(str(kind)) for kind in self.concepts.subjects(SKOS.inScheme, scheme))
        return tuple(sorted(slug.removeprefix("concept/curated-") for slug in found))

    def label(self, kind: str) -> str:
        """What a kind is called in Chinese; its slug where it has no name."""
        labels = self.concepts.objects(ID[f"concept/curated-{kind}"], SKOS.prefLabel)
        return next((str(one) for one in labels if isinstance(one, Literal) and one.language == "zh"), kind)

    def classes(self, kind: str) -> tuple[URIRef, ...]:
        """The class that the content of a kind has in the graph; empty for a kind that counts none."""
        return tuple(URIRef(str(c)) for c in self.concepts.objects(ID[f"concept/curated-{kind}"], PG.countedClass))


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """A proposal that nobody has decided: what it would state, and why it is proposed.

    ``turtle`` are its statements as they would stand in the model; ``candidates`` what printed names may mean, as
    words, slug, name, likeness and reason; ``spans`` where its words stand in the source; ``parts`` the addresses of
    what it states beside itself, the acts of a measure; ``seen`` names what it says, so that who decides on it can
    tell which of its wordings was looked at.
    """

    address: str
    kind: str
    type: str
    title: str
    clause: str
    quote: str
    rule: str
    certainty: str
    turtle: str
    candidates: tuple[tuple[str, str, str, float, str], ...]
    spans: tuple[tuple[int, int], ...]
    parts: tuple[str, ...]
    seen: str
    asked: tuple[tuple[str, str], ...] = ()
    """What is unclear and for whoever decides, by slug, in Chinese; only condition lines and policies have some."""

    @property
    def questions(self) -> tuple[str, ...]:
        """What is unclear, in Chinese."""
        return tuple(told for _, told in self.asked)


class Case:
    """A document with its files; values are read when they are first asked for."""

    def __init__(self, desk: Desk, identifier: str, reading: Reading | None = None) -> None:
        home = desk.workspace.find_document(identifier)
        if reading is not None:
            self.__dict__["reading"] = reading
        self.desk = desk
        self.identifier = identifier
        self.base = home.base
        self.folder: Path = home.folder(identifier)
        self.places: Mapping[str, Path] = home.list_curated(identifier)

    @cached_property
    def reading(self) -> Reading:
        """The document as `build` reads it."""
        file = read_source(self.folder / SOURCE)
        path = self.folder / "metadata.ttl"
        metadata = parse_file(path) if path.is_file() else make_graph()
        region = metadata.value(clause_iri(self.identifier, "", self.base), ELI.jurisdiction)
        return read_text(
            file.text,
            self.desk.knowledge,
            slug_of(str(region)).removeprefix("region/") if region is not None else None,
            identifier=self.identifier,
            sha256=file.sha256,
            charset=file.charset,
            base=self.base,
        )

    @property
    def shapes(self) -> Path:
        """Where the shapes lie that its condition lines expand to."""
        return self.places[JUDGED]

    @property
    def asking(self) -> Asking:
        """What answers the questions of its draft."""
        root = clause_iri(self.identifier, "", self.base)
        return Asking(self.desk.concepts, self.graph("metadata.ttl"), root)

    def path(self, name: str) -> Path:
        """Where one of its files lies; the registry of bodies is the workspace's."""
        return self.places.get(name) or self.folder / name

    def text(self, name: str) -> str:
        """The text of one of its files; empty when there is none."""
        path = self.path(name)
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def graph(self, name: str) -> Graph:
        """What one of its Turtle files states; nothing when there is none. Errors: ``DataError``."""
        text = self.text(name)
        return parse(text, str(self.path(name)), self.base) if text else make_graph()

    def iri(self, address: str) -> URIRef:
        """The IRI of a thing of the document by its address below ``id/``.

        Errors: ``NotFoundError`` for what cannot be an address.
        """
        try:
            return instance(*address.split("/"), base=self.base)
        except ValueError as error:
            raise NotFoundError(
                repr(address)[:80], "不能是一个地址", f"policygraph curate list {self.identifier}"
            ) from error

    def state_iri(self, kind: str) -> URIRef:
        """The IRI of the state of a kind."""
        return self.iri(f"curation/{self.identifier}/{kind}")

    def state(self, kind: str, states: Graph | None = None) -> str:
        """How far the document has been read for a kind: parsed, drafted, accepted or none."""
        graph = self.graph(STATES) if states is None else states
        for node in graph.subjects(PG.curatedKind, ID[f"concept/curated-{kind}"]):
            value = graph.value(node, PG.curationState)
            if value is not None:
                return slug_of(str(value)).removeprefix("concept/curation-state-")
        return PARSED


def open_desk(workspace: Workspace) -> Desk:
    """The desk of a workspace: what its documents are read and drafted with. Errors: ``DataError``."""
    graphs = load_graphs(workspace)
    concepts = merge(graphs, "concepts/")
    homes = find_homes(make_graph(merge(graphs, "law"), merge(graphs, "org")))
    return Desk(
        workspace, make_knowledge(graphs), load_lexicon(concepts), concepts, merge(graphs, "ns"),
        merge(graphs, "shapes/profile/"), merge(graphs, "org"),
        make_graph(*map(read_turtle, sorted((workspace.ground / "ontology" / "drafting").glob("*.ttl")))), homes,
    )  # fmt: skip


def open_case(desk: Desk, identifier: str, reading: Reading | None = None) -> Case:
    """A document on the desk, with its reading if that is known. Errors: ``NotFoundError`` with the ids there are."""
    return Case(desk, identifier, reading)


def list_proposals(case: Case, kind: str | None = None) -> tuple[OpenProposal, ...]:
    """The proposals of a document that nobody has decided, of one kind or of all, in one order; empty when none is."""
    graph, asking = case.graph(DRAFT), case.asking
    found = [_read_proposal(case, graph, node, asking) for node in graph.subjects(RDF.type, PG.Proposal)]
    wanted = (one for one in found if kind is None or one.kind == kind)
    return tuple(sorted(wanted, key=lambda one: (one.kind, natural(one.address))))


def find_proposal(case: Case, address: str) -> OpenProposal:
    """One open proposal. Errors: ``NotFoundError`` when the draft has none of that address."""
    for one in list_proposals(case):
        if one.address == address:
            return one
    raise NotFoundError(
        address,
        "草稿里没有这一条待定的建议",
        f"待定的见 policygraph curate list {case.identifier}；没有草稿的先运行 policygraph draft {case.identifier}",
    )


def statements_by_subject(case: Case, graph: Graph, address: str) -> Mapping[URIRef, Graph]:
    """What a draft would state for a proposal: each named subject with its statements."""
    note = case.iri(f"proposal/{address}")
    return {URIRef(str(node)): statements_of(graph, node) for node in sorted(graph.objects(note, PG.proposes), key=str)}


def _read_proposal(case: Case, graph: Graph, node: Node, asking: Asking) -> OpenProposal:
    address = slug_of(str(node)).removeprefix("proposal/")
    subject = case.iri(address)
    title = graph.value(subject, DCTERMS.title) or graph.value(subject, SKOS.prefLabel)
    written = statements_by_subject(case, graph, address)
    types = sorted(str(t).rsplit("#", 1)[-1] for t in graph.objects(subject, RDF.type))
    turtle = "\n\n".join(write_block(said, one, case.base) for one, said in written.items())
    return OpenProposal(
        address,
        slug_of(str(graph.value(node, PG.curatedKind))).removeprefix("concept/curated-"),
        types[0] if types else "",
        str(title if title is not None else graph.value(node, PG.quote)),
        slug_of(str(graph.value(node, PG.clause))).removeprefix(f"doc/{case.identifier}/"),
        str(graph.value(node, PG.quote)),
        str(graph.value(node, PG.draftRule)),
        str(graph.value(node, PG.draftCertainty)),
        turtle,
        tuple(sorted(_candidates(graph, node))),
        tuple(sorted(read_span(str(span)) for span in graph.objects(node, PG.attestedBy))),
        tuple(sorted((slug_of(str(one)) for one in written if one != subject), key=natural)),
        name_words(turtle),
        tuple(asking.tell_open(graph, subject).items()),
    )


def name_words(text: str) -> str:
    """A short name of some words, another one for other words: what a form was made of, told again when it comes back.

    >>> name_words("优先") == name_words("优先"), name_words("优先") == name_words("支持")
    (True, False)
    """
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_span(iri: str) -> tuple[int, int]:
    """Where the words stand that the IRI of a span names.

    >>> read_span("https://a.example/id/source/b#char=12,30")
    (12, 30)
    """
    start, _, end = iri.rpartition("#char=")[2].partition(",")
    return int(start), int(end)


def _candidates(graph: Graph, node: Node) -> list[tuple[str, str, str, float, str]]:
    return [
        (
            str(graph.value(one, PG.asWritten)),
            slug_of(str(graph.value(one, PG.agent))),
            str(graph.value(one, SKOS.prefLabel)),
            float(str(graph.value(one, PG.likeness))),
            str(graph.value(one, PG.reason)),
        )
        for one in graph.objects(node, PG.mayMean)
    ]
