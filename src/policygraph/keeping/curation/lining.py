"""Accepted condition lines: what a drafted line says in a few words, written out as the lines that a build expands.

A draft says of a condition which records it looks at, what refines them, and the period (``reading.drafting.lining``).
Which table, which filters and which results that becomes is a file (``ontology/drafting/lines.ttl``): the template of
the records, with the filters of its refinements put in, the condition's own IRI in its place, and the condition's
number before the name of each result. What comes out is checked by expanding it, like any ``conditions.ttl``.

A condition that a policy asks and no line decides would pass for want of anything to break. So as long as a condition
has no accepted line, or an open proposal of one, it is one that only a determination settles: the *open* line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from policygraph.errors import InputError
from policygraph.graph.memory import make_graph
from policygraph.judging.rules.codes import region_prefix
from policygraph.judging.rules.facts import TABLE, has_fields
from policygraph.keeping.curation.cases import Case
from policygraph.keeping.curation.names import region_of
from policygraph.keeping.turtle import natural, statements_of
from policygraph.namespaces import ELI, ID, PG, clause_iri, slug_of
from policygraph.reading.drafting.conditions import months_of
from policygraph.reading.drafting.lining import JUDGEMENT

Comparison = tuple[tuple[URIRef, Literal], ...]
"""How a number is compared, where no template says it: with a bound of a score, or a number of months."""
Tests = Mapping[Node, Node | Comparison]
PLACE = ID["line/condition"]
"""What stands in a template for the condition that the lines decide."""
JUDGE = ID["line/judge"]
"""What stands in a template for who determines a condition: whom the text names, else what the file says of it."""
_HOLDER = ID["line/holder"]
_POLICY = ID["line/policy"]
_GRADED = "graded"
_OPPOSITE = {"eligible": "ineligible", "target": "not_target", _GRADED: _GRADED}
_UNITS = {"Y": ("年", "year"), "M": ("个月", "month")}


def open_address(case: Case, condition: URIRef) -> str:
    """The address of the line that leaves a condition to a determination."""
    return f"rule/{case.identifier}/open-{_number(condition)}"


def write_rule(case: Case, subject: URIRef, said: Graph) -> dict[URIRef, Graph | None]:
    """The lines that a drafted line becomes, and the period they name, by subject.

    Errors: ``InputError`` for a draft that still lacks something: its records, a period.
    """
    address = slug_of(str(subject))
    record, condition = said.value(subject, PG.lineRecord), said.value(subject, PG.decides)
    if not isinstance(record, URIRef) or not isinstance(condition, URIRef):
        raise InputError(f"{address} lineRecord", "没有写明看哪一种记录、判断哪一个条件", "先改这一条，选上记录")
    templates = case.desk.templates
    if (record, PG.kindOfCondition, None) not in templates:
        raise InputError(f"{address} lineRecord", f"{slug_of(str(record))} 没有写成条件行的样子", "另选一种记录")
    months = _months(said, subject, address)
    asks = (record, PG.asksWindow, Literal(True)) in case.desk.concepts
    if asks and months is None:
        raise InputError(f"{address} window", "这种记录须写明期间", "填上期间，例如 P3Y（3年），或改选须由主管部门认定")
    refinements = sorted(said.objects(subject, PG.lineRefinement), key=str)
    tests = _tests(templates, (record, *refinements)) | _score(said, subject)
    out = make_graph()
    writer = _Lines(case, out, subject, condition, address.rsplit("/", 1)[1])
    writer.head(record, said)
    period = None
    if months is not None and asks:
        period = _period(case, months)
        out.add((subject, PG.period, period[0]))
    writer.fill(record, refinements, tests, months if asks else None)
    found: dict[URIRef, Graph | None] = {subject: out}
    if period is not None:
        found[period[0]] = period[1]
    return found


def write_open_rule(case: Case, condition: URIRef, clause: Node, quote: Node) -> tuple[URIRef, Graph]:
    """The line that leaves a condition to a determination."""
    subject = case.iri(open_address(case, condition))
    said = make_graph([(subject, PG.clause, clause), (subject, PG.quote, quote)])
    out = make_graph()
    writer = _Lines(case, out, subject, condition, f"open-{_number(condition)}")
    record = ID[f"concept/{JUDGEMENT}"]
    writer.head(record, said)
    writer.fill(record, [], {}, None)
    return subject, out


def write_policy(case: Case, subject: URIRef, said: Graph, conditions: Graph, beside: Graph) -> Graph:
    """What a drafted policy becomes: what its conditions decide, of whom, from when, and in which order they are asked.

    ``conditions`` tells the number and title of each, ``beside`` what is drafted and accepted of other policies of the
    document: with one of them a policy is called by its own title too, and where another one that may lead to the same
    kind of measures is known, which measures follow is for a person to say.

    Errors: ``InputError`` for what neither the text nor a person has said: the outcome, the region, the day.
    """
    address = slug_of(str(subject))
    outcome = str(said.value(subject, PG.positiveOutcome) or "")
    if outcome not in _OPPOSITE:
        raise InputError(
            f"{address} positiveOutcome", "没有写明符合条件的是激励对象还是惩戒对象，或者评为哪一级",
            "先改这一条：激励对象填 eligible，惩戒对象填 target，评等级填 graded",
        )  # fmt: skip
    combination = said.value(subject, PG.combination)
    if combination is None:
        raise InputError(
            f"{address} combination", "没有写明各项条件须同时具备，还是具备其一",
            "先改这一条：同时具备填 allOf，具备其一填 anyOf",
        )  # fmt: skip
    out = make_graph([(subject, RDF.type, PG.Policy)])
    document = clause_iri(case.identifier, "", case.base)
    others = [one for one in set(beside.subjects(RDF.type, PG.Policy)) if one != subject]
    out.add((subject, DCTERMS.identifier, Literal(slug_of(str(subject)).removeprefix("policy/"))))
    title = str(said.value(subject, DCTERMS.title) or "") if others else ""
    out.add((subject, RDFS.label, Literal(f"{_label(case)}{f'（{title}）' if title else ''}", lang="zh")))
    if any(str(beside.value(one, PG.positiveOutcome) or outcome) == outcome for one in others):
        for told in case.desk.templates.objects(_POLICY, PG.judgementForEveryMeasure):
            out.add((subject, PG.judgementForEveryMeasure, told))
    out.add((subject, PG.document, document))
    out.add((subject, PG.regionPrefix, Literal(_region(case, said, subject, address))))
    out.add((subject, PG.positiveOutcome, Literal(outcome)))
    out.add((subject, PG.negativeOutcome, Literal(_OPPOSITE[outcome])))
    out.add((subject, PG.combination, Literal(str(combination))))
    for term, day in zip((PG.dateFrom, PG.dateTo), _days(case, said, subject, address), strict=True):
        out.add((subject, term, day))
    for rule in case.desk.templates.objects(_POLICY, PG.windowRule):
        out.add((subject, PG.windowRule, rule))
    barring = sorted(_named(said.objects(subject, PG.excludedBy)), key=_order)
    if barring:
        out.add((subject, PG.exclusionOutcome, Literal("excluded")))
    part = "grade" if outcome == _GRADED else "requirement"
    asked = [(one, part) for one in sorted(_named(said.objects(subject, PG.hasCondition)), key=_order)]
    items: list[Node] = []
    for condition, part in (*asked, *((one, "exclusion") for one in barring)):
        item = BNode()
        items.append(item)
        out.add((item, PG.condition, condition))
        out.add((item, PG.part, Literal(part)))
        out.add((item, SKOS.notation, Literal(str(conditions.value(condition, SKOS.notation) or _number(condition)))))
        words = conditions.value(condition, DCTERMS.title) or conditions.value(condition, PG.quote)
        out.add((item, RDFS.label, Literal(str(words or _number(condition)), lang="zh")))
        if part == "grade":
            out.add((item, PG.gradeLabel, Literal(_name_grade(conditions, condition, address))))
    head = BNode()
    Collection(out, head, items)
    out.add((subject, PG.asks, head))
    if outcome == _GRADED:
        return out
    applied = BNode()
    out.add((subject, PG.appliesMeasures, applied))
    out.add((applied, PG.whenOutcome, Literal(outcome)))
    out.add((applied, PG.allMeasuresOf, document))
    return out


def _grade_of(told: Graph, condition: URIRef) -> Node | None:
    """The grade that a condition earns: the one in whose words it is stated; None where that is none or several."""
    clause, quote = (told.value(condition, term) for term in (PG.clause, PG.quote))
    grades = [one for one in told.subjects(RDF.type, PG.Grade) if told.value(one, PG.clause) == clause]
    found = [one for one in grades if quote is not None and str(quote) in str(told.value(one, PG.quote))]
    same = [one for one in found if told.value(one, PG.quote) == quote]
    return next(iter(same or found), None) if len(same or found) == 1 else None


def _name_grade(told: Graph, condition: URIRef, address: str) -> str:
    grade = _grade_of(told, condition)
    name = told.value(grade, SKOS.prefLabel) if grade is not None else None
    if name is None:
        raise InputError(
            f"{address} hasCondition", f"没有写明 {slug_of(str(condition))} 评为哪一级",
            "先接受写着这些字的那一个等级；不是评等级的，positiveOutcome 改填 eligible 或 target",
        )  # fmt: skip
    return str(name)


def grade_measures(lines: Graph, told: Graph) -> dict[URIRef, Graph]:
    """The policies that give grades, each with the measures that the accepted consequences tie to its grades.

    ``lines`` holds the condition lines, ``told`` the model. Only those are in it of which something changes.
    """
    changed: dict[URIRef, Graph] = {}
    for policy in _named(lines.subjects(PG.positiveOutcome, Literal(_GRADED))):
        said = statements_of(lines, policy)
        wanted: dict[str, set[Node]] = {}
        for item in said.subjects(PG.gradeLabel, None):
            condition = said.value(item, PG.condition)
            grade = _grade_of(told, condition) if isinstance(condition, URIRef) else None
            for one in told.subjects(PG.when, grade) if grade is not None else ():
                wanted.setdefault(str(said.value(item, PG.gradeLabel)), set()).update(told.objects(one, PG.measure))
        there = {
            str(said.value(rule, PG.whenGrade)): set(said.objects(rule, PG.measure))
            for rule in said.objects(policy, PG.appliesMeasures)
        }
        if there == wanted:
            continue
        for rule in list(said.objects(policy, PG.appliesMeasures)):
            said.remove((rule, None, None))
            said.remove((policy, PG.appliesMeasures, rule))
        for label, measures in sorted(wanted.items()):
            rule = BNode()
            said.add((policy, PG.appliesMeasures, rule))
            said.add((rule, PG.whenGrade, Literal(label)))
            for measure in measures:
                said.add((rule, PG.measure, measure))
        changed[policy] = said
    return changed


def policies_asking(draft: Graph, condition: Node | None) -> tuple[URIRef, ...]:
    """The drafted policies that ask a condition or bar by it, by name; empty when none does."""
    found = (one for term in (PG.hasCondition, PG.excludedBy) for one in draft.subjects(term, condition))
    return tuple(sorted({one for one in _named(found) if (one, RDF.type, PG.Policy) in draft}))


class _Lines:
    """Writes the lines of one rule into a graph."""

    def __init__(self, case: Case, out: Graph, subject: URIRef, condition: URIRef, name: str) -> None:
        self.templates = case.desk.templates
        self.out = out
        self.subject = subject
        self.condition = condition
        self.name = name
        self.judge = next(iter(self.templates.objects(JUDGE, RDFS.label)), None)

    def head(self, record: Node, said: Graph) -> None:
        """What stands on the rule itself."""
        named = sorted(map(str, said.objects(self.subject, PG.judgedBy)))
        if named:
            self.judge = Literal("、".join(named), lang="zh")
        kind = self.templates.value(record, PG.kindOfCondition)
        assert kind is not None, "every record has a kind"
        self.out.add((self.subject, RDF.type, PG.ConditionRule))
        self.out.add((self.subject, PG.decides, self.condition))
        self.out.add((self.subject, PG.kindOfCondition, kind))
        for term in (PG.clause, PG.quote):
            for value in said.objects(self.subject, term):
                self.out.add((self.subject, term, value))

    def fill(self, record: Node, refinements: Iterable[Node], tests: Tests, months: int | None) -> None:
        """The records with all filters, who they are of, what must be complete, and the results."""
        chosen = (record, *refinements)
        field = next((v for one in chosen for v in self.templates.objects(one, PG.inField)), None)
        table = self.templates.value(record, PG.inTable)
        place: Node = self.subject
        ground = self.templates.value(record, PG.ground)
        if ground is not None:
            place = BNode()
            self.out.add((self.subject, PG.ground, place))
            table = self.templates.value(ground, PG.inTable)
            if months is not None:
                tests = {**tests, PG.monthsAgo: ((PG.atMost, Literal(months)),)}
        if table is not None:
            self.out.add((place, PG.inTable, table))
            self._where(place, tests)
        for person in sorted({str(v) for one in chosen for v in self.templates.objects(one, PG.recordsOf)}):
            if table is not None and any(column.name == "person_id" for column in TABLE[str(table)].columns):
                self.out.add((place, PG.recordsOf, Literal(person)))
        for needed in self.templates.objects(record, PG.complete):
            node = self._copy(needed)
            self.out.add((self.subject, PG.complete, node))
            self._in_field(node, field)
        for one in chosen:
            for line in self.templates.objects(one, PG.line):
                self._line(line, tests, field)
            for post in self.templates.objects(one, PG.post):
                self._holder(post)

    def _line(self, line: Node, tests: Tests, field: Node | None) -> None:
        node = self._copy(line, without=(PG.where, PG.name))
        self.out.add((self.subject, PG.line, node))
        self.out.add((node, PG.name, Literal(f"{self.name}-{self.templates.value(line, PG.name)}")))
        own = self.templates.value(line, PG.where)
        if own is not None:
            table = self.templates.value(line, PG.inTable)
            base: Tests = tests if table is None else {}
            self._where(node, {**base, **_predicates(self.templates, own)})
        if (line, PG.result, Literal("coverage")) in self.templates:
            self._in_field(node, field)

    def _holder(self, post: Node) -> None:
        """That somebody is known to hold the post of which the records count."""
        for line in self.templates.objects(_HOLDER, PG.line):
            node = self._copy(line, without=(PG.name,))
            self.out.add((self.subject, PG.line, node))
            self.out.add((node, PG.post, post))
            name = f"{self.name}-{str(post).replace('_', '-')}"
            self.out.add((node, PG.name, Literal(name)))

    def _where(self, place: Node, tests: Tests) -> None:
        if not tests:
            return
        where = BNode()
        self.out.add((place, PG.where, where))
        for term, value in tests.items():
            self.out.add((where, term, self._value(value)))

    def _in_field(self, node: Node, field: Node | None) -> None:
        if field is not None and has_fields(str(self.out.value(node, PG.inTable))):
            self.out.add((node, PG.inField, field))

    def _value(self, value: Node | Comparison) -> Node:
        if isinstance(value, tuple):
            node = BNode()
            for comparison in value:
                self.out.add((node, *comparison))
            return node
        if value == PLACE:
            return self.condition
        if value == JUDGE:
            assert self.judge is not None, "the templates say who determines where the text names nobody"
            return self.judge
        return self._copy(value) if isinstance(value, BNode) else value

    def _copy(self, node: Node, without: tuple[URIRef, ...] = ()) -> BNode:
        twin = BNode()
        for term, value in self.templates.predicate_objects(node):
            if term not in without:
                self.out.add((twin, term, self._value(value)))
        return twin


def _predicates(graph: Graph, node: Node) -> dict[Node, Node]:
    return dict(sorted(graph.predicate_objects(node), key=str))


def _tests(templates: Graph, chosen: Iterable[Node]) -> dict[Node, Node | Comparison]:
    """The filters of some records and their refinements; where both say something of a term, the refinement counts."""
    tests: dict[Node, Node | Comparison] = {}
    for one in chosen:
        for place in (one, *templates.objects(one, PG.ground)):
            where = templates.value(place, PG.where)
            if where is not None:
                tests |= _predicates(templates, where)
    return tests


def _score(said: Graph, subject: URIRef) -> dict[Node, Node | Comparison]:
    """The filter of a score by its bounds; none where no bound is named."""
    found: list[tuple[URIRef, Literal]] = []
    for term, words in (("lower", (PG.atLeast, PG.above)), ("upper", (PG.atMost, PG.below))):
        bound = said.value(subject, PG[term])
        if bound is not None:
            exclusive = (subject, PG[f"{term}Inclusive"], Literal(False)) in said
            found.append((words[exclusive], Literal(str(bound), datatype=XSD.decimal)))
    return {PG.score: tuple(found)} if found else {}


def _months(said: Graph, subject: URIRef, address: str) -> int | None:
    window = said.value(subject, PG.window)
    if window is None:
        return None
    months = months_of(str(window))
    if months is None:
        raise InputError(f"{address} window", f"期间 {window} 不能折成整月", "写成若干年或若干月，例如 P3Y、P18M")
    return months


def _period(case: Case, months: int) -> tuple[URIRef, Graph]:
    """A period of so many months, with its words; one for all conditions that name it."""
    years, rest = divmod(months, 12)
    number, unit = (months, "M") if rest else (years, "Y")
    zh, en = _UNITS[unit]
    spelt = f"{number} {en}{'' if number == 1 else 's'}"
    node = case.iri(f"period/{case.identifier}/{number}-{en}{'' if number == 1 else 's'}")
    graph = make_graph([(node, RDF.type, PG.Period), (node, PG.months, Literal(months))])
    for term, words in ((RDFS.label, (f"{number}{zh}", spelt)), (PG.within, (f"{number}{zh}内", f"within {spelt}"))):
        for language, text in zip(("zh", "en"), words, strict=True):
            graph.add((node, term, Literal(text, lang=language)))
    return node, graph


def _label(case: Case) -> str:
    """What the policy is called: as the document, else by its id."""
    return "".join((case.reading.document.title or case.identifier).split())


def _region(case: Case, said: Graph, subject: URIRef, address: str) -> str:
    written = said.value(subject, PG.regionPrefix)
    if written is not None:
        return str(written)
    code = region_of(case)
    if code is None:
        raise InputError(
            f"{address} regionPrefix", "不知道适用于哪个地区的单位", "在 metadata.ttl 写明地区，或填上地区代码的前几位"
        )
    return region_prefix(code)


def _days(case: Case, said: Graph, subject: URIRef, address: str) -> tuple[Node, Node]:
    """From when the document applies: its date, or the interval inferred for it, or what a person entered."""
    written = said.value(subject, PG.dateFrom)
    if written is not None:
        return written, written
    metadata, root = case.graph("metadata.ttl"), clause_iri(case.identifier, "", case.base)
    date = metadata.value(root, ELI.date_document)
    first, last = metadata.value(root, PG.dateFrom) or date, metadata.value(root, PG.dateTo) or date
    if first is None or last is None:
        raise InputError(
            f"{address} dateFrom", "文件没有成文日期，不知道自何日起适用", "填上适用的起日，例如 2031-05-20"
        )
    return first, last


def _named(nodes: Iterable[Node]) -> list[URIRef]:
    return [node for node in nodes if isinstance(node, URIRef)]


def _order(node: URIRef) -> tuple[tuple[int, str, int], ...]:
    return natural(str(node))


def _number(condition: URIRef) -> str:
    return str(condition).rsplit("/", 1)[1]


__all__ = ["PLACE", "open_address", "policies_asking", "write_open_rule", "write_policy", "write_rule"]
