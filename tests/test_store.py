"""The store: what a person's words are taken for, what is refused and how, and that no query leaves the house."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.errors import DataError, InputError, NotFoundError
from policygraph.keeping.store import Answer, GraphAnswer, Iri, Parameter, Store, open_store, refuse_federation
from policygraph.keeping.store.engine import _names_graphs
from policygraph.keeping.store.naming import find_locators, fold

SMALL = Path(__file__).parent / "data_small.trig"
ID = "https://w3id.org/policygraph/id/"


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store([SMALL])


def _meant(store: Store, type: str, written: str) -> str:
    return str(store.resolve(Parameter(type, type, type, True, ""), written)).removeprefix(ID)


# --- loading -----------------------------------------------------------------------------------------------------


def test_the_hash_is_that_of_the_digests_of_the_graphs(tmp_path: Path) -> None:
    path = tmp_path / "policygraph.nq"
    line = '<http://a.example/s> <http://a.example/p> "甲" <http://a.example/%s> .\n'
    path.write_text(line % "g" + line % "h", encoding="utf-8")
    digests = sorted(hashlib.sha256((line % name).encode()).hexdigest() for name in "gh")
    store = open_store([path])
    assert store.dataset == hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()
    assert {name: graph.quads for name, graph in store.digests.items()} == {
        "http://a.example/g": 1,
        "http://a.example/h": 1,
    }


def test_order_and_repetition_of_lines_are_no_other_dataset(tmp_path: Path) -> None:
    lines = [f'<http://a.example/s> <http://a.example/p> "{n}" <http://a.example/g> .\n' for n in range(9)]
    first, second = tmp_path / "first.nq", tmp_path / "second.nq"
    first.write_text("".join(lines), encoding="utf-8")
    second.write_text("".join([*reversed(lines), lines[4]]), encoding="utf-8")
    assert open_store([first]).dataset == open_store([second]).dataset
    assert open_store([second], open_store([first]).digests).dataset == open_store([first]).dataset


def test_a_graph_under_another_name_is_another_dataset(tmp_path: Path) -> None:
    """Two graphs that change places have the same triples and the same numbers, and are not the data meant."""
    line = '<http://a.example/s> <http://a.example/p> "{}" <http://a.example/{}> .\n'
    first, second = tmp_path / "first.nq", tmp_path / "second.nq"
    first.write_text(line.format(1, "g") + line.format(2, "h"), encoding="utf-8")
    second.write_text(line.format(1, "h") + line.format(2, "g"), encoding="utf-8")
    assert open_store([first]).dataset != open_store([second]).dataset
    with pytest.raises(DataError, match=r"图 http://a\.example/g 有改动.*图 http://a\.example/h 有改动"):
        open_store([second], open_store([first]).digests)


def test_the_hash_of_trig_does_not_hang_on_names_of_blank_nodes(tmp_path: Path) -> None:
    path = tmp_path / "a.trig"
    path.write_text("<urn:g> { <urn:a> <urn:p> [ <urn:q> 1 ], [ <urn:q> 2 ] }", encoding="utf-8")
    assert open_store([path]).dataset == open_store([path]).dataset


def test_a_missing_dataset_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="policygraph build"):
        open_store([tmp_path / "policygraph.nq"])


def test_a_broken_dataset_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policygraph.nq"
    path.write_text("这不是四元组", encoding="utf-8")
    with pytest.raises(DataError, match="不是合法的数据集"):
        open_store([path])


def test_a_quad_outside_every_named_graph_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policygraph.nq"
    path.write_text('<http://a.example/s> <http://a.example/p> "甲" .\n', encoding="utf-8")
    with pytest.raises(DataError, match="命名图"):
        open_store([path])


# --- names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "written", "meant"),
    [
        ("document", "memo", "doc/memo"),
        ("document", "doc/memo", "doc/memo"),
        ("document", f"{ID}doc/memo", "doc/memo"),
        ("document", "佳应急联发[2020]5号", "doc/memo"),
        ("document", "佳应急联发（2020） 5号", "doc/memo"),
        ("document", "《关于联合惩戒的合作备忘录》", "doc/memo"),
        ("measure", "memo/para_2", "measure/memo/para_2"),
        ("measure", "measure/memo/para_2", "measure/memo/para_2"),
        ("measure", "memo 二（二）", "measure/memo/para_2"),
        ("measure", "memo/二(二)", "measure/memo/para_2"),
        ("work", "zhengfu-caigou-fa", "law/zhengfu-caigou-fa"),
        ("work", "law/zhengfu-caigou-fa", "law/zhengfu-caigou-fa"),
        ("work", "《政府采购法》", "law/zhengfu-caigou-fa"),
        ("work", "中华人民共和国政府采购法", "law/zhengfu-caigou-fa"),
        ("work", "国发[2014]20号", "law/guofa-2014-20"),
        ("work", "国发 【２０１４】 20号", "law/guofa-2014-20"),
        ("department", "jiamusi/caizhengju", "org/jiamusi/caizhengju"),
        ("department", "佳木斯市财政局", "org/jiamusi/caizhengju"),
        ("department", "市应急管理局", "org/jiamusi/yingjiju"),
    ],
)
def test_a_thing_goes_by_its_names(store: Store, type: str, written: str, meant: str) -> None:
    assert _meant(store, type, written) == meant


def test_a_name_of_two_departments_is_refused_with_both(store: Store) -> None:
    with pytest.raises(InputError, match="jiamusi/caizhengju") as refusal:
        _meant(store, "department", "市财政局")
    assert "xinzheng/caizhengju（新郑市财政局）" in str(refusal.value)


@pytest.mark.parametrize(
    ("type", "written", "near"),
    [
        ("department", "财政局", "jiamusi/caizhengju"),
        ("department", "佳木斯市财证局", "jiamusi/caizhengju"),
        ("document", "mem", "memo"),
        ("work", "政府釆购法", "zhengfu-caigou-fa"),
        ("work", "国发〔2014〕21号", "guofa-2014-20"),
        ("measure", "memo/para_9", "memo/para_2"),
        ("measure", "memo/para_1", "memo/para_1/subpara_1"),
    ],
)
def test_a_name_that_fits_nothing_is_refused_with_what_is_near(
    store: Store, type: str, written: str, near: str
) -> None:
    with pytest.raises((InputError, NotFoundError)) as refusal:
        _meant(store, type, written)
    assert near in str(refusal.value)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("〔2014〕", "[2014]"),
        ("（一）", "(一)"),
        ("国办发〈2019〉35号", "国办发2019-35"),
        ("国务院令第493号", "国务院第493号令"),
        ("《甲》", "甲"),
        ("甲 乙", "甲乙"),
    ],
)
def test_what_does_not_count_in_a_name(written: str, same: str) -> None:
    assert fold(written) == fold(same)


@pytest.mark.parametrize(
    ("written", "known", "found"),
    [
        ("第七十五条", ("第七十五条", "第六十二条"), ("第七十五条",)),
        ("第75条", ("第七十五条", "第六十二条"), ("第七十五条",)),
        ("75", ("第七十五条", "第六十二条"), ("第七十五条",)),
        ("７５", ("第七十五条",), ("第七十五条",)),
        ("12", ("12", "30"), ("12",)),
        ("第十二项", ("12", "30"), ("12",)),
        ("12.", ("12", "30"), ("12",)),
        ("(十五)", ("（十五）", "（十）"), ("（十五）",)),
        ("15", ("（十五）", "（十）"), ("（十五）",)),
        ("四", ("四（二）",), ("四（二）",)),
        ("四、(二)", ("四（二）",), ("四（二）",)),
        ("第九条", ("第九条（三）", "第九条（六）", "第十条"), ("第九条（三）", "第九条（六）")),
        ("第9条第六项", ("第九条（三）", "第九条（六）"), ("第九条（六）",)),
        ("第二十二条", ("第二十二条之一",), ()),
        ("第22条之1", ("第二十二条之一",), ("第二十二条之一",)),
        ("政府采购领域信用建设", ("政府采购领域信用建设",), ("政府采购领域信用建设",)),
        ("第三条", ("第七十五条",), ()),
        ("第二十二条（五）", ("第二十二条第一款（五）",), ("第二十二条第一款（五）",)),
        ("第九十四条至第九十六条", ("第九十五条", "第九十七条"), ("第九十五条",)),
    ],
)
def test_a_place_in_a_law_in_any_numerals(written: str, known: tuple[str, ...], found: tuple[str, ...]) -> None:
    assert find_locators(written, known) == found


def test_a_heading_that_nobody_cites_is_refused_with_the_near_one() -> None:
    with pytest.raises(NotFoundError, match="税务领域信用建设"):
        find_locators("税务信用建设", ("税务领域信用建设", "第七十五条"))


# --- asking ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "error", "says"),
    [
        ("legal-base", {}, NotFoundError, "legal-bases"),
        ("没有的", {}, NotFoundError, "documents"),
        ("measures", {"work": "甲"}, InputError, "document"),
        ("measures-citing", {}, InputError, "anquan-shengchan-fa"),
        ("measures-citing", {"work": " "}, InputError, "缺少参数 work"),
        ("measures", {"document": "没有的文件"}, NotFoundError, "没有的文件"),
    ],
)
def test_a_wrong_question_is_refused_with_the_remedy(
    store: Store, name: str, values: dict[str, str | None], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        store.ask(name, values)


def test_words_of_a_value_are_never_taken_for_query_text(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.ask("measures", document="memo> } UNION { ?measure ?p ?o")


def test_a_value_reaches_the_inside_of_a_query(store: Store) -> None:
    """Questions of a date compare it inside OPTIONAL and NOT EXISTS: there the substitution must be seen too."""
    text = """SELECT ?d ?later ?as_of WHERE {
      ?d <http://data.europa.eu/eli/ontology#date_document> ?day
      OPTIONAL { ?later <http://data.europa.eu/eli/ontology#date_document> ?other FILTER(STR(?other) > STR(?as_of)) }
      FILTER NOT EXISTS { ?d <http://data.europa.eu/eli/ontology#date_document> ?own FILTER(STR(?own) > STR(?as_of)) }
    }"""
    assert store.select(text, as_of="2020-01-01") == ((Iri(f"{ID}doc/plan"), None, "2020-01-01"),)
    assert store.select(text, as_of="2000-01-01") == ()


def test_an_answer_is_cut_and_says_where_to_go_on(store: Store) -> None:
    whole = store.ask("measures").rows
    first = store.ask("measures", limit=3)
    assert (first.rows, first.truncated, first.next) == (whole[:3], True, "3")
    rest = store.ask("measures", limit=3, start=int(first.next or 0))
    assert (rest.rows, rest.truncated, rest.next) == (whole[3:], False, None)
    assert store.ask("measures", limit=len(whole)).truncated is False
    with pytest.raises(InputError, match="行数"):
        store.ask("measures", limit=0)


def test_the_default_graph_is_the_union_unless_the_query_names_one(store: Store) -> None:
    everywhere = store.query("SELECT ?d { ?d a <https://w3id.org/policygraph/ns#PolicyDocument> }")
    one = store.query(
        "SELECT ?d FROM <https://w3id.org/policygraph/graph/doc/plan/structure>"
        " { ?d a <https://w3id.org/policygraph/ns#PolicyDocument> }"
    )
    assert isinstance(everywhere, Answer)
    assert isinstance(one, Answer)
    assert (len(everywhere.rows), one.rows) == (2, ((Iri(f"{ID}doc/plan"),),))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT * FROM <http://a.example/g> { ?s ?p ?o }", True),
        ("PREFIX g: <http://a.example/> SELECT * FROM g:x { ?s ?p ?o }", True),
        ("SELECT * FROM NAMED<http://a.example/g> { GRAPH ?g { ?s ?p ?o } }", True),
        ("SELECT ?from { ?from ?p 'FROM <http://a.example/g>' }", False),
        ("SELECT * { ?s <http://a.example/FROM> ?o } # FROM <http://a.example/g>", False),
    ],
)
def test_whether_a_query_names_its_graphs(query: str, names: bool) -> None:
    assert _names_graphs(query) is names


def test_ask_construct_and_describe(store: Store) -> None:
    assert store.query("ASK { ?s ?p ?o }") is True
    graph = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", limit=5)
    assert isinstance(graph, GraphAnswer)
    assert (len(graph.triples), graph.truncated) == (5, True)
    described = store.query(f"DESCRIBE <{ID}doc/plan>")
    assert isinstance(described, GraphAnswer)
    assert "关于建立安全生产诚信联动机制的意见" in described.serialise()


def test_a_thing_is_described_with_its_parts(store: Store) -> None:
    parts = {triple.subject.value for triple in store.describe(f"{ID}org/jiamusi/yingjiju")}  # type: ignore[union-attr]  # named
    assert f"{ID}org/jiamusi/yingjiju/nameForm_1" in parts
    assert store.describe(f"{ID}org/nowhere") == ()
    assert store.name_of(f"{ID}org/jiamusi/yingjiju") == "佳木斯市应急管理局"
    assert store.name_of(f"{ID}org/nowhere") is None


@pytest.mark.parametrize("query", ["SELEKT", "INSERT DATA { <a> <b> <c> }", "LOAD <http://a.example/>", ""])
def test_what_is_no_query_is_refused(store: Store, query: str) -> None:
    with pytest.raises(InputError, match="SPARQL"):
        store.query(query)


# --- no way out --------------------------------------------------------------------------------------------------

WAYS_OUT = [
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "select * { service silent <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE<http://127.0.0.1:9/> { ?a ?b ?c } } }",
    "SELECT * { SERVICE#c\n<http://127.0.0.1:9/> { ?s ?p ?o } }",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { SERVICE e:x { ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?a BIND(1 AS ?b) FILTER(?a<?b)SERVICE#>\n<http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?a FILTER(?a<'>' ) SERVICE <http://127.0.0.1:9/> {} #'\n }",
    "SELECT * { ?s ?p '<http://x/' SERVICE#>\n<http://127.0.0.1:9/> {} }",
    "SELECT * { ?s ?p ?o FILTER(?o != '<http://x/')SERVICE#>\n<http://127.0.0.1:9/> {} }",
    "SELECT * { ?s ?p <http://x/\\u0023'> . SERVICE <http://127.0.0.1:9/> {} # '\n }",
    "SELECT * { ?s ?p trueSERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { ?s ?p 1SERVICE <http://127.0.0.1:9/> {} }",
]


@pytest.mark.parametrize("query", WAYS_OUT)
def test_no_query_calls_another_address(query: str) -> None:
    with pytest.raises(InputError, match="SERVICE"):
        refuse_federation(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service ?p ?o }",
        "SELECT $Service1 { $Service1 ?p ?o }",
        "PREFIX cpsv: <http://purl.org/vocab/cpsv#> SELECT * { ?s a cpsv:PublicService }",
        "SELECT * { ?s a <http://www.w3.org/ns/sparql-service-description#Service> }",
    ],
)
def test_a_name_with_the_word_in_it_is_no_call(query: str) -> None:
    refuse_federation(query)
    list(ox.Store().query(query))  # type: ignore[arg-type]  # SELECT gives solutions


@given(
    st.lists(
        st.sampled_from(
            ["'", '"', "'''", "<", ">", "#", "\n", "?a", "e:", "(", ")", "{", "}", "<http://x/", "\\", ".", "1"]
        ),
        max_size=8,
    ),
    st.sampled_from(["SERVICE", "service", "Service"]),
)
def test_the_bare_word_is_refused_whatever_stands_around_it(around: list[str], word: str) -> None:
    """Only what touches the word as a name may let it pass: the texts here end in no name character."""
    with pytest.raises(InputError):
        refuse_federation("".join(around) + " " + word + " <http://127.0.0.1:9/> {}")
