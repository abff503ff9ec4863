"""A decision as a Word file: 联合奖惩依据核查清单（供认定参考）, a working paper for the clerk's own file.

A bureau's legal staff check condition by condition and measure by measure, on paper, with the quoted words beside
the evidence, and sign for what they checked. So: A4 landscape, a table whose header repeats on every page, page x of
y, empty lines for 承办, 审核 and 日期. It deliberately looks like nothing that was issued: no red head, no seal, no
document number, and it says on every page that it is not a decision.

It renders what it is given: no query, no clock.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from policygraph.judging.decisions.changes import Prospect
from policygraph.judging.decisions.outcomes import (
    BasisRow,
    ConditionOutcome,
    Decision,
    MeasureRow,
    outcome_label,
    outcome_word,
    role_word,
)
from policygraph.judging.decisions.rendering import (
    department_lines,
    name_evidence,
    proof_lines,
    reading_lines,
    share_judgements,
)
from policygraph.judging.rules.shapes import FINDINGS
from policygraph.words import find_word, say

COLUMNS: tuple[tuple[str, int], ...] = (
    ("number", 11), ("item", 66), ("addressee", 20), ("basis", 66), ("rank", 22), ("status", 22), ("department", 28),
    ("evidence", 34),
)  # fmt: skip
"""The columns with their widths in millimetres; A4 landscape leaves 269 between margins of 14."""

_FONT = "宋体"
# Characters that XML 1.0 cannot hold (section 2.2).
_UNWRITABLE = {code: "\ufffd" for code in range(32) if chr(code) not in "\t\n\r"}


def write_checklist(path: str | Path, decision: Decision, number: str = "", prospect: Prospect | None = None) -> None:
    """Write the checklist of a decision; ``number`` is the document's number as people cite it."""
    Path(path).write_bytes(render_checklist(decision, number, prospect))


def render_checklist(decision: Decision, number: str = "", prospect: Prospect | None = None) -> bytes:
    """The checklist as a ``.docx``: heading, one row per condition and measure, what is missing, lines to sign.

    ``prospect`` adds who can supply what and from which day time alone settles it.
    """
    document = Document()
    _set_page(document)
    _paragraph(document, say("checklist", "title"), size=16, bold=True, centred=True)
    for line in _facts(decision, number):
        _paragraph(document, line)
    _table(document, [*_condition_rows(decision, number), *_measure_rows(decision, number)])
    for heading, lines in (
        (say("checklist", "missing"), _missing(decision, prospect)),
        (say("checklist", "readings"), list(reading_lines(decision, say("checklist", "used")))),
    ):
        _paragraph(document, heading, bold=True)
        for line in lines or [say("checklist", "none")]:
            _paragraph(document, line)
    notices = [
        notice.message + ("：" + "、".join(notice.records) if notice.records else "") for notice in decision.warnings
    ]
    if notices:
        _paragraph(document, say("checking", "warnings"), bold=True)
        for line in notices:
            _paragraph(document, line)
    _paragraph(document, say("checklist", "signed"))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _facts(decision: Decision, number: str) -> list[str]:
    outcome = outcome_label(decision)
    if decision.outcome == "undetermined":
        because = "、".join(say("checking", f"because_{kind}") for kind in decision.undetermined_because)
        outcome = say("checklist", "open_outcome", outcome=outcome_word(decision.outcome), because=because)
        outcome += say("checklist", "open_grade", grade=decision.grade) if decision.grade else ""
    if decision.reason:
        outcome += f"：{decision.reason}"
    lines = [
        say("checklist", "subject", name=decision.name, entity=decision.entity)
        + (say("checklist", "synthetic") if decision.synthetic else ""),
        say("checklist", "document", document=decision.policy_label) + (f"（{number}）" if number else ""),
        say("checklist", "day", as_of=decision.as_of, dataset=decision.dataset or say("checklist", "dataset_missing")),
        say("checklist", "outcome", outcome=outcome),
    ]
    if decision.persons:
        people = "、".join(f"{one.name or one.person}（{role_word(one.role)}）" for one in decision.persons)
        lines.append(say("checklist", "persons_bound", people=people))
    if decision.currency:
        lines.append(f"{say('checking', 'currency')}：{'；'.join(decision.currency)}")
    common, _ = share_judgements(decision.measures)
    if common:
        lines.append(say("checklist", "judged_all", matter=common))
    if decision.restricted:
        lines.append(say("checklist", "internal"))
    return lines


def _condition_rows(decision: Decision, number: str) -> Iterable[list[str]]:
    for part in (*decision.conditions, *decision.findings):
        evidence = "、".join(map(name_evidence, part.evidence))
        yield [
            _cited(part.title, part.quote, number, part.notation),
            say("checklist", "unit") if part.part not in FINDINGS else "",
            "",
            "",
            describe_status(part),
            "",
            "\n".join(piece for piece in (evidence, part.reason, *proof_lines(part.proof)) if piece),
        ]


def describe_status(part: ConditionOutcome) -> str:
    """How a condition, an exclusion or a further finding stands, in one word."""
    way = "cond"
    if part.outcome in ("passed", "failed"):
        way = "excl" if part.part == "exclusion" else "find" if part.part in FINDINGS else way
    return say("checking", f"{way}_{part.outcome}")


def _measure_rows(decision: Decision, number: str) -> Iterable[list[str]]:
    first_quoted: dict[tuple[str, str, str], int] = {}
    line = len(decision.conditions) + len(decision.findings)
    _, judgements = share_judgements(decision.measures)
    for row, judgement in zip(decision.measures, judgements, strict=True):
        bases: tuple[BasisRow | None, ...] = row.bases or (None,)
        for position, basis in enumerate(bases):
            line += 1
            earlier = None
            if basis is not None and basis.quote:
                earlier = first_quoted.setdefault((basis.title, basis.locator, basis.quote), line)
            yield [
                _cited(row.title, row.quote, number, row.notation)
                if position == 0
                else say("checklist", "same_measure", notation=row.notation),
                find_word("checklist", row.addressee),
                _basis(basis, earlier if earlier != line else None),
                basis.rank if basis else "",
                _status(basis) if basis else "",
                _departments(row) if position == 0 else "",
                _remark(row, judgement) if position == 0 else "",
            ]


def _status(basis: BasisRow) -> str:
    """How a basis stands on the day; that its words were not read is said beside it, never left to be guessed."""
    unread = say("checklist", "unread") if basis.text_certainty and basis.text_certainty != "verified" else ""
    return find_word("codes", basis.said, "status") + unread


def _departments(row: MeasureRow) -> str:
    own, group = department_lines(row)
    shared = say("checklist", "group_departments", departments=group) if group else ""
    return "\n".join(piece for piece in (own, shared) if piece)


def _basis(basis: BasisRow | None, same_as: int | None) -> str:
    """A basis with the words the document quotes of it; a second time it points to the row that has them."""
    if basis is None:
        return say("checklist", "no_basis")
    head = f"《{basis.title}》" + (f"（{basis.number}）" if basis.number else "") + basis.locator
    level = ""
    if basis.level == "group":
        level = say("checklist", "group_basis", level=find_word("codes", "group_basis", "level"))
    if same_as is not None:
        return f"{head}{level}\n" + say("checklist", "quoted_above", row=same_as)
    return "\n".join(piece for piece in (head + level, f"“{basis.quote}”" if basis.quote else "") if piece)


def _remark(row: MeasureRow, judgement: str) -> str:
    pieces = [
        say("checklist", "force", force=row.force) if row.force else "",
        say("checklist", "further_force", force=row.further_force) if row.further_force else "",
        say("checklist", "to_judge", matter=judgement) if judgement else "",
    ]
    return "\n".join(piece for piece in pieces if piece)


def _cited(title: str, quote: str, number: str, notation: str) -> str:
    place = "".join(piece for piece in (number, notation) if piece)
    return f"{title}\n“{quote}”（{place}）" if quote else f"{title}（{place}）"


def _missing(decision: Decision, prospect: Prospect | None) -> list[str]:
    if prospect is None:
        found = [(part, item) for part in decision.conditions for item in part.missing]
        return [f"{part.notation} {item.what}{_supplied(item.supplier)}" for part, item in found]
    lines = [say("checklist", f"need_{c.kind}") + c.what + _supplied(c.supplier) for c in prospect.needed]
    for day, outcome in prospect.later:
        lines.append(say("checklist", "later", day=day, outcome=outcome_word(outcome)))
    return lines


def _supplied(supplier: str) -> str:
    return say("checklist", "supplied", supplier=supplier) if supplier else ""


def _set_page(document: DocumentObject) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(14)
    style = document.styles["Normal"]
    style.font.name = _FONT
    style.font.size = Pt(9)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run(say("checklist", "notice") + say("checklist", "page_before"))
    _field(footer, "PAGE")
    footer.add_run(say("checklist", "page_between"))
    _field(footer, "NUMPAGES")
    footer.add_run(say("checklist", "page_after"))
    document.core_properties.title = say("checklist", "title")
    document.core_properties.author = "policygraph"


def _field(paragraph: Paragraph, code: str) -> None:
    """A field that Word fills in: the page number or the number of pages."""
    run = paragraph.add_run()
    for kind in ("begin", None, "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = code
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _paragraph(
    document: DocumentObject, text: str, *, size: int = 0, bold: bool = False, centred: bool = False
) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(3)
    run = paragraph.add_run(text.translate(_UNWRITABLE))
    run.bold = bold
    if size:
        run.font.size = Pt(size)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _table(document: DocumentObject, rows: list[list[str]]) -> None:
    table = document.add_table(rows=1, cols=len(COLUMNS))
    table.style = "Table Grid"
    table.autofit = False
    for column, (_, width) in zip(table.columns, COLUMNS, strict=True):
        column.width = Mm(width)
    _fill(table.rows[0], [say("checklist", name) for name, _ in COLUMNS], bold=True)
    _mark(table.rows[0], "w:tblHeader")
    for number, cells in enumerate(rows, start=1):
        row = table.add_row()
        _fill(row, [str(number), *cells])
        _mark(row, "w:cantSplit")


def _fill(row: _Row, texts: list[str], *, bold: bool = False) -> None:
    for cell, text, (_, width) in zip(row.cells, texts, COLUMNS, strict=True):
        cell.width = Mm(width)
        _write(cell, text, bold=bold)


def _write(cell: _Cell, text: str, *, bold: bool) -> None:
    for position, line in enumerate(text.translate(_UNWRITABLE).split("\n")):
        paragraph = cell.paragraphs[0] if position == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(line).bold = bold


def _mark(row: _Row, name: str) -> None:
    """Set a row property: repeat as header, or keep on one page."""
    properties = row._tr.get_or_add_trPr()
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    properties.append(element)
