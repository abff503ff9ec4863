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
    expect(law).to_contain_text("现行有效")
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
    expect(page.get_by_role("status")).to_contain_text("条结果")
    expect(page.locator("mark.hit").first).to_have_text("惩戒")
    page.goto(page.url)
    tab_to(page, "江苏省")
    page.keyboard.press("Enter")
    page.wait_for_url("**place=*")
    page.locator("#page-find").fill("第75条")
    page.keyboard.press("Enter")
    page.get_by_text("第七十五条").first.wait_for()
    expect(page.locator("mark.hit").first).to_contain_text("七十五")


@SILENT
def test_e_what_a_department_must_do_without_script(watched: Any) -> None:
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


@SILENT
def test_f_an_example_query_and_its_csv_without_script(watched: Any) -> None:
    page = watched.open("/")
    page.get_by_role("link", name="直接查数据").click()
    page.get_by_role("main").get_by_role("link", name="措施", exact=True).first.click()
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
