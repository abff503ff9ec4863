"""``policygraph draft``, ``curate``, ``todo`` and ``agreement``: a document from its text to a model that people hold.

The commands carry words between the terminal and ``keeping.curation``; what is proposed, taken or refused is decided
there. Who acts is asked for, when is the clock's. The page ``/curate`` stands over the same
functions and adds nothing of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policygraph.clock import now, write_instant
from policygraph.errors import InputError
from policygraph.judging.answers import Answer
from policygraph.keeping.catalogues import COLUMNS
from policygraph.keeping.curation.cases import DRAFT, LINES, Case, Desk, list_proposals, open_case, open_desk
from policygraph.keeping.curation.journal import Entry, read_journal
from policygraph.keeping.curation.names import BODY, LAW
from policygraph.reading.drafting import ADDRESSES, FIELDS
from policygraph.speaking.cli.console import stderr
from policygraph.speaking.cli.terminal import TableFormat, WorkspaceOption, find_workspace, print_rows
from policygraph.words import say, source_language

app = typer.Typer()
curate = typer.Typer(no_args_is_help=True)
app.add_typer(curate, name="curate")

DocumentArgument = Annotated[str, typer.Argument(metavar="ID", help="文件的短名，即它的文件夹名")]
AddressArgument = Annotated[str, typer.Argument(help="建议或整理稿里一项的地址，见 curate list")]
WhoOption = Annotated[str, typer.Option("--by", help="谁：写岗位或团队，不写个人姓名")]
KindOption = Annotated[str, typer.Option("--kind", help="哪一类（measures、procedures……），或 all")]
NoteOption = Annotated[str, typer.Option("--reason", "--note", help="为什么，记入日志")]
FormatOption = Annotated[TableFormat, typer.Option(help="table · csv · json")]


class DraftFormat(StrEnum):
    """How a draft is printed."""

    table = "table"
    json = "json"
    turtle = "turtle"


@app.command("draft")
def draft_command(
    identifier: DocumentArgument,
    workspace: WorkspaceOption = None,
    format: Annotated[DraftFormat, typer.Option(help="table · json · turtle")] = DraftFormat.table,
    proposals: Annotated[
        Path | None,
        typer.Option(help="另有的建议，每行一个 JSON 对象（任何模型都可以写）；引文不是原文的一概不收"),
    ] = None,
) -> None:
    """起草整理稿：写出 draft.ttl，回答里没有它，核定了才有 · draft a model; nothing counts until accepted."""
    from policygraph.keeping.curation.drafting import draft_document

    case = _open(identifier, workspace)
    drafted = draft_document(case, _now(), proposals)
    if format is DraftFormat.turtle:
        print(case.text(DRAFT), end="")
    else:
        _print_proposals(case, None, TableFormat.json if format is DraftFormat.json else TableFormat.table)
    told = "、".join(f"{case.desk.label(kind)} {number}" for kind, number in drafted.counts()) or "没有新的建议"
    stderr.print(
        f"{case.folder / DRAFT}：{told}；整理稿里已有的 {drafted.said} 条、以前定过的 {drafted.decided} 条不再建议",
        markup=False, soft_wrap=True,
    )  # fmt: skip
    if drafted.kept:
        told = "、".join(drafted.kept)
        stderr.print(f"有人改过的 {len(drafted.kept)} 条照留：{told}", markup=False, soft_wrap=True)
    _tell_ungraded(case)
    asked: dict[str, list[str]] = {}
    for one in list_proposals(case):
        for question in one.questions:
            asked.setdefault(question, []).append(f"{one.address}（“{one.quote}”）")
    for question, places in asked.items():
        stderr.print(f"要您定 {'、'.join(places)}：{question}", markup=False, soft_wrap=True)


@curate.command("list")
def list_command(
    identifier: DocumentArgument,
    kind: KindOption = "all",
    workspace: WorkspaceOption = None,
    format: FormatOption = TableFormat.table,
) -> None:
    """列出待定的建议 · list what is proposed and open."""
    from policygraph.keeping.curation.deciding import ALL, check_kind

    case = _open(identifier, workspace)
    _print_proposals(case, None if kind == ALL else check_kind(case, kind), format)


@curate.command("show")
def show_command(identifier: DocumentArgument, address: AddressArgument, workspace: WorkspaceOption = None) -> None:
    """一条建议的全部内容，Turtle，与可能所指的机构 · one proposal in full, with candidates."""
    from policygraph.keeping.curation.cases import find_proposal

    found = find_proposal(_open(identifier, workspace), address)
    print(f"# {found.rule} · {found.certainty} · {found.clause}\n{found.turtle}")
    for written, slug, name, likeness, why in found.candidates:
        print(f"# “{written}” 可能是 {slug}（{name}），相似 {likeness:.2f}，{why}")


@curate.command("names")
def names_command(
    identifier: DocumentArgument, workspace: WorkspaceOption = None, format: FormatOption = TableFormat.table
) -> None:
    """登记里没有的机构和法律名称，与可能所指 · names that no registry knows, with what they may mean."""
    from policygraph.keeping.curation.names import list_names

    case = _open(identifier, workspace)
    rows = tuple(
        (name.kind, name.written, name.clause, one.slug if one else None, one.name if one else None,
         one.likeness if one else None, one.why if one else None, name.start, name.end)
        for name in list_names(case)
        for one in name.candidates or (None,)
    )  # fmt: skip
    columns = ("kind", "as_written", "clause", "candidate", "candidate_name", "likeness", "why", "start", "end")
    _print_table(case.desk, Answer(columns, rows), format)


@curate.command("register")
def register_command(
    identifier: DocumentArgument,
    written: Annotated[str, typer.Argument(help="文件里印着的机构名，见 curate names")],
    function: Annotated[str, typer.Option(help="职能，例如 finance 或其名称；没有的列出全部")],
    name: Annotated[str, typer.Option(help="全称（缺省：地区名加所印的字）")] = "",
    region: Annotated[str, typer.Option(help="地区代码（缺省：文件的地区）")] = "",
    by: WhoOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """登记一个机构：所印的名称、职能、地区 · register a body by function and region."""
    from policygraph.keeping.curation.bodies import register_body

    case = _open(identifier, workspace)
    _tell(register_body(case, written, function, by, _now(), name=name, region=region))


@curate.command("assign")
def assign_command(
    identifier: DocumentArgument,
    written: Annotated[str, typer.Argument(help="文件里印着的机构名，见 curate names")],
    body: Annotated[
        str, typer.Argument(metavar="BODY|LAW", help="登记里的机构，例如 jiamusi/caizhengju；法律、文件写 law/短名")
    ],
    by: WhoOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """所印的机构或法律、文件，就是登记里的某一个 · a printed name means a known body or law."""
    from policygraph.keeping.curation.bodies import assign_body
    from policygraph.keeping.curation.laws import assign_law

    case, law = _open(identifier, workspace), body.removeprefix("law/")
    assign = assign_body if law == body else assign_law
    _tell(assign(case, written, law, by, _now()))


@curate.command("law")
def law_command(
    identifier: DocumentArgument,
    written: Annotated[str, typer.Argument(help="文件里印着的法律、文件名称，见 curate names")],
    values: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COLUMN=VALUE]…", help="知道的几项，照法规目录的列，例如 文号=某安〔2031〕1号"),
    ] = None,
    by: WhoOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """登记一部没有登记的法律、文件：名称、文号、级别、日期 · register a law by title, number, rank and dates."""
    from policygraph.keeping.curation.laws import register_law

    case, said = _open(identifier, workspace), _read_values(values or [])
    strange = sorted(said.keys() - COLUMNS.keys() - set(COLUMNS.values()))
    if strange:
        raise InputError(strange[0], "没有这一列", f"可用的列: {'、'.join(COLUMNS.values())}")
    row = {name: "".join(said.get(name, said.get(label, ()))) for name, label in COLUMNS.items()}
    _tell(register_law(case, written, row, by, _now()))


@curate.command("accept")
def accept_command(
    identifier: DocumentArgument,
    addresses: Annotated[
        list[str] | None, typer.Argument(metavar="[ADDRESS]…", help="建议的地址；不给时用 --kind")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="这一类的全部，或 all")] = None,
    by: WhoOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """接受建议，写入 model.ttl；条件行写入 conditions.ttl，形状随之展开 · accept proposals into the model."""
    from policygraph.keeping.curation.deciding import accept, list_lacking

    if bool(addresses) == (kind is not None):
        raise InputError("accept", "没有说接受哪些，或者说了两遍", "给出建议的地址，或 --kind measures、--kind all")
    case = _open(identifier, workspace)
    entries = accept(case, addresses or None, by, _now(), kind=kind or "all")
    _tell(entries)
    _tell_contrary(case, entries)
    for fault in list_lacking(case, kind) if kind else ():
        stderr.print(f"没有接受 {fault}", markup=False, soft_wrap=True)


@curate.command("reject")
def reject_command(
    identifier: DocumentArgument,
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="建议的地址，见 curate list")],
    by: WhoOption = "",
    note: NoteOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """不接受建议；以后不再提 · reject proposals; they are not proposed again."""
    from policygraph.keeping.curation.deciding import reject

    _tell(reject(_open(identifier, workspace), addresses, by, _now(), note=note))


@curate.command("restore")
def restore_command(
    identifier: DocumentArgument, address: AddressArgument, by: WhoOption = "", workspace: WorkspaceOption = None
) -> None:
    """否定过的一项重新提出，照否定以前的样子 · a rejected proposal is open again as it was."""
    from policygraph.keeping.curation.deciding import restore

    _tell(restore(_open(identifier, workspace), address, by, _now()))


@curate.command("edit")
def edit_command(
    identifier: DocumentArgument,
    address: AddressArgument,
    changes: Annotated[
        list[str],
        typer.Argument(
            metavar="TERM=VALUE…",
            help="例如 effect=effect-restrict；种类是 type；同名几个并存；TERM= 为删去",
        ),
    ],
    by: WhoOption = "",
    note: NoteOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """改一条建议或整理稿里的一项 · change a proposal or a statement of the model."""
    from policygraph.keeping.curation.deciding import edit

    case = _open(identifier, workspace)
    entries = edit(case, address, _read_values(changes), by, _now(), note=note)
    _tell(entries)
    _tell_contrary(case, entries)


@curate.command("answer")
def answer_command(
    identifier: DocumentArgument,
    address: AddressArgument,
    questions: Annotated[
        list[str] | None, typer.Argument(metavar="[QUESTION]…", help="哪一个疑问，例如 words、whole；不给时为全部")
    ] = None,
    by: WhoOption = "",
    note: NoteOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """一条建议的疑问不必再问：写明理由 · a question of a proposal need not be asked: say why."""
    from policygraph.keeping.curation.deciding import answer

    case = _open(identifier, workspace)
    _tell(answer(case, address, questions or (), by, _now(), reason=note))


@curate.command("line")
def line_command(
    identifier: DocumentArgument,
    address: Annotated[str, typer.Argument(help="条件，或它的一行，见 curate list --kind conditions")],
    quote: Annotated[str, typer.Argument(help="另一半的原文，逐字；缺省为还没认出的那些字")] = "",
    by: WhoOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """一个条件没有说全：另加一行草稿，填好、接受以前留待认定 · another line for a condition that is half told."""
    from policygraph.keeping.curation.halves import add_line

    _tell(add_line(_open(identifier, workspace), address, by, _now(), quote=quote))


@curate.command("write")
def write_command(
    identifier: DocumentArgument,
    type: Annotated[str, typer.Argument(help="SanctionMeasure、ProcedureStep、CreditList……")],
    clause: Annotated[str, typer.Argument(help="条款的地址，见 policygraph parse --format json")],
    quote: Annotated[str, typer.Argument(help="该条款的原文，逐字")],
    values: Annotated[list[str] | None, typer.Argument(metavar="[TERM=VALUE]…")] = None,
    by: WhoOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """自己写一项：种类、条款、原文、属性 · write a statement of one's own into the model."""
    from policygraph.keeping.curation.deciding import write

    made = write(_open(identifier, workspace), type, clause, quote, _read_values(values or []), by, _now())
    _tell(made)


@curate.command("remove")
def remove_command(
    identifier: DocumentArgument,
    address: AddressArgument,
    by: WhoOption = "",
    note: NoteOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """从整理稿里去掉一项 · take a statement out of the model."""
    from policygraph.keeping.curation.deciding import remove

    _tell([*remove(_open(identifier, workspace), address, by, _now(), note=note)])


@curate.command("settle")
def settle_command(
    identifier: DocumentArgument,
    kind: str,
    none: Annotated[
        list[str] | None, typer.Option("--none", help="kind 是 all 时，逐类看过、确实没有的类，或 all")
    ] = None,
    looked_for: Annotated[
        list[str] | None, typer.Option("--looked-for", help="原文有其字样、说的却不是它的机制（名称）")
    ] = None,
    by: WhoOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """本类已看完：有的记 accepted，没有的记 none；kind 可以是 all · read to the end for a kind."""
    from policygraph.keeping.curation.deciding import settle

    case = _open(identifier, workspace)
    _tell(settle(case, kind, by, _now(), none=none or (), looked_for=looked_for or ()))
    _warn_of_spoken(case, kind)


@curate.command("none")
def none_command(
    identifier: DocumentArgument, kind: str, by: WhoOption = "", workspace: WorkspaceOption = None
) -> None:
    """本类已看完，没有 · read to the end for a kind, and there is none."""
    from policygraph.keeping.curation.deciding import settle

    case = _open(identifier, workspace)
    _tell(settle(case, kind, by, _now(), state="none"))
    _warn_of_spoken(case, kind)


@curate.command("reopen")
def reopen_command(
    identifier: DocumentArgument, kind: str, by: WhoOption = "", workspace: WorkspaceOption = None
) -> None:
    """一类没有看完，改回有草稿 · a kind is open again."""
    from policygraph.keeping.curation.deciding import reopen

    _tell(reopen(_open(identifier, workspace), kind, by, _now()))


@curate.command("undo")
def undo_command(identifier: DocumentArgument, by: WhoOption = "", workspace: WorkspaceOption = None) -> None:
    """撤回最近一次动作 · take back what was done last."""
    from policygraph.keeping.curation.deciding import undo

    _tell(undo(_open(identifier, workspace), by, _now()))


@curate.command("log")
def log_command(
    identifier: DocumentArgument, workspace: WorkspaceOption = None, format: FormatOption = TableFormat.table
) -> None:
    """整理日志：谁、何时、做了什么 · who did what, and when."""
    case = _open(identifier, workspace)
    entries = read_journal(case)
    rows = tuple((e.number, e.at, e.by, e.action, e.kind, e.subject, e.note or None) for e in entries)
    _print_table(case.desk, Answer(("number", "at", "by", "action", "kind", "subject", "note"), rows), format)


@app.command("todo")
def todo_command(
    identifier: Annotated[str | None, typer.Argument(metavar="[ID]", help="只看一份文件")] = None,
    workspace: WorkspaceOption = None,
    format: FormatOption = TableFormat.table,
) -> None:
    """还要做什么：没有看完的类、待定的建议、还缺的判断（有则退出码 1） · what is left; exit 1 if anything is."""
    from policygraph.keeping.curation.remaining import list_remaining

    desk = open_desk(find_workspace(workspace))
    # those beside are nobody's to curate here; of our own workspace in place they are its own
    names = [identifier] if identifier else desk.workspace.documents()
    left = [item for name in names for item in list_remaining(open_case(desk, name))]
    rows = tuple((r.document, r.kind, r.label, r.state, r.open, r.lacking) for r in left)
    _print_table(desk, Answer(("document", "kind", "kind_label", "state", "open", "lacking"), rows), format)
    for name in dict.fromkeys(one.document for one in left if one.kind in ("grades", "conditions")):
        _tell_ungraded(open_case(desk, name))
    for name in dict.fromkeys(one.document for one in left if one.lacking):
        _tell_wanting(open_case(desk, name))
    if rows:
        where = f" --workspace {workspace}" if workspace is not None else ""
        told = say("terminal", "todo_next", document=left[0].document, kind=left[0].kind, where=where)
        stderr.print(told, markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1)


@app.command("agreement")
def agreement_command(
    identifier: DocumentArgument,
    other: Annotated[Path, typer.Argument(help="另一人的 model.ttl、它的文件夹或工作区")],
    workspace: WorkspaceOption = None,
    format: FormatOption = TableFormat.table,
    differences: Annotated[bool, typer.Option("--differences", help="逐处列出不同")] = False,
) -> None:
    """两人整理同一份文件，各类一致到什么程度（有不同则退出码 1） · how far two curators agree, by kind."""
    from policygraph.keeping.curation.agreement import compare_models, load_other

    case = _open(identifier, workspace)
    agreements, differing = compare_models(case, load_other(case, other))
    if differences:
        rows = tuple((d.kind, d.question, d.clause, d.words, d.one, d.other) for d in differing)
        _print_table(case.desk, Answer(("kind", "question", "clause", "words", "one", "other"), rows), format)
    else:
        found = tuple((a.kind, a.question, a.units, a.same, a.alpha) for a in agreements)
        _print_table(case.desk, Answer(("kind", "question", "units", "same", "alpha"), found), format)
    if differing:
        raise typer.Exit(1)


def _read_values(written: Iterable[str]) -> dict[str, list[str]]:
    """What was typed as TERM=VALUE, by term; a term without a value has none."""
    values: dict[str, list[str]] = {}
    for one in written:
        term, equals, text = one.partition("=")
        if not equals:
            raise InputError(one, "没有等号", "写成 属性=值，例如 effect=effect-restrict")
        values.setdefault(term, [])
        if text:
            values[term].append(text)
    return values


def _open(identifier: str, workspace: Path | None) -> Case:
    return open_case(open_desk(find_workspace(workspace)), identifier)


def _now() -> str:
    return write_instant(now())


def _print_proposals(case: Case, kind: str | None, format: TableFormat) -> None:
    found = list_proposals(case, kind)
    if format is TableFormat.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
        return
    columns = ("address", "kind", "type", "title", "certainty", "rule", "clause", "quote", "question")
    rows = tuple(
        (p.address, p.kind, p.type, p.title, p.certainty, p.rule, p.clause, p.quote, "；".join(p.questions) or None)
        for p in found
    )
    _print_table(case.desk, Answer(columns, rows), format)


def _print_table(desk: Desk, table: Answer, format: TableFormat) -> None:
    """A table in the format asked for; for people its headings and codes are words, kinds with their code behind."""
    from policygraph.keeping.curation.statements import list_scheme, name_class, name_term

    words: Mapping[str, str] = source_language().words["curating"]
    # a kind may come as its code or as its label: either way it is told as both, for commands take the code
    names = {f"kind.{said}": f"{desk.label(k)}（{k}）" for k in desk.kinds() for said in (k, desk.label(k))}
    names |= {f"kind.{kind}": words[f"name_{kind}"] for kind in (BODY, LAW)}
    names |= {"kind.all": words["all"], "question.where": words["column_where"]}
    for state in list_scheme(desk.concepts, "curation-states"):
        names[f"state.{state.value.removeprefix('curation-state-')}"] = state.names.get("zh", state.value)
    for name in ADDRESSES:
        names[f"type.{name}"] = f"{name_class(desk, name).get('zh', name)}（{name}）"
    for term in {term for terms in FIELDS.values() for term in terms}:
        names[f"question.{term}"] = name_term(desk, term).get("zh") or words.get(f"term_{term}", term)
    for column, start in (("certainty", "certainty_"), ("action", "did_"), ("why", "why_")):
        names |= {f"{column}.{key.removeprefix(start)}": word for key, word in words.items() if key.startswith(start)}
    headings = {column: words[f"column_{column.removesuffix('_label')}"] for column in table.columns}
    print_rows(table, format, headings=headings, names=names)


def _warn_of_spoken(case: Case, kind: str) -> None:
    """On standard error: what the accepted statements speak of, so that no answer calls the document silent on it."""
    from policygraph.keeping.curation.silences import list_spoken

    spoken = [one for one in list_spoken(case) if kind in (one.kind, "all")]
    for one in spoken:
        told = say("terminal", "spoken", matter=one.matter, address=one.address, quote=one.quote)
        stderr.print(told, markup=False, highlight=False, soft_wrap=True)
    if any(one.kind == "mechanisms" for one in spoken):
        told = say("terminal", "spoken_next", document=case.identifier)
        stderr.print(told, markup=False, highlight=False, soft_wrap=True)


def _tell_wanting(case: Case) -> None:
    """On standard error: what a person has yet to say of accepted statements, each once, with the statements."""
    from policygraph.keeping.curation.remaining import group_wanting
    from policygraph.keeping.curation.statements import find_statement, name_term

    for awaited, addresses in group_wanting(case).items():
        terms = " 或 ".join(name_term(case.desk, term).get("zh", term) for term in awaited)
        places = "、".join(f"{one}（“{find_statement(case, one).title}”）" for one in addresses)
        told = say("terminal", "wanting", n=len(addresses), places=places, terms=terms)
        stderr.print(told, markup=False, highlight=False, soft_wrap=True)


def _tell_ungraded(case: Case) -> None:
    """On standard error: that grades are given by scores and nothing decides them, and what to do."""
    from policygraph.keeping.curation.silences import list_ungraded

    if grades := list_ungraded(case):
        told = say("curating", "ungraded", grades="、".join(grades), place=case.path(LINES))
        stderr.print(told, markup=False, highlight=False, soft_wrap=True)


def _tell(entries: Iterable[Entry]) -> None:
    for entry in entries:
        print(f"{entry.number} {entry.action} {entry.kind} {entry.subject}")


def _tell_contrary(case: Case, entries: Iterable[Entry]) -> None:
    """Tell of each measure that was decided on and is of a kind that all its effects run against."""
    from policygraph.keeping.curation.statements import find_contrary, list_statements, name_class

    subjects = {entry.subject for entry in entries}
    for one in (*list_statements(case), *list_statements(case, DRAFT)):
        effects = find_contrary(case, one) if one.address in subjects else ()
        if effects:
            named = "、".join(effect.names.get("zh", effect.value) for effect in effects)
            kind = name_class(case.desk, one.type).get("zh", one.type)
            told = say("curating", "contrary", kind=kind, effects=named)
            stderr.print(f"{one.address}：{told}", markup=False, highlight=False, soft_wrap=True)
