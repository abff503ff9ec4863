"""What is wrong with judgements on provisions, found before anything follows from them.

A judgement on an article that its text does not have would carry a conclusion out of nothing, and two judgements of
one provision for one act on one day would leave the answer to chance. Both refuse the build. Whether a judgement is
right in law nobody finds here.
"""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import Graph
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.judging.law.statuses import FIRST, LAST
from policygraph.namespaces import PG, slug_of
from policygraph.text.locators import read_place

CARRYING = ("direct", "conditional", "narrower", "principle", "unsupportive")
"""The ways to bear of which one excludes the others; what limits or conditions an act may stand beside any."""


def find_faults(union: Graph) -> Iterator[str]:
    """What is wrong, in words, each with the judgement and what to mend; nothing when all is well."""
    yield from _missing_articles(union)
    yield from _contradictions(union)


def _missing_articles(union: Graph) -> Iterator[str]:
    for kind in (PG.Bearing, PG.Competence):
        for node in sorted(union.subjects(RDF.type, kind), key=str):
            place = read_place(str(union.value(node, PG.provision) or ""))
            articles = [step.last.number for step in place.steps if step.level == "article"] if place else []
            for text in union.objects(node, PG.bearingText):
                count = union.value(text, PG.articleCount)
                if count is not None and any(number > int(str(count)) for number in articles):
                    yield (
                        f"{slug_of(str(node))}: {slug_of(str(text))} 只有 {count} 条，"
                        f"没有 {union.value(node, PG.provision)}"
                    )


def _contradictions(union: Graph) -> Iterator[str]:
    known: dict[tuple[Node, Node, str, Node | None], list[tuple[str, str, str, str]]] = {}
    for node in sorted(union.subjects(RDF.type, PG.Bearing), key=str):
        fit = str(union.value(node, PG.fit))
        if fit not in CARRYING:
            continue
        since, until = str(union.value(node, PG.bearingFrom) or FIRST), str(union.value(node, PG.bearingTo) or LAST)
        for act in union.objects(node, PG.bearsOn):
            for text in union.objects(node, PG.bearingText):
                key = (act, text, str(union.value(node, PG.provision)), union.value(node, PG.underReading))
                known.setdefault(key, []).append((since, until, fit, slug_of(str(node))))
    for (act, _, provision, _), found in known.items():
        for place, (since, until, fit, name) in enumerate(found):
            for begin, end, other, second in found[place + 1 :]:
                if fit != other and since <= end and begin <= until:
                    yield f"{name} 与 {second} 就 {slug_of(str(act))}、{provision} 的判断相反（{fit}、{other}）"
