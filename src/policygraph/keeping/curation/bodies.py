"""A body that a document names and no registry knows: registered for its place, or said to be one that is known.

``市财政局`` means another body in each city. What it does is the same everywhere, so a person says which function the
body has and in which region; the full name follows from region and words where the words leave the region out, and is
asked for where it does not. Which bodies of the registries a name may mean stands beside (`find_bodies`), and nothing
is merged: a known body is taken only when a person names it, and one of another place only for the statements of this
document.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import ORG, RDF, SKOS
from rdflib.term import Node

from policygraph.errors import InputError, NotFoundError
from policygraph.graph.drafts import agent_iri
from policygraph.graph.knowledge import Region, load_regions
from policygraph.graph.memory import make_graph
from policygraph.keeping.curation.cases import DRAFT, MODEL, Case
from policygraph.keeping.curation.decision import Changes, Decision
from policygraph.keeping.curation.journal import Entry
from policygraph.keeping.curation.names import BODY, list_names, region_of
from policygraph.keeping.curation.statements import Choice, list_scheme
from policygraph.keeping.workspace import BODIES
from policygraph.namespaces import CPOV, ELI, ID, PG, instance, slug_of
from policygraph.text.likeness import near_words

DEPARTMENTS = "departments"
_MOST = 60


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a name that no registry knows could be registered as: a full name, a region, a function; empty if unknown.

    The function is that of the candidate that is most alike, or of the one whose label stands in the words.
    """

    name: str
    region: str
    function: str


def suggest(case: Case, written: str, candidates: tuple[str, ...] = ()) -> Suggestion:
    """What a printed name could be registered as; ``candidates`` are slugs of bodies like it, the most alike first."""
    region = _region(case, region_of(case) or "")
    name = full_name(written, region) if region is not None else written
    return Suggestion(name, region.code if region else "", _function(case, written, candidates))


def full_name(written: str, region: Region) -> str:
    """The full name of a body whose printed name may leave the region out.

    >>> haitang = Region("999901", ("海棠市",), "https://a.example/", whole=False)
    >>> [full_name(words, haitang) for words in ("市财政局", "财政局", "海棠市财政局", "海棠海关")]
    ['海棠市财政局', '海棠市财政局', '海棠市财政局', '海棠海关']

    Its level is the last character of its own name: a body of another level keeps it, and people decide.

    >>> full_name("县财政局", haitang)
    '海棠市县财政局'
    """
    if region.whole or not region.names:
        return written
    longest = max(region.names, key=len)
    bare = longest[:-1] if len(longest) > 2 else longest
    if bare in written or any(name in written for name in region.names):
        return written
    return longest + written.removeprefix(longest[-1])


def _function(case: Case, written: str, candidates: tuple[str, ...]) -> str:
    for choice in sorted(list_functions(case), key=lambda one: -len(one.names.get("zh", ""))):
        label = choice.names.get("zh", "")
        if label and label in written:
            return choice.value
    for slug in candidates:
        for found in case.desk.bodies.objects(agent_iri(slug, case.desk.homes), PG.departmentFunction):
            return slug_of(str(found)).removeprefix("concept/")
    return ""


def list_functions(case: Case) -> tuple[Choice, ...]:
    """The functions that a body may have."""
    return list_scheme(case.desk.concepts, "functions")


def find_function(case: Case, written: str, place: str) -> str:
    """The function that is meant: by its slug, the slug without ``function-``, or its label in any language.

    Errors: ``InputError`` that names ``place`` and lists every function there is.
    """
    wanted = written.strip().casefold()
    known = list_functions(case)
    for one in known:
        names = (one.value, one.value.removeprefix("function-"), *one.names.values())
        if wanted in {name.casefold() for name in names}:
            return one.value
    listed = "、".join(f"{one.value.removeprefix('function-')}（{one.names.get('zh', '')}）" for one in known)
    raise InputError(place, f"没有职能 {written[:60]!r}", f"可用的有: {listed}")


def list_regions(case: Case) -> tuple[Choice, ...]:
    """The regions that a body may be of."""
    return tuple(Choice(one.code, {"zh": "、".join(one.names[:1])}) for one in load_regions(case.desk.concepts))


def list_bodies(case: Case) -> tuple[Choice, ...]:
    """The bodies of the registries, those of the document's region first."""
    home = region_of(case)
    found = []
    for body, name in case.desk.bodies.subject_objects(SKOS.prefLabel):
        if (body, RDF.type, CPOV.PublicOrganisation) in case.desk.bodies and getattr(name, "language", None) == "zh":
            region = slug_of(str(case.desk.bodies.value(body, ELI.jurisdiction))).removeprefix("region/")
            found.append((region != home, region, str(name), slug_of(str(body)).removeprefix("org/")))
    return tuple(Choice(slug, {"zh": name}) for _, _, name, slug in sorted(found))


def register_body(
    case: Case, written: str, function: str, by: str, at: str, *, name: str = "", region: str = ""
) -> tuple[Entry, ...]:
    """Register a body of the workspace for a name that the document prints, and name it in the statements about it.

    ``function`` is told by slug or label (`find_function`), ``region`` by code; name and region follow from the
    document where they are not told. Errors: ``InputError`` for a name that the document does not print, that is known
    already, or that has no region; ``StaleError``; ``StorageError``.
    """
    decision = Decision(case, by, at, BODIES)
    _require_printed(case, written)
    function = find_function(case, function, f"{written} function")
    place = _region(case, region or region_of(case) or "")
    if place is None:
        raise InputError(
            f"{written} region", f"没有地区 {region or '（文件没有写地区）'}",
            "写六位代码；还没有的地区先写进 regions.ttl，或 policygraph add --region 代码=名称",
        )  # fmt: skip
    full = (name or full_name(written, place)).strip()
    if not 2 <= len(full) <= _MOST:
        raise InputError(f"{written} name", f"全称 {full[:20]!r} 不是 2 到 {_MOST} 字", "写机构的全称")
    node = _free(case, decision.graphs[BODIES], place, function)
    known = _known(case, full)
    if known is not None:
        raise InputError(
            full, f"登记里已有这个机构：{known}", f"用它：policygraph curate assign {case.identifier} {written} {known}"
        )
    said = make_graph()
    said.add((node, RDF.type, CPOV.PublicOrganisation))
    said.add((node, SKOS.prefLabel, Literal(full, lang="zh")))
    for form, kind in {full: "official", written: "official" if written == full else "abbreviation"}.items():
        _add_form(said, node, form, kind)
    said.add((node, PG.departmentFunction, ID[f"concept/{function}"]))
    said += ((node, ORG.classification, one) for one in _types(case, function, full))
    said.add((node, ELI.jurisdiction, instance("region", place.code, base=place.base)))
    wanted: Changes = {BODIES: {node: said}, **_name_agents(case, decision, written, node)}
    decision.tell("register", DEPARTMENTS, slug_of(str(node)), wanted, note=full)
    return decision.finish()


def assign_body(case: Case, written: str, body: str, by: str, at: str) -> tuple[Entry, ...]:
    """Say that a printed name means a body that a registry knows: in the statements of the document that name it.

    A body of the workspace's own registry gets the words as a name of its own too, so that they are known from now on.
    Errors: ``NotFoundError`` for a body that no registry has; ``InputError`` for a name that the document does not
    print, or when nothing would change; ``StaleError``; ``StorageError``.
    """
    decision = Decision(case, by, at, BODIES)
    _require_printed(case, written)
    known = [one.value for one in list_bodies(case)]
    if body not in known:
        near = near_words(body, known, 3)
        raise NotFoundError(body[:60], "登记里没有这个机构", f"最接近的是: {'、'.join(near) or '（没有）'}")
    node = agent_iri(body, case.desk.homes)
    wanted = _name_agents(case, decision, written, node)
    own = decision.said(BODIES, node)
    if own is not None and not any(str(one) == written for one in own.objects(None, PG.literalForm)):
        changed = make_graph(own)
        _add_form(changed, node, written, "abbreviation")
        wanted[BODIES] = {node: changed}
    if not any(wanted.values()):
        raise InputError(
            written, "没有一条陈述等着写明这个机构，它也不在本工作区的登记里",
            "它是别处的机构：先核定提到它的措施，再指定；或为本地区另登记一个",
        )  # fmt: skip
    decision.tell("assign", DEPARTMENTS, slug_of(str(node)), wanted, note=written)
    return decision.finish()


def _add_form(graph: Graph, node: URIRef, words: str, kind: str) -> None:
    form = BNode()
    graph.add((node, PG.nameForm, form))
    graph.add((form, RDF.type, PG.NameForm))
    graph.add((form, PG.literalForm, Literal(words)))
    graph.add((form, PG.formKind, Literal(kind)))


def _require_printed(case: Case, written: str) -> None:
    printed = sorted({name.written for name in list_names(case) if name.kind == BODY})
    if written not in printed:
        near = near_words(written, printed, 3)
        raise InputError(
            written[:60] or "（空）", "不是文件里印着而登记里没有的机构",
            f"最接近的是: {'、'.join(near) or '（没有）'}；全部见 policygraph curate names {case.identifier}",
        )  # fmt: skip


def _region(case: Case, code: str) -> Region | None:
    return next((one for one in load_regions(case.desk.concepts) if one.code == code), None)


def _known(case: Case, full: str) -> str | None:
    return next((one.value for one in list_bodies(case) if one.names.get("zh") == full), None)


def _types(case: Case, function: str, full: str) -> tuple[Node, ...]:
    """The type of the registered bodies of a function whose names end most alike; empty where they have several."""
    bodies = case.desk.bodies
    alike: dict[int, set[Node]] = {}
    for one in bodies.subjects(PG.departmentFunction, ID[f"concept/{function}"]):
        for name in bodies.objects(one, SKOS.prefLabel):
            pairs = zip(reversed(full), reversed(str(name)), strict=False)
            shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            alike.setdefault(shared, set()).update(bodies.objects(one, ORG.classification))
    found = alike[max(alike)] if alike else set()
    return tuple(found) if len(found) == 1 else ()


def _free(case: Case, registry: Graph, region: Region, function: str) -> URIRef:
    """An IRI that no body has: region and function, with a number where the region has several of that function."""
    number = 1
    while True:
        last = function.removeprefix("function-") + (f"-{number}" if number > 1 else "")
        node = instance("org", region.code, last, base=case.base)
        if (node, None, None) not in registry and (node, None, None) not in case.desk.bodies:
            return node
        number += 1


def _name_agents(case: Case, decision: Decision, written: str, body: Node) -> Changes:
    """The statements that name a body in these words and no agent yet, with the agent."""
    found: Changes = {}
    for name in (MODEL, DRAFT):
        graph = decision.graphs[name]
        changed: dict[URIRef, Graph | None] = {}
        for node in graph.subjects(PG.asWritten, Literal(written)):
            if (node, RDF.type, PG.Responsibility) in graph and (node, PG.agent, None) not in graph:
                for subject in graph.subjects(PG.responsibility, node):
                    if isinstance(subject, URIRef):
                        said = changed.get(subject) or decision.said(name, subject) or make_graph()
                        changed[subject] = _with_agent(said, written, body)
        if changed:
            found[name] = changed
    return found


def _with_agent(said: Graph, written: str, body: Node) -> Graph:
    after = make_graph(said)
    for node in list(after.subjects(PG.asWritten, Literal(written))):
        if (node, PG.agent, None) not in after:
            after.add((node, PG.agent, body))
    return after
