"""Answers that are kept: told by ETag before anything runs, never stale, never of what a token opened."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from policygraph.keeping.digests import hash_dataset
from policygraph.speaking.sparql import protocol
from policygraph.speaking.sparql.description import Catalogue
from policygraph.speaking.sparql.engine import QueryRequest, QueryResult, Settings
from policygraph.speaking.sparql.protocol import Service, mount_sparql
from policygraph.speaking.sparql.tokens import TokenFile, add_token
from policygraph.speaking.sparql.workers import PoolEngine, Source

pytestmark = pytest.mark.slow

ALL = "SELECT * { ?s ?p ?o }"
SECRET = '<http://a/x> <http://a/p> "黑名单" <http://a/register/one> .\n'


class Watched(PoolEngine):
    """A pool that counts what it evaluates."""

    asked = 0

    async def answer(self, request: QueryRequest) -> QueryResult:
        self.asked += 1
        return await super().answer(request)


def write_data(path: Path, rows: int) -> Path:
    path.write_text("".join(f'<http://a/s{i}> <http://a/p> "条款{i}" <http://a/g> .\n' for i in range(rows)), "utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_data(folder / "data.nq", 20)
    (folder / "secret.nq").write_text(SECRET, "utf-8")
    return folder


@pytest.fixture
def engine(folder: Path) -> Iterator[Watched]:
    write_data(folder / "data.nq", 20)
    with Watched([folder / "data.nq"], Settings(workers=1, short=1, timeout=5)) as engine:
        yield engine


@pytest.fixture
def client(folder: Path, engine: Watched) -> Iterator[TestClient]:
    with Watched([folder / "data.nq", folder / "secret.nq"], Settings(workers=1, short=1)) as restricted:
        app = FastAPI()
        catalogue = Catalogue(engine, dataset=lambda: "abc")
        tokens = TokenFile(folder / "tokens.json")
        mount_sparql(app, Service(engine, catalogue.describe_service, restricted, tokens), ["/sparql", "/en/sparql"])
        app.state.restricted = restricted
        with TestClient(app) as client:
            yield client


@pytest.fixture
def proven(tmp_path: Path) -> Iterator[tuple[TestClient, Watched, Path]]:
    """An endpoint over a dataset that is known by its hash, as a service's is."""
    path = write_data(tmp_path / "proven.nq", 200)
    source = Source(path, dataset=hash_dataset(path.read_bytes()))
    with Watched([source], Settings(workers=1, short=1)) as engine:
        app = FastAPI()
        catalogue = Catalogue(engine, dataset=lambda: "abc")
        mount_sparql(app, Service(engine, catalogue.describe_service, dataset=lambda: "abc"))
        with TestClient(app) as client:
            yield client, engine, tmp_path


def test_the_same_question_is_evaluated_once(client: TestClient, engine: Watched) -> None:
    asked = [client.get("/sparql", params={"query": ALL}) for _ in range(3)]
    posted = client.post("/sparql", data={"query": ALL})
    assert engine.asked == 1
    assert {answer.content for answer in (*asked, posted)} == {asked[0].content}
    assert {answer.headers["etag"] for answer in (*asked, posted)} == {asked[0].headers["etag"]}


@pytest.mark.parametrize(
    "other",
    [
        {"query": ALL + " LIMIT 1"},
        {"query": ALL, "default-graph-uri": "http://a/none"},
        {"query": ALL, "named-graph-uri": "http://a/g"},
        {"query": ALL, "format": "csv"},
    ],
    ids=["query", "default graph", "named graph", "format"],
)
def test_another_question_is_another_answer(client: TestClient, engine: Watched, other: dict[str, str]) -> None:
    first = client.get("/sparql", params={"query": ALL})
    second = client.get("/sparql", params=other)
    assert engine.asked == 2
    assert first.headers["etag"] != second.headers["etag"]
    assert first.content != second.content


def test_a_known_etag_is_answered_before_anything_is_evaluated(client: TestClient, engine: Watched) -> None:
    etag = client.get("/sparql", params={"query": ALL}).headers["etag"]
    engine.close()
    again = client.get("/sparql", params={"query": ALL}, headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert again.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()", "nOw ( )", "NOW#x\n()", "N\\u004FW()"]
)
def test_what_changes_by_itself_is_never_kept(client: TestClient, engine: Watched, call: str) -> None:
    for count in (1, 2):
        answer = client.get("/sparql", params={"query": f"SELECT ({call} AS ?x) {{}}"})
        assert answer.status_code in {200, 400}
        assert "etag" not in answer.headers
        assert engine.asked == count


def test_a_refusal_is_never_kept(client: TestClient, engine: Watched) -> None:
    for count in (1, 2):
        answer = client.get("/sparql", params={"query": "SELECT * {"})
        assert (answer.status_code, engine.asked) == (400, count)
        assert "etag" not in answer.headers


def test_a_new_dataset_answers_anew(client: TestClient, engine: Watched, folder: Path) -> None:
    first = client.get("/sparql", params={"query": ALL})
    write_data(folder / "data.nq", 21)
    engine.reload()
    second = client.get("/sparql", params={"query": ALL}, headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert second.headers["etag"] != first.headers["etag"]
    assert second.content.count(b"http://a/s") == 21


def test_an_answer_of_a_dataset_that_took_over_meanwhile_is_named_after_it(
    client: TestClient, engine: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = engine.answer

    async def answer_otherwise(request: QueryRequest) -> QueryResult:
        return replace(await answer(request), version="another")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "answer", answer_otherwise)
        first = client.get("/sparql", params={"query": ALL})
    second = client.get("/sparql", params={"query": ALL})
    assert engine.asked == 2
    assert first.headers["etag"] != second.headers["etag"]
    assert (
        client.get("/sparql", params={"query": ALL}, headers={"If-None-Match": first.headers["etag"]}).status_code
        == 200
    )


def test_nothing_that_a_token_opened_is_kept_or_given_to_another(client: TestClient, folder: Path) -> None:
    (folder / "tokens.json").unlink(missing_ok=True)
    all_graphs, none = (
        add_token(folder / "tokens.json", name, graphs) for name, graphs in (("甲", ["*"]), ("乙", ["x:y"]))
    )
    restricted: Watched = client.app.state.restricted  # type: ignore[attr-defined]  # the application that was mounted
    for _ in range(2):
        answers = [
            client.post("/sparql", data={"query": ALL}, headers={"Authorization": f"Bearer {token}"} if token else {})
            for token in (all_graphs, none, "")
        ]
        assert [("黑名单" in answer.text) for answer in answers] == [True, False, False]
        assert ["etag" in answer.headers for answer in answers] == [False, False, True]
        assert answers[0].headers["cache-control"] == "no-store"
    assert restricted.asked == 4


def tell(answer: Response) -> tuple[int, bytes, dict[str, str]]:
    return answer.status_code, answer.content, dict(answer.headers)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_request_that_is_known_to_the_letter_is_answered_as_it_was_when_it_was_read(
    proven: tuple[TestClient, Watched, Path], encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, engine, _ = proven
    ask = partial(client.get, "/sparql", params={"query": ALL}, headers={"Accept-Encoding": encoding})
    first, second = ask(), ask()
    with monkeypatch.context() as patch:
        patch.setattr(protocol, "_read_query", lambda *_: pytest.fail("it was read again"))
        again = [ask() for _ in range(3)]
    assert {str(tell(answer)) for answer in (first, second, *again)} == {str(tell(first))}
    assert first.content.count(b"http://a/s") == 200
    assert first.headers.get("content-encoding", "identity") == encoding
    assert engine.asked == 1


def test_what_is_known_to_the_letter_is_neither_stale_nor_answered_to_who_asks_otherwise(
    proven: tuple[TestClient, Watched, Path],
) -> None:
    client, engine, folder = proven
    ask = partial(client.get, "/sparql", params={"query": ALL})
    known = [ask() for _ in range(3)][-1]
    assert ask(headers={"Authorization": "Bearer x"}).status_code == 401
    assert ask(headers={"If-None-Match": known.headers["etag"]}).status_code == 304
    assert ask(headers={"Accept": "text/csv"}).headers["content-type"].startswith("text/csv")
    assert client.head("/sparql", params={"query": ALL}).content == b""
    path = write_data(folder / "proven.nq", 201)
    engine.reload([Source(path, dataset=hash_dataset(path.read_bytes()))])
    anew = [ask() for _ in range(3)]
    assert [answer.content.count(b"http://a/s") for answer in anew] == [201] * 3
    assert {answer.headers["policygraph-dataset"] for answer in anew} == {engine.dataset}
    assert known.headers["policygraph-dataset"] != engine.dataset


def test_two_tokens_are_none(client: TestClient, folder: Path) -> None:
    (folder / "tokens.json").unlink(missing_ok=True)
    token = add_token(folder / "tokens.json", "甲")
    headers = [("Authorization", f"Bearer {token}"), ("Authorization", "Bearer x")]
    assert client.post("/sparql", data={"query": "ASK {}"}, headers=headers).status_code == 401


@pytest.mark.parametrize("rows", [200, 20_000], ids=["whole", "in pieces"])
def test_gzip_says_the_same(client: TestClient, engine: Watched, folder: Path, rows: int) -> None:
    write_data(folder / "data.nq", rows)
    engine.reload()
    bodies = []
    for _ in range(2):
        for encoding in ("identity", "gzip"):
            with client.stream(
                "GET", "/sparql", params={"query": ALL}, headers={"Accept-Encoding": encoding}
            ) as answer:
                assert answer.headers.get("content-encoding", "identity") == encoding
                assert "accept-encoding" in answer.headers["vary"].lower()
                raw = b"".join(answer.iter_raw())
                bodies.append(raw if encoding == "identity" else gzip.decompress(raw))
                assert encoding == "identity" or len(raw) < len(bodies[-1]) / 4
    assert len(set(bodies)) == 1
    assert bodies[0].count(b"http://a/s") == rows


def test_both_addresses_are_one_endpoint_and_announce_the_limits(client: TestClient) -> None:
    for path in ("/sparql", "/en/sparql", "/sparql/"):
        answer = client.get(path, params={"query": "ASK {}"})
        assert answer.json()["boolean"] is True
        assert "short=0.1s, timeout=5s, long-per-client=1+8" in answer.headers["policygraph-limits"]


def test_a_client_that_hangs_up_takes_its_query_along(serve: Callable[[Any], int], folder: Path) -> None:
    bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    write_data(folder / "data.nq", 2000)
    with PoolEngine([folder / "data.nq"], Settings(workers=1, short=1, timeout=60)) as engine:
        app = FastAPI()
        mount_sparql(app, Service(engine, Catalogue(engine, dataset=lambda: "abc").describe_service))
        port = serve(app)
        with socket.create_connection(("127.0.0.1", port)) as caller:
            caller.sendall(f"GET /sparql?query={quote(bomb)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            wait_until(lambda: engine.measure().long_running == 1)
        wait_until(lambda: engine.measure().long_running == 0)
        wait_until(lambda: engine.measure().processes == engine.measure().ready == 1)


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)
