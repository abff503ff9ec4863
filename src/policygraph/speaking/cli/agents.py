"""``policygraph mcp``: the tools for agents, on standard input and output or on loopback."""

from __future__ import annotations

from typing import Annotated

import anyio
import typer

from policygraph.speaking.cli.console import stderr
from policygraph.speaking.cli.terminal import DatasetOption, WorkspaceOption, find_workspace, load_store
from policygraph.speaking.mcp.server import make_agent_server, serve_stdio

app = typer.Typer()


@app.command("mcp")
def mcp_command(
    http: Annotated[
        int | None, typer.Option(help="改在本机的这个端口上以 HTTP 提供；0 为任一空闲端口", min=0, max=65535)
    ] = None,
    workspace: WorkspaceOption = None,
    dataset: DatasetOption = None,
) -> None:
    """以模型上下文协议（MCP）提供问题、检索、条款、解析、判断和核对 · tools for agents over MCP."""
    store, home = load_store(dataset, workspace), find_workspace(workspace)
    if http is None:
        anyio.run(serve_stdio, store, home)
        return
    # only who listens needs a web server
    from policygraph.speaking.listening import make_server, name_address, open_listener

    listener = open_listener("127.0.0.1", http)
    stderr.print(f"{name_address(listener)}mcp", markup=False)
    make_server(make_agent_server(store, home, files=False).streamable_http_app(), log_level="warning").run([listener])
