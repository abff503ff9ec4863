"""Laws of a workspace: a catalogue of works as somebody keeps it becomes files that citations are resolved against.

A row of a catalogue (CSV) says what a work is called, its number and rank, when it was issued, since when and until
when it is in force. Each becomes one file of ``legislation/``, of the same kind as ours: facts only, with how they are
known, and ``believed``, because nobody has checked them. A work that is registered already, by us or in the workspace,
is not registered twice. What a catalogue says of a state without a day makes no event: the work then has no dated
text, and whatever rests on it stays unverifiable.

It imports no text of a statute (``statutes`` does) and makes no name by transliteration.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS, XSD

from policygraph.errors import InputError, LimitError
from policygraph.graph.knowledge import load_kinds, load_work_names
from policygraph.keeping.dataset.knowledge import load_graphs, load_words, merge
from policygraph.keeping.sources import read_source
from policygraph.keeping.turtle import Triple, write_statements
from policygraph.keeping.workspace import Workspace
from policygraph.keeping.writing import write_files
from policygraph.namespaces import ELI, ID, PG, instance
from policygraph.reading.citations import WorkName, title_keys
from policygraph.reading.patterns import Forms, forms_of
from policygraph.text.likeness import near_words
from policygraph.text.numbers import normalise_number

COLUMNS: Mapping[str, str] = {
    "title": "名称", "number": "文号", "rank": "效力级别", "date": "公布日期", "in_force": "施行日期",
    "ended": "终止日期", "status": "状态", "issuer": "发布机关", "slug": "短名",
}  # fmt: skip
"""What a catalogue may say of a work, and how the column is called; only the title is needed."""
MOST_ROWS = 20_000
# （试行） · （2014年至2020年）;  not: 《条例》
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]$")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OPENING = """\
# 这是什么：《{title}》的登记：名称、文号、效力级别、公布和施行的日期。只记事实，不抄条文。
# 由 policygraph 从 {source} 登记，没有人核对过。
# 谁可以改：法制人员。核对以后把 pg:certainty 改成 verified，在 pg:sourceNote 写明怎样得知。
# 怎样检查：policygraph build。

"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A work as a catalogue lists it; ``rank`` is the concept of its rank, dates are ISO, None for what is not said."""

    slug: str
    title: str
    number: str | None = None
    rank: URIRef | None = None
    date: str | None = None
    in_force: str | None = None
    ended: str | None = None
    issuer: str | None = None
    status: str = ""
    lives: bool = True
    """Whether what is said of its state lets the text be taken for one that is in force from its day on."""


@dataclass(frozen=True, slots=True)
class CatalogueReceipt:
    """What became of every row: the works registered with their files, the titles known already, the rows refused."""

    registered: tuple[tuple[Listed, Path], ...]
    known: tuple[str, ...]
    refused: tuple[str, ...]

    @property
    def seen(self) -> int:
        """How many rows were read."""
        return len(self.registered) + len(self.known) + len(self.refused)


def import_catalogue(workspace: Workspace, path: Path) -> CatalogueReceipt:
    """Register the works of a catalogue in the workspace; rows that cannot be used are refused one by one.

    Errors: ``InputError`` for a file that is no catalogue; ``LimitError`` for too many rows; ``StorageError``, and
    nothing is written then.
    """
    rows = _read_rows(path)
    concepts = merge(load_graphs(workspace), "concepts/")
    ranks, states = _find_ranks(concepts), _find_states(concepts)
    listed: list[Listed] = []
    refused: list[str] = []
    for number, row in rows:
        try:
            listed.append(_read_row(row, ranks, states, f"{path.name}:{number}"))
        except InputError as error:
            refused.append(str(error))
    receipt = register_works(workspace, listed, path.name, load_kinds(concepts))
    return CatalogueReceipt(receipt.registered, receipt.known, tuple(refused))


def register_works(
    workspace: Workspace, works: Iterable[Listed], source: str, kinds: Mapping[str, URIRef] | None = None
) -> CatalogueReceipt:
    """Write a file of ``legislation/`` for each work that is not registered yet; ``source`` is where they are from.

    Errors: ``InputError`` for a slug that another work has; ``StorageError``, and nothing is written then.
    """
    graphs = load_graphs(workspace)
    if kinds is None:
        kinds = load_kinds(merge(graphs, "concepts/"))
    forms = forms_of(load_words(workspace.ground))
    names = load_work_names(merge(graphs, "law"))
    slugs = {name.slug for name in names}
    taken, numbers = _index_known(names, forms)
    registered: list[tuple[Listed, Path]] = []
    known: list[str] = []
    for work in works:
        keys = title_keys(work.title, forms)
        if taken.keys() & set(keys) or (work.number and work.number in numbers):
            known.append(work.title)
            continue
        slug = name_work(work, forms)
        if slug in slugs:
            raise InputError("短名", f"{slug} 已是另一部的短名，不能再给《{work.title}》", "请换一个短名")
        name = WorkName(slug, work.title, work.number, ())
        taken |= dict.fromkeys(keys, name)
        numbers |= {work.number: name} if work.number else {}
        slugs.add(slug)
        registered.append((work, workspace.root / "legislation" / f"{slug}.ttl"))
    texts = {path: _write_work(work, path.stem, workspace.base, source, kinds) for work, path in registered}
    write_files({path: text.encode() for path, text in texts.items()})
    return CatalogueReceipt(tuple(registered), tuple(known), ())


def read_work(row: Mapping[str, str], concepts: Graph, place: str) -> Listed:
    """A work as somebody says it, column by column (`COLUMNS`); ``place`` is where.

    Errors: ``InputError`` for a work without a title, and for what is no rank, no day or no slug.
    """
    return _read_row(row, _find_ranks(concepts), _find_states(concepts), place)


def name_work(work: Listed, forms: Forms) -> str:
    """The slug of a work: the one it was given, else one that follows from its title."""
    keys = title_keys(work.title, forms)
    return work.slug or f"own-{hashlib.sha256(min(keys, default=work.title).encode()).hexdigest()[:12]}"


def list_known(names: Iterable[WorkName], work: Listed, forms: Forms) -> tuple[WorkName, ...]:
    """The registered works that have the title or the number of another one; empty when none has."""
    taken, numbers = _index_known(names, forms)
    found = [taken[key] for key in title_keys(work.title, forms) if key in taken]
    found += [numbers[work.number]] if work.number in numbers else []
    return tuple(dict.fromkeys(found))


def _index_known(names: Iterable[WorkName], forms: Forms) -> tuple[dict[str, WorkName], dict[str, WorkName]]:
    """Registered works by the keys of all their titles, and by their numbers."""
    titles: dict[str, WorkName] = {}
    numbers: dict[str, WorkName] = {}
    for name in names:
        titles |= {key: name for one in (name.title, *name.variants) for key in title_keys(one, forms)}
        number = normalise_number(name.number) if name.number else None
        numbers |= {number: name} if number else {}
    return titles, numbers


def _find_ranks(concepts: Graph) -> dict[str, URIRef]:
    """The ranks of law by every word for them."""
    return {
        str(word): rank
        for rank in concepts.subjects(SKOS.inScheme, ID["concept/scheme-ranks"])
        for word in (*concepts.objects(rank, SKOS.prefLabel), *concepts.objects(rank, SKOS.altLabel))
        if isinstance(rank, URIRef)
    }


def _find_states(concepts: Graph) -> set[str]:
    """The words for a law that is in force."""
    living = ID["concept/standing-in-force"]
    return {str(word) for term in (SKOS.prefLabel, SKOS.altLabel) for word in concepts.objects(living, term)}


def _read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a catalogue by column, each with its line; columns may be called in Chinese or by their names."""
    place = str(path)
    reader = csv.reader(io.StringIO(read_source(path).text.removeprefix("\ufeff"), newline=""), strict=True)
    names = {**{label: name for name, label in COLUMNS.items()}, **{name: name for name in COLUMNS}}
    try:
        head = [names.get(title.strip(), "") for title in next(reader, [])]
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(
            f"{place}:{reader.line_num}", f"不是合法的 CSV（{error}）", "请用表格软件另存为 CSV"
        ) from error
    if "title" not in head:
        raise InputError(f"{place}:1", "没有“名称”一列", f"可用的列: {'、'.join(COLUMNS.values())}")
    twice = sorted({COLUMNS[name] for name in head if name and head.count(name) > 1})
    if twice:
        raise InputError(f"{place}:1", f"有两列“{twice[0]}”", "请只留一列")
    if len(rows) > MOST_ROWS:
        raise LimitError(place, f"超过 {MOST_ROWS} 行", "请分成几个文件")
    return [
        (number, {name: cell.strip() for name, cell in zip(head, row, strict=False) if name}) for number, row in rows
    ]


def _read_row(row: Mapping[str, str], ranks: Mapping[str, URIRef], states: set[str], place: str) -> Listed:
    title = row.get("title", "").strip("《》")
    if not title:
        raise InputError(f"{place}:名称", "没有名称", "写上全称")
    rank = row.get("rank", "")
    if rank and rank not in ranks:
        near = near_words(rank, tuple(ranks), 3, 0.3) or tuple(ranks)
        raise InputError(f"{place}:效力级别", f"没有“{rank}”这一级", f"可用的有: {'、'.join(near)}")
    slug = row.get("slug", "")
    if slug and not _SLUG.fullmatch(slug):
        raise InputError(f"{place}:短名", f"{slug!r} 不能作为短名", "只用小写字母、数字和单个连字符")
    days = {name: _read_day(row.get(name, ""), f"{place}:{COLUMNS[name]}") for name in ("date", "in_force", "ended")}
    number = row.get("number", "")
    status = row.get("status", "")
    return Listed(
        slug,
        title,
        (normalise_number(number) or number) or None,
        ranks.get(rank),
        days["date"],
        days["in_force"],
        days["ended"],
        row.get("issuer") or None,
        status,
        lives=not status or status in states or days["ended"] is not None,
    )


def _read_day(written: str, place: str) -> str | None:
    """An ISO date, also of 2021.6.10 and 2021年6月10日; None for an empty cell. Errors: ``InputError``."""
    if not written:
        return None
    parts = re.fullmatch(r"(\d{4})\D(\d{1,2})\D(\d{1,2})日?", written)
    try:
        return date(*map(int, parts.groups())).isoformat() if parts else date.fromisoformat(written).isoformat()
    except ValueError as error:
        raise InputError(place, f"{written!r} 不是日期", "例如 2021-06-10") from error


def _find_kind(title: str, kinds: Mapping[str, URIRef]) -> URIRef | None:
    """The kind of document that a title ends with, what stands in brackets behind it left out."""
    bare = _BRACKETS.sub("", title)
    ends = [word for word in kinds if bare.endswith(word)]
    return kinds[max(ends, key=len)] if ends else None


def _write_work(work: Listed, slug: str, base: str, source: str, kinds: Mapping[str, URIRef]) -> str:
    """The file of a work, in Turtle."""
    said = describe_work(work, slug, base, source, kinds)
    return _OPENING.format(title=work.title, source=source) + write_statements(said, base)


def describe_work(work: Listed, slug: str, base: str, source: str, kinds: Mapping[str, URIRef]) -> tuple[Triple, ...]:
    """What a work is, its dated text and its end, as far as they are told; ``source`` is who tells it."""
    node = instance("law", slug, base=base)
    believed = Literal("believed")
    said = f"据 {source} 登记，没有核对" + (f"；所写状态：{work.status}" if work.status else "") + "。"
    note = Literal(said)
    statements: list[Triple] = [(node, RDF.type, PG.Work), (node, DCTERMS.title, Literal(work.title, lang="zh"))]
    pairs: Sequence[tuple[URIRef, URIRef | Literal | None]] = (
        (ELI.id_local, Literal(work.number) if work.number else None),
        (PG.basisRank, work.rank),
        (PG.workKind, _find_kind(work.title, kinds)),
        (PG.issuerAsWritten, Literal(work.issuer) if work.issuer else None),
        (ELI.date_document, _day(work.date)),
        (PG.certainty, believed),
        (PG.sourceNote, note),
    )
    statements += [(node, term, value) for term, value in pairs if value is not None]
    if work.date and work.lives:
        text = instance("law", slug, work.date, base=base)
        label = Literal(f"{work.date[:4]}年文本", lang="zh")
        statements += [(text, RDF.type, PG.WorkVersion), (text, RDFS.label, label)]
        statements += [(text, PG.versionOf, node), (text, ELI.date_document, Literal(work.date, datatype=XSD.date))]
        since = _day(work.in_force)
        statements += [(text, PG.inForceFrom, since)] if since is not None else []
        statements += [(text, PG.certainty, believed), (text, PG.sourceNote, note)]
    if work.ended:
        event = instance("law", slug, "event_1", base=base)
        statements += [(event, RDF.type, PG.WorkEvent), (event, PG.work, node)]
        statements += [(event, PG.eventKind, Literal("repealed"))]
        statements += [(event, DCTERMS.date, Literal(work.ended, datatype=XSD.date))]
        statements += [(event, PG.certainty, believed), (event, PG.sourceNote, note)]
    return tuple(statements)


def _day(day: str | None) -> Literal | None:
    return Literal(day, datatype=XSD.date) if day else None
