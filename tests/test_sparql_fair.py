"""A service that is shared fairly: short queries always get through, long ones take turns, every refusal is true."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from policygraph.speaking.sparql import worker
from policygraph.speaking.sparql.engine import QueryRequest, QueryResult, Settings
from policygraph.speaking.sparql.workers import PoolEngine, _name_query

pytestmark = pytest.mark.slow

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ASK = "ASK {}"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "data.nq"
    path.write_text("".join(f'<http://a/s{i}> <http://a/p> "{i}" <http://a/g> .\n' for i in range(2000)), "utf-8")
    return path


@pytest.fixture
def engine(data: Path) -> Iterator[PoolEngine]:
    with PoolEngine([data], Settings(workers=2, short=2, queue=4, timeout=30.0, budget=0.05)) as engine:
        yield engine


def ask(engine: PoolEngine, query: str, client: str, timeout: float | None = None) -> QueryResult:
    return engine.run(QueryRequest(query, client=client, timeout=timeout))


def wait_until(happened: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("varied", [False, True], ids=["one bomb", "a new bomb each time"])
def test_no_short_query_of_any_client_is_refused_under_more_bombs_than_places(engine: PoolEngine, varied: bool) -> None:
    """Twelve bombs in loops, for two places and four to wait in; the bomber asks short queries as everybody does."""
    stop = threading.Event()
    refused: set[str | None] = set()

    def throw(number: int) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            text = BOMB.replace("}", f"FILTER(?c != '{number} {turn}') }}") if varied else f"{BOMB} # {number} {turn}"
            refused.add(ask(engine, text, f"bomber {number % 3}", timeout=0.5).code)

    with ThreadPoolExecutor(12) as bombers:
        for number in range(12):
            bombers.submit(throw, number)
        try:
            time.sleep(0.3)
            answers = [ask(engine, ASK, client) for _ in range(4) for client in ("bomber 0", "honest", "")]
            if not varied:
                wait_until(lambda: bool(refused & {"client-full", "busy"}))
        finally:
            stop.set()
    assert [answer.status for answer in answers] == [200] * len(answers), {answer.code for answer in answers}
    assert refused & {"deadline", "waited"}
    assert varied or refused & {"client-full", "busy"}
    assert None not in refused


async def wait_for(happened: Callable[[], bool]) -> None:
    """The same where queries are tasks of this loop."""
    async with asyncio.timeout(60):
        while not happened():
            await asyncio.sleep(0.01)


def throw(engine: PoolEngine, client: str, bomb: str = BOMB) -> asyncio.Task[QueryResult]:
    """A bomb that somebody has thrown; who cancels it has gone away."""
    return asyncio.ensure_future(engine.answer(QueryRequest(bomb, client=client)))


def test_one_client_never_has_all_places_of_the_long_lane(engine: PoolEngine) -> None:
    async def crowd() -> QueryResult:
        bombs = [throw(engine, "greedy") for _ in range(3)]
        await wait_for(lambda: (load := engine.measure()).long_running == 1 and load.long_waiting == 2)
        full = await engine.answer(QueryRequest(BOMB, client="greedy"))
        # another has a place at once, while two of the greedy client still wait
        bombs.append(throw(engine, "other"))
        await wait_for(lambda: engine.measure().long_running == 2)
        assert engine.measure().long_waiting == 2
        assert not any(bomb.done() for bomb in bombs)
        for bomb in bombs:
            bomb.cancel()
        await asyncio.gather(*bombs, return_exceptions=True)
        return full

    full = asyncio.run(crowd())
    assert full.code == "client-full"
    assert full.retry_after
    assert "每个客户端同时最多执行 1 个" in full.body.decode()
    assert "Short queries are not affected" in full.body.decode()


def test_who_asks_again_at_once_is_refused_no_faster_than_short_queries_are_answered(engine: PoolEngine) -> None:
    """However many bombs are thrown, refusing them takes little of the time of others."""

    async def insist() -> None:
        bombs = [throw(engine, "greedy") for _ in range(3)]
        await wait_for(lambda: (load := engine.measure()).long_running == 1 and load.long_waiting == 2)
        began = time.monotonic()
        again = [(await engine.answer(QueryRequest(BOMB, client="greedy"))).code for _ in range(10)]
        assert again == ["client-full"] * 10
        assert time.monotonic() - began >= 10 * engine.settings.budget
        # the limits of one hold nobody else up
        assert (await engine.answer(QueryRequest(ASK, client="other"))).status == 200
        for bomb in bombs:
            bomb.cancel()
        await asyncio.gather(*bombs, return_exceptions=True)

    asyncio.run(insist())


def test_a_long_query_that_is_honest_is_answered_in_the_long_lane(data: Path) -> None:
    """Eight of one client at a time: more than run at once, none refused."""
    long = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(?c) > 3) }"
    with (
        PoolEngine([data], Settings(workers=4, short=2, budget=0.02, timeout=60)) as engine,
        ThreadPoolExecutor(8) as clients,
    ):
        answers = [clients.submit(ask, engine, long, "one") for _ in range(8)]
        counts = {json.loads(answer.result().body)["results"]["bindings"][0]["n"]["value"] for answer in answers}
        assert counts == {str(1000 * 2000)}
        wait_until(lambda: engine.measure().long_running == 0)
        wait_until(lambda: engine.measure().processes == engine.measure().ready == 2)


def test_the_budget_is_computing_time_and_not_time_on_the_clock(data: Path) -> None:
    """A process that gets no processor for a while has not outgrown the short lane."""
    with (
        PoolEngine([data], Settings(workers=1, short=1, budget=0.2, timeout=10)) as engine,
        ThreadPoolExecutor(1) as one,
    ):
        (process,) = engine.processes
        os.kill(process, signal.SIGSTOP)
        answer = one.submit(ask, engine, ASK, "a")
        time.sleep(0.6)
        os.kill(process, signal.SIGCONT)
        assert answer.result().status == 200
        assert engine.processes == (process,)


@pytest.mark.parametrize("glance", [0.01, 0.0], ids=["that began", "on trial"])
def test_a_short_query_is_not_refused_for_want_of_a_processor(data: Path, glance: float) -> None:
    """All places of the long lane are its own client's: had it counted as long, there would be none for it."""

    def list_short() -> list[int]:
        return [process for process in engine.processes if os.getpriority(os.PRIO_PROCESS, process) == ours]

    async def starve() -> None:
        bombs = [throw(engine, "greedy") for _ in range(3)]
        await wait_for(lambda: (load := engine.measure()).long_running == 1 and load.long_waiting == 2)
        await wait_for(lambda: engine.measure().ready == 2)
        stopped = list_short()
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        short = asyncio.ensure_future(engine.answer(QueryRequest(ASK, client="greedy")))
        await asyncio.sleep(12 * engine.settings.budget)
        assert not short.done()
        # what has not computed is not even on trial
        assert len(list_short()) == (2 if glance else 1)
        for process in stopped:
            os.kill(process, signal.SIGCONT)
        answer = await short
        assert answer.status == 200, answer.code
        for bomb in bombs:
            bomb.cancel()
        await asyncio.gather(*bombs, return_exceptions=True)

    ours = os.getpriority(os.PRIO_PROCESS, 0)
    settings = Settings(workers=2, short=2, queue=4, timeout=30.0, glance=glance, budget=0.05)
    with PoolEngine([data], settings) as engine:
        asyncio.run(starve())


def test_what_is_known_to_be_quick_goes_before_what_is_not_of_the_same_client(data: Path) -> None:
    async def stand_in_line(engine: PoolEngine) -> list[str]:
        order: list[str] = []

        async def note(name: str, query: str) -> None:
            assert (await engine.answer(QueryRequest(query, client="a"))).status == 200
            order.append(name)

        # names are kept once something was slow
        assert (await engine.answer(QueryRequest(BOMB, client="a", timeout=0.3))).code == "deadline"
        await note("alone", ASK)
        await wait_for(lambda: (load := engine.measure()).ready == load.processes == 1)
        (process,) = engine.processes
        os.kill(process, signal.SIGSTOP)
        line = [("first", ASK), ("unknown", "ASK { ?s ?p 1 }"), ("unknown too", "ASK { ?s ?p 2 }"), ("quick", ASK)]
        tasks = []
        for name, query in line:
            tasks.append(asyncio.ensure_future(note(name, query)))
            await asyncio.sleep(0.05)
        os.kill(process, signal.SIGCONT)
        await asyncio.gather(*tasks)
        return order

    with PoolEngine([data], Settings(workers=1, short=1, timeout=30)) as engine:
        assert asyncio.run(stand_in_line(engine)) == ["alone", "first", "quick", "unknown", "unknown too"]


def test_processes_that_were_ended_are_buried_without_another_order() -> None:
    ours, theirs = socket.socketpair()
    child = os.posix_spawn("/bin/sleep", ["sleep", "600"], {})
    dying = {child}
    with ours, theirs, ThreadPoolExecutor(1) as holder:
        order = holder.submit(worker._receive_order, theirs, dying)
        os.kill(child, signal.SIGKILL)
        try:
            wait_until(lambda: not dying, 5)
        finally:
            worker.send_message(ours, {"order": "none"})
        assert order.result() == ({"order": "none"}, b"")


def test_a_caller_that_goes_away_takes_its_query_along(engine: PoolEngine) -> None:
    async def give_up(seconds: float) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(engine.answer(QueryRequest(BOMB, client="a")), seconds)

    for seconds in (0.02, 0.3):
        asyncio.run(give_up(seconds))
        # a process that is being ended counts until it is gone
        wait_until(lambda: (load := engine.measure()).long_running == 0 and (load.ready, load.processes) == (2, 2))


def test_a_stopped_holder_with_killed_workers_holds_nobody_past_the_deadline(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policygraph.speaking.sparql.generations.PATIENCE", 1.0)
    with PoolEngine([data], Settings(workers=2, short=2, timeout=0.5)) as engine:
        os.kill(engine.holder, signal.SIGSTOP)
        for process in engine.processes:
            os.kill(process, signal.SIGKILL)
        # had nobody looked at the clock, it would have been answered once the holder was replaced
        answer = ask(engine, ASK, "a")
        assert answer.code in {"waited", "restarting"}
        assert answer.retry_after
        wait_until(lambda: ask(engine, ASK, "a").status == 200)


def test_a_stopped_process_holds_nobody_past_the_deadline(data: Path) -> None:
    with PoolEngine([data], Settings(workers=1, short=1, timeout=0.5)) as engine:
        (process,) = engine.processes
        os.kill(process, signal.SIGSTOP)
        assert ask(engine, ASK, "a").code == "deadline"
        wait_until(lambda: ask(engine, ASK, "a").status == 200)


def test_a_query_whose_process_was_gone_before_it_began_is_given_another(engine: PoolEngine) -> None:
    for _ in range(3):
        for process in engine.processes:
            os.kill(process, signal.SIGKILL)
        assert ask(engine, ASK, "a").status == 200


def test_a_process_that_is_killed_with_the_question_unread_had_not_run(data: Path) -> None:
    with PoolEngine([data], Settings(workers=1, short=1, timeout=10)) as engine, ThreadPoolExecutor(1) as one:
        (process,) = engine.processes
        os.kill(process, signal.SIGSTOP)
        answer = one.submit(ask, engine, ASK, "a")
        time.sleep(0.2)
        os.kill(process, signal.SIGKILL)
        assert answer.result().status == 200


def test_a_process_that_is_killed_at_work_is_not_said_to_have_used_too_much_memory(engine: PoolEngine) -> None:
    with ThreadPoolExecutor(1) as one:
        answer = one.submit(ask, engine, BOMB, "a")
        wait_until(lambda: engine.measure().long_running == 1)
        time.sleep(0.1)
        for process in engine.processes:
            os.kill(process, signal.SIGKILL)
        killed = answer.result()
    assert killed.code == "killed"
    assert killed.retry_after
    assert "被系统或管理员终止" in killed.body.decode()


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX x: <http://a/> SELECT (x:area(1) AS ?n) {}",
        "ASK { FILTER(<http://a/area>(?s)) }",
        "SELECT * { ?s ?p ?o FILTER(<http://a/area>(?o) > 1) }",
    ],
)
def test_an_unknown_function_is_the_caller_s_mistake_and_named(engine: PoolEngine, query: str) -> None:
    answer = ask(engine, query, "a")
    assert (answer.status, answer.code) == (400, "unknown-function")
    assert "<http://a/area>" in answer.body.decode()


def test_short_queries_keep_their_priority_and_long_ones_give_way(engine: PoolEngine) -> None:
    def list_priorities() -> set[int]:
        return {os.getpriority(os.PRIO_PROCESS, process) for process in engine.processes}

    async def look() -> None:
        bomb = throw(engine, "a")
        await wait_for(lambda: list_priorities() == {ours, 19})
        bomb.cancel()
        await asyncio.gather(bomb, return_exceptions=True)

    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert list_priorities() == {ours}
    asyncio.run(look())


def test_a_slow_query_with_another_constant_does_not_begin_as_a_new_one(data: Path) -> None:
    """Else whoever sends a new number each time holds all processes that stand ready, a glance each, without an end."""

    async def look(engine: PoolEngine) -> None:
        bombs = [throw(engine, "a", BOMB.replace("}", "FILTER(?c != '1') }"))]
        await wait_for(lambda: engine.measure().ready == 1)
        await asyncio.sleep(0.3)
        bombs.append(throw(engine, "b", BOMB.replace("}", "FILTER(?c != '2') }")))
        await wait_for(lambda: engine.measure().short_waiting == 1)
        assert engine.measure().ready == 1
        assert (await engine.answer(QueryRequest("ASK { ?s ?p 'one' }", client="a"))).status == 200
        for bomb in bombs:
            bomb.cancel()
        await asyncio.gather(*bombs, return_exceptions=True)
        # and a kind is no longer taken for slow when one of it was quick
        one, another = (QueryRequest(f"SELECT * {{ ?s ?p '{number}' }}", client="a") for number in (1, 2))
        engine._slow_kinds.add(kind := _name_query(one)[1])
        assert (await engine.answer(another)).status == 200
        assert kind not in engine._slow_kinds

    with PoolEngine([data], Settings(short=2, budget=60, timeout=60)) as engine:
        asyncio.run(look(engine))


def test_of_two_queries_past_their_glance_one_gives_way_to_those_that_begin(data: Path) -> None:
    def list_priorities() -> list[int]:
        return sorted(os.getpriority(os.PRIO_PROCESS, process) for process in engine.processes)

    async def look() -> None:
        bombs = [throw(engine, "a"), throw(engine, "b")]
        await wait_for(lambda: list_priorities() == [ours, ours, min(19, ours + 5)])
        assert engine.measure().long_running == 0
        for bomb in bombs:
            bomb.cancel()
        await asyncio.gather(*bombs, return_exceptions=True)
        honest = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?c != 'x') }"
        answers = await asyncio.gather(*(engine.answer(QueryRequest(honest, client=client)) for client in "ab"))
        assert [answer.status for answer in answers] == [200, 200]
        # and none that gave way serves another query
        await wait_for(lambda: list_priorities() == [ours] * 3)

    ours = os.getpriority(os.PRIO_PROCESS, 0)
    with PoolEngine([data], Settings(short=3, budget=60)) as engine:
        asyncio.run(look())
