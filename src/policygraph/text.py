"""Where words stand in a source text, and how Chinese official texts write numbers and dates.

Every statement policygraph makes can be traced to the untouched source, so positions are kept from the first step on:
nothing here returns changed words without a way back to the code points they came from.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the untouched source, counted in Unicode code points, end exclusive."""

    start: int
    end: int
