"""A stranger learns the model and writes a first query, then changes one and takes its rows along."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PASTE = """(editor, text) => {
    const data = new DataTransfer(); data.setData("text/plain", text);
    editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def test_i_the_model_is_learnt_from_a_picture_and_a_first_query_is_run(watched: Any) -> None:
    page = watched.open("/learn")
    page.locator("svg a[href='#basis']").click()
    assert page.url.endswith("#basis")
    part = page.locator("section#basis")
    expect(part.get_by_role("definition").first).to_be_visible()
    part.get_by_role("link", name="SPARQL").click()
    page.wait_for_url("**/sparql?query=*")
    expect(page.get_by_role("heading", name="结果")).to_be_visible()
    assert page.get_by_role("row").count() == 6
    # a first query of one's own: the same kind of thing, counted by document
    counted = "SELECT ?d (COUNT(?b) AS ?n) { ?b a pg:LegalBasisCitation ; pg:document ?d } GROUP BY ?d"
    own = f"PREFIX pg: <https://w3id.org/policygraph/ns#>\n{counted}"
    box = page.locator("textarea#query")
    if box.is_visible():
        box.fill(own)
    else:
        # pasted as a person pastes: filling an editor from outside writes style attributes, which the policy forbids
        page.locator(".cm-content").click()
        page.keyboard.press("Control+A")
        page.locator(".cm-content").evaluate(PASTE, own)
    page.locator("form.sparql").get_by_role("button").first.click()
    expect(page.locator("#result")).to_be_visible()
    expect(page.locator("main table tbody tr")).to_have_count(1)
    assert watched.wrong == []


def test_f_a_question_is_changed_and_its_rows_are_taken_along_in_three_clicks(watched: Any) -> None:
    page = watched.open("/queries")
    page.locator("a[href='/queries/legal-bases']").first.click()
    page.get_by_label("文件").select_option("jiamusi-2020-5")
    page.locator("form.params button.primary").click()
    page.wait_for_url("**/queries/legal-bases?document=jiamusi-2020-5*")
    link = page.get_by_role("link", name="CSV", exact=True).get_attribute("href")
    assert link is not None
    answer = page.request.get(f"{watched.address}{link}")
    rows = list(csv.DictReader(io.StringIO(answer.text())))
    assert {row["document"].rsplit("/", 1)[-1] for row in rows} == {"jiamusi-2020-5"}
    shown = page.locator("main table tbody tr").count()
    assert shown == min(len(rows), 50)
