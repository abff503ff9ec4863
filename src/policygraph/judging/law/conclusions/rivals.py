"""Which judgement yields to which: what names an act comes before a norm by type."""

from __future__ import annotations

from collections.abc import Iterable

from policygraph.judging.law.conclusions.values import ENABLING, Bearing, Rivals
from policygraph.text.locators import lies_in


def find_rivals(bearings: Iterable[Bearing]) -> Rivals:
    """Each judgement with those that it yields to while they live: what names the act comes before a norm by type.

    A norm yields where an editor judged its provision for this very act. A judgement that authorises never takes a
    norm's place, nor does what nobody read that of what was read: else taking the one away, or adding the other,
    would lift a conclusion.
    """
    known = list(bearings)
    named = [b for b in known if not b.types and b.fit not in ENABLING and b.is_default]
    return [
        (bearing, tuple(other for other in named if _is_named(bearing, other)) if bearing.types else ())
        for bearing in known
    ]


def _is_named(norm: Bearing, other: Bearing) -> bool:
    """Whether a judgement that names an act is about what a norm by type is about."""
    return (
        other.work == norm.work
        and (other.is_read or not norm.is_read)
        and (lies_in(norm.provision, other.provision) if norm.provision and other.provision else other.fit == norm.fit)
    )


def hold(rivals: Rivals, day: str) -> list[Bearing]:
    """The judgements that yield to none that lives on a day."""
    return [bearing for bearing, others in rivals if not any(other.lives(day) for other in others)]
