"""The W3C SPARQL 1.0 and 1.1 test suites for query evaluation and query syntax, over HTTP against our endpoint.

One line per suite. All data files of the suites lie in one dataset, each in a graph that bears its address, and each
test names its own graphs by the parameters of the protocol: so the whole way of a query is tested, and no test waits
for a dataset of its own. Queries are resolved against their folder, which is an endpoint of its own. What does not
apply stands below by IRI with the reason. Results are compared as RDF: rows in any order unless the query orders them,
blank nodes by what they stand for, numbers by value, because Oxigraph keeps a number as its value.
"""

from __future__ import annotations

import http.client
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from fastapi import FastAPI

from policygraph.speaking.sparql.description import Catalogue
from policygraph.speaking.sparql.engine import Settings
from policygraph.speaking.sparql.protocol import Service, sparql_router
from policygraph.speaking.sparql.workers import PoolEngine

SUITES = Path(__file__).resolve().parents[2] / ".." / "shared" / "conformance" / "sparql-query"
BASE = "http://w3c.example/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
R2 = "http://www.w3.org/2001/sw/DataAccess/tests/data-r2/"
SPARQL11 = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
NOWHERE = "urn:x-policygraph:none"

_VALUES = "Oxigraph keeps a number as its value, so literals that differ only in how it is written are one term"
_SCOPE = "Oxigraph binds the variable of GRAPH inside the group already, where the algebra joins it afterwards"
_PATHS = "Oxigraph gives a path of length zero only to terms that occur in the graph"
_TAGS = "Oxigraph's GROUP_CONCAT keeps a language that all parts share, as SPARQL 1.2 drafts have it"

EXCLUDED: dict[str, str] = {
    **{
        f"{R2}{name}": _VALUES
        for name in (
            "distinct/manifest#distinct-1",
            "distinct/manifest#distinct-9",
            "expr-builtin/manifest#dawg-str-1",
            "expr-builtin/manifest#dawg-str-2",
            "expr-builtin/manifest#sameTerm-simple",
            "expr-builtin/manifest#sameTerm-eq",
            "expr-builtin/manifest#sameTerm-not-eq",
            "expr-equals/manifest#eq-graph-1",
            "expr-equals/manifest#eq-graph-2",
            "open-world/manifest#open-eq-01",
        )
    },
    f"{R2}graph/manifest#graph-variable-scope": _SCOPE,
    f"{R2}graph/manifest#graph-optional": _SCOPE,
    f"{SPARQL11}aggregates/manifest#agg-empty-group-count-graph": _SCOPE,
    f"{SPARQL11}bindings/manifest#graph": _SCOPE,
    f"{SPARQL11}negation/manifest#graph-minus": _SCOPE,
    f"{SPARQL11}aggregates/manifest#agg-groupconcat-04": _TAGS,
    f"{SPARQL11}aggregates/manifest#agg-groupconcat-06": _TAGS,
    **{
        f"{SPARQL11}property-path/manifest#zero_or_{many}_set_{end}": _PATHS
        for many in ("one", "more")
        for end in ("start", "end")
    },
    f"{R2}open-world/manifest#date-2": (
        "Oxigraph compares dates with and without a time zone where XPath 2.0 leaves them incomparable"
    ),
    f"{R2}expr-builtin/manifest#case-insensitive-booleans": "Oxigraph reads true and false in small letters only",
    f"{SPARQL11}functions/manifest#bnode01": "Oxigraph's BNODE(text) gives one node for one text in all rows",
    f"{R2}syntax-sparql3/manifest#syn-bad-26": (
        "Oxigraph reads no longest tokens: ?x<?a&&?b>?y is two comparisons there, and no IRI"
    ),
}
"""What Oxigraph answers otherwise by itself, over a store that holds just the data of the test."""

# https://www.w3.org/TR/xmlschema-2/#integer and what is derived from it: Oxigraph keeps all of them as xsd:integer
_INTEGERS = frozenset(
    XSD + name
    for name in (
        "byte", "int", "long", "negativeInteger", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger",
        "short", "unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort",
    )
)  # fmt: skip
_NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))
_FORMATS = {".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.N_TRIPLES}
_RESULTS = {".srx": ox.QueryResultsFormat.XML, ".srj": ox.QueryResultsFormat.JSON}
_ACCEPT = "application/sparql-results+json, application/n-triples"

pytestmark = [pytest.mark.conformance, pytest.mark.shared]

Term = ox.NamedNode | ox.BlankNode | ox.Literal
AnyTerm = Term | ox.Triple
Row = tuple[tuple[str, Term], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One test of a manifest; paths are relative to the suites."""

    iri: str
    kind: str
    folder: str
    query: str
    data: tuple[str, ...]
    graphs: tuple[str, ...]
    result: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with their variables, or a truth value, or a graph."""

    variables: frozenset[str]
    rows: tuple[Row, ...]
    truth: bool | None = None
    triples: frozenset[ox.Triple] | None = None


@pytest.fixture(scope="module", autouse=True)
def _suites_present() -> None:
    if not SUITES.is_dir():
        message = "the W3C suites are not at ../shared/conformance/sparql-query"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    found = [case for manifest in sorted(SUITES.glob("*/manifest.ttl")) for case in read_manifest(manifest)]
    return list({case.iri: case for case in found}.values())


@pytest.fixture(scope="module")
def port(cases: list[Case], serve: Callable[[Any], int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    path = tmp_path_factory.mktemp("w3c") / "data.nq"
    named = {name for case in cases for name in (*case.data, *case.graphs)}
    # a query may name more files of its folder by FROM
    named |= {str(file.relative_to(SUITES)) for file in SUITES.glob("10-dataset/data-*.ttl")}
    with path.open("wb") as file:
        for name in sorted(named):
            graph = ox.NamedNode(BASE + name)
            quads = [ox.Quad(t.subject, t.predicate, t.object, graph) for t in read_graph(name, rename=True)]
            file.write(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    with PoolEngine([path], Settings(workers=1, short=1, budget=5, timeout=30)) as engine:
        app = FastAPI()
        catalogue = Catalogue(engine, dataset=lambda: "w3c")
        for folder in sorted({case.folder for case in cases}):
            service = Service(engine, catalogue.describe_service, endpoint=f"{BASE}{folder}/query")
            app.include_router(sparql_router(service, f"/{folder}/sparql"))
        yield serve(app)


def plain(term: AnyTerm) -> Term:
    """A term of RDF 1.1, which is all that the suites hold."""
    assert not isinstance(term, ox.Triple)
    return term


def read_graph(name: str, *, rename: bool = False) -> list[ox.Triple]:
    path = SUITES / name
    form = _FORMATS[path.suffix]
    quads = ox.parse(path.read_bytes(), format=form, base_iri=BASE + name, rename_blank_nodes=rename)
    return [quad.triple for quad in quads]


def read_manifest(manifest: Path) -> list[Case]:
    """The tests of a manifest in the order in which it lists them."""
    folder = manifest.parent
    held: dict[Term, dict[str, list[Term]]] = {}
    for triple in read_graph(f"{folder.name}/{manifest.name}"):
        held.setdefault(plain(triple.subject), {}).setdefault(triple.predicate.value, []).append(plain(triple.object))

    def follow(node: Term | None, term: str) -> Term | None:
        return next(iter(held.get(node, {}).get(term, ())), None) if node is not None else None

    def file_names(node: Term | None, term: str) -> tuple[str, ...]:
        return tuple(value.value.removeprefix(BASE) for value in held.get(node, {}).get(term, ())) if node else ()

    cases = []
    place = follow(ox.NamedNode(f"{BASE}{folder.name}/{manifest.name}"), f"{MF}entries")
    while place is not None and place != ox.NamedNode(f"{RDF}nil"):
        entry = follow(place, f"{RDF}first")
        action = follow(entry, f"{MF}action")
        kind = follow(entry, f"{RDF}type")
        assert entry is not None
        assert action is not None
        assert kind is not None
        query = action if isinstance(action, ox.NamedNode) else follow(action, f"{QT}query")
        assert query is not None
        result = file_names(entry, f"{MF}result")
        cases.append(
            Case(
                entry.value,
                kind.value.removeprefix(MF),
                folder.name,
                query.value.removeprefix(BASE),
                file_names(action, f"{QT}data"),
                file_names(action, f"{QT}graphData"),
                result[0] if result else "",
            )
        )
        place = follow(place, f"{RDF}rest")
    return cases


def ask(port: int, case: Case) -> tuple[int, str, bytes, str | None]:
    """Status, media type, body and reason of refusal for the query of a test, whose bytes are sent as they are."""
    query = (SUITES / case.query).read_bytes()
    graphs: list[tuple[str, str]] = []
    if not re.search(rb"\bFROM\b", query, re.IGNORECASE):
        graphs += [("default-graph-uri", BASE + name) for name in case.data]
        graphs += [("named-graph-uri", BASE + name) for name in case.graphs]
    if not case.data and not re.search(rb"\bFROM\b", query, re.IGNORECASE):
        # no data: the empty default graph, which a parameter can only say with a graph that does not exist
        graphs.append(("default-graph-uri", NOWHERE))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Content-Type": "application/sparql-query", "Accept": _ACCEPT}
        connection.request("POST", f"/{case.folder}/sparql?{urlencode(graphs)}", query, headers)
        response = connection.getresponse()
        got = response.headers
        return response.status, got.get_content_type(), response.read(), got.get("Policygraph-Refusal")
    finally:
        connection.close()


def read_answer(media_type: str, body: bytes) -> Table:
    if media_type == "application/n-triples":
        triples = frozenset(quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
        return Table(frozenset(), (), triples=triples)
    return read_results(body, ox.QueryResultsFormat.JSON)


def read_results(body: bytes, form: ox.QueryResultsFormat) -> Table:
    results = ox.parse_query_results(body, format=form)
    if isinstance(results, ox.QueryBoolean):
        return Table(frozenset(), (), truth=bool(results))
    names = [variable.value for variable in results.variables]
    rows = []
    for solution in results:
        cells = zip(names, solution, strict=True)
        rows.append(
            tuple(sorted(((n, plain(term)) for n, term in cells if term is not None), key=lambda cell: cell[0]))
        )
    return Table(frozenset(names), tuple(rows))


def read_expected(name: str) -> Table:
    """The result that a test names: of the result formats, or as RDF in the vocabulary of result sets, or a graph."""
    path = SUITES / name
    if path.suffix in _RESULTS:
        return read_results(path.read_bytes(), _RESULTS[path.suffix])
    triples = read_graph(name)
    held: dict[Term, dict[str, list[Term]]] = {}
    for triple in triples:
        held.setdefault(plain(triple.subject), {}).setdefault(triple.predicate.value, []).append(plain(triple.object))
    tables = [node for node, facts in held.items() if ox.NamedNode(f"{RS}ResultSet") in facts.get(f"{RDF}type", ())]
    if not tables:
        return Table(frozenset(), (), triples=frozenset(triples))
    facts = held[tables[0]]
    if f"{RS}boolean" in facts:
        return Table(frozenset(), (), truth=facts[f"{RS}boolean"][0].value == "true")
    rows = []
    for solution in facts.get(f"{RS}solution", ()):
        # a solution without bindings states nothing
        cell_facts = held.get(solution, {})
        order = cell_facts.get(f"{RS}index", [ox.Literal(0)])[0].value
        bindings = [held[binding] for binding in cell_facts.get(f"{RS}binding", ())]
        cells = sorted(
            ((one[f"{RS}variable"][0].value, one[f"{RS}value"][0]) for one in bindings), key=lambda cell: cell[0]
        )
        rows.append((int(order), tuple(cells)))
    names = frozenset(value.value for value in facts.get(f"{RS}resultVariable", ()))
    return Table(names, tuple(row for _, row in sorted(rows, key=lambda pair: pair[0])))


def settle(term: Term) -> Term:
    """A term as it is compared: numbers by value and kind, one writing of a truth value and of a time zone."""
    if not isinstance(term, ox.Literal):
        return term
    if term.datatype.value == XSD + "boolean":
        return ox.Literal({"1": "true", "0": "false"}.get(term.value, term.value), datatype=term.datatype)
    if term.datatype.value.startswith(XSD + "date"):
        return ox.Literal(term.value.replace("+00:00", "Z"), datatype=term.datatype)
    if term.datatype.value not in _NUMBERS | _INTEGERS:
        return term
    kind = XSD + "integer" if term.datatype.value in _INTEGERS else term.datatype.value
    try:
        return ox.Literal(f"{float(term.value):.12g}", datatype=ox.NamedNode(f"{kind}-value"))
    except ValueError:
        return term


def has_blank(row: Row) -> bool:
    return any(isinstance(term, ox.BlankNode) for _, term in row)


def write_rows(rows: list[Row]) -> ox.Dataset:
    """Rows as a graph, so that blank nodes can be compared by what they stand for."""
    found = ox.Dataset()
    for number, row in enumerate(rows):
        # equal rows must stay two: each says how many there are of it, once blank nodes are put aside
        node = ox.BlankNode(f"row{number}")
        shape = tuple((name, None if isinstance(term, ox.BlankNode) else term) for name, term in row)
        alike = sum(shape == tuple((n, None if isinstance(t, ox.BlankNode) else t) for n, t in other) for other in rows)
        found.add(ox.Quad(node, ox.NamedNode("urn:alike"), ox.Literal(alike)))
        for name, term in row:
            found.add(ox.Quad(node, ox.NamedNode(f"urn:variable:{name}"), term))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def differ(case: Case, got: Table, wanted: Table) -> str | None:
    """What is wrong with an answer; None when nothing is."""
    if (got.truth, got.triples is None) != (wanted.truth, wanted.triples is None):
        return f"another kind of answer: {got.truth} {wanted.truth}"
    if wanted.triples is not None:
        graphs = []
        for triples in (got.triples or (), wanted.triples):
            graph = ox.Dataset(ox.Quad(t.subject, t.predicate, settle(plain(t.object))) for t in triples)
            graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
            graphs.append(graph)
        return None if graphs[0] == graphs[1] else f"{len(graphs[0])} triples for {len(graphs[1])}"
    if got.variables != wanted.variables:
        return f"columns {sorted(got.variables)} for {sorted(wanted.variables)}"
    tables = [[tuple((name, settle(term)) for name, term in row) for row in table.rows] for table in (got, wanted)]
    text = (SUITES / case.query).read_text("utf-8", errors="replace")
    if case.folder == "10-reduced":
        # lax cardinality: how often a row stands there is not said
        return None if set(tables[0]) == set(tables[1]) else "other rows"
    firm = [[row for row in table if not has_blank(row)] for table in tables]
    if re.search(r"\bORDER\s+BY\b", text, re.IGNORECASE):
        if firm[0] != firm[1]:
            return "another order"
    elif Counter(firm[0]) != Counter(firm[1]):
        return f"{len(tables[0])} rows for {len(tables[1])}, or other ones"
    blank = [write_rows([row for row in table if has_blank(row)]) for table in tables]
    return None if blank[0] == blank[1] else "blank nodes stand for other things"


def report(capsys: pytest.CaptureFixture[str], suite: str, failures: list[str], total: int, excluded: int) -> None:
    with capsys.disabled():
        print(f"\nW3C SPARQL {suite}: {total - len(failures)} of {total} passed, {excluded} excluded", end="")
    assert not failures, "\n".join(failures)


SUITE_SIZES = {"1.0": (277, 199), "1.1": (225, 103)}
"""Tests of evaluation and of syntax for each version: a suite that lost some must not pass for whole."""


def pick(cases: list[Case], version: str, *, syntax: bool) -> list[Case]:
    prefix = "10-" if version == "1.0" else "11-"
    return [case for case in cases if case.folder.startswith(prefix) and ("Syntax" in case.kind) == syntax]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_evaluation(port: int, cases: list[Case], capsys: pytest.CaptureFixture[str], version: str) -> None:
    chosen = pick(cases, version, syntax=False)
    applicable = [case for case in chosen if case.iri not in EXCLUDED]
    failures = []
    for case in applicable:
        status, media_type, body, _ = ask(port, case)
        if status != 200:
            failures.append(f"{case.iri}: status {status}: {body.decode()[:200]}")
            continue
        problem = differ(case, read_answer(media_type, body), read_expected(case.result))
        if problem is not None:
            failures.append(f"{case.iri}: {problem}")
    report(capsys, f"{version} evaluation", failures, len(applicable), len(chosen) - len(applicable))
    assert len(chosen) == SUITE_SIZES[version][0]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_syntax(port: int, cases: list[Case], capsys: pytest.CaptureFixture[str], version: str) -> None:
    chosen = pick(cases, version, syntax=True)
    applicable = [case for case in chosen if case.iri not in EXCLUDED]
    failures = []
    for case in applicable:
        status, _, body, refusal = ask(port, case)
        # a query that calls a function of its own is sound, and is refused because nobody has that function
        is_sound = status == 200 or refusal == "unknown-function"
        if is_sound != case.kind.startswith("Positive") or not (is_sound or refusal in {"syntax", "bad-encoding"}):
            failures.append(f"{case.iri}: {status} {refusal}: {body.decode()[:200]}")
    report(capsys, f"{version} syntax", failures, len(applicable), len(chosen) - len(applicable))
    assert len(chosen) == SUITE_SIZES[version][1]


def test_what_is_excluded_is_there_and_has_a_reason(cases: list[Case]) -> None:
    assert set(EXCLUDED) <= {case.iri for case in cases}
    assert all(len(reason.split()) > 5 for reason in EXCLUDED.values())
