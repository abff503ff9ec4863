"""The IRIs policygraph uses: vocabularies it reuses, its own terms, and how its instances are named.

No other module builds an IRI by hand. Instances live under ``BASE + "id/"`` (slash, answered by 303), the
vocabulary under ``PG`` (hash). All instance IRIs are ASCII: rdflib treats raw and percent-encoded Chinese as
different terms, so names come from checked-in slugs, never from a pinyin library at run time.

A term is one object: rdflib compares two equal IRIs in Python, but finds one and the same at once.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rdflib import Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SH, SKOS, XSD

_MOST_KNOWN = 100_000
_known: dict[str, URIRef] = {}
# the terms that rdflib has as objects of its own; what is a word of Python it does not list
_reused = {
    str(term): vocabulary[term.removeprefix(str(vocabulary))]
    for vocabulary in (DCTERMS, RDF, RDFS, SH, SKOS, XSD)
    for term in map(str, dir(vocabulary))
} | {str(SH[word]): SH[word] for word in ("and", "class", "in", "not", "or")}


def iri(text: str) -> URIRef:
    """The IRI of that text, the same object each time.

    >>> iri("http://www.w3.org/ns/shacl#path") is SH.path, iri("urn:a") is iri("urn:a")
    (True, True)
    """
    found = _known.get(text)
    if found is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        found = _known[text] = _reused.get(text) or URIRef(text)
    return found


class Vocabulary(Namespace):
    """A namespace whose terms are made once."""

    def term(self, name: str) -> URIRef:
        return iri(f"{self}{name}")

    def __getattr__(self, name: str) -> URIRef:
        found = super().__getattr__(name)
        self.__dict__[name] = found
        return found


BASE = "https://w3id.org/policygraph/"
ID = Vocabulary(BASE + "id/")
GRAPH = Vocabulary(BASE + "graph/")
PG = Vocabulary(BASE + "ns#")

ELI = Vocabulary("http://data.europa.eu/eli/ontology#")
CCCEV = Vocabulary("http://data.europa.eu/m8g/")
CPOV = Vocabulary("http://data.europa.eu/m8g/")
LEGAL = Vocabulary("http://www.w3.org/ns/legal#")
ADMS = Vocabulary("http://www.w3.org/ns/adms#")
ORG = Vocabulary("http://www.w3.org/ns/org#")
OA = Vocabulary("http://www.w3.org/ns/oa#")
EARL = Vocabulary("http://www.w3.org/ns/earl#")
DCAT = Vocabulary("http://www.w3.org/ns/dcat#")
VOID = Vocabulary("http://rdfs.org/ns/void#")

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


_MOST_KEPT = 4096
# matches: a<b · a b · 50%2 · a\x00                       does not match: jiamusi-2020-5 · a%20b   (RFC 3986, 2.1)
_UNFIT = re.compile(r'[<>"{}|^`\\\x00-\x20\x7f]|%(?![0-9A-Fa-f]{2})')


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
        if not part.isascii() or not part or _UNFIT.search(part):
            raise ValueError(f"an IRI segment must be ASCII: {part!r}")
    return ID["/".join(parts)]


@lru_cache(maxsize=_MOST_KEPT)
def clause_iri(document: str, path: str) -> URIRef:
    """The IRI of a clause: ``clause_iri("jiamusi-2020-5", "annex_1/sec_2/para_9")``."""
    return instance("doc", document, *path.split("/")) if path else instance("doc", document)


@lru_cache(maxsize=_MOST_KEPT)
def source_iri(document: str) -> URIRef:
    """The IRI of a document's untouched source text."""
    return instance("source", document)


def span_iri(document: str, start: int, end: int) -> URIRef:
    """The IRI of ``source[start:end]`` in the manner of RFC 5147 (code points, end exclusive).

    >>> str(span_iri("jiamusi-2020-5", 1961, 1990))
    'https://w3id.org/policygraph/id/source/jiamusi-2020-5#char=1961,1990'
    """
    return iri(f"{source_iri(document)}#char={start},{end}")


def slug_of(iri: str) -> str:
    """The path of an instance below ``id/``; the IRI itself when it is not one of ours.

    >>> slug_of("https://w3id.org/policygraph/id/doc/jiamusi-2020-5")
    'doc/jiamusi-2020-5'
    >>> slug_of("http://example.org/x")
    'http://example.org/x'
    """
    return iri.removeprefix(str(ID))
