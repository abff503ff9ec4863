"""The whole process: what it serves, what it keeps back, and what happens when its dataset is built anew."""

import gc
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from tests.conftest import Serve, Visit, copy_dataset

from policygraph.clock import today
from policygraph.errors import DataError, InputError, LimitError
from policygraph.keeping.dataset.building import build
from policygraph.keeping.dataset.manifest import DATASET_FILE, MANIFEST_FILE
from policygraph.keeping.dataset.opening import open_dataset
from policygraph.keeping.digests import digest_dataset
from policygraph.keeping.sources import find_root
from policygraph.keeping.workspace import open_workspace
from policygraph.reading.intake.running import Bounds, read_graph_apart
from policygraph.reading.intake.triples import read_graph
from policygraph.reading.intake.workbooks import Limits
from policygraph.speaking.app import Options, _State, create_app, load_site
from policygraph.speaking.sparql.engine import QueryResult, Settings
from policygraph.speaking.sparql.protocol import Endpoint, Service
from policygraph.speaking.sparql.tokens import add_token
from policygraph.speaking.sparql.workers import PoolEngine, Source

pytestmark = pytest.mark.slow

SAMPLE = find_root() / "data" / "registers" / "sample"
COUNT = 'SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), "/register/")) } GROUP BY ?g'
CSV = {"Accept": "text/csv"}
FEW = Settings(workers=1)


@pytest.fixture(scope="module")
def folder(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the dataset that a test may replace."""
    return copy_dataset(dataset, tmp_path_factory.mktemp("served"))


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


def test_a_rebuilt_dataset_takes_over(client: TestClient, folder: Path, smaller: Path) -> None:
    before = client.get("/healthz").json()["dataset"]
    put(smaller, folder)
    deadline = time.monotonic() + 90
    while client.get("/healthz").json()["dataset"] == before:
        assert time.monotonic() < deadline, "the rebuilt dataset was not taken over"
        time.sleep(0.2)
    assert len(client.get("/queries/documents.json").json()["rows"]) == 4
    document, kind = (
        f"<https://w3id.org/policygraph/{name}>" for name in ("id/doc/xinzheng-2010-36", "ns#PolicyDocument")
    )
    ask = f"ASK {{ {document} a {kind} }}"
    answer = client.get("/sparql", params={"query": ask}, headers={"Accept": "application/sparql-results+json"})
    assert answer.json()["boolean"] is False


def test_what_the_first_visitors_would_wait_for_is_made_beforehand(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a service that stays has warmed up, a page, a question and a form make nothing of it any more."""
    usual = gc.get_threshold()
    try:
        with TestClient(create_app(dataset, Options(settings=FEW, warm=True))) as client:
            warmer = client.app.state.serving.warmer  # type: ignore[attr-defined]  # starlette types app as a callable
            warmer.join(120)
            assert not warmer.is_alive()
            assert gc.get_freeze_count() > 0

            def refuse(*told: object, **more: object) -> None:
                raise AssertionError("made only now")

            for place in (
                "site.Router",
                "site.open_finder",
                "site.open_policies",
                "check.open_desk",
                "site.count_lists",
            ):
                monkeypatch.setattr(f"policygraph.speaking.web.{place}", refuse)
            question = {"q": "能不能限制政府采购", "as_of": today()}
            assert client.get("/search", params=question, headers={"Accept": "text/html"}).status_code == 200
            form = {"do": "sample", "sample": "91230803MA9XN00129", "as_of": today()}
            assert client.post("/check", data=form, headers={"Accept": "text/html"}).status_code == 200
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)


@pytest.fixture(scope="module")
def watched(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Path]]:
    """A running service over a copy of the dataset, which looks at its folder often; what it serves, tests change."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("policygraph.speaking.app.WATCH_SECONDS", 0.05)
        patch.setattr("policygraph.speaking.app.RETRY_SECONDS", 0.2)
        folder = copy_dataset(dataset, tmp_path_factory.mktemp("watched"))
        with TestClient(create_app(folder, Options(settings=FEW, watch=True))) as client:
            yield client, folder


@pytest.fixture(scope="module")
def smaller(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another sound dataset: four documents, and one condition of the fifth file changed."""
    root = tmp_path_factory.mktemp("smaller")
    for top in ("ontology", "shapes", "data"):
        shutil.copytree(find_root() / top, root / top)
    shutil.rmtree(root / "data" / "documents" / "xinzheng-2010-36")
    (root / "shapes" / "eligibility" / "xinzheng-2010-36.ttl").unlink()
    build(root / "build", open_workspace(ground=root))
    return root / "build"


def wait_for(client: TestClient, key: str, wanted: str) -> dict[str, str]:
    """The state of the service once it says so."""
    deadline = time.monotonic() + 90
    while (state := client.get("/healthz").json())[key] != wanted:
        assert time.monotonic() < deadline, f"/healthz still says {state}"
        time.sleep(0.05)
    return dict(state)


def put(source: Path, folder: Path) -> None:
    """Put a dataset in place as a build does, the manifest last."""
    for name in (DATASET_FILE, MANIFEST_FILE):
        shutil.copy(source / name, folder / f"{name}.part")
        (folder / f"{name}.part").replace(folder / name)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty_manifest(folder: Path) -> None:
    (folder / MANIFEST_FILE).write_text("{}", encoding="utf-8")


def cut_dataset(folder: Path) -> None:
    cut(folder / DATASET_FILE)


def remove_manifest(folder: Path) -> None:
    (folder / MANIFEST_FILE).unlink()


def name_dataset(folder: Path) -> str:
    """The hash that a manifest tells."""
    return str(json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))["dataset"])


def choose_other(client: TestClient, *datasets: Path) -> Path:
    """The first of some datasets that the service does not answer from now."""
    served = client.get("/healthz").json()["dataset"]
    return next(one for one in datasets if name_dataset(one) != served)


def test_health_never_calls_the_old_dataset_sound_while_another_takes_over(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(_State(dataset, Options(settings=FEW))) as state:
        state.problem = "清单损坏"
        old = state.dataset()

        def tell_and_take_over() -> str:
            """The hash of the old dataset, and then the other stands there and all is well."""
            state.problem = ""
            return old

        monkeypatch.setattr(state, "dataset", tell_and_take_over)
        assert state.look().status == "stale"


@pytest.mark.parametrize("spoil", [empty_manifest, cut_dataset, remove_manifest])
def test_a_bad_dataset_is_told_and_never_ends_the_watch(
    watched: tuple[TestClient, Path], dataset: Path, smaller: Path, spoil: Callable[[Path], None]
) -> None:
    client, folder = watched
    before = wait_for(client, "status", "ok")
    assert before["problem"] == ""
    count = len(client.get("/queries/documents.json").json()["rows"])
    spoil(folder)
    state = wait_for(client, "status", "stale")
    assert state["problem"]
    assert str(folder) not in state["problem"]
    assert state["dataset"] == before["dataset"]
    # the sound generation goes on answering, page process and workers alike
    assert len(client.get("/queries/documents.json").json()["rows"]) == count
    assert client.get("/sparql", params={"query": "ASK {}"}).headers["policygraph-dataset"] == before["dataset"]
    fresh = choose_other(client, dataset, smaller)
    put(fresh, folder)
    state = wait_for(client, "status", "ok")
    assert state["problem"] == ""
    assert state["dataset"] == name_dataset(fresh)
    assert len(client.get("/queries/documents.json").json()["rows"]) == {5: 4, 4: 5}[count]


def find_holders() -> set[int]:
    """The processes that hold a dataset for this one."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command, state = (path / "cmdline").read_bytes(), (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if b"policygraph.speaking.sparql.worker" in command and int(state[1]) == os.getpid():
            found.add(int(path.name))
    return found


def test_query_workers_that_lost_a_spoilt_dataset_come_back_with_a_sound_one(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policygraph.speaking.app.WATCH_SECONDS", 0.05)
    monkeypatch.setattr("policygraph.speaking.app.RETRY_SECONDS", 0.2)
    copy_dataset(dataset, tmp_path)
    others = find_holders()
    with TestClient(create_app(tmp_path, Options(settings=Settings(workers=1, timeout=1), watch=True))) as client:
        (mine,) = find_holders() - others
        cut_dataset(tmp_path)
        os.kill(mine, signal.SIGKILL)
        # a worker goes with its holder, but not in the same instant; an answer that is kept would be given for ever
        deadline, asked = time.monotonic() + 30, count()
        while client.get("/sparql", params={"query": f"ASK {{}} #{next(asked)}"}).status_code != 503:
            assert time.monotonic() < deadline
        wait_for(client, "status", "stale")
        put(dataset, tmp_path)
        wait_for(client, "status", "ok")
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_a_failure_nobody_foresaw_does_not_end_the_watch(
    watched: tuple[TestClient, Path], dataset: Path, smaller: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, folder = watched
    wait_for(client, "status", "ok")
    fresh = choose_other(client, dataset, smaller)

    def fail(*_: object) -> None:
        raise RuntimeError("nobody foresaw this")

    with monkeypatch.context() as patch:
        patch.setattr("policygraph.speaking.app.write_dumps", fail)
        put(fresh, folder)
        assert wait_for(client, "status", "stale")["problem"] == "RuntimeError"
    # nothing changed in the folder, and yet it is tried again
    assert wait_for(client, "status", "ok")["dataset"] == name_dataset(fresh)


PAGES = (
    "/", "/documents", "/measures", "/legislation", "/departments", "/mechanisms", "/review", "/check", "/sparql",
    "/doc/yiyuan-2021-28", "/compare?as_of=2026-11-22", "/search?q=采购", "/queries/conditions", "/en/documents",
)  # fmt: skip
DATA = (
    "/healthz", "/queries/documents.json", "/queries/conditions.json", "/queries/mechanisms.json",
    "/compare.json?as_of=2026-11-22",
)  # fmt: skip


def test_no_answer_outlives_the_dataset_that_gave_it(
    watched: tuple[TestClient, Path], dataset: Path, smaller: Path
) -> None:
    """Whatever a page or the check desk keeps for speed goes with its dataset: all is asked before and after."""
    client, folder = watched
    html = {"Accept": "text/html"}
    entity = "91230803MA9XN00129"

    def decide() -> str:
        """The page of a decision: it offers the conditions of every policy, from the desk and from the site."""
        answer = client.post("/check", data={"do": f"sample:{entity}", "as_of": "2026-11-22"}, headers=html)
        assert answer.status_code == 200
        return answer.text

    def offer() -> str:
        """The second step of a case, which offers the documents by their numbers; the first one holds none."""
        who = {"enterprises.0.uscc": entity, "enterprises.0.name": "甲厂", "enterprises.0.region": "佳木斯市"}
        answer = client.post("/check", data={**who, "do": "documents", "as_of": "2026-11-22"}, headers=html)
        assert answer.status_code == 200
        return answer.text

    def visit(dataset: str, other: str) -> None:
        for path in PAGES:
            answer = client.get(path, headers=html)
            assert (answer.status_code, answer.headers["policygraph-dataset"]) == (200, dataset), path
            assert dataset[:12] in answer.text, path
            assert other[:12] not in answer.text, path
        for path in DATA:
            answer = client.get(path)
            assert (answer.headers["policygraph-dataset"], answer.json()["dataset"]) == (dataset, dataset), path
        for path in ("/doc/yiyuan-2021-28.ttl", "/sparql?query=ASK%20%7B%7D"):
            assert client.get(path).headers["policygraph-dataset"] == dataset, path
        decided = decide()
        assert dataset[:12] in decided
        assert other[:12] not in decided
        latest = client.get("/dumps/latest/policygraph.nq.gz", follow_redirects=False)
        assert latest.headers["location"] == f"/dumps/{dataset}/policygraph.nq.gz"
        assert dataset in client.get("/.well-known/void", headers={"Accept": "text/turtle"}).text

    def count(path: str) -> int:
        return len(client.get(path).json()["rows"])

    before, after = name_dataset(dataset), name_dataset(smaller)
    put(dataset, folder)
    wait_for(client, "dataset", before)
    visit(before, after)
    assert "xinzheng-2010-36" in decide()
    assert "新政〔2010〕36号" in offer()
    assert count("/queries/grades.json?document=xinzheng-2010-36") > 0
    put(smaller, folder)
    wait_for(client, "dataset", after)
    visit(after, before)
    assert "xinzheng-2010-36" not in decide()
    assert "新政〔2010〕36号" not in offer()
    assert client.get("/queries/grades.json?document=xinzheng-2010-36").status_code == 404
    assert client.get("/doc/xinzheng-2010-36").status_code == 404


def test_a_service_does_not_start_on_a_dataset_that_is_not_the_one_named(dataset: Path, tmp_path: Path) -> None:
    for name in (DATASET_FILE, MANIFEST_FILE):
        shutil.copy(dataset / name, tmp_path)
    cut_dataset(tmp_path)
    with pytest.raises(DataError, match="内容与清单不符"):
        create_app(tmp_path, Options(settings=FEW))
    assert not (tmp_path / "dumps").exists()


def test_an_engine_of_somebody_else_must_hold_the_dataset_it_answers_for(
    serve: Serve, explorer: FastAPI, dataset: Path, smaller: Path, tmp_path: Path
) -> None:
    """The same dataset behind another endpoint is taken; one with other, fewer or more graphs is refused by name."""
    extra = tmp_path / "extra.ttl"
    extra.write_text("<urn:a> <urn:p> <urn:o> .", encoding="utf-8")
    others: tuple[list[Path | Source], ...] = (
        [smaller / DATASET_FILE],
        [dataset / DATASET_FILE, Source(extra, "ttl", "urn:g")],
    )
    engines = [PoolEngine(sources, FEW) for sources in others]
    apps = [explorer, *(Starlette(routes=[Route("/sparql", Endpoint(Service(one, describe)))]) for one in engines)]
    same, other, larger = (f"http://127.0.0.1:{serve(app)}/sparql" for app in apps)
    try:
        with TestClient(create_app(dataset, Options(settings=FEW, store=same))) as client:
            answer = client.get("/queries/documents.json").json()
            assert len(answer["rows"]) == 5
            assert answer["dataset"] == json.loads((dataset / MANIFEST_FILE).read_text(encoding="utf-8"))["dataset"]
        with pytest.raises(DataError, match=r"图 \S+/graph/doc/xinzheng-2010-36/answers 少 \d+ 条、多 0 条"):
            create_app(dataset, Options(settings=FEW, store=other))
        with pytest.raises(DataError, match="多出图 urn:g"):
            create_app(dataset, Options(settings=FEW, store=larger))
    finally:
        for engine in engines:
            engine.close()


def describe(_: str, __: str) -> QueryResult:
    raise AssertionError("nobody asked for a description")


def test_an_answer_names_the_graphs_that_were_added_to_the_dataset(dataset: Path, visit: Visit, tmp_path: Path) -> None:
    """Three hashes: the dataset of the folder, the pages with an extra graph, SPARQL with a public register too."""
    extra = tmp_path / "extra.ttl"
    extra.write_text("<urn:a> <urn:p> [ <urn:q> 1 ] .", encoding="utf-8")
    base = json.loads((dataset / MANIFEST_FILE).read_text(encoding="utf-8"))["dataset"]
    with TestClient(create_app(dataset, Options(FEW, graphs=(("urn:g", extra),), registers=(SAMPLE,)))) as client:
        state = client.get("/healthz").json()
        assert state["base"] == base
        assert len({state["base"], state["dataset"], state["sparql"]}) == 3
        assert set(state["added"]) == {"urn:g", "https://w3id.org/policygraph/graph/register/sample"}
        answer = client.get("/queries/documents.json")
        assert answer.json()["dataset"] == answer.headers["Policygraph-Dataset"] == state["dataset"]
        asked = client.get("/sparql", params={"query": COUNT}, headers=CSV)
        assert asked.headers["Policygraph-Dataset"] == state["sparql"]
        void = client.get("/.well-known/void", headers={"Accept": "text/turtle"}).text
        assert state["sparql"] in void
        assert f"数据集 {base} 另加 2 个图" in void
        assert all(digest in void for digest in state["added"].values())
        dump = client.get("/dumps/latest/policygraph.nq.gz", follow_redirects=False)
        assert dump.headers["Location"] == f"/dumps/{base}/policygraph.nq.gz"
        proven = client.get("/queries/grades.json?_evidence=1").json()
        assert proven["dataset"] == digest_dataset(proven["graphs"].values()) == state["dataset"]
        assert proven["graphs"]["urn:g"] == state["added"]["urn:g"]
    state = visit().get("/healthz").json()
    assert {state["dataset"], state["base"], state["sparql"]} == {base}
    assert state["added"] == {}


def test_a_graph_that_is_added_is_parsed_apart(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same graph and the same words, and no parser of the file in the process that answers pages."""
    extra = tmp_path / "extra.ttl"
    extra.write_text('<urn:a> <urn:p> [ <urn:q> 1 ], "甲\\n乙"@zh .', encoding="utf-8")
    here = open_dataset(dataset)
    here.add_graph(extra, "urn:g", read_graph)
    monkeypatch.setattr("policygraph.reading.intake.triples.ox.parse", lambda *_, **__: pytest.fail("parsed here"))
    site = load_site(dataset, Options(FEW, graphs=(("urn:g", extra),)))
    assert site.store.digests["urn:g"] == here.digests["urn:g"]
    extra.write_text("<urn:a> <urn:p> .", encoding="utf-8")
    with pytest.raises(InputError, match=r"extra\.ttl.*不能读作 RDF"):
        load_site(dataset, Options(FEW, graphs=(("urn:g", extra),)))


def test_a_graph_that_takes_too_much_ends_its_reader_and_nobody_else() -> None:
    """Names that an abbreviation makes long: a little file, gigabytes of memory."""
    long = "https://example.org/" + "x" * 100_000
    text = f"@prefix a: <{long}> .\n" + "\n".join(f"a:{number} a:p{number} a:o{number} ." for number in range(4000))
    with pytest.raises(LimitError, match="MiB"):
        read_graph_apart("r.ttl", text.encode(), Bounds(Limits(), memory=160, processor=60, patience=60))
    with pytest.raises(LimitError, match="秒"):
        read_graph_apart("r.ttl", text.encode(), Bounds(Limits(), memory=4096, processor=60, patience=0.05))


def test_a_graph_cannot_be_added_to_somebody_elses_engine(dataset: Path, tmp_path: Path) -> None:
    extra = tmp_path / "extra.ttl"
    extra.write_text("<urn:a> <urn:p> <urn:o> .", encoding="utf-8")
    options = Options(FEW, graphs=(("urn:g", extra),), store="http://127.0.0.1:9/query")
    with pytest.raises(InputError, match="不能与 --store 同用"):
        create_app(dataset, options)


def test_a_folder_without_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有数据集"):
        create_app(tmp_path, Options(settings=FEW))
    assert not (tmp_path / DATASET_FILE).exists()
