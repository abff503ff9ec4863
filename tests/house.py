"""The shape of the house in figures: ``python -m tests.house [PATH]`` for a checkout, this one by default.

Rooms are what stands at the top of the package and holds code, arrows are imports between two of them; the longest
functions are counted from ``def`` to their last line. Two checkouts are compared by running it twice.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "policygraph"


def list_modules(root: Path) -> dict[str, Path]:
    """The modules of the package by dotted name."""
    package = root / "src" / NAME
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = (NAME, *path.relative_to(package).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


def find_imports(tree: ast.AST, modules: dict[str, Path]) -> Iterator[str]:
    """The modules of the package that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == NAME:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == NAME)


def room_of(module: str) -> str:
    """What a module belongs to at the top of the package; the package itself is a room too."""
    return (*module.split("."), "")[1] or NAME


def longest_functions(modules: dict[str, Path], count: int = 5) -> list[tuple[int, str]]:
    """The functions with the most lines, the longest first."""
    found = [
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{name}.{node.name}")
        for name, path in modules.items()
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return sorted(found, reverse=True)[:count]


def main(root: Path) -> None:
    """Print the figures of a checkout."""
    modules = list_modules(root)
    arrows = {
        (room_of(name), room_of(other))
        for name, path in modules.items()
        for other in find_imports(ast.parse(path.read_bytes()), modules)
    }
    print(f"modules {len(modules)}")
    print(f"rooms at the top {len({room_of(name) for name in modules})}")
    print(f"import arrows between rooms {sum(one != other for one, other in arrows)}")
    for lines, name in longest_functions(modules):
        print(f"{lines:4} lines {name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
