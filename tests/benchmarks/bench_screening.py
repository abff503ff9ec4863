"""How long a register takes: invent, prepare, screen; against a hand-written query, pySHACL scaled up, and Sail.

Run ``python tests/benchmarks/bench_screening.py --enterprises 1000000 --folder DIR``; figures are one run, in seconds
of the wall and of the processor, and the ratios inside one run are what matters. Every enterprise of the invented
register lies in Jiamusi, so that none is answered for free by the policy that is measured. The hand-written query is
what a programmer would write for ``jiamusi-2020-6`` under the default readings; how many of its outcomes differ is
printed too (it ignores what it does not know about coverage).
"""

from __future__ import annotations

import argparse
import resource
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
from rdflib import Graph

from policygraph.judging.decisions import decide
from policygraph.judging.rules import Policy, load_policies
from policygraph.judging.rules.facts import TABLES
from policygraph.keeping.batch import prepare_register, screen_register, synthesise_register
from policygraph.keeping.batch.duck import DEFAULT_MEMORY
from policygraph.keeping.batch.tables import chunk_file, empty_select, read_prepared
from policygraph.keeping.registers import load_register

AS_OF = date(2026, 11, 21)
POLICY = "jiamusi-2020-6"

# jiamusi-2020-6 on 2026-11-21 under the default readings, for a register of Jiamusi with general coverage
BY_HAND = """
WITH holders AS (
  SELECT uscc, person_id, bool_or(role = 'principal') AS principal, bool_or(role = 'safety_deputy') AS deputy
  FROM persons WHERE ("from" IS NULL OR "from" <= DATE '2026-11-21')
  AND ("to" IS NULL OR "to" >= DATE '2026-11-21')
  GROUP BY ALL),
held AS (SELECT uscc, bool_or(principal) AND bool_or(deputy) AS known FROM holders GROUP BY uscc),
late AS (SELECT uscc FROM penalties WHERE person_id IS NULL AND authority_function = 'work_safety'
  AND date BETWEEN DATE '2023-11-21' AND DATE '2026-11-21' AND status = 'effective'),
fatal AS (SELECT uscc FROM accidents WHERE fatalities >= 1 AND liability = 'liable'
  AND date BETWEEN DATE '2023-11-21' AND DATE '2026-11-21'),
faults AS (SELECT coalesce(d.uscc, h.uscc) AS uscc FROM dishonesty d LEFT JOIN holders h ON h.person_id = d.person_id
  AND (h.principal OR h.deputy) WHERE field = 'work_safety' AND date BETWEEN DATE '2023-11-21' AND DATE '2026-11-21'),
black AS (SELECT uscc FROM listings WHERE person_id IS NULL AND list = 'black' AND listed_on <= DATE '2026-11-21'
  AND (valid_until IS NULL OR valid_until >= DATE '2026-11-21')
  AND (delisted_on IS NULL OR delisted_on > DATE '2026-11-21')),
certified AS (SELECT uscc FROM certificates WHERE grade = 1 AND issued <= DATE '2026-11-21'
  AND expires >= DATE '2026-11-21' AND (revoked_on IS NULL OR revoked_on > DATE '2026-11-21')),
promised AS (SELECT uscc FROM commitments WHERE published AND date <= DATE '2026-11-21'),
judged AS (SELECT uscc, arg_max(outcome, date) AS outcome FROM determinations
  WHERE condition = 'jiamusi-2020-6/1' AND date <= DATE '2026-11-21' GROUP BY uscc)
SELECT e.uscc, CASE
  WHEN e.uscc IN (FROM black) THEN 'excluded'
  WHEN e.uscc IN (FROM late) OR e.uscc IN (FROM fatal) OR e.uscc IN (FROM faults) OR e.uscc NOT IN (FROM certified)
    OR e.uscc NOT IN (FROM promised) OR j.outcome = 'failed' THEN 'ineligible'
  WHEN j.outcome IS NULL OR NOT coalesce(h.known, FALSE) THEN 'undetermined' ELSE 'eligible' END AS outcome
FROM enterprises e LEFT JOIN judged j USING (uscc) LEFT JOIN held h USING (uscc)
"""

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Print one line for each way of screening."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--enterprises", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, required=True, help="a scratch folder; what it holds is kept")
    parser.add_argument("--memory", type=int, default=DEFAULT_MEMORY)
    parser.add_argument("--shacl", type=int, default=200, help="how many enterprises pySHACL decides")
    parser.add_argument("--sail", action="store_true", help="also on Sail, in this process")
    parser.add_argument("--again", action="store_true", help="invent and prepare again what the folder holds")
    options = parser.parse_args()
    policies = load_policies(Graph().parse(path) for path in sorted((ROOT / "shapes" / "eligibility").glob("*.ttl")))
    conditions = tuple(sorted(item.condition for policy in policies.values() for item in policy.asked))
    raw, register = options.folder / f"raw-{options.enterprises}", options.folder / f"register-{options.enterprises}"
    if options.again:
        shutil.rmtree(raw, ignore_errors=True)
        shutil.rmtree(register, ignore_errors=True)
    if not raw.exists():
        with timed("synthesise", options.enterprises):
            synthesise_register(
                raw, enterprises=options.enterprises, seed=1, as_of=AS_OF, conditions=conditions, regions=("230803",)
            )
    if not register.exists():
        with timed("to-parquet", options.enterprises):
            prepare_register(raw, register, conditions=conditions, memory=options.memory)
    print(f"peak so far       {peak():8.0f} MiB")
    compiled = measure("compiled", options, register, [policies[POLICY]], "duckdb")
    by_hand = measure_by_hand(register, options.folder / "by-hand.parquet", options.memory)
    print(f"hand differs      {count_differences(options.folder):8d} outcomes in the last chunk")
    print(f"compiled / hand   {compiled / by_hand:8.1f} x")
    five = measure("all five", options, register, list(policies.values()), "duckdb")
    print(f"all five / hand   {five / by_hand:8.1f} x")
    print(f"peak              {peak():8.0f} MiB")
    if options.sail:
        sail = measure("sail", options, register, [policies[POLICY]], "sail")
        print(f"sail / compiled   {sail / compiled:8.1f} x")
    small = options.folder / "small"
    shutil.rmtree(small, ignore_errors=True)
    synthesise_register(
        small, enterprises=options.shacl, seed=1, as_of=AS_OF, conditions=conditions, regions=("230803",), format="csv"
    )
    facts = load_register(small)
    started = time.perf_counter()
    for entity in facts.enterprises:
        decide(facts, entity, policies[POLICY], AS_OF)
    shacl = (time.perf_counter() - started) / options.shacl * options.enterprises
    print(f"pySHACL, scaled   {shacl:8.0f} s  ({shacl / compiled:.0f} x compiled)")


def measure(name: str, options: argparse.Namespace, register: Path, policies: list[Policy], engine: str) -> float:
    """Seconds from Parquet to a folder of Parquet parts."""
    out = options.folder / f"out-{engine}-{len(policies)}"
    with timed(name, options.enterprises) as seconds:
        screen_register(register, policies, AS_OF, out, engine=engine, memory=options.memory)
    return seconds[0]


@contextmanager
def timed(name: str, enterprises: int) -> Iterator[list[float]]:
    """Print how long something took: wall, processor, and wall for each million; the wall time goes to the list."""
    wall, cpu, found = time.perf_counter(), time.process_time(), [0.0]
    yield found
    found[0] = time.perf_counter() - wall
    million = found[0] * 1_000_000 / enterprises
    print(f"{name:<17} {found[0]:8.1f} s  cpu {time.process_time() - cpu:7.1f} s  {million:7.1f} s/million")


def measure_by_hand(register: Path, out: Path, memory: int) -> float:
    """Seconds of the hand-written query over the same chunks."""
    prepared = read_prepared(register)
    with timed("by hand", prepared.enterprises) as seconds:
        for number in range(prepared.chunks):
            with duckdb.connect(config={"memory_limit": f"{memory}MiB"}) as connection:
                for table in TABLES:
                    file = chunk_file(register, number, table.name)
                    body = f"SELECT * FROM read_parquet('{file}')" if file.is_file() else empty_select(table)
                    connection.execute(f'CREATE VIEW "{table.name}" AS {body}')
                connection.execute(f"COPY ({BY_HAND}) TO '{out}' (FORMAT parquet)")
    return seconds[0]


def count_differences(folder: Path) -> int:
    """In how many enterprises the two queries differ."""
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT count(*) FROM read_parquet('{folder}/by-hand.parquet') h "
            f"JOIN read_parquet('{folder}/out-duckdb-1/*.parquet') c USING (uscc) "
            f'WHERE h.outcome <> c."{POLICY}:outcome"'
        ).fetchone()
    return int(found[0]) if found else 0


def peak() -> float:
    """The process's peak resident memory so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
