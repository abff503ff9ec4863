"""Traditional characters in what a person types, read as the simplified ones that the documents are printed in.

Only for what is searched for and asked: in a text or a quotation each of them is a difference that a lawyer must see.
Deliberately absent: characters that simplified texts have too (著, 乾), and words that differ (計程車).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from policygraph.keeping.search.entries import QUERIES

_FILE = QUERIES / "traditional.tsv"


def simplify(typed: str) -> str:
    """The same words in simplified characters, each where it stood; what is no traditional character stays.

    >>> simplify("安全生產法第七十五條 信用修復"), simplify("显著、no. 5")
    ('安全生产法第七十五条 信用修复', '显著、no. 5')
    """
    return typed if typed.isascii() else typed.translate(_table())


@cache
def _table() -> Mapping[int, str]:
    """Each traditional character with its simplified one."""
    lines = (line for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    pairs = (line.split("\t") for line in lines)
    return {ord(one): simple for simple, written in pairs for one in written}
