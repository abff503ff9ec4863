"""The command line: which commands there are, and how a run of one ends.

Exit codes are part of the contract: 0 yes or done, 1 no, 2 wrong use or bad input, 3 undetermined. Every error is
one message with place, cause and remedy, never a traceback; long work shows its steps on standard error.

A command is imported when it is run, and its one line of help stands here: whoever asks for help, or asks a question,
does not wait for a web server, a validator and a document reader to be loaded.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from policygraph.errors import InputError, PolicygraphError
from policygraph.speaking.cli.coercing import read_late
from policygraph.speaking.cli.console import report
from policygraph.version import __version__

if TYPE_CHECKING:
    # typer's own copy of click has no public name; the types of its groups are all that is needed
    from typer._click import Command, Context


@dataclass(frozen=True, slots=True)
class Entry:
    """A command, or a group of commands: the module beside this one that has it, and its line of help."""

    module: str
    help: str
    examples: tuple[str, ...] = ()
    """Lines that work as they stand, beside the repository or with its dataset; help shows them, a test runs them."""


EXAMPLES = "例 · examples"

COMMANDS: Mapping[str, Entry] = {
    "init": Entry("gathering", "新建一个工作区，放自己的文件 · make a workspace for documents of your own."),
    "add": Entry("gathering", "收进一份文件：原件、读出的文字、逐字的出处、来历 · take a document into a workspace."),
    "build": Entry("building", "读入文件与知识文件，核对每一处引文，写出数据集 · build the dataset."),
    "expand": Entry(
        "building",
        "把条件行展开成判断形状，或核对两者一致（不一致时退出码 1） · expand condition lines into shapes.",
    ),
    "parse": Entry(
        "parsing",
        "解析任何公文，一份或几份 · read official documents into header, clauses, citations and problems.",
        ("policygraph parse data/documents/yiyuan-2021-28/source.txt",),
    ),
    "ask": Entry(
        "asking",
        "问一个现成的问题，参数写作 --名称 值，或者问一句话 · ask a named question, or ask in a sentence.",
        (
            "policygraph ask list",
            "policygraph ask legal-bases --document jiamusi-2020-5 --format csv",
            "policygraph ask 限制发布广告的依据还有效吗",
            'policygraph ask "Which measures have no legal basis?"',
        ),
    ),
    "query": Entry("asking", "运行一个 SPARQL 查询（SELECT、ASK、CONSTRUCT、DESCRIBE）· run a SPARQL query."),
    "validate": Entry(
        "building",
        "用 shapes/profile 校验整个图 · check the graph against the profile shapes; exit 1 on a violation.",
    ),
    "serve": Entry("serving", "打开浏览器界面与接口 · serve the explorer, the API and the SPARQL endpoint."),
    "get": Entry(
        "serving",
        "不开端口，取一个网页或数据 · fetch a page or data without opening a port; exit 1 on an error status.",
        ("policygraph get /queries/documents.csv",),
    ),
    "publish": Entry(
        "publishing",
        "把浏览器界面写成静态网站，任何网页服务器或直接打开都能看 · write the explorer as a static site.",
    ),
    "decide": Entry(
        "deciding",
        "逐条件判断并说明理由 · decide condition by condition, with clause, evidence and what is missing.",
        (
            "policygraph decide data/registers/sample --policy jiamusi-2020-5 --as-of 2026-11-22"
            " --entity 91230803MA9XN00129",
        ),
    ),
    "compare": Entry(
        "comparing", "各地并排比较，每格是原文 · compare places side by side, each cell in the words of its document."
    ),
    "health": Entry(
        "law", "依据时效性核查，并与已导入的法规文本核对引文 · basis health with quote check, then and now."
    ),
    "review": Entry(
        "law",
        "审查文件：引用、日期、落款、依据等问题，各在哪一条、怎么办 · review; exit 1 when something is wrong.",
    ),
    "verify": Entry(
        "law",
        "离线核对一份回答（退出码：0 成立，1 不成立，2 不是带依据的回答，3 不能全部核对） · verify an answer.",
    ),
    "screen": Entry(
        "screening", "筛查整个登记册，结论与逐一判断相同 · screen a whole register, with the answers of decide."
    ),
    "screen-diff": Entry(
        "screening",
        "比较两次筛查：谁变了，因为什么 · who changed between two screenings, and because of what.",
    ),
    "simulate": Entry(
        "simulating",
        "试改条件，看谁会因此改变 · what if: change thresholds, windows, lists or readings, and see who changes.",
    ),
    "mcp": Entry(
        "agents",
        "给智能体用的工具：问题、检索、条款、解析、判断、核对（模型上下文协议） · tools for agents over MCP.",
    ),
    "draft": Entry("curating", "起草整理稿；核定以前回答里没有它 · draft a model; nothing counts until accepted."),
    "curate": Entry("curating", "核定、修改、不接受、已看完、撤回 · accept, edit, reject, settle, take back."),
    "todo": Entry("curating", "还要做什么（有则退出码 1） · what is left to curate; exit 1 if anything is."),
    "agreement": Entry("curating", "两人整理同一份文件，一致到什么程度 · how far two curators agree, by kind."),
    "token": Entry("serving", "不公开图的令牌 · tokens for restricted graphs"),
    "legislation": Entry("law", "导入、查看法规文本 · import and list statute texts"),
    "register": Entry("registers", "导入、整理和生成登记册 · import, prepare and invent registers"),
}


class Program(TyperGroup):
    """All commands by name; only the one that runs is loaded."""

    def list_commands(self, ctx: Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """A command with its name and line of help, which is all that a list of commands shows; None for no command."""
        if cmd_name in self.commands or cmd_name not in COMMANDS:
            return self.commands.get(cmd_name)
        return TyperCommand(cmd_name, callback=None, help=COMMANDS[cmd_name].help)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """What stands before the name of the command. Errors: typer's, for an option that the program has not."""
        read_late(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """The command that is run, whole. Errors: typer's, for a name that nothing has."""
        if args and args[0] in COMMANDS:
            command = self.commands[args[0]] = load_command(args[0])
            read_late(command.get_params(ctx))
        return super().resolve_command(ctx, args)


def load_command(name: str) -> Command:
    """The command of a name, from its module. Errors: ``KeyError`` for a name that is not in the table."""
    entry = COMMANDS[name]
    module = importlib.import_module(f"policygraph.speaking.cli.{entry.module}")
    command = get_group(module.app).commands[name]
    command.help = entry.help
    if entry.examples:
        command.epilog = "\n\n".join((f"{EXAMPLES}：", *entry.examples))
    return command


def _print_version(wished: bool) -> None:
    if wished:
        print(f"policygraph {__version__}")
        raise typer.Exit


def tell_version(
    version: Annotated[
        bool, typer.Option("--version", help="版本 · the version", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """从政策文件到站得住的决定 · from a policy document to a defensible decision."""


def program() -> None:
    """Run the command line of ``sys.argv``."""
    application = typer.Typer(
        cls=Program,
        help="从政策文件到站得住的决定 · from a policy document to a defensible decision",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        # each option has an environment variable: POLICYGRAPH_SERVE_PORT is serve --port
        context_settings={"auto_envvar_prefix": "POLICYGRAPH"},
    )
    application.callback()(tell_version)
    application(standalone_mode=True)


_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def main() -> None:
    """Run the command line; a known error becomes one message on standard error and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    # modules are no rubbish: looking for some after every 700 objects took a tenth of the time of starting
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        program()
    except PolicygraphError as error:
        report(error)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        # what the floors below did not foresee of disks and permissions, told without a traceback
        place = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
        cause = f"不能读写（{error.strerror or type(error).__name__}）"
        known = InputError(place, cause, "请检查路径、权限和磁盘空间")
        report(known)
        sys.exit(2)
