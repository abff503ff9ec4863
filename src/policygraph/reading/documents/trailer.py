"""Where the body ends: attachments, signature, date, annexes, and the imprint (主题词, 抄送, 印发).

The same order and form as in GB/T 9704. A date counts only on a line of its own (or right behind the signature), so a
date in the running text is never taken for the document's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from policygraph.reading.documents.header import annex_mark, is_date_line, is_organisation, is_title
from policygraph.reading.documents.layout import Line, Page, ends_sentence
from policygraph.reading.documents.numbering import opens_clause
from policygraph.text.dates import DATE

# Matches 附件1：某某方案, 附件2 某某清单; not 附件所列材料.
_ANNEX_TITLED = re.compile(
    r"附\s*件\s*(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})?\s*(?:[：.、—-]|(?<=[\d一二三四五六七八九十])\s)\s*(?P<title>\S.{2,120})"
)
_ATTACHMENTS = re.compile(r"附\s*件?\s*(?:\d{1,2}\s*)?：\s*\S")
_KEYWORDS = re.compile(r"主\s*题\s*词\s*[：:]?")
_COPIES = re.compile(r"(?:抄\s*[送报]|分\s*送|发\s*送|报\s*送)\s*[：]|抄\s*[送报]\s")
_IMPRINT = re.compile(
    rf"[^。；]{{0,60}}?{DATE}\s*印\s*发[^的。《]{{0,20}}|.{{0,40}}印发?\s*\d+\s*份.{{0,10}}|[（(]?共印.{{0,12}}",
    re.VERBOSE,
)
_NOTE = re.compile(
    r"[（(]\s*(?:此件|本件|联系|信息公开|公开|主动公开|依申请公开|注).{0,120}[）)]|(?:信息公开选项|公开属性|联系人|联系电话)\s*：.{0,80}"
)
_SIGNER = re.compile(
    r"(?:代?(?:总理|主席|主任|省长|市长|县长|区长|州长|部长|局长|署长|行长|院长|检察长|委员长))\s*[：:]?\s*[\u4e00-\u9fff·\s]{2,12}"
)
# How a text ends on a line that goes on. Matches 。国务院办公厅2020年7月15日（此件公开发布）, 。2010年12月29日主题词：,
# 。沂源县应急管理局2021年8月5日某某实施方案为贯彻; not 。国务院1984年4月7日发布的, 自2020年7月15日起施行。
_TAIL = re.compile(
    rf"""
    (?<=[。；！）\s]) \s* (?P<org>[\u4e00-\u9fff（）\s]{{3,60}}?)?? \s* (?P<date>{DATE}) \s*
    (?: (?P<note>（(?:此件|公开|主动|联系)[^（）]{{2,60}}）)
      | (?= $ | 附\s*件\s*[\d：] | 主\s*题\s*词 | 抄\s*[送报]\s*： )
      | (?= [^。，；：]{{4,80}}?
            (?:办法|方案|意见|规定|细则|制度|备忘录|规划|计划|措施|条例|规则|规范) (?:（[^（）]{{1,10}}）)? \s*
            (?:第\s*一\s*[章条]|一、|为[了进贯加规深切全推落促构建]) ) )
    """,
    re.VERBOSE,
)
_SIGNED_DATE = re.compile(
    rf"(?P<org>[\u4e00-\u9fff（）、\s]{{3,60}}?)\s*(?P<date>{DATE})\s*(?P<note>（[^（）]{{2,60}}）)?", re.VERBOSE
)


@dataclass(slots=True)
class Ending:
    """Body lines of one part, the entries that close it, and the lines that come after it."""

    body: list[Line]
    entries: list[tuple[str, list[Line]]] = field(default_factory=list)
    rest: list[Line] = field(default_factory=list)


def titled_annex(text: str) -> re.Match[str] | None:
    """The match of a line that carries an annex's mark and its title; None otherwise."""
    match = _ANNEX_TITLED.fullmatch(text) if text.startswith("附") and len(text) <= 140 else None
    return match if match and not ends_sentence(text) and "，" not in match["title"] else None


def is_imprint(text: str) -> bool:
    """Whether a line belongs to the imprint below a document."""
    return len(text) <= 200 and bool(
        _KEYWORDS.match(text) or _COPIES.match(text) or _IMPRINT.fullmatch(text) or _NOTE.fullmatch(text)
    )


def _signs(text: str) -> bool:
    return is_organisation(text) or bool(_SIGNER.fullmatch(text))


def _split_signed(page: Page, line: Line, below: str) -> list[Line]:
    """A line cut where a signature and its date are glued to each other or to the words around them.

    At the end of a line a date counts only when the words of the next one do not go on with the sentence.
    """
    text = page.text(line)
    if "日" not in text:
        return [line]
    ends = not below or is_imprint(below) or is_title(below) or below[0] in "附主抄（"
    pieces: list[tuple[int, int]] = []
    begin = 0
    if len(text) > 20:
        for match in _TAIL.finditer(text):
            if match["org"] and not is_organisation(match["org"].strip()):
                continue
            if match.end() == len(text) and not match["note"] and not ends:
                continue
            signs = _signature_start(match["org"] or "")
            start = match.start("org") + signs if match["org"] else match.start()
            pieces += [(begin, start), (start, match.start("date"))]
            pieces += [match.span(name) for name in ("date", "note") if match[name]]
            begin = match.end()
    if not pieces and len(text) <= 120:
        signed = _SIGNED_DATE.fullmatch(text)
        if signed and (ends or signed["note"] or is_organisation(below)) and is_organisation(signed["org"].strip()):
            pieces = [signed.span(name) for name in ("org", "date", "note") if signed[name]]
            begin = len(text)
    if not pieces:
        return [line]
    lines = []
    for start, end in [*pieces, (begin, len(text))]:
        chunk = text[start:end]
        left, right = len(chunk) - len(chunk.lstrip()), len(chunk.rstrip())
        if left < right:
            first = line.after_blank and start == 0
            lines.append(Line(line.start + start + left, line.start + start + right, first, line.indented))
    return lines


def _signature_start(name: str) -> int:
    """Where the signature begins in words before a date: at the last name when what stands before it is none."""
    words = list(re.finditer(r"\S+", name))
    if len(words) > 1 and is_organisation(words[-1].group()) and not all(is_organisation(w.group()) for w in words):
        return words[-1].start()
    return 0


def _split_attachments(page: Page, line: Line) -> list[Line]:
    """A line cut where the list of attachments is glued to the last sentence; itself when it is not."""
    text = page.text(line)
    match = re.search(r"(?<=。)\s*(?=附\s*件\s*\d?\s*：\s*\S)", text) if "附" in text else None
    if not match or not text[match.end() :]:
        return [line]
    cut = line.start + match.end()
    return [line._replace(end=line.start + match.start()), line._replace(start=cut, after_blank=False)]


def _attachment_lines(page: Page, lines: Sequence[Line], at: int) -> int:
    """How many lines a list of attachments takes at `at`, above the signature; 0 when an annex begins there instead."""
    first = page.text(lines[at])
    bare = annex_mark(first) is not None
    if not bare and not _ATTACHMENTS.match(first):
        return 0
    count = 1
    while at + count < len(lines) and count < 40:
        text = page.text(lines[at + count])
        opener = opens_clause(text)
        if _signs(text) or is_date_line(text) or annex_mark(text) is not None or is_imprint(text) or len(text) > 90:
            break
        if not opener and (ends_sentence(text) or "\t" in text):
            break
        if not opener and not (bare and count == 1) and is_title(page.text(lines[at + count - 1])):
            break
        if opener and opener.style not in {"ar_dot", "ar_paren", "ar_half", "cn_dun", "cn_paren", "circled"}:
            break
        count += 1
    below = page.text(lines[at + count]) if at + count < len(lines) else ""
    signed = not below or _signs(below) or is_date_line(below) or annex_mark(below) is not None or is_imprint(below)
    if bare:
        return count if count > 1 and below and signed and not _body_follows(page, lines, at + 1, at + count) else 0
    return count if signed or count == 1 or opens_clause(page.text(lines[at + 1])) else 1


def _body_follows(page: Page, lines: Sequence[Line], start: int, end: int) -> bool:
    return any(len(page.text(line)) > 90 or ends_sentence(page.text(line)) for line in lines[start:end])


def read_ending(page: Page, lines: Sequence[Line], start: int, annex: bool) -> Ending:
    """Split the lines of a part from `start` on into its body, its closing entries and what follows."""
    work: list[Line] = []
    for line, following in zip_longest(lines[start:], lines[start + 1 :]):
        below = page.text(following)[:200] if following else ""
        for piece in _split_attachments(page, line):
            work.extend(_split_signed(page, piece, below))
    body_end = len(work)
    entries: list[tuple[str, list[Line]]] = []
    attachments: tuple[int, int] | None = None
    at = 0
    closed = False
    while at < len(work):
        text = page.text(work[at])
        if len(text) > 140 or "\t" in text:
            at += 1
            continue
        if text.startswith("附"):
            count = _attachment_lines(page, work, at)
            if count:
                attachments = (at, at + count)
                at += count
                continue
            if annex_mark(text) is not None or (titled_annex(text) and at > 0 and _starts_annex(page, work, at)):
                break
        if (is_date_line(text) and at > 0 and _closes(page, work, at)) or (is_imprint(text) and at > 0 and not annex):
            closed = True
            break
        at += 1
    body_end = at
    signature_start = at
    if closed or not annex:
        floor = attachments[1] if attachments else 1
        while signature_start > floor and _signs(page.text(work[signature_start - 1])):
            signature_start -= 1
        if signature_start == at - 1 and not closed and not _stands_apart(page, work, signature_start):
            signature_start = at
    signature = work[signature_start:at]
    body_end = signature_start
    if attachments and attachments[1] == signature_start:
        entries.append(("attachments", work[attachments[0] : attachments[1]]))
        body_end = attachments[0]
    if signature:
        entries.append(("signature", signature))
    at = _read_imprint(page, work, at, entries, signed=bool(signature)) if closed else at
    return Ending(work[:body_end], entries, work[at:])


def _stands_apart(page: Page, work: Sequence[Line], at: int) -> bool:
    """Whether a single organisation line without a date can be a signature: the text above it is finished."""
    above = page.text(work[at - 1]) if at else ""
    return ends_sentence(above) and not above.endswith(("：", "；"))


def _starts_annex(page: Page, work: Sequence[Line], at: int) -> bool:
    """Whether a titled annex mark opens an annex: the text above is finished and a body follows."""
    above = page.text(work[at - 1])
    return (ends_sentence(above) or is_date_line(above) or _signs(above)) and len(work) - at >= 3


def _closes(page: Page, work: Sequence[Line], at: int) -> bool:
    """Whether a date line closes the text: a signature or a finished sentence above it, no list going on below it."""
    above = page.text(work[at - 1])
    below = page.text(work[at + 1]) if at + 1 < len(work) else ""
    opener = opens_clause(below) if below else None
    if opener and opener.number != 1:
        return False
    return _signs(above) or ends_sentence(above) or is_title(above) or not below


def _read_imprint(
    page: Page, work: Sequence[Line], at: int, entries: list[tuple[str, list[Line]]], signed: bool
) -> int:
    """Read date, notes, keywords, copies and imprint from `at` on; returns where they end."""
    dated = False
    while at < len(work):
        text = page.text(work[at])
        below = page.text(work[at + 1]) if at + 1 < len(work) else ""
        if not dated and is_date_line(text):
            entries.append(("date", [work[at]]))
            dated = True
            at += 1
            if not signed and at < len(work) and _signs(page.text(work[at])):
                count = 0
                while at + count < len(work) and _signs(page.text(work[at + count])):
                    count += 1
                after = page.text(work[at + count]) if at + count < len(work) else ""
                if not after or annex_mark(after) is not None or is_imprint(after):
                    entries.append(("signature", list(work[at : at + count])))
                    at += count
        elif _KEYWORDS.match(text) or _COPIES.match(text):
            level = "keywords" if _KEYWORDS.match(text) else "copies"
            count = 1
            while at + count < len(work):
                more = page.text(work[at + count])
                after = page.text(work[at + count + 1]) if at + count + 1 < len(work) else ""
                if is_imprint(more) or annex_mark(more) is not None or is_date_line(more) or len(more) > 200:
                    break
                if _IMPRINT.fullmatch(after) and is_organisation(more):
                    break
                count += 1
                if count > 12:
                    break
            entries.append((level, list(work[at : at + count])))
            at += count
        elif _IMPRINT.fullmatch(text):
            entries.append(("imprint", [work[at]]))
            at += 1
        elif is_organisation(text) and (_IMPRINT.fullmatch(below) or (is_date_line(below) and dated)):
            entries.append(("imprint", list(work[at : at + 2])))
            at += 2
        elif _NOTE.fullmatch(text):
            entries.append(("note", [work[at]]))
            at += 1
        else:
            break
    return at
