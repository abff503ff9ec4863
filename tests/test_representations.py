"""Which form of a thing a client gets, what it may keep, and which address an answer calls its own (RFC 9110, 9111)."""

from __future__ import annotations

import gzip
import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from policygraph.errors import InputError
from policygraph.keeping.dataset.manifest import DATASET_FILE
from policygraph.keeping.sources import find_root
from policygraph.namespaces import BASE, GRAPH, ID
from policygraph.speaking.addresses import GRAPH_FORMS, MEDIA_TYPES, THING_FORMS, read_public_url
from policygraph.speaking.app import Options, create_app
from policygraph.speaking.representations import Representations, find_resource
from policygraph.speaking.sparql.engine import Settings
from policygraph.speaking.sparql.tokens import add_token

SAMPLE = find_root() / "data" / "registers" / "sample"
DOCUMENT = "/doc/jiamusi-2020-5"
DAY = "2026-11-22"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PARSED = {
    "ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML, "trig": ox.RdfFormat.TRIG, "nq": ox.RdfFormat.N_QUADS,
}  # fmt: skip
RESTRICTED = str(GRAPH["register/sample/restricted"])
DATA = (
    f"{DOCUMENT}.ttl", f"{DOCUMENT}.jsonld", f"{DOCUMENT}.nt", f"{DOCUMENT}.rdf", f"{DOCUMENT}.json",
    "/graph/law", "/graphs?default", "/graphs?graph=https://w3id.org/policygraph/graph/org", "/graphs", "/ns",
    "/ns/0.1.0", "/.well-known/void", "/queries/documents.json", "/queries/documents.csv", "/queries/documents.xlsx",
    "/search.json?q=采购", f"/compare.json?as_of={DAY}", "/review.csv", f"/changes.atom?as_of={DAY}", "/openapi.json",
    "/tasks.csv?department=jiamusi/caizhengju&as_of=2026-11-26",
)  # fmt: skip
"""One address of every kind of data file."""
UNKNOWN = ("/doc/nothing", "/measure/jiamusi-2020-5/nothing", "/law/a/b/c", "/entity/91230800MA18")


@pytest.fixture(scope="module")
def token_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tokens") / "tokens.json"


@pytest.fixture(scope="module")
def app(dataset: Path, token_file: Path) -> FastAPI:
    add_token(token_file, "测试")
    return create_app(dataset, Options(Settings(workers=1), registers=(SAMPLE,), tokens=token_file))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def quads(dataset: Path) -> list[ox.Quad]:
    return list(ox.parse(path=str(dataset / DATASET_FILE), format=ox.RdfFormat.N_QUADS))


# --- every IRI negotiates --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_kind_of_thing_leads_to_every_form_of_it(client: TestClient, quads: list[ox.Quad]) -> None:
    """The first and the longest name of each kind that the dataset speaks of, in every form that is offered."""
    kinds: dict[str, set[str]] = {}
    for quad in quads:
        iri = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
        if iri.startswith(str(ID)) and "#" not in iri:
            kinds.setdefault(iri.removeprefix(str(ID)).split("/")[0], set()).add(iri)
    assert len(kinds) > 25
    for names in kinds.values():
        for iri in {min(names), max(names, key=lambda name: (name.count("/"), name))}:
            for form in THING_FORMS:
                media = MEDIA_TYPES[form]
                led = client.get(iri.removeprefix(BASE.rstrip("/")), headers={"Accept": media})
                assert led.status_code == 303, iri
                address = led.headers["location"]
                answer = client.get(address, headers={"Accept": media}, follow_redirects=True)
                assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, media), address
                if form in PARSED:
                    told = ox.parse(answer.content, format=PARSED[form])
                    assert any(one.subject == ox.NamedNode(iri) for one in told), address


ACCEPTS = [
    ("*/*", "text/html"),
    ("", "text/html"),
    (BROWSER, "text/html"),
    ("text/turtle", "text/turtle"),
    ("text/html;q=0.1, text/turtle;q=0.2", "text/turtle"),
    ("application/ld+json;q=0.5, application/n-triples;q=0.9", "application/n-triples"),
    ("application/ld+json", "application/ld+json"),
    ("application/json", "application/json"),
    ("application/rdf+xml, text/turtle;q=0.9, */*;q=0.1", "application/rdf+xml"),
    ("application/*;q=0.3, image/png", "application/ld+json"),
    ("text/html;q=0, */*;q=0.1", "text/turtle"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("accept", "media"), ACCEPTS)
@pytest.mark.parametrize("path", [DOCUMENT, "/org/jiamusi/caizhengju", "/concept/mechanism-credit-repair"])
def test_a_thing_is_answered_in_the_form_that_is_accepted(
    client: TestClient, path: str, accept: str, media: str
) -> None:
    answer = client.get(path, headers={"Accept": accept}, follow_redirects=True)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, media)
    assert "Accept" in answer.headers["vary"].split(", ")
    links = dict(re.findall(r'<([^>]+)>; rel="alternate"; type="([^"]+)"', answer.headers["link"]))
    assert set(links.values()) == {MEDIA_TYPES[form] for form in THING_FORMS} - {media}
    assert f'<{ID}{path[1:]}>; rel="describes"' in answer.headers["link"]
    if media != "text/html":
        assert client.get(answer.headers["content-location"]).content == answer.content


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [DOCUMENT, "/measure/jiamusi-2020-5/para_9", "/queries/documents", "/review", "/graph/law", "/graphs", "/ns"],
)
def test_nothing_acceptable_is_406_and_says_what_there_is(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert "text/html" in answer.json()["detail"]


@pytest.mark.slow
@pytest.mark.parametrize("path", UNKNOWN)
@pytest.mark.parametrize("accept", ["text/turtle", "application/json", "*/*", BROWSER])
def test_what_is_not_known_is_404_in_every_form(client: TestClient, path: str, accept: str) -> None:
    assert client.get(path, headers={"Accept": accept}).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "media", "target"),
    [
        ("/queries/documents", "text/csv", "/queries/documents.csv"),
        ("/en/documents", "application/json", "/queries/documents.json"),
        (f"/compare?as_of={DAY}", "application/json", f"/compare.json?as_of={DAY}"),
        ("/review", MEDIA_TYPES["docx"], "/review.docx"),
        ("/queries/lists?document=yiyuan-2021-28", MEDIA_TYPES["xlsx"], "/queries/lists.xlsx?document=yiyuan-2021-28"),
    ],
)
def test_pages_of_rows_negotiate_too(client: TestClient, path: str, media: str, target: str) -> None:
    answer = client.get(path, headers={"Accept": media})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, media)
    assert answer.headers["content-location"] == target


UNKNOWN = ("/doc/nothing", "/measure/jiamusi-2020-5/nothing", "/law/a/b/c", "/entity/91230800MA18")


@pytest.mark.slow
def test_what_was_found_is_rows_in_the_order_of_the_page(client: TestClient) -> None:
    page = client.get("/search?q=企业", headers={"Accept": BROWSER})
    found = client.get("/search?q=企业", headers={"Accept": "application/json"}).json()
    names = [row["thing"].removeprefix(str(ID)) for row in found["rows"]]
    assert len(names) == 20
    assert [f"/search.json?{urlencode({'q': '企业'})}"] == re.findall(r'href="(/search\.json[^"]*)"', page.text)
    places = [page.text.index(f'"/{name}"') for name in names if f'"/{name}"' in page.text]
    assert places == sorted(places)
    assert len(places) > 3
    following = client.get("/search.json", params={"q": "企业", "_next": found["next"], "_limit": "5"}).json()
    assert len(following["rows"]) == 5
    assert not {row["thing"] for row in following["rows"]} & {row["thing"] for row in found["rows"]}
    narrowed = client.get("/search.json", params={"q": "企业", "kind": "clause"}).json()
    assert {row["kind"] for row in narrowed["rows"]} == {"clause"}
    assert client.get("/search.json?q=a&_limit=0").status_code == 400
    assert client.get("/search.json?q=a&_next=x").status_code == 400


# --- graphs ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("form", sorted(PARSED))
def test_a_graph_answers_with_its_statements_in_every_form(client: TestClient, quads: list[ox.Quad], form: str) -> None:
    name = ox.NamedNode(str(GRAPH["law"]))
    there = {quad.triple for quad in quads if quad.graph_name == name}
    answers = [
        client.get("/graph/law", headers={"Accept": MEDIA_TYPES[form]}),
        client.get(f"/graph/law.{form}"),
        client.get("/graphs", params={"graph": name.value}, headers={"Accept": MEDIA_TYPES[form]}),
    ]
    assert len({answer.content for answer in answers}) == 1
    told = list(ox.parse(answers[0].content, format=PARSED[form]))
    assert {quad.triple for quad in told} == there
    graphs = {quad.graph_name for quad in told}
    assert graphs == ({name} if form in ("trig", "nq", "jsonld") else {ox.DefaultGraph()})
    head = client.head("/graph/law", headers={"Accept": MEDIA_TYPES[form]})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == answers[0].headers["etag"]


@pytest.mark.slow
def test_the_default_graph_is_the_union_of_the_public_ones(client: TestClient, quads: list[ox.Quad]) -> None:
    answer = client.get("/graphs?default", headers={"Accept": "application/n-triples"})
    told = {quad.triple for quad in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)}
    assert {quad.triple for quad in quads} <= told
    # the register that is served beside the dataset is public but for its restricted part
    assert 0 < len(told) - len({quad.triple for quad in quads}) < 2000


@pytest.mark.slow
def test_the_list_of_graphs_is_rows_a_page_and_a_description(client: TestClient, quads: list[ox.Quad]) -> None:
    listed = client.get("/graphs", headers={"Accept": "application/json"}).json()
    names = {row["graph"] for row in listed["rows"]}
    assert names == {q.graph_name.value for q in quads if isinstance(q.graph_name, ox.NamedNode)} | {
        str(GRAPH["register/sample"])
    }
    page = client.get("/graphs", headers={"Accept": BROWSER}).text
    assert 'href="/graph/law"' in page
    told = client.get("/openapi.json").json()["paths"]
    assert {"graph", "default"} <= {parameter["name"] for parameter in told["/graphs"]["get"]["parameters"]}
    assert {MEDIA_TYPES[form] for form in GRAPH_FORMS} <= set(
        told["/graph/{path}"]["get"]["responses"]["200"]["content"]
    )
    described = client.get("/graphs", headers={"Accept": "text/turtle"}).text
    assert "sparql11-http-rdf-update" in described
    rows = client.get("/graph/law.json", params={"_limit": "3", "_next": "3"}).json()
    assert (len(rows["rows"]), rows["truncated"], rows["next"]) == (3, True, "6")
    assert rows["columns"] == ["subject", "property", "value", "datatype", "language"]
    assert client.get("/graph/law.json?_limit=x").status_code == 400


@pytest.mark.slow
@pytest.mark.parametrize(
    "query", ["?graph=law", "?graph=", "?default&graph=urn:x", "?graph=urn:a&graph=urn:b", "?default=1", "?graph=a%20b"]
)
def test_a_graph_is_asked_for_by_one_absolute_name(client: TestClient, query: str) -> None:
    assert client.get(f"/graphs{query}").status_code == 400


@pytest.mark.slow
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/graphs?default", "/graphs?graph=urn:x", "/graph/law", "/ns"])
def test_graphs_are_not_written(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path, content=b"<urn:a> <urn:b> <urn:c> .", headers={"Content-Type": "text/turtle"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.slow
def test_a_restricted_graph_is_one_that_never_was(
    client: TestClient, app: FastAPI, token_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same status, same words, and neither name makes the engine do anything: there is nothing to measure."""
    assert RESTRICTED in app.state.serving.restricted.graphs
    token = add_token(token_file, "又一个")

    def fail(*_: object) -> None:
        raise AssertionError("a graph that is not public was looked for")

    monkeypatch.setattr(app.state.serving.engine, "run", fail)
    for accept in ("text/turtle", "application/trig", "application/json", BROWSER, "*/*"):
        for more in ({}, {"Authorization": f"Bearer {token}"}):
            seen = []
            for name in (RESTRICTED, RESTRICTED.replace("restricted", "nowhere-at")):
                path = name.removeprefix(BASE.rstrip("/"))
                direct = client.get(path, headers={"Accept": accept, **more})
                asked = client.get("/graphs", params={"graph": name}, headers={"Accept": accept, **more})
                assert direct.status_code == asked.status_code == 404
                for one in (direct, asked):
                    # every answer has a name of its own
                    one.headers.pop("x-request-id", None)
                seen.append([(one.text, dict(one.headers)) for one in (direct, asked)])
            assert seen[0] == seen[1]


@pytest.mark.slow
def test_the_vocabulary_is_a_page_and_data_by_version(client: TestClient) -> None:
    page = client.get("/ns", headers={"Accept": BROWSER})
    assert '<li id="PolicyDocument">' in page.text
    turtle = client.get("/ns", headers={"Accept": "text/turtle"})
    assert "@prefix pg:" in turtle.text
    assert client.get("/ns/0.1.0.ttl").content == client.get("/ns/0.1.0").content == turtle.content
    gone = client.get("/ns/0.0.9")
    assert gone.status_code == 404
    assert "ns/0.1.0" in gone.text


def test_a_few_callers_wait_for_a_graph_and_the_rest_are_told_to_come_back(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policygraph.speaking.sparql import graphs

    held = [graphs._PLACES.acquire(blocking=False) for _ in range(graphs.WAITING)]
    try:
        answer = client.get("/graph/rules-nobody-asked-for")
        assert answer.status_code == 404
        answer = client.get("/graph/review", headers={"Accept": "application/trig"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    finally:
        for _ in held:
            graphs._PLACES.release()
    assert client.get("/graph/review", headers={"Accept": "application/trig"}).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_an_office_file_is_the_same_bytes_at_any_time(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """A validator that is made before the answer holds only for answers that do not tell when they were made."""
    path = f"/compare.{form}?as_of={DAY}"
    first = client.get(path, headers={"Authorization": "Bearer not-kept"})
    moment = time.time() + 90_000
    monkeypatch.setattr(time, "time", lambda: moment)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(moment))
    with zipfile.ZipFile(io.BytesIO(first.content)) as packed:
        assert packed.testzip() is None
        assert b"2026" not in packed.read("docProps/core.xml")
        assert {info.date_time[:3] for info in packed.infolist()} == {(1980, 1, 1)}
    assert client.get(path, headers={"Authorization": "Bearer not-kept"}).content == first.content


# --- what may be kept, and by whom -----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("path", DATA)
def test_data_are_shared_validated_and_compressed(client: TestClient, path: str) -> None:
    plain = client.get(path, headers={"Accept-Encoding": "identity", "Origin": "https://elsewhere.example"})
    assert plain.status_code == 200
    assert plain.headers["access-control-allow-origin"] == "*"
    assert "ETag" in plain.headers["access-control-expose-headers"]
    assert "content-encoding" not in plain.headers
    assert plain.headers["cache-control"] == "public, max-age=60"
    assert re.fullmatch(r'"[0-9a-f]{32}"', plain.headers["etag"])
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert "Accept-Encoding" in plain.headers["vary"].split(", ")
    for etag, coding in ((plain.headers["etag"], "identity"), (packed.headers["etag"], "gzip")):
        again = client.get(path, headers={"If-None-Match": f'"other", W/{etag}', "Accept-Encoding": coding})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert again.headers["policygraph-dataset"]
    # who has the packed bytes and does not take them any more is sent the plain ones
    assert client.get(path, headers={"If-None-Match": packed.headers["etag"], "Accept-Encoding": ""}).status_code == 200
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == 304
    head = client.head(path, headers={"Accept-Encoding": "gzip"})
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", packed.headers["etag"])
    preflight = client.options(path, headers={"Access-Control-Request-Headers": "if-none-match"})
    assert preflight.status_code == 204
    assert preflight.headers["allow"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in preflight.headers["access-control-allow-headers"]
    assert "Authorization" not in preflight.headers["access-control-allow-headers"]


@pytest.mark.slow
def test_a_validator_is_known_before_anything_is_evaluated(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = {path: client.get(path).headers["etag"] for path in ("/documents", *DATA)}

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("evaluated")

    store = type(app.state.current().store)
    for name in ("ask", "describe", "select"):
        monkeypatch.setattr(store, name, fail)
    monkeypatch.setattr(app.state.serving.engine, "run", fail)
    for path, tag in tags.items():
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304, path
        # what was made lately is kept, too, but for what is large
        assert client.get(path).status_code == 200, path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "lifetime"),
    [
        ("/", "no-cache"),
        ("/documents", "no-cache"),
        ("/en/documents", "no-cache"),
        (f"/law/anquan-shengchan-fa?as_of={DAY}", "no-cache"),
        ("/law/anquan-shengchan-fa", "no-store"),
        ("/compare", "no-store"),
        ("/changes.atom", "no-cache"),
        ("/check", "no-store"),
        ("/healthz", "no-store"),
        ("/doc/nothing", "no-store"),
        ("/id/doc/jiamusi-2020-5", "public, max-age=60"),
        ("/graph/register/sample", "no-store"),
        ("/dumps/latest/policygraph.nq.gz", "no-cache"),
    ],
)
def test_how_long_an_answer_may_be_used(client: TestClient, path: str, lifetime: str) -> None:
    answer = client.get(path)
    assert answer.headers["cache-control"] == lifetime
    assert ("etag" in answer.headers) == (answer.status_code == 200 and lifetime != "no-store")


@pytest.mark.slow
def test_a_dump_may_be_used_for_ever(client: TestClient) -> None:
    led = client.get("/dumps/latest/policygraph.nq.gz")
    dump = client.get(led.headers["location"], headers={"Accept-Encoding": "gzip"})
    assert dump.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert dump.headers["access-control-allow-origin"] == "*"
    assert "content-encoding" not in dump.headers
    assert gzip.decompress(dump.content)
    again = client.get(led.headers["location"], headers={"If-None-Match": dump.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.slow
def test_what_somebody_typed_is_never_kept_shared_or_compressed(client: TestClient) -> None:
    for answer in (
        client.get("/check", headers={"Accept-Encoding": "gzip", "If-None-Match": "*"}),
        client.post("/check", data={"do": "add:penalties", "as_of": DAY}, headers={"Accept-Encoding": "gzip"}),
    ):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert not {"etag", "access-control-allow-origin", "content-encoding"} & set(answer.headers)
    preflight = client.options("/check")
    assert preflight.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert "access-control-allow-origin" not in preflight.headers
    assert client.options("/nowhere").status_code in (404, 405)
    with_token = client.get(f"{DOCUMENT}.ttl", headers={"Authorization": "Bearer x"})
    assert "etag" not in with_token.headers


# --- the layer by itself ---------------------------------------------------------------------------------------------


class Served:
    """A small site whose dataset a test may change, also in the middle of an answer."""

    def __init__(self) -> None:
        self.dataset = "a" * 64
        self.stamp = "1"
        self.asked = 0
        self.during: Callable[[], None] = lambda: None

    def answer(self, request: Request) -> Response:
        self.asked += 1
        self.during()
        text = f"{request.query_params.get('x', '')} {self.dataset} ".ljust(1000, "·")
        return PlainTextResponse(text, headers={"Policygraph-Dataset": self.dataset})

    def client(self, public: str | None = None) -> TestClient:
        app = Starlette(routes=[Route("/data.csv", self.answer), Route("/page", self.answer)])
        layer = Representations(app, datasets=lambda: (self.dataset,), stamp=lambda: self.stamp, public=public)
        return TestClient(layer)


def test_a_validator_follows_from_dataset_program_address_and_query() -> None:
    served = Served()
    client = served.client()
    first = client.get("/data.csv?x=1")
    tags = {first.headers["etag"], client.get("/data.csv?x=2").headers["etag"], client.get("/page?x=1").headers["etag"]}
    served.stamp = "2"
    tags.add(client.get("/data.csv?x=1").headers["etag"])
    served.dataset = "b" * 64
    tags.add(client.get("/data.csv?x=1").headers["etag"])
    tags.add(served.client("https://policy.example").get("/data.csv?x=1").headers["etag"])
    assert len(tags) == 6
    assert client.get("/data.csv?x=1", headers={"If-None-Match": first.headers["etag"]}).status_code == 200


def test_an_answer_that_was_made_once_is_kept_for_the_next() -> None:
    served = Served()
    client = served.client()
    answers = [client.get("/data.csv", headers={"Accept-Encoding": coding}) for coding in ("gzip", "gzip", "", "")]
    assert served.asked == 2
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].headers == answers[1].headers
    served.dataset = "b" * 64
    assert "bbb" in client.get("/data.csv").text
    assert client.head("/data.csv").content == b""


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policygraph.speaking.representations.KEPT_BYTES", 5000)
    served = Served()
    client = served.client()
    for number in range(20):
        client.get(f"/data.csv?x={number}", headers={"Accept-Encoding": ""})
    assert served.asked == 20
    client.get("/data.csv?x=19", headers={"Accept-Encoding": ""})
    assert served.asked == 20
    client.get("/data.csv?x=0", headers={"Accept-Encoding": ""})
    assert served.asked == 21


def test_an_answer_from_a_dataset_that_came_between_carries_no_validator() -> None:
    served = Served()
    client = served.client()

    def take_over() -> None:
        served.dataset = "b" * 64

    served.during = take_over
    answer = client.get("/data.csv")
    assert answer.headers["policygraph-dataset"] == "b" * 64
    assert "etag" not in answer.headers


def test_a_page_without_a_day_is_one_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Served().client()
    before = client.get("/page").headers["etag"]
    monkeypatch.setattr("policygraph.speaking.representations.today", lambda: "2031-01-01")
    assert client.get("/page").headers["etag"] != before


@pytest.mark.parametrize(
    "path",
    ["/static/style.css", "/dumps/x/y.gz", "/id/doc/a", "/check/decide", "/doc/a/source", "/", "/healthz", "/queries",
     "/queries/x.json.csv", "/graph/", "/doc/", "/doc/a.exe", "/en/doc/a"],
)  # fmt: skip
def test_an_address_with_one_form_is_no_resource_of_many(path: str) -> None:
    assert find_resource(path) is None


def test_every_form_of_a_graph_and_a_thing_has_a_media_type() -> None:
    assert {*GRAPH_FORMS, *THING_FORMS} <= set(MEDIA_TYPES)


# --- whose address it is ---------------------------------------------------------------------------------------------

FORGED = {"Host": "evil.example:81", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}


@pytest.mark.slow
@pytest.mark.parametrize("accept", ["*/*", BROWSER, "text/turtle"])
def test_the_host_header_decides_no_address(client: TestClient, accept: str) -> None:
    others = ("/", "/sparql", f"/changes?as_of={DAY}", "/id/doc/jiamusi-2020-5", DOCUMENT)
    for path in (*(one for one in DATA if one != "/graphs?default"), *others):
        answer = client.get(path, headers={**FORGED, "Accept": accept})
        assert "evil.example" not in answer.text, path
        assert "evil.example" not in str(answer.headers), path


@pytest.mark.slow
def test_a_relative_iri_of_a_query_is_not_resolved_against_the_host_header(client: TestClient) -> None:
    query = "SELECT (STR(IRI('x')) AS ?x) {}"
    answer = client.get("/sparql", params={"query": query}, headers={**FORGED, "Accept": "text/csv"})
    assert answer.text.split() == ["x", "http://testserver/x"]


@pytest.mark.slow
def test_the_public_address_stands_wherever_an_address_is_absolute(dataset: Path) -> None:
    public = "https://policy.example.gov.cn"
    options = Options(Settings(workers=1), public_url=public)
    with TestClient(create_app(dataset, options), headers=FORGED, follow_redirects=False) as client:
        void = client.get("/.well-known/void", headers={"Accept": "text/turtle"}).text
        assert f"<{public}/sparql>" in void
        assert f"{public}/dumps/" in void
        described = client.get("/sparql", headers={"Accept": "text/turtle"}).text
        assert f"<{public}/sparql>" in described
        feed = client.get(f"/changes.atom?as_of={DAY}&since=2019-01-01").text
        assert f'<link rel="self" type="application/atom+xml" href="{public}/changes.atom?' in feed
        assert client.get("/openapi.json").json()["servers"] == [{"url": public}]
        page = client.get(DOCUMENT, headers={"Accept": BROWSER})
        assert f'<{public}{DOCUMENT}>; rel="canonical"' in page.headers["link"]
        for text in (void, described, feed):
            assert "testserver" not in text
            assert "localhost" not in text


@pytest.mark.parametrize(
    "written",
    ["policy.example", "ftp://a.example", "https://a.example/below", "https://", "https://a:b@c", "https://[x"],
)
def test_a_public_address_is_the_root_of_a_site(written: str) -> None:
    with pytest.raises(InputError, match="--public-url"):
        read_public_url(written)


# --- format= and output= ---------------------------------------------------------------------------------------------

SELECT = "SELECT ?s { ?s a <https://w3id.org/policygraph/ns#PolicyDocument> } ORDER BY ?s LIMIT 2"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2"
WISHES = [
    ("json", "application/sparql-results+json", "application/ld+json"),
    ("application/sparql-results+json", "application/sparql-results+json", None),
    ("application/json", "application/json", "application/ld+json"),
    ("xml", "application/sparql-results+xml", "application/rdf+xml"),
    ("text/csv", "text/csv", None),
    ("CSV", "text/csv", None),
    ("tsv", "text/tab-separated-values", None),
    ("text/tab-separated-values", "text/tab-separated-values", None),
    ("turtle", None, "text/turtle"),
    ("text/turtle", None, "text/turtle"),
    ("json-ld", None, "application/ld+json"),
    ("n3", None, "text/turtle"),
    ("rdf+xml", None, "application/rdf+xml"),
    ("application/n-triples", None, "application/n-triples"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("wish", "rows", "triples"), WISHES)
@pytest.mark.parametrize("name", ["format", "output"])
def test_a_query_may_name_its_format_in_the_address(
    client: TestClient, name: str, wish: str, rows: str | None, triples: str | None
) -> None:
    """What the kind of the query cannot be written in is refused, with what it can: Turtle is not answered with CSV."""
    for query, media, offered in ((SELECT, rows, "text/csv"), (CONSTRUCT, triples, "text/turtle")):
        answer = client.get("/sparql", params={"query": query, name: wish}, headers={"Accept": "image/png"})
        kind = answer.headers["content-type"].split(";")[0]
        assert (answer.status_code, kind) == ((200, media) if media else (406, "text/plain"))
        assert media or offered in answer.text


@pytest.mark.slow
def test_a_plus_sign_that_was_not_encoded_is_understood(client: TestClient) -> None:
    query = SELECT.replace(" ", "%20").replace("#", "%23")
    answer = client.get(f"/sparql?query={query}&output=application/sparql-results+xml")
    assert answer.headers["content-type"].startswith("application/sparql-results+xml")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "media"),
    [
        (f"{DOCUMENT}?format=ttl", "text/turtle"),
        (f"{DOCUMENT}?output=application/ld%2Bjson", "application/ld+json"),
        (f"{DOCUMENT}?format=json", "application/json"),
        ("/queries/documents?format=text/csv", "text/csv"),
        ("/queries/lists?document=yiyuan-2021-28&output=json", "application/json"),
        ("/documents?format=xlsx", MEDIA_TYPES["xlsx"]),
        (f"/compare?as_of={DAY}&format=docx", MEDIA_TYPES["docx"]),
        ("/graph/law?format=trig", "application/trig"),
        ("/graphs?graph=https://w3id.org/policygraph/graph/law&format=nq", "application/n-quads"),
        ("/.well-known/void?format=jsonld", "application/ld+json"),
    ],
)
def test_pages_and_data_take_the_same_names(client: TestClient, path: str, media: str) -> None:
    answer = client.get(path, headers={"Accept": BROWSER})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, media)


@pytest.mark.slow
def test_a_format_that_nobody_knows_is_refused(client: TestClient) -> None:
    for path in (f"{DOCUMENT}?format=josn", "/queries/documents?output=ttl", "/sparql?query=ASK%20%7B%7D&format=josn"):
        assert client.get(path).status_code == 406, path
    known = client.get(f"{DOCUMENT}?format=&format=nonsense&output=application/x-none,text/turtle")
    assert known.headers["content-type"].startswith("text/turtle")
    posted = client.post("/sparql", data={"query": SELECT, "output": "csv"})
    assert posted.headers["content-type"].startswith("text/csv")
    led = client.get("/id/doc/jiamusi-2020-5?format=nt")
    assert led.headers["location"] == f"{DOCUMENT}.nt"


def test_rows_of_a_graph_say_what_nobody_has_looked_at(client: TestClient) -> None:
    assert json.loads(client.get("/graph/law.json").content)["coverage"]


@pytest.mark.slow
def test_each_operation_is_described_and_its_examples_run(client: TestClient) -> None:
    """Summary, parameters with types and examples, the one shape of answers, errors as problem details."""
    told = client.get("/openapi.json").json()
    shape, problem = (told["components"]["schemas"][name] for name in ("Answer", "Problem"))
    asked = 0
    for path, operations in told["paths"].items():
        operation = operations["get"]
        assert operation["summary"], path
        parameters = operation.get("parameters", [])
        if not path.startswith(("/queries/", "/search.")):
            continue
        assert all(one["description"] and one["schema"]["type"] for one in parameters), path
        assert all("example" in one for one in parameters if one["required"]), path
        assert {"400", "404", "413", "503"} <= operation["responses"].keys()
        values = {
            one["name"]: one["example"] for one in parameters if one["required"] or one["name"] in ("_limit", "as_of")
        }
        (media,) = operation["responses"]["200"]["content"]
        if path.endswith(".json") or "/documents." in path:
            answer = client.get(path, params=values)
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"].startswith(media)
            asked += 1
        if path.endswith(".json"):
            assert set(shape["required"]) <= answer.json().keys()
    assert asked > 30
    for path in ("/queries/measures.json?_limit=x", "/queries/none.json", "/queries/measures.json?_limit=99999"):
        wrong = client.get(path)
        assert wrong.headers["content-type"] == "application/problem+json"
        assert set(problem["required"]) <= wrong.json().keys()
        assert str(wrong.status_code) in told["paths"]["/queries/measures.json"]["get"]["responses"]
    thing = told["paths"]["/{kind}/{path}.{suffix}"]["get"]
    example = {one["name"]: one["example"] for one in thing["parameters"]}
    answer = client.get("/{kind}/{path}.{suffix}".format(**example))
    assert answer.headers["content-type"].partition(";")[0] in thing["responses"]["200"]["content"]
