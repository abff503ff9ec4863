"""Read a file that somebody sent in a process of its own, bounded in memory and time, and killed when it passes them.

One process a file costs a fifth of a second and leaves nothing behind: neither memory that grew nor a reader in an
unknown state. The pool of ``sparql.workers`` is for many short questions to one loaded dataset; its messages and its
holder would buy nothing here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass

from policygraph.errors import InputError, LimitError
from policygraph.reading.intake.workbooks import UPLOAD, Limits, Sheet
from policygraph.reading.intake.worker import read_answer


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may cost."""

    limits: Limits
    memory: int
    """MiB beyond what an empty reader takes."""
    processor: int
    """Seconds of processor time."""
    patience: float
    """Seconds until the process is killed, whatever it did with them."""


FOR_UPLOADS = Bounds(UPLOAD, memory=160, processor=4, patience=20)
FOR_COMMANDS = Bounds(Limits(), memory=4096, processor=600, patience=1800)


def read_apart(place: str, data: bytes, bounds: Bounds = FOR_UPLOADS, *, exported: bool = False) -> tuple[Sheet, ...]:
    """The sheets of a workbook or of a zip of CSV files, as ``reading.read_file`` reads them, in another process.

    ``exported``: a file of another system, as ``reading.read_export`` reads it, old workbooks and any text too.

    Errors: those of ``read_file``; ``LimitError`` when memory or time ran out; ``InputError`` when the reader broke.
    """
    if len(data) > bounds.limits.packed:
        raise LimitError(place, f"文件超过 {bounds.limits.packed:,} 字节", bounds.limits.remedy)
    head = json.dumps({"place": place, "limits": asdict(bounds.limits), "exported": exported}).encode() + b"\n"
    command = [
        sys.executable,
        "-P",
        "-m",
        "policygraph.reading.intake.worker",
        str(bounds.memory),
        str(bounds.processor),
    ]
    try:
        done = subprocess.run(command, input=head + data, capture_output=True, timeout=bounds.patience, check=False)
    except subprocess.TimeoutExpired:
        raise LimitError(place, f"{bounds.patience:g} 秒内没有读完", bounds.limits.remedy) from None
    if done.returncode < 0:
        raise LimitError(place, f"读取时超过了 {bounds.processor} 秒或 {bounds.memory} MiB", bounds.limits.remedy)
    try:
        answer = read_answer(done.stdout)
    except ValueError:
        if b"MemoryError" in done.stderr or b"memory allocation" in done.stderr:
            raise LimitError(place, f"读取需要的内存超过 {bounds.memory} MiB", bounds.limits.remedy) from None
        raise InputError(place, "工作簿无法读取，可能已损坏", "用 Excel 或 WPS 打开后另存为 .xlsx") from None
    refused = answer.get("refused")
    if refused == "memory":
        raise LimitError(place, f"读取需要的内存超过 {bounds.memory} MiB", bounds.limits.remedy)
    if refused is not None:
        kind = LimitError if refused == "limit" else InputError
        raise kind(str(answer["place"]), str(answer["cause"]), str(answer["remedy"]))
    sheets: tuple[Sheet, ...] = answer["sheets"]
    return sheets
