"""Standard error as every command writes to it: messages, warnings, the steps of long work."""

from __future__ import annotations

from rich.console import Console

stderr = Console(stderr=True, highlight=False)
