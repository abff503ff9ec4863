"""What README, ARCHITECTURE and CONTRIBUTING say exists, and what exists is in them; the README's commands run.

The recipes of CONTRIBUTING.md are walked in ``test_recipes.py``.
"""

import ast
import re
import shlex
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route
from tests.files import read_nodes
from tests.memos import make_docx
from tests.recipes import read_recipes
from typer import Context
from typer.core import TyperGroup

from policygraph.keeping.sources import find_root
from policygraph.keeping.store import load_queries
from policygraph.speaking.cli.program import COMMANDS, load_command

ROOT = find_root()
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "src" / "policygraph"
DOCUMENTS = ROOT / "data" / "documents"


def command_names() -> list[str]:
    loaded = {name: load_command(name) for name in COMMANDS}
    inner = {
        name: command.list_commands(Context(command)) if isinstance(command, TyperGroup) else []
        for name, command in loaded.items()
    }
    return [name if not below else f"{name} {one}" for name, below in inner.items() for one in (below or [""])]


@pytest.mark.parametrize("name", command_names())
def test_every_command_is_in_the_readme(name: str) -> None:
    assert re.search(rf"`(\./run )?{re.escape(name)}\b", README), f"README.md 没有提到命令 {name}"


@pytest.mark.parametrize("name", [query.name for query in load_queries()])
def test_every_question_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README, f"README.md 没有提到问题 {name}"


def page_paths(routes: Iterable[BaseRoute]) -> set[str]:
    """The addresses of all Chinese pages and data, also those of included routers."""
    found: set[str] = set()
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            found |= page_paths(inner.routes)
        elif isinstance(route, Route | APIRoute) and not route.path.startswith("/en"):
            found.add(re.sub(r"\{(\w+)(:\w+)?\}", r"{\1}", route.path))
    return found


def test_every_page_is_in_the_readme(explorer: FastAPI) -> None:
    pages = page_paths(explorer.routes)
    assert len(pages) > 25
    # a page's own parts (/doc/{identifier}/source, /check/decide) are named with the page
    missing = sorted(
        {part.partition("{")[0] or part for path in pages for part in re.split(r"[/.]", path)[1:2]}
        - {"{kind}"}
        - {name.split(".")[0] for name in re.findall(r"/([\w.-]*)", README)}
    )
    assert missing == []


def test_the_first_screen_says_what_it_must() -> None:
    first = README[:2500]
    assert re.search(r"!\[.+\]\(.+\.png\)", first)
    assert first.count("./run ") >= 2
    assert "Standards implemented" in first
    assert "not legal advice" in first
    picture = re.search(r"\((?P<path>[^)]+\.png)\)", first)
    assert picture is not None
    assert (ROOT / picture["path"]).is_file()


def examples() -> list[str]:
    block = re.findall(r"^\./run (.+?)(?:\s+#.*)?$", README, re.MULTILINE)
    return [
        line
        for line in block
        if line.split()[0] not in ("serve", "test", "build") and not NEEDS_PEOPLE & {*line.split()}
    ]


NEEDS_PEOPLE = {"REGISTER", "SITE"}
"""Places of commands that come after what a person accepts on the page of curation; the walk in a browser runs them."""


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples, because a later one reads what an earlier one wrote."""
    return tmp_path_factory.mktemp("examples")


@pytest.mark.slow
@pytest.mark.parametrize("line", examples())
def test_the_examples_run(
    run: Callable[..., Any], line: str, dataset: Path, monkeypatch: pytest.MonkeyPatch, scratch: Path
) -> None:
    monkeypatch.setenv("POLICYGRAPH_DATASET", str(dataset))
    monkeypatch.chdir(ROOT)
    (scratch / "memo.docx").write_bytes(make_docx())
    places = {"DIR": str(scratch / "workspace"), "memo.docx": str(scratch / "memo.docx")}
    arguments = [places.get(part, part.replace("build/", f"{scratch}/")) for part in shlex.split(line)]
    done = run(*arguments)
    # something is left to do where nobody has decided anything yet
    assert done.returncode in ((1,) if arguments[0] == "todo" else (0, 3)), done.stderr
    assert done.stdout


def test_nothing_names_a_machine_or_a_package_host() -> None:
    pattern = re.compile(r"(^|[^\w.])/(work|farm|root)/|pypi\.|registry\.npmjs|files\.pythonhosted", re.MULTILINE)
    texts = [
        ROOT / name
        for name in (
            "README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "constraints.txt",
            "pyproject.toml", "run", ".ci/run",
        )
    ]  # fmt: skip
    for path in [*texts, *(ROOT / "src").rglob("*.py")]:
        assert not pattern.search(path.read_text(encoding="utf-8")), path


# --- the two READMEs -------------------------------------------------------------------------------------------------


def headings(text: str) -> list[int]:
    """The levels of the headings, in order."""
    return [
        len(marks) for marks in re.findall(r"^(#+) ", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    ]


def commands(text: str) -> set[str]:
    """The command lines of the fenced blocks, without their remarks."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return {re.sub(r"\s+#.*$", "", line).strip() for block in blocks for line in block.splitlines()}


def table_keys(text: str) -> list[tuple[str, ...]]:
    """What the rows of the tables are about: the names in their first column."""
    return [tuple(re.findall(r"`([^`]+)`", row)) for row in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE)]


def test_both_readmes_have_the_same_sections_commands_and_names() -> None:
    assert headings(CHINESE) == headings(README)
    assert commands(CHINESE) == commands(README)
    assert table_keys(CHINESE) == table_keys(README)
    assert len(table_keys(README)) > 40
    # pages, files and options are named alike, whatever the language of the sentence around them
    ours = re.compile(r"^(/|--|\w+(/[\w<>*.-]+)+$|\w+[-\w]*\.\w+$)")
    assert {n for n in names_told(CHINESE) if ours.match(n)} == {n for n in names_told(README) if ours.match(n)}
    assert "(README.md)" in CHINESE
    assert "(README.zh-CN.md)" in README


def parameters(text: str) -> dict[str, str]:
    """The second column of the table of questions, by question."""
    return dict(re.findall(r"^\| `([\w-]+)` \| ([^|`]*) \|", text, re.MULTILINE))


def test_both_readmes_say_what_each_question_takes() -> None:
    for query in load_queries():
        takes = ", ".join(p.name + ("" if p.required else "?") for p in query.parameters) or "–"
        # what every question about a day has by itself is named where it must be given
        assert parameters(README)[query.name] == parameters(CHINESE)[query.name] == takes, query.name


def test_the_first_screen_in_chinese_is_for_legal_staff() -> None:
    first = CHINESE[: CHINESE.index("\n## ")]
    assert first.index("给法制科") < 200
    assert first.index("./run serve") < first.index("./run test") < first.index("从来不做") < first.index("```text")
    for word in ("不作行政决定", "不构成法律意见", "待补证", "待主管部门认定", "未整理"):
        assert word in first


SHOWN = re.findall(
    r"^```sh\n(?P<line>\./run [^\n]+)\n```\n\n```text\n(?P<output>.*?)^```$", CHINESE, re.MULTILINE | re.DOTALL
)


@pytest.mark.parametrize(("line", "output"), SHOWN, ids=[line for line, _ in SHOWN])
def test_what_the_chinese_readme_shows_is_printed(
    run: Callable[..., Any], line: str, output: str, dataset: Path
) -> None:
    done = run(*shlex.split(line)[1:], "--dataset", str(dataset))
    printed = "".join(done.stdout.split())
    assert [shown for shown in output.splitlines() if "".join(shown.split()) not in printed] == []


def test_the_chinese_readme_shows_a_question_to_its_end() -> None:
    assert len(SHOWN) == 2


# --- the map and the recipes -----------------------------------------------------------------------------------------


def names_told(text: str) -> list[str]:
    """What stands between backticks, fenced blocks left out."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))


@cache
def definitions(path: Path) -> frozenset[str]:
    """The functions and classes of a module, also those inside others."""
    nodes = read_nodes(path)
    return frozenset(n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef))


@cache
def defined_on(floor: str) -> set[str]:
    """Every function and class of a floor."""
    return {name for path in (PACKAGE / floor).rglob("*.py") for name in definitions(path)}


FLOORS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file())
GENERATED = ("build/",)
"""Paths that a recipe names and no clone holds."""


def fault_of(name: str) -> str | None:
    """Why a name does not stand for something there; None when it does, or is no name of a file, function or test."""
    if call := re.fullmatch(r"(?P<floor>\w+)\.(?P<name>\w+)\(\)", name):
        return None if call["name"] in defined_on(call["floor"]) else "no such function"
    if test := re.fullmatch(r"(?:tests/)?(?P<file>test_\w+\.py)::(?P<name>test_\w+)", name):
        path = ROOT / "tests" / test["file"]
        return None if path.is_file() and test["name"] in definitions(path) else "no such test"
    if re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", name) and ("/" in name or re.search(r"\.(py|md|ttl|toml|html)$", name)):
        places = [ROOT / name, PACKAGE / name, *PACKAGE.glob(f"*/{name}"), *DOCUMENTS.glob(f"*/{name}")]
        if not name.startswith(GENERATED) and not any(place.exists() for place in places):
            return "no such file"
    return None


@pytest.mark.slow
@pytest.mark.parametrize("document", ["ARCHITECTURE", "CONTRIBUTING", "README", "CHINESE"])
def test_every_name_told_exists(document: str) -> None:
    recipes = read_recipes(CONTRIBUTING).values()
    made = {file for recipe in recipes for file in recipe.files}
    made |= {f"shapes/eligibility/{Path(file).parent.name}.ttl" for file in made if file.endswith("conditions.ttl")}
    faults = {name: fault_of(name) for name in names_told(globals()[document]) if name not in made}
    assert {name: fault for name, fault in faults.items() if fault is not None} == {}


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("keeping.build()", None),
        ("text.build()", "no such function"),
        ("cellar.build()", "no such function"),
        ("test_docs.py::test_every_name_told_exists", None),
        ("test_docs.py::test_nobody_wrote", "no such test"),
        ("data/documents/", None),
        ("data/dreams/", "no such file"),
        ("model.ttl", None),
        ("muddle.ttl", "no such file"),
        ("pg:quote", None),
    ],
)
def test_a_name_that_is_not_there_is_noticed(name: str, fault: str | None) -> None:
    assert fault_of(name) == fault


def rooms_of(floor: Path) -> set[str]:
    """The modules and folders with code right below a floor; the doors of the package are no rooms."""
    below = {path.stem for path in floor.glob("*.py")} | {path.parent.name for path in floor.glob("*/__init__.py")}
    return below - {"__init__", "__main__"}


def test_the_map_names_every_floor_and_room() -> None:
    rows = dict(re.findall(r"^\| (`?\w+/?`?) \| ([^|]+) \|", ARCHITECTURE, re.MULTILINE))
    told = {
        floor.strip("`/"): set(re.findall(r"`(\w+)`", rooms))
        for floor, rooms in rows.items()
        if floor == "ground" or "`" in floor
    }
    there = {floor: rooms_of(PACKAGE / floor) for floor in FLOORS}
    assert {floor: rooms for floor, rooms in told.items() if floor != "ground"} == there
    assert told["ground"] == rooms_of(PACKAGE) - set(FLOORS)
    others = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - set(FLOORS) - {"__pycache__"}
    assert {f"src/policygraph/{name}/" for name in others} <= set(names_told(ARCHITECTURE))


def test_the_map_names_what_lies_beside_the_package() -> None:
    told = set(names_told(ARCHITECTURE))
    folders = {
        f"{top}/{path.name}/"
        for top in ("data", "ontology", "shapes")
        for path in (ROOT / top).iterdir()
        if path.is_dir()
    }
    assert folders - told == set()


def test_recipes_say_which_files_they_touch_and_how_long_they_took() -> None:
    recipes = read_recipes(CONTRIBUTING)
    assert sorted(recipes) == list(range(1, len(recipes) + 1))
    for recipe in recipes.values():
        assert recipe.files, recipe.title
        assert re.search(r"^\*.*Files: .+ Walked in \d+ minutes?\.\*$", recipe.text, re.MULTILINE), recipe.title
        assert any(step.kind == "run" for step in recipe.steps), recipe.title
