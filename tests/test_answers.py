"""What the named queries answer on the five documents.

The rows are not frozen: the models are kept by people and grow. What must hold of every row, and the facts that a
reader of the five texts can check by counting, are said here.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.conftest import open_once

from policygraph.keeping.store import Answer, Cell, NamedQuery, Store, load_queries
from policygraph.namespaces import ID, slug_of

VALUES = {
    "work": "anquan-shengchan-fa",
    "department": "jiamusi/caizhengju",
    "as_of": "2026-11-22",
    "since": "2021-01-01",
}


def _required(query: NamedQuery) -> dict[str, str | None]:
    return {p.name: VALUES[p.name] for p in query.parameters if p.required}


PUBLIC = [query for query in load_queries() if not query.about_entity]
"""Questions that the policy graph alone can answer; those about an enterprise need a register."""


def _records(answer: Answer) -> list[dict[str, Cell]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


@pytest.fixture(scope="module")
def real(dataset: Path) -> Store:
    return open_once(dataset)


@pytest.mark.parametrize("query", PUBLIC, ids=lambda query: query.name)
def test_a_row_quotes_words_of_its_clause(query: NamedQuery, real: Store) -> None:
    """Blanks apart, and for a legal basis line by line: a quoted basis may skip the locator printed inside it."""
    texts = {clause: _bare(str(text)) for clause, text in real.select(
        "SELECT ?clause ?text WHERE { ?clause <https://w3id.org/policygraph/ns#text> ?text }"
    )}  # fmt: skip
    rows = _records(real.ask(query.name, _required(query)))
    assert rows
    for row in rows:
        if row.get("quote") is not None:
            text = iter(texts[row["clause"]])
            quote = _bare(str(row["quote"]))
            found = all(c in text for c in quote) if "locator" in row else quote in texts[row["clause"]]
            assert found, row


def _bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("query", PUBLIC, ids=lambda query: query.name)
def test_no_row_is_given_twice(query: NamedQuery, real: Store) -> None:
    rows = real.ask(query.name, _required(query)).rows
    assert [row for row, times in Counter(rows).items() if times > 1] == []


@pytest.mark.parametrize("name", ["measures", "measures-without-basis", "basis-strength"])
def test_a_measure_is_one_row(name: str, real: Store) -> None:
    days = {"as_of": "2026-11-22"} if name == "basis-strength" else {}
    counts = Counter(row["measure"] for row in _records(real.ask(name, days)))
    assert [measure for measure, times in counts.items() if times > 1] == []


def test_the_memoranda_have_their_measures(real: Store) -> None:
    assert len(real.ask("measures", document="jiamusi-2020-6").rows) == 29
    assert len(real.ask("measures", document="jiamusi-2020-5").rows) == 20
    assert len(real.ask("measures-without-basis", document="jiamusi-2020-6").rows) == 29
    assert len(real.ask("measures-without-basis", document="jiamusi-2020-5").rows) == 0


# Provisions counted by reading the appendix of 佳应急联发〔2020〕5号 row by row: （一）, then （二） to （十五）.
BASES = (10, 1, 2, 1, 4, 1, 2, 2, 2, 3, 2, 1, 2, 1, 2)


def test_every_basis_of_the_sanctions_is_there(real: Store) -> None:
    counts = Counter(row["notation"] for row in _records(real.ask("legal-bases", document="jiamusi-2020-5")))
    leaves = [f"二（一）{n}" for n in range(1, 7)]
    assert [counts[leaf] for leaf in leaves] == [BASES[0]] * 6
    numerals = ["二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五"]
    assert [counts[f"二（{numeral}）"] for numeral in numerals] == list(BASES[1:])


def test_only_the_group_with_several_measures_lends_its_bases(real: Store) -> None:
    rows = _records(real.ask("legal-bases", document="jiamusi-2020-5"))
    assert {row["notation"] for row in rows if row["level"] == "group"} == {f"二（一）{n}" for n in range(1, 7)}
    assert not {row["notation"] for row in rows if row["level"] == "leaf"} & {f"二（一）{n}" for n in range(1, 7)}


@pytest.mark.parametrize(
    ("notation", "work", "locator", "rank"),
    [
        ("二（三）", "law/keji-jihua-banfa", "第八条（六）", "部门规章"),
        ("二（四）", "law/qiye-gongshi-tiaoli", "第七条", "行政法规"),
        ("二（五）", "law/anquan-shengchan-fa", "第九十一条", "法律"),
        ("二（五）", "law/guofa-2010-23", "29", "党中央国务院政策文件"),
        ("二（九）", "law/zhengfu-caigou-fa", "第二十二条", "法律"),
        ("二（九）", "law/guofa-2014-21", "政府采购领域信用建设", "党中央国务院政策文件"),
        ("二（十三）", "law/guofa-2014-21", "税务领域信用建设", "党中央国务院政策文件"),
    ],
)
def test_a_basis_is_the_one_printed(real: Store, notation: str, work: str, locator: str, rank: str) -> None:
    rows = _records(real.ask("legal-bases", document="jiamusi-2020-5"))
    wanted = (notation, work, locator)
    assert [r["rank"] for r in rows if (r["notation"], slug_of(str(r["work"])), r["locator"]) == wanted] == [rank]


def test_the_one_signatory_without_a_measure(real: Store) -> None:
    """人社局 signs the sanctions memo and is named nowhere in it; （十四）（十五） say 各部门, which reaches it."""
    (row,) = _records(real.ask("signatories-without-measures"))
    assert (row["document"], row["department_label"]) == (f"{ID}doc/jiamusi-2020-5", "佳木斯市人力资源和社会保障局")
    assert str(row["note"]).startswith("未被点名；二（十四）")
    assert "二（十五）" in str(row["note"])


def test_an_open_list_leaves_a_row_without_a_department(real: Store) -> None:
    rows = [r for r in _records(real.ask("departments-of-measures", document="jiamusi-2020-5")) if r["via"] == "open"]
    assert [row["notation"] for row in rows] == [f"二（一）{n}" for n in range(1, 7)]
    assert all(row["department"] is None for row in rows)


def test_departments_say_whether_they_are_named_for_the_measure_or_for_its_group(real: Store) -> None:
    rows = [r for d in ("5", "6") for r in _records(real.ask("departments-of-measures", document=f"jiamusi-2020-{d}"))]
    levels = {(str(r["document"])[-1], r["notation"], r["as_written"]): r["level"] for r in rows}
    assert levels["6", "二（十六）3", "中共佳木斯市委精神文明建设办公室"] == "group"
    assert levels["5", "二（一）4", "市市场监督管理局"] == "group"
    assert levels["5", "二（九）", "佳木斯市财政局"] == "act"
    assert levels["6", "二（十四）5", "地方各级安全监管部门"] == "act"
    assert levels["6", "二（十四）5", "佳木斯市应急管理局"] == "group"
    duties = _records(real.ask("measures-of-department", department="佳木斯市市场监督管理局"))
    assert {r["level"] for r in duties if str(r["notation"]).startswith("二（一）")} == {"group"}


def test_a_split_measure_answers_one_row_an_act(real: Store) -> None:
    rows = _records(real.ask("acts", measure="jiamusi-2020-5/para_5"))
    assert [(r["notation"], r["addressee"], r["effect"]) for r in rows] == [
        ("二（五）·1", "persons", "禁止或不予"),
        ("二（五）·2", "unit", "限期整改"),
    ]
    whole = _records(real.ask("acts", measure="jiamusi-2020-5/para_9"))
    assert [(r["notation"], r["act"] == r["measure"], r["direction"]) for r in whole] == [("二（九）", True, "adverse")]


def test_only_what_came_after_a_document_is_later(real: Store) -> None:
    rows = _records(real.ask("documents-in-time", as_of="2026-11-22"))
    order = {(str(r["document"]).rsplit("/", 1)[-1], str(r["instrument"]).rsplit("/", 1)[-1]): r["order"] for r in rows}
    assert order["yiyuan-2021-28", "guobanfa-2020-49"] == "earlier"
    assert order["yiyuan-2021-28", "shandong-shehui-xinyong"] == "earlier"
    assert order["jiamusi-2020-6", "guobanfa-2020-49"] == "later"
    assert order["jiamusi-2020-5", "guobanfa-2020-49"] == "unordered"
    assert order["jiangsu-2019-820", "jiangsu-shehui-xinyong"] == "later"
    texts = {str(r["instrument"]).rsplit("/", 1)[-1]: r["text_certainty"] for r in rows}
    assert (texts["henan-shehui-xinyong"], texts["yingjibuling-11"]) == ("verified", "not-found")


def test_the_finance_bureau_has_its_measures_in_both_memoranda(real: Store) -> None:
    rows = _records(real.ask("measures-of-department", department="佳木斯市财政局"))
    assert [(str(r["document"])[-1], r["notation"], r["via"]) for r in rows] == [
        ("5", "二（二）", "named"),
        ("5", "二（九）", "named"),
        ("5", "二（十四）", "category"),
        ("5", "二（十五）", "category"),
        ("6", "二（五）", "named"),
        ("6", "二（十二）", "named"),
        ("6", "二（十七）", "category"),
    ]


def test_the_grades_of_xinzheng_keep_their_bounds(real: Store) -> None:
    found = [
        (r["grade_label"], r["lower"], r["lower_inclusive"], r["upper"], r["upper_inclusive"], r["veto"])
        for r in _records(real.ask("grades"))
    ]
    assert found == [
        ("五星级", 95, True, None, None, False),
        ("四星级", 85, True, 95, False, False),
        ("三星级", 75, True, 85, False, False),
        ("未评为星级", None, None, 75, False, True),
    ]


def test_the_watch_list_of_yiyuan_is_not_public(real: Store) -> None:
    rows = _records(real.ask("lists", document="yiyuan-2021-28"))
    assert {row["public"] for row in rows if row["kind"] == "watch"} == {"no"}


def test_every_mechanism_is_answered_for_every_document(real: Store) -> None:
    rows = _records(real.ask("mechanisms"))
    pairs = Counter((row["mechanism"], row["document"]) for row in rows)
    assert len({mechanism for mechanism, _ in pairs}) == 22
    assert len(pairs) == 22 * 5
    assert all((row["status"] in ("absent", "uncurated")) == (row["clause"] is None) for row in rows)
    assert Counter((r["mechanism"], r["document"], r["clause"]) for r in rows).most_common(1)[0][1] == 1


def test_documents_without_a_date_say_so_and_name_the_interval(real: Store) -> None:
    rows = {str(row["document"]).removeprefix(f"{ID}doc/"): row for row in _records(real.ask("documents"))}
    assert len(rows) == 5
    for name in ("jiamusi-2020-5", "jiangsu-2019-820"):
        assert rows[name]["date"] is None
        assert rows[name]["date_from"] is not None
        assert rows[name]["date_inference"] is not None
    assert rows["jiangsu-2019-820"]["issuers"] is None
    assert str(rows["jiamusi-2020-5"]["issuers"]).count("、") == 13
    assert str(rows["jiamusi-2020-6"]["issuers"]).count("、") == 18
    assert {row["force_status"] for row in rows.values()} == {"unverified"}


def test_the_questions_are_answered_within_a_blink(real: Store) -> None:
    """Not a benchmark: a guard against a query whose patterns do not hang together (one gave 21,000 rows once)."""
    for query in PUBLIC:
        assert len(real.ask(query.name, _required(query)).rows) < 1000


def test_the_direction_of_an_act_is_one_answer_to_two_questions(real: Store) -> None:
    """Also where all effects are neutral; it is derived once, at build."""
    acts = {row["act"]: row["direction"] for row in _records(real.ask("acts"))}
    concluded = {row["act"]: row["direction"] for row in _records(real.ask("conclusions", as_of="2026-11-22"))}
    assert {act: concluded[act] for act in acts} == acts
    assert Counter(acts.values())["neutral"] > 30
