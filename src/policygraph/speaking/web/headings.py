"""Tables that leave a page: in the heads and words of the page, with the IRIs of things in columns behind their names.

Programs read JSON, which keeps the names and codes of columns; CSV and Excel are read by people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from policygraph.judging.comparing.sheets import Sheet, SheetRow
from policygraph.judging.comparing.tables import Cell as Shown
from policygraph.judging.comparing.tables import Comparison, Entry
from policygraph.keeping.store import Answer, Cell, Gap, warn_of_gaps
from policygraph.namespaces import ID, slug_of
from policygraph.speaking.exports import gap_answer
from policygraph.speaking.web.names import Names

NAMED_BESIDE: Mapping[str, tuple[str, ...]] = {
    "clause": ("locator",),
    "document": ("number",),
    "work": ("law",),
}
"""Columns that name things, and the columns that already say their names: then only the IRI is told."""
_SAID = ("unit", "value")
"""Columns whose cells may hold several codes."""


def word_table(table: Answer, names: Names) -> Answer:
    """A table in the heads and words of a page; a code whose word stands in a column of its own is left out."""
    heads: Mapping[str, str] = names.language.words["exporting"]
    columns: dict[str, list[Cell]] = {}
    for place, column in enumerate(table.columns):
        if f"{column}_label" in table.columns and column not in NAMED_BESIDE:
            continue
        told = column.removesuffix("_label")
        if column != told and told in NAMED_BESIDE:
            continue
        head = heads[told]
        values = [row[place] for row in table.rows]
        if column not in NAMED_BESIDE:
            columns[head] = [_say(names, value, column) for value in values]
            continue
        if not set(NAMED_BESIDE[column]) & set(table.columns):
            columns[head] = [_each_line(value, lambda one: names.name(_iri(one))) for value in values]
        columns[f"{head} IRI"] = [_each_line(value, _iri) for value in values]
    return replace(table, columns=tuple(columns), rows=tuple(zip(*columns.values(), strict=True)))


def _say(names: Names, value: Cell, column: str) -> Cell:
    """A truth value as its word, codes one by one; texts stay what they are."""
    if isinstance(value, bool):
        return names.say(value)
    if column in _SAID and isinstance(value, str):
        return str(names.language.words["list_comma"]).join(names.say(one, column) for one in value.split("、"))
    return value


def _each_line(value: Cell, told: Callable[[str], str]) -> Cell:
    """A cell with each of its lines told by a function; an empty cell stays empty."""
    return None if value is None else "\n".join(told(line) if line else "" for line in str(value).split("\n"))


def _iri(written: str) -> str:
    """The IRI of a thing that a table has by its IRI, its path, or as a document by its short name alone."""
    slug = slug_of(written)
    return str(ID[slug if "/" in slug else f"doc/{slug}"])


def word_gaps(gaps: Sequence[Gap], names: Names) -> tuple[str, Answer]:
    """The sheet of what nobody has read to the end, with its name, in the words of a page."""
    table = gap_answer(gaps)
    at = {column: place for place, column in enumerate(table.columns)}
    rows = []
    for row in table.rows:
        told = list(row)
        told[at["kind_label"]] = names.title(ID[f"concept/curated-{row[at['kind']]}"])
        told[at["state"]] = names.title(ID[f"concept/curation-state-{row[at['state']]}"])
        rows.append(tuple(told))
    return str(names.language.words["uncurated"]), word_table(replace(table, rows=tuple(rows)), names)


def tell_gaps(gaps: Sequence[Gap], names: Names) -> str:
    """What nobody has read to the end, as a sentence for a paper in the language of a page; empty without gaps."""
    if not names.language.foreign or not gaps:
        return warn_of_gaps(gaps)
    words = names.language.words
    kinds: dict[str, list[str]] = {}
    for gap in gaps:
        kind = names.title(ID[f"concept/curated-{gap.kind}"])
        told = str(words["gaps_in"]).format(kind=kind, only=names.say(gap.only)) if gap.only else kind
        kinds.setdefault(gap.document_label, []).append(told)
    said = words["semicolon"].join(
        f"{label}{words['bracket_open']}{words['list_comma'].join(dict.fromkeys(found))}{words['bracket_close']}"
        for label, found in kinds.items()
    )
    return f" {words['uncurated']}{words['colon']}{said}. {words['uncurated_note']}"


def word_comparison(table: Comparison, names: Names) -> Comparison:
    """A comparison of places with its codes and labels in the words of a page; the words of documents stay."""
    pick = names.language.pick

    def word_entry(entry: Entry) -> Entry:
        return replace(
            entry,
            force=names.say(entry.force, "force") if entry.force else "",
            effects=tuple(names.say(effect, "effect") for effect in entry.effects),
            bases=tuple(
                replace(
                    basis,
                    rank=names.say(basis.rank, "rank") if basis.rank else "",
                    status=names.say(basis.status, "basis-status") if basis.status else "",
                )
                for basis in entry.bases
            ),
            verdicts=tuple(
                replace(one, label=names.say(one.conclusion, "conclusion")) if one.label else one
                for one in entry.verdicts
            ),
        )

    def word_cell(cell: Shown) -> Shown:
        elsewhere = tuple((slug, pick(zh=zh, en=en), en) for slug, zh, en in cell.elsewhere)
        return replace(cell, entries=tuple(map(word_entry, cell.entries)), elsewhere=elsewhere)

    return replace(
        table,
        places=tuple(replace(one, label=pick(zh=one.label, en=one.label_en)) for one in table.places),
        rows=tuple(
            replace(row, label=pick(zh=row.label, en=row.label_en), cells=tuple(map(word_cell, row.cells)))
            for row in table.rows
        ),
    )


def word_sheet(sheet: Sheet, names: Names) -> Sheet:
    """A topic sheet with its questions, answers, places and gists in the words of a page."""
    pick = names.language.pick

    def word_value(value: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
        code, unit, zh, en = value
        return code, unit, pick(zh=zh, en=en), en

    def word_row(row: SheetRow) -> SheetRow:
        cells = tuple(
            replace(
                cell,
                label=pick(zh=cell.label, en=cell.label_en),
                reason=pick(zh=cell.reason, en=cell.reason_en),
                passages=tuple(replace(one, values=tuple(map(word_value, one.values))) for one in cell.passages),
            )
            for cell in row.cells
        )
        label, definition = pick(zh=row.label, en=row.label_en), pick(zh=row.definition, en=row.definition_en)
        return replace(row, label=label, definition=definition, cells=cells)

    return replace(
        sheet,
        topics=tuple(replace(one, label=pick(zh=one.label, en=one.label_en)) for one in sheet.topics),
        columns=tuple(
            replace(one, place_label=pick(zh=one.place_label, en=one.place_label_en)) for one in sheet.columns
        ),
        rows=tuple(map(word_row, sheet.rows)),
        law=tuple(
            replace(
                line,
                gist=pick(zh=line.gist, en=line.gist_en),
                region_label=pick(zh=line.region_label, en=line.region_label_en),
            )
            for line in sheet.law
        ),
    )
