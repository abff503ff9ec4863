"""Comparing places, deciding one enterprise and reading the findings in a real browser, also without script."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no annotations
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

DAY = "2026-11-22"
PAGES = (
    f"/compare?as_of={DAY}",
    f"/compare?as_of={DAY}&row=procurement-sanction&row=tax-sanction&row=admin-approval-incentive",
    f"/compare?view=mechanisms&as_of={DAY}&row=mechanism-watch-list",
    "/check",
    "/review",
    f"/en/compare?view=mechanisms&as_of={DAY}",
    f"/en/compare?as_of={DAY}&row=admin-approval-incentive",
    "/en/check",
    "/en/review?document=yiyuan-2021-28",
)
SILENT = pytest.mark.parametrize("watched", [{"java_script_enabled": False}], indirect=True)
# axe's rule for targets of at least 24 pixels is off unless asked for
AXE: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}
# invented enterprises of the sample register
TARGET = "91230803MA9XN00129"
ELIGIBLE = "91230803MA9XN0004E"


def judge(page: Page) -> list[str]:
    """What axe objects to, one line for each kind and place."""
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found for n in v["nodes"][:3]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def check_everywhere(page: Page) -> None:
    """No objection of axe and no overflow, wide and narrow."""
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert overflow(page) <= 0
        if width != 320:
            assert judge(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible_and_do_not_overflow(watched: Any, path: str) -> None:
    check_everywhere(watched.open(path))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_decisions_are_accessible_and_do_not_overflow(watched: Any, prefix: str) -> None:
    page = watched.open(f"{prefix}/check")
    page.locator("select[name=sample]").select_option(TARGET)
    page.locator("button[value=sample]").click()
    check_everywhere(page)


def test_b_compare_repair_in_all_places_and_export(watched: Any) -> None:
    page = watched.open("/")
    page.get_by_role("navigation", name="主要栏目").get_by_role("link", name="比各地").click()
    page.wait_for_url("**/compare?as_of=*")
    page.get_by_role("link", name="机制 × 地方").click()
    page.get_by_label("行名含有").fill("信用修复")
    page.get_by_role("button", name="按此比较").click()
    table = page.get_by_role("table")
    expect(table.get_by_role("rowheader")).to_have_text(["信用修复"])
    cells = table.get_by_role("cell")
    expect(cells).to_have_count(4)
    expect(cells.nth(0)).to_contain_text("未规定")
    expect(cells.nth(1)).to_contain_text("明文")
    expect(cells.nth(3)).to_contain_text("建立健全信用修复机制")
    answer = page.request.get(watched.address + str(page.get_by_role("link", name="CSV").get_attribute("href")))
    rows = list(csv.DictReader(io.StringIO(answer.text())))
    assert [row["place_label"] for row in rows] == ["佳木斯市", "江苏省", "新郑市", "沂源县"]
    for name in ("XLSX", "DOCX"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == f"compare-mechanisms.{name.lower()}"


def test_b_only_differences_of_two_places_by_keyboard(watched: Any) -> None:
    page = watched.open(f"/compare?view=mechanisms&as_of={DAY}")
    for place in ("佳木斯市", "新郑市"):
        page.get_by_role("checkbox", name=place).focus()
        page.keyboard.press("Space")
    page.get_by_role("checkbox", name="只看差异").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**differences=1*")
    expect(page.get_by_role("columnheader")).to_have_count(3)
    expect(page.get_by_role("rowheader").filter(has_text="绿色通道")).to_be_visible()
    expect(page.get_by_role("rowheader").filter(has_text="信用修复")).to_have_count(0)


@SILENT
def test_c_decide_one_enterprise_and_print_the_list(watched: Any) -> None:
    page = watched.open("/check")
    page.locator("select[name=sample]").select_option(ELIGIBLE)
    page.get_by_role("button", name="以此为例判断").click()
    assert page.url.endswith("/check")
    overview = page.get_by_role("table", name="在各份文件之下")
    expect(overview).to_contain_text("符合条件")
    group = page.locator("details#t-penalties")
    group.get_by_role("button", name="再加一行").click()
    rows = page.locator("details#t-penalties fieldset")
    last = rows.last
    last.get_by_label("处罚决定日期").fill("2026-05-05")
    last.get_by_label("处罚机关职能").select_option("work_safety")
    page.locator("#facts p.go button[value=decide]").click()
    expect(page.get_by_role("table", name="在各份文件之下")).to_contain_text("不符合条件")
    with page.expect_download() as download:
        page.get_by_role("button", name="核查清单（Word）").first.click()
    assert download.value.suggested_filename == "check.docx"
    page.emulate_media(media="print")
    expect(page.get_by_text("供参考，非行政决定").first).to_be_visible()
    expect(page.locator("#facts")).to_be_hidden()


@SILENT
def test_findings_are_filtered_without_script(watched: Any) -> None:
    page = watched.open("/review")
    page.locator("select[name=document]").select_option("yiyuan-2021-28")
    page.locator("select[name=severity]").select_option("Violation")
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url("**/review?document=yiyuan-2021-28&severity=Violation*")
    expect(page.get_by_role("table").get_by_role("rowheader")).to_have_count(1)
