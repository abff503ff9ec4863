"""Standard error as every command writes to it: messages, warnings, the steps of long work."""

from __future__ import annotations

from rich.console import Console

from policygraph.errors import PolicygraphError

stderr = Console(stderr=True, highlight=False)


def report(error: PolicygraphError) -> None:
    """An error as every command tells it: place, cause and remedy in one message."""
    stderr.print(f"policygraph: {error}", style="red", markup=False, soft_wrap=True)
