"""The same SQL on Spark, for registers that outgrow one machine: ``pip install policygraph[spark]`` and a Java runtime.

Spark is told to read double-quoted names as SQL does and to use ANSI rules; beyond that nothing differs from DuckDB
but the two words in ``screening.sql``. Each chunk is one job, and its rows are written by the driver's file system
as one Parquet file, so that both engines leave the same parts behind. pyspark is imported only when it is asked for.
"""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from policygraph.errors import NotFoundError
from policygraph.judging.rules.facts import TABLE
from policygraph.judging.screening import Screening
from policygraph.keeping.batch.tables import chunk_file, empty_select

RunChunk = Callable[[Screening, Path, int, Path], None]


@contextmanager
def open_spark(master: str, spill: Path, memory: int) -> Iterator[RunChunk]:
    """A Spark session that screens one chunk after another, stopped at the end.

    Errors: ``NotFoundError`` when pyspark is not installed.
    """
    try:
        builder: Any = importlib.import_module("pyspark.sql").SparkSession.builder  # an optional dependency
    except ImportError as error:
        raise NotFoundError(
            "--engine spark", "没有安装 pyspark", "运行 pip install 'policygraph[spark]'，并安装 Java 17 或更高版本"
        ) from error
    session = (
        builder.master(master)
        .appName("policygraph")
        .config("spark.driver.memory", f"{max(memory, 1024)}m")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.local.dir", str(spill))
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.ansi.doubleQuotedIdentifiers", "true")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.sql.maxPlanStringLength", "1024")
        .config("spark.sql.codegen.wholeStage", "true")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    try:

        def run_chunk(screening: Screening, register: Path, number: int, part: Path) -> None:
            for name in screening.tables:
                file = chunk_file(register, number, name)
                frame = session.read.parquet(str(file)) if file.is_file() else session.sql(empty_select(TABLE[name]))
                frame.createOrReplaceTempView(name)
            folder = part.with_suffix(".spark")
            result = session.sql(screening.sql).orderBy("uscc").coalesce(1)
            result.write.mode("overwrite").option("compression", "zstd").parquet(str(folder))
            (written,) = folder.glob("part-*.parquet")
            written.rename(part)
            shutil.rmtree(folder)

        yield run_chunk
    finally:
        session.stop()
