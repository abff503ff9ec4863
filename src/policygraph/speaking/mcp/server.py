"""The tools, documents and prompts as a server of the Model Context Protocol, by the official library.

Questions are answered in threads, one at a time: the library's loop stays free for the next message, and a store is
read by one question at once. What went wrong is told as a typed refusal in the result, where the model sees it; an
error of the protocol itself is the library's.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from policygraph.errors import (
    DataError,
    InputError,
    LimitError,
    NotFoundError,
    PolicygraphError,
    StorageError,
    UnavailableError,
)
from policygraph.judging.answers import Cell
from policygraph.keeping.store import Store
from policygraph.keeping.workspace import Workspace
from policygraph.namespaces import GRAPH
from policygraph.speaking.mcp.pages import write_json
from policygraph.speaking.mcp.tools import Counter, Tool
from policygraph.version import __version__
from policygraph.words import say

Context = ServerRequestContext[Any]  # Any: what a server keeps for its life; this one keeps nothing

REFUSALS: Mapping[type[PolicygraphError], str] = {
    InputError: "input",
    NotFoundError: "not-found",
    LimitError: "limit",
    DataError: "data",
    StorageError: "storage",
    UnavailableError: "unavailable",
}
"""The types of a refusal: what the caller can do about it differs."""

VOCABULARY = "policygraph://vocabulary"
DOCUMENT = "policygraph://document/"
PROMPTS: Mapping[str, tuple[str, ...]] = {
    "may-we": ("measure", "entity"),
    "review-document": ("document",),
    "decide-enterprise": ("entity", "policy"),
}
"""The three commonest questions and what each takes; their words are ``[mcp]`` of the language files."""

_TEXT = (Path(__file__).parents[2] / "queries" / "pages" / "document-clauses.rq").read_text(encoding="utf-8")


def make_agent_server(store: Store, workspace: Workspace, *, files: bool) -> Server[dict[str, Any]]:
    """A server that answers from a store; ``files``: whether a register may be named by its path."""
    counter = Counter(store, workspace, files=files)
    tools = {tool.name: tool for tool in counter.list_tools()}
    turn = anyio.Lock()

    async def list_tools(_: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_describe(tool) for tool in tools.values()])

    async def call_tool(_: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = tools.get(params.name)
        if tool is None:
            return _refuse(NotFoundError(params.name, "没有这个工具", f"可用的有 {'、'.join(tools)}"))
        given = params.arguments or {}
        try:
            _check(tool, given)
            async with turn:
                told = await anyio.to_thread.run_sync(tool.run, given)
        except PolicygraphError as error:
            return _refuse(error)
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=write_json(told))], structured_content=dict(told)
        )

    async def list_resources(_: Context, params: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
        found = [
            types.Resource(
                name=str(row["number"] or row["document"]),
                title=str(row["title"]),
                uri=DOCUMENT + _identifier(row["document"]),
                description=say("mcp", "document"),
                mime_type="text/plain",
            )
            for row in _documents(store)
        ]
        vocabulary = types.Resource(
            name="vocabulary", title=say("mcp", "vocabulary_title"), uri=VOCABULARY,
            description=say("mcp", "vocabulary"), mime_type="text/turtle",
        )  # fmt: skip
        return types.ListResourcesResult(resources=[*found, vocabulary])

    async def read_resource(_: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        async with turn:
            form, text = await anyio.to_thread.run_sync(_read, store, str(params.uri))
        content = types.TextResourceContents(uri=params.uri, mime_type=form, text=text)
        return types.ReadResourceResult(contents=[content])

    async def list_prompts(_: Context, params: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=[_prompt(name, slots) for name, slots in PROMPTS.items()])

    async def get_prompt(_: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        slots = PROMPTS.get(params.name)
        if slots is None:
            raise MCPError(types.INVALID_PARAMS, f"没有这个提示 {params.name!r}。可用的有 {'、'.join(PROMPTS)}")
        given = params.arguments or {}
        missing = [slot for slot in slots if not given.get(slot, "").strip()]
        if missing:
            raise MCPError(types.INVALID_PARAMS, f"{params.name} 缺少 {'、'.join(missing)}")
        text = say("mcp", f"prompt_{_key(params.name)}", **{slot: given[slot] for slot in slots})
        message = types.PromptMessage(role="user", content=types.TextContent(type="text", text=text))
        return types.GetPromptResult(description=say("mcp", f"about_{_key(params.name)}"), messages=[message])

    return Server(
        "policygraph",
        version=__version__,
        title="policygraph",
        instructions=say("mcp", "instructions"),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
        on_list_prompts=list_prompts,
        on_get_prompt=get_prompt,
    )


async def serve_stdio(store: Store, workspace: Workspace) -> None:
    """Answer on standard input and output until the client leaves."""
    server = make_agent_server(store, workspace, files=True)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _describe(tool: Tool) -> types.Tool:
    reads = types.ToolAnnotations(
        title=tool.title, read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=dict(tool.schema),
        annotations=reads,
    )


def _check(tool: Tool, given: Mapping[str, object]) -> None:
    """Refuse an argument that the tool does not take: one that is misspelt must not be passed over in silence."""
    properties = tool.schema["properties"]
    assert isinstance(properties, dict)
    unknown = sorted(given.keys() - properties.keys())
    if unknown:
        raise InputError(
            unknown[0], f"工具 {tool.name} 没有这个参数", f"可用的有 {'、'.join(properties) or '（没有）'}"
        )


def _refuse(error: PolicygraphError) -> types.CallToolResult:
    kind = next((name for one, name in REFUSALS.items() if isinstance(error, one)), "input")
    told = {"refusal": kind, "place": error.place, "cause": error.cause, "remedy": error.remedy}
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=write_json(told))], structured_content=told, is_error=True
    )


def _documents(store: Store) -> list[dict[str, Cell]]:
    answer = store.ask("documents")
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def _identifier(iri: Cell) -> str:
    return str(iri).rpartition("/")[2]


def _read(store: Store, uri: str) -> tuple[str, str]:
    """The form and text of a resource. Errors: the protocol's, for an address that nothing has."""
    if uri == VOCABULARY:
        return "text/turtle", store.read_graph(str(GRAPH["ns"])).serialize(format="turtle")
    known = {DOCUMENT + _identifier(row["document"]): row for row in _documents(store)}
    row = known.get(uri)
    if row is None:
        raise MCPError(types.INVALID_PARAMS, f"没有这个资源 {uri!r}。可用的有 {'、'.join((*known, VOCABULARY))}")
    lines = [f"{row['title']}（{row['number'] or ''}）", say("mcp", "dataset", dataset=store.dataset), ""]
    for _, clause, _, label, _, heading, _, text in store.select(_TEXT, document=row["document"]):
        words = " ".join(str(part) for part in (label, heading, text) if part)
        lines.append(f"[{str(clause).removeprefix(str(row['document'])).strip('/')}] {words}")
    return "text/plain", "\n".join(lines)


def _key(name: str) -> str:
    return name.replace("-", "_")


def _prompt(name: str, slots: tuple[str, ...]) -> types.Prompt:
    return types.Prompt(
        name=name,
        description=say("mcp", f"about_{_key(name)}"),
        arguments=[
            types.PromptArgument(name=slot, description=say("mcp", f"slot_{slot}"), required=True) for slot in slots
        ],
    )
