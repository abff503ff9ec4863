"""Count the Han characters in Python string literals: words that a lawyer should find in a file of ``ontology/``.

Docstrings and comments do not count, nor do the examples of a pattern (the arguments ``matches`` and ``refuses``):
they prove a pattern and decide nothing. From the top of the repository:

    python -m tests.han                           the reading floor and the text floor, by module
    python -m tests.han src/policygraph/graph     any other folder or file
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

FLOORS = ("src/policygraph/text", "src/policygraph/reading")
# matches: 局 · 一 · 〇;  not: （ · A · 3
HAN = re.compile(r"[\u3007\u3400-\u9fff]")
_SPEAKING = frozenset({"Problem", "doubt", "Aside", "InputError", "DataError", "LimitError", "ValueError"})


def count_words(tree: ast.AST) -> tuple[int, int]:
    """The Han characters of a module's literals: in words and patterns, and in messages for people.

    >>> count_words(ast.parse('"局"' + chr(10) + 'ENDS = "办|局"  # 厅'))
    (2, 0)
    >>> count_words(ast.parse('Problem("markup", "网页的标记", 0, 1)'))
    (0, 5)
    """
    skipped = set(_docstrings(tree)) | set(_arguments(tree, {"matches", "refuses"}))
    messages = set(_spoken(tree))
    words = said = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            found = len(HAN.findall(node.value))
            words, said = (words, said + found) if id(node) in messages else (words + found, said)
    return words, said


def _docstrings(tree: ast.AST) -> Iterator[int]:
    """Strings that stand alone as a statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)


def _arguments(tree: ast.AST, names: set[str]) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in names:
            yield from (id(inner) for inner in ast.walk(node.value))


def _spoken(tree: ast.AST) -> Iterator[int]:
    """What is handed to a problem, a doubt or an error."""
    for node in ast.walk(tree):
        name = (
            (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
            if isinstance(node, ast.Call)
            else ""
        )
        if name in _SPEAKING:
            yield from (id(inner) for inner in ast.walk(node))


def count_floor(places: tuple[str, ...] = FLOORS) -> dict[str, tuple[int, int]]:
    """The counts by module, sorted by path; modules without any are left out."""
    files = sorted(
        p for place in places for p in ([Path(place)] if place.endswith(".py") else Path(place).rglob("*.py"))
    )
    counts = {str(path): count_words(ast.parse(path.read_text(encoding="utf-8"))) for path in files}
    return {path: count for path, count in counts.items() if any(count)}


if __name__ == "__main__":
    found = count_floor(tuple(sys.argv[1:]) or FLOORS)
    for path, (words, said) in found.items():
        print(f"{words:5} {said:5}  {path}")
    print(f"{sum(w for w, _ in found.values()):5} {sum(s for _, s in found.values()):5}  together: words, messages")
