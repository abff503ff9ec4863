"""``policygraph ask`` and ``query``: a named question, or a SPARQL query of one's own."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from policygraph.clock import today
from policygraph.errors import InputError
from policygraph.judging.answers import Answer
from policygraph.keeping.dataset.opening import open_dataset
from policygraph.keeping.sources import find_root, read_source
from policygraph.keeping.store import GraphAnswer, Iri, Store
from policygraph.namespaces import slug_of
from policygraph.speaking.cli.completing import AskCommand, complete_question
from policygraph.speaking.cli.console import stderr
from policygraph.speaking.cli.terminal import (
    DatasetOption,
    TableFormat,
    WorkspaceOption,
    ensure_dataset,
    load_store,
    parse_day,
    print_rows,
    warn,
)
from policygraph.speaking.exports import render_routed, render_senses, render_senses_json, render_table
from policygraph.words import find_word

if TYPE_CHECKING:
    from policygraph.keeping.routing import Routed

app = typer.Typer()

NAMES = Path(__file__).parents[2] / "queries" / "pages" / "short-names.rq"
CODED = NAMES.with_name("coded.rq")
# the name of a question: legal-bases · measures;  not: 哪些措施没有依据 · which measures
_NAME = re.compile(r"[\w-]+", re.ASCII)


def parse_parameters(arguments: list[str]) -> dict[str, str]:
    """``--name value`` and ``--name=value`` pairs; anything else is refused with what was expected.

    >>> parse_parameters(["--document", "jiamusi-2020-5", "--locator=第七十五条"])
    {'document': 'jiamusi-2020-5', 'locator': '第七十五条'}
    """
    found: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        name = rest.pop(0)
        if not name.startswith("--"):
            raise InputError("", f"多余的参数 {name!r}", "参数写作 --名称 值，例如 --document jiamusi-2020-5")
        name, equals, value = name[2:].partition("=")
        if not equals:
            if not rest:
                raise InputError("", f"--{name} 缺少值", f"例如 --{name} jiamusi-2020-5")
            value = rest.pop(0)
        found[name.replace("-", "_")] = value
    return found


@app.command("ask", cls=AskCommand, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def ask_command(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            help="问题的名称（ask list 列出全部），或者一句话：认得就答，没有把握就反问",
            autocompletion=complete_question,
        ),
    ],
    format: Annotated[TableFormat, typer.Option(help="table 表格 · csv · json")] = TableFormat.table,
    register: Annotated[
        Path | None, typer.Option(help="登记册，只用于关于某个单位的问题（缺省：虚构的样本登记册）")
    ] = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="JSON 附上每条引文的位置与校验值，供 policygraph verify 核对")
    ] = False,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """问一个现成的问题，参数写作 --名称 值 · ask a named question."""
    folder = ensure_dataset(dataset, workspace)
    store = open_dataset(folder)
    if name == "list":
        rows = tuple(
            (q.name, q.summary_zh, " ".join(f"--{p.name} {p.example}" for p in q.parameters))
            for q in store.list_queries()
        )
        print_rows(Answer(("name", "summary", "example"), rows, dataset=store.dataset), format)
        return
    values = parse_parameters(context.args)
    routed = None
    if not _NAME.fullmatch(name):
        # only who asks in a sentence needs the words of questions
        from policygraph.keeping.routing import route

        routed = route(name, store, today(), folder)
        if routed.state == "readings" and not evidence:
            tell_senses(store, routed, values, format)
        if routed.query is None or routed.state != "answer":
            tell_back(routed, format)
        stderr.print(render_routed(routed), markup=False, soft_wrap=True)
        name, values = routed.query, {**routed.parameters, **values}
    if any(p.name == "as_of" for p in store.find_query(name).parameters):
        values.setdefault("as_of", today())
    if any(p.type == "entity" and (values.get("entity") or not p.required) for p in store.find_query(name).parameters):
        if register is None:
            register = find_root() / "data" / "registers" / "sample"
            stderr.print("没有给 --register，用虚构的样本登记册", style="yellow")
        # what decides and validates is loaded only for a question about an enterprise
        from policygraph.keeping.assessments import load_assessments, open_desk
        from policygraph.keeping.registers import load_register

        day = parse_day(values["as_of"])
        desk = open_desk(store, day)
        facts = load_register(register, conditions=desk.conditions(), codes=desk.codes)
        asked = values.get("entity")
        load_assessments(store, desk, facts, (asked,) if asked else facts.enterprises, day)
    answer = store.ask(name, values)
    if routed is not None:
        from policygraph.keeping.concluding import conclude
        from policygraph.keeping.routing import narrow_answer

        answer = narrow_answer(answer, routed.narrow)
        for sentence in dict.fromkeys(one.sentence for one in conclude(store, name, values, answer)):
            stderr.print(sentence, markup=False, soft_wrap=True)
    if not evidence:
        headings = {column.name: column.label for column in store.find_query(name).columns}
        names = find_labels(store, answer) if format is TableFormat.table else None
        print_rows(answer, format, foreign=register is not None, routed=routed, headings=headings, names=names)
    elif format is not TableFormat.json or register is not None:
        raise InputError("--evidence", "只用于 --format json，且不用于关于某个单位的问题", "请改用 --format json")
    else:
        from policygraph.keeping.verification import render_evidence

        print(render_evidence(store, answer, name, values))


def find_labels(store: Store, answer: Answer) -> dict[str, str]:
    """What the things of an answer are called, by IRI, and its codes, by column and code (``direction.adverse``).

    Measures, acts and clauses keep the name they are asked by.
    """
    text = NAMES.read_text(encoding="utf-8")
    wanted = dict[str, Iri]()
    for row in answer.rows:
        for column, cell in zip(answer.columns, row, strict=True):
            if isinstance(cell, Iri):
                wanted[str(cell)] = cell
            elif isinstance(cell, str) and _NAME.fullmatch(cell):
                # a code is the end of its concept's name: direction and adverse make concept/direction-adverse
                wanted[f"{column}.{cell}"] = store.find_iri(f"id/concept/{column}-{cell}")
    found = ((key, store.select(text, thing=thing)) for key, thing in sorted(wanted.items()))
    labels = {key: str(rows[0][1]) for key, rows in found if rows}
    unsaid = [key for key in wanted if "." in key and "/" not in key and key not in labels]
    return {**labels, **_say_codes(store, unsaid)} if unsaid else labels


def _say_codes(store: Store, keys: Iterable[str]) -> dict[str, str]:
    """What codes mean that no word of the pages says: the concept with that code, of its column where it has several.

    A code that is the name of a concept (``force-may``) is that one. None where concepts differ and none is of the
    column, and none for a question, which is asked by its code.
    """
    coded: dict[str, dict[str, str]] = {}
    slugs: dict[str, str] = {}
    for concept, code, label in store.select(CODED.read_text(encoding="utf-8")):
        slug = slug_of(str(concept)).removeprefix("concept/")
        slugs[slug] = str(label)
        family = slug.removesuffix(f"-{code}")
        if code is not None and family not in ("question", slug):
            coded.setdefault(str(code), {})[family] = str(label)
    told: dict[str, str] = {}
    for key in keys:
        column, _, code = key.partition(".")
        if find_word("codes", code, column) != code:
            continue
        named = coded.get(code, {})
        own = {label for family, label in named.items() if family.endswith(column.replace("_", "-"))}
        meant = own or set(named.values())
        if code in slugs:
            told[key] = slugs[code]
        elif len(meant) == 1:
            (told[key],) = meant
    return told


def tell_senses(store: Store, routed: Routed, values: dict[str, str], format: TableFormat) -> None:
    """Answer each sense of a question under its own name (exit 3: none is the answer).

    Nothing is told where they cannot stand side by side: as CSV, which is one table, or with a value that not all take.
    """
    from policygraph.keeping.routing import answer_senses

    senses = () if format is TableFormat.csv else answer_senses(store, routed, values)
    if not senses:
        return
    if format is TableFormat.json:
        print(render_senses_json(routed, senses))
    else:
        tables = [
            render_table(
                one.answer,
                headings={column.name: column.label for column in store.find_query(one.asked.query).columns},
                names=find_labels(store, one.answer),
            )
            for one in senses
        ]
        print(render_senses(routed, senses, tables), end="")
    raise typer.Exit(3)


def tell_back(routed: Routed, format: TableFormat) -> NoReturn:
    """Ask back (exit 3) or refuse (exit 2): in words on standard error, as JSON where that was asked for."""
    stderr.print(render_routed(routed), markup=False, soft_wrap=True)
    if format is TableFormat.json:
        print(json.dumps(routed.as_json(), ensure_ascii=False, indent=1))
    raise typer.Exit(2 if routed.state == "refusal" else 3)


@app.command("query")
def query_command(
    file: Annotated[Path, typer.Argument(help="SPARQL 文件，- 为标准输入", allow_dash=True)],
    format: Annotated[TableFormat, typer.Option(help="SELECT 的打印格式")] = TableFormat.table,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """运行一个 SPARQL 查询（SELECT、ASK、CONSTRUCT、DESCRIBE）· run a SPARQL query."""
    text = sys.stdin.read() if str(file) == "-" else read_source(file).text
    store = load_store(dataset, workspace)
    answer = store.query(text)
    if isinstance(answer, bool):
        print("true" if answer else "false")
        warn(store.find_gaps())
        raise typer.Exit(0 if answer else 1)
    if isinstance(answer, GraphAnswer):
        print(answer.serialise(), end="")
        warn(store.find_gaps())
    else:
        print_rows(answer, format)
