"""A question to one worker and its answer, on the event loop and without ever holding it up.

A tiny query is answered within a blink: while no other is under way, the answer is waited for that long right here,
because setting up a watch on the socket and coming back through the event loop costs more than the query. Whatever
takes longer is watched as any other socket, and others go on meanwhile.

Knows neither lanes nor budgets: who asks says until when, and may ask again.
"""

from __future__ import annotations

import asyncio
import select
import time

from policygraph.speaking.sparql.generations import Worker
from policygraph.speaking.sparql.worker import HEAD, Message, read_head

BLINK = 0.0002
"""Seconds for which an answer is waited for right here."""
_CHUNK = 1 << 16
"""Larger pieces of memory are had from the system each time, page by page."""
_MOST_SELECTED = 1000
"""select(2) knows no higher descriptors than 1023."""


class NothingRan(Exception):
    """The process was gone before it read the query."""


class Died(Exception):
    """The process ended while it worked on the query."""


class Talk:
    """A question to one worker and its answer."""

    __slots__ = ("_buffer", "_loop", "_needed", "worker")

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._needed = HEAD.size

    async def ask(self, message: bytes, deadline: float) -> None:
        """Send a whole message; `NothingRan` when nobody is there to read it."""
        try:
            sent = self.worker.channel.send(message)
            if sent < len(message):
                async with asyncio.timeout_at(deadline):
                    await self._loop.sock_sendall(self.worker.channel, message[sent:])
        except TimeoutError:
            # `hear` finds the deadline passed
            return
        except BlockingIOError:
            return
        except (BrokenPipeError, ConnectionResetError):
            raise NothingRan from None

    async def hear(self, until: float) -> bool:
        """Whether the whole answer is here, at the latest at that time of the loop; it can be asked again.

        A socket that is closed with something unread in it is reset, and one whose reader had read all is not
        (unix(7)): so it is known whether the query had run.
        """
        while not self._take():
            if not await self._readable(until):
                return False
        return True

    def blink(self) -> bool:
        """Wait a blink for the answer, and hold everybody up for as long; whether the whole of it is here."""
        channel = self.worker.channel.fileno()
        if channel < _MOST_SELECTED:
            select.select((channel,), (), (), BLINK)
        return self._take()

    def heard(self) -> tuple[Message, bytes]:
        """The answer, after `hear` said that it is here."""
        return read_head(self._buffer)

    def _take(self) -> bool:
        """Whether the whole answer is here, after what came of it was taken."""
        while len(self._buffer) < self._needed:
            try:
                received = self.worker.channel.recv(_CHUNK)
            except BlockingIOError:
                return False
            except ConnectionResetError:
                raise NothingRan from None
            if not received:
                raise Died
            self._buffer += received
            if self._needed == HEAD.size and len(self._buffer) >= HEAD.size:
                self._needed += sum(HEAD.unpack_from(self._buffer))
        return True

    async def _readable(self, until: float) -> bool:
        ready: asyncio.Future[bool] = self._loop.create_future()
        channel = self.worker.channel.fileno()
        timer = self._loop.call_at(until, settle, ready, False)
        self._loop.add_reader(channel, settle, ready, True)
        try:
            return await ready
        finally:
            timer.cancel()
            self._loop.remove_reader(channel)


def settle(future: asyncio.Future[bool], value: bool = True) -> None:
    """Give a future its value, unless it has one or nobody waits for it any more."""
    if not future.done():
        future.set_result(value)


def computed(worker: Worker) -> float:
    """Seconds that a process has computed; wall time where the machine does not tell.

    The number of another process's clock is made as clock_getcpuclockid(3) of Linux makes it.
    """
    try:
        return time.clock_gettime((~worker.pid << 3) | 2)
    except OSError:
        return time.monotonic()
