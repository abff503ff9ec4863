"""A decision as a Word file: 联合奖惩措施依据核查意见（内部审核参考）, a working paper to check and to sign.

The first page is what she signs on: may this be done to this enterprise, act by act, in five groups. Behind it stand
how the enterprise came to be concerned, what is known of the document's own force, one table row for each act with
its basis then and now, procedure and remedies, and everything that nobody has verified. Quotations are an annex: they
are looked up, not read through. The paper deliberately looks like nothing that was issued: no red head, no seal, no
document number, and it says on every page that it decides nothing.

A bureau's own ``.docx`` may be given as a template: its page, fonts and styles are used, its text is dropped. A person
is named only where the decision reaches that person. It renders what it is given: no query, no clock.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from policygraph.errors import InputError
from policygraph.judging.decisions.changes import Prospect
from policygraph.judging.decisions.outcomes import (
    ActRow,
    ConditionOutcome,
    Decision,
    MeasureRow,
    Occasion,
    WayRow,
    outcome_label,
    outcome_word,
    role_word,
)
from policygraph.judging.decisions.rendering import (
    day_lines,
    department_lines,
    name_evidence,
    proof_lines,
    reading_lines,
    share_judgements,
)
from policygraph.judging.rules.shapes import FINDINGS
from policygraph.words import find_word, say

GROUPS: tuple[str, ...] = ("may", "may-if", "not-alone", "recommend-repeal", "to-verify", "internal", "")
"""The groups of the first page in their order; the last is for acts that nobody has judged."""
CHECKED: tuple[tuple[str, int], ...] = (
    ("act", 36), ("nature", 13), ("competence", 50), ("basis", 54), ("conditions", 82), ("conclusion", 21),
    ("verified", 13),
)  # fmt: skip
"""The columns of the table act by act, with their widths in millimetres: 269 between the margins of a landscape A4."""
FOUND: tuple[tuple[str, int], ...] = (("condition", 110), ("finding", 29), ("proof", 130))
"""The columns of the table of conditions."""

_FONT = "宋体"
# Characters that XML 1.0 cannot hold (section 2.2).
_UNWRITABLE = {code: "\ufffd" for code in range(32) if chr(code) not in "\t\n\r"}


def render_opinion(
    decision: Decision, occasion: Occasion, prospect: Prospect | None = None, template: Path | None = None
) -> bytes:
    """The paper as a ``.docx``: head, seven parts, and the quotations as an annex.

    ``prospect`` adds who can supply what is missing and from which day time alone settles it. Errors: ``InputError``
    for a template that is no Word file.
    """
    document = _open(template)
    if template is None:
        _set_page(document)
    _set_footer(document)
    _paragraph(document, say("opinion", "title"), style="Title")
    for line in _head(decision, occasion):
        _paragraph(document, line)
    _heading(document, "concluded")
    for line, is_head in _concluded(decision, occasion):
        _paragraph(document, line, bold=is_head)
    _paragraph(document, say("opinion", "sign_first"), bold=True)
    _heading(document, "subject")
    _subject(document, decision)
    _heading(document, "force")
    _lines(document, _force(occasion))
    _heading(document, "checked")
    _table(document, CHECKED, list(_checked(decision, occasion)))
    _heading(document, "remedies")
    _lines(document, _remedies(decision, occasion))
    _heading(document, "open")
    _lines(document, list(_open_matters(decision, occasion, prospect)) or [say("opinion", "nothing_open")])
    _heading(document, "signed")
    _paragraph(document, say("opinion", "sign_line"))
    _paragraph(document, say("opinion", "statement"))
    quotations = list(_quotations(decision, occasion.number))
    if quotations:
        document.add_page_break()  # type: ignore[no-untyped-call]  # python-docx has no stub for it
        _heading(document, "annex")
        _lines(document, quotations)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def acts_of(decision: Decision) -> tuple[tuple[MeasureRow, ActRow], ...]:
    """The acts of the measures that follow, each with its measure; a measure without acts stands for itself."""
    found = []
    for measure in decision.measures:
        acts = measure.acts or (ActRow(measure.measure, measure.notation, measure.title, measure.addressee),)
        # where a finding reaches the persons alone, what the measure does to the unit does not follow
        reached = [act for act in acts if measure.addressee != "persons" or act.addressee != "unit"]
        found += [(measure, act) for act in reached]
    return tuple(found)


def acts_by_group(decision: Decision) -> tuple[tuple[str, tuple[tuple[MeasureRow, ActRow], ...]], ...]:
    """The acts under the groups of the paper, in their order; a group without acts is left out."""
    acts = acts_of(decision)
    grouped = ((group, tuple(pair for pair in acts if pair[1].group == group)) for group in GROUPS)
    return tuple((group, pairs) for group, pairs in grouped if pairs)


def _head(decision: Decision, occasion: Occasion) -> Iterator[str]:
    document = decision.policy_label + (f"（{occasion.number}）" if occasion.number else "")
    subject = say("opinion", "party", name=decision.name, entity=decision.entity)
    yield say("opinion", "reference")
    yield subject + (say("opinion", "synthetic") if decision.synthetic else "")
    yield say("opinion", "document", document=document)
    yield say(
        "opinion",
        "days",
        act=occasion.act_day.isoformat() if occasion.act_day else say("opinion", "not_given"),
        decision=(occasion.decision_day or decision.as_of).isoformat(),
        checked=decision.as_of.isoformat(),
    )
    yield say(
        "opinion", "data", until=_until(decision) or say("opinion", "not_covered"), dataset=decision.dataset or "—"
    )
    if decision.restricted:
        yield say("opinion", "internal")


def _until(decision: Decision) -> str:
    """Up to which day the registers on which the answer rests speak; the earliest of them."""
    ends = [
        min(used.until, used.exported_on) if used.exported_on else used.until
        for part in (*decision.conditions, *decision.findings)
        for used in part.proof.coverage
    ]
    return min(*ends, decision.as_of).isoformat() if ends else ""


def _concluded(decision: Decision, occasion: Occasion) -> Iterator[tuple[str, bool]]:
    """The lines of the first part, with whether each heads a group."""
    outcome = outcome_label(decision)
    yield say("opinion", "outcome", outcome=outcome + (f"：{decision.reason}" if decision.reason else "")), True
    acts = acts_of(decision)
    if not acts:
        yield say("opinion", "no_acts"), False
        return
    yield say("opinion", "target_is_not_may"), False
    for _, mine in acts_by_group(decision):
        label = mine[0][1].group_label or say("opinion", "unjudged")
        yield say("opinion", "group", label=label, n=len(mine)), True
        yield "；".join(_name(act) for _, act in mine) + "。", False
    if occasion.decisions:
        yield say("opinion", "decisions"), True
        yield "；".join(f"{_name(act)}：{act.label or say('opinion', 'unjudged')}" for act in occasion.decisions), False
    yield from ((line, False) for line in day_lines(decision, occasion))


def _name(act: ActRow) -> str:
    """An act in a list: number, title, and to whom."""
    whom = say("opinion", f"to_{act.addressee}") if act.addressee else ""
    return f"{act.notation} {act.title}" + (f"（{whom}）" if whom else "")


def _subject(document: DocumentObject, decision: Decision) -> None:
    rows = [
        [
            f"{part.notation} {part.title}".strip(),
            describe_status(part),
            "\n".join(
                piece
                for piece in ("、".join(map(name_evidence, part.evidence)), part.reason, *proof_lines(part.proof))
                if piece
            ),
        ]
        for part in (*decision.conditions, *decision.findings)
    ]
    if rows:
        _table(document, FOUND, rows)
    lines = []
    if decision.persons:
        people = "、".join(f"{one.name or one.person}（{role_word(one.role)}）" for one in decision.persons)
        lines += [say("opinion", "persons", people=people), say("opinion", "persons_readings")]
    else:
        lines.append(say("opinion", "no_person"))
    if decision.currency:
        lines.append(f"{say('checking', 'currency')}：{'；'.join(decision.currency)}")
    for notice in decision.warnings:
        lines.append(notice.message + ("：" + "、".join(notice.records) if notice.records else ""))
    common, _ = share_judgements(decision.measures)
    if common:
        lines.append(say("opinion", "judged_all", matter=common))
    _lines(document, lines)


def describe_status(part: ConditionOutcome) -> str:
    """How a condition, an exclusion or a further finding stands, in one word."""
    way = "cond"
    if part.outcome in ("passed", "failed"):
        way = "excl" if part.part == "exclusion" else "find" if part.part in FINDINGS else way
    return say("checking", f"{way}_{part.outcome}")


def _force(occasion: Occasion) -> list[str]:
    if not occasion.force:
        return [say("opinion", "force_unlooked")]
    return [
        say("opinion", "force_known" if row.is_known else "force_unknown", topic=row.topic, said=row.said)
        for row in occasion.force
    ]


def _checked(decision: Decision, occasion: Occasion) -> Iterator[list[str]]:
    """The table act by act, those of deciding and publishing last; what was printed before is pointed to."""
    _, judgements = share_judgements(decision.measures)
    own_judgement = {measure.measure: said for measure, said in zip(decision.measures, judgements, strict=True)}
    first_cited: dict[tuple[str, ...], str] = {}
    first_bodies: dict[tuple[str, ...], str] = {}
    for measure, act in acts_of(decision):
        bodies = act.acting or measure.departments
        # what a measure leaves to be judged is said with the first of its acts
        own = own_judgement.pop(measure.measure, "")
        conditions = [*act.conditions, *([say("opinion", "to_judge", matter=own)] if own else [])]
        competence = _competence(act, measure, bodies, first_bodies.setdefault(bodies, act.notation))
        yield _row(act, _force_of(measure), competence, conditions, first_cited.setdefault(act.cited, act.notation))
    for act in occasion.decisions:
        doing = say("opinion", "bodies", bodies="、".join(act.acting)) if act.acting else ""
        competence = "\n".join(piece for piece in (*act.competence, doing) if piece)
        yield _row(act, "", competence, act.conditions, first_cited.setdefault(act.cited, act.notation))


def _row(act: ActRow, force: str, competence: str, conditions: Sequence[str], first: str) -> list[str]:
    """One act in the table; ``first`` is the act with which what it cites was printed."""
    sure = f"\n{find_word('codes', act.certainty)}" if act.certainty and act.certainty != "verified" else ""
    return [
        _name(act) + force,
        act.nature_label,
        competence,
        _basis(act, first),
        "\n".join(conditions),
        (act.label or say("opinion", "unjudged")) + sure,
        find_word("codes", act.verification, "verification") if act.verification else "",
    ]


def _force_of(measure: MeasureRow) -> str:
    return say("opinion", "force_word", force=measure.force) if measure.force else ""


def _competence(act: ActRow, measure: MeasureRow, bodies: tuple[str, ...], first: str) -> str:
    """Who may do it, and who does it today; a list of bodies printed before is pointed to."""
    if bodies and first != act.notation:
        doing = say("opinion", "bodies_above", notation=first)
    else:
        own, group = department_lines(measure)
        named = "、".join(bodies) or own or group
        doing = say("opinion", "bodies", bodies=named) if named else ""
        if group and not own:
            doing += say("opinion", "bodies_group")
    return "\n".join(piece for piece in (*act.competence, doing) if piece)


def _basis(act: ActRow, first: str) -> str:
    """The basis in force, then what the document cites and what became of it; what stands above is pointed to."""
    lines = [say("opinion", "basis_now", basis="；".join(act.rests_on))] if act.rests_on else []
    if not act.cited:
        lines.append(say("opinion", "cites_none"))
    elif first != act.notation:
        lines.append(say("opinion", "cited_above", notation=first))
    else:
        lines.append(say("opinion", "basis_then", basis="；".join(_cited(act))))
    return "\n".join(lines)


def _cited(act: ActRow) -> Iterator[str]:
    """What is cited and what became of it; what became alike is said once, provisions of one work together."""
    state = {basis: (code, candidate) for basis, code, candidate in act.status}
    alike: dict[str, list[str]] = {}
    for basis in act.cited:
        code, candidate = state.get(basis, ("", ""))
        named = basis + (f"→{candidate}" if candidate else "")
        alike.setdefault(_standing(code) if code else "", []).append(named)
    for standing, bases in alike.items():
        yield "、".join(_join_places(bases)) + (f"：{standing}" if standing else "")


def _join_places(bases: Iterable[str]) -> Iterator[str]:
    """Bases with the title of a work said once for provisions of it that follow one another.

    >>> list(_join_places(["《甲法》第一条", "《甲法》第三条", "《乙法》第二条"]))
    ['《甲法》第一条', '第三条', '《乙法》第二条']
    """
    before = ""
    for basis in bases:
        title, mark, place = basis.rpartition("》")
        yield place if mark and place and title == before else basis
        before = title


def _standing(code: str) -> str:
    """A standing in words; never a bare 现行有效, which says more than anybody looked up."""
    return say("opinion", "standing_in_force") if code == "in-force" else find_word("codes", code, "status")


def _remedies(decision: Decision, occasion: Occasion) -> list[str]:
    lines = []
    for row in occasion.remedies:
        word = find_word("comparing", row.status)
        if row.status in ("absent", "uncurated"):
            said = say("opinion", f"remedy_{row.status}")
        elif row.quote:
            said = f"“{row.quote}”" + ("" if row.status == "stated" else f"（{word}）")
        else:
            said = word
        lines.append(say("opinion", "own_remedy", mechanism=row.mechanism, said=said))
    lines = lines or [say("opinion", "remedies_unlooked")]
    lines += _ways(decision, occasion)
    acts = [act for _, act in acts_of(decision)]
    for which, words in _by_acts([(word, act.notation) for act in acts for word in act.beside], acts):
        lines.append(say("opinion", "due", acts=which, words="；".join(words)))
    return lines


def _ways(decision: Decision, occasion: Occasion) -> Iterator[str]:
    """Where acts are taken to review and to court, with which acts; what is done among authorities is left out."""
    acts = [(measure, act) for measure, act in acts_of(decision) if act.group != "internal"]
    if acts and not occasion.ways:
        yield say("opinion", "ways_unlooked")
    if not acts or not occasion.ways:
        return
    whole = [act.notation for _, act in acts]
    doing = {body for measure, _ in acts for body in measure.departments}
    known = {way.body for way in occasion.ways}
    alike: dict[WayRow, list[str]] = {}
    other: dict[WayRow, list[str]] = {}
    for way in occasion.ways:
        (alike if way.body in doing else other).setdefault(replace(way, body=""), []).append(way.body)
    for way, bodies in alike.items():
        yield say(
            "opinion",
            "way",
            label=way.label,
            bodies=say("opinion", "all_bodies") if set(bodies) == known & doing else "、".join(bodies),
            acts=_which([act.notation for measure, act in acts if set(measure.departments) & set(bodies)], whole),
            taken_to=way.taken_to,
            place=way.place,
            deadline=way.deadline,
            deadline_place=way.deadline_place,
            sure=find_word("codes", way.certainty),
        )
    loose = [act.notation for measure, act in acts if not measure.departments or set(measure.departments) - known]
    if loose:
        # where no measure names its body, those that issued the document are what a reader has to go by
        for way, bodies in other.items() if not alike else ():
            yield say(
                "opinion",
                "way_if",
                label=way.label,
                bodies="、".join(bodies),
                taken_to=way.taken_to,
                place=way.place,
                deadline=way.deadline,
                deadline_place=way.deadline_place,
                sure=find_word("codes", way.certainty),
            )
        yield say("opinion", "way_depends", acts=_which(loose, whole))


def _which(some: Sequence[str], whole: Sequence[str]) -> str:
    """Which acts something is about, in as few words as tell it: all, all but a few, or their numbers.

    >>> _which(["一", "三"], ["一", "二", "三"]), _which(["一"], ["一", "二", "三"]), _which(["一"], ["一"])
    ('除二外各项', '一', '一')
    """
    named = set(some)
    others = [one for one in dict.fromkeys(whole) if one not in named]
    if len(named) > 1 and not others:
        return say("opinion", "all_acts")
    if others and len(others) < len(named):
        return say("opinion", "all_but", acts="、".join(others))
    return "、".join(dict.fromkeys(some))


def _by_acts(pairs: Iterable[tuple[str, str]], acts: Sequence[ActRow]) -> list[tuple[str, list[str]]]:
    """Words with the acts they touch: words that touch the same acts stand together, those of most acts first."""
    touched: dict[str, list[str]] = {}
    for word, notation in pairs:
        touched.setdefault(word, []).append(notation)
    together: dict[tuple[str, ...], list[str]] = {}
    for word, notations in touched.items():
        together.setdefault(tuple(dict.fromkeys(notations)), []).append(word)
    ordered = sorted(together.items(), key=lambda item: (-len(item[0]), item[1]))
    whole = [act.notation for act in acts]
    return [(_which(notations, whole), words) for notations, words in ordered]


def _open_matters(decision: Decision, occasion: Occasion, prospect: Prospect | None) -> Iterator[str]:
    """Everything that nobody has verified or that is read in two ways, each with what it touches."""
    acts = [*(act for _, act in acts_of(decision)), *occasion.decisions]
    yield from _missing(decision, prospect)
    unjudged = [act.notation for act in acts if not act.conclusion]
    if unjudged:
        yield say("opinion", "open_unjudged", acts="、".join(unjudged))
    to_verify = [act.notation for act in acts if act.conclusion == "unverifiable"]
    if to_verify:
        yield say("opinion", "open_unverifiable", acts="、".join(to_verify))
    yield from _unread(acts)
    unknown = [row.topic for row in occasion.force if not row.is_known]
    if unknown:
        yield say("opinion", "open_force", topics="、".join(unknown))
    for act in acts:
        if act.reading:
            yield say("opinion", "open_reading", act=act.notation, reading=act.reading)
    yield from reading_lines(decision, say("opinion", "used"))
    later = dict.fromkeys(words for act in acts for words in act.later)
    if later:
        yield say("opinion", "open_later", works="、".join(f"《{work}》" for work in later))


def _unread(acts: Sequence[ActRow]) -> Iterator[str]:
    """What was not read, with the acts it touches; works that touch the same acts stand in one line."""
    together = _by_acts([(work, act.notation) for act in acts for work in act.unread], acts)
    if together:
        yield say("opinion", "open_looked")
    for which, works in together:
        yield say("opinion", "open_unread", works="、".join(f"《{work}》" for work in works), acts=which)


def _missing(decision: Decision, prospect: Prospect | None) -> Iterator[str]:
    """What is missing to decide, and what is missing for single measures (a finding that could not be made)."""
    for change in prospect.needed if prospect else ():
        yield say("opinion", f"need_{change.kind}") + change.what + _supplied(change.supplier)
    told = {change.what for change in prospect.needed} if prospect else set()
    for part in (*(() if prospect else decision.conditions), *decision.findings):
        for item in part.missing:
            if item.what not in told:
                yield f"{part.notation} {item.what}{_supplied(item.supplier)}"
    for day, outcome in prospect.later if prospect else ():
        yield say("opinion", "later", day=day, outcome=outcome_word(outcome))


def _supplied(supplier: str) -> str:
    return say("opinion", "supplied", supplier=supplier) if supplier else ""


def _quotations(decision: Decision, number: str) -> Iterator[str]:
    """The words of the document for each condition and measure, and those it quotes of a basis, each once."""
    for part in (*decision.conditions, *decision.findings):
        if part.quote:
            yield f"{number}{part.notation}：“{part.quote}”"
    said: set[tuple[str, str, str]] = set()
    for measure in decision.measures:
        if measure.quote:
            yield f"{number}{measure.notation}：“{measure.quote}”"
        for basis in measure.bases:
            key = (basis.title, basis.locator, basis.quote)
            if basis.quote and key not in said:
                said.add(key)
                title = f"《{basis.title}》" + (f"（{basis.number}）" if basis.number else "") + basis.locator
                yield say("opinion", "quoted_of", notation=measure.notation, basis=title, quote=basis.quote)


def _open(template: Path | None) -> DocumentObject:
    """An empty document, or the bureau's template without its text. Errors: ``InputError`` for what is no Word file."""
    if template is None:
        return Document()
    try:
        document = Document(str(template))
    except (PackageNotFoundError, KeyError, ValueError, OSError) as cause:
        raise InputError(str(template), f"不是能打开的 Word 文件（{cause}）", "请给出一个 .docx 文件") from cause
    for element in list(document.element.body):
        if element.tag != qn("w:sectPr"):
            document.element.body.remove(element)
    return document


def _set_page(document: DocumentObject) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(12)
    section.header_distance = section.footer_distance = Mm(6)
    for name, size in (("Normal", 8.5), ("Title", 15), ("Heading 1", 11)):
        style = document.styles[name]
        style.font.name = _FONT
        style.font.size = Pt(size)
        properties = style.element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for name_of in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(name_of), _FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
    heading = document.styles["Heading 1"].paragraph_format
    heading.space_before, heading.space_after = Pt(4), Pt(1)
    document.core_properties.title = say("opinion", "title")
    document.core_properties.author = "policygraph"


def _set_footer(document: DocumentObject) -> None:
    footer = document.sections[0].footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run(say("opinion", "notice") + say("opinion", "page_before"))
    _field(footer, "PAGE")
    footer.add_run(say("opinion", "page_between"))
    _field(footer, "NUMPAGES")
    footer.add_run(say("opinion", "page_after"))


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


def _heading(document: DocumentObject, name: str) -> None:
    _paragraph(document, say("opinion", f"part_{name}"), style="Heading 1")


def _lines(document: DocumentObject, lines: Iterable[str]) -> None:
    for line in lines:
        _paragraph(document, line)


def _paragraph(document: DocumentObject, text: str, *, style: str = "", bold: bool = False) -> None:
    paragraph = document.add_paragraph(style=_style(document, style))
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text.translate(_UNWRITABLE))
    if bold:
        run.bold = True
    if style == "Title":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _style(document: DocumentObject, name: str) -> str | None:
    """A style by its name where the document has it; None for the default one."""
    return name if name and name in {style.name for style in document.styles} else None


def _table(document: DocumentObject, columns: Sequence[tuple[str, int]], rows: list[list[str]]) -> None:
    table = document.add_table(rows=1, cols=len(columns))
    table.style = _style(document, "Table Grid")
    table.autofit = False
    for column, (_, width) in zip(table.columns, columns, strict=True):
        column.width = Mm(width)
    _fill(table.rows[0], [say("opinion", f"column_{name}") for name, _ in columns], columns, bold=True)
    _mark(table.rows[0], "w:tblHeader")
    for cells in rows:
        _fill(table.add_row(), cells, columns)


def _fill(row: _Row, texts: list[str], columns: Sequence[tuple[str, int]], *, bold: bool = False) -> None:
    for cell, text, (_, width) in zip(row.cells, texts, columns, strict=True):
        cell.width = Mm(width)
        _write(cell, text, bold=bold)


def _write(cell: _Cell, text: str, *, bold: bool) -> None:
    for position, line in enumerate(text.translate(_UNWRITABLE).split("\n")):
        paragraph = cell.paragraphs[0] if position == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(line)
        run.bold = bold
        run.font.size = Pt(7)


def _mark(row: _Row, name: str) -> None:
    """Set a row property: repeat as header."""
    properties = row._tr.get_or_add_trPr()
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    properties.append(element)
