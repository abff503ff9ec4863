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
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from policygraph.errors import InputError, PolicygraphError
from policygraph.judging.law.quotations import QuoteCheck, check_quote, compare_texts
from policygraph.keeping.digests import digest_dataset
from policygraph.keeping.library import StatuteText, load_text
from policygraph.keeping.store import Answer, Cell, Iri, Store


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
    """The outcome: how many quotes and rows were checked, what did not hold, what could not be checked."""

    quotes: int
    rows: int
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]


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
    wanted = {(str(row[clause_at]), str(row[quote_at])) for row in answer.rows if row[clause_at] and row[quote_at]}
    found = []
    pieces: dict[str, tuple[tuple[Cell, ...], ...]] = {}
    for clause, quote in sorted(wanted):
        if clause not in pieces:
            pieces[clause] = store.select(_SPANS, clause=Iri(clause))
        if not pieces[clause]:
            continue
        _, source, sha256, *_, graph = pieces[clause][0]
        spans = locate_quote([(int(str(p[3])), str(p[5])) for p in pieces[clause] if p[6] == graph], quote)
        if spans:
            found.append(Ground(clause, quote, str(source), str(sha256), spans, str(graph)))
    return tuple(found)


def locate_quote(pieces: Sequence[tuple[int, str]], quote: str) -> tuple[tuple[int, int], ...]:
    """The spans of a quote in pieces of a source, each with its offset; blanks do not count; empty when absent.

    >>> locate_quote([(10, "《印"), (14, "发《某通知》的通知》")], "印发《某通知》")
    ((11, 12), (14, 20))
    """
    places = [(start + i, c) for start, text in pieces for i, c in enumerate(text) if not c.isspace()]
    wanted = "".join(quote.split())
    at = "".join(c for _, c in places).find(wanted) if wanted else -1
    if at < 0:
        return ()
    spans: list[tuple[int, int]] = []
    for place, _ in places[at : at + len(wanted)]:
        if spans and spans[-1][1] == place:
            spans[-1] = (spans[-1][0], place + 1)
        else:
            spans.append((place, place + 1))
    return tuple(spans)


def render_evidence(store: Store, answer: Answer, query: str, parameters: Mapping[str, str]) -> str:
    """The one JSON shape of an answer with what ``verify`` needs besides: query, parameters, grounds, and ``graphs``,
    the digest of every graph of the dataset by its name.
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
            "grounds": [asdict(ground) for ground in ground_answer(store, answer)],
            "graphs": {name: graph.digest for name, graph in store.digests.items()},
        },
        ensure_ascii=False,
        indent=1,
    )


def verify_answer(answer: Mapping[str, Any], sources: Mapping[str, str], store: Store) -> Verification:
    """Check an answer from ``render_evidence``: quotes against source texts by sha256, graphs by their digests,
    verdicts by asking again.

    ``sources`` are texts by sha256. ``Any``: the answer is JSON from outside. Errors: ``InputError`` when it is not
    an answer at all.
    """
    rows, columns = answer.get("rows"), answer.get("columns")
    if not isinstance(rows, list) or not isinstance(columns, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError("answer", "不是 policygraph 的回答（没有 columns 与 rows）", "请用 --format json 的原样输出")
    faults: list[Fault] = []
    notes: list[str] = []
    grounds = answer.get("grounds")
    held = 0
    proven: set[tuple[str, str]] = set()
    for number, raw in enumerate(grounds if isinstance(grounds, list) else [], start=1):
        fault = _check_ground(raw, sources)
        if fault is None:
            held += 1
            proven.add((raw["clause"], raw["quote"]))
        else:
            faults.append(Fault(f"grounds[{number}]", fault))
    for number, row in enumerate(rows, start=1):
        pair = (row.get("clause"), row.get("quote"))
        if all(pair) and pair not in proven:
            faults.append(Fault(f"rows[{number}]", f"引文没有得到原文证实: {str(pair[1])[:40]}"))
    faults += _check_graphs(answer, store, notes)
    faults += _ask_again(answer, columns, rows, store, notes)
    return Verification(held, len(rows), tuple(faults), tuple(notes))


def _check_ground(raw: Any, sources: Mapping[str, str]) -> str | None:  # Any: JSON from outside
    try:
        text = sources.get(raw["sha256"])
        if text is None:
            return f"没有 sha256 为 {str(raw['sha256'])[:12]} 的原文"
        words = "".join(text[int(start) : int(end)] for start, end in raw["spans"])
        if "".join(words.split()) != "".join(str(raw["quote"]).split()):
            return f"所指位置的文字是“{words[:40]}”，不是“{str(raw['quote'])[:40]}”"
    except (KeyError, TypeError, ValueError) as error:
        return f"位置写得不完整（{error}）"
    return None


def _check_graphs(answer: Mapping[str, Any], store: Store, notes: list[str]) -> list[Fault]:
    """Whether the dataset follows from the graphs named, and the graphs that the quotes rest on are those here."""
    raw = answer.get("graphs")
    graphs = {str(name): str(digest) for name, digest in raw.items()} if isinstance(raw, dict) else {}
    if not graphs:
        return [Fault("graphs", "没有写明数据集各图的摘要，不能核对所据的数据")]
    faults = []
    stated, found = str(answer.get("dataset")), digest_dataset(graphs.values())
    if stated != found:
        faults.append(Fault("dataset", f"各图摘要的散列是 {found[:12]}，回答写的是 {stated[:12]}"))
    if stated != store.dataset:
        notes.append(f"数据版本不同：回答出自 {stated[:12]}，本机是 {str(store.dataset)[:12]}")
    here = {name: graph.digest for name, graph in store.digests.items()}
    grounds = answer.get("grounds")
    used: dict[str, list[int]] = {}
    for number, ground in enumerate(grounds if isinstance(grounds, list) else [], start=1):
        used.setdefault(str(ground.get("graph")) if isinstance(ground, dict) else "", []).append(number)
    for name, numbers in used.items():
        if name not in graphs:
            faults += [Fault(f"grounds[{number}]", f"所据的图没有摘要: {name[:80]}") for number in numbers]
        elif graphs[name] != here.get(name):
            what = f"本机是 {here[name][:12]}" if name in here else "本机没有这个图"
            faults.append(
                Fault(f"graphs[{name}]", f"{len(numbers)} 处引文所据的图不是同一个：回答 {graphs[name][:12]}，{what}")
            )
    others = sorted(name for name in {*graphs, *here} - set(used) if graphs.get(name) != here.get(name))
    if others:
        notes.append(f"另有 {len(others)} 个图不同: {'、'.join(others[:5])}")
    return faults


def _ask_again(
    answer: Mapping[str, Any], columns: list[str], rows: list[dict[str, Any]], store: Store, notes: list[str]
) -> list[Fault]:
    """The verdicts derived afresh and compared row by row; no fault when they are the same."""
    query, parameters = answer.get("query"), answer.get("parameters")
    if not isinstance(query, str) or not isinstance(parameters, dict):
        return [Fault("query", "没有写明问题和参数，结论无法重新推导")]
    if answer.get("truncated"):
        notes.append("回答不完整，只核对所列各行")
    try:
        fresh = store.ask(query, {str(name): str(value) for name, value in parameters.items()})
    except PolicygraphError as error:
        return [Fault("query", f"本机不能重问这个问题：{error}")]
    derived = [dict(zip(fresh.columns, row, strict=True)) for row in fresh.rows]
    faults = []
    known = {json.dumps([row.get(name) for name in columns], ensure_ascii=False) for row in derived}
    for number, row in enumerate(rows, start=1):
        if json.dumps([row.get(name) for name in columns], ensure_ascii=False) not in known:
            faults.append(Fault(f"rows[{number}]", "重新推导得不出这一行"))
    if not answer.get("truncated") and len(rows) != len(derived):
        faults.append(Fault("rows", f"重新推导得 {len(derived)} 行，回答有 {len(rows)} 行"))
    return faults


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
