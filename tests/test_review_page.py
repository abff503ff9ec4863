"""The review page shows the findings of the question of that name, as chosen in its address, on page and in files."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import docx
import openpyxl
import pytest
from starlette.testclient import TestClient
from tests.conftest import Visit, open_once

from policygraph.keeping.store import Answer


@pytest.fixture(scope="module")
def findings(dataset: Path) -> Answer:
    return open_once(dataset).ask("findings")


@pytest.fixture(scope="module")
def client(visit: Visit) -> TestClient:
    return visit()


def shown(text: str) -> int:
    return len(re.findall(r'<span class="severity ', text))


@pytest.mark.parametrize("path", ["/review", "/en/review"])
def test_every_finding_stands_on_the_page(client: TestClient, findings: Answer, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert shown(answer.text) == len(findings.rows) > 0
    assert len(answer.content) < 150_000


def test_filters_choose_by_document_severity_and_kind(client: TestClient, findings: Answer) -> None:
    at = {name: findings.columns.index(name) for name in ("document", "severity", "code")}
    for query, wanted in (
        ({"document": "yiyuan-2021-28"}, [r for r in findings.rows if str(r[at["document"]]).endswith("2021-28")]),
        ({"severity": "Violation"}, [r for r in findings.rows if r[at["severity"]] == "Violation"]),
        (
            {"code": "missing-date", "severity": "Warning"},
            [r for r in findings.rows if r[at["code"]] == "missing-date" and r[at["severity"]] == "Warning"],
        ),
    ):
        assert shown(client.get("/review", params=query).text) == len(wanted) > 0
        rows = list(csv.DictReader(io.StringIO(client.get("/review.csv", params=query).text)))
        assert len(rows) == len(wanted)


def test_a_misprinted_title_is_shown_with_its_words_and_a_remedy(client: TestClient) -> None:
    text = client.get("/review?document=yiyuan-2021-28&code=title-differs").text
    assert "须改正" in text
    assert "失信行为开展联合激励" in text
    assert "/doc/yiyuan-2021-28#" in text
    assert "cited title differs" in client.get("/en/review?code=title-differs").text


def test_the_chosen_findings_leave_as_files(client: TestClient) -> None:
    query = "?document=jiamusi-2020-5&code=missing-signature"
    number = shown(client.get(f"/review{query}").text)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/review.xlsx{query}").content))
    assert book[book.sheetnames[0]].max_row == number + 1
    paper = docx.Document(io.BytesIO(client.get(f"/review.docx{query}").content))
    assert len(paper.tables[0].rows) == number + 1
    assert client.get(f"/review.json{query}").json()["dataset"]


@pytest.mark.parametrize("query", ["document=nothing", "severity=loud", "code=nothing"])
def test_a_filter_that_fits_nothing_is_refused_with_what_there_is(client: TestClient, query: str) -> None:
    answer = client.get(f"/review?{query}")
    assert answer.status_code == 400
    assert client.get(f"/review.csv?{query}").status_code == 400
    assert client.get("/review.pdf").status_code == 400
