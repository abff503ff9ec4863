"""What the commands share: the dataset they ask, standard error, how rows are printed and days are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from policygraph.errors import DataError
from policygraph.judging.answers import Answer, Gap, warn_of_gaps
from policygraph.keeping.sources import find_root
from policygraph.speaking.cli.console import stderr
from policygraph.text.dates import read_day

if TYPE_CHECKING:
    from policygraph.judging.rules.codes import Codes
    from policygraph.keeping.dataset.manifest import Manifest
    from policygraph.keeping.routing import Routed
    from policygraph.keeping.store import Store
    from policygraph.keeping.workspace import Workspace


class TableFormat(StrEnum):
    """How rows are printed."""

    table = "table"
    csv = "csv"
    json = "json"


def _outrank(context: typer.Context, dataset: Path | None) -> Path | None:
    """A dataset that the environment alone names stands back behind a workspace that is named on the command line."""
    told = [context.get_parameter_source(name) for name in ("dataset", "workspace")]
    is_outranked = [source.name if source else "" for source in told] == ["ENVIRONMENT", "COMMANDLINE"]
    return None if is_outranked else dataset


DatasetOption = Annotated[
    Path | None,
    typer.Option(
        "--dataset",
        help="数据集目录（缺省：build/，没有或过期时自动构建）",
        envvar="POLICYGRAPH_DATASET",
        callback=_outrank,
    ),
]


WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        help="自己的工作区（见 policygraph init）；不给时只有五份样本文件；给了 --dataset 时用那个数据集",
        envvar="POLICYGRAPH_WORKSPACE",
    ),
]


def find_workspace(folder: Path | None) -> Workspace:
    """The workspace that a command is about: the one named, else our own in place."""
    # what knows graphs is loaded when a dataset is wanted: who hands a file to a reader first does not wait for it
    from policygraph.keeping.workspace import open_workspace

    return open_workspace(folder, find_root())


def ensure_dataset(folder: Path | None, workspace: Path | None = None) -> Path:
    """The folder of a current dataset; that of a workspace is built when it is absent or its inputs changed."""
    from policygraph.keeping.dataset.inputs import is_current
    from policygraph.keeping.dataset.manifest import find_manifest, read_manifest

    if folder is not None:
        find_manifest(folder)
        return folder
    home = find_workspace(workspace)
    try:
        manifest = read_manifest(home.dataset)
    except DataError:
        # our own folder, written by another version or spoilt: built anew like one that is out of date
        manifest = None
    if manifest is None or not is_current(home.dataset, manifest, home):
        build_dataset(home)
    return home.dataset


def build_dataset(workspace: Workspace, out: Path | None = None) -> Manifest:
    """Build the dataset of a workspace, in its place or elsewhere, with its steps on standard error."""
    # only who builds needs what reads and validates
    from policygraph.keeping.dataset.building import build

    with stderr.status("构建数据集……") as status:
        return build(out or workspace.dataset, workspace, progress=lambda step: status.update(f"构建数据集：{step}"))


def load_store(folder: Path | None, workspace: Path | None = None) -> Store:
    """The store of a current dataset."""
    # who builds opens none
    from policygraph.keeping.dataset.opening import open_dataset

    return open_dataset(ensure_dataset(folder, workspace))


def load_codes(folder: Path | None, workspace: Path | None = None) -> Codes:
    """The closed codes and the bodies of a current dataset, of which nothing else is loaded."""
    from policygraph.keeping.assessments import holds_codes, open_codes
    from policygraph.keeping.dataset.opening import open_graphs

    return open_codes(open_graphs(ensure_dataset(folder, workspace), holds_codes))


def print_rows(
    table: Answer,
    format: TableFormat,
    *,
    foreign: bool = False,
    routed: Routed | None = None,
    headings: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> None:
    """Print an answer in the format asked for; ``foreign``: its texts come from a register and are guarded in CSV.

    ``routed`` is how a question in a person's words was understood; JSON has room for it.
    ``headings`` are the words for the columns of a table, ``names`` the labels of the things in it.
    """
    from policygraph.speaking.exports import guard_answer, render_csv, render_json, render_table

    if format is TableFormat.json:
        print(render_json(table, routed))
    elif format is TableFormat.csv:
        print(render_csv(guard_answer(table) if foreign else table), end="")
        warn(table.coverage)
    else:
        print(render_table(table, headings=headings, names=names), end="")


def warn(gaps: tuple[Gap, ...]) -> None:
    """Say on standard error what nobody has looked at, where the output itself has no place for it."""
    if gaps:
        stderr.print(warn_of_gaps(gaps), style="yellow", markup=False, soft_wrap=True)


def parse_day(written: str) -> date:
    """An ISO date. Errors: ``InputError`` with the form expected."""
    return read_day(written, "--as-of")
