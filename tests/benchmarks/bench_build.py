"""How long a build of the five documents takes, and how much memory it needs; run it, it asserts nothing.

    python tests/benchmarks/bench_build.py [RUNS]

Each run is a process of its own (imports included), as a person starts it; the peers in the same run are reading the
five sources alone and parsing all knowledge files with rdflib alone, so that the ratios tell where the time goes.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time

STEPS = {
    "policygraph build": (
        "from policygraph.keeping.dataset.building import build; from pathlib import Path; build(Path({out!r}))"
    ),
    "parse the five sources": (
        "from policygraph.reading.documents import parse_document; from policygraph.keeping.sources import find_root\n"
        "from policygraph.keeping.dataset.knowledge import load_words; words = load_words()\n"
        "[parse_document(p.read_text(), words) for p in find_root().glob('data/documents/*/source.txt')]"
    ),
    "rdflib reads all knowledge files": (
        "from rdflib import Graph; from policygraph.keeping.sources import find_root\n"
        "[Graph().parse(p) for top in ('ontology', 'shapes', 'data') for p in (find_root() / top).rglob('*.ttl')]"
    ),
}


def main() -> None:
    """Print seconds (median, worst) of each step over some runs, and the peak memory of a build."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    base = 0.0
    for name, program in STEPS.items():
        seconds = []
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as out:
                began = time.perf_counter()
                subprocess.run([sys.executable, "-c", program.format(out=out)], check=True)
                seconds.append(time.perf_counter() - began)
        median = statistics.median(seconds)
        base = base or median
        print(f"{name:34} median {median:5.2f} s  worst {max(seconds):5.2f} s  ratio {median / base:4.2f}")
        if name == "policygraph build":
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"{'peak memory of a build':34} {peak:.0f} MiB")


if __name__ == "__main__":
    main()
