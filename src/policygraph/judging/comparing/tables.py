"""The comparison itself: columns are places, rows are policy area × class of effect, or mechanisms.

A place may have several documents; they stand in one column, in the order of the documents and of their clauses.
Measures meet in a row because people gave them the same area, never because a computer found them alike; the rows
follow from the measures, and what nobody has classified yet has a row of its own. Incentive, sanction and supervision
never share a cell. An empty cell says why it is empty: ``uncurated`` where nobody has read the place's documents to
the end, else ``absent``, or the word that the editors gave with a reason; where the place does speak of the matter in
another class, the cell says where. There is no score anywhere.

Everything comes from named queries and the small ones beside them (``queries/places``); this module adds no fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from policygraph.errors import InputError, NotFoundError
from policygraph.judging.answers import Answer, Gap
from policygraph.judging.answers import Cell as Value
from policygraph.judging.comparing.wording import Echo, find_echo, fold_wording
from policygraph.namespaces import slug_of
from policygraph.text.likeness import shared_pairs
from policygraph.text.titles import name_text
from policygraph.words import find_word

VIEWS = ("measures", "mechanisms")
CLASSES = ("incentive", "sanction", "supervision", "unclassified")
ORDER = (
    "stated", "equivalent", "delegated", "quoted-only", "damaged", "not-applicable", "parsed", "uncurated",
    "classified", "absent",
)  # fmt: skip
"""From the most to the least that a place can say; several documents of a place take the first that applies."""
ALIKE = 0.25
"""Entries less alike than this are not searched for identical wording."""

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A column: a region with all its documents."""

    iri: str
    label: str
    label_en: str
    documents: tuple[str, ...]

    @property
    def code(self) -> str:
        """The code of the region, as it stands in an address: ``230800``."""
        return self.iri.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis as it is cited, its rank, and what became of it by the day asked for."""

    work: str
    title: str
    locator: str
    rank: str
    level: str
    status: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be done of one act of a measure on the day asked for; without a conclusion, ``label`` is empty.

    ``issue`` is whether the document had been issued by that day: ``before`` it there is no conclusion, and where
    nobody can tell (``inside``) the conclusion holds for the case that it had.
    """

    conclusion: str
    label: str
    act: str
    issue: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A measure in a cell, in the words of its document."""

    measure: str
    document: str
    notation: str
    title: str
    clause: str
    quote: str
    force: str
    effects: tuple[str, ...]
    addressee: str
    addressee_as_written: str
    lawfully: bool
    requires: str
    departments: tuple[tuple[str, str], ...]
    bases: tuple[Basis, ...]
    verdicts: tuple[Verdict, ...] = ()
    unread: frozenset[str] = frozenset()
    """Kinds that nobody has read its document to the end for: what is empty of them is unknown, not missing."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a document says of a mechanism: its standing, the clause, the words, and the clause in full."""

    document: str
    status: str
    clause: str
    quote: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one place says in one row; without entries and statements, why not.

    ``unread`` are the documents of the place that nobody has read to the end for it; ``elsewhere`` are the rows of
    the same area in which the place does speak, as triples of slug and both labels.
    """

    place: str
    status: str
    entries: tuple[Entry, ...] = ()
    statements: tuple[Statement, ...] = ()
    reason: str = ""
    clause: str = ""
    quote: str = ""
    unread: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, str, str], ...] = ()

    def same_as(self, other: Cell) -> bool:
        """True when both say the same: the same standing and, of measures, the same effects, forces and addressees."""
        return self._gist() == other._gist()

    def _gist(self) -> tuple[str, frozenset[tuple[str, ...]]]:
        return self.status, frozenset((entry.force, entry.addressee, *entry.effects) for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Identical wording in two cells of a row: which entries of which places, and what is identical."""

    places: tuple[str, str]
    clauses: tuple[str, str]
    echo: Echo


@dataclass(frozen=True, slots=True)
class Row:
    """A matter on which places are compared, with one cell a place, in the order of the places."""

    slug: str
    label: str
    label_en: str
    effect_class: str
    cells: tuple[Cell, ...]
    pairings: tuple[Pairing, ...] = ()

    @property
    def differs(self) -> bool:
        """True when not all places shown say the same; of measures, when two that have some do not.

        A measure that one place alone has is no difference: it is compared with nothing.
        """
        cells = self.cells if self.effect_class == "mechanism" else tuple(cell for cell in self.cells if cell.entries)
        return any(not first.same_as(second) for first, second in combinations(cells, 2))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table of the comparison, whole or chosen from."""

    view: str
    as_of: str
    dataset: str
    places: tuple[Place, ...]
    rows: tuple[Row, ...]
    gaps: tuple[Gap, ...] = ()

    @property
    def states(self) -> tuple[str, ...]:
        """The standings that occur in the cells shown, from the most to the least that a place can say."""
        found = {cell.status for row in self.rows for cell in row.cells}
        return tuple(state for state in ORDER if state in found)

    @property
    def coverage(self) -> tuple[Gap, ...]:
        """The declared gaps of the documents shown."""
        shown = {document for place in self.places for document in place.documents}
        return tuple(gap for gap in self.gaps if gap.document in shown)


def choose(
    table: Comparison,
    places: Sequence[str] = (),
    rows: Sequence[str] = (),
    words: str = "",
    effect_class: str = "",
    differing: bool = False,
) -> Comparison:
    """The part of a table that was asked for: places and rows by code, rows by word or class, only what differs.

    Nothing asked for means all. Errors: ``InputError`` for a place or row that the table does not have.
    """
    taken = find_places(table, places)
    known = {row.slug for row in table.rows}
    for slug in rows:
        if slug not in known:
            raise InputError("row", f"没有 {slug!r} 这一行", "请从页面上的行中选取")
    at = [table.places.index(place) for place in taken]
    codes = {place.code for place in taken}
    found = []
    for row in table.rows:
        if (rows and row.slug not in rows) or (words and not _speaks_of(row, words)):
            continue
        if effect_class and row.effect_class not in (effect_class, "mechanism"):
            continue
        shown = replace(
            row,
            cells=tuple(row.cells[index] for index in at),
            pairings=tuple(p for p in row.pairings if set(p.places) <= codes),
        )
        if not differing or shown.differs:
            found.append(shown)
    return replace(table, places=taken, rows=tuple(found))


def find_places(table: Comparison, written: Sequence[str]) -> tuple[Place, ...]:
    """The places meant by codes, names or ids of documents, in the order of the table; all of them for nothing.

    Errors: ``NotFoundError`` that lists the places there are.
    """
    found: set[Place] = set()
    for text in written:
        forms = {place: (place.code, place.label, place.label_en.lower(), *_short(place)) for place in table.places}
        matching = [place for place, names in forms.items() if text in names or text.lower() in names]
        matching = matching or [place for place in table.places if text and place.label.startswith(text)]
        if len(matching) != 1:
            known = "、".join(f"{place.label}（{place.code}）" for place in table.places)
            raise NotFoundError("place", f"没有 {text!r} 这个地方", f"有的是: {known}")
        found.update(matching)
    return tuple(place for place in table.places if place in found) if found else table.places


CELL_COLUMNS = (
    "row", "row_label", "class", "place", "place_label", "status", "count", "notation", "quote", "force", "effect",
    "addressee", "department", "basis", "basis_status", "clause", "reason", "conclusion",
)  # fmt: skip


def cell_answer(table: Comparison, words: Words) -> Answer:
    """The table in long form: one row a cell; several measures of a cell stand on lines of their own.

    ``words`` has the word for each standing and class of the comparison.
    """
    comma, several = words["list_comma"], words["semicolon"]
    rows = []
    for row in table.rows:
        for place, cell in zip(table.places, row.cells, strict=True):
            quotes = [entry.quote for entry in cell.entries] or [statement.quote for statement in cell.statements]
            clauses = [entry.clause for entry in cell.entries] or [statement.clause for statement in cell.statements]
            rows.append(
                (
                    row.slug, row.label, words.get(row.effect_class, row.effect_class), place.code, place.label,
                    words[cell.status], len(quotes),
                    _lines(entry.notation for entry in cell.entries),
                    _lines(quotes),
                    _lines(entry.force for entry in cell.entries),
                    _lines(several.join(entry.effects) for entry in cell.entries),
                    _lines(words.get(entry.addressee, entry.addressee) for entry in cell.entries),
                    _lines(comma.join(label for _, label in entry.departments) for entry in cell.entries),
                    _lines(several.join(name_basis(basis, words) for basis in entry.bases) for entry in cell.entries),
                    _lines(several.join(words.get(b.status, b.status) for b in entry.bases) for entry in cell.entries),
                    _lines(slug_of(clause) for clause in clauses) or (slug_of(cell.clause) if cell.clause else None),
                    _lines(list_remarks(cell, table, words)),
                    _lines(name_verdicts(entry.verdicts, words) for entry in cell.entries),
                )
            )  # fmt: skip
    return Answer(CELL_COLUMNS, tuple(rows), table.as_of, table.dataset, coverage=table.coverage)


def list_remarks(
    cell: Cell, table: Comparison, words: Words, name: Callable[[str], str] | None = None
) -> Iterator[str]:
    """What is to be known of a cell: the editors' reason and its words, unread documents, other rows that speak.

    Where ``name`` is given, it cites the clause of those words.
    """
    if cell.reason:
        yield cell.reason
    if cell.quote:
        where = name(cell.clause) if name is not None and cell.clause else ""
        yield ("" if cell.reason or not where else words["spoken"]) + f"{where}“{cell.quote}”"
    if cell.unread:
        named = dict.fromkeys(gap.document_label for gap in table.gaps if gap.document in cell.unread)
        yield words["unread"].format(documents=words["list_comma"].join(named))
    if cell.elsewhere:
        rows = words["list_comma"].join(label for _, label, _ in cell.elsewhere)
        yield words["speaks_elsewhere"].format(rows=rows)


ENTRY_COLUMNS = (
    "row", "row_label", "class", "place_label", "document", "notation", "title", "quote", "force", "effect",
    "addressee", "addressee_as_written", "lawfully", "requires", "department", "basis", "basis_status", "clause",
    "conclusion",
)  # fmt: skip


def entry_answer(table: Comparison, words: Words) -> Answer:
    """The measures or statements of a table, one a row, for whoever filters them in a spreadsheet."""
    comma, semicolon = words["list_comma"], words["semicolon"]
    rows: list[tuple[Value, ...]] = []
    for row in table.rows:
        for place, cell in zip(table.places, row.cells, strict=True):
            head = (row.slug, row.label, words.get(row.effect_class, row.effect_class), place.label)
            for entry in cell.entries:
                rows.append(
                    (
                        *head, slug_of(entry.document).removeprefix("doc/"), entry.notation, entry.title, entry.quote,
                        entry.force, semicolon.join(entry.effects), words.get(entry.addressee, entry.addressee),
                        entry.addressee_as_written or None, entry.lawfully, entry.requires or None,
                        comma.join(label for _, label in entry.departments) or None,
                        _lines(name_basis(basis, words) for basis in entry.bases),
                        _lines(words.get(basis.status, basis.status) for basis in entry.bases), slug_of(entry.clause),
                        name_verdicts(entry.verdicts, words),
                    )
                )  # fmt: skip
            for said in cell.statements:
                rows.append(
                    (
                        *head, slug_of(said.document).removeprefix("doc/"), None, words[said.status], said.quote,
                        *[None] * 9, slug_of(said.clause), None,
                    )
                )  # fmt: skip
    return Answer(ENTRY_COLUMNS, tuple(rows), table.as_of, table.dataset, coverage=table.coverage)


def name_verdict(verdict: Verdict, words: Words) -> str:
    """What may be done of an act; without a conclusion, why there is none.

    >>> words = {"uncurated": "未整理", "before_issue": "尚未印发", "issue_inside": "当日是否已印发不能确定"}
    >>> words |= {"bracket_open": "（", "bracket_close": "）"}
    >>> name_verdict(Verdict("", "", "通报", "before"), words), name_verdict(Verdict("", "", "通报"), words)
    ('尚未印发', '未整理')
    >>> name_verdict(Verdict("internal", "内部管理", "通报", "inside"), words)
    '内部管理（当日是否已印发不能确定）'
    """
    if not verdict.label:
        return words["before_issue" if verdict.issue == "before" else "uncurated"]
    unsure = f"{words['bracket_open']}{words['issue_inside']}{words['bracket_close']}"
    return verdict.label + (unsure if verdict.issue == "inside" else "")


def name_verdicts(verdicts: tuple[Verdict, ...], words: Words) -> str:
    """What may be done of a measure in one line, act by act where they differ; else that nobody has judged it.

    >>> words = {"uncurated": "未整理", "semicolon": "；", "colon": "：", "bracket_open": "", "bracket_close": "",
    ...     "issue_inside": ""}
    >>> name_verdicts((Verdict("internal", "内部管理", "通报"), Verdict("", "", "参考")), words)
    '通报：内部管理；参考：未整理'
    >>> name_verdicts((Verdict("internal", "内部管理", "通报"),), words)
    '内部管理'
    """
    labels = list(dict.fromkeys(name_verdict(one, words) for one in verdicts)) or [words["uncurated"]]
    if len(labels) == 1:
        return labels[0]
    return words["semicolon"].join(f"{one.act}{words['colon']}{name_verdict(one, words)}" for one in verdicts)


def name_basis(basis: Basis, words: Words | None = None) -> str:
    """A basis in one line; one that is cited for a whole group says so.

    >>> name_basis(Basis("", "中华人民共和国安全生产法", "第七十五条", "法律", "group", "renumbered"))
    '《中华人民共和国安全生产法》第七十五条〔整组〕'
    """
    level = f"〔{words['group'] if words else find_word('codes', 'group')}〕" if basis.level == "group" else ""
    return f"{name_text(basis.title, basis.number)}{basis.locator}{level}"


def find_pairings(places: tuple[Place, ...], cells: tuple[Cell, ...]) -> Iterable[Pairing]:
    """Identical wording between the cells of a row, the longest first."""
    found = []
    for (one, first), (two, second) in combinations(zip(places, cells, strict=True), 2):
        for entry in first.entries:
            for other in second.entries:
                if shared_pairs(fold_wording(entry.quote), fold_wording(other.quote)) < ALIKE:
                    continue
                echo = find_echo(entry.quote, other.quote)
                if echo is not None:
                    found.append(Pairing((one.code, two.code), (entry.measure, other.measure), echo))
    return sorted(found, key=lambda pairing: -pairing.echo.length)


def _speaks_of(row: Row, words: str) -> bool:
    """Whether a word stands in the name of a row."""
    return words in row.label or words.lower() in row.label_en.lower()


def _short(place: Place) -> tuple[str, ...]:
    """Other names of a place: the ids of its documents, and what the ids begin with."""
    ids = [slug_of(document).removeprefix("doc/") for document in place.documents]
    return (*ids, *(identifier.split("-", 1)[0] for identifier in ids))


def _lines(values: Iterable[str]) -> str | None:
    """Values on lines of their own; None when all are empty."""
    lines = list(values)
    return "\n".join(lines) if any(lines) else None
