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
