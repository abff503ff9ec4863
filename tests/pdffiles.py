"""Small PDF files for tests: words at places, ruled lines, a picture or none of it; written here, byte by byte.

The text is in a font that no file embeds, with a character table that readers know (UniGB-UCS2-H), so that a test
needs no font and the reader has to look the table up.
"""

from __future__ import annotations

from collections.abc import Sequence

Word = tuple[float, float, str]
"""How far from the left and from the top of an A4 page a stretch of words begins, in points, and the words."""

Rule = tuple[float, float, float, float]
"""A ruled line from (left, top) to (left, top)."""

_HEIGHT = 842


def make_pdf(pages: Sequence[tuple[Sequence[Word], Sequence[Rule]]], size: float = 12) -> bytes:
    """A PDF of these pages; each character is as wide as it is high."""
    font = 3 + 2 * len(pages)
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (3 + 2 * n) for n in range(len(pages)))),
        font: b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [%d 0 R] >>" % (font + 1),
        font + 1: b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor %d 0 R >>" % (font + 2),
        font + 2: b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /Ascent 880 /Descent -120"
        b" /CapHeight 880 /ItalicAngle 0 /StemV 80 /FontBBox [0 -120 1000 880] >>",
    }
    for number, (words, rules) in enumerate(pages):
        drawn = [
            f"BT /F1 {size} Tf 1 0 0 1 {x} {_HEIGHT - y - size} Tm <{text.encode('utf-16-be').hex()}> Tj ET"
            for x, y, text in words
        ]
        drawn += [f"{a} {_HEIGHT - b} m {c} {_HEIGHT - d} l S" for a, b, c, d in rules]
        stream = "\n".join(drawn).encode()
        objects[4 + 2 * number] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)
        objects[3 + 2 * number] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 %d 0 R >> >> >>" % (4 + 2 * number, font)
        )
    written = b"%PDF-1.7\n"
    places = {}
    for number in sorted(objects):
        places[number] = len(written)
        written += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    start = len(written)
    table = b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(objects))
    written += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return written + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def rule_grid(columns: Sequence[float], rows: Sequence[float]) -> list[Rule]:
    """The lines of a table whose columns and rows part at these places."""
    across = [(columns[0], row, columns[-1], row) for row in rows]
    return across + [(column, rows[0], column, rows[-1]) for column in columns]
