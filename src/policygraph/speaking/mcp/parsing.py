"""Parse a text that somebody sent in a process of its own, bounded in time and memory, and killed when it passes them.

A text comes from a model, which has it from anywhere, and no text may hold up the questions of others or take the
memory of the server. The process is started anew for each text and dies with it. It is not ``reading.intake.worker``,
which opens files and knows nothing of law; this one has the words of the reader, and so takes a second to start.

Memory and processor time are bounded by the system, by way of ``resource``, which Windows has not: there no text is
read here, because one bound (the time until it is killed) is not three.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass

from policygraph.errors import InputError, LimitError, UnavailableError
from policygraph.speaking.mcp.pages import Json


@dataclass(frozen=True, slots=True)
class Bounds:
    """What parsing one text may cost: MiB of address space, seconds of processor time, seconds until it is killed."""

    memory: int = 2048
    processor: int = 30
    patience: float = 90


BOUNDS = Bounds()


def parse_apart(text: str, bounds: Bounds = BOUNDS) -> Json:
    """What is read in a text, in the one JSON shape of a parsed document.

    Errors: ``LimitError`` when time or memory ran out, ``InputError`` for a text that the reader broke on,
    ``UnavailableError`` on a system that bounds no process.
    """
    if importlib.util.find_spec("resource") is None:
        raise UnavailableError("text", "这个系统不能限制一个进程的内存和时间", _ELSEWHERE)
    command = [sys.executable, "-m", __name__, str(bounds.memory), str(bounds.processor)]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=bounds.patience, check=False)
    except subprocess.TimeoutExpired as error:
        raise LimitError("text", f"读了 {bounds.patience:g} 秒还没有读完，已停止", _REMEDY) from error
    if done.returncode < 0 or b"MemoryError" in done.stderr[-_TAIL:]:
        raise LimitError("text", "用尽了一份文件可用的时间或内存，已停止", _REMEDY)
    if done.returncode:
        raise InputError("text", "读不下去", "请把原文件交给 policygraph parse，并报告这个错误")
    read: Json = json.loads(done.stdout)
    return read


_REMEDY = "请分段送来，或用 policygraph parse 读文件"
_ELSEWHERE = "请把文件交给 policygraph parse，或在 Linux、macOS 上运行 policygraph mcp"
_TAIL = 2000


def main() -> None:
    """Read standard input within the bounds of the arguments and write JSON to standard output."""
    # only here: whoever imports the tools on a system without it is told when a text is to be read
    import resource

    memory, processor = (int(argument) for argument in sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_AS, (memory << 20, memory << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
    # after the bounds: what reads is loaded within them
    from policygraph.keeping.dataset.knowledge import load_knowledge
    from policygraph.keeping.sources import decode_source
    from policygraph.reading.texts import read_text, serialise_reading

    source = decode_source(sys.stdin.buffer.read(), "text")
    read = serialise_reading(read_text(source.text, load_knowledge(), sha256=source.sha256, charset=source.charset))
    sys.stdout.buffer.write(json.dumps({"sha256": source.sha256, **read}, ensure_ascii=False).encode())


if __name__ == "__main__":
    main()
