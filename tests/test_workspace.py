"""A workspace: a folder of somebody's own documents under a base of her own, beside ours and built like ours."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pyoxigraph as ox
import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS
from starlette.testclient import TestClient
from tests import memos, stopping
from tests.conftest import Done
from tests.words import WORDS

from policygraph.errors import DataError, InputError, NotFoundError
from policygraph.graph.knowledge import Region
from policygraph.judging.decisions import decision_graph, decision_json
from policygraph.keeping.additions import add_document, derive_identifier, find_region, read_region
from policygraph.keeping.assessments import open_desk
from policygraph.keeping.catalogues import import_catalogue
from policygraph.keeping.conditions import write_documents
from policygraph.keeping.dataset.building import build
from policygraph.keeping.dataset.inputs import is_current
from policygraph.keeping.dataset.knowledge import parse_file
from policygraph.keeping.dataset.manifest import MANIFEST_FILE, find_manifest
from policygraph.keeping.dataset.opening import open_dataset
from policygraph.keeping.originals import read_map
from policygraph.keeping.registers import load_register, register_graphs
from policygraph.keeping.sources import find_root
from policygraph.keeping.store import Store
from policygraph.keeping.verification import render_evidence, verify_answer
from policygraph.keeping.workspace import SETTINGS, check_identifier, init_workspace, open_workspace, set_samples
from policygraph.namespaces import BASE, ELI, ID, PG, base_of, clause_iri, graph_iri, slug_of, span_iri
from policygraph.reading.documents import Mention, Problem, parse_document
from policygraph.reading.intake.extractions import locate
from policygraph.reading.organisations import OrganisationName
from policygraph.reading.texts import Knowledge
from policygraph.speaking.app import Options, create_app
from policygraph.speaking.cli.gathering import tell_problems
from policygraph.speaking.sparql.engine import Settings

pytestmark = pytest.mark.slow

HERS = "https://data.haitang.example/credit/"
MINE = "haitang-2031-7"
SAMPLE = find_root() / "data" / "registers" / "sample"
INVENTED = Path(__file__).parent / "cases" / "invented"


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    init_workspace(tmp_path / "hers", HERS)
    return tmp_path / "hers"


def test_a_new_workspace_has_its_folders_and_says_what_they_are_for(empty: Path) -> None:
    names = sorted(path.name for path in empty.iterdir())
    assert names == [
        ".gitignore", "README.md", "documents", "editorial", "legislation", "organisations.ttl", "regions.ttl",
        "shapes", SETTINGS,
    ]  # fmt: skip
    assert all(HERS in (empty / name).read_text("utf-8") for name in ("README.md", "regions.ttl", "organisations.ttl"))
    assert "$" not in "".join(path.read_text("utf-8") for path in empty.rglob("*") if path.is_file())


def test_a_workspace_stands_beside_ours_and_ours_is_one_too(empty: Path) -> None:
    hers, ours = open_workspace(empty), open_workspace(None)
    assert (hers.base, hers.documents(), ours.base, ours.beside) == (HERS, (), BASE, ())
    assert hers.all == (ours, hers)
    assert len(ours.documents()) == 5
    assert ours.find_document("jiamusi-2020-6") is ours
    assert hers.find_document("jiamusi-2020-6") == ours
    with pytest.raises(NotFoundError, match="haitang-2031-7"):
        hers.find_document("haitang-2031-7")


def test_the_settings_keep_whether_the_samples_stand_beside(empty: Path, tmp_path: Path) -> None:
    before = (empty / SETTINGS).read_text("utf-8")
    set_samples(empty, False)
    assert open_workspace(empty).beside[0].documents() == ()
    set_samples(empty, True)
    assert (empty / SETTINGS).read_text("utf-8") == before
    assert init_workspace(tmp_path / "alone", HERS, samples=False).beside[0].documents() == ()


@pytest.mark.parametrize(
    ("base", "cause"),
    [
        ("data.haitang.example/credit/", "完整网址"),
        ("ftp://data.haitang.example/", "完整网址"),
        ("/credit/", "完整网址"),
        ("https://data.haitang.example/credit", "末尾没有 /"),
        ("https://data.haitang.example", "末尾没有 /"),
        ("https://data.haitang.example/credit#", "#"),
        ("https://data.haitang.example/?id=", "?"),
        ("https://数据.example/", "ASCII"),
        ("https://data.haitang.example/信用/", "ASCII"),
        ("https://data.haitang.example/a b/", "不能有的字符"),
        ('https://data.haitang.example/"/', "不能有的字符"),
        ("https://admin:secret@data.haitang.example/", "口令"),
        ("https://data.haitang.example/id/credit/", "/id/"),
        ("https://data.haitang.example:99999/", "不是网址"),
        (BASE, "只用于"),
        ("http://W3ID.org/policygraph/haitang/", "只用于"),
    ],
)
def test_a_base_that_cannot_be_one_is_refused_and_nothing_is_made(tmp_path: Path, base: str, cause: str) -> None:
    with pytest.raises(InputError, match="不能作为基址") as caught:
        init_workspace(tmp_path / "hers", base)
    assert cause in caught.value.cause
    assert caught.value.place == "--base"
    assert caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("甲", encoding="utf-8")
    for place in (tmp_path / "full", tmp_path / "full" / "note.txt"):
        with pytest.raises(InputError, match="不能新建工作区"):
            init_workspace(place, HERS)
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "note.txt"]
    (tmp_path / "empty").mkdir()
    assert init_workspace(tmp_path / "empty", HERS).root == tmp_path / "empty"


@pytest.mark.parametrize(
    ("settings", "cause"),
    [
        ("base = ", "TOML"),
        ("samples = true", "base 应是文字"),
        (f'base = "{HERS}"\nsamples = "yes"', "true 或 false"),
        (f'base = "{HERS}"\nsample = true', "没有 sample 这一项"),
    ],
)
def test_broken_settings_are_told_with_their_place(empty: Path, settings: str, cause: str) -> None:
    (empty / SETTINGS).write_text(settings, encoding="utf-8")
    with pytest.raises(DataError, match=cause) as caught:
        open_workspace(empty)
    assert caught.value.place.endswith(SETTINGS)


def test_a_folder_without_settings_is_no_workspace(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(InputError, match="policygraph init"):
            open_workspace(folder)


@pytest.mark.parametrize(
    "identifier", ["", "Haitang-2031-7", "海棠湾-7", "-a", "a-", "a--b", "a/b", "a.b", "..", "a" * 65]
)
def test_an_id_that_is_no_segment_of_an_iri_is_refused(identifier: str) -> None:
    with pytest.raises(InputError, match="不能作为文件的标识"):
        check_identifier(identifier)


def test_names_stand_under_the_base_they_are_made_with() -> None:
    clause = clause_iri("haitang-2031-7", "sec_1/para_2", HERS)
    assert str(clause) == f"{HERS}id/doc/haitang-2031-7/sec_1/para_2"
    assert str(span_iri("haitang-2031-7", 3, 9, HERS)) == f"{HERS}id/source/haitang-2031-7#char=3,9"
    assert (slug_of(clause), base_of(clause)) == ("doc/haitang-2031-7/sec_1/para_2", HERS)
    assert clause_iri("haitang-2031-7", "sec_1/para_2") != clause


MEMO = """\
海棠湾市应急管理局关于印发《海棠湾市安全生产信用激励约束措施》的通知

海应急发〔2031〕7号

各区应急管理局：
为推进安全生产信用体系建设，根据《中华人民共和国安全生产法》和《海棠湾市信用条例》，制定本措施。

一、激励措施
（一）减少检查频次。对守信企业减少现场检查频次，由市应急管理局实施。
（二）开通绿色通道。对守信企业容缺受理，由市行政审批局实施。

二、惩戒措施
（一）限制参加政府采购活动。由市财政局依照《中华人民共和国政府采购法》第二十二条执行。

三、名单管理
失信企业列入重点关注名单，名单不对外公开。

海棠湾市应急管理局
2031年3月9日
"""
TABLE = (
    ("措施", "依据", "实施单位"),
    ("限制参加政府采购活动", "《中华人民共和国政府采购法》第二十二条", "市财政局"),
)


def write_memo(path: Path) -> Path:
    """The memo as somebody would send it: text, or a Word file with a table and a header."""
    if path.suffix == ".txt":
        path.write_text(MEMO, encoding="utf-8")
        return path
    file = docx.Document()
    for line in MEMO.splitlines():
        file.add_paragraph(line)
    table = file.add_table(rows=len(TABLE), cols=len(TABLE[0]))
    for row, cells in zip(table.rows, TABLE, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    file.sections[0].header.paragraphs[0].text = "内部资料"
    file.save(str(path))
    return path


def list_files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


class TestAdding:
    def test_a_word_file_comes_in_whole(self, empty: Path, tmp_path: Path) -> None:
        file = write_memo(tmp_path / "memo.docx")
        added = add_document(open_workspace(empty), file, "haitang-2031-7", "999901=海棠湾市")
        folder = empty / "documents" / "haitang-2031-7"
        assert list_files(folder) == ["metadata.ttl", "original.docx", "source.map", "source.txt"]
        assert (folder / "original.docx").read_bytes() == file.read_bytes()
        assert [aside.words for aside in added.asides] == ["内部资料"]
        assert added.region is not None
        assert (added.region.code, added.region.names) == ("999901", ("海棠湾市",))
        # tags that the extraction wrote are no words of hers, so nothing is said of them
        assert not any("标记" in problem.message for problem in added.problems)

    def test_the_map_leads_every_character_back(self, empty: Path, tmp_path: Path) -> None:
        for name in ("memo.docx", "memo.txt"):
            add_document(open_workspace(empty), write_memo(tmp_path / name), name.replace(".", "-"), again=True)
            folder = empty / "documents" / name.replace(".", "-")
            text = (folder / "source.txt").read_text("utf-8")
            found = read_map(folder, hashlib.sha256(text.encode()).hexdigest())
            assert found is not None
            assert found.original_sha256 == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
            lost = [
                c for at, c in enumerate(text) if not c.isspace() and not locate(found.places, at, at + 1)
            ]  # fmt: skip
            assert re.fullmatch(r"(</?t(able|r|d)>)*", "".join(lost))
            assert bool(lost) is (name == "memo.docx")
        at = text.index("（二）开通")
        assert found is not None
        assert locate(found.places, at, at + 3) == f"line {text[:at].count(chr(10)) + 1}"

    def test_metadata_say_what_the_text_says_and_no_more(self, empty: Path, tmp_path: Path) -> None:
        add_document(open_workspace(empty), write_memo(tmp_path / "memo.txt"), "haitang-2031-7")
        graph = parse_file(empty / "documents" / "haitang-2031-7" / "metadata.ttl")
        root = clause_iri("haitang-2031-7", "", HERS)
        assert str(graph.value(root, ELI.id_local)) == "海应急发〔2031〕7号"
        assert str(graph.value(root, ELI.date_document)) == "2031-03-09"
        assert graph.value(root, ELI.type_document) == ID["concept/kind-notice"]
        assert str(graph.value(root, PG.issuerAsWritten)) == "海棠湾市应急管理局"
        # nobody has told which region that is
        assert graph.value(root, ELI.jurisdiction) is None
        bare = tmp_path / "bare.txt"
        bare.write_text("一、有关要求\n（一）加强检查。\n（二）加强宣传。\n", encoding="utf-8")
        add_document(open_workspace(empty), bare)
        told = {term for _, term, _ in parse_file(empty / "documents" / "bare" / "metadata.ttl")}
        assert not told & {ELI.id_local, ELI.date_document, DCTERMS.title, PG.issuerAsWritten, ELI.jurisdiction}

    def test_the_region_is_that_of_the_issuers_where_they_agree(self) -> None:
        country = Region("100000", ("全国", "中国"), BASE, whole=True)
        province = Region("230000", ("黑龙江省",), BASE, whole=False)
        city = Region("230800", ("佳木斯市",), BASE, whole=False)
        regions = (country, province, city)

        def told(*issuers: str, title: str = "") -> Region | None:
            document = parse_document("一、甲。", WORDS)
            named = tuple(Mention(issuer, ()) for issuer in issuers)
            return find_region(replace(document, issuers=named, title=title), regions, Knowledge((), names, WORDS))

        names = (OrganisationName("national/renhang", "中国人民银行", "official", "100000"),)

        assert told("佳木斯市财政局", "中国人民银行佳木斯市中心支行") == city
        assert told("黑龙江省佳木斯市财政局") == city
        assert told("佳木斯市财政局", "黑龙江省财政厅") is None
        assert told("中国人民银行") == country
        assert told(title="佳木斯市安全生产信用管理办法") == city
        assert told("财政局") is told() is None
        # a longer name is a body of the place it names, which nobody here knows: not of the country, nor the province
        assert told("中国人民银行云栖市中心支行") is told("中国人民银行云栖中心支行") is None
        assert told(title="中国人民银行云栖市中心支行关于授信的通知") is None
        assert told("黑龙江省云栖市财政局") is told("佳木斯市云栖区财政局") is None
        assert told("中国某某学会") is None, "nobody knows whose body that is"
        assert told("黑龙江省市场监督管理局") == told("黑龙江省城市管理局") == province

    @pytest.mark.parametrize(
        ("name", "region", "expected"),
        [
            ("Haitang Memo_2031 (7).txt", None, "haitang-memo-2031-7"),
            ("备忘录.txt", "999901", "999901-2031-7"),
            ("7.txt", "999901", "999901-2031-7"),
            ("备忘录.txt", None, None),
        ],
    )
    def test_an_id_follows_or_is_asked_for(self, name: str, region: str | None, expected: str | None) -> None:
        document = parse_document(MEMO, WORDS)
        if expected is None:
            asked = "--id.*--region" if region is None else "--id"
            with pytest.raises(InputError, match=asked):
                derive_identifier(Path(name), document, region)
        else:
            assert derive_identifier(Path(name), document, region) == expected

    @pytest.mark.parametrize("identifier", ["haitang-2031-7", "jiamusi-2020-6"])
    def test_an_id_that_is_taken_is_refused(self, empty: Path, tmp_path: Path, identifier: str) -> None:
        file = write_memo(tmp_path / "memo.txt")
        add_document(open_workspace(empty), file, "haitang-2031-7")
        before = list_files(empty)
        with pytest.raises(InputError, match="换一个标识"):
            add_document(open_workspace(empty), file, identifier)
        assert list_files(empty) == before
        set_samples(empty, False)
        if identifier == "jiamusi-2020-6":
            file.write_text(MEMO.replace("〔2031〕7号", "〔2031〕8号"), encoding="utf-8")
            assert add_document(open_workspace(empty), file, identifier).identifier == identifier

    @pytest.mark.parametrize("region", ["海棠湾", "9999=海棠湾市", "999901", "999901="])
    def test_a_region_that_is_not_known_is_asked_for_by_name(self, region: str) -> None:
        known = Region("230800", ("佳木斯市",), BASE, whole=False)
        with pytest.raises(InputError, match="--region"):
            read_region(region, (known,), HERS)

    @pytest.mark.parametrize(
        ("region", "cause"),
        [
            ("230800=别的名称", "代码 230800 是佳木斯市，不是别的名称"),
            ("230801=佳木斯市", "佳木斯市的代码是 230800，不是 230801"),
            ("2308=佳木斯市", "不是行政区划代码"),
            ("２３０８００", "不是行政区划代码"),
        ],
    )
    def test_a_code_and_a_name_that_are_known_otherwise_are_refused(self, region: str, cause: str) -> None:
        known = Region("230800", ("佳木斯市",), BASE, whole=False)
        with pytest.raises(InputError, match=cause):
            read_region(region, (known,), HERS)
        assert read_region("230800=佳木斯市", (known,), HERS) is known

    def test_a_region_that_is_refused_leaves_nothing(self, empty: Path, tmp_path: Path) -> None:
        before = list_files(empty), (empty / "regions.ttl").read_text("utf-8")
        with pytest.raises(InputError, match="--region"):
            add_document(open_workspace(empty), write_memo(tmp_path / "memo.txt"), MINE, "999901")
        assert (list_files(empty), (empty / "regions.ttl").read_text("utf-8")) == before

    def test_the_same_file_is_taken_once_more_with_the_region_or_id_that_was_missing(
        self, empty: Path, tmp_path: Path
    ) -> None:
        workspace, memo = open_workspace(empty), write_memo(tmp_path / "memo.docx")
        with pytest.raises(InputError, match="没有收过这个文件"):
            add_document(workspace, memo, MINE, replace=True)
        assert add_document(workspace, memo, MINE).region is None
        with pytest.raises(InputError, match="--replace"):
            add_document(workspace, memo, MINE + "-b", "999901=海棠湾市")
        again = add_document(workspace, memo, region="999901=海棠湾市", replace=True)
        assert (again.identifier, again.region and again.region.code) == (MINE, "999901")
        assert "<region/999901>" in (workspace.folder(MINE) / "metadata.ttl").read_text("utf-8")
        add_document(workspace, memo, "haitang-b", replace=True)
        assert workspace.documents() == ("haitang-b",)
        assert list_files(workspace.folder("haitang-b")) != []
        # what people have begun to decide on is nobody's to replace
        (workspace.folder("haitang-b") / "draft.ttl").write_text("", encoding="utf-8")
        before = list_files(empty)
        with pytest.raises(InputError, match=r"已经起草或核定过（draft\.ttl）"):
            add_document(workspace, memo, MINE, replace=True)
        assert list_files(empty) == before

    def test_what_cannot_be_read_leaves_nothing(self, empty: Path, tmp_path: Path) -> None:
        before = list_files(empty)
        for name, content in (("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), ("b.docx", b"PK\x03\x04x")):
            (tmp_path / name).write_bytes(content)
            with pytest.raises(InputError, match=name):
                add_document(open_workspace(empty), tmp_path / name, "haitang-2031-7")
        assert list_files(empty) == before

    def test_a_disk_that_fails_leaves_nothing(self, empty: Path) -> None:
        """At whichever step; a region that was named is registered first, and is what it is with no document too."""
        workspace, memo = open_workspace(empty), INVENTED / "incentive-memo.txt"
        before = stopping.list_files(empty)
        failed = 0
        for _ in stopping.fail_everywhere(lambda: add_document(workspace, memo, MINE, "999901=海棠市"), empty):
            failed += 1
            left = stopping.list_files(empty)
            assert workspace.documents() == ()
            assert left.keys() == before.keys()
            assert {name for name in left if left[name] != before[name]} <= {"regions.ttl"}
        assert failed > 6
        assert workspace.documents() == (MINE,)

    def test_a_disk_that_fails_leaves_no_new_workspace(self, tmp_path: Path) -> None:
        made = tmp_path / "new" / "own"
        failed = sum(
            not (tmp_path / "new").exists()
            for _ in stopping.fail_everywhere(lambda: init_workspace(made, HERS), tmp_path)
        )
        assert failed > 10
        assert open_workspace(made).documents() == ()


@pytest.fixture(scope="module")
def hers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the memo as Word file, built beside the samples."""
    folder = tmp_path_factory.mktemp("workspace") / "hers"
    workspace = init_workspace(folder, HERS)
    memo = write_memo(folder.parent / "memo.docx")
    add_document(workspace, memo, MINE, "999901=海棠湾市")
    (folder / "organisations.ttl").write_text(
        (folder / "organisations.ttl").read_text("utf-8")
        + """
<org/haitang/caizhengju> a cv:PublicOrganisation ;
    skos:prefLabel "海棠湾市财政局"@zh ;
    pg:nameForm [ a pg:NameForm ; pg:literalForm "市财政局" ; pg:formKind "abbreviation" ] ;
    eli:jurisdiction <region/999901> .
""",
        encoding="utf-8",
    )
    build(workspace.dataset, open_workspace(folder))
    return folder


@pytest.fixture(scope="module")
def store(hers: Path) -> Store:
    return open_dataset(hers / "build")


@pytest.fixture(scope="module")
def client(hers: Path) -> Iterator[TestClient]:
    with TestClient(create_app(hers / "build", Options(Settings(workers=1)))) as client:
        yield client


@pytest.mark.slow
class TestBuilt:
    def test_hers_stands_under_her_base_and_ours_under_ours(self, store: Store) -> None:
        assert store.bases == (HERS, BASE)
        for graph in (f"doc/{MINE}/structure", f"doc/{MINE}/metadata", "org", "concepts/regions", "derived", "reuse"):
            assert str(graph_iri(graph, HERS)) in store.list_graphs()
        assert str(graph_iri("doc/jiamusi-2020-6/structure")) in store.list_graphs()
        structure = graph_iri(f"doc/{MINE}/structure", HERS)
        named = {str(subject) for subject in store.read_graph(str(structure)).subjects()}
        strange = [iri for iri in named if not str(iri).startswith(HERS) and "/id/law/" not in str(iri)]
        assert strange == []
        assert not [iri for iri in store.list_graphs() if MINE in iri and not iri.startswith(HERS)]

    def test_our_part_is_what_it_is_without_her(self, store: Store, dataset: Path) -> None:
        alone = open_dataset(dataset).digests
        ours = {name: digest for name, digest in store.digests.items() if name.startswith(BASE)}
        changed = {name for name, digest in alone.items() if ours.get(name) != digest}
        # what is found of all documents together stands under her base
        found = ("answers", "catalogue", "derived", "review", "reuse")
        assert changed == {str(graph_iri(name)) for name in found}

    def test_her_department_is_the_one_that_her_text_means(self, store: Store) -> None:
        rows = store.ask("departments-of-measures", document=MINE).rows
        meant = {row[7]: row[3] for row in rows}
        assert meant["市财政局"] == f"{HERS}id/org/haitang/caizhengju"
        assert meant["市应急管理局"] is None

    def test_a_document_just_added_answers_at_once(self, store: Store) -> None:
        measures = store.ask("measures", document=MINE)
        assert len(measures.rows) >= 3
        assert all(str(row[0]).startswith(f"{HERS}id/measure/{MINE}/") for row in measures.rows)
        bases = store.ask("legal-bases", document=MINE).rows
        assert ("第二十二条", "《中华人民共和国政府采购法》第二十二条") in [(row[6], row[10]) for row in bases]
        (row,) = (row for row in store.ask("documents").rows if row[0] == f"{HERS}id/doc/{MINE}")
        assert row[7] == "海棠湾市应急管理局"

    def test_no_question_says_that_it_is_silent(self, store: Store) -> None:
        document = f"{HERS}id/doc/{MINE}"
        states = store.ask("curation", document=MINE)
        kinds = {str(row[1]) for row in states.rows}
        assert {row[2] for row in states.rows} == {"parsed"}
        for query in store.list_queries():
            told = {"as_of": "2031-06-01", "since": "2020-01-01", "document": MINE}
            values = {p.name: told.get(p.name) for p in query.parameters}
            if any(p.required and values[p.name] is None for p in query.parameters):
                continue
            answer = store.ask(query.name, values)
            mine = [row for row in answer.rows if document in row]
            assert not [row for row in mine if {"absent", "未规定"} & set(map(str, row))], query.name
            asked = set(query.kinds) & kinds
            assert asked <= {gap.kind for gap in answer.coverage if gap.document == document}, query.name

    def test_her_spans_say_where_they_stand_in_the_original(self, store: Store) -> None:
        rows = store.select(
            "PREFIX pg: <https://w3id.org/policygraph/ns#> PREFIX oa: <http://www.w3.org/ns/oa#>"
            " SELECT ?where { ?m a pg:Measure ; pg:attestedBy ?span . ?span pg:placeInOriginal ?where } ORDER BY ?where"
        )
        assert ("paragraph 9",) in rows
        assert any(str(where).startswith("table 1 row 2") for (where,) in rows)

    def test_quotes_are_verified_against_her_text(self, hers: Path, store: Store) -> None:
        text = render_evidence(store, store.ask("measures", document=MINE), "measures", {"document": MINE})
        source = (hers / "documents" / MINE / "source.txt").read_bytes()
        result = verify_answer(json.loads(text), {hashlib.sha256(source).hexdigest(): source.decode()}, store)
        assert (result.faults, result.gaps) == ((), ())
        assert result.quotes > 0

    def test_every_page_about_it_answers(self, client: TestClient) -> None:
        seen: set[str] = set()
        ahead = [
            "/",
            "/documents",
            "/measures",
            "/departments",
            "/compare",
            "/review",
            "/region/999901",
            f"/en/doc/{MINE}",
        ]
        while ahead:
            path = ahead.pop()
            seen.add(path)
            page = client.get(path)
            assert page.status_code == 200, (path, page.text[:200])
            if MINE in path:
                assert "未规定" not in page.text, path
            links = set(re.findall(r'href="(/(?!en/)[^"#?.]*)"', page.text))
            ahead += {link for link in links if "aitang" in link or "999901" in link} - seen - set(ahead)
        assert {f"/doc/{MINE}", "/org/haitang/caizhengju"} < seen
        assert len([path for path in seen if path.startswith("/measure/")]) >= 3

    def test_the_reader_shows_where_a_clause_stands_in_the_original(self, client: TestClient) -> None:
        document = client.get(f"/doc/{MINE}")
        assert f'<{HERS}id/doc/{MINE}>; rel="describes"' in document.headers["link"]
        assert "原件第9段" in document.text
        assert "表1第2行第1格" in document.text
        source = client.get(f"/en/doc/{MINE}/source", params={"start": 3, "end": 5}).text
        assert "read from original.docx" in source
        assert "original paragraph 1" in source
        assert "original.docx" not in client.get("/doc/yiyuan-2021-28/source").text

    def test_the_comparison_says_that_nobody_has_looked(self, client: TestClient) -> None:
        comparison = client.get("/compare", params={"place": ["999901", "230800"]}).text
        assert "海棠湾市" in comparison
        assert "未整理" in comparison

    def test_a_deployment_answers_for_its_base_and_links_to_others(self, client: TestClient) -> None:
        things = (f"doc/{MINE}", "org/haitang/caizhengju", "doc/jiamusi-2020-6", "law/anquan-shengchan-fa")
        for thing in things:
            found = client.get(f"/id/{thing}", follow_redirects=False)
            assert (found.status_code, found.headers["location"]) == (303, f"/{thing}")
        assert client.get("/id/doc/linhai-2031-9").status_code == 404
        assert f"<{HERS}id/doc/{MINE}>" in client.get(f"/doc/{MINE}.ttl").text
        assert HERS in client.get("/graph/derived").headers["link"]
        assert f"<{graph_iri('law')}>" in client.get("/graph/law").headers["link"]
        assert f'"{HERS}id/"' in client.get("/.well-known/void").text
        query = f"SELECT * {{ <{HERS}id/doc/{MINE}> ?p ?o }}"
        rows = client.get("/sparql", params={"query": query}, headers={"accept": "text/csv"})
        assert "海应急发〔2031〕7号" in rows.text

    def test_another_text_under_the_map_refuses_the_build(self, hers: Path, tmp_path: Path) -> None:
        folder = shutil.copytree(hers, tmp_path / "copied", ignore=shutil.ignore_patterns("build"))
        set_samples(folder, False)  # they would be read before hers, for nothing
        source = folder / "documents" / MINE / "source.txt"
        source.write_text(source.read_text("utf-8").replace("绿色", "红色"), encoding="utf-8")
        with pytest.raises(DataError, match="文字改过了"):
            build(folder / "build", open_workspace(folder))
        source.write_bytes((hers / "documents" / MINE / "source.txt").read_bytes())
        (folder / "documents" / MINE / "original.docx").write_bytes(b"another")
        with pytest.raises(DataError, match=r"original\.docx"):
            build(folder / "build", open_workspace(folder))
        assert not (folder / "build").exists()

    @pytest.mark.parametrize(
        ("file", "text", "fault"),
        [
            ("organisations.ttl", "<org/jiamusi/caizhengju> a cv:PublicOrganisation .", "org/jiamusi/caizhengju"),
            (
                f"documents/{MINE}/model.ttl",
                f"<{ID}list/{MINE}/watch> a <{PG.CreditList}> .",
                "@base",
            ),
            (f"documents/{MINE}/metadata.ttl", f'<doc/{MINE}> pg:issuerAsWritten "海棠湾市财政局" .', "海棠湾市财政局"),
        ],
    )
    def test_what_would_be_said_of_another_thing_refuses_the_build(
        self, hers: Path, tmp_path: Path, file: str, text: str, fault: str
    ) -> None:
        folder = shutil.copytree(hers, tmp_path / "copied", ignore=shutil.ignore_patterns("build"))
        set_samples(folder, False)  # they would be read before hers, for nothing
        path = folder / file
        path.write_text((path.read_text("utf-8") if path.exists() else "") + f"\n{text}\n", encoding="utf-8")
        with pytest.raises(DataError, match=fault):
            build(folder / "build", open_workspace(folder))


@pytest.mark.slow
def test_the_walk_of_a_newcomer(run: Callable[..., Done], tmp_path: Path) -> None:
    home, memo = tmp_path / "hers", write_memo(tmp_path / "memo.docx")
    assert run("init", str(home), "--base", HERS, "--without-samples").returncode == 0
    again = run("init", str(home), "--base", HERS)
    assert (again.returncode, "不能新建工作区" in again.stderr) == (2, True)
    assert run("add", str(memo)).returncode == 2
    added = run("add", str(memo), "--id", MINE, "--workspace", str(home))
    assert added.returncode == 0
    assert "页眉，不在正文里：内部资料" in added.stderr
    assert "没有认出适用地区" in added.stderr
    assert "海应急发〔2031〕7号" in added.stdout
    asked = run("ask", "measures", "--document", MINE, "--format", "csv", "--workspace", str(home))
    assert f"{HERS}id/measure/{MINE}/" in asked.stdout
    assert "未整理" in asked.stderr
    assert (home / "build" / MANIFEST_FILE).is_file()
    assert run("ask", "lists", "--document", "jiamusi-2020-6", "--workspace", str(home)).returncode == 2
    assert "WORKSPACE" in run("build", "--without-samples").stderr.upper()
    assert f"{HERS}id/doc/text" in run("parse", str(memo), "--format", "turtle", "--workspace", str(home)).stdout


CATALOGUE = """\
名称,文号,效力级别,公布日期,施行日期,终止日期,状态,备注
海棠湾市信用条例,,地方性法规,2029年3月1日,2029-06-01,,有效,甲
《海棠湾市安全生产办法》,海政发[2020]3号,地方规范性文件,2020.1.5,,,已废止,
海棠湾市旧办法（试行）,,,2011-01-01,2011-02-01,2019-12-31,已废止,
中华人民共和国安全生产法,,法律,2002-06-29,,,有效,
某某规定,,乡规,,,,,
某某决定,,,2020-13-05,,,,
"""


class TestCatalogue:
    def test_works_are_registered_once_and_bad_rows_are_told(self, empty: Path, tmp_path: Path) -> None:
        (tmp_path / "laws.csv").write_text(CATALOGUE, encoding="gb18030")
        workspace = open_workspace(empty)
        receipt = import_catalogue(workspace, tmp_path / "laws.csv")
        assert [work.title for work, _ in receipt.registered] == [
            "海棠湾市信用条例", "海棠湾市安全生产办法", "海棠湾市旧办法（试行）",
        ]  # fmt: skip
        assert receipt.known == ("中华人民共和国安全生产法",)
        assert "laws.csv:6:效力级别" in receipt.refused[0]
        assert "laws.csv:7:公布日期" in receipt.refused[1]
        assert receipt.seen == 6
        again = import_catalogue(workspace, tmp_path / "laws.csv")
        assert (again.registered, len(again.known)) == ((), 4)

    def test_what_has_no_day_makes_no_event_and_no_text_in_force(self, empty: Path, tmp_path: Path) -> None:
        (tmp_path / "laws.csv").write_text(CATALOGUE, encoding="utf-8-sig")
        receipt = import_catalogue(open_workspace(empty), tmp_path / "laws.csv")
        living, undated, ended = (parse_file(path) for _, path in receipt.registered)
        assert len(set(living.subjects(PG.versionOf))) == 1
        assert {str(day) for day in living.objects(None, PG.inForceFrom)} == {"2029-06-01"}
        assert (None, PG.versionOf, None) not in undated
        assert (None, PG.eventKind, None) not in undated
        assert str(next(undated.objects(None, ELI.id_local))) == "海政发〔2020〕3号"
        (event,) = ended.subjects(PG.eventKind, Literal("repealed"))
        assert str(ended.value(event, DCTERMS.date)) == "2019-12-31"
        assert list(ended.objects(None, PG.workKind)) == [ID["concept/kind-measures"]]
        assert all(base_of(str(node)) == HERS for graph in (living, undated, ended) for node in graph.subjects())
        assert {str(one) for one in living.objects(None, PG.certainty)} == {"believed"}

    @pytest.mark.parametrize(
        ("text", "cause"), [("文号,日期\n1,2\n", "名称"), ("名称,title\n甲,乙\n", "两列"), ('名称\n"甲\n', "CSV")]
    )
    def test_what_is_no_catalogue_is_refused(self, empty: Path, tmp_path: Path, text: str, cause: str) -> None:
        (tmp_path / "laws.csv").write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=cause):
            import_catalogue(open_workspace(empty), tmp_path / "laws.csv")
        assert list((empty / "legislation").iterdir()) == []


@pytest.mark.slow
def test_a_law_of_her_own_is_found_by_her_citations(run: Callable[..., Done], hers: Path, tmp_path: Path) -> None:
    home = shutil.copytree(hers, tmp_path / "hers", ignore=shutil.ignore_patterns("build"))
    set_samples(home, False)
    law = tmp_path / "law.txt"
    law.write_text(
        "海棠湾市信用条例\n（2029年3月1日海棠湾市人民代表大会常务委员会通过）\n第一条　为了安全，制定本条例。\n",
        encoding="utf-8",
    )
    library = ("--library", str(tmp_path / "library"), "--workspace", str(home))
    added = run("legislation", "add", str(law), "--new", *library)
    assert added.returncode == 0, added.stderr
    (file,) = (home / "legislation").glob("*.ttl")
    assert str(file) in added.stdout
    turtle = run("parse", str(home / "documents" / MINE / "source.txt"), "--format", "turtle", "--workspace", str(home))
    assert f"{HERS}id/law/{file.stem}" in turtle.stdout
    assert run("legislation", "import", str(law)).returncode == 2


MOVED = "jiamusi-2020-5"
# what a document of ours says of things that are not its own: <concept/…> · <org/jiamusi/caizhengju>;  not: <measure/…>
SHARED = re.compile(r"<((?:concept|law|org|region|act-type)/[^>]*)>")


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one of our own documents, all that was curated of it, under another base."""
    folder = tmp_path_factory.mktemp("moved") / "hers"
    workspace = init_workspace(folder, HERS, samples=False)
    workspace.folder(MOVED).mkdir()
    for path in open_workspace().folder(MOVED).iterdir():
        text = path.read_text("utf-8")
        if path.suffix == ".ttl":
            text = SHARED.sub(rf"<{ID}\1>", text.replace(f"@base <{ID}>", f"@base <{HERS}id/>"))
        (workspace.folder(MOVED) / path.name).write_text(text, encoding="utf-8")
    write_documents(open_workspace(folder))
    build(folder / "build", open_workspace(folder))
    return folder


@pytest.mark.slow
class TestAnotherBase:
    """Nothing about our five is special: a document gives the same answers under any base, in IRIs of that base."""

    def test_without_the_samples_there_are_only_hers(self, moved: Path, tmp_path: Path) -> None:
        manifest = find_manifest(moved / "build")
        assert [one.document for one in manifest.documents] == [MOVED]
        store = open_dataset(moved / "build")
        others = set(open_workspace().documents()) - {MOVED}
        assert not [name for name in store.list_graphs() if any(other in name for other in others)]
        rows = store.select("SELECT DISTINCT ?s ?o { ?s ?p ?o FILTER(ISIRI(?o)) }")
        assert not [row for row in rows if any(f"/{other}" in f"{row[0]} {row[1]}/" for other in others)]
        workspace = open_workspace(moved)
        assert is_current(workspace.dataset, manifest, workspace)
        folder = shutil.copytree(moved, tmp_path / "copied")
        set_samples(folder, True)
        assert not is_current(folder / "build", manifest, open_workspace(folder))

    def test_every_question_is_answered_alike(self, moved: Path, dataset: Path) -> None:
        here, there = open_dataset(dataset), open_dataset(moved / "build")
        asked = 0
        for query in here.list_queries():
            names = {parameter.name for parameter in query.parameters}
            if "document" not in names or query.name == "text-reuse":  # which tells of the documents beside it
                continue
            values = {"document": MOVED, "as_of": "2026-11-22", "since": "2020-01-01"}
            given = {name: value for name, value in values.items() if name in names}
            rows = [
                tuple(cell.replace(HERS, BASE) if isinstance(cell, str) else cell for cell in row)
                for row in there.ask(query.name, given).rows
            ]
            assert rows == list(here.ask(query.name, given).rows), query.name
            asked += 1
        assert asked > 20
        assert there.select("SELECT ?m { ?m a <https://w3id.org/policygraph/ns#Measure> }") != ()
        assert not [iri for iri in there.list_graphs() if MOVED in iri and not iri.startswith(HERS)]

    def test_every_decision_is_the_same(self, moved: Path, dataset: Path) -> None:
        day = date(2026, 11, 22)
        here, there = open_dataset(dataset), open_dataset(moved / "build")
        ours, hers = open_desk(here, day), open_desk(there, day)
        register = load_register(SAMPLE, conditions=ours.conditions(), codes=ours.codes)
        outcomes = set()
        determined = {row.text("uscc") for row in register.rows if row.text("condition") == f"{MOVED}/target"}
        some = [entity for entity in register.enterprises[::5] if entity not in determined]
        for entity in (*filter(None, determined), *some):
            told = []
            for desk in (ours, hers):
                decision = replace(desk.decide(register, entity, desk.policies[MOVED], day), dataset="")
                told.append(json.dumps(decision_json(decision), ensure_ascii=False).replace(HERS, BASE))
                outcomes.add(decision.outcome)
            assert told[0] == told[1], entity
        assert len(outcomes) >= 3

    def test_what_a_register_brings_along_stands_under_the_base(self, moved: Path) -> None:
        store = open_dataset(moved / "build")
        desk = open_desk(store, date(2026, 11, 22))
        register = load_register(SAMPLE)
        graph = register_graphs(register, store.find_iri).open
        assert {base_of(str(node)) for node in graph.subjects()} == {HERS}
        named = {str(node) for node in graph.objects()}
        assert f"{HERS}id/condition/{MOVED}/target" in named
        decision = desk.decide(register, register.enterprises[0], desk.policies[MOVED], date(2026, 11, 22))
        told = decision_graph(decision, "1", store.find_iri)
        assert {base_of(str(node)) for node in told.subjects()} == {HERS}
        assert URIRef(f"{HERS}id/policy/{MOVED}") in set(told.objects())


def test_a_document_without_a_title_is_called_by_its_id() -> None:
    """What has no name has no page in a published site, and a link to it would lead nowhere."""
    store = ox.Store()
    said = """
    @prefix pg: <https://w3id.org/policygraph/ns#> . @prefix dcterms: <http://purl.org/dc/terms/> .
    <https://a.example/id/doc/x-1> a pg:PolicyDocument ; dcterms:identifier "x-1" .
    <https://a.example/id/doc/x-2> a pg:PolicyDocument ; dcterms:identifier "x-2" ; dcterms:title "某通知"@zh .
    """
    store.load(said.encode(), format=ox.RdfFormat.TURTLE)
    text = (find_root() / "src/policygraph/queries/pages/names.rq").read_text(encoding="utf-8")
    rows = store.query(text)
    assert isinstance(rows, ox.QuerySolutions)
    assert [(row["thing"].value[-3:], row["zh"].value) for row in rows] == [("x-1", "x-1"), ("x-2", "某通知")]


def test_a_basis_cited_by_its_number_alone_is_called_by_it(tmp_path: Path) -> None:
    """No page has title marks around nothing, nor the program's word for it."""
    workspace = init_workspace(tmp_path / "hers", HERS, samples=False)
    memo = tmp_path / "memo.txt"
    memo.write_text(MEMO.replace("由市财政局依照《中华人民共和国政府采购法》第二十二条执行。\n", """
依据：某某发〔2019〕35号第三条
实施单位：市财政局
"""), encoding="utf-8")  # fmt: skip
    add_document(workspace, memo, MINE, "999901=海棠湾市")
    build(workspace.dataset, open_workspace(workspace.root))
    store = open_dataset(workspace.dataset)
    based = [dict(zip(a.columns, row, strict=True)) for a in [store.ask("legal-bases")] for row in a.rows]
    assert [(row["work_title"], row["work_number"], row["locator"]) for row in based] == [
        (None, "某某发〔2019〕35号", "第三条")
    ]
    with TestClient(create_app(workspace.dataset, Options(Settings(workers=1)))) as client:
        page = client.get(f"/measure/{str(based[0]['measure']).split('/measure/')[1]}").text
    assert "某某发〔2019〕35号第三条" in page
    assert "None" not in page
    assert "《》" not in page


@pytest.mark.parametrize(
    ("region", "is_taken"),
    [("230800", True), ("230803=郊区", True), ("999901=海棠湾市", False), ("230000", False)],
)
def test_a_region_that_is_not_the_texts_is_refused(empty: Path, tmp_path: Path, region: str, is_taken: bool) -> None:
    """A part of the place whose bodies issue it may be meant, no other place and none above it."""
    path = tmp_path / "memo.txt"
    path.write_text(MEMO.replace("海棠湾市", "佳木斯市"), encoding="utf-8")
    before = list_files(empty)
    if is_taken:
        added = add_document(open_workspace(empty), path, MINE, region).region
        assert added is not None
        assert added.code == region[:6]
    else:
        with pytest.raises(InputError, match=r"与原文不合.*230800"):
            add_document(open_workspace(empty), path, MINE, region)
        assert list_files(empty) == before


@pytest.mark.slow
def test_a_document_is_taken_once(empty: Path, tmp_path: Path) -> None:
    """As the same file, as the same words in another form, as another edition that nobody has vouched for."""
    workspace = open_workspace(empty)
    forms = {"memo.docx": memos.make_docx(), "memo.html": memos.make_html(), "memo.pdf": memos.make_memo_pdf()}
    for name, content in forms.items():
        (tmp_path / name).write_bytes(content)
    add_document(workspace, tmp_path / "memo.docx", "one")
    other = tmp_path / "other.txt"
    other.write_text("\n".join(memos.LINES).replace("优先安排", "可以优先安排"), encoding="utf-8")
    ours = tmp_path / "ours.txt"
    ours.write_bytes((find_root() / "data" / "documents" / "jiamusi-2020-6" / "source.txt").read_bytes())
    before = list_files(empty)
    causes = {
        tmp_path / "memo.docx": "这个文件已经收过.*one",
        tmp_path / "memo.html": "同样的文字已经收过.*one",
        tmp_path / "memo.pdf": "同样的文字已经收过.*one",
        ours: r"(这个文件|同样的文字)已经收过.*jiamusi-2020-6",
    }
    for path, cause in causes.items():
        for again in (False, True):
            with pytest.raises(InputError, match=cause):
                add_document(workspace, path, "two", again=again)
    with pytest.raises(InputError, match=r"other\.txt: one.*有同样的文号和标题"):
        add_document(workspace, other, "two")
    # the file is named, and the way on: what comes next for what is there, and how a slip is put right
    with pytest.raises(InputError, match=rf"memo\.docx: .*policygraph draft one --workspace {empty}；.*--replace"):
        add_document(workspace, tmp_path / "memo.docx", "two")
    with pytest.raises(InputError, match=rf"memo\.pdf: .*policygraph draft one --workspace {empty}；要换成别的"):
        add_document(workspace, tmp_path / "memo.pdf", "two")
    with pytest.raises(InputError, match=r"ours\.txt: .*policygraph ask measures --document jiamusi-2020-6 "):
        add_document(workspace, ours, "two")
    (empty / "documents" / "one" / "draft.ttl").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=rf"policygraph serve --edit --workspace {empty}；要换成别的") as told:
        add_document(workspace, tmp_path / "memo.docx", "two")
    assert "--replace" not in str(told.value)
    (empty / "documents" / "one" / "draft.ttl").unlink()
    assert list_files(empty) == before
    assert add_document(workspace, other, "two", again=True).identifier == "two"


def test_the_same_words_are_found_whatever_characters_they_have_most(empty: Path, tmp_path: Path) -> None:
    """Counting characters only spares folding: compatibility characters and numerals may be printed otherwise."""
    workspace = open_workspace(empty)
    text = "云川市意见\n\n一、措施\n年年检查，第二十二年减少第三次检查，年检照旧。\n"
    forms = {
        "plain.txt": text,
        "wide.txt": text.replace("一、", "一 、").replace("，", " ，\n"),
        "old.txt": text.replace("年", "\uf98e"),
        "moved.txt": text.replace("年检照旧", "照旧年检"),
    }
    for name, words in forms.items():
        (tmp_path / name).write_text(words, encoding="utf-8")
    add_document(workspace, tmp_path / "plain.txt", "one")
    for name in ("wide.txt", "old.txt"):
        with pytest.raises(InputError, match="同样的文字已经收过"):
            add_document(workspace, tmp_path / name, "two")
    assert add_document(workspace, tmp_path / "moved.txt", "two").identifier == "two"


def test_a_memo_of_two_tables_is_built_and_asked_as_it_was_added(run: Callable[..., Done], tmp_path: Path) -> None:
    """Both tables count from 1: nobody has to mend a number that the program made, in a file that is not there."""
    file = docx.Document()
    for part, measures in (("二、激励措施", ("优先退税", "少查账")), ("三、惩戒措施", ("限制供水", "通报"))):
        for line in (part,) if part.startswith("三") else (*MEMO.splitlines()[:6], "一、对象", "生产经营单位。", part):
            file.add_paragraph(line)
        table = file.add_table(rows=0, cols=3)
        for words in (("序号", "措施", "责任单位"), *((str(n), one, "市财政局") for n, one in enumerate(measures, 1))):
            for cell, word in zip(table.add_row().cells, words, strict=True):
                cell.text = word
    file.save(str(tmp_path / "two.docx"))
    workspace = init_workspace(tmp_path / "own", HERS, samples=False)
    assert len(add_document(workspace, tmp_path / "two.docx", MINE).reading.measures.measures) == 4
    done = run("ask", "measures", "--document", MINE, "--workspace", str(tmp_path / "own"), "--format", "csv")
    assert (done.returncode, re.findall(r",((?:二|三)\d),", done.stdout)) == (0, ["二1", "二2", "三1", "三2"])


def test_one_memo_is_the_same_document_as_word_page_and_pdf(tmp_path: Path) -> None:
    told: dict[str, object] = {}
    forms = {"word.docx": memos.make_docx, "page.html": memos.make_html, "print.pdf": memos.make_memo_pdf}
    for name, make in forms.items():
        (tmp_path / name).write_bytes(make())
        # one workspace takes a document once
        workspace = init_workspace(tmp_path / f"own-{name}", "https://data.example.gov.cn/credit/", samples=False)
        added = add_document(workspace, tmp_path / name, region=f"{memos.CODE}={memos.CITY}")
        source = (added.folder / "source.txt").read_text("utf-8")
        document, measures = added.reading.document, added.reading.measures
        mentions = added.reading.mentions
        # every span gives back its words, letter by letter
        for clause in document.clauses:
            printed = "".join(source[span.start : span.end] for span in clause.spans)
            assert not clause.spans or "".join(printed.split()) == "".join(clause.text.split()), (name, clause.id)
        for mention in mentions:
            printed = "".join(source[span.start : span.end] for span in mention.spans)
            assert "".join(printed.split()) == mention.as_written, name
        told[name] = (
            (document.title, document.number, document.date, [one.text for one in document.issuers]),
            [(one.id, one.label, "".join(one.text.split())) for one in document.clauses],
            [(one.notation, one.title, one.group) for one in measures.measures],
            [(one.notation, [duty.mention.as_written for duty in one.responsibilities]) for one in measures.groups],
            [(one.as_written, one.clause) for one in mentions],
        )
    word = told["word.docx"]
    assert word == told["page.html"] == told["print.pdf"]
    assert isinstance(word, tuple)
    header, _, measures_told, groups, _ = word
    assert header[1:3] == ("临应急联发〔2031〕9号", "2031-05-20")
    assert len(measures_told) == memos.MEASURES
    assert sorted({body for _, duties in groups for body in duties}) == sorted(memos.BODIES)


def test_no_refusal_stands_at_a_metavariable() -> None:
    """Whoever reads a refusal is told which file, folder or document it is about, never the word FILE for it."""
    package = find_root() / "src" / "policygraph"
    raised = {
        f"{path.relative_to(package)}:{call.lineno}": call.args[0].value
        for path in sorted(package.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id.endswith("Error")
        if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }
    assert len(raised) > 50
    assert {place: said for place, said in raised.items() if said.isascii() and said.isalpha() and said.isupper()} == {}


def test_the_terminal_says_names_with_codes_behind(run: Callable[..., Done], tmp_path: Path) -> None:
    """A region, a kind, a state are words on the terminal; what a command takes as code stands behind."""
    home, memo, where = tmp_path / "own", tmp_path / "memo.docx", ("--workspace", str(tmp_path / "own"))
    memo.write_bytes(memos.make_docx())
    assert run("init", str(home), "--base", HERS, "--without-samples").returncode == 0
    added = run("add", str(memo), "--id", memos.SLUG, "--region", f"{memos.CODE}={memos.CITY}", *where)
    assert f"地区　　{memos.CITY}（{memos.CODE}）" in added.stdout
    listed = run("draft", memos.SLUG, *where).stdout
    assert "措施（measures）" in listed
    assert "多半是" in listed
    left = run("todo", *where)
    assert left.returncode == 1
    assert "条件（conditions）" in left.stdout
    assert "有草稿" in left.stdout
    assert not re.search(r"drafted|parsed|kind|lacking", left.stdout)
    assert f"policygraph serve --edit --workspace {home}" in left.stderr
    assert f"policygraph curate list {memos.SLUG} --workspace {home}" in left.stderr
    # what programs read keeps its codes
    rows = json.loads(run("todo", *where, "--format", "json").stdout)["rows"]
    assert {row["state"] for row in rows} == {"drafted", "parsed"}


def test_what_is_doubtful_in_one_way_is_told_once_with_its_places() -> None:
    source = "（一）优先安排。（二）减少检查。（三）容缺受理。"
    alike = [Problem("measure-without-row", f"附表中没有与“{words}”对应的行", 0, 0) for words in "甲乙丙"]
    other = Problem("cut-sentence", "句子断了", source.index("（二）"), source.index("（三）"))
    told = list(tell_problems([*alike, other, other], source, "memo.docx"))
    assert len(told) == 2
    assert told[0].startswith("memo.docx: 附表中没有与“甲”对应的行；同类的还有 2 处：“乙”、“丙”")
    assert told[1] == "memo.docx: 句子断了（2 处）"
    assert len(list(tell_problems(alike[:2], source, "memo.docx"))) == 2
    # without words of its own a doubt is told by those at its place
    bare = [Problem("record", f"多了一行{n}", source.index("（二）"), 0) for n in range(3)]
    assert "“（二）减少检查。（三）容”" in next(tell_problems(bare, source, "memo.docx"))
