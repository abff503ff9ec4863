"""What a newcomer types, and what is said when it is wrong: a clear message, exit 2, never a traceback."""

import importlib
import json
import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, Graph

from policygraph.keeping.sources import find_root
from policygraph.namespaces import ID, PG
from policygraph.speaking.cli.program import COMMANDS
from policygraph.speaking.cli.registers import HOMES
from policygraph.version import __version__

# Any: the fixture`s own value, which is a module away
Run = Callable[..., Any]

SOURCE = find_root() / "data" / "documents" / "yiyuan-2021-28" / "source.txt"


def test_ask_gives_the_quoted_words(run: Run, dataset: Path) -> None:
    done = run("ask", "legal-bases", "--document", "jiamusi-2020-5", "--format", "json", "--dataset", str(dataset))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    procurement = [r for r in answer["rows"] if r["notation"] == "二（九）" and r["locator"] == "第二十二条"]
    assert procurement[0]["work_title"] == "中华人民共和国政府采购法"
    assert procurement[0]["rank"] == "法律"
    assert "具有良好的商业信誉" in procurement[0]["quote"]
    assert len({r["measure"] for r in answer["rows"]}) == 20


def _examples() -> list[str]:
    return [example for entry in COMMANDS.values() for example in entry.examples]


def test_the_version_and_completion_are_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    # else the shell is the one this process descends from, which need not be any
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    assert run("--version").stdout == f"policygraph {__version__}\n"
    assert "COMPLETE" in run("--show-completion", "bash").stdout
    named = [sys.executable, "-m", "policygraph", "--version"]
    assert subprocess.run(named, capture_output=True, text=True, check=True).stdout == run("--version").stdout


def complete(words: str, dataset: Path) -> tuple[list[str], str]:
    """What the shell would offer for the last of some words, and what stands on standard error."""
    environment = os.environ | {
        "_POLICYGRAPH_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" ")),
        "POLICYGRAPH_DATASET": str(dataset),
    }  # fmt: skip
    command = [str(Path(sys.executable).with_name("policygraph"))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.stdout.split(), done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("ask legal-b", ["legal-bases", "legal-basis-chain"]),
        ("ask measures-citing --lo", ["--locator"]),
        ("ask legal-bases --document jiamusi", ["jiamusi-2020-5", "jiamusi-2020-6"]),
        ("review yi", ["yiyuan-2021-28"]),
        ("ask no-such-question --document ji", []),
    ],
)
def test_names_parameters_and_documents_are_completed(dataset: Path, typed: str, told: list[str]) -> None:
    assert complete(f"policygraph {typed}", dataset) == (told, "")


@pytest.mark.slow
def test_where_there_is_no_dataset_no_document_is_completed_and_none_is_built(tmp_path: Path) -> None:
    assert complete("policygraph review ji", tmp_path) == ([], "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("option", ["port", "workers", "budget", "timeout", "memory", "log"])
def test_an_option_of_serve_is_taken_from_the_environment(
    run: Run, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.setenv(f"POLICYGRAPH_SERVE_{option.upper()}", "x")
    done = run("serve")
    assert done.returncode == 2
    assert f"--{option}" in done.stderr


@pytest.mark.slow
def test_whether_a_measure_may_be_taken_is_said_before_that_an_enterprise_is_a_target(run: Run, dataset: Path) -> None:
    done = run("ask", "能不能对91230803MA9XN00129限制政府采购", "--format", "csv", "--dataset", str(dataset))
    assert done.returncode == 0
    assert "依据不足" in done.stderr
    assert "target" in done.stdout


def run_apart(arguments: list[str], *modules: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, which tells at last on standard error which of some modules it has loaded."""
    code = (
        f"import sys; sys.argv = ['policygraph', *{arguments!r}]\n"
        "from policygraph.speaking.cli.program import main\n"
        "try: main()\n"
        f"finally: print(*({set(modules)!r} & sys.modules.keys()), file=sys.stderr)"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)


@pytest.mark.slow
def test_a_question_loads_no_validator_and_no_server(dataset: Path) -> None:
    """Options that nobody gave, words, paths and choices need none; each would cost a start its sixth part."""
    done = run_apart(["ask", "list", "--dataset", str(dataset), "--format", "json"], "pydantic", "fastapi", "pyshacl")
    assert (done.stderr.strip(), json.loads(done.stdout)["columns"] != []) == ("", True)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("ask", "list", "--format", "nope"), "'nope' is not one of 'table', 'csv', 'json'"),
        (("serve", "--port", "x"), "'--port'"),
        (("--nope",), "No such option: --nope"),
    ],
)
def test_what_cannot_be_read_is_told_as_typer_tells_it(run: Run, typed: tuple[str, ...], told: str) -> None:
    done = run(*typed)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.replace("│", " ").split())


def test_every_command_on_registers_is_found_in_its_home(run: Run) -> None:
    apps = {home: importlib.import_module(f"policygraph.speaking.cli.{home}").register_app for home in HOMES.values()}
    made = {command.name: home for home, app in apps.items() for command in app.registered_commands}
    assert made == dict(HOMES)
    helped = run("register", "--help").stdout
    assert all(name in helped for name in HOMES)
    assert run("register", "imprt").returncode == 2


@pytest.mark.slow
def test_files_of_an_import_are_read_without_a_validator(dataset: Path, tmp_path: Path) -> None:
    """A list of paths needs none: the first of them is begun before anything that takes long is loaded."""
    path = "data/mappings/examples/shuanggongshi-penalties.csv"
    wanted = ["register", "import", path, path, "--profile", "shuanggongshi-penalties", "--region", "230803"]
    wanted += ["--out", str(tmp_path), "--dataset", str(dataset)]
    done = run_apart(wanted, "pydantic", "duckdb", "fastapi")
    assert done.stderr.strip() == ""
    assert "收入" in done.stdout


def read_terminal(*command: str, **environment: str) -> bytes:
    """What a command prints that stands on a terminal."""
    here, there = pty.openpty()
    known = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | environment
    known["TERM"] = "xterm-256color"
    process = subprocess.Popen(command, stdin=there, stdout=there, stderr=there, env=known)
    os.close(there)
    printed = b""
    with suppress(OSError):  # the end of a terminal that nobody writes to any more
        while piece := os.read(here, 65536):
            printed += piece
    os.close(here)
    assert process.wait() == 0
    return printed


def test_colours_stand_on_a_terminal_only_where_they_are_wanted() -> None:
    command = [str(Path(sys.executable).with_name("policygraph")), "ask", "--help"]
    assert b"\x1b[" in read_terminal(*command)
    plain = read_terminal(*command, NO_COLOR="1")
    assert b"--format" in re.sub(rb"\x1b\[[0-9;]*m", b"", plain)
    # bold and underlined words are no colours: the promise is about these
    assert not re.search(rb"\x1b\[[0-9;]*3[0-9]", plain)


def test_help_shows_examples(run: Run) -> None:
    helped = " ".join(run("ask", "--help").stdout.split())
    assert all(example in helped for example in COMMANDS["ask"].examples)
    assert len(_examples()) > 5


@pytest.mark.slow
@pytest.mark.parametrize("example", _examples())
def test_each_example_of_help_runs(run: Run, dataset: Path, monkeypatch: pytest.MonkeyPatch, example: str) -> None:
    monkeypatch.chdir(find_root())
    program, *arguments = shlex.split(example)
    extra = () if arguments[0] == "parse" else ("--dataset", str(dataset))
    done = run(*arguments, *extra)
    assert program == "policygraph"
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_a_table_has_chinese_headings_and_says_a_measure_once(run: Run, dataset: Path) -> None:
    done = run("ask", "legal-bases", "--measure", "jiamusi-2020-5/para_9", "--dataset", str(dataset))
    lines = done.stdout.splitlines()
    assert sum("measure/jiamusi-2020-5/para_9" in line for line in lines) == 1
    assert sum(line.startswith("引文") or line.startswith("原文") or line.startswith("quote") for line in lines) > 1
    assert not any(line.startswith("work_title") for line in lines)


def test_ask_list_names_every_question(run: Run, dataset: Path) -> None:
    done = run("ask", "list", "--format", "csv", "--dataset", str(dataset))
    assert "legal-bases" in done.stdout


@pytest.mark.parametrize(
    ("query", "code", "stdout"),
    [
        ("ASK { ?s a <https://w3id.org/policygraph/ns#Measure> }", 0, "true\n"),
        ("ASK { ?s a <http://example.org/none> }", 1, "false\n"),
    ],
)
def test_ask_queries_answer_by_exit_code(run: Run, dataset: Path, query: str, code: int, stdout: str) -> None:
    done = run("query", "-", "--dataset", str(dataset), stdin=query)
    assert (done.returncode, done.stdout) == (code, stdout)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ask", "legal-base"), "legal-bases"),
        (("ask", "legal-bases", "--document", "jiamusi"), "jiamusi-2020-5"),
        (("ask", "legal-bases", "--limit", "3"), "limit"),
        (("ask", "legal-bases", "document"), "--"),
        (("parse", "没有.txt"), "无法读取"),
        (("query", "没有.rq"), "无法读取"),
    ],
)
def test_wrong_use_says_what_to_do(run: Run, dataset: Path, arguments: tuple[str, ...], words: str) -> None:
    extra = () if arguments[0] == "parse" else ("--dataset", str(dataset))
    done = run(*arguments, *extra)
    assert done.returncode == 2, done.stdout + done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "bad",
    [
        "SELECT nonsense",
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ],
)
def test_what_is_no_query_is_refused(run: Run, dataset: Path, bad: str) -> None:
    done = run("query", "-", "--dataset", str(dataset), stdin=bad)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_parse_gives_the_public_json(run: Run) -> None:
    done = run("parse", str(SOURCE), "--format", "json")
    document = json.loads(done.stdout)
    source = SOURCE.read_text(encoding="utf-8")
    assert document["number"] == "源应急发〔2021〕28号"
    assert document["date"] == "2021-08-05"
    for clause in document["clauses"]:
        assert set(clause) == {"id", "parent", "label", "level", "heading", "text", "spans"}
        joined = "".join("".join(source[a:b] for a, b in clause["spans"]).split())
        assert joined == "".join(clause["text"].split())
    for citation in document["citations"]:
        assert source[citation["start"] : citation["end"]].strip() == source[citation["start"] : citation["end"]]


@pytest.fixture
def several(tmp_path: Path) -> tuple[str, ...]:
    """Four files: two that can be read, one that is empty and one that is not there."""
    (tmp_path / "甲[1].txt").write_text("关于加强监管的通知\n\n一、总则\n（一）依法监管。\n", encoding="utf-8")
    (tmp_path / "empty.txt").touch()
    return str(SOURCE), *(str(tmp_path / name) for name in ("empty.txt", "甲[1].txt", "没有.txt"))


@pytest.mark.slow
def test_parse_reads_several_files_and_tells_the_bad_ones_last(run: Run, several: tuple[str, ...]) -> None:
    done = run("parse", *several)
    assert done.returncode == 2
    first, second = (run("parse", several[index]).stdout for index in (0, 2))
    assert done.stdout == f"==> {several[0]} <==\n{first}\n==> {several[2]} <==\n{second}"
    faults = [line for line in done.stderr.splitlines() if line]
    assert len(faults) == 2
    assert several[1] in faults[0]
    assert "空的" in faults[0]
    assert several[3] in faults[1]
    assert "无法读取" in faults[1]
    assert run("parse", several[0], several[2]).returncode == 0


@pytest.mark.slow
def test_parse_gives_each_of_several_files_a_line_of_json(run: Run, several: tuple[str, ...]) -> None:
    done = run("parse", *several, "--format", "json")
    assert done.returncode == 2
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [next(iter(line)) for line in lines] == ["file", "file"]
    assert [line.pop("file") for line in lines] == [several[0], several[2]]
    assert lines == [json.loads(run("parse", several[index], "--format", "json").stdout) for index in (0, 2)]


@pytest.mark.slow
def test_parse_puts_several_files_into_one_graph(run: Run, several: tuple[str, ...]) -> None:
    done = run("parse", *several, "--format", "turtle")
    assert done.returncode == 2
    graph = Graph().parse(data=done.stdout, format="turtle")
    documents = set(graph.subjects(RDF.type, PG.PolicyDocument))
    assert documents == {ID["doc/text-1"], ID["doc/text-3"]}
    assert [line for line in done.stdout.splitlines() if line.startswith("#")] == [
        f"# text-1: {json.dumps(several[0], ensure_ascii=False)}",
        f"# text-3: {json.dumps(several[2], ensure_ascii=False)}",
    ]
    alone = Graph().parse(data=run("parse", several[0], "--format", "turtle").stdout, format="turtle")
    third = {triple for triple in graph if "/text-3" in str(triple[0])}
    assert len(graph) == len(alone) + len(third)
    assert set(alone.subjects(RDF.type, PG.PolicyDocument)) == {ID["doc/text"]}


def test_parse_without_a_readable_file_prints_nothing(run: Run, several: tuple[str, ...]) -> None:
    for format in ("outline", "json", "turtle"):
        done = run("parse", several[1], several[3], "--format", format)
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 2


@pytest.mark.slow
def test_bad_input_is_read_as_far_as_it_goes_or_refused(run: Run, tmp_path: Path) -> None:
    long = "一、加强监管。\n" + "依法依规对失信单位从严管理，并报上级备案。\n" * 80_000
    cases = {
        "empty.txt": (b"", 2, "空的"),
        "binary.bin": (b"\x89PNG\r\n\x1a\n\0\0\0", 2, "不是文本文件"),
        "gbk.txt": ("某县安全生产委员会\n一、总则\n（一）依法监管。\n".encode("gb18030"), 0, ""),
        "plain.txt": ("没有编号的一段话。\n另一段话。\n".encode(), 0, "没有找到条款编号"),
        "big.txt": (long.encode(), 0, ""),
    }
    for name, (raw, code, words) in cases.items():
        path = tmp_path / name
        path.write_bytes(raw)
        done = run("parse", str(path))
        assert done.returncode == code, f"{name}: {done.stderr}"
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_get_fetches_a_page_without_a_port(run: Run, dataset: Path) -> None:
    done = run("get", "/queries/documents.json", "--dataset", str(dataset))
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["rows"]) == 5
    undated = run("get", "/measure/jiamusi-2020-5/para_9", "--dataset", str(dataset))
    assert undated.returncode == 0
    assert "二（九）" in undated.stdout
    assert "已转到 /measure/jiamusi-2020-5/para_9?as_of=" in undated.stderr
    missing = run("get", "/doc/nowhere", "--dataset", str(dataset))
    assert missing.returncode == 1
    assert "jiamusi-2020-5" in missing.stdout
    typed = run("get", "/search.json?q=安全生产法 第七十八条", "--dataset", str(dataset))
    assert json.loads(typed.stdout)["rows"][0]["url"] == "/law/anquan-shengchan-fa/art_78"


def test_a_workspace_on_the_command_line_outranks_a_dataset_of_the_environment(
    run: Run, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYGRAPH_DATASET", str(dataset))
    assert run("init", str(tmp_path / "own"), "--base", "https://data.example.gov.cn/credit/").returncode == 0
    chosen = run("ask", "documents", "--format", "json", "--workspace", str(tmp_path / "own"))
    assert chosen.returncode == 0, chosen.stderr
    assert (tmp_path / "own" / "build").is_dir()
    # two names on the command line: the dataset is asked, as the help of the command says
    monkeypatch.delenv("POLICYGRAPH_DATASET")
    both = run("ask", "documents", "--format", "json", "--dataset", str(dataset), "--workspace", str(tmp_path / "no"))
    assert both.returncode == 0, both.stderr
