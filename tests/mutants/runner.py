"""Breaks one guard of the source at a time, in a copy of the tree, and says which tests notice.

A guard that no test holds can be lost in any change. ``mutants.toml`` lists guards by the words that state them, the
words of a mutant, and the tests that must then fail. Run it after a change of a guard or of its test:

    .venv/bin/python tests/mutants/runner.py            # all of them, some minutes
    .venv/bin/python tests/mutants/runner.py 题名 关键词  # those whose name holds one of the words

The checkout is never touched: mutants live in a temporary copy, and the tests there run against that copy. Exit code
0 when every mutant is caught, 1 when one survives, 2 when the list itself is wrong (``test_mutants.py`` tells that
too, in an instant). It makes no mutants of its own: each line stands for a mistake somebody could make.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from compileall import compile_dir
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutants.toml")
_PARTS = ("src", "tests", "ontology", "shapes", "data", "pyproject.toml", "README.md", "constraints.txt")
_ALL_PASSED, _SOME_FAILED = 0, 1  # exit codes of pytest; any other one means that it could not run


@dataclass(frozen=True, slots=True)
class Mutant:
    """A guard, the words of its file that state it, the words put in their place, and the tests that must fail."""

    guard: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]


def read_mutants(path: Path = LIST) -> tuple[Mutant, ...]:
    """The mutants of the list, in its order. Errors: ``KeyError`` when a line lacks one of its five entries."""
    with path.open("rb") as file:
        entries = tomllib.load(file)["mutant"]
    return tuple(
        Mutant(str(e["guard"]), str(e["file"]), str(e["before"]), str(e["after"]), tuple(map(str, e["tests"])))
        for e in entries
    )


def find_fault(mutant: Mutant, root: Path = ROOT) -> str | None:
    """What is wrong with a line of the list: its file, words or tests are not there; None when all is well."""
    path = root / mutant.file
    if not path.is_file():
        return f"{mutant.guard}：没有文件 {mutant.file}；守卫搬到哪里，就把 file 改到哪里"
    times = path.read_text(encoding="utf-8").count(mutant.before)
    if times != 1:
        where = f"{mutant.guard}：before 在 {mutant.file} 中出现 {times} 次"
        return f"{where}，应恰好一次；守卫改写了，就照现在的写法改 before"
    if mutant.before == mutant.after:
        return f"{mutant.guard}：before 与 after 相同，什么也没有破坏"
    for test in mutant.tests:
        module, _, name = test.partition("::")
        known = (root / module).is_file() and f"def {name}(" in (root / module).read_text(encoding="utf-8")
        if not known:
            return f"{mutant.guard}：没有测试 {test}"
    return None if mutant.tests else f"{mutant.guard}：没有写哪个测试应当失败"


def run_tests(copy: Path, tests: tuple[str, ...]) -> int:
    """The exit code of pytest for some tests of the copy, run against the copy's own source."""
    # no bytecode is written: two versions of a file written in one second would share it
    environment = os.environ | {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--timeout=1200", *tests]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (_ALL_PASSED, _SOME_FAILED):
        raise RuntimeError(f"pytest {' '.join(tests)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.returncode


def main(words: list[str]) -> int:
    """Run the mutants whose name or file holds one of the words, all of them without a word."""
    mutants = [m for m in read_mutants() if not words or any(word in m.guard + m.file for word in words)]
    faults = [fault for mutant in mutants if (fault := find_fault(mutant))]
    if faults or not mutants:
        print("\n".join(faults) or "没有这样的守卫")
        return 2
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder)
        for part in _PARTS:
            if (ROOT / part).is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "node_modules", "dist")
                shutil.copytree(ROOT / part, copy / part, ignore=ignored)
            else:
                shutil.copy(ROOT / part, copy / part)
        # bytecode that is held against the hash of its source: only what was broken is compiled again for each run
        compile_dir(copy / "src", quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
        for tests in dict.fromkeys(mutant.tests for mutant in mutants):
            if run_tests(copy, tests) != _ALL_PASSED:
                print(f"未经改动就不通过：{' '.join(tests)}")
                return 2
        for mutant in mutants:
            path = copy / mutant.file
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(mutant.before, mutant.after), encoding="utf-8")
            caught = run_tests(copy, mutant.tests) == _SOME_FAILED
            path.write_text(text, encoding="utf-8")
            survivors += not caught
            print(f"{'发现' if caught else '未发现'}  {mutant.guard}  {mutant.file}", flush=True)
    print(f"{len(mutants)} 处守卫，{survivors} 处没有测试守住")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
