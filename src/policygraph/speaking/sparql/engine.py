"""What a query request and its answer are, whichever engine evaluates it, and the words of every refusal.

The HTTP layer, the pages and the tests speak to an `Engine`; `workers.PoolEngine` and `remote.RemoteEngine` are the
two there are. An engine never raises for what a query does: it answers with a status, a media type and bytes, so that
a refusal reads the same on every surface. It does not know HTTP beyond the status number.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Settings:
    """The bounds of a query service; each is announced in the refusal that it causes."""

    workers: int = 4  # queries that may run in the long lane at a time
    short: int = max(2, min(8, os.cpu_count() or 2)) + 1  # processes that stand ready in the short lane
    glance: float = 0.01  # seconds of computing after which a query makes room for those that have not begun
    budget: float = 0.1  # seconds of computing after which a query leaves the short lane
    timeout: float = 10.0  # seconds from arrival to answer; the default and the most a caller may ask for
    queue: int = 16  # long queries that may wait, of all clients together
    crowd: int = 1000  # short queries that may wait
    memory: int = 1 << 30  # bytes a query may use on top of the loaded data
    result: int = 48 << 20  # bytes of an answer: the public graphs together are 33 MiB of N-Triples
    query: int = 256 << 10  # bytes of a query text
    load: float = 300.0  # seconds a dataset may take to load
    cache: int = 64 << 20  # bytes of answers that are kept

    @property
    def slots(self) -> int:
        """Long queries of one client that may run at a time: never all places, where there are several."""
        return max(1, self.workers // 2)

    @property
    def places(self) -> int:
        """Long queries of one client that may wait."""
        return max(1, self.queue // 2)

    @property
    def retry(self) -> int:
        """Seconds after which it makes sense to come again."""
        return max(1, round(self.timeout / 2))

    def tell(self) -> dict[str, str]:
        """The same for people, in seconds, MiB and KiB, by the slots of the words for it.

        >>> Settings().tell()["result"]
        '48'
        """
        return {
            "short": f"{self.budget:g}",
            "slots": str(self.slots),
            "places": str(self.places),
            "workers": str(self.workers),
            "queue": str(self.queue),
            "timeout": f"{self.timeout:g}",
            "result": str(self.result >> 20),
            "query": str(self.query >> 10),
        }

    def announce(self) -> dict[str, str]:
        """Every limit that a caller can meet, by name: for the header, the page and the docs; seconds and bytes.

        >>> Settings(workers=4, queue=16).announce()["long-per-client"]
        '2+8'
        """
        return {
            "short": f"{self.budget:g}s",
            "timeout": f"{self.timeout:g}s",
            "long-per-client": f"{self.slots}+{self.places}",
            "long": f"{self.workers}+{self.queue}",
            "memory": str(self.memory),
            "result": str(self.result),
            "query": str(self.query),
        }


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """One query as it came in; ``bindings`` are N-Triples terms by variable name.

    ``default_graphs`` and ``named_graphs`` are the protocol's parameters and override the query's own FROM.
    ``permitted`` None means every graph the engine holds; a tuple restricts the dataset to those graphs. ``client`` is
    whom long queries are counted for: an address, or the name that a token was given to; empty for ourselves.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    accept: str = "*/*"
    timeout: float | None = None
    bindings: Mapping[str, str] | None = None
    base: str | None = None
    permitted: tuple[str, ...] | None = None
    client: str = ""


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A complete answer; ``status`` is an HTTP status and errors are plain text in Chinese and English."""

    status: int
    media_type: str
    body: bytes
    retry_after: int | None = None
    place: tuple[int, int] | None = field(default=None)  # line and column of a syntax error, from 1
    dataset: str | None = None  # the hash of the dataset that gave the answer, where the engine knows it
    version: str | None = None  # what the answer follows from beside the query, where the engine knows it
    code: str | None = None  # the refusal by name; None for an answer
    english: str = ""  # what a refusal says, in English alone


class Engine(Protocol):
    """Whatever can answer a query request within its own limits."""

    @property
    def settings(self) -> Settings: ...

    @property
    def graphs(self) -> tuple[str, ...]:
        """The named graphs it answers from, sorted."""
        ...

    @property
    def version(self) -> str | None:
        """What its answers follow from beside the query, so that they may be kept; None when it cannot tell."""
        ...

    def run(self, request: QueryRequest) -> QueryResult:
        """The answer, for a thread that may wait."""
        ...

    async def answer(self, request: QueryRequest) -> QueryResult:
        """The same for the event loop; cancelling it stops the query."""
        ...

    def close(self) -> None: ...


async def answer_in_thread(engine: Engine, request: QueryRequest) -> QueryResult:
    """``answer`` for an engine that can only ``run``."""
    return await asyncio.to_thread(engine.run, request)


# code: (HTTP status, Chinese, English); the two sentences stand on two lines of the answer
_REFUSALS: dict[str, tuple[int, str, str]] = {
    "missing-query": (400, "缺少 query 参数。", "The query parameter is missing."),
    "many-queries": (400, "一次请求只能有一个 query。", "Send exactly one query per request."),
    "syntax": (400, "第 {line} 行第 {column} 列：{detail}", "Line {line}, column {column}: {english}"),
    "invalid": (400, "查询不能执行：{detail}", "The query cannot be evaluated: {detail}"),
    "bad-encoding": (400, "请求不是 UTF-8 文本。", "The request is not UTF-8 text."),
    "bad-timeout": (400, "timeout 应为大于 0 的秒数。", "timeout must be a number of seconds above 0."),
    "bad-graph": (400, "图名不是绝对 IRI：{detail}", "A graph name is not an absolute IRI: {detail}"),
    "too-deep": (
        400,
        "查询嵌套过深或过于复杂，已停止解析。请拆分查询。",
        "The query nests too deeply or is too complex to parse. Split it up.",
    ),
    "bad-token": (401, "令牌无效。", "The token is not valid."),
    "update": (
        403,
        "本服务只读，不接受 SPARQL Update（{detail}）。数据随数据集重建而更新。",
        "This service is read-only and takes no SPARQL Update ({detail}). Data change when the dataset is rebuilt.",
    ),
    "service": (
        403,
        "第 {line} 行第 {column} 列：不允许 SERVICE，本服务不访问其他服务器。"
        "请下载数据（/dumps/latest/）后在本地联合查询。",
        "Line {line}, column {column}: SERVICE is refused, this service calls no other server."
        " Federate on your side with the dumps (/dumps/latest/).",
    ),
    "post-only": (
        405,
        "带令牌的查询只接受 POST，以免查询内容留在网址和日志中。",
        "A query with a token must be sent by POST, so that it stays out of addresses and logs.",
    ),
    "method": (405, "只接受 GET、HEAD、POST 和 OPTIONS。", "Only GET, HEAD, POST and OPTIONS are served here."),
    "not-acceptable": (406, "不能按 Accept 提供结果，可选：{detail}", "Nothing acceptable; available: {detail}"),
    "not-xml": (
        406,
        "结果含有 XML 不能表示的内容（{detail}），请改用 JSON 或 Turtle。",
        "The result holds what XML cannot express ({detail}); ask for JSON or Turtle.",
    ),
    "slow-request": (408, "请求正文发送过慢。", "The request body arrived too slowly."),
    "too-long": (
        413,
        "查询超过 {limit} 字节。请缩短查询，或下载 /dumps/latest/ 在本地查询。",
        "The query is longer than {limit} bytes. Shorten it, or query the dumps (/dumps/latest/) locally.",
    ),
    "too-large": (
        413,
        "结果超过 {limit} 字节，未返回任何部分。请加 LIMIT 分页，或下载 /dumps/latest/ 的全部数据。",
        "The result is larger than {limit} bytes and nothing of it is sent."
        " Add LIMIT, or take the dumps at /dumps/latest/.",
    ),
    "media-type": (
        415,
        "POST 的 Content-Type 应为 application/sparql-query 或 application/x-www-form-urlencoded，字符集 UTF-8。",
        "POST takes Content-Type application/sparql-query or application/x-www-form-urlencoded, in UTF-8.",
    ),
    "unknown-function": (
        400,
        "没有这个函数：{detail}。请改用 SPARQL 1.1 的函数。",
        "There is no function {detail}. Use those of SPARQL 1.1.",
    ),
    "deadline": (
        503,
        "查询超过 {limit:g} 秒，已中止。请缩小范围或加 LIMIT。",
        "The query ran longer than {limit:g} seconds and was stopped. Narrow it down or add LIMIT.",
    ),
    "waited": (
        503,
        "查询在 {limit:g} 秒内没有轮到，没有执行。请 {detail} 秒后再试。",
        "The query was not run: its turn did not come within {limit:g} seconds. Try again in {detail} seconds.",
    ),
    "memory": (
        503,
        "查询占用内存超过限制（{limit} 字节），已中止。请缩小范围或加 LIMIT。",
        "The query needed more memory than allowed ({limit} bytes) and was stopped. Narrow it down or add LIMIT.",
    ),
    "killed": (
        503,
        "执行查询的进程被系统或管理员终止，不是因为本服务的限制。请 {detail} 秒后再试。",
        "The process that ran the query was killed from outside, for no limit of this service."
        " Try again in {detail} seconds.",
    ),
    "client-full": (
        503,
        "你的长查询已满：每个客户端同时最多执行 {limit:g} 个，另有同样有限的等待位置。短查询不受影响。"
        "请 {detail} 秒后再试，或缩小范围。",
        "Your places for long queries are taken: a client may run {limit:g} at a time, and few more may wait."
        " Short queries are not affected. Try again in {detail} seconds, or narrow the query down.",
    ),
    "busy": (
        503,
        "长查询的等待位置（共 {limit:g} 个）已满，短查询不受影响。请 {detail} 秒后再试。",
        "All {limit:g} waiting places for long queries are taken; short queries are not affected."
        " Try again in {detail} seconds.",
    ),
    "crowded": (
        503,
        "等待的查询已有 {limit:g} 个，其中你的最多。请 {detail} 秒后再试。",
        "{limit:g} queries are waiting, most of them yours. Try again in {detail} seconds.",
    ),
    "restarting": (
        503,
        "数据集正在重新载入。请 {detail} 秒后再试。",
        "The dataset is being loaded again. Try again in {detail} seconds.",
    ),
    "closed": (503, "查询服务正在停止或重启。", "The query service is stopping or restarting."),
    "failed": (503, "查询执行失败：{detail}", "The query failed: {detail}"),
    "upstream": (
        503,
        "后端 SPARQL 服务没有给出可用的回答：{detail}",
        "The SPARQL store behind gave no usable answer: {detail}",
    ),
}


def refuse(
    code: str, detail: str = "", *, english: str = "", line: int = 1, column: int = 1, limit: float = 0,
    retry_after: int | None = None,
) -> QueryResult:  # fmt: skip
    """The answer that says no, why, and what to do, in Chinese and English; ``english`` is a detail that is words.

    >>> answer = refuse("too-large", limit=1000)
    >>> answer.status
    413
    >>> print(answer.body.decode().splitlines()[0])
    结果超过 1000 字节，未返回任何部分。请加 LIMIT 分页，或下载 /dumps/latest/ 的全部数据。
    """
    status, *sentences = _REFUSALS[code]
    values = {"detail": detail, "english": english or detail, "line": line, "column": column, "limit": limit}
    said = [f"{sentence.format_map(values)}\n" for sentence in sentences]
    text = "".join(said)
    place = (line, column) if code in {"syntax", "service"} else None
    if status == 503 and retry_after is None:
        retry_after = 5
    body = text.encode("utf-8", "replace")
    return QueryResult(status, PLAIN, body, retry_after, place, code=code, english=said[-1])
