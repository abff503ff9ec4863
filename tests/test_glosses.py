"""The English layer: what pages name has an English name, and the editors' phrases have a gloss beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.conftest import Visit, open_once

from policygraph.namespaces import slug_of
from policygraph.speaking.web.glosses import Glosses
from policygraph.speaking.web.site import Site

DAY = "2026-11-22"
PHRASES = """
PREFIX pg: <https://w3id.org/policygraph/ns#>
SELECT DISTINCT ?words WHERE {
  ?interval pg:ofAct ?act ; pg:competenceWords|pg:conditionWords|pg:besideWords ?words FILTER(LANG(?words) = "zh")
}
"""


@pytest.fixture(scope="module")
def site(dataset: Path) -> Site:
    return Site(open_once(dataset))


@pytest.fixture(scope="module")
def client(visit: Visit) -> TestClient:
    return visit(headers={"Accept": "text/html"})


def test_every_condition_and_competence_of_an_act_has_a_gloss(site: Site) -> None:
    glosses = Glosses(site.rows("glosses"))
    phrases = {line for (words,) in site.store.select(PHRASES) for line in str(words).split("\n")}
    assert len(phrases) > 200
    assert {phrase for phrase in phrases if not glosses.say(phrase)} == set()
    assert not glosses.say("没有这句话（《某法》第一条（2020年））")


REASONS = """
PREFIX pg: <https://w3id.org/policygraph/ns#>
SELECT DISTINCT ?words ?document ?day WHERE {
  ?interval pg:ofAct ?act ; pg:reasonWords ?words FILTER(LANG(?words) = "zh")
  OPTIONAL { ?interval pg:intervalTo ?to }
  FILTER(!BOUND(?to) || STR(?day) <= STR(?to))
  ?act pg:document ?document
}
"""


def test_every_reason_behind_a_conclusion_of_today_has_a_gloss(site: Site, client: TestClient) -> None:
    """So has every reason behind one that is still to come."""
    glosses = Glosses(site.rows("glosses"))
    found = site.store.select(REASONS, day=DAY)
    rows = [(line, document) for words, document, _ in found for line in str(words).split("\n")]
    assert len({line for line, _ in rows}) > 110
    assert len({document for _, document in rows}) == 5
    assert {line for line, _ in rows if not glosses.say(line)} == set()
    page = client.get(f"/en/measure/jiamusi-2020-5/para_9?as_of={DAY}").text
    assert "Dishonesty is a trigger of the document’s own making and cannot be narrowed" in page
    page = client.get(f"/en/measure/xinzheng-2010-36/sec_7/al_4/4?as_of={DAY}").text
    assert "Lists four cases in which closure must be proposed" in page


LOOKED = """
PREFIX pg: <https://w3id.org/policygraph/ns#>
SELECT DISTINCT ?words ?day WHERE {
  ?interval pg:lookedWords ?words ; pg:intervalFrom ?from FILTER(LANG(?words) = "en" && STR(?from) <= STR(?day))
  OPTIONAL { ?interval pg:intervalTo ?to }
  FILTER(!BOUND(?to) || STR(?day) <= STR(?to))
}
"""


def _bare(line: str) -> str:
    """A line without the names of laws, their provisions and texts, which stay Chinese."""
    return re.sub(r"《[^》]*》[^:]*: ?|《[^》]*》|“[^”]*”|\([^)]*[\u4e00-\u9fff][^)]*\)", "", line)


def test_a_page_that_found_no_basis_tells_what_was_looked_at_in_both_languages(site: Site, client: TestClient) -> None:
    found = [row for row in site.ask("conclusions", as_of=DAY) if row["rule"] == "none"]
    assert len(found) > 10
    assert [str(row["act"]) for row in found if not row["looked_at"]] == []
    address = f"/measure/jiamusi-2020-5/para_1/subpara_4?as_of={DAY}"
    page = client.get(address).text
    assert "编者看过的规定" in page
    assert "《企业安全生产标准化建设定级办法》全文：未读。据信这份通知规定标准化由谁定级" in page
    english = client.get(f"/en{address}").text
    assert "what the editors looked at" in english
    asked = site.store.select(LOOKED, day=DAY)
    assert len(asked) > 10
    # each line in English, as a whole: a place in Chinese is a name, a reason in Chinese would be a gap
    assert [
        str(one) for words, _ in asked for one in str(words).split("\n") if re.search("[\u4e00-\u9fff]{3}", _bare(one))
    ] == []
    assert "no English gloss" not in english.partition("what the editors looked at")[2].partition("</dd>")[0]


def test_no_name_on_an_english_page_is_a_slug_or_a_missing_one(site: Site) -> None:
    names = site.names["en"]
    things = [str(r["measure"]) for r in site.ask("measures")] + [str(r["condition"]) for r in site.ask("conditions")]
    things += [str(r["department"]) for r in site.rows("departments")] + [str(r["work"]) for r in site.rows("works")]
    unnamed = {
        thing for thing in things if re.search("[一-鿿]", names.title(thing)) or names.title(thing) == slug_of(thing)
    }
    assert unnamed == set()


def test_a_measure_in_english_has_its_gloss_beside_the_words_of_the_source(client: TestClient) -> None:
    text = client.get(f"/en/measure/jiamusi-2020-5/para_9?as_of={DAY}").text
    assert '<h1 lang="zh-CN">依法限制存在失信行为的生产经营单位参与政府采购活动</h1>' in text
    assert "Restriction, according to law, of participation in government procurement" in text
    head = text.partition("card-head")[2].partition("</dl>")[0]
    assert "editors’ gloss" in head
    assert "only some of the bodies named" in head
    assert "采购人（资格审查）" in head, "the editors' own words stay"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_glossary_explains_every_word_once_and_words_lead_there(client: TestClient, prefix: str) -> None:
    text = client.get(f"{prefix}/glossary").text
    anchors = re.findall(r'<div id="([^"]+)"', text)
    assert len(anchors) == len(set(anchors)) > 60
    for anchor in ("force-plain", "mechanism-status-delegated", "inheritedLegalBasis", "code-certainty-believed"):
        assert anchor in anchors
    sections = set(re.findall(r'<h2 id="([^"]+)"', text))
    page = client.get(f"{prefix}/measure/jiamusi-2020-5/para_1/subpara_1?as_of={DAY}").text
    led = set(re.findall(rf'href="{prefix}/glossary#([^"]+)"', page))
    assert {"levels", "forces", "standing"} <= led <= sections
