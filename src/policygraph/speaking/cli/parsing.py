"""``policygraph parse``: any official document into header, clauses, citations, departments, measures and problems."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policygraph.keeping.dataset.knowledge import load_knowledge, serialise_structure
from policygraph.keeping.sources import read_source
from policygraph.reading.documents import outline
from policygraph.reading.texts import read_text, serialise_reading
from policygraph.speaking.cli.console import stderr

app = typer.Typer()


class ParseFormat(StrEnum):
    """How a parsed document is printed."""

    outline = "outline"
    json = "json"
    turtle = "turtle"


@app.command("parse")
def parse_command(
    file: Annotated[Path, typer.Argument(help="任何一份公文的纯文本文件（UTF-8 或 GB18030）")],
    format: Annotated[ParseFormat, typer.Option(help="outline 提纲 · json · turtle")] = ParseFormat.outline,
) -> None:
    """解析任何一份公文 · read any official document into header, clauses, citations and problems."""
    source = read_source(file)
    reading = read_text(source.text, load_knowledge(), sha256=source.sha256, charset=source.charset)
    if format is ParseFormat.json:
        print(json.dumps(serialise_reading(reading), ensure_ascii=False, indent=1))
    elif format is ParseFormat.turtle:
        print(serialise_structure(reading), end="")
    else:
        print(outline(reading.document))
    if not any(clause.label for clause in reading.document.clauses):
        stderr.print(f"{file}: 没有找到条款编号，只能按自然段列出；请确认这是公文正文", style="yellow", soft_wrap=True)
