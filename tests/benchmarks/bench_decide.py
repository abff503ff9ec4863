"""How long one explained decision takes, and one out of 100,000 enterprises in a store. Prints, asserts nothing.

Run: ``python tests/benchmarks/bench_decide.py [ENTERPRISES]``. Times are wall time in milliseconds, median and 95th
percentile. Targets: the pySHACL call of the eligibility policy with five conditions stays at or below 15 ms at the
median for one enterprise. View and extraction are reported apart from the pySHACL call.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph

from policygraph.graph.validation import validate
from policygraph.judging.decisions import build_view, decide, decide_all, what_would_change
from policygraph.judging.rules import Policy, Register, load_policies, make_register
from policygraph.keeping.registers import load_register, neighbourhood_query, register_graphs, register_of
from policygraph.keeping.registers.cells import check_character
from policygraph.namespaces import instance

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 21)
POLICY = "jiamusi-2020-6"


def report(name: str, call: Callable[[], object], times: int = 100) -> None:
    """Print the median and the 95th percentile of a call, after two calls to warm up."""
    call()
    call()
    taken: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    print(f"{name:<58} p50 {statistics.median(taken):8.2f} ms   p95 {taken[int(len(taken) * 0.95) - 1]:8.2f} ms")


def one_enterprise(register: Register, policies: dict[str, Policy]) -> str:
    """Time the steps for an enterprise of the sample that has a record of nearly every kind."""
    uscc = max(register.enterprises, key=lambda code: (applies_to(register, code), len(register.by_enterprise[code])))
    policy = policies[POLICY]
    view = build_view(register, uscc, DAY)
    print(
        f"view: {len(view.graph)} triples; shapes: {len(policy.main)} + {len(policy.others)} (other readings) triples"
    )
    report("as-of view", lambda: build_view(register, uscc, DAY))
    report("pySHACL, conditions under the default readings", lambda: validate(view.graph, policy.main))
    report("pySHACL, the other readings", lambda: validate(view.graph, policy.others))
    report("decide, all of it", lambda: decide(register, uscc, policy, DAY))
    report("decide_all, five policies", lambda: decide_all(register, uscc, policies, DAY), 30)
    report("what_would_change", lambda: what_would_change(register, uscc, policy, DAY), 30)
    return uscc


def applies_to(register: Register, code: str) -> bool:
    """True for enterprises to which the policy applies."""
    row = register.enterprise(code)
    return row is not None and str(row.cells["region"]).startswith("2308")


def one_of_many(register: Register, policies: dict[str, Policy], uscc: str, size: int) -> None:
    """Time explaining one enterprise out of many in a store: extraction, reading back, deciding."""
    people = {str(row.cells["person_id"]) for row in register.by_enterprise[uscc] if row.table == "persons"}
    rows = [
        row
        for row in register.rows
        if row.text("uscc") in (uscc, None) and (row.text("person_id") is None or row.text("person_id") in people)
    ]
    one = make_register("many", [row for row in rows if row.table != "coverage"])
    lines = register_graphs(one).open.serialize(format="nt")
    store = ox.Store()
    coverage = make_register("all", [row for row in rows if row.table == "coverage"])
    store.load(register_graphs(coverage).open.serialize(format="nt").encode(), ox.RdfFormat.N_TRIPLES)
    start = time.perf_counter()
    codes = []
    for first in range(0, size, 5000):
        chunk = []
        for number in range(first, min(first + 5000, size)):
            stem = f"91230803{number:09d}"
            codes.append(stem + check_character(stem))
            chunk.append(lines.replace(uscc, codes[-1]).replace("/many-", f"/m{number}-"))
        store.bulk_load("".join(chunk).encode(), ox.RdfFormat.N_TRIPLES)
    print(f"{size} enterprises, {len(store)} triples, loaded in {time.perf_counter() - start:.1f} s")
    query, policy = neighbourhood_query(), policies[POLICY]
    turn = iter(codes[:: max(1, size // 400)] * 2)

    def extract() -> tuple[str, bytes]:
        code = next(turn)
        entity = ox.NamedNode(str(instance("entity", code)))
        found = store.query(query, use_default_graph_as_union=True, substitutions={ox.Variable("entity"): entity})
        assert isinstance(found, ox.QueryTriples)
        return code, found.serialize(format=ox.RdfFormat.N_TRIPLES) or b""

    def explain() -> None:
        code, cut = extract()
        part = register_of(Graph(bind_namespaces="none").parse(data=cut, format="nt"), "part")
        decide(part, code, policy, DAY)

    report("extract one enterprise from the store", extract)
    report("explain one enterprise: extract, read, view, decide", explain)


def main() -> None:
    """Run both parts on the sample register."""
    register = load_register(ROOT / "data" / "registers" / "sample")
    policies = load_policies(Graph().parse(path) for path in sorted((ROOT / "shapes/eligibility").glob("*.ttl")))
    uscc = one_enterprise(register, policies)
    one_of_many(register, policies, uscc, int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)


if __name__ == "__main__":
    main()
