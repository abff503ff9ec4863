"""``policygraph parse``: any official documents into header, clauses, citations, departments, measures and problems.

Several files in one run are read one after the other with the same knowledge. What is printed for one file is not
changed by that: an outline gets a line with the name of its file above it, an object of JSON stands on a line of its
own and names its file first (JSON Lines: what was read is printed at once, and a file that cannot be read leaves no
broken list behind), and Turtle is one graph with a document ``text-1``, ``text-2`` … for each file.

Offsets count in the input; for Word and PDF, which are no text, in the text that was extracted, given under ``source``
with the place of each stretch in the original and what was set aside.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from policygraph.errors import PolicygraphError
from policygraph.keeping.dataset.knowledge import load_knowledge, serialise_structures
from policygraph.keeping.sources import SourceFile, read_any_source
from policygraph.keeping.workspace import Workspace
from policygraph.reading.documents import outline
from policygraph.reading.texts import Reading, read_text, serialise_reading
from policygraph.speaking.cli.console import report, stderr
from policygraph.speaking.cli.terminal import WorkspaceOption, find_workspace

app = typer.Typer()


class ParseFormat(StrEnum):
    """How a parsed document is printed."""

    outline = "outline"
    json = "json"
    turtle = "turtle"


@app.command("parse")
def parse_command(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="任何公文（txt、md、html、json、docx、有文字层的 pdf）"),
    ],
    format: Annotated[
        ParseFormat,
        typer.Option(help="outline 提纲 · json（几份时每份一行） · turtle（几份合为一个图）"),
    ] = ParseFormat.outline,
    workspace: WorkspaceOption = None,
) -> None:
    """解析任何公文 · read any official documents into header, clauses, citations and problems.

    几份文件依次读；读不了的最后逐一说明，退出码 2 · files that cannot be read are told last, exit 2.
    """
    faults: list[PolicygraphError] = []
    several = len(files) > 1
    home = find_workspace(workspace)
    readings = _read(files, faults, home)
    if format is ParseFormat.turtle:
        kept = list(readings)
        for name, _, reading in kept if several else ():
            print(f"# {reading.identifier}: {json.dumps(name, ensure_ascii=False)}")
        if kept:
            print(serialise_structures((reading for _, _, reading in kept), home), end="")
    for number, (name, source, reading) in enumerate(readings):
        if format is ParseFormat.outline:
            if several:
                print("\n" * (number > 0) + f"==> {name} <==")
            print(outline(reading.document))
        elif several:
            print(json.dumps({"file": name} | serialise_reading(reading) | _origin(source), ensure_ascii=False))
        else:
            print(json.dumps(serialise_reading(reading) | _origin(source), ensure_ascii=False, indent=1))
    for fault in faults:
        report(fault)
    if faults:
        raise typer.Exit(2)


def _origin(source: SourceFile) -> dict[str, Any]:  # Any: a JSON object
    """For a file that is no plain text: the text that all offsets count in, and the way back; nothing for a text."""
    return {"source": {"sha256": source.sha256} | asdict(source.extraction)} if source.extraction else {}


def _read(
    files: list[Path], faults: list[PolicygraphError], workspace: Workspace
) -> Iterator[tuple[str, SourceFile, Reading]]:
    """The name, source and reading of each file that can be read; what is wrong with the others goes to ``faults``."""
    knowledge = None
    for number, file in enumerate(files, start=1):
        try:
            source = read_any_source(file)
        except PolicygraphError as error:
            faults.append(error)
            continue
        knowledge = knowledge or load_knowledge(workspace)
        identifier = f"text-{number}" if len(files) > 1 else "text"
        reading = read_text(
            source.text,
            knowledge,
            identifier=identifier,
            sha256=source.sha256,
            charset=source.charset,
            base=workspace.base,
        )
        # a name that is no text is told with marks in place of what cannot be printed
        name = os.fsencode(file).decode(errors="replace")
        for aside in source.extraction.asides if source.extraction else ():
            words = " ".join(aside.words.split())
            told = f"{name}: {aside.message}，不在正文里{f'：{words[:60]}' if words else ''}"
            stderr.print(told, style="yellow", markup=False, soft_wrap=True)
        yield name, source, reading
        if not any(clause.label for clause in reading.document.clauses):
            told = f"{name}: 没有找到条款编号，只能按自然段列出；请确认这是公文正文"
            stderr.print(told, style="yellow", markup=False, soft_wrap=True)
