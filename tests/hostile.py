"""Files that harm whoever reads them carelessly, each below a megabyte, by what they try."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Iterable, Mapping

import openpyxl

UNIT = "91230800MA0000000R"
PART = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADER = f"uscc,name,region\n{UNIT},某某公司（虚构）,230803\n"
PENALTIES = "record_id,uscc,person_id,date,authority_function,safety_matter\n"


def pack(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def make_sheet(rows: str, strings: str = "", styles: str = "", sheets: int = 1, merged: str = "") -> bytes:
    """A workbook whose first sheet holds these rows, written as XML."""
    listed = "".join(f'<sheet name="enterprises{i or ""}" sheetId="{i + 1}" r:id="r1"/>' for i in range(sheets))
    kinds = {"r1": ("worksheet", "worksheets/sheet1.xml"), "r2": ("sharedStrings", "sharedStrings.xml")}
    relations = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>' for key, (kind, target) in kinds.items()
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r0" Type="{OFFICE}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{relations}</Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        PART: f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{merged}</worksheet>',
    }
    return pack(parts | ({"xl/styles.xml": styles} if styles else {}))


def far(cell: str) -> bytes:
    """A sound workbook with one more cell far out."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "enterprises"
    for line in HEADER.splitlines():
        sheet.append(line.split(","))
    sheet[cell] = "x"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_doctype(kind: str) -> bytes:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    entities = {"laughs": f'<!ENTITY a0 "ha">{laughs}', "outside": '<!ENTITY a9 SYSTEM "file:///etc/passwd">'}[kind]
    data = make_sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>')
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[PART] = f"<!DOCTYPE x [{entities}]>".encode() + parts[PART]
    return pack(parts)


def understated() -> bytes:
    """An archive whose directory says that a part is shorter than it is."""
    data = far("D2")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(PART).file_size
    return data.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))


def overlapping() -> bytes:
    """An archive whose directory names one packed part two hundred times."""
    data = pack({"enterprises.csv": b"0" * 10_000_000})
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[start:end]
    entries = b"".join(
        entry.replace(b"enterprises.csv", f"e{n:09}.csv".encode()[:15].ljust(15, b"x")) for n in range(200)
    )
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 200, 200, len(entries), start, 0)
    return data[:start] + entries + tail


def nested(depth: int) -> bytes:
    """An archive in an archive in an archive."""
    data = pack({"enterprises.csv": HEADER + "0" * 100_000})
    for _ in range(depth):
        data = pack({"enterprises.zip": data})
    return data


def cell(reference: str, value: str, kind: str = "n", style: str = "") -> str:
    return f'<c r="{reference}" t="{kind}"{style}><v>{value}</v></c>'


def penalties(count: int, subjects: Iterable[tuple[str, str]]) -> str:
    known = list(subjects)
    lines = []
    for number in range(count):
        unit, person = known[number % len(known)]
        lines.append(f"P-{number},{unit},{person},2026-02-02,work_safety,true\n")
    return PENALTIES + "".join(lines)


def hostile_files() -> dict[str, bytes]:
    """Every file by what it tries; none is a register that can be decided as it is."""
    row = '<row r="1">{}</row>'
    text = row.format(cell("A1", "0", "s"))
    plain = "<xf/>" * 2_000_000
    return {
        "the farthest cell": far("XFD1048576"),
        "a cell far out": far("XFD20000"),
        "a long column": far("A1048576"),
        "a cell far down in another column": far("B900000"),
        "a hundred megabytes of zeros": pack({"xl/workbook.xml": b"0" * 100_000_000}),
        "fifteen megabytes of zeros": pack({"enterprises.csv": b"0" * 15_000_000}),
        "archives in archives": nested(30),
        "one part named two hundred times": overlapping(),
        "eight thousand parts": pack({f"{n}.csv": "" for n in range(8000)}),
        "a part that is longer than it says": understated(),
        "paths out of the archive": pack({"../../../../tmp/enterprises.csv": HEADER, "/etc/enterprises.csv": HEADER}),
        "three million shared texts": make_sheet(text, "<si/>" * 3_000_000),
        "a million shared texts that say something": make_sheet(text, "<si><t>a</t></si>" * 900_000),
        "one long text in every cell": make_sheet(
            "".join(f'<row r="{n}">{cell(f"A{n}", "0", "s")}</row>' for n in range(1, 40_000)),
            f"<si><t>{'长' * 100_000}</t></si>",
        ),
        "a text that is not there": make_sheet(row.format(cell("A1", "9" * 5000, "s"))),
        "a text before the first": make_sheet(row.format(cell("A1", "-1", "s")), "<si><t>a</t></si>"),
        "huge styles": make_sheet(
            row.format(cell("A1", "1", "n", ' s="1"')),
            styles=f'<styleSheet xmlns="{MAIN}"><cellXfs count="2000000">{plain}</cellXfs></styleSheet>',
        ),
        "merged ranges without end": make_sheet(
            text,
            "<si><t>a</t></si>",
            merged="<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 400_000 + "</mergeCells>",
        ),
        "empty cells without end": make_sheet('<row r="1"><c r="A1"/></row>' + "<c/>" * 3_500_000),
        "a million deep": make_sheet("<x>" * 1_000_000),
        "a million attributes": make_sheet("<row " + " ".join(f'a{n}="1"' for n in range(400_000)) + "/>"),
        "five thousand sheets": make_sheet(text, "<si><t>a</t></si>", sheets=5000),
        "a row beyond all rows": make_sheet('<row r="99999999999999999999"><c r="A1"><v>1</v></c></row>'),
        "a row of no number": make_sheet(f'<row r="{"9" * 5000}"/>'),
        "numbers beyond all numbers": make_sheet(
            row.format(cell("A1", "1e999999", "n") + cell("B1", "-1e308", "n", ' s="0"') + cell("C1", "nan"))
        ),
        "half a character": make_sheet(row.format('<c r="A1" t="inlineStr"><is><t>&#xD800;</t></is></c>')),
        "a laugh times a billion": with_doctype("laughs"),
        "an entity from outside": with_doctype("outside"),
        "a hundred thousand columns of one name": pack({"enterprises.csv": "uscc,name,region" + ",x" * 100_000}),
        "ten thousand columns of other names": pack(
            {"enterprises.csv": "uscc,name,region," + ",".join(f"列{n}" for n in range(10_000)) + "\n"}
        ),
        "fifteen million commas": pack({"enterprises.csv": "uscc,name,region\n" + "," * 15_000_000}),
        "three million empty rows": pack({"enterprises.csv": "uscc,name,region\n" + ",,\n" * 3_000_000}),
        "ten million line breaks": pack({"enterprises.csv": "uscc,name,region\n" + "\n" * 10_000_000}),
        "two million quotes": pack({"enterprises.csv": "uscc,name,region\n" + '"' * 2_000_000}),
        "a quote that never ends": pack({"enterprises.csv": 'uscc,name,region\n"' + "a\n" * 1_000_000}),
        "nothing but NUL": pack({"enterprises.csv": b"\0" * 1_000_000}),
        "a NUL in every row": pack({"enterprises.csv": HEADER + "\0,\0,\0\n" * 10_000}),
        "a cell of three megabytes": pack({"enterprises.csv": f"uscc,name,region\n{UNIT},{'甲' * 1_000_000},230803\n"}),
        "a wrong value of a hundred kilobytes": pack({"enterprises.csv": f"uscc,name,region\n{'X' * 100_000},a,b\n"}),
        "five thousand rows": pack({"enterprises.csv": "uscc,name,region\n" + "a,b,c\n" * 5000}),
        "forty enterprises": pack({"enterprises.csv": "uscc,name,region\n" + f"{UNIT},a,230803\n" * 40}),
        "UTF-16": pack({"enterprises.csv": HEADER.encode("utf-16")}),
        "noise": bytes(range(256)) * 2000,
        "noise in an archive": pack({"enterprises.csv": bytes(range(256)) * 2000}),
        "an archive of another kind": gzip.compress(HEADER.encode()),
        "a text document": pack({"content.xml": "<office:document-content/>", "mimetype": "x"}),
        "an encrypted workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
        "a beginning only": b"PK\x03\x04" + b"\0" * 50,
        "half a workbook": far("D2")[:-200],
        "nothing": b"",
    }
