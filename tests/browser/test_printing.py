"""A page that a real browser prints as a PDF: its words are found although their characters came out as radicals."""

from __future__ import annotations

from html import escape

import pytest
from playwright.sync_api import Browser
from tests import memos

from policygraph.keeping.dataset.knowledge import load_knowledge
from policygraph.reading.intake import pdffiles, wordfiles
from policygraph.reading.intake.extractions import Extraction
from policygraph.reading.texts import read_text, serialise_reading

pytestmark = pytest.mark.browser

CELLS = (("惩戒措施", "实施单位"), ("限制用地供应", "市自然资源局、市民政局"), ("加大日常检查力度", "市应急管理局"))


def tell(extraction: Extraction) -> dict[str, object]:
    """What a reading says that does not depend on where the words stand; each span gives back its words."""
    told = serialise_reading(read_text(extraction.text, load_knowledge()))
    for one in told["departments"]:
        assert "".join(extraction.text[one["start"] : one["end"]].split()) == one["as_written"]
    return {
        "title": told["title"],
        "number": told["number"],
        "date": told["date"],
        "labels": [clause["label"] for clause in told["clauses"] if clause["label"]],
        "departments": [(one["as_written"], one["role"]) for one in told["departments"]],
        "measures": [(one["notation"], one["title"], one["departments"]) for one in told["measures"]],
        "tables": [(table["header"], table["rows"]) for table in told["tables"]],
    }


def print_page(browser: Browser, body: str) -> Extraction:
    """What is read of a page that the browser printed."""
    page = browser.new_page()
    page.set_content(
        "<!doctype html><html lang='zh'><meta charset='utf-8'>"
        "<style>td { border: 1px solid } p { text-indent: 2em; margin: 0 }</style>" + body
    )
    printed = page.pdf(format="A4")
    page.close()
    return pdffiles.read_document(printed, "printed.pdf")


def test_a_memo_printed_by_a_browser_reads_as_the_word_file(browser: Browser) -> None:
    printed = print_page(browser, "".join(f"<p>{escape(line)}</p>" for line in memos.LINES))
    told = tell(printed)
    assert told == tell(wordfiles.read_document(memos.make_docx(), "memo.docx"))
    assert len(told["measures"]) == memos.MEASURES  # type: ignore[arg-type]  # a list, as tell() made it
    assert [aside.code for aside in printed.asides] == ["radical"], "what was read otherwise than it is coded is told"


def test_so_is_a_ruled_table(browser: Browser) -> None:
    rows = "".join("<tr>" + "".join(f"<td>{words}</td>" for words in row) + "</tr>" for row in CELLS)
    table = f"<table style='border-collapse: collapse'>{rows}</table>"
    told = tell(print_page(browser, f"<p>关于失信惩戒的通知</p><p>一、惩戒措施</p>{table}<p>二、其他</p>"))
    assert told["tables"] == [(list(CELLS[0]), [list(row) for row in CELLS[1:]])]
    assert [name for name, _ in told["departments"]] == ["市自然资源局", "市民政局", "市应急管理局"]  # type: ignore[attr-defined]
