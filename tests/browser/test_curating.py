"""The walk of an officer with a Word file: into a workspace, drafted, decided in the browser, built, published.

No Turtle is typed. The commands run as a person types them; the decisions are made with the mouse, with the keyboard
and by choosing words in the text, on the page of a service that takes over the rebuilt dataset by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no annotations
from playwright.sync_api import Browser, Page, expect
from tests import memos, twolists

from policygraph.keeping.additions import add_document
from policygraph.keeping.curation.bench import Bench
from policygraph.keeping.curation.cases import list_proposals, open_case, open_desk
from policygraph.keeping.curation.drafting import draft_document
from policygraph.keeping.curation.journal import read_journal
from policygraph.keeping.curation.meanings import list_meanings
from policygraph.keeping.workspace import init_workspace, open_workspace
from policygraph.speaking.app import Options, create_app
from policygraph.speaking.sparql.engine import Settings
from policygraph.speaking.web.curate import Editing

from .conftest import Watched

pytestmark = pytest.mark.browser

CARD = ".drafts > .proposal"
"""What is decided at once: a proposal, or those of one meaning."""
WHO = "法制科"


def choose(page: Page, words: str) -> None:
    """Choose words in the text of the document, as with the mouse."""
    page.evaluate(
        """(words) => {
          const walk = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const at = walk.currentNode.data.indexOf(words);
            if (at < 0) continue;
            getSelection().setBaseAndExtent(walk.currentNode, at, walk.currentNode, at + words.length);
            return;
          }
          throw new Error(words);
        }""",
        words,
    )


def test_an_officer_walks_from_a_word_file_to_the_published_site(
    browser: Browser, tmp_path: Path, run: Callable[..., Any], serve: Callable[[Any], int]
) -> None:
    own, memo = tmp_path / "own", tmp_path / "memo.docx"
    memo.write_bytes(memos.make_docx())

    def do(*words: str, code: int = 0) -> str:
        done = run(*words, "--workspace", str(own)) if words[0] != "init" else run(*words)
        assert done.returncode == code, done.stderr
        return str(done.stdout)

    do("init", str(own), "--base", "https://data.example.gov.cn/credit/", "--without-samples")
    do("todo")  # of a workspace without documents nothing is left
    assert "措施 15" in do("add", str(memo), "--id", memos.SLUG, "--region", f"{memos.CODE}={memos.CITY}")
    assert "机器读过" in do("todo", memos.SLUG, code=1)
    do("build")
    bench = Bench(lambda: open_workspace(own))
    app = create_app(own / "build", Options(Settings(workers=1), editing=Editing(bench)))
    address = f"http://127.0.0.1:{serve(app)}"
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    context.set_default_timeout(20_000)
    watched = Watched(context, address)
    page = watched.open("/curate")
    page.get_by_role("link", name=memos.TITLE).click()
    page.get_by_label("谁在核定").fill(WHO)
    page.get_by_role("button", name="确定").click()
    page.get_by_role("button", name="起草").click()
    expect(page.locator(CARD)).not_to_have_count(0)
    case = bench.case(memos.SLUG)
    number = len(list_meanings(case, list_proposals(case)))
    assert number < len(list_proposals(case))
    # keys: next, accept, reject, undo
    first = page.locator(CARD).first
    expect(first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(CARD).nth(1)).to_be_focused()
    expect(page.locator("mark.lit").first).to_be_visible()
    page.keyboard.press("x")
    expect(page.locator(CARD)).to_have_count(number - 1)
    page.keyboard.press("u")
    expect(page.locator(CARD)).to_have_count(number)
    # a proposal is changed by choosing from lists
    page.locator(".choose").get_by_role("link", name="措施").click()
    expect(page.locator(CARD)).to_have_count(memos.MEASURES)
    page.locator(CARD).first.get_by_role("link", name="改").click()
    expect(page.locator("#edit-head")).to_be_focused()
    assert Axe().run(page).response["violations"] == []
    # another one is opened and changed, and a third accepted: what was typed into the first is still there
    page.locator('.opened [name="v.title"]').first.fill("专项资金优先")
    page.locator(CARD).nth(1).get_by_role("link", name="改").click()
    expect(page.locator(".opened")).to_have_count(2)
    page.locator('.opened [name="v.title"]').first.fill("补助设备")
    page.locator(CARD).nth(2).get_by_role("button", name="接受", exact=False).first.click()
    expect(page.locator(CARD)).to_have_count(memos.MEASURES - 1)
    assert [one.input_value() for one in page.locator('.opened [name="v.title"]').all()] == ["补助设备", "专项资金优先"]
    expect(page.locator(".unsaved").first).to_be_visible()
    page.locator(".opened").first.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".opened")).to_have_count(1)
    expect(page.locator('.opened [name="v.title"]')).to_have_value("专项资金优先")
    page.locator("#undo button").click()
    page.locator("#undo button").click()
    expect(page.locator(CARD)).to_have_count(memos.MEASURES)
    expect(page.locator('.opened [name="v.title"]')).to_have_value("专项资金优先")
    page.locator('.opened input[name="v.effect"][value="effect-support"]').check()
    page.get_by_role("button", name="保存并接受").click()
    expect(page.locator(CARD)).to_have_count(memos.MEASURES - 1)
    page.get_by_role("button", name="全部接受").click()
    expect(page.locator(CARD)).to_have_count(0)
    # words chosen in the text become a statement
    page.goto(f"{address}/curate/{memos.SLUG}?by={WHO}")
    choose(page, "书面告知当事人")
    page.get_by_role("button", name="用它写一项").click()
    expect(page.locator("#w-quote")).to_have_value("书面告知当事人")
    page.locator("#w-type").select_option("ProcedureStep")
    page.get_by_role("button", name="写入整理稿").click()
    expect(page.locator("#edit-head")).to_be_focused()
    page.locator('.opened [name="v.recipient"]').fill("当事人")
    page.get_by_role("button", name="保存", exact=True).click()
    # a condition of which a line says only the half gets another one, by key, in the words chosen; undone, and again
    line = f"rule/{memos.SLUG}/2"
    for undone in (True, False):
        page.goto(f"{address}/curate/{memos.SLUG}?by={WHO}&kind=conditions")
        lines = page.locator('.proposal[data-address^="rule/"]')
        expect(lines).to_have_count(4)
        choose(page, "无安全生产失信行为")
        # the key acts on the line though it lies folded in with its condition
        page.locator(f'.meaning:has([data-address="{line}"])').focus()
        page.keyboard.press("l")
        expect(page.locator("#edit-head")).to_be_focused()
        expect(page.locator('.opened [name="quote"]')).to_have_value("无安全生产失信行为")
        expect(lines).to_have_count(5)
        if undone:
            page.locator(CARD).first.focus()
            page.keyboard.press("u")
            expect(lines).to_have_count(4)
    page.locator('.opened [name="v.lineRecord"]').select_option("line-record-no-penalty")
    page.locator('.opened [name="v.window"]').fill("1年")
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".errors")).to_have_count(0)
    page.goto(f"{address}/curate/{memos.SLUG}?by={WHO}")
    # a body of the place is registered by its function
    page.locator("#names summary").click()
    names = page.locator("#names section.name")
    while names.count():
        names.first.get_by_role("button", name="登记为新的机构").click()
        page.locator("#names summary").click() if page.locator("#names").count() else None
    page.get_by_role("button", name="全部接受").click()
    expect(page.locator(".proposal")).to_have_count(0)
    empty = page.locator('#kinds input[name="none"]')
    page.get_by_role("button", name="全部看完了").click()
    expect(empty.first).to_be_visible()  # the browser asks for each box, and nothing is sent
    for one in empty.all():
        one.check()
    page.get_by_role("button", name="全部看完了").click()
    expect(empty).to_have_count(0)
    expect(page.locator(".errors")).to_have_count(0)
    # what accepted statements still lack is told with a way to each: here, that nobody is named who does it
    wanting = page.locator("#wanting li a")
    while left := wanting.count():
        page.locator("#kinds").evaluate("kinds => { kinds.open = true; }")
        wanting.first.click()
        page.locator('.opened [name="v.note"]').fill("原文没有写明由谁办")
        page.get_by_role("button", name="保存", exact=True).click()
        expect(wanting).to_have_count(left - 1)
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    context.close()
    assert watched.wrong == []
    assert {entry.by for entry in read_journal(bench.case(memos.SLUG))} == {WHO, "policygraph draft"}
    do("build")
    rows = do("ask", "departments-of-measures", "--document", memos.SLUG, "--format", "csv")
    assert all(body in rows for body in memos.BODIES[1:])
    assert "未识别" not in rows
    do("todo", memos.SLUG)
    asked = ("--policy", memos.SLUG, "--as-of", "2031-08-01")
    assert "结论：符合条件" in do("decide", str(memos.write_register(tmp_path / "sound")), *asked)
    penalty = {"record_id": "P1", "uscc": memos.UNIT, "status": "effective", "date": "2031-02-01"}
    penalised = memos.write_register(tmp_path / "penalised", penalties=[penalty | {"authority_function": "tax"}])
    assert "结论：不符合条件" in do("decide", str(penalised), *asked)
    assert not list(own.rglob("*.part"))
    do("publish", str(tmp_path / "site"), "--language", "zh", "--as-of", "2031-06-01")
    site = browser.new_context(viewport={"width": 360, "height": 800})
    shown = site.new_page()
    shown.goto((tmp_path / "site" / "doc" / memos.SLUG / "index.html").as_uri())
    expect(shown.locator("h1")).to_contain_text(memos.CITY)
    expect(shown.locator(".original").first).to_contain_text("原件")
    site.close()
    app.state.close()


def test_a_document_with_two_lists_is_decided_by_each_of_them_by_name(
    browser: Browser, tmp_path: Path, run: Callable[..., Any], serve: Callable[[Any], int]
) -> None:
    """From the page of curation to `/check` and the terminal: a policy for each list, called by its list."""
    own = tmp_path / "own"
    (tmp_path / "memo.html").write_bytes(twolists.make_html())
    workspace = init_workspace(own, "https://data.example.gov.cn/credit/", samples=False)
    add_document(workspace, tmp_path / "memo.html", twolists.SLUG, f"{twolists.CODE}={twolists.CITY}")
    draft_document(open_case(open_desk(workspace), twolists.SLUG), "2031-05-01T09:00:00+08:00")
    where = ("--workspace", str(own))
    assert run("build", *where).returncode == 0
    bench = Bench(lambda: open_workspace(own))
    app = create_app(own / "build", Options(Settings(workers=1), editing=Editing(bench)))
    watched = Watched(browser.new_context(locale="zh-CN"), f"http://127.0.0.1:{serve(app)}")
    for number, address in enumerate((f"policy/{twolists.SLUG}", f"policy/{twolists.SLUG}.2")):
        page = watched.open(f"/curate/{twolists.SLUG}?by={WHO}&kind=conditions&edit={address}")
        if number == 0:
            page.locator('.opened [name="v.positiveOutcome"]').select_option("eligible")
        for box in page.locator('.opened [name="answered"][value$="whole"]').all():
            box.check()
        page.locator('.opened [name="note"]').fill("另一个名单的条件另列")
        page.get_by_role("button", name="保存并接受").click()
        expect(page.locator(".errors")).to_have_count(0)
        expect(page.locator(".opened")).to_have_count(0, timeout=20_000)
    page = watched.open(f"/curate/{twolists.SLUG}?by={WHO}&kind=conditions")
    page.get_by_role("button", name="全部接受").click()
    expect(page.locator(".errors")).to_have_count(0)
    assert run("build", *where).returncode == 0
    app = create_app(own / "build", Options(Settings(workers=1)))
    watched = Watched(browser.new_context(locale="zh-CN"), f"http://127.0.0.1:{serve(app)}")
    page = watched.open("/check")
    page.locator("button[value=sample]").click()
    for name in ("红名单", "黑名单"):
        expect(page.locator("main").get_by_text(f"（{name}）").first).to_be_attached(timeout=20_000)
    assert f"{twolists.SLUG}.2" not in page.locator("main").inner_text()
    register = memos.write_register(tmp_path / "register")
    decided = run("decide", str(register), "--policy", "all", "--as-of", "2031-08-01", *where)
    assert f"{twolists.TITLE}》的通知（红名单）" in decided.stdout
    assert f"{twolists.TITLE}》的通知（黑名单）" in decided.stdout
    wrong = run("decide", str(register), "--policy", "hei", "--as-of", "2031-08-01", *where)
    assert f"{twolists.SLUG}.2（关于印发《{twolists.TITLE}》的通知（黑名单））" in wrong.stderr
