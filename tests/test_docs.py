"""What the README says exists, and what exists is in the README; its commands run."""

import re
import shlex
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route

from policygraph.keeping.sources import find_root
from policygraph.keeping.store import load_queries
from policygraph.speaking.app import Options, create_app
from policygraph.speaking.cli.program import COMMANDS, load_command
from policygraph.speaking.sparql.engine import Settings

ROOT = find_root()
README = (ROOT / "README.md").read_text(encoding="utf-8")


def command_names() -> list[str]:
    inner = {name: getattr(load_command(name), "commands", {}) for name in COMMANDS}
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


def test_every_page_is_in_the_readme(dataset: Path) -> None:
    app = create_app(dataset, Options(Settings(workers=1)))
    try:
        pages = page_paths(app.routes)
    finally:
        app.state.close()
    assert len(pages) > 25
    # a page's own parts (/doc/{identifier}/source, /check/decide) are named with the page
    missing = sorted(
        {re.split(r"[/.]", path)[1] for path in pages}
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
    return [line for line in block if line.split()[0] not in ("serve", "test", "build")]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples, because a later one reads what an earlier one wrote."""
    return tmp_path_factory.mktemp("examples")


@pytest.mark.parametrize("line", examples())
def test_the_examples_run(
    run: Callable[..., Any], line: str, dataset: Path, monkeypatch: pytest.MonkeyPatch, scratch: Path
) -> None:
    monkeypatch.setenv("POLICYGRAPH_DATASET", str(dataset))
    monkeypatch.chdir(ROOT)
    arguments = [part.replace("build/", f"{scratch}/") for part in shlex.split(line)]
    done = run(*arguments)
    assert done.returncode in (0, 3), done.stderr
    assert done.stdout


def test_nothing_names_a_machine_or_a_package_host() -> None:
    pattern = re.compile(r"(^|[^\w.])/(work|farm|root)/|pypi\.|registry\.npmjs|files\.pythonhosted", re.MULTILINE)
    texts = [
        ROOT / name for name in ("README.md", "CHANGELOG.md", "constraints.txt", "pyproject.toml", "run", ".ci/run")
    ]
    for path in [*texts, *(ROOT / "src").rglob("*.py")]:
        assert not pattern.search(path.read_text(encoding="utf-8")), path
