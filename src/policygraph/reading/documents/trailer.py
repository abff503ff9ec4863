"""Where the body ends: attachments, signature, date, annexes, and the imprint (主题词, 抄送, 印发).

The same order and form as in GB/T 9704. A date counts only on a line of its own (or right behind the signature), so a
date in the running text is never taken for the document's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from policygraph.reading.documents.header import annex_mark, is_date_line, is_organisation, is_title
from policygraph.reading.documents.layout import Line, Page, ends_sentence
from policygraph.reading.documents.numbering import opens_clause
from policygraph.reading.documents.steps import Step, Stretch, read_step, trim_lines
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.ending import (
    ATTACHMENTS,
    COPIES,
    GLUED_ATTACHMENTS,
    IMPRINT,
    KEYWORDS,
    NOTE,
    SEALED_FOR,
    SIGNED_DATE,
    SIGNED_POST,
    SIGNED_TAIL,
    TITLED_ANNEX,
)
from policygraph.text.dates import WRITTEN_DATE

_MOST_BEFORE_TEXT = 12  # lines between a portal's record and the first clause
_LONGEST_IMPRINT = 6  # lines at the end of a paper
_SIGNED_DATE = SIGNED_DATE.compile()
_INNER_GAP = re.compile(r"(?<=\S)[ \u3000]+(?=\S)")


@dataclass(slots=True)
class Ending:
    """Body lines of one part, the entries that close it, and the lines that come after it."""

    body: list[Line]
    entries: list[tuple[str, list[Line]]]
    rest: list[Line]


def titled_annex(text: str, forms: Forms) -> re.Match[str] | None:
    """The match of a line that carries an annex's mark and its title; None otherwise."""
    match = forms.find(TITLED_ANNEX, text) if len(text) <= 140 else None
    return match if match and not ends_sentence(text) and "，" not in match["title"] else None


def is_imprint(text: str, forms: Forms) -> bool:
    """Whether a line belongs to the imprint below a document."""
    return len(text) <= 200 and any(forms.find(pattern, text) for pattern in (KEYWORDS, COPIES, IMPRINT, NOTE))


def _signs(text: str, forms: Forms) -> bool:
    return is_organisation(text, forms) or bool(forms.find(SIGNED_POST, text) or forms.find(SEALED_FOR, text))


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


def _split_spaced(page: Page, line: Line) -> list[Line]:
    """A line cut where two names stand side by side that are set with gaps between their characters.

    司  法  部      海 关 总 署: the gap between the names is wider than any inside them.
    """
    text = page.text(line)
    gaps = [match.span() for match in _INNER_GAP.finditer(text)] if len(text) <= 120 else []
    if len(gaps) < 3:
        return [line]
    start, end = max(gaps, key=lambda gap: gap[1] - gap[0])
    alone = sum(gap[1] - gap[0] >= end - start for gap in gaps) == 1
    names = ["".join(piece.split()) for piece in (text[:start], text[end:])]
    if not alone or not all(is_organisation(name, page.forms) for name in names):
        return [line]
    return [line._replace(end=line.start + start), line._replace(start=line.start + end, after_blank=False)]


def _split_attachments(page: Page, line: Line) -> list[Line]:
    """A line cut where the list of attachments is glued to the last sentence; itself when it is not."""
    text = page.text(line)
    match = page.forms.find(GLUED_ATTACHMENTS, text)
    if not match or not text[match.end() :]:
        return [line]
    cut = line.start + match.end()
    return [line._replace(end=line.start + match.start()), line._replace(start=cut, after_blank=False)]


def _closes_above(text: str, forms: Forms) -> bool:
    """Whether a line belongs to what follows the text: a signature, a date, an annex, the imprint."""
    marks = annex_mark(text, forms) is not None or is_imprint(text, forms)
    return marks or is_date_line(text) or _signs(text, forms)


def _count_attachments(stretch: Stretch) -> int:
    """How many lines a list of attachments takes, above the signature; 0 when an annex begins here instead."""
    forms = stretch.forms
    first = stretch.text()
    bare = annex_mark(first, forms) is not None
    if not bare and not forms.find(ATTACHMENTS, first):
        return 0
    count = 1
    while stretch.at + count < len(stretch.lines) and count < 40 and _lists_attachment(stretch, count, bare):
        count += 1
    below = stretch.text(count)
    signed = not below or _closes_above(below, forms)
    if bare:
        listed = count > 1 and below and signed and not _holds_body(stretch, count)
        return count if listed else 0
    return count if signed or count == 1 or opens_clause(stretch.text(1)) else 1


def _lists_attachment(stretch: Stretch, below: int, bare: bool) -> bool:
    """Whether the line so many lines below the mark of a list of attachments is still in that list."""
    text, forms = stretch.text(below), stretch.forms
    if len(text) > 90 or _closes_above(text, forms):
        return False
    opener = opens_clause(text)
    if opener:
        return opener.style in {"ar_dot", "ar_paren", "ar_half", "cn_dun", "cn_paren", "circled"}
    if ends_sentence(text) or "\t" in text:
        return False
    return (bare and below == 1) or not is_title(stretch.text(below - 1), forms)


def _holds_body(stretch: Stretch, count: int) -> bool:
    """Whether lines below a bare mark are the text of an annex and no list."""
    return any(len(text) > 90 or ends_sentence(text) for text in map(stretch.text, range(1, count)))


def read_ending(page: Page, lines: Sequence[Line], start: int, annex: bool) -> Ending:
    """Split the lines of a part from `start` on into its body, its closing entries and what follows."""
    stretch = Stretch(page, [], annex)
    for line, following in zip_longest(lines[start:], lines[start + 1 :]):
        below = page.text(following)[:200] if following else ""
        for piece in _split_attachments(page, line):
            for name in _split_spaced(page, piece):
                stretch.lines.extend(_split_signed(page, name, below))
    passed, closed = _find_end(stretch)
    if stretch.at > 1 and _is_date_of_imprint(stretch):
        stretch.at -= 1
    end = _find_signature(stretch, passed[-1].end if passed else 1, closed) if closed or not annex else stretch.at
    signature = stretch.lines[end : stretch.at]
    while passed and passed[-1].end == end:
        last = passed.pop()
        stretch.entries.insert(0, (last.level, stretch.lines[last.start : last.end]))
        end = last.start
    if signature:
        stretch.entries.append(("signature", trim_lines(page, signature)))
        stretch.seen.add("signature")
    while closed and stretch.at < len(stretch.lines) and read_step(STEPS, stretch):
        pass
    return Ending(stretch.lines[:end], stretch.entries, stretch.lines[stretch.at :])


class _Passed(NamedTuple):
    """Lines between a text and its signature: its list of attachments, whom to ask about it."""

    level: str
    start: int
    end: int


def _find_end(stretch: Stretch) -> tuple[list[_Passed], bool]:
    """Go to the line below the text and its signature.

    Returns the lists of attachments and the notes on the way, and whether a date or an imprint closes the text there
    (it ends at an annex or with the last line otherwise).
    """
    passed: list[_Passed] = []
    while stretch.at < len(stretch.lines):
        text = stretch.text()
        if len(text) <= 140 and "\t" not in text:
            level, count = "attachments", _count_attachments(stretch)
            if not count:
                level, count = "note", _count_notes_above(stretch)
            if count:
                passed.append(_Passed(level, stretch.at, stretch.at + count))
                stretch.at += count
                continue
            if _opens_annex(stretch):
                return passed, False
            if stretch.at and (_closes_text(stretch) or _opens_imprint(stretch) or _are_last_notes(stretch)):
                return passed, True
        stretch.at += 1
    return passed, False


def _is_date_of_imprint(stretch: Stretch) -> bool:
    """Whether the text is closed by the day of printing alone, with the office that printed in the line above it."""
    text = stretch.text()
    printed = WRITTEN_DATE.match(text) is not None and stretch.forms.find(IMPRINT, text) is not None
    return printed and is_organisation(stretch.text(-1), stretch.forms)


def _count_notes_above(stretch: Stretch) -> int:
    """How many lines say whom to ask, above the list of attachments or the signature; 0 where neither follows."""
    forms = stretch.forms
    count = _count_notes(stretch)
    if not count or not stretch.at:
        return 0
    below = Stretch(stretch.page, stretch.lines, stretch.annex, at=stretch.at + count)
    listed = _count_attachments(below)
    signed = below.text(listed)
    return count if _signs(signed, forms) or is_date_line(signed) else 0


def _count_notes(stretch: Stretch) -> int:
    count = 0
    while stretch.text(count) and stretch.forms.find(NOTE, stretch.text(count)):
        count += 1
    return count


def _are_last_notes(stretch: Stretch) -> bool:
    """Whether nothing but notes follows: whom to ask is no part of the last clause, in an annex too."""
    if len(stretch.lines) - stretch.at > _LONGEST_IMPRINT:
        return False
    return all(stretch.forms.find(NOTE, stretch.page.text(line)) for line in stretch.lines[stretch.at :])


def _find_signature(stretch: Stretch, floor: int, closed: bool) -> int:
    """Where the signature begins that stands above the line that is read now; that line when there is none."""
    start = stretch.at
    while start > floor and _signs(stretch.page.text(stretch.lines[start - 1]), stretch.forms):
        start -= 1
    alone = start == stretch.at - 1 and not closed and not _stands_apart(stretch, start)
    return stretch.at if alone else start


def _stands_apart(stretch: Stretch, at: int) -> bool:
    """Whether a single organisation line without a date can be a signature: the text above it is finished."""
    above = stretch.page.text(stretch.lines[at - 1]) if at else ""
    return ends_sentence(above) and not above.endswith(("：", "；"))


def _opens_annex(stretch: Stretch) -> bool:
    """Whether an annex begins here: its bare mark, or a titled one below a finished text with a body to follow."""
    text, forms = stretch.text(), stretch.forms
    if annex_mark(text, forms) is not None:
        return True
    if not stretch.at or titled_annex(text, forms) is None or len(stretch.lines) - stretch.at < 3:
        return False
    above = stretch.text(-1)
    return ends_sentence(above) or is_date_line(above) or _signs(above, forms)


def _opens_imprint(stretch: Stretch) -> bool:
    """Whether the imprint begins here; in an annex only as its last lines (GB/T 9704: it closes the whole paper).

    A label of it above the first clause is a portal's: the text is still to come.
    """
    if not is_imprint(stretch.text(), stretch.forms) or _is_text_to_come(stretch):
        return False
    if (notes := _count_notes(stretch)) and opens_clause(stretch.text(notes)):
        return False  # whom to ask about this clause; the next one follows
    left = len(stretch.lines) - stretch.at
    last = left <= _LONGEST_IMPRINT and any(stretch.forms.find(IMPRINT, stretch.text(below)) for below in range(left))
    return last if stretch.annex else True


def _is_text_to_come(stretch: Stretch) -> bool:
    """Whether no sentence ended and no clause was opened so far, and the first one is opened below, in no annex."""
    above = map(stretch.page.text, stretch.lines[: stretch.at])
    if any(opens_clause(text) or ends_sentence(text) for text in above):
        return False
    for below in range(1, min(_MOST_BEFORE_TEXT, len(stretch.lines) - stretch.at)):
        text = stretch.text(below)
        if annex_mark(text, stretch.forms) is not None or titled_annex(text, stretch.forms):
            return False
        if opener := opens_clause(text):
            return opener.number == 1
    return False


def _closes_text(stretch: Stretch) -> bool:
    """Whether a date here closes the text: a signature or a finished sentence above it, no list going on below it."""
    if not is_date_line(stretch.text()):
        return False
    above, below, forms = stretch.text(-1), stretch.text(1), stretch.forms
    opener = opens_clause(below) if below else None
    if opener and opener.number != 1:
        return False
    return _signs(above, forms) or ends_sentence(above) or is_title(above, forms) or not below


def _count_date(stretch: Stretch) -> int:
    """How many lines a date takes: one, or as many as the columns of a signature below each of which it stands."""
    date = stretch.text()
    if not is_date_line(date):
        return 0
    count = 1
    while stretch.text(count) == date:
        count += 1
    return count


def _count_late_signature(stretch: Stretch) -> int:
    """A signature right below its date, when an annex, an imprint or nothing follows it."""
    count = 0
    while stretch.above == "date" and _signs(stretch.text(count), stretch.forms):
        count += 1
    after = stretch.text(count)
    closes = not after or annex_mark(after, stretch.forms) is not None or is_imprint(after, stretch.forms)
    return count if closes else 0


def _count_keywords(stretch: Stretch) -> int:
    """主题词 and the lines that go on with them."""
    return _count_listed(stretch) if stretch.forms.find(KEYWORDS, stretch.text()) else 0


def _count_copies(stretch: Stretch) -> int:
    """抄送 and the lines that go on with those who get a copy."""
    return _count_listed(stretch) if stretch.forms.find(COPIES, stretch.text()) else 0


def _count_listed(stretch: Stretch) -> int:
    """How many lines a label of the imprint takes with its list: up to the next part, at most thirteen."""
    forms = stretch.forms
    for count in range(1, 13):
        more = stretch.text(count)
        over = not more or len(more) > 200 or is_imprint(more, forms) or is_date_line(more)
        printer = is_organisation(more, forms) and bool(forms.find(IMPRINT, stretch.text(count + 1)))
        if over or printer or annex_mark(more, forms) is not None:
            return count
    return 13


def _count_imprint(stretch: Stretch) -> int:
    """某某办公室 2020年6月16日印发, in one line or with the office in a line of its own."""
    forms, below = stretch.forms, stretch.text(1)
    if forms.find(IMPRINT, stretch.text()):
        return 1
    dated = bool(forms.find(IMPRINT, below)) or ("date" in stretch.seen and is_date_line(below))
    return 2 if dated and is_organisation(stretch.text(), forms) else 0


def _count_note(stretch: Stretch) -> int:
    """（此件公开发布）."""
    return int(bool(stretch.forms.find(NOTE, stretch.text())))


# What may stand below a text that is closed (GB/T 9704), in the order in which it is looked for.
STEPS = (
    Step("date", _count_date, unless=frozenset({"date"})),
    Step("signature", _count_late_signature, after=frozenset({"date"}), unless=frozenset({"signature"})),
    Step("keywords", _count_keywords),
    Step("copies", _count_copies),
    Step("imprint", _count_imprint),
    Step("note", _count_note),
)
