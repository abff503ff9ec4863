"""Lines and paragraphs: what the page looked like, with noise set aside and broken sentences joined again.

Copies of official documents come through PDF extraction, OCR and web portals: lines are wrapped or glued, page
numbers stand inside sentences, tags and portal furniture stand around the text. Here that is undone once, so that the
rest of the reading floor sees paragraphs. Words are never changed, only passed over, and what is passed over is listed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from policygraph.reading.documents.columns import find_aligned_rows, find_rows
from policygraph.reading.documents.dumps import find_run_rows
from policygraph.reading.documents.markup import find_comments, find_hidden, find_layout_gaps, find_tags
from policygraph.reading.documents.numbering import opens_clause
from policygraph.reading.documents.records import FIELD_MARK, LEVELS, find_listed, find_record, find_stacked
from policygraph.reading.documents.values import Problem
from policygraph.reading.patterns import Forms
from policygraph.reading.patterns.bodies import BRACKETS, LISTED_PARTS, is_department
from policygraph.reading.patterns.body import LABELLED_LINE
from policygraph.reading.patterns.header import SUBJECT_INSIDE, TITLE_END
from policygraph.reading.patterns.lines import (
    CUT_NUMBER_ABOVE,
    CUT_NUMBER_BELOW,
    LEADS_TO_REFERENCE,
    SENTENCE_END,
    SHORT_LABEL,
)
from policygraph.reading.patterns.markup import BLANK_CODES, GAP, LINE_MARK, LONE_BAR, MARK, PIPE_ROW, SPACED_HEADING
from policygraph.reading.patterns.portal import (
    ADDRESS,
    BARE_NUMBER,
    BREADCRUMB,
    BUTTON,
    CONTENTS_LINE,
    EMPTY_RECORD,
    FILE_NAME,
    HEADLINE_MARKS,
    PAGE_NUMBER,
    RECORD_KEYWORDS,
    RECORD_ROW,
    RULER,
    SITE_FIELD,
    SITE_REGISTRATION,
    SOURCE_LABEL,
    SOURCE_LINE,
)
from policygraph.text.sentences import find_last_bracket
from policygraph.text.spans import Edit, Normalised, Span, is_invisible, normalise


class Line(NamedTuple):
    """A stretch of the normalised text without the white space around it."""

    start: int
    end: int
    after_blank: bool
    indented: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A source text as lines that carry words of the document, and what was set aside on the way."""

    words: Normalised
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    forms: Forms

    def text(self, line: Line) -> str:
        """The words of a line."""
        return self.words.text[line.start : line.end]

    def printed(self, start: int, end: int) -> str:
        """A stretch in the characters of the source; a blank where a page has a code for one (``&emsp;``)."""
        parts: list[str] = []
        last: int | None = None
        for span in self.words.spans(start, end):
            if last is not None and _BLANK_CODES.fullmatch(self.words.source, last, span.start):
                parts.append(" ")
            parts.append(self.words.source[span.start : span.end])
            last = span.end
        return "".join(parts)

    def field(self, line: Line) -> str | None:
        """The level of the header that a line gives because a record around the text says so; None for other lines."""
        before = self.words.text[max(0, line.start - len(LEVELS) - 1) : line.start]
        count = len(before) - len(before.rstrip(FIELD_MARK))
        return LEVELS[count - 1] if 0 < count <= len(LEVELS) else None

    def is_marked(self, line: Line) -> bool:
        """Whether a mark of the file format makes the line a heading."""
        return self.words.text[max(0, line.start - 8) : line.start].rstrip(" \u3000").endswith(HEADING_MARK)


_MARK = MARK.compile()
_LINE_MARK = LINE_MARK.compile()
_PIPE_ROW = PIPE_ROW.compile()
_LONE_BAR = LONE_BAR.compile()
_BLANK_CODES = BLANK_CODES.compile()


class Aside(NamedTuple):
    """Why words are set aside: a code, and what people are told."""

    code: str
    message: str

    def at(self, spans: Iterable[Span]) -> list[Problem]:
        """A problem for each place."""
        return [Problem(self.code, self.message, span.start, span.end) for span in spans]


_COMMENT = Aside("hidden", "网页的注释，不属于正文")
_HIDDEN = Aside("hidden", "网页不显示或只用来浏览的部分，不属于正文")
_TAGGED = Aside("markup", "网页的标记，不属于正文")
_SOFTWARE_MARK = Aside("markup", "排版软件留下的标记，不属于正文")
_LAYOUT_MARK = Aside("markup", "排版标记，不属于正文")
_MOST_ABOVE = 20
"""Lines above a text in which a portal's furniture is looked for."""
HEADING_MARK = "\x1c"  # stands before a line that a mark of Markdown makes a heading; counts as white space
_RECORDED = Aside("record", "资料库所加的著录信息，不属于正文")
_RULED = Aside("markup", "表格线，不属于正文")
_PORTAL = Aside("web-chrome", "网页栏目信息，不属于正文")
_PAGE_NUMBERED = Aside("page-number", "页码，不属于正文")


def _find_pipes(text: str) -> Iterator[tuple[int, int, str]]:
    """The bars of a table drawn with | and its rulers; cells are separated by tabs instead."""
    for lone in _LONE_BAR.finditer(text):
        yield lone.start("bar"), lone.end("bar"), ""
    for row in _PIPE_ROW.finditer(text):
        if set(row.group()) <= set("|-： \t"):
            yield row.start(), row.end(), ""
            continue
        bars = [m.start() for m in re.compile(r"\|").finditer(text, row.start(), row.end())]
        for bar in bars:
            yield bar, bar + 1, "" if bar in (bars[0], bars[-1]) else "\t"


def _strip_markup(words: Normalised, forms: Forms) -> tuple[Normalised, list[Problem]]:
    """The text without tags, comments and marks of the file format; tables become tab-separated lines."""
    text = words.text
    found: list[tuple[int, int, str, Aside]] = []
    if "<" in text:
        found += [(start, end, "", _COMMENT if worded else _TAGGED) for start, end, worded in find_comments(text)]
        found += [(start, end, "\n", _HIDDEN) for start, end in find_hidden(text)]
        found += [(start, end, stand_in, _TAGGED) for start, end, stand_in in find_layout_gaps(text, forms)]
        found += [(start, end, stand_in, _TAGGED) for start, end, stand_in in find_tags(text, forms)]
    if any(c in text for c in "[&*`"):
        found += [
            (m.start(), m.end(), " " if m.group()[0] == "&" else "", _SOFTWARE_MARK) for m in _MARK.finditer(text)
        ]
    if "#" in text or ">" in text:
        found += [
            (m.start(), m.end(), HEADING_MARK if "#" in m.group() else "", _LAYOUT_MARK)
            for m in _LINE_MARK.finditer(text)
        ]
    if "|" in text:
        found += [(start, end, stand_in, _RULED) for start, end, stand_in in _find_pipes(text)]
    edits: list[Edit] = []
    problems: list[Problem] = []
    last = 0
    for start, end, stand_in, aside in sorted(found, key=lambda one: (one[0], -one[1])):
        if start < last:
            continue
        last = end
        edits.append(Edit(start, end, stand_in))
        if not text[start:end].isspace():
            problems += aside.at(words.spans(start, end))
    return (words.rewrite(edits), problems) if edits else (words, problems)


_ENDS_SENTENCE = SENTENCE_END.compile()
_GAP = GAP.compile()
_SPACED_HEADING = SPACED_HEADING.compile()


def ends_sentence(text: str) -> bool:
    """Whether a stretch ends where a sentence or an item may end.

    >>> ends_sentence("认真贯彻执行。"), ends_sentence("形成“褒扬诚信”的合力"), ends_sentence("提示如下：")
    (True, False, True)
    """
    return bool(_ENDS_SENTENCE.search(text[-8:]))


def _cut_lines(text: str) -> list[Line]:
    """The lines of a text; runs of ideographic spaces separate paragraphs of a crawl that lost its line ends."""
    lines: list[Line] = []
    blank = True
    for raw in re.finditer(r"[^\n]+", text):
        piece = raw.group()
        if raw.start() >= 2 and text[raw.start() - 2] == "\n":
            blank = True
        if not piece.strip():
            blank = True
            continue
        start = raw.start()
        starts = [start]
        if "\t" not in piece:
            for gap in _GAP.finditer(piece):
                before, after = piece[starts[-1] - start : gap.start()], piece[gap.end() : gap.end() + 12]
                if not before.strip() or not after:
                    continue
                spaced = len(before.strip()) <= 12 and _SPACED_HEADING.search(before) and len(after.split()[0]) == 1
                if (len(piece) > 120 or ends_sentence(before) or len(gap.group()) >= 6) and not spaced:
                    starts.append(start + gap.end())
        for index, begin in enumerate(starts):
            end = starts[index + 1] if index + 1 < len(starts) else raw.end()
            chunk = text[begin:end]
            left = begin + len(chunk) - len(chunk.lstrip(" \u3000\x1e" if "\t" in chunk else None))
            right = begin + len(chunk.rstrip(" \u3000\x1e\n" if "\t" in chunk else None))
            if left < right and text[left:right].strip():
                lines.append(
                    Line(left, right, blank, left - begin >= 2 or text[begin : begin + 1] == "\u3000" or index > 0)
                )
                blank = False
    return lines


_RULER = RULER.compile()
_ADDRESS = ADDRESS.compile()
_PAGE_NUMBER = PAGE_NUMBER.compile()
_CONTENTS_LINE = CONTENTS_LINE.compile()
_SITE_FIELD = SITE_FIELD.compile()
_BARE_NUMBER = BARE_NUMBER.compile()
_EMPTY_RECORD = EMPTY_RECORD.compile()
_HEADLINE_MARKS = HEADLINE_MARKS.compile()


def _chrome_code(text: str, forms: Forms) -> Aside | None:
    """What kind of page furniture a whole line is; None when it belongs to the document."""
    if len(text) > 200:
        return None
    if _PAGE_NUMBER.fullmatch(text):
        return _PAGE_NUMBERED
    if _RULER.fullmatch(text):
        return Aside("separator", "分隔线，不属于正文")
    if _CONTENTS_LINE.fullmatch(text):
        return Aside("table-of-contents", "目录的一行，正文中另有")
    if (
        forms.find(BREADCRUMB, text)
        or forms.find(SOURCE_LINE, text)
        or _ADDRESS.fullmatch(text)
        or _EMPTY_RECORD.fullmatch(text)
    ):
        return _PORTAL
    if forms.find(FILE_NAME, text):
        return Aside("web-chrome", "网站提供下载的文件，不属于正文")
    parts = re.split(r"[ \u3000\t|｜]+", text)
    registered = any(forms.find(SITE_REGISTRATION, part) for part in parts)
    if all(forms.find(BUTTON, part) or (registered and _SITE_FIELD.fullmatch(part)) for part in parts) or forms.find(
        BUTTON, text
    ):
        return Aside("web-chrome", "网页按钮或页脚，不属于正文")
    return None


def _set_aside(words: Normalised, lines: list[Line], forms: Forms) -> tuple[list[Line], list[Problem]]:
    """Leave out page numbers, running heads and portal furniture; list them."""
    text = words.text
    kept: list[Line] = []
    problems: list[Problem] = []
    shorts = Counter(text[line.start : line.end] for line in lines if line.end - line.start <= 40)
    chrome: list[Aside | None] = []
    last_number, last_place = None, -10_000
    for line in lines:
        words_here = text[line.start : line.end]
        found = _chrome_code(words_here, forms)
        if found is None and _BARE_NUMBER.fullmatch(words_here):
            number = int(words_here)
            if line.start - last_place > 150 and (last_number is None or number == last_number + 1) and number > 0:
                found = _PAGE_NUMBERED
            last_number, last_place = number, line.start
        chrome.append(found)
    heads = {
        text[lines[near].start : lines[near].end]
        for at, found in enumerate(chrome)
        if found and found.code == "page-number"
        for near in (at - 1, at + 1)
        if 0 <= near < len(lines) and not chrome[near] and lines[near].end - lines[near].start <= 40
    }
    heads = {
        head
        for head in heads
        if shorts[head] >= 3 and "\t" not in head and not ends_sentence(head) and not opens_clause(head)
    }
    portal = _portal_headlines(text, lines, forms)
    record = _record_rows(text, lines, chrome, forms)
    above = _above_path(text, lines, forms)
    turned = False  # a page was turned: the blank lines around its number are no sign of a new paragraph
    for at, line in enumerate(lines):
        found = chrome[at]
        if found is None and heads and text[line.start : line.end] in heads:
            found = Aside("running-head", "每页重复的页眉或页脚，不属于正文")
        if found is None and (at in record or at in above):
            found = _PORTAL
        if found is None and at in portal:
            found = Aside("web-chrome", "网站列出的标题，不是文件自己的标题")
        if found is None:
            kept.append(line._replace(after_blank=False) if turned else line)
            turned = False
        else:
            turned = turned or found.code in {"page-number", "running-head"}
            problems.extend(found.at(words.spans(line.start, line.end)))
    return kept, problems


def _record_rows(text: str, lines: Sequence[Line], chrome: Sequence[Aside | None], forms: Forms) -> set[int]:
    """Rows of the record that a portal prints above a text, where labels stand before gaps and not before colons.

    One such row may be words of the text; two that stand together are a record. So is a row of keywords beside a row
    of any kind: alone it ends a document, and all that follows would be its annex.
    """
    rows, listed, furniture, keywords = set(), set(), set(), set()
    for at, line in enumerate(lines[:_MOST_ABOVE]):
        words = text[line.start : line.end].strip()
        if opens_clause(words):
            break
        if text[line.start - 1 : line.start] == FIELD_MARK:
            listed.add(at)
        elif chrome[at] is _PORTAL:
            furniture.add(at)
        elif forms.find(RECORD_ROW, words):
            rows.add(at)
        elif forms.find(RECORD_KEYWORDS, words):
            keywords.add(at)
        elif words.endswith("。"):
            break  # below the first sentence of the text a label is a word of it
    found = {at for at in rows if {at - 1, at + 1} & (rows | listed)}
    return found | {at for at in keywords if {at - 1, at + 1} & (found | listed | furniture)}


def _above_path(text: str, lines: Sequence[Line], forms: Forms) -> set[int]:
    """The lines above a portal's path of columns: its name, its menu; a title among them may be the document's."""
    for at, line in enumerate(lines[:_MOST_ABOVE]):
        words = text[line.start : line.end]
        if forms.find(BREADCRUMB, words):
            return {
                before
                for before in range(at)
                if not forms.find(TITLE_END, text[lines[before].start : lines[before].end])
            }
        if len(words) > 120 or ends_sentence(words) or opens_clause(words):
            break
    return set()


def _portal_headlines(text: str, lines: Sequence[Line], forms: Forms) -> set[int]:
    """Lines above a portal's source line whose words come again below it: the portal's headline, not the title.

    Without a source line, a first line that is made of the next ones (title and number in one) is such a headline.
    """
    cores = [_HEADLINE_MARKS.sub("", text[line.start : line.end]) for line in lines[:4]]
    if len(cores) > 2 and len(cores[1]) >= 2 and len(cores[0]) >= 12:
        rest = cores[0].replace(cores[1], "", 1)
        if len(cores[2]) >= 2 and rest != cores[0] and rest.replace(cores[2], "", 1) == "" and rest:
            return {0}
    for at, line in enumerate(lines[:15]):
        if forms.find(SOURCE_LABEL, text[line.start : min(line.end, line.start + 120)]):
            below = re.sub(r"[\s《》“”]", "", text[line.end : line.end + 1500])
            found = set()
            for above in range(at):
                core = _HEADLINE_MARKS.sub("", text[lines[above].start : lines[above].end])
                subject = forms.find(SUBJECT_INSIDE, core)
                if len(core) >= 6 and (core in below or (subject and subject.group() in below)):
                    found.add(above)
            return found
    return set()


def lay_out(source: str, forms: Forms) -> Page:
    """Cut a source into the lines that carry the document's words.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> forms = Forms(Vocabulary(home_words=("首页",)))
    >>> page = lay_out("首页/ 政策法规\\n关于加强安全生产的通知\\n- 1 -\\n[bookmark: _GoBack]各有关单位：", forms)
    >>> [page.text(line) for line in page.lines], [problem.code for problem in page.problems]
    (['关于加强安全生产的通知', '各有关单位：'], ['markup', 'web-chrome', 'page-number'])
    """
    words = normalise(source)
    problems: list[Problem] = []
    if record := find_record(words.text, forms):
        for edit in record:
            if not edit.replacement.strip("\n" + FIELD_MARK) and words.text[edit.start : edit.end].strip():
                problems += _RECORDED.at(words.spans(edit.start, edit.end))
        words = words.rewrite(record)
    words, markup = _strip_markup(words, forms)
    problems += markup
    if not record and (stacked := find_stacked(words.text, forms)):
        words = words.rewrite(stacked)
    if not record and (listed := find_listed(words.text, forms)):
        for edit in listed:
            if words.text[edit.start : edit.end].strip():
                problems += _RECORDED.at(words.spans(edit.start, edit.end))
        words = words.rewrite(listed)
    for find in (find_aligned_rows, find_rows, find_run_rows):
        if rows := find(words.text, forms):
            words = words.rewrite(rows)
    lines, chrome = _set_aside(words, _cut_lines(words.text), forms)
    problems += chrome + _list_invisible(source, problems + chrome)
    return Page(words, tuple(lines), tuple(problems), forms)


def _list_invisible(source: str, already: Sequence[Problem]) -> list[Problem]:
    """Runs of characters that print nothing, unless they lie inside something that is set aside anyway."""
    invisible = {c for c in set(source) if is_invisible(c)}
    if not invisible:
        return []
    covered = sorted((p.start, p.end) for p in already)
    problems = []
    at = 0
    for run in re.finditer(f"[{re.escape(''.join(sorted(invisible)))}]+", source):
        while at < len(covered) and covered[at][1] <= run.start():
            at += 1
        if at < len(covered) and covered[at][0] <= run.start() and run.end() <= covered[at][1]:
            continue
        problems.append(
            Problem("invisible-character", "不可见字符（零宽或控制字符），不属于正文", run.start(), run.end())
        )
    return problems


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, as one string, with the way back to the page."""

    text: str
    lines: tuple[Line, ...]
    offsets: tuple[int, ...]  # where each line begins in `text`

    def pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        """The stretches of the page that hold ``text[start:end]``, without white space at their ends."""
        found = []
        for line, offset in zip(self.lines, self.offsets, strict=True):
            low, high = max(start, offset), min(end, offset + line.end - line.start)
            if low < high:
                chunk = self.text[low:high]
                left, right = len(chunk) - len(chunk.lstrip()), len(chunk.rstrip())
                if left < right:
                    found.append((line.start + low + left - offset, line.start + low + right - offset))
        return found


def make_paragraph(page: Page, lines: Sequence[Line]) -> Paragraph:
    """One paragraph of these lines, without the line ends between them."""
    if len(lines) == 1:
        return Paragraph(page.text(lines[0]), (lines[0],), (0,))
    text, offsets = "", []
    parts: list[str] = []
    length = 0
    for line in lines:
        words = page.text(line)
        if parts and parts[-1][-1].isascii() and parts[-1][-1].isalnum() and words[0].isascii() and words[0].isalpha():
            parts.append(" ")
            length += 1
        offsets.append(length)
        parts.append(words)
        length += len(words)
    text = "".join(parts)
    return Paragraph(text, tuple(lines), tuple(offsets))


def _width(text: str) -> int:
    """How much room a line takes, in half-width columns."""
    return sum(1 if c.isascii() else 2 for c in text) if len(text) <= 200 else 2 * len(text)


@dataclass(frozen=True, slots=True)
class _Measure:
    """The type area of a hard-wrapped text: its width in columns (None = not wrapped) and what marks a paragraph."""

    width: int | None
    indents: bool  # paragraphs begin with an indent
    gaps: bool  # blank lines stand between paragraphs


def _measure_type_area(page: Page, lines: Sequence[Line]) -> _Measure:
    sample = lines[:4000]
    broken = [_width(text) for line in sample if not ends_sentence(text := page.text(line)) and "\t" not in text]
    if len(broken) < 8:
        return _Measure(None, False, False)
    width = Counter(broken).most_common(1)[0][0]
    near = sum(abs(w - width) <= 4 for w in broken)
    if width < 24 or near < 0.55 * len(broken):
        return _Measure(None, False, False)
    openers = [line for line in sample if opens_clause(page.text(line)[:20])]
    indents = len(openers) >= 3 and sum(line.indented for line in openers) >= 0.8 * len(openers)
    gaps = len(openers) >= 3 and sum(line.after_blank for line in openers) >= 0.8 * len(openers)
    return _Measure(
        width,
        indents and not all(line.indented for line in sample),
        gaps and sum(line.after_blank for line in sample) < 0.7 * len(sample),
    )


_DIVISIONS = frozenset({"part", "chp", "lsec"})
_OPENERS = "《〈“（【〔「"
_PAIRS = dict(zip("》〉”）】〕」", _OPENERS, strict=True))
_CUT_NUMBER_ABOVE = CUT_NUMBER_ABOVE.compile()
_CUT_NUMBER_BELOW = CUT_NUMBER_BELOW.compile()
_SHORT_LABEL = SHORT_LABEL.compile()
_LISTED_PARTS = LISTED_PARTS.compile()
_BRACKETS = BRACKETS.compile()


def _open_brackets(text: str) -> bool:
    """Whether a bracket or quotation mark is still open at the end of a line."""
    depth: Counter[str] = Counter()
    for c in text[-400:]:
        if c in _PAIRS:
            depth[_PAIRS[c]] = max(0, depth[_PAIRS[c]] - 1)
        elif c in _OPENERS:
            depth[c] += 1
    return any(depth.values())


def _ends_with_remark(text: str, forms: Forms) -> bool:
    """Whether a line ends with a remark behind its sentence, or with the departments of its measure in brackets.

    限制招标。（市财政局） and 限制招标（市财政局） say all they say; 依照第三条。（一） goes on.
    """
    opening = find_last_bracket(text)
    if not opening or opens_clause(text[opening:]):
        return False
    names = [name for name in _LISTED_PARTS.split(_BRACKETS.sub("", text[opening + 1 : -1])) if name]
    return ends_sentence(text[:opening].rstrip()) or bool(names and all(is_department(name, forms) for name in names))


def _goes_on(page: Page, above: Line, below: Line, measure: _Measure) -> bool:
    """Whether the sentence of one line goes on in the next: page breaks and hard wraps."""
    upper, lower = page.text(above), page.text(below)
    if "\t" in upper or "\t" in lower:
        return False
    full = measure.width is not None and _width(upper) >= measure.width - 6
    if ends_sentence(upper) or _ends_with_remark(upper, page.forms):
        flush = (measure.indents and not below.indented) or (measure.gaps and not below.after_blank)
        return full and flush and not below.after_blank and not opens_clause(lower)
    if lower[0] in "，。；、：！？”》）〉":
        return True
    words = page.forms.vocabulary
    if lower.startswith((*words.responsibility_labels, *words.lead_labels)) and page.forms.find(LABELLED_LINE, lower):
        return False  # who is charged stands in a line of its own, whatever the line above ends with
    marker = opens_clause(lower)
    if marker and (own := opens_clause(upper)) and own.style in _DIVISIONS and not upper[own.end :].strip():
        # a chapter without a name stands alone in its line
        return False
    if _CUT_NUMBER_ABOVE.search(upper) and _CUT_NUMBER_BELOW.match(lower):
        return True
    if marker:
        spaced = lower[marker.end : marker.end + 1].isspace()
        attached = lower.startswith(page.forms.vocabulary.attachment_labels)
        return bool(page.forms.find(LEADS_TO_REFERENCE, upper)) and not spaced and not attached
    if upper[-1] in "，、（《“〈" or _open_brackets(upper):
        return True
    if measure.width is not None:
        return full
    opener = opens_clause(upper)
    rest = upper[opener.end :] if opener else upper
    if "。" in rest or "；" in rest:
        return True
    if opener:
        return len(rest) > 45 or (len(rest) > 30 and "，" in rest and opener.style not in {"cn_dun", "chp", "lsec"})
    if _SHORT_LABEL.match(rest):
        return "，" in rest
    if "，" in rest:
        return len(rest) > 12
    return len(rest) >= 20 and not re.search(r"\s", rest) and "。" in lower


def join_paragraphs(page: Page, lines: Sequence[Line]) -> list[Paragraph]:
    """Join the lines of a body into paragraphs; table lines (with tabs) stay alone.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> page = lay_out("各部门在日常监管工作、\\n\\n执法中，发现问题的应反馈。\\n一、其他", Forms(Vocabulary()))
    >>> [paragraph.text for paragraph in join_paragraphs(page, page.lines)]
    ['各部门在日常监管工作、执法中，发现问题的应反馈。', '一、其他']
    """
    measure = _measure_type_area(page, lines)
    paragraphs: list[Paragraph] = []
    group: list[Line] = []
    for line in lines:
        if group and not _goes_on(page, group[-1], line, measure):
            paragraphs.append(make_paragraph(page, group))
            group = []
        group.append(line)
    if group:
        paragraphs.append(make_paragraph(page, group))
    return paragraphs
