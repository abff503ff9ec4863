"""What people come for, from the first page on: by mouse, by keyboard alone, and without script."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SILENT = pytest.mark.parametrize("watched", [{"java_script_enabled": False}], indirect=True)


def tab_to(page: Page, text: str, limit: int = 80) -> None:
    """Press Tab until the thing with that text or label has the focus."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const e = document.activeElement;
              if (!/^(A|BUTTON|INPUT|SELECT)$/.test(e.tagName)) return [];
              return [e.textContent, e.getAttribute('aria-label'), ...[...(e.labels || [])].map(l => l.textContent)];
            }"""
        )
        if any(text in (word or "") for word in found):
            return
    raise AssertionError(f"Tab never reached {text!r}")


def read_download(page: Page, link: str) -> list[dict[str, str]]:
    """The rows of the CSV that a link gives."""
    answer = page.request.get(link)
    assert answer.ok
    return list(csv.DictReader(io.StringIO(answer.text())))


def test_a_which_articles_support_restricting_procurement_by_keyboard(watched: Any) -> None:
    page = watched.open("/")
    tab_to(page, "某项措施凭什么")
    page.keyboard.press("Enter")
    page.wait_for_url("**/measures?area=*")
    tab_to(page, "依法限制存在失信行为的生产经营单位参与政府采购活动")
    page.keyboard.press("Enter")
    page.wait_for_url("**/measure/jiamusi-2020-5/para_9?as_of=*")
    table = page.get_by_role("region", name="能用吗")
    law = table.get_by_role("row").filter(has_text="中华人民共和国政府采购法")
    expect(law).to_contain_text("第二十二条")
    expect(law).to_contain_text("现行，未见变动")
    plan = table.get_by_role("row").filter(has_text="社会信用体系建设规划纲要")
    expect(plan).to_contain_text("已")


def test_a_the_same_by_mouse_in_two_clicks(watched: Any) -> None:
    page = watched.open("/")
    page.get_by_role("link", name="某项措施凭什么").click()
    page.get_by_role("link", name="依法限制存在失信行为的生产经营单位参与政府采购活动").first.click()
    expect(page.locator("#usable")).to_be_visible()
    page.get_by_label("截至").fill("2019-06-01")
    page.get_by_role("button", name="换一个日期").click()
    page.wait_for_url("**as_of=2019-06-01")


def test_d_search_by_keyboard(watched: Any) -> None:
    page = watched.open("/")
    tab_to(page, "搜索")
    page.keyboard.type("惩戒")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="条结果")).to_be_visible()
    expect(page.locator("mark.hit").first).to_have_text("惩戒")
    page.goto(page.url)
    tab_to(page, "江苏省")
    page.keyboard.press("Enter")
    page.wait_for_url("**place=*")
    page.locator("#page-find").fill("第75条")
    page.keyboard.press("Enter")
    page.get_by_text("第七十五条").first.wait_for()


# what is typed into the box, and what the first hit leads to
TWENTY = (
    ("安全生产法第75条", "/law/anquan-shengchan-fa/art_75"),
    ("《安全生产法》第七十八条", "/law/anquan-shengchan-fa/art_78"),
    ("安法78", "/law/anquan-shengchan-fa/art_78"),
    ("处罚法16条", "/law/xingzheng-chufa-fa/art_16"),
    ("国发2014-20", "/law/guofa-2014-20"),
    ("〔2014〕20号", "/law/guofa-2014-20"),
    ("佳应急联发2020-5", "/doc/jiamusi-2020-5"),
    ("苏发改信用发(2019)820号", "/doc/jiangsu-2019-820"),
    ("5号 二（九）", "/measure/jiamusi-2020-5/para_9"),
    ("佳木斯 二（九）", "/measure/jiamusi-2020-5/para_9"),
    ("财政局", "/org/jiamusi/caizhengju"),
    ("联合惩戒 财政局", "/measure/jiamusi-2020-5/para_2"),
    ("财政局 政府采购", "/measure/jiamusi-2020-5/para_9"),
    ("限制政府采购", "/measure/jiamusi-2020-5/para_9"),
    ("能不能限制政府采购", "/measure/jiamusi-2020-5/para_9"),
    ("安监局", "/org/national/yingjibu"),
    ("工商局", "/org/national/shijian-zongju"),
    ("信用修复", "/concept/mechanism-credit-repair"),
    ("招投标法", "/law/zhaobiao-toubiao-fa"),
    ("红名", "/concept/mechanism-red-black-list"),
)


@SILENT
def test_d_twenty_searches_from_the_first_page_without_script(watched: Any) -> None:
    """Typing and one button: the first hit is what is meant, and leads there in one click."""
    page = watched.open("/")
    for query, target in TWENTY:
        page.locator("#home-find").fill(query)
        page.locator("form.big-find button").click()
        first = page.locator("ol.hits a").first
        assert str(first.get_attribute("href")).partition("?")[0] == target, query
        expect(page.locator("ol.hits .why").first).not_to_be_empty()
        page.goto(watched.address)
    page.goto(f"{watched.address}/search?q=安全升产法")
    page.get_by_role("link", name="安全生产法", exact=True).click()
    expect(page.locator("ol.hits a").first).to_have_attribute("href", "/law/anquan-shengchan-fa")


def test_d_suggestions_by_keyboard(watched: Any) -> None:
    page = watched.open("/")
    box = page.locator("#home-find")
    tab_to(page, "查什么都行")
    page.keyboard.type("安法78")
    page.locator("#home-find[aria-expanded=true]").wait_for()
    expect(page.get_by_role("listbox")).to_be_visible()
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    chosen = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(chosen).to_contain_text("第七十八条")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/law/anquan-shengchan-fa/**")


def test_the_code_of_an_enterprise_never_leaves_the_box(watched: Any) -> None:
    page = watched.open("/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.locator("#home-find").click()
    page.keyboard.type("91230800MA18X00001")
    hint = page.locator("form.big-find .code-hint")
    expect(hint).to_be_visible()
    expect(hint.get_by_role("button", name="去核查这个单位")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/check")
    assert not [url for url in sent if "MA18X00001" in url]


def test_c_a_code_in_the_box_is_two_steps_from_its_answer(watched: Any) -> None:
    """The code goes by a form; its place is filled in to be looked over; the answer is one button away."""
    page = watched.open("/")
    page.locator("#home-find").fill("91230800MA0000000R")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check")
    expect(page.locator("[name='enterprises.0.uscc']")).to_have_value("91230800MA0000000R")
    expect(page.locator("[name='enterprises.0.region']")).to_have_value("佳木斯市")
    expect(page.locator("#place-note")).to_contain_text("请核对")
    page.locator("[name='enterprises.0.name']").fill("甲厂")
    page.get_by_role("button", name="先看结论").click()
    expect(page.get_by_role("table", name="在各份文件之下")).to_contain_text("待", timeout=60_000)


@SILENT
def test_e_what_a_department_must_do_without_script(watched: Any) -> None:
    """Two clicks from the first page."""
    page = watched.open("/")
    page.get_by_role("link", name="某个部门要做什么").click()
    page.get_by_role("link", name="佳木斯市财政局").click()
    duties = page.get_by_role("region", name="它要做什么")
    expect(duties).to_contain_text("点名")
    expect(duties).to_contain_text("概括（各部门）")
    expect(page.get_by_role("region", name="程序中的职责与反馈")).to_contain_text("反馈给佳木斯市应急管理局")
    rows = read_download(page, watched.address + str(page.get_by_role("link", name="CSV").get_attribute("href")))
    assert {row["何以及于"] for row in rows} == {"点名", "概括（各部门）"}
    assert {row["任务"] for row in rows} >= {"措施"}
    assert any("反馈" in row["内容"] for row in rows)


def test_e_the_same_by_keyboard_from_the_box(watched: Any) -> None:
    page = watched.open("/")
    tab_to(page, "查什么都行")
    page.keyboard.type("财政局要做什么")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    tab_to(page, "佳木斯市财政局")
    page.keyboard.press("Enter")
    page.wait_for_url("**/org/jiamusi/caizhengju?as_of=*")
    expect(page.get_by_role("region", name="它要做什么")).to_contain_text("点名")


def test_each_mark_of_a_picture_leads_to_what_it_stands_for(watched: Any) -> None:
    page = watched.open("/")
    page.locator("a.cell").first.click()
    page.wait_for_url("**/measure/**")
    page.goto(watched.address)
    page.locator("a.glyph.stated").first.click()
    page.wait_for_url("**/doc/**")
    page.goto(watched.address)
    page.locator("svg.years a.dot").last.click()
    page.wait_for_url("**/law/**")


@SILENT
def test_f_an_example_query_and_its_csv_without_script(watched: Any) -> None:
    page = watched.open("/")
    page.get_by_role("link", name="直接查数据").click()
    page.get_by_role("main").get_by_role("link", name="〔文件〕有哪些措施", exact=True).click()
    expect(page.get_by_role("table")).to_be_visible()
    rows = read_download(page, watched.address + str(page.get_by_role("link", name="CSV").get_attribute("href")))
    assert len(rows) > 100
    assert rows[0]["measure"].startswith("https://w3id.org/policygraph/id/measure/")


@SILENT
def test_f_sparql_as_a_plain_form(watched: Any) -> None:
    page = watched.open("/sparql")
    page.get_by_label("示例").select_option("documents")
    page.get_by_role("button", name="载入示例").click()
    assert "SELECT" in page.locator("#query").input_value()
    page.locator("form.sparql").get_by_role("button").click()
    expect(page.get_by_role("table")).to_contain_text("佳应急联发〔2020〕5号")
    csv_link = str(page.get_by_role("link", name="CSV").get_attribute("href"))
    assert len(read_download(page, watched.address + csv_link)) == 5


def test_the_languages_lead_to_each_other(watched: Any) -> None:
    page = watched.open("/measure/jiamusi-2020-5/para_9?as_of=2026-11-22")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="Can it be used?")).to_be_visible()
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("heading", name="能用吗")).to_be_visible()


SCREENSHOTS = (
    ("explorer", "/doc/jiangsu-2019-820", ".level-sec"),
    ("measure", "/measure/jiamusi-2020-5/para_9?as_of=2026-11-22", None),
    ("search", "/search?q=惩戒", None),
    ("sparql", "/sparql?query=" + "PREFIX pg%3A <https%3A%2F%2Fw3id.org%2Fpolicygraph%2Fns%23>%0APREFIX skos%3A "
     "<http%3A%2F%2Fwww.w3.org%2F2004%2F02%2Fskos%2Fcore%23>%0A%0ASELECT %3Fmeasure %3Fnotation %3Farea WHERE {%0A  "
     "%3Fmeasure a pg%3ASanctionMeasure %3B skos%3Anotation %3Fnotation %3B%0A    pg%3ApolicyArea%2Fskos%3AprefLabel "
     "%3Farea .%0A  FILTER(LANG(%3Farea) %3D \"zh\")%0A} ORDER BY %3Fmeasure LIMIT 8", None),
)  # fmt: skip


@pytest.mark.parametrize(("name", "path", "at"), SCREENSHOTS, ids=[name for name, _, _ in SCREENSHOTS])
@pytest.mark.parametrize("watched", [{"viewport": {"width": 1100, "height": 760}}], indirect=True)
def test_pictures_of_the_readme_can_be_taken(
    watched: Any, tmp_path: Path, request: pytest.FixtureRequest, name: str, path: str, at: str | None
) -> None:
    """With ``--update-golden`` the pictures of the README are taken anew."""
    page = watched.open(path)
    if at:
        page.evaluate("s => document.querySelector(s).scrollIntoView()", at)
    folder = Path(__file__).parent / "screenshots" if request.config.getoption("--update-golden") else tmp_path
    page.screenshot(path=folder / f"{name}.png")
    assert (folder / f"{name}.png").read_bytes()[:4] == b"\x89PNG"
