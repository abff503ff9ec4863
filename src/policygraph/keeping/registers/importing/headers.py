"""Where the header of an exported sheet stands, and which of its columns holds which field.

Exports carry a title, a reporting unit, a period above the header, and headers of two lines under merged cells. The
header is the place among the first rows where most titles are known; what is below it are rows. A column that nobody
mapped is named, a column that is left out on purpose is named with the reason, and a required one that is missing
stops the import with what comes nearest. Nothing is matched by likeness: that is for people to confirm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policygraph.errors import InputError
from policygraph.keeping.registers.importing.profiles import Profile, fold_title
from policygraph.reading.intake.workbooks import Cell, Sheet, name_column, parse_reference
from policygraph.text.likeness import find_nearest, likeness

DEEPEST = 20
"""Among how many rows from the first the header is looked for."""
LEAST_LIKENESS = 0.5


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a sheet: the number of its last line, how many lines it has, and its columns from the left."""

    row: int
    lines: int
    titles: tuple[str, ...]
    """As written; of a header of two lines 上（下）. Empty where a column has none."""
    fields: dict[str, tuple[int, ...]]
    """The places of the columns of each field that the file has."""
    ignored: dict[int, str]
    """The reason of each column that is left out on purpose."""
    unmapped: tuple[int, ...]


def find_header(profile: Profile, sheet: Sheet) -> Header | None:
    """The header of a sheet; None when fewer than two titles of any row are known."""
    known = _known(profile)
    spans = _wide_spans(sheet)
    best: Header | None = None
    for place, (number, cells) in enumerate(sheet.rows[:DEEPEST]):
        if profile.header_row and number != profile.header_row:
            continue
        found = _match(profile, known, number, 1, [(text,) for text in _texts(cells)])
        below = sheet.rows[place + 1][1] if place + 1 < len(sheet.rows) and not profile.header_row else ()
        above = _fill(_texts(cells), [span for top, span in spans if top == number])
        two = (
            _match(profile, known, sheet.rows[place + 1][0], 2, _pairs(above, _texts(below)))
            if spans and below
            else None
        )
        for header in (found, two):
            if header is not None and len(header.fields) >= 2 and (best is None or _rank(header) > _rank(best)):
                best = header
    return best


def _rank(header: Header) -> tuple[int, int]:
    """More known fields first, then fewer lines."""
    return len(header.fields), -header.lines


def require_columns(profile: Profile, header: Header | None, place: str, given: Iterable[str]) -> None:
    """Refuse a sheet that lacks a column its records need, with the titles that come nearest.

    Errors: ``InputError`` that names every missing column at once.
    """
    have = set(header.fields if header else ()) | set(given)
    missing = [
        field for field in profile.fields.values() if field.column and field.name not in have and not field.value
    ]
    if header is not None and not missing:
        return
    if header is None:
        titles = "、".join(field.titles[0] for field in profile.fields.values() if field.column)
        raise InputError(
            place, f"前 {DEEPEST} 行里没有找到“{profile.title}”的表头",
            f"表头应有 {titles}；别的表头请另写对照表（--profile new 起草），不读的工作表用 --sheet 指定要读的",
        )  # fmt: skip
    free = [header.titles[at] for at in header.unmapped if header.titles[at]]
    told = []
    for field in missing:
        near = _nearest(field.titles, free)
        told.append(f"{field.titles[0]}（字段 {field.name}" + (f"；最接近的列是 {near}" if near else "") + "）")
    raise InputError(
        f"{place} 第 {header.row} 行", f"缺少必需的列：{'；'.join(told)}",
        "改正列名，或在自己的对照表的 titles 中补上这种写法；整个文件只有一个值的，用 --set 字段=值",
    )  # fmt: skip


def _nearest(titles: Sequence[str], free: Sequence[str]) -> str:
    """The written title most like one of a field's, with its likeness; empty when none is near."""
    folded = [fold_title(text, ()) for text in free]
    best: tuple[float, str] = (0.0, "")
    for title in titles:
        for place in find_nearest(fold_title(title, ()), folded, 1, LEAST_LIKENESS):
            best = max(best, (likeness(fold_title(title, ()), folded[place]), free[place]))
    return f"“{best[1]}”，相似 {best[0]:.2f}" if best[1] else ""


def _known(profile: Profile) -> dict[str, tuple[str, str]]:
    """What each folded title means: a field, or the reason for leaving it out."""
    known: dict[str, tuple[str, str]] = {}
    for titles in (profile.common.ignored, profile.ignored):
        known.update({fold_title(title, ()): ("", reason) for title, reason in titles.items()})
    for field in profile.fields.values():
        known.update({fold_title(title, ()): (field.name, "") for title in field.titles})
    return known


def _match(
    profile: Profile, known: dict[str, tuple[str, str]], row: int, lines: int, columns: list[tuple[str, ...]]
) -> Header | None:
    """The header that these columns make, each with the ways its title may be written."""
    fields: dict[str, list[int]] = {}
    ignored: dict[int, str] = {}
    unmapped = []
    titles = []
    for place, ways in enumerate(columns):
        keys = [key for way in ways if way for key in profile.title_keys(way)]
        meaning = next((known[key] for key in keys if key in known), None)
        titles.append(ways[0])
        if meaning is None:
            unmapped.append(place)
        elif meaning[0]:
            fields.setdefault(meaning[0], []).append(place)
        else:
            ignored[place] = meaning[1]
    return Header(row, lines, tuple(titles), {name: tuple(at) for name, at in fields.items()}, ignored, tuple(unmapped))


def _pairs(above: list[str], below: list[str]) -> list[tuple[str, ...]]:
    width = max(len(above), len(below))
    above, below = above + [""] * (width - len(above)), below + [""] * (width - len(below))
    return [
        (f"{top}（{under}）", under, top) if top and under and top != under else (under or top,)
        for top, under in zip(above, below, strict=True)
    ]


def _fill(texts: list[str], spans: list[tuple[int, int]]) -> list[str]:
    for first, last in spans:
        texts = texts + [""] * (last - len(texts))
        texts[first - 1 : last] = [texts[first - 1]] * (last - first + 1)
    return texts


def _wide_spans(sheet: Sheet) -> list[tuple[int, tuple[int, int]]]:
    """First row, first and last column of each merged range."""
    found = []
    for top, _, address in sheet.merged:
        first, _, last = address.partition(":")
        found.append((top, (parse_reference(first)[1], parse_reference(last or first)[1])))
    return found


def _texts(cells: Sequence[Cell]) -> list[str]:
    return ["" if cell is None else str(cell).strip() for cell in cells]


def name_place(header: Header, place: int) -> str:
    """A column as people find it: its title, or its letters where it has none."""
    title = header.titles[place] if place < len(header.titles) else ""
    return title or f"{name_column(place + 1)} 列（没有列名）"
