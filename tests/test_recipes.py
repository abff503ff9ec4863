"""CONTRIBUTING.md walked as it stands: each numbered recipe, step by step, in a copy of the tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.recipes import Recipe, Walk, copy_tree, read_recipes

ROOT = Path(__file__).resolve().parents[1]
RECIPES = read_recipes((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
BUILT = ("data/", "ontology/", "shapes/")
"""A recipe that changes one of these asks a dataset of its own; every other asks the one that all tests share."""


def before(recipe: Recipe) -> list[Recipe]:
    """The recipes that one stands on, the first one first."""
    return [] if recipe.stands_on is None else [*before(RECIPES[recipe.stands_on]), RECIPES[recipe.stands_on]]


@pytest.mark.slow
@pytest.mark.parametrize("number", sorted(RECIPES))
def test_a_recipe_can_be_walked(number: int, tmp_path: Path, dataset: Path) -> None:
    recipe = RECIPES[number]
    shared = not any(file.startswith(BUILT) for file in recipe.files)
    walk = Walk(copy_tree(ROOT, tmp_path / "tree"), dataset if shared else None)
    for earlier in before(recipe):
        walk.follow(earlier, only_files=True)
    walk.follow(recipe)
