"""Refuse a query that would make the engine call another address.

Pyoxigraph has no switch for SERVICE and calls out even from inside EXISTS, so the word is refused before the engine
sees the query. The check does not try to tokenise SPARQL: ``?a<'>'`` shows that strings, comments and IRIs cannot be
told apart without the whole grammar, and every wrong guess is a way out. It refuses each occurrence of the word that
is not, under every possible reading, part of a name. So the word inside a string or comment is refused too.
"""

from __future__ import annotations

import re

from policygraph.errors import InputError

# ?service · cpsv:PublicService · <http://www.w3.org/ns/sparql-service-description#>;  not: SERVICE <http://a.example/>
_NAMES = re.compile(
    r"""(?P<variable>[?$][A-Za-z0-9_]+)
      | (?P<prefixed>:[A-Za-z0-9_-]+)
      | (?P<iri><[A-Za-z]+://[^<>"'{}|^`\s]*>)   # no quote inside: a string could end there and the word begin
    """,
    re.VERBOSE,
)
_WORD = re.compile("service", re.IGNORECASE)


def refuse_federation(query: str) -> None:
    """Raise ``InputError`` when the query could reach another address; return nothing when it cannot.

    >>> refuse_federation("SELECT ?service WHERE { ?service a <http://www.w3.org/ns/sparql-service-description#X> }")
    >>> refuse_federation("SELECT * { SERVICE <http://a.example/sparql> { ?s ?p ?o } }")
    Traceback (most recent call last):
    ...
    policygraph.errors.InputError: query: 查询里有 SERVICE 一词。本系统不访问外部地址；请删去它
    """
    if _WORD.search(_NAMES.sub(" ", query)):
        raise InputError("query", "查询里有 SERVICE 一词", "本系统不访问外部地址；请删去它")
