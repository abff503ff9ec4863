"""What the first visitor of a site would wait for, made while nobody waits: templates, lists, words, policies.

A service answers as soon as its dataset is loaded; what follows from the dataset is made when it is first asked for,
which for the words of questions takes seconds. Here it is made beforehand, in the order in which visitors come to it.
Whoever comes earlier waits for what is being made, as without this. The shapes look at one invented enterprise, since
what they are made of is made when they first look; nothing of what they find is kept.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from policygraph.clock import today
from policygraph.judging.decisions import Hearing
from policygraph.speaking.web.check import open_day
from policygraph.speaking.web.site import Site

_OBJECTS_BETWEEN_COLLECTIONS = 10_000


def warm(site: Site, is_over: Callable[[], bool] = lambda: False) -> None:
    """Make all of it, one after the other, until ``is_over``; what is made stays with the site."""
    for make in _list_steps(site):
        if is_over():
            return
        make()


def _list_steps(site: Site) -> Iterator[Callable[[], object]]:
    yield lambda: site.counts
    for name in site.templates.list_templates():
        yield partial(site.templates.get_template, name)
    yield lambda: site.finder
    yield lambda: site.policies
    yield lambda: site.sample
    yield lambda: _look(site, date.fromisoformat(today()))
    yield lambda: site.router


def _look(site: Site, day: date) -> None:
    """Open the policies as on a day, and let their shapes look once."""
    desk = open_day(site, day)
    for entity in site.sample.enterprises[:1]:
        hearing = Hearing(site.sample)
        for policy in desk.policies.values():
            hearing.case(policy, entity, day)


def settle() -> None:
    """What lives as long as the service is no longer looked through for rubbish.

    A look through all of it takes a tenth of a second, in which no request is answered. What a dataset of before left
    behind is taken away first. The looks through what is young, which were put far apart for starting, come oftener and
    are shorter: no single request pays 24 ms for several others.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
