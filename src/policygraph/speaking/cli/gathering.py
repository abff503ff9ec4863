"""``policygraph init`` and ``add``: a workspace of one's own, and a document taken into it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from policygraph.errors import InputError
from policygraph.graph.knowledge import Region
from policygraph.keeping.additions import Addition, add_document
from policygraph.keeping.workspace import init_workspace
from policygraph.reading.documents import Problem
from policygraph.speaking.cli.console import stderr
from policygraph.speaking.cli.terminal import WorkspaceOption, find_workspace
from policygraph.text.guarding import show_text
from policygraph.words import say

app = typer.Typer()


@app.command("init")
def init_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="工作区放在哪里：还没有的或空的文件夹")],
    base: Annotated[str, typer.Option(help="各项地址的开头，例如 https://data.example.gov.cn/credit/")],
    with_samples: Annotated[
        bool, typer.Option("--with-samples/--without-samples", help="五份样本文件放不放在旁边比较")
    ] = True,
) -> None:
    """新建一个工作区，放自己的文件 · make a workspace for documents of your own."""
    workspace = init_workspace(folder, base, samples=with_samples)
    print(f"已建立工作区 {folder}，基址 {workspace.base}")
    print(f"下一步：policygraph add 文件 --workspace {folder}")


@app.command("add")
def add_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="公文：txt、md、html、json、docx、有文字层的 pdf")],
    identifier: Annotated[
        str | None, typer.Option("--id", help="文件的标识，例如 linhai-2031-9（缺省：从文件名或地区、文号得出）")
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(help="适用地区的代码，例如 331082；还没有的地区写作 331082=临海市（缺省：从印发机关得出）"),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="已有同文号、同标题的一份，文字不同，确是另一个版本，也收")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="地区或标识收错了：同一个文件再收一次，换掉还没有起草、核定的那一份")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """收进一份文件：原件、读出的文字、逐字的出处、来历 · take a document into a workspace."""
    if workspace is None:
        raise InputError(
            "--workspace", "没有说收进哪个工作区", "policygraph init DIR --base …，然后 add FILE --workspace DIR"
        )
    added = add_document(find_workspace(workspace), file, identifier, region, again=again, replace=replace)
    for aside in added.asides:
        words = " ".join(aside.words.split())
        warn(f"{file}: {aside.message}，不在正文里{f'：{words[:60]}' if words else ''}")
    for told in tell_problems(added.problems, added.reading.source, str(file)):
        warn(told)
    _tell_missing(added)
    document = added.reading.document
    print(f"已收进 {added.folder}")
    print(f"标识　　{added.identifier}")
    for name, value in (("标题", document.title), ("文号", document.number_as_written), ("日期", document.date)):
        print(f"{name}　　{show_text(value) if value else '（原文没有）'}")
    print(f"地区　　{_name_region(added.region) if added.region else '（没有认出）'}")
    measures, citations = added.reading.measures.measures, added.reading.citations
    print(f"条款 {len(document.clauses)}，措施 {len(measures)}，引用 {len(citations)}")
    print(f"下一步：policygraph draft {added.identifier} --workspace {workspace}（起草），")
    print(f"　　　　policygraph serve --edit --workspace {workspace}（在 /curate 核定），或先看看：")
    print(f"　　　　policygraph ask measures --document {added.identifier} --workspace {workspace}")


def tell_problems(problems: Iterable[Problem], source: str, file: str) -> Iterator[str]:
    """What is doubtful in a text, each kind once: the first of it in full, of the others where they stand.

    A few of one kind are told one by one: nobody has to look for them.
    """
    kinds: dict[str, dict[str, list[Problem]]] = {}
    for one in problems:
        kinds.setdefault(one.code, {}).setdefault(one.message, []).append(one)
    for messages in kinds.values():
        told = [f"{message}{f'（{len(same)} 处）' if len(same) > 1 else ''}" for message, same in messages.items()]
        if len(told) <= _FEW:
            yield from (f"{file}: {one}" for one in told)
            continue
        places = [_words_at(source, same[0]) for same in list(messages.values())[1:]]
        yield say("terminal", "alike", file=file, first=told[0], n=len(places), places="、".join(places))


def _words_at(source: str, problem: Problem) -> str:
    """The first words that a problem is about: those it quotes, else those at its place or right behind it."""
    quoted = _QUOTED.search(problem.message)
    behind = source[problem.start : max(problem.end, problem.start + _SHOWN)]
    words = " ".join((quoted["words"] if quoted else behind).split())
    return f"“{words[:_SHOWN]}{'…' if len(words) > _SHOWN else ''}”"


# “优先安排资金” · “第三条”;  not: 优先安排资金
_QUOTED = re.compile(r"“(?P<words>[^”]+)”")
_FEW = 2
"""How many of one kind are told in full."""
_SHOWN = 12


def _name_region(region: Region) -> str:
    """A region by its longest name, with its code behind.

    >>> _name_region(Region("331082", ("临海", "临海市"), "https://a.example/", whole=False))
    '临海市（331082）'
    """
    return f"{max(region.names, key=len)}（{region.code}）" if region.names else region.code


def _tell_missing(added: Addition) -> None:
    """What a person should look at, because it makes answers poorer."""
    if not any(clause.label for clause in added.reading.document.clauses):
        warn("没有找到条款编号，只能按自然段列出；请确认这是公文正文")
    if added.region is None:
        warn(
            "没有认出适用地区，市财政局一类的简称认不到具体机构；"
            "再 add 一次，加 --replace --region 代码=名称，例如 --replace --region 331082=临海市"
        )


def warn(message: str) -> None:
    """A line on standard error that does not stop the work."""
    stderr.print(message, style="yellow", markup=False, soft_wrap=True)
