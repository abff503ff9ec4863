"""What stands above the body: issuers, document number, title, addressees, the line of a statute's promulgation.

The order and form are those of GB/T 9704 (公文格式); crawls glue or break these lines, so a line is first cut where two
of them meet. Only what stands in header position counts: a number that the body cites is not the document's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policygraph.reading.documents.layout import Line, Page, ends_sentence
from policygraph.reading.documents.numbering import find_markers, opens_clause
from policygraph.reading.documents.steps import Step, Stretch, read_step, trim_lines
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.header import (
    ADDRESSEE_END,
    ADDRESSEE_ITEM_END,
    ANNEX_MARK,
    ANNOUNCEMENT_NUMBER,
    BRACKETED_OPENING,
    BRACKETED_YEAR,
    COLON_LABEL,
    CONTENTS_HEADING,
    DATE_LINE,
    DECREE_NUMBER,
    DECREE_TITLE,
    ENACTED,
    ENACTED_AT_END,
    FULL_BRACKET,
    GLUED_ACT,
    GLUED_ANNEX_MARK,
    GLUED_OPENING,
    GRADE,
    KIND_ENDS,
    LETTERHEAD,
    LETTERHEAD_WORD,
    NAMED_SUBJECT,
    NO_TITLE,
    NUMBER_CODE,
    ORGANISATION,
    PREAMBLE,
    PROMULGATION,
    REGISTERED,
    SIGNER,
    SUBJECT_OF_TITLE,
    TITLE_BEFORE_ADDRESSEES,
    TITLE_BEFORE_BRACKET,
    TITLE_BEFORE_DATE,
    TITLE_BEFORE_TEXT,
    TITLE_END,
)
from policygraph.text.likeness import likeness

_BRACKETED_YEAR = BRACKETED_YEAR.compile()
_NUMBER_CODE = NUMBER_CODE.compile()
_DECREE_NUMBER = DECREE_NUMBER.compile()
_ANNOUNCEMENT_NUMBER = ANNOUNCEMENT_NUMBER.compile()
_DECREE_TITLE = DECREE_TITLE.compile()
_DATE_LINE = DATE_LINE.compile()
_GLUED_OPENING = GLUED_OPENING.compile()
_BRACKETED_OPENING = BRACKETED_OPENING.compile()
_COLON_LABEL = COLON_LABEL.compile()
_FULL_BRACKET = FULL_BRACKET.compile()
_LONGEST_HEADER = 120  # lines; what stands further down belongs to the text
_MOST_FURNITURE = 12  # lines that a page may set above a document without any mark of its own
_FURNITURE_ROOM = 600  # and their characters
_MOST_NAMES = 60  # lines of names that a text may print in a row
_NAMES_ROOM = 400  # characters of a line of names
_LONGEST_COLUMN = 12  # characters of the name of a column or a button
_LIKE_ENOUGH = 0.8


@dataclass(frozen=True, slots=True)
class Header:
    """The lines above the body, by what they are, and where the body begins."""

    entries: list[tuple[str, list[Line]]]
    body: int

    def lines(self, level: str) -> list[Line]:
        """All lines of a level, in order."""
        return [line for name, lines in self.entries if name == level for line in lines]


def annex_mark(text: str, forms: Forms) -> str | None:
    """The printed number of an annex when a line is its mark ("" when unnumbered); None when it is no mark.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> forms = Forms(Vocabulary(annex_words=("附件",)))
    >>> annex_mark("附件2：", forms), annex_mark("附 件", forms), annex_mark("附件所列材料", forms)
    ('2', '', None)
    """
    match = forms.find(ANNEX_MARK, text) if len(text) <= 12 else None
    return (match["number"] or "") if match else None


def title_kind(title: str, forms: Forms) -> str | None:
    """The kind of document that a title ends with; None when it ends with none.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> forms = Forms(Vocabulary(document_kinds=("通知", "办法")))
    >>> [title_kind(title, forms) for title in ("关于加强信用管理的通知", "信用修复管理办法（试行）", "总体要求")]
    ['通知', '办法', None]
    """
    match = forms.find(TITLE_END, title.strip())
    return match["kind"] if match else None


def _balanced(text: str) -> bool:
    return all(text.count(a) == text.count(b) for a, b in ("《》", "〈〉", "（）", "“”"))


def is_title(text: str, forms: Forms) -> bool:
    """Whether a stretch reads as a finished title: names a kind of document at its end, all brackets closed."""
    return bool(title_kind(text, forms)) and _balanced(text) and "。" not in text and 4 <= len(text) <= 160


def is_organisation(text: str, forms: Forms) -> bool:
    """Whether a whole line is the name of an organisation, as letterheads and signatures print it.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> forms = Forms(Vocabulary(body_endings=("局", "支行", "领导")))
    >>> [is_organisation(line, forms) for line in ("中国人民银行佳木斯市中心支行", "二、组织领导", "各有关单位：")]
    [True, False, False]
    """
    return len(text) <= 60 and bool(forms.find(ORGANISATION, text)) and not opens_clause(text)


def is_date_line(text: str) -> bool:
    """Whether a line is nothing but a date."""
    return len(text) <= 40 and bool(_DATE_LINE.fullmatch(text))


def find_number(text: str, forms: Forms) -> tuple[int, int] | None:
    """Where a document number stands that is not part of a quoted title: the bounds; None when there is none.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> text = "国务院办公厅关于加强环境监管执法的通知国办发〔2014〕56号各省、自治区、直辖市人民政府："
    >>> start, end = find_number(text, Forms(Vocabulary(document_kinds=("通知",)))); text[start:end]
    '国办发〔2014〕56号'
    """
    for match in _BRACKETED_YEAR.finditer(text):
        before = text[: match.start()]
        if before.count("《") > before.count("》"):
            continue
        run = _NUMBER_CODE.search(before[-40:])
        if not run:
            continue
        code = run.group()
        kind_ends = [m.end() for m in forms.find_all(KIND_ENDS, code) if m.end() < len(code.rstrip())]
        start = kind_ends[-1] if kind_ends else 0
        length = len(code[start:].strip())
        if not 1 <= length <= 18:
            continue
        begin = match.start() - len(code) + start
        begin += len(code[start:]) - len(code[start:].lstrip())
        return begin, match.end()
    return None


def _cut(line: Line, *places: int) -> list[Line]:
    """A line cut at places counted from its start; the cut-off pieces count as following without a blank line."""
    bounds = sorted({line.start, line.end, *(line.start + place for place in places)})
    return [Line(a, b, line.after_blank and a == line.start, line.indented) for a, b in pairwise(bounds)]


@dataclass(frozen=True, slots=True)
class _Glued:
    """A line that may hold several lines of a header, with what was read above it."""

    text: str
    forms: Forms
    titled: bool
    numbered: bool

    @property
    def head(self) -> str:
        """The part of the line in which a header can stand."""
        return self.text[:1200]


def _split_line(page: Page, line: Line, titled: bool, numbered: bool) -> list[Line]:
    """A header line cut where title, number, addressees and body are glued together; itself when they are not."""
    glued = _Glued(page.text(line), page.forms, titled, numbered)
    if opens_clause(glued.head):
        return [line]
    for find_cut in _CUTS:
        places = find_cut(glued)
        if places:
            return trim_lines(page, _cut(line, *places))
    return [line]


def _after_annex_mark(glued: _Glued) -> tuple[int, ...]:
    """附件1：某某办法 is the mark of an annex and its title."""
    marked = None if glued.titled else glued.forms.find(GLUED_ANNEX_MARK, glued.head)
    return (marked.end(),) if marked else ()


def _around_number(glued: _Glued) -> tuple[int, ...]:
    """…的通知国办发〔2014〕56号各省…： is a title, a number and what follows it."""
    text, forms = glued.text, glued.forms
    number = find_number(glued.head[:300], forms)
    if not number or "。" in text[: number[0]] or number == (0, len(text)):
        return ()
    start, end = number
    before = text[:start].rstrip()
    bracketed = before[-1:] in ("（", "(") and text[end : end + 1] == "）"
    if bracketed:
        before = before[:-1].rstrip()
    tail = len(text) - end - (1 if bracketed else 0)
    headed = before.endswith(forms.vocabulary.letterhead_words)
    fits = headed or is_title(before, forms) or is_organisation(before, forms)
    addressed = text.startswith(forms.vocabulary.addressee_openers, end + 1)
    if fits and not forms.find(PREAMBLE, before) and not (bracketed and tail > 0 and not addressed):
        return len(before), end + 1 if bracketed else end
    goes_on = text[end : end + 1] in "，。；、）)" or text.startswith(forms.vocabulary.number_continuations, end)
    return (end,) if not before and tail > 0 and not goes_on else ()


def _around_addressees(glued: _Glued) -> tuple[int, ...]:
    """…的通知各有关单位：现将… is a title, its addressees and the text."""
    colon = glued.head.find("：")
    if colon <= 0 or "。" in glued.head[:colon]:
        return ()
    addressed = glued.head[:colon]
    title = glued.forms.find(TITLE_BEFORE_ADDRESSEES, addressed)
    if title and is_title(title.group(), glued.forms) and not glued.titled:
        return (title.end(),)
    above = glued.titled or glued.numbered
    return (
        (colon + 1,) if colon + 1 < len(glued.text) and above and is_addressees(addressed + "：", glued.forms) else ()
    )


def _after_title(glued: _Glued) -> tuple[int, ...]:
    """…办法（2011年12月15日…, …条例2014年7月23日 …, …实施方案为贯彻落实…: a title, and what follows it."""
    if glued.titled:
        return ()
    for pattern in (TITLE_BEFORE_BRACKET, TITLE_BEFORE_DATE, TITLE_BEFORE_TEXT):
        match = glued.forms.find(pattern, glued.head)
        if match and is_title(match["title"].strip(), glued.forms):
            return (match.end("title"),)
    return ()


def _after_act(glued: _Glued) -> tuple[int, ...]:
    """2014年7月23日…通过2014年8月7日…公布: acts of a statute's history, one glued to the other or to the text."""
    act = glued.forms.find(GLUED_ACT, glued.head) if glued.titled else None
    return (act.end(),) if act and act.end() < len(glued.text) else ()


def _after_history(glued: _Glued) -> tuple[int, ...]:
    """（2011年12月15日…公布）第一章: a history in brackets before the text."""
    closing = _BRACKETED_OPENING.match(glued.head) if glued.forms.find(PROMULGATION, glued.head) else None
    return (closing.end(),) if closing and closing.end() < len(glued.text) else ()


def _before_opening(glued: _Glued) -> tuple[int, ...]:
    """某某条例第一章总则: a title before the first chapter or article."""
    markers = (
        m.start for m in find_markers(glued.head[:200]) if m.number == 1 and m.style in {"chp", "art", "cn_dun", "part"}
    )
    opening = _GLUED_OPENING.search(glued.head[:160])
    place = next(markers, opening.start() if opening else 0)
    titled = 0 < place <= 120 and not glued.titled and is_title(glued.head[:place].strip(), glued.forms)
    return (place,) if titled else ()


# Where a line of a header may be cut, in the order in which the places are looked for.
_CUTS: tuple[Callable[[_Glued], tuple[int, ...]], ...] = (
    _after_annex_mark,
    _around_number,
    _around_addressees,
    _after_title,
    _after_act,
    _after_history,
    _before_opening,
)


def is_addressees(text: str, forms: Forms) -> bool:
    """Whether a stretch that ends with a colon names those to whom a document is sent.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> forms = Forms(Vocabulary(body_endings=("政府",), generic_units=("部门", "单位")))
    >>> is_addressees("各乡镇人民政府，市人民政府各部门，各有关单位：", forms)
    True
    >>> is_addressees("现就有关事项通知如下：", forms)
    False
    """
    if not text.endswith("：") or "。" in text or "《" in text or len(text) > 900 or opens_clause(text):
        return False
    if forms.find(NAMED_SUBJECT, text):
        return False
    items = [item.strip() for item in re.split("[，、；]", text[:-1]) if item.strip()]
    if not items:
        return False
    return sum(bool(forms.find(ADDRESSEE_END, item)) for item in items) * 2 >= len(items)


def _is_title_piece(text: str, forms: Forms) -> bool:
    """Whether a line can be one of a title's lines."""
    return (
        len(text) <= 90
        and "\t" not in text
        and not ends_sentence(text)
        and text[-1] not in "，、"
        and not opens_clause(text)
        and not _COLON_LABEL.match(text)
        and not is_date_line(text)
        and not forms.find(PROMULGATION, text)
        and not forms.find(NO_TITLE, text)
    )


def _count_title(stretch: Stretch) -> int:
    """How many lines make up the title; 0 when none does. An annex may be called anything."""
    place = stretch.page, stretch.lines, stretch.at
    count = _titled_lines(*place) or _untitled_line(*place)
    if not count and stretch.annex:
        first = stretch.text()
        bare = 2 <= len(first) <= 60 and _is_title_piece(first, stretch.forms) and not re.search("[，：；]", first)
        count = int(bare)
    return count


def _titled_lines(page: Page, lines: Sequence[Line], start: int) -> int:
    """How many lines from `start` form a title that names a kind of document; 0 when none do."""
    forms = page.forms
    best = 0
    joined = ""
    for count, line in enumerate(lines[start : start + 7], start=1):
        text = page.text(line)
        addressed = count > 1 and _balanced(joined) and is_addressees(text, forms)
        if not _is_title_piece(text, forms) or find_number(text, forms) or addressed:
            break
        joined += re.sub(r"\s", "", text)
        remark = _FULL_BRACKET.fullmatch(text)
        if is_title(joined, forms):
            above = re.sub(r"\s", "", "".join(page.text(line) for line in lines[start : start + best]))
            goes_on = title_kind(above, forms) in forms.vocabulary.open_kinds
            if best and not remark and (count - best > 1 or len(text) > 40 or not goes_on):
                break
            best = count
        elif best and not remark and (len(text) > 24 or is_organisation(text, forms)):
            break
    return best


def _untitled_line(page: Page, lines: Sequence[Line], start: int) -> int:
    """1 when a line that names no kind of document stands where a title does, above addressees or text; else 0."""
    first, forms = page.text(lines[start]), page.forms
    about = first.startswith("《") and not first.endswith("》")  # a sentence about a named text, cut by a line end
    if not 4 <= len(first) <= 60 or about or not _is_title_piece(first, forms):
        return 0
    below = page.text(lines[start + 1]) if start + 1 < len(lines) else ""
    follows = below and (
        is_addressees(below, forms)
        or forms.find(PROMULGATION, below)
        or opens_clause(below)
        or (len(below) > 60 and not _is_title_piece(below, forms))
        or ends_sentence(below)
    )
    return int(bool(follows and re.search(r"[\u4e00-\u9fff]{3}", first) and "，" not in first and "：" not in first))


def _count_letterhead(stretch: Stretch) -> int:
    """How many lines of letterhead stand here (organisations, 文件, closed by a number or 文件); 0 when none.

    Where 文件 stands beside the names, in the middle of several, those below it are issuers too if a number follows.
    """
    count = closed = 0
    while stretch.at + count < len(stretch.lines) and count < 60:
        text = stretch.text(count)
        words = stretch.forms.find(LETTERHEAD_WORD, text) or stretch.forms.find(LETTERHEAD, text)
        if not is_organisation(text, stretch.forms) and (closed or not words):
            break
        count += 1
        if words and not closed:
            closed = count
    if count == 0:
        return 0
    below = stretch.text(count)
    number = find_number(below[:80], stretch.forms)
    signed = below.startswith(stretch.forms.vocabulary.signer_labels)
    return count if signed or (number and number[0] == 0) else closed


def _count_number(stretch: Stretch) -> int:
    """A document number that is the whole line, brackets aside."""
    return int(_is_number(stretch.text(), stretch.forms))


def _is_number(text: str, forms: Forms) -> bool:
    number = find_number(text, forms)
    return number is not None and not re.sub(r"[（()）\s]", "", text[: number[0]] + text[number[1] :])


def _count_broken_number(stretch: Stretch) -> int:
    """A document number that is broken over two lines."""
    text, below = stretch.text(), stretch.text(1)
    if not below or len(text) > 24 or opens_clause(text):
        return 0
    whole = find_number(text + below, stretch.forms) == (0, len(text + below))
    return 2 if whole and not find_number(text, stretch.forms) and not find_number(below, stretch.forms) else 0


def _count_decree_number(stretch: Stretch) -> int:
    """第440号 below the name of a decree or its title, 2031年第6号 below that of an announcement."""
    numbered = _DECREE_NUMBER.fullmatch(stretch.text()) or _ANNOUNCEMENT_NUMBER.match(stretch.text())
    return int(stretch.above in {"", "issuers", "title"} and numbered is not None)


def _count_signer(stretch: Stretch) -> int:
    """签发人：某某."""
    return int(len(stretch.text()) <= 40 and bool(stretch.forms.find(SIGNER, stretch.text())))


def _count_annex_mark(stretch: Stretch) -> int:
    """附件1 as the very first line."""
    return int(stretch.at == 0 and annex_mark(stretch.text(), stretch.forms) is not None)


def _count_grade(stretch: Stretch) -> int:
    """特急, 机密★1年, the serial number of the copy, or that under which it is registered."""
    return int(any(stretch.forms.find(pattern, stretch.text()) for pattern in (GRADE, REGISTERED)))


def _count_decree_name(stretch: Stretch) -> int:
    """国务院令 above 第440号; 某市财政局公告 above 2031年第6号, where the title stands below."""
    text, below, forms = stretch.text(), stretch.text(1), stretch.forms
    if _DECREE_TITLE.fullmatch(text) and _DECREE_NUMBER.fullmatch(below):
        return 1
    kind = title_kind(text, forms)
    named = bool(kind) and is_organisation(text.removesuffix(kind or ""), forms)
    return int(named and _ANNOUNCEMENT_NUMBER.match(below) is not None and is_title(stretch.text(2), forms))


def _count_date(stretch: Stretch) -> int:
    """A date alone in its line."""
    return int(is_date_line(stretch.text()))


def _count_signature(stretch: Stretch) -> int:
    """How many lines a signature takes that stands above the text, closed by its date; 0 when there is none."""
    count = len(_list_names(stretch))
    return count if is_date_line(stretch.text(count)) else 0


def _list_names(stretch: Stretch) -> list[int]:
    """How many bodies each of the next lines names that name nothing else: one, or several with gaps between them."""
    found: list[int] = []
    while stretch.at + len(found) < len(stretch.lines) and len(found) < _MOST_NAMES:
        text = stretch.text(len(found))
        names = text.split() if len(text) <= _NAMES_ROOM else []
        parted = bool(names) and all(is_organisation(name, stretch.forms) for name in names)
        # 共 青 团 中 央 is one name that is set with gaps
        if not parted and not is_organisation(text, stretch.forms):
            break
        found.append(len(names) if parted else 1)
    return found


def _count_joint_issuers(stretch: Stretch) -> int:
    """How many lines name those who issue together, two or more of them side by side, between title and text."""
    names = _list_names(stretch)
    below = stretch.text(len(names))
    opens = stretch.forms.find(PREAMBLE, below) or ends_sentence(below)
    return len(names) if max(names, default=0) > 1 and opens else 0


def _count_history(stretch: Stretch) -> int:
    """How many lines an act in the history of a statute takes: up to its closing bracket, or to what was done."""
    first = stretch.text()
    if not stretch.forms.find(PROMULGATION, first) or opens_clause(first):
        return 0
    bracketed = first[0] in "（(" and first.count("（") > first.count("）")
    return _count_bracketed_act(stretch) if bracketed else _count_act(stretch)


def _count_bracketed_act(stretch: Stretch) -> int:
    joined = ""
    for count in range(1, 25):
        if stretch.at + count > len(stretch.lines):
            return 0
        joined += stretch.text(count - 1)
        if joined.count("（") <= joined.count("）"):
            return count if stretch.forms.find(ENACTED, joined) else 0
    return 0


def _count_act(stretch: Stretch) -> int:
    joined = ""
    for count, line in enumerate(stretch.lines[stretch.at : stretch.at + 5], start=1):
        text = stretch.page.text(line)
        if count > 1 and (stretch.forms.find(PROMULGATION, text) or opens_clause(text) or line.after_blank):
            return 0
        joined += text
        if len(joined) > 300 or "。" in joined[:-1]:
            return 0
        if stretch.forms.find(ENACTED_AT_END, joined):
            return count
    return 0


def _count_contents(stretch: Stretch) -> int:
    """How many lines a table of contents takes: 目录 and the headings up to where they begin again."""
    if not stretch.forms.find(CONTENTS_HEADING, stretch.text()):
        return 0
    first = _bare_heading(stretch.text(1))
    for count in range(1, min(200, len(stretch.lines) - stretch.at)):
        text = stretch.text(count)
        opener = opens_clause(text)
        if opener is None or ends_sentence(text) or opener.style == "art":
            break
        if count > 1 and _bare_heading(text) == first:
            return count
    return 1


def _bare_heading(text: str) -> str:
    """A heading without the dots and the page number that a table of contents prints behind it."""
    return re.sub(r"[\s\d.…·]", "", text)


def _count_addressees(stretch: Stretch) -> int:
    """How many lines the addressees take; 0 when they do not stand here."""
    joined = ""
    for count in range(1, 13):
        if stretch.at + count > len(stretch.lines):
            return 0
        text = stretch.text(count - 1)
        line = stretch.lines[stretch.at + count - 1]
        if count > 1 and (opens_clause(text) or (line.after_blank and joined.endswith("。"))):
            return 0
        joined += text
        named = is_organisation(text, stretch.forms) and not re.search("[、，]", text)
        if "。" in text or is_date_line(text) or named or _is_number(text, stretch.forms):
            return 0
        if joined.endswith("："):
            return count if is_addressees(joined, stretch.forms) else 0
    return 0


def _count_first_addressees(stretch: Stretch) -> int:
    """How many lines the addressees take that open a copy without title and number; 0 when none do."""
    count = 0 if stretch.annex else _count_addressees(stretch)
    lines = [stretch.text(below) for below in range(count)]
    return 0 if any(is_title(text, stretch.forms) or _is_number(text, stretch.forms) for text in lines) else count


def _count_label(stretch: Stretch) -> int:
    """A short line above the title that belongs to whoever copied the document: a telephone, a column's name."""
    text = stretch.text()
    if stretch.at > 8 or len(text) > 40 or ends_sentence(text) or opens_clause(text) or "\t" in text:
        return 0
    below = map(stretch.page.text, stretch.lines[stretch.at + 1 : stretch.at + 6])
    return int(any(is_title(words, stretch.forms) and not opens_clause(words) for words in below))


def _count_furniture(stretch: Stretch) -> int:
    """How many lines stand above the head of a document that opens a little further down: a column's name, a summary.

    Such a head is unmistakable: a title with a number or addressees directly beside it. What may itself be the end of
    a text (a signature, a date, addressees) is never passed over.
    """
    room = 0
    for count in range(1, _MOST_FURNITURE + 1):
        text = stretch.text(count - 1)
        room += len(text)
        if not text or room > _FURNITURE_ROOM or is_date_line(text) or text.endswith("："):
            return 0
        if stretch.at + count < len(stretch.lines) and _opens_head(stretch, count):
            return count
    return 0


def _count_headline(stretch: Stretch) -> int:
    """The title as a page prints it above the document's own: in much the same words, or in any above a whole head.

    A whole head is a number, a title and addressees, one right below the other.
    """
    lines, at = stretch.lines, stretch.at
    above = _titled_lines(stretch.page, lines, at)
    if not above:
        return 0
    if above == 1 and stretch.text(1) == stretch.text():
        return 1
    if not _opens_head(stretch, above):
        return 0
    numbered = int(_is_number(stretch.text(above), stretch.forms))
    below = _titled_lines(stretch.page, lines, at + above + numbered)
    if numbered and is_addressees(stretch.text(above + numbered + below), stretch.forms):
        return above
    words = ["".join(map(stretch.text, range(start, end))) for start, end in ((0, above), (above, above + below))]
    return above if likeness(*words) >= _LIKE_ENOUGH else 0


def _count_columns(stretch: Stretch) -> int:
    """How many short lines stand above a title that begins anew below them: names of a page's columns, buttons."""
    forms = stretch.forms
    for count in range(_MOST_FURNITURE):
        text = stretch.text(count)
        if count and is_title(text, forms) and forms.find(NAMED_SUBJECT, text):
            return count
        names = is_organisation(text, forms) or forms.find(SUBJECT_OF_TITLE, text) or "《" in text
        names = names or _is_number(text, forms)
        if not text or len(text) > _LONGEST_COLUMN or names or opens_clause(text) or is_date_line(text):
            return 0
    return 0


def _opens_head(stretch: Stretch, below: int) -> bool:
    """Whether a title that names its kind stands so many lines below, with a number or addressees beside it."""
    forms, at = stretch.forms, stretch.at + below
    numbered = int(_is_number(stretch.text(below), forms))
    if at + numbered >= len(stretch.lines):
        return False
    title = _titled_lines(stretch.page, stretch.lines, at + numbered)
    after = stretch.text(below + numbered + title) if title else ""
    return bool(title) and (bool(numbered) or _is_number(after, forms) or is_addressees(after, forms))


def split_addressees(text: str, forms: Forms) -> list[tuple[int, int]]:
    """The bounds of each addressee in the words before the colon.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> text = "各省、自治区、直辖市人民政府，国务院各部委、各直属机构："
    >>> forms = Forms(Vocabulary(body_endings=("政府",), addressee_units=("部委",)))
    >>> [text[a:b] for a, b in split_addressees(text, forms)]
    ['各省、自治区、直辖市人民政府', '国务院各部委', '各直属机构']
    """
    found: list[tuple[int, int]] = []
    depth, begin, open_item = 0, 0, -1
    for at, c in enumerate(text + "，"):
        if c in "（(《":
            depth += 1
        elif c in "）)》":
            depth = max(0, depth - 1)
        elif c in "，；、：" and (depth == 0 or at == len(text)):
            start = open_item if open_item >= 0 else begin
            item = text[start:at]
            left, right = len(item) - len(item.lstrip()), len(item.rstrip())
            short = c == "、" and len(text[at + 1 : at + 3].rstrip("，；、：")) == 1  # 市各委、办、局 are one item
            if c == "、" and (short or not forms.find(ADDRESSEE_ITEM_END, item.rstrip())):
                open_item = start
            elif left < right:
                found.append((start + left, start + right))
                open_item = -1
            begin = at + 1
    return found


# What may stand in a header (GB/T 9704, and what crawls make of it), in the order in which it is looked for.
STEPS = (
    Step("", _count_number, after=frozenset({"number"})),  # a second number is no longer the document's own
    Step("number", _count_number),
    Step("number", _count_broken_number, unless=frozenset({"number"})),
    Step("number", _count_decree_number, unless=frozenset({"number"})),
    Step("signer", _count_signer),
    Step("marking", _count_annex_mark),
    Step("marking", _count_grade),
    Step("issuers", _count_letterhead, unless=frozenset({"title", "issuers"})),
    Step("issuers", _count_decree_name, unless=frozenset({"title", "issuers"})),
    Step("signature", _count_signature, after=frozenset({"title"}), unless=frozenset({"signature"})),
    Step("issuers", _count_joint_issuers, after=frozenset({"title"}), unless=frozenset({"issuers", "signature"})),
    Step("date", _count_date, after=frozenset({"title"}), unless=frozenset({"date"})),
    Step("promulgation", _count_date, after=frozenset({"title"})),
    Step("promulgation", _count_history, after=frozenset({"title", "number"})),
    Step("contents", _count_contents, after=frozenset({"title"})),
    Step("marking", _count_headline, unless=frozenset({"title", "number", "issuers"})),
    Step("marking", _count_columns, unless=frozenset({"title", "number", "issuers"})),
    Step("title", _count_title, unless=frozenset({"title"})),
    Step("addressees", _count_addressees, after=frozenset({"title", "number"}), ends=True),
    Step("marking", _count_furniture, unless=frozenset({"title", "number", "issuers"})),
    Step("addressees", _count_first_addressees, unless=frozenset({"title", "number", "issuers"}), ends=True),
    Step("marking", _count_label, unless=frozenset({"title", "number", "issuers"})),
)


def read_header(page: Page, lines: Sequence[Line], annex: bool = False) -> tuple[Header, list[Line]]:
    """Read the lines above the body; also returns the lines with glued ones cut apart."""
    stretch = Stretch(page, list(lines), annex)
    goes_on = True
    while goes_on and stretch.at < min(len(stretch.lines), _LONGEST_HEADER):
        cut = _split_line(page, stretch.lines[stretch.at], "title" in stretch.seen, "number" in stretch.seen)
        stretch.lines[stretch.at : stretch.at + 1] = cut
        goes_on = read_step(STEPS, stretch)
    return Header(stretch.entries, stretch.at), stretch.lines
