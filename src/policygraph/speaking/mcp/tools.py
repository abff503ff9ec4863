"""The tools: each named question, and search, clause, parse, decide, verify.

A tool is a value with a function from arguments to a page; nothing of the protocol is here. Arguments are what a
person would say (ids, numbers, titles, IRIs), and what cannot be used comes back as a refusal that says what can.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from policygraph.clock import today
from policygraph.errors import InputError, NotFoundError
from policygraph.judging.answers import Answer, Iri
from policygraph.keeping.assessments import (
    Desk,
    change_day,
    find_occasion,
    load_assessments,
    open_desk,
)
from policygraph.keeping.bundles import bundle_json, is_bundle, verify_bundles
from policygraph.keeping.concluding import CONCLUDING, Concluded, conclude
from policygraph.keeping.registers import load_register
from policygraph.keeping.routing import Routed, Router, answer_senses, narrow_answer
from policygraph.keeping.search import KINDS, Finder, open_finder
from policygraph.keeping.sources import decode_source, find_root
from policygraph.keeping.store import NamedQuery, Store
from policygraph.keeping.store.questions import Parameter
from policygraph.keeping.verification import (
    Verification,
    ground_answer,
    ground_quotes,
    list_digests,
    verify_answer,
)
from policygraph.keeping.workspace import SOURCE, Workspace
from policygraph.speaking.exports import render_routed
from policygraph.speaking.mcp.pages import BUDGET, Json, fit_page
from policygraph.speaking.mcp.parsing import parse_apart
from policygraph.text.dates import read_day
from policygraph.words import say

MOST_ROWS = 200
"""The most rows that a page is cut from."""
MOST_TEXT = 200_000
"""The longest text that ``parse`` takes, in characters: the longest official documents have a tenth of it."""

# matches: 0 · 40 · 999999999                    does not match: 9999999999 · -1 · １ (no answer has as many rows)
_ROW = re.compile(r"[0-9]{1,9}")

PARTS = ("clauses", "citations", "departments", "measures", "tables", "problems")
"""The lists of a parsed document; one is given at a time, a page at a time."""


@dataclass(frozen=True, slots=True)
class Tool:
    """What a tool is called, what it says of itself, the JSON Schema of its arguments, and what it does."""

    name: str
    title: str
    description: str
    schema: Mapping[str, object]
    run: Callable[[Json], Mapping[str, object]]


_CLAUSE_WORDS = (Path(__file__).parents[2] / "queries" / "pages" / "document-clauses.rq").read_text(encoding="utf-8")
_DOCUMENT = Parameter("document", "", "document", True, "")
_ITEMS = ("conditions", "findings", "measures", "acts")
_HEAD = (
    "policy", "document", "number", "entity", "name", "as_of", "outcome", "undetermined_because", "grade",
    "reason_code", "reason", "warnings", "readings", "persons", "currency", "changes", "restricted", "synthetic",
    "dataset", "digest",
)  # fmt: skip


def _schema(required: Sequence[str], properties: Mapping[str, object]) -> Mapping[str, object]:
    return {
        "type": "object", "properties": dict(properties), "required": list(required), "additionalProperties": False,
    }  # fmt: skip


_NEXT = {"next": {"type": "string", "description": say("mcp", "next")}}
_REGISTER = {"register": {"type": "string", "description": say("mcp", "register")}}
_DAY = {"as_of": {"type": "string", "format": "date", "description": say("mcp", "as_of")}}
_SEARCH = _schema(
    ["q"],
    {
        "q": {"type": "string", "description": say("mcp", "search_words")},
        "kind": {"type": "string", "enum": list(KINDS), "description": say("mcp", "search_kind")},
        **_NEXT,
    },
)
_CLAUSE = _schema(["clause"], {"clause": {"type": "string", "description": say("mcp", "clause_name")}})
_PARSE = _schema(
    ["text"],
    {
        "text": {"type": "string", "maxLength": MOST_TEXT, "description": say("mcp", "parse_text")},
        "part": {"type": "string", "enum": list(PARTS), "description": say("mcp", "parse_part")},
        **_NEXT,
    },
)
_DECIDE = _schema(
    ["entity", "policy"],
    {
        "entity": {"type": "string", "description": say("mcp", "decide_entity")},
        "policy": {"type": "string", "description": say("mcp", "decide_policy")},
        **_DAY,
        **_REGISTER,
        "whole": {"type": "boolean", "description": say("mcp", "decide_whole")},
        **_NEXT,
    },
)
_QUESTION = _schema(
    ["question"],
    {"question": {"type": "string", "description": say("mcp", "question_words")}, **_REGISTER, **_NEXT},
)
_VERIFY = _schema(["answer"], {"answer": {"type": "object", "description": say("mcp", "verify_answer")}})


class Counter:
    """What the tools stand on: the store that answers and, each once it is asked for, what is read from it.

    ``files``: whether a path in an argument is opened. It is for a client that runs as the same person on the same
    machine (standard input and output), and not for one that comes over a network.
    """

    def __init__(self, store: Store, workspace: Workspace, *, files: bool) -> None:
        self.store = store
        self.workspace = workspace
        self.files = files
        self._desk: Desk | None = None
        self._decided: tuple[Json, Json] | None = None
        self._parsed: tuple[str, Json] | None = None

    @cached_property
    def finder(self) -> Finder:
        """What resolves and finds what somebody typed, the same as on the pages."""
        return open_finder(self.store.select)

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """The source texts at hand, by sha256."""
        held = (one.folder(name) / SOURCE for one in self.workspace.all for name in one.documents())
        read = [decode_source(path.read_bytes(), str(path)) for path in held]
        return {file.sha256: file.text for file in read}

    def desk(self, day: date) -> Desk:
        """The policies, and what their documents say on a day."""
        self._desk = change_day(self.store, self._desk, day) if self._desk else open_desk(self.store, day)
        return self._desk

    def register(self, written: str | None) -> Path:
        """The register meant: a path, or the invented sample. Errors: ``InputError`` where no file may be named."""
        if written is None:
            return find_root() / "data" / "registers" / "sample"
        if not self.files:
            raise InputError(
                "register", "经网络连接时不读本机文件", "请不给 register（用虚构的样本登记册），或改用标准输入输出连接"
            )
        return Path(written)

    def list_tools(self) -> tuple[Tool, ...]:
        """All tools, the named questions first, by name."""
        asked = tuple(self._question_tool(query) for query in self.store.list_queries())
        return (
            *asked,
            Tool("question", say("mcp", "question_title"), say("mcp", "question"), _QUESTION, self.question),
            Tool("search", say("mcp", "search_title"), say("mcp", "search"), _SEARCH, self.search),
            Tool("clause", say("mcp", "clause_title"), say("mcp", "clause"), _CLAUSE, self.clause),
            Tool("parse", say("mcp", "parse_title"), say("mcp", "parse"), _PARSE, self.parse),
            Tool("decide", say("mcp", "decide_title"), say("mcp", "decide"), _DECIDE, self.decide),
            Tool("verify", say("mcp", "verify_title"), say("mcp", "verify"), _VERIFY, self.verify),
        )

    def _question_tool(self, query: NamedQuery) -> Tool:
        schema = {
            "type": "object",
            "properties": {
                **{
                    each.name: {"type": "string", "description": each.label, "examples": [each.example]}
                    for each in query.parameters
                },
                **(_REGISTER if query.about_entity else {}),
                **_NEXT,
            },
            # the day of checking is today where nobody says another
            "required": [each.name for each in query.parameters if each.required and each.name != "as_of"],
            "additionalProperties": False,
        }
        columns = "、".join(f"{column.name} {column.label}" for column in query.columns)
        said = f"{query.summary_zh} · {query.summary_en}\n{query.description_zh}\n{query.description_en}"
        told = f"{said}\n{say('mcp', 'columns', columns=columns)}"
        return Tool(query.name, query.summary_zh, told, schema, lambda given: self.ask(query, given))

    def ask(self, query: NamedQuery, given: Json) -> Mapping[str, object]:
        """A page of the answer to a named question, in the shape that ``verify`` takes."""
        values = {key: _text(given, key) for key in given if key not in ("next", "register")}
        start = _next(given)
        answer = self._whole(query, values, given, limit=MOST_ROWS, start=start)
        return self._page(answer, query.name, {key: value for key, value in values.items() if value}, start)

    def _whole(
        self, query: NamedQuery, values: dict[str, str], given: Json, limit: int | None = None, start: int = 0
    ) -> Answer:
        """The rows of a named question; ``values`` get the day, and a register is decided where it is about one."""
        if any(parameter.name == "as_of" for parameter in query.parameters):
            values.setdefault("as_of", today())
        if query.about_entity:
            day = read_day(values["as_of"], "as_of")
            desk = self.desk(day)
            register = self.register(_optional(given, "register"))
            facts = load_register(register, conditions=desk.conditions(), codes=desk.codes)
            entity = values.get("entity")
            load_assessments(self.store, desk, facts, (entity,) if entity else facts.enterprises, day)
        return self.store.ask(query.name, values, limit=limit, start=start)

    def question(self, given: Json) -> Mapping[str, object]:
        """A page of the answer to a question in a sentence, with ``reading``; or what is asked back.

        Where one of a few named questions is meant, ``readings`` are a short page of each; there are no rows beside
        them. Errors: ``InputError`` for what is no question that is answered here.
        """
        routed = self.router.route(_text(given, "question"), today())
        if routed.state == "refusal":
            raise InputError("question", *render_routed(routed).splitlines()[-1].split("：", 1))
        told = routed.as_json()
        if routed.state == "readings":
            return told | {"readings": self._readings(routed), "dataset": self.store.dataset}
        if routed.state != "answer" or routed.query is None:
            return told | {"dataset": self.store.dataset}
        query = self.store.find_query(routed.query)
        whole = narrow_answer(self._whole(query, dict(routed.parameters), given), routed.narrow)
        start = _next(given)
        rows = whole.rows[start : start + MOST_ROWS]
        more = start + len(rows) < len(whole.rows)
        page = replace(whole, rows=rows, truncated=more, next=str(start + len(rows)) if more else None)
        aside = {"narrow": told["narrow"], "reading": {key: told[key] for key in ("state", "understood")}}
        return self._page(page, routed.query, routed.parameters, start, aside)

    def _readings(self, routed: Routed) -> list[Json]:
        """A short page of each sense of a question, each in the shape that ``verify`` takes."""
        found: list[Json] = []
        for one in answer_senses(self.store, routed):
            narrow = {column: sorted(values) for column, values in one.asked.narrow.items()}
            aside = {"summary": one.asked.summary_zh, "narrow": narrow, "total": one.total}
            budget = BUDGET // (len(routed.candidates) + 1)
            page = dict(self._page(one.answer, one.asked.query, one.asked.parameters, 0, aside, budget))
            # kept rows have no page of their own to go on with
            found.append(page | ({"next": None} if narrow else {}))
        return found

    @cached_property
    def router(self) -> Router:
        """What a question in a sentence is understood by."""
        return Router(self.store)

    def _page(
        self, answer: Answer, query: str, parameters: Mapping[str, str], start: int, aside: Json | None = None,
        budget: int = BUDGET,
    ) -> Mapping[str, object]:  # fmt: skip
        def conclude_part(part: Answer) -> tuple[Concluded, ...]:
            return conclude(self.store, query, parameters, part) if aside is not None else ()

        # but for the conclusions themselves what stands before the rows is the same for every part of them
        beside = conclude_part(answer) if query != CONCLUDING else ()

        def make(count: int) -> Json:
            part = Answer(answer.columns, answer.rows[:count], answer.as_of, answer.dataset)
            more = count < len(answer.rows)
            first = conclude_part(part) if query == CONCLUDING else beside
            return {
                **({"conclusions": [asdict(one) for one in first]} if first else {}),
                "columns": answer.columns,
                "rows": [dict(zip(answer.columns, row, strict=True)) for row in part.rows],
                "truncated": more or answer.truncated,
                "next": str(start + count) if more else answer.next,
                "as_of": answer.as_of,
                "dataset": answer.dataset,
                "coverage": [asdict(gap) for gap in answer.coverage],
                "query": query,
                "parameters": dict(parameters),
                "start": start,
                "grounds": [asdict(ground) for ground in ground_answer(self.store, part)],
                **(aside or {}),
            }

        return fit_page(make, len(answer.rows), budget)

    def search(self, given: Json) -> Mapping[str, object]:
        """A page of what is meant and found, and why; what is only similar, marked as such, where nothing is."""
        words, start = _text(given, "q"), _next(given)
        found = self.finder.find(words, kind=_optional(given, "kind"), limit=MOST_ROWS, start=start, as_of=today())
        told = [(hit.entry, hit.alias, hit.reason) for hit in found.result.hits]
        if not found.result.total and not start:
            told = [(entry, None, "nearest") for entry in found.nearest]
        columns = ("thing", "kind", "name", "alias", "place", "document", "text", "why")
        rows = tuple(
            (Iri(e.iri), e.kind, e.name, alias, e.place, e.document, e.text[:120] or None, why)
            for e, alias, why in told
        )
        more = str(start + len(rows)) if start + len(rows) < found.result.total else None
        answer = Answer(columns, rows, None, self.store.dataset, more is not None, more, self.store.find_gaps())
        return self._page(answer, "search", {"q": words}, start)

    def clause(self, given: Json) -> Mapping[str, object]:
        """A clause with its words, their spans and the sha256 of the source; by IRI or by document and path.

        Errors: ``NotFoundError`` when no clause has that name.
        """
        written = _text(given, "clause")
        iri = Iri(written) if "://" in written else self._place(written)
        found = self.store.select(_CLAUSE_WORDS, clause=iri)
        if not found:
            raise NotFoundError(
                written, "没有这个条款", "条款写作 文件/路径，例如 jiamusi-2020-5/annex_1/sec_2；先用 search 查找"
            )
        document, _, _, label, level, heading, _, text = found[0]
        words = str(text or heading or "")
        return {
            "clause": iri, "document": document, "label": label, "level": level, "heading": heading, "text": text,
            "dataset": self.store.dataset,
            "coverage": [asdict(gap) for gap in self.store.find_gaps(None, document)],
            "grounds": [asdict(ground) for ground in ground_quotes(self.store, [(str(iri), words)])] if words else [],
        }  # fmt: skip

    def _place(self, written: str) -> Iri:
        """The IRI of ``document/path``, under whatever base the document stands."""
        document, _, path = written.strip("/").partition("/")
        return Iri(f"{self._document(document)}/{path}".rstrip("/"))

    def _document(self, written: str) -> Iri:
        """The IRI of a document by any of its names. Errors: those of ``Store.resolve``."""
        return Iri(str(self.store.resolve(_DOCUMENT, written)))

    def parse(self, given: Json) -> Mapping[str, object]:
        """A page of what is read in a text: its header, and one of its lists.

        It is read in a process of its own; pages that follow are of the text that was read for the first.
        Errors: ``InputError`` for an unknown list or a text that is too long, ``LimitError`` for one that takes more
        time or memory than a document may.
        """
        text, part, start = _text(given, "text"), _optional(given, "part") or PARTS[0], _next(given)
        if len(text) > MOST_TEXT:
            raise InputError("text", f"超过 {MOST_TEXT} 字", "请用 policygraph parse 读文件")
        if part not in PARTS:
            raise InputError("part", f"没有这一部分 {part!r}", f"可用的有 {'、'.join(PARTS)}")
        if self._parsed is None or self._parsed[0] != text:
            self._parsed = (text, parse_apart(text))
        read = self._parsed[1]
        head = {key: value for key, value in read.items() if key not in PARTS}  # its sha256 among them
        counts = {name: len(read[name]) for name in PARTS}

        def make(count: int) -> Json:
            more = start + count < len(read[part])
            return head | {
                "counts": counts,
                part: read[part][start : start + count],
                "truncated": more,
                "next": str(start + count) if more else None,
            }

        return fit_page(make, max(0, len(read[part]) - start))

    def decide(self, given: Json) -> Mapping[str, object]:
        """A page of a decision: its head, and its conditions, findings, measures and their acts one after the other.

        Pages that follow are of the decision that the first page was cut from. With ``whole`` it is the bundle that
        ``verify`` takes, in one piece. Errors: ``NotFoundError`` for an enterprise or a policy that is not there.
        """
        start = _next(given)
        asked = {name: value for name, value in given.items() if name not in ("next", "whole")}
        if start == 0 or self._decided is None or self._decided[0] != asked:
            self._decided = (asked, self._decide(given))
        bundle = self._decided[1]
        return bundle if given.get("whole") is True else self._decision_page(bundle, start)

    def _decide(self, given: Json) -> Json:
        day = read_day(_optional(given, "as_of") or today(), "as_of")
        desk = self.desk(day)
        register = self.register(_optional(given, "register"))
        facts = load_register(register, conditions=desk.conditions(), codes=desk.codes)
        entity = _text(given, "entity")
        if facts.enterprise(entity) is None:
            known = "、".join(facts.enterprises[:5])
            raise NotFoundError(entity, "登记册中没有这个单位", f"登记册中有 {len(facts.enterprises)} 个，例如 {known}")
        chosen = desk.choose(_text(given, "policy"))
        if len(chosen) != 1:
            raise InputError("policy", "一次只判断一项政策", f"可用的有 {'、'.join(desk.policies)}")
        asked = date.fromisoformat(today())
        decision = desk.decide(facts, entity, chosen[0], day, today=asked)
        prospect = desk.foresee(facts, entity, chosen[0], day)
        occasion = find_occasion(self.store, desk, chosen[0].document, day)
        return bundle_json(self.store, facts, decision, prospect, occasion, asked)

    def _decision_page(self, bundle: Json, start: int) -> Mapping[str, object]:
        head = {key: bundle[key] for key in _HEAD if key in bundle}
        document = self._document(str(bundle["document"]))
        items = [(name, item) for name in ("conditions", "findings") for item in bundle[name]]
        for measure in bundle["measures"]:
            items.append(("measures", {name: value for name, value in measure.items() if name != "acts"}))
            items += [("acts", {"measure": measure["measure"]} | act) for act in measure["acts"]]
        grounds = {(ground["clause"], ground["quote"]): ground for ground in bundle["grounds"]}

        def make(count: int) -> Json:
            shown = items[start : start + count]
            more = start + count < len(items)
            quoted = dict.fromkeys((item.get("clause"), item.get("quote")) for _, item in shown)
            return head | {
                **{name: [item for kind, item in shown if kind == name] for name in _ITEMS},
                "truncated": more,
                "next": str(start + count) if more else None,
                "coverage": [asdict(gap) for gap in self.store.find_gaps(None, document)],
                "grounds": [grounds[key] for key in quoted if key in grounds],
            }

        return fit_page(make, max(0, len(items) - start))

    def verify(self, given: Json) -> Mapping[str, object]:
        """Whether an answer or a decision holds: quotes against the sources, graphs by digest, values by asking again.

        A page of a tool leaves the digests of the graphs out; they follow from its dataset, which must be this one.
        """
        answer = given.get("answer")
        if isinstance(answer, dict) and answer.get("state") == "readings" and isinstance(answer.get("readings"), list):
            told = [_told(self._verify(one)) for one in answer["readings"]]
            worst = max((str(one["verdict"]) for one in told), key=VERDICTS.index, default=VERDICTS[1])
            return {"verdict": worst, "readings": told, "dataset": self.store.dataset}
        return _told(self._verify(answer)) | {"dataset": self.store.dataset}

    def _verify(self, answer: object) -> Verification:
        """What was found of one answer, or one decision. Errors: ``InputError`` for what is neither."""
        if not isinstance(answer, dict):
            raise InputError("answer", "不是一份回答", "请把另一个工具给出的对象原样放进 answer")
        if is_bundle(answer):
            return verify_bundles(answer, self.sources, self.store)
        here = answer.get("dataset") == self.store.dataset
        whole = {"graphs": list_digests(self.store)} | answer if here else answer
        return verify_answer(whole, self.sources, self.store)


VERDICTS = ("holds", "incomplete", "refuted")
"""What becomes of an answer that is verified, the worst last."""


def _told(result: Verification) -> Json:
    verdict = "refuted" if result.faults else "incomplete" if result.gaps else "holds"
    return {"verdict": verdict} | asdict(result)


def _text(given: Json, name: str) -> str:
    """A required argument. Errors: ``InputError`` when it is missing, empty or no text."""
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InputError(name, "缺少这个参数，或它不是文字", "请按工具的说明给出")
    return value


def _optional(given: Json, name: str) -> str | None:
    return _text(given, name) if given.get(name) is not None else None


def _next(given: Json) -> int:
    """The row to begin with: ``next`` of the page before. Errors: ``InputError`` for anything else."""
    written = given.get("next")
    if written is None:
        return 0
    if isinstance(written, bool) or not _ROW.fullmatch(str(written)):
        raise InputError("next", f"{written!r} 不是上一页给出的 next", "请原样使用上一页的 next，或不给")
    return int(str(written))
