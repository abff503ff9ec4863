"""Imported statute texts, the quote check, and answers that can be verified: pure parts first, then the commands.

The texts under ../shared/legislation are read in place; what is expected of them are facts (numbers of articles,
whole or partial quotation), no sentences of theirs stand here.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import open_once
from tests.words import read_statute

from policygraph.errors import DataError, InputError, LimitError
from policygraph.judging.law.quotations import check_quote, compare_texts
from policygraph.keeping.dataset.manifest import DATASET_FILE
from policygraph.keeping.library import list_texts, load_text, read_docx, save_text
from policygraph.keeping.sources import find_root, read_source
from policygraph.keeping.store import Cell, NamedQuery, Store, load_queries, open_store
from policygraph.keeping.verification import join_texts, render_evidence, verify_answer
from policygraph.namespaces import ID
from policygraph.reading.intake.triples import read_graph

ReadShared = Callable[[str, str], str]
Run = Callable[..., Any]  # the fixture's own type lives in conftest

RULES = """某某安全管理条例
（2020年1月1日公布）
第一章 总则
第一条 为了安全，制定本条例。
第二条 取得许可证，应当符合下列条件：
（一）有营业执照；
（二）有专业技术人员；
（三）有生产条件。
法律、行政法规有其他规定的，还应当符合其规定。
第二条之一 前条所称许可证，有效期三年。
第四条 本条例自2020年2月1日起施行。
"""


ITEMS = "（一）有营业执照；（二）有专业技术人员；（三）有生产条件。"
CLOSE = "法律、行政法规有其他规定的，还应当符合其规定。"


# --- quote check ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "kind", "left_out", "differences"),
    [
        (f"取得许可证,应当符合下列条件:{ITEMS}", "partial", [CLOSE], []),
        (f"第二条 取得许可证，应当符合下列条件：（三）有生产条件。{CLOSE}", "partial", [ITEMS[:20]], []),
        (f"取得许可证，可以符合下列条件：{ITEMS}{CLOSE}", "differs", [], [("可以", "应当")]),
        (f"取得许可证，应当经批准并符合下列条件：{ITEMS}{CLOSE}", "differs", [], [("经批准并", "")]),
    ],
)
def test_a_quote_is_whole_partial_or_differs(
    quote: str, kind: str, left_out: list[str], differences: list[tuple[str, str]]
) -> None:
    provision = read_statute(RULES).find("第二条")
    assert provision is not None
    found = check_quote(quote, provision.text)
    assert found.kind == kind
    assert ["".join(words.split()) for words in found.left_out] == left_out
    assert [(d.quoted, d.printed) for d in found.differences] == differences


def test_punctuation_and_width_are_no_difference_but_every_word_is() -> None:
    assert check_quote("３年内，有“重大”记录。", "3年内有「重大」记录").kind == "whole"
    assert check_quote("应当公示", "应予公示").kind == "differs"


def test_then_and_now_are_compared_the_same_way() -> None:
    found = compare_texts("工商行政管理部门应当公示。", "市场监督管理部门应当公示。")
    assert (found.kind, found.differences[0].printed) == ("differs", "市场监督")


@given(st.text(alphabet="甲乙丙丁，。（）", min_size=1, max_size=40))
def test_any_text_quotes_itself_whole(text: str) -> None:
    assert check_quote(text, text).kind == "whole"


@given(st.text(max_size=200))
def test_any_text_reads_as_a_statute_without_raising(text: str) -> None:
    statute = read_statute(text)
    assert statute.provisions or statute.unplaced


# --- statutes and the library ---------------------------------------------------------------------------------------


def test_a_statute_is_read_into_articles_paragraphs_and_items_and_says_what_is_wanting() -> None:
    statute = read_statute(RULES)
    assert [p.path for p in statute.provisions if "/" not in p.path] == ["art_1", "art_2", "art_2-1", "art_4"]
    item = statute.find("第二条（二）")
    assert item is not None
    assert item.text == "有专业技术人员；"
    assert statute.find("第九条") is None
    assert statute.find("某一标题") is None
    assert [(item.place, item.message[:4]) for item in statute.unplaced] == [("art_3", "缺第3条")]


def test_a_text_is_kept_by_work_and_version_and_read_back(tmp_path: Path) -> None:
    statute = read_statute(RULES)
    path = save_text(tmp_path, "mou-tiaoli", "2020-01-01", statute, source="/x/某条例.txt", sha256="0" * 64)
    assert path == tmp_path / "mou-tiaoli" / "2020-01-01.json"
    text = load_text(tmp_path, "mou-tiaoli", "2020-01-01")
    assert text is not None
    assert (text.source, text.provisions) == ("某条例.txt", statute.provisions)
    assert list_texts(tmp_path) == (text,)
    assert load_text(tmp_path, "mou-tiaoli", "2021-01-01") is None
    assert list_texts(tmp_path / "absent") == ()
    assert [p.name for p in path.parent.iterdir()] == ["2020-01-01.json"]


@pytest.mark.parametrize(
    ("work", "version", "text", "cause"),
    [
        ("../../etc", "2020-01-01", RULES, "不是依据的短名"),
        ("unknown", "2020-01-01", RULES, "登记中没有"),
        ("mou-tiaoli", "2020-13-01", RULES, "不是日期"),
        ("mou-tiaoli", "2020-01-01", "关于开会的通知\n请准时参加。", "没有找到一条"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(
    tmp_path: Path, work: str, version: str, text: str, cause: str
) -> None:
    with pytest.raises(InputError, match=cause):
        save_text(tmp_path, work, version, read_statute(text), source="a", sha256="", known=["mou-tiaoli"])
    assert list(tmp_path.iterdir()) == []


def test_a_broken_library_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "2020-01-01.json").write_text('{"work": 1}')
    with pytest.raises(DataError, match=r"2020-01-01\.json"):
        list_texts(tmp_path)


def test_a_word_file_is_read_by_paragraph_and_a_false_one_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = docx.Document()
    for line in RULES.splitlines():
        document.add_paragraph(line)
    path = tmp_path / "a.docx"
    document.save(str(path))
    text, sha256 = read_docx(path)
    assert read_statute(text).provisions == read_statute(RULES).provisions
    assert len(sha256) == 64
    (tmp_path / "b.docx").write_text("不是 Word")
    with pytest.raises(InputError, match="不是可以读的 Word"):
        read_docx(tmp_path / "b.docx")
    monkeypatch.setattr("policygraph.keeping.library.MAX_DOCX_TEXT", 10)
    with pytest.raises(LimitError, match="过大"):
        read_docx(path)


# file, articles, and for the memo's citations of it: locator at that text, whole/partial/differs
SHARED_TEXTS = [
    ("anquan_shengchan_fa_2021.txt", 119),
    ("gongye_xukezheng_2005.txt", 70),
    ("gongye_xukezheng_2023.txt", 70),
    ("guanggao_fa_2021.txt", 74),
    ("kuangchan_ziyuan_fa_2009.txt", 53),
    ("kuangchan_ziyuan_fa_2024.txt", 80),
    ("meikuang_anquan_tiaoli_2024.txt", 76),
    ("meikuang_tebie_guiding_2005.txt", 28),
    ("qiye_xinxi_gongshi_2014.txt", 25),
    ("shigu_baogao_tiaoli_2007.txt", 46),
    ("zhengfu_caigou_fa_2014.txt", 88),
]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "articles"), SHARED_TEXTS, ids=lambda value: str(value).removesuffix(".txt"))
def test_a_published_statute_is_read_whole(name: str, articles: int, read_shared: ReadShared) -> None:
    statute = read_statute(read_shared("legislation", name))
    assert sum("/" not in provision.path for provision in statute.provisions) == articles
    assert statute.unplaced == ()


# Imported text, work, version; then for each citation of the memo: status of the quotation and what it was held to.
IMPORTS = [
    ("anquan_shengchan_fa_2021.txt", "anquan-shengchan-fa", "2021-06-10"),
    ("gongye_xukezheng_2005.txt", "gongye-xukezheng-tiaoli", "2005-07-09"),
    ("gongye_xukezheng_2023.txt", "gongye-xukezheng-tiaoli", "2023-07-20"),
    ("guanggao_fa_2021.txt", "guanggao-fa", "2021-04-29"),
    ("kuangchan_ziyuan_fa_2009.txt", "kuangchan-ziyuan-fa", "2009-08-27"),
    ("kuangchan_ziyuan_fa_2024.txt", "kuangchan-ziyuan-fa", "2024-11-08"),
    ("meikuang_tebie_guiding_2005.txt", "meikuang-tebie-guiding", "2013-07-18"),
    ("qiye_xinxi_gongshi_2014.txt", "qiye-gongshi-tiaoli", "2014-08-07"),
    ("shigu_baogao_tiaoli_2007.txt", "shigu-baogao-tiaoli", "2007-04-09"),
    ("zhengfu_caigou_fa_2014.txt", "zhengfu-caigou-fa", "2014-08-31"),
]
CHECKS: dict[tuple[str, str], tuple[Cell, ...]] = {
    # quote_check, checked_against, then_now
    ("anquan-shengchan-fa", "第六十二条"): ("differs", "2021-06-10", None),
    ("anquan-shengchan-fa", "第七十五条"): ("differs", "2021-06-10", None),
    ("anquan-shengchan-fa", "第九十一条"): ("partial", "2021-06-10", None),
    ("gongye-xukezheng-tiaoli", "第九条"): ("partial", "2005-07-09", "whole"),
    ("guanggao-fa", "第五条"): ("whole", "2021-04-29", None),
    ("kuangchan-ziyuan-fa", "第十五条"): ("whole", "2009-08-27", "differs"),
    ("meikuang-tebie-guiding", "第十条"): ("whole", "2013-07-18", None),
    ("qiye-gongshi-tiaoli", "第七条"): ("whole", "2014-08-07", None),
    ("qiye-gongshi-tiaoli", "第十二条"): ("whole", "2014-08-07", None),
    ("shigu-baogao-tiaoli", "第四十条"): ("partial", "2007-04-09", "whole"),
    ("zhengfu-caigou-fa", "第二十二条"): ("partial", "2014-08-31", "whole"),
}


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


@pytest.mark.shared
def test_the_memo_s_quotations_against_the_law(store: Store, tmp_path: Path, read_shared: ReadShared) -> None:
    for name, work, version in IMPORTS:
        save_text(tmp_path, work, version, read_statute(read_shared("legislation", name)), source=name, sha256="")
    joined = join_texts(store, store.ask("basis-health", as_of="2026-11-22"), tmp_path)
    found = {}
    for row in joined.rows:
        cells = dict(zip(joined.columns, row, strict=True))
        if cells["quote_check"]:
            key = (str(cells["work"]).rsplit("/", 1)[-1], str(cells["locator"]))
            found[key] = (cells["quote_check"], cells["checked_against"], cells["then_now"])
            if key == ("zhengfu-caigou-fa", "第二十二条"):
                assert str(cells["left_out"]).startswith("采购人可以")
            if key == ("kuangchan-ziyuan-fa", "第十五条"):
                assert int(str(cells["similarity"])) < 30
    assert found == CHECKS


def test_without_imported_texts_the_cells_stay_empty(store: Store, tmp_path: Path) -> None:
    health = store.ask("basis-health", as_of="2026-11-22")
    joined = join_texts(store, health, tmp_path)
    assert joined.columns[: len(health.columns)] == health.columns
    assert all(cell is None for row in joined.rows for cell in row[len(health.columns) :])


# --- verification ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    files = [read_source(path) for path in (find_root() / "data" / "documents").glob("*/source.txt")]
    return {file.sha256: file.text for file in files}


@pytest.fixture
def answer(store: Store) -> dict[str, Any]:  # Any: JSON
    values = {"document": "jiamusi-2020-5", "as_of": "2026-11-22"}
    text = render_evidence(store, store.ask("basis-health", values), "basis-health", values)
    found: dict[str, Any] = json.loads(text)
    return found


def test_an_answer_holds(answer: dict[str, Any], sources: dict[str, str], store: Store) -> None:
    found = verify_answer(answer, sources, store)
    assert (found.rows, found.faults, found.notes) == (86, (), ())
    assert found.quotes == len(answer["grounds"]) > 30
    for ground in answer["grounds"]:
        words = "".join(sources[ground["sha256"]][start:end] for start, end in ground["spans"])
        assert "".join(words.split()) == "".join(ground["quote"].split())


VALUES = {
    "work": "anquan-shengchan-fa",
    "department": "jiamusi/caizhengju",
    "as_of": "2026-11-22",
    "since": "2021-01-01",
}
PUBLIC = [query for query in load_queries() if not query.about_entity]


@pytest.mark.parametrize("query", PUBLIC, ids=lambda query: query.name)
def test_the_answer_to_every_question_holds_and_says_what_was_checked(
    query: NamedQuery, store: Store, sources: dict[str, str]
) -> None:
    """Quotes where the question has them; where it has none it is said that only the data and the rows were."""
    values = {p.name: VALUES[p.name] for p in query.parameters if p.required}
    given = json.loads(render_evidence(store, store.ask(query.name, values), query.name, values))
    assert given["rows"]
    found = verify_answer(given, sources, store)
    assert (found.faults, found.gaps) == ((), ())
    has_quotes = {"clause", "quote"} <= {column.name for column in query.columns}
    assert bool(found.quotes) is has_quotes
    assert ["不带引文" in note for note in found.notes] == ([] if has_quotes else [True])


def test_a_changed_verdict_a_changed_quote_and_a_moved_span_are_found(
    answer: dict[str, Any], sources: dict[str, str], store: Store
) -> None:
    changed = json.loads(json.dumps(answer).replace('"renumbered"', '"in-force"'))
    assert "重新推导得不出" in verify_answer(changed, sources, store).faults[0].message
    changed = json.loads(json.dumps(answer))
    changed["rows"][0]["quote"] = "另一句话"
    assert "没有得到原文证实" in verify_answer(changed, sources, store).faults[0].message
    changed = json.loads(json.dumps(answer))
    changed["grounds"][0]["spans"][0][0] += 1
    assert "所指位置的文字是" in verify_answer(changed, sources, store).faults[0].message
    changed = json.loads(json.dumps(answer))
    changed["rows"].pop()
    assert verify_answer(changed, sources, store).faults[-1].place == "rows"


def test_a_source_that_is_not_at_hand_an_older_dataset_and_no_answer_are_told(
    answer: dict[str, Any], sources: dict[str, str], store: Store
) -> None:
    def only_gap(changed: dict[str, Any], sources: dict[str, str]) -> str:
        """The one gap of an answer in which nothing is refuted."""
        found = verify_answer(changed, sources, store)
        assert found.faults == ()
        (gap,) = found.gaps
        return gap.message

    unread = verify_answer(answer, {}, store)
    assert (unread.faults, unread.quotes, len(unread.gaps)) == ((), 0, len(answer["grounds"]))
    assert all("没有 sha256" in gap.message and "--source" in gap.message for gap in unread.gaps)
    assert "没有写明数据集各图的摘要" in only_gap({**answer, "graphs": None}, sources)
    assert "没有写明问题" in only_gap({**answer, "query": None}, sources)
    assert "本机不能重问" in only_gap({**answer, "query": "no-such-question"}, sources)
    assert "86 行的引文不能对原文" in only_gap({**answer, "grounds": None}, sources)
    bare = {name: answer[name] for name in answer.keys() - {"query", "parameters", "start", "grounds", "graphs"}}
    with pytest.raises(InputError, match=r"没有附上核对所需的依据.*--evidence"):
        verify_answer(bare, sources, store)
    with pytest.raises(InputError, match="不是 policygraph 的回答"):
        verify_answer({"rows": 1}, sources, store)


STRUCTURE = "https://w3id.org/policygraph/graph/doc/jiamusi-2020-5/structure"
LAW = "https://w3id.org/policygraph/graph/law"


def test_each_quote_names_its_graph_and_the_dataset_follows_from_the_digests(
    answer: dict[str, Any], dataset: Path
) -> None:
    """Checked with nothing but hashlib and the lines of the file: what a reader without policygraph can do."""
    assert {ground["graph"] for ground in answer["grounds"]} == {STRUCTURE}
    lines = (dataset / DATASET_FILE).read_bytes().splitlines(keepends=True)
    mine = b"".join(line for line in lines if line.endswith(f" <{STRUCTURE}> .\n".encode()))
    assert answer["graphs"][STRUCTURE] == hashlib.sha256(mine).hexdigest()
    listed = "".join(f"{digest}\n" for digest in sorted(answer["graphs"].values()))
    assert answer["dataset"] == hashlib.sha256(listed.encode()).hexdigest()


def test_an_answer_that_was_tampered_with_is_refused_by_name(
    answer: dict[str, Any], sources: dict[str, str], store: Store
) -> None:
    def faults(changed: dict[str, Any]) -> dict[str, str]:
        return {fault.place: fault.message for fault in verify_answer(changed, sources, store).faults}

    assert "各图摘要的散列是" in faults({**answer, "dataset": "0" * 64})["dataset"]
    graphs = {**answer["graphs"], STRUCTURE: "0" * 64}
    assert "不是同一个" in faults({**answer, "graphs": graphs})[f"graphs[{STRUCTURE}]"]
    fewer = {name: digest for name, digest in answer["graphs"].items() if name != LAW}
    assert list(faults({**answer, "graphs": fewer})) == ["dataset"]
    grounds = [{**answer["grounds"][0], "graph": "urn:x"}, *answer["grounds"][1:]]
    assert "没有摘要" in faults({**answer, "grounds": grounds})["grounds[1]"]


def test_an_answer_from_another_dataset_holds_where_its_graphs_are_the_same(
    answer: dict[str, Any], sources: dict[str, str], dataset: Path, tmp_path: Path
) -> None:
    """One row is tied to one graph: a change elsewhere is told, a change of that graph refutes."""

    def verify_elsewhere(graph: str) -> tuple[list[str], tuple[str, ...]]:
        path = tmp_path / "policygraph.nq"
        extra = f'<urn:a> <urn:p> "另一句" <{graph}> .\n'.encode()
        path.write_bytes((dataset / DATASET_FILE).read_bytes() + extra)
        found = verify_answer(answer, sources, open_store([path]))
        return [fault.place for fault in found.faults], found.notes

    faults, notes = verify_elsewhere("https://w3id.org/policygraph/graph/editorial/more")
    assert faults == []
    assert "数据版本不同" in notes[0]
    assert "另有 1 个图不同: https://w3id.org/policygraph/graph/editorial/more" in notes[1]
    faults, _ = verify_elsewhere(STRUCTURE)
    assert faults == [f"graphs[{STRUCTURE}]"]


def test_an_answer_from_a_dataset_with_added_graphs_says_so(
    sources: dict[str, str], dataset: Path, tmp_path: Path, run: Run
) -> None:
    """Another hash; elsewhere what the added graph carries is open, not wrong; with the graph at hand it holds."""
    file = tmp_path / "more.ttl"
    file.write_text(
        f"""@prefix pg: <https://w3id.org/policygraph/ns#> .
        [] a pg:OrganisationMention ; pg:agent <{ID}org/jiamusi/caizhengju> ; pg:asWritten "外地某局" ;
          pg:document <{ID}doc/jiamusi-2020-5> ; pg:clause <{ID}doc/jiamusi-2020-5/annex_1/sec_2/para_9> .""",
        encoding="utf-8",
    )
    plain, more = open_store([dataset / DATASET_FILE]), open_store([dataset / DATASET_FILE])
    more.add_graph(file, "urn:more", read_graph)
    assert (more.base, plain.dataset == more.base, more.dataset == more.base) == (plain.base, True, False)
    given = json.loads(render_evidence(more, more.ask("department-aliases"), "department-aliases", {}))
    assert given["dataset"] == more.dataset
    rows = [row for row in given["rows"] if row["as_written"] == "外地某局"]
    assert len(rows) == 1
    found = verify_answer(given, sources, plain)
    assert found.faults == ()
    assert [gap.place for gap in found.gaps] == [f"rows[{given['rows'].index(rows[0]) + 1}]", "rows"]
    assert any(f"另加 1 个图 urn:more（{more.digests['urn:more'].digest[:12]}）" in note for note in found.notes)
    assert verify_answer(given, sources, more).gaps == ()
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps(given), encoding="utf-8")
    at = ("--dataset", str(dataset))
    told = run("verify", str(answer), *at)
    assert (told.returncode, "回答出自加了图的数据集" in told.stdout) == (3, True)
    assert run("verify", str(answer), "--graph", f"urn:more={file}", *at).returncode == 0


@pytest.mark.slow
@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda x: st.lists(x, max_size=3), max_leaves=5))
def test_grounds_of_any_shape_are_faults_not_crashes(raw: Any) -> None:  # Any: JSON from outside
    pass_through = {"rows": [], "columns": [], "grounds": [raw], "query": None}
    found = verify_answer(pass_through, {}, open_store([]))
    assert any(fault.place == "grounds[1]" for fault in (*found.faults, *found.gaps))


# --- commands -------------------------------------------------------------------------------------------------------


def test_a_text_is_imported_listed_and_reported(run: Run, dataset: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(RULES, encoding="utf-8")
    library = str(tmp_path / "library")
    done = run(
        "legislation", "add", str(file), "--work", "guanggao-fa", "--version", "2021-04-29",
        "--library", library, "--dataset", str(dataset),
    )  # fmt: skip
    assert done.returncode == 0
    assert "4 条" in done.stdout
    assert "缺第3条" in done.stderr
    assert "登记的名称是《中华人民共和国广告法》" in done.stderr  # the title is not that of the work
    listed = json.loads(run("legislation", "list", "--library", library, "--format", "json").stdout)
    assert [(text["work"], text["version"]) for text in listed] == [("guanggao-fa", "2021-04-29")]
    refused = run(
        "legislation", "add", str(file), "--work", "guanggao", "--version", "2021-04-29", "--dataset", str(dataset)
    )
    assert refused.returncode == 2
    assert "guanggao-fa" in refused.stderr


def test_a_review_is_printed_written_and_verified(run: Run, dataset: Path, tmp_path: Path) -> None:
    at = ("--dataset", str(dataset))
    done = run("review", "yiyuan-2021-28", *at)
    assert done.returncode == 1  # a cited title is wrong
    assert "守信行为" in "".join(done.stdout.split("│")).replace(" ", "").replace("\n", "")
    assert run("review", "jiangsu-2019-820", *at).returncode == 0
    answer = tmp_path / "answer.json"
    assert run("review", "--format", "json", "--out", str(answer), *at).returncode == 1
    verified = run("verify", str(answer), *at)
    assert (verified.returncode, "全部成立" in verified.stdout) == (0, True)
    asked = run("ask", "basis-health", "--as_of", "2026-11-22", "--format", "json", "--evidence", *at)
    assert run("verify", "-", *at, stdin=asked.stdout).returncode == 0
    plain = run("ask", "basis-health", "--as_of", "2026-11-22", "--format", "json", *at)
    told = run("verify", "-", *at, stdin=plain.stdout)
    assert (told.returncode, "不能核对" in told.stderr, "--evidence" in told.stderr) == (2, True, True)
    stripped = json.dumps({**json.loads(asked.stdout), "graphs": None})
    told = run("verify", "-", *at, stdin=stripped)
    assert (told.returncode, "有 1 处不能核对" in told.stdout) == (3, True)
    assert run("ask", "basis-health", "--evidence", *at).returncode == 2
    answer.write_text(answer.read_text(encoding="utf-8").replace("崎地区", "跨地区"), encoding="utf-8")
    assert run("verify", str(answer), *at).returncode == 1
    answer.write_text("[]", encoding="utf-8")
    assert run("verify", str(answer), *at).returncode == 2


def test_a_review_and_a_health_table_as_word_and_excel(run: Run, dataset: Path, tmp_path: Path) -> None:
    at = ("--dataset", str(dataset))
    word, book = tmp_path / "a.docx", tmp_path / "a.xlsx"
    assert run("review", "jiangsu-2019-820", "--format", "docx", "--out", str(word), *at).returncode == 0
    document = docx.Document(io.BytesIO(word.read_bytes()))
    words = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "崎地区" in words
    assert "须核对" in words
    assert "Warning" not in words
    assert "供核对参考" in document.paragraphs[0].text
    command = ("health", "jiamusi-2020-5", "--as-of", "2026-11-22", "--library", str(tmp_path), *at)
    assert run(*command, "--format", "xlsx", "--out", str(book)).returncode == 0
    sheet = openpyxl.load_workbook(book).active
    assert sheet is not None
    assert sheet.max_row == 87
    assert run(*command, "--format", "docx").returncode == 2  # Word is not printed on a terminal
    assert "依据时效性核查" not in run(*command, "--format", "csv").stdout.splitlines()[0]
