"""Who waits for what, and whose turn it is: the bookkeeping of the two lanes, without processes, sockets or clocks.

                    arrives
                       |
                 known to be long? ---- yes ----------------.
                       | no                                 |
                 short lane: waits for one of the           |
                 processes that stand ready                 |
                       |                                    |
          done at a glance --------> answered               |
                       | no: slower ones have all           |
                       | processes of the lane but one      |
          done within its budget --> answered               |
                       | no                                 |
          is a place of the long lane free, and has         |
          the client one left?                              |
              | yes                     | no                |
          goes on, with its        killed; waits for   <----'
          process, in the          a place of the long lane;
          long lane                begins again in a fresh process
              |                         |
              '-----> answered, or stopped at its deadline

A client's long queries are counted; its short ones are not, so that full places never refuse a short query. In both
lanes clients take turns, however many queries each has waiting. `workers` does what is decided here.

None of this is safe for threads by itself: the pool holds its lock around every call.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """A queue in which clients take turns, each with its own line; what goes ahead passes only the client's own.

    >>> queue = FairQueue()
    >>> for client, item in (("a", 1), ("a", 2), ("a", 3), ("b", 4)): queue.add(client, item)
    >>> queue.add("a", 5, ahead=True); queue.add("a", 6, ahead=True)
    >>> [queue.take() for _ in range(7)]
    [5, 4, 6, 1, 2, 3, None]
    """

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[T]] = OrderedDict()
        self._ahead: Counter[str] = Counter()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def count(self, client: str) -> int:
        """How many of a client wait."""
        return len(self._lines.get(client, ()))

    def clients(self) -> tuple[str, ...]:
        """Those who have something waiting, in the order of their turns."""
        return tuple(self._lines)

    def add(self, client: str, item: T, *, ahead: bool = False) -> None:
        """To the end of the client's own line, or of those that went ahead in it."""
        line = self._lines.setdefault(client, deque())
        line.insert(self._ahead[client] if ahead else len(line), item)
        self._ahead[client] += ahead
        self._length += 1

    def take(self, may: Callable[[str], bool] = lambda client: True) -> T | None:
        """The first of the client whose turn it is among those that may; None when there is none."""
        for client in self._lines:
            if may(client):
                item = self._lines[client].popleft()
                self._leave(client, 0)
                if client in self._lines:
                    self._lines.move_to_end(client)
                return item
        return None

    def remove(self, client: str, item: T) -> bool:
        """Whether the item still waited."""
        line = self._lines.get(client)
        if line is None or item not in line:
            return False
        place = line.index(item)
        del line[place]
        self._leave(client, place)
        return True

    def drop(self) -> T | None:
        """Take the newest of the client with the longest line, when somebody has to go; None from an empty queue.

        >>> queue = FairQueue()
        >>> for client, item in (("a", 1), ("a", 2), ("b", 3)): queue.add(client, item)
        >>> queue.drop(), queue.count("a"), queue.count("b")
        (2, 1, 1)
        """
        if not self._lines:
            return None
        client = max(self._lines, key=lambda name: len(self._lines[name]))
        item = self._lines[client].pop()
        self._leave(client, len(self._lines[client]))
        return item

    def _leave(self, client: str, place: int) -> None:
        """An item was taken out of a client's line at that place."""
        self._length -= 1
        if place < self._ahead[client]:
            self._ahead[client] -= 1
        if not self._lines[client]:
            del self._lines[client], self._ahead[client]


@dataclass(slots=True)
class LongLane(Generic[T]):
    """The places of the long lane: ``workers`` may run, ``slots`` of them for one client; ``queue`` may wait.

    >>> lane = LongLane(workers=2, slots=1, queue=4, places=2)
    >>> lane.enter("a"), lane.enter("a"), lane.enter("b"), lane.enter("c")
    (True, False, True, False)
    >>> lane.wait("a", 1), lane.wait("a", 2), lane.wait("a", 3), lane.wait("c", 4)
    ((None, None), (None, None), ('client-full', None), (None, None))
    >>> lane.leave("b"), lane.next()
    (None, 4)
    """

    workers: int
    slots: int
    queue: int
    places: int
    running: Counter[str] = field(default_factory=Counter)
    waiting: FairQueue[T] = field(default_factory=FairQueue)

    def enter(self, client: str) -> bool:
        """Take a place at once, if one is free and the client has not all of its own."""
        # nobody is passed over: whoever waited and may run was given a place when it became free
        if not self._is_open(client):
            return False
        self.running[client] += 1
        return True

    def wait(self, client: str, item: T) -> tuple[str | None, T | None]:
        """Stand in line: the code of a refusal or None, and who had to go to make room."""
        if self.waiting.count(client) >= self.places:
            return "client-full", None
        gone = None
        if len(self.waiting) >= self.queue:
            longest = max(self.waiting.count(name) for name in self.waiting.clients())
            if longest <= self.waiting.count(client) + 1:
                return "busy", None
            gone = self.waiting.drop()
        self.waiting.add(client, item)
        return None, gone

    def leave(self, client: str) -> None:
        """Give a place back."""
        self.running[client] -= 1
        if self.running[client] <= 0:
            del self.running[client]

    def next(self) -> T | None:
        """Who goes next; the place is taken. None when nobody can."""
        taken: list[str] = []

        def may(client: str) -> bool:
            if not self._is_open(client):
                return False
            taken.append(client)
            return True

        item = self.waiting.take(may)
        if taken:
            self.running[taken[0]] += 1
        return item

    def _is_open(self, client: str) -> bool:
        return self.running.total() < self.workers and self.running[client] < self.slots


class Lately:
    """The queries of which one thing was lately seen: that they are slow, or quick; a bounded memory.

    >>> known = Lately(2)
    >>> known.add(1); known.add(2); known.add(3)
    >>> 1 in known, 3 in known
    (False, True)
    """

    def __init__(self, most: int = 4096) -> None:
        self._most = most
        self._known: OrderedDict[int, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, key: int) -> bool:
        return key in self._known

    def add(self, key: int) -> None:
        """Remember it; the oldest is forgotten when there are too many."""
        self._known[key] = None
        self._known.move_to_end(key)
        if len(self._known) > self._most:
            self._known.popitem(last=False)

    def forget(self, key: int) -> None:
        """It was not so this time."""
        self._known.pop(key, None)

    def clear(self) -> None:
        """Another dataset: nothing is known of it."""
        self._known.clear()
