"""``policygraph publish``: the explorer as a folder of files, for any web server or none."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from policygraph.clock import today
from policygraph.speaking.addresses import read_public_url
from policygraph.speaking.cli.console import stderr
from policygraph.speaking.cli.terminal import DatasetOption, WorkspaceOption, ensure_dataset, parse_day
from policygraph.speaking.publishing.addresses import INDEX
from policygraph.speaking.publishing.crawling import publish
from policygraph.speaking.publishing.placing import check_place
from policygraph.words import say

app = typer.Typer()


@app.command("publish")
def publish_command(
    outdir: Annotated[Path, typer.Argument(help="写到哪个文件夹：空的、不存在的，或上次 publish 写的")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="网站回答哪一天；缺省为今天")] = None,
    url: Annotated[
        str | None, typer.Option("--url", help="将来的网站根地址，用于目录和订阅里的绝对地址；缺省用相对地址")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", help="网页用哪种语言（zh、en），可重复；缺省为全部")
    ] = None,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """把浏览器界面写成静态网站，任何网页服务器或直接打开都能看 · write the explorer as a static site."""
    day = parse_day(as_of or today()).isoformat()
    address = read_public_url(url) if url is not None else None
    check_place(outdir)
    folder = ensure_dataset(dataset, workspace)
    began = time.process_time()
    with stderr.status(say("terminal", "publishing")) as status:
        done = publish(
            folder, outdir, day, url=address, languages=language or (),
            progress=lambda told: status.update(f"{say('terminal', 'publishing')} {told}"),
        )  # fmt: skip
    print(outdir / INDEX)
    stderr.print(
        say(
            "terminal", "published", pages=done.pages, files=done.files, size=f"{done.size / 1e6:.1f}",
            seconds=f"{time.process_time() - began:.0f}", day=done.day, dataset=done.dataset[:16],
        ),
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    for missing in done.missing:
        told = say("terminal", "published_missing", address=missing)
        stderr.print(told, style="yellow", markup=False, soft_wrap=True)
    for document, first in done.unissued:
        told = say("terminal", "published_unissued", document=document, first=first, day=done.day)
        stderr.print(told, style="yellow", markup=False, soft_wrap=True)
