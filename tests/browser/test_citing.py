"""Citing and deciding in a real browser: each answer within three clicks, by keyboard, and without script."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no annotations
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

DAY = "2026-11-22"
MEASURE = "measure/jiamusi-2020-5/para_9"
ARTICLE = "law/anquan-shengchan-fa/art_78"
SILENT = pytest.mark.parametrize("watched", [{"java_script_enabled": False}], indirect=True)
CLIPBOARD = pytest.mark.parametrize("watched", [{"permissions": ["clipboard-read", "clipboard-write"]}], indirect=True)
AXE: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}


def judge(page: Page) -> list[str]:
    """What axe objects to, wide and narrow, and by how much the page is wider than its window."""
    found = []
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{width}: {over} pixels too wide"] if over > 0 else []
        for v in Axe().run(page, options=AXE).response["violations"]:
            found += [f"{width} {v['id']}: {n['target']} {n['failureSummary']}" for n in v["nodes"][:3]]
    return found


@pytest.mark.parametrize(
    "path",
    [
        f"/{MEASURE}?as_of={DAY}",
        f"/{ARTICLE}?as_of={DAY}",
        f"/cite?of={MEASURE}&as_of={DAY}",
        f"/en/excerpts?of={MEASURE}&of={ARTICLE}&as_of={DAY}",
        f"/report?of={MEASURE}&as_of={DAY}",
    ],
)
def test_pages_of_citing_are_accessible_and_do_not_overflow(watched: Any, path: str) -> None:
    page = watched.open(path)
    if page.locator(".rail details").count():
        page.locator(".rail details").first.evaluate("one => { one.open = true }")
    assert judge(page) == []


@CLIPBOARD
def test_h_cite_in_official_form_by_keyboard(watched: Any) -> None:
    page = watched.open(f"/{MEASURE}?as_of={DAY}")
    page.locator(".rail summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".rail").get_by_role("status").filter(has_text="已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(
        "（佳应急联发〔2020〕5号）附件二（九）：“（九）依法限制存在失信行为的生产经营单位参与政府采购活动。”"
    )


def test_h_collect_two_things_and_take_them_to_word(watched: Any) -> None:
    page = watched.open(f"/{MEASURE}?as_of={DAY}")
    page.get_by_role("link", name="加入摘录").click()
    page.get_by_role("link", name="已在摘录中").wait_for()
    watched.open(f"/{ARTICLE}?as_of={DAY}")
    page.get_by_role("link", name="加入摘录").click()
    page.get_by_role("link", name="打开摘录（2）").click()
    page.wait_for_url("**/excerpts?of=*")
    expect(page.get_by_role("table").get_by_role("rowheader")).to_have_count(3)
    page.get_by_role("link", name="移出").last.click()
    expect(page.get_by_role("table").get_by_role("rowheader")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="DOCX").click()
    assert download.value.suggested_filename == "excerpts.docx"


@SILENT
def test_h_cite_and_collect_without_script(watched: Any) -> None:
    page = watched.open(f"/{MEASURE}?as_of={DAY}")
    page.get_by_role("link", name="加入摘录").click()
    page.locator("#more").fill(ARTICLE)
    page.get_by_role("button", name="加入").click()
    expect(page.get_by_role("table").get_by_role("rowheader")).to_have_count(3)
    with page.expect_download() as download:
        page.get_by_role("link", name="DOCX").click()
    assert download.value.suggested_filename == "excerpts.docx"
