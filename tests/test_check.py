"""The check page: typed or sent facts become decisions with their grounds, and leave no trace."""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from datetime import date
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import docx
import openpyxl
import pytest
from rdflib import Graph
from rdflib.namespace import RDF
from starlette.testclient import TestClient
from tests.conftest import Visit
from tests.files import read_policies

from policygraph.errors import InputError, LimitError
from policygraph.judging.decisions import Occasion, decide
from policygraph.judging.decisions.rendering import decision_json
from policygraph.judging.rules.facts import TABLES, Register, make_register
from policygraph.keeping.registers import RegisterError, is_restricted, load_register
from policygraph.keeping.registers.uploads import MOST_BYTES, read_upload
from policygraph.keeping.sources import find_root
from policygraph.namespaces import PG
from policygraph.speaking.cli.deciding import describe_decision
from policygraph.speaking.papers.opinion import render_opinion
from policygraph.speaking.web.facts import Facts, complete_form, facts_of, read_fields
from policygraph.speaking.web.site import Site
from policygraph.words import say

DAY = "2026-11-22"
SAMPLE = find_root() / "data" / "registers" / "sample"
# invented enterprises of the sample register
TARGET = "91230803MA9XN00129"
ELIGIBLE = "91230803MA9XN0004E"
EITHER = "91370323MA9XN0004T"
WATCHED = "91320602MA9XN00022"


class Page(HTMLParser):
    """The fields of the form of facts, as a browser would send them, and the text of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str | list[str]] = {}
        self.links: list[str] = []
        self.ids: dict[str, dict[str, str]] = {}
        self.texts: list[str] = []
        self._inside = False
        self._select = ""
        self.feed(text)
        self.text = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids[values.get("id", "")] = values
        if tag == "a":
            self.links.append(values.get("href", ""))
        if values.get("type") == "checkbox":
            known = self.fields.setdefault(values["name"], [])
            if "checked" in values and isinstance(known, list):
                known.append(values["value"])
        elif values.get("name") == "policy" and isinstance(known := self.fields.setdefault("policy", []), list):
            known.append(values["value"])
        elif tag == "form":
            self._inside = values.get("id") == "facts"
        elif self._inside and tag == "input":
            self.fields[values["name"]] = values.get("value", "")
        elif self._inside and tag == "select":
            self._select = values["name"]
            self.fields[self._select] = ""
        elif tag == "option" and self._select and "selected" in values:
            self.fields[self._select] = values["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


@pytest.fixture(scope="module")
def client(visit: Visit) -> TestClient:
    return visit(headers={"Accept": "text/html"})


def sample(client: TestClient, code: str, path: str = "/check", day: str = DAY) -> Page:
    answer = client.post(path, data={"do": "sample", "sample": code, "as_of": day})
    assert answer.status_code == 200
    return Page(answer.text)


def archive(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for path in sorted(folder.glob("*.csv")):
            packed.writestr(f"register/{path.name}", path.read_bytes())
    return out.getvalue()


# --- the form --------------------------------------------------------------------------------------------------------


def test_the_form_asks_for_everything_a_register_holds(client: TestClient) -> None:
    fields = Page(client.post("/check", data={"do": "facts", "as_of": DAY}).text).fields
    asked = {(name.split(".")[0], name.split(".")[2]) for name in fields if "." in name}
    for table in TABLES:
        for column in table.columns:
            assert ((table.name, column.name) in asked) == (column.name != "uscc" or table.name == "enterprises")


def test_a_row_is_added_without_script_and_nothing_typed_is_lost(client: TestClient) -> None:
    typed = {"enterprises.0.name": "甲厂", "penalties.0.date": "2025-02-02", "as_of": DAY}
    page = Page(client.post("/check", data={**typed, "do": "add:penalties"}).text)
    assert page.fields["enterprises.0.name"] == "甲厂"
    assert page.fields["penalties.0.date"] == "2025-02-02"
    assert page.fields["penalties.1.date"] == ""
    assert "penalties.2.date" not in page.fields


def test_a_long_list_stands_on_the_page_once_and_its_words_are_codes(client: TestClient) -> None:
    answer = client.post("/check", data={"do": "facts", "as_of": DAY})
    assert answer.text.count("民族宗教") == 1, "once for all rows of the page"
    who = {"enterprises.0.uscc": TARGET, "enterprises.0.name": "甲厂", "enterprises.0.region": "佳木斯市"}
    row = {"dishonesty.0.date": "2025-01-01", "dishonesty.0.severity": "minor"}
    for written in ("教育", "Education", "education"):
        saved = client.post("/check", data={**who, **row, "dishonesty.0.field": written, "do": "case", "as_of": DAY})
        assert saved.json()["facts"]["dishonesty"][0]["field"] == "education", written
    for prefix, shown in (("", "教育"), ("/en", "education")):
        again = Page(client.post(f"{prefix}/check", data={"dishonesty.0.field": "education", "do": "facts"}).text)
        assert str(again.fields["dishonesty.0.field"]).casefold() == shown
    wrong = client.post("/check", data={**who, **row, "dishonesty.0.field": "教", "do": "decide", "as_of": DAY})
    assert wrong.status_code == 400, "what no value is called is told, never passed over"
    assert Page(wrong.text).fields["dishonesty.0.field"] == "教"


def test_wrong_fields_are_named_all_at_once(client: TestClient) -> None:
    wrong = {"enterprises.0.uscc": TARGET[:-1] + "X", "enterprises.0.name": "甲厂", "accidents.0.date": "昨天"}
    answer = client.post("/check", data={**wrong, "do": "decide", "as_of": DAY})
    assert answer.status_code == 400
    text = Page(answer.text).text
    for words in ("校验码不符", "监管所在地", "生产安全事故 第 1 行 发生日期", "不是日期"):
        assert words in text
    assert Page(answer.text).fields["accidents.0.date"] == "昨天"


@pytest.mark.parametrize(
    "data", [{"do": "decide"}, {"do": "upload"}, {"do": "decide", "as_of": "soon"}, {"do": "docx:nothing"}]
)
def test_an_empty_or_senseless_request_gets_a_reason(client: TestClient, data: dict[str, str]) -> None:
    answer = client.post("/check", data=data)
    assert answer.status_code in (400, 404)
    assert answer.headers.get("cache-control", "no-store") == "no-store"


def test_facts_survive_the_way_through_the_form() -> None:
    register = load_register(SAMPLE)
    for entity in register.enterprises:
        facts = facts_of(register, entity)
        again = read_fields(complete_form(facts).fields())
        assert again.sheets() == facts.sheets()


def test_a_form_without_words_is_empty() -> None:
    assert complete_form(Facts({})).fields() == []
    assert read_fields([("nothing.0.x", "1"), ("penalties.x.date", "1"), ("penalties.0.nothing", "1")]).tables == {}


def test_a_place_is_told_by_name_and_only_the_chosen_documents_ask(client: TestClient) -> None:
    who = {"enterprises.0.uscc": TARGET, "enterprises.0.name": "甲厂", "enterprises.0.region": "佳木斯市向阳区"}
    page = Page(client.post("/check", data={**who, "do": "documents", "as_of": DAY}).text)
    assert page.fields["policy"] == ["jiamusi-2020-5", "jiamusi-2020-6"], "those of its place"
    page = Page(client.post("/check", data={**page.fields, "do": "facts", "policy": ["xinzheng-2010-36"]}).text)
    assert page.fields["enterprises.0.region"] == "佳木斯市"
    for county in ("桦川县", "桦川", "佳木斯市桦川县", "黑龙江省佳木斯市桦川县"):
        told = Page(client.post("/check", data={**who, "enterprises.0.region": county, "do": "documents"}).text)
        assert told.fields["enterprises.0.region"] == "230826", county
        assert told.fields["policy"] == ["jiamusi-2020-5", "jiamusi-2020-6"], county
    folded = page.text.partition("用不到的事实")[2]
    assert "安全生产标准化证书" in folded
    assert "年度考评" not in folded
    answer = Page(client.post("/check", data={**page.fields, "do": "decide"}).text)
    assert "新郑市安全生产诚信星级" in answer.text.partition("假如监管所在地")[2]
    assert answer.fields["policy"] == ["xinzheng-2010-36"]
    assert "单位监管所在地佳木斯市（230800）不在本文件适用地域新郑市（410184）之内" in answer.text
    inside = Page(client.post("/check", data={**page.fields, "enterprises.0.region": "230803", "do": "decide"}).text)
    assert "佳木斯市境内（230803）不在本文件适用地域新郑市（410184）" in inside.text


def test_who_it_is_about_is_asked_before_anything_else(client: TestClient) -> None:
    answer = client.post("/check", data={"do": "documents", "as_of": DAY})
    assert answer.status_code == 400
    page = Page(answer.text)
    assert "#f-enterprises.0.uscc" in page.links
    assert page.ids["f-enterprises.0.uscc"]["aria-describedby"] == "e-enterprises.0.uscc"


def test_every_error_leads_to_its_field_and_is_told_beside_it(client: TestClient) -> None:
    wrong = {
        "enterprises.0.uscc": TARGET, "enterprises.0.name": "甲厂", "enterprises.0.region": "亚特兰蒂斯",
        "accidents.0.date": "昨天", "accidents.0.fatalities": "许多", "do": "decide", "as_of": DAY,
    }  # fmt: skip
    page = Page(client.post("/check", data=wrong).text)
    for key in ("enterprises.0.region", "accidents.0.date", "accidents.0.fatalities"):
        assert f"#f-{key}" in page.links
        assert page.ids[f"f-{key}"]["aria-invalid"] == "true"
        assert f"e-{key}" in page.ids[f"f-{key}"]["aria-describedby"].split()
        assert f"e-{key}" in page.ids
    for days, field in (
        ({"as_of": "soon"}, "as_of"),
        ({"act_day": "2027-01-01"}, "act_day"),
        ({"act_day": "2026-01-02", "decision_day": "2026-01-01"}, "decision_day"),
    ):
        answer = client.post("/check", data={**wrong, **days})
        assert answer.status_code == 400
        assert f"#f-{field}" in Page(answer.text).links


def test_the_sample_opens_on_an_enterprise_that_a_document_burdens(client: TestClient) -> None:
    text = client.get("/check").text
    (code,) = re.findall(r'<option value="(\w{18})" selected', text)
    assert "属于惩戒对象" in sample(client, code).text.split("假如监管所在地")[0] + sample(client, code).text


@pytest.mark.parametrize("place", ["32", "37"])
def test_a_sample_gives_no_reason_that_its_register_refutes(client: TestClient, place: str) -> None:
    """The register declares lists, penalties and dishonesty complete; only the lists are held back."""
    register = load_register(SAMPLE)
    declared = {row.text("table") for row in register.general if row.table == "coverage"}
    assert {"listings", "penalties", "dishonesty"} <= declared
    for code in (one for one in register.enterprises if one[2:4] == place):
        proof = sample(client, code).text.partition("逐条件：")[2].partition("改这一案")[0]
        assert "没有带出“列入名单”是否记载完整" in proof
        for untrue in ("名单记载不完整", "没有完整性说明", "处罚记载不完整", "行政处罚记录自", "名单记录没有覆盖"):
            assert untrue not in proof, (code, untrue)


def test_two_days_reach_the_paper(client: TestClient) -> None:
    fields = {**sample(client, TARGET).fields, "act_day": "2026-02-02", "decision_day": "2026-11-30"}
    paper = client.post("/check", data={**fields, "do": "docx:jiamusi-2020-5"})
    words = "\n".join(p.text for p in docx.Document(io.BytesIO(paper.content)).paragraphs)
    assert "2026-02-02" in words
    assert "2026-11-30" in words
    (one,) = client.post("/check", data={**fields, "policy": ["jiamusi-2020-5"], "do": "json"}).json()
    assert (one["act_day"], one["decision_day"]) == ("2026-02-02", "2026-11-30")


# --- the decision ----------------------------------------------------------------------------------------------------


def test_a_decision_says_on_what_it_rests(client: TestClient) -> None:
    text = sample(client, TARGET).text
    for words in (
        "供参考，非行政决定",
        "属于惩戒对象",
        "不符合条件",
        "向社会公开安全生产承诺",
        "不得单独据本文件实施",
        "有关人员",
        "须另行认定",
        "本文未规定",
        "假如监管所在地在该地",
        "虚构资料",
        "记录",
    ):
        assert words in text


def test_what_a_case_hangs_on_names_the_readings_that_lead_elsewhere(client: TestClient) -> None:
    overview = sample(client, "91230803MA9XN00015").text.partition("在各份文件之下")[2].partition("下载")[0]
    assert overview.count(say("checking", "hangs_on_reading")) == 1
    assert "只计对单位的处罚" in overview


def test_readings_say_whether_they_flip_the_outcome(client: TestClient) -> None:
    # a penalty three years ago to the day: whether that day still counts is a question of reading
    text = sample(client, ELIGIBLE, day="2026-11-21").text
    assert "会改变结论" in text
    assert "换一种理解结论和后果都不变的" in text


def test_changing_a_fact_changes_the_decision(client: TestClient) -> None:
    page = sample(client, ELIGIBLE)
    first = client.post("/check", data={**page.fields, "do": "decide"})
    assert re.search(r"outcome eligible", first.text)
    number = max(int(name.split(".")[1]) for name in page.fields if name.startswith("penalties.")) + 1
    added = {
        f"penalties.{number}.date": "2026-05-05",
        f"penalties.{number}.authority_function": "work_safety",
        f"penalties.{number}.safety_matter": "true",
    }
    second = client.post("/check", data={**page.fields, **added, "do": "decide"})
    assert not re.search(r"outcome eligible", second.text)
    assert "outcome ineligible" in second.text
    assert f"行政处罚{number + 1}" in second.text


def test_the_day_is_part_of_the_question(client: TestClient) -> None:
    page = sample(client, ELIGIBLE)
    early = client.post("/check", data={**page.fields, "as_of": "2019-01-01", "do": "decide"})
    assert "截至日早于本文件发布" in early.text


def test_english_pages_carry_english_words(client: TestClient) -> None:
    text = sample(client, TARGET, "/en/check").text
    for words in ("target of sanctions", "Objection, repair and exit", "not provided by this document", "invented"):
        assert words in text


class Unmarked(HTMLParser):
    """The Chinese of a page's main part that no element around it declares as Chinese."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.around: list[tuple[str, str]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.around.append((tag, dict(attrs).get("lang") or (self.around[-1][1] if self.around else "")))

    def handle_endtag(self, tag: str) -> None:
        while self.around and tag not in self.VOID and self.around.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = {tag for tag, _ in self.around}
        if "main" in tags and not tags & {"option", "script", "style"} and not self.around[-1][1].startswith("zh"):
            self.found += re.findall(r"[\u4e00-\u9fff]+", data)


def test_an_english_decision_is_english_but_for_what_is_quoted_or_typed(client: TestClient) -> None:
    """Groups and sentences of the acts come from the English of the concepts; what stays Chinese says that it is."""
    answer = client.post("/en/check", data={"do": "sample", "sample": TARGET, "as_of": DAY})
    text = answer.text.partition('id="facts"')[0]
    page = Unmarked()
    page.feed(text)
    assert page.found == []
    assert 'lang="zh-CN">《' in text
    for words in (
        "Joint sanctions for dishonest units, Jiamusi",
        "<h4>not on this document alone",
        "has no sufficient basis",
    ):
        assert words in text
    assert "<h4>不得单独据本文件实施" not in text


# --- what may not be shown or kept -----------------------------------------------------------------------------------


def test_records_that_are_not_public_stay_out_and_prove_nothing(client: TestClient) -> None:
    page = sample(client, WATCHED)
    assert "不带出这类记录" in page.text
    assert "watch" not in page.fields.values()
    assert "listings" not in {
        page.fields[name]
        for name in page.fields
        if re.fullmatch(r"coverage\.\d+\.table", name) and page.fields[name.replace("table", "from")]
    }
    assert "不属于惩戒对象" not in page.text.split("假如监管所在地")[0]


def test_who_acts_today_stands_beside_a_body_that_no_longer_does(client: TestClient) -> None:
    """The page that an officer prints named an abolished sub-branch alone; measure page and paper knew better."""
    text = client.post("/check", data={"do": "sample", "sample": TARGET, "as_of": DAY}).text
    said = re.findall('<p class="small">实施单位.*?</p>', text)
    lines = [line for line in said if "中国人民银行佳木斯市中心支行" in line]
    assert lines
    assert all("今天由谁：" in line and "中国人民银行佳木斯市分行" in line for line in lines)
    assert any("今天由谁" not in line for line in said)


def test_an_act_has_its_conclusion_in_a_group_of_several(client: TestClient) -> None:
    text = client.post("/check", data={"do": "sample", "sample": TARGET, "as_of": DAY}).text
    group = text.partition("<h4>补足条件后实施")[2].partition("<h4>")[0]
    assert group.count('class="state conclusion-discretionary">裁量事项（平等对待）') == 3
    assert 'conclusion-conditional">有依据，须具备下列条件' in group
    assert "conclusion-insufficient" not in text.partition("<h4>不得单独据本文件实施")[2].partition("<h4>")[0]


def _give(register: Register, _: Site) -> Register:
    return register


@pytest.mark.parametrize("code", [WATCHED, "91230803MA9XN00015", "91370323MA9XN00061"])
def test_nobody_learns_whether_a_record_was_held_back(
    client: TestClient, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the record and without it every page, paper and file is the same, in each place, in both languages."""
    listed = load_register(SAMPLE)
    hidden = [row for row in listed.about(code) if is_restricted(row, listed)]
    clean = make_register("sample", [row for row in listed.rows if row not in hidden], synthetic=True)
    assert len(hidden) == 1
    told: list[list[bytes]] = []
    for register in (listed, clean):
        monkeypatch.setattr(Site, "sample", property(partial(_give, register)))
        shown = {"do": "sample", "sample": code, "as_of": DAY}
        answers = [client.post(f"{prefix}/check", data=shown) for prefix in ("", "/en")]
        answers.append(client.post("/check", data={"do": "code", "code": code, "as_of": DAY}))
        fields = Page(answers[0].text).fields
        answers += [client.post("/check", data={**fields, "do": wish}) for wish in ("decide", "json", "case", "watch")]
        answers.append(client.get("/check"))
        assert {answer.status_code for answer in answers} == {200}
        told.append([answer.content for answer in answers])
    assert told[0] == told[1]


def test_what_is_not_public_elsewhere_is_not_called_complete_by_the_lists_of_here(client: TestClient) -> None:
    """The lists of Jiamusi may be complete: what Jiangsu would say hangs on a watch list that nobody told."""
    data = {"do": "sample", "sample": "91230803MA9XN00015", "as_of": DAY}
    overview = client.post("/check", data=data).text.partition('class="stack overview"')[2].partition("</table>")[0]
    there = next(row for row in overview.split("<tr role") if "江苏省" in row)
    assert "待补证" in there.rpartition("<td")[2]


def test_of_several_ways_in_every_one_stands_on_the_page_and_on_the_paper(client: TestClient) -> None:
    """A record that nobody has judged and a standing that nobody has determined: either opens the green channel."""
    shown = client.post("/check", data={"do": "sample", "sample": EITHER, "as_of": DAY})
    overview, _, rest = shown.text.partition('class="stack overview"')[2].partition("</table>")
    ways = ("行政处罚是否属于不良信用记录的认定", "是否诚信典型的认定")
    section = next(part for part in rest.split("<h3>取决于什么")[1:] if "诚信典型" in part.partition("<h3>")[0])
    for place in (overview, section):
        text = Page(place).text
        first, second = sorted(text.index(way) for way in ways)
        assert "或者" in text[first:second]
    wanted = "全部查明都不成立，结论才为“不符合条件”"
    assert wanted in Page(section).text
    paper = client.post("/check", data={**Page(shown.text).fields, "do": "docx:yiyuan-2021-28"})
    lines = [p.text for p in docx.Document(io.BytesIO(paper.content)).paragraphs]
    assert [line for line in lines if line.startswith("或者") and any(way in line for way in ways)]
    assert [line for line in lines if wanted in line]
    english = client.post("/en/check", data={"do": "sample", "sample": EITHER, "as_of": DAY}).text
    assert "only if none of them is, it is “not eligible”" in Page(english).text


def test_nothing_personal_is_in_addresses_or_logs(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        page = sample(client, TARGET)
        answer = client.post("/check", data={**page.fields, "do": "decide"})
    assert answer.headers["cache-control"] == "no-store"
    assert TARGET not in str(answer.url)
    assert TARGET not in caplog.text
    assert "示例" not in caplog.text
    assert not re.findall(rf'(?:href|action|formaction)="[^"]*{TARGET}', answer.text)


def test_get_never_takes_facts(client: TestClient) -> None:
    page = Page(client.get(f"/check?enterprises.0.uscc={TARGET}&do=decide").text)
    assert page.fields["enterprises.0.uscc"] == ""


# --- files in and out ------------------------------------------------------------------------------------------------


def test_a_decision_leaves_as_word_json_and_turtle(client: TestClient) -> None:
    fields = sample(client, TARGET).fields
    paper = client.post("/check", data={**fields, "do": "docx:jiamusi-2020-5"})
    assert paper.headers["cache-control"] == "no-store"
    words = "\n".join(p.text for p in docx.Document(io.BytesIO(paper.content)).paragraphs)
    assert "联合奖惩措施依据核查意见（内部审核参考）" in words
    answers = client.post("/check", data={**fields, "do": "json"}).json()
    assert {answer["policy"]: answer["outcome"] for answer in answers}["jiamusi-2020-5"] == "target"
    assert all("changes" in answer for answer in answers)
    graph = Graph().parse(data=client.post("/check", data={**fields, "do": "turtle"}).text, format="turtle")
    assert len(list(graph.subjects(RDF.type, PG.Decision))) == 5


def test_one_enterprise_of_a_file_is_decided_at_once(client: TestClient, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "enterprises"
    sheet.append(["uscc", "name", "region"])
    sheet.append([TARGET, "甲厂", "230803"])
    path = tmp_path / "r.xlsx"
    book.save(path)
    files = {"file": ("r.xlsx", path.read_bytes(), "application/octet-stream")}
    answer = client.post("/check", data={"do": "upload", "as_of": DAY}, files=files)
    assert answer.status_code == 200
    assert "甲厂" in answer.text
    assert "待补证" in answer.text


def test_several_enterprises_of_a_file_are_listed_and_opened(client: TestClient, tmp_path: Path) -> None:
    wide = client.post("/check", data={"do": "upload"}, files={"file": ("s.zip", archive(SAMPLE))})
    assert wide.status_code == 400
    assert "30" in wide.text
    lines = (SAMPLE / "enterprises.csv").read_text(encoding="utf-8-sig").splitlines()
    kept = [line.split(",")[0] for line in lines[1:4]]
    for path in SAMPLE.glob("*.csv"):
        head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
        at = head.split(",").index("uscc")
        known = [row for row in rows if row.split(",")[at] in kept or path.stem == "coverage"]
        (tmp_path / path.name).write_text("\n".join([head, *known]) + "\n", encoding="gb18030")
    answer = client.post("/check", data={"do": "upload", "as_of": DAY}, files={"file": ("s.zip", archive(tmp_path))})
    assert answer.status_code == 200
    assert answer.text.count("逐条看") >= 3


def test_a_case_is_kept_by_its_user_and_gives_the_same_form(client: TestClient) -> None:
    fields = {**sample(client, TARGET).fields, "act_day": "2026-02-02", "policy": ["jiamusi-2020-5"]}
    kept = client.post("/check", data={**fields, "do": "case"})
    assert kept.headers["cache-control"] == "no-store"
    answer = client.post("/check", data={"do": "open"}, files={"file": ("case.json", kept.content)})
    assert answer.status_code == 200
    again = Page(answer.text).fields

    def told(form: dict[str, str | list[str]]) -> dict[str, str | list[str]]:
        return {name: value for name, value in form.items() if value}

    assert told(again) == told(fields)
    assert client.post("/check", data={**again, "do": "case"}).content == kept.content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04", "不是 JSON"),
        (b"[" * 100_000, "不是 JSON"),
        (b'{"kind": "other"}', "不是案卷"),
        (b"1" * 300_000, "超过"),
        (b'{"kind":"policygraph-case","version":1,"facts":{"nothing":[]}}', "facts.nothing: 没有这个表"),
        (b'{"kind":"policygraph-case","version":1,"facts":{"penalties":[{"date":7}]}}', "facts.penalties[1].date"),
        (b'{"kind":"policygraph-case","version":1,"facts":{"penalties":[[]]}}', "facts.penalties[1]"),
        (b'{"kind":"policygraph-case","version":1,"facts":{"penalties":' + b"[" + b"{}," * 60 + b"{}]}}", "至多 40 行"),
        (b'{"kind":"policygraph-case","version":1,"as_of":"soon","facts":{}}', "不是日期"),
        (b'{"kind":"policygraph-case","version":1,"policies":"all","facts":{}}', "policies"),
    ],
)
def test_a_hostile_case_is_refused_with_place_and_remedy(client: TestClient, content: bytes, words: str) -> None:
    answer = client.post("/check", data={"do": "open"}, files={"file": ("c.json", content)})
    assert answer.status_code == 400
    assert words in Page(answer.text).text


def test_a_file_that_is_no_register_is_refused() -> None:
    with pytest.raises(InputError, match="xlsx"):
        read_upload("a.xlsx", b"not a workbook")
    with pytest.raises(LimitError):
        read_upload("a.zip", b"0" * (MOST_BYTES + 1))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("enterprises.csv", b"0" * 20_000_000)
    with pytest.raises(LimitError, match="解压"):
        read_upload("bomb.zip", out.getvalue())
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as packed:
        packed.writestr("readme.txt", b"hello")
    with pytest.raises(InputError, match="没有登记册的表"):
        read_upload("a.zip", empty.getvalue())
    wrong = io.BytesIO()
    with zipfile.ZipFile(wrong, "w") as packed:
        packed.writestr("enterprises.csv", "uscc,name,region\n1,甲,230803\n".encode())
    with pytest.raises(RegisterError):
        read_upload("a.zip", wrong.getvalue())


def test_a_body_above_the_limit_is_not_taken(client: TestClient) -> None:
    answer = client.post("/check", data={"do": "upload"}, files={"file": ("a.zip", b"0" * (MOST_BYTES + 60_000))})
    assert answer.status_code == 413


def test_what_speaks_in_another_place_is_quoted_beside_the_condition_everywhere(client: TestClient) -> None:
    """Both places of a condition stand on the page, in JSON, in the terminal and on the paper, each with its words."""
    register = load_register(SAMPLE)
    policy = read_policies()["yiyuan-2021-28"]
    decision = decide(register, "91370323MA9XN0003P", policy, date.fromisoformat(DAY))
    part = next(one for one in decision.conditions if one.spoken)
    assert part.outcome == "cantTell"
    ((clause, quote),) = part.spoken
    assert clause != part.clause
    assert quote not in part.quote
    told = json.dumps(decision_json(decision), ensure_ascii=False)
    assert json.dumps({"spoken": [{"clause": clause, "quote": quote}]}, ensure_ascii=False)[1:-1] in told
    assert quote in "\n".join(describe_decision(decision, None))
    document = docx.Document(io.BytesIO(render_opinion(decision, Occasion("甲应急核〔2026〕1号"))))
    assert any(quote in paragraph.text for paragraph in document.paragraphs)
    page = sample(client, decision.entity)
    assert quote in page.text


def test_an_act_stands_on_the_page_under_the_conclusion_of_the_day_that_governs_it(client: TestClient) -> None:
    """A ban of 2021 that the law of that day did not carry is told as insufficient, on the page, in JSON, on paper."""
    facts = {**sample(client, TARGET).fields, "policy": ["jiamusi-2020-5"]}
    days = {"act_day": "2021-06-01", "decision_day": "2026-11-20"}
    ban = "市场禁入”{}"
    supported, insufficient = ban.format("有法律依据"), ban.format("依据不足")
    today, then = (
        client.post("/check", data={**facts, **more, "do": "decide", "as_of": DAY}).text for more in ({}, days)
    )
    assert supported in today
    assert insufficient not in today
    assert insufficient in then
    assert supported not in then
    assert "依行为日（2021-06-01）" in then
    assert "依行为日" not in today
    assert "措施的结论依 2026-11-20 的规定" in then
    answer = client.post("/check", data={**facts, **days, "do": "json", "as_of": DAY}).json()
    told = [act for measure in answer[0]["measures"] for act in measure["acts"] if "市场禁入" in act["sentence"]]
    assert {act["conclusion"] for act in told} == {"insufficient"}
    paper = client.post("/check", data={**facts, **days, "do": "docx:jiamusi-2020-5", "as_of": DAY}).content
    lines = [paragraph.text for paragraph in docx.Document(io.BytesIO(paper)).paragraphs]
    conditional = next(line for line in lines if line.startswith("补足条件后实施"))
    assert "市场禁入" not in conditional
    assert "二（一）5" not in conditional


# --- a code from the box, and the names of files ---------------------------------------------------------------------


def test_a_code_leads_to_its_case_with_the_place_to_be_looked_over(client: TestClient) -> None:
    answer = client.post("/check", data={"do": "code", "code": "查 91230800-ma18x0000-1 能不能激励", "as_of": DAY})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    page = Page(answer.text)
    assert page.fields["enterprises.0.uscc"] == "91230800MA18X00001"
    assert page.fields["enterprises.0.region"] == "佳木斯市"
    assert "请核对" in page.text
    told = Page(client.post("/check", data={"do": "code", "code": "国发2014-20", "as_of": DAY}).text)
    assert "没有认出统一社会信用代码" in told.text
    assert "请核对" not in Page(client.get("/check").text).text
    # what is known of an invented enterprise is answered at once
    assert "惩戒对象" in Page(client.post("/check", data={"do": "code", "code": TARGET, "as_of": DAY}).text).text


def test_files_of_a_case_are_named_by_case_document_and_day(client: TestClient) -> None:
    fields = sample(client, ELIGIBLE).fields
    names = []
    for wish in ("docx:jiamusi-2020-5", "docx:jiamusi-2020-6", "json", "turtle", "case"):
        answer = client.post("/check", data={**fields, "do": wish})
        assert answer.status_code == 200
        head = answer.headers["content-disposition"]
        plain, told = re.findall(r"filename=\"([ -~]+)\"; filename\*=UTF-8''(\S+)", head)[0]
        assert plain.isascii()
        names.append(unquote(told))
    assert len(set(names)) == len(names)
    called = fields["enterprises.0.name"]
    assert names[0] == f"核查意见_{called}_佳应急联发〔2020〕5号_{DAY}.docx"
    assert names[4] == f"案卷_{called}_{DAY}.json"
