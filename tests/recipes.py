"""The recipes of CONTRIBUTING.md as steps, and a walk through them in a copy of the tree.

A recipe is a section whose heading starts with a number. In it a fenced block whose first line names a file is that
file (``turtle data/documents/x/model.ttl``), a ``diff`` with a file is one change in it, ``sh`` holds the commands
(``# exits 1``: the exit code expected), and a ``text`` block after commands holds lines that they print. What is told
to a reader is so what is walked; nothing stands here but how to walk.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

# ```turtle data/documents/x/model.ttl · ```diff README.md · ```sh ; not: `x`
_FENCE = re.compile(r"^```(?P<kind>\w+)(?: (?P<place>\S+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
# ## 3. A question with its page ; not: ## Before you start
_RECIPE = re.compile(r"^## (?P<number>\d+)\. (?P<title>.+)$", re.MULTILINE)
_STANDS_ON = re.compile(r"Stands on recipe (?P<number>\d+)")
_EXITS = re.compile(r"# exits (?P<code>\d)")

_PROGRAMS = {
    "cp": ("-c", "import shutil, sys; shutil.copy(*sys.argv[1:])"),
    "policygraph": ("-c", "from policygraph.speaking.cli.program import main; main()"),
    "pytest": ("-m", "pytest", "-q", "-p", "no:cacheprovider"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do: write a file, change one, run a command; or what the command before it must have printed."""

    kind: Literal["write", "change", "run", "printed"]
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """A numbered section of CONTRIBUTING.md."""

    number: int
    title: str
    text: str
    stands_on: int | None
    steps: tuple[Step, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it writes or changes, in order."""
        return tuple(dict.fromkeys(step.place for step in self.steps if step.kind in ("write", "change")))


def read_recipes(text: str) -> dict[int, Recipe]:
    """The recipes of a text by number."""
    heads = list(_RECIPE.finditer(text))
    found = {}
    for head in heads:
        end = re.compile(r"^## ", re.MULTILINE).search(text, head.end())
        body = text[head.end() : end.start() if end else len(text)]
        before = _STANDS_ON.search(body)
        number = int(head["number"])
        found[number] = Recipe(
            number, head["title"], body, int(before["number"]) if before else None, tuple(_steps(body))
        )
    return found


def _steps(body: str) -> Iterator[Step]:
    for fence in _FENCE.finditer(body):
        if fence["kind"] == "sh":
            for line in fence["body"].splitlines():
                yield Step("run", line, line)
        elif fence["kind"] == "text" and fence["place"] is None:
            yield Step("printed", "", fence["body"])
        else:
            yield Step("change" if fence["kind"] == "diff" else "write", fence["place"], fence["body"])


@dataclass(slots=True)
class Walk:
    """A walk in a copy of the tree; ``dataset`` is what is asked where no build is walked."""

    root: Path
    dataset: Path | None = None
    output: str = field(default="", init=False)

    def follow(self, recipe: Recipe, *, only_files: bool = False) -> None:
        """Do every step of a recipe, or only those that leave files; a step that fails says which."""
        for step in recipe.steps:
            if step.kind == "write":
                path = self.root / step.place
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(step.text, encoding="utf-8")
            elif step.kind == "change":
                self._change(self.root / step.place, step.text)
            elif step.kind == "run" and (not only_files or "--write" in step.text):
                self._run(step.text)
            elif step.kind == "printed" and not only_files:
                self._compare(step.text)

    def _change(self, path: Path, diff: str) -> None:
        lines = diff.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] != "+")
        after = "".join(line[1:] for line in lines if line[0] != "-")
        text = "\n" + path.read_text(encoding="utf-8")
        assert text.count("\n" + before) == 1, f"{path.name} has not once what the recipe changes:\n{before}"
        path.write_text(text.replace("\n" + before, "\n" + after)[1:], encoding="utf-8")

    def _run(self, line: str) -> None:
        program, *arguments = shlex.split(line, comments=True)
        environment = {**os.environ, "PYTHONPATH": str(self.root / "src"), "COLUMNS": "200"}
        environment.pop("POLICYGRAPH_DATASET", None)
        if self.dataset is not None:
            environment["POLICYGRAPH_DATASET"] = str(self.dataset)
        done = subprocess.run(
            [sys.executable, *_PROGRAMS[program], *arguments],
            cwd=self.root, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=280, check=False,
        )  # fmt: skip
        self.output = done.stdout + done.stderr
        expected = int(code["code"]) if (code := _EXITS.search(line)) else 0
        assert done.returncode == expected, f"{line}\n{self.output}"

    def _compare(self, printed: str) -> None:
        told = " ".join(self.output.split())
        missing = [line for line in printed.splitlines() if " ".join(line.split()) not in told]
        assert missing == [], f"not printed: {missing}\n{self.output}"


def copy_tree(source: Path, target: Path) -> Path:
    """The tree as a contributor has it, without what is built or installed."""
    ignore = shutil.ignore_patterns("__pycache__", "node_modules", "build", "screenshots", ".venv", ".git", ".*_cache")
    for name in ("src", "ontology", "shapes", "data", "tests"):
        shutil.copytree(source / name, target / name, ignore=ignore)
    for path in (source / "pyproject.toml", *source.glob("*.md")):
        shutil.copy(path, target)
    return target
