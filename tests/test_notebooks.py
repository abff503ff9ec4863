"""The Python door says what the command line says, names everything, and shows itself."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import policygraph as pg
from policygraph.errors import InputError, NotFoundError
from policygraph.judging.answers import Answer
from policygraph.speaking import notebooks
from policygraph.speaking.exports import render_json

from .conftest import ROOT

pytestmark = pytest.mark.slow

SAMPLE = ROOT / "data" / "registers" / "sample"
TARGET = "91230803MA9XN00129"
DAY = "2026-11-22"


@pytest.fixture(scope="module")
def ds(dataset: Path) -> pg.Dataset:
    return pg.open(dataset)


def test_the_package_names_what_it_has_and_loads_it_late() -> None:
    assert set(pg.__all__) == set(dir(pg))
    assert set(notebooks.__all__) | {"__version__"} == set(pg.__all__)
    assert all(getattr(pg, name) is not None for name in pg.__all__)
    with pytest.raises(AttributeError, match="no attribute 'ask'"):
        _ = pg.ask
    code = "import sys, policygraph; assert not {'rdflib', 'pyoxigraph', 'typer'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT / "src")})


def test_an_answer_is_that_of_the_command_line(ds: pg.Dataset) -> None:
    rows = ds.ask("legal-bases", document="jiamusi-2020-5")
    whole = ds.store.ask("legal-bases", document="jiamusi-2020-5")
    assert rows.answer == whole
    assert rows.to_json() == render_json(whole)
    assert [tuple(row.values()) for row in rows] == list(whole.rows)
    assert rows[0] == next(iter(rows)) == rows[:1][0]
    assert rows.dataset == ds.hash
    assert {row["name"] for row in ds.questions()} == {query.name for query in ds.store.list_queries()}


def test_an_answer_shows_its_day_its_dataset_and_its_gaps(ds: pg.Dataset) -> None:
    rows = ds.ask("conclusions", document="jiamusi-2020-5", as_of=DAY)
    for shown in (repr(rows), rows._repr_html_()):
        assert DAY in shown
        assert ds.hash[:12] in shown
        assert "二（一）1" in shown
    uncurated = ds.ask("general-rules")
    assert uncurated.coverage
    assert "未整理" in repr(uncurated)
    assert "未整理" in uncurated._repr_html_()


def test_no_cell_is_markup(ds: pg.Dataset) -> None:
    assert "<b>" not in pg.Rows(Answer(("a",), (("<b>x</b>",),)))._repr_html_()


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_rows_become_a_frame_of_what_is_installed(ds: pg.Dataset, library: str) -> None:
    rows = ds.ask("grades")
    make = {"pandas": rows.to_pandas, "polars": rows.to_polars, "pyarrow": rows.to_arrow}[library]
    try:
        __import__(library)
    except ImportError:
        with pytest.raises(InputError, match="pip install"):
            make()
        return
    frame: Any = make()
    assert len(frame) == len(rows)
    assert list(frame.columns if library != "pyarrow" else frame.column_names) == list(rows.columns)


def test_sparql_gives_rows_a_graph_or_a_truth_value(ds: pg.Dataset) -> None:
    rows = ds.sparql("SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/policygraph/ns#PolicyDocument> }")
    assert isinstance(rows, pg.Rows)
    assert rows[0]["n"] == len(ds.ask("documents"))
    assert ds.sparql("ASK {}") is True
    graph: Any = ds.sparql("CONSTRUCT { ?s a ?t } { ?s a ?t } LIMIT 3")
    assert len(graph) == 3


def test_a_decision_is_that_of_the_command_line(ds: pg.Dataset, run: Any, dataset: Path) -> None:
    (decision,) = ds.decide(SAMPLE, "jiamusi-2020-5", DAY, TARGET)
    register = pg.load_register(SAMPLE, ds)
    (again,) = ds.decide(register, "jiamusi-2020-5", DAY, TARGET)
    assert pg.decision_json(again) == pg.decision_json(decision)
    done = run(
        "decide", str(SAMPLE), "--policy", "jiamusi-2020-5", "--as-of", DAY, "--entity", TARGET,
        "--format", "json", "--dataset", str(dataset),
    )  # fmt: skip
    told = json.loads(done.stdout)[0]
    mine = json.loads(json.dumps(pg.decision_json(decision)))
    assert mine == {key: told[key] for key in mine}
    chain = ds.ask("legal-basis-chain", register=register, entity=TARGET, as_of=DAY)
    assert {row["outcome"] for row in chain} == {decision.outcome}


def run_cells(path: Path) -> list[object]:
    """The value of the last expression of each code cell, the cells run in order in one namespace."""
    shown: list[object] = []
    names: dict[str, object] = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == [], "what a notebook printed is not kept with it"
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, str(path), "exec"), names)  # noqa: S102
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), str(path), "eval"), names))  # noqa: S307
    return shown


@pytest.mark.parametrize(("name", "plots"), [("lawyer", 0), ("researcher", 3)])
def test_a_notebook_runs_from_its_first_cell_to_its_last(
    ds: pg.Dataset, monkeypatch: pytest.MonkeyPatch, name: str, plots: int
) -> None:
    monkeypatch.setattr(pg, "open", lambda: ds, raising=False)
    monkeypatch.setenv("MPLBACKEND", "agg")
    shown = run_cells(ROOT / "docs" / "notebooks" / f"{name}.ipynb")
    assert all(str(one) for one in shown)
    assert ds.hash in str(shown[-1])
    if plots:
        from matplotlib import pyplot

        assert len(pyplot.get_fignums()) == plots
        pyplot.close("all")
    else:
        assert any("广告" in str(one) for one in shown)


def test_screening_decides_as_decide_does(ds: pg.Dataset, tmp_path: Path) -> None:
    summary = ds.screen(SAMPLE, "jiamusi-2020-5", tmp_path / "out.csv", DAY)
    again = pg.screen(SAMPLE, "jiamusi-2020-5", tmp_path / "again.csv", DAY, ds)
    assert again.counts == summary.counts
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()
    outcomes = [decision.outcome for decision in ds.decide(SAMPLE, "jiamusi-2020-5", DAY)]
    counted = {one.outcome: one.enterprises for one in summary.counts if one.condition is None}
    assert counted == {outcome: outcomes.count(outcome) for outcome in set(outcomes)}


def test_a_document_is_parsed_as_the_command_does(tmp_path: Path) -> None:
    path = tmp_path / "memo.txt"
    path.write_text("某某市应急管理局文件\n某应急发〔2031〕5号\n关于印发《备忘录》的通知\n一、总则\n", encoding="utf-8")
    read = pg.parse(path)
    assert (read.number, read.to_dict()["number"]) == ("某应急发〔2031〕5号", "某应急发〔2031〕5号")
    assert "总则" in repr(read)


def test_what_cannot_be_used_is_refused_in_words(ds: pg.Dataset, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="可用的有"):
        ds.ask("no-such-question")
    with pytest.raises(InputError, match="登记册"):
        ds.ask("legal-basis-chain", entity=TARGET)
    with pytest.raises(InputError, match="不是日期"):
        ds.decide(SAMPLE, "jiamusi-2020-5", "yesterday", TARGET)
    with pytest.raises(InputError, match="登记册中没有"):
        ds.decide(SAMPLE, "jiamusi-2020-5", DAY, "91230803MA9XN00000")
    with pytest.raises(NotFoundError):
        ds.screen(SAMPLE, "no-such-policy", tmp_path / "out.csv", DAY)
    with pytest.raises(InputError, match="policygraph build"):
        pg.open(tmp_path)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_example_of_the_readme_runs(ds: pg.Dataset, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(notebooks, "open", lambda *_, **__: ds)
    seen: dict[str, Any] = {}
    exec(example, seen)  # noqa: S102 - it is our own text
    assert seen["decision"].outcome == "target"
    assert len(seen["rows"]) > 30
