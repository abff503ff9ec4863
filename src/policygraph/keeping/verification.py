"""What makes an answer checkable away from the program: the place of every quote, and the same question asked again.

An answer as printed names clauses and words. Here it gets *grounds*: for each quote the sha256 of the source file and
the spans that reproduce it, so that anybody with the five text files and ten lines of code can check it, and the named
graph that states them. The digests of all graphs go with it: the hash of the dataset follows from them, so a row is
tied to its graph, and the graph to the dataset, without the dataset at hand. ``verify`` is those ten lines, works the
hash out again, holds each graph against the dataset built here, and then derives the verdicts afresh: it asks the same
question and compares row by row. It also joins basis health with the statute texts a user has imported. No clock, no
network.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from policygraph.errors import InputError, PolicygraphError
from policygraph.judging.law.quotations import QuoteCheck, check_quote, compare_texts
from policygraph.keeping.concluding import conclude
from policygraph.keeping.digests import digest_dataset
from policygraph.keeping.library import StatuteText, load_text
from policygraph.keeping.store import Answer, Cell, Iri, Store
from policygraph.text.quotes import read_print, same_print


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a quote stands: the words between ``spans`` of the file with this sha256 are the quote, blanks aside.

    ``graph`` is the named graph that says so.
    """

    clause: str
    quote: str
    source: str
    sha256: str
    spans: tuple[tuple[int, int], ...]
    graph: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What did not hold when an answer was verified; the message is Chinese."""

    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome: how many quotes held and rows there are, what is refuted, what could not be checked, and remarks.

    An answer holds when there are neither ``faults`` nor ``gaps``; with gaps alone nothing is refuted, nor all proven.
    It holds for what was ``checked``; what was ``taken`` as claimed nobody here could check, and it may be false.
    """

    quotes: int
    rows: int
    faults: tuple[Fault, ...]
    gaps: tuple[Fault, ...]
    notes: tuple[str, ...]
    checked: tuple[str, ...] = ()
    """What was checked, and how, a phrase for each."""
    taken: tuple[Fault, ...] = ()
    """What was taken as claimed: its place, and what would have to be at hand to check it."""


_SPANS = """
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX pg: <https://w3id.org/policygraph/ns#>
SELECT ?clause ?source ?sha256 ?start ?end ?exact ?graph
WHERE {
  GRAPH ?graph { ?clause pg:attestedBy ?span }
  ?span oa:hasSource ?source ; oa:hasSelector ?position , ?words .
  ?position oa:start ?start ; oa:end ?end .
  ?words oa:exact ?exact .
  ?source pg:sha256 ?sha256 .
}
ORDER BY ?start
"""


def ground_answer(store: Store, answer: Answer) -> tuple[Ground, ...]:
    """The grounds of every clause and quote of an answer, each once; empty when it has no such columns."""
    if not {"clause", "quote"} <= set(answer.columns):
        return ()
    clause_at, quote_at = answer.columns.index("clause"), answer.columns.index("quote")
    wanted = ((str(row[clause_at]), str(row[quote_at])) for row in answer.rows if row[clause_at] and row[quote_at])
    return ground_quotes(store, wanted)


def ground_quotes(store: Store, quotes: Iterable[tuple[str, str]]) -> tuple[Ground, ...]:
    """The ground of every clause with words of it, each once; none for words that the clause does not hold."""
    found = []
    pieces: dict[str, tuple[tuple[Cell, ...], ...]] = {}
    for clause, quote in sorted(set(quotes)):
        if clause not in pieces:
            pieces[clause] = store.select(_SPANS, clause=Iri(clause))
        if not pieces[clause]:
            continue
        _, source, sha256, *_, graph = pieces[clause][0]
        passage = read_print((int(str(p[3])), str(p[5])) for p in pieces[clause] if p[6] == graph)
        spans = tuple((span.start, span.end) for span in passage.find(quote))
        if spans:
            found.append(Ground(clause, quote, str(source), str(sha256), spans, str(graph)))
    return tuple(found)


def list_digests(store: Store) -> dict[str, str]:
    """The digest of every graph of the dataset, by its name: the hash of the dataset follows from them."""
    return {name: graph.digest for name, graph in store.digests.items()}


def render_evidence(store: Store, answer: Answer, query: str, parameters: Mapping[str, str], start: int = 0) -> str:
    """The one JSON shape of an answer with what ``verify`` needs besides: query, parameters, grounds, and ``graphs``,
    the digest of every graph of the dataset by its name; ``start`` is the row that a page begins with.
    """
    return json.dumps(
        {
            "columns": answer.columns,
            "rows": [dict(zip(answer.columns, row, strict=True)) for row in answer.rows],
            "truncated": answer.truncated,
            "next": answer.next,
            "as_of": answer.as_of,
            "dataset": answer.dataset,
            "coverage": [asdict(gap) for gap in answer.coverage],
            "query": query,
            "parameters": dict(parameters),
            "start": start,
            "grounds": [asdict(ground) for ground in ground_answer(store, answer)],
            "graphs": list_digests(store),
        },
        ensure_ascii=False,
        indent=1,
    )


def verify_answer(answer: Mapping[str, Any], sources: Mapping[str, str], store: Store) -> Verification:
    """Check an answer from ``render_evidence``: quotes against source texts by sha256, graphs by their digests,
    verdicts by asking again.

    What contradicts the answer is a fault; what is missing for a check (a source text, a graph, a part of the
    evidence) is a gap: an answer is not called wrong because something is not at hand. ``sources`` are texts by
    sha256. ``Any``: the answer is JSON from outside. Errors: ``InputError`` when it is not an answer at all, or one
    that carries no evidence, so that nothing in it can be checked.
    """
    rows, columns = answer.get("rows"), answer.get("columns")
    if not isinstance(rows, list) or not isinstance(columns, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError("answer", "不是 policygraph 的回答（没有 columns 与 rows）", "请用 --format json 的原样输出")
    if not answer.keys() & {"query", "grounds", "graphs"}:
        raise InputError(
            "answer",
            "回答没有附上核对所需的依据（没有 query、grounds、graphs），不能核对：没有证伪，也没有证实",
            "请用 policygraph ask 问题 --format json --evidence 重新取得，或从服务取 /queries/问题.json?_evidence=1",
        )
    findings = Findings()
    grounds = answer.get("grounds")
    quotes = [(f"rows[{n}]", (row.get("clause"), row.get("quote"))) for n, row in enumerate(rows, start=1)]
    held = check_quotes(grounds if isinstance(grounds, list) else None, quotes, sources, findings)
    if not {"clause", "quote"} <= set(map(str, columns)):
        findings.notes.append("这个问题的各行不带引文（没有 clause、quote 栏），没有原文可对，只核对数据并重新推导")
    foreign = check_graphs(answer, store, findings)
    _ask_again(answer, columns, rows, store, foreign, findings)
    return findings.sum_up(held, len(rows))


@dataclass(frozen=True, slots=True)
class Findings:
    """What the checks of one answer, or one decision, have found so far."""

    faults: list[Fault] = field(default_factory=list)
    gaps: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    taken: list[Fault] = field(default_factory=list)

    def sum_up(self, quotes: int, rows: int) -> Verification:
        """The outcome for a number of quotes that held and of rows looked at."""
        return Verification(
            quotes,
            rows,
            tuple(self.faults),
            tuple(self.gaps),
            tuple(self.notes),
            tuple(self.checked),
            tuple(self.taken),
        )


def check_quotes(
    grounds: list[Any] | None,  # Any: JSON from outside
    quotes: Iterable[tuple[str, tuple[object, object]]],
    sources: Mapping[str, str],
    findings: Findings,
) -> int:
    """How many grounds the source texts bear out; each quote needs one: its place, the clause and the words."""
    proven: set[tuple[str, str]] = set()
    unread: set[tuple[str, str]] = set()
    held = 0
    for number, raw in enumerate(grounds or [], start=1):
        place = f"grounds[{number}]"
        sha256 = raw.get("sha256") if isinstance(raw, dict) else None
        if isinstance(sha256, str) and sha256 not in sources:
            message = f"没有 sha256 为 {sha256[:12]} 的原文，不能核对；请用 --source 给出这份原文"
            findings.gaps.append(Fault(place, message))
            unread.add((str(raw.get("clause")), str(raw.get("quote"))))
        elif (fault := _check_ground(raw, sources)) is not None:
            findings.faults.append(Fault(place, fault))
        else:
            held += 1
            proven.add((raw["clause"], raw["quote"]))
    if held:
        findings.checked.append("引文：按所附位置与原文逐字比对")
    quoted = [(place, (str(pair[0]), str(pair[1]))) for place, pair in quotes if all(pair)]
    if grounds is None and quoted:
        message = f"没有写明引文的位置，{len(quoted)} 行的引文不能对原文；请用 --evidence 重新取得"
        findings.gaps.append(Fault("grounds", message))
    elif grounds is not None:
        findings.faults.extend(
            Fault(place, f"引文没有得到原文证实: {pair[1][:40]}")
            for place, pair in quoted
            if pair not in proven and pair not in unread
        )
    return held


def _check_ground(raw: Any, sources: Mapping[str, str]) -> str | None:  # Any: JSON from outside
    """What is wrong with the place of a quote whose source is at hand; None when the quote stands there."""
    try:
        text = sources[raw["sha256"]]
        words = "".join(text[int(start) : int(end)] for start, end in raw["spans"])
        if not same_print(words, str(raw["quote"])):
            return f"所指位置的文字是“{words[:40]}”，不是“{str(raw['quote'])[:40]}”"
    except (KeyError, TypeError, ValueError) as error:
        return f"位置写得不完整（{error}）"
    return None


def check_graphs(answer: Mapping[str, Any], store: Store, findings: Findings) -> tuple[str, ...]:
    """Whether the dataset follows from the graphs named, and the graphs that the quotes rest on are those here.

    Gives the graphs of the answer that are not here at all: what rests on them can be neither shown nor refuted.
    """
    raw = answer.get("graphs")
    graphs = {str(name): str(digest) for name, digest in raw.items()} if isinstance(raw, dict) else {}
    if not graphs:
        message = "没有写明数据集各图的摘要，不能核对所据的数据；请用 --evidence 重新取得"
        findings.gaps.append(Fault("graphs", message))
        return ()
    stated, found = str(answer.get("dataset")), digest_dataset(graphs.values())
    if stated != found:
        findings.faults.append(Fault("dataset", f"各图摘要的散列是 {found[:12]}，回答写的是 {stated[:12]}"))
    findings.checked.append("数据版本和各图的摘要：与本机的数据集比对")
    here = {name: graph.digest for name, graph in store.digests.items()}
    foreign = tuple(sorted(graphs.keys() - here.keys()))
    shared = [digest for name, digest in graphs.items() if name in here]
    if foreign and len(shared) == len(here) and digest_dataset(shared) == store.dataset:
        names = "、".join(f"{name}（{graphs[name][:12]}）" for name in foreign)
        findings.notes.append(
            f"回答出自加了图的数据集：{stated[:12]} = 本机的数据集 {str(store.dataset)[:12]} 另加 {len(foreign)} 个图"
            f" {names}；有这些图的文件时，用 --graph IRI=文件 一并核对"
        )
    elif stated != store.dataset:
        findings.notes.append(f"数据版本不同：回答出自 {stated[:12]}，本机是 {str(store.dataset)[:12]}")
    grounds = answer.get("grounds")
    used: dict[str, list[int]] = {}
    for number, ground in enumerate(grounds if isinstance(grounds, list) else [], start=1):
        used.setdefault(str(ground.get("graph")) if isinstance(ground, dict) else "", []).append(number)
    for name, numbers in used.items():
        if name not in graphs:
            message = f"所据的图没有摘要: {name[:80]}"
            findings.faults.extend(Fault(f"grounds[{number}]", message) for number in numbers)
        elif name not in here:
            message = f"本机没有这个图，{len(numbers)} 处引文不能核对；请用 --graph {name}=文件 给出"
            findings.gaps.append(Fault(f"graphs[{name}]", message))
        elif graphs[name] != here[name]:
            what = f"回答 {graphs[name][:12]}，本机是 {here[name][:12]}"
            findings.faults.append(Fault(f"graphs[{name}]", f"{len(numbers)} 处引文所据的图不是同一个：{what}"))
    others = sorted(name for name in {*graphs, *here} - {*used, *foreign} if graphs.get(name) != here.get(name))
    if others:
        findings.notes.append(f"另有 {len(others)} 个图不同: {'、'.join(others[:5])}")
    return foreign


def _ask_again(
    answer: Mapping[str, Any],
    columns: list[str],
    rows: list[dict[str, Any]],
    store: Store,
    foreign: Sequence[str],
    findings: Findings,
) -> None:
    """The verdicts derived afresh and compared row by row; nothing is found when they are the same.

    Where the answer rests on graphs that are not here (``foreign``) a difference refutes nothing: it stays open.
    """
    query, parameters = answer.get("query"), answer.get("parameters")
    if not isinstance(query, str) or not isinstance(parameters, dict):
        findings.gaps.append(Fault("query", "没有写明问题和参数，结论无法重新推导；请用 --evidence 重新取得"))
        return
    partial = bool(answer.get("truncated")) or bool(answer.get("start")) or bool(answer.get("narrow"))
    if partial:
        findings.notes.append("回答不完整，只核对所列各行")
    try:
        fresh = store.ask(query, {str(name): str(value) for name, value in parameters.items()})
    except PolicygraphError as error:
        findings.gaps.append(Fault("query", f"本机不能重问这个问题：{error}"))
        return
    findings.checked.append("各行：用同一问题和参数重新问")
    derived = [dict(zip(fresh.columns, row, strict=True)) for row in fresh.rows]
    found = findings.gaps if foreign else findings.faults
    known = {json.dumps([row.get(name) for name in columns], ensure_ascii=False) for row in derived}
    for number, row in enumerate(rows, start=1):
        if json.dumps([row.get(name) for name in columns], ensure_ascii=False) not in known:
            found.append(Fault(f"rows[{number}]", "重新推导得不出这一行"))
    if answer.get("conclusions"):
        values = {str(name): str(value) for name, value in parameters.items()}
        said = [asdict(one) for one in conclude(store, query, values, fresh)]
        for number, one in enumerate(answer["conclusions"], start=1):
            if one not in said:
                found.append(Fault(f"conclusions[{number}]", "重新推导得不出这一句结论"))
    if not partial and len(rows) != len(derived):
        found.append(Fault("rows", f"重新推导得 {len(derived)} 行，回答有 {len(rows)} 行"))


# --- basis health with imported texts -----------------------------------------------------------------------------

_VERSIONS = """
PREFIX pg: <https://w3id.org/policygraph/ns#>
SELECT ?work ?version ?from WHERE { ?version pg:versionOf ?work ; pg:inForceFrom ?from } ORDER BY ?work ?from
"""
TEXT_COLUMNS = (
    "quote_check", "left_out", "differences", "checked_against", "then_now", "similarity", "text_then", "text_now",
)  # fmt: skip
"""What ``join_texts`` adds to basis health: empty cells where no text was imported."""


def join_texts(store: Store, health: Answer, library: Path) -> Answer:
    """Basis health with the quote check, the text then and the text now, where the user has imported them.

    The quotation is held against the version in force at the document's date, or, when only a later one is at hand,
    against that one, and ``checked_against`` says which. Nothing is put in the place of what the document cites.
    """
    versions: dict[str, list[tuple[str, str]]] = {}
    for work, version, since in store.select(_VERSIONS):
        versions.setdefault(str(work), []).append((str(since), str(version).rsplit("/", 1)[-1]))
    rows = []
    for row in health.rows:
        cells = dict(zip(health.columns, row, strict=True))
        rows.append((*row, *_text_cells(cells, versions.get(str(cells["work"]), []), library)))
    return replace(health, columns=(*health.columns, *TEXT_COLUMNS), rows=tuple(rows))


def _text_cells(cells: Mapping[str, Cell], versions: Iterable[tuple[str, str]], library: Path) -> tuple[Cell, ...]:
    empty: tuple[Cell, ...] = (None,) * len(TEXT_COLUMNS)
    if cells["work"] is None or cells["locator"] is None:
        return empty
    work, locator = str(cells["work"]).rsplit("/", 1)[-1], str(cells["locator"])
    cited = str(cells["cited_version"]).rsplit("/", 1)[-1] if cells["cited_version"] else None
    current = next((name for since, name in reversed(list(versions)) if since <= str(cells["as_of"])), None)
    status, candidate = cells["status"], cells["candidate"]
    moved = str(candidate) if status == "renumbered" and candidate else locator
    then = _find(library, work, cited, locator)
    now = None if status in ("repealed", "expired") else _find(library, work, current, moved)
    check: QuoteCheck | None = None
    against = None
    if then is not None:
        check, against = check_quote(str(cells["quote"]), then), cited
    elif now is not None and status != "rewritten":
        check, against = check_quote(str(cells["quote"]), now), current
    change = compare_texts(then, now) if then is not None and now is not None else None
    if check is None and then is None and now is None:
        return empty
    return (
        check.kind if check else None,
        "／".join(check.left_out) if check and check.left_out else None,
        "／".join(f"{d.quoted or '（无）'}→{d.printed or '（无）'}" for d in check.differences)
        if check and check.differences
        else None,
        against,
        change.kind if change else None,
        change.similarity if change else None,
        then,
        now,
    )


def _find(library: Path, work: str, version: str | None, locator: str) -> str | None:
    text: StatuteText | None = load_text(library, work, version) if version else None
    provision = text.find(locator) if text else None
    return provision.text if provision else None
