"""Tables leave policygraph here: as a terminal table, CSV or the one JSON shape (Excel: ``papers.workbook``).

One answer looks the same on every surface. CSV is raw (no altered quotes or dashes). It renders what it is given: no
query, no clock, no file path of its own.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from policygraph.judging.answers import Answer, Cell, Gap, warn_of_gaps
from policygraph.namespaces import PREFIXES, shorten, slug_of
from policygraph.text.guarding import guard_cell, show_block
from policygraph.words import find_word, say, source_language

if TYPE_CHECKING:
    from policygraph.keeping.routing import Candidate, Routed, Sense


def render_json(table: Answer, routed: Routed | None = None, *, beside: Mapping[str, object] | None = None) -> str:
    """The one JSON shape: ``{columns, rows, truncated, next, as_of, dataset, coverage}``; a row is an object by column.

    ``coverage`` lists the declared gaps, ``{document, kind, state, document_label, kind_label, only}``: of such a
    document and kind, no row does not mean no rule (未整理 is not 未规定). ``routed`` adds how a question in a
    person's words was understood: ``query``, ``parameters``, ``narrow`` and ``reading``. ``beside`` is what else is
    told, by key.
    """
    asked = {} if routed is None else {key: routed.as_json()[key] for key in ("query", "parameters", "narrow")}
    if routed is not None:
        asked["reading"] = routed.as_json()
    return json.dumps({**_as_json(table), **asked, **(beside or {})}, ensure_ascii=False, indent=1)


def _as_json(table: Answer) -> dict[str, object]:
    return {
        "columns": table.columns,
        "rows": [dict(zip(table.columns, row, strict=True)) for row in table.rows],
        "truncated": table.truncated,
        "next": table.next,
        "as_of": table.as_of,
        "dataset": table.dataset,
        "coverage": [asdict(gap) for gap in table.coverage],
    }


def render_senses_json(routed: Routed, senses: Sequence[Sense]) -> str:
    """How a question was understood, with ``readings``: each sense with its query, values, first rows and ``total``.

    There are no ``rows`` beside them: none of the senses is the answer.
    """
    readings = [
        {
            **one.asked.as_json(),
            "narrow": {column: sorted(values) for column, values in sorted(one.asked.narrow.items())},
            **({"conclusions": [asdict(each) for each in one.conclusions]} if one.conclusions else {}),
            **_as_json(one.answer),
            "total": one.total,
        }
        for one in senses
    ]
    return json.dumps({**routed.as_json(), "readings": readings}, ensure_ascii=False, indent=1)


def render_senses(routed: Routed, senses: Sequence[Sense], tables: Sequence[str]) -> str:
    """The senses of a question one below the other: what each answers, what may be done by it, and its ``tables``."""
    blocks = ["\n".join(_tell_senses(routed, len(senses)))]
    for number, (one, table) in enumerate(zip(senses, tables, strict=True), start=1):
        lines = [_asked_as("sense", one.asked, n=number)]
        lines += dict.fromkeys(each.sentence for each in one.conclusions)
        lines = [*map(show_block, lines), table.rstrip("\n")]
        if one.total > len(one.answer.rows):
            lines.append(show_block(_asked_as("sense_rest", one.asked, total=one.total, shown=len(one.answer.rows))))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _tell_senses(routed: Routed, count: int) -> Iterator[str]:
    """That a question has several senses, and what of it nobody understood."""
    yield say("asking", "told_readings", n=count)
    if routed.about:
        yield show_block(say("asking", "unheard_beside", about="、".join(routed.about)))


def render_csv(table: Answer) -> str:
    """Comma separated with a header line, lines end in LF; no value is an empty field, a boolean is true or false.

    >>> print(render_csv(Answer(("notation", "rank"), (("二（九）", None),))), end="")
    notation,rank
    二（九）,
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([plain_text(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def render_routed(routed: Routed) -> str:
    """How a question was understood, for people: lines of text; or what is asked back, or why it is refused."""
    heard = "、".join(
        f"{one.words}→{one.label}" if one.label and one.label != one.words else one.words
        for one in routed.understood
        if one.kind != "unknown"
    )
    lines = [say("asking", "heard", words=heard)] if heard else []
    if routed.state == "answer":
        (chosen,) = routed.candidates
        lines = [_asked_as("understood", chosen), *lines]
        if routed.narrow:
            lines.append(
                say("asking", "narrowed", columns="、".join(find_word("columns", one) for one in sorted(routed.narrow)))
            )
    elif routed.state == "readings":
        lines += _tell_senses(routed, len(routed.candidates))
        lines += [_asked_as("candidate", one) for one in routed.candidates]
    elif routed.state == "ask-back":
        named = [say("asked_for", one) for one in routed.about] if routed.reason == "missing" else routed.about
        lines.append(say("asking", f"told_{routed.reason}", about="、".join(named)))
        lines += [_asked_as("candidate", one) for one in routed.candidates]
    else:
        lines.append(say("asking", f"told_{routed.reason.replace('-', '_')}", about="、".join(routed.about)))
    return "\n".join(map(show_block, lines))


def _asked_as(key: str, one: Candidate, **beside: int) -> str:
    given = {**one.parameters, **dict.fromkeys(one.missing, "…")}
    parameters = "".join(f" --{name.replace('_', '-')} {value}" for name, value in given.items())
    return say("asking", key, summary=one.summary_zh, query=one.query, parameters=parameters, tells=one.tells, **beside)


def gap_answer(gaps: Sequence[Gap]) -> Answer:
    """Declared gaps as a table, each once."""
    columns = ("document", "document_label", "kind", "kind_label", "state", "only")
    rows = dict.fromkeys((g.document, g.document_label, g.kind, g.kind_label, g.state, g.only or None) for g in gaps)
    return Answer(columns, tuple(rows))


def guard_answer(table: Answer) -> Answer:
    """The answer with its texts guarded, for a CSV file whose texts come from a register; IRIs stay."""
    rows = tuple(tuple(guard_cell(cell) if type(cell) is str else cell for cell in row) for row in table.rows)
    return replace(table, rows=rows)


MIN_COLUMN = 12
"""A column of a terminal table narrower than this breaks Chinese words; rows are then printed one below the other."""
# matches the code in 《政府采购法》第二十二条：in-force； not the one in http：//a
_LISTED_CODE = re.compile(r"(?<=：)[a-z]+(?:-[a-z]+)*(?=；|$)")


def render_table(
    table: Answer,
    width: int | None = None,
    headings: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> str:
    """An answer for the terminal: the contract's columns up to the quote, names instead of IRIs where there are any.

    Columns that a query adds after the quote are left to CSV and JSON, but for a ``note``, which is said once below.
    ``names`` are the labels of IRIs, and of codes by column (``direction.adverse``); with them codes are put into
    words too, as the pages do. What is too wide for the terminal is printed as one block a row. ``headings`` are the
    words for the columns. What the first columns of a row share with the row above is said once: a measure, and below
    it its bases.

    >>> rows = (("二（九）", "政府采购法"), ("二（九）", "安全生产法"), ("二（十）", "矿产资源法"))
    >>> print(render_table(Answer(("notation", "work"), rows), 60, {"notation": "编号", "work": "依据"}))
    ┏━━━━━━━━━━┳━━━━━━━━━━━━┓
    ┃ 编号     ┃ 依据       ┃
    ┡━━━━━━━━━━╇━━━━━━━━━━━━┩
    │ 二（九） │ 政府采购法 │
    │          │ 安全生产法 │
    ├──────────┼────────────┤
    │ 二（十） │ 矿产资源法 │
    └──────────┴────────────┘
    3 行
    <BLANKLINE>
    """
    called = headings or {}
    console = Console(width=width, file=io.StringIO(), highlight=False)
    last = table.columns.index("quote") + 1 if "quote" in table.columns else len(table.columns)
    shown = [
        (column, table.columns.index(f"{column}_label") if f"{column}_label" in table.columns else index)
        for index, column in enumerate(table.columns[:last])
        if not column.endswith("_label")
    ]
    if len(shown) * MIN_COLUMN > console.width:
        for number, (row, shared) in enumerate(_shared(table.rows, [index for _, index in shown]), start=1):
            console.print(f"[bold]{number}[/bold]")
            block = Table.grid(padding=(0, 2))
            block.add_column(no_wrap=True)
            block.add_column(overflow="fold")
            for column, index in shown[shared:]:
                if row[index] is not None:
                    block.add_row(called.get(column, column), _name(row[index], column, names))
            console.print(block)
    else:
        grid = Table(header_style="bold")
        for column, _ in shown:
            grid.add_column(called.get(column, column), overflow="fold")
        for row, shared in _shared(table.rows, [index for _, index in shown]):
            if not shared:
                grid.add_section()
            cells = (_name(row[index], column, names) for column, index in shown[shared:])
            grid.add_row(*[""] * shared, *cells)
        console.print(grid)
    words = source_language().words
    foot = f"{len(table.rows)} {words['rows']}" + (f"（{words['truncated']}）" if table.truncated else "")
    if table.dataset:
        foot += f" · {words['dataset']} {table.dataset[:12]}"
    if table.as_of:
        foot += f" · {words['as_of']} {table.as_of}"
    console.print(foot)
    for note in _notes_of(table, last):
        console.print(escape(note), soft_wrap=True)
    if table.coverage:
        console.print(escape(warn_of_gaps(table.coverage)), soft_wrap=True)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def _shared(rows: Sequence[tuple[Cell, ...]], shown: Sequence[int]) -> Iterator[tuple[tuple[Cell, ...], int]]:
    """Each row with how many of its first shown cells, but never all, are those of the row above."""
    above: tuple[Cell, ...] | None = None
    for row in rows:
        same = takewhile(lambda index: above is not None and row[index] == above[index], shown[:-1])  # noqa: B023
        yield row, sum(1 for _ in same)
        above = row


def _notes_of(table: Answer, shown: int) -> list[str]:
    """What rows say in a column ``note`` that is not among those shown, each once; behind the document it is about."""
    if "note" not in table.columns[shown:]:
        return []
    note = table.columns.index("note")
    document = table.columns.index("document") if "document" in table.columns else None
    told = dict.fromkeys(
        (_short(row[document]) + "：" if document is not None else "") + _short(row[note])
        for row in table.rows
        if row[note] is not None
    )
    return list(told)


def gap_header(gaps: Sequence[Gap]) -> dict[str, str]:
    """The gaps of an answer as an HTTP header, for forms that have room for rows only: ``id/kind`` after ``id/kind``.

    >>> gap_header([Gap("https://example.org/doc/a-1", "lists", "parsed", "某字1号", "名单")])
    {'Policygraph-Uncurated': 'a-1/lists'}
    """
    told = ", ".join(f"{gap.document.rsplit('/', 1)[-1]}/{gap.kind}" for gap in gaps)
    return {"Policygraph-Uncurated": told} if told else {}


def plain_text(cell: Cell) -> str:
    """A cell as text; no value is empty."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)


def _short(cell: Cell) -> str:
    return show_block(slug_of(plain_text(cell))).replace("[", "\\[")


def _name(cell: Cell, column: str, names: Mapping[str, str] | None) -> str:
    """A cell of the terminal table: the label of a thing, a code in words; as it is where there is neither."""
    if names is None or not isinstance(cell, (str, bool)):
        return _short(cell)
    if isinstance(cell, bool):
        return find_word("codes", "yes" if cell else "no")
    told = names.get(cell) or names.get(f"{column}.{cell}") or find_word("codes", cell, column)
    return _short(_LISTED_CODE.sub(lambda found: find_word("codes", found[0], column), told))


def compact_jsonld(body: bytes) -> bytes:
    """Expanded JSON-LD with the prefixes of our context in it, so that it is short and read without the network.

    Only properties and types are shortened; values keep their form, so the context's own types change nothing. What
    ``/ns/context.jsonld`` says of the same prefixes is the same.

    >>> compact_jsonld(b'[{"@id":"urn:a","http://www.w3.org/ns/oa#exact":[{"@value":"x"}]}]').decode()
    '{"@context":{"oa":"http://www.w3.org/ns/oa#"},"@graph":[{"@id":"urn:a","oa:exact":[{"@value":"x"}]}]}'
    """
    used: dict[str, str] = {}

    def compact(name: str) -> str:
        found = shorten(name)
        if found is None:
            return name
        used[found[0]] = PREFIXES[found[0]]
        return ":".join(found)

    nodes = [
        {compact(name): [compact(kind) for kind in said] if name == "@type" else said for name, said in node.items()}
        for node in json.loads(body)
    ]
    told = {"@context": dict(sorted(used.items())), "@graph": nodes}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
