"""What is wrong with a query is told in words: where, what, and what to do; no list of what an engine would take."""

from __future__ import annotations

import re
import time

import pytest
from pyoxigraph import Store
from tests.conftest import Visit

from policygraph.speaking.sparql.faults import find_fault
from policygraph.speaking.sparql.planning import explain_syntax
from policygraph.words import read_languages

# a query, what is wrong with it, the line and column of it
FAULTS = (
    ("", "empty", 1, 1),
    ("# 只有注释", "empty", 1, 1),
    ("SELEC ?s { ?s ?p ?o }", "misspelt-beginning", 1, 1),
    ("中文问题", "beginning", 1, 1),
    ("SELECT ?s {\n  ?s pg:clause ?o }", "prefix-known", 2, 6),
    ("SELECT ?s {\n  ?s ex:clause ?o }", "prefix", 2, 6),
    ("PREFIX a: <http://x y> SELECT * {}", "iri", 1, 11),
    ("SELECT * {\n  ?s ?p 'abc }", "quote", 2, 9),
    ("SELECT * WHERE {\n  ?s ?p ?o", "open", 1, 16),
    ("SELECT (COUNT(?s AS ?n) { ?s ?p ?o }", "open", 1, 8),
    ("SELECT * { ?s ?p ?o }}", "closed", 1, 22),
    ("SELECT * { ?s ?p ?o FILTER(contain(?o, 'x')) }", "misspelt-function", 1, 28),
    ("SELECT * { ?s ?p ?o FILTER(qqqq(?o)) }", "function", 1, 28),
    ("SELECT * { ?s ?p ?o BIND(1 AS ?o) }", "reassigned", 1, 31),
    ("SELECT ?a ?a { ?a ?b ?c }", "repeated", 1, 26),
    ("SELECT ?x { ?s ?p ?x } GROUP BY ?s", "ungrouped", 1, 35),
    ("SELECT ?s { ?s ?p ?o } LIMIT ten", "unexpected", 1, 30),
    ("SELECT ?s { ?s ?p ?o } ORDER", "unfinished", 1, 29),
    ("DESCRIBE", "unfinished", 1, 9),
)


def refuse_by(query: str) -> str:
    with pytest.raises(SyntaxError) as refused:
        Store().query(query)
    return str(refused.value)


@pytest.mark.parametrize(("query", "key", "line", "column"), FAULTS, ids=[key for _, key, _, _ in FAULTS])
def test_a_fault_has_a_place_a_cause_and_a_remedy_in_words(query: str, key: str, line: int, column: int) -> None:
    told = refuse_by(query)
    fault = find_fault(query, told)
    assert (fault.key, fault.line, fault.column) == (key, line, column)
    body = explain_syntax(told, query).body.decode()
    assert body.startswith(f"第 {line} 行第 {column} 列：")
    assert f"Line {line}, column {column}: " in body
    assert "expected" not in body
    assert not re.search(r"\{\w+\}", body)


def test_every_fault_that_there_are_words_for_is_found() -> None:
    for language in read_languages().values():
        assert set(language.words["query_faults"]) == {key for _, key, _, _ in FAULTS}


def test_the_mark_stands_below_the_place_of_wide_letters_too() -> None:
    query = "SELECT * { ?措施 pg:x ?o }"
    shown, mark = explain_syntax(refuse_by(query), query).body.decode().splitlines()[-2:]
    before = shown[: shown.index("pg:")]
    assert len(mark) - 1 == len(before) + sum(letter > "一" for letter in before)


@pytest.mark.slow
def test_the_endpoint_and_the_page_say_it(visit: Visit) -> None:
    client = visit()
    asked = {"query": "SELECT * { ?s pg:clause ?o }"}
    answer = client.get("/sparql", params=asked)
    assert answer.status_code == 400
    assert answer.text.startswith("第 1 行第 15 列：前缀 pg: 没有声明")
    page = client.get("/sparql", params=asked, headers={"Accept": "text/html"}).text
    assert "前缀 pg: 没有声明" in page
    # what was refused is no data to take away
    assert "format=csv" not in page


@pytest.mark.parametrize(
    "text", ["SELECT * { ?s ?p ?o } LIMIT x " + "?a\n" * 60_000, "x" * 200_000, "SELECT " + "(" * 100_000]
)
def test_a_long_text_is_looked_at_once(text: str) -> None:
    """A stranger's text of the greatest length costs no more than a short one; its place is told all the same."""
    begin = time.process_time()
    fault = find_fault(text, "error at 1:29: expected x")
    assert (fault.key, fault.line, fault.column) == ("unexpected", 1, 29)
    assert time.process_time() - begin < 0.5
