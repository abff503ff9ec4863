"""Which of the media types we can write a client asks for (RFC 9110, 12.5.1).

Clients of SPARQL endpoints send every shape of Accept: none, ``*/*``, long lists with q-values, parameters. What comes
back here is a ranking of the offers, because whether a query yields rows or triples is known only when it runs. It does
not look at charset or profile parameters: everything we write is UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

RESULTS: tuple[str, ...] = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
    "application/json",
    "application/xml",
)
GRAPHS: tuple[str, ...] = (
    "text/turtle",
    "application/n-triples",
    "application/rdf+xml",
    "application/ld+json",
)

FORMATS: dict[str, tuple[str, ...]] = {
    "json": ("application/sparql-results+json", "application/json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/xml", "application/rdf+xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "ttl": ("text/turtle",),
    "nt": ("application/n-triples",),
    "rdf": ("application/rdf+xml",),
    "jsonld": ("application/ld+json",),
    "trig": ("application/trig",),
    "nq": ("application/n-quads",),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
    "html": ("text/html",),
}
"""What ``format=`` and ``output=`` may name in an address, beside a media type: the types of each name, best first."""
# names that clients in use send for the same
_ALIASES = {
    "turtle": "ttl", "n3": "ttl", "n-triples": "nt", "ntriples": "nt", "rdf+xml": "rdf", "rdfxml": "rdf",
    "json-ld": "jsonld", "n-quads": "nq", "nquads": "nq", "srj": "json", "srx": "xml", "sparql-results+json": "json",
}  # fmt: skip

# matches "text/turtle;q=0.9", "*/*", "application/ld+json; profile=\"x\"; q=1"; not "turtle"
# (possessive and anchored at a token's start, so that a hostile header costs linear time)
_RANGE = re.compile(
    r"""
    (?<! [\w!#$&^.+*-] ) (?P<type> [\w!#$&^.+*-]++ ) / (?P<subtype> [\w!#$&^.+*-]++ )
    (?P<parameters> (?: \s*+ ; \s*+ [\w-]++ (?: = (?: "[^"]*" | [^;,"\s]*+ ) )? )*+ )
    """,
    re.VERBOSE | re.ASCII,
)
# matches ";q=0.5", "; Q=1.000", ";q=0"; not ";q=1.5"
_QUALITY = re.compile(r";\s*q=(?P<value>0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)", re.IGNORECASE | re.ASCII)
# matches ";q=", ";q=7", "; q=x"; not ";quality=1"
_ANY_QUALITY = re.compile(r";\s*q\s*=", re.IGNORECASE | re.ASCII)


def rank_offers(accept: str, offers: Iterable[str]) -> tuple[str, ...]:
    """The offers a client accepts, best first; empty when it accepts none.

    Equal q-values: a type that the client names beats one it only covers by a wildcard, then our own order.

    >>> rank_offers("text/csv;q=0.5, */*;q=0.1", ("application/json", "text/csv"))
    ('text/csv', 'application/json')
    >>> rank_offers("text/html", ("text/turtle",))
    ()
    >>> rank_offers("", ("text/turtle", "application/n-triples"))
    ('text/turtle', 'application/n-triples')
    """
    ranges = _parse_ranges(accept)
    ranked: list[tuple[float, int, int, str]] = []
    for order, offer in enumerate(offers):
        kind = offer.partition("/")[0]
        for specificity, wanted in ((2, offer), (1, f"{kind}/*"), (0, "*/*")):
            if wanted in ranges:
                if ranges[wanted] > 0:
                    ranked.append((-ranges[wanted], -specificity, order, offer))
                break
    return tuple(offer for *_, offer in sorted(ranked))


def accept_format(written: Iterable[str]) -> str:
    """What the values of ``format=`` and ``output=`` ask for, as an Accept header.

    Clients repeat the parameter, put several types into one value and leave a plus sign unencoded, which arrives as a
    space; what nobody knows among them is passed over, and values that nobody knows accept nothing that there is.
    A name that is one of rows and one of triples (json, xml) asks for either; Turtle is never answered with CSV.

    >>> accept_format(["ttl"]), accept_format(["application/sparql-results json", ""])
    ('text/turtle', 'application/sparql-results+json')
    >>> accept_format(["json-ld", "application/ld+json,application/x-json+ld"])
    'application/ld+json, application/x-json+ld;q=0.9'
    >>> rank_offers(accept_format(["json"]), GRAPHS)[0], rank_offers(accept_format(["ttl"]), RESULTS)
    ('application/ld+json', ())
    >>> rank_offers(accept_format(["josn"]), (*RESULTS, *GRAPHS))
    ()
    """
    names = [name.strip().replace(" ", "+") for value in written for name in value.lower().split(",")]
    types = dict.fromkeys(media for name in names for media in _types_of(name))
    told = [f"{one};q={max(1 - rank * 0.1, 0.1):.1f}" if rank else one for rank, one in enumerate(types)]
    return ", ".join(told) or "unknown/unknown"


def _types_of(name: str) -> tuple[str, ...]:
    """The media types that a name of a format stands for; a media type stands for itself."""
    if name == "application/json":
        # the one type of rows that has a sibling for triples
        return (name, "application/ld+json")
    known = FORMATS.get(_ALIASES.get(name, name))
    return known or ((name,) if _RANGE.fullmatch(name) else ())


@lru_cache(maxsize=256)
def prefers_html(accept: str) -> bool:
    """Whether a page is what the client would rather have: browsers name text/html first.

    >>> prefers_html("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    True
    >>> prefers_html("*/*")
    False
    """
    best = rank_offers(accept, ("text/turtle", *RESULTS, *GRAPHS, "text/html"))
    return bool(best) and best[0] == "text/html"


def _parse_ranges(accept: str) -> dict[str, float]:
    """Media ranges with their q-value; what is malformed is left out, as RFC 9110 allows."""
    if not accept.strip():
        return {"*/*": 1.0}
    ranges: dict[str, float] = {}
    for match in _RANGE.finditer(accept):
        parameters = match["parameters"]
        quality = 1.0
        if _ANY_QUALITY.search(parameters):
            found = _QUALITY.search(parameters)
            if found is None:
                continue
            quality = float(found["value"])
        name = f"{match['type']}/{match['subtype']}".lower()
        ranges[name] = max(quality, ranges.get(name, 0.0))
    return ranges
