"""A decision that was written down is checked away from what gave it: it holds, or the place that does not is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import open_desk_once, open_once

import policygraph.keeping.bundles as bundles
from policygraph.errors import InputError
from policygraph.judging.rules import Register
from policygraph.keeping.assessments import Desk, find_occasion
from policygraph.keeping.bundles import bundle_json, digest_bundle, verify_bundles
from policygraph.keeping.registers import load_register
from policygraph.keeping.sources import find_root, read_source
from policygraph.keeping.store import Store, open_store

DAY = date(2026, 11, 21)
SAMPLE = find_root() / "data" / "registers" / "sample"
TARGET, ELIGIBLE = "91230803MA9XN00129", "91230803MA9XN00015"
LAW = "https://w3id.org/policygraph/graph/law"
Run = Callable[..., Any]
Bundle = dict[str, Any]  # Any: JSON
Step = str | int


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


@pytest.fixture(scope="module")
def desk(store: Store) -> Desk:
    return open_desk_once(store, DAY)


@pytest.fixture(autouse=True)
def _open_each_desk_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check opens a desk of its own, which is half of it and the same each time."""
    monkeypatch.setattr(bundles, "open_desk", open_desk_once)


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(SAMPLE)


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    files = [read_source(path) for path in (find_root() / "data" / "documents").glob("*/source.txt")]
    return {file.sha256: file.text for file in files}


def write(store: Store, desk: Desk, register: Register, entity: str, policy: str, *, explain: bool = False) -> Bundle:
    """One decision of the sample register as it is written, and read again."""
    one = desk.policies[policy]
    decision = desk.decide(register, entity, one, DAY)
    prospect = desk.foresee(register, entity, one, DAY) if explain else None
    occasion = find_occasion(store, desk, one.document, DAY, decision_day=date(2026, 12, 1))
    return read_again(bundle_json(store, register, decision, prospect, occasion, DAY))


def read_again(bundle: Bundle) -> Bundle:
    """A bundle as one reads it from a file."""
    found: Bundle = json.loads(json.dumps(bundle))
    return found


@pytest.fixture(scope="module")
def bundle(store: Store, desk: Desk, register: Register) -> Bundle:
    one = desk.policies["jiamusi-2020-5"]
    decision = desk.decide(register, TARGET, one, DAY)
    occasion = find_occasion(store, desk, one.document, DAY, date(2020, 12, 31), date(2026, 12, 1))
    return read_again(bundle_json(store, register, decision, None, occasion, DAY))


def test_decisions_of_every_policy_and_outcome_hold(
    store: Store, desk: Desk, register: Register, sources: dict[str, str]
) -> None:
    first: dict[tuple[str, str], str] = {}
    for policy in desk.policies.values():
        for entity in register.enterprises:
            first.setdefault((policy.id, desk.decide(register, entity, policy, DAY).outcome), entity)
    several = [write(store, desk, register, entity, policy) for (policy, _), entity in first.items()]
    assert len({one["policy"] for one in several}) == 5
    assert len({one["outcome"] for one in several}) > 6
    found = verify_bundles(several, sources, store, register)
    assert (found.faults, found.gaps) == ((), ())
    assert found.quotes > len(several)


def test_what_would_change_a_decision_is_worked_out_again(
    store: Store, desk: Desk, register: Register, sources: dict[str, str]
) -> None:
    given = write(store, desk, register, TARGET, "jiamusi-2020-6", explain=True)
    assert given["changes"]["needed"]
    assert verify_bundles(given, sources, store).faults == ()
    given["changes"]["needed"][0]["what"] = "另一件事"
    assert "changes.needed[1].what" in [fault.place for fault in verify_bundles(given, sources, store).faults]


def reseal(bundle: Bundle) -> Bundle:
    """With a digest that fits, as somebody would write who knows how."""
    bundle["digest"] = digest_bundle(bundle)
    return bundle


def measure(bundle: Bundle, notation: str) -> Bundle:
    found: Bundle = next(one for one in bundle["measures"] if one["notation"] == notation)
    return found


def change_conclusion(bundle: Bundle) -> None:
    measure(bundle, "二（九）")["acts"][0]["conclusion"] = "supported"


def change_sentence(bundle: Bundle) -> None:
    measure(bundle, "二（九）")["acts"][0]["sentence"] += "可以实施。"


def change_article(bundle: Bundle) -> None:
    measure(bundle, "二（一）1")["acts"][0]["basis_now"] = ["《安全生产法》第七十五条（2021年文本）"]


def change_standing(bundle: Bundle) -> None:
    measure(bundle, "二（一）1")["acts"][0]["status"][1]["status"] = "in-force"


def change_words_of_a_condition(bundle: Bundle) -> None:
    bundle["conditions"][0]["quote"] = "在安全生产领域存在严重失信行为的生产经营单位"


def change_words_of_a_measure(bundle: Bundle) -> None:
    measure(bundle, "二（九）")["quote"] = "禁止参加政府采购活动"


def change_department(bundle: Bundle) -> None:
    measure(bundle, "二（九）")["departments"] = ["佳木斯市应急管理局"]


def change_department_of_today(bundle: Bundle) -> None:
    measure(bundle, "二（九）")["acts"][0]["department_today"] = ["佳木斯市应急管理局"]


def change_outcome(bundle: Bundle) -> None:
    bundle["outcome"] = "not_target"


def change_condition(bundle: Bundle) -> None:
    bundle["conditions"][0]["outcome"] = "failed"


def change_day_of_checking(bundle: Bundle) -> None:
    bundle["as_of"] = "2020-12-31"


def change_day_of_the_act(bundle: Bundle) -> None:
    bundle["act_day"] = "2022-01-01"


def change_day_of_a_record(bundle: Bundle) -> None:
    bundle["facts"]["determinations"][0]["date"] = "2026-10-01"


def add_a_person(bundle: Bundle) -> None:
    bundle["persons"] = [{"person": "R12Z", "name": "示例主要12", "role": "principal", "condition": None}]


def drop_an_act(bundle: Bundle) -> None:
    measure(bundle, "二（五）")["acts"].pop()


def drop_a_measure(bundle: Bundle) -> None:
    bundle["measures"].pop()


def drop_an_unread_text(bundle: Bundle) -> None:
    next(act for one in bundle["measures"] for act in one["acts"] if act["texts_unread"])["texts_unread"] = []


def add_a_remark(bundle: Bundle) -> None:
    bundle["approved"] = True


def change_force(bundle: Bundle) -> None:
    bundle["force"][0]["known"] = not bundle["force"][0]["known"]


def change_remedy(bundle: Bundle) -> None:
    bundle["remedies"][0]["status"] = "stated"


def change_dataset(bundle: Bundle) -> None:
    bundle["dataset"] = "0" * 64


def change_a_graph(bundle: Bundle) -> None:
    bundle["graphs"][LAW] = "0" * 64


def move_a_span(bundle: Bundle) -> None:
    bundle["grounds"][0]["spans"][0][0] += 1


TAMPERED: tuple[tuple[Callable[[Bundle], None], str], ...] = (
    (change_conclusion, ".acts[1].conclusion"),
    (change_sentence, ".acts[1].sentence"),
    (change_article, "measures[1].acts[1].basis_now[1]"),
    (change_standing, "measures[1].acts[1].status[2].status"),
    (change_words_of_a_condition, "conditions[1].quote"),
    (change_words_of_a_condition, "conditions[1]"),
    (change_words_of_a_measure, ".quote"),
    (change_department, ".departments[1]"),
    (change_department_of_today, ".department_today[1]"),
    (change_outcome, "outcome"),
    (change_condition, "conditions[1].outcome"),
    (change_day_of_checking, "outcome"),
    (change_day_of_the_act, "then[1].sentence"),
    (change_day_of_a_record, "conditions[1].evidence[1]"),
    (add_a_person, "persons[1]"),
    (drop_an_act, ".acts[2]"),
    (drop_a_measure, "measures[20]"),
    (drop_an_unread_text, ".texts_unread[1]"),
    (add_a_remark, "approved"),
    (change_force, "force[1].known"),
    (change_remedy, "remedies[1].status"),
    (change_dataset, "dataset"),
    (change_a_graph, "dataset"),
    (move_a_span, "grounds[1]"),
)


@pytest.fixture(scope="module")
def refuted(bundle: Bundle, store: Store, sources: dict[str, str]) -> list[list[str]]:
    """The places refuted of each bundle of ``TAMPERED`` as it is, then of each with a digest that fits."""
    changed = [deepcopy(bundle) for _ in TAMPERED]
    for one, (tamper, _) in zip(changed, TAMPERED, strict=True):
        tamper(one)
    changed += [reseal(deepcopy(one)) for one in changed]
    places = [fault.place.partition("].") for fault in verify_bundles(changed, sources, store).faults]
    return [[place for lead, _, place in places if lead == f"[{n}"] for n in range(1, len(changed) + 1)]


@pytest.mark.parametrize("number", range(len(TAMPERED)), ids=[f"{t.__name__} {p}" for t, p in TAMPERED])
def test_what_was_changed_is_refuted_at_its_place(number: int, refuted: list[list[str]]) -> None:
    """Also where whoever changed it knew how to make the digest fit; where he did not, the digest tells as well."""
    assert "digest" in refuted[number]
    places = refuted[number + len(TAMPERED)]
    assert "digest" not in places
    assert [place for place in places if place.endswith(TAMPERED[number][1])], places


def leaves(value: object, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """The way to every value of a bundle that is no object or list."""
    if isinstance(value, dict | list):
        for step, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(one, (*path, step))
    else:
        yield path


def test_no_kind_of_value_is_passed_over(bundle: Bundle, store: Store, sources: dict[str, str]) -> None:
    """One value of each kind is changed: each is told at its own place. What decides what is decided is left alone:
    another enterprise, policy or day is another decision, and what the check is made with has tests of its own.
    """
    carried = {"facts", "grounds", "graphs", "digest", "asked_on", "dataset"}
    asked = {"entity", "policy", "as_of", "act_day", "decision_day", "synthetic"}
    kinds: dict[tuple[Step, ...], tuple[Step, ...]] = {}
    for path in leaves(bundle):
        if path[0] not in carried | asked:
            kinds.setdefault(tuple(step for step in path if isinstance(step, str)), path)
    assert len(kinds) > 60
    changed = deepcopy(bundle)
    for path in kinds.values():
        holder: Any = changed
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = "另一个"
    found = [fault.place for fault in verify_bundles(reseal(changed), sources, store).faults]
    for path in kinds.values():
        place = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
        assert place in found


def test_another_enterprise_policy_or_day_is_told(bundle: Bundle, store: Store, sources: dict[str, str]) -> None:
    changes = {"entity": "91230803MA9XN00137", "policy": "nowhere-2020-1", "as_of": "今天", "act_day": "2027-01-01"}
    found = verify_bundles([reseal({**bundle, name: value}) for name, value in changes.items()], sources, store)
    assert [(fault.place) for fault in found.faults] == ["[1].facts.enterprises", "[3].as_of", "[4].act_day"]
    assert [gap.place for gap in found.gaps] == ["[2].policy"]


def test_rows_are_held_against_the_register(
    bundle: Bundle, store: Store, register: Register, sources: dict[str, str]
) -> None:
    """A decision made from rows that nobody wrote holds by itself, and not against the register."""
    changed = deepcopy(bundle)
    changed["facts"]["coverage"][0]["source"] = "另一处来源"
    name = changed["facts"]["coverage"][0]["table"]
    for part in changed["conditions"]:
        for used in part["proof"]["coverage"]:
            used["source"] = "另一处来源" if used["table"] == name else used["source"]
    reseal(changed)
    alone = verify_bundles(changed, sources, store)
    assert (alone.faults, [claim.place for claim in alone.taken]) == ((), ["facts", "synthetic"])
    held = verify_bundles(changed, sources, store, register)
    assert (held.taken, "所附各行、是否虚构：与登记册逐行比对" in held.checked) == ((), True)
    (fault,) = held.faults
    assert (fault.place, "登记册里是" in fault.message) == ("facts.coverage[1].source", True)


def test_what_is_taken_as_claimed_is_said(
    bundle: Bundle, store: Store, register: Register, sources: dict[str, str]
) -> None:
    """Invented or not is the register's word, and the day of asking nobody's: a lie about either holds, and is told."""
    lie = reseal({**deepcopy(bundle), "synthetic": False})
    alone = verify_bundles(lie, sources, store)
    assert (alone.faults, [(one.place, "真实" in one.message) for one in alone.taken]) == (
        (),
        [("facts", False), ("synthetic", True)],
    )
    assert [fault.place for fault in verify_bundles(lie, sources, store, register).faults] == ["synthetic"]
    told = reseal({**deepcopy(bundle), "asked_on": bundle["as_of"]})
    for known in (None, register):
        assert "asked_on" in [one.place for one in verify_bundles(told, sources, store, known).taken]


def test_without_the_rows_the_measures_are_checked_and_the_rest_is_open(
    bundle: Bundle, store: Store, sources: dict[str, str]
) -> None:
    bare = deepcopy(reseal({name: value for name, value in bundle.items() if name != "facts"}))
    found = verify_bundles(bare, sources, store)
    assert (found.faults, [gap.place for gap in found.gaps]) == ((), ["facts"])
    change_conclusion(bare)
    assert [fault.place.partition("]")[2] for fault in verify_bundles(reseal(bare), sources, store).faults] == [
        ".acts[1].conclusion"
    ]


def test_what_is_not_at_hand_is_a_gap_and_what_carries_nothing_is_refused(
    bundle: Bundle, store: Store, sources: dict[str, str]
) -> None:
    unread = verify_bundles(bundle, {}, store)
    assert (unread.faults, len(unread.gaps)) == ((), len(bundle["grounds"]))
    lacking = [reseal({**bundle, name: None}) for name in ("graphs", "grounds")]
    found = verify_bundles([*lacking, {**bundle, "digest": None}], sources, store)
    assert (found.faults, [gap.place for gap in found.gaps]) == ((), ["[1].graphs", "[2].grounds", "[3].digest"])
    plain = {name: bundle[name] for name in bundle.keys() - {"facts", "grounds", "graphs", "digest"}}
    with pytest.raises(InputError, match=r"没有附上核对所需的依据.*--evidence"):
        verify_bundles([plain], sources, store)
    with pytest.raises(InputError, match="不是 policygraph decide 的回答"):
        verify_bundles([], sources, store)


def test_rows_that_are_no_rows_are_told(bundle: Bundle, store: Store, sources: dict[str, str]) -> None:
    wrong = deepcopy(bundle["facts"])
    wrong["determinations"][0]["date"] = "2026-13-01"
    given: tuple[Any, ...] = ({"people": []}, {"penalties": [{"date": 3}]}, wrong)
    found = verify_bundles([reseal({**bundle, "facts": facts}) for facts in given], sources, store).faults
    assert [fault.place for fault in found] == ["[1].facts", "[2].facts", "[3].facts"]
    for fault, said in zip(found, ("不是登记册的表", "不是登记册的表", "2026-13-01"), strict=True):
        assert said in fault.message


@pytest.mark.slow
@settings(max_examples=40)
@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda x: st.lists(x, max_size=3), max_leaves=5))
def test_any_shape_of_evidence_is_told_and_breaks_nothing(raw: Any) -> None:  # Any: JSON from outside
    wild = {"policy": raw, "outcome": raw, "as_of": "2026-11-21", "facts": raw, "measures": raw, "grounds": [raw]}
    found = verify_bundles(wild | {"digest": "x", "entity": raw}, {}, open_store([]))
    assert "digest" in [fault.place for fault in found.faults]


def test_the_command_tells_what_holds_what_does_not_and_what_it_cannot_tell(
    run: Run, dataset: Path, tmp_path: Path
) -> None:
    at = ("--dataset", str(dataset))
    asked = ("decide", str(SAMPLE), "--as-of", DAY.isoformat(), "--format", "json")
    file = tmp_path / "decisions.json"
    file.write_text(run(*asked, "--policy", "all", "--entity", ELIGIBLE, *at).stdout, encoding="utf-8")
    done = run("verify", str(file), "--register", str(SAMPLE), *at)
    assert (done.returncode, "重新推导全部成立" in done.stdout) == (0, True), done.stdout
    told = json.loads(file.read_text(encoding="utf-8"))
    told[2]["facts"] = None
    file.write_text(json.dumps(told[2:]), encoding="utf-8")
    done = run("verify", str(file), *at)
    assert (done.returncode, "不成立 [1].digest" in done.stdout, "不能核对 [1].facts" in done.stdout) == (1, True, True)
    told[2].pop("digest")
    assert run("verify", "-", *at, stdin=json.dumps(told[2])).returncode == 3
    small = tmp_path / "small"
    small.mkdir()
    lines = (SAMPLE / "enterprises.csv").read_text(encoding="utf-8").splitlines()[:3]
    (small / "enterprises.csv").write_text("\n".join(lines), encoding="utf-8")
    several = ("decide", str(small), *asked[2:], "--policy", "jiamusi-2020-5")
    refused = run("verify", "-", *at, stdin=run(*several, *at).stdout)
    assert (refused.returncode, "--evidence" in refused.stderr) == (2, True)
    assert run("verify", "-", *at, stdin=run(*several, "--evidence", *at).stdout).returncode == 0
    assert run("decide", str(small), "--policy", "all", "--evidence", *at).returncode == 2
    assert run("verify", "-", "--register", str(SAMPLE), *at, stdin='{"rows": [], "columns": []}').returncode == 2


def test_a_decision_before_its_act_is_refused(dataset: Path, run: Run) -> None:
    order = ("--act-day", "2021-03-01", "--decision-day", "2021-02-28", "--format", "json")
    done = run("decide", "data/registers/sample", "--as-of", "2026-11-21", "--policy", "jiamusi-2020-5",
               "--entity", "91230803MA9XN00129", *order, "--dataset", str(dataset))  # fmt: skip
    assert done.returncode == 2
    assert "--decision-day" in done.stderr
    assert done.stdout == ""


def test_a_sentence_names_all_texts_that_nobody_read(dataset: Path, run: Run) -> None:
    """A text that nobody has read may decide the act, and a count would not say which."""
    long = 0
    for document in ("jiamusi-2020-5", "jiangsu-2019-820"):
        done = run("ask", "conclusions", "--document", document, "--as_of", "2026-11-21", "--format", "json",
                   "--dataset", str(dataset))  # fmt: skip
        for row in json.loads(done.stdout)["rows"]:
            _, told, named = (row["sentence"] or "").partition("另有未读：")
            if told:
                works = row["texts_unread"].split("；")
                assert [work for work in works if work.strip("《》") not in named] == [], row["notation"]
                long += len(works) > 4
    assert long > 5
