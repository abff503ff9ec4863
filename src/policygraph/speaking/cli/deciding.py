"""``policygraph decide``: one enterprise or a whole register under one policy or all, explained.

The command knows the exit codes of the contract and how a decision reads on a terminal; what is decided, and why,
comes from the judging floor unchanged.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policygraph.clock import today
from policygraph.errors import InputError, NotFoundError
from policygraph.judging.decisions import Decision, Occasion, Prospect, decision_graph, decision_json, outcome_label
from policygraph.judging.decisions.changes import Change
from policygraph.judging.decisions.days import follow_days
from policygraph.judging.decisions.outcomes import outcome_word
from policygraph.judging.decisions.rendering import (
    day_lines,
    department_lines,
    name_conditions,
    name_evidence,
    name_records,
    need_lines,
    proof_lines,
    reading_lines,
    share_judgements,
)
from policygraph.judging.rules import Policy, Register
from policygraph.judging.rules.codes import Codes
from policygraph.keeping.assessments import Desk, find_occasion, law_day, open_desk
from policygraph.keeping.bundles import bundle_json
from policygraph.keeping.registers import load_register
from policygraph.keeping.writing import write_file
from policygraph.namespaces import PREFIXES, our_iri
from policygraph.speaking.cli.receipts import ReceiptOption, tell_receipts, telling_refusal
from policygraph.speaking.cli.terminal import DatasetOption, WorkspaceOption, load_store, parse_day
from policygraph.speaking.papers.opinion import render_opinion
from policygraph.speaking.papers.subject import describe_status
from policygraph.text.guarding import show_text
from policygraph.words import say

app = typer.Typer()


class DecisionFormat(StrEnum):
    """How decisions are printed."""

    table = "table"
    json = "json"
    turtle = "turtle"
    docx = "docx"


@app.command("decide")
def decide_command(
    register: Annotated[Path, typer.Argument(help="登记册：CSV 文件夹、.xlsx 或 .ttl")],
    policy: Annotated[str, typer.Option(help="政策 id，或 all")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="截至日，例如 2026-11-21（缺省：今天）")] = None,
    entity: Annotated[str | None, typer.Option(help="统一社会信用代码；不给时逐一判断登记册中的每个单位")] = None,
    format: Annotated[DecisionFormat, typer.Option(help="table · json · turtle · docx")] = DecisionFormat.table,
    out: Annotated[Path | None, typer.Option(help="docx 写到哪里")] = None,
    act_day: Annotated[
        str | None, typer.Option(help="行为日（违法、列入等发生之日）：与决定日结论不同的行为并列，写明以哪一日为准")
    ] = None,
    decision_day: Annotated[str | None, typer.Option(help="拟决定日（缺省：截至日）：结论依这一日的规定")] = None,
    template: Annotated[Path | None, typer.Option(help="docx：本机关的 Word 模板，用它的页面和样式")] = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="json：判断几个单位时也附上 policygraph verify 核对所需的依据")
    ] = False,
    receipt: ReceiptOption = None,
    dataset: DatasetOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """逐条件判断并说明理由 · decide condition by condition, with clause, evidence and what is missing."""
    if evidence and format is not DecisionFormat.json:
        raise InputError("--evidence", f"{format.value} 不带核对所需的依据", "请加 --format json")
    day = parse_day(as_of or today())
    happened, decided = (parse_day(value) if value else None for value in (act_day, decision_day))
    if decided is not None and decided < (happened or decided):
        raise InputError(
            "--decision-day", f"拟决定日 {decided} 早于行为发生日 {happened}", "决定在行为之后；请核对两个日期"
        )
    store = load_store(dataset, workspace)
    desk = open_desk(store, law_day(day, decided))
    with telling_refusal(receipt):
        facts = load_register(register, conditions=desk.conditions(), codes=desk.codes)
    tell_receipts(facts.receipts, facts.notes, receipt)
    if entity is not None and facts.enterprise(entity) is None:
        known = "、".join(facts.enterprises[:5])
        raise NotFoundError(entity, "登记册中没有这个单位", f"登记册中有 {len(facts.enterprises)} 个，例如 {known}")
    entities = (entity,) if entity is not None else facts.enterprises
    policies = desk.choose(policy)
    decisions = [
        (desk.decide(facts, one, each, day, today=date.fromisoformat(today())), one, each)
        for one in entities
        for each in policies
    ]

    def meet(one: Policy) -> Occasion:
        return find_occasion(store, desk, one.document, day, happened, decided)

    if format is DecisionFormat.docx:
        if entity is None or len(policies) != 1 or out is None:
            raise InputError("--format docx", "一次只写一份清单", "请给出 --entity、--policy 和 --out")
        prospect = desk.foresee(facts, entity, policies[0], day)
        met = meet(policies[0])
        paper = render_opinion(
            decisions[0][0], met, prospect, template, register=facts, codes=desk.codes, titles=desk.titles()
        )
        write_file(out, paper)
        print(say("terminal", "written", path=out))
    elif format is DecisionFormat.json:
        explain = len(entities) == 1
        answers = []
        occasions = {each.id: meet(each) for each in policies} if explain or evidence else {}
        for decision, one, each in decisions:
            foreseen = desk.foresee(facts, one, each, day) if explain else None
            answers.append(
                bundle_json(store, facts, decision, foreseen, occasions[each.id], date.fromisoformat(today()))
                if explain or evidence
                else decision_json(decision)
            )
        print(json.dumps(answers, ensure_ascii=False, indent=1))
    else:
        told = {each.id: meet(each) for each in policies} if happened else {}
        print_decisions(desk, facts, day, decisions, format, told, store.find_iri)
    raise typer.Exit(exit_code([decision for decision, _, _ in decisions], entity is not None))


def print_decisions(
    desk: Desk,
    facts: Register,
    day: date,
    decisions: list[tuple[Decision, str, Policy]],
    format: DecisionFormat,
    occasions: Mapping[str, Occasion],
    find: Callable[[str], str] = our_iri,
) -> None:
    """Print decisions; what would change them is worked out for a single enterprise.

    ``occasions`` by policy add what the day of the act makes differ; none where that day was not given. What is to be
    known of a policy whoever is decided on is told once, below the answers on several enterprises.
    """
    if format is DecisionFormat.turtle:
        for decision, _, _ in decisions:
            graph = decision_graph(decision, find=find)
            for prefix, namespace in PREFIXES.items():
                graph.bind(prefix, namespace)
            sys.stdout.write(graph.serialize(format="turtle"))
        return
    explain = len({one for _, one, _ in decisions}) == 1
    prospects = [desk.foresee(facts, one, each, day) if explain else None for _, one, each in decisions]
    titles = desk.titles()
    for (decision, _, policy), prospect in zip(decisions, prospects, strict=True):
        occasion = occasions.get(policy.id)
        decided = follow_days(decision, occasion.days) if occasion else decision
        if not explain:
            own = tuple(one for one in decided.warnings if one.message not in policy.remarks)
            decided = replace(decided, warnings=own)
        told = describe_decision(decided, prospect, desk.codes, titles)
        lines = [*told, *(describe_days(decision, occasion) if occasion else ())]
        print("\n".join(map(show_text, lines)), end="\n\n")
    for policy in {policy.id: policy for _, _, policy in decisions}.values() if not explain else ():
        for remark in policy.remarks:
            print(show_text(say("terminal", "warning_each", policy=policy.label, text=remark)))


def describe_decision(
    decision: Decision,
    prospect: Prospect | None,
    codes: Codes | None = None,
    others: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """A decision in lines that a clerk reads from top to bottom.

    ``codes`` tell what a field is called, ``others`` what the conditions of other policies are, by their ids.
    """
    policy = decision.policy_label or decision.policy
    yield say("terminal", "head", name=decision.name, entity=decision.entity, policy=policy)
    outcome = say("terminal", "outcome", as_of=decision.as_of, outcome=outcome_label(decision))
    yield outcome + (f" · {decision.reason}" if decision.reason else "")
    titles = name_conditions(decision, others)
    for part in (*decision.conditions, *decision.findings):
        yield f"  {part.notation} {part.title} — {describe_status(part)}"
        for quote in filter(None, (part.quote, *(words for _, words in part.spoken))):
            yield say("terminal", "quote", text=" ".join(quote.split()))
        if part.reason:
            evidence = "、".join(name_evidence(one, titles) for one in part.evidence)
            yield say("terminal", "reason", text=part.reason) + (f"（{evidence}）" if evidence else "")
        for item in part.missing:
            if item.supplier:
                yield say("terminal", "missing_from", what=item.what, supplier=item.supplier)
            else:
                yield say("terminal", "missing", what=item.what)
        for line in proof_lines(part.proof, codes):
            yield say("terminal", "proof", text=line)
    for notice in decision.warnings:
        yield say("terminal", "warning", text=notice.message) + (
            f"（{'、'.join(name_records(notice, titles))}）" if notice.evidence else ""
        )
    for line in reading_lines(decision):
        yield say("terminal", "reading", text=line)
    if decision.currency:
        yield say("terminal", "currency", said=say("checking", "currency"), text="；".join(decision.currency))
    common, judgements = share_judgements(decision.measures)
    if common:
        yield say("terminal", "judged_all", matter=common)
    for row, judgement in zip(decision.measures, judgements, strict=True):
        judged = say("terminal", "to_judge", matter=judgement) if judgement else ""
        own, group = department_lines(row)
        shared = say("terminal", "group_departments", departments=group) if group else ""
        who = "；".join(piece for piece in (own, shared) if piece)
        yield (
            say("terminal", "measure", notation=row.notation, title=row.title) + (f"（{who}）" if who else "") + judged
        )
        for act in row.acts:
            yield say("terminal", "act", notation=act.notation, label=act.label or say("opinion", "unjudged"))
    if prospect is not None:
        for line in need_lines(prospect, tell_change):
            yield say("terminal", "change", what=line)
        for day, outcome in prospect.later:
            yield say("terminal", "later", day=day, outcome=outcome_word(outcome))


def tell_change(change: Change) -> str:
    """One thing that would change a decision, with who can supply it."""
    return change.what + (f"（{change.supplier}）" if change.supplier else "")


def describe_days(decision: Decision, occasion: Occasion) -> Iterator[str]:
    """The acts that follow and whose conclusion differs between the days of act and decision, a line for each."""
    for line in day_lines(decision, occasion):
        yield say("terminal", "day", text=line)


def exit_code(decisions: list[Decision], single: bool) -> int:
    """0 answered, 1 a single enterprise is refused, 3 somebody cannot be decided yet."""
    if any(decision.outcome == "undetermined" for decision in decisions):
        return 3
    negative = {"ineligible", "excluded", "suspended", "not_target"}
    return 1 if single and any(decision.outcome in negative for decision in decisions) else 0
