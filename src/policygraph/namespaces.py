"""The IRIs policygraph uses: vocabularies it reuses, its own terms, and how its instances are named.

No other module builds an IRI by hand. Instances live under ``BASE + "id/"`` (slash, answered by 303), the
vocabulary under ``PG`` (hash). All instance IRIs are ASCII: rdflib treats raw and percent-encoded Chinese as
different terms, so names come from checked-in slugs, never from a pinyin library at run time.
"""

from __future__ import annotations

from rdflib import Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SH, SKOS, XSD

BASE = "https://w3id.org/policygraph/"
ID = Namespace(BASE + "id/")
GRAPH = Namespace(BASE + "graph/")
PG = Namespace(BASE + "ns#")

ELI = Namespace("http://data.europa.eu/eli/ontology#")
CCCEV = Namespace("http://data.europa.eu/m8g/")
CPOV = Namespace("http://data.europa.eu/m8g/")
LEGAL = Namespace("http://www.w3.org/ns/legal#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
ORG = Namespace("http://www.w3.org/ns/org#")
OA = Namespace("http://www.w3.org/ns/oa#")
EARL = Namespace("http://www.w3.org/ns/earl#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
VOID = Namespace("http://rdfs.org/ns/void#")

PREFIXES: dict[str, str] = {
    "adms": str(ADMS),
    "cv": str(CCCEV),
    "dcat": str(DCAT),
    "dcterms": str(DCTERMS),
    "earl": str(EARL),
    "eli": str(ELI),
    "foaf": str(FOAF),
    "id": str(ID),
    "graph": str(GRAPH),
    "legal": str(LEGAL),
    "oa": str(OA),
    "org": str(ORG),
    "owl": str(OWL),
    "pg": str(PG),
    "prov": str(PROV),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "sh": str(SH),
    "skos": str(SKOS),
    "void": str(VOID),
    "xsd": str(XSD),
}


def instance(*parts: str) -> URIRef:
    """The IRI of a thing from its path parts.

    >>> instance("doc", "jiamusi-2020-5", "annex_1")
    rdflib.term.URIRef('https://w3id.org/policygraph/id/doc/jiamusi-2020-5/annex_1')
    >>> instance("org", "市财政局")
    Traceback (most recent call last):
    ...
    ValueError: an IRI segment must be ASCII: '市财政局'
    """
    for part in parts:
        if not part.isascii() or not part or any(c in '<>"{}|^`\\ ' for c in part):
            raise ValueError(f"an IRI segment must be ASCII: {part!r}")
    return ID["/".join(parts)]


def clause_iri(document: str, path: str) -> URIRef:
    """The IRI of a clause: ``clause_iri("jiamusi-2020-5", "annex_1/sec_2/para_9")``."""
    return instance("doc", document, *path.split("/")) if path else instance("doc", document)


def source_iri(document: str) -> URIRef:
    """The IRI of a document's untouched source text."""
    return instance("source", document)


def span_iri(document: str, start: int, end: int) -> URIRef:
    """The IRI of ``source[start:end]`` in the manner of RFC 5147 (code points, end exclusive).

    >>> str(span_iri("jiamusi-2020-5", 1961, 1990))
    'https://w3id.org/policygraph/id/source/jiamusi-2020-5#char=1961,1990'
    """
    return URIRef(f"{source_iri(document)}#char={start},{end}")


def slug_of(iri: str) -> str:
    """The path of an instance below ``id/``; the IRI itself when it is not one of ours.

    >>> slug_of("https://w3id.org/policygraph/id/doc/jiamusi-2020-5")
    'doc/jiamusi-2020-5'
    >>> slug_of("http://example.org/x")
    'http://example.org/x'
    """
    return iri.removeprefix(str(ID))
