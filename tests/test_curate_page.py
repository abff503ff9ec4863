"""The page of curation: everything by forms without script, nothing kept, nothing written for strangers or late comers.

A form is taken from the page as a browser would take it (`Forms`), so that what the page offers is what is sent. The
application is started once; each test has a copy of one drafted workspace, to which the open desk is led.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from httpx2 import Response
from rdflib.namespace import RDF
from starlette.testclient import TestClient
from tests import twolists
from tests.conftest import Visit

from policygraph.errors import InputError
from policygraph.keeping import holding
from policygraph.keeping.additions import add_document
from policygraph.keeping.curation import bench as benches
from policygraph.keeping.curation.bench import Bench
from policygraph.keeping.curation.cases import (
    JOURNAL,
    LINES,
    MODEL,
    STATES,
    Case,
    Desk,
    list_proposals,
    open_case,
    open_desk,
)  # fmt: skip
from policygraph.keeping.curation.deciding import accept, edit, reject, settle, undo
from policygraph.keeping.curation.drafting import draft_document
from policygraph.keeping.curation.journal import read_journal
from policygraph.keeping.curation.laws import assign_law
from policygraph.keeping.curation.meanings import list_meanings
from policygraph.keeping.curation.names import list_names
from policygraph.keeping.curation.silences import list_ungraded
from policygraph.keeping.holding import hold_folder
from policygraph.keeping.workspace import BODIES, Workspace, init_workspace, open_workspace
from policygraph.namespaces import PG
from policygraph.speaking.app import Options, create_app
from policygraph.speaking.cli.serving import find_holders, open_editing
from policygraph.speaking.sparql.engine import Settings
from policygraph.speaking.sparql.tokens import TokenFile, add_token
from policygraph.speaking.web import curate
from policygraph.speaking.web.curate import MOST_BYTES, Editing, say_rule
from policygraph.words import read_languages

pytestmark = pytest.mark.slow

INVENTED = Path(__file__).parent / "cases" / "invented"
SLUG = "haitang-2031-7"
HERE = f"/curate/{SLUG}"
AT = "2031-04-01T09:00:00+08:00"
WHO = "法制科"
ONE = f"measure/{SLUG}/para_1/subpara_1"
OTHER = f"measure/{SLUG}/para_1/subpara_2"
ORIGIN = "http://127.0.0.1:8000"
OURS = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}


@dataclass
class Form:
    """A form of a page: where it goes, its fields as filled, its buttons by what they do."""

    action: str
    fields: list[tuple[str, str]]
    buttons: list[tuple[str, str]]

    def value(self, name: str) -> str:
        return next((value for known, value in self.fields if known == name), "")


class Forms(HTMLParser):
    """The forms of a page as a browser without script sends them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.select = self.area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(told.get("action", ""), [], []))
        if not self.found:
            return
        fields = self.found[-1].fields
        if tag == "input" and "name" in told and (told.get("type") != "checkbox" or "checked" in told):
            fields.append((told["name"], told.get("value", "")))
        elif tag == "button" and "name" in told:
            self.found[-1].buttons.append((told["name"], told["value"]))
        elif tag == "select":
            self.select = told["name"]
        elif tag == "option" and "selected" in told and self.select:
            fields.append((self.select, told["value"]))
        elif tag == "textarea":
            self.area = told["name"]
            fields.append((self.area, ""))

    def handle_endtag(self, tag: str) -> None:
        self.select = "" if tag == "select" else self.select
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        if self.area:
            name, value = self.found[-1].fields[-1]
            self.found[-1].fields[-1] = (name, value + data)

    def with_button(self, do: str, **wanted: str) -> Form:
        for form in self.found:
            if ("do", do) in form.buttons and all(form.value(name) == value for name, value in wanted.items()):
                return form
        raise AssertionError(f"no form that does {do} with {wanted}")


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench") / "own"
    workspace = init_workspace(folder, "https://data.example.gov.cn/credit/", samples=False)
    add_document(workspace, INVENTED / "incentive-memo.txt", SLUG, "999901=海棠市")
    draft_document(open_case(open_desk(workspace), SLUG), AT)
    return folder


class Curating:
    """A client of the page, and the workspace that it writes into at this moment."""

    def __init__(self, client: TestClient, bench: Bench, place: list[Path], slug: str = SLUG) -> None:
        self.client = client
        self.bench = bench
        self.place = place
        self.slug = slug

    @property
    def case(self) -> Case:
        return self.bench.case(self.slug)

    def files(self) -> dict[str, bytes]:
        return contents(self.place[0])

    def get(self, query: str = f"?by={WHO}") -> Forms:
        answer = self.client.get(f"/curate/{self.slug}{query}")
        assert answer.status_code == 200
        return Forms(answer.text)

    def send(self, form: Form, do: str, **values: str) -> Response:
        """Send a form by one of its buttons, with some fields filled anew."""
        assert ("do", do) in form.buttons
        data: dict[str, list[str]] = {}
        for name, value in (*form.fields, ("do", do)):
            data.setdefault(name, []).append(value)
        data |= {name: [value] for name, value in values.items()}
        answer: Response = self.client.post(form.action, data=data, headers=OURS, follow_redirects=False)
        return answer


@pytest.fixture(scope="module")
def started(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Bench, list[Path]]]:
    place = [tmp_path_factory.mktemp("none")]
    bench = Bench(lambda: open_workspace(place[0]))
    app = create_app(dataset, Options(Settings(workers=1), editing=Editing(bench)))
    with TestClient(app, base_url=ORIGIN) as client:
        yield client, bench, place


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def curating(started: tuple[TestClient, Bench, list[Path]], drafted: Path, tmp_path: Path) -> Curating:
    """The page over a workspace as it was drafted; one that the last test left so is taken again, read as it is."""
    client, bench, place = started
    if contents(place[0]) != contents(drafted):
        shutil.copytree(drafted, tmp_path / "own")
        place[0] = tmp_path / "own"
    return Curating(client, bench, place)


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the memo of two lists and a table, drafted."""
    folder = tmp_path_factory.mktemp("lists")
    (folder / "memo.html").write_bytes(twolists.make_html())
    workspace = init_workspace(folder / "own", "https://data.example.gov.cn/credit/", samples=False)
    add_document(workspace, folder / "memo.html", twolists.SLUG, f"{twolists.CODE}={twolists.CITY}")
    draft_document(open_case(open_desk(workspace), twolists.SLUG), AT)
    return folder / "own"


@pytest.fixture
def listing(started: tuple[TestClient, Bench, list[Path]], listed: Path, tmp_path: Path) -> Curating:
    """The page over a copy of it."""
    client, bench, place = started
    shutil.copytree(listed, tmp_path / "lists")
    place[0] = tmp_path / "lists"
    return Curating(client, bench, place, twolists.SLUG)


def test_a_row_of_a_table_stays_the_clause_of_its_measure(listing: Curating) -> None:
    address = f"measure/{twolists.SLUG}/row_1"
    row = "annex_1/sec_3/app_1/row_1"
    form = listing.get(f"?by={WHO}&edit={address}").with_button("save-accept", address=address)
    assert form.value("clause") == row
    assert listing.send(form, "save-accept", **{"v.title": "安排资金时优先"}).status_code == 303
    model, subject = listing.case.graph(MODEL), listing.case.iri(address)
    assert str(model.value(subject, PG.clause)).endswith(row)
    assert '"安排资金时优先"@zh' in listing.case.text(MODEL)
    # a clause that there is not is told and stays chosen: nobody is led to another one
    form = listing.get(f"?by={WHO}&edit={address}").with_button("save", address=address)
    refused = listing.send(form, "save", clause="annex_9/row_1")
    assert refused.status_code == 400
    assert Forms(refused.text).with_button("save", address=address).value("clause") == "annex_9/row_1"


def test_a_row_of_a_table_can_be_chosen_as_a_clause(listing: Curating) -> None:
    page = listing.client.get(f"/curate/{twolists.SLUG}?by={WHO}&edit=measure/{twolists.SLUG}/row_1").text
    # in the form that changes a statement, and in the one that writes another
    assert page.count('<option value="annex_1/sec_3/app_1/row_2"') == 2
    write = listing.get(f"?by={WHO}").with_button("write")
    sent = {"type": "RegulatoryMeasure", "clause": "annex_1/sec_3/app_1/row_2", "quote": "减少日常抽查频次"}
    assert listing.send(write, "write", **sent).status_code == 303


def test_what_a_measure_is_can_be_corrected_and_what_runs_against_it_is_told(listing: Curating) -> None:
    address = f"measure/{twolists.SLUG}/row_4"
    told = "种类与效果相反"
    assert told not in listing.client.get(f"/curate/{twolists.SLUG}").text
    form = listing.get(f"?by={WHO}&edit={address}").with_button("save", address=address)
    assert form.value("type") == "SanctionMeasure"
    assert listing.send(form, "save", **{"v.effect": "effect-support"}).status_code == 303
    page = listing.client.get(f"/curate/{twolists.SLUG}?edit={address}").text
    assert page.count(f"{told}：惩戒措施，效果却是支持") == 2
    assert "run against each other" in listing.client.get(f"/en/curate/{twolists.SLUG}").text
    form = listing.get(f"?by={WHO}&edit={address}").with_button("save-accept", address=address)
    assert listing.send(form, "save-accept", type="IncentiveMeasure").status_code == 303
    assert set(listing.case.graph(MODEL).objects(listing.case.iri(address), RDF.type)) == {PG.IncentiveMeasure}
    assert told not in listing.client.get(f"/curate/{twolists.SLUG}").text
    # what has been accepted is corrected by the same form, and told in the same way
    form = listing.get(f"?by={WHO}&edit={address}").with_button("save", address=address)
    assert listing.send(form, "save", type="SanctionMeasure").status_code == 303
    assert told in listing.client.get(f"/curate/{twolists.SLUG}").text
    form = listing.get(f"?by={WHO}&edit={address}").with_button("save", address=address)
    refused = listing.send(form, "save", type="Grade")
    assert (refused.status_code, "可用的有: IncentiveMeasure" in refused.text) == (400, True)


def told_of(page: str, address: str) -> str:
    """The article of a proposal on the page."""
    return page.partition(f'<article class="proposal" id="p-{address}"')[2].partition("</article>")[0]


def test_codes_periods_and_times_are_told_in_words(listing: Curating, monkeypatch: pytest.MonkeyPatch) -> None:
    slug = twolists.SLUG
    page = listing.client.get(f"/curate/{slug}").text
    wanted = {
        f"list/{slug}/red": ('class="value">红名单<', 'class="value">未写明<'),
        f"condition/{slug}/1": ('class="value">3年<',),
        f"measure/{slug}/row_3": ("照印", "列入红名单、黑名单的单位"),
    }
    for address, words in wanted.items():
        article = told_of(page, address)
        assert [one for one in words if one not in article] == [], address
        assert not re.search(r'class="value">(red|unstated|P\dY|printed|nature|[a-z]+-[a-z-]+)<', article)
    assert "3 years" in told_of(listing.client.get(f"/en/curate/{slug}").text, f"condition/{slug}/1")
    # drafted at nine in the morning of China; what is done late in the evening of London is of the next day there
    assert "2031-04-01 09:00（北京时间）" in page
    assert re.search(r"条件 \d+、.*措施 \d+", read_journal(listing.case)[0].note)
    monkeypatch.setattr(curate, "read_clock", lambda: datetime(2031, 5, 2, 17, 30, tzinfo=UTC))
    assert listing.send(listing.get(f"?by={WHO}").with_button("none", kind="grades"), "none").status_code == 303
    assert "2031-05-03 01:30（北京时间）" in listing.client.get(f"/curate/{slug}").text
    assert '"2031-05-03"^^xsd:date' in listing.case.text(STATES)


def test_a_period_stands_in_its_field_as_it_is_typed(listing: Curating) -> None:
    address = f"condition/{twolists.SLUG}/1"
    form = listing.get(f"?by={WHO}&edit={address}").with_button("save", address=address)
    assert form.value("v.window") == "3年"
    before = listing.case.text("draft.ttl")
    assert listing.send(form, "save").status_code == 303
    assert listing.case.text("draft.ttl") == before, "what nobody changed is no change"
    assert listing.send(form, "save", **{"v.window": "18个月"}).status_code == 303
    changed = listing.case.text("draft.ttl")
    assert changed != before
    form = listing.get(f"?by={WHO}&edit={address}").with_button("save", address=address)
    assert form.value("v.window") == "18个月"
    assert listing.send(form, "save").status_code == 303
    assert listing.case.text("draft.ttl") == changed
    assert 'class="value">18个月<' in listing.client.get(f"/curate/{twolists.SLUG}").text


def test_the_questions_of_a_policy_are_answered_on_the_page(listing: Curating) -> None:
    # the line is asked of together with its condition: the answer goes to the line
    line, policy = f"rule/{twolists.SLUG}/4", f"policy/{twolists.SLUG}"
    form = listing.get(f"?by={WHO}").with_button("answer", asking=line)
    assert form.value("address") == f"condition/{twolists.SLUG}/4"
    sent = {"answered": "line-question-words", "note": "次数由主管部门认定"}
    assert listing.send(form, "answer", **sent).status_code == 303
    assert not next(one for one in list_proposals(listing.case) if one.address == line).asked
    # what the other list asks is no question of this one
    (proposed,) = [one for one in list_proposals(listing.case) if one.address == policy]
    assert proposed.asked == ()
    form = listing.get(f"?by={WHO}&edit={policy}").with_button("save-accept", address=policy)
    answered = {"v.positiveOutcome": "eligible", "v.dateFrom": "2031-04-08"}
    assert listing.send(form, "save-accept", **answered).status_code == 303
    assert policy not in [one.address for one in list_proposals(listing.case)]


def test_one_decision_serves_one_meaning_and_each_proposal_may_be_decided_alone(listing: Curating) -> None:
    proposals = list_proposals(listing.case)
    meanings = list_meanings(listing.case, proposals)
    assert sorted(one.address for meaning in meanings for one in meaning.members) == [
        one.address for one in sorted(proposals, key=lambda one: one.address)
    ]
    page = listing.client.get(f"/curate/{twolists.SLUG}").text
    assert f"{len(meanings)} 项要定（{len(proposals)} 条建议）" in page
    named = next(one for one in meanings if one.types == ("MechanismStatement",) and len(one.places) > 2)
    article = page.partition(f'id="m-{named.address}"')[2].partition("<details")[0]
    assert all(quote in article for _, quote in named.places)
    # every proposal of it has a form of its own below
    alone = [one.address for one in named.members if told_of(page, one.address)]
    assert alone == [one.address for one in named.members]
    form = listing.get(f"?by={WHO}").with_button("accept", address=named.address)
    sent = [value for name, value in form.fields if name == "address"]
    assert sent == alone
    # a wording that nobody has seen takes the whole decision back
    before = listing.files()
    last = max(place for place, (name, _) in enumerate(form.fields) if name == "seen")
    other = [(name, "0" * 16 if place == last else value) for place, (name, value) in enumerate(form.fields)]
    stale = listing.send(Form(form.action, other, form.buttons), "accept")
    assert (stale.status_code, listing.files()) == (409, before)
    answer = listing.send(form, "accept")
    assert answer.status_code == 303
    entries = read_journal(listing.case)[-len(sent) :]
    assert sorted(one.subject for one in entries) == sorted(sent)
    assert len({one.batch for one in entries}) == 1
    assert listing.send(listing.get(f"?by={WHO}").with_button("undo"), "undo").status_code == 303
    assert set(sent) <= {one.address for one in list_proposals(listing.case)}


def test_conditions_lines_measures_and_steps_are_put_together_by_what_they_say_of_each_other(
    listing: Curating,
) -> None:
    slug = twolists.SLUG
    found = {
        one.address: {other.address for other in meaning.members}
        for meaning in list_meanings(listing.case, list_proposals(listing.case))
        for one in meaning.members
    }
    assert found[f"rule/{slug}/1"] == {f"condition/{slug}/1", f"rule/{slug}/1"}
    assert found[f"policy/{slug}"] == {f"condition-set/{slug}/1", f"policy/{slug}"}
    assert found[f"policy/{slug}.2"].isdisjoint(found[f"policy/{slug}"])
    assert found[f"list/{slug}/red"] == {f"list/{slug}/red"}


def test_places_rules_and_counts_are_told_in_words_of_the_page(listing: Curating) -> None:
    for prefix, place, rule, counted in (
        ("", "一（一）", "清单里的条件", r"条件 \d+、"),
        ("/en", "一（一）", "a condition of a list", r"conditions \d+, "),
    ):
        page = listing.client.get(f"{prefix}/curate/{twolists.SLUG}").text
        article = told_of(page, f"condition/{twolists.SLUG}/1")
        assert place in article
        assert rule in article
        assert re.search(r">(condition-listed|annex_1/[a-z_0-9/]+)<", page) is None
        assert re.search(counted, page, re.IGNORECASE), page[page.index('class="last"') :][:600]


@pytest.mark.parametrize("name", ["listing", "curating"])
def test_every_rule_of_a_draft_has_words_in_every_language(name: str, request: pytest.FixtureRequest) -> None:
    page: Curating = request.getfixturevalue(name)
    rules = {one.rule for one in list_proposals(page.case)}
    for language in read_languages().values():
        assert {rule for rule in rules if say_rule(rule, language) == rule} == set()


def test_the_page_is_nobodys_to_keep_and_shows_text_and_proposals(curating: Curating) -> None:
    for path in ("/curate", "/en/curate", HERE, f"/en{HERE}?kind=measures&by={WHO}", f"{HERE}?edit={ONE}"):
        answer = curating.client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["cache-control"] == "no-store"
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers
        assert not {"etag", "last-modified"} & set(answer.headers)
    page = curating.client.get(HERE).text
    for one in list_proposals(curating.case):
        assert f'id="p-{one.address}"' in page
    # the words of a proposal are marked in the text and lead to it
    assert f'<a href="#p-{ONE}">' in page
    assert page.count('data-clause="') > 20
    assert curating.client.get("/curate/nothing-2031-1").status_code == 404
    assert curating.client.get(f"{HERE}?edit=measure/x/y").status_code == 404
    assert curating.client.get(f"{HERE}?edit=措施").status_code == 404


def test_a_condition_line_goes_by_forms_from_its_question_to_the_shapes(curating: Curating) -> None:
    asked = next(one for one in list_proposals(curating.case) if one.questions)
    assert asked.quote == "近3年无不良信用记录"
    page = curating.client.get(f"{HERE}?kind=conditions").text
    assert "有认不出的字" in page
    assert "不良" in asked.questions[0]
    form = curating.get(f"?by={WHO}&edit={asked.address}").with_button("save-accept", address=asked.address)
    wanted = {"v.lineRecord": "line-record-no-dishonesty", "v.window": "3年"}
    before = curating.files()
    refused = curating.send(form, "save-accept", **wanted)
    assert (refused.status_code, "还有要您定的" in refused.text) == (400, True)
    refused = curating.send(form, "save-accept", **wanted, answered="line-question-words")
    assert (refused.status_code, "没有写明理由" in refused.text) == (400, True)
    assert curating.files() == before, "what is refused is not half done either"
    reason = {"answered": "line-question-words", "note": "不良信用记录即失信行为"}
    assert curating.send(form, "save-accept", **wanted, **reason).status_code == 303
    told = [(one.action, one.note) for one in read_journal(curating.case)]
    assert told[1] == ("edit", reason["note"])
    assert {action for action, _ in told[2:]} == {"accept"}
    assert reason["note"] in curating.client.get(HERE).text
    lines = curating.case.text(LINES)
    assert "<period/haitang-2031-7/3-years>" in lines
    assert curating.case.shapes.is_file()
    # conditions that nobody has decided yet stand as open lines, and may be looked at
    held = curating.get(f"?by={WHO}&edit=rule/{SLUG}/open-1").with_button("remove")
    assert [name for name, _ in held.fields if name.startswith("v.")] == []
    accepted = curating.get(f"?by={WHO}&edit={asked.address}").with_button("remove")
    assert curating.send(accepted, "remove").status_code == 303
    assert curating.send(curating.get().with_button("undo"), "undo").status_code == 303
    assert curating.case.text(LINES) == lines
    assert curating.send(curating.get(f"?kind=conditions&by={WHO}").with_button("accept-all"), "accept-all").is_redirect
    assert f"rule/{SLUG}/open-" not in curating.case.text(LINES)


def test_another_line_for_a_half_understood_condition_is_added_by_a_form(curating: Curating) -> None:
    asked = next(one for one in list_proposals(curating.case) if one.questions)
    page = curating.get(f"?by={WHO}&kind=conditions")
    before = curating.files()
    stale = curating.send(page.with_button("line", address=asked.address), "line", seen="0" * 16)
    assert (stale.status_code, curating.files()) == (409, before)
    refused = curating.send(page.with_button("line", address=asked.address), "line", words="信用记录优良")
    assert (refused.status_code, "不是该条款的原文" in refused.text, curating.files()) == (400, True, before)
    made = curating.send(page.with_button("line", address=asked.address), "line")
    (proposed,) = [one for one in list_proposals(curating.case) if one.address == f"{asked.address}-w1"]
    # without words of one's own, and with more than one run of words not understood, it quotes the whole
    assert (made.status_code, proposed.quote) == (303, asked.quote)
    assert made.headers["location"].endswith("#edit-head")
    opened = curating.get(made.headers["location"].removeprefix(HERE).partition("#")[0])
    form = opened.with_button("save-accept", address=proposed.address)
    assert [name for name, _ in form.buttons] == ["do", "do"], "what is typed here is not lost by adding one more"
    filled = {"v.lineRecord": "line-record-no-penalty", "v.window": "1年", "quote": "无不良信用记录"}
    assert curating.send(form, "save-accept", **filled).status_code == 303
    assert f"{asked.address}-w1" in curating.case.text(LINES)
    # the half that was drafted still waits, so a line leaves the whole to a determination
    assert f"rule/{SLUG}/open-{asked.address.rpartition('/')[2]}" in curating.case.text(LINES)
    last = read_journal(curating.case)[-1]
    assert "另加一行" in curating.client.get(f"{HERE}?by={WHO}").text
    assert last.by == WHO
    # one may be added beside what is accepted, too
    held = curating.get(f"?by={WHO}&edit={proposed.address}").with_button("line", address=proposed.address)
    assert curating.send(held, "line").status_code == 303
    assert curating.send(curating.get().with_button("undo"), "undo").status_code == 303


def test_all_of_it_goes_by_forms_and_each_action_is_one_line(curating: Curating) -> None:
    def done(form: Form, do: str, **values: str) -> str:
        answer = curating.send(form, do, **values)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    told = done(curating.get().with_button("accept", address=ONE), "accept")
    assert told.endswith(f"#p-{OTHER}")
    assert "by=" in told
    form = curating.get(f"?by={WHO}&edit={OTHER}").with_button("save-accept", address=OTHER)
    done(form, "save-accept", **{"v.effect": "effect-priority", "v.title": "专项补助"})
    model = curating.case.text(MODEL)
    assert "effect-priority" in model
    assert '"专项补助"@zh' in model
    condition = next(one for one in list_proposals(curating.case) if one.type == "Condition" and "2年内" in one.quote)
    form = curating.get(f"?by={WHO}&edit={condition.address}").with_button("save", address=condition.address)
    done(form, "save", **{"v.window": "3年", "v.conditionKind": "forbidden-record", "v.machineCheckable": "yes"})
    assert '"P3Y"' in curating.case.text("draft.ttl")
    kept = curating.get(f"?by={WHO}&kind=mechanisms")
    together = kept.with_button("reject")
    done(together, "reject")
    rejected = [value for name, value in together.fields if name == "address"]
    written = done(
        kept.with_button("write"),
        "write",
        type="ProcedureStep",
        clause="annex_1/sec_4/al_1",
        quote="书面告知\r\n当事人",
    )
    assert f"edit=procedure%2F{SLUG}" in written
    step = curating.get(written.removeprefix(HERE).partition("#")[0])
    done(step.with_button("remove"), "save", **{"v.recipient": "当事人"})
    assert curating.send(curating.get().with_button("settle", kind="all"), "settle").status_code == 400
    for kind in ("conditions", "measures"):
        done(curating.get(f"?by={WHO}&kind={kind}").with_button("accept-all"), "accept-all")
    done(curating.get().with_button("none", kind="grades"), "none")
    done(curating.get().with_button("settle", kind="measures"), "settle")
    done(curating.get().with_button("reopen", kind="grades"), "reopen")
    done(curating.get().with_button("undo"), "undo")
    done(curating.get().with_button("draft"), "draft")
    entries = [(one.action, one.by) for one in read_journal(curating.case)]
    once = ["accept", "edit", "accept", "edit", *["reject"] * len(rejected), "write", "edit"]
    assert entries[1 : len(once) + 1] == [(action, WHO) for action in once]
    assert [action for action, _ in entries[-5:]] == ["settle", "settle", "reopen", "undo", "draft"]
    assert curating.case.state("measures") == "accepted"
    assert curating.case.state("grades") == "none"


def test_the_page_of_a_settled_kind_names_what_accepted_measures_speak_of(curating: Curating) -> None:
    """A kind is not empty because nobody proposed anything of it: the measures that speak of it stand there."""
    accept(curating.case, None, WHO, AT, kind="measures")
    reject(curating.case, [one.address for one in list_proposals(curating.case, "mechanisms")], WHO, AT, note="重复")
    assert 'id="spoken"' not in curating.client.get(HERE).text
    settle(curating.case, "mechanisms", WHO, AT)
    told = curating.client.get(HERE).text.partition('id="spoken"')[2].partition("</div>")[0]
    assert "守信联合激励" in told
    assert f"measure/{SLUG}/" in told
    assert "多领域加重" not in told


@pytest.mark.parametrize(
    ("edit_of", "values", "told"),
    [
        (ONE, {"quote": "一律优先安排"}, "不是该条款的原文"),
        (ONE, {"v.action": "一律优先"}, "不是该条款的原文"),
        (ONE, {"v.effect": "effect-wonder"}, "不是可选的一项"),
        (ONE, {"clause": "annex_9/sec_1"}, "没有条款"),
        (ONE, {"clause": "../../etc"}, "没有条款"),
        (f"condition/{SLUG}/1", {"v.window": "很久"}, "不是它该有的样子"),
        (ONE, {"by": " "}, "没有写明是谁"),
    ],
)
def test_what_is_wrong_is_told_above_the_form_with_what_was_typed(
    curating: Curating, edit_of: str, values: dict[str, str], told: str
) -> None:
    before = curating.files()
    form = curating.get(f"?by={WHO}&edit={edit_of}").with_button("save", address=edit_of)
    answer = curating.send(form, "save", **{"v.title": "改过的标题"} | values)
    assert answer.status_code == 400
    assert told in answer.text
    assert 'role="alert"' in answer.text
    if "by" not in values:
        again = Forms(answer.text).with_button("save", address=edit_of)
        assert again.value("v.title") == "改过的标题"
        assert all(again.value(name) == value for name, value in values.items() if name != "clause")
        # a form that was open in another window is told nothing of what is open here
        alone = curating.send(form, "save", open="", **{"v.title": "改过的标题"} | values)
        assert Forms(alone.text).with_button("save", address=edit_of).value("v.title") == "改过的标题"
    assert curating.files() == before


def test_who_was_overtaken_is_told_and_writes_nothing(curating: Curating) -> None:
    mine, theirs = curating.get(), curating.get(f"?by={WHO}&edit={ONE}")
    all_mine = curating.get(f"?by={WHO}&kind=measures")
    edit(curating.case, ONE, {"title": ["别人的标题"]}, "财务科", AT)
    before = curating.files()
    for form, do in (
        (mine.with_button("accept", address=ONE), "accept"),
        (mine.with_button("reject", address=ONE), "reject"),
        (theirs.with_button("save", address=ONE), "save"),
        (all_mine.with_button("accept-all"), "accept-all"),
    ):
        answer = curating.send(form, do, **{"v.title": "我的标题"} if do == "save" else {})
        assert answer.status_code == 409, do
        assert "另有人改过或定过" in answer.text
        assert curating.files() == before
    # the page that tells it shows what stands now, and that can be sent
    again = Forms(curating.send(mine.with_button("accept", address=ONE), "accept").text)
    assert curating.send(again.with_button("accept", address=ONE), "accept").status_code == 303
    gone = curating.send(mine.with_button("reject", address=ONE), "reject")
    assert gone.status_code == 409
    page = curating.get()
    accept(curating.case, [OTHER], "财务科", AT)
    before = curating.files()
    answer = curating.send(page.with_button("undo"), "undo")
    assert answer.status_code == 409
    assert "又有人做了别的" in answer.text
    assert curating.files() == before


def test_what_is_open_stays_open_while_something_else_is_decided(curating: Curating) -> None:
    """Two forms are open; one of them is saved, something else accepted: the other stays."""
    third = next(one.address for one in list_proposals(curating.case, "conditions") if one.type == "Condition")
    both = curating.get(f"?by={WHO}&edit={OTHER}&edit={ONE}")
    assert [form.value("address") for form in both.found if ("do", "save") in form.buttons] == [ONE, OTHER]
    # what is open is decided in its own form and in no other, so that no typed word is passed over
    deciding = [form for form in both.found if ("do", "accept") in form.buttons or ("do", "accept-all") in form.buttons]
    assert deciding
    assert not {ONE, OTHER} & {value for form in deciding for name, value in form.fields if name == "address"}
    accepted = curating.send(both.with_button("accept", address=third), "accept")
    left = curating.get(accepted.headers["location"].removeprefix(HERE).partition("#")[0])
    assert [form.value("address") for form in left.found if ("do", "save") in form.buttons] == [ONE, OTHER]
    sent = {"v.title": "改过的标题", "v.effect": "effect-nothing"}
    refused = curating.send(left.with_button("save-accept", address=ONE), "save-accept", **sent)
    assert refused.status_code == 400
    again = Forms(refused.text)
    assert again.with_button("save-accept", address=ONE).value("v.title") == "改过的标题"
    assert again.with_button("save-accept", address=OTHER).value("v.title") != "改过的标题"
    saved = curating.send(
        again.with_button("save-accept", address=ONE), "save-accept", **{"v.effect": "effect-support"}
    )
    assert saved.status_code == 303
    assert '"改过的标题"@zh' in curating.case.text(MODEL)
    rest = curating.get(saved.headers["location"].removeprefix(HERE).partition("#")[0])
    assert [form.value("address") for form in rest.found if ("do", "save") in form.buttons] == [OTHER]


def test_what_was_rejected_is_listed_and_restored_by_a_form(curating: Curating) -> None:
    """Also a measure that the reading found in the layout, and also long after: each by its words, with the reason."""
    assert not any(("do", "restore") in form.buttons for form in curating.get().found)
    called = [one.title for one in list_proposals(curating.case) if one.address in (ONE, OTHER)]
    for address, why in ((ONE, "与下一项重复"), (OTHER, "")):
        sent = curating.send(curating.get().with_button("reject", address=address), "reject", note=why)
        assert sent.status_code == 303
    other = next(one.address for one in list_proposals(curating.case, "conditions") if one.type == "Condition")
    assert curating.send(curating.get().with_button("accept", address=other), "accept").status_code == 303
    page = curating.client.get(f"{HERE}?by={WHO}").text
    folded = page[page.index('id="rejected"') :].partition("</details>")[0]
    assert all(words in folded for words in called)
    assert "与下一项重复" in folded
    assert f"measure/{SLUG}" not in re.sub(r'value="[^"]*"', "", folded)
    back = curating.send(Forms(page).with_button("restore", address=ONE), "restore")
    assert back.status_code == 303
    assert back.headers["location"].endswith(f"#p-{ONE}")
    assert ONE in {one.address for one in list_proposals(curating.case)}
    assert {form.value("address") for form in curating.get().found if ("do", "restore") in form.buttons} == {OTHER}


def test_two_who_write_at_once_take_turns(curating: Curating, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "TRIES", 2)
    form = curating.get().with_button("accept", address=ONE)
    before = curating.files()
    with hold_folder(curating.case.folder):
        answer = curating.send(form, "accept")
    assert answer.status_code == 503
    assert "正在写" in answer.text
    assert curating.files() == before
    assert curating.send(form, "accept").status_code == 303


def accepting(curating: Curating) -> str:
    found = next(one for one in list_proposals(curating.case) if one.address == ONE)
    return f"do=accept&by=x&address={ONE}&seen={found.seen}"


def test_the_form_that_strangers_send_is_taken_from_the_page_itself(curating: Curating) -> None:
    """So what is refused below is where it comes from."""
    headers = OURS | {"content-type": "application/x-www-form-urlencoded"}
    answer = curating.client.post(HERE, content=accepting(curating), headers=headers, follow_redirects=False)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://evil.example", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": ORIGIN, "sec-fetch-site": "same-site"}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
        (OURS | {"host": "evil.example"}, 403),
        (OURS | {"host": "evil.example", "origin": "http://evil.example"}, 403),
        (OURS | {"content-type": "text/plain"}, 400),
        (OURS | {"content-type": "multipart/form-data; boundary=x"}, 400),
    ],
)
def test_a_form_of_strangers_is_refused_and_nothing_written(
    curating: Curating, headers: dict[str, str], status: int
) -> None:
    body = accepting(curating)
    before = curating.files()
    sent = {"content-type": "application/x-www-form-urlencoded"} | headers
    assert curating.client.post(HERE, content=body, headers=sent).status_code == status
    assert curating.files() == before
    assert curating.client.get(HERE, headers={"host": "evil.example"}).status_code == 403


SCORED = """海棠市安全生产信用等级评定办法
一、等级
甲级，考评得分在90分以上。
乙级，考评得分在60分以上90分以下。
二、监管
对甲级企业减少检查频次。
"""


def test_grades_by_scores_say_why_nothing_decides_them(
    started: tuple[TestClient, Bench, list[Path]], tmp_path: Path, listing: Curating
) -> None:
    """Not as long as what decides them is proposed or accepted, and never of a document without grades."""
    (tmp_path / "memo.txt").write_text(SCORED, encoding="utf-8")
    workspace = init_workspace(tmp_path / "own", "https://data.example.gov.cn/credit/", samples=False)
    add_document(workspace, tmp_path / "memo.txt", SLUG, "999901=海棠市")
    case = open_case(open_desk(workspace), SLUG)
    draft_document(case, AT)
    assert 'id="ungraded"' not in listing.client.get(f"/curate/{twolists.SLUG}?by={WHO}").text
    client, bench, place = started
    place[0] = workspace.root
    page = Curating(client, bench, place)
    assert 'id="ungraded"' not in client.get(f"{HERE}?by={WHO}").text
    reject(page.case, [f"policy/{SLUG}"], WHO, AT, note="另有文件评等级")
    for _ in range(2):
        told = client.get(f"{HERE}?by={WHO}").text.partition('id="ungraded">')[2].partition("</p>")[0]
        assert "分等级（甲级、乙级）" in told
        assert str(case.path(LINES)) in told
        if list_proposals(case, "grades"):
            accept(page.case, None, WHO, AT, kind="grades")
    assert 'id="ungraded"' not in client.get(f"{HERE}?by={WHO}&kind=measures").text
    xinzheng = open_case(open_desk(open_workspace()), "xinzheng-2010-36")
    assert list_ungraded(xinzheng) == ()


LAW, NEAR = "海棠市工贸企业粉尘防爆安全条例", "社会信用体系建设规划大纲"
CITING = f"""海棠市粉尘涉爆企业守信激励办法
根据《{LAW}》《{NEAR}》等规定，制定本办法。
一、激励措施
（一）减少日常检查频次。依据《{LAW}》第九条。
"""


def test_undo_of_a_name_for_a_law_leaves_the_names_given_before(citing: Curating) -> None:
    work, file = "guofa-2014-21", citing.place[0] / "legislation" / "registered.ttl"
    assign_law(citing.case, NEAR, work, WHO, AT)
    once = file.read_bytes()
    assign_law(citing.case, LAW, work, WHO, AT)
    assert [name.written for name in list_names(citing.case)] == []
    assert NEAR in file.read_text(encoding="utf-8")
    assert LAW in file.read_text(encoding="utf-8")
    undo(citing.case, WHO, AT)
    assert file.read_bytes() == once
    assert [name.written for name in list_names(citing.case)] == [LAW]
    # what somebody changed by hand since is not taken back over his head
    file.write_text(once.decode().replace(NEAR, f"{NEAR}纲要"), encoding="utf-8")
    with pytest.raises(InputError, match="后来又改过"):
        undo(citing.case, WHO, AT)


@pytest.fixture
def citing(started: tuple[TestClient, Bench, list[Path]], tmp_path: Path) -> Curating:
    """The page over a document that cites a law nobody has registered, and one by a title that is slightly off."""
    client, bench, place = started
    (tmp_path / "memo.txt").write_text(CITING, encoding="utf-8")
    workspace = init_workspace(tmp_path / "own", "https://data.example.gov.cn/credit/", samples=False)
    add_document(workspace, tmp_path / "memo.txt", SLUG, "999901=海棠市")
    shutil.rmtree(workspace.root / "legislation")
    place[0] = workspace.root
    return Curating(client, bench, place)


def test_a_law_is_said_to_be_a_known_one_or_registered_by_a_form(citing: Curating) -> None:
    known = citing.get().with_button("assign-law", written=NEAR)
    assert known.value("work") == "guofa-2014-21"
    new = citing.get().with_button("register-law", written=LAW)
    assert new.value("title") == LAW
    said = {"issuer": "海棠市人民代表大会常务委员会", "date": "2030年6月1日", "rank": "地方性法规"}
    for wrong, told in (
        ({"date": "去年"}, "不是日期"), ({"rank": "圣旨"}, "没有“圣旨”这一级"), ({"issuer": ""}, "没有写发布机关"),
        ({"rank": ""}, "没有写效力级别"),
        ({"number": "国发〔2014〕21号"}, "law/guofa-2014-21"), ({"written": "海棠市天条"}, "不是文件里印着"),
    ):  # fmt: skip
        before = citing.files()
        refused = citing.send(new, "register-law", **said | wrong)
        assert refused.status_code == 400
        assert told in refused.text
        assert citing.files() == before
        if "written" not in wrong:
            again = Forms(refused.text).with_button("register-law", written=LAW)
            kept = {name: value for name, value in (said | wrong).items() if value != "圣旨"}
            assert {name: again.value(name) for name in kept} == kept
    assert citing.send(known, "assign-law", work="nobody").status_code == 404
    assert citing.send(new, "register-law", **said).status_code == 303
    assert citing.send(known, "assign-law").status_code == 303
    assert [name.written for name in list_names(citing.case)] == []
    written = (citing.place[0] / "legislation" / "registered.ttl").read_text(encoding="utf-8")
    assert "rank-local-regulation" in written
    assert '"2030-06-01"^^xsd:date' in written
    assert 'certainty "believed"' in written
    # each is taken back like every other action, also what stands under another base than the workspace's
    for left in (1, 2):
        assert citing.send(citing.get().with_button("undo"), "undo").status_code == 303
        assert len(list_names(citing.case)) == left
    assert [one.action for one in read_journal(citing.case)] == ["register", "assign", "undo", "undo"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"do=explode&by=x", 400),
        (b"", 400),
        (b"do=accept&by=x&address=%ff&seen=", 400),
        (b"do=accept&by=x&address=a%00b&seen=", 400),
        (b"do=accept&by=x&address=a%1bb&seen=", 400),
        ("do=accept&by=x&address=措施&seen=".encode(), 400),
        (b"do=accept&by=x&seen=&address=%E6%8E%AA", 404),
        (b"do=accept&by=x&address=..%2F..%2Fetc&seen=", 404),
        (b"do=accept-all&by=x", 400),
        (b"do=accept-all&by=x&address=a&address=b&seen=c", 400),
        (b"do=undo&by=x&batch=99999999999999999999", 409),
        (b"do=settle&by=x&kind=everything", 400),
        (b"do=write&by=x&type=Dragon&clause=a&quote=b", 400),
        (b"do=register&by=x&written=%E5%A4%A9%E5%BA%AD&function=function-finance", 400),
        (b"do=remove&by=x&address=doc%2Fx&seen=", 404),
        (b"&".join(b"a=1" for _ in range(500)), 400),
        (b"do=write&quote=" + b"x" * MOST_BYTES, 413),
    ],
)
def test_a_hostile_body_is_refused_in_words_and_nothing_written(curating: Curating, body: bytes, status: int) -> None:
    if b"undo" in body:
        accept(curating.case, [ONE], WHO, AT)
    before = curating.files()
    headers = OURS | {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}
    answer = curating.client.post(HERE, content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert curating.files() == before


def test_a_body_of_the_place_is_registered_by_function_and_region(curating: Curating) -> None:
    written = "海棠市财政局"
    accept(curating.case, None, WHO, AT, kind="measures")
    assert written in {name.written for name in list_names(curating.case)}
    form = curating.get().with_button("register", written=written)
    assert form.value("function") == "function-finance"
    assert form.value("name") == written
    before = curating.files()
    assert curating.send(form, "register", function="function-money").status_code == 400
    assert curating.send(form, "register", region="999999").status_code == 400
    assert curating.files() == before
    assert curating.send(form, "register").status_code == 303
    text = curating.case.text(BODIES)
    assert f'skos:prefLabel "{written}"@zh' in text
    assert "这是什么" in text
    # the desk has read it by itself: the document's own reading knows the body now
    known = {mention.slug for mention in curating.case.reading.mentions if mention.as_written == written}
    assert len(known) == 1
    assert None not in known
    assert written not in {name.written for name in list_names(curating.case)}
    assert curating.send(curating.get().with_button("undo"), "undo").status_code == 303
    assert written not in curating.case.text(BODIES)
    # another name may mean a body that is known; only the statements of this document say so
    other = "海棠市税务局"
    form = curating.get().with_button("assign", written=other)
    # what is only alike, or a body of another place, is offered and never filled in
    likely = next(name for name in list_names(curating.case) if name.written == other).candidates
    assert likely
    assert likely[0].why != "same"
    assert form.value("body") == ""
    assert curating.send(form, "assign", body="nowhere/none").status_code == 404


def test_the_desk_is_read_once_and_again_when_a_file_behind_it_changes(
    curating: Curating, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def note(workspace: Workspace) -> Desk:
        opened.append(workspace.root)
        return open_desk(workspace)

    monkeypatch.setattr(benches, "open_desk", note)
    curating.get()
    opened.clear()
    for address in (ONE, OTHER):
        assert curating.send(curating.get().with_button("accept", address=address), "accept").status_code == 303
    assert opened == []
    path = curating.place[0] / BODIES
    path.write_text(path.read_text("utf-8") + "\n# 改过\n", "utf-8")
    curating.get()
    assert opened == [curating.place[0]]


def test_from_elsewhere_a_token_is_asked_for(curating: Curating, dataset: Path, tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.json"
    good, narrow = add_token(tokens, "法制科", ["curate"]), add_token(tokens, "登记科", ["https://a.example/graph/x"])
    app = create_app(
        dataset, Options(Settings(workers=1), editing=Editing(curating.bench, find_holders(TokenFile(tokens))))
    )

    def basic(token: str) -> dict[str, str]:
        return {"authorization": "Basic " + base64.b64encode(f"x:{token}".encode()).decode()}

    with TestClient(app, base_url="https://credit.example.gov.cn") as client:
        for headers in ({}, basic("guess"), basic(narrow), {"authorization": "Basic ???"}):
            answer = client.get(HERE, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Basic ")
            assert SLUG not in answer.text or "没有" not in answer.text
        assert client.get(HERE, headers=basic(good)).status_code == 200
        assert client.get(HERE, headers={"authorization": f"Bearer {good}"}).status_code == 200
        before = curating.files()
        body = f"do=settle&kind=grades&by={WHO}"
        form = {"content-type": "application/x-www-form-urlencoded", "origin": "https://evil.example"}
        assert client.post(HERE, content=body.encode(), headers=basic(good) | form).status_code == 403
        assert client.get("/curate/x/y", headers=basic(good)).status_code == 404
        assert curating.files() == before


def test_without_the_option_there_is_no_page(visit: Visit) -> None:
    site = visit()
    for path in ("/curate", HERE):
        assert site.get(path).status_code == 404
    assert "/curate" not in site.get("/").text
    assert site.post(HERE, data={"do": "draft"}, headers=OURS).status_code in (404, 405)


@pytest.mark.parametrize(
    ("host", "is_public"), [("0.0.0.0", False), ("192.168.1.2", False), ("127.0.0.1", True), ("::", False)]
)
def test_a_service_that_others_reach_is_not_started_for_editing_without_tokens(host: str, is_public: bool) -> None:
    with pytest.raises(InputError, match="谁都能改整理稿"):
        open_editing(host, None, None, is_public)
    assert open_editing("127.0.0.1", None, None, False).find_holder is None


def test_the_journal_holds_what_stood_before(curating: Curating) -> None:
    form = curating.get(f"?by={WHO}&edit={ONE}").with_button("save", address=ONE)
    curating.send(form, "save", **{"v.title": "优先安排资金"})
    line = json.loads(curating.case.text(JOURNAL).splitlines()[-1])
    assert line["before"]["draft.ttl"][ONE] != line["after"]["draft.ttl"][ONE]
    assert "优先安排资金" in line["after"]["draft.ttl"][ONE]
