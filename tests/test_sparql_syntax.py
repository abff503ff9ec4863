"""What the tokenizer says of a query against what the engine's own parser does with it."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from policygraph.speaking.sparql.syntax import (
    bind_values,
    decode_escapes,
    find_dataset,
    find_service,
    find_star,
    find_update,
)

ENDPOINT = "<http://127.0.0.1:9/>"
DISGUISES = (
    "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "ASK { service\n\t?endpoint { ?s ?p ?o } }",
    "ASK { SERVICE#note\n<http://127.0.0.1:9/>{} }",
    "ASK { SERVICE SILENT <http://127.0.0.1:9/> {} }",
    "ASK { SERVICESILENT<http://127.0.0.1:9/>{} }",
    "ASK { FILTER NOT EXISTS { SeRvIcE <http://127.0.0.1:9/> {} } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <http://127.0.0.1:9/> {} } } } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "DESCRIBE ?s WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "ASK { ?s ?p trueSERVICE<http://127.0.0.1:9/>{} }",
    "ASK { ?s ?p 1SERVICE<http://127.0.0.1:9/>{} }",
    "ASK { ?s ?p 'it''s'SERVICE<http://127.0.0.1:9/>{} }",
    "ASK { ?s ?p '''a'b'''SERVICE<http://127.0.0.1:9/>{} }",
    "PREFIX :<http://127.0.0.1:9/> ASK{SERVICE:x{}}",
    "PREFIX :<http://127.0.0.1:9/> PREFIX SERVICE:<http://x/> ASK{SERVICE:x{}}",
    "PREFIX service:<http://127.0.0.1:9/> ASK{service service:x{}}",
    "PREFIX x:<http://127.0.0.1:9/> ASK { ?s ?p trueSERVICE x:y {} }",
    "ASK{?a ?b ?c FILTER(?a<?b)SERVICE#>\n<http://127.0.0.1:9/>{}}",
    "ASK{?a ?b ?c FILTER(?a<'x>')SERVICE <http://127.0.0.1:9/> {} FILTER(?a='')}",
    "ASK{?a ?b ?c FILTER(?a<?b#>'''\n)SERVICE <http://127.0.0.1:9/> {} #'''\n}",
    "ASK { \\u0053ERVICE <http://127.0.0.1:9/> {} }",
    "ASK { \\U00000053\\u0045RVICE <http://127.0.0.1:9/> {} }",
    "ASK { GRAPH ?g { MINUS { SERVICE ?x {} } } }",
    "SELECT (EXISTS { SERVICE <http://127.0.0.1:9/> {} } AS ?x) {}",
    "SELECT * { ?s ?p ?o } HAVING (EXISTS { SERVICE <http://127.0.0.1:9/> {} })",
)
INNOCENT = (
    "SELECT ?service { ?service <http://example.org/service> 'SERVICE' } # SERVICE <http://x> {}",
    "PREFIX service: <http://example.org/> ASK { ?s service:x service:y . GRAPH service:g { ?s ?p 'SERVICE'@en } }",
    "PREFIX ex: <http://example.org/> ASK { ?s ex:service ( ex:a <http://service.example.org/service#> ) }",
    'ASK { _:service ?p "it is SERVICE <http://x> { }" , """SERVICE ?x {""" }',
    "ASK { ?s ?p ?o FILTER(?s < 1 && ?service > 2) }",
    "ASK { ?s ?p ?o FILTER(?o<?service&&?service>?o) }",
    "SELECT * FROM <http://example.org/service> { ?s ?p '\\u0053ERVICE' }",
)


@pytest.mark.parametrize("query", DISGUISES)
def test_a_service_call_is_found_in_every_disguise(query: str) -> None:
    assert find_service(query) is not None


@pytest.mark.parametrize("query", INNOCENT)
def test_the_word_alone_is_no_service_call(query: str) -> None:
    assert find_service(query) is None


def engine_would_call(query: str) -> bool:
    """Whether Oxigraph reads a SERVICE clause: the query parses, and no longer does once the keyword is misspelt."""

    def misspell(match: re.Match[str]) -> str:
        return match[0][:-1] + ("q" if match[0][-1].islower() else "Q")

    renamed = re.sub("service", misspell, query, flags=re.IGNORECASE)
    return _parses(query) and not _parses(renamed)


def _parses(query: str) -> bool:
    try:
        # a SELECT is evaluated row by row; no row is asked for
        Store().query(query)
    except SyntaxError:
        return False
    return True


PIECES = (
    *("SERVICE", "service", "SERVICESILENT", "SERVICE SILENT", " SERVICE ", "SERVICE:x", "service:x", "trueSERVICE"),
    *(ENDPOINT, "<a:b>", "<a:service>", "<", "<?b", "?b>", ">", "#>", "#\n", "\n", " ", " ", " ", " "),
    *("?a", "?b", "?service", "$c", "a", ":x", "x:y", "x:service", "_:b", "1", "1.", "1e0", "true", "'x'", '"y"'),
    *("'", '"', "'''", '"""', "\\", "\\u0053", "'\\''", "'x'@en", "@en", "^^", "'a>'", "{", "}", "{", "}", "{}"),
    *("(", ")", "(", ")", ".", ";", ",", "FILTER(", "FILTER(?a<?b)", "FILTER(?a<'x>')", "EXISTS", "OPTIONAL", "UNION"),
    *("GRAPH", "GRAPH ?g", "MINUS", "VALUES ?v {", "BIND(1 AS ?z)", "&&", "||", "=", "+", "/", "|", "^", "*", "?", "!"),
)
HEADS = (
    "SELECT * {",
    "PREFIX :<http://127.0.0.1:9/> SELECT * {",
    "PREFIX x:<a:b> PREFIX :<a:c> SELECT * {",
    "PREFIX SERVICE:<a:b> PREFIX service:<a:b> PREFIX :<a:c> SELECT * {",
)
# whole clauses parse more often than random pieces, and are then cut and glued
CLAUSES = (
    *("?a ?b ?c", "?a<a:b>?c", "?a ?b true", "?a ?b 1", "?a ?b 'x'", "?a ?b '''x'y'''", "?a :p x:y", "?a a ?c"),
    *("FILTER(?a<?b)", "FILTER(?a<?b&&?b>?a)", "FILTER(?a<'x>')", "FILTER(?a<?b#>\n)", 'FILTER(?a<"x>")'),
    *("FILTER(?a=<a:service>)", "FILTER(?a<1)", "BIND('SERVICE' AS ?x)", "{}", "OPTIONAL{}", "#'\n", '#"\n', "#'''\n"),
    *("SERVICE<a:b>{}", "SERVICE?x{}", "SERVICE:x{}", "SERVICE x:y{}", "SERVICE#>\n<a:b>{}", "service silent ?x{}"),
    *(
        "SERVICE:x:y{}",
        "SERVICE:{}",
        "GRAPH service:x{}",
        "GRAPH<a:service>{}",
        "VALUES?service{1}",
        "GRAPHSERVICE:x{}",
    ),
    *(
        "?a (1 <a:service> 2) ?c",
        "?a (<a:b>)?c",
        "FILTER(?a IN(<a:b>,1))",
        "?a <a:p>/<a:q>|(<a:r>) ?c",
        "FILTER(!?a<?b)",
    ),
)


@pytest.mark.slow
def test_ten_thousand_queries_are_read_as_the_engine_reads_them() -> None:
    """Never blind: whatever the engine would call is found. Seldom over-careful: innocent queries pass."""
    chance = random.Random(20261122)
    called = refused = innocent = 0
    for _ in range(10_000):
        if chance.random() < 0.5:
            body = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 14)))
        else:
            glue = ("", " ", ".", " . ", "\n", "#x\n")
            body = "".join(chance.choice(CLAUSES) + chance.choice(glue) for _ in range(chance.randint(1, 6)))
        query = chance.choice(HEADS) + body + chance.choice(("}", " }", "\n}", ""))
        found = find_service(query) is not None
        if engine_would_call(query):
            called += 1
            assert found, query
        elif _parses(query):
            innocent += 1
            refused += found
    # the generator reaches both kinds, and a refusal of an innocent query is rare even among these
    assert called > 500
    assert innocent > 500
    assert refused <= innocent * 0.05


@given(st.text(alphabet=st.sampled_from("sSeErRvViIcC<>?#'\"\\{}(): \n.uU0359")))
def test_any_text_is_read_without_an_error(text: str) -> None:
    find_service(text)
    find_update(text)
    find_star(text)
    find_dataset(text)
    decode_escapes(text)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("INSERT DATA { <a:b> <a:c> 1 }", "INSERT"),
        ("# a note\nPREFIX x: <a:b>\nBASE <a:c>\ndelete where { ?s ?p ?o }", "DELETE"),
        ("LOAD <file:///etc/passwd>", "LOAD"),
        ("WITH <a:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "WITH"),
        ("SELECT * { ?insert ?delete 'LOAD' }", None),
        ("", None),
    ],
)
def test_updates_are_told_from_queries(query: str, word: str | None) -> None:
    assert find_update(query) == word


@pytest.mark.parametrize(
    ("query", "default_graphs", "named_graphs"),
    [
        ("ASK FROM <http://a/1> FROM <http://a/2> {}", ("http://a/1", "http://a/2"), ()),
        ("ASKFROM<http://a/1>FROMNAMED<http://a/2>{}", ("http://a/1",), ("http://a/2",)),
        ("BASE <http://a/> SELECT * FROM <1> FROM NAMED <2> {}", ("http://a/1",), ("http://a/2",)),
        ("PREFIX g: <http://a/> DESCRIBE <x:y> FROM#note\nNAMED g:1", (), ("http://a/1",)),
        ("SELECT (EXISTS { ?s ?p 'FROM <http://a/0>' } AS ?x) FROM <http://a/\\u0031> {}", ("http://a/1",), ()),
        ("CONSTRUCT { ?s ?p ?o } FROM <http://a/1> WHERE { ?s ?p ?o }", ("http://a/1",), ()),
        ("ASK FROM <http://a/1> FROM <http://a/1> {}", ("http://a/1",), ()),
    ],
)
def test_dataset_clauses_are_read(query: str, default_graphs: tuple[str, ...], named_graphs: tuple[str, ...]) -> None:
    clause = find_dataset(query)
    assert clause is not None
    assert clause.default_graphs == default_graphs
    assert clause.named_graphs == named_graphs


@pytest.mark.parametrize("query", ["ASK {}", "ASK { ?from ?p 'FROM <a:b>' } # FROM <a:b>", "ASK FROM x:undeclared {}"])
def test_a_query_without_a_usable_dataset_clause_has_none(query: str) -> None:
    assert find_dataset(query) is None


@pytest.mark.parametrize("term", ["<a> <b>", "?x", "<a:b> }", "'a' 'b'", "'a'^^", "", "1 2", "_:b", "'x'@en@en"])
def test_a_binding_that_is_not_one_term_is_refused(term: str) -> None:
    with pytest.raises(ValueError, match="not one RDF term"):
        bind_values("SELECT * { ?x ?p ?o }", {"x": term})


def test_bindings_of_a_construct_go_to_its_pattern() -> None:
    bound = bind_values("CONSTRUCT { ?x ?p ?o } WHERE { ?x ?p ?o }", {"x": "<a:b>"})
    assert bound == "CONSTRUCT { ?x ?p ?o } WHERE { VALUES (?x) { (<a:b>) } ?x ?p ?o }"
