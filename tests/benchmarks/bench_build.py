"""How much processor time and memory a build of the five documents needs, and the quick commands; asserts nothing.

    python tests/benchmarks/bench_build.py [RUNS]

Each run is a process of its own (imports included), as a person starts it, a build into a fresh folder; what counts is
user and system time. All modules are compiled before: where the environment forbids Python to keep what it compiled
(``PYTHONDONTWRITEBYTECODE``), each start of a changed checkout would compile it again, which is not what a user waits
for. The peers in the same run are rdflib imported alone, the five sources read alone and all knowledge files parsed by
rdflib alone: their ratios tell where the time goes, and whether the machine was quiet.
"""

from __future__ import annotations

import compileall
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import policygraph

COMMAND = (
    "import sys; sys.argv = ['policygraph', *sys.argv[1:]]\nfrom policygraph.speaking.cli.program import main; main()"
)
SOURCES = "data/documents/*/source.txt"
STEPS = {
    "policygraph build": (COMMAND, "build", "--out", "{out}/{run}"),
    "policygraph --help": (COMMAND, "--help"),
    "policygraph ask documents": (COMMAND, "ask", "documents", "--dataset", "{out}/0"),
    "policygraph parse": (COMMAND, "parse", "{root}/data/documents/jiamusi-2020-6/source.txt"),
    "import rdflib": ("import rdflib",),
    "parse the five sources": (
        "from policygraph.reading.documents import parse_document; from policygraph.keeping.sources import find_root\n"
        "from policygraph.keeping.dataset.knowledge import load_words; words = load_words()\n"
        f"[parse_document(p.read_text(), words) for p in find_root().glob('{SOURCES}')]",
    ),
    "rdflib reads all knowledge files": (
        "from rdflib import Graph; from policygraph.keeping.sources import find_root\n"
        "[Graph().parse(p) for top in ('ontology', 'shapes', 'data') for p in (find_root() / top).rglob('*.ttl')]",
    ),
}


def main() -> None:
    """Print seconds of processor time (median, worst) of each step over some runs, and the peak memory of a build."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    package = Path(policygraph.__file__).parent
    compileall.compile_dir(package, quiet=1)
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as out:
        for name, (program, *arguments) in STEPS.items():
            for run in range(runs):
                filled = [argument.format(out=out, run=run, root=package.parents[1]) for argument in arguments]
                began = used()
                subprocess.run([sys.executable, "-c", program, *filled], check=True, capture_output=True)
                found.setdefault(name, []).append(used() - began)
            if name == "policygraph build":
                peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
                print(f"{'peak memory of a build':34} {peak:.0f} MiB")
    base = statistics.median(found["import rdflib"])
    for name, seconds in found.items():
        median = statistics.median(seconds)
        print(f"{name:34} median {median:5.2f} s  worst {max(seconds):5.2f} s  {median / base:5.1f} x import rdflib")


def used() -> float:
    """The processor time of all finished runs so far, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
