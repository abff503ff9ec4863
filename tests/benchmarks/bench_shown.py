"""Everything that registers must show in one unattended run: sizes, delta, watch, variants, and a run that is killed.

    python -m tests.benchmarks.bench_shown --folder DIR                      # 1 M with everything, then 10 M, then 30 M
    python -m tests.benchmarks.bench_shown --folder DIR --sizes 300000       # a look at the figures
    python -m tests.benchmarks.bench_shown --folder DIR --steps synthesise   # some steps; a later run goes on

Each step is a process of its own, so that its peak memory is its own, and has its time at most; a step that takes
longer, or fails, is told, those that need what it makes are left out, and the run ends with 1 and keeps its folder.
What a step gave is written down at once: a run that was cut short goes
on after its last step when it is started again, and a size that was shown to its end is told again from its figures.
Before each size the disk is looked at, and what a size needed is thrown away after it. Figures are seconds of the wall
and of the processor (the step's own and its children's), of those the work itself without starting the program and
opening the dataset, and MiB; the ratios inside one run are what matters. At the end the plan for 100 M is worked out
from the largest size that was run.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

import duckdb
from tests.benchmarks.bench_screening import AS_OF, POLICY, ROOT, measure_by_hand

from policygraph.judging.decisions import decide
from policygraph.judging.decisions.across import partners
from policygraph.judging.decisions.changes import as_complete_on
from policygraph.judging.rules.variants import make_variant
from policygraph.keeping.assessments import Desk, open_desk, open_screening
from policygraph.keeping.batch import prepare_register, screen_register, synthesise_register
from policygraph.keeping.batch.duck import DEFAULT_MEMORY, open_duckdb
from policygraph.keeping.batch.preparing import DEFAULT_CHUNK
from policygraph.keeping.batch.tables import read_prepared
from policygraph.keeping.batch.units import read_units
from policygraph.keeping.dataset.opening import open_dataset, read_lines
from policygraph.keeping.laboratory import try_variants
from policygraph.keeping.registers import load_register
from policygraph.keeping.watching import COLUMNS, watch_register
from policygraph.keeping.watching import _decided as follow_few

NEEDED = 1200
"""Bytes of disk for each enterprise at the fullest moment, with room to spare (measured: under 800)."""
SMALL = 1_000_000
"""The largest size at which everything is shown; larger ones are made, prepared, screened, taken up and watched."""
FEW = 100
"""Enterprises that pySHACL decides one by one."""
REGIONS = ("230803", "320102", "410184", "370323")
Figures = dict[str, float]


@cache
def desk() -> Desk:
    """What ``policygraph screen`` opens."""
    return open_screening(open_dataset(ROOT / "build"))


def synthesise(folder: Path, size: int, memory: int) -> None:
    known = tuple(sorted(desk().conditions()))
    synthesise_register(
        folder / "raw", enterprises=size, seed=1, as_of=AS_OF, conditions=known, regions=REGIONS, memory=memory
    )


def prepare(folder: Path, size: int, memory: int, name: str = "") -> None:
    known = desk()
    prepare_register(
        folder / f"raw{name}",
        folder / f"register{name}",
        conditions=known.conditions(),
        codes=known.codes,
        memory=memory,
        chunk=min(DEFAULT_CHUNK, size // 2),  # so that a run can be killed between two chunks
    )


def screen(folder: Path, memory: int, out: str, *, every: bool, night: str = "", days: int = 0, **more: object) -> None:
    known = desk()
    chosen = list(known.policies.values()) if every else [known.policies[POLICY]]
    done = screen_register(
        folder / f"register{night}",
        chosen,
        AS_OF + timedelta(days=days),
        folder / out,
        memory=memory,
        invariants={one.iri: one.shape for one in known.invariants},
        beside=[other for one in chosen for other in partners(one, known.policies.values())],
        dataset=known.dataset,
        **more,  # type: ignore[arg-type]  # what a step gives is what the function takes
    )
    if done.renewal is not None:
        print(f"  screened {done.renewal.screened} {done.renewal.reason}", file=sys.stderr)


def change_night(folder: Path, size: int, memory: int) -> None:
    """Another night's register: one enterprise in a hundred has another name, or a penalty of it another day."""
    shutil.copytree(folder / "raw", folder / "raw-night")
    with duckdb.connect() as connection:
        for table, column, value in (
            ("enterprises", "name", "name || '改'"),
            ("commitments", "date", "date - 1"),
        ):
            source, target = folder / "raw" / f"{table}.parquet", folder / "raw-night" / f"{table}.parquet"
            mine = "hash(uscc) % 200 = " + ("0" if table == "enterprises" else "1")
            connection.execute(
                f"COPY (SELECT * REPLACE (CASE WHEN {mine} THEN {value} ELSE {column} END AS {column}) "
                f"FROM read_parquet('{source}')) TO '{target}' (FORMAT parquet)"
            )
    prepare(folder, size, memory, "-night")


def watch(folder: Path, memory: int) -> None:
    known = open_desk(open_dataset(ROOT / "build"), AS_OF)
    watch_register(
        folder / "register", known, list(known.policies.values()), AS_OF, 90, folder / "watch.parquet", memory=memory,
        restricted=True,
    )  # fmt: skip


def check_watch(folder: Path, memory: int) -> None:
    """Hold the watch against the SHACL engine: whole for some enterprises, and each of their days by two decisions.

    The causes are left out: a large register tells them more widely (all that is due on that day).
    """
    known = open_desk(open_dataset(ROOT / "build"), AS_OF)
    policies = list(known.policies.values())
    with open_duckdb(folder / "spill", memory) as connection:
        connection.execute(f"CREATE VIEW watched AS SELECT * FROM read_parquet('{folder / 'watch.parquet'}')")
        turning = [f"policy = '{policy.id}' AND kept_before <> kept_after" for policy in policies]
        chosen = [
            row[0]
            for which in (*turning, "stale")
            for row in connection.execute(
                f"SELECT uscc FROM watched WHERE {which} GROUP BY uscc ORDER BY md5(uscc) LIMIT {FEW // 5}"
            ).fetchall()
        ]
        still = f"SELECT uscc FROM read_parquet('{folder}/register/chunk-*/enterprises.parquet') "
        still += "WHERE uscc NOT IN (SELECT uscc FROM watched) ORDER BY md5(uscc) LIMIT 20"
        chosen += [row[0] for row in connection.execute(still).fetchall()]
        chosen = sorted(set(chosen))
        told = connection.execute("SELECT * FROM watched WHERE list_contains(?, uscc)", [chosen]).fetchall()
        chunks = range(read_prepared(folder / "register").chunks)
        facts = read_units(connection, folder / "register", chunks, chosen)
    causes = [name for name, _ in COLUMNS].index("causes")
    followed, watched = (
        {(*row[:causes], *row[causes + 1 :]) for row in rows}
        for rows in (follow_few(known, policies, facts, AS_OF, 90, restricted=True), told)
    )
    differing = followed ^ watched
    kept = as_complete_on(facts, AS_OF, AS_OF + timedelta(days=90))
    wrong = days = 0
    for uscc, _, policy, day, *states in told:
        for register, (before, after) in ((facts, states[:2]), (kept, states[2:4])):
            if before is None:
                continue
            days += 1
            for moment, state in ((day - timedelta(days=1), before), (day, after)):
                decision = known.decide(register, uscc, known.policies[policy], moment)
                wrong += " ".join(part for part in (decision.outcome, decision.grade) if part) != state
    print(
        f"  {len(chosen)} enterprises followed by pySHACL: {len(followed)} rows, {len(differing)} differ; "
        f"{days} days decided on the day before and on that day: {wrong} differ",
        file=sys.stderr,
    )


def simulate(folder: Path, memory: int) -> None:
    store = open_dataset(ROOT / "build")
    known = open_desk(store, AS_OF)
    shapes, lines = read_lines(store, POLICY)
    made = [
        make_variant(shapes, lines, f"months-{months}", {"condition/4.window": str(months)}, codes=known.codes)
        for months in range(3, 66, 3)
        if months != 36
    ]
    (folder / "simulate").mkdir(exist_ok=True)
    found = try_variants(folder / "register", known, made, AS_OF, folder / "simulate", check=20, memory=memory)
    differing = len(found.agreement.differing) if found.agreement else -1
    print(f"  {len(made)} variants, pySHACL differs in {differing}", file=sys.stderr)


def die_in(folder: Path, memory: int, out: str, word: str, *, preparing: bool) -> None:
    """The step of ``out``, ended by SIGKILL where its progress says ``word``."""

    def die(step: str, done: float) -> None:
        if word in step:
            os.kill(os.getpid(), signal.SIGKILL)

    if preparing:
        prepare_register(folder / "raw", folder / out, memory=memory, progress=die)
    else:
        screen(folder, memory, out, every=True, progress=die)


def hand(folder: Path, memory: int) -> None:
    measure_by_hand(folder / "register", folder / "by-hand.parquet", memory)


def judge(folder: Path, memory: int) -> Figures:
    """Some enterprises decided one by one by pySHACL; what each took is scaled to the size."""
    known = desk()
    small = folder / "few"
    synthesise_register(
        small, enterprises=FEW, seed=1, as_of=AS_OF, conditions=tuple(sorted(known.conditions())), regions=REGIONS[:1],
        format="csv", memory=memory,
    )  # fmt: skip
    facts = load_register(small)
    started = time.process_time()
    for entity in facts.enterprises:
        decide(facts, entity, known.policies[POLICY], AS_OF)
    told = (time.process_time() - started) / FEW
    print(f"  pySHACL decides one enterprise in {told * 1000:.1f} ms of the processor", file=sys.stderr)
    return {"each": told}


STEPS: dict[str, Callable[[Path, int, int], Figures | None]] = {
    "synthesise": lambda folder, size, memory: synthesise(folder, size, memory),
    "prepare": lambda folder, size, memory: prepare(folder, size, memory),
    "by hand": lambda folder, size, memory: hand(folder, memory),
    "one policy": lambda folder, size, memory: screen(folder, memory, "one", every=False),
    "five policies": lambda folder, size, memory: screen(folder, memory, "five", every=True),
    "pyshacl": lambda folder, size, memory: judge(folder, memory),
    "sail": lambda folder, size, memory: screen(folder, memory, "sail", every=False, engine="sail"),
    "night": lambda folder, size, memory: change_night(folder, size, memory),
    "night, anew": lambda folder, size, memory: screen(folder, memory, "anew", every=True, night="-night"),
    "delta, whole": lambda folder, size, memory: screen(
        folder, memory, "delta", every=True, night="-night", since=folder / "five"
    ),
    "delta, changes": lambda folder, size, memory: screen(
        folder, memory, "changes", every=True, night="-night", since=folder / "five", only_changed=True
    ),
    "delta, next day": lambda folder, size, memory: screen(
        folder, memory, "next", every=True, night="-night", days=1, since=folder / "five", only_changed=True
    ),
    "variants": lambda folder, size, memory: simulate(folder, memory),
    "watch 90": lambda folder, size, memory: watch(folder, memory),
    "watch checked": lambda folder, size, memory: check_watch(folder, memory),
    "killed prepare": lambda folder, size, memory: die_in(folder, memory, "killed", "写出 persons", preparing=True),
    "killed screen": lambda folder, size, memory: die_in(folder, memory, "killed-out", "第 2/", preparing=False),
    "screen resumed": lambda folder, size, memory: screen(folder, memory, "killed-out", every=True),
}
MADE = {
    "synthesise": ("raw",),
    "prepare": ("register",),
    "one policy": ("one",),
    "five policies": ("five",),
    "pyshacl": ("few",),
    "night": ("raw-night", "register-night"),
    "night, anew": ("anew",),
    "delta, whole": ("delta",),
    "delta, changes": ("changes",),
    "delta, next day": ("next",),
    "variants": ("simulate",),
    "killed prepare": ("killed",),
    "killed screen": ("killed-out", "killed-out.partial"),
}
"""What a step makes: removed before it is run again after a run that was cut short."""
NEEDS = {
    "prepare": ("synthesise",),
    "by hand": ("prepare",),
    "one policy": ("prepare",),
    "five policies": ("prepare",),
    "sail": ("prepare",),
    "night": ("synthesise",),
    "night, anew": ("night",),
    "delta, whole": ("night", "five policies"),
    "delta, changes": ("night", "five policies"),
    "delta, next day": ("night", "five policies"),
    "variants": ("prepare",),
    "watch 90": ("prepare",),
    "watch checked": ("watch 90",),
    "killed prepare": ("synthesise",),
    "killed screen": ("prepare",),
    "screen resumed": ("killed screen",),
}
"""The steps without which a step has nothing to work on."""
RATIOS = (
    ("one policy", "by hand", 2.5),
    ("sail", "one policy", None),
    ("delta, whole", "night, anew", None),
    ("delta, changes", "night, anew", 0.05),
    ("delta, next day", "night, anew", None),
    ("variants", "one policy", None),
    ("watch 90", "five policies", None),
)
PER_MILLION = (("prepare", 6.0), ("one policy", None), ("five policies", 8.0))


def run_step(name: str, folder: Path, size: int, options: argparse.Namespace) -> Figures | None:
    """Run one step by itself; its seconds and MiB, or None where it failed or took too long."""
    command = [
        sys.executable, "-m", "tests.benchmarks.bench_shown", "--folder", str(folder), "--step", name,
        "--sizes", str(size), "--memory", str(options.memory),
    ]  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as child:
        try:
            told, _ = child.communicate(timeout=options.minutes * 60)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
            print(f"{size:>10} {name:<16} over {options.minutes} minutes", flush=True)
            return None
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    killed = name.startswith("killed")
    if child.returncode != (-signal.SIGKILL if killed else 0):
        print(f"{size:>10} {name:<16} ended with {child.returncode}", flush=True)
        return None
    said = {"peak": 0.0, "work": 0.0} if killed else json.loads(told.splitlines()[-1])
    return {"wall": wall, "cpu": cpu, "load": os.getloadavg()[0], **said}


def tell_step(name: str, size: int, found: Figures) -> None:
    """One line for a step that was run now or before."""
    print(
        f"{size:>10} {name:<16} {found['wall']:8.1f} s  cpu {found['cpu']:8.1f} s  work {found['work']:8.1f} s  "
        f"{found['peak']:6.0f} MiB  load {found['load']:.1f}",
        flush=True,
    )


def _parts(folder: Path) -> str:
    """The files of a result; an engine of several workers writes each part as a folder."""
    return str(
        [str(path) for path in sorted(folder.glob("part-*/**/*.parquet")) or sorted(folder.glob("part-*.parquet"))]
    )


def peak() -> float:
    """MiB that this process held at most; ``getrusage`` counts what its parent held before it was started."""
    told = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(told.split()[1]) / 1024


def equal(folder: Path, one: str, other: str) -> int:
    """In how many rows two results differ."""
    with duckdb.connect() as connection:
        rows = [f"SELECT * FROM read_parquet({_parts(folder / name)})" for name in (one, other)]
        found = connection.execute(
            f"SELECT count(*) FROM (({rows[0]} EXCEPT {rows[1]}) UNION ALL ({rows[1]} EXCEPT {rows[0]}))"
        ).fetchone()
    return int(found[0]) if found else -1


def show(size: int, options: argparse.Namespace) -> tuple[dict[str, Figures], bool]:
    """All steps of one size, their ratios, and what must be equal; and whether none failed."""
    kept = options.folder / f"figures-{size}.json"
    if kept.is_file():
        found: dict[str, Figures] = json.loads(kept.read_text(encoding="utf-8"))
        for name in STEPS:
            if name in found:
                tell_step(name, size, found[name])
        tell_ratios(size, found)
        return found, True
    folder = options.folder / f"shown-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / "figures.json"
    found = json.loads(written.read_text(encoding="utf-8")) if written.is_file() else {}
    free = shutil.disk_usage(options.folder).free
    if not found and free < size * NEEDED:
        print(f"{size:>10} left out: {size * NEEDED / 2**30:.0f} GiB of disk needed, {free / 2**30:.0f} free")
        folder.rmdir()
        return {}, True
    large = ("sail", "variants", "killed prepare", "killed screen", "screen resumed")
    failed: list[str] = []
    out: list[str] = []
    for name in STEPS:
        if (size > SMALL and name in large) or (name == "sail" and not options.sail):
            continue
        if options.steps and name not in options.steps and name not in found:
            out.append(name)
            continue
        missing = [need for need in NEEDS.get(name, ()) if need in (*failed, *out)]
        if missing:
            print(f"{size:>10} {name:<16} left out: it needs {', '.join(missing)}", flush=True)
            out.append(name)
            continue
        if name not in found:
            for made in MADE.get(name, ()):
                shutil.rmtree(folder / made, ignore_errors=True)
            figures = run_step(name, folder, size, options)
            if figures is None:
                failed.append(name)
                continue
            found[name] = figures
            written.write_text(json.dumps(found), encoding="utf-8")
        tell_step(name, size, found[name])
    tell_ratios(size, found)
    tell_equal(size, folder, found)
    if failed:
        print(
            f"{size:>10} failed: {', '.join(failed)}; {len(out)} steps left out; what was made stays in {folder}",
            flush=True,
        )
        return found, False
    used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{size:>10} on disk at the end: {used / 2**20:.0f} MiB", flush=True)
    found["disk"] = {"bytes": float(used)}
    if options.steps:
        return found, True
    kept.write_text(json.dumps(found), encoding="utf-8")
    shutil.rmtree(folder)
    return found, True


def tell_ratios(size: int, found: dict[str, Figures]) -> None:
    """What the aims are about, with the time of the clock, of the processor, and of the work itself."""
    words = ("wall", "cpu", "work")
    for name, aim in PER_MILLION:
        if name in found:
            told = ", ".join(f"{word} {found[name][word] * 1e6 / size:.1f} s" for word in words)
            print(f"{size:>10} {name} per million: {told}" + (f" (aim {aim})" if aim else ""))
    for name, other, limit in RATIOS:
        if name in found and other in found:
            told = ", ".join(f"{word} {found[name][word] / found[other][word]:.2f}" for word in words)
            print(f"{size:>10} {name} / {other}: {told}" + (f" (aim {limit})" if limit else ""))
    if {"pyshacl", "one policy"} <= found.keys():
        scaled = found["pyshacl"]["each"] * size
        ratio = scaled / found["one policy"]["work"]
        print(f"{size:>10} pySHACL, scaled: cpu {scaled:.0f} s, {ratio:.0f} x one policy")
    peaks = [found[name]["peak"] for name in ("prepare", "one policy", "five policies") if name in found]
    if peaks:
        print(f"{size:>10} peak of preparing and screening: {max(peaks):.0f} MiB (aim 2048 at 10 M)")


def tell_equal(size: int, folder: Path, found: dict[str, Figures]) -> None:
    """What must give the same rows, while they are there."""
    for name, other, told, one, two in (
        ("sail", "one policy", "Sail and DuckDB differ", "sail", "one"),
        ("delta, whole", "night, anew", "delta and a new run differ", "delta", "anew"),
        ("screen resumed", "five policies", "a killed and resumed run differs", "killed-out", "five"),
    ):
        if {name, other} <= found.keys():
            print(f"{size:>10} rows in which {told}: {equal(folder, one, two)}")
    if "killed prepare" in found:
        left = [path.name for path in folder.iterdir() if path.name == "killed"]
        print(f"{size:>10} a killed preparation left under its name: {left or 'nothing'}")


def plan(size: int, found: dict[str, Figures]) -> None:
    """What 100 M would take, from the figures of one size: everything is flat per million."""
    times = 100_000_000 / size
    for name in ("synthesise", "prepare", "one policy", "five policies"):
        if name in found:
            print(f" 100000000 {name}, planned: {found[name]['wall'] * times / 60:.0f} minutes")
    print(f" 100000000 disk, planned: {found['disk']['bytes'] * times / 2**30:.0f} GiB")


def main() -> None:
    """Run every size, smallest first, or one step where a parent asks for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="a scratch folder on the disk to be used")
    parser.add_argument("--sizes", default="1000000,10000000,30000000", help="enterprises, with commas")
    parser.add_argument("--memory", type=int, default=DEFAULT_MEMORY, help="MiB for DuckDB")
    parser.add_argument("--steps", nargs="+", choices=STEPS, metavar="STEP", help="only these")
    parser.add_argument("--minutes", type=int, default=60, help="for one step at most")
    parser.add_argument("--sail", action="store_true", help="also one policy on Sail, up to 1 M")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sizes = sorted(int(size) for size in options.sizes.split(","))
    if options.step:
        if options.step != "by hand":
            desk()
        begun = time.process_time()
        told = STEPS[options.step](options.folder, sizes[0], options.memory) or {}
        work = time.process_time() - begun
        print(json.dumps({**told, "work": work, "peak": peak()}))
        return
    desk()  # a dataset that is missing is told before anything is made or thrown away
    options.folder = options.folder.absolute()
    options.folder.mkdir(parents=True, exist_ok=True)
    shown = {size: show(size, options) for size in sizes}
    largest = max((size for size, (found, whole) in shown.items() if found and whole), default=0)
    if largest:
        plan(largest, shown[largest][0])
    if not all(whole for _, whole in shown.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
