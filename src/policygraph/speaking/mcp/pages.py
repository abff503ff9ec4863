"""How much a tool says at once: a page of rows that fits a budget of tokens, and where to go on.

A model pays for every token and forgets what came first, so an answer is cut by rows, never inside one, and says
where the next page begins. Tokens are estimated from above: one for each character that is not ASCII (no tokeniser
in use takes more for common Chinese), one for three ASCII characters (IRIs and digests are cut finer than prose).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]  # Any: a JSON object

BUDGET = 4000
"""The most tokens of an answer (``product.md``); a single row that is longer is given whole, alone."""


def write_json(value: object) -> str:
    """A value as JSON without blanks: blanks are tokens."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def count_tokens(text: str) -> int:
    """The tokens of a text, estimated from above.

    >>> count_tokens("安全生产法"), count_tokens("https://w3id.org/")
    (5, 6)
    """
    wide = sum(not character.isascii() for character in text)
    return wide + -(-(len(text) - wide) // 3)


def fit_page(make: Callable[[int], Mapping[str, object]], most: int, budget: int = BUDGET) -> Mapping[str, object]:
    """The longest page within the budget: ``make(n)`` gives the page of the first n rows of at most ``most``.

    A page of one row is given even when it is longer, so that paging always ends.

    >>> fit_page(lambda n: {"rows": ["一二三四五"] * n}, 9, budget=30)
    {'rows': ['一二三四五', '一二三四五', '一二三四五', '一二三四五']}
    """
    low, high = min(1, most), most
    while low < high:
        middle = (low + high + 1) // 2
        if count_tokens(write_json(make(middle))) <= budget:
            low = middle
        else:
            high = middle - 1
    return make(low)
