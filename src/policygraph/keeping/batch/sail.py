"""The same steps on Sail, or on any server that speaks Spark Connect: ``pip install policygraph[sail]``, without Java.

Without an address a Sail server is started in this process and ended with it. An address (``sc://host:port``) reaches
a Sail or Spark cluster; it must see the register and the result under the same paths (a shared file system), and
nothing is then renamed or read here but the manifest of the register: the server writes each part where it stays.
The steps are those of DuckDB, translated by sqlglot, so that there is no second text of any of them. What is worth
keeping between steps is written as Parquet, because neither engine keeps a temporary table for us.
A part is a folder: its rows are written by as many workers as there are.
"""

from __future__ import annotations

import importlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from policygraph.errors import NotFoundError, StorageError
from policygraph.judging.rules.facts import TABLE
from policygraph.judging.screening import Screening
from policygraph.keeping.batch.tables import chunk_file, empty_select

SPARK_CONNECT = 15002
"""The port of Spark Connect where an address names none."""
PATIENCE = 5.0
"""Seconds for a server to take a connection."""
_REMEDY = "运行 pip install 'policygraph[sail]'"


def translate(text: str) -> str:
    """A query of DuckDB in the words of Spark.

    >>> translate('''SELECT date_diff('day', "from", DATE '2026-11-21') AS days FROM "persons"''')
    "SELECT DATEDIFF(DAY, `from`, CAST('2026-11-21' AS DATE)) AS days FROM `persons`"
    """
    found: list[str] = _load("sqlglot").transpile(text, read="duckdb", write="spark")
    return found[0]


def _load(name: str) -> Any:  # Any: optional dependencies, of which none is typed
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise NotFoundError("--engine sail", f"没有安装 {error.name or name}", _REMEDY) from error


class SailSession:
    """A connection that screens one chunk after another."""

    def __init__(self, session: Any, scratch: Path) -> None:  # Any: as above
        self.session = session
        self.scratch = scratch
        self.translated: dict[str, str] = {}

    def query(self, text: str, kind: str = "STRING") -> Any:
        """The rows of a query, not yet worked out; a text is translated once for all chunks.

        Spark knows no closed types: what DuckDB calls by the name of such a ``kind`` is text.
        """
        text = text.replace(f" AS {kind})", " AS STRING)")
        if text not in self.translated:
            self.translated[text] = translate(text)
        return self.session.sql(self.translated[text])

    def screen_chunk(self, screening: Screening, register: Path, number: int, target: Path) -> None:
        """Screen one chunk into a folder of Parquet files, sorted by enterprise. Errors: ``StorageError``."""
        try:
            for name in screening.tables:
                file = chunk_file(register, number, name).absolute()  # a server stands elsewhere
                found = (
                    self.session.read.parquet(str(file)) if file.is_file() else self.query(empty_select(TABLE[name]))
                )
                found.createOrReplaceTempView(name)
            for step in screening.steps:
                found = self.query(step.sql, screening.kind)
                if step.kept:
                    kept = str(self.scratch / step.name)
                    found.write.mode("overwrite").parquet(kept)
                    found = self.session.read.parquet(kept)
                found.createOrReplaceTempView(step.name)
            self.query(screening.last, screening.kind).orderBy("uscc").write.mode("overwrite").parquet(str(target))
        except _load("pyspark.errors").PySparkException as error:
            told = str(error).splitlines()[0][:300]
            raise StorageError(
                str(target), f"引擎没有完成第 {number + 1} 块：{told}", "检查服务器、路径和磁盘"
            ) from error


def _reach(address: str) -> None:
    """Raise ``NotFoundError`` where no server listens; the client itself would go on trying for ten minutes."""
    remedy = "写成 sc://主机:端口；检查地址和服务器"
    try:
        place = urlsplit(address)
        target = (place.hostname or "", place.port or SPARK_CONNECT)
    except ValueError as wrong:
        raise NotFoundError("--remote", f"{address} 不是地址：{wrong}", remedy) from None
    try:
        socket.create_connection(target, timeout=PATIENCE).close()
    except OSError as silent:
        raise NotFoundError("--remote", f"{address} 没有应答：{silent}", remedy) from None


@contextmanager
def open_sail(remote: str, scratch: Path) -> Iterator[SailSession]:
    """A session on the server at an address, or on one of our own; closed at the end.

    Errors: ``NotFoundError`` when a package is missing or nobody answers at the address.
    """
    server = None
    # a process without a main file (a notebook's kernel, a test's worker) makes the client look for an installed
    # Spark and end the process when there is none; its own folder stops the search
    os.environ.setdefault("SPARK_HOME", str(Path(_load("pyspark").__file__).parent))
    builder = _load("pyspark.sql").SparkSession.builder
    _load("sqlglot")
    address = remote
    if remote:
        _reach(remote)
    else:
        server = _load("pysail.spark").SparkConnectServer()
        server.start(background=True)
        host, port = server.listening_address
        address = f"sc://{host}:{port}"
    try:
        try:
            session = builder.remote(address).getOrCreate()
            session.conf.set("spark.sql.session.timeZone", "UTC")
        except Exception as error:  # the client has no common class for a server that is not there
            raise NotFoundError("--remote", f"{address} 没有应答：{error}", "检查地址和服务器") from error
        try:
            yield SailSession(session, scratch)
        finally:
            session.stop()
    finally:
        if server is not None:
            server.stop()
