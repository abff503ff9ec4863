"""The words a shape may use: the supported part of SHACL Core and the terms of the as-of view.

SHACL ignores what it does not know, so a misspelt ``sh:maxInclusiv`` or ``pg:monthAgo`` would make a condition that
nothing can break. Every term of a shape is therefore held against these tables when shapes are loaded, and the same
tables bound what the SQL compiler has to translate. The view's terms follow from the register's tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rdflib import BNode, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from policygraph.judging.rules.asof import COMPLETENESS, Term, coverage_terms, pair_terms, record_terms
from policygraph.judging.rules.facts import LISTS, RECORD_TABLES, ROLES, TABLE, Column
from policygraph.namespaces import PG, shorten, slug_of

SUPPORTED: frozenset[URIRef] = frozenset(
    {
        SH.targetClass,
        SH.path,
        SH.alternativePath,
        SH.property,
        SH.node,
        SH["not"],
        SH["or"],
        SH["and"],
        SH.minCount,
        SH.maxCount,
        SH.minInclusive,
        SH.maxInclusive,
        SH.minExclusive,
        SH.maxExclusive,
        SH["in"],
        SH.hasValue,
        SH.qualifiedValueShape,
        SH.qualifiedMinCount,
        SH.qualifiedMaxCount,
        SH.severity,
        SH.message,
    }
)
"""The SHACL Core terms that both pySHACL and the SQL compiler understand alike."""


def name_term(node: Node) -> str:
    """A term as people write it, with its prefix; what is no term by its place below ``id/``.

    >>> name_term(SH.maxInclusive), name_term(PG.monthsAgo), name_term(URIRef("https://w3id.org/policygraph/id/org/a"))
    ('sh:maxInclusive', 'pg:monthsAgo', 'org/a')
    >>> name_term(BNode())
    '（无名形状）'
    """
    if isinstance(node, BNode):
        return "（无名形状）"
    text = str(node)
    place = slug_of(text)
    known = shorten(text) if place == text else None
    return place if known is None else ":".join(known)


def camel(name: str) -> str:
    """A column or role name as the local name of a property.

    >>> camel("safety_deputy")
    'safetyDeputy'
    """
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def class_word(table: str) -> str:
    """The word for a table's records at the head of its coverage terms.

    >>> class_word("certificates")
    'certificate'
    """
    return TABLE[table].word


def as_of_link(role: str) -> str:
    """Local name of the link to those who hold a role on the as-of date: ``principal`` → ``principalAsOf``."""
    return f"{camel(role)}AsOf"


def former_link(role: str) -> str:
    """Local name of the link to those who held a role and left it by the as-of date: ``formerPrincipal``."""
    word = camel(role)
    return f"former{word[0].upper()}{word[1:]}"


def left_term(role: str) -> str:
    """Local name of the months since a former holder left: ``principalLeftMonthsAgo``."""
    return f"{camel(role)}LeftMonthsAgo"


def active_field_term(kind: str) -> str:
    """Local name of the fields in which the unit stands on a list on the day: ``black`` → ``activeBlackField``."""
    return f"active{kind.capitalize()}Field"


def _column_term(column: Column) -> Term:
    kind = {"integer": "integer", "decimal": "decimal", "bool": "bool", "condition": "iri"}.get(column.kind, "word")
    return Term(column.term, kind, column.allowed if kind == "word" else (), column.label, column.scheme)


def _view_terms() -> dict[URIRef, Term]:
    terms: list[Term] = [
        Term("cyclesAgo", "integer", meaning="距最近一个已公布考核年度的年度数"),
        Term("regionCode", "word", meaning="监管所在地代码"),
        Term("industry", "word", meaning="行业"),
        *(item.of_field for item in COMPLETENESS),
    ]
    for name in LISTS:
        terms.append(
            Term(active_field_term(name), "word", meaning=f"截至日在列、未修复的名单（{name}）涉及的领域，每领域一个值")
        )
    for role in ROLES:
        terms.append(Term(as_of_link(role), "link", meaning="截至日在任"))
        terms.append(Term(former_link(role), "link", meaning="截至日已离任"))
        terms.append(Term(left_term(role), "integer", meaning="离任距截至日的月数"))
    for table in RECORD_TABLES:
        word = class_word(table.name)
        terms += [
            Term(str(table.link), "link", meaning=table.label),
            *(item.of_table(table) for item in COMPLETENESS),
            Term(f"{word}FieldCoverage", "link", meaning=f"{table.label}在某一领域的完整性"),
        ]
        terms += [item.term for item in record_terms(table)] + [item.term for item in pair_terms(table)]
        terms += [item.term for item in coverage_terms(table)]
        terms += [_column_term(column) for column in table.columns if column.in_view]
    return {PG[term.name]: term for term in terms}


VIEW_TERMS: Mapping[URIRef, Term] = MappingProxyType(_view_terms())
"""Every property that may occur in a path of a shape."""
