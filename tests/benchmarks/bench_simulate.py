"""Twenty variants on one prepared register against one screening of it: ``python tests/benchmarks/bench_simulate.py``.

Prints the seconds of both and their ratio. The register is invented; its size is the first argument (100,000).
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from policygraph.judging.decisions.across import partners
from policygraph.judging.rules.variants import make_variant
from policygraph.keeping.assessments import open_desk
from policygraph.keeping.batch import prepare_register, screen_register, synthesise_register
from policygraph.keeping.dataset.opening import open_dataset, read_lines
from policygraph.keeping.laboratory import try_variants
from policygraph.keeping.sources import find_root

POLICY, DAY = "jiamusi-2020-6", date(2026, 11, 21)


def main() -> None:
    """Invent, prepare, screen once, try twenty variants, and print what each took."""
    enterprises = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    store = open_dataset(find_root() / "build")
    desk = open_desk(store, DAY)
    policy = desk.policies[POLICY]
    shapes, lines = read_lines(store, POLICY)
    made = [
        make_variant(shapes, lines, f"months-{months}", {"condition/4.window": str(months)}, codes=desk.codes)
        for months in range(3, 66, 3)
        if months != 36
    ]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        known = tuple(sorted(desk.conditions()))
        synthesise_register(place / "raw", enterprises=enterprises, seed=1, as_of=DAY, conditions=known)
        prepare_register(place / "raw", place / "register", conditions=desk.conditions(), codes=desk.codes)
        invariants = {one.iri: one.shape for one in desk.invariants}
        beside = partners(policy, desk.policies.values())
        started = time.perf_counter()
        screen_register(place / "register", [policy], DAY, place / "one.parquet", invariants=invariants, beside=beside)
        one = time.perf_counter() - started
        (place / "work").mkdir()
        started = time.perf_counter()
        try_variants(place / "register", desk, made, DAY, place / "work")
        several = time.perf_counter() - started
    ratio = several / one
    print(f"{enterprises}: one screening {one:.1f} s, {len(made)} variants {several:.1f} s, ratio {ratio:.1f}")


if __name__ == "__main__":
    main()
