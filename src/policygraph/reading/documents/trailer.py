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
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.ending import (
    ATTACHMENTS,
    COPIES,
    GLUED_ATTACHMENTS,
    IMPRINT,
    KEYWORDS,
    NOTE,
    SIGNED_DATE,
    SIGNED_POST,
    SIGNED_TAIL,
    TITLED_ANNEX,
)

_SIGNED_DATE = SIGNED_DATE.compile()


@dataclass(slots=True)
class Ending:
    """Body lines of one part, the entries that close it, and the lines that come after it."""

    body: list[Line]
    entries: list[tuple[str, list[Line]]] = field(default_factory=list)
    rest: list[Line] = field(default_factory=list)


def titled_annex(text: str, forms: Forms) -> re.Match[str] | None:
    """The match of a line that carries an annex's mark and its title; None otherwise."""
    match = forms.find(TITLED_ANNEX, text) if len(text) <= 140 else None
    return match if match and not ends_sentence(text) and "，" not in match["title"] else None


def is_imprint(text: str, forms: Forms) -> bool:
    """Whether a line belongs to the imprint below a document."""
    return len(text) <= 200 and any(forms.find(pattern, text) for pattern in (KEYWORDS, COPIES, IMPRINT, NOTE))


def _signs(text: str, forms: Forms) -> bool:
    return is_organisation(text, forms) or bool(forms.find(SIGNED_POST, text))


def _split_signed(page: Page, line: Line, below: str) -> list[Line]:
    """A line cut where a signature and its date are glued to each other or to the words around them.

    At the end of a line a date counts only when the words of the next one do not go on with the sentence.
    """
    forms = page.forms
    text = page.text(line)
    if "日" not in text:
        return [line]
    closes = ("（", *forms.vocabulary.attachment_labels)
    ends = not below or is_imprint(below, forms) or is_title(below, forms) or below.startswith(closes)
    pieces: list[tuple[int, int]] = []
    begin = 0
    if len(text) > 20:
        for match in forms.find_all(SIGNED_TAIL, text):
            if match["org"] and not is_organisation(match["org"].strip(), forms):
                continue
            if match.end() == len(text) and not match["note"] and not ends:
                continue
            signs = _signature_start(match["org"] or "", forms)
            start = match.start("org") + signs if match["org"] else match.start()
            pieces += [(begin, start), (start, match.start("date"))]
            pieces += [match.span(name) for name in ("date", "note") if match[name]]
            begin = match.end()
    if not pieces and len(text) <= 120:
        signed = _SIGNED_DATE.fullmatch(text)
        if (
            signed
            and (ends or signed["note"] or is_organisation(below, forms))
            and is_organisation(signed["org"].strip(), forms)
        ):
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


def _signature_start(name: str, forms: Forms) -> int:
    """Where the signature begins in words before a date: at the last name when what stands before it is none."""
    words = list(re.finditer(r"\S+", name))
    if (
        len(words) > 1
        and is_organisation(words[-1].group(), forms)
        and not all(is_organisation(w.group(), forms) for w in words)
    ):
        return words[-1].start()
    return 0


def _split_attachments(page: Page, line: Line) -> list[Line]:
    """A line cut where the list of attachments is glued to the last sentence; itself when it is not."""
    text = page.text(line)
    match = page.forms.find(GLUED_ATTACHMENTS, text)
    if not match or not text[match.end() :]:
        return [line]
    cut = line.start + match.end()
    return [line._replace(end=line.start + match.start()), line._replace(start=cut, after_blank=False)]


def _attachment_lines(page: Page, lines: Sequence[Line], at: int) -> int:
    """How many lines a list of attachments takes at `at`, above the signature; 0 when an annex begins there instead."""
    forms = page.forms
    first = page.text(lines[at])
    bare = annex_mark(first, forms) is not None
    if not bare and not forms.find(ATTACHMENTS, first):
        return 0
    count = 1
    while at + count < len(lines) and count < 40:
        text = page.text(lines[at + count])
        opener = opens_clause(text)
        if (
            _signs(text, forms)
            or is_date_line(text)
            or annex_mark(text, forms) is not None
            or is_imprint(text, forms)
            or len(text) > 90
        ):
            break
        if not opener and (ends_sentence(text) or "\t" in text):
            break
        if not opener and not (bare and count == 1) and is_title(page.text(lines[at + count - 1]), forms):
            break
        if opener and opener.style not in {"ar_dot", "ar_paren", "ar_half", "cn_dun", "cn_paren", "circled"}:
            break
        count += 1
    below = page.text(lines[at + count]) if at + count < len(lines) else ""
    signed = (
        not below
        or _signs(below, forms)
        or is_date_line(below)
        or annex_mark(below, forms) is not None
        or is_imprint(below, forms)
    )
    if bare:
        return count if count > 1 and below and signed and not _body_follows(page, lines, at + 1, at + count) else 0
    return count if signed or count == 1 or opens_clause(page.text(lines[at + 1])) else 1


def _body_follows(page: Page, lines: Sequence[Line], start: int, end: int) -> bool:
    return any(len(page.text(line)) > 90 or ends_sentence(page.text(line)) for line in lines[start:end])


def read_ending(page: Page, lines: Sequence[Line], start: int, annex: bool) -> Ending:
    """Split the lines of a part from `start` on into its body, its closing entries and what follows."""
    forms = page.forms
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
        if text.startswith(forms.vocabulary.attachment_labels):
            count = _attachment_lines(page, work, at)
            if count:
                attachments = (at, at + count)
                at += count
                continue
            if annex_mark(text, forms) is not None or (
                titled_annex(text, forms) and at > 0 and _starts_annex(page, work, at)
            ):
                break
        if (is_date_line(text) and at > 0 and _closes(page, work, at)) or (
            is_imprint(text, forms) and at > 0 and not annex
        ):
            closed = True
            break
        at += 1
    body_end = at
    signature_start = at
    if closed or not annex:
        floor = attachments[1] if attachments else 1
        while signature_start > floor and _signs(page.text(work[signature_start - 1]), forms):
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
    return (ends_sentence(above) or is_date_line(above) or _signs(above, page.forms)) and len(work) - at >= 3


def _closes(page: Page, work: Sequence[Line], at: int) -> bool:
    """Whether a date line closes the text: a signature or a finished sentence above it, no list going on below it."""
    forms = page.forms
    above = page.text(work[at - 1])
    below = page.text(work[at + 1]) if at + 1 < len(work) else ""
    opener = opens_clause(below) if below else None
    if opener and opener.number != 1:
        return False
    return _signs(above, forms) or ends_sentence(above) or is_title(above, forms) or not below


def _read_imprint(
    page: Page, work: Sequence[Line], at: int, entries: list[tuple[str, list[Line]]], signed: bool
) -> int:
    """Read date, notes, keywords, copies and imprint from `at` on; returns where they end."""
    forms = page.forms
    dated = False
    while at < len(work):
        text = page.text(work[at])
        below = page.text(work[at + 1]) if at + 1 < len(work) else ""
        if not dated and is_date_line(text):
            entries.append(("date", [work[at]]))
            dated = True
            at += 1
            if not signed and at < len(work) and _signs(page.text(work[at]), forms):
                count = 0
                while at + count < len(work) and _signs(page.text(work[at + count]), forms):
                    count += 1
                after = page.text(work[at + count]) if at + count < len(work) else ""
                if not after or annex_mark(after, forms) is not None or is_imprint(after, forms):
                    entries.append(("signature", list(work[at : at + count])))
                    at += count
        elif forms.find(KEYWORDS, text) or forms.find(COPIES, text):
            level = "keywords" if forms.find(KEYWORDS, text) else "copies"
            count = 1
            while at + count < len(work):
                more = page.text(work[at + count])
                after = page.text(work[at + count + 1]) if at + count + 1 < len(work) else ""
                if (
                    is_imprint(more, forms)
                    or annex_mark(more, forms) is not None
                    or is_date_line(more)
                    or len(more) > 200
                ):
                    break
                if forms.find(IMPRINT, after) and is_organisation(more, forms):
                    break
                count += 1
                if count > 12:
                    break
            entries.append((level, list(work[at : at + count])))
            at += count
        elif forms.find(IMPRINT, text):
            entries.append(("imprint", [work[at]]))
            at += 1
        elif is_organisation(text, forms) and (forms.find(IMPRINT, below) or (is_date_line(below) and dated)):
            entries.append(("imprint", list(work[at : at + 2])))
            at += 2
        elif forms.find(NOTE, text):
            entries.append(("note", [work[at]]))
            at += 1
        else:
            break
    return at
