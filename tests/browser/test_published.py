"""A published site in a browser, from the disk and without any server: search, reader, accessibility."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no annotations
from playwright.sync_api import Browser, Page, Request, expect

from policygraph.speaking.app import Options, load_site

pytestmark = pytest.mark.browser

QUERIES = (
    "惩戒", "第75条", "第七十五条", "国发2014-20", "国办发 2019年35号", "佳应急联发〔2020〕5号", "财政局", "安全生产法",
    "政府采购 限制", "信用修复", "黑名单", "红", "ＡＢ", "「守信」",
    "佳应急联发【2020】6号", "没有这样的词", "75", "（九）",
)  # fmt: skip
"""What people type: characters, words, numbers and places in any spelling."""


@pytest.fixture(scope="module")
def site(published: Path) -> Path:
    return published


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    """A page that notes what goes wrong on it, and every request that leaves the folder."""
    wrong: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    context.set_default_timeout(10_000)
    one = context.new_page()

    def see(request: Request) -> None:
        if not request.url.startswith((site.as_uri(), "data:")):
            wrong.append(request.url)

    one.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    one.on("pageerror", lambda error: wrong.append(str(error)))
    one.on("request", see)
    yield one
    context.close()
    assert wrong == []


def test_a_site_from_the_disk(page: Page, site: Path, dataset: Path) -> None:
    """Search, its facets, the reader with a span lit: as a person walks, with no server anywhere."""
    page.goto((site / "index.html").as_uri())
    page.get_by_role("searchbox").last.fill("第75条")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("条结果")
    assert page.locator("ol.hits li").count() > 0
    assert "第七十五条" in (page.locator("mark.hit").first.text_content() or "") + page.locator("ol.hits").inner_text()
    page.locator("nav.facets a").first.click()
    expect(page.locator("nav.facets [aria-current=true]")).to_have_count(1)
    page.locator("ol.hits a").first.click()
    expect(page.locator("h1")).to_be_visible()

    page.goto((site / "doc/yiyuan-2021-28/index.html").as_uri())
    cited = page.locator("a[data-official='annex_1/sec_2/para_6']")
    assert cited.count() == 1
    cited.click()
    # the browser may refuse the clipboard to a file; the words are told either way
    expect(page.locator(".said[role=status]").last).to_contain_text("（源应急发〔2021〕28号）附件二（六）：“")
    page.locator("a.anchor[href*='char=']").first.click()
    lit = page.locator("mark.lit")
    expect(lit).to_have_count(1)
    start, end = (int(part) for part in page.url.partition("#char=")[2].split(","))
    source = (Path(__file__).parents[2] / "data/documents/yiyuan-2021-28/source.txt").read_text(encoding="utf-8")
    assert (lit.text_content() or "").split() == source[start:end].split()

    for name in ("index.html", "doc/yiyuan-2021-28/index.html", "measures/index.html", "search/index.html?q=惩戒"):
        page.goto(f"{site.as_uri()}/{name}")
        # axe would fetch the styles, which no page may do from the disk
        found: Any = Axe().run(page, options={"preload": False})
        assert [violation["id"] for violation in found.response["violations"]] == [], name


def test_the_browser_finds_what_the_service_finds(page: Page, site: Path, dataset: Path) -> None:
    """The same things in the same order, with the same marks, however a query is written."""
    index = load_site(dataset, Options()).search
    page.goto((site / "search/index.html").as_uri())
    for query in QUERIES:
        told = page.evaluate(
            "query => policygraph.search(query, {}).hits.map(h => [h.entry.i, h.nameMarks, h.textMarks])",
            query,
        )
        wanted = index.search(query, limit=2000).hits
        assert [row[0] for row in told] == [hit.entry.iri for hit in wanted], query
        assert [row[1:] for row in told] == [
            [[[m.start, m.end] for m in hit.name_marks], [[m.start, m.end] for m in hit.text_marks]] for hit in wanted
        ], query
