"""The language files: the same keys everywhere, nothing empty or unused; one language more is a file and its code."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.files import read_nodes

import policygraph
from policygraph.keeping.store.questions import load_queries
from policygraph.speaking.app import Options, create_app
from policygraph.speaking.sparql.engine import Settings
from policygraph.words import load_languages, read_languages, source_language

PACKAGE = Path(policygraph.__file__).parent
WORDS = PACKAGE / "words"
HEADINGS = ("columns", "register_columns", "faults")
"""Queries and register tables name their columns in the language of the documents, and errors stand in it where they
are raised, so its file has only the others."""


def walk(words: dict[str, Any], room: str = "") -> Iterator[tuple[str, str]]:
    """Every word by its path."""
    for key, value in words.items():
        if isinstance(value, dict):
            yield from walk(value, f"{room}{key}/")
        else:
            yield f"{room}{key}", value


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def source() -> dict[str, str]:
    return dict(walk(dict(source_language().words)))


@pytest.mark.parametrize("code", [code for code, language in read_languages().items() if language.foreign])
def test_languages_have_the_same_keys_and_slots(code: str, source: dict[str, str]) -> None:
    other = dict(walk(dict(read_languages()[code].words)))
    assert {key for key in other if not key.startswith(HEADINGS)} == {k for k in source if not k.startswith(HEADINGS)}
    assert set(source) <= set(other)
    # the open outcome is told by its reasons alone in Chinese; the others say it first
    apart = {key for key in source if slots(source[key]) != slots(other[key])}
    assert apart <= {"checking/open_because"}


def test_no_word_is_empty() -> None:
    for code, language in read_languages().items():
        assert [key for key, value in walk(dict(language.words)) if not value] == [], code


def printed(path: Path) -> Iterator[tuple[int, str]]:
    """The Chinese literals of a module that are printed: no docstring, nothing read, no help, no cause of an error."""
    silent: set[ast.AST] = set()
    for node in read_nodes(path):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            silent |= {one.value for one in node.body if isinstance(one, ast.Expr)}
        name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if name.endswith(("Error", ".startswith")) or name in ("re.compile", "typer.Option", "typer.Argument"):
            silent |= set(ast.walk(node))
    for node in read_nodes(path):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        if node not in silent and re.search("[\u4e00-\u9fff]", node.value):
            yield node.lineno, node.value


TYPEFACE = "宋体"


@pytest.mark.parametrize("room", ["judging/decisions", "judging/answers.py", "judging/comparing", "speaking/papers",
                                  "speaking/web", "speaking/exports.py", "speaking/cli/deciding.py"])  # fmt: skip
def test_what_is_printed_stands_in_no_module(room: str) -> None:
    """Words are data: a module prints what the language file says. Causes of errors stand where they are raised."""
    paths = [PACKAGE / room] if room.endswith(".py") else sorted((PACKAGE / room).rglob("*.py"))
    found = [(path.name, line, text) for path in paths for line, text in printed(path) if text != TYPEFACE]
    assert found == []


def text_of(*parts: tuple[str, str]) -> str:
    found = (path for folder, pattern in parts for path in sorted((PACKAGE / folder).rglob(pattern)))
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


def test_every_word_is_used_and_every_word_used_is_there(source: dict[str, str]) -> None:
    printing = text_of(("templates", "*.html"), ("speaking", "*.py"), ("judging", "*.py"))
    root = PACKAGE.parents[1]
    data = "\n".join(
        path.read_text(encoding="utf-8")
        for name in ("ontology", "data/documents")
        for path in (root / name).rglob("*.ttl")
    )
    asked = printing + text_of(("queries", "*.rq"))
    pools = {
        "codes": asked + data,
        "levels": text_of(("reading", "*.py"), ("speaking", "names.py")) + data,
        "columns": asked,
        "text_columns": text_of(("keeping", "*.py")),
        # the rules by which a draft proposes are named where they are
        "draft_rules": text_of(("reading", "*.py"), ("keeping", "*.py")),
    }
    # 'cond_' ~ part.outcome · f"out_{outcome}" · f"{level}-label" · f"{rule}-open": keys of a fixed part and a code
    families = tuple(re.findall(r"'(\w+_)' ~|f\"(\w+_)\{", printing))
    begins = tuple({part for pair in families for part in pair if part})
    tokens = {
        room: set(re.findall(r"[\w-]+", text))
        for room, text in {**pools, "": printing + text_of(("keeping", "*.py"))}.items()
    }
    unused = []
    for path in source:
        room, _, key = path.rpartition("/")
        name = key.rpartition(".")[2].removesuffix("-label").removesuffix("-open" if room == "draft_rules" else "")
        assert re.fullmatch(r"[\w-]+", name), path
        if not key.startswith(begins) and name not in tokens[room if room in pools else ""]:
            unused.append(path)
    assert unused == []
    used = set(re.findall(r"\bw\.(\w+)", printing))
    assert used - set(source_language().words) == set()


@pytest.mark.slow
def test_every_sentence_is_said_with_its_slots() -> None:
    """Each ``say(room, key, …)`` names a sentence that every language has, and fills exactly its slots."""
    calls = 0
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in read_nodes(path):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"):
                continue
            room, key = node.args
            if not (isinstance(room, ast.Constant) and isinstance(key, ast.Constant)):
                continue
            calls += 1
            given = {word.arg for word in node.keywords}
            for code, language in read_languages().items():
                assert slots(language.words[str(room.value)][str(key.value)]) == given, (
                    f"{code} {path.name}:{node.lineno}"
                )
    assert calls > 60


def test_every_word_that_a_page_takes_from_a_room_is_there() -> None:
    for name, room in (
        ("check", "checking"),
        ("decision", "checking"),
        ("compare", "comparing"),
        ("review", "reviewing"),
    ):
        text = (PACKAGE / "templates" / f"{name}.html").read_text(encoding="utf-8")
        words = source_language().words[room]
        assert set(re.findall(r"\bc\.(\w+)", text)) - set(words) - {"get", "level", "paragraphs"} == set(), name


def test_every_column_has_a_heading_in_every_language() -> None:
    for code, language in read_languages().items():
        known = language.words["columns"]
        own = {} if language.foreign else {c.name: c.label for q in load_queries() for c in q.columns}
        shown = {c.name for q in load_queries() for c in q.columns if not c.name.endswith("_label")}
        assert shown - set(known) - set(own) == set(), code


def test_no_page_asks_which_language_it_is_in() -> None:
    """A choice that depends on the language is made by its ``Language``; a code in a test would be a second list."""
    codes = set(read_languages())
    for path in sorted((PACKAGE / "speaking").rglob("*.py")):
        for node in read_nodes(path):
            if isinstance(node, ast.Compare):
                compared = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
                assert not compared & codes, f"{path.name}:{node.lineno}"
    pages = text_of(("templates", "*.html"))
    assert re.findall(rf"[!=]=\s*'(?:{'|'.join(codes)})'", pages) == []
    assert not re.search(r"""["'(]/(?:en)\b""", text_of(("speaking/web", "*.py"), ("templates", "*.html")))


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory, dataset: Path) -> Iterator[TestClient]:
    """A service with one language more: a copy of the English file and its code in the list."""
    folder = tmp_path_factory.mktemp("words")
    for path in WORDS.glob("*.toml"):
        shutil.copy(path, folder)
    stub = (folder / "en.toml").read_text(encoding="utf-8")
    stub = stub.replace('tag = "en"', 'tag = "eo"').replace('name = "English"', 'name = "Esperanto"')
    (folder / "xx.toml").write_text(
        stub.replace('job_basis = "Find the basis"', 'job_basis = "Trovi la bazon"'), encoding="utf-8"
    )
    listed = (folder / "languages.toml").read_text(encoding="utf-8").replace('"en"]', '"en", "xx"]')
    (folder / "languages.toml").write_text(listed, encoding="utf-8")
    app = create_app(dataset, Options(Settings(workers=1), languages=load_languages(folder)))
    with TestClient(app, headers={"Accept": "text/html"}, follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize(
    "page",
    [
        "/", "/documents", "/doc/jiamusi-2020-5", "/measures?as_of=2026-11-22", "/queries/measures",
        "/sparql", "/check", "/review", "/search?q=惩戒", "/law/guanggao-fa?as_of=2026-11-22",
        "/concept/mechanism-watch-list", "/compare?as_of=2026-11-22",
        "/region/230800", "/measure/jiamusi-2020-5/para_9?as_of=2026-11-22",
    ],
)  # fmt: skip
def test_a_language_is_a_file_and_its_code(stub: TestClient, page: str) -> None:
    answer = stub.get("/xx" + page)
    assert answer.status_code == 200
    assert '<html lang="eo">' in answer.text
    assert ">Trovi la bazon<" in answer.text  # the first job of the navigation, on every page
    bare = page.partition("?")[0]
    assert f'<a href="/en{bare}' in answer.text
    assert f'<a href="{bare}' in answer.text
    inner = re.findall(r'href="(/[^"]*)"', answer.text.partition("<main")[2].partition("</main")[0])
    files = re.compile(
        r"^/(?:static|dumps|queries/[^/]+\.|sparql\?|[^?]*\.(?:json|ttl|jsonld|rdf|nt|csv|xlsx|docx|txt))"
    )
    assert [link for link in inner if not link.startswith(("/xx/", "/xx?")) and not files.match(link)] == []


def test_the_other_languages_lead_to_the_stub_and_stay_themselves(stub: TestClient) -> None:
    for prefix, tag in (("", "zh-CN"), ("/en", "en")):
        text = stub.get(f"{prefix}/documents").text
        assert f'<html lang="{tag}">' in text
        assert '<a href="/xx/documents" lang="eo" hreflang="eo">Esperanto</a>' in text
    assert stub.get("/yy/measures").status_code == 404
    # an address that leads on stays in its language
    assert stub.get("/xx/source/jiamusi-2020-5").headers["location"] == "/xx/doc/jiamusi-2020-5/source"


def test_a_thing_is_named_in_the_first_language_that_names_it() -> None:
    languages = read_languages()
    assert languages["en"].pick(zh="公示", en="publication") == "publication"
    assert [languages["en"].pick(zh="公示", en=value) for value in (None, "")] == ["公示", "公示"]
    assert languages["zh"].pick(zh="公示", en="publication") == "公示"
    assert languages["zh"].pick(zh=None, en="publication") == ""
