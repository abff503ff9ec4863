"""未整理 is not 未规定: a document that nobody has read to its end is nowhere said to be silent.

A sixth document, invented, is built beside the five: with nothing but its text, with the place of two of the five,
and with a place that the graph does not know and a model of one measure. Then everything that can answer is asked
about it. The last part changes the states of a known document and sees the answers follow.
"""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import docx
import openpyxl
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, XSD
from starlette.testclient import TestClient
from tests.conftest import open_once

from policygraph.graph.deriving import derive
from policygraph.graph.validation import validate
from policygraph.judging.comparing.tables import Comparison
from policygraph.keeping.comparisons import read_comparison
from policygraph.keeping.dataset.building import build
from policygraph.keeping.dataset.checking import tell_uncurated, validate_dataset
from policygraph.keeping.dataset.manifest import DATASET_FILE
from policygraph.keeping.sources import find_root
from policygraph.keeping.store import NamedQuery, Store, load_queries, open_store
from policygraph.keeping.workspace import open_workspace
from policygraph.namespaces import ID, PG
from policygraph.speaking.app import Options, create_app
from policygraph.speaking.sparql.engine import Settings
from policygraph.words import read_languages

pytestmark = pytest.mark.slow

DAY = "2026-11-25"
SLUG = "qinghe-2022-7"
DOCUMENT = str(ID[f"doc/{SLUG}"])
INVENTED = Path(__file__).parent / "cases" / "invented"
VARIANTS = ("bare", "shared-place", "with-model")
REGIONS = {"shared-place": "230800", "with-model": "990100"}
QUERIES = tuple(query for query in load_queries() if not query.about_entity)
ABSENCE_RULES = {
    "missing-date", "missing-issuer", "missing-signature", "measure-without-basis", "document-without-bases",
    "sanction-on-plan-only", "sanction-on-policy-only", "no-repair-procedure", "no-objection-procedure",
    "signatory-without-measure", "implementer-not-issuer", "referenced-form-absent",
    "dishonesty-undefined", "no-recognition",
}  # fmt: skip
"""Findings that say that a document lacks something."""


def copy_knowledge(root: Path) -> Path:
    for top in ("ontology", "shapes", "data"):
        shutil.copytree(find_root() / top, root / top)
    return root


def add_sixth(root: Path, variant: str) -> None:
    folder = root / "data" / "documents" / SLUG
    folder.mkdir()
    shutil.copy(INVENTED / "memo-with-table.txt", folder / "source.txt")
    if variant in REGIONS:
        text = (INVENTED / "memo-with-table.metadata.ttl").read_text("utf-8")
        (folder / "metadata.ttl").write_text(text.replace("REGION", REGIONS[variant]), "utf-8")
    if variant == "with-model":
        for name in ("model.ttl", "curation.ttl"):
            shutil.copy(INVENTED / f"memo-with-table.{name}", folder / name)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The dataset of a variant, built once."""
    known: dict[str, Path] = {}

    def get(variant: str) -> Path:
        if variant not in known:
            root = copy_knowledge(tmp_path_factory.mktemp(variant))
            add_sixth(root, variant)
            build(root / "out", open_workspace(ground=root))
            known[variant] = root / "out"
        return known[variant]

    return get


@pytest.fixture(scope="module", params=VARIANTS)
def folder(request: pytest.FixtureRequest, built: Callable[[str], Path]) -> Path:
    return built(request.param)


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    return open_store([folder / DATASET_FILE])


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(folder, Options(Settings(workers=1)))) as client:
        yield client


def settled(store: Store, kind: str) -> bool:
    return not store.find_gaps((kind,), DOCUMENT)


def values_of(query: NamedQuery) -> dict[str, str]:
    """What the query must be given; about the sixth document where it can be."""
    values = {p.name: p.example for p in query.parameters if p.required}
    if any(p.name == "document" for p in query.parameters):
        values["document"] = SLUG
    return values


def visible(page: str) -> str:
    """The words of a page, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def answerable(store: Store) -> set[str]:
    """The questions of the codebook that rest on what was read of the document: of these its silence may be told."""
    rows = store.select(
        "SELECT ?question ?kind WHERE { ?question <https://w3id.org/policygraph/ns#answerRestsOn> ?kind }"
    )
    return {str(question) for question, kind in rows if settled(store, str(kind).rpartition("/curated-")[2])}


# --- questions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_no_question_says_that_an_unread_document_is_silent(query: NamedQuery, store: Store) -> None:
    answer = store.ask(query.name, values_of(query))
    about = [row for row in answer.rows if DOCUMENT in row and str(row[0]) not in answerable(store)]
    if query.name not in ("text-reuse",):
        assert not [row for row in about if {"absent", "未规定", "not-applicable"} & set(map(str, row))]
    told = {gap.kind for gap in answer.coverage if gap.document == DOCUMENT}
    assert told == {kind for kind in query.kinds if not settled(store, kind)}


def test_a_question_about_a_read_document_has_no_gaps_of_another(store: Store) -> None:
    assert store.ask("lists", document="xinzheng-2010-36").coverage == ()
    assert store.ask("legal-bases", measure="jiamusi-2020-5/para_9").coverage == ()
    assert {gap.document for gap in store.ask("lists").coverage} == {DOCUMENT}


def test_every_mechanism_of_an_unread_document_is_uncurated(store: Store) -> None:
    answer = store.ask("mechanisms")
    status = {(str(r[0]), str(r[1])): r[2] for r in answer.rows}
    assert {s for (_, document), s in status.items() if document == DOCUMENT} == {"uncurated"}
    others = {s for (_, document), s in status.items() if document != DOCUMENT}
    assert "absent" in others
    told = {gap.document for gap in store.find_gaps(("mechanisms",)) if gap.only}
    assert {document for (_, document), s in status.items() if s == "uncurated"} == {DOCUMENT, *told}


def test_a_mechanism_that_entered_later_is_uncurated_where_nobody_went_back(store: Store, client: TestClient) -> None:
    answer = store.ask("mechanisms")
    late = {(str(r[1]), str(r[5])) for r in answer.rows if r[2] == "uncurated" and r[1] != DOCUMENT}
    told = {(gap.document, name) for gap in answer.coverage for name in filter(None, gap.only.split("、"))}
    assert late == told
    table = read_comparison(store, "mechanisms", DAY)
    for document, name in late:
        row = next(one for one in table.rows if one.label == name)
        at = next(i for i, place in enumerate(table.places) if document in place.documents)
        assert row.cells[at].statements or row.cells[at].status == "uncurated"
    assert all(name in client.get("/mechanisms").text for _, name in late)


def test_a_document_that_lacks_something_is_not_found_out_before_it_is_read(store: Store) -> None:
    assert {row[2] for row in store.ask("findings", document=SLUG).rows} & ABSENCE_RULES == set()
    assert {row[1] for row in store.ask("measures-without-basis").rows} & {DOCUMENT} == set()


def test_the_measures_that_the_program_read_are_answered_as_read_by_it(store: Store) -> None:
    answer = store.ask("measures", document=SLUG)
    assert len(answer.rows) == 4
    (state,) = [row[2] for row in store.ask("curation", document=SLUG).rows if row[1] == "measures"]
    assert state == ("accepted" if settled(store, "measures") else "parsed")


# --- forms -----------------------------------------------------------------------------------------------------------


def test_the_one_json_shape_declares_the_gaps(client: TestClient) -> None:
    data = client.get(f"/queries/lists.json?document={SLUG}").json()
    assert set(data) == {"columns", "rows", "truncated", "next", "as_of", "dataset", "coverage"}
    assert data["rows"] == []
    (gap,) = data["coverage"]
    assert (gap["document"], gap["kind"], gap["kind_label"]) == (DOCUMENT, "lists", "名单")
    assert gap["state"] in ("parsed", "none")
    assert client.get("/queries/lists.json?document=xinzheng-2010-36").json()["coverage"] == []
    assert {g["document"] for g in client.get(f"/doc/{SLUG}.json").json()["coverage"]} == {DOCUMENT}


def test_csv_and_excel_say_it_where_they_have_room(client: TestClient) -> None:
    answer = client.get(f"/queries/lists.csv?document={SLUG}")
    assert answer.headers["policygraph-uncurated"] == f"{SLUG}/lists"
    assert "policygraph-uncurated" not in client.get("/queries/lists.csv?document=xinzheng-2010-36").headers
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/queries/lists.xlsx?document={SLUG}").content))
    assert [c.value for c in book["未整理"][2]][2:4] == ["lists", "名单"]


def test_the_terminal_says_it_below_the_rows(built: Callable[[str], Path], run: Callable[..., Any]) -> None:
    dataset = str(built("bare"))
    done = run("ask", "lists", "--document", SLUG, "--dataset", dataset)
    assert "0 行" in done.stdout
    assert "未整理：青住建联〔2022〕7号（名单）" in done.stdout
    quiet = run("ask", "lists", "--document", SLUG, "--format", "csv", "--dataset", dataset)
    assert "未整理" not in quiet.stdout
    assert "未整理：青住建联〔2022〕7号（名单）" in quiet.stderr
    assert "未整理" not in run("ask", "lists", "--document", "xinzheng-2010-36", "--dataset", dataset).stdout
    proof = run("review", SLUG, "--format", "json", "--dataset", dataset)
    assert {gap["kind"] for gap in json.loads(proof.stdout)["coverage"]} >= {"mechanisms", "metadata"}
    words = run("compare", SLUG, "--row", "税收", "--dataset", dataset)
    assert "未整理" in words.stdout
    assert "未规定" not in words.stdout


# --- pages -----------------------------------------------------------------------------------------------------------


def absence_words(language: str) -> set[str]:
    """The words in which a page says that a document does not have something."""
    words = read_languages()[language].words
    keys = ("date_missing", "issuers_missing", "bases_none", "elsewhere_none")
    comparing = ("absent", "department_none", "bases_none", "not-applicable", "note_absent")
    return {words[key] for key in keys} | {words["comparing"][key] for key in comparing}


def places_of(store: Store, table: Comparison) -> list[str]:
    return [place.code for place in table.places if DOCUMENT in place.documents]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_about_it_says_that_it_is_silent(language: str, client: TestClient, store: Store) -> None:
    (code,) = places_of(store, read_comparison(store, "measures", DAY))
    words = read_languages()[language].words
    measures = [str(row[0]).removeprefix(str(ID)) for row in store.ask("measures", document=SLUG).rows]
    pages = {
        f"/doc/{SLUG}": True,
        f"/doc/{SLUG}/source": False,
        f"/review?document={SLUG}": True,
        **{f"/{measure}": True for measure in measures},
        **{
            f"/queries/{query.name}?{urlencode(values_of(query))}": any(not settled(store, k) for k in query.kinds)
            for query in QUERIES
            if "document" in values_of(query) and not (query.name == "answers" and answerable(store))
        },
    }
    if code != "230800":
        pages[f"/compare?view=mechanisms&place={code}&as_of={DAY}"] = True
        if not settled(store, "measures"):
            pages[f"/compare?place={code}&as_of={DAY}"] = True
    for page, has_gaps in pages.items():
        answer = client.get(("/en" if language == "en" else "") + page)
        assert answer.status_code == 200, page
        text = visible(answer.text)
        told = {word for word in absence_words(language) if word in text}
        # whose measures were read, and all others' too, has nothing like it elsewhere
        assert told <= ({words["elsewhere_none"]} if settled(store, "measures") else set()), page
        assert (words["uncurated_note"] in text) == has_gaps, page


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_list_page_stands_with_a_document_of_no_known_place(prefix: str, client: TestClient) -> None:
    for page in ("/", "/documents", "/measures", "/legislation", "/departments", "/mechanisms", "/search?q=施工",
                 "/queries", "/sparql", f"/compare?as_of={DAY}", "/check", "/review", "/org/jiamusi/caizhengju",
                 "/concept/mechanism-credit-repair", "/law/anquan-shengchan-fa"):  # fmt: skip
        path = prefix if prefix and page == "/" else prefix + page
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert ">None<" not in answer.text, path


def test_the_page_of_mechanisms_has_a_column_without_absence(client: TestClient, store: Store) -> None:
    page = client.get("/mechanisms").text
    documents = [str(row[0]) for row in store.ask("documents").rows]
    at = documents.index(DOCUMENT)
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", page, re.DOTALL)
    assert len(rows) >= 18
    for one in rows:
        assert visible(re.findall(r"<td>.*?</td>", one, re.DOTALL)[at]) == "未整理"


# --- the comparison --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["measures", "mechanisms"])
def test_no_cell_says_that_an_unread_document_is_silent(view: str, store: Store, client: TestClient) -> None:
    table = read_comparison(store, view, DAY)
    (code,) = places_of(store, table)
    at = [place.code for place in table.places].index(code)
    found = {row.cells[at].status for row in table.rows if not row.cells[at].entries and not row.cells[at].statements}
    if view == "measures" and settled(store, "measures"):
        assert found == {"absent", "classified"} or found == {"absent"}
    else:
        assert "absent" not in found
        assert "not-applicable" not in found
        assert "uncurated" in found
        for suffix in ("csv", "json", "xlsx", "docx"):
            answer = client.get(f"/compare.{suffix}?view={view}&place={code}&as_of={DAY}")
            assert answer.status_code == 200
            text = words_of(suffix, answer.content)
            assert "未规定" not in text
            assert "未整理" in text


def words_of(suffix: str, body: bytes) -> str:
    if suffix == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(body))
        return "\n".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row)
    if suffix == "docx":
        paper = docx.Document(io.BytesIO(body))
        cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])
    return body.decode()


def test_the_other_places_keep_their_words(store: Store, built: Callable[[str], Path], dataset: Path) -> None:
    plain = read_comparison(open_once(dataset), "measures", DAY)
    now = read_comparison(store, "measures", DAY)
    statuses = {
        (row.slug, place.code): cell.status
        for row in now.rows
        for place, cell in zip(now.places, row.cells, strict=True)
    }
    for row in plain.rows:
        for place, cell in zip(plain.places, row.cells, strict=True):
            mine = next(p for p in now.places if p.code == place.code)
            if DOCUMENT not in mine.documents:
                assert statuses[row.slug, place.code] == cell.status


def test_what_the_program_read_has_a_row_of_its_own_until_it_is_classified(store: Store) -> None:
    table = read_comparison(store, "measures", DAY)
    shown = [
        entry.measure for row in table.rows for c in row.cells for entry in c.entries if entry.document == DOCUMENT
    ]
    assert sorted(set(shown)) == sorted(str(row[0]) for row in store.ask("measures", document=SLUG).rows)
    loose = next(row for row in table.rows if row.slug == "unclassified")
    assert {c.status for c in loose.cells} == {"parsed", "classified"}
    assert {entry.document for c in loose.cells for entry in c.entries} == {DOCUMENT}


def test_a_measure_makes_its_row(built: Callable[[str], Path]) -> None:
    store = open_store([built("with-model") / DATASET_FILE])
    table = read_comparison(store, "measures", DAY)
    row = next(one for one in table.rows if one.slug == "telecom-supervision")
    assert (row.label, row.label_en) == ("电信业务 · 监管", "telecommunications · supervision")
    filled = {place.code: c for place, c in zip(table.places, row.cells, strict=True)}
    assert [entry.quote for entry in filled["990100"].entries] == ["对失信施工企业在招标评分中扣减信用分"]
    assert {c.status for code, c in filled.items() if code != "990100"} == {"absent"}
    assert [slug for slug, _, _ in filled["230800"].elsewhere] == ["telecom-incentive"]
    assert filled["320000"].elsewhere == ()


# --- states ----------------------------------------------------------------------------------------------------------


def test_only_a_signed_and_settled_state_lets_silence_be_told(built: Callable[[str], Path]) -> None:
    store = open_store([built("with-model") / DATASET_FILE])
    states = {row[1]: (row[2], row[3]) for row in store.ask("curation", document=SLUG).rows}
    assert states["measures"] == ("accepted", True)
    assert states["lists"] == ("none", False)  # unsigned
    assert states["mechanisms"] == ("drafted", False)
    assert states["grades"] == ("parsed", False)
    shapes = {r.shape.rsplit("/", 1)[-1] for r in validate_dataset(built("with-model")) if "/curation/" in r.shape}
    assert shapes == {"signed"}


@pytest.mark.parametrize(("settled", "judged"), [(False, False), (True, False), (False, True)])
def test_what_nobody_has_judged_is_no_fault_until_the_kind_is_settled(settled: bool, judged: bool) -> None:
    """An act without the judgement is 未整理; read to the end, or judged inconsistently, it is a violation."""
    shapes = Graph().parse(find_root() / "shapes" / "profile" / "acts.ttl", format="turtle")
    act, document = ID["measure/x/1/act_1"], ID["doc/x"]
    data = Graph()
    data += [(act, RDF.type, PG.Act), (act, PG.document, document)]
    data.add((act, PG.direction, ID["concept/direction-neutral"]))
    if settled:
        data.add((document, PG.settledKind, ID["concept/curated-measures"]))
    if judged:
        data.add((act, PG.reducesRights, Literal(True)))
    found = {
        result.shape.rsplit("/", 1)[-1]: (result.severity, "未整理" in result.message_zh)
        for result in (tell_uncurated(one, data, shapes) for one in validate(data, shapes))
    }
    wanted = ("Violation", False) if settled or judged else ("Info", True)
    assert found["reason"] == found["consistent"] == wanted
    assert found["force"] == ("Violation", False)


def test_two_states_that_differ_settle_nothing() -> None:
    graph = Graph()
    for name, state in (("a", "accepted"), ("b", "drafted")):
        node = ID[f"curation/x/{name}"]
        graph.add((node, RDF.type, PG.Curation))
        graph.add((node, PG.document, ID["doc/x"]))
        graph.add((node, PG.curatedKind, ID["concept/curated-lists"]))
        graph.add((node, PG.curationState, ID[f"concept/curation-state-{state}"]))
        graph.add((node, PG.curatedBy, Literal("甲")))
        graph.add((node, URIRef("http://purl.org/dc/terms/date"), Literal("2026-11-25", datatype=XSD.date)))
    concepts = Graph().parse(find_root() / "ontology" / "concepts" / "curation.ttl", format="turtle")
    assert (None, PG.settledKind, None) not in derive(graph + concepts)
    graph.remove((ID["curation/x/b"], None, None))
    assert (ID["doc/x"], PG.settledKind, ID["concept/curated-lists"]) in derive(graph + concepts)


CURATION = """
@base <https://w3id.org/policygraph/id/> .
@prefix pg: <https://w3id.org/policygraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<doc/x> a pg:PolicyDocument .
<curation/x/1> a pg:Curation ; pg:document <doc/x> ; pg:curatedKind <concept/curated-KIND> ;
  pg:curationState <concept/curation-state-STATE> ; pg:curatedBy "甲" ; dcterms:date "2026-11-25"^^xsd:date .
"""
LIST = "<list/x/red> a pg:CreditList ; pg:document <doc/x> ."
DUTY = "<measure/x/1> pg:document <doc/x> ; pg:responsibility <duty/x/1> . <duty/x/1> a pg:Responsibility ."


@pytest.mark.parametrize(
    ("shape", "kind", "state", "wrong", "right"),
    [
        ("none-holds", "lists", "none", LIST, ""),
        ("none-holds", "departments", "none", DUTY, LIST),
        ("accepted-holds", "lists", "accepted", DUTY, LIST),
        ("accepted-holds", "departments", "accepted", LIST, DUTY),
        (
            "once", "lists", "none",
            "<curation/x/2> a pg:Curation ; pg:document <doc/x> ; pg:curatedKind <concept/curated-lists> .",
            "<curation/x/2> a pg:Curation ; pg:document <doc/x> ; pg:curatedKind <concept/curated-grades> .",
        ),
        ("document", "lists", "none", "<curation/x/1> pg:document <doc/y> .", ""),
        ("state", "lists", "none", "<curation/x/1> pg:curationState <concept/curation-state-maybe> .", ""),
    ],
)  # fmt: skip
def test_a_state_that_the_model_contradicts_is_reported(
    shape: str, kind: str, state: str, wrong: str, right: str
) -> None:
    root = find_root()
    shapes = Graph().parse(root / "shapes" / "profile" / "curation.ttl", format="turtle")
    concepts = Graph().parse(root / "ontology" / "concepts" / "curation.ttl", format="turtle")
    told = []
    for more in (wrong, right):
        text = CURATION.replace("KIND", kind).replace("STATE", state) + more
        told.append({r.shape.rsplit("/", 1)[-1] for r in validate(concepts + Graph().parse(data=text), shapes)})
    assert shape in told[0]
    assert shape not in told[1]


def test_the_states_of_the_five_are_told_for_every_kind(dataset: Path) -> None:
    rows = open_once(dataset).ask("curation").rows
    told = {(str(row[0]).rsplit("/", 1)[-1], row[1]): row for row in rows}
    assert len(told) == len(rows)
    open_kinds = {key for key, row in told.items() if row[3] is not True}
    assert {kind for _, kind in open_kinds} == {"interpretations", "general-rules"}
    for row in told.values():
        assert row[3] is not True or (row[4] and row[5])
        assert row[2] != "none" or row[6]


def test_the_answers_follow_the_state(tmp_path: Path) -> None:
    root = copy_knowledge(tmp_path)
    path = root / "data" / "documents" / "jiamusi-2020-5" / "curation.ttl"
    graph = Graph().parse(path, format="turtle")
    for kind in ("mechanisms", "metadata", "legal-bases", "departments", "measures", "procedures"):
        graph.remove((ID[f"curation/jiamusi-2020-5/{kind}"], None, None))
    graph.serialize(path, format="turtle")
    build(root / "out", open_workspace(ground=root))
    store = open_store([root / "out" / DATASET_FILE])
    document = str(ID["doc/jiamusi-2020-5"])
    silent = {str(row[2]) for row in store.ask("mechanisms").rows if row[1] == document and row[3] is None}
    assert silent == {"uncurated"}
    codes = {str(row[2]) for row in store.ask("findings", document="jiamusi-2020-5").rows}
    assert codes & ABSENCE_RULES == set()
    assert codes
    assert [row for row in store.ask("signatories-without-measures").rows if row[0] == document] == []
    table = read_comparison(store, "mechanisms", DAY)
    at = [place.code for place in table.places].index("230800")
    assert {row.cells[at].status for row in table.rows} & {"absent", "not-applicable"} == set()


# --- the files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", load_queries(), ids=lambda query: query.name)
def test_a_question_says_which_kinds_it_rests_on(query: NamedQuery) -> None:
    concepts = Graph().parse(find_root() / "ontology" / "concepts" / "curation.ttl", format="turtle")
    known = {str(s).rsplit("/curated-", 1)[-1] for s in concepts.subjects() if "/curated-" in str(s)}
    assert "#+ curated:" in query.text
    assert set(query.kinds) <= known
    if any(parameter.name == "document" for parameter in query.parameters) and query.name not in (
        "curation",
        "text-reuse",
    ):
        assert query.kinds


def test_a_rule_that_tells_of_a_lack_asks_whether_somebody_has_looked() -> None:
    shapes = Graph()
    for path in sorted((find_root() / "shapes" / "review").glob("*.ttl")):
        shapes.parse(path, format="turtle")
    sh = "http://www.w3.org/ns/shacl#"
    for shape, code in shapes.subject_objects(PG.findingCode):
        constraint = shapes.value(shape, URIRef(sh + "sparql"))
        text = str(shapes.value(constraint, URIRef(sh + "select")))
        assert ("pg:settledKind" in text) == (str(code) in ABSENCE_RULES), code
