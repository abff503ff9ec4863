"""One meaning, one home: no second way to fold, to compare, to read a place, a number or a numeral outside ``text/``.

What is looked at are the patterns themselves, not names: a twin gives itself away by the characters it matches. A
folder that may hold patterns of such characters is listed with the reason why they are no twins.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.files import read_nodes

import policygraph
from policygraph.judging.comparing import tables
from policygraph.judging.decisions.outcomes import BasisRow
from policygraph.judging.decisions.rendering import basis_text
from policygraph.judging.law.conclusions.wording import name_basis

PACKAGE = Path(policygraph.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if PACKAGE / "text" not in path.parents)
USES = frozenset({"compile", "match", "search", "fullmatch", "finditer", "findall", "sub", "split", "maketrans"})

# what only text/ may import, and the room that has it
HOMES = {"unicodedata": "text.folding", "difflib": "text.likeness", "rapidfuzz": "text.likeness"}

TWINS = {
    "place": re.compile(r"第[^第]*[条款章编](?!目)"),
    "number": re.compile(r"〔.*〕.*号", re.DOTALL),
    "numeral": re.compile(r"[二三]四五六七"),
    "fold": re.compile(r"０１２３|（），"),
}
CAUGHT = [
    ("place", "第(?P<article>[零〇一二三四五六七八九十百千0-9]+)条(?:之(?P<insert>[一二三]+))?"),
    ("place", r"第\s*{}\s*[章条]"),
    ("number", r"(?P<agency>[一-鿿]{1,12})[〔\[（(]\s*(?P<year>\d{4})\s*[〕\]）)]第?(?P<serial>\d+)号"),
    ("numeral", "[零〇一二三四五六七八九十百千0-9]+"),
    ("fold", ",;:()?!，；：（），"),
]
PASSED = ["第.{1,4}届", r"第\s*\d{1,4}\s*页", "文件|的|文(?=第)", "〔整组〕", "[二三]类"]

ALLOWED = {
    ("reading/patterns/", "place"): "the layout of a text: what opens a clause in damaged print, not a place spoken of",
}


def _texts(call: ast.Call) -> Iterator[str]:
    """The string constants of a call, a formatted one in one piece with {} for what is put in."""
    waiting: list[ast.AST] = [*call.args, *(keyword.value for keyword in call.keywords)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        else:
            waiting += ast.iter_child_nodes(node)


def _patterns(path: Path) -> Iterator[tuple[int, str]]:
    """Every pattern and translation table of a module, with its line."""
    for node in read_nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in USES:
            base = node.func.value
            if isinstance(base, ast.Name) and base.id in ("re", "str"):
                yield from ((node.lineno, text) for text in _texts(node))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Pattern":
            # the expression is the second argument; the others are its name and the strings that prove it
            expression = ast.Call(node.func, node.args[1:2], [])
            yield from ((node.lineno, text) for text in _texts(expression))


def test_places_numbers_numerals_and_folds_have_one_home() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line} reads a {kind} by itself: use policygraph.text"
        for path in MODULES
        for line, text in _patterns(path)
        for kind, twin in TWINS.items()
        if twin.search(text)
        and not any(
            path.relative_to(PACKAGE).as_posix().startswith(folder) and kind == allowed for folder, allowed in ALLOWED
        )
    ]
    assert found == []


def test_only_text_compares_and_folds_characters() -> None:
    found = []
    for path in MODULES:
        for node in read_nodes(path):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [
                f"{path.relative_to(PACKAGE)}: {name} belongs to {HOMES[name]}" for name in names if name in HOMES
            ]
    assert found == []


QUESTIONS = sorted([*PACKAGE.rglob("*.rq"), *(Path(__file__).resolve().parents[1] / "shapes").rglob("*.ttl")])
# matches STRSTARTS(?locator, ?from) · STRAFTER(?x, ?y), "之" · CONTAINS(?p, "条")
LIES_WITHIN = re.compile(r'STRSTARTS\(\s*\?\w*(?:locator|from|provision)|"(?:之|第|条)"')


def test_no_question_says_by_itself_what_lies_in_what() -> None:
    """What became of a provision is derived at build by ``text.locators.lies_in``; a question only filters it."""
    assert QUESTIONS
    assert [str(path) for path in QUESTIONS if LIES_WITHIN.search(path.read_text(encoding="utf-8"))] == []
    assert LIES_WITHIN.search('FILTER(STRSTARTS(?locator, ?move_from) && !STRSTARTS(STRAFTER(?locator, ?x), "之"))')


@pytest.mark.parametrize(("kind", "pattern"), CAUGHT)
def test_a_twin_would_be_caught(kind: str, pattern: str) -> None:
    assert TWINS[kind].search(pattern)


@pytest.mark.parametrize("pattern", PASSED)
def test_what_is_no_twin_passes(pattern: str) -> None:
    assert not any(twin.search(pattern) for twin in TWINS.values())


def test_patterns_are_seen_where_they_are_written(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        'A = "x"\nB = re.compile(rf"第{A}条", re.VERBOSE)\nC = str.maketrans("(", "（")\n'
        'D = Pattern("甲", "乙", ("丙",), ("丁",))\n',
        encoding="utf-8",
    )
    assert list(_patterns(module)) == [(2, "第{}条"), (3, "（"), (3, "("), (4, "乙")]


def test_a_basis_without_a_title_is_named_by_its_number_everywhere() -> None:
    number = "国办发〔2019〕35号"
    named = (
        name_basis("", "第三条", number),
        tables.name_basis(tables.Basis("", "", "第三条", "", "", "", number)),
        basis_text(BasisRow("", number, "第三条")),
    )
    assert named == (f"{number}第三条",) * 3
