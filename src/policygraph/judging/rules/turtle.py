"""Shapes as reviewed text: the same graph always gives the same Turtle, in an order that a person can read.

The expanded shapes are kept in the repository so that a lawyer can review in a diff what a changed line does. That
needs a writer whose output does not depend on the order of a hash table and which puts what belongs together side by
side: the policy first, then condition by condition in the order asked, the words of a shape before its constraints.
rdflib's ``longturtle`` is stable too, but sorts by IRI and gives every blank node ten lines; it is made for machines.

Only what shapes and policies need is written: no language-tagged datatypes, no cyclic blank nodes.
"""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SH, SKOS, XSD
from rdflib.term import Node

from policygraph.namespaces import BASE, PG

_PREFIXES = (
    ("pg", str(PG)),
    ("sh", str(SH)),
    ("dcterms", str(DCTERMS)),
    ("rdfs", str(RDFS)),
    ("skos", str(SKOS)),
    ("xsd", str(XSD)),
)
_WIDTH = 118
_STEP = "    "
# terms in the order in which they are written, those of one row on one line where they fit; others follow, by name
_ROWS = (
    (RDF.type, SH.targetClass, SH.severity, DCTERMS.identifier),
    (PG.condition, SKOS.notation, PG.part, PG.gradeLabel, PG.restricted, PG.settledByDetermination),
    (RDFS.label,), (PG.document,), (PG.regionPrefix, PG.outsideSubject),
    (PG.positiveOutcome, PG.negativeOutcome, PG.exclusionOutcome, PG.combination),
    (PG.dateFrom, PG.dateTo, PG.repealedOn), (PG.windowRule,), (PG.remark,), (PG.bindsPersons,),
    (PG.judgementForEveryMeasure,), (PG.asks,), (PG.appliesMeasures,), (PG.withholdsMeasures,),
    (PG.reports,), (PG.decides, PG.underInterpretation),
    (DCTERMS.source,), (PG.quote,), (PG.validFrom, PG.validUntil),
    (PG.needs, PG.missing, PG.turnedBy, PG.supplier), (SH.message,),
    (PG.reading, PG.readingValue, PG.isDefault), (PG.whenOutcome, PG.whenCondition, PG.whenGrade),
    (SH.path,), (SH.alternativePath,), (SH.minCount, SH.maxCount, SH.qualifiedMinCount, SH.qualifiedMaxCount),
    (SH.qualifiedValueShape,),
    (SH.hasValue, SH["in"], SH.minInclusive, SH.minExclusive, SH.maxInclusive, SH.maxExclusive),
    (SH.property,), (SH.node,), (SH["not"],), (SH["and"],), (SH["or"],),
)  # fmt: skip
_ROW: dict[Node, int] = {term: row for row, terms in enumerate(_ROWS) for term in terms}
_ORDER = tuple(term for terms in _ROWS for term in terms)
_RANK: dict[Node, int] = {term: rank for rank, term in enumerate(_ORDER)}
_WORDS: dict[Node, str] = {RDF.type: "a"}
_FIRST = RDF.first
_SEVERITY = {SH.Violation: 0, SH.Warning: 1, SH.Info: 2}
_LANGUAGES = {"zh": "0", "en": "1"}


def write_shapes(graph: Graph, opening: str, base: str = BASE) -> str:
    """The Turtle of one policy's shapes; ``opening`` is the comment at its head, line by line, without ``#``.

    >>> graph = Graph().parse(data='''@prefix sh: <http://www.w3.org/ns/shacl#> .
    ... @base <https://w3id.org/policygraph/id/> .
    ... <shape/a> sh:maxCount 2 ; sh:message "多"@zh , "many"@en ; sh:path <https://w3id.org/policygraph/ns#b> .''')
    >>> print(write_shapes(graph, "例").splitlines()[-3])
    <shape/a> sh:message "多"@zh , "many"@en ;
    """
    writer = _Writer(graph, f"{base}id/")
    parts = ["\n".join(f"# {line}" for line in opening.splitlines())]
    names = [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in _PREFIXES]
    parts.append("\n".join([f"@base <{base}id/> .", *names]))
    parts += writer.statements()
    return "\n\n".join(parts) + "\n"


class _Writer:
    """Writes the nodes of one graph; a blank node stands where it is used."""

    def __init__(self, graph: Graph, base: str) -> None:
        self.graph = graph
        self.base = base
        self._flat: dict[Node, str] = {}
        self._terms: dict[Node, str] = {}
        self._said: dict[Node, dict[Node, list[Node]]] = {}

    def statements(self) -> Iterable[str]:
        """Every named node with its statements, in reading order, each condition under its title."""
        graph = self.graph
        nodes = sorted({node for node in graph.subjects() if isinstance(node, URIRef)})
        asked = self.asked()
        place = {condition: index for index, (condition, _) in enumerate(asked)}
        policy = [node for node in nodes if (node, RDF.type, PG.Policy) in graph]
        readings = [node for node in nodes if (node, RDF.type, PG.Interpretation) in graph]
        rest = [node for node in nodes if node not in {*policy, *readings}]
        parts = [node for node in rest if (node, PG.decides, None) not in graph]
        for node in policy:
            yield self.statement(node)
        if readings:
            yield "# 文字两可之处（标签和理由在文件的 model.ttl）\n\n" + "\n".join(map(self.statement, readings))
        if parts:
            yield "# 判断所用的片段\n\n" + "\n".join(map(self.statement, parts))
        titles = dict(asked)
        grouped: dict[Node, list[URIRef]] = {}
        for node in rest:
            for condition in graph.objects(node, PG.decides):
                grouped.setdefault(condition, []).append(node)
        for condition in sorted(grouped, key=lambda c: (place.get(c, len(place)), str(c))):
            shapes = sorted(grouped[condition], key=self.gravity)
            title = titles.get(condition, "")
            yield f"# {title}\n\n{self.statement(shapes[0])}" if title else self.statement(shapes[0])
            yield from map(self.statement, shapes[1:])

    def asked(self) -> list[tuple[Node, str]]:
        """The conditions in the order asked, each with its number and title."""
        found: list[tuple[Node, str]] = []
        for head in self.graph.objects(None, PG.asks):
            for item in self.graph.items(head):
                condition = self.graph.value(item, PG.condition)
                words = (self.graph.value(item, SKOS.notation), self.graph.value(item, RDFS.label))
                if condition is not None:
                    found.append((condition, " ".join(str(word) for word in words if word is not None)))
        return found

    def gravity(self, node: URIRef) -> tuple[int, int, str]:
        """Failing shapes before open ones before information; those of other readings after those used."""
        readings = self.graph.objects(node, PG.underInterpretation)
        others = sum(1 for reading in readings if (reading, PG.isDefault, Literal(True)) not in self.graph)
        severities = [severity for severity in _SEVERITY if (node, SH.severity, severity) in self.graph]
        return others, _SEVERITY[severities[0]] if severities else len(_SEVERITY), str(node)

    def statement(self, node: URIRef) -> str:
        """A named node with everything said of it; the terms of one row stand on one line where they fit."""
        rows: dict[object, list[str]] = {}
        for term, values in self.said(node).items():
            rows.setdefault(_ROW.get(term, term), []).append(self.line(term, values, len(_STEP)))
        head = f"{self.term(node)} "
        lines = [line for row in rows.values() for line in _pack(row, len(_STEP))]
        return head + f" ;\n{_STEP}".join(lines) + " ."

    def line(self, term: Node, values: list[Node], indent: int) -> str:
        """A term with its values, on one line where it fits."""
        word = _WORDS.get(term) or self.term(term)
        flat = f"{word} " + " , ".join([self.flat(value) for value in values])
        if indent + len(flat) <= _WIDTH or not any(type(value) is BNode for value in values):
            return flat
        if len(values) == 1:
            return f"{word} {self.deep(values[0], indent)}"
        inner = "\n" + " " * (indent + len(_STEP))
        return f"{word}{inner}" + f" ,{inner}".join(self.deep(value, indent + len(_STEP)) for value in values)

    def said(self, node: Node) -> dict[Node, list[Node]]:
        """What is said of a node: its terms in reading order, each with its values in order; worked out once."""
        found = self._said.get(node)
        if found is None:
            terms: dict[Node, list[Node]] = {}
            for term, value in self.graph.predicate_objects(node):
                terms.setdefault(term, []).append(value)
            for values in terms.values():
                if len(values) > 1:
                    values.sort(key=self.key)
            found = self._said[node] = dict(sorted(terms.items(), key=lambda said: _rank(said[0])))
        return found

    def key(self, value: Node) -> tuple[str, str]:
        if type(value) is Literal:
            return _LANGUAGES.get(value.language or "", "2"), str(value)
        return "3", self.flat(value)

    def flat(self, value: Node) -> str:
        """A value on one line; worked out once, as it is asked for at every depth above it."""
        found = self._flat.get(value)
        if found is None:
            found = self._flat[value] = self._write_flat(value)
        return found

    def _write_flat(self, value: Node) -> str:
        if type(value) is not BNode:
            return self.term(value)
        items = self.items(value)
        if items is not None:
            return f"( {' '.join(self.flat(item) for item in items)} )"
        words = [self.line(term, values, -10_000) for term, values in self.said(value).items()]
        return f"[ {' ; '.join(words)} ]"

    def deep(self, value: Node, indent: int) -> str:
        """A value over several lines where it does not fit on one."""
        flat = self.flat(value)
        if type(value) is not BNode or indent + len(flat) <= _WIDTH:
            return flat
        inner = "\n" + " " * (indent + len(_STEP))
        items = self.items(value)
        if items is not None:
            words = [self.deep(item, indent + len(_STEP)) for item in items]
            return f"({inner}{inner.join(words)} )"
        found = [self.line(term, values, indent + len(_STEP)) for term, values in self.said(value).items()]
        return f"[ {f' ;{inner}'.join(_pack(found, indent + len(_STEP)))} ]"

    def items(self, value: BNode) -> list[Node] | None:
        return list(self.graph.items(value)) if (value, _FIRST, None) in self.graph else None

    def term(self, node: Node) -> str:
        """A term as it is written; worked out once."""
        found = self._terms.get(node)
        if found is None:
            found = self._terms[node] = self.literal(node) if type(node) is Literal else _name(node, self.base)
        return found

    def literal(self, value: Literal) -> str:
        if value.datatype in (XSD.integer, XSD.boolean) or (value.datatype == XSD.decimal and "." in value):
            return str(value)
        quoted = Literal(str(value)).n3()
        if value.language:
            return f"{quoted}@{value.language}"
        return quoted if value.datatype is None else f"{quoted}^^{self.term(value.datatype)}"


def _name(node: Node, base: str) -> str:
    text = str(node)
    for prefix, namespace in _PREFIXES:
        if text.startswith(namespace):
            return f"{prefix}:{text.removeprefix(namespace)}"
    return f"<{text.removeprefix(base)}>"


def _rank(term: Node) -> tuple[int, str]:
    return (_RANK.get(term, len(_RANK)), str(term)) if isinstance(term, URIRef) else (len(_RANK), str(term))


def _pack(parts: list[str], indent: int) -> list[str]:
    """Parts joined on lines as long as they fit; what already has several lines stands alone.

    >>> _pack(["sh:minCount 1", "sh:maxInclusive 36"], 4)
    ['sh:minCount 1 ; sh:maxInclusive 36']
    """
    lines: list[str] = []
    for part in parts:
        joined = f"{lines[-1]} ; {part}" if lines else ""
        if joined and "\n" not in joined and indent + len(joined) <= _WIDTH:
            lines[-1] = joined
        else:
            lines.append(part)
    return lines
