"""The user's own statute texts: imported once, kept in a data folder of the user, never inside the package.

Policygraph ships facts about laws, not their texts. Whoever has the texts imports them by work and dated version
(``policygraph legislation add``); they land as one JSON file each under ``WORK/DATE.json`` with the sha256 of the
file they came from, written beside their place and renamed. A text of the same version replaces the former one.
Word files are read paragraph by paragraph; tables, notes and images in them are not read. Web pages are read block by
block, without their scripts, and nothing that they refer to is fetched. A work that no registry knows can be
registered here, beside its texts (``WORK/work.json``): it is the user's own and never enters a dataset.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml.etree import LxmlError
from lxml.html import HTMLParser, document_fromstring

from policygraph.errors import DataError, InputError, LimitError
from policygraph.judging.law.quotations import Provision, Statute, find_provision
from policygraph.keeping.sources import read_source
from policygraph.keeping.writing import write_file

MAX_DOCX_BYTES = 20_000_000
"""The largest Word file that is read, in bytes."""
MAX_DOCX_TEXT = 200_000_000
"""The largest unpacked Word file, in bytes: a small archive can unpack to anything."""
_BROKEN_DOCX = (
    zipfile.BadZipFile, zlib.error, PackageNotFoundError, KeyError, ValueError, AttributeError, EOFError, RuntimeError,
)  # fmt: skip
"""What the readers of archives and of Word files raise when a file is none, is locked, or is spoilt."""
OWN_WORK = "work.json"
"""The file that registers a work of the user's own, beside its texts."""
_EDGE = "\0"
"""Where a block of a web page begins or ends; no text that was read holds it."""
_PAGES = frozenset({".html", ".htm", ".xhtml"})
_UNREAD = frozenset({"head", "script", "style", "noscript", "template", "nav", "select", "textarea"})
_INLINE = frozenset({
    "a", "abbr", "b", "big", "em", "font", "i", "ins", "label", "mark", "small", "span", "strong", "sub", "sup", "u",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatuteText:
    """An imported text: of which work and dated version, from which file, and its provisions."""

    work: str
    version: str
    title: str | None
    source: str
    sha256: str
    provisions: tuple[Provision, ...]

    def find(self, locator: str) -> Provision | None:
        """The provision a locator names; None when the text has none."""
        return find_provision(self.provisions, locator)


@dataclass(frozen=True, slots=True)
class OwnWork:
    """A work that the user registered: nobody has checked it, and its certainty says so."""

    work: str
    title: str
    date: str
    certainty: str = "believed"


def default_library() -> Path:
    """Where imported texts lie: where ``POLICYGRAPH_LIBRARY`` says, else in the XDG data folder."""
    if chosen := os.environ.get("POLICYGRAPH_LIBRARY"):
        return Path(chosen)
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "policygraph" / "legislation"


# anquan-shengchan-fa;  not: ../x, 安全生产法
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def stamp_library(folder: Path) -> str:
    """What changes when a text of a library does: the name, size and time of each file; empty where there is none."""
    found = sorted(folder.glob("*/*.json")) if folder.is_dir() else []
    return " ".join(f"{p.parent.name}/{p.name}:{(s := p.stat()).st_size}:{s.st_mtime_ns}" for p in found)


def save_text(
    folder: Path, work: str, version: str, statute: Statute, *, source: str, sha256: str, known: Iterable[str] = ()
) -> Path:
    """Keep a statute text as the dated version of a work; the path it was written to.

    ``known`` are the works of the registry; empty allows any well-formed slug. Errors: ``InputError`` for an unknown
    work, a date that is none, or a text without a single article.
    """
    works = tuple(known)
    _place(folder, work, version)
    if works and work not in works:
        near = "、".join(sorted(w for w in works if w[:4] == work[:4])) or "、".join(sorted(works))
        raise InputError("--work", f"登记中没有 {work}", f"可用的有: {near}")
    place, payload = render_text(folder, work, version, statute, source=source, sha256=sha256)
    write_file(place, payload)
    return place


def render_text(
    folder: Path, work: str, version: str, statute: Statute, *, source: str, sha256: str
) -> tuple[Path, bytes]:
    """Where a text belongs in the library, and what is to be written there.

    Errors: ``InputError`` for a slug or a date that is none, or a text without a single article.
    """
    place = _place(folder, work, version)
    if not statute.provisions:
        raise InputError(source, "没有找到一条“第X条”", "请确认这是法律、法规或规章的正文")
    text = StatuteText(work, version, statute.title, Path(source).name, sha256, statute.provisions)
    return place, _write_json(asdict(text))


def render_work(folder: Path, work: OwnWork) -> tuple[Path, bytes]:
    """Where a work of the user's own is registered, and what is to be written there."""
    return _place(folder, work.work, work.date).with_name(OWN_WORK), _write_json(asdict(work))


def list_works(folder: Path) -> tuple[OwnWork, ...]:
    """The works that the user registered, by slug; empty when there are none. Errors: ``DataError``."""
    return tuple(_load_work(path) for path in sorted(folder.glob(f"*/{OWN_WORK}")))


def _write_json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _load_work(path: Path) -> OwnWork:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if not all(isinstance(value, str) for value in raw.values()):
            raise TypeError("每一项都应是文字")
        return OwnWork(**raw)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(str(path), f"不是 policygraph 写出的登记（{error}）", "请删去这个文件，重新导入") from error


def load_text(folder: Path, work: str, version: str) -> StatuteText | None:
    """The imported text of a dated version; None when nobody imported it. Errors: ``DataError`` for a broken file."""
    place = _place(folder, work, version)
    if not place.is_file():
        return None
    try:
        raw = json.loads(place.read_text(encoding="utf-8"))
        provisions = tuple(Provision(p["path"], p["label"], p["text"]) for p in raw.pop("provisions"))
        return StatuteText(**raw, provisions=provisions)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            str(place), f"不是 policygraph 写出的法规文本（{error}）", "请删去这个文件，重新导入"
        ) from error


def list_texts(folder: Path) -> tuple[StatuteText, ...]:
    """Every imported text, by work and version; empty when the folder holds none or does not exist."""
    found = (
        load_text(folder, path.parent.name, path.stem)
        for path in sorted(folder.glob("*/*.json"))
        if path.name != OWN_WORK
    )
    return tuple(text for text in found if text is not None)


def _place(folder: Path, work: str, version: str) -> Path:
    if not _SLUG.fullmatch(work):
        raise InputError("--work", f"{work!r} 不是依据的短名", "写成登记中的短名，例如 anquan-shengchan-fa")
    try:
        day = date.fromisoformat(version).isoformat()
    except ValueError as error:
        raise InputError("--date", f"{version!r} 不是日期", "写该文本通过或修改的日期，例如 2021-06-10") from error
    return folder / work / f"{day}.json"


def read_text(path: Path) -> tuple[str, str]:
    """The words of a file of any kind that is read (Word, web page, text), and the sha256 of the file.

    Errors: ``InputError`` for a file that cannot be read as what its name says; ``LimitError`` for one too large.
    """
    if not path.is_file():
        raise InputError(str(path), "不是普通文件，或者没有这个文件", "请给出文件或文件夹")
    kind = path.suffix.lower()
    if kind == ".docx":
        return read_docx(path)
    source = read_source(path)
    if kind in _PAGES:
        return read_page(source.text, str(path)), source.sha256
    return source.text, source.sha256


def read_page(html: str, place: str) -> str:
    """The words of a web page, one block a line; scripts, menus and forms are left out, and nothing is fetched.

    Errors: ``InputError`` for what has no element at all.

    >>> read_page("<title>站名</title><h1>某条例</h1><p><b>第一条</b>　为了<br>安全。</p><script>x</script>", "a.html")
    '某条例\\n第一条\u3000为了\\n安全。'
    """
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = document_fromstring(html.encode(), parser=parser)
    except (LxmlError, ValueError) as error:
        raise InputError(place, f"不是可以读的网页（{error}）", "请另存为纯文本") from error
    pieces: list[str] = []
    # the way through the tree is kept by hand: how deep a page goes is its writer's choice
    ahead: list[Any] = [root]  # Any: lxml is not typed
    while ahead:
        item = ahead.pop()
        if isinstance(item, str):
            pieces.append(re.sub(r"[ \t\r\n]+", " ", item))
            continue
        if item.tail:
            ahead.append(item.tail)
        if item.tag in _UNREAD:
            continue
        edge = [] if item.tag in _INLINE else [_EDGE]
        ahead += edge
        ahead += reversed(item)
        ahead += [item.text or "", *edge]
    lines = (line.strip(" ") for line in "".join(pieces).split(_EDGE))
    return "\n".join(line for line in lines if line.strip())


def read_docx(path: Path) -> tuple[str, str]:
    """The paragraphs of a Word file, one a line, and the sha256 of the file.

    Errors: ``InputError`` when it cannot be read as one; ``LimitError`` when it is too large or unpacks to too much.
    """
    try:
        if path.stat().st_size > MAX_DOCX_BYTES:
            raise LimitError(str(path), f"文件超过 {MAX_DOCX_BYTES // 1_000_000} MB", "请只留正文，或另存为纯文本")
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), f"无法读取（{error.strerror}）", "请检查路径和权限") from error
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_DOCX_TEXT:
                raise LimitError(str(path), "解压后的内容过大", "请另存为纯文本")
        lines = [paragraph.text for paragraph in docx.Document(io.BytesIO(raw)).paragraphs]
    except (*_BROKEN_DOCX, LxmlError) as error:
        raise InputError(str(path), "不是可以读的 Word 文件（.docx）", "旧的 .doc 请先另存为 .docx 或纯文本") from error
    return "\n".join(lines), hashlib.sha256(raw).hexdigest()
