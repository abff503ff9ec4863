"""Shared wording: what counts as the same words, what is left out, and what the five documents share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node
from tests.conftest import open_once

from policygraph.judging.comparing import reuse as comparison
from policygraph.judging.comparing.reuse import MANY, SHORTEST, Reuse, Wording, describe_reuse, find_reuse, reuse_graph
from policygraph.keeping.store import Cell, Store
from policygraph.namespaces import PG

TALK = "约谈其主要负责人，对其主要负责人及相关责任人进行安全培训"


def compare(first: str, second: str, *names: str) -> tuple[Reuse, ...]:
    wordings = (
        Wording(URIRef("d/a"), URIRef("d/a/1"), first, names),
        Wording(URIRef("d/b"), URIRef("d/b/1"), second, names),
    )
    return find_reuse(wordings)


def test_punctuation_and_width_are_no_difference() -> None:
    (found,) = compare(f"3. {TALK}；", TALK.replace("，", ",") + "。")
    assert (found.length, found.similarity) == (27, 100)
    assert [side.differing for side in found.sides] == [(), ()]


def test_a_word_is_a_difference_and_both_sides_are_verbatim() -> None:
    first = "部分申报材料不齐备的，如其书面承诺在规定期限内提供，可先行受理，加快办理进度。"
    second = "部分申报材料不齐备的，如其书面承诺在规定期限内提供，应先行受理，加快办理进度。"
    (found,) = compare(first, second)
    assert [side.differing for side in found.sides] == [("可",), ("应",)]
    assert found.sides[0].quote in first
    assert found.sides[1].quote in second


def test_a_short_run_a_list_of_bodies_and_a_cited_title_are_nothing() -> None:
    assert compare("生产经营单位及其有关人员", "生产经营单位及其有关人员") == ()
    bodies = "佳木斯市应急管理局、佳木斯市发展和改革委员会、中国人民银行佳木斯市中心支行"
    assert compare(bodies, bodies, *bodies.split("、")) == ()
    title = "关于加强企业安全生产诚信体系建设的指导意见"
    assert compare(f"落实《{title}》", f"根据《{title}》精神", title) == ()


LAW = "负有安全监管职责的部门应当建立违法行为信息库，如实记录违法行为信息"


def test_words_of_a_quoted_law_are_not_the_document_s_own() -> None:
    own = Wording(URIRef("d/a"), URIRef("d/a/1"), f"一、{LAW}，并向社会公告。")
    broken = f"《某法》第七十五条 {LAW.replace('，', ', ')}"
    assert len(find_reuse((own, Wording(URIRef("d/b"), URIRef("d/b/1"), broken)))) == 1
    assert find_reuse((own, Wording(URIRef("d/b"), URIRef("d/b/1"), broken, quoted=(LAW,)))) == ()
    assert (
        find_reuse(
            (Wording(own.document, own.clause, own.text, quoted=(LAW,)), Wording(URIRef("d/b"), URIRef("d/b/1"), LAW))
        )
        == ()
    )


def test_words_beside_a_quoted_law_are_still_the_document_s_own() -> None:
    sides = [
        Wording(URIRef(f"d/{name}"), URIRef(f"d/{name}/1"), f"{LAW}。{TALK}", quoted=(LAW,)) for name in ("a", "b")
    ]
    (found,) = find_reuse(sides)
    assert found.sides[0].quote == TALK


def test_a_name_inside_a_quoted_law_does_not_hide_the_quotation() -> None:
    law = f"根据《某某指引》的规定，{LAW}"
    first = Wording(URIRef("d/a"), URIRef("d/a/1"), law, ("某某指引",), (law,))
    assert find_reuse((first, Wording(URIRef("d/b"), URIRef("d/b/1"), LAW))) == ()


def test_a_long_passage_in_marks_counts_as_quoted_only_where_a_work_is_cited() -> None:
    own = _row(clause="d/a/1", document="d/a", text=f"一、{LAW}。")
    quoting = _row(clause="d/b/1", document="d/b", text=f"《某法》规定：“{LAW}”。")

    def ask(cited: tuple[Node, ...]) -> int:
        answers = {
            comparison._WORDINGS: [own, quoting],
            comparison._CITING: [{"clause": clause} for clause in cited],
        }
        graph = reuse_graph(lambda text: answers.get(text, []))
        return len(set(graph.subjects(RDF.type, PG.TextReuse)))

    assert ask(()) == 1
    assert ask((URIRef("d/b/1"),)) == 0


def _row(clause: str, document: str, text: str) -> dict[str, Node]:
    return {"clause": URIRef(clause), "document": URIRef(document), "text": Literal(text)}


def test_clauses_of_one_document_are_not_compared() -> None:
    same = (Wording(URIRef("d/a"), URIRef("d/a/1"), TALK), Wording(URIRef("d/a"), URIRef("d/a/2"), TALK))
    assert find_reuse(same) == ()


def test_a_far_piece_does_not_stretch_the_passage() -> None:
    far = "此处另有一长段与之无关的文字，说的是别的事情，字数超过一个插入语所能有的长度。"
    (found,) = compare(f"依法依规{far}{TALK}", f"依法依规{TALK}")
    assert found.sides[0].quote == TALK


@given(st.text(alphabet="甲乙丙丁，。 (（", max_size=60), st.text(alphabet="甲乙丙丁，。 (（", max_size=60))
def test_any_two_texts_compare_alike_from_both_sides(first: str, second: str) -> None:
    one, two = compare(first, second), compare(second, first)
    assert [found.length for found in one] == [found.length for found in two]
    for found in one:
        assert found.length >= SHORTEST
        assert found.sides[0].quote in first
        assert found.sides[1].quote in second


def test_the_graph_has_two_sides_and_no_direction() -> None:
    graph = describe_reuse(compare(TALK, TALK))
    (node,) = graph.subjects(RDF.type, PG.TextReuse)
    assert len(set(graph.objects(node, PG.side))) == 2


def test_what_many_documents_share_is_told_once_with_all_who_have_it() -> None:
    """A formula in n documents is one statement with n sides; what few of them share beside it is a pair as before."""
    formula = "按照有关法律法规规定，在同等条件下优先予以支持"
    own = [chr(ord("甲") + number) * 20 for number in range(MANY + 1)]
    own[1] = own[0]

    def share(count: int) -> tuple[Reuse, ...]:
        texts = [f"{own[number]}，{formula}；" for number in range(count)]
        return find_reuse(Wording(URIRef(f"d/{n:02}"), URIRef(f"d/{n:02}/1"), text) for n, text in enumerate(texts))

    assert len(share(MANY)) == MANY * (MANY - 1) // 2
    pair, told = share(MANY + 1)
    assert [str(side.clause) for side in pair.sides] == ["d/00/1", "d/01/1"]
    assert own[0] in pair.sides[0].quote
    assert [str(side.document) for side in told.sides] == [f"d/{n:02}" for n in range(MANY + 1)]
    assert {side.quote for side in told.sides} == {formula}
    assert (told.length, told.similarity) == (22, 100)
    graph = describe_reuse((told,))
    assert len({str(graph.value(side, PG.document)) for side in graph.objects(None, PG.side)}) == MANY + 1


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


def rows(store: Store, document: str) -> list[dict[str, Cell]]:
    answer = store.ask("text-reuse", document=document)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def test_what_the_five_documents_share(store: Store) -> None:
    found = {
        (str(r["clause"]).rsplit("/doc/", 1)[-1], str(r["other_clause"]).rsplit("/doc/", 1)[-1]): r
        for r in rows(store, "jiamusi-2020-5")
    }
    pair = found["jiamusi-2020-5/annex_1/sec_2/para_1/subpara_2", "jiangsu-2019-820/sec_3/para_6/item_3"]
    assert (pair["differing"], pair["other_differing"]) == (None, "监察")
    pair = found["jiamusi-2020-5/annex_1/sec_2/para_1/subpara_3", "jiangsu-2019-820/sec_3/para_6/item_4"]
    assert (pair["length"], pair["similarity"]) == (27, 100)


def test_no_shared_words_of_the_five_documents_are_those_of_a_quoted_law(store: Store) -> None:
    ways = {(str(r["clause"]), str(r["other_clause"])) for r in rows(store, "jiamusi-2020-5")}
    assert ways
    assert [clause for clause, _ in ways if clause.endswith("/cell_2")] == []


def test_both_sides_are_asked_alike(store: Store) -> None:
    ways = {(r["clause"], r["other_clause"]) for d in ("jiamusi-2020-6", "yiyuan-2021-28") for r in rows(store, d)}
    both = {(a, b) for a, b in ways if "jiamusi-2020-6" in str(a) and "yiyuan" in str(b)}
    assert both
    assert {(b, a) for a, b in both} == {(a, b) for a, b in ways if "yiyuan" in str(a) and "jiamusi-2020-6" in str(b)}


def test_a_may_that_became_a_shall_is_shown(store: Store) -> None:
    """佳木斯6号“可先行受理”，沂源28号“应先行受理”."""
    found = [r for r in rows(store, "yiyuan-2021-28") if r["other_differing"] == "可"]
    assert len(found) == 2
    assert all(str(r["differing"]).split("／")[-1] == "应" for r in found)


def test_the_shortest_run_that_counts_is_exactly_the_one_named() -> None:
    for length, count in ((16, 1), (15, 0)):
        run = "依法依规对其采取联合惩戒措施并向社会公布"[:length]
        assert len(run) == length
        assert len(compare(f"市局应当{run}。", f"县里可以{run}；")) == count
