"""The site of files: whole, of one day, without a dead link, the same bytes again, nobody's files lost."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote, urlsplit

import pytest
from rdflib import Graph, URIRef

from policygraph.errors import PolicygraphError, StorageError
from policygraph.judging.answers import Iri
from policygraph.keeping.dataset.manifest import DATASET_FILE, read_manifest
from policygraph.keeping.dataset.opening import open_dataset
from policygraph.keeping.store.questions import load_queries
from policygraph.namespaces import DCAT, VOID
from policygraph.speaking.app import Options, load_site
from policygraph.speaking.exports import render_csv
from policygraph.speaking.publishing.addresses import ORIGIN, Rewriter, find_place
from policygraph.speaking.publishing.crawling import list_unissued, run_whole
from policygraph.speaking.publishing.finding import describe_text, fold_table
from policygraph.speaking.publishing.placing import LIST, check_place, write_folder
from policygraph.text.folding import fold

DAY = "2026-11-26"


class Page(HTMLParser):
    """Where a page leads, the names in it that may be led to, its forms, its words."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.names: set[str] = set()
        self.forms: list[dict[str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.links += [value for key in ("href", "src", "action") if (value := told.get(key))]
        self.names |= {name for key in ("id", "name") if (name := told.get(key))}
        if tag == "form":
            self.forms.append(told)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


@pytest.fixture(scope="module")
def site(published: Path) -> Path:
    return published


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    found = sorted(path for path in site.rglob("*.html"))
    return {path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8")) for path in found}


def follow(file: str, link: str) -> tuple[str, str] | None:
    """The file and the fragment that a link of a file leads to; None for another site."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    target = normpath(f"{file.rpartition('/')[0]}/{unquote(parts.path)}".lstrip("/")) if parts.path else file
    return target, unquote(parts.fragment)


def test_no_link_leads_to_nothing(site: Path, pages: dict[str, Page]) -> None:
    """Every link of every page names a file that is there, and a place in it that is there."""
    seen, dead = 0, []
    for file, page in pages.items():
        for link in page.links:
            assert not link.startswith("/"), (file, link)
            led = follow(file, link)
            if led is None:
                assert urlsplit(link).scheme in ("http", "https", "data"), (file, link)
                continue
            seen += 1
            target, fragment = led
            if not (site / target).is_file() or (
                fragment and not fragment.startswith("char=") and fragment not in pages[target].names
            ):
                dead.append((file, link))
    assert seen > 10_000
    assert dead == []


def test_the_site_has_what_people_come_for(site: Path, pages: dict[str, Page]) -> None:
    wanted = (
        "index.html", "documents", "measures", "legislation", "departments", "mechanisms", "compare", "review",
        "queries", "queries/lists", "queries/measures/document-yiyuan-2021-28", "doc/yiyuan-2021-28", "ns", "dumps",
        "doc/yiyuan-2021-28/source", "law/anquan-shengchan-fa", "concept/mechanism-credit-repair", "changes",
        "org/jiamusi/caizhengju", "graphs", "search", "compare/view-mechanisms",
    )  # fmt: skip
    assert [name for name in wanted if name not in pages and f"{name}/index.html" not in pages] == []
    for name in ("queries/lists.csv", "queries/lists.json", "queries/lists.xlsx",
                     "compare/view-questions_topic-repair.docx", "compare/view-measures.xlsx",
                 "doc/yiyuan-2021-28.ttl", "changes.atom", ".well-known/void.ttl", "ns.ttl", "static/find.js",
                 "search-index.js", "queries/measures/document-yiyuan-2021-28.csv"):  # fmt: skip
        assert (site / name).is_file(), name


def test_every_page_says_its_dataset_and_its_day(dataset: Path, site: Path, pages: dict[str, Page]) -> None:
    hash_ = (read_manifest(dataset) or pytest.fail("no manifest")).dataset
    stubs = {file for file in pages if 'http-equiv="refresh"' in (site / file).read_text(encoding="utf-8")}
    for file in set(pages) - stubs:
        assert hash_[:16] in pages[file].text, file
        assert DAY in pages[file].text, file
    assert json.loads((site / LIST).read_text(encoding="utf-8"))["as_of"] == DAY


def test_a_page_holds_the_words_of_the_service(dataset: Path, site: Path) -> None:
    """The reader page shows the document itself, the data are those of the service."""
    source = (Path(__file__).parents[1] / "data/documents/yiyuan-2021-28/source.txt").read_text(encoding="utf-8")
    words = "".join(Page((site / "doc/yiyuan-2021-28/source/index.html").read_text(encoding="utf-8")).text.split())
    assert "".join(source.split()) in words
    store = load_site(dataset, Options()).store
    assert (site / "queries/lists.csv").read_text(encoding="utf-8") == render_csv(store.ask("lists", {}))


def test_nothing_asks_for_a_service(site: Path, pages: dict[str, Page]) -> None:
    """The one form that is left is that of the search, which runs in the browser; the rest says what it takes."""
    for file, page in pages.items():
        for form in page.forms:
            assert form.get("role") == "search", (file, form)
            assert form.get("method") == "get", file
            led = follow(file, str(form["action"]))
            assert led is not None
            assert led[0] == "search/index.html", file
    for name, words in (("check", "policygraph decide"), ("sparql", "policygraph query"), ("measures", "筛选")):
        assert words in pages[f"{name}/index.html"].text
    assert "policygraph serve" in pages["check/index.html"].text


def test_no_file_names_an_address_that_nobody_has(site: Path) -> None:
    """Neither the stand-in origin nor a path of this machine is anywhere."""
    for path in sorted(site.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            assert ORIGIN.encode() not in content, path
            assert str(site.parent).encode() not in content, path


def test_data_of_the_site_are_read_by_their_readers(dataset: Path, site: Path) -> None:
    void = site / ".well-known" / "void.ttl"
    graph = Graph().parse(void, publicID=void.as_uri())
    dumps = set(graph.objects(None, DCAT.downloadURL)) | set(graph.objects(None, VOID.dataDump))
    files = [site / unquote(urlsplit(str(dump)).path.removeprefix(f"{site}/")) for dump in dumps]
    assert len(files) > 20
    assert [file for file in files if not file.is_file()] == []
    assert not list(graph.objects(None, VOID.sparqlEndpoint))
    whole = next(file for file in files if file.name == "policygraph.nq.gz")
    assert sorted(gzip.decompress(whole.read_bytes()).splitlines()) == sorted(
        (dataset / DATASET_FILE).read_bytes().splitlines()
    )
    law = Graph().parse(data=gzip.decompress((site / "graph/law.ttl.gz").read_bytes()), format="turtle")
    assert (URIRef("https://w3id.org/policygraph/id/law/anquan-shengchan-fa"), None, None) in law


SAMPLE = (
    "/", "/measures", "/compare?as_of=2026-11-26", "/doc/yiyuan-2021-28", "/law/anquan-shengchan-fa", "/ns", "/graphs",
    "/queries/lists.xlsx", "/queries/lists.csv", "/doc/yiyuan-2021-28.ttl", "/graph/law.ttl", "/.well-known/void",
    "/compare.docx?view=measures&as_of=2026-11-26", "/changes.atom", "/search-index.js",
)  # fmt: skip
ENGLISH = ("/en/", "/en/measures", "/en/doc/yiyuan-2021-28", "/en/law/anquan-shengchan-fa", "/en/search", "/en/check")
WRITE = """
import asyncio, sys
from pathlib import Path
from policygraph.speaking.publishing.crawling import Crawl, choose_languages, open_app
from policygraph.speaking.publishing.placing import Folder
dataset, folder, language, *addresses = sys.argv[1:]
app = open_app(Path(dataset), "2026-11-26", choose_languages([language]))
asyncio.run(Crawl(app, Folder(Path(folder)), "2026-11-26", None, print).run(addresses))
app.state.close()
"""


def write_some(dataset: Path, folder: Path, language: str, addresses: tuple[str, ...]) -> dict[str, bytes]:
    """Files of some addresses, written by another process, whose sets have another order."""
    command = [sys.executable, "-c", WRITE, str(dataset), str(folder), language, *addresses]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_notebook_with_an_event_loop_of_its_own_can_publish() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(len(done))
        if len(done) == 2:
            raise StorageError("a", "b", "c")

    async def cell() -> None:
        run_whole(work)

    asyncio.run(cell())
    with pytest.raises(StorageError):
        asyncio.run(cell())
    run_whole(work)
    assert done == [0, 1, 2]


def test_the_same_dataset_and_day_are_the_same_bytes(dataset: Path, site: Path, tmp_path: Path) -> None:
    again = write_some(dataset, tmp_path, "zh", SAMPLE)
    assert len(again) == len(SAMPLE)
    assert [name for name, content in again.items() if content != (site / name).read_bytes()] == []


def test_pages_in_another_language_lead_to_pages_of_theirs(dataset: Path, site: Path, tmp_path: Path) -> None:
    """Below ``en/``; what has one form for all languages is where the Chinese site has it."""
    for file, content in write_some(dataset, tmp_path, "en", ENGLISH).items():
        page = Page(content.decode())
        assert "Dataset" in page.text
        assert DAY in page.text
        for link in page.links:
            led = follow(file, link)
            assert led is not None
            twin = led[0].removeprefix("en/")
            assert (site / twin).is_file(), (file, link)


@pytest.mark.parametrize("others", [("notes.txt",), (LIST, "index.html", ".git/HEAD"), (LIST, "sub/mine.txt")])
def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path, others: tuple[str, ...]) -> None:
    for name in others:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps({"files": {"index.html": ""}}), encoding="utf-8")
    with pytest.raises(StorageError) as refused:
        check_place(tmp_path)
    assert others[-1].partition("/")[0] in str(refused.value)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == sorted(
        Path(name).name for name in others
    )


def test_a_site_takes_the_place_of_a_site_and_a_failed_one_of_none(tmp_path: Path) -> None:
    place = tmp_path / "site"
    with write_folder(place, {}) as folder:
        folder.write("a/index.html", b"one")
        folder.write("b.csv", b"one")
    with write_folder(place, {}) as folder:
        folder.write("a/index.html", b"two")
    assert sorted(p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()) == ["a/index.html", LIST]

    def fail() -> None:
        with write_folder(place, {}) as folder:
            folder.write("a/index.html", b"three")
            raise PolicygraphError("x", "y", "z")

    with pytest.raises(PolicygraphError):
        fail()
    assert (place / "a/index.html").read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


WRITING = """
import sys, time
from pathlib import Path
from policygraph.speaking.publishing.placing import write_folder
with write_folder(Path(sys.argv[1]), {}) as folder:
    folder.write("a/index.html", b"half")
    print("writing", flush=True)
    time.sleep(60)
"""


def test_what_a_killed_run_left_is_cleared_by_the_next_and_nothing_else(tmp_path: Path) -> None:
    place, stranger = tmp_path / "site", tmp_path / ".site.new-mine"
    stranger.mkdir()
    (stranger / "notes.txt").write_text("x", encoding="utf-8")
    runs = []
    for _ in range(2):
        run = subprocess.Popen([sys.executable, "-c", WRITING, str(place)], stdout=subprocess.PIPE, text=True)
        assert run.stdout is not None
        assert run.stdout.readline() == "writing\n"
        run.stdout.close()
        runs.append(run)
    killed, living = runs
    try:
        killed.kill()
        killed.wait()
        assert len(list(tmp_path.glob(".site.new-*"))) == 3
        with write_folder(place, {}) as folder:
            folder.write("a/index.html", b"whole")
            # what is being written stays, and what somebody else called alike
            assert len(list(tmp_path.glob(".site.new-*"))) == 3
    finally:
        living.kill()
        living.wait()
    with write_folder(place, {}) as folder:
        folder.write("a/index.html", b"whole again")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".site.new-mine", "site"]
    assert sorted(path.name for path in place.iterdir()) == ["a", LIST]


def test_a_file_in_the_way_is_told(tmp_path: Path, run: Callable[..., object], dataset: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = run("publish", str(tmp_path / "file"), "--dataset", str(dataset))
    assert (getattr(done, "returncode", None), (tmp_path / "file").read_text(encoding="utf-8")) == (2, "x")


def test_absolute_addresses_follow_the_one_that_is_given() -> None:
    at = find_place("/changes.atom", DAY)
    text = f'<link href="{ORIGIN}/law/a?as_of=2020-01-01"/>'
    assert Rewriter(DAY, None).rewrite_page(text, at)[0] == '<link href="law/a/index.html"/>'
    assert (
        Rewriter(DAY, "https://a.example").rewrite_page(text, at)[0]
        == '<link href="https://a.example/law/a/index.html"/>'
    )


@pytest.mark.slow
@pytest.mark.parametrize("character", ["Ａ", "〔", "「", "　", "二", "㈠", "é", "\u200b"])
def test_the_fold_of_a_character_is_the_one_of_the_service(character: str) -> None:
    assert fold_table().get(character, character) == fold(character, "name").text


def test_the_way_back_counts_as_browsers_do() -> None:
    """A character beyond the first plane is two units of a browser's text."""
    assert describe_text("𠮷 条") == ["𠮷 条", ["𠮷条", [0, 0, 1, 2, 3, 1]]]


def test_no_restricted_word_is_in_a_site(site: Path) -> None:
    """No register is published, the invented one neither: no code of an enterprise but those that show how to ask."""
    examples = {parameter.example for query in load_queries() for parameter in query.parameters}
    code = re.compile(r"(?<![0-9A-Z])9[123][0-9]{6}MA[0-9A-Z]{8}(?![0-9A-Z])")
    for path in sorted(site.rglob("*")):
        if path.suffix in (".html", ".js", ".csv", ".json", ".ttl", ".atom"):
            assert set(code.findall(path.read_text(encoding="utf-8"))) <= examples, path


def test_rows_of_one_thing_are_those_that_the_query_gives_for_it(dataset: Path) -> None:
    """What is read once for all pages is what each page would have asked for, in the same order."""
    site = load_site(dataset, Options())
    every = site.rows("concept-measures")
    concepts = sorted({str(row["concept"]) for row in every})
    assert len(concepts) > 20
    for iri in (*concepts, "https://w3id.org/policygraph/id/concept/no-such"):
        asked = site.rows("concept-measures", concept=Iri(iri))
        assert site.rows_of("concept-measures", "concept", Iri(iri)) == asked, iri
    assert sum(len(site.rows_of("concept-measures", "concept", Iri(iri))) for iri in concepts) == len(every)


def test_documents_dated_after_the_day_of_the_site_are_told_to_who_publishes(dataset: Path) -> None:
    """The pages called a memo of next month not yet issued, and the publisher learnt it nowhere."""
    store = open_dataset(dataset)
    assert list_unissued(store, "2026-11-26") == ()
    told = dict(list_unissued(store, "2012-01-01"))
    assert told["yiyuan-2021-28"] == "2021-08-05"
    assert "jiangsu-2019-820" in told, "an undated text counts from the first day it may be of"
    assert "xinzheng-2010-36" not in told
