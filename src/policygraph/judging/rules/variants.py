"""Variants of a policy: what of its condition lines may be set to another value, and the policy that follows.

Whoever asks "what if the window were two years" changes data, not a program. What may be set is read off the lines
themselves (``lines`` says which words they have): periods, counts, bounds, the values a filter admits, whose records
count, where a step of a ladder begins, which reading is the default, how conditions combine, when the policy ended.
The changed lines are expanded by ``kinds`` like any others, so a variant is checked as hard as the law and decides
through the same shapes, in pySHACL and in SQL.

One value is one setting: where the same value of the same term stands in several lines of a condition (a filter, its
twin for stayed penalties, the field whose completeness is asked for), a change reaches them all. Shapes written by
hand are not lines and are taken over as they are.

A variant is not law and cannot be taken for it: its policy, shapes and readings are renamed into a space of their
own, and its graph says of what it is a variant and what was changed. Pure: graphs in, values out; nothing is kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, SH, XSD
from rdflib.term import Node

from policygraph.errors import DataError, InputError
from policygraph.graph.memory import make_graph
from policygraph.judging.rules.codes import Codes
from policygraph.judging.rules.facts import LISTS, TABLE
from policygraph.judging.rules.kinds import expand
from policygraph.judging.rules.lines import PERSONS, SUBJECTS, UNIT
from policygraph.judging.rules.shapes import COMBINATIONS, Policy, read_policy
from policygraph.judging.rules.terms import VIEW_TERMS
from policygraph.namespaces import GRAPH, ID, PG, slug_of
from policygraph.text.likeness import near_words
from policygraph.words import read_languages, source_language

MARK = "~"
"""What stands between the id of a policy and the name of a variant of it; no policy id holds it."""
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LIST = ","
_YEAR = 12
_SHOWN = 12
"""How many of the words that a setting can have are named in a refusal, the nearest first."""
_BOUNDS = ("atLeast", "atMost", "below", "above")
_PARTS = (PG.line, PG.variation, PG.ground, PG.clue, PG.later, PG.joined, PG.ended, PG.complete)
_SAYING = (SH.message, PG.missing, PG.turnedBy)

Triple = tuple[Node, URIRef, Node]


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of the lines of a policy that a variant may change."""

    key: str
    """By what it is named on the command line: ``condition/4.window``."""
    meaning: str
    """What it is, in the language of the documents."""
    kind: str
    """``months`` ``count`` ``number`` ``decimal`` ``bool`` ``words`` ``word`` ``reading`` or ``day``."""
    current: tuple[str, ...]
    """The values that the lines have; empty where nothing is written."""
    allowed: tuple[str, ...] = ()
    """The only words it can have; empty where it is no word."""
    places: tuple[Triple, ...] = field(default=(), repr=False, compare=False)
    """The statements that hold the value."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One setting of a variant with the value of the lines and the new one, as they are written."""

    key: str
    meaning: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Variant:
    """A policy that is not law: what was changed, the policy that follows, and its graph."""

    name: str
    base: str
    """The id of the policy of which it is a variant."""
    iri: URIRef
    """Its named graph, below ``graph/variant/``."""
    changes: tuple[Changed, ...]
    policy: Policy
    graph: Graph

    @property
    def told(self) -> str:
        """The changes in one line: ``condition/4.window: 36→24``."""
        return "；".join(f"{change.key}: {change.before or '—'}→{change.after}" for change in self.changes)


def list_settings(lines: Graph, codes: Codes | None = None) -> tuple[Setting, ...]:
    """Everything that may be set in a file of condition lines, by key."""
    return tuple(sorted(_Finder(lines, codes).find(), key=lambda setting: _order(setting.key)))


def make_variant(
    shapes: Graph,
    lines: Graph,
    name: str,
    wanted: Mapping[str, str],
    *,
    model: Graph | None = None,
    codes: Codes | None = None,
    dataset: str = "",
) -> Variant:
    """The policy that follows when some settings have other values.

    ``shapes`` are the shapes of the policy as the dataset holds them, ``lines`` the condition lines they come from.
    Errors: ``InputError`` for a name, key or value that is not possible, with what is; ``DataError`` when the lines
    are not those of the shapes.
    """
    if not _NAME.fullmatch(name):
        raise InputError(name, "方案的名称须是小写字母、数字和连字符", "例如 two-years")
    if not wanted:
        raise InputError(name, "方案没有任何改动", "用 --set 写明改什么；--list 列出可以改的")
    known = {setting.key: setting for setting in list_settings(lines, codes)}
    changes = []
    changed = make_graph(lines)
    for key, written in wanted.items():
        setting = known.get(key)
        if setting is None:
            raise InputError(key, _unknown(key, known), "--list 列出可以设定的全部名称")
        values = _read(setting, written)
        _Changer(changed, setting, values).change()
        changes.append(Changed(key, setting.meaning, _LIST.join(setting.current), _LIST.join(values)))
    policy = next(lines.subjects(RDF.type, PG.Policy))
    base = str(lines.value(policy, DCTERMS.identifier))
    try:
        before, after = expand(lines, base, codes), expand(changed, base, codes)
        _check_ladders(changed)
    except DataError as wrong:
        raise InputError(name, f"改动后的条件行不成立：{wrong.cause}", "改用可行的值") from wrong
    graph = _exchange(shapes, before, after, base)
    for key in wanted:
        if known[key].kind == "reading":
            _take_reading(graph, known[key], _read(known[key], wanted[key])[0])
    written = "\n".join(sorted(f"{change.key}={change.after}" for change in changes))
    digest = hashlib.sha256(f"{base}\n{written}".encode()).hexdigest()[:12]
    space = ID[f"variant/{base}/{digest}"]
    readings = _rename(model, base, space) if model is not None else None
    graph = _rename(graph, base, space)
    node = next(graph.subjects(RDF.type, PG.Policy))
    graph.set((node, DCTERMS.identifier, Literal(f"{base}{MARK}{name}")))
    try:
        found = read_policy(graph, readings, codes)
    except DataError as wrong:
        raise InputError(name, f"改动后的形状不成立：{wrong.cause}", "改用可行的值") from wrong
    graph.add((node, RDF.type, PG.Variant))
    graph.add((node, PG.variantOf, policy))
    if dataset:
        graph.add((node, PROV.wasDerivedFrom, URIRef(f"urn:sha256:{dataset}")))
    for change in changes:
        part = BNode()
        graph.add((node, PG.changesSetting, part))
        graph.add((part, RDFS.label, Literal(change.meaning, lang="zh")))
        graph.add((part, PG.settingKey, Literal(change.key)))
        graph.add((part, PG.settingBefore, Literal(change.before)))
        graph.add((part, PG.settingAfter, Literal(change.after)))
    return Variant(name, base, GRAPH[f"variant/{base}/{digest}"], tuple(changes), found, graph)


def is_variant(policy: str) -> bool:
    """Whether the id of a policy is that of a variant.

    >>> is_variant("jiamusi-2020-6~two-years"), is_variant("jiamusi-2020-6")
    (True, False)
    """
    return MARK in policy


# --- what may be set -------------------------------------------------------------------------------------------------


class _Finder:
    """Reads the settings off the lines; equal values of one term inside an owner are one setting."""

    def __init__(self, lines: Graph, codes: Codes | None) -> None:
        self.lines = lines
        self.codes = codes
        self.policy = next(lines.subjects(RDF.type, PG.Policy))
        self.base = str(lines.value(self.policy, DCTERMS.identifier))
        self.titles = {
            self.owner(condition): str(next(iter(lines.objects(item, RDFS.label)), ""))
            for item, condition in lines.subject_objects(PG.condition)
            if (item, PG.part, None) in lines
        }
        self.found: dict[tuple[str, str, str, tuple[str, ...]], list[tuple[str, Triple]]] = {}
        """By owner, term, comparison and values: in which line each statement stands, the empty name first."""
        self.periods: dict[str, dict[Node, list[Triple]]] = {}

    def find(self) -> Iterator[Setting]:
        lines = self.lines
        for rule in sorted(lines.subjects(RDF.type, PG.ConditionRule), key=str):
            condition = lines.value(rule, PG.decides)
            owner = self.owner(condition) if condition is not None else f"rule/{self.below(rule)}"
            self.walk(rule, owner, "")
            period = lines.value(rule, PG.period)
            if period is not None:
                self.periods.setdefault(owner, {}).setdefault(period, []).append((rule, PG.period, period))
            self.default_subjects(rule, owner)
        for pattern in sorted(lines.subjects(RDF.type, PG.RecordPattern), key=str):
            self.walk(pattern, f"records/{self.below(pattern)}", "")
        yield from self.of_periods()
        yield from self.of_tests()
        yield from self.of_readings()
        yield from self.of_policy()

    def owner(self, condition: Node) -> str:
        return "condition/" + slug_of(str(condition)).split("/", 2)[2]

    def below(self, node: Node) -> str:
        """The place of a named node below its policy."""
        return slug_of(str(node)).split("/", 2)[2]

    def title(self, owner: str) -> str:
        return self.titles.get(owner, owner)

    def walk(self, node: Node, owner: str, line: str) -> None:
        """Everything settable on a node and on the nameless parts of it."""
        lines = self.lines
        for term, value in sorted(lines.predicate_objects(node), key=lambda pair: (str(pair[0]), str(pair[1]))):
            if term in (PG.where, PG.also):
                self.tests(value, owner, line)
            elif term == PG.inField:
                self.note(owner, "field", "is", (str(value),), line, (node, PG.inField, value))
            elif term == PG["count"]:
                self.note(owner, "count", "count", (str(value),), line, (node, PG["count"], value))
            elif term == PG["from"]:
                self.note(owner, "from", "from", (str(value),), line, (node, PG["from"], value))
            elif term == PG.fieldsOfList:
                self.note(owner, "fieldsOfList", "list", (str(value),), line, (node, PG.fieldsOfList, value))
            elif term == PG.ladder:
                for step in lines.items(value):
                    decided = lines.value(step, PG.decides)
                    self.walk(step, self.owner(decided) if decided is not None else owner, "")
            elif term in _PARTS and isinstance(value, BNode):
                self.walk(value, owner, str(lines.value(value, PG.name) or line))
        subjects = tuple(sorted(str(value) for value in lines.objects(node, PG.recordsOf)))
        for value in lines.objects(node, PG.recordsOf):
            self.note(owner, "recordsOf", "subjects", subjects, line, (node, PG.recordsOf, value))

    def default_subjects(self, rule: Node, owner: str) -> None:
        """A rule that does not say whose records count means the unit's own; that too may be set."""
        table = self.lines.value(rule, PG.inTable)
        personal = table is not None and any(column.name == "person_id" for column in TABLE[str(table)].columns)
        if personal and (rule, PG.recordsOf, None) not in self.lines:
            self.note(owner, "recordsOf", "subjects", (UNIT,), "", (rule, PG.recordsOf, Literal(UNIT)))

    def tests(self, node: Node, owner: str, line: str) -> None:
        lines = self.lines
        for term, value in lines.predicate_objects(node):
            known = VIEW_TERMS.get(term) if isinstance(term, URIRef) else None
            if not isinstance(term, URIRef) or known is None or known.kind in ("iri", "link"):
                continue
            if known.kind == "word" and not (known.allowed or known.scheme):
                continue  # nobody could tell a word that is meant from one that is misspelt
            name = str(term).removeprefix(str(PG))
            inner: list[Triple] = [(node, term, value)]
            if isinstance(value, BNode) and (value, RDF.first, None) not in lines:
                inner = [(value, PG.isNot, bound) for bound in lines.objects(value, PG.isNot)]
                for bound_name in _BOUNDS:
                    for bound in lines.objects(value, PG[bound_name]):
                        place: Triple = (value, PG[bound_name], bound)
                        self.note(owner, f"{name}.{bound_name}", "bound", (str(bound),), line, place)
            for place in inner:
                listed = isinstance(place[2], BNode)
                values = tuple(map(_text, lines.items(place[2]))) if listed else (_text(place[2]),)
                self.note(owner, name, "is", tuple(sorted(values)), line, place)

    def note(self, owner: str, term: str, comparison: str, values: tuple[str, ...], line: str, place: Triple) -> None:
        self.found.setdefault((owner, term, comparison, values), []).append((line, place))

    def of_tests(self) -> Iterator[Setting]:
        """A setting for each value: the one that stands on the condition itself, else one alone, has the plain key."""
        of_key: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        for owner, term, _, values in self.found:
            of_key.setdefault((owner, term), []).append(values)
        taken: set[str] = set()
        ordered = sorted(self.found.items(), key=lambda item: (item[0][:3], min(line for line, _ in item[1]), item[0]))
        for (owner, term, comparison, values), places in ordered:
            first = min(line for line, _ in places)
            key = f"{owner}.{term}"
            if (first or key in taken) and len(of_key[owner, term]) > 1:
                key = f"{key}@{first or '-'.join(values)}"
            if key in taken:  # two values of one line
                key = f"{key}-{'-'.join(values)}"
            taken.add(key)
            kind, allowed = self.kind_of(term, comparison)
            meaning = f"{self.title(owner)}：{self.say(term)}" + (f"（{first}）" if first else "")
            yield Setting(key, meaning, kind, values, allowed, tuple(place for _, place in places))

    def kind_of(self, term: str, comparison: str) -> tuple[str, tuple[str, ...]]:
        if comparison == "count":
            return "count", ()
        if comparison == "from":
            return "decimal", ()
        if comparison == "list":
            return "word", LISTS
        if comparison == "subjects":
            return "words", (*SUBJECTS, PERSONS)
        known = VIEW_TERMS[PG[term.split(".")[0]]]
        if comparison == "bound":
            return ("decimal" if known.kind == "decimal" else "number"), ()
        if known.kind == "word":
            allowed = tuple(self.codes.of(known.scheme)) if known.scheme and self.codes is not None else known.allowed
            return "words", allowed
        return {"bool": "bool", "integer": "numbers"}.get(known.kind, "decimal"), ()

    def say(self, term: str) -> str:
        words = source_language().words["simulating"]
        name, _, bound = term.partition(".")
        if f"setting_{name}" in words:
            return str(words[f"setting_{name}"])
        meaning = VIEW_TERMS[PG[name]].meaning or name
        return f"{meaning}{words['setting_' + bound]}" if bound else meaning

    def of_periods(self) -> Iterator[Setting]:
        words = source_language().words["simulating"]
        for owner, periods in self.periods.items():
            for period, places in periods.items():
                key = f"{owner}.window" if len(periods) == 1 else f"{owner}.window@{self.below(period)}"
                months = str(self.lines.value(period, PG.months))
                meaning = f"{self.title(owner)}：{words['setting_window']}"
                yield Setting(key, meaning, "months", (months,), (), tuple(places))
        for period in self.lines.subjects(RDF.type, PG.Period):
            value = self.lines.value(period, PG.months)
            place = (period, PG.months, value or Literal(""))
            label = next((str(v) for v in self.lines.objects(period, RDFS.label) if _language(v) == "zh"), "")
            meaning = f"{words['setting_period']}“{label}”"
            yield Setting(f"period/{self.below(period)}.months", meaning, "months", (str(value),), (), (place,))
        for run in self.lines.subjects(RDF.type, PG.Run):
            value = self.lines.value(run, PG["count"])
            place = (run, PG["count"], value or Literal(""))
            yield Setting(
                f"run/{self.below(run)}.count", str(words["setting_run"]), "count", (str(value),), (), (place,)
            )

    def of_readings(self) -> Iterator[Setting]:
        lines = self.lines
        words = source_language().words["simulating"]
        questions: dict[str, dict[str, Node]] = {}
        for node in lines.subjects(RDF.type, PG.Interpretation):
            questions.setdefault(str(lines.value(node, PG.reading)), {})[str(lines.value(node, PG.readingValue))] = node
        for question, values in questions.items():
            default = [v for v, node in values.items() if (node, PG.isDefault, Literal(True)) in lines]
            places = tuple((node, PG.readingValue, Literal(value)) for value, node in sorted(values.items()))
            meaning = f"{words['setting_reading']} {question}"
            yield Setting(f"reading/{question}", meaning, "reading", tuple(default), tuple(sorted(values)), places)

    def of_policy(self) -> Iterator[Setting]:
        lines, node = self.lines, self.policy
        words = source_language().words["simulating"]
        combination = lines.value(node, PG.combination) or Literal("")
        yield Setting(
            "policy.combination",
            str(words["setting_combination"]),
            "word",
            (str(combination),),
            tuple(sorted(COMBINATIONS)),
            ((node, PG.combination, combination),),
        )
        ended = lines.value(node, PG.repealedOn)
        current = () if ended is None else (str(ended),)
        place = (node, PG.repealedOn, ended or Literal(""))
        yield Setting("policy.repealedOn", str(words["setting_repealed"]), "day", current, (), (place,))


def _order(key: str) -> tuple[str, ...]:
    """Conditions by their numbers, the ones of one condition together."""
    return tuple(part.zfill(6) if part.isdecimal() else part for part in re.split(r"[/.@]", key))


def _unknown(key: str, known: Iterable[str]) -> str:
    near = near_words(key, known) or near_words(key.rsplit(".", 1)[0], known)
    return "没有这项可以设定" + (f"；相近的有 {'、'.join(near[:3])}" if near else "")


def _text(value: Node) -> str:
    """A value as it is written on the command line."""
    if isinstance(value, Literal) and isinstance(value.toPython(), bool):
        return "true" if value.toPython() else "false"
    return str(value)


def _language(value: Node) -> str | None:
    return value.language if isinstance(value, Literal) else None


# --- reading a value -------------------------------------------------------------------------------------------------


def _read(setting: Setting, written: str) -> tuple[str, ...]:
    """The values that somebody wrote for a setting. Errors: ``InputError`` with what is possible."""
    values = tuple(part.strip() for part in written.split(_LIST))
    if (setting.kind not in ("words", "numbers") and len(values) != 1) or not all(values):
        raise InputError(setting.key, f"{written!r} 不是一个值", f"例如 {_LIST.join(setting.current) or '2026-01-01'}")
    return tuple(sorted({_check(setting, value) for value in values}))


def _check(setting: Setting, value: str) -> str:
    if setting.allowed:
        if value not in setting.allowed:
            near = near_words(value, setting.allowed)
            hint = f"（是否为 {near[0]}？）" if near else ""
            shown = (
                setting.allowed if len(setting.allowed) <= _SHOWN else near_words(value, setting.allowed, _SHOWN, 0.0)
            )
            raise InputError(setting.key, f"没有 {value} 这个取值{hint}", f"可用 {'、'.join(shown)}")
        return value
    if setting.kind in ("months", "count", "number", "numbers"):
        least = {"months": 1, "count": 1}.get(setting.kind, 0)
        if not value.isdecimal() or int(value) < least or len(value) > 6:
            raise InputError(setting.key, f"{value!r} 不是不小于 {least} 的整数", f"现为 {_LIST.join(setting.current)}")
        return str(int(value))
    if setting.kind == "decimal":
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise InputError(setting.key, f"{value!r} 不是数", f"现为 {_LIST.join(setting.current)}")
        return format(number.normalize(), "f")
    if setting.kind == "bool":
        if value not in ("true", "false"):
            raise InputError(setting.key, f"{value!r} 不是 true 或 false", "写 true 或 false")
        return value
    if setting.kind == "day":
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise InputError(setting.key, f"{value!r} 不是日期", "写成 2026-01-01") from None
    return value


# --- changing lines --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Changer:
    """Writes the values of one setting into a graph of lines."""

    graph: Graph
    setting: Setting
    values: tuple[str, ...]

    def change(self) -> None:
        kind, places = self.setting.kind, self.setting.places
        if kind == "reading":
            return  # readings are taken when the shapes stand: lines say what each of them means
        if places and places[0][1] == PG.period:
            self.give_period()
        elif places and places[0][1] == PG.months:
            for period, _, _ in places:
                self.write_period(period, period, list(self.graph.subjects(PG.period, period)))
        elif places and places[0][1] == PG.recordsOf:
            for node in {node for node, _, _ in places}:
                self.graph.remove((node, PG.recordsOf, None))
                for value in self.values:
                    self.graph.add((node, PG.recordsOf, Literal(value)))
        else:
            for node, term, old in places:
                self.graph.remove((node, term, old))
                self.graph.add((node, term, self.written()))

    def written(self) -> Node:
        """The new value: a number, a word, or a list where there are several."""
        literals = [self.literal(value) for value in self.values]
        if len(literals) == 1:
            return literals[0]
        head = BNode()
        Collection(self.graph, head, list(literals))
        return head

    def literal(self, value: str) -> Literal:
        kind = self.setting.kind
        if kind in ("months", "count", "number", "numbers"):
            return Literal(int(value))
        if kind == "decimal":
            number = Decimal(value)
            return Literal(int(number)) if number == number.to_integral() else Literal(number)
        if kind == "bool":
            return Literal(value == "true")
        if kind == "day":
            return Literal(value, datatype=XSD.date)
        return Literal(value)

    def give_period(self) -> None:
        """Give the rules of one condition a period of their own, so that others keep theirs."""
        graph = self.graph
        for rule, _, old in self.setting.places:
            own = URIRef(f"{old}-of-{slug_of(str(rule)).rsplit('/', 1)[1]}-{self.values[0]}")
            for term, value in list(graph.predicate_objects(old)):
                graph.add((own, term, _copy(graph, value)))
            graph.set((rule, PG.period, own))
            self.write_period(own, old, [rule])

    def write_period(self, period: Node, old: Node, rules: Iterable[Node]) -> None:
        """A period with other months, its words, and the same words wherever its lines print them."""
        graph = self.graph
        months = int(self.values[0])
        exchange: dict[str, list[tuple[str, str]]] = {}
        for code, language in read_languages().items():
            words: Mapping[str, str] = language.words["simulating"]
            years = months % _YEAR == 0
            label = words["years" if years else "months"].format(n=months // _YEAR if years else months)
            within = words["within"].format(period=label)
            for node in (period, *graph.objects(period, PG.variation)):
                out = (node, PG.lastDayOut, Literal(True)) in graph
                told = words["within_open"].format(period=label) if out else within
                for term, text in ((RDFS.label, label), (PG.within, told)):
                    for value in [v for v in graph.objects(node, term) if _language(v) == code]:
                        exchange.setdefault(code, []).append((str(value), text))
                        graph.remove((node, term, value))
                        graph.add((node, term, Literal(text, lang=code)))
        graph.set((period, PG.months, Literal(months)))
        for rule in rules:
            for node in _nameless(graph, rule):
                for term in _SAYING:
                    for value in list(graph.objects(node, term)):
                        told = _exchanged(str(value), exchange.get(_language(value) or "", ()))
                        if told != str(value):
                            graph.remove((node, term, value))
                            graph.add((node, term, Literal(told, lang=_language(value))))


def _exchanged(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    """A text with some words in place of others, the longest first.

    >>> _exchanged("3年内的处罚", [("3年", "2年"), ("3年内", "2年内")])
    '2年内的处罚'
    """
    known = dict(sorted(pairs, key=lambda pair: -len(pair[0])))
    if not known:
        return text
    return re.sub("|".join(map(re.escape, known)), lambda match: known[match[0]], text)


def _copy(graph: Graph, value: Node) -> Node:
    """A nameless value written once more; any other value itself."""
    if not isinstance(value, BNode):
        return value
    twin = BNode()
    for term, inner in list(graph.predicate_objects(value)):
        graph.add((twin, term, _copy(graph, inner)))
    return twin


def _nameless(graph: Graph, node: Node) -> list[Node]:
    """A node with the nameless nodes that it is made of."""
    found, queue = [node], [node]
    while queue:
        for value in graph.objects(queue.pop(), None):
            if isinstance(value, BNode) and value not in found:
                found.append(value)
                queue.append(value)
    return found


def _check_ladders(lines: Graph) -> None:
    """A ladder is written from the top: each step has to begin below the one above it."""
    for rule, head in lines.subject_objects(PG.ladder):
        bounds = [v.toPython() for step in lines.items(head) if isinstance(v := lines.value(step, PG["from"]), Literal)]
        if any(lower >= upper for upper, lower in pairwise(bounds)):
            told = "、".join(map(str, bounds))
            raise DataError(slug_of(str(rule)), f"各级的门槛须从高到低，现为 {told}", "连同相邻一级一起改")


# --- shapes ----------------------------------------------------------------------------------------------------------


def _exchange(shapes: Graph, before: Graph, after: Graph, place: str) -> Graph:
    """The shapes of a policy with those that other lines expand to in the place of their own.

    What is the same before and after, and what was written by hand, stays as the dataset holds it.
    """
    old, new, held = _Written(before), _Written(after), _Written(shapes)
    strange = [node for node in old.named if old.key(node) != held.key(node)]
    if strange:
        names = "、".join(sorted(slug_of(str(node)) for node in strange)[:5])
        raise DataError(place, f"数据集中的形状不是由其条件行展开的：{names}", "重新 build")
    graph = make_graph(shapes)
    for node in {*old.named, *new.named}:
        if node in old.named and node in new.named and old.key(node) == new.key(node):
            continue
        for part in _nameless(shapes, node):
            graph.remove((part, None, None))
        for part in _nameless(after, node):
            for triple in after.triples((part, None, None)):
                graph.add(triple)
    return graph


class _Written:
    """Named nodes of a graph as texts that do not depend on the names of blank nodes."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.named = {node for node in graph.subjects() if isinstance(node, URIRef)}

    def key(self, node: Node) -> str:
        parts = sorted(f"{term} {self.value(value)}" for term, value in self.graph.predicate_objects(node))
        return "[" + ";".join(parts) + "]"

    def value(self, value: Node) -> str:
        return self.key(value) if isinstance(value, BNode) else value.n3()


def _take_reading(graph: Graph, setting: Setting, wanted: str) -> None:
    """Make another reading of a question the default."""
    for node, _, value in setting.places:
        graph.set((node, PG.isDefault, Literal(str(value) == wanted)))


def _rename(graph: Graph, base: str, space: URIRef) -> Graph:
    """A graph with the policy, its shapes and its readings under names of their own."""
    kinds = ("policy", "shape", "interpretation")
    heads = tuple(str(ID[f"{kind}/{base}"]) for kind in kinds)

    def rename(node: Node) -> Node:
        text = str(node)
        if isinstance(node, URIRef) and text.startswith(heads):
            kind, _, rest = slug_of(text).partition("/")
            if rest == base or rest.startswith(f"{base}/"):
                return URIRef(f"{space}/{kind}{rest.removeprefix(base)}")
        return node

    return make_graph((rename(s), p, rename(o)) for s, p, o in graph)
