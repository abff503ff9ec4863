"""How long a search takes when there are a hundred times as many documents: rows of 500 documents, p50 and p95.

    python tests/benchmarks/bench_search.py [DATASET] [DOCUMENTS]

The clauses and measures of the dataset are copied under other names, with letters of each text moved, until there are
so many documents; the laws, departments and mechanisms stay. Each search is made anew (nothing kept), for 20 hits, as
the page and the suggestions make it. Told is processor time, because machines are shared.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

from policygraph.keeping.search import Entry, SearchIndex, open_finder
from policygraph.keeping.search.finder import Finder
from policygraph.keeping.store import open_store

QUERIES = (
    "安全生产法第75条", "安法78", "国发2014-20", "〔2014〕20号", "5号 二（九）", "佳木斯 二（九）",
    "财政局", "财政局 政府采购", "联合惩戒 财政局", "限制政府采购", "能不能限制政府采购", "安监局",
    "工商局", "信用修复", "黑名单", "惩", "红名", "法",
    "3年", "二十", "企业", "失信 惩戒", "安全升产法", "限制政府采构",
    "天气预报", "procurement", "restrict government procurement",
    "work safety law article 75", "佳木斯市应急管理局", "招投标法",
    "三年内无失信", "什么情况下企业会被列入黑名单", "严重失信主体重点监管",
)  # fmt: skip


def multiply(entries: tuple[Entry, ...], documents: int) -> list[Entry]:
    """The entries with their documents copied so often; the letters of a copy are moved, so that words differ."""
    draw = random.Random(20261126)
    own = [entry for entry in entries if entry.document]
    held = len({entry.document for entry in own})
    many = list(entries)
    for number in range(1, max(1, documents // held)):
        for entry in own:
            cut = draw.randrange(len(entry.text) + 1)
            many.append(
                replace(
                    entry,
                    iri=entry.iri.replace("/id/", f"/id/copy-{number}-", 1),
                    document=f"{entry.document}-{number}",
                    text=entry.text[cut:] + entry.text[:cut],
                    tags=frozenset(f"{tag}-{number}" if tag == entry.document else tag for tag in entry.tags),
                )
            )
    return many


def main(dataset: Path, documents: int) -> None:
    finder = open_finder(open_store([dataset / "policygraph.nq"]).select)
    entries = multiply(finder.index.entries, documents)
    start = time.process_time()
    large = Finder(SearchIndex(entries), finder.lexicon, finder.english, {}, {})
    print(f"{documents} documents, {len(entries)} entries, indexed in {time.process_time() - start:.1f} s")
    times = []
    for query in QUERIES:
        runs = []
        for _ in range(3):
            large.forget()
            start = time.process_time()
            found = large.find(query, limit=20)
            runs.append((time.process_time() - start) * 1000)
        times.append(min(runs))
        print(f"{min(runs):8.1f} ms  {found.result.total:6}  {query}")
    print(f"p50 {statistics.median(times):.1f} ms, p95 {statistics.quantiles(times, n=20)[-1]:.1f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build"), int(sys.argv[2]) if len(sys.argv) > 2 else 500)
