"""What a person typed, as values of parameters: by typer's rules, without what words, paths and choices do not need.

typer builds a validator of pydantic for each parameter of the command that runs, those that nobody gave included, and
loading pydantic takes a sixth of the time in which a question is asked and answered. What was not given needs no
validator; words and choices already are what they should be; for paths, one or many, typer has a plain function. All
else (numbers with bounds, other lists, a wrong choice and its error) is left to typer's validator, made when needed.

It reaches into modules of typer that have no public name, so ``constraints.txt`` holds the version that was tried.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer._coercion import RuntimeParam, TypeDescriptor, build_runtime_param
from typer._param_types import coerce_cli_path
from typer.core import _TyperParameter

if TYPE_CHECKING:
    from typer._click import Context


@dataclass(frozen=True)
class LateParam(RuntimeParam):
    """How a parameter is read once it has a value; Any is what typer hands over and takes back."""

    descriptor: TypeDescriptor

    def _coerce_value(self, value: Any, param: _TyperParameter, ctx: Context) -> Any:
        told = self.descriptor
        if told.parameter_info.parser is None:
            if told.annotation is str and isinstance(value, str):
                return value
            if told.annotation is Path and isinstance(value, str | Path):
                return coerce_cli_path(Path(value), told.parameter_info, path_type=Path, param=param, ctx=ctx)
            if told.annotation == list[Path]:
                return [
                    coerce_cli_path(Path(one), told.parameter_info, path_type=Path, param=param, ctx=ctx)
                    for one in value
                ]
            if isinstance(told.annotation, type) and issubclass(told.annotation, Enum):
                chosen = [one for one in told.annotation if value in (one, one.value)]
                if chosen:
                    return chosen[0]
        return build_runtime_param(told)._coerce_value(value, param=param, ctx=ctx)


def read_late(parameters: Iterable[object]) -> None:
    """Let each parameter of a command be read when it has a value, and not before."""
    for parameter in parameters:
        if isinstance(parameter, _TyperParameter):
            told = parameter.type_descriptor
            parameter._runtime_param = LateParam(told.parameter_info, told.annotation, told)
