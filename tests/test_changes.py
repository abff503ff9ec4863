"""What changed between two days: the question over the whole dataset, its page and its feed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.conftest import Visit, open_once

from policygraph.keeping.store import Cell, Store

ATOM = "{http://www.w3.org/2005/Atom}"
DAY = "2026-11-22"


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


@pytest.fixture(scope="module")
def client(visit: Visit) -> TestClient:
    return visit()


def ask(store: Store, **values: str) -> list[dict[str, Cell]]:
    answer = store.ask("changes", values)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def test_the_law_and_the_conclusions_that_changed_with_it_stand_on_their_day(store: Store) -> None:
    rows = ask(store, since="2021-08-31", as_of="2021-09-01")
    assert {row["date"] for row in rows} == {"2021-09-01"}
    moved = {(row["provision"], row["successor"]) for row in rows if row["change"] == "renumbered"}
    assert ("第七十五条", "第七十八条") in moved
    (ban,) = [row for row in rows if row["notation"] == "二（一）5" and str(row["document"]).endswith("jiamusi-2020-5")]
    assert (ban["before"], ban["after"], ban["rule"]) == ("insufficient", "conditional", "conditional")
    assert "《安全生产法》第七十八条第一款（2021年修正文本）自该日起（附条件）" in str(ban["why"])
    assert "佳木斯市应急管理局" in str(ban["department"])


def test_the_first_day_is_out_and_the_last_is_in(store: Store) -> None:
    assert ask(store, since="2021-09-01", as_of="2021-09-02") == []
    assert ask(store, since="2021-08-30", as_of="2021-08-31") == []


def test_every_change_is_one_between_the_conclusions_of_two_days(store: Store) -> None:
    """Whoever asks for the conclusions of both days sees what ``changes`` says, and nothing that it does not."""

    def conclusions(day: str) -> dict[Cell, Cell]:
        answer = store.ask("conclusions", as_of=day)
        at = {name: index for index, name in enumerate(answer.columns)}
        return {row[at["act"]]: row[at["conclusion"]] for row in answer.rows if row[at["conclusion"]]}

    for day_before, day in (("2021-08-31", "2021-09-01"), ("2024-07-31", "2024-08-01"), ("2024-08-02", "2024-08-03")):
        old, new = conclusions(day_before), conclusions(day)
        told = {r["act"]: (r["before"], r["after"]) for r in ask(store, since=day_before, as_of=day) if r["act"]}
        assert told == {act: (old[act], new[act]) for act in old.keys() & new.keys() if old[act] != new[act]}


def test_one_document_sees_its_own_acts_and_the_law_that_concerns_it(store: Store) -> None:
    rows = ask(store, since="2019-01-01", as_of=DAY, document="jiamusi-2020-5")
    acts = {row["document"] for row in rows if row["kind"] == "conclusion"}
    assert {str(document).rsplit("/", 1)[-1] for document in acts} == {"jiamusi-2020-5"}
    works = {str(row["work"]).rsplit("/", 1)[-1] for row in rows if row["kind"] == "law"}
    assert "anquan-shengchan-fa" in works
    assert "jiangsu-shehui-xinyong" not in works
    assert "jiangsu-shehui-xinyong" in {
        str(row["work"]).rsplit("/", 1)[-1]
        for row in ask(store, since="2019-01-01", as_of=DAY, document="jiangsu-2019-820")
    }


def test_the_page_is_dated_and_grouped_by_day(client: TestClient) -> None:
    undated = client.get("/changes", follow_redirects=False)
    assert undated.status_code == 307
    assert "as_of=" in undated.headers["location"]
    text = client.get(f"/changes?since=2021-08-31&as_of={DAY}&document=jiamusi-2020-5").text
    day = text.partition('id="on-2021-09-01"')[2].partition("<h2")[0]
    assert "/law/anquan-shengchan-fa?as_of=2021-09-01" in day
    assert "/measure/jiamusi-2020-5/para_1/subpara_5?as_of=2021-09-01" in day
    assert "conclusion-conditional" in day
    assert f"/queries/changes.csv?since=2021-08-31&amp;document=jiamusi-2020-5&amp;as_of={DAY}" in text
    assert "没有登记变动" in client.get("/changes?since=2021-09-02&as_of=2021-09-03").text
    assert client.get("/changes?since=2021-09-03&as_of=2021-09-02").status_code == 400
    assert client.get(f"/changes?as_of={DAY}&document=nowhere").status_code in (400, 404)


def test_every_change_of_law_names_its_source_its_acts_and_who_does_them(client: TestClient) -> None:
    text = client.get(f"/changes?since=2020-01-01&as_of={DAY}").text
    days = text.split('<time datetime="')[1:]
    assert len(days) > 20
    for day in days:
        changes = day.split('<section class="change">')[1:]
        for change in changes:
            assert "凭：" in change
            assert "所及行为（" in change or "没有登记它及于哪件事" in change
            assert "谁做：" in change or "没有登记它及于哪件事" in change
        assert "当日没有一件事的结论因此变" in day or "结论变了的行为" in day
    (september,) = [day for day in days if day.startswith("2021-09-01")]
    safety = september.partition("/law/anquan-shengchan-fa")[2].partition("</section>")[0]
    # the text of the day and the one that ended the day before reach these acts
    assert "二（一）1、" in safety
    assert "佳木斯市应急管理局" in safety
    one = client.get(f"/changes?since=2020-01-01&as_of={DAY}&document=jiamusi-2020-5").text
    assert "/doc/jiangsu-2019-820" not in one.partition('<ol class="timeline">')[2]


def test_what_is_empty_is_said(client: TestClient) -> None:
    nothing = client.get("/changes?since=2021-09-02&as_of=2021-09-03").text
    assert "登记的法规变动 0 次，结论变了的行为 0 件" in nothing
    assert "没有一件事的结论因这些变动而变" in nothing
    assert "看自最早的文件以来（2010-12-29）" in nothing
    feed = ET.fromstring(client.get("/changes.atom?since=2021-09-02&as_of=2021-09-03").text)
    assert feed.findall(ATOM + "entry") == []
    assert "没有登记变动" in str(feed.findtext(ATOM + "subtitle"))


def test_the_feed_is_sound_atom(client: TestClient) -> None:
    answer = client.get(f"/changes.atom?since=2021-01-01&as_of={DAY}")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.text)
    assert feed.tag == ATOM + "feed"
    for name in ("id", "title", "updated", "author"):
        assert len(feed.findall(ATOM + name)) == 1
    entries = feed.findall(ATOM + "entry")
    ids = [entry.findtext(ATOM + "id") for entry in entries]
    assert len(ids) == len(set(ids)) > 50
    for entry in entries:
        assert entry.findtext(ATOM + "title")
        assert str(entry.findtext(ATOM + "updated")).endswith("T00:00:00+08:00")
        (link,) = entry.findall(ATOM + "link")
        assert link.get("rel") == "alternate"
        assert str(link.get("href")).startswith("http://testserver/")
        told = str(entry.findtext(ATOM + "summary"))
        assert told.startswith(str(entry.findtext(ATOM + "updated"))[:10])
        assert "谁做：" in told or "没有登记它及于哪件事" in told
    assert {link.get("rel") for link in feed.findall(ATOM + "link")} == {"self", "alternate"}
    # an address that stays the same for whoever subscribes; nobody keeps what it says of today
    standing = client.get("/changes.atom?document=jiamusi-2020-5", follow_redirects=False)
    assert (standing.status_code, standing.headers["cache-control"]) == (200, "no-cache")
