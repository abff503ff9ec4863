"""Topic sheets: the questions of the codebook as rows, documents as columns, in a cell what a document answers.

A place may have several documents; each keeps a column of its own, and the columns of a place stand together. A cell
holds answers in the words of its document, or says why there is none; what two documents word almost alike is marked
where the words differ. Nothing is scored, nothing is merged. Everything comes from the named query ``answers``; page
and files are made from the same sheet, so that a file holds what the screen shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from policygraph.errors import InputError, NotFoundError
from policygraph.judging.answers import Answer, Gap
from policygraph.judging.answers import Cell as Value
from policygraph.judging.comparing.wording import ALIGNED, WHOLE, find_echo, fold_wording
from policygraph.judging.law.conclusions.wording import name_basis
from policygraph.namespaces import slug_of
from policygraph.text.folding import fold
from policygraph.text.likeness import find_runs, shared_pairs
from policygraph.text.sentences import mend_joints

VIEW = "questions"
ANSWERED = "answered"
UNSEEN = "uncurated"
"""The status of a cell that nobody has looked at: it neither agrees nor differs."""
SILENT = frozenset({"absent", "not-applicable", "not-issued"})
"""The statuses of a document that says nothing on a question."""
FILTERS = ("differ", "lack", "agree")
"""Which rows may be wanted alone: answers differ, some have none, all that were looked at say the same."""
ALIKE = 0.35
"""Words less alike than this are not searched for the places where they differ."""
MONTHS = {"year": 12.0, "month": 1.0, "day": 1 / 30}
"""How long a unit is on a ruler."""

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A document with its place, its normalised number, its title, and its date where the text has one."""

    document: str
    number: str
    title: str
    date: str
    place: str
    place_label: str
    place_label_en: str

    @property
    def slug(self) -> str:
        """The short name of the document, as it stands in an address: ``yiyuan-2021-28``."""
        return slug_of(self.document).removeprefix("doc/")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a quote, and whether its nearest neighbour has other words there."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of one clause with every value that they give: what a cell shows, and what is cited."""

    values: tuple[tuple[str, str, str, str], ...]
    """Each value as code, unit, and in words, Chinese and English."""
    clause: str
    locator: str
    quote: str
    text: str
    note: str = ""
    source: str = ""
    coded_on: str = ""
    pieces: tuple[Piece, ...] = ()

    @property
    def differing(self) -> str:
        """The words that differ from those of the nearest neighbour; empty where none do."""
        return "／".join(piece.text for piece in self.pieces if piece.differs)


@dataclass(frozen=True, slots=True)
class SheetCell:
    """What one document answers to one question; without a passage that gives a value, why not.

    ``reason`` says in both languages which premise of the question the document lacks; empty where it lacks none.
    """

    status: str
    label: str
    label_en: str
    passages: tuple[Passage, ...] = ()
    reason: str = ""
    reason_en: str = ""

    @property
    def values(self) -> tuple[tuple[str, str, str, str], ...]:
        """Each value of the cell once, in the order of the text."""
        return tuple(dict.fromkeys(value for passage in self.passages for value in passage.values))

    @property
    def tells_apart(self) -> bool:
        """True when passages of the cell give different values, so that each must say which is its own."""
        return len({passage.values for passage in self.passages}) > 1

    @property
    def gist(self) -> tuple[str, frozenset[tuple[str, str]]]:
        """What counts when cells are compared: the status and the values, not the words."""
        return self.status, frozenset((code, unit) for code, unit, *_ in self.values)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A question with one cell a document, in the order of the columns."""

    slug: str
    topic: str
    kind: str
    label: str
    label_en: str
    definition: str
    definition_en: str
    cells: tuple[SheetCell, ...]

    @property
    def standing(self) -> str:
        """How the documents stand to one another: ``differ``, ``lack``, ``agree``, or empty where nobody has looked.

        They differ when two that speak do not say the same; else they lack when some speak and some are silent.
        """
        seen = [cell for cell in self.cells if cell.status != UNSEEN]
        spoken = [cell for cell in seen if cell.status not in SILENT]
        if len({cell.gist for cell in spoken}) > 1:
            return "differ"
        if spoken and len(spoken) < len(seen):
            return "lack"
        return "agree" if seen else ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A sheet: its code, what it is called, and what it is about, in both languages."""

    slug: str
    label: str
    label_en: str
    about: str
    about_en: str


@dataclass(frozen=True, slots=True)
class Band:
    """A grade of a document: its name, its limits, and the words that set them."""

    document: str
    label: str
    lower: float | None
    lower_inclusive: bool
    upper: float | None
    upper_inclusive: bool
    clause: str
    quote: str


@dataclass(frozen=True, slots=True)
class LawLine:
    """What a law in force on the day says on a topic, in the editors' words; or that nobody here has read it.

    ``provision`` and ``gist`` are empty for a law whose text was not read. ``reaches`` are the documents that lie in
    the region it was made for; ``certainty`` is of the text, ``evidence`` how it is known.
    """

    topic: str
    work: str
    title: str
    title_en: str
    provision: str
    gist: str
    gist_en: str
    since: str
    issued: str
    certainty: str
    evidence: str
    region_label: str
    region_label_en: str
    date_certainty: str
    """How sure the day is from which the text holds; empty where nothing is said against it."""
    reaches: frozenset[str]

    @property
    def day_word(self) -> str:
        """The name of the words that tell from when the text holds: verified, believed, only issued, or no day."""
        if self.since:
            return "law_since" if self.date_certainty in ("", "verified") else "law_since_believed"
        return "law_issued" if self.issued else "law_undated"

    @property
    def article(self) -> str:
        """The provision with its law: 《信用修复管理办法》第十四条; the law alone where its text was not read."""
        return name_basis(self.title, self.provision)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The codebook answered, whole or chosen from."""

    as_of: str
    dataset: str
    topics: tuple[Topic, ...]
    columns: tuple[Column, ...]
    rows: tuple[SheetRow, ...]
    bands: tuple[Band, ...] = ()
    gaps: tuple[Gap, ...] = ()
    law: tuple[LawLine, ...] = ()

    @property
    def coverage(self) -> tuple[Gap, ...]:
        """The declared gaps of the documents shown."""
        shown = {column.document for column in self.columns}
        return tuple(gap for gap in self.gaps if gap.document in shown)

    @property
    def groups(self) -> tuple[tuple[str, str, int], ...]:
        """The places above the columns: both names and how many documents stand below each."""
        found: dict[str, tuple[str, str, int]] = {}
        for column in self.columns:
            known = found.get(column.place, (column.place_label, column.place_label_en, 0))
            found[column.place] = (*known[:2], known[2] + 1)
        return tuple(found.values())

    @property
    def statuses(self) -> tuple[str, ...]:
        """The kinds of absence that occur in the cells shown, by name."""
        return tuple(sorted({cell.status for row in self.rows for cell in row.cells} - {ANSWERED}))


def choose_sheet(
    sheet: Sheet,
    topic: str = "",
    rows: Sequence[str] = (),
    places: Sequence[str] = (),
    documents: Sequence[str] = (),
    words: str = "",
    standing: str = "",
) -> Sheet:
    """The part of a sheet that was asked for: a topic or questions, places or documents, rows of one standing.

    Questions that are named are shown whatever their topic. Nothing asked for means all. A row's standing is told of
    the columns that are shown, and words are compared among them alone.
    Errors: ``InputError`` for a topic or question, ``NotFoundError`` for a place or document that there is none of.
    """
    if topic and topic not in {one.slug for one in sheet.topics}:
        raise InputError("topic", f"没有 {topic!r} 这个专题", f"可用 {'、'.join(one.slug for one in sheet.topics)}")
    known = {row.slug for row in sheet.rows}
    for slug in rows:
        if slug not in known:
            raise InputError("row", f"没有 {slug!r} 这个问题", "问题的短名见编码手册：policygraph ask codebook")
    at = _find_columns(sheet, places, documents)
    found = []
    for row in sheet.rows:
        if (rows and row.slug not in rows) or (topic and not rows and row.topic != topic):
            continue
        if words and words not in row.label and words.lower() not in row.label_en.lower():
            continue
        shown = replace(row, cells=_mark(tuple(row.cells[index] for index in at)))
        if standing in ("", shown.standing):
            found.append(shown)
    columns = tuple(sheet.columns[index] for index in at)
    shown_documents = {column.document for column in columns}
    bands = tuple(band for band in sheet.bands if band.document in shown_documents)
    topics = {row.topic for row in found} | ({topic} if topic and not rows else set())
    law = tuple(line for line in sheet.law if line.topic in topics and line.reaches & shown_documents)
    return replace(sheet, columns=columns, rows=tuple(found), bands=bands, law=law)


def _find_columns(sheet: Sheet, places: Sequence[str], documents: Sequence[str]) -> list[int]:
    """Which columns are meant by places (code, name or short name) and documents (short name or number)."""
    found: set[int] = set()
    for asked, written in (*(("place", one) for one in places), *(("document", one) for one in documents)):
        matching = {
            index for index, column in enumerate(sheet.columns) if _goes_by(column, asked, written)
        } or {
            index
            for index, column in enumerate(sheet.columns)
            if asked == "place" and written and column.place_label.startswith(written)
        }  # fmt: skip
        if not matching:
            known = "、".join(
                f"{column.place_label} {column.number}（{column.slug}）" for column in sheet.columns
            )  # fmt: skip
            raise NotFoundError(asked, f"没有 {written!r}", f"有的是: {known}")
        found |= matching
    return sorted(found) if found else list(range(len(sheet.columns)))


def _goes_by(column: Column, asked: str, written: str) -> bool:
    code = column.place.rsplit("/", 1)[-1]
    if asked == "place" and written.lower() in (
        code, column.place_label, column.place_label_en.lower(), column.slug.split("-", 1)[0],
    ):  # fmt: skip
        return True
    return fold(written, "name").text in (fold(column.number, "name").text, fold(column.slug, "name").text)


def _mark(cells: tuple[SheetCell, ...]) -> tuple[SheetCell, ...]:
    """The cells with each passage cut where its nearest neighbour in another column has other words."""
    marked = []
    for index, cell in enumerate(cells):
        others = [one.quote for place, other in enumerate(cells) if place != index for one in other.passages]
        passages = tuple(replace(one, pieces=mark_differences(one.quote, others)) for one in cell.passages)
        marked.append(replace(cell, passages=passages))
    return tuple(marked)


def mark_differences(quote: str, others: Iterable[str]) -> tuple[Piece, ...]:
    """A quote cut where the most alike of the others has other words; one piece where none is alike enough.

    Only changed words inside a shared passage are marked, not whole sentences that the other has not.

    >>> marked = mark_differences("部分申报材料不齐备的,可先行受理", ["部分申报材料不齐备的，应先行受理。", "限制采购"])
    >>> [piece.text for piece in marked if piece.differs]
    ['可']
    >>> mark_differences("限制采购", [])
    (Piece(text='限制采购', differs=False),)
    """
    words = fold(quote, "spelling")
    alike = [
        (share, other)
        for other in others
        if other and (share := shared_pairs(fold_wording(quote), fold_wording(other))) >= ALIKE
    ]
    nearest = max(alike, default=None)
    if nearest is None or find_echo(quote, nearest[1]) is None:
        return (Piece(quote, differs=False),) if quote else ()
    runs = [run for run in find_runs(words.text, fold(nearest[1], "spelling").text) if run.size >= ALIGNED]
    pieces, end = list[Piece](), 0
    for before, after in pairwise(runs):
        start, stop = before.a + before.size, after.a
        if 0 < stop - start <= WHOLE:
            first, last = words.starts[start], words.ends[stop - 1]
            pieces += [Piece(quote[end:first], differs=False), Piece(quote[first:last], differs=True)]
            end = last
    pieces.append(Piece(quote[end:], differs=False))
    return tuple(piece for piece in pieces if piece.text)


@dataclass(frozen=True, slots=True)
class Mark:
    """A length on a ruler: the question and document it is of, the value in words, and how far it reaches."""

    row: SheetRow
    column: Column
    label: str
    label_en: str
    length: float
    passage: Passage


def find_marks(sheet: Sheet) -> tuple[Mark, ...]:
    """Every period that a cell of the sheet gives, as a share of the longest; empty when there is none."""
    found = []
    for row in sheet.rows:
        for column, cell in zip(sheet.columns, row.cells, strict=True) if row.kind == "duration" else ():
            for passage in cell.passages:
                for code, unit, label, label_en in passage.values:
                    if unit in MONTHS:
                        found.append(Mark(row, column, label, label_en, float(code) * MONTHS[unit], passage))
    longest = max((mark.length for mark in found), default=0.0)
    return tuple(replace(mark, length=mark.length / longest) for mark in found)


SHEET_COLUMNS = (
    "topic", "question", "question_label", "place_label", "number", "document", "status", "answer", "value", "unit",
    "locator", "quote", "text", "differing", "note", "clause", "coded_on", "as_of", "dataset",
)  # fmt: skip


def sheet_answer(sheet: Sheet, words: Words) -> Answer:
    """The sheet in long form, one row a cell: answers of several passages stand on lines of their own.

    ``words`` has the word for a cell that is answered.
    """
    rows: list[tuple[Value, ...]] = []
    names = {topic.slug: topic.label for topic in sheet.topics}
    for row in sheet.rows:
        for column, cell in zip(sheet.columns, row.cells, strict=True):
            said = cell.passages
            rows.append(
                (
                    names[row.topic], row.slug, row.label, column.place_label, column.number, column.slug,
                    words["answered"] if cell.status == ANSWERED else cell.label,
                    _joined((value[2] for value in cell.values), words["list_comma"]),
                    _joined(value[0] for value in cell.values), _joined(value[1] for value in cell.values),
                    _lines(f"{column.number} {one.locator}" for one in said), _lines(one.quote for one in said),
                    _lines(one.text for one in said), _lines(one.differing for one in said),
                    cell.reason or _lines(one.note for one in said), _lines(slug_of(one.clause) for one in said),
                    _joined(one.coded_on for one in said), sheet.as_of, sheet.dataset,
                )
            )  # fmt: skip
    return Answer(SHEET_COLUMNS, tuple(rows), sheet.as_of, sheet.dataset, coverage=sheet.coverage)


LAW_COLUMNS = (
    "topic", "law", "provision", "gist", "since", "issued", "reaches", "certainty", "evidence", "work", "as_of",
    "dataset",
)  # fmt: skip


def law_answer(sheet: Sheet, words: Words) -> Answer:
    """What law in force on the day says on the topics of the sheet: gists by the editors, never its sentences."""
    topics = {topic.slug: topic.label for topic in sheet.topics}
    rows = tuple(
        (
            topics[line.topic], name_basis(line.title, ""), line.provision or None, line.gist or words["law_unread"],
            line.since or None, line.issued or None, line.region_label or None,
            words[f"text_certainty.{line.certainty}"], line.evidence or None,
            slug_of(line.work), sheet.as_of, sheet.dataset,
        )
        for line in sheet.law
    )  # fmt: skip
    return Answer(LAW_COLUMNS, rows, sheet.as_of, sheet.dataset)


def with_law(table: Answer, sheet: Sheet, words: Words) -> Answer:
    """The sheet in long form with the law of the day in rows of their own behind it: they name no question.

    For forms that have room for one table. A gist stands as the answer; no sentence of a law is quoted.
    """
    at = {column: place for place, column in enumerate(table.columns)}
    added = []
    for row, line in zip(law_answer(sheet, words).rows, sheet.law, strict=True):
        told = dict(zip(LAW_COLUMNS, row, strict=True))
        cells: list[Value] = [None] * len(table.columns)
        known = (law_since(line, words), str(told["certainty"]), line.evidence)
        for column, value in (
            ("topic", told["topic"]), ("place_label", told["reaches"]), ("number", told["law"]),
            ("document", told["work"]), ("status", words["law_today"]), ("answer", told["gist"]),
            ("locator", line.article), ("as_of", sheet.as_of), ("dataset", sheet.dataset),
            ("note", mend_joints(words["semicolon"].join(filter(None, known)))),
        ):  # fmt: skip
            cells[at[column]] = value
        added.append(tuple(cells))
    return replace(table, rows=(*table.rows, *added))


def law_lines(sheet: Sheet, words: Words) -> Iterator[str]:
    """What law in force on the day says, a line each: place, gist, days, evidence; its topic where several."""
    topics = {topic.slug: topic.label for topic in sheet.topics}
    several, mark = len({line.topic for line in sheet.law}) > 1, words["semicolon"]
    for line in sheet.law:
        head = f"〔{topics[line.topic]}〕" if several else ""
        marks = (line.region_label, law_since(line, words), words[f"text_certainty.{line.certainty}"], line.evidence)
        told = mend_joints(mark.join(filter(None, marks))).rstrip("。.")
        gist = line.gist or words["law_unread"]
        yield f"{head}{line.article}{words['colon']}{gist}{words['bracket_open']}{told}{words['bracket_close']}"


def law_since(line: LawLine, words: Words) -> str:
    """From when the text holds; or when it was issued, and that nobody has registered from when it holds."""
    return words[line.day_word].format(day=line.since or line.issued)


def matrix_answer(sheet: Sheet, words: Words) -> Answer:
    """The sheet as the screen has it: one row a question, one column a document, in a cell what it shows."""
    columns = (words["matter"], *(f"{column.place_label} {column.number}" for column in sheet.columns))
    rows = tuple((row.label, *("\n".join(cell_lines(cell, words)) for cell in row.cells)) for row in sheet.rows)
    return Answer(columns, rows, sheet.as_of, sheet.dataset)


def cell_lines(cell: SheetCell, words: Words) -> Iterator[str]:
    """A cell in lines: first the answer, or why there is none; then of each passage its place and words."""
    yield words["list_comma"].join(value[2] for value in cell.values) or cell.label
    if cell.reason:
        yield f"〔{cell.reason}〕"
    for passage in cell.passages:
        if passage.quote:
            yield f"{head_passage(cell, passage, words)}“{passage.quote}”"
        if passage.note:
            yield f"〔{passage.note}〕"


def head_passage(cell: SheetCell, passage: Passage, words: Words) -> str:
    """What stands before the words of a passage: its place, and its own value where those of the cell differ."""
    own = words["list_comma"].join(value[2] for value in passage.values) if cell.tells_apart else ""
    return (f"〔{own}〕" if own else "") + f"{passage.locator}{words['colon']}"


def cite_cells(
    sheet: Sheet, words: Words, title_of: Callable[[Column], str], place_of: Callable[[Passage], str]
) -> Iterator[str]:
    """Each answer of a sheet as a sentence that can stand in a footnote: place, words, question, day and dataset.

    ``title_of`` and ``place_of`` call documents and clauses as the language of the citation does; quotes stay verbatim.
    """
    for row in sheet.rows:
        for column, cell in zip(sheet.columns, row.cells, strict=True):
            answer = words["list_comma"].join(value[2] for value in cell.values) or cell.label
            if cell.reason:
                answer += f"{words['bracket_open']}{cell.reason.rstrip('。.')}{words['bracket_close']}"
            said = words["semicolon"].join(
                words["cell_said"].format(place=place_of(one), quote=one.quote) for one in cell.passages if one.quote
            )
            yield words["cell_citation"].format(
                title=title_of(column), number=column.number, said=said and words["cell_clauses"].format(said=said),
                question=row.label, answer=answer, as_of=sheet.as_of, dataset=sheet.dataset,
            )  # fmt: skip


def _lines(values: Iterable[str]) -> str | None:
    found = list(values)
    return "\n".join(found) if any(found) else None


def _joined(values: Iterable[str], mark: str = "、") -> str | None:
    return mark.join(dict.fromkeys(value for value in values if value)) or None
