"""``policygraph register``: which commands on registers there are; only the module of the one that runs is loaded.

An import hands a workbook to a process that reads it before anything else is done, so it must not wait for engines
that only a screening needs.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup
from typer.main import get_group

from policygraph.speaking.cli.coercing import read_late

if TYPE_CHECKING:
    # typer's own copy of click has no public name
    from typer._click import Command, Context

HOMES: Mapping[str, str] = {
    "import": "importing",
    "profiles": "importing",
    "to-parquet": "screening",
    "tables": "screening",
    "synthesise": "screening",
}
"""The module beside this one that has each command."""


class Registers(TyperGroup):
    """The commands on registers by name."""

    def list_commands(self, ctx: Context) -> list[str]:
        """The names, in the order of the table."""
        return list(HOMES)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """A command from its module; None for a name that no command has."""
        if cmd_name in HOMES and cmd_name not in self.commands:
            module = importlib.import_module(f"policygraph.speaking.cli.{HOMES[cmd_name]}")
            command = self.commands[cmd_name] = get_group(module.register_app).commands[cmd_name]
            read_late(command.get_params(ctx))
        return self.commands.get(cmd_name)


app = typer.Typer()
app.add_typer(typer.Typer(cls=Registers, no_args_is_help=True), name="register")
