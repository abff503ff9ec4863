"""An article then and now on the pages: imported words where the user has them, else gists; never in an answer.

The texts are invented and only bear the names and dates of registered laws.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from tests.conftest import Visit, open_once
from tests.words import read_statute

from policygraph.judging.answers import Iri
from policygraph.judging.law.quotations import Statute
from policygraph.keeping.library import OwnWork, render_work, save_text
from policygraph.namespaces import ID, instance
from policygraph.speaking.web.quoting import find_moves
from policygraph.speaking.web.site import Site
from policygraph.speaking.web.things import add_health
from policygraph.speaking.web.wordings import Wording, list_article, list_imported, list_wordings

LAW = "anquan-shengchan-fa"
OLD, NEW = "2014-08-31", "2021-06-10"
DAY = "2026-11-22"
MEASURE = "jiamusi-2020-5/para_1/subpara_5"
THEN = "林业部门应当建立名册，可以公告。"
NOW = "林业草原部门应当建立名册，必须公告。"


def statute(articles: int, **words: str) -> Statute:
    """A text whose articles say that they are invented, but for those given by number."""
    lines = [f"第{n}条 {words.get(f'art_{n}', f'虚构第{n}条。')}" for n in range(1, articles + 1)]
    return read_statute("\n".join(["某法", *lines]))


def save(library: Path, version: str, text: Statute) -> None:
    save_text(library, LAW, version, text, source="a.txt", sha256="")


@pytest.fixture(scope="module")
def open_site(dataset: Path) -> Callable[[Path], Site]:
    store = open_once(dataset)
    return lambda library: Site(store, library=library)


def cited(site: Site, as_of: str = DAY, locator: str = "第七十五条") -> Wording:
    """How the measure's basis in that article is shown."""
    iri = Iri(instance("measure", *MEASURE.split("/")))
    bases = site.ask("legal-bases", measure=iri)
    add_health(site, bases, str(ID["doc/jiamusi-2020-5"]), as_of, iri)
    (found,) = [x for x in list_wordings(site, bases, as_of) if x.title.endswith("安全生产法") and x.locator == locator]
    return found


def marked(wording: Wording) -> tuple[list[str], list[str]]:
    assert wording.then is not None
    assert wording.now is not None
    left, right = ([text for text, differs in side.stretches if differs] for side in (wording.then, wording.now))
    return left, right


def test_an_article_is_shown_then_and_now_under_its_new_number(
    open_site: Callable[[Path], Site], tmp_path: Path
) -> None:
    save(tmp_path, OLD, statute(114, art_75=THEN))
    save(tmp_path, NEW, statute(119, art_75="别的一条。", art_78=NOW))
    found = cited(open_site(tmp_path))
    assert found.then is not None
    assert found.now is not None
    assert (found.then.edition, found.then.locator, found.then.text) == (OLD, "第七十五条", THEN)
    assert (found.now.edition, found.now.locator, found.now.text) == (NEW, "第七十八条", NOW)
    assert (found.change, found.doubtful) == ("differs", False)
    assert "".join(marked(found)[1]) == "草原必须"


def test_before_the_change_it_is_still_one_text_and_the_same_words_are_not_marked(
    open_site: Callable[[Path], Site], tmp_path: Path
) -> None:
    save(tmp_path, OLD, statute(114, art_75=THEN))
    save(tmp_path, NEW, statute(119, art_78=THEN))
    early = cited(open_site(tmp_path), "2021-08-31")
    assert (early.change, early.then, early.now and early.now.text) == ("one", None, THEN)
    late = cited(open_site(tmp_path))
    assert (late.change, marked(late)) == ("same", ([], []))


def test_without_a_text_the_gist_stands_there_and_says_so(open_site: Callable[[Path], Site], tmp_path: Path) -> None:
    found = cited(open_site(tmp_path / "nowhere"))
    for side, locator in ((found.then, "第七十五条"), (found.now, "第七十八条")):
        assert side is not None
        assert (side.state, side.stretches, side.locator) == ("not_imported", (), locator)
        assert [g["provision"] for g in side.gists][:1] == [locator]
    assert found.change == "apart"


def test_a_text_without_the_article_and_a_broken_one_are_told_apart(
    open_site: Callable[[Path], Site], tmp_path: Path
) -> None:
    save(tmp_path, OLD, statute(3))
    (tmp_path / LAW / f"{NEW}.json").write_text("[", encoding="utf-8")
    found = cited(open_site(tmp_path))
    assert [side.state for side in (found.then, found.now) if side] == ["no_article", "broken"]
    kept = list_imported(open_site(tmp_path), Iri(instance("law", LAW)))
    assert [(text.edition, text.articles) for text in kept] == [(OLD, 3)]


@pytest.mark.parametrize("locator", ["第七十五条", "第七十八条"])
def test_the_page_of_either_number_shows_the_article_under_both(
    open_site: Callable[[Path], Site], tmp_path: Path, locator: str
) -> None:
    save(tmp_path, OLD, statute(114, art_75=THEN))
    save(tmp_path, NEW, statute(119, art_78=NOW))
    site = open_site(tmp_path)
    work = Iri(instance("law", LAW))
    moves = find_moves(site.rows("work-events", work=work), locator, DAY)
    (found,) = list_article(site, {"work": work, "title": "某法"}, locator, [], moves, DAY)
    assert (found.locator, found.now and found.now.locator, found.cited) == ("第七十五条", "第七十八条", False)
    assert found.change == "differs"


def test_nobody_guesses_where_an_article_of_a_former_text_stands_now(
    open_site: Callable[[Path], Site], tmp_path: Path
) -> None:
    """Article 59 of 2014 has a gist and no recorded change: what has its number today is another article."""
    save(tmp_path, NEW, statute(119))
    site = open_site(tmp_path)
    (found,) = list_article(site, {"work": Iri(instance("law", LAW)), "title": "某法"}, "第五十九条", [], [], DAY)
    assert (found.now, found.then and found.then.edition) == (None, OLD)


PAGES = (f"/measure/{MEASURE}", f"/law/{LAW}", f"/law/{LAW}/art_75", f"/law/{LAW}/art_78")


def test_pages_show_the_words_in_both_languages_and_data_never_does(
    explorer: FastAPI, visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, OLD, statute(114, art_75=f"{THEN}甲<乙&丙。"))
    save(tmp_path, NEW, statute(119, art_78=NOW))
    monkeypatch.setattr(explorer.state.current(), "library", tmp_path)
    client = visit()
    for page in (*PAGES, *(f"/en{page}" for page in PAGES)):
        html = client.get(f"{page}?as_of={DAY}").text
        assert '林业<mark class="differs">草原</mark>部门' in html, page
        assert "甲&lt;乙&amp;丙" in html
    data = (f"/measure/{MEASURE}.ttl", f"/law/{LAW}.ttl", f"/queries/basis-health.json?as_of={DAY}")
    for path in data:
        answer = client.get(path)
        assert (answer.status_code, "林业" in answer.text) == (200, False), path


def test_pages_without_a_library_say_how_to_import(
    explorer: FastAPI, visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer.state.current(), "library", tmp_path / "nowhere")
    client = visit()
    for page in PAGES:
        html = client.get(f"{page}?as_of={DAY}").text
        assert "这次文本没有导入" in html, page
        assert "policygraph legislation add" in html


def test_a_work_of_the_users_own_has_a_page_that_says_what_it_is(
    explorer: FastAPI, visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer.state.current(), "library", tmp_path)
    own = OwnWork("own-0123456789ab", "虚构条例", "2030-01-02")
    place, raw = render_work(tmp_path, own)
    save_text(tmp_path, own.work, own.date, statute(2, art_2="虚构的第二条。"), source="a.txt", sha256="")
    place.write_bytes(raw)
    client = visit()
    for path, note in (("", "不在数据集中"), ("/en", "not in the dataset")):
        page = client.get(f"{path}/law/{own.work}").text
        assert all(words in page for words in ("《虚构条例》", "虚构的第二条。", "2030-01-02", note))
        assert f'href="{path}/law/{own.work}"' in client.get(f"{path}/legislation").text
    assert client.get("/law/own-ffffffffffff").status_code == 404
