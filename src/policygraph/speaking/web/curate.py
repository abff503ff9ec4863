"""The page ``/curate``: a document's text beside what is proposed and held about it, for whoever decides.

It stands only where a service was started for it (``serve --edit``), on this machine or behind a token. Every action is
a form that is sent, so all of it works without script; script adds keys and the choice of words with the mouse. What an
action does is decided in ``keeping.curation`` and nowhere else: the page carries words to it and shows what stands, so
the command line and the page can be used by turns, by several people at once. Each form tells what its sender has seen;
who was overtaken is told so and nothing is written.

Answers are never kept, and a form from another site is refused before it is read: this is the one page that writes.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from policygraph.clock import now as read_clock
from policygraph.clock import write_instant
from policygraph.errors import InputError, LimitError, NotFoundError, PolicygraphError
from policygraph.keeping.catalogues import COLUMNS
from policygraph.keeping.curation import bodies, laws
from policygraph.keeping.curation.bench import Bench
from policygraph.keeping.curation.cases import DRAFT, LINES, STATES, Case, OpenProposal, list_proposals
from policygraph.keeping.curation.deciding import (
    accept,
    answer,
    edit,
    list_empty,
    reject,
    remove,
    reopen,
    restore,
    settle,
    undo,
    write,
)
from policygraph.keeping.curation.drafting import draft_document
from policygraph.keeping.curation.halves import add_line
from policygraph.keeping.curation.journal import Entry, last_batch, list_rejected, read_journal
from policygraph.keeping.curation.meanings import Meaning, list_meanings
from policygraph.keeping.curation.names import BODY, PrintedName, list_names
from policygraph.keeping.curation.remaining import group_wanting
from policygraph.keeping.curation.silences import Spoken, list_spoken, list_ungraded
from policygraph.keeping.curation.statements import (
    Choice,
    Statement,
    find_contrary,
    find_statement,
    list_choices,
    list_classes,
    list_statements,
    name_class,
    name_kind,
    name_term,
    takes_several,
    title_of,
)
from policygraph.keeping.holding import BusyError, StaleError
from policygraph.reading.documents import Clause
from policygraph.reading.drafting import ADDRESSES, FIELDS, PRINTED, SORTS, Sort
from policygraph.reading.drafting.conditions import months_of, read_period
from policygraph.speaking.web.names import spell_way
from policygraph.speaking.web.reader import Highlight, Piece, cut_pieces, split_paragraphs
from policygraph.speaking.web.site import Now, Site, make_router
from policygraph.speaking.web.site import Page as Route
from policygraph.words import Language, say, source_language

MOST_BYTES = 200_000
"""The largest form: a clause that is quoted whole, and the fields of a statement."""
MOST_FIELDS = 400
MOST_OPEN = 12
"""How many statements may be open for change at once."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
FORM = "application/x-www-form-urlencoded"
# a form's Origin is told within the site, which it is not where no referrer is; nothing is told to other sites
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}
_VALUE = "v."
_EDITING = ("save", "save-accept", "remove")
"""What the form of an open statement may be sent for: it is closed when that is done."""
_ASKED = ("openQuestion", "unclearWords")
"""Properties that are no fields: they are told as questions, each with a place for the reason why it is not asked."""
_SHOWN_ENTRIES = 50
_STATUSES: tuple[tuple[type[PolicygraphError], int], ...] = (
    (StaleError, 409), (BusyError, 503), (NotFoundError, 404), (InputError, 400),
)  # fmt: skip
"""The HTTP status of what can be wrong with a form, the narrowest first."""


@dataclass(frozen=True, slots=True)
class Editing:
    """On what is decided, and by whom: the open desk, and who tells a token's holder from strangers.

    ``find_holder`` gives the holder of a token that lets decide, None for every other; where it is None no token is
    asked for, and the page stands for this machine alone.
    """

    bench: Bench
    find_holder: Callable[[str], str | None] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What a page is about: the kind that is shown, who decides, which statements are open for change.

    Several may be open at once, the one opened last is the last; what is decided on something else closes none.
    """

    kind: str = ""
    by: str = ""
    edit: tuple[str, ...] = ()

    def query(self, **other: str) -> str:
        """The address's query for this view, or for another in which some things differ; empty for the plain page."""
        asked = {"kind": self.kind, "by": self.by} | other
        told = urlencode(
            [*((name, value) for name, value in asked.items() if value), *(("edit", a) for a in self.edit)]
        )
        return f"?{told}" if told else ""

    def opening(self, address: str) -> View:
        """The view in which a statement is open too.

        >>> View(edit=("a", "b")).opening("a").edit, View(by="法制科", edit=("a",)).closing("a").query()
        (('b', 'a'), '?by=%E6%B3%95%E5%88%B6%E7%A7%91')
        """
        return replace(self, edit=(*(one for one in self.edit if one != address), address)[-MOST_OPEN:])

    def closing(self, *addresses: str) -> View:
        """The view in which statements are open no longer."""
        return replace(self, edit=tuple(one for one in self.edit if one not in addresses))


@dataclass(frozen=True, slots=True)
class Opened:
    """A statement that is open for change, its fields, and what was typed into them if it was sent and not taken."""

    said: Statement
    fields: tuple[Field, ...]
    typed: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A proposal that somebody rejected, by the words it had, with the entry that says by whom and why."""

    title: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Field:
    """A property in a form: what it is called, its values, and those to choose from; none where words are typed."""

    term: str
    label: str
    values: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    several: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """A clause without parts: its address, what it is called, and its paragraphs cut where a highlight ends."""

    clause: str
    label: str
    level: str
    paragraphs: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class KindRow:
    """How far a document has been read for a kind of content."""

    kind: str
    label: str
    state: str
    open: int
    held: int
    is_empty: bool
    """Nobody has settled it and there is nothing of it: to settle it says that the text is silent."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that no registry knows, and what it could be registered as."""

    name: PrintedName
    suggested: bodies.Suggestion | None


class CuratePages:
    """The pages over one open desk."""

    def __init__(self, editing: Editing) -> None:
        self.bench = editing.bench
        self.find_holder = editing.find_holder

    async def admit(self, request: Request) -> str:
        """Who asks: the holder of the token, or nobody in particular on this machine.

        Errors: ``HTTPException`` 401 without a token that opens this, 403 for a form from another site or a name of
        this machine that is not its own.
        """
        if request.method not in ("GET", "HEAD"):
            refuse_foreign(request)
        if self.find_holder is None:
            host = urlsplit(f"//{request.headers.get('host', '')}").hostname
            if host not in LOOPBACK:
                # a name that somebody else points at this machine would make his page one of ours
                raise HTTPException(403, say("curating", "refused_host"), PRIVATE)
            return ""
        holder = self.find_holder(read_token(request.headers.get("authorization", "")))
        if holder is None:
            asked = {"WWW-Authenticate": 'Basic realm="policygraph curate", charset="UTF-8"'}
            raise HTTPException(401, say("curating", "refused_token"), PRIVATE | asked)
        return holder

    def show_index(self, now: Now, request: Request) -> Response:
        """The documents of the workspace, each with what is left to do."""
        language = now.language_of(request)
        rows = []
        for identifier in self.bench.documents():
            case = self.bench.case(identifier)
            rows.append((identifier, case.reading.document, list_kinds(case, language)))
        return finish(now.render(request, "curate.html", "curate", rows=rows, by=request.query_params.get("by", "")))

    def show_case(self, now: Now, request: Request, identifier: str) -> Response:
        """One document: its text, what is proposed and what is held."""
        asked = request.query_params
        view = View(asked.get("kind", ""), asked.get("by", ""), read_open(asked.getlist("edit")))
        return self.show(now, request, self.bench.case(identifier), view)

    async def take_form(self, now: Now, request: Request, identifier: str) -> Response:
        """What a form asks for is done, and the page shown again."""
        fields = await read_form(request)
        return await run_in_threadpool(self.act, now, request, identifier, fields)

    def act(self, now: Site, request: Request, identifier: str, fields: Mapping[str, list[str]]) -> Response:
        """Do what a form asks for; what is wrong stands above the page again, with what was typed."""
        case = self.bench.case(identifier)
        view = View(_one(fields, "view"), _one(fields, "by"), read_open(fields.get("open", ())))
        do, address = _one(fields, "do"), _one(fields, "address")
        before = {one.address: meaning for meaning in list_shown(case, view) for one in meaning.members}
        try:
            told = do_action(case, fields, write_instant(read_clock()))
        except (InputError, NotFoundError) as error:
            # what is wrong with files or disks is told by the application, as everywhere
            status = next(code for kind, code in _STATUSES if isinstance(error, kind))
            kept = view.opening(address) if do in _EDITING else view
            return self.show(now, request, self.bench.case(identifier), kept, error, fields, status)
        view = view.closing(*(one for one in view.edit if not is_held(case, one)))
        view = view.closing(*fields.get("address", ())) if do in (*_EDITING, "accept") else view
        view = view.opening(told) if told else view
        place = now.language_of(request).prefix + f"/curate/{quote(identifier)}{view.query()}"
        shown = list_shown(case, view)
        decided = before[address].address if address in before else address
        called = list(dict.fromkeys(meaning.address for meaning in before.values()))
        there = "edit-head" if told else find_next(called, [one.address for one in shown], decided)
        if there in {f"p-{one.address}" for one in shown if len(one.members) > 1}:
            there = f"m{there[1:]}"  # the meaning and not what lies folded in it
        return finish(RedirectResponse(f"{place}#{there}", 303))

    def show(
        self, now: Site, request: Request, case: Case, view: View, error: PolicygraphError | None = None,
        typed: Mapping[str, list[str]] | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """The page of a document."""
        language = now.language_of(request)
        proposals = list_proposals(case)
        held = (*list_statements(case), *list_statements(case, LINES))
        drafted = {one.address: one for one in list_statements(case, DRAFT)}
        kinds = list_kinds(case, language, proposals, held)
        opened, problem = [], error
        for address in reversed(view.edit):
            try:
                opened.append(open_statement(case, find_statement(case, address), language, typed or {}))
            except NotFoundError as gone:
                problem = problem or gone
                status = status if error else 404
        meanings = list_shown(case, view, proposals)
        shown = [one for meaning in meanings for one in meaning.members]
        places = spell_clauses(case, language)
        entries = read_journal(case)
        names = list_names(case)
        response = now.render(
            request,
            "curate-document.html",
            "curate",
            status=status,
            identifier=case.identifier,
            document=case.reading.document,
            path=f"/curate/{case.identifier}",
            view=view,
            problem=problem,
            typed=typed or {},
            kinds=kinds,
            spoken=list_unheard(case, kinds),
            ungraded=list_ungraded(case) if view.kind in ("", "grades", "conditions") else (),
            lines=case.path(LINES),
            wanting=list_wanting_words(case, held, language),
            proposals=shown,
            meanings=meanings,
            places=places,
            rule_of=lambda one: say_rule(one.rule, language),
            heading_of=lambda one: _head(one, case, drafted, language),
            note_of=lambda one: _say_note(one, case, language),
            held=[one for one in held if view.kind in ("", one.kind)],
            leaves=cut_text(case, proposals, held),
            opened=opened,
            classes=[(name, language.pick(**name_class(case.desk, name))) for name in ADDRESSES],
            clauses=list_clauses(case, places),
            kinds_of=lambda one: _name_classes(case, one, language),
            contrary=lambda one: _tell_contrary(case, one, language),
            drafted=drafted,
            time_of=lambda one: _say_time(one.at, language),
            says=lambda one: _say_values(case, drafted.get(one.address), language),
            part_title=lambda address: drafted[address].title if address in drafted else address,
            class_name=lambda name: language.pick(**name_class(case.desk, name)) or name,
            kind_name=lambda kind: language.pick(**name_kind(case.desk, kind)) or kind,
            asked={one.address: one.asked for one in proposals},
            last=entries[-1] if entries else None,
            entries=entries[: -_SHOWN_ENTRIES - 1 : -1],
            undoable=_undoable(entries),
            rejected=[
                Rejected(title_of(case, one), one) for one in list_rejected(entries) if view.kind in ("", one.kind)
            ],
            unknown=_unknown(case, names) if view.kind in ("", "departments", "legal-bases") else (),
            functions=_name_choices(bodies.list_functions(case), language),
            ranks=_name_choices(laws.list_ranks(case), language),
            regions=_name_choices(bodies.list_regions(case), language),
            known_bodies=_name_choices(bodies.list_bodies(case), language),
        )
        return finish(response)


def curate_router(languages: Iterable[Language], editing: Editing) -> APIRouter:
    """The pages of curation in every language."""
    pages = CuratePages(editing)
    routes: tuple[Route, ...] = (
        ("/curate", "curate", pages.show_index),
        ("/curate/{identifier}", "curate_document", pages.show_case),
    )
    forms: tuple[Route, ...] = (("/curate/{identifier}", "curate_form", pages.take_form),)
    router = APIRouter(dependencies=[Depends(pages.admit)])
    router.include_router(make_router(languages, routes, forms))
    return router


def read_open(addresses: Iterable[str]) -> tuple[str, ...]:
    """The statements that are open, each once; of too many the last ones.

    >>> read_open(["a", "", "b", "a"])
    ('a', 'b')
    """
    return tuple(dict.fromkeys(one.strip() for one in addresses if one.strip()))[-MOST_OPEN:]


def is_held(case: Case, address: str) -> bool:
    """Whether a statement is there, proposed or accepted."""
    try:
        find_statement(case, address)
    except NotFoundError:
        return False
    return True


def open_statement(case: Case, said: Statement, language: Language, typed: Mapping[str, list[str]]) -> Opened:
    """A statement with the fields of its form; filled with what was typed where it is the one that was sent."""
    sent = typed if _one(typed, "do") in _EDITING and _one(typed, "address") == said.address else {}
    return Opened(said, list_fields(case, said, language, sent) if not _written(said) else (), sent)


def list_shown(case: Case, view: View, proposals: Iterable[OpenProposal] | None = None) -> tuple[Meaning, ...]:
    """The open proposals of a view by what they mean, in the order of the text."""
    found = list_proposals(case) if proposals is None else proposals
    return list_meanings(case, (one for one in found if view.kind in ("", one.kind)))


def find_next(before: list[str], after: list[str], address: str) -> str:
    """The place on the page to go on at: what came back, else what follows the thing decided on, else the end.

    >>> find_next(["a", "b", "c"], ["a", "c"], "b"), find_next(["a", "c"], ["a", "b", "c"], "")
    ('p-c', 'p-b')
    >>> find_next(["a", "b"], ["a"], "b"), find_next(["a"], [], "a"), find_next(["a", "b"], ["a", "b"], "b")
    ('p-a', 'next', 'p-b')
    """
    back = [one for one in after if one not in before]
    at = before.index(address) if address in before else 0
    left = [one for one in before[at:] if one in after]
    return f"p-{(back or left or after[-1:])[0]}" if after else "next"


def finish(response: Response) -> Response:
    """An answer that nobody keeps and no other site sees."""
    response.headers.update(PRIVATE)
    return response


def refuse_foreign(request: Request) -> None:
    """Refuse a form that another site has sent: its browser says so, in one of two ways at least.

    Errors: ``HTTPException`` 403, also for a request that does not say where it comes from.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        raise HTTPException(403, say("curating", "refused_foreign"), PRIVATE)
    if origin is not None and origin != "null":
        if urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
            raise HTTPException(403, say("curating", "refused_foreign"), PRIVATE)
    elif site is None:
        raise HTTPException(403, say("curating", "refused_nowhere"), PRIVATE)


def read_token(written: str) -> str:
    """The token of an Authorization field: the password of Basic (RFC 7617), or that of Bearer; empty for none.

    >>> read_token("Bearer pg_x"), read_token("Basic " + base64.b64encode("法制科:pg_x".encode()).decode())
    ('pg_x', 'pg_x')
    >>> read_token("Basic ?"), read_token("")
    ('', '')
    """
    scheme, _, rest = written.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


# a control character has no business in a form, nor has half a character; line breaks and tabs have
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


async def read_form(request: Request) -> dict[str, list[str]]:
    """The fields of a form by name. Errors: ``InputError`` for what is no form; ``LimitError`` for a large one."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise InputError("curate", "不是表单", f"Content-Type 应为 {FORM}")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise LimitError("curate", f"表单超过 {MOST_BYTES:,} 字节", "一次只改一项")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise InputError("curate", "表单读不出来", f"字段至多 {MOST_FIELDS} 个，用 UTF-8 编码") from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        if _CONTROL.search(value):
            raise InputError(f"curate {name[:40]!r}", "有控制字符", "请去掉后重填")
        fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return fields


def _one(fields: Mapping[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[0].strip()


def do_action(case: Case, fields: Mapping[str, list[str]], at: str) -> str:
    """Do the one thing that a form asks for; the address of a statement that is to be gone on with, else empty.

    Errors: those of the action; ``InputError`` for one that there is not.
    """
    by, address, kind, seen = (_one(fields, name) for name in ("by", "address", "kind", "seen"))
    match _one(fields, "do"):
        case "draft":
            draft_document(case, at)
        case "accept":
            several = dict(_pairs(fields))
            accept(case, several, by, at, seen=several)
        case "accept-all":
            accept(case, fields.get("address", []), by, at, seen=dict(_pairs(fields)), leave=True)
        case "reject":
            several = dict(_pairs(fields))
            reject(case, several, by, at, note=_one(fields, "note"), seen=several)
        case "save":
            save(case, address, fields, by, at, seen)
        case "save-accept":
            if not save(case, address, fields, by, at, seen, accepting=True):
                accept(case, [address], by, at, seen={address: seen})
        case "restore":
            restore(case, address, by, at)
        case "answer":
            asking = _one(fields, "asking") or address
            words = dict(_pairs(fields)).get(asking, "")
            answer(case, asking, fields.get("answered", []), by, at, reason=_one(fields, "note"), seen=words)
        case "line":
            (entry,) = add_line(case, address, by, at, quote=_one(fields, "words"), seen=seen)
            return entry.subject
        case "remove":
            remove(case, address, by, at, note=_one(fields, "note"), seen=seen)
        case "write":
            (entry,) = write(case, _one(fields, "type"), _one(fields, "clause"), _one(fields, "quote"), {}, by, at)
            return entry.subject
        case "settle":
            settle(case, kind, by, at, none=fields.get("none", ()))
        case "none":
            settle(case, kind, by, at, state="none")
        case "reopen":
            reopen(case, kind, by, at)
        case "undo":
            batch = _one(fields, "batch")
            undo(case, by, at, batch=int(batch) if batch.isdecimal() and len(batch) < 10 else -1)
        case "register":
            bodies.register_body(
                case, _one(fields, "written"), _one(fields, "function"), by, at,
                name=_one(fields, "name"), region=_one(fields, "region"),
            )  # fmt: skip
        case "register-law":
            laws.register_law(case, _one(fields, "written"), {name: _one(fields, name) for name in COLUMNS}, by, at)
        case "assign-law":
            laws.assign_law(case, _one(fields, "written"), _one(fields, "work"), by, at)
        case "assign":
            bodies.assign_body(case, _one(fields, "written"), _one(fields, "body"), by, at)
        case other:
            raise InputError("do", f"没有 {other[:20]!r} 这个动作", "请用页面上的按钮")
    return ""


def _pairs(fields: Mapping[str, list[str]]) -> Iterable[tuple[str, str]]:
    """Each address that is accepted together with others, and what was seen of it."""
    addresses, seen = fields.get("address", []), fields.get("seen", [])
    if len(addresses) != len(seen) or not addresses:
        raise InputError("address", "表单不全，不知道要接受哪些", "请用页面上的按钮")
    return zip(addresses, seen, strict=True)


def save(
    case: Case, address: str, fields: Mapping[str, list[str]], by: str, at: str, seen: str, *, accepting: bool = False
) -> bool:
    """Change what a form says differently of a statement, and accept it with the change; whether anything is.

    Errors: those of `edit`; nothing is written then.
    """
    said = find_statement(case, address)
    wanted: dict[str, list[str]] = {}
    for term in FIELDS[said.type]:
        if f"has.{term}" in fields:
            values = [value.strip() for value in fields.get(_VALUE + term, []) if value.strip()]
            stood = list(said.values.get(term, ()))
            if SORTS[term] is Sort.duration:
                # 18 months may be written as a year and six months: what was said is compared as it stood in its field
                values, stood = [read_period(value) for value in values], [_type_period(value) for value in stood]
            if sorted(values) != sorted(stood):
                wanted[term] = values
    for term, before in (("quote", said.quote), ("clause", said.clause), ("type", said.type)):
        value = _one(fields, term)
        if value and "".join(value.split()) != before:
            wanted[term] = ["".join(value.split()) if term == "quote" else value]
    if fields.get("answered"):
        asked = said.values.get("openQuestion", ())
        wanted["openQuestion"] = [one for one in asked if one not in fields["answered"]]
    if wanted:
        edit(case, address, wanted, by, at, seen=seen, note=_one(fields, "note"), accepting=accepting)
    return bool(wanted)


def list_unheard(case: Case, kinds: Iterable[KindRow]) -> list[Spoken]:
    """Of the kinds said to be read, what accepted statements speak of and nobody stated; nothing where none is."""
    read = {one.kind for one in kinds if one.state in ("accepted", "none")}
    return [one for one in list_spoken(case) if one.kind in read] if read else []


def list_wanting_words(
    case: Case, held: Iterable[Statement], language: Language
) -> list[tuple[tuple[str, ...], list[Statement]]]:
    """What a person has yet to say of accepted statements, as it is called, each with the statements that lack it."""
    known = {one.address: one for one in held}
    return [
        (tuple(_name_field(case, term, language) for term in awaited), [known[a] for a in addresses if a in known])
        for awaited, addresses in group_wanting(case).items()
        if not known.keys().isdisjoint(addresses)
    ]


def list_kinds(
    case: Case, language: Language, proposals: Iterable[OpenProposal] | None = None,
    held: Iterable[Statement] | None = None,
) -> tuple[KindRow, ...]:  # fmt: skip
    """How far a document has been read, kind by kind."""
    states = case.graph(STATES)
    waiting = Counter(one.kind for one in (list_proposals(case) if proposals is None else proposals))
    stated = Counter(one.kind for one in (list_statements(case) if held is None else held))
    empty = list_empty(case)
    return tuple(
        KindRow(
            kind, language.pick(**name_kind(case.desk, kind)) or kind, case.state(kind, states), waiting[kind],
            stated[kind], kind in empty,
        )
        for kind in case.desk.kinds()
    )  # fmt: skip


def cut_text(case: Case, proposals: Iterable[OpenProposal], held: Iterable[Statement]) -> list[Leaf]:
    """The text clause by clause, with what is proposed and held marked and leading to it."""
    lights = [
        Highlight(start, end, "proposed", f"#p-{one.address}", one.title)
        for one in proposals
        for start, end in one.spans
    ]
    lights += [
        Highlight(start, end, "held", f"#p-{one.address}", one.title)
        for one in held
        if one.type != "Act"
        for start, end in one.spans
    ]
    source = case.reading.source
    leaves = []
    for clause in _leaf_clauses(case):
        cut = [
            piece
            for span in clause.spans
            for piece in cut_pieces(
                source[span.start : span.end], span.start,
                [light for light in lights if light.start < span.end and light.end > span.start],
            )
        ]  # fmt: skip
        paragraphs = tuple(tuple(line) for line in split_paragraphs(cut, clause.text))
        if paragraphs:
            leaves.append(Leaf(clause.id, clause.label, clause.level, paragraphs))
    return leaves


def _leaf_clauses(case: Case) -> list[Clause]:
    clauses = case.reading.document.clauses
    parents = {clause.parent for clause in clauses}
    return [clause for clause in clauses if clause.id not in parents]


def spell_clauses(case: Case, language: Language) -> dict[str, str]:
    """How each clause of the document is cited on every other page (附件一（三）), by its address."""
    levels: Mapping[str, str] = language.words["levels"]
    ways: dict[str, list[tuple[str, str, str]]] = {}
    for one in case.reading.document.clauses:
        way = [*ways.get(one.parent or "", []), (one.label, one.level, one.id.rpartition("/")[2])]
        ways[one.id] = way
    return {clause: spell_way(way, levels) for clause, way in ways.items()}


def say_rule(rule: str, language: Language) -> str:
    """By which rule something is proposed, in words; whoever else proposed it, by the name that was given.

    >>> say_rule("condition-line-open", source_language()), say_rule("proposed-by 某模型", source_language())
    ('条件写成的一行（有疑问）', '另有的建议：某模型')
    """
    words: Mapping[str, str] = language.words["draft_rules"]
    name, _, more = rule.partition(" ")
    return words.get(name, name).format(by=more) + words.get(more, "")


def list_clauses(case: Case, places: Mapping[str, str]) -> list[tuple[str, str]]:
    """The clauses that words may be quoted from, those with parts too: a measure rests on a row, not on a cell of it.

    Each with its address, and that with its first words.
    """
    return [
        (clause.id, f"{places[clause.id]} {' '.join(clause.text.split())[:24]}")
        for clause in case.reading.document.clauses
        if clause.text
    ]


def list_fields(
    case: Case, said: Statement, language: Language, typed: Mapping[str, list[str]] | None
) -> tuple[Field, ...]:
    """The fields of the form that changes a statement, filled with what it says, or with what was typed."""
    found = []
    for term in FIELDS[said.type]:
        if term in _ASKED:
            continue
        values = said.values.get(term, ())
        if SORTS[term] is Sort.duration:
            # as a person types it, which is in Chinese on every page
            values = tuple(_say_period(value, source_language().words["simulating"]) for value in values)
        if typed and f"has.{term}" in typed:
            values = tuple(value for value in typed.get(_VALUE + term, []) if value)
        choices = _name_choices(list_choices(case, term), language)
        known = {value for value, _ in choices}
        if choices:
            choices = (*((value, value) for value in values if value not in known), *choices)
        label = _name_field(case, term, language)
        found.append(Field(term, label, values, choices, bool(choices) and takes_several(case.desk, term)))
    return tuple(found)


def _head(meaning: Meaning, case: Case, drafted: Mapping[str, Statement], language: Language) -> str:
    """What a meaning is called: the mechanism where several clauses name one, else the title of its first proposal."""
    first = meaning.members[0]
    said = drafted.get(first.address)
    named = said.values.get("mechanism", ()) if said is not None else ()
    known = dict(_name_choices(list_choices(case, "mechanism"), language)) if named else {}
    return known.get(named[0], named[0]) if named else first.title


# 条件 25、措施 15；照留 rule/a/1;  not: 重复
_COUNTED = re.compile(r"(?P<kind>[^\s、；]+) (?P<number>\d+)(?=、|；|$)")


def _say_note(entry: Entry, case: Case, language: Language) -> str:
    """The note of an action; what a draft has counted is told in the language of the page."""
    if entry.action != "draft":
        return entry.note
    names = {case.desk.label(kind): language.pick(**name_kind(case.desk, kind)) for kind in case.desk.kinds()}
    told = _COUNTED.sub(lambda found: f"{names.get(found['kind'], found['kind'])} {found['number']}", entry.note)
    return told.replace("、", str(language.words["list_comma"]))


def _written(said: Statement) -> bool:
    """Whether a statement stands as condition lines, which are no longer told property by property."""
    return said.accepted and said.type in ("ConditionRule", "Policy")


def _name_field(case: Case, term: str, language: Language) -> str:
    """What a property is called: our own by their labels, those of others by words of the page."""
    words: Mapping[str, str] = language.words["curating"]
    return language.pick(**name_term(case.desk, term)) or words.get(f"term_{term}", term)


def _say_values(case: Case, said: Statement | None, language: Language) -> list[tuple[str, list[str]]]:
    """What a proposal says beside its words, property by property; what its words or title say already is left out."""
    if said is None:
        return []
    found = []
    for term, values in said.values.items():
        if term in _ASKED:
            continue
        named = dict(_name_choices(list_choices(case, term), language)) if term not in PRINTED else {}
        if SORTS[term] is Sort.duration:
            named = {value: _say_period(value, language.words["simulating"]) for value in values}
        told = [named.get(value, value) for value in values if value not in (said.title, said.quote)]
        if told:
            found.append((_name_field(case, term, language), told))
    written = [f"{words} → {body}" if body else words for words, body in said.bodies]
    return [*found, *([(language.words["columns"]["department"], written)] if written else [])]


# P30D;  not: P3Y · P1M · 30日
_DAYS = re.compile(r"P(?P<days>\d+)D")


def _say_period(duration: str, words: Mapping[str, str]) -> str:
    """A duration in words: whole years, or months, or days; what is none of these comes back as it is.

    >>> [_say_period(one, source_language().words["simulating"]) for one in ("P3Y", "P1Y6M", "P24M", "P30D", "P1M3D")]
    ['3年', '18个月', '2年', '30日', 'P1M3D']
    """
    months, days = months_of(duration), _DAYS.fullmatch(duration)
    if months is not None:
        return words["months"].format(n=months) if months % 12 else words["years"].format(n=months // 12)
    return words["days"].format(n=int(days["days"])) if days else duration


def _type_period(duration: str) -> str:
    """A duration as it comes back from its field when nobody has touched it.

    >>> _type_period("P1Y6M"), _type_period("P3Y"), _type_period("P1M3D")
    ('P18M', 'P3Y', 'P1M3D')
    """
    return read_period(_say_period(duration, source_language().words["simulating"]))


def _say_time(at: str, language: Language) -> str:
    """When an action was done, by China's clocks; what is no instant comes back as it is.

    >>> _say_time("2031-04-01T16:30:00+00:00", source_language()), _say_time("当天", source_language())
    ('2031-04-02 00:30（北京时间）', '当天')
    """
    try:
        told = write_instant(datetime.fromisoformat(at))
    except ValueError:
        return at
    words: Mapping[str, str] = language.words["curating"]
    return words["china_time"].format(day=told[:10], time=told[11:16])


def _name_classes(case: Case, said: Statement, language: Language) -> list[tuple[str, str]]:
    """The classes that a statement may have in its form; empty where there is nothing to choose."""
    names = list_classes(said.type) if not _written(said) else ()
    return [(one, language.pick(**name_class(case.desk, one))) for one in names] if len(names) > 1 else []


def _tell_contrary(case: Case, said: Statement | None, language: Language) -> str:
    """That the class of a measure and all its effects run against each other; empty where they do not."""
    found = _name_choices(find_contrary(case, said), language) if said is not None else ()
    if said is None or not found:
        return ""
    words: Mapping[str, str] = language.words["curating"]
    name = language.pick(**name_class(case.desk, said.type))
    return words["contrary"].format(kind=name, effects=language.words["list_comma"].join(word for _, word in found))


def _name_choices(choices: Iterable[Choice], language: Language) -> tuple[tuple[str, str], ...]:
    codes: Mapping[str, str] = language.words["codes"]
    marks = {"true": codes["yes"], "false": codes["no"]}
    return tuple(
        (one.value, language.pick(**one.names) or marks.get(one.value) or codes.get(one.value, one.value))
        for one in choices
    )


def _undoable(entries: Iterable[Entry]) -> Entry | None:
    """The first of the actions that would be taken back together; None when nothing is left."""
    batch = last_batch(entries)
    return batch[-1] if batch else None


def _unknown(case: Case, names: Iterable[PrintedName]) -> list[Unknown]:
    """The names that no registry knows, bodies with what they could be registered as."""

    def suggest(name: PrintedName) -> bodies.Suggestion | None:
        likely = tuple(one.slug for one in name.candidates)
        return bodies.suggest(case, name.written, likely) if name.kind == BODY else None

    return [Unknown(name, suggest(name)) for name in names]
