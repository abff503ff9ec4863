"""The whole process: what it serves, what it keeps back, and what happens when its dataset is built anew."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from policygraph.app import Options, create_app
from policygraph.dataset import DATASET_FILE, build
from policygraph.errors import InputError
from policygraph.sources import find_root
from policygraph.sparql.engine import Settings
from policygraph.sparql.tokens import add_token

SAMPLE = find_root() / "data" / "registers" / "sample"
COUNT = 'SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), "/register/")) } GROUP BY ?g'
CSV = {"Accept": "text/csv"}
FEW = Settings(workers=1)


@pytest.fixture(scope="module")
def folder(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the dataset that a test may replace."""
    copy = tmp_path_factory.mktemp("served")
    for path in dataset.iterdir():
        if path.is_file():
            shutil.copy(path, copy)
    return copy


@pytest.fixture(scope="module")
def token_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tokens") / "tokens.json"


@pytest.fixture(scope="module")
def app(folder: Path, token_file: Path) -> FastAPI:
    add_token(token_file, "测试")
    return create_app(folder, Options(settings=FEW, registers=(SAMPLE,), tokens=token_file, watch=True))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


def test_the_service_says_what_it_runs_on(client: TestClient) -> None:
    state = client.get("/healthz").json()
    assert state["status"] == "ok"
    assert "memory limit" in state["isolation"]


def test_restricted_records_do_not_exist_without_a_token(client: TestClient, token_file: Path) -> None:
    public = client.get("/sparql", params={"query": COUNT}, headers=CSV).text
    assert public.split()[1:]
    assert all("/restricted" not in line for line in public.split())
    token = add_token(token_file, "另一个")
    headers = {**CSV, "Authorization": f"Bearer {token}"}
    seen = client.post("/sparql", data={"query": COUNT}, headers=headers).text
    assert any("/sample/restricted," in line for line in seen.split())
    assert (
        client.post("/sparql", data={"query": COUNT}, headers={**CSV, "Authorization": "Bearer x"}).status_code == 401
    )


def test_no_surface_shows_a_watch_list_entry(client: TestClient) -> None:
    """The sample holds watch-list entries; a page, an answer or a dump that has one has lost a secret."""
    secret = [line.split(",")[0] for line in (SAMPLE / "listings.csv").read_text(encoding="utf-8").splitlines()]
    rows = (SAMPLE / "listings.csv").read_text(encoding="utf-8").splitlines()
    watched = [one for one, row in zip(secret, rows, strict=True) if ",watch," in row]
    assert watched
    everything = client.get(
        "/sparql",
        params={"query": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"},
        headers={"Accept": "application/n-triples"},
    ).text
    assert all(f'"{one}"' not in everything and f"/{one}>" not in everything for one in watched)


def test_a_question_about_an_enterprise_is_not_asked_by_address(client: TestClient) -> None:
    values = {"entity": "91230803MA9XN00129", "as_of": "2026-11-22"}
    answer = client.get("/queries/legal-basis-chain.json", params=values)
    assert answer.status_code == 400
    assert "/check" in answer.json()["detail"]
    page = client.get("/queries/legal-basis-chain", params=values, headers={"Accept": "text/html"})
    assert page.status_code == 400
    assert 'href="/check"' in page.text
    assert "<form" not in page.text.split("<main")[1]


@pytest.mark.parametrize("path", ["/nope", "/doc/nope", "/law/nope", "/queries/nope.json", "/measure/x.ttl"])
def test_errors_have_one_shape(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "instance"} <= set(answer.json())
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")


def test_every_answer_names_the_dataset(client: TestClient, folder: Path) -> None:
    dataset = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["dataset"]
    for path in ("/", "/queries/documents.json", "/doc/jiamusi-2020-5.ttl", "/healthz"):
        assert client.get(path).headers["policygraph-dataset"] == dataset
    assert client.get("/queries/documents.json").json()["dataset"] == dataset


def test_paging_goes_on_where_it_stopped(client: TestClient) -> None:
    first = client.get("/queries/measures.json", params={"_limit": "7"}).json()
    second = client.get("/queries/measures.json", params={"_limit": "7", "_next": first["next"]}).json()
    assert first["truncated"]
    assert first["rows"] != second["rows"]
    whole = client.get("/queries/measures.json").json()["rows"]
    assert first["rows"] + second["rows"] == whole[:14]
    assert client.get("/queries/measures.json", params={"_limit": "x"}).status_code == 400


def test_a_rebuilt_dataset_takes_over(client: TestClient, folder: Path, tmp_path: Path) -> None:
    before = client.get("/healthz").json()["dataset"]
    root = tmp_path / "root"
    for top in ("ontology", "shapes", "data"):
        shutil.copytree(find_root() / top, root / top)
    shutil.rmtree(root / "data" / "documents" / "xinzheng-2010-36")
    build(folder, root)
    deadline = time.monotonic() + 30
    while client.get("/healthz").json()["dataset"] == before:
        assert time.monotonic() < deadline, "the rebuilt dataset was not taken over"
        time.sleep(0.2)
    assert len(client.get("/queries/documents.json").json()["rows"]) == 4
    ask = "ASK { <https://w3id.org/policygraph/id/doc/xinzheng-2010-36> ?p ?o }"
    answer = client.get("/sparql", params={"query": ask}, headers={"Accept": "application/sparql-results+json"})
    assert answer.json()["boolean"] is False


def test_a_folder_without_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有数据集"):
        create_app(tmp_path, Options(settings=FEW))
    assert not (tmp_path / DATASET_FILE).exists()
