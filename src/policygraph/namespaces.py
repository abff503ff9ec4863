"""The IRIs policygraph uses: vocabularies it reuses, its own terms, and how its instances are named.

No other module builds an IRI by hand. Instances live under ``base + "id/"`` (slash, answered by 303), named graphs
under ``base + "graph/"``, the vocabulary under ``PG`` (hash). The base is a value that travels with a document or a
dataset: that of our vocabulary and our own documents is ``BASE``, and each workspace has one of its own. All instance
IRIs are ASCII: rdflib treats raw and percent-encoded Chinese as different terms, so names come from checked-in slugs,
never from a pinyin library at run time.

In one dataset a path below ``id/`` belongs to one base (the build sees to it), so a path names a thing there, and
``slug_of`` may leave the base out.

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
# matches: https://w3id.org/policygraph/id/doc/a · http://a.example/id/law/b   does not match: http://a.example/ns#id
_INSTANCE = re.compile(r"(?P<base>https?://[^?#]*?/)id/")


def shorten(text: str) -> tuple[str, str] | None:
    """The prefix of an IRI and what follows it, by the longest namespace that fits; None where none does.

    >>> shorten("https://w3id.org/policygraph/ns#Clause"), shorten("http://a.example/b")
    (('pg', 'Clause'), None)
    """
    fitting = [prefix for prefix, space in PREFIXES.items() if text.startswith(space)]
    prefix = max(fitting, key=lambda one: len(PREFIXES[one]), default=None)
    return None if prefix is None else (prefix, text.removeprefix(PREFIXES[prefix]))


def is_base(text: str) -> bool:
    """Whether IRIs can be made below that text: it ends a path, and has no character that an IRI may not have.

    >>> is_base("https://data.example.gov.cn/credit/"), is_base("https://a.example/a b/"), is_base("https://a.example")
    (True, False, False)
    """
    return text.isascii() and text.endswith("/") and not _UNFIT.search(text)


def instance(*parts: str, base: str = BASE) -> URIRef:
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
    return iri(f"{base}id/{'/'.join(parts)}")


@lru_cache(maxsize=_MOST_KEPT)
def clause_iri(document: str, path: str, base: str = BASE) -> URIRef:
    """The IRI of a clause: ``clause_iri("jiamusi-2020-5", "annex_1/sec_2/para_9")``."""
    return instance("doc", document, *(path.split("/") if path else ()), base=base)


MOST_POLICIES = 9
"""How many policies a document may have: the lists and grades of one text, each decided by itself."""


def policy_ids(document: str) -> tuple[str, ...]:
    """The ids that the policies of a document may have: its own, and those with a number that no document's id has.

    >>> policy_ids("bailing-2031-4")[:3]
    ('bailing-2031-4', 'bailing-2031-4.2', 'bailing-2031-4.3')
    """
    return (document, *(f"{document}.{number}" for number in range(2, MOST_POLICIES + 1)))


def document_of(policy: str) -> str:
    """The id of the document that a policy is of.

    >>> document_of("bailing-2031-4"), document_of("bailing-2031-4.2")
    ('bailing-2031-4', 'bailing-2031-4')
    """
    return policy.partition(".")[0]


@lru_cache(maxsize=_MOST_KEPT)
def source_iri(document: str, base: str = BASE) -> URIRef:
    """The IRI of a document's untouched source text."""
    return instance("source", document, base=base)


def span_iri(document: str, start: int, end: int, base: str = BASE) -> URIRef:
    """The IRI of ``source[start:end]`` in the manner of RFC 5147 (code points, end exclusive).

    >>> str(span_iri("jiamusi-2020-5", 1961, 1990))
    'https://w3id.org/policygraph/id/source/jiamusi-2020-5#char=1961,1990'
    """
    return iri(f"{source_iri(document, base)}#char={start},{end}")


def graph_iri(path: str, base: str = BASE) -> URIRef:
    """The name of a graph: ``graph_iri("doc/jiamusi-2020-5/structure")``."""
    return iri(f"{base}graph/{path}")


def our_iri(path: str) -> str:
    """The IRI of a path below our own base, for whoever has no dataset that tells where a path stands."""
    return f"{BASE}{path}"


def slug_of(iri: str) -> str:
    """The path of an instance below its ``id/``, whatever its base; the IRI itself when it is no instance.

    >>> slug_of("https://w3id.org/policygraph/id/doc/jiamusi-2020-5"), slug_of("https://a.example/c/id/doc/b")
    ('doc/jiamusi-2020-5', 'doc/b')
    >>> slug_of("http://example.org/x")
    'http://example.org/x'
    """
    if iri.startswith(_OURS):
        return iri[len(_OURS) :]
    found = _INSTANCE.match(iri)
    return iri[found.end() :] if found else iri


def base_of(iri: str) -> str:
    """The base that an instance stands under, so that what is named after it stands there too; ours for anything else.

    >>> base_of("https://a.example/c/id/doc/b"), base_of("http://example.org/x") == BASE
    ('https://a.example/c/', True)
    """
    found = None if iri.startswith(_OURS) else _INSTANCE.match(iri)
    return found["base"] if found else BASE


_OURS = str(ID)
