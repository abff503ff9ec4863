"""The pool of query workers: two lanes, one deadline for all of a query's way, reload without a dropped request.

A query runs in a forked process (see `worker`), first in the *short lane*: a few processes stand ready there, and
whoever computes longer than the budget leaves it for the *long lane*, whose processes give way to all others and live
for one query each. Who waits, whose turn it is and who is refused is decided in `lanes`, with a drawing.

One path for everybody: `PoolEngine.answer` runs on the caller's event loop and only ever waits for a socket, a turn
or its deadline; `run` is the same on a loop of its own. What blocks (forking, killing, loading again) is done by one
thread, the *keeper*, so that a holder that does not answer holds up nobody past the deadline. A query whose process
was gone before it had read a word is given another one; a query that had run is not run twice.

Nothing here knows HTTP, and the pool does not keep answers.
"""

from __future__ import annotations

import asyncio
import logging
import math
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from policygraph.errors import DataError, LimitError
from policygraph.speaking.sparql.asking import Died, NothingRan, Talk, computed, settle
from policygraph.speaking.sparql.engine import QueryRequest, QueryResult, Settings, refuse
from policygraph.speaking.sparql.generations import Generation, Source, Worker
from policygraph.speaking.sparql.lanes import FairQueue, Lately, LongLane
from policygraph.speaking.sparql.planning import check_request, plan_query, read_answer
from policygraph.speaking.sparql.syntax import blank_constants, strip_query
from policygraph.speaking.sparql.worker import pack_message

__all__ = ["Load", "PoolEngine", "Prepared", "Source"]

log = logging.getLogger("policygraph.speaking.sparql")

NICE = 19
"""How far long queries give way to short ones and to the pages."""
_TRIAL_NICE = 5
"""How far a query on trial gives way to those that begin; as far as long ones, and a busy machine never tried it."""
_SLACK = 10
"""How many budgets may pass on the clock before a query on trial that had no processor is offered the long lane."""
_BURIAL = 1.0
"""Seconds to wait for the reason of a death."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A dataset that is loaded and ready to take over; whoever does not use it must discard it."""

    sources: tuple[Source, ...]
    generation: Generation
    workers: tuple[Worker, ...]

    def discard(self) -> None:
        """End its processes."""
        for worker in self.workers:
            worker.channel.close()
        self.generation.close()


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a pool is at a moment, in queries and processes."""

    ready: int
    short_waiting: int
    long_running: int
    long_waiting: int
    processes: int


class _Refused(Exception):
    """The query gets no turn; carries the answer."""

    def __init__(self, result: QueryResult) -> None:
        super().__init__(result.status)
        self.result = result


class _Claim:
    """One query's hold on the pool: the process it has, its place in the long lane, and how it is woken."""

    __slots__ = ("client", "is_long", "loop", "on_trial", "over", "refusal", "woken", "worker")

    def __init__(self, client: str) -> None:
        self.client = client
        self.loop = asyncio.get_running_loop()
        self.woken: asyncio.Future[bool] | None = None
        self.worker: Worker | None = None
        self.is_long = False
        self.on_trial = False
        self.refusal: QueryResult | None = None
        self.over = False

    def wake(self) -> None:
        """Let the query go on that waits; may be called from any thread."""
        if self.woken is not None:
            try:
                self.loop.call_soon_threadsafe(settle, self.woken)
            except RuntimeError:
                log.debug("a query's event loop ended while it waited")


class PoolEngine:
    """An engine over local files, safe to expose: see the module's opening words.

    Start-up waits until the dataset is loaded and raises `DataError` when it cannot be. Close it when done.
    """

    def __init__(self, sources: Sequence[Source | Path], settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._sources = tuple(s if isinstance(s, Source) else Source(s) for s in sources)
        self._lock = threading.Lock()
        self._idle: deque[Worker] = deque()
        self._short: FairQueue[_Claim] = FairQueue()
        self._slower: FairQueue[_Claim] = FairQueue()
        self._trials = 0
        self._long: LongLane[_Claim] = LongLane(
            self._settings.workers, self._settings.slots, self._settings.queue, self._settings.places
        )
        self._outgrown = Lately()
        self._glanced = Lately()
        self._slow_kinds = Lately()
        self._quick = Lately()
        self._closed = False
        self._broken = False
        self._keeper = ThreadPoolExecutor(1, "sparql-keeper")
        self._generation = Generation(self._sources, self._settings)
        self._idle.extend(self._generation.fork() for _ in range(self._settings.short))

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def graphs(self) -> tuple[str, ...]:
        return self._generation.graphs

    @property
    def broken(self) -> bool:
        """Whether the holder died and its dataset could not be loaded again: no query is answered until a reload."""
        return self._broken

    @property
    def dataset(self) -> str | None:
        """The hash of all that the current generation loaded and checked; None when no dataset was asked for."""
        return self._generation.dataset

    @property
    def version(self) -> str | None:
        """The hash of the dataset, or a name of this load where it has none."""
        return self._generation.version

    @property
    def added(self) -> dict[str, str]:
        """The digests of the graphs that the current generation holds beside its dataset, by name."""
        return dict(self._generation.added)

    @property
    def quads(self) -> int:
        """How many quads the current generation holds."""
        return self._generation.quads

    @property
    def isolation(self) -> tuple[str, ...]:
        """Which of the isolation measures are active on this machine, by name."""
        return self._generation.isolation

    @property
    def processes(self) -> tuple[int, ...]:
        """The process ids of the current workers, for watching them from outside."""
        return tuple(sorted(self._generation.alive))

    @property
    def holder(self) -> int:
        """The process id of the holder that the workers are forked from."""
        return self._generation.holder

    def measure(self) -> Load:
        """How busy the pool is now."""
        with self._lock:
            return Load(
                len(self._idle),
                len(self._short) + len(self._slower),
                self._long.running.total(),
                len(self._long.waiting),
                len(self._generation.alive),
            )

    def run(self, request: QueryRequest) -> QueryResult:
        """Evaluate a query within the limits; whatever goes wrong is an answer, not an exception."""
        return asyncio.run(self.answer(request))

    async def answer(self, request: QueryRequest) -> QueryResult:
        """The same on the caller's event loop; cancelling it stops the query and frees its process."""
        refusal = check_request(request, self._settings)
        if refusal is not None:
            return refusal
        timeout = min(request.timeout or self._settings.timeout, self._settings.timeout)
        claim = _Claim(request.client)
        deadline = claim.loop.time() + timeout
        message = pack_message(plan_query(request, self._settings))
        try:
            return await self._pursue(claim, request, message, deadline, timeout)
        except _Refused as refused:
            return refused.result
        finally:
            claim.over = True
            self._let_go(claim)

    def reload(self, sources: Sequence[Source | Path] | None = None) -> None:
        """Serve a rebuilt dataset from now on; queries under way finish on the old one.

        When the new dataset cannot be loaded the old one stays, and the error tells why.
        """
        self.take_over(self.prepare(sources))

    def prepare(self, sources: Sequence[Source | Path] | None = None) -> Prepared:
        """Load a dataset beside the one that is served; several pools can so change at one moment, or none does."""
        fresh = self._sources if sources is None else tuple(s if isinstance(s, Source) else Source(s) for s in sources)
        generation = Generation(fresh, self._settings)
        try:
            return Prepared(fresh, generation, tuple(generation.fork() for _ in range(self._settings.short)))
        except OSError:
            generation.close()
            raise

    def take_over(self, prepared: Prepared) -> None:
        """Serve a prepared dataset from now on."""
        generation = prepared.generation
        with self._lock:
            if self._closed:
                outdated, old = list(prepared.workers), generation
            else:
                outdated, old = list(self._idle), self._generation
                self._sources, self._generation = prepared.sources, generation
                self._idle = deque()
                self._broken = False
                self._outgrown.clear()
                self._glanced.clear()
                self._slow_kinds.clear()
                self._quick.clear()
            old.retired = True
        if old is not generation:
            for worker in prepared.workers:
                self._stand_ready(worker)
        for worker in outdated:
            old.end(worker)
        _close_if_drained(old)

    def close(self) -> None:
        """Stop: running queries get their worker killed, waiting callers an answer that says so."""
        with self._lock:
            self._closed = True
            idle, self._idle = list(self._idle), deque()
        self._turn_away(refuse("closed"))
        for worker in idle:
            worker.channel.close()
        self._generation.close()
        self._keeper.shutdown(wait=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def _pursue(
        self, claim: _Claim, request: QueryRequest, message: bytes, deadline: float, timeout: float
    ) -> QueryResult:
        # while nothing was slow, nobody waits for long and no name is needed
        name, kind = _name_query(request) if self._outgrown or self._glanced else (0, 0)
        is_long = name in self._outgrown
        is_slower = name in self._glanced or (kind in self._slow_kinds and name not in self._quick)
        # each turn ends a process, and there are not more of them that can have died unnoticed
        for _ in range(self._settings.short + 3):
            if is_long:
                worker = await self._begin_long(claim, deadline, timeout)
            else:
                worker = await self._begin_short(claim, deadline, timeout, is_slower, name in self._quick)
            talk = Talk(worker)
            began = computed(worker)
            try:
                await talk.ask(message, deadline)
                is_new = not is_long and not is_slower
                is_here = is_new and len(self._idle) >= self._settings.short - 1 and talk.blink()
                if is_new and not is_here and not await self._fits(talk, began, deadline, self._settings.glance):
                    name, kind = _name_query(request)
                    self._glanced.add(name)
                    self._slow_kinds.add(kind)
                    self._quick.forget(name)
                    is_slower = True
                    if claim.loop.time() < deadline and not self._may_go_on(claim):
                        self._let_go(claim)
                        continue
                if not is_long and not is_here and not await self._stays(claim, talk, began, deadline):
                    self._outgrown.add(name)
                    self._let_go(claim)
                    is_long = True
                    continue
                if not is_here and not await talk.hear(deadline):
                    return refuse("deadline", limit=timeout, retry_after=self._settings.retry)
            except NothingRan:
                self._let_go(claim)
                continue
            except Died:
                return await self._explain_death(claim)
            head, body = talk.heard()
            if is_long or is_slower:
                self._reconsider(name, kind, computed(worker) - began)
            elif name:
                self._quick.add(name)
            if not claim.is_long and not head["retire"]:
                self._give_back(claim)
            return read_answer(head, body, request.query, self._settings, worker.generation)
        return self._say("killed")

    async def _begin_short(
        self, claim: _Claim, deadline: float, timeout: float, is_slower: bool, is_quick: bool
    ) -> Worker:
        """A process of the short lane, now or when it is this client's turn; what is known to be quick goes first."""
        dropped = None
        with self._lock:
            self._check_open()
            if self._idle and (not is_slower or self._trials < self._most_trials):
                # the one that worked last has its memory at hand
                claim.worker = self._idle.pop()
                self._set_trial(claim, is_slower)
                return claim.worker
            claim.woken = claim.loop.create_future()
            queue = self._slower if is_slower else self._short
            queue.add(claim.client, claim, ahead=is_quick)
            if len(queue) > self._settings.crowd:
                dropped = queue.drop()
        if dropped is not None:
            dropped.refusal = self._say("crowded", self._settings.crowd)
            dropped.wake()
        return await self._wait(claim, deadline, timeout)

    @property
    def _most_trials(self) -> int:
        """Processes of the short lane that slower queries may have: one is kept for those that have not begun."""
        return max(1, self._settings.short - 1)

    def _set_trial(self, claim: _Claim, on_trial: bool) -> None:
        self._trials += on_trial - claim.on_trial
        claim.on_trial = on_trial

    def _may_go_on(self, claim: _Claim) -> bool:
        """Past its glance: whether it may stay, or makes room for those that have not begun and begins again later.

        Where it is not the only one past its glance, its process gives way to those that have just begun.
        """
        with self._lock:
            is_free = self._trials < self._most_trials or not len(self._short)
            if not self._idle and not (is_free and not len(self._slower)):
                return False
            self._set_trial(claim, True)
            worker = claim.worker if self._trials > 1 or self._long.running.total() else None
        if worker is not None:
            worker.give_way(_TRIAL_NICE)
        return True

    def _reconsider(self, name: int, kind: int, computed: float) -> None:
        """A query that was remembered as slow may have become quick."""
        if computed < self._settings.budget:
            self._outgrown.forget(name)
        if computed < self._settings.glance:
            self._glanced.forget(name)
            self._slow_kinds.forget(kind)
            self._quick.add(name)

    async def _begin_long(self, claim: _Claim, deadline: float, timeout: float) -> Worker:
        """A fresh process of the long lane, when there is a place for this client."""
        with self._lock:
            self._check_open()
            claim.woken = claim.loop.create_future()
            claim.is_long = self._long.enter(claim.client)
            refusal, gone = (None, None) if claim.is_long else self._long.wait(claim.client, claim)
        if refusal is not None:
            # who is refused and asks again at once would keep the service busy with refusing: it holds nothing here
            # but its own patience, for as long as a short query may take
            await asyncio.sleep(min(self._settings.budget, max(0.0, deadline - claim.loop.time())))
            raise _Refused(
                self._say(refusal, self._settings.slots if refusal == "client-full" else self._settings.queue)
            )
        if gone is not None:
            gone.refusal = self._say("busy", self._settings.queue)
            gone.wake()
        if claim.is_long:
            self._order(partial(self._fork_for, claim))
        return await self._wait(claim, deadline, timeout)

    async def _wait(self, claim: _Claim, deadline: float, timeout: float) -> Worker:
        if claim.woken is None:
            raise RuntimeError("nobody would wake this claim")
        timer = claim.loop.call_at(deadline, settle, claim.woken)
        try:
            await claim.woken
        finally:
            timer.cancel()
        with self._lock:
            if claim.worker is not None:
                claim.woken = None
                return claim.worker
        raise _Refused(claim.refusal or self._say("waited", timeout))

    async def _stays(self, claim: _Claim, talk: Talk, began: float, deadline: float) -> bool:
        """Whether a query past its glance keeps its process until its answer or its deadline.

        In the short lane within its budget; beyond it in the long lane, where there is a place for this client. One
        that had no processor has outgrown nothing: where there is no place for it, it stays where it is.
        """
        budget = self._settings.budget
        while not await self._fits(talk, began, deadline, budget, _SLACK * budget):
            if claim.loop.time() >= deadline or self._move_over(claim):
                return True
            if computed(talk.worker) - began >= budget:
                return False
        return True

    async def _fits(self, talk: Talk, began: float, deadline: float, budget: float, patience: float = math.inf) -> bool:
        """Whether the answer came within a budget, which is computing time: a busy machine makes no query long.

        ``patience`` is how long that may take on the clock.
        """
        start = now = time.monotonic()
        while not await talk.hear(min(now + max(budget - (computed(talk.worker) - began), 0.01), deadline)):
            now = time.monotonic()
            if now >= deadline or computed(talk.worker) - began >= budget or now - start >= patience:
                return False
        return True

    def _move_over(self, claim: _Claim) -> bool:
        """Take the process along into the long lane; False when there is no place for this client."""
        with self._lock:
            if self._closed or claim.worker is None or not self._long.enter(claim.client):
                return False
            claim.is_long = True
            self._set_trial(claim, False)
            worker = claim.worker
        self._order(partial(self._make_way, worker))
        return True

    def _give_back(self, claim: _Claim) -> None:
        """The process is sound and may serve the next."""
        with self._lock:
            worker, claim.worker = claim.worker, None
            self._set_trial(claim, False)
        if worker is not None and worker.gives_way:
            # only a fork stands as high again
            self._order(partial(self._replace, worker))
        elif worker is not None:
            self._stand_ready(worker)

    def _stand_ready(self, worker: Worker) -> None:
        """To whoever waits for the short lane, or to those that stand ready; to its end when it is out of date."""
        with self._lock:
            if worker.generation is self._generation and not self._closed:
                self._hand_over(worker)
                return
        worker.channel.close()
        self._order(partial(self._end, worker))

    def _hand_over(self, worker: Worker) -> None:
        """A free process goes to a slower query while those have not their part, then to one that has not begun."""
        following = self._slower.take() if self._trials < self._most_trials else None
        if following is not None:
            self._set_trial(following, True)
        else:
            following = self._short.take()
        if following is None:
            self._idle.append(worker)
            return
        following.worker = worker
        following.wake()

    def _let_go(self, claim: _Claim) -> None:
        """Give back all that a query holds; its process has not answered, or must not serve another: it is killed."""
        with self._lock:
            self._set_trial(claim, False)
            if claim.woken is not None:
                for queue in (self._short, self._slower, self._long.waiting):
                    queue.remove(claim.client, claim)
            worker, claim.worker = claim.worker, None
            was_long, claim.is_long = claim.is_long, False
            if was_long:
                self._long.leave(claim.client)
        if worker is not None:
            worker.channel.close()
            self._order(partial(self._end if was_long else self._replace, worker))
        if was_long:
            self._grant()

    def _grant(self) -> None:
        """Free places of the long lane go to those whose turn it is."""
        while True:
            with self._lock:
                following = None if self._closed else self._long.next()
                if following is None:
                    return
                following.is_long = True
            self._order(partial(self._fork_for, following))

    def _turn_away(self, refusal: QueryResult) -> None:
        """All that wait get that answer."""
        with self._lock:
            waiting = [
                claim for queue in (self._short, self._slower, self._long.waiting) for claim in iter(queue.take, None)
            ]
        for claim in waiting:
            claim.refusal = refusal
            claim.wake()

    def _check_open(self) -> None:
        if self._closed:
            raise _Refused(refuse("closed"))
        if self._broken:
            raise _Refused(self._say("restarting"))

    def _say(self, code: str, limit: float = 0) -> QueryResult:
        retry = self._settings.retry
        return refuse(code, str(retry), limit=limit, retry_after=retry)

    async def _explain_death(self, claim: _Claim) -> QueryResult:
        """Why the process of a query ended, in true words; it is reaped and replaced."""
        with self._lock:
            worker, claim.worker = claim.worker, None
            self._set_trial(claim, False)
        if worker is None:
            return refuse("closed")
        worker.channel.close()
        try:
            died_of = self._keeper.submit(worker.generation.kill, worker)
        except RuntimeError:
            return refuse("closed")
        if not claim.is_long:
            self._order(partial(self._refill, worker.generation))
        try:
            found = await asyncio.wait_for(asyncio.wrap_future(died_of), _BURIAL)
        except TimeoutError:
            found = 0
        if self._closed:
            return refuse("closed")
        if found == signal.SIGSEGV:
            return refuse("too-deep")
        if found == signal.SIGABRT:
            return refuse("memory", limit=self._settings.memory, retry_after=self._settings.retry)
        return self._say("killed")

    def _order(self, chore: Callable[[], None]) -> None:
        def do() -> None:
            try:
                chore()
            except OSError as error:
                log.warning("a query process could not be managed: %s", error)

        try:
            self._keeper.submit(do)
        except RuntimeError:
            # closed: the holder takes its workers along
            log.debug("the pool was closed")

    def _end(self, worker: Worker) -> None:
        worker.generation.end(worker)
        _close_if_drained(worker.generation)

    def _replace(self, worker: Worker) -> None:
        worker.generation.end(worker)
        self._refill(worker.generation)

    def _make_way(self, worker: Worker) -> None:
        worker.give_way(NICE)
        self._refill(worker.generation)

    def _refill(self, generation: Generation) -> None:
        """A fresh process for the short lane; a holder that cannot give one is replaced by another."""
        if generation.retired:
            _close_if_drained(generation)
            return
        try:
            fresh = generation.fork()
        except OSError:
            self._repair(generation)
            return
        self._stand_ready(fresh)

    def _fork_for(self, claim: _Claim) -> None:
        """A process of its own for a query that has a place in the long lane."""
        for _ in range(2):
            generation = self._generation
            try:
                worker = generation.fork(NICE)
            except OSError:
                self._repair(generation)
                continue
            with self._lock:
                if not claim.over:
                    claim.worker = worker
                    claim.wake()
                    return
            self._end(worker)
            return
        claim.refusal = self._say("restarting")
        claim.wake()

    def _repair(self, broken: Generation) -> None:
        """The holder was killed, or did not answer and was killed by us: load the dataset again, once."""
        if self._closed or self._generation is not broken:
            return
        log.warning("the process that held the dataset has ended; loading again")
        try:
            self.reload()
        except (DataError, LimitError, OSError) as error:
            self._broken = True
            self._turn_away(self._say("restarting"))
            log.error("the dataset could not be loaded again: %s", error)


def _name_query(request: QueryRequest) -> tuple[int, int]:
    """What a query is remembered by, however it is laid out and commented, and what its kind is remembered by.

    Of one kind are queries that differ in their constants only: who sends the same slow query with another number each
    time never had a new one.
    """
    text = strip_query(request.query)
    return hash((text, *sorted((request.bindings or {}).items()))), hash(blank_constants(text))


def _close_if_drained(generation: Generation) -> None:
    if generation.retired and not generation.alive:
        generation.close()
