"""The comparison of places: nothing lost, nothing invented, absence in the right word, the same on page and file."""

from __future__ import annotations

import csv
import html
import io
import re
from pathlib import Path

import docx
import lxml.html
import openpyxl
import pytest
from docx.enum.section import WD_ORIENT
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.conftest import Visit, open_once
from typer.testing import CliRunner

from policygraph.errors import InputError, NotFoundError
from policygraph.judging.comparing.tables import Cell, Comparison, Row, choose
from policygraph.judging.comparing.wording import find_echo
from policygraph.keeping.comparisons import read_comparison
from policygraph.keeping.store import Gap, Store
from policygraph.namespaces import ID
from policygraph.speaking.cli import comparing
from policygraph.speaking.web.headings import word_gaps
from policygraph.speaking.web.site import Site

DAY = "2026-11-22"
JIAMUSI, JIANGSU, XINZHENG, YIYUAN = "230800", "320000", "410184", "370323"


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


@pytest.fixture(scope="module")
def measures(store: Store) -> Comparison:
    return read_comparison(store, "measures", DAY)


@pytest.fixture(scope="module")
def mechanisms(store: Store) -> Comparison:
    return read_comparison(store, "mechanisms", DAY)


@pytest.fixture(scope="module")
def client(visit: Visit) -> TestClient:
    return visit()


def row(table: Comparison, slug: str) -> Row:
    return next(one for one in table.rows if one.slug == slug)


def cell(table: Comparison, slug: str, code: str) -> Cell:
    at = [place.code for place in table.places].index(code)
    return row(table, slug).cells[at]


# --- the table -------------------------------------------------------------------------------------------------------


def test_a_place_is_one_column_with_all_its_documents(measures: Comparison) -> None:
    by_code = {place.code: place for place in measures.places}
    assert set(by_code) == {JIAMUSI, JIANGSU, XINZHENG, YIYUAN}
    assert [document.rsplit("/", 1)[-1] for document in by_code[JIAMUSI].documents] == [
        "jiamusi-2020-5",
        "jiamusi-2020-6",
    ]


def test_every_measure_stands_in_a_cell(measures: Comparison, store: Store) -> None:
    shown = {entry.measure for one in measures.rows for c in one.cells for entry in c.entries}
    assert shown == {str(measure) for (measure, *_) in store.ask("measures").rows}


def test_incentive_sanction_and_supervision_never_share_a_cell(measures: Comparison, store: Store) -> None:
    answer = store.ask("measures")
    kinds = {str(r[0]): r[answer.columns.index("kind")] for r in answer.rows}
    classes = {"incentive": "incentive", "sanction": "sanction", "regulatory": "supervision"}
    for one in measures.rows:
        for c in one.cells:
            assert {classes[str(kinds[entry.measure])] for entry in c.entries} <= {one.effect_class}


def test_an_empty_cell_says_why(measures: Comparison, mechanisms: Comparison) -> None:
    assert cell(measures, "tax-sanction", JIANGSU).status == "absent"
    assert cell(measures, "tendering-sanction", JIAMUSI).status == "quoted-only"
    assert cell(measures, "tax-sanction", XINZHENG).status == "absent"
    assert cell(mechanisms, "mechanism-cross-list-exclusion", XINZHENG).status == "not-applicable"
    assert cell(mechanisms, "mechanism-credit-repair", JIAMUSI).status == "absent"
    for table in (measures, mechanisms):
        for one in table.rows:
            for c in one.cells:
                assert (
                    bool(c.entries or c.statements)
                    or c.status in ("absent", "uncurated")
                    or (c.reason and c.clause and c.quote)
                )


def test_a_general_delegation_is_no_word_on_an_area(measures: Comparison) -> None:
    """It would fill every empty cell of a place alike, and so say nothing of any."""
    assert {c.status for one in measures.rows for c in one.cells} & {"delegated"} == set()


def test_the_measures_of_a_cell_stand_in_the_order_of_the_documents(measures: Comparison, store: Store) -> None:
    order = [str(measure) for (measure, *_) in store.ask("measures").rows]
    for one in measures.rows:
        for c in one.cells:
            at = [order.index(entry.measure) for entry in c.entries]
            assert at == sorted(at), (one.slug, c.place)


def test_an_empty_cell_says_where_else_the_place_speaks_of_the_area(measures: Comparison) -> None:
    empty = cell(measures, "disclosure-incentive", XINZHENG)
    assert [slug for slug, _, _ in empty.elsewhere] == ["disclosure-supervision"]
    area = {one.slug: one.slug.rsplit("-", 1)[0] for one in measures.rows}
    filled = {(one.slug, c.place) for one in measures.rows for c in one.cells if c.entries}
    told = 0
    for one in measures.rows:
        for c in one.cells:
            kin = {s for s, place in filled if place == c.place and area[s] == area[one.slug]}
            assert {slug for slug, _, _ in c.elsewhere} == (set() if c.entries else kin), (one.slug, c.place)
            told += len(c.elsewhere)
    assert told


def test_what_stars_bring_stands_in_every_field_of_the_departments_named(measures: Comparison) -> None:
    supported = {"八·2", "八·3·1"}
    for area in ("finance", "construction", "project-approval", "land"):
        assert {e.notation for e in cell(measures, f"{area}-incentive", XINZHENG).entries} == supported, area
    # 不定期 says how inspections are arranged, not that they become fewer: it is 以自我管理为主 that favours
    (entry,) = cell(measures, "safety-supervision-incentive", XINZHENG).entries
    assert (entry.notation, "减少检查" in entry.effects) == ("七·1", False)


def test_a_cell_has_words_department_and_basis_with_its_standing(measures: Comparison) -> None:
    (entry,) = cell(measures, "procurement-sanction", JIAMUSI).entries
    assert entry.notation == "二（九）"
    assert "政府采购" in entry.quote
    assert entry.effects == ("限制",)
    assert "佳木斯市财政局" in [label for _, label in entry.departments]
    law = next(basis for basis in entry.bases if basis.title == "中华人民共和国政府采购法")
    assert (law.locator, law.rank, law.status) == ("第二十二条", "法律", "in-force")


def test_the_day_changes_only_what_became_of_the_bases(store: Store, measures: Comparison) -> None:
    earlier = read_comparison(store, "measures", "2020-12-31")
    statuses = {
        day: {b.status for one in table.rows for c in one.cells for e in c.entries for b in e.bases}
        for day, table in ((DAY, measures), ("2020-12-31", earlier))
    }
    assert "renumbered" in statuses[DAY]
    assert "renumbered" not in statuses["2020-12-31"]
    assert [one.slug for one in earlier.rows] == [one.slug for one in measures.rows]


def test_a_place_speaks_first_with_its_own_words(mechanisms: Comparison) -> None:
    said = cell(mechanisms, "mechanism-red-black-list", JIANGSU).statements
    assert said[0].status == "stated"
    assert said[-1].status == "quoted-only"
    assert all(statement.quote for statement in said)
    assert all("".join(s.quote.split()) in "".join(s.text.split()) for s in said if s.status == "stated")


# --- choosing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["佳木斯市", "佳木斯", "230800", "jiamusi", "Jiamusi", "jiamusi-2020-5"])
def test_a_place_is_found_by_what_people_call_it(measures: Comparison, written: str) -> None:
    assert [place.code for place in choose(measures, [written]).places] == [JIAMUSI]


def test_an_unknown_place_or_row_is_refused(measures: Comparison) -> None:
    with pytest.raises(NotFoundError, match="佳木斯市"):
        choose(measures, ["上海"])
    with pytest.raises(InputError):
        choose(measures, rows=["nothing"])


def test_only_differences_leaves_out_what_all_places_say_alike(measures: Comparison, mechanisms: Comparison) -> None:
    chosen = choose(mechanisms, [JIANGSU, YIYUAN], differing=True)
    slugs = {one.slug for one in chosen.rows}
    assert "mechanism-credit-repair" not in slugs
    assert "mechanism-green-channel" in slugs
    assert all(one.differs for one in choose(measures, [JIAMUSI, JIANGSU], differing=True).rows)


def test_a_row_is_found_by_its_name(mechanisms: Comparison) -> None:
    assert [one.slug for one in choose(mechanisms, words="信用修复").rows] == ["mechanism-credit-repair"]
    assert [one.slug for one in choose(mechanisms, words="Credit Repair").rows] == ["mechanism-credit-repair"]


# --- wording ---------------------------------------------------------------------------------------------------------


def test_identical_wording_is_marked_with_the_words_that_differ(measures: Comparison) -> None:
    (pairing, *_) = row(measures, "admin-approval-incentive").pairings
    assert pairing.places == (JIAMUSI, YIYUAN)
    assert pairing.echo.length >= 30
    assert ("可", "应", "先行受理") in {(d.first, d.second, d.after) for d in pairing.echo.differences}


def test_pairings_are_only_between_places_that_are_shown(measures: Comparison) -> None:
    chosen = choose(measures, [JIAMUSI, JIANGSU])
    assert {code for one in chosen.rows for pairing in one.pairings for code in pairing.places} <= {JIAMUSI, JIANGSU}


@given(st.text(min_size=12, max_size=60).filter(lambda text: len("".join(text.split())) >= 12))
def test_a_text_echoes_itself_without_difference(text: str) -> None:
    echo = find_echo(text, text)
    assert echo is None or echo.differences == ()


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(first: str, second: str) -> None:
    echo, back = find_echo(first, second), find_echo(second, first)
    assert (echo is None) == (back is None)
    if echo is not None and back is not None:
        assert echo.length == back.length == len(echo.run)


# --- page and files --------------------------------------------------------------------------------------------------


def test_an_undated_address_leads_to_a_dated_one(client: TestClient) -> None:
    answer = client.get("/compare?place=230800", follow_redirects=False)
    assert answer.status_code == 307
    assert re.fullmatch(r"/compare\?place=230800&as_of=\d{4}-\d\d-\d\d", answer.headers["location"])


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("view", ["measures", "mechanisms"])
def test_the_whole_table_is_a_small_page(client: TestClient, prefix: str, view: str) -> None:
    answer = client.get(f"{prefix}/compare?view={view}&as_of={DAY}")
    assert answer.status_code == 200
    assert len(answer.content) < 150_000


def test_the_page_shows_basis_standing_and_reasons(client: TestClient) -> None:
    text = client.get(f"/compare?as_of={DAY}&row=procurement-sanction&row=tax-sanction").text
    for words in ("未规定", "第二十二条", "现行，未见变动", "约束：", "效果：限制"):
        assert words in text


def test_the_page_opens_the_reason_of_the_editors(client: TestClient) -> None:
    text = client.get(f"/compare?as_of={DAY}&row=tendering-sanction").text
    for words in ("仅见于引文", "编者说明", "工程招投标"):
        assert words in text


@pytest.mark.parametrize("query", ["view=scores", "class=nothing", "as_of=soon", "place=9", "row=nothing"])
def test_what_does_not_exist_is_refused(client: TestClient, query: str) -> None:
    separator = "" if "as_of" in query else f"&as_of={DAY}"
    assert client.get(f"/compare?{query}{separator}").status_code in (400, 404)
    assert client.get(f"/compare.csv?{query}{separator}").status_code in (400, 404)


def test_files_have_one_row_a_cell(client: TestClient) -> None:
    address = f"?view=mechanisms&row=mechanism-credit-repair&as_of={DAY}"
    rows = list(csv.DictReader(io.StringIO(client.get(f"/compare.csv{address}").text)))
    assert [(r["地方"], r["状态"]) for r in rows] == [
        ("佳木斯市", "未规定"),
        ("江苏省", "明文"),
        ("新郑市", "未规定"),
        ("沂源县", "明文"),
    ]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/compare.xlsx{address}").content))
    first = book[book.sheetnames[0]]
    assert first.max_row == 5
    assert {c.data_type for c in first[2] if c.value} == {"s"}
    paper = docx.Document(io.BytesIO(client.get(f"/compare.docx{address}").content))
    assert paper.sections[0].orientation == WD_ORIENT.LANDSCAPE
    heads = [c.text.split("\n") for c in paper.tables[0].rows[0].cells]
    assert [head[0] for head in heads] == ["事项", "佳木斯市", "江苏省", "新郑市", "沂源县"]
    assert heads[1][1:] == ["佳应急联发〔2020〕5号", "佳应急联发〔2020〕6号"]
    data = client.get(f"/compare.json{address}").json()
    assert data["as_of"] == DAY
    assert data["dataset"]
    assert len(data["rows"]) == 4
    assert client.get(f"/compare.pdf{address}").status_code == 400


def cell_facts(cell: lxml.html.HtmlElement) -> list[str]:
    """What a cell of the page says: its words, standings, premises, bodies and bases, each bare of space and marks."""
    for whole in cell.xpath(".//details[starts-with(summary, '全条') or starts-with(summary, 'whole clause')]"):
        whole.drop_tree()
    told = cell.xpath(
        ".//q | .//*[contains(@class, 'verbatim')] | .//*[contains(@class, 'tag')] | .//p[contains(@class, 'state')]"
        " | .//a[not(contains(@class, 'small'))] | .//p[span and not(a) and not(.//q)] | .//*[@class='missing'] | .//i"
        " | .//details//li/* | .//details/p"
    )
    parts = (part for one in told for part in re.split("[：；、]|[:;,] ", one.text_content()))
    return [text for part in parts if (text := bare(part))]


def bare(text: str) -> str:
    return re.sub(r"[\s“”·〔〕（）()：:；;，,、]", "", text)


@pytest.mark.parametrize(("prefix", "view"), [("", "measures"), ("", "mechanisms"), ("/en", "measures")])
def test_the_word_file_says_what_the_page_says_cell_by_cell(
    client: TestClient, measures: Comparison, mechanisms: Comparison, prefix: str, view: str
) -> None:
    """Every row as the page opens it; each quote is headed by the number of its document and its place there."""
    slugs = [one.slug for one in (measures if view == "measures" else mechanisms).rows]
    for at in range(0, len(slugs), 6):
        address = f"?view={view}&as_of={DAY}&" + "&".join(f"row={slug}" for slug in slugs[at : at + 6])
        page = lxml.html.fromstring(client.get(f"{prefix}/compare{address}").text)
        shown = page.xpath('//table[contains(@class, "places")]/tbody/tr[@id]')
        paper = docx.Document(io.BytesIO(client.get(f"{prefix}/compare.docx{address}").content)).tables[0]
        assert len(shown) == len(paper.rows) - 1 == len(slugs[at : at + 6])
        for line, row in zip(shown, paper.rows[1:], strict=True):
            for one, cell in zip(line.xpath("td"), row.cells[1:], strict=True):
                text = bare(cell.text)
                assert [fact for fact in cell_facts(one) if fact not in text] == [], cell.text
                for paragraph in cell.paragraphs:
                    if paragraph.text.endswith("”") and "“" in paragraph.text and not paragraph.text.startswith("“"):
                        assert re.match(r"(〔.+?〕|原文说到，没有整理：)?\S*〔\d{4}〕\d+号\s?\S", paragraph.text), (
                            paragraph.text
                        )


def test_files_of_the_english_page_are_english(client: TestClient) -> None:
    for query in ("view=measures&row=tax-sanction", "view=questions&topic=repair"):
        page = client.get(f"/en/compare?{query}&as_of={DAY}").text
        links = [html.unescape(one) for one in re.findall(r'href="(/en/compare\.[a-z]+\?[^"]*)"', page)]
        assert {link.partition("?")[0].rpartition(".")[2] for link in links} >= {"csv", "xlsx", "docx"}
        for link in links:
            assert client.get(link).status_code == 200, link
        told = client.get(f"/en/compare.csv?{query}&as_of={DAY}").text
        heads = next(csv.reader(io.StringIO(told)))
        assert not re.search("[一-鿿]|_", "".join(heads)), heads
        assert {"Place", "Clause IRI"} <= set(heads)
        assert "Jiamusi" in told


def test_what_nobody_has_read_stands_on_a_sheet_in_the_words_of_the_page(store: Store) -> None:
    document = str(ID["doc/jiamusi-2020-6"])
    gaps = [Gap(document, "mechanisms", "parsed", "佳应急联发〔2020〕6号", "机制", "信用审查")]
    for code, sheet in (("zh", "未整理"), ("en", "Not curated")):
        name, table = word_gaps(gaps, Site(store).names[code])
        assert name == sheet
        (row,) = table.rows
        assert row[:2] == ("佳应急联发〔2020〕6号", document)
        # the English words of these two are their codes
        assert row[2:4] == (("机制", "机器读过") if code == "zh" else ("mechanisms", "parsed"))
        assert not any("_" in head for head in table.columns)
        assert code == "zh" or not re.search("[一-鿿]", "".join(table.columns)), table


def test_the_command_prints_the_same_rows(
    client: TestClient, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = comparing.app
    monkeypatch.setattr(comparing, "load_store", lambda *_: store)
    monkeypatch.setattr(comparing, "today", lambda: DAY)
    arguments = ["江苏", "沂源", "--view", "mechanisms", "--row", "信用修复", "--format", "csv"]
    printed = CliRunner().invoke(cli, arguments)
    assert printed.exit_code == 0
    address = f"/compare.csv?view=mechanisms&q=信用修复&place={JIANGSU}&place={YIYUAN}&as_of={DAY}"
    assert printed.stdout == client.get(address).text
    table = CliRunner().invoke(cli, [*arguments[:-1], "table"])
    assert "信用修复" in table.stdout
    paper = tmp_path / "比较.docx"
    assert CliRunner().invoke(cli, [*arguments[:-1], "docx", "--out", str(paper)]).exit_code == 0
    assert docx.Document(str(paper)).tables
    refused = CliRunner().invoke(cli, [*arguments[:-1], "xlsx"])
    assert isinstance(refused.exception, InputError)


def test_the_shortest_echo_is_exactly_the_one_named() -> None:
    for length, heard in ((8, True), (7, False)):
        run = "暂停审批其新增项目用地"[:length]
        echo = find_echo(f"由市局{run}", f"可以{run}")
        assert (echo is not None) is heard
        assert echo is None or echo.run == run


def test_pieces_that_are_too_short_are_no_shared_passage() -> None:
    long = "停止执行其享受的优惠政策"
    for piece, pieces in (("约谈负", 1), ("约谈负责", 2)):
        echo = find_echo(f"{long}甲乙{piece}", f"{long}丙丁戊{piece}")
        assert echo is not None
        assert echo.shared == len(long) + (len(piece) if pieces == 2 else 0)
        assert len(echo.differences) == pieces - 1
