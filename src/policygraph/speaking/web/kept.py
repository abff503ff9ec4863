"""The last few values that were made, by key: what is dear to make and asked for again at once.

A day stands in an address, so it is anybody's to choose and only a few are kept. One value is made at a time, so that
two requests for the same day cost one; what is kept lives as long as the site that keeps it, and no longer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """At most so many values; the one asked for longest ago goes first.

    >>> kept: Kept[str, str] = Kept(1)
    >>> kept.get("2026-11-22", lambda other: "made"), kept.get("2026-11-22", lambda other: "made again")
    ('made', 'made')
    >>> kept.get("2026-11-23", lambda other: f"made from {other}")
    'made from made'
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._known: dict[Key, Value] = {}

    def get(self, key: Key, make: Callable[[Value | None], Value]) -> Value:
        """The value of a key; ``make`` gets another one that is kept, if there is any, to start from."""
        with self._lock:
            if key not in self._known:
                self._known[key] = make(next(iter(self._known.values()), None))
            value = self._known[key] = self._known.pop(key)
            if len(self._known) > self.most:
                del self._known[next(iter(self._known))]
            return value
