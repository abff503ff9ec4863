"""The user's own statute texts: imported once, kept in a data folder of the user, never inside the package.

Policygraph ships facts about laws, not their texts. Whoever has the texts imports them by work and dated version
(``policygraph legislation add``); they land as one JSON file each under ``WORK/DATE.json`` with the sha256 of the
file they came from, written beside their place and renamed. A text of the same version replaces the former one.
Word files are read paragraph by paragraph; tables, notes and images in them are not read.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import docx
from docx.opc.exceptions import PackageNotFoundError

from policygraph.errors import DataError, InputError, LimitError
from policygraph.judging.law.quotations import Provision, Statute, find_provision
from policygraph.keeping.writing import write_file

MAX_DOCX_BYTES = 20_000_000
"""The largest Word file that is read, in bytes."""
MAX_DOCX_TEXT = 200_000_000
"""The largest unpacked Word file, in bytes: a small archive can unpack to anything."""


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


def default_library() -> Path:
    """Where imported texts lie unless the user says otherwise: the XDG data folder."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "policygraph" / "legislation"


# anquan-shengchan-fa;  not: ../x, 安全生产法
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def save_text(
    folder: Path, work: str, version: str, statute: Statute, *, source: str, sha256: str, known: Iterable[str] = ()
) -> Path:
    """Keep a statute text as the dated version of a work; the path it was written to.

    ``known`` are the works of the registry; empty allows any well-formed slug. Errors: ``InputError`` for an unknown
    work, a date that is none, or a text without a single article.
    """
    place = _place(folder, work, version)
    works = tuple(known)
    if works and work not in works:
        near = "、".join(sorted(w for w in works if w[:4] == work[:4])) or "、".join(sorted(works))
        raise InputError("--work", f"登记中没有 {work}", f"可用的有: {near}")
    if not statute.provisions:
        raise InputError(source, "没有找到一条“第X条”", "请确认这是法律、法规或规章的正文")
    text = StatuteText(work, version, statute.title, Path(source).name, sha256, statute.provisions)
    write_file(place, (json.dumps(asdict(text), ensure_ascii=False, indent=1) + "\n").encode())
    return place


def load_text(folder: Path, work: str, version: str) -> StatuteText | None:
    """The imported text of a dated version; None when nobody imported it. Errors: ``DataError`` for a broken file."""
    place = _place(folder, work, version)
    if not place.is_file():
        return None
    try:
        raw = json.loads(place.read_text(encoding="utf-8"))
        provisions = tuple(Provision(p["path"], p["label"], p["text"]) for p in raw.pop("provisions"))
        return StatuteText(**raw, provisions=provisions)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            str(place), f"不是 policygraph 写出的法规文本（{error}）", "请删去这个文件，重新导入"
        ) from error


def list_texts(folder: Path) -> tuple[StatuteText, ...]:
    """Every imported text, by work and version; empty when the folder holds none or does not exist."""
    found = (load_text(folder, path.parent.name, path.stem) for path in sorted(folder.glob("*/*.json")))
    return tuple(text for text in found if text is not None)


def _place(folder: Path, work: str, version: str) -> Path:
    if not _SLUG.fullmatch(work):
        raise InputError("--work", f"{work!r} 不是依据的短名", "写成登记中的短名，例如 anquan-shengchan-fa")
    try:
        day = date.fromisoformat(version).isoformat()
    except ValueError as error:
        raise InputError("--version", f"{version!r} 不是日期", "写该文本通过或修改的日期，例如 2021-06-10") from error
    return folder / work / f"{day}.json"


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
        document = docx.Document(io.BytesIO(raw))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise InputError(str(path), "不是可以读的 Word 文件（.docx）", "旧的 .doc 请先另存为 .docx 或纯文本") from error
    return "\n".join(paragraph.text for paragraph in document.paragraphs), hashlib.sha256(raw).hexdigest()
