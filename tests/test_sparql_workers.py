"""The worker pool: limits that hold, neighbours that do not notice, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from policygraph.errors import DataError
from policygraph.keeping.digests import hash_dataset
from policygraph.speaking.sparql import workers
from policygraph.speaking.sparql.engine import QueryRequest, QueryResult, Settings
from policygraph.speaking.sparql.workers import PoolEngine, Source

pytestmark = pytest.mark.slow

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def write_data(path: Path, rows: int) -> Path:
    lines = [f'<http://a/s{i}> <http://a/p> "{i}" <http://a/g{i % 3}> .\n' for i in range(rows)]
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data") / "data.nq", 3000)


@pytest.fixture(scope="module")
def engine(data: Path) -> Iterator[PoolEngine]:
    settings = Settings(workers=3, timeout=1.0, memory=300 << 20, result=1 << 20)
    with PoolEngine([data], settings) as engine:
        yield engine


def ask(engine: PoolEngine, query: str, **more: object) -> QueryResult:
    # mypy cannot follow keyword dictionaries into a dataclass
    return engine.run(QueryRequest(query, **more))  # type: ignore[arg-type]


def count_rows(result: QueryResult) -> int:
    assert result.status == 200, result.body.decode()
    return int(json.loads(result.body)["results"]["bindings"][0]["n"]["value"])


def test_the_default_graph_is_the_union(engine: PoolEngine) -> None:
    assert count_rows(ask(engine, COUNT)) == 3000
    assert engine.graphs == ("http://a/g0", "http://a/g1", "http://a/g2")


def test_from_and_parameters_choose_the_dataset(engine: PoolEngine) -> None:
    narrowed = "SELECT (COUNT(*) AS ?n) FROM <http://a/g1> { ?s ?p ?o }"
    assert count_rows(ask(engine, narrowed)) == 1000
    assert count_rows(ask(engine, narrowed, default_graphs=("http://a/g1", "http://a/g2"))) == 2000
    assert count_rows(ask(engine, "SELECT (COUNT(*) AS ?n) FROM <http://nowhere/> { ?s ?p ?o }")) == 0
    in_graphs = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count_rows(ask(engine, in_graphs, named_graphs=("http://a/g1", "http://nowhere/"))) == 1000


def test_permitted_graphs_bound_every_way_of_asking(engine: PoolEngine) -> None:
    permitted = ("http://a/g1",)
    everywhere = (
        COUNT,
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
        "SELECT (COUNT(*) AS ?n) FROM <http://a/g0> FROM <http://a/g1> { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) FROM NAMED <http://a/g0> FROM NAMED <http://a/g1> { GRAPH ?g { ?s ?p ?o } }",
    )
    assert [count_rows(ask(engine, query, permitted=permitted)) for query in everywhere] == [1000] * 4
    secret = "SELECT (COUNT(*) AS ?n) { GRAPH <http://a/g0> { ?s ?p ?o } }"
    assert count_rows(ask(engine, secret, permitted=permitted)) == 0
    assert count_rows(ask(engine, secret, permitted=permitted, named_graphs=("http://a/g0",))) == 0
    assert count_rows(ask(engine, COUNT, permitted=())) == 0


def test_bindings_are_terms_not_text(engine: PoolEngine) -> None:
    query = "SELECT ?o { ?s ?p ?o } "
    bound = ask(engine, query.replace("?o {", "?s ?o {"), bindings={"s": "<http://a/s7>"})
    assert json.loads(bound.body)["results"]["bindings"][0]["o"]["value"] == "7"
    assert ask(engine, query, bindings={"o": "<a:b> } SERVICE"}).status == 400


def test_a_query_past_its_deadline_is_stopped_and_replaced(engine: PoolEngine) -> None:
    before = engine.processes
    started = time.monotonic()
    result = ask(engine, BOMB, timeout=0.3)
    assert result.status == 503
    assert "0.3 秒" in result.body.decode()
    assert time.monotonic() - started < 2
    wait_until(lambda: len(engine.processes) == len(before))
    assert engine.processes != before
    assert ask(engine, "ASK {}").status == 200


def test_more_time_than_the_limit_cannot_be_had(engine: PoolEngine) -> None:
    started = time.monotonic()
    assert ask(engine, BOMB, timeout=60).status == 503
    assert time.monotonic() - started < 4


def test_a_query_past_its_memory_is_stopped(data: Path) -> None:
    with PoolEngine([data], Settings(workers=1, timeout=30, memory=150 << 20)) as engine:
        result = ask(engine, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a ?d")
        assert result.status == 503
        assert "内存" in result.body.decode()
        assert ask(engine, "ASK {}").status == 200


def test_a_result_past_its_cap_is_refused_whole(engine: PoolEngine) -> None:
    result = ask(engine, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000")
    assert result.status == 413
    assert "LIMIT" in result.body.decode()
    assert "/dumps/" in result.body.decode()
    constructed = ask(engine, "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f } LIMIT 30000")
    assert constructed.status == 413


def test_a_query_text_past_its_length_is_refused(engine: PoolEngine) -> None:
    assert ask(engine, "ASK {} #" + "x" * 300_000).status == 413


@pytest.mark.parametrize(
    "query",
    [
        "ASK {" + "{" * 20_000 + "}" * 20_001,
        "ASK { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
        "ASK { FILTER(" + "!" * 30_000 + "1) }",
        "ASK { " + "{} UNION " * 20_000 + "{} }",
        "ASK { ?s " + "/".join(["<a:b>"] * 20_000) + " ?o }",
    ],
    ids=["groups", "brackets", "nots", "unions", "path"],
)
def test_nesting_that_overflows_the_parser_is_an_answer(engine: PoolEngine, query: str) -> None:
    result = ask(engine, query)
    assert result.status in {200, 400, 503}
    assert ask(engine, "ASK {}").status == 200


def test_a_path_bomb_is_stopped(tmp_path: Path) -> None:
    chain = [
        f"<http://a/{i}> <http://a/next> <http://a/{(i * 7 + k) % 900}> <http://a/g> .\n"
        for i in range(900)
        for k in range(9)
    ]
    path = tmp_path / "chain.nq"
    path.write_text("".join(chain), encoding="utf-8")
    with PoolEngine([path], Settings(workers=1, timeout=0.5)) as engine:
        bomb = "SELECT (COUNT(*) AS ?n) { ?a <http://a/next>* ?b . ?b <http://a/next>* ?c . ?c <http://a/next>* ?d }"
        assert ask(engine, bomb).status == 503
        assert ask(engine, "ASK {}").status == 200


def test_others_go_on_while_two_bombs_run(engine: PoolEngine) -> None:
    with ThreadPoolExecutor(2) as pool:
        bombs = [pool.submit(ask, engine, BOMB) for _ in range(2)]
        time.sleep(0.1)
        answers = [ask(engine, "ASK {}").status for _ in range(50)]
        assert answers == [200] * 50
        assert not all(bomb.done() for bomb in bombs)
        assert [bomb.result().status for bomb in bombs] == [503, 503]


def test_a_full_queue_says_when_to_come_back(data: Path) -> None:
    with (
        PoolEngine([data], Settings(workers=1, timeout=2.0, queue=1, budget=0.02)) as engine,
        ThreadPoolExecutor(4) as pool,
    ):
        answers = [pool.submit(ask, engine, BOMB, client=str(n)) for n in range(4)]
        results = [answer.result() for answer in answers]
        # one ran, one waited in vain or began when it was too late, for two there was not even a place to wait
        codes = sorted(result.code or "" for result in results)
        assert codes in (["busy", "busy", "deadline", "waited"], ["busy", "busy", "deadline", "deadline"])
        assert all(result.status == 503 and result.retry_after for result in results)


def test_workers_reach_neither_network_nor_files(
    engine: PoolEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With our own filter taken away, a SERVICE call still goes nowhere."""
    monkeypatch.setattr(workers, "check_request", lambda *_: None)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        port = listener.getsockname()[1]
        result = ask(engine, f"ASK {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")
        assert result.status == 503
        with pytest.raises(TimeoutError):
            listener.accept()
    secret = tmp_path / "secret.nt"
    secret.write_text("<urn:s> <urn:p> <urn:o> .")
    for clause in (f"FROM <{secret.as_uri()}>", f"FROM NAMED <{secret.as_uri()}>", "FROM <http://127.0.0.1:9/x>"):
        found = ask(engine, f"ASK {clause} {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}")
        assert json.loads(found.body)["boolean"] is False
    assert "no file or socket descriptors" in engine.isolation
    assert "memory limit" in engine.isolation


def test_workers_can_open_nothing_whatever_they_are_asked(engine: PoolEngine) -> None:
    """As the kernel sees it: no descriptor may be added to those that are there, no file written, no memory dumped."""
    assert ask(engine, "ASK {}").status == 200
    for process in engine.processes:
        limits = Path(f"/proc/{process}/limits").read_text()
        for name in ("Max open files", "Max file size", "Max core file size"):
            (line,) = (line for line in limits.splitlines() if line.startswith(name))
            assert line.removeprefix(name).split()[:2] == ["0", "0"], line


def test_a_reload_serves_new_data_and_drops_nothing(tmp_path: Path) -> None:
    path = write_data(tmp_path / "data.nq", 10)
    with PoolEngine([path], Settings(workers=2, timeout=10)) as engine:
        statuses: list[int] = []
        counts: set[int] = set()
        stop = threading.Event()

        def keep_asking() -> None:
            while not stop.is_set():
                result = ask(engine, COUNT)
                statuses.append(result.status)
                counts.add(count_rows(result))

        askers = [threading.Thread(target=keep_asking) for _ in range(3)]
        for asker in askers:
            asker.start()
        old = engine.processes
        for rows in (20, 30):
            write_data(path, rows)
            engine.reload()
        stop.set()
        for asker in askers:
            asker.join()
        assert set(statuses) == {200}
        assert counts <= {10, 20, 30}
        assert count_rows(ask(engine, COUNT)) == 30
        assert not set(old) & set(engine.processes)
        wait_until_gone(old)


def test_a_broken_dataset_does_not_replace_a_good_one(tmp_path: Path) -> None:
    path = write_data(tmp_path / "data.nq", 10)
    with PoolEngine([path], Settings(workers=1)) as engine:
        path.write_text("not RDF", encoding="utf-8")
        with pytest.raises(DataError, match="数据集不能载入"):
            engine.reload()
        assert count_rows(ask(engine, COUNT)) == 10


def test_the_process_that_loads_refuses_another_dataset(tmp_path: Path) -> None:
    path = write_data(tmp_path / "data.nq", 10)
    sound = path.read_bytes()
    dataset = hash_dataset(sound)
    with PoolEngine([Source(path, dataset=dataset)], Settings(workers=1)) as engine:
        assert engine.dataset == dataset
        assert ask(engine, COUNT).dataset == dataset
        for spoilt in (sound[: len(sound) // 2], sound.splitlines(keepends=True)[0], sound.replace(b"1", b"2", 1)):
            path.write_bytes(spoilt)
            with pytest.raises(DataError, match=f"清单写的是 {dataset[:12]}"):
                engine.reload()
            with pytest.raises(DataError, match=f"清单写的是 {dataset[:12]}"):
                PoolEngine([Source(path, dataset=dataset)], Settings(workers=1))
        assert count_rows(ask(engine, COUNT)) == 10


def test_every_answer_names_the_dataset_that_gave_it(tmp_path: Path) -> None:
    """While one dataset takes over from another, no answer carries the hash of the one that did not give it."""
    paths = [write_data(tmp_path / f"{rows}.nq", rows) for rows in (10, 20)]
    hashes = {hash_dataset(path.read_bytes()): rows for path, rows in zip(paths, (10, 20), strict=True)}
    sources = [Source(path, dataset=hash_dataset(path.read_bytes())) for path in paths]
    seen: set[tuple[int, int]] = set()
    with PoolEngine([sources[0]], Settings(workers=2, timeout=10)) as engine:
        stop = threading.Event()

        def keep_asking() -> None:
            while not stop.is_set():
                result = ask(engine, COUNT)
                seen.add((count_rows(result), hashes[result.dataset or ""]))

        askers = [threading.Thread(target=keep_asking) for _ in range(3)]
        for asker in askers:
            asker.start()
        for turn in (1, 0, 1):
            engine.reload([sources[turn]])
        stop.set()
        for asker in askers:
            asker.join()
    assert seen == {(10, 10), (20, 20)}


def test_what_was_prepared_and_not_used_leaves_no_process(tmp_path: Path) -> None:
    path = write_data(tmp_path / "data.nq", 10)
    with PoolEngine([path], Settings(workers=1)) as engine:
        prepared = engine.prepare([write_data(tmp_path / "more.nq", 20)])
        assert count_rows(ask(engine, COUNT)) == 10
        workers = tuple(worker.pid for worker in prepared.workers)
        prepared.discard()
        wait_until_gone(workers)
        assert count_rows(ask(engine, COUNT)) == 10


def test_a_missing_dataset_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"missing\.nq"):
        PoolEngine([tmp_path / "missing.nq"])


def test_a_file_of_an_unknown_kind_is_a_data_error(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    path.write_bytes(b"")
    with pytest.raises(DataError, match="'xlsx' is none of"):
        PoolEngine([Source(path, "xlsx")])


def test_any_list_of_files_can_be_loaded(tmp_path: Path) -> None:
    turtle = tmp_path / "extra.ttl"
    turtle.write_text("<http://a/x> <http://a/p> 1 , 2 .", encoding="utf-8")
    quads = write_data(tmp_path / "data.nq", 3)
    sources: list[Source | Path] = [quads, Source(turtle, "ttl", "http://a/extra")]
    with PoolEngine(sources, Settings(workers=1)) as engine:
        assert count_rows(ask(engine, COUNT)) == 5
        assert count_rows(ask(engine, "SELECT (COUNT(*) AS ?n) FROM <http://a/extra> { ?s ?p ?o }")) == 2


def test_killed_workers_and_a_killed_holder_are_replaced(data: Path) -> None:
    with PoolEngine([data], Settings(workers=2)) as engine:
        os.kill(engine.processes[0], signal.SIGKILL)
        assert 200 in [ask(engine, "ASK {}").status for _ in range(4)]
        holder = int(Path(f"/proc/{engine.processes[0]}/stat").read_text().split()[3])
        os.kill(holder, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while ask(engine, "ASK {}").status != 200:
            assert time.monotonic() < deadline
        assert [ask(engine, "ASK {}").status for _ in range(5)][-1] == 200


def test_a_dataset_that_was_spoilt_before_its_holder_died_is_not_served_until_it_is_sound(tmp_path: Path) -> None:
    path = write_data(tmp_path / "data.nq", 10)
    sound = path.read_bytes()
    source = Source(path, dataset=hash_dataset(sound))
    with PoolEngine([source], Settings(workers=1, short=1, timeout=1)) as engine:
        path.write_bytes(sound[: len(sound) // 2])
        holder = int(Path(f"/proc/{engine.processes[0]}/stat").read_text().split()[3])
        (worker,) = engine.processes
        os.kill(holder, signal.SIGKILL)
        wait_until_gone((worker,))
        assert ask(engine, COUNT).status == 503
        assert engine.broken
        assert ask(engine, COUNT).status == 503
        path.write_bytes(sound)
        engine.reload()
        assert not engine.broken
        assert count_rows(ask(engine, COUNT)) == 10


def test_closing_ends_every_process_and_answers_who_waits(data: Path) -> None:
    engine = PoolEngine([data], Settings(workers=2, timeout=20))
    processes = engine.processes
    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(ask, engine, BOMB) for _ in range(3)]
        time.sleep(0.2)
        engine.close()
        assert [answer.result().status for answer in running] == [503] * 3
    assert ask(engine, "ASK {}").status == 503
    wait_until_gone(processes)


def wait_until(happened: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wait_until_gone(processes: tuple[int, ...]) -> None:
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in processes):
        assert time.monotonic() < deadline, processes
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("accept", "query", "media_type"),
    [
        ("*/*", "ASK {}", "application/sparql-results+json"),
        ("application/json", "ASK {}", "application/json"),
        ("text/csv", "SELECT * { ?s ?p ?o } LIMIT 1", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "SELECT * {}", "text/tab-separated-values; charset=utf-8"),
        (
            "application/sparql-results+xml;q=0.9, text/turtle",
            "ASK {}",
            "application/sparql-results+xml; charset=utf-8",
        ),
        ("application/sparql-results+xml;q=0.9, text/turtle", "DESCRIBE <http://a/s1>", "text/turtle; charset=utf-8"),
        ("application/rdf+xml", "CONSTRUCT WHERE { ?s ?p ?o }", "application/rdf+xml"),
        ("application/ld+json", "CONSTRUCT WHERE { ?s ?p ?o }", "application/ld+json"),
        ("application/n-triples", "CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples"),
    ],
)
def test_the_answer_has_the_media_type_asked_for(engine: PoolEngine, accept: str, query: str, media_type: str) -> None:
    result = ask(engine, query, accept=accept)
    assert (result.status, result.media_type) == (200, media_type)


@pytest.mark.parametrize(("accept", "query"), [("image/png", "ASK {}"), ("text/turtle", "ASK {}")])
def test_what_cannot_be_had_is_406(engine: PoolEngine, accept: str, query: str) -> None:
    assert ask(engine, query, accept=accept).status == 406


def test_xml_that_would_not_be_well_formed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.nt"
    path.write_text('<http://a/s> <http://a/> "x" .\n<http://a/s> <http://a/p> "\\u0001" .\n', encoding="utf-8")
    with PoolEngine([Source(path, "nt", "http://a/g")], Settings(workers=1)) as engine:
        no_local_name = ask(
            engine, "CONSTRUCT { ?s <http://a/> ?o } { ?s <http://a/> ?o }", accept="application/rdf+xml"
        )
        assert no_local_name.status == 406
        control = ask(engine, "SELECT * { ?s <http://a/p> ?o }", accept="application/sparql-results+xml")
        assert control.status == 406
        assert "U+0001" in control.body.decode()
        assert ask(engine, "SELECT * { ?s <http://a/p> ?o }", accept="application/json").status == 200


def test_a_worker_loads_nothing_but_the_engine() -> None:
    """A web framework in every worker would cost start-up time and memory."""
    check = (
        "import policygraph.speaking.sparql.worker, sys; "
        "print([m for m in ('fastapi', 'rdflib', 'jinja2') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.strip() == "[]"


def test_columns_of_a_star_stand_as_they_were_written(engine: PoolEngine) -> None:
    result = ask(engine, "SELECT * { ?s ?p ?o } LIMIT 1", accept="text/csv")
    assert result.body.splitlines()[0] == b"s,p,o"


def test_syntax_errors_name_line_and_column(engine: PoolEngine) -> None:
    result = ask(engine, "SELECT *\nWHERE { ?s 红名单 ?o }")
    assert result.status == 400
    assert result.place is not None
    assert result.place[0] == 2
    chinese, *_, english = [line for line in result.body.decode().splitlines() if line[:1] in "第L"]
    assert chinese.startswith("第 2 行第 ")
    assert english.startswith("Line 2, column ")
