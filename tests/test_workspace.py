"""A workspace: a folder of somebody's own documents under a base of her own, beside ours and built like ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygraph.errors import DataError, InputError, NotFoundError
from policygraph.keeping.workspace import SETTINGS, check_identifier, init_workspace, open_workspace, set_samples
from policygraph.namespaces import BASE, base_of, clause_iri, slug_of, span_iri

HERS = "https://data.haitang.example/credit/"


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
