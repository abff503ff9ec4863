"""The closed codes of a register: read from concept files, never from a Python literal.

A code that nobody defined matches no condition, and a record that matches nothing looks like innocence. So every
coded column is closed: its values are the concepts of one scheme (department functions, states of a penalty, kinds of
list …), and whoever needs another one adds a concept. An unknown code is answered with the known ones nearest to it,
by code and by name. The bodies of the graph stand here too, so that the function of an authority can be looked up by
its name. Pure: a graph in, values out; which graph is asked (a dataset, the shipped files) is the caller's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SKOS

from policygraph.errors import DataError
from policygraph.judging.rules.facts import COVERABLE, TABLES, Column
from policygraph.namespaces import ELI, ID, PG, slug_of
from policygraph.reading.organisations import NATION
from policygraph.text.folding import fold
from policygraph.text.likeness import word_likeness
from policygraph.words import say

SCHEMES: Mapping[str, str] = MappingProxyType(
    {
        "functions": "function-",
        "posts": "post-",
        "penalty-statuses": "penalty-status-",
        "liabilities": "liability-",
        "accident-severities": "accident-severity-",
        "dishonesty-severities": "dishonesty-severity-",
        "register-lists": "register-list-",
        "determined-outcomes": "determined-outcome-",
        "register-rows": "register-row-",
    }
)
"""The concept schemes that a register is read with, and what stands before the slug in a concept's IRI."""

NEAREST = 3
_LEAST_LIKENESS = 0.6
_MOST_KEPT = 8192
"""Pairs of regions that are kept: acts of one kind ask for the same."""
_SPREAD = 0.25
"""A likeness further below the best one than this names nothing."""


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a coded column, with the concept that defines it and its names."""

    value: str
    concept: str
    label: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """A body of the graph as a register may name it: its function, and the region whose texts name it so."""

    function: str
    region: str


@dataclass(frozen=True, slots=True)
class Codes:
    """All closed codes by scheme, and the bodies of the graph by every written form of their names."""

    schemes: Mapping[str, Mapping[str, Code]]
    bodies: Mapping[str, tuple[Body, ...]] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    """The names of the regions that the graph knows, by their codes."""

    def of(self, scheme: str) -> Mapping[str, Code]:
        """The codes of a scheme by value. Errors: ``DataError`` when the graph did not hold it."""
        found = self.schemes.get(scheme)
        if not found:
            raise DataError(
                f"ontology/concepts: concept/scheme-{scheme}", "没有这个代码表", "补上概念文件后重新 policygraph build"
            )
        return found

    def allowed(self, column: Column) -> tuple[str, ...]:
        """The values a column may hold; empty for a column that is not closed."""
        if column.kind == "table":
            return COVERABLE
        return column.allowed or (tuple(self.of(column.scheme)) if column.scheme else ())

    def nearest(self, column: Column, text: str) -> tuple[str, ...]:
        """The known values most like a text, by code and by name, each with its name; empty when nothing is near."""
        known = {value: Code(value, "", "") for value in self.allowed(column)}
        if column.scheme:
            known |= {value: code for value, code in self.of(column.scheme).items() if value in known}
        words = {
            (value, word): word for value, code in known.items() for word in (value.replace("_", " "), *code.names)
        }
        plain = text.replace("_", " ").casefold()
        found = sorted((-word_likeness(plain, word), value) for (value, word) in words)
        near = [value for score, value in found if -score >= max(_LEAST_LIKENESS, -found[0][0] - _SPREAD)]
        values = list(dict.fromkeys(near))[:NEAREST]
        return tuple(f"{value}（{known[value].label}）" if known[value].label else value for value in values)

    def knows(self, name: str) -> bool:
        """True when the graph knows a body of that name."""
        return _key(name) in self.bodies

    def functions_of(self, name: str, region: str = "") -> tuple[str, ...]:
        """The functions of the body that a name means in a region, sorted; empty when the graph knows none.

        A short name (市应急管理局) may belong to bodies of several places: they count together where they agree;
        where they do not, only those whose region holds the enterprise do.
        """
        found = self.bodies.get(_key(name), ())
        functions = {body.function for body in found}
        if len(functions) > 1:
            near = {body.function for body in found if region and region.startswith(region_prefix(body.region))}
            functions = near or functions
        return tuple(sorted(functions))


def read_codes(graph: Graph) -> Codes:
    """The codes that a graph defines and the bodies it knows; schemes it does not hold are left out."""
    schemes: dict[str, Mapping[str, Code]] = {}
    for scheme, prefix in SCHEMES.items():
        found = [
            _code(graph, concept, prefix)
            for concept in graph.subjects(SKOS.inScheme, ID[f"concept/scheme-{scheme}"])
            if isinstance(concept, URIRef)
        ]
        if found:
            schemes[scheme] = MappingProxyType({code.value: code for code in sorted(found, key=lambda c: c.value)})
    return Codes(MappingProxyType(schemes), MappingProxyType(_bodies(graph)), MappingProxyType(_regions(graph)))


def coded_columns() -> tuple[tuple[str, Column], ...]:
    """Every column that takes its values from a concept scheme, with the name of its table."""
    return tuple((table.name, column) for table in TABLES for column in table.columns if column.scheme)


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    """A body's name as it is looked up; a register repeats few names in many rows."""
    return fold(name, "name").text


def _code(graph: Graph, concept: URIRef, prefix: str) -> Code:
    """The code of a concept: its notation, else its slug in snake case without the prefix of its scheme."""
    slug = slug_of(str(concept)).removeprefix("concept/").removeprefix(prefix)
    notation = graph.value(concept, SKOS.notation)
    labels = {
        label.language: str(label) for label in graph.objects(concept, SKOS.prefLabel) if isinstance(label, Literal)
    }
    others = sorted(str(label) for label in graph.objects(concept, SKOS.altLabel))
    names = tuple(name.casefold() for name in (*labels.values(), *others))
    value = str(notation) if notation is not None else slug.replace("-", "_")
    return Code(value, str(concept), labels.get("zh", ""), names)


def _bodies(graph: Graph) -> dict[str, tuple[Body, ...]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for body, function in graph.subject_objects(PG.departmentFunction):
        region = _code_of(str(graph.value(body, ELI.jurisdiction) or ""))
        code = slug_of(str(function)).removeprefix("concept/function-").replace("-", "_")
        names = {str(graph.value(form, PG.literalForm)) for form in graph.objects(body, PG.nameForm)}
        if names:  # a category of bodies has none
            names |= {str(name) for name in graph.objects(body, SKOS.prefLabel)}
        for name in names:
            found.setdefault(_key(name), set()).add((code, region))
    return {name: tuple(Body(*pair) for pair in sorted(pairs)) for name, pairs in sorted(found.items())}


def _regions(graph: Graph) -> dict[str, str]:
    names = {
        str(code): str(name)
        for region in graph.subjects(SKOS.inScheme, ID["concept/scheme-regions"])
        for code in graph.objects(region, SKOS.notation)
        for name in sorted(graph.objects(region, SKOS.prefLabel), key=str)
        if isinstance(name, Literal) and name.language == "zh"
    }
    return dict(sorted(names.items()))


def name_region(code: str, regions: Mapping[str, str]) -> str:
    """A place as people name it, its code behind: what no name is known for by the smallest region around it.

    ``code`` is that of a region or what the codes of all places in one begin with. Where nothing around it is known
    either, the code alone. The nation is around every place and tells nothing of it.

    >>> regions = {"100000": "全国", "330000": "甲省", "330800": "乙市"}
    >>> name_region("330800", regions), name_region("3308", regions), name_region("330803", regions)
    ('乙市（330800）', '乙市（330800）', '乙市境内（330803）')
    >>> name_region("320102", regions), name_region("100000", regions), name_region("", regions)
    ('320102', '全国（100000）', '全国（100000）')
    """
    whole = code.ljust(6, "0") if code else NATION
    if whole in regions:
        return say("deciding", "region", name=regions[whole], code=whole)
    around = [one for one in regions if one != NATION and whole.startswith(region_prefix(one))]
    if not around:
        return code
    nearest = max(around, key=lambda one: len(region_prefix(one)))
    return say("deciding", "region_within", name=regions[nearest], code=code)


def region_prefix(region: str) -> str:
    """The part of a region's code that the codes of all places in it begin with; the nation's is empty.

    >>> region_prefix("230800"), region_prefix("230000"), region_prefix("410184"), region_prefix("100000")
    ('2308', '23', '410184', '')
    """
    if region == NATION:
        return ""
    while region.endswith("00"):
        region = region[:-2]
    return region


@lru_cache(maxsize=_MOST_KEPT)
def reaches(wider: str, region: str) -> bool:
    """Whether a rule made for one region holds in another: the nation's everywhere, a province's in its counties.

    Both are IRIs; a rule or a document of no region is taken to be within reach.

    >>> jiangsu, nanjing, jiamusi = (f"{ID}region/{code}" for code in ("320000", "320100", "230800"))
    >>> reaches(jiangsu, nanjing), reaches(jiangsu, jiamusi), reaches(nanjing, jiangsu), reaches("", jiamusi)
    (True, False, False, True)
    """
    return not wider or not region or region_prefix(_code_of(region)).startswith(region_prefix(_code_of(wider)))


def _code_of(region: str) -> str:
    return slug_of(region).removeprefix("region/")


def describe_tables(codes: Codes) -> str:
    """The tables of a register as Markdown, for the documentation: what a column holds and what an empty cell means."""
    kinds = {
        "uscc": "统一社会信用代码", "text": "文字", "region": "行政区划代码", "date": "日期", "bool": "是/否",
        "integer": "整数", "decimal": "数（0—100）", "function": "部门职能代码（见下）", "field": "领域代码（见下）",
        "condition": "条件编号", "record": "记录编号",
    }  # fmt: skip
    lines: list[str] = []
    for table in TABLES:
        lines += [
            f"### {table.name}（{table.label}）",
            "",
            table.about,
            "",
            "| 列 | 名称 | 内容 | 必填 | 说明 |",
            "|---|---|---|---|---|",
        ]
        for column in table.columns:
            content = kinds.get(column.kind) or " ".join(
                _named(codes, column, value) for value in codes.allowed(column)
            )
            if column.allowed and not column.scheme:
                content = " ".join(f"`{value}`" for value in column.allowed)
            required = "是" if column.required else ""
            lines.append(f"| `{column.name}` | {column.label} | {content} | {required} | {column.note} |")
        lines.append("")
    lines += ["### 部门职能和领域的代码", "", "| 代码 | 名称 |", "|---|---|"]
    lines += [f"| `{code.value}` | {code.label} |" for code in codes.of("functions").values()]
    return "\n".join([*lines, ""])


def _named(codes: Codes, column: Column, value: str) -> str:
    label = codes.of(column.scheme)[value].label if column.scheme else ""
    return f"`{value}`" + (f" {label}" if label and label != value else "")
