"""Facts, policies, measures and bases meet: the chain from a record to an article, and the command that decides."""

import csv
import io
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from rdflib import Graph
from tests.conftest import forget_desks, open_desk_once, open_once

from policygraph.errors import NotFoundError
from policygraph.graph.blanks import skolemise
from policygraph.judging.rules import load_policies
from policygraph.keeping.assessments import Desk, change_day, load_assessments, open_policies
from policygraph.keeping.dataset.building import build
from policygraph.keeping.dataset.manifest import DATASET_FILE
from policygraph.keeping.dataset.opening import open_dataset
from policygraph.keeping.registers import load_register, shipped_codes
from policygraph.keeping.sources import find_root
from policygraph.keeping.store import Store, open_store
from policygraph.keeping.workspace import open_workspace
from policygraph.speaking.app import Options, create_app
from policygraph.speaking.sparql.engine import Settings

DAY = date(2026, 11, 22)
SAMPLE = find_root() / "data" / "registers" / "sample"
TARGET = "91230803MA9XN00129"


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


@pytest.fixture(scope="module")
def desk(store: Store) -> Desk:
    return open_desk_once(store, DAY)


def test_every_measure_comes_with_departments_bases_and_their_status(store: Store, desk: Desk) -> None:
    rows = {row.measure.rsplit("/id/measure/", 1)[-1]: row for row in desk.measures}
    procurement = rows["jiamusi-2020-5/para_9"]
    assert procurement.departments == ("佳木斯市财政局",)
    assert [(basis.locator, basis.status) for basis in procurement.bases] == [
        ("第二十二条", "in-force"),
        ("政府采购领域信用建设", "expired"),
    ]
    before = {row.measure: row for row in change_day(store, desk, date(2020, 12, 31)).measures}
    assert before[procurement.measure].bases[1].status == "in-force"
    assert all(not row.bases for name, row in rows.items() if name.startswith("jiamusi-2020-6/"))


def test_the_chain_leads_from_the_record_to_the_article(dataset: Path, desk: Desk) -> None:
    private = open_store([dataset / DATASET_FILE])
    load_assessments(private, desk, load_register(SAMPLE), (TARGET,), DAY)
    answer = private.ask("legal-basis-chain", {"entity": TARGET, "as_of": DAY.isoformat()})
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    assert {row["outcome"] for row in rows} == {"target"}
    assert len({row["measure"] for row in rows}) == 20
    assert {str(row["condition"]).rsplit("/id/", 1)[-1] for row in rows} == {"condition/jiamusi-2020-5/target"}
    mining = [r for r in rows if r["notation"] == "二（十）" and r["locator"] == "第十五条"]
    assert mining[0]["basis_status"] == "rewritten"
    assert mining[0]["department_label"] == "佳木斯市自然资源和规划局"
    one = private.ask(
        "legal-basis-chain", {"entity": TARGET, "as_of": DAY.isoformat(), "measure": "jiamusi-2020-5/para_9"}
    )
    assert len(one.rows) == 2


def test_a_measure_without_basis_is_a_row_that_says_so(dataset: Path, desk: Desk) -> None:
    register = load_register(SAMPLE)
    policy = desk.policies["jiamusi-2020-6"]
    entity = next(e for e in register.enterprises if desk.decide(register, e, policy, DAY).outcome == "eligible")
    private = open_store([dataset / DATASET_FILE])
    load_assessments(private, desk, register, (entity,), DAY)
    answer = private.ask("legal-basis-chain", {"entity": entity, "as_of": DAY.isoformat()})
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    incentives = [row for row in rows if "/jiamusi-2020-6/" in str(row["measure"])]
    assert len({row["measure"] for row in incentives}) == 29
    assert all(row["work_title"] is None and row["quote"] for row in incentives)


def test_a_change_of_law_is_traced_to_the_enterprises_it_touches(dataset: Path, desk: Desk) -> None:
    private = open_store([dataset / DATASET_FILE])
    register = load_register(SAMPLE)
    load_assessments(private, desk, register, register.enterprises, DAY)
    values = {"work": "kuangchan-ziyuan-fa", "locator": "第十五条", "as_of": DAY.isoformat()}
    answer = private.ask("impact-entities", values)
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    targets = {
        entity
        for entity in register.enterprises
        if desk.decide(register, entity, desk.policies["jiamusi-2020-5"], DAY).outcome == "target"
    }
    assert {str(row["entity"]).rsplit("/", 1)[-1] for row in rows} == targets
    assert {(row["notation"], row["basis_status"]) for row in rows} == {("二（十）", "rewritten")}
    assert all(row["entity_label"] for row in rows)
    one = private.ask("impact-entities", {**values, "entity": TARGET})
    assert len(one.rows) == 1


def test_the_public_store_knows_no_enterprise(store: Store) -> None:
    answer = store.ask("legal-basis-chain", {"entity": TARGET, "as_of": DAY.isoformat()})
    assert answer.rows == ()


# --- what a decision used is what its dataset holds ------------------------------------------------------------------


@pytest.fixture(scope="module")
def stricter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of another tree, in which one month is the window of every forbidden record of one policy."""
    root = tmp_path_factory.mktemp("stricter")
    for top in ("ontology", "shapes", "data"):
        shutil.copytree(find_root() / top, root / top)
    path = root / "shapes" / "eligibility" / "jiamusi-2020-6.ttl"
    text = path.read_text(encoding="utf-8")
    assert "sh:maxInclusive 36" in text
    path.write_text(text.replace("sh:maxInclusive 36", "sh:maxInclusive 1"), encoding="utf-8")
    # shapes written by hand, not expanded from lines
    (root / "data" / "documents" / "jiamusi-2020-6" / "conditions.ttl").unlink()
    build(root / "build", open_workspace(ground=root))
    return root / "build"


def test_policies_from_the_dataset_are_those_of_the_files(store: Store) -> None:
    found = open_policies(store)
    model = Graph()
    for path in sorted((find_root() / "data" / "documents").glob("*/model.ttl")):
        model.parse(path)
    files = sorted((find_root() / "shapes" / "eligibility").glob("*.ttl"))
    expected = load_policies((Graph().parse(path) for path in files), model)
    assert list(found) == list(expected)
    nothing = Graph()
    for name, policy in expected.items():
        bare = [replace(one, main=nothing, others=nothing, judged={}) for one in (found[name], policy)]
        assert bare[0] == bare[1]
        # names after the statement are a canonical form: rdflib's own comparison takes minutes on these
        assert set(skolemise(found[name].main)) == set(skolemise(policy.main))
        assert set(skolemise(found[name].others)) == set(skolemise(policy.others))
        assert set(found[name].judged) == set(policy.judged)
        for condition, shapes in policy.judged.items():
            assert set(skolemise(found[name].judged[condition])) == set(skolemise(shapes))
    assert any(reading.label for policy in found.values() for reading in policy.readings)


def test_a_decision_follows_from_the_dataset_that_is_asked(
    run: Callable[..., Any], dataset: Path, stricter: Path, tmp_path: Path
) -> None:
    """Two datasets, one program: each decides by its own conditions, in ``decide`` and ``screen`` alike."""
    register = load_register(SAMPLE)
    policy = open_policies(open_dataset(dataset))["jiamusi-2020-6"]
    outcomes: dict[Path, dict[str, str]] = {}
    for folder in (dataset, stricter):
        done = run(
            "decide", str(SAMPLE), "--policy", policy.id, "--as-of", "2026-11-22", "--format", "json",
            "--dataset", str(folder),
        )  # fmt: skip
        answers = json.loads(done.stdout)
        assert {answer["dataset"] for answer in answers} == {open_dataset(folder).dataset}
        outcomes[folder] = {answer["entity"]: answer["outcome"] for answer in answers}
        out = tmp_path / f"{folder.parent.name}.csv"
        run(
            "screen", str(SAMPLE), "--policy", policy.id, "--as-of", "2026-11-22", "--out", str(out),
            "--dataset", str(folder),
        )  # fmt: skip
        rows = csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines())
        assert {row["uscc"]: row[f"{policy.id}:outcome"] for row in rows} == outcomes[folder]
    assert set(outcomes[dataset]) == set(outcomes[stricter]) == set(register.enterprises)
    changed = {e for e in outcomes[dataset] if outcomes[dataset][e] != outcomes[stricter][e]}
    assert changed
    assert all(outcomes[dataset][entity] == "ineligible" for entity in changed)


COMMANDS = (
    ("ask", "conditions"),
    ("ask", "documents"),
    ("query", "-"),
    ("decide", str(SAMPLE), "--policy", "all", "--as-of", "2026-11-22", "--entity", TARGET),
    ("screen", str(SAMPLE), "--policy", "jiamusi-2020-6", "--as-of", "2026-11-22"),
    ("register", "tables"),
    ("review",),
    ("compare",),
    ("health",),
    ("validate",),
    ("get", "/compare?as_of=2026-11-22"),
    ("get", "/check"),
    ("get", "/search?q=采购"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: "-".join(command)[:24])
def test_nothing_is_read_from_the_source_tree_when_a_dataset_is_asked(
    run: Callable[..., Any],
    dataset: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
) -> None:
    """The tree is as good as gone; only the invented sample register of the check page may come from there."""
    shipped_codes.cache_clear()
    forget_desks()

    def gone() -> Path:
        raise AssertionError("the source tree was looked for")

    for name, module in list(sys.modules.items()):
        if name.startswith("policygraph") and hasattr(module, "find_root") and name != "policygraph.speaking.web.site":
            monkeypatch.setattr(module, "find_root", gone)
    out = ("--out", str(tmp_path / "out.csv")) if command[0] == "screen" else ()
    done = run(*command, *out, "--dataset", str(dataset), stdin="ASK {}")
    assert done.returncode in (0, 1, 3), done.stderr
    assert done.stdout


def test_a_served_register_is_read_by_the_codes_of_the_dataset(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Path:
        raise AssertionError("the source tree was looked for")

    shipped_codes.cache_clear()
    monkeypatch.setattr("policygraph.keeping.registers.codes.find_root", gone)
    create_app(dataset, Options(Settings(workers=1), registers=(SAMPLE,))).state.close()


def test_an_unknown_policy_lists_the_known(desk: Desk) -> None:
    with pytest.raises(NotFoundError, match="jiamusi-2020-6"):
        desk.choose("jiamusi")


def test_the_three_answers_have_three_exit_codes(run: Callable[..., Any], dataset: Path, desk: Desk) -> None:
    register = load_register(SAMPLE)
    policy = desk.policies["jiamusi-2020-6"]
    codes: dict[str, str] = {}
    for entity in register.enterprises:
        codes.setdefault(desk.decide(register, entity, policy, DAY).outcome, entity)
    for outcome, code in (("eligible", 0), ("ineligible", 1), ("excluded", 1), ("undetermined", 3)):
        done = run(
            "decide", str(SAMPLE), "--policy", "jiamusi-2020-6", "--as-of", "2026-11-22",
            "--entity", codes[outcome], "--format", "json", "--dataset", str(dataset),
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        answer = json.loads(done.stdout)[0]
        assert answer["outcome"] == outcome
        assert [c["condition"] for c in answer["conditions"][:5]] == [f"jiamusi-2020-6/{n}" for n in range(1, 6)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--policy", "nope"), "没有这项政策"),
        (("--policy", "all", "--as-of", "2026-13-01"), "不是日期"),
        (("--policy", "all", "--entity", "91230803MA9XN0012X"), "登记册中没有这个单位"),
        (("--policy", "all", "--format", "docx"), "--entity"),
    ],
)
def test_wrong_use_of_decide_is_explained(
    run: Callable[..., Any], dataset: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = run("decide", str(SAMPLE), *arguments, "--dataset", str(dataset))
    assert done.returncode == 2
    assert words in done.stderr


def test_the_checklist_is_written_and_looks_like_no_decision(
    run: Callable[..., Any], dataset: Path, tmp_path: Path
) -> None:
    out = tmp_path / "checklist.docx"
    done = run(
        "decide", str(SAMPLE), "--policy", "jiamusi-2020-5", "--as-of", "2026-11-22", "--entity", TARGET,
        "--format", "docx", "--out", str(out), "--dataset", str(dataset),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = Document(io.BytesIO(out.read_bytes()))
    text = "\n".join(p.text for p in document.paragraphs)
    assert "联合奖惩措施依据核查意见（内部审核参考）" in text
    assert "决定书" not in text
    assert "第二十二条" in "".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_what_is_to_be_known_of_a_policy_is_told_once_below_many_answers(
    run: Callable[..., Any], dataset: Path
) -> None:
    """It stood in the answer on each of thirty-seven enterprises; an answer on one keeps it."""
    asked = ("decide", str(SAMPLE), "--policy", "jiamusi-2020-6", "--as-of", "2026-11-22", "--dataset", str(dataset))
    words = "自行为、决定还是记录之日起算"
    whole = run(*asked).stdout
    assert whole.count(words) == 1
    assert f"提示（对以上“佳木斯市安全生产领域守信联合激励”的每个判断）：“3年内”{words}" in whole
    assert f"  提示：“3年内”{words}" in run(*asked, "--entity", TARGET).stdout
