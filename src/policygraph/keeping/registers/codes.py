"""The closed codes that travel with policygraph, for a register that is read beside no dataset.

Whoever has a dataset open reads the codes from it (``rules.codes.read_codes``) and hands them in; the sample, the
tests and a register that is only checked take the concept files of the program.
"""

from __future__ import annotations

from functools import cache

from policygraph.graph.memory import make_graph
from policygraph.judging.rules.codes import Codes, read_codes
from policygraph.keeping.sources import find_root
from policygraph.keeping.terms import read_turtle


@cache
def shipped_codes() -> Codes:
    """The codes and bodies of ``ontology/concepts`` and ``data/organisations.ttl``, read once: they do not change."""
    root = find_root()
    paths = (*sorted((root / "ontology" / "concepts").glob("*.ttl")), root / "data" / "organisations.ttl")
    return read_codes(make_graph(*map(read_turtle, paths)))
