"""The policy laboratory: what may be set follows from the lines, a variant is no law, and who changes is so."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node
from tests.conftest import Done, open_desk_once, open_once
from tests.drawing import draws
from tests.files import read_graph

import policygraph.keeping.laboratory as laboratory
from policygraph.errors import DataError, InputError, NotFoundError
from policygraph.judging.decisions import decide
from policygraph.judging.rules import Policy, load_policies
from policygraph.judging.rules.codes import Codes, read_codes
from policygraph.judging.rules.variants import Setting, Variant, is_variant, list_settings, make_variant
from policygraph.judging.screening.trying import Trial, compile_trial
from policygraph.keeping.assessments import Desk
from policygraph.keeping.batch import prepare_register, synthesise_register
from policygraph.keeping.dataset.manifest import DATASET_FILE
from policygraph.keeping.dataset.opening import open_dataset, read_lines
from policygraph.keeping.laboratory import try_variants
from policygraph.keeping.registers import load_register
from policygraph.keeping.sources import find_root
from policygraph.keeping.store import Store
from policygraph.namespaces import PG
from policygraph.speaking.cli.simulating import read_settings, read_variants
from policygraph.speaking.papers.simulation import Bar, Figure, draw_bars, write_twin
from policygraph.words import say

pytestmark = pytest.mark.slow

ROOT = find_root()
SAMPLE = ROOT / "data" / "registers" / "sample"
POLICIES = sorted(path.parent.name for path in (ROOT / "data" / "documents").glob("*/conditions.ttl"))
NOVEMBER = date(2026, 11, 21)
Run = Callable[..., Done]


@cache
def lines_of(policy: str) -> Graph:
    return read_graph(f"data/documents/{policy}/conditions.ttl")


@cache
def shapes_of(policy: str) -> Graph:
    return read_graph(f"shapes/eligibility/{policy}.ttl")


@cache
def codes() -> Codes:
    return read_codes(read_graph("ontology/concepts/*.ttl"))


@cache
def settings_of(policy: str) -> dict[str, Setting]:
    return {setting.key: setting for setting in list_settings(lines_of(policy), codes())}


@cache
def law(policy: str) -> Policy:
    return load_policies([shapes_of(policy)])[policy]


def vary(policy: str, **changes: str) -> Variant:
    return make_variant(shapes_of(policy), lines_of(policy), "trial", changes, codes=codes())


def change(policy: str, key: str, value: str) -> Variant:
    return vary(policy, **{key: value})


def another(setting: Setting) -> str | None:
    """Another value that a setting can have; None where there is none."""
    if setting.allowed:
        others = [word for word in setting.allowed if word not in setting.current]
        return others[0] if others else None
    if setting.kind == "bool":
        return "false" if setting.current == ("true",) else "true"
    if setting.kind == "day":
        return "2026-01-01"
    return str(int(float(setting.current[0])) + 1)


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


@pytest.fixture(scope="module")
def desk(store: Store) -> Desk:
    return open_desk_once(store, NOVEMBER)


# --- what may be set -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", POLICIES)
def test_what_may_be_set_is_what_the_lines_say(policy: str) -> None:
    """Every period, count, bound and filter of the file, and nothing that is not in it."""
    lines, settings = lines_of(policy), settings_of(policy)
    held = {triple for setting in settings.values() for triple in setting.places}
    for node, months in lines.subject_objects(PG.months):
        assert (node, PG.months, months) in held
    for word in (PG["count"], PG["from"], PG.fieldsOfList, PG.recordsOf):
        assert set(lines.triples((None, word, None))) <= held, word
    for where in (PG.where, PG.also):
        for node in lines.objects(None, where):
            for triple in lines.triples((node, None, None)):
                if triple[1] in (PG.fatalities, PG.field, PG.listColour, PG.recordStatus, PG.authorityFunction):
                    bound = {inner for inner in lines.triples((triple[2], None, None)) if inner[1] == PG.atLeast}
                    unknown = any(lines.objects(triple[2], PG.isUnknown))
                    negated = set(lines.triples((triple[2], PG.isNot, None)))
                    assert unknown or triple in held or bound & held or negated & held, triple
    questions = {str(value) for value in lines.objects(None, PG.reading)}
    assert questions == {key.removeprefix("reading/") for key in settings if key.startswith("reading/")}


def test_the_settings_of_one_condition_are_told_apart() -> None:
    settings = settings_of("jiamusi-2020-6")
    assert settings["condition/4.window"].current == ("36",)
    assert settings["condition/4.authorityFunction"].current == ("work_safety",)
    assert settings["condition/4.recordStatus"].current == ("changed", "effective")
    assert settings["condition/4.recordStatus@4-broad-stayed"].current == ("stayed",)
    assert settings["condition/3.fatalities.atLeast"].current == ("1",)
    assert settings["condition/4.recordsOf"].current == ("unit",)
    assert settings["reading/4-authority"].allowed == ("broad", "narrow")
    assert settings_of("xinzheng-2010-36")["condition/score-four.from"].current == ("85",)
    assert settings_of("yiyuan-2021-28")["condition/two-fields.count"].current == ("2",)


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
def test_every_setting_can_be_changed_and_the_same_value_changes_nothing(policy: str) -> None:
    """One setting of every kind: another value gives another policy, the value of the lines the law itself."""
    tried: set[str] = set()
    for key, setting in settings_of(policy).items():
        value = another(setting)
        if value is None or setting.kind in tried:
            continue
        tried.add(setting.kind)
        try:
            made = change(policy, key, value)
        except InputError:  # lines that cannot be: a ladder out of order, a table without persons …
            continue
        assert tell(made.policy) != told_of_law(policy), key
        if setting.current and setting.kind != "day":
            assert tell(change(policy, key, ",".join(setting.current)).policy) == told_of_law(policy), key


@cache
def told_of_law(policy: str) -> object:
    return tell(law(policy))


def tell(policy: Policy) -> object:
    """A policy without the names of its shapes: what counts of it."""
    shapes = sorted(
        (shape.condition, shape.iri.rsplit("/", 1)[-1], shape.severity,
         str(shape.window), str(shape.readings), str(shape.covers), str(shape.fields), str(shape.roles))
        for shape in policy.shapes
    )  # fmt: skip
    values = sorted(
        str(value)
        for graph in (policy.main, policy.others)
        for value in graph.objects()
        if (isinstance(value, Literal) and not value.language) or str(value).startswith(str(PG))
    )
    return shapes, values, policy.defaults(), policy.combination, policy.repealed_on


def test_a_window_of_one_condition_leaves_the_others_alone() -> None:
    made = change("jiamusi-2020-6", "condition/4.window", "24").policy
    windows = {(shape.condition, shape.window) for shape in made.shapes if shape.window is not None}
    assert windows == {("jiamusi-2020-6/2", 36), ("jiamusi-2020-6/3", 36), ("jiamusi-2020-6/4", 24)}
    told = {shape.message for shape in made.shapes if shape.condition == "jiamusi-2020-6/4"}
    assert not any("3年" in message for message in told)
    assert any("2年内" in message for message in told)
    quotes = {shape.quote for shape in made.shapes if shape.condition == "jiamusi-2020-6/4"}
    assert "(4)3年内未受到安全监管部门做出的行政处罚" in quotes  # the source's words stay as they are
    shared = change("jiamusi-2020-6", "period/three-years.months", "30").policy
    assert {shape.window for shape in shared.shapes} - {None} == {30}
    assert any("30个月内" in shape.message for shape in shared.shapes)


def test_one_value_of_a_condition_is_changed_wherever_it_stands() -> None:
    """The filter, its twin for stayed penalties and the one that asks for all other authorities move together."""
    made = change("jiamusi-2020-6", "condition/4.authorityFunction", "fire_rescue")
    about = [s for s in made.policy.shapes if s.condition == "jiamusi-2020-6/4"]
    words = {str(value) for s in about for value in _values(made.graph, s.iri)}
    assert "fire_rescue" in words
    assert "work_safety" not in words
    field = change("jiamusi-2020-6", "condition/2.field", "tax").policy
    assert {s.fields for s in field.shapes if s.iri.endswith("2-dishonesty-coverage")} == {("tax",)}


def _values(graph: Graph, iri: str) -> list[object]:
    found: list[object] = []
    queue: list[Node] = [URIRef(iri)]
    while queue:
        for value in graph.objects(queue.pop(), None):
            found.append(value)
            if isinstance(value, BNode):
                queue.append(value)
    return found


def test_another_reading_is_taken() -> None:
    made = change("jiamusi-2020-6", "reading/4-authority", "broad").policy
    assert made.defaults()["4-authority"] == "broad"
    assert law("jiamusi-2020-6").defaults()["4-authority"] == "narrow"
    register = load_register(SAMPLE)
    plain = {unit: decide(register, unit, law("jiamusi-2020-6"), NOVEMBER) for unit in register.enterprises}
    flipped = 0
    for unit, before in plain.items():
        after = decide(register, unit, made, NOVEMBER)
        if before.outcome != "inapplicable":
            used = next(reading for reading in before.readings if reading.reading == "4-authority")
            assert after.outcome == next(o.outcome for o in used.alternatives if o.reading == "broad")
            flipped += after.outcome != before.outcome
    assert flipped


@pytest.mark.parametrize(
    ("policy", "key", "value", "told"),
    [
        ("jiamusi-2020-6", "condition/4.windw", "24", "condition/4.window"),
        ("jiamusi-2020-6", "condition/4.window", "0", "不小于 1"),
        ("jiamusi-2020-6", "condition/4.window", "两年", "不小于 1"),
        ("jiamusi-2020-6", "condition/4.window", "24,36", "不是一个值"),
        ("jiamusi-2020-6", "condition/4.authorityFunction", "work_safty", "work_safety"),
        ("jiamusi-2020-6", "condition/1.published", "是", "true"),
        ("jiamusi-2020-6", "reading/4-authority", "wide", "broad"),
        ("jiamusi-2020-6", "policy.repealedOn", "2026-13-01", "不是日期"),
        ("jiamusi-2020-6", "policy.combination", "oneOf", "anyOf"),
        ("xinzheng-2010-36", "condition/score-four.from", "96", "从高到低"),
        ("xinzheng-2010-36", "condition/score-four.from", "NaN", "不是数"),
        ("yiyuan-2021-28", "condition/two-fields.fieldsOfList", "blue", "black"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(policy: str, key: str, value: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        change(policy, key, value)
    assert told in f"{refused.value}"
    assert refused.value.remedy


def test_names_of_variants_and_empty_ones_are_refused() -> None:
    shapes, lines = shapes_of("jiamusi-2020-6"), lines_of("jiamusi-2020-6")
    with pytest.raises(InputError, match="没有任何改动"):
        make_variant(shapes, lines, "trial", {})
    with pytest.raises(InputError, match="小写字母"):
        make_variant(shapes, lines, "../a", {"condition/4.window": "24"})


def test_lines_that_are_not_those_of_the_shapes_are_refused() -> None:
    shapes = Graph()
    shapes += shapes_of("jiamusi-2020-6")
    bound = next(node for node, value in shapes.subject_objects() if value == Literal(36))
    shapes.remove((bound, None, Literal(36)))
    with pytest.raises(DataError, match="不是由其条件行展开"):
        make_variant(shapes, lines_of("jiamusi-2020-6"), "trial", {"condition/3.window": "24"}, codes=codes())


# --- no law ----------------------------------------------------------------------------------------------------------


def test_a_variant_says_so_and_shares_no_name_with_the_law() -> None:
    made = change("jiamusi-2020-6", "condition/4.window", "24")
    assert is_variant(made.policy.id)
    assert not is_variant("jiamusi-2020-6")
    assert "/graph/variant/jiamusi-2020-6/" in str(made.iri)
    node = next(made.graph.subjects(RDF.type, PG.Variant))
    assert str(made.graph.value(node, PG.variantOf)).endswith("/policy/jiamusi-2020-6")
    theirs = {shape.iri for shape in law("jiamusi-2020-6").shapes}
    assert not theirs & {shape.iri for shape in made.policy.shapes}
    assert all("/variant/" in str(subject) for subject in made.graph.subjects() if str(subject).startswith("http"))
    again = change("jiamusi-2020-6", "condition/4.window", "24")
    assert again.iri == made.iri
    assert change("jiamusi-2020-6", "condition/4.window", "25").iri != made.iri


def test_the_command_marks_everything_and_changes_no_dataset(dataset: Path, tmp_path: Path, run: Run) -> None:
    before = (dataset / DATASET_FILE).read_bytes()
    variants = tmp_path / "variants.toml"
    variants.write_text(
        '[two-years]\n"condition/4.window" = 24\n[wide]\n"reading/4-authority" = "broad"\n'
        '"condition/4.recordsOf" = ["unit", "principal"]\n',
        encoding="utf-8",
    )
    common = ("--policy", "jiamusi-2020-6", "--as-of", "2026-11-21", "--dataset", str(dataset))
    out = tmp_path / "out"
    done = run("simulate", str(SAMPLE), "--variants", str(variants), "--out", str(out), "--check", "8", *common)
    assert done.returncode == 0, done.stderr
    mark = say("simulating", "mark")
    assert done.stdout.startswith(mark)
    assert "0 处不同" in done.stdout
    names = {path.name for path in out.iterdir()}
    assert {"changes.csv", "summary.json", "index.html", "outcomes.svg", "outcomes.txt", "variants.trig"} <= names
    for path in out.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "variant" in text.splitlines()[0] if path.name == "changes.csv" else mark in text or "pg:Variant" in text
        assert str(tmp_path) not in text
    told = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert told["variant"] is True
    assert told["check"]["differences"] == []
    assert [one["name"] for one in told["variants"]] == ["two-years", "wide"]
    rows = list(csv.DictReader((out / "changes.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["variant"] for row in rows} <= {"jiamusi-2020-6~two-years", "jiamusi-2020-6~wide"}
    assert (
        sum(row["variant:decisive"] == "true" for row in rows) == sum(one["decisive"] for one in told["variants"]) > 0
    )
    quads = ox.parse(path=out / "variants.trig", format=ox.RdfFormat.TRIG)
    assert {getattr(quad.graph_name, "value", "") for quad in quads} == {one["graph"] for one in told["variants"]}
    assert (dataset / DATASET_FILE).read_bytes() == before
    store = open_dataset(dataset)
    assert not any("/graph/variant/" in name for name in store.list_graphs())
    assert not store.select("PREFIX pg: <https://w3id.org/policygraph/ns#> SELECT ?v WHERE { ?v a pg:Variant }")
    again = run("simulate", str(SAMPLE), "--variants", str(variants), "--out", str(out), *common)
    assert again.returncode == 2
    assert "已经存在" in again.stderr


def test_the_command_lists_and_refuses(dataset: Path, tmp_path: Path, run: Run) -> None:
    common = ("--policy", "jiamusi-2020-6", "--as-of", "2026-11-21", "--dataset", str(dataset))
    listed = json.loads(run("simulate", "--list", "--format", "json", *common).stdout)
    assert {one["setting"]: one["current"] for one in listed}["condition/4.window"] == ["36"]
    assert {one["setting"] for one in listed} == set(settings_of("jiamusi-2020-6"))
    done = run("simulate", str(SAMPLE), "--out", str(tmp_path / "out"), "--set", "condition/4.windw=24", *common)
    assert done.returncode == 2
    assert "condition/4.window" in done.stderr
    assert not list(tmp_path.iterdir())


def test_what_is_written_badly_is_refused_with_its_place(store: Store, tmp_path: Path) -> None:
    for wrong, said in ((["condition/4.window"], "名称=值"), (["a=1", "a=2"], "写了两次")):
        with pytest.raises(InputError, match=said):
            read_settings(wrong)
    file = tmp_path / "v.toml"
    for text, said in (("[a\n", "不是合法的 TOML"), ("a = 1\n", "不在任何方案之下"), ("[a]\nb.c = 1\n", "不是一个值")):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=said):
            read_variants(file)
    with pytest.raises(InputError, match="读不出来"):
        read_variants(tmp_path / "none.toml")
    with pytest.raises(NotFoundError):
        read_lines(store, "nowhere-1")


def test_a_picture_shows_the_largest_and_its_twin_all() -> None:
    rows = tuple(Bar("a", f"<行业{number}>", number) for number in range(1, 61))
    figure = Figure("by-industry", "按行业", "行业", rows)
    drawn, twin = draw_bars(figure), write_twin(figure)
    assert "&lt;行业60&gt;" in drawn
    assert "<行业" not in drawn
    assert "&lt;行业1&gt;" not in drawn
    assert say("simulating", "more", n=20) in drawn
    assert all(f"<行业{number}>\t{number}\n" in twin for number in range(1, 61))
    assert say("simulating", "nobody") in draw_bars(replace(figure, rows=()))


# --- who changes -----------------------------------------------------------------------------------------------------

TRIALS = {
    "jiamusi-2020-6": (
        {"condition/4.window": "12"},
        {"reading/4-authority": "broad", "condition/3.fatalities.atLeast": "2", "reading/2-holders": "during"},
        {"condition/5.certificateGrade": "1,2", "condition/2.window": "18", "condition/4.recordsOf": "unit,persons"},
        {"policy.combination": "anyOf"},
    ),
    "jiamusi-2020-5": ({"condition/target.field": "work_safety,tax"}, {"condition/target.listColour": "black,red"}),
    "jiangsu-2019-820": (
        {"condition/black.field": "tax"},
        {"policy.combination": "allOf", "reading/repeated": "three"},
    ),
    "xinzheng-2010-36": (
        {"condition/score-five.from": "90", "condition/score-four.from": "80", "condition/score-three.from": "60"},
        {"period/cycle.months": "18", "run/unrated.count": "3"},
        {"policy.repealedOn": "2026-06-01"},
    ),
    "yiyuan-2021-28": ({"condition/clean-record.window": "12"}, {"reading/9-combination": "cumulative"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
def test_who_changes_is_who_the_shacl_engine_judges_otherwise(
    policy: str, store: Store, desk: Desk, tmp_path: Path
) -> None:
    """Hundreds of invented enterprises of every place, and each that changes decided again under law and variants."""
    prefix = desk.policies[policy].region_prefix
    synthesise_register(
        tmp_path / "raw",
        enterprises=300,
        seed=7,
        as_of=NOVEMBER,
        conditions=tuple(sorted(desk.conditions())),
        regions=(prefix.ljust(6, "1"),),
    )
    prepare_register(tmp_path / "raw", tmp_path / "register", conditions=desk.conditions(), codes=desk.codes)
    shapes, lines = read_lines(store, policy)
    made = [
        make_variant(
            shapes, lines, f"v{number}", changes, model=store.find_instances(str(PG.Interpretation)), codes=desk.codes
        )
        for number, changes in enumerate(TRIALS[policy])
    ]
    work = tmp_path / "work"
    work.mkdir()
    found = try_variants(tmp_path / "register", desk, made, NOVEMBER, work, check=draws(8, 60))
    assert found.enterprises == 300
    assert found.agreement is not None
    assert found.agreement.differing == ()
    assert found.agreement.enterprises


@pytest.mark.slow
def test_the_check_notices_what_is_screened_otherwise_than_judged(
    store: Store, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes, lines = read_lines(store, "jiamusi-2020-6")
    made = make_variant(shapes, lines, "told", {"condition/4.window": "12"}, codes=desk.codes)
    other = make_variant(shapes, lines, "tried", {"condition/5.certificateGrade": "1,2"}, codes=desk.codes)
    compile_right = compile_trial

    def compile_wrong(base: Policy, variants: list[Policy], as_of: date, **beside: Any) -> Trial:
        return compile_right(base, [replace(other.policy, id=one.id) for one in variants], as_of, **beside)

    monkeypatch.setattr(laboratory, "compile_trial", compile_wrong)
    found = try_variants(SAMPLE, desk, [made], NOVEMBER, tmp_path, check=10)
    assert found.agreement is not None
    assert found.agreement.differing
