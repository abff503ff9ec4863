"""Graphs in memory answer as rdflib's own do, whatever is asked of them and whenever their indexes are made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from time import sleep

import pyoxigraph as ox
import pyshacl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node
from tests.conftest import ask_at_once

from policygraph.graph.blanks import skolemise
from policygraph.graph.memory import (
    SHACL_AXIOMS,
    MemoryGraph,
    Triple,
    join,
    keep_made,
    make_day,
    make_graph,
    make_number,
    make_steady,
)
from policygraph.keeping.terms import read_node
from policygraph.namespaces import PG

THINGS: tuple[Node, ...] = (URIRef("urn:a"), URIRef("urn:b"), BNode("c"))
TERMS: tuple[URIRef, ...] = (RDF.type, PG.document, PG.quote)
VALUES: tuple[Node, ...] = (*THINGS, Literal("a"), Literal("a", lang="zh"), Literal("1", datatype=XSD.integer))

triples = st.tuples(st.sampled_from(THINGS), st.sampled_from(TERMS), st.sampled_from(VALUES))
steps = st.lists(
    st.tuples(st.sampled_from(("add", "+=", "join", "remove", "ask")), st.lists(triples, max_size=6)), max_size=8
)


def answers(graph: Graph) -> dict[str, list[object]]:
    """Everything that can be asked of a graph by pattern, each answer sorted."""
    found: dict[str, list[object]] = {"all": [*graph], "len": [len(graph)]}
    for pattern in product((None, *THINGS), (None, *TERMS), (None, *VALUES)):
        s, p, o = pattern
        found[f"triples {pattern}"] = [*graph.triples(pattern)]
        found[f"in {pattern}"] = [pattern in graph]
        found[f"objects {s} {p}"] = [*graph.objects(s, p), *graph.objects(s, p, unique=True)]
        found[f"subjects {p} {o}"] = [*graph.subjects(p, o), *graph.subjects(p, o, unique=True)]
        found[f"predicates {s} {o}"] = [*graph.predicates(s, o)]
        found[f"said of {s}"] = [*graph.predicate_objects(s), *graph.predicate_objects(s, unique=True)]
        found[f"value {s} {p}"] = [graph.value(s, p) in {None, *graph.objects(s, p)}]
        found[f"no value {s} {p}"] = [graph.value(s, p, default=PG.none) == PG.none]
        found[f"value {p} {o}"] = [graph.value(None, p, o) is None]
    found["several subjects"] = [*graph.objects([*THINGS], PG.quote)]
    found["several values"] = [*graph.subjects(PG.quote, [*VALUES])]
    found["path"] = [*graph.subject_objects(PG.quote / PG.document), *graph.objects(THINGS[0], ~PG.quote)]
    return {key: sorted(values, key=repr) for key, values in found.items()}


@pytest.mark.slow
@settings(max_examples=60)
@given(steps)
def test_they_answer_as_the_graphs_of_rdflib_do(steps: list[tuple[str, list[Triple]]]) -> None:
    ours, theirs = make_graph(), Graph()
    for step, given_triples in steps:
        if step == "ask":
            assert answers(ours) == answers(theirs)
        elif step == "remove":
            for s, p, _ in given_triples:
                ours.remove((s, p, None))
                theirs.remove((s, p, None))
        else:
            for triple in given_triples:
                theirs.add(triple)
            if step == "add":
                for triple in given_triples:
                    ours.add(triple)
            elif step == "join":
                join(ours, given_triples[:2], make_graph(given_triples))
            else:
                ours += make_graph(given_triples)
    assert answers(ours) == answers(theirs)


def test_a_graph_made_of_another_is_a_copy() -> None:
    first = make_graph([(THINGS[0], PG.quote, VALUES[0])])
    second = make_graph(first)
    second.add((THINGS[0], PG.quote, VALUES[1]))
    assert (len(first), len(second)) == (1, 2)
    assert [*first.objects(THINGS[0], PG.quote)] == [VALUES[0]]


def test_what_rdflib_makes_of_them_is_sound() -> None:
    graph = make_graph([(THINGS[2], PG.quote, Literal("甲"))])
    assert isinstance(graph + Graph(), MemoryGraph)
    assert isomorphic(Graph().parse(data=graph.serialize(format="turtle")), graph)
    assert [str(row[0]) for row in graph.query("SELECT ?o { ?s ?p ?o }")] == ["甲"]  # type: ignore[index]  # rows
    assert len(make_graph().parse(data="<urn:a> <urn:b> <urn:c> , <urn:d> .", format="turtle")) == 2


def test_every_blank_node_gets_a_name_also_one_that_nothing_is_said_of() -> None:
    graph = make_graph([(THINGS[0], PG.quote, BNode("x")), (THINGS[0], PG.document, BNode("y"))])
    assert sorted(map(str, skolemise(graph).objects())) == ["urn:a/document_1", "urn:a/quote_1"]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "ask",
    [
        lambda graph: len([*graph.subjects(PG.quote, Literal("a"))]),
        lambda graph: len([*graph.triples((None, PG.quote, None))]),
        lambda graph: len([*graph.triples((None, None, Literal("a")))]),
        lambda graph: len([*graph.objects(URIRef("urn:1999"), PG.quote)]),
    ],
    ids=["subjects", "pairs", "values", "objects"],
)
def test_who_asks_while_an_index_is_made_gets_all(ask: Callable[[Graph], int]) -> None:
    """A part of the shapes of a policy, seen by the second of two first visitors, would decide wrongly."""
    facts: list[Triple] = [(URIRef(f"urn:{n}"), PG.quote, Literal("a")) for n in range(2000)]
    for _ in range(5):
        graph = make_graph(facts)
        assert set(ask_at_once([partial(ask, graph)] * 6)) == {ask(make_graph(facts))}


@pytest.mark.usefixtures("hasty")
def test_what_is_kept_of_a_graph_is_made_by_one_of_those_who_ask() -> None:
    made: list[Graph] = []
    steady = make_steady(make_graph([(THINGS[0], PG.quote, VALUES[0])]))

    def make(graph: Graph) -> Graph:
        made.append(graph)
        sleep(0.05)  # long enough for all others to come
        return make_graph(graph)

    assert len(set(map(id, ask_at_once([partial(keep_made, steady, make)] * 6)))) == 1
    assert len(made) == 1


@pytest.mark.parametrize("language", [None, "zh", "zh-Hans", "en"])
@pytest.mark.parametrize("words", ["", "依法\n从严", " 1 ", "true", "ﾊ①é"])
def test_words_are_read_as_rdflib_makes_them(words: str, language: str | None) -> None:
    """``read_node`` fills the slots of a literal by itself; rdflib may not have others, or other values in them."""
    term = ox.Literal(words, language=language)
    assert_alike(read_node(term), Literal(words, lang=term.language, normalize=False))


@pytest.mark.parametrize("number", [0, 7, -1, 2026])
def test_numbers_are_made_as_rdflib_makes_them(number: int) -> None:
    assert_alike(make_number(number), Literal(number))


@pytest.mark.parametrize("day", ["0001-01-01", "2020-02-29", "9999-12-31"])
def test_days_are_made_as_rdflib_makes_them(day: str) -> None:
    assert_alike(make_day(day), Literal(day, datatype=XSD.date))


def assert_alike(found: Node, expected: Literal) -> None:
    slots = [slot for kind in Literal.__mro__ for slot in getattr(kind, "__slots__", ())]
    assert {slot: getattr(found, slot) for slot in slots} == {slot: getattr(expected, slot) for slot in slots}
    assert (found, hash(found), found.n3()) == (expected, hash(expected), expected.n3())


def test_the_axioms_of_shapes_are_those_that_the_engine_adds() -> None:
    assert sorted(SHACL_AXIOMS) == sorted(pyshacl.ShapesGraph.system_triples)
