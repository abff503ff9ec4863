"""policygraph: from a Chinese policy document on credit-based safety supervision to a defensible decision.

>>> import policygraph as pg
>>> sorted(pg.__all__)[:4]
['Asked', 'Dataset', 'Decision', 'Parsed']

Its names are loaded when they are first used: a command, or a program that wants one function, does not wait for all.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from policygraph.version import __version__

if TYPE_CHECKING:
    from policygraph.speaking.notebooks import (
        Asked,
        Dataset,
        Decision,
        Parsed,
        Register,
        Rows,
        decision_json,
        load_register,
        open,
        parse,
        screen,
    )

__all__ = [
    "Asked", "Dataset", "Decision", "Parsed", "Register", "Rows",
    "__version__", "decision_json", "load_register", "open", "parse", "screen",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """A public name, from the room that has it (PEP 562). Errors: ``AttributeError`` for any other."""
    if name in __all__:
        return getattr(importlib.import_module("policygraph.speaking.notebooks"), name)
    raise AttributeError(f"module 'policygraph' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
