"""``policygraph serve``, ``get`` and ``token``: the explorer, a page without a port, and who may see what."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policygraph.errors import InputError
from policygraph.keeping.curation.bench import Bench
from policygraph.keeping.store import parse_graph
from policygraph.speaking.addresses import read_public_url
from policygraph.speaking.app import Options, create_app, fetch
from policygraph.speaking.cli.console import stderr
from policygraph.speaking.cli.terminal import DatasetOption, WorkspaceOption, ensure_dataset, find_workspace
from policygraph.speaking.listening import make_server, name_address, open_listener
from policygraph.speaking.monitoring import JsonLines
from policygraph.speaking.sparql.engine import Settings
from policygraph.speaking.sparql.tokens import TokenFile, add_token, remove_token
from policygraph.speaking.web.curate import LOOPBACK, Editing
from policygraph.words import say

EDITING = "curate"
"""What a token has to open, beside everything, to let its holder decide."""

app = typer.Typer()
token_app = typer.Typer(no_args_is_help=True)
app.add_typer(token_app, name="token")


class LogForm(StrEnum):
    """How the service logs."""

    off = "off"
    text = "text"
    json = "json"


@app.command("serve")
def serve_command(
    host: Annotated[str, typer.Option(help="监听地址；缺省只有本机能访问")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="同时最多执行几个长查询", min=1, max=64)] = 4,
    budget: Annotated[float, typer.Option(help="计算多少秒以内算短查询，随时受理", min=0.01, max=10)] = 0.1,
    timeout: Annotated[float, typer.Option(help="一个查询最多几秒", min=0.1, max=600)] = 10.0,
    memory: Annotated[int, typer.Option(help="一个查询最多用多少 MiB 内存", min=64)] = 1024,
    graph: Annotated[list[str] | None, typer.Option(help="另加一个公开的图，写作 IRI=文件，可重复")] = None,
    register: Annotated[list[Path] | None, typer.Option(help="另加一份登记册；不公开的部分要有令牌才看得见")] = None,
    tokens: Annotated[Path | None, typer.Option(help="令牌文件，见 policygraph token add")] = None,
    store: Annotated[str | None, typer.Option(help="改用已有的 SPARQL 引擎（查询地址）")] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(help="这个地址的反向代理所转告的客户端地址（X-Forwarded-For）可信，可重复；缺省都不信"),
    ] = None,
    public_url: Annotated[
        str | None, typer.Option(help="对外公布的网站根地址，用于目录、订阅和接口说明里的绝对地址；缺省为监听地址")
    ] = None,
    edit: Annotated[
        bool, typer.Option("--edit", help="可以在 /curate 核定工作区的文件：只在本机；从别处打开的要有令牌（--tokens）")
    ] = False,
    log: Annotated[LogForm, typer.Option(help="在标准错误上记录访问（只记路径）：text 或 json")] = LogForm.off,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """打开浏览器界面与接口 · serve the explorer, the API and the SPARQL endpoint."""
    editing = open_editing(host, workspace, tokens, bool(trusted_proxy or public_url)) if edit else None
    folder = ensure_dataset(dataset, workspace)
    start_log(log)
    options = Options(
        editing=editing,
        settings=Settings(workers=workers, budget=budget, timeout=timeout, memory=memory << 20),
        graphs=tuple(parse_graph(item) for item in graph or ()),
        registers=tuple(register or ()),
        tokens=tokens,
        store=store,
        watch=True,
        warm=True,
        public_url=read_public_url(public_url) if public_url is not None else None,
    )
    # before the dataset is loaded: who cannot have the address need not wait for it
    with open_listener(host, port) as listener:
        application = create_app(folder, options)
        stderr.print(f"policygraph: {name_address(listener)} （Ctrl+C 停止）")
        if editing is not None:
            stderr.print(f"整理: {name_address(listener)}curate")
        try:
            make_server(application, trusted_proxy or (), log_config=None).run([listener])
        except KeyboardInterrupt:
            raise typer.Exit(0) from None


def open_editing(host: str, workspace: Path | None, tokens: Path | None, is_public: bool) -> Editing:
    """The desk that the page works on. Errors: ``InputError`` where others could write without a token."""
    if tokens is None and (is_public or host not in LOOPBACK):
        raise InputError(
            "--edit", "这个服务从别处也打得开，谁都能改整理稿",
            "只在本机用：--host 127.0.0.1，不加 --public-url、--trusted-proxy；"
            "或发令牌：policygraph token add 法制科 --graph curate，再加 --tokens",
        )  # fmt: skip
    # what cannot be opened is told before the service starts
    find_workspace(workspace)
    return Editing(
        Bench(lambda: find_workspace(workspace)), None if tokens is None else find_holders(TokenFile(tokens))
    )


def find_holders(tokens: TokenFile) -> Callable[[str], str | None]:
    """Who tells the holder of a token that lets decide from everybody else."""

    def find(token: str) -> str | None:
        grant = tokens.find_grant(token)
        return grant.name if grant is not None and grant.permits(EDITING) else None

    return find


def start_log(form: LogForm) -> None:
    """Write what is logged to standard error: faults always, every answer where that is wished."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form is LogForm.json else logging.Formatter("%(asctime)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("policygraph").setLevel(logging.WARNING if form is LogForm.off else logging.INFO)


@app.command("get")
def get_command(
    path: Annotated[str, typer.Argument(help="网址路径，例如 /queries/documents.json")],
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """不开端口，取一个网页或数据 · fetch a page or data without opening a port; exit 1 on an error status."""
    app = create_app(ensure_dataset(dataset, workspace), Options(Settings(workers=1)))
    status, body, answered = asyncio.run(fetch(app, path))
    if answered != path:
        print(say("terminal", "led_to", path=answered), file=sys.stderr)
    sys.stdout.flush()
    sys.stdout.buffer.write(body)
    raise typer.Exit(0 if status < 400 else 1)


@token_app.command("add")
def token_add_command(
    name: Annotated[str, typer.Argument(help="给谁的令牌，例如 法制科")],
    file: Annotated[Path, typer.Option("--tokens", help="令牌文件")] = Path("tokens.json"),
    graph: Annotated[list[str] | None, typer.Option(help="只开放这些图（缺省：全部）")] = None,
) -> None:
    """发一个令牌，只显示这一次 · make a token; it is shown once and kept as a hash."""
    print(add_token(file, name, graph) if graph else add_token(file, name))


@token_app.command("remove")
def token_remove_command(
    name: Annotated[str, typer.Argument(help="收回谁的令牌")],
    file: Annotated[Path, typer.Option("--tokens", help="令牌文件")] = Path("tokens.json"),
) -> None:
    """收回令牌 · take a token back."""
    remove_token(file, name)
