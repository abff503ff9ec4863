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
    BASIS_STATUS_LABELS,
    BECAUSE_LABELS,
    CONDITION_LABELS,
    OUTCOME_LABELS,
    ROLE_LABELS,
    BasisRow,
    ConditionOutcome,
    Decision,
    MeasureRow,
    outcome_label,
)
from policygraph.judging.decisions.rendering import (
    department_lines,
    name_evidence,
    proof_lines,
    reading_lines,
    share_judgements,
)
from policygraph.judging.rules.shapes import FINDINGS

TITLE = "联合奖惩依据核查清单（供认定参考）"
NOTICE = "本清单由程序依登记资料生成，供认定参考，不是决定文书，不对外发生效力。"
COLUMNS: tuple[tuple[str, int], ...] = (
    ("序号", 11),
    ("条件或措施（原文、文号条号）", 66),
    ("适用对象", 20),
    ("法律及政策依据（名称、文号、条款、文件所引原文）", 66),
    ("效力层级", 22),
    ("截至日状态", 22),
    ("实施单位", 28),
    ("证据/备注", 34),
)
"""The columns with their widths in millimetres; A4 landscape leaves 269 between margins of 14."""

_ADDRESSEES = {"unit": "单位", "persons": "有关人员", "both": "单位及有关人员"}
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
    _paragraph(document, TITLE, size=16, bold=True, centred=True)
    for line in _facts(decision, number):
        _paragraph(document, line)
    _table(document, [*_condition_rows(decision, number), *_measure_rows(decision, number)])
    for heading, lines in (
        ("缺失事项", _missing(decision, prospect)),
        ("采用的理解及另一理解的结果", _readings(decision)),
    ):
        _paragraph(document, heading, bold=True)
        for line in lines or ["无"]:
            _paragraph(document, line)
    notices = [notice.message + _joined("：", notice.records) for notice in decision.warnings]
    if notices:
        _paragraph(document, "提示", bold=True)
        for line in notices:
            _paragraph(document, line)
    _paragraph(document, "承办：                    审核：                    日期：                    ")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _facts(decision: Decision, number: str) -> list[str]:
    because = "、".join(BECAUSE_LABELS[kind] for kind in decision.undetermined_because)
    outcome = outcome_label(decision)
    if decision.outcome == "undetermined":
        outcome = f"{OUTCOME_LABELS['undetermined']}（{because}）" + _joined(
            "，最近一次已知等级：", [decision.grade or ""]
        )
    if decision.reason:
        outcome += f"：{decision.reason}"
    lines = [
        f"对象：{decision.name}（统一社会信用代码 {decision.entity}）"
        + ("　［虚构资料］" if decision.synthetic else ""),
        f"文件：{decision.policy_label}" + (f"（{number}）" if number else ""),
        f"截至日：{decision.as_of.isoformat()}　　数据版本：{decision.dataset or '未注明'}",
        f"结论：{outcome}",
    ]
    if decision.persons:
        people = "、".join(f"{one.name or one.person}（{ROLE_LABELS[one.role]}）" for one in decision.persons)
        lines.append(f"及于在任人员：{people}")
    if decision.currency:
        lines.append(f"凭据说到哪一天：{'；'.join(decision.currency)}")
    common, _ = share_judgements(decision.measures)
    if common:
        lines.append(f"下列措施都须另行认定：{common}")
    if decision.restricted:
        lines.append("本清单含不对外公开的信息，限内部使用。")
    return lines


def _condition_rows(decision: Decision, number: str) -> Iterable[list[str]]:
    for part in (*decision.conditions, *decision.findings):
        evidence = "、".join(map(name_evidence, part.evidence))
        yield [
            _cited(part.title, part.quote, number, part.notation),
            "单位" if part.part not in FINDINGS else "",
            "",
            "",
            describe_status(part),
            "",
            "\n".join(piece for piece in (evidence, part.reason, *proof_lines(part.proof)) if piece),
        ]


def describe_status(part: ConditionOutcome) -> str:
    """How a condition, an exclusion or a further finding stands, in one word."""
    if part.part == "exclusion":
        return {"passed": "不在排除之列", "failed": "应予排除"}.get(part.outcome, CONDITION_LABELS[part.outcome])
    if part.part in FINDINGS:
        return {"passed": "存在", "failed": "未见"}.get(part.outcome, CONDITION_LABELS[part.outcome])
    return CONDITION_LABELS[part.outcome]


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
                _cited(row.title, row.quote, number, row.notation) if position == 0 else f"（同上 {row.notation}）",
                _ADDRESSEES.get(row.addressee, row.addressee),
                _basis(basis, earlier if earlier != line else None),
                basis.rank if basis else "",
                _status(basis) if basis else "",
                _departments(row) if position == 0 else "",
                _remark(row, judgement) if position == 0 else "",
            ]


def _status(basis: BasisRow) -> str:
    """How a basis stands on the day; that its words were not read is said beside it, never left to be guessed."""
    unread = "（条文未读到）" if basis.text_certainty and basis.text_certainty != "verified" else ""
    return BASIS_STATUS_LABELS.get(basis.said, basis.said) + unread


def _departments(row: MeasureRow) -> str:
    own, group = department_lines(row)
    return "\n".join(piece for piece in (own, f"组级实施单位，未分配到本项：{group}" if group else "") if piece)


def _basis(basis: BasisRow | None, same_as: int | None) -> str:
    """A basis with the words the document quotes of it; a second time it points to the row that has them."""
    if basis is None:
        return "本项未列依据"
    head = f"《{basis.title}》" + (f"（{basis.number}）" if basis.number else "") + basis.locator
    level = "（组级依据，未分配到本项）" if basis.level == "group" else ""
    if same_as is not None:
        return f"{head}{level}\n（所引原文见第 {same_as} 行）"
    return "\n".join(piece for piece in (head + level, f"“{basis.quote}”" if basis.quote else "") if piece)


def _remark(row: MeasureRow, judgement: str) -> str:
    pieces = [
        f"强度：{row.force}" if row.force else "",
        f"另有强度：{row.further_force}" if row.further_force else "",
        f"须认定：{judgement}" if judgement else "",
    ]
    return "\n".join(piece for piece in pieces if piece)


def _cited(title: str, quote: str, number: str, notation: str) -> str:
    place = "".join(piece for piece in (number, notation) if piece)
    return f"{title}\n“{quote}”（{place}）" if quote else f"{title}（{place}）"


def _missing(decision: Decision, prospect: Prospect | None) -> list[str]:
    if prospect is None:
        found = [(part, item) for part in decision.conditions for item in part.missing]
        return [f"{part.notation} {item.what}" + _joined("；可由", [item.supplier]) for part, item in found]
    labels = {"evidence": "待补证", "judgement": "待认定", "change": "须改变事实", "time": "期间"}
    lines = [f"［{labels[c.kind]}］{c.what}" + _joined("；可由", [c.supplier]) for c in prospect.needed]
    for day, outcome in prospect.later:
        lines.append(f"自 {day.isoformat()} 起：{OUTCOME_LABELS[outcome]}（没有新情形、记载仍完整的前提下）")
    return lines


def _readings(decision: Decision) -> list[str]:
    return [f"采用：{line}" if "另一理解" in line else line for line in reading_lines(decision)]


def _joined(lead: str, values: Iterable[str]) -> str:
    text = "、".join(value for value in values if value)
    return lead + text if text else ""


# --- Word --------------------------------------------------------------------------------------------------------


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
    footer.add_run(NOTICE + "　第 ")
    _field(footer, "PAGE")
    footer.add_run(" 页 / 共 ")
    _field(footer, "NUMPAGES")
    footer.add_run(" 页")
    document.core_properties.title = TITLE
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
    _fill(table.rows[0], [name for name, _ in COLUMNS], bold=True)
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
