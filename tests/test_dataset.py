"""A build proves what it writes, writes it whole, and writes the same bytes every time."""

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from policygraph.dataset import DATASET_FILE, build, fingerprint, read_manifest, validate_dataset
from policygraph.errors import DataError
from policygraph.sources import find_root


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A copy of the knowledge files with one document only, to be broken by a test."""
    root = tmp_path / "root"
    for top in ("ontology", "shapes", "data"):
        shutil.copytree(find_root() / top, root / top)
    for folder in (root / "data" / "documents").iterdir():
        if folder.name != "yiyuan-2021-28":
            shutil.rmtree(folder)
    return root


def test_two_builds_are_the_same_bytes(dataset: Path, tmp_path: Path) -> None:
    build(tmp_path)
    assert (tmp_path / DATASET_FILE).read_bytes() == (dataset / DATASET_FILE).read_bytes()
    assert (tmp_path / "manifest.json").read_bytes() == (dataset / "manifest.json").read_bytes()


def test_the_five_documents_are_read_whole(dataset: Path) -> None:
    manifest = read_manifest(dataset)
    assert manifest is not None
    figures = {d.document: d for d in manifest.documents}
    assert {k: (d.measures, d.groups) for k, d in figures.items() if d.groups} == {
        "jiamusi-2020-5": (20, 15),
        "jiamusi-2020-6": (29, 17),
    }
    assert all(not d.unresolved for d in figures.values())
    assert len(figures) == 5
    assert manifest.inputs == fingerprint()


def test_every_span_gives_back_its_words_independently_of_the_builder(dataset: Path) -> None:
    store = ox.Store()
    store.bulk_load(path=str(dataset / DATASET_FILE), format=ox.RdfFormat.N_QUADS)
    texts = {p.parent.name: p.read_text(encoding="utf-8") for p in find_root().glob("data/documents/*/source.txt")}
    query = """
        PREFIX oa: <http://www.w3.org/ns/oa#>
        SELECT ?source ?start ?end ?exact WHERE {
          ?span oa:hasSource ?source ; oa:hasSelector ?p , ?q . ?p oa:start ?start ; oa:end ?end . ?q oa:exact ?exact }
    """
    rows = list(store.query(query, use_default_graph_as_union=True))  # type: ignore[arg-type]  # SELECT gives rows
    assert len(rows) > 1000
    for source, start, end, exact in rows:
        name = source.value.rsplit("/", 1)[-1]
        assert texts[name][int(start.value) : int(end.value)] == exact.value


def test_no_triple_stands_in_two_graphs(dataset: Path) -> None:
    triples = [quad.triple for quad in ox.parse(path=str(dataset / DATASET_FILE), format=ox.RdfFormat.N_QUADS)]
    assert len(triples) == len(set(triples))


def test_no_blank_node_and_only_ascii_names(dataset: Path) -> None:
    for quad in ox.parse(path=str(dataset / DATASET_FILE), format=ox.RdfFormat.N_QUADS):
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            assert not isinstance(term, ox.BlankNode)
            assert not isinstance(term, ox.NamedNode) or term.value.isascii()


def test_the_graph_is_sound_by_its_own_profile(dataset: Path) -> None:
    assert [r for r in validate_dataset(dataset) if r.severity == "Violation"] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "cause"),
    [
        ("model.ttl", "应先行受理", "可先行受理", "引文不是该条款的原文"),
        ("model.ttl", "annex_1/sec_3/para_9>", "annex_1/sec_3/para_99>", "没有这一条款"),
        ("metadata.ttl", "〔2021〕28号", "〔2021〕29号", "发文字号"),
        ("metadata.ttl", "2021-08-05", "2021-08-06", "日期"),
        ("source.txt", "沂源县", "沂原县", "sha256"),
    ],
)
def test_what_the_text_does_not_bear_out_refuses_the_build(
    knowledge: Path, tmp_path: Path, file: str, old: str, new: str, cause: str
) -> None:
    path = knowledge / "data" / "documents" / "yiyuan-2021-28" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    out = tmp_path / "out"
    with pytest.raises(DataError, match=cause):
        build(out, knowledge)
    assert not out.exists()


def test_a_broken_knowledge_file_is_named(knowledge: Path, tmp_path: Path) -> None:
    path = knowledge / "data" / "organisations.ttl"
    path.write_text("<a> <b> .", encoding="utf-8")
    with pytest.raises(DataError, match=r"organisations\.ttl"):
        build(tmp_path / "out", knowledge)


def test_a_document_without_curated_model_still_answers(knowledge: Path, tmp_path: Path) -> None:
    folder = knowledge / "data" / "documents" / "yiyuan-2021-28"
    (folder / "model.ttl").unlink()
    (folder / "metadata.ttl").unlink()
    manifest = build(tmp_path / "out", knowledge)
    assert manifest.documents[0].clauses > 20
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["dataset"] == manifest.dataset
