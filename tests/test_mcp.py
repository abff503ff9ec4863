"""The door for agents, driven by the official library's own client over standard input and output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp_types import TextContent, TextResourceContents

from policygraph.errors import LimitError
from policygraph.keeping.store import Store
from policygraph.keeping.workspace import open_workspace
from policygraph.speaking.mcp import parsing, tools
from policygraph.speaking.mcp.pages import BUDGET, count_tokens, write_json
from policygraph.speaking.mcp.server import make_agent_server

from .conftest import ROOT, open_once

pytestmark = pytest.mark.slow

DAY = "2026-11-22"
TARGET = "91230803MA9XN00129"
TWO_WAYS = "安全生产法第七十五条在文件里被谁引了、改了影响谁"


@pytest.fixture(scope="module")
def store(dataset: Path) -> Store:
    return open_once(dataset)


Agents = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def answer(store: Store) -> Agents:
    """What one tool says, by a client in this process; ``_files``: whether a register may be named by its path."""
    servers = {files: make_agent_server(store, open_workspace(None, ROOT), files=files) for files in (False, True)}

    def ask(name: str, _files: bool = True, **arguments: Any) -> dict[str, Any]:
        return dict(drive(servers[_files], lambda client: call(client, name, **arguments)))

    return ask


def drive(server: Any, what: Callable[[Client], Coroutine[Any, Any, Any]]) -> Any:
    """Run a conversation of the real client with a server: an object in this process, or parameters of another."""

    async def talk() -> Any:
        async with Client(server) as client:
            return await what(client)

    return anyio.run(talk)


def read_text(content: object) -> str:
    """The text of a piece of content, which is nothing else here."""
    assert isinstance(content, TextContent | TextResourceContents)
    return content.text


async def call(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(name, arguments)
    told = json.loads(read_text(result.content[0]))
    assert told == result.structured_content
    assert result.is_error == ("refusal" in told)
    return dict(told)


def test_every_tool_is_called_over_standard_input_and_output(
    dataset: Path, store: Store, answer: Agents, tmp_path: Path
) -> None:
    """A process of its own, as a desktop client starts it: each tool answers what it says it takes."""
    memo = "佳木斯市\n某某局文件\n某联发〔2031〕5号\n关于印发《备忘录》的通知\n一、总则\n（一）限制参加评优。\n"
    known: dict[str, dict[str, Any]] = {
        "search": {"q": "安全生产法"},
        "clause": {"clause": "jiamusi-2020-5/annex_1/sec_2"},
        "parse": {"text": memo},
        "question": {"question": "限制发布广告的依据还有效吗"},
        "decide": {"entity": TARGET, "policy": "jiamusi-2020-5", "as_of": DAY},
        "verify": {"answer": answer("documents")},
    }
    program = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from policygraph.speaking.cli.program import main; main()", "mcp", "--dataset", str(dataset)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "src")},
    )

    async def walk(client: Client) -> dict[str, dict[str, Any]]:
        tools = (await client.list_tools()).tools
        told = {}
        for tool in tools:
            properties = tool.input_schema["properties"]
            examples = {
                name: each["examples"][0]
                for name, each in properties.items()
                if "examples" in each and name in tool.input_schema["required"]
            }
            told[tool.name] = await call(client, tool.name, **known.get(tool.name, examples))
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
        return told

    told = drive(program, walk)
    assert {query.name for query in store.list_queries()} < told.keys()
    refused = {name: page for name, page in told.items() if "refusal" in page}
    assert refused == {}
    assert {page["dataset"] for name, page in told.items() if name != "parse"} == {store.dataset}
    assert told["verify"]["verdict"] == "holds"
    assert told["parse"]["number"] == "某联发〔2031〕5号"
    for name, page in told.items():
        assert count_tokens(write_json(page)) <= BUDGET, name
        if {"clause", "quote"} <= set(page.get("columns", ())) and any(row["quote"] for row in page["rows"]):
            assert page["grounds"], name
            assert all(len(ground["sha256"]) == 64 and ground["spans"] for ground in page["grounds"])
            # every statement that is quoted is proven: no row's quote without its place
            proven = {(ground["clause"], ground["quote"]) for ground in page["grounds"]}
            assert {(row["clause"], row["quote"]) for row in page["rows"] if row["quote"]} <= proven, name


def test_pages_are_within_the_budget_and_give_every_row_once(store: Store, answer: Agents) -> None:
    rows, following, pages = [], None, 0
    while pages == 0 or following:
        page = answer("legal-bases", document="jiamusi-2020-5", **({"next": following} if following else {}))
        rows += page["rows"]
        following, pages = page["next"], pages + 1
        assert page["truncated"] == (following is not None)
        assert count_tokens(write_json(page)) <= BUDGET
    whole = store.ask("legal-bases", document="jiamusi-2020-5")
    assert pages > 1
    assert [tuple(row.values()) for row in rows] == list(whole.rows)


def test_a_decision_is_paged_and_its_whole_is_verified(answer: Agents) -> None:
    asked = {"entity": TARGET, "policy": "jiamusi-2020-5", "as_of": DAY}
    whole = answer("decide", **asked, whole=True)
    assert answer("verify", answer=whole)["verdict"] == "holds"
    assert answer("verify", answer=whole | {"outcome": "not_target"})["verdict"] == "refuted"
    items: list[dict[str, Any]] = []
    measures: list[dict[str, Any]] = []
    acts: list[dict[str, Any]] = []
    following, pages = None, 0
    while pages == 0 or following:
        page = answer("decide", **asked, **({"next": following} if following else {}))
        assert page["outcome"] == whole["outcome"]
        items += [*page["conditions"], *page["findings"]]
        measures += page["measures"]
        acts += page["acts"]
        assert count_tokens(write_json(page)) <= BUDGET
        following, pages = page["next"], pages + 1
    assert items == [*whole["conditions"], *whole["findings"]]
    assert [measure | {"acts": _of(measure, acts)} for measure in measures] == whole["measures"]


def _of(measure: dict[str, Any], acts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    mine = (act for act in acts if act["measure"] == measure["measure"])
    return [{name: value for name, value in act.items() if name != "measure"} for act in mine]


@pytest.mark.parametrize("changed", ["quote", "conclusion", "clause"])
def test_tampering_with_a_page_is_caught(answer: Agents, changed: str) -> None:
    page = answer("conclusions", document="jiamusi-2020-5", as_of=DAY)
    assert answer("verify", answer=page)["verdict"] == "holds"
    assert all({"certainty", "verification", "sentence"} <= row.keys() for row in page["rows"])
    page["rows"][0][changed] = "supported" if changed == "conclusion" else "不是这些字"
    assert answer("verify", answer=page)["verdict"] == "refuted"


def test_a_text_is_parsed_apart_and_stopped_when_it_costs_too_much(
    answer: Agents, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "关于加强监管的通知\n一、总则\n"
    for bounds in (parsing.Bounds(patience=0), parsing.Bounds(processor=0), parsing.Bounds(memory=48)):
        with pytest.raises(LimitError):
            parsing.parse_apart(text, bounds)
    monkeypatch.setattr(tools, "parse_apart", lambda text: parsing.parse_apart(text, parsing.Bounds(patience=0)))
    assert answer("parse", text=text)["refusal"] == "limit"


def test_where_no_process_can_be_bounded_no_text_is_parsed(answer: Agents, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, which has no ``resource``: a typed refusal, and no text that is read without bounds."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    told = answer("parse", text="一、总则")
    assert told["refusal"] == "unavailable"
    assert "policygraph parse" in told["remedy"]


def test_a_question_in_a_sentence_is_answered_proven_asked_back_or_refused(answer: Agents) -> None:
    page = answer("question", question="佳木斯5号文限制发布广告的依据还有效吗")
    assert (page["query"], page["parameters"]["document"]) == ("basis-health", "jiamusi-2020-5")
    assert [one.rpartition("/measure/")[2] for one in page["narrow"]["measure"]] == ["jiamusi-2020-5/para_7"]
    assert page["rows"]
    assert answer("verify", answer=page)["verdict"] == "holds"
    narrowed = answer("question", question="沂源企业怎么申请信用修复")
    assert narrowed["narrow"]["procedure"]
    assert {row["procedure"] for row in narrowed["rows"]} == {"repair"}
    assert answer("verify", answer=narrowed)["verdict"] == "holds"
    narrowed["rows"][0]["step"] = "什么也不用做"
    assert answer("verify", answer=narrowed)["verdict"] == "refuted"
    back = answer("question", question="名单和依据")
    assert back["state"] == "ask-back"
    assert {one["query"] for one in back["candidates"]} >= {"lists", "legal-bases"}
    assert answer("question", question="蓝莓派")["refusal"] == "input"


def test_readings_are_told_apart_proven_one_by_one_and_a_changed_one_is_caught(answer: Agents) -> None:
    page = answer("question", question=TWO_WAYS)
    assert page["state"] == "readings"
    assert "rows" not in page
    assert len(page["readings"]) == 2
    assert count_tokens(write_json(page)) <= BUDGET
    for one in page["readings"]:
        assert {"query", "parameters", "narrow", "total", "summary", "coverage"} <= one.keys()
        quoted = {(row["clause"], row["quote"]) for row in one["rows"] if row.get("quote")}
        assert quoted <= {(ground["clause"], ground["quote"]) for ground in one["grounds"]}
        assert answer("verify", answer=one)["verdict"] == "holds"
    assert answer("verify", answer=page)["verdict"] == "holds"
    assert answer("verify", answer=page | {"readings": []})["verdict"] == "incomplete"
    page["readings"][1]["rows"][0]["title"] = "什么也不用做"
    told = answer("verify", answer=page)
    assert told["verdict"] == "refuted"
    assert [one["verdict"] for one in told["readings"]] == ["holds", "refuted"]
    assert answer("verify", answer=page | {"readings": ["?"]})["refusal"] == "input"


def test_what_nobody_has_looked_at_stands_on_an_answer(store: Store, answer: Agents) -> None:
    gaps = store.find_gaps(store.find_query("general-rules").kinds)
    page = answer("general-rules")
    assert gaps
    assert [gap["kind"] for gap in page["coverage"]] == [gap.kind for gap in gaps]


@pytest.mark.parametrize(
    ("tool", "arguments", "refusal", "words"),
    [
        ("no-such-tool", {}, "not-found", "legal-bases"),
        ("measures", {"document": "没有的文件"}, "not-found", "文件"),
        ("measures", {"document": "佳木斯"}, "input", "jiamusi-2020-5"),
        ("measures", {"dokument": "jiamusi-2020-5"}, "input", "document"),
        ("measures", {"document": 5}, "input", "文字"),
        ("measures", {"next": "-1"}, "input", "next"),
        ("measures", {"next": 10**30}, "input", "next"),
        ("measures", {"next": "9" * 5000}, "input", "next"),
        ("measures", {"next": "１"}, "input", "next"),
        ("conclusions", {"as_of": "昨天"}, "input", "日期"),
        ("clause", {"clause": "jiamusi-2020-5/no/such"}, "not-found", "search"),
        ("clause", {"clause": "http://a.example/条 款<1>"}, "input", "地址"),
        ("clause", {"clause": "jiamusi-2020-5/sec 2"}, "input", "地址"),
        ("parse", {"text": "一" * 200_001}, "input", "200000"),
        ("parse", {"text": "一、总则", "part": "titles"}, "input", "clauses"),
        ("decide", {"entity": "91230803MA9XN00120", "policy": "jiamusi-2020-5"}, "not-found", "登记册"),
        ("decide", {"entity": TARGET, "policy": "all"}, "input", "jiamusi-2020-5"),
        ("verify", {"answer": {"rows": 5}}, "input", "rows"),
    ],
)
def test_a_refusal_is_typed_and_says_what_to_do(
    answer: Agents, tool: str, arguments: dict[str, Any], refusal: str, words: str
) -> None:
    told = answer(tool, **arguments)
    assert told["refusal"] == refusal
    assert words in told["cause"] + told["remedy"] + told["place"]
    assert told["remedy"]


def test_over_a_network_no_file_of_this_machine_is_opened(answer: Agents, tmp_path: Path) -> None:
    asked = {"entity": TARGET, "policy": "jiamusi-2020-5", "as_of": DAY}
    sample = str(ROOT / "data" / "registers" / "sample")
    assert answer("decide", _files=False, **asked, register=sample)["refusal"] == "input"
    assert answer("decide", _files=True, **asked, register=sample)["outcome"]
    assert answer("decide", _files=False, **asked)["outcome"]


def test_documents_and_vocabulary_are_resources(store: Store) -> None:
    async def read(client: Client) -> tuple[list[str], str, str]:
        listed = [str(one.uri) for one in (await client.list_resources()).resources]
        texts = [read_text((await client.read_resource(uri)).contents[0]) for uri in (listed[0], listed[-1])]
        with pytest.raises(MCPError, match="没有这个资源"):
            await client.read_resource("policygraph://document/none")
        return listed, texts[0], texts[1]

    listed, document, vocabulary = drive(make_agent_server(store, open_workspace(None, ROOT), files=False), read)
    assert len(listed) == len(store.ask("documents").rows) + 1
    assert store.dataset in document
    assert "PolicyDocument" in vocabulary


def test_prompts_take_their_slots_and_refuse_without(store: Store) -> None:
    async def walk(client: Client) -> list[str]:
        told = []
        for prompt in (await client.list_prompts()).prompts:
            slots = {slot.name: f"〈{slot.name}〉" for slot in prompt.arguments or ()}
            text = read_text((await client.get_prompt(prompt.name, slots)).messages[0].content)
            assert all(value in text for value in slots.values())
            with pytest.raises(MCPError, match="缺少"):
                await client.get_prompt(prompt.name, {})
            told.append(prompt.name)
        return told

    assert len(drive(make_agent_server(store, open_workspace(None, ROOT), files=False), walk)) == 3


def test_what_may_be_done_is_said_first_and_a_changed_sentence_is_caught(answer: Agents) -> None:
    page = answer("question", question="能不能对失信企业限制政府采购")
    assert next(iter(page)) == "conclusions"
    assert all(one["sentence"] and one["quote"] and one["certainty"] for one in page["conclusions"])
    assert answer("verify", answer=page)["verdict"] == "holds"
    for key, value in (
        ("sentence", "可以实施。"),
        ("quote", "限制政府采购"),
        ("certainty", "verified?"),
        ("clause", "x"),
    ):
        changed = {**page, "conclusions": [{**page["conclusions"][0], key: value}]}
        assert answer("verify", answer=changed)["verdict"] == "refuted", key
