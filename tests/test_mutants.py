"""The list of mutants fits the tree: each guard stands where the list says, once, and each named test exists.

Whether the tests notice is told by ``tests/mutants/runner.py``, which takes minutes and therefore runs apart.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

RUNNER = Path(__file__).parent / "mutants" / "runner.py"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants_runner", RUNNER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


runner = _load()


@pytest.mark.parametrize("mutant", runner.read_mutants(), ids=lambda mutant: str(mutant.guard))
def test_a_mutant_names_a_guard_that_stands(mutant: object) -> None:
    assert runner.find_fault(mutant) is None


def test_guards_have_one_line_each() -> None:
    places = [(m.file, m.before, m.after) for m in runner.read_mutants()]
    assert len(places) == len(set(places))
    assert len({m.guard for m in runner.read_mutants()}) == len(places)


def test_a_line_that_no_longer_fits_is_told() -> None:
    good = runner.read_mutants()[0]
    for wrong, told in (
        (replace(good, file="src/policygraph/nowhere.py"), "没有文件"),
        (replace(good, before="此处没有的写法"), "0 次"),
        (replace(good, after=good.before), "什么也没有破坏"),
        (replace(good, tests=("tests/test_mutants.py::test_nothing",)), "没有测试"),
        (replace(good, tests=()), "没有写哪个测试"),
    ):
        assert told in str(runner.find_fault(wrong))
