"""Files that come in: where the knowledge files lie, and how a text file becomes a string with a known charset.

A wheel carries ``ontology/ shapes/ data/`` as package resources; an editable install has them at the repository
root. Text from outside is read once, bounded, and either decoded exactly (UTF-8 with or without mark, GB18030) or
refused with the byte where it fails: a replacement character would make every later span a lie.
It does not guess among further charsets, and it does not change a single character of what it read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from policygraph.errors import DataError, InputError, LimitError

if TYPE_CHECKING:
    from policygraph.reading.intake.extractions import Extraction

MAX_DOCUMENT_BYTES = 50_000_000
"""The largest Word or PDF document that is read, in bytes; pictures make up most of one that size."""

MAX_TEXT_BYTES = 20_000_000
"""The largest text file that is read, in bytes; the longest statute book known to us is below 3 MB."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as read: its characters, the sha256 of its bytes, and the charset that decoded it exactly.

    A file that is no plain text has the ``extraction`` that gave its text; the sha256 is still that of its bytes.
    """

    text: str
    sha256: str
    charset: str
    extraction: Extraction | None = None


def find_root() -> Path:
    """The folder that holds ``ontology``, ``shapes`` and ``data``: the wheel's own, else the repository."""
    package = Path(__file__).parents[1]
    for candidate in (package / "resources", package.parent.parent):
        if (candidate / "ontology").is_dir() and (candidate / "data").is_dir():
            return candidate
    raise DataError(
        str(package), "找不到 ontology/ 与 data/ 目录", "请重新安装 policygraph，或在源码目录中以 pip install -e . 安装"
    )


def read_source(path: Path, limit: int = MAX_TEXT_BYTES) -> SourceFile:
    """Read a text file exactly; a file that is absent, empty, binary, too large or in another charset is refused.

    Errors: ``InputError`` with the byte offset where there is one; ``LimitError`` over ``limit`` bytes.
    """
    return decode_source(read_bytes(path, limit), str(path))


def read_any_source(path: Path, limit: int = MAX_DOCUMENT_BYTES) -> SourceFile:
    """Read a document in any form that intake knows: a text as ``read_source`` does, Word and PDF by extraction.

    What is no plain text is taken apart in a process of its own, bounded in memory and time.

    Errors: those of ``read_source``; ``InputError`` for a form that is not read, damaged, encrypted or a scan.
    """
    return take_in(read_bytes(path, limit), str(path))


def take_in(raw: bytes, place: str) -> SourceFile:
    """What ``read_any_source`` makes of the bytes of a file. Errors: the same, but those of reading the disk."""
    # who looks for the root, or reads plain texts, needs no readers
    from policygraph.reading.documents import spell_out
    from policygraph.reading.intake.documents import is_text
    from policygraph.reading.intake.extractions import Extraction
    from policygraph.reading.intake.running import extract_apart

    if is_text(raw):
        if len(raw) > MAX_TEXT_BYTES:
            raise _too_large(place, MAX_TEXT_BYTES)
        source = decode_source(raw, place)
        spelt = spell_out(source.text)
        if spelt is None:
            return source
        form, text = spelt
        return replace(source, text=text, extraction=Extraction(form, text, (), ()))
    extraction = extract_apart(place, raw)
    if not extraction.text.strip():
        raise InputError(place, "文件里没有文字", "请给出含有正文的文件；扫描件请先用文字识别软件转换")
    return SourceFile(extraction.text, hashlib.sha256(raw).hexdigest(), "UTF-8", extraction)


def read_bytes(path: Path, limit: int = MAX_DOCUMENT_BYTES) -> bytes:
    """The bytes of a file. Errors: ``InputError`` when it cannot be read; ``LimitError`` when it is too large."""
    try:
        if path.is_dir():
            raise InputError(str(path), "这是一个文件夹，不是文本文件", "请给出其中的一个文本文件")
        if path.stat().st_size > limit:
            raise _too_large(str(path), limit)
        return path.read_bytes()
    except OSError as error:
        raise InputError(str(path), f"无法读取（{error.strerror}）", "请检查路径和权限") from error


def _too_large(place: str, limit: int) -> LimitError:
    return LimitError(place, f"文件超过 {limit // 1_000_000} MB", "请拆分文件，或只保留一份文件的正文")


def decode_source(raw: bytes, place: str) -> SourceFile:
    """Decode bytes as UTF-8, else GB18030; binary content and anything else is refused with its place.

    >>> decode_source("佳应急联发〔2020〕6号".encode("gb18030"), "a.txt").charset
    'GB18030'
    >>> decode_source(b"PK\\x03\\x04\\x00\\x00", "a.docx")
    Traceback (most recent call last):
    ...
    policygraph.errors.InputError: a.docx: 不是文本文件（第 4 字节是空字节）。请先另存为纯文本（UTF-8 或 GB18030）
    """
    digest = hashlib.sha256(raw).hexdigest()
    if not raw.strip():
        raise InputError(place, "文件是空的", "请给出含有正文的文本文件")
    nul = raw.find(b"\0")
    if nul >= 0:
        raise InputError(place, f"不是文本文件（第 {nul} 字节是空字节）", "请先另存为纯文本（UTF-8 或 GB18030）")
    try:
        return SourceFile(raw.decode("utf-8"), digest, "UTF-8")
    except UnicodeDecodeError as utf8:
        try:
            return SourceFile(raw.decode("gb18030"), digest, "GB18030")
        except UnicodeDecodeError as error:
            raise InputError(
                place,
                f"既不是 UTF-8（第 {utf8.start} 字节）也不是 GB18030（第 {error.start} 字节）",
                "请先另存为 UTF-8 纯文本",
            ) from error
