"""Which reader a document needs, told by its first bytes, and what is refused with the way out.

Runs inside the worker, like the readers it chooses.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from policygraph.errors import InputError
from policygraph.reading.intake.extractions import Extraction

PACKAGE = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PORTABLE = b"%PDF-"


def is_text(data: bytes) -> bool:
    """Whether bytes may be a plain text: they open like none of the forms that have to be extracted.

    >>> is_text("关于印发办法的通知".encode()), is_text(b"%PDF-1.7"), is_text(PACKAGE)
    (True, False, False)
    """
    return not data.lstrip()[:8].startswith((PACKAGE, COMPOUND, PORTABLE))


def load_readers() -> Callable[[str, bytes], Extraction]:
    """``read_document`` with all that it chooses from imported, for a process that may open no modules later."""
    for reader in ("pdffiles", "wordfiles"):
        import_module(f"policygraph.reading.intake.{reader}")
    return read_document


def read_document(place: str, data: bytes) -> Extraction:
    """The text of a document that is no plain text.

    Errors: ``InputError`` for a form that is not read, damaged, encrypted or a scan; ``LimitError`` for too much.
    """
    if data.startswith(COMPOUND):
        raise InputError(
            place,
            "这是旧版 Word（.doc）、旧版 WPS 文件，或者加了密码的 .docx，不能直接读",
            "用 Word 或 WPS 打开（加密的先取消密码），另存为 .docx；表格会保留",
        )
    if data.startswith(PACKAGE):
        from policygraph.reading.intake import wordfiles

        return wordfiles.read_document(data, place)
    from policygraph.reading.intake import pdffiles

    return pdffiles.read_document(data, place)
