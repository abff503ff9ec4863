"""Every term of a shapes graph held against what is supported: SHACL engines ignore what they do not know.

The SQL compiler relies on the same check.
"""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SH, SKOS, XSD
from rdflib.term import Node

from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.shapes.walking import REFERENCES, reported
from policygraph.judging.rules.terms import SUPPORTED, VIEW_TERMS, name_term
from policygraph.namespaces import PG
from policygraph.text.likeness import near_words

_LISTS = (SH["or"], SH["and"])
_BOUNDS = (SH.minInclusive, SH.maxInclusive, SH.minExclusive, SH.maxExclusive)
_QUALIFIED, _QUALIFIED_COUNTS = SH.qualifiedValueShape, (SH.qualifiedMinCount, SH.qualifiedMaxCount)
_COUNTS = (SH.minCount, SH.maxCount, *_QUALIFIED_COUNTS)
_TYPE, _NODE_SHAPE, _PROPERTY_SHAPE = RDF.type, SH.NodeShape, SH.PropertyShape
_PATH, _VALUE, _IN = SH.path, SH.hasValue, SH["in"]
_CONSTRAINTS = frozenset({*_LISTS, *REFERENCES, *_BOUNDS, *_COUNTS, SH["in"], SH.hasValue})
_SHAPE_WORDS = frozenset(
    {
        PG.decides,
        PG.reports,
        PG.needs,
        PG.missing,
        PG.supplier,
        PG.turnedBy,
        PG.underInterpretation,
        PG.validFrom,
        PG.validUntil,
        PG.quote,
        DCTERMS.source,
    }
)
_POLICY_WORDS = frozenset(
    {
        PG.document,
        PG.regionPrefix,
        PG.outsideSubject,
        PG.positiveOutcome,
        PG.negativeOutcome,
        PG.exclusionOutcome,
        PG.suspensionOutcome,
        PG.combination,
        PG.dateFrom,
        PG.dateTo,
        PG.repealedOn,
        PG.asks,
        PG.condition,
        PG.part,
        PG.appliesMeasures,
        PG.withholdsMeasures,
        PG.whenOutcome,
        PG.whenCondition,
        PG.whenGrade,
        PG.measure,
        PG.allMeasuresOf,
        PG.judgementForEveryMeasure,
        PG.remark,
        PG.bindsPersons,
        PG.windowRule,
        PG.reading,
        PG.readingValue,
        PG.isDefault,
        PG.reason,
        PG.gradeLabel,
        PG.restricted,
        PG.settledByDetermination,
        DCTERMS.identifier,
        DCTERMS.title,
        RDFS.label,
        RDFS.comment,
        SKOS.notation,
    }
)
_LIST_WORDS = frozenset({RDF.first, RDF.rest, RDF.type})


def check_shapes(graph: Graph, codes: Codes | None = None) -> Iterator[str]:
    """What is wrong with a shapes graph, one sentence each; nothing when every term is one we support.

    ``codes`` are the closed codes; without them the words of coded columns are not checked.
    """
    yield from _check_predicates(graph)
    roots = set(reported(graph))
    nested = {value for term in REFERENCES for value in graph.objects(None, term)}
    for term in _LISTS:
        for head in graph.objects(None, term):
            nested.update(graph.items(head))
    for target_node, target in graph.subject_objects(SH.targetClass):
        if isinstance(target_node, BNode):
            yield "有 sh:targetClass 的形状须有 IRI"
        if target != PG.Subject:
            yield f"{name_term(target_node)} 的 sh:targetClass 只能是 pg:Subject"
    for root in sorted(roots):
        if any((root, term, None) in graph for term in (SH.property, SH.node)) and (root, SH.path, None) not in graph:
            yield f"{name_term(root)} 不能直接用 sh:property 或 sh:node（结果会落在无名形状上），改用属性形状或 sh:or"
    for value in sorted(set(graph.objects(None, SH.node)), key=str):
        if (value, SH.path, None) in graph:
            yield f"sh:node 所指的 {name_term(value)} 是属性形状，改用 sh:property"
    for value in sorted(set(graph.objects(None, SH.property)), key=str):
        if (value, SH.path, None) not in graph:
            yield f"sh:property 所指的 {name_term(value)} 没有 sh:path"
    for node in sorted(nested, key=str):
        if not any(predicate in _CONSTRAINTS for predicate in graph.predicates(node)):
            yield f"引用的形状 {name_term(node)} 不存在或没有任何约束"
    for node in sorted(set(graph.subjects(PG.decides)) - roots, key=str):
        yield f"{name_term(node)} 有 pg:decides 而没有 sh:targetClass pg:Subject，永远不会运行"
    for kind in (SH.NodeShape, SH.PropertyShape):
        for node in sorted(set(graph.subjects(RDF.type, kind)) - roots - nested, key=str):
            yield f"{name_term(node)} 既没有 sh:targetClass 也没有被引用"
    for node in sorted(roots | nested, key=str):
        yield from _check_shape(graph, node, codes)


def _check_predicates(graph: Graph) -> Iterator[str]:
    known = SUPPORTED | _SHAPE_WORDS | _POLICY_WORDS | _LIST_WORDS
    for predicate in sorted(set(graph.predicates()), key=str):
        if predicate in known:
            continue
        names = [name_term(term) for term in known]
        close = near_words(name_term(predicate), names)
        hint = f"（是否为 {close[0]}？）" if close else ""
        yield f"不支持的用语 {name_term(predicate)}{hint}"
    for kind in sorted(set(graph.objects(None, RDF.type)), key=str):
        if str(kind).startswith(str(SH)) and kind not in (SH.NodeShape, SH.PropertyShape):
            yield f"不支持的形状类型 {name_term(kind)}"


def _check_shape(graph: Graph, node: Node, codes: Codes | None) -> Iterator[str]:
    said: dict[Node, list[Node]] = {}
    for predicate, value in graph.predicate_objects(node):
        said.setdefault(predicate, []).append(value)
    kinds_said = said.get(_TYPE, ())
    path = said[_PATH][0] if _PATH in said else None
    last: list[URIRef] = []
    if _NODE_SHAPE in kinds_said if path is not None else _PROPERTY_SHAPE in kinds_said:
        yield f"{name_term(node)}：sh:PropertyShape 须有 sh:path，sh:NodeShape 不能有"
    if path is not None:
        yield from _check_path(graph, path, last)
    elif _QUALIFIED in said or not said.keys().isdisjoint(_COUNTS):
        yield f"{name_term(node)} 有计数约束而没有 sh:path"
    if (_QUALIFIED in said) == said.keys().isdisjoint(_QUALIFIED_COUNTS):
        yield f"{name_term(node)} 的 sh:qualifiedValueShape 与 sh:qualifiedMinCount/MaxCount 须同时出现"
    for term in _COUNTS:
        for value in said.get(term, ()):
            if not (isinstance(value, Literal) and value.datatype == XSD.integer and int(value) >= 0):
                yield f"{name_term(node)} 的 {name_term(term)} 须是非负整数"
    kinds = {VIEW_TERMS[term].kind for term in last if term in VIEW_TERMS}
    for term in _BOUNDS:
        for value in said.get(term, ()):
            if kinds - {"integer", "decimal", "date"}:
                yield f"{name_term(node)} 的 {name_term(term)} 用在了不是数、也不是日期的值上"
            elif kinds == {"date"}:
                if not (isinstance(value, Literal) and value.datatype == XSD.date):
                    yield f"{name_term(node)} 的 {name_term(term)} 须是日期（xsd:date）"
            elif not (isinstance(value, Literal) and value.datatype in (XSD.integer, XSD.decimal)):
                yield f"{name_term(node)} 的 {name_term(term)} 须是整数或小数"
    values = [*said.get(_VALUE, ()), *(item for head in said.get(_IN, ()) for item in graph.items(head))]
    for value in values:
        for term in last:
            if term in VIEW_TERMS and not _fits(value, term, codes):
                yield f"{name_term(node)} 的取值 {name_term(value)} 不是 {name_term(term)} 的值"


def _check_path(graph: Graph, path: Node, last: list[URIRef]) -> Iterator[str]:
    """Check a path and collect the terms it can end with: a predicate, a sequence, or alternatives of these."""
    if isinstance(path, URIRef):
        last.append(path)
        if path not in VIEW_TERMS:
            close = near_words(name_term(path), (name_term(term) for term in VIEW_TERMS))
            yield f"路径 {name_term(path)} 不是截至日视图的用语" + (f"（是否为 {close[0]}？）" if close else "")
        return
    alternatives = graph.value(path, SH.alternativePath)
    if alternatives is not None:
        for step in graph.items(alternatives):
            yield from _check_path(graph, step, last)
        return
    steps = list(graph.items(path)) if graph.value(path, RDF.first) is not None else []
    if not steps:
        yield f"不支持的路径 {name_term(path)}，只支持属性、序列和 sh:alternativePath"
    for position, step in enumerate(steps):
        ends: list[URIRef] = []
        yield from _check_path(graph, step, ends)
        if position < len(steps) - 1:
            for term in ends:
                if term in VIEW_TERMS and VIEW_TERMS[term].kind != "link":
                    yield f"路径中间的 {name_term(term)} 不指向另一个节点"
        else:
            last.extend(ends)


def _fits(value: Node, term: URIRef, codes: Codes | None) -> bool:
    kind, allowed = VIEW_TERMS[term].kind, VIEW_TERMS[term].allowed
    if not allowed and codes is not None and VIEW_TERMS[term].scheme:
        allowed = tuple(codes.of(VIEW_TERMS[term].scheme))
    if kind in ("iri", "link"):
        return isinstance(value, URIRef)
    if not isinstance(value, Literal) or value.language:
        return False
    if kind == "word":
        return value.datatype is None and (not allowed or str(value) in allowed)
    return (
        value.datatype == {"integer": XSD.integer, "decimal": XSD.decimal, "bool": XSD.boolean, "date": XSD.date}[kind]
    )
