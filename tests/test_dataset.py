"""A build proves what it writes, writes it whole, and writes the same bytes every time."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import XSD, BNode, Graph, Literal

from policygraph.errors import DataError
from policygraph.graph.blanks import skolemise
from policygraph.keeping.assessments import holds_codes, open_codes
from policygraph.keeping.dataset.building import build
from policygraph.keeping.dataset.checking import validate_dataset
from policygraph.keeping.dataset.inputs import fingerprint
from policygraph.keeping.dataset.manifest import DATASET_FILE, read_manifest
from policygraph.keeping.dataset.opening import open_dataset, open_graphs, read_shapes
from policygraph.keeping.sources import find_root
from policygraph.keeping.store import open_store
from policygraph.keeping.terms import TermWriter, write_node
from policygraph.keeping.workspace import open_workspace
from policygraph.namespaces import GRAPH, PG, slug_of

SAMPLE = find_root() / "data" / "registers" / "sample"


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


@given(
    st.text(
        alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from('\\"\n\r\t\x7f\x85\ufffe')),
        max_size=8,
    ),
    st.sampled_from([{}, {"lang": "zh"}, {"lang": "zh-Hans"}, {"datatype": XSD.date}, {"datatype": XSD.string}]),
)
def test_a_literal_is_written_as_the_engine_writes_it(words: str, kind: dict[str, Any]) -> None:
    writer = TermWriter()
    for text in (words, "甲"):
        literal = Literal(text, normalize=False, **kind)
        assert writer.write(literal) == str(write_node(literal)).encode()


@pytest.mark.slow
def test_two_builds_are_the_same_bytes(dataset: Path, tmp_path: Path) -> None:
    build(tmp_path)
    assert (tmp_path / DATASET_FILE).read_bytes() == (dataset / DATASET_FILE).read_bytes()
    assert (tmp_path / "manifest.json").read_bytes() == (dataset / "manifest.json").read_bytes()


def test_the_hash_follows_from_the_digests_that_the_manifest_lists(dataset: Path) -> None:
    """Worked out here with nothing but hashlib and the lines of the file, as a reader with a shell would."""
    manifest = json.loads((dataset / "manifest.json").read_text(encoding="utf-8"))
    lines: dict[str, list[bytes]] = {}
    for line in (dataset / DATASET_FILE).read_bytes().splitlines(keepends=True):
        lines.setdefault(line.split()[-2].decode().strip("<>"), []).append(line)
    digests = {name: hashlib.sha256(b"".join(sorted(found))).hexdigest() for name, found in lines.items()}
    assert manifest["named_graphs"] == {
        name: {"digest": digests[name], "quads": len(found)} for name, found in lines.items()
    }
    assert (
        manifest["dataset"] == hashlib.sha256("".join(f"{d}\n" for d in sorted(digests.values())).encode()).hexdigest()
    )
    assert (manifest["quads"], manifest["graphs"]) == (sum(map(len, lines.values())), len(lines))
    assert str(GRAPH["derived"]) in lines


def remove_graph(lines: list[bytes]) -> list[bytes]:
    return [line for line in lines if not line.endswith(b"/graph/law> .\n")]


def cut_between_lines(lines: list[bytes]) -> list[bytes]:
    return lines[: len(lines) * 2 // 3]


def cut_inside_a_line(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-1], lines[-1][: len(lines[-1]) // 2]]


def replace_a_word(lines: list[bytes]) -> list[bytes]:
    word = "政府采购".encode()
    found = next(n for n, line in enumerate(lines) if word in line and b"/graph/doc/" in line)
    return [*lines[:found], lines[found].replace(word, "政府鼓励".encode(), 1), *lines[found + 1 :]]


def add_a_statement(lines: list[bytes]) -> list[bytes]:
    return [*lines, b"<urn:a> <urn:p> <urn:o> <https://w3id.org/policygraph/graph/more> .\n"]


def move_a_line_to_another_graph(lines: list[bytes]) -> list[bytes]:
    there = lines[-1].split()[-2]
    moved = next(n for n, line in enumerate(lines) if line.split()[-2] != there)
    return [*lines[:moved], lines[moved].replace(lines[moved].split()[-2], there), *lines[moved + 1 :]]


def change_a_shape(lines: list[bytes]) -> list[bytes]:
    found = next(n for n, line in enumerate(lines) if b"maxInclusive" in line and b'"36"' in line)
    return [*lines[:found], lines[found].replace(b'"36"', b'"24"'), *lines[found + 1 :]]


Tampering = Callable[[list[bytes]], list[bytes]]


def tamper(dataset: Path, folder: Path, how: Tampering) -> Path:
    """A copy of a dataset whose file was changed and whose manifest was not."""
    folder.mkdir(exist_ok=True)
    shutil.copy(dataset / "manifest.json", folder)
    lines = (dataset / DATASET_FILE).read_bytes().splitlines(keepends=True)
    changed = how(lines)
    assert changed != lines
    (folder / DATASET_FILE).write_bytes(b"".join(changed))
    return folder


@pytest.mark.parametrize("wanted", [None, holds_codes])
@pytest.mark.parametrize(
    ("how", "words"),
    [
        (remove_graph, r"缺少图 \S+/graph/law（\d+ 条）"),
        (cut_between_lines, r"有改动（清单 \d+ 条，现有 \d+ 条）"),
        (cut_inside_a_line, "内容与清单不符"),
        (replace_a_word, r"图 \S+/graph/doc/\S+ 有改动"),
        (add_a_statement, r"多出图 \S+/graph/more（1 条）"),
        (move_a_line_to_another_graph, "有改动"),
        (change_a_shape, r"图 \S+/graph/shapes/eligibility/\S+ 有改动"),
    ],
)
def test_a_dataset_that_is_not_the_one_named_is_refused_by_name(
    dataset: Path, tmp_path: Path, how: Tampering, words: str, wanted: Callable[[str], bool] | None
) -> None:
    """Also where only what holds codes is loaded."""
    folder = tamper(dataset, tmp_path / "tampered", how)
    with pytest.raises(DataError, match=words) as refused:
        open_graphs(folder, wanted)
    assert refused.value.place == str(folder / DATASET_FILE)
    assert "policygraph build" in refused.value.remedy


def test_codes_are_the_same_where_nothing_else_is_loaded(dataset: Path) -> None:
    whole, some = open_dataset(dataset), open_graphs(dataset, holds_codes)
    assert open_codes(some) == open_codes(whole)
    assert some.dataset == whole.dataset
    assert some.list_graphs() == tuple(name for name in whole.list_graphs() if holds_codes(name))
    assert 0 < len(some.engine) * 4 < len(whole.engine)


@pytest.mark.parametrize(
    "command",
    [
        ("ask", "documents"),
        ("ask", "list"),
        ("query", "-"),
        ("decide", str(SAMPLE), "--policy", "jiamusi-2020-6", "--as-of", "2026-11-22"),
        ("review",),
        ("health",),
        ("compare",),
        ("validate",),
        ("verify", "-"),
        ("get", "/healthz"),
        ("serve", "--port", "0"),
    ],
    ids=lambda command: command[0],
)
def test_every_command_refuses_a_tampered_dataset(
    run: Callable[..., Any], dataset: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    folder = tamper(dataset, tmp_path / "tampered", remove_graph)
    done = run(*command, "--dataset", str(folder), stdin="{}" if command[0] == "verify" else "ASK {}")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "缺少图" in done.stderr
    assert "policygraph build" in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", DATASET_FILE]


@pytest.mark.parametrize(
    "text",
    ["{}", "[]", "", "{", "null", '"x"', "\0"],
)
def test_a_spoilt_manifest_is_refused(run: Callable[..., Any], dataset: Path, tmp_path: Path, text: str) -> None:
    shutil.copy(dataset / DATASET_FILE, tmp_path)
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"manifest\.json"):
        read_manifest(tmp_path)
    done = run("ask", "documents", "--dataset", str(tmp_path))
    assert done.returncode == 2
    assert "policygraph build" in done.stderr


def test_a_manifest_whose_hash_does_not_follow_from_its_digests_is_refused(dataset: Path, tmp_path: Path) -> None:
    shutil.copy(dataset / DATASET_FILE, tmp_path)
    manifest = json.loads((dataset / "manifest.json").read_text(encoding="utf-8"))
    manifest["named_graphs"].pop(str(GRAPH["law"]))
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(DataError, match="不是各图摘要的散列"):
        read_manifest(tmp_path)


def test_a_build_that_is_just_putting_its_second_file_in_place_is_waited_for(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tamper(dataset, tmp_path / "building", add_a_statement)
    (folder / DATASET_FILE).replace(folder / "new.nq")
    shutil.copy(dataset / DATASET_FILE, folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    new = open_store([folder / "new.nq"])
    later = {**manifest, "dataset": new.dataset, "named_graphs": {n: asdict(g) for n, g in new.digests.items()}}
    (folder / "new.nq").replace(folder / DATASET_FILE)

    def build_goes_on(_: float) -> None:
        (folder / "manifest.json").write_text(json.dumps(later), encoding="utf-8")

    monkeypatch.setattr("policygraph.keeping.dataset.opening.time.sleep", build_goes_on)
    assert open_dataset(folder).dataset == new.dataset


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


def test_no_quote_holds_the_markup_of_its_source(dataset: Path) -> None:
    """A quote over a page cut is the words before it and after it, never what stands between."""
    store = ox.Store()
    store.bulk_load(path=str(dataset / DATASET_FILE), format=ox.RdfFormat.N_QUADS)
    found = (quad.object for quad in store.quads_for_pattern(None, ox.NamedNode(str(PG.quote)), None, None))
    quotes = [words.value for words in found if isinstance(words, ox.Literal)]
    assert len(quotes) > 500
    assert [quote for quote in quotes if re.search(r"</?[a-z]+>|\f", quote)] == []


def test_no_triple_stands_in_two_graphs(dataset: Path) -> None:
    triples = [quad.triple for quad in ox.parse(path=str(dataset / DATASET_FILE), format=ox.RdfFormat.N_QUADS)]
    assert len(triples) == len(set(triples))


def test_no_blank_node_and_only_ascii_names(dataset: Path) -> None:
    for quad in ox.parse(path=str(dataset / DATASET_FILE), format=ox.RdfFormat.N_QUADS):
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            assert not isinstance(term, ox.BlankNode)
            assert not isinstance(term, ox.NamedNode) or term.value.isascii()


def test_the_graph_is_sound_by_its_own_profile(dataset: Path) -> None:
    assert validate_dataset(dataset) == ()


@pytest.mark.slow
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
        build(out, open_workspace(ground=knowledge))
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.parametrize("region", ["370399", "410183"])
def test_a_document_of_a_region_that_is_not_registered_is_told(knowledge: Path, tmp_path: Path, region: str) -> None:
    path = knowledge / "data" / "documents" / "yiyuan-2021-28" / "metadata.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<region/370323>", f"<region/{region}>"), encoding="utf-8")
    registered = f"<region/{region}>" in (knowledge / "ontology" / "concepts" / "regions.ttl").read_text("utf-8")
    build(tmp_path / "out", open_workspace(ground=knowledge))
    told = [r for r in validate_dataset(tmp_path / "out") if r.shape.endswith("/jurisdiction/registered")]
    assert [(slug_of(r.focus), slug_of(r.value or "")) for r in told] == (
        [] if registered else [("doc/yiyuan-2021-28", f"region/{region}")]
    )
    assert all("regions.ttl" in r.message_zh and "regions.ttl" in r.message_en for r in told)


@pytest.mark.slow
def test_a_policy_that_could_not_be_decided_refuses_the_build(knowledge: Path, tmp_path: Path) -> None:
    path = knowledge / "shapes" / "eligibility" / "yiyuan-2021-28.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("sh:maxInclusive", "sh:maxInclusiv", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"shapes/eligibility/yiyuan-2021-28.*sh:maxInclusiv（是否为"):
        build(tmp_path / "out", open_workspace(ground=knowledge))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["eligibility", "profile", "review"])
def test_shapes_come_out_of_a_dataset_as_they_went_in(dataset: Path, kind: str) -> None:
    """The dataset has no blank nodes; SHACL lists, paths and nested shapes need theirs back."""
    files = sorted((find_root() / "shapes" / kind).glob("*.ttl"))
    found = read_shapes(open_dataset(dataset), kind)
    assert len(found) == len(files) > 0
    for graph, path in zip(found, files, strict=True):
        # names after the statement are a canonical form: rdflib's own comparison takes minutes on these
        written = Graph().parse(path)
        assert set(skolemise(graph)) == set(skolemise(written)), path.name
        assert count_blanks(graph) == count_blanks(written), path.name


def count_blanks(graph: Graph) -> int:
    return len({node for node in graph.all_nodes() if isinstance(node, BNode)})


def test_a_dataset_without_shapes_of_a_kind_gives_none(dataset: Path) -> None:
    assert read_shapes(open_dataset(dataset), "nothing") == ()


@pytest.mark.slow
def test_the_profile_is_that_of_the_dataset(knowledge: Path, tmp_path: Path) -> None:
    """A rule that the program's own tree does not have is applied, because the dataset holds it."""
    path = knowledge / "shapes" / "profile" / "documents.ttl"
    rule = """
<https://example.org/shape/never> a sh:NodeShape ; sh:targetClass pg:PolicyDocument ;
    sh:property [ sh:path dcterms:title ; sh:maxCount 0 ; sh:message "不得有标题"@zh ] .
"""
    text = path.read_text(encoding="utf-8")
    assert "@prefix dcterms:" in text
    path.write_text(text + rule, encoding="utf-8")
    build(tmp_path / "out", open_workspace(ground=knowledge))
    assert "不得有标题" in {result.message_zh for result in validate_dataset(tmp_path / "out")}


def test_a_broken_knowledge_file_is_named(knowledge: Path, tmp_path: Path) -> None:
    path = knowledge / "data" / "organisations.ttl"
    path.write_text("<a> <b> .", encoding="utf-8")
    with pytest.raises(DataError, match=r"organisations\.ttl"):
        build(tmp_path / "out", open_workspace(ground=knowledge))


@pytest.mark.slow
def test_a_document_without_curated_model_still_answers(knowledge: Path, tmp_path: Path) -> None:
    folder = knowledge / "data" / "documents" / "yiyuan-2021-28"
    (folder / "model.ttl").unlink()
    (folder / "metadata.ttl").unlink()
    # what an editor answered rests on what the model says is there
    (folder / "answers.ttl").unlink()
    manifest = build(tmp_path / "out", open_workspace(ground=knowledge))
    assert manifest.documents[0].clauses > 20
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["dataset"] == manifest.dataset
