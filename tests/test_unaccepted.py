"""Nothing that nobody has accepted reaches an answer: every route of the service, every question, tool and graph.

A word that no text has stands in every statement of a draft, and in its journal. The service is started with the page
of curation, which is the one that may show it; every other route is found by asking the application for its routes, so
that a new one is walked without a line here, or fails until somebody says how it is filled. That such a walk would see
the word is shown by the same statements in the model: then it is everywhere.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute
from httpx2 import Response
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient
from tests import memos

from policygraph.errors import InputError, NotFoundError
from policygraph.keeping.curation.bench import Bench
from policygraph.keeping.curation.cases import DRAFT, JOURNAL, MODEL, Case
from policygraph.keeping.dataset.building import build
from policygraph.keeping.dataset.manifest import DATASET_FILE, read_manifest
from policygraph.keeping.dataset.opening import open_dataset
from policygraph.keeping.store import Store
from policygraph.keeping.turtle import write_file
from policygraph.keeping.workspace import PARTS, Workspace, open_workspace
from policygraph.namespaces import PG, slug_of
from policygraph.speaking.app import Options, create_app
from policygraph.speaking.mcp.tools import Counter
from policygraph.speaking.sparql.dumps import CHECKSUMS, read_dumps
from policygraph.speaking.sparql.engine import Settings
from policygraph.speaking.web.curate import Editing
from policygraph.speaking.web.lists import KINDS

pytestmark = pytest.mark.slow

SLUG = memos.SLUG
AT = memos.AT
MARK = "独此一处的记号词"
LINED = (PG.Policy, PG.ConditionRule)
ALL = "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }"
FOUND = f'SELECT ?g ?s WHERE {{ GRAPH ?g {{ ?s ?p ?o FILTER(CONTAINS(STR(?o), "{MARK}")) }} }}'
RESULTS = {"accept": "application/sparql-results+json"}


@dataclass(frozen=True)
class Marked:
    """The memo with the word in every statement: as a draft, and as a model that somebody accepted, each built."""

    workspace: Workspace
    draft: Path
    model: Path
    drafted: tuple[str, ...]
    """What the draft would state, by address below ``id/``."""


def mark(graph: Graph) -> Graph:
    """Every subject with the word in its note and its title; what a proposal says of itself too."""
    for subject in {node for node in graph.subjects(RDF.type, None) if isinstance(node, URIRef)}:
        graph.add((subject, PG.note, Literal(MARK)))
        for title in list(graph.objects(subject, DCTERMS.title)):
            graph.remove((subject, DCTERMS.title, title))
            graph.add((subject, DCTERMS.title, Literal(f"{title}{MARK}", lang="zh")))
    return graph


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Marked:
    folder = tmp_path_factory.mktemp("unaccepted")
    case = memos.draft_memo(folder)
    workspace = case.desk.workspace
    graph = mark(case.graph(DRAFT))
    case.path(DRAFT).write_text(write_file(graph, "草稿", case.base), encoding="utf-8")
    case.path(JOURNAL).write_text(case.text(JOURNAL).replace('"note":"', f'"note":"{MARK}'), encoding="utf-8")
    assert min(case.text(DRAFT).count(MARK), case.text(JOURNAL).count(MARK)) > 0
    build(folder / "draft", workspace)
    accepted = accept_by_copy(case, graph, folder / "accepted")
    build(folder / "model", accepted)
    drafted = sorted({slug_of(str(one)) for one in graph.objects(None, PG.proposes)})
    return Marked(workspace, folder / "draft", folder / "model", tuple(drafted))


def accept_by_copy(case: Case, graph: Graph, folder: Path) -> Workspace:
    """The workspace as if somebody had accepted what is drafted, the word included."""
    shutil.copytree(case.desk.workspace.root, folder)
    model = Graph()
    for triple in graph:
        model.add(triple)
    for kind in (PG.Proposal, *LINED):
        for subject in list(model.subjects(RDF.type, kind)):
            model.remove((subject, None, None))
    (folder / "documents" / SLUG / MODEL).write_text(write_file(model, "整理稿", case.base), encoding="utf-8")
    return open_workspace(folder)


def test_a_draft_changes_no_byte_of_the_dataset(marked: Marked, tmp_path: Path) -> None:
    shutil.copytree(marked.workspace.root, tmp_path / "own")
    bare = open_workspace(tmp_path / "own")
    for name in (DRAFT, JOURNAL):
        (bare.folder(SLUG) / name).unlink()
        assert name not in PARTS
    build(tmp_path / "bare", bare)
    assert (marked.draft / DATASET_FILE).read_bytes() == (tmp_path / "bare" / DATASET_FILE).read_bytes()
    assert read_manifest(marked.draft) == read_manifest(tmp_path / "bare")
    assert MARK.encode() not in (marked.draft / DATASET_FILE).read_bytes()
    assert MARK.encode() in (marked.model / DATASET_FILE).read_bytes()


# ---- every route ----


@pytest.fixture(scope="module")
def client(marked: Marked) -> Iterator[TestClient]:
    """The service of whoever curates here."""
    editing = Editing(Bench(lambda: marked.workspace))
    app = create_app(marked.draft, Options(Settings(workers=1), editing=editing))
    with TestClient(app, base_url="http://127.0.0.1:8000") as one:
        yield one


def list_routes(routes: Iterable[BaseRoute]) -> Iterator[Route | APIRoute]:
    """All routes, those of included routers too; of a kind that is not known nobody can say that it was walked."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from list_routes(inner.routes)
        elif isinstance(route, Mount):
            assert route.path == "/static", f"{route.path} is mounted: walk it here"
        else:
            assert isinstance(route, Route | APIRoute), f"{route!r}: say here how it is walked"
            yield route


class Filler:
    """What stands in the place of each parameter of a route: the memo, what is drafted of it, what the dataset has."""

    def __init__(self, marked: Marked, client: TestClient, store: Store) -> None:
        def select(query: str, name: str) -> list[str]:
            found = client.get("/sparql", params={"query": query}, headers=RESULTS).json()
            return [row[name]["value"] for row in found["results"]["bindings"]]

        self.drafted = marked.drafted
        graphs = [one.partition("/graph/")[2] for one in select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "g")]
        named = select("SELECT DISTINCT ?s { GRAPH ?g { ?s a ?c } FILTER(isIRI(?s)) }", "s")
        self.known = sorted({one.partition("/id/")[2] for one in named} - {""})
        below = [one.split("/", 2)[2] for one in self.known if one.startswith(f"doc/{SLUG}/")]
        clauses: list[tuple[str, ...]] = [(SLUG, one) for one in below[:5]]
        of_both = [tuple(one.split("/", 1)) for one in (*self.drafted[::4], *self.known[:5])]
        queries: list[tuple[str, ...]] = [(query.name,) for query in store.list_queries()]
        packed = [one.name for one in read_dumps(marked.draft / "dumps", str(store.dataset))]
        dumps: list[tuple[str, ...]] = [(str(store.dataset), one) for one in (*packed, CHECKSUMS)]
        files: list[tuple[str, ...]] = [(one,) for one in SUFFIXES]
        self.whole: Mapping[str, list[tuple[str, ...]]] = {
            "/queries/{name}": queries,
            "/queries/{name}.json": queries[1::4],
            "/queries/{name}.csv": queries[2::8],
            "/queries/{name}.xlsx": queries[3::8],
            "/{kind}/{path:path}.{suffix:form}": [(*one, SUFFIXES[n % len(SUFFIXES)]) for n, one in enumerate(of_both)],
            "/id/{path:path}": [("/".join(one),) for one in of_both],
            "/graph/{path:path}": [(one,) for one in (*graphs, f"draft/{SLUG}", f"doc/{SLUG}/draft")],
            "/doc/{identifier}/{path:path}": clauses,
            "/concept/{slug}": [("curated-measures",), ("curation-state-drafted",)],
            "/lists/{name}.{form}": [(name, form) for name in KINDS for form in SUFFIXES],
            "/ns/terms/{letter}": [("p",), ("P",)],
            "/ns/{part:path}": [("Proposal",), ("draftRule",), ("context.jsonld",)],
            "/ns/{version}": [("Proposal",)],
            "/dumps/{dataset}/": [(str(store.dataset),)],
            "/dumps/{dataset}/{name}": dumps,
            "/compare.{suffix}": files,
            "/review.{suffix}": files,
            "/cite.{suffix}": files,
            "/excerpts.{suffix}": files,
        }

    def fill(self, path: str) -> list[str]:
        """The addresses that a route is asked for."""
        names = re.findall(r"\{(\w+)(?::\w+)?\}", path)
        first = path.split("/")[1]
        if not names:
            groups: list[tuple[str, ...]] = [()]
        elif path in self.whole:
            groups = self.whole[path]
        elif path == f"/{first}/{{path:path}}":
            rest = f"{first}/"
            held = [one for one in self.known if one.startswith(rest)][:3]
            drafted = [one for one in self.drafted if one.startswith(rest)][:3]
            groups = [(one.removeprefix(rest),) for one in dict.fromkeys((*drafted, *held))] or [(SLUG,)]
        elif names == ["identifier"]:
            groups = [(SLUG,)]
        else:
            pytest.fail(f"{path}: say here what stands in the place of {'、'.join(names)}")
        bare = re.sub(r"\{(\w+)(?::\w+)?\}", r"{\1}", path)
        return [bare.format(**{n: quote(v) for n, v in zip(names, group, strict=True)}) for group in groups]


SUFFIXES = ("ttl", "json", "csv", "xlsx", "docx", "txt", "nt", "jsonld", "rdf")
"""Forms that a route with one may have; whoever has not the form says so."""
OF = f"measure/{SLUG}/para_1/subpara_1"
MORE: tuple[dict[str, str], ...] = (
    {"document": SLUG, "of": OF, "as_of": "2031-08-01", "q": f"{memos.CITY}的守信企业有什么激励措施"},
    {"q": MARK, "of": f"doc/{SLUG}", "view": "measures", "as_of": "2031-08-01"},
)
"""What is asked beside the bare address: a question, a thing to cite, a document; the word itself."""
SENT = {"policy": SLUG, "document": SLUG, "query": ALL, "as_of": "2031-08-01", "facts": "{}"}
"""What is sent to every address that takes something."""
OWN = "/curate"


def read_words(answer: Response) -> str:
    """The words of an answer, those of a workbook, a paper or a packed file too."""
    body = answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            # characters may be written by their numbers in there
            return unescape("".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist()))
    if body[:2] == b"\x1f\x8b":
        body = zlib.decompress(body, zlib.MAX_WBITS | 32)
    return body.decode("utf-8", "replace")


def test_no_route_of_the_service_shows_a_draft(marked: Marked, client: TestClient) -> None:
    application: Any = client.app
    routes = list(list_routes(application.routes))
    filler = Filler(marked, client, application.state.current().store)
    silent: list[str] = []
    for route in routes:
        if route.path.startswith(f"{OWN}") or route.path.startswith(f"/en{OWN}"):
            continue
        foreign = (route.path.startswith("/en") and "/en") or ""
        methods = {"GET"} if route.methods is None else set(route.methods)
        answers: list[Response] = []
        addresses = filler.fill(route.path.removeprefix(foreign) or "/")
        for address in addresses:
            # a page in another language is the same handler over the same rows: one that answers is enough
            if foreign and any(answer.status_code < 400 for answer in answers):
                break
            if methods & {"GET", "HEAD"}:
                most = 0 if "path}" in route.path else 1 if foreign or "/queries/" in route.path else None
                answers += [client.get(foreign + address, params=one) for one in ({}, *MORE[:most])]
            if methods & {"POST", "PUT", "PATCH", "DELETE"}:
                answers += [
                    client.request(one, foreign + address, data=SENT) for one in sorted(methods - {"GET", "HEAD"})
                ]
        for answer in answers:
            words = read_words(answer)
            assert answer.status_code < 500, (answer.url, words[:300])
            assert MARK not in words.replace(str(answer.url.params.get("q")), ""), answer.url
            assert f"proposal/{SLUG}" not in words, answer.url
        if methods & {"GET"} and all(answer.status_code >= 400 for answer in answers):
            silent.append(route.path)
    # a kind of thing that the memo has none of has no page; everything else has answered at least once
    # nor is there a register of bodies whose tasks could be asked for
    mute = [one for one in silent if not one.endswith("{path:path}")]
    assert [one for one in mute if not one.removeprefix("/en").startswith("/tasks.")] == []
    assert len(routes) > 80


def test_the_page_of_curation_is_the_one_that_shows_it(marked: Marked, client: TestClient) -> None:
    page = client.get(f"{OWN}/{SLUG}").text
    assert MARK in page
    assert OF in marked.drafted
    assert f'id="p-{OF}"' in page


def test_no_graph_of_the_endpoint_holds_a_draft(marked: Marked, client: TestClient) -> None:
    for query in (FOUND, f"SELECT * WHERE {{ GRAPH ?g {{ ?s a <{PG.Proposal}> }} }}"):
        found = client.get("/sparql", params={"query": query}, headers=RESULTS)
        assert found.json()["results"]["bindings"] == []


# ---- every question, every tool ----


SHOWN = frozenset({"conditions", "procedures"})
"""Questions that show the word once somebody has accepted it."""


def ask_everything(store: Store, only: frozenset[str] = frozenset()) -> Iterator[tuple[str, object]]:
    """Every named question, or some, of the memo where it can be asked of one document."""
    for query in store.list_queries():
        if only and query.name not in only:
            continue
        values = {p.name: p.example for p in query.parameters if p.required}
        values |= {p.name: SLUG for p in query.parameters if p.type == "document"}
        try:
            yield query.name, store.ask(query.name, values).rows
        except (NotFoundError, InputError):
            continue  # the example of the query is about a sample, and this workspace stands without them


def call_everything(
    store: Store, workspace: Workspace, only: frozenset[str] = frozenset()
) -> Iterator[tuple[str, object]]:
    """Every tool for agents, or some, by the examples that it gives of what it takes."""
    known = {
        "search": {"q": memos.CITY},
        "clause": {"clause": SLUG},
        "question": {"question": f"{memos.CITY}有什么激励措施"},
    }
    for tool in Counter(store, workspace, files=False).list_tools():
        if only and tool.name not in only:
            continue
        properties: Any = tool.schema["properties"]
        required: Any = tool.schema.get("required", ())
        given = {name: properties[name]["examples"][0] for name in required if "examples" in properties[name]}
        given |= {"document": SLUG} if "document" in properties else {}
        try:
            told = dict(tool.run(known.get(tool.name, given)))
        except (NotFoundError, InputError):
            continue
        yield tool.name, told


def test_no_question_and_no_tool_answers_from_a_draft(marked: Marked) -> None:
    store = open_dataset(marked.draft)
    for name, told in (*ask_everything(store), *call_everything(store, marked.workspace)):
        assert MARK not in str(told), name
    assert len(store.ask("measures", {"document": SLUG}).rows) == memos.MEASURES
    assert store.ask("lists", {"document": SLUG}).rows == ()
    assert {gap.kind for gap in store.ask("lists", {"document": SLUG}).coverage} == {"lists"}
    accepted = open_dataset(marked.model)
    for told in (ask_everything(accepted, SHOWN), call_everything(accepted, marked.workspace, SHOWN)):
        assert {name for name, rows in told if MARK in str(rows)} == SHOWN


def test_the_walk_of_the_routes_would_see_it(marked: Marked) -> None:
    """The same addresses over accepted statements: pages, data, workbooks and the endpoint show the word."""
    app = create_app(marked.model, Options(Settings(workers=1)))
    shown = (
        f"/doc/{SLUG}", f"/{OF}.ttl", f"/queries/procedures.csv?document={SLUG}",
        f"/queries/conditions.xlsx?document={SLUG}", f"/queries/conditions?document={SLUG}",
    )  # fmt: skip
    with TestClient(app) as client:
        for address in shown:
            answer = client.get(address)
            assert MARK in read_words(answer), (address, answer.status_code)
        assert client.get("/sparql", params={"query": FOUND}, headers=RESULTS).json()["results"]["bindings"] != []
