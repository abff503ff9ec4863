"""How much processor time and memory a build of the five documents needs; run it, it asserts nothing.

    python tests/benchmarks/bench_build.py [RUNS]

Each run is a process of its own (imports included) into a fresh folder, as a person starts it; what counts is user and
system time. The peers in the same run are rdflib imported alone, the five sources read alone and all knowledge files
parsed by rdflib alone: their ratios tell where the time goes, and whether the machine was quiet.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile

STEPS = {
    "policygraph build": (
        "import sys; sys.argv = ['policygraph', 'build', '--out', {out!r}]\n"
        "from policygraph.speaking.cli.program import main; main()"
    ),
    "import rdflib": "import rdflib",
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
    """Print seconds of processor time (median, worst) of each step over some runs, and the peak memory of a build."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    base = 0.0
    for name, program in STEPS.items():
        seconds = []
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as out:
                began = used()
                arguments = [sys.executable, "-c", program.format(out=out)]
                subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                seconds.append(used() - began)
        median = statistics.median(seconds)
        base = base or median
        print(f"{name:34} median {median:5.2f} s  worst {max(seconds):5.2f} s  ratio {median / base:4.2f}")
        if name == "policygraph build":
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"{'peak memory of a build':34} {peak:.0f} MiB")


def used() -> float:
    """The processor time of all finished runs so far, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
