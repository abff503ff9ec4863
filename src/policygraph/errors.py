"""The errors policygraph raises, each with place, cause and remedy.

A bureau clerk reads these messages, so every one names where it happened, what is wrong and what to do next.
The tree is small on purpose: callers distinguish by what they can do about it, not by where it was raised.

    PolicygraphError
    ├── InputError        the user's file, cell or argument is wrong (exit 2, HTTP 400)
    ├── DataError         a file under data/, ontology/ or shapes/ is wrong (exit 2, HTTP 500)
    ├── NotFoundError     nothing of that name (exit 2, HTTP 404)
    ├── LimitError        over a stated bound of size, time or rows (exit 2, HTTP 413)
    ├── StorageError      a disk or folder does not take what is to be written (exit 2, HTTP 500)
    └── UnavailableError  something this service leans on does not answer (exit 2, HTTP 503)
"""

from __future__ import annotations


class PolicygraphError(Exception):
    """Something a person can act on: where, what and what next.

    >>> print(InputError("data/a.csv:3:日期", "'2020-13-01' 不是日期", "写成 2020-12-01"))
    data/a.csv:3:日期: '2020-13-01' 不是日期。写成 2020-12-01
    """

    def __init__(self, place: str, cause: str, remedy: str = "") -> None:
        super().__init__(place, cause, remedy)
        self.place = place
        self.cause = cause
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.place}: {self.cause}" if self.place else self.cause
        return f"{head}。{self.remedy}" if self.remedy else head


class InputError(PolicygraphError):
    """What the user gave cannot be used as it is."""


class DataError(PolicygraphError):
    """A knowledge file that travels with policygraph is wrong."""


class NotFoundError(PolicygraphError):
    """There is nothing of that name."""


class UnavailableError(PolicygraphError):
    """A part of the service that somebody else runs does not answer now."""


class StorageError(PolicygraphError):
    """A disk or a folder does not take what is to be written; nothing half-written is left."""


class LimitError(PolicygraphError):
    """A stated bound was passed; the remedy says which and how to stay below it."""
