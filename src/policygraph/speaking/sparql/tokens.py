"""Who may see restricted graphs: tokens that are handed out once and kept only as hashes.

A token is 256 random bits, so a salted SHA-256 is enough: there is no password to guess, and a slow hash would let
strangers burn the processor by sending wrong tokens. The file is read again when it changes, so that a token can be
given or withdrawn while the service runs. Without a token restricted graphs do not exist; this module says only who is
who, `protocol` chooses the engine.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from policygraph.errors import InputError
from policygraph.keeping.writing import explain_fault

EVERY_GRAPH = "*"


@dataclass(frozen=True, slots=True)
class Grant:
    """One token's holder and the restricted graphs it opens; ``("*",)`` opens all of them."""

    name: str
    graphs: tuple[str, ...]
    salt: str
    digest: str

    def permits(self, graph: str) -> bool:
        """Whether this grant opens a restricted graph.

        >>> Grant("科室", ("https://w3id.org/policygraph/graph/register/sample",), "", "").permits("urn:other")
        False
        """
        return EVERY_GRAPH in self.graphs or graph in self.graphs


class TokenFile:
    """The tokens of a service, as hashes in a file; a file that does not exist holds none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._grants: tuple[Grant, ...] = ()

    def find_grant(self, token: str) -> Grant | None:
        """The grant of a token; None when there is none. Every stored hash is compared, in constant time."""
        found: Grant | None = None
        for grant in self._load():
            if hmac.compare_digest(_hash_token(grant.salt, token), grant.digest):
                found = grant
        return found

    def names(self) -> tuple[str, ...]:
        """Whom tokens have been given to, sorted."""
        return tuple(sorted(grant.name for grant in self._load()))

    def _load(self) -> tuple[Grant, ...]:
        with self._lock:
            try:
                status = self.path.stat()
            except FileNotFoundError:
                self._stamp, self._grants = None, ()
                return ()
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp != self._stamp:
                self._grants = _read_grants(self.path)
                self._stamp = stamp
            return self._grants


def add_token(path: Path, name: str, graphs: Iterable[str] = (EVERY_GRAPH,)) -> str:
    """Give a new token to somebody; the text that comes back is shown once and stored nowhere.

    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name) / "tokens.json"
    >>> token = add_token(file, "法制科")
    >>> TokenFile(file).find_grant(token).name
    '法制科'
    >>> TokenFile(file).find_grant("guess") is None, token in file.read_text()
    (True, False)
    >>> add_token(file, "法制科")
    Traceback (most recent call last):
    ...
    policygraph.errors.InputError: 令牌 法制科: 已经存在。先撤销，或换一个名称
    >>> folder.cleanup()
    """
    grants = _read_grants(path) if path.exists() else ()
    if any(grant.name == name for grant in grants):
        raise InputError(f"令牌 {name}", "已经存在", "先撤销，或换一个名称")
    token = "pg_" + secrets.token_urlsafe(32)
    salt = secrets.token_hex(16)
    _write_grants(path, (*grants, Grant(name, tuple(graphs), salt, _hash_token(salt, token))))
    return token


def remove_token(path: Path, name: str) -> None:
    """Withdraw a token; the running service notices at the next request."""
    grants = _read_grants(path) if path.exists() else ()
    kept = tuple(grant for grant in grants if grant.name != name)
    if len(kept) == len(grants):
        raise InputError(f"令牌 {name}", "没有这个名称", f"现有: {'、'.join(g.name for g in grants) or '无'}")
    _write_grants(path, kept)


def _hash_token(salt: str, token: str) -> str:
    return hashlib.sha256(f"{salt}:{token}".encode("utf-8", "replace")).hexdigest()


def _read_grants(path: Path) -> tuple[Grant, ...]:
    try:
        entries = json.loads(path.read_text("utf-8"))["tokens"]
        return tuple(Grant(e["name"], tuple(e["graphs"]), e["salt"], e["sha256"]) for e in entries)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(str(path), f"令牌文件不能读取: {error}", "用 policygraph token add 重新生成") from error


def _write_grants(path: Path, grants: tuple[Grant, ...]) -> None:
    """Replace the file in one step, readable by its owner only."""
    entries = [{"name": g.name, "graphs": list(g.graphs), "salt": g.salt, "sha256": g.digest} for g in grants]
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"tokens": entries}, file, ensure_ascii=False, indent=1)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise explain_fault(path, error) from error
