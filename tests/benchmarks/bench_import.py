"""How long an export takes to become a register: a workbook of 29 columns or of ten, and the same as text.

Run ``python -m tests.benchmarks.bench_import --rows 60000 --folder DIR``; seconds of the clock and of the processor
(the reading process included), one run. On a busy machine the processor's are what can be compared. Scanning plain rows
and walking the XML are measured on the same bytes, and the ratio is what matters.

The whole command is a process of its own, as people run it, the best of three by the clock, beside what python-calamine
alone takes to read the same file in one. ``--before CHECKOUT`` runs that of another checkout in turn with ours and
compares what both wrote.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import openpyxl
from tests.test_importing import EXPORT, penalty, to_csv, unit

from policygraph.keeping.dataset.manifest import find_manifest
from policygraph.keeping.registers import shipped_codes
from policygraph.keeping.registers.importing.profiles import load_profile
from policygraph.keeping.registers.importing.running import Wish, import_files, read_sheets
from policygraph.keeping.sources import find_root
from policygraph.reading.intake import workbooks

ROOT = find_root()
Found = TypeVar("Found")


def measure(name: str, work: Callable[[], Found]) -> Found:
    """Run it once and print its seconds by the clock and by the processor."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    before = sum(resource.getrusage(kind).ru_utime + resource.getrusage(kind).ru_stime for kind in kinds)
    start = time.perf_counter()
    found = work()
    clock = time.perf_counter() - start
    after = sum(resource.getrusage(kind).ru_utime + resource.getrusage(kind).ru_stime for kind in kinds)
    print(f"{name:44} {clock:7.2f} s  {after - before:7.2f} s of processor")
    return found


NARROW = [0, 1, 2, 11, 12, 15, 20, 22, 23, 28]
"""The places of ten columns: what is imported, and three that are not."""


def write_export(path: Path, rows: int, places: Sequence[int]) -> None:
    """A workbook as exporters make it: half of the days as texts, half as dates; every decision another."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("数据")
    sheet.append(["双公示"])
    sheet.append([EXPORT[place] for place in places])
    for number in range(rows):
        day = datetime(2020, 1, 1) + timedelta(days=number % 2400)
        cells = penalty(
            uscc=unit(number // 3),
            no=f"（佳）应急罚〔2025〕{number}号",
            on=day if number % 2 else f"{day:%Y-%m-%d}",
            行政相对人名称=f"示例{number // 3}（虚构）",
            违法事实=f"第{number}次检查发现未按规定维护保养",
            处罚依据="安全生产法第九十九条",
            处罚内容=f"罚款{number % 9 + 1}万元",
            公示截止期=f"{day + timedelta(days=365):%Y/%m/%d}",
            数据来源单位="佳木斯市应急管理局",
        )
        sheet.append([cells[place] for place in places])
    book.save(path)


PLAIN = "import sys, python_calamine as c; c.load_workbook(sys.argv[1]).get_sheet_by_index(0).to_python()"
"""A reader that asks nothing of what it reads."""
TIMES = 3


def run_alone(arguments: Sequence[str], sources: Path | None = None) -> tuple[float, float]:
    """Seconds of the clock and of the processor that Python takes with these arguments, in a process of its own."""
    environment = os.environ | ({"PYTHONPATH": str(sources / "src")} if sources else {})
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)
    clock, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def read_files(folder: Path) -> dict[str, bytes]:
    """What an import wrote, by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def compare_commands(path: Path, folder: Path, before: Path | None) -> None:
    """Print what the whole command takes, here and in another checkout, by what a plain reading takes."""
    checkouts = {"before": before, "now": ROOT} if before else {"now": ROOT}
    taken: dict[str, list[tuple[float, float]]] = {"plain": [], **{name: [] for name in checkouts}}
    written = {}
    for _ in range(TIMES):
        taken["plain"].append(run_alone(["-c", PLAIN, str(path)]))
        for name, checkout in checkouts.items():
            out = folder / f"out-{name}"
            shutil.rmtree(out, ignore_errors=True)
            wished = ["--profile", "shuanggongshi-penalties", "--region", "230803", "--dataset", str(ROOT / "build")]
            command = ["-m", "policygraph", "register", "import", str(path), "--out", str(out), *wished]
            taken[name].append(run_alone(command, checkout))
            written[name] = read_files(out)
    plain = tuple(min(one[kind] for one in taken["plain"]) for kind in (0, 1))
    for name, runs in taken.items():
        clock, processor = (min(one[kind] for one in runs) for kind in (0, 1))
        ratios = f"{clock / plain[0]:.1f} and {processor / plain[1]:.1f} times a plain reading"
        print(f"{'whole command, ' + name:44} {clock:7.2f} s  {processor:7.2f} s of processor, {ratios}")
    if before:
        assert written["before"] == written["now"], "the two checkouts wrote different files"
        print(f"{len(written['now'])} files are the same byte for byte")


def main() -> None:
    """Write, read, map, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--narrow", action="store_true", help="ten columns instead of 29")
    parser.add_argument("--before", type=Path, help="another checkout, whose command is run in turn with ours")
    given = parser.parse_args()
    places = NARROW if given.narrow else range(len(EXPORT))
    given.folder.mkdir(parents=True, exist_ok=True)
    path = given.folder / f"penalties-{given.rows}-{len(places)}.xlsx"
    if not path.exists():
        write_export(path, given.rows, places)
    data = path.read_bytes()
    parts = workbooks.unpack(path.name, data, workbooks.Limits())
    sheet = next(part for name, part in parts.items() if "sheet1" in name)
    shared = workbooks._scan_strings(parts.get("xl/sharedStrings.xml", b""))
    measure("scan of plain rows", lambda: workbooks._scan_plain(sheet, shared))
    measure("walk of the XML", lambda: workbooks._scan_sheet(sheet, shared))
    sheets = measure("reading the workbook, in its own process", lambda: read_sheets(path.name, data))
    text = given.folder / f"penalties-{given.rows}-{len(places)}.csv"
    text.write_bytes(to_csv([[str(cell or "") for cell in cells] for _, cells in sheets[0].rows[1:]], "\t", "gb18030"))
    profile = load_profile("shuanggongshi-penalties", shipped_codes())
    for source in (path, text):
        out = given.folder / f"out-{time.time_ns()}"
        wish = Wish(region="230803")

        def run(source: Path = source, out: Path = out, wish: Wish = wish) -> int:
            return import_files([source], profile, out, wish, shipped_codes()).count("kept")

        print(f"{measure(f'import of {source.suffix}', run)} rows kept")
    find_manifest(ROOT / "build")
    compare_commands(path, given.folder, given.before)


if __name__ == "__main__":
    main()
