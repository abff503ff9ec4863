"""Office files whose bytes follow from what they hold: the same rows give the same file on every day.

The libraries write the moment of saving into the package, so that two files of one answer differed and no validator
could speak for them. What a file was made from stands in it (the dataset); when it was saved says nothing.
"""

from __future__ import annotations

import io
import re
import zipfile

_BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The first day that a ZIP archive can name."""
_CORE = "docProps/core.xml"
# <dcterms:modified xsi:type="dcterms:W3CDTF">2026-11-26T07:30:00Z</dcterms:modified>;  not: <dc:title>
_SAVED = re.compile(rb"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*(?=</)")


def settle_archive(packed: bytes) -> bytes:
    """The same package without the moments at which it was saved."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as there, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as settled:
        for name in there.namelist():
            content = there.read(name)
            if name == _CORE:
                content = _SAVED.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            info = zipfile.ZipInfo(name, _BEGINNING)
            info.compress_type = zipfile.ZIP_DEFLATED
            settled.writestr(info, content)
    return out.getvalue()
