"""Comparing places, deciding one enterprise and reading the findings in a real browser, also without script."""

from __future__ import annotations

import io
from typing import Any

import docx
import pdfplumber
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no annotations
from playwright.sync_api import Page, expect

from policygraph.text.radicals import unify_radicals

pytestmark = pytest.mark.browser

DAY = "2026-11-22"
PAGES = (
    f"/compare?as_of={DAY}",
    f"/compare?view=questions&topic=thresholds&as_of={DAY}",
    f"/compare?view=measures&as_of={DAY}",
    f"/compare?as_of={DAY}&row=procurement-sanction&row=tax-sanction&row=admin-approval-incentive",
    f"/compare?view=mechanisms&as_of={DAY}&row=mechanism-watch-list",
    "/check",
    "/review",
    f"/en/compare?view=mechanisms&as_of={DAY}",
    f"/en/compare?view=questions&topic=grading&as_of={DAY}",
    "/en/check",
    "/en/review?document=yiyuan-2021-28",
)
SILENT = pytest.mark.parametrize("watched", [{"java_script_enabled": False}], indirect=True)
# axe's rule for targets of at least 24 pixels is off unless asked for
AXE: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}
# invented enterprises of the sample register
TARGET = "91230803MA9XN00129"
ELIGIBLE = "91230803MA9XN0004E"
YIYUAN = "91370323MA9XN0001H"


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


def open_comparison(page: Page) -> None:
    """One click from the first screen."""
    page.get_by_role("navigation", name="主要栏目").get_by_role("link", name="比各地").click()
    page.wait_for_url("**/compare?as_of=*")


def test_b_repair_in_four_places_to_word_in_two_clicks(watched: Any) -> None:
    page = watched.open("/")
    open_comparison(page)
    table = page.get_by_role("table")
    expect(page.get_by_role("heading", name="信用修复")).to_be_visible()
    means = table.get_by_role("row").filter(has_text="规定了哪些修复方式").get_by_role("cell")
    expect(means).to_have_count(5)
    expect(means.nth(0)).to_contain_text("文件没有规定信用修复")
    expect(means.nth(2)).to_contain_text("专题培训")
    expect(means.nth(4)).to_contain_text("失信市场主体在规定期限内可通过作出信用承诺")
    with page.expect_download() as download:
        page.get_by_role("link", name="DOCX").click()
    assert download.value.suggested_filename == "compare-repair.docx"
    paper = docx.Document(str(download.value.path()))
    said = "\n".join(cell.text for row in paper.tables[0].rows for cell in row.cells)
    for words in ("源应急发〔2021〕28号", "苏发改信用发〔2019〕820号", "附件二（六）：“失信市场主体", "停止公示"):
        assert words in said


@pytest.mark.parametrize("watched", [{}, {"java_script_enabled": False}], indirect=True)
def test_g_thresholds_and_windows_side_by_side_in_two_clicks(watched: Any) -> None:
    page = watched.open("/")
    open_comparison(page)
    page.get_by_role("link", name="门槛与期限").click()
    ruler = page.get_by_role("figure").first
    for words in ("佳应急联发〔2020〕6号", "3年", "苏发改信用发〔2019〕820号", "5年", "新政〔2010〕36号", "2年"):
        expect(ruler).to_contain_text(words)
    lengths = page.locator("svg.ruler .reach").evaluate_all(
        "bars => bars.map(bar => bar.getBoundingClientRect().width)"
    )
    assert max(lengths) == pytest.approx(5 * min(lengths), rel=0.02)
    row = page.get_by_role("row").filter(has_text="列入几个领域的名单要加重惩戒").get_by_role("cell")
    expect(row.nth(4)).to_contain_text("2个领域")
    row.nth(4).locator("summary").first.click()
    expect(row.nth(4)).to_contain_text("源应急发〔2021〕28号 附件二（三）1")


def test_g_only_questions_on_which_two_documents_differ(watched: Any) -> None:
    page = watched.open(f"/compare?view=questions&topic=green-channel&as_of={DAY}")
    for number in ("佳应急联发〔2020〕5号", "苏发改信用发〔2019〕820号", "新政〔2010〕36号"):
        page.get_by_role("checkbox", name=number).uncheck()
    page.get_by_label("只看差异").select_option(label="答案不同")
    page.get_by_role("button", name="按此比较").click()
    page.wait_for_url("**differences=differ*")
    assert page.url.count("document=") == 2
    expect(page.get_by_role("rowheader").filter(has_text="先行受理，机关必须还是可以")).to_be_visible()
    expect(page.get_by_role("rowheader").filter(has_text="是否规定“绿色通道”")).to_have_count(0)
    expect(page.locator("mark")).to_have_text(["可", "应"])


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
    last.get_by_label("处罚机关职能").fill("安全生产与应急管理")
    page.locator("#facts p.go button[value=decide]").click()
    expect(page.get_by_role("table", name="在各份文件之下")).to_contain_text("不符合条件")
    with page.expect_download() as download:
        page.get_by_role("button", name="核查清单（Word）").first.click()
    assert download.value.suggested_filename.startswith("核查意见_")
    page.emulate_media(media="print")
    expect(page.get_by_text("供参考，非行政决定").first).to_be_visible()
    expect(page.locator("#facts")).to_be_hidden()


def test_no_page_of_a_printed_case_ends_with_the_head_of_a_table(watched: Any) -> None:
    """Wherever the page cuts: what stands above the case is moved down bit by bit, over more than a row."""
    page = watched.open("/check")
    page.locator("select[name=sample]").select_option(YIYUAN)
    page.get_by_role("button", name="以此为例判断").click()
    head = "".join(page.locator("section.verdict thead th").all_inner_texts()[:4])
    assert head == "条件判断原文证据"
    for pixels in range(0, 240, 30):
        page.evaluate(f"document.querySelector('section.verdict').style.paddingTop = '{pixels}px'")
        with pdfplumber.open(io.BytesIO(page.pdf(format="A4"))) as printed:
            ends = ["".join(unify_radicals(one.extract_text()).split())[-len(head) :] for one in printed.pages]
        assert len(ends) > 2
        assert head not in ends, pixels


@SILENT
def test_findings_are_filtered_without_script(watched: Any) -> None:
    page = watched.open("/review")
    page.locator("select[name=document]").select_option("yiyuan-2021-28")
    page.locator("select[name=severity]").select_option("Violation")
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url("**/review?document=yiyuan-2021-28&severity=Violation*")
    expect(page.get_by_role("table").get_by_role("rowheader")).to_have_count(1)
