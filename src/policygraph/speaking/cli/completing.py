"""What a shell may complete besides commands and options: named questions, their parameters, and the documents.

A shell waits while one types, so a question's file is read for its names alone, and a dataset is opened only for the
values of a document; it is never built for that. What cannot be told is completed with nothing, never with an error.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from typer.core import TyperCommand

from policygraph.errors import PolicygraphError

if TYPE_CHECKING:
    # typer's own copy of click has no public name; the types of its groups are all that is needed
    from typer._click import Context
    from typer._click.shell_completion import CompletionItem


def complete_question(incomplete: str) -> list[tuple[str, str]]:
    """The named questions that begin so, with what they are called."""
    from policygraph.keeping.store import load_queries

    return [(one.name, one.summary_zh) for one in load_queries() if one.name.startswith(incomplete)]


def complete_document(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The documents of the dataset that is asked, by the ids that begin so; none where there is no dataset yet."""
    from policygraph.keeping.dataset.opening import open_dataset
    from policygraph.keeping.sources import find_root
    from policygraph.keeping.workspace import open_workspace

    try:
        named, workspace = context.params.get("dataset"), context.params.get("workspace")
        folder = Path(named) if named else open_workspace(Path(workspace) if workspace else None, find_root()).dataset
        known = open_dataset(folder).list_named("document")
    except PolicygraphError:
        return []
    return [(one.slug, one.label) for one in known if one.slug.startswith(incomplete)]


class AskCommand(TyperCommand):
    """``ask``: a parameter of the named question is completed like an option, and its document by the documents."""

    def shell_complete(self, ctx: Context, incomplete: str) -> list[CompletionItem]:
        """What may follow: options, names and values as typer tells them, and those of the question that is asked."""
        from typer._click.shell_completion import CompletionItem

        from policygraph.keeping.store import load_queries

        told = super().shell_complete(ctx, incomplete)
        query = next((one for one in load_queries() if one.name == ctx.params.get("name")), None)
        if query is None:
            return told
        last = ctx.args[-1].removeprefix("--") if ctx.args and ctx.args[-1].startswith("--") else ""
        taken = next((one for one in query.parameters if one.name == last), None)
        if taken is not None:
            values = complete_document(ctx, incomplete) if taken.type == "document" else []  # type: ignore[arg-type]  # typer.Context is a Context
            return [CompletionItem(value, help=label) for value, label in values]
        if incomplete.startswith("-"):
            told += [
                CompletionItem(f"--{one.name}", help=one.label)
                for one in query.parameters if f"--{one.name}".startswith(incomplete)
            ]  # fmt: skip
        return told
