"""The page ``/check``: one enterprise under every policy, explained, from facts that are typed or sent and not kept.

Everything with facts travels by POST, the answers say ``no-store``, and neither an address nor a log names anybody;
a file that is sent is read in memory. The form comes back filled under the decision, so that a fact can be changed
and the difference seen, without script. What is decided, and why, comes from the judging floor unchanged.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from fastapi import APIRouter, Request, Response
from rdflib import Graph
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.types import Message

from policygraph.clock import today
from policygraph.errors import InputError, LimitError, UnavailableError
from policygraph.judging.decisions import (
    Decision,
    Hearing,
    MeasureRow,
    Prospect,
    decide,
    decision_graph,
    outcome_label,
)
from policygraph.judging.decisions.days import follow_days
from policygraph.judging.decisions.foreseeing import foresee
from policygraph.judging.decisions.rendering import (
    day_lines,
    department_lines,
    name_evidence,
    proof_lines,
    share_judgements,
)
from policygraph.judging.rules import Policy, Register, Row, make_register
from policygraph.judging.rules.facts import COVERABLE, TABLE, TABLES, Column
from policygraph.keeping.assessments import REMEDIES, Desk, change_day, find_occasion, law_day, open_desk
from policygraph.keeping.bundles import bundle_json
from policygraph.keeping.registers import (
    PARTLY_PUBLIC,
    CellError,
    RegisterError,
    claim_openly,
    is_restricted,
    register_graphs,
)
from policygraph.keeping.registers.reading import read_sheets
from policygraph.keeping.registers.uploads import MOST_BYTES, read_upload
from policygraph.keeping.search import find_code
from policygraph.namespaces import ID, PREFIXES, slug_of
from policygraph.speaking.addresses import name_file
from policygraph.speaking.papers.opinion import acts_by_group, render_opinion
from policygraph.speaking.web.cases import (
    STEPS,
    Case,
    name_place,
    open_case,
    read_case,
    resolve_places,
    tables_needed,
    write_case,
)
from policygraph.speaking.web.facts import MOST_ROWS, Facts, complete_form, facts_of, input_columns, public_facts_of
from policygraph.speaking.web.site import Now, Site, make_router
from policygraph.speaking.web.site import Page as Route
from policygraph.words import Language, say

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_FIELDS = 2000
DAYS_AHEAD = 90
MOST_DAYS_AHEAD = 366
MOST_ENTERPRISES = 30
"""Enterprises of a register that the page decides at once; more are for the command line."""
DECIDING_SECONDS = 3.0
"""Seconds of processor time that the decisions on a file that was sent may take together."""
RETRY_SECONDS = 5
"""When somebody whose file found no reader is told to come back."""
LONG_LIST = 20
"""A closed list with more values than this is typed: a page holds its words once, to suggest them in every row."""
PRIVATE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the page says of one policy: the decision, what would change it, and the measures that do not follow."""

    policy: Policy
    decision: Decision
    prospect: Prospect
    closed: tuple[MeasureRow, ...]
    elsewhere: Decision | None
    """For another place's policy: what it would say were the enterprise supervised there."""
    days: tuple[str, ...] = ()
    """The acts whose conclusion differs between the day of the act and that of the decision, and which governs."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in a form, and the name of the field where it is; empty where it is in none."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page shows beside its fixed words."""

    case: Case
    step: str = "who"
    """Which of ``STEPS`` is open."""
    entity: str = ""
    name: str = ""
    verdicts: tuple[Verdict, ...] = ()
    several: tuple[tuple[Facts, str, tuple[Decision, ...]], ...] = ()
    """The enterprises of a register that was sent: the facts of each, its name, the decisions that apply."""
    errors: tuple[Wrong, ...] = ()
    total_errors: int = 0
    veiled: bool = False
    """Whether a document of the place asks for records that are not public, which the sample does not show."""
    synthetic: bool = False
    from_code: bool = False
    """Whether the place of supervision was told by the code alone."""

    @property
    def facts(self) -> Facts:
        """The facts of the case."""
        return self.case.facts

    @property
    def as_of(self) -> str:
        """The day of checking, as typed."""
        return self.case.as_of

    def wrong_in(self, field: str) -> str:
        """What is wrong in a field; empty for nothing."""
        return "；".join(one.text for one in self.errors if one.field == field)


class Budget:
    """The processor time that the decisions of one request may take; who asks for more is told before it is spent."""

    def __init__(self, seconds: float) -> None:
        self._end = time.thread_time() + seconds

    def spend(self, place: str) -> None:
        """Go on while there is time. Errors: ``LimitError``."""
        if time.thread_time() > self._end:
            raise LimitError(
                place,
                f"{DECIDING_SECONDS:g} 秒处理机时间内没有判断完",
                "减少单位和记录，或用 policygraph decide 或 screen",
            )


def show_blank(now: Now, request: Request) -> Response:
    """The empty form; where no service stands behind the page, what it takes to decide."""
    if now.published:
        return now.render(request, "service.html", "check", needed="check")
    return show_page(now, request, Page(_blank(today())))


async def answer_form(now: Now, request: Request) -> Response:
    """What a form that was sent asks for; its files are closed whatever comes."""
    form = await _read_form(request)
    try:
        return await run_in_threadpool(respond, now, request, form)
    finally:
        await form.close()


def respond(now: Site, request: Request, form: FormData) -> Response:
    """The page, or the file, that a form asks for; what is wrong in it stands above the form again, with its fields."""
    pairs = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
    asked = dict(pairs)
    wish, _, choice = asked.get("do", "decide").partition(":")
    case = read_case(pairs, asked.get("as_of", "").strip() or today())
    case = replace(case, facts=resolve_words(now, resolve_places(case.facts, list_places(now))))
    step = "facts" if wish in ("add", "decide", "facts", "docx", "json", "turtle", "case") else "who"
    status = 400
    try:
        if wish == "open":
            case = open_case(*_read_file(form))
            case = replace(case, as_of=case.as_of or today())
            _read_day(case)
            case.days()
            return show_page(now, request, Page(_complete(case), "facts"))
        day = _read_day(case)
        _, decided = case.days()
        desk = open_day(now, law_day(day, decided))
        return fulfil(now, request, form, wish, choice, case, desk, day)
    except RegisterError as wrong:
        language = now.language_of(request)
        errors = tuple(Wrong(_say_error(error, language), _find_field(error)) for error in wrong.errors)
        page = Page(_complete(case), step, errors=errors, total_errors=wrong.total)
    except UnavailableError as wrong:
        page, status = Page(_complete(case), step, errors=(Wrong(str(wrong)),), total_errors=1), 503
    except (InputError, LimitError) as wrong:
        page = Page(_complete(case), step, errors=(_tell(wrong),), total_errors=1)
    if page.wrong_in("as_of"):
        # the form shows a day that it can show
        page = replace(page, case=replace(page.case, as_of=today()))
    response = show_page(now, request, page, status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


_FIELDS = frozenset({"as_of", "act_day", "decision_day", "policy", "enterprises.0.uscc"})
"""Fields outside the tables, and the one without which there is no case."""


def _tell(wrong: InputError | LimitError) -> Wrong:
    """An error as a line above the form; one of a field leads there and need not name it."""
    if wrong.place in _FIELDS:
        return Wrong(f"{wrong.cause}。{wrong.remedy}", wrong.place)
    return Wrong(str(wrong))


def _read_day(case: Case) -> date:
    try:
        return date.fromisoformat(case.as_of)
    except ValueError:
        raise InputError("as_of", f"{case.as_of[:20]!r} 不是日期", "写成 2026-11-22") from None


def _read_file(form: FormData) -> tuple[str, bytes]:
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise InputError("file", "没有选择文件", "选择用“存下案卷”得到的 .json 文件")
    return file.filename[:80], file.file.read()


def _blank(as_of: str) -> Case:
    return _complete(Case(Facts({}), as_of))


def _complete(case: Case) -> Case:
    return replace(case, facts=complete_form(case.facts))


def list_places(now: Site) -> list[tuple[str, str]]:
    """Code and name of the places whose documents the dataset holds."""
    names = now.names[now.source.code]
    return [(str(r["place"]).rsplit("/", 1)[-1], names.name(r["place"])) for r in now.rows("check-regions")]


def fulfil(
    now: Site, request: Request, form: FormData, wish: str, choice: str, case: Case, desk: Desk, day: date
) -> Response:
    """Do what a form wishes.

    Errors: ``RegisterError``, ``InputError`` and ``LimitError`` for what it holds; ``UnavailableError`` while the
    readers of files are taken.
    """
    if wish == "sample":
        entity = choice or str(form.get("sample", ""))
        veiled = is_veiled(desk, now.sample, entity)
        facts = leave_determinations(public_facts_of(now.sample, entity, veiled), now.policies.values())
        withheld = PARTLY_PUBLIC if veiled else frozenset[str]()
        register = replace(read_facts(facts, desk), synthetic=True, withheld=withheld)
        page = decide_page(now, desk, register, replace(case, facts=facts), day)
        return show_page(now, request, replace(page, veiled=veiled))
    if wish == "code":
        return lead_in(now, request, form, desk, case, day)
    if wish == "upload":
        return show_page(now, request, decide_upload(now, form.get("file"), desk, case, day))
    if wish == "case":
        rows = case.facts.tables.get("enterprises") or ({},)
        called = rows[0].get("name", "").strip() or case.facts.entity
        named = say("checking", "file_case", name=called, day=case.as_of)
        headers = {**PRIVATE, **name_file(f"{named}.json", "case.json")}
        return Response(write_case(case), media_type="application/json", headers=headers)
    if wish == "who":
        return show_page(now, request, Page(_complete(case), "who"))
    if wish == "add" and choice in TABLE:
        return show_page(now, request, Page(replace(case, facts=complete_form(case.facts).with_row(choice)), "facts"))
    case.choose(desk.policies)
    if wish == "facts":
        return show_page(now, request, Page(_complete(case), "facts"))
    if wish == "documents":
        # only who it is about is looked at before anything else is asked
        who = Facts({"enterprises": case.facts.tables.get("enterprises", ())})
        if read_facts(who, desk).enterprise(who.entity) is None:
            raise InputError("enterprises.0.uscc", "没有填写单位", "至少填写统一社会信用代码、名称和监管所在地")
        return show_page(now, request, Page(_complete(case), "documents"))
    register = read_facts(case.facts, desk)
    if register.enterprise(case.facts.entity) is None:
        raise InputError("enterprises.0.uscc", "没有填写单位", "至少填写统一社会信用代码、名称和监管所在地")
    if wish in ("docx", "json", "turtle"):
        return download(now, desk, register, case, day, wish, choice)
    if wish == "watch":
        return show_watch(now, request, desk, register, case.facts, day, str(form.get("days", "")))
    return show_page(now, request, decide_page(now, desk, register, case, day))


def lead_in(now: Site, request: Request, form: FormData, desk: Desk, case: Case, day: date) -> Response:
    """The case of a code that somebody typed into a box: with the place that the code tells, to be looked over.

    The third to eighth figure of a code are the division of the registry (GB 32100-2015), which supervises as a rule
    and not always. The code of an invented enterprise leads to what is known of it. Errors: ``InputError`` for none.
    """
    code = find_code(str(form.get("code", "")))
    if not code:
        raise InputError("enterprises.0.uscc", "没有认出统一社会信用代码", "写 18 位的代码")
    if now.sample.enterprise(code) is not None:
        return fulfil(now, request, form, "sample", code, case, desk, day)
    facts = Facts({"enterprises": ({"uscc": code, "region": code[2:8] if code[2:8].isdecimal() else ""},)})
    return show_page(now, request, Page(_complete(replace(case, facts=facts)), "who", from_code=True))


def show_watch(
    now: Site, request: Request, desk: Desk, register: Register, facts: Facts, day: date, written: str
) -> Response:
    """What will change for the enterprise of a form within some days; nobody may keep it.

    The facts are those that somebody typed or sent, so what is not public of them is theirs to see; of the sample only
    public facts come here. Errors: ``InputError`` for a number of days that is not possible.
    """
    wanted = written.strip() or str(DAYS_AHEAD)
    if not wanted.isdecimal() or not 1 <= int(wanted) <= MOST_DAYS_AHEAD:
        raise InputError(say("watching", "days"), f"{wanted[:10]!r} 不在 1 到 {MOST_DAYS_AHEAD} 之间", "例如 90")
    entity = facts.entity
    language = now.language_of(request)
    words = language.words["checking"]

    def ask(of: Register, policy: Policy, on: date) -> Decision:
        return desk.decide(of, entity, policy, on)

    known = [policy for policy in desk.policies.values() if ask(register, policy, day).reason_code not in _ELSEWHERE]
    row = register.enterprise(entity)
    response = now.render(
        request,
        "watch.html",
        "check",
        facts=facts,
        as_of=day.isoformat(),
        days=int(wanted),
        most_days=MOST_DAYS_AHEAD,
        called=row.text("name") or entity if row else entity,
        synthetic=register.synthetic,
        found=foresee(register, entity, known, day, int(wanted), ask, desk.policies.values()),
        labels={policy.id: name_policy(now, language, policy.id, policy.label) for policy in known},
        outcome_word=lambda outcome: words.get(f"out_{outcome}", outcome),
        condition_iri=lambda condition: now.thing_iri("condition", condition),
        name_evidence=lambda name: call_evidence(now, language, name),
    )
    response.headers.update(PRIVATE)
    return response


_ELSEWHERE = ("outside-jurisdiction", "wrong-subject")
"""Why a policy does not apply whatever the day is."""


def show_page(now: Site, request: Request, page: Page, status: int = 200) -> Response:
    """The page with its form; nobody may keep it."""
    language = now.language_of(request)
    words = language.words["checking"]
    tell = now.wordings[language.code].tell if language.foreign else str
    places = list_places(now)
    response = now.render(
        request,
        "check.html",
        "check",
        status=status,
        page=page,
        steps=STEPS,
        tables=TABLES,
        needed=tables_needed(_chosen(now, page.case)),
        offered=list_policies(now, language, page),
        place_word=lambda code: name_place(code, places),
        condition_iri=lambda condition: now.thing_iri("condition", condition),
        document_of=lambda policy: now.thing_iri("doc", now.policies[policy].document),
        columns=input_columns,
        column_name=lambda column: language.words["register_columns"].get(column.name, column.label),
        options=lambda table, column: () if is_long(now, column) else list_options(now, language, table, column),
        suggested={scheme: list_words(now, language, scheme) for scheme in long_schemes(now)},
        conditions=group_conditions(now, language),
        is_long=lambda column: is_long(now, column),
        word_of=lambda column, code: word_of(now, language, column, code),
        samples=list_samples(now.sample),
        telling=find_telling(now) if page.step == "who" else "",
        places=[name for _, name in places],
        label_outcome=lambda decision: outcome_label(
            replace(decision, grade=tell(decision.grade)) if decision.grade else decision, language
        ),
        policy_name=lambda decision: name_policy(now, language, decision.policy, decision.policy_label),
        outcome_word=lambda outcome: words.get(f"out_{outcome}", outcome),
        name_evidence=lambda name: call_evidence(now, language, name),
        proof_lines=partial(proof_lines, codes=now.codes),
        department_lines=department_lines,
        acts_by_group=acts_by_group,
        judgements_of=judgements_of,
        flipping=flipping_readings,
        remedies=lambda policy: list_remedies(now, policy),
        days_ahead=DAYS_AHEAD,
        most_days=MOST_DAYS_AHEAD,
        most_rows=MOST_ROWS,
        most_bytes=MOST_BYTES,
    )
    response.headers.update(PRIVATE)
    return response


PAGES: tuple[Route, ...] = (("/check", "check", show_blank),)
FORMS: tuple[Route, ...] = (("/check", "check_facts", answer_form),)
"""The form, and what answers it."""


def check_router(languages: Iterable[Language]) -> APIRouter:
    """The form, the decisions and their downloads, in every language."""
    return make_router(languages, PAGES, FORMS)


def read_facts(facts: Facts, desk: Desk) -> Register:
    """The register that a form describes. Errors: ``RegisterError`` with every wrong field."""
    return read_sheets("check", facts.sheets(), conditions=desk.conditions(), codes=desk.codes)


def judgements_of(decision: Decision) -> tuple[str, dict[str, str]]:
    """What is to be judged of all the measures of a decision, and of each, by its IRI."""
    common, left = share_judgements(decision.measures)
    return common, {row.measure: text for row, text in zip(decision.measures, left, strict=True)}


def _chosen(now: Site, case: Case) -> tuple[Policy, ...]:
    """The policies of a case; all of them where it chooses none that there is."""
    found = tuple(policy for name, policy in now.policies.items() if name in case.policies)
    return found or tuple(now.policies.values())


@dataclass(frozen=True, slots=True)
class Offer:
    """A policy to choose: what it is called, and whether its place is that of the enterprise."""

    policy: str
    label: str
    document: str
    is_here: bool
    is_chosen: bool


def list_policies(now: Site, language: Language, page: Page) -> list[Offer]:
    """The policies to choose from: before anything is chosen those of the place of supervision are, and beside an
    answer that was asked of all of them, all are.
    """
    case = page.case
    rows = case.facts.tables.get("enterprises") or ({},)
    region = rows[0].get("region", "")
    offers = []
    for name, policy in now.policies.items():
        here = bool(region) and region.startswith(policy.region_prefix)
        chosen = name in case.policies if case.policies else here or bool(page.verdicts)
        label = name_policy(now, language, name, policy.label)
        offers.append(Offer(name, label, now.thing_iri("doc", policy.document), here, chosen))
    return sorted(offers, key=lambda offer: not offer.is_here)


BURDENING = ("determinations", "dishonesty", "penalties", "accidents", "listings")
"""Tables of what can be held against an enterprise, those first whose rows weigh most in the documents."""


def find_telling(now: Site) -> str:
    """The enterprise of the sample that is shown first: of those in a place with a document that burdens, the one
    with most in ``BURDENING``; empty for an empty sample. Nothing is decided for it, since the form must come at once.
    """
    sample = now.sample
    prefixes = tuple(policy.region_prefix for policy in now.policies.values() if policy.adverse)

    def weigh(entity: str) -> tuple[bool, tuple[int, ...]]:
        row = sample.enterprise(entity)
        rows = [one.table for one in sample.about(entity) if not is_restricted(one, sample)]
        region = str(row.text("region") or "") if row else ""
        return region.startswith(prefixes), tuple(map(rows.count, BURDENING))

    return max(sample.enterprises, key=weigh, default="")


def decide_page(now: Site, desk: Desk, register: Register, case: Case, day: date) -> Page:
    """The enterprise of a form under every policy that was chosen, by the law of the days that were given."""
    facts = case.facts
    entity = facts.entity
    row = register.enterprise(entity)
    budget, hearing = Budget(DECIDING_SECONDS), Hearing(register)
    judged = (_judge(desk, hearing, entity, policy, day, budget) for policy in case.choose(desk.policies))
    verdicts = tuple(_hold_to_days(now, desk, verdict, day, case) for verdict in judged)
    return Page(
        _complete(case),
        "answer",
        entity,
        row.text("name") or entity if row else entity,
        tuple(sorted(verdicts, key=lambda verdict: verdict.decision.outcome == "inapplicable")),
        synthetic=register.synthetic,
    )


def _judge(desk: Desk, hearing: Hearing, entity: str, policy: Policy, day: date, budget: Budget) -> Verdict:
    register = hearing.register
    budget.spend(register.name)
    decision = desk.decide(register, entity, policy, day, today=_today(), hearing=hearing)
    follow = {row.measure for row in (*decision.measures, *decision.unclassified)}
    closed = tuple(row for row in desk.measures if row.document == policy.document and row.measure not in follow)
    elsewhere = None
    if decision.reason_code == "outside-jurisdiction":
        elsewhere = decide(_supervised_in(register, entity, policy), entity, policy.by_default(), day)
    budget.spend(register.name)
    return Verdict(policy, decision, desk.foresee(register, entity, policy, day, hearing=hearing), closed, elsewhere)


def _hold_to_days(now: Site, desk: Desk, verdict: Verdict, day: date, case: Case) -> Verdict:
    """The same where each act stands under the conclusion of the day that governs it, as on the paper."""
    happened, decided = case.days()
    if happened is None:
        return verdict
    met = find_occasion(now.store, desk, verdict.policy.document, day, happened, decided)
    lines = tuple(day_lines(verdict.decision, met))
    return replace(verdict, decision=follow_days(verdict.decision, met.days), days=lines)


def _today() -> date:
    return date.fromisoformat(today())


def _supervised_in(register: Register, entity: str, policy: Policy) -> Register:
    """The same facts, were the enterprise supervised in the place of a policy.

    That the lists of its own place are complete says nothing of those elsewhere that are not public.
    """
    rows = [
        Row(row.table, {**row.cells, "region": policy.region_prefix}, row.number)
        if row.table == "enterprises" and row.text("uscc") == entity
        else row
        for row in register.rows
    ]
    known = claim_openly(rows) if policy.looks_at_watch_lists else rows
    return make_register(register.name, known, synthetic=register.synthetic)


def is_veiled(desk: Desk, register: Register, entity: str) -> bool:
    """Whether a policy of the place of an enterprise asks for records that are not public."""
    row = register.enterprise(entity)
    region = str(row.text("region") or "") if row else ""
    policies = desk.policies.values()
    return any(region.startswith(policy.region_prefix) and policy.looks_at_watch_lists for policy in policies)


def decide_upload(now: Site, file: object, desk: Desk, case: Case, day: date) -> Page:
    """The enterprises of a register that was sent, each with the decisions of the policies that apply to it."""
    if not isinstance(file, UploadFile) or not file.filename:
        raise InputError("file", "没有选择文件", "选择 .xlsx 工作簿，或装有 CSV 文件的 .zip")
    register = read_upload(file.filename, file.file.read(), conditions=desk.conditions(), codes=desk.codes)
    entities = register.enterprises
    if not entities:
        raise InputError(register.name, "登记册里没有单位", "补充 enterprises 表")
    if len(entities) > MOST_ENTERPRISES:
        raise LimitError(
            register.name,
            f"有 {len(entities)} 个单位，网页一次最多 {MOST_ENTERPRISES} 个",
            "请用 policygraph decide 或 policygraph screen",
        )
    if len(entities) == 1:
        facts = facts_of(register, entities[0])
        return decide_page(now, desk, register, replace(case, facts=facts), day)
    several = []
    budget = Budget(DECIDING_SECONDS)
    for entity in entities:
        facts = facts_of(register, entity)
        decisions, hearing = [], Hearing(register)
        for policy in desk.policies.values():
            budget.spend(register.name)
            decisions.append(desk.decide(register, entity, policy, day, today=_today(), hearing=hearing))
        row = register.enterprise(entity)
        name = row.text("name") or entity if row else entity
        several.append((facts, name, tuple(d for d in decisions if d.outcome != "inapplicable")))
    return Page(_blank(day.isoformat()), several=tuple(several))


def download(now: Site, desk: Desk, register: Register, case: Case, day: date, form: str, name: str) -> Response:
    """The decisions as a file: the paper on one policy, or JSON or Turtle of all that were chosen."""
    policies = desk.choose(name) if name else case.choose(desk.policies)
    entity, hearing = case.facts.entity, Hearing(register)
    happened, decided = case.days()
    row = register.enterprise(entity)
    called = row.text("name") or entity if row else entity
    suffix = "ttl" if form == "turtle" else form
    if form == "docx":
        number = now.names[now.source.code].name(now.thing_iri("doc", policies[0].document))
        named = say("checking", "file_paper", name=called, document=number, day=day.isoformat())
        plain = f"check-{policies[0].document}-{day.isoformat()}"
    else:
        named, plain = say("checking", "file_facts", name=called, day=day.isoformat()), f"check-{day.isoformat()}"
    headers = {**PRIVATE, **name_file(f"{named}.{suffix}", f"{plain}.{suffix}")}
    if form == "docx":
        decision = desk.decide(register, entity, policies[0], day, today=_today(), hearing=hearing)
        prospect = desk.foresee(register, entity, policies[0], day, hearing=hearing)
        met = find_occasion(now.store, desk, policies[0].document, day, happened, decided)
        body = render_opinion(decision, met, prospect, register=register, codes=desk.codes, titles=desk.titles())
        return Response(body, media_type=DOCX, headers=headers)
    decisions = [desk.decide(register, entity, policy, day, today=_today(), hearing=hearing) for policy in policies]
    if form == "json":
        answers = [
            bundle_json(
                now.store,
                register,
                decision,
                desk.foresee(register, entity, policy, day, hearing=hearing),
                find_occasion(now.store, desk, policy.document, day, happened, decided),
                _today(),
            )
            for decision, policy in zip(decisions, policies, strict=True)
        ]
        text = json.dumps(answers, ensure_ascii=False, indent=1)
        return Response(text, media_type="application/json", headers=headers)
    bundle = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        bundle.bind(prefix, namespace)
    find = now.store.find_iri
    parts = register_graphs(register, find)
    for graph in (parts.open, parts.restricted, *(decision_graph(one, find=find) for one in decisions)):
        for triple in graph:
            bundle.add(triple)
    return Response(bundle.serialize(format="turtle"), media_type="text/turtle; charset=utf-8", headers=headers)


def leave_determinations(facts: Facts, policies: Iterable[Policy]) -> Facts:
    """The facts of an invented enterprise without what was determined of conditions that no policy here has.

    The sample was made for our five documents; where they do not stand, a determination by them is about nothing.
    """
    known = {item.condition for policy in policies for item in policy.asked}
    rows = tuple(row for row in facts.tables.get("determinations", ()) if row.get("condition", "") in known)
    return replace(facts, tables={**facts.tables, "determinations": rows})


def list_samples(register: Register) -> list[tuple[str, str, str]]:
    """Code, name and place of every invented enterprise."""
    rows = [register.enterprise(entity) for entity in register.enterprises]
    return [(str(r.cells["uscc"]), str(r.cells["name"]), str(r.cells["region"])) for r in rows if r is not None]


def name_policy(site: Site, language: Language, policy: str, label: str) -> str:
    """What a policy is called in the language of the page; its label where the names of the dataset lack it."""
    node = site.thing_iri("policy", policy)
    title = site.names[language.code].title(node)
    return label if title == slug_of(node) else title


def list_options(site: Site, language: Language, table: str, column: Column) -> list[tuple[str, str]]:
    """The values of a field that has a list of its own, with their words; empty for a field that is typed."""
    words: Mapping[str, str] = language.words["checking"]
    names = site.names[language.code]
    if column.kind == "bool":
        return [("true", language.words["codes"]["yes"]), ("false", language.words["codes"]["no"])]
    if column.scheme:
        known = site.codes.of(column.scheme)
        values = column.allowed or tuple(known)
        return [(value, names.name(known[value].concept)) for value in values]
    if column.kind == "condition":
        return [pair for _, pairs in group_conditions(site, language) for pair in pairs]
    if column.kind == "table":
        return [(name, words[f"table_{name}"]) for name in COVERABLE]
    return [(value, words.get(f"opt_{value}", value)) for value in column.allowed]


def group_conditions(site: Site, language: Language) -> list[tuple[str, list[tuple[str, str]]]]:
    """The conditions that somebody may determine, with their words, under the number of each document."""
    names = site.names[language.code]
    groups: dict[str, list[tuple[str, str]]] = {}
    titles = list_titles(site, language)
    for policy in site.policies.values():
        judged = {shape.condition for shape in policy.shapes if shape.needs == "judgement"}
        pairs = [(item.condition, titles[item.condition]) for item in policy.asked if item.condition in judged]
        groups.setdefault(names.name(site.thing_iri("doc", policy.document)), []).extend(pairs)
    return [(number, pairs) for number, pairs in groups.items() if pairs]


def is_long(site: Site, column: Column) -> bool:
    """Whether the values of a column are too many to be chosen from in every row; see ``LONG_LIST``."""
    return bool(column.scheme) and not column.allowed and len(site.codes.of(column.scheme)) > LONG_LIST


def long_schemes(site: Site) -> tuple[str, ...]:
    """The lists that some column asks for by typing, each once."""
    columns = (column for table in TABLES for column in table.columns if is_long(site, column))
    return tuple(dict.fromkeys(column.scheme for column in columns))


def list_words(site: Site, language: Language, scheme: str) -> list[str]:
    """The words of a list in the language of the page, in its order."""
    names = site.names[language.code]
    return [names.name(code.concept) for code in site.codes.of(scheme).values()]


def word_of(site: Site, language: Language, column: Column, written: str) -> str:
    """A code of a long list by its word; what is no code of it as it was typed."""
    code = site.codes.of(column.scheme).get(written)
    return site.names[language.code].name(code.concept) if code else written


def resolve_words(site: Site, facts: Facts) -> Facts:
    """The facts with the values of long lists by their codes, where they were told by a word of any language.

    A word that no value bears, or that two bear, stays as typed: the register says what is wrong with it.
    """
    schemes = {
        (table.name, column.name): column.scheme
        for table in TABLES
        for column in table.columns
        if is_long(site, column)
    }

    def resolve(table: str, column: str, written: str) -> str:
        known = site.codes.of(scheme) if (scheme := schemes.get((table, column))) else {}
        word = written.strip().casefold()
        if word in known:
            return word
        named = [
            value
            for value, code in known.items()
            if any(names.name(code.concept).casefold() == word for names in site.names.values())
        ]
        return named[0] if len(named) == 1 else written

    tables = {
        table: tuple({column: resolve(table, column, value) for column, value in row.items()} for row in rows)
        for table, rows in facts.tables.items()
    }
    return Facts(tables)


def call_evidence(site: Site, language: Language, name: str) -> str:
    """How a record is called in the language of the page; a condition in its key by its title there."""
    tables = {table.name: str(language.words["checking"][f"table_{table.name}"]) for table in TABLES}
    return name_evidence(name, list_titles(site, language), tables if language.foreign else None)


def list_titles(site: Site, language: Language) -> Mapping[str, str]:
    """What each condition that somebody may determine is called, by its id."""
    names = site.names[language.code]

    def title(condition: str, written: str) -> str:
        node = site.thing_iri("condition", condition)
        known = names.title(node) if language.foreign else written
        return written if known == slug_of(node) else known

    return {
        item.condition: f"{item.notation} {title(item.condition, item.title)}".strip()
        for policy in site.policies.values()
        for item in policy.asked
    }


def list_remedies(site: Site, policy: Policy) -> list[dict[str, object]]:
    """How the policy's document lets an enterprise object, repair or leave; absence is a row that says so."""
    document = site.thing_iri("doc", policy.document)
    rows = [row for row in site.ask("mechanisms") if row["document"] == document]
    return [dict(row) for slug in REMEDIES for row in rows if row["mechanism"] == str(ID[f"concept/{slug}"])]


def flipping_readings(decision: Decision) -> tuple[str, ...]:
    """The questions of reading whose other answer changes the outcome or what follows from it."""
    return tuple(reading.reading for reading in decision.readings if reading.flips(decision.outcome))


def open_day(now: Site, day: date) -> Desk:
    """The desk of a day: its policies are read once, another day changes only what became of the legal bases."""

    def make(other: Desk | None) -> Desk:
        return open_desk(now.store, day) if other is None else change_day(now.store, other, day)

    return now.desks.get(day, make)


def _find_field(error: CellError) -> str:
    """The name of the field that is wrong; empty where it is none of the form."""
    table = TABLE.get(error.file.removesuffix(".csv"))
    if table is None or not error.row or error.column not in {column.name for column in table.columns}:
        return ""
    return f"{table.name}.{error.row - 1}.{error.column}"


def _say_error(error: CellError, language: Language) -> str:
    """A wrong field by the names on the form: table, row, column, value; what is wrong and what to write come last."""
    table = TABLE.get(error.file.removesuffix(".csv"))
    if table is None:
        return str(error)
    words = language.words
    labels = {column.name: words["register_columns"].get(column.name, column.label) for column in table.columns}
    place = str(words["checking"][f"table_{table.name}"]) if language.foreign else table.label
    row = " " + str(words["checking"]["row_n"]).format(n=error.row) if error.row else ""
    column = labels.get(error.column, error.column)
    shown = f"{' ' if language.foreign else ''}“{error.value}”" if error.value else ""
    return f"{place}{row} {column}{shown}{words['colon']}{error.cause}。{error.remedy}"


async def _read_form(request: Request) -> FormData:
    """The fields of a request, bounded before they are taken apart, so that nothing spills to a disk.

    Errors: ``LimitError`` for a body above the limit, before it is read where its length is declared.
    """
    most = MOST_BYTES + 40_000
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise LimitError("check", f"请求超过 {MOST_BYTES:,} 字节", "更大的登记册请用 policygraph decide 或 screen")
        chunks.append(chunk)
    body = b"".join(chunks)

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    bounded = Request(request.scope, receive)
    return await bounded.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES)
