"""A workspace of many invented documents: build, text reuse and search, with time and memory; asserts nothing.

    python tests/benchmarks/bench_many.py [DOCUMENTS]

Each document is a memo of an invented city in the form of a joint-incentive memo. Its sentences are drawn from a small
stock and made its own with bodies, numbers of days and subjects; one in five stands word for word in many others, as
boilerplate does. The draw has a fixed seed. The build is a process of its own; reuse and search are timed on what it
wrote, search with queries that were not asked before.
"""

from __future__ import annotations

import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox
from rdflib.term import Node

from policygraph.judging.comparing.reuse import reuse_graph
from policygraph.keeping.additions import add_document
from policygraph.keeping.dataset.manifest import DATASET_FILE
from policygraph.keeping.dataset.opening import open_dataset
from policygraph.keeping.search import open_finder
from policygraph.keeping.terms import read_node
from policygraph.keeping.workspace import init_workspace

BUILD = (
    "import sys; sys.argv = ['policygraph', 'build', '--workspace', sys.argv[1]]\n"
    "from policygraph.speaking.cli.program import main; main()"
)
BODIES = ("应急管理局", "财政局", "市场监督管理局", "税务局", "自然资源局", "发展和改革委员会")
SUBJECTS = ("技术改造", "设备更新", "隐患治理", "人员培训", "应急演练", "科技创新", "标准化建设", "信息化建设")
DEEDS = (
    "在安排{subject}专项资金时，同等条件下优先安排", "对{subject}项目给予适当补助，每年不超过{n}万元",
    "在办理{subject}审批时开通绿色通道，{n}日内办结", "适当降低{subject}日常检查频次，每{n}个月不超过一次",
    "将守信信息作为{subject}评审的重要参考", "优先推荐参加{subject}示范评选，名额不少于{n}个",
    "可预约上门办理{subject}事项", "在{subject}招标中给予{n}分以内的加分",
)  # fmt: skip
COMMON = (
    "按照有关法律法规规定，在同等条件下优先予以支持",
    "在日常监督管理中适当减少检查频次，提供便利化服务",
    "法律法规规定的其他激励措施，由各部门依职责实施",
)
PLACES = "东西南北上下新古青白"
WORDS = (
    "优先安排",
    "绿色通道",
    "检查频次",
    "财政局 补助",
    "第三条",
    "守信",
    "示范评选 名额",
    "黑名单",
    "税务局",
    "预约上门",
)


def write_memo(draw: random.Random, number: int) -> tuple[str, str]:
    """The name of an invented city, and the text of its memo."""
    city = f"{PLACES[number // 100 % 10]}{PLACES[number // 10 % 10]}{PLACES[number % 10]}溪市"
    title = f"关于对{city}安全生产领域守信生产经营单位开展联合激励的合作备忘录"
    lines = [title, f"溪应急联发〔2031〕{number + 1}号", "一、联合激励对象"]
    years = draw.randint(1, 5)
    lines += [
        f"联合激励对象为{years}年内无安全生产失信行为、未被列入失信联合惩戒对象名单的生产经营单位。",
        "二、激励措施",
    ]
    for group, body in enumerate(draw.sample(BODIES, 5), start=1):
        lines.append(f"（{'一二三四五'[group - 1]}）支持{draw.choice(SUBJECTS)}")
        for item in range(1, 5):
            deed = draw.choice(COMMON) if draw.random() < 0.2 else draw.choice(DEEDS)
            lines.append(f"{item}.{deed.format(subject=draw.choice(SUBJECTS), n=draw.randint(2, 60))}。")
        lines.append(f"实施单位：{city}{body}")
    lines += [
        "三、附则",
        f"本备忘录自印发之日起施行，有效期{draw.randint(2, 5)}年。",
        "",
        f"{city}应急管理局",
        "2031年5月20日",
    ]
    return city, "\n".join(lines) + "\n"


def measure(documents: int) -> None:
    """Make the workspace, build it, and print what took how long."""
    draw = random.Random(20310520)
    with tempfile.TemporaryDirectory() as place:
        own = Path(place) / "own"
        workspace = init_workspace(own, "https://data.example.gov.cn/credit/")
        began = time.process_time()
        for number in range(documents):
            city, text = write_memo(draw, number)
            file = Path(place) / f"memo-{number + 1}.txt"
            file.write_text(text, encoding="utf-8")
            add_document(workspace, file, region=f"{800001 + number}={city}")
        print(f"added {documents} documents: {time.process_time() - began:.1f} s CPU")
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, "-c", BUILD, str(own)], check=True, stdout=subprocess.DEVNULL)
        took = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"build: {spent:.1f} s CPU, {took:.1f} s, {after.ru_maxrss / 1024:.0f} MB at most")
        raw = ox.Store()
        raw.bulk_load(path=str(own / "build" / DATASET_FILE), format=ox.RdfFormat.N_QUADS)

        def select(text: str) -> list[dict[str, Node]]:
            rows = raw.query(text, use_default_graph_as_union=True)
            assert isinstance(rows, ox.QuerySolutions)
            names = [one.value for one in rows.variables]
            return [{name: read_node(row[name]) for name in names if row[name] is not None} for row in rows]

        began = time.process_time()
        shared = reuse_graph(select)
        print(f"text reuse alone: {time.process_time() - began:.1f} s CPU, {len(shared)} statements")
        began = time.process_time()
        finder = open_finder(open_dataset(own / "build").select)
        print(f"search opened: {time.process_time() - began:.1f} s CPU, {len(finder.index.entries)} entries")
        times = []
        for number in range(200):
            query = f"{draw.choice(SUBJECTS)} {WORDS[number % len(WORDS)]} {number}"
            began = time.process_time()
            finder.find(query)
            times.append(1000 * (time.process_time() - began))
        cut = statistics.quantiles(times, n=20)
        print(f"search: median {statistics.median(times):.1f} ms, p95 {cut[18]:.1f} ms CPU")
        print(f"memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
