"""Names reconciled: the bodies and laws of the registries that a printed name may mean, with likeness and reason.

Nothing is merged here. A name that the registry knows word for word, in the document's region, has one candidate of
likeness 1; everything else is a list for a person to choose from, the most alike first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policygraph.reading.citations import WorkName
from policygraph.reading.organisations import OrganisationName
from policygraph.text.folding import fold
from policygraph.text.likeness import find_nearest, likeness

MOST = 3
LEAST = 0.6
_ORDER = ("same", "parent", "same-elsewhere", "alike")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing of a registry that printed words may mean: its slug, its own name, how alike, and why it is listed.

    ``why`` is ``same`` (the very words, in the region), ``same-elsewhere`` (the words are a body's of another region),
    ``parent`` (the words begin with its name: it may be the body above the one that is meant) or ``alike``.
    """

    slug: str
    name: str
    likeness: float
    why: str


def find_bodies(
    written: str, names: Iterable[OrganisationName], jurisdiction: str | None, most: int = MOST
) -> tuple[Candidate, ...]:
    """The bodies and categories that a printed name may mean, the most alike first; empty when none is near.

    ``jurisdiction`` is a GB/T 2260 code; names that count elsewhere only are never taken for the same.

    >>> names = (OrganisationName("a/caizhengju", "市财政局", "bare", "230800"),)
    >>> [(one.slug, one.likeness, one.why) for one in find_bodies("市财政局", names, "230800")]
    [('a/caizhengju', 1.0, 'same')]
    >>> [one.why for one in find_bodies("市财政局", names, "410100")], find_bodies("某学会", names, "230800")
    (['same-elsewhere'], ())
    >>> [(one.name, one.why) for one in find_bodies("市财政局国库支付分局", names, "230800")]
    [('市财政局', 'parent')]
    """
    known = tuple(names)
    wanted = _fold(written)
    labels = [_fold(name.label) for name in known]
    above = {at for at, label in enumerate(labels) if len(label) > 2 and wanted.startswith(label) and label != wanted}
    found: list[Candidate] = []
    for place in sorted(above | set(find_nearest(wanted, labels, 4 * most, LEAST))):
        name = known[place]
        home = name.scope is None or name.scope == jurisdiction
        same = labels[place] == wanted
        why = ("same" if home else "same-elsewhere") if same else "parent" if place in above else "alike"
        found.append(Candidate(name.slug, name.label, round(likeness(wanted, labels[place]), 2), why))
    ranked = sorted(found, key=lambda one: (_ORDER.index(one.why), -one.likeness, one.slug))
    kept: dict[str, Candidate] = {}
    for one in ranked:
        kept.setdefault(one.slug, one)
    return tuple(kept.values())[:most]


def find_works(written: str, works: Iterable[WorkName], most: int = MOST) -> tuple[Candidate, ...]:
    """The works of law that a printed title may mean, the most alike first; empty when none is near."""
    known = tuple((work, title) for work in works for title in (work.title, *work.variants))
    wanted = _fold(written)
    labels = [_fold(title) for _, title in known]
    found = [
        Candidate(
            known[place][0].slug,
            known[place][0].title,
            round(likeness(wanted, labels[place]), 2),
            "same" if labels[place] == wanted else "alike",
        )
        for place in find_nearest(wanted, labels, 4 * most, LEAST)
    ]
    kept: dict[str, Candidate] = {}
    for one in sorted(found, key=lambda one: (-one.likeness, one.slug)):
        kept.setdefault(one.slug, one)
    return tuple(kept.values())[:most]


def _fold(words: str) -> str:
    return fold(words, "spelling").text
