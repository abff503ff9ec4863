"""What can be known of a SPARQL query before it runs: its form, its dataset clause, SERVICE and update words.

Two needs. A federated SERVICE call must be refused before execution, whatever disguise it wears; and the dataset
clause must be read here, because pyoxigraph ignores the query's own FROM as soon as the default graph is a union or a
list of named graphs is given.

This is a tokenizer, not a parser. Where texts can be read in two ways it follows both and refuses when either reading
calls a server, because engines differ:

* Oxigraph reads without a lexer: ``trueSERVICE<…>``, ``1SERVICE<…>`` and ``SERVICESILENT<…>`` are calls there, so a
  bare word is refused for *containing* the keyword, once an endpoint follows.
* ``?a<?b)SERVICE#>`` is an IRI for a lexer and a comparison for Oxigraph, so ``<`` after an operand inside brackets
  is read both ways.
* Some engines decode ``\\u0053`` before they parse, others only in IRIs and strings, so both texts are read.
* ``SERVICE:x {`` is a call with the empty prefix unless ``SERVICE:`` is declared, and may be one even then.

Strings, IRIs, comments, variables and ordinary names may say "service" as they like. The network is cut off in the
workers as well; this filter gives the reason and protects the remote engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, QuerySolutions, Store

# IRI: matches "<http://a/b>", "<>", "<#x>"; not "<a b>"
# string: matches "'x'", '"a\\"b"', "'''a'b'''"; not "'a\nb'"
# name: matches "pg:Clause", ":x", "ex:a.b"; not "pg"
# variable: matches "?x", "$条件", "?1a"; not "?"
_TOKEN = re.compile(
    r"""
    (?P<space>    [ \t\r\n]++ | \#[^\r\n]*+ )
  | (?P<string>   \"\"\" (?: \"{0,2} (?: [^\"\\] | \\. ) )*+ \"\"\"
              |   ''' (?: '{0,2} (?: [^'\\] | \\. ) )*+ '''
              |   \" (?: [^\"\\\r\n] | \\. )*+ \"
              |   '  (?: [^'\\\r\n] | \\. )*+ ' )
  | (?P<iri>      < [^\x00-\x20<>\"{}|^`]*+ > )
  | (?P<variable> [?$] \w++ )
  | (?P<blank>    _: [\w.-]*+ )
  | (?P<language> @ [A-Za-z]++ (?: -[A-Za-z0-9]++ )*+ )
  | (?P<name>     (?P<prefix> (?: [^\W\d_] [\w.·-]*+ )? ) :
                  (?: [\w:.·-] | %[0-9A-Fa-f]{2} | \\[_~.!$&'()*+,;=/?\#@%-] )*+ )
  | (?P<number>   (?: \d++ (?: \.\d*+ )?+ | \.\d++ ) (?: [eE] [+-]?+ \d++ )?+ )
  | (?P<word>     [^\W\d] \w*+ )
  | (?P<other>    . )
    """,
    re.VERBOSE | re.DOTALL,
)
# matches "\\u0053", "\\U00000053"; not "\\x53"
_ESCAPE = re.compile(r"\\u(?P<short>[0-9A-Fa-f]{4})|\\U(?P<long>[0-9A-Fa-f]{8})")
# matches "SERVICE", "trueSERVICE", "ServiceSilent"; not "serve"
_SERVICE = re.compile(r"service", re.IGNORECASE | re.ASCII)
# matches "FROM", "ASKFROM", "fromNamed"; not "fromage"
_FROM = re.compile(r"from(?P<named>named)?$", re.IGNORECASE | re.ASCII)
# matches "NOW", "1rand", "StrUUID", "BNODE"; not "noun"
_VOLATILE = re.compile(r"now|rand|uuid|bnode", re.IGNORECASE | re.ASCII)
# matches "<NOW(" of "?a<NOW()&&?b>1", which a lexer takes for an IRI; not "<http://a/known>"
_VOLATILE_IRI = re.compile(r"(?:now|rand|uuid|bnode)[#(]", re.IGNORECASE | re.ASCII)
# Most texts that hold these letters hold them in a name; a text that neither of the two matches is read no further.
_SPACE = r"(?:[ \t\r\n]|\#[^\r\n]*)*+"
# matches "FROM <http://a/b>", "askFROM#x\n g:a", "fromNamed <x>"; not "?date_from ?x", "fromage <x>"
_MAY_BE_FROM = re.compile(rf"from(?:named\b|\b{_SPACE}named\b)?(?!\w){_SPACE}(?:<|[\w.·-]*+:)", re.IGNORECASE)
# matches "SERVICE <x>", "trueSERVICE<x>", "ServiceSilent ?x", "SERVICE:x", "service#x\n a:b"; not "?service )"
_MAY_BE_SERVICE = re.compile(rf"service[\w.·-]*+{_SPACE}(?:[?$<:]|[\w.·-]*+:|silent)", re.IGNORECASE)
# matches "NOW()", "1rand#x\n(", "?a<uuid(?b"; not "?known ?p", "now"
_MAY_BE_VOLATILE = re.compile(rf"(?:now|rand|uuid|bnode){_SPACE}\(", re.IGNORECASE | re.ASCII)
_UPDATES = frozenset(
    {"insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy", "with"}  # SPARQL 1.1 Update, 29-49
)
_OPERANDS = frozenset({"string", "iri", "variable", "name", "number", "word", "language"})


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of query text with its kind and place."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class DatasetClause:
    """What FROM and FROM NAMED of a query say, as absolute IRIs."""

    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


def find_service(query: str) -> int | None:
    """Where a query calls another server, as an offset; None when it does not in any reading.

    >>> find_service("ASK { SERVICE <http://example.org/> { ?s ?p ?o } }")
    6
    >>> find_service("ASK { ?service <http://example.org/service> 'SERVICE' } # SERVICE")
    >>> find_service("ASK { ?s ?p trueSERVICE<http://example.org/>{} }") is None
    False
    """
    place = _find_service(query)
    if place is None and "\\" in query:
        place = _find_service(decode_escapes(query))
    return None if place is None else min(place, len(query))


def find_update(query: str) -> str | None:
    """The word that makes a text an update request instead of a query; None for a query.

    >>> find_update("PREFIX pg: <https://w3id.org/policygraph/ns#> INSERT DATA { }")
    'INSERT'
    >>> find_update("SELECT * { ?load ?p 'INSERT' }")
    """
    for token in _skip_prologue(read_tokens(query)):
        return token.text.upper() if token.kind == "word" and token.text.lower() in _UPDATES else None
    return None


def find_dataset(query: str, base: str | None = None) -> DatasetClause | None:
    """The dataset a query itself asks for; None when it has no FROM, or one that does not resolve.

    Prefixed and relative names are resolved by the engine on an empty store, from a prologue rebuilt of tokens.

    >>> find_dataset("PREFIX g: <http://example.org/> SELECT * FROM g:a FROM NAMED <http://example.org/b> {}")
    DatasetClause(default_graphs=('http://example.org/a',), named_graphs=('http://example.org/b',))
    >>> find_dataset("SELECT * { ?from ?p 'FROM <http://example.org/a>' }")
    """
    if not _MAY_BE_FROM.search(query):
        return None
    prologue: list[str] = []
    graphs: list[tuple[bool, str]] = []
    tokens = list(read_tokens(query))
    for position, token in enumerate(tokens):
        if token.kind != "word":
            continue
        after = tokens[position + 1 : position + 3]
        word = token.text.lower()
        if word == "base" and after and after[0].kind == "iri":
            prologue.append(f"BASE {after[0].text}")
        elif word == "prefix" and len(after) == 2 and after[0].kind == "name" and after[1].kind == "iri":
            prologue.append(f"PREFIX {after[0].text} {after[1].text}")
        elif (found := _FROM.search(token.text)) is not None:
            named = found["named"] is not None
            if not named and after and after[0].text.lower() == "named":
                named, after = True, after[1:]
            if after and after[0].kind in {"iri", "name"}:
                graphs.append((named, after[0].text))
    if not graphs:
        return None
    resolved = _resolve_names(prologue, [name for _, name in graphs], base)
    if resolved is None:
        return None
    pairs = [(named, iri) for (named, _), iri in zip(graphs, resolved, strict=True)]
    return DatasetClause(
        tuple(dict.fromkeys(iri for named, iri in pairs if not named)),
        tuple(dict.fromkeys(iri for named, iri in pairs if named)),
    )


def find_star(query: str) -> int | None:
    """Where the outermost ``SELECT *`` has its star; None when the query lists its columns or is no SELECT.

    >>> find_star("PREFIX x: <urn:x> SELECT DISTINCT * WHERE { ?s ?p ?o }")
    34
    >>> find_star("SELECT (2 * 3 AS ?n) {}")
    """
    words = ["select", "distinct", "reduced"]
    for token in _skip_prologue(read_tokens(query)):
        if token.text.lower() not in words:
            return token.start if token.text == "*" and len(words) < 3 else None
        words = words[1:] if token.text.lower() == "select" else []
    return None


def is_volatile(query: str) -> bool:
    """Whether two evaluations over the same data may differ: NOW, RAND, UUID, STRUUID or BNODE in any reading.

    In doubt it says yes: that costs an evaluation, and a wrong no would hand out a stale answer.

    >>> is_volatile("SELECT (NOW() AS ?n) {}"), is_volatile("SELECT (1rand() AS ?n) {}")
    (True, True)
    >>> is_volatile("SELECT * { ?known ?p 'NOW()' }"), is_volatile("ASK { ?s <http://a/now> ?o FILTER(?a<NOW()&&?b>1)}")
    (False, True)
    """
    text = decode_escapes(query) if "\\" in query else query
    if not _MAY_BE_VOLATILE.search(text):
        return False
    return any(
        (token.kind == "word" and _VOLATILE.search(token.text))
        or (token.kind in {"iri", "name"} and _VOLATILE_IRI.search(token.text))
        for token in read_tokens(text)
    )


def strip_query(query: str) -> str:
    """A query without comments and with one space between its parts, so that writings of one query are equal.

    >>> strip_query("ASK{?s ?p 'a  b'} # 1") == strip_query("ASK { ?s\\n ?p 'a  b' }")
    True
    """
    return " ".join([match[0] for match in _TOKEN.finditer(query) if match.lastgroup != "space"])


def blank_constants(query: str) -> str:
    """A query without its strings and numbers, so that queries of one kind are equal.

    >>> blank_constants("ASK { ?s ?p 'a' FILTER(?s > 1) }") == blank_constants('ASK { ?s ?p "b c" FILTER(?s > 2.5) }')
    True
    >>> blank_constants("ASK { ?s ?p 1 }") == blank_constants("ASK { ?s ?p ?o }")
    False
    """
    return _TOKEN.sub(lambda match: "0" if match.lastgroup in {"string", "number"} else match[0], query)


def find_place(query: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1.

    >>> find_place("ASK {\\n  SERVICE", 8)
    (2, 3)
    """
    before = query[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def decode_escapes(query: str) -> str:
    """The query as an engine sees it that decodes codepoint escapes first (SPARQL 1.1, 19.2).

    >>> decode_escapes("\\\\u0053ERVICE")
    'SERVICE'
    """

    def decode(match: re.Match[str]) -> str:
        code = int(match["short"] or match["long"], 16)
        return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else match[0]

    return _ESCAPE.sub(decode, query)


def is_absolute_iri(iri: str) -> bool:
    """Whether a text can name a graph.

    >>> is_absolute_iri("https://w3id.org/policygraph/graph/law"), is_absolute_iri("graph/law")
    (True, False)
    """
    try:
        NamedNode(iri)
    except ValueError:
        return False
    return True


def bind_values(query: str, bindings: dict[str, str]) -> str:
    """A query with its parameters given as a VALUES block at the head of its pattern.

    For stores that take a query text only. Terms are N-Triples and are tokenized before they are used.

    >>> bind_values("SELECT ?m WHERE { ?m ?p ?x }", {"x": "<http://example.org/a>"})
    'SELECT ?m WHERE { VALUES (?x) { (<http://example.org/a>) } ?m ?p ?x }'
    >>> bind_values("ASK { ?m ?p ?x }", {"x": "<a> } #"})
    Traceback (most recent call last):
    ...
    ValueError: not one RDF term: '<a> } #'
    """
    if not bindings:
        return query
    for name, term in bindings.items():
        kinds = [token.kind for token in read_tokens(term)]
        shapes = (["iri"], ["string"], ["string", "language"], ["string", "other", "other", "iri"])
        if kinds not in shapes or (len(kinds) == 4 and "^^<" not in term) or not f"?{name}"[1:].isidentifier():
            raise ValueError(f"not one RDF term: {term!r}")
    depth = 0
    is_construct = False
    for token in read_tokens(query):
        if token.kind == "word" and token.text.lower() == "construct":
            is_construct = True
        elif is_construct and token.kind == "word" and token.text.lower() == "where":
            is_construct = False
        elif token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif token.text == "{" and depth == 0 and not is_construct:
            variables = " ".join(f"?{name}" for name in bindings)
            block = f" VALUES ({variables}) {{ ({' '.join(bindings.values())}) }}"
            return query[: token.start + 1] + block + query[token.start + 1 :]
    return query


def read_tokens(text: str) -> Iterator[Token]:
    """Tokens without space and comments, in the reading of a longest-match lexer."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield Token(_kind_of(match), match[0], match.start())


def _kind_of(match: re.Match[str]) -> str:
    # lastgroup names the last group that closed; the parts of a name close before the name does
    return match.lastgroup or "other"


def _skip_prologue(tokens: Iterator[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.kind == "word" and token.text.lower() in {"base", "prefix", "version"}:
            continue
        if token.kind in {"iri", "name", "string"}:
            continue
        yield token


def _resolve_names(prologue: list[str], names: list[str], base: str | None) -> tuple[str, ...] | None:
    variables = " ".join(f"?g{n}" for n in range(len(names)))
    question = f"{' '.join(prologue)} SELECT {variables} {{ VALUES ({variables}) {{ ({' '.join(names)}) }} }}"
    try:
        solutions = Store().query(question, base_iri=base)
    except (SyntaxError, ValueError):
        return None
    if not isinstance(solutions, QuerySolutions):
        return None
    for solution in solutions:
        return tuple(term.value for term in solution if isinstance(term, NamedNode))
    return None


def _find_service(text: str) -> int | None:
    if not _MAY_BE_SERVICE.search(text):
        return None
    declared = {
        match["prefix"]
        for match in re.finditer(r"prefix\s*(?P<prefix>[^\W\d_][\w.·-]*)?:", text, re.IGNORECASE)
        if match["prefix"]
    }
    # the reading is a walk over (offset, bracket depth, after an operand, after GRAPH); only "<" branches
    seen: set[tuple[int, int, bool, bool]] = set()
    pending: list[tuple[int, int, bool, bool]] = [(0, 0, False, False)]
    while pending:
        state = pending.pop()
        while state not in seen and state[0] < len(text):
            seen.add(state)
            start, depth, after_operand, after_graph = state
            match = _TOKEN.match(text, start)
            if match is None:
                break
            kind, end = _kind_of(match), match.end()
            if kind == "space":
                state = (end, depth, after_operand, after_graph)
                continue
            if kind == "word" and _SERVICE.search(match[0]) and _names_endpoint(text, end):
                return start
            if kind == "name" and _SERVICE.search(match["prefix"]):
                named_graph = after_graph or _declares(text, start)
                if not named_graph and (match["prefix"] not in declared or _opens_group(text, end)):
                    return start
            if kind == "iri" and after_operand and depth:
                pending.append((start + 1, depth, False, False))
            if match[0] == "(":
                depth += 1
            elif match[0] == ")":
                depth = max(0, depth - 1)
            is_operand = kind in _OPERANDS or match[0] == ")"
            state = (end, depth, is_operand, kind == "word" and match[0].lower().endswith("graph"))
    return None


def _declares(text: str, start: int) -> bool:
    """Whether the name at ``start`` is being declared: ``PREFIX service: <…>``."""
    return text[:start].rstrip(" \t\r\n").lower().endswith("prefix")


def _names_endpoint(text: str, end: int) -> bool:
    """Whether what follows can be the endpoint of a call: a variable, an IRI, a name, or SILENT before one."""
    match = _next_token(text, end)
    if match is None:
        return False
    return _kind_of(match) in {"variable", "iri", "name"} or match[0] == "<" or match[0].lower().startswith("silent")


def _opens_group(text: str, end: int) -> bool:
    match = _next_token(text, end)
    return match is not None and match[0] == "{"


def _next_token(text: str, end: int) -> re.Match[str] | None:
    match = _TOKEN.match(text, end)
    while match is not None and match.lastgroup == "space":
        match = _TOKEN.match(text, match.end())
    return match
