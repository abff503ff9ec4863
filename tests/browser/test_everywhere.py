"""The journeys again where they are hardest: (j) all on a telephone 360 pixels wide, (k) all in English.

Each begins on the first page and reaches its answer in at most three clicks (sending a form is one); on the way no page
is wider than its window, and an English page has no unmarked Chinese heading.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Download, Page, expect

pytestmark = pytest.mark.browser

MOST = 3
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
ENGLISH = {"locale": "en-GB"}


class Walk:
    """A person on the first page, whose clicks are counted and who looks at each page that comes."""

    def __init__(self, page: Page, address: str, prefix: str) -> None:
        self.page, self.prefix, self.clicks = page, prefix, 0
        # the first search and the first case make what later ones keep, which takes its time on a shared machine
        page.set_default_timeout(60_000)
        page.goto(f"{address}{prefix}/")
        self.look()

    def look(self) -> None:
        """What must hold of every page."""
        width = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"{self.page.url} is {width} pixels wider than its window"
        if self.prefix:
            assert self.page.locator("html").get_attribute("lang") == "en", self.page.url
            unmarked = self.page.evaluate(
                r"""() => [...document.querySelectorAll('h1, h2, nav a, button, th, label')]
                  .flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3 && /[\u4e00-\u9fff]/.test(n.data))
                    .filter(n => !n.parentElement.closest('[lang^=zh]')).map(n => n.data.trim()))"""
            )
            assert unmarked == [], self.page.url

    def click(self, selector: str) -> None:
        """One click on the first thing that fits, and a look at what comes."""
        self.clicks += 1
        self.page.locator(selector.replace("{p}", self.prefix)).first.click()
        self.page.wait_for_load_state()
        self.look()

    def take(self, selector: str) -> Download:
        """One click that brings a file."""
        self.clicks += 1
        with self.page.expect_download() as download:
            self.page.locator(selector).first.click()
        return download.value

    def find(self, words: str) -> None:
        """Words in the box of the first page, sent."""
        self.clicks += 1
        self.page.locator("#home-find").fill(words)
        self.page.locator("#home-find").press("Enter")
        self.page.wait_for_url("**/search?q=*")
        self.look()

    def see(self, selector: str, zh: str, en: str) -> None:
        """The answer is there, in the language of the walk."""
        expect(self.page.locator(selector).first).to_contain_text(en if self.prefix else zh, timeout=60_000)


def _a(walk: Walk) -> None:
    walk.find("can we restrict government procurement" if walk.prefix else "能不能限制政府采购")
    walk.see(".answers", "依据不足", "has no sufficient basis")
    walk.click(".answers a[href*='/measure/']")
    walk.see(".card-head", "政府采购法", "Government Procurement Law")


def _b(walk: Walk) -> None:
    walk.click("ul.jobs a[href='{p}/compare']")
    walk.see("main", "信用修复", "Credit repair")
    assert walk.take(".downloads a[href*='.docx']").suggested_filename == "compare-repair.docx"


def _c(walk: Walk) -> None:
    walk.click("ul.jobs a[href='{p}/check']")
    walk.click("button[value=sample]")
    walk.see("main table", "惩戒对象", "target")
    named = walk.take(".casebar button[value^=docx], button[value^='docx']").suggested_filename
    assert named.startswith("核查意见_")
    assert named.endswith(".docx")


def _d(walk: Walk) -> None:
    walk.find("Work Safety Law article 75" if walk.prefix else "安法75")
    walk.see(".hits li", "第七十五条", "Article 75")
    walk.click(".hits a")
    walk.see("main", "第七十八条", "第七十八条")


def _e(walk: Walk) -> None:
    walk.click("main a[href='{p}/departments']")
    walk.click("a[href='{p}/org/jiamusi/caizhengju']")
    walk.see("main", "点名", "by name")


def _f(walk: Walk) -> None:
    walk.click("main a[href='{p}/queries']")
    walk.click("main a[href='{p}/queries/measures']")
    walk.see("main table", "佳应急联发〔2020〕5号", "佳应急联发〔2020〕5号")
    assert walk.take(".downloads a[href$='.csv']").suggested_filename


def _g(walk: Walk) -> None:
    walk.click("ul.jobs a[href='{p}/compare']")
    walk.click("main a[href*='topic=thresholds'], main a[href*='topic=terms'], main a[href*='topic=periods']")
    walk.see("main figure", "3年", "3")


def _h(walk: Walk) -> None:
    walk.find("5号 二（九）")
    walk.click(".hits a")
    walk.click(".rail summary")
    walk.see(".rail", "附件二（九）", "附件二（九）")


def _i(walk: Walk) -> None:
    walk.click("footer a[href='{p}/learn']")
    walk.click("figure a[href='#basis']:visible")
    walk.click("section#basis a[href*='/sparql?query=']")
    walk.see("#result", "", "")


JOURNEYS: tuple[Callable[[Walk], None], ...] = (_a, _b, _c, _d, _e, _f, _g, _h, _i)


@pytest.mark.parametrize("journey", JOURNEYS, ids=[one.__name__[1:] for one in JOURNEYS])
@pytest.mark.parametrize(
    ("watched", "prefix"), [(PHONE, ""), (ENGLISH, "/en")], indirect=["watched"], ids=["j-phone", "k-english"]
)
def test_every_journey_on_a_phone_and_in_english(watched: Any, prefix: str, journey: Callable[[Walk], None]) -> None:
    walk = Walk(watched.page, watched.address, prefix)
    journey(walk)
    assert walk.clicks <= MOST
