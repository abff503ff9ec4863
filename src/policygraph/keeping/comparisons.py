"""A comparison read from the store: named queries and the small ones beside them, put into rows, columns and cells.

What a comparison is stands in ``judging.comparing``; this module only asks for what it is made of and adds no fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from policygraph.errors import InputError
from policygraph.judging.answers import Cell as Value
from policygraph.judging.answers import Gap
from policygraph.judging.comparing.sheets import (
    ANSWERED,
    Band,
    Column,
    LawLine,
    Passage,
    Sheet,
    SheetCell,
    SheetRow,
    Topic,
)
from policygraph.judging.comparing.tables import (
    CLASSES,
    ORDER,
    VIEWS,
    Basis,
    Cell,
    Comparison,
    Entry,
    Place,
    Row,
    Statement,
    Verdict,
    find_pairings,
)
from policygraph.judging.rules.codes import reaches
from policygraph.keeping.store import Store
from policygraph.namespaces import slug_of

QUERIES = Path(__file__).parents[1] / "queries" / "places"
Record = Mapping[str, Value]
RESTS_ON = {
    "questions": ("conditions", "grades", "lists", "measures", "procedures"),
    "measures": ("measures", "departments", "legal-bases", "comparison"),
    "mechanisms": ("mechanisms", "comparison"),
}
"""By view the kinds of curated content that its cells rest on; the first tells an empty cell from an unread one."""

UNCLASSIFIED = ("", "unclassified")
"""Area and class of the row that holds the measures which nobody has given both."""

KINDS = {"incentive": "incentive", "sanction": "sanction", "regulatory": "supervision"}
"""From the kind of a measure to the class of effect whose rows it stands in."""


def read_comparison(store: Store, view: str, as_of: str) -> Comparison:
    """All rows and places of one view; ``as_of`` is the day for which the standing of legal bases is told.

    Errors: ``InputError`` for a view that there is none of.
    """
    if view not in VIEWS:
        raise InputError("view", f"没有 {view!r} 这种比较", f"可用 {'、'.join(VIEWS)}")
    gaps = store.find_gaps(RESTS_ON[view])
    labels = {str(row[0]): (str(row[1]), str(row[2] or row[1])) for row in _select(store, "labels")}
    places = _read_places(store, labels)
    remarks = {(str(row[1]), str(row[0])): row for row in _select(store, "remarks")}
    if view == "measures":
        rows = _measure_rows(store, as_of, places, remarks, gaps)
    else:
        rows = _mechanism_rows(store, places, labels, remarks)
    return Comparison(view, as_of, store.dataset or "", places, rows, gaps)


def read_sheet(store: Store, as_of: str, place_of: Callable[[str], str]) -> Sheet:
    """Every question of the codebook, answered for every document on a day.

    ``place_of`` says how a clause is cited inside its document (附件二（六）).
    """
    labels = {str(row[0]): (str(row[1]), str(row[2] or row[1])) for row in _select(store, "labels")}
    columns = _read_columns(store, _read_places(store, labels))
    texts = {str(clause): str(text) for clause, text in _select(store, "texts")}
    said: dict[tuple[str, str], list[Record]] = {}
    for row in _ask(store, "answers", as_of=as_of):
        slug = slug_of(str(row["question"])).removeprefix("concept/question-")
        said.setdefault((slug, str(row["document"])), []).append(row)
    topics, rows = dict[str, Topic](), list[SheetRow]()
    for question in _select(store, "questions"):
        slug, label, label_en, definition, definition_en, *topic, kind = (str(value) for value in question)
        topics.setdefault(topic[0], Topic(*topic))
        cells = tuple(_sheet_cell(said.get((slug, column.document), []), texts, place_of) for column in columns)
        rows.append(SheetRow(slug, topic[0], kind, label, label_en, definition, definition_en, cells))
    gaps = store.find_gaps(RESTS_ON["questions"])
    bands, law = _read_bands(store), _read_law(store, as_of, columns)
    return Sheet(as_of, store.dataset or "", tuple(topics.values()), columns, tuple(rows), bands, gaps, law)


def _read_law(store: Store, as_of: str, columns: tuple[Column, ...]) -> tuple[LawLine, ...]:
    """What laws in force on the day say on the topics, each with the documents of the region it was made for."""
    names = (
        "topic", "work", "title", "title_en", "provision", "gist", "gist_en", "since", "issued", "certainty",
        "evidence", "region", "region_label", "region_label_en",
        "date_certainty",
    )  # fmt: skip
    found = []
    for row in store.select((QUERIES / "topic-law.rq").read_text(encoding="utf-8"), as_of=as_of):
        told = {name: _text(value) for name, value in zip(names, row, strict=False)}
        wider = told.pop("region")
        found.append(LawLine(**told, reaches=frozenset(one.document for one in columns if reaches(wider, one.place))))
    return tuple(found)


def _read_columns(store: Store, places: tuple[Place, ...]) -> tuple[Column, ...]:
    """The documents as columns, those of a place side by side, in the order of the places."""
    known = {str(row["document"]): row for row in _ask(store, "documents")}
    return tuple(
        Column(
            document,
            _text(known[document]["number"]) or slug_of(document).removeprefix("doc/"),
            _text(known[document]["title"]),
            _text(known[document]["date"]),
            place.iri,
            place.label,
            place.label_en,
        )
        for place in places
        for document in place.documents
    )


def _sheet_cell(rows: Sequence[Record], texts: Mapping[str, str], place_of: Callable[[str], str]) -> SheetCell:
    """The answers of one document to one question; answers in the same words stand together."""
    passages: dict[tuple[str, str], list[Record]] = {}
    for row in rows:
        if row["quote"] is not None or row["note"] is not None:
            passages.setdefault((_text(row["clause"]), _text(row["quote"])), []).append(row)
    first = rows[0]
    return SheetCell(
        _text(first["absence"]) or ANSWERED,
        _text(first["answer"]),
        _text(first["answer_label_en"]),
        tuple(
            Passage(
                values=tuple(
                    (_text(one["value"]), _text(one["unit"]), _text(one["answer"]), _text(one["answer_label_en"]))
                    for one in found
                    if one["value"] is not None
                ),
                clause=clause,
                locator=place_of(clause),
                quote=quote,
                text=texts.get(clause, quote),
                note=" ".join(dict.fromkeys(_text(one["note"]) for one in found if one["note"])),
                source=_text(found[0]["source"]),
                coded_on=_text(found[0]["coded_on"]),
            )
            for (clause, quote), found in passages.items()
        ),
        _text(first["reason"]),
        _text(first["reason_en"]),
    )


def _read_bands(store: Store) -> tuple[Band, ...]:
    """The grades of all documents that have limits, the lowest first."""
    found = []
    for row in _ask(store, "grades"):
        lower, upper = (None if row[name] is None else float(str(row[name])) for name in ("lower", "upper"))
        found.append(
            Band(
                _text(row["document"]), _text(row["grade_label"]), lower, row["lower_inclusive"] is True, upper,
                row["upper_inclusive"] is True, _text(row["clause"]), _text(row["quote"]),
            )
        )  # fmt: skip
    ordered = (band for band in found if band.lower is not None or band.upper is not None)
    return tuple(sorted(ordered, key=lambda band: (band.document, band.lower or 0.0)))


def _read_places(store: Store, labels: Mapping[str, tuple[str, str]]) -> tuple[Place, ...]:
    """The places in the order of their first document; a document whose region nobody has told is its own place."""
    documents: dict[str, list[str]] = {}
    names = dict(labels)
    for row in _ask(store, "documents"):
        document = str(row["document"])
        place = str(row["jurisdiction"] or document)
        called = str(row["number"] or row["title"] or document.rsplit("/", 1)[-1])
        if row["jurisdiction"] is None:
            names[place] = called, called
        documents.setdefault(place, []).append(document)
    codes = {place: place.rsplit("/", 1)[-1] for place in documents}
    return tuple(Place(iri, *names.get(iri, (codes[iri],) * 2), tuple(found)) for iri, found in documents.items())


def _measure_rows(
    store: Store,
    as_of: str,
    places: tuple[Place, ...],
    remarks: Mapping[tuple[str, str], tuple[Value, ...]],
    gaps: Sequence[Gap],
) -> tuple[Row, ...]:
    unread = _unread_kinds(gaps)
    entries: dict[tuple[str, str, str], list[Entry]] = {}
    order: dict[tuple[str, str], int] = {}
    home = {document: place.iri for place in places for document in place.documents}
    areas: dict[str, list[str]] = {}
    for measure, area in _select(store, "areas"):
        areas.setdefault(str(measure), []).append(str(area))
    departments: dict[str, dict[str, str]] = {}
    for row in _ask(store, "departments-of-measures"):
        called = str(row["department_label"] or row["as_written"] or "")
        if row["level"] == "group":
            called += "（组级）"
        departments.setdefault(str(row["measure"]), {}).setdefault(called, str(row["department"] or ""))
    bases, verdicts = _read_bases(store, as_of), _read_verdicts(store, as_of)
    for number, row in enumerate(_ask(store, "measures")):
        measure = str(row["measure"])
        effect_class = KINDS.get(str(row["kind"]))
        place = home[str(row["document"])]
        entry = Entry(
            measure=measure,
            document=str(row["document"]),
            notation=_text(row["notation"]),
            title=_text(row["title"]),
            clause=_text(row["clause"]),
            quote=_text(row["quote"]).rstrip("；;"),
            force=_text(row["force"]),
            effects=tuple(filter(None, _text(row["effect"]).split("；"))),
            addressee=_text(row["addressee"]),
            addressee_as_written=_text(row["addressee_as_written"]),
            lawfully=row["lawfully"] is True,
            requires=_text(row["requires"]),
            departments=tuple((iri, label) for label, iri in departments.get(measure, {}).items()),
            bases=tuple(bases.get(measure, ())),
            verdicts=tuple(verdicts.get(measure, ())),
            unread=unread.get(str(row["document"]), frozenset()),
        )
        keys = [(area, effect_class) for area in areas.get(measure, []) if effect_class] or [UNCLASSIFIED]
        for key in keys:
            order.setdefault(key, number)
            entries.setdefault((*key, place), []).append(entry)
    listed = [
        (str(iri), (_text(area), str(row_class)), str(label), str(label_en or label))
        for iri, area, row_class, label, label_en in _select(store, "rows")
    ]
    doubts: dict[tuple[str, str, str], tuple[str, str]] = {}
    for area, row_class, document, clause, quote in _select(store, "doubts"):
        doubts.setdefault((str(area), str(row_class), home[str(document)]), (str(clause), str(quote)))
    rows = []
    for iri, key, label, label_en in listed:
        kin = [one for one in listed if one[1][0] == key[0] and one[1] != key and key[0]]
        cells = tuple(
            _measure_cell(
                place,
                entries.get((*key, place.iri), []),
                remarks,
                iri,
                tuple(d for d in place.documents if "measures" in unread.get(d, ())),
                tuple((one[0].rsplit("/", 1)[-1], *one[2:]) for one in kin if entries.get((*one[1], place.iri))),
                doubts.get((*key, place.iri)),
            )
            for place in places
        )
        rows.append(
            (
                CLASSES.index(key[1]),
                order.get(key, len(order)),
                Row(
                    slug=iri.rsplit("/", 1)[-1],
                    label=label,
                    label_en=label_en,
                    effect_class=key[1],
                    cells=cells,
                    pairings=tuple(find_pairings(places, cells)),
                ),
            )
        )
    return tuple(row for *_, row in sorted(rows, key=lambda item: item[:2]))


def _unread_kinds(gaps: Iterable[Gap]) -> dict[str, frozenset[str]]:
    """By document the kinds that nobody has read it to the end for; documents without such a gap are left out."""
    found: dict[str, set[str]] = {}
    for gap in gaps:
        if gap.only:
            continue
        found.setdefault(gap.document, set()).add(gap.kind)
    return {document: frozenset(kinds) for document, kinds in found.items()}


def _measure_cell(
    place: Place,
    entries: Sequence[Entry],
    remarks: Mapping[tuple[str, str], tuple[Value, ...]],
    row: str,
    unread: tuple[str, ...],
    elsewhere: tuple[tuple[str, str, str], ...],
    doubt: tuple[str, str] | None,
) -> Cell:
    """What a place says in a row of measures; no silence where a measure of the area may belong to the row."""
    loose = row.endswith("/" + UNCLASSIFIED[1])
    if entries:
        return Cell(place.iri, "parsed" if loose else "stated", tuple(entries), unread=unread)
    if loose:
        return Cell(place.iri, "uncurated" if unread else "classified", unread=unread)
    empty = replace(_empty_cell(place, remarks, row, unread), elsewhere=elsewhere)
    if empty.status == "absent" and doubt is not None:
        return replace(empty, status="uncurated", clause=doubt[0], quote=doubt[1])
    return empty


def _empty_cell(
    place: Place, remarks: Mapping[tuple[str, str], tuple[Value, ...]], row: str, unread: tuple[str, ...]
) -> Cell:
    """A cell without words of the place: silence is told only where all its documents were read to the end.

    So is 不适用, which speaks of all of them; the other remarks are about words that do stand in one of them.
    """
    remark = remarks.get((row, place.iri))
    if remark is None or (unread and str(remark[2]) == "not-applicable"):
        return Cell(place.iri, "uncurated" if unread else "absent", unread=unread)
    _, _, word, reason, clause, quote = remark
    return Cell(place.iri, str(word), reason=str(reason), clause=_text(clause), quote=_text(quote), unread=unread)


def _read_bases(store: Store, as_of: str) -> dict[str, list[Basis]]:
    """The bases of each measure with their rank and, where the check of bases exists, their standing on the day."""
    status: dict[tuple[Value, ...], str] = {}
    if any(query.name == "basis-health" for query in store.list_queries()):
        for row in _ask(store, "basis-health", as_of=as_of):
            status[row["measure"], row["clause"], row["locator"], row["quote"]] = _text(row["standing"])
    found: dict[str, list[Basis]] = {}
    for row in _ask(store, "legal-bases"):
        key = row["measure"], row["clause"], row["locator"], row["quote"]
        basis = Basis(
            _text(row["work"]),
            _text(row["work_title"]),
            _text(row["locator"]),
            _text(row["rank"]),
            _text(row["level"]),
            status.get(key, ""),
            "" if row["work_title"] else _text(row["work_number"]),
        )
        if basis not in found.setdefault(str(row["measure"]), []):
            found[str(row["measure"])].append(basis)
    return found


def _read_verdicts(store: Store, as_of: str) -> dict[str, list[Verdict]]:
    """What may be done on the day, by measure, act by act; empty where the dataset has no conclusions."""
    found: dict[str, list[Verdict]] = {}
    if any(query.name == "conclusions" for query in store.list_queries()):
        for row in _ask(store, "conclusions", as_of=as_of):
            told = (_text(row[name]) for name in ("conclusion", "conclusion_label", "act_title", "issue"))
            found.setdefault(_text(row["measure"]), []).append(Verdict(*told))
    return found


def _mechanism_rows(
    store: Store,
    places: tuple[Place, ...],
    labels: Mapping[str, tuple[str, str]],
    remarks: Mapping[tuple[str, str], tuple[Value, ...]],
) -> tuple[Row, ...]:
    unread: set[tuple[str, str]] = set()
    said: dict[tuple[str, str], list[Statement]] = {}
    mechanisms: dict[str, None] = {}
    home = {document: place.iri for place in places for document in place.documents}
    texts = {str(clause): str(text) for clause, text in _select(store, "texts")}
    spoken: dict[tuple[str, str], tuple[str, str]] = {}
    for about, document, clause, quote in _select(store, "spoken"):
        spoken.setdefault((str(about), home[str(document)]), (str(clause), str(quote)))
    for row in _ask(store, "mechanisms"):
        mechanism, document, status = str(row["mechanism"]), str(row["document"]), str(row["status"])
        mechanisms.setdefault(mechanism)
        if status == "uncurated":
            unread.add((mechanism, document))
        elif status != "absent":
            said.setdefault((mechanism, home[document]), []).append(
                Statement(
                    document, status, _text(row["clause"]), _text(row["quote"]), texts.get(str(row["clause"]), "")
                )
            )
    rows = []
    for mechanism in mechanisms:
        cells = []
        for place in places:
            statements = said.get((mechanism, place.iri), [])
            unseen = tuple(document for document in place.documents if (mechanism, document) in unread)
            if statements:
                ranked = tuple(sorted(statements, key=lambda said: ORDER.index(said.status)))
                cells.append(Cell(place.iri, ranked[0].status, statements=ranked, unread=unseen))
            else:
                empty = _empty_cell(place, remarks, mechanism, unseen)
                clause, quote = spoken.get((mechanism, place.iri), ("", ""))
                cells.append(empty if empty.quote or not quote else replace(empty, clause=clause, quote=quote))
        name, name_en = labels.get(mechanism, (mechanism, mechanism))
        rows.append(Row(slug_of(mechanism).removeprefix("concept/"), name, name_en, "mechanism", tuple(cells)))
    return tuple(rows)


def _ask(store: Store, name: str, **values: str) -> list[Record]:
    answer = store.ask(name, values)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def _select(store: Store, name: str) -> tuple[tuple[Value, ...], ...]:
    return store.select((QUERIES / f"{name}.rq").read_text(encoding="utf-8"))


def _text(value: Value) -> str:
    return "" if value is None else str(value)
