"""Citing and deciding in a real browser: each answer within three clicks, by keyboard, and without script."""

from __future__ import annotations

import re
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
        f"/cite?of={MEASURE}&as_of={DAY}",
        f"/en/excerpts?of={MEASURE}&of={ARTICLE}&as_of={DAY}",
        "/en/glossary",
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


def test_a_may_we_restrict_procurement_and_by_which_article_today_by_keyboard(watched: Any) -> None:
    page = watched.open(f"/check?as_of={DAY}")
    page.get_by_role("button", name="以此为例判断").focus()
    page.keyboard.press("Enter")
    # the first decision opens the desk of its day, which takes its time where many share a machine
    page.get_by_role("table", name="在各份文件之下").wait_for(timeout=60_000)
    act = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="二（九）", exact=False)).last
    expect(act).to_contain_text("依据不足：《企业信息公示暂行条例》第十九条（2024年修订文本）")
    expect(act).to_contain_text("佳木斯市财政局")
    act.get_by_role("link", name="二（九）").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/measure/jiamusi-2020-5/para_9*")
    expect(page.locator(".card-head").first).to_contain_text(
        "今天看过、不足以单独支持：《政府采购法》第二十二条（2014年修正文本）"
    )


@SILENT
def test_c_a_case_from_a_code_to_a_printed_paper_without_script(watched: Any) -> None:
    page = watched.open("/check")
    page.get_by_label("统一社会信用代码").fill("91230803MA9XN00129")
    page.locator("[name='enterprises.0.name']").fill("甲厂")
    page.locator("[name='enterprises.0.region']").fill("佳木斯市")
    page.get_by_role("button", name="下一步：选文件").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    page.get_by_role("button", name="下一步：填事实").click()
    page.locator("[name='penalties.0.date']").fill("2026-05-05")
    page.locator("[name='penalties.0.authority_function']").fill("安全生产与应急管理")
    page.locator("#facts p.go button[value=decide]").click()
    page.get_by_role("table", name="在各份文件之下").wait_for(timeout=60_000)
    expect(page.get_by_role("table", name="在各份文件之下")).to_contain_text("不符合条件")
    with page.expect_download() as download:
        page.get_by_role("button", name="Word：佳应急联发〔2020〕6号").click()
    assert re.fullmatch(r"核查意见_.+_佳应急联发〔2020〕6号_[\d-]+\.docx", download.value.suggested_filename)
    with page.expect_download() as kept:
        page.locator(".casebar").get_by_role("button", name="存下案卷").click()
    assert re.fullmatch(r"案卷_.+_[\d-]+\.json", kept.value.suggested_filename)
    page.emulate_media(media="print")
    for hidden in (".casebar", ".steps", "#facts"):
        expect(page.locator(hidden)).to_be_hidden()
    narrow = page.evaluate(
        """() => [...document.querySelectorAll('main table:not(.visually-hidden) td')]
          .filter((cell) => cell.offsetParent && cell.innerText.length > 8 && cell.clientWidth < 40).length"""
    )
    assert narrow == 0, "no column is one character wide"


def test_a_wrong_field_is_reached_from_the_summary(watched: Any) -> None:
    page = watched.open("/check")
    page.get_by_label("统一社会信用代码").fill("91230803MA9XN00129")
    page.locator("[name='enterprises.0.name']").fill("甲厂")
    page.locator("[name='enterprises.0.region']").fill("亚特兰蒂斯")
    page.get_by_role("button", name="下一步：选文件").click()
    page.get_by_role("alert").wait_for(timeout=60_000)
    # the browser tells of the answer 400 itself
    assert [line for line in watched.wrong if "400" not in line] == []
    watched.wrong.clear()
    page.get_by_role("alert").get_by_role("link").first.click()
    place = page.locator("[name='enterprises.0.region']")
    expect(place).to_be_focused()
    expect(place).to_have_attribute("aria-invalid", "true")
    assert judge(page) == []
