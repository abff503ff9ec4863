"""The receipt of a register on the command line: what became of its rows, on standard error and in a file when asked.

A register that was read without a word looks the same whether ten rows or ten thousand came in. So every command that
reads one says for each table how many rows were seen, kept and refused, and which were refused for what; a register
with errors gets its receipt too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from policygraph.judging.rules.facts import Receipt
from policygraph.keeping.batch import BadRegister
from policygraph.keeping.registers import RegisterError
from policygraph.text.guarding import show_text

ReceiptOption = Annotated[
    Path | None, typer.Option("--receipt", help="把每张表读到、收入、未收的行数另写成 JSON（缺省只在标准错误上说明）")
]


def tell_receipts(receipts: Sequence[Receipt], notes: Sequence[str], out: Path | None = None) -> None:
    """Say on standard error what became of the rows, and write it as JSON to ``out`` when given."""
    for line in (*map(str, receipts), *notes):
        print(show_text(line), file=sys.stderr)
    if out is not None:
        told = {"tables": [receipt.as_json() for receipt in receipts], "notes": list(notes)}
        out.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@contextmanager
def telling_refusal(out: Path | None = None) -> Iterator[None]:
    """Tell the receipt of a register that is refused, before the error goes on."""
    try:
        yield
    except (RegisterError, BadRegister) as wrong:
        tell_receipts(wrong.receipts, (), out)
        raise
