"""How a law is called, what is said of a thing in each language, and a list without what was told already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from policygraph.judging.law.statuses import language_of
from policygraph.text.numbers import NATION
from policygraph.text.titles import name_text

ITEM_MARK = "\n"
"""What stands between the items of one statement: no item holds it, so that they can be told apart again."""
_Item = TypeVar("_Item")


def name_basis(title: str, locator: str, number: str = "") -> str:
    """A basis as lawyers name it: the title without 中华人民共和国, else the number, and the place.

    >>> name_basis("中华人民共和国安全生产法", "第七十五条")
    '《安全生产法》第七十五条'
    """
    return f"{name_text(title.removeprefix(NATION), number)}{locator}"


def short_title(union: Graph, work: Node | None) -> str:
    """A law by the title that lawyers use: the registered one without 中华人民共和国."""
    if work is None:
        return ""
    titles = [str(title) for title in union.objects(work, DCTERMS.title) if language_of(title) in ("zh", "")]
    return (sorted(titles) or [""])[0].removeprefix(NATION)


def by_language(union: Graph, node: Node, term: URIRef) -> Mapping[str, str]:
    return {language_of(value): str(value) for value in sorted(union.objects(node, term), key=str)}


def keep_once(items: Iterable[_Item]) -> list[_Item]:
    """Each item once, in order; nothing for what is empty. Compared by identity of its words."""
    found: list[_Item] = []
    for item in items:
        if item and item not in found:
            found.append(item)
    return found
