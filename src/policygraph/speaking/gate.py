"""The gate: what is asked of a request before anything else looks at it, and what is told of it afterwards.

Every request passes here first, whichever part of the application it is for: headers that two programs may read in two
ways, addresses with control characters and bodies beyond every limit are refused at once; a body is taken in whole
before anybody begins to work for it, within a deadline, so that a client who sends half of one holds nothing but a
socket. What leaves gets a name (``X-Request-Id``), a line in the log and a mark in the figures. A client that hangs up
is no fault and leaves no traceback; a fault of ours is logged by its place and never by its words, which may hold what
somebody typed.

Plain ASGI, because it stands before every answer and must cost next to nothing. It knows no address, no limit of a
single page (those are smaller and stand there), and keeps nothing of what passes.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policygraph.speaking.api import problem_details

MOST_BYTES = 1_100_000
"""The largest body that any address takes: a file for ``/check`` and the form around it."""
BODY_SECONDS = 20.0
"""How long a client may take to send its body."""
MOST_LOGGED = 200
"""Characters of a path in the log."""

Note = Callable[[Scope, int, float], None]
"""Told of every answer: what was asked, the status, seconds."""

log = logging.getLogger("policygraph.access")

_SINGLE = frozenset({b"authorization", b"content-length", b"content-type", b"host"})
"""Fields that stand once (RFC 9110, 5.3); of two, a proxy may read the first and we the second."""
# matches: /doc/\x00 · /a\n · half a character            does not match: /doc/新政
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# matches: 91230803MA9XN00129                            does not match: jiamusi-2020-5
_CODE = re.compile(r"[0-9A-Za-z]{15,}")


class Gate:
    """An application behind the gate; ``note`` is told of every answer."""

    def __init__(self, app: ASGIApp, note: Note) -> None:
        self.app = app
        self.note = note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: refused here, or handed on with its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        name = f"{random.getrandbits(64):016x}"
        scope["request_id"] = name
        marked = (b"x-request-id", name.encode())
        status = size = 0

        async def answer(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), marked]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            refused = find_fault(scope)
            if refused is None and _has_body(scope):
                taken = await take_body(receive)
                refused, receive = (taken, receive) if isinstance(taken, _Refusal) else (None, taken)
            if refused is None:
                await self.app(scope, receive, answer)
            else:
                await refused.answer(scope, receive, answer)
        except ClientDisconnect:
            status = status or _GONE
        except Exception as error:  # noqa: BLE001 - the boundary of the process: told below, and answered
            log.error("%s: %s", name, place_fault(error), extra={"request": {"id": name, "fault": place_fault(error)}})
            if not status:
                await _FAULT.answer(scope, receive, answer)
        took = time.perf_counter() - began
        self.note(scope, status, took)
        if log.isEnabledFor(logging.INFO):
            log_answer(scope, status, took, size)


_GONE = 499
"""What the log says where the client left before there was an answer; never sent."""


class _Refusal:
    """A refusal of the gate itself, as problem details; the connection is closed where what follows cannot be read."""

    def __init__(self, status: int, cause: str, remedy: str, *, close: bool = False) -> None:
        self.status = status
        self.cause = cause
        self.remedy = remedy
        self.close = close

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = problem_details(self.status, self.cause, self.remedy, _CONTROL.sub("�", scope["path"])[:MOST_LOGGED])
        response.headers["Cache-Control"] = "no-store"
        if self.close:
            response.headers["Connection"] = "close"
        await response(scope, receive, send)


_FAULT = _Refusal(500, "服务内部出错", "请把响应头 X-Request-Id 告诉管理员")
_NOWHERE = _Refusal(404, "没有这个地址", "网址里不能有控制字符；请从首页或列表页进入")
_LARGE = _Refusal(413, f"请求超过 {MOST_BYTES:,} 字节", "更大的登记册请用 policygraph decide 或 screen", close=True)
_LATE = _Refusal(408, f"{BODY_SECONDS:g} 秒内没有收完请求", "请重新发送", close=True)
_LENGTH = _Refusal(400, "Content-Length 不是一个非负整数", "请写出正文的字节数", close=True)
_NO_HOST = _Refusal(400, "没有 Host", "HTTP/1.1 的请求要写明 Host（RFC 9112 3.2）", close=True)
_TWO_LENGTHS = _Refusal(400, "Content-Length 与 Transfer-Encoding 同时出现", "只写其中一个（RFC 9112 6.1）", close=True)


def find_fault(scope: Scope) -> _Refusal | None:
    """Why a request is refused before its body is read; None when it is not.

    >>> scope = {"path": "/", "headers": [(b"host", b"a"), (b"authorization", b"x"), (b"authorization", b"y")]}
    >>> find_fault(scope).cause, find_fault({"path": "/a\\x00", "headers": []}).status
    ('有 2 个 Authorization', 404)
    >>> find_fault({"path": "/", "headers": [(b"host", b"a")]}) is None
    True
    """
    if _CONTROL.search(scope["path"]):
        return _NOWHERE
    names = [name for name, _ in scope["headers"]]
    if b"host" not in names and scope.get("http_version") == "1.1":
        return _NO_HOST
    if len(set(names)) < len(names):
        for name, times in Counter(names).items():
            if times > 1 and name in _SINGLE:
                field = name.decode().title()
                return _Refusal(400, f"有 {times} 个 {field}", f"{field} 只写一次（RFC 9110 5.3）", close=True)
    if b"content-length" in names:
        if b"transfer-encoding" in names:
            return _TWO_LENGTHS
        written = next(value for name, value in scope["headers"] if name == b"content-length")
        if not written.isdigit():
            return _LENGTH
        if len(written) > 18 or int(written) > MOST_BYTES:
            return _LARGE
    return None


def _has_body(scope: Scope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


async def take_body(receive: Receive) -> Receive | _Refusal:
    """A receiver that gives the whole body at once, and then what follows it; or the refusal of a late or large one.

    Errors: ``ClientDisconnect`` when the client is gone before the end.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                body += message.get("body", b"")
                if len(body) > MOST_BYTES:
                    return _LARGE
                more = message.get("more_body", False)
    except TimeoutError:
        return _LATE
    whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def hand_on() -> Message:
        return whole.pop() if whole else await receive()

    return hand_on


def place_fault(error: BaseException) -> str:
    """A fault by its kind and its places in the program, the last five; not its words.

    >>> try: int("张三")
    ... except ValueError as error: place_fault(error)
    'ValueError @ <doctest policygraph.speaking.gate.place_fault[0]>:1'
    """
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    return f"{type(error).__name__} @ " + " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)
    )


def hide_codes(path: str) -> str:
    """A path for the log: control characters escaped, long, and without anything that can be a unit's code.

    >>> hide_codes("/id/entity/91230803MA9XN00129\\n")
    '/id/entity/…\\\\n'
    """
    return _CODE.sub("…", _CONTROL.sub(lambda found: repr(found[0])[1:-1], path[:MOST_LOGGED]))


def log_answer(scope: Scope, status: int, seconds: float, size: int) -> None:
    """One line: by whom it was asked is nobody's business, what was asked may name an enterprise and is left out."""
    path = hide_codes(scope["path"])
    told = {
        "id": scope["request_id"],
        "method": scope["method"],
        "path": path,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "bytes": size,
    }
    log.info("%s %s %d %.0f ms %s", scope["method"], path, status, seconds * 1000, told["id"], extra={"request": told})
