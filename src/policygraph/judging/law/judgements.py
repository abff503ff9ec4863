"""What is wrong with judgements on provisions, found before anything follows from them.

A judgement on an article, a paragraph or an item that its text does not have would carry a conclusion out of nothing,
two judgements of one provision for one act on one day would leave the answer to chance or say it twice, and a duty
written into what enables an act would go with it where the act needs no basis; whoever is named by a word as wide as
有关部门 is never outside those that have the power; a number that means two acts leaves a reader to guess which of them
is concluded on. Each refuses the build. Whether a judgement is right in
law nobody finds here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from policygraph.judging.law.statuses import FIRST, LAST
from policygraph.namespaces import ELI, PG, slug_of
from policygraph.text.locators import Place, read_places, write_place

CARRYING = ("direct", "conditional", "narrower", "principle", "unsupportive")
"""The ways to bear of which one excludes the others; what limits or conditions an act may stand beside any."""


def find_faults(union: Graph) -> Iterator[str]:
    """What is wrong, in words, each with the judgement and what to mend; nothing when all is well."""
    yield from _missing_places(union)
    yield from _contradictions(union)
    yield from _swallowed_duties(union)
    yield from _default_rereadings(union)
    yield from _powerless_classes(union)


def _missing_places(union: Graph) -> Iterator[str]:
    counts = {
        (union.value(place, ELI.is_part_of), str(union.value(place, ELI.number)), term): int(str(count))
        for term in (PG.paragraphCount, PG.itemCount)
        for place, count in union.subject_objects(term)
    }
    for kind in (PG.Bearing, PG.Competence):
        for node in sorted(union.subjects(RDF.type, kind), key=str):
            provision = str(union.value(node, PG.provision) or "")
            for place in read_places(provision):
                for text in sorted(union.objects(node, PG.bearingText), key=str):
                    for lack in _lacks(place, union.value(text, PG.articleCount), text, counts):
                        yield f"{slug_of(str(node))}: {slug_of(str(text))} {lack}，没有 {provision}"


def _lacks(
    place: Place, articles: Node | None, text: Node, counts: Mapping[tuple[Node | None, str, URIRef], int]
) -> Iterator[str]:
    """What a place asks of a text beyond what the text has, as far as its counts are known."""
    last = {step.level: step.last for step in place.steps}
    article = last.get("article")
    if article is None:
        return
    if articles is not None and article.number > int(str(articles)):
        yield f"只有 {articles} 条"
        return
    whole = [step for step in place.steps if step.level in ("article", "paragraph")]
    names = [write_place(Place(tuple(whole[:depth]))) for depth in range(len(whole), 0, -1)]
    for level, unit, term in (("paragraph", "款", PG.paragraphCount), ("item", "项", PG.itemCount)):
        known = [counts[text, name, term] for name in names if (text, name, term) in counts]
        if known and level in last and last[level].number > known[0]:
            yield f"{names[0] if level == 'item' else names[-1]} 只有 {known[0]} {unit}"


def _contradictions(union: Graph) -> Iterator[str]:
    known: dict[tuple[Node, Node, str, Node | None], list[tuple[str, str, str, str]]] = {}
    for node in sorted(union.subjects(RDF.type, PG.Bearing), key=str):
        fit = str(union.value(node, PG.fit))
        if fit not in CARRYING:
            continue
        since, until = _days(union, node)
        for act in union.objects(node, PG.bearsOn):
            for text in union.objects(node, PG.bearingText):
                key = (act, text, str(union.value(node, PG.provision)), union.value(node, PG.underReading))
                known.setdefault(key, []).append((since, until, fit, slug_of(str(node))))
    for (act, _, provision, _), found in known.items():
        for place, (since, until, fit, name) in enumerate(found):
            for begin, end, other, second in found[place + 1 :]:
                if since <= end and begin <= until:
                    how = f"相反（{fit}、{other}）" if fit != other else f"重复（都是 {fit}）"
                    yield f"{name} 与 {second} 就 {slug_of(str(act))}、{provision} 的判断{how}"


def _swallowed_duties(union: Graph) -> Iterator[str]:
    """Duties that an act which needs no basis would lose with the provision that enables it.

    Whoever does such an act may do it without that provision; the duty has to stand as a judgement of its own.
    """
    asked: dict[tuple[Node, Node, str], list[tuple[str, str]]] = {}
    for node in union.subjects(RDF.type, PG.Bearing):
        if str(union.value(node, PG.fit)) in ("conditions", "limits"):
            for act in union.objects(node, PG.bearsOn):
                asked.setdefault(_about(union, node, act), []).append(_days(union, node))
    for node in sorted(union.subjects(RDF.type, PG.Bearing), key=str):
        kind = union.value(node, PG.requirementKind)
        counts = kind is not None and str(union.value(kind, PG.counts)) == "true"
        fit = str(union.value(node, PG.fit))
        if fit != "conditional" and not (fit == "direct" and counts):
            continue
        since, until = _days(union, node)
        for act in sorted(union.objects(node, PG.bearsOn), key=str):
            known = asked.get(_about(union, node, act), ())
            if _needs_none(union, act) and not any(begin <= since and until <= end for begin, end in known):
                provision = union.value(node, PG.provision)
                yield (
                    f"{slug_of(str(node))}: {slug_of(str(act))} 本来不需要依据，{provision} 的条件"
                    "须另写一条 conditions 或 limits（同一法规、同一条、日期不短于它），否则条件会随授权一起消失"
                )


def _about(union: Graph, node: Node, act: Node) -> tuple[Node, Node, str]:
    work = union.value(node, PG.work)
    return act, work if work is not None else node, str(union.value(node, PG.provision) or "")


def _days(union: Graph, node: Node) -> tuple[str, str]:
    return str(union.value(node, PG.bearingFrom) or FIRST), str(union.value(node, PG.bearingTo) or LAST)


def _needs_none(union: Graph, act: Node) -> bool:
    """Whether an act, or an act of a measure, is of a nature that needs no basis; false where nobody judged it."""
    parts = [*union.subjects(PG.actOf, act)] or [act]
    measure = union.value(act, PG.actOf)
    for part in parts:
        nature = union.value(part, PG.nature) or union.value(act, PG.nature)
        if nature is None and measure is not None:
            nature = union.value(measure, PG.nature)
        if nature is not None and str(union.value(nature, PG.needsBasis)) == "false":
            return True
    return False


def _default_rereadings(union: Graph) -> Iterator[str]:
    for node in sorted(union.subjects(RDF.type, PG.ActReading), key=str):
        reading = union.value(node, PG.underReading)
        if reading is None or str(union.value(reading, PG.isDefault)) == "true":
            yield f"{slug_of(str(node))}: 默认的理解写在行为自己身上；这里只写不是默认的理解（pg:underReading）"


def _powerless_classes(union: Graph) -> Iterator[str]:
    """Acts that are told to be nobody's though the document gives them to an open class (有关部门, 各部门).

    Such a class takes in whoever has the power. Where it may mean less, that is a reading, and told as one.
    """
    for node in sorted(union.subjects(RDF.type, PG.Competence), key=str):
        if str(union.value(node, PG.withinPower)) != "no" or str(union.value(node, PG.power)) == "set":
            continue
        reading = union.value(node, PG.underReading)
        if reading is not None and str(union.value(reading, PG.isDefault)) != "true":
            continue
        for act in sorted(union.objects(node, PG.bearsOn), key=str):
            measure = union.value(act, PG.actOf) or act
            agents = [union.value(duty, PG.agent) for duty in union.objects(measure, PG.responsibility)]
            if any(agent is not None and _is_open(union, agent) for agent in agents):
                yield (
                    f"{slug_of(str(node))}: {slug_of(str(act))} 写给“有关部门”一类不限定的机关，其中总有有职权的："
                    "请写 partly；可以理解得更窄的，写成另一种理解（pg:underReading）"
                )


def _is_open(union: Graph, agent: Node) -> bool:
    return str(union.value(agent, PG.reachesSignatories)) == "true"
