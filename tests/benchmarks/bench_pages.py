"""How long the server takes for each kind of page, and how many bytes it sends; run it, it asserts nothing.

    python tests/benchmarks/bench_pages.py [DATASET] [RUNS]

Pages are asked through the whole application in this process, without a network, once it has warmed up as ``serve``
does; the first request of each page is told apart, because answers are kept afterwards. Told is processor time of this
process, because machines are shared.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from starlette.testclient import TestClient

from policygraph.keeping.dataset.building import build
from policygraph.speaking.app import Options, create_app
from policygraph.speaking.sparql.engine import Settings

DAY = "2026-11-22"
PAGES = (
    "/", "/documents", "/doc/jiamusi-2020-5", "/doc/jiangsu-2019-820", "/measures",
    f"/measure/jiamusi-2020-5/para_9?as_of={DAY}", "/legislation", "/law/anquan-shengchan-fa",
    f"/law/anquan-shengchan-fa/art_75?as_of={DAY}", "/departments", "/org/jiamusi/caizhengju", "/mechanisms",
    "/concept/area-procurement", "/search?q=惩戒", "/queries/measures", f"/queries/basis-health?as_of={DAY}",
    f"/search?q=能不能限制政府采购&as_of={DAY}", f"/search?q=黑名单多久移出？&as_of={DAY}", "/search?q=三年内无失信",
    f"/compare?as_of={DAY}", f"/changes?as_of={DAY}", "/review", "/learn", "/ns", "/glossary", "/data", "/check",
    "/sparql?query=SELECT * { ?s ?p ?o } LIMIT 50",
)  # fmt: skip
"""The pages that are asked for; whatever leads on is followed."""
CASES = ("91230803MA9XN00129", "91230803MA9XN0004E")
"""Invented enterprises of the sample register that are decided on the check page: nothing of theirs is ever kept."""


def main() -> None:
    """Print the first time, the median and the 95th percentile in milliseconds, and the size, of each page."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    if len(sys.argv) <= 1:
        build(folder)
    options = Options(Settings(workers=1), warm=True)
    print(f"{'first':>7} {'p50':>7} {'p95':>7} {'kB':>6}  page (ms)")
    with TestClient(create_app(folder, options), headers={"Accept": "text/html"}) as client:
        client.app.state.serving.warmer.join()  # type: ignore[attr-defined]  # starlette types app as a callable
        asked = [(page, partial(client.get, page)) for page in PAGES]
        for code in CASES:
            form = {"do": "sample", "sample": code, "as_of": DAY}
            asked.append((f"POST /check {code}", partial(client.post, "/check", data=form)))
        for page, ask in asked:
            times = []
            for _ in range(runs + 1):
                began = time.process_time()
                answer = ask()
                times.append((time.process_time() - began) * 1000)
                assert answer.status_code == 200, page
            first, *rest = times
            p95 = statistics.quantiles(rest, n=20)[-1]
            print(f"{first:7.1f} {statistics.median(rest):7.1f} {p95:7.1f} {len(answer.content) / 1000:6.1f}  {page}")


if __name__ == "__main__":
    main()
